"""Qui peut quoi sur un banquet.

- Qui organise l'évènement (porteuse, coorganisatrice, hôte, et l'a accepté) en fait tout : menu, achats, commandes, arrêt de
  l'effectif, comptes du repas, liens de la cuisine.
- Une personne membre d'une structure qui en est le `traiteur`, et l'a accepté, cuisine : elle compose le menu et les achats,
  lit l'effectif, note températures et pesées. L'argent recueilli, l'arrêt et les liens ne sont pas à elle.
- Qui tient un lien de la cuisine lit le menu et l'effectif, coche, note, écrit un message ; rien d'autre.
- Pour qui n'est lié à l'évènement que par un soutien ou une invitation, comme pour tous les autres, le banquet n'a pas d'envers.

- L'annuaire des producteurs se tient à plusieurs : toute personne membre d'une structure le lit et le corrige.

Aucun de ces droits ne montre un foyer : ce qui sort d'ici n'a de place que pour des nombres.
"""

from collections.abc import Collection

from server.comptes.schemas import Auteur
from server.evenements.permissions import Lien, peut_modifier
from server.structures.permissions import Roles, est_d_une_structure


def peut_organiser(auteur: Auteur, liens: Collection[Lien]) -> bool:
    """Arrêter l'effectif, commander, ouvrir la cuisine, tenir les comptes : vrai pour qui organise."""
    return peut_modifier(auteur, liens)


def peut_cuisiner(auteur: Auteur, liens: Collection[Lien]) -> bool:
    """Composer le menu et les achats, lire l'effectif : vrai pour qui organise, et pour le traiteur."""
    return peut_modifier(auteur, liens) or any(
        lien.part == "traiteur" and lien.reponse == "acceptee" for lien in liens
    )


def peut_tenir_l_annuaire(auteur: Auteur, roles: Roles) -> bool:
    """Lire et corriger les producteurs : vrai pour les membres d'une structure."""
    return est_d_une_structure(auteur, roles)
