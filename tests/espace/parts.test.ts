import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lireQuantite } from '../../pwa/src/espace/banquets/parts.ts';

for (const [saisie, unite, lu] of [
  ['200', 'g', 200_000], ['200 g', 'g', 200_000], ['12,5', 'g', 12_500], ['0,2 kg', 'g', 200_000], ['5kg', 'g', 5_000_000],
  ['0,1 kg', 'g', 100_000], ['33 cL', 'mL', 330_000], ['1,5 L', 'mL', 1_500_000], ['2 pièces', 'piece', 2000],
  ['1\u202f200', 'g', 1_200_000], ['', 'g', null],
] as const) { // prettier-ignore
  test(`on tape « ${saisie} » dans l’unité que l’on a en tête`, () => assert.equal(lireQuantite(saisie, unite), lu));
}

for (const [saisie, unite] of [['2 L', 'g'], ['kg', 'g'], ['3 kg', 'piece'], ['-2', 'g'], ['1,2345', 'g'], ['deux', 'g']] as const) {
  test(`« ${saisie} » ne se devine pas`, () => assert.equal(lireQuantite(saisie, unite), undefined));
}
