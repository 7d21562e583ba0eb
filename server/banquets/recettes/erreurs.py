"""Ce que les recettes refusent.

Introuvable
└── RecetteInconnue    aucune recette à cette adresse
ActionInterdite
└── RecetteReservee    elle est à une autre structure : on en dérive la sienne
Conflit
├── RecetteModifiee    quelqu'un l'a corrigée entre-temps
└── RecetteDerivee     d'autres en sont dérivées et la citent : elle reste
"""

from server.socle.erreurs import ActionInterdite, Conflit, Introuvable


class RecetteInconnue(Introuvable):
    """Aucune recette à cette adresse."""


class RecetteReservee(ActionInterdite):
    """Seule la structure qui l'a écrite peut la changer."""


class RecetteModifiee(Conflit):
    """La recette a changé depuis la version que l'on a lue."""


class RecetteDerivee(Conflit):
    """D'autres recettes en sont dérivées."""
