"""L'annuaire de l'Agence BIO, devant un vrai serveur de cette machine : ce qu'on en garde, et ses pannes."""

import json
import threading
from collections.abc import AsyncGenerator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec
import pytest

from server.banquets.achats.agence_bio import ADRESSE, chercher_operateurs, siret_lisible
from server.lieux.geo import HttpPublic
from server.socle.web import Tablees
from tests.fabriques import un_lieu
from tests.structures.acteurs import connecter, une_personne, une_structure

UZES = (44.01334, 4.4162)


def un_operateur(nom: str, lat: float, **champs: Any) -> dict[str, Any]:
    """De la forme que documente l'Agence BIO, personne comprise ; tout est inventé."""
    return {
        "numeroBio": 200807,
        "raisonSociale": nom,
        "denominationcourante": None,
        "siret": "73282932000074",
        "gerant": "Gérante Inventée",
        "telephone": "0466000000",
        "telephoneNational": "0466000001",
        "adressesOperateurs": [
            {
                "lieu": "Mas neuf",
                "codePostal": "30700",
                "ville": "UZES",
                "lat": lat,
                "long": 4.4162,
                "active": True,
            }
        ],
        "productions": [{"nom": "Lentilles"}, {"nom": "Lentilles"}, {"nom": "Pois chiches"}],
        "certificats": [
            {
                "organisme": "Certificateur",
                "etatCertification": "ENGAGEE",
                "url": "http://certificat.example/1",
            }
        ],
        **champs,
    }


class FauxAnnuaire:
    """Le serveur, ce qu'il répond, ce qu'on lui a demandé."""

    def __init__(self) -> None:
        self.statut, self.corps = 200, b'{"nbTotal": "0", "items": []}'
        self.peut_repondre = threading.Event()
        self.peut_repondre.set()
        self.demandes: list[dict[str, list[str]]] = []
        self.agents: list[str] = []
        faux = self

        class Gestionnaire(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                faux.demandes.append(parse_qs(urlsplit(self.path).query, keep_blank_values=True))
                faux.agents.append(self.headers["user-agent"])
                faux.peut_repondre.wait(10)
                self.send_response(faux.statut)
                self.end_headers()
                self.wfile.write(faux.corps)

            def log_message(self, *_: Any) -> None:
                return

        self.serveur = ThreadingHTTPServer(("127.0.0.1", 0), Gestionnaire)
        self.porte = HttpPublic("https://tablees.example", dormir=_sans_attendre)
        threading.Thread(target=self.serveur.serve_forever, args=(0.02,), daemon=True).start()

    def rendre(self, *operateurs: Any) -> None:
        self.corps = json.dumps({"nbTotal": str(len(operateurs)), "items": list(operateurs)}).encode()

    async def json(self, url: str, parametres: dict[str, str]) -> Any:
        """La vraie porte, menée ici plutôt qu'au loin."""
        assert url == ADRESSE
        return await self.porte.json(f"http://127.0.0.1:{self.serveur.server_port}/operateurs/", parametres)


async def _sans_attendre(_: float) -> None:
    return


@pytest.fixture
async def annuaire() -> AsyncGenerator[FauxAnnuaire, None]:
    faux = FauxAnnuaire()
    yield faux
    faux.peut_repondre.set()
    await faux.porte.fermer()
    faux.serveur.shutdown()
    faux.serveur.server_close()


async def test_les_plus_proches_d_abord_et_aucune_personne(annuaire: FauxAnnuaire) -> None:
    annuaire.rendre(
        un_operateur("Loin", 44.10), un_operateur("Près", 44.02), un_operateur("Hors rayon", 45.0)
    )

    trouves = await chercher_operateurs(annuaire, *UZES, 30, "lentilles")

    assert trouves is not None
    assert [(un.nom, un.distance_km) for un in trouves] == [("Près", 0.7), ("Loin", 9.6)]
    assert trouves[0].productions == ["Lentilles", "Pois chiches"]
    dit = msgspec.json.encode(trouves).decode()
    assert "Inventée" not in dit
    assert "0466" not in dit
    (demande,) = annuaire.demandes
    assert (demande["filtrerEngages"], demande["lng"], demande["dist"]) == (["1"], ["4.41620"], ["30"])
    assert annuaire.agents[0].startswith("Tablees/")


async def test_seul_ce_qui_est_certifie_et_situe_se_montre(annuaire: FauxAnnuaire) -> None:
    arrete = [{"organisme": "X", "etatCertification": "ARRETEE"}]
    annuaire.rendre(
        un_operateur("Arrêté", 44.02, certificats=arrete),
        un_operateur("Sans certificat", 44.02, certificats=None),
        un_operateur("Sans adresse", 44.02, adressesOperateurs=[]),
        un_operateur("Mal formé", 44.02, productions="beaucoup"),
        "pas un objet",
        un_operateur("Bon", 44.02, siret="123"),
    )

    trouves = await chercher_operateurs(annuaire, *UZES, 30)

    assert [(un.nom, un.siret) for un in trouves or []] == [("Bon", None)]


@pytest.mark.parametrize(
    ("statut", "corps"), [(503, b""), (404, b""), (200, b"<html>"), (200, b"[]"), (200, b'{"items": 3}')]
)
async def test_une_panne_n_est_pas_une_liste_vide(annuaire: FauxAnnuaire, statut: int, corps: bytes) -> None:
    annuaire.statut, annuaire.corps = statut, corps

    assert await chercher_operateurs(annuaire, *UZES, 30) is None


async def test_un_annuaire_trop_lent_ne_fait_pas_attendre(annuaire: FauxAnnuaire) -> None:
    annuaire.peut_repondre.clear()

    assert await chercher_operateurs(annuaire, *UZES, 30, delai_s=0.05) is None


@pytest.mark.parametrize(
    ("siret", "lisible"),
    [
        ("73282932000074", True),
        ("73282932000075", False),
        ("7328293200007", False),
        ("", False),
        (None, False),
    ],
)
def test_un_siret_faux_ne_se_montre_pas(siret: str | None, lisible: bool) -> None:
    assert siret_lisible(siret) == (siret if lisible else None)


async def test_la_recherche_dit_la_panne_et_repond_quand_meme(
    client: httpx.AsyncClient, application: Tablees, annuaire: FauxAnnuaire
) -> None:
    contexte = application.state.contexte
    application.state.contexte = msgspec.structs.replace(
        contexte, portes=msgspec.structs.replace(contexte.portes, http=annuaire)
    )
    nadia, malik = await une_personne("Nadia"), await une_personne("Malik")
    await une_structure("Foyer rural", (nadia, "membre"))
    await un_lieu("Salle", slug="salle")
    adresse = "/api/espace/operateurs-bio?lieu=salle"
    await connecter(client, contexte.clef, malik)
    assert (await client.get(adresse)).status_code == 403
    await connecter(client, contexte.clef, nadia)
    annuaire.rendre(un_operateur("Bon", 44.02))

    bonne = (await client.get(adresse)).json()
    annuaire.statut = 503
    panne = await client.get(adresse)

    assert ([un["nom"] for un in bonne["elements"]], bonne["phrase"]) == (["Bon"], None)
    assert (panne.status_code, panne.json()["elements"]) == (200, [])
    assert "Agence BIO" in panne.json()["phrase"]
    assert (await client.get("/api/espace/operateurs-bio?lieu=nulle-part")).status_code == 404
    assert (await client.get(f"{adresse}&rayon_km=0")).status_code == 422
