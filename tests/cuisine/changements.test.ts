import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changements, comparable } from '../../pwa/src/cuisine/changements.ts';
import { alertesDuMenu, estGrave } from '../../pwa/src/cuisine/couverture.ts';
import { estLisible, type Besoin, type Vue } from '../../pwa/src/cuisine/vue.ts';

const VEGE: Besoin = { age: 'adulte', regimes: ['vegetarien', 'sans_gluten'], allergenes: [], nombre: 2 };

/** Une vue où seul ce que dit l'essai n'est pas vide. */
function vue({ parts = {}, besoins = [], effaces = false, arrete = null, plats = [], version = 1, appros = [], commandes = [], messages = [] }: {
  parts?: object;
  besoins?: readonly Besoin[];
  effaces?: boolean;
  arrete?: string | null;
  plats?: readonly object[];
  version?: number;
  appros?: readonly object[];
  commandes?: readonly object[];
  messages?: readonly object[];
} = {}): Vue {
  return {
    effectif: {
      parts: { adultes: 10, enfants: 2, tout_petits: 0, ...parts },
      besoins,
      besoins_effaces: effaces,
      arret: arrete && { arrete_le: arrete },
    },
    menu: { version, plats },
    approvisionnements: appros,
    commandes,
    messages: { elements: messages },
  } as unknown as Vue;
}

test('rien n’a changé, rien n’est dit', () => {
  assert.deepEqual(changements(vue(), vue()), []);
});

test('un adulte de moins ne cache pas trois enfants de plus', () => {
  assert.deepEqual(changements(vue(), vue({ parts: { adultes: 9, enfants: 5 } })), [{ genre: 'parts', adultes: -1, enfants: 3 }]);
});

test('un tout-petit de plus n’est pas une assiette', () => {
  assert.deepEqual(changements(vue(), vue({ parts: { tout_petits: 3 } })), []);
});

test('un besoin se reconnaît quel que soit l’ordre de ses régimes, et sa disparition se dit', () => {
  const autre = { ...VEGE, regimes: ['sans_gluten', 'vegetarien'], nombre: 3 };

  assert.deepEqual(changements(vue({ besoins: [VEGE] }), vue({ besoins: [autre] })), [
    { genre: 'besoin', besoin: autre, avant: 2, apres: 3 },
  ]);
  assert.deepEqual(changements(vue({ besoins: [VEGE] }), vue()), [{ genre: 'besoin', besoin: VEGE, avant: 2, apres: 0 }]);
  assert.deepEqual(changements(vue({ besoins: [VEGE] }), vue({ effaces: true })), []);
});

test('l’arrêt et la réouverture se disent', () => {
  const le = '2026-06-09T16:00:00Z';

  assert.deepEqual(changements(vue(), vue({ arrete: le })), [{ genre: 'arrete', le }]);
  assert.deepEqual(changements(vue({ arrete: le }), vue()), [{ genre: 'rouvert' }]);
  assert.deepEqual(changements(vue({ arrete: le }), vue({ arrete: le })), []);
});

test('les plats ajoutés, retirés et changés se disent par leur nom', () => {
  const [soupe, gratin, tarte] = ['Soupe', 'Gratin', 'Tarte'].map((nom) => ({ id: nom, nom, description: '' }));
  const avant = vue({ plats: [soupe, gratin] as object[], version: 1 });
  const apres = vue({ plats: [{ ...gratin, description: 'au four' }, tarte] as object[], version: 2 });

  assert.deepEqual(changements(avant, apres), [
    { genre: 'plat_ajoute', nom: 'Tarte' },
    { genre: 'plat_retire', nom: 'Soupe' },
    { genre: 'plat_change', nom: 'Gratin' },
  ]);
});

test('une commande qui avance et ce qui n’arrive plus se disent', () => {
  const pain = { id: 'a', description: 'Pain', quantite_milliemes: 8000 };
  const commande = (etat: string) => ({ fournisseur: 'Le Fournil', etat, lignes: [{ approvisionnement: 'a' }] });
  const avant = vue({ appros: [pain], commandes: [commande('envoyee')] });

  assert.deepEqual(changements(avant, vue({ appros: [pain], commandes: [commande('refusee')] })), [
    { genre: 'commande', qui: 'Le Fournil', etat: 'refusee' },
  ]);
  assert.deepEqual(changements(avant, vue({ commandes: [commande('envoyee')] })), [{ genre: 'arrivee', nom: 'Pain' }]);
});

