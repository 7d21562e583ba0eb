"""Par quoi commencer : lu dans ce qui existe, tu dès que tout est fait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from server.lieux.installation import fonder_territoire
from server.lieux.tables import Territoire
from server.pages.premiers_pas import Pas, Situation, premiers_pas
from server.socle.base import ecriture
from server.structures.lectures import identifier_structure
from tests import fabriques
from tests.lieux.test_reglage import MENTIONS_DONNEES
from tests.structures.acteurs import INSTANT, connecter, une_personne, une_structure

if TYPE_CHECKING:
    import httpx


def une_situation(**champs: Any) -> Situation:
    vide: dict[str, Any] = {
        "installation_complete": False,
        "miennes": [("foyer", False)],
        "lieux": False,
        "equipe": False,
        "evenements": False,
        "annonces": False,
    }
    return Situation(**{**vide, **champs})


def faits(pas: list[Pas]) -> dict[str, bool]:
    return {un.cle: un.fait for un in pas}


def test_au_premier_jour_tout_est_a_faire_dans_l_ordre() -> None:
    pas = premiers_pas(une_situation())

    assert faits(pas) == dict.fromkeys(("installation", "structure", "lieu", "equipe", "evenement"), False)
    assert [un.cle for un in pas] == ["installation", "structure", "lieu", "equipe", "evenement"]


def test_la_liste_se_tait_quand_tout_est_fait() -> None:
    tout = une_situation(
        installation_complete=True, miennes=[("foyer", True)], lieux=True, equipe=True, evenements=True
    )

    assert premiers_pas(tout) == []


def test_qui_ne_repond_de_rien_n_a_pas_de_premiers_pas() -> None:
    assert premiers_pas(une_situation(installation_complete=None, miennes=[])) == []


def test_qui_repond_d_une_structure_ne_regle_pas_l_installation() -> None:
    assert "installation" not in faits(premiers_pas(une_situation(installation_complete=None)))


def test_la_premiere_structure_incomplete_est_celle_que_l_on_propose() -> None:
    (pas,) = (
        un
        for un in premiers_pas(une_situation(miennes=[("cafe", True), ("foyer", False)]))
        if un.cle == "structure"
    )

    assert (pas.fait, pas.slug) == (False, "foyer")


def test_on_peut_organiser_a_une_personne() -> None:
    assert faits(premiers_pas(une_situation(evenements=True)))["equipe"] is False
    assert faits(premiers_pas(une_situation(evenements=True, annonces=True)))["equipe"] is True


@ecriture
async def completer_l_installation() -> None:
    await Territoire.update({**MENTIONS_DONNEES}).where(Territoire.id == 1)


async def lire(client: httpx.AsyncClient) -> dict[str, bool]:
    reponse = await client.get("/api/espace/premiers-pas")
    assert reponse.status_code == 200, reponse.text
    return {un["cle"]: un["fait"] for un in reponse.json()["pas"]}


@pytest.mark.usefixtures("base")
async def test_chaque_pas_se_coche_de_ce_qui_existe_vraiment(
    client: httpx.AsyncClient, application: Any
) -> None:
    await fonder_territoire("Réseau", "Uzège", INSTANT, courriel="ici@reseau.example")
    vera = await une_personne("Vera", est_operateur=True)
    slug = await une_structure("Foyer rural", (vera, "responsable"), courriel="ici@reseau.example")
    await connecter(client, application.state.contexte.clef, vera)
    assert await lire(client) == dict.fromkeys(
        ("installation", "structure", "lieu", "equipe", "evenement"), False
    )

    await completer_l_installation()
    fiche = {
        "nom": "Foyer rural",
        "genre": "association",
        "description": "On y danse.",
        "site": "https://f.example",
    }
    assert (await client.put(f"/api/espace/structures/{slug}", json=fiche)).status_code == 200
    await fabriques.un_lieu()
    assert await lire(client) == {
        "installation": True,
        "structure": True,
        "lieu": True,
        "equipe": False,
        "evenement": False,
    }

    nadia = await une_personne("Nadia")
    la_sienne = await une_structure("Café", (nadia, "responsable"))
    await fabriques.un_evenement(structure=await identifier_structure(slug), statut="brouillon")
    assert await lire(client) == {}

    # L'équipe et l'évènement d'une autre structure ne sont pas les premiers pas de Nadia.
    await connecter(client, application.state.contexte.clef, nadia)
    assert await lire(client) == {"structure": False, "lieu": True, "equipe": False, "evenement": False}
    await fabriques.un_evenement(structure=await identifier_structure(la_sienne))
    assert await lire(client) == {"structure": False, "lieu": True, "equipe": True, "evenement": True}


@pytest.mark.usefixtures("base")
async def test_un_simple_membre_n_a_pas_de_premiers_pas(client: httpx.AsyncClient, application: Any) -> None:
    nadia, paul = await une_personne("Nadia"), await une_personne("Paul")
    await une_structure("Foyer rural", (nadia, "responsable"), (paul, "membre"))
    await connecter(client, application.state.contexte.clef, paul)

    assert await lire(client) == {}


@pytest.mark.usefixtures("base")
async def test_sans_session_il_faut_se_connecter(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/espace/premiers-pas")).status_code == 401
