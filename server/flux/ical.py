"""Calendriers : des vues vers les octets d'un fichier iCalendar (RFC 5545, 7986). Rien que des fonctions pures.

Un évènement s'écrit une fois en VEVENT, dont on garde les octets ; un calendrier n'est que l'en-tête, le fuseau et les
VEVENT mis bout à bout. `icalendar` échappe, plie les lignes et coupe court aux injections ; il n'est chargé qu'au
premier évènement écrit. Il ne sait en revanche ni le fuseau de Paris (une heure de retard au printemps), ni
`REFRESH-INTERVAL` : ceux-là sont écrits ici.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit
from uuid import uuid5

from server.evenements.schemas import EvenementVue
from server.flux.phrases import dire_adresse, dire_description, dire_etiquettes, dire_titre, propre
from server.inscriptions.schemas import InscriptionVue, PresenceVue
from server.socle.temps import a_paris
from server.socle.textes import Langue, traduire

if TYPE_CHECKING:
    from icalendar import Event

TYPE_CONTENU: Final = "text/calendar; charset=utf-8"

Methode = Literal["PUBLISH", "CANCEL"]
"""Ce qu'un fichier fait de ses évènements : les poser, ou les retirer."""

FUSEAU: Final = b"""BEGIN:VTIMEZONE\r
TZID:Europe/Paris\r
BEGIN:DAYLIGHT\r
TZOFFSETFROM:+0100\r
TZOFFSETTO:+0200\r
TZNAME:CEST\r
DTSTART:19700329T020000\r
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r
END:DAYLIGHT\r
BEGIN:STANDARD\r
TZOFFSETFROM:+0200\r
TZOFFSETTO:+0100\r
TZNAME:CET\r
DTSTART:19701025T030000\r
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r
END:STANDARD\r
END:VTIMEZONE\r
"""
"""Heure de Paris, règle européenne depuis 1996 : dernier dimanche de mars et d'octobre."""

FERMER: Final = b"END:VCALENDAR\r\n"
RAFRAICHIR: Final = "PT2H"
"""Ce que l'on demande aux agendas abonnés ; beaucoup n'en font qu'à leur tête (4 à 24 h)."""

SEQUENCE_DEPUIS: Final = 1_700_000_000


def calendrier(vevents: Iterable[bytes], nom: str = "", methode: Methode = "PUBLISH") -> bytes:
    """Un fichier complet : en-tête, fuseau, évènements. `nom` : celui d'un agenda auquel on s'abonne."""
    return b"".join((ouvrir(nom, methode), *vevents, FERMER))


def ouvrir(nom: str = "", methode: Methode = "PUBLISH") -> bytes:
    """Ce qui précède les évènements."""
    lignes = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Tablees//Tablees//FR",
        "CALSCALE:GREGORIAN",
        f"METHOD:{methode}",
    ]
    if nom:
        dit = _echapper(nom)
        lignes += [f"NAME:{dit}", f"X-WR-CALNAME:{dit}"]
        lignes += [f"REFRESH-INTERVAL;VALUE=DURATION:{RAFRAICHIR}", f"X-PUBLISHED-TTL:{RAFRAICHIR}"]
    entete = "".join(f"{_plier(ligne)}\r\n" for ligne in lignes).encode()
    return entete + FUSEAU


def vers_vevent(vue: EvenementVue, langue: Langue) -> bytes | None:
    """Un évènement public, ses moments dans la description. Nul s'il n'a jamais eu de date.

    Reporté sans date, il garde sa place d'avant, marquée incertaine : rien d'autre ne dirait aux agendas abonnés que
    ce n'est plus ce soir-là. Ni place, ni donnée de personne : le même fichier pour tous.
    """
    debut = vue.debut or vue.debut_initial
    if debut is None:
        return None
    vevent = _commencer(str(vue.uid), vue, max(0, vue.version), vue.modifie_le)
    vevent.add("summary", propre(dire_titre(vue, vue.titre, langue)))
    vevent.add("dtstart", a_paris(debut))
    if vue.debut is not None and vue.fin is not None and vue.fin > vue.debut:
        vevent.add("dtend", a_paris(vue.fin))
    _situer(vevent, vue, langue)
    vevent.add("status", _etat(vue))
    vevent.add("transp", "OPAQUE" if _etat(vue) == "CONFIRMED" else "TRANSPARENT")
    if categories := dire_etiquettes(vue, langue):
        vevent.add("categories", [propre(categorie) for categorie in categories])
    vevent.add("description", propre(dire_description(vue, langue)))
    octets: bytes = vevent.to_ical()
    return octets


