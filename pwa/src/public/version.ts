// Une version plus récente attend : la personne consent, et la page ne se relit qu'une fois.

type Champ = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** Vrai si quelque chose a été tapé ou coché sur cette page : la relire le perdrait. */
export function saisieCommencee(): boolean {
  // Un refus remontre ce qui a été tapé : c'est écrit dans la page, mais ce n'est enregistré nulle part.
  if (document.getElementById('erreurs')) return true;
  return [...document.querySelectorAll<Champ>('form :is(input, textarea, select)')].some(
    (champ) => {
      if (champ instanceof HTMLSelectElement) {
        // Sans choix écrit dans la page, le premier est pris d'office.
        const ecrit = Math.max(0, [...champ.options].findIndex((option) => option.defaultSelected));
        return champ.selectedIndex !== ecrit;
      }
      if (champ instanceof HTMLInputElement && (champ.type === 'checkbox' || champ.type === 'radio')) {
        return champ.checked !== champ.defaultChecked;
      }
      return champ.value !== champ.defaultValue;
    },
  );
}

/** Donne la main à la version qui attend, puis relit la page ; un autre onglet ne bouge pas. */
export function prendreVersion(inscription: ServiceWorkerRegistration): void {
  const relire = () => location.reload();
  // Un autre onglet a pu la prendre avant nous.
  if (!inscription.waiting) return relire();
  navigator.serviceWorker.addEventListener('controllerchange', relire, { once: true });
  inscription.waiting.postMessage('prendre-la-main');
}
