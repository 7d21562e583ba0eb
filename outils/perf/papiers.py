"""Les papiers d'un banquet de douze plats et de cent quatre-vingts convives : ce que chacun demande à composer."""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import Final

from outils.perf.cadre import Cadre, dire, verdict
from outils.perf.cuisine import MAINTENANT, remplir_un_banquet
from server.banquets.commandes.schemas import VueCommandes
from server.inscriptions.cuisine import lectures
from server.pages.papiers import PAR_COMPTE, Lu
from server.reglages import Reglages
from server.socle import base
from server.socle.migrations import migrer
from server.socle.secrets import charger_clef

CONVIVES: Final = 180
SECONDES_MAX: Final = 2.0


def montrer(cadre: Cadre) -> None:
    """Chaque papier, sa médiane, et la barre."""
    dire(f"papiers d'un banquet de {CONVIVES} convives")
    reglages = Reglages(donnees=cadre.dossier / "papiers")
    lu = asyncio.run(_lire(reglages))
    tours = 3 if cadre.rapide else 9
    medianes = {}
    print(f"Papiers d'un banquet de {len(lu.vue.menu.plats)} plats et {CONVIVES} convives (ms)")
    for nom, composition in PAR_COMPTE.items():
        durees, octets = [], 0
        for _ in range(tours):
            debut = time.perf_counter()
            octets = len(composition(lu))
            durees.append(time.perf_counter() - debut)
        medianes[nom] = statistics.median(durees)
        print(f"  {nom:<16} {medianes[nom] * 1000:>7.0f}   {octets:>7} octets")
    print(
        f"  {verdict(max(medianes.values()), SECONDES_MAX, mieux=min)} le plus lent en moins de deux secondes"
    )


async def _lire(reglages: Reglages) -> Lu:
    reglages.donnees.mkdir(parents=True, exist_ok=True)
    moteur = base.creer_moteur(reglages)
    base.installer(moteur)
    await migrer(moteur, reglages.donnees / "sauvegardes", MAINTENANT)
    await moteur.ouvrir()
    try:
        moment = await remplir_un_banquet(CONVIVES)
        vue = await lectures.lire_cuisine(moment, charger_clef(reglages.donnees), "fr", MAINTENANT)
    finally:
        await moteur.fermer()
    vides = VueCommandes([], 0, close=False)
    return Lu(vue=vue, commandes=vides, langue="fr", maintenant=MAINTENANT, auteur="Réseau")
