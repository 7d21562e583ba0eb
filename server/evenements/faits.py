"""Ce qui arrive à un évènement. Un fait porte des clés, et ce qu'on ne pourrait plus relire."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from server.socle.faits import Fait


class FaitEvenement(Fait, frozen=True):
    """Quelque chose est arrivé à cet évènement ; `phrase` est la clé de ce qu'on en dit."""

    phrase: ClassVar[str] = ""

    evenement: int
    version: int
    instant: datetime


class EvenementPublie(FaitEvenement, frozen=True):
    """L'évènement est annoncé à tous."""

    phrase: ClassVar[str] = "evenements.faits.publie"


class EvenementModifie(FaitEvenement, frozen=True, kw_only=True):
    """Un évènement déjà annoncé a changé. `deplace` : de date ou de lieu, il faut le dire à qui vient."""

    phrase: ClassVar[str] = "evenements.faits.modifie"

    changements: tuple[str, ...]
    """Champs changés, tels que dans `EvenementDemande` (`titre`, `moments`…), plus `horaires` et `jauges`."""
    annonce: bool
    """Un changement que les personnes inscrites doivent connaître (titre, horaires, lieu, en ligne)."""
    deplace: bool
    ancien_debut: datetime | None
    ancienne_fin: datetime | None
    ancien_lieu: int | None


class EvenementReporte(FaitEvenement, frozen=True, kw_only=True):
    """L'évènement est reporté, à une nouvelle date ou à une date à venir."""

    phrase: ClassVar[str] = "evenements.faits.reporte"

    ancien_debut: datetime | None
    """Nul si la date était déjà à venir."""
    ancienne_fin: datetime | None


class EvenementAnnule(FaitEvenement, frozen=True):
    """L'évènement n'aura pas lieu."""

    phrase: ClassVar[str] = "evenements.faits.annule"


class EvenementRetabli(FaitEvenement, frozen=True):
    """L'évènement annulé aura lieu, finalement."""

    phrase: ClassVar[str] = "evenements.faits.retabli"


class MomentRetire(FaitEvenement, frozen=True, kw_only=True):
    """Un moment annoncé ne fait plus partie du programme."""

    phrase: ClassVar[str] = "evenements.faits.moment_retire"

    moment: UUID


class JaugeChangee(FaitEvenement, frozen=True, kw_only=True):
    """La jauge d'un moment annoncé a changé ; nulle : sans limite. Personne n'est mis dehors."""

    phrase: ClassVar[str] = "evenements.faits.jauge_changee"

    moment: UUID
    ancienne: int | None
    nouvelle: int | None
