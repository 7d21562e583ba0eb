"""Index des commandes ; une seule commande par banquet et par producteur.

Dans une migration à part : le SQL écrit à la main passe avant la création des tables d'une même migration.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.socle.base import moteur_installe

ID = "2026-11-23T21:11:20:000000"
VERSION = "1.38.0"
DESCRIPTION = "Index des commandes."

INDEX = (
    "CREATE UNIQUE INDEX commande_unique ON commande (banquet, producteur)",
    "CREATE INDEX commande_producteur ON commande (producteur)",
    "CREATE UNIQUE INDEX commande_ligne_unique ON commande_ligne (commande, approvisionnement)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="banquets", description=DESCRIPTION)

    async def creer() -> None:
        for ordre in INDEX:
            await moteur_installe().run_ddl(ordre)

    manager.add_raw(creer)
    return manager
