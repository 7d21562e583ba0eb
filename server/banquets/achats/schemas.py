"""Vues et demandes des achats. Aucun foyer n'y a de place ; le contact d'un producteur est celui de l'entreprise."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from server.banquets.achats.labels import Classe, DefinitionDuLocal, Famille, Label
from server.banquets.achats.regles import EtatDuCertificat, Genre
from server.socle.champs import (
    Adresse,
    CodeInsee,
    Courriel,
    LienWeb,
    LigneBornee,
    Nom,
    Resume,
    Slug,
    Telephone,
    TexteBorne,
    Titre,
)

Metier = Literal["agriculteur", "amap", "boulanger", "grossiste", "cueilleur", "donateur"]
UniteDeVente = Literal["kg", "L", "piece", "botte", "caisse"]
Siret = Annotated[str, Meta(pattern=r"^[0-9]{14}(?![\s\S])")]
PrixUnitaire = Annotated[int, Meta(ge=0, le=10_000_000)]
"""Centimes hors taxes, par unité de vente."""
Quantite = Annotated[int, Meta(ge=1, le=100_000_000)]
"""Millièmes d'unité de vente : de un gramme à cent tonnes."""
MasseUnite = Annotated[int, Meta(ge=1, le=1_000_000)]
Version = Annotated[int, Meta(ge=1, le=2_000_000_000)]
Identifiant = Annotated[int, Meta(ge=1, le=2_000_000_000)]
"""Un numéro de ligne : ce que tient la colonne, sur les deux bases."""
Labels = Annotated[list[Label], Meta(max_length=15)]
Parts = Annotated[int, Meta(ge=0, le=100_000)]
Montant = Annotated[int, Meta(ge=0, le=1_000_000_000)]

# --- Producteurs ----------------------------------------------------------------------------------------------------


