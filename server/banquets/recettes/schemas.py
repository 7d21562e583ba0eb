"""Formes des recettes du réseau."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from server.banquets.menus.schemas import PartMilli, RecetteCitee, Service
from server.banquets.quantites import Etat
from server.socle.champs import Ligne, Message, Slug, TexteBorne, Titre


class RecetteLigneDemande(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Un ingrédient, pour une part d'adulte et une part d'enfant."""

    ingredient: Slug
    adulte_milli: PartMilli
    enfant_milli: PartMilli
    etat: Etat = "achete"
    note: Ligne = ""


class RecetteDemande(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Une recette, en entier. L'écrire, c'est la publier sous CC BY-SA 4.0 pour tout le réseau."""

    structure: Slug
    """Au nom de qui."""
    titre: Titre
    service: Service
    description: Annotated[TexteBorne, Meta(max_length=8000)] = ""
    """Comment on fait, en Markdown."""
    notes_echelle: Message = ""
    """Ce qui ne se multiplie pas : sel, épices, temps de cuisson."""
    lignes: Annotated[list[RecetteLigneDemande], Meta(min_length=1, max_length=60)]
    derivee_de: Slug | None = None
    """Celle dont elle part, citée avec qui l'a écrite. Dite à la création, ne change plus."""
    version: Annotated[int, Meta(ge=1)] | None = None
    """Celle qu'on a lue, pour corriger ; sans objet à la création."""


class RecetteLigneVue(msgspec.Struct, frozen=True):
    ingredient: str
    nom: str
    unite: str
    adulte_milli: int
    enfant_milli: int
    etat: str
    note: str


class RecetteBreve(msgspec.Struct, frozen=True, kw_only=True):
    """Une recette dans la liste."""

    slug: str
    titre: str
    service: str
    structure_nom: str
    ingredients: list[str]
    """Leurs noms."""
    allergenes: list[str]
    regimes: list[str]
    """Déduits de ses ingrédients : à relire dans chaque menu."""
    modifie_le: datetime


class RecetteVue(msgspec.Struct, frozen=True, kw_only=True):
    """Une recette entière."""

    slug: str
    version: int
    titre: str
    service: str
    description: str
    notes_echelle: str
    structure: str
    structure_nom: str
    derivee_de: RecetteCitee | None
    derivees: int
    licence: str
    lignes: list[RecetteLigneVue]
    allergenes: list[str]
    regimes: list[str]
    cree_le: datetime
    modifie_le: datetime
    modifiable: bool
    """Par la personne qui la lit ; sinon, elle en dérive la sienne."""
