import type { Modeles } from '../../api/client';
import { t } from '../textes';
import { Icone } from './icone';
import { nomDuMoment, type Compteur } from './moments';
import { Bloc } from './page';

type Effectif = Pick<Modeles['EffectifRegime'], 'age' | 'nombre' | 'regimes' | 'allergenes'>;

/** Ce que doit savoir qui cuisine : des portions par âge, des régimes et des allergies. Aucun nom. */
export function Cuisine({ compteurs, lignes }: { compteurs: readonly Compteur[]; lignes: readonly Effectif[] }) {
  const repas = compteurs.filter(({ genre }) => genre === 'banquet');
  if (repas.length === 0) return null;
  return (
    <div class="cuisine">
      <Bloc titre={t('evenement.regimes')}>
        <ul class="lignes">
          {repas.map((compteur) => (
            <li key={compteur.moment}>
              <Portions compteur={compteur} />
            </li>
          ))}
        </ul>
        {lignes.length === 0 ? (
          <p class="second">{t('evenement.regimes_vide')}</p>
        ) : (
          <>
            <h3>{t('evenement.regimes_titre')}</h3>
            <ul class="lignes nombres-lignes">
              {lignes.map((ligne) => (
                <li key={`${ligne.age} ${ligne.regimes.join()} ${ligne.allergenes.join()}`}>
                  <Regimes ligne={ligne} />
                </li>
              ))}
            </ul>
          </>
        )}
        <p class="second">{t('evenement.inscrits_seulement')}</p>
        <div class="boutons">
          {repas.map((compteur) => (
            <a key={compteur.moment} class="bouton petit" href={`/espace/banquets/${compteur.moment}/papiers`}>
              <Icone nom="imprimer" />
              {repas.length > 1
                ? t('evenement.papiers_de', { moment: nomDuMoment(compteur) })
                : t('evenement.papiers')}
            </a>
          ))}
        </div>
      </Bloc>
    </div>
  );
}

function Portions({ compteur }: { compteur: Compteur }) {
  const { adultes, enfants, tout_petits } = compteur;
  return (
    <div>
      <strong>{nomDuMoment(compteur)}</strong>
      {t('presences.deux_points')}{' '}
      {t('evenement.portions', {
        adultes: t('presences.adultes', { n: adultes }),
        enfants: t('presences.enfants', { n: enfants }),
        n: adultes + enfants,
      })}
      {tout_petits > 0 && <p class="second">{t('evenement.sans_portion', { n: tout_petits })}</p>}
    </div>
  );
}

/** « 9 adultes : végétarien, sans gluten ; ALLERGIE : arachides » : un régime se choisit, une allergie se soigne. */
export function Regimes({ ligne, sansNombre }: { ligne: Effectif; sansNombre?: boolean }) {
  const { age, nombre, regimes, allergenes } = ligne;
  const dits = regimes.map((cle) => t(`regimes.${cle as 'autre'}`)).join(', ');
  return (
    <>
      {!sansNombre && <strong>{nombre}</strong>}
      <span>
        {t(`ages.${age as 'adulte'}`, { n: nombre })}
        {dits && `${t('presences.deux_points')} ${dits}`}
        {allergenes.length > 0 && (
          <>
            {'\u202f; '}
            <strong class="allergie">
              {t('evenement.allergie')}
              {t('presences.deux_points')} {allergenes.map((cle) => t(`allergenes.${cle as 'gluten'}`)).join(', ')}
            </strong>
          </>
        )}
      </span>
    </>
  );
}
