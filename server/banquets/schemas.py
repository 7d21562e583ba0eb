"""Vues d'un banquet tout entier : de quel évènement, quand, où. Aucune personne n'y a de place."""

from datetime import datetime
from uuid import UUID

import msgspec

from server.banquets.regles import Temps


class BanquetTete(msgspec.Struct, frozen=True):
    """Ce que tous les écrans d'un banquet disent en haut."""

    moment: UUID
    evenement: str
    """Le slug de l'évènement."""
    titre: str
    """Celui de l'évènement."""
    moment_titre: str
    """Vide : le moment s'appelle comme son genre."""
    statut: str
    debut: datetime | None
    fin: datetime | None
    temps: Temps
    """Où en est le repas : ce que les écrans proposent en dépend."""
    lieu_nom: str | None
    commune_nom: str | None
    organise: bool
    """Faux pour un traiteur : il cuisine, le reste ne lui est pas ouvert."""
    retire: bool
    """Ôté du programme, ou devenu autre chose : il n'en reste à l'écran que ses commandes, à annuler."""
    auteur: str
    """La marque de ses propres messages à la cuisine, ou d'elle : ceux que l'on peut retirer."""
