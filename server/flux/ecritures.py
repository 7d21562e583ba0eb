"""Écrire beaucoup d'évènements sans faire attendre personne : dans un fil, ou dans un processus à part.

`icalendar` met une milliseconde par évènement, et un fil de Python n'en laisse pas travailler un autre. Au-delà de
quelques centaines (le premier agenda servi après un démarrage), on confie donc l'écriture à un processus de moindre
priorité, qui s'arrête ensuite : `python -m server.flux.ecritures`. Décision 0007.
"""

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final, Literal

import msgspec

from server.evenements.schemas import EvenementVue
from server.flux.atom import vers_entree
from server.flux.ical import vers_vevent
from server.flux.jsonfeed import vers_element
from server.socle.textes import Langue

journal = logging.getLogger("tablees.flux")

Suffixe = Literal["ics", "atom", "json"]
Vues = dict[int, EvenementVue]
Ecrits = dict[int, bytes]
Ecrire = Callable[[Suffixe, Langue, Vues], Awaitable[Ecrits]]

A_PART: Final = 400
"""Évènements à écrire à partir desquels un processus à part vaut son démarrage (une seconde, 45 Mo)."""

FIN_S: Final = 5
REPONSE_S: Final = 10
"""Un lot prend quelques dizaines de millisecondes ; le premier attend aussi le démarrage, une seconde."""

_ECRIRE: Final[Mapping[Suffixe, Callable[[EvenementVue, Langue], bytes | None]]] = {
    "ics": vers_vevent,
    "atom": vers_entree,
    "json": vers_element,
}
_ENTETE: Final = 4
"""Octets qui disent la longueur du message, de part et d'autre."""


def ecrire(suffixe: Suffixe, langue: Langue, vues: Vues) -> Ecrits:
    """L'écriture de chacun ; vide pour un évènement sans aucune date, qui n'a pas sa place dans un calendrier."""
    return {cle: _ECRIRE[suffixe](vue, langue) or b"" for cle, vue in vues.items()}


async def ecrire_dans_un_fil(suffixe: Suffixe, langue: Langue, vues: Vues) -> Ecrits:
    return await asyncio.to_thread(ecrire, suffixe, langue, vues)


@contextlib.asynccontextmanager
async def ouvrir_atelier(combien: int) -> AsyncGenerator[Ecrire, None]:
    """De quoi écrire ces évènements, lot après lot."""
    processus = await _lancer() if combien >= A_PART else None
    if processus is None:
        yield ecrire_dans_un_fil
        return
    try:
        yield _Atelier(processus).ecrire
    finally:
        await _fermer(processus)


class _Atelier:
    """Un processus à qui confier des lots. Tombé ou figé, il n'en reçoit plus : la suite s'écrit ici."""

    def __init__(self, processus: asyncio.subprocess.Process) -> None:
        self._processus = processus
        self._tombe = False

    async def ecrire(self, suffixe: Suffixe, langue: Langue, vues: Vues) -> Ecrits:
        if not self._tombe:
            try:
                async with asyncio.timeout(REPONSE_S):
                    return await self._demander(suffixe, langue, vues)
            # uvloop lève RuntimeError sur un tuyau fermé ; une réponse coupée ne se décode pas.
            except (
                OSError,
                RuntimeError,
                TimeoutError,
                asyncio.IncompleteReadError,
                msgspec.MsgspecError,
            ) as erreur:
                self._tombe = True
                journal.warning("l'atelier à part ne répond plus, on écrit ici : %s", type(erreur).__name__)
        return await ecrire_dans_un_fil(suffixe, langue, vues)

    async def _demander(self, suffixe: Suffixe, langue: Langue, vues: Vues) -> Ecrits:
        entree, sortie = self._processus.stdin, self._processus.stdout
        assert entree is not None
        assert sortie is not None
        _envoyer(entree.write, msgspec.msgpack.encode((suffixe, langue, vues)))
        await entree.drain()
        longueur = int.from_bytes(await sortie.readexactly(_ENTETE), "big")
        return msgspec.msgpack.decode(await sortie.readexactly(longueur), type=Ecrits)


async def _fermer(processus: asyncio.subprocess.Process) -> None:
    """Laisse le processus finir ; figé, il est tué."""
    if processus.stdin is not None:
        processus.stdin.close()
    try:
        await asyncio.wait_for(processus.wait(), FIN_S)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            processus.kill()


async def _lancer() -> asyncio.subprocess.Process | None:
    try:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            __name__,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
    except OSError as erreur:
        journal.warning("pas d'atelier à part, on écrit ici : %s", erreur)
        return None


def _envoyer(ecrire: Callable[[bytes], object], message: bytes) -> None:
    ecrire(len(message).to_bytes(_ENTETE, "big") + message)


def main() -> None:
    """L'atelier : un lot reçu, un lot rendu, jusqu'à la fin de l'entrée."""
    if hasattr(os, "nice"):
        os.nice(5)
    lire = msgspec.msgpack.Decoder(tuple[Suffixe, Langue, Vues])
    while entete := sys.stdin.buffer.read(_ENTETE):
        suffixe, langue, vues = lire.decode(sys.stdin.buffer.read(int.from_bytes(entete, "big")))
        _envoyer(sys.stdout.buffer.write, msgspec.msgpack.encode(ecrire(suffixe, langue, vues)))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
