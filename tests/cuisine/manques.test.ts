import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manques } from '../../pwa/src/cuisine/manques.ts';
import type { Vue } from '../../pwa/src/cuisine/vue.ts';

const ligne = (ingredient: string, besoin: number) => ({
  ingredient, nom: ingredient, famille: 'FRUITS_ET_LEGUMES', unite: 'g', besoin, vendu_par: 'kg', achat_milliemes: besoin,
  contenance_milli: 1_000_000, pas_milliemes: 500,
}); // prettier-ignore
const arrivee = (ingredient: string, masse_g: number | null) => ({
  ingredient, masse_g, vendu_par: masse_g === null ? 'caisse' : 'kg', quantite_milliemes: masse_g ?? 2000,
}); // prettier-ignore

function dits(lignes: readonly object[], approvisionnements: readonly object[]) {
  const vue = { quantites: { quantites: { lignes } }, approvisionnements } as unknown as Vue;
  return manques(vue).map(({ ingredient, etat, ecart }) => [ingredient, etat, ecart]);
}

test('ce que quelqu’un apporte en trop petite quantité manque pour le reste', () => {
  const besoins = [ligne('potiron', 18_300), ligne('ail', 300), ligne('pomme', 4000)];
  assert.deepEqual(dits(besoins, [arrivee('potiron', 8000), arrivee('potiron', 4500), arrivee('pomme', 4000)]), [
    ['ail', 'manque', 300],
    ['potiron', 'manque', 5800],
  ]);
});

test('un poids inconnu se vérifie, il ne se devine pas', () => {
  assert.deepEqual(dits([ligne('potiron', 18_300)], [arrivee('potiron', null)]), [['potiron', 'a_verifier', 18_300]]);
});
