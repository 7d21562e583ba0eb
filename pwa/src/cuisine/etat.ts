// Un banquet ouvert ici : ce qu'on en sait, de quand cela date, ce qui attend de partir.

import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import { comparable } from './changements';
import { choisirDepot, cleDesAssiettes, etagDe, memoire, type Depot } from './depot';
import { corriger, estFerme, lireIssue, lireProbleme, prochain, remplacer, rythme, type Geste, type Sorte } from './gestes';
import { demander, type Brute } from './lecture';
import { estLisible, type Assiettes, type BanquetBref, type Vue } from './vue';

export type Reseau =
  /** Rien n'est encore revenu. */
  | 'lecture'
  | 'a_jour'
  | 'hors'
  /** Le lien ne s'ouvre plus : la copie est effacée. */
  | 'ferme';

/** Où lire et écrire : un lien de la cuisine, ou l'espace de qui a un compte. */
export interface Source {
  lecture: string;
  /** La liste des assiettes, à part : elle est longue pour un très grand repas. */
  assiettes: string;
  /** Le début des adresses d'écriture. */
  ecriture: string;
  depot: () => Promise<Depot>;
  /** De quel côté l'on écrit. */
  cote: 'cuisine' | 'organisation';
  /** Que faire quand la session n'est plus reconnue ; un lien, lui, n'en a pas. */
  deconnecte?: () => void;
  /** Vrai si la page elle-même se recharge sans réseau. */
  garde: boolean;
}

export function parLeLien(moment: string): Source {
  const adresse = `/api/cuisine/banquets/${moment}`;
  return { lecture: adresse, assiettes: `${adresse}/assiettes`, ecriture: adresse, depot: choisirDepot, cote: 'cuisine', garde: true };
}

/** Une session se ferme ailleurs, et l'appareil est parfois à tout le monde : l'espace ne garde rien hors de l'onglet. */
export function parLEspace(moment: string, organise: boolean, deconnecte: () => void): Source {
  const adresse = `/api/espace/banquets/${moment}`;
  const depot = memoire();
  const cote = organise ? 'organisation' : 'cuisine';
  return {
    lecture: `${adresse}/cuisine`,
    assiettes: `${adresse}/effectif/assiettes`,
    ecriture: adresse,
    depot: async () => depot,
    cote,
    deconnecte,
    garde: false,
  };
}

export interface Banquet {
  moment: string;
  cote: Source['cote'];
  /** Le début des adresses d'où viennent les papiers. */
  racine: string;
  vue: ReadonlySignal<Vue | null>;
  /** La marque de nos messages : ceux que l'on peut retirer. */
  auteur: ReadonlySignal<string>;
  /** Nul tant qu'elles n'ont pas été lues. */
  assiettes: ReadonlySignal<Assiettes | null>;
  /** Vrai si ce que l'on voit a été gardé par une version d'avant : il peut y manquer des choses. */
  ancienne: ReadonlySignal<boolean>;
  lue_le: ReadonlySignal<string>;
  reseau: ReadonlySignal<Reseau>;
  /** Ce qui a été écrit ici et n'est pas arrivé, ou a été refusé. */
  gestes: ReadonlySignal<readonly Geste[]>;
  coches: ReadonlySignal<ReadonlySet<string>>;
  /** La vue au dernier « J'ai lu ». */
  lue: ReadonlySignal<Vue | null>;
  ecrire: (sorte: Sorte, chemin: string, corps: Record<string, unknown> | null, methode?: Geste['methode']) => Promise<void>;
  /** Renvoie corrigé ce que le service avait refusé. */
  corriger: (geste: Geste, corps: Record<string, unknown>) => Promise<void>;
  jeter: (geste: Geste) => Promise<void>;
  /** Le message en train de s'écrire : on va lire une quantité, et on le retrouve. */
  brouillon: Signal<string>;
  /** Le message refusé qui est dans la case. */
  repris: Signal<Geste | null>;
  essayer: () => Promise<void>;
  cocher: (cle: string | readonly string[], oui: boolean) => void;
  noterLecture: () => void;
  /** L'heure du service, telle que l'appareil peut la dire : la sienne est peut-être fausse. */
  heure: () => number;
  /** Commence à veiller ; rend de quoi cesser. */
  veiller: () => () => void;
}

/** Au plus vieux, quand rien d'autre n'a changé. */
const ASSIETTES_MS = 30_000;

