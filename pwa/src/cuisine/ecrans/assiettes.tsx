import type { Montre } from '../ecrans';
import { Besoins, Coche, Rien } from '../mots';
import { t, type Cle } from '../textes';
import type { Assiette } from '../vue';

/** Qui mange autre chose : un code, sans nom, et ce que l'on pose devant. Le même code est sur le billet du foyer. */
export function Assiettes({ banquet }: Montre) {
  const assiettes = banquet.assiettes.value?.assiettes;
  if (!assiettes) return <p class="patience">{t('reseau.lecture')}</p>;
  if (assiettes.length === 0) return <Rien>{t('assiettes.aucune')}</Rien>;
  return (
    <>
      <p class="second">{t('assiettes.aide')}</p>
      <ul class="coches assiettes">
        {assiettes.map((assiette) => (
          <li key={cle(assiette)}>
            <Coche
              cochee={banquet.coches.value.has(cle(assiette))}
              cocher={(oui) => banquet.cocher(cle(assiette), oui)}
            >
              <strong class="code-assiette">
                {assiette.code || t(`assiettes.annonces.${assiette.genre ?? 'equipe'}` as Cle)}
              </strong>
              <span class="ligne">
                <Besoins besoin={assiette} />
              </span>
              {assiette.plats.map(({ service, plat, nom, convenance }) => (
                <span key={service} class={plat === null ? 'ligne allergie' : 'ligne'}>
                  {t('assiettes.plat', {
                    service: t(`services.${service}` as Cle),
                    nom: plat === null ? t('assiettes.rien') : nom,
                  })}
                  {plat !== null && convenance === 'a_confirmer' && ` ${t('assiettes.a_confirmer')}`}
                </span>
              ))}
              {assiette.a_revoir && <span class="ligne second">{t('assiettes.a_revoir')}</span>}
            </Coche>
          </li>
        ))}
      </ul>
    </>
  );
}

function cle({ code, genre, age, regimes, allergenes }: Assiette): string {
  return `assiette:${code || `${genre}:${age}:${regimes.join('+')}:${allergenes.join('+')}`}`;
}
