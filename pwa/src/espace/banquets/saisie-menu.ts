import type { Modeles } from '../../api/client';
import { ecrireMilliemes, ecrirePourCent, lireMilliemes, lirePourCent } from '../quantites';
import type { Allergene, Regime, Service } from './mots';
import { lireQuantite, type Unite } from './parts';

export type Menu = Modeles['MenuVue'];
export type Denree = Modeles['IngredientVue'];
export type Demande = Modeles['MenuDemande'];
export type Portion = Modeles['PortionSuggeree'];
export type Saison = NonNullable<Modeles['LigneVue']['saison']>;
export type VenduPar = 'kg' | 'L' | 'piece' | 'botte' | 'caisse';
export type Etat = 'cuit' | 'achete';

export const VENTES = ['kg', 'L', 'piece', 'botte', 'caisse'] as const satisfies readonly VenduPar[];
/** Ce qu'on achète au plus petit, en millièmes d'unité de vente. */
export const PAS = [1000, 500, 250, 100, 1] as const;

export interface SaisieLigne {
  /** Stable tant que la ligne est à l'écran. */
  cle: string;
  ingredient: string;
  nom: string;
  unite: Unite;
  adulte: string;
  enfant: string;
  /** D'où vient la part d'enfant que l'on n'a pas dite : un rapport, une portion d'usage ; `null` si on l'a dite. */
  propose: 'rapport' | 'portion' | null;
  etat: Etat;
  /** Vides : ceux de la denrée. */
  dechet: string;
  rendement: string;
  vendu_par: VenduPar;
  contenance: string;
  pas: number;
  note: string;
  /** Ce que l'on sait de la denrée ; ne s'enregistre pas. */
  fiche: { allergenes: string[]; saison: Saison | null; dechet: number; rendement: number };
}

export interface SaisiePlat {
  id: string;
  service: Service;
  nom: string;
  description: string;
  /** La recette dont il est la copie ; vide s'il n'en vient pas. */
  recette: string;
  remplace: string;
  part: string;
  cueillette: boolean;
  allergenes_ajoutes: Allergene[];
  allergenes_retires: Allergene[];
  regimes_ajoutes: Regime[];
  notes_echelle: string;
  lignes: SaisieLigne[];
}

export interface SaisieMenu {
  plats: SaisiePlat[];
  marge: string;
  menu_public: boolean;
  notes: string;
}

let suite = 0;

export function cle(): string {
  return `${Date.now().toString(36)}-${suite++}`;
}

export function platVide(service: Service): SaisiePlat {
  return {
    id: crypto.randomUUID(), service, nom: '', description: '', recette: '', remplace: '', part: '100', cueillette: false,
    allergenes_ajoutes: [], allergenes_retires: [], regimes_ajoutes: [], notes_echelle: '', lignes: [],
  }; // prettier-ignore
}

/** Une variante de ce plat, pour qui ne peut pas le manger : mêmes ingrédients au départ, servie à peu de monde. */
export function varianteDe(plat: SaisiePlat, nom: string, part = '10'): SaisiePlat {
  return { ...dupliquer(plat, nom), remplace: plat.id, part, cueillette: false };
}

/** La part des convives que font `nombre` d'entre eux, au dixième de pour cent au-dessus : personne ne manque. */
export function partPour(nombre: number, assiettes: number, langue = 'fr'): string {
  if (assiettes <= 0) return '10';
  return ecrirePourCent(Math.min(1000, Math.max(1, Math.ceil((nombre * 1000) / assiettes))), langue);
}

export function dupliquer(plat: SaisiePlat, nom: string): SaisiePlat {
  return { ...plat, id: crypto.randomUUID(), nom, lignes: plat.lignes.map((ligne) => ({ ...ligne, cle: cle() })) };
}

/** Où en est la récolte, le mois du repas. La même règle que le service, qui la redit à l'enregistrement. */
export function saisonDe(denree: Pick<Denree, 'saison' | 'hors_france'>, mois: number | null): Saison | null {
  if (mois === null) return null;
  if (denree.hors_france) return 'hors_france';
  if (denree.saison.length === 0) return 'sans_saison';
  if (denree.saison.includes(mois)) return 'de_saison';
  return denree.saison.includes((mois % 12) + 1) ? 'avance_possible' : 'hors_saison';
}

