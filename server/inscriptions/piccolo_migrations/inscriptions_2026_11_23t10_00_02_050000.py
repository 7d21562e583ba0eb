"""La version de l'adresse de l'agenda d'un foyer, révocable sans toucher à ses autres liens."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Integer
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-23T10:00:02:050000"
VERSION = "1.38.0"
DESCRIPTION = "Agenda d'un foyer."


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="inscriptions", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Inscription",
        tablename="inscription",
        column_name="version_agenda",
        db_column_name="version_agenda",
        column_class_name="Integer",
        column_class=Integer,
        params={
            "default": 1,
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
