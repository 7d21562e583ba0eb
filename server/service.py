"""Le service : répondre aux requêtes, puis s'arrêter sans rien perdre.

Un signal (Ctrl-C, SIGTERM) ferme la porte, laisse finir les requêtes commencées, la file du rédacteur et les courriels
en route. Dix secondes au plus ; un second signal arrête tout de suite. Même alors rien n'est perdu : ce qui a été
répondu est validé sur le disque, un envoi interrompu repartira quand son bail expirera.
"""

import gc
import logging
import os
import signal
import socket
import sys
import threading
import time
from contextlib import ExitStack
from types import FrameType
from typing import Final

from uvicorn import Config, Server
from uvicorn.supervisors.multiprocess import Multiprocess

from server.reglages import Reglages, lire_reglages
from server.socle.journal import installer_journal
from server.socle.portes import Portes
from server.socle.temoin import en_service
from server.socle.temps import horloge_systeme
from server.socle.web import Tablees

journal = logging.getLogger("tablees.service")

REQUETES_S: Final = 5
"""Temps laissé aux requêtes commencées ; le reste des dix secondes va aux envois et à la file d'écriture."""

ARRET_S: Final = 10
"""Au bout de ce temps, on part quoi qu'il reste."""

REPOS_S: Final = 65
"""Une connexion au repos reste ouverte plus longtemps que celles des mandataires courants (60 s) : c'est toujours eux
qui ferment, et aucune requête ne part sur une connexion qui se ferme."""

EN_ATTENTE: Final = 2048
"""Connexions que le système garde avant qu'on les prenne."""


class PortOccupe(Exception):
    """L'adresse d'écoute ne se laisse pas prendre ; la phrase dit pourquoi."""


def ouvrir_portes(reglages: Reglages) -> Portes:
    """Les vraies portes : le courrier, les API publiques, l'heure."""
    from server.lieux.geo import HttpPublic
    from server.notifications.courrier import ouvrir_courrier

    return Portes(courrier=ouvrir_courrier(reglages, horloge_systeme), http=HttpPublic(reglages.url))


def application() -> Tablees:
    """L'application des réglages, pour chaque processus de `servir --processus`."""
    from server.application import creer_application

    installer_journal()
    threading.Thread(target=_suivre_le_pere, args=(os.getppid(),), daemon=True).start()
    reglages = lire_reglages()
    return creer_application(reglages, ouvrir_portes(reglages))


def ecouter(adresse: str, port: int) -> socket.socket:
    """Prend l'adresse d'écoute avant tout le reste : si elle est prise, on le dit tout de suite."""
    famille = socket.AF_INET6 if ":" in adresse else socket.AF_INET
    prise = socket.socket(famille, socket.SOCK_STREAM)
    try:
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        prise.bind((adresse, port))
        prise.listen(EN_ATTENTE)
    except OSError as erreur:
        prise.close()
        raise PortOccupe(
            f"On ne peut pas écouter sur {adresse}, port {port} : {_raison(erreur)}."
        ) from erreur
    prise.setblocking(False)
    return prise


def _raison(erreur: OSError) -> str:
    import errno

    match erreur.errno:
        case errno.EADDRINUSE:
            return "un autre programme l'occupe déjà (TABLEES_PORT en choisit un autre)"
        case errno.EACCES:
            return "il faut des droits que ce compte n'a pas (prenez un port au-dessus de 1023)"
        case _:
            return "cette adresse n'est pas celle de cette machine (TABLEES_ADRESSE)"


def servir(reglages: Reglages, prise: socket.socket, application: Tablees) -> None:
    """Sert dans ce processus jusqu'au signal."""
    with en_service(reglages.donnees):
        # Ce qui est chargé maintenant l'est pour toujours : le ramasse-miettes n'a plus à le parcourir.
        gc.freeze()
        gc.enable()
        serveur = _Serveur(_configuration(application, reglages))
        serveur.run([prise])
        if not serveur.started:
            sys.exit(1)
    journal.info("arrêté, tout est écrit")


def servir_a_plusieurs(reglages: Reglages, prise: socket.socket, processus: int) -> None:
    """Sert dans plusieurs processus, relancés s'ils tombent (PostgreSQL seulement)."""
    with ExitStack() as pile:
        pile.enter_context(en_service(reglages.donnees))
        configuration = _configuration(
            "server.service:application", reglages, factory=True, workers=processus
        )
        prise.set_inheritable(True)
        _Superviseur(configuration, sockets=[prise]).run()
    journal.info("arrêté, tout est écrit")


def _configuration(
    application: Tablees | str, reglages: Reglages, *, factory: bool = False, workers: int = 1
) -> Config:
    return Config(
        application,
        factory=factory,
        workers=workers,
        loop="auto",
        http="auto",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=reglages.mandataires,
        timeout_keep_alive=REPOS_S,
        timeout_graceful_shutdown=REQUETES_S,
        backlog=EN_ATTENTE,
    )


class _Serveur(Server):
    """Le serveur d'uvicorn, avec notre façon de s'arrêter."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            _partir(sig, "second signal, arrêt immédiat")
        self.should_exit = True
        journal.info("arrêt demandé, on finit ce qui est commencé")
        gardien = threading.Timer(ARRET_S, _partir, (sig, f"toujours là après {ARRET_S} s, arrêt forcé"))
        gardien.daemon = True
        gardien.start()


class _Superviseur(Multiprocess):
    """Celui d'uvicorn, qui sait aussi finir dans les temps et obéir à un second signal."""

    def join_all(self) -> None:
        limite = time.monotonic() + ARRET_S
        while any(enfant.process.is_alive() for enfant in self.processes):
            presses = [signe for signe in self.signal_queue if signe in (signal.SIGINT, signal.SIGTERM)]
            if presses or time.monotonic() > limite:
                journal.warning("processus encore là : arrêt immédiat")
                for enfant in self.processes:
                    enfant.process.kill()
            time.sleep(0.05)
        for enfant in self.processes:
            enfant.process.join()


def _partir(sig: int, raison: str) -> None:
    journal.warning(raison)
    logging.shutdown()
    os._exit(128 + sig)


def _suivre_le_pere(pere: int) -> None:
    """Un processus dont le superviseur est mort (kill -9) ne garde pas la porte à lui seul."""
    while os.getppid() == pere:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
