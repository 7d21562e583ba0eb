"""Les lectures publiques, contre un Litestar nu rendant les mêmes octets."""

from __future__ import annotations

import json
import statistics
import time
from pathlib import Path
from typing import NamedTuple

from outils.perf.cadre import PETITE, Cadre, dire, verdict
from outils.perf.charge import ACCEPTE, charger, lecture
from outils.perf.serveur import demander, memoire_mo, servir, servir_temoin


def montrer(cadre: Cadre) -> None:
    """Débits, puis mémoire : la petite base et la vaste."""
    tours, duree_s = (2, 0.8) if cadre.rapide else (5, 1.5)
    lectures, repos_mo, haut_mo = mesurer_lectures(cadre.petite, PETITE, tours, duree_s, cadre.dossier)
    grande = cadre.evenements_vaste
    autres, repos_vaste_mo, haut_vaste_mo = mesurer_lectures(
        cadre.vaste, grande, tours, duree_s, cadre.dossier
    )
    montrer_debits("Lectures publiques", [*lectures, *autres])
    print("\nMémoire (Mo)                 au repos   au plus haut")
    for nombre, repos, haut in ((PETITE, repos_mo, haut_mo), (grande, repos_vaste_mo, haut_vaste_mo)):
        print(f"  {nombre:>6} évènements        {repos:8.0f}   {haut:12.0f}")
    print(f"  {verdict(max(repos_mo, repos_vaste_mo), 110, mieux=min)} au repos ≤ 110")


def montrer_debits(titre: str, lectures: list[Lecture]) -> None:
    """Le tableau, et le moindre rapport."""
    print(f"{titre}, contre un Litestar nu rendant les mêmes octets (par seconde)")
    print("  document          évènements   octets  clients       nu     nous   rapport")
    for une in lectures:
        print(
            f"  {une.nom:<16} {une.evenements:>11} {une.octets:>8} {une.clients:>8} "
            f"{une.temoin:>8.0f} {une.nous:>8.0f}   {une.rapport:>7.2f}"
        )
    print(f"  {verdict(min(une.rapport for une in lectures), 0.6, mieux=max)} le moindre rapport ≥ 0,60")


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
                        comparer(
                            nom, chemin, evenements, len(corps), clients, port, port_temoin, tours, duree_s
                        )
                    )
        return lectures, repos_mo, memoire_mo(processus, "VmHWM")


def comparer(
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
    """Le même document, tour à tour chez le témoin et chez nous."""
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
