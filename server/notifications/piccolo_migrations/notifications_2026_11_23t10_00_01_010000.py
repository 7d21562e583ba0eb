"""Index composés et partiels, que Piccolo ne sait pas déclarer.

Dans une migration à part : le SQL écrit à la main passe avant la création des tables d'une même migration.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.socle.base import moteur_installe

ID = "2026-11-23T10:00:01:010000"
VERSION = "1.38.0"
DESCRIPTION = "Index composés et partiels."

INDEX = (
    "CREATE INDEX envoi_a_partir ON envoi (echeance_le) WHERE envoye_le IS NULL AND echoue_le IS NULL",
    "CREATE INDEX envoi_echoue ON envoi (echoue_le) WHERE echoue_le IS NOT NULL",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="notifications", description=DESCRIPTION)

    async def creer() -> None:
        for ordre in INDEX:
            await moteur_installe().run_ddl(ordre)

    manager.add_raw(creer)
    return manager
