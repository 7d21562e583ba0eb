import { Icone } from '../../espace/composants/icone';
import type { Montre } from '../ecrans';
import { t } from '../textes';

const PAPIERS = ['temperatures'] as const;

/** Ce qui s'imprime. Dessiné par le service : sans réseau, la page le dit. */
export function Papiers({ banquet }: Montre) {
  return (
    <>
      <p class="second">{t(banquet.reseau.value === 'hors' ? 'papiers.hors' : 'papiers.aide')}</p>
      <ul class="coches">
        {PAPIERS.map((papier) => (
          <li key={papier}>
            <a class="bouton grand" href={`${banquet.racine}/papiers/${papier}.pdf`} target="_blank" rel="noopener">
              <Icone nom="imprimer" />
              {t(`papiers.${papier}`)}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
