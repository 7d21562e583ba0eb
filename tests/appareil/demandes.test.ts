import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aCorriger,
  accepterAttente,
  apresReponse,
  attendreAvantReprise,
  code,
  compterPersonnes,
  dejaGardee,
  depassees,
  demandeNeuve,
  empreinte,
  lireReponse,
  prochaine,
  redireOui,
  rendueVaines,
  retrait,
  type Demande,
  type Issue,
  type Probleme,
} from '../../pwa/src/appareil/demandes.ts';

const NADIA = '11111111-1111-4111-8111-111111111111';
const SAMI = '22222222-2222-4222-8222-222222222222';

let rang = 0;
function demande(champs: Partial<Demande> = {}): Demande {
  return {
    ...demandeNeuve({
      inscription: NADIA,
      geste: 'inscrire',
      adresse: '/evenements/soiree/inscription',
      corps: `prenom=Nadia&version_vue=3&identifiant=${NADIA}&jeton=secret`,
    }),
    rang: ++rang,
    ...champs,
  };
}

const SUITE = { adresse: '/mes-inscriptions', id: NADIA, phrase: 'C’est noté.', ton: 'confirmee', billet: '<article>', garde_jusqu_au: '2026-09-01' };

function refus(nom: string, plus: Partial<Probleme> = {}): Issue {
  return { genre: 'refusee', probleme: { type: `/problemes/${nom}`, title: nom, detail: nom, ...plus } };
}

test('une réponse du service est définitive, une panne ne l’est jamais', () => {
  const json = (corps: unknown) => JSON.stringify(corps);
  const lue = (statut: number, type: string, corps: string, reprise: string | null = null) =>
    lireReponse(statut, type, corps, reprise).genre;

  assert.equal(lue(200, 'application/json', json(SUITE)), 'faite');
  assert.equal(lue(200, 'application/json; charset=utf-8', json(SUITE)), 'faite');
  assert.equal(lue(409, 'application/problem+json', json({ type: '/problemes/x' })), 'refusee');
  assert.equal(lue(422, 'application/problem+json', json({ type: '/problemes/x' })), 'refusee');
  for (const statut of [408, 425, 429, 500, 502, 503]) {
    assert.equal(lue(statut, 'application/problem+json', json({ type: '/problemes/x' })), 'plus_tard', String(statut));
  }
});

test('la page d’un portail, d’un mandataire, ou une réponse coupée ne disent rien de la demande', () => {
  for (const [statut, type, corps] of [
    [200, 'text/html', '<h1>Bienvenue</h1>'],
    [403, 'text/html', '<h1>Filtré</h1>'],
    [404, 'text/plain', ''],
    [200, 'application/json', '{"adresse": "/mes-ins'],
    [409, 'application/problem+json', '{'],
    [304, '', ''],
  ] as const) {
    assert.deepEqual(lireReponse(statut, type, corps, null), { genre: 'silence' }, `${statut} ${type}`);
  }
});

test('le service dit quand revenir', () => {
  assert.deepEqual(lireReponse(429, '', '', '42'), { genre: 'plus_tard', attente_s: 42 });
  assert.deepEqual(lireReponse(503, '', '', null), { genre: 'plus_tard', attente_s: 0 });
  assert.deepEqual(lireReponse(503, '', '', 'Wed, 21 Oct 2026 07:28:00 GMT'), { genre: 'plus_tard', attente_s: 0 });
});

test('une demande aboutie ne garde pas ce qui était rempli', () => {
  const faite = apresReponse(demande(), { genre: 'faite', suite: SUITE as never });

  assert.equal(faite?.etat, 'faite');
  assert.equal(faite?.corps, '');
});

test('un silence laisse la demande telle quelle', () => {
  const gardee = demande({ partie: true });

  assert.deepEqual(apresReponse(gardee, { genre: 'silence' }), gardee);
  assert.deepEqual(apresReponse(gardee, { genre: 'plus_tard', attente_s: 5 }), gardee);
});

test('un refus garde de quoi corriger ; une date déplacée attend un oui', () => {
  const complete = apresReponse(demande(), refus('moment-complet'));
  assert.equal(complete?.etat, 'refusee');
  assert.equal(code(complete?.probleme), 'moment-complet');
  assert.match(complete?.corps ?? '', /prenom=Nadia/);

  const deplacee = apresReponse(demande(), refus('evenement-modifie', { version: 5, quand: 'Samedi 20 juin' }));
  assert.equal(deplacee?.etat, 'a_confirmer');
  const oui = redireOui(deplacee!);
  assert.equal(oui.etat, 'gardee');
  assert.equal(oui.partie, false);
  assert.equal(oui.quand, 'Samedi 20 juin');
  assert.equal(oui.probleme, undefined);
  assert.equal(new URLSearchParams(oui.corps).get('version_vue'), '5');
  assert.equal(new URLSearchParams(oui.corps).get('identifiant'), NADIA);
});

test('accepter d’attendre ne change rien d’autre', () => {
  const refusee = apresReponse(demande(), refus('moment-complet', { attente_possible: true }))!;

  const champs = new URLSearchParams(accepterAttente(refusee).corps);
  assert.equal(champs.get('accepte_attente'), 'oui');
  assert.equal(champs.get('prenom'), 'Nadia');
});

test('oublier ce que l’appareil n’ouvre plus, ou retirer ce qui n’est pas arrivé, aboutit', () => {
  const introuvable = refus('inscription-introuvable');

  assert.equal(apresReponse(demande({ geste: 'oublier' }), introuvable), null);
  assert.equal(apresReponse(demande({ geste: 'retirer' }), introuvable), null);
  assert.equal(apresReponse(demande({ geste: 'retirer' }), { genre: 'faite', suite: SUITE as never }), null);
  assert.equal(apresReponse(demande({ geste: 'annuler' }), introuvable)?.etat, 'refusee');
});

