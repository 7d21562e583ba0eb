"""Les courriels aux foyers : chacun est écrit au moment de partir, avec l'état d'alors, ou ne part pas.

Les régimes et allergies n'y sont jamais : ce sont des données de santé, et un courriel voyage à découvert. On dit
seulement qu'ils sont notés ; le lien les montre.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from server.evenements.lectures import lire_contact, lire_public
from server.evenements.schemas import Contact, EvenementVue
from server.inscriptions import phrases
from server.inscriptions.erreurs import InscriptionEffacee, InscriptionIntrouvable
from server.inscriptions.lectures import lire_inscription
from server.inscriptions.messages import A_APPELER
from server.inscriptions.schemas import InscriptionVue, PresenceVue
from server.notifications.mise_en_page import composer
from server.notifications.schemas import Compositeur, EnvoiAComposer
from server.socle import mots
from server.socle.contexte import Contexte
from server.socle.portes import Courriel, PieceJointe
from server.socle.textes import Langue, traduire

Calendrier = Callable[[InscriptionVue, EvenementVue], PieceJointe]
"""Écrit le fichier `.ics` d'une inscription (donné par la composition : les flux sont au-dessus)."""

GENRES: Final = (*A_APPELER, "inscription", "doublon", "inscription_modifiee", "inscription_annulee", "lien")

SANS_CALENDRIER: Final = frozenset({"lien", "place_proposee", "proposition_perimee", "moment_retire"})
"""Ce qui ne change ni une date ni une place dans le calendrier du foyer."""

DIT_L_ATTENTE: Final = frozenset({"inscription", "doublon", "inscription_modifiee"})
"""Ce que le foyer vient de demander : s'il n'a encore aucune place, l'objet du courriel le dit."""


def compositeurs(calendrier: Calendrier) -> dict[str, Compositeur]:
    """Un compositeur par genre de message aux foyers."""

    async def ecrire(envoi: EnvoiAComposer, contexte: Contexte) -> Courriel | None:
        return await _composer(envoi, contexte, calendrier)

    return dict.fromkeys(GENRES, ecrire)


async def _composer(envoi: EnvoiAComposer, contexte: Contexte, calendrier: Calendrier) -> Courriel | None:
    url, langue = contexte.reglages.url, envoi.langue
    try:
        identifiant = UUID(envoi.objet.removeprefix("inscription:"))
        vue = await lire_inscription(identifiant, contexte.clef, url, envoi.maintenant, par_courriel=True)
    except (InscriptionIntrouvable, InscriptionEffacee):
        return None
    if not _encore_vrai(envoi, vue):
        return None
    evenement = await lire_public(vue.evenement.slug, envoi.maintenant, url)
    pieces = []
    if _a_un_calendrier(envoi.genre, vue, evenement):
        pieces.append(await asyncio.to_thread(calendrier, vue, evenement))
    contact = await lire_contact(evenement)
    phrase = sujet = envoi.genre
    if _attend_tout(vue) and envoi.genre in DIT_L_ATTENTE:
        sujet = "attente"
        phrase = "attente" if envoi.genre == "inscription" else phrase
    return await composer(
        contexte,
        "inscription",
        langue=langue,
        a=envoi.destinataire,
        cle=envoi.cle,
        sujet=traduire(langue, f"courriels.inscription.{sujet}.sujet", titre=evenement.titre),
        valeurs={
            **_dire(envoi, vue, evenement),
            "phrase": _phrase(envoi, phrase, evenement),
            "question": _question(langue, contact),
            "retire_la_date": bool(pieces) and _n_a_plus_lieu(vue),
        },
        pieces=pieces,
        repondre_a=contact.repondre_a if contact else None,
    )


def _dire(envoi: EnvoiAComposer, vue: InscriptionVue, evenement: EvenementVue) -> dict[str, Any]:
    """Ce que le gabarit place, déjà mis en phrases. Ce qui n'a plus lieu ne dit plus ni place, ni prix, ni code."""
    langue = envoi.langue
    fini = _n_a_plus_lieu(vue)
    presences = [] if fini else vue.presences
    vient = bool(phrases.reservees(presences))
    return {
        "genre": envoi.genre,
        "vue": vue,
        "evenement": evenement,
        "fini": fini,
        "vient": vient,
        "ancien_debut": _instant(envoi, "ancien_debut"),
        "etats": phrases.dire_etat(langue, presences),
        "suite": phrases.dire_suite_de_l_attente(langue, presences),
        "lignes": [_ligne(langue, p, evenement.debut) for p in presences],
        "prix": [] if fini else phrases.dire_prix(langue, vue, evenement),
        "assiettes": [(a.code, a.qui) for a in phrases.dire_assiettes(langue, vue, presences)],
        "cuisine": _pour_la_cuisine(envoi, vue, evenement),
        "avec_regimes": not fini and any(c.regimes or c.allergenes for c in vue.convives),
        "a_confirmer": not fini and envoi.destinataire == vue.courriel and not vue.courriel_confirme,
        "reinscription": vue.annulee_le is not None and evenement.inscriptions.ouvertes,
    }


