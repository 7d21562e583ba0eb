import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  couvrir,
  direBase,
  direMasse,
  direPart,
  ecrireMilliemes,
  ecrirePourCent,
  lireEntier,
  lireMilliemes,
  lirePourCent,
  quantitePour,
  valeurDe,
  type UniteDeVente,
} from '../../pwa/src/espace/quantites.ts';

for (const [saisie, milliemes] of [
  ['2,5', 2500],
  ['2.5', 2500],
  ['0,125', 125],
  ['12', 12_000],
  ['1\u202f200', 1_200_000],
  ['3,', 3000],
  ['', null],
] as const) {
  test(`« ${saisie} » se lit ${milliemes} millièmes`, () => assert.equal(lireMilliemes(saisie), milliemes));
}

for (const saisie of ['2,5555', '-1', 'deux', '1e3', ',5', '1,2,3', '1 kg']) {
  test(`la quantité « ${saisie} » n'est pas devinée`, () => assert.equal(lireMilliemes(saisie), undefined));
}

test('toutes les quantités jusqu’à cent se relisent comme elles ont été écrites', () => {
  for (let milliemes = 0; milliemes <= 100_000; milliemes++) {
    assert.equal(lireMilliemes(ecrireMilliemes(milliemes)), milliemes);
    assert.equal(lireMilliemes(ecrireMilliemes(milliemes, 'en')), milliemes);
  }
});

test('tous les pourcentages permis se relisent comme ils ont été écrits', () => {
  for (let milliemes = 0; milliemes <= 1000; milliemes++) {
    assert.equal(lirePourCent(ecrirePourCent(milliemes)), milliemes);
    assert.equal(lirePourCent(direPart(milliemes, 'en')), milliemes);
  }
  for (const faux of ['100,1', '101', '-1', 'dix', '1,25']) assert.equal(lirePourCent(faux), undefined);
  assert.equal(lirePourCent(' '), null);
});

test('un nombre entier se lit, et rien d’autre', () => {
  assert.equal(lireEntier('1\u202f200'), 1200);
  assert.equal(lireEntier(''), null);
  for (const faux of ['1,5', '-2', 'douze', '1e2']) assert.equal(lireEntier(faux), undefined);
});

test('les poids se disent en grammes puis en kilogrammes, à la française', () => {
  assert.equal(direMasse(950), '950\u00a0g');
  assert.equal(direMasse(2400), '2,4\u00a0kg');
  assert.equal(direMasse(1_200_000), '1\u202f200\u00a0kg');
  assert.equal(direMasse(1_234_500, 'en'), '1,234.5\u00a0kg');
  assert.equal(direBase(1500, 'mL'), '1,5\u00a0L');
  assert.equal(direBase(1500, 'piece'), '1\u202f500');
  assert.equal(direPart(425), '42,5\u202f%');
  assert.equal(direPart(1000), '100\u202f%');
});

const besoin = (morceau: object = {}) => ({
  ingredient: 'carotte', nom: 'Carotte', famille: 'FRUITS_ET_LEGUMES', unite: 'g', besoin: 9400, vendu_par: 'kg',
  achat_milliemes: 10_000, contenance_milli: 1_000_000, pas_milliemes: 1000, ...morceau,
}); // prettier-ignore
const ligne = (morceau: object = {}) => ({
  ingredient: 'carotte' as string | null, vendu_par: 'kg' as UniteDeVente, quantite_milliemes: 10_000,
  masse_g: 10_000 as number | null, ...morceau,
}); // prettier-ignore
const seule = (besoins: ReturnType<typeof besoin>[], lignes: ReturnType<typeof ligne>[]) => {
  const [une] = couvrir(besoins, lignes);
  assert.ok(une);
  return une;
};

