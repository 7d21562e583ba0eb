"""Ce que la cuisine refuse.

Introuvable
├── LienDeCuisineInconnu  ce lien n'ouvre pas, ou plus
├── MessageInconnu        ce message n'est pas de ce banquet, ou un autre l'a écrit
├── MesureInconnue        cette mesure n'est pas de ce banquet
└── PeseeInconnue         cette pesée n'est pas de ce banquet
Conflit
└── DejaEcrit             cet identifiant porte déjà autre chose ; rien n'est écrasé
"""

from server.socle.erreurs import Conflit, Introuvable


class LienDeCuisineInconnu(Introuvable):
    """Ce lien n'ouvre pas, ou plus : inconnu, révoqué, ou le repas est passé."""


class MessageInconnu(Introuvable):
    """Aucun message de vous sous cet identifiant, dans ce banquet."""


class MesureInconnue(Introuvable):
    """Aucune mesure à corriger ou à poursuivre sous cet identifiant, dans ce banquet."""


class PeseeInconnue(Introuvable):
    """Aucune pesée sous cet identifiant, dans ce banquet."""


class DejaEcrit(Conflit):
    """Cet identifiant porte déjà autre chose : ce qui est écrit ne change pas."""
