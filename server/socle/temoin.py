"""Le témoin : un fichier verrouillé qui dit qu'un serveur tourne sur ce dossier de données."""

import contextlib
import fcntl
from collections.abc import Generator
from pathlib import Path


@contextlib.contextmanager
def en_service(donnees: Path) -> Generator[None, None, None]:
    """Signale, le temps du bloc, qu'un serveur tourne sur ce dossier de données."""
    donnees.mkdir(parents=True, exist_ok=True)
    with _temoin(donnees).open("a") as fichier:
        fcntl.flock(fichier, fcntl.LOCK_SH)
        yield


def est_en_service(donnees: Path) -> bool:
    """Vrai si un serveur tourne sur ce dossier de données (le témoin tombe avec son processus)."""
    try:
        with _temoin(donnees).open("a") as fichier:
            fcntl.flock(fichier, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _temoin(donnees: Path) -> Path:
    return donnees / "service.verrou"
