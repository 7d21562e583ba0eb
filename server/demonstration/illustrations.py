"""Les illustrations de la démonstration, dessinées ici : aplats, courbes, quelques lampions.

Dessinées deux fois trop grandes puis réduites (les bords sont lisses), rendues en PNG, elles suivent ensuite le chemin
de n'importe quelle photo envoyée par une structure.
"""

import io
import math
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    pass

LARGEUR: Final = 1200
HAUTEUR: Final = 800
TRAIT: Final = 2
"""Facteur de dessin."""

LIN: Final = "#FBF7EF"
NAPPE: Final = "#FFFFFF"
ENCRE: Final = "#23261F"
TERRE: Final = "#A63D1E"
OLIVE: Final = "#4A6113"
LAVANDE: Final = "#5A4A8A"
MIEL: Final = "#E3A72F"
SABLE: Final = "#EFE3CB"
SAUGE: Final = "#A9B98A"
FEUILLAGE: Final = "#6F8A3C"
NUIT: Final = "#2B2A4A"
CIEL: Final = "#DDE6E4"
EAU: Final = "#7FA6A8"
ECORCE: Final = "#8A7358"

Point = tuple[float, float]


class Illustration(msgspec.Struct, frozen=True):
    """Un dessin et ce qu'il montre, dit à qui ne le voit pas."""

    dessiner: Callable[["Feuille"], None]
    alt: str


class Feuille:
    """Une feuille où l'on dessine en coordonnées de 1 200 × 800."""

    def __init__(self, fond: str) -> None:
        from PIL import Image, ImageDraw

        self.image = Image.new("RGB", (LARGEUR * TRAIT, HAUTEUR * TRAIT), fond)
        self._crayon = ImageDraw.Draw(self.image)

    def forme(self, points: list[Point], couleur: str) -> None:
        self._crayon.polygon([(x * TRAIT, y * TRAIT) for x, y in points], fill=couleur)

    def rond(self, x: float, y: float, rx: float, couleur: str, ry: float | None = None) -> None:
        h = rx if ry is None else ry
        boite = [(x - rx) * TRAIT, (y - h) * TRAIT, (x + rx) * TRAIT, (y + h) * TRAIT]
        self._crayon.ellipse(boite, fill=couleur)

    def bande(
        self, x: float, y: float, largeur: float, hauteur: float, couleur: str, rayon: float = 0
    ) -> None:
        boite = [x * TRAIT, y * TRAIT, (x + largeur) * TRAIT, (y + hauteur) * TRAIT]
        self._crayon.rounded_rectangle(boite, rayon * TRAIT, fill=couleur)

    def ligne(self, points: list[Point], couleur: str, epaisseur: float) -> None:
        self._crayon.line(
            [(x * TRAIT, y * TRAIT) for x, y in points],
            fill=couleur,
            width=round(epaisseur * TRAIT),
            joint="curve",
        )

    def colline(self, base: float, creux: float, phase: float, couleur: str, periode: float = 900) -> None:
        """Une ligne de collines, du bord gauche au bord droit."""
        crete = [
            (x, base + creux * math.sin(x / periode * math.tau + phase)) for x in range(0, LARGEUR + 20, 20)
        ]
        self.forme([*crete, (LARGEUR, HAUTEUR), (0, HAUTEUR)], couleur)

    def arbre(
        self, x: float, sol: float, taille: float, feuillage: str = FEUILLAGE, tronc: str = ECORCE
    ) -> None:
        """Un platane : un tronc clair, trois boules."""
        self.forme(
            [(x - taille * 0.06, sol), (x - taille * 0.035, sol - taille), (x + taille * 0.035, sol - taille),
             (x + taille * 0.06, sol)], tronc
        )  # fmt: skip
        for dx, dy, r in ((-0.26, -1.02, 0.3), (0.27, -1.05, 0.3), (0.0, -1.28, 0.38)):
            self.rond(x + dx * taille, sol + dy * taille, r * taille, feuillage, r * taille * 0.86)

    def cypres(self, x: float, sol: float, taille: float, couleur: str = OLIVE) -> None:
        self.rond(x, sol - taille / 2, taille * 0.11, couleur, taille / 2)

    def guirlande(
        self, depart: Point, arrivee: Point, fleche: float, couleurs: list[str], nombre: int = 9
    ) -> None:
        """Un fil qui pend, et ses lampions."""
        (x1, y1), (x2, y2) = depart, arrivee

        def sur_le_fil(t: float) -> Point:
            return x1 + (x2 - x1) * t, y1 + (y2 - y1) * t + fleche * 4 * t * (1 - t)

        self.ligne([sur_le_fil(t / 40) for t in range(41)], ENCRE, 2.5)
        for rang in range(nombre):
            x, y = sur_le_fil((rang + 0.5) / nombre)
            self.bande(x - 3, y, 6, 10, ENCRE)
            self.rond(x, y + 28, 19, couleurs[rang % len(couleurs)], 21)

    def png(self) -> bytes:
        from PIL.Image import Resampling

        sortie = io.BytesIO()
        self.image.resize((LARGEUR, HAUTEUR), Resampling.BOX).save(sortie, "PNG", compress_level=1)
        return sortie.getvalue()


