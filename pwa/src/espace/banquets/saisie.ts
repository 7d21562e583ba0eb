import type { Refus } from '../composants/formulaire';
import { t } from '../textes';

/** Ce qui ne se comprend pas, dit avant d'envoyer, près de chaque champ. */
export function refuser(...erreurs: readonly (readonly [champ: string, message: string])[]): Refus {
  return {
    phrase: t('saisie.a_relire', { n: erreurs.length }),
    erreurs: erreurs.map(([champ, message]) => ({ champ, message })),
    code: 'saisie',
  };
}
