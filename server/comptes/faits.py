"""Ce qui arrive aux comptes."""

from datetime import datetime
from uuid import UUID

from server.socle.faits import Fait


class ConnexionDemandee(Fait, frozen=True):
    """Une personne connue veut se connecter : le lien et le code sont à lui envoyer."""

    demande: UUID
    courriel: str
    """L'adresse du compte, pas celle qui a été tapée."""
    langue: str
    demandee_le: datetime
