// Des nombres en mots, et des comparaisons : rien qui touche au navigateur. Les quantités sont des entiers partout.

import { direHeure, direJourBref, versSaisie } from '../espace/dates';

const FINE = '\u202f';
const INSECABLE = '\u00a0';

/** « 1 200 » ; « 1,200 ». */
export function direNombre(entier: number, langue = 'fr'): string {
  return String(entier).replace(/\B(?=(\d{3})+$)/g, langue === 'en' ? ',' : FINE);
}

/** Des millièmes en toutes décimales utiles : « 2 », « 2,5 », « 0,125 ». Lève plutôt que de dire un nombre qui manque. */
export function direMilliemes(milliemes: number, langue = 'fr'): string {
  exiger(milliemes);
  const reste = String(milliemes % 1000).padStart(3, '0').replace(/0+$/, '');
  const entier = direNombre(Math.trunc(milliemes / 1000), langue);
  return reste ? `${entier}${langue === 'en' ? '.' : ','}${reste}` : entier;
}

/** Une quantité de base : « 950 g », « 2,4 kg », « 75 mL », « 3 L » ; un nombre nu pour des pièces. */
export function direBase(quantite: number, unite: string, langue = 'fr'): string {
  exiger(quantite);
  if (unite === 'piece') return direNombre(quantite, langue);
  const [petite, grande] = unite === 'mL' ? ['mL', 'L'] : ['g', 'kg'];
  if (quantite < 1000) return `${quantite}${INSECABLE}${petite}`;
  return `${direMilliemes(quantite, langue)}${INSECABLE}${grande}`;
}

/** Une copie d'une version d'avant n'a pas tous les nombres d'aujourd'hui. */
function exiger(nombre: number): void {
  if (!Number.isFinite(nombre)) throw new TypeError('nombre absent');
}

/** « 63,5 °C », « −2 °C ». */
export function direDegres(dixiemes: number, langue = 'fr'): string {
  const signe = dixiemes < 0 ? '−' : '';
  const reste = Math.abs(dixiemes) % 10;
  const entier = Math.trunc(Math.abs(dixiemes) / 10);
  return `${signe}${entier}${reste ? `${langue === 'en' ? '.' : ','}${reste}` : ''}${INSECABLE}°C`;
}

/** Ce que dit le pavé (« -2,5 ») en dixièmes de degré ; `null` tant que ce n'est pas une température que le service prend. */
export function lireDegres(saisie: string): number | null {
  const lu = /^([-−]?)(\d{1,3})(?:[.,](\d)?)?$/.exec(saisie);
  if (!lu) return null;
  const dixiemes = (Number(lu[2]) * 10 + Number(lu[3] ?? 0)) * (lu[1] ? -1 : 1);
  return dixiemes >= -400 && dixiemes <= 2500 ? dixiemes || 0 : null;
}

/** La saisie après une touche du pavé : trois chiffres, une virgule, un dixième ; le signe bascule. */
export function taper(saisie: string, touche: string): string {
  if (touche === 'effacer') return saisie.slice(0, -1);
  if (touche === 'signe') return saisie.startsWith('-') ? saisie.slice(1) : `-${saisie}`;
  const suivante = saisie + touche;
  return /^-?(\d{0,3}|\d{1,3},\d?)$/.test(suivante) ? suivante : saisie;
}

/** « 18 h 04 » aujourd'hui, « ven. 12 juin à 18 h 04 » un autre jour. `maintenant` ne sert qu'à choisir entre les deux. */
export function direInstant(instant: string, langue: string, maintenant = new Date()): string {
  const heure = direHeure(instant, langue);
  if (versSaisie(instant).slice(0, 10) === versSaisie(maintenant.toISOString()).slice(0, 10)) return heure;
  return `${direJourBref(instant, langue, maintenant)} ${langue === 'en' ? 'at' : 'à'} ${heure}`;
}

/** Ce qui reste d'une minuterie, en minutes et secondes : « 1 h 59 min », « 4 min 05 s », « −3 min 10 s ». */
export function direReste(ms: number): string {
  const secondes = Math.abs(Math.trunc(ms / 1000));
  const [h, m, s] = [Math.trunc(secondes / 3600), Math.trunc(secondes / 60) % 60, secondes % 60];
  const deux = (n: number) => String(n).padStart(2, '0');
  const signe = ms < 0 ? '−' : '';
  if (h) return `${signe}${h}${INSECABLE}h${INSECABLE}${deux(m)}${INSECABLE}min`;
  return `${signe}${m}${INSECABLE}min${INSECABLE}${deux(s)}${INSECABLE}s`;
}

/** « +3, −1 » : ce qui vient en plus et en moins, âge par âge, sans que l'un cache l'autre. */
export function direEcarts(ecarts: readonly number[]): string {
  const plus = ecarts.reduce((somme, n) => somme + Math.max(0, n), 0);
  const moins = ecarts.reduce((somme, n) => somme + Math.max(0, -n), 0);
  return [plus ? `+${plus}` : '', moins ? `−${moins}` : ''].filter(Boolean).join(', ');
}
