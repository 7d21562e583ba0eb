"""Qui peut quoi sur un évènement.

- Tout le monde lit ce qui est publié.
- Une personne membre d'une structure qui porte, coorganise ou accueille l'évènement (et qui l'a accepté) en fait
  tout : le modifier, le publier, le reporter, l'annuler, voir qui vient, tenir la porte.
- Une personne membre d'une structure liée autrement (soutien, traiteur, invitée qui n'a pas encore répondu) voit la
  fiche, brouillon compris, et rien de ce qui touche aux foyers.
- Une structure qui a décliné n'a plus de lien.
- Nul n'organise sans l'avoir accepté : une structure dont l'auteur n'est pas membre est d'abord invitée. Ses membres
  répondent pour elle, et la retirent quand ils veulent.
- Seuls les membres de la porteuse changent de porteuse, retirent une autre structure ou changent sa part.
- Une personne qui veille sur l'installation (opératrice) peut tout.
- Pour qui n'a aucun lien, l'envers de l'évènement n'existe pas (404 avant 403).

Chaque droit a sa fonction : le jour où une coorganisatrice ne pourra pas tout, seule la sienne changera.
"""

from collections.abc import Collection, Mapping
from typing import Final

import msgspec

from server.comptes.schemas import Auteur

ORGANISENT: Final = frozenset({"porteuse", "coorganisatrice", "hote"})


class Lien(msgspec.Struct, frozen=True):
    """Ce qui relie une personne à un évènement, par une structure dont elle est membre."""

    part: str
    reponse: str


def _organise(auteur: Auteur, liens: Collection[Lien]) -> bool:
    return auteur.est_operateur or any(
        lien.part in ORGANISENT and lien.reponse == "acceptee" for lien in liens
    )


def peut_voir(auteur: Auteur, liens: Collection[Lien]) -> bool:
    """Vrai pour qui a un lien, même d'une structure seulement invitée."""
    return auteur.est_operateur or any(lien.reponse != "declinee" for lien in liens)


def peut_modifier(auteur: Auteur, liens: Collection[Lien]) -> bool:
    """Vrai pour qui organise."""
    return _organise(auteur, liens)


def peut_publier(auteur: Auteur, liens: Collection[Lien]) -> bool:
    """Vrai pour qui organise."""
    return _organise(auteur, liens)


def peut_annuler(auteur: Auteur, liens: Collection[Lien]) -> bool:
    """Annuler, reporter, rétablir : vrai pour qui organise."""
    return _organise(auteur, liens)


def peut_voir_inscriptions(auteur: Auteur, liens: Collection[Lien]) -> bool:
    """Voir, saisir, corriger les inscriptions : vrai pour qui organise."""
    return _organise(auteur, liens)


def peut_tenir_la_porte(auteur: Auteur, liens: Collection[Lien]) -> bool:
    """Pointer les arrivées : vrai pour qui organise."""
    return _organise(auteur, liens)


def peut_changer_les_autres(auteur: Auteur, roles: Mapping[int, str], porteuse: int) -> bool:
    """Changer de porteuse, retirer une autre structure ou changer sa part : vrai pour les membres de la porteuse."""
    return auteur.est_operateur or porteuse in roles


def peut_repondre_pour(auteur: Auteur, roles: Mapping[int, str], structure: int) -> bool:
    """Accepter une invitation, la décliner, se retirer : vrai pour les membres de la structure."""
    return auteur.est_operateur or structure in roles


def peut_creer_pour(auteur: Auteur, roles: Mapping[int, str], structure: int) -> bool:
    """Créer un évènement ou un cycle au nom de cette structure : vrai pour ses membres."""
    return auteur.est_operateur or structure in roles
