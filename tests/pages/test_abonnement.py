"""S'abonner : les pages mènent à l'agenda qu'elles montrent, avec les mots de chaque agenda."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from server.evenements import services
from server.evenements.schemas import Report
from server.socle.web import Tablees
from tests.evenements.jeu import URL, Jeu, a, poser_le_jeu, un_publie

LOCAL = URL.removeprefix("http:")


@pytest.fixture
async def jeu(application: Tablees) -> Jeu:
    return await poser_le_jeu()


def liens(reponse: httpx.Response) -> list[str]:
    return [unescape(lien) for lien in re.findall(r'href="([^"]+)"', reponse.text)]


async def test_la_page_dit_chaque_facon_de_s_abonner(client: httpx.AsyncClient, jeu: Jeu) -> None:
    reponse = await client.get("/abonnement")

    assert reponse.status_code == 200
    assert "set-cookie" not in reponse.headers
    trouves = liens(reponse)
    assert f"webcal:{LOCAL}/agenda.ics" in trouves
    assert {f"{URL}/agenda.{suffixe}" for suffixe in ("ics", "atom", "json")} <= set(trouves)
    [google] = [lien for lien in trouves if lien.startswith("https://calendar.google.com/")]
    assert parse_qs(urlsplit(google).query)["cid"] == [f"webcal:{LOCAL}/agenda.ics"]
    [outlook] = [lien for lien in trouves if lien.startswith("https://outlook.live.com/")]
    assert parse_qs(urlsplit(outlook).query)["url"] == [f"{URL}/agenda.ics"]
    # Sans script, l'adresse se lit et se copie ; le bouton ne paraît qu'avec lui.
    assert f'readonly value="{URL}/agenda.ics"' in reponse.text
    assert re.search(r'<button[^>]+data-copier="adresse"[^>]+hidden>', reponse.text)
    assert "toutes les 4 à 24" in reponse.text


async def test_chaque_fiche_mene_a_son_agenda_et_il_existe(client: httpx.AsyncClient, jeu: Jeu) -> None:
    await un_publie(jeu)
    for page, agenda in {
        "/": "/agenda",
        "/?theme=eau": "/themes/eau/agenda",
        "/?commune=30334": "/communes/30334/agenda",
        f"/structures/{jeu.structure_slug}": f"/structures/{jeu.structure_slug}/agenda",
        "/communes/30334": "/communes/30334/agenda",
    }.items():
        reponse = await client.get(page)
        trouves = liens(reponse)
        assert f"webcal:{LOCAL}{agenda}.ics" in trouves
        for genre, suffixe in (
            ("text/calendar", "ics"),
            ("application/atom+xml", "atom"),
            ("application/feed+json", "json"),
        ):
            assert f'<link rel="alternate" type="{genre}" href="{agenda}.{suffixe}">' in reponse.text
            assert (await client.get(f"{agenda}.{suffixe}")).status_code == 200
        [abonnement] = {lien for lien in trouves if lien.startswith("/abonnement?")} or {"/abonnement"}
        assert f"{URL}{agenda}.ics" in (await client.get(abonnement)).text


async def test_la_langue_choisie_suit_jusqu_au_flux(client: httpx.AsyncClient, jeu: Jeu) -> None:
    trouves = liens(await client.get("/abonnement?langue=en"))

    assert f"webcal:{LOCAL}/agenda.ics?langue=en" in trouves
    assert "/agenda.atom?langue=en" in trouves


@pytest.mark.parametrize("filtre", ["commune=99999", "structure=personne", "cycle=aucun", "theme=rien"])
async def test_on_ne_s_abonne_pas_a_ce_qui_n_existe_pas(
    client: httpx.AsyncClient, jeu: Jeu, filtre: str
) -> None:
    assert (await client.get(f"/abonnement?{filtre}")).status_code == 404


async def test_un_evenement_s_ajoute_a_l_agenda_qu_on_a(client: httpx.AsyncClient, jeu: Jeu) -> None:
    publie = await un_publie(jeu, titre="Débat & banquet")

    trouves = liens(await client.get(f"/evenements/{publie.slug}"))

    assert f"/evenements/{publie.slug}.ics" in trouves
    [google] = [lien for lien in trouves if lien.startswith("https://calendar.google.com/")]
    demandes = parse_qs(urlsplit(google).query)
    assert demandes["text"] == ["Débat & banquet"]
    assert demandes["dates"] == ["20260612T170000Z/20260612T220000Z"]
    assert demandes["location"] == ["Foyer rural, Uzès"]
    [outlook] = [lien for lien in trouves if lien.startswith("https://outlook.live.com/")]
    assert parse_qs(urlsplit(outlook).query)["startdt"] == ["2026-06-12T17:00:00Z"]


async def test_sans_date_il_n_y_a_rien_a_ajouter(client: httpx.AsyncClient, jeu: Jeu) -> None:
    publie = await un_publie(jeu)
    await services.reporter_evenement(publie.slug, jeu.nadia, Report("Vent.", None), a(6, 2, 9), URL)

    reponse = await client.get(f"/evenements/{publie.slug}")

    assert reponse.status_code == 200
    assert not [lien for lien in liens(reponse) if "calendar.google" in lien or "outlook" in lien]
