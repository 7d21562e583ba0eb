"""Ce que la cuisine note : messages, températures, pesées. Rejouable, jamais effacé en silence, jamais signé d'une personne."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from server.banquets.cuisine import services
from server.reglages import Reglages
from server.socle.base import ecriture
from server.socle.web import Tablees
from server.structures.tables import Membre
from tests.conftest import HorlogeReglable
from tests.evenements.jeu import LUNDI, un_publie
from tests.fabriques import un_compte
from tests.inscriptions.cuisine.jeu import Cuisine, donner_un_lien, entetes, entrer, poser_une_cuisine


@pytest.fixture
async def cuisine(application: Tablees) -> Cuisine:
    return await poser_une_cuisine()


@pytest.fixture
async def appareil(client: httpx.AsyncClient, cuisine: Cuisine, reglages: Reglages) -> dict[str, str]:
    return await entrer(client, reglages, (await donner_un_lien(client, reglages, cuisine))["adresse"])


@pytest.fixture
async def nadia(cuisine: Cuisine, reglages: Reglages) -> dict[str, str]:
    return await entetes(reglages, cuisine.jeu.nadia.compte)


async def test_la_cuisine_et_qui_organise_s_ecrivent(
    client: httpx.AsyncClient,
    cuisine: Cuisine,
    appareil: dict[str, str],
    nadia: dict[str, str],
    reglages: Reglages,
) -> None:
    odile = await entetes(reglages, cuisine.odile.compte)
    premier, deuxieme, troisieme = uuid4(), uuid4(), uuid4()

    for cle, adresse, qui, texte in (
        (premier, cuisine.adresse, appareil, "Il manque des courges."),
        (deuxieme, cuisine.espace, nadia, "  Elles arrivent à 15 h.\nPar la porte du fond.  "),
        (troisieme, cuisine.espace, odile, "Bien reçu."),
    ):
        for _ in range(2):  # rejoué, un message ne se double pas
            rendu = await client.put(f"{adresse}/messages/{cle}", headers=qui, json={"texte": texte})
            assert rendu.status_code == 200, rendu.text

    lus = (await client.get(f"{cuisine.espace}/messages", headers=nadia)).json()
    assert [(m["cote"], m["nom"], m["texte"]) for m in lus["elements"]] == [
        ("cuisine", "équipe du samedi", "Il manque des courges."),
        ("organisation", "La Fabrique", "Elles arrivent à 15 h.\nPar la porte du fond."),
        ("cuisine", "La Marmite", "Bien reçu."),
    ]
    assert (lus["non_lus_organisation"], lus["non_lus_cuisine"]) == (2, 1)
    numeros = [m["numero"] for m in lus["elements"]]
    assert numeros == sorted(set(numeros))
    lu = await client.post(f"{cuisine.espace}/messages/lus", headers=nadia, json={"jusqu_a": numeros[-1]})
    assert (lu.json()["non_lus_organisation"], lu.json()["non_lus_cuisine"]) == (0, 1)
    # On ne délit pas, et l'on ne lit pas d'avance ce qui n'est pas encore écrit.
    for jusqu_a in (0, 2**31 - 1):
        await client.post(f"{cuisine.espace}/messages/lus", headers=nadia, json={"jusqu_a": jusqu_a})
    encore = await client.put(
        f"{cuisine.adresse}/messages/{uuid4()}", headers=appareil, json={"texte": "Merci."}
    )
    assert encore.json()["non_lus_organisation"] == 1
    en_cuisine = await client.post(
        f"{cuisine.adresse}/messages/lus", headers=appareil, json={"jusqu_a": numeros[1]}
    )
    assert en_cuisine.json()["non_lus_cuisine"] == 0
    assert (await client.get(cuisine.adresse, headers=appareil)).json()["messages"] == en_cuisine.json()


async def test_l_espace_dit_qu_un_message_attend(
    client: httpx.AsyncClient,
    cuisine: Cuisine,
    appareil: dict[str, str],
    nadia: dict[str, str],
    reglages: Reglages,
    horloge: HorlogeReglable,
) -> None:
    odile, malik = [await entetes(reglages, qui.compte) for qui in (cuisine.odile, cuisine.jeu.malik)]

    async def attendent() -> list[list[int]]:
        rendus = [await client.get("/api/espace/a-faire", headers=qui) for qui in (nadia, odile, malik)]
        return [[m["nombre"] for m in rendu.json()["messages"]] for rendu in rendus]

    assert await attendent() == [[], [], []]
    for texte in ("Il manque des courges.", "Et des oignons."):
        await client.put(f"{cuisine.adresse}/messages/{uuid4()}", headers=appareil, json={"texte": texte})
    ecrit = await client.put(
        f"{cuisine.espace}/messages/{uuid4()}", headers=nadia, json={"texte": "Elles arrivent."}
    )

    assert await attendent() == [[2], [1], []]
    (recu,) = (await client.get("/api/espace/a-faire", headers=nadia)).json()["messages"]
    assert (recu["moment"], recu["titre"]) == (str(cuisine.moment), "Éteindre les incendies")
    dernier = ecrit.json()["elements"][-1]["numero"]
    await client.post(f"{cuisine.espace}/messages/lus", headers=nadia, json={"jusqu_a": dernier})
    assert await attendent() == [[], [1], []]
    horloge.avancer(days=30)
    assert await attendent() == [[], [], []]


async def test_un_message_ne_se_remplace_pas_et_ne_se_retire_que_de_son_cote(
    client: httpx.AsyncClient, cuisine: Cuisine, appareil: dict[str, str], nadia: dict[str, str]
) -> None:
    cle = uuid4()
    await client.put(f"{cuisine.adresse}/messages/{cle}", headers=appareil, json={"texte": "Il fait chaud."})

    autre = await client.put(
        f"{cuisine.adresse}/messages/{cle}", headers=appareil, json={"texte": "Il fait froid."}
    )
    assert (autre.status_code, autre.json()["type"]) == (409, "/problemes/deja-ecrit")
    vole = await client.put(
        f"{cuisine.espace}/messages/{cle}", headers=nadia, json={"texte": "Il fait chaud."}
    )
    assert vole.status_code == 409
    refuse = await client.delete(f"{cuisine.espace}/messages/{cle}", headers=nadia)
    assert (refuse.status_code, refuse.json()["type"]) == (404, "/problemes/message-inconnu")
    for _ in range(2):
        retire = await client.delete(f"{cuisine.adresse}/messages/{cle}", headers=appareil)
        (message,) = retire.json()["elements"]
        assert (message["texte"], message["retire"]) == ("", True)
    assert retire.json()["non_lus_organisation"] == 0
    # L'envoi d'origine, rejoué par une file en retard, ne le fait pas revenir.
    rejoue = await client.put(
        f"{cuisine.adresse}/messages/{cle}", headers=appareil, json={"texte": "Il fait chaud."}
    )
    assert (rejoue.status_code, rejoue.json()["elements"][0]["texte"]) == (200, "")


async def test_seul_qui_a_ecrit_un_message_le_retire(
    client: httpx.AsyncClient,
    cuisine: Cuisine,
    appareil: dict[str, str],
    nadia: dict[str, str],
    reglages: Reglages,
) -> None:
    """Un autre lien du même nom, ou le compte du traiteur, sont du même côté : ce n'est pas leur message pour autant."""
    autre_lien = await donner_un_lien(client, reglages, cuisine)
    autre = await entrer(client, reglages, autre_lien["adresse"])
    odile = await entetes(reglages, cuisine.odile.compte)
    collegue = await un_compte(prenom="Yanis")
    await entrer_dans_la_structure(cuisine.jeu.structure, collegue)
    yanis = await entetes(reglages, collegue)
    de_la_cuisine, du_traiteur, de_l_equipe = uuid4(), uuid4(), uuid4()
    for cle, adresse, qui in (
        (de_la_cuisine, cuisine.adresse, appareil),
        (du_traiteur, cuisine.espace, odile),
        (de_l_equipe, cuisine.espace, nadia),
    ):
        ecrit = await client.put(f"{adresse}/messages/{cle}", headers=qui, json={"texte": "Bonjour."})
        assert ecrit.status_code == 200, ecrit.text

    for cle, adresse, qui in (
        (de_la_cuisine, cuisine.adresse, autre),
        (de_la_cuisine, cuisine.espace, odile),
        (du_traiteur, cuisine.adresse, appareil),
        (de_l_equipe, cuisine.espace, yanis),
        (de_l_equipe, cuisine.espace, odile),
    ):
        refus = await client.delete(f"{adresse}/messages/{cle}", headers=qui)
        assert (refus.status_code, refus.json()["type"]) == (404, "/problemes/message-inconnu")

    # Chacun reconnaît les siens, et la marque ne dit rien d'autre : deux équipes du même nom n'ont pas la même.
    siens = {}
    for nom, adresse, qui in (
        ("appareil", cuisine.adresse, appareil),
        ("autre", cuisine.adresse, autre),
        ("odile", f"{cuisine.espace}/cuisine", odile),
        ("nadia", f"{cuisine.espace}/cuisine", nadia),
        ("yanis", f"{cuisine.espace}/cuisine", yanis),
    ):
        vue = await client.get(adresse, headers=qui)
        marque = vue.headers["tablees-auteur"]
        siens[nom] = [m["id"] for m in vue.json()["messages"]["elements"] if m["auteur"] == marque]
        redite = await client.get(adresse, headers={**qui, "if-none-match": vue.headers["etag"]})
        assert (redite.status_code, redite.headers["tablees-auteur"]) == (304, marque)
    assert siens == {
        "appareil": [str(de_la_cuisine)],
        "autre": [],
        "odile": [str(du_traiteur)],
        "nadia": [str(de_l_equipe)],
        "yanis": [],
    }
    tete = (await client.get(cuisine.espace, headers=nadia)).json()
    assert (
        tete["auteur"]
        == (await client.get(f"{cuisine.espace}/cuisine", headers=nadia)).headers["tablees-auteur"]
    )
    for cle, adresse, qui in (
        (de_la_cuisine, cuisine.adresse, appareil),
        (du_traiteur, cuisine.espace, odile),
        (de_l_equipe, cuisine.espace, nadia),
    ):
        retire = await client.delete(f"{adresse}/messages/{cle}", headers=qui)
        assert retire.status_code == 200, retire.text
    assert [m["retire"] for m in retire.json()["elements"]] == [True] * 3


