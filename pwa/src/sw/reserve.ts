// Les réserves : la coquille de chaque version, les pages lues, les photos vues.

import {
  choisirLangue,
  cleDePage,
  clesPossibles,
  dater,
  estAGarder,
  instantDe,
  TITRE,
  titreDe,
  versionsPerimees,
} from './regles';

declare const self: ServiceWorkerGlobalScope;

const PAGES = 'pages';
const PHOTOS = 'photos';
const PAGES_MAX = 60;
const PHOTOS_MAX = 40;
const COQUILLE = `coquille-${VERSION_ACTIFS}`;
const ESPACE = `espace-${VERSION_ACTIFS}`;
const CUISINE = `cuisine-${VERSION_ACTIFS}`;
export const ICONES = ['/favicon.svg', '/favicon.ico', '/icone-192.png', '/icone-512.png', '/icone-masquable-512.png'];

/** La page gardée d'avance, une par langue. */
const horsLigne = (langue: string) => `/hors-ligne?langue=${langue}`;
/** La coquille de la cuisine, une par langue : la même pour tous les banquets, et sans rien d'eux. */
const coquilleCuisine = (langue: string) => `/cuisine?langue=${langue}`;

// --- la coquille ------------------------------------------------------------------------------------------------------

/** Garde ce qui doit marcher sans réseau, tout entier ou pas du tout. */
export async function garderCoquille(): Promise<void> {
  const neuve = !(await caches.has(COQUILLE));
  try {
    await remplir(await caches.open(COQUILLE));
    const noms = await caches.keys();
    if (noms.some((nom) => nom.startsWith('espace-'))) await garderEspace();
    if (noms.some((nom) => nom.startsWith('cuisine-'))) await garderCuisine();
  } catch (erreur) {
    if (neuve) await caches.delete(COQUILLE);
    throw erreur;
  }
}

async function remplir(coquille: Cache): Promise<void> {
  await coquille.addAll([...LISTE_ACTIFS]);
  await coquille.addAll(ICONES.map((adresse) => new Request(adresse, { cache: 'no-cache' })));
  await garderLangues(coquille, '/hors-ligne', horsLigne);
}

/** Garde une page dans chaque langue livrée. */
async function garderLangues(reserve: Cache, adresse: string, cle: (langue: string) => string): Promise<void> {
  for (const langue of LANGUES) {
    // La langue passe par l'en-tête, pas par l'adresse : les liens de la page n'ont pas à la répéter.
    const reponse = await fetch(adresse, { cache: 'no-cache', headers: { 'accept-language': langue } });
    if (!reponse.ok) throw new Error(`${adresse} : ${reponse.status}`);
    await reserve.put(cle(langue), reponse);
  }
}

/** Refait la coquille si la personne, ou le navigateur, a vidé les réserves. */
export async function assurerCoquille(): Promise<void> {
  if (!(await caches.has(COQUILLE))) await garderCoquille();
}

/** Garde les morceaux de l'espace : une page ouverte les trouvera, même si le service a changé de version. */
export async function garderEspace(): Promise<void> {
  const [premier = ''] = LISTE_ESPACE;
  if (await caches.match(premier, { cacheName: ESPACE })) return;
  await (await caches.open(ESPACE)).addAll([...LISTE_ESPACE]);
}

/** Garde la page de la cuisine : à la demande de la page, quand le service vient de lui ouvrir un banquet. */
export async function garderCuisine(): Promise<void> {
  const derniere = coquilleCuisine(LANGUES.at(-1) ?? '');
  if (await caches.match(derniere, { cacheName: CUISINE, ignoreVary: true })) return;
  const reserve = await caches.open(CUISINE);
  await reserve.addAll([...LISTE_CUISINE]);
  // En dernier : sa présence dit que le reste y est.
  await garderLangues(reserve, '/cuisine', coquilleCuisine);
}

/** La page de la cuisine telle qu'elle est gardée, dans la langue de la personne ; rien si elle ne l'est pas. */
export async function pageCuisine(adresse: string): Promise<Response | undefined> {
  const langue = choisirLangue(adresse, self.navigator.languages, LANGUES);
  const options = { ignoreVary: true };
  const cle = coquilleCuisine(langue);
  return (await caches.match(cle, { ...options, cacheName: CUISINE })) ?? (await caches.match(cle, options));
}

