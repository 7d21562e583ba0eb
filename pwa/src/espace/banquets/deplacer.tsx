import { Icone } from '../composants/icone';
import { t } from '../textes';

/** Monter, descendre : le nom de ce qui bouge et sa place se lisent, et le bouton garde le focus même au bout. */
export function Deplacer({
  quoi,
  rang,
  total,
  monter,
  descendre,
  nu,
}: {
  quoi: string;
  /** Sa place, à partir de 1. */
  rang: number;
  total: number;
  monter: (() => void) | null;
  descendre: (() => void) | null;
  /** Sans le mot : la place manque, l'étiquette le dit. */
  nu?: boolean;
}) {
  return (
    <>
      {(['monter', 'descendre'] as const).map((sens) => {
        const bouger = sens === 'monter' ? monter : descendre;
        return (
          <button
            key={sens}
            type="button"
            class={nu ? 'rond' : 'bouton petit'}
            aria-disabled={!bouger}
            aria-label={t(`menu.${sens}_quoi`, { quoi, rang, total })}
            title={nu ? t(`menu.${sens}`) : undefined}
            onClick={(evenement) => {
              const bouton = evenement.currentTarget;
              bouger?.();
              // Déplacé dans la page, un bouton perd le focus : on le lui rend, pour presser encore.
              requestAnimationFrame(() => bouton.focus());
            }}
          >
            <Icone nom={sens === 'monter' ? 'haut' : 'bas'} />
            {!nu && t(`menu.${sens}`)}
          </button>
        );
      })}
    </>
  );
}
