"""L'effectif par HTTP : qui le lit, qui l'arrête, ce que la maison refuse."""

from uuid import UUID, uuid4

import httpx
import pytest

from server.comptes.connexion import nom_du_cookie
from server.evenements import services
from server.evenements.schemas import CoorganisationDemande, ReponseDemande
from server.reglages import Reglages
from server.socle.web import Tablees
from tests.evenements.jeu import LUNDI, Jeu, auteur, poser_le_jeu, un_publie
from tests.evenements.test_routes import ouvrir_session
from tests.fabriques import un_compte, une_structure


@pytest.fixture
async def jeu(application: Tablees) -> Jeu:
    return await poser_le_jeu()


async def entetes(reglages: Reglages, compte: int) -> dict[str, str]:
    return {
        "cookie": f"{nom_du_cookie(reglages)}={await ouvrir_session(compte)}",
        "origin": reglages.url,
    }


async def test_qui_organise_arrete_et_qui_cuisine_lit(
    client: httpx.AsyncClient, jeu: Jeu, reglages: Reglages
) -> None:
    odile = auteur(await un_compte(prenom="Odile"), "Odile")
    await une_structure("La Marmite", {odile.compte: "membre"}, slug="la-marmite")
    vue = await un_publie(jeu, coorganisations=[CoorganisationDemande("la-marmite", "traiteur")])
    await services.repondre_a_l_invitation(vue.slug, odile, ReponseDemande("la-marmite", "accepter"), LUNDI)
    (moment,) = [m.id for m in vue.moments if m.genre == "banquet"]
    adresse = f"/api/espace/banquets/{moment}/effectif"
    nadia, cuisine, malik = [
        await entetes(reglages, compte) for compte in (jeu.nadia.compte, odile.compte, jeu.malik.compte)
    ]

    assert (await client.get(adresse)).status_code == 401
    assert (await client.get(adresse, headers=malik)).status_code == 404
    assert (await client.get(adresse, headers=cuisine)).status_code == 200
    assert (await client.post(f"{adresse}/lecture", headers=cuisine)).status_code == 200
    for geste in (
        client.post(f"{adresse}/arret", headers=cuisine),
        client.delete(f"{adresse}/arret", headers=cuisine),
        client.put(f"{adresse}/reglages", headers=cuisine, json={"version": 1, "arret_le": None}),
        client.put(f"{adresse}/annonces/{uuid4()}", headers=cuisine, json={"genre": "equipe", "nombre": 2}),
        client.delete(f"{adresse}/annonces/{uuid4()}", headers=cuisine),
    ):
        assert (await geste).status_code == 403

    reglages_lus = {"version": 1, "arret_le": None, "tolerance_milliemes": 20}
    for version, statut in ((1, 200), (1, 409), (2, 200)):
        regle = await client.put(
            f"{adresse}/reglages", headers=nadia, json={**reglages_lus, "version": version}
        )
        assert regle.status_code == statut, regle.text
    sans_version = await client.put(f"{adresse}/reglages", headers=nadia, json={"arret_le": None})
    assert (sans_version.status_code, [e["champ"] for e in sans_version.json()["erreurs"]]) == (
        422,
        ["version"],
    )

    annonce = f"{adresse}/annonces/{uuid4()}"
    annoncee = await client.put(annonce, headers=nadia, json={"genre": "artistes", "nombre": 4})
    assert annoncee.json()["parts"]["adultes"] == 4
    arretee = await client.post(f"{adresse}/arret", headers=nadia)
    assert arretee.status_code == 201
    assert arretee.json()["arret"]["signature_juste"] is True
    assert arretee.json()["arret"]["a_l_heure_dite"] is False
    encore = await client.post(f"{adresse}/arret", headers=nadia)
    assert (encore.status_code, encore.json()["type"]) == (409, "/problemes/effectif-deja-arrete")
    retiree = await client.delete(annonce, headers=nadia)
    assert retiree.json()["depuis_l_arret"]["moins"] == 4
    lue = await client.get(adresse, headers=cuisine)
    assert lue.json()["depuis_ma_lecture"]["plus"] == 0
    assert (await client.delete(f"{adresse}/arret", headers=nadia)).json()["arret"] is None


@pytest.mark.parametrize(
    ("corps", "champ"),
    [
        ({"genre": "artistes", "nombre": 0}, "nombre"),
        ({"genre": "artistes", "nombre": -3}, "nombre"),
        ({"genre": "artistes", "nombre": 100000}, "nombre"),
        ({"genre": "fantomes", "nombre": 2}, "genre"),
        ({"genre": "equipe", "nombre": 2, "prenom": "Odile"}, "prenom"),
        ({"genre": "equipe", "nombre": 2, "regimes": ["cru"]}, "regimes.0"),
    ],
)
async def test_une_annonce_absurde_est_refusee(
    client: httpx.AsyncClient, jeu: Jeu, reglages: Reglages, corps: dict[str, object], champ: str
) -> None:
    vue = await un_publie(jeu)
    (moment,) = [m.id for m in vue.moments if m.genre == "banquet"]
    adresse = f"/api/espace/banquets/{UUID(str(moment))}/effectif/annonces/{uuid4()}"

    refus = await client.put(adresse, headers=await entetes(reglages, jeu.nadia.compte), json=corps)

    assert refus.status_code == 422
    assert [e["champ"] for e in refus.json()["erreurs"]] == [champ]
