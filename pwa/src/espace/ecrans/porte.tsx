import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { api, obtenir, type Modeles } from '../../api/client';
import { CommentJoindre, QuiVient } from '../composants/champs-foyer';
import { Pas } from '../composants/champs';
import { Dialogue } from '../composants/dialogue';
import { Onglets, useEvenement, type Evenement } from '../composants/evenement-entete';
import { Formulaire, useEnvoi } from '../composants/formulaire';
import { Icone } from '../composants/icone';
import { direPlaces, nomDuMoment, peutInscrire } from '../composants/moments';
import { Page, Suite, Vide } from '../composants/page';
import { annoncer, enLigne, oublier, useChargement } from '../etat';
import { enPeine, gestes, pointer, quandConfirme, vider } from '../file-accueil';
import { attendues, compter, correspond, estPointe, personnes, tousVenus, venueDe, type Venue } from '../porte';
import {
  debordent,
  foyerVide,
  momentsOuverts,
  personnes as nombreDe,
  presencesVoulues,
  total,
  versSaisieInscription,
  type Debordement,
} from '../saisie-foyer';
import { langue, t } from '../textes';
import type { Inscription } from './inscriptions';

const RYTHME_S = 20;
const PAGE = 500;

/** Toutes les inscriptions d'un coup : à la porte, on cherche sans attendre le réseau. */
export async function lireToutes(slug: string): Promise<Inscription[]> {
  const toutes: Inscription[] = [];
  let curseur: string | null = null;
  do {
    const page: Modeles['TableauInscriptions'] = await obtenir(
      api.GET('/api/espace/evenements/{slug}/inscriptions', {
        params: { path: { slug }, query: { limite: PAGE, ...(curseur ? { curseur: Number(curseur) } : {}) } },
      }),
    );
    toutes.push(...page.elements);
    curseur = page.suivant;
  } while (curseur !== null);
  return toutes;
}

export default function Porte({ slug }: { slug: string }) {
  const evenement = useEvenement(slug, RYTHME_S);
  return (
    <Page
      titre={t('porte.titre')}
      retour={[`/espace/evenements/${slug}`, evenement.valeur?.titre ?? t('nav.evenements')]}
      large
    >
      <Suite de={evenement}>
        {(valeur) => (
          <>
            <Onglets slug={slug} statut={valeur.statut} />
            <Accueil evenement={valeur} recharger={evenement.recharger} />
          </>
        )}
      </Suite>
    </Page>
  );
}

function Accueil({ evenement, recharger }: { evenement: Evenement; recharger: () => Promise<void> }) {
  const { slug } = evenement;
  const liste = useChargement(`evenement/${slug}/porte`, () => lireToutes(slug), RYTHME_S);
  const [q, chercher] = useState('');
  const [ajout, ajouter] = useState(false);
  const champ = useRef<HTMLInputElement>(null);
  const connues = useRef(liste.valeur);
  connues.current = liste.valeur;

  useEffect(() => {
    const cesser = quandConfirme((recue) => {
      const avant = connues.current;
      // La liste n'est pas encore là : celle qui viendra doit être plus récente que ce pointage.
      if (!avant) return void liste.recharger();
      const est = avant.some(({ id }) => id === recue.id);
      liste.remplacer(est ? avant.map((autre) => (autre.id === recue.id ? recue : autre)) : [recue, ...avant]);
      oublier(`evenement/${slug}/inscriptions`);
    });
    void vider();
    return cesser;
  }, [slug]);

  return (
    <>
      <EtatReseau />
      <label class="recherche grande">
        <span class="invisible">{t('porte.chercher')}</span>
        <Icone nom="loupe" />
        <input
          ref={champ}
          type="search"
          value={q}
          autocomplete="off"
          autocapitalize="none"
          enterkeyhint="search"
          placeholder={t('porte.chercher')}
          onInput={(saisie) => chercher(saisie.currentTarget.value)}
        />
      </label>
      <Suite de={liste}>
        {(inscriptions) => (
          <>
            <Comptes evenement={evenement} inscriptions={inscriptions} />
            <Trouvees
              evenement={evenement}
              inscriptions={inscriptions}
              q={q}
              pointe={() => {
                chercher('');
                champ.current?.focus();
              }}
            />
          </>
        )}
      </Suite>
      {peutInscrire(evenement) && (
        <div class="pied colle">
          <button
            type="button"
            class="bouton plein"
            onClick={() => {
              void recharger();
              ajouter(true);
            }}
          >
            <Icone nom="plus" />
            {t('porte.sans_inscription')}
          </button>
        </div>
      )}
      {ajout && (
        <Passage
          evenement={evenement}
          inscriptions={liste.valeur ?? []}
          recharger={recharger}
          prenom={/\d/.test(q) ? '' : q.trim()}
          fermer={() => ajouter(false)}
          fait={(recue) => {
            liste.remplacer([recue, ...(connues.current ?? [])]);
            pointer(...tousVenus(recue));
            oublier(`evenement/${slug}/inscriptions`);
            void recharger();
            annoncer(t('porte.ajoute', { prenom: recue.prenom, n: Math.max(0, ...recue.presences.map(total)) }));
            chercher('');
            ajouter(false);
          }}
        />
      )}
    </>
  );
}

