"""Prend l'image du README : l'agenda et un évènement, sur un téléphone, dans la démonstration.

    python -m outils.captures [--url http://localhost:8000]

Sans `--url`, une démonstration est servie le temps de la prise, dans un dossier temporaire. Les dates de la
démonstration suivent le jour : deux prises ne donnent pas la même image.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, sync_playwright

from outils import navigateur

RACINE = Path(__file__).resolve().parent.parent
IMAGE = RACINE / "docs" / "telephone.webp"
POIDS_MAXIMUM = 120_000

LARGEUR, HAUTEUR, DENSITE = 360, 740, 2
MARGE, ARRONDI = 32, 36
FOND, BORD = "#EFE8DA", "#CFC8B8"

# Remplir une année prend quelques dizaines de secondes ; davantage sur une petite machine.
PATIENCE_S = 600
FIN_S = 20


class PriseImpossible(RuntimeError):
    """L'image n'a pas été prise ; le message dit pourquoi."""


def dire(phrase: str) -> None:
    """Une ligne par étape, sur la sortie d'erreur."""
    print(f"captures : {phrase}", file=sys.stderr, flush=True)


# ── La démonstration ──────────────────────────────────────────────────────────


@contextlib.contextmanager
def servir_la_demonstration() -> Generator[str, None, None]:
    """Une démonstration neuve sur un port libre, le temps du bloc ; rend son adresse."""
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port = prise.getsockname()[1]
    url = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory(prefix="tablees-captures-") as dossier:
        reglages = {"TABLEES_DONNEES": f"{dossier}/donnees", "TABLEES_PORT": str(port), "TABLEES_URL": url}
        dire("remplissage d'une démonstration")
        serveur = subprocess.Popen(
            [sys.executable, "-m", "server", "demo"],
            cwd=RACINE,
            env={**os.environ, **reglages},
            stdout=subprocess.DEVNULL,
        )
        try:
            attendre(url, serveur)
            yield url
        finally:
            serveur.send_signal(signal.SIGTERM)
            try:
                serveur.wait(FIN_S)
            except subprocess.TimeoutExpired:
                serveur.kill()
                serveur.wait()


def attendre(url: str, serveur: subprocess.Popen[bytes]) -> None:
    """Attend que le service réponde ; lève `PriseImpossible` s'il s'arrête ou tarde trop."""
    limite = time.monotonic() + PATIENCE_S
    while time.monotonic() < limite:
        if serveur.poll() is not None:
            raise PriseImpossible(f"la démonstration s'est arrêtée (code {serveur.returncode})")
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/sante", timeout=2):  # noqa: S310 (notre adresse)
            return
        time.sleep(0.3)
    raise PriseImpossible(f"la démonstration ne répond pas après {PATIENCE_S} s")


# ── Le choix de l'évènement ───────────────────────────────────────────────────


def demander(url: str) -> Any:
    try:
        with urllib.request.urlopen(url, timeout=20) as reponse:  # noqa: S310 (notre adresse)
            return json.load(reponse)
    except urllib.error.URLError as erreur:
        raise PriseImpossible(f"{url} ne répond pas : {erreur.reason}") from erreur


def choisir_evenement(url: str) -> str:
    """Le slug du prochain évènement qui montre le mieux l'outil : plusieurs moments, un banquet, une image."""
    a_venir = demander(f"{url}/api/evenements?limite=30")["elements"]
    fiches = [demander(f"{url}/api/evenements/{quote(un['slug'])}") for un in a_venir]
    if not fiches:
        raise PriseImpossible("l'agenda est vide : est-ce bien une démonstration ?")
    return str(max(fiches, key=interet)["slug"])


def interet(fiche: dict[str, Any]) -> tuple[bool, bool, bool, int]:
    """De quoi préférer un évènement à un autre ; à égalité, `max` garde le premier, donc le plus proche."""
    genres = {moment["genre"] for moment in fiche["moments"]}
    return (
        fiche["statut"] == "publie" and fiche["inscriptions"]["ouvertes"],
        "banquet" in genres,
        bool(fiche.get("image")),
        min(len(genres), 3),
    )


