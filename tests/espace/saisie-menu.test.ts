import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  acheterCommeAuMenu,
  comparer,
  convivesParPlat,
  depuisMenu,
  deplacer,
  deplacerLigne,
  direAdulte,
  dupliquer,
  fusionner,
  ligneDe,
  memeContenu,
  memeMenu,
  memePlat,
  partPour,
  platVide,
  proposerEnfant,
  ranger,
  remettrePlat,
  retirerPlat,
  saisonDe,
  suivrePortion,
  varianteDe,
  versDemande,
  type Menu,
  type Portion,
  type SaisieMenu,
} from '../../pwa/src/espace/banquets/saisie-menu.ts';

const DHAL = '6f1f3a52-8a5d-4a39-9c1f-2f1a3c5d7e90';
const TARTE = '0b6c9f0e-6f0e-4f7e-8a53-5d1f6f8f0a11';
const VARIANTE = '9a6c9f0e-6f0e-4f7e-8a53-5d1f6f8f0a22';

function unPlat(id: string, nom: string, champs: object = {}) {
  return {
    id, nom, service: 'plat', description: '', remplace: null, part_milliemes: 1000, cueillette: false, allergenes: [],
    etat_allergenes: 'deduits', allergenes_ajoutes: [], allergenes_retires: [], regimes: [], regimes_ajoutes: [],
    confirme_le: null, notes_echelle: '', lignes: [], ...champs,
  }; // prettier-ignore
}

const LENTILLES = {
  ingredient: 'lentille-verte', nom: 'Lentille verte', unite: 'g', adulte_milli: 200_000, enfant_milli: 170_000, etat: 'cuit',
  dechet_milliemes: null, rendement_milliemes: 2330, vendu_par: 'caisse', contenance_milli: 5_000_000, pas_milliemes: 500,
  note: '', allergenes: [], saison: 'sans_saison', dechet_fiche_milliemes: 0, rendement_fiche_milliemes: 2200,
}; // prettier-ignore

function unMenu(...plats: object[]): Menu {
  return { version: 4, marge_milliemes: 50, menu_public: false, notes: '', plats, modifie_le: null } as unknown as Menu;
}

function changer(menu: SaisieMenu, id: string, morceau: object): SaisieMenu {
  return { ...menu, plats: menu.plats.map((plat) => (plat.id === id ? { ...plat, ...morceau } : plat)) };
}

test('ouvrir puis enregistrer sans rien toucher ne change rien', () => {
  const { demande, remarques } = versDemande(depuisMenu(unMenu(unPlat(DHAL, 'Dhal', { lignes: [LENTILLES] }))), 4);

  assert.deepEqual(remarques, []);
  assert.equal(demande.version, 4);
  assert.equal(demande.marge_milliemes, 50);
  const { nom: _nom, unite: _unite, allergenes: _a, saison: _s, dechet_fiche_milliemes: _d, rendement_fiche_milliemes: _r, ...voulue } =
    LENTILLES;
  assert.deepEqual(demande.plats[0]?.lignes, [voulue]);
  assert.equal(demande.plats[0]?.part_milliemes, 1000);
});

test('ce qui ne se lit pas est dit, champ par champ, et tout à la fois', () => {
  const saisie = changer(depuisMenu(unMenu(unPlat(DHAL, 'Dhal', { lignes: [LENTILLES] }))), DHAL, { nom: ' ', part: '1/3' });
  saisie.plats[0]!.lignes[0]!.adulte = '200 L';
  saisie.plats[0]!.lignes[0]!.rendement = 'double';
  saisie.marge = 'un peu';

  assert.deepEqual(versDemande(saisie, 4).remarques, [
    { champ: 'plats.0.nom', texte: 'nom' },
    { champ: 'plats.0.part_milliemes', texte: 'pourcent' },
    { champ: 'plats.0.lignes.0.adulte_milli', texte: 'quantite' },
    { champ: 'plats.0.lignes.0.rendement_milliemes', texte: 'facteur' },
    { champ: 'marge_milliemes', texte: 'pourcent' },
  ]);
});

test('vendue au kilo, une denrée n’a pas de contenance, même si l’on en avait tapé une', () => {
  const saisie = depuisMenu(unMenu(unPlat(DHAL, 'Dhal', { lignes: [LENTILLES] })));
  saisie.plats[0]!.lignes[0]!.vendu_par = 'kg';

  assert.equal(versDemande(saisie, 4).demande.plats[0]?.lignes?.[0]?.contenance_milli, null);
});

