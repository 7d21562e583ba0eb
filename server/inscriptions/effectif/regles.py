"""Les règles de l'effectif : réunir, borner, comparer, prévoir, signer. Rien que des décisions."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Final
from uuid import UUID

import msgspec

from server.inscriptions.effectif.schemas import Besoin, EcartDeBesoin, Parts, Releve

MILLE: Final = 1000
EVENEMENTS_LUS: Final = 10
"""Les derniers du réseau : au-delà, les habitudes ont changé."""
EVENEMENTS_MIN: Final = 3
"""En dessous, le passé ne dit rien : la prévision vient des paramètres."""
VENUES_MIN: Final = Fraction(1, 3)
"""Un évènement où moins d'un tiers est marqué venu est une porte mal tenue, pas une salle vide."""


class Decrit(msgspec.Struct, frozen=True):
    """Une ligne d'un foyer qui décrit plus de convives de cet âge qu'il n'en amène."""

    groupe: Hashable
    parts: int
    besoin: Besoin


class Passe(msgspec.Struct, frozen=True):
    inscrits: int
    venues: int


def normaliser(besoin: Besoin) -> Besoin:
    """Le même besoin, dit dans l'ordre de l'alphabet, chaque mot une fois."""
    return msgspec.structs.replace(
        besoin, regimes=tuple(sorted(set(besoin.regimes))), allergenes=tuple(sorted(set(besoin.allergenes)))
    )


def reunir(besoins: Iterable[Besoin]) -> tuple[Besoin, ...]:
    """Les besoins identiques ensemble, les plus nombreux d'abord ; qui n'en dit aucun n'y est pas."""
    sommes: dict[Besoin, int] = defaultdict(int)
    for besoin in besoins:
        if besoin.regimes or besoin.allergenes:
            sommes[msgspec.structs.replace(normaliser(besoin), nombre=0)] += besoin.nombre
    reunis = [msgspec.structs.replace(cle, nombre=nombre) for cle, nombre in sommes.items() if nombre > 0]
    return tuple(sorted(reunis, key=lambda b: (-b.nombre, b.age, b.regimes, b.allergenes)))


def en_trop(decrits: Iterable[Decrit]) -> list[Besoin]:
    """Ce que des foyers décrivent au-delà de leurs parts.

    Ce qui est gardé : les allergies d'abord, puis les besoins les plus longs. Rien n'est oublié : le reste est dit à part.
    """
    groupes: dict[Hashable, list[Decrit]] = defaultdict(list)
    for decrit in decrits:
        groupes[decrit.groupe].append(decrit)
    trop: list[Besoin] = []
    for lignes in groupes.values():
        libres = lignes[0].parts
        for ligne in sorted(lignes, key=_urgence):
            garde = min(libres, ligne.besoin.nombre)
            libres -= garde
            if garde < ligne.besoin.nombre:
                trop.append(msgspec.structs.replace(ligne.besoin, nombre=ligne.besoin.nombre - garde))
    return trop


def _urgence(ligne: Decrit) -> tuple[int, int, tuple[str, ...], tuple[str, ...]]:
    besoin = ligne.besoin
    return (-len(besoin.allergenes), -len(besoin.regimes), besoin.allergenes, besoin.regimes)


def compter_par(besoins: Iterable[Besoin], champ: str) -> dict[str, int]:
    """Combien de convives par régime, ou par allergène ; une personne qui en a deux compte dans les deux."""
    sommes: dict[str, int] = defaultdict(int)
    for besoin in besoins:
        for nom in getattr(besoin, champ):
            sommes[nom] += besoin.nombre
    return dict(sorted(sommes.items(), key=lambda couple: (-couple[1], couple[0])))


def assiettes_sans_besoin(parts: Parts, besoins: Iterable[Besoin]) -> int:
    """Assiettes pour qui personne n'a rien dit."""
    return max(0, parts.assiettes - sum(b.nombre for b in besoins if b.age != "tout_petit"))


