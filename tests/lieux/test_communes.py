"""Les communes et le territoire, par l'API et par leurs lectures."""

import asyncio
from datetime import UTC, datetime

import httpx
import pytest

from server.lieux import lectures
from server.lieux.geo import CommuneLue
from server.lieux.importation import charger_pays_uzes, enregistrer_communes, enregistrer_contours
from server.lieux.installation import fonder_territoire
from server.lieux.tables import Commune
from server.socle.base import Moteur, ecriture

INSTANT = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
async def pays(base: Moteur) -> None:
    await charger_pays_uzes()


def une_commune_lue(code: str = "30999", nom: str = "Nouvelle-sur-Alzon") -> CommuneLue:
    return CommuneLue(
        code=code, nom=nom, codes_postaux=("30700",), departement="30", population=12, lat=44.01, lon=4.41
    )


async def test_l_api_rend_exactement_ce_qui_est_promis(client: httpx.AsyncClient, pays: None) -> None:
    reponse = await client.get("/api/communes", params={"q": "Aureilhac"})

    assert reponse.json() == [
        {
            "code": "30014",
            "nom": "Arpaillargues-et-Aureillac",
            "codes_postaux": ["30700"],
            "departement": "30",
            "population": 1039,
            "lat": 43.99966,
            "lon": 4.36485,
        }
    ]
    assert reponse.headers["cache-control"] == "public, max-age=600"


async def test_sans_question_l_api_rend_toutes_les_communes_par_nom(
    client: httpx.AsyncClient, pays: None
) -> None:
    reponse = await client.get("/api/communes")

    noms = [commune["nom"] for commune in reponse.json()]
    assert (len(noms), noms[0], noms[-1]) == (35, "Aigaliers", "Vallérargues")
    assert "etag" in reponse.headers


async def test_une_recherche_rend_dix_communes_au_plus(client: httpx.AsyncClient, pays: None) -> None:
    assert len((await client.get("/api/communes", params={"q": "30"})).json()) == 10


@pytest.mark.parametrize(
    "q",
    [
        "<script>alert(1)</script>",
        "a\r\nSet-Cookie: x=1",
        "\x00",
        "\u202egro.sez\u00fc",
        "🙂" * 50,
        "%' OR 1=1 --",
        "é" * 100,
    ],
)
async def test_une_question_hostile_ne_trouve_rien_et_ne_casse_rien(
    client: httpx.AsyncClient, pays: None, q: str
) -> None:
    reponse = await client.get("/api/communes", params={"q": q})

    assert (reponse.status_code, reponse.json()) == (200, [])
    assert "set-cookie" not in reponse.headers


async def test_une_question_demesuree_est_refusee_en_nommant_le_champ(
    client: httpx.AsyncClient, pays: None
) -> None:
    reponse = await client.get("/api/communes", params={"q": "u" * 10_000})

    assert reponse.status_code == 422
    assert [erreur["champ"] for erreur in reponse.json()["erreurs"]] == ["q"]


async def test_une_commune_se_lit_par_son_code(client: httpx.AsyncClient, pays: None) -> None:
    assert (await client.get("/api/communes/30334")).json()["nom"] == "Uzès"
    for code in ("75056", "abc", "9" * 300):
        refus = await client.get(f"/api/communes/{code}")
        assert refus.status_code == 404, code
        assert refus.json()["type"] == "/problemes/commune-inconnue"
    assert (await client.get("/api/communes/%00")).status_code == 404


async def test_une_commune_ajoutee_se_trouve_aussitot(client: httpx.AsyncClient, pays: None) -> None:
    assert (await client.get("/api/communes", params={"q": "alzon"})).json() == []
    assert len((await client.get("/api/communes")).json()) == 35

    await enregistrer_communes([une_commune_lue()])

    assert [c["nom"] for c in (await client.get("/api/communes", params={"q": "alzon"})).json()] == [
        "Nouvelle-sur-Alzon"
    ]
    assert len((await client.get("/api/communes")).json()) == 36


async def test_ce_qu_une_transaction_abandonnee_a_vu_n_est_pas_garde(pays: None) -> None:
    @ecriture
    async def rever() -> None:
        await enregistrer_communes([une_commune_lue()])
        assert (await lectures.lire_commune("30999")).nom == "Nouvelle-sur-Alzon"
        raise RuntimeError("abandon")

    with pytest.raises(RuntimeError, match="abandon"):
        await rever()

    assert len((await lectures.lire_communes()).par_nom) == 35


async def test_une_lecture_commencee_avant_une_ecriture_ne_fige_pas_l_ancien_etat(pays: None) -> None:
    await asyncio.gather(
        *(lectures.lire_communes() for _ in range(5)),
        enregistrer_communes([une_commune_lue()]),
        *(lectures.lire_communes() for _ in range(5)),
    )

    assert len((await lectures.lire_communes()).par_nom) == 36


async def test_le_rayon_va_du_plus_pres_au_plus_loin(pays: None) -> None:
    autour = await lectures.communes_dans_le_rayon("30334", 5)

    assert autour[0] == "30334"
    assert "30301" not in autour
    assert "30299" in autour  # Saint-Siffret, à 4,2 km
    assert len(await lectures.communes_dans_le_rayon("30334", 200)) == 35


async def test_hors_du_territoire_une_commune_est_seule_a_la_ronde(pays: None) -> None:
    assert await lectures.communes_dans_le_rayon("75056", 100) == ["75056"]


async def test_les_contours_du_pays_d_uzes_sont_legers_et_complets(pays: None) -> None:
    contours = await lectures.lire_contours()

    assert len(contours) == 35
    assert all(trace.contour is not None and 200 < len(bytes(trace.contour)) < 2000 for trace in contours)


async def test_recharger_le_pays_d_uzes_ne_change_rien(pays: None) -> None:
    await enregistrer_contours({"30334": '{"type":"Polygon","coordinates":[]}'})
    assert await enregistrer_communes([une_commune_lue("30334", "Uzès")]) == (0, 1)

    assert await charger_pays_uzes() == 35

    assert await Commune.count() == 35
    assert (await lectures.lire_commune("30334")).population == 8519


async def test_le_territoire_dit_son_reseau(base: Moteur) -> None:
    assert await lectures.lire_territoire() is None

    await fonder_territoire("Réseau de la coopération", "Pays d'Uzès", INSTANT, usage="demo")

    territoire = await lectures.lire_territoire()
    assert territoire is not None
    assert (territoire.reseau, territoire.nom, territoire.usage) == (
        "Réseau de la coopération",
        "Pays d'Uzès",
        "demo",
    )