for (const [dit, lignes, etat, ecart] of [
  ['rien de prévu', [], 'manque', 9400],
  ['le besoin au gramme près', [ligne({ masse_g: 9400 })], 'couvert', 0],
  ['un gramme de moins', [ligne({ masse_g: 9399 })], 'manque', 1],
  ['l’achat arrondi', [ligne()], 'couvert', 0],
  ['un gramme au-delà de l’achat arrondi', [ligne({ masse_g: 10_001 })], 'en_trop', 1],
  ['deux lignes qui se complètent', [ligne({ masse_g: 5000 }), ligne({ masse_g: 4400 })], 'couvert', 0],
  ['une autre denrée', [ligne({ ingredient: 'panais' })], 'manque', 9400],
  ['une ligne sans denrée', [ligne({ ingredient: null })], 'manque', 9400],
] as const) {
  test(`${dit} : ${etat}`, () => {
    const une = seule([besoin()], [...lignes]);
    assert.equal(une.etat, etat);
    assert.equal(une.ecart, ecart);
  });
}

test('des bottes sans poids ne se devinent pas face à des kilos', () => {
  const une = seule([besoin()], [ligne({ vendu_par: 'botte', quantite_milliemes: 12_000, masse_g: null })]);

  assert.equal(une.etat, 'a_verifier');
});

test('des bottes sans poids ne comptent pas, mais des kilos qui suffisent suffisent', () => {
  const une = seule([besoin()], [ligne(), ligne({ vendu_par: 'botte', masse_g: null })]);

  assert.equal(une.etat, 'couvert');
});

test('des bottes se comparent à des bottes, même sans poids', () => {
  const bottes = besoin({ besoin: 9900, vendu_par: 'botte', achat_milliemes: 20_000, contenance_milli: 500_000 });
  const prevues = (n: number) => [ligne({ vendu_par: 'botte', quantite_milliemes: n * 1000, masse_g: null })];

  const peu = seule([bottes], prevues(18));
  assert.deepEqual([peu.etat, peu.a_acheter], ['manque', [{ vendu_par: 'botte', quantite_milliemes: 2000 }]]);
  assert.equal(seule([bottes], prevues(20)).etat, 'couvert');
  assert.equal(seule([bottes], prevues(21)).etat, 'en_trop');
});

test('une dernière botte qui déborde n’est pas « en trop »', () => {
  const bottes = besoin({ vendu_par: 'botte', achat_milliemes: 20_000, contenance_milli: 500_000 });

  assert.equal(seule([bottes], [ligne({ vendu_par: 'botte', masse_g: 9800 })]).etat, 'couvert');
});

test('une denrée vendue de deux façons est un seul besoin', () => {
  const une = seule([besoin(), besoin({ besoin: 600, vendu_par: 'caisse', achat_milliemes: 1000 })], [ligne()]);

  assert.equal(une.besoin, 10_000);
  assert.equal(une.etat, 'couvert');
  assert.equal(une.achats.length, 2);
});

test('la quantité proposée est celle de la liste de courses, jamais une quantité qui ne se vend pas', () => {
  const neuve = seule([besoin()], []);
  assert.equal(quantitePour(neuve, 'kg', null), 10_000);
  assert.equal(quantitePour(neuve, 'botte', null), null);
  assert.equal(quantitePour(neuve, 'botte', 400), 24_000);

  const entamee = seule([besoin()], [ligne({ masse_g: 4000 })]);
  assert.equal(quantitePour(entamee, 'kg', null), 6000);
  assert.deepEqual(entamee.a_acheter, [{ vendu_par: 'kg', quantite_milliemes: 6000 }]);
  assert.equal(quantitePour(seule([besoin()], [ligne()]), 'kg', null), null);

  const enBottes = seule([besoin({ vendu_par: 'botte', achat_milliemes: 19_000, contenance_milli: 500_000 })], []);
  assert.equal(quantitePour(enBottes, 'botte', null), 19_000);
  assert.equal(quantitePour(enBottes, 'kg', null), 9400);
});

test('une ligne vaut ce que dit le service, au centime, la moitié vers le haut', () => {
  assert.equal(valeurDe(2500, 333), 833);
  assert.equal(valeurDe(500, 1), 1);
  assert.equal(valeurDe(499, 1), 0);
  assert.equal(valeurDe(100_000_000, 10_000_000), 1_000_000_000_000);
});
