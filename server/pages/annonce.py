"""Un évènement dit pour être annoncé ailleurs : sur une affiche, dans un aperçu de lien, dans un bulletin.

Tout y est déjà en mots : qui dessine ou met en page n'a plus rien à décider.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from server.evenements.regles import phrase_paiement, phrase_prix_bref
from server.evenements.schemas import Contact, EvenementBref, EvenementVue, LieuBref
from server.pages.agenda import famille
from server.pages.evenement import dire_date, dire_evenement
from server.pages.vues import Site, dernier_jour
from server.socle import mots
from server.socle.markdown import en_texte
from server.socle.temps import a_paris
from server.socle.textes import Langue, traduire

SEMAINES: Final = 4
"""Ce que dit `agenda.txt` quand on ne lui demande pas de dates : le prochain bulletin mensuel."""


class Ardoise(msgspec.Struct, frozen=True):
    """La date comme sur une ardoise : « ven. », « 12 », « juin »."""

    jour: str
    numero: str
    mois: str


class MomentAnnonce(msgspec.Struct, frozen=True):
    """Un moment de la bande."""

    heure: str
    famille: str
    verbe: str
    titre: str
    prix: str
    note: str
    """« complet », ou rien."""


class Annonce(msgspec.Struct, frozen=True, kw_only=True):
    """Un évènement en mots, dans une langue."""

    langue: Langue
    reseau: str
    titre: str
    genre: str
    etat: str
    """« Annulé », « Reporté », « Complet »… ; vide quand tout va bien."""
    grave: bool
    """L'état retire l'évènement : annulé."""
    alertes: list[str]
    ardoise: Ardoise | None
    date: str
    lieu: str
    adresse: str
    commune: str
    aussi: str
    """« en ligne aussi », quand on peut suivre sans venir ; vide sinon."""
    resume: str
    moments: list[MomentAnnonce]
    prix: str
    paiement: str
    venir: str
    a_apporter: str
    acces: str
    qui: str
    joindre: str
    url: str
    licence: str


def dire_annonce(vue: EvenementVue, langue: Langue, site: Site, contact: Contact | None = None) -> Annonce:
    """Met l'évènement en mots ; `contact` : à qui poser une question, s'il faut le dire."""

    def dire(cle: str, **valeurs: object) -> str:
        return traduire(langue, cle, **valeurs)

    dit = dire_evenement(vue, langue)
    # Une affiche n'a pas à crier que les inscriptions sont closes : on peut encore venir, et la page le dit.
    closes = dire("evenement.statut.closes")
    bandeau = next((un for un in dit.bandeaux if un.mot != closes), None)
    lieu = vue.lieu
    a_venir = vue.statut in ("publie", "reporte")
    return Annonce(
        langue=langue,
        reseau=site.reseau,
        titre=vue.titre,
        genre=" · ".join(dire(f"formats.{nom}") for nom in vue.formats),
        etat=bandeau.mot if bandeau else "",
        grave=vue.statut == "annule",
        alertes=bandeau.phrases if bandeau else [],
        ardoise=dire_ardoise(langue, vue.debut, vue.fin),
        date=dit.date,
        lieu=lieu.nom if lieu else dire("evenement.en_ligne_seul") if vue.en_ligne else "",
        adresse=lieu.adresse if lieu else "",
        commune=lieu.commune.nom if lieu else "",
        aussi=dire("evenement.en_ligne").lower() if lieu and vue.en_ligne else "",
        resume=vue.resume or en_texte(vue.description).split("\n", 1)[0],
        moments=[
            MomentAnnonce(
                heure=mots.heure_ou_jour(langue, moment.debut, vue.debut) if moment.debut else "",
                famille=famille(moment.genre),
                verbe=dire(f"genres.{moment.genre}.verbe"),
                titre=moment.titre,
                prix=prix,
                note=dire("evenement.niveau.complet")
                if a_venir and moment.sur_inscription and moment.niveau == "complet"
                else "",
            )
            for moment, prix in zip(vue.moments, dit.prix_moments, strict=True)
        ],
        prix=dit.prix,
        paiement=phrase_paiement(langue, vue.moyens_paiement, vue.monnaie_locale, "")
        if any(moment.prix.mode != "gratuit" for moment in vue.moments)
        else "",
        venir=en_texte(vue.venir),
        a_apporter=en_texte(vue.a_apporter),
        acces=dire(f"evenement.pmr.{lieu.acces_pmr}")
        if lieu and lieu.acces_pmr in ("oui", "partiel")
        else "",
        qui=dire("calendrier.organise", structures=mots.liste(langue, [s.nom for s in vue.structures]))
        if vue.structures
        else "",
        joindre=_joindre(langue, contact),
        url=vue.url,
        licence=dire("evenement.licence", licence=vue.licence),
    )


def dire_ardoise(langue: Langue, debut: datetime | None, fin: datetime | None) -> Ardoise | None:
    """La date sur une ardoise, sur deux jours s'il le faut ; rien sans date."""
    if debut is None:
        return None
    du, au = a_paris(debut), dernier_jour(debut, fin)
    if du.date() == au.date():
        return Ardoise(mots.jour_court(langue, du), str(du.day), mots.mois_court(langue, du.month))
    mois = mots.mois_court(langue, du.month)
    if du.month != au.month:
        mois += f"–{mots.mois_court(langue, au.month)}"
    jours = f"{mots.jour_court(langue, du)}–{mots.jour_court(langue, au)}"
    return Ardoise(jours, f"{du.day}–{au.day}", mois)


