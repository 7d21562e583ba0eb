import { useState } from 'preact/hooks';
import { api, obtenir, type Modeles } from '../../api/client';
import { Cadre, ChampTexte, Choix } from '../composants/champs';
import { ChoixLieu } from '../composants/choix';
import { Icone } from '../composants/icone';
import { Bloc, Echec, Page, Suite, Vide } from '../composants/page';
import { direDistance, METIERS, type Metier } from '../banquets/vocabulaire';
import { useChargement, useRepos } from '../etat';
import { lireEntier } from '../quantites';
import type { Choisi } from '../saisie-evenement';
import { t } from '../textes';

type Bref = Modeles['ProducteurBref'];
type Operateur = Modeles['OperateurBio'];
const RAYON_KM = '30';

/** L'annuaire des producteurs du réseau : par nom, par métier, du plus proche d'un lieu. */
export default function Producteurs() {
  const [q, chercher] = useState('');
  const [metier, choisirMetier] = useState<Metier | ''>('');
  const [lieu, choisirLieu] = useState<Choisi | null>(null);
  const repose = useRepos(q.trim());
  const annuaire = useChargement(`producteurs?${[repose, metier, lieu?.slug].join('&')}`, () =>
    obtenir(
      api.GET('/api/espace/producteurs', {
        params: {
          query: { q: repose, ...(metier && { genre: metier }), ...(lieu && { lieu: lieu.slug }) },
        },
      }),
    ),
  );
  return (
    <Page
      titre={t('producteurs.titre')}
      retour={['/espace/reseau', t('nav.reseau')]}
      actions={
        <a class="bouton plein" href="/espace/creer/producteur">
          <Icone nom="plus" />
          {t('producteurs.ajouter')}
        </a>
      }
    >
      <label class="recherche">
        <span class="invisible">{t('producteurs.chercher')}</span>
        <Icone nom="loupe" />
        <input
          type="search"
          value={q}
          placeholder={t('producteurs.chercher')}
          onInput={(evenement) => chercher(evenement.currentTarget.value)}
        />
      </label>
      <div class="cote-a-cote">
        <Choix<Metier | ''>
          chemin="metier"
          etiquette={t('producteurs.metier')}
          valeur={metier}
          changer={choisirMetier}
          options={[['', t('producteurs.tous_metiers')], ...METIERS.map((nom) => [nom, t(`metiers.${nom}`)] as const)]}
        />
        <ChoixLieu chemin="lieu" etiquette={t('producteurs.pres_de')} choisi={lieu} choisir={choisirLieu} />
      </div>
      <Suite de={annuaire}>
        {(liste) =>
          liste.length === 0 ? (
            <Vide>
              <p>{t(q || metier ? 'producteurs.rien' : 'producteurs.vide')}</p>
            </Vide>
          ) : (
            <>
              <p class="second" role="status">
                {t('producteurs.combien', { n: liste.length })}
              </p>
              <ul class="lignes">
                {liste.map((producteur) => (
                  <li key={producteur.slug}>
                    <span>
                      <a href={`/espace/producteurs/${producteur.slug}`}>{producteur.nom}</a>{' '}
                      <EtatBioBref etat={producteur.etat_bio} />
                    </span>
                    <span class="second">{decrire(producteur)}</span>
                  </li>
                ))}
              </ul>
            </>
          )
        }
      </Suite>
      <RechercheBio depuis={lieu} />
    </Page>
  );
}

/** « agriculteur · Uzès · à 4,2 km · 3 jours de délai ». */
function decrire({ genre, commune, distance_km, delai_jours }: Bref): string {
  return [
    t(`metiers.${genre}`),
    commune,
    distance_km !== null && direDistance(distance_km),
    delai_jours !== null && t('producteurs.delai_bref', { n: delai_jours }),
  ]
    .filter(Boolean)
    .join(' · ');
}

function EtatBioBref({ etat }: { etat: Bref['etat_bio'] }) {
  return etat === 'absent' ? null : (
    <span class={etat === 'valable' ? 'pastille publie' : 'marque'}>{t(`etats_bio.${etat}`)}</span>
  );
}

/** L'annuaire public de l'Agence BIO : s'il se tait, on le dit, et l'annuaire du réseau reste là. */
function RechercheBio({ depuis }: { depuis: Choisi | null }) {
  const [ouverte, ouvrir] = useState(false);
  return (
    <Bloc titre={t('agence_bio.titre')}>
      <p class="second">{t('agence_bio.phrase')}</p>
      {ouverte ? (
        <Recherche key={depuis?.slug} depuis={depuis} />
      ) : (
        <button type="button" class="bouton" onClick={() => ouvrir(true)}>
          <Icone nom="loupe" />
          {t('agence_bio.chercher')}
        </button>
      )}
    </Bloc>
  );
}