export function ouvrir(moment: string, source: Source): Banquet {
  const vue = signal<Vue | null>(null);
  const auteur = signal('');
  const assiettes = signal<Assiettes | null>(null);
  const ancienne = signal(false);
  const lue_le = signal('');
  const reseau = signal<Reseau>('lecture');
  const tous = signal<readonly Geste[]>([]);
  const coches = signal<ReadonlySet<string>>(new Set());
  const lue = signal<Vue | null>(null);
  const gestes = computed(() => tous.value.filter((geste) => geste.moment === moment));
  let etag = '';
  let echecs = 0;
  let etagAssiettes = '';
  let assiettesLues = 0;
  let ecrite = 0;
  let decalage = 0;
  let minuterie: ReturnType<typeof setTimeout> | undefined;
  let enRoute: Promise<void> | undefined;
  let veille = false;

  const depot = source.depot();
  const pret = depot.then(async (ici) => {
    if (source.garde) await effacerEchues(ici);
    const [copie, reperes, posees] = await Promise.all([
      ici.lireCopie(moment),
      ici.lireReperes(moment),
      ici.lireCopie(cleDesAssiettes(moment)),
    ]);
    if (posees && assiettes.value === null) {
      assiettes.value = posees.valeur as Assiettes;
      etagAssiettes = etagDe(posees, FORME_CUISINE);
    }
    if (reperes) {
      coches.value = new Set(reperes.coches);
      lue.value = estLisible(reperes.lue) && comparable(reperes.lue) ? reperes.lue : null;
    }
    if (copie && vue.value === null && estLisible(copie.valeur)) {
      vue.value = copie.valeur;
      lue_le.value = copie.lue_le;
      etag = etagDe(copie, FORME_CUISINE);
      ancienne.value = copie.forme !== FORME_CUISINE;
      decalage = copie.decalage;
      auteur.value = copie.auteur ?? '';
    }
    tous.value = await ici.lireGestes();
  });

  async function relireGestes(): Promise<void> {
    tous.value = await (await depot).lireGestes();
  }

  async function fermer(statut: number): Promise<void> {
    // Une session finie n'efface rien : on se reconnecte, et l'on retrouve l'écran.
    if (statut === 401 && source.deconnecte) return source.deconnecte();
    reseau.value = 'ferme';
    vue.value = null;
    assiettes.value = null;
    etagAssiettes = '';
    lue.value = null;
    coches.value = new Set();
    etag = '';
    const ici = await depot;
    if (statut === 401) await ici.toutOublier();
    else await ici.oublier(moment);
    if (source.garde) await oublierLaPage(ici, statut === 401);
  }

  function retenir({ corps, etag: neuf, instant }: Brute): void {
    const lueIci = JSON.parse(corps) as Vue;
    vue.value = lueIci;
    ancienne.value = false;
    etag = neuf;
    lue_le.value = instant;
    // Au premier regard, rien n'a changé : on part de là.
    if (lue.value === null) poserReperes(lueIci);
    if (source.garde) garderLaPage();
  }

  /** La vue telle que le service la donne à l'instant. */
  async function lire(): Promise<void> {
    const brute = await demander(source.lecture, { etag });
    if (brute?.instant) decalage = ajuster(decalage, Date.parse(brute.instant) - Date.now());
    const neuve = brute?.statut === 200 && brute.type.startsWith('application/json');
    if (brute && neuve) retenir(brute);
    else if (brute && brute.statut === 304) lue_le.value = brute.instant || lue_le.value;
    else if (brute && brute.type.startsWith('application/problem+json') && estFerme(brute.statut, lireProbleme(brute.corps).code)) {
      return fermer(brute.statut);
    } else {
      echecs++;
      reseau.value = 'hors';
      return;
    }
    auteur.value = brute?.auteur ?? '';
    echecs = 0;
    reseau.value = 'a_jour';
    await lireAssiettes(neuve);
    // Rien de neuf : la copie ne se récrit qu'une fois par minute, le temps de redire de quand elle date.
    if (!neuve && Date.now() - ecrite < 60_000) return;
    ecrite = Date.now();
    // Un stockage plein ne doit pas empêcher de lire : seule la copie manquera.
    await (await depot)
      .garderCopie({ moment, valeur: vue.value, etag, lue_le: lue_le.value, decalage, auteur: auteur.value, forme: FORME_CUISINE })
      .catch(() => {});
  }

  /** Les assiettes suivent les besoins et le menu : relues quand la vue change, et de temps en temps. */
  async function lireAssiettes(changee: boolean): Promise<void> {
    if (!changee && Date.now() - assiettesLues < ASSIETTES_MS) return;
    const brute = await demander(source.assiettes, { etag: etagAssiettes });
    if (!brute || (brute.statut !== 304 && brute.statut !== 200)) return;
    assiettesLues = Date.now();
    if (brute.statut === 304 || !brute.type.startsWith('application/json')) return;
    assiettes.value = JSON.parse(brute.corps) as Assiettes;
    etagAssiettes = brute.etag;
    const copie = { moment: cleDesAssiettes(moment), valeur: assiettes.value, etag: etagAssiettes, lue_le: brute.instant, decalage, forme: FORME_CUISINE };
    await (await depot).garderCopie(copie).catch(() => {});
  }

  /** Envoie ce qui attend, dans l'ordre ; s'arrête au premier silence. Rend vrai si quelque chose a changé. */
  async function vider(): Promise<boolean> {
    const ici = await depot;
    const fermes = new Set<string>();
    let change = false;
    await seul(async () => {
      for (let geste = prochain(await ici.lireGestes(), fermes); geste; geste = prochain(await ici.lireGestes(), fermes)) {
        const brute = await demander(geste.adresse, { methode: geste.methode, corps: geste.corps });
        const issue = brute ? lireIssue(brute) : { genre: 'silence' as const };
        if (issue.genre === 'silence') break;
        if (issue.genre === 'fermee') {
          fermes.add(geste.moment);
          continue;
        }
        change = true;
        // Corrigé pendant l'envoi : c'est la correction qui doit partir à son tour.
        const [actuel] = (await ici.lireGestes()).filter(({ rang }) => rang === geste?.rang);
        if (!actuel || JSON.stringify(actuel.corps) !== JSON.stringify(geste.corps)) continue;
        if (issue.genre === 'faite') await ici.retirerGeste(geste.rang ?? 0);
        else await ici.garderGeste({ ...geste, etat: 'refuse', raison: issue.raison });
      }
    });
    return change;
  }

  /** Un tour : envoyer, relire, dire. Un seul à la fois. */
  function tour(): Promise<void> {
    enRoute ??= (async () => {
      clearTimeout(minuterie);
      try {
        await pret;
        await vider();
        await lire();
        // Après la lecture : ce qui vient de partir est déjà dans la vue, rien ne clignote.
        await relireGestes();
      } catch {
        echecs++;
        if (reseau.value !== 'ferme') reseau.value = 'hors';
      } finally {
        enRoute = undefined;
        prevoir();
      }
    })();
    return enRoute;
  }

  function prevoir(): void {
    clearTimeout(minuterie);
    if (!veille) return;
    // Un lien fermé peut se rouvrir, mais il n'y a pas de hâte.
    const attente_s = reseau.value === 'ferme' ? 60 : rythme({ visible: document.visibilityState === 'visible', echecs });
    minuterie = setTimeout(() => void tour(), attente_s * 1000);
  }

  const reveiller = (): void => {
    if (document.visibilityState !== 'visible') return prevoir();
    echecs = 0;
    void tour();
  };
  const couper = (): void => {
    if (reseau.value === 'a_jour') reseau.value = 'hors';
  };

  function poserReperes(dite: Vue | null): void {
    lue.value = dite;
    void depot.then((ici) => ici.garderReperes({ moment, coches: [...coches.value], lue: dite })).catch(() => {});
  }

  return {
    moment,
    cote: source.cote,
    racine: source.ecriture,
    auteur,
    heure: () => Date.now() + decalage,
    vue,
    assiettes,
    ancienne,
    lue_le,
    reseau,
    gestes,
    coches,
    lue,
    async ecrire(sorte, chemin, corps, methode = 'PUT') {
      const ici = await depot;
      const adresse = source.ecriture + chemin;
      const id = chemin.split('/').pop() ?? '';
      const neuf: Geste = { id, moment, sorte, methode, adresse, corps, etat: 'garde' };
      const ancien = remplacer(await ici.lireGestes(), neuf);
      // Écrit avant d'être dit : une batterie vide ne perd pas un relevé.
      await ici.garderGeste(ancien?.rang === undefined ? neuf : { ...neuf, rang: ancien.rang });
      await relireGestes();
      await enRoute;
      void tour();
    },
    brouillon: signal(''),
    repris: signal<Geste | null>(null),
    async corriger(geste, corps) {
      await (await depot).garderGeste(corriger(geste, crypto.randomUUID(), corps));
      await relireGestes();
      void Promise.resolve(enRoute).then(tour);
    },
    async jeter(geste) {
      await (await depot).retirerGeste(geste.rang ?? 0);
      await relireGestes();
    },
    essayer: tour,
    cocher(cle, oui) {
      const suivantes = new Set(coches.value);
      for (const une of typeof cle === 'string' ? [cle] : cle) {
        if (oui) suivantes.add(une);
        else suivantes.delete(une);
      }
      coches.value = suivantes;
      poserReperes(lue.value);
    },
    noterLecture() {
      poserReperes(vue.value);
    },
    veiller() {
      veille = true;
      document.addEventListener('visibilitychange', reveiller);
      addEventListener('online', reveiller);
      addEventListener('offline', couper);
      void tour();
      return () => {
        veille = false;
        clearTimeout(minuterie);
        document.removeEventListener('visibilitychange', reveiller);
        removeEventListener('online', reveiller);
        removeEventListener('offline', couper);
      };
    },
  };
}

