"""La vue de cuisine : tout en une réponse, la même par lien et par compte, et qui ne coûte rien quand rien n'a bougé."""

from uuid import uuid4

import httpx
import pytest

from server.inscriptions.cuisine.routes import FRAICHEUR_S
from server.reglages import Reglages
from server.socle.web import Tablees
from tests.conftest import HorlogeReglable
from tests.inscriptions.cuisine.jeu import (
    Cuisine,
    donner_un_lien,
    ecrire_un_menu,
    entetes,
    entrer,
    poser_une_cuisine,
)


@pytest.fixture
async def cuisine(application: Tablees) -> Cuisine:
    return await poser_une_cuisine()


async def test_tout_tient_en_une_reponse_la_meme_par_lien_et_par_compte(
    client: httpx.AsyncClient, cuisine: Cuisine, reglages: Reglages
) -> None:
    await ecrire_un_menu(cuisine, notes="Le four chauffe vite. Appeler le 06 12 34 56 78, nadia@example.org")
    nadia, odile, malik = [
        await entetes(reglages, qui.compte) for qui in (cuisine.jeu.nadia, cuisine.odile, cuisine.jeu.malik)
    ]
    await client.put(
        f"{cuisine.espace}/effectif/annonces/{uuid4()}", headers=nadia, json={"genre": "equipe", "nombre": 10}
    )
    appareil = await entrer(client, reglages, (await donner_un_lien(client, reglages, cuisine))["adresse"])

    par_lien = await client.get(cuisine.adresse, headers=appareil)
    par_comptes = [await client.get(f"{cuisine.espace}/cuisine", headers=qui) for qui in (nadia, odile)]

    assert par_lien.status_code == 200
    assert par_lien.headers["cache-control"] == "private, no-store"
    vue = par_lien.json()
    assert [autre.json() for autre in par_comptes] == [vue, vue]
    assert (await client.get(f"{cuisine.espace}/cuisine", headers=malik)).status_code == 404
    assert (vue["repas"]["evenement"], vue["repas"]["statut"]) == ("Éteindre les incendies", "publie")
    assert vue["repas"]["lieu"]["nom"] == "Foyer rural"
    assert vue["menu"]["plats"][0]["nom"] == "Gratin de courge"
    assert vue["menu"]["notes"] == "Le four chauffe vite. Appeler le …, …"
    assert vue["effectif"]["parts"]["adultes"] == 10
    assert (vue["quantites"]["source"], vue["quantites"]["quantites"]["adultes"]) == ("compte", 10)
    # 10 parts de 200 g achetés, et 5 % de marge : 2 100 g.
    assert [q["besoin"] for q in vue["quantites"]["quantites"]["lignes"]] == [2100]
    assert (vue["messages"]["elements"], vue["temperatures"], vue["pesees"]["elements"]) == ([], [], [])


async def test_aucun_texte_de_la_vue_ne_porte_de_contact(
    client: httpx.AsyncClient, cuisine: Cuisine, reglages: Reglages
) -> None:
    await ecrire_un_menu(cuisine, nom="Gratin, 06 12 34 56 78", notes="nadia@example.org")
    nadia = await entetes(reglages, cuisine.jeu.nadia.compte)
    await client.put(
        f"{cuisine.espace}/effectif/annonces/{uuid4()}",
        headers=nadia,
        json={"genre": "artistes", "nombre": 2, "regimes": ["vegetalien", "sans_gluten"]},
    )
    await client.post(f"{cuisine.espace}/effectif/arret", headers=nadia)
    appareil = await entrer(client, reglages, (await donner_un_lien(client, reglages, cuisine))["adresse"])

    vue = (await client.get(cuisine.adresse, headers=appareil)).json()

    assert vue["quantites"]["quantites"]["lignes"][0]["pourquoi"][0]["nom"] == "Gratin, …"
    assert vue["effectif"]["arret"]["signature_juste"] is True
    assert ("06 12" in str(vue), "nadia@" in str(vue)) == (False, False)


async def test_l_effectif_arrete_fait_les_quantites_et_un_changement_se_lit_en_moins_de_dix_secondes(
    client: httpx.AsyncClient, cuisine: Cuisine, reglages: Reglages, horloge: HorlogeReglable
) -> None:
    await ecrire_un_menu(cuisine)
    nadia = await entetes(reglages, cuisine.jeu.nadia.compte)
    annonce = f"{cuisine.espace}/effectif/annonces/{uuid4()}"
    await client.put(annonce, headers=nadia, json={"genre": "equipe", "nombre": 10})
    await client.post(f"{cuisine.espace}/effectif/arret", headers=nadia)
    appareil = await entrer(client, reglages, (await donner_un_lien(client, reglages, cuisine))["adresse"])
    avant = await client.get(cuisine.adresse, headers=appareil)
    assert avant.json()["quantites"]["source"] == "arrete"

    tenue = {**appareil, "if-none-match": avant.headers["etag"]}
    inchangee = await client.get(cuisine.adresse, headers=tenue)
    assert (inchangee.status_code, inchangee.content) == (304, b"")
    assert inchangee.headers["etag"] == avant.headers["etag"]
    # Le temps seul ne change rien à ce qu'elle dit.
    horloge.avancer(seconds=FRAICHEUR_S + 1)
    assert (await client.get(cuisine.adresse, headers=tenue)).status_code == 304
    await client.put(annonce, headers=nadia, json={"genre": "equipe", "nombre": 13})
    horloge.avancer(seconds=FRAICHEUR_S)

    apres = await client.get(cuisine.adresse, headers=tenue)
    assert apres.status_code == 200
    assert apres.headers["etag"] != avant.headers["etag"]
    vue = apres.json()
    assert (vue["effectif"]["parts"]["adultes"], vue["quantites"]["quantites"]["adultes"]) == (13, 10)
    assert vue["effectif"]["depuis_l_arret"]["plus"] == 3
    # La page demande toutes les cinq secondes : avec l'âge de la vue, moins de dix.
    assert FRAICHEUR_S + 5 < 10


