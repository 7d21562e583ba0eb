"""Vues et demandes des communes, du territoire et des lieux."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from server.socle.champs import Adresse, CodeInsee, Courriel, Slug, TexteBorne, Titre
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


class VueTerritoire(msgspec.Struct, frozen=True, kw_only=True):
    """L'installation telle qu'elle se présente."""

    reseau: str
    nom: str
    presentation: str
    courriel: str | None
    usage: Usage


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


class TerritoireDemande(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Ce que l'installation dit d'elle-même."""

    reseau: Titre
    nom: Titre
    presentation: Annotated[TexteBorne, Meta(max_length=4000)] = ""
    courriel: Courriel | None = None
    """Où écrire au réseau."""