@ecriture
async def entrer_dans_la_structure(structure: int, compte: int) -> None:
    await Membre.insert(Membre(structure=structure, compte=compte, role="membre", cree_le=LUNDI))


@pytest.mark.parametrize(
    "corps",
    [
        {"texte": ""},
        {"texte": "  \n "},
        {"texte": "x" * 1001},
        {"texte": "Appelez-moi au 06 12 34 56 78"},
        {"texte": "Écrire à odile@example.org"},
        {"texte": "Bonjour", "auteur": "Odile"},
        {},
    ],
)
async def test_un_message_sans_texte_trop_long_ou_qui_dit_un_contact_est_refuse(
    client: httpx.AsyncClient, cuisine: Cuisine, appareil: dict[str, str], corps: dict[str, Any]
) -> None:
    refus = await client.put(f"{cuisine.adresse}/messages/{uuid4()}", headers=appareil, json=corps)

    assert refus.status_code == 422
    assert (await client.get(cuisine.adresse, headers=appareil)).json()["messages"]["elements"] == []


def une_mesure(horloge: HorlogeReglable, **champs: Any) -> dict[str, Any]:
    prise_le = (horloge() + timedelta(minutes=champs.pop("minutes", 0))).isoformat()
    return {"genre": "chaud", "sujet": "Gratin", "dixiemes": 655, "prise_le": prise_le, **champs}


