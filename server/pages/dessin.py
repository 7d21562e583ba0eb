"""Ce que l'affiche et l'image d'aperçu ont en commun : fontes, couleurs, texte qui tient dans une largeur.

Ici, ni navigateur ni système : les fontes sont les nôtres, et un caractère qu'elles n'ont pas ne doit ni arrêter le
dessin ni laisser une page vide. Décision 0011.
"""

import asyncio
import functools
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar
from weakref import WeakValueDictionary

from server.socle.textes import PWA

POLICES: Final = PWA / "polices"
TITRES: Final = "titres"
COURANT: Final = "courant"
GRAS: Final = "gras"

COULEURS: Final[Mapping[str, str]] = {
    "lin": "#fbf7ef",
    "nappe": "#ffffff",
    "encre": "#23261f",
    "pierre": "#5b5f52",
    "terre": "#a63d1e",
    "terre-poudre": "#fbe9e0",
    "olive": "#4a6113",
    "olive-poudre": "#edf1da",
    "lavande": "#5a4a8a",
    "lavande-poudre": "#eeeaf8",
    "miel": "#e3a72f",
    "miel-poudre": "#fbefd0",
    "ecorce": "#6b4d0b",
    "grege": "#dcd5c4",
    "grenade": "#a3162b",
    "ardoise": "#2f3b38",
    "craie": "#f6f2e7",
}
"""Les matières claires de `pwa/styles/jetons.css` ; un essai vérifie que ce sont les mêmes."""

FAMILLES: Final[Mapping[str, tuple[str, str]]] = {
    "reflechir": ("lavande", "lavande-poudre"),
    "manger": ("olive", "olive-poudre"),
    "danser": ("ecorce", "miel-poudre"),
}
"""La teinte de chaque famille de moments, et son fond."""

LAMPIONS: Final = ("miel", "terre", "olive", "lavande")
"""Les couleurs de la guirlande, dans l'ordre."""

Mesure = Callable[[str], float]
Resultat = TypeVar("Resultat")

_affiches = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tablees-dessin")
_papiers = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tablees-papiers")
_tours: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
"""Le tour de chacun à l'atelier des papiers ; oublié dès que personne n'y attend."""


async def dessiner(dessin: Callable[[], Resultat]) -> Resultat:
    """Dessine hors de la boucle, un dessin à la fois : cent affiches demandées ensemble n'arrêtent aucune page."""
    return await asyncio.get_running_loop().run_in_executor(_affiches, dessin)


async def composer_papier(composition: Callable[[], Resultat], pour: str) -> Resultat:
    """Compose un papier à part des affiches, qui sont à tout le monde : le plus long prend des secondes.

    Un papier à la fois, et un seul dans la file par lecteur (`pour`) : qui en demande vingt passe après qui en demande un.
    """
    tour = _tours.setdefault(pour, asyncio.Lock())
    async with tour:
        return await asyncio.get_running_loop().run_in_executor(_papiers, composition)


# --- les caractères -------------------------------------------------------------------------------------------------


@functools.cache
def _connus() -> frozenset[int]:
    """Les caractères que toutes nos fontes savent écrire."""
    from reportlab.pdfbase.ttfonts import TTFontFile

    tables = [
        TTFontFile(str(POLICES / f"{nom}.ttf"), charInfo=1).charToGlyph for nom in (TITRES, COURANT, GRAS)
    ]
    return frozenset.intersection(*(frozenset(table) for table in tables))


def ecrivable(texte: str, a_defaut: str = "") -> str:
    """Le texte, réduit à ce que nos fontes savent écrire ; `a_defaut` s'il n'en reste rien.

    Une lettre ornée (𝐅𝐞̂𝐭𝐞) redevient une lettre ; celle d'un autre alphabet devient « ? » ; un dessin (🌻) s'en va.
    """
    propre = "".join(_ecrire(caractere) for caractere in unicodedata.normalize("NFC", texte))
    # Une lettre ornée, redevenue simple, reprend son accent.
    propre = unicodedata.normalize("NFC", propre)
    propre = re.sub(r" {2,}", " ", re.sub(r" *\n *", "\n", propre)).strip()
    return propre if re.search(r"[^\s?]", propre) else a_defaut


def _ecrire(caractere: str) -> str:
    if caractere == "\n" or ord(caractere) in _connus():
        return caractere
    if caractere == "\t":
        return " "
    simple = unicodedata.normalize("NFKC", caractere)
    if simple != caractere and all(ord(c) in _connus() for c in simple):
        return simple
    return "?" if unicodedata.category(caractere)[0] in "LN" else ""


# --- les lignes -----------------------------------------------------------------------------------------------------


def en_lignes(texte: str, mesure: Mesure, largeur: float, maximum: int) -> list[str]:
    """Coupe aux espaces ordinaires (jamais aux insécables), et dans un mot plus long que la ligne.

    Au-delà de `maximum` lignes, la dernière finit par « … » : rien ne déborde jamais.
    """
    lignes: list[str] = []
    for paragraphe in texte.split("\n"):
        courante = ""
        for mot in paragraphe.split(" "):
            essai = f"{courante} {mot}" if courante else mot
            if mesure(essai) <= largeur:
                courante = essai
                continue
            if courante:
                lignes.append(courante)
            *pleines, courante = _couper_mot(mot, mesure, largeur)
            lignes += pleines
            if len(lignes) > maximum:
                break
        lignes.append(courante)
        if len(lignes) > maximum:
            break
    lignes = [ligne for ligne in lignes if ligne]
    return (
        lignes
        if len(lignes) <= maximum
        else [*lignes[: maximum - 1], abreger(lignes[maximum - 1], mesure, largeur)]
    )


def _couper_mot(mot: str, mesure: Mesure, largeur: float) -> list[str]:
    morceaux = []
    while mot and mesure(mot) > largeur:
        # Un texte qui s'allonge ne rétrécit pas : on cherche par moitiés combien de lettres tiennent.
        garde = max(1, bisect_right(range(1, len(mot)), largeur, key=lambda n: mesure(mot[:n])))
        morceaux.append(mot[:garde])
        mot = mot[garde:]
    return [*morceaux, mot]


def abreger(ligne: str, mesure: Mesure, largeur: float) -> str:
    """La ligne, finie par « … » dans sa largeur."""
    ligne = ligne.rstrip(" ,;:.")
    while ligne and mesure(f"{ligne}…") > largeur:
        ligne = ligne[:-1].rstrip(" ,;:.")
    return f"{ligne}…"
