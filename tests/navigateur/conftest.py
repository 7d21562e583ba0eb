"""Un vrai Chromium, contre un vrai serveur."""

import asyncio
import os
import shutil
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.parcours.serveur import servir
from tests.parcours.test_openapi import peupler

OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chemin_de_chromium() -> str | None:
    """Celui que `make test` a trouvé ou installé, sinon celui de la machine."""
    return os.environ.get("TABLEES_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )


@pytest.fixture(scope="module")
def chromium() -> Generator[Browser, None, None]:
    """Le temps d'un fichier : Playwright occupe la boucle de ce fil, que les essais qui suivent demandent aussi."""
    chemin = chemin_de_chromium()
    if not chemin:
        pytest.skip("pas de Chromium sur cette machine")
    with sync_playwright() as playwright:
        navigateur = playwright.chromium.launch(executable_path=chemin, args=OPTIONS)
        yield navigateur
        navigateur.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Generator[tuple[str, Path, str], None, None]:
    """Adresse du site, dossier de ses données, secret d'une session de l'équipe."""
    donnees = tmp_path_factory.mktemp("site")
    # Playwright occupe la boucle de ce fil.
    with ThreadPoolExecutor(1) as a_cote:
        secret = a_cote.submit(lambda: asyncio.run(peupler(donnees))).result()
    with servir(donnees) as url:
        yield url, donnees, secret
