import type { Modeles } from '../api/client';
import { nomDuMoment } from './composants/moments';
import { total } from './saisie-foyer';
import { t } from './textes';

type Presence = Modeles['PresenceEquipe'];

/** « banquet : 3 confirmés, concert : 3 en attente (2e) ». */
export function direPresence(presence: Presence, moments: readonly Modeles['MomentEquipe'][]): string {
  const moment = moments.find(({ id }) => id === presence.moment);
  const n = total(presence);
  const etat = t(`presences.${presence.statut}`, { n, rang: presence.rang_attente ?? 0 });
  const plus = presence.en_plus > 0 ? ` ${t('presences.en_plus', { n: presence.en_plus })}` : '';
  return `${moment ? `${nomDuMoment(moment)}${t('presences.deux_points')} ` : ''}${etat}${plus}`;
}

/** Ce que la saisie a donné, à lire à la personne qui attend au bout du fil. */
export function direIssue(inscription: Modeles['InscriptionEquipe'], moments: readonly Modeles['MomentEquipe'][]): string {
  const dites = inscription.presences.map((presence) => direPresence(presence, moments));
  return `${inscription.prenom}, ${dites.join(' ; ')}`;
}
