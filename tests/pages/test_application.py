"""L'application installable, vue du service : son service worker, son manifeste, sa page sans réseau."""

import json
import re

import httpx
import pytest

from server.socle.textes import PWA
from tests.conftest import HorlogeReglable

pytestmark = pytest.mark.usefixtures("base")


def liste_du_service_worker(script: str) -> set[str]:
    """Les fichiers construits qu'il nomme."""
    return set(re.findall(r"/actifs/[\w.-]+\.(?:js|css)", script))


async def test_le_service_worker_se_redemande_toujours(client: httpx.AsyncClient) -> None:
    reponse = await client.get("/sw.js")

    assert reponse.status_code == 200
    assert reponse.headers["content-type"].startswith("text/javascript")
    assert reponse.headers["cache-control"] == "no-cache"
    assert "set-cookie" not in reponse.headers
    relu = await client.get("/sw.js", headers={"if-none-match": reponse.headers["etag"]})
    assert relu.status_code == 304


async def test_il_ne_garde_d_avance_que_ce_qui_existe(client: httpx.AsyncClient) -> None:
    """Un seul fichier manquant, et l'application ne s'installerait nulle part."""
    fichiers = liste_du_service_worker((await client.get("/sw.js")).text)

    construits = json.loads((PWA / "actifs" / "manifest.json").read_text(encoding="utf-8"))
    # La feuille publique est écrite dans les pages ; le script de l'encart ne sert que sur d'autres sites.
    ailleurs = ("styles/public.css", "src/encart.ts")
    demandes = {f"/actifs/{fiche['file']}" for cle, fiche in construits.items() if cle not in ailleurs}
    assert demandes <= fichiers
    for chemin in sorted(fichiers):
        assert (await client.get(chemin)).status_code == 200, chemin


async def test_la_page_sans_reseau_est_publique_et_ne_se_trouve_pas_par_un_moteur(
    client: httpx.AsyncClient,
) -> None:
    for langue, titre in (("fr", "Sans réseau"), ("en", "No network")):
        reponse = await client.get("/hors-ligne", headers={"accept-language": langue})
        assert "public" in reponse.headers["cache-control"]
        assert "set-cookie" not in reponse.headers
        assert f"<h1>{titre}</h1>" in reponse.text
        assert '<meta name="robots" content="noindex">' in reponse.text
        # Une même page, gardée une fois par langue : ses liens ne disent pas la langue.
        assert "?langue=" not in re.sub(r'<p class="langues">.*?</p>', "", reponse.text, flags=re.DOTALL)
    assert "/hors-ligne" not in (await client.get("/sitemap.xml")).text


async def test_les_raccourcis_de_l_application_menent_quelque_part(client: httpx.AsyncClient) -> None:
    manifeste = (await client.get("/manifest.webmanifest", headers={"accept-language": "fr"})).json()

    assert [raccourci["name"] for raccourci in manifeste["shortcuts"]] == [
        "Agenda",
        "Mes inscriptions",
        "Ce week-end",
    ]
    for raccourci in manifeste["shortcuts"]:
        assert raccourci["icons"]
        assert (await client.get(raccourci["url"], follow_redirects=True)).status_code == 200, raccourci
    en = (await client.get("/manifest.webmanifest", headers={"accept-language": "en"})).json()
    assert en["shortcuts"][2]["name"] == "This weekend"


@pytest.mark.parametrize(
    ("jours", "du", "au"),
    [(0, "2026-06-05", "2026-06-07"), (5, "2026-06-06", "2026-06-07"), (7, "2026-06-12", "2026-06-14")],
)
async def test_ce_week_end_suit_le_calendrier(
    client: httpx.AsyncClient, horloge: HorlogeReglable, jours: int, du: str, au: str
) -> None:
    horloge.avancer(days=jours)

    reponse = await client.get("/ce-week-end")

    # Sans redirection : l'appareil la garde sous cette adresse et la relit sans réseau.
    assert reponse.status_code == 200
    assert reponse.content == (await client.get(f"/?du={du}&au={au}")).content
    # Celle de ce vendredi ne doit pas servir le suivant.
    assert "must-revalidate" in reponse.headers["cache-control"]
    explicite = await client.get("/ce-week-end?langue=en")
    assert explicite.content == (await client.get(f"/?du={du}&au={au}&langue=en")).content
