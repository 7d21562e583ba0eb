"""Ce que le temps efface du carnet de la cuisine : messages et liens avec les inscriptions, températures un an après.

Rejouable sans danger : chaque banquet est une transaction, et ce qui est effacé ne l'est pas deux fois.
"""

import logging
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from server.banquets.acces import etiquette_du_menu
from server.banquets.cuisine.lectures import SANS_DATE
from server.banquets.cuisine.services import etiquette_de
from server.banquets.cuisine.tables import LienCuisine, MessageCuisine, MessagesLus, MesureTemperature, Pesee
from server.evenements.lignes import TERME, TERME_DIT
from server.evenements.tables import Moment
from server.socle.base import ecriture
from server.socle.faits import renouveler

journal = logging.getLogger("tablees.entretien")

RELEVES_JOURS: Final = 365
"""Les températures : le temps d'un contrôle, ou de revenir sur ce qui a rendu malade. Le papier imprimé, lui, reste."""


async def effacer_carnets(maintenant: datetime, delai: timedelta) -> None:
    """`delai` : après le repas, celui des inscriptions ; les messages et les liens s'effacent avec elles."""
    for moment in await _a_alleger(maintenant, delai):
        await oublier_les_messages(moment)
        journal.info("messages et liens de la cuisine effacés au terme du délai : banquet %s", moment)
    for moment in await _releves_a_effacer(maintenant):
        await oublier_les_releves(moment)
        journal.info("températures effacées au terme du délai : banquet %s", moment)


async def _a_alleger(maintenant: datetime, delai: timedelta) -> list[UUID]:
    """Les banquets dont le délai est passé, et qui gardent des messages, des liens ou des signatures.

    Un banquet qui n'a jamais eu de date attend que ses liens n'ouvrent plus : ils le font un an.
    """
    lignes = await Moment.raw(
        "SELECT m.id FROM moment m JOIN evenement e ON e.id = m.evenement WHERE "  # noqa: S608
        "(EXISTS (SELECT 1 FROM message_cuisine g WHERE g.moment = m.id) "
        "OR EXISTS (SELECT 1 FROM lien_cuisine l WHERE l.moment = m.id) "
        "OR EXISTS (SELECT 1 FROM pesee p WHERE p.moment = m.id AND p.nom <> '')) "
        f"AND {TERME} <= {{}} AND ({TERME_DIT} IS NOT NULL OR NOT EXISTS "
        "(SELECT 1 FROM lien_cuisine l WHERE l.moment = m.id AND l.cree_le > {})) ORDER BY m.id",
        maintenant - delai,
        maintenant - SANS_DATE,
    )
    return [UUID(str(ligne["id"])) for ligne in lignes]


async def _releves_a_effacer(maintenant: datetime) -> list[UUID]:
    lignes = await Moment.raw(
        "SELECT m.id FROM moment m JOIN evenement e ON e.id = m.evenement WHERE "  # noqa: S608
        f"EXISTS (SELECT 1 FROM mesure_temperature t WHERE t.moment = m.id) AND {TERME} <= {{}} ORDER BY m.id",
        maintenant - timedelta(days=RELEVES_JOURS),
    )
    return [UUID(str(ligne["id"])) for ligne in lignes]


@ecriture
async def oublier_les_messages(moment: UUID) -> None:
    """Efface les messages et les liens d'un banquet ; des restes pesés, il ne garde que des grammes."""
    await MessageCuisine.delete().where(MessageCuisine.moment == moment)
    await MessagesLus.delete().where(MessagesLus.moment == moment)
    await LienCuisine.delete().where(LienCuisine.moment == moment)
    sans_nom: dict[Any, Any] = {Pesee.nom: ""}
    await Pesee.update(sans_nom).where(Pesee.moment == moment)
    renouveler(etiquette_de(moment), etiquette_du_menu(moment))


@ecriture
async def oublier_les_releves(moment: UUID) -> None:
    """Efface les températures d'un banquet, corrections comprises."""
    await MesureTemperature.delete().where(MesureTemperature.moment == moment)
    renouveler(etiquette_de(moment))
