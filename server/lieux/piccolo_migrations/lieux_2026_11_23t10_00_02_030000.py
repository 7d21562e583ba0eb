"""Les mentions légales du réseau : vides jusqu'à ce qu'une personne qui veille sur l'installation les donne."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-23T10:00:02:030000"
VERSION = "1.38.0"
DESCRIPTION = "Mentions légales."

COLONNES = {
    "editeur": 160,
    "editeur_adresse": 300,
    "editeur_telephone": 24,
    "directeur": 160,
    "hebergeur": 160,
    "hebergeur_adresse": 300,
    "hebergeur_telephone": 24,
}
"""Colonne → longueur."""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="lieux", description=DESCRIPTION)
    for colonne, longueur in COLONNES.items():
        manager.add_column(
            table_class_name="Territoire",
            tablename="territoire",
            column_name=colonne,
            db_column_name=colonne,
            column_class_name="Varchar",
            column_class=Varchar,
            params={
                "length": longueur,
                "default": "",
                "null": False,
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
