import { useState } from 'preact/hooks';
import { api, obtenir, type Modeles } from '../../api/client';
import { ChampLong, ChampTexte } from '../composants/champs';
import { Formulaire, useEnvoi } from '../composants/formulaire';
import { Icone } from '../composants/icone';
import { Manques, useInstallation } from '../composants/manques-installation';
import { Bloc, Page, Suite } from '../composants/page';
import { annoncer, moi, oublier } from '../etat';
import { t } from '../textes';

type Installation = Modeles['VueInstallation'];
type Saisie = Required<Modeles['InstallationDemande']>;

/** Ce que le réseau dit de lui sur toutes les pages : son nom, où lui écrire, qui publie et qui héberge. */
export default function ReglerInstallation() {
  const installation = useInstallation();
  return (
    <Page
      titre={t('installation.titre')}
      retour={['/espace/moi', t('nav.moi')]}
      actions={
        <a class="bouton" href="/mentions-legales" target="_blank" rel="noopener">
          <Icone nom="oeil" />
          {t('actes.voir_page')}
        </a>
      }
    >
      {moi.value?.est_operateur ? (
        <>
          <p>{t('installation.explication')}</p>
          <Manques />
          <Suite de={installation}>
            {(valeur) => <Formule installation={valeur} remplacer={installation.remplacer} />}
          </Suite>
        </>
      ) : (
        <p class="encart">{t('installation.reserve')}</p>
      )}
    </Page>
  );
}

function Formule({
  installation,
  remplacer,
}: {
  installation: Installation;
  remplacer: (installation: Installation) => void;
}) {
  const envoi = useEnvoi();
  const { a_completer: _, courriel, ...reste } = installation;
  const [saisie, ecrire] = useState<Saisie>({ ...reste, courriel: courriel ?? '' });
  const commun = (chemin: keyof Saisie) => ({
    chemin,
    etiquette: t(`installation.champs.${chemin}`),
    valeur: saisie[chemin],
    changer: (valeur: string) => ecrire((avant) => ({ ...avant, [chemin]: valeur })),
  });
  return (
    <Formulaire
      envoi={envoi}
      soumettre={() =>
        void envoi.envoyer(async () => {
          const taille = Object.entries(saisie).map(([champ, valeur]) => [champ, valeur.trim()]);
          const body = Object.fromEntries(taille) as Saisie;
          remplacer(await obtenir(api.PUT('/api/espace/installation', { body })));
          oublier('installation', 'premiers-pas');
          annoncer(t('installation.enregistree'));
        })
      }
      pied={
        <button type="submit" class="bouton plein" disabled={envoi.enCours}>
          {t('actes.enregistrer')}
        </button>
      }
    >
      <Bloc titre={t('installation.reseau_titre')}>
        <ChampTexte {...commun('reseau')} obligatoire maxLength={160} />
        <ChampTexte {...commun('territoire')} obligatoire maxLength={160} />
        <ChampTexte
          {...commun('courriel')}
          obligatoire
          type="email"
          aide={t('installation.aides.courriel')}
          maxLength={254}
        />
        <ChampLong
          {...commun('presentation')}
          aide={t('installation.aides.presentation')}
          lignes={2}
          maximum={400}
        />
      </Bloc>
      <Bloc titre={t('installation.editeur_titre')}>
        <ChampTexte {...commun('editeur')} maxLength={160} />
        <ChampTexte {...commun('editeur_adresse')} maxLength={300} />
        <ChampTexte {...commun('editeur_telephone')} type="tel" maxLength={24} />
        <ChampTexte {...commun('directeur')} aide={t('installation.aides.directeur')} maxLength={160} />
      </Bloc>
      <Bloc titre={t('installation.hebergeur_titre')}>
        <ChampTexte {...commun('hebergeur')} aide={t('installation.aides.hebergeur')} maxLength={160} />
        <ChampTexte {...commun('hebergeur_adresse')} maxLength={300} />
        <ChampTexte {...commun('hebergeur_telephone')} type="tel" maxLength={24} />
      </Bloc>
    </Formulaire>
  );
}
