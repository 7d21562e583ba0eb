"""Index de la cuisine.

Dans une migration à part : le SQL écrit à la main passe avant la création des tables d'une même migration.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.socle.base import moteur_installe

ID = "2026-11-23T21:08:42:000000"
VERSION = "1.38.0"
DESCRIPTION = "Index de la cuisine."

INDEX = (
    "CREATE INDEX lien_cuisine_moment ON lien_cuisine (moment, id)",
    "CREATE INDEX message_cuisine_moment ON message_cuisine (moment, numero)",
    "CREATE UNIQUE INDEX messages_lus_cote ON messages_lus (moment, cote)",
    "CREATE INDEX mesure_temperature_moment ON mesure_temperature (moment, prise_le)",
    "CREATE INDEX pesee_moment ON pesee (moment, pesee_le)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="banquets", description=DESCRIPTION)

    async def creer() -> None:
        for ordre in INDEX:
            await moteur_installe().run_ddl(ordre)

    manager.add_raw(creer)
    return manager
