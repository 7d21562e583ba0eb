"""Ce qu'une page d'évènement dit avec des mots : date, états, prix, et s'il faut un formulaire."""

from datetime import datetime
from typing import Literal

import msgspec

from server.evenements.regles import phrase_paiement, phrase_prix, phrase_prix_moment
from server.evenements.schemas import EvenementVue, MomentVue
from server.pages.vues import carte_osm
from server.socle import mots
from server.socle.textes import Langue, traduire

Ton = Literal["alerte", "attente", "calme"]


class Bandeau(msgspec.Struct, frozen=True):
    """Ce qu'on ne doit pas manquer : annulé, reporté, complet, terminé."""

    genre: Ton
    icone: str
    mot: str
    phrases: list[str]
    vers_qui: str = ""
    """Une phrase qui mène à qui organise."""


class EvenementDit(msgspec.Struct, frozen=True):
    """L'évènement mis en phrases, dans une langue."""

    date: str
    bandeaux: list[Bandeau]
    prix: str
    prix_libre: bool
    prix_moments: list[str]
    paiement: list[str]
    carte: str | None
    moments: list[MomentVue]
    """Ceux où l'on s'inscrit."""
    avec_repas: bool
    complet: bool
    formulaire: bool
    je_viens: str | None
    sans_formulaire: str


def dire_evenement(e: EvenementVue, langue: Langue) -> EvenementDit:
    """Met l'évènement en phrases."""
    moments = [moment for moment in e.moments if moment.sur_inscription]
    complet = bool(moments) and all(moment.niveau == "complet" for moment in moments)
    a_venir = e.statut in ("publie", "reporte")
    formulaire = (
        a_venir and e.inscriptions.ouvertes and bool(moments) and (not complet or e.inscriptions.attente)
    )
    payant = any(moment.prix.mode != "gratuit" for moment in e.moments)
    moyens = phrase_paiement(langue, e.moyens_paiement, e.monnaie_locale, "") if payant else ""
    je_viens = None
    if formulaire:
        je_viens = traduire(langue, "evenement.liste_attente" if complet else "evenement.je_viens")
    return EvenementDit(
        date=dire_date(langue, e.debut, e.fin),
        bandeaux=_bandeaux(e, langue, complet=complet, moments=moments),
        prix=phrase_prix(langue, e.moments),
        prix_libre=any(moment.prix.mode == "libre" for moment in e.moments),
        prix_moments=[phrase_prix_moment(langue, moment.prix) for moment in e.moments],
        paiement=_paiement(e, langue, moyens),
        carte=carte_osm(e.lieu.lat, e.lieu.lon) if e.lieu else None,
        moments=moments,
        avec_repas=any(moment.genre == "banquet" for moment in moments),
        complet=complet,
        formulaire=formulaire,
        je_viens=je_viens,
        sans_formulaire=traduire(langue, "evenement.entree_libre") if a_venir and not moments else "",
    )


def dire_date(langue: Langue, debut: datetime | None, fin: datetime | None) -> str:
    """« Vendredi 12 juin 2026, de 19 h à 0 h 30 », ou « Date à venir »."""
    if debut is None:
        return traduire(langue, "evenement.date_a_venir")
    phrase = mots.periode(langue, debut, fin)
    return phrase[:1].upper() + phrase[1:]


def _paiement(e: EvenementVue, langue: Langue, moyens: str) -> list[str]:
    """Le prix de chaque moment payant, tarif par tarif, puis comment l'on paie."""
    lignes = []
    for moment in e.moments:
        for tarif in moment.prix.tarifs if moment.prix.mode == "tarifs" else ():
            ligne = traduire(
                langue,
                "evenement.tarif_ligne",
                nom=tarif.nom,
                montant=mots.montant(langue, tarif.montant_centimes),
            )
            lignes.append(f"{ligne} ({tarif.precision})" if tarif.precision else ligne)
    if moyens:
        lignes.append(moyens)
    if not lignes and e.paiement.strip():
        lignes.append(phrase_prix(langue, e.moments))
    return lignes


def _bandeaux(e: EvenementVue, langue: Langue, *, complet: bool, moments: list[MomentVue]) -> list[Bandeau]:
    def dire(cle: str, **valeurs: object) -> str:
        return traduire(langue, f"evenement.{cle}", **valeurs)

    def date(instant: datetime) -> str:
        return mots.date_heure(langue, instant)

    motif = [dire("motif", motif=e.motif)] if e.motif else []
    match e.statut:
        case "annule":
            prevu = [dire("annule_date", date=date(e.debut))] if e.debut else []
            return [
                Bandeau("alerte", "attention", dire("statut.annule"), [dire("annule_phrase"), *prevu, *motif])
            ]
        case "termine":
            return [
                Bandeau(
                    "calme",
                    "coche",
                    dire("statut.termine"),
                    [dire("termine_phrase", date=mots.date_longue(langue, e.debut))] if e.debut else [],
                )
            ]
    bandeaux = []
    if e.statut == "reporte":
        nouvelle = dire("reporte_date", date=date(e.debut)) if e.debut else dire("reporte_sans_date")
        avant = [dire("reporte_avant", date=date(e.debut_initial))] if e.debut_initial else []
        bandeaux.append(Bandeau("attente", "calendrier", dire("statut.reporte"), [nouvelle, *avant, *motif]))
    if moments and e.debut is not None:
        if not e.inscriptions.ouvertes:
            phrases = [dire("closes_phrase")]
            vers_qui = dire("closes_contact")
            bandeaux.append(Bandeau("calme", "attente", dire("statut.closes"), phrases, vers_qui))
        elif complet:
            suite = [dire("complet_attente")] if e.inscriptions.attente else []
            bandeaux.append(
                Bandeau("attente", "attente", dire("statut.complet"), [dire("complet_phrase"), *suite])
            )
    return bandeaux
