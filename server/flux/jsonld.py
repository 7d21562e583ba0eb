"""schema.org : un évènement dit aux moteurs de recherche et aux autres agendas. Rien que des fonctions pures."""

import json
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from server.evenements.schemas import EvenementVue, LieuBref, MomentVue
from server.socle.markdown import en_texte
from server.socle.temps import a_paris

LICENCES: Final = {
    "CC BY-SA 4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC0 1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}
EXTRAIT_LU: Final = 2000
"""Caractères lus pour en tirer 400 : mettre en forme un long texte prend du temps, et ceci se fait dans la boucle."""

_ETATS: Final = {"publie": "EventScheduled", "termine": "EventScheduled", "annule": "EventCancelled"}
_DANGEREUX: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def vers_jsonld(vue: EvenementVue) -> dict[str, Any]:
    """L'évènement selon schema.org (`Event`). Reporté sans date : sa date d'avant, et `EventPostponed`."""
    racine = _racine(vue)
    debut = vue.debut or vue.debut_initial
    ld: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": vue.url,
        "url": vue.url,
        "identifier": str(vue.uid),
        "name": vue.titre,
        "description": vue.resume or en_texte(vue.description[:EXTRAIT_LU])[:400],
        "inLanguage": "fr",
        "eventStatus": f"https://schema.org/{_etat(vue)}",
        "eventAttendanceMode": f"https://schema.org/{_mode(vue)}",
        "isAccessibleForFree": vue.gratuit,
        "license": LICENCES.get(vue.licence, vue.licence),
    }
    if debut is not None:
        ld["startDate"] = _instant(debut)
    if vue.debut is not None and vue.fin is not None:
        ld["endDate"] = _instant(vue.fin)
    if vue.statut == "reporte" and vue.debut is not None and vue.debut_initial is not None:
        ld["previousStartDate"] = _instant(vue.debut_initial)
    endroits = [endroit for endroit in (_lieu(vue.lieu, racine), _en_ligne(vue)) if endroit]
    if endroits:
        ld["location"] = endroits[0] if len(endroits) == 1 else endroits
    organisateurs = [
        {"@type": "Organization", "name": s.nom, "url": f"{racine}/structures/{s.slug}"}
        for s in vue.structures
    ]
    if organisateurs:
        ld["organizer"] = organisateurs[0] if len(organisateurs) == 1 else organisateurs
    if vue.image is not None:
        ld["image"] = [f"{racine}{vue.image.url}", f"{racine}{vue.image.url_petite}"]
    if sujets := [theme.nom for theme in vue.themes]:
        ld["keywords"] = sujets
    jauges = [m.jauge for m in vue.moments if m.jauge is not None]
    if jauges and len(jauges) == len([m for m in vue.moments if m.sur_inscription]):
        ld["maximumAttendeeCapacity"] = max(jauges)
    if offres := [offre for moment in vue.moments for offre in _offres(vue, moment)]:
        ld["offers"] = offres
    if vue.cycle is not None:
        ld["superEvent"] = {
            "@type": "EventSeries",
            "name": vue.cycle.titre,
            "url": f"{racine}/cycles/{vue.cycle.slug}",
        }
    return ld


def en_script(ld: dict[str, Any]) -> str:
    """Le contenu d'une balise `<script type="application/ld+json">` : aucun texte n'en peut sortir."""
    texte = json.dumps(ld, ensure_ascii=False, separators=(",", ":"))
    return "".join(_DANGEREUX.get(c, "\\ufffd" if "\ud800" <= c <= "\udfff" else c) for c in texte)


def _racine(vue: EvenementVue) -> str:
    morceaux = urlsplit(vue.url)
    return f"{morceaux.scheme}://{morceaux.netloc}"


def _instant(instant: datetime) -> str:
    return a_paris(instant).isoformat(timespec="seconds")


def _etat(vue: EvenementVue) -> str:
    if vue.statut == "reporte":
        return "EventPostponed" if vue.debut is None else "EventRescheduled"
    return _ETATS[vue.statut]


def _mode(vue: EvenementVue) -> str:
    if vue.en_ligne:
        return "MixedEventAttendanceMode" if vue.lieu is not None else "OnlineEventAttendanceMode"
    return "OfflineEventAttendanceMode"


def _lieu(lieu: LieuBref | None, racine: str) -> dict[str, Any] | None:
    if lieu is None:
        return None
    adresse: dict[str, Any] = {
        "@type": "PostalAddress",
        "addressLocality": lieu.commune.nom,
        "addressCountry": "FR",
    }
    if lieu.adresse:
        adresse["streetAddress"] = lieu.adresse
    endroit: dict[str, Any] = {
        "@type": "Place",
        "name": lieu.nom,
        "url": f"{racine}/lieux/{lieu.slug}",
        "address": adresse,
    }
    if lieu.lat is not None and lieu.lon is not None:
        endroit["geo"] = {"@type": "GeoCoordinates", "latitude": lieu.lat, "longitude": lieu.lon}
    return endroit


def _en_ligne(vue: EvenementVue) -> dict[str, Any] | None:
    # Le lien n'est montré qu'aux personnes inscrites : on mène à la page, d'où l'on s'inscrit.
    return {"@type": "VirtualLocation", "url": vue.url} if vue.en_ligne else None


def _offres(vue: EvenementVue, moment: MomentVue) -> list[dict[str, Any]]:
    base: dict[str, Any] = {"@type": "Offer", "url": vue.url, "priceCurrency": "EUR"}
    if moment.titre:
        base["name"] = moment.titre
    if moment.sur_inscription and vue.statut != "annule":
        complet = moment.niveau == "complet"
        base["availability"] = f"https://schema.org/{'SoldOut' if complet else 'InStock'}"
    if vue.publie_le is not None:
        base["validFrom"] = _instant(vue.publie_le)
    match moment.prix.mode:
        case "gratuit":
            return [{**base, "price": "0"}]
        case "libre":
            # Un prix libre n'a pas de prix : on en dit le plancher, et le montant conseillé s'il y en a un.
            minimum = moment.prix.minimum_centimes or 0
            precision: dict[str, Any] = {
                "@type": "PriceSpecification",
                "priceCurrency": "EUR",
                "minPrice": _euros(minimum),
            }
            if moment.prix.conseille_centimes:
                precision["price"] = _euros(moment.prix.conseille_centimes)
            return [{**base, "price": _euros(minimum), "priceSpecification": precision}]
        case "tarifs":
            return [
                {**base, "name": tarif.nom, "price": _euros(tarif.montant_centimes)}
                for tarif in moment.prix.tarifs
            ]


def _euros(centimes: int) -> str:
    return f"{centimes // 100}.{centimes % 100:02}" if centimes % 100 else str(centimes // 100)
