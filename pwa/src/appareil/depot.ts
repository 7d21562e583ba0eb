// Ce que l'appareil garde : les demandes à envoyer, la copie des billets, ce que la personne a choisi.
// Sans bibliothèque : trois magasins, une opération par transaction. Sert la page et le service worker.

import type { Demande } from './demandes';

/** La copie d'un billet, telle que le service l'a rendue. */
export interface Copie {
  id: string;
  html: string;
  /** Le code d'accueil en SVG ; vide s'il n'y en a pas, ou s'il n'a pas pu être lu. */
  qr: string;
  /** Le jour où le service l'efface. */
  garde_jusqu_au: string;
}

type Magasin = 'demandes' | 'billets' | 'choix';
const MAGASINS: readonly Magasin[] = ['demandes', 'billets', 'choix'];

let ouverture: Promise<IDBDatabase> | undefined;

function ouvrir(): Promise<IDBDatabase> {
  ouverture ??= new Promise<IDBDatabase>((reussir, echouer) => {
    const demande = indexedDB.open('tablees-appareil', 1);
    demande.onupgradeneeded = () => {
      demande.result.createObjectStore('demandes', { keyPath: 'rang', autoIncrement: true });
      demande.result.createObjectStore('billets', { keyPath: 'id' });
      demande.result.createObjectStore('choix');
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

/** Une transaction ; ce qui est rendu est écrit. `strict` : la demande survit à une batterie vide. */
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

export async function lireDemandes(): Promise<Demande[]> {
  return (await dans<Demande[]>(['demandes'], 'readonly', (t) => t.objectStore('demandes').getAll())) ?? [];
}

export function lireDemande(rang: number): Promise<Demande | undefined> {
  return dans<Demande | undefined>(['demandes'], 'readonly', (t) => t.objectStore('demandes').get(rang));
}

/** Ajoute une demande au bout de la file ; rend son rang. Lève si l'appareil refuse de garder. */
export async function ajouterDemande(demande: Demande): Promise<number> {
  const rang = await dans<IDBValidKey>(['demandes'], 'readwrite', (t) => t.objectStore('demandes').add(demande));
  return Number(rang);
}

/** Change une demande ; `null` la retire. Lue et écrite d'un trait : deux onglets s'y croisent. Faux si elle n'y est plus. */
export async function changerDemande(rang: number, changer: (demande: Demande) => Demande | null): Promise<boolean> {
  let presente = false;
  await dans(['demandes'], 'readwrite', (t) => {
    const magasin = t.objectStore('demandes');
    const lue: IDBRequest<Demande | undefined> = magasin.get(rang);
    lue.onsuccess = () => {
      if (!lue.result) return;
      presente = true;
      const suivante = changer(lue.result);
      if (suivante) magasin.put(suivante);
      else magasin.delete(rang);
    };
    return undefined;
  });
  return presente;
}

export async function lireCopies(): Promise<Copie[]> {
  return (await dans<Copie[]>(['billets'], 'readonly', (t) => t.objectStore('billets').getAll())) ?? [];
}

export async function garderCopie(copie: Copie): Promise<void> {
  await dans(['billets'], 'readwrite', (t) => t.objectStore('billets').put(copie));
}

export async function retirerCopie(id: string): Promise<void> {
  await dans(['billets'], 'readwrite', (t) => t.objectStore('billets').delete(id));
}

/** Vrai si la personne a demandé que ses inscriptions restent lisibles ici sans réseau. */
export async function veutGarder(): Promise<boolean> {
  return (await dans<unknown>(['choix'], 'readonly', (t) => t.objectStore('choix').get('garder'))) === true;
}

/** Ne plus garder efface aussi ce qui l'était. */
export async function choisirDeGarder(garder: boolean): Promise<void> {
  await dans(['choix', 'billets'], 'readwrite', (t) => {
    if (!garder) t.objectStore('billets').clear();
    return t.objectStore('choix').put(garder, 'garder');
  });
}

/** Ne laisse rien. */
export async function toutOublier(): Promise<void> {
  await dans(MAGASINS, 'readwrite', (t) => {
    for (const magasin of MAGASINS) t.objectStore(magasin).clear();
    return undefined;
  });
}
