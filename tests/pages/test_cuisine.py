"""La coquille de la cuisine : la même pour tout le monde, légère, sans rien dedans."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx

pytestmark = pytest.mark.usefixtures("base")

BANQUET = "/cuisine/banquets/7b0c0b1e-6a3f-4d3e-9d55-0c9b7f3f2a11"


async def test_la_coquille_est_la_meme_pour_tous_et_ne_pose_aucun_cookie(client: httpx.AsyncClient) -> None:
    pages = [await client.get(chemin) for chemin in ("/cuisine", BANQUET)]

    assert {page.status_code for page in pages} == {200}
    assert len({page.content for page in pages}) == 1
    assert all("set-cookie" not in page.headers for page in pages)
    assert {page.headers["cache-control"] for page in pages} == {"no-cache"}
    assert 'content="noindex"' in pages[0].text


async def test_la_coquille_parle_la_langue_de_l_appareil(client: httpx.AsyncClient) -> None:
    page = await client.get("/cuisine", headers={"accept-language": "en"})

    assert '<html lang="en">' in page.text
    assert "accept-language" in page.headers["vary"].lower()
    assert "/actifs/en-" in page.text
    assert "/actifs/fr-" not in page.text


async def test_rien_dans_la_coquille_n_est_refuse_par_la_politique_de_contenu(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get(BANQUET)).text

    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", page) == []
    adresses = re.findall(r'(?:src|href)="(/actifs/[^"]+)"', page)
    assert len(adresses) >= 4
    for adresse in adresses:
        assert (await client.get(adresse)).status_code == 200, adresse


async def test_un_moment_qui_n_en_est_pas_un_n_est_pas_une_page(client: httpx.AsyncClient) -> None:
    assert (await client.get("/cuisine/banquets/tous")).status_code == 404


async def test_la_page_entiere_pese_moins_de_45_ko(client: httpx.AsyncClient) -> None:
    """Tout y est : ni morceau ni écran à demander ensuite, puisqu'elle doit marcher sans réseau."""
    entetes = {"accept-encoding": "br"}
    page = await client.get(BANQUET, headers=entetes)
    adresses = re.findall(r'(?:src|href)="(/actifs/[^"]+)"', page.text)

    poids = len(page.content)
    for adresse in adresses:
        async with client.stream("GET", adresse, headers=entetes) as reponse:
            assert reponse.headers["content-encoding"] == "br"
            poids += len(b"".join([morceau async for morceau in reponse.aiter_raw()]))

    assert 10_000 < poids <= 45_000
