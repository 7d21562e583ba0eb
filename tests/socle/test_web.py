"""Le web : ce qui vaut pour toutes les réponses, quoi qu'on demande."""

from typing import Any

import httpx
import pytest

from server.reglages import Reglages
from server.socle.erreurs import OrigineRefusee
from server.socle.web import CHEMIN_MAX, OrigineVerifiee, langue_acceptee
from tests.fabriques import slug_de, un_evenement

DE_SECURITE = (
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "x-frame-options",
    "cache-control",
)


@pytest.mark.parametrize(
    ("methode", "chemin", "entetes", "statut"),
    [
        ("GET", "/", {}, 200),
        ("HEAD", "/", {}, 200),
        ("GET", "/nulle-part", {}, 404),
        ("GET", "/nulle-part", {"accept": "text/html"}, 404),
        ("HEAD", "/nulle-part", {}, 404),
        ("GET", "/evenements/nulle-part", {"accept": "text/html"}, 404),
        ("GET", "/api/espace/moi", {}, 401),
        ("PUT", "/", {}, 405),
        ("OPTIONS", "/", {}, 204),
        ("POST", "/api/deconnexion", {"origin": "https://ailleurs.example"}, 403),
        ("POST", "/connexion", {"content-type": "application/x-www-form-urlencoded"}, 422),
        ("GET", "/connexion/perime", {}, 410),
        ("GET", "/mes-inscriptions", {}, 200),
        ("GET", "/espace", {}, 303),
        ("GET", "/sante", {}, 200),
        ("GET", "/api/openapi.json", {}, 200),
    ],
)
async def test_toute_reponse_porte_les_entetes_de_securite(
    client: httpx.AsyncClient, methode: str, chemin: str, entetes: dict[str, str], statut: int
) -> None:
    """Le refus d'une adresse inconnue est une page comme une autre : elle ne doit pas se laisser encadrer."""
    reponse = await client.request(methode, chemin, headers=entetes)

    assert reponse.status_code == statut
    assert [nom for nom in DE_SECURITE if nom not in reponse.headers] == []


@pytest.mark.parametrize("nom", ["origin", "referer"])
@pytest.mark.parametrize(
    "valeur",
    ["http://[", "https://ailleurs.example", "null", "", "//localhost:8000.ailleurs.example", "\xff"],
)
async def test_une_ecriture_qui_ne_vient_pas_d_ici_est_refusee(
    client: httpx.AsyncClient, nom: str, valeur: str
) -> None:
    reponse = await client.post("/api/deconnexion", headers={nom.encode(): valeur.encode("latin-1")})

    assert (reponse.status_code, reponse.json()["type"]) == (403, "/problemes/origine-refusee")


@pytest.mark.parametrize(
    "entetes",
    [
        {"origin": "http://localhost:8000"},
        {"referer": "http://localhost:8000/connexion"},
        {"sec-fetch-site": "same-origin"},
        {},
    ],
)
async def test_une_ecriture_d_ici_passe(client: httpx.AsyncClient, entetes: dict[str, str]) -> None:
    assert (await client.post("/api/deconnexion", headers=entetes)).status_code == 204


@pytest.mark.parametrize(
    ("url", "origine", "passe"),
    [
        ("https://tablees.example", "https://tablees.example", True),
        ("https://tablees.example", "https://autre-nom.example", True),
        ("https://tablees.example", "http://tablees.example", False),
        ("https://tablees.example", "http://autre-nom.example", False),
        ("http://localhost:8000", "http://192.168.1.20:8000", True),
    ],
)
async def test_un_site_en_https_n_ecoute_pas_une_page_en_clair(url: str, origine: str, passe: bool) -> None:
    """Qui tient le réseau sert ce qu'il veut en clair, sous notre nom."""
    entres: list[str] = []

    async def suite(scope: Any, receive: Any, send: Any) -> None:
        entres.append(scope["method"])

    scope: Any = {
        "type": "http",
        "method": "POST",
        "headers": [(b"origin", origine.encode()), (b"host", origine.partition("//")[2].encode())],
    }
    verifiee = OrigineVerifiee(Reglages(url=url))
    if passe:
        await verifiee.handle(scope, None, None, suite)  # type: ignore[arg-type]
    else:
        with pytest.raises(OrigineRefusee):
            await verifiee.handle(scope, None, None, suite)  # type: ignore[arg-type]

    assert entres == (["POST"] if passe else [])


@pytest.mark.parametrize("numero", ["2147483648", str(10**30), "-" + str(10**30), "1" * 900])
@pytest.mark.parametrize(
    ("methode", "chemin"),
    [
        ("POST", "/api/espace/appels/{}"),
        ("POST", "/api/espace/envois/{}/relance"),
        ("POST", "/api/espace/evenements/soiree/envois/{}/relance"),
        ("PATCH", "/api/espace/structures/amandiers/membres/{}"),
        ("DELETE", "/api/espace/structures/amandiers/membres/{}"),
    ],
)
async def test_un_numero_que_rien_ne_peut_porter_n_existe_pas(
    client: httpx.AsyncClient, methode: str, chemin: str, numero: str
) -> None:
    reponse = await client.request(methode, chemin.format(numero), json={})

    assert (reponse.status_code, reponse.json()["type"]) == (404, "/problemes/introuvable")


@pytest.mark.parametrize(
    "chemin",
    [
        "/evenements/%00",
        "/evenements/a%00b.ics",
        "/api/evenements/%00",
        "/api/evenements/%00/places",
        "/lieux/%00",
        "/structures/%00",
        "/cycles/%00",
        "/communes/%00",
        "/i/%00",
        "/images/%00",
        "/evenements/" + "a" * CHEMIN_MAX,
        "/nulle-part/%0d%0aset-cookie:a=b",
        "/evenements/%ed%a0%80",
    ],
)
async def test_une_adresse_que_rien_ne_peut_porter_n_est_pas_une_panne(
    client: httpx.AsyncClient, chemin: str
) -> None:
    reponse = await client.get(chemin)

    assert reponse.status_code == 404
    assert "set-cookie" not in reponse.headers


@pytest.mark.parametrize("genre_de_base", ["sqlite"])
async def test_ce_que_demande_un_visiteur_ne_pese_pas_dans_la_memoire(client: httpx.AsyncClient) -> None:
    """Une page servie se reconnaît à l'adresse demandée : n'importe qui peut en inventer de très longues."""
    adresse = f"/evenements/{await slug_de(await un_evenement())}"
    langue_acceptee.cache_clear()
    documents = client._transport.app.state.contexte.documents  # type: ignore[attr-defined]
    avant = len(documents._directs)

    for rang in range(20):
        inutile = f"{rang}" + "x" * 50_000
        await client.get(adresse, params={"inutile": inutile})
        await client.get(adresse, headers={"accept-encoding": inutile})
        await client.get(adresse, headers={"accept-language": "fr," + inutile})

    retenues = list(documents._directs)
    assert sum(len(morceau) for demande in retenues for morceau in demande if morceau) < 5_000
    assert avant <= len(retenues) <= avant + 21
    assert langue_acceptee.cache_info().currsize <= 21
    assert (await client.get(adresse)).status_code == 200
