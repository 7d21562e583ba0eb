"""Index des banquets.

Dans une migration à part : le SQL écrit à la main passe avant la création des tables d'une même migration.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.socle.base import moteur_installe

ID = "2026-11-23T19:05:52:000000"
VERSION = "1.38.0"
DESCRIPTION = "Index des banquets."

INDEX = (
    "CREATE INDEX recette_ligne_recette ON recette_ligne (recette, rang)",
    "CREATE INDEX recette_ligne_ingredient ON recette_ligne (ingredient)",
    "CREATE INDEX plat_banquet ON plat (banquet, rang)",
    "CREATE INDEX plat_ligne_plat ON plat_ligne (plat, rang)",
    "CREATE INDEX plat_ligne_ingredient ON plat_ligne (ingredient)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="banquets", description=DESCRIPTION)

    async def creer() -> None:
        for ordre in INDEX:
            await moteur_installe().run_ddl(ordre)

    manager.add_raw(creer)
    return manager