/** L'en-tête du service est à la seconde, et a voyagé : sous trois secondes d'écart, l'horloge de l'appareil est juste. */
function ajuster(avant: number, mesure: number): number {
  return Math.abs(mesure) < 3000 ? 0 : Math.abs(mesure - avant) < 3000 ? avant : mesure;
}

/** Un seul envoi à la fois, tous onglets confondus. Sans verrou, rejouer reste sans effet. */
async function seul(faire: () => Promise<void>): Promise<void> {
  if (!('locks' in navigator)) return faire();
  return navigator.locks.request('tablees-cuisine', faire);
}

// --- La page elle-même, pour la recharger sans réseau ---------------------------------------------------------------

let demandee = false;

/** Demande au service worker de garder la page, une fois : un banquet vient de s'ouvrir à cet appareil. */
function garderLaPage(): void {
  if (demandee || !('serviceWorker' in navigator)) return;
  demandee = true;
  // La liste dit quand chaque lien expire : elle se garde avec.
  void lireListe().lire().catch(() => {});
  void navigator.serviceWorker.ready.then(({ active }) => active?.postMessage('garder-la-cuisine'));
}

/** Plus aucun banquet ne s'ouvre ici : la page n'a plus à s'y recharger sans réseau. */
async function oublierLaPage(depot: Depot, tout: boolean): Promise<void> {
  const reste = tout ? [] : await depot.lireMoments();
  if (reste.length > 0 || !('caches' in globalThis)) return;
  demandee = false;
  const noms = await caches.keys();
  await Promise.all(noms.filter((nom) => nom.startsWith('cuisine-')).map((nom) => caches.delete(nom)));
}

