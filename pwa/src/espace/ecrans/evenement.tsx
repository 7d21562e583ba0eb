import { useLocation } from 'preact-iso';
import { useState } from 'preact/hooks';
import { api, obtenir, Probleme, type Modeles } from '../../api/client';
import { ChampTexte, Options } from '../composants/champs';
import { Dialogue } from '../composants/dialogue';
import { direPart, Onglets, SousTitre, useEvenement, type Coorganisation, type Evenement } from '../composants/evenement-entete';
import { FaireSavoir } from '../composants/faire-savoir';
import { Formulaire, useEnvoi } from '../composants/formulaire';
import { Icone } from '../composants/icone';
import { Cuisine } from '../composants/cuisine';
import { Courbe, MomentDetaille, nomDuMoment, peutInscrire } from '../composants/moments';
import { Bloc, Page, Suite } from '../composants/page';
import { direMoment, versInstant, versSaisie } from '../dates';
import { annoncer, moi, oublier, useActe, useChargement, type Chargement } from '../etat';
import { chevauche } from '../saisie-evenement';
import { langue, nombre, t, type Cle } from '../textes';
import { direManque, manques } from './manques';

const RYTHME_S = 30;
type Suites = Modeles['Consequences'];

export default function TableauDeBord({ slug }: { slug: string }) {
  const evenement = useEvenement(slug);
  const titre = evenement.valeur?.titre ?? t('evenement.titre');
  return (
    <Page
      titre={titre}
      retour={['/espace/evenements', t('nav.evenements')]}
      surtitre={evenement.valeur && <SousTitre evenement={evenement.valeur} />}
      large
    >
      <Suite de={evenement}>
        {(valeur) => (
          <>
            {valeur.organise && <Onglets slug={slug} statut={valeur.statut} />}
            {valeur.motif && <p class="encart">{valeur.motif}</p>}
            <Actions evenement={valeur} remplacer={evenement.remplacer} />
            <Repas evenement={valeur} />
            {valeur.organise && <CommandesRestees slug={slug} />}
            {valeur.organise && valeur.statut === 'termine' && <Bilan slug={slug} />}
            {valeur.organise &&
              (valeur.statut === 'brouillon' ? <Brouillon evenement={valeur} /> : <Remplissage evenement={valeur} />)}
            <Ensemble evenement={valeur} />
            {valeur.statut !== 'brouillon' && <FaireSavoir evenement={valeur} />}
            <Journal evenement={valeur} />
          </>
        )}
      </Suite>
    </Page>
  );
}

