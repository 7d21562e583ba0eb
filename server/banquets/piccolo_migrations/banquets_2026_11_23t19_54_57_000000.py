"""Index des achats.

Dans une migration à part : le SQL écrit à la main passe avant la création des tables d'une même migration.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.socle.base import moteur_installe

ID = "2026-11-23T19:54:57:000000"
VERSION = "1.38.0"
DESCRIPTION = "Index des achats."

INDEX = (
    "CREATE INDEX produit_producteur ON produit (producteur, nom)",
    "CREATE INDEX produit_ingredient ON produit (ingredient)",
    "CREATE INDEX approvisionnement_banquet ON approvisionnement (banquet, cree_le)",
    "CREATE INDEX approvisionnement_producteur ON approvisionnement (producteur)",
    "CREATE INDEX approvisionnement_produit ON approvisionnement (produit)",
    "CREATE INDEX approvisionnement_ingredient ON approvisionnement (ingredient)",
    "CREATE INDEX approvisionnement_plat ON approvisionnement (plat)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="banquets", description=DESCRIPTION)

    async def creer() -> None:
        for ordre in INDEX:
            await moteur_installe().run_ddl(ordre)

    manager.add_raw(creer)
    return manager
