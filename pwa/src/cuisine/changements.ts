// Ce qui a changé entre deux lectures, ligne par ligne : des faits, que l'écran dit dans sa langue. Rien de l'heure.

import type { Besoin, Commande, Vue } from './vue';

export type Changement =
  | { genre: 'parts'; adultes: number; enfants: number }
  | { genre: 'besoin'; besoin: Besoin; avant: number; apres: number }
  | { genre: 'arrete'; le: string }
  | { genre: 'rouvert' }
  | { genre: 'plat_ajoute' | 'plat_retire' | 'plat_change' | 'arrivee'; nom: string }
  | { genre: 'commande'; qui: string | null; etat: Commande['etat'] }
  | { genre: 'messages'; nombre: number };

/** Ce que la cuisine doit savoir de neuf. Ce qu'elle a écrit elle-même n'en est pas. */
export function changements(avant: Vue, apres: Vue): Changement[] {
  return [
    ...desParts(avant, apres),
    ...desBesoins(avant.effectif.besoins, apres.effectif.besoins, apres.effectif.besoins_effaces),
    ...deLArret(avant, apres),
    ...desPlats(avant, apres),
    ...desArrivees(avant, apres),
    ...desCommandes(avant, apres),
    ...desMessages(avant, apres),
  ];
}

function desParts({ effectif: { parts: a } }: Vue, { effectif: { parts: b } }: Vue): Changement[] {
  const [adultes, enfants] = [b.adultes - a.adultes, b.enfants - a.enfants];
  return adultes || enfants ? [{ genre: 'parts', adultes, enfants }] : [];
}

const cle = ({ age, regimes, allergenes }: Besoin) =>
  JSON.stringify([age, [...regimes].sort(), [...allergenes].sort()]);

function desBesoins(avant: readonly Besoin[], apres: readonly Besoin[], effaces: boolean): Changement[] {
  // Le lendemain, les besoins s'effacent : ce n'est pas qu'il n'y en avait plus.
  if (effaces) return [];
  const anciens = new Map(avant.map((besoin) => [cle(besoin), besoin]));
  const neufs = new Map(apres.map((besoin) => [cle(besoin), besoin]));
  const tous = new Map([...anciens, ...neufs]);
  return [...tous].flatMap(([quoi, besoin]) => {
    const [combien, maintenant] = [anciens.get(quoi)?.nombre ?? 0, neufs.get(quoi)?.nombre ?? 0];
    return combien === maintenant ? [] : [{ genre: 'besoin' as const, besoin, avant: combien, apres: maintenant }];
  });
}

function deLArret({ effectif: { arret: a } }: Vue, { effectif: { arret: b } }: Vue): Changement[] {
  if (b && b.arrete_le !== a?.arrete_le) return [{ genre: 'arrete', le: b.arrete_le }];
  return a && !b ? [{ genre: 'rouvert' }] : [];
}

function desPlats({ menu: a }: Vue, { menu: b }: Vue): Changement[] {
  if (a.version === b.version) return [];
  const anciens = new Map(a.plats.map((plat) => [plat.id, plat]));
  const neufs = new Map(b.plats.map((plat) => [plat.id, plat]));
  return [
    ...b.plats.filter(({ id }) => !anciens.has(id)).map(({ nom }) => ({ genre: 'plat_ajoute' as const, nom })),
    ...a.plats.filter(({ id }) => !neufs.has(id)).map(({ nom }) => ({ genre: 'plat_retire' as const, nom })),
    ...b.plats
      .filter((plat) => anciens.has(plat.id) && !pareils(anciens.get(plat.id), plat))
      .map(({ nom }) => ({ genre: 'plat_change' as const, nom })),
  ];
}

/** Ce qui doit arriver et qui n'est plus pareil : ajouté, retiré, changé. */
function desArrivees({ approvisionnements: a }: Vue, { approvisionnements: b }: Vue): Changement[] {
  const dire = (lignes: Vue['approvisionnements']) => new Map(lignes.map((ligne) => [ligne.id, ligne]));
  const [anciens, neufs] = [dire(a), dire(b)];
  return [...new Map([...anciens, ...neufs])]
    .filter(([id]) => !pareils(anciens.get(id), neufs.get(id)))
    .map(([, { description: nom }]) => ({ genre: 'arrivee' as const, nom }));
}

/** Où en est chaque commande ; elle se reconnaît à ce qu'elle demande, son fournisseur n'a pas toujours de nom ici. */
function desCommandes({ commandes: a }: Vue, { commandes: b }: Vue): Changement[] {
  const cle = ({ fournisseur, lignes }: Commande) => fournisseur ?? lignes[0]?.approvisionnement ?? '';
  const anciennes = new Map(a.map((commande) => [cle(commande), commande.etat]));
  return b
    .filter((commande) => anciennes.get(cle(commande)) !== commande.etat)
    .map(({ fournisseur, etat }) => ({ genre: 'commande' as const, qui: fournisseur, etat }));
}

function desMessages({ messages: a }: Vue, { messages: b }: Vue): Changement[] {
  const connus = new Set(a.elements.map(({ id }) => id));
  const nombre = b.elements.filter(({ id, cote, retire }) => cote === 'organisation' && !retire && !connus.has(id)).length;
  return nombre > 0 ? [{ genre: 'messages', nombre }] : [];
}

/** Pareils en tout ce que l'un et l'autre disent : un champ que la version d'avant ne connaissait pas n'est pas un changement. */
function pareils(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return false;
  const autre = b as Record<string, unknown>;
  return Object.entries(a).every(([nom, valeur]) => !(nom in autre) || pareils(valeur, autre[nom]));
}

/** Faux pour une lecture d'une forme trop ancienne : mieux vaut repartir de maintenant que dire des changements faux. */
export function comparable(lue: Vue): boolean {
  try {
    changements(lue, lue);
    return true;
  } catch {
    return false;
  }
}
