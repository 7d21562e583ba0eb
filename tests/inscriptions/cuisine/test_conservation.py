"""Ce que le temps efface du carnet de la cuisine, et ce qu'il garde."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from server.banquets.cuisine.entretien import RELEVES_JOURS
from server.banquets.cuisine.tables import LienCuisine, MessageCuisine, MessagesLus, MesureTemperature, Pesee
from server.entretien import entretenir
from server.evenements.tables import Evenement, Moment
from server.inscriptions.regles import DELAI_EFFACEMENT_JOURS
from server.reglages import Reglages
from server.socle.base import ecriture
from server.socle.web import Tablees
from tests.conftest import HorlogeReglable
from tests.inscriptions.cuisine.jeu import Cuisine, donner_un_lien, entetes, entrer, poser_une_cuisine

DELAI = timedelta(days=DELAI_EFFACEMENT_JOURS)


@pytest.fixture
async def cuisine(
    client: httpx.AsyncClient, application: Tablees, reglages: Reglages, horloge: HorlogeReglable
) -> Cuisine:
    """Un lien, un message lu, une température et un reste pesé."""
    cuisine = await poser_une_cuisine()
    nadia = await entetes(reglages, cuisine.jeu.nadia.compte)
    appareil = await entrer(client, reglages, (await donner_un_lien(client, reglages, cuisine))["adresse"])
    mesure = {"genre": "froid", "sujet": "Frigo", "dixiemes": 30, "prise_le": horloge().isoformat()}
    for chemin, corps in (
        ("messages", {"texte": "Odile viendra à midi."}),
        ("temperatures", mesure),
        ("pesees", {"genre": "assiettes", "grammes": 5}),
    ):
        ecrit = await client.put(f"{cuisine.adresse}/{chemin}/{uuid4()}", headers=appareil, json=corps)
        assert ecrit.status_code == 200, ecrit.text
    await client.post(f"{cuisine.espace}/messages/lus", headers=nadia, json={"jusqu_a": 1})
    return cuisine


async def restes() -> dict[str, int]:
    """Ce que la base garde encore ; les pesées, celles qui sont signées."""
    return {
        "messages": await MessageCuisine.count() + await MessagesLus.count(),
        "liens": await LienCuisine.count(),
        "mesures": await MesureTemperature.count(),
        "signatures": await Pesee.count().where(Pesee.nom != ""),
        "pesees": await Pesee.count(),
    }


TOUT = {"messages": 2, "liens": 1, "mesures": 1, "signatures": 1, "pesees": 1}
ALLEGE = {"messages": 0, "liens": 0, "mesures": 1, "signatures": 0, "pesees": 1}


async def fin_de(cuisine: Cuisine) -> datetime:
    lu = await Evenement.select(Evenement.fin).where(Evenement.slug == cuisine.vue.slug).first()
    assert lu is not None
    fin: datetime = lu["fin"]
    return fin


async def test_le_carnet_s_efface_au_terme_et_garde_ce_qui_sert_de_preuve(
    cuisine: Cuisine, application: Tablees, horloge: HorlogeReglable
) -> None:
    fin = await fin_de(cuisine)
    vus = []

    for instant in (
        fin + DELAI - timedelta(minutes=1),
        fin + DELAI,
        fin + timedelta(days=RELEVES_JOURS, minutes=-1),
        fin + timedelta(days=RELEVES_JOURS),
    ):
        horloge.instant = instant
        for _ in range(2):  # rejoué, il n'efface rien de plus
            await entretenir(application.state.contexte)
        vus.append(await restes())

    assert vus == [TOUT, ALLEGE, ALLEGE, {**ALLEGE, "mesures": 0}]


async def test_un_autre_banquet_ne_perd_rien(
    cuisine: Cuisine, application: Tablees, horloge: HorlogeReglable
) -> None:
    fin = await fin_de(cuisine)
    await reporter(cuisine, fin + DELAI)

    horloge.instant = fin + DELAI
    await entretenir(application.state.contexte)

    assert await restes() == TOUT


@ecriture
async def reporter(cuisine: Cuisine, fin: datetime) -> None:
    await Evenement.update({Evenement.fin: fin}).where(Evenement.slug == cuisine.vue.slug)


async def test_sans_date_le_carnet_attend_que_ses_liens_n_ouvrent_plus(
    cuisine: Cuisine, application: Tablees, horloge: HorlogeReglable
) -> None:
    donne_le = horloge()
    await oter_toute_date(cuisine)

    horloge.instant = donne_le + timedelta(days=364)
    await entretenir(application.state.contexte)
    avant = await restes()
    horloge.instant = donne_le + timedelta(days=366)
    await entretenir(application.state.contexte)

    assert avant == TOUT
    assert (await restes())["liens"] == (await restes())["messages"] == 0


@ecriture
async def oter_toute_date(cuisine: Cuisine) -> None:
    await Moment.update({Moment.debut: None, Moment.fin: None}).where(Moment.id == cuisine.moment)
    sans: dict[Any, Any] = {"debut": None, "fin": None, "debut_initial": None}
    await Evenement.update(sans).where(Evenement.slug == cuisine.vue.slug)
