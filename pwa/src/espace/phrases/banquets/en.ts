// Comme `fr.ts`.
import banquets from '../../../../textes/banquets.en.json';

export default banquets;
