// Le service worker : les pages lues se relisent sans réseau, et ce qui est privé n'entre jamais en réserve.
// Décision 0008.

import { ETIQUETTE, viderLaFile } from './appareil/file';
import { estCuisine, estPrivee, estPublique } from './sw/regles';
import {
  assurerCoquille,
  copieDe,
  garderCoquille,
  garderCuisine,
  garderEspace,
  garderPhoto,
  ICONES,
  menage,
  pageCuisine,
  pageHorsLigne,
  retenirPage,
  trouverFichier,
  trouverPhoto,
} from './sw/reserve';

declare const self: ServiceWorkerGlobalScope;

/** Au-delà, une page déjà lue se montre sans attendre le réseau. */
const DELAI_MS = 3000;
/** Sur un réseau de deuxième génération, ouvrir une connexion demande plus que cela : attendre ne sert à rien. */
const DELAI_2G_MS = 1500;
/** Sans page gardée, il n'y a que le réseau : on l'attend bien plus. */
const PATIENCE_MS = 15_000;
const FERMETURE_MS = 1000;

self.addEventListener('install', (evenement) => evenement.waitUntil(garderCoquille()));

self.addEventListener('activate', (evenement) => {
  evenement.waitUntil(
    (async () => {
      await menage();
      // La page demandée pendant que nous nous réveillons. Firefox (vu avec la 153) abandonne la navigation quand cette
      // demande échoue, au lieu de nous laisser répondre : Chromium seulement, que `connection` reconnaît.
      if ('connection' in self.navigator) await self.registration.navigationPreload.enable();
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('message', (evenement) => {
  // La personne a consenti à la nouvelle version.
  if (evenement.data === 'prendre-la-main') evenement.waitUntil(self.skipWaiting());
  // Une page ouverte avant que nous ne soyons là.
  if (evenement.data === 'garder-la-page' && evenement.source instanceof WindowClient) {
    evenement.waitUntil(relire(evenement.source.url));
  }
  // Un lien vient d'ouvrir un banquet à cet appareil : sa page doit se recharger sans réseau.
  if (evenement.data === 'garder-la-cuisine') evenement.waitUntil(siPossible(garderCuisine()));
});

/** Le navigateur nous réveille quand le réseau revient, page ouverte ou non (Chromium ; le type manque à TypeScript). */
interface Reveil extends ExtendableEvent {
  readonly tag: string;
}

self.addEventListener('sync' as 'activate', (evenement) => {
  // Ce qui n'a pas pu partir lève : le navigateur réessaiera.
  if ((evenement as Reveil).tag === ETIQUETTE) evenement.waitUntil(viderLaFile());
});

async function relire(adresse: string): Promise<void> {
  if (!estPrivee(adresse)) await retenirPage(adresse, await fetch(adresse, { headers: { accept: 'text/html' } }));
}

self.addEventListener('fetch', (evenement) => {
  const { request: demande } = evenement;
  const url = new URL(demande.url);
  if (demande.method !== 'GET' || url.origin !== self.location.origin) return;
  if (demande.mode === 'navigate') naviguer(evenement);
  else if (url.pathname.startsWith('/actifs/') || ICONES.includes(url.pathname)) evenement.respondWith(servirFichier(demande));
  else if (url.pathname.startsWith('/images/')) evenement.respondWith(servirPhoto(evenement));
});

/** Une réserve illisible (stockage refusé, plein, abîmé) vaut une réserve vide. */
async function siPossible<T>(promesse: Promise<T>): Promise<T | undefined> {
  try {
    return await promesse;
  } catch {
    return undefined;
  }
}

async function servirFichier(demande: Request): Promise<Response> {
  return (await siPossible(trouverFichier(demande.url))) ?? fetch(demande);
}

async function servirPhoto(evenement: FetchEvent): Promise<Response> {
  const adresse = evenement.request.url;
  const gardee = await siPossible(trouverPhoto(adresse));
  if (gardee) return gardee;
  const reponse = await fetch(evenement.request);
  if (estPublique(reponse)) evenement.waitUntil(siPossible(garderPhoto(adresse, reponse.clone())));
  return reponse;
}

// --- les navigations --------------------------------------------------------------------------------------------------

function naviguer(evenement: FetchEvent): void {
  const adresse = evenement.request.url;
  const reseau = demander(evenement);
  // Branché le premier : la page est copiée avant que le navigateur ne la lise.
  const retenue = reseau.then((reponse) => siPossible(retenirPage(adresse, reponse)), () => undefined);
  const reponse = repondre(adresse, reseau);
  evenement.respondWith(reponse.then((choisie) => choisie.reponse));
  evenement.waitUntil(
    (async () => {
      const { copie } = await reponse;
      await retenue;
      // Le réseau a fini par répondre : la page, qui montre une copie, peut le dire.
      if (copie && (await reseau.then((venue) => venue.ok, () => false))) {
        (await self.clients.get(evenement.resultingClientId))?.postMessage('page-fraiche');
      }
      await siPossible(assurerCoquille());
      if (new URL(adresse).pathname.startsWith('/espace') && (await siPossible(reseau))?.ok) await siPossible(garderEspace());
      // La page d'avant compte encore parmi les ouvertes, le temps de se fermer.
      await attendre(FERMETURE_MS);
      await siPossible(menage(evenement.resultingClientId));
    })(),
  );
}

async function demander(evenement: FetchEvent): Promise<Response> {
  return ((await evenement.preloadResponse) as Response | undefined) ?? fetch(evenement.request);
}

/** Le réseau d'abord ; s'il se tait ou tombe, la copie gardée ; sinon encore le réseau, puis la page qui le dit. */
async function repondre(adresse: string, reseau: Promise<Response>): Promise<{ reponse: Response; copie: boolean }> {
  const venue = siPossible(reseau);
  const premiere = await Promise.race([venue, attendre(delai())]);
  if (premiere && premiere.status < 500) return { reponse: premiere, copie: false };
  const gardee = await siPossible(copieGardee(adresse));
  if (gardee) return { reponse: gardee, copie: true };
  const tardive = premiere ?? (await Promise.race([venue, attendre(PATIENCE_MS)]));
  return { reponse: tardive ?? (await siPossible(pageHorsLigne(adresse))) ?? Response.error(), copie: !tardive };
}

/** La cuisine a sa réserve à elle ; une autre page privée n'en a pas. */
async function copieGardee(adresse: string): Promise<Response | undefined> {
  if (estCuisine(adresse)) return pageCuisine(adresse);
  return estPrivee(adresse) ? undefined : copieDe(adresse);
}

function attendre(ms: number): Promise<undefined> {
  return new Promise((fini) => setTimeout(() => fini(undefined), ms));
}

/** Ce que le navigateur sait du réseau (Chromium seulement ; le type manque à TypeScript). */
function delai(): number {
  const { connection } = self.navigator as { connection?: { effectiveType?: string } };
  return connection?.effectiveType?.includes('2g') ? DELAI_2G_MS : DELAI_MS;
}
