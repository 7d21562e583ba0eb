"""Règles de la boîte d'envoi : quand réessayer, quand abandonner, quand oublier."""

from datetime import datetime, timedelta
from typing import Final

REPRISES: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=12),
    timedelta(hours=18),
)
"""Attente après chaque essai manqué : neuf essais sur deux jours, le temps de réparer un serveur de courrier."""

ECART: Final = 0.2
"""Part de hasard dans l'attente : cent envois manqués ensemble ne se représentent pas tous à la même seconde."""

BAIL: Final = timedelta(minutes=5)
"""Temps laissé à un expéditeur pour faire partir ce qu'il a pris, bien au-delà de ses propres limites."""

OUBLI_CONNEXION: Final = timedelta(days=2)
"""Un lien de connexion ne vaut qu'une heure ; sa trace sert deux jours à comprendre un courriel perdu."""

OUBLI_DESTINATAIRE: Final = timedelta(days=60)
"""Après deux mois, on ne sait plus à qui un message est parti ; les inscriptions effacent plus tôt les leurs."""


DISCRETION: Final = (timedelta(seconds=0.2), timedelta(seconds=2))
"""Attente tirée au sort avant d'écrire à qui l'a demandé par une adresse : la suite de la réponse ne dit pas si
l'adresse est connue."""


def attente_discrete(alea: float) -> timedelta:
    """Le temps à laisser passer entre une réponse et un travail qu'elle ne doit pas trahir. `alea` entre 0 et 1."""
    au_moins, au_plus = DISCRETION
    return au_moins + alea * (au_plus - au_moins)


def reprise(essais: int, alea: float, maintenant: datetime) -> datetime | None:
    """L'instant du prochain essai après `essais` essais manqués ; `None` s'il faut abandonner.

    `alea` entre 0 et 1 choisit l'écart, de −20 % à +20 %.
    """
    if essais > len(REPRISES):
        return None
    return maintenant + REPRISES[max(essais, 1) - 1] * (1 + ECART * (2 * alea - 1))
