"""Vues et demandes des évènements.

Trois vues : le résumé (agenda), la vue publique (une page, `GET /api/evenements/{slug}`), la vue de l'équipe.
Ce qu'une vue ne doit pas montrer n'existe pas dans son type.
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from server.lieux.schemas import CommuneNommee
from server.socle.champs import (
    Centimes,
    CodeInsee,
    Instant,
    LienWeb,
    Ligne,
    LigneBornee,
    Nom,
    Redaction,
    Resume,
    Slug,
    TexteBorne,
    Titre,
)

Statut = Literal["brouillon", "publie", "reporte", "annule", "termine"]
StatutPublic = Literal["publie", "reporte", "annule", "termine"]
GenreMoment = Literal[
    "reflexion", "atelier", "projection", "banquet", "concert", "visite", "jeu", "travail", "autre"
]
Format = Literal[
    "conference_gesticulee", "rencontre_debat", "projection", "journee_de_travail", "atelier",
    "balade", "banquet", "concert", "fete", "chantier", "autre",
]  # fmt: skip
PrixMode = Literal["gratuit", "libre", "tarifs"]
MoyenPaiement = Literal["especes", "cheque", "carte", "monnaie_locale"]
Part = Literal["porteuse", "coorganisatrice", "hote", "soutien", "traiteur"]
PartInvitee = Literal["coorganisatrice", "hote", "soutien", "traiteur"]
Reponse = Literal["invitee", "acceptee", "declinee"]
NiveauPlaces = Literal["libre", "places", "dernieres", "complet"]
"""`libre` : sans jauge. `dernieres` : un dixième de la jauge ou moins (au moins 1). Change rarement."""
Licence = Literal["CC BY-SA 4.0", "CC BY 4.0", "CC0 1.0"]

# --- Vues publiques -------------------------------------------------------------------------------------------------


class LieuBref(msgspec.Struct, frozen=True):
    nom: str
    slug: str
    adresse: str
    commune: CommuneNommee
    lat: float | None
    lon: float | None
    interieur: bool
    acces_pmr: str


class StructureBreve(msgspec.Struct, frozen=True):
    slug: str
    nom: str
    part: str


class Contact(msgspec.Struct, frozen=True):
    """À qui poser une question : la structure porteuse ou, si elle ne dit pas comment la joindre, le réseau."""

    nom: str
    courriel: str | None
    telephone: str | None
    repondre_a: str | None
    """Où arrive la réponse à un courriel : son adresse, à défaut celle du réseau."""


class TarifVue(msgspec.Struct, frozen=True):
    id: UUID
    nom: str
    montant_centimes: int
    precision: str


class PrixVue(msgspec.Struct, frozen=True):
    mode: PrixMode
    conseille_centimes: int | None
    minimum_centimes: int | None
    tarifs: list[TarifVue]


class MomentBref(msgspec.Struct, frozen=True):
    """Un moment dans l'agenda : son niveau de places, pas leur compte."""

    id: UUID
    genre: GenreMoment
    titre: str
    debut: datetime | None
    fin: datetime | None
    prix_mode: PrixMode
    tarif_bas_centimes: int | None
    tarif_haut_centimes: int | None
    """Du plus petit tarif au plus grand ; nuls s'il n'y a pas de tarifs."""
    sur_inscription: bool
    niveau: NiveauPlaces


class MomentVue(msgspec.Struct, frozen=True):
    id: UUID
    genre: GenreMoment
    titre: str
    description: str
    debut: datetime | None
    fin: datetime | None
    jauge: int | None
    places_restantes: int | None
    """Nul : sans limite. Jamais négatif."""
    niveau: NiveauPlaces
    prix: PrixVue
    sur_inscription: bool


class ImageVue(msgspec.Struct, frozen=True):
    url: str
    """1 200 px de large au plus."""
    url_petite: str
    """480 px de large au plus."""
    largeur: int
    hauteur: int
    alt: str
    credit: str


