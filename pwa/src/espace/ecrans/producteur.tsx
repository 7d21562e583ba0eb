import type { ComponentChildren } from 'preact';
import { useLocation } from 'preact-iso';
import { useState } from 'preact/hooks';
import { api, obtenir, Probleme, type Modeles } from '../../api/client';
import { ChoixDenree } from '../banquets/choix';
import { comparer, Conflit } from '../banquets/conflit';
import { refuser } from '../banquets/saisie';
import {
  direDate,
  direLabels,
  direPrix,
  FAMILLES,
  LABELS,
  METIERS,
  UNITES,
  type Famille,
  type Label,
  type Metier,
  type Producteur,
  type Produit,
} from '../banquets/vocabulaire';
import { Case, Cases, ChampLong, ChampTexte, Choix } from '../composants/champs';
import { ChoixCommune } from '../composants/choix';
import { Dialogue } from '../composants/dialogue';
import { Formulaire, useEnvoi } from '../composants/formulaire';
import { Icone } from '../composants/icone';
import { Bloc, Page, Suite } from '../composants/page';
import { annoncer, oublier, useActe, useChargement } from '../etat';
import { ecrireEuros, lireEuros } from '../montants';
import { lireEntier, type UniteDeVente } from '../quantites';
import type { Choisi } from '../saisie-evenement';
import { langue, t, type Cle } from '../textes';

type Demande = Modeles['ProducteurDemande'];
const RETOUR = ['/espace/producteurs', 'producteurs.titre'] as const;

async function lire(slug: string): Promise<Producteur> {
  return obtenir(api.GET('/api/espace/producteurs/{slug}', { params: { path: { slug } } }));
}

export default function FicheProducteur({ slug }: { slug: string }) {
  const fiche = useChargement(`producteur/${slug}`, () => lire(slug));
  return (
    <Page
      titre={fiche.valeur?.nom ?? t('producteurs.fiche')}
      retour={[RETOUR[0], t(RETOUR[1])]}
      surtitre={
        fiche.valeur && (
          <p class="second">
            {[t(`metiers.${fiche.valeur.genre}`), t('producteurs.banquets', { n: fiche.valeur.banquets })].join(' · ')}
          </p>
        )
      }
    >
      <Suite de={fiche}>
        {(producteur) => (
          <>
            <EtatDuBio producteur={producteur} />
            <Produits producteur={producteur} remplacer={fiche.remplacer} />
            <Bloc titre={t('producteurs.fiche')}>
              <AvecCommune code={producteur.commune}>
                {(commune) => (
                  <FormulaireProducteur
                    key={slug}
                    producteur={producteur}
                    depart={depuisFiche(producteur, commune)}
                    enregistre={fiche.remplacer}
                  />
                )}
              </AvecCommune>
            </Bloc>
            <Suppression producteur={producteur} />
          </>
        )}
      </Suite>
    </Page>
  );
}

export function NouveauProducteur() {
  const { query } = useLocation();
  const depart: Saisie = {
    ...depuisFiche(null, null),
    nom: query['nom'] ?? '',
    siret: query['siret'] ?? '',
    adresse: query['adresse'] ?? '',
    bio: query['numero'] !== undefined,
    organisme: query['organisme'] ?? '',
    numero: query['numero'] ?? '',
  };
  const certificat = query['certificat'];
  return (
    <Page titre={t('producteurs.ajouter')} retour={[RETOUR[0], t(RETOUR[1])]}>
      {depart.bio && (
        <div class="encart">
          <p>{t('producteurs.prerempli')}</p>
          {certificat?.startsWith('https://') && (
            <a class="bouton" href={certificat} target="_blank" rel="noopener noreferrer">
              <Icone nom="oeil" />
              {t('producteurs.lire_certificat')}
            </a>
          )}
        </div>
      )}
      <FormulaireProducteur producteur={null} depart={depart} enregistre={() => {}} />
    </Page>
  );
}

