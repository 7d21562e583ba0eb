import type { Modeles } from '../api/client';
import { nomDuMoment } from './composants/moments';
import { AGES, total, type Nombres } from './saisie-foyer';
import { t } from './textes';

type Presence = Modeles['PresenceEquipe'];

/** « 2e de la liste ». */
export function direRang({ rang_attente }: Presence): string {
  return t('presences.rang', { n: rang_attente ?? 0 });
}

/** « 2 adultes, 1 enfant » ; rien de ce qui est à zéro. */
export function direAges(nombres: Nombres): string {
  return AGES.filter((age) => nombres[age] > 0)
    .map((age) => t(`presences.${age}`, { n: nombres[age] }))
    .join(', ');
}

/** « Banquet : 3 places confirmées », « Concert : 3 personnes en attente, 2e de la liste ». */
export function direPresence(presence: Presence, moments: readonly Modeles['MomentEquipe'][]): string {
  const moment = moments.find(({ id }) => id === presence.moment);
  const n = total(presence);
  const etat = t(`presences.${presence.statut}`, { n, rang: direRang(presence) });
  const plus = presence.en_plus > 0 ? ` ${t('presences.en_plus', { n: presence.en_plus })}` : '';
  return `${moment ? `${nomDuMoment(moment)}${t('presences.deux_points')} ` : ''}${etat}${plus}`;
}

/** Ce que la saisie a donné, à lire à la personne qui attend au bout du fil. */
export function direIssue(inscription: Modeles['InscriptionEquipe'], moments: readonly Modeles['MomentEquipe'][]): string {
  const dites = inscription.presences.map((presence) => direPresence(presence, moments));
  return `${inscription.prenom}, ${dites.join('\u202f; ')}`;
}