class CycleBref(msgspec.Struct, frozen=True):
    slug: str
    titre: str


class ThemeVue(msgspec.Struct, frozen=True):
    slug: str
    nom: str


class InscriptionsVue(msgspec.Struct, frozen=True):
    ouvertes: bool
    """Publié ou reporté à une date connue, avant la clôture, pas fermé à la main, au moins un moment sur inscription."""
    cloture_le: datetime | None
    attente: bool
    taille_max: int


class EvenementBref(msgspec.Struct, frozen=True):
    """Un évènement dans l'agenda et dans `GET /api/evenements`."""

    slug: str
    version: int
    titre: str
    resume: str
    statut: StatutPublic
    motif: str
    debut: datetime | None
    fin: datetime | None
    formats: list[str]
    themes: list[ThemeVue]
    gratuit: bool
    """Tous les moments autres que le banquet sont gratuits ; s'il n'y a que le banquet, lui aussi."""
    en_ligne: bool
    lieu: LieuBref | None
    structures: list[StructureBreve]
    moments: list[MomentBref]
    image: ImageVue | None
    inscriptions_ouvertes: bool
    url: str


class EvenementVue(msgspec.Struct, frozen=True):
    """Un évènement en entier, public. Le lien en ligne n'y existe pas : seuls les inscrits le reçoivent."""

    slug: str
    uid: UUID
    version: int
    titre: str
    resume: str
    description: str
    """Markdown, tel qu'écrit."""
    statut: StatutPublic
    motif: str
    debut: datetime | None
    fin: datetime | None
    debut_initial: datetime | None
    formats: list[str]
    themes: list[ThemeVue]
    cycle: CycleBref | None
    gratuit: bool
    lieu: LieuBref | None
    lieu_repli: LieuBref | None
    en_ligne: bool
    structures: list[StructureBreve]
    """La porteuse d'abord."""
    moments: list[MomentVue]
    paiement: str
    moyens_paiement: list[str]
    monnaie_locale: str
    acces: str
    venir: str
    a_apporter: str
    image: ImageVue | None
    inscriptions: InscriptionsVue
    publie_le: datetime | None
    modifie_le: datetime
    url: str
    licence: str


class ListeEvenements(msgspec.Struct, frozen=True):
    elements: list[EvenementBref]
    suivant: str | None


class PlacesMoment(msgspec.Struct, frozen=True):
    moment: UUID
    places_restantes: int | None
    niveau: NiveauPlaces


class PlacesEvenement(msgspec.Struct, frozen=True):
    """Le compte exact, demandé à part : une inscription ne renouvelle pas chaque page."""

    version: int
    moments: list[PlacesMoment]


class Filtres(msgspec.Struct, frozen=True, kw_only=True):
    """Les filtres de l'agenda, tels que dans l'adresse. Les absents ne filtrent pas."""

    q: Annotated[str, Meta(max_length=100)] | None = None
    commune: CodeInsee | None = None
    rayon_km: Annotated[int, Meta(ge=1, le=200)] | None = None
    """Autour de la commune donnée (sans effet sans elle)."""
    theme: Slug | None = None
    format: Format | None = None
    du: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}(?![\s\S])")] | None = None
    """Jour de Paris, `AAAA-MM-JJ`, compris."""
    au: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}(?![\s\S])")] | None = None
    structure: Slug | None = None
    cycle: Slug | None = None
    lieu: Slug | None = None
    gratuit: bool | None = None


class CycleVue(msgspec.Struct, frozen=True):
    """Un cycle, tel que tout le monde le lit."""

    slug: str
    titre: str
    description: str
    """Markdown, tel qu'écrit."""
    structure: str
    structure_nom: str
    evenements: int
    """Évènements publiés, passés compris."""
    url: str


# --- Demandes de l'équipe -------------------------------------------------------------------------------------------


