"""Entrer en cuisine sans compte : par un lien dérivé, révocable, qui expire, et dont l'adresse perd son secret."""

from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from server.banquets.cuisine.lectures import lien_de
from server.banquets.cuisine.tables import LienCuisine
from server.evenements.tables import HoraireEnAttente, Moment
from server.reglages import Reglages
from server.socle.base import ecriture
from server.socle.qr import dessiner_qr
from server.socle.secrets import charger_clef
from server.socle.web import Tablees
from tests.conftest import HorlogeReglable
from tests.evenements.jeu import LUNDI, un_publie
from tests.inscriptions.cuisine.jeu import Cuisine, donner_un_lien, entetes, entrer, poser_une_cuisine


@pytest.fixture
async def cuisine(application: Tablees) -> Cuisine:
    return await poser_une_cuisine()


async def test_un_lien_ouvre_son_banquet_et_l_adresse_perd_son_secret(
    client: httpx.AsyncClient, cuisine: Cuisine, reglages: Reglages
) -> None:
    lien = await donner_un_lien(client, reglages, cuisine)
    chemin = lien["adresse"].removeprefix(reglages.url)

    page = await client.get(chemin, headers={"accept": "text/html", "accept-language": "en"})

    assert page.status_code == 200
    suite = f"/cuisine/banquets/{cuisine.moment}"
    assert page.headers["refresh"] == f"0; url={suite}"
    assert (page.headers["cache-control"], page.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert chemin.rpartition("/")[2] not in page.text
    assert "<script" not in page.text
    assert 'lang="en"' in page.text
    assert "Enter the kitchen" in page.text
    assert suite in page.text
    poses = page.headers.get_list("set-cookie")
    assert {c.partition("Path=")[2].partition(";")[0] for c in poses} == {"/cuisine", "/api/cuisine"}
    for pose in poses:
        assert "HttpOnly" in pose
        assert "SameSite=strict" in pose
        # Ce que garde l'appareil ne refait pas le lien.
        assert chemin[-22:] not in pose
        assert int(pose.partition("Max-Age=")[2].partition(";")[0]) <= 20 * 24 * 3600
    client.cookies.clear()

    appareil = await entrer(client, reglages, lien["adresse"])
    ouverts = (await client.get("/api/cuisine/banquets", headers=appareil)).json()
    assert [(b["moment"], b["lien"]) for b in ouverts] == [(str(cuisine.moment), "équipe du samedi")]
    assert (await client.get(cuisine.adresse, headers=appareil)).status_code == 200


async def test_un_lien_n_ouvre_que_son_banquet(
    client: httpx.AsyncClient, cuisine: Cuisine, reglages: Reglages
) -> None:
    autre = await un_publie(cuisine.jeu, titre="Un autre soir")
    (moment,) = [m.id for m in autre.moments if m.genre == "banquet"]
    appareil = await entrer(client, reglages, (await donner_un_lien(client, reglages, cuisine))["adresse"])

    for adresse in (f"/api/cuisine/banquets/{moment}", f"/api/cuisine/banquets/{uuid4()}"):
        refus = await client.get(adresse, headers=appareil)
        assert (refus.status_code, refus.json()["type"]) == (404, "/problemes/lien-de-cuisine-inconnu")
    # Ni la cuisine de l'espace, ni la liste de l'espace : un lien n'est pas un compte.
    assert (await client.get(f"{cuisine.espace}/cuisine", headers=appareil)).status_code == 401
    assert (await client.get(cuisine.adresse)).status_code == 404


async def test_un_lien_revoque_ferme_la_cuisine_partout(
    client: httpx.AsyncClient, cuisine: Cuisine, reglages: Reglages
) -> None:
    lien, garde = [await donner_un_lien(client, reglages, cuisine, nom) for nom in ("perdu", "gardé")]
    perdu, present = [await entrer(client, reglages, un["adresse"]) for un in (lien, garde)]
    nadia = await entetes(reglages, cuisine.jeu.nadia.compte)

    restent = await client.delete(f"{cuisine.espace}/liens-cuisine/{lien['id']}", headers=nadia)

    assert [un["nom"] for un in restent.json()] == ["gardé"]
    assert (await client.get("/api/cuisine/banquets", headers=perdu)).json() == []
    assert (await client.get(cuisine.adresse, headers=perdu)).status_code == 404
    assert (await client.get(cuisine.adresse, headers=present)).status_code == 200
    page = await client.get(
        lien["adresse"].removeprefix(reglages.url), headers={"accept": "text/html", "accept-language": "fr"}
    )
    assert page.status_code == 404
    assert "Ce lien n’ouvre plus la cuisine" in page.text
    encore = await client.delete(f"{cuisine.espace}/liens-cuisine/{lien['id']}", headers=nadia)
    assert (encore.status_code, encore.json()["type"]) == (404, "/problemes/lien-de-cuisine-inconnu")


async def test_un_lien_se_montre_en_qr_a_qui_organise_seulement(
    client: httpx.AsyncClient, cuisine: Cuisine, reglages: Reglages
) -> None:
    lien = await donner_un_lien(client, reglages, cuisine)
    nadia = await entetes(reglages, cuisine.jeu.nadia.compte)
    adresse = f"{cuisine.espace}/liens-cuisine/{lien['id']}/qr"

    qr = await client.get(adresse, headers=nadia)
    par_l_appareil = await client.get(adresse, headers=await entrer(client, reglages, lien["adresse"]))
    await client.delete(f"{cuisine.espace}/liens-cuisine/{lien['id']}", headers=nadia)
    revoque = await client.get(adresse, headers=nadia)

    assert (qr.status_code, qr.headers["cache-control"]) == (200, "no-store")
    assert qr.headers["content-type"].startswith("image/svg+xml")
    assert qr.text == dessiner_qr(lien["adresse"])
    assert par_l_appareil.status_code == 401
    assert (revoque.status_code, revoque.json()["type"]) == (404, "/problemes/lien-de-cuisine-inconnu")


async def test_un_lien_expire_deux_jours_apres_le_repas(
    client: httpx.AsyncClient, cuisine: Cuisine, reglages: Reglages, horloge: HorlogeReglable
) -> None:
    lien = await donner_un_lien(client, reglages, cuisine)
    (fin,) = [m.fin for m in cuisine.vue.moments if m.genre == "banquet"]
    appareil = await entrer(client, reglages, lien["adresse"])
    assert fin is not None

    horloge.instant = fin + timedelta(days=2, seconds=-1)
    assert (await client.get(cuisine.adresse, headers=appareil)).status_code == 200
    horloge.instant = fin + timedelta(days=2)

    assert (await client.get(cuisine.adresse, headers=appareil)).status_code == 404
    assert (await client.get(lien["adresse"].removeprefix(reglages.url))).status_code == 404


@pytest.mark.parametrize("prevu", [True, False])
async def test_sans_date_un_lien_expire_quand_meme(
    client: httpx.AsyncClient, cuisine: Cuisine, reglages: Reglages, horloge: HorlogeReglable, prevu: bool
) -> None:
    lien = await donner_un_lien(client, reglages, cuisine)
    donne_le = horloge()
    (moment,) = [m for m in cuisine.vue.moments if m.genre == "banquet"]
    await _oter_l_horaire(
        cuisine, HoraireEnAttente(moment=cuisine.moment, debut=moment.debut, fin=moment.fin), prevu
    )
    assert moment.fin is not None
    terme = moment.fin + timedelta(days=2) if prevu else donne_le + timedelta(days=365)
    appareil = await entrer(client, reglages, lien["adresse"])

    horloge.instant = terme - timedelta(seconds=1)
    assert (await client.get(cuisine.adresse, headers=appareil)).status_code == 200
    horloge.instant = terme

    assert (await client.get(cuisine.adresse, headers=appareil)).status_code == 404


@ecriture
async def _oter_l_horaire(cuisine: Cuisine, horaire: HoraireEnAttente, garder: bool) -> None:
    await Moment.update({Moment.debut: None, Moment.fin: None}).where(Moment.id == cuisine.moment)
    if garder:
        await HoraireEnAttente.insert(horaire)


async def test_un_lien_n_ouvre_plus_un_moment_qui_n_est_plus_un_banquet(
    client: httpx.AsyncClient, cuisine: Cuisine, reglages: Reglages
) -> None:
    lien = await donner_un_lien(client, reglages, cuisine)
    appareil = await entrer(client, reglages, lien["adresse"])

    await _changer_le_genre(cuisine)

    assert (await client.get("/api/cuisine/banquets", headers=appareil)).json() == []
    assert (await client.get(cuisine.adresse, headers=appareil)).status_code == 404


async def test_un_numero_de_lien_reemploye_n_ouvre_pas_une_autre_cuisine(
    client: httpx.AsyncClient, cuisine: Cuisine, reglages: Reglages
) -> None:
    """SQLite redonne le numéro d'une ligne effacée : l'ancien lien, et l'appareil qui l'a ouvert, n'ouvrent pas le suivant."""
    ancien = await donner_un_lien(client, reglages, cuisine)
    appareil = await entrer(client, reglages, ancien["adresse"])
    autre = await un_publie(cuisine.jeu, titre="Un autre soir")
    (moment,) = [UUID(str(m.id)) for m in autre.moments if m.genre == "banquet"]
    await _donner_le_numero_a(ancien["id"], moment)

    assert (await client.get(f"/api/cuisine/banquets/{moment}", headers=appareil)).status_code == 404
    assert (await client.get(ancien["adresse"].removeprefix(reglages.url))).status_code == 404
    nadia = await entetes(reglages, cuisine.jeu.nadia.compte)
    (neuf,) = (await client.get(f"/api/espace/banquets/{moment}/liens-cuisine", headers=nadia)).json()
    assert (neuf["id"], neuf["adresse"] == ancien["adresse"]) == (ancien["id"], False)
    neuve = await entrer(client, reglages, neuf["adresse"])
    assert (await client.get(f"/api/cuisine/banquets/{moment}", headers=neuve)).status_code == 200


@ecriture
async def _donner_le_numero_a(lien: int, moment: UUID) -> None:
    await LienCuisine.delete().where(LienCuisine.id == lien)
    await LienCuisine.insert(LienCuisine(id=lien, moment=moment, nom="autre équipe", cree_le=LUNDI))


@ecriture
async def _changer_le_genre(cuisine: Cuisine) -> None:
    await Moment.update({Moment.genre: "reflexion"}).where(Moment.id == cuisine.moment)


async def test_un_lien_faux_se_dit_et_se_compte(
    client: httpx.AsyncClient, cuisine: Cuisine, reglages: Reglages
) -> None:
    lien = await donner_un_lien(client, reglages, cuisine)
    secret = lien["adresse"].rpartition("/")[2]
    vrai = lien_de(charger_clef(reglages.donnees), cuisine.moment, lien["id"], 1)
    assert vrai == secret
    faux = [
        secret[:-1] + ("A" if secret[-1] != "A" else "B"),
        secret[:8],
        "0" * 30,
        "zzzzzzzz" + secret[8:],
        lien_de(charger_clef(reglages.donnees), cuisine.moment, lien["id"] + 1, 1),
        "ffffffff" + secret[8:],
        "é" * 30,
    ]

    for essai in faux:
        refus = await client.get(f"/cuisine/{essai}", headers={"accept-language": "en"})
        assert refus.status_code == 404, essai
        assert refus.json()["title"] == "This link no longer opens the kitchen"
        assert "set-cookie" not in refus.headers
    # Le cookie d'un appareil ne se devine pas non plus, et une preuve de lien n'en est pas une.
    for preuve in (secret[8:], "x", "0" * 22):
        refus = await client.get(
            cuisine.adresse, headers={"cookie": f"cuisine-{secret[:8]}={preuve}", "origin": reglages.url}
        )
        assert refus.status_code == 404
    statuts = {(await client.get(f"/cuisine/{'0' * 30}")).status_code for _ in range(130)}
    assert statuts == {404, 429}


async def test_seul_qui_organise_donne_des_liens(
    client: httpx.AsyncClient, cuisine: Cuisine, reglages: Reglages
) -> None:
    adresse = f"{cuisine.espace}/liens-cuisine"
    odile, malik, nadia = [
        await entetes(reglages, qui.compte) for qui in (cuisine.odile, cuisine.jeu.malik, cuisine.jeu.nadia)
    ]

    for qui, statut in ((odile, 403), (malik, 404), ({}, 401)):
        assert (await client.get(adresse, headers=qui)).status_code == statut
        donne = await client.post(adresse, headers={"origin": reglages.url, **qui}, json={"nom": "x"})
        assert donne.status_code == statut
        ferme = await client.delete(f"{adresse}/1", headers={"origin": reglages.url, **qui})
        assert ferme.status_code == statut
    for nom in ("", "   ", "x" * 81, "Odile 06 12 34 56 78", "odile@example.org"):
        refus = await client.post(adresse, headers=nadia, json={"nom": nom})
        assert (refus.status_code, [e["champ"] for e in refus.json()["erreurs"]]) == (422, ["nom"])
    assert (await client.get(adresse, headers=nadia)).json() == []


async def test_un_appareil_garde_plusieurs_cuisines(
    client: httpx.AsyncClient, cuisine: Cuisine, reglages: Reglages
) -> None:
    autre = await un_publie(cuisine.jeu, titre="Un autre soir")
    (moment,) = [m.id for m in autre.moments if m.genre == "banquet"]
    nadia = await entetes(reglages, cuisine.jeu.nadia.compte)
    ailleurs = await client.post(
        f"/api/espace/banquets/{moment}/liens-cuisine", headers=nadia, json={"nom": "x"}
    )
    ici = await donner_un_lien(client, reglages, cuisine)
    cookies = [
        (await entrer(client, reglages, adresse))["cookie"]
        for adresse in (ici["adresse"], ailleurs.json()[0]["adresse"])
    ]

    ouverts = await client.get("/api/cuisine/banquets", headers={"cookie": "; ".join(cookies)})

    assert {b["moment"] for b in ouverts.json()} == {str(cuisine.moment), str(moment)}
