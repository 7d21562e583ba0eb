"""Qui peut quoi dans les structures.

- Tout le monde lit la fiche publique.
- Une personne qui veille sur l'installation (opératrice) crée des structures, et peut tout sur chacune.
- Une personne responsable d'une structure en change la fiche et les membres.
- Un membre voit la fiche et les membres de sa structure, et peut la quitter.
- Pour qui n'en est pas, l'envers d'une structure n'existe pas.
"""

from collections.abc import Mapping

from server.comptes.schemas import Auteur
from server.structures.schemas import Role

Roles = Mapping[int, Role]
"""Structure → rôle : ce que `lectures.roles_de` dit d'une personne."""


def peut_creer_structure(auteur: Auteur) -> bool:
    """Vrai pour les opérateurs."""
    return auteur.est_operateur


def peut_voir_equipe(auteur: Auteur, roles: Roles, structure: int) -> bool:
    """Vrai pour les membres de la structure et les opérateurs."""
    return auteur.est_operateur or structure in roles


def peut_modifier_structure(auteur: Auteur, roles: Roles, structure: int) -> bool:
    """Vrai pour les responsables de la structure et les opérateurs."""
    return auteur.est_operateur or roles.get(structure) == "responsable"


def peut_retirer_membre(auteur: Auteur, roles: Roles, structure: int, compte: int) -> bool:
    """Vrai pour qui peut modifier la structure, et pour soi-même."""
    return compte == auteur.compte or peut_modifier_structure(auteur, roles, structure)


def est_d_une_structure(auteur: Auteur, roles: Roles) -> bool:
    """Vrai pour qui est membre d'au moins une structure, et pour les opérateurs."""
    return auteur.est_operateur or bool(roles)
