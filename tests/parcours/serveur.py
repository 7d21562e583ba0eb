"""Un vrai serveur, dans son processus, sur un port libre."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from pathlib import Path

RACINE = Path(__file__).parent.parent.parent


def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


@contextlib.contextmanager
def servir(donnees: Path, **reglages: str) -> Generator[str, None, None]:
    """Lance `tablees servir` et rend son adresse quand il répond ; l'arrête en finissant."""
    port = port_libre()
    url = f"http://localhost:{port}"
    environnement = os.environ | {
        "TABLEES_DONNEES": str(donnees),
        "TABLEES_PORT": str(port),
        "TABLEES_URL": url,
        **{f"TABLEES_{nom.upper()}": valeur for nom, valeur in reglages.items()},
    }
    with (donnees / "serveur.journal").open("w") as journal:
        serveur = subprocess.Popen(
            [sys.executable, "-m", "server", "servir"],
            cwd=RACINE,
            env=environnement,
            stdout=journal,
            stderr=journal,
        )
        try:
            _attendre(url, serveur)
            yield url
        finally:
            serveur.terminate()
            try:
                serveur.wait(15)
            except subprocess.TimeoutExpired:
                serveur.kill()
                serveur.wait(5)


def _attendre(url: str, serveur: "subprocess.Popen[bytes]") -> None:
    fin = time.monotonic() + 60
    while time.monotonic() < fin:
        if serveur.poll() is not None:
            raise RuntimeError("le serveur s'est arrêté en démarrant")
        try:
            with urllib.request.urlopen(f"{url}/sante", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError("le serveur ne répond pas")