/** Ce que vaut le certificat aujourd'hui, et pourquoi un bio qui expire ne compte plus. */
function EtatDuBio({ producteur }: { producteur: Producteur }) {
  const { bio, etat_bio } = producteur;
  if (!bio) return <p class="second">{t('producteurs.bio.absent')}</p>;
  const valeurs = {
    organisme: bio.organisme,
    numero: bio.numero,
    verifie: bio.verifie_le ? direDate(bio.verifie_le) : t('conflit.rien'),
    expire: bio.expire_le ? direDate(bio.expire_le) : t('conflit.rien'),
  };
  return (
    <div class={etat_bio === 'valable' ? '' : 'encart'}>
      <p>
        <span class={etat_bio === 'valable' ? 'pastille publie' : 'marque'}>{t(`etats_bio.${etat_bio}`)}</span>
      </p>
      <p>{t(`producteurs.bio.${etat_bio}`, valeurs)}</p>
      <p class="second">{t('producteurs.bio.lu', valeurs)}</p>
    </div>
  );
}

/** La fiche dit le code de la commune ; on la montre par son nom. */
function AvecCommune({
  code,
  children,
}: {
  code: string | null;
  children: (commune: Choisi | null) => ComponentChildren;
}) {
  const commune = useChargement<Choisi | null>(`commune/${code}`, async () => {
    if (code === null) return null;
    const { nom } = await obtenir(api.GET('/api/communes/{code}', { params: { path: { code } } }));
    return { slug: code, nom };
  });
  return <Suite de={commune}>{children}</Suite>;
}

// --- La fiche -------------------------------------------------------------------------------------------------------------

interface Saisie {
  nom: string;
  genre: Metier;
  siret: string;
  description: string;
  adresse: string;
  commune: Choisi | null;
  courriel: string;
  telephone: string;
  site: string;
  conditions: string;
  delai: string;
  bio: boolean;
  organisme: string;
  numero: string;
  verifie_le: string;
  expire_le: string;
}

function depuisFiche(fiche: Producteur | null, commune: Choisi | null): Saisie {
  return {
    nom: fiche?.nom ?? '',
    genre: fiche?.genre ?? 'agriculteur',
    siret: fiche?.siret ?? '',
    description: fiche?.description ?? '',
    adresse: fiche?.adresse ?? '',
    commune,
    courriel: fiche?.courriel ?? '',
    telephone: fiche?.telephone ?? '',
    site: fiche?.site ?? '',
    conditions: fiche?.conditions ?? '',
    delai: fiche?.delai_jours === null || fiche === null ? '' : String(fiche.delai_jours),
    bio: Boolean(fiche?.bio),
    organisme: fiche?.bio?.organisme ?? '',
    numero: fiche?.bio?.numero ?? '',
    verifie_le: fiche?.bio?.verifie_le ?? '',
    expire_le: fiche?.bio?.expire_le ?? '',
  };
}

/** Les champs tels qu'ils se lisent, pour dire ce qui diffère quand deux personnes corrigent la même fiche. */
function enClair(saisie: Saisie): Record<string, string> {
  const { commune, bio, organisme, numero, verifie_le, expire_le, genre, ...reste } = saisie;
  return {
    ...reste,
    genre: t(`metiers.${genre}`),
    commune: commune?.slug ?? '',
    organisme: bio ? organisme : '',
    numero: bio ? numero : '',
    verifie_le: bio ? verifie_le : '',
    expire_le: bio ? expire_le : '',
  };
}

function versDemande(saisie: Saisie, delai_jours: number | null, fiche: Producteur | null, version: number | null): Demande {
  const deplace = fiche !== null && (saisie.adresse.trim() !== fiche.adresse || (saisie.commune?.slug ?? null) !== fiche.commune);
  return {
    nom: saisie.nom.trim(),
    genre: saisie.genre,
    siret: saisie.siret.replace(/\s/g, '') || null,
    description: saisie.description,
    adresse: saisie.adresse.trim(),
    commune: saisie.commune?.slug ?? null,
    // Une adresse corrigée n'est plus là où la carte la mettait : la commune la situe jusqu'à mieux.
    lat: deplace ? null : (fiche?.lat ?? null),
    lon: deplace ? null : (fiche?.lon ?? null),
    courriel: saisie.courriel.trim() || null,
    telephone: saisie.telephone.trim() || null,
    site: saisie.site.trim() || null,
    conditions: saisie.conditions,
    delai_jours,
    bio: saisie.bio
      ? {
          organisme: saisie.organisme.trim(),
          numero: saisie.numero.trim(),
          verifie_le: saisie.verifie_le,
          expire_le: saisie.expire_le || null,
        }
      : null,
    version,
  };
}

