"""Textes : chaque phrase montrée à quelqu'un est écrite une fois, dans `pwa/textes/<langue>.json`.

Une clé pointée (`agenda.titre`) mène à une phrase, ou à ses formes de pluriel (`{"one": …, "other": …}`), choisies
par la valeur nommée `n`. Une langue de plus est un fichier de plus. Le français fait référence : ce qui manque
ailleurs s'y lit, et un essai l'interdit pour les langues livrées.
"""

import difflib
import functools
import json
import re
import unicodedata
from pathlib import Path
from typing import Any, Final

PWA: Final = Path(__file__).parent.parent / "_pwa"
"""La PWA construite (gabarits, textes, actifs)."""

Langue = str
REFERENCE: Final = "fr"


@functools.cache
def langues() -> tuple[Langue, ...]:
    """Les langues livrées, le français d'abord."""
    noms = {chemin.name.split(".")[0] for chemin in (PWA / "textes").glob("??.json")}
    return (REFERENCE, *sorted(noms - {REFERENCE}))


@functools.cache
def _phrases(langue: Langue) -> dict[str, Any]:
    plates: dict[str, Any] = {}
    for chemin in sorted((PWA / "textes").glob(f"{langue}*.json")):
        if chemin.name == f"{langue}.json":
            _aplatir(json.loads(chemin.read_text(encoding="utf-8")), "", plates)
    return plates


def _aplatir(noeud: dict[str, Any], prefixe: str, plates: dict[str, Any]) -> None:
    for cle, valeur in noeud.items():
        if isinstance(valeur, dict) and not valeur.keys() <= {"zero", "one", "other"}:
            _aplatir(valeur, f"{prefixe}{cle}.", plates)
        else:
            plates[prefixe + cle] = valeur


def traduire(langue: Langue, cle: str, **valeurs: Any) -> str:
    """La phrase de cette clé, ses `{trous}` remplis. Une clé inconnue se voit : elle revient telle quelle."""
    phrase = _phrases(langue).get(cle)
    if phrase is None:
        phrase = _phrases(REFERENCE).get(cle, cle)
    if isinstance(phrase, dict):
        phrase = _forme(langue, phrase, valeurs.get("n", 0))
    return (
        _TROU.sub(lambda trou: str(valeurs.get(trou[1], trou[0])), str(phrase))
        if "{" in phrase
        else str(phrase)
    )


_TROU = re.compile(r"\{(\w+)\}")


def _forme(langue: Langue, formes: dict[str, str], nombre: int) -> str:
    if nombre == 0 and "zero" in formes:
        return formes["zero"]
    singulier = nombre == 1 if langue == "en" else abs(nombre) < 2
    return formes["one"] if singulier and "one" in formes else formes["other"]


def existe(cle: str) -> bool:
    """Vrai si le français connaît cette clé."""
    return cle in _phrases(REFERENCE)


def choisir_langue(accept_language: str | None) -> Langue:
    """La première langue livrée que la personne accepte ; le français sinon."""
    if not accept_language:
        return REFERENCE
    souhaits: list[tuple[float, int, str]] = []
    for rang, morceau in enumerate(accept_language[:200].split(",")):
        nom, _, parametres = morceau.strip().partition(";")
        poids = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", parametres)
        qualite = float(poids[1]) if poids else 1.0 if not parametres else 0.0
        if qualite > 0:
            souhaits.append((-qualite, rang, nom.strip().lower()))
    for _, _, nom in sorted(souhaits):
        base = nom.split("-")[0]
        if base in langues():
            return base
        if base == "*":
            break
    return REFERENCE


def plier(texte: str) -> str:
    """Le texte tel qu'on le cherche : minuscules, sans accents, ligatures ouvertes, ponctuation en espaces."""
    ouvert = texte.casefold().replace("œ", "oe").replace("æ", "ae").replace("ß", "ss")
    nu = "".join(c for c in unicodedata.normalize("NFKD", ouvert) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^0-9a-z]+", " ", nu).split())


RESSEMBLANCE_MIN: Final = 0.75
"""Une lettre sur quatre : assez pour « courjette », « tomatte » et « dahl »."""


def ressemblance(cherche: str, plie: str) -> tuple[float, bool] | None:
    """À quel point un nom plié répond à ce que l'on cherche, le meilleur d'abord ; nul s'il n'y répond pas.

    Chaque mot cherché est dans le nom, à une faute près. Le pluriel et les accents ne comptent pas.
    """
    mots = [mot[:-1] if len(mot) > 3 and mot[-1] in "sx" else mot for mot in plier(cherche).split()]
    manque = 0.0
    for mot in mots:
        if mot in plie:
            continue
        proche = max((_proximite(mot, autre) for autre in plie.split()), default=0.0)
        if proche < RESSEMBLANCE_MIN:
            return None
        manque += 1 - proche
    return manque, bool(mots) and not plie.startswith(mots[0])


def _proximite(mot: str, autre: str) -> float:
    """De 0 à 1. Un mot de trois lettres ou moins ne se devine pas."""
    if len(mot) < 4 or abs(len(mot) - len(autre)) > 1:
        return 0.0
    comparaison = difflib.SequenceMatcher(None, mot, autre)
    return comparaison.ratio() if comparaison.quick_ratio() >= RESSEMBLANCE_MIN else 0.0


def en_slug(texte: str, longueur: int = 60) -> str:
    """Un morceau d'adresse lisible ; jamais vide."""
    slug = plier(texte).replace(" ", "-")
    if len(slug) > longueur:
        slug = slug[:longueur].rsplit("-", 1)[0]
    return slug or "sans-titre"
