"""Décisions pures des structures."""

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from server.socle.textes import en_slug
from server.structures.schemas import College, Genre, Role

COLLEGE_DU_GENRE: Final[dict[Genre, College]] = {
    "association": "associations",
    "collectivite": "collectivites",
    "tiers_lieu": "associations",
    "cafe": "entreprises",
    "entreprise": "entreprises",
    "collectif": "habitants",
    "producteur": "producteurs",
    "traiteur": "entreprises",
}
"""Collège proposé ; la structure peut en dire un autre (un café associatif, une coopérative de producteurs)."""

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def college_de(genre: Genre, college: College | None) -> College:
    """Le collège dit, sinon celui du genre."""
    return college or COLLEGE_DU_GENRE[genre]


def est_un_slug(texte: str) -> bool:
    """Vrai si ce morceau d'adresse peut désigner quelque chose : le reste n'atteint pas la base."""
    return len(texte) <= 90 and _SLUG.fullmatch(texte) is not None


def slugs_possibles(nom: str, precision: str = "") -> Iterator[str]:
    """Les adresses à essayer pour ce nom, de la plus simple à la plus longue.

    `foyer-communal`, puis avec la précision s'il y en a une (`foyer-communal-lussan`), puis numérotées
    (`foyer-communal-lussan-2`).
    """
    base = en_slug(nom)
    yield base
    if precision:
        base = en_slug(f"{nom} {precision}", 80)
        yield base
    for rang in itertools.count(2):
        yield f"{base}-{rang}"


class MembreSimple(NamedTuple):
    """Un membre, tel que les règles en ont besoin."""

    membre: int
    compte: int
    role: Role


def reste_une_responsable(equipe: Iterable[MembreSimple], membre: int, role: Role | None) -> bool:
    """Vrai si quelqu'un répond encore de la structure quand ce membre prend ce rôle (`None` : s'en va)."""
    return "responsable" in [role if celui.membre == membre else celui.role for celui in equipe]
