"""Toutes les vérifications, puis toute la suite d'essais.

Les vérifications (ruff, mypy, tsc, couches) sont dites d'abord, pytest vient en dernier : sa ligne de bilan clôt
la sortie. Une vérification qui échoue n'empêche pas de voir les essais, mais la commande échoue.

    python -m outils.essais [--sans-essais] [arguments de pytest]
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import hatch_build
from outils import navigateur, postgresql

RACINE = Path(__file__).resolve().parent.parent
OUTILS_PYTHON = Path(sys.executable).parent
# La suite entière : un fichier d'essais par cœur à la fois. Une partie choisie se lit mieux d'une traite.
EN_PARALLELE = ["--numprocesses", str(min(4, os.cpu_count() or 1)), "--dist", "loadfile"]
# Ce que ruff relit : tout notre Python.
DOSSIERS_PYTHON = ("server", "tests", "outils", "hatch_build.py")


@dataclass(frozen=True)
class Constat:
    """Le résultat d'une vérification : son nom, ce qu'elle a dit, et si elle passe."""

    nom: str
    passe: bool
    detail: str
    duree_s: float


def executer(nom: str, *commandes: list[str | Path]) -> Constat:
    """Lance une vérification, peut-être en plusieurs commandes, sans rien afficher encore."""
    debut, passe, detail = time.monotonic(), True, ""
    for commande in commandes:
        resultat = subprocess.run(
            [str(partie) for partie in commande],
            cwd=RACINE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        passe = passe and resultat.returncode == 0
        detail += resultat.stdout
    return Constat(nom, passe, detail.strip(), time.monotonic() - debut)


def verifier_style() -> Constat:
    """Ruff : les règles, puis la mise en forme."""
    ruff = OUTILS_PYTHON / "ruff"
    presents = [dossier for dossier in DOSSIERS_PYTHON if (RACINE / dossier).exists()]
    return executer(
        "ruff",
        [ruff, "check", "--quiet", "--output-format", "concise", *presents],
        [ruff, "format", "--check", "--output-format", "concise", *presents],
    )


def verifier_types() -> Constat:
    """Mypy, strict, sur tout `server`."""
    return executer("mypy (strict)", [OUTILS_PYTHON / "mypy"])


def verifier_couches() -> Constat:
    """Import-linter : les couches d'ARCHITECTURE."""
    return executer("import-linter", [OUTILS_PYTHON / "lint-imports", "--no-logo"])


def verifier_typescript() -> Constat:
    """`tsc` strict sur les pages, puis sur le service worker, qui vit dans un autre monde (`lib: WebWorker`)."""
    pwa = RACINE / "pwa"
    try:
        node = hatch_build.installer_modules(pwa)
    except hatch_build.ConstructionImpossible as erreur:
        return Constat("tsc (strict)", passe=False, detail=str(erreur), duree_s=0)
    projets = ["tsconfig.json"]
    if (pwa / "src" / "sw.ts").is_file():
        projets.append("tsconfig.sw.json")
    tsc = pwa / "node_modules" / "typescript" / "bin" / "tsc"
    return executer("tsc (strict)", *([node, tsc, "--project", pwa / projet] for projet in projets))


VERIFICATIONS: tuple[Callable[[], Constat], ...] = (
    verifier_types,
    verifier_typescript,
    verifier_couches,
    verifier_style,
)


def verifier() -> list[Constat]:
    """Lance les vérifications, deux à la fois, et les affiche dans l'ordre."""
    with ThreadPoolExecutor(max_workers=2) as equipe:
        constats = list(equipe.map(lambda verification: verification(), VERIFICATIONS))
    for constat in constats:
        print(f"{'ok   ' if constat.passe else 'ÉCHEC'} {constat.nom} ({constat.duree_s:.1f} s)", flush=True)
        if not constat.passe:
            print(constat.detail, flush=True)
    return constats


def amener_postgresql() -> str | None:
    """Dit la version de PostgreSQL, ou pourquoi il manque."""
    try:
        print(f"ok    {postgresql.version()}", flush=True)
    except Exception as erreur:  # quoi qu'il arrive, son absence doit être nommée
        return f"PostgreSQL : {type(erreur).__name__}: {erreur}"
    return None


def amener_chromium() -> str | None:
    """Met le chemin de Chromium dans TABLEES_CHROMIUM, ou dit qu'il manque."""
    chemin = navigateur.trouver()
    os.environ["TABLEES_CHROMIUM"] = chemin or ""
    if chemin is None:
        return "Chromium : ni trouvé, ni installable ici (voir les lignes « navigateur » ci-dessus)"
    print(f"ok    {navigateur.version(chemin)}", flush=True)
    return None


def amener_firefox() -> str | None:
    """Met le chemin de Firefox dans TABLEES_FIREFOX, ou dit qu'il manque."""
    chemin = navigateur.trouver_firefox()
    os.environ["TABLEES_FIREFOX"] = chemin or ""
    if chemin is None:
        return "Firefox : ni trouvé, ni installable ici (voir les lignes « navigateur » ci-dessus)"
    print(f"ok    {navigateur.version(chemin)}", flush=True)
    return None


def main(arguments: list[str]) -> int:
    """Point d'entrée du Makefile."""
    rates = [constat.nom for constat in verifier() if not constat.passe]
    if "--sans-essais" in arguments:
        return 1 if rates else 0

    absents = [raison for raison in (amener_postgresql(), amener_chromium(), amener_firefox()) if raison]
    for raison in absents:
        print(
            f"ABSENT {raison}\n       les essais qui le demandent seront sautés, et nommés ci-dessous.",
            flush=True,
        )
    if rates:
        print(f"Vérifications en échec : {', '.join(rates)}. La suite tourne quand même.", flush=True)

    code = subprocess.run(
        [sys.executable, "-m", "pytest", *(arguments or EN_PARALLELE)], cwd=RACINE, check=False
    ).returncode
    if rates:
        print(f"ÉCHEC avant les essais : {', '.join(rates)} (le détail est plus haut).", flush=True)
    return code or (1 if rates else 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
