// Comme `fr.ts`.
import intendance from '../../../../textes/intendance.en.json';

export default intendance;
