// L’effectif, les producteurs, les achats, les commandes, les comptes : ces phrases viennent avec le premier de leurs écrans.
import intendance from '../../../../textes/intendance.fr.json';

export default intendance;
