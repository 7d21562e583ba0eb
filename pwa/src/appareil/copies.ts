// La copie des billets, si la personne l'a voulue : ce que le service a déjà rendu, relu sans réseau.

import type { Suite } from './demandes';
import { choisirDeGarder, lireCopies, retirerCopie, veutGarder, type Copie } from './depot';
import { element } from './elements';
import { copier } from './file';
import { dits } from './textes';

/** L'heure de l'appareil peut être fausse : une copie ne s'efface d'après elle que bien après son terme. */
const MARGE_JOURS = 3;

/** Sur « Mes inscriptions », lue avec du réseau : la case à cocher, et des copies conformes à ce qui est montré. */
export async function proposerDeGarder(): Promise<HTMLElement[]> {
  await suivreLaPage();
  if (billetsMontres().size === 0) return [];
  const case_ = element('input', { type: 'checkbox', checked: (await veutGarder()) || (await lireCopies()).length > 0 });
  const aide = element('p', { class: 'aide' }, dits().garder_aide);
  case_.addEventListener('change', () => {
    choisirDeGarder(case_.checked)
      .then(suivreLaPage)
      .catch(() => {
        case_.checked = false;
        aide.after(element('p', { class: 'erreur', role: 'alert' }, dits().garder_refuse));
      });
  });
  return [element('label', { class: 'case' }, case_, element('span', {}, dits().garder)), aide];
}

/** Le service vient de tout montrer : ce qui n'y est plus n'a plus à être gardé, le reste est rafraîchi. */
async function suivreLaPage(): Promise<void> {
  const gardees = new Set((await lireCopies()).map(({ id }) => id));
  const ici = billetsMontres();
  for (const id of gardees) if (!ici.has(id)) await retirerCopie(id);
  const tout = await veutGarder();
  for (const [id, article] of ici) {
    if (!tout && !gardees.has(id)) continue;
    await copier({ id, billet: article.outerHTML, garde_jusqu_au: article.dataset['gardeJusquAu'] ?? '' });
  }
}

/** Identifiant → billet, tels que la page les montre. */
function billetsMontres(): Map<string, HTMLElement> {
  const articles = document.querySelectorAll<HTMLElement>('article.billet[data-garde-jusqu-au]');
  return new Map([...articles].map((article) => [article.id.replace(/^i-/, ''), article]));
}

/** Vrai si la page montre déjà ce billet. */
export function estMontre({ id }: Pick<Suite, 'id'>): boolean {
  return billetsMontres().has(id ?? '');
}

/** Montre un billet que le service vient de rendre, à la place de ce que la page en disait. */
export function montrerBillet(section: HTMLElement, { id, billet }: Pick<Suite, 'id' | 'billet'>): void {
  const feuille = document.createElement('template');
  feuille.innerHTML = billet;
  const montre = billetsMontres().get(id ?? '');
  if (montre) return montre.replaceWith(feuille.content);
  document.querySelector('.vide')?.remove();
  section.after(feuille.content);
}

/** Les copies, pour une page ouverte sans réseau. */
export async function montrerCopies(): Promise<HTMLElement[]> {
  const copies = (await lireCopies()).filter((copie) => !echue(copie));
  const textes = dits();
  if (copies.length === 0) return [element('p', {}, textes.copies_vide)];
  return [element('h2', {}, textes.copies), ...copies.map(relire)];
}

/** Efface les copies dont le terme est passé, même si l'appareil ne revoit jamais le réseau. */
export async function effacerEchues(): Promise<void> {
  for (const copie of await lireCopies()) if (echue(copie)) await retirerCopie(copie.id);
}

function echue({ garde_jusqu_au }: Copie): boolean {
  return Date.parse(garde_jusqu_au) + MARGE_JOURS * 86_400_000 < Date.now();
}

/** Le billet tel qu'il a été rendu, moins ce qui demande le réseau, plus le jour où il a été lu. */
function relire({ html, qr }: Copie): HTMLElement {
  const feuille = document.createElement('template');
  feuille.innerHTML = html;
  for (const inutile of feuille.content.querySelectorAll('[data-en-ligne]')) inutile.remove();
  for (const cache of feuille.content.querySelectorAll<HTMLElement>('[data-copie]')) cache.hidden = false;
  for (const details of feuille.content.querySelectorAll('details')) details.open = details.querySelector('.qr') !== null;
  for (const image of feuille.content.querySelectorAll<HTMLImageElement>('img.qr')) {
    if (qr) image.src = `data:image/svg+xml,${encodeURIComponent(qr)}`;
    else image.remove();
  }
  return element('div', {}, feuille.content);
}
