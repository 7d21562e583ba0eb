"""Index de l'effectif.

Dans une migration à part : le SQL écrit à la main passe avant la création des tables d'une même migration.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.socle.base import moteur_installe

ID = "2026-11-23T20:03:28:000000"
VERSION = "1.38.0"
DESCRIPTION = "Index de l'effectif."

INDEX = (
    "CREATE UNIQUE INDEX effectif_arrete_en_vigueur ON effectif_arrete (moment) WHERE leve_le IS NULL",
    "CREATE UNIQUE INDEX effectif_lu_lecteur ON effectif_lu (moment, lecteur)",
    "CREATE INDEX convive_annonce_moment ON convive_annonce (moment)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="inscriptions", description=DESCRIPTION)

    async def creer() -> None:
        for ordre in INDEX:
            await moteur_installe().run_ddl(ordre)

    manager.add_raw(creer)
    return manager
