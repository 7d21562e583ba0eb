"""Ouvrir un banquet : le trouver, et vérifier ce qu'on a le droit d'y faire (404 avant 403)."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from server.banquets import permissions
from server.banquets.erreurs import BanquetInconnu, ReserveAQuiOrganise
from server.banquets.tables import Banquet
from server.comptes.schemas import Auteur
from server.evenements.lectures import liens_de
from server.evenements.tables import Moment
from server.socle.base import ecriture, lecture

Droit = Literal["cuisiner", "organiser"]


class Ouvert(msgspec.Struct, frozen=True):
    """Un banquet ouvert à quelqu'un : de quel moment, de quel évènement, avec quels droits."""

    moment: UUID
    evenement: int
    slug: str
    debut: datetime | None
    fin: datetime | None
    organise: bool


@lecture
async def ouvrir_banquet(
    auteur: Auteur, moment: UUID, droit: Droit = "cuisiner", *, meme_retire: bool = False
) -> Ouvert:
    """Le banquet de ce moment, si la personne y a ce droit.

    `meme_retire` ouvre encore un banquet ôté du programme, ou devenu autre chose : ce qu'on y a commandé s'annule.

    Lève `BanquetInconnu` si rien ne l'y relie ou si le moment n'est pas un banquet, `ReserveAQuiOrganise` si ce droit ne
    lui revient pas.
    """
    lignes = await Moment.raw(
        "SELECT m.id, m.evenement, m.debut, m.fin, e.slug FROM moment m JOIN evenement e ON e.id = m.evenement "
        "WHERE m.id = {} AND ((m.genre = 'banquet' AND m.retire_le IS NULL) "
        "OR ({} = 1 AND EXISTS (SELECT 1 FROM banquet b WHERE b.moment = m.id)))",
        moment,
        int(meme_retire),
    )
    if not lignes:
        raise BanquetInconnu()
    (ligne,) = lignes
    liens = await liens_de(auteur.compte, ligne["evenement"])
    if not permissions.peut_cuisiner(auteur, liens):
        raise BanquetInconnu()
    organise = permissions.peut_organiser(auteur, liens)
    if droit == "organiser" and not organise:
        raise ReserveAQuiOrganise()
    return Ouvert(moment, ligne["evenement"], ligne["slug"], ligne["debut"], ligne["fin"], organise)


def etiquette_du_menu(moment: UUID) -> str:
    """L'étiquette de ce que le public lit d'un banquet : son menu, ses chiffres, ses comptes."""
    return f"menu:{moment}"


@ecriture
async def assurer_banquet(moment: UUID, maintenant: datetime) -> int:
    """L'identifiant du banquet de ce moment, créé au premier besoin."""
    ligne = await Banquet.select(Banquet.id).where(Banquet.moment == moment).first()
    if ligne is None:
        await Banquet.raw(
            "INSERT INTO banquet (moment, cree_le, modifie_le) VALUES ({}, {}, {}) ON CONFLICT (moment) DO NOTHING",
            moment,
            maintenant,
            maintenant,
        )
        ligne = await Banquet.select(Banquet.id).where(Banquet.moment == moment).first()
    assert ligne is not None
    return int(ligne["id"])
