import assert from 'node:assert/strict';
import { test } from 'node:test';
import { etagDe, memoire } from '../../pwa/src/cuisine/depot.ts';
import { corriger, estFerme, lireIssue, lireProbleme, messagesRefuses, prochain, remplacer, rythme, type Geste } from '../../pwa/src/cuisine/gestes.ts';

const SOIREE = '11111111-1111-4111-8111-111111111111';
const MIDI = '22222222-2222-4222-8222-222222222222';

function geste(champs: Partial<Geste> = {}): Geste {
  return {
    id: 'a',
    moment: SOIREE,
    sorte: 'message',
    methode: 'PUT',
    adresse: `/api/cuisine/banquets/${SOIREE}/messages/a`,
    corps: { texte: 'Il manque du pain' },
    etat: 'garde',
    ...champs,
  };
}

function reponse(statut: number, corps = '', type = 'application/problem+json') {
  return { statut, type, corps, etag: '', instant: '' };
}

const probleme = (code: string, detail = 'Non.') => JSON.stringify({ type: `/problemes/${code}`, title: 'Titre', detail });

test('ce qui aboutit part de la file, ce qui se tait y reste', () => {
  assert.deepEqual(lireIssue(reponse(200, '{}', 'application/json; charset=utf-8')), { genre: 'faite' });
  assert.deepEqual(lireIssue(reponse(204, '', '')), { genre: 'faite' });
  for (const statut of [408, 425, 429, 500, 502, 503]) assert.deepEqual(lireIssue(reponse(statut)), { genre: 'silence' });
});

test('la page d’un portail n’est ni un succès ni un refus', () => {
  assert.deepEqual(lireIssue(reponse(200, '<h1>Wifi</h1>', 'text/html')), { genre: 'silence' });
  assert.deepEqual(lireIssue(reponse(404, '<h1>404</h1>', 'text/html')), { genre: 'silence' });
});

test('un refus garde ce que le service en dit, champ par champ', () => {
  const corps = JSON.stringify({
    type: '/problemes/demande-invalide',
    title: 'Demande incomplète',
    detail: 'Quelque chose ne va pas.',
    erreurs: [{ champ: 'prise_le', message: 'Cette heure est dans le futur.' }],
  });

  assert.deepEqual(lireIssue(reponse(422, corps)), {
    genre: 'refusee',
    raison: 'Quelque chose ne va pas. Cette heure est dans le futur.',
  });
  assert.deepEqual(lireProbleme('pas du JSON'), { code: '', phrase: '' });
});

test('un lien fermé n’est pas un refus de ce qui est écrit', () => {
  assert.deepEqual(lireIssue(reponse(404, probleme('lien-de-cuisine-inconnu'))), { genre: 'fermee' });
  assert.deepEqual(lireIssue(reponse(404, probleme('banquet-inconnu'))), { genre: 'fermee' });
  assert.deepEqual(lireIssue(reponse(401, probleme('non-connecte'))), { genre: 'fermee' });
  assert.deepEqual(lireIssue(reponse(404, probleme('message-inconnu'))), { genre: 'refusee', raison: 'Non.' });
  assert.equal(estFerme(404, 'introuvable'), false);
});

test('l’ordre est gardé, et un banquet fermé ne retient pas les autres', () => {
  const gestes = [
    geste({ rang: 1, etat: 'refuse' }),
    geste({ rang: 2 }),
    geste({ rang: 3, moment: MIDI }),
  ];

  assert.equal(prochain(gestes, new Set())?.rang, 2);
  assert.equal(prochain(gestes, new Set([SOIREE]))?.rang, 3);
  assert.equal(prochain(gestes, new Set([SOIREE, MIDI])), undefined);
});

test('la même adresse écrite deux fois avant de partir ne part qu’une fois', () => {
  const [ancien, autre] = [geste({ rang: 1 }), geste({ rang: 2, adresse: '/autre' })];

  assert.equal(remplacer([autre, ancien], geste({ corps: { texte: 'Deux pains' } })), ancien);
  assert.equal(remplacer([autre, ancien], geste({ methode: 'DELETE' })), undefined);
});

test('un message refusé se corrige à sa place dans la file, sous un autre nom', () => {
  const refuse = geste({ rang: 3, etat: 'refuse', raison: 'Ni numéro.' });
  const gestes = [geste({ rang: 1 }), refuse, geste({ rang: 4, sorte: 'temperature', etat: 'refuse' }), geste({ rang: 5, methode: 'DELETE', etat: 'refuse' })];

  assert.deepEqual(messagesRefuses(gestes), [refuse]);
  assert.deepEqual(corriger(refuse, 'b', { texte: 'Appelez-moi' }), {
    ...geste({ rang: 3, id: 'b', corps: { texte: 'Appelez-moi' } }),
    adresse: `/api/cuisine/banquets/${SOIREE}/messages/b`,
  });
});

test('on demande toutes les cinq secondes, moins souvent quand rien ne répond ou que personne ne regarde', () => {
  assert.deepEqual([0, 1, 2, 3, 4, 9].map((echecs) => rythme({ visible: true, echecs })), [5, 10, 20, 40, 60, 60]);
  assert.equal(rythme({ visible: false, echecs: 0 }), 60);
});

test('oublier un banquet garde ce qui n’est pas parti', async () => {
  const depot = memoire();
  await depot.garderCopie({ moment: SOIREE, valeur: {}, etag: '"1"', lue_le: '', decalage: 0 });
  await depot.garderReperes({ moment: SOIREE, coches: ['plat'], lue: null });
  await depot.garderGeste(geste());
  await depot.garderGeste(geste({ id: 'b' }));

  await depot.oublier(SOIREE);

  assert.deepEqual(await depot.lireMoments(), []);
  assert.equal(await depot.lireReperes(SOIREE), undefined);
  assert.deepEqual((await depot.lireGestes()).map(({ id, rang }) => [id, rang]), [['a', 1], ['b', 2]]);
});

test('une copie d’une autre forme se redemande entière', () => {
  const copie = { moment: SOIREE, valeur: {}, etag: '"1"', lue_le: '', decalage: 0 };

  assert.equal(etagDe({ ...copie, forme: 'b' }, 'b'), '"1"');
  assert.equal(etagDe({ ...copie, forme: 'a' }, 'b'), '');
  assert.equal(etagDe(copie, 'b'), '');
});