def dessiner(nom: str) -> bytes:
    """Une illustration, en PNG."""
    feuille = Feuille(LIN)
    ILLUSTRATIONS[nom].dessiner(feuille)
    return feuille.png()


def _nappe(feuille: Feuille, haut: float, bas: float, gauche: float, droite: float, fuite: float) -> None:
    """Une longue table vue de bout, ses assiettes et ses carafes."""
    feuille.forme([(fuite - 46, haut), (fuite + 46, haut), (droite, bas), (gauche, bas)], NAPPE)
    feuille.forme([(fuite - 7, haut), (fuite + 7, haut), (fuite + 58, bas), (fuite - 58, bas)], TERRE)
    for rang in range(7):
        t = (rang + 0.7) / 7.2
        y = haut + (bas - haut) * t**1.7
        demi = 46 + (droite - gauche - 92) / 2 * ((y - haut) / (bas - haut))
        r = 5 + 40 * ((y - haut) / (bas - haut))
        for cote in (-1, 1):
            feuille.rond(fuite + cote * demi * 0.68, y, r * 1.15, SABLE, r * 0.5)
            feuille.rond(
                fuite + cote * demi * 0.68, y - r * 0.06, r * 0.7, (OLIVE, MIEL, TERRE)[rang % 3], r * 0.27
            )


def _tablee(f: Feuille) -> None:
    f.bande(0, 0, LARGEUR, 470, CIEL)
    f.colline(400, 34, 0.6, SAUGE)
    f.bande(0, 455, LARGEUR, 345, SABLE)
    for x, taille in ((90, 330), (330, 250), (880, 250), (1120, 340)):
        f.arbre(x, 500 + taille * 0.1, taille)
    f.guirlande((100, 130), (1110, 130), 110, [MIEL, TERRE, NAPPE, LAVANDE], 15)
    _nappe(f, 455, 800, 190, 1010, 600)


def _collines(f: Feuille) -> None:
    f.bande(0, 0, LARGEUR, HAUTEUR, "#F4E3C1")
    f.rond(870, 260, 88, MIEL)
    f.colline(380, 46, 0.2, "#B9AFCF", 1100)
    f.colline(470, 40, 2.1, SAUGE, 820)
    for x, taille in ((150, 150), (190, 190), (236, 130), (1010, 170)):
        f.cypres(x, 470, taille)
    f.colline(570, 30, 4.0, FEUILLAGE, 950)
    f.colline(660, 26, 1.1, OLIVE, 1300)
    hasard = Random("lavande")  # noqa: S311
    for rang in range(9):
        y = 600 + rang * 24
        for x in range(-20, LARGEUR, 34):
            f.rond(x + hasard.random() * 14 + (rang % 2) * 17, y + 18 * math.sin(x / 190 + 1), 11, LAVANDE, 8)


