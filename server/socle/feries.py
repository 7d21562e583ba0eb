"""Les jours fériés de France : code du travail, article L3133-1."""

import functools
from datetime import date, timedelta

from dateutil.easter import easter

_FIXES = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
_APRES_PAQUES = (1, 39, 50)
"""Lundi de Pâques, Ascension, lundi de Pentecôte."""


def est_ferie(jour: date) -> bool:
    """Vrai un jour férié. L'Alsace-Moselle en a deux de plus, qui ne comptent pas ici."""
    return jour in _feries(jour.year)


@functools.cache
def _feries(annee: int) -> frozenset[date]:
    paques: date = easter(annee)
    mobiles = (paques + timedelta(days=jours) for jours in _APRES_PAQUES)
    return frozenset((*(date(annee, mois, jour) for mois, jour in _FIXES), *mobiles))
