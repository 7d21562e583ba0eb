import { useState } from 'preact/hooks';
import { api, obtenir, type Modeles } from '../../api/client';
import { ChampTexte, Choix } from '../composants/champs';
import { Formulaire, useEnvoi } from '../composants/formulaire';
import { Bloc, Suite } from '../composants/page';
import { direMoment } from '../dates';
import { annoncer, useActe, useChargement } from '../etat';
import { direMasse, lireMilliemes } from '../quantites';
import { langue, t } from '../textes';
import { refuser } from './saisie';

type Vue = Modeles['PeseesVue'];
type Genre = Vue['elements'][number]['genre'];
const GENRES = ['preparation', 'non_servi', 'assiettes'] as const satisfies readonly Genre[];

/** Les restes pesés après le repas, par convive : pour cuisiner plus juste la prochaine fois. */
export function Pesees({ moment, avant }: { moment: string; avant: boolean }) {
  const pesees = useChargement(`banquet/${moment}/pesees`, () =>
    obtenir(api.GET('/api/espace/banquets/{moment}/pesees', { params: { path: { moment } } })),
  );
  const { enCours, agir } = useActe();
  const retirer = (identifiant: string) =>
    agir(async () => {
      const params = { path: { moment, identifiant } };
      pesees.remplacer(await obtenir(api.DELETE('/api/espace/banquets/{moment}/pesees/{identifiant}', { params })));
      annoncer(t('pesees.retiree'));
    });
  return (
    <Bloc titre={t('pesees.titre')}>
      <p class="second">{t('pesees.phrase')}</p>
      <Suite de={pesees}>
        {(vue) => (
          <>
            {vue.elements.length > 0 && (
              <>
                <p>
                  <strong>
                    {vue.par_convive_g === null
                      ? t('pesees.total', { masse: direMasse(vue.grammes, langue) })
                      : t('pesees.total_par', {
                          masse: direMasse(vue.grammes, langue),
                          par: direMasse(vue.par_convive_g, langue),
                        })}
                  </strong>{' '}
                  <span class="second">{t(`pesees.convives.${vue.source_convives}`, { n: vue.convives })}</span>
                </p>
                <ul class="lignes">
                  {vue.restes
                    .filter(({ grammes }) => grammes > 0)
                    .map(({ genre, grammes, par_convive_g }) => (
                      <li key={genre}>
                        <span>{t(`pesees.genres.${genre}`)}</span>
                        <span>
                          {direMasse(grammes, langue)}
                          {par_convive_g !== null && (
                            <span class="second"> {t('pesees.par', { par: direMasse(par_convive_g, langue) })}</span>
                          )}
                        </span>
                      </li>
                    ))}
                </ul>
                <details class="plus">
                  <summary>{t('pesees.une_a_une', { n: vue.elements.length })}</summary>
                  <ul class="lignes">
                    {vue.elements.map(({ id, genre, grammes, nom, pesee_le }) => (
                      <li key={id}>
                        <span>
                          {t(`pesees.genres.${genre}`)}
                          {t('presences.deux_points')} {direMasse(grammes, langue)}
                          <span class="second">
                            {' '}
                            {[nom, direMoment(pesee_le, langue)].filter(Boolean).join(', ')}
                          </span>
                        </span>
                        <button
                          type="button"
                          class="bouton petit"
                          disabled={enCours}
                          aria-label={t('actes.retirer_quoi', { quoi: direMasse(grammes, langue) })}
                          onClick={() => void retirer(id)}
                        >
                          {t('actes.retirer')}
                        </button>
                      </li>
                    ))}
                  </ul>
                </details>
              </>
            )}
            {avant ? (
              <details class="plus">
                <summary>{t('pesees.avant')}</summary>
                <div class="petit-formulaire">
                  <Peser moment={moment} remplacer={pesees.remplacer} />
                </div>
              </details>
            ) : (
              <div class="petit-formulaire">
                <Peser moment={moment} remplacer={pesees.remplacer} />
              </div>
            )}
          </>
        )}
      </Suite>
    </Bloc>
  );
}

function Peser({ moment, remplacer }: { moment: string; remplacer: (vue: Vue) => void }) {
  const envoi = useEnvoi();
  // Une pesée dont la réponse s'est perdue se refait sous le même nom : elle ne compte pas deux fois.
  const [identifiant, renommer] = useState(() => crypto.randomUUID());
  const [genre, choisir] = useState<Genre>('assiettes');
  const [masse, peser] = useState('');
  const soumettre = () => {
    const grammes = lireMilliemes(masse);
    if (!grammes) return envoi.refuser(refuser(['grammes', t('saisie.kilos')]));
    void envoi.envoyer(async () => {
      const params = { path: { moment, identifiant } };
      const body = { genre, grammes };
      remplacer(await obtenir(api.PUT('/api/espace/banquets/{moment}/pesees/{identifiant}', { params, body })));
      annoncer(t('pesees.notee'));
      renommer(crypto.randomUUID());
      peser('');
    });
  };
  return (
    <Formulaire
      prefixe="pesee"
      envoi={envoi}
      soumettre={soumettre}
      pied={
        <button type="submit" class="bouton" disabled={envoi.enCours}>
          {t('pesees.noter')}
        </button>
      }
    >
      <div class="cote-a-cote">
        <Choix
          chemin="genre"
          etiquette={t('pesees.quoi')}
          valeur={genre}
          changer={choisir}
          options={GENRES.map((nom) => [nom, t(`pesees.genres.${nom}`)])}
        />
        <ChampTexte
          chemin="grammes"
          etiquette={t('pesees.poids')}
          obligatoire
          inputMode="decimal"
          autocomplete="off"
          suffixe="kg"
          valeur={masse}
          changer={peser}
        />
      </div>
    </Formulaire>
  );
}
