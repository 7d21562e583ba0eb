import type { ErreurDeChamp } from '../../api/client';
import type { Refus } from '../composants/formulaire';
import { t } from '../textes';

/** Ce que « publier » a trouvé manquant, par évènement : montré près des champs quand on vient les remplir. */
export const manques = new Map<string, Refus>();

const A_FAIRE = {
  'resume': 'resume',
  'lieu': 'lieu',
  'lien_en_ligne': 'lien_en_ligne',
  'image.alt': 'image_alt',
  'moments': 'moments',
  'moments.debut': 'debut',
  'moments.fin': 'fin',
  'moments.prix.tarifs': 'tarifs',
  'monnaie_locale': 'monnaie_locale',
} as const satisfies Record<string, string>;

/** Ce qu'il reste à faire, à la suite de « il reste à » ; la phrase du service si ce champ n'est pas des nôtres. */
export function direManque({ champ, message }: ErreurDeChamp): string {
  const rang = /^moments\.(\d+)\./.exec(champ)?.[1] ?? '0';
  const quoi = A_FAIRE[champ.replace(/\.\d+\./, '.') as keyof typeof A_FAIRE] as (typeof A_FAIRE)[keyof typeof A_FAIRE] | undefined;
  return quoi ? t(`manques.${quoi}`, { n: Number(rang) + 1 }) : message;
}
