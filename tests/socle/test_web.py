"""Le web : ce qui vaut pour toutes les réponses, quoi qu'on demande."""

import httpx
import pytest

from server.socle.web import CHEMIN_MAX, langue_acceptee
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
