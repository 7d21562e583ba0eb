"""Ce qui arrive aux lieux."""

from datetime import datetime

from server.socle.faits import Fait


class LieuModifie(Fait, frozen=True):
    """La fiche d'un lieu a changé : son nom, son adresse ou sa commune, peut-être."""

    lieu: int
    visible_le: datetime | None = None
    """L'instant où ce qu'un évènement montre de ce lieu a changé ; nul si ce n'est que le reste de la fiche."""
