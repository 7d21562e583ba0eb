"""Les calendriers par HTTP."""

import httpx
import pytest
from icalendar import Calendar

from server.evenements import services
from server.evenements.schemas import Motif, Report
from server.socle.web import Tablees
from tests.evenements.jeu import LUNDI, URL, Jeu, a, poser_le_jeu, un_brouillon, un_publie


@pytest.fixture
async def jeu(application: Tablees) -> Jeu:
    return await poser_le_jeu()


async def lire(client: httpx.AsyncClient, slug: str) -> httpx.Response:
    return await client.get(f"/evenements/{slug}.ics")


async def test_un_evenement_s_ajoute_a_son_agenda(client: httpx.AsyncClient, jeu: Jeu) -> None:
    publie = await un_publie(jeu)

    reponse = await lire(client, publie.slug)

    assert reponse.status_code == 200
    assert reponse.headers["content-type"] == "text/calendar; charset=utf-8"
    assert reponse.headers["content-disposition"] == f'attachment; filename="{publie.slug}.ics"'
    assert "set-cookie" not in reponse.headers
    [relu] = Calendar.from_ical(reponse.content).events
    assert relu.start == a(6, 12, 19)
    assert relu["URL"] == f"{URL}/evenements/{publie.slug}"
    encore = await client.get(reponse.url, headers={"if-none-match": reponse.headers["etag"]})
    assert encore.status_code == 304


async def test_le_calendrier_suit_l_evenement_sans_changer_d_identite(
    client: httpx.AsyncClient, jeu: Jeu
) -> None:
    publie = await un_publie(jeu)
    vus = []
    for agir in (
        None,
        services.reporter_evenement(publie.slug, jeu.nadia, Report("Vent.", a(6, 19, 19)), a(6, 2, 9), URL),
        services.annuler_evenement(publie.slug, jeu.nadia, Motif("Vent."), a(6, 3, 9), URL),
    ):
        if agir is not None:
            await agir
        [relu] = Calendar.from_ical((await lire(client, publie.slug)).content).events
        vus.append(relu)

    assert len({str(relu["UID"]) for relu in vus}) == 1
    assert [relu["STATUS"] for relu in vus] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    sequences = [relu["SEQUENCE"] for relu in vus]
    assert sequences == sorted(set(sequences))
    assert [relu["LAST-MODIFIED"].dt for relu in vus] == [LUNDI, a(6, 2, 9), a(6, 3, 9)]


async def test_un_brouillon_n_a_pas_de_calendrier(client: httpx.AsyncClient, jeu: Jeu) -> None:
    brouillon = await un_brouillon(jeu)

    assert (await lire(client, brouillon.slug)).status_code == 404
    assert (await lire(client, "rien")).status_code == 404
