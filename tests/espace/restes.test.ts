// La table que lisent aussi les essais du service (tests/banquets/achats/test_reste.py) : un seul calcul, deux langages.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { couvrir } from '../../pwa/src/espace/quantites.ts';

type Cas = {
  cas: string;
  quantites: Parameters<typeof couvrir>[0];
  fournis: Parameters<typeof couvrir>[1];
  restes: { ingredient: string; manque: number; a_verifier: boolean; a_acheter: [string, number][] }[];
};
const TABLE = JSON.parse(readFileSync(new URL('../banquets/achats/restes.json', import.meta.url), 'utf8')) as Cas[];

for (const { cas, quantites, fournis, restes } of TABLE) {
  test(cas, () => {
    const lus = couvrir(quantites, fournis)
      .filter(({ etat }) => etat === 'manque' || etat === 'a_verifier')
      .map(({ ingredient, etat, ecart, a_acheter }) => ({
        ingredient,
        manque: ecart,
        a_verifier: etat === 'a_verifier',
        a_acheter: a_acheter.map(({ vendu_par, quantite_milliemes }) => [vendu_par, quantite_milliemes]),
      }));
    assert.deepEqual(lus, restes);
  });
}
