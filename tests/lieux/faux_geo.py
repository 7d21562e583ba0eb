"""Un vrai serveur HTTP, sur cette machine, qui répond comme la documentation de geo.api.gouv.fr.

On lui dit d'avance les pannes à faire : `en_panne(429, 429)` rate les deux prochaines demandes, puis tout va bien.
"""

import json
import math
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

COUPURE = -1
"""Statut d'une connexion fermée sans réponse."""


class FauxGeo:
    """L'API, ses communes, ses pannes et la liste de ce qu'on lui a demandé."""

    def __init__(self, communes: list[dict[str, Any]]) -> None:
        self.communes = {commune["code"]: dict(commune) for commune in communes}
        self.epcis = {"200034379": list(self.communes)}
        self.demandes: list[str] = []
        self.agents: set[str] = set()
        self.pannes: list[tuple[int, dict[str, str]]] = []
        self.panne_apres: int | None = None
        """Nombre de demandes servies avant de ne plus répondre que 503."""
        self._serveur = ThreadingHTTPServer(("127.0.0.1", 0), self._gestionnaire())
        self.adresse = f"http://127.0.0.1:{self._serveur.server_port}"
        self._fil = threading.Thread(target=self._serveur.serve_forever, args=(0.02,), daemon=True)
        self._fil.start()

    def fermer(self) -> None:
        self._serveur.shutdown()
        self._serveur.server_close()
        self._fil.join()

    def en_panne(self, *statuts: int, **entetes: str) -> None:
        """Les prochaines demandes échouent ainsi, une par une."""
        self.pannes += [
            (statut, {nom.replace("_", "-"): v for nom, v in entetes.items()}) for statut in statuts
        ]

    def contours_demandes(self) -> list[str]:
        """Codes des communes dont on a demandé le contour, dans l'ordre."""
        return [
            urlsplit(demande).path.rsplit("/", 1)[-1]
            for demande in self.demandes
            if "fields=contour" in demande
        ]

    def repondre(self, demande: str) -> Any:
        """Le JSON de cette adresse ; `None` : 404."""
        morceaux = urlsplit(demande)
        champs = parse_qs(morceaux.query).get("fields", [""])[0].split(",")
        match morceaux.path.strip("/").split("/"):
            case ["epcis", siren, "communes"]:
                return (
                    [self._vue(code, champs) for code in self.epcis[siren]] if siren in self.epcis else None
                )
            case ["departements", code, "communes"]:
                trouvees = [
                    self._vue(c["code"], champs)
                    for c in self.communes.values()
                    if c["codeDepartement"] == code
                ]
                return trouvees or None
            case ["communes", code]:
                return self._vue(code, champs) if code in self.communes else None
        return None

    def _vue(self, code: str, champs: list[str]) -> dict[str, Any]:
        # L'API rend toujours le nom et le code, et seulement les champs demandés pour le reste.
        commune = self.communes[code]
        return {nom: valeur for nom, valeur in commune.items() if nom in (*champs, "nom", "code")}

    def _gestionnaire(self) -> type[BaseHTTPRequestHandler]:
        faux = self

        class Gestionnaire(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                faux.agents.add(self.headers.get("user-agent", ""))
                if faux.panne_apres is not None and len(faux.demandes) >= faux.panne_apres:
                    self._envoyer(503, {}, b"maintenance")
                elif faux.pannes:
                    statut, entetes = faux.pannes.pop(0)
                    if statut == COUPURE:
                        self.close_connection = True
                        return
                    self._envoyer(statut, entetes, b"<html>oups</html>")
                else:
                    faux.demandes.append(self.path)
                    reponse = faux.repondre(self.path)
                    corps = json.dumps(
                        reponse if reponse is not None else {"code": 404, "message": "Not found"}
                    )
                    self._envoyer(200 if reponse is not None else 404, {}, corps.encode())

            def _envoyer(self, statut: int, entetes: dict[str, str], corps: bytes) -> None:
                self.send_response_only(statut)
                for nom, valeur in {"content-type": "application/json; charset=utf-8", **entetes}.items():
                    self.send_header(nom, valeur)
                self.send_header("content-length", str(len(corps)))
                self.end_headers()
                self.wfile.write(corps)

            def log_message(self, *_: object) -> None:
                return

        return Gestionnaire


def une_commune_geo(
    code: str, nom: str, population: int | None = 100, lon: float = 4.4, **champs: Any
) -> dict[str, Any]:
    """Une commune telle que l'API la rend, contour compris (un cercle de 400 sommets)."""
    cercle = [
        [lon + 0.02 * math.cos(math.tau * i / 400), 44.0 + 0.02 * math.sin(math.tau * i / 400)]
        for i in range(400)
    ]
    commune = {
        "nom": nom,
        "code": code,
        "codesPostaux": ["30700"],
        "codeDepartement": code[:2],
        "codeRegion": "76",
        "centre": {"type": "Point", "coordinates": [lon, 44.0]},
        "contour": {"type": "Polygon", "coordinates": [[*cercle, cercle[0]]]},
        **champs,
    }
    return commune if population is None else {**commune, "population": population}
