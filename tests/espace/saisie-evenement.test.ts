import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  changerMoment,
  chevauche,
  commencer,
  depuisEvenement,
  evenementVide,
  momentSuivant,
  momentVide,
  versDemande,
} from '../../pwa/src/espace/saisie-evenement.ts';

const BANQUET = '6f1f3a52-8a5d-4a39-9c1f-2f1a3c5d7e90';
const PLEIN = '0b6c9f0e-6f0e-4f7e-8a53-5d1f6f8f0a11';

function unEvenement() {
  return {
    slug: 'le-pain', version: 3, statut: 'publie', motif: '', titre: 'Le pain', structure: 'les-amandiers', resume: 'Une soirée.',
    description: '', formats: ['atelier'], themes: ['blé'], cycle: null, lieu: 'foyer', lieu_nom: 'Foyer', commune_nom: 'Uzès',
    lieu_repli: null, en_ligne: false, lien_en_ligne: null, debut: null, fin: null, debut_initial: null,
    moments: [
      {
        id: BANQUET, genre: 'banquet', titre: '', description: '', debut: '2026-06-12T18:30:00Z', fin: '2026-06-12T23:00:00Z',
        jauge: 60, pris: 12, sur_inscription: true,
        prix: {
          mode: 'tarifs', conseille_centimes: null, minimum_centimes: null,
          tarifs: [{ id: PLEIN, nom: 'Plein', montant_centimes: 1250, precision: '' }],
        },
      },
    ],
    coorganisations: [
      { structure: 'les-amandiers', nom: 'Les Amandiers', part: 'porteuse', reponse: 'acceptee' },
      { structure: 'cafe', nom: 'Café', part: 'hote', reponse: 'acceptee' },
    ],
    acces: '', venir: '', a_apporter: '', image: null, image_empreinte: null, licence: 'CC BY-SA 4.0', paiement: '',
    moyens_paiement: ['especes'], monnaie_locale: '', cloture_le: '2026-06-11T10:00:00Z', inscriptions_closes: false,
    attente: true, taille_max: 12, publie_le: null, modifie_le: '2026-06-01T10:00:00Z', transitions: [], manques: [],
    journal: [], url: '',
  } as unknown as Parameters<typeof depuisEvenement>[0]; // prettier-ignore
}

test('ouvrir puis enregistrer sans rien toucher ne change rien', () => {
  const { demande, remarques } = versDemande(depuisEvenement(unEvenement()), 3);

  assert.deepEqual(remarques, []);
  const moment = demande.moments?.[0];
  assert.equal(moment?.id, BANQUET);
  assert.equal(Date.parse(moment?.debut ?? ''), Date.parse('2026-06-12T18:30:00Z'));
  assert.equal(Date.parse(moment?.fin ?? ''), Date.parse('2026-06-12T23:00:00Z'));
  assert.equal(moment?.jauge, 60);
  assert.deepEqual(moment?.prix?.tarifs, [{ id: PLEIN, nom: 'Plein', montant_centimes: 1250, precision: '' }]);
  assert.equal(Date.parse(demande.cloture_le ?? ''), Date.parse('2026-06-11T10:00:00Z'));
  assert.deepEqual(demande.coorganisations, [{ structure: 'cafe', part: 'hote' }]);
  assert.equal(demande.version, 3);
});

test('la seconde des deux heures de l’automne repart telle qu’elle est venue, tant qu’on n’y touche pas', () => {
  const evenement = unEvenement();
  evenement.moments[0]!.fin = '2026-10-25T01:30:00Z';
  const saisie = depuisEvenement(evenement);

  assert.equal(versDemande(saisie, 3).demande.moments?.[0]?.fin, '2026-10-25T01:30:00Z');
  saisie.moments[0]!.fin = '2026-10-25T02:45';
  assert.equal(versDemande(saisie, 3).demande.moments?.[0]?.fin, '2026-10-25T02:45:00+02:00');
});

test('deux lectures du même évènement donnent la même saisie : rien ne paraît modifié', () => {
  assert.deepEqual(depuisEvenement(unEvenement()), depuisEvenement(unEvenement()));
});

