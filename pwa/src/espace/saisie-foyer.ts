/** Un foyer que l'équipe inscrit ou corrige : ce que l'on tape, et ce que le service reçoit. */
import type { Modeles } from '../api/client';
import type { Choisi } from './saisie-evenement';

type Moment = Modeles['MomentEquipe'];
type Inscription = Modeles['InscriptionEquipe'];
type Saisie = Modeles['SaisieInscription'];
type Correction = Modeles['ModificationInscription'];
type Presence = Modeles['PresenceDemande'];
type Convive = Modeles['ConviveDemande'];
export type Origine = Saisie['origine'];
export type Regime = NonNullable<Convive['regimes']>[number];
export type Allergene = NonNullable<Convive['allergenes']>[number];
export type Age = NonNullable<Convive['age']>;
export type Contribution = NonNullable<Saisie['contributions']>[number];
export type Besoin = NonNullable<Saisie['besoins']>[number];

export const AGES = ['adultes', 'enfants', 'tout_petits'] as const;
export const REGIMES = [
  'vegetarien', 'vegetalien', 'sans_gluten', 'sans_lactose', 'sans_porc', 'halal', 'casher', 'autre',
] as const satisfies readonly Regime[]; // prettier-ignore
export const ALLERGENES = [
  'gluten', 'crustaces', 'oeufs', 'poissons', 'arachides', 'soja', 'lait', 'fruits_a_coque', 'celeri', 'moutarde',
  'sesame', 'sulfites', 'lupin', 'mollusques',
] as const satisfies readonly Allergene[]; // prettier-ignore
export const CONTRIBUTIONS = [
  'cuisine', 'installation', 'accueil', 'service', 'vaisselle', 'rangement', 'transport', 'musique', 'apporter',
] as const satisfies readonly Contribution[]; // prettier-ignore
export const BESOINS = [
  'fauteuil_roulant', 'chaise_haute', 'place_assise', 'langue_des_signes', 'boucle_magnetique', 'covoiturage',
  'stationnement', 'autre',
] as const satisfies readonly Besoin[]; // prettier-ignore

export interface Nombres {
  adultes: number;
  enfants: number;
  tout_petits: number;
}

export interface SaisiePresence extends Nombres {
  moment: string;
  vient: boolean;
  tarif: string;
}

export interface SaisieConvive {
  cle: string;
  nombre: number;
  age: Age;
  regimes: Regime[];
  allergenes: Allergene[];
}

export interface SaisieFoyer {
  /** Choisi une fois, gardé avec ce qu'on tape : refaire l'envoi, quand la réponse s'est perdue, ne double rien. */
  id: string;
  origine: Origine;
  prenom: string;
  courriel: string;
  telephone: string;
  commune: Choisi | null;
  /** Les mêmes personnes à tous les moments choisis : le cas courant, un seul compte à dire. */
  memes: boolean;
  nombres: Nombres;
  presences: SaisiePresence[];
  convives: SaisieConvive[];
  accord_regimes: boolean;
  contributions: Contribution[];
  besoins: Besoin[];
  message: string;
  premiere_fois: '' | 'oui' | 'non';
  accepte_attente: boolean;
  tout_ou_rien: boolean;
}

export function total({ adultes, enfants, tout_petits }: Nombres): number {
  return adultes + enfants + tout_petits;
}

/** Des nombres ajoutés, âge par âge. */
export function additionner(nombres: readonly Nombres[]): Nombres {
  const somme = { adultes: 0, enfants: 0, tout_petits: 0 };
  for (const ceux_ci of nombres) for (const age of AGES) somme[age] += ceux_ci[age];
  return somme;
}

/** Les moments où l'on s'inscrit ; un évènement où l'on ne s'inscrit à rien n'en a pas. */
export function momentsOuverts<M extends Pick<Moment, 'sur_inscription'>>(moments: readonly M[]): M[] {
  return moments.filter((moment) => moment.sur_inscription);
}

/** Les places qui restent à un moment, jamais moins que zéro ; `null` s'il n'a pas de limite. */
export function placesRestantes({ jauge, pris }: Pick<Moment, 'jauge' | 'pris'>): number | null {
  return jauge === null ? null : Math.max(0, jauge - pris);
}

/** Un foyer encore à dire. À la porte, on ne propose pas d'emblée un moment complet ; au téléphone, on peut y attendre. */
export function foyerVide(moments: readonly Moment[], origine: Origine): SaisieFoyer {
  return {
    id: crypto.randomUUID(),
    origine,
    prenom: '',
    courriel: '',
    telephone: '',
    commune: null,
    memes: true,
    nombres: { adultes: 1, enfants: 0, tout_petits: 0 },
    presences: momentsOuverts(moments).map((moment) => ({
      moment: moment.id, vient: origine !== 'porte' || placesRestantes(moment) !== 0, adultes: 1, enfants: 0, tout_petits: 0, tarif: '',
    })), // prettier-ignore
    convives: [],
    accord_regimes: false,
    contributions: [],
    besoins: [],
    message: '',
    premiere_fois: '',
    accepte_attente: true,
    tout_ou_rien: false,
  };
}