function Recherche({ depuis }: { depuis: Choisi | null }) {
  const [lieu, choisirLieu] = useState(depuis);
  const [rayon, eloigner] = useState(RAYON_KM);
  const [produit, nommer] = useState('');
  const [demande, demander] = useState<{ lieu: string; rayon_km: number; produit: string } | null>(null);
  const [refus, refuser] = useState<{ lieu?: string; rayon?: string }>({});
  const lancer = () => {
    const rayon_km = lireEntier(rayon);
    const rayonJuste = typeof rayon_km === 'number' && rayon_km >= 1 && rayon_km <= 200;
    refuser({
      ...(!lieu && { lieu: t('agence_bio.lieu_manquant') }),
      ...(!rayonJuste && { rayon: t('agence_bio.rayon_faux') }),
    });
    if (lieu && rayonJuste) demander({ lieu: lieu.slug, rayon_km, produit: produit.trim() });
  };
  return (
    <>
      <form
        noValidate
        onSubmit={(evenement) => {
          evenement.preventDefault();
          lancer();
        }}
      >
        <ChoixLieu chemin="bio-lieu" etiquette={t('agence_bio.lieu')} choisi={lieu} choisir={choisirLieu} />
        {refus.lieu && !lieu && (
          <p class="refus-champ" role="alert">
            {refus.lieu}
          </p>
        )}
        <div class="cote-a-cote">
          <ChampTexte
            chemin="bio-rayon"
            etiquette={t('agence_bio.rayon')}
            inputMode="numeric"
            suffixe="km"
            valeur={rayon}
            changer={eloigner}
            erreur={refus.rayon}
          />
          <Cadre chemin="bio-produit" etiquette={t('agence_bio.produit')} aide={t('agence_bio.produit_aide')}>
            {(attributs) => (
              <input
                {...attributs}
                type="text"
                maxLength={100}
                value={produit}
                onInput={(evenement) => nommer(evenement.currentTarget.value)}
              />
            )}
          </Cadre>
        </div>
        <button type="submit" class="bouton plein">
          <Icone nom="loupe" />
          {t('agence_bio.chercher')}
        </button>
      </form>
      {demande && <Resultats key={JSON.stringify(demande)} demande={demande} />}
    </>
  );
}

function Resultats({ demande }: { demande: { lieu: string; rayon_km: number; produit: string } }) {
  const trouves = useChargement(`operateurs-bio?${JSON.stringify(demande)}`, () =>
    obtenir(api.GET('/api/espace/operateurs-bio', { params: { query: demande } })),
  );
  if (trouves.valeur === undefined && trouves.erreur !== undefined) {
    return <Echec erreur={trouves.erreur} recommencer={trouves.recharger} />;
  }
  return (
    <Suite de={trouves}>
      {({ elements, phrase, source }) => (
        <>
          {phrase && (
            <p class="encart" role="status">
              {phrase}
            </p>
          )}
          {!phrase && (
            <p class="second" role="status">
              {t('agence_bio.trouves', { n: elements.length })}
            </p>
          )}
          <ul class="lignes">
            {elements.map((operateur) => (
              <li key={operateur.numero_bio}>
                <span>
                  <strong>{operateur.nom}</strong>
                  <br />
                  <span class="second">
                    {[direDistance(operateur.distance_km), operateur.adresse].filter(Boolean).join(' · ')}
                  </span>
                  {operateur.productions.length > 0 && (
                    <>
                      <br />
                      <span class="second">{operateur.productions.join(', ')}</span>
                    </>
                  )}
                </span>
                <a
                  class="bouton petit"
                  href={`/espace/creer/producteur?${preremplir(operateur)}`}
                  aria-label={t('agence_bio.ajouter_quoi', { quoi: operateur.nom })}
                >
                  <Icone nom="plus" />
                  {t('agence_bio.ajouter')}
                </a>
              </li>
            ))}
          </ul>
          <p class="second">{t('agence_bio.source', { source })}</p>
        </>
      )}
    </Suite>
  );
}

/** Ce que l'annuaire dit de l'entreprise passe dans l'adresse : recharger l'écran ne le perd pas. */
function preremplir({ nom, siret, adresse, organisme, numero_bio, certificat }: Operateur): string {
  return new URLSearchParams({
    nom,
    adresse,
    organisme,
    numero: numero_bio,
    ...(siret && { siret }),
    ...(certificat && { certificat }),
  }).toString();
}
