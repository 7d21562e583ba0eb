// Les phrases de l'appareil, dans la langue de la page.

import { remplir } from '../trous';
import type fr from './phrases/fr';

type Formes = { one: string; other: string };
type Phrases = typeof fr;

const fichiers = import.meta.glob<{ default: Phrases }>('./phrases/*.ts');
let phrases: Phrases | undefined;

/** À faire avant le premier affichage. */
export async function parler(): Promise<Phrases> {
  const charger = fichiers[`./phrases/${document.documentElement.lang}.ts`] ?? fichiers['./phrases/fr.ts'];
  phrases ??= (await charger?.())?.default;
  return dits();
}

/** Les phrases, une fois chargées. */
export function dits(): Phrases {
  if (!phrases) throw new Error('les phrases ne sont pas chargées');
  return phrases;
}

/** Le singulier ou le pluriel. */
export function compter({ one, other }: Formes, n: number): string {
  return n === 1 ? one : remplir(other, { n });
}
