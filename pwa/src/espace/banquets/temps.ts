import type { Modeles } from '../../api/client';

/** Où en est le repas. Le serveur le décide ; les écrans d'un banquet ne regardent pas l'heure. */
export type Temps = Modeles['BanquetTete']['temps'];
/** Le temps des verbes : le jour même se dit comme la veille, on n'a pas encore mangé. */
export type Parle = Exclude<Temps, 'jour'>;

export function parler(temps: Temps): Parle {
  return temps === 'jour' ? 'a_venir' : temps;
}

/** Vrai tant qu'il reste à préparer : ensuite, on ne propose plus que de compter, de peser et de relire. */
export function estDevant(temps: Temps): boolean {
  return parler(temps) === 'a_venir';
}
