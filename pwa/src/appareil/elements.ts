// De quoi écrire un morceau de page sans bibliothèque.

type Attributs = Record<string, string | boolean>;
type Enfant = Node | string | false | undefined;

export function element<N extends keyof HTMLElementTagNameMap>(
  nom: N,
  attributs: Attributs = {},
  ...enfants: Enfant[]
): HTMLElementTagNameMap[N] {
  const ecrit = document.createElement(nom);
  for (const [cle, valeur] of Object.entries(attributs)) if (valeur !== false) ecrit.setAttribute(cle, valeur === true ? '' : valeur);
  ecrit.append(...enfants.filter((enfant) => enfant !== false && enfant !== undefined));
  return ecrit;
}

export function bouton(mot: string, faire: () => void, genre = ''): HTMLButtonElement {
  const ecrit = element('button', { type: 'button', class: `bouton ${genre}` }, mot);
  ecrit.addEventListener('click', faire);
  return ecrit;
}
