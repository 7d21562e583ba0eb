// Ce que la cuisine lit, et rien d'autre : ces formes n'ont de place pour personne.

import type { Modeles } from '../api/client';

export type Vue = Modeles['VueCuisine'];
export type BanquetBref = Modeles['BanquetDeCuisine'];
export type Effectif = Modeles['EffectifDuBanquet'];
export type Besoin = Modeles['Besoin'];
export type Parts = Modeles['Parts'];
export type Plat = Modeles['PlatVue'];
export type Approvisionnement = Modeles['ApprovisionnementDeCuisine'];
export type Commande = Modeles['CommandeDeCuisine'];
export type Assiettes = Modeles['AssiettesVue'];
export type Assiette = Modeles['AssietteVue'];
export type PlatServi = Modeles['PlatServi'];
export type Annonce = Modeles['AnnonceVue'];
export type ReleveVue = Modeles['ReleveVue'];
export type MesureVue = Modeles['MesureVue'];
export type PeseeVue = Modeles['PeseeVue'];

/** Tout ce que les écrans lisent. */
const PARTIES = [
  'repas', 'menu', 'effectif', 'couverture', 'quantites', 'approvisionnements', 'commandes', 'messages', 'temperatures', 'pesees',
] as const satisfies readonly (keyof Vue)[]; // prettier-ignore

/** Une copie gardée par une version d'avant, à qui il manque une partie, ne se montre pas : elle se redemande. */
export function estLisible(copie: unknown): copie is Vue {
  return typeof copie === 'object' && copie !== null && PARTIES.every((partie) => partie in copie);
}