class TarifDemande(msgspec.Struct, forbid_unknown_fields=True):
    nom: Nom
    montant_centimes: Centimes
    precision: Ligne = ""
    id: UUID | None = None


class PrixDemande(msgspec.Struct, forbid_unknown_fields=True):
    mode: PrixMode = "gratuit"
    conseille_centimes: Centimes | None = None
    minimum_centimes: Centimes | None = None
    tarifs: Annotated[list[TarifDemande], Meta(max_length=12)] = []


class MomentDemande(msgspec.Struct, forbid_unknown_fields=True):
    genre: GenreMoment
    id: UUID | None = None
    """Nul pour un moment nouveau."""
    titre: Annotated[LigneBornee, Meta(max_length=160)] = ""
    description: Annotated[TexteBorne, Meta(max_length=4000)] = ""
    debut: Instant | None = None
    fin: Instant | None = None
    jauge: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    sur_inscription: bool = True
    prix: PrixDemande = msgspec.field(default_factory=PrixDemande)


class ImageDemande(msgspec.Struct, forbid_unknown_fields=True):
    empreinte: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}(?![\s\S])")]
    alt: Annotated[LigneBornee, Meta(min_length=1, max_length=400)]
    credit: Ligne = ""


class CoorganisationDemande(msgspec.Struct, forbid_unknown_fields=True):
    structure: Slug
    part: Part = "coorganisatrice"