test('un montant illisible est une remarque, jamais un prix deviné', () => {
  const saisie = evenementVide('les-amandiers');
  saisie.moments = [{ ...momentVide('banquet'), mode: 'libre', conseille: '12', minimum: 'cinq' }];

  const { demande, remarques } = versDemande(saisie, null);

  assert.deepEqual(remarques, [{ champ: 'moments.0.prix.minimum_centimes', texte: 'montant' }]);
  assert.equal(demande.moments?.[0]?.prix?.conseille_centimes, 1200);
});

test('un tarif sans montant est une remarque : zéro doit se dire', () => {
  const saisie = evenementVide('les-amandiers');
  const tarif = { cle: 'a', id: null, nom: 'Plein', montant: '', precision: '' };
  saisie.moments = [{ ...momentVide('banquet'), mode: 'tarifs', tarifs: [tarif, { ...tarif, montant: '0' }] }];

  const { remarques } = versDemande(saisie, null);

  assert.deepEqual(remarques, [{ champ: 'moments.0.prix.tarifs.0.montant_centimes', texte: 'montant' }]);
});

test('une fin avant le début, une jauge en lettres et une image muette se disent d’un coup', () => {
  const saisie = evenementVide('les-amandiers');
  saisie.moments = [
    { ...momentVide('reflexion'), debut: '2026-06-12T20:30', fin: '2026-06-12T01:00', jauge: 'beaucoup' },
  ];
  saisie.image = { empreinte: 'a', url: '', alt: ' ', credit: '' };

  const { remarques } = versDemande(saisie, null);

  assert.deepEqual(remarques, [
    { champ: 'moments.0.fin', texte: 'fin_avant_debut' },
    { champ: 'moments.0.jauge', texte: 'entier' },
    { champ: 'image.alt', texte: 'alt' },
  ]);
});

test('le lien en ligne et la monnaie locale ne partent pas si l’on a décoché ce qui les demandait', () => {
  const saisie = { ...evenementVide('les-amandiers'), lien_en_ligne: 'https://visio.example.org', monnaie_locale: 'Aïga' };

  const { demande } = versDemande(saisie, null);

  assert.equal(demande.lien_en_ligne, null);
  assert.equal(demande.monnaie_locale, '');
});

test('le moment suivant, tant qu’on n’en dit rien, commence quand le précédent finit', () => {
  const [debat, banquet] = evenementVide('amap').moments;
  const dits = changerMoment([debat, banquet], 0, commencer(debat, '2026-06-12T19:00'));
  const plus_tard = changerMoment(dits, 0, commencer(dits[0], '2026-06-12T20:00'));
  const choisis = changerMoment(plus_tard, 1, { debut: '2026-06-12T23:00' });
  const encore = changerMoment(choisis, 0, { fin: '2026-06-12T22:30' });

  assert.deepEqual([dits[1].debut, dits[1].fin], ['2026-06-12T21:00', '2026-06-12T23:00']);
  assert.equal(plus_tard[1].debut, '2026-06-12T22:00');
  assert.equal(encore[1].debut, '2026-06-12T23:00');
  assert.deepEqual(
    [momentSuivant(dits).debut, momentSuivant(dits).fin],
    ['2026-06-12T23:00', '2026-06-13T01:00'],
  );
});

test('un moment enregistré ne bouge pas avec celui d’avant', () => {
  const [debat, banquet] = evenementVide('amap').moments;
  const [dit, suit] = changerMoment([debat, banquet], 0, commencer(debat, '2026-06-12T19:00'));

  const apres = changerMoment([dit, { ...suit, id: BANQUET }], 0, commencer(dit, '2026-06-12T20:00'));

  assert.equal(apres[1].debut, '2026-06-12T21:00');
});

test('deux moments en même temps sont permis, mais cela se dit', () => {
  const [debat, banquet] = evenementVide('amap').moments;
  const dits = changerMoment([debat, banquet], 0, commencer(debat, '2026-06-12T19:00'));
  const croises = changerMoment(dits, 1, { debut: '2026-06-12T20:30' });

  assert.equal(chevauche(dits, 1), undefined);
  assert.equal(chevauche(croises, 1)?.genre, 'reflexion');
  assert.equal(chevauche(croises, 0), undefined);
});
