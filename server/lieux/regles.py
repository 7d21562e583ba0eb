"""Décisions pures des lieux."""

import math
from collections.abc import Mapping
from typing import Final, Literal

from server.lieux.schemas import MENTIONS, Mention, VueTerritoire

RAYON_TERRE_KM: Final = 6371.0088
"""Rayon moyen de la Terre (UGGI)."""


def distance_km(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Distance à vol d'oiseau entre deux points, en kilomètres (formule de haversine)."""
    phi_a, phi_b = math.radians(lat_a), math.radians(lat_b)
    moitie_phi = (phi_b - phi_a) / 2
    moitie_lambda = math.radians(lon_b - lon_a) / 2
    h = math.sin(moitie_phi) ** 2 + math.cos(phi_a) * math.cos(phi_b) * math.sin(moitie_lambda) ** 2
    return 2 * RAYON_TERRE_KM * math.asin(math.sqrt(min(1.0, h)))


def tourne_en_rond(lieu: int, repli: int, replis: Mapping[int, int | None]) -> bool:
    """Vrai si, en prenant ce repli, on finirait par revenir au lieu d'où l'on part.

    `replis` : le repli actuel de chaque lieu. Une boucle ancienne qui ne passe pas par `lieu` n'est pas la nôtre.
    """
    vus: set[int] = set()
    ici: int | None = repli
    while ici is not None and ici not in vus:
        if ici == lieu:
            return True
        vus.add(ici)
        ici = replis.get(ici)
    return False


def a_completer(territoire: VueTerritoire) -> list[Literal["courriel"] | Mention]:
    """Ce qui manque encore aux pages publiques : le contact du réseau, puis les mentions légales, dans leur ordre."""
    champs: tuple[Literal["courriel"] | Mention, ...] = ("courriel", *MENTIONS)
    return [champ for champ in champs if not getattr(territoire, champ)]


def est_un_siren(texte: str) -> bool:
    """Vrai si c'est un SIREN : neuf chiffres, le dernier étant la clé de Luhn.

    Un EPCI n'en a pas d'autre : une faute de frappe se voit avant d'interroger qui que ce soit.
    """
    if len(texte) != 9 or not (texte.isascii() and texte.isdecimal()):
        return False
    total = 0
    for rang, chiffre in enumerate(reversed(texte)):
        valeur = int(chiffre) * (2 if rang % 2 else 1)
        total += valeur - 9 if valeur > 9 else valeur
    return total % 10 == 0
