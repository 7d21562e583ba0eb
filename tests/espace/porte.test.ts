import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ajouterGeste,
  compter,
  correspond,
  estPointe,
  plier,
  tousVenus,
  venueDe,
} from '../../pwa/src/espace/porte.ts';

type Inscription = Parameters<typeof correspond>[0];

function unFoyer(prenom: string, champs: object = {}): Inscription {
  const presence = {
    statut: 'confirmee', adultes: 2, enfants: 1, tout_petits: 0, venue_adultes: null, venue_enfants: null,
    venue_tout_petits: null,
  }; // prettier-ignore
  return {
    id: prenom, prenom, commune_nom: 'Saint-Quentin', code_accueil: 'AB7K9QXT', telephone: '06 12 34 56 78',
    pour_autrui: null, annulee_le: null,
    presences: [{ ...presence, moment: 'debat' }, { ...presence, moment: 'banquet' }],
    ...champs,
  } as unknown as Inscription; // prettier-ignore
}

test('on trouve quelqu’un sans accents, par un début de nom, par son code ou par son téléphone', () => {
  const elodie = unFoyer('Élodie');
  for (const q of ['elod', 'ÉLODIE', 'élo saint', 'ab7k', 'AB7 K9Q', '345678', '']) assert.ok(correspond(elodie, q), q);
  for (const q of ['odie', 'elodie uzes', 'zz7', '999999']) assert.ok(!correspond(elodie, q), q);
  assert.equal(plier('Œuvre d’Été'), 'oeuvre d ete');
});

test('tous venus : chaque moment confirmé, au complet, et rien pour qui attend ou a annulé', () => {
  const foyer = unFoyer('Nadia');
  foyer.presences[1]!.statut = 'en_attente';

  assert.deepEqual(tousVenus(foyer), [
    { inscription: 'Nadia', moment: 'debat', venue: { adultes: 2, enfants: 1, tout_petits: 0 } },
  ]);
  assert.deepEqual(tousVenus(unFoyer('Paul', { annulee_le: '2026-06-01T10:00:00Z' })), []);
});

test('un geste en attente l’emporte sur ce que le service a dit, et le dernier sur les précédents', () => {
  const foyer = unFoyer('Nadia');
  foyer.presences[0]!.venue_adultes = 2;
  const un = { adultes: 1, enfants: 0, tout_petits: 0 };
  const premier = { inscription: 'Nadia', moment: 'debat', venue: un };

  assert.deepEqual(venueDe(foyer.presences[0]!, 'Nadia', []), { adultes: 2, enfants: 0, tout_petits: 0 });
  assert.deepEqual(venueDe(foyer.presences[0]!, 'Nadia', [premier]), un);
  const gestes = ajouterGeste([premier], { ...premier, venue: null });
  assert.equal(gestes.length, 1);
  assert.equal(venueDe(foyer.presences[0]!, 'Nadia', gestes), null);
});

test('les comptes de la porte sont des personnes, gestes en attente compris', () => {
  const foyers = [unFoyer('Nadia'), unFoyer('Karim')];
  const gestes = tousVenus(foyers[0]!);

  assert.deepEqual(compter(foyers, gestes).get('banquet'), { venues: 3, attendues: 6 });
  assert.ok(estPointe(foyers[0]!, gestes));
  assert.ok(!estPointe(foyers[1]!, gestes));
});
