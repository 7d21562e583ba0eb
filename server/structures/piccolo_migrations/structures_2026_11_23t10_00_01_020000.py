"""Index composés et partiels, que Piccolo ne sait pas déclarer.

Dans une migration à part : le SQL écrit à la main passe avant la création des tables d'une même migration.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.socle.base import moteur_installe

ID = "2026-11-23T10:00:01:020000"
VERSION = "1.38.0"
DESCRIPTION = "Index composés et partiels."

INDEX = (
    "CREATE UNIQUE INDEX membre_unique ON membre (structure, compte)",
    "CREATE INDEX membre_compte ON membre (compte)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="structures", description=DESCRIPTION)

    async def creer() -> None:
        for ordre in INDEX:
            await moteur_installe().run_ddl(ordre)

    manager.add_raw(creer)
    return manager