class EvenementDemande(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Créer ou modifier : le même corps, en entier (`PUT`). `version` dit ce que l'on a sous les yeux."""

    titre: Titre
    structure: Slug
    """Structure porteuse."""
    version: int | None = None
    """Obligatoire pour modifier : refus `evenement-modifie-ailleurs` si quelqu'un d'autre est passé entre-temps.
    Sans effet à la création."""
    resume: Resume = ""
    description: Redaction = ""
    formats: Annotated[list[Format], Meta(max_length=5)] = []
    themes: Annotated[list[Nom], Meta(max_length=6)] = []
    """Noms tels qu'écrits ; un thème nouveau est créé."""
    cycle: Slug | None = None
    lieu: Slug | None = None
    lieu_repli: Slug | None = None
    en_ligne: bool = False
    lien_en_ligne: LienWeb | None = None
    moments: Annotated[list[MomentDemande], Meta(max_length=20)] = []
    coorganisations: Annotated[list[CoorganisationDemande], Meta(max_length=30)] = []
    """Les autres structures ; la porteuse, si elle y est répétée, est ignorée."""
    acces: Annotated[TexteBorne, Meta(max_length=2000)] = ""
    venir: Annotated[TexteBorne, Meta(max_length=2000)] = ""
    a_apporter: Annotated[TexteBorne, Meta(max_length=2000)] = ""
    image: ImageDemande | None = None
    licence: Licence = "CC BY-SA 4.0"
    paiement: Annotated[TexteBorne, Meta(max_length=1000)] = ""
    moyens_paiement: Annotated[list[MoyenPaiement], Meta(max_length=4)] = []
    monnaie_locale: Annotated[LigneBornee, Meta(max_length=80)] = ""
    cloture_le: Instant | None = None
    inscriptions_closes: bool = False
    attente: bool = True
    taille_max: Annotated[int, Meta(ge=1, le=50)] = 12


class Report(msgspec.Struct, forbid_unknown_fields=True):
    """Reporter : à une date (chaque moment est décalé d'autant), ou sans date (`debut` nul)."""

    motif: Annotated[LigneBornee, Meta(min_length=1, max_length=400)]
    debut: Instant | None = None
    """Nouveau début de l'évènement ; les moments gardent leurs écarts, la clôture aussi."""


class Motif(msgspec.Struct, forbid_unknown_fields=True):
    """Annuler ou rétablir : la raison est obligatoire et dite à tous."""

    motif: Annotated[LigneBornee, Meta(min_length=1, max_length=400)]


class ReponseDemande(msgspec.Struct, forbid_unknown_fields=True):
    """Ce qu'une structure répond à son invitation. Décliner après avoir accepté, c'est se retirer."""

    structure: Slug
    reponse: Literal["accepter", "decliner"]


class CycleDemande(msgspec.Struct, forbid_unknown_fields=True):
    """Créer ou modifier un cycle."""

    titre: Titre
    structure: Slug
    description: Redaction = ""


# --- Vue de l'équipe ------------------------------------------------------------------------------------------------


class MomentEquipe(msgspec.Struct):
    id: UUID
    genre: GenreMoment
    titre: str
    description: str
    debut: datetime | None
    fin: datetime | None
    jauge: int | None
    pris: int
    """Peut dépasser la jauge si elle a été baissée : rien n'est donné tant que cela ne tient pas."""
    sur_inscription: bool
    prix: PrixVue


class CoorganisationVue(msgspec.Struct):
    structure: str
    nom: str
    part: PartInvitee
    reponse: Reponse


class ActeVue(msgspec.Struct):
    """Une ligne du journal ; `acte` parmi `cree`, `modifie`, `publie`, `reporte`, `annule`, `retabli`, `duplique`,
    `accepte`, `decline`.
    """

    instant: datetime
    acte: str
    details: str
    """Le motif, la structure qui répond, ou les champs changés, séparés par des virgules."""
    prenom: str | None


class ManqueVue(msgspec.Struct, frozen=True):
    """Ce qu'il reste à remplir avant de publier, dit dans la langue de la personne."""

    champ: str
    message: str


class EvenementEquipe(msgspec.Struct):
    """Tout ce que l'équipe peut lire et modifier, sans donnée personnelle des foyers."""

    slug: str
    version: int
    statut: Statut
    motif: str
    titre: str
    structure: str
    structure_nom: str
    resume: str
    description: str
    formats: list[str]
    themes: list[str]
    cycle: str | None
    lieu: str | None
    lieu_nom: str | None
    commune_nom: str | None
    lieu_repli: str | None
    lieu_repli_nom: str | None
    """« Foyer communal, Vallabrix »."""
    en_ligne: bool
    lien_en_ligne: str | None
    debut: datetime | None
    fin: datetime | None
    debut_initial: datetime | None
    moments: list[MomentEquipe]
    coorganisations: list[CoorganisationVue]
    """Sans la porteuse."""
    acces: str
    venir: str
    a_apporter: str
    image: ImageVue | None
    image_empreinte: str | None
    licence: str
    paiement: str
    moyens_paiement: list[str]
    monnaie_locale: str
    cloture_le: datetime | None
    inscriptions_closes: bool
    attente: bool
    taille_max: int
    publie_le: datetime | None
    modifie_le: datetime
    transitions: list[str]
    """Ce que l'on peut faire maintenant : parmi `publier`, `reporter`, `annuler`, `retablir`, `supprimer`."""
    modifiable: bool
    organise: bool
    """La personne qui regarde organise l'évènement : elle en lit les inscriptions."""
    porte: bool
    """Elle peut changer de porteuse, retirer une autre structure, changer sa part."""
    manques: list[ManqueVue]
    """Vide dès que l'évènement peut être publié."""
    journal: list[ActeVue]
    url: str


class EvenementDeListe(msgspec.Struct):
    """Une ligne de la liste de l'équipe."""

    slug: str
    titre: str
    statut: Statut
    debut: datetime | None
    fin: datetime | None
    lieu_nom: str | None
    commune_nom: str | None
    structure_nom: str
    moments: list[MomentEquipe]


class ListeEquipe(msgspec.Struct):
    elements: list[EvenementDeListe]
    suivant: str | None


class ImageRecue(msgspec.Struct):
    empreinte: str
    url: str
    url_petite: str
    largeur: int
    hauteur: int
