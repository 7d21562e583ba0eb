// Comme `fr.ts`.
import espace from '../../../textes/espace.en.json';
import { formats, genres } from '../../../textes/en.json';

export default { ...espace, formats, genres };
