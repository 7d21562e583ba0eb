"""S'abonner à l'agenda : les mêmes adresses, dites avec les mots de chaque agenda."""

from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

import msgspec

from server.evenements.schemas import EvenementVue, Filtres
from server.flux.agendas import Perimetre
from server.flux.phrases import dire_adresse, dire_titre
from server.socle.textes import Langue

CHEMIN: Final = "/abonnement"
_FILTRES: Final = ("structure", "cycle", "commune", "theme")
"""Ce qui a son agenda, du plus précis au plus large."""

_DOSSIERS: Final = {
    "structure": "/structures/",
    "cycle": "/cycles/",
    "commune": "/communes/",
    "theme": "/themes/",
}


class Abonnement(msgspec.Struct, frozen=True):
    """De quoi s'abonner depuis une page."""

    flux: str
    """Le début de l'adresse des flux : `/communes/30334/agenda`."""
    telephone: str
    """L'adresse que l'agenda du téléphone reconnaît."""
    page: str
    """Les autres façons de s'abonner."""


class Adresses(msgspec.Struct, frozen=True):
    """Un agenda, pour chaque façon de le lire."""

    ics: str
    telephone: str
    google: str
    outlook: str
    """Compte personnel."""
    outlook_travail: str
    """Compte d'une mairie, d'une école, d'une entreprise."""
    atom: str
    json: str


_OUTLOOK: Final = "calendar/0/addfromweb"


def proposer(filtres: Filtres, url: str, suite: str) -> Abonnement:
    """L'abonnement qui correspond le mieux à ces filtres. `suite` : `?langue=…`, si elle est dite."""
    nom = next((nom for nom in _FILTRES if getattr(filtres, nom)), None)
    valeur = getattr(filtres, nom) if nom else ""
    flux = (_DOSSIERS[nom] + quote(valeur, safe="") if nom else "") + "/agenda"
    return Abonnement(
        flux,
        _telephone(f"{url}{flux}.ics{suite}"),
        CHEMIN + (f"?{urlencode({nom: valeur})}" if nom else ""),
    )


def filtre_demande(parametres: dict[str, str]) -> Filtres:
    """Le seul filtre que dit l'adresse de la page ; le premier, s'il y en a plusieurs."""
    for nom in _FILTRES:
        if valeur := parametres.get(nom, "").strip():
            return Filtres(**{nom: valeur.upper() if nom == "commune" else valeur})  # type: ignore[arg-type]
    return Filtres()


def adresses(perimetre: Perimetre, titre: str, url: str, suite: str) -> Adresses:
    """Toutes les adresses d'un agenda."""
    ics, atom, json = (f"{url}{perimetre.adresse(suffixe)}{suite}" for suffixe in ("ics", "atom", "json"))
    telephone = _telephone(ics)
    depuis_le_web = urlencode({"url": ics, "name": titre})
    return Adresses(
        ics=ics,
        telephone=telephone,
        google=f"https://calendar.google.com/calendar/r?{urlencode({'cid': telephone})}",
        outlook=f"https://outlook.live.com/{_OUTLOOK}?{depuis_le_web}",
        outlook_travail=f"https://outlook.office.com/{_OUTLOOK}?{depuis_le_web}",
        atom=atom,
        json=json,
    )


def _telephone(adresse: str) -> str:
    return f"webcal:{adresse.partition(':')[2]}"


class Ajouts(msgspec.Struct, frozen=True):
    """Un seul évènement, à ajouter à son agenda en ligne."""

    google: str
    outlook: str


def ajouts(vue: EvenementVue, langue: Langue) -> Ajouts | None:
    """Les formulaires déjà remplis de Google Agenda et d'Outlook ; nul sans date. Rien n'y est envoyé d'ici."""
    if vue.debut is None:
        return None
    debut, fin = vue.debut, vue.fin or vue.debut
    titre = dire_titre(vue, vue.titre, langue)
    lieu = dire_adresse(vue.lieu) if vue.lieu else ""
    google = {
        "action": "TEMPLATE",
        "text": titre,
        "dates": f"{_basique(debut)}/{_basique(fin)}",
        "location": lieu,
        "details": vue.url,
    }
    outlook = {
        "rru": "addevent",
        "subject": titre,
        "startdt": _etendu(debut),
        "enddt": _etendu(fin),
        "location": lieu,
        "body": vue.url,
    }
    return Ajouts(
        f"https://calendar.google.com/calendar/render?{urlencode(google)}",
        f"https://outlook.live.com/calendar/0/action/compose?{urlencode(outlook)}",
    )


def _basique(instant: datetime) -> str:
    return f"{instant:%Y%m%dT%H%M%SZ}"


def _etendu(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"
