"""Ce que les achats refusent.

Introuvable
├── ProducteurInconnu           aucun producteur à cette adresse
├── ProduitInconnu              ce producteur n'a pas ce produit
└── ApprovisionnementInconnu    ce banquet n'a pas cette ligne
ActionInterdite
└── AnnuaireReserve             l'annuaire se tient entre membres des structures
Conflit
├── ProducteurModifie           quelqu'un a corrigé la fiche entre-temps
├── ProducteurEmploye           des banquets s'y fournissent : sa fiche reste
└── ApprovisionnementModifie    quelqu'un a changé cette ligne entre-temps
"""

from server.socle.erreurs import ActionInterdite, Conflit, Introuvable


class ProducteurInconnu(Introuvable):
    """Aucun producteur à cette adresse."""


class ProduitInconnu(Introuvable):
    """Ce producteur n'a pas ce produit."""


class ApprovisionnementInconnu(Introuvable):
    """Ce banquet n'a pas cette ligne."""


class AnnuaireReserve(ActionInterdite):
    """Il faut être membre d'une structure du réseau."""


class ProducteurModifie(Conflit):
    """La fiche a changé depuis la version que l'on a lue."""


class ProducteurEmploye(Conflit):
    """Des banquets s'y fournissent."""


class ApprovisionnementModifie(Conflit):
    """La ligne a changé depuis la version que l'on a lue."""
