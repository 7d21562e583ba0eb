"""Règles de la connexion : durées, nombre d'essais, ce qui se dérive d'une demande."""

import base64
import binascii
import re
import unicodedata
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from server.socle.secrets import OCTETS_LIEN, Clef, egaux

DUREE_DEMANDE: Final = timedelta(minutes=60)
"""Un courriel lent ou une personne interrompue ont le temps ; un vieux courriel n'ouvre plus rien."""

ESSAIS_MAX: Final = 5
"""Cinq codes faux sur un million tuent la demande : une chance sur deux cent mille de tomber juste."""

DUREE_SESSION: Final = timedelta(days=60)
"""Repart de zéro à chaque usage : qui organise deux fois par an se reconnecte deux fois par an."""

INTERVALLE_DE_VUE: Final = timedelta(hours=1)
"""On ne note le passage d'un appareil qu'une fois par heure : lire ne doit pas coûter une écriture."""

_USAGE_LIEN: Final = "connexion"
_USAGE_CODE: Final = "connexion-code"
_CARACTERES_DEMANDE: Final = 22
_LIEN: Final = re.compile(rf"[A-Za-z0-9_-]{{{_CARACTERES_DEMANDE + (OCTETS_LIEN * 8 + 5) // 6}}}")


def plier_courriel(courriel: str) -> str:
    """L'adresse telle qu'on la compare : sans espaces autour, en minuscules.

    Deux écritures peuvent se plier pareil (`K` et le signe Kelvin) : on n'écrit donc jamais à l'adresse tapée, toujours
    à celle du compte.
    """
    return unicodedata.normalize("NFC", courriel.strip()).casefold()


def lien_de(clef: Clef, demande: UUID) -> str:
    """Le lien d'une demande : son identifiant, puis un secret qui en dérive. 44 caractères base64url."""
    identifiant = base64.urlsafe_b64encode(demande.bytes).rstrip(b"=").decode()
    return identifiant + clef.deriver(_USAGE_LIEN, str(demande))


def demande_du_lien(clef: Clef, lien: str) -> UUID | None:
    """La demande qu'ouvre ce lien ; `None` si ce n'est pas un lien que nous avons fait."""
    if not _LIEN.fullmatch(lien):
        return None
    identifiant, secret = lien[:_CARACTERES_DEMANDE], lien[_CARACTERES_DEMANDE:]
    try:
        demande = UUID(bytes=base64.urlsafe_b64decode(identifiant + "=="))
    except (ValueError, binascii.Error):
        return None
    return demande if clef.est_derive(secret, _USAGE_LIEN, str(demande)) else None


def code_de(clef: Clef, demande: UUID) -> str:
    """Le code à recopier d'une demande : six chiffres."""
    return f"{int(clef.empreinte(_USAGE_CODE, demande.bytes), 16) % 1_000_000:06}"


def est_le_code(clef: Clef, demande: UUID, recopie: str) -> bool:
    """Vrai si c'est le code de la demande, recopié avec ou sans espaces."""
    return egaux(re.sub(r"[\s\u00a0\u202f-]", "", recopie), code_de(clef, demande))


def est_a_noter(vue_le: datetime, maintenant: datetime) -> bool:
    """Vrai s'il est temps de noter que l'appareil est passé."""
    return maintenant - vue_le >= INTERVALLE_DE_VUE


_NAVIGATEURS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMES: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def decrire_appareil(agent: str) -> str:
    """« Firefox · Android » : assez pour reconnaître son téléphone, rien de plus ; vide si l'appareil ne dit rien."""
    noms = (
        next((nom for signe, nom in famille if signe in agent), None) for famille in (_NAVIGATEURS, _SYSTEMES)
    )
    return " · ".join(nom for nom in noms if nom)
