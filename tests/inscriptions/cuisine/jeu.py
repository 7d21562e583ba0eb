"""Une cuisine à ouvrir : un banquet, son menu, ses convives, un lien."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec

from server.banquets.menus.schemas import LigneDemande, MenuDemande, PlatDemande
from server.banquets.menus.services import ecrire_menu
from server.banquets.referentiel.services import charger_referentiel
from server.comptes.connexion import nom_du_cookie
from server.comptes.schemas import Auteur
from server.evenements import services
from server.evenements.schemas import CoorganisationDemande, EvenementEquipe, ReponseDemande
from server.reglages import Reglages
from tests.evenements.jeu import LUNDI, Jeu, auteur, poser_le_jeu, un_publie
from tests.evenements.test_routes import ouvrir_session
from tests.fabriques import un_compte, une_structure


class Cuisine(msgspec.Struct):
    """Nadia organise, Odile cuisine pour La Marmite, Malik n'est de rien."""

    jeu: Jeu
    odile: Auteur
    vue: EvenementEquipe
    moment: UUID

    @property
    def espace(self) -> str:
        return f"/api/espace/banquets/{self.moment}"

    @property
    def adresse(self) -> str:
        return f"/api/cuisine/banquets/{self.moment}"


async def poser_une_cuisine() -> Cuisine:
    jeu = await poser_le_jeu()
    odile = auteur(await un_compte(prenom="Odile"), "Odile")
    await une_structure("La Marmite", {odile.compte: "membre"}, slug="la-marmite")
    vue = await un_publie(jeu, coorganisations=[CoorganisationDemande("la-marmite", "traiteur")])
    await services.repondre_a_l_invitation(vue.slug, odile, ReponseDemande("la-marmite", "accepter"), LUNDI)
    (moment,) = [UUID(str(m.id)) for m in vue.moments if m.genre == "banquet"]
    return Cuisine(jeu, odile, vue, moment)


async def ecrire_un_menu(cuisine: Cuisine, nom: str = "Gratin de courge", **champs: Any) -> UUID:
    """Un gratin de courge, 200 g cuits par adulte ; rend l'identifiant du plat."""
    await charger_referentiel(LUNDI)
    plat = uuid4()
    ligne = LigneDemande(ingredient="potiron", adulte_milli=200_000, enfant_milli=120_000)
    menu = MenuDemande(
        version=1,
        plats=[PlatDemande(id=plat, service="plat", nom=nom, lignes=[ligne])],
        **champs,
    )
    await ecrire_menu(cuisine.jeu.nadia, cuisine.moment, menu, LUNDI)
    return plat


async def entetes(reglages: Reglages, compte: int) -> dict[str, str]:
    """Ceux d'une personne connectée."""
    return {
        "cookie": f"{nom_du_cookie(reglages)}={await ouvrir_session(compte)}",
        "origin": reglages.url,
    }


async def donner_un_lien(
    client: httpx.AsyncClient, reglages: Reglages, cuisine: Cuisine, nom: str = "équipe du samedi"
) -> dict[str, Any]:
    """Un lien de plus, tel que le voit Nadia."""
    nadia = await entetes(reglages, cuisine.jeu.nadia.compte)
    rendu = await client.post(f"{cuisine.espace}/liens-cuisine", headers=nadia, json={"nom": nom})
    assert rendu.status_code == 201, rendu.text
    liens: list[dict[str, Any]] = rendu.json()
    return liens[-1]


async def entrer(client: httpx.AsyncClient, reglages: Reglages, adresse: str) -> dict[str, str]:
    """Ouvre le lien comme un navigateur ; rend de quoi parler à l'API depuis cet appareil."""
    page = await client.get(adresse.removeprefix(reglages.url), headers={"accept": "text/html"})
    assert page.status_code == 200, page.text
    pour_l_api = [c for c in page.headers.get_list("set-cookie") if "Path=/api/cuisine;" in f"{c};"]
    client.cookies.clear()
    return {"cookie": "; ".join(c.partition(";")[0] for c in pour_l_api), "origin": reglages.url}
