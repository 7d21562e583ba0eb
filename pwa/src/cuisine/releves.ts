// Ce que vaut une température, dit aussitôt sur l'appareil, comme le service le dira (`server/banquets/cuisine`).
// Arrêté du 21 décembre 2009, annexe IV : bonne pratique pour un banquet, pas un contrôle.

import type { ReleveVue } from './vue';

export type Genre = ReleveVue['genre'];
export type Verdict = NonNullable<ReleveVue['verdict']>;

/** Dixièmes de degré. */
export const CHAUD_MIN = 630;
export const FROID_MAX = 30;
const TIEDE = 100;

const MINUTE = 60_000;
/** De 63 à 10 °C en deux heures, de 10 à 63 °C en une : au plus. */
const DUREES_MS: Partial<Record<Genre, number>> = { refroidissement: 120 * MINUTE, remise: 60 * MINUTE };

/** Vrai pour ce qui se suit d'une mesure à l'autre. */
export function seSuit(genre: Genre): boolean {
  return genre in DUREES_MS;
}

/** Une mesure qui compte : combien, quand. */
export interface Point {
  dixiemes: number;
  prise_le: string;
}

/** Ce que disent les mesures d'une série, et l'heure où elle doit être finie (nulle : aucun délai). */
export function juger(genre: Genre, points: readonly Point[]): { verdict: Verdict | null; au_plus_tard: string | null } {
  const suite = [...points].sort((a, b) => Date.parse(a.prise_le) - Date.parse(b.prise_le));
  const derniere = suite.at(-1);
  if (!derniere) return { verdict: null, au_plus_tard: null };
  if (genre === 'chaud') return { verdict: derniere.dixiemes >= CHAUD_MIN ? 'bon' : 'trop_froid', au_plus_tard: null };
  if (genre === 'froid') return { verdict: derniere.dixiemes <= FROID_MAX ? 'bon' : 'trop_chaud', au_plus_tard: null };
  return jugerUnPassage(genre, suite, derniere);
}

/** Le temps passé entre 63 et 10 °C : de la dernière mesure encore au bord du départ à la première au bord d'arrivée. */
function jugerUnPassage(
  genre: Genre,
  suite: readonly Point[],
  derniere: Point,
): { verdict: Verdict; au_plus_tard: string | null } {
  const descend = genre === 'refroidissement';
  const auDepart = ({ dixiemes }: Point) => (descend ? dixiemes >= CHAUD_MIN : dixiemes <= TIEDE);
  const arrive = ({ dixiemes }: Point) => (descend ? dixiemes <= TIEDE : dixiemes >= CHAUD_MIN);

  let rang = 0;
  for (let suivant = suite[1]; suivant && auDepart(suivant); suivant = suite[rang + 1]) rang++;
  const depart = suite[rang] ?? derniere;
  if (arrive(depart)) return { verdict: 'a_suivre', au_plus_tard: null };
  const limite = Date.parse(depart.prise_le) + (DUREES_MS[genre] ?? 0);
  const au_plus_tard = new Date(limite).toISOString();
  const fin = suite.slice(rang).find(arrive);
  if (fin) return { verdict: Date.parse(fin.prise_le) <= limite ? 'bon' : 'trop_long', au_plus_tard };
  return { verdict: Date.parse(derniere.prise_le) <= limite ? 'en_cours' : 'trop_long', au_plus_tard };
}

/** Ce que vaut une série à cet instant : en route et hors délai, elle est déjà trop longue, même sans mesure de plus. */
export function aCetInstant(verdict: Verdict | null, au_plus_tard: string | null, maintenant: number): Verdict | null {
  return verdict === 'en_cours' && au_plus_tard !== null && maintenant > Date.parse(au_plus_tard) ? 'trop_long' : verdict;
}

/** Vrai pour un verdict qui demande de faire quelque chose. */
export function inquiete(verdict: Verdict | null): boolean {
  return verdict === 'trop_froid' || verdict === 'trop_chaud' || verdict === 'trop_long';
}
