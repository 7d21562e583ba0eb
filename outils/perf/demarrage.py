"""Le temps de se mettre à servir."""

from __future__ import annotations

import time
from pathlib import Path

from outils.perf.serveur import arreter, attendre, environnement, lancer, port_libre


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