test('une denrée choisie se vend par ce qui lui va, et dit sa saison au mois du repas', () => {
  const denree = { slug: 'tomate', nom: 'Tomate', unite: 'g', allergenes: [], saison: [6, 7], hors_france: false };
  const ligne = ligneDe({ ...denree, dechet_milliemes: 50, rendement_milliemes: 900 } as never, 5);

  assert.equal(ligne.vendu_par, 'kg');
  assert.equal(ligne.fiche.saison, 'avance_possible');
  assert.deepEqual(
    [6, 8, 12, null].map((mois) => saisonDe({ saison: [1, 6], hors_france: false }, mois)),
    ['de_saison', 'hors_saison', 'avance_possible', null],
  );
  assert.equal(saisonDe({ saison: [], hors_france: true }, 6), 'hors_france');
  assert.equal(saisonDe({ saison: [], hors_france: false }, 6), 'sans_saison');
});

test('une denrée que le menu achète déjà s’achète de la même façon', () => {
  const { plats } = depuisMenu(unMenu(unPlat(DHAL, 'Dhal', { lignes: [LENTILLES] })));
  const fiche = { unite: 'g', allergenes: [], saison: [], hors_france: false };
  const copiee = ligneDe({ ...fiche, slug: 'lentille-verte', nom: 'Lentille verte' } as never, 5);
  const autre = ligneDe({ ...fiche, slug: 'riz', nom: 'Riz' } as never, 5);

  const { vendu_par, contenance, pas } = acheterCommeAuMenu(copiee, plats);
  assert.deepEqual([vendu_par, contenance, pas], ['caisse', '5000', 500]);
  assert.deepEqual(acheterCommeAuMenu(autre, plats), autre);
});

test('une portion d’usage remplit la part et dit si elle se pèse cuite', () => {
  const ligne = ligneDe({ slug: 'riz', nom: 'Riz', unite: 'g', allergenes: [], saison: [], hors_france: false } as never, 6);
  const suivie = suivrePortion(ligne, {
    plat: 'Riz, pâtes, pommes de terre, blé (cuits)', adulte_min: 200, adulte_max: 250, enfant_min: 170, enfant_max: 170,
    unite: 'g', certitude: 'D', source: '',
  }); // prettier-ignore

  assert.deepEqual([suivie.adulte, suivie.enfant, suivie.etat], ['225', '170', 'cuit']);
});

const PORTIONS = [
  ['Légumes cuits', 150, 100, 'g'], ['Viande', 100, 70, 'g'], ['Riz cuit', 200, 170, 'g'], ['Pain', 100, null, 'g'],
  ['Boulettes', 5, 3, 'piece'],
].map(([plat, adulte, enfant, unite]) => ({
  plat, adulte_min: adulte, adulte_max: adulte, enfant_min: enfant, enfant_max: enfant, unite, certitude: 'D', source: '',
})) as unknown as Portion[]; // prettier-ignore
const fiche = (champs: object = {}) =>
  ({ slug: 'riz', nom: 'Riz', unite: 'g', allergenes: [], animal: [], saison: [], hors_france: false, ...champs }) as never;

test('la part d’un enfant que personne n’a dite se propose, par le rapport du milieu des portions d’usage', () => {
  for (const [adulte, unite, enfant] of [
    ['200', 'g', '140'],
    ['0,2 kg', 'g', '140'],
    ['5', 'g', '3,5'],
    ['0,1', 'g', '0,1'],
    ['2', 'piece', '1'],
    ['1', 'piece', '1'],
    ['0,25', 'piece', '0,25'],
  ] as const) {
    assert.equal(proposerEnfant(adulte, unite, PORTIONS)?.enfant, enfant, `${adulte} ${unite}`);
  }
  assert.equal(proposerEnfant('200', 'g', PORTIONS)?.pour_cent, 70);
  for (const rien of ['', '0', 'deux cents']) assert.equal(proposerEnfant(rien, 'g', PORTIONS), null);
  assert.equal(proposerEnfant('33', 'mL', PORTIONS), null);
});

test('la proposition suit la part d’adulte tant que personne n’a dit celle d’un enfant', () => {
  const neuve = ligneDe(fiche(), 6);
  assert.deepEqual(direAdulte(neuve, '200', PORTIONS), { adulte: '200', enfant: '140', propose: 'rapport' });
  assert.deepEqual(direAdulte(neuve, '', PORTIONS), { adulte: '', enfant: '', propose: 'rapport' });
  assert.deepEqual(direAdulte({ ...neuve, enfant: '0', propose: null }, '300', PORTIONS), { adulte: '300' });
});

test('de l’alcool, rien ne se propose pour un enfant : quelqu’un le dit', () => {
  const vin = ligneDe(fiche({ slug: 'vin', unite: 'mL', animal: ['alcool'] }), 6);
  assert.deepEqual(direAdulte(vin, '250', PORTIONS), { adulte: '250' });
  assert.equal(vin.enfant, '');
});

