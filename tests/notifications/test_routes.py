"""Qui voit les envois en échec, et qui les relance."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from server.comptes.regles import lien_de
from server.comptes.services import creer_compte, demander_connexion
from server.notifications import services
from server.notifications.tables import Envoi
from server.socle.web import Tablees

MATIN = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
VEILLEUSE, NADIA = "veille@reseau.example", "nadia@foyer-rural.example"


@pytest.fixture
async def echec(application: Tablees) -> int:
    """Un envoi abandonné ; deux comptes, dont un veille sur l'installation."""
    await creer_compte(VEILLEUSE, "Maud", "fr", MATIN, est_operateur=True)
    await creer_compte(NADIA, "Nadia", "fr", MATIN)
    await services.deposer_envoi(
        genre="confirmation",
        objet="inscription:7",
        destinataire="kim@example.org",
        langue="fr",
        cle="confirmation:7",
        maintenant=MATIN,
    )
    [pris] = await services.prendre_envois(1, timedelta(minutes=5), MATIN)
    await services.noter_abandon(pris, "boîte pleine", MATIN)
    return pris.id


async def connecter(client: httpx.AsyncClient, application: Tablees, courriel: str) -> None:
    demande = uuid4()
    await demander_connexion(demande, courriel, MATIN)
    client.cookies.clear()
    client.headers["origin"] = "http://localhost:8000"
    lien = lien_de(application.state.contexte.clef, demande)
    assert (await client.post("/api/connexion/lien", json={"lien": lien})).status_code == 204


async def test_qui_veille_voit_les_echecs_et_les_relance(client, application, echec) -> None:
    await connecter(client, application, VEILLEUSE)

    liste = await client.get("/api/espace/envois?etat=echoues")
    relance = await client.post(f"/api/espace/envois/{echec}/relance")
    encore = await client.post(f"/api/espace/envois/{echec}/relance")

    [vu] = liste.json()["elements"]
    assert (vu["id"], vu["destinataire"], vu["erreur"]) == (echec, "kim@example.org", "boîte pleine")
    assert relance.status_code == 204
    assert encore.status_code == 409
    assert (await Envoi.select(Envoi.echeance_le).where(Envoi.id == echec).first())["echeance_le"] is not None


async def test_les_autres_ne_voient_ni_ne_relancent_rien(client, application, echec) -> None:
    assert (await client.get("/api/espace/envois")).status_code == 401

    await connecter(client, application, NADIA)

    assert (await client.get("/api/espace/envois")).status_code == 403
    assert (await client.post(f"/api/espace/envois/{echec}/relance")).status_code == 404
    assert (await Envoi.select(Envoi.echeance_le).where(Envoi.id == echec).first())["echeance_le"] is None


@pytest.mark.parametrize(
    "demande", ["etat=partis", "curseur=abc", "curseur=-1", "curseur=99999999999999999999"]
)
async def test_une_liste_demandee_de_travers_se_dit(client, application, echec, demande) -> None:
    await connecter(client, application, VEILLEUSE)

    assert (await client.get(f"/api/espace/envois?{demande}")).status_code == 422
