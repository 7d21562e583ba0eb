/** La phrase, ses `{trous}` remplis ; vide si la page ne la porte pas. */
export function remplir(phrase: string | undefined, trous: Record<string, string | number>): string {
  return (phrase ?? '').replace(/\{(\w+)\}/g, (trou, nom: string) => String(trous[nom] ?? trou));
}
