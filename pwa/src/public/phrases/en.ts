// Comme `fr.ts`.
import { application, mots } from '../../../textes/en.json';

export default { application, mots };
