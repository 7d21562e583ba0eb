/** Des quantités telles qu'on les tape aux millièmes que l'on garde, et ce qui couvre un besoin. Aucun flottant. */
import type { Modeles } from '../api/client';

export type UniteDeVente = 'kg' | 'L' | 'piece' | 'botte' | 'caisse';
type Ligne = Pick<Modeles['VueApprovisionnement'], 'ingredient' | 'vendu_par' | 'quantite_milliemes' | 'masse_g'>;
type Besoin = Pick<
  Modeles['QuantiteVue'],
  | 'ingredient'
  | 'nom'
  | 'famille'
  | 'unite'
  | 'besoin'
  | 'vendu_par'
  | 'achat_milliemes'
  | 'contenance_milli'
  | 'pas_milliemes'
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

/** Un millionième d'unité de base : assez fin pour ne rien arrondir en route. */
const MILLION = 1_000_000n;

/** Ce qu'une ligne donne, en millionièmes d'unité de base de la denrée (g, mL, pièce) ; `null` si on ne peut pas le dire. */
function enBase(ligne: Ligne, besoins: readonly Besoin[]): bigint | null {
  const { vendu_par, masse_g } = ligne;
  const unite = besoins[0]?.unite;
  const quantite = BigInt(ligne.quantite_milliemes);
  if (unite === 'g' && masse_g !== null) return BigInt(masse_g) * MILLION;
  if (unite === 'mL' && vendu_par === 'L') return quantite * MILLION;
  if (unite === 'piece' && vendu_par === 'piece') return quantite * 1000n;
  // La même botte que celle du menu contient ce qu'il en dit, si elle n'a pas son propre poids et s'il n'en dit qu'une.
  const contenances = new Set(besoins.filter((un) => un.vendu_par === vendu_par).map((un) => un.contenance_milli));
  const [contenance] = contenances;
  if (contenance === undefined || contenances.size > 1) return null;
  return masse_g === null || vendu_par === 'kg' || vendu_par === 'L' ? quantite * BigInt(contenance) : null;
}

/** Le moindre achat qui suffit à ce besoin (en unités de base), en millièmes de cette unité de vente. */
function arrondirALaVente(besoin: number, { contenance_milli, pas_milliemes }: Besoin): number {
  const pas = BigInt(contenance_milli) * BigInt(pas_milliemes);
  return Number((BigInt(besoin) * MILLION + pas - 1n) / pas) * pas_milliemes;
}

export type Etat = 'manque' | 'a_verifier' | 'en_trop' | 'couvert';

export interface Achat {
  vendu_par: UniteDeVente;
  quantite_milliemes: number;
}

export interface Couverture<L extends Ligne> {
  ingredient: string;
  nom: string;
  famille: string;
  unite: string;
  /** Ce qu'il faut, en unités de base. */
  besoin: number;
  /** Comment le menu l'achète : une entrée par façon de le vendre. */
  achats: readonly Achat[];
  lignes: readonly L[];
  etat: Etat;
  /** Ce qui manque, ou ce qui est de trop, en unités de base. */
  ecart: number;
  /** Ce qui manque, arrondi à ce qui se vend ; rien de prévu : l'achat même que dit le menu. */
  a_acheter: readonly Achat[];
}

/** L'ordre où l'on fait ses courses. */
export const RAYONS = [
  'FRUITS_ET_LEGUMES', 'VIANDES_VOLAILLES', 'CHARCUTERIE', 'PRODUITS_DE_LA_MER', 'PRODUITS_LAITIERS', 'BOULANGERIE',
  'BOISSONS', 'AUTRES',
] as const; // prettier-ignore

/** Par rayon, puis par nom. */
export function parRayon(a: { famille: string; nom: string }, b: { famille: string; nom: string }): number {
  const rang = (famille: string) => (RAYONS as readonly string[]).indexOf(famille);
  return rang(a.famille) - rang(b.famille) || a.nom.localeCompare(b.nom, 'fr');
}

/**
 * Chaque denrée du menu, par rayon puis par nom, et ce qu'on s'en procure. Le même calcul que les papiers du service
 * (`reste_a_trouver`) : une seule table d'essais, `tests/banquets/achats/restes.json`, est lue des deux côtés.
 *
 * On compare par le poids, le volume ou le nombre ; une botte contient ce que le menu en dit. Sinon, on ne devine pas : c'est
 * « à vérifier ».
 */
