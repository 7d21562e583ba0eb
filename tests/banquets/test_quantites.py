"""De la part à la commande : exact, arrondi une seule fois, jamais trop peu."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.banquets.quantites import (
    Convives,
    Taux,
    arrondir_a_la_vente,
    besoin,
    en_grammes,
    en_unites,
    masse_a_acheter,
)

CAROTTE = Taux(dechet=100, rendement=856)
LENTILLE = Taux(rendement=2330)


@pytest.mark.parametrize(
    ("part_g", "taux", "grammes"),
    [
        # 150 ÷ 0,856 ÷ 0,9 = 194,70
        (150, CAROTTE, 195),
        # 140 ÷ 2,33 = 60,09
        (140, LENTILLE, 60),
        (100, Taux(), 100),
    ],
)
def test_une_part_cuite_se_remonte_au_poids_achete(part_g: int, taux: Taux, grammes: int) -> None:
    assert en_grammes(masse_a_acheter(part_g * 1000, "cuit", taux)) == grammes


def test_une_part_achetee_est_ce_qu_elle_dit() -> None:
    assert masse_a_acheter(80_000, "achete", CAROTTE) == 80_000


def test_cent_quatre_vingts_convives_sans_arrondi_au_milieu() -> None:
    """150 × 150 g + 30 × 100 g = 25,5 kg cuits ; ÷ 0,856 ÷ 0,9 × 1,05 = 34 754,67 g."""
    trouve = besoin(150_000, 100_000, "cuit", CAROTTE, Convives(150, 30), 50)

    assert en_grammes(trouve) == 34_755


@pytest.mark.parametrize(
    ("besoin_g", "contenance_g", "pas", "attendu"),
    [
        (34_755, 1000, 1000, 35_000),
        (34_755, 1000, 100, 34_800),
        (34_755, 5000, 1000, 7000),
        (1, 1000, 1000, 1000),
        (0, 1000, 1000, 0),
        (2000, 1000, 1000, 2000),
    ],
)
def test_on_achete_a_l_unite_vendue_jamais_moins_que_le_besoin(
    besoin_g: int, contenance_g: int, pas: int, attendu: int
) -> None:
    assert arrondir_a_la_vente(Fraction(besoin_g * 1000), contenance_g * 1000, pas) == attendu


@given(
    part=st.integers(1, 2_000_000),
    adultes=st.integers(0, 20_000),
    enfants=st.integers(0, 20_000),
    dechet=st.integers(0, 999),
    rendement=st.integers(1, 5000),
    contenance=st.integers(1, 50_000_000),
    pas=st.sampled_from([1, 10, 100, 250, 500, 1000]),
)
def test_l_achat_suffit_toujours_et_de_justesse(
    part: int, adultes: int, enfants: int, dechet: int, rendement: int, contenance: int, pas: int
) -> None:
    voulu = besoin(part, part, "cuit", Taux(dechet, rendement), Convives(adultes, enfants))
    achat = arrondir_a_la_vente(voulu, contenance, pas)

    assert Fraction(achat * contenance, 1000) >= voulu
    assert achat == 0 or Fraction((achat - pas) * contenance, 1000) < voulu


@pytest.mark.parametrize(
    ("milli", "unite", "attendu"),
    [
        (Fraction(98_400), "piece", 99),
        (Fraction(98_000), "piece", 98),
        (Fraction(1), "piece", 1),
        (Fraction(0), "piece", 0),
        (Fraction(98_400), "g", 98),
        (Fraction(98_500), "mL", 99),
    ],
)
def test_un_oeuf_entame_est_un_oeuf_entier(milli: Fraction, unite: str, attendu: int) -> None:
    assert en_unites(milli, unite) == attendu
