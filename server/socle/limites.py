"""Limites de débit, par usage : généreuses par adresse (un village entier peut sortir par la même), strictes par
secret ou par contact.

Chaque usage a son seau qui se remplit en continu. Les compteurs vivent dans le processus : avec plusieurs processus,
la limite vaut pour chacun. La mémoire est bornée, les seaux pleins s'oublient.
"""

import time
from typing import Final

import msgspec

from server.socle.erreurs import TropDeDemandes

SEAUX_MAX: Final = 50_000


class Limite(msgspec.Struct, frozen=True):
    """`nombre` demandes d'un coup, qui reviennent en `periode_s` secondes."""

    nombre: int
    periode_s: int


USAGES: Final[dict[str, Limite]] = {
    "inscription-adresse": Limite(900, 600),
    "inscription-contact": Limite(12, 3600),
    "modification-contact": Limite(30, 3600),
    "connexion-adresse": Limite(60, 600),
    "connexion-contact": Limite(5, 900),
    "code-adresse": Limite(60, 600),
    "lien-adresse": Limite(120, 600),
    "lien-secret": Limite(60, 60),
    "recherche-adresse": Limite(600, 60),
    "ecriture-compte": Limite(600, 60),
    "image-compte": Limite(60, 3600),
}
"""Par adresse : ce qu'un village ne rencontre jamais. Par contact, secret ou compte : ce qu'une personne ne fait pas."""


class Limites:
    """Les seaux de ce processus."""

    def __init__(self, *, actives: bool = True) -> None:
        self._actives = actives
        self._seaux: dict[tuple[str, str], tuple[float, float]] = {}

    def compter(self, usage: str, cle: str, instant: float | None = None) -> None:
        """Compte une demande ; lève `TropDeDemandes` si le seau est vide."""
        if not self._actives:
            return
        limite = USAGES[usage]
        maintenant = time.monotonic() if instant is None else instant
        reste, vu = self._seaux.get((usage, cle), (float(limite.nombre), maintenant))
        debit = limite.nombre / limite.periode_s
        reste = min(float(limite.nombre), reste + (maintenant - vu) * debit)
        if reste < 1:
            raise TropDeDemandes(secondes=int((1 - reste) / debit) + 1)
        self._seaux[(usage, cle)] = (reste - 1, maintenant)
        if len(self._seaux) > SEAUX_MAX:
            self._oublier(maintenant)

    def _oublier(self, maintenant: float) -> None:
        """Oublie d'abord les seaux redevenus pleins, puis les plus anciens."""
        for (usage, cle), (_, vu) in list(self._seaux.items()):
            if maintenant - vu >= USAGES[usage].periode_s:
                del self._seaux[(usage, cle)]
        for rang, cle_seau in enumerate(list(self._seaux)):
            if len(self._seaux) <= SEAUX_MAX // 2 or rang > SEAUX_MAX:
                break
            del self._seaux[cle_seau]
