"""De la part dans l'assiette à ce qu'on achète. Rien que des nombres exacts, arrondis une seule fois, à la fin.

Quantités en millièmes de l'unité de base (g, mL, pièce) ; taux en millièmes. Les fractions évitent qu'un arrondi au
milieu du calcul se voie sur cent quatre-vingts assiettes : une quantité se refait à la main, au gramme près.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import Final, Literal

import msgspec

Etat = Literal["cuit", "achete"]
MILLE: Final = 1000


class Taux(msgspec.Struct, frozen=True):
    """Ce qu'une denrée perd entre le panier et l'assiette, en millièmes."""

    dechet: int = 0
    """Part que l'on jette : épluchures, noyaux, os. De 0 à 999."""
    rendement: int = MILLE
    """Poids cuit pour 1 000 de poids cru ; au-delà de 1 000 pour ce qui gonfle (riz, légumes secs)."""


class Convives(msgspec.Struct, frozen=True):
    """Combien de parts : un tout-petit n'en a pas."""

    adultes: int
    enfants: int

    def __add__(self, autre: "Convives") -> "Convives":
        return Convives(self.adultes + autre.adultes, self.enfants + autre.enfants)


def masse_a_acheter(part_milli: int, etat: Etat, taux: Taux) -> Fraction:
    """Ce qu'il faut acheter pour une part, en millièmes.

    Une part « achetée » est ce qu'elle dit. Une part « cuite » : portion ÷ rendement ÷ (1 − part non comestible),
    formule d'Ecobalyse (MTES-MCT).
    """
    if etat == "achete":
        return Fraction(part_milli)
    return Fraction(part_milli) * MILLE / taux.rendement * MILLE / (MILLE - taux.dechet)


def besoin(
    adulte_milli: int,
    enfant_milli: int,
    etat: Etat,
    taux: Taux,
    convives: Convives,
    marge_milliemes: int = 0,
) -> Fraction:
    """Ce que demande une ligne de recette pour tous ses convives, marge comprise, en millièmes."""
    pour_tous = convives.adultes * masse_a_acheter(adulte_milli, etat, taux)
    pour_tous += convives.enfants * masse_a_acheter(enfant_milli, etat, taux)
    return pour_tous * (MILLE + marge_milliemes) / MILLE


def arrondir_a_la_vente(
    besoin_milli: Fraction, contenance_milli: int | Fraction, pas_milliemes: int = MILLE
) -> int:
    """Le moindre achat qui suffit, en millièmes d'unité de vente : 2 500 est deux kilos et demi, ou deux caisses et demie.

    `contenance_milli` : ce que contient une unité de vente ; `pas_milliemes` : la plus petite part que l'on achète.
    """
    if besoin_milli <= 0:
        return 0
    unites = besoin_milli / contenance_milli * MILLE
    pas = -(-unites // pas_milliemes)
    return int(pas) * pas_milliemes


def en_grammes(milli: Fraction) -> int:
    """Au gramme (millilitre) le plus proche, la moitié vers le haut : ce qui s'écrit sur la feuille."""
    return int((milli + Fraction(MILLE, 2)) // MILLE)


def en_unites(milli: Fraction, unite: str) -> int:
    """Ce qu'il faut, comme on l'écrit : au gramme ou au millilitre le plus proche ; un œuf entamé est un œuf entier."""
    return int(-(-milli // MILLE)) if unite == "piece" else en_grammes(milli)


def reunir(convives: Iterable[Convives]) -> Convives:
    """Tous ces convives ensemble."""
    return sum(convives, Convives(0, 0))
