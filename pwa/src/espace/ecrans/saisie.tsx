import { useLocation } from 'preact-iso';
import { useEffect, useState } from 'preact/hooks';
import { api, obtenir } from '../../api/client';
import { Case, Options } from '../composants/champs';
import { CommentJoindre, Convives, QuiVient, SiElleVeut } from '../composants/champs-foyer';
import { useEvenement, type Evenement } from '../composants/evenement-entete';
import { Formulaire, useEnvoi } from '../composants/formulaire';
import { Bloc, Page, Suite } from '../composants/page';
import { annoncer, oublier } from '../etat';
import { foyerVide, momentsOuverts, personnes, versSaisieInscription, type SaisieFoyer } from '../saisie-foyer';
import { langue, t } from '../textes';
import { direIssue } from '../issue';

/** Au téléphone ou d'après un papier : la personne est là, on ne la fait pas attendre. */
export default function Saisie({ slug }: { slug: string }) {
  const evenement = useEvenement(slug);
  return (
    <Page titre={t('inscriptions.saisir')} retour={[`/espace/evenements/${slug}`, evenement.valeur?.titre ?? '']}>
      <Suite de={evenement}>
        {(valeur) =>
          momentsOuverts(valeur.moments).length === 0 ? (
            <p class="encart">{t('foyer.sans_moment')}</p>
          ) : (
            <FormulaireFoyer evenement={valeur} />
          )
        }
      </Suite>
    </Page>
  );
}

// Un foyer en cours de saisie est une donnée personnelle : il survit à un rechargement de l'onglet, pas à sa fermeture.
const garde = (slug: string) => `tablees:foyer:${slug}`;

function FormulaireFoyer({ evenement }: { evenement: Evenement }) {
  const { slug, moments } = evenement;
  const { route } = useLocation();
  const envoi = useEnvoi();
  const [encore, poursuivre] = useState(false);
  const [saisie, ecrire] = useState<SaisieFoyer>(() => {
    const gardee = sessionStorage.getItem(garde(slug));
    const neuve = foyerVide(moments, 'telephone');
    if (gardee === null) return neuve;
    const lue = JSON.parse(gardee) as SaisieFoyer;
    // Le programme a pu changer entre-temps : les moments d'aujourd'hui, avec ce qu'on avait dit de chacun.
    return {
      ...neuve,
      ...lue,
      presences: neuve.presences.map((p) => lue.presences.find(({ moment }) => moment === p.moment) ?? p),
    };
  });
  const changer = (morceau: Partial<SaisieFoyer>) => ecrire((avant) => ({ ...avant, ...morceau }));
  useEffect(() => {
    if (saisie.prenom || saisie.telephone || saisie.courriel) {
      sessionStorage.setItem(garde(slug), JSON.stringify(saisie));
    }
  }, [saisie]);

  const soumettre = () =>
    void envoi.envoyer(async () => {
      const appel = api.POST('/api/espace/evenements/{slug}/inscriptions', {
        params: { path: { slug } },
        body: versSaisieInscription(saisie, langue),
      });
      const recue = await obtenir(appel);
      sessionStorage.removeItem(garde(slug));
      oublier(`evenement/${slug}/`, 'evenements');
      const issue = direIssue(recue, moments);
      // 200 : un envoi précédent était arrivé. On dit ce qui est noté, que l'on a peut-être voulu changer depuis.
      annoncer((await appel).response.status === 200 ? t('foyer.deja_note', { issue }) : issue);
      if (encore) {
        ecrire(foyerVide(moments, saisie.origine));
        scrollTo({ top: 0 });
      } else route(`/espace/evenements/${slug}/inscriptions/${recue.id}`);
    });
  const n = personnes(saisie);

  return (
    <Formulaire
      envoi={envoi}
      soumettre={soumettre}
      pied={
        <button type="submit" class="bouton plein" disabled={envoi.enCours || n === 0}>
          {t('foyer.inscrire', { n })}
        </button>
      }
    >
      <Options
        chemin="origine"
        etiquette={t('foyer.origine')}
        valeur={saisie.origine}
        changer={(origine) => changer({ origine })}
        options={(['telephone', 'papier'] as const).map((nom) => [nom, t(`origines.${nom}`)])}
      />
      <Bloc titre={t('foyer.qui_vient')}>
        <QuiVient saisie={saisie} moments={momentsOuverts(moments)} changer={changer} />
      </Bloc>
      <Bloc titre={t('foyer.joindre')}>
        <CommentJoindre saisie={saisie} changer={changer} />
      </Bloc>
      <Bloc titre={t('foyer.si_elle_veut')}>
        <Convives saisie={saisie} changer={changer} />
        <SiElleVeut saisie={saisie} changer={changer} />
        <Case
          chemin="accepte_attente"
          etiquette={t('foyer.accepte_attente')}
          aide={t('foyer.accepte_attente_aide')}
          cochee={saisie.accepte_attente}
          changer={(accepte_attente) => changer({ accepte_attente })}
        />
        {momentsOuverts(moments).length > 1 && (
          <Case
            chemin="tout_ou_rien"
            etiquette={t('foyer.tout_ou_rien')}
            cochee={saisie.tout_ou_rien}
            changer={(tout_ou_rien) => changer({ tout_ou_rien })}
          />
        )}
      </Bloc>
      <Case chemin="encore" etiquette={t('foyer.puis_une_autre')} cochee={encore} changer={poursuivre} />
    </Formulaire>
  );
}
