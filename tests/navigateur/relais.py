"""Un relais entre le navigateur et le site : il coupe le réseau, le rend muet, ou change un fichier en route.

Le navigateur ne voit que lui : ce que l'essai fait ici arrive aussi au service worker, comme dans une vallée.
"""

import http.client
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import urlsplit

SAUT_PAR_SAUT = {"connection", "keep-alive", "transfer-encoding", "date", "server"}
"""Ce qui ne vaut que d'un bout d'une connexion à l'autre ; la date est réécrite, pour qu'un essai la change."""


@dataclass
class Reseau:
    """Ce que le relais fait des demandes, réglé par l'essai ; et celles qu'il a vues passer."""

    site: str
    url: str = ""
    etat: Literal["bon", "coupe", "muet", "panne"] = "bon"
    date: str | None = None
    """L'heure que dit le service, si l'essai la choisit."""
    remplaces: dict[str, bytes] = field(default_factory=dict)
    """Chemin → corps rendu à la place du vrai."""
    vues: list[str] = field(default_factory=list)
    reprise: threading.Event = field(default_factory=threading.Event)

    def couper(self) -> None:
        self.etat = "coupe"

    def taire(self) -> None:
        self.etat = "muet"
        self.reprise.clear()

    def tomber(self) -> None:
        self.etat = "panne"

    def retablir(self) -> None:
        self.etat = "bon"
        self.reprise.set()


@contextmanager
def relayer(site: str) -> Generator[Reseau, None, None]:
    """Ouvre un relais devant ce site, sur un port libre."""
    reseau = Reseau(site)

    class Passage(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def relayer(self) -> None:
            corps = self.rfile.read(int(self.headers.get("content-length", 0)))
            reseau.vues.append(f"{self.command} {self.path}")
            if reseau.etat == "muet":
                reseau.reprise.wait(60)
            if reseau.etat == "coupe":
                self.close_connection = True
                return
            if reseau.etat == "panne":
                statut, rendu = 502, b"<h1>502</h1>"
                entetes = [("content-type", "text/html"), ("content-length", str(len(rendu)))]
            else:
                statut, entetes, rendu = self.demander(corps)
            self.send_response_only(statut)
            for nom, valeur in entetes:
                self.send_header(nom, valeur)
            self.end_headers()
            self.wfile.write(rendu)

        def demander(self, corps: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
            vers = urlsplit(reseau.site)
            assert vers.hostname
            remplace = reseau.remplaces.get(urlsplit(self.path).path)
            if remplace is not None:
                # « Pas changé depuis » ne vaut pas pour un fichier que l'on change en route.
                del self.headers["if-none-match"], self.headers["if-modified-since"]
            liaison = http.client.HTTPConnection(vers.hostname, vers.port, timeout=30)
            try:
                liaison.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for nom, valeur in self.headers.items():
                    liaison.putheader(nom, valeur)
                liaison.endheaders(corps)
                reponse = liaison.getresponse()
                rendu = reponse.read()
                entetes = [
                    (nom, valeur)
                    for nom, valeur in reponse.getheaders()
                    if nom.lower() not in SAUT_PAR_SAUT
                    and (
                        remplace is None or nom.lower() not in ("content-length", "content-encoding", "etag")
                    )
                ]
                if remplace is not None:
                    rendu = remplace
                    entetes.append(("content-length", str(len(rendu))))
                entetes.append(("date", reseau.date or str(reponse.getheader("date"))))
                return reponse.status, entetes, rendu
            finally:
                liaison.close()

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = relayer  # noqa: N815 — les noms que la bibliothèque appelle

        def log_message(self, *_: object) -> None:
            return

    class Serveur(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Un navigateur qui s'en va au milieu d'une réponse n'a rien d'étonnant."""

    serveur = Serveur(("127.0.0.1", 0), Passage)
    reseau.url = f"http://localhost:{serveur.server_address[1]}"
    fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.05})
    fil.start()
    try:
        yield reseau
    finally:
        reseau.retablir()
        serveur.shutdown()
        fil.join()
        serveur.server_close()
