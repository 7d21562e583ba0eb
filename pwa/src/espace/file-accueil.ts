import { signal } from '@preact/signals';
import { api, HorsReseau, obtenir, Probleme, type Modeles } from '../api/client';
import { annoncer, dire } from './etat';
import { ajouterGeste, sansGeste, type Geste } from './porte';

// Ni nom ni contact dans cette file : des identifiants et des nombres, le temps de l'onglet.
const CLE = 'tablees:accueil';
const REPRISE_MS = 5000;

function lireGardes(): Geste[] {
  try {
    return JSON.parse(sessionStorage.getItem(CLE) ?? '[]') as Geste[];
  } catch {
    return [];
  }
}

/** Les pointages faits ici que le service n'a pas encore confirmés. */
export const gestes = signal<readonly Geste[]>(lireGardes());
/** Vrai quand le dernier essai n'a pas abouti : on le dit, et on recommence. */
export const enPeine = signal(false);

let surConfirme: (inscription: Modeles['InscriptionEquipe']) => void = () => {};
let enRoute = false;
let reprise: ReturnType<typeof setTimeout> | undefined;

function poser(suivants: readonly Geste[]): void {
  gestes.value = suivants;
  try {
    sessionStorage.setItem(CLE, JSON.stringify(suivants));
  } catch {
    // La mémoire de l'onglet suffit tant qu'il reste ouvert.
  }
}

export function quandConfirme(faire: (inscription: Modeles['InscriptionEquipe']) => void): () => void {
  surConfirme = faire;
  return () => (surConfirme = () => {});
}

/** Pointe tout de suite à l'écran, et envoie dès que possible. */
export function pointer(...neufs: Geste[]): void {
  poser(neufs.reduce<readonly Geste[]>(ajouterGeste, gestes.value));
  void vider();
}

/** Envoie les gestes un par un, dans l'ordre. Un refus est définitif et dit ; un silence fait réessayer. */
export async function vider(): Promise<void> {
  if (enRoute) return;
  enRoute = true;
  clearTimeout(reprise);
  try {
    for (let geste = gestes.value[0]; geste; geste = gestes.value[0]) {
      const { inscription, moment, venue } = geste;
      const body = {
        moment,
        adultes: venue?.adultes ?? null,
        enfants: venue?.enfants ?? null,
        tout_petits: venue?.tout_petits ?? null,
      };
      try {
        const params = { path: { identifiant: inscription } };
        surConfirme(await obtenir(api.POST('/api/espace/inscriptions/{identifiant}/accueil', { params, body })));
      } catch (erreur) {
        if (erreur instanceof HorsReseau || (erreur instanceof Probleme && erreur.estPassager)) throw erreur;
        // La session perdue n'est pas un refus du geste : il attend que l'on se reconnecte.
        if (erreur instanceof Probleme && erreur.statut === 401) throw erreur;
        annoncer(dire(erreur), 'refus');
      }
      // Le geste a pu être remplacé pendant l'envoi : on ne retire que celui qui est parti.
      if (gestes.value.includes(geste)) poser(sansGeste(gestes.value, geste));
      enPeine.value = false;
    }
  } catch {
    enPeine.value = true;
    reprise = setTimeout(() => void vider(), REPRISE_MS);
  } finally {
    enRoute = false;
  }
}

addEventListener('online', () => void vider());
addEventListener('beforeunload', (evenement) => {
  if (gestes.value.length > 0) evenement.preventDefault();
});
