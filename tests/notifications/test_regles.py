"""Quand réessayer, quand abandonner."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.notifications.expediteur import DE_FRONT, DUREE_ENVOI_S, LOT
from server.notifications.regles import BAIL, REPRISES, attente_discrete, reprise

MIDI = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)


def test_l_attente_grandit_d_essai_en_essai() -> None:
    attentes = [reprise(essai, 0.5, MIDI) for essai in range(1, len(REPRISES) + 1)]

    assert attentes[0] == MIDI + timedelta(minutes=1)
    assert attentes[3] == MIDI + timedelta(hours=1)
    assert attentes == sorted(attentes)


def test_on_insiste_deux_jours_puis_on_abandonne() -> None:
    assert timedelta(hours=44) <= sum(REPRISES, timedelta()) <= timedelta(hours=52)
    assert reprise(len(REPRISES) + 1, 0.5, MIDI) is None


@given(essais=st.integers(1, len(REPRISES)), alea=st.floats(0, 1))
def test_le_hasard_ecarte_d_un_cinquieme_au_plus(essais: int, alea: float) -> None:
    prochain = reprise(essais, alea, MIDI)

    assert prochain is not None
    assert 0.79 * REPRISES[essais - 1] <= prochain - MIDI <= 1.21 * REPRISES[essais - 1]


def test_un_lot_entier_tient_dans_son_bail() -> None:
    assert timedelta(seconds=LOT / DE_FRONT * DUREE_ENVOI_S) < BAIL


def test_l_attente_discrete_se_tire_entre_deux_dixiemes_et_deux_secondes() -> None:
    assert attente_discrete(0) == timedelta(seconds=0.2)
    assert attente_discrete(0.5) == timedelta(seconds=1.1)
    assert attente_discrete(1) == timedelta(seconds=2)