def ecarts_de_parts(avant: Parts, apres: Parts) -> Parts:
    return Parts(
        apres.adultes - avant.adultes, apres.enfants - avant.enfants, apres.tout_petits - avant.tout_petits
    )


def plus_et_moins(ecart: Parts) -> tuple[int, int]:
    """Combien d'assiettes en plus et en moins, sans que l'enfant de plus cache l'adulte de moins."""
    valeurs = (ecart.adultes, ecart.enfants)
    return sum(v for v in valeurs if v > 0), -sum(v for v in valeurs if v < 0)


def comparer_besoins(avant: Sequence[Besoin], apres: Sequence[Besoin]) -> list[EcartDeBesoin]:
    """Les besoins dont le nombre a changé."""
    anciens, neufs = _par_cle(avant), _par_cle(apres)
    return [
        EcartDeBesoin(b.age, b.regimes, b.allergenes, anciens.get(b, 0), neufs.get(b, 0))
        for b in sorted({*anciens, *neufs}, key=lambda b: (b.age, b.regimes, b.allergenes))
        if anciens.get(b, 0) != neufs.get(b, 0)
    ]


def _par_cle(besoins: Iterable[Besoin]) -> Mapping[Besoin, int]:
    return {msgspec.structs.replace(besoin, nombre=0): besoin.nombre for besoin in besoins}


def depasse_tolerance(arretees: Parts, parts: Parts, tolerance_milliemes: int) -> bool:
    """Vrai si le nombre d'assiettes s'est écarté de plus que la tolérance, en plus ou en moins."""
    ecart = abs(parts.assiettes - arretees.assiettes)
    return ecart * MILLE > arretees.assiettes * tolerance_milliemes


def prevoir_par_parametres(
    inscrits: int, annonces: int, absents_milliemes: int, passage_milliemes: int
) -> tuple[int, int, int]:
    """Attendus, au moins, au plus : les absents ôtés et le passage ajouté ; l'un sans l'autre aux deux bouts."""
    absents = Fraction(inscrits * absents_milliemes, MILLE)
    passage = Fraction(inscrits * passage_milliemes, MILLE)
    return (
        annonces + _arrondir(inscrits - absents + passage),
        annonces + int((inscrits - absents) // 1),
        annonces - int(-(inscrits + passage) // 1),
    )


def passes_utiles(passes: Iterable[Passe]) -> list[Passe]:
    """Ceux où la porte a été tenue."""
    return [p for p in passes if p.inscrits > 0 and Fraction(p.venues, p.inscrits) >= VENUES_MIN]


def prevoir_par_le_passe(inscrits: int, annonces: int, passes: Sequence[Passe]) -> tuple[int, int, int]:
    """Attendus, au moins, au plus, d'après les venues des évènements passés.

    Chaque évènement pèse son nombre d'inscrits ; les bouts sont ceux des évènements le moins et le plus suivis.
    """
    taux = [Fraction(p.venues, p.inscrits) for p in passes]
    moyen = Fraction(sum(p.venues for p in passes), sum(p.inscrits for p in passes))
    return (
        annonces + _arrondir(inscrits * moyen),
        annonces + int(inscrits * min(taux) // 1),
        annonces - int(-(inscrits * max(taux)) // 1),
    )


def _arrondir(valeur: Fraction) -> int:
    return int((valeur + Fraction(1, 2)) // 1)


def texte_a_signer(moment: UUID, arrete_le: datetime, parts: Parts, empreinte_besoins: str) -> bytes:
    """Ce que couvre la signature d'un effectif arrêté : quel banquet, quand, combien, quels besoins (par empreinte)."""
    instant = int(arrete_le.timestamp())
    return f"{moment.hex} {instant} {parts.adultes} {parts.enfants} {parts.tout_petits} {empreinte_besoins}".encode()


def texte_des_besoins(releve: Releve) -> bytes:
    return msgspec.json.encode(releve.besoins)
