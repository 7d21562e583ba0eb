"""La carte du territoire, dessinée en SVG dans la page : communes, lieux, évènements. Décision 0010.

Pur : des communes, des lieux et des évènements entrent, un dessin sort. Aucun fond venu d'ailleurs, aucun moteur de carte.

Projection équirectangulaire à la latitude du milieu : sur un département, les distances y sont justes à un pour cent près.
Le dessin est en unités, 720 en largeur ; un téléphone de 320 px en montre 9 pour 4 pixels.
"""

import functools
import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from server.evenements.schemas import EvenementBref
from server.lieux.contours import Anneau, sommets_utiles
from server.lieux.regles import distance_km
from server.lieux.schemas import ContourDeCommune, VueCommune, VueLieu
from server.pages.vues import est_situee, situer

LARGEUR: Final = 720
HAUTEUR_MIN, HAUTEUR_MAX = 360, 900
MARGE: Final = 32
PIED: Final = 52
"""Sous le dessin, la place de l'échelle et du nord."""

BORD: Final = 26
"""Ce qu'un rond et son filet demandent autour de leur centre."""


KM_PAR_DEGRE: Final = 111.195
"""De latitude."""

COTE_MIN_KM: Final = 6.0
"""Une commune seule se montre dans son pays, pas comme un point."""

RAYON_COMMUNE_KM: Final = 2.5
"""Une commune dont on n'a pas le contour va à peu près jusque-là : un lieu y est rarement au centre."""

ECART: Final = 56.0
"""Deux ronds plus proches n'en font qu'un : 25 px sur un écran de 320, la taille d'une cible (WCAG 2.5.8)."""

PRISE: Final = 50
"""Rayon que le doigt atteint, quand la place ne manque pas : 44 px de large sur le même écran."""

POIDS_CONTOURS: Final = 15_000
"""Caractères de tous les tracés : six kilo-octets une fois compressés."""

CORPS: Final = 25
"""Hauteur des noms ; un caractère prend un peu plus de la moitié en largeur."""

NOMS_DE_REPERE: Final = 8
"""Communes nommées sans qu'il s'y passe rien, pour se situer : les plus peuplées."""

Position = tuple[float, float]
"""Latitude, longitude."""

Pas = tuple[int, int]
"""Un point du dessin, en unités entières."""

Dessines = tuple[tuple[str, bytes], ...]
"""Les contours importés : code, GeoJSON."""

Boite = tuple[float, float, float, float]
"""Gauche, haut, droite, bas."""


# --- le cadre -------------------------------------------------------------------------------------------------------


class Projection(msgspec.Struct, frozen=True):
    """Des degrés aux unités du dessin, pour un cadre donné."""

    lat: float
    lon: float
    """Le milieu du cadre."""
    unites: float
    """Unités par degré de latitude."""
    hauteur: int

    def __call__(self, lat: float, lon: float) -> tuple[float, float]:
        """Abscisse et ordonnée, en unités."""
        x = LARGEUR / 2 + (lon - self.lon) * _resserrement(self.lat) * self.unites
        return x, self.hauteur / 2 + (self.lat - lat) * self.unites

    def contient(self, x: float, y: float) -> bool:
        """Vrai si un rond posé ici se voit en entier."""
        return BORD <= x <= LARGEUR - BORD and BORD <= y <= self.hauteur - BORD

    @property
    def unites_par_km(self) -> float:
        return self.unites / KM_PAR_DEGRE


def cadrer(positions: Iterable[Position]) -> Projection:
    """Le cadre le plus serré qui montre tous ces points ; la France entière s'il n'y en a pas."""
    points = list(positions) or [(41.3, -5.0), (51.1, 9.6)]
    sud, nord = min(lat for lat, _ in points), max(lat for lat, _ in points)
    ouest, est = min(lon for _, lon in points), max(lon for _, lon in points)
    milieu = (sud + nord) / 2
    large = max((est - ouest) * _resserrement(milieu), COTE_MIN_KM / KM_PAR_DEGRE)
    haut = max(nord - sud, COTE_MIN_KM / KM_PAR_DEGRE)
    unites = min((LARGEUR - 2 * MARGE) / large, (HAUTEUR_MAX - 2 * MARGE) / haut)
    hauteur = max(HAUTEUR_MIN, round(haut * unites) + 2 * MARGE)
    return Projection(milieu, (ouest + est) / 2, unites, hauteur)