async def test_un_refroidissement_se_suit_et_se_corrige_sans_rien_effacer(
    client: httpx.AsyncClient,
    cuisine: Cuisine,
    appareil: dict[str, str],
    nadia: dict[str, str],
    horloge: HorlogeReglable,
) -> None:
    debut, faute, juste = uuid4(), uuid4(), uuid4()
    adresse = f"{cuisine.adresse}/temperatures"
    suivi = {"genre": "refroidissement", "sujet": "Bouillon"}
    horloge.avancer(hours=3)
    await client.put(
        f"{adresse}/{debut}",
        headers=appareil,
        json=une_mesure(horloge, **suivi, dixiemes=820, minutes=-110),
    )
    fautive = une_mesure(horloge, **suivi, dixiemes=900, suite_de=str(debut), minutes=0)
    for _ in range(2):
        rendu = await client.put(f"{adresse}/{faute}", headers=appareil, json=fautive)
    (releve,) = rendu.json()
    assert len(releve["mesures"]) == 2
    assert releve["verdict"] == "en_cours"

    corrigee = une_mesure(horloge, **suivi, dixiemes=90, corrige=str(faute), minutes=0)
    rendu = await client.put(f"{adresse}/{juste}", headers=appareil, json=corrigee)

    assert rendu.status_code == 200, rendu.text
    (releve,) = rendu.json()
    assert (releve["id"], releve["sujet"], releve["verdict"]) == (str(debut), "Bouillon", "bon")
    assert {(m["dixiemes"], m["remplacee"], m["nom"]) for m in releve["mesures"]} == {
        (820, False, "équipe du samedi"),
        (900, True, "équipe du samedi"),
        (90, False, "équipe du samedi"),
    }
    # Deux corrections de la même mesure : la seconde relit d'abord.
    double = await client.put(f"{adresse}/{uuid4()}", headers=appareil, json={**corrigee, "dixiemes": 80})
    assert double.status_code == 409
    # Ce qui est noté ne change pas.
    change = await client.put(f"{adresse}/{debut}", headers=appareil, json={**fautive, "suite_de": None})
    assert change.status_code == 409
    # Qui organise lit la même chose, et peut annuler une mesure : elle reste lisible.
    annulee = await client.put(
        f"{cuisine.espace}/temperatures/{uuid4()}",
        headers=nadia,
        json=une_mesure(horloge, **suivi, dixiemes=90, corrige=str(juste), annule=True),
    )
    (releve,) = annulee.json()
    assert (releve["verdict"], len(releve["mesures"])) == ("en_cours", 4)
    assert [m["nom"] for m in releve["mesures"] if m["annule"]] == ["La Fabrique"]
    assert (await client.get(f"{cuisine.espace}/temperatures", headers=nadia)).json() == annulee.json()


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"minutes": 60}, "prise_le"),
        ({"minutes": -60 * 24 * 30}, "prise_le"),
        ({"prise_le": "2026-06-12T18:00:00"}, "prise_le"),
        ({"prise_le": "0001-01-01T00:00:00+14:00"}, "prise_le"),
        ({"prise_le": "9999-12-31T23:59:59-14:00"}, "prise_le"),
        ({"dixiemes": 65.5}, "dixiemes"),
        ({"dixiemes": 100_000}, "dixiemes"),
        ({"dixiemes": -4000}, "dixiemes"),
        ({"genre": "tiede"}, "genre"),
        ({"sujet": ""}, "sujet"),
        ({"sujet": "Frigo d'Odile 06 12 34 56 78"}, "sujet"),
        ({"suite_de": str(uuid4())}, "suite_de"),
        ({"annule": True}, "corrige"),
        ({"nom": "Odile"}, "nom"),
    ],
)
async def test_une_temperature_absurde_est_refusee(
    client: httpx.AsyncClient,
    cuisine: Cuisine,
    appareil: dict[str, str],
    horloge: HorlogeReglable,
    champs: dict[str, Any],
    champ: str,
) -> None:
    refus = await client.put(
        f"{cuisine.adresse}/temperatures/{uuid4()}", headers=appareil, json=une_mesure(horloge, **champs)
    )

    assert refus.status_code == 422, refus.text
    assert [e["champ"] for e in refus.json()["erreurs"]] == [champ]


