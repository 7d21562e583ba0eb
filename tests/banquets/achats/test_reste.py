"""Ce dont personne n'a encore la charge. La table est aussi celle des pages (tests/espace/restes.test.ts)."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.banquets.achats.reste import RAYONS, reste_a_trouver
from server.banquets.menus.schemas import Famille, QuantiteVue

TABLE: list[dict[str, Any]] = json.loads(Path(__file__).with_name("restes.json").read_text(encoding="utf-8"))


class Apport(msgspec.Struct, frozen=True):
    ingredient: str | None
    vendu_par: str
    quantite_milliemes: int
    masse_g: int | None


@pytest.mark.parametrize("cas", TABLE, ids=lambda cas: cas["cas"])
def test_le_menu_moins_ce_qui_est_prevu(cas: dict[str, Any]) -> None:
    quantites = [
        msgspec.convert({**quantite, "plats": [], "pourquoi": []}, QuantiteVue)
        for quantite in cas["quantites"]
    ]

    restes = reste_a_trouver(quantites, msgspec.convert(cas["fournis"], list[Apport]))

    assert [
        {
            "ingredient": reste.ingredient,
            "manque": reste.manque,
            "a_verifier": reste.a_verifier > 0,
            "a_acheter": [[achat.vendu_par, achat.quantite_milliemes] for achat in reste.a_acheter],
        }
        for reste in restes
    ] == cas["restes"]


def test_sans_menu_rien_ne_manque() -> None:
    assert reste_a_trouver([], [Apport("carotte", "kg", 1, 1)]) == []


def test_chaque_famille_a_son_rayon() -> None:
    assert sorted(RAYONS) == sorted(Famille.__args__)
