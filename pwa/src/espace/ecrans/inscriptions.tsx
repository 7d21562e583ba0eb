import { useState } from 'preact/hooks';
import { api, obtenir, type Modeles } from '../../api/client';
import { Choix } from '../composants/champs';
import { Dialogue } from '../composants/dialogue';
import { Onglets, SousTitre, useEvenement, type Evenement } from '../composants/evenement-entete';
import { Icone } from '../composants/icone';
import { nomDuMoment, peutInscrire } from '../composants/moments';
import { Page, Suite, Vide } from '../composants/page';
import { direMoment } from '../dates';
import { annoncer, oublier, useActe, useChargement, useRepos } from '../etat';
import { direAges, direRang } from '../issue';
import { momentsOuverts, total } from '../saisie-foyer';
import { langue, nombre, t } from '../textes';

type Tableau = Modeles['TableauInscriptions'];
export type Inscription = Modeles['InscriptionEquipe'];
const FILTRES = ['', 'sans_courriel', 'non_confirme', 'doublon', 'venues', 'pas_venues'] as const;
const STATUTS = ['', 'confirmee', 'en_attente', 'annulee'] as const;
const ORIGINES = ['', 'formulaire', 'api', 'telephone', 'papier', 'porte'] as const;

export default function Inscriptions({ slug }: { slug: string }) {
  const evenement = useEvenement(slug);
  return (
    <Page
      titre={evenement.valeur?.titre ?? t('evenement.inscriptions')}
      retour={['/espace/evenements', t('nav.evenements')]}
      surtitre={evenement.valeur && <SousTitre evenement={evenement.valeur} />}
      large
    >
      <Suite de={evenement}>
        {(valeur) => (
          <>
            <Onglets slug={slug} statut={valeur.statut} />
            <Liste evenement={valeur} />
          </>
        )}
      </Suite>
    </Page>
  );
}

