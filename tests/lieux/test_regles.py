"""Distances, replis et SIREN."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.lieux.regles import distance_km, est_un_siren, tourne_en_rond

UZES = (44.01334, 4.41620)
LUSSAN = (44.16665, 4.37549)
PARIS, LYON = (48.8566, 2.3522), (45.7640, 4.8357)

points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("depart", "arrivee", "attendue"),
    [(UZES, UZES, 0.0), (UZES, LUSSAN, 17.35), (PARIS, LYON, 391.5), ((0, 0), (0, 180), 20015.1)],
)
def test_la_distance_est_celle_de_l_oiseau(
    depart: tuple[float, float], arrivee: tuple[float, float], attendue: float
) -> None:
    assert distance_km(*depart, *arrivee) == pytest.approx(attendue, rel=2e-3, abs=1e-9)


@given(points, points)
def test_l_aller_vaut_le_retour_et_ne_depasse_pas_la_demi_circonference(
    a: tuple[float, float], b: tuple[float, float]
) -> None:
    aller = distance_km(*a, *b)

    assert 0 <= aller <= 20015.2
    assert aller == pytest.approx(distance_km(*b, *a), abs=1e-6)


@pytest.mark.parametrize(
    ("repli", "replis", "attendu"),
    [
        (1, {}, True),
        (2, {}, False),
        (2, {2: 1}, True),
        (2, {2: 3, 3: 4, 4: 1}, True),
        (2, {2: 3, 3: 4, 4: None}, False),
        (2, {2: 3, 3: 2}, False),
    ],
)
def test_un_repli_ne_ramene_jamais_d_ou_l_on_part(
    repli: int, replis: dict[int, int | None], attendu: bool
) -> None:
    assert tourne_en_rond(1, repli, replis) is attendu


@given(st.dictionaries(st.integers(1, 12), st.integers(1, 12)), st.integers(1, 12), st.integers(1, 12))
def test_accepter_un_repli_laisse_toujours_une_sortie(replis: dict[int, int], lieu: int, repli: int) -> None:
    acycliques: dict[int, int | None] = {}
    for depart, arrivee in replis.items():
        if not tourne_en_rond(depart, arrivee, acycliques):
            acycliques[depart] = arrivee

    if not tourne_en_rond(lieu, repli, acycliques):
        acycliques[lieu] = repli
    for depart in range(1, 13):
        ici: int | None = depart
        for _ in range(13):
            ici = acycliques.get(ici) if ici is not None else None
        assert ici is None


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("200034379", True),
        ("200034378", False),
        ("20003437", False),
        ("2000343790", False),
        ("", False),
        ("20003437a", False),
        ("٢٠٠٠٣٤٣٧٩", False),
    ],
)
def test_un_siren_porte_sa_cle(texte: str, attendu: bool) -> None:
    assert est_un_siren(texte) is attendu
