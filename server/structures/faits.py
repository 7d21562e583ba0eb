"""Ce qui arrive aux structures."""

from datetime import datetime

from server.socle.faits import Fait


class StructureModifiee(Fait, frozen=True):
    """La fiche d'une structure a changé : son nom, peut-être."""

    structure: int
    visible_le: datetime | None = None
    """L'instant où son nom a changé ; nul si ce n'est que le reste de la fiche."""
