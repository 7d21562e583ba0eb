// Petites améliorations des documents publics ; sans elles, tout fonctionne.

import { ameliorerCopies, ameliorerPartage } from './copier';
import { proposerDistances } from './distances';
import { preparerEnvois } from './envoi';
import { annoncerErreurs, ameliorerFormulaire } from './formulaire';
import { montrerPlaces } from './places';
import { veiller } from './veille';

const redire = [...document.querySelectorAll<HTMLFormElement>('form[data-inscription]')].map(ameliorerFormulaire);
annoncerErreurs();
ameliorerCopies();
ameliorerPartage();
preparerEnvois();
const bande = document.querySelector<HTMLElement>('[data-evenement]');
if (bande?.dataset['evenement']) {
  void montrerPlaces(bande.dataset['evenement'], bande.dataset).then(() => redire.forEach((dire) => dire()));
}
proposerDistances();
veiller();
