"""Lire les fichiers du référentiel."""

import csv
import functools
import io
from importlib import resources
from typing import Final

import msgspec

from server.banquets.menus.schemas import Allergene, Animal, Certitude, Famille, Unite

DENREES: Final = "denrees.csv"
PORTIONS: Final = "portions.csv"


class Denree(msgspec.Struct, frozen=True):
    """Une ligne du fichier des denrées."""

    slug: str
    nom: str
    famille: Famille
    unite: Unite
    dechet_milliemes: int
    rendement_milliemes: int
    masse_piece_g: int | None
    densite_milliemes: int | None
    allergenes: list[Allergene]
    animal: list[Animal]
    saison: list[int]
    hors_france: bool
    certitude: Certitude
    source: str


class PortionSuggeree(msgspec.Struct, frozen=True):
    """Ce qu'on sert d'habitude à un convive : une fourchette, et ce qu'elle vaut."""

    plat: str
    enfant_min: int | None
    enfant_max: int | None
    adulte_min: int
    adulte_max: int
    unite: Unite
    certitude: Certitude
    source: str


@functools.cache
def lire_denrees() -> tuple[Denree, ...]:
    """Toutes les denrées du fichier ; une ligne qui ne se comprend pas arrête tout."""
    listes = ("allergenes", "animal", "saison")
    return tuple(
        msgspec.convert(
            {
                **{cle: valeur for cle, valeur in ligne.items() if cle not in listes},
                **{cle: ligne[cle].split() for cle in listes},
                "masse_piece_g": ligne["masse_piece_g"] or None,
                "densite_milliemes": ligne["densite_milliemes"] or None,
                "hors_france": ligne["hors_france"] == "oui",
            },
            Denree,
            strict=False,
        )
        for ligne in _lignes(DENREES)
    )


@functools.cache
def lire_portions() -> tuple[PortionSuggeree, ...]:
    """Les portions suggérées, dans l'ordre du fichier."""
    return tuple(
        msgspec.convert({cle: valeur or None for cle, valeur in ligne.items()}, PortionSuggeree, strict=False)
        for ligne in _lignes(PORTIONS)
    )


def _lignes(nom: str) -> list[dict[str, str]]:
    texte = resources.files("server.banquets.referentiel").joinpath(nom).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(texte), delimiter=";"))