/** La ligne d'une denrée que l'on vient de choisir : pas de quantité devinée, l'unité de vente la plus naturelle. */
export function ligneDe(denree: Denree, mois: number | null): SaisieLigne {
  const unite = denree.unite as Unite;
  return {
    cle: cle(), ingredient: denree.slug, nom: denree.nom, unite, adulte: '', enfant: '',
    // L'alcool d'un enfant ne se propose pas : quelqu'un le dit.
    propose: (denree.animal ?? []).includes('alcool') ? null : 'rapport', etat: 'achete', dechet: '', rendement: '', vendu_par: unite === 'g' ? 'kg' : unite === 'mL' ? 'L' : 'piece', contenance: '', pas: 1000, note: '',
    fiche: {
      allergenes: denree.allergenes, saison: saisonDe(denree, mois), dechet: denree.dechet_milliemes,
      rendement: denree.rendement_milliemes,
    },
  }; // prettier-ignore
}

/** La ligne, achetée comme un autre plat du menu achète déjà cette denrée : on ne l'achète qu'une fois. */
export function acheterCommeAuMenu(ligne: SaisieLigne, plats: readonly SaisiePlat[]): SaisieLigne {
  const deja = plats.flatMap(({ lignes }) => lignes).find(({ ingredient }) => ingredient === ligne.ingredient);
  return deja ? { ...ligne, vendu_par: deja.vendu_par, contenance: deja.contenance, pas: deja.pas } : ligne;
}

/** Le milieu de la fourchette, et l'état que dit le nom de la portion (« cuits », « tel qu'on le vend »). */
export function suivrePortion(
  ligne: SaisieLigne,
  portion: Portion,
  portions: readonly Portion[] = [],
  langue = 'fr',
): SaisieLigne {
  const milieu = (min: number | null, max: number | null) =>
    min === null || max === null ? '' : String(Math.ceil((min + max) / 2));
  const cuit = /\bcuits?\b/.test(portion.plat);
  const cru = /tel qu.on le vend|\bcrue?s?\b/.test(portion.plat);
  const adulte = milieu(portion.adulte_min, portion.adulte_max);
  return {
    ...ligne,
    ...direAdulte(ligne, adulte, portions, langue),
    ...(portion.enfant_min !== null && { enfant: milieu(portion.enfant_min, portion.enfant_max), propose: 'portion' }),
    etat: cuit ? 'cuit' : cru ? 'achete' : ligne.etat,
  };
}

/**
 * La part d'un enfant quand on n'a dit que celle d'un adulte, et pour cent : le rapport du milieu, parmi les portions d'usage
 * de la même unité. Au gramme, au dixième sous dix grammes, à la pièce entière. `null` si rien ne permet de proposer.
 */
export function proposerEnfant(
  adulte: string,
  unite: Unite,
  portions: readonly Portion[],
  langue = 'fr',
): { enfant: string; pour_cent: number } | null {
  const milli = lireQuantite(adulte, unite);
  const rapports = portions
    .flatMap((p): [number, number][] =>
      p.unite === unite && p.enfant_min !== null && p.enfant_max !== null
        ? [[p.enfant_min + p.enfant_max, p.adulte_min + p.adulte_max]]
        : [],
    )
    .sort(([a, b], [c, d]) => a * d - c * b);
  const rapport = rapports[Math.floor((rapports.length - 1) / 2)];
  if (!milli || !rapport) return null;
  const [petit, grand] = rapport;
  const pas = unite === 'piece' || milli >= 10_000 ? 1000 : 100;
  const entiere = unite === 'piece' && milli % 1000 !== 0;
  const part = entiere ? milli : Math.max(pas, Math.round((milli * petit) / grand / pas) * pas);
  return { enfant: ecrireMilliemes(part, langue), pour_cent: Math.round((100 * petit) / grand) };
}

/** La part d'adulte que l'on tape ; celle d'enfant suit tant que personne ne l'a dite. */
export function direAdulte(
  ligne: SaisieLigne,
  adulte: string,
  portions: readonly Portion[],
  langue = 'fr',
): Partial<SaisieLigne> {
  if (ligne.propose === null) return { adulte };
  return { adulte, enfant: proposerEnfant(adulte, ligne.unite, portions, langue)?.enfant ?? '', propose: 'rapport' };
}

