// Copier et partager d'un geste. Sans ces gestes, le texte se lit et se copie à la main.

/** Montre les boutons « Copier » : `data-copier` nomme le champ, `data-fait` dit que c'est fait. */
export function ameliorerCopies(): void {
  if (!navigator.clipboard) return;
  for (const bouton of document.querySelectorAll<HTMLButtonElement>('[data-copier]')) {
    const champ = document.getElementById(bouton.dataset['copier'] ?? '') as HTMLTextAreaElement | null;
    if (!champ) continue;
    bouton.hidden = false;
    bouton.addEventListener('click', () => {
      void navigator.clipboard.writeText(champ.value).then(
        () => (bouton.textContent = bouton.dataset['fait'] ?? ''),
        () => champ.select(),
      );
    });
  }
}

/** Le lien « Partager » ouvre le partage du téléphone, s'il en a un. */
export function ameliorerPartage(): void {
  const lien = document.querySelector<HTMLAnchorElement>('[data-partager]');
  if (!lien || !navigator.share) return;
  lien.addEventListener('click', (evenement) => {
    evenement.preventDefault();
    navigator.share({ title: document.title, url: lien.dataset['partager'] ?? '' }).catch(() => undefined);
  });
}