async def test_une_mesure_n_en_suit_pas_une_d_un_autre_banquet_ni_d_un_autre_genre(
    client: httpx.AsyncClient,
    cuisine: Cuisine,
    appareil: dict[str, str],
    nadia: dict[str, str],
    horloge: HorlogeReglable,
) -> None:
    autre = await un_publie(cuisine.jeu, titre="Un autre soir")
    (moment,) = [m.id for m in autre.moments if m.genre == "banquet"]
    ailleurs, froide = uuid4(), uuid4()
    for adresse, cle, genre in (
        (f"/api/espace/banquets/{moment}", ailleurs, "refroidissement"),
        (cuisine.espace, froide, "froid"),
    ):
        await client.put(
            f"{adresse}/temperatures/{cle}", headers=nadia, json=une_mesure(horloge, genre=genre)
        )

    for lien in ({"suite_de": str(ailleurs)}, {"suite_de": str(froide)}, {"corrige": str(uuid4())}):
        refus = await client.put(
            f"{cuisine.adresse}/temperatures/{uuid4()}",
            headers=appareil,
            json=une_mesure(horloge, genre="refroidissement", **lien),
        )
        assert (refus.status_code, refus.json()["type"]) == (404, "/problemes/mesure-inconnue")


async def test_les_restes_se_pesent_une_fois_et_se_disent_par_convive(
    client: httpx.AsyncClient, cuisine: Cuisine, appareil: dict[str, str], nadia: dict[str, str]
) -> None:
    await client.put(
        f"{cuisine.espace}/effectif/annonces/{uuid4()}", headers=nadia, json={"genre": "equipe", "nombre": 20}
    )
    cle, de_trop = uuid4(), uuid4()
    for _ in range(2):
        pesee = await client.put(
            f"{cuisine.adresse}/pesees/{cle}",
            headers=appareil,
            json={"genre": "assiettes", "grammes": 1000},
        )
    assert pesee.json()["restes"][2] == {"genre": "assiettes", "grammes": 1000, "par_convive_g": 50}
    assert (pesee.json()["convives"], pesee.json()["source_convives"]) == (20, "compte")
    autre = await client.put(
        f"{cuisine.adresse}/pesees/{cle}", headers=appareil, json={"genre": "assiettes", "grammes": 900}
    )
    assert autre.status_code == 409
    await client.put(
        f"{cuisine.espace}/pesees/{de_trop}", headers=nadia, json={"genre": "preparation", "grammes": 500}
    )
    retiree = await client.delete(f"{cuisine.adresse}/pesees/{de_trop}", headers=appareil)
    assert [p["id"] for p in retiree.json()["elements"]] == [str(cle)]
    inconnue = await client.delete(f"{cuisine.adresse}/pesees/{uuid4()}", headers=appareil)
    assert (inconnue.status_code, inconnue.json()["type"]) == (404, "/problemes/pesee-inconnue")

    # Arrêté, l'effectif fait foi ; les présents saisis dans les comptes, davantage encore.
    await client.post(f"{cuisine.espace}/effectif/arret", headers=nadia)
    lue = await client.get(f"{cuisine.espace}/pesees", headers=nadia)
    assert lue.json()["source_convives"] == "arrete"
    await client.put(
        f"{cuisine.espace}/comptes", headers=nadia, json={"adultes": 8, "enfants": 2, "recueilli_centimes": 0}
    )
    lue = await client.get(f"{cuisine.espace}/pesees", headers=nadia)
    assert (lue.json()["convives"], lue.json()["source_convives"]) == (10, "presents")
    assert (lue.json()["grammes"], lue.json()["par_convive_g"]) == (1000, 100)


