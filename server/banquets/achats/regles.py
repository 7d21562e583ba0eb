"""Ce que les achats d'un repas disent de lui. Rien que des entiers et des fractions ; l'arrondi vient une fois, à la fin.

Chaque achat compte une seule fois, dans sa classe la plus haute, en valeur hors taxes (code rural, L230-5-1 ; calcul de
« ma cantine »). Un don, un surplus, une cueillette ou un apport n'ont pas de prix : ils ne pèsent dans aucune part, leur
poids se dit à côté. Indicateur volontaire : la loi ne s'impose pas à une soirée publique.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Final, Literal

import msgspec

from server.banquets.achats.labels import CLASSE_DU_LABEL, CLASSES, Classe, DefinitionDuLocal, Label
from server.banquets.quantites import MILLE, Convives

Genre = Literal["achat", "don", "surplus", "cueillette", "apport"]


class Achat(msgspec.Struct, frozen=True, kw_only=True):
    """Une ligne d'approvisionnement, pour les chiffres."""

    valeur_centimes: int | None = None
    """Hors taxes ; nulle : le prix n'est pas encore connu."""
    labels: frozenset[Label] = frozenset()
    """Ceux qui comptent à la date du repas (`labels_valables`)."""
    genre: Genre = "achat"
    masse_g: int | None = None
    """Nulle : ce qui se vend à la pièce sans qu'on en connaisse le poids."""
    local: tuple[DefinitionDuLocal, int | None] | None = None
    """Selon quelle définition il est local, et sous combien de kilomètres ; nul : il ne l'est pas."""
    de_saison: bool | None = None
    """Nul : la denrée n'a pas de saison, ou on ne la connaît pas."""


def masse_d_une_ligne(vendu_par: str, quantite_milliemes: int, masse_unite_g: int | None) -> int | None:
    """Ce que pèse une ligne, au gramme : un kilogramme pèse mille grammes, le reste pèse ce qu'on en a dit."""
    if vendu_par == "kg":
        return quantite_milliemes
    return None if masse_unite_g is None else arrondir(Fraction(quantite_milliemes * masse_unite_g, MILLE))


def est_de_saison(mois: Collection[int], hors_france: bool, jour: date) -> bool | None:
    """Vrai si cela se récolte ce mois-là ; ce qui ne pousse pas en France n'est jamais de saison. Nul : on ne sait pas."""
    if hors_france:
        return False
    return jour.month in mois if mois else None


class Certificat(msgspec.Struct, frozen=True):
    """Un certificat bio, tel qu'une personne l'a lu."""

    expire_le: date | None
    """Dernier jour où il vaut ; nul : aucune date lue."""


EtatDuCertificat = Literal["absent", "sans_date", "valable", "expire"]


def etat_du_certificat(certificat: Certificat | None, jour: date) -> EtatDuCertificat:
    """Ce que vaut ce certificat ce jour-là ; il vaut encore le jour de son expiration."""
    if certificat is None:
        return "absent"
    if certificat.expire_le is None:
        return "sans_date"
    return "valable" if jour <= certificat.expire_le else "expire"


def labels_valables(labels: Iterable[Label], certificat: Certificat | None, jour: date) -> frozenset[Label]:
    """Les labels qui comptent ce jour-là : sans certificat bio valable, « bio » se dit mais ne compte pas."""
    valable = etat_du_certificat(certificat, jour) == "valable"
    return frozenset(label for label in labels if label != "BIO" or valable)


def classe_de(labels: Collection[Label]) -> Classe | None:
    """La plus haute classe de ces labels ; nulle si aucun n'en donne."""
    siennes = {CLASSE_DU_LABEL[label] for label in labels if label in CLASSE_DU_LABEL}
    return next((classe for classe in CLASSES if classe in siennes), None)


def valeur_d_une_ligne(quantite_milliemes: int, prix_unitaire_centimes: int) -> int:
    """Le prix d'une ligne, hors taxes, au centime le plus proche (la moitié vers le haut).

    `quantite_milliemes` : millièmes d'unité de vente.
    """
    return arrondir(Fraction(quantite_milliemes * prix_unitaire_centimes, MILLE))


class Chiffres(msgspec.Struct, frozen=True, kw_only=True):
    """Ce que disent les achats d'un repas. Une part nulle veut dire : rien d'acheté, donc rien à dire."""

    valeur_centimes: int
    """Total hors taxes de ce qui a un prix."""
    achats: int
    sans_prix: int
    """Achats dont le prix manque : les parts sont partielles tant qu'il y en a."""
    classes: dict[Classe, Fraction | None]
    egalim: Fraction | None
    """Les quatre classes ensemble, bio compris."""
    local: Fraction | None
    """Toutes définitions ensemble."""
    locaux: dict[tuple[DefinitionDuLocal, int | None], Fraction]
    """Part du local, définition par définition."""
    circuit_court: Fraction | None
    de_saison: Fraction | None
    """Parmi les achats dont on connaît la saison."""
    hors_achat: "dict[Genre, HorsAchat]"
    """Ce qui est venu sans être payé : don, surplus, cueillette, apport."""


class HorsAchat(msgspec.Struct, frozen=True):
    """Ce qui est venu sans être payé : combien de fois, et quel poids connu."""

    lignes: int
    masse_g: int
    sans_poids: int
    """Lignes dont le poids n'est pas connu : elles manquent à `masse_g`."""


