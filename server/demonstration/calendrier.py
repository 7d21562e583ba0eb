"""L'année de la démonstration, posée autour d'aujourd'hui. Rien que des décisions.

Neuf mois derrière, cinq devant : chaque évènement écrit trouve sa date dans cette fenêtre, à sa saison. Les rôles
(complet, reporté, annulé, ce soir…) sont distribués pour que chaque état se voie, quel que soit le jour où l'on regarde.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final, Literal

import msgspec

from server.demonstration.contenu import Contenu, EvenementEcrit
from server.socle.temps import PARIS, a_paris

MOIS_DERRIERE: Final = 9
MOIS_DEVANT: Final = 5
"""Quatorze mois en tout ; plus de devant que d'ordinaire, pour un agenda bien rempli."""

SEMAINE: Final = timedelta(days=7)
JOURS: Final = ("lun", "mar", "mer", "jeu", "ven", "sam", "dim")
SOIREE_REELLE: Final = date(2024, 3, 8)

Role = Literal[
    "ordinaire",
    "complet",
    "dernieres",
    "ce_soir",
    "clos",
    "horaire",
    "reporte",
    "sans_date",
    "annule",
    "brouillon",
]
"""`horaire` : il commence plus tard qu'annoncé d'abord. `clos` : on ne s'y inscrit plus, bien qu'il reste des places."""


class RendezVous(msgspec.Struct, kw_only=True):
    """Un évènement à sa date, et ce qui lui arrive."""

    ecrit: EvenementEcrit
    lieu_interieur: bool
    jour: date
    role: Role = "ordinaire"
    ancien_jour: date | None = None
    """Date annoncée d'abord, s'il a été reporté."""
    cree_le: datetime = datetime.min.replace(tzinfo=UTC)
    publie_le: datetime | None = None
    change_le: datetime | None = None
    """Quand il a été reporté, annulé, ou que son horaire a changé."""
    cloture_le: datetime | None = None
    deplace: bool = False
    """Sa date a été choisie pour ce qu'elle montre : elle ne bouge plus."""

    @property
    def debut(self) -> datetime:
        """Début à la date finale (celle qui était prévue, s'il est reporté sans date)."""
        return min(debut for debut, _ in horaires(self.ecrit, self.jour))

    @property
    def fin(self) -> datetime:
        return max(fin for _, fin in horaires(self.ecrit, self.jour))


def composer_annee(contenu: Contenu, maintenant: datetime, graine: str) -> list[RendezVous]:
    """Tous les rendez-vous inventés de l'année, dans l'ordre des dates."""
    interieurs = {lieu.cle: lieu.interieur for lieu in contenu.lieux}
    tous = [
        RendezVous(ecrit=ecrit, lieu_interieur=interieurs[ecrit.lieu], jour=jour)
        for ecrit in contenu.evenements
        for jour in _dates(ecrit, maintenant)
    ]
    tous.sort(key=_ordre)
    _distribuer_les_roles(tous, maintenant)
    _separer(tous)
    for rendez_vous in tous:
        _dater(rendez_vous, maintenant, Random(f"{graine}/{rendez_vous.ecrit.titre}/{rendez_vous.jour.year}"))  # noqa: S311
    return sorted(tous, key=_ordre)


def _ordre(rendez_vous: RendezVous) -> tuple[date, str]:
    return rendez_vous.jour, rendez_vous.ecrit.titre


# --- dates ----------------------------------------------------------------------------------------------------------


def fenetre(maintenant: datetime) -> tuple[date, date]:
    """Le premier et le dernier jour de l'année racontée."""
    aujourd_hui = a_paris(maintenant).date()
    return _plus_mois(aujourd_hui, -MOIS_DERRIERE), _plus_mois(aujourd_hui, MOIS_DEVANT)


def _plus_mois(jour: date, nombre: int) -> date:
    annee, mois = divmod(jour.year * 12 + jour.month - 1 + nombre, 12)
    return date(annee, mois + 1, min(jour.day, 28))


def _dates(ecrit: EvenementEcrit, maintenant: datetime) -> list[date]:
    """Sa date dans la fenêtre ; la plus récente s'il y en a deux, les deux s'il revient chaque année."""
    premier, dernier = fenetre(maintenant)
    possibles = [
        jour
        for annee in range(premier.year, dernier.year + 1)
        if premier <= (jour := jour_de(ecrit.quand, annee, ecrit.mois)) <= dernier
    ]
    return possibles if ecrit.annuel else possibles[-1:]


