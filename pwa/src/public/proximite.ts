// Près de moi, et depuis chez moi. La position et la commune ne quittent pas l'appareil : les lieux sont dans la page.

import { remplir } from '../trous';
import type { Chez, Memoire } from './distances';

const RAYON_TERRE_KM = 6371.0088;
/** Au-delà, ranger par distance n'aide plus : la personne n'est pas dans le territoire. */
const LOIN_KM = 100;
/** Une position plus vague que cela (en mètres) rangerait au hasard. */
const FLOU_M = 20_000;
const PATIENCE_MS = 10_000;

interface Point {
  lat: number;
  lon: number;
}

/** Écrit sur chaque carte la distance depuis la commune gardée. */
export function direDepuisChez(memoire: Memoire): void {
  const chez = memoire.lire();
  if (chez) direDepuis(chez);
}

function direDepuis(chez: Chez): void {
  direDistances(chez, document.querySelector<HTMLElement>('main')?.dataset['chezVous']);
  const bouton = document.querySelector<HTMLElement>('[data-chez] button');
  if (bouton) bouton.textContent = remplir(mots()['puce'], { commune: chez.nom });
}

/** Demande la position, range les rendez-vous du plus près au plus loin ; un second appui remet les dates en ordre. */
export async function rangerPresDeMoi(bouton: HTMLButtonElement, memoire: Memoire): Promise<void> {
  if (bouton.getAttribute('aria-pressed') === 'true') {
    remettre();
    bouton.setAttribute('aria-pressed', 'false');
    oublierDistances();
    direDepuisChez(memoire);
    annoncer(mots()['remis']);
    return;
  }
  if (bouton.getAttribute('aria-busy')) return;
  bouton.setAttribute('aria-busy', 'true');
  annoncer(mots()['cherche']);
  try {
    const { coords } = await demanderPosition();
    annoncer(ranger({ lat: coords.latitude, lon: coords.longitude }, coords.accuracy, bouton));
  } catch (erreur) {
    annoncer(mots()[(erreur as GeolocationPositionError).code === 1 ? 'refus' : 'delai']);
  } finally {
    bouton.removeAttribute('aria-busy');
  }
}

function demanderPosition(): Promise<GeolocationPosition> {
  const options = { enableHighAccuracy: false, timeout: PATIENCE_MS, maximumAge: 600_000 };
  return new Promise((dire, refuser) => navigator.geolocation.getCurrentPosition(dire, refuser, options));
}

/** Range la page depuis ce point, et rend ce qu'il faut en dire. */
function ranger(ici: Point, precision: number, bouton: HTMLElement): string | undefined {
  if (precision > FLOU_M) return mots()['flou'];
  const blocs = [...document.querySelectorAll<HTMLElement>('.cartes > li, .liste > section')];
  const loin = new Map(blocs.map((bloc) => [bloc, distanceDe(bloc.querySelector<HTMLElement>('[data-ou]'), ici)]));
  const plusPres = Math.min(...loin.values());
  if (!Number.isFinite(plusPres)) return mots()['aucun'];
  if (plusPres > LOIN_KM) return remplir(mots()['loin'], { km: Math.round(plusPres) });
  direDistances(ici, mots()['deVous']);
  // Un tri stable : à distance égale, et sans lieu connu, l'ordre des dates reste.
  deplacer(blocs.sort((a, b) => (loin.get(a) ?? 0) - (loin.get(b) ?? 0) || 0));
  bouton.setAttribute('aria-pressed', 'true');
  return mots()[document.querySelector('a[rel=next]') ? 'rangePage' : 'range'];
}

/** Où chaque rendez-vous était, et les mois que le rangement a cachés : de quoi tout remettre. */
let places: [HTMLElement, Element][] = [];
let moisCaches: HTMLElement[] = [];

/** Met les rendez-vous dans cet ordre, sous un seul titre ; sur la carte, ce sont ses endroits qui changent d'ordre. */
function deplacer(blocs: HTMLElement[]): void {
  const tous = document.querySelectorAll<HTMLElement>('.cartes > li, .liste > section');
  places = [...tous].map((bloc) => [bloc, bloc.parentElement as Element]);
  const cartes = document.querySelector('.liste') ?? sectionDesProches();
  cartes.append(...blocs);
}

function sectionDesProches(): HTMLElement {
  moisCaches = [...document.querySelectorAll<HTMLElement>('section:has(> .cartes)')];
  const section = document.createElement('section');
  const titre = document.createElement('h2');
  const liste = document.createElement('ul');
  section.id = 'proches';
  titre.className = 'jour';
  titre.textContent = mots()['titre'] ?? '';
  liste.className = 'cartes';
  section.append(titre, liste);
  moisCaches[0]?.before(section);
  for (const mois of moisCaches) mois.hidden = true;
  return liste;
}

/** Remet chaque rendez-vous sous son mois. */
function remettre(): void {
  for (const [bloc, parent] of places) parent.append(bloc);
  for (const mois of moisCaches) mois.hidden = false;
  document.getElementById('proches')?.remove();
  [places, moisCaches] = [[], []];
}

