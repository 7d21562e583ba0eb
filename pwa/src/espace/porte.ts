/** La porte : retrouver vite quelqu'un, compter qui est là, et garder les gestes que le réseau n'a pas encore portés. */
import type { Modeles } from '../api/client';

type Inscription = Modeles['InscriptionEquipe'];
type Presence = Modeles['PresenceEquipe'];

export interface Venue {
  adultes: number;
  enfants: number;
  tout_petits: number;
}

/** Un pointage fait ici et pas encore confirmé par le service. `venue` nulle efface la marque. */
export interface Geste {
  inscription: string;
  moment: string;
  venue: Venue | null;
}

/** Le texte tel qu'on le cherche : sans accents, sans majuscules. */
export function plier(texte: string): string {
  return texte
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/œ/g, 'oe')
    .replace(/[^0-9a-z]+/g, ' ')
    .trim();
}

/** Vrai si chaque mot cherché commence un mot du prénom ou de la commune, ou se trouve dans le code ou le téléphone. */
export function correspond(inscription: Inscription, q: string): boolean {
  const mots = plier(q).split(' ').filter(Boolean);
  if (mots.length === 0) return true;
  const noms = plier([inscription.prenom, inscription.commune_nom, inscription.pour_autrui?.prenom].join(' ')).split(' ');
  const code = plier(inscription.code_accueil).replaceAll(' ', '');
  const telephone = (inscription.telephone ?? '').replace(/\D/g, '');
  const colle = mots.join('');
  if (colle.length >= 3 && (code.startsWith(colle) || (/^\d{4,}$/.test(colle) && telephone.includes(colle)))) return true;
  return mots.every((mot) => noms.some((nom) => nom.startsWith(mot)));
}

/** Qui est venu à ce moment, le geste en attente l'emportant sur ce que le service a dit. */
export function venueDe(presence: Presence, inscription: string, gestes: readonly Geste[]): Venue | null {
  const geste = gestes.find((g) => g.inscription === inscription && g.moment === presence.moment);
  if (geste) return geste.venue;
  if (presence.venue_adultes === null && presence.venue_enfants === null && presence.venue_tout_petits === null) return null;
  return {
    adultes: presence.venue_adultes ?? 0,
    enfants: presence.venue_enfants ?? 0,
    tout_petits: presence.venue_tout_petits ?? 0,
  };
}

export function personnes(venue: Venue): number {
  return venue.adultes + venue.enfants + venue.tout_petits;
}

/** Les présences que l'on peut pointer : celles qui ont une place. */
export function attendues(inscription: Inscription): Presence[] {
  return inscription.annulee_le ? [] : inscription.presences.filter(({ statut }) => statut === 'confirmee');
}

/** Vrai si tout ce foyer a été pointé, à chacun de ses moments. */
export function estPointe(inscription: Inscription, gestes: readonly Geste[]): boolean {
  const presences = attendues(inscription);
  return presences.length > 0 && presences.every((presence) => venueDe(presence, inscription.id, gestes) !== null);
}

/** Les gestes « tous venus » d'un foyer : chaque moment confirmé, au complet. */
export function tousVenus(inscription: Inscription): Geste[] {
  return attendues(inscription).map(({ moment, adultes, enfants, tout_petits }) => ({
    inscription: inscription.id,
    moment,
    venue: { adultes, enfants, tout_petits },
  }));
}

/** Un geste remplace le précédent sur la même présence : seul le dernier compte, et rejouer est sans danger. */
export function ajouterGeste(gestes: readonly Geste[], geste: Geste): Geste[] {
  return [...sansGeste(gestes, geste), geste];
}

export function sansGeste(gestes: readonly Geste[], geste: Geste): Geste[] {
  return gestes.filter((autre) => autre.inscription !== geste.inscription || autre.moment !== geste.moment);
}

/** Personnes là et attendues, par moment. */
export function compter(
  inscriptions: readonly Inscription[],
  gestes: readonly Geste[],
): Map<string, { venues: number; attendues: number }> {
  const comptes = new Map<string, { venues: number; attendues: number }>();
  for (const inscription of inscriptions) {
    for (const presence of attendues(inscription)) {
      const compte = comptes.get(presence.moment) ?? { venues: 0, attendues: 0 };
      const venue = venueDe(presence, inscription.id, gestes);
      compte.attendues += presence.adultes + presence.enfants + presence.tout_petits;
      compte.venues += venue ? personnes(venue) : 0;
      comptes.set(presence.moment, compte);
    }
  }
  return comptes;
}
