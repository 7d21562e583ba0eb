/** Des quantités telles qu'on les tape aux millièmes que l'on garde, et ce qui couvre un besoin. Aucun flottant. */
import type { Modeles } from '../api/client';

export type UniteDeVente = 'kg' | 'L' | 'piece' | 'botte' | 'caisse';
type Ligne = Pick<Modeles['VueApprovisionnement'], 'ingredient' | 'vendu_par' | 'quantite_milliemes' | 'masse_g'>;
type Besoin = Pick<
  Modeles['QuantiteVue'],
  'ingredient' | 'nom' | 'famille' | 'unite' | 'besoin' | 'vendu_par' | 'achat_milliemes'
>;

const DECIMAL = /^(\d{1,6})(?:[.,](\d{0,3}))?$/;
const ENTIER = /^\d{1,9}$/;

function nettoyer(saisie: string): string {
  return saisie.replace(/[\s\u00a0\u202f]/g, '');
}

/** « 2,5 » en millièmes : 2 500 ; `null` si rien n'est écrit, `undefined` si cela ne se comprend pas. */
export function lireMilliemes(saisie: string): number | null | undefined {
  const nu = nettoyer(saisie);
  if (nu === '') return null;
  const trouve = DECIMAL.exec(nu);
  if (!trouve) return undefined;
  return Number(trouve[1]) * 1000 + Number((trouve[2] ?? '').padEnd(3, '0'));
}

/** Des millièmes comme on les taperait : « 2 », « 2,5 », « 0,125 ». */
export function ecrireMilliemes(milliemes: number | null, langue = 'fr'): string {
  if (milliemes === null) return '';
  const reste = String(milliemes % 1000).padStart(3, '0').replace(/0+$/, '');
  const entier = String(Math.trunc(milliemes / 1000));
  return reste ? `${entier}${langue === 'en' ? '.' : ','}${reste}` : entier;
}

/** « 120 » ; `null` si rien n'est écrit, `undefined` si ce n'est pas un nombre entier. */
export function lireEntier(saisie: string): number | null | undefined {
  const nu = nettoyer(saisie);
  if (nu === '') return null;
  return ENTIER.test(nu) ? Number(nu) : undefined;
}

/** « 10 », « 12,5 » pour cent, en millièmes ; `null` si rien n'est écrit, `undefined` hors de 0 à 100. */
export function lirePourCent(saisie: string): number | null | undefined {
  const trouve = /^(\d{1,3})(?:[.,](\d)?)?$/.exec(nettoyer(saisie.replace('%', '')));
  if (!trouve) return nettoyer(saisie) === '' ? null : undefined;
  const milliemes = Number(trouve[1]) * 10 + Number(trouve[2] ?? 0);
  return milliemes <= 1000 ? milliemes : undefined;
}

/** 425 millièmes : « 42,5 ». */
export function ecrirePourCent(milliemes: number, langue = 'fr'): string {
  const reste = milliemes % 10;
  const entier = String(Math.trunc(milliemes / 10));
  return reste ? `${entier}${langue === 'en' ? '.' : ','}${reste}` : entier;
}

/** « 42,5 % », « 42.5% ». */
export function direPart(milliemes: number, langue = 'fr'): string {
  return `${ecrirePourCent(milliemes, langue)}${langue === 'en' ? '' : '\u202f'}%`;
}

/** Un nombre entier, ses milliers séparés comme dans la langue. */
function grouper(entier: string, langue: string): string {
  return entier.replace(/\B(?=(\d{3})+$)/g, langue === 'en' ? ',' : '\u202f');
}

/** « 950 g », « 2,4 kg », « 1 200 kg ». */
export function direMasse(grammes: number, langue = 'fr'): string {
  if (grammes < 1000) return `${grammes}\u00a0g`;
  const [entier = '', reste] = ecrireMilliemes(grammes, langue).split(langue === 'en' ? '.' : ',');
  return `${grouper(entier, langue)}${reste ? (langue === 'en' ? '.' : ',') + reste : ''}\u00a0kg`;
}

/** Une quantité de base : « 2,4 kg », « 75 cL » dit en litres, « 12 » pièces (le mot vient de qui écrit). */
export function direBase(quantite: number, unite: string, langue = 'fr'): string {
  if (unite === 'g') return direMasse(quantite, langue);
  if (unite === 'mL') {
    return quantite < 1000 ? `${quantite}\u00a0mL` : `${ecrireMilliemes(quantite, langue)}\u00a0L`;
  }
  return grouper(String(quantite), langue);
}

// --- Ce qui est prévu, face à ce qu'il faut -------------------------------------------------------------------------

/** Ce qu'une ligne donne, en unités de base de la denrée (g, mL, pièces) ; `null` si on ne peut pas le dire. */
export function enBase(ligne: Ligne, unite: string): number | null {
  if (unite === 'g') return ligne.masse_g;
  const voulu = unite === 'mL' ? 'L' : 'piece';
  if (ligne.vendu_par !== voulu) return null;
  return unite === 'mL' ? ligne.quantite_milliemes : Math.floor(ligne.quantite_milliemes / 1000);
}

export type Etat = 'manque' | 'a_verifier' | 'en_trop' | 'couvert';

