"""L'agenda d'un foyer, par son adresse secrète : ce qu'il a réservé, et rien d'autre."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from icalendar import Calendar, Event

from server.evenements import services as evenements
from server.evenements.schemas import EvenementEquipe, MomentDemande, Motif
from server.inscriptions import services
from server.socle.limites import USAGES
from server.socle.web import Tablees
from tests.conftest import HorlogeReglable
from tests.evenements.jeu import URL, Jeu, a, poser_le_jeu, un_publie

JETON = "j" * 32


@pytest.fixture
async def jeu(application: Tablees) -> Jeu:
    return await poser_le_jeu()


async def inscrire(client: httpx.AsyncClient, publie: EvenementEquipe, adultes: int = 2) -> dict[str, Any]:
    demande = {
        "evenement": publie.slug,
        "jeton": JETON,
        "prenom": "Nadia",
        "courriel": f"{uuid4().hex}@example.org",
        "accepte_attente": True,
        "presences": [{"moment": str(m.id), "adultes": adultes} for m in publie.moments],
    }
    reponse = await client.put(f"/api/inscriptions/{uuid4()}", json=demande)
    assert reponse.status_code == 201, reponse.text
    recue: dict[str, Any] = reponse.json()
    return recue


def chemin(recue: dict[str, Any]) -> str:
    adresse: str = recue["liens"]["agenda"]
    return adresse.removeprefix(URL)


async def relire(client: httpx.AsyncClient, recue: dict[str, Any]) -> dict[str, Event]:
    reponse = await client.get(chemin(recue))
    assert reponse.status_code == 200, reponse.text
    return {str(e["SUMMARY"]): e for e in Calendar.from_ical(reponse.content).events}


async def test_un_foyer_s_abonne_a_ce_qu_il_a_reserve(client: httpx.AsyncClient, jeu: Jeu) -> None:
    recue = await inscrire(client, await un_publie(jeu, titre="Soirée"))

    reponse = await client.get(chemin(recue))

    assert reponse.headers["content-type"] == "text/calendar; charset=utf-8"
    assert reponse.headers["cache-control"] == "private, max-age=0, must-revalidate"
    assert reponse.headers["x-robots-tag"] == "noindex"
    assert "set-cookie" not in reponse.headers
    lus = await relire(client, recue)
    assert {t: str(e["STATUS"]) for t, e in lus.items()} == {
        "Soirée – Qui a allumé le feu": "CONFIRMED",
        "Soirée – Banquet": "CONFIRMED",
    }
    a_plat = reponse.content.replace(b"\r\n ", b"").decode()
    gestion = recue["liens"]["gerer"].rpartition("/")[2]
    for secret in (gestion, gestion[32:], "/i/", "Nadia", "@example.org", recue["code_accueil"], JETON):
        assert secret not in a_plat
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT2H" in a_plat


async def test_rien_de_neuf_tant_que_rien_ne_change(
    client: httpx.AsyncClient, jeu: Jeu, horloge: HorlogeReglable
) -> None:
    recue = await inscrire(client, await un_publie(jeu))
    etiquette = {"if-none-match": (await client.get(chemin(recue))).headers["etag"]}

    horloge.avancer(hours=3)
    rien = await client.get(chemin(recue), headers=etiquette)
    assert (rien.status_code, rien.content) == (304, b"")

    await client.delete(f"/api/inscriptions/{recue['id']}", headers={"authorization": f"Bearer {JETON}"})
    neuf = await client.get(chemin(recue), headers=etiquette)
    assert neuf.status_code == 200
    assert {str(e["STATUS"]) for e in Calendar.from_ical(neuf.content).events} == {"CANCELLED"}


async def test_l_evenement_annule_s_y_lit(client: httpx.AsyncClient, jeu: Jeu) -> None:
    publie = await un_publie(jeu)
    recue = await inscrire(client, publie)

    await evenements.annuler_evenement(publie.slug, jeu.nadia, Motif("Vent."), a(6, 2, 9), URL)

    assert {str(e["STATUS"]) for e in (await relire(client, recue)).values()} == {"CANCELLED"}


async def test_une_place_obtenue_se_confirme_dans_l_agenda(
    client: httpx.AsyncClient, jeu: Jeu, horloge: HorlogeReglable
) -> None:
    moment = MomentDemande("banquet", debut=a(6, 12, 20), fin=a(6, 12, 22), jauge=2)
    publie = await un_publie(jeu, titre="Soirée", moments=[moment])
    premiere, seconde = await inscrire(client, publie), await inscrire(client, publie)
    [avant] = (await relire(client, seconde)).values()
    assert (avant["SUMMARY"], avant["STATUS"]) == ("En attente – Soirée – Banquet", "TENTATIVE")

    horloge.avancer(minutes=5)
    await client.delete(f"/api/inscriptions/{premiere['id']}", headers={"authorization": f"Bearer {JETON}"})

    [apres] = (await relire(client, seconde)).values()
    assert (apres["SUMMARY"], apres["STATUS"]) == ("Soirée – Banquet", "CONFIRMED")
    assert apres["UID"] == avant["UID"]
    assert apres["SEQUENCE"] > avant["SEQUENCE"]


async def test_changer_l_adresse_n_en_revoque_qu_une(
    client: httpx.AsyncClient, jeu: Jeu, application: Tablees
) -> None:
    recue = await inscrire(client, await un_publie(jeu))
    gestion = recue["liens"]["gerer"].removeprefix(URL)
    ouverte = await client.get(gestion)
    client.cookies.update(ouverte.cookies)

    fait = await client.post(f"/mes-inscriptions/{recue['id']}/changer-agenda", headers={"origin": URL})

    assert fait.headers["location"].startswith("/mes-inscriptions?fait=agenda")
    assert (await client.get(chemin(recue))).status_code == 404
    assert (await client.get(gestion)).status_code == 303
    page = await client.get(fait.headers["location"])
    assert "L’agenda a changé d’adresse." in page.text
    relue = (
        await client.get(f"/api/inscriptions/{recue['id']}", headers={"authorization": f"Bearer {JETON}"})
    ).json()
    assert relue["liens"]["agenda"] != recue["liens"]["agenda"]
    assert relue["liens"]["agenda"] in page.text
    assert (await client.get(chemin(relue))).status_code == 200


async def test_un_autre_appareil_ne_change_pas_l_adresse(client: httpx.AsyncClient, jeu: Jeu) -> None:
    recue = await inscrire(client, await un_publie(jeu))

    refus = await client.post(f"/mes-inscriptions/{recue['id']}/changer-agenda", headers={"origin": URL})

    assert refus.status_code == 404
    assert (await client.get(chemin(recue))).status_code == 200


async def test_l_agenda_se_ferme_avec_tous_les_liens_et_avec_l_effacement(
    client: httpx.AsyncClient, jeu: Jeu, horloge: HorlogeReglable
) -> None:
    publie = await un_publie(jeu)
    revoquee, effacee = await inscrire(client, publie), await inscrire(client, publie)

    await services.revoquer_liens(revoquee["id"])
    await client.delete(
        f"/api/inscriptions/{effacee['id']}/donnees", headers={"authorization": f"Bearer {JETON}"}
    )

    assert (await client.get(chemin(revoquee))).status_code == 404
    assert (await client.get(chemin(effacee))).status_code == 404


async def test_un_faux_lien_est_introuvable_et_se_compte(client: httpx.AsyncClient, jeu: Jeu) -> None:
    recue = await inscrire(client, await un_publie(jeu))
    bon = chemin(recue)
    lien_de_gestion = recue["liens"]["gerer"].rpartition("/")[2]

    for faux in (
        bon[:-6] + "AA.ics",
        bon.removesuffix(".ics"),
        f"/mon-agenda/{lien_de_gestion}.ics",
        "/mon-agenda/x.ics",
    ):
        reponse = await client.get(faux)
        assert (reponse.status_code, reponse.json()["type"]) == (404, "/problemes/inscription-introuvable")
    for _ in range(USAGES["lien-adresse"].nombre):
        reponse = await client.get("/mon-agenda/x.ics")
    assert reponse.status_code == 429
    # Les fautes d'un voisin ne ferment pas la porte à qui a le bon lien.
    assert (await client.get(bon)).status_code == 200