async def test_la_cuisine_se_souvient_de_ce_qu_elle_a_lu(
    client: httpx.AsyncClient, cuisine: Cuisine, reglages: Reglages, horloge: HorlogeReglable
) -> None:
    nadia = await entetes(reglages, cuisine.jeu.nadia.compte)
    appareil = await entrer(client, reglages, (await donner_un_lien(client, reglages, cuisine))["adresse"])
    premiere = await client.post(f"{cuisine.adresse}/lecture", headers=appareil)
    assert premiere.json() == {"depuis_ma_lecture": None}
    await client.put(
        f"{cuisine.espace}/effectif/annonces/{uuid4()}", headers=nadia, json={"genre": "equipe", "nombre": 4}
    )
    horloge.avancer(hours=1)

    lue = await client.post(f"{cuisine.adresse}/lecture", headers=appareil)
    relue = await client.post(f"{cuisine.adresse}/lecture", headers=appareil)

    assert (lue.json()["depuis_ma_lecture"]["plus"], relue.json()["depuis_ma_lecture"]["plus"]) == (4, 0)


async def test_la_vue_gardee_ne_s_ouvre_qu_a_qui_en_a_le_droit(
    client: httpx.AsyncClient, cuisine: Cuisine, reglages: Reglages
) -> None:
    appareil = await entrer(client, reglages, (await donner_un_lien(client, reglages, cuisine))["adresse"])
    ouverte = await client.get(cuisine.adresse, headers=appareil)
    assert ouverte.status_code == 200

    # La même demande, sans le cookie, pendant que la vue est encore gardée.
    assert (await client.get(cuisine.adresse)).status_code == 404
    tenue = {"if-none-match": ouverte.headers["etag"]}
    assert (await client.get(cuisine.adresse, headers=tenue)).status_code == 404
    assert (await client.get(f"{cuisine.espace}/cuisine", headers=tenue)).status_code == 401


async def test_la_liste_dit_ou_en_est_chaque_banquet(
    client: httpx.AsyncClient, cuisine: Cuisine, reglages: Reglages
) -> None:
    await ecrire_un_menu(cuisine)
    nadia, odile, malik = [
        await entetes(reglages, qui.compte) for qui in (cuisine.jeu.nadia, cuisine.odile, cuisine.jeu.malik)
    ]
    await client.put(
        f"{cuisine.espace}/effectif/annonces/{uuid4()}",
        headers=nadia,
        json={"genre": "equipe", "nombre": 7, "age": "enfant"},
    )
    await client.post(f"{cuisine.espace}/effectif/arret", headers=nadia)
    appareil = await entrer(client, reglages, (await donner_un_lien(client, reglages, cuisine))["adresse"])
    await client.put(
        f"{cuisine.adresse}/messages/{uuid4()}", headers=appareil, json={"texte": "Il manque des courges."}
    )

    siens = [(await client.get("/api/espace/banquets", headers=qui)).json() for qui in (nadia, odile, malik)]

    (pour_nadia,), (pour_odile,), rien = [liste["elements"] for liste in siens]
    assert rien == []
    assert pour_nadia["moment"] == pour_odile["moment"] == str(cuisine.moment)
    assert (pour_nadia["organise"], pour_odile["organise"]) == (True, False)
    assert (pour_nadia["messages_non_lus"], pour_odile["messages_non_lus"]) == (1, 0)
    assert pour_nadia["parts"] == {"adultes": 0, "enfants": 7, "tout_petits": 0}
    assert (pour_nadia["plats"], pour_nadia["plats_a_confirmer"]) == (1, 1)
    assert pour_nadia["arrete_le"] is not None
    assert (await client.get("/api/espace/banquets")).status_code == 401


async def test_la_liste_se_lit_page_apres_page(
    client: httpx.AsyncClient, cuisine: Cuisine, reglages: Reglages
) -> None:
    from tests.evenements.jeu import un_publie

    for titre in ("Deuxième", "Troisième"):
        await un_publie(cuisine.jeu, titre=titre)
    nadia = await entetes(reglages, cuisine.jeu.nadia.compte)

    vus, curseur = [], ""
    for _ in range(3):
        page = (await client.get(f"/api/espace/banquets?limite=1{curseur}", headers=nadia)).json()
        vus += [b["evenement"] for b in page["elements"]]
        curseur = f"&curseur={page['suivant']}"

    assert sorted(vus) == ["Deuxième", "Troisième", "Éteindre les incendies"]
    assert page["suivant"] is None
    passes = await client.get("/api/espace/banquets?periode=passes", headers=nadia)
    assert passes.json()["elements"] == []
    for faux in ("limite=0", "limite=1000", "curseur=nimporte", "periode=hier"):
        assert (await client.get(f"/api/espace/banquets?{faux}", headers=nadia)).status_code == 422
