import { signal } from '@preact/signals';
import { locale } from './dates';
import type banquets from './phrases/banquets/fr';
import type fr from './phrases/fr';
import type intendance from './phrases/intendance/fr';

type Formes = { one: string; other: string };

/** Toutes les clés du français : une clé qui n'existe pas ne passe pas la vérification des types. */
type Cles<T> = {
  [K in keyof T & string]: T[K] extends string | Formes ? K : `${K}.${Cles<T[K]>}`;
}[keyof T & string];
export type Cle = Cles<typeof fr> | Cles<typeof banquets> | Cles<typeof intendance>;
/** Deux lettres, celles d'un fichier de `phrases/`. */
export type Langue = string;

type Phrases = { default: Record<string, unknown> };
const fichiers = import.meta.glob<Phrases>('./phrases/*.ts');
/** Celles d'une famille d'écrans, demandées avec eux : le premier écran n'en porte pas le poids. */
const parFamille = {
  banquets: import.meta.glob<Phrases>('./phrases/banquets/*.ts'),
  intendance: import.meta.glob<Phrases>('./phrases/intendance/*.ts'),
};
export type Famille = keyof typeof parFamille;
const demandees = new Set<Famille>();
const REFERENCE = 'fr';

/** Les langues livrées, le français d'abord. */
export const langues: readonly Langue[] = Object.keys(fichiers)
  .map((chemin) => chemin.slice(-5, -3))
  .sort((a, b) => Number(b === REFERENCE) - Number(a === REFERENCE) || a.localeCompare(b));

/** Un signal : changer de langue redessine tout ce qui a dit une phrase. */
const phrases = signal<Record<string, unknown>>({});
export let langue: Langue = REFERENCE;

/** Une langue livrée ; le français à défaut. */
export function choisirLangue(voulue: string): Langue {
  return langues.includes(voulue) ? voulue : REFERENCE;
}

/** Charge les phrases d'une langue ; à faire avant le premier affichage. */
export async function parler(voulue: Langue): Promise<void> {
  const charger = fichiers[`./phrases/${voulue}.ts`];
  if (!charger) return;
  const lots = [charger, ...[...demandees].map((famille) => chargeur(famille, voulue))];
  const modules = await Promise.all(lots.map((lot) => lot?.()));
  langue = voulue;
  phrases.value = Object.assign({}, ...modules.map((module) => module?.default));
  document.documentElement.lang = voulue;
}

function chargeur(famille: Famille, voulue: Langue): (() => Promise<Phrases>) | undefined {
  const lots = parFamille[famille];
  return lots[`./phrases/${famille}/${voulue}.ts`] ?? lots[`./phrases/${famille}/${REFERENCE}.ts`];
}

/** Les phrases d'une famille d'écrans, en plus de celles que l'on a ; changer de langue les changera aussi. */
export async function apprendre(famille: Famille): Promise<void> {
  if (demandees.has(famille)) return;
  const module = await chargeur(famille, langue)?.();
  demandees.add(famille);
  phrases.value = { ...phrases.value, ...module?.default };
}

/** La phrase de cette clé, ses `{trous}` remplis ; `n` choisit entre le singulier et le pluriel. */
export function t(cle: Cle, valeurs: Record<string, string | number> = {}): string {
  let noeud: unknown = phrases.value;
  for (const morceau of cle.split('.')) noeud = (noeud as Record<string, unknown> | undefined)?.[morceau];
  if (typeof noeud === 'object' && noeud !== null) {
    const formes = noeud as Formes;
    noeud = estSingulier(Number(valeurs['n'] ?? 0)) ? formes.one : formes.other;
  }
  return String(noeud ?? cle).replace(/\{(\w+)\}/g, (trou, nom: string) => String(valeurs[nom] ?? trou));
}

function estSingulier(n: number): boolean {
  return langue === 'en' ? n === 1 : Math.abs(n) < 2;
}

/** « 8 519 » ; « 8,519 ». */
export function nombre(valeur: number): string {
  return valeur.toLocaleString(locale(langue));
}

/** « Français », « English » : chaque langue se nomme dans la sienne. */
export function nomDeLangue(code: Langue): string {
  const nom = new Intl.DisplayNames(code, { type: 'language' }).of(code) ?? code;
  return nom.charAt(0).toLocaleUpperCase(code) + nom.slice(1);
}
