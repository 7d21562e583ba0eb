// Un fichier à part : une tablette n'a pas à garder les phrases de l'espace.
import cuisine from '../../../textes/cuisine.en.json';

export default cuisine;
