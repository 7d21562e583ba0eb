// Le formulaire d'inscription : des boutons « un de plus, un de moins », et un bouton d'envoi qui dit ce qu'il fait.
// Le formulaire reste le même, avec les mêmes champs : rien n'est rendu deux fois.

import { compterAuMoment } from '../personnes';
import { remplir } from '../trous';

/** Pose les boutons autour de chaque nombre, et tient le mot du bouton d'envoi à jour ; rend de quoi le redire. */
export function ameliorerFormulaire(formulaire: HTMLFormElement): () => void {
  for (const champ of formulaire.querySelectorAll<HTMLInputElement>('input[type=number]')) {
    poserPasAPas(champ, formulaire.dataset);
  }
  const direEnvoi = () => direBouton(formulaire);
  formulaire.addEventListener('input', direEnvoi);
  // Revenir en arrière remet les nombres sans le dire.
  window.addEventListener('pageshow', direEnvoi);
  direEnvoi();
  return direEnvoi;
}

/** Mène la personne au résumé de ce qui reste à corriger. */
export function annoncerErreurs(): void {
  document.getElementById('erreurs')?.focus();
}

function poserPasAPas(champ: HTMLInputElement, mots: DOMStringMap): void {
  const libelle = champ.labels?.[0];
  if (!libelle) return;
  const nom = (libelle.firstChild?.textContent ?? '').trim();
  const boite = document.createElement('span');
  boite.className = 'pas-a-pas';
  champ.replaceWith(boite);
  boite.append(bouton('−', mots['moins'], nom, champ, -1), champ, bouton('+', mots['plus'], nom, champ, 1));
}

function bouton(
  signe: string,
  phrase: string | undefined,
  nom: string,
  champ: HTMLInputElement,
  pas: 1 | -1,
): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.textContent = signe;
  element.setAttribute('aria-label', (phrase ?? '{quoi}').replace('{quoi}', nom));
  element.addEventListener('click', () => {
    const actuel = lire(champ.value);
    const borne = lire(pas > 0 ? champ.max : champ.min);
    const voulu = actuel + pas;
    champ.value = String(pas > 0 ? Math.min(voulu, borne) : Math.max(voulu, borne));
    champ.dispatchEvent(new Event('input', { bubbles: true }));
  });
  return element;
}

/** « Inscrire 3 personnes » : le plus grand nombre parmi les moments choisis, puisque les mêmes y vont. */
function direBouton(formulaire: HTMLFormElement): void {
  const envoi = formulaire.querySelector<HTMLElement>('[data-envoi]');
  const mots = formulaire.dataset;
  if (!envoi) return;
  const donnees = new FormData(formulaire);
  const voulus = [...formulaire.querySelectorAll<HTMLInputElement>('[name=moments]')]
    .filter((moment) => moment.type === 'hidden' || moment.checked)
    .map((moment) => ({ moment, nombre: compterAuMoment(donnees, moment.value) }));
  const courts = voulus.filter(({ moment, nombre }) => nombre > lire(moment.dataset['restantes'], nombre));
  const attend = donnees.has('accepte_attente');
  // Rien n'est promis d'une place libre : la liste d'attente passe d'abord. Mais un groupe trop grand attendra.
  const tousAttendent = courts.length > 0 && (courts.length === voulus.length || donnees.has('tout_ou_rien'));
  const nombre = Math.max(0, ...voulus.map((voulu) => voulu.nombre));
  const [un, plusieurs] =
    attend && tousAttendent ? [mots['attenteUn'], mots['attentePlusieurs']] : [mots['motUn'], mots['motPlusieurs']];
  envoi.textContent = remplir(nombre === 0 ? mots['motZero'] : nombre === 1 ? un : plusieurs, { n: nombre });
  const manque = formulaire.querySelector('[data-manque]');
  // Un moment complet se lit déjà sur sa case.
  const phrases = courts
    .map(({ moment, nombre: n }) => ({ moment: moment.dataset['nom'] ?? '', n, restantes: lire(moment.dataset['restantes']) }))
    .filter(({ restantes }) => restantes > 0)
    .map(({ moment, n, restantes }) => remplir(mots['motManque'], { moment, n, places: direPlaces(mots, restantes) }));
  if (attend && phrases.length > 0) phrases.push(mots['motManqueAttente'] ?? '');
  if (!attend && courts.length > 0) phrases.push(mots['motManqueRefus'] ?? '');
  const phrase = phrases.join(' ');
  // Redire la même phrase la ferait relire aux lecteurs d'écran.
  if (manque && manque.textContent !== phrase) manque.textContent = phrase;
}

/** « complet », « 1 place libre », « 4 places libres ». */
export function direPlaces(mots: DOMStringMap, restantes: number): string {
  const { placesUne, placesPlusieurs, placesAucune } = mots;
  return remplir(restantes === 0 ? placesAucune : restantes === 1 ? placesUne : placesPlusieurs, { n: restantes });
}

function lire(texte: string | undefined, sinon = 0): number {
  const nombre = Number.parseInt(texte ?? '', 10);
  return Number.isFinite(nombre) ? nombre : sinon;
}
