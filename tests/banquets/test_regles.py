"""Où en est un repas."""

from datetime import UTC, datetime

import pytest

from server.banquets.regles import temps_du_repas

SOIR = datetime(2026, 6, 12, 18, 30, tzinfo=UTC)  # 20 h 30 à Paris
FIN = datetime(2026, 6, 12, 22, 30, tzinfo=UTC)  # 0 h 30, le lendemain


@pytest.mark.parametrize(
    ("statut", "debut", "fin", "maintenant", "temps"),
    [
        ("publie", SOIR, FIN, datetime(2026, 6, 11, 21, 59, tzinfo=UTC), "a_venir"),
        # Minuit à Paris : c'est aujourd'hui, alors que le jour n'a pas changé à Greenwich.
        ("publie", SOIR, FIN, datetime(2026, 6, 11, 22, 0, tzinfo=UTC), "jour"),
        ("publie", SOIR, FIN, datetime(2026, 6, 12, 22, 29, tzinfo=UTC), "jour"),
        ("publie", SOIR, FIN, FIN, "passe"),
        ("termine", SOIR, FIN, datetime(2026, 7, 1, tzinfo=UTC), "passe"),
        ("publie", SOIR, None, datetime(2026, 6, 13, 0, 29, tzinfo=UTC), "jour"),
        ("publie", SOIR, None, datetime(2026, 6, 13, 0, 30, tzinfo=UTC), "passe"),
        ("reporte", None, None, datetime(2030, 1, 1, tzinfo=UTC), "a_venir"),
        ("brouillon", SOIR, FIN, datetime(2026, 6, 1, tzinfo=UTC), "a_venir"),
        ("annule", SOIR, FIN, datetime(2026, 6, 1, tzinfo=UTC), "annule"),
        # Annulé, puis sa date passe : personne n'y a mangé.
        ("annule", SOIR, FIN, datetime(2026, 7, 1, tzinfo=UTC), "annule"),
        ("annule", None, None, datetime(2026, 6, 1, tzinfo=UTC), "annule"),
    ],
)
def test_un_repas_est_a_venir_puis_aujourd_hui_puis_passe(
    statut: str, debut: datetime | None, fin: datetime | None, maintenant: datetime, temps: str
) -> None:
    assert temps_du_repas(statut, debut, fin, maintenant) == temps
