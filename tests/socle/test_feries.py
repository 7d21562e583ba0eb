"""Les jours fériés de France."""

from datetime import date, timedelta

from server.socle.feries import est_ferie


def test_une_annee_a_onze_jours_feries() -> None:
    annee = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]

    assert [jour.strftime("%d/%m") for jour in annee if est_ferie(jour)] == [
        "01/01", "06/04", "01/05", "08/05", "14/05", "25/05", "14/07", "15/08", "01/11", "11/11", "25/12",
    ]  # fmt: skip


def test_l_ascension_peut_tomber_un_jour_deja_ferie() -> None:
    # En 2008, le 1er mai était aussi l'Ascension.
    assert sum(est_ferie(date(2008, 1, 1) + timedelta(days=n)) for n in range(366)) == 10
