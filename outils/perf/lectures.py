"""Les lectures publiques, contre un Litestar nu rendant les mêmes octets."""

from __future__ import annotations

import json
import statistics
import time
from pathlib import Path
from typing import NamedTuple

from outils.perf.charge import ACCEPTE, charger, lecture
from outils.perf.serveur import demander, dire, memoire_mo, servir, servir_temoin


class Lecture(NamedTuple):
    """Un document, mesuré contre le témoin."""

    nom: str
    evenements: int
    octets: int
    clients: int
    temoin: float
    nous: float
    rapport: float


def mesurer_lectures(
    donnees: Path, evenements: int, tours: int, duree_s: float, dossier: Path
) -> tuple[list[Lecture], float, float]:
    """Les lectures d'une base, puis sa mémoire au repos et au plus haut."""
    lectures = []
    with servir(donnees) as (processus, port):
        time.sleep(1.5)
        repos_mo = memoire_mo(processus, "VmRSS")
        slug = json.loads(demander(port, "/api/evenements")[2])["elements"][0]["slug"]
        documents = {
            "agenda, HTML": "/",
            "liste, JSON": "/api/evenements",
            "évènement, HTML": f"/evenements/{slug}",
        }
        for nom, chemin in documents.items():
            statut, entetes, corps = demander(port, chemin, accept_encoding=ACCEPTE)
            if statut != 200:
                raise RuntimeError(f"{chemin} répond {statut}")
            with servir_temoin(corps, entetes, dossier) as port_temoin:
                assert demander(port_temoin, "/")[2] == corps
                for clients in (1, 32):
                    dire(f"{nom}, {evenements} évènements, {clients} client(s)")
                    lectures.append(
                        _comparer(
                            nom, chemin, evenements, len(corps), clients, port, port_temoin, tours, duree_s
                        )
                    )
        return lectures, repos_mo, memoire_mo(processus, "VmHWM")


def _comparer(
    nom: str,
    chemin: str,
    evenements: int,
    octets: int,
    clients: int,
    port: int,
    temoin: int,
    tours: int,
    duree_s: float,
) -> Lecture:
    paires = []
    for _ in range(tours):
        nu = charger(temoin, [lecture("/")], clients=clients, statut=200, duree_s=duree_s)
        nous = charger(port, [lecture(chemin)], clients=clients, statut=200, duree_s=duree_s)
        if nu.autres or nous.autres:
            raise RuntimeError(f"{chemin} : des réponses ne sont pas 200")
        paires.append((nu.par_seconde, nous.par_seconde))
    return Lecture(
        nom,
        evenements,
        octets,
        clients,
        statistics.median(nu for nu, _ in paires),
        statistics.median(nous for _, nous in paires),
        statistics.median(nous / nu for nu, nous in paires),
    )
