"""Renouvelle `pwa/src/api/schema.d.ts`, les types de l'API vus du navigateur, depuis l'OpenAPI du serveur.

Le document vient de « tablees openapi », qui l'écrit sur sa sortie ordinaire. Un essai vérifie que le fichier suivi
par git est celui que l'on obtiendrait maintenant.

    python -m outils.api [--verifier]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import hatch_build

RACINE = Path(__file__).resolve().parent.parent
TYPES = RACINE / "pwa" / "src" / "api" / "schema.d.ts"
ENTETE = "// Engendré par « make api » depuis l'OpenAPI du serveur : ne pas modifier à la main.\n"


def lire_openapi() -> bytes:
    """Le document OpenAPI du serveur de cette copie de travail."""
    commande = [sys.executable, "-m", "server", "openapi"]
    return subprocess.run(commande, cwd=RACINE, stdout=subprocess.PIPE, check=True).stdout


def engendrer(openapi: bytes) -> str:
    """Les types TypeScript d'un document OpenAPI."""
    pwa = RACINE / "pwa"
    node = hatch_build.installer_modules(pwa)
    with tempfile.TemporaryDirectory(prefix="tablees-api-") as dossier:
        entree, sortie = Path(dossier) / "openapi.json", Path(dossier) / "schema.d.ts"
        entree.write_bytes(openapi)
        commande = pwa / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
        hatch_build.lancer([node, commande, entree, "--output", sortie, "--alphabetize"], pwa, node)
        # L'en-tête de l'outil dit déjà de ne rien modifier, mais pas comment renouveler.
        return ENTETE + sortie.read_text(encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Point d'entrée du Makefile."""
    voulu = engendrer(lire_openapi())
    actuel = TYPES.read_text(encoding="utf-8") if TYPES.is_file() else ""
    if voulu == actuel:
        print("api : à jour")
        return 0
    if "--verifier" in arguments:
        print("api : pwa/src/api/schema.d.ts ne correspond plus au serveur ; lancez « make api »")
        return 1
    TYPES.parent.mkdir(parents=True, exist_ok=True)
    TYPES.write_text(voulu, encoding="utf-8")
    print("api : renouvelée")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
