"""Ce qu'il reste à trouver : ce que demande le menu, moins ce que quelqu'un apporte déjà. Pur."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Protocol

import msgspec

from server.banquets.menus.schemas import QuantiteVue
from server.banquets.quantites import MILLE


class Fourni(Protocol):
    """Ce qu'il faut savoir d'un approvisionnement ; la vue de l'équipe et celle de la cuisine le disent."""

    @property
    def ingredient(self) -> str | None: ...
    @property
    def vendu_par(self) -> str: ...
    @property
    def quantite_milliemes(self) -> int: ...
    @property
    def masse_g(self) -> int | None: ...


class Reste(msgspec.Struct, frozen=True, kw_only=True):
    """Un ingrédient que les approvisionnements ne couvrent pas, en unités de base (g, mL, pièces)."""

    ingredient: str
    nom: str
    famille: str
    unite: str
    besoin: int
    fourni: int
    manque: int
    """Zéro si seul `a_verifier` empêche d'en être sûr."""
    a_verifier: int
    """Lignes dont on ne sait pas ce qu'elles pèsent : elles couvrent peut-être ce qui manque."""


def reste_a_trouver(quantites: Sequence[QuantiteVue], fournis: Iterable[Fourni]) -> list[Reste]:
    """Ce dont personne n'a encore la charge, dans l'ordre du menu ; ce qui est couvert n'y est pas."""
    par_ingredient: dict[str, list[Fourni]] = {}
    for fourni in fournis:
        if fourni.ingredient is not None:
            par_ingredient.setdefault(fourni.ingredient, []).append(fourni)
    ensemble: dict[str, list[QuantiteVue]] = {}
    for quantite in quantites:
        ensemble.setdefault(quantite.ingredient, []).append(quantite)
    restes = []
    for ingredient, siennes in ensemble.items():
        besoin = sum(quantite.besoin for quantite in siennes)
        lus = [_en_base(fourni, siennes) for fourni in par_ingredient.get(ingredient, [])]
        connu = int(sum((lu for lu in lus if lu is not None), Fraction(0)))
        manque = max(0, besoin - connu)
        if manque:
            restes.append(
                Reste(
                    ingredient=ingredient,
                    nom=siennes[0].nom,
                    famille=siennes[0].famille,
                    unite=siennes[0].unite,
                    besoin=besoin,
                    fourni=connu,
                    manque=manque,
                    a_verifier=sum(lu is None for lu in lus),
                )
            )
    return restes


def _en_base(fourni: Fourni, quantites: Sequence[QuantiteVue]) -> Fraction | None:
    """Ce qu'apporte une ligne, en unités de base ; nul si rien ne dit ce qu'elle contient."""
    unite = quantites[0].unite
    if unite == "g" and fourni.masse_g is not None:
        return Fraction(fourni.masse_g)
    if (unite, fourni.vendu_par) == ("mL", "L"):
        return Fraction(fourni.quantite_milliemes)
    if unite == fourni.vendu_par == "piece":
        return Fraction(fourni.quantite_milliemes, MILLE)
    for quantite in quantites:
        # La même botte que celle du menu : elle contient ce qu'il en a dit.
        if quantite.vendu_par == fourni.vendu_par and fourni.masse_g is None:
            return Fraction(fourni.quantite_milliemes * quantite.contenance_milli, MILLE * MILLE)
    return None