export function depuisMenu(menu: Menu, langue = 'fr'): SaisieMenu {
  return {
    marge: ecrirePourCent(menu.marge_milliemes, langue),
    menu_public: menu.menu_public,
    notes: menu.notes,
    plats: menu.plats.map((plat) => ({
      id: plat.id,
      service: plat.service as Service,
      nom: plat.nom,
      description: plat.description,
      recette: plat.recette?.slug ?? '',
      remplace: plat.remplace ?? '',
      part: ecrirePourCent(plat.part_milliemes, langue),
      cueillette: plat.cueillette,
      allergenes_ajoutes: plat.allergenes_ajoutes as Allergene[],
      allergenes_retires: plat.allergenes_retires as Allergene[],
      regimes_ajoutes: plat.regimes_ajoutes as Regime[],
      notes_echelle: plat.notes_echelle,
      lignes: plat.lignes.map((ligne) => ({
        cle: cle(),
        ingredient: ligne.ingredient,
        nom: ligne.nom,
        unite: ligne.unite as Unite,
        adulte: ecrireMilliemes(ligne.adulte_milli, langue),
        enfant: ecrireMilliemes(ligne.enfant_milli, langue),
        propose: null,
        etat: ligne.etat as Etat,
        dechet: ligne.dechet_milliemes === null ? '' : ecrirePourCent(ligne.dechet_milliemes, langue),
        rendement: ecrireMilliemes(ligne.rendement_milliemes, langue),
        vendu_par: ligne.vendu_par as VenduPar,
        contenance: ecrireMilliemes(ligne.contenance_milli, langue),
        pas: ligne.pas_milliemes,
        note: ligne.note,
        fiche: {
          allergenes: ligne.allergenes,
          saison: ligne.saison,
          dechet: ligne.dechet_fiche_milliemes,
          rendement: ligne.rendement_fiche_milliemes,
        },
      })),
    })),
  };
}

/** Ce qu'on voit sans demander au service : un champ, et la clé de sa phrase. */
export interface Remarque {
  champ: string;
  texte: 'quantite' | 'pourcent' | 'facteur' | 'nom' | 'part_adulte' | 'part_enfant';
}

/** La demande à envoyer, et ce qui ne s'y comprend pas. Rien n'est deviné : une part vide n'est pas un zéro. */
export function versDemande(saisie: SaisieMenu, version: number): { demande: Demande; remarques: Remarque[] } {
  const remarques: Remarque[] = [];
  const lire = <T>(champ: string, texte: Remarque['texte'], lu: T | undefined, defaut: T): T => {
    if (lu === undefined) remarques.push({ champ, texte });
    return lu ?? defaut;
  };
  const lirePart = (la: string, age: 'adulte' | 'enfant', ligne: SaisieLigne): number => {
    const lu = lireQuantite(ligne[age], ligne.unite);
    return lire(`${la}.${age}_milli`, lu === null ? `part_${age}` : 'quantite', lu ?? undefined, 0);
  };
  const plats = saisie.plats.map((plat, rang) => {
    const ici = `plats.${rang}`;
    if (plat.nom.trim() === '') remarques.push({ champ: `${ici}.nom`, texte: 'nom' });
    return {
      id: plat.id,
      service: plat.service,
      nom: plat.nom.trim(),
      description: plat.description.trim(),
      recette: plat.recette || null,
      remplace: plat.remplace || null,
      part_milliemes: lire(`${ici}.part_milliemes`, 'pourcent', lirePourCent(plat.part), 1000) ?? 1000,
      cueillette: plat.cueillette,
      allergenes_ajoutes: plat.allergenes_ajoutes,
      allergenes_retires: plat.allergenes_retires,
      regimes_ajoutes: plat.regimes_ajoutes,
      notes_echelle: plat.notes_echelle,
      lignes: plat.lignes.map((ligne, n) => {
        const la = `${ici}.lignes.${n}`;
        const auPoids = ligne.vendu_par === 'kg' || ligne.vendu_par === 'L';
        return {
          ingredient: ligne.ingredient,
          adulte_milli: lirePart(la, 'adulte', ligne),
          enfant_milli: lirePart(la, 'enfant', ligne),
          etat: ligne.etat,
          dechet_milliemes: lire(`${la}.dechet_milliemes`, 'pourcent', lirePourCent(ligne.dechet), null),
          rendement_milliemes: lire(`${la}.rendement_milliemes`, 'facteur', lireMilliemes(ligne.rendement), null),
          vendu_par: ligne.vendu_par,
          contenance_milli: auPoids
            ? null
            : lire(`${la}.contenance_milli`, 'quantite', lireQuantite(ligne.contenance, ligne.unite), null),
          pas_milliemes: ligne.pas,
          note: ligne.note.trim(),
        };
      }),
    };
  });
  const marge = lire('marge_milliemes', 'pourcent', lirePourCent(saisie.marge), 0) ?? 0;
  return {
    demande: { version, plats, marge_milliemes: marge, menu_public: saisie.menu_public, notes: saisie.notes },
    remarques,
  };
}

