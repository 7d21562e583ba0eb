// Ce que la cuisine écrit et que le réseau n'a pas encore porté : des décisions seulement, sans réseau ni base.

import type { Brute } from './lecture';

export type Sorte = 'message' | 'temperature' | 'pesee' | 'lecture';

/** Une écriture faite ici. Son identifiant est dans l'adresse : la rejouer ne fait rien de plus. */
export interface Geste {
  /** Son rang dans la file, donné par le dépôt. */
  rang?: number;
  id: string;
  moment: string;
  sorte: Sorte;
  methode: 'PUT' | 'POST' | 'DELETE';
  adresse: string;
  corps: Record<string, unknown> | null;
  etat: 'garde' | 'refuse';
  /** Ce que le service a répondu, quand il refuse. */
  raison?: string;
}

export type Issue =
  | { genre: 'faite' }
  | { genre: 'refusee'; raison: string }
  /** Le lien ne s'ouvre plus : rien n'est perdu, un autre lien fera partir ce qui attend. */
  | { genre: 'fermee' }
  | { genre: 'silence' };

/** Ce que veut dire une réponse. La page d'un portail ou d'un mandataire n'est pas une réponse du service. */
export function lireIssue({ statut, type, corps }: Brute): Issue {
  if (statut === 408 || statut === 425 || statut === 429 || statut >= 500) return { genre: 'silence' };
  const genre = type.split(';')[0]?.trim();
  if (statut >= 200 && statut < 300) return statut === 204 || genre === 'application/json' ? { genre: 'faite' } : { genre: 'silence' };
  if (genre !== 'application/problem+json') return { genre: 'silence' };
  const probleme = lireProbleme(corps);
  if (estFerme(statut, probleme.code)) return { genre: 'fermee' };
  return { genre: 'refusee', raison: probleme.phrase };
}

/** Vrai si ce n'est pas l'écriture qui est refusée, mais l'accès : lien révoqué, expiré, banquet retiré, session fermée. */
export function estFerme(statut: number, code: string): boolean {
  return statut === 401 || statut === 410 || (statut === 404 && ACCES.has(code));
}

const ACCES = new Set(['lien-de-cuisine-inconnu', 'banquet-inconnu']);

/** Un refus tel que le service l'écrit (RFC 9457), avec ce qu'il dit de chaque champ. */
export function lireProbleme(corps: string): { code: string; phrase: string } {
  try {
    const lu = JSON.parse(corps) as { type?: string; title?: string; detail?: string; erreurs?: { message: string }[] };
    const champs = (lu.erreurs ?? []).map(({ message }) => message);
    return { code: lu.type?.split('/').pop() ?? '', phrase: [lu.detail ?? lu.title ?? '', ...champs].filter(Boolean).join(' ') };
  } catch {
    return { code: '', phrase: '' };
  }
}

/** Le prochain à envoyer : dans l'ordre pour chaque banquet, et rien d'un banquet dont l'accès s'est fermé. */
export function prochain(gestes: readonly Geste[], fermes: ReadonlySet<string>): Geste | undefined {
  return gestes.find((geste) => geste.etat === 'garde' && !fermes.has(geste.moment));
}

/** Ceux qu'un geste neuf remplace : le même objet corrigé avant d'être parti. L'ordre d'origine est gardé. */
export function remplacer(gestes: readonly Geste[], neuf: Geste): Geste | undefined {
  return gestes.find(
    ({ adresse, methode }) => adresse === neuf.adresse && methode === 'PUT' && neuf.methode === 'PUT',
  );
}

/** Les messages que le service a refusés, et qui attendent qu'on les corrige. */
export function messagesRefuses(gestes: readonly Geste[]): Geste[] {
  return gestes.filter(({ sorte, etat, methode }) => sorte === 'message' && etat === 'refuse' && methode === 'PUT');
}

/** Le même message, corrigé : à sa place dans la file, sous un autre nom — le service a pu retenir l'ancien. */
export function corriger(geste: Geste, id: string, corps: Geste['corps']): Geste {
  const { raison: _, ...reste } = geste;
  return { ...reste, id, adresse: geste.adresse.slice(0, -geste.id.length) + id, corps, etat: 'garde' };
}

/** Secondes avant la question suivante : cinq quand on regarde, de plus en plus quand rien ne répond. */
export function rythme({ visible, echecs }: { visible: boolean; echecs: number }): number {
  const recul = Math.min(60, 5 * 2 ** Math.min(echecs, 4));
  return visible ? recul : Math.max(60, recul);
}
