"""Registre de Piccolo. Le moteur est posé par la composition (`server.socle.base.installer`)."""

from typing import Any

from server.reglages import lire_reglages
from server.socle.base import Moteur, creer_moteur

PAQUETS = ("comptes", "notifications", "structures", "lieux", "evenements", "banquets", "inscriptions")
"""Paquets qui ont des tables, dans l'ordre de leurs dépendances."""

DB: Moteur = creer_moteur(lire_reglages())


def __getattr__(nom: str) -> Any:
    """`APP_REGISTRY`, fait quand Piccolo le demande (pour migrer) : son module charge le formateur black, un dixième
    du démarrage."""
    if nom != "APP_REGISTRY":
        raise AttributeError(f"module {__name__!r} has no attribute {nom!r}")
    from piccolo.conf.apps import AppRegistry

    return AppRegistry(apps=[f"server.{paquet}.piccolo_app" for paquet in PAQUETS])
