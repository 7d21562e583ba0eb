"""Les agendas auxquels on s'abonne, par HTTP : ce qui y est, ce qui s'écrit, ce qui se dit « rien de neuf »."""

import asyncio
import json
import signal
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest
from icalendar import Calendar, Event

from server.evenements import services
from server.evenements.schemas import CycleDemande, EvenementEquipe, Motif, Report
from server.flux import agendas, ecritures
from server.lieux.schemas import LieuDemande
from server.lieux.services import modifier_lieu
from server.socle.web import Tablees
from server.structures.schemas import StructureDemande
from server.structures.services import modifier_structure
from tests.conftest import HorlogeReglable
from tests.evenements.jeu import LUNDI, URL, Jeu, a, poser_le_jeu, redemander, un_brouillon, un_publie
from tests.fabriques import un_evenement, un_lieu, une_commune


@pytest.fixture
async def jeu(application: Tablees) -> Jeu:
    return await poser_le_jeu()


@pytest.fixture
def comptees(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Combien d'évènements s'écrivent, par format."""
    comptees: Counter[str] = Counter()
    ecrire = ecritures.ecrire

    def compter(suffixe: Any, langue: str, vues: Any) -> Any:
        comptees[suffixe] += len(vues)
        return ecrire(suffixe, langue, vues)

    monkeypatch.setattr(ecritures, "ecrire", compter)
    return comptees


async def relire(client: httpx.AsyncClient, chemin: str = "/agenda.ics") -> dict[str, Event]:
    """Les évènements d'un calendrier, par leur titre."""
    reponse = await client.get(chemin)
    assert reponse.status_code == 200, reponse.text
    assert reponse.headers["content-type"] == "text/calendar; charset=utf-8"
    return {str(e["SUMMARY"]): e for e in Calendar.from_ical(reponse.content).events}


async def elements(client: httpx.AsyncClient, chemin: str = "/agenda.json") -> dict[str, Any]:
    reponse = await client.get(chemin)
    assert reponse.status_code == 200, reponse.text
    assert reponse.headers["content-type"] == "application/feed+json; charset=utf-8"
    return {element["title"]: element for element in reponse.json()["items"]}


async def test_l_agenda_dit_ce_qui_est_public_et_rien_d_autre(client: httpx.AsyncClient, jeu: Jeu) -> None:
    await un_publie(jeu, titre="Annoncée")
    await un_brouillon(jeu, titre="En préparation")
    annulee = await un_publie(jeu, titre="Annulée")
    await services.annuler_evenement(annulee.slug, jeu.nadia, Motif("Vent."), a(6, 2, 9), URL)
    sans_date = await un_publie(jeu, titre="Reportée")
    await services.reporter_evenement(sans_date.slug, jeu.nadia, Report("Vent.", None), a(6, 2, 9), URL)

    lus = await relire(client)

    assert {titre: str(e["STATUS"]) for titre, e in lus.items()} == {
        "Annoncée": "CONFIRMED",
        "Annulé – Annulée": "CANCELLED",
        "Reporté, date à venir – Reportée": "TENTATIVE",
    }
    assert {t: e["_tablees"]["statut"] for t, e in (await elements(client)).items()} == {
        "Annoncée": "publie",
        "Annulé – Annulée": "annule",
        "Reporté, date à venir – Reportée": "reporte",
    }


async def test_chaque_perimetre_a_son_agenda(client: httpx.AsyncClient, jeu: Jeu) -> None:
    await une_commune("30001", "Aigaliers")
    ailleurs = await un_lieu("Foyer", commune="30001", slug="foyer-aigaliers")
    assert ailleurs
    cycle = await services.creer_cycle(jeu.nadia, CycleDemande("Eaux vives", jeu.structure_slug), LUNDI, URL)
    await un_publie(jeu, titre="Ici", themes=["Eau"], cycle=cycle.slug)
    await un_publie(jeu, titre="Là-bas", themes=["Feu"], lieu="foyer-aigaliers")

    assert set(await relire(client)) == {"Ici", "Là-bas"}
    for chemin, titres in {
        "/communes/30001/agenda": {"Là-bas"},
        "/communes/30334/agenda": {"Ici"},
        f"/structures/{jeu.structure_slug}/agenda": {"Ici", "Là-bas"},
        f"/cycles/{cycle.slug}/agenda": {"Ici"},
        "/themes/feu/agenda": {"Là-bas"},
    }.items():
        assert set(await relire(client, f"{chemin}.ics")) == titres
        assert set(await elements(client, f"{chemin}.json")) == titres
        atom = (await client.get(f"{chemin}.atom")).text
        assert {titre for titre in ("Ici", "Là-bas") if f"<title>{titre}</title>" in atom} == titres


@pytest.mark.parametrize("suffixe", ["ics", "atom", "json"])
async def test_ce_qui_n_existe_pas_est_introuvable(client: httpx.AsyncClient, jeu: Jeu, suffixe: str) -> None:
    for chemin, code in {
        "/communes/99999": "commune-inconnue",
        "/structures/personne": "structure-inconnue",
        "/cycles/aucun": "cycle-inconnu",
        "/themes/rien": "theme-inconnu",
    }.items():
        reponse = await client.get(f"{chemin}/agenda.{suffixe}")
        assert (reponse.status_code, reponse.json()["type"]) == (404, f"/problemes/{code}")
    assert (await client.get(f"/agenda.{suffixe}")).status_code == 200


async def test_un_evenement_qui_change_de_commune_quitte_l_ancien_agenda(
    client: httpx.AsyncClient, jeu: Jeu, horloge: HorlogeReglable
) -> None:
    await une_commune("30001", "Aigaliers")
    await un_lieu("Foyer", commune="30001", slug="foyer-aigaliers")
    publie = await un_publie(jeu, titre="Ici")
    reponse = await client.get("/communes/30334/agenda.ics")

    demande = redemander(publie, lieu="foyer-aigaliers")
    await services.modifier_evenement(publie.slug, jeu.nadia, demande, horloge(), URL)

    encore = await client.get(
        "/communes/30334/agenda.ics", headers={"if-modified-since": reponse.headers["last-modified"]}
    )
    assert encore.status_code == 200
    assert b"BEGIN:VEVENT" not in encore.content
    assert set(await relire(client, "/communes/30001/agenda.ics")) == {"Ici"}


async def test_un_evenement_passe_reste_un_an(
    client: httpx.AsyncClient, jeu: Jeu, horloge: HorlogeReglable
) -> None:
    await un_publie(jeu, titre="Passée")
    reponse = await client.get("/agenda.ics")
    date = {"if-modified-since": reponse.headers["last-modified"]}

    horloge.instant = a(6, 13, 0) + timedelta(days=364)
    assert set(await relire(client)) == {"Passée"}
    assert [e["_tablees"]["statut"] for e in (await elements(client)).values()] == ["termine"]

    horloge.instant = a(6, 13, 0) + timedelta(days=365)
    assert set(await relire(client)) == set()
    assert (await client.get("/agenda.ics", headers=date)).status_code == 200


async def test_le_temps_seul_termine_un_evenement_dans_le_fil_json(
    client: httpx.AsyncClient, jeu: Jeu, horloge: HorlogeReglable
) -> None:
    await un_publie(jeu, titre="Ce soir")
    avant = await client.get("/agenda.json")
    calendrier = await client.get("/agenda.ics")

    horloge.instant = a(6, 13, 0)

    assert [e["_tablees"]["statut"] for e in avant.json()["items"]] == ["publie"]
    assert [e["_tablees"]["statut"] for e in (await elements(client)).values()] == ["termine"]
    etiquette = {"if-none-match": calendrier.headers["etag"]}
    assert (await client.get("/agenda.ics", headers=etiquette)).status_code == 304


async def test_apres_un_changement_un_seul_evenement_s_ecrit(
    client: httpx.AsyncClient, jeu: Jeu, comptees: Counter[str]
) -> None:
    publies = [await un_publie(jeu, titre=f"Soirée {rang}") for rang in range(12)]
    for suffixe in ("ics", "atom", "json"):
        await client.get(f"/agenda.{suffixe}")
    assert comptees == {"ics": 12, "atom": 12, "json": 12}
    comptees.clear()

    await services.annuler_evenement(publies[5].slug, jeu.nadia, Motif("Vent."), a(6, 2, 9), URL)
    for suffixe in ("ics", "atom", "json"):
        assert "Annulé – Soirée 5" in (await client.get(f"/agenda.{suffixe}")).text
        await client.get("/communes/30334/agenda.ics")
        await client.get(f"/structures/{jeu.structure_slug}/agenda.ics")

    assert comptees == {"ics": 1, "atom": 1, "json": 1}


async def test_un_lieu_renomme_se_lit_dans_tous_ses_evenements(
    client: httpx.AsyncClient, jeu: Jeu, comptees: Counter[str], horloge: HorlogeReglable
) -> None:
    await un_publie(jeu, titre="Ici")
    await un_publie(jeu, titre="En ligne", lieu=None, en_ligne=True, lien_en_ligne="https://visio.exemple.fr")
    await relire(client)
    comptees.clear()

    demande = LieuDemande(nom="Foyer rural", commune="30334", description="Sous les platanes.")
    await modifier_lieu(jeu.nadia, jeu.lieu_slug, demande, horloge())
    avant = (await relire(client))["Ici"]
    assert comptees == {}

    demande = LieuDemande(nom="Grande salle", commune="30334")
    await modifier_lieu(jeu.nadia, jeu.lieu_slug, demande, horloge.avancer(hours=1))

    apres = (await relire(client))["Ici"]
    assert str(apres["LOCATION"]).startswith("Grande salle,")
    assert apres["SEQUENCE"] == avant["SEQUENCE"] + 1
    assert apres["LAST-MODIFIED"].dt == horloge()
    assert comptees == {"ics": 1}


async def test_une_structure_renommee_se_lit_dans_ses_evenements(
    client: httpx.AsyncClient, jeu: Jeu, comptees: Counter[str], horloge: HorlogeReglable
) -> None:
    await un_publie(jeu, titre="Ici")
    avant = (await relire(client))["Ici"]

    demande = StructureDemande(nom="La Forge", genre="association")
    await modifier_structure(
        msgspec.structs.replace(jeu.nadia, est_operateur=True),
        jeu.structure_slug,
        demande,
        horloge.avancer(hours=1),
    )

    apres = (await relire(client))["Ici"]
    assert apres["ORGANIZER"].params["CN"] == "La Forge"
    assert apres["SEQUENCE"] == avant["SEQUENCE"] + 1
    assert comptees == {"ics": 2}


async def test_chaque_langue_a_ses_mots(client: httpx.AsyncClient, jeu: Jeu) -> None:
    publie = await un_publie(jeu, titre="Soirée")
    await services.annuler_evenement(publie.slug, jeu.nadia, Motif("Vent."), a(6, 2, 9), URL)

    assert set(await relire(client, "/agenda.ics?langue=en")) == {"Cancelled – Soirée"}
    reponse = await client.get("/agenda.json", headers={"accept-language": "en"})
    assert [e["title"] for e in reponse.json()["items"]] == ["Cancelled – Soirée"]
    assert reponse.headers["content-language"] == "en"
    assert set(await relire(client)) == {"Annulé – Soirée"}


async def test_un_long_fil_se_lit_page_apres_page(client: httpx.AsyncClient, jeu: Jeu) -> None:
    for rang in range(203):
        await un_evenement(f"Soirée {rang}", moments={}, debut=datetime(2026, 7, 1, 17, tzinfo=UTC))

    premiere = (await client.get("/agenda.json?langue=en")).json()
    seconde = (await client.get(premiere["next_url"])).json()

    assert premiere["next_url"] == f"{URL}/agenda.json?langue=en&page=2"
    assert (len(premiere["items"]), len(seconde["items"])) == (200, 3)
    assert "next_url" not in seconde
    titres = {element["title"] for page in (premiere, seconde) for element in page["items"]}
    assert titres == {f"Soirée {rang}" for rang in range(203)}
    assert (await client.get("/agenda.json?page=3")).status_code == 404
    assert (await client.get("/agenda.atom?page=0")).status_code == 422
    assert len(await relire(client)) == 203


async def test_les_places_prises_ne_changent_aucun_flux(client: httpx.AsyncClient, jeu: Jeu) -> None:
    publie = await un_publie(jeu)
    avant = {s: (await client.get(f"/agenda.{s}")).headers["etag"] for s in ("ics", "atom", "json")}

    await inscrire(client, publie, "d2a8d1a6-93a3-4c0b-9e6e-0d1d8a1f8f11")

    apres = {s: (await client.get(f"/agenda.{s}")).headers["etag"] for s in ("ics", "atom", "json")}
    assert avant == apres


async def inscrire(client: httpx.AsyncClient, publie: EvenementEquipe, identifiant: str) -> dict[str, Any]:
    moments = (await client.get(f"/api/evenements/{publie.slug}")).json()["moments"]
    reponse = await client.put(
        f"/api/inscriptions/{identifiant}",
        content=json.dumps(
            {
                "evenement": publie.slug,
                "jeton": "j" * 32,
                "prenom": "Nadia",
                "courriel": "nadia@example.org",
                "presences": [{"moment": m["id"], "adultes": 2} for m in moments],
            }
        ),
    )
    assert reponse.status_code == 201, reponse.text
    recue: dict[str, Any] = reponse.json()
    return recue


# --- l'atelier à part ---


async def test_l_atelier_a_part_ecrit_les_memes_octets(
    client: httpx.AsyncClient,
    application: Tablees,
    jeu: Jeu,
    monkeypatch: pytest.MonkeyPatch,
    comptees: Counter[str],
) -> None:
    for rang in range(5):
        await un_publie(jeu, titre=f"Soirée {rang}")
    ici = (await client.get("/agenda.ics")).content
    assert comptees == {"ics": 5}

    monkeypatch.setattr(ecritures, "A_PART", 5)
    application.state.contexte.morceaux.__init__(1024 * 1024)
    application.state.contexte.documents.perimer(frozenset("*"), LUNDI)

    assert (await client.get("/agenda.ics")).content == ici
    assert comptees == {"ics": 5}


async def test_un_atelier_qui_tombe_ne_prive_personne(
    client: httpx.AsyncClient, jeu: Jeu, monkeypatch: pytest.MonkeyPatch, comptees: Counter[str]
) -> None:
    await un_publie(jeu, titre="Soirée")
    monkeypatch.setattr(ecritures, "A_PART", 1)
    monkeypatch.setattr(ecritures.sys, "executable", "/bin/false")
    assert set(await relire(client)) == {"Soirée"}

    monkeypatch.setattr(ecritures.sys, "executable", "/nulle/part")
    assert set(await relire(client, "/agenda.ics?langue=en")) == {"Soirée"}
    assert comptees == {"ics": 2}


@pytest.mark.parametrize("signal_recu", [signal.SIGKILL, signal.SIGSTOP])
async def test_un_atelier_tue_ou_fige_en_plein_travail_ne_prive_personne(
    client: httpx.AsyncClient,
    jeu: Jeu,
    monkeypatch: pytest.MonkeyPatch,
    comptees: Counter[str],
    signal_recu: signal.Signals,
) -> None:
    for rang in range(7):
        await un_publie(jeu, titre=f"Soirée {rang}")
    monkeypatch.setattr(agendas, "LOT", 2)
    monkeypatch.setattr(ecritures, "A_PART", 1)
    monkeypatch.setattr(ecritures, "FIN_S", 0.1)
    demander = ecritures._Atelier._demander

    async def demander_puis_tomber(self: Any, *lot: Any) -> Any:
        rendu = await demander(self, *lot)
        self._processus.send_signal(signal_recu)
        monkeypatch.setattr(ecritures, "REPONSE_S", 0.3)
        return rendu

    monkeypatch.setattr(ecritures._Atelier, "_demander", demander_puis_tomber)

    assert len(await relire(client)) == 7
    # Le premier lot est venu de l'atelier, les cinq autres évènements d'ici.
    assert comptees == {"ics": 5}


async def test_un_petit_agenda_n_attend_pas_la_fin_d_un_grand(
    client: httpx.AsyncClient, jeu: Jeu, monkeypatch: pytest.MonkeyPatch
) -> None:
    for rang in range(10):
        await un_publie(jeu, titre=f"Soirée {rang}")
    await relire(client, "/agenda.ics?langue=en")
    for rang in range(2):
        await un_publie(jeu, titre=f"Matinée {rang}")
    monkeypatch.setattr(agendas, "LOT", 1)
    ecrire, ordre = ecritures.ecrire_dans_un_fil, []

    async def noter(suffixe: Any, langue: str, vues: Any) -> Any:
        ordre.append(langue)
        return await ecrire(suffixe, langue, vues)

    monkeypatch.setattr(ecritures, "ecrire_dans_un_fil", noter)
    grand = asyncio.create_task(relire(client))
    while len(ordre) < 3:
        await asyncio.sleep(0)
    petit = await relire(client, "/agenda.ics?langue=en")

    assert (len(petit), len(await grand)) == (12, 12)
    assert ordre.count("en") == 2
    assert "fr" in ordre[ordre.index("en", ordre.index("en") + 1) :]
