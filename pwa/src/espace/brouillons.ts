/** Ce que l'on tape est gardé sur l'appareil jusqu'à l'enregistrement : ni panne, ni onglet fermé ne le perdent. */

const PREFIXE = 'tablees:brouillon:';

export interface Brouillon<T> {
  saisie: T;
  /** Version de l'évènement que l'on avait sous les yeux ; nulle pour une création. */
  version: number | null;
  garde_le: string;
}

export function lireBrouillon<T>(nom: string): Brouillon<T> | null {
  try {
    const brut = localStorage.getItem(PREFIXE + nom);
    return brut === null ? null : (JSON.parse(brut) as Brouillon<T>);
  } catch {
    return null;
  }
}

/** Garde la saisie ; dit si l'appareil a accepté (navigation privée, mémoire pleine : il peut refuser). */
export function garderBrouillon<T>(nom: string, saisie: T, version: number | null): boolean {
  try {
    const brouillon: Brouillon<T> = { saisie, version, garde_le: new Date().toISOString() };
    localStorage.setItem(PREFIXE + nom, JSON.stringify(brouillon));
    return true;
  } catch {
    return false;
  }
}

export function oublierBrouillon(nom: string): void {
  try {
    localStorage.removeItem(PREFIXE + nom);
  } catch {
    // Rien n'avait pu être gardé non plus.
  }
}

/** Les brouillons de cet appareil ; se déconnecter les efface, après l'avoir dit. */
export function nomsDesBrouillons(): string[] {
  try {
    return Object.keys(localStorage)
      .filter((nom) => nom.startsWith(PREFIXE))
      .map((nom) => nom.slice(PREFIXE.length));
  } catch {
    return [];
  }
}
