import { useState } from 'preact/hooks';
import { api, obtenir, Probleme, type Modeles } from '../../api/client';
import { ChampLong, ChampTexte, Options } from '../composants/champs';
import { Dialogue } from '../composants/dialogue';
import { Formulaire, useEnvoi } from '../composants/formulaire';
import { Icone } from '../composants/icone';
import { Bloc, Suite, Vide } from '../composants/page';
import { aujourdhui, direMoment } from '../dates';
import { annoncer, dire, oublier, useActe, useChargement } from '../etat';
import { direMontant } from '../montants';
import { langue, t, type Cle } from '../textes';
import { Cadre } from './cadre';
import { Confirmer } from './confirmer';
import { parler, type Parle } from './temps';
import { direDate, direPrix, direQuantite } from './vocabulaire';

type Vue = Modeles['VueCommandes'];
type Commande = Modeles['VueCommande'];
type LigneDeCommande = Commande['lignes'][number];
type Detail = NonNullable<LigneDeCommande['voulue']>;
type Moyen = NonNullable<Commande['moyen']>;
type Geste = 'envoyer' | 'relancer' | 'accepter' | 'annuler' | 'lien';
type Remplacer = (vue: Vue) => void;

const RYTHME_S = 30;
const euros = (centimes: number) => direMontant(centimes, langue);

/** Ce que l'on commande à chaque producteur, et ce qu'il répond. */
export default function CommandesDuBanquet({ moment }: { moment: string }) {
  return (
    <Cadre moment={moment} nom="ordres.titre">
      {({ organise, evenement, retire, temps }) => (
        <Commandes
          moment={moment}
          organise={organise}
          evenement={evenement}
          retire={retire}
          parle={parler(temps)}
        />
      )}
    </Cadre>
  );
}

function Commandes({
  moment,
  organise,
  evenement,
  retire,
  parle,
}: {
  moment: string;
  organise: boolean;
  /** Le slug : où publier ce qui ne l'est pas. */
  evenement: string;
  retire: boolean;
  parle: Parle;
}) {
  const lues = useChargement<Vue>(
    `banquet/${moment}/commandes`,
    () => obtenir(api.GET('/api/espace/banquets/{moment}/commandes', { params: { path: { moment } } })),
    RYTHME_S,
  );
  const [geste, ouvrir] = useState<{ quoi: Geste; producteur: string } | null>(null);
  const remplacer = (vue: Vue) => {
    lues.remplacer(vue);
    oublier(`banquet/${moment}/approvisionnements`, `banquet/${moment}/comptes`);
  };
  return (
    <Suite de={lues}>
      {({ elements, total_ht_centimes, close, brouillon }) => {
        const ouverte = geste && elements.find(({ producteur }) => producteur === geste.producteur);
        return (
          <>
            {retire && <p class="encart">{t('ordres.retire')}</p>}
            {brouillon && organise && (
              <div class="encart">
                <p>{t('ordres.brouillon')}</p>
                <a class="bouton" href={`/espace/evenements/${evenement}`}>
                  {t('ordres.vers_evenement')}
                </a>
              </div>
            )}
            {!organise && <p class="encart discret">{t('ordres.reserve')}</p>}
            {elements.length === 0 ? (
              <Vide>
                <p>{t(`ordres.vide.${parle}`)}</p>
                <a class="bouton" href={`/espace/banquets/${moment}/approvisionnements`}>
                  {t('ordres.vers_appros')}
                </a>
              </Vide>
            ) : (
              <p role="status">
                {t('ordres.resume', {
                  n: elements.length,
                  total: euros(total_ht_centimes),
                })}
              </p>
            )}
            {elements.map((commande) => (
              <CarteCommande
                key={commande.producteur}
                commande={commande}
                organise={organise}
                parle={parle}
                close={close || brouillon}
                ouvrir={(quoi) => ouvrir({ quoi, producteur: commande.producteur })}
              />
            ))}
            {geste && ouverte && (
              <Gestes
                key={`${geste.quoi} ${geste.producteur}`}
                quoi={geste.quoi}
                moment={moment}
                commande={ouverte}
                fermer={() => ouvrir(null)}
                remplacer={remplacer}
                relire={lues.recharger}
              />
            )}
          </>
        );
      }}
    </Suite>
  );
}