test('l’ordre est tenu pour une inscription ; une autre n’attend pas derrière elle', () => {
  const file = [
    demande({ geste: 'modifier' }),
    demande({ geste: 'annuler' }),
    demande({ inscription: SAMI }),
  ];
  const premiere = prochaine(file, new Set());
  assert.equal(premiere, file[0]);

  // Le premier changement n'a pas pu partir : l'annulation attend, Sami passe.
  assert.equal(prochaine(file, new Set([empreinte(file[0]!)])), file[2]);
  assert.equal(prochaine(file, new Set([empreinte(file[0]!), empreinte(file[2]!)])), undefined);
  // Un refus est une réponse : la suite peut partir.
  assert.equal(prochaine([{ ...file[0]!, etat: 'refusee' }, file[1]!], new Set()), file[1]);
});

test('une demande changée pendant le passage y repart', () => {
  const partie = demande();
  const essayees = new Set([empreinte(partie)]);

  assert.equal(prochaine([partie], essayees), undefined);
  const retiree = retrait({ ...partie, partie: true })!;
  assert.equal(prochaine([retiree], essayees), retiree);
});

test('retirer ce qui n’est jamais parti suffit ; ce qui est peut-être arrivé doit être annulé', () => {
  assert.equal(retrait(demande()), null);
  assert.equal(retrait(demande({ geste: 'modifier', partie: true })), null);

  const annulation = retrait(demande({ partie: true }))!;
  assert.deepEqual([annulation.geste, annulation.adresse, annulation.corps], ['retirer', `/api/inscriptions/${NADIA}`, 'secret']);
});

test('un changement remplace le précédent, une annulation les rend vains', () => {
  const file = [demande({ geste: 'modifier' }), demande({ geste: 'modifier', inscription: SAMI }), demande({ geste: 'annuler' })];

  assert.deepEqual(rendueVaines(file, demande({ geste: 'modifier' })), [file[0]]);
  assert.deepEqual(rendueVaines(file, demande({ geste: 'annuler' })), [file[0]]);
  assert.deepEqual(rendueVaines(file, demande({ geste: 'inscrire' })), []);
  assert.deepEqual(rendueVaines([{ ...file[0]!, etat: 'refusee' }], demande({ geste: 'annuler' })), []);
});

test('ce qu’on a lu d’une inscription se périme quand elle change encore', () => {
  const [confirmee, sami, refusee] = [
    demande({ etat: 'faite' }),
    demande({ etat: 'faite', inscription: SAMI }),
    demande({ etat: 'refusee' }),
  ];
  const annulee = demande({ geste: 'annuler', etat: 'faite' });

  assert.deepEqual(depassees([confirmee, sami, refusee, annulee], annulee), [confirmee]);
});

test('le même formulaire, sous une autre marque, est la même demande', () => {
  const gardee = demande();
  const meme = demande({ corps: `prenom=Nadia&version_vue=3&identifiant=${SAMI}&jeton=autre` });

  assert.equal(dejaGardee([gardee], meme), gardee);
  assert.equal(dejaGardee([{ ...gardee, etat: 'refusee' }], meme), undefined);
  assert.equal(dejaGardee([gardee], demande({ corps: 'prenom=Sami' })), undefined);
  assert.equal(dejaGardee([gardee], { ...meme, adresse: '/evenements/autre/inscription' }), undefined);
});

test('on réessaie de plus en plus tard, jamais plus tôt que demandé', () => {
  assert.deepEqual([0, 1, 2, 3, 9].map((echecs) => attendreAvantReprise(echecs, 0)), [10, 20, 40, 80, 300]);
  assert.equal(attendreAvantReprise(0, 90), 90);
});

const BON = 'prenom=Nadia&courriel=nadia%40example.org&moments=a&moments=b&adultes=2&enfants=1&tout_petits=0';

test('ce que le service refusera à coup sûr se voit avant de garder', () => {
  const manques = (corps: string, geste = 'inscrire') => aCorriger({ geste, corps });
  assert.deepEqual(manques(BON), []);
  assert.deepEqual(manques(BON.replace('courriel=nadia%40example.org', 'courriel=')), ['contact']);
  assert.deepEqual(manques(BON.replace('courriel=nadia%40example.org', 'autrui_telephone=04+66+22+11+00')), []);
  assert.deepEqual(manques(`${BON}&telephone=12`), ['telephone']);
  assert.deepEqual(manques(`${BON}&telephone=%2B33+6+12.34-56+(78)`), []);
  assert.deepEqual(manques(BON.replace('adultes=2&enfants=1', 'adultes=0&enfants=0')), ['personne']);
  assert.deepEqual(manques(BON.replace('moments=a&moments=b&', '')), ['personne']);
  assert.deepEqual(manques('adultes=0&moments=a', 'modifier'), []);
  assert.deepEqual(manques('adultes=1&moments=a&telephone=12', 'modifier'), ['telephone']);
  assert.deepEqual(manques('', 'annuler'), []);
});

test('les personnes se comptent au moment qui en reçoit le plus', () => {
  assert.equal(compterPersonnes(BON), 3);
  assert.equal(compterPersonnes(`${BON}&adultes.b=4`), 5);
  assert.equal(compterPersonnes(`${BON}&adultes.a=0&enfants.a=0&adultes.b=0&enfants.b=1`), 1);
  assert.equal(compterPersonnes(''), 0);
});

test('une demande reconnue prend l’inscription de la première', () => {
  const faite = apresReponse(demande(), { genre: 'faite', suite: { ...SUITE, id: SAMI } as never });
  assert.equal(faite?.inscription, SAMI);
});
