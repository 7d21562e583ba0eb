"""Formes des denrées que les structures ajoutent."""

from typing import Annotated

import msgspec
from msgspec import Meta

from server.banquets.menus.schemas import Allergene, Animal, Famille, Unite
from server.socle.champs import Ligne, Nom, Slug


class DenreeDemande(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Une denrée, en entier. `structure` : qui l'ajoute et pourra la corriger."""

    structure: Slug
    nom: Nom
    famille: Famille
    unite: Unite = "g"
    dechet_milliemes: Annotated[int, Meta(ge=0, le=999)] = 0
    rendement_milliemes: Annotated[int, Meta(ge=50, le=20_000)] = 1000
    masse_piece_g: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    densite_milliemes: Annotated[int, Meta(ge=100, le=5000)] | None = None
    allergenes: Annotated[list[Allergene], Meta(max_length=14)] = []
    animal: Annotated[list[Animal], Meta(max_length=5)] = []
    saison: Annotated[list[Annotated[int, Meta(ge=1, le=12)]], Meta(max_length=12)] = []
    hors_france: bool = False
    source: Ligne = ""
    """D'où viennent ces nombres : une balance, un sac, un livre."""
    version: Annotated[int, Meta(ge=1)] | None = None
    """Celle qu'on a lue, pour corriger ; sans objet à l'ajout."""


class IngredientVue(msgspec.Struct, frozen=True, kw_only=True):
    """Une denrée : ce qu'on en perd, ce qu'elle contient, quand elle pousse, à qui elle est."""

    slug: str
    version: int
    nom: str
    famille: str
    unite: str
    dechet_milliemes: int
    rendement_milliemes: int
    masse_piece_g: int | None
    densite_milliemes: int | None
    allergenes: list[str]
    animal: list[str]
    saison: list[int]
    hors_france: bool
    source: str
    structure: str | None
    """Slug de la structure qui l'a ajoutée ; nul : de la maison."""
    structure_nom: str | None
    modifiable: bool
    """Par la personne qui la lit."""
