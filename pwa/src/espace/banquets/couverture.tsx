import { api, obtenir, type Modeles } from '../../api/client';
import { Icone } from '../composants/icone';
import { Bloc, Suite } from '../composants/page';
import { useChargement } from '../etat';
import { t } from '../textes';

export type Besoin = Modeles['BesoinCouvert'];
type Vue = Modeles['CouvertureVue'];
/** `assiettes` : toutes celles du banquet, pour dire quelle part en prend ce besoin ; zéro si on ne le sait pas. */
type Ajouter = (besoin: Besoin, assiettes: number) => void;

export const lireCouverture = (moment: string): Promise<Vue> =>
  obtenir(api.GET('/api/espace/banquets/{moment}/effectif/couverture', { params: { path: { moment } } }));

export const lireEffectif = (moment: string): Promise<Modeles['EffectifVue']> =>
  obtenir(api.GET('/api/espace/banquets/{moment}/effectif', { params: { path: { moment } } }));

/** Ce que le menu enregistré a pour qui vient, besoins pris ensemble ; et le geste quand il manque un plat. */
export function Couverture({
  moment,
  modifie,
  ajouter,
}: {
  moment: string;
  /** Ce qui est à l'écran n'est pas encore enregistré : la couverture date d'avant. */
  modifie: boolean;
  ajouter: Ajouter;
}) {
  const lue = useChargement(`banquet/${moment}/couverture`, () => lireCouverture(moment));
  const effectif = useChargement(`banquet/${moment}/effectif`, () => lireEffectif(moment));
  const { adultes = 0, enfants = 0 } = effectif.valeur?.parts ?? {};
  return (
    <Bloc titre={t('couverture.titre')}>
      <Suite de={lue}>
        {(vue) => (
          <>
            {modifie && <p class="second">{t('couverture.enregistre')}</p>}
            <Besoins vue={vue} ajouter={(besoin) => ajouter(besoin, adultes + enfants)} />
          </>
        )}
      </Suite>
    </Bloc>
  );
}

function Besoins({ vue, ajouter }: { vue: Vue; ajouter: (besoin: Besoin) => void }) {
  if (vue.besoins.length === 0) return <p class="second">{t('couverture.personne')}</p>;
  const aVoir = vue.besoins.filter(({ phrases }) => phrases.length > 0);
  const manques = aVoir.filter(estSansRien);
  const aRelire = aVoir.filter((besoin) => !estSansRien(besoin));
  const dites = new Set(aVoir.flatMap(({ phrases }) => phrases));
  const reste = vue.phrases.filter((phrase) => !dites.has(phrase));
  if (aVoir.length === 0 && reste.length === 0) {
    return (
      <p class="tous-couverts">
        <Icone nom="coche" />
        {t('couverture.tous', { n: vue.besoins.length })}
      </p>
    );
  }
  return (
    <>
      <ul class="lignes">
        {manques.map((besoin) => (
          <li key={`${besoin.age} ${besoin.regimes.join()} ${besoin.allergenes.join()} ${besoin.hors_compte}`}>
            <div>
              {besoin.phrases.map((phrase) => (
                <p key={phrase}>{phrase}</p>
              ))}
              {besoin.hors_compte && <p class="second">{t('couverture.hors_compte')}</p>}
            </div>
            {manqueUnPlat(besoin) && (
              <button
                type="button"
                class="bouton petit"
                onClick={() => ajouter(besoin)}
                aria-label={t('couverture.variante_pour', { qui: besoin.dit })}
              >
                <Icone nom="plus" />
                {t('couverture.variante')}
              </button>
            )}
          </li>
        ))}
        {reste.map((phrase) => (
          <li key={phrase}>{phrase}</li>
        ))}
      </ul>
      {aRelire.length > 0 && (
        <details class="plus">
          <summary>{t('couverture.a_relire', { n: aRelire.length })}</summary>
          <ul class="puces-texte second">
            {aRelire.flatMap(({ phrases }) => phrases).map((phrase) => (
              <li key={phrase}>{phrase}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** À un service au moins, rien ne lui va ; le reste attend seulement d'être relu. Apéritif et boissons ne comptent pas. */
function estSansRien({ services }: Besoin): boolean {
  return services.some(
    ({ service, convenance }) => convenance === 'non' && service !== 'aperitif' && service !== 'boisson',
  );
}

/** Aucun plat principal ne lui va, pas même à confirmer. */
function manqueUnPlat({ services }: Besoin): boolean {
  return services.some(({ service, convenance }) => service === 'plat' && convenance === 'non');
}
