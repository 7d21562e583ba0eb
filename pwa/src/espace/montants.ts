/** Des euros tels qu'on les tape aux centimes que l'on garde, et retour. Aucun flottant : 7,15 × 100 n'est pas 715. */

const EUROS = /^(\d{1,7})(?:[.,](\d{0,2}))?$/;

/** « 7,50 », « 7.5 », « 12 € » en centimes ; `null` si rien n'est écrit, `undefined` si cela ne se comprend pas. */
export function lireEuros(saisie: string): number | null | undefined {
  const nu = saisie.replace(/[\s\u00a0\u202f€]/g, '');
  if (nu === '') return null;
  const trouve = EUROS.exec(nu);
  if (!trouve) return undefined;
  return Number(trouve[1]) * 100 + Number((trouve[2] ?? '').padEnd(2, '0'));
}

/** Des centimes comme on les taperait : « 12 », « 7,50 ». */
export function ecrireEuros(centimes: number | null, langue = 'fr'): string {
  if (centimes === null) return '';
  const reste = centimes % 100;
  const euros = String(Math.trunc(centimes / 100));
  return reste ? `${euros}${langue === 'en' ? '.' : ','}${String(reste).padStart(2, '0')}` : euros;
}

/** « 7,50 € », « 1 640,50 € », « €7.50 ». */
export function direMontant(centimes: number, langue = 'fr'): string {
  const milliers = langue === 'en' ? ',' : '\u202f';
  const nombre = ecrireEuros(centimes, langue).replace(/^\d+/, (euros) =>
    euros.replace(/\B(?=(\d{3})+$)/g, milliers),
  );
  return langue === 'en' ? `€${nombre}` : `${nombre}\u00a0€`;
}