def jour_de(quand: str, annee: int, mois: int) -> date:
    """« sam2 » : le deuxième samedi de ce mois ; « 12 » : le 12."""
    if quand.isdecimal():
        return date(annee, mois, int(quand))
    trouve = re.fullmatch(r"(\w{3})([1-4])", quand)
    if trouve is None or trouve[1] not in JOURS:
        raise ValueError(f"date incomprise : {quand}")
    premier = date(annee, mois, 1)
    ecart = (JOURS.index(trouve[1]) - premier.weekday()) % 7
    return premier + timedelta(days=ecart) + (int(trouve[2]) - 1) * SEMAINE


def horaires(ecrit: EvenementEcrit, jour: date) -> list[tuple[datetime, datetime]]:
    """Début et fin de chaque moment, en UTC, si l'évènement commence ce jour-là."""
    resultat = []
    for moment in ecrit.moments:
        depart = jour + timedelta(days=moment.jour)
        debut = _a(depart, moment.de)
        fin = _a(depart + timedelta(days=moment.jours), moment.a)
        resultat.append((debut, fin if fin > debut else _a(depart + timedelta(days=1), moment.a)))
    return resultat


def samedis_des_grands_banquets(maintenant: datetime) -> tuple[date, date]:
    """Un samedi d'il y a un mois, et un autre dans une semaine au moins : assez près pour que l'effectif soit arrêté."""
    aujourd_hui = a_paris(maintenant).date()
    prochain = aujourd_hui + timedelta(days=(5 - aujourd_hui.weekday()) % 7)
    return prochain - 5 * SEMAINE, prochain + SEMAINE


def _a(jour: date, heure: str) -> datetime:
    return datetime.combine(jour, time.fromisoformat(heure), PARIS).astimezone(UTC)


# --- rôles ----------------------------------------------------------------------------------------------------------


def _distribuer_les_roles(tous: Sequence[RendezVous], maintenant: datetime) -> None:
    a_venir = [r for r in tous if r.debut > maintenant]
    passes = [r for r in tous if r.fin <= maintenant]
    aujourd_hui = a_paris(maintenant).date()
    dans_cinq_jours = [r for r in a_venir if r.jour > aujourd_hui + timedelta(days=5)]

    _donner("annule", _libres(a_venir, lambda r: r.ecrit.si_annule is not None), 1)
    _donner("sans_date", _libres(dans_cinq_jours, lambda r: r.ecrit.si_reporte is not None), 1)
    _donner("reporte", _libres(a_venir, lambda r: r.ecrit.si_reporte is not None), 1)
    _donner("annule", _libres(reversed(passes), lambda r: r.ecrit.si_annule is not None), 1)
    _donner("reporte", _libres(reversed(passes), lambda r: r.ecrit.si_reporte is not None), 2)

    soir = aujourd_hui if a_paris(maintenant).hour < 17 else aujourd_hui + timedelta(days=1)
    for rendez_vous in _donner("ce_soir", _libres(a_venir, _peut_etre_ce_soir), 1):
        _deplacer(rendez_vous, soir)
    for rendez_vous in _donner("clos", _libres(a_venir, _peut_bouger), 1):
        _deplacer(rendez_vous, soir + timedelta(days=3))
    _garnir_le_week_end(a_venir, aujourd_hui)

    _donner("complet", _libres(a_venir, lambda r: r.ecrit.convoite), 3)
    _donner("complet", _libres(passes, lambda r: r.ecrit.convoite), len(passes))
    _donner("horaire", _libres(dans_cinq_jours, lambda r: len(r.ecrit.moments) > 1), 1)
    _donner("dernieres", _libres(a_venir, _a_une_jauge), 2)
    _donner(
        "brouillon", _libres(reversed(a_venir), lambda r: not r.ecrit.annuel and r.ecrit.en_ligne is None), 3
    )


def _libres(tous: Iterable[RendezVous], condition: Callable[[RendezVous], bool]) -> Iterator[RendezVous]:
    return (r for r in tous if r.role == "ordinaire" and condition(r))


def _donner(role: Role, candidats: Iterator[RendezVous], nombre: int) -> list[RendezVous]:
    choisis = [rendez_vous for rendez_vous, _ in zip(candidats, range(nombre), strict=False)]
    for rendez_vous in choisis:
        rendez_vous.role = role
    return choisis


