"""De la personne connectée à l'évènement qu'elle a le droit de tenir."""

from uuid import UUID

from server.comptes.schemas import Auteur
from server.evenements.erreurs import EvenementInconnu
from server.evenements.lectures import exiger_droit_sur
from server.inscriptions.erreurs import AppelIntrouvable, InscriptionIntrouvable
from server.inscriptions.lectures import evenement_de, evenement_de_l_appel


async def acceder(auteur: Auteur, slug: str) -> int:
    """L'évènement, si cette personne en voit les inscrits ; lève `EvenementInconnu` ou `GestionInterdite`."""
    return await exiger_droit_sur(auteur, slug, "voir_inscriptions")


async def acceder_a_l_inscription(auteur: Auteur, identifiant: UUID) -> int:
    """L'évènement de cette inscription ; pour qui n'y a aucun lien, elle n'existe pas."""
    try:
        return await exiger_droit_sur(auteur, await evenement_de(identifiant), "voir_inscriptions")
    except EvenementInconnu:
        raise InscriptionIntrouvable() from None


async def acceder_a_l_appel(auteur: Auteur, appel: int) -> int:
    """L'évènement de cet appel ; pour qui n'y a aucun lien, il n'existe pas."""
    evenement = await evenement_de_l_appel(appel)
    if evenement is None:
        raise AppelIntrouvable()
    try:
        return await exiger_droit_sur(auteur, evenement, "voir_inscriptions")
    except EvenementInconnu:
        raise AppelIntrouvable() from None
