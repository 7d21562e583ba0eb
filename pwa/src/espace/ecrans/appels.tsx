import { useState } from 'preact/hooks';
import { api, obtenir, type Modeles } from '../../api/client';
import { ChampTexte } from '../composants/champs';
import { Onglets, SousTitre, useEvenement } from '../composants/evenement-entete';
import { Icone } from '../composants/icone';
import { Bloc, Page, Suite, Vide } from '../composants/page';
import { direMoment } from '../dates';
import { oublier, useActe, useChargement } from '../etat';
import { langue, t } from '../textes';

type Appel = Modeles['AppelVue'];

export default function Appels({ slug }: { slug: string }) {
  const evenement = useEvenement(slug);
  const appels = useChargement(
    `evenement/${slug}/appels`,
    () => obtenir(api.GET('/api/espace/evenements/{slug}/appels', { params: { path: { slug } } })),
    60,
  );
  return (
    <Page
      titre={evenement.valeur?.titre ?? t('evenement.appels')}
      retour={['/espace/evenements', t('nav.evenements')]}
      surtitre={evenement.valeur && <SousTitre evenement={evenement.valeur} />}
    >
      {evenement.valeur && <Onglets slug={slug} statut={evenement.valeur.statut} />}
      <p>{t('appels.phrase')}</p>
      <Suite de={appels}>
        {(liste) => {
          const restent = liste.filter(({ fait_le }) => fait_le === null);
          const faits = liste.filter(({ fait_le }) => fait_le !== null);
          return (
            <>
              <h2 class="invisible">{t('evenement.appels')}</h2>
              <p role="status" class="second">
                {t('appels.restent', { n: restent.length })}
              </p>
              {liste.length === 0 && (
                <Vide>
                  <p>{t('appels.personne')}</p>
                </Vide>
              )}
              <ul class="cartes">
                {restent.map((appel) => (
                  <AFaire key={appel.id} slug={slug} appel={appel} recharger={appels.recharger} />
                ))}
              </ul>
              {faits.length > 0 && (
                <Bloc titre={t('appels.faits')}>
                  <ul class="lignes">
                    {faits.map((appel) => (
                      <Fait
                        key={appel.id}
                        appel={appel}
                        depasse={restent.some(({ inscription }) => inscription === appel.inscription)}
                        recharger={appels.recharger}
                      />
                    ))}
                  </ul>
                </Bloc>
              )}
            </>
          );
        }}
      </Suite>
    </Page>
  );
}

async function noter(appel: Appel, fait: boolean, note: string): Promise<void> {
  await obtenir(
    api.POST('/api/espace/appels/{appel}', { params: { path: { appel: appel.id } }, body: { fait, note } }),
  );
  oublier('a-faire');
}

function AFaire({ slug, appel, recharger }: { slug: string; appel: Appel; recharger: () => Promise<void> }) {
  const { enCours, agir } = useActe();
  const [note, ecrire] = useState(appel.note);
  return (
    <li class="carte appel">
      <h3>
        <a href={`/espace/evenements/${slug}/inscriptions/${appel.inscription}`}>{appel.prenom}</a>
      </h3>
      <p>{appel.phrase}</p>
      {appel.telephone ? (
        <a class="bouton plein" href={`tel:${appel.telephone.replace(/[^\d+]/g, '')}`}>
          <Icone nom="telephone" />
          {t('appels.appeler_numero', { numero: appel.telephone })}
        </a>
      ) : (
        <p class="second">{t('appels.sans_telephone')}</p>
      )}
      <ChampTexte
        chemin={`note-${appel.id}`}
        etiquette={t('appels.note')}
        valeur={note}
        changer={ecrire}
        maxLength={300}
        placeholder={t('appels.note_exemple')}
      />
      <button
        type="button"
        class="bouton"
        disabled={enCours}
        onClick={() =>
          void agir(async () => {
            await noter(appel, true, note.trim());
            await recharger();
          })
        }
      >
        <Icone nom="coche" />
        {t('appels.fait')}
      </button>
    </li>
  );
}

/** `depasse` : un appel plus récent attend ce foyer, il dira l'état présent ; celui-ci n'est plus à refaire. */
function Fait({
  appel,
  depasse,
  recharger,
}: {
  appel: Appel;
  depasse: boolean;
  recharger: () => Promise<void>;
}) {
  const { enCours, agir } = useActe();
  return (
    <li>
      <span>
        <strong>{appel.prenom}</strong> {appel.note && <em>{appel.note}</em>}
        <br />
        <span class="second">
          {t('appels.fait_par', {
            prenom: appel.fait_par ?? t('evenement.quelqu_un'),
            quand: direMoment(appel.fait_le ?? appel.cree_le, langue),
          })}
        </span>
      </span>
      {!depasse && (
        <button
          type="button"
          class="bouton petit"
          disabled={enCours}
          onClick={() =>
            void agir(async () => {
              await noter(appel, false, appel.note);
              await recharger();
            })
          }
        >
          {t('appels.refaire')}
        </button>
      )}
    </li>
  );
}
