// Les assiettes à part, telles qu'on les cherche et qu'on les pose : des décisions seulement, sans écran.

import type { Annonce, Assiette, Plat, PlatServi } from './vue';

/** Une ligne que l'on coche : un code de billet, ou des convives que l'équipe annonce. */
export interface Ligne {
  /** Ce qui la reconnaît parmi ce qui est coché. */
  cle: string;
  /** « 27a » ; vide pour des convives annoncés. */
  code: string;
  genre: Assiette['genre'];
  age: Assiette['age'];
  nombre: number;
  a_revoir: boolean;
}

/** Toutes les assiettes qui se composent pareil. */
export interface Groupe {
  regimes: readonly string[];
  allergenes: readonly string[];
  plats: readonly PlatServi[];
  lignes: Ligne[];
}

const trie = (mots: readonly string[]) => [...mots].sort().join('+');
const demande = ({ regimes, allergenes }: Pick<Groupe, 'regimes' | 'allergenes'>) => `${trie(regimes)}:${trie(allergenes)}`;

function cleDe({ code, genre, age, ...besoin }: Pick<Assiette, 'code' | 'genre' | 'age' | 'regimes' | 'allergenes'>): string {
  return `assiette:${code || `${genre}:${age}:${demande(besoin)}`}`;
}

/** Par besoin : les allergies d'abord, puis du plus demandé au moins demandé ; à la fin, les annoncés qui mangent de tout. */
export function regrouper(assiettes: readonly Assiette[], annonces: readonly Annonce[]): Groupe[] {
  const groupes = new Map<string, Groupe>();
  const lignes = new Map<string, Ligne>();
  const ranger = (dite: Omit<Assiette, 'plats'>, plats: readonly PlatServi[]): void => {
    const { code, genre, age, nombre, a_revoir, regimes, allergenes } = dite;
    const cle = cleDe(dite);
    const connue = lignes.get(cle);
    if (connue) {
      connue.nombre += nombre;
      return;
    }
    const ligne = { cle, code, genre, age, nombre, a_revoir };
    lignes.set(cle, ligne);
    const groupe = groupes.get(demande(dite)) ?? { regimes, allergenes, plats, lignes: [] };
    groupe.lignes.push(ligne);
    groupes.set(demande(dite), groupe);
  };
  for (const assiette of assiettes) ranger(assiette, assiette.plats);
  // Le service ne compose une assiette que pour un besoin : qui mange de tout, on l'attend quand même.
  const composees = new Set(lignes.keys());
  for (const annonce of annonces) {
    const dite = { ...annonce, code: '', a_revoir: false };
    if (!composees.has(cleDe(dite))) ranger(dite, []);
  }
  const rang = ({ regimes, allergenes }: Groupe) => (allergenes.length > 0 ? 0 : regimes.length > 0 ? 1 : 2);
  return [...groupes.values()].sort((a, b) => rang(a) - rang(b) || convives(b.lignes) - convives(a.lignes));
}

/** Combien de personnes, toutes lignes ensemble. */
export function convives(lignes: readonly Ligne[]): number {
  return lignes.reduce((somme, { nombre }) => somme + nombre, 0);
}

/** « 27 A », « n° 027a » et « 27a » sont le même code : ni casse, ni accent, ni espace, ni zéro devant. */
export function normaliser(saisie: string): string {
  return saisie.normalize('NFD').toLowerCase().replace(/^\s*n\s*°/, '').replace(/[^a-z0-9]/g, '').replace(/^0+(?=\d)/, ''); // prettier-ignore
}

export interface Trouvee {
  ligne: Ligne;
  groupe: Groupe;
}

/** Les lignes dont le code, ou le nom, commence ainsi : celles de ce numéro-là avant « 27 » pour « 2 ». */
export function chercher(groupes: readonly Groupe[], saisie: string, nommer: (ligne: Ligne) => string): Trouvee[] {
  const voulu = normaliser(saisie);
  if (voulu === '') return [];
  const trouvees = groupes.flatMap((groupe) =>
    groupe.lignes.filter((ligne) => normaliser(nommer(ligne)).startsWith(voulu)).map((ligne) => ({ ligne, groupe })),
  );
  const numero = ({ ligne: { code } }: Trouvee) => Number.parseInt(code, 10) || 0;
  return trouvees.sort((a, b) => numero(a) - numero(b) || a.ligne.code.localeCompare(b.ligne.code));
}

/** Ce qui distingue cette assiette de celle de tout le monde. */
export interface Difference {
  /** Une variante, et ce qu'elle remplace. */
  a_la_place: { nom: string; de: string }[];
  /** Servi aux autres, pas à elle. */
  sans: string[];
  /** Les services où rien ne va. */
  rien: PlatServi['service'][];
  /** Posé, mais personne n'a encore dit que cela lui va. */
  a_confirmer: string[];
}

export function differer(plats: readonly PlatServi[], menu: readonly Plat[]): Difference {
  const parId = new Map(menu.map((plat) => [plat.id, plat]));
  const poses = plats.flatMap(({ plat }) => parId.get(plat ?? '') ?? []);
  const rien = plats.filter(({ plat }) => plat === null).map(({ service }) => service);
  const couverts = new Set(poses.map(({ id, remplace }) => remplace ?? id));
  return {
    a_la_place: poses.flatMap(({ nom, remplace }) => (remplace === null ? [] : [{ nom, de: parId.get(remplace)?.nom ?? '' }])),
    sans: menu
      .filter(({ id, remplace, cueillette, service }) => remplace === null && !cueillette && !rien.includes(service) && !couverts.has(id))
      .map(({ nom }) => nom),
    rien,
    a_confirmer: plats.filter(({ plat, convenance }) => plat !== null && convenance === 'a_confirmer').map(({ nom }) => nom),
  };
}
