"""Qui peut voir et relancer les envois.

La personne qui veille sur l'installation voit tous les envois en échec et les relance. Les membres des structures
d'un évènement voient ceux de leur évènement : les inscriptions, qui savent qui organise quoi, en décident.
"""

from server.comptes.schemas import Auteur


def peut_veiller_sur_les_envois(auteur: Auteur) -> bool:
    """Vrai pour qui veille sur l'installation."""
    return auteur.est_operateur