def _peut_bouger(rendez_vous: RendezVous) -> bool:
    """Vrai si rien, dans ce qui est écrit, ne le tient à sa date."""
    ecrit = rendez_vous.ecrit
    return (
        not ecrit.annuel
        and not ecrit.convoite
        and ecrit.cloture_jours is None
        and not ecrit.quand.isdecimal()
        and not ecrit.titre.startswith(("Cantine", "L’Établi"))
        and all(moment.jour == 0 and moment.jours == 0 for moment in ecrit.moments)
    )


def _peut_etre_ce_soir(rendez_vous: RendezVous) -> bool:
    return (
        _peut_bouger(rendez_vous)
        and rendez_vous.lieu_interieur
        and min(moment.de for moment in rendez_vous.ecrit.moments) >= "17:30"
    )


def _a_une_jauge(rendez_vous: RendezVous) -> bool:
    return any(m.inscription and m.jauge and m.jauge <= 60 for m in rendez_vous.ecrit.moments)


def _garnir_le_week_end(a_venir: Sequence[RendezVous], aujourd_hui: date) -> None:
    """Au moins un rendez-vous le samedi qui vient : « ce week-end » n'est jamais une page vide."""
    samedi = aujourd_hui + timedelta(days=(5 - aujourd_hui.weekday()) % 7)
    if not any(samedi <= r.jour <= samedi + timedelta(days=1) and r.role != "annule" for r in a_venir):
        for rendez_vous in _donner("ordinaire", _libres(a_venir, _peut_bouger), 1):
            _deplacer(rendez_vous, samedi + timedelta(days=int(samedi == aujourd_hui)))


def _deplacer(rendez_vous: RendezVous, jour: date) -> None:
    rendez_vous.jour, rendez_vous.deplace = jour, True


def _separer(tous: Sequence[RendezVous]) -> None:
    """Deux évènements n'ont pas le même lieu le même jour : celui qui peut attend une semaine."""
    pris: set[tuple[str, date]] = set()
    for rendez_vous in sorted(tous, key=lambda r: (not r.deplace, _ordre(r))):
        while (rendez_vous.ecrit.lieu, rendez_vous.jour) in pris:
            rendez_vous.jour += SEMAINE
        pris.add((rendez_vous.ecrit.lieu, rendez_vous.jour))


# --- histoire -------------------------------------------------------------------------------------------------------


def _dater(rendez_vous: RendezVous, maintenant: datetime, hasard: Random) -> None:
    """Quand il a été écrit, annoncé, changé, et quand il clôt."""
    ecrit, role = rendez_vous.ecrit, rendez_vous.role
    if role == "brouillon":
        rendez_vous.cree_le = _en_journee(maintenant - timedelta(days=hasard.randint(2, 12)), hasard)
        return
    premier_debut = rendez_vous.debut
    a_venir = rendez_vous.debut > maintenant
    if role == "reporte":
        rendez_vous.ancien_jour = rendez_vous.jour - 3 * SEMAINE
        premier_debut = min(debut for debut, _ in horaires(ecrit, rendez_vous.ancien_jour))
    annonce = premier_debut - timedelta(days=hasard.randint(26, 48))
    hier = maintenant - timedelta(days=2)
    if role in ("reporte", "sans_date", "annule", "horaire"):
        change = premier_debut - timedelta(days=3)
        change = min(change, hier) if a_venir else change
        rendez_vous.change_le = _en_journee(change, hasard)
        annonce = min(annonce, change - timedelta(days=16))
    recente = maintenant - timedelta(days=hasard.randint(3, 22))
    rendez_vous.publie_le = _en_journee(min(annonce, recente), hasard)
    rendez_vous.cree_le = _en_journee(rendez_vous.publie_le - timedelta(days=hasard.randint(2, 8)), hasard)
    if role == "clos":
        rendez_vous.cloture_le = _a(a_paris(maintenant).date() - timedelta(days=1), "18:00")
    elif ecrit.cloture_jours is not None:
        depart = rendez_vous.ancien_jour or rendez_vous.jour
        rendez_vous.cloture_le = _a(depart - timedelta(days=ecrit.cloture_jours), "18:00")


def _en_journee(instant: datetime, hasard: Random) -> datetime:
    """Le même jour, à une heure où l'on écrit : jamais plus tard que l'instant donné."""
    heure = time(hasard.randint(8, 20), hasard.choice((4, 11, 17, 26, 32, 41, 48, 55)))
    local = datetime.combine(a_paris(instant).date(), heure, PARIS).astimezone(UTC)
    return local if local <= instant else local - timedelta(days=1)