def vers_vevents_du_foyer(inscription: InscriptionVue, vue: EvenementVue, langue: Langue) -> list[bytes]:
    """Ce qu'un foyer a réservé : un VEVENT par moment, avec le lien pour suivre en ligne. Pour lui seul.

    Reporté sans date, chacun garde le jour d'avant, marqué incertain : c'est ce que son agenda montre encore.
    """
    modifie_le = max(inscription.modifie_le, vue.modifie_le)
    return [
        _vevent_du_foyer(inscription, presence, vue, modifie_le, langue)
        for presence in inscription.presences
        if (presence.debut or vue.debut or vue.debut_initial) is not None
    ]


def _vevent_du_foyer(
    inscription: InscriptionVue,
    presence: PresenceVue,
    vue: EvenementVue,
    modifie_le: datetime,
    langue: Langue,
) -> bytes:
    # Deux raisons de changer (l'évènement, l'inscription) : l'heure du dernier changement les ordonne toutes deux.
    sequence = max(0, int(modifie_le.timestamp()) - SEQUENCE_DEPUIS)
    vevent = _commencer(str(uuid5(presence.moment, str(inscription.id))), vue, sequence, modifie_le)
    annulee = presence.statut == "annulee" or inscription.annulee_le is not None or vue.statut == "annule"
    moment = presence.titre or traduire(langue, f"genres.{presence.genre}.nom")
    titre = dire_titre(vue, f"{vue.titre} – {moment}", langue)
    if presence.statut == "en_attente" and not annulee:
        titre = traduire(langue, "calendrier.en_attente_titre", titre=titre)
    vevent.add("summary", propre(titre))
    debut = presence.debut or vue.debut or vue.debut_initial
    fin = presence.fin if presence.debut else vue.fin
    assert debut is not None
    vevent.add("dtstart", a_paris(debut))
    if fin is not None and fin > debut:
        vevent.add("dtend", a_paris(fin))
    _situer(vevent, vue, langue)
    incertaine = presence.statut == "en_attente" or vue.debut is None
    vevent.add("status", "CANCELLED" if annulee else "TENTATIVE" if incertaine else "CONFIRMED")
    vevent.add("transp", "TRANSPARENT" if annulee or incertaine else "OPAQUE")
    personnes = presence.adultes + presence.enfants + presence.tout_petits
    dites = traduire(langue, "calendrier.personnes", n=personnes)
    cle = "calendrier.en_attente" if presence.statut == "en_attente" else "calendrier.inscrit"
    lignes = [] if annulee else [traduire(langue, cle, personnes=dites)]
    if inscription.evenement.lien_en_ligne and not annulee:
        lignes.append(traduire(langue, "calendrier.lien", lien=inscription.evenement.lien_en_ligne))
    vevent.add("description", propre("\n\n".join([*lignes, dire_description(vue, langue)])))
    octets: bytes = vevent.to_ical()
    return octets


def _commencer(uid: str, vue: EvenementVue, sequence: int, modifie_le: datetime) -> "Event":
    from icalendar import Event

    vevent = Event()
    vevent.add("uid", uid)
    # Stable tant que rien ne change : sans cela, chaque lecture paraîtrait nouvelle aux agendas abonnés.
    instant = modifie_le.astimezone(UTC).replace(microsecond=0)
    vevent.add("dtstamp", instant)
    vevent.add("last-modified", instant)
    if vue.publie_le is not None:
        vevent.add("created", vue.publie_le.astimezone(UTC).replace(microsecond=0))
    vevent.add("sequence", sequence)
    vevent.add("url", vue.url)
    return vevent


def _situer(vevent: "Event", vue: EvenementVue, langue: Langue) -> None:
    from icalendar import vCalAddress, vText

    endroits = [dire_adresse(vue.lieu)] if vue.lieu else []
    if vue.en_ligne:
        endroits.append(traduire(langue, "calendrier.en_ligne"))
    if endroits:
        vevent.add("location", propre(" / ".join(endroits)))
    if vue.lieu is not None and vue.lieu.lat is not None and vue.lieu.lon is not None:
        vevent.add("geo", (vue.lieu.lat, vue.lieu.lon))
    if vue.structures:
        porteuse = vue.structures[0]
        racine = urlsplit(vue.url)
        organisateur = vCalAddress(f"{racine.scheme}://{racine.netloc}/structures/{porteuse.slug}")
        organisateur.params["cn"] = vText(propre(porteuse.nom).replace('"', "’"))
        vevent["organizer"] = organisateur


def _etat(vue: EvenementVue) -> str:
    if vue.statut == "annule":
        return "CANCELLED"
    return "TENTATIVE" if vue.debut is None else "CONFIRMED"


def _echapper(texte: str) -> str:
    nu = propre(texte).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return nu.replace("\n", "\\n")


def _plier(ligne: str) -> str:
    """Coupe aux 75 octets de la RFC, jamais au milieu d'un caractère."""
    morceaux, courant, poids = [], "", 0
    for caractere in ligne:
        octets = len(caractere.encode())
        if poids + octets > 74:
            morceaux.append(courant)
            courant, poids = " ", 1
        courant += caractere
        poids += octets
    return "\r\n".join([*morceaux, courant])
