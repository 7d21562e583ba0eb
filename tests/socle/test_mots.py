"""Les mots du temps : une heure seule le jour même et dans la nuit qui suit, le jour avec l'heure ensuite."""

from datetime import UTC, datetime

import pytest

from server.socle import mots
from server.socle.textes import Langue

VENDREDI_SOIR = datetime(2027, 3, 12, 18, 30, tzinfo=UTC)
"""19 h 30 à Paris."""


@pytest.mark.parametrize(
    ("langue", "instant", "dit"),
    [
        ("fr", datetime(2027, 3, 12, 20, 0, tzinfo=UTC), "21\u00a0h"),
        ("fr", datetime(2027, 3, 13, 0, 0, tzinfo=UTC), "1\u00a0h"),
        ("fr", datetime(2027, 3, 13, 4, 59, tzinfo=UTC), "5\u00a0h\u00a059"),
        ("fr", datetime(2027, 3, 13, 5, 0, tzinfo=UTC), "sam.\u00a013, 6\u00a0h"),
        ("fr", datetime(2027, 3, 13, 8, 30, tzinfo=UTC), "sam.\u00a013, 9\u00a0h\u00a030"),
        ("fr", datetime(2027, 4, 1, 8, 30, tzinfo=UTC), "jeu.\u00a01er, 10\u00a0h\u00a030"),
        ("en", datetime(2027, 3, 13, 8, 30, tzinfo=UTC), "Sat\u00a013, 9:30\u00a0am"),
    ],
)
def test_un_autre_jour_se_nomme_et_la_nuit_qui_suit_n_en_est_pas_un(
    langue: Langue, instant: datetime, dit: str
) -> None:
    assert mots.heure_ou_jour(langue, instant, VENDREDI_SOIR) == dit


def test_sans_date_de_debut_l_heure_suffit() -> None:
    assert mots.heure_ou_jour("fr", VENDREDI_SOIR, None) == "19\u00a0h\u00a030"


@pytest.mark.parametrize(
    ("langue", "centimes", "dit"),
    [
        ("fr", 1200, "12\u00a0€"),
        ("fr", 231_755, "2\u202f317,55\u00a0€"),
        ("fr", 100_000_005, "1\u202f000\u202f000,05\u00a0€"),
        ("en", 231_755, "€2,317.55"),
    ],
)
def test_un_montant_se_lit_par_milliers(langue: Langue, centimes: int, dit: str) -> None:
    assert mots.montant(langue, centimes) == dit
