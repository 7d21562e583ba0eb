"""Les numéros d'assiette : uniques dans un évènement, donnés à qui avait déjà dit ses besoins."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.socle.base import moteur_installe

ID = "2026-11-23T21:19:03:000000"
VERSION = "1.38.0"
DESCRIPTION = "Numéros d'assiette : index, et foyers d'avant."

ORDRES = (
    "UPDATE inscription SET assiette = (SELECT COUNT(*) FROM inscription autre WHERE autre.evenement = inscription.evenement "
    "AND autre.id <= inscription.id AND EXISTS (SELECT 1 FROM convive c WHERE c.inscription = autre.id)) "
    "WHERE EXISTS (SELECT 1 FROM convive c WHERE c.inscription = inscription.id)",
    "CREATE UNIQUE INDEX inscription_assiette ON inscription (evenement, assiette) WHERE assiette IS NOT NULL",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="inscriptions", description=DESCRIPTION)

    async def numeroter() -> None:
        for ordre in ORDRES:
            await moteur_installe().run_ddl(ordre)

    manager.add_raw(numeroter)
    return manager
