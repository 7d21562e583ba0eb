// Les mots de l'appareil seulement : le reste des phrases ne vient pas avec.
export { appareil as default } from '../../../textes/en.json';
