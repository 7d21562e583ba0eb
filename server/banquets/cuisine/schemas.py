"""Formes de la cuisine : liens, messages, températures, pesées. Aucune n'a de place pour une personne."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from server.socle.champs import Instant, Nom, TexteBorne

Cote = Literal["cuisine", "organisation"]
GenreMesure = Literal["chaud", "froid", "refroidissement", "remise"]
GenrePesee = Literal["preparation", "non_servi", "assiettes"]
Verdict = Literal["bon", "trop_froid", "trop_chaud", "en_cours", "trop_long", "a_suivre"]
"""`en_cours` : le délai n'est pas dépassé à la dernière mesure. `a_suivre` : une première mesure qui n'ouvre aucun délai."""
Dixiemes = Annotated[int, Meta(ge=-400, le=2500)]
"""Dixièmes de degré Celsius, de −40 à 250 °C."""

# --- Liens ----------------------------------------------------------------------------------------------------------


class LienDemande(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    nom: Nom
    """« équipe du samedi » : ce nom signe ses messages."""


class LienVue(msgspec.Struct, frozen=True):
    """Un lien de la cuisine, pour qui organise."""

    id: int
    nom: str
    adresse: str
    """À donner à la cuisine : qui l'a entre."""
    cree_le: datetime
    expire_le: datetime
    """Deux jours après le repas ; sans date, d'après celle qui était prévue, à défaut un an après sa création."""


class LienOuvert(msgspec.Struct, frozen=True):
    """Ce qu'ouvre un lien : un banquet, et rien d'autre."""

    id: int
    version: int
    moment: UUID
    nom: str
    evenement: int
    slug: str
    titre: str
    debut: datetime | None
    fin: datetime | None
    expire_le: datetime


class BanquetDeCuisine(msgspec.Struct, frozen=True):
    """Un banquet que cet appareil peut cuisiner."""

    moment: UUID
    titre: str
    debut: datetime | None
    lien: str
    """Le nom du lien qui l'ouvre."""
    expire_le: datetime


class Intervenant(msgspec.Struct, frozen=True):
    """Qui écrit dans la cuisine d'un banquet : un côté, un nom de lien ou de structure, et par où il est entré."""

    moment: UUID
    cote: Cote
    nom: str
    lien: int | None = None
    compte: int | None = None
    """Le lien ou le compte qui écrit : ne sert qu'à reconnaître ses propres messages."""


# --- Messages -------------------------------------------------------------------------------------------------------


class MessageDemande(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    texte: Annotated[TexteBorne, Meta(min_length=1, max_length=1000)]


class MessageVue(msgspec.Struct, frozen=True):
    numero: int
    id: UUID
    cote: Cote
    nom: str
    """Le lien de la cuisine, ou la structure."""
    auteur: str
    """La marque de qui l'a écrit : la même que la sienne (`Tablees-Auteur`, ou `auteur` du banquet), le message se retire.

    Elle ne dit rien d'autre, et change d'un banquet à l'autre. Vide : plus personne ne le retire.
    """
    texte: str
    """Vide : retiré par qui l'a écrit."""
    recu_le: datetime
    retire: bool


class MessagesVue(msgspec.Struct, frozen=True, kw_only=True):
    """Les messages d'un banquet, dans l'ordre, et jusqu'où chaque côté a lu."""

    elements: list[MessageVue]
    lu_cuisine: int
    """Numéro du dernier message que la cuisine a lu ; 0 : aucun."""
    lu_organisation: int
    non_lus_cuisine: int
    """Messages de qui organise que la cuisine n'a pas lus."""
    non_lus_organisation: int


class LectureDemande(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    jusqu_a: Annotated[int, Meta(ge=0, le=2**31 - 1)]
    """Numéro du dernier message lu."""


# --- Températures ---------------------------------------------------------------------------------------------------


class MesureDemande(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Une température relevée. Pour suivre un refroidissement, `suite_de` est la première mesure de la série."""

    genre: GenreMesure
    sujet: Nom
    """Le plat ou l'enceinte : « gratin de courge », « frigo du fond »."""
    plat: UUID | None = None
    suite_de: UUID | None = None
    dixiemes: Dixiemes
    prise_le: Instant
    corrige: UUID | None = None
    """La mesure que celle-ci remplace ; l'ancienne reste lisible."""
    annule: bool = False
    """Avec `corrige` : la mesure n'avait pas lieu d'être."""


class MesureVue(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    dixiemes: int
    prise_le: datetime
    nom: str
    corrige: UUID | None
    remplacee: bool
    """Une autre la corrige ou l'annule : elle se lit, elle ne compte plus."""
    annule: bool


class ReleveVue(msgspec.Struct, frozen=True, kw_only=True):
    """Un plat ou une enceinte : ses mesures, corrections comprises, et ce qu'elles disent."""

    id: UUID
    """Celui de sa première mesure : ce que l'on met dans `suite_de`."""
    genre: GenreMesure
    sujet: str
    plat: UUID | None
    verdict: Verdict | None
    """Nul : tout a été annulé."""
    au_plus_tard: datetime | None
    """Quand le refroidissement ou la remise en température doit être fini."""
    mesures: list[MesureVue]


# --- Pesées ---------------------------------------------------------------------------------------------------------


class PeseeDemande(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    genre: GenrePesee
    grammes: Annotated[int, Meta(ge=1, le=10_000_000)]


class PeseeVue(msgspec.Struct, frozen=True):
    id: UUID
    genre: GenrePesee
    grammes: int
    nom: str
    pesee_le: datetime


class ResteVu(msgspec.Struct, frozen=True):
    """Ce qui reste, d'une sorte, en tout et par convive."""

    genre: GenrePesee
    grammes: int
    par_convive_g: int | None
    """Nul : personne de compté."""


class PeseesVue(msgspec.Struct, frozen=True, kw_only=True):
    """Les restes pesés après le repas."""

    elements: list[PeseeVue]
    restes: list[ResteVu]
    grammes: int
    convives: int
    source_convives: Literal["presents", "arrete", "compte"]
    """`presents` : ceux saisis dans les comptes du repas ; sinon l'effectif arrêté, sinon compté."""
    par_convive_g: int | None