function Liste({ evenement }: { evenement: Evenement }) {
  const { slug } = evenement;
  const [q, chercher] = useState('');
  const [moment, choisirMoment] = useState('');
  const [statut, choisirStatut] = useState<(typeof STATUTS)[number]>('');
  const [filtre, choisirFiltre] = useState<(typeof FILTRES)[number]>('');
  const [origine, choisirOrigine] = useState<(typeof ORIGINES)[number]>('');
  const [choisies, choisir] = useState<ReadonlySet<string>>(new Set());
  const [nettoyage, nettoyer] = useState(false);
  const [confirmer, demander] = useState(false);
  const repose = useRepos(q.trim());
  const lire = (curseur?: string) =>
    obtenir(
      api.GET('/api/espace/evenements/{slug}/inscriptions', {
        params: {
          path: { slug },
          query: {
            ...(repose && { q: repose }),
            ...(moment && { moment }),
            ...(statut && { statut }),
            ...(filtre && { filtre }),
            ...(origine && { origine }),
            ...(curseur && { curseur: Number(curseur) }),
          },
        },
      }),
    );
  const cle = `evenement/${slug}/inscriptions?${[repose, moment, statut, filtre, origine].join('&')}`;
  const tableau = useChargement<Tableau>(cle, () => lire());
  const { enCours, agir } = useActe();
  const suite = (avant: Tableau) =>
    agir(async () => {
      const apres = await lire(avant.suivant ?? undefined);
      tableau.remplacer({ ...apres, elements: [...avant.elements, ...apres.elements] });
    });
  const retirer = () =>
    agir(async () => {
      const inscriptions = [...choisies];
      await obtenir(
        api.POST('/api/espace/evenements/{slug}/retraits', { params: { path: { slug } }, body: { inscriptions } }),
      );
      annoncer(t('inscriptions.retirees', { n: inscriptions.length }));
      choisir(new Set());
      demander(false);
      nettoyer(false);
      oublier(`evenement/${slug}/`, 'evenements');
      await tableau.recharger();
    });
  const basculer = (id: string) => {
    const suivantes = new Set(choisies);
    if (!suivantes.delete(id)) suivantes.add(id);
    choisir(suivantes);
  };

  return (
    <>
      <div class="boutons serres">
        {peutInscrire(evenement) && (
          <a class="bouton plein" href={`/espace/evenements/${slug}/inscriptions/saisie`}>
            <Icone nom="plus" />
            {t('inscriptions.saisir')}
          </a>
        )}
        <a class="bouton" href={`/api/espace/evenements/${slug}/inscriptions.csv`} download="">
          <Icone nom="telecharger" />
          {t('inscriptions.exporter')}
        </a>
        <a class="bouton" href={`/espace/evenements/${slug}/impression`}>
          <Icone nom="imprimer" />
          {t('inscriptions.imprimer')}
        </a>
        <button
          type="button"
          class="bouton"
          aria-pressed={nettoyage}
          onClick={() => {
            nettoyer(!nettoyage);
            choisir(new Set());
          }}
        >
          <Icone nom="corbeille" />
          {t('inscriptions.nettoyer')}
        </button>
      </div>
      <div class="filtres">
        <label class="recherche">
          <span class="invisible">{t('inscriptions.chercher')}</span>
          <Icone nom="loupe" />
          <input
            type="search"
            value={q}
            placeholder={t('inscriptions.chercher')}
            onInput={(evenement) => chercher(evenement.currentTarget.value)}
          />
        </label>
        <div class="filtres-choix">
          <Choix
            chemin="filtre-moment"
            etiquette={t('inscriptions.moment')}
            valeur={moment}
            changer={choisirMoment}
            options={[
              ['', t('inscriptions.tous_moments')],
              ...momentsOuverts(evenement.moments).map((m) => [m.id, nomDuMoment(m)] as const),
            ]}
          />
          <Choix
            chemin="filtre-statut"
            etiquette={t('inscriptions.statut')}
            valeur={statut}
            changer={choisirStatut}
            options={STATUTS.map((nom) => [nom, t(`inscriptions.statuts.${nom || 'tous'}`)])}
          />
          <Choix
            chemin="filtre-particularite"
            etiquette={t('inscriptions.particularite')}
            valeur={filtre}
            changer={choisirFiltre}
            options={FILTRES.map((nom) => [nom, t(`inscriptions.filtres.${nom || 'tous'}`)])}
          />
          <Choix
            chemin="filtre-origine"
            etiquette={t('inscriptions.origine')}
            valeur={origine}
            changer={choisirOrigine}
            options={ORIGINES.map((nom) => [nom, nom ? t(`origines.${nom}`) : t('inscriptions.toutes_origines')])}
          />
        </div>
      </div>
      {nettoyage && (
        <div class="encart">
          <p>{t('inscriptions.nettoyer_phrase')}</p>
          <button
            type="button"
            class="bouton danger"
            disabled={choisies.size === 0}
            onClick={() => demander(true)}
          >
            {t('inscriptions.retirer', { n: choisies.size })}
          </button>
        </div>
      )}
      <Suite de={tableau}>
        {(valeur) => (
          <>
            <p class="second" role="status">
              {t('inscriptions.total', { n: valeur.total, nombre: nombre(valeur.total) })}
            </p>
            {valeur.elements.length === 0 ? (
              <Vide>
                <p>{t(repose || moment || statut || filtre || origine ? 'inscriptions.rien' : 'inscriptions.vide')}</p>
              </Vide>
            ) : (
              <TableauFoyers
                evenement={evenement}
                inscriptions={valeur.elements}
                choisies={nettoyage ? choisies : null}
                basculer={basculer}
              />
            )}
            {valeur.suivant !== null && (
              <button type="button" class="bouton" disabled={enCours} onClick={() => void suite(valeur)}>
                {t('liste.suite')}
              </button>
            )}
          </>
        )}
      </Suite>
      {confirmer && (
        <Dialogue titre={t('inscriptions.retirer', { n: choisies.size })} fermer={() => demander(false)}>
          <p>{t('inscriptions.retirer_phrase', { n: choisies.size })}</p>
          <div class="pied">
            <button type="button" class="bouton" onClick={() => demander(false)}>
              {t('actes.renoncer')}
            </button>
            <button type="button" class="bouton plein danger" disabled={enCours} onClick={() => void retirer()}>
              {t('inscriptions.retirer', { n: choisies.size })}
            </button>
          </div>
        </Dialogue>
      )}
    </>
  );
}