/** L'heure de l'appareil peut être fausse : une copie ne s'efface d'après elle que bien après son terme. */
const MARGE_MS = 3 * 86_400_000;

/** Efface ce que gardent des liens expirés, même si l'appareil ne revoit jamais le réseau. */
async function effacerEchues(depot: Depot): Promise<void> {
  const liste = (await depot.lireCopie(''))?.valeur as BanquetBref[] | undefined;
  const echus = (liste ?? []).filter(({ expire_le }) => Date.parse(expire_le) + MARGE_MS < Date.now());
  for (const { moment } of echus) await depot.oublier(moment);
  if (echus.length > 0) await oublierLaPage(depot, false);
}

// --- Les banquets que cet appareil ouvre ----------------------------------------------------------------------------

export interface Liste {
  banquets: Signal<readonly BanquetBref[] | null>;
  reseau: Signal<Reseau>;
  lue_le: Signal<string>;
  lire: () => Promise<void>;
}

/** La liste, telle que le service la donne ou telle qu'elle est gardée. Ce qui n'y est plus s'efface d'ici. */
export function lireListe(): Liste {
  const banquets = signal<readonly BanquetBref[] | null>(null);
  const reseau = signal<Reseau>('lecture');
  const lue_le = signal('');
  const depot = choisirDepot();
  async function lire(): Promise<void> {
    const ici = await depot;
    await effacerEchues(ici);
    const brute = await demander('/api/cuisine/banquets');
    if (brute?.statut === 200 && brute.type.startsWith('application/json')) {
      const recus = JSON.parse(brute.corps) as BanquetBref[];
      const ouverts = new Set(recus.map(({ moment }) => moment));
      for (const moment of await ici.lireMoments()) if (!ouverts.has(moment)) await ici.oublier(moment);
      banquets.value = recus;
      lue_le.value = brute.instant;
      reseau.value = recus.length > 0 ? 'a_jour' : 'ferme';
      if (recus.length === 0) await oublierLaPage(ici, false);
      else await ici.garderCopie({ moment: '', valeur: recus, etag: '', lue_le: brute.instant, decalage: 0 }).catch(() => {});
    } else if (brute?.statut === 401) {
      banquets.value = [];
      reseau.value = 'ferme';
      await ici.toutOublier();
      await oublierLaPage(ici, true);
    } else {
      const copie = await ici.lireCopie('');
      banquets.value = (copie?.valeur as BanquetBref[] | undefined) ?? [];
      lue_le.value = copie?.lue_le ?? '';
      reseau.value = 'hors';
    }
  }
  return { banquets, reseau, lue_le, lire };
}