/** Une inscription, comme on la corrige. Les régimes n'y sont pas : l'équipe ne les voit pas, le foyer les change. */
export function depuisInscription(inscription: Inscription, moments: readonly Moment[]): SaisieFoyer {
  const presences = momentsOuverts(moments).map((moment) => {
    const la = inscription.presences.find((presence) => presence.moment === moment.id && presence.statut !== 'annulee');
    return {
      moment: moment.id,
      vient: la !== undefined,
      adultes: la?.adultes ?? 0,
      enfants: la?.enfants ?? 0,
      tout_petits: la?.tout_petits ?? 0,
      tarif: moment.prix.tarifs.find((tarif) => tarif.nom === la?.tarif)?.id ?? '',
    };
  });
  const venues = presences.filter(({ vient }) => vient);
  const premiere = venues[0];
  const memes = venues.every((presence) => AGES.every((age) => presence[age] === premiere?.[age]));
  return {
    id: inscription.id,
    origine: 'telephone',
    prenom: inscription.prenom,
    courriel: inscription.courriel ?? '',
    telephone: inscription.telephone ?? '',
    commune: inscription.commune ? { slug: inscription.commune, nom: inscription.commune_nom ?? inscription.commune } : null,
    memes,
    nombres: {
      adultes: premiere?.adultes ?? 1,
      enfants: premiere?.enfants ?? 0,
      tout_petits: premiere?.tout_petits ?? 0,
    },
    presences,
    convives: [],
    accord_regimes: false,
    contributions: inscription.contributions as Contribution[],
    besoins: inscription.besoins as Besoin[],
    message: inscription.message ?? '',
    premiere_fois: inscription.premiere_fois === null ? '' : inscription.premiere_fois ? 'oui' : 'non',
    accepte_attente: true,
    tout_ou_rien: false,
  };
}

/** Les présences demandées : celles des moments choisis, chacune avec au moins une personne. */
export function presencesVoulues(saisie: SaisieFoyer): Presence[] {
  return saisie.presences
    .filter(({ vient }) => vient)
    .map((presence) => {
      const { adultes, enfants, tout_petits } = saisie.memes ? saisie.nombres : presence;
      return { moment: presence.moment, adultes, enfants, tout_petits, tarif: presence.tarif || null };
    })
    .filter((presence) => total(presence) > 0);
}

export interface Debordement {
  moment: string;
  /** Personnes au-delà des places, ce foyer compris. */
  deTrop: number;
}

/** Les moments demandés où ce foyer ne tient pas. */
export function debordent(
  moments: readonly Pick<Moment, 'id' | 'jauge' | 'pris'>[],
  presences: readonly Presence[],
): Debordement[] {
  return presences.flatMap(({ moment, adultes = 0, enfants = 0, tout_petits = 0 }) => {
    const la = moments.find(({ id }) => id === moment);
    if (!la || la.jauge === null) return [];
    const deTrop = la.pris + total({ adultes, enfants, tout_petits }) - la.jauge;
    return deTrop > 0 ? [{ moment, deTrop }] : [];
  });
}

/** Le plus grand nombre de personnes que ce foyer amène à un moment : ce que dit le bouton. */
export function personnes(saisie: SaisieFoyer): number {
  return Math.max(0, ...presencesVoulues(saisie).map(total));
}

function commun(saisie: SaisieFoyer) {
  return {
    prenom: saisie.prenom.trim(),
    courriel: saisie.courriel.trim() || null,
    telephone: saisie.telephone.trim() || null,
    commune: saisie.commune?.slug ?? null,
    presences: presencesVoulues(saisie),
    contributions: saisie.contributions,
    besoins: saisie.besoins,
    message: saisie.message.trim() || null,
    premiere_fois: saisie.premiere_fois === '' ? null : saisie.premiere_fois === 'oui',
    accepte_attente: saisie.accepte_attente,
  };
}

/** `malgreJauge` : l'équipe fait entrer ce foyer à la porte, même s'il ne reste pas assez de places. */
export function versSaisieInscription(saisie: SaisieFoyer, langue: string, malgreJauge = false): Saisie {
  return {
    ...commun(saisie),
    id: saisie.id,
    origine: saisie.origine,
    // Sans accord, rien de ce qui touche à la santé ne part.
    convives: saisie.accord_regimes
      ? saisie.convives
          .filter(({ regimes, allergenes }) => regimes.length + allergenes.length > 0)
          .map(({ age, nombre, regimes, allergenes }) => ({ age, nombre, regimes, allergenes }))
      : [],
    accord_regimes: saisie.accord_regimes,
    tout_ou_rien: saisie.tout_ou_rien,
    malgre_jauge: malgreJauge,
    langue,
  };
}

/** La correction : les régimes, que l'équipe ne voit pas, n'y figurent pas et ne changent donc pas. */
export function versCorrection(saisie: SaisieFoyer): Correction {
  return commun(saisie);
}