@pytest.mark.parametrize(
    "corps",
    [
        {"genre": "assiettes", "grammes": 0},
        {"genre": "assiettes", "grammes": -5},
        {"genre": "assiettes", "grammes": 1.5},
        {"genre": "assiettes", "grammes": 10_000_001},
        {"genre": "poubelle", "grammes": 5},
        {"genre": "assiettes", "grammes": 5, "nom": "Odile"},
    ],
)
async def test_une_pesee_absurde_est_refusee(
    client: httpx.AsyncClient, cuisine: Cuisine, appareil: dict[str, str], corps: dict[str, Any]
) -> None:
    refus = await client.put(f"{cuisine.adresse}/pesees/{uuid4()}", headers=appareil, json=corps)

    assert refus.status_code == 422


async def test_une_tablette_laissee_ouverte_n_emplit_pas_la_base(
    client: httpx.AsyncClient,
    cuisine: Cuisine,
    appareil: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    horloge: HorlogeReglable,
) -> None:
    for nom in ("MESSAGES_MAX", "MESURES_MAX", "PESEES_MAX"):
        monkeypatch.setattr(services, nom, 2)

    for chemin, corps in (
        ("messages", {"texte": "Bonjour."}),
        ("temperatures", une_mesure(horloge)),
        ("pesees", {"genre": "assiettes", "grammes": 5}),
    ):
        statuts = [
            (
                await client.put(f"{cuisine.adresse}/{chemin}/{uuid4()}", headers=appareil, json=corps)
            ).status_code
            for _ in range(3)
        ]
        assert statuts == [200, 200, 422]


