/** Les mots des achats : codes du service, phrases de l'écran. */
import type { Modeles } from '../../api/client';
import { direMontant } from '../montants';
import { ecrireMilliemes, RAYONS, type UniteDeVente } from '../quantites';
import { langue, t } from '../textes';

export type Produit = Modeles['VueProduit'];
export type Producteur = Modeles['VueProducteur'];
export type Ligne = Modeles['VueApprovisionnement'];
export type Label = Produit['labels'][number];
export type Classe = NonNullable<Produit['classe']>;
export type Famille = Produit['famille'];
export type Metier = Producteur['genre'];
export type Genre = Ligne['genre'];
export type EtatBio = Producteur['etat_bio'];
export type Definition = NonNullable<Ligne['local']>['definition'];

export const METIERS = [
  'agriculteur', 'amap', 'boulanger', 'grossiste', 'cueilleur', 'donateur',
] as const satisfies readonly Metier[]; // prettier-ignore
export const UNITES = ['kg', 'L', 'piece', 'botte', 'caisse'] as const satisfies readonly UniteDeVente[];
export const FAMILLES = RAYONS satisfies readonly Famille[];
export const LABELS = [
  'BIO', 'LABEL_ROUGE', 'AOCAOP', 'IGP', 'STG', 'HVE', 'PECHE_DURABLE', 'RUP', 'COMMERCE_EQUITABLE', 'FERMIER',
  'EXTERNALITES', 'PERFORMANCE', 'CIRCUIT_COURT', 'FRANCE', 'EUROPE',
] as const satisfies readonly Label[]; // prettier-ignore
export const GENRES = ['achat', 'don', 'surplus', 'cueillette', 'apport'] as const satisfies readonly Genre[];
export const DEFINITIONS = ['COMMUNE', 'DEPARTEMENT', 'REGION', 'PAT', 'KM'] as const satisfies readonly Definition[];

/** « 12,5 kg », « 1 botte », « 3 caisses ». */
export function direQuantite(milliemes: number, unite: UniteDeVente): string {
  const combien = ecrireMilliemes(milliemes, langue);
  // `n` ne choisit que le pluriel : « 1,5 botte » est au singulier, « 1.5 bunches » au pluriel.
  return t(`ventes.${unite}`, { n: milliemes / 1000, combien });
}

/** « 3,20 € HT le kg ». */
export function direPrix(centimes: number, unite: UniteDeVente): string {
  return t(`prix_par.${unite}`, { prix: direMontant(centimes, langue) });
}

export function direLabels(labels: readonly Label[]): string {
  return labels.map((label) => t(`labels.${label}`)).join(', ');
}

/** « local (moins de 50 km) ». */
export function direLocal({ definition, km }: NonNullable<Ligne['local']>): string {
  return t(`local.${definition}`, { km: km ?? 0 });
}

/** « à 12,4 km » ; le service arrondit au dixième. */
export function direDistance(km: number): string {
  return t('producteurs.a_km', { km: ecrireMilliemes(Math.round(km * 10) * 100, langue) });
}

/** « 12 juin 2026 » d'un jour sans heure. */
export function direDate(jour: string): string {
  return new Date(`${jour}T12:00:00Z`).toLocaleDateString(langue === 'en' ? 'en-GB' : langue, {
    day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC',
  }); // prettier-ignore
}
