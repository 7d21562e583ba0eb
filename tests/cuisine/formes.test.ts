import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  direBase,
  direDegres,
  direEcarts,
  direInstant,
  direMilliemes,
  direNombre,
  direReste,
  lireDegres,
  taper,
} from '../../pwa/src/cuisine/formes.ts';

test('les quantités se disent en entier, sans flottant', () => {
  assert.equal(direBase(950, 'g'), '950\u00a0g');
  assert.equal(direBase(1000, 'g'), '1\u00a0kg');
  assert.equal(direBase(2450, 'g'), '2,45\u00a0kg');
  assert.equal(direBase(1_234_567, 'g'), '1\u202f234,567\u00a0kg');
  assert.equal(direBase(75, 'mL'), '75\u00a0mL');
  assert.equal(direBase(1500, 'mL', 'en'), '1.5\u00a0L');
  assert.equal(direBase(1200, 'piece'), '1\u202f200');
  assert.equal(direMilliemes(125), '0,125');
  assert.equal(direMilliemes(2000), '2');
  assert.equal(direNombre(20_000, 'en'), '20,000');
});

test('une température se dit au dixième, le zéro sans signe', () => {
  assert.equal(direDegres(635), '63,5\u00a0°C');
  assert.equal(direDegres(630), '63\u00a0°C');
  assert.equal(direDegres(-5), '−0,5\u00a0°C');
  assert.equal(direDegres(-180, 'en'), '−18\u00a0°C');
  assert.equal(direDegres(0), '0\u00a0°C');
});

test('le pavé ne laisse taper qu’une température', () => {
  const taperTout = (touches: string) => [...touches].reduce(taper, '');

  assert.equal(taperTout('63,5'), '63,5');
  assert.equal(taperTout('63,55'), '63,5');
  assert.equal(taperTout(',5'), '5');
  assert.equal(taperTout('6,3,'), '6,3');
  assert.equal(taperTout('1234'), '123');
  assert.equal(taper('63,', 'effacer'), '63');
  assert.equal(taper('', 'effacer'), '');
  assert.equal(taper('2', 'signe'), '-2');
  assert.equal(taper('-2', 'signe'), '2');
});

test('une saisie devient des dixièmes, ou rien tant qu’elle ne se comprend pas', () => {
  assert.equal(lireDegres('63,5'), 635);
  assert.equal(lireDegres('63,'), 630);
  assert.equal(lireDegres('-2'), -20);
  assert.equal(lireDegres('-0'), 0);
  assert.equal(Object.is(lireDegres('-0'), 0), true);
  assert.equal(lireDegres('250'), 2500);
  for (const refusee of ['', '-', '250,1', '-41', '999', 'chaud']) assert.equal(lireDegres(refusee), null, refusee);
});

test('les écarts ne s’annulent pas d’un âge à l’autre', () => {
  assert.equal(direEcarts([3, -1]), '+3, −1');
  assert.equal(direEcarts([2, 1]), '+3');
  assert.equal(direEcarts([0, -4]), '−4');
  assert.equal(direEcarts([0, 0]), '');
});

test('une minuterie compte jusqu’au dernier instant, et au-delà', () => {
  assert.equal(direReste(2 * 3_600_000 - 1000), '1\u00a0h\u00a059\u00a0min');
  assert.equal(direReste(245_000), '4\u00a0min\u00a005\u00a0s');
  assert.equal(direReste(-190_000), '−3\u00a0min\u00a010\u00a0s');
});

test('l’heure d’une lecture dit son jour quand ce n’est pas aujourd’hui', () => {
  const lue = '2026-06-12T16:04:30Z';

  assert.equal(direInstant(lue, 'fr', new Date('2026-06-12T20:00:00Z')), '18\u00a0h\u00a004');
  assert.equal(direInstant(lue, 'fr', new Date('2026-06-13T20:00:00Z')), 'ven. 12 juin à 18\u00a0h\u00a004');
  assert.equal(direInstant(lue, 'en', new Date('2026-06-13T20:00:00Z')), 'Fri 12 Jun at 6:04\u00a0pm');
});

test('un nombre qui manque ne se dit pas', () => {
  const absent = undefined as unknown as number;

  assert.throws(() => direBase(absent, 'g'), TypeError);
  assert.throws(() => direMilliemes(absent), TypeError);
});
