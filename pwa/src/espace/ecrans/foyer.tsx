import { useState } from 'preact/hooks';
import { api, obtenir } from '../../api/client';
import { CommentJoindre, QuiVient, SiElleVeut } from '../composants/champs-foyer';
import { Dialogue } from '../composants/dialogue';
import { useEvenement, type Evenement } from '../composants/evenement-entete';
import { Formulaire, useEnvoi } from '../composants/formulaire';
import { Icone } from '../composants/icone';
import { Bloc, Page, Suite } from '../composants/page';
import { direMoment } from '../dates';
import { annoncer, oublier, useActe, useChargement } from '../etat';
import { direIssue, direPresence } from '../issue';
import { depuisInscription, momentsOuverts, versCorrection, type SaisieFoyer } from '../saisie-foyer';
import { langue, t } from '../textes';
import { Contact, Marques, type Inscription } from './inscriptions';

export default function Foyer({ slug, id }: { slug: string; id: string }) {
  const evenement = useEvenement(slug);
  const inscription = useChargement(`evenement/${slug}/foyer/${id}`, () =>
    obtenir(api.GET('/api/espace/inscriptions/{identifiant}', { params: { path: { identifiant: id } } })),
  );
  const [correction, corriger] = useState(false);
  return (
    <Page
      titre={inscription.valeur?.prenom ?? t('foyer.titre')}
      retour={[`/espace/evenements/${slug}/inscriptions`, t('evenement.inscriptions')]}
      surtitre={<p class="second">{evenement.valeur?.titre}</p>}
    >
      <Suite de={evenement}>
        {(ev) => (
          <Suite de={inscription}>
            {(valeur) =>
              correction ? (
                <Correction
                  evenement={ev}
                  inscription={valeur}
                  fermer={() => corriger(false)}
                  fait={(recue) => {
                    oublier(`evenement/${slug}/inscriptions`, `evenement/${slug}/appels`);
                    inscription.remplacer(recue);
                    corriger(false);
                  }}
                />
              ) : (
                <Fiche
                  evenement={ev}
                  inscription={valeur}
                  corriger={() => corriger(true)}
                  remplacer={inscription.remplacer}
                />
              )
            }
          </Suite>
        )}
      </Suite>
    </Page>
  );
}

