import { useEffect, useRef, useState } from 'preact/hooks';
import { Options } from '../composants/champs';
import { Icone } from '../composants/icone';
import { direMoment } from '../dates';
import { langue, t } from '../textes';
import type { Choix, Difference } from './saisie-menu';

/** Quelqu'un a enregistré entre-temps : ce qu'il a fait de chaque plat, et quoi garder quand les deux l'ont changé. */
export function Ailleurs({
  differences,
  modifieLe,
  reunir,
}: {
  differences: readonly Difference[];
  modifieLe: string | null;
  reunir: (choix: Choix) => void;
}) {
  const [choix, choisir] = useState<Choix>({});
  const boite = useRef<HTMLDivElement>(null);
  useEffect(() => {
    boite.current?.focus();
    boite.current?.scrollIntoView({ block: 'center' });
  }, []);
  return (
    <div class="encart refus" role="alert" tabIndex={-1} ref={boite}>
      <p>{t('menu.ailleurs')}</p>
      {modifieLe && <p class="second">{t('menu.ailleurs_quand', { quand: direMoment(modifieLe, langue) })}</p>}
      {differences.length === 0 ? (
        <p>{t('menu.ailleurs_rien')}</p>
      ) : (
        <ul>
          {differences.map(({ id, nom, acte, conflit }) => (
            <li key={id}>
              {t(`menu.ailleurs_acte.${acte}`, { plat: nom })}
              {conflit && (
                <Options
                  chemin={`ailleurs.${id}`}
                  etiquette={t('menu.ailleurs_conflit')}
                  valeur={choix[id] ?? 'mien'}
                  changer={(voulu) => choisir({ ...choix, [id]: voulu })}
                  options={[
                    ['mien', t('menu.ailleurs_mien')],
                    ['sien', t(acte === 'retire' ? 'menu.ailleurs_retirer' : 'menu.ailleurs_sien')],
                  ]}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      <button type="button" class="bouton" onClick={() => reunir(choix)}>
        <Icone nom="coche" />
        {t('menu.ailleurs_reunir')}
      </button>
    </div>
  );
}
