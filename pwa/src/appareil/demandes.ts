// Ce que l'appareil a promis d'envoyer : des décisions seulement, sans réseau, sans base, sans heure.
// Une demande gardée n'est jamais une inscription : seul le service donne une place.

import { compterAuMoment } from '../personnes';

/** Un formulaire du site, tel que le navigateur l'aurait envoyé, et ce qu'il est devenu. */
export interface Demande {
  /** Son rang dans la file, donné par le dépôt. */
  rang?: number;
  /** L'inscription visée ; choisie ici pour une inscription neuve. Vide pour ce qui concerne tout l'appareil. */
  inscription: string;
  geste: string;
  adresse: string;
  /** Le formulaire, en `application/x-www-form-urlencoded`. */
  corps: string;
  /** De quoi la reconnaître : le rendez-vous, sa date en mots, pour qui. */
  titre: string;
  quand: string;
  prenom: string;
  etat: 'gardee' | 'faite' | 'refusee' | 'a_confirmer';
  /** Un envoi a commencé : le service l'a peut-être reçue sans que sa réponse nous parvienne. */
  partie: boolean;
  /** La personne a lu que la demande, ou celle qu'elle corrige, attendait ; elle se relira sans réseau. */
  differee: boolean;
  suite?: Suite;
  probleme?: Probleme;
}

/** Ce que répond le service à un envoi abouti (`server/pages/suite.py`). */
export interface Suite {
  adresse: string;
  id: string | null;
  phrase: string;
  ton: 'confirmee' | 'attente' | 'annulee';
  billet: string;
  garde_jusqu_au: string | null;
}

/** Un refus (RFC 9457). */
export interface Probleme {
  type: string;
  title: string;
  detail: string;
  erreurs?: { champ: string; message: string }[];
  attente_possible?: boolean;
  version?: number;
  quand?: string;
  ou?: string;
}

export type Issue =
  | { genre: 'faite'; suite: Suite }
  | { genre: 'refusee'; probleme: Probleme }
  /** Le service répond, mais pas maintenant. */
  | { genre: 'plus_tard'; attente_s: number }
  | { genre: 'silence' };

/** Un envoi neuf : rien n'est parti, rien n'est su. */
export function demandeNeuve(envoi: Pick<Demande, 'inscription' | 'geste' | 'adresse' | 'corps'> & Partial<Demande>): Demande {
  return { titre: '', quand: '', prenom: '', etat: 'gardee', partie: false, differee: false, ...envoi };
}

/** Ce que veut dire une réponse. Une page d'un portail ou d'un mandataire n'est pas une réponse du service. */
export function lireReponse(statut: number, type: string, corps: string, reprise: string | null): Issue {
  const genre = type.split(';')[0]?.trim();
  if (statut >= 500 || statut === 429 || statut === 408 || statut === 425) {
    return { genre: 'plus_tard', attente_s: Math.max(0, Number.parseInt(reprise ?? '', 10) || 0) };
  }
  try {
    if (statut >= 200 && statut < 300 && genre === 'application/json') {
      return { genre: 'faite', suite: JSON.parse(corps) as Suite };
    }
    if (statut >= 400 && genre === 'application/problem+json') {
      return { genre: 'refusee', probleme: JSON.parse(corps) as Probleme };
    }
  } catch {
    // Une réponse coupée en route ne dit rien.
  }
  return { genre: 'silence' };
}

/** `/problemes/moment-complet` → `moment-complet`. */
export function code(probleme: Probleme | undefined): string {
  return probleme?.type.split('/').pop() ?? '';
}

/** La demande après une réponse ; `null` quand il n'y a plus rien à en dire. */
export function apresReponse(demande: Demande, issue: Issue): Demande | null {
  if (issue.genre === 'faite') {
    // Ce qui était rempli n'a plus à rester ici.
    if (seTait(demande.geste)) return null;
    // Envoyée deux fois d'ici, la demande a pu être reconnue : l'inscription est alors celle de la première.
    return { ...demande, inscription: issue.suite.id ?? demande.inscription, etat: 'faite', corps: '', suite: issue.suite };
  }
  if (issue.genre !== 'refusee') return demande;
  const { probleme } = issue;
  const raison = code(probleme);
  if (seTait(demande.geste) || (demande.geste === 'oublier' && raison === 'inscription-introuvable')) return null;
  return { ...demande, etat: raison === 'evenement-modifie' ? 'a_confirmer' : 'refusee', probleme };
}

/** Défaire ce qu'on n'a pas vu se faire, fermer l'appareil : cela aboutit sans qu'il y ait rien à lire. */
function seTait(geste: string): boolean {
  return geste === 'retirer' || geste === 'oublier-appareil';
}

