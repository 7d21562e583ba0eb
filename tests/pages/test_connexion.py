"""Se connecter sans script, comme le ferait un navigateur."""

import re
from datetime import UTC, datetime

import httpx
import pytest

from server.comptes import services
from server.comptes.regles import code_de, lien_de
from server.comptes.tables import DemandeConnexion, Session
from server.socle.contexte import Contexte
from server.socle.web import Tablees

NADIA = "nadia@foyer-rural.example"


@pytest.fixture
def client(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Un navigateur : il veut des pages, et dit d'où viennent ses écritures."""
    client.headers.update({"origin": "http://localhost:8000", "accept": "text/html", "accept-language": "fr"})
    return client


@pytest.fixture
async def contexte(application: Tablees) -> Contexte:
    await services.creer_compte(NADIA, "Nadia", "fr", datetime(2026, 5, 1, 9, 0, tzinfo=UTC))
    contexte: Contexte = application.state.contexte
    return contexte


async def demander(client: httpx.AsyncClient) -> str:
    reponse = await client.post("/connexion", data={"courriel": f" {NADIA} "})
    assert reponse.status_code == 303, reponse.text
    trouve = re.fullmatch(r"/connexion/code\?demande=([0-9a-f-]{36})", reponse.headers["location"])
    assert trouve is not None
    return trouve[1]


async def lien_demande(client: httpx.AsyncClient, contexte: Contexte) -> str:
    await demander(client)
    ligne = await DemandeConnexion.select(DemandeConnexion.id).first()
    return lien_de(contexte.clef, ligne["id"])


def dans(reponse: httpx.Response) -> str:
    """Le texte de la page, espaces ramassées."""
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<style>.*?</style>", "", reponse.text)).split())


async def test_toute_l_entree_par_le_code_se_fait_sans_script(client, contexte) -> None:
    page = await client.get("/connexion")
    demande = await demander(client)
    attente = await client.get(f"/connexion/code?demande={demande}")
    ligne = await DemandeConnexion.select(DemandeConnexion.id).first()
    code = code_de(contexte.clef, ligne["id"])
    entree = await client.post("/connexion/code", data={"demande": demande, "code": f"{code[:3]} {code[3:]}"})

    assert page.status_code == attente.status_code == 200
    assert '<form method="post" action="/connexion">' in page.text
    assert f'value="{demande}"' in attente.text
    assert (entree.status_code, entree.headers["location"]) == (303, "/espace")
    assert entree.headers["set-cookie"].startswith("tablees=")
    assert (await client.get("/api/espace/sessions")).status_code == 200


async def test_ouvrir_le_lien_ne_fait_rien_le_bouton_seul_agit(client, contexte) -> None:
    lien = await lien_demande(client, contexte)

    for _ in range(3):  # un filtre de courriel, un aperçu, puis la personne
        vue = await client.get(f"/connexion/{lien}")
        assert vue.status_code == 200
        assert "set-cookie" not in vue.headers
    assert await Session.count() == 0
    entree = await client.post(f"/connexion/{lien}")

    assert "Bonjour Nadia" in dans(vue)
    assert f'<form method="post" action="/connexion/{lien}">' in vue.text
    assert (entree.status_code, entree.headers["location"]) == (303, "/espace")
    assert await Session.count() == 1


async def test_un_lien_deja_servi_le_dit_et_en_propose_un_autre(client, contexte) -> None:
    lien = await lien_demande(client, contexte)
    await client.post(f"/connexion/{lien}")
    client.cookies.clear()

    for reponse in (await client.get(f"/connexion/{lien}"), await client.post(f"/connexion/{lien}")):
        assert reponse.status_code == 410
        assert "Ce lien ne marche plus" in dans(reponse)
        assert '<form method="post" action="/connexion">' in reponse.text
        assert "set-cookie" not in reponse.headers


async def test_toucher_deux_fois_le_bouton_mene_quand_meme_a_l_espace(client, contexte) -> None:
    lien = await lien_demande(client, contexte)

    await client.post(f"/connexion/{lien}")
    seconde = await client.post(f"/connexion/{lien}")

    assert (seconde.status_code, seconde.headers["location"]) == (303, "/espace")
    assert await Session.count() == 1


@pytest.mark.parametrize("lien", ["abc", "a" * 44, "%01" * 10, "%3Cscript%3E", "é" * 44])
async def test_un_lien_invente_ne_dit_rien_de_plus(client, contexte, lien) -> None:
    assert (await client.get(f"/connexion/{lien}")).status_code == 410
    assert (await client.post(f"/connexion/{lien}")).status_code == 410


@pytest.mark.parametrize(
    "corps", [b"courriel=%ff", b"courriel=\xff", b"--x\r\n\xff\r\n--x--", b"&".join([b"a=1"] * 900)]
)
@pytest.mark.parametrize("genre", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
async def test_un_formulaire_illisible_se_refuse_clairement(client, contexte, corps, genre) -> None:
    reponse = await client.post("/connexion", content=corps, headers={"content-type": genre})

    assert reponse.status_code == 422


async def test_une_adresse_inconnue_voit_exactement_la_meme_page(client, contexte) -> None:
    pages = []
    for adresse in (NADIA, "personne@ailleurs.example"):
        suite = (await client.post("/connexion", data={"courriel": adresse})).headers["location"]
        page = await client.get(suite)
        pages.append(page.text.replace(suite.partition("=")[2], "…"))

    assert pages[0] == pages[1]


async def test_une_adresse_mal_ecrite_se_corrige_sans_retaper(client, contexte) -> None:
    reponse = await client.post("/connexion", data={"courriel": 'nadia"><script>@'})

    assert reponse.status_code == 422
    assert 'value="nadia&#34;&gt;&lt;script&gt;@"' in reponse.text
    assert 'aria-invalid="true"' in reponse.text
    assert 'id="erreur-courriel"' in reponse.text


async def test_un_code_faux_dit_ce_qui_reste_puis_propose_de_recommencer(client, contexte) -> None:
    demande = await demander(client)
    ligne = await DemandeConnexion.select(DemandeConnexion.id).first()
    faux = f"{(int(code_de(contexte.clef, ligne['id'])) + 1) % 1_000_000:06}"

    pages = [await client.post("/connexion/code", data={"demande": demande, "code": faux}) for _ in range(5)]

    assert [page.status_code for page in pages] == [422, 422, 422, 422, 410]
    assert "Il reste 4 essais." in dans(pages[0])
    assert f'value="{demande}"' in pages[0].text
    assert '<form method="post" action="/connexion">' in pages[4].text


@pytest.mark.parametrize("formulaire", [{}, {"demande": "x", "code": "1"}, {"code": "123456"}])
async def test_un_formulaire_de_code_abime_propose_de_recommencer(client, contexte, formulaire) -> None:
    assert (await client.post("/connexion/code", data=formulaire)).status_code == 410


async def test_se_deconnecter_revient_a_l_agenda(client, contexte) -> None:
    await client.post(f"/connexion/{await lien_demande(client, contexte)}")

    reponse = await client.post("/deconnexion")

    assert (reponse.status_code, reponse.headers["location"]) == (303, "/")
    assert await Session.count() == 0


async def test_un_autre_site_ne_connecte_personne_a_sa_place(client, contexte) -> None:
    lien = await lien_demande(client, contexte)

    reponse = await client.post(f"/connexion/{lien}", headers={"origin": "https://pirate.example"})

    assert reponse.status_code == 403
    assert await Session.count() == 0


async def test_la_langue_choisie_se_garde_tout_du_long(client, contexte) -> None:
    page = await client.get("/connexion?langue=en")
    suite = await client.post("/connexion?langue=en", data={"courriel": NADIA})

    assert "Your e-mail address" in dans(page)
    assert 'action="/connexion?langue=en"' in page.text
    assert suite.headers["location"].endswith("&langue=en")
