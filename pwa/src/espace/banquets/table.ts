import { lazy } from 'preact-iso';
import { apprendre, type Cle } from '../textes';

type Ecran = (props: { moment: string }) => preact.JSX.Element;

/** Un écran et ses phrases, demandés ensemble. */
const avecPhrases = (ecran: () => Promise<{ default: Ecran }>): Ecran =>
  lazy<Ecran>(() => Promise.all([ecran(), apprendre('banquets')]).then(([module]) => module));

export const BANQUET = '/espace/banquets/:moment';

/** Les écrans d'un banquet, dans l'ordre où l'on s'en sert. `reserve` : à qui organise, pas au traiteur. */
export const ECRANS: readonly {
  chemin: string;
  nom: Cle;
  component: Ecran;
  reserve?: true;
}[] = [
  { chemin: '', nom: 'banquet.menu', component: avecPhrases(() => import('./menu')) },
];