class CertificatBioDemande(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Un certificat bio, tel qu'on l'a lu."""

    organisme: Nom
    numero: Nom
    verifie_le: date
    expire_le: date | None = None


class CertificatBio(msgspec.Struct, frozen=True, kw_only=True):
    """Le certificat bio d'un producteur, et ce qu'il vaut ce jour-là."""

    organisme: str
    numero: str
    verifie_le: date | None
    expire_le: date | None


class ProducteurDemande(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Créer ou corriger : la fiche, en entier."""

    nom: Titre
    genre: Metier
    siret: Siret | None = None
    description: Annotated[TexteBorne, Meta(max_length=4000)] = ""
    adresse: Adresse = ""
    commune: CodeInsee | None = None
    lat: Annotated[float, Meta(ge=-90, le=90)] | None = None
    lon: Annotated[float, Meta(ge=-180, le=180)] | None = None
    courriel: Courriel | None = None
    """Celui de l'entreprise : les commandes y partent."""
    telephone: Telephone | None = None
    site: LienWeb | None = None
    conditions: Annotated[TexteBorne, Meta(max_length=2000)] = ""
    delai_jours: Annotated[int, Meta(ge=0, le=365)] | None = None
    bio: CertificatBioDemande | None = None
    version: Version | None = None
    """Celle qu'on a lue, pour corriger ; sans objet à la création."""


class ProduitDemande(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Un produit, en entier."""

    nom: Titre
    ingredient: Slug | None = None
    famille: Famille
    vendu_par: UniteDeVente
    masse_unite_g: MasseUnite | None = None
    prix_centimes: PrixUnitaire | None = None
    labels: Labels = []


class VueProduit(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qu'un producteur vend."""

    id: int
    nom: str
    ingredient: str | None
    ingredient_nom: str | None
    famille: Famille
    vendu_par: UniteDeVente
    masse_unite_g: int | None
    prix_centimes: int | None
    labels: list[Label]
    classe: Classe | None
    """La plus haute, à ce jour : un bio dont le certificat est expiré n'en est plus."""


class ProducteurBref(msgspec.Struct, frozen=True, kw_only=True):
    """Un producteur dans l'annuaire."""

    slug: str
    nom: str
    genre: Metier
    commune: str | None
    """Nom de la commune."""
    etat_bio: EtatDuCertificat
    delai_jours: int | None
    distance_km: float | None
    """À vol d'oiseau du lieu demandé ; depuis le centre de la commune si l'adresse n'est pas située."""


class VueProducteur(msgspec.Struct, frozen=True, kw_only=True):
    """La fiche d'un producteur."""

    slug: str
    version: int
    nom: str
    genre: Metier
    siret: str | None
    description: str
    adresse: str
    commune: str | None
    """Code INSEE."""
    lat: float | None
    lon: float | None
    courriel: str | None
    telephone: str | None
    site: str | None
    conditions: str
    delai_jours: int | None
    bio: CertificatBio | None
    etat_bio: EtatDuCertificat
    produits: list[VueProduit]
    banquets: int
    """Combien de banquets s'y fournissent : tant qu'il y en a, la fiche ne se supprime pas."""
    modifie_le: datetime


class OperateurBio(msgspec.Struct, frozen=True, kw_only=True):
    """Un opérateur certifié bio, d'après l'Agence BIO. Aucune personne n'y est nommée."""

    numero_bio: str
    nom: str
    siret: str | None
    """Nul s'il n'en a pas de valable."""
    adresse: str
    distance_km: float
    productions: list[str]
    organisme: str
    certificat: str | None
    """Adresse du certificat, à lire avant de s'y fier."""


class RechercheBio(msgspec.Struct, frozen=True):
    """Les opérateurs bio trouvés autour d'un lieu ; `phrase` dit pourquoi la liste est vide quand l'annuaire se tait."""

    elements: list[OperateurBio]
    phrase: str | None
    source: str


# --- Approvisionnements ---------------------------------------------------------------------------------------------


class LocalDemande(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Local, et selon quelle définition. Sous combien de kilomètres, pour `KM`."""

    definition: DefinitionDuLocal
    km: Annotated[int, Meta(ge=1, le=1000)] | None = None


class ApprovisionnementDemande(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Une ligne, en entier."""

    genre: Genre = "achat"
    description: Titre
    producteur: Slug | None = None
    produit: Identifiant | None = None
    ingredient: Slug | None = None
    plat: UUID | None = None
    famille: Famille
    vendu_par: UniteDeVente
    masse_unite_g: MasseUnite | None = None
    quantite_milliemes: Quantite
    prix_centimes: PrixUnitaire | None = None
    labels: Labels = []
    local: LocalDemande | None = None
    identifie_par: Annotated[LigneBornee, Meta(max_length=80)] = ""
    note: Resume = ""
    version: Version | None = None
    """Celle qu'on a lue, pour changer une ligne ; nulle pour l'ajouter."""


class VueApprovisionnement(msgspec.Struct, frozen=True, kw_only=True):
    """Une ligne d'approvisionnement, avec ce qu'elle vaut et dans quelle classe elle compte."""

    id: UUID
    version: int
    genre: Genre
    description: str
    producteur: str | None
    producteur_nom: str | None
    produit: int | None
    ingredient: str | None
    ingredient_nom: str | None
    plat: UUID | None
    famille: Famille
    vendu_par: UniteDeVente
    masse_unite_g: int | None
    masse_g: int | None
    quantite_milliemes: int
    prix_centimes: int | None
    valeur_centimes: int | None
    labels: list[Label]
    classe: Classe | None
    etat_bio: EtatDuCertificat | None
    """Ce que vaut le certificat au jour du repas ; nul si la ligne ne se dit pas bio."""
    de_saison: bool | None
    local: LocalDemande | None
    distance_km: float | None
    identifie_par: str
    note: str


class PartLocale(msgspec.Struct, frozen=True):
    definition: DefinitionDuLocal
    km: int | None
    milliemes: int


class VenuSansPrix(msgspec.Struct, frozen=True):
    """Ce qui est venu sans être payé."""

    genre: Genre
    lignes: int
    masse_g: int
    sans_poids: int


class VueChiffres(msgspec.Struct, frozen=True, kw_only=True):
    """Les chiffres d'un repas, parts en millièmes de la valeur hors taxes. Indicateur volontaire.

    Une part nulle : rien d'acheté, rien à dire.
    """

    valeur_centimes: int
    achats: int
    sans_prix: int
    bio_milliemes: int | None
    siqo_milliemes: int | None
    egalim_autres_milliemes: int | None
    externalites_performance_milliemes: int | None
    egalim_milliemes: int | None
    local_milliemes: int | None
    locaux: list[PartLocale]
    circuit_court_milliemes: int | None
    de_saison_milliemes: int | None
    sans_achat: list[VenuSansPrix]


class ListeApprovisionnements(msgspec.Struct, frozen=True):
    """Ce qu'un banquet se procure, et ce que cela dit de lui."""

    elements: list[VueApprovisionnement]
    chiffres: VueChiffres


# --- Comptes du repas -----------------------------------------------------------------------------------------------


class ComptesDemande(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Ce que le repas a recueilli et coûté, en entier."""

    adultes: Parts
    enfants: Parts
    recueilli_centimes: Montant
    autres_frais_centimes: Montant = 0
    pot_solidaire_centimes: Montant = 0
    note: Resume = ""
    publics: bool = False
    """Les montrer sur la page de l'évènement, avec le menu."""
    version: Version | None = None


class VueComptes(msgspec.Struct, frozen=True, kw_only=True):
    """Le prix libre face au prix de revient. `version` nulle : rien n'a encore été saisi."""

    version: int | None
    adultes: int
    enfants: int
    recueilli_centimes: int
    autres_frais_centimes: int
    denrees_centimes: int
    sans_prix: int
    """Achats sans prix : tant qu'il y en a, le prix de revient est un minimum."""
    revient_centimes: int
    solde_centimes: int
    excedent_centimes: int
    manque_centimes: int
    pot_solidaire_centimes: int
    cout_adulte_centimes: int | None
    cout_enfant_centimes: int | None
    conseille_centimes: int | None
    """Le montant proposé à l'inscription, à côté du prix de revient."""
    note: str
    publics: bool


class RepasPublic(msgspec.Struct, frozen=True):
    """Ce que la page de l'évènement dit des achats et de l'argent d'un repas."""

    chiffres: VueChiffres
    comptes: VueComptes | None
    """Nuls tant que qui organise ne les montre pas."""
