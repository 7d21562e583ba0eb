// Ce que la page fait de la file : y déposer un formulaire, l'envoyer, dire où en est chaque demande.

import { memoire } from '../public/distances';
import { carte, ditBien, type Gestes } from './cartes';
import { effacerEchues, estMontre, montrerBillet, montrerCopies, proposerDeGarder } from './copies';
import { aCorriger, attendreAvantReprise, dejaGardee, demandeNeuve, rendueVaines, retrait, type Demande } from './demandes';
import { ajouterDemande, changerDemande, lireDemande, lireDemandes, retirerCopie, toutOublier } from './depot';
import { element } from './elements';
import { annoncer, ecouter, ETIQUETTE, poster, ResteAEnvoyer, viderLaFile } from './file';
import { compter, dits, parler } from './textes';

// Les phrases viennent avec le module : le réseau peut partir avant qu'on en ait besoin.
parler().catch(() => {});

/** Posée tant qu'il y a quelque chose à dire : une page n'ouvre la base que si cette marque est là. */
const MARQUE = 'tablees:appareil';

// --- Déposer --------------------------------------------------------------------------------------------------------

/** Envoie un formulaire du site ; sans réseau, le garde et le dit. */
export async function envoyer(formulaire: HTMLFormElement): Promise<void> {
  await parler();
  const demande = lireFormulaire(formulaire);
  if (demande.geste === 'oublier-appareil') return oublierAppareil(formulaire, demande);
  const attente = element('p', { role: 'status' }, dits().envoi);
  formulaire.append(attente);
  try {
    await deposer(formulaire, demande);
  } finally {
    attente.remove();
  }
}

async function deposer(formulaire: HTMLFormElement, demande: Demande): Promise<void> {
  let rang: number;
  try {
    rang = await garder(demande);
  } catch {
    return envoyerSansGarder(formulaire, demande);
  }
  await vider();
  const apres = await lireDemande(rang);
  const manques = apres?.etat === 'gardee' ? aCorriger(apres) : [];
  if (manques.length > 0) {
    await changerDemande(rang, () => null);
    const { titre, ...phrases } = dits().a_corriger;
    alerter(formulaire, titre, ...manques.map((manque) => phrases[manque]));
  } else if (apres?.etat === 'gardee') {
    // Écrit avant d'être dit : une fois lu, ce qu'elle devient se montrera.
    await changerDemande(rang, (d) => ({ ...d, differee: true }));
    await reveillerPlusTard();
    suivre();
    await remplacerParSaCarte(formulaire, rang);
  } else if (apres?.etat === 'faite') {
    await changerDemande(rang, () => null);
    oublierLaPromesse();
    location.assign(apres.suite?.adresse ?? location.href);
  } else {
    // Un refus n'a rien gardé : le même formulaire, renvoyé comme sans script, revient avec ce qui est à corriger. Un
    // appareil oublié se tait ici : c'est la page qui le dira.
    await changerDemande(rang, () => null);
    formulaire.submit();
  }
}

/** Met une demande dans la file ; lève si l'appareil refuse de garder. */
async function garder(demande: Demande): Promise<number> {
  const gardees = await lireDemandes();
  const deja = dejaGardee(gardees, demande);
  if (deja?.rang !== undefined) return deja.rang;
  const rang = await ajouterDemande(demande);
  for (const vaine of rendueVaines(gardees, demande)) await changerDemande(vaine.rang ?? 0, () => null);
  if (['oublier', 'effacer'].includes(demande.geste)) await retirerCopie(demande.inscription);
  marquer(true);
  return rang;
}

/** L'appareil ne garde rien (navigation privée stricte, mémoire pleine) : tout de suite, ou pas du tout. */
async function envoyerSansGarder(formulaire: HTMLFormElement, demande: Demande): Promise<void> {
  const issue = await poster(demande);
  if (issue.genre === 'faite') return location.assign(issue.suite.adresse);
  if (issue.genre !== 'silence') return formulaire.submit();
  const { titre, phrase } = dits().stockage_refuse;
  alerter(formulaire, titre, phrase);
}

