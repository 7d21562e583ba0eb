"""Limites de débit, par usage : généreuses par adresse (un village entier peut sortir par la même), strictes par
secret ou par contact.

Chaque usage a son seau qui se remplit en continu. Les compteurs vivent dans le processus : avec plusieurs processus,
la limite vaut pour chacun. La mémoire est bornée : les seaux les plus pleins s'oublient d'abord, car les oublier ne
redonne presque rien ; inonder le service de seaux neufs ne vide pas celui qu'on a épuisé.
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
    "connexion-contact-jour": Limite(20, 86_400),
    "code-adresse": Limite(60, 600),
    "lien-adresse": Limite(120, 600),
    "lien-secret": Limite(60, 60),
    "cuisine-lien": Limite(1200, 60),
    "liens-adresse": Limite(900, 600),
    "liens-contact": Limite(5, 900),
    "liens-contact-jour": Limite(20, 86_400),
    "recherche-adresse": Limite(6000, 60),
    "ecriture-compte": Limite(600, 60),
    "image-compte": Limite(60, 3600),
    "dessin-adresse": Limite(200, 600),
    "papier-lecteur": Limite(60, 600),
}
"""Par adresse : ce qu'un village ne rencontre jamais. Par contact, secret ou compte : ce qu'une personne ne fait pas.
`lien-adresse` ne compte que les secrets faux, `lien-secret` que les bons ; `cuisine-lien`, tout ce que demandent les
tablettes d'une même cuisine, qui reviennent toutes les quelques secondes ;
`dessin-adresse`, les affiches et images à dessiner, pas celles qui le sont déjà ; `papier-lecteur`, les papiers d'un banquet que
compose un lien ou un compte : tous, dans deux langues, trois fois de suite."""


class Limites:
    """Les seaux de ce processus."""

    def __init__(self, *, actives: bool = True) -> None:
        self._actives = actives
        self._seaux: dict[tuple[str, str], tuple[float, float]] = {}

    def compter(self, usage: str, cle: str, instant: float | None = None) -> None:
        """Compte une demande ; lève `TropDeDemandes` si le seau est vide."""
        manque_s = self._puiser(usage, cle, instant)
        if manque_s is not None:
            raise TropDeDemandes(secondes=manque_s)

    def permet(self, usage: str, cle: str, instant: float | None = None) -> bool:
        """Compte une demande ; faux si le seau est vide, pour ce qui se tait au lieu de se refuser."""
        return self._puiser(usage, cle, instant) is None

    def _puiser(self, usage: str, cle: str, instant: float | None) -> int | None:
        """Prend une demande dans le seau ; s'il est vide, les secondes à attendre."""
        if not self._actives:
            return None
        limite = USAGES[usage]
        maintenant = time.monotonic() if instant is None else instant
        # Retiré puis remis : le dernier servi est au bout.
        reste, vu = self._seaux.pop((usage, cle), (float(limite.nombre), maintenant))
        debit = limite.nombre / limite.periode_s
        reste = min(float(limite.nombre), reste + (maintenant - vu) * debit)
        prise = 1.0 if reste >= 1 else 0.0
        self._seaux[(usage, cle)] = (reste - prise, maintenant)
        if len(self._seaux) > SEAUX_MAX:
            self._oublier(maintenant)
        return None if prise else int((1 - reste) / debit) + 1

    def _oublier(self, maintenant: float) -> None:
        """Garde la moitié des seaux : les plus vides, et à égalité les derniers servis."""

        def remplissage(seau: tuple[tuple[str, str], tuple[float, float]]) -> float:
            (usage, _), (reste, vu) = seau
            limite = USAGES[usage]
            return min(1.0, reste / limite.nombre + (maintenant - vu) / limite.periode_s)

        du_plus_plein = sorted(self._seaux.items(), key=remplissage, reverse=True)
        gardes = {cle for cle, _ in du_plus_plein[-(SEAUX_MAX // 2) :]}
        for cle in [cle for cle in self._seaux if cle not in gardes]:
            del self._seaux[cle]
