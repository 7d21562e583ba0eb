"""Migre un fichier SQLite dans un processus à part : `python -m server.socle.migrer_a_part CHEMIN`.

Piccolo ne connaît qu'un moteur par processus ; migrer la copie d'une sauvegarde ici laisse tranquille celui qui sert.
L'entrée donne les migrations voulues, en JSON.
"""

import asyncio
import sys
from pathlib import Path

import msgspec

Migrations = set[tuple[str, str]]


async def migrer_fichier(chemin: Path, voulues: Migrations) -> None:
    """Joue sur ce fichier (chemin absolu) celles des migrations voulues qui lui manquent ; lève `RuntimeError`."""
    processus = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __name__,
        str(chemin),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    _, erreurs = await processus.communicate(msgspec.json.encode(sorted(voulues)))
    if processus.returncode != 0:
        dernieres = erreurs.decode(errors="replace").strip().splitlines()[-1:]
        raise RuntimeError(f"migration de la copie impossible : {' '.join(dernieres)}")


def main(chemin: str, voulues: Migrations) -> None:
    from server.socle.base import MoteurSQLite, installer
    from server.socle.migrations import jouer_migrations

    installer(MoteurSQLite(Path(chemin)))
    asyncio.run(jouer_migrations(voulues))


if __name__ == "__main__":
    main(sys.argv[1], msgspec.json.decode(sys.stdin.buffer.read(), type=Migrations))