function FormulaireProducteur({
  producteur,
  depart,
  enregistre,
}: {
  producteur: Producteur | null;
  depart: Saisie;
  enregistre: (producteur: Producteur) => void;
}) {
  const envoi = useEnvoi();
  const { route } = useLocation();
  const [saisie, ecrire] = useState(depart);
  const [version, partirDe] = useState(producteur?.version ?? null);
  const [autre, lireAutre] = useState<Producteur | null>(null);
  const changer = (morceau: Partial<Saisie>) => ecrire((avant) => ({ ...avant, ...morceau }));
  const soumettre = (sur = version) => {
    const delai = lireEntier(saisie.delai);
    const refus = [
      ...(delai === undefined ? [['delai_jours', t('saisie.entier')] as const] : []),
      ...(saisie.bio && !saisie.verifie_le ? [['bio.verifie_le', t('producteurs.verifie_manquant')] as const] : []),
    ];
    if (refus.length > 0) return envoi.refuser(refuser(...refus));
    void envoi.envoyer(async () => {
      const body = versDemande(saisie, delai ?? null, autre ?? producteur, sur);
      if (producteur) {
        const { slug } = producteur;
        try {
          const vue = await obtenir(api.PUT('/api/espace/producteurs/{slug}', { params: { path: { slug } }, body }));
          partirDe(vue.version);
          lireAutre(null);
          oublier('producteurs');
          enregistre(vue);
        } catch (erreur) {
          if (erreur instanceof Probleme && erreur.code === 'producteur-modifie') lireAutre(await lire(slug));
          throw erreur;
        }
      } else {
        const { slug } = await obtenir(api.POST('/api/espace/producteurs', { body }));
        oublier('producteurs');
        route(`/espace/producteurs/${slug}`);
      }
      annoncer(t('producteurs.enregistre'));
    });
  };
  const conflit = envoi.refus?.code === 'producteur-modifie' && autre && (
    <Conflit
      phrase={envoi.refus.phrase}
      differences={comparer(
        enClair(depuisFiche(autre, autre.commune === null ? null : { slug: autre.commune, nom: autre.commune })),
        enClair(saisie),
        (champ) => t(`producteurs.champs.${champ}` as Cle),
      )}
      garder={() => {
        partirDe(autre.version);
        soumettre(autre.version);
      }}
      reprendre={() => {
        const memeCommune = saisie.commune?.slug === autre.commune ? saisie.commune : null;
        ecrire(depuisFiche(autre, memeCommune ?? (autre.commune ? { slug: autre.commune, nom: autre.commune } : null)));
        partirDe(autre.version);
        envoi.refuser(null);
        enregistre(autre);
      }}
    />
  );
  return (
    <Formulaire
      envoi={envoi}
      soumettre={() => soumettre()}
      resume={conflit || undefined}
      pied={
        <button type="submit" class="bouton plein" disabled={envoi.enCours}>
          {t('actes.enregistrer')}
        </button>
      }
    >
      <ChampTexte
        chemin="nom"
        etiquette={t('producteurs.champs.nom')}
        obligatoire
        autocomplete="off"
        maxLength={160}
        valeur={saisie.nom}
        changer={(nom) => changer({ nom })}
      />
      <Choix
        chemin="genre"
        etiquette={t('producteurs.champs.genre')}
        valeur={saisie.genre}
        changer={(genre) => changer({ genre })}
        options={METIERS.map((nom) => [nom, t(`metiers.${nom}`)])}
      />
      <ChoixCommune
        chemin="commune"
        etiquette={t('producteurs.champs.commune')}
        aide={t('producteurs.commune_aide')}
        choisi={saisie.commune}
        choisir={(commune) => changer({ commune })}
      />
      <ChampTexte
        chemin="adresse"
        etiquette={t('producteurs.champs.adresse')}
        autocomplete="off"
        maxLength={300}
        valeur={saisie.adresse}
        changer={(adresse) => changer({ adresse })}
      />
      <div class="cote-a-cote">
        <ChampTexte
          chemin="courriel"
          etiquette={t('producteurs.champs.courriel')}
          aide={t('producteurs.courriel_aide')}
          type="email"
          autocomplete="off"
          valeur={saisie.courriel}
          changer={(courriel) => changer({ courriel })}
        />
        <ChampTexte
          chemin="telephone"
          etiquette={t('producteurs.champs.telephone')}
          aide={t('producteurs.telephone_aide')}
          type="tel"
          autocomplete="off"
          valeur={saisie.telephone}
          changer={(telephone) => changer({ telephone })}
        />
      </div>
      <div class="cote-a-cote">
        <ChampTexte
          chemin="delai_jours"
          etiquette={t('producteurs.champs.delai')}
          aide={t('producteurs.delai_aide')}
          inputMode="numeric"
          suffixe={t('producteurs.jours')}
          valeur={saisie.delai}
          changer={(delai) => changer({ delai })}
        />
        <ChampTexte
          chemin="siret"
          etiquette={t('producteurs.champs.siret')}
          aide={t('producteurs.siret_aide')}
          inputMode="numeric"
          autocomplete="off"
          valeur={saisie.siret}
          changer={(siret) => changer({ siret })}
        />
      </div>
      <ChampLong
        chemin="conditions"
        etiquette={t('producteurs.champs.conditions')}
        aide={t('producteurs.conditions_aide')}
        maximum={2000}
        valeur={saisie.conditions}
        changer={(conditions) => changer({ conditions })}
      />
      <ChampTexte
        chemin="site"
        etiquette={t('producteurs.champs.site')}
        type="url"
        inputMode="url"
        valeur={saisie.site}
        changer={(site) => changer({ site })}
      />
      <ChampLong
        chemin="description"
        etiquette={t('producteurs.champs.description')}
        maximum={4000}
        valeur={saisie.description}
        changer={(description) => changer({ description })}
      />
      <Case
        chemin="bio"
        etiquette={t('producteurs.certifie')}
        aide={t('producteurs.certifie_aide')}
        cochee={saisie.bio}
        changer={(bio) => changer({ bio })}
      />
      {saisie.bio && (
        <>
          <div class="cote-a-cote">
            <ChampTexte
              chemin="bio.organisme"
              etiquette={t('producteurs.champs.organisme')}
              aide={t('producteurs.organisme_aide')}
              obligatoire
              autocomplete="off"
              maxLength={80}
              valeur={saisie.organisme}
              changer={(organisme) => changer({ organisme })}
            />
            <ChampTexte
              chemin="bio.numero"
              etiquette={t('producteurs.champs.numero')}
              obligatoire
              autocomplete="off"
              maxLength={80}
              valeur={saisie.numero}
              changer={(numero) => changer({ numero })}
            />
          </div>
          <div class="cote-a-cote">
            <ChampTexte
              chemin="bio.verifie_le"
              etiquette={t('producteurs.champs.verifie_le')}
              aide={t('producteurs.verifie_aide')}
              obligatoire
              type="date"
              valeur={saisie.verifie_le}
              changer={(verifie_le) => changer({ verifie_le })}
            />
            <ChampTexte
              chemin="bio.expire_le"
              etiquette={t('producteurs.champs.expire_le')}
              aide={t('producteurs.expire_aide')}
              type="date"
              valeur={saisie.expire_le}
              changer={(expire_le) => changer({ expire_le })}
            />
          </div>
        </>
      )}
    </Formulaire>
  );
}

