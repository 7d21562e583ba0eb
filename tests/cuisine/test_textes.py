"""Les phrases de la cuisine : chacune dite dans les deux langues, chacune employée, à la française."""

from __future__ import annotations

import json
import re

import pytest

from tests.espace.test_textes import TROU, aplatir
from tests.maison.depot import RACINE

TEXTES = RACINE / "pwa" / "textes"
SOURCES = RACINE / "pwa" / "src" / "cuisine"


def phrases(langue: str) -> dict[str, dict[str, str]]:
    return aplatir(json.loads((TEXTES / f"cuisine.{langue}.json").read_text(encoding="utf-8")))


def code() -> str:
    return "\n".join(c.read_text(encoding="utf-8") for c in sorted(SOURCES.rglob("*.ts*")))


def test_les_deux_langues_disent_les_memes_choses_avec_les_memes_trous() -> None:
    francais, anglais = phrases("fr"), phrases("en")

    def trous(formes: dict[str, str]) -> set[str]:
        return {trou for phrase in formes.values() for trou in TROU.findall(phrase)}

    assert list(francais) == list(anglais)
    assert [cle for cle in francais if set(francais[cle]) != set(anglais[cle])] == []
    assert [cle for cle in francais if trous(francais[cle]) != trous(anglais[cle])] == []
    assert [cle for dites in (francais, anglais) for cle in dites if not all(dites[cle].values())] == []


def test_chaque_cle_ecrite_existe_et_chaque_phrase_sert() -> None:
    lu = code()
    connues = phrases("fr")
    ecrites = set(re.findall(r"'([a-z_]+(?:\.[a-z_]+)+)'", lu))
    debuts = tuple(sorted(set(re.findall(r"`([a-z_]+(?:\.[a-z_]+)*[._])\$\{", lu))))

    assert len(ecrites) > 60
    appelees = set(re.findall(r"\bt\(\s*'([a-z_.]+)'", lu))
    assert sorted(cle for cle in appelees - set(connues) if cle.split(".")[0] != "ages") == []
    assert [cle for cle in connues if cle not in ecrites and not cle.startswith(debuts)] == []


@pytest.mark.parametrize(
    ("faute", "motif"),
    [
        ("espace ordinaire avant un signe double", r"[ \u00a0][;:?!]"),
        ("signe double sans espace fine", r"[^\u202f\s/][;:?!](?=\s|$)"),
        ("point d'exclamation", r"!"),
        ("guillemets sans espace insécable", r"«[^\u00a0]|[^\u00a0]»"),
        ("pour cent ou degré sans espace insécable", r"[^\u202f]%|[^\u00a0]°C"),
        ("apostrophe droite", r"\w'\w"),
        ("trois points", r"\.\.\."),
    ],
)
def test_la_typographie_est_francaise(faute: str, motif: str) -> None:
    fautives = [
        f"{cle} : {phrase}"
        for cle, formes in phrases("fr").items()
        for phrase in formes.values()
        if re.search(motif, phrase)
    ]

    assert fautives == [], faute


@pytest.mark.parametrize("langue", ["fr", "en"])
def test_les_besoins_ont_les_memes_noms_que_dans_l_espace(langue: str) -> None:
    """Écrits deux fois pour que la tablette n'ait pas à garder les phrases de l'espace (décision 0018)."""
    espace, cuisine = [
        json.loads((TEXTES / f"{lot}.{langue}.json").read_text(encoding="utf-8"))
        for lot in ("espace", "cuisine")
    ]

    for famille in ("ages", "regimes", "allergenes"):
        assert cuisine[famille] == espace[famille]
