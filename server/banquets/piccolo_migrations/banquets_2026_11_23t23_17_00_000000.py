"""Une mesure n'a qu'une correction : PostgreSQL écrit à plusieurs, chercher avant d'écrire n'y suffit pas.

Dans une migration à part : le SQL écrit à la main passe avant la création des tables d'une même migration.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.socle.base import moteur_installe

ID = "2026-11-23T23:17:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Une correction par mesure."

INDEX = (
    "CREATE UNIQUE INDEX mesure_temperature_corrige ON mesure_temperature (corrige) WHERE corrige IS NOT NULL",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="banquets", description=DESCRIPTION)

    async def creer() -> None:
        for ordre in INDEX:
            await moteur_installe().run_ddl(ordre)

    manager.add_raw(creer)
    return manager
