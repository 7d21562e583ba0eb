import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aCetInstant, inquiete, juger, seSuit, type Genre } from '../../pwa/src/cuisine/releves.ts';

/** Minutes après 18 h → une mesure. */
function mesure(minutes: number, dixiemes: number) {
  return { dixiemes, prise_le: new Date(Date.UTC(2026, 5, 12, 16, minutes)).toISOString() };
}

// Les mêmes cas que `tests/banquets` : l'appareil et le service doivent dire la même chose.
const CAS: [string, Genre, [number, number][], string | null, number | null][] = [
  ['rien de mesuré', 'chaud', [], null, null],
  ['63 °C tout juste', 'chaud', [[0, 630]], 'bon', null],
  ['62,9 °C', 'chaud', [[0, 629]], 'trop_froid', null],
  ['la dernière mesure compte', 'chaud', [[0, 600], [10, 680]], 'bon', null],
  ['dans le désordre aussi', 'chaud', [[10, 680], [0, 600]], 'bon', null],
  ['3 °C tout juste', 'froid', [[0, 30]], 'bon', null],
  ['3,1 °C', 'froid', [[0, 31]], 'trop_chaud', null],
  ['un congélateur', 'froid', [[0, -180]], 'bon', null],
  ['le refroidissement commence', 'refroidissement', [[0, 850]], 'en_cours', 120],
  ['il part de la dernière mesure chaude', 'refroidissement', [[0, 850], [20, 640], [60, 300]], 'en_cours', 140],
  ['arrivé à temps', 'refroidissement', [[0, 650], [119, 100]], 'bon', 120],
  ['arrivé à la minute dite', 'refroidissement', [[0, 650], [120, 100]], 'bon', 120],
  ['arrivé trop tard', 'refroidissement', [[0, 650], [121, 90]], 'trop_long', 120],
  ['pas arrivé, délai passé', 'refroidissement', [[0, 650], [121, 110]], 'trop_long', 120],
  ['déjà froid : rien à suivre', 'refroidissement', [[0, 80]], 'a_suivre', null],
  ['tiède au départ : compté de là', 'refroidissement', [[0, 400], [90, 95]], 'bon', 120],
  ['la remise part du froid', 'remise', [[0, 40], [59, 640]], 'bon', 60],
  ['la remise trop lente', 'remise', [[0, 40], [61, 640]], 'trop_long', 60],
  ['la remise sortie du froid plus tard', 'remise', [[0, 40], [30, 90], [80, 640]], 'bon', 90],
  ['déjà chaud', 'remise', [[0, 700]], 'a_suivre', null],
];

for (const [nom, genre, points, verdict, limite] of CAS) {
  test(`${genre} : ${nom}`, () => {
    const juge = juger(genre, points.map(([minutes, dixiemes]) => mesure(minutes, dixiemes)));

    assert.equal(juge.verdict, verdict);
    assert.equal(juge.au_plus_tard, limite === null ? null : mesure(limite, 0).prise_le);
  });
}

test('un refroidissement oublié devient trop long sans que personne ne mesure', () => {
  const { verdict, au_plus_tard } = juger('refroidissement', [mesure(0, 700)]);

  assert.equal(aCetInstant(verdict, au_plus_tard, Date.parse(mesure(120, 0).prise_le)), 'en_cours');
  assert.equal(aCetInstant(verdict, au_plus_tard, Date.parse(mesure(121, 0).prise_le)), 'trop_long');
});

test('ce qui inquiète, et ce qui se suit', () => {
  assert.deepEqual((['bon', 'trop_froid', 'trop_chaud', 'en_cours', 'trop_long', 'a_suivre'] as const).filter(inquiete), [
    'trop_froid',
    'trop_chaud',
    'trop_long',
  ]);
  assert.deepEqual((['chaud', 'froid', 'refroidissement', 'remise'] as const).filter(seSuit), ['refroidissement', 'remise']);
});
