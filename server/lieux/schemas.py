"""Vues et demandes des communes, du territoire et des lieux."""

from datetime import datetime
from typing import Annotated, Final, Literal, get_args

import msgspec
from msgspec import Meta

from server.socle.champs import Adresse, CodeInsee, Courriel, LigneBornee, Slug, TexteBorne, Titre
from server.structures.schemas import StructureNommee

AccesPmr = Literal["oui", "partiel", "non", "inconnu"]
Usage = Literal["reel", "demo", "exemple"]
Places = Annotated[int, Meta(ge=0, le=100_000)]

# --- Communes et territoire -----------------------------------------------------------------------------------------


class VueCommune(msgspec.Struct, frozen=True, kw_only=True):
    """Une commune du territoire. `lat` et `lon` : son centre, à quelques centaines de mètres près."""

    code: str
    """Code INSEE."""
    nom: str
    codes_postaux: list[str]
    departement: str
    population: int
    lat: float
    lon: float


class CommuneNommee(msgspec.Struct, frozen=True):
    """De quoi dire son nom et y mener."""

    code: str
    nom: str


class ContourDeCommune(msgspec.Struct, frozen=True):
    """Une commune sur la carte."""

    code: str
    nom: str
    lat: float
    lon: float
    contour: msgspec.Raw | None
    """Géométrie GeoJSON (Polygon ou MultiPolygon), allégée ; nulle si elle n'a pas été importée."""


class MentionsLegales(msgspec.Struct, frozen=True, kw_only=True):
    """Ce que la loi demande à un site de dire de lui : loi n° 2004-575 du 21 juin 2004, article 1-1.

    Vide : pas encore donné.
    """

    editeur: str
    editeur_adresse: str
    editeur_telephone: str
    directeur: str
    hebergeur: str
    hebergeur_adresse: str
    hebergeur_telephone: str


Mention = Literal[
    "editeur",
    "editeur_adresse",
    "editeur_telephone",
    "directeur",
    "hebergeur",
    "hebergeur_adresse",
    "hebergeur_telephone",
]
MENTIONS: Final[tuple[Mention, ...]] = get_args(Mention)


class VueTerritoire(MentionsLegales, frozen=True, kw_only=True):
    """L'installation telle qu'elle se présente."""

    reseau: str
    nom: str
    presentation: str
    courriel: str | None
    usage: Usage


class VueInstallation(MentionsLegales, frozen=True, kw_only=True):
    """Ce que l'installation dit d'elle-même, pour qui veille sur elle."""

    reseau: str
    territoire: str
    presentation: str
    courriel: str | None
    a_completer: list[Literal["courriel"] | Mention]
    """Ce qui manque encore aux pages publiques."""


# --- Lieux ----------------------------------------------------------------------------------------------------------


class LieuNomme(msgspec.Struct, frozen=True):
    """De quoi dire son nom et y mener."""

    slug: str
    nom: str
    commune: CommuneNommee


class VueLieu(msgspec.Struct, frozen=True, kw_only=True):
    """Un lieu tel que tout le monde le voit."""

    slug: str
    nom: str
    description: str
    """Markdown, tel qu'écrit."""
    adresse: str
    commune: CommuneNommee
    lat: float | None
    lon: float | None
    interieur: bool
    places_assises: int | None
    places_debout: int | None
    cuisine: bool
    eau: bool
    electricite: bool
    acces_pmr: AccesPmr
    acces: str
    """Stationnement, marches, toilettes, boucle magnétique : en phrases."""
    repli: LieuNomme | None
    """Où l'on va s'il pleut."""
    structure: StructureNommee | None
    """Qui gère le lieu."""
    modifie_le: datetime


class ListeLieux(msgspec.Struct, frozen=True):
    elements: list[VueLieu]


class LieuDeLEspace(msgspec.Struct, frozen=True):
    """Un lieu vu par qui organise."""

    lieu: VueLieu
    modifiable: bool


class LieuDeListe(msgspec.Struct, frozen=True, kw_only=True):
    """Une ligne de la liste des lieux, de quoi choisir."""

    slug: str
    nom: str
    commune: CommuneNommee
    interieur: bool
    places_assises: int | None
    places_debout: int | None
    acces_pmr: AccesPmr
    repli: str | None
    """Slug du lieu de repli, à proposer avec lui."""
    modifiable: bool


class LieuDemande(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Créer ou modifier : la fiche, en entier."""

    nom: Titre
    commune: CodeInsee
    description: Annotated[TexteBorne, Meta(max_length=8000)] = ""
    adresse: Adresse = ""
    lat: Annotated[float, Meta(ge=-90, le=90)] | None = None
    lon: Annotated[float, Meta(ge=-180, le=180)] | None = None
    interieur: bool = True
    places_assises: Places | None = None
    places_debout: Places | None = None
    cuisine: bool = False
    eau: bool = False
    electricite: bool = False
    acces_pmr: AccesPmr = "inconnu"
    acces: Annotated[TexteBorne, Meta(max_length=2000)] = ""
    repli: Slug | None = None
    structure: Slug | None = None
    """Structure qui gère le lieu : une des siennes. Sans elle, tout membre du réseau peut corriger la fiche."""


Presentation = Annotated[LigneBornee, Meta(max_length=400)]
NomLegal = Annotated[LigneBornee, Meta(max_length=160)]
TelephoneLegal = Annotated[str, Meta(max_length=24, pattern=r"^\+?[0-9 ().\-]*(?![\s\S])")]


class InstallationDemande(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Ce que l'installation dit d'elle-même, en entier."""

    reseau: Titre
    territoire: Titre
    presentation: Presentation = ""
    """Une phrase, au pied de chaque page."""
    courriel: Courriel
    """Où écrire au réseau : montré à tous."""
    editeur: NomLegal = ""
    editeur_adresse: Adresse = ""
    editeur_telephone: TelephoneLegal = ""
    directeur: NomLegal = ""
    hebergeur: NomLegal = ""
    hebergeur_adresse: Adresse = ""
    hebergeur_telephone: TelephoneLegal = ""
