"""Vérifier : recompter ce qui est compté, chercher ce qui ne devrait pas être là. Ne change rien."""

import asyncio
import time
from pathlib import Path
from typing import Final

from server.evenements.tables import Image
from server.inscriptions.lectures import verifier_places
from server.socle.base import Moteur, MoteurSQLite
from server.socle.migrations import migrations_en_attente
from server.socle.sauvegardes import CLE, IMAGES, examiner_fichier

TOUT_JUSTE_ECRIT_S: Final = 600
"""Une image est écrite avant sa ligne : la plus récente n'est pas encore orpheline."""


async def verifier(moteur: Moteur, donnees: Path) -> list[str]:
    """Ce qui ne va pas, une phrase par défaut ; rien si tout est juste."""
    defauts: list[str] = []
    if isinstance(moteur, MoteurSQLite):
        defauts += [f"base : {defaut}" for defaut in await asyncio.to_thread(examiner_fichier, moteur.chemin)]
    attente = await migrations_en_attente(moteur)
    if attente:
        return [
            *defauts,
            f"base : {len(attente)} migration(s) à jouer (tablees migrer) ; le reste n'est pas examiné",
        ]
    defauts += await verifier_places()
    images = {ligne["empreinte"] for ligne in await Image.select(Image.empreinte)}
    return defauts + await asyncio.to_thread(_verifier_dossier, donnees, images)


def _verifier_dossier(donnees: Path, images: set[str]) -> list[str]:
    defauts: list[str] = []
    presentes: set[str] = set()
    for fichier in sorted((donnees / IMAGES).glob("*")):
        empreinte = fichier.name.partition("-")[0].partition(".")[0]
        presentes.add(empreinte)
        if empreinte not in images and time.time() - fichier.stat().st_mtime > TOUT_JUSTE_ECRIT_S:
            defauts.append(f"image orpheline, que plus rien ne montre : {fichier}")
    defauts += [
        f"image perdue : {empreinte} n'est plus dans {donnees / IMAGES}"
        for empreinte in sorted(images - presentes)
    ]
    clef = donnees / CLE
    if not clef.exists():
        defauts.append(f"la clé de l'installation manque : {clef} (les liens déjà envoyés ne marchent plus)")
    elif clef.stat().st_mode & 0o077:
        defauts.append(f"la clé de l'installation est lisible par d'autres : chmod 600 {clef}")
    return defauts
