import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  choisirLangue,
  cleDePage,
  clesPossibles,
  dater,
  estAGarder,
  estCuisine,
  estPrivee,
  instantDe,
  titreDe,
  versionsPerimees,
} from '../../pwa/src/sw/regles.ts';

const SITE = 'https://tablees.example';
const HTML = 'text/html; charset=utf-8';
const PUBLIC = 'public, max-age=0, must-revalidate';

function reponse(entetes: Record<string, string>, status = 200): Response {
  return new Response('<p>', { status, headers: entetes });
}

for (const chemin of [
  '/mes-inscriptions',
  '/mes-inscriptions/0b7c/modifier',
  '/i/secret',
  '/espace',
  '/espace/evenements/soiree',
  '/cuisine',
  '/cuisine/secret',
  '/cuisine/banquets/7b0c0b1e-6a3f-4d3e-9d55-0c9b7f3f2a11',
  '/connexion/secret',
  '/mon-agenda/secret.ics',
  '/api/evenements',
  '/qr/ABCD.svg',
]) {
  test(`${chemin} est privée, même si ses en-têtes disaient le contraire`, () => {
    assert.equal(estPrivee(SITE + chemin), true);
    assert.equal(estAGarder(SITE + chemin, reponse({ 'content-type': HTML, 'cache-control': PUBLIC })), false);
  });
}

for (const chemin of ['/', '/?commune=30334', '/evenements/soiree', '/idees', '/espaces-verts', '/aide']) {
  test(`${chemin} est publique`, () => assert.equal(estPrivee(SITE + chemin), false));
}

test('les écrans de la cuisine ont leur coquille ; le lien qui les ouvre, et son secret, n’en ont pas', () => {
  const banquet = '/cuisine/banquets/7b0c0b1e-6a3f-4d3e-9d55-0c9b7f3f2a11';

  assert.deepEqual(['/cuisine', '/cuisine/', banquet, `${banquet}#menu`].map((chemin) => estCuisine(SITE + chemin)), [
    true,
    true,
    true,
    true,
  ]);
  for (const autre of ['/cuisine/secret', `${banquet}/papiers`, '/cuisines', '/']) assert.equal(estCuisine(SITE + autre), false);
});

for (const [cas, entetes, statut, gardee] of [
  ['une page publique', { 'content-type': HTML, 'cache-control': PUBLIC }, 200, true],
  ['une page sans consigne', { 'content-type': HTML }, 200, false],
  ['une page privée', { 'content-type': HTML, 'cache-control': 'private' }, 200, false],
  ['une page à ne pas garder', { 'content-type': HTML, 'cache-control': 'public, no-store' }, 200, false],
  ['un calendrier', { 'content-type': 'text/calendar', 'cache-control': PUBLIC }, 200, false],
  ['une page introuvable', { 'content-type': HTML, 'cache-control': PUBLIC }, 404, false],
  ['une panne', { 'content-type': HTML, 'cache-control': PUBLIC }, 503, false],
] as const) {
  test(`${cas} ${gardee ? 'se garde' : 'ne se garde pas'}`, () => {
    assert.equal(estAGarder(`${SITE}/aide`, reponse(entetes, statut)), gardee);
  });
}

test('une réponse venue d’une autre adresse ne se garde pas sous celle-ci', () => {
  const venueDe = (chemin: string) => {
    const venue = reponse({ 'content-type': HTML, 'cache-control': PUBLIC });
    return Object.defineProperty(venue, 'url', { value: SITE + chemin });
  };
  assert.equal(estAGarder(`${SITE}/?q=&theme=eau#liste`, venueDe('/?theme=eau')), true);
  assert.equal(estAGarder(`${SITE}/`, venueDe('/mes-inscriptions')), false);
});

test('une même page n’a qu’une clé', () => {
  const cle = cleDePage(`${SITE}/?commune=30334&rayon_km=20`);
  for (const adresse of ['/?rayon_km=20&commune=30334', '/?q=&commune=30334&rayon_km=20&fait=oubliee', '/?commune=30334&rayon_km=20&utm_source=x#liste']) {
    assert.equal(cleDePage(SITE + adresse), cle);
  }
  assert.notEqual(cleDePage(`${SITE}/?commune=30335`), cle);
  assert.equal(cleDePage(`${SITE}/?fait=x`), `${SITE}/`);
});

test('une page lue sans dire la langue répond aussi à qui la dit', () => {
  assert.deepEqual(clesPossibles(`${SITE}/aide?langue=fr`), [`${SITE}/aide?langue=fr`, `${SITE}/aide`]);
  assert.deepEqual(clesPossibles(`${SITE}/aide`), [`${SITE}/aide`]);
});

test('la date est celle que dit le service', () => {
  assert.equal(instantDe(reponse({ date: 'Tue, 24 Nov 2026 17:02:00 GMT' })), '2026-11-24T17:02:00.000Z');
  assert.equal(instantDe(reponse({})), '');
  assert.equal(instantDe(reponse({ date: 'hier' })), '');
});

test('une page gardée dit sa date et prend le script de cette version', () => {
  const html = '<script type="module" src="/actifs/public-Vieux_1.js"></script><body class="x"><p>public-Vieux_1.js';
  assert.equal(
    dater(html, '2026-11-24T17:02:00.000Z', '/actifs/public-neuf.js'),
    '<script type="module" src="/actifs/public-neuf.js"></script>' +
      '<body data-vu-le="2026-11-24T17:02:00.000Z" class="x"><p>public-Vieux_1.js',
  );
});

test('le titre se lit sans le nom du réseau, ses signes rendus', () => {
  assert.equal(titreDe('<title>L&#39;eau &amp; le feu · Réseau des tablées</title>'), "L'eau & le feu");
  assert.equal(titreDe('<title>Débat · Banquet · Réseau</title>'), 'Débat · Banquet');
  assert.equal(titreDe('<p>'), '');
});

test('la page sans réseau parle la langue dite, sinon la première comprise, sinon le français', () => {
  const livrees = ['en', 'fr'];
  assert.equal(choisirLangue(`${SITE}/?langue=en`, ['fr-FR'], livrees), 'en');
  assert.equal(choisirLangue(`${SITE}/`, ['de', 'en-GB', 'fr'], livrees), 'en');
  assert.equal(choisirLangue(`${SITE}/?langue=xx`, ['de'], livrees), 'fr');
});

test('la version d’avant reste tant que des pages sont ouvertes', () => {
  assert.deepEqual(versionsPerimees(['a', 'b', 'c'], 'c', true), ['a']);
  assert.deepEqual(versionsPerimees(['a', 'b', 'c'], 'c', false), ['a', 'b']);
});

test('une version qui attend son tour n’est jamais retirée', () => {
  assert.deepEqual(versionsPerimees(['a', 'b', 'c'], 'b', false), ['a']);
  assert.deepEqual(versionsPerimees(['b', 'c'], 'b', false), []);
  assert.deepEqual(versionsPerimees([], 'b', false), []);
});
