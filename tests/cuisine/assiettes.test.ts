import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chercher, convives, differer, normaliser, regrouper, type Groupe, type Ligne } from '../../pwa/src/cuisine/assiettes.ts';
import type { Annonce, Assiette, Plat, PlatServi } from '../../pwa/src/cuisine/vue.ts';

const PLATS: PlatServi[] = [{ service: 'plat', plat: 'lentilles', nom: 'Lentilles', convenance: 'oui' }];

function assiette(champs: Partial<Assiette>): Assiette {
  return {
    code: '', genre: null, age: 'adulte', nombre: 1, regimes: [], allergenes: [], a_revoir: false, plats: PLATS, ...champs,
  }; // prettier-ignore
}

function annonce(champs: Partial<Annonce>): Annonce {
  return { id: 'a', genre: 'artistes', age: 'adulte', nombre: 1, regimes: [], allergenes: [], ...champs };
}

const dits = (groupes: readonly Groupe[]) =>
  groupes.map(({ regimes, allergenes, lignes }) => [
    [...regimes, ...allergenes].join('+'),
    lignes.map(({ code, genre, nombre }) => `${code || genre}×${nombre}`).join(' '),
  ]);

const nommer = ({ code, genre }: Ligne) => code || { artistes: 'Artistes', benevoles: 'Bénévoles' }[String(genre)] || '?';

test('les assiettes se rangent par besoin, les allergies d’abord, puis le plus demandé', () => {
  const groupes = regrouper(
    [
      assiette({ code: '1a', regimes: ['sans_porc'] }),
      assiette({ code: '2a', regimes: ['vegetalien', 'sans_gluten'] }),
      assiette({ code: '3a', regimes: ['sans_gluten', 'vegetalien'], nombre: 2 }),
      assiette({ code: '4a', allergenes: ['arachides'] }),
    ],
    [],
  );

  assert.deepEqual(dits(groupes), [
    ['arachides', '4a×1'],
    ['vegetalien+sans_gluten', '2a×1 3a×2'],
    ['sans_porc', '1a×1'],
  ]);
  assert.equal(convives(groupes[1]?.lignes ?? []), 3);
});

test('les convives annoncés sont là une fois, qu’ils aient un besoin ou qu’ils mangent de tout', () => {
  const groupes = regrouper(
    [
      assiette({ code: '1a', regimes: ['vegetarien'] }),
      assiette({ genre: 'benevoles', regimes: ['vegetarien'], nombre: 2 }),
    ],
    [
      annonce({ genre: 'benevoles', regimes: ['vegetarien'], nombre: 2 }),
      annonce({ genre: 'artistes', nombre: 3 }),
      annonce({ id: 'b', genre: 'artistes', nombre: 1 }),
      annonce({ genre: 'equipe', age: 'enfant' }),
    ],
  );

  assert.deepEqual(dits(groupes), [
    ['vegetarien', '1a×1 benevoles×2'],
    ['', 'artistes×4 equipe×1'],
  ]);
});

test('un code se trouve quelle que soit sa casse, ses espaces ou ses zéros', () => {
  for (const saisie of ['27a', '27A', ' 27 a ', 'n° 27-A', '027a']) assert.equal(normaliser(saisie), '27a');
  assert.equal(normaliser('Bénévoles'), 'benevoles');
  assert.equal(normaliser('0'), '0');
});

test('on trouve le numéro tapé avant ceux qu’il commence, et un nom sans ses accents', () => {
  const groupes = regrouper(
    [
      assiette({ code: '27b', regimes: ['halal'] }),
      assiette({ code: '2a', regimes: ['halal'] }),
      assiette({ code: '27a', allergenes: ['lait'] }),
      assiette({ genre: 'benevoles', regimes: ['halal'] }),
    ],
    [],
  );
  const trouver = (saisie: string) => chercher(groupes, saisie, nommer).map(({ ligne }) => nommer(ligne));

  assert.deepEqual(trouver('2'), ['2a', '27a', '27b']);
  assert.deepEqual(trouver('27 A'), ['27a']);
  assert.deepEqual(trouver('bene'), ['Bénévoles']);
  assert.deepEqual(trouver('7a'), []);
  assert.deepEqual(trouver('  '), []);
});

test('une assiette dit ce qui la distingue de celle de tout le monde', () => {
  const plat = (id: string, service: string, champs: Partial<Plat> = {}) =>
    ({ id, nom: id, service, remplace: null, cueillette: false, ...champs }) as Plat;
  const menu = [
    plat('soupe', 'entree'),
    plat('agneau', 'plat'),
    plat('lentilles', 'plat', { remplace: 'agneau' }),
    plat('poires', 'dessert'),
    plat('gâteaux', 'dessert'),
    plat('pélardon', 'fromage'),
    plat('orties', 'entree', { cueillette: true }),
  ];
  const pose = (service: string, plat: string | null, convenance: PlatServi['convenance'] = 'oui') => ({ service, plat, nom: plat ?? '', convenance });

  assert.deepEqual(
    differer([pose('entree', 'soupe', 'a_confirmer'), pose('plat', 'lentilles'), pose('dessert', 'poires'), pose('fromage', null, 'non')], menu),
    { a_la_place: [{ nom: 'lentilles', de: 'agneau' }], sans: ['gâteaux'], rien: ['fromage'], a_confirmer: ['soupe'] },
  );
  assert.deepEqual(
    differer(['soupe', 'agneau', 'poires', 'gâteaux', 'pélardon'].map((id) => pose(menu.find((un) => un.id === id)?.service ?? '', id)), menu),
    { a_la_place: [], sans: [], rien: [], a_confirmer: [] },
  );
});
