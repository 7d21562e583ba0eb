import { api, obtenir, type Modeles } from '../../api/client';
import { Onglets, SousTitre, useEvenement } from '../composants/evenement-entete';
import { Icone } from '../composants/icone';
import { Page, Suite, Vide } from '../composants/page';
import { direMoment } from '../dates';
import { annoncer, moi, oublier, useActe, useChargement } from '../etat';
import { langue, t } from '../textes';

type PageEnvois = Modeles['PageEnvois'];

/** Tous les courriels en échec de l'installation, pour qui veille sur elle. */
export default function Courriels() {
  return (
    <Page titre={t('courriels.titre')} retour={['/espace/moi', t('nav.moi')]}>
      {moi.value?.est_operateur ? (
        <Liste
          cle="envois"
          lire={(curseur) => obtenir(api.GET('/api/espace/envois', { params: { query: { ...curseur } } }))}
          relancer={(envoi) =>
            obtenir(api.POST('/api/espace/envois/{envoi}/relance', { params: { path: { envoi } } }))
          }
        />
      ) : (
        <p class="encart">{t('courriels.reserve')}</p>
      )}
    </Page>
  );
}

/** Ceux d'un seul évènement, pour son équipe. */
export function CourrielsEvenement({ slug }: { slug: string }) {
  const evenement = useEvenement(slug);
  return (
    <Page
      titre={evenement.valeur?.titre ?? t('courriels.titre')}
      retour={['/espace/evenements', t('nav.evenements')]}
      surtitre={evenement.valeur && <SousTitre evenement={evenement.valeur} />}
    >
      {evenement.valeur && <Onglets slug={slug} statut={evenement.valeur.statut} />}
      <Liste
        cle={`evenement/${slug}/envois`}
        lire={(curseur) =>
          obtenir(
            api.GET('/api/espace/evenements/{slug}/envois', { params: { path: { slug }, query: { ...curseur } } }),
          )
        }
        relancer={(envoi) =>
          obtenir(
            api.POST('/api/espace/evenements/{slug}/envois/{envoi}/relance', { params: { path: { slug, envoi } } }),
          )
        }
      />
    </Page>
  );
}

function Liste({
  cle,
  lire,
  relancer,
}: {
  cle: string;
  lire: (curseur: { curseur?: string }) => Promise<PageEnvois>;
  relancer: (envoi: number) => Promise<unknown>;
}) {
  const page = useChargement<PageEnvois>(cle, () => lire({}));
  const { enCours, agir } = useActe();
  const relancerUn = (envoi: number) =>
    agir(async () => {
      await relancer(envoi);
      annoncer(t('courriels.relance'));
      oublier('a-faire');
      await page.recharger();
    });
  const suite = (avant: PageEnvois) =>
    agir(async () => {
      const apres = await lire(avant.suivant ? { curseur: avant.suivant } : {});
      page.remplacer({ ...apres, elements: [...avant.elements, ...apres.elements] });
    });
  return (
    <>
      <p>{t('courriels.phrase')}</p>
      <Suite de={page}>
        {(valeur) =>
          valeur.elements.length === 0 ? (
            <Vide>
              <p>{t('courriels.aucun')}</p>
            </Vide>
          ) : (
            <>
              <h2 class="invisible">{t('courriels.titre')}</h2>
              <ul class="cartes">
                {valeur.elements.map((envoi) => (
                  <li key={envoi.id} class="carte">
                    <h3 class="adresse">{envoi.destinataire}</h3>
                    <p>
                      {envoi.erreur}
                      <br />
                      <span class="second">
                        {t('courriels.quand', {
                          cree: direMoment(envoi.cree_le, langue),
                          echoue: direMoment(envoi.echoue_le, langue),
                        })}
                      </span>
                    </p>
                    <button type="button" class="bouton" disabled={enCours} onClick={() => void relancerUn(envoi.id)}>
                      <Icone nom="enveloppe" />
                      {t('courriels.relancer')}
                    </button>
                  </li>
                ))}
              </ul>
              {valeur.suivant !== null && (
                <button type="button" class="bouton" disabled={enCours} onClick={() => void suite(valeur)}>
                  {t('liste.suite')}
                </button>
              )}
            </>
          )
        }
      </Suite>
    </>
  );
}