def _resserrement(lat: float) -> float:
    """Ce que vaut un degré de longitude quand un degré de latitude vaut 1."""
    return max(0.01, math.cos(math.radians(lat)))


# --- ce que la carte montre -----------------------------------------------------------------------------------------


class Rond(msgspec.Struct, frozen=True, kw_only=True):
    """Un endroit où il se passe quelque chose : un rond, un nombre, et ses évènements dans la liste."""

    ancre: str
    x: int
    y: int
    prise: int
    evenements: Sequence[EvenementBref]
    communes: Sequence[str]
    """Noms, celle du rond d'abord."""
    code: str
    """Code de la commune du rond."""
    etendue_km: float
    """Jusqu'où vont les lieux réunis ici, depuis celui du rond."""

    @property
    def nombre(self) -> int:
        return len(self.evenements)


class Carre(msgspec.Struct, frozen=True, kw_only=True):
    """Un lieu, ou quelques lieux voisins, où rien n'est prévu."""

    x: int
    y: int
    prise: int
    nom: str
    chemin: str
    autres: int
    """Lieux réunis avec celui-ci."""


class Nom(msgspec.Struct, frozen=True):
    """Le nom d'une commune, posé où il ne cache rien."""

    mot: str
    x: int
    y: int
    ancrage: str
    """`start`, `middle` ou `end`, comme en SVG."""
    vif: bool
    """Il s'y passe quelque chose."""


class Echelle(msgspec.Struct, frozen=True):
    km: int
    longueur: int


class Carte(msgspec.Struct, frozen=True, kw_only=True):
    """Un dessin prêt à écrire dans la page, et les évènements rangés comme il les montre."""

    hauteur: int
    calmes: str
    """Tracé des communes où rien n'est prévu."""
    vives: str
    """Tracé de celles où il se passe quelque chose."""
    points: Sequence[tuple[int, int, int, bool]]
    """Communes sans contour : abscisse, ordonnée, rayon, vive."""
    ronds: Sequence[Rond]
    carres: Sequence[Carre]
    noms: Sequence[Nom]
    echelle: Echelle
    sans_place: Sequence[EvenementBref]
    """Ce qui n'a pas de place ici : en ligne, lieu inconnu, hors du cadre."""

    @property
    def largeur(self) -> int:
        return LARGEUR


def dessiner(
    communes: Mapping[str, VueCommune],
    contours: Sequence[ContourDeCommune],
    lieux: Sequence[VueLieu],
    evenements: Sequence[EvenementBref],
    *,
    autour: str | None = None,
    rayon_km: float | None = None,
) -> Carte:
    """La carte de tout le territoire ; ou celle d'une commune (`autour`) et de ce qui l'entoure."""
    dessines = tuple((c.code, bytes(c.contour)) for c in contours if c.contour is not None)
    formes = _lire_formes(dessines)
    projeter = cadrer(_a_montrer(communes, formes, evenements, autour, rayon_km))
    ronds, sans_place = _poser_les_ronds(evenements, communes, projeter)
    carres = _poser_les_carres(lieux, evenements, communes, ronds, projeter)
    vives = {e.lieu.commune.code for rond in ronds for e in rond.evenements if e.lieu}
    traces = _tracer(dessines, projeter)
    montrees = [c for c in communes.values() if c.code not in formes and est_situee(c.lat, c.lon)]
    return Carte(
        hauteur=projeter.hauteur + PIED,
        calmes="".join(trace for code, trace in traces.items() if code not in vives),
        vives="".join(trace for code, trace in traces.items() if code in vives),
        points=[
            (round(x), round(y), _rayon(commune.population), commune.code in vives)
            for commune in montrees
            for x, y in [projeter(commune.lat, commune.lon)]
            if projeter.contient(x, y)
        ],
        ronds=ronds,
        carres=carres,
        noms=_poser_les_noms(ronds, carres, communes, vives, projeter),
        echelle=_echelle(projeter),
        sans_place=sans_place,
    )


