"""Ce que les notifications refusent.

Refus
├── EnvoiInconnu    404  cet envoi n'existe pas, ou ne vous regarde pas
├── EnvoisReserves  403  tous les envois ne se montrent qu'à qui veille sur l'installation
└── EnvoiDejaClos   409  cet envoi n'est pas en échec : il n'y a rien à relancer
"""

from server.socle.erreurs import ActionInterdite, Conflit, Introuvable


class EnvoiInconnu(Introuvable):
    """Aucun envoi à cet endroit."""


class EnvoisReserves(ActionInterdite):
    """La liste de tous les envois est réservée à qui veille sur l'installation."""


class EnvoiDejaClos(Conflit):
    """Cet envoi est parti, attend son tour, ou son destinataire a été effacé."""
