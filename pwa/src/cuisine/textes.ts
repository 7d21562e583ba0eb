// Les phrases de la cuisine. À part de celles de l'espace : une tablette n'a pas à garder ce qu'elle ne dira jamais.

import { signal } from '@preact/signals';
import type fr from './phrases/fr';

type Formes = { one: string; other: string };

/** Toutes les clés du français : une clé qui n'existe pas ne passe pas la vérification des types. */
type Cles<T> = {
  [K in keyof T & string]: T[K] extends string | Formes ? K : `${K}.${Cles<T[K]>}`;
}[keyof T & string];
export type Cle = Cles<typeof fr>;

const fichiers = import.meta.glob<{ default: Record<string, unknown> }>('./phrases/*.ts');
const phrases = signal<Record<string, unknown>>({});
export let langue = 'fr';

/** Charge les phrases de cette langue, le français à défaut ; à faire avant le premier affichage. */
export async function parler(voulue: string): Promise<void> {
  const livree = `./phrases/${voulue}.ts` in fichiers ? voulue : 'fr';
  const module = await fichiers[`./phrases/${livree}.ts`]?.();
  langue = livree;
  phrases.value = module?.default ?? {};
}

/** La phrase de cette clé, ses `{trous}` remplis ; `n` choisit entre le singulier et le pluriel. */
export function t(cle: Cle, valeurs: Record<string, string | number> = {}): string {
  let noeud: unknown = phrases.value;
  for (const morceau of cle.split('.')) noeud = (noeud as Record<string, unknown> | undefined)?.[morceau];
  if (typeof noeud === 'object' && noeud !== null) {
    const formes = noeud as Formes;
    const n = Math.abs(Number(valeurs['n'] ?? 0));
    noeud = (langue === 'en' ? n === 1 : n < 2) ? formes.one : formes.other;
  }
  // Écrit ici plutôt que partagé avec les pages publiques : ce serait un fichier de plus à leur première visite.
  return String(noeud ?? cle).replace(/\{(\w+)\}/g, (trou, nom: string) => String(valeurs[nom] ?? trou));
}
