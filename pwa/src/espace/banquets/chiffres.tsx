import type { Modeles } from '../../api/client';
import { Bloc } from '../composants/page';
import { direMontant } from '../montants';
import { direMasse, direPart } from '../quantites';
import { langue, t } from '../textes';
import { direLocal } from './vocabulaire';

type LesChiffres = Modeles['VueChiffres'];

/** Une part : son mot, son nombre, sa barre. */
function Part({ quoi, milliemes, detail }: { quoi: string; milliemes: number; detail?: boolean }) {
  return (
    <li class={detail ? 'chiffre detail' : 'chiffre'}>
      <span>{quoi}</span>
      <strong>{direPart(milliemes, langue)}</strong>
      <svg class="barre manger" viewBox="0 0 1000 6" preserveAspectRatio="none" aria-hidden="true">
        <rect class="barre-fond" width="1000" height="6" />
        <rect class="barre-pleine" width={milliemes} height="6" />
      </svg>
    </li>
  );
}

/** Ce que disent les achats, sans se flatter. Rien d'acheté dont on connaisse le prix : rien à dire. */
export function Chiffres({ chiffres }: { chiffres: LesChiffres }) {
  const { sans_prix, sans_achat, locaux } = chiffres;
  const { local_milliemes: local, circuit_court_milliemes: court, de_saison_milliemes: saison } = chiffres;
  const classes = [
    ['bio', chiffres.bio_milliemes],
    ['siqo', chiffres.siqo_milliemes],
    ['egalim_autres', chiffres.egalim_autres_milliemes],
    ['externalites_performance', chiffres.externalites_performance_milliemes],
  ] as const;
  return (
    <Bloc titre={t('chiffres.titre')} id="chiffres">
      <p class="second">{t('chiffres.volontaire')}</p>
      {chiffres.egalim_milliemes === null ? (
        <p>{t('chiffres.rien')}</p>
      ) : (
        <>
          <p>
            {t('chiffres.valeur', {
              n: chiffres.achats,
              valeur: direMontant(chiffres.valeur_centimes, langue),
            })}
          </p>
          <h3>{t('chiffres.par_classe')}</h3>
          <ul class="chiffres">
            {classes.map(
              ([nom, milliemes]) =>
                milliemes !== null && <Part key={nom} quoi={t(`chiffres.classes.${nom}`)} milliemes={milliemes} />,
            )}
            <Part quoi={t('chiffres.egalim')} milliemes={chiffres.egalim_milliemes} />
          </ul>
          <h3>{t('chiffres.a_part')}</h3>
          <ul class="chiffres">
            {local !== null && <Part quoi={t('chiffres.local')} milliemes={local} />}
            {locaux.map(({ definition, km, milliemes }) => (
              <Part key={`${definition} ${km}`} detail quoi={direLocal({ definition, km })} milliemes={milliemes} />
            ))}
            {court !== null && <Part quoi={t('chiffres.circuit_court')} milliemes={court} />}
            {saison !== null && <Part quoi={t('chiffres.de_saison')} milliemes={saison} />}
          </ul>
        </>
      )}
      {sans_prix > 0 && <p class="attention">{t('chiffres.sans_prix', { n: sans_prix })}</p>}
      {sans_achat.length > 0 && (
        <ul class="puces-texte">
          {sans_achat.map(({ genre, lignes, masse_g, sans_poids }) => (
            <li key={genre}>
              {t(masse_g > 0 ? 'chiffres.sans_achat' : 'chiffres.sans_achat_ni_poids', {
                n: lignes,
                genre: t(`appros.genres.${genre}`),
                masse: direMasse(masse_g, langue),
              })}{' '}
              {sans_poids > 0 && t('chiffres.sans_poids', { n: sans_poids })}
            </li>
          ))}
        </ul>
      )}
    </Bloc>
  );
}