export interface Couverture<L extends Ligne> {
  ingredient: string;
  nom: string;
  famille: string;
  unite: string;
  /** Ce qu'il faut, en unités de base. */
  besoin: number;
  /** Comment le menu l'achète : une entrée par façon de le vendre. */
  achats: readonly { vendu_par: UniteDeVente; achat_milliemes: number }[];
  lignes: readonly L[];
  etat: Etat;
  /** Ce qui manque, ou ce qui est de trop : en unités de base, ou en unités de vente si elles seules se comparent. */
  ecart: number;
  en_vente: UniteDeVente | null;
}

/** L'achat arrondi à ce qui se vend, en unités de base ; `null` pour une botte ou une caisse, dont on ignore le contenu. */
function achatEnBase({ unite, vendu_par, achat_milliemes }: Besoin): number | null {
  if ((unite === 'g' && vendu_par === 'kg') || (unite === 'mL' && vendu_par === 'L')) return achat_milliemes;
  return unite === 'piece' && vendu_par === 'piece' ? Math.ceil(achat_milliemes / 1000) : null;
}

/**
 * Chaque denrée du menu, et ce qu'on s'en procure.
 *
 * On compare d'abord par le poids, le volume ou le nombre. À défaut, et seulement si tout est dit dans la même unité de
 * vente que le menu, on compare des bottes à des bottes. Sinon, on ne devine pas : c'est « à vérifier ».
 */
export function couvrir<L extends Ligne>(besoins: readonly Besoin[], lignes: readonly L[]): Couverture<L>[] {
  const parDenree = new Map<string, Besoin[]>();
  for (const un of besoins) parDenree.set(un.ingredient, [...(parDenree.get(un.ingredient) ?? []), un]);
  return [...parDenree.entries()].map(([ingredient, siens]) => {
    const siennes = lignes.filter((ligne) => ligne.ingredient === ingredient);
    const premier = siens[0] as Besoin;
    const besoin = siens.reduce((somme, un) => somme + un.besoin, 0);
    return {
      ingredient,
      nom: premier.nom,
      famille: premier.famille,
      unite: premier.unite,
      besoin,
      achats: siens.map(({ vendu_par, achat_milliemes }) => ({
        vendu_par: vendu_par as UniteDeVente,
        achat_milliemes,
      })),
      lignes: siennes,
      ...comparer(siens, besoin, siennes),
    };
  });
}

function comparer(
  besoins: readonly Besoin[],
  besoin: number,
  lignes: readonly Ligne[],
): { etat: Etat; ecart: number; en_vente: UniteDeVente | null } {
  const unite = besoins[0]?.unite ?? 'g';
  const connues = lignes.map((ligne) => enBase(ligne, unite));
  const prevu = connues.reduce<number>((somme, un) => somme + (un ?? 0), 0);
  if (!connues.includes(null)) {
    if (prevu < besoin) return { etat: 'manque', ecart: besoin - prevu, en_vente: null };
    const arrondis = besoins.map(achatEnBase);
    const achat = arrondis.reduce<number>((somme, un) => somme + (un ?? 0), 0);
    // Sans savoir ce que contient une botte, on ne dit pas « en trop » : la dernière déborde toujours un peu.
    if (!arrondis.includes(null) && prevu > Math.max(achat, besoin)) {
      return { etat: 'en_trop', ecart: prevu - Math.max(achat, besoin), en_vente: null };
    }
    return { etat: 'couvert', ecart: 0, en_vente: null };
  }
  const vendu = besoins[0]?.vendu_par as UniteDeVente;
  if ([...besoins, ...lignes].every(({ vendu_par }) => vendu_par === vendu)) {
    const achat = besoins.reduce((somme, un) => somme + un.achat_milliemes, 0);
    const acquis = lignes.reduce((somme, ligne) => somme + ligne.quantite_milliemes, 0);
    if (acquis < achat) return { etat: 'manque', ecart: achat - acquis, en_vente: vendu };
    return { etat: acquis > achat ? 'en_trop' : 'couvert', ecart: acquis - achat, en_vente: vendu };
  }
  return prevu >= besoin
    ? { etat: 'couvert', ecart: 0, en_vente: null }
    : { etat: 'a_verifier', ecart: besoin - prevu, en_vente: null };
}

/** Ce qu'il faut commander pour couvrir ce qui manque, en millièmes de l'unité de vente dite ; `null` si on ne sait pas. */
export function quantitePour(couverture: Couverture<Ligne>, vendu_par: UniteDeVente, masse_unite_g: number | null): number | null {
  const { etat, ecart, en_vente, unite, achats, lignes } = couverture;
  const neuf = lignes.length === 0;
  const memes = achats.filter((achat) => achat.vendu_par === vendu_par);
  if (neuf && memes.length === achats.length) return memes.reduce((somme, un) => somme + un.achat_milliemes, 0) || null;
  if (etat !== 'manque') return null;
  if (en_vente !== null) return en_vente === vendu_par ? ecart : null;
  if ((unite === 'g' && vendu_par === 'kg') || (unite === 'mL' && vendu_par === 'L')) return ecart;
  if (unite === 'piece' && vendu_par === 'piece') return ecart * 1000;
  // Vers le haut, à l'unité entière : on n'achète pas un tiers de botte.
  if (unite === 'g' && masse_unite_g) return Math.ceil(ecart / masse_unite_g) * 1000;
  return null;
}

/** Ce que vaut une ligne, au centime : millièmes × centimes, la moitié vers le haut, comme le service. */
export function valeurDe(quantite_milliemes: number, prix_centimes: number): number {
  const total = BigInt(quantite_milliemes) * BigInt(prix_centimes);
  return Number((total + 500n) / 1000n);
}