function CarteCommande({
  commande,
  organise,
  parle,
  close,
  ouvrir,
}: {
  commande: Commande;
  organise: boolean;
  parle: Parle;
  /** Rien ne part : le repas est passé ou annulé, ou son évènement n'est pas publié. */
  close: boolean;
  ouvrir: (geste: Geste) => void;
}) {
  const { etat, courriel, telephone, avertissements } = commande;
  const active = commande.version > 0 && etat !== 'annulee';
  const aEnvoyer =
    (etat === 'a_preparer' || etat === 'a_renvoyer' || etat === 'annulee') && commande.lignes.some((l) => l.voulue);
  const relancable = commande.relance_des !== null && commande.relance_des <= aujourdhui();
  return (
    <Bloc titre={commande.producteur_nom}>
      <p>
        <span class={`etat-commande ${etat}`}>{t(direEtat(etat, parle))}</span>{' '}
        <span class="second">{direOuEnEst(commande, parle)}</span>
      </p>
      {avertissements.map((phrase) => (
        <p key={phrase} class="attention">
          {phrase}
        </p>
      ))}
      <Lignes lignes={commande.lignes} marquer={active} />
      <Totaux commande={commande} />
      {commande.mot && (
        <div class="encart discret">
          <p class="texte-libre">{t('ordres.mot_du_producteur', { mot: commande.mot })}</p>
        </div>
      )}
      {commande.motif && <p class="second">{t('ordres.motif_dit', { motif: commande.motif })}</p>}
      {commande.conditions && <p class="second texte-libre">{commande.conditions}</p>}
      <p class="second adresse">
        {courriel} <a href={`/espace/producteurs/${commande.producteur}`}>{t('appros.voir_fiche')}</a>
      </p>
      {organise && commande.relance_des && !relancable && (
        <p class="second">{t('ordres.relance_demain', { qui: commande.producteur_nom })}</p>
      )}
      <div class="boutons">
        {organise && commande.a_accepter && (
          <button type="button" class="bouton plein" onClick={() => ouvrir('accepter')}>
            <Icone nom="coche" />
            {t('ordres.accepter')}
          </button>
        )}
        {organise && !close && aEnvoyer && (
          <button
            type="button"
            class={commande.a_accepter ? 'bouton' : 'bouton plein'}
            onClick={() => ouvrir('envoyer')}
          >
            <Icone nom={courriel ? 'enveloppe' : 'crayon'} />
            {t(!courriel ? 'ordres.preparer_telephone' : active ? 'ordres.renvoyer' : 'ordres.preparer')}
          </button>
        )}
        {organise && relancable && (
          <button type="button" class="bouton plein" onClick={() => ouvrir('relancer')}>
            <Icone nom="enveloppe" />
            {t('ordres.relancer')}
          </button>
        )}
        {telephone && (
          <a class="bouton" href={`tel:${telephone.replace(/[^\d+]/g, '')}`}>
            <Icone nom="telephone" />
            {t('ordres.telephoner', { telephone: telephone.replaceAll(' ', '\u00a0') })}
          </a>
        )}
        {organise && active && parle !== 'passe' && (
          <button type="button" class="bouton" onClick={() => ouvrir('annuler')}>
            {t('ordres.annuler')}
          </button>
        )}
      </div>
      {organise && commande.lien && parle !== 'passe' && (
        <details class="plus">
          <summary>{t('ordres.lien')}</summary>
          <p class="second">{t('ordres.lien_phrase')}</p>
          <p class="adresse">
            <a href={`/commandes/${commande.lien}`} target="_blank" rel="noopener">
              {`${location.origin}/commandes/${commande.lien}`}
            </a>
          </p>
          <button type="button" class="bouton petit" onClick={() => ouvrir('lien')}>
            {t('ordres.changer_lien')}
          </button>
        </details>
      )}
    </Bloc>
  );
}

/** Après le repas, ce qui n'est pas parti ne partira plus. */
function direEtat(etat: Commande['etat'], parle: Parle): Cle {
  return parle !== 'a_venir' && (etat === 'a_preparer' || etat === 'a_renvoyer')
    ? `ordres.etats_apres.${etat}`
    : `ordres.etats.${etat}`;
}

/** « Bon nº 2, envoyé mar. 9 juin, 18 h · a répondu… · à livrer le 12 juin 2026, foyer ». */
function direOuEnEst(commande: Commande, parle: Parle): string {
  const { numero, envoyee_le, relances, relancee_le, repondue_le, acceptee_le, annulee_le, moyen, livraison } = commande;
  return [
    envoyee_le &&
      t(moyen === 'telephone' ? 'ordres.dite_le' : 'ordres.envoyee_le', { numero, quand: direMoment(envoyee_le, langue) }),
    relancee_le && t('ordres.relancee_le', { n: relances, quand: direMoment(relancee_le, langue) }),
    annulee_le && t('ordres.annulee_le', { quand: direMoment(annulee_le, langue) }),
    repondue_le && t('ordres.repondue_le', { quand: direMoment(repondue_le, langue) }),
    acceptee_le && t('ordres.acceptee_le', { quand: direMoment(acceptee_le, langue) }),
    envoyee_le && livraison.le && t(`ordres.livraison.${parle}`, { quand: direDate(livraison.le), lieu: livraison.lieu }),
  ]
    .filter(Boolean)
    .join(' · ');
}

