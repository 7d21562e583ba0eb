"""Alléger un contour sans le déformer."""

import itertools
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.lieux.contours import ContourIllisible, alleger, simplifier_anneau


def un_cercle(sommets: int, rayon: float = 0.05, lon: float = 4.4, lat: float = 44.0) -> list[list[float]]:
    points = [
        [lon + rayon * math.cos(2 * math.pi * i / sommets), lat + rayon * math.sin(2 * math.pi * i / sommets)]
        for i in range(sommets)
    ]
    return [*points, points[0]]


def un_polygone(*anneaux: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(anneaux)}


def aire(anneau: list[list[float]]) -> float:
    paires = itertools.pairwise(anneau)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in paires)) / 2


def test_un_gros_contour_tient_dans_le_poids_et_garde_sa_forme() -> None:
    brut = un_polygone(un_cercle(5000))

    allege = alleger(brut)

    assert len(allege) <= 1800
    anneau = json.loads(allege)["coordinates"][0]
    assert anneau[0] == anneau[-1]
    assert 12 <= len(anneau) < 200
    assert aire(anneau) == pytest.approx(aire(brut["coordinates"][0]), rel=0.03)


def test_un_contour_simple_reste_le_meme() -> None:
    carre = [[4.4, 44.0], [4.5, 44.0], [4.5, 44.1], [4.4, 44.1], [4.4, 44.0]]

    assert json.loads(alleger(un_polygone(carre))) == un_polygone(carre)


def test_les_points_alignes_s_en_vont() -> None:
    alignes = [(0.0, 0.0), (0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]

    assert (0.5, 0.0) not in simplifier_anneau(alignes, 0.0001)


def test_les_ilots_et_les_enclaves_minuscules_disparaissent_mais_pas_la_commune() -> None:
    ile = [[4.9, 44.0], [4.9001, 44.0], [4.9001, 44.0001], [4.9, 44.0]]
    trou = [[4.4, 44.0], [4.4001, 44.0], [4.4001, 44.0001], [4.4, 44.0]]
    brut = {"type": "MultiPolygon", "coordinates": [[ile], [un_cercle(500), trou]]}

    allege = json.loads(alleger(brut))

    assert allege["type"] == "Polygon"
    assert len(allege["coordinates"]) == 1
    assert aire(allege["coordinates"][0]) > 0.005


def test_deux_grandes_iles_restent_deux() -> None:
    brut = {"type": "MultiPolygon", "coordinates": [[un_cercle(800)], [un_cercle(800, lon=5.4)]]}

    assert [len(polygone) for polygone in json.loads(alleger(brut))["coordinates"]] == [1, 1]


def test_une_commune_minuscule_devient_son_rectangle() -> None:
    minuscule = [[4.4, 44.0], [4.40005, 44.0], [4.40005, 44.00005], [4.4, 44.0]]

    (anneau,) = json.loads(alleger(un_polygone(minuscule)))["coordinates"]

    assert len(anneau) == 5
    assert aire(anneau) > 0


@pytest.mark.parametrize(
    "faux",
    [
        None,
        {},
        [],
        "Polygon",
        {"type": "Point", "coordinates": [4.4, 44.0]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[]]},
        {"type": "Polygon", "coordinates": [[[4.4, 44.0], [4.5, 44.0], [4.4, 44.0]]]},
        {"type": "Polygon", "coordinates": [[["x", 44.0]] * 4]},
        {"type": "Polygon", "coordinates": [[[4.4]] * 4]},
        {"type": "Polygon", "coordinates": [[[400.0, 44.0]] * 4]},
        {"type": "Polygon", "coordinates": [[[float("nan"), 44.0]] * 4]},
        {"type": "Polygon", "coordinates": 12},
    ],
)
def test_ce_qui_n_est_pas_un_contour_est_refuse(faux: Any) -> None:
    with pytest.raises(ContourIllisible):
        alleger(faux)


@given(st.lists(st.tuples(st.floats(-179, 179), st.floats(-89, 89)), min_size=3, max_size=60))
def test_tout_anneau_donne_un_geojson_ferme(points: list[tuple[float, float]]) -> None:
    brut = un_polygone([list(point) for point in [*points, points[0]]])

    allege = json.loads(alleger(brut))

    polygones = [allege["coordinates"]] if allege["type"] == "Polygon" else allege["coordinates"]
    for anneaux in polygones:
        for anneau in anneaux:
            assert len(anneau) >= 4
            assert anneau[0] == anneau[-1]
