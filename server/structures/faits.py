"""Ce qui arrive aux structures."""

from server.socle.faits import Fait


class StructureModifiee(Fait, frozen=True):
    """La fiche d'une structure a changé : son nom, peut-être."""

    structure: int
