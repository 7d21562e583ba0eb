"""Index composés et partiels, que Piccolo ne sait pas déclarer.

Dans une migration à part : le SQL écrit à la main passe avant la création des tables d'une même migration.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server.socle.base import moteur_installe

ID = "2026-11-23T10:00:01:040000"
VERSION = "1.38.0"
DESCRIPTION = "Index composés et partiels."

INDEX = (
    "CREATE UNIQUE INDEX evenement_etiquette_unique ON evenement_etiquette (evenement, genre, valeur)",
    "CREATE INDEX evenement_etiquette_valeur ON evenement_etiquette (genre, valeur, evenement)",
    "CREATE UNIQUE INDEX coorganisation_unique ON coorganisation (evenement, structure)",
    "CREATE INDEX coorganisation_structure ON coorganisation (structure)",
    "CREATE INDEX moment_evenement ON moment (evenement, rang)",
    "CREATE INDEX tarif_moment ON tarif (moment)",
    "CREATE INDEX evenement_agenda ON evenement (debut, id) WHERE statut <> 'brouillon'",
    "CREATE INDEX horaire_en_attente_moment ON horaire_en_attente (moment)",
    "CREATE INDEX evenement_lieu ON evenement (lieu)",
    "CREATE INDEX evenement_cycle ON evenement (cycle)",
    "CREATE INDEX journal_evenement_evenement ON journal_evenement (evenement)",
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="evenements", description=DESCRIPTION)

    async def creer() -> None:
        for ordre in INDEX:
            await moteur_installe().run_ddl(ordre)

    manager.add_raw(creer)
    return manager