test('seuls les messages neufs de qui organise sont une nouvelle', () => {
  const message = (id: string, cote: string, retire = false) => ({ id, cote, retire });
  const avant = vue({ messages: [message('1', 'organisation')] });
  const apres = vue({
    messages: [message('1', 'organisation'), message('2', 'cuisine'), message('3', 'organisation'), message('4', 'organisation', true)],
  });

  assert.deepEqual(changements(avant, apres), [{ genre: 'messages', nombre: 1 }]);
});

function unBesoin(nombre: number, services: readonly [string, string][], phrases: readonly string[]) {
  return { nombre, services: services.map(([service, convenance]) => ({ service, convenance, plats: [] })), phrases };
}

function couverture(besoins: readonly { phrases: readonly string[] }[], ...variantes: string[]): Vue['couverture'] {
  return { besoins, phrases: [...besoins.flatMap(({ phrases }) => phrases), ...variantes] } as unknown as Vue['couverture'];
}

test('les alertes du menu se groupent par sorte, qui n’a rien à manger en tête', () => {
  const alertes = alertesDuMenu(
    couverture(
      [
        unBesoin(2, [['aperitif', 'non'], ['fromage', 'non'], ['pain', 'non']], ['2 : aucun fromage', '2 : aucun pain']),
        unBesoin(1, [['entree', 'a_confirmer'], ['plat', 'non'], ['fromage', 'non']], ['1 : entrée à confirmer', '1 : aucun plat', '1 : aucun fromage']),
        unBesoin(9, [['plat', 'oui']], []),
      ],
      'variante trop courte',
    ),
  );

  assert.deepEqual(alertes, [
    { sorte: 'sans_plat', nombre: 1, services: ['plat'], phrases: ['1 : aucun plat'] },
    { sorte: 'variante', nombre: 1, services: [], phrases: ['variante trop courte'] },
    { sorte: 'sans_service', nombre: 3, services: ['fromage', 'pain'], phrases: ['2 : aucun fromage', '2 : aucun pain', '1 : aucun fromage'] },
    { sorte: 'a_confirmer', nombre: 1, services: ['entree'], phrases: ['1 : entrée à confirmer'] },
  ]);
  assert.deepEqual(alertes.map(estGrave), [true, true, false, false]);
  assert.deepEqual(alertesDuMenu(couverture([unBesoin(9, [['plat', 'oui']], [])])), []);
});

test('des phrases qu’on ne sait pas rattacher à un service alertent au plus fort', () => {
  const alertes = alertesDuMenu(couverture([unBesoin(4, [['fromage', 'non']], ['une', 'deux'])]));

  assert.deepEqual(alertes, [{ sorte: 'sans_plat', nombre: 4, services: [], phrases: ['une', 'deux'] }]);
});

test('une copie d’une version d’avant, incomplète, ne se montre pas', () => {
  const entiere = Object.fromEntries(
    ['repas', 'menu', 'effectif', 'couverture', 'quantites', 'approvisionnements', 'commandes', 'messages', 'temperatures', 'pesees'].map(
      (partie) => [partie, {}],
    ),
  );
  const { commandes: _, ...ancienne } = entiere;

  assert.equal(estLisible(entiere), true);
  for (const autre of [ancienne, null, undefined, 'vue']) assert.equal(estLisible(autre), false);
});

test('un champ que la version d’avant ne connaissait pas n’est pas un changement', () => {
  const plat = { id: 'a', nom: 'Gratin', lignes: [{ ingredient: 'potiron', adulte_milli: 180 }] };
  const neuf = { ...plat, regimes: [], lignes: [{ ...plat.lignes[0], note: '' }] };

  assert.deepEqual(changements(vue({ plats: [plat] }), vue({ plats: [neuf], version: 2 })), []);
  assert.deepEqual(
    changements(vue({ plats: [plat] }), vue({ plats: [{ ...neuf, lignes: [{ ...plat.lignes[0], adulte_milli: 200 }] }], version: 2 })),
    [{ genre: 'plat_change', nom: 'Gratin' }],
  );
  assert.deepEqual(changements(vue({ plats: [plat] }), vue({ plats: [{ ...plat, lignes: [] }], version: 2 })), [{ genre: 'plat_change', nom: 'Gratin' }]);
});

test('une lecture à laquelle il manque de quoi comparer s’oublie', () => {
  const { messages: _, ...incomplete } = vue();

  assert.equal(comparable(vue()), true);
  assert.equal(comparable(incomplete as Vue), false);
});
