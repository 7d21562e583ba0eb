"""Ce que les comptes refusent.

Refus
├── CodeFaux          422  le code recopié n'est pas le bon ; il reste des essais
├── ConnexionPerimee  410  lien ou code trop vieux, déjà utilisé, ou demande morte : la même réponse pour tous
└── SessionInconnue   404  cet appareil n'est pas (ou plus) l'un des vôtres
"""

from server.socle.erreurs import DemandeInvalide, Disparu, ErreurDeChamp, Introuvable


class CodeFaux(DemandeInvalide):
    """Le code recopié n'est pas le bon."""

    def __init__(self, essais_restants: int) -> None:
        super().__init__([ErreurDeChamp("code", "code_faux", {"n": essais_restants})])
        self.precisions = {"n": essais_restants}


class ConnexionPerimee(Disparu):
    """Ce lien ou ce code ne marche plus."""


class SessionInconnue(Introuvable):
    """Cet appareil n'est pas connecté à ce compte."""
