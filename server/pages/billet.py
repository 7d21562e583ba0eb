"""Le billet d'un foyer, en phrases : ce qui est noté, ce qui attend, ce qu'on peut faire."""

from datetime import datetime
from typing import Literal

import msgspec

from server.inscriptions.regles import total
from server.inscriptions.schemas import InscriptionVue, PresenceVue
from server.pages.evenement import dire_date
from server.socle import mots
from server.socle.textes import Langue, traduire

Ton = Literal["confirmee", "attente", "annulee"]


class LignePresence(msgspec.Struct, frozen=True):
    """Un moment du billet."""

    genre: str
    nom: str
    heure: str
    personnes: str
    statut: Literal["confirmee", "en_attente", "annulee", "proposee"]
    precisions: list[str]


class Billet(msgspec.Struct, frozen=True):
    """Une inscription mise en phrases, dans une langue."""

    vue: InscriptionVue
    phrase: str
    """L'état, en une grande phrase."""
    ton: Ton
    date: str
    lignes: list[LignePresence]
    proposition: str
    """Ce qui est proposé et jusqu'à quand ; vide s'il n'y a rien à confirmer."""
    adresse: Literal["a_confirmer", "attendue", ""]
    """`a_confirmer` : un bouton suffit ici (ouvert par le lien reçu) ; `attendue` : il faut ouvrir le message."""
    annulee: bool
    annulable: bool
    telechargeable: bool


def dire_billet(
    vue: InscriptionVue, langue: Langue, maintenant: datetime, *, ouverte_par_courriel: bool = False
) -> Billet:
    """Met une inscription en phrases."""
    annulee = vue.annulee_le is not None
    debut = vue.evenement.debut
    confirmees = [p for p in vue.presences if p.statut == "confirmee" and personnes(p)]
    attendues = [p for p in vue.presences if p.statut == "en_attente"]
    return Billet(
        vue=vue,
        phrase=_phrase(vue, langue, confirmees, attendues, annulee=annulee),
        ton="annulee" if annulee else "confirmee" if confirmees else "attente",
        date=dire_date(langue, debut, vue.evenement.fin),
        lignes=[] if annulee else [_ligne(p, vue.presences, langue) for p in vue.presences],
        proposition="" if annulee else _proposition(vue.presences, langue),
        adresse=_adresse(vue, annulee=annulee, ouverte_par_courriel=ouverte_par_courriel),
        annulee=annulee,
        annulable=not annulee and (debut is None or maintenant < debut),
        telechargeable=not annulee and debut is not None and vue.evenement.statut != "annule",
    )


def personnes(presence: PresenceVue) -> int:
    """Combien le foyer vient à ce moment."""
    return total(presence.adultes, presence.enfants, presence.tout_petits)


def _phrase(
    vue: InscriptionVue,
    langue: Langue,
    confirmees: list[PresenceVue],
    attendues: list[PresenceVue],
    *,
    annulee: bool,
) -> str:
    cle = "annulee" if annulee or not (confirmees or attendues) else "confirme"
    if attendues and not annulee:
        cle = "mixte" if confirmees else "attente"
    return traduire(
        langue,
        f"mes_inscriptions.etat_{cle}",
        prenom=vue.prenom,
        detail=mots.liste(langue, [_detail(p, vue.presences, langue) for p in confirmees]),
        attente=mots.liste(langue, [_detail(p, vue.presences, langue) for p in attendues]),
    )


def _detail(presence: PresenceVue, toutes: list[PresenceVue], langue: Langue) -> str:
    """« 3 au banquet » ; le titre s'ajoute quand deux moments ont le même genre."""
    au = traduire(langue, f"genres.{presence.genre}.au")
    if presence.titre and sum(p.genre == presence.genre for p in toutes) > 1:
        au = f"{au} ({presence.titre})"
    return traduire(langue, "mes_inscriptions.detail", n=personnes(presence), au=au)


def _ligne(presence: PresenceVue, toutes: list[PresenceVue], langue: Langue) -> LignePresence:
    def dire(cle: str, **valeurs: object) -> str:
        return traduire(langue, f"mes_inscriptions.{cle}", **valeurs)

    nombres = [(n, getattr(presence, n)) for n in ("adultes", "enfants", "tout_petits")]
    precisions = []
    if presence.rang_attente is not None:
        rang = presence.rang_attente
        precisions.append(dire("rang_premier") if rang == 1 else dire("rang", rang=rang))
    if presence.en_plus:
        precisions.append(dire("en_plus", n=presence.en_plus))
    nom = presence.titre or traduire(langue, f"genres.{presence.genre}.le")
    return LignePresence(
        genre=presence.genre,
        nom=nom[:1].upper() + nom[1:],
        heure=mots.heure(langue, presence.debut) if presence.debut else "",
        personnes=mots.liste(langue, [dire(nom, n=nombre) for nom, nombre in nombres if nombre]),
        statut="proposee" if presence.proposee_jusqu_au else presence.statut,
        precisions=precisions,
    )


def _proposition(presences: list[PresenceVue], langue: Langue) -> str:
    proposees = [p for p in presences if p.proposee_jusqu_au is not None]
    limites = [p.proposee_jusqu_au for p in proposees if p.proposee_jusqu_au is not None]
    if not limites:
        return ""
    return traduire(
        langue,
        "mes_inscriptions.place_proposee_phrase",
        date=mots.date_heure(langue, min(limites), annee=False),
        moments=mots.liste(langue, [_detail(p, presences, langue) for p in proposees]),
    )


def _adresse(
    vue: InscriptionVue, *, annulee: bool, ouverte_par_courriel: bool
) -> Literal["a_confirmer", "attendue", ""]:
    if annulee or vue.courriel is None or vue.courriel_confirme:
        return ""
    return "a_confirmer" if ouverte_par_courriel else "attendue"
