"""Les mots de la ligne de commande qui inventent : `demo` et `exemple`.

La base est ouverte et migrée par qui appelle. L'avancement va sur la sortie d'erreur, ce qui se lit sur l'ordinaire.
"""

import argparse
import sys
from typing import TextIO

from server.demonstration.exemple import remplir_exemple
from server.demonstration.remplissage import Demonstration, remplir_demo
from server.demonstration.usage import BaseReservee
from server.socle.contexte import Contexte
from server.socle.faits import TableDesFaits


class Avancement:
    """Une ligne qui se récrit sur un terminal ; des lignes ordinaires ailleurs."""

    def __init__(self, flux: TextIO) -> None:
        self._flux, self._vivante = flux, flux.isatty()

    def __call__(self, phrase: str) -> None:
        self._flux.write(f"\r{phrase}\x1b[K" if self._vivante else f"{phrase}\n")
        self._flux.flush()

    def finir(self) -> None:
        if self._vivante:
            self._flux.write("\r\x1b[K")
            self._flux.flush()


# --- demo -----------------------------------------------------------------------------------------------------------


def ajouter_options_demo(analyseur: argparse.ArgumentParser) -> None:
    """Les options de `tablees demo`."""
    analyseur.add_argument(
        "--recommencer", action="store_true", help="refaire la démonstration, même si elle est encore fraîche"
    )


async def preparer_demo(options: argparse.Namespace, contexte: Contexte, table: TableDesFaits) -> str:
    """Remplit la base si besoin ; rend ce qu'il faut lire une fois le serveur prêt. Lève `BaseReservee`."""
    avancement = Avancement(sys.stderr)
    demonstration = await remplir_demo(
        table=table,
        clef=contexte.clef,
        dossier=contexte.reglages.donnees,
        url=contexte.reglages.url,
        maintenant=contexte.horloge(),
        dire=lambda phrase: avancement(f"Démonstration : {phrase}"),
        recommencer=options.recommencer,
    )
    avancement.finir()
    return raconter(demonstration)


def raconter(demonstration: Demonstration) -> str:
    """Les adresses à ouvrir, en clair."""
    lignes = [
        "",
        "La démonstration est prête. À ouvrir dans un navigateur, étroit comme un téléphone :",
        "",
        f"  L'agenda                {demonstration.agenda}",
        f"  Le prochain évènement   {demonstration.ce_soir}",
        f"  Un évènement complet    {demonstration.complet}",
        "",
        "Se connecter comme quelqu'un qui organise (chaque lien marche une fois, pendant une heure) :",
        "",
    ]
    for personne in demonstration.organisatrices:
        lignes += [f"  {personne.prenom}, {personne.role}", f"    {personne.lien}"]
    lignes += ["", f"  Puis le tableau de bord de l'évènement complet : {demonstration.tableau}", ""]
    return "\n".join(lignes) + "\nCtrl-C pour arrêter."


# --- exemple --------------------------------------------------------------------------------------------------------


def ajouter_options_exemple(analyseur: argparse.ArgumentParser) -> None:
    """Les options de `tablees exemple`."""
    analyseur.add_argument(
        "--evenements", type=_taille, default=200, metavar="N", help="combien d'évènements (200)"
    )
    analyseur.add_argument(
        "--inscriptions", type=_taille, default=2000, metavar="M", help="combien d'inscriptions (2000)"
    )


async def executer_exemple(options: argparse.Namespace, contexte: Contexte) -> int:
    """`tablees exemple` ; rend le code de sortie. Lève `BaseReservee`."""
    avancement = Avancement(sys.stderr)
    await remplir_exemple(
        options.evenements,
        options.inscriptions,
        clef=contexte.clef,
        url=contexte.reglages.url,
        maintenant=contexte.horloge(),
        dire=lambda phrase: avancement(f"Base d'essai : {phrase}"),
    )
    avancement.finir()
    print(f"Base d'essai prête : {options.evenements} évènements, {options.inscriptions} inscriptions.")
    return 0


def _taille(texte: str) -> int:
    if not texte.isdecimal() or int(texte) > 10_000_000:
        raise argparse.ArgumentTypeError(f"« {texte} » n'est pas un nombre")
    return int(texte)


__all__ = [
    "BaseReservee",
    "ajouter_options_demo",
    "ajouter_options_exemple",
    "executer_exemple",
    "preparer_demo",
]
