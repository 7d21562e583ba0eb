// Les phrases des écrans d’un banquet : elles viennent avec le premier d’entre eux, pas avant.
import banquets from '../../../../textes/banquets.fr.json';

export default banquets;
