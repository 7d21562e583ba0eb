"""La carte du menu, à poser sur les tables : les plats dans l'ordre du repas, et d'où ils viennent.

Une page tant que le menu y tient à une taille lisible ; au-delà, la suite au verso. Décision 0015.
"""

import io
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from server.pages.dessin import COULEURS, COURANT, GRAS, LAMPIONS, TITRES
from server.pages.feuilles import paragraphe
from server.pages.papier import dessiner_guirlande, preparer
from server.socle.textes import Langue

MARGE: Final = 62.0
CORPS: Final = (16.0, 15.0, 14.0, 13.0, 12.0, 11.0, 10.0, 9.0)
"""Tailles essayées, de la plus grande à la plus petite qui se lise à table."""


class PlatDeLaCarte(msgspec.Struct, frozen=True, kw_only=True):
    """Un plat, comme on le lit à table."""

    nom: str
    description: str = ""
    provenance: str = ""
    """« courge de la ferme du Vallon (Foissac), pain du Four de Lussan »."""
    mentions: Sequence[str] = ()
    """« végétalien », « contient : lait, fruits à coque », « cueillette, reconnue par Odile »."""


class ServiceDeLaCarte(msgspec.Struct, frozen=True):
    """Une place dans le repas, et ses plats."""

    nom: str
    plats: Sequence[PlatDeLaCarte]


class CarteDuMenu(msgspec.Struct, frozen=True, kw_only=True):
    """Toute la carte."""

    titre: str
    sous_titre: str = ""
    services: Sequence[ServiceDeLaCarte]
    pied: Sequence[str] = ()
    """Part du bio, prix libre, à qui demander pour une allergie."""
    auteur: str = ""
    langue: Langue = "fr"
    sobre: bool = False
    """Ni couleur ni guirlande, pour une imprimante en noir."""


def composer_carte(carte: CarteDuMenu) -> bytes:
    """La carte, en PDF A4 : la plus grande taille qui tient sur une page, sinon la plus petite, sur plusieurs."""
    # Qui tient à une taille tient aux plus petites : trois compositions suffisent, où huit duraient deux secondes.
    bas, haut = 0, len(CORPS) - 1
    tient: bytes | None = None
    while bas <= haut:
        milieu = (bas + haut) // 2
        pages, rendue = _composer(carte, CORPS[milieu])
        if pages == 1:
            tient, haut = rendue, milieu - 1
        else:
            bas = milieu + 1
    return _composer(carte, CORPS[-1])[1] if tient is None else tient


def _composer(carte: CarteDuMenu, corps: float) -> tuple[int, bytes]:
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    preparer()
    sortie = io.BytesIO()
    largeur, hauteur = A4
    document = BaseDocTemplate(
        sortie,
        pagesize=A4,
        title=carte.titre,
        author=carte.auteur,
        creator="Tablées",
        lang=carte.langue,
        invariant=1,
        displayDocTitle=True,
        initialFontName=COURANT,
    )

    def decorer(toile: Any, _document: Any) -> None:
        lampions = [] if carte.sobre else [COULEURS[nom] for nom in LAMPIONS]
        dessiner_guirlande(toile, MARGE, hauteur - 40, largeur - 2 * MARGE, _encre(carte, "pierre"), lampions)

    cadre = Frame(MARGE, 44, largeur - 2 * MARGE, hauteur - 44 - 62, 0, 0, 0, 0)
    document.addPageTemplates(PageTemplate("carte", [cadre], onPage=decorer))
    document.build(_flots(carte, corps))
    return document.page, sortie.getvalue()


def _encre(carte: CarteDuMenu, nom: str) -> str:
    return "#000000" if carte.sobre else COULEURS[nom]


def _flots(carte: CarteDuMenu, corps: float) -> list[Any]:
    from reportlab.lib.enums import TA_CENTER
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import KeepTogether, Spacer

    def style(police: str, facteur: float, encre: str, avant: float = 0, apres: float = 0) -> Any:
        return ParagraphStyle(
            f"{police}-{facteur}-{encre}",
            fontName=police,
            fontSize=corps * facteur,
            leading=corps * facteur * 1.3,
            textColor=_encre(carte, encre),
            alignment=TA_CENTER,
            spaceBefore=corps * avant,
            spaceAfter=corps * apres,
            splitLongWords=True,
        )

    titre, sous_titre = style(TITRES, 2.4, "encre", apres=0.2), style(COURANT, 1.1, "pierre", apres=1.2)
    service, nom = style(GRAS, 0.95, "terre", avant=1.5, apres=0.4), style(TITRES, 1.35, "encre", avant=0.5)
    description, mention = style(COURANT, 1.0, "encre"), style(COURANT, 0.85, "pierre")
    pied = style(COURANT, 0.9, "encre", avant=0.4)
    flots = [paragraphe(carte.titre, titre)]
    if carte.sous_titre:
        flots.append(paragraphe(carte.sous_titre, sous_titre))
    for place in carte.services:
        tete = [paragraphe(place.nom, service)]
        for plat in place.plats:
            lignes = [paragraphe(plat.nom, nom)]
            lignes += [paragraphe(dit, description) for dit in (plat.description, plat.provenance) if dit]
            if plat.mentions:
                lignes.append(paragraphe(" · ".join(plat.mentions), mention))
            # Le nom du service reste avec son premier plat.
            flots.append(KeepTogether([*tete, *lignes]))
            tete = []
    return [*flots, Spacer(1, corps * 1.4), *(paragraphe(phrase, pied) for phrase in carte.pied)]