test('une portion d’usage dit sa part d’enfant ; si elle n’en a pas, le rapport la propose', () => {
  const riz = suivrePortion(ligneDe(fiche(), 6), PORTIONS[2]!, PORTIONS);
  const pain = suivrePortion(ligneDe(fiche(), 6), PORTIONS[3]!, PORTIONS);
  assert.deepEqual([riz.enfant, riz.propose], ['170', 'portion']);
  assert.deepEqual([pain.enfant, pain.propose], ['70', 'rapport']);
});

test('une part vide n’est pas un zéro : elle se dit, zéro compris', () => {
  const saisie = depuisMenu(unMenu(unPlat(DHAL, 'Dhal', { lignes: [LENTILLES] })));
  const ligne = saisie.plats[0]!.lignes[0]!;
  ligne.enfant = ' ';
  assert.deepEqual(versDemande(saisie, 4).remarques, [{ champ: 'plats.0.lignes.0.enfant_milli', texte: 'part_enfant' }]);
  ligne.enfant = '0';
  const { demande, remarques } = versDemande(saisie, 4);
  assert.deepEqual([remarques, demande.plats[0]?.lignes?.[0]?.enfant_milli], [[], 0]);
  ligne.adulte = '';
  assert.deepEqual(versDemande(saisie, 4).remarques, [{ champ: 'plats.0.lignes.0.adulte_milli', texte: 'part_adulte' }]);
});

test('une part se dit en convives : la variante prend les siens au plat qu’elle remplace', () => {
  const { plats } = depuisMenu(
    unMenu(
      unPlat(DHAL, 'Dhal'),
      unPlat(VARIANTE, 'Sans', { remplace: DHAL, part_milliemes: 150 }),
      unPlat(TARTE, 'Tarte', { part_milliemes: 500 }),
    ),
  );

  // Les mêmes nombres que le service : tests/banquets/test_menus_regles.py.
  assert.deepEqual([...convivesParPlat(plats, { adultes: 101, enfants: 10 })], [
    [DHAL, { adultes: 85, enfants: 8 }],
    [VARIANTE, { adultes: 16, enfants: 2 }],
    [TARTE, { adultes: 51, enfants: 5 }],
  ]);
});

test('une denrée monte et descend dans son plat, et s’arrête au bout', () => {
  const carotte = { ...LENTILLES, ingredient: 'carotte', nom: 'Carotte' };
  const { lignes } = depuisMenu(unMenu(unPlat(DHAL, 'Dhal', { lignes: [LENTILLES, carotte] }))).plats[0]!;
  const [lentille] = lignes;

  assert.deepEqual(deplacerLigne(lignes, lentille!.cle, 1)?.map(({ nom }) => nom), ['Carotte', 'Lentille verte']);
  assert.equal(deplacerLigne(lignes, lentille!.cle, -1), null);
  assert.equal(deplacerLigne(lignes, 'ailleurs', 1), null);
});

test('ce qu’une autre main a ajouté s’ajoute au nôtre ; ce que nous avons changé reste', () => {
  const lu = depuisMenu(unMenu(unPlat(DHAL, 'Dhal')));
  const mien = { ...changer(lu, DHAL, { nom: 'Dhal doux' }), marge: '10' };
  const sien = depuisMenu(unMenu(unPlat(DHAL, 'Dhal'), unPlat(TARTE, 'Tarte')));

  assert.deepEqual(comparer(lu, mien, sien), [{ id: TARTE, nom: 'Tarte', acte: 'ajoute', conflit: false }]);
  const reuni = fusionner(lu, mien, sien);
  assert.deepEqual(reuni.plats.map(({ nom }) => nom), ['Dhal doux', 'Tarte']);
  assert.equal(reuni.marge, '10');
});

test('un plat changé des deux côtés se choisit ; sans choix, rien de ce que l’on tapait ne se perd', () => {
  const lu = depuisMenu(unMenu(unPlat(DHAL, 'Dhal')));
  const mien = changer(lu, DHAL, { nom: 'Dhal doux' });
  const sien = changer(depuisMenu(unMenu(unPlat(DHAL, 'Dhal'))), DHAL, { description: 'Très épicé.' });

  assert.deepEqual(comparer(lu, mien, sien), [{ id: DHAL, nom: 'Dhal', acte: 'change', conflit: true }]);
  assert.equal(fusionner(lu, mien, sien).plats[0]?.nom, 'Dhal doux');
  assert.equal(fusionner(lu, mien, sien, { [DHAL]: 'sien' }).plats[0]?.description, 'Très épicé.');
});

