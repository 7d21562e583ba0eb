// Le formulaire d'inscription : des boutons « un de plus, un de moins », et un bouton d'envoi qui dit ce qu'il fait.
// Le formulaire reste le même, avec les mêmes champs : rien n'est rendu deux fois.

/** Pose les boutons autour de chaque nombre, et tient le mot du bouton d'envoi à jour. */
export function ameliorerFormulaire(formulaire: HTMLFormElement): void {
  for (const champ of formulaire.querySelectorAll<HTMLInputElement>('input[type=number]')) {
    poserPasAPas(champ, formulaire.dataset);
  }
  const direEnvoi = () => direBouton(formulaire);
  formulaire.addEventListener('input', direEnvoi);
  // Revenir en arrière remet les nombres sans le dire.
  window.addEventListener('pageshow', direEnvoi);
  direEnvoi();
  // Un double appui n'envoie qu'une fois ; le serveur le sait aussi.
  formulaire.addEventListener('submit', (evenement) => {
    if (formulaire.dataset['parti']) evenement.preventDefault();
    formulaire.dataset['parti'] = 'oui';
  });
  window.addEventListener('pageshow', () => delete formulaire.dataset['parti']);
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
  const { motZero, motUn, motPlusieurs } = formulaire.dataset;
  if (!envoi || !motZero || !motUn || !motPlusieurs) return;
  const nombre = compterPersonnes(new FormData(formulaire));
  envoi.textContent = nombre === 0 ? motZero : nombre === 1 ? motUn : motPlusieurs.replace('{n}', String(nombre));
}

/** Combien de personnes ce formulaire inscrit : le plus grand groupe d'un des moments choisis. */
export function compterPersonnes(donnees: FormData): number {
  const ages = ['adultes', 'enfants', 'tout_petits'];
  const groupes = donnees.getAll('moments').map((moment) =>
    ages.reduce((somme, age) => {
      const aPart = donnees.get(`${age}.${String(moment)}`);
      return somme + lire(aPart ? String(aPart) : String(donnees.get(age) ?? ''));
    }, 0),
  );
  return Math.max(0, ...groupes);
}

function lire(texte: string): number {
  const nombre = Number.parseInt(texte, 10);
  return Number.isFinite(nombre) ? nombre : 0;
}
