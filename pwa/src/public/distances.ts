// Ce qui se calcule sur l'appareil : la distance depuis chez soi, et depuis ici. Rien n'en est envoyé.
// Le calcul lui-même ne se charge que s'il sert : une première visite n'en paie que ces quelques lignes.

const CLE = 'tablees-commune';

/** La commune que la personne a dite, et que seul cet appareil connaît. */
export interface Chez {
  code: string;
  nom: string;
  lat: number;
  lon: number;
}

/** Ce que l'appareil retient, et rien d'autre ne le sait. */
export const memoire = {
  /** La commune gardée ; rien si l'on n'a rien dit, ou si le stockage est refusé ou abîmé. */
  lire(): Chez | null {
    try {
      const chez = JSON.parse(localStorage.getItem(CLE) ?? 'null') as Partial<Chez> | null;
      const entiere = typeof chez?.nom === 'string' && Number.isFinite(chez.lat) && Number.isFinite(chez.lon);
      return entiere ? (chez as Chez) : null;
    } catch {
      return null;
    }
  },

  /** Garde la commune, ou l'oublie ; dit si l'appareil l'a bien fait. */
  garder(chez: Chez | null): boolean {
    try {
      if (chez) localStorage.setItem(CLE, JSON.stringify(chez));
      else localStorage.removeItem(CLE);
      return true;
    } catch {
      return false;
    }
  },
};

export type Memoire = typeof memoire;

/** Montre les boutons qui marcheront ici, et les distances depuis la commune gardée. */
export function proposerDistances(): void {
  if (memoire.lire() && document.querySelector('[data-ou]')) {
    void charger().then(({ direDepuisChez }) => direDepuisChez(memoire));
  }
  if (isSecureContext && 'geolocation' in navigator) {
    brancher('[data-pres]', (bouton) => charger().then(({ rangerPresDeMoi }) => rangerPresDeMoi(bouton, memoire)));
  } else {
    document.querySelector('[data-pres]')?.remove();
  }
  brancher('[data-chez]', (bouton) => charger().then(({ choisirCommune }) => choisirCommune(bouton, memoire)));
}

function brancher(puce: string, agir: (bouton: HTMLButtonElement) => Promise<void> | void): void {
  const boite = document.querySelector<HTMLElement>(puce);
  const bouton = boite?.querySelector('button');
  if (!boite || !bouton) return;
  // Sa place était gardée : la page ne bouge pas.
  boite.classList.remove('si-script');
  bouton.addEventListener('click', () => void agir(bouton));
}

/** Le calcul, chargé quand il sert. */
const charger = () => import('./proximite');
