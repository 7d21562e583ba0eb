// Ce que les pages publiques disent aussi ne s’écrit qu’une fois ; le reste de leurs phrases ne vient pas avec.
import espace from '../../../textes/espace.fr.json';
import { formats, genres } from '../../../textes/fr.json';

export default { ...espace, formats, genres };
