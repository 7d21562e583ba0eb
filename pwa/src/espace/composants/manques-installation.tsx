import { api, obtenir } from '../../api/client';
import { useChargement } from '../etat';
import { t } from '../textes';
import { Suite } from './page';

export const useInstallation = () =>
  useChargement('installation', () => obtenir(api.GET('/api/espace/installation')));

/** Ce qui manque encore aux pages publiques, pour qui veille sur l'installation. */
export function Manques() {
  const installation = useInstallation();
  return (
    <Suite de={installation}>
      {({ a_completer }) =>
        a_completer.length === 0 ? (
          <p class="second">{t('installation.complete')}</p>
        ) : (
          <p class="encart">
            {t('installation.a_completer', { quoi: a_completer.map((nom) => t(`installation.manques.${nom}`)).join(', ') })}
          </p>
        )
      }
    </Suite>
  );
}