/** Au bas du formulaire, qui reste tel qu'il est rempli. */
function alerter(formulaire: HTMLFormElement, titre: string, ...phrases: string[]): void {
  const dite = element(
    'div',
    { class: 'bandeau alerte', role: 'alert', tabindex: '-1' },
    element('p', { class: 'bandeau-mot' }, titre),
    ...phrases.map((phrase) => element('p', {}, phrase)),
  );
  formulaire.querySelector('[role=alert]')?.remove();
  formulaire.append(dite);
  delete formulaire.dataset['parti'];
  dite.focus();
}

function lireFormulaire(formulaire: HTMLFormElement): Demande {
  const champs = new URLSearchParams();
  for (const [nom, valeur] of new FormData(formulaire)) champs.append(nom, String(valeur));
  const { pathname, search } = new URL(formulaire.action);
  const [, inscription, acte] = /^\/mes-inscriptions\/(?:([0-9a-f-]{36})\/)?([a-z-]+)$/.exec(pathname) ?? [];
  const neuve = acte === undefined;
  const identifiant = neuve ? crypto.randomUUID() : (inscription ?? '');
  if (neuve) {
    champs.set('identifiant', identifiant);
    champs.set('jeton', nouveauJeton());
  }
  const { titre, quand } = formulaire.dataset;
  const billet = formulaire.closest('.billet')?.querySelector('strong')?.textContent;
  return demandeNeuve({
    inscription: identifiant,
    geste: neuve ? 'inscrire' : inscription ? acte : 'oublier-appareil',
    adresse: pathname + search,
    corps: champs.toString(),
    titre: titre ?? billet ?? '',
    quand: quand ?? '',
    prenom: champs.get('prenom') ?? '',
    differee: neuve && copiePromise(pathname + search),
  });
}

const A_COPIER = 'tablees:a-copier';

/** Qui a demandé sans réseau relira sans réseau, même après avoir corrigé sa demande. */
function promettreLaCopie(adresse: string): void {
  try {
    sessionStorage.setItem(A_COPIER, adresse);
  } catch {
    // La case « Garder mes inscriptions » reste là.
  }
}

/** Tenue, ou retirée avec le reste : la demande suivante, d'un autre de la famille, n'en hérite pas. */
function oublierLaPromesse(): void {
  try {
    sessionStorage.removeItem(A_COPIER);
  } catch {
    // Rien n'y a été écrit non plus.
  }
}

function copiePromise(adresse: string): boolean {
  try {
    return sessionStorage.getItem(A_COPIER) === adresse;
  } catch {
    return false;
  }
}

/** Le secret de l'inscription, tiré ici : 192 bits en base64url. */
function nouveauJeton(): string {
  const octets = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...octets)).replaceAll('+', '-').replaceAll('/', '_');
}

// --- Envoyer --------------------------------------------------------------------------------------------------------

let echecs = 0;
let reprise: ReturnType<typeof setTimeout> | undefined;

/** Vide la file ; s'il en reste, réessaie de plus en plus tard, tant que la page est ouverte. */
async function vider(): Promise<void> {
  clearTimeout(reprise);
  try {
    await viderLaFile();
    echecs = 0;
  } catch (erreur) {
    const attente_s = erreur instanceof ResteAEnvoyer ? erreur.attente_s : 0;
    reprise = setTimeout(() => void relancer(), attendreAvantReprise(echecs++, attente_s) * 1000);
  }
}

async function relancer(): Promise<void> {
  await vider();
  await redessiner();
}

/** Demande au navigateur de réveiller le service worker quand le réseau revient, s'il sait le faire. */
async function reveillerPlusTard(): Promise<void> {
  try {
    const enregistrement = (await navigator.serviceWorker?.getRegistration()) as
      | (ServiceWorkerRegistration & { sync?: { register(etiquette: string): Promise<void> } })
      | undefined;
    await enregistrement?.sync?.register(ETIQUETTE);
  } catch {
    // La page, ou la prochaine visite, enverra.
  }
}

