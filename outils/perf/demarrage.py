"""Le temps de se mettre à servir."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from outils.perf.cadre import Cadre, dire, verdict
from outils.perf.serveur import arreter, attendre, environnement, lancer, port_libre


def montrer(cadre: Cadre) -> None:
    """Le temps médian, et ses bornes."""
    base = cadre.petite
    dire("démarrage")
    durees = mesurer_demarrage(base, 3 if cadre.rapide else 7)
    print("\nDémarrage, du lancement à la première réponse de /sante (s)")
    print(f"  médiane {statistics.median(durees):.2f}, de {min(durees):.2f} à {max(durees):.2f}")
    print(f"  {verdict(statistics.median(durees), 1.0, mieux=min)} médiane ≤ 1,0")


def mesurer_demarrage(donnees: Path, fois: int) -> list[float]:
    """Secondes entre le lancement du processus et la première bonne réponse de `/sante`."""
    durees = []
    for _ in range(fois + 1):  # le premier remplit les caches du système et du bytecode
        port = port_libre()
        debut = time.perf_counter()
        processus = lancer(["-m", "server", "servir", "--port", str(port)], environnement(donnees))
        try:
            attendre(processus, port, "/sante")
            durees.append(time.perf_counter() - debut)
        finally:
            arreter(processus)
    return durees[1:]
