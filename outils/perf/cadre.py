"""Ce que toutes les mesures partagent : où elles écrivent, les bases d'essai qu'elles lisent, comment elles parlent."""

from __future__ import annotations

import functools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from outils.perf.serveur import RACINE, environnement

PETITE: Final = 200
VASTE: Final = 20_000


class Cadre:
    """Un tour de mesures. Une base ne se remplit que si une mesure la demande."""

    def __init__(self, dossier: Path, *, rapide: bool) -> None:
        self.dossier = dossier
        self.rapide = rapide
        self.evenements_vaste = VASTE // 10 if rapide else VASTE

    @functools.cached_property
    def petite(self) -> Path:
        """Deux cents évènements : une année d'un réseau bien vivant."""
        return remplir(self.dossier / "petite", PETITE, 2000)

    @functools.cached_property
    def vaste(self) -> Path:
        """Vingt mille : un département, dix ans."""
        return remplir(self.dossier / "vaste", self.evenements_vaste, 2000)


def remplir(donnees: Path, evenements: int, inscriptions: int) -> Path:
    dire(f"base d'essai de {evenements} évènements")
    mots = ["-m", "server", "exemple", "--evenements", str(evenements), "--inscriptions", str(inscriptions)]
    fait = subprocess.run(
        [sys.executable, *mots],
        cwd=RACINE,
        env=environnement(donnees),
        capture_output=True,
        text=True,
        check=False,
    )
    if fait.returncode != 0:
        raise RuntimeError(f"la base d'essai ne se remplit pas : {fait.stderr[-300:]}")
    return donnees


def dire(phrase: str) -> None:
    """L'avancement, sur la sortie d'erreur."""
    print(f"… {phrase}", file=sys.stderr, flush=True)


def verdict(valeur: float, barre: float, *, mieux: Callable[[float, float], float]) -> str:
    """Dit si une barre est tenue ; `mieux` : `max` s'il faut l'atteindre, `min` s'il ne faut pas la dépasser."""
    return "tenu  " if mieux(valeur, barre) == valeur else "MANQUÉ"