async def test_ce_qui_s_ecrit_en_cuisine_s_y_relit_aussitot(
    client: httpx.AsyncClient,
    cuisine: Cuisine,
    appareil: dict[str, str],
    nadia: dict[str, str],
    horloge: HorlogeReglable,
) -> None:
    """La vue gardée quelques secondes ne cache pas ce que l'on vient d'écrire."""
    etiquettes = [(await client.get(cuisine.adresse, headers=appareil)).headers["etag"]]

    for qui, adresse, chemin, corps in (
        (appareil, cuisine.adresse, "messages", {"texte": "Bonjour."}),
        (nadia, cuisine.espace, "messages", {"texte": "Bonsoir."}),
        (appareil, cuisine.adresse, "temperatures", une_mesure(horloge)),
        (appareil, cuisine.adresse, "pesees", {"genre": "assiettes", "grammes": 5}),
    ):
        await client.put(f"{adresse}/{chemin}/{uuid4()}", headers=qui, json=corps)
        etiquettes.append((await client.get(cuisine.adresse, headers=appareil)).headers["etag"])

    assert len(set(etiquettes)) == 5


async def test_on_n_ecrit_pas_dans_une_cuisine_qui_n_est_pas_la_sienne(
    client: httpx.AsyncClient,
    cuisine: Cuisine,
    appareil: dict[str, str],
    reglages: Reglages,
    horloge: HorlogeReglable,
) -> None:
    autre = await un_publie(cuisine.jeu, titre="Un autre soir")
    (moment,) = [m.id for m in autre.moments if m.genre == "banquet"]
    malik = await entetes(reglages, cuisine.jeu.malik.compte)
    sans_origine = {"cookie": appareil["cookie"], "origin": "https://ailleurs.example"}

    for chemin, corps in (
        ("messages", {"texte": "Bonjour."}),
        ("temperatures", une_mesure(horloge)),
        ("pesees", {"genre": "assiettes", "grammes": 5}),
    ):
        for adresse, qui, statut in (
            (f"/api/cuisine/banquets/{moment}", appareil, 404),
            (cuisine.adresse, {"origin": reglages.url}, 404),
            (cuisine.adresse, sans_origine, 403),
            (cuisine.espace, malik, 404),
            (cuisine.espace, {"origin": reglages.url}, 401),
        ):
            refus = await client.put(f"{adresse}/{chemin}/{uuid4()}", headers=qui, json=corps)
            assert refus.status_code == statut, (adresse, chemin)


async def test_une_mesure_n_a_qu_une_correction_meme_ecrites_ensemble(
    client: httpx.AsyncClient, cuisine: Cuisine, reglages: Reglages, horloge: HorlogeReglable
) -> None:
    nadia = await entetes(reglages, cuisine.jeu.nadia.compte)
    adresse, fautive = f"{cuisine.espace}/temperatures", uuid4()
    await client.put(f"{adresse}/{fautive}", headers=nadia, json=une_mesure(horloge))

    rendus = await asyncio.gather(
        *(
            client.put(
                f"{adresse}/{uuid4()}",
                headers=nadia,
                json=une_mesure(horloge, dixiemes=640 + rang, corrige=str(fautive)),
            )
            for rang in range(6)
        )
    )

    assert sorted(rendu.status_code for rendu in rendus) == [200, *[409] * 5]


async def test_les_plafonds_tiennent_meme_quand_tout_s_ecrit_ensemble(
    client: httpx.AsyncClient,
    cuisine: Cuisine,
    appareil: dict[str, str],
    nadia: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    horloge: HorlogeReglable,
) -> None:
    """L'appareil tient déjà un lien sur les trois permis."""
    for nom in ("LIENS_MAX", "MESSAGES_MAX", "MESURES_MAX", "PESEES_MAX"):
        monkeypatch.setattr(services, nom, 3)

    liens = [
        client.post(f"{cuisine.espace}/liens-cuisine", headers=nadia, json={"nom": f"équipe {rang}"})
        for rang in range(12)
    ]
    assert _statuts(await asyncio.gather(*liens)) == {201: 2, 422: 10}
    for chemin, corps in (
        ("messages", {"texte": "Bonjour."}),
        ("temperatures", une_mesure(horloge)),
        ("pesees", {"genre": "assiettes", "grammes": 5}),
    ):
        rendus = await asyncio.gather(
            *(
                client.put(f"{cuisine.adresse}/{chemin}/{uuid4()}", headers=appareil, json=corps)
                for _ in range(12)
            )
        )
        assert _statuts(rendus) == {200: 3, 422: 9}, chemin


def _statuts(rendus: list[httpx.Response]) -> dict[int, int]:
    return dict(sorted(Counter(rendu.status_code for rendu in rendus).items()))
