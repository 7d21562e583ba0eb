"""Les phrases d'un évènement, les mêmes dans un calendrier, Atom et JSON. Rien que des fonctions pures."""

import re
from datetime import datetime
from typing import Final

from server.evenements.schemas import EvenementVue, LieuBref, MomentVue
from server.socle import mots
from server.socle.textes import Langue, traduire

_COMMANDES: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def dire_titre(vue: EvenementVue, titre: str, langue: Langue) -> str:
    """Le titre, précédé de ce qui change tout : annulé, reporté sans date."""
    if vue.statut == "annule":
        return traduire(langue, "calendrier.annule", titre=titre)
    if vue.debut is None:
        return traduire(langue, "calendrier.date_a_venir", titre=titre)
    return titre


def dire_quand_ou(vue: EvenementVue, langue: Langue) -> str:
    """« Vendredi 12 juin 2026, de 19 h à 1 h · Foyer rural, 1 place de la Mairie, Uzès »."""
    quand = (
        mots.periode(langue, vue.debut, vue.fin) if vue.debut else traduire(langue, "evenement.date_a_venir")
    )
    endroits = [dire_adresse(vue.lieu)] if vue.lieu else []
    if vue.en_ligne:
        endroits.append(traduire(langue, "calendrier.en_ligne"))
    return " · ".join([quand[:1].upper() + quand[1:], *endroits])


def dire_adresse(lieu: LieuBref) -> str:
    return ", ".join(morceau for morceau in (lieu.nom, lieu.adresse, lieu.commune.nom) if morceau)


def dire_description(vue: EvenementVue, langue: Langue) -> str:
    """Ce qui a changé, le résumé, les moments, qui organise, et où lire la suite."""
    lignes = [*dire_paragraphes(vue, langue), traduire(langue, "calendrier.details", url=vue.url)]
    return "\n\n".join(paragraphe.strip() for paragraphe in lignes)


def dire_paragraphes(vue: EvenementVue, langue: Langue) -> list[str]:
    """La description, sans son dernier paragraphe : l'adresse de la page."""
    paragraphes = []
    if vue.statut == "annule":
        paragraphes.append(traduire(langue, "calendrier.annule_phrase", motif=vue.motif))
    elif vue.debut is None:
        paragraphes.append(traduire(langue, "calendrier.sans_date_phrase", motif=vue.motif))
    elif vue.statut == "reporte":
        paragraphes.append(traduire(langue, "calendrier.reporte_phrase", motif=vue.motif))
    if vue.resume:
        paragraphes.append(vue.resume)
    if vue.moments:
        lignes = [
            traduire(langue, "calendrier.deroule"),
            *(_dire_moment(m, vue.debut, langue) for m in vue.moments),
        ]
        paragraphes.append("\n".join(lignes))
    if vue.structures:
        noms = mots.liste(langue, [structure.nom for structure in vue.structures])
        paragraphes.append(traduire(langue, "calendrier.organise", structures=noms))
    return paragraphes


def dire_etiquettes(vue: EvenementVue, langue: Langue) -> list[str]:
    """Les formats puis les thèmes, comme on les nomme."""
    return [traduire(langue, f"formats.{nom}") for nom in vue.formats] + [theme.nom for theme in vue.themes]


def _dire_moment(moment: MomentVue, debut: datetime | None, langue: Langue) -> str:
    titre = moment.titre or traduire(langue, f"genres.{moment.genre}.nom")
    if moment.debut is None or debut is None:
        return traduire(langue, "calendrier.moment_sans_heure", titre=titre)
    heure = mots.heure_ou_jour(langue, moment.debut, debut)
    return traduire(langue, "calendrier.moment", heure=heure, titre=titre)


def propre(texte: str) -> str:
    """Sans caractère de commande ni demi-caractère : ni un calendrier ni XML n'en veulent."""
    return _COMMANDES.sub("", texte.replace("\r\n", "\n").replace("\r", "\n"))
