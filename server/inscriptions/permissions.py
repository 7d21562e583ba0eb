"""Qui peut quoi avec les inscriptions.

- Le foyer, par son secret ou par un lien reçu, voit toute son inscription et la change. Personne d'autre n'en voit tout.
- Qui organise l'évènement voit les inscrits, les inscrit, les corrige, les retire, les accueille, les rappelle
  (`evenements/permissions.py` : `peut_voir_inscriptions`, `peut_tenir_la_porte`).
- Les régimes et allergies ne se montrent que comptés, même à l'équipe : ils n'existent pas dans sa vue.
- Qui n'a aucun lien avec l'évènement reçoit la même réponse que s'il n'existait pas (404 avant 403).

Les décisions sont donc celles des évènements ; ce paquet n'en ajoute aucune.
"""

from server.evenements.permissions import Lien, peut_tenir_la_porte, peut_voir, peut_voir_inscriptions

__all__ = ["Lien", "peut_tenir_la_porte", "peut_voir", "peut_voir_inscriptions"]
