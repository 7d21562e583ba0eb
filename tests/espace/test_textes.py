"""Les phrases de l'espace, et des écrans d'un banquet : chacune dite dans les deux langues, chacune employée, à la française."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.maison.depot import RACINE

TEXTES = RACINE / "pwa" / "textes"
SOURCES = RACINE / "pwa" / "src" / "espace"
LOTS = ("espace", "banquets", "intendance")
"""Les autres que le premier ne viennent qu'avec les écrans d'un banquet et de ses achats ; leurs premiers mots ne se confondent pas."""
FORMES = {"one", "other"}
TROU = re.compile(r"\{(\w+)\}")


def aplatir(noeud: dict[str, Any], prefixe: str = "") -> dict[str, dict[str, str]]:
    """Clé → formes (`{"": phrase}` s'il n'y en a qu'une)."""
    plates: dict[str, dict[str, str]] = {}
    for cle, valeur in noeud.items():
        if isinstance(valeur, str):
            plates[prefixe + cle] = {"": valeur}
        elif set(valeur) == FORMES:
            plates[prefixe + cle] = valeur
        else:
            plates |= aplatir(valeur, f"{prefixe}{cle}.")
    return plates


def phrases(langue: str) -> dict[str, dict[str, str]]:
    lots = [
        aplatir(json.loads((TEXTES / f"{lot}.{langue}.json").read_text(encoding="utf-8"))) for lot in LOTS
    ]
    toutes: dict[str, dict[str, str]] = {}
    for lot in lots:
        assert not {cle.split(".")[0] for cle in toutes} & {cle.split(".")[0] for cle in lot}
        toutes |= lot
    return toutes


def code() -> str:
    return "\n".join(c.read_text(encoding="utf-8") for c in sorted(SOURCES.rglob("*.ts*")))


def test_les_deux_langues_disent_les_memes_choses() -> None:
    francais, anglais = phrases("fr"), phrases("en")

    assert list(francais) == list(anglais)
    assert [cle for cle in francais if set(francais[cle]) != set(anglais[cle])] == []


def test_une_phrase_a_les_memes_trous_dans_les_deux_langues() -> None:
    francais, anglais = phrases("fr"), phrases("en")

    def trous(formes: dict[str, str]) -> set[str]:
        return {trou for phrase in formes.values() for trou in TROU.findall(phrase)}

    assert [cle for cle in francais if trous(francais[cle]) != trous(anglais[cle])] == []


def test_aucune_phrase_n_est_vide() -> None:
    for langue in ("fr", "en"):
        assert [cle for cle, formes in phrases(langue).items() if not all(formes.values())] == []


def test_chaque_cle_ecrite_dans_le_code_existe() -> None:
    connues = phrases("fr")
    ecrites = set(re.findall(r"\bt\(\s*'([a-z_.]+)'", code()))

    assert len(ecrites) > 200
    assert sorted(ecrites - set(connues)) == []


def test_chaque_phrase_sert() -> None:
    lu = code()
    # Écrites en entier, ou composées : `statuts.${statut}` emploie toutes les clés de ce début.
    entieres = set(re.findall(r"'([a-z_]+(?:\.[a-z_]+)+)'", lu))
    debuts = tuple(sorted(set(re.findall(r"`([a-z_]+(?:\.[a-z_]+)*\.)\$\{", lu))))
    composees = [
        re.compile(rf"evenement\.\w+{fin}") for fin in re.findall(r"`evenement\.\$\{\w+\}(_\w+)`", lu)
    ]

    # `evenement.${acte}` n'emploie que les actes : il ne prouve rien pour les autres phrases de l'évènement.
    larges = {"evenement."}
    actes = {"evenement.annuler", "evenement.retablir"}
    inutiles = [
        cle
        for cle in phrases("fr")
        if cle not in entieres | actes
        and not any(cle.startswith(debut) for debut in debuts if debut not in larges)
        and not any(motif.fullmatch(cle) for motif in composees)
    ]
    assert inutiles == []


@pytest.mark.parametrize(
    ("faute", "motif"),
    [
        ("espace ordinaire avant un signe double", r"[ \u00a0][;:?!]"),
        ("signe double sans espace fine", r"[^\u202f\s/][;:?!](?=\s|$)"),
        ("point d'exclamation", r"!"),
        ("guillemets sans espace insécable", r"«[^\u00a0]|[^\u00a0]»"),
        ("euro sans espace insécable", r"[^\u00a0(]€"),
        ("apostrophe droite", r"\w'\w"),
        ("trois points", r"\.\.\."),
    ],
)
def test_la_typographie_est_francaise(faute: str, motif: str) -> None:
    fautives = [
        f"{cle} : {phrase}"
        for cle, formes in phrases("fr").items()
        for phrase in formes.values()
        if re.search(motif, re.sub(r"https?://", "", phrase))
    ]

    assert fautives == [], faute
