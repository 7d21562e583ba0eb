"""Le prénom et l'adresse tels que la responsable les a écrits, jusqu'à ce que la personne vienne."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-23T10:00:02:020000"
VERSION = "1.38.0"
DESCRIPTION = "Membres tels qu'ils ont été ajoutés."

COLONNES = {"prenom": 80, "courriel": 254}
"""Colonne → longueur."""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="structures", description=DESCRIPTION)
    for colonne, longueur in COLONNES.items():
        manager.add_column(
            table_class_name="Membre",
            tablename="membre",
            column_name=colonne,
            db_column_name=colonne,
            column_class_name="Varchar",
            column_class=Varchar,
            params={
                "length": longueur,
                "default": None,
                "null": True,
                "primary_key": False,
                "unique": False,
                "index": False,
                "index_method": IndexMethod.btree,
                "choices": None,
                "db_column_name": None,
                "secret": False,
            },
            schema=None,
        )
    return manager