export function couvrir<L extends Ligne>(besoins: readonly Besoin[], lignes: readonly L[]): Couverture<L>[] {
  const parDenree = new Map<string, Besoin[]>();
  for (const un of besoins) parDenree.set(un.ingredient, [...(parDenree.get(un.ingredient) ?? []), un]);
  return [...parDenree.entries()]
    .map(([ingredient, siens]) => {
      const siennes = lignes.filter((ligne) => ligne.ingredient === ingredient);
      const { nom, famille, unite } = siens[0] as Besoin;
      const besoin = siens.reduce((somme, un) => somme + un.besoin, 0);
      const achats = siens.map(({ vendu_par, achat_milliemes }) => ({
        vendu_par: vendu_par as UniteDeVente,
        quantite_milliemes: achat_milliemes,
      }));
      return { ingredient, nom, famille, unite, besoin, achats, lignes: siennes, ...comparer(siens, besoin, siennes, achats) };
    })
    .sort(parRayon);
}

function comparer(
  besoins: readonly Besoin[],
  besoin: number,
  lignes: readonly Ligne[],
  achats: readonly Achat[],
): { etat: Etat; ecart: number; a_acheter: readonly Achat[] } {
  const connues = lignes.map((ligne) => enBase(ligne, besoins));
  const prevu = Number(connues.reduce<bigint>((somme, une) => somme + (une ?? 0n), 0n) / MILLION);
  if (prevu < besoin) {
    const ecart = besoin - prevu;
    return { etat: connues.includes(null) ? 'a_verifier' : 'manque', ecart, a_acheter: aAcheter(besoins, lignes, ecart, achats) };
  }
  // Ce qui déborde de l'achat arrondi, non du besoin : la dernière botte dépasse toujours un peu.
  const achat = besoins.reduce((somme, un) => somme + BigInt(un.achat_milliemes) * BigInt(un.contenance_milli), 0n);
  const plein = Math.max(besoin, Number((achat + MILLION - 1n) / MILLION));
  if (connues.includes(null) || prevu <= plein) return { etat: 'couvert', ecart: 0, a_acheter: [] };
  return { etat: 'en_trop', ecart: prevu - plein, a_acheter: [] };
}

function aAcheter(
  besoins: readonly Besoin[],
  lignes: readonly Ligne[],
  ecart: number,
  achats: readonly Achat[],
): readonly Achat[] {
  if (lignes.length === 0) return achats.filter(({ quantite_milliemes }) => quantite_milliemes > 0);
  const premier = besoins[0] as Besoin;
  return [{ vendu_par: premier.vendu_par as UniteDeVente, quantite_milliemes: arrondirALaVente(ecart, premier) }];
}

/**
 * Ce qu'il faut commander pour couvrir ce qui manque, en millièmes de l'unité de vente dite ; `null` si on ne sait pas.
 * Dans l'unité du menu, c'est ce que dit la liste de courses ; dans une autre, vers le haut, à l'unité entière (au dixième de
 * kilogramme ou de litre) : on n'achète pas un tiers de botte.
 */
export function quantitePour(couverture: Couverture<Ligne>, vendu_par: UniteDeVente, masse_unite_g: number | null): number | null {
  const { ecart, unite, a_acheter } = couverture;
  const dite = a_acheter.filter((achat) => achat.vendu_par === vendu_par);
  if (dite.length > 0) return dite.reduce((somme, { quantite_milliemes }) => somme + quantite_milliemes, 0);
  if (a_acheter.length === 0) return null;
  if ((unite === 'g' && vendu_par === 'kg') || (unite === 'mL' && vendu_par === 'L')) return Math.ceil(ecart / 100) * 100;
  if (unite === 'piece' && vendu_par === 'piece') return ecart * 1000;
  if (unite === 'g' && masse_unite_g) return Math.ceil(ecart / masse_unite_g) * 1000;
  return null;
}

/** Ce que vaut une ligne, au centime : millièmes × centimes, la moitié vers le haut, comme le service. */
export function valeurDe(quantite_milliemes: number, prix_centimes: number): number {
  const total = BigInt(quantite_milliemes) * BigInt(prix_centimes);
  return Number((total + 500n) / 1000n);
}
