import type { Refus } from '../composants/formulaire';

/** Ce que « publier » a trouvé manquant, par évènement : montré près des champs quand on vient les remplir. */
export const manques = new Map<string, Refus>();