// --- ma commune -----------------------------------------------------------------------------------------------------

/** Ouvre, ou referme, de quoi dire sa commune. Les choix sont ceux du formulaire de la page. */
export function choisirCommune(bouton: HTMLButtonElement, memoire: Memoire): void {
  const ouvert = document.querySelector<HTMLFormElement>('form.chez');
  if (ouvert) {
    ouvert.remove();
    bouton.setAttribute('aria-expanded', 'false');
    return;
  }
  const formulaire = gabarit().content.querySelector('form')?.cloneNode(true) as HTMLFormElement;
  const choix = formulaire.querySelector('select') as HTMLSelectElement;
  const oubli = formulaire.querySelector<HTMLButtonElement>('[type=button]');
  const communes = document.querySelectorAll<HTMLOptionElement>('#f-commune option[value]:not([value=""])');
  choix.append(...[...communes].map(({ label, value }) => new Option(label, value)));
  const chez = memoire.lire();
  choix.value = chez?.code ?? choix.options[0]?.value ?? '';
  if (oubli) oubli.hidden = chez === null;
  const fermer = (phrase: string | undefined) => {
    formulaire.remove();
    bouton.setAttribute('aria-expanded', 'false');
    bouton.focus();
    annoncer(phrase);
  };
  formulaire.addEventListener('submit', (evenement) => {
    evenement.preventDefault();
    void situer(choix.value).then((dite) => {
      if (!dite) return annoncer(mots()['sansReseau']);
      const gardee = memoire.garder(dite);
      direDepuis(dite);
      fermer(remplir(mots()[gardee ? 'garde' : 'nonGarde'], { commune: dite.nom }));
    });
  });
  oubli?.addEventListener('click', () => {
    memoire.garder(null);
    oublierDistances();
    bouton.textContent = mots()['communeMot'] ?? '';
    fermer(mots()['oublie']);
  });
  bouton.setAttribute('aria-expanded', 'true');
  bouton.closest('nav')?.after(formulaire);
  choix.focus();
}

/** Où est cette commune. On demande la liste entière : le serveur n'apprend pas laquelle a été choisie. */
async function situer(code: string): Promise<Chez | null> {
  try {
    const reponse = await fetch('/api/communes');
    if (!reponse.ok) return null;
    const commune = ((await reponse.json()) as Chez[]).find((une) => une.code === code);
    return commune ? { code, nom: commune.nom, lat: commune.lat, lon: commune.lon } : null;
  } catch {
    return null;
  }
}

// --- les distances --------------------------------------------------------------------------------------------------

function direDistances(ici: Point, phrase: string | undefined): void {
  for (const ou of document.querySelectorAll<HTMLElement>('[data-ou]')) {
    const km = distanceDe(ou, ici);
    if (!Number.isFinite(km)) continue;
    const dit = place(ou);
    // Ce que la page disait, pour le rendre si la personne change d'avis.
    dit.dataset['avant'] ??= dit.textContent ?? '';
    dit.textContent = remplir(phrase, { km: Math.max(1, Math.round(km)) });
  }
}

function place(ou: HTMLElement): HTMLElement {
  const dite = ou.querySelector<HTMLElement>('.loin');
  if (dite) return dite;
  const neuve = document.createElement('span');
  neuve.className = 'loin';
  ou.querySelector('span')?.append(neuve);
  return neuve;
}

function oublierDistances(): void {
  for (const dite of document.querySelectorAll<HTMLElement>('.loin[data-avant]')) {
    if (dite.dataset['avant']) dite.textContent = dite.dataset['avant'];
    else dite.remove();
    delete dite.dataset['avant'];
  }
}

/** À vol d'oiseau (haversine), en kilomètres ; l'infini pour ce qui n'a pas de place. */
function distanceDe(ou: HTMLElement | null, ici: Point): number {
  const [lat = NaN, lon = NaN] = (ou?.dataset['ou'] ?? '').split(',').map(Number.parseFloat);
  const radian = Math.PI / 180;
  const h =
    Math.sin(((lat - ici.lat) * radian) / 2) ** 2 +
    Math.cos(lat * radian) * Math.cos(ici.lat * radian) * Math.sin(((lon - ici.lon) * radian) / 2) ** 2;
  const km = 2 * RAYON_TERRE_KM * Math.asin(Math.sqrt(Math.min(1, h)));
  return Number.isFinite(km) ? km : Infinity;
}

// --- ce que la page dit ---------------------------------------------------------------------------------------------

function gabarit(): HTMLTemplateElement {
  return document.getElementById('proximite') as HTMLTemplateElement;
}

/** Les phrases : écrites une fois, dans les textes, et portées par le gabarit de la page. */
function mots(): DOMStringMap {
  return gabarit()?.dataset ?? {};
}

function annoncer(phrase: string | undefined): void {
  let statut = document.querySelector<HTMLElement>('.proximite');
  if (!statut) {
    statut = document.createElement('p');
    statut.className = 'proximite aide';
    statut.setAttribute('role', 'status');
    gabarit().before(statut);
  }
  statut.textContent = phrase ?? '';
}
