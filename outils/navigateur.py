"""Trouve ou amène un Chromium et un Firefox pour les essais ; écrit le chemin de Chromium sur la sortie ordinaire.

Dans l'ordre : celui que désigne TABLEES_CHROMIUM, celui de la machine, celui de Playwright, puis l'installeur de
Playwright, puis celui du système (apt, si l'on est root). Firefox pareil, par TABLEES_FIREFOX, la machine et le système :
celui de Playwright est retouché, personne ne l'emploie. Chaque refus est dit ; rien n'est passé sous silence.

    python -m outils.navigateur [--sans-installer]
"""

from __future__ import annotations

import importlib.util
import os
import platform
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

NOMS = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
    "microsoft-edge-stable",
)
NOMS_FIREFOX = ("firefox-esr", "firefox")
EMPLACEMENTS = (
    "/usr/bin/chromium",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# Un réseau qui refuse répond tout de suite, un réseau muet jamais : on attend des progrès, pas une durée totale.
SILENCE_MAXIMUM_S = 30
INSTALLATION_MAXIMUM_S = 600


def dire(phrase: str) -> None:
    """Une ligne par tentative, sur la sortie d'erreur."""
    print(f"navigateur : {phrase}", file=sys.stderr, flush=True)


def version(chemin: str) -> str | None:
    """Version annoncée par ce navigateur, ou `None` s'il ne démarre pas (relais de snap, bibliothèque absente…)."""
    try:
        resultat = subprocess.run(
            [chemin, "--version"],
            capture_output=True,
            text=True,
            timeout=30,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return resultat.stdout.strip() if resultat.returncode == 0 else None


def candidats() -> Iterator[str]:
    """Navigateurs déjà présents, du plus voulu au moins voulu."""
    for nom in NOMS:
        if chemin := shutil.which(nom):
            yield chemin
    yield from (chemin for chemin in EMPLACEMENTS if Path(chemin).exists())
    if chemin := celui_de_playwright():
        yield chemin


def celui_de_playwright() -> str | None:
    """Chemin du Chromium que Playwright a déjà téléchargé, s'il y en a un."""
    if importlib.util.find_spec("playwright") is None:
        return None
    # Dans un autre processus : démarrer Playwright ici y laisserait une boucle asyncio.
    code = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    try:
        resultat = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    chemin = resultat.stdout.strip()
    return chemin if chemin and Path(chemin).is_file() else None


def premier_qui_demarre() -> str | None:
    """Le premier navigateur présent qui démarre vraiment."""
    for chemin in candidats():
        if version(chemin):
            return chemin
        dire(f"{chemin} est là mais ne démarre pas")
    return None


def lancer_borne(commande: list[str], **environnement: str) -> str | None:
    """Lance un installeur tant qu'il donne signe de vie ; dit pourquoi il a échoué, `None` s'il a réussi."""
    lignes: list[str] = []
    debut = time.monotonic()
    with (
        # Sa propre séance : l'arrêter arrête aussi ce qu'il a lancé.
        subprocess.Popen(
            commande,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environnement},
            start_new_session=True,
        ) as processus,
        selectors.DefaultSelector() as veille,
    ):
        assert processus.stdout is not None
        veille.register(processus.stdout, selectors.EVENT_READ)
        while True:
            if not veille.select(timeout=SILENCE_MAXIMUM_S):
                raison = f"muet depuis {SILENCE_MAXIMUM_S} s"
            elif time.monotonic() - debut > INSTALLATION_MAXIMUM_S:
                raison = f"plus de {INSTALLATION_MAXIMUM_S} s"
            elif morceau := os.read(processus.stdout.fileno(), 65536):
                lignes.extend(morceau.decode(errors="replace").splitlines())
                continue
            else:
                break
            os.killpg(processus.pid, signal.SIGKILL)
            return raison
    if processus.returncode == 0:
        return None
    erreurs = [ligne.strip() for ligne in lignes if ligne.strip().startswith(("Error", "E:", "error"))]
    return (erreurs or [f"code {processus.returncode}"])[0]


def installer_par_playwright() -> str | None:
    """Essaie l'installeur de Playwright ; dit pourquoi il a échoué."""
    if importlib.util.find_spec("playwright") is None:
        return "le paquet playwright n'est pas installé"
    return lancer_borne(
        [sys.executable, "-m", "playwright", "install", "chromium"],
        PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT="8000",
    )


def installer_par_le_systeme(paquet: str = "chromium") -> str | None:
    """Essaie apt, seulement si l'on est root ; dit pourquoi il a échoué."""
    if platform.system() != "Linux" or shutil.which("apt-get") is None:
        return "cette machine n'a pas apt-get"
    if os.geteuid() != 0:
        return f"il faut être root pour « apt-get install {paquet} »"
    apt = {"DEBIAN_FRONTEND": "noninteractive"}
    # Un dépôt secondaire en panne ne doit pas empêcher d'installer depuis les autres : l'échec se verra à install.
    if raison := lancer_borne(["apt-get", "update"], **apt):
        dire(f"apt-get update : {raison}")
    return lancer_borne(["apt-get", "install", "-y", "--no-install-recommends", paquet], **apt)


def trouver(*, installer: bool = True) -> str | None:
    """Chemin d'un Chromium qui démarre, ou `None` si l'on n'a pas pu en avoir."""
    impose = os.environ.get("TABLEES_CHROMIUM")
    if impose:
        if version(impose):
            return impose
        dire(f"TABLEES_CHROMIUM désigne {impose}, qui ne démarre pas")
        return None
    if chemin := premier_qui_demarre():
        return chemin
    if not installer:
        return None
    for nom, tentative in (
        ("Playwright", installer_par_playwright),
        ("le système", installer_par_le_systeme),
    ):
        dire(f"aucun Chromium ici, installation par {nom}…")
        raison = tentative()
        if raison is None and (chemin := premier_qui_demarre()):
            return chemin
        dire(f"{nom} n'a pas pu : {raison or 'installé, mais ne démarre pas'}")
    return None


def trouver_firefox(*, installer: bool = True) -> str | None:
    """Chemin d'un Firefox qui démarre, ou `None` si l'on n'a pas pu en avoir."""
    impose = os.environ.get("TABLEES_FIREFOX")
    if impose:
        if version(impose):
            return impose
        dire(f"TABLEES_FIREFOX désigne {impose}, qui ne démarre pas")
        return None
    if chemin := firefox_qui_demarre():
        return chemin
    if not installer:
        return None
    dire("aucun Firefox ici, installation par le système…")
    raison = installer_par_le_systeme(NOMS_FIREFOX[0])
    if raison is None and (chemin := firefox_qui_demarre()):
        return chemin
    dire(f"le système n'a pas pu : {raison or 'installé, mais ne démarre pas'}")
    return None


def firefox_qui_demarre() -> str | None:
    """Le premier Firefox présent qui démarre vraiment."""
    for chemin in filter(None, map(shutil.which, NOMS_FIREFOX)):
        if version(chemin):
            return chemin
        dire(f"{chemin} est là mais ne démarre pas")
    return None


def main(arguments: list[str]) -> int:
    """Point d'entrée du Makefile."""
    chemin = trouver(installer="--sans-installer" not in arguments)
    if chemin is None:
        dire("ABSENT : aucun Chromium n'a pu être trouvé ni installé")
        return 1
    dire(f"{version(chemin)}")
    print(chemin)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