# ── La prise ──────────────────────────────────────────────────────────────────


def photographier(navigateur_ouvert: Browser, adresse: str) -> Image.Image:
    """Ce qu'un téléphone montre d'abord de cette page, en clair et en français."""
    contexte = navigateur_ouvert.new_context(
        viewport={"width": LARGEUR, "height": HAUTEUR},
        device_scale_factor=DENSITE,
        is_mobile=True,
        has_touch=True,
        locale="fr-FR",
        timezone_id="Europe/Paris",
        color_scheme="light",
        reduced_motion="reduce",
    )
    try:
        page = contexte.new_page()
        reponse = page.goto(adresse, wait_until="networkidle")
        if reponse is None or not reponse.ok:
            raise PriseImpossible(f"{adresse} a répondu {reponse.status if reponse else 'rien'}")
        return Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    finally:
        contexte.close()


def assembler(vues: list[Image.Image]) -> Image.Image:
    """Les vues côte à côte, coins arrondis, sur un fond uni."""
    largeur = sum(vue.width for vue in vues) + MARGE * (len(vues) + 1)
    planche = Image.new("RGB", (largeur, vues[0].height + 2 * MARGE), FOND)
    gauche = MARGE
    for vue in vues:
        masque = Image.new("L", vue.size, 0)
        cadre = (0, 0, vue.width - 1, vue.height - 1)
        ImageDraw.Draw(masque).rounded_rectangle(cadre, ARRONDI, fill=255)
        bordee = vue.copy()
        ImageDraw.Draw(bordee).rounded_rectangle(cadre, ARRONDI, outline=BORD, width=2)
        planche.paste(bordee, (gauche, MARGE), masque)
        gauche += vue.width + MARGE
    return planche


def enregistrer(planche: Image.Image, vers: Path) -> int:
    """Écrit l'image dans la meilleure qualité qui tient dans le poids permis ; rend son poids."""
    for qualite in range(90, 29, -6):
        octets = io.BytesIO()
        planche.save(octets, "WEBP", quality=qualite, method=6)
        if octets.tell() <= POIDS_MAXIMUM:
            vers.parent.mkdir(parents=True, exist_ok=True)
            vers.write_bytes(octets.getvalue())
            return octets.tell()
    raise PriseImpossible(f"l'image ne tient pas dans {POIDS_MAXIMUM // 1000} ko")


def prendre(url: str, vers: Path) -> None:
    """Prend les deux vues et les assemble."""
    chromium = navigateur.trouver()
    if chromium is None:
        raise PriseImpossible("aucun Chromium ici")
    slug = choisir_evenement(url)
    dire(f"agenda et « {slug} »")
    with sync_playwright() as playwright:
        ouvert = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        )
        try:
            vues = [photographier(ouvert, f"{url}{chemin}") for chemin in ("/", f"/evenements/{quote(slug)}")]
        finally:
            ouvert.close()
    poids = enregistrer(assembler(vues), vers)
    dire(f"{vers} : {poids // 1000} ko")


def main(arguments: list[str]) -> int:
    """Point d'entrée."""
    analyseur = argparse.ArgumentParser(prog="python -m outils.captures", description=__doc__)
    analyseur.add_argument("--url", help="un service déjà en marche (défaut : une démonstration neuve)")
    analyseur.add_argument("--vers", type=Path, default=IMAGE, help="où écrire l'image")
    options = analyseur.parse_args(arguments)
    try:
        with (
            contextlib.nullcontext(options.url.rstrip("/"))
            if options.url
            else servir_la_demonstration() as url
        ):
            prendre(url, options.vers)
    except PriseImpossible as erreur:
        dire(str(erreur))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
