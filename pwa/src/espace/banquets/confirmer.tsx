import type { ComponentChildren } from 'preact';
import { Dialogue } from '../composants/dialogue';
import { t } from '../textes';

/** Ce qui ne se refait pas d'un geste se confirme : la phrase dit ce que cela entraîne. */
export function Confirmer({
  titre,
  acte,
  enCours,
  faire,
  fermer,
  danger = false,
  children,
}: {
  titre: string;
  /** Le mot du bouton. */
  acte: string;
  enCours: boolean;
  faire: () => void;
  fermer: () => void;
  danger?: boolean;
  children: ComponentChildren;
}) {
  return (
    <Dialogue titre={titre} fermer={fermer}>
      {children}
      <div class="pied">
        <button type="button" class="bouton" onClick={fermer}>
          {t('actes.renoncer')}
        </button>
        <button type="button" class={danger ? 'bouton plein danger' : 'bouton plein'} disabled={enCours} onClick={faire}>
          {acte}
        </button>
      </div>
    </Dialogue>
  );
}
