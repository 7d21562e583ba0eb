// Ce que dit l'application installée ; le reste des phrases est déjà dans la page.
import { application, mots } from '../../../textes/fr.json';

export default { application, mots };
