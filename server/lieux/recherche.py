"""Retrouver une commune comme les gens l'écrivent.

Sans accents ni tirets, « st » pour « saint », un code postal, un début, un mot du milieu, une faute par mot. L'INSEE
écrit *Arpaillargues-et-Aureillac* ce que les habitants écrivent *Aureilhac* : c'est le même mot, à une lettre près.

Une installation compte 35 à 400 communes : parcourir la liste coûte moins d'une milliseconde, et la seule distance
utile (« une faute au plus ») se décide en un passage. Une bibliothèque de distances (rapidfuzz) n'y gagnerait rien
que l'on sente, et serait un binaire de plus à installer : on s'en passe.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from server.lieux.schemas import VueCommune
from server.socle.textes import plier

FAUTE_DES: Final = 3
"""Lettres en dessous desquelles un mot ne souffre pas de faute."""

DEBUT_FAUTIF_DES: Final = 5
"""Lettres en dessous desquelles un *début* de mot n'en souffre pas : « bouc » ressemble à trop de débuts."""

ABREVIATIONS: Final = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
LIAISONS: Final = frozenset(
    ("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "lez", "sous", "sur")
)
"""Petits mots qu'on oublie ou qu'on ajoute sans changer de commune."""


class _Fiche(msgspec.Struct, frozen=True):
    """Une commune et ses écritures, pliées d'avance."""

    vue: VueCommune
    mots: tuple[str, ...]
    forts: tuple[str, ...]
    """Les mots qui ne sont pas des liaisons."""
    colle: str
    """Le nom d'un seul tenant : « saintquentinlapoterie »."""


class Rang(msgspec.Struct, frozen=True, order=True):
    """Du plus ressemblant au moins ressemblant ; à égalité, la commune la plus peuplée, puis l'ordre des noms."""

    niveau: int
    """0 le nom exact · 1 le code · 2 le début du nom · 3 des débuts de mots · 4 à une faute près."""
    fautes: int
    moins_population: int
    nom: str


class Recherche:
    """Les communes d'une installation, prêtes à être cherchées."""

    def __init__(self, communes: Sequence[VueCommune]) -> None:
        self._fiches = [_ficher(commune) for commune in communes]

    def chercher(self, q: str, limite: int = 10) -> list[VueCommune]:
        """Les communes qui ressemblent le plus à `q`, la meilleure d'abord."""
        mots = tuple(ABREVIATIONS.get(mot, mot) for mot in plier(q).split())
        if not mots:
            return []
        forts = _sans_liaisons(mots)
        trouvees: list[tuple[Rang, VueCommune]] = []
        for fiche in self._fiches:
            accord = _accorder(mots, forts, fiche)
            if accord is not None:
                niveau, fautes = accord
                vue = fiche.vue
                trouvees.append((Rang(niveau, fautes, -vue.population, vue.nom), vue))
        if any(rang.fautes == 0 for rang, _ in trouvees):
            # Qui a bien écrit ne reçoit pas les presque-homonymes.
            trouvees = [trouvee for trouvee in trouvees if trouvee[0].fautes == 0]
        trouvees.sort(key=lambda trouvee: trouvee[0])
        return [vue for _, vue in trouvees[:limite]]


def _ficher(commune: VueCommune) -> _Fiche:
    mots = tuple(ABREVIATIONS.get(mot, mot) for mot in plier(commune.nom).split())
    return _Fiche(vue=commune, mots=mots, forts=_sans_liaisons(mots), colle="".join(mots))


def _sans_liaisons(mots: tuple[str, ...]) -> tuple[str, ...]:
    """Les mots forts ; tous, s'il n'y a que des liaisons (la commune d'Eu, celle d'Y)."""
    return tuple(mot for mot in mots if mot not in LIAISONS) or mots


def _accorder(mots: tuple[str, ...], forts: tuple[str, ...], fiche: _Fiche) -> tuple[int, int] | None:
    """Le niveau de ressemblance et le nombre de fautes ; `None` si ce n'est pas elle."""
    noms = tuple(mot for mot in forts if not mot.isdecimal())
    codes = tuple(mot for mot in forts if mot.isdecimal() or mot.upper() == fiche.vue.code)
    if codes:
        if not all(_est_le_code(code, fiche.vue) for code in codes):
            return None
        noms = tuple(mot for mot in noms if mot not in codes)
        if not noms:
            return 1, 0
    colle = "".join(mots) if not codes else "".join(noms)
    if colle == fiche.colle or noms == fiche.forts:
        return 0, 0
    if fiche.colle.startswith(colle) or "".join(fiche.forts).startswith("".join(noms)):
        return 2, 0
    fautes = _fautes_par_mot(noms, fiche)
    if fautes is None and len(colle) >= DEBUT_FAUTIF_DES and a_une_faute_pres(colle, fiche.colle):
        fautes = 1
    if fautes is None:
        return None
    return (3, 0) if fautes == 0 else (4, fautes)


def _est_le_code(code: str, vue: VueCommune) -> bool:
    """Un code postal, ou son début (deux chiffres : le département) ; ou le code INSEE entier."""
    if code.upper() == vue.code:
        return True
    return len(code) >= 2 and any(postal.startswith(code) for postal in vue.codes_postaux)


def _fautes_par_mot(mots: tuple[str, ...], fiche: _Fiche) -> int | None:
    """Nombre de fautes si chaque mot cherché est un mot de la commune, ou son début ; `None` sinon."""
    total = 0
    for mot in mots:
        fautes = min((_fautes(mot, connu) for connu in fiche.mots), default=2)
        if fautes > 1:
            return None
        total += fautes
    return total


def _fautes(cherche: str, connu: str) -> int:
    """0 : le mot ou son début ; 1 : à une faute près, entier ou en cours de frappe ; 2 : autre chose."""
    if connu.startswith(cherche):
        return 0
    longueur = len(cherche)
    if longueur >= FAUTE_DES and a_une_faute_pres(cherche, connu):
        return 1
    if longueur < DEBUT_FAUTIF_DES:
        return 2
    debuts = [connu[:coupe] for coupe in (longueur - 1, longueur, longueur + 1) if coupe < len(connu)]
    return 1 if any(a_une_faute_pres(cherche, debut) for debut in debuts) else 2


def a_une_faute_pres(a: str, b: str) -> bool:
    """Vrai si l'on passe d'un mot à l'autre par une lettre changée, oubliée, ajoutée, ou deux voisines échangées."""
    if a == b:
        return True
    if len(a) > len(b):
        a, b = b, a
    if len(b) - len(a) > 1:
        return False
    ici = 0
    while ici < len(a) and a[ici] == b[ici]:
        ici += 1
    if len(a) == len(b):
        echange = a[ici : ici + 2] == b[ici : ici + 2][::-1] and a[ici + 2 :] == b[ici + 2 :]
        return echange or a[ici + 1 :] == b[ici + 1 :]
    return a[ici:] == b[ici + 1 :]
