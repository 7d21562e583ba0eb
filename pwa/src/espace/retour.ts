// La connexion ramène toujours à l'entrée de l'espace. L'écran où l'on était est gardé le temps de l'onglet.
const CLE = 'tablees:retour';
const DUREE_MS = 60 * 60_000;

export function garderRetour(): void {
  const adresse = location.pathname + location.search;
  sessionStorage.setItem(CLE, JSON.stringify({ adresse, le: Date.now() }));
}

/** Revenu à l'entrée après une connexion : remet l'adresse de l'écran que l'on avait dû quitter. */
export function reprendreRetour(): void {
  const garde = sessionStorage.getItem(CLE);
  sessionStorage.removeItem(CLE);
  if (garde === null || location.pathname !== '/espace') return;
  const { adresse, le } = JSON.parse(garde) as { adresse: string; le: number };
  if (Date.now() - le < DUREE_MS && adresse.startsWith('/espace/')) history.replaceState(null, '', adresse);
}
