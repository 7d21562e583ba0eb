"""Mesure ce que l'on a promis, en rapports plutôt qu'en chiffres : une machine chargée ralentit les deux termes.

    make perf                  tout, en quatre minutes environ
    make perf ARGS=--rapide    moins de tours et d'évènements, pour voir

Lectures : nos pages contre un Litestar nu rendant les mêmes octets, dans le même uvicorn, mesurés en alternance.
Inscriptions : par HTTP, contre une boucle sqlite3 rejouant les requêtes SQL d'une vraie inscription, avec la même
durabilité (WAL, `synchronous=FULL`, une validation chacune). Rien n'est envoyé hors de la machine ; rien n'est écrit
hors d'un dossier temporaire. Ce n'est pas un essai : une barre manquée se lit, elle ne fait rien échouer.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from outils.perf.charge import role_charge
from outils.perf.demarrage import mesurer_demarrage
from outils.perf.inscriptions import Inscriptions, Soiree, mesurer_inscriptions, role_boucle, role_capture
from outils.perf.lectures import Lecture, mesurer_lectures
from outils.perf.serveur import dire, remplir, role_temoin


def mesurer(*, rapide: bool) -> None:
    tours, duree_s = (2, 0.8) if rapide else (5, 1.5)
    grande = 2000 if rapide else 20_000
    with tempfile.TemporaryDirectory(prefix="tablees-perf-", ignore_cleanup_errors=True) as racine:
        dossier = Path(racine)
        petite = remplir(dossier / "petite", 200, 2000)
        vaste = remplir(dossier / "vaste", grande, 2000)
        dire("démarrage")
        demarrages = mesurer_demarrage(petite, 3 if rapide else 7)
        lectures, repos_mo, haut_mo = mesurer_lectures(petite, 200, tours, duree_s, dossier)
        autres, repos_vaste_mo, haut_vaste_mo = mesurer_lectures(vaste, grande, tours, duree_s, dossier)
        inscriptions = mesurer_inscriptions(petite, 2 if rapide else 5, 300 if rapide else 1000, dossier)
    print(f"\n{_machine()}\n")
    _montrer_lectures([*lectures, *autres])
    _montrer_inscriptions(inscriptions)
    print("\nMémoire (Mo)                              au repos   au plus haut")
    print(f"  200 évènements                          {repos_mo:8.0f}   {haut_mo:12.0f}")
    print(
        f"  {grande} évènements{'':<{27 - len(str(grande)) + 2}}{repos_vaste_mo:8.0f}   {haut_vaste_mo:12.0f}"
    )
    print(f"  {_verdict(max(repos_mo, repos_vaste_mo), 110, mieux=min)} au repos ≤ 110")
    print("\nDémarrage, du lancement à la première réponse de /sante (s)")
    print(f"  médiane {statistics.median(demarrages):.2f}, de {min(demarrages):.2f} à {max(demarrages):.2f}")
    print(f"  {_verdict(statistics.median(demarrages), 1.0, mieux=min)} médiane ≤ 1,0")


def _montrer_lectures(lectures: list[Lecture]) -> None:
    print("Lectures publiques, contre un Litestar nu rendant les mêmes octets (par seconde)")
    print("  document          évènements   octets  clients       nu     nous   rapport")
    for une in lectures:
        print(
            f"  {une.nom:<16} {une.evenements:>11} {une.octets:>8} {une.clients:>8} "
            f"{une.temoin:>8.0f} {une.nous:>8.0f}   {une.rapport:>7.2f}"
        )
    print(f"  {_verdict(min(une.rapport for une in lectures), 0.6, mieux=max)} le moindre rapport ≥ 0,60")


def _montrer_inscriptions(mesure: Inscriptions) -> None:
    print(
        f"\nInscriptions, 64 clients par HTTP, contre une boucle sqlite3 rejouant leurs {mesure.requetes_sql} requêtes SQL"
    )
    print(f"  boucle brute      {mesure.boucle:8.0f} par seconde")
    print(
        f"  nous              {mesure.nous:8.0f} par seconde   (médiane {mesure.mediane_ms:.0f} ms, p99 {mesure.p99_ms:.0f} ms)"
    )
    print(f"  rapport           {mesure.rapport:8.2f}")
    print(
        f"  nous, courriels composés et écrits dans le même processus : {mesure.avec_courriels:.0f} par seconde"
    )
    print(f"  {_verdict(mesure.rapport, 0.3, mieux=max)} rapport ≥ 0,30")


def _verdict(valeur: float, barre: float, *, mieux: Callable[[float, float], float]) -> str:
    return "tenu  " if mieux(valeur, barre) == valeur else "MANQUÉ"


def _machine() -> str:
    charge = os.getloadavg()[0]
    return f"Python {sys.version.split()[0]}, {os.cpu_count()} cœurs, charge {charge:.1f} à la fin (les mesures y sont pour une part)."


def main(arguments: list[str]) -> int:
    """Point d'entrée du Makefile, et des processus qu'il lance."""
    match arguments:
        case ["temoin", port, fichier, entetes]:
            role_temoin(int(port), Path(fichier), json.loads(entetes))
        case ["charge"]:
            role_charge()
        case ["capture", _, soiree, vers]:
            role_capture(Soiree(*json.loads(soiree)), Path(vers))
        case ["boucle", donnees, capture, nombre]:
            role_boucle(Path(donnees), Path(capture), int(nombre))
        case _:
            analyseur = argparse.ArgumentParser(
                prog="make perf", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
            )
            analyseur.add_argument("--rapide", action="store_true", help="moins de tours et d'évènements")
            mesurer(rapide=analyseur.parse_args(arguments).rapide)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
