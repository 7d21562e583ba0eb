"""Ce que disent les températures et les pesées. Des règles pures ; elles disent, elles ne bloquent jamais.

Chiffres de l'arrêté du 21 décembre 2009 (AGRG0927709A), annexe I pour le froid, annexe IV pour le chaud, le
refroidissement et la remise en température : ce que doit un professionnel, une bonne pratique pour une soirée.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from server.banquets.cuisine.schemas import GenreMesure, GenrePesee, MesureDemande, ResteVu, Verdict
from server.socle.erreurs import ErreurDeChamp

CHAUD_MIN: Final = 630
"""63 °C : en dessous, un plat servi chaud n'est plus gardé au chaud."""
FROID_MAX: Final = 30
"""3 °C : ce qu'on a préparé d'avance se garde à cette température ou moins."""
TIEDE: Final = 100
"""10 °C : l'autre bout du refroidissement et de la remise en température."""
DUREES: Final[Mapping[GenreMesure, timedelta]] = {
    "refroidissement": timedelta(hours=2),
    "remise": timedelta(hours=1),
}
"""De 63 à 10 °C, et de 10 à 63 °C : au plus."""

AVANCE_MAX: Final = timedelta(minutes=5)
"""Une horloge de tablette avance un peu ; au-delà, elle se trompe de jour."""
AVANT_LE_REPAS: Final = timedelta(days=7)
"""Un bouillon se prépare d'avance ; rien ne se relève une semaine avant."""

GENRES_PESEE: Final[tuple[GenrePesee, ...]] = ("preparation", "non_servi", "assiettes")

_ENTRE: Final = r"[^\S\n]{0,3}[./_\u2010-\u2015\u2212-]?[^\S\n]{0,3}"
"""Ce qui sépare les chiffres d'un numéro : espaces de toute largeur, point, barre, tiret."""
_CONTACTS: Final = (
    re.compile(r"(?<![^\s@<>\"'=])[^\s@<>\"'=]{1,64}@[^\s@<>\"',;]{1,190}\.\w{2,}"),
    re.compile(
        r"(?<![\w+-])(?<!\d[./])(?!\d\d([-/. ])\d\d\1(?:19|20)\d\d(?!\d))(?:"  # une date n'en est pas un
        rf"(?:\(?(?:\+|00{_ENTRE})33\)?{_ENTRE}(?:\(0\){_ENTRE})?|\(?0[ .-]?)[1-9]\)?"
        rf"(?:(?:{_ENTRE}\d\d){{4}}|{_ENTRE}\d\d(?:{_ENTRE}\d{{3}}){{2}}|(?:{_ENTRE}\d{{3}}){{2}}{_ENTRE}\d\d)"
        rf"|\+[1-9](?:{_ENTRE}\(?\d\)?){{7,13}}"
        rf"|00[1-9]\d{{0,2}}[ .-](?:{_ENTRE}\d){{7,11}}"
        r")(?!\d)"
    ),
)
"""Un courriel ; un numéro français, ou étranger s'il commence par `+` ou `00`. Cherchés dans `_aplanir(texte)`."""


class Point(msgspec.Struct, frozen=True):
    """Une mesure qui compte : combien, quand."""

    dixiemes: int
    prise_le: datetime


def juger(genre: GenreMesure, points: Sequence[Point]) -> tuple[Verdict | None, datetime | None]:
    """Ce que disent les mesures d'une série, et l'heure où elle doit être finie (nulle : aucun délai)."""
    if not points:
        return None, None
    suite = sorted(points, key=lambda p: p.prise_le)
    match genre:
        case "chaud":
            return ("bon" if suite[-1].dixiemes >= CHAUD_MIN else "trop_froid"), None
        case "froid":
            return ("bon" if suite[-1].dixiemes <= FROID_MAX else "trop_chaud"), None
        case "refroidissement" | "remise":
            return _juger_un_passage(genre, suite)


