"""Le temps est un argument : personne d'autre que l'horloge ne regarde l'heure."""

from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


class Horloge(Protocol):
    """Donne l'instant présent, en UTC."""

    def __call__(self) -> datetime: ...


def horloge_systeme() -> datetime:
    """L'heure de la machine, en UTC."""
    return datetime.now(UTC)


def a_paris(instant: datetime) -> datetime:
    """Le même instant, à l'heure que les habitants lisent."""
    return instant.astimezone(PARIS)


def en_utc(instant: datetime) -> datetime:
    """Le même instant en UTC ; un instant sans fuseau est une erreur de programmation."""
    if instant.tzinfo is None:
        raise ValueError("un instant porte toujours son fuseau")
    return instant.astimezone(UTC)
