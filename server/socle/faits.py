"""Faits : ce qui vient d'arriver, dit au reste de la maison dans la transaction même qui l'a fait arriver.

Un service publie ; la table FAIT -> GESTIONNAIRES, écrite une seule fois dans `application.py`, dit qui écoute.
Les gestionnaires tournent à la fin de l'unité d'écriture : leurs lignes (envois, appels) sont validées ou
abandonnées avec elle.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any

import msgspec


class Fait(msgspec.Struct, frozen=True):
    """Un fait du métier, au participe passé (`InscriptionConfirmee`)."""


Gestionnaire = Callable[[Any], Awaitable[None]]
TableDesFaits = Mapping[type[Fait], Sequence[Gestionnaire]]

_table: TableDesFaits = {}
en_cours: ContextVar["Unite | None"] = ContextVar("unite_en_cours", default=None)


class Unite:
    """Ce qu'une unité d'écriture accumule : faits à dire, documents publics à renouveler."""

    __slots__ = ("etiquettes", "faits")

    def __init__(self) -> None:
        self.faits: list[Fait] = []
        self.etiquettes: set[str] = set()


def brancher(table: TableDesFaits) -> None:
    """Installe la table des gestionnaires (composition de l'application)."""
    global _table
    _table = table


def publier(fait: Fait) -> None:
    """Dit un fait ; hors d'une unité d'écriture, c'est une erreur de programmation."""
    _unite().faits.append(fait)


def renouveler(*etiquettes: str) -> None:
    """Marque les documents publics portant ces étiquettes comme périmés, une fois la transaction validée."""
    _unite().etiquettes.update(etiquettes)


async def dire_les_faits(unite: Unite) -> None:
    """Passe chaque fait à ses gestionnaires, y compris ceux qu'ils publient à leur tour."""
    rang = 0
    while rang < len(unite.faits):
        fait = unite.faits[rang]
        rang += 1
        for gestionnaire in _table.get(type(fait), ()):
            await gestionnaire(fait)


def _unite() -> Unite:
    unite = en_cours.get()
    if unite is None:
        raise RuntimeError("aucune unité d'écriture en cours : le service appelant doit être une @ecriture")
    return unite
