"""Vues des envois, et ce que reçoit un compositeur."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import msgspec

from server.socle.contexte import Contexte
from server.socle.portes import Courriel


class EnvoiAComposer(msgspec.Struct, frozen=True, kw_only=True):
    """Un envoi pris par l'expéditeur, tel que son compositeur le reçoit."""

    id: int
    cle: str
    """À remettre telle quelle au `Courriel` : elle fait son identifiant de message."""
    genre: str
    objet: str
    evenement: int | None
    destinataire: str
    langue: str
    donnees: dict[str, Any]
    cree_le: datetime
    essais: int
    """Essais faits, celui-ci compris."""
    bail: str
    maintenant: datetime
    """L'instant du départ : ce qui n'a plus lieu d'être à cet instant ne part pas."""


Compositeur = Callable[[EnvoiAComposer, Contexte], Awaitable[Courriel | None]]
"""Écrit le courriel d'un envoi, avec ce qui est vrai au moment de partir ; `None` s'il n'a plus lieu d'être."""


class VueEnvoi(msgspec.Struct):
    """Un envoi en échec, pour qui peut y faire quelque chose."""

    id: int
    genre: str
    evenement: int | None
    destinataire: str
    erreur: str
    cree_le: datetime
    echoue_le: datetime


class PageEnvois(msgspec.Struct):
    elements: list[VueEnvoi]
    suivant: str | None


class EtatDesEnvois(msgspec.Struct, frozen=True):
    """Où en est la boîte d'envoi."""

    en_attente: int
    """Échus et pas encore partis."""
    en_echec: int
    age_s: int
    """Retard du plus ancien envoi échu, en secondes ; 0 si tout est parti."""
