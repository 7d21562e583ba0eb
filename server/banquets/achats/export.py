"""Les achats d'un repas, dans les colonnes de « ma cantine »."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from server.banquets.achats.labels import COLONNES_MA_CANTINE
from server.banquets.achats.schemas import VueApprovisionnement
from server.socle import tableur

_ORIGINES: Final = ("FRANCE", "EUROPE")
_A_PART: Final = frozenset({*_ORIGINES, "CIRCUIT_COURT"})


def en_csv(lignes: Sequence[VueApprovisionnement], jour: date) -> bytes:
    """UTF-8, séparateur `;`, une ligne par achat qui a un prix ; `siret` reste à la charge de qui importe.

    Le SIRET est celui de la cantine, pas du producteur : un réseau qui n'en est pas une laisse la case vide.
    """
    achats = [
        _cases(ligne, ligne.valeur_centimes, jour)
        for ligne in lignes
        if ligne.genre == "achat" and ligne.valeur_centimes is not None
    ]
    return tableur.en_csv([COLONNES_MA_CANTINE, *achats], marque=False)


def _cases(ligne: VueApprovisionnement, valeur_centimes: int, jour: date) -> list[str]:
    labels = [x for x in ligne.labels if x not in _A_PART and (x != "BIO" or ligne.etat_bio == "valable")]
    local = ligne.local
    return [
        "",
        ligne.description,
        ligne.producteur_nom or "",
        jour.isoformat(),
        f"{valeur_centimes // 100}.{valeur_centimes % 100:02d}",
        ligne.famille,
        ",".join(labels),
        next((x for x in _ORIGINES if x in ligne.labels), ""),
        "oui" if "CIRCUIT_COURT" in ligne.labels else "non",
        "oui" if local else "non",
        local.definition if local else "",
        str(local.km) if local and local.km is not None else "",
    ]