function Totaux({ commande }: { commande: Commande }) {
  const { total_ht_centimes, total_envoye_ht_centimes, total_repondu_ht_centimes, sans_prix } = commande;
  return (
    <p>
      {t('ordres.total', { total: euros(total_ht_centimes) })}
      {total_envoye_ht_centimes !== null &&
        total_envoye_ht_centimes !== total_ht_centimes &&
        ` ${t('ordres.total_envoye', { total: euros(total_envoye_ht_centimes) })}`}
      {total_repondu_ht_centimes !== null &&
        total_repondu_ht_centimes !== total_envoye_ht_centimes &&
        ` ${t('ordres.total_repondu', { total: euros(total_repondu_ht_centimes) })}`}
      {sans_prix > 0 && <span class="second"> {t('ordres.sans_prix', { n: sans_prix })}</span>}
    </p>
  );
}

function direDetail({ quantite_milliemes, vendu_par, prix_centimes }: Detail): string {
  const quantite = direQuantite(quantite_milliemes, vendu_par);
  return prix_centimes === null ? quantite : `${quantite}, ${direPrix(prix_centimes, vendu_par)}`;
}

/** Ce que l'on veut, ce qui est parti si c'est autre chose, ce que répond le producteur. */
function Lignes({ lignes, marquer }: { lignes: readonly LigneDeCommande[]; marquer: boolean }) {
  return (
    <ul class="lignes">
      {lignes.map((ligne) => {
        const dite = ligne.voulue ?? ligne.envoyee;
        if (!dite) return null;
        const { ecart, envoyee, reponse } = ligne;
        return (
          <li key={ligne.approvisionnement}>
            <div class="quoi">
              <strong class={ligne.voulue ? '' : 'barre-texte'}>{dite.description}</strong>{' '}
              {marquer && ecart && <span class="marque">{t(`ordres.ecarts.${ecart}`)}</span>}
              <p>{ligne.voulue ? direDetail(ligne.voulue) : t('ordres.plus_voulue')}</p>
              {ecart && ecart !== 'ajoutee' && envoyee && (
                <p class="second">{t('ordres.etait', { quoi: direDetail(envoyee) })}</p>
              )}
              {dite.note && <p class="second">{dite.note}</p>}
            </div>
            {reponse && <Reponse reponse={reponse} unite={(envoyee ?? dite).vendu_par} />}
          </li>
        );
      })}
    </ul>
  );
}

function Reponse({ reponse, unite }: { reponse: NonNullable<LigneDeCommande['reponse']>; unite: Detail['vendu_par'] }) {
  const { quantite_milliemes, prix_centimes, mot } = reponse;
  return (
    <div class={`reponse-ligne ${reponse.reponse}`}>
      <p>
        <Icone nom={reponse.reponse === 'confirmee' ? 'coche' : reponse.reponse === 'refusee' ? 'croix' : 'crayon'} />{' '}
        {t(`ordres.reponses.${reponse.reponse}`)}
        {reponse.reponse === 'corrigee' &&
          `${t('presences.deux_points')} ${direQuantite(quantite_milliemes, unite)}${prix_centimes === null ? '' : `, ${direPrix(prix_centimes, unite)}`}`}
      </p>
      {mot && <p class="second">{mot}</p>}
    </div>
  );
}

// --- Les gestes ---------------------------------------------------------------------------------------------------------

interface Commun {
  quoi: Geste;
  moment: string;
  commande: Commande;
  fermer: () => void;
  remplacer: Remplacer;
  relire: () => Promise<void>;
}

function Gestes(props: Commun) {
  switch (props.quoi) {
    case 'envoyer':
      return <Envoyer {...props} />;
    case 'relancer':
      return <Relancer {...props} />;
    case 'annuler':
      return <Annuler {...props} />;
    case 'accepter':
      return (
        <Simple {...props} titre={t('ordres.accepter')} faire={accepter}>
          <p>{t('ordres.accepter_phrase', { qui: props.commande.producteur_nom })}</p>
          <Lignes
            marquer
            lignes={props.commande.lignes.filter(({ reponse }) => reponse && reponse.reponse !== 'confirmee')}
          />
        </Simple>
      );
    default:
      return (
        <Simple {...props} titre={t('ordres.changer_lien')} faire={changerLeLien}>
          <p>{t('ordres.changer_lien_phrase')}</p>
        </Simple>
      );
  }
}

