"""De vrais processus : un serveur qu'on lance, qu'on tue, qu'on arrête ; des foules qui s'inscrivent."""

import asyncio
import contextlib
import inspect
import os
import random
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec

from server.inscriptions.schemas import DemandeInscription
from server.reglages import Reglages
from tests.fabriques import une_demande, une_presence

RACINE = Path(__file__).parent.parent


def environnement(reglages: Reglages, **autres: str) -> dict[str, str]:
    """L'environnement d'un processus de Tablées : ces réglages et rien d'autre."""
    propre = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("TABLEES_")}
    propre |= {
        "TABLEES_DONNEES": str(reglages.donnees),
        "TABLEES_BASE": reglages.adresse_base,
        "TABLEES_LIMITES": "non",
        "PICCOLO_CONF": "server.piccolo_conf",
    }
    return propre | {f"TABLEES_{nom.upper()}": valeur for nom, valeur in autres.items()}


def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


def tablees(reglages: Reglages, *mots: str, **autres: str) -> "subprocess.CompletedProcess[str]":
    """Joue un mot de la ligne de commande jusqu'au bout."""
    return subprocess.run(
        [sys.executable, "-m", "server", *mots],
        cwd=RACINE,
        env=environnement(reglages, **autres),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class Serveur:
    """Un `tablees servir` dans son groupe de processus."""

    def __init__(self, reglages: Reglages, processus: int = 1, **autres: str) -> None:
        self.port = port_libre()
        self.url = f"http://127.0.0.1:{self.port}"
        self.journal = reglages.donnees / f"serveur-{self.port}.journal"
        with self.journal.open("w") as sortie:
            self.processus = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "server",
                    "servir",
                    "--processus",
                    str(processus),
                    "--port",
                    str(self.port),
                ],
                cwd=RACINE,
                env=environnement(reglages, **autres),
                stdout=sortie,
                stderr=sortie,
                start_new_session=True,
            )

    async def attendre(self) -> None:
        """Attend la première bonne réponse de `/sante`."""
        async with httpx.AsyncClient() as client, asyncio.timeout(30):
            while True:
                if self.processus.poll() is not None:
                    raise RuntimeError(f"le serveur est mort en démarrant :\n{self.journal.read_text()}")
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get(f"{self.url}/sante")).status_code == 200:
                        return
                await asyncio.sleep(0.05)

    def signaler(self, signe: signal.Signals) -> None:
        self.processus.send_signal(signe)

    def tuer(self) -> None:
        """`kill -9`, lui et ses enfants, sans un mot."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.processus.pid, signal.SIGKILL)
        self.processus.wait(10)

    async def finir(self, delai_s: float = 20) -> int:
        """Attend la fin ; rend le code de sortie."""
        return await asyncio.to_thread(self.processus.wait, delai_s)


@contextlib.asynccontextmanager
async def un_serveur(reglages: Reglages, processus: int = 1, **autres: str) -> AsyncGenerator[Serveur, None]:
    """Un serveur qui répond, arrêté quoi qu'il arrive."""
    serveur = Serveur(reglages, processus, **autres)
    try:
        await serveur.attendre()
        yield serveur
    finally:
        serveur.tuer()


class Reponse(msgspec.Struct, frozen=True):
    """Une demande d'inscription et ce qui lui a été répondu ; `statut` nul : le serveur est mort avant de répondre."""

    inscription: UUID
    demande: DemandeInscription
    statut: int | None
    corps: Any = None
    entetes: dict[str, str] = {}


async def s_inscrire(client: httpx.AsyncClient, url: str, demande: DemandeInscription) -> Reponse:
    """Une inscription, une seule fois ; une coupure n'est pas une erreur, c'est une réponse qui manque."""
    identifiant = uuid.uuid4()
    try:
        reponse = await client.put(
            f"{url}/api/inscriptions/{identifiant}",
            content=msgspec.json.encode(demande),
            headers={"content-type": "application/json"},
        )
    except httpx.TransportError:
        return Reponse(identifiant, demande, None)
    return Reponse(identifiant, demande, reponse.status_code, reponse.json(), dict(reponse.headers))


async def la_foule(
    url: str, demandes: Sequence[DemandeInscription], clients: int, delai_s: float = 40
) -> list[Reponse]:
    """Toutes ces demandes, par autant de clients à la fois."""
    reste = list(demandes)
    reponses: list[Reponse] = []
    limites = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)
    async with httpx.AsyncClient(limits=limites, timeout=delai_s) as client:

        async def un_client() -> None:
            while reste:
                reponses.append(await s_inscrire(client, url, reste.pop()))

        await asyncio.gather(*(un_client() for _ in range(clients)))
    return reponses


def des_demandes(
    nombre: int, slug: str, moments: Sequence[UUID], alea: random.Random, **champs: Any
) -> list[DemandeInscription]:
    """Des foyers d'une à six personnes, à un moment ou à plusieurs."""
    demandes = []
    for rang in range(nombre):
        choisis = alea.sample(list(moments), alea.randint(1, len(moments)))
        presences = []
        for moment in choisis:
            adultes = alea.randint(1, 4)
            presences.append(une_presence(moment, adultes=adultes, enfants=alea.randint(0, 6 - adultes)))
        demandes.append(une_demande(slug, *presences, prenom=f"Foyer {rang}", **champs))
    return demandes


async def jusqu_a(condition: Callable[[], Any], delai_s: float) -> float:
    """Attend qu'une condition (éventuellement asynchrone) soit vraie ; rend le temps qu'il a fallu."""
    debut = time.monotonic()
    async with asyncio.timeout(delai_s):
        while True:
            vrai = condition()
            if inspect.isawaitable(vrai):
                vrai = await vrai
            if vrai:
                return time.monotonic() - debut
            await asyncio.sleep(0.02)