def _a_montrer(
    communes: Mapping[str, VueCommune],
    formes: Mapping[str, Sequence[Anneau]],
    evenements: Sequence[EvenementBref],
    autour: str | None,
    rayon_km: float | None,
) -> Iterator[Position]:
    """Les points qui font le cadre. Celui du territoire ne dépend pas des évènements : il ne bouge pas d'un filtre à l'autre."""
    centre = communes.get(autour or "")
    if centre is None or not est_situee(centre.lat, centre.lon):
        yield from ((lat, lon) for anneaux in formes.values() for anneau in anneaux for lon, lat in anneau)
        for commune in communes.values():
            if commune.code not in formes and est_situee(commune.lat, commune.lon):
                yield from _alentour(commune.lat, commune.lon, RAYON_COMMUNE_KM)
        return
    yield from _alentour(centre.lat, centre.lon, rayon_km or RAYON_COMMUNE_KM)
    yield from ((lat, lon) for anneau in formes.get(centre.code, []) for lon, lat in anneau)
    yield from (place for e in evenements if (place := situer(e.lieu, communes)))


def _alentour(lat: float, lon: float, km: float) -> tuple[Position, Position]:
    """Deux coins opposés d'un carré autour d'un point."""
    haut = km / KM_PAR_DEGRE
    large = haut / _resserrement(lat)
    return (lat - haut, lon - large), (lat + haut, lon + large)


# --- les endroits ---------------------------------------------------------------------------------------------------


def regrouper(points: Sequence[tuple[float, float]], poids: Sequence[int], ecart: float = ECART) -> list[int]:
    """À quel point chacun se rattache : lui-même, ou le plus proche de ceux, plus lourds, qu'il toucherait.

    Deux points gardés sont toujours à `ecart` au moins l'un de l'autre, et chacun reste où il est vraiment.
    """
    gardes: list[int] = []
    rattache = list(range(len(points)))
    for rang in sorted(range(len(points)), key=lambda rang: (-poids[rang], rang)):
        distance, proche = min(
            ((math.dist(points[rang], points[garde]), garde) for garde in gardes), default=(math.inf, rang)
        )
        if distance < ecart:
            rattache[rang] = proche
        else:
            gardes.append(rang)
    return rattache


def _prise(rang: int, points: Sequence[tuple[float, float]]) -> int:
    """Le rayon que le doigt atteint, sans mordre sur les voisins."""
    voisins = (math.dist(points[rang], autre) for n, autre in enumerate(points) if n != rang)
    return int(min(PRISE, min(voisins, default=math.inf) / 2))


def _poser_les_ronds(
    evenements: Sequence[EvenementBref], communes: Mapping[str, VueCommune], projeter: Projection
) -> tuple[list[Rond], list[EvenementBref]]:
    """Les ronds, dans l'ordre de leur premier évènement, et ce qui n'a pas de place sur la carte."""
    places: dict[Position, list[EvenementBref]] = {}
    sans_place = []
    for evenement in evenements:
        position = situer(evenement.lieu, communes)
        if position is None or not projeter.contient(*projeter(*position)):
            sans_place.append(evenement)
        else:
            places.setdefault(position, []).append(evenement)
    positions = list(places)
    points = [projeter(*position) for position in positions]
    rattache = regrouper(points, [len(places[position]) for position in positions])
    gardes = list(dict.fromkeys(rattache))
    centres = [points[garde] for garde in gardes]
    ordre = {evenement.slug: rang for rang, evenement in enumerate(evenements)}
    ronds = []
    for rang, garde in enumerate(gardes):
        reunies = [positions[n] for n, vers in enumerate(rattache) if vers == garde]
        # Le rond est sur l'un de ces lieux : sa commune se dit d'abord.
        ici = [e for e in places[positions[garde]] if e.lieu]
        siens = sorted((e for place in reunies for e in places[place]), key=lambda e: ordre[e.slug])
        noms = [e.lieu.commune.nom for e in (*ici, *siens) if e.lieu]
        ronds.append(
            Rond(
                ancre=f"endroit-{rang + 1}",
                x=round(centres[rang][0]),
                y=round(centres[rang][1]),
                prise=_prise(rang, centres),
                evenements=siens,
                communes=list(dict.fromkeys(noms)),
                code=next(e.lieu.commune.code for e in ici if e.lieu),
                etendue_km=max(distance_km(*positions[garde], *place) for place in reunies),
            )
        )
    return ronds, sans_place