/** Ce qu'un plat a d'enregistrable, pour savoir si deux saisies en disent la même chose. */
function empreinte(plat: SaisiePlat | undefined): string {
  if (!plat) return '';
  const lignes = plat.lignes.map(({ cle: _cle, fiche: _fiche, nom: _nom, propose: _propose, ...reste }) => reste);
  return JSON.stringify({ ...plat, lignes });
}

export function memePlat(a: SaisiePlat | undefined, b: SaisiePlat | undefined): boolean {
  return empreinte(a) === empreinte(b);
}

/** Vrai si l'on y mange la même chose : parts, pesée, achat et ordre n'y changent rien. La même règle que le service. */
export function memeContenu(a: SaisiePlat | undefined, b: SaisiePlat | undefined): boolean {
  const dit = (plat: SaisiePlat | undefined) =>
    plat &&
    JSON.stringify([
      [...new Set(plat.lignes.map(({ ingredient, note }) => `${ingredient} ${note.trim()}`))].sort(),
      ...[plat.allergenes_ajoutes, plat.allergenes_retires, plat.regimes_ajoutes].map((codes) => [...codes].sort()),
    ]);
  return a !== undefined && b !== undefined && dit(a) === dit(b);
}

export function memeMenu(a: SaisieMenu, b: SaisieMenu): boolean {
  const dit = (menu: SaisieMenu) => JSON.stringify([menu.plats.map(empreinte), menu.marge, menu.menu_public, menu.notes]);
  return dit(a) === dit(b);
}

// --- Deux mains sur un menu -------------------------------------------------------------------------------------------

export interface Difference {
  id: string;
  nom: string;
  /** Ce que l'autre personne a fait de ce plat. */
  acte: 'ajoute' | 'change' | 'retire';
  /** Nous l'avons changé, nous aussi : il faut choisir. */
  conflit: boolean;
}

export type Choix = Readonly<Record<string, 'mien' | 'sien'>>;

function parId(menu: SaisieMenu): Map<string, SaisiePlat> {
  return new Map(menu.plats.map((plat) => [plat.id, plat]));
}

/** Ce que l'autre a fait des plats depuis le menu que nous avions lu, et ce que nous avons changé aussi. */
export function comparer(lu: SaisieMenu, mien: SaisieMenu, sien: SaisieMenu): Difference[] {
  const [avant, ici, la] = [parId(lu), parId(mien), parId(sien)];
  const ids = [...new Set([...la.keys(), ...avant.keys()])];
  return ids.flatMap((id) => {
    const [a, i, l] = [avant.get(id), ici.get(id), la.get(id)];
    if (memePlat(a, l) || memePlat(i, l)) return [];
    const acte = a === undefined ? 'ajoute' : l === undefined ? 'retire' : 'change';
    return [{ id, nom: (l ?? a)?.nom ?? '', acte, conflit: !memePlat(a, i) }];
  });
}

/**
 * Les deux menus en un seul : ce que l'un des deux a changé seul est pris ; ce que les deux ont changé suit le choix (le
 * nôtre tant que l'on n'a rien dit). L'ordre est le nôtre, les plats de l'autre viennent à la fin.
 */