function Fiche({
  evenement,
  inscription,
  corriger,
  remplacer,
}: {
  evenement: Evenement;
  inscription: Inscription;
  corriger: () => void;
  remplacer: (inscription: Inscription) => void;
}) {
  const { enCours, agir } = useActe();
  const [annulation, annuler] = useState(false);
  const chemin = { params: { path: { identifiant: inscription.id } } };
  const renvoyer = () =>
    agir(async () => {
      await obtenir(api.POST('/api/espace/inscriptions/{identifiant}/lien', chemin));
      annoncer(t('foyer.lien_renvoye', { courriel: inscription.courriel ?? '' }));
    });
  const confirmer = () =>
    agir(async () => {
      remplacer(await obtenir(api.DELETE('/api/espace/inscriptions/{identifiant}', chemin)));
      oublier(`evenement/${evenement.slug}/inscriptions`, 'evenements');
      annuler(false);
      annoncer(t('foyer.annulee', { prenom: inscription.prenom }));
    });
  const { pour_autrui, message, besoins, contributions } = inscription;
  return (
    <>
      <Marques inscription={inscription} />
      <ul class="presences">
        {inscription.presences.map((presence) => (
          <li key={presence.moment} class={presence.statut}>
            {direPresence(presence, evenement.moments)}
            {presence.tarif && <span class="second"> {presence.tarif}</span>}
            {presence.statut === 'en_attente' && <p class="second">{t('foyer.regle')}</p>}
            {presence.proposee_jusqu_au && (
              <p class="second">{t('foyer.proposee', { quand: direMoment(presence.proposee_jusqu_au, langue) })}</p>
            )}
            {presence.venue_le && (
              <p class="second">
                {t('foyer.venue', {
                  n:
                    (presence.venue_adultes ?? 0) + (presence.venue_enfants ?? 0) + (presence.venue_tout_petits ?? 0),
                  quand: direMoment(presence.venue_le, langue),
                })}
              </p>
            )}
          </li>
        ))}
      </ul>
      <dl class="fiche">
        <dt>{t('inscriptions.contact')}</dt>
        <dd>
          <Contact inscription={inscription} />
        </dd>
        {pour_autrui && (
          <>
            <dt>{t('foyer.pour_autrui')}</dt>
            <dd>
              {[pour_autrui.prenom, pour_autrui.telephone, pour_autrui.courriel].filter(Boolean).join(', ')}
            </dd>
          </>
        )}
        {inscription.commune_nom && (
          <>
            <dt>{t('foyer.commune')}</dt>
            <dd>{inscription.commune_nom}</dd>
          </>
        )}
        {message && (
          <>
            <dt>{t('foyer.message')}</dt>
            <dd class="texte-libre">{message}</dd>
          </>
        )}
        {contributions.length > 0 && (
          <>
            <dt>{t('foyer.contributions')}</dt>
            <dd>{contributions.map((nom) => t(`contributions.${nom as 'cuisine'}`)).join(', ')}</dd>
          </>
        )}
        {besoins.length > 0 && (
          <>
            <dt>{t('foyer.besoins')}</dt>
            <dd>{besoins.map((nom) => t(`besoins.${nom as 'autre'}`)).join(', ')}</dd>
          </>
        )}
        <dt>{t('foyer.code')}</dt>
        <dd class="code">{inscription.code_accueil}</dd>
        <dt>{t('inscriptions.origine')}</dt>
        <dd>
          {t(`origines.${inscription.origine}`)}
          {inscription.saisie_par && `, ${inscription.saisie_par}`} · {direMoment(inscription.cree_le, langue)}
        </dd>
      </dl>
      <div class="boutons">
        {inscription.telephone && (
          <a class="bouton" href={`tel:${inscription.telephone.replace(/[^\d+]/g, '')}`}>
            <Icone nom="telephone" />
            {t('appels.appeler')}
          </a>
        )}
        {!inscription.annulee_le && (
          <button type="button" class="bouton" onClick={corriger}>
            <Icone nom="crayon" />
            {t('foyer.corriger')}
          </button>
        )}
        {inscription.courriel && !inscription.annulee_le && (
          <button type="button" class="bouton" disabled={enCours} onClick={() => void renvoyer()}>
            <Icone nom="enveloppe" />
            {t('foyer.renvoyer_lien')}
          </button>
        )}
        {!inscription.annulee_le && (
          <button type="button" class="bouton danger" onClick={() => annuler(true)}>
            <Icone nom="croix" />
            {t('foyer.annuler')}
          </button>
        )}
      </div>
      {annulation && (
        <Dialogue titre={t('foyer.annuler')} fermer={() => annuler(false)}>
          <p>{t('foyer.annuler_phrase', { prenom: inscription.prenom })}</p>
          <div class="pied">
            <button type="button" class="bouton" onClick={() => annuler(false)}>
              {t('actes.renoncer')}
            </button>
            <button type="button" class="bouton plein danger" disabled={enCours} onClick={() => void confirmer()}>
              {t('foyer.annuler')}
            </button>
          </div>
        </Dialogue>
      )}
    </>
  );
}

function Correction({
  evenement,
  inscription,
  fermer,
  fait,
}: {
  evenement: Evenement;
  inscription: Inscription;
  fermer: () => void;
  fait: (inscription: Inscription) => void;
}) {
  const envoi = useEnvoi();
  const [saisie, ecrire] = useState<SaisieFoyer>(() => depuisInscription(inscription, evenement.moments));
  const changer = (morceau: Partial<SaisieFoyer>) => ecrire((avant) => ({ ...avant, ...morceau }));
  return (
    <Formulaire
      envoi={envoi}
      soumettre={() =>
        void envoi.envoyer(async () => {
          const recue = await obtenir(
            api.PATCH('/api/espace/inscriptions/{identifiant}', {
              params: { path: { identifiant: inscription.id } },
              body: versCorrection(saisie),
            }),
          );
          annoncer(direIssue(recue, evenement.moments));
          fait(recue);
        })
      }
      pied={
        <>
          <button type="button" class="bouton" onClick={fermer}>
            {t('actes.renoncer')}
          </button>
          <button type="submit" class="bouton plein" disabled={envoi.enCours}>
            {t('actes.enregistrer')}
          </button>
        </>
      }
    >
      <Bloc titre={t('foyer.qui_vient')}>
        <QuiVient saisie={saisie} moments={momentsOuverts(evenement.moments)} changer={changer} />
        <p class="aide">{t('foyer.regle')}</p>
      </Bloc>
      <Bloc titre={t('foyer.joindre')}>
        <CommentJoindre saisie={saisie} changer={changer} usage="correction" />
      </Bloc>
      <Bloc titre={t('foyer.si_elle_veut')}>
        <p class="aide">{t('foyer.regimes_au_foyer')}</p>
        <SiElleVeut saisie={saisie} changer={changer} />
      </Bloc>
    </Formulaire>
  );
}