def _pour_la_cuisine(envoi: EnvoiAComposer, vue: InscriptionVue, evenement: EvenementVue) -> str:
    """Ce que le changement du foyer veut dire pour la cuisine, quand elle a déjà fixé le nombre de repas."""
    if evenement.statut not in ("publie", "reporte"):
        return ""
    match envoi.genre:
        case "inscription_modifiee" if vue.annulee_le is None:
            retenues = [p for p in vue.presences if p.statut != "annulee"]
            return phrases.dire_compte_arrete(envoi.langue, retenues, "apres")
        case "inscription_annulee":
            return phrases.dire_compte_arrete(envoi.langue, vue.presences, "annulee")
    return ""


def _phrase(envoi: EnvoiAComposer, genre: str, evenement: EvenementVue) -> str:
    """Ce que ce courriel annonce, en une phrase."""
    jusqu_au, details = _instant(envoi, "jusqu_au"), envoi.donnees
    moment = details.get("titre") or (
        traduire(envoi.langue, f"genres.{details['genre']}.nom") if "genre" in details else ""
    )
    return traduire(
        envoi.langue,
        f"courriels.inscription.{genre}.phrase",
        titre=evenement.titre,
        moment=moment,
        limite=mots.date_heure(envoi.langue, jusqu_au) if jusqu_au else "",
    )


def _ligne(langue: Langue, presence: PresenceVue, debut: datetime | None) -> tuple[str, str]:
    """« Le banquet, 20 h 30 – 22 h » et « 2 adultes et 1 enfant, en attente (2e sur la liste) »."""
    horaire = phrases.dire_horaire(langue, presence, debut)
    etat: str = presence.statut
    if presence.en_plus:
        etat = "en_plus"
    elif presence.proposee_jusqu_au is not None:
        etat = "proposee"
    dite = traduire(
        langue,
        f"courriels.inscription.presence.{etat}",
        personnes=phrases.dire_personnes(langue, presence),
        plus=traduire(langue, "mes_inscriptions.en_plus", n=presence.en_plus),
        rang=phrases.dire_rang(langue, presence.rang_attente or 1),
        limite=mots.date_heure(langue, presence.proposee_jusqu_au) if presence.proposee_jusqu_au else "",
    )
    return ", ".join(filter(None, (phrases.dire_nom(langue, presence), horaire))), dite


def _question(langue: Langue, contact: Contact | None) -> str:
    """« Une question ? Le café, cafe@exemple.fr, 04 66 … » ; vide si personne ne dit comment le joindre."""
    if contact is None:
        return ""
    joindre = ", ".join(filter(None, (contact.nom, contact.courriel, contact.telephone)))
    return traduire(langue, "courriels.inscription.question", contact=joindre)


def _a_un_calendrier(genre: str, vue: InscriptionVue, evenement: EvenementVue) -> bool:
    """Vrai s'il y a une date à mettre dans le calendrier du foyer, ou à en retirer. Qui attend tout n'en a reçu aucune."""
    return (
        genre not in SANS_CALENDRIER
        and (evenement.debut or evenement.debut_initial) is not None
        and any(p.statut != "en_attente" for p in vue.presences)
    )


def _n_a_plus_lieu(vue: InscriptionVue) -> bool:
    return vue.annulee_le is not None or vue.evenement.statut == "annule"


def _attend_tout(vue: InscriptionVue) -> bool:
    return bool(phrases.attendues(vue.presences)) and not phrases.reservees(vue.presences)


def _encore_vrai(envoi: EnvoiAComposer, vue: InscriptionVue) -> bool:
    """Faux si la suite a démenti ce message avant son départ, ou si cette adresse n'est plus celle du foyer."""
    autrui = vue.pour_autrui
    if envoi.destinataire not in (vue.courriel, autrui and autrui.courriel):
        return False
    match envoi.genre:
        case "inscription_annulee":
            return vue.annulee_le is not None
        case "evenement_annule":
            return vue.annulee_le is None and vue.evenement.statut == "annule"
        case "lien":
            return vue.annulee_le is None
        case "place_proposee":
            return not _n_a_plus_lieu(vue) and any(
                p.proposee_jusqu_au and p.proposee_jusqu_au > envoi.maintenant for p in vue.presences
            )
        case _:
            return not _n_a_plus_lieu(vue)


def _instant(envoi: EnvoiAComposer, nom: str) -> datetime | None:
    """Les instants voyagent en texte dans `donnees`."""
    valeur = envoi.donnees.get(nom)
    return datetime.fromisoformat(valeur) if valeur else None
