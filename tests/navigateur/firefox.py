"""Un vrai Firefox, conduit par Marionette : le protocole que parle geckodriver, du JSON par une prise, sans paquet de plus."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

REGLAGES = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "intl.accept_languages": "fr",
    "dom.security.https_first": False,
    "marionette.port": 0,
    "network.proxy.type": 0,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}
DEMARRAGE_S = 60


def chemin_de_firefox() -> str | None:
    """Celui que `make test` a trouvé ou installé, sinon celui de la machine."""
    return os.environ.get("TABLEES_FIREFOX") or next(
        filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None
    )


class Firefox:
    """Une fenêtre ouverte."""

    def __init__(self, prise: socket.socket) -> None:
        self._prise = prise
        self._lu = b""
        self._rang = 0
        self._recevoir()  # il se présente
        self.demander("WebDriver:NewSession", {})

    def demander(self, commande: str, parametres: dict[str, Any]) -> Any:
        """Une commande de WebDriver, et sa réponse."""
        self._rang += 1
        corps = json.dumps([0, self._rang, commande, parametres]).encode()
        self._prise.sendall(b"%d:%s" % (len(corps), corps))
        _, rang, erreur, resultat = self._recevoir()
        assert rang == self._rang
        if erreur:
            raise AssertionError(f"{commande} : {erreur['message']}")
        return resultat

    def aller(self, url: str) -> None:
        self.demander("WebDriver:Navigate", {"url": url})

    def evaluer(self, expression: str) -> Any:
        """La valeur d'une expression dans la page ; une promesse est attendue."""
        script = f"return (async () => ({expression}))()"
        return self.demander("WebDriver:ExecuteScript", {"script": script, "args": []})["value"]

    def attendre(self, expression: str, delai_s: float = 20) -> None:
        fin = time.monotonic() + delai_s
        while not self.evaluer(f"!!({expression})"):
            assert time.monotonic() < fin, expression
            time.sleep(0.1)

    def texte(self, selecteur: str) -> str:
        """Le texte du premier élément, une fois qu'il est là."""
        self.attendre(f"document.querySelector({json.dumps(selecteur)})")
        return str(self.evaluer(f"document.querySelector({json.dumps(selecteur)}).innerText"))

    def _recevoir(self) -> Any:
        while b":" not in self._lu:
            self._lu += self._octets()
        longueur, _, reste = self._lu.partition(b":")
        while len(reste) < int(longueur):
            reste += self._octets()
        message, self._lu = reste[: int(longueur)], reste[int(longueur) :]
        return json.loads(message)

    def _octets(self) -> bytes:
        octets = self._prise.recv(65536)
        if not octets:
            raise AssertionError("Firefox s'est arrêté")
        return octets


@contextmanager
def ouvrir(chemin: str, profil: Path) -> Generator[Firefox, None, None]:
    """Lance Firefox dans un profil neuf ; l'arrête en finissant."""
    reglages = [f"user_pref({json.dumps(nom)}, {json.dumps(valeur)});" for nom, valeur in REGLAGES.items()]
    (profil / "user.js").write_text("\n".join(reglages), encoding="utf-8")
    with (profil / "journal").open("w") as journal:
        firefox = subprocess.Popen(
            [chemin, "--headless", "--no-remote", "--marionette", "--profile", str(profil)],
            env=os.environ | {"HOME": str(profil), "MOZ_HEADLESS": "1"},
            stdout=journal,
            stderr=journal,
        )
        try:
            with socket.create_connection(("127.0.0.1", _port(firefox, profil)), timeout=60) as prise:
                yield Firefox(prise)
        finally:
            firefox.terminate()
            try:
                firefox.wait(15)
            except subprocess.TimeoutExpired:
                firefox.kill()
                firefox.wait(5)


def _port(firefox: "subprocess.Popen[bytes]", profil: Path) -> int:
    """Celui qu'il a choisi, écrit dans son profil quand il écoute."""
    ecrit = profil / "MarionetteActivePort"
    fin = time.monotonic() + DEMARRAGE_S
    while time.monotonic() < fin and firefox.poll() is None:
        if ecrit.exists() and (port := ecrit.read_text().strip()):
            return int(port)
        time.sleep(0.1)
    raise AssertionError(f"Firefox ne démarre pas :\n{(profil / 'journal').read_text()[-2000:]}")
