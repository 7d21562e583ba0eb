"""Migrations : une seule fois, sous verrou, au démarrage, après une copie du fichier SQLite.

Les fichiers sont ceux de Piccolo, les mêmes sur les deux bases. On ne charge Piccolo que s'il reste quelque chose
à faire : savoir que tout est à jour ne coûte qu'une lecture.
"""

import asyncio
import contextlib
import fcntl
import functools
import io
import logging
import re
import sqlite3
from collections.abc import AsyncGenerator, Set
from datetime import datetime
from pathlib import Path

from piccolo.engine.sqlite import TransactionType

from server.socle.base import Moteur, MoteurPostgreSQL, MoteurSQLite, moteur_installe

journal = logging.getLogger("tablees.migrations")

VERROU_POSTGRESQL = 0x7AB1EE5


@functools.cache
def migrations_connues() -> frozenset[tuple[str, str]]:
    """Couples (paquet, identifiant) des migrations livrées."""
    from server.piccolo_conf import PAQUETS

    connues = set()
    for paquet in PAQUETS:
        for fichier in (Path(__file__).parent.parent / paquet / "piccolo_migrations").glob("*.py"):
            trouve = re.search(r'^ID = "([^"]+)"', fichier.read_text(encoding="utf-8"), re.MULTILINE)
            if trouve:
                connues.add((paquet, trouve[1]))
    return frozenset(connues)


async def migrations_en_attente(moteur: Moteur) -> frozenset[tuple[str, str]]:
    """Ce qui reste à jouer sur cette base."""
    return migrations_connues() - await _jouees(moteur)


async def migrer(moteur: Moteur, dossier_sauvegardes: Path, maintenant: datetime) -> list[str]:
    """Met la base à jour ; rend les identifiants joués. Deux démarrages simultanés n'en font qu'un."""
    if not await migrations_en_attente(moteur):
        return []
    async with verrou(moteur):
        attente = await migrations_en_attente(moteur)
        if not attente:
            return []
        if isinstance(moteur, MoteurSQLite):
            await asyncio.to_thread(moteur.chemin.touch, mode=0o600)  # des données personnelles y viendront
        if isinstance(moteur, MoteurSQLite) and await _jouees(moteur):
            copie = dossier_sauvegardes / f"avant-migration-{maintenant:%Y%m%dT%H%M%SZ}.sqlite"
            await asyncio.to_thread(_copier, moteur.chemin, copie)
            journal.info("copie de la base avant migration : %s", copie.name)
        await jouer_migrations(attente)
        for paquet, identifiant in sorted(attente):
            journal.info("migration jouée : %s %s", paquet, identifiant)
        return sorted(identifiant for _, identifiant in attente)


async def jouer_migrations(voulues: Set[tuple[str, str]]) -> None:
    """Joue, sur le moteur installé, celles de ces migrations qui ne le sont pas encore : toutes, ou aucune.

    Piccolo note une migration après l'avoir jouée, hors de sa transaction : une coupure entre les deux laisserait une
    base qu'aucune version ne sait plus migrer. Ici, une seule transaction tient le tout.
    """
    from piccolo.apps.migrations.commands.base import BaseMigrationManager
    from piccolo.apps.migrations.commands.forwards import run_forwards
    from piccolo.apps.migrations.tables import Migration

    moteur = moteur_installe()
    sortie = io.StringIO()
    with contextlib.redirect_stdout(sortie):
        async with transaction_de_migration(moteur):
            await Migration.create_table(if_not_exists=True)
            jouees = await _jouees(moteur)
            for paquet in BaseMigrationManager().get_sorted_app_names():
                restantes = sorted(identifiant for nom, identifiant in voulues - jouees if nom == paquet)
                if not restantes:
                    continue
                resultat = await run_forwards(paquet, restantes[-1])
                if not resultat.success:
                    raise RuntimeError(f"migration impossible : {resultat.message}\n{sortie.getvalue()}")


@contextlib.asynccontextmanager
async def transaction_de_migration(moteur: Moteur) -> AsyncGenerator[None, None]:
    """Une transaction qui écrit dès son ouverture."""
    if isinstance(moteur, MoteurSQLite):
        async with moteur.transaction(transaction_type=TransactionType.immediate):
            yield
    else:
        async with moteur.transaction():
            yield


async def _jouees(moteur: Moteur) -> set[tuple[str, str]]:
    from piccolo.apps.migrations.tables import Migration

    if isinstance(moteur, MoteurSQLite):
        moteur.chemin.parent.mkdir(parents=True, exist_ok=True)
        if not moteur.chemin.exists():
            return set()
    if not await Migration.table_exists():
        return set()
    lignes = await Migration.select(Migration.app_name, Migration.name)
    return {(ligne["app_name"], ligne["name"]) for ligne in lignes}


@contextlib.asynccontextmanager
async def verrou(moteur: Moteur) -> AsyncGenerator[None, None]:
    """Le verrou des grands travaux (migrer, restaurer) : un seul programme à la fois."""
    if isinstance(moteur, MoteurPostgreSQL):
        connexion = await moteur.get_new_connection()
        try:
            await connexion.execute("SELECT pg_advisory_lock($1)", VERROU_POSTGRESQL)
            yield
        finally:
            await connexion.close()
    else:
        with moteur.chemin.with_suffix(".verrou").open("w") as fichier:
            await asyncio.to_thread(fcntl.flock, fichier, fcntl.LOCK_EX)
            yield


def _copier(source: Path, copie: Path) -> None:
    copie.parent.mkdir(parents=True, exist_ok=True)
    copie.touch(mode=0o600)  # elle contient les mêmes données personnelles
    depuis, vers = sqlite3.connect(source), sqlite3.connect(copie)
    try:
        depuis.backup(vers)
    finally:
        vers.close()
        depuis.close()
