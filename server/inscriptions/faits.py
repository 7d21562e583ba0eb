"""Ce qui arrive aux inscriptions."""

from datetime import datetime
from uuid import UUID

from server.socle.faits import Fait


class InscriptionEnregistree(Fait, frozen=True):
    """Un foyer vient de s'inscrire (places confirmées, en attente, ou les deux)."""

    inscription: UUID
    evenement: int
    doublon: bool
    instant: datetime


class InscriptionModifiee(Fait, frozen=True):
    inscription: UUID
    evenement: int
    instant: datetime


class InscriptionAnnulee(Fait, frozen=True):
    inscription: UUID
    evenement: int
    instant: datetime


class PlaceObtenue(Fait, frozen=True):
    """Un foyer qui attendait a une place, sans avoir rien à faire."""

    inscription: UUID
    evenement: int
    instant: datetime


class PlaceProposee(Fait, frozen=True):
    """Un foyer qui attendait a une place tenue, à confirmer avant l'heure dite."""

    inscription: UUID
    evenement: int
    jusqu_au: datetime
    instant: datetime


class PropositionPerimee(Fait, frozen=True):
    """La place proposée n'a pas été confirmée ; le foyer reprend la fin de la liste."""

    inscription: UUID
    evenement: int
    instant: datetime


class LienDemande(Fait, frozen=True):
    """Quelqu'un de l'équipe fait renvoyer son lien à un foyer."""

    inscription: UUID
    evenement: int
    instant: datetime