export function fusionner(lu: SaisieMenu, mien: SaisieMenu, sien: SaisieMenu, choix: Choix = {}): SaisieMenu {
  const [avant, ici, la] = [parId(lu), parId(mien), parId(sien)];
  const garder = (id: string): SaisiePlat | undefined => {
    const [a, i, l] = [avant.get(id), ici.get(id), la.get(id)];
    if (memePlat(a, i)) return l;
    if (memePlat(a, l)) return i;
    return choix[id] === 'sien' ? l : i;
  };
  const plats = [...new Set([...ici.keys(), ...la.keys()])].flatMap((id) => garder(id) ?? []);
  const restants = new Set(plats.map(({ id }) => id));
  const champ = <C extends 'marge' | 'menu_public' | 'notes'>(nom: C): SaisieMenu[C] =>
    mien[nom] === lu[nom] ? sien[nom] : mien[nom];
  return {
    marge: champ('marge'),
    menu_public: champ('menu_public'),
    notes: champ('notes'),
    // Une variante dont le plat a disparu devient un plat.
    plats: plats.map((plat) => (plat.remplace && !restants.has(plat.remplace) ? { ...plat, remplace: '' } : plat)),
  };
}

// --- Combien de convives -------------------------------------------------------------------------------------------------

export interface Parts {
  adultes: number;
  enfants: number;
}

/** Combien de convives pour chaque plat : la même règle que le service (`convives_par_plat`), qui la redit aux quantités. */
export function convivesParPlat(plats: readonly SaisiePlat[], { adultes, enfants }: Parts): Map<string, Parts> {
  const servis = new Map(
    plats.map((plat) => {
      const part = lirePourCent(plat.part) ?? 1000;
      return [plat.id, { adultes: Math.ceil((adultes * part) / 1000), enfants: Math.ceil((enfants * part) / 1000) }];
    }),
  );
  const restes = new Map(servis);
  for (const { id, remplace } of plats) {
    const [base, variante] = [restes.get(remplace), servis.get(id)];
    if (!base || !variante) continue;
    restes.set(remplace, {
      adultes: Math.max(0, base.adultes - variante.adultes),
      enfants: Math.max(0, base.enfants - variante.enfants),
    });
  }
  return restes;
}

// --- Gestes sur la liste ------------------------------------------------------------------------------------------------

/** Les plats d'un service dans l'ordre de l'écran : chaque variante suit le plat qu'elle remplace. */
export function ranger(plats: readonly SaisiePlat[], service: Service): SaisiePlat[] {
  const ici = plats.filter((plat) => plat.service === service);
  const la = new Set(ici.map(({ id }) => id));
  const seuls = ici.filter(({ remplace }) => !la.has(remplace));
  return seuls.flatMap((plat) => [plat, ...ici.filter(({ remplace, id }) => remplace === plat.id && id !== plat.id)]);
}

/** Le plat monté ou descendu d'un rang parmi ceux de son service ; ses variantes le suivent à l'écran. */
export function deplacer(plats: readonly SaisiePlat[], id: string, sens: -1 | 1): SaisiePlat[] {
  const plat = plats.find((autre) => autre.id === id);
  if (!plat) return [...plats];
  const pairs = plats.filter((autre) => autre.service === plat.service && autre.remplace === plat.remplace);
  const autre = pairs[pairs.indexOf(plat) + sens];
  if (!autre) return [...plats];
  return plats.map((ici) => (ici === plat ? autre : ici === autre ? plat : ici));
}

/** La denrée montée ou descendue d'un rang dans son plat ; `null` si elle est au bout. */
export function deplacerLigne(lignes: readonly SaisieLigne[], cleDeLigne: string, sens: -1 | 1): SaisieLigne[] | null {
  const ici = lignes.findIndex(({ cle: autre }) => autre === cleDeLigne);
  const [ligne, autre] = [lignes[ici], lignes[ici + sens]];
  if (!ligne || !autre) return null;
  return lignes.map((une) => (une === ligne ? autre : une === autre ? ligne : une));
}

/** Sans ce plat ; ses variantes deviennent des plats. */
export function retirerPlat(plats: readonly SaisiePlat[], id: string): SaisiePlat[] {
  return plats
    .filter((plat) => plat.id !== id)
    .map((plat) => (plat.remplace === id ? { ...plat, remplace: '' } : plat));
}

/** Le plat remis où il était, ses variantes de nouveau les siennes. */
export function remettrePlat(
  plats: readonly SaisiePlat[],
  plat: SaisiePlat,
  rang: number,
  variantes: readonly string[],
): SaisiePlat[] {
  const rendus = plats.map((autre) =>
    variantes.includes(autre.id) && autre.remplace === '' ? { ...autre, remplace: plat.id } : autre,
  );
  return [...rendus.slice(0, rang), plat, ...rendus.slice(rang)];
}
