"""Ce que les essais de la maison lisent du dépôt."""

from __future__ import annotations

import subprocess
from pathlib import Path

RACINE = Path(__file__).resolve().parents[2]
CONSTRUITS = {".git", ".venv", "node_modules", "_pwa", "__pycache__", "dist", "donnees"}


def fichiers_suivis() -> list[Path]:
    """Les fichiers du dépôt ; dans une archive sans git, tous ceux qui ne sont pas construits."""
    git = subprocess.run(["git", "ls-files", "-z"], cwd=RACINE, capture_output=True, check=False)
    if git.returncode == 0 and git.stdout:
        chemins = [RACINE / nom for nom in git.stdout.decode().split("\0") if nom]
    else:
        chemins = [c for c in RACINE.rglob("*") if not CONSTRUITS & set(c.relative_to(RACINE).parts)]
    return [chemin for chemin in chemins if chemin.is_file()]


def textes_suivis() -> dict[str, str]:
    """Le contenu de chaque fichier de texte du dépôt, par son chemin."""
    textes = {}
    for chemin in fichiers_suivis():
        try:
            textes[chemin.relative_to(RACINE).as_posix()] = chemin.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return textes
