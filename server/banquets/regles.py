"""Où en est un repas : à venir, aujourd'hui, passé, annulé. Tous les écrans et les pages d'un banquet parlent d'après cela.

Rien que des fonctions pures.
"""

from datetime import datetime, timedelta
from typing import Final, Literal

from server.socle.temps import a_paris

Temps = Literal["a_venir", "jour", "passe", "annule"]

DUREE_SANS_FIN: Final = timedelta(hours=6)
"""Un repas dont personne n'a dit la fin n'est pas fini quand il commence."""


def temps_du_repas(statut: str, debut: datetime | None, fin: datetime | None, maintenant: datetime) -> Temps:
    """Où en est ce repas. `jour` va de minuit, à Paris, à la fin du repas ; sans date, il reste à venir.

    Un repas annulé le reste après sa date : personne n'y a mangé.
    """
    if statut == "annule":
        return "annule"
    if debut is None:
        return "a_venir"
    if maintenant >= (fin or debut + DUREE_SANS_FIN):
        return "passe"
    return "jour" if a_paris(maintenant).date() >= a_paris(debut).date() else "a_venir"