function Suppression({ producteur }: { producteur: Producteur }) {
  const [confirmer, demander] = useState(false);
  const { enCours, agir } = useActe();
  const { route } = useLocation();
  const { slug, nom, banquets } = producteur;
  const supprimer = () =>
    agir(async () => {
      await obtenir(api.DELETE('/api/espace/producteurs/{slug}', { params: { path: { slug } } }));
      oublier('producteur');
      annoncer(t('producteurs.supprime', { nom }));
      route('/espace/producteurs');
    });
  return (
    <Bloc titre={t('producteurs.supprimer')}>
      {banquets > 0 ? (
        <p>{t('producteurs.employe', { n: banquets })}</p>
      ) : (
        <button type="button" class="bouton danger" onClick={() => demander(true)}>
          <Icone nom="corbeille" />
          {t('producteurs.supprimer')}
        </button>
      )}
      {confirmer && (
        <Dialogue titre={t('producteurs.supprimer')} fermer={() => demander(false)}>
          <p>{t('producteurs.supprimer_phrase', { nom })}</p>
          <div class="pied">
            <button type="button" class="bouton" onClick={() => demander(false)}>
              {t('actes.renoncer')}
            </button>
            <button type="button" class="bouton plein danger" disabled={enCours} onClick={() => void supprimer()}>
              {t('producteurs.supprimer')}
            </button>
          </div>
        </Dialogue>
      )}
    </Bloc>
  );
}

