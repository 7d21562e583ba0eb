import { lireMilliemes } from '../quantites';

export type Unite = 'g' | 'mL' | 'piece';

/** Combien d'unités de base dans une unité tapée : on dit « 5 kg » d'une caisse que l'on compte en grammes. */
const MULTIPLES: Record<Unite, Record<string, number>> = {
  g: { g: 1, kg: 1000 },
  mL: { ml: 1, cl: 10, l: 1000 },
  piece: { piece: 1, pieces: 1, pièce: 1, pièces: 1 },
};

/** « 200 », « 0,2 kg », « 33 cL » en millièmes de l'unité de base ; `null` si rien, `undefined` si cela ne se comprend pas. */
export function lireQuantite(saisie: string, unite: Unite): number | null | undefined {
  const nu = saisie.replace(/[\s\u00a0\u202f]/g, '');
  const suffixe = /[a-zè]+$/i.exec(nu)?.[0] ?? '';
  const multiple = suffixe === '' ? 1 : MULTIPLES[unite][suffixe.toLowerCase()];
  const lu = lireMilliemes(nu.slice(0, nu.length - suffixe.length));
  if (multiple === undefined || (suffixe !== '' && lu === null)) return undefined;
  return lu === null || lu === undefined ? lu : lu * multiple;
}
