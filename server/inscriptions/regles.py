"""Les règles des inscriptions : places, liste d'attente, délais. Rien que des décisions, aucun accès à quoi que ce soit.

La règle de la liste d'attente, telle qu'elle est écrite pour les habitants (page d'aide) :

1. Chaque moment a sa liste. Un foyer y entre en entier, à l'heure de sa demande.
2. Quand des places se libèrent, elles vont au premier foyer de la liste qui y tient en entier.
3. Personne d'arrivé après ne passe devant un foyer qui attend et qui tiendrait dans les places libres.
4. Un foyer dépassé depuis 48 heures a les places libérées gardées pour lui, jusqu'à 24 heures avant la clôture.
5. Dans les dernières 24 heures avant la clôture, une place obtenue est proposée : il faut la confirmer dans le délai
   écrit, sinon elle passe au suivant et le foyer reprend la fin de la liste.
6. Dans la dernière heure avant le moment, la liste s'arrête : les places libres vont à qui se présente.
7. « Tous les moments ou aucun » : le foyer n'est servi que si tous ses moments le permettent ensemble.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from server.socle.textes import plier

DEPASSEMENT: Final = timedelta(hours=48)
"""Durée après laquelle un foyer dépassé a les places gardées pour lui."""

FIN_DES_GARDES: Final = timedelta(hours=24)
"""Avant la clôture : plus de place gardée, et les places obtenues se confirment."""

DELAI_DE_REPONSE: Final = timedelta(hours=4)
"""Pour confirmer une place proposée (jamais au-delà d'une heure avant le moment)."""

ARRET_DE_LA_FILE: Final = timedelta(hours=1)
"""Avant le début du moment : la liste s'arrête."""

DELAI_REGIMES: Final = timedelta(days=1)
"""Après la fin de l'évènement : régimes et allergies effacés."""

DELAI_EFFACEMENT_JOURS: Final = 92
"""Après la fin de l'évènement : noms, contacts et messages effacés (trois mois, dits dans /confidentialite)."""

DOUBLE_APPUI: Final = timedelta(minutes=10)
"""Deux envois identiques du même formulaire, du même appareil, dans ce délai ne font qu'une inscription."""

PETITE_CASE: Final = 5
"""En dessous, un nombre du bilan est tu : il désignerait quelqu'un."""


Nouvelle = dict[str, Any]
"""Ce qu'il y a à dire à un foyer que l'on appelle : son `motif`, et ce que la phrase en dira."""


class Places(msgspec.Struct, frozen=True):
    """Un moment, vu par la file."""

    moment: UUID
    jauge: int | None
    """Nulle : sans limite."""
    pris: int
    debut: datetime | None

    def libres(self) -> float:
        """Places libres ; négatif si la jauge a été baissée, infini sans jauge."""
        return float("inf") if self.jauge is None else self.jauge - self.pris

    def file_active(self, maintenant: datetime) -> bool:
        return self.debut is None or maintenant < self.debut - ARRET_DE_LA_FILE


class Attente(msgspec.Struct, frozen=True):
    """Un foyer qui attend à un moment, sans place tenue."""

    presence: int
    inscription: UUID
    moment: UUID
    nombre: int
    depuis: datetime
    depassee_depuis: datetime | None = None
    tout_ou_rien: bool = False

    def rang(self) -> tuple[datetime, str]:
        return (self.depuis, str(self.inscription))


class Promotions(msgspec.Struct, frozen=True):
    promues: list[int]
    """Présences servies, dans l'ordre."""
    depassees: list[int]
    """Présences dépassées pour la première fois."""


def total(adultes: int, enfants: int, tout_petits: int) -> int:
    """Personnes : un tout-petit prend une place (la sécurité compte des personnes)."""
    return adultes + enfants + tout_petits


def est_protegee(attente: Attente, places: Places, maintenant: datetime, cloture: datetime | None) -> bool:
    """Vrai si les places libérées sont gardées pour ce foyer (règle 4). Jamais s'il dépasse la jauge entière."""
    if attente.depassee_depuis is None or maintenant < attente.depassee_depuis + DEPASSEMENT:
        return False
    if cloture is not None and maintenant >= cloture - FIN_DES_GARDES:
        return False
    return places.jauge is None or attente.nombre <= places.jauge


def doit_confirmer(maintenant: datetime, cloture: datetime | None) -> bool:
    """Vrai dans les dernières 24 heures avant la clôture (règle 5)."""
    return cloture is not None and maintenant >= cloture - FIN_DES_GARDES


def limite_de_reponse(maintenant: datetime, debut: datetime | None) -> datetime:
    """Jusqu'à quand une place proposée est tenue."""
    limite = maintenant + DELAI_DE_REPONSE
    return limite if debut is None else min(limite, debut - ARRET_DE_LA_FILE)


def decider_promotions(
    moments: Mapping[UUID, Places], file: Iterable[Attente], maintenant: datetime, cloture: datetime | None
) -> Promotions:
    """Qui, dans la file, obtient les places libres (règles 2, 4, 6 et 7)."""
    libres = {moment: places.libres() for moment, places in moments.items()}
    gardes = {moment for moment, places in moments.items() if not places.file_active(maintenant)}
    promues: list[int] = []
    sautees: dict[UUID, list[Attente]] = {}
    depassees: list[int] = []
    for groupe in _groupes(file):
        if all(a.moment not in gardes and a.nombre <= libres[a.moment] for a in groupe):
            for a in groupe:
                libres[a.moment] -= a.nombre
                promues.append(a.presence)
                depassees += [s.presence for s in sautees.pop(a.moment, []) if s.depassee_depuis is None]
            continue
        for a in groupe:
            sautees.setdefault(a.moment, []).append(a)
        if any(est_protegee(a, moments[a.moment], maintenant, cloture) for a in groupe):
            gardes.update(a.moment for a in groupe)
    return Promotions(promues, depassees)


class Admission(msgspec.Struct, frozen=True):
    servis: frozenset[UUID]
    """Moments où la demande tient tout de suite."""
    refuses: frozenset[UUID]
    """Moments où elle doit attendre."""
    depassees: list[int]
    """Présences en attente que cette admission dépasse pour la première fois."""


def admettre(
    moments: Mapping[UUID, Places],
    file: Sequence[Attente],
    voulus: Mapping[UUID, int],
    maintenant: datetime,
    cloture: datetime | None,
    *,
    tout_ou_rien: bool = False,
) -> Admission:
    """Ce qu'obtient un foyer qui arrive (ou qui veut davantage) : règles 3, 4 et 7."""
    servis = {
        m
        for m, nombre in voulus.items()
        if _est_admis(moments[m], moments, file, nombre, maintenant, cloture)
    }
    if tout_ou_rien and servis != set(voulus):
        servis = set()
    depassees = [a.presence for a in file if a.moment in servis and a.depassee_depuis is None]
    return Admission(frozenset(servis), frozenset(voulus) - servis, depassees)


def faire_entrer(file: Sequence[Attente], voulus: Iterable[UUID]) -> Admission:
    """Ce qu'obtient un foyer que l'équipe fait entrer à la porte, qu'il reste des places ou non : tout, et cela se compte.

    Rien n'est repris à qui est attendu ; rien n'est donné à la file tant que le moment déborde.
    """
    servis = frozenset(voulus)
    return Admission(
        servis, frozenset(), [a.presence for a in file if a.moment in servis and a.depassee_depuis is None]
    )


def _est_admis(
    places: Places,
    moments: Mapping[UUID, Places],
    file: Sequence[Attente],
    nombre: int,
    maintenant: datetime,
    cloture: datetime | None,
) -> bool:
    if nombre > places.libres():
        return False
    if not places.file_active(maintenant):
        return True
    return not any(
        any(a.moment == places.moment for a in groupe)
        and (
            all(
                a.nombre <= moments[a.moment].libres() and moments[a.moment].file_active(maintenant)
                for a in groupe
            )
            or any(est_protegee(a, moments[a.moment], maintenant, cloture) for a in groupe)
        )
        for groupe in _groupes(file)
    )


def _groupes(file: Iterable[Attente]) -> list[list[Attente]]:
    """La file dans l'ordre ; les moments d'un « tous ou aucun » vont ensemble, au rang du premier."""
    groupes: list[list[Attente]] = []
    ensembles: dict[UUID, list[Attente]] = {}
    for attente in sorted(file, key=Attente.rang):
        if not attente.tout_ou_rien:
            groupes.append([attente])
        elif attente.inscription in ensembles:
            ensembles[attente.inscription].append(attente)
        else:
            ensembles[attente.inscription] = [attente]
            groupes.append(ensembles[attente.inscription])
    return groupes


def joindre_appels(avant: Sequence[Nouvelle], neuve: Nouvelle) -> list[Nouvelle]:
    """Ce qu'un seul appel doit dire quand rien n'a encore été dit : l'état présent, et rien de démenti.

    Une nouvelle de l'évènement remplace la précédente (la première date manquée reste celle que le foyer connaît), une
    nouvelle de ses places aussi ; chaque moment retiré se dit ; une annulation dit tout.
    """
    if neuve["motif"] == "evenement_annule":
        return [neuve]
    gardees: list[Nouvelle] = []
    for nouvelle in avant:
        if sujet(nouvelle) != sujet(neuve) or neuve["motif"] == "moment_retire":
            gardees.append(nouvelle)
        elif "ancien_debut" in nouvelle:
            neuve = neuve | {"ancien_debut": nouvelle["ancien_debut"]}
    return [*gardees, neuve]


def nouvelles(motif: str, details: Mapping[str, Any]) -> list[Nouvelle]:
    """Tout ce que dit un appel, la dernière nouvelle à la fin."""
    return [*details.get("aussi", ()), {"motif": motif, **{n: v for n, v in details.items() if n != "aussi"}}]


def sujet(nouvelle: Nouvelle) -> int:
    """Ce dont parle une nouvelle, dans l'ordre où on le dit : l'évènement, ses moments, les places du foyer."""
    famille = nouvelle["motif"].split("_")[0]
    return {"evenement": 0, "moment": 1}.get(famille, 2)


def telephone_plie(telephone: str) -> str:
    """Le numéro tel qu'on le compare : chiffres seuls, `+33` et `0033` ramenés à `0`."""
    chiffres = "".join(c for c in telephone if c.isdecimal())
    if telephone.strip().startswith("+33"):
        return "0" + chiffres[2:].removeprefix("0")
    if chiffres.startswith("0033"):
        return "0" + chiffres[4:].removeprefix("0")
    return chiffres


def courriel_plie(courriel: str) -> str:
    """L'adresse telle qu'on la compare."""
    return courriel.strip().casefold()


def texte_de_recherche(prenom: str, courriel: str | None, telephone: str | None, code: str) -> str:
    """Ce que l'équipe peut taper pour retrouver un foyer."""
    morceaux = [plier(prenom), plier(courriel or ""), telephone_plie(telephone or ""), code.lower()]
    return " ".join(m for m in morceaux if m)[:500]


def taire_petite_case(nombre: int) -> int | None:
    """Le nombre, ou rien s'il est trop petit pour ne désigner personne (zéro se dit)."""
    return nombre if nombre == 0 or nombre >= PETITE_CASE else None


def codes_d_assiette(numero: int | None, convives: Sequence[Mapping[str, Any]]) -> list[str | None]:
    """« 27a », « 27b »… : une lettre par ligne qui dit un besoin, dans l'ordre ; rien pour qui mange de tout."""
    codes: list[str | None] = []
    rang = 0
    for convive in convives:
        besoin = bool(convive["regimes"] or convive["allergenes"])
        codes.append(f"{numero}{_lettres(rang)}" if besoin and numero is not None else None)
        rang += besoin
    return codes


def _lettres(rang: int) -> str:
    """0 : « a » ; 25 : « z » ; 26 : « aa »."""
    lettres = ""
    rang += 1
    while rang:
        rang, reste = divmod(rang - 1, 26)
        lettres = chr(ord("a") + reste) + lettres
    return lettres
