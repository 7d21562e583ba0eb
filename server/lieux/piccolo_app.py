"""Déclaration du paquet à Piccolo."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="lieux",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(modules=["server.lieux.tables"], exclude_imported=True),
    migration_dependencies=["server.structures.piccolo_app"],
)
