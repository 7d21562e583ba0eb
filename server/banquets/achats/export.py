"""Les achats d'un repas, dans les colonnes de « ma cantine ». Aucune case ne peut devenir une formule."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Final

from server.banquets.achats.labels import COLONNES_MA_CANTINE
from server.banquets.achats.schemas import VueApprovisionnement

_DANGEREUX = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Premiers signes que les tableurs prennent pour une formule (OWASP, *CSV Injection*), pleine chasse comprise."""
_ORIGINES: Final = ("FRANCE", "EUROPE")
_A_PART: Final = frozenset({*_ORIGINES, "CIRCUIT_COURT"})


def en_csv(lignes: Sequence[VueApprovisionnement], jour: date) -> bytes:
    """UTF-8, séparateur `;`, une ligne par achat qui a un prix ; `siret` reste à la charge de qui importe.

    Le SIRET est celui de la cantine, pas du producteur : un réseau qui n'en est pas une laisse la case vide.
    """
    sortie = io.StringIO()
    feuille = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    feuille.writerow(COLONNES_MA_CANTINE)
    for ligne in lignes:
        if ligne.genre == "achat" and ligne.valeur_centimes is not None:
            feuille.writerow([_case(valeur) for valeur in _cases(ligne, ligne.valeur_centimes, jour)])
    return sortie.getvalue().encode()


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


def _case(valeur: str) -> str:
    dangereux = valeur.startswith(_DANGEREUX) or valeur.lstrip(" \u00a0").startswith(_DANGEREUX)
    return f"'{valeur}" if dangereux else valeur