/** Un tableau sur un grand écran, des cartes sur un petit : les mêmes cellules, nommées. */
function TableauFoyers({
  evenement,
  inscriptions,
  choisies,
  basculer,
}: {
  evenement: Evenement;
  inscriptions: readonly Inscription[];
  choisies: ReadonlySet<string> | null;
  basculer: (id: string) => void;
}) {
  const moments = momentsOuverts(evenement.moments);
  return (
    <table class="tableau">
      <caption class="invisible">{t('evenement.inscriptions')}</caption>
      <thead>
        <tr>
          {choisies && <th scope="col">{t('inscriptions.choisir')}</th>}
          <th scope="col">{t('foyer.prenom')}</th>
          <th scope="col">{t('inscriptions.contact')}</th>
          {moments.map((moment) => (
            <th key={moment.id} scope="col">
              {nomDuMoment(moment)}
            </th>
          ))}
          <th scope="col">{t('inscriptions.origine')}</th>
          <th scope="col">{t('inscriptions.recue')}</th>
        </tr>
      </thead>
      <tbody>
        {inscriptions.map((inscription) => (
          <tr key={inscription.id} class={inscription.annulee_le ? 'annulee' : ''}>
            {choisies && (
              <td>
                <label class="case">
                  <input
                    type="checkbox"
                    checked={choisies.has(inscription.id)}
                    onChange={() => basculer(inscription.id)}
                  />
                  <span class="invisible">{t('inscriptions.choisir_qui', { prenom: inscription.prenom })}</span>
                </label>
              </td>
            )}
            <th scope="row">
              <a href={`/espace/evenements/${evenement.slug}/inscriptions/${inscription.id}`}>{inscription.prenom}</a>
              {inscription.commune_nom && <span class="second"> {inscription.commune_nom}</span>}
              <Marques inscription={inscription} />
            </th>
            <td data-nom={t('inscriptions.contact')}>
              <Contact inscription={inscription} />
            </td>
            {moments.map((moment) => {
              const presence = inscription.presences.find((p) => p.moment === moment.id);
              return (
                <td key={moment.id} data-nom={nomDuMoment(moment)}>
                  {presence ? <EtatPresence presence={presence} /> : <span class="second">–</span>}
                </td>
              );
            })}
            <td data-nom={t('inscriptions.origine')}>
              <span>
                {t(`origines.${inscription.origine}`)}
                {inscription.saisie_par && <span class="second"> {inscription.saisie_par}</span>}
              </span>
            </td>
            <td data-nom={t('inscriptions.recue')}>{direMoment(inscription.cree_le, langue)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function EtatPresence({ presence }: { presence: Modeles['PresenceEquipe'] }) {
  const { enfants, tout_petits, statut, en_plus } = presence;
  return (
    <span class={`presence ${statut}`}>
      <strong>{total(presence)}</strong>{' '}
      {statut !== 'confirmee' && t(`presences.court.${statut}`, { rang: direRang(presence) })}
      {en_plus > 0 && ` ${t('presences.en_plus', { n: en_plus })}`}
      {(enfants > 0 || tout_petits > 0) && <span class="second"> {direAges(presence)}</span>}
    </span>
  );
}

export function Contact({ inscription }: { inscription: Inscription }) {
  const { courriel, telephone } = inscription;
  return (
    <span class="contact">
      {telephone && <a href={`tel:${telephone.replace(/[^\d+]/g, '')}`}>{telephone}</a>}
      {courriel && <a href={`mailto:${courriel}`}>{courriel}</a>}
      {!courriel && !telephone && <span class="second">{t('inscriptions.sans_contact')}</span>}
    </span>
  );
}

export function Marques({ inscription }: { inscription: Inscription }) {
  const marques = [
    inscription.annulee_le && t('inscriptions.marques.annulee'),
    inscription.doublon && t('inscriptions.marques.doublon'),
    inscription.courriel && !inscription.courriel_confirme && t('inscriptions.marques.non_confirme'),
    inscription.premiere_fois && t('inscriptions.marques.premiere_fois'),
  ].filter(Boolean);
  return marques.length === 0 ? null : (
    <span class="marques">
      {marques.map((marque) => (
        <span key={marque} class="marque">
          {marque}
        </span>
      ))}
    </span>
  );
}
