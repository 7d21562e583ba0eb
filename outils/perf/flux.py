"""Les flux : débit, temps à froid et après un changement, mémoire, et ce que les autres demandes attendent pendant ce temps."""

from __future__ import annotations

import http.client
import sqlite3
import statistics
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from subprocess import Popen
from typing import NamedTuple

from outils.perf.cadre import PETITE, Cadre, dire, verdict
from outils.perf.charge import ACCEPTE
from outils.perf.lectures import Lecture, comparer, montrer_debits
from outils.perf.serveur import servir, servir_temoin

AGENDA = "/agenda.ics"
AUTRES = ("/", "/api/communes?q=uzes")
"""Ce que demandent les autres : une page prête, et une recherche."""

PATIENCE_S = 600
ENTENDU_S = 1.0
"""Un autre processus qui écrit est entendu en moins d'une seconde."""


class Retards(NamedTuple):
    """Ce que les autres demandes ont attendu (ms)."""

    mediane: float
    p99: float
    pire: float


class Moment(NamedTuple):
    """Un flux demandé, et ce que cela a coûté."""

    quoi: str
    secondes: float
    octets: int
    retards: Retards


class Flux(NamedTuple):
    """Les flux d'une base."""

    evenements: int
    moments: list[Moment]
    debits: list[Lecture]
    haut_mo: float


def montrer(cadre: Cadre) -> None:
    """La petite base et la vaste."""
    tours, duree_s = (2, 0.8) if cadre.rapide else (5, 1.5)
    mesures = [
        mesurer(cadre, donnees, nombre, tours, duree_s)
        for donnees, nombre in ((cadre.petite, PETITE), (cadre.vaste, cadre.evenements_vaste))
    ]
    montrer_debits("Flux", [debit for mesure in mesures for debit in mesure.debits])
    print("\nFlux : le temps de les faire, et ce que les autres attendent (ms)")
    print("  évènements  moment              secondes    octets   médiane    p99   pire")
    for mesure in mesures:
        for m in mesure.moments:
            r = m.retards
            print(
                f"  {mesure.evenements:>10}  {m.quoi:<18} {m.secondes:9.2f} {m.octets:9d} "
                f"{r.mediane:9.1f} {r.p99:6.1f} {r.pire:6.1f}"
            )
    pire = max(m.retards.pire for mesure in mesures for m in mesure.moments[1:])
    print(
        f"  {verdict(pire, 50, mieux=min)} le pire retard ≤ 50 ms (la première ligne dit celui de la machine)"
    )
    haut = max(mesure.haut_mo for mesure in mesures)
    print(f"  {verdict(haut, 200, mieux=min)} mémoire au plus haut, atelier compris : {haut:.0f} Mo ≤ 200")


def mesurer(cadre: Cadre, donnees: Path, evenements: int, tours: int, duree_s: float) -> Flux:
    """À froid, après un changement, puis le débit ; tout contre un même serveur."""
    with servir(donnees) as (processus, port):
        with _Sonde(processus, port) as sonde:
            dire(f"flux à froid, {evenements} évènements")
            moments = [
                sonde.pendant("sans flux", lambda: (time.sleep(3), b"")[1]),
                sonde.pendant("à froid", lambda: _lire(port, AGENDA)[1]),
            ]
            for _ in range(3):
                changer_un_evenement(donnees)
                time.sleep(ENTENDU_S)
                moments.append(sonde.pendant("après un changement", lambda: _lire(port, AGENDA)[1]))
        debits = []
        for chemin in (AGENDA, "/agenda.json"):
            entetes, corps = _lire(port, chemin)
            with servir_temoin(corps, entetes, cadre.dossier) as temoin:
                for clients in (1, 32):
                    dire(f"{chemin}, {evenements} évènements, {clients} client(s)")
                    debits.append(
                        comparer(
                            chemin[1:], chemin, evenements, len(corps), clients, port, temoin, tours, duree_s
                        )
                    )
    return Flux(evenements, moments, debits, sonde.haut_mo)


def changer_un_evenement(donnees: Path) -> None:
    """Une correction faite d'ailleurs : le serveur l'entend."""
    with closing(sqlite3.connect(donnees / "tablees.sqlite")) as base:
        base.execute(
            "UPDATE evenement SET version = version + 1, modifie_le = ?, resume = resume || ' Corrigé.' "
            "WHERE id = (SELECT id FROM evenement WHERE statut = 'publie' ORDER BY debut DESC LIMIT 1)",
            (datetime.now(UTC).isoformat(sep=" "),),
        )
        base.commit()


def _lire(port: int, chemin: str) -> tuple[dict[str, str], bytes]:
    connexion = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    with closing(connexion):
        connexion.request("GET", chemin, headers={"accept-encoding": ACCEPTE})
        reponse = connexion.getresponse()
        corps = reponse.read()
        if reponse.status != 200:
            raise RuntimeError(f"{chemin} répond {reponse.status}")
        return {nom.lower(): valeur for nom, valeur in reponse.getheaders()}, corps


class _Sonde:
    """Demande sans cesse, comme le feraient d'autres personnes, et note ce qu'elles attendent."""

    def __init__(self, processus: Popen[bytes], port: int) -> None:
        self._processus, self._port = processus, port
        self._fini = threading.Event()
        self._attentes: list[float] = []
        self._fils = [threading.Thread(target=self._demander, args=(chemin,)) for chemin in AUTRES]
        self._fils.append(threading.Thread(target=self._peser))
        self.haut_mo = 0.0

    def __enter__(self) -> _Sonde:
        for fil in self._fils:
            fil.start()
        time.sleep(0.5)
        return self

    def __exit__(self, *_: object) -> None:
        self._fini.set()
        for fil in self._fils:
            fil.join()

    def pendant(self, quoi: str, faire: Callable[[], bytes]) -> Moment:
        self._attentes.clear()
        debut = time.perf_counter()
        octets = len(faire())
        duree = time.perf_counter() - debut
        notes = sorted(self._attentes) or [0.0]
        rang = min(len(notes) - 1, int(0.99 * len(notes)))
        return Moment(
            quoi,
            duree,
            octets,
            Retards(1000 * statistics.median(notes), 1000 * notes[rang], 1000 * notes[-1]),
        )

    def _demander(self, chemin: str) -> None:
        connexion = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE_S)
        with closing(connexion):
            while not self._fini.wait(0.004):
                debut = time.perf_counter()
                connexion.request("GET", chemin, headers={"accept-encoding": ACCEPTE})
                connexion.getresponse().read()
                self._attentes.append(time.perf_counter() - debut)

    def _peser(self) -> None:
        """Le serveur et ce qu'il a lancé, ensemble."""
        racine = self._processus.pid
        while not self._fini.wait(0.2):
            enfants = Path(f"/proc/{racine}/task/{racine}/children").read_text().split()
            total = sum(_residente_mo(pid) for pid in (str(racine), *enfants))
            self.haut_mo = max(self.haut_mo, total)


def _residente_mo(pid: str) -> float:
    try:
        lignes = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:  # il vient de s'arrêter
        return 0.0
    return next((int(ligne.split()[1]) / 1024 for ligne in lignes if ligne.startswith("VmRSS")), 0.0)