def _poser_les_carres(
    lieux: Sequence[VueLieu],
    evenements: Sequence[EvenementBref],
    communes: Mapping[str, VueCommune],
    ronds: Sequence[Rond],
    projeter: Projection,
) -> list[Carre]:
    """Les lieux où rien n'est prévu, hors des ronds ; des voisins n'en font qu'un, qui mène à leur commune."""
    animes = {e.lieu.slug for e in evenements if e.lieu}
    centres = [(float(rond.x), float(rond.y)) for rond in ronds]
    libres = []
    for lieu in lieux:
        position = None if lieu.slug in animes else situer(lieu, communes)
        if position is None:
            continue
        point = projeter(*position)
        if projeter.contient(*point) and all(math.dist(point, centre) >= ECART for centre in centres):
            libres.append((lieu, point))
    points = [point for _, point in libres]
    rattache = regrouper(points, [1] * len(points))
    gardes = sorted(set(rattache))
    tous = [*(points[garde] for garde in gardes), *centres]
    carres = []
    for rang, garde in enumerate(gardes):
        lieu, (x, y) = libres[garde]
        autres = rattache.count(garde) - 1
        carres.append(
            Carre(
                x=round(x),
                y=round(y),
                prise=_prise(rang, tous),
                nom=f"{lieu.nom}, {lieu.commune.nom}",
                chemin=f"/communes/{lieu.commune.code}" if autres else f"/lieux/{lieu.slug}",
                autres=autres,
            )
        )
    return carres


# --- les communes ---------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=2)
def _lire_formes(dessines: Dessines) -> dict[str, list[Anneau]]:
    """Les bords extérieurs, par commune ; une enclave est dessinée par la commune qui y est."""
    formes = {}
    for code, contour in dessines:
        geometrie: dict[str, Any] = msgspec.json.decode(contour)
        coordonnees = geometrie["coordinates"]
        polygones = coordonnees if geometrie["type"] == "MultiPolygon" else [coordonnees]
        formes[code] = [[(lon, lat) for lon, lat in polygone[0]] for polygone in polygones]
    return formes


@functools.lru_cache(maxsize=16)
def _tracer(dessines: Dessines, projeter: Projection) -> dict[str, str]:
    """Le tracé de chaque commune visible ; plus elles sont nombreuses, moins chacune a de sommets.

    Retenu : un département entier prend un quart de seconde, et le fond ne change pas d'un filtre à l'autre.
    """
    visibles: dict[str, list[list[Pas]]] = {}
    for code, anneaux in _lire_formes(dessines).items():
        entiers = [[_arrondir(projeter(lat, lon)) for lon, lat in anneau] for anneau in anneaux]
        if any(_touche(anneau, projeter) for anneau in entiers):
            visibles[code] = [[point for point, _ in itertools.groupby(anneau)] for anneau in entiers]
    ecart = 0.8
    while True:
        traces = {code: "".join(_chemin(anneau) for anneau in anneaux) for code, anneaux in visibles.items()}
        if sum(map(len, traces.values())) <= POIDS_CONTOURS or ecart > 40:
            return traces
        visibles = {
            code: [[anneau[rang] for rang in sommets_utiles(anneau, ecart)] for anneau in anneaux]
            for code, anneaux in visibles.items()
        }
        ecart *= 1.4


def _arrondir(point: tuple[float, float]) -> Pas:
    return round(point[0]), round(point[1])


def _touche(anneau: Sequence[Pas], projeter: Projection) -> bool:
    xs, ys = [x for x, _ in anneau], [y for _, y in anneau]
    return min(xs) <= LARGEUR and max(xs) >= 0 and min(ys) <= projeter.hauteur and max(ys) >= 0


