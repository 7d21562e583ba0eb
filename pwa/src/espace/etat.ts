import { signal } from '@preact/signals';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { HorsReseau, Probleme, type Modeles } from '../api/client';
import { nomDuMoment } from './composants/moments';
import { t } from './textes';

/** La personne connectée ; rien ne s'affiche avant de la connaître. */
export const moi = signal<Modeles['VueCompte'] | null>(null);

export const enLigne = signal(navigator.onLine);
addEventListener('online', () => (enLigne.value = true));
addEventListener('offline', () => (enLigne.value = false));

export interface Annonce {
  id: number;
  texte: string;
  genre: 'fait' | 'refus';
}

/** Ce qui vient de se passer, dit en bas de l'écran et aux lecteurs d'écran. */
export const annonces = signal<readonly Annonce[]>([]);
let numero = 0;

export function annoncer(texte: string, genre: Annonce['genre'] = 'fait'): void {
  const annonce = { id: ++numero, texte, genre };
  annonces.value = [...annonces.value.slice(-2), annonce];
  setTimeout(() => retirer(annonce.id), genre === 'fait' ? 6000 : 12000);
}

export function retirer(id: number): void {
  annonces.value = annonces.value.filter((annonce) => annonce.id !== id);
}

/** Une erreur, en une phrase pour la personne. */
export function dire(erreur: unknown): string {
  if (erreur instanceof HorsReseau) return t('etats.hors_reseau');
  if (erreur instanceof Probleme) {
    const phrase = erreur.phrase || erreur.titre || t('etats.panne');
    return erreur.code === 'moment-complet' ? `${phrase} ${direCeQuiReste(erreur)}`.trim() : phrase;
  }
  return t('etats.panne');
}

/** « Banquet : 2 places » : quel moment est plein, et ce qui y reste. */
function direCeQuiReste(erreur: Probleme): string {
  const moments = (erreur.precisions['moments'] ?? []) as readonly {
    genre: string;
    titre: string;
    places_restantes: number | null;
  }[];
  return moments
    .map((moment) => {
      const reste = t('moments.restent', { n: moment.places_restantes ?? 0 });
      return `${nomDuMoment(moment)}${t('presences.deux_points')} ${reste}.`;
    })
    .join(' ');
}

// Ce qui a déjà été lu s'affiche tout de suite au retour sur un écran, puis se rafraîchit. Mémoire seule : rien de
// personnel ne reste sur l'appareil quand l'onglet se ferme.
const lus = new Map<string, unknown>();
const LUS_MAX = 60;

function garder(cle: string, valeur: unknown): void {
  lus.delete(cle);
  lus.set(cle, valeur);
  const ancienne = lus.keys().next();
  if (lus.size > LUS_MAX && !ancienne.done) lus.delete(ancienne.value);
}

// Les lectures affichées en ce moment, à refaire quand ce qu'elles montrent a changé.
const vivantes = new Set<{ cle: string; recharger: () => Promise<void> }>();

/** Oublie ce qui a été lu sous ces préfixes, et relit ce qui est à l'écran. */
export function oublier(...prefixes: string[]): void {
  const concerne = (cle: string) => prefixes.some((prefixe) => cle.startsWith(prefixe));
  for (const cle of [...lus.keys()]) if (concerne(cle)) lus.delete(cle);
  for (const lecture of vivantes) if (concerne(lecture.cle)) void lecture.recharger();
}

export interface Chargement<T> {
  valeur: T | undefined;
  erreur: unknown;
  enCours: boolean;
  recharger: () => Promise<void>;
  remplacer: (valeur: T) => void;
}

/**
 * Lit une valeur et la tient à jour : au retour sur l'onglet, au retour du réseau, et toutes les `periode_s` secondes si
 * on le demande. Une erreur n'efface pas ce qui était affiché.
 */
export function useChargement<T>(cle: string, lire: () => Promise<T>, periode_s = 0): Chargement<T> {
  const [etat, changer] = useState<{ cle: string; valeur: T | undefined; erreur: unknown; enCours: boolean }>({
    cle,
    valeur: lus.get(cle) as T | undefined,
    erreur: undefined,
    enCours: true,
  });
  const derniere = useRef({ cle, lire, tour: 0 });
  derniere.current.cle = cle;
  derniere.current.lire = lire;

  const recharger = useCallback(async () => {
    const tour = ++derniere.current.tour;
    const cleLue = derniere.current.cle;
    changer((avant) => ({ ...avant, enCours: true }));
    try {
      const valeur = await derniere.current.lire();
      garder(cleLue, valeur);
      if (tour === derniere.current.tour) changer({ cle: cleLue, valeur, erreur: undefined, enCours: false });
    } catch (erreur) {
      if (tour === derniere.current.tour) changer((avant) => ({ ...avant, cle: cleLue, erreur, enCours: false }));
    }
  }, []);

  const remplacer = useCallback((valeur: T) => {
    derniere.current.tour++;
    garder(derniere.current.cle, valeur);
    changer({ cle: derniere.current.cle, valeur, erreur: undefined, enCours: false });
  }, []);

  useEffect(() => {
    changer({ cle, valeur: lus.get(cle) as T | undefined, erreur: undefined, enCours: true });
    void recharger();
    const revenir = () => document.visibilityState === 'visible' && void recharger();
    document.addEventListener('visibilitychange', revenir);
    addEventListener('online', revenir);
    const minuterie = periode_s ? setInterval(revenir, periode_s * 1000) : undefined;
    const vivante = { cle, recharger };
    vivantes.add(vivante);
    return () => {
      vivantes.delete(vivante);
      derniere.current.tour++;
      document.removeEventListener('visibilitychange', revenir);
      removeEventListener('online', revenir);
      clearInterval(minuterie);
    };
  }, [cle, periode_s]);

  // Entre le changement de clé et l'effet, ne pas montrer la valeur d'un autre objet.
  const ici = etat.cle === cle;
  return {
    valeur: ici ? etat.valeur : (lus.get(cle) as T | undefined),
    erreur: ici ? etat.erreur : undefined,
    enCours: !ici || etat.enCours,
    recharger,
    remplacer,
  };
}

/** Un acte : un bouton qui attend sa réponse, ne part qu'une fois, et dit son refus. */
export function useActe(): {
  enCours: boolean;
  agir: (faire: () => Promise<void>) => Promise<boolean>;
} {
  const [enCours, changer] = useState(false);
  const occupe = useRef(false);
  const agir = useCallback(async (faire: () => Promise<void>) => {
    if (occupe.current) return false;
    occupe.current = true;
    changer(true);
    try {
      await faire();
      return true;
    } catch (erreur) {
      annoncer(dire(erreur), 'refus');
      return false;
    } finally {
      occupe.current = false;
      changer(false);
    }
  }, []);
  return { enCours, agir };
}

/** La valeur, une fois que la frappe s'est arrêtée. */
export function useRepos<T>(valeur: T, ms = 250): T {
  const [reposee, poser] = useState(valeur);
  useEffect(() => {
    const minuterie = setTimeout(() => poser(valeur), ms);
    return () => clearTimeout(minuterie);
  }, [valeur, ms]);
  return reposee;
}