/** Vrai si la demande peut partir page fermée. */
function aUnRelais(): boolean {
  return 'SyncManager' in window && !!navigator.serviceWorker?.controller;
}

// --- Dire -----------------------------------------------------------------------------------------------------------

let suivie = false;

/** Sur chaque page où il y a quelque chose à envoyer, à lire ou à relire. */
export async function demarrer(): Promise<void> {
  await parler();
  await effacerEchues();
  suivre();
  await redessiner();
  await relancer();
}

/** Réessaie dès que le réseau a pu revenir, et redit ce que les autres onglets ont changé. */
function suivre(): void {
  if (suivie) return;
  suivie = true;
  addEventListener('online', () => void relancer());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void relancer();
  });
  ecouter(() => void redessiner());
}

let dernier: Promise<void> = Promise.resolve();

/** L'un après l'autre : deux dessins mêlés montreraient deux fois la même demande. */
function redessiner(): Promise<void> {
  dernier = dernier.then(dessiner, dessiner);
  return dernier;
}

async function dessiner(): Promise<void> {
  const demandes = await lireDemandes();
  marquer(demandes.length > 0);
  for (const ecrite of document.querySelectorAll<HTMLElement>('[data-demande]:not([data-liste] *)')) {
    const demande = demandes.find(({ rang }) => String(rang) === ecrite.dataset['demande']);
    if (!demande) ecrite.remove();
    else if (!ditBien(ecrite, demande)) ecrite.replaceWith(carte(demande, aUnRelais(), gestes));
  }
  const section = document.querySelector<HTMLElement>('[data-mes-inscriptions]');
  if (section) await remplirSection(section, demandes);
  else indiquer(demandes);
}

const abouties = new Set<number>();

/** La section des demandes : sur « Mes inscriptions » avec la case à cocher, hors réseau avec les copies. */
async function remplirSection(section: HTMLElement, demandes: readonly Demande[]): Promise<void> {
  const ici = section.dataset['mesInscriptions'] === 'ici';
  const neuves = demandes.filter(({ rang = 0, suite }) => suite && !abouties.has(rang));
  for (const { rang = 0 } of neuves) abouties.add(rang);
  let liste = section.querySelector<HTMLElement>('[data-liste]');
  if (ici) {
    for (const { suite } of neuves) {
      // Ce qui avait abouti avant l'ouverture est dans la page, plus à jour qu'ici ; sauf si la réponse est venue juste après.
      if (suite?.billet && (liste || !estMontre(suite))) montrerBillet(section, suite);
    }
  }
  if (!liste) {
    liste = element('div', { 'data-liste': true, role: 'region', 'aria-label': dits().liste });
    const copies = element('div', { 'data-copies': true }, ...(ici ? await proposerDeGarder() : await montrerCopies()));
    section.append(liste, copies, ...(ici ? [] : [oublier()]));
    section.hidden = false;
  } else if (!ici && neuves.length > 0) {
    section.querySelector('[data-copies]')?.replaceChildren(...(await montrerCopies()));
  }
  liste.replaceChildren(...demandes.map((demande) => carte(demande, aUnRelais(), gestes)));
  liste.hidden = demandes.length === 0;
}

/** Une ligne, et rien de plus, en tête des autres pages. */
function indiquer(demandes: readonly Demande[]): void {
  document.querySelector('[data-indicateur]')?.remove();
  const { indicateur } = dits();
  const montrees = document.querySelectorAll('[data-demande]').length;
  const gardees = demandes.filter(({ etat }) => etat === 'gardee').length;
  const aLire = demandes.length - gardees;
  if (demandes.length === 0 || montrees > 0) return;
  const mot = aLire > 0 ? compter(indicateur.a_lire, aLire) : compter(indicateur.gardees, gardees);
  const ligne = element('p', { class: 'retour' }, element('a', { href: adresseDesInscriptions() }, mot));
  document.querySelector('main')?.prepend(element('div', { class: 'cadre', 'data-indicateur': true, role: 'status' }, ligne));
}

