"""Les corps reçus : un instant que ni Python ni les bases ne tiendraient est refusé, avec tous les autres champs."""

import msgspec
import pytest

from server.socle.champs import Instant
from server.socle.corps import decoder
from server.socle.erreurs import DemandeInvalide


class _Moment(msgspec.Struct, forbid_unknown_fields=True):
    debut: Instant | None
    nombre: int = 0


class _Demande(msgspec.Struct, forbid_unknown_fields=True):
    arret_le: Instant
    moments: list[_Moment]


@pytest.mark.parametrize(
    "lointain",
    [
        "0001-01-01T00:00:00+14:00",
        "1969-12-31T23:00:00Z",
        "2201-01-01T00:00:00Z",
        "9999-12-31T23:59:59-14:00",
    ],
)
@pytest.mark.parametrize("nombre", ["3", '"trois"'])
def test_un_instant_hors_du_temps_est_refuse(lointain: str, nombre: str) -> None:
    corps = f'{{"arret_le": "{lointain}", "moments": [{{"debut": "{lointain}", "nombre": {nombre}}}]}}'

    with pytest.raises(DemandeInvalide) as refus:
        decoder(corps.encode(), _Demande)

    dites = {(e.champ, e.texte) for e in refus.value.erreurs}
    assert dites >= {("arret_le", "annee"), ("moments.0.debut", "annee")}
    assert ("moments.0.nombre" in {champ for champ, _ in dites}) is (nombre != "3")
    assert len(refus.value.erreurs) == len(dites)


def test_un_instant_des_annees_tenues_passe() -> None:
    corps = b'{"arret_le": "1970-01-01T00:00:00Z", "moments": [{"debut": "2200-12-31T23:59:59Z"}, {"debut": null}]}'

    assert decoder(corps, _Demande).arret_le.year == 1970
