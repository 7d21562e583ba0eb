import type { Modeles } from '../../api/client';
import { ALLERGENES, REGIMES as TOUS, type Allergene, type Regime as DitAuFoyer } from '../saisie-foyer';
import { langue, t } from '../textes';

export type Menu = Modeles['MenuVue'];
export type Plat = Modeles['PlatVue'];

export { ALLERGENES, type Allergene };

export const SERVICES = ['aperitif', 'entree', 'plat', 'accompagnement', 'fromage', 'dessert', 'boisson', 'pain'] as const;
export type Service = (typeof SERVICES)[number];

export type Regime = Exclude<DitAuFoyer, 'autre'>;
/** Ceux qu'un plat satisfait ; « autre » se demande à la personne. */
export const REGIMES = TOUS.filter((regime): regime is Regime => regime !== 'autre');

export const nomAllergene = (code: string): string => t(`allergenes.${code as Allergene}`);
export const nomRegime = (code: string): string => t(`regimes.${code as Regime}`);

/** « gluten, lait et œufs ». */
export function enumerer(mots: readonly string[]): string {
  return new Intl.ListFormat(langue, { type: 'conjunction' }).format(mots);
}