def _chemin(anneau: Sequence[Pas]) -> str:
    """Un anneau en commandes SVG : un départ, puis des pas. Rien s'il est plus petit qu'un trait."""
    if len(anneau) < 4:
        return ""
    depart = f"M{anneau[0][0]} {anneau[0][1]}l"
    pas = " ".join(f"{x - a} {y - b}" for (a, b), (x, y) in itertools.pairwise(anneau[:-1]))
    # Le signe sépare aussi bien que l'espace.
    return depart + pas.replace(" -", "-") + "z"


def _rayon(population: int) -> int:
    """L'aire d'un point suit la population ; entre 7 et 44 unités, pour que le plus petit village se voie."""
    return round(min(44.0, max(7.0, math.sqrt(population) / 2.1)))


# --- les noms et l'échelle ------------------------------------------------------------------------------------------


def _poser_les_noms(
    ronds: Sequence[Rond],
    carres: Sequence[Carre],
    communes: Mapping[str, VueCommune],
    vives: set[str],
    projeter: Projection,
) -> list[Nom]:
    """Les noms qui tiennent : ceux des ronds, puis ceux des plus grandes communes, chacun où il ne couvre rien."""
    prises: list[Boite] = [(r.x - 25.0, r.y - 25.0, r.x + 25.0, r.y + 25.0) for r in ronds]
    prises += [(c.x - 10.0, c.y - 10.0, c.x + 10.0, c.y + 10.0) for c in carres]
    noms: list[Nom] = []

    def poser(mot: str, x: float, y: float, recul: int, *, vif: bool) -> bool:
        large = len(mot) * CORPS * (0.68 if vif else 0.58)
        for ancrage, ou_x, ou_y in (
            ("middle", x, y + recul + CORPS),
            ("middle", x, y - recul - 6),
            ("start", x + recul + 4, y + 9),
            ("end", x - recul - 4, y + 9),
            ("start", x + recul * 0.7, y - recul * 0.7),
            ("end", x - recul * 0.7, y - recul * 0.7),
            ("start", x + recul * 0.7, y + recul * 0.7 + CORPS * 0.8),
            ("end", x - recul * 0.7, y + recul * 0.7 + CORPS * 0.8),
        ):
            gauche = ou_x - {"start": 0.0, "middle": large / 2, "end": large}[ancrage]
            boite = (gauche, ou_y - CORPS, gauche + large, ou_y + 6)
            dedans = (
                boite[0] >= 4 and boite[1] >= 0 and boite[2] <= LARGEUR - 4 and boite[3] <= projeter.hauteur
            )
            if dedans and not any(_se_couvrent(boite, prise) for prise in prises):
                prises.append(boite)
                noms.append(Nom(mot, round(ou_x), round(ou_y), ancrage, vif))
                return True
        return False

    for rond in sorted(ronds, key=lambda rond: -rond.nombre):
        suite = "…" if len(rond.communes) > 1 else ""
        for nom in dict.fromkeys((rond.communes[0], en_court(rond.communes[0]))):
            if poser(nom + suite, rond.x, rond.y, 26, vif=True):
                break
    situees = [c for c in communes.values() if c.code not in vives and est_situee(c.lat, c.lon)]
    for commune in sorted(situees, key=lambda c: (-c.population, c.code))[:NOMS_DE_REPERE]:
        x, y = projeter(commune.lat, commune.lon)
        poser(commune.nom, x, y - CORPS / 2, 0, vif=False)
    return noms


def en_court(commune: str) -> str:
    """« St-Maximin », « Arpaillargues » : ce qu'on lit sur un panneau, quand le nom entier n'a pas la place."""
    court = re.sub(r"\bSaint(e?)-", r"St\1-", commune)
    return re.split(r"-(?:et|la|le|les|de|du|des|d'|d’|sur|sous|en|près|lès)-", court)[0]


def _se_couvrent(a: Boite, b: Boite) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _echelle(projeter: Projection) -> Echelle:
    """La plus grande longueur ronde qui tienne dans un quart de la largeur."""
    km = max(
        (km for km in (1, 2, 5, 10, 20, 50, 100, 200) if km * projeter.unites_par_km <= LARGEUR / 4),
        default=1,
    )
    return Echelle(km, round(km * projeter.unites_par_km))
