"""Ce que l'effectif refuse."""

from server.socle.erreurs import Conflit, Introuvable


class EffectifDejaArrete(Conflit):
    """L'effectif est arrêté ; il se rouvre avant de s'arrêter de nouveau ou de changer de date d'arrêt."""


class EffectifClos(Conflit):
    """Le repas a eu lieu, ou il est annulé : son effectif ne s'arrête ni ne se rouvre plus."""


class AnnonceInconnue(Introuvable):
    """Aucune annonce de convives sous ce numéro, dans ce banquet."""
