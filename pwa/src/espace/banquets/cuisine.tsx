import { useEffect, useState } from 'preact/hooks';
import { api, obtenir, type Modeles } from '../../api/client';
import { garderBrouillon, lireBrouillon, oublierBrouillon } from '../brouillons';
import { ChampLong, ChampTexte } from '../composants/champs';
import { Dialogue } from '../composants/dialogue';
import { Formulaire, useEnvoi } from '../composants/formulaire';
import { Icone } from '../composants/icone';
import { Bloc, Suite, Vide } from '../composants/page';
import { direMoment } from '../dates';
import { annoncer, useActe, useChargement } from '../etat';
import { langue, t } from '../textes';
import { Cadre } from './cadre';
import { estDevant } from './temps';

type Lien = Modeles['LienVue'];
type Messages = Modeles['MessagesVue'];
type Message = Messages['elements'][number];

const RYTHME_S = 10;

/** Ce qui relie l'équipe à la cuisine : les liens qui l'ouvrent, et ce qu'on s'écrit. */
export default function CuisineDuBanquet({ moment }: { moment: string }) {
  return (
    <Cadre moment={moment} nom="banquet.cuisine">
      {({ organise, auteur, temps }) => (
        <>
          {organise ? <Liens moment={moment} ouvrir={estDevant(temps)} /> : <p class="encart discret">{t('cuisine.par_compte')}</p>}
          <Echanges moment={moment} cote={organise ? 'organisation' : 'cuisine'} auteur={auteur} />
        </>
      )}
    </Cadre>
  );
}

// --- Les liens ----------------------------------------------------------------------------------------------------------

