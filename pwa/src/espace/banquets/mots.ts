import { langue, t } from '../textes';
import type { Modeles } from '../../api/client';

export type Menu = Modeles['MenuVue'];
export type Plat = Modeles['PlatVue'];

export const SERVICES = ['aperitif', 'entree', 'plat', 'accompagnement', 'fromage', 'dessert', 'boisson', 'pain'] as const;
export type Service = (typeof SERVICES)[number];

/** Les quatorze de l'annexe II, dans son ordre. */
export const ALLERGENES = [
  'gluten', 'crustaces', 'oeufs', 'poissons', 'arachides', 'soja', 'lait', 'fruits_a_coque', 'celeri', 'moutarde', 'sesame',
  'sulfites', 'lupin', 'mollusques',
] as const; // prettier-ignore
export type Allergene = (typeof ALLERGENES)[number];

export const REGIMES = ['vegetarien', 'vegetalien', 'sans_gluten', 'sans_lactose', 'sans_porc', 'halal', 'casher'] as const;
export type Regime = (typeof REGIMES)[number];

export const nomAllergene = (code: string): string => t(`allergenes.${code as Allergene}`);
export const nomRegime = (code: string): string => t(`regimes.${code as Regime}`);

/** « gluten, lait et œufs ». */
export function enumerer(mots: readonly string[]): string {
  return new Intl.ListFormat(langue, { type: 'conjunction' }).format(mots);
}
