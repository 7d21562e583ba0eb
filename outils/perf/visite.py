"""La première visite d'un téléphone : octets, requêtes, temps d'affichage dans un vrai Chromium, et Lighthouse.

Le réseau (1,6 Mbit/s, 150 ms) et le processeur (4 fois plus lent) sont ceux d'un petit Android sur une mauvaise 4G. La
photo et ce que le service worker met de côté ensuite se comptent à part. Les temps absolus dépendent de la machine :
une page vide de même poids, chargée dans les mêmes conditions, dit ce que la machine elle-même en prend.
"""

from __future__ import annotations

import http.server
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from hatch_build import lancer, trouver_node
from outils.perf.cadre import Cadre, dire, verdict
from outils.perf.serveur import RACINE, demander, servir

DEBIT_OCTETS_S: Final = 1_600_000 / 8
LATENCE_MS: Final = 150
RALENTI: Final = 4
ECRAN: Final = {"width": 360, "height": 740}
APRES_CHARGEMENT_S: Final = 2.5
"""Ce que la page demande encore une fois chargée (places restantes, script paresseux) compte aussi."""

OPTIONS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHARE: Final = Path(__file__).parent / "phare"
NOTES: Final = ("performance", "accessibility", "best-practices", "seo")
MESURER_AFFICHAGE: Final = """() => new Promise((dire) => {
  new PerformanceObserver((liste) => {
    const peint = performance.getEntriesByName('first-contentful-paint')[0];
    dire([peint ? peint.startTime : NaN, liste.getEntries().at(-1).startTime]);
  }).observe({ type: 'largest-contentful-paint', buffered: true });
})"""


def montrer(cadre: Cadre) -> None:
    """Ce que pèse et demande une première visite, quand elle s'affiche, et les notes de Lighthouse."""
    chromium = trouver_chromium()
    if chromium is None:
        print("\nPremière visite : NON MESURÉE, aucun Chromium sur cette machine")
        return
    visites = mesurer_visites(cadre.petite, 3 if cadre.rapide else 7, chromium)
    print("\nPremière visite, 360 × 740, 1,6 Mbit/s, 150 ms, processeur 4 fois plus lent")
    print("  page           octets    photo  requêtes  tiers  cookies   FCP (s)   LCP (s)")
    for une in visites:
        print(
            f"  {une.nom:<12} {une.octets:>8} {une.photo:>8} {une.requetes:>9} {une.tiers:>6} {une.cookies:>8} "
            f"{une.premier_ms / 1000:>9.2f} {une.principal_ms / 1000:>9.2f}"
        )
    notres = visites[:-1]
    print(f"  {verdict(max(v.octets for v in notres), 30_000, mieux=min)} octets ≤ 30 000, photo à part")
    print(f"  {verdict(max(v.requetes for v in notres), 6, mieux=min)} requêtes ≤ 6, photo à part")
    print(f"  {verdict(max(v.tiers + v.cookies for v in notres), 0, mieux=min)} aucun tiers, aucun cookie")
    print(f"  {verdict(max(v.premier_ms for v in notres), 700, mieux=min)} premier contenu ≤ 0,7 s")
    print(f"  {verdict(max(v.principal_ms for v in notres), 1000, mieux=min)} plus grand contenu ≤ 1,0 s")
    notes = mesurer_phare(cadre.petite, 1 if cadre.rapide else 5, chromium)
    print("\nLighthouse, mobile      performance  accessibilité  pratiques  référencement")
    for nom, note in notes.items():
        print(f"  {nom:<20} " + " ".join(f"{note[categorie]:>12}" for categorie in NOTES))
    print(f"  {verdict(min(min(note.values()) for note in notes.values()), 100, mieux=max)} partout 100")


class Visite(NamedTuple):
    """Une page, vue pour la première fois."""

    nom: str
    octets: int
    """Sur le réseau, en-têtes compris, photo à part."""
    photo: int
    requetes: int
    tiers: int
    cookies: int
    premier_ms: float
    """Premier contenu peint (FCP)."""
    principal_ms: float
    """Plus grand contenu peint (LCP)."""


def trouver_chromium() -> str | None:
    """Celui que les essais emploient."""
    fait = subprocess.run(
        [sys.executable, "-m", "outils.navigateur", "--sans-installer"],
        cwd=RACINE,
        capture_output=True,
        text=True,
        check=False,
    )
    return fait.stdout.strip() or None


def mesurer_visites(donnees: Path, fois: int, chromium: str) -> list[Visite]:
    """L'agenda, un évènement, puis la page vide de même poids qui dit le temps de la machine."""
    from playwright.sync_api import sync_playwright

    with servir(donnees) as (_, port), sync_playwright() as playwright:
        slug = json.loads(demander(port, "/api/evenements")[2])["elements"][0]["slug"]
        navigateur = playwright.chromium.launch(executable_path=chromium, args=list(OPTIONS))
        visites = []
        for nom, chemin in (("agenda", "/"), ("évènement", f"/evenements/{slug}")):
            dire(f"première visite, {nom}")
            visites.append(_mediane(nom, [_visiter(navigateur, port, chemin) for _ in range(fois)]))
        with _page_vide(visites[0].octets) as port_vide:
            dire("première visite, page vide de même poids")
            visites.append(_mediane("page vide", [_visiter(navigateur, port_vide, "/") for _ in range(fois)]))
        navigateur.close()
    return visites


