"""Des lignes pour un tableur. Aucune case ne peut devenir une formule."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

TYPE_CONTENU: Final = "text/csv"
MARQUE: Final = b"\xef\xbb\xbf"
"""La marque d'ordre : sans elle, Excel lit l'UTF-8 de travers."""
_DANGEREUX: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Premiers signes que les tableurs prennent pour une formule (OWASP, *CSV Injection*), pleine chasse comprise."""


def case(valeur: object) -> str:
    """La valeur telle qu'un tableur la montrera : une apostrophe devant ce qui ressemblerait à une formule."""
    texte = "" if valeur is None else str(valeur)
    dangereux = texte.startswith(_DANGEREUX) or texte.lstrip(" \u00a0").startswith(_DANGEREUX)
    return f"'{texte}" if dangereux else texte


def en_csv(lignes: Iterable[Sequence[object]], *, marque: bool = True) -> bytes:
    """UTF-8, séparateur `;`. `marque` : celle d'Excel ; un autre programme n'en veut pas toujours."""
    sortie = io.StringIO()
    feuille = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    for ligne in lignes:
        feuille.writerow([case(valeur) for valeur in ligne])
    return (MARQUE if marque else b"") + sortie.getvalue().encode("utf-8")
