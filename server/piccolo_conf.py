"""Registre de Piccolo. Le moteur est posé par la composition (`server.socle.base.installer`)."""

from piccolo.conf.apps import AppRegistry

from server.reglages import lire_reglages
from server.socle.base import Moteur, creer_moteur

PAQUETS = ("comptes", "notifications", "structures", "lieux", "evenements", "inscriptions")
"""Paquets qui ont des tables, dans l'ordre de leurs dépendances."""

APP_REGISTRY = AppRegistry(apps=[f"server.{paquet}.piccolo_app" for paquet in PAQUETS])

DB: Moteur = creer_moteur(lire_reglages())