def _ecran(f: Feuille) -> None:
    f.bande(0, 0, LARGEUR, HAUTEUR, NUIT)
    hasard = Random("étoiles")  # noqa: S311
    for _ in range(90):
        f.rond(hasard.random() * LARGEUR, hasard.random() * 430, 1.2 + hasard.random() * 1.8, "#EDE7D2")
    f.colline(560, 30, 1.0, "#20263A", 1200)
    f.bande(330, 170, 540, 320, ENCRE, 6)
    f.bande(342, 182, 516, 296, LIN)
    f.forme([(342, 478), (342, 400), (470, 330), (580, 392), (700, 300), (858, 410), (858, 478)], SAUGE)
    f.rond(760, 250, 34, MIEL)
    for x in (360, 840):
        f.ligne([(x, 490), (x, 590)], ENCRE, 8)
    f.bande(0, 585, LARGEUR, 215, "#181B28")
    for rang, (y, r, pas) in enumerate(((640, 24, 84), (700, 31, 108), (775, 40, 140))):
        for place in range(-1, LARGEUR // pas + 2):
            x = place * pas + rang * 37
            f.rond(x, y, r, ("#3A3556", "#4A3B33", "#33402F")[(place + rang) % 3])
            f.bande(
                x - r * 1.25,
                y + r * 0.7,
                r * 2.5,
                r * 2.6,
                ("#2E2B47", "#3B2F29", "#293425")[(place + rang) % 3],
                r,
            )


def _marmite(f: Feuille) -> None:
    f.bande(0, 0, LARGEUR, HAUTEUR, "#F6E7CF")
    f.bande(0, 560, LARGEUR, 240, "#C9A77C")
    for x in (480, 600, 720):
        f.ligne([(x + 22 * math.sin(t / 5 + x), 250 - t * 5) for t in range(30)], NAPPE, 13)
    f.rond(600, 330, 250, "#3A3D36", 46)
    f.forme([(352, 330), (848, 330), (800, 590), (400, 590)], "#3A3D36")
    f.rond(600, 590, 200, "#3A3D36", 40)
    f.rond(600, 328, 222, TERRE, 34)
    for x, y, couleur in (
        (500, 322, MIEL),
        (570, 338, OLIVE),
        (640, 318, MIEL),
        (705, 334, FEUILLAGE),
        (450, 334, OLIVE),
    ):
        f.rond(x, y, 24, couleur, 11)
    for x in (330, 870):
        f.rond(x, 400, 34, "#3A3D36")
        f.rond(x, 400, 18, "#F6E7CF")
    f.forme([(112, 610), (188, 610), (150, 726)], "#E07A2F")
    f.rond(150, 612, 38, "#E07A2F", 20)
    for dx in (-20, 0, 20):
        f.ligne([(150, 600), (150 + dx, 552 + abs(dx) / 2)], FEUILLAGE, 11)
    f.rond(292, 676, 54, OLIVE, 48)
    f.rond(292, 676, 30, FEUILLAGE, 27)
    f.rond(952, 672, 62, MIEL, 54)
    for dx in (-26, 0, 26):
        f.rond(952 + dx, 672, 15, "#D0921F", 52)
    f.rond(1080, 690, 40, TERRE, 36)
    f.ligne([(1080, 656), (1090, 634)], OLIVE, 7)


def _cercle(f: Feuille) -> None:
    f.bande(0, 0, LARGEUR, HAUTEUR, "#EFE9F2")
    f.bande(0, 470, LARGEUR, 330, "#DCCFB4")
    for x in (130, 420, 710, 1000):
        f.bande(x, 90, 120, 210, "#CFC4DF", 60)
        f.bande(x + 10, 100, 100, 190, "#F7E9C8", 50)
    f.rond(600, 640, 455, "#CBBB97", 140)
    f.rond(600, 636, 190, TERRE, 56)
    f.rond(600, 630, 120, "#B9583B", 34)
    places = [
        (600 + 400 * math.cos(tour), 634 + 118 * math.sin(tour))
        for tour in (math.tau * r / 12 for r in range(12))
    ]
    couleurs = (LAVANDE, OLIVE, TERRE, MIEL)
    # Du fond vers nous, pour que chacun cache qui est derrière lui.
    for rang, (cx, y) in sorted(enumerate(places), key=lambda place: place[1][1]):
        e = 0.72 + (y - 516) / 236 * 0.5
        f.bande(cx - 34 * e, y - 150 * e, 68 * e, 120 * e, couleurs[rang % 4], 30 * e)
        f.rond(cx, y - 172 * e, 30 * e, ("#8A6248", "#E6C3A0", "#5D4334", "#D3A27E")[rang % 4])
        f.bande(cx - 40 * e, y - 46 * e, 80 * e, 16 * e, ENCRE, 6 * e)
        for cote in (-1, 1):
            f.bande(cx + cote * 32 * e - 4 * e, y - 34 * e, 8 * e, 46 * e, ENCRE)


def _eau(f: Feuille) -> None:
    f.bande(0, 0, LARGEUR, HAUTEUR, CIEL)
    f.colline(300, 40, 2.6, SAUGE, 1000)
    f.arbre(180, 470, 300)
    f.arbre(1040, 480, 330)
    f.bande(0, 440, LARGEUR, 360, "#C9BFA8")
    for rang in range(4):
        for x in range(-60 + (rang % 2) * 60, LARGEUR, 120):
            f.bande(
                x + 4, 442 + rang * 44, 112, 38, ("#D9D0BC", "#BFB49B", "#CFC5AE")[(x // 120 + rang) % 3], 6
            )
    f.bande(130, 560, 940, 240, "#A99F8A", 16)
    f.bande(170, 600, 860, 200, EAU, 10)
    for rang in range(6):
        y = 630 + rang * 28
        f.ligne([(190 + t * 20, y + 5 * math.sin(t / 1.7 + rang)) for t in range(42)], "#A9C6C6", 4)
    f.bande(560, 470, 80, 66, "#8F8672", 8)
    f.forme([(586, 536), (614, 536), (624, 640), (576, 640)], "#D4E6E6")
    f.rond(600, 642, 60, "#C6DDDD", 14)


def _jardin(f: Feuille) -> None:
    f.bande(0, 0, LARGEUR, HAUTEUR, "#EEF0DC")
    f.rond(220, 170, 70, MIEL)
    f.colline(330, 30, 0.9, SAUGE, 1000)
    f.bande(820, 210, 220, 150, "#D8B68C")
    f.forme([(790, 215), (930, 120), (1070, 215)], TERRE)
    f.bande(900, 280, 60, 80, ECORCE)
    f.bande(0, 355, LARGEUR, 445, "#A98256")
    for rang in range(7):
        gauche, droite = 600 + (rang - 3.5) * 60, 600 + (rang - 2.5) * 60
        bas_g, bas_d = 600 + (rang - 3.5) * 300, 600 + (rang - 2.5) * 300
        f.forme([(gauche + 8, 355), (droite - 8, 355), (bas_d - 40, 800), (bas_g + 40, 800)], "#8C6A43")
        for pas in range(8):
            t = ((pas + 0.6) / 8) ** 1.6
            x = (gauche + droite) / 2 + ((bas_g + bas_d) / 2 - (gauche + droite) / 2) * t
            y = 355 + 445 * t
            r = 7 + 46 * t
            couleur = (OLIVE, FEUILLAGE, "#7A5A8C", OLIVE, FEUILLAGE, SAUGE, OLIVE)[rang]
            f.rond(x - r * 0.5, y, r * 0.7, couleur, r * 0.55)
            f.rond(x + r * 0.5, y, r * 0.7, couleur, r * 0.55)
            f.rond(x, y - r * 0.35, r * 0.62, SAUGE if couleur != SAUGE else FEUILLAGE, r * 0.5)


def _lampions(f: Feuille) -> None:
    f.bande(0, 0, LARGEUR, HAUTEUR, "#3A335E")
    f.bande(0, 560, LARGEUR, 240, "#4A3B33")
    f.colline(520, 26, 3.0, "#2C2947", 1100)
    for x, taille in ((70, 420), (1140, 440)):
        f.arbre(x, 640, taille, "#2F3B2A", "#5D4C3B")
    for y, fleche in ((120, 90), (200, 110), (290, 120)):
        f.guirlande((20, y), (1180, y - 20), fleche, [MIEL, "#E98B5A", LIN, "#B79BE0"], 11)
    f.bande(0, 590, LARGEUR, 210, "#6B5140")
    hasard = Random("danse")  # noqa: S311
    for rang in range(9):
        px, py = 120 + rang * 122 + hasard.random() * 30, 640 + hasard.random() * 70
        couleur = (TERRE, OLIVE, LAVANDE, "#C9772C", EAU)[rang % 5]
        f.rond(px, py - 150, 26, ("#8A6248", "#E6C3A0", "#5D4334")[rang % 3])
        f.forme([(px - 26, py - 122), (px + 26, py - 122), (px + 52, py + 20), (px - 52, py + 20)], couleur)
        f.ligne([(px - 24, py - 108), (px - 70, py - 150 + hasard.random() * 40)], couleur, 15)
        f.ligne([(px + 24, py - 108), (px + 68, py - 156 + hasard.random() * 40)], couleur, 15)
        f.ligne([(px - 16, py + 18), (px - 20, py + 62)], ENCRE, 12)
        f.ligne([(px + 16, py + 18), (px + 24, py + 62)], ENCRE, 12)


ILLUSTRATIONS: Final[dict[str, Illustration]] = {
    "tablee": Illustration(
        _tablee, "Dessin : une longue table nappée de blanc, sous des platanes reliés par des lampions."
    ),
    "collines": Illustration(
        _collines, "Dessin : des rangs de lavande devant des collines, quelques cyprès et un soleil bas."
    ),
    "ecran": Illustration(
        _ecran, "Dessin : la nuit, des gens assis de dos devant un écran de cinéma en plein air."
    ),
    "marmite": Illustration(_marmite, "Dessin : une grande marmite fumante entourée de légumes de saison."),
    "cercle": Illustration(_cercle, "Dessin : douze personnes assises en cercle dans une salle claire."),
    "eau": Illustration(_eau, "Dessin : un lavoir de pierre où coule une source, entre deux platanes."),
    "jardin": Illustration(
        _jardin, "Dessin : des rangs de légumes qui mènent à une petite maison au toit de tuiles."
    ),
    "lampions": Illustration(
        _lampions, "Dessin : des silhouettes dansent le soir sous trois guirlandes de lampions."
    ),
}
