"""Mesure ce que l'on a promis, en rapports plutôt qu'en chiffres : une machine chargée ralentit les deux termes.

    make perf                            tout, en une dizaine de minutes
    make perf ARGS=--rapide              moins de tours et d'évènements, pour voir
    make perf ARGS="lectures visite"     ces mesures-là seulement

Lectures : nos pages contre un Litestar nu rendant les mêmes octets, dans le même uvicorn, mesurés en alternance.
Inscriptions : par HTTP, contre une boucle sqlite3 rejouant les requêtes SQL d'une vraie inscription, avec la même
durabilité (WAL, `synchronous=FULL`, une validation chacune). Rien n'est envoyé hors de la machine ; rien n'est écrit
hors d'un dossier temporaire. Ce n'est pas un essai : une barre manquée se lit, elle ne fait rien échouer.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from outils.perf import cuisine, demarrage, flux, inscriptions, lectures, papiers, visite
from outils.perf.cadre import Cadre
from outils.perf.charge import role_charge
from outils.perf.inscriptions import Soiree, role_boucle, role_capture
from outils.perf.serveur import role_temoin

MESURES: Final[Mapping[str, Callable[[Cadre], None]]] = {
    "demarrage": demarrage.montrer,
    "lectures": lectures.montrer,
    "flux": flux.montrer,
    "inscriptions": inscriptions.montrer,
    "cuisine": cuisine.montrer,
    "papiers": papiers.montrer,
    "visite": visite.montrer,
}
"""Dans l'ordre où elles se lisent ; chacune mesure et dit ce qu'elle a trouvé."""


def mesurer(choisies: list[str], *, rapide: bool) -> None:
    """Joue les mesures choisies, ou toutes."""
    with tempfile.TemporaryDirectory(prefix="tablees-perf-", ignore_cleanup_errors=True) as dossier:
        cadre = Cadre(Path(dossier), rapide=rapide)
        for nom, montrer in MESURES.items():
            if not choisies or nom in choisies:
                montrer(cadre)
                sys.stdout.flush()
    print(f"\n{_machine()}")


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
            analyseur.add_argument(
                "mesures", nargs="*", choices=[*MESURES, []], metavar="mesure", help=", ".join(MESURES)
            )
            lus = analyseur.parse_args(arguments)
            mesurer(lus.mesures, rapide=lus.rapide)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