def _visiter(navigateur: Any, port: int, chemin: str) -> Visite:
    contexte = navigateur.new_context(
        viewport=ECRAN, device_scale_factor=2, is_mobile=True, has_touch=True, locale="fr-FR"
    )
    page = contexte.new_page()
    fil = contexte.new_cdp_session(page)
    fil.send("Network.enable")
    fil.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCE_MS,
            "downloadThroughput": DEBIT_OCTETS_S,
            "uploadThroughput": DEBIT_OCTETS_S / 2,
        },
    )
    fil.send("Emulation.setCPUThrottlingRate", {"rate": RALENTI})
    adresses: dict[str, str] = {}
    poids: dict[str, int] = {}

    def noter(demande: dict[str, Any]) -> None:
        if demande["request"]["url"].startswith("http"):  # une adresse « data: » ne demande rien à personne
            adresses[demande["requestId"]] = demande["request"]["url"]

    fil.on("Network.requestWillBeSent", noter)
    fil.on("Network.loadingFinished", lambda e: poids.update({e["requestId"]: int(e["encodedDataLength"])}))
    page.goto(f"http://localhost:{port}{chemin}", wait_until="load")
    premier_ms, principal_ms = page.evaluate(MESURER_AFFICHAGE)
    page.wait_for_timeout(APRES_CHARGEMENT_S * 1000)
    photos = {nom for nom, adresse in adresses.items() if "/images/" in adresse}
    visite = Visite(
        "",
        sum(octets for nom, octets in poids.items() if nom not in photos),
        sum(octets for nom, octets in poids.items() if nom in photos),
        len(adresses) - len(photos),
        sum(f"//localhost:{port}/" not in adresse for adresse in adresses.values()),
        len(contexte.cookies()),
        premier_ms,
        principal_ms,
    )
    contexte.close()
    return visite


def _mediane(nom: str, visites: list[Visite]) -> Visite:
    """Les temps, par leur médiane ; le reste, par le pire."""
    return Visite(
        nom,
        max(v.octets for v in visites),
        max(v.photo for v in visites),
        max(v.requetes for v in visites),
        max(v.tiers for v in visites),
        max(v.cookies for v in visites),
        statistics.median(v.premier_ms for v in visites),
        statistics.median(v.principal_ms for v in visites),
    )


@contextmanager
def _page_vide(octets: int) -> Generator[int, None, None]:
    """Un titre, et de quoi peser autant : ce qu'aucune page de ce poids ne peut battre sur cette machine."""

    class Vide(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reste = os.urandom(octets // 2).hex()[: max(0, octets - 300)]
            corps = f"<!doctype html><title>Vide</title><h1>Vide</h1><!--{reste}-->".encode()
            vide = self.path != "/"
            self.send_response(404 if vide else 200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"" if vide else corps)

        def log_message(self, *_: Any) -> None:
            pass

    serveur = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Vide)
    threading.Thread(target=serveur.serve_forever, daemon=True).start()
    try:
        yield serveur.server_address[1]
    finally:
        serveur.shutdown()


# --- Lighthouse -----------------------------------------------------------------------------------------------------


def mesurer_phare(donnees: Path, fois: int, chromium: str) -> dict[str, dict[str, int]]:
    """Les quatre notes de Lighthouse, en mobile, de l'agenda et d'un évènement : la médiane de plusieurs passages.

    D'un passage à l'autre, la performance bouge de quelques points avec la machine ; Lighthouse conseille la médiane.
    """
    node = _installer_phare()
    with servir(donnees) as (_, port), tempfile.TemporaryDirectory() as dossier:
        slug = json.loads(demander(port, "/api/evenements")[2])["elements"][0]["slug"]
        notes = {}
        for nom, chemin in (("agenda", "/"), ("évènement", f"/evenements/{slug}")):
            dire(f"Lighthouse, {nom}")
            passages = [
                _noter(node, chromium, f"http://localhost:{port}{chemin}", Path(dossier)) for _ in range(fois)
            ]
            notes[nom] = {
                categorie: round(statistics.median(p[categorie] for p in passages)) for categorie in NOTES
            }
    return notes


def _installer_phare() -> Path:
    """Lighthouse a son propre verrou : personne d'autre que la mesure ne l'installe."""
    node, npm = trouver_node()
    if not (PHARE / "node_modules" / "lighthouse").is_dir():
        dire("installation de Lighthouse (npm ci)")
        lancer([node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], PHARE, node)
    return node


def _noter(node: Path, chromium: str, adresse: str, dossier: Path) -> dict[str, int]:
    rapport = dossier / f"{time.monotonic_ns()}.json"
    subprocess.run(
        [
            str(node),
            str(PHARE / "node_modules" / "lighthouse" / "cli" / "index.js"),
            adresse,
            "--quiet",
            "--output=json",
            f"--output-path={rapport}",
            f"--only-categories={','.join(NOTES)}",
            f"--chrome-flags=--headless {' '.join(OPTIONS)}",
        ],
        env={**os.environ, "CHROME_PATH": chromium},
        capture_output=True,
        timeout=180,
        check=True,
    )
    categories = json.loads(rapport.read_text(encoding="utf-8"))["categories"]
    return {nom: round(categories[nom]["score"] * 100) for nom in NOTES}