/** Dit ce qui est parti et ce qui attend ; ne prétend jamais qu'une marque est enregistrée quand elle ne l'est pas. */
function EtatReseau() {
  const n = gestes.value.length;
  if (enLigne.value && !enPeine.value) return null;
  return (
    <p class="encart refus" role="status">
      {n > 0 ? t('porte.hors_ligne_gestes', { n }) : t('porte.hors_ligne')}
    </p>
  );
}

function Comptes({ evenement, inscriptions }: { evenement: Evenement; inscriptions: readonly Inscription[] }) {
  const comptes = compter(inscriptions, gestes.value);
  return (
    <ul class="comptes">
      {momentsOuverts(evenement.moments).map((moment) => {
        const { venues, attendues: prevues } = comptes.get(moment.id) ?? { venues: 0, attendues: 0 };
        return (
          <li key={moment.id}>
            <span>{nomDuMoment(moment)}</span>
            <strong>{venues}</strong>
            <span class="second">{t('porte.sur', { n: prevues })}</span>
          </li>
        );
      })}
    </ul>
  );
}

const MONTREES = 60;

function Trouvees({
  evenement,
  inscriptions,
  q,
  pointe,
}: {
  evenement: Evenement;
  inscriptions: readonly Inscription[];
  q: string;
  pointe: () => void;
}) {
  const faits = gestes.value;
  const triees = useMemo(
    () => [...inscriptions].sort((a, b) => a.prenom.localeCompare(b.prenom, langue)),
    [inscriptions],
  );
  const trouvees = triees.filter((inscription) => !inscription.annulee_le && correspond(inscription, q));
  // Qui n'est pas encore là d'abord : c'est qui l'on cherche.
  const ordre = [
    ...trouvees.filter((inscription) => !estPointe(inscription, faits)),
    ...trouvees.filter((inscription) => estPointe(inscription, faits)),
  ];
  if (ordre.length === 0) {
    return (
      <Vide>
        <p role="status">{q ? t('porte.personne', { q }) : t('porte.vide')}</p>
      </Vide>
    );
  }
  return (
    <>
      <ul class="foyers-porte">
        {ordre.slice(0, MONTREES).map((inscription) => (
          <Foyer key={inscription.id} evenement={evenement} inscription={inscription} pointe={q ? pointe : () => {}} />
        ))}
      </ul>
      {ordre.length > MONTREES && <p class="second">{t('porte.precisez', { n: ordre.length - MONTREES })}</p>}
    </>
  );
}

