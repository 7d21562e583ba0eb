import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aujourdhui,
  decaler,
  direDuree,
  direHeure,
  direJour,
  direPlage,
  duree,
  lendemain,
  versInstant,
  versSaisie,
} from '../../pwa/src/espace/dates.ts';

// Le fuseau de la machine ne doit rien changer : ces essais tournent aussi sous TZ=America/New_York et Pacific/Auckland.

test('une heure tapée à Paris voyage avec son décalage, été comme hiver', () => {
  assert.equal(versInstant('2026-06-12T20:30'), '2026-06-12T20:30:00+02:00');
  assert.equal(versInstant('2026-12-12T20:30'), '2026-12-12T20:30:00+01:00');
});

test("l'heure que le printemps saute avance d'une heure", () => {
  assert.equal(versInstant('2027-03-28T01:59'), '2027-03-28T01:59:00+01:00');
  assert.equal(versInstant('2027-03-28T02:30'), '2027-03-28T03:30:00+02:00');
  assert.equal(versInstant('2027-03-28T03:00'), '2027-03-28T03:00:00+02:00');
});

test("l'heure que l'automne répète est la première des deux", () => {
  assert.equal(versInstant('2026-10-25T02:30'), '2026-10-25T02:30:00+02:00');
  assert.equal(versInstant('2026-10-25T03:00'), '2026-10-25T03:00:00+01:00');
  assert.equal(versSaisie('2026-10-25T00:30:00Z'), '2026-10-25T02:30');
  assert.equal(versSaisie('2026-10-25T01:30:00Z'), '2026-10-25T02:30');
});

test('toute saisie qui existe se relit telle quelle, heure par heure, toute une année', () => {
  for (let instant = Date.UTC(2026, 0, 1); instant < Date.UTC(2027, 0, 1); instant += 3_600_000) {
    const saisie = versSaisie(new Date(instant).toISOString());
    assert.equal(versSaisie(versInstant(saisie)), saisie);
  }
});

test('une saisie vide, incomplète ou impossible ne donne aucun instant', () => {
  for (const saisie of ['', '2026-06-12', '2026-02-30T10:00', '2026-06-12T25:00', 'demain']) {
    assert.equal(versInstant(saisie), null);
  }
});

test('le lendemain garde la même heure au mur, même la nuit où il y en a vingt-cinq', () => {
  assert.equal(lendemain('2026-10-24T23:30'), '2026-10-25T23:30');
  assert.equal(lendemain('2026-12-31T01:00'), '2027-01-01T01:00');
});

test('une durée est en minutes réelles : la nuit du passage à l’hiver dure une heure de plus', () => {
  assert.equal(duree('2026-10-25T01:00', '2026-10-25T04:00'), 240);
  assert.equal(duree('2027-03-28T01:00', '2027-03-28T04:00'), 120);
  assert.equal(duree('2026-06-12T20:30', '2026-06-12T19:00'), -90);
  assert.equal(duree('2026-06-12T20:30', ''), null);
});

test('une fin proposée vient deux heures plus tard, après minuit s’il le faut', () => {
  assert.equal(decaler('2026-06-12T23:00', 120), '2026-06-13T01:00');
  assert.equal(decaler('', 120), '');
});

test('une heure se dit à la française, ou à l’anglaise', () => {
  assert.equal(direHeure('2026-06-12T18:30:00Z'), '20\u00a0h\u00a030');
  assert.equal(direHeure('2026-06-12T07:00:00Z'), '9\u00a0h');
  assert.equal(direHeure('2026-06-12T18:30:00Z', 'en'), '8:30\u00a0pm');
  assert.equal(direHeure('2026-06-11T22:00:00Z', 'en'), '12\u00a0am');
});

test('le premier du mois se dit « 1er »', () => {
  assert.equal(direJour('2026-08-01T10:00:00Z'), 'samedi 1er août 2026');
  assert.equal(direJour('2026-08-11T10:00:00Z'), 'mardi 11 août 2026');
});

test('une soirée qui finit après minuit se dit en heures ; un chantier de trois jours, en jours', () => {
  assert.equal(direPlage('2026-06-12T18:30:00Z', '2026-06-12T23:00:00Z'), '20\u00a0h\u00a030 – 1\u00a0h');
  assert.match(direPlage('2026-06-12T07:00:00Z', '2026-06-14T15:00:00Z'), /ven\..*12 juin.*dim\..*14 juin/);
});

test('une durée se dit', () => {
  assert.deepEqual([45, 60, 150].map(direDuree), ['45\u00a0min', '1\u00a0h', '2\u00a0h\u00a030']);
});

test('aujourd’hui est celui de Paris, pas celui du téléphone', () => {
  assert.equal(aujourdhui(new Date('2026-06-12T22:30:00Z')), '2026-06-13');
});
