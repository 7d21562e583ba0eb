"""Alléger les contours des communes, pour une carte qui tient dans quelques kilo-octets.

Algorithme de Douglas et Peucker (1973), à tolérance doublée jusqu'à tenir dans le poids voulu. Écrit ici plutôt que pris à
une bibliothèque : celles qui le font (shapely) apportent GEOS et numpy, des dizaines de mégaoctets pour trente lignes.

Chaque commune est allégée seule : deux voisines peuvent s'écarter ou se chevaucher de quelques dizaines de mètres. La
carte se regarde, elle ne se cadastre pas.
"""

import itertools
import math
from collections.abc import Sequence
from typing import Any, Final

import msgspec

POIDS_MAX: Final = 1800
"""Octets d'un contour en JSON."""

TOLERANCE_DEPART: Final = 0.0002
"""En degrés de latitude : environ 22 m."""

DECIMALES: Final = 5
"""Un mètre : plus fin ne se voit pas."""

Point = tuple[float, float]
Anneau = list[Point]


class ContourIllisible(ValueError):
    """Ce n'est pas un Polygon ni un MultiPolygon GeoJSON."""


def alleger(geometrie: Any, poids_max: int = POIDS_MAX) -> str:
    """Le contour allégé, en GeoJSON compact ; lève `ContourIllisible`.

    Garde toujours l'anneau le plus grand. Les îlots et les enclaves qui n'ont plus trois sommets disparaissent.
    """
    polygones = _lire(geometrie)
    tolerance = TOLERANCE_DEPART
    while True:
        texte = _ecrire(_simplifier_tout(polygones, tolerance))
        if len(texte) <= poids_max or tolerance > 1:
            return texte
        tolerance *= 1.5


def _lire(geometrie: Any) -> list[list[Anneau]]:
    try:
        genre, coordonnees = geometrie["type"], geometrie["coordinates"]
        if genre == "Polygon":
            coordonnees = [coordonnees]
        elif genre != "MultiPolygon":
            raise ContourIllisible(f"contour de type {genre!r}")
        polygones = [
            [[(float(point[0]), float(point[1])) for point in anneau] for anneau in polygone]
            for polygone in coordonnees
        ]
    except (KeyError, TypeError, IndexError, ValueError) as erreur:
        raise ContourIllisible("contour illisible") from erreur
    sommets = [point for polygone in polygones for anneau in polygone for point in anneau]
    if not all(math.isfinite(x) and math.isfinite(y) and abs(x) <= 180 and abs(y) <= 90 for x, y in sommets):
        raise ContourIllisible("coordonnées hors de la Terre")
    polygones = [polygone for polygone in polygones if polygone and len(polygone[0]) >= 4]
    if not polygones:
        raise ContourIllisible("contour vide")
    return polygones


def _simplifier_tout(polygones: list[list[Anneau]], tolerance: float) -> list[list[Anneau]]:
    principal = max(polygones, key=lambda polygone: _aire(polygone[0]))
    gardes: list[list[Anneau]] = []
    for polygone in polygones:
        anneaux = [simplifier_anneau(anneau, tolerance) for anneau in polygone]
        if len(anneaux[0]) < 4:
            if polygone is not principal:
                continue
            anneaux[0] = _boite(polygone[0])
        gardes.append([anneaux[0], *(anneau for anneau in anneaux[1:] if len(anneau) >= 4)])
    return gardes


def simplifier_anneau(anneau: Anneau, tolerance: float) -> Anneau:
    """L'anneau sans les sommets qui s'écartent de moins de `tolerance` du trait ; fermé, s'il lui en reste assez."""
    # Les longitudes se resserrent avec la latitude : sans correction, on lisserait plus dans un sens que dans l'autre.
    resserrement = math.cos(math.radians(anneau[0][1]))
    gardes = sommets_utiles([(x * resserrement, y) for x, y in anneau], tolerance)
    arrondis = [(round(anneau[rang][0], DECIMALES), round(anneau[rang][1], DECIMALES)) for rang in gardes]
    arrondis[-1] = arrondis[0]
    return [point for rang, point in enumerate(arrondis) if rang == 0 or point != arrondis[rang - 1]]


def sommets_utiles(plan: Sequence[Point], tolerance: float) -> list[int]:
    """Les rangs des sommets à garder d'un anneau fermé, dans un plan dont les deux axes ont la même unité."""
    # Un anneau revient à son départ : on le coupe au sommet le plus éloigné pour avoir deux lignes ouvertes.
    loin = max(range(len(plan)), key=lambda rang: math.dist(plan[0], plan[rang]))
    return sorted(
        {*_douglas_peucker(plan, 0, loin, tolerance), *_douglas_peucker(plan, loin, len(plan) - 1, tolerance)}
    )


def _douglas_peucker(plan: Sequence[Point], debut: int, fin: int, tolerance: float) -> set[int]:
    gardes = {debut, fin}
    a_voir = [(debut, fin)]
    while a_voir:
        a, b = a_voir.pop()
        if b - a < 2:
            continue
        ecart, milieu = max((_ecart(plan[rang], plan[a], plan[b]), rang) for rang in range(a + 1, b))
        if ecart > tolerance:
            gardes.add(milieu)
            a_voir += [(a, milieu), (milieu, b)]
    return gardes


def _ecart(point: Point, a: Point, b: Point) -> float:
    """Distance d'un point au segment."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    longueur2 = dx * dx + dy * dy
    if longueur2 == 0:
        return math.dist(point, a)
    t = max(0.0, min(1.0, ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / longueur2))
    return math.dist(point, (a[0] + t * dx, a[1] + t * dy))


def _aire(anneau: Anneau) -> float:
    cotes = itertools.pairwise(anneau)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in cotes)) / 2


def _boite(anneau: Anneau) -> Anneau:
    """Le rectangle qui contient l'anneau : ce qui reste d'un îlot trop petit pour la tolérance."""
    gauche, droite = min(x for x, _ in anneau), max(x for x, _ in anneau)
    bas, haut = min(y for _, y in anneau), max(y for _, y in anneau)
    return [(gauche, bas), (droite, bas), (droite, haut), (gauche, haut), (gauche, bas)]


def _ecrire(polygones: list[list[Anneau]]) -> str:
    if len(polygones) == 1:
        return msgspec.json.encode({"type": "Polygon", "coordinates": polygones[0]}).decode()
    return msgspec.json.encode({"type": "MultiPolygon", "coordinates": polygones}).decode()
