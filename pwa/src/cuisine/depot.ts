// Ce que l'appareil garde de la cuisine : une base à elle, que l'on vide quand le lien ferme. Aucune personne dedans.

import type { Geste } from './gestes';

const NOM = 'tablees-cuisine';
type Magasin = 'vues' | 'gestes' | 'reperes';

/** La dernière vue d'un banquet (ou la liste des banquets, sous `''`), telle que le service l'a donnée. */
export interface Copie {
  moment: string;
  valeur: unknown;
  etag: string;
  lue_le: string;
  /** Millisecondes d'avance du service sur l'horloge de l'appareil. */
  decalage: number;
  /** La marque de ce que l'on écrit par ce lien ; une copie d'avant n'en a pas. */
  auteur?: string;
  /** Celle que le service donnait quand elle a été gardée ; absente des toutes premières copies. */
  forme?: string;
}

/** Ce que les gens de la cuisine ont fait ici : coché, dit avoir lu. */
export interface Reperes {
  moment: string;
  coches: string[];
  /** La vue au dernier « J'ai lu ». */
  lue: unknown;
}

/** Ce qui est gardé sous cette forme ne se redemande que s'il a changé ; sous une autre, il se redemande entier. */
export function etagDe({ etag, forme }: Copie, voulue: string): string {
  return forme === voulue ? etag : '';
}

/** Où l'on garde. L'espace, lui, ne garde rien sur l'appareil (`memoire`). */
export interface Depot {
  lireCopie(moment: string): Promise<Copie | undefined>;
  garderCopie(copie: Copie): Promise<void>;
  lireReperes(moment: string): Promise<Reperes | undefined>;
  garderReperes(reperes: Reperes): Promise<void>;
  lireGestes(): Promise<Geste[]>;
  /** Ajoute au bout, ou met à jour sur place si le geste a un rang. */
  garderGeste(geste: Geste): Promise<void>;
  retirerGeste(rang: number): Promise<void>;
  /** Les banquets dont quelque chose est gardé. */
  lireMoments(): Promise<string[]>;
  /** Oublie ce que le service avait donné d'un banquet ; ce qui a été écrit ici et n'est pas parti reste. */
  oublier(moment: string): Promise<void>;
  toutOublier(): Promise<void>;
}

/** Les assiettes d'un banquet sont à côté de sa vue, et partent avec elle. */
export function cleDesAssiettes(moment: string): string {
  return `${moment}/assiettes`;
}

/** Ni la liste, ni des assiettes. */
const estUnBanquet = (cle: string): boolean => cle !== '' && !cle.includes('/');

let ouverture: Promise<IDBDatabase> | undefined;

function ouvrir(): Promise<IDBDatabase> {
  ouverture ??= new Promise<IDBDatabase>((reussir, echouer) => {
    const demande = indexedDB.open(NOM, 1);
    demande.onupgradeneeded = () => {
      demande.result.createObjectStore('vues', { keyPath: 'moment' });
      demande.result.createObjectStore('reperes', { keyPath: 'moment' });
      demande.result.createObjectStore('gestes', { keyPath: 'rang', autoIncrement: true });
    };
    demande.onsuccess = () => {
      const base = demande.result;
      base.onversionchange = base.onclose = () => {
        base.close();
        ouverture = undefined;
      };
      reussir(base);
    };
    demande.onerror = demande.onblocked = () => echouer(demande.error ?? new Error('base occupée'));
  }).catch((erreur: unknown) => {
    ouverture = undefined;
    throw erreur;
  });
  return ouverture;
}

/** Une transaction ; ce qui est rendu est écrit. `strict` : un relevé survit à une batterie vide. */
async function dans<T>(
  magasins: readonly Magasin[],
  mode: IDBTransactionMode,
  faire: (transaction: IDBTransaction) => IDBRequest<T> | undefined,
): Promise<T | undefined> {
  const base = await ouvrir();
  return new Promise((reussir, echouer) => {
    const transaction = base.transaction([...magasins], mode, { durability: 'strict' });
    const demande = faire(transaction);
    transaction.oncomplete = () => reussir(demande?.result);
    transaction.onabort = () => echouer(transaction.error ?? new Error('transaction abandonnée'));
  });
}

/** Sur l'appareil, jusqu'à ce que le lien ferme. */
export const appareil: Depot = {
  lireCopie: (moment) => dans<Copie | undefined>(['vues'], 'readonly', (t) => t.objectStore('vues').get(moment)),
  garderCopie: async (copie) => void (await dans(['vues'], 'readwrite', (t) => t.objectStore('vues').put(copie))),
  lireReperes: (moment) =>
    dans<Reperes | undefined>(['reperes'], 'readonly', (t) => t.objectStore('reperes').get(moment)),
  garderReperes: async (reperes) =>
    void (await dans(['reperes'], 'readwrite', (t) => t.objectStore('reperes').put(reperes))),
  lireGestes: async () => (await dans<Geste[]>(['gestes'], 'readonly', (t) => t.objectStore('gestes').getAll())) ?? [],
  garderGeste: async (geste) => void (await dans(['gestes'], 'readwrite', (t) => t.objectStore('gestes').put(geste))),
  retirerGeste: async (rang) => void (await dans(['gestes'], 'readwrite', (t) => t.objectStore('gestes').delete(rang))),
  lireMoments: async () =>
    ((await dans<IDBValidKey[]>(['vues'], 'readonly', (t) => t.objectStore('vues').getAllKeys())) ?? [])
      .map(String)
      .filter(estUnBanquet),
  oublier: async (moment) => {
    await dans(['vues', 'reperes'], 'readwrite', (t) => {
      t.objectStore('reperes').delete(moment);
      t.objectStore('vues').delete(moment);
      t.objectStore('vues').delete(cleDesAssiettes(moment));
      return undefined;
    });
  },
  toutOublier: async () => {
    await dans(['vues', 'reperes'], 'readwrite', (t) => {
      t.objectStore('vues').clear();
      t.objectStore('reperes').clear();
      return undefined;
    });
  },
};

/** Le temps de l'onglet : pour l'espace, ou quand le navigateur refuse de garder. */
export function memoire(): Depot {
  const vues = new Map<string, Copie>();
  const reperes = new Map<string, Reperes>();
  const gestes = new Map<number, Geste>();
  let rang = 0;
  return {
    lireCopie: async (moment) => vues.get(moment),
    garderCopie: async (copie) => void vues.set(copie.moment, copie),
    lireReperes: async (moment) => reperes.get(moment),
    garderReperes: async (lus) => void reperes.set(lus.moment, lus),
    lireGestes: async () => [...gestes.values()],
    garderGeste: async (geste) => {
      const ici = geste.rang ?? ++rang;
      gestes.set(ici, { ...geste, rang: ici });
    },
    retirerGeste: async (lequel) => void gestes.delete(lequel),
    lireMoments: async () => [...vues.keys()].filter(estUnBanquet),
    oublier: async (moment) => {
      vues.delete(moment);
      vues.delete(cleDesAssiettes(moment));
      reperes.delete(moment);
    },
    toutOublier: async () => {
      vues.clear();
      reperes.clear();
    },
  };
}

/** Celui de l'appareil s'il veut bien garder (une navigation privée stricte refuse), sinon la mémoire de l'onglet. */
export async function choisirDepot(): Promise<Depot> {
  try {
    await appareil.lireGestes();
    return appareil;
  } catch {
    return memoire();
  }
}