function Foyer({
  evenement,
  inscription,
  pointe,
}: {
  evenement: Evenement;
  inscription: Inscription;
  pointe: () => void;
}) {
  const faits = gestes.value;
  const [detail, detailler] = useState(false);
  const places = attendues(inscription);
  const complet = estPointe(inscription, faits);
  const enRoute = faits.some((geste) => geste.inscription === inscription.id);
  const attendent = inscription.presences.filter(({ statut }) => statut === 'en_attente');
  const n = Math.max(0, ...places.map(total));
  return (
    <li class={complet ? 'foyer-porte la' : 'foyer-porte'}>
      <div class="foyer-porte-tete">
        <span>
          <strong class="nom">{inscription.prenom}</strong>
          <span class="second">
            {' '}
            {[inscription.commune_nom, inscription.code_accueil].filter(Boolean).join(' · ')}
          </span>
        </span>
        {enRoute && <span class="marque">{t('porte.en_route')}</span>}
      </div>
      {inscription.besoins.length > 0 && (
        <p class="second">{inscription.besoins.map((besoin) => t(`besoins.${besoin as 'autre'}`)).join(', ')}</p>
      )}
      <ul class="details">
        {places.map((presence) => {
          const moment = evenement.moments.find(({ id }) => id === presence.moment);
          const venue = venueDe(presence, inscription.id, faits);
          return (
            <li key={presence.moment}>
              {moment && nomDuMoment(moment)}
              {t('presences.deux_points')}{' '}
              {venue === null
                ? t('porte.attendus', { n: total(presence) })
                : t('porte.venus', { n: personnes(venue), prevus: total(presence) })}
            </li>
          );
        })}
        {attendent.map((presence) => {
          const moment = evenement.moments.find(({ id }) => id === presence.moment);
          return (
            <li key={presence.moment} class="marque-attente">
              {moment && nomDuMoment(moment)}
              {t('presences.deux_points')} {t('porte.en_attente', { n: total(presence) })}
            </li>
          );
        })}
      </ul>
      <div class="boutons">
        {places.length > 0 && !complet && (
          <button
            type="button"
            class="bouton plein"
            onClick={() => {
              pointer(...tousVenus(inscription));
              pointe();
            }}
          >
            <Icone nom="coche" />
            {t('porte.tous_venus', { n })}
          </button>
        )}
        {complet && (
          <button
            type="button"
            class="bouton"
            onClick={() =>
              pointer(...places.map(({ moment }) => ({ inscription: inscription.id, moment, venue: null })))
            }
          >
            <Icone nom="annuler" />
            {t('porte.defaire')}
          </button>
        )}
        {places.length > 0 && (
          <button type="button" class="bouton" aria-expanded={detail} onClick={() => detailler(!detail)}>
            {t('porte.detail')}
          </button>
        )}
      </div>
      {detail &&
        places.map((presence) => {
          const moment = evenement.moments.find(({ id }) => id === presence.moment);
          const venue: Venue = venueDe(presence, inscription.id, faits) ?? presence;
          const changer = (morceau: Partial<Venue>) => {
            const { adultes, enfants, tout_petits } = { ...venue, ...morceau };
            pointer({ inscription: inscription.id, moment: presence.moment, venue: { adultes, enfants, tout_petits } });
          };
          return (
            <fieldset key={presence.moment} class="compte">
              <legend>{moment && nomDuMoment(moment)}</legend>
              {(['adultes', 'enfants', 'tout_petits'] as const).map((age) => (
                <Pas
                  key={age}
                  chemin={`venue.${inscription.id}.${presence.moment}.${age}`}
                  etiquette={t(`foyer.${age}`)}
                  valeur={venue[age]}
                  changer={(valeur) => changer({ [age]: valeur })}
                />
              ))}
            </fieldset>
          );
        })}
    </li>
  );
}

