import assert from 'node:assert/strict';
import { test } from 'node:test';
import { direMontant, ecrireEuros, lireEuros } from '../../pwa/src/espace/montants.ts';

for (const [saisie, centimes] of [
  ['7,50', 750],
  ['7.5', 750],
  ['7,', 700],
  ['12', 1200],
  ['12 €', 1200],
  ['1\u202f000', 100_000],
  ['0', 0],
  ['8,15', 815],
  ['0,07', 7],
  ['', null],
  ['  ', null],
] as const) {
  test(`« ${saisie} » se lit ${centimes} centimes`, () => assert.equal(lireEuros(saisie), centimes));
}

for (const saisie of ['7,505', 'sept', '-3', '7,5,0', '1e3', ',50', '7 ou 8']) {
  test(`« ${saisie} » n'est pas deviné`, () => assert.equal(lireEuros(saisie), undefined));
}

test('tous les montants permis se relisent comme ils ont été écrits', () => {
  for (let centimes = 0; centimes <= 100_000; centimes++) {
    assert.equal(lireEuros(ecrireEuros(centimes)), centimes);
    assert.equal(lireEuros(ecrireEuros(centimes, 'en')), centimes);
  }
});

test('un montant se dit dans la langue de la personne', () => {
  assert.equal(direMontant(750), '7,50\u00a0€');
  assert.equal(direMontant(1200, 'en'), '€12');
  assert.equal(direMontant(164_050), '1\u202f640,50\u00a0€');
  assert.equal(direMontant(100_000_005), '1\u202f000\u202f000,05\u00a0€');
  assert.equal(direMontant(164_050, 'en'), '€1,640.50');
});
