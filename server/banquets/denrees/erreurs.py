"""Ce que les denrées refusent.

Introuvable
└── DenreeInconnue     aucune denrée à cette adresse
ActionInterdite
└── DenreeReservee     elle est à la maison, ou à une autre structure
Conflit
├── DenreeModifiee     quelqu'un l'a corrigée entre-temps
└── DenreeEmployee     des menus ou des recettes s'en servent : son unité reste, et elle aussi
"""

from server.socle.erreurs import ActionInterdite, Conflit, Introuvable


class DenreeInconnue(Introuvable):
    """Aucune denrée à cette adresse."""


class DenreeReservee(ActionInterdite):
    """Seule la structure qui l'a ajoutée peut la changer."""


class DenreeModifiee(Conflit):
    """La denrée a changé depuis la version que l'on a lue."""


class DenreeEmployee(Conflit):
    """Des menus, des recettes ou des achats s'en servent."""