test('un plat retiré par l’autre s’en va, sauf si nous venons de le changer', () => {
  const lu = depuisMenu(unMenu(unPlat(DHAL, 'Dhal'), unPlat(TARTE, 'Tarte'), unPlat(VARIANTE, 'Sans', { remplace: DHAL })));
  const sien = { ...lu, plats: lu.plats.filter(({ id }) => id !== DHAL) };

  const reuni = fusionner(lu, lu, sien);
  assert.deepEqual(reuni.plats.map(({ nom, remplace }) => [nom, remplace]), [['Tarte', ''], ['Sans', '']]);
  const mien = changer(lu, DHAL, { nom: 'Dhal doux' });
  assert.deepEqual(comparer(lu, mien, sien), [{ id: DHAL, nom: 'Dhal', acte: 'retire', conflit: true }]);
  assert.equal(fusionner(lu, mien, sien).plats.length, 3);
  assert.equal(fusionner(lu, mien, sien, { [DHAL]: 'sien' }).plats.length, 2);
});

test('relire le même menu n’est pas l’avoir changé', () => {
  const menu = unMenu(unPlat(DHAL, 'Dhal', { lignes: [LENTILLES] }));

  assert.ok(memeMenu(depuisMenu(menu), depuisMenu(menu)));
  assert.ok(!memePlat(depuisMenu(menu).plats[0], { ...depuisMenu(menu).plats[0]!, cueillette: true }));
});

test('changer une part, la pesée ou l’ordre ne change pas ce que l’on mange ; une denrée ou sa note, si', () => {
  const carotte = { ...LENTILLES, ingredient: 'carotte', nom: 'Carotte' };
  const [plat] = depuisMenu(unMenu(unPlat(DHAL, 'Dhal', { lignes: [LENTILLES, carotte] }))).plats;
  const [une, autre] = plat!.lignes;
  const avec = (...lignes: unknown[]) => ({ ...plat!, nom: 'Dhal doux', lignes }) as typeof plat;

  assert.ok(memeContenu(plat, avec(autre, { ...une, adulte: '250', enfant: '0', etat: 'achete', pas: 100 })));
  assert.ok(!memeContenu(plat, avec(une, { ...autre, note: 'au céleri' })));
  assert.ok(!memeContenu(plat, avec(une)));
  assert.ok(!memeContenu(plat, { ...plat!, allergenes_ajoutes: ['celeri'] }));
  assert.ok(!memeContenu(plat, undefined));
});

test('retirer un plat puis le remettre rend ses variantes, à sa place', () => {
  const { plats } = depuisMenu(unMenu(unPlat(TARTE, 'Tarte'), unPlat(DHAL, 'Dhal'), unPlat(VARIANTE, 'Sans', { remplace: DHAL })));
  const sans = retirerPlat(plats, DHAL);
  assert.deepEqual(sans.map(({ id, remplace }) => [id, remplace]), [[TARTE, ''], [VARIANTE, '']]);

  assert.deepEqual(remettrePlat(sans, plats[1]!, 1, [VARIANTE]), plats);
});

test('une variante suit son plat, et les plats se déplacent parmi les leurs', () => {
  const { plats } = depuisMenu(unMenu(unPlat(TARTE, 'Tarte'), unPlat(VARIANTE, 'Sans', { remplace: TARTE }), unPlat(DHAL, 'Dhal')));

  const descendu = deplacer(plats, TARTE, 1);
  assert.deepEqual(ranger(descendu, 'plat').map(({ nom }) => nom), ['Dhal', 'Tarte', 'Sans']);
  assert.deepEqual(deplacer(plats, DHAL, 1), plats);
});

test('un plat dupliqué ou décliné est un autre plat', () => {
  const [plat] = depuisMenu(unMenu(unPlat(DHAL, 'Dhal', { lignes: [LENTILLES] }))).plats;
  const double = dupliquer(plat!, 'Dhal (bis)');
  const variante = varianteDe(plat!, 'Dhal sans gluten');

  assert.notEqual(double.id, plat!.id);
  assert.notEqual(double.lignes[0]?.cle, plat!.lignes[0]?.cle);
  assert.deepEqual([variante.remplace, variante.part], [DHAL, '10']);
  assert.equal(platVide('dessert').service, 'dessert');
});

test('une variante est servie à ceux qui en ont besoin, personne ne manque', () => {
  assert.deepEqual(
    [[1, 180], [9, 180], [180, 180], [1, 3], [3, 0], [300, 180]].map(([n, tous]) => partPour(n!, tous!)),
    ['0,6', '5', '100', '33,4', '10', '100'],
  );
  for (let n = 1; n <= 181; n++) {
    const milliemes = Number(partPour(n, 181, 'en')) * 10;
    assert.ok(Math.ceil((181 * milliemes) / 1000) >= n, String(n));
  }
});
