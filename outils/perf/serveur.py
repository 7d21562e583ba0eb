"""Les processus mesurés : notre serveur et le Litestar nu."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Final

RACINE: Final = Path(__file__).parents[2]


def environnement(donnees: Path | None, **autres: str) -> dict[str, str]:
    """Celui d'une installation ordinaire : réglages par défaut, bytecode gardé."""
    propre = {
        nom: valeur
        for nom, valeur in os.environ.items()
        if not nom.startswith("TABLEES_") and nom != "PYTHONDONTWRITEBYTECODE"
    }
    if donnees is not None:
        propre["TABLEES_DONNEES"] = str(donnees)
    return propre | {"TABLEES_LIMITES": "non"} | {f"TABLEES_{nom.upper()}": v for nom, v in autres.items()}


def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


def demander(port: int, chemin: str, **entetes: str) -> tuple[int, dict[str, str], bytes]:
    """Une lecture, sur une connexion neuve."""
    connexion = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connexion.request("GET", chemin, headers={n.replace("_", "-"): v for n, v in entetes.items()})
        reponse = connexion.getresponse()
        return reponse.status, {n.lower(): v for n, v in reponse.getheaders()}, reponse.read()
    finally:
        connexion.close()


def lancer(mots: Sequence[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *mots], cwd=RACINE, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def attendre(processus: subprocess.Popen[bytes], port: int, chemin: str, delai_s: float = 30) -> None:
    """Attend la première réponse 200."""
    fin = time.monotonic() + delai_s
    while time.monotonic() < fin:
        if processus.poll() is not None:
            raise RuntimeError("un serveur s'est arrêté en démarrant")
        with contextlib.suppress(OSError, http.client.HTTPException):
            if demander(port, chemin)[0] == 200:
                return
        time.sleep(0.004)
    raise RuntimeError("un serveur ne répond pas")


@contextlib.contextmanager
def servir(donnees: Path, **autres: str) -> Generator[tuple[subprocess.Popen[bytes], int], None, None]:
    """Notre serveur, prêt."""
    port = port_libre()
    processus = lancer(["-m", "server", "servir", "--port", str(port)], environnement(donnees, **autres))
    try:
        attendre(processus, port, "/sante")
        yield processus, port
    finally:
        arreter(processus)


@contextlib.contextmanager
def servir_temoin(corps: bytes, entetes: dict[str, str], dossier: Path) -> Generator[int, None, None]:
    """Le Litestar nu, prêt à rendre ces octets."""
    fichier = dossier / f"temoin-{secrets.token_hex(4)}"
    fichier.write_bytes(corps)
    port = port_libre()
    gardes = {nom: entetes[nom] for nom in ("content-type", "content-encoding") if nom in entetes}
    mots = ["-m", "outils.perf", "temoin", str(port), str(fichier), json.dumps(gardes)]
    processus = lancer(mots, environnement(None))
    try:
        attendre(processus, port, "/")
        yield port
    finally:
        arreter(processus)


def arreter(processus: subprocess.Popen[bytes]) -> None:
    processus.send_signal(signal.SIGTERM)
    try:
        processus.wait(12)
    except subprocess.TimeoutExpired:
        processus.kill()
        processus.wait(5)


def memoire_mo(processus: subprocess.Popen[bytes], champ: str) -> float:
    """`VmRSS` (maintenant) ou `VmHWM` (au plus haut), en Mo."""
    for ligne in Path(f"/proc/{processus.pid}/status").read_text().splitlines():
        if ligne.startswith(champ):
            return int(ligne.split()[1]) / 1024
    return float("nan")


def role_temoin(port: int, fichier: Path, entetes: dict[str, str]) -> None:
    """Litestar, une route, des octets prêts : ce qu'on ne peut pas dépasser sans quitter Litestar."""
    import uvicorn
    from litestar import Litestar, get

    corps = fichier.read_bytes()
    type_contenu = entetes.pop("content-type", "application/octet-stream")

    @get("/", media_type=type_contenu, response_headers=entetes)
    async def rendre() -> bytes:
        return corps

    uvicorn.run(
        Litestar([rendre], openapi_config=None),
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        lifespan="on",
    )