// --- Ses produits ---------------------------------------------------------------------------------------------------------

function Produits({
  producteur,
  remplacer,
}: {
  producteur: Producteur;
  remplacer: (producteur: Producteur) => void;
}) {
  const [ouvert, ouvrir] = useState<Produit | 'nouveau' | null>(null);
  const { enCours, agir } = useActe();
  const { slug, produits } = producteur;
  const retirer = (produit: Produit) =>
    agir(async () => {
      const params = { path: { slug, produit: produit.id } };
      remplacer(await obtenir(api.DELETE('/api/espace/producteurs/{slug}/produits/{produit}', { params })));
      annoncer(t('produits.retire', { nom: produit.nom }));
    });
  return (
    <Bloc
      titre={t('produits.titre')}
      actions={
        <button type="button" class="bouton petit" onClick={() => ouvrir('nouveau')}>
          <Icone nom="plus" />
          {t('produits.ajouter')}
        </button>
      }
    >
      {produits.length === 0 ? (
        <p class="second">{t('produits.vide')}</p>
      ) : (
        <ul class="lignes">
          {produits.map((produit) => (
            <li key={produit.id}>
              <span>
                <strong>{produit.nom}</strong>{' '}
                {produit.classe && <span class="pastille publie">{t(`classes.${produit.classe}`)}</span>}
                <br />
                <span class="second">{decrireProduit(produit)}</span>
              </span>
              <span class="boutons">
                <button
                  type="button"
                  class="bouton petit"
                  aria-label={t('produits.modifier_quoi', { quoi: produit.nom })}
                  onClick={() => ouvrir(produit)}
                >
                  {t('actes.modifier')}
                </button>
                <button
                  type="button"
                  class="bouton petit"
                  disabled={enCours}
                  aria-label={t('actes.retirer_quoi', { quoi: produit.nom })}
                  onClick={() => void retirer(produit)}
                >
                  {t('actes.retirer')}
                </button>
              </span>
            </li>
          ))}
        </ul>
      )}
      {ouvert && (
        <DialogueProduit
          slug={slug}
          produit={ouvert === 'nouveau' ? null : ouvert}
          fermer={() => ouvrir(null)}
          remplacer={remplacer}
        />
      )}
    </Bloc>
  );
}

function decrireProduit({ prix_centimes, vendu_par, labels, ingredient_nom }: Produit): string {
  return [
    prix_centimes === null ? t('produits.sans_prix') : direPrix(prix_centimes, vendu_par),
    ingredient_nom,
    direLabels(labels),
  ]
    .filter(Boolean)
    .join(' · ');
}

