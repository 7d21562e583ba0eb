import { t } from '../textes';

export interface Difference {
  etiquette: string;
  enregistre: string;
  ecrit: string;
}

/** Quelqu'un a enregistré entre-temps : ce qui diffère, champ par champ, et le choix de qui écrit. Rien n'est perdu. */
export function Conflit({
  phrase,
  differences,
  garder,
  reprendre,
}: {
  phrase: string;
  differences: readonly Difference[];
  /** Enregistrer ce qui est à l'écran par-dessus ce que l'on vient de lire. */
  garder: () => void;
  /** Laisser ce que l'on a tapé, et partir de ce qui est enregistré. */
  reprendre: () => void;
}) {
  return (
    <div class="encart refus" role="alert">
      <p>{phrase}</p>
      {differences.length === 0 ? (
        <p>{t('conflit.pareil')}</p>
      ) : (
        <ul>
          {differences.map(({ etiquette, enregistre, ecrit }) => (
            <li key={etiquette}>
              <strong>{etiquette}</strong>
              {t('presences.deux_points')} {t('conflit.enregistre', { quoi: enregistre || t('conflit.rien') })}{' '}
              {t('conflit.ecrit', { quoi: ecrit || t('conflit.rien') })}
            </li>
          ))}
        </ul>
      )}
      <div class="boutons">
        <button type="button" class="bouton plein" onClick={garder}>
          {t('conflit.garder')}
        </button>
        <button type="button" class="bouton" onClick={reprendre}>
          {t('conflit.reprendre')}
        </button>
      </div>
    </div>
  );
}

/** Les champs qui ne disent pas la même chose des deux côtés. */
export function comparer(
  enregistre: Readonly<Record<string, string>>,
  ecrit: Readonly<Record<string, string>>,
  nommer: (champ: string) => string,
): Difference[] {
  return Object.keys(ecrit)
    .filter((champ) => (enregistre[champ] ?? '') !== (ecrit[champ] ?? ''))
    .map((champ) => ({ etiquette: nommer(champ), enregistre: enregistre[champ] ?? '', ecrit: ecrit[champ] ?? '' }));
}
