"""Qui peut quoi dans les lieux.

- Tout le monde lit la fiche d'un lieu et la liste des communes.
- Un membre d'une structure, quelle qu'elle soit, ajoute un lieu et corrige ceux que personne ne gère.
- La fiche d'un lieu géré par une structure se corrige par les membres de cette structure.
- On confie un lieu à une structure dont on est membre.
- Qui veille sur l'installation (opérateur) peut tout cela partout.
- Ce que l'installation dit d'elle-même (nom, contact, mentions légales) ne se lit d'un bloc et ne se change que par qui
  veille sur elle.
"""

from server.comptes.schemas import Auteur
from server.structures.permissions import Roles, est_d_une_structure


def peut_decrire_des_lieux(auteur: Auteur, roles: Roles) -> bool:
    """Vrai pour les membres d'au moins une structure."""
    return est_d_une_structure(auteur, roles)


def peut_modifier_lieu(auteur: Auteur, roles: Roles, structure: int | None) -> bool:
    """Vrai si ce lieu, géré par cette structure (ou par personne), se corrige par cette personne."""
    if structure is None:
        return est_d_une_structure(auteur, roles)
    return auteur.est_operateur or structure in roles


def peut_confier_lieu(auteur: Auteur, roles: Roles, structure: int) -> bool:
    """Vrai si la personne peut faire gérer un lieu par cette structure."""
    return auteur.est_operateur or structure in roles


def peut_regler_installation(auteur: Auteur) -> bool:
    """Vrai pour qui veille sur l'installation."""
    return auteur.est_operateur