type Faire = (moment: string, commande: Commande) => Promise<{ vue: Vue; dit: string }>;

const accepter: Faire = async (moment, { producteur, temoin }) => ({
  vue: await obtenir(
    api.POST('/api/espace/banquets/{moment}/commandes/{producteur}/accepter', {
      params: { path: { moment, producteur } },
      body: { temoin },
    }),
  ),
  dit: t('ordres.acceptee'),
});

const changerLeLien: Faire = async (moment, { producteur, temoin }) => ({
  vue: await obtenir(
    api.POST('/api/espace/banquets/{moment}/commandes/{producteur}/lien', {
      params: { path: { moment, producteur } },
      body: { temoin },
    }),
  ),
  dit: t('ordres.lien_change'),
});

/** Un geste sans rien à saisir. Si la commande a changé entre-temps, on la relit, et la fenêtre montre la nouvelle. */
function Simple({
  moment,
  commande,
  fermer,
  remplacer,
  relire,
  titre,
  acte = titre,
  faire,
  children,
}: Commun & { titre: string; acte?: string; faire: Faire; children: preact.ComponentChildren }) {
  const { enCours, agir } = useActe();
  const [refus, refuser] = useState('');
  const lancer = () =>
    agir(async () => {
      try {
        const { vue, dit } = await faire(moment, commande);
        remplacer(vue);
        annoncer(dit);
        fermer();
      } catch (erreur) {
        refuser(dire(erreur));
        if (erreur instanceof Probleme && erreur.statut === 409) await relire();
      }
    });
  return (
    <Confirmer titre={titre} acte={acte} enCours={enCours} faire={() => void lancer()} fermer={fermer}>
      {refus && (
        <p class="encart refus" role="alert">
          {refus}
        </p>
      )}
      {children}
    </Confirmer>
  );
}

/** L'aperçu du bon, tel qu'il partira ; ce que l'on tape reste si la commande a changé entre-temps. */
function Envoyer({ moment, commande, fermer, remplacer, relire }: Commun) {
  const envoi = useEnvoi();
  // Choisie une fois : refaire l'envoi, quand la réponse s'est perdue, n'écrit pas deux fois au producteur.
  const [cle] = useState(() => crypto.randomUUID());
  const { courriel, telephone, producteur, temoin, livraison } = commande;
  const [moyen, choisir] = useState<Moyen>(courriel ? 'courriel' : 'telephone');
  const [le, dater] = useState(livraison.le ?? '');
  const [lieu, situer] = useState(livraison.lieu);
  const [message, ecrire] = useState(commande.message);
  const remplace = commande.version > 0 && commande.etat !== 'annulee';
  const voulues = commande.lignes.filter(({ voulue }) => voulue !== null);
  const soumettre = () =>
    void envoi.envoyer(async () => {
      try {
        const vue = await obtenir(
          api.POST('/api/espace/banquets/{moment}/commandes/{producteur}/envoi', {
            params: { path: { moment, producteur } },
            body: { temoin, cle, moyen, livraison_le: le || null, livraison_lieu: lieu.trim() || null, message },
          }),
        );
        remplacer(vue);
      } catch (erreur) {
        // La commande relue s'affiche dans l'aperçu : on la regarde, puis on envoie de nouveau.
        if (erreur instanceof Probleme && erreur.code === 'commande-modifiee') await relire();
        throw erreur;
      }
      annoncer(t(moyen === 'courriel' ? 'ordres.partie' : 'ordres.notee', { qui: commande.producteur_nom }));
      fermer();
    });
  return (
    <Dialogue titre={t('ordres.apercu', { qui: commande.producteur_nom })} fermer={fermer}>
      <Formulaire
        prefixe="envoi"
        envoi={envoi}
        soumettre={soumettre}
        pied={
          <button type="submit" class="bouton plein" disabled={envoi.enCours || (moyen === 'courriel' && !courriel)}>
            {t(moyen === 'courriel' ? 'ordres.envoyer' : 'ordres.noter')}
          </button>
        }
      >
        {remplace && <p class="second">{t('ordres.remplacera', { numero: commande.numero })}</p>}
        <ul class="lignes">
          {voulues.map(
            ({ approvisionnement, voulue, ecart }) =>
              voulue && (
                <li key={approvisionnement}>
                  <span>
                    {voulue.description} {remplace && ecart && <span class="marque">{t(`ordres.ecarts.${ecart}`)}</span>}
                  </span>
                  <strong>{direDetail(voulue)}</strong>
                </li>
              ),
          )}
        </ul>
        <p>
          <strong>{t('ordres.total', { total: euros(commande.total_ht_centimes) })}</strong>{' '}
          {commande.sans_prix > 0 && t('ordres.sans_prix', { n: commande.sans_prix })}
        </p>
        {courriel && (
          <Options
            chemin="moyen"
            etiquette={t('ordres.moyen')}
            valeur={moyen}
            changer={choisir}
            options={[
              ['courriel', t('ordres.par_courriel')],
              ['telephone', t('ordres.par_telephone')],
            ]}
          />
        )}
        {moyen === 'courriel' && courriel && <p class="second adresse">{t('ordres.part_a', { courriel })}</p>}
        {moyen === 'telephone' && (
          <p class="attention">
            {t('ordres.telephone_phrase')}{' '}
            {telephone && <a href={`tel:${telephone.replace(/[^\d+]/g, '')}`}>{telephone}</a>}
          </p>
        )}
        <div class="cote-a-cote">
          <ChampTexte
            chemin="livraison_le"
            etiquette={t('ordres.livraison_le')}
            type="date"
            valeur={le}
            changer={dater}
          />
          <ChampTexte
            chemin="livraison_lieu"
            etiquette={t('ordres.livraison_lieu')}
            autocomplete="off"
            maxLength={300}
            valeur={lieu}
            changer={situer}
          />
        </div>
        <ChampLong
          chemin="message"
          etiquette={t('ordres.message')}
          aide={t('ordres.message_aide')}
          maximum={2000}
          valeur={message}
          changer={ecrire}
        />
      </Formulaire>
    </Dialogue>
  );
}

