import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { direInstant } from '../../pwa/src/public/date.ts';

const mots = (langue: string) =>
  JSON.parse(readFileSync(new URL(`../../pwa/textes/${langue}.json`, import.meta.url), 'utf-8')).mots;

for (const [instant, fr, en] of [
  ['2026-11-24T17:02:00.000Z', 'mardi 24 novembre à 18\u00a0h\u00a002', 'Tuesday 24 November at 6:02\u00a0pm'],
  ['2026-05-31T22:00:00.000Z', 'lundi 1er juin à 0\u00a0h', 'Monday 1 June at 12\u00a0am'],
  ['2026-08-16T09:30:00.000Z', 'dimanche 16 août à 11\u00a0h\u00a030', 'Sunday 16 August at 11:30\u00a0am'],
] as const) {
  test(`${instant} se dit à l’heure de Paris`, () => {
    assert.equal(direInstant(instant, 'fr', mots('fr')), fr);
    assert.equal(direInstant(instant, 'en', mots('en')), en);
  });
}
