"""Ce dont personne n'a encore la charge."""

import msgspec
import pytest

from server.banquets.achats.reste import reste_a_trouver
from server.banquets.menus.schemas import QuantiteVue


class Apport(msgspec.Struct, frozen=True):
    ingredient: str | None
    vendu_par: str
    quantite_milliemes: int
    masse_g: int | None


def quantite(
    ingredient: str = "carotte", besoin: int = 12_000, unite: str = "g", **champs: object
) -> QuantiteVue:
    ordinaires: dict[str, object] = {
        "vendu_par": "kg",
        "achat_milliemes": 12_000,
        "contenance_milli": 1_000_000,
        "pas_milliemes": 1000,
    }
    return QuantiteVue(
        ingredient=ingredient, nom=ingredient.capitalize(), famille="AUTRES", unite=unite, besoin=besoin,
        plats=[], pourquoi=[], **{**ordinaires, **champs},  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("apports", "manque", "a_verifier"),
    [
        ([], 12_000, 0),
        ([Apport("carotte", "kg", 5_000, 5_000)], 7_000, 0),
        ([Apport("carotte", "kg", 5_000, 5_000), Apport("carotte", "caisse", 1_000, 6_999)], 1, 0),
        ([Apport("carotte", "botte", 10_000, None)], 12_000, 1),
        ([Apport("navet", "kg", 50_000, 50_000), Apport(None, "kg", 50_000, 50_000)], 12_000, 0),
    ],
)
def test_le_menu_moins_ce_qui_est_prevu(apports: list[Apport], manque: int, a_verifier: int) -> None:
    (reste,) = reste_a_trouver([quantite()], apports)

    assert (reste.manque, reste.a_verifier) == (manque, a_verifier)


def test_ce_qui_est_couvert_n_y_est_pas() -> None:
    assert reste_a_trouver([quantite()], [Apport("carotte", "kg", 12_000, 12_000)]) == []
    assert reste_a_trouver([quantite()], [Apport("carotte", "kg", 99_000, 99_000)]) == []
    assert reste_a_trouver([], [Apport("carotte", "kg", 1, 1)]) == []


def test_litres_pieces_et_bottes_se_comptent_dans_leur_unite() -> None:
    lait = quantite("lait", 6_000, "mL", vendu_par="L", contenance_milli=1_000_000)
    oeufs = quantite("oeuf", 90, "piece", vendu_par="piece", contenance_milli=1000)
    radis = quantite("radis", 2_000, "g", vendu_par="botte", contenance_milli=250_000)

    restes = reste_a_trouver(
        [lait, oeufs, radis],
        [
            Apport("lait", "L", 4_500, None),
            Apport("oeuf", "piece", 60_000, None),
            Apport("radis", "botte", 6_000, None),
        ],
    )

    assert [(r.ingredient, r.manque) for r in restes] == [("lait", 1_500), ("oeuf", 30), ("radis", 500)]


def test_deux_facons_de_l_acheter_font_un_seul_besoin() -> None:
    (reste,) = reste_a_trouver(
        [quantite(besoin=3_000), quantite(besoin=2_000, vendu_par="botte", contenance_milli=500_000)],
        [Apport("carotte", "kg", 1_000, 1_000)],
    )

    assert (reste.besoin, reste.fourni, reste.manque) == (5_000, 1_000, 4_000)
