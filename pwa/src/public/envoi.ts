// Ce qui part de l'appareil, avec ou sans réseau. Le gros (`../appareil`) ne vient qu'au premier geste, ou s'il reste
// quelque chose à dire ; sans lui, les formulaires partent comme sans script.

const FORMULAIRES = 'form[data-inscription], form[data-geste]';
const charger = () => import('../appareil/page');

export function preparerEnvois(): void {
  document.addEventListener('submit', (evenement) => {
    const formulaire = evenement.target as HTMLFormElement;
    if (!formulaire.matches(FORMULAIRES)) return;
    // Un double appui n'envoie qu'une fois ; le serveur le sait aussi.
    if (formulaire.dataset['parti']) return evenement.preventDefault();
    formulaire.dataset['parti'] = 'oui';
    if (!isSecureContext) return;
    evenement.preventDefault();
    charger()
      .then(({ envoyer }) => envoyer(formulaire))
      .catch(() => formulaire.submit());
  });
  // Revenir en arrière rend le formulaire.
  addEventListener('pageshow', () => {
    for (const formulaire of document.querySelectorAll<HTMLFormElement>(FORMULAIRES)) delete formulaire.dataset['parti'];
  });
  // Le réseau peut partir pendant qu'on remplit : ce qui gardera la demande vient dès le premier champ.
  document.addEventListener('focusin', ({ target }) => {
    if ((target as Element).closest(FORMULAIRES)) charger().catch(() => {});
  });
  addEventListener('load', () => {
    if (aQuelqueChoseADire()) charger().then(({ demarrer }) => demarrer()).catch(() => {});
  });
}

function aQuelqueChoseADire(): boolean {
  try {
    return !!(document.querySelector('[data-mes-inscriptions]') ?? localStorage.getItem('tablees:appareil'));
  } catch {
    return false;
  }
}
