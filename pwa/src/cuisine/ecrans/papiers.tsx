import { Icone } from '../../espace/composants/icone';
import type { Montre } from '../ecrans';
import { t } from '../textes';

/** Ce que toute cuisine imprime : ni prix, ni personne. `csv` : de quoi calculer dans un tableur. */
const PAPIERS = [
  { nom: 'production', csv: true },
  { nom: 'courses', csv: true },
  { nom: 'allergenes', csv: false },
  { nom: 'menu', csv: false },
  { nom: 'temperatures', csv: false },
] as const;

/** Ce qui s'imprime. Dessiné par le service : sans réseau, la page le dit. */
export function Papiers({ banquet }: Montre) {
  const racine = `${banquet.racine}/papiers`;
  return (
    <>
      <p class="second">{t(banquet.reseau.value === 'hors' ? 'papiers.hors' : 'papiers.aide')}</p>
      <ul class="papiers-cuisine">
        {PAPIERS.map(({ nom, csv }) => (
          <li key={nom}>
            <a class="bouton grand" href={`${racine}/${nom}.pdf`} target="_blank" rel="noopener">
              <Icone nom="imprimer" />
              {t(`papiers.noms.${nom}`)}
            </a>
            {csv && (
              <a class="bouton" href={`${racine}/${nom}.csv`} download>
                <Icone nom="telecharger" />
                <span>
                  {t('papiers.tableur')} <span class="invisible">{t(`papiers.noms.${nom}`)}</span>
                </span>
              </a>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