/** Quelqu'un qui arrive sans s'être inscrit. Une place ne se promet qu'avec le réseau : on le dit, rien n'est perdu. */
function Passage({
  evenement,
  inscriptions,
  prenom,
  recharger,
  fermer,
  fait,
}: {
  evenement: Evenement;
  inscriptions: readonly Inscription[];
  prenom: string;
  /** Relit les places, quand le service dit qu'il n'y en a plus assez. */
  recharger: () => Promise<void>;
  fermer: () => void;
  fait: (inscription: Inscription) => void;
}) {
  const envoi = useEnvoi();
  const [saisie, ecrire] = useState(() => ({
    ...foyerVide(evenement.moments, 'porte'),
    prenom,
    accepte_attente: false,
  }));
  const changer = (morceau: Partial<typeof saisie>) => {
    envoi.refuser(null);
    ecrire((avant) => ({ ...avant, ...morceau }));
  };
  const soumettre = (malgreJauge: boolean) =>
    void envoi.envoyer(async () => {
      const options = {
        params: { path: { slug: evenement.slug } },
        body: versSaisieInscription(saisie, langue, malgreJauge),
      };
      try {
        fait(await obtenir(api.POST('/api/espace/evenements/{slug}/inscriptions', options)));
      } catch (erreur) {
        void recharger();
        throw erreur;
      }
    });
  const n = nombreDe(saisie);
  const debordements = debordent(evenement.moments, presencesVoulues(saisie));
  const refus = envoi.refus;
  const plein = refus?.code === 'moment-complet' || (refus?.code === 'demande-invalide' && debordements.length > 0);
  return (
    <Dialogue titre={t('porte.sans_inscription')} fermer={fermer}>
      <Formulaire
        prefixe="passage"
        envoi={envoi}
        soumettre={() => soumettre(false)}
        resume={
          plein ? (
            <Complet
              evenement={evenement}
              inscriptions={inscriptions}
              debordements={debordements}
              entrer={() => soumettre(true)}
            />
          ) : undefined
        }
        pied={
          <button type="submit" class="bouton plein" disabled={envoi.enCours || n === 0}>
            {t('porte.entrer', { n })}
          </button>
        }
      >
        {!enLigne.value && <p class="encart refus">{t('porte.passage_hors_ligne')}</p>}
        <QuiVient saisie={saisie} moments={momentsOuverts(evenement.moments)} changer={changer} />
        <CommentJoindre saisie={saisie} changer={changer} usage="porte" />
      </Formulaire>
    </Dialogue>
  );
}

/** Plus assez de places : ce qui reste, qui est attendu, et faire entrer quand même, en deux gestes. */
function Complet({
  evenement,
  inscriptions,
  debordements,
  entrer,
}: {
  evenement: Evenement;
  inscriptions: readonly Inscription[];
  debordements: readonly Debordement[];
  entrer: () => void;
}) {
  const [certain, demander] = useState(false);
  const boite = useRef<HTMLDivElement>(null);
  useEffect(() => boite.current?.focus(), []);
  const comptes = compter(inscriptions, gestes.value);
  const absents = Math.max(
    0,
    ...debordements.map(({ moment }) => {
      const compte = comptes.get(moment);
      return compte ? compte.attendues - compte.venues : 0;
    }),
  );
  const deTrop = Math.max(0, ...debordements.map(({ deTrop: n }) => n));
  return (
    <div class="encart refus" role="alert" tabIndex={-1} ref={boite}>
      <p>
        {t('porte.plus_de_place')}{' '}
        {evenement.moments
          .filter(({ id }) => debordements.some(({ moment }) => moment === id))
          .map((moment) => `${nomDuMoment(moment)}${t('presences.deux_points')} ${direPlaces(moment) ?? ''}.`)
          .join(' ')}
      </p>
      {absents > 0 && <p>{t('porte.absents', { n: absents })}</p>}
      {certain ? (
        <>
          <p>
            <strong>
              {deTrop > 0 ? t('porte.quand_meme_phrase', { n: deTrop }) : t('porte.attendues_ailleurs')}
            </strong>
          </p>
          <div class="boutons">
            <button type="button" class="bouton" onClick={() => demander(false)}>
              {t('actes.renoncer')}
            </button>
            <button type="button" class="bouton plein danger" onClick={entrer}>
              {t('porte.quand_meme_oui')}
            </button>
          </div>
        </>
      ) : (
        <button type="button" class="bouton" onClick={() => demander(true)}>
          {t('porte.quand_meme')}
        </button>
      )}
    </div>
  );
}
