"""Ce que les banquets refusent.

Introuvable
├── BanquetInconnu       aucun banquet ici (ou rien que vous ayez le droit de savoir)
└── PlatInconnu          ce plat n'est pas dans ce menu
ActionInterdite
└── ReserveAQuiOrganise  le traiteur cuisine ; ceci revient à qui organise
Conflit
└── BanquetModifie       quelqu'un d'autre a enregistré entre-temps ; rien n'est écrasé
"""

from server.socle.erreurs import ActionInterdite, Conflit, Introuvable


class BanquetInconnu(Introuvable):
    """Aucun banquet à cette adresse."""


class ReserveAQuiOrganise(ActionInterdite):
    """Seules les personnes qui organisent l'évènement peuvent le faire."""


class BanquetModifie(Conflit):
    """Le banquet a changé depuis la version que l'on a lue."""


class PlatInconnu(Introuvable):
    """Ce plat n'est pas, ou n'est plus, dans ce menu."""
