"""Les refus, dits dans le document OpenAPI : une route annonce ceux qu'elle peut opposer."""

import msgspec
from litestar.openapi.datastructures import ResponseSpec

from server.socle.erreurs import Refus


class ChampRefuse(msgspec.Struct):
    champ: str
    message: str


class Probleme(msgspec.Struct):
    """Un refus, au format `application/problem+json` (RFC 9457). Certains portent d'autres précisions."""

    type: str
    title: str
    status: int
    detail: str
    erreurs: list[ChampRefuse] | msgspec.UnsetType = msgspec.UNSET
    """Tous les champs refusés, quand le type est `/problemes/demande-invalide`."""


def refus_possibles(*refus: type[Refus]) -> dict[int, ResponseSpec]:
    """Le paramètre `responses` d'une route : chaque statut, avec les codes qui le donnent."""
    par_statut: dict[int, list[str]] = {}
    for genre in refus:
        par_statut.setdefault(genre.statut, []).append(genre.code())
    return {
        statut: ResponseSpec(
            Probleme,
            description=", ".join(f"`{code}`" for code in codes),
            media_type="application/problem+json",
            generate_examples=False,
        )
        for statut, codes in sorted(par_statut.items())
    }
