"""La charge : des clients HTTP tenus par un processus à part, et ce qu'ils ont obtenu."""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from outils.perf.serveur import RACINE, environnement

ACCEPTE: Final = "br, gzip"
"""Comme un navigateur : nous répondons en brotli, et le témoin rend ces mêmes octets."""

MISE_EN_TRAIN_S: Final = 0.4


class Debit(NamedTuple):
    """Ce qu'un tour a donné."""

    par_seconde: float
    mediane_ms: float
    p99_ms: float
    autres: int
    """Réponses d'un autre statut qu'attendu."""


def charger(
    port: int, demandes: Sequence[bytes], *, clients: int, statut: int, duree_s: float | None
) -> Debit:
    """Fait tourner la charge dans son processus ; sans durée, chaque demande part une seule fois."""
    consigne = {
        "port": port,
        "demandes": [base64.b64encode(demande).decode() for demande in demandes],
        "clients": clients,
        "statut": statut,
        "duree_s": duree_s,
    }
    fait = subprocess.run(
        [sys.executable, "-m", "outils.perf", "charge"],
        cwd=RACINE,
        env=environnement(None),
        input=json.dumps(consigne),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return Debit(**json.loads(fait.stdout))


def role_charge() -> None:
    consigne = json.load(sys.stdin)
    import uvloop

    uvloop.run(_charger(consigne))


async def _charger(consigne: dict[str, Any]) -> None:
    demandes = [base64.b64decode(demande) for demande in consigne["demandes"]]
    sans_fin = consigne["duree_s"] is not None
    suite = iter(lambda: demandes[0], None) if sans_fin else iter(demandes)
    mesure = _Mesure(suite, consigne["statut"])
    boucle = asyncio.get_running_loop()
    clients = [
        (await boucle.create_connection(lambda: _Client(mesure), "127.0.0.1", consigne["port"]))[1]
        for _ in range(consigne["clients"])
    ]
    if sans_fin:
        for client in clients:
            client.demander_encore()
        await asyncio.sleep(MISE_EN_TRAIN_S)
        mesure.oublier()
        await asyncio.sleep(consigne["duree_s"])
        mesure.finir()
    else:
        mesure.oublier()
        for client in clients:
            client.demander_encore()
        async with asyncio.timeout(100):
            await asyncio.gather(*(client.fini for client in clients))
        mesure.finir()
    print(json.dumps(mesure.debit()._asdict()))


class _Mesure:
    def __init__(self, demandes: Any, statut: int) -> None:
        self.demandes = demandes
        self._statut = b"HTTP/1.1 %d" % statut
        self.oublier()

    def oublier(self) -> None:
        self._durees: list[float] = []
        self._autres = 0
        self._debut = time.perf_counter()
        self._fin: float | None = None

    def noter(self, duree_s: float, tete: bytes) -> None:
        self._durees.append(duree_s)
        self._autres += not tete.startswith(self._statut)

    def finir(self) -> None:
        self._fin = time.perf_counter()

    def debit(self) -> Debit:
        assert self._fin is not None
        durees = sorted(self._durees)
        return Debit(
            par_seconde=len(durees) / (self._fin - self._debut),
            mediane_ms=1000 * durees[len(durees) // 2],
            p99_ms=1000 * durees[min(len(durees) - 1, int(0.99 * len(durees)))],
            autres=self._autres,
        )


class _Client(asyncio.Protocol):
    """Une connexion gardée : une demande, une réponse, la suivante."""

    def __init__(self, mesure: _Mesure) -> None:
        self._mesure = mesure
        self._recu = bytearray()
        self._attendu: int | None = None
        self.fini: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def demander_encore(self) -> None:
        demande = next(self._mesure.demandes, None)
        if demande is None:
            self.fini.set_result(None)
            return
        self._recu.clear()
        self._attendu = None
        self._debut = time.perf_counter()
        self._transport.write(demande)

    def data_received(self, octets: bytes) -> None:
        self._recu += octets
        if self._attendu is None:
            fin = self._recu.find(b"\r\n\r\n")
            if fin < 0:
                return
            tete = bytes(self._recu[:fin]).lower()
            _, _, apres = tete.partition(b"content-length:")
            self._attendu = fin + 4 + int(apres.split(b"\r\n", 1)[0])
        if len(self._recu) >= self._attendu:
            self._mesure.noter(time.perf_counter() - self._debut, bytes(self._recu[:12]))
            self.demander_encore()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.fini.done():
            self.fini.set_exception(exc or ConnectionError("le serveur a raccroché"))
            self.fini.exception()


def lecture(chemin: str) -> bytes:
    return f"GET {chemin} HTTP/1.1\r\nhost: localhost\r\naccept-encoding: {ACCEPTE}\r\naccept: */*\r\n\r\n".encode()
