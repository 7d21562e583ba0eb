"""Index composés et partiels, que Piccolo ne sait pas déclarer.

Dans une migration à part : le SQL écrit à la main passe avant la création des tables d'une même migration.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.socle.base import moteur_installe

ID = "2026-11-23T10:00:01:050000"
VERSION = "1.38.0"
DESCRIPTION = "Index composés et partiels."

INDEX = (
    "CREATE INDEX inscription_evenement ON inscription (evenement, cree_le)",
    "CREATE INDEX inscription_courriel ON inscription (courriel_plie, evenement)",
    "CREATE INDEX inscription_telephone ON inscription (telephone_plie, evenement)",
    "CREATE INDEX inscription_empreinte ON inscription (empreinte_envoi)",
    "CREATE UNIQUE INDEX presence_unique ON presence (inscription, moment)",
    "CREATE INDEX presence_moment ON presence (moment, statut)",
    "CREATE INDEX presence_attente ON presence (moment, attente_depuis) WHERE attente_depuis IS NOT NULL",
    "CREATE INDEX convive_inscription ON convive (inscription)",
    "CREATE INDEX appel_evenement ON appel (evenement, fait_le)",
    "CREATE INDEX appel_inscription ON appel (inscription)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="inscriptions", description=DESCRIPTION)

    async def creer() -> None:
        for ordre in INDEX:
            await moteur_installe().run_ddl(ordre)

    manager.add_raw(creer)
    return manager