function adresseDesInscriptions(): string {
  return document.querySelector<HTMLAnchorElement>('.entete a[href*="/mes-inscriptions"]')?.href ?? '/mes-inscriptions';
}

async function remplacerParSaCarte(formulaire: HTMLFormElement, rang: number): Promise<void> {
  const gardee = await lireDemande(rang);
  if (!gardee) return;
  const montree = carte(gardee, aUnRelais(), gestes);
  formulaire.hidden = true;
  formulaire.after(montree);
  formulaires.set(rang, formulaire);
  document.querySelector('[data-indicateur]')?.remove();
  montree.focus();
}

const formulaires = new Map<number, HTMLFormElement>();

const gestes: Gestes = {
  essayer: () => void relancer(),
  renvoyer: (demande) => {
    void changerDemande(demande.rang ?? 0, () => demande)
      .then(reveillerPlusTard)
      .then(relancer);
  },
  retirer: (demande) => void retirer(demande),
  corriger: (demande) => {
    const formulaire = element('form', { method: 'post', action: demande.adresse, hidden: true });
    for (const [nom, valeur] of new URLSearchParams(demande.corps)) {
      formulaire.append(element('input', { type: 'hidden', name: nom, value: valeur }));
    }
    document.body.append(formulaire);
    promettreLaCopie(demande.adresse);
    void changerDemande(demande.rang ?? 0, () => null).then(() => formulaire.submit());
  },
};

async function retirer(demande: Demande): Promise<void> {
  const rang = demande.rang ?? 0;
  // Relue au moment de la retirer : elle est peut-être en route, ou vient d'aboutir, et c'est cela qu'il faut dire.
  await changerDemande(rang, (d) => (d.etat !== demande.etat ? d : d.etat === 'gardee' ? retrait(d) : null));
  const apres = await lireDemande(rang);
  const formulaire = formulaires.get(rang);
  if (formulaire && demande.etat !== 'faite' && apres?.etat !== 'faite') {
    formulaire.hidden = false;
    delete formulaire.dataset['parti'];
  }
  annoncer();
  await redessiner();
  await relancer();
}

// --- Oublier --------------------------------------------------------------------------------------------------------

/** Efface ici, tout de suite ; fait fermer le reste par le service, maintenant ou dès que possible. */
async function oublierAppareil(formulaire: HTMLFormElement, demande: Demande): Promise<void> {
  try {
    await toutOublier();
    oublierLaPromesse();
    memoire.garder(null);
    await oublierLesPages();
    await deposer(formulaire, demande);
  } catch {
    formulaire.submit();
  }
}

/** Les pages gardées pour être relues disent où l'on est allé : elles partent aussi. */
async function oublierLesPages(): Promise<void> {
  if (!('caches' in window)) return;
  // Les noms que leur donne le service worker ; la coquille, elle, ne dit rien de personne.
  await Promise.all(['pages', 'photos'].map((nom) => caches.delete(nom)));
}

function oublier(): HTMLElement {
  const mots = dits();
  const formulaire = element('form', { method: 'post', action: '/mes-inscriptions/oublier', 'data-geste': true });
  formulaire.append(element('button', { class: 'bouton second' }, mots.oublier_oui));
  return element(
    'details',
    { class: 'retrouver' },
    element('summary', {}, mots.oublier),
    element('p', {}, mots.oublier_phrase),
    formulaire,
  );
}

function marquer(presente: boolean): void {
  try {
    if (presente) localStorage.setItem(MARQUE, '1');
    else localStorage.removeItem(MARQUE);
  } catch {
    // Sans cette marque, la file se vide quand on rouvre « Mes inscriptions ».
  }
}