/** Le même bon, rappelé ; refaire la relance, quand la réponse s'est perdue, n'écrit pas deux fois. */
function Relancer(props: Commun) {
  const [cle] = useState(() => crypto.randomUUID());
  const { producteur_nom: qui, numero, courriel } = props.commande;
  const relancer: Faire = async (moment, { producteur, temoin }) => ({
    vue: await obtenir(
      api.POST('/api/espace/banquets/{moment}/commandes/{producteur}/relance', {
        params: { path: { moment, producteur } },
        body: { temoin, cle },
      }),
    ),
    dit: t('ordres.relancee', { qui }),
  });
  return (
    <Simple {...props} titre={t('ordres.relancer_titre', { qui })} acte={t('ordres.relancer')} faire={relancer}>
      <p>{t('ordres.relancer_phrase', { qui, numero })}</p>
      {courriel && <p class="second adresse">{t('ordres.relancer_part_a', { courriel })}</p>}
    </Simple>
  );
}

function Annuler({ moment, commande, fermer, remplacer, relire }: Commun) {
  const envoi = useEnvoi();
  const [motif, ecrire] = useState('');
  const { producteur, temoin, producteur_nom: qui } = commande;
  const soumettre = () =>
    void envoi.envoyer(async () => {
      try {
        const vue = await obtenir(
          api.POST('/api/espace/banquets/{moment}/commandes/{producteur}/annuler', {
            params: { path: { moment, producteur } },
            body: { temoin, motif: motif.trim() },
          }),
        );
        remplacer(vue);
      } catch (erreur) {
        if (erreur instanceof Probleme && erreur.code === 'commande-modifiee') await relire();
        throw erreur;
      }
      annoncer(t('ordres.est_annulee', { qui }));
      fermer();
    });
  return (
    <Dialogue titre={t('ordres.annuler')} fermer={fermer}>
      <Formulaire
        prefixe="annulation"
        envoi={envoi}
        soumettre={soumettre}
        pied={
          <>
            <button type="button" class="bouton" onClick={fermer}>
              {t('actes.renoncer')}
            </button>
            <button type="submit" class="bouton plein danger" disabled={envoi.enCours}>
              {t('ordres.annuler')}
            </button>
          </>
        }
      >
        <p>{t(commande.moyen === 'telephone' ? 'ordres.annuler_telephone' : 'ordres.annuler_phrase', { qui })}</p>
        <ChampTexte
          chemin="motif"
          etiquette={t('ordres.motif')}
          autocomplete="off"
          maxLength={400}
          valeur={motif}
          changer={ecrire}
        />
      </Formulaire>
    </Dialogue>
  );
}
