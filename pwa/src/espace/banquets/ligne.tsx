import { useState } from 'preact/hooks';
import { api, obtenir, Probleme, type Modeles } from '../../api/client';
import { Cases, ChampLong, ChampTexte, Choix, Options } from '../composants/champs';
import { Dialogue } from '../composants/dialogue';
import { Formulaire, useEnvoi } from '../composants/formulaire';
import { annoncer, useChargement } from '../etat';
import { direMontant, ecrireEuros, lireEuros } from '../montants';
import { ecrireMilliemes, lireEntier, lireMilliemes, quantitePour, valeurDe, type Couverture, type UniteDeVente } from '../quantites';
import type { Choisi } from '../saisie-evenement';
import { langue, t, type Cle } from '../textes';
import { ChoixDenree, ChoixProducteur } from './choix';
import { comparer, Conflit } from './conflit';
import { refuser } from './saisie';
import {
  DEFINITIONS,
  direPrix,
  FAMILLES,
  GENRES,
  LABELS,
  UNITES,
  type Definition,
  type Famille,
  type Genre,
  type Label,
  type Ligne,
  type Produit,
} from './vocabulaire';

type Liste = Modeles['ListeApprovisionnements'];

/** Une ligne à corriger, ou une ligne neuve : pour un besoin du menu, ou pour autre chose. */
export interface Depart {
  ligne: Ligne | null;
  couverture: Couverture<Ligne> | null;
}

interface Saisie {
  genre: Genre;
  description: string;
  producteur: Choisi | null;
  produit: number | null;
  denree: Choisi | null;
  plat: string;
  famille: Famille;
  vendu_par: UniteDeVente;
  masse: string;
  quantite: string;
  prix: string;
  labels: Label[];
  local: Definition | '';
  km: string;
  identifie_par: string;
  note: string;
}

function depuisLigne(ligne: Ligne): Saisie {
  return {
    genre: ligne.genre,
    description: ligne.description,
    producteur: ligne.producteur ? { slug: ligne.producteur, nom: ligne.producteur_nom ?? ligne.producteur } : null,
    produit: ligne.produit,
    denree: ligne.ingredient ? { slug: ligne.ingredient, nom: ligne.ingredient_nom ?? ligne.ingredient } : null,
    plat: ligne.plat ?? '',
    famille: ligne.famille,
    vendu_par: ligne.vendu_par,
    masse: String(ligne.masse_unite_g ?? ''),
    quantite: ecrireMilliemes(ligne.quantite_milliemes, langue),
    prix: ecrireEuros(ligne.prix_centimes, langue),
    labels: ligne.labels,
    local: ligne.local?.definition ?? '',
    km: String(ligne.local?.km ?? ''),
    identifie_par: ligne.identifie_par,
    note: ligne.note,
  };
}

function neuve(couverture: Couverture<Ligne> | null): Saisie {
  const vendu_par = couverture?.achats[0]?.vendu_par ?? 'kg';
  const quantite = couverture && quantitePour(couverture, vendu_par, null);
  return {
    genre: 'achat',
    description: couverture?.nom ?? '',
    producteur: null,
    produit: null,
    denree: couverture && { slug: couverture.ingredient, nom: couverture.nom },
    plat: '',
    famille: (couverture?.famille as Famille | undefined) ?? 'AUTRES',
    vendu_par,
    masse: '',
    quantite: ecrireMilliemes(quantite, langue),
    prix: '',
    labels: [],
    local: '',
    km: '',
    identifie_par: '',
    note: '',
  };
}

/** Les champs tels qu'ils se lisent, pour dire ce qui diffère entre deux personnes. */
function enClair(saisie: Saisie): Record<string, string> {
  return {
    genre: t(`appros.genres.${saisie.genre}`),
    description: saisie.description,
    producteur: saisie.producteur?.nom ?? '',
    denree: saisie.denree?.nom ?? '',
    quantite: saisie.quantite,
    vendu_par: t(`ventes_nues.${saisie.vendu_par}`),
    masse: saisie.masse,
    prix: saisie.prix,
    labels: saisie.labels.map((label) => t(`labels.${label}`)).join(', '),
    local: saisie.local && t(`local.${saisie.local}`, { km: saisie.km }),
    identifie_par: saisie.identifie_par,
    note: saisie.note,
  };
}

