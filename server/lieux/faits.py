"""Ce qui arrive aux lieux."""

from server.socle.faits import Fait


class LieuModifie(Fait, frozen=True):
    """La fiche d'un lieu a changé : son nom, son adresse ou sa commune, peut-être."""

    lieu: int
