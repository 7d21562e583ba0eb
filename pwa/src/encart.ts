// L'encart de l'agenda, dans la page d'un autre site. Il remplit le bloc posé juste avant lui ; sans réponse, le lien
// qui s'y trouve reste. Rien n'y est jamais lu comme du HTML, et seules des adresses web deviennent des liens.

interface Encart {
  elements: readonly { titre: string; date: string; commune: string; url: string }[];
  vide: string;
  agenda: string;
  url: string;
}

{
  const script = document.currentScript as HTMLScriptElement;

  const element = (nom: string, texte = ''): HTMLElement => {
    const cree = document.createElement(nom);
    cree.textContent = texte;
    return cree;
  };
  const lien = (texte: string, adresse: string): HTMLElement => {
    const cree = element('a', texte) as HTMLAnchorElement;
    if (/^https?:\/\//.test(adresse)) cree.href = adresse;
    return cree;
  };
  const bloc = (): Element => {
    const avant = script.previousElementSibling;
    if (avant?.classList.contains('tablees')) return avant;
    const cree = element('div');
    cree.className = 'tablees';
    script.before(cree);
    return cree;
  };

  const choix = new URLSearchParams();
  for (const nom of ['commune', 'rayon-km', 'structure', 'cycle', 'theme', 'nombre', 'langue']) {
    const valeur = script.getAttribute(`data-${nom}`);
    if (valeur) choix.set(nom.replace('-', '_'), valeur);
  }
  const cible = bloc();
  fetch(new URL(`encart.json?${choix}`, script.src), { credentials: 'omit' })
    .then((reponse) => (reponse.ok ? (reponse.json() as Promise<Encart>) : Promise.reject(reponse)))
    .then(({ elements, vide, agenda, url }) => {
      const liste = element('ul');
      for (const { titre, date, commune, url: adresse } of elements) {
        const ligne = element('li');
        ligne.append(lien(titre, adresse), element('br'), [date, commune].filter(Boolean).join(', '));
        liste.append(ligne);
      }
      const fin = element('p');
      fin.append(lien(agenda, url));
      cible.replaceChildren(elements.length > 0 ? liste : element('p', vide), fin);
    })
    .catch(() => undefined);
}