function Liens({ moment, ouvrir }: { moment: string; ouvrir: boolean }) {
  const params = { path: { moment } };
  const liens = useChargement(`banquet/${moment}/liens`, () =>
    obtenir(api.GET('/api/espace/banquets/{moment}/liens-cuisine', { params })),
  );
  const [nom, nommer] = useState('');
  const [montre, montrer] = useState<Lien | null>(null);
  const [ferme, fermer] = useState<Lien | null>(null);
  const envoi = useEnvoi();
  const { enCours, agir } = useActe();
  const creer = () =>
    void envoi.envoyer(async () => {
      const apres = await obtenir(
        api.POST('/api/espace/banquets/{moment}/liens-cuisine', { params, body: { nom: nom.trim() } }),
      );
      liens.remplacer(apres);
      nommer('');
      annoncer(t('cuisine.lien_cree'));
    });
  const revoquer = (lien: Lien) =>
    agir(async () => {
      const chemin = { path: { moment, lien: lien.id } };
      liens.remplacer(
        await obtenir(api.DELETE('/api/espace/banquets/{moment}/liens-cuisine/{lien}', { params: chemin })),
      );
      fermer(null);
      annoncer(t('cuisine.lien_ferme', { nom: lien.nom }));
    });
  return (
    <Bloc titre={t('cuisine.liens')}>
      <p class="second">{t(ouvrir ? 'cuisine.liens_aide' : 'cuisine.liens_apres')}</p>
      <Suite de={liens}>
        {(ouverts) =>
          ouverts.length === 0 ? (
            <Vide>{t('cuisine.aucun_lien')}</Vide>
          ) : (
            <ul class="lignes">
              {ouverts.map((lien) => (
                <li key={lien.id}>
                  <div>
                    <strong>{lien.nom}</strong>
                    <p class="second">
                      {t('cuisine.expire', { quand: direMoment(lien.expire_le, langue) })}
                    </p>
                  </div>
                  <div class="boutons">
                    <button type="button" class="bouton petit" onClick={() => void copier(lien.adresse)}>
                      <Icone nom="copie" />
                      {t('cuisine.copier')}
                    </button>
                    <button type="button" class="bouton petit" onClick={() => montrer(lien)}>
                      <Icone nom="oeil" />
                      {t('cuisine.montrer')}
                    </button>
                    <button type="button" class="bouton petit danger" onClick={() => fermer(lien)}>
                      <Icone nom="croix" />
                      {t('cuisine.fermer')}
                    </button>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Suite>
      {ouvrir && (
        <div class="petit-formulaire">
          <Formulaire
            prefixe="lien"
            envoi={envoi}
            soumettre={creer}
            pied={
              <button type="submit" class="bouton" disabled={envoi.enCours || nom.trim() === ''}>
                <Icone nom="plus" />
                {t('cuisine.creer')}
              </button>
            }
          >
            <ChampTexte
              chemin="nom"
              etiquette={t('cuisine.nom')}
              aide={t('cuisine.nom_aide')}
              valeur={nom}
              changer={nommer}
              maxLength={80}
            />
          </Formulaire>
        </div>
      )}
      {montre && (
        <Dialogue titre={montre.nom} fermer={() => montrer(null)}>
          <p>{t('cuisine.qr_phrase')}</p>
          <img
            class="qr"
            src={`/api/espace/banquets/${moment}/liens-cuisine/${montre.id}/qr`}
            alt={t('cuisine.qr_alt', { nom: montre.nom })}
            width="280"
            height="280"
          />
        </Dialogue>
      )}
      {ferme && (
        <Dialogue titre={t('cuisine.fermer_titre', { nom: ferme.nom })} fermer={() => fermer(null)}>
          <p>{t('cuisine.fermer_phrase')}</p>
          <div class="boutons">
            <button type="button" class="bouton" onClick={() => fermer(null)}>
              {t('actes.renoncer')}
            </button>
            <button type="button" class="bouton plein danger" disabled={enCours} onClick={() => void revoquer(ferme)}>
              {t('cuisine.fermer')}
            </button>
          </div>
        </Dialogue>
      )}
    </Bloc>
  );
}

function copier(adresse: string): Promise<void> {
  const copie = navigator.clipboard ? navigator.clipboard.writeText(adresse) : Promise.reject(new Error());
  return copie.then(
    () => annoncer(t('cuisine.copie')),
    () => annoncer(t('cuisine.pas_copie', { adresse }), 'refus'),
  );
}

// --- Les messages ---------------------------------------------------------------------------------------------------------

function Echanges({ moment, cote, auteur }: { moment: string; cote: Message['cote']; auteur: string }) {
  const params = { path: { moment } };
  const lus = useChargement(
    `banquet/${moment}/messages`,
    () => obtenir(api.GET('/api/espace/banquets/{moment}/messages', { params })),
    RYTHME_S,
  );
  return (
    <Bloc titre={t('cuisine.messages')}>
      <Suite de={lus}>
        {(messages) => <Fil moment={moment} cote={cote} auteur={auteur} messages={messages} remplacer={lus.remplacer} />}
      </Suite>
    </Bloc>
  );
}

interface Envoye {
  /** Choisi ici : renvoyer après une coupure n'écrit pas deux fois. */
  id: string;
  texte: string;
}

function Fil({
  moment,
  cote,
  auteur,
  messages,
  remplacer,
}: {
  moment: string;
  /** Le nôtre : un traiteur avec un compte est du côté de la cuisine. */
  cote: Message['cote'];
  /** La marque de nos messages : ceux-là seuls se retirent. */
  auteur: string;
  messages: Messages;
  remplacer: (messages: Messages) => void;
}) {
  const brouillon = `message:${moment}`;
  const [saisie, ecrire] = useState<Envoye>(
    () => lireBrouillon<Envoye>(brouillon)?.saisie ?? { id: crypto.randomUUID(), texte: '' },
  );
  const envoi = useEnvoi();
  const { enCours, agir } = useActe();
  const dernier = messages.elements.at(-1)?.numero ?? 0;
  const [luParEux, nonLus] =
    cote === 'organisation'
      ? [messages.lu_cuisine, messages.non_lus_organisation]
      : [messages.lu_organisation, messages.non_lus_cuisine];

  useEffect(() => {
    if (saisie.texte) garderBrouillon(brouillon, saisie, null);
    else oublierBrouillon(brouillon);
  }, [saisie]);

  const envoyer = () =>
    void envoi.envoyer(async () => {
      const chemin = { path: { moment, identifiant: saisie.id } };
      const body = { texte: saisie.texte.trim() };
      remplacer(await obtenir(api.PUT('/api/espace/banquets/{moment}/messages/{identifiant}', { params: chemin, body })));
      ecrire({ id: crypto.randomUUID(), texte: '' });
    });
  const retirer = (message: Message) =>
    agir(async () => {
      const chemin = { path: { moment, identifiant: message.id } };
      remplacer(await obtenir(api.DELETE('/api/espace/banquets/{moment}/messages/{identifiant}', { params: chemin })));
      annoncer(t('cuisine.message_retire'));
    });
  const noterLus = () =>
    agir(async () => {
      const options = { params: { path: { moment } }, body: { jusqu_a: dernier } };
      remplacer(await obtenir(api.POST('/api/espace/banquets/{moment}/messages/lus', options)));
    });

  return (
    <>
      {messages.elements.length === 0 ? (
        <p class="second">{t('cuisine.aucun_message')}</p>
      ) : (
        <ol class="fil" aria-label={t('cuisine.messages')}>
          {messages.elements.map((message) => (
            <li key={message.id} class={`message ${message.cote}`}>
              <p class="second">
                <strong>{message.nom}</strong> · {t(`cuisine.cotes.${message.cote}`)} ·{' '}
                {direMoment(message.recu_le, langue)}
                {message.cote === cote &&
                  !message.retire &&
                  ` · ${t(message.numero <= luParEux ? 'cuisine.lu' : 'cuisine.pas_lu')}`}
              </p>
              <p class="texte-libre">{message.retire ? t('cuisine.retire') : message.texte}</p>
              {message.auteur !== '' && message.auteur === auteur && !message.retire && (
                <button
                  type="button"
                  class="bouton petit"
                  disabled={enCours}
                  onClick={() => void retirer(message)}
                  aria-label={t('actes.retirer_quoi', { quoi: message.texte.slice(0, 60) })}
                >
                  {t('actes.retirer')}
                </button>
              )}
            </li>
          ))}
        </ol>
      )}
      {nonLus > 0 && (
        <button type="button" class="bouton" disabled={enCours} onClick={() => void noterLus()}>
          <Icone nom="coche" />
          {t('cuisine.j_ai_lu', { n: nonLus })}
        </button>
      )}
      <div class="petit-formulaire">
        <Formulaire
          prefixe="message"
          envoi={envoi}
          soumettre={envoyer}
          pied={
            <button type="submit" class="bouton plein" disabled={envoi.enCours || saisie.texte.trim() === ''}>
              <Icone nom="enveloppe" />
              {t('cuisine.envoyer')}
            </button>
          }
        >
          <ChampLong
            chemin="texte"
            etiquette={t('cuisine.message')}
            aide={t('cuisine.message_aide')}
            valeur={saisie.texte}
            changer={(texte) => ecrire((avant) => ({ ...avant, texte }))}
            maximum={1000}
          />
        </Formulaire>
      </div>
    </>
  );
}