/** Un fichier de la coquille ; sinon celui d'une version d'avant ou d'après, sinon rien. */
export async function trouverFichier(adresse: string): Promise<Response | undefined> {
  const options = { ignoreVary: true };
  return (await caches.match(adresse, { ...options, cacheName: COQUILLE })) ?? (await caches.match(adresse, options));
}

/** Laisse partir les versions dont plus aucune page ouverte ne peut avoir besoin. `sauf` : la page qui s'ouvre à l'instant. */
export async function menage(sauf = ''): Promise<void> {
  const noms = await caches.keys();
  const versions = [...new Set(noms.flatMap((nom) => /^(?:coquille|espace|cuisine)-(.+)$/.exec(nom)?.[1] ?? []))];
  const ouvertes = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const anciennes = ouvertes.some(({ id }) => id !== sauf);
  const perimees = versionsPerimees(versions, VERSION_ACTIFS, anciennes);
  const sortes = ['coquille', 'espace', 'cuisine'];
  await Promise.all(perimees.flatMap((version) => sortes.map((sorte) => caches.delete(`${sorte}-${version}`))));
}

// --- les pages --------------------------------------------------------------------------------------------------------

/** Garde une page publique ; oublie celle qui a disparu, ou qui ne l'est plus. À appeler avant que la réponse soit lue. */
export async function retenirPage(adresse: string, reponse: Response): Promise<void> {
  if (estAGarder(adresse, reponse)) {
    const html = await reponse.clone().text();
    // Ceinture et bretelles : un billet n'a rien à faire ici, quoi que disent l'adresse et les en-têtes.
    if (html.includes('data-garde-jusqu-au')) return;
    const entetes = new Headers(reponse.headers);
    for (const nom of ['content-encoding', 'content-length']) entetes.delete(nom);
    entetes.set(TITRE, encodeURIComponent(titreDe(html)));
    await ranger(PAGES, cleDePage(adresse), new Response(html, { headers: entetes }), PAGES_MAX);
  } else if ([200, 404, 410].includes(reponse.status)) {
    await (await caches.open(PAGES)).delete(cleDePage(adresse), { ignoreVary: true });
  }
}

/** La page gardée à cette adresse, qui dit de quand elle date ; rien si elle n'a jamais été lue. */
export async function copieDe(adresse: string): Promise<Response | undefined> {
  for (const cle of clesPossibles(adresse)) {
    const gardee = await caches.match(cle, { cacheName: PAGES, ignoreVary: true });
    if (!gardee) continue;
    const html = dater(await gardee.text(), instantDe(gardee), SCRIPT_PUBLIC);
    return new Response(html, { headers: gardee.headers });
  }
  return undefined;
}

/** La page qui dit qu'il n'y a pas de réseau, dans la langue de la personne. */
export async function pageHorsLigne(adresse: string): Promise<Response | undefined> {
  const langue = choisirLangue(adresse, self.navigator.languages, LANGUES);
  return trouverFichier(horsLigne(langue));
}

// --- les photos -------------------------------------------------------------------------------------------------------

export function trouverPhoto(adresse: string): Promise<Response | undefined> {
  return caches.match(adresse, { cacheName: PHOTOS, ignoreVary: true });
}

export function garderPhoto(adresse: string, reponse: Response): Promise<void> {
  return ranger(PHOTOS, adresse, reponse, PHOTOS_MAX);
}

/** Range en dernier, et retire les plus anciennes au-delà de la borne. */
async function ranger(nom: string, adresse: string, reponse: Response, bornes: number): Promise<void> {
  const reserve = await caches.open(nom);
  await reserve.delete(adresse, { ignoreVary: true });
  await reserve.put(adresse, reponse);
  const cles = await reserve.keys();
  await Promise.all(cles.slice(0, -bornes).map((cle) => reserve.delete(cle, { ignoreVary: true })));
}
