"""Ce que les structures refusent.

Introuvable
├── StructureInconnue    rien à cette adresse (ou rien que vous ayez le droit de savoir)
└── MembreInconnu        cette personne n'est pas dans la structure
ActionInterdite
├── ReserveAuxOperateurs créer une structure revient à qui veille sur l'installation
└── ReserveAuxResponsables
Conflit
├── DejaMembre           cette adresse est déjà dans la structure
└── DerniereResponsable  la structure n'aurait plus personne pour en répondre
"""

from server.socle.erreurs import ActionInterdite, Conflit, Introuvable


class StructureInconnue(Introuvable):
    """Aucune structure à cette adresse."""


class MembreInconnu(Introuvable):
    """Cette personne ne fait pas partie de la structure."""


class ReserveAuxOperateurs(ActionInterdite):
    """Seules les personnes qui veillent sur l'installation peuvent le faire."""


class ReserveAuxResponsables(ActionInterdite):
    """Seules les personnes responsables de la structure peuvent le faire."""


class DejaMembre(Conflit):
    """La personne est déjà dans la structure."""


class DerniereResponsable(Conflit):
    """Il ne resterait personne pour répondre de la structure."""