function DialogueProduit({
  slug,
  produit,
  fermer,
  remplacer,
}: {
  slug: string;
  produit: Produit | null;
  fermer: () => void;
  remplacer: (producteur: Producteur) => void;
}) {
  const envoi = useEnvoi();
  const [nom, nommer] = useState(produit?.nom ?? '');
  const [denree, choisirDenree] = useState<Choisi | null>(
    produit?.ingredient ? { slug: produit.ingredient, nom: produit.ingredient_nom ?? produit.ingredient } : null,
  );
  const [famille, choisirFamille] = useState<Famille>(produit?.famille ?? 'FRUITS_ET_LEGUMES');
  const [vendu_par, choisirUnite] = useState<UniteDeVente>(produit?.vendu_par ?? 'kg');
  const [masse, peser] = useState(String(produit?.masse_unite_g ?? ''));
  const [prix, valoir] = useState(ecrireEuros(produit?.prix_centimes ?? null, langue));
  const [labels, labelliser] = useState<Label[]>(produit?.labels ?? []);
  const soumettre = () => {
    const masse_unite_g = vendu_par === 'kg' ? null : lireEntier(masse);
    const prix_centimes = lireEuros(prix);
    const refus = [
      ...(masse_unite_g === undefined ? [['masse_unite_g', t('saisie.entier')] as const] : []),
      ...(prix_centimes === undefined ? [['prix_centimes', t('saisie.euros')] as const] : []),
    ];
    if (masse_unite_g === undefined || prix_centimes === undefined) return envoi.refuser(refuser(...refus));
    void envoi.envoyer(async () => {
      const body = {
        nom: nom.trim(), ingredient: denree?.slug ?? null, famille, vendu_par, masse_unite_g, prix_centimes, labels,
      }; // prettier-ignore
      const adresse = '/api/espace/producteurs/{slug}/produits/{produit}';
      remplacer(
        await obtenir(
          produit
            ? api.PUT(adresse, { params: { path: { slug, produit: produit.id } }, body })
            : api.POST('/api/espace/producteurs/{slug}/produits', { params: { path: { slug } }, body }),
        ),
      );
      annoncer(t('produits.enregistre', { nom: nom.trim() }));
      fermer();
    });
  };
  return (
    <Dialogue titre={t(produit ? 'produits.corriger' : 'produits.ajouter')} fermer={fermer}>
      <Formulaire
        prefixe="produit"
        envoi={envoi}
        soumettre={soumettre}
        pied={
          <button type="submit" class="bouton plein" disabled={envoi.enCours}>
            {t('actes.enregistrer')}
          </button>
        }
      >
        <ChampTexte
          chemin="nom"
          etiquette={t('produits.nom')}
          obligatoire
          autocomplete="off"
          maxLength={160}
          valeur={nom}
          changer={nommer}
        />
        <ChoixDenree
          chemin="ingredient"
          etiquette={t('produits.denree')}
          aide={t('produits.denree_aide')}
          choisi={denree}
          choisir={(choisi, sue) => {
            choisirDenree(choisi);
            if (sue) choisirFamille(sue.famille as Famille);
          }}
        />
        <div class="cote-a-cote">
          <Choix
            chemin="famille"
            etiquette={t('produits.famille')}
            valeur={famille}
            changer={choisirFamille}
            options={FAMILLES.map((cle) => [cle, t(`familles_achat.${cle}`)])}
          />
          <Choix
            chemin="vendu_par"
            etiquette={t('produits.vendu_par')}
            valeur={vendu_par}
            changer={choisirUnite}
            options={UNITES.map((cle) => [cle, t(`ventes_nues.${cle}`)])}
          />
        </div>
        <div class="cote-a-cote">
          <ChampTexte
            chemin="prix_centimes"
            etiquette={t('produits.prix')}
            aide={t('produits.prix_aide')}
            inputMode="decimal"
            autocomplete="off"
            suffixe="€"
            valeur={prix}
            changer={valoir}
          />
          {vendu_par !== 'kg' && (
            <ChampTexte
              chemin="masse_unite_g"
              etiquette={t(`produits.masse.${vendu_par}`)}
              aide={t('produits.masse_aide')}
              inputMode="numeric"
              autocomplete="off"
              suffixe="g"
              valeur={masse}
              changer={peser}
            />
          )}
        </div>
        <Cases
          chemin="labels"
          etiquette={t('produits.labels')}
          aide={t('produits.labels_aide')}
          valeurs={labels}
          changer={labelliser}
          options={LABELS.map((cle) => [cle, t(`labels.${cle}`)])}
        />
      </Formulaire>
    </Dialogue>
  );
}