/** Chaque banquet a son envers : le menu, l'effectif, les achats. Pour qui organise, et pour le traiteur. */
function Repas({ evenement }: { evenement: Evenement }) {
  const miennes = new Set(moi.value?.structures.map(({ slug }) => slug));
  const cuisine = evenement.coorganisations.some(
    ({ structure, part, reponse }) => part === 'traiteur' && reponse === 'acceptee' && miennes.has(structure),
  );
  const repas = evenement.moments.filter(({ genre }) => genre === 'banquet');
  if (repas.length === 0 || !(evenement.organise || cuisine)) return null;
  return (
    <ul class="taches">
      {repas.map((moment) => (
        <li key={moment.id}>
          <a href={`/espace/banquets/${moment.id}`}>
            <Icone nom="couverts" />
            <span>
              {t('evenement.preparer_banquet')}
              <span class="second">
                {[nomDuMoment(moment), moment.debut && direMoment(moment.debut, langue)].filter(Boolean).join(' · ')}
              </span>
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** Un repas annulé ou ôté du programme n'efface pas ce que des producteurs ont reçu. */
function CommandesRestees({ slug }: { slug: string }) {
  const taches = useChargement('a-faire', () => obtenir(api.GET('/api/espace/a-faire')));
  const restees = taches.valeur?.commandes_a_annuler.filter((une) => une.slug === slug) ?? [];
  return (
    <>
      {restees.map(({ moment, nombre }) => (
        <div key={moment} class="encart">
          <p>{t('accueil.commandes', { n: nombre })}</p>
          <a class="bouton" href={`/espace/banquets/${moment}/commandes`}>
            <Icone nom="panier" />
            {t('evenement.voir_commandes')}
          </a>
        </div>
      ))}
    </>
  );
}

function Brouillon({ evenement }: { evenement: Evenement }) {
  return (
    <div class="encart">
      <p>{t('evenement.brouillon_phrase')}</p>
      {evenement.manques.length > 0 && (
        <>
          <p>{t('evenement.il_manque')}</p>
          <ul class="puces-texte">
            {evenement.manques.map((manque) => (
              <li key={manque.champ}>{direManque(manque)}</li>
            ))}
          </ul>
        </>
      )}
      <a class="bouton" href={`/espace/evenements/${evenement.slug}/modifier`}>
        <Icone nom="crayon" />
        {t('evenement.continuer')}
      </a>
    </div>
  );
}

function Remplissage({ evenement }: { evenement: Evenement }) {
  const { slug } = evenement;
  const tableau = useChargement(
    `evenement/${slug}/inscriptions?`,
    () => obtenir(api.GET('/api/espace/evenements/{slug}/inscriptions', { params: { path: { slug } } })),
    RYTHME_S,
  );
  const arrivees = useChargement(`evenement/${slug}/arrivees`, () =>
    obtenir(api.GET('/api/espace/evenements/{slug}/arrivees', { params: { path: { slug } } })),
  );
  const regimes = useChargement(`evenement/${slug}/regimes`, () =>
    obtenir(api.GET('/api/espace/evenements/{slug}/regimes', { params: { path: { slug } } })),
  );
  const appels = useChargement(`evenement/${slug}/appels`, () =>
    obtenir(api.GET('/api/espace/evenements/{slug}/appels', { params: { path: { slug } } })),
  );
  const aAppeler = appels.valeur?.filter(({ fait_le }) => fait_le === null).length ?? 0;
  const ouvert = peutInscrire(evenement);
  const debuts = new Map(evenement.moments.map(({ id, debut }) => [id, debut]));
  return (
    <>
      {aAppeler > 0 && (
        <a class="encart aujourdhui" href={`/espace/evenements/${slug}/appels`}>
          <Icone nom="telephone" />
          <strong>{t('accueil.appels', { n: aAppeler })}</strong>
        </a>
      )}
      <Bloc titre={t('evenement.qui_vient')}>
        <Suite de={tableau}>
          {({ compteurs }) => (
            <ul class="moments-details">
              {compteurs.map((compteur) => (
                <MomentDetaille
                  key={compteur.moment}
                  compteur={compteur}
                  debut={debuts.get(compteur.moment)}
                  ouvert={ouvert}
                />
              ))}
            </ul>
          )}
        </Suite>
        {ouvert && <p class="second">{t('evenement.regle_attente')}</p>}
        <div class="boutons">
          {ouvert && (
            <a class="bouton plein" href={`/espace/evenements/${slug}/inscriptions/saisie`}>
              <Icone nom="plus" />
              {t('inscriptions.saisir')}
            </a>
          )}
          <a class="bouton" href={`/espace/evenements/${slug}/inscriptions`}>
            <Icone nom="personnes" />
            {t('evenement.voir_inscriptions')}
          </a>
        </div>
      </Bloc>
      <div class="deux-colonnes">
        <Bloc titre={t('evenement.courbe')}>
          <Suite de={arrivees}>{(points) => <Courbe points={points} />}</Suite>
        </Bloc>
        <Suite de={tableau}>
          {({ compteurs }) => <Suite de={regimes}>{(lignes) => <Cuisine compteurs={compteurs} lignes={lignes} />}</Suite>}
        </Suite>
      </div>
    </>
  );
}

/** Ce qui reste quand les données personnelles sont effacées : des nombres, les très petits tus. */
function Bilan({ slug }: { slug: string }) {
  const lu = useChargement(`evenement/${slug}/bilan`, () =>
    obtenir(api.GET('/api/espace/evenements/{slug}/bilan', { params: { path: { slug } } })),
  );
  const dire = (n: number | null) => (n === null ? t('evenement.tu') : nombre(n));
  return (
    <Suite de={lu}>
      {(bilan) =>
        bilan && (
          <Bloc titre={t('evenement.bilan')}>
            <dl class="fiche bilan">
              {(
                [
                  ['foyers', bilan.foyers],
                  ['personnes', bilan.personnes],
                  ['venues', bilan.venues],
                  ['premieres_fois', bilan.premieres_fois],
                ] as const
              ).map(([cle, n]) => (
                <div key={cle}>
                  <dt>{t(`bilan.${cle}`)}</dt>
                  <dd>{dire(n)}</dd>
                </div>
              ))}
            </dl>
          </Bloc>
        )
      }
    </Suite>
  );
}

/** Qui organise avec qui, et ce que ma structure répond ; elle se retire quand elle veut. */
function Ensemble({ evenement }: { evenement: Evenement }) {
  const { slug, coorganisations } = evenement;
  const [quitter, demander] = useState<Coorganisation | null>(null);
  const { route } = useLocation();
  const { enCours, agir } = useActe();
  const miennes = new Set(moi.value?.structures.map((structure) => structure.slug));
  const repondre = ({ structure }: Coorganisation, reponse: 'accepter' | 'decliner') =>
    agir(async () => {
      const options = { params: { path: { slug } }, body: { structure, reponse } };
      await obtenir(api.POST('/api/espace/evenements/{slug}/coorganisation', options));
      if (reponse === 'decliner') route('/espace/evenements', true);
      oublier('evenement', 'a-faire');
      annoncer(t(reponse === 'accepter' ? 'ensemble.accepte' : 'ensemble.decline'));
    });
  if (coorganisations.length === 0) return null;
  return (
    <Bloc titre={t('edition.ensemble')}>
      <ul class="lignes">
        {coorganisations.map((ligne) => (
          <li key={ligne.structure}>
            <p>
              <strong>{ligne.nom}</strong> · {direPart(ligne)}
            </p>
            {miennes.has(ligne.structure) && ligne.reponse === 'invitee' && (
              <div class="encart">
                <p>{t('ensemble.invitation', { porteuse: evenement.structure_nom, structure: ligne.nom })}</p>
                <div class="boutons">
                  <button
                    type="button"
                    class="bouton plein"
                    disabled={enCours}
                    onClick={() => void repondre(ligne, 'accepter')}
                  >
                    <Icone nom="coche" />
                    {t('ensemble.accepter')}
                  </button>
                  <button
                    type="button"
                    class="bouton"
                    disabled={enCours}
                    onClick={() => void repondre(ligne, 'decliner')}
                  >
                    <Icone nom="croix" />
                    {t('ensemble.decliner')}
                  </button>
                </div>
              </div>
            )}
            {miennes.has(ligne.structure) && ligne.reponse === 'acceptee' && (
              <button type="button" class="bouton petit" onClick={() => demander(ligne)}>
                {t('ensemble.se_retirer')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {quitter && (
        <Dialogue titre={t('ensemble.se_retirer')} fermer={() => demander(null)}>
          <p>{t('ensemble.se_retirer_phrase', { structure: quitter.nom })}</p>
          <div class="boutons">
            <button type="button" class="bouton" onClick={() => demander(null)}>
              {t('actes.renoncer')}
            </button>
            <button
              type="button"
              class="bouton plein danger"
              disabled={enCours}
              onClick={() => void repondre(quitter, 'decliner')}
            >
              {t('ensemble.se_retirer')}
            </button>
          </div>
        </Dialogue>
      )}
    </Bloc>
  );
}

function Journal({ evenement }: { evenement: Evenement }) {
  if (evenement.journal.length === 0) return null;
  return (
    <details class="plus">
      <summary>{t('evenement.journal')}</summary>
      <ol class="journal">
        {evenement.journal.map((acte) => (
          <li key={`${acte.instant} ${acte.acte}`}>
            <span class="second">{direMoment(acte.instant, langue)}</span>{' '}
            {t('evenement.acte', {
              prenom: acte.prenom ?? t('evenement.quelqu_un'),
              acte: t(`journal.${acte.acte as 'cree'}`),
            })}
            {acte.details && (
              <span class="second"> {acte.acte === 'modifie' ? direChamps(acte.details) : acte.details}</span>
            )}
          </li>
        ))}
      </ol>
    </details>
  );
}

/** Les champs changés, que le journal garde par leur nom. Les moments s'y disent déjà par le programme ou les horaires. */
function direChamps(details: string): string {
  return details
    .split(', ')
    .filter((champ) => champ !== 'moments')
    .map((champ) => t(`champs_evenement.${champ as 'titre'}`))
    .join(', ');
}

// --- Ce que l'on peut en faire ------------------------------------------------------------------------------------

type Acte = 'publier' | 'reporter' | 'annuler' | 'retablir' | 'supprimer';

function Actions({ evenement, remplacer }: { evenement: Evenement; remplacer: (evenement: Evenement) => void }) {
  const { slug, transitions } = evenement;
  const [ouvert, ouvrir] = useState<Acte | null>(null);
  const { route } = useLocation();
  const { enCours, agir } = useActe();
  const peut = (acte: Acte) => transitions.includes(acte);
  const fait = (recu: Evenement, cle: Cle, suites?: Suites) => {
    oublier('evenements', 'a-faire', `evenement/${slug}/`);
    remplacer(recu);
    ouvrir(null);
    const { par_courriel = 0, a_appeler = 0 } = suites ?? {};
    annoncer(
      [
        t(cle),
        ...(par_courriel > 0 ? [t('evenement.courriels_partent')] : []),
        ...(a_appeler > 0 ? [t('evenement.restent_a_appeler', { n: a_appeler })] : []),
      ].join(' '),
    );
  };
  const dupliquer = () =>
    agir(async () => {
      const copie = await obtenir(
        api.POST('/api/espace/evenements/{slug}/dupliquer', { params: { path: { slug } } }),
      );
      oublier('evenements');
      annoncer(t('evenement.duplique'));
      route(`/espace/evenements/${copie.slug}/modifier`);
    });

  return (
    <div class="boutons serres">
      {peut('publier') && (
        <button type="button" class="bouton plein" onClick={() => ouvrir('publier')}>
          <Icone nom="coche" />
          {t('evenement.publier')}
        </button>
      )}
      {evenement.organise && evenement.statut !== 'annule' && (
        <a class="bouton" href={`/espace/evenements/${slug}/modifier`}>
          <Icone nom="crayon" />
          {t('actes.modifier')}
        </a>
      )}
      <a
        class="bouton"
        href={evenement.statut === 'brouillon' ? `/espace/apercu/${slug}` : `/evenements/${slug}`}
        target="_blank"
        rel="noopener"
      >
        <Icone nom="oeil" />
        {t(evenement.statut === 'brouillon' ? 'evenement.apercu' : 'evenement.page')}
      </a>
      {evenement.organise && (
        <button type="button" class="bouton" disabled={enCours} onClick={() => void dupliquer()}>
          <Icone nom="copie" />
          {t('evenement.dupliquer')}
        </button>
      )}
      {peut('reporter') && (
        <button type="button" class="bouton" onClick={() => ouvrir('reporter')}>
          <Icone nom="calendrier" />
          {t('evenement.reporter')}
        </button>
      )}
      {peut('retablir') && (
        <button type="button" class="bouton" onClick={() => ouvrir('retablir')}>
          <Icone nom="annuler" />
          {t('evenement.retablir')}
        </button>
      )}
      {peut('annuler') && (
        <button type="button" class="bouton danger" onClick={() => ouvrir('annuler')}>
          <Icone nom="croix" />
          {t('evenement.annuler')}
        </button>
      )}
      {peut('supprimer') && (
        <button type="button" class="bouton danger" onClick={() => ouvrir('supprimer')}>
          <Icone nom="corbeille" />
          {t('evenement.supprimer')}
        </button>
      )}

      {ouvert === 'publier' && (
        <Publier evenement={evenement} fermer={() => ouvrir(null)} fait={(recu) => fait(recu, 'evenement.publie')} />
      )}
      {ouvert === 'reporter' && (
        <Reporter
          evenement={evenement}
          fermer={() => ouvrir(null)}
          fait={(recu, suites) => fait(recu, 'evenement.reporte', suites)}
        />
      )}
      {(ouvert === 'annuler' || ouvert === 'retablir') && (
        <AvecMotif
          slug={slug}
          acte={ouvert}
          fermer={() => ouvrir(null)}
          fait={(recu, suites) => fait(recu, ouvert === 'annuler' ? 'evenement.annule' : 'evenement.retabli', suites)}
        />
      )}
      {ouvert === 'supprimer' && <Supprimer slug={slug} fermer={() => ouvrir(null)} />}
    </div>
  );
}

interface Porte {
  fermer: () => void;
  fait: (evenement: Evenement, suites?: Suites) => void;
}

function Pied({ fermer, enCours, cle, danger }: { fermer: () => void; enCours: boolean; cle: Cle; danger?: boolean }) {
  return (
    <>
      <button type="button" class="bouton" onClick={fermer}>
        {t('actes.renoncer')}
      </button>
      <button type="submit" class={danger ? 'bouton plein danger' : 'bouton plein'} disabled={enCours}>
        {t(cle)}
      </button>
    </>
  );
}

function Publier({ evenement, fermer, fait }: Porte & { evenement: Evenement }) {
  const { slug, moments } = evenement;
  const croise = moments.findIndex((_, rang) => chevauche(moments, rang) !== undefined);
  const [avant, apres] = [chevauche(moments, croise), moments[croise]];
  const envoi = useEnvoi();
  const soumettre = () =>
    void envoi.envoyer(async () => {
      try {
        fait(await obtenir(api.POST('/api/espace/evenements/{slug}/publier', { params: { path: { slug } } })));
      } catch (erreur) {
        if (erreur instanceof Probleme && erreur.erreurs.length > 0) {
          manques.set(slug, { phrase: erreur.phrase, erreurs: erreur.erreurs, code: erreur.code });
        }
        throw erreur;
      }
    });
  const incomplet = (envoi.refus?.erreurs.length ?? 0) > 0;
  return (
    <Dialogue titre={t('evenement.publier')} fermer={fermer}>
      {incomplet ? (
        <div class="encart refus" role="alert">
          <p>{t('evenement.il_manque')}</p>
          <ul class="puces-texte">
            {envoi.refus?.erreurs.map((manque) => (
              <li key={manque.champ}>{direManque(manque)}</li>
            ))}
          </ul>
          <a class="bouton plein" href={`/espace/evenements/${slug}/modifier`}>
            {t('evenement.completer')}
          </a>
        </div>
      ) : (
        <Formulaire
          prefixe="acte"
          envoi={envoi}
          soumettre={soumettre}
          pied={<Pied fermer={fermer} enCours={envoi.enCours} cle="evenement.publier" />}
        >
          <p>{t('evenement.publier_phrase')}</p>
          {avant && apres && (
            <p class="attention">
              {t('evenement.se_chevauchent', { avant: nomDuMoment(avant), apres: nomDuMoment(apres) })}
            </p>
          )}
        </Formulaire>
      )}
    </Dialogue>
  );
}

function useConsequences(slug: string): Chargement<Suites> {
  return useChargement(`evenement/${slug}/consequences`, () =>
    obtenir(api.GET('/api/espace/evenements/{slug}/consequences', { params: { path: { slug } } })),
  );
}

/** Qui l'apprendra par e-mail, et qui restera à appeler : dit avant d'agir, et redit après. */
function Consequences({ nombres }: { nombres: Chargement<Suites> }) {
  return (
    <Suite de={nombres}>
      {({ par_courriel, a_appeler }) => (
        <p class="encart">
          {par_courriel + a_appeler === 0
            ? t('evenement.personne_a_prevenir')
            : [
                par_courriel > 0 && t('evenement.seront_prevenus', { n: par_courriel }),
                a_appeler > 0 && t('evenement.seront_a_appeler', { n: a_appeler }),
              ]
                .filter(Boolean)
                .join(' ')}
        </p>
      )}
    </Suite>
  );
}

function Reporter({ evenement, fermer, fait }: Porte & { evenement: Evenement }) {
  const { slug } = evenement;
  const envoi = useEnvoi();
  const suites = useConsequences(slug);
  const [quand, choisir] = useState<'date' | 'plus_tard'>('date');
  const [debut, ecrire] = useState(versSaisie(evenement.debut ?? evenement.debut_initial));
  const [motif, motiver] = useState('');
  const soumettre = () =>
    void envoi.envoyer(async () => {
      const body = { motif: motif.trim(), debut: quand === 'date' ? versInstant(debut) : null };
      const options = { params: { path: { slug } }, body };
      fait(await obtenir(api.POST('/api/espace/evenements/{slug}/reporter', options)), suites.valeur);
    });
  return (
    <Dialogue titre={t('evenement.reporter')} fermer={fermer}>
      <Formulaire
        prefixe="acte"
        envoi={envoi}
        soumettre={() => {
          if (quand === 'date' && versInstant(debut) === null) {
            const erreurs = [{ champ: 'debut', message: t('remarques.instant') }];
            envoi.refuser({ phrase: t('edition.a_corriger', { n: 1 }), erreurs, code: 'remarques' });
          } else soumettre();
        }}
        pied={<Pied fermer={fermer} enCours={envoi.enCours} cle="evenement.reporter_et_dire" />}
      >
        <Options
          chemin="quand"
          etiquette={t('evenement.reporter_quand')}
          valeur={quand}
          changer={choisir}
          options={[
            ['date', t('evenement.reporter_date')],
            ['plus_tard', t('evenement.reporter_plus_tard')],
          ]}
        />
        {quand === 'date' && (
          <ChampTexte
            chemin="debut"
            etiquette={t('evenement.nouveau_debut')}
            aide={t('evenement.nouveau_debut_aide')}
            type="datetime-local"
            valeur={debut}
            changer={ecrire}
          />
        )}
        <ChampTexte
          chemin="motif"
          etiquette={t('evenement.motif')}
          aide={t('evenement.motif_aide')}
          obligatoire
          valeur={motif}
          changer={motiver}
          maxLength={400}
        />
        <Consequences nombres={suites} />
      </Formulaire>
    </Dialogue>
  );
}

function AvecMotif({ slug, acte, fermer, fait }: Porte & { slug: string; acte: 'annuler' | 'retablir' }) {
  const envoi = useEnvoi();
  const suites = useConsequences(slug);
  const [motif, motiver] = useState('');
  const soumettre = () =>
    void envoi.envoyer(async () => {
      const options = { params: { path: { slug } }, body: { motif: motif.trim() } };
      fait(
        await obtenir(
          acte === 'annuler'
            ? api.POST('/api/espace/evenements/{slug}/annuler', options)
            : api.POST('/api/espace/evenements/{slug}/retablir', options),
        ),
        suites.valeur,
      );
    });
  return (
    <Dialogue titre={t(`evenement.${acte}`)} fermer={fermer}>
      <Formulaire
        prefixe="acte"
        envoi={envoi}
        soumettre={soumettre}
        pied={
          <Pied fermer={fermer} enCours={envoi.enCours} cle={`evenement.${acte}_et_dire`} danger={acte === 'annuler'} />
        }
      >
        <p>{t(`evenement.${acte}_phrase`)}</p>
        <ChampTexte
          chemin="motif"
          etiquette={t('evenement.motif')}
          aide={t('evenement.motif_aide')}
          obligatoire
          valeur={motif}
          changer={motiver}
          maxLength={400}
        />
        <Consequences nombres={suites} />
      </Formulaire>
    </Dialogue>
  );
}

function Supprimer({ slug, fermer }: { slug: string; fermer: () => void }) {
  const envoi = useEnvoi();
  const { route } = useLocation();
  const soumettre = () =>
    void envoi.envoyer(async () => {
      await obtenir(api.DELETE('/api/espace/evenements/{slug}', { params: { path: { slug } } }));
      oublier('evenement', 'a-faire');
      annoncer(t('evenement.supprime'));
      route('/espace/evenements', true);
    });
  return (
    <Dialogue titre={t('evenement.supprimer')} fermer={fermer}>
      <Formulaire
        prefixe="acte"
        envoi={envoi}
        soumettre={soumettre}
        pied={<Pied fermer={fermer} enCours={envoi.enCours} cle="evenement.supprimer" danger />}
      >
        <p>{t('evenement.supprimer_phrase')}</p>
      </Formulaire>
    </Dialogue>
  );
}