export function DialogueLigne({
  moment,
  depart,
  fermer,
  remplacer,
}: {
  moment: string;
  depart: Depart;
  fermer: () => void;
  remplacer: (liste: Liste) => void;
}) {
  const { ligne, couverture } = depart;
  const envoi = useEnvoi();
  // Choisie une fois : refaire l'envoi, quand la réponse s'est perdue, ne double pas la ligne.
  const [cle, renommer] = useState(() => ligne?.id ?? crypto.randomUUID());
  const [version, partirDe] = useState(ligne?.version ?? null);
  const [saisie, ecrire] = useState(() => (ligne ? depuisLigne(ligne) : neuve(couverture)));
  const [autre, lireAutre] = useState<Ligne | null>(null);
  const changer = (morceau: Partial<Saisie>) => ecrire((avant) => ({ ...avant, ...morceau }));
  const lue = lire(saisie);

  const soumettre = (sur = version) => {
    if (lue.refus.length > 0) return envoi.refuser(refuser(...lue.refus));
    void envoi.envoyer(async () => {
      const params = { path: { moment, cle } };
      try {
        remplacer(
          await obtenir(
            api.PUT('/api/espace/banquets/{moment}/approvisionnements/{cle}', {
              params,
              body: { ...versDemande(saisie, lue), version: sur },
            }),
          ),
        );
      } catch (erreur) {
        if (erreur instanceof Probleme && erreur.code === 'approvisionnement-modifie') {
          const path = { moment };
          const liste = await obtenir(api.GET('/api/espace/banquets/{moment}/approvisionnements', { params: { path } }));
          lireAutre(liste.elements.find(({ id }) => id === cle) ?? null);
        }
        if (erreur instanceof Probleme && erreur.code === 'approvisionnement-inconnu') {
          // Retirée pendant qu'on la corrigeait : enregistrer de nouveau l'ajoutera.
          renommer(crypto.randomUUID());
          partirDe(null);
        }
        throw erreur;
      }
      annoncer(t('appros.gardee', { quoi: saisie.description.trim() }));
      fermer();
    });
  };

  const conflit = envoi.refus?.code === 'approvisionnement-modifie' && autre && (
    <Conflit
      phrase={envoi.refus.phrase}
      differences={comparer(enClair(depuisLigne(autre)), enClair(saisie), (champ) => t(`appros.champs.${champ}` as Cle))}
      garder={() => {
        partirDe(autre.version);
        soumettre(autre.version);
      }}
      reprendre={() => {
        ecrire(depuisLigne(autre));
        partirDe(autre.version);
        envoi.refuser(null);
      }}
    />
  );

  return (
    <Dialogue titre={ligne ? t('appros.corriger') : t('appros.ajouter')} fermer={fermer}>
      <Formulaire
        prefixe="ligne"
        envoi={envoi}
        soumettre={() => soumettre()}
        resume={conflit || undefined}
        pied={
          <>
            {lue.valeur !== null && (
              <span class="second" role="status">
                {t('appros.total', { total: direMontant(lue.valeur, langue) })}
              </span>
            )}
            <button type="submit" class="bouton plein" disabled={envoi.enCours}>
              {t('actes.enregistrer')}
            </button>
          </>
        }
      >
        <Options
          chemin="genre"
          etiquette={t('appros.champs.genre')}
          valeur={saisie.genre}
          changer={(genre) => changer({ genre })}
          options={GENRES.map((nom) => [nom, t(`appros.genres.${nom}`)])}
        />
        <ChoixProducteur
          chemin="producteur"
          etiquette={t(saisie.genre === 'achat' ? 'appros.champs.producteur' : 'appros.champs.donateur')}
          choisi={saisie.producteur}
          choisir={(producteur) => changer({ producteur, produit: null })}
        />
        {saisie.producteur && (
          <ChoixProduit
            key={saisie.producteur.slug}
            producteur={saisie.producteur.slug}
            choisi={saisie.produit}
            denree={saisie.denree?.slug ?? null}
            choisir={(produit) => changer(recopier(produit, couverture, saisie))}
          />
        )}
        <ChampTexte
          chemin="description"
          etiquette={t('appros.champs.description')}
          obligatoire
          autocomplete="off"
          maxLength={160}
          valeur={saisie.description}
          changer={(description) => changer({ description })}
        />
        <ChoixDenree
          chemin="ingredient"
          etiquette={t('appros.champs.denree')}
          aide={t('appros.denree_aide')}
          choisi={saisie.denree}
          choisir={(denree, sue) => changer({ denree, ...(sue && { famille: sue.famille as Famille }) })}
        />
        <div class="cote-a-cote">
          <ChampTexte
            chemin="quantite_milliemes"
            etiquette={t('appros.champs.quantite')}
            obligatoire
            inputMode="decimal"
            autocomplete="off"
            valeur={saisie.quantite}
            changer={(quantite) => changer({ quantite })}
          />
          <Choix
            chemin="vendu_par"
            etiquette={t('appros.champs.vendu_par')}
            valeur={saisie.vendu_par}
            changer={(vendu_par) => changer({ vendu_par })}
            options={UNITES.map((nom) => [nom, t(`ventes_nues.${nom}`)])}
          />
        </div>
        <div class="cote-a-cote">
          {saisie.genre === 'achat' && (
            <ChampTexte
              chemin="prix_centimes"
              etiquette={t('appros.champs.prix')}
              aide={t('produits.prix_aide')}
              inputMode="decimal"
              autocomplete="off"
              suffixe="€"
              valeur={saisie.prix}
              changer={(prix) => changer({ prix })}
            />
          )}
          {saisie.vendu_par !== 'kg' && (
            <ChampTexte
              chemin="masse_unite_g"
              etiquette={t(`produits.masse.${saisie.vendu_par}`)}
              aide={t('produits.masse_aide')}
              inputMode="numeric"
              autocomplete="off"
              suffixe="g"
              valeur={saisie.masse}
              changer={(masse) => changer({ masse })}
            />
          )}
        </div>
        {saisie.genre === 'cueillette' && (
          <>
            <ChampTexte
              chemin="identifie_par"
              etiquette={t('appros.champs.identifie_par')}
              aide={t('appros.identifie_aide')}
              obligatoire
              autocomplete="off"
              maxLength={80}
              valeur={saisie.identifie_par}
              changer={(identifie_par) => changer({ identifie_par })}
            />
            <ChoixPlat moment={moment} choisi={saisie.plat} choisir={(plat) => changer({ plat })} />
          </>
        )}
        <Cases
          chemin="labels"
          etiquette={t('produits.labels')}
          aide={t('produits.labels_aide')}
          valeurs={saisie.labels}
          changer={(labels) => changer({ labels })}
          options={LABELS.map((nom) => [nom, t(`labels.${nom}`)])}
        />
        <div class="cote-a-cote">
          <Choix<Definition | ''>
            chemin="local"
            etiquette={t('appros.champs.local')}
            aide={t('appros.local_aide')}
            valeur={saisie.local}
            changer={(local) => changer({ local })}
            options={[
              ['', t('appros.pas_local')],
              ...DEFINITIONS.map((nom) => [nom, t(`appros.definitions.${nom}`)] as const),
            ]}
          />
          {saisie.local === 'KM' && (
            <ChampTexte
              chemin="local.km"
              etiquette={t('appros.champs.km')}
              obligatoire
              inputMode="numeric"
              suffixe="km"
              valeur={saisie.km}
              changer={(km) => changer({ km })}
            />
          )}
        </div>
        <Choix
          chemin="famille"
          etiquette={t('produits.famille')}
          valeur={saisie.famille}
          changer={(famille) => changer({ famille })}
          options={FAMILLES.map((nom) => [nom, t(`familles_achat.${nom}`)])}
        />
        <ChampLong
          chemin="note"
          etiquette={t('appros.champs.note')}
          lignes={2}
          maximum={400}
          valeur={saisie.note}
          changer={(note) => changer({ note: note.replace(/\n/g, ' ') })}
        />
      </Formulaire>
    </Dialogue>
  );
}