GENRES_SANS_PRIX: Final[tuple[Genre, ...]] = ("don", "surplus", "cueillette", "apport")


def chiffrer(liste: Sequence[Achat]) -> Chiffres:
    """Les chiffres d'une liste d'approvisionnements, entière, vide ou partielle."""
    achats = [a for a in liste if a.genre == "achat"]
    chiffres = [a for a in achats if a.valeur_centimes is not None]
    total = _somme(chiffres)
    saisonniers = [a for a in chiffres if a.de_saison is not None]

    def part(garder: Callable[[Achat], bool]) -> Fraction | None:
        return _part(_somme(a for a in chiffres if garder(a)), total)

    locaux: dict[tuple[DefinitionDuLocal, int | None], int] = {}
    for achat in chiffres:
        if achat.local is not None:
            locaux[achat.local] = locaux.get(achat.local, 0) + (achat.valeur_centimes or 0)
    return Chiffres(
        valeur_centimes=total,
        achats=len(achats),
        sans_prix=len(achats) - len(chiffres),
        classes={classe: part(lambda a, c=classe: classe_de(a.labels) == c) for classe in CLASSES},  # type: ignore[misc]
        egalim=part(lambda a: classe_de(a.labels) is not None),
        local=part(lambda a: a.local is not None),
        locaux={definition: Fraction(valeur, total) for definition, valeur in locaux.items() if total},
        circuit_court=part(lambda a: "CIRCUIT_COURT" in a.labels),
        de_saison=_part(_somme(a for a in saisonniers if a.de_saison), _somme(saisonniers)),
        hors_achat={genre: _hors_achat(liste, genre) for genre in GENRES_SANS_PRIX},
    )


def part_bio(achats: Sequence[Achat]) -> Fraction | None:
    """Part du bio dans les achats, en valeur hors taxes ; `None` si rien n'a été acheté."""
    return chiffrer(achats).classes["bio"]


def _somme(achats: Iterable[Achat]) -> int:
    return sum(a.valeur_centimes or 0 for a in achats)


def _part(valeur: int, total: int) -> Fraction | None:
    return Fraction(valeur, total) if total else None


def _hors_achat(liste: Sequence[Achat], genre: Genre) -> HorsAchat:
    masses = [a.masse_g for a in liste if a.genre == genre]
    connues = [masse for masse in masses if masse is not None]
    return HorsAchat(len(masses), sum(connues), len(masses) - len(connues))


# --- Coût, caisse, restes -------------------------------------------------------------------------------------------


class CoutDUneDenree(msgspec.Struct, frozen=True):
    """Ce qu'a coûté une denrée, et ce qu'il en va dans une part."""

    valeur_centimes: int
    adulte_milli: Fraction = Fraction(0)
    enfant_milli: Fraction = Fraction(0)
    """Pour une part ; 0 et 0 : hors menu (sel, serviettes), partagé également entre tous."""


class CoutParPart(msgspec.Struct, frozen=True):
    """Ce que coûte une part d'adulte, une part d'enfant. Nul : personne de cette sorte."""

    adulte_centimes: Fraction | None
    enfant_centimes: Fraction | None


def cout_par_part(denrees: Iterable[CoutDUneDenree], convives: Convives) -> CoutParPart:
    """Le prix de revient d'une part : chaque denrée se partage selon ce qui en va dans l'assiette.

    Toutes les parts ensemble refont exactement la dépense ; un tout-petit n'en a pas.
    """
    adulte = enfant = Fraction(0)
    tetes = convives.adultes + convives.enfants
    if tetes == 0:
        return CoutParPart(None, None)
    for denree in denrees:
        besoin = convives.adultes * denree.adulte_milli + convives.enfants * denree.enfant_milli
        if besoin:
            adulte += Fraction(denree.valeur_centimes * denree.adulte_milli, besoin)
            enfant += Fraction(denree.valeur_centimes * denree.enfant_milli, besoin)
        else:
            adulte += Fraction(denree.valeur_centimes, tetes)
            enfant += Fraction(denree.valeur_centimes, tetes)
    return CoutParPart(adulte if convives.adultes else None, enfant if convives.enfants else None)


class Caisse(msgspec.Struct, frozen=True):
    """Ce qui a été recueilli, face à ce que le repas a coûté."""

    recueilli_centimes: int
    revient_centimes: int
    solde_centimes: int
    """Négatif : il manque."""
    excedent_centimes: int
    """Ce qui peut aller au pot solidaire : le solde, s'il en reste."""
    manque_centimes: int
    """Ce que le pot solidaire, ou les structures, ont à couvrir."""


def faire_la_caisse(recueilli_centimes: int, revient_centimes: int) -> Caisse:
    """Le solde d'un repas : ce qui en reste va au pot solidaire, ce qui manque se dit."""
    solde = recueilli_centimes - revient_centimes
    return Caisse(recueilli_centimes, revient_centimes, solde, max(0, solde), max(0, -solde))


def par_convive(masse_g: int, convives: int) -> Fraction | None:
    """Grammes jetés par convive ; `None` si personne n'a mangé."""
    return Fraction(masse_g, convives) if convives else None


def arrondir(valeur: Fraction) -> int:
    """À l'entier le plus proche, la moitié vers le haut : l'unique arrondi, juste avant de montrer."""
    return int((valeur + Fraction(1, 2)) // 1)


def en_milliemes(part: Fraction | None) -> int | None:
    """Une part, en millièmes, pour la montrer."""
    return None if part is None else arrondir(part * MILLE)
