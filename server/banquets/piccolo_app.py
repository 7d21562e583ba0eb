"""Déclaration du paquet à Piccolo."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="banquets",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(
        modules=["server.banquets.tables", "server.banquets.cuisine.tables"], exclude_imported=True
    ),
    migration_dependencies=[
        "server.comptes.piccolo_app",
        "server.structures.piccolo_app",
        "server.lieux.piccolo_app",
        "server.evenements.piccolo_app",
    ],
)