interface Lue {
  quantite_milliemes: number;
  prix_centimes: number | null;
  masse_unite_g: number | null;
  km: number | null;
  /** Ce que vaut la ligne ; nul tant que prix et quantité ne sont pas tous deux lisibles. */
  valeur: number | null;
  refus: (readonly [champ: string, message: string])[];
}

function lire(saisie: Saisie): Lue {
  const quantite = lireMilliemes(saisie.quantite);
  const prix = saisie.genre === 'achat' ? lireEuros(saisie.prix) : null;
  const masse = saisie.vendu_par === 'kg' ? null : lireEntier(saisie.masse);
  const km = saisie.local === 'KM' ? lireEntier(saisie.km) : null;
  const refus: Lue['refus'] = [];
  if (!quantite) refus.push(['quantite_milliemes', t('saisie.quantite')]);
  if (prix === undefined) refus.push(['prix_centimes', t('saisie.euros')]);
  if (masse === undefined) refus.push(['masse_unite_g', t('saisie.entier')]);
  if (km === undefined) refus.push(['local.km', t('saisie.entier')]);
  return {
    quantite_milliemes: quantite ?? 0,
    prix_centimes: prix ?? null,
    masse_unite_g: masse ?? null,
    km: km ?? null,
    valeur: quantite && typeof prix === 'number' ? valeurDe(quantite, prix) : null,
    refus,
  };
}

