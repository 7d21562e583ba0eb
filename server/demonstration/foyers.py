"""Quatre cents foyers inventés. Rien que du hasard, toujours le même.

Les adresses sont du domaine réservé `example.org` (RFC 2606), les numéros de ceux que l'ARCEP garde pour la fiction
(06 39 98 xx xx et 04 65 71 xx xx) : rien ici ne peut atteindre quelqu'un.
"""

from collections.abc import Sequence
from random import Random
from typing import Final

import msgspec

from server.demonstration.contenu import Vocabulaire
from server.inscriptions.schemas import Allergene, Besoin, GenreContribution, Regime
from server.socle.textes import plier

NOMBRE_DE_FOYERS: Final = 400

AILLEURS: Final = ("30189", "30007", "30028", "30212", "84007", "34172", None)
"""Nîmes, Alès, Bagnols-sur-Cèze, Remoulins, Avignon, Montpellier, et ceux qui ne le disent pas."""

BESOINS_POSSIBLES: Final[tuple[tuple[Besoin, float], ...]] = (
    ("covoiturage", 0.10),
    ("place_assise", 0.06),
    ("fauteuil_roulant", 0.02),
    ("boucle_magnetique", 0.015),
    ("stationnement", 0.02),
)
MAINS: Final[tuple[GenreContribution, ...]] = (
    "installation", "rangement", "vaisselle", "cuisine", "accueil", "service", "apporter", "transport", "musique",
)  # fmt: skip
REGIMES: Final[tuple[tuple[tuple[Regime, ...], tuple[Allergene, ...]], ...]] = (
    (("vegetarien",), ()),
    (("vegetarien",), ()),
    (("vegetarien",), ()),
    (("vegetalien",), ()),
    (("vegetalien", "sans_gluten"), ()),
    (("sans_gluten",), ("gluten",)),
    (("sans_porc",), ()),
    (("sans_porc",), ()),
    (("halal",), ()),
    (("sans_lactose",), ("lait",)),
    ((), ("arachides", "fruits_a_coque")),
    ((), ("crustaces", "mollusques")),
    (("vegetarien",), ("sesame",)),
)


class Foyer(msgspec.Struct, frozen=True, kw_only=True):
    """Une maisonnée, telle qu'elle s'inscrit."""

    prenom: str
    courriel: str | None
    telephone: str | None
    commune: str | None
    adultes: int
    enfants: int
    tout_petits: int
    regimes: tuple[Regime, ...] = ()
    allergenes: tuple[Allergene, ...] = ()
    besoins: tuple[Besoin, ...] = ()
    contributions: tuple[GenreContribution, ...] = ()
    premiere_fois: bool | None = None
    langue: str = "fr"

    @property
    def personnes(self) -> int:
        return self.adultes + self.enfants + self.tout_petits

    @property
    def mange_autrement(self) -> bool:
        return bool(self.regimes or self.allergenes)


def composer_foyers(
    populations: Sequence[tuple[str, int]], vocabulaire: Vocabulaire, graine: str
) -> list[Foyer]:
    """Les foyers, répartis comme la population des communes (code INSEE, habitants), et un peu d'ailleurs."""
    hasard = Random(f"{graine}/foyers")  # noqa: S311 (une distribution, pas un secret)
    codes = [code for code, _ in populations]
    # La racine : les petites communes viennent plus souvent que leur poids, c'est tout le projet.
    poids = [nombre**0.5 for _, nombre in populations]
    adresses: set[str] = set()
    return [_foyer(rang, hasard, codes, poids, vocabulaire, adresses) for rang in range(NOMBRE_DE_FOYERS)]


def _foyer(
    rang: int, hasard: Random, codes: list[str], poids: list[float], mots: Vocabulaire, adresses: set[str]
) -> Foyer:
    prenom = mots.prenoms[rang] if rang < len(mots.prenoms) else hasard.choice(mots.prenoms)
    commune = hasard.choice(AILLEURS) if hasard.random() < 0.09 else hasard.choices(codes, poids)[0]
    enfants, tout_petits = 0, 0
    adultes = hasard.choices((1, 2, 3, 4), (38, 46, 10, 6))[0]
    if adultes >= 1 and hasard.random() < 0.3:
        enfants = hasard.choices((1, 2, 3), (45, 40, 15))[0]
        tout_petits = int(hasard.random() < 0.25)
    joint = hasard.random()
    regimes, allergenes = hasard.choice(REGIMES) if hasard.random() < 0.27 else ((), ())
    return Foyer(
        prenom=prenom,
        courriel=_adresse(prenom, mots, hasard, adresses) if joint < 0.84 else None,
        telephone=_telephone(rang) if joint > 0.62 else None,
        commune=commune,
        adultes=adultes,
        enfants=enfants,
        tout_petits=tout_petits,
        regimes=regimes,
        allergenes=allergenes,
        besoins=tuple(besoin for besoin, chance in BESOINS_POSSIBLES if hasard.random() < chance),
        contributions=tuple(sorted(hasard.sample(MAINS, hasard.choice((1, 1, 2)))))
        if hasard.random() < 0.34
        else (),
        premiere_fois=hasard.choices((True, False, None), (28, 42, 30))[0],
        langue="en" if hasard.random() < 0.03 else "fr",
    )


def _adresse(prenom: str, mots: Vocabulaire, hasard: Random, adresses: set[str]) -> str:
    while True:
        adresse = f"{plier(prenom).replace(' ', '-')}.{hasard.choice(mots.mots)}@example.org"
        if adresse not in adresses:
            adresses.add(adresse)
            return adresse


def _telephone(rang: int) -> str:
    """Un mobile le plus souvent, un fixe une fois sur cinq."""
    fin = (rang * 7919) % 10_000
    debut = "04 65 71" if rang % 5 == 0 else "06 39 98"
    return f"{debut} {fin // 100:02} {fin % 100:02}"