/** La prochaine à envoyer. Par inscription, l'ordre est tenu : la suivante attend celle qui n'a pas abouti. */
export function prochaine(demandes: readonly Demande[], essayees: ReadonlySet<string>): Demande | undefined {
  const occupees = new Set<string>();
  for (const demande of demandes) {
    if (demande.etat !== 'gardee' || occupees.has(demande.inscription)) continue;
    if (!essayees.has(empreinte(demande))) return demande;
    occupees.add(demande.inscription);
  }
  return undefined;
}

/** Reconnaît un envoi dans un passage : la même demande, changée entre-temps, en est un autre. */
export function empreinte(demande: Demande): string {
  return `${demande.rang} ${demande.geste} ${demande.corps}`;
}

/** Celles qu'une demande neuve rend inutiles : un changement dit tout, une annulation rend vain ce qui précède. */
export function rendueVaines(demandes: readonly Demande[], neuve: Demande): Demande[] {
  if (!['modifier', 'annuler', 'effacer'].includes(neuve.geste)) return [];
  return demandes.filter((d) => d.inscription === neuve.inscription && d.etat === 'gardee' && d.geste === 'modifier');
}

/** Ce qu'une réponse rend périmé : « confirmée » n'a plus à se lire quand l'annulation a abouti depuis. */
export function depassees(demandes: readonly Demande[], aboutie: Demande): Demande[] {
  return demandes.filter(
    (d) => d.inscription === aboutie.inscription && d.etat === 'faite' && (d.rang ?? 0) < (aboutie.rang ?? 0),
  );
}

/** Combien de personnes ce formulaire mène au moment où il en mène le plus. */
export function compterPersonnes(corps: string): number {
  const champs = new URLSearchParams(corps);
  return Math.max(0, ...champs.getAll('moments').map((moment) => compterAuMoment(champs, moment)));
}

export type Manque = 'personne' | 'contact' | 'telephone';

/** Ce que le service refusera à coup sûr et qui se voit d'ici : mieux vaut le dire que le garder jusqu'au réseau. */
export function aCorriger({ geste, corps }: Pick<Demande, 'geste' | 'corps'>): Manque[] {
  if (geste !== 'inscrire' && geste !== 'modifier') return [];
  // Une inscription déjà faite a de quoi la joindre, et peut ne plus compter personne.
  const neuve = geste === 'inscrire';
  const champs = new URLSearchParams(corps);
  const lire = (nom: string) => (champs.get(nom) ?? '').trim();
  const telephones = ['telephone', 'autrui_telephone'].map(lire).filter(Boolean);
  const joignable = telephones.length > 0 || lire('courriel') || lire('autrui_courriel');
  return [
    ...(neuve && compterPersonnes(corps) === 0 ? (['personne'] as const) : []),
    ...(neuve && !joignable ? (['contact'] as const) : []),
    ...(telephones.every((numero) => /^\+?([ ().-]*\d){6,}[ ().-]*$/.test(numero)) ? [] : (['telephone'] as const)),
  ];
}

/** La même demande, déjà gardée : un formulaire rempli deux fois hors réseau ne fait qu'une inscription. */
export function dejaGardee(demandes: readonly Demande[], neuve: Demande): Demande | undefined {
  return demandes.find(
    (d) => d.etat === 'gardee' && d.adresse === neuve.adresse && contenu(d.corps) === contenu(neuve.corps),
  );
}

function contenu(corps: string): string {
  const champs = new URLSearchParams(corps);
  champs.delete('identifiant');
  champs.delete('jeton');
  return champs.toString();
}

/** Retirer une demande gardée. Si elle est peut-être arrivée, il faut aussi le demander au service : `null` sinon. */
export function retrait(demande: Demande): Demande | null {
  if (!demande.partie || demande.geste !== 'inscrire') return null;
  const jeton = new URLSearchParams(demande.corps).get('jeton') ?? '';
  return { ...demande, geste: 'retirer', adresse: `/api/inscriptions/${demande.inscription}`, corps: jeton };
}

/** « Oui, nous venons toujours » : la même demande, qui dit avoir vu la nouvelle date. */
export function redireOui(demande: Demande): Demande {
  return regardee(demande, 'version_vue', String(demande.probleme?.version ?? ''));
}

/** « Alors nous attendons » : la même demande, qui accepte la liste d'attente. */
export function accepterAttente(demande: Demande): Demande {
  return regardee(demande, 'accepte_attente', 'oui');
}

function regardee(demande: Demande, champ: string, valeur: string): Demande {
  const champs = new URLSearchParams(demande.corps);
  champs.set(champ, valeur);
  const { probleme, ...reste } = demande;
  // Le refus n'a rien gardé : rien n'est parti. La date donnée est désormais celle qu'on a vue.
  return { ...reste, corps: champs.toString(), etat: 'gardee', partie: false, quand: probleme?.quand ?? demande.quand };
}

/** Secondes avant l'essai suivant : de plus en plus, sans jamais renoncer ni revenir plus tôt que demandé. */
export function attendreAvantReprise(echecs: number, demandee_s: number): number {
  return Math.max(demandee_s, Math.min(300, 10 * 2 ** Math.min(echecs, 6)));
}