function versDemande(saisie: Saisie, lue: Lue): Omit<Modeles['ApprovisionnementDemande'], 'version'> {
  const { quantite_milliemes, prix_centimes, masse_unite_g, km } = lue;
  return {
    genre: saisie.genre,
    description: saisie.description.trim(),
    producteur: saisie.producteur?.slug ?? null,
    produit: saisie.produit,
    ingredient: saisie.denree?.slug ?? null,
    plat: saisie.plat || null,
    famille: saisie.famille,
    vendu_par: saisie.vendu_par,
    masse_unite_g,
    quantite_milliemes,
    prix_centimes,
    labels: saisie.labels,
    local: saisie.local ? { definition: saisie.local, km } : null,
    identifie_par: saisie.genre === 'cueillette' ? saisie.identifie_par.trim() : '',
    note: saisie.note.trim(),
  };
}

/** Ce que dit la fiche du produit passe dans la ligne : ce repas gardera ce prix et ces labels, même si la fiche change. */
function recopier(produit: Produit | null, couverture: Couverture<Ligne> | null, saisie: Saisie): Partial<Saisie> {
  if (produit === null) return { produit: null };
  const { id, nom, ingredient, ingredient_nom, famille, vendu_par, masse_unite_g, prix_centimes, labels } = produit;
  const voulue =
    couverture && couverture.ingredient === ingredient ? quantitePour(couverture, vendu_par, masse_unite_g) : null;
  const autreUnite = vendu_par !== saisie.vendu_par;
  return {
    produit: id,
    description: nom,
    ...(ingredient && { denree: { slug: ingredient, nom: ingredient_nom ?? ingredient } }),
    famille,
    vendu_par,
    masse: String(masse_unite_g ?? ''),
    prix: ecrireEuros(prix_centimes, langue),
    labels,
    // Dix kilos ne sont pas dix bottes : une quantité d'une autre unité ne se garde pas.
    ...(voulue !== null ? { quantite: ecrireMilliemes(voulue, langue) } : autreUnite && { quantite: '' }),
  };
}

function ChoixProduit({
  producteur,
  choisi,
  denree,
  choisir,
}: {
  producteur: string;
  choisi: number | null;
  /** Ses produits de cette denrée viennent en premier. */
  denree: string | null;
  choisir: (produit: Produit | null) => void;
}) {
  const fiche = useChargement(`producteur/${producteur}`, () =>
    obtenir(api.GET('/api/espace/producteurs/{slug}', { params: { path: { slug: producteur } } })),
  );
  const produits = [...(fiche.valeur?.produits ?? [])].sort(
    (a, b) => Number(b.ingredient === denree) - Number(a.ingredient === denree),
  );
  if (produits.length === 0) return null;
  const connu = choisi === null || produits.some(({ id }) => id === choisi);
  return (
    <Choix
      chemin="produit"
      etiquette={t('appros.champs.produit')}
      aide={t('appros.produit_aide')}
      valeur={choisi === null ? '' : String(choisi)}
      changer={(id) => choisir(produits.find((produit) => String(produit.id) === id) ?? null)}
      options={[
        ['', t('appros.aucun_produit')],
        ...(connu ? [] : [[String(choisi), t('appros.produit_retire')] as const]),
        ...produits.map(
          ({ id, nom, prix_centimes, vendu_par }) =>
            [
              String(id),
              prix_centimes === null ? nom : `${nom}, ${direPrix(prix_centimes, vendu_par)}`,
            ] as const,
        ),
      ]}
    />
  );
}

/** Une cueillette se sert à part, pour que chacun choisisse d'en manger. */
function ChoixPlat({ moment, choisi, choisir }: { moment: string; choisi: string; choisir: (plat: string) => void }) {
  const menu = useChargement(`banquet/${moment}/menu`, () =>
    obtenir(api.GET('/api/espace/banquets/{moment}/menu', { params: { path: { moment } } })),
  );
  const plats = menu.valeur?.plats.filter(({ cueillette }) => cueillette) ?? [];
  return (
    <Choix
      chemin="plat"
      etiquette={t('appros.champs.plat')}
      aide={t(plats.length === 0 && menu.valeur ? 'appros.plat_aucun' : 'appros.plat_aide')}
      obligatoire
      valeur={choisi}
      changer={choisir}
      options={[['', t('appros.plat_choisir')], ...plats.map(({ id, nom }) => [id, nom] as const)]}
    />
  );
}
