"""Les morceaux dont sont faits les longs documents publics : chacun s'écrit une fois, tant qu'il ne change pas.

Un agenda de vingt mille évènements n'est que leurs écritures mises bout à bout. Un morceau se reconnaît à sa clé, et sa
marque dit s'il est encore bon. La mémoire est bornée en octets ; le moins récemment employé s'en va d'abord. Décision
0007.
"""

import asyncio
from typing import Any, Final

POIDS_NU: Final = 350
"""Octets d'un morceau sans son contenu : objets, clé, marque."""

Cle = tuple[Any, ...]


class Morceaux:
    """La réserve des morceaux d'un processus."""

    def __init__(self, octets_max: int) -> None:
        self._max = octets_max
        self._poids = 0
        self._gardes: dict[Cle, tuple[str, bytes]] = {}
        self.verrou = asyncio.Lock()
        """À tenir pour écrire un lot : deux demandes ne l'écrivent pas deux fois."""
        self.chantier = asyncio.Lock()
        """À tenir pour en écrire beaucoup, lot après lot : un seul grand chantier à la fois."""

    def prendre(self, cle: Cle, marque: str) -> bytes | None:
        """Le morceau de cette clé, s'il porte encore cette marque."""
        trouve = self._gardes.get(cle)
        if trouve is None or trouve[0] != marque:
            return None
        # Retiré puis remis : le dernier employé est au bout.
        self._gardes[cle] = self._gardes.pop(cle)
        return trouve[1]

    def garder(self, cle: Cle, marque: str, octets: bytes) -> None:
        """Retient un morceau ; au-delà de la borne, oublie les moins récemment employés."""
        self._retirer(cle)
        self._gardes[cle] = (marque, octets)
        self._poids += POIDS_NU + len(octets)
        while self._poids > self._max and self._gardes:
            self._retirer(next(iter(self._gardes)))

    def _retirer(self, cle: Cle) -> None:
        trouve = self._gardes.pop(cle, None)
        if trouve is not None:
            self._poids -= POIDS_NU + len(trouve[1])

    def poids(self) -> int:
        """Octets gardés."""
        return self._poids

    def __len__(self) -> int:
        return len(self._gardes)
