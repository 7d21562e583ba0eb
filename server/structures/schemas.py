"""Vues et demandes des structures.

Deux vues : publique (ce que la structure dit d'elle-même), équipe (la même, avec ses membres).
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from server.socle.champs import CodeInsee, CodeLangue, Courriel, LienWeb, Prenom, Telephone, TexteBorne, Titre
from server.socle.textes import REFERENCE

Genre = Literal[
    "association", "collectivite", "tiers_lieu", "cafe", "entreprise", "collectif", "producteur", "traiteur"
]
College = Literal["associations", "collectivites", "producteurs", "entreprises", "habitants"]
"""La famille au nom de laquelle une structure donne son avis dans une concertation."""
Role = Literal["membre", "responsable"]

# --- Vues publiques -------------------------------------------------------------------------------------------------


class StructureNommee(msgspec.Struct, frozen=True):
    """De quoi dire son nom et y mener."""

    slug: str
    nom: str


class VueStructure(msgspec.Struct, frozen=True, kw_only=True):
    """Une structure telle que tout le monde la voit."""

    slug: str
    nom: str
    genre: Genre
    college: College
    description: str
    """Markdown, tel qu'écrit."""
    site: str | None
    courriel: str | None
    telephone: str | None
    commune: str | None
    """Code INSEE."""
    modifie_le: datetime


class ListeStructures(msgspec.Struct, frozen=True):
    elements: list[VueStructure]


# --- Équipe ---------------------------------------------------------------------------------------------------------


class VueMembre(msgspec.Struct, frozen=True):
    """Une personne de la structure, vue par les siens."""

    id: int
    prenom: str
    courriel: str
    role: Role
    est_moi: bool


class VueStructureEquipe(msgspec.Struct, frozen=True):
    """Une structure vue par ses membres (et par les opérateurs)."""

    structure: VueStructure
    membres: list[VueMembre]
    modifiable: bool
    """La personne qui regarde peut changer la fiche et les membres."""


# --- Demandes -------------------------------------------------------------------------------------------------------


class MembreDemande(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Ajouter une personne par son adresse ; son compte est créé s'il n'existe pas."""

    courriel: Courriel
    prenom: Prenom
    role: Role = "membre"
    langue: CodeLangue = REFERENCE


class RoleDemande(msgspec.Struct, forbid_unknown_fields=True):
    role: Role


class StructureDemande(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """La fiche, en entier. Sans collège, c'est celui du genre."""

    nom: Titre
    genre: Genre
    college: College | None = None
    description: Annotated[TexteBorne, Meta(max_length=8000)] = ""
    site: LienWeb | None = None
    courriel: Courriel | None = None
    """Contact public, montré à tous : de préférence une adresse de la structure, pas d'une personne."""
    telephone: Telephone | None = None
    commune: CodeInsee | None = None


class StructureCreation(StructureDemande, forbid_unknown_fields=True, kw_only=True):
    """Une structure nouvelle et sa première responsable ; sans elle, la personne qui crée le devient."""

    responsable: MembreDemande | None = None
