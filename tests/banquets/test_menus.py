"""Écrire un menu à plusieurs, le confirmer, en tirer des quantités ; par HTTP."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from server.banquets.menus import services
from server.banquets.referentiel.lectures import lire_denrees
from server.banquets.referentiel.services import charger_referentiel
from server.banquets.tables import Ingredient
from server.comptes.connexion import nom_du_cookie
from server.comptes.tables import Session
from server.reglages import Reglages
from server.socle.base import ecriture
from server.socle.secrets import hacher, nouveau_secret
from server.socle.web import Tablees
from tests.evenements.jeu import LUNDI, Jeu, a, poser_le_jeu, un_publie
from tests.fabriques import un_compte


@ecriture
async def ouvrir_session(compte: int) -> str:
    secret = nouveau_secret()
    await Session.insert(
        Session(
            id=uuid4(), compte=compte, secret_hache=hacher(secret), appareil="essai", cree_le=LUNDI, vue_le=LUNDI,
            expire_le=a(12, 1, 9),
        )
    )  # fmt: skip
    return secret


@pytest.fixture
async def jeu(application: Tablees) -> Jeu:
    await charger_referentiel(LUNDI)
    return await poser_le_jeu()


@pytest.fixture
async def nadia(client: httpx.AsyncClient, jeu: Jeu, reglages: Reglages) -> httpx.AsyncClient:
    client.cookies.set(nom_du_cookie(reglages), await ouvrir_session(jeu.nadia.compte))
    client.headers["origin"] = "http://localhost:8000"
    return client


@pytest.fixture
async def banquet(jeu: Jeu) -> str:
    vue = await un_publie(jeu)
    (moment,) = [m.id for m in vue.moments if m.genre == "banquet"]
    return f"/api/espace/banquets/{moment}"


def un_plat(*lignes: dict[str, Any], **champs: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()), "service": "plat", "nom": "Dhal de lentilles", "lignes": list(lignes), **champs
    }  # fmt: skip


def une_ligne(ingredient: str = "lentille-verte", **champs: Any) -> dict[str, Any]:
    return {
        "ingredient": ingredient, "adulte_milli": 200_000, "enfant_milli": 170_000, "etat": "cuit", **champs
    }  # fmt: skip


async def test_un_banquet_dit_de_quel_evenement_il_est_et_ce_qu_on_y_peut(
    nadia: httpx.AsyncClient, jeu: Jeu, banquet: str, reglages: Reglages
) -> None:
    tete = (await nadia.get(banquet)).json()
    etranger = await un_compte("loin@example.org")
    nadia.cookies.set(nom_du_cookie(reglages), await ouvrir_session(etranger))
    refus = await nadia.get(banquet)

    assert tete["moment"] == banquet.rsplit("/", 1)[-1]
    assert (tete["statut"], tete["organise"]) == ("publie", True)
    assert tete["evenement"]
    assert tete["titre"]
    assert tete["lieu_nom"]
    assert tete["commune_nom"]
    assert (refus.status_code, refus.json()["type"]) == (404, "/problemes/banquet-inconnu")


async def test_le_referentiel_se_recharge_sans_rien_changer_ni_prendre(jeu: Jeu) -> None:
    assert await charger_referentiel(LUNDI) == 0
    assert await Ingredient.count() == len(lire_denrees())

    @ecriture
    async def toucher() -> None:
        fausse: dict[Any, Any] = {"nom": "Carrotte", "dechet_milliemes": 999}
        await Ingredient.update(fausse).where(Ingredient.slug == "carotte")
        sienne: dict[Any, Any] = {"structure": jeu.structure, "nom": "Navet long de Pardailhan"}
        await Ingredient.update(sienne).where(Ingredient.slug == "navet")

    await toucher()

    assert await charger_referentiel(LUNDI) == 1
    noms = {
        ligne["slug"]: ligne["nom"]
        for ligne in await Ingredient.select(Ingredient.slug, Ingredient.nom).where(
            Ingredient.slug.is_in(["carotte", "navet"])
        )
    }
    assert noms == {"carotte": "Carotte", "navet": "Navet long de Pardailhan"}


async def test_une_denree_se_trouve_sans_accent_ni_pluriel(nadia: httpx.AsyncClient) -> None:
    trouvees = (await nadia.get("/api/espace/ingredients", params={"q": "lentilles vertes"})).json()
    assert [d["slug"] for d in trouvees] == ["lentille-verte"]
    premiers = (await nadia.get("/api/espace/ingredients", params={"q": "celeri"})).json()
    assert {"celeri-branche", "celeri-rave"} <= {d["slug"] for d in premiers}
    assert premiers[0]["slug"].startswith("celeri")
    nadia.cookies.clear()
    assert (await nadia.get("/api/espace/ingredients")).status_code == 401


async def test_un_menu_s_ecrit_se_lit_et_se_compte(nadia: httpx.AsyncClient, banquet: str) -> None:
    vide = (await nadia.get(f"{banquet}/menu")).json()
    assert (vide["version"], vide["plats"]) == (1, [])

    plat = un_plat(
        une_ligne(vendu_par="kg", pas_milliemes=500),
        une_ligne("melon", adulte_milli=100_000, etat="achete"),
        une_ligne("banane", adulte_milli=100_000, etat="achete"),
        notes_echelle="Le sel ne se multiplie pas.",
    )
    ecrit = await nadia.put(f"{banquet}/menu", json={"version": 1, "plats": [plat]})

    assert ecrit.status_code == 200
    menu = ecrit.json()
    assert menu == (await nadia.get(f"{banquet}/menu")).json()
    assert menu["version"] == 2
    assert [ligne["saison"] for ligne in menu["plats"][0]["lignes"]] == [
        "sans_saison", "de_saison", "hors_france"
    ]  # fmt: skip
    assert menu["plats"][0]["etat_allergenes"] == "deduits"
    quantites = (await nadia.get(f"{banquet}/quantites", params={"adultes": 150, "enfants": 30})).json()
    assert (quantites["lignes"][0]["besoin"], quantites["lignes"][0]["achat_milliemes"]) == (15_818, 16_000)
    (pourquoi,) = quantites["lignes"][0]["pourquoi"]
    assert (pourquoi["adultes"], pourquoi["enfants"], pourquoi["assiettes"]) == (150, 30, 35_100)
    assert (pourquoi["rendement_milliemes"], pourquoi["dechet_milliemes"]) == (2330, 0)
    assert (pourquoi["a_acheter"], pourquoi["avec_marge"]) == (15_064, 15_818)
    assert [note["note"] for note in quantites["notes_echelle"]] == ["Le sel ne se multiplie pas."]
    assert (await nadia.get(f"{banquet}/quantites", params={"adultes": -1})).status_code == 422


async def test_a_deux_sur_un_menu_rien_ne_s_ecrase(nadia: httpx.AsyncClient, banquet: str) -> None:
    premier, second = un_plat(une_ligne(), nom="Dhal"), un_plat(une_ligne("riz-long"), nom="Riz")
    assert (await nadia.put(f"{banquet}/menu", json={"version": 1, "plats": [premier]})).status_code == 200

    refus = await nadia.put(f"{banquet}/menu", json={"version": 1, "plats": [second]})

    assert (refus.status_code, refus.json()["type"]) == (409, "/problemes/banquet-modifie")
    menu = (await nadia.get(f"{banquet}/menu")).json()
    assert ([plat["nom"] for plat in menu["plats"]], menu["version"]) == (["Dhal"], 2)


async def test_seul_ce_que_contient_un_plat_fait_tomber_sa_confirmation(
    nadia: httpx.AsyncClient, banquet: str
) -> None:
    plat = un_plat(une_ligne(), une_ligne("carotte"), regimes_ajoutes=["halal"])
    await nadia.put(f"{banquet}/menu", json={"version": 1, "plats": [plat]})
    confirmer = f"{banquet}/menu/plats/{plat['id']}/confirmer"
    assert (await nadia.post(confirmer, json={"version": 1})).status_code == 409
    confirme = (await nadia.post(confirmer, json={"version": 2})).json()
    assert (confirme["version"], confirme["plats"][0]["etat_allergenes"]) == (3, "confirmes")
    assert confirme["plats"][0]["allergenes"] == []
    assert "halal" in confirme["plats"][0]["regimes"]

    plat["nom"], plat["lignes"][0]["pas_milliemes"] = "Dhal du samedi", 100
    plat["lignes"][0] |= {
        "adulte_milli": 250_000,
        "enfant_milli": 0,
        "etat": "achete",
        "rendement_milliemes": 2000,
    }
    plat["lignes"].reverse()
    garde = (await nadia.put(f"{banquet}/menu", json={"version": 3, "plats": [plat]})).json()
    assert garde["plats"][0]["etat_allergenes"] == "confirmes"

    plat["lignes"].append(une_ligne("beurre", adulte_milli=5000, enfant_milli=5000, etat="achete"))
    change = (await nadia.put(f"{banquet}/menu", json={"version": 4, "plats": [plat]})).json()
    assert (change["plats"][0]["etat_allergenes"], change["plats"][0]["allergenes"]) == ("deduits", ["lait"])
    relu = (await nadia.post(confirmer, json={"version": 5})).json()
    assert relu["plats"][0]["etat_allergenes"] == "confirmes"
    plat["lignes"][0]["note"] = "en bocal, au céleri"
    note = (await nadia.put(f"{banquet}/menu", json={"version": 6, "plats": [plat]})).json()
    assert note["plats"][0]["etat_allergenes"] == "deduits"
    assert (
        await nadia.post(f"{banquet}/menu/plats/{uuid4()}/confirmer", json={"version": 7})
    ).status_code == 404


async def test_une_denree_dont_le_contenu_change_fait_relire_ses_plats(
    nadia: httpx.AsyncClient, banquet: str
) -> None:
    plat = un_plat(une_ligne())
    await nadia.put(f"{banquet}/menu", json={"version": 1, "plats": [plat]})
    await nadia.post(f"{banquet}/menu/plats/{plat['id']}/confirmer", json={"version": 2})
    ligne = await Ingredient.select(Ingredient.id).where(Ingredient.slug == "lentille-verte").first()
    assert ligne is not None

    await services.retirer_les_confirmations(ligne["id"], LUNDI)

    menu = (await nadia.get(f"{banquet}/menu")).json()
    assert (menu["version"], menu["plats"][0]["etat_allergenes"]) == (4, "deduits")


async def test_tout_ce_qui_ne_va_pas_se_dit_d_un_coup(nadia: httpx.AsyncClient, banquet: str) -> None:
    plats = [
        un_plat(
            une_ligne(adulte_milli=0, enfant_milli=0),
            une_ligne("licorne"),
            une_ligne("persil", vendu_par="botte"),
            une_ligne("beurre", contenance_milli=250_000),
            une_ligne("lardons"),
            regimes_ajoutes=["halal"],
            remplace=str(uuid4()),
        )
    ]
    refus = await nadia.put(f"{banquet}/menu", json={"version": 1, "plats": plats})

    assert refus.status_code == 422
    assert {erreur["champ"] for erreur in refus.json()["erreurs"]} == {
        "plats.0.remplace",
        "plats.0.lignes.0.adulte_milli",
        "plats.0.lignes.1.ingredient",
        "plats.0.lignes.2.contenance_milli",
        "plats.0.lignes.3.contenance_milli",
        "plats.0.regimes_ajoutes.0",
    }
    for faux in ({"adulte_milli": -1}, {"vendu_par": "poignee"}, {"rendement_milliemes": 0}):
        corps = {"version": 1, "plats": [un_plat(une_ligne(**faux))]}
        assert (await nadia.put(f"{banquet}/menu", json=corps)).status_code == 422
    menu = (await nadia.get(f"{banquet}/menu")).json()
    assert (menu["version"], menu["plats"]) == (1, [])


async def test_le_plat_d_un_autre_banquet_ne_se_prend_pas(
    nadia: httpx.AsyncClient, jeu: Jeu, banquet: str
) -> None:
    autre = await un_publie(jeu, titre="Un autre soir")
    (moment,) = [m.id for m in autre.moments if m.genre == "banquet"]
    plat = un_plat(une_ligne())
    await nadia.put(f"{banquet}/menu", json={"version": 1, "plats": [plat]})

    refus = await nadia.put(f"/api/espace/banquets/{moment}/menu", json={"version": 1, "plats": [plat]})

    assert refus.status_code == 422
    assert len((await nadia.get(f"{banquet}/menu")).json()["plats"]) == 1


async def test_le_menu_se_tait_pour_les_autres(
    nadia: httpx.AsyncClient, jeu: Jeu, banquet: str, reglages: Reglages
) -> None:
    nadia.cookies.set(nom_du_cookie(reglages), await ouvrir_session(jeu.malik.compte))

    assert (await nadia.get(f"{banquet}/menu")).status_code == 404
    assert (await nadia.put(f"{banquet}/menu", json={"version": 1, "plats": []})).status_code == 404
    assert (await nadia.get(f"{banquet}/quantites", params={"adultes": 10})).status_code == 404
    assert (await nadia.get(f"/api/espace/banquets/{UUID(int=1)}/menu")).status_code == 404
