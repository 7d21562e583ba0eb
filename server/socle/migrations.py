"""Migrations : une seule fois, sous verrou, au démarrage, après une copie du fichier SQLite.

Les fichiers sont ceux de Piccolo, les mêmes sur les deux bases. On ne charge Piccolo que s'il reste quelque chose
à faire : savoir que tout est à jour ne coûte qu'une lecture.
"""

import asyncio
import contextlib
import fcntl
import io
import logging
import re
import sqlite3
from collections.abc import AsyncGenerator
from datetime import datetime
from pathlib import Path

from server.socle.base import Moteur, MoteurPostgreSQL, MoteurSQLite

journal = logging.getLogger("tablees.migrations")

VERROU_POSTGRESQL = 0x7AB1EE5


def migrations_connues() -> set[tuple[str, str]]:
    """Couples (paquet, identifiant) des migrations livrées."""
    from server.piccolo_conf import PAQUETS

    connues = set()
    for paquet in PAQUETS:
        for fichier in (Path(__file__).parent.parent / paquet / "piccolo_migrations").glob("*.py"):
            trouve = re.search(r'^ID = "([^"]+)"', fichier.read_text(encoding="utf-8"), re.MULTILINE)
            if trouve:
                connues.add((paquet, trouve[1]))
    return connues


async def migrations_en_attente(moteur: Moteur) -> set[tuple[str, str]]:
    """Ce qui reste à jouer sur cette base."""
    return migrations_connues() - await _jouees(moteur)


async def migrer(moteur: Moteur, dossier_sauvegardes: Path, maintenant: datetime) -> list[str]:
    """Met la base à jour ; rend les identifiants joués. Deux démarrages simultanés n'en font qu'un."""
    if not await migrations_en_attente(moteur):
        return []
    async with _verrou(moteur):
        attente = await migrations_en_attente(moteur)
        if not attente:
            return []
        if isinstance(moteur, MoteurSQLite) and await _jouees(moteur):
            copie = dossier_sauvegardes / f"avant-migration-{maintenant:%Y%m%dT%H%M%SZ}.sqlite"
            await asyncio.to_thread(_copier, moteur.chemin, copie)
            journal.info("copie de la base avant migration : %s", copie.name)
        await _jouer()
        for paquet, identifiant in sorted(attente):
            journal.info("migration jouée : %s %s", paquet, identifiant)
        return sorted(identifiant for _, identifiant in attente)


async def _jouer() -> None:
    from piccolo.apps.migrations.commands.forwards import run_forwards

    sortie = io.StringIO()
    with contextlib.redirect_stdout(sortie):
        resultat = await run_forwards("all")
    if not resultat.success:
        raise RuntimeError(f"migration impossible : {resultat.message}\n{sortie.getvalue()}")


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
async def _verrou(moteur: Moteur) -> AsyncGenerator[None, None]:
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
    depuis, vers = sqlite3.connect(source), sqlite3.connect(copie)
    try:
        depuis.backup(vers)
    finally:
        vers.close()
        depuis.close()
