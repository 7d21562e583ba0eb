"""Ce qu'il reste à trouver : ce que demande le menu, moins ce que quelqu'un apporte déjà. Pur.

Les pages font le même calcul sans réseau (`couvrir`, pwa/src/espace/quantites.ts) : une seule table d'essais,
`tests/banquets/achats/restes.json`, est lue des deux côtés.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Final, Protocol

import msgspec

from server.banquets.menus.schemas import QuantiteVue
from server.banquets.quantites import MILLE, arrondir_a_la_vente
from server.socle.textes import plier

RAYONS: Final = (
    "FRUITS_ET_LEGUMES", "VIANDES_VOLAILLES", "CHARCUTERIE", "PRODUITS_DE_LA_MER", "PRODUITS_LAITIERS",
    "BOULANGERIE", "BOISSONS", "AUTRES",
)  # fmt: skip
"""L'ordre où l'on fait ses courses."""
AU_POIDS: Final = frozenset(("kg", "L"))


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


class AAcheter(msgspec.Struct, frozen=True):
    """Une quantité telle qu'elle se vend."""

    vendu_par: str
    quantite_milliemes: int


class Reste(msgspec.Struct, frozen=True, kw_only=True):
    """Un ingrédient que les approvisionnements ne couvrent pas, en unités de base (g, mL, pièces)."""

    ingredient: str
    nom: str
    famille: str
    unite: str
    besoin: int
    fourni: int
    manque: int
    a_acheter: list[AAcheter]
    """Ce qui manque, arrondi à ce qui se vend. Rien de prévu : l'achat même que dit le menu."""
    a_verifier: int
    """Lignes dont on ne sait pas ce qu'elles pèsent : elles couvrent peut-être ce qui manque."""


def reste_a_trouver(quantites: Sequence[QuantiteVue], fournis: Iterable[Fourni]) -> list[Reste]:
    """Ce dont personne n'a encore la charge, par rayon puis par nom ; ce qui est couvert n'y est pas."""
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
                    a_acheter=_a_acheter(siennes, None if not lus else manque),
                    a_verifier=sum(lu is None for lu in lus),
                )
            )
    return sorted(restes, key=lambda reste: (RAYONS.index(reste.famille), plier(reste.nom)))


def _a_acheter(quantites: Sequence[QuantiteVue], manque: int | None) -> list[AAcheter]:
    """L'achat que dit le menu ; ou, entamé, ce qui manque dans la première façon de le vendre qu'il dit."""
    if manque is None:
        return [
            AAcheter(quantite.vendu_par, quantite.achat_milliemes)
            for quantite in quantites
            if quantite.achat_milliemes
        ]
    premiere = quantites[0]
    achat = arrondir_a_la_vente(Fraction(manque * MILLE), premiere.contenance_milli, premiere.pas_milliemes)
    return [AAcheter(premiere.vendu_par, achat)]


def _en_base(fourni: Fourni, quantites: Sequence[QuantiteVue]) -> Fraction | None:
    """Ce qu'apporte une ligne, en unités de base ; nul si rien ne dit ce qu'elle contient."""
    unite = quantites[0].unite
    if unite == "g" and fourni.masse_g is not None:
        return Fraction(fourni.masse_g)
    if (unite, fourni.vendu_par) == ("mL", "L"):
        return Fraction(fourni.quantite_milliemes)
    if unite == fourni.vendu_par == "piece":
        return Fraction(fourni.quantite_milliemes, MILLE)
    # La même botte que celle du menu contient ce qu'il en dit, si elle n'a pas son propre poids et s'il n'en dit qu'une.
    contenances = {
        quantite.contenance_milli for quantite in quantites if quantite.vendu_par == fourni.vendu_par
    }
    if len(contenances) == 1 and (fourni.masse_g is None or fourni.vendu_par in AU_POIDS):
        return Fraction(fourni.quantite_milliemes * contenances.pop(), MILLE * MILLE)
    return None
