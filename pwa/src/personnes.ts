/** Combien de personnes ce formulaire mène à ce moment : ses nombres à lui s'il en a, sinon ceux de tous. */
export function compterAuMoment(champs: { get(nom: string): FormDataEntryValue | null }, moment: string): number {
  return ['adultes', 'enfants', 'tout_petits']
    .map((age) => Number.parseInt(String(champs.get(`${age}.${moment}`) || champs.get(age) || ''), 10) || 0)
    .reduce((somme, nombre) => somme + nombre, 0);
}
