"""Ce que les commandes refusent.

Introuvable
├── CommandeInconnue     ce producteur ne fournit rien à ce banquet
└── LienDeCommandePerime ce lien n'ouvre aucune commande, ou plus
Conflit
├── CommandeModifiee     l'autre côté, ou quelqu'un de l'équipe, a fait un geste entre-temps
├── CommandeClose        le repas est passé ou annulé : rien ne se commande plus
├── CommandeDeBrouillon  l'évènement n'est pas publié : on ne commande pas pour un brouillon
├── ReponseAttendue      il n'y a pas (ou plus) de réponse à accepter
├── RelanceSansObjet     ce bon n'attend pas de réponse par courriel
└── RelanceTropTot       ce bon est parti, ou a déjà été rappelé, aujourd'hui
"""

from server.socle.erreurs import Conflit, Introuvable


class CommandeInconnue(Introuvable):
    """Rien n'est demandé à ce producteur pour ce banquet."""


class LienDeCommandePerime(Introuvable):
    """Ce lien ne mène à aucune commande, ou il a été remplacé."""


class CommandeModifiee(Conflit):
    """La commande, ou ce qu'on veut commander, n'est plus ce que l'on a lu."""


class CommandeClose(Conflit):
    """Le repas est passé ou annulé, ou la commande est annulée."""


class CommandeDeBrouillon(Conflit):
    """L'évènement n'est pas publié."""


class ReponseAttendue(Conflit):
    """Le producteur n'a pas répondu à ce bon, ou sa réponse est déjà reportée."""


class RelanceSansObjet(Conflit):
    """Le producteur a répondu, la commande est à renvoyer, ou elle ne lui a pas été écrite."""


class RelanceTropTot(Conflit):
    """Le producteur a déjà reçu ce bon aujourd'hui."""
