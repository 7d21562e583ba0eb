// Ce que le menu demande et que ce qui est prévu ne couvre pas : le même calcul qu'aux approvisionnements.

import { couvrir, type Couverture } from '../espace/quantites';
import type { Approvisionnement, Vue } from './vue';

export type Denree = Couverture<Approvisionnement>;

/** Par rayon puis par nom : ce qui manque en tout ou en partie, et ce qu'un poids inconnu empêche de savoir. */
export function manques({ quantites, approvisionnements }: Pick<Vue, 'quantites' | 'approvisionnements'>): Denree[] {
  return couvrir(quantites.quantites.lignes, approvisionnements).filter(
    ({ etat }) => etat === 'manque' || etat === 'a_verifier',
  );
}
