import { lazy } from 'preact-iso';
import { apprendre, type Cle, type Famille } from '../textes';

type Ecran = (props: { moment: string }) => preact.JSX.Element;

/** Un écran et ses phrases, demandés ensemble. */
export const apres = <T extends (props: never) => preact.JSX.Element>(
  ecran: () => Promise<{ default: T }>,
  ...familles: Famille[]
): Promise<{ default: T }> => Promise.all([ecran(), ...familles.map(apprendre)]).then(([module]) => module);
// Les onglets disent le nom de chaque écran : les deux familles viennent avec n'importe lequel.
const avecPhrases = (ecran: () => Promise<{ default: Ecran }>): Ecran =>
  lazy<Ecran>(() => apres(ecran, 'banquets', 'intendance'));

export const BANQUET = '/espace/banquets/:moment';

/** Les écrans d'un banquet, dans l'ordre où l'on s'en sert. `reserve` : à qui organise, pas au traiteur. */
export const ECRANS: readonly {
  chemin: string;
  nom: Cle;
  component: Ecran;
  reserve?: true;
}[] = [
  { chemin: '', nom: 'banquet.menu', component: avecPhrases(() => import('./menu')) },
  { chemin: '/quantites', nom: 'banquet.quantites', component: avecPhrases(() => import('./quantites')) },
  { chemin: '/effectif', nom: 'effectif.titre', component: avecPhrases(() => import('./effectif')) },
  { chemin: '/approvisionnements', nom: 'appros.titre', component: avecPhrases(() => import('./approvisionnements')) },
  { chemin: '/commandes', nom: 'ordres.titre', component: avecPhrases(() => import('./commandes')) },
  { chemin: '/cuisine', nom: 'banquet.cuisine', component: avecPhrases(() => import('./cuisine')) },
  { chemin: '/vue-cuisine', nom: 'banquet.vue_cuisine', component: avecPhrases(() => import('./vue-cuisine')) },
  { chemin: '/comptes', nom: 'comptes.titre', component: avecPhrases(() => import('./comptes')), reserve: true },
  { chemin: '/papiers', nom: 'banquet.papiers', component: avecPhrases(() => import('./papiers')) },
];
