// Le guetteur de l'application installable : il branche, et ne charge le reste que s'il sert.

/** Ce que le navigateur offre quand le site peut s'installer (Chromium ; le type manque à TypeScript). */
export interface OffreInstallation extends Event {
  prompt(): Promise<unknown>;
  readonly userChoice: Promise<{ outcome: 'accepted' | 'dismissed' }>;
}

type Application = typeof import('./application');

/** Charge ce qui parle à la personne ; sans réseau ni réserve, la page se passe de le dire. */
function avec(faire: (application: Application) => unknown): void {
  import('./application').then(faire).catch(() => {});
}

/** Guette le réseau, une version plus récente, et l'offre d'installation. */
export function veiller(): void {
  const direReseau = () => avec((application) => application.direReseau());
  if ('vuLe' in document.body.dataset || document.querySelector('[data-pages-lues]')) direReseau();
  addEventListener('offline', direReseau);
  addEventListener('beforeinstallprompt', (offre) => {
    offre.preventDefault();
    // La coquille en place, montrer le bouton ne demande plus rien au réseau.
    void navigator.serviceWorker.ready.then(() =>
      avec((application) => application.proposerInstallation(offre as OffreInstallation)),
    );
  });
  // Après la page, jamais avant : la première visite ne paie rien. Refusé (navigation privée), on s'en passe.
  addEventListener('load', () => void enregistrer().catch(() => {}));
}

async function enregistrer(): Promise<void> {
  const service = navigator.serviceWorker;
  const inscription = await service.register('/sw.js');
  // La page d'une première visite a été lue sans lui : il la relit pour la garder.
  if (!service.controller) (await service.ready).active?.postMessage('garder-la-page');
  const voir = () => {
    if (inscription.waiting && service.controller) avec((application) => application.proposerVersion(inscription));
  };
  voir();
  inscription.addEventListener('updatefound', () => inscription.installing?.addEventListener('statechange', voir));
}
