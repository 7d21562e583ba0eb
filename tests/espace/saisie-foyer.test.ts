import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  additionner,
  debordent,
  depuisInscription,
  foyerVide,
  personnes,
  presencesVoulues,
  versCorrection,
  versSaisieInscription,
} from '../../pwa/src/espace/saisie-foyer.ts';

const prix = { mode: 'gratuit', conseille_centimes: null, minimum_centimes: null, tarifs: [] };
const moments = [
  { id: 'debat', genre: 'reflexion', sur_inscription: true, prix },
  { id: 'banquet', genre: 'banquet', sur_inscription: true, prix: { ...prix, tarifs: [{ id: 't1', nom: 'Plein' }] } },
  { id: 'concert', genre: 'concert', sur_inscription: false, prix },
] as unknown as Parameters<typeof foyerVide>[0];

test('on ne s’inscrit qu’aux moments qui le demandent, les mêmes personnes à tous', () => {
  const saisie = { ...foyerVide(moments, 'telephone'), nombres: { adultes: 2, enfants: 1, tout_petits: 0 } };

  assert.deepEqual(presencesVoulues(saisie), [
    { moment: 'debat', adultes: 2, enfants: 1, tout_petits: 0, tarif: null },
    { moment: 'banquet', adultes: 2, enfants: 1, tout_petits: 0, tarif: null },
  ]);
  assert.equal(personnes(saisie), 3);
});

test('un moment sans personne n’est pas demandé', () => {
  const saisie = foyerVide(moments, 'papier');
  saisie.memes = false;
  saisie.presences = saisie.presences.map((p) => (p.moment === 'debat' ? { ...p, adultes: 0 } : p));

  assert.deepEqual(presencesVoulues(saisie).map(({ moment }) => moment), ['banquet']);
});

test('sans accord, rien de ce qui touche à la santé ne part', () => {
  const convive = { cle: 'a', nombre: 1, age: 'adulte', regimes: ['sans_gluten'], allergenes: ['lait'] } as const;
  const saisie = {
    ...foyerVide(moments, 'telephone'),
    prenom: 'Nadia',
    convives: [{ ...convive, regimes: [...convive.regimes], allergenes: [...convive.allergenes] }],
  };

  assert.deepEqual(versSaisieInscription(saisie, 'fr').convives, []);
  assert.deepEqual(versSaisieInscription({ ...saisie, accord_regimes: true }, 'fr').convives, [
    { age: 'adulte', nombre: 1, regimes: ['sans_gluten'], allergenes: ['lait'] },
  ]);
});

test('l’identifiant est celui de la saisie : la refaire envoie le même, une autre saisie en a un autre', () => {
  const saisie = foyerVide(moments, 'porte');
  const relue = JSON.parse(JSON.stringify(saisie)) as typeof saisie;

  assert.match(saisie.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/);
  assert.equal(versSaisieInscription(saisie, 'fr').id, saisie.id);
  assert.equal(versSaisieInscription({ ...relue, prenom: 'Léo' }, 'fr').id, saisie.id);
  assert.notEqual(foyerVide(moments, 'porte').id, saisie.id);
});

test('corriger une inscription ne dit rien des régimes, que l’équipe ne voit pas', () => {
  const inscription = {
    id: 'x', prenom: 'Nadia', courriel: null, telephone: '0612345678', commune: '30334', commune_nom: 'Uzès',
    contributions: [], besoins: [], message: null, premiere_fois: null,
    presences: [
      { moment: 'debat', statut: 'annulee', adultes: 2, enfants: 0, tout_petits: 0, tarif: null },
      { moment: 'banquet', statut: 'confirmee', adultes: 2, enfants: 1, tout_petits: 0, tarif: 'Plein' },
    ],
  } as unknown as Parameters<typeof depuisInscription>[0]; // prettier-ignore

  const correction = versCorrection(depuisInscription(inscription, moments));

  assert.deepEqual(correction.presences, [
    { moment: 'banquet', adultes: 2, enfants: 1, tout_petits: 0, tarif: 't1' },
  ]);
  assert.ok(!('convives' in correction) && !('accord_regimes' in correction));
});

test('à la porte, un moment complet n’est pas coché d’avance ; au téléphone il l’est, on peut y attendre', () => {
  const [debat, banquet, concert] = moments;
  const pleins = [{ ...debat, jauge: null, pris: 90 }, { ...banquet, jauge: 4, pris: 4 }, concert] as typeof moments;
  const vient = (origine: 'porte' | 'telephone') => foyerVide(pleins, origine).presences.map((p) => p.vient);

  assert.deepEqual(vient('porte'), [true, false]);
  assert.deepEqual(vient('telephone'), [true, true]);
});

test('on sait de combien un foyer dépasse les places, moment par moment', () => {
  const presence = { moment: 'banquet', adultes: 2, enfants: 1, tout_petits: 0, tarif: null };
  const avec = (jauge: number | null, pris: number) => debordent([{ id: 'banquet', jauge, pris }], [presence]);

  assert.deepEqual(avec(4, 3), [{ moment: 'banquet', deTrop: 2 }]);
  assert.deepEqual(avec(4, 1), []);
  assert.deepEqual(avec(null, 90), []);
});

test('les totaux d’un moment s’ajoutent âge par âge', () => {
  const un = { adultes: 2, enfants: 1, tout_petits: 0 };

  assert.deepEqual(additionner([un, un]), { adultes: 4, enfants: 2, tout_petits: 0 });
  assert.deepEqual(additionner([]), { adultes: 0, enfants: 0, tout_petits: 0 });
});