def _juger_un_passage(genre: GenreMesure, suite: Sequence[Point]) -> tuple[Verdict, datetime | None]:
    """Le temps passé entre 63 et 10 °C : de la dernière mesure encore au bord du départ à la première au bord d'arrivée.

    Une série dont la première mesure est déjà dans l'intervalle part de cette mesure : on ne sait rien d'avant.
    """
    descend = genre == "refroidissement"

    def au_depart(p: Point) -> bool:
        return p.dixiemes >= CHAUD_MIN if descend else p.dixiemes <= TIEDE

    def arrive(p: Point) -> bool:
        return p.dixiemes <= TIEDE if descend else p.dixiemes >= CHAUD_MIN

    rang = 0
    while rang + 1 < len(suite) and au_depart(suite[rang + 1]):
        rang += 1
    depart = suite[rang]
    if arrive(depart):
        return "a_suivre", None
    limite = depart.prise_le + DUREES[genre]
    fin = next((p for p in suite[rang:] if arrive(p)), None)
    if fin is not None:
        return ("bon" if fin.prise_le <= limite else "trop_long"), limite
    return ("en_cours" if suite[-1].prise_le <= limite else "trop_long"), limite


def verifier_instant(prise_le: datetime, debut: datetime | None, maintenant: datetime) -> str | None:
    """Ce qui ne va pas dans l'instant que dit l'appareil : la clé de sa phrase, ou rien."""
    if prise_le > maintenant + AVANCE_MAX:
        return "mesure_future"
    if prise_le < (min(debut, maintenant) if debut else maintenant) - AVANT_LE_REPAS:
        return "mesure_ancienne"
    return None


def verifier_mesure(
    demande: MesureDemande, debut: datetime | None, maintenant: datetime
) -> list[ErreurDeChamp]:
    """Tout ce qui ne va pas dans une mesure, sans regarder la base."""
    erreurs = []
    if cle := verifier_instant(demande.prise_le, debut, maintenant):
        erreurs.append(ErreurDeChamp("prise_le", cle))
    if demande.annule and demande.corrige is None:
        erreurs.append(ErreurDeChamp("corrige", "manquant"))
    if demande.suite_de is not None and demande.genre not in DUREES:
        erreurs.append(ErreurDeChamp("suite_de", "mesure_sans_suite"))
    if dit_un_contact(demande.sujet):
        erreurs.append(ErreurDeChamp("sujet", "contact_en_cuisine"))
    return erreurs


def dit_un_contact(texte: str) -> bool:
    """Vrai si ce texte porte un courriel ou un numéro de téléphone : la cuisine se lit sans compte."""
    plat = _aplanir(texte)
    return any(motif.search(plat) for motif in _CONTACTS)


def taire_les_contacts(texte: str) -> str:
    """Le même texte, ses courriels et ses numéros de téléphone remplacés par des points de suspension."""
    for motif in _CONTACTS:
        for trouve in reversed(list(motif.finditer(_aplanir(texte)))):
            texte = f"{texte[: trouve.start()]}…{texte[trouve.end() :]}"
    return texte


def _aplanir(texte: str) -> str:
    """Le texte sans ses variantes de forme (chiffres et arobases pleine largeur, insécables), caractère pour caractère."""
    if texte.isascii():
        return texte
    formes = (unicodedata.normalize("NFKC", caractere) for caractere in texte)
    return "".join(
        forme if len(forme) == 1 else caractere for forme, caractere in zip(formes, texte, strict=True)
    )


def remplacees(mesures: Iterable[tuple[UUID, UUID | None]]) -> frozenset[UUID]:
    """Les mesures qu'une autre corrige."""
    return frozenset(corrige for _, corrige in mesures if corrige is not None)


def faire_les_restes(pesees: Iterable[tuple[GenrePesee, int]], convives: int) -> list[ResteVu]:
    """Les restes de chaque sorte, au gramme par convive, la moitié vers le haut."""
    sommes = dict.fromkeys(GENRES_PESEE, 0)
    for genre, grammes in pesees:
        sommes[genre] += grammes
    return [ResteVu(genre, somme, par_convive(somme, convives)) for genre, somme in sommes.items()]


def par_convive(grammes: int, convives: int) -> int | None:
    return (2 * grammes + convives) // (2 * convives) if convives else None
