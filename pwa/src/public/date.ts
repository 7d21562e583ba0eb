// « mardi 24 novembre à 18 h 02 », à l'heure de Paris et avec les mots de la page : `Intl` ne parle pas toutes nos langues.

import { remplir } from '../trous';

interface Mots {
  jours: Record<string, string>;
  mois: Record<string, string>;
  date: string;
  date_heure: string;
}

const paris = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/Paris',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
});

/** Un instant ISO, dit en entier sauf l'année. */
export function direInstant(instant: string, langue: string, mots: Mots): string {
  const lu: Record<string, number> = {};
  for (const { type, value } of paris.formatToParts(new Date(instant))) lu[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = lu;
  // Lundi est le premier des jours de nos textes, dimanche celui de JavaScript.
  const jour = (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
  const date = remplir(mots.date, {
    jour: mots.jours[jour] ?? '',
    quantieme: langue === 'fr' && day === 1 ? '1er' : day,
    mois: mots.mois[month] ?? '',
  });
  return remplir(mots.date_heure, { date, heure: direHeure(hour, minute, langue) });
}

function direHeure(heures: number, minutes: number, langue: string): string {
  const deux = String(minutes).padStart(2, '0');
  if (langue === 'en') return `${heures % 12 || 12}${minutes ? `:${deux}` : ''}\u00a0${heures < 12 ? 'am' : 'pm'}`;
  return `${heures}\u00a0h${minutes ? `\u00a0${deux}` : ''}`;
}
