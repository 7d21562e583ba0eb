/** Les heures se lisent et se tapent à Paris, quel que soit le réglage du téléphone ; elles voyagent avec leur décalage. */

const ZONE = 'Europe/Paris';
const MINUTE = 60_000;

const morceaux = new Intl.DateTimeFormat('en-CA', {
  timeZone: ZONE,
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
});

/** Minutes d'avance de Paris sur le temps universel à cet instant. */
function decalage(instant: number): number {
  return Math.round((murale(instant) - Math.floor(instant / MINUTE) * MINUTE) / MINUTE);
}

/** L'heure du mur à Paris, comptée comme si elle était universelle. */
function murale(instant: number): number {
  const lu: Record<string, number> = {};
  for (const { type, value } of morceaux.formatToParts(instant)) lu[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = lu;
  return Date.UTC(year, month - 1, day, hour, minute);
}

/** Un instant ISO comme un champ `datetime-local` le montre : `2026-06-12T20:30`. */
export function versSaisie(instant: string | null): string {
  if (instant === null) return '';
  const date = new Date(murale(Date.parse(instant)));
  return date.toISOString().slice(0, 16);
}

/**
 * Ce que dit un champ `datetime-local`, comme instant ISO avec son décalage ; `null` si le champ est vide ou incomplet.
 *
 * Une heure qui n'existe pas (le passage à l'été saute de 2 h à 3 h) avance d'une heure ; une heure qui existe deux fois
 * (le passage à l'hiver) est la première des deux.
 */
export function versInstant(saisie: string): string | null {
  const lu = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})/.exec(saisie);
  if (!lu) return null;
  const [annee = 0, mois = 0, jour = 0, heure = 0, minute = 0] = lu.slice(1).map(Number);
  const voulue = Date.UTC(annee, mois - 1, jour, heure, minute);
  if (new Date(voulue).toISOString().slice(0, 16) !== saisie.slice(0, 16)) return null;
  const avant = decalage(voulue - 24 * 60 * MINUTE);
  const apres = decalage(voulue + 24 * 60 * MINUTE);
  // Le décalage de la veille d'abord : c'est lui qui donne la première des deux heures, et qui fait avancer celle qui manque.
  const choisi = [avant, apres].find((minutes) => murale(voulue - minutes * MINUTE) === voulue) ?? avant;
  const instant = voulue - choisi * MINUTE;
  const reel = decalage(instant);
  const mur = new Date(murale(instant)).toISOString().slice(0, 19);
  return `${mur}+${deux(Math.trunc(reel / 60))}:${deux(reel % 60)}`;
}

function deux(nombre: number): string {
  return String(nombre).padStart(2, '0');
}

/** La saisie décalée d'un nombre de minutes réelles : une fin proposée deux heures après le début. */
export function decaler(saisie: string, minutes: number): string {
  const instant = versInstant(saisie);
  return instant === null ? '' : versSaisie(new Date(Date.parse(instant) + minutes * MINUTE).toISOString());
}

/** La même heure, un jour plus tard au calendrier (pas 24 h plus tard : la nuit d'octobre en compte 25). */
export function lendemain(saisie: string): string {
  const lu = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2})/.exec(saisie);
  if (!lu?.[1]) return saisie;
  const suivant = new Date(Date.parse(`${lu[1]}T00:00:00Z`) + 24 * 60 * MINUTE);
  return suivant.toISOString().slice(0, 10) + lu[2];
}

/** Ce que `Intl` doit savoir : notre anglais est celui d'Europe. */
export function locale(langue: string): string {
  return langue === 'en' ? 'en-GB' : langue;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formater(langue: string, instant: string, options: Intl.DateTimeFormatOptions): string {
  const cle = `${langue}${JSON.stringify(options)}`;
  let format = formats.get(cle);
  if (!format) formats.set(cle, (format = new Intl.DateTimeFormat(locale(langue), { ...options, timeZone: ZONE })));
  return format.format(new Date(instant));
}

/** « 20 h 30 », « 9 h » ; « 8:30 pm ». */
export function direHeure(instant: string, langue = 'fr'): string {
  const [heures = 0, minutes = 0] = versSaisie(instant).slice(11).split(':').map(Number);
  if (langue === 'en') {
    return `${heures % 12 || 12}${minutes ? `:${deux(minutes)}` : ''}\u00a0${heures < 12 ? 'am' : 'pm'}`;
  }
  return `${heures}\u00a0h${minutes ? `\u00a0${deux(minutes)}` : ''}`;
}

/** « vendredi 12 juin 2026 ». */
export function direJour(instant: string, langue = 'fr'): string {
  const date = formater(langue, instant, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  return langue === 'fr' ? date.replace(/ 1 (?=\p{L})/u, ' 1er ') : date;
}

/** « ven. 12 juin », l'année en plus si ce n'est pas celle-ci. */
export function direJourBref(instant: string, langue = 'fr', maintenant = new Date()): string {
  const autre = versSaisie(instant).slice(0, 4) !== String(maintenant.getFullYear());
  return formater(langue, instant, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    ...(autre ? { year: 'numeric' as const } : {}),
  });
}

/** Les trois lignes d'une date sur une ardoise : « ven. », « 12 », « juin ». */
export function ardoise(instant: string, langue = 'fr'): readonly [string, string, string] {
  return [
    formater(langue, instant, { weekday: 'short' }),
    formater(langue, instant, { day: 'numeric' }),
    formater(langue, instant, { month: 'short' }),
  ];
}

/** « ven. 12 juin, 20 h 30 ». */
export function direMoment(instant: string, langue = 'fr'): string {
  return `${direJourBref(instant, langue)}, ${direHeure(instant, langue)}`;
}

/** « 20 h 30 – 1 h », ou les deux jours quand la fin est plus loin que la nuit. */
export function direPlage(debut: string, fin: string | null, langue = 'fr'): string {
  if (fin === null) return direHeure(debut, langue);
  const ici = versSaisie(debut);
  const la = versSaisie(fin);
  const memeNuit = ici.slice(0, 10) === la.slice(0, 10) || (lendemain(ici).slice(0, 10) === la.slice(0, 10) && la.slice(11) < '06:00');
  if (memeNuit) return `${direHeure(debut, langue)} – ${direHeure(fin, langue)}`;
  return `${direMoment(debut, langue)} – ${direMoment(fin, langue)}`;
}

/** Durée en minutes réelles entre deux saisies ; négative si la fin précède le début. */
export function duree(debut: string, fin: string): number | null {
  const [a, b] = [versInstant(debut), versInstant(fin)];
  return a === null || b === null ? null : (Date.parse(b) - Date.parse(a)) / MINUTE;
}

/** « 2 h 30 », « 45 min ». */
export function direDuree(minutes: number): string {
  const heures = Math.trunc(minutes / 60);
  const reste = minutes % 60;
  if (!heures) return `${reste}\u00a0min`;
  return `${heures}\u00a0h${reste ? `\u00a0${deux(reste)}` : ''}`;
}

/** Le jour d'aujourd'hui à Paris, `AAAA-MM-JJ`. */
export function aujourdhui(maintenant = new Date()): string {
  return versSaisie(maintenant.toISOString()).slice(0, 10);
}
