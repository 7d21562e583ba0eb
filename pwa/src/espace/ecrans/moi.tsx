import { useState } from 'preact/hooks';
import { api, obtenir, parlerAuService } from '../../api/client';
import { nomsDesBrouillons, oublierBrouillon } from '../brouillons';
import { ChampTexte, Options } from '../composants/champs';
import { Dialogue } from '../composants/dialogue';
import { Formulaire, useEnvoi } from '../composants/formulaire';
import { Icone } from '../composants/icone';
import { Manques } from '../composants/manques-installation';
import { Bloc, Page, Suite } from '../composants/page';
import { direMoment } from '../dates';
import { annoncer, moi, useActe, useChargement } from '../etat';
import { choisirLangue, langue, langues, nomDeLangue, parler, t, type Langue } from '../textes';

export default function Moi() {
  const compte = moi.value;
  if (!compte) return null;
  return (
    <Page titre={t('moi.titre')} surtitre={<p class="second">{compte.courriel}</p>}>
      <Bloc titre={t('moi.profil')}>
        <Profil />
      </Bloc>
      <Bloc titre={t('moi.structures')}>
        <ul class="lignes">
          {compte.structures.map(({ slug, nom, role }) => (
            <li key={slug}>
              <a href={`/espace/structures/${slug}`}>{nom}</a>
              <span class="second">{t(`roles.${role as 'membre'}`)}</span>
            </li>
          ))}
        </ul>
      </Bloc>
      {compte.est_operateur && (
        <Bloc titre={t('moi.installation')}>
          <Manques />
          <p>
            <a class="bouton" href="/espace/installation">
              <Icone nom="crayon" />
              {t('installation.ouvrir')}
            </a>
          </p>
          <a class="bouton" href="/espace/courriels">
            <Icone nom="enveloppe" />
            {t('courriels.titre')}
          </a>
        </Bloc>
      )}
      <Bloc titre={t('moi.appareils')}>
        <Appareils />
      </Bloc>
      <SeDeconnecter />
    </Page>
  );
}

function Profil() {
  const compte = moi.value;
  const envoi = useEnvoi();
  const [prenom, ecrire] = useState(compte?.prenom ?? '');
  const [voulue, choisir] = useState<Langue>(choisirLangue(compte?.langue ?? 'fr'));
  return (
    <Formulaire
      envoi={envoi}
      soumettre={() =>
        void envoi.envoyer(async () => {
          await obtenir(api.PUT('/api/espace/moi', { body: { prenom: prenom.trim(), langue: voulue } }));
          await parler(voulue);
          parlerAuService(voulue);
          if (moi.value) moi.value = { ...moi.value, prenom: prenom.trim(), langue: voulue };
          annoncer(t('moi.enregistre'));
        })
      }
      pied={
        <button type="submit" class="bouton plein" disabled={envoi.enCours}>
          {t('actes.enregistrer')}
        </button>
      }
    >
      <ChampTexte
        chemin="prenom"
        etiquette={t('foyer.prenom')}
        obligatoire
        autocomplete="given-name"
        valeur={prenom}
        changer={ecrire}
        maxLength={80}
      />
      <Options
        chemin="langue"
        etiquette={t('moi.langue')}
        valeur={voulue}
        changer={choisir}
        options={langues.map((code) => [code, nomDeLangue(code)] as const)}
      />
    </Formulaire>
  );
}

function Appareils() {
  const sessions = useChargement('sessions', () => obtenir(api.GET('/api/espace/sessions')));
  const { enCours, agir } = useActe();
  const fermer = (session: string) =>
    agir(async () => {
      await obtenir(api.DELETE('/api/espace/sessions/{session}', { params: { path: { session } } }));
      annoncer(t('moi.appareil_ferme'));
      await sessions.recharger();
    });
  const fermerAutres = () =>
    agir(async () => {
      await obtenir(api.DELETE('/api/espace/sessions'));
      annoncer(t('moi.autres_fermes'));
      await sessions.recharger();
    });
  return (
    <Suite de={sessions}>
      {(liste) => (
        <>
          <ul class="lignes">
            {liste.map((session) => (
              <li key={session.id}>
                <span>
                  {session.appareil || t('moi.appareil_inconnu')}
                  <br />
                  <span class="second">
                    {session.est_celle_ci
                      ? t('moi.celui_ci')
                      : t('moi.vu', { quand: direMoment(session.vue_le, langue) })}
                  </span>
                </span>
                {!session.est_celle_ci && (
                  <button
                    type="button"
                    class="bouton petit"
                    disabled={enCours}
                    onClick={() => void fermer(session.id)}
                  >
                    {t('moi.deconnecter_appareil')}
                  </button>
                )}
              </li>
            ))}
          </ul>
          {liste.length > 2 && (
            <button type="button" class="bouton" disabled={enCours} onClick={() => void fermerAutres()}>
              {t('moi.deconnecter_autres')}
            </button>
          )}
        </>
      )}
    </Suite>
  );
}

/** Se déconnecter efface de l'appareil ce qui n'a pas été enregistré : on le dit avant. */
function SeDeconnecter() {
  const { enCours, agir } = useActe();
  const [confirmation, demander] = useState(false);
  const sortir = () =>
    agir(async () => {
      await obtenir(api.POST('/api/deconnexion'));
      nomsDesBrouillons().forEach(oublierBrouillon);
      sessionStorage.clear();
      location.assign('/');
    });
  return (
    <>
      <button
        type="button"
        class="bouton danger"
        disabled={enCours}
        onClick={() => (nomsDesBrouillons().length > 0 ? demander(true) : void sortir())}
      >
        {t('moi.sortir')}
      </button>
      {confirmation && (
        <Dialogue titre={t('moi.sortir')} fermer={() => demander(false)}>
          <p>{t('moi.sortir_brouillons', { n: nomsDesBrouillons().length })}</p>
          <div class="pied">
            <button type="button" class="bouton" onClick={() => demander(false)}>
              {t('actes.renoncer')}
            </button>
            <button type="button" class="bouton plein danger" disabled={enCours} onClick={() => void sortir()}>
              {t('moi.sortir_effacer')}
            </button>
          </div>
        </Dialogue>
      )}
    </>
  );
}
