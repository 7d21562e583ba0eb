"""Du menu aux quantités : lignes × convives de chaque plat, par ingrédient. Pur ; un seul arrondi, à la fin."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final
from uuid import UUID

import msgspec

from server.banquets.quantites import MILLE, Convives, Etat, Taux, arrondir_a_la_vente, besoin

MILLION: Final = 1_000_000


class LigneAEchelle(msgspec.Struct, frozen=True):
    """Une ligne de plat, ses taux déjà choisis. `contenance` : ce que contient une unité de vente, en millièmes."""

    ingredient: str
    adulte_milli: int
    enfant_milli: int
    etat: Etat
    taux: Taux
    vendu_par: str
    contenance: Fraction
    pas_milliemes: int


class PlatAEchelle(msgspec.Struct, frozen=True):
    id: UUID
    remplace: UUID | None
    part_milliemes: int
    lignes: tuple[LigneAEchelle, ...]


class PartDuBesoin(msgspec.Struct, frozen=True):
    """Ce qu'une ligne d'un plat demande, et de quoi le refaire à la main. En millièmes d'unité de base, exact."""

    plat: UUID
    convives: Convives
    ligne: LigneAEchelle
    assiettes: Fraction
    """Dans toutes les assiettes, telle que la part est pesée."""
    a_acheter: Fraction
    """Une fois rendement et déchet comptés, sans la marge."""
    avec_marge: Fraction
    """Ce qu'on achète et ce qu'on sort en cuisine."""


class Besoin(msgspec.Struct, frozen=True):
    """Ce qu'il faut d'un ingrédient, tel qu'il se vend ; deux façons de le vendre font deux besoins.

    Le pas d'achat n'en est pas une : on n'achète qu'une fois, par le plus grand de ceux que les plats disent. Qui vend par
    cent grammes vend aussi un kilo ; l'inverse n'est pas sûr.
    """

    ingredient: str
    vendu_par: str
    besoin: Fraction
    """En millièmes d'unité de base, exact."""
    achat_milliemes: int
    """En millièmes d'unité de vente, vers le haut."""
    plats: tuple[UUID, ...]
    pas_milliemes: int
    contenance: Fraction
    parts: tuple[PartDuBesoin, ...]


def contenance_de(
    unite: str, vendu_par: str, contenance_milli: int | None, masse_piece_g: int | None, densite: int | None
) -> Fraction | None:
    """Ce que contient une unité de vente, en millièmes de l'unité de base ; `None` s'il faut le dire.

    Un kilogramme et un litre passent de l'un à l'autre par la densité (kg/m³ : autant de grammes par litre).
    """
    if vendu_par in ("kg", "L"):
        if unite == "piece":
            if vendu_par == "kg" and masse_piece_g:
                return Fraction(MILLION, masse_piece_g)
            return None
        if (unite == "g") == (vendu_par == "kg"):
            return Fraction(MILLION)
        if densite is None:
            return None
        return Fraction(densite * MILLE) if unite == "g" else Fraction(MILLION * MILLE, densite)
    if contenance_milli is not None:
        return Fraction(contenance_milli)
    if vendu_par == "piece":
        if unite == "piece":
            return Fraction(MILLE)
        if unite == "g" and masse_piece_g:
            return Fraction(masse_piece_g * MILLE)
    return None


def convives_par_plat(plats: Sequence[PlatAEchelle], convives: Convives) -> dict[UUID, Convives]:
    """Combien de convives pour chaque plat, tant que personne n'a compté les régimes.

    Les parts s'arrondissent vers le haut : personne ne manque. Ce que servent ses variantes, un plat ne le sert pas.
    """
    servis = {
        plat.id: Convives(
            -(-convives.adultes * plat.part_milliemes // MILLE),
            -(-convives.enfants * plat.part_milliemes // MILLE),
        )
        for plat in plats
    }
    restes = dict(servis)
    for plat in plats:
        if plat.remplace is not None and plat.remplace in restes:
            base = restes[plat.remplace]
            variante = servis[plat.id]
            restes[plat.remplace] = Convives(
                max(0, base.adultes - variante.adultes), max(0, base.enfants - variante.enfants)
            )
    return restes


def besoins_du_menu(
    plats: Sequence[PlatAEchelle], convives: Mapping[UUID, Convives], marge_milliemes: int
) -> list[Besoin]:
    """Ce que demande ce menu, par ingrédient et façon de le vendre, dans l'ordre où on les rencontre."""
    sommes: dict[tuple[str, str, Fraction], list[PartDuBesoin]] = {}
    for plat in plats:
        pour = convives.get(plat.id, Convives(0, 0))
        for ligne in plat.lignes:
            dites = (ligne.adulte_milli, ligne.enfant_milli, ligne.etat, ligne.taux, pour)
            part = PartDuBesoin(
                plat=plat.id,
                convives=pour,
                ligne=ligne,
                assiettes=Fraction(pour.adultes * ligne.adulte_milli + pour.enfants * ligne.enfant_milli),
                a_acheter=besoin(*dites),
                avec_marge=besoin(*dites, marge_milliemes),
            )
            cle = (ligne.ingredient, ligne.vendu_par, ligne.contenance)
            sommes.setdefault(cle, []).append(part)
    return [
        Besoin(
            ingredient=ingredient,
            vendu_par=vendu_par,
            besoin=(somme := sum((part.avec_marge for part in parts), Fraction(0))),
            achat_milliemes=arrondir_a_la_vente(
                somme, contenance, pas := max(part.ligne.pas_milliemes for part in parts)
            ),
            plats=tuple(dict.fromkeys(part.plat for part in parts)),
            pas_milliemes=pas,
            contenance=contenance,
            parts=tuple(parts),
        )
        for (ingredient, vendu_par, contenance), parts in sommes.items()
    ]
