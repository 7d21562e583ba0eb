"""Renouvelle les verrous : `requirements*.txt` (empreintes, aucune adresse) et ceux de npm (la PWA, Lighthouse).

Les fichiers de verrou de uv et de pip portent l'adresse du registre d'où vient chaque paquet ; ceux-ci ne portent
que des versions et des empreintes, et pip les installe sans rien de plus.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import hatch_build

RACINE = Path(__file__).resolve().parent.parent
# Les deux derniers suivent les versions du premier : un seul jeu de versions dans la maison.
FICHIERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("requirements.txt", ("pyproject.toml",)),
    ("requirements-dev.txt", ("pyproject.toml", "--group", "dev", "--constraints", "requirements.txt")),
    ("requirements-construction.txt", ("--group", "construction", "--constraints", "requirements-dev.txt")),
)

PAQUETS_NPM = ("pwa", "outils/perf/phare")


def renouveler_python(arguments: list[str]) -> None:
    """Résout les exigences pour tous les systèmes et tous les Python acceptés."""
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "uv"], check=True)
    compiler = [sys.executable, "-m", "uv", "pip", "compile", "--quiet"]
    compiler += ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate"]
    compiler += ["--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "make verrous"]
    for nom, entrees in FICHIERS:
        print(f"verrous : {nom}", flush=True)
        subprocess.run([*compiler, *entrees, "--output-file", nom, *arguments], cwd=RACINE, check=True)


def renouveler_npm(paquet: str) -> None:
    """Refait un verrou de npm depuis un dossier vide, pour qu'il nomme les binaires de tous les systèmes."""
    print(f"verrous : {paquet}/package-lock.json", flush=True)
    node, npm = hatch_build.trouver_node()
    with tempfile.TemporaryDirectory(prefix="tablees-verrou-") as dossier:
        for nom in ("package.json", ".npmrc"):
            (Path(dossier) / nom).write_bytes((RACINE / paquet / nom).read_bytes())
        hatch_build.lancer(
            [node, npm, "install", "--ignore-scripts", "--package-lock-only"], Path(dossier), node
        )
        verrou = (Path(dossier) / "package-lock.json").read_bytes()
    if b'"resolved"' in verrou:
        raise SystemExit(f"verrous : npm a écrit des adresses de registre ; voir {paquet}/.npmrc")
    (RACINE / paquet / "package-lock.json").write_bytes(verrou)


if __name__ == "__main__":
    renouveler_python(sys.argv[1:])
    for paquet in PAQUETS_NPM:
        renouveler_npm(paquet)