def _joindre(langue: Langue, contact: Contact | None) -> str:
    moyens = [m for m in (contact.telephone, contact.courriel) if m] if contact else []
    return traduire(langue, "faire_savoir.renseignements", moyens=", ".join(moyens)) if moyens else ""


# --- en texte -------------------------------------------------------------------------------------------------------


def texte_de_l_annonce(annonce: Annonce) -> str:
    """L'évènement prêt à coller dans une lettre : titre, date, lieu, moments, prix, lien."""
    etat = [f"{annonce.etat.upper()} – {annonce.titre}" if annonce.etat else annonce.titre, *annonce.alertes]
    ou = ", ".join(
        morceau for morceau in (annonce.lieu, annonce.adresse, annonce.commune, annonce.aussi) if morceau
    )
    paragraphes = [
        "\n".join(etat),
        "\n".join(ligne for ligne in (annonce.date, ou) if ligne),
        annonce.resume,
        "\n".join(_ligne_du_moment(moment) for moment in annonce.moments),
        "\n".join(ligne for ligne in (_phrase(annonce.prix), annonce.paiement) if ligne),
        "\n".join(
            ligne
            for ligne in (
                annonce.qui,
                annonce.joindre,
                traduire(annonce.langue, "calendrier.details", url=annonce.url),
            )
            if ligne
        ),
    ]
    return "\n\n".join(p for p in paragraphes if p) + "\n"


def _ligne_du_moment(moment: MomentAnnonce) -> str:
    titre = f"{moment.verbe} – {moment.titre}" if moment.titre else moment.verbe
    debut = f"{moment.heure} : {titre}" if moment.heure else titre
    return "– " + ", ".join(m for m in (debut, moment.prix[:1].lower() + moment.prix[1:], moment.note) if m)


def texte_de_l_agenda(
    evenements: Sequence[EvenementBref], langue: Langue, site: Site, titre: str, lien: str
) -> str:
    """Les prochains rendez-vous prêts à coller dans un bulletin. `lien` : l'agenda qui en dit la suite."""
    if not evenements:
        blocs = [traduire(langue, "agenda.vide_titre") + "."]
    else:
        blocs = [_bloc(evenement, langue) for evenement in evenements]
    fin = traduire(langue, "faire_savoir.tout_l_agenda", reseau=site.reseau, url=lien)
    return "\n\n".join([titre, *blocs, fin]) + "\n"


def _bloc(e: EvenementBref, langue: Langue) -> str:
    etat = f"{traduire(langue, f'evenement.statut.{e.statut}').upper()} – " if e.statut != "publie" else ""
    moments = [
        " ".join(
            m
            for m in (
                mots.heure_ou_jour(langue, moment.debut, e.debut) if moment.debut else "",
                traduire(langue, f"genres.{moment.genre}.verbe"),
                f"({phrase_prix_bref(langue, moment)})",
            )
            if m
        )
        for moment in e.moments
    ]
    lignes = [
        dire_date(langue, e.debut, e.fin),
        f"{etat}{e.titre}",
        dire_lieu(e.lieu) or (traduire(langue, "evenement.en_ligne_seul") if e.en_ligne else ""),
        " · ".join(moments),
        e.url,
    ]
    return "\n".join(ligne for ligne in lignes if ligne)


def dire_lieu(lieu: LieuBref | None) -> str:
    """« Foyer rural, La Capelle-et-Masmolène »."""
    return f"{lieu.nom}, {lieu.commune.nom}" if lieu else ""


def _phrase(texte: str) -> str:
    return texte if not texte or texte.endswith((".", "!", "?", "…")) else f"{texte}."
