"""À quoi sert cette base : on ne mêle jamais d'inventé à du vrai."""

from datetime import datetime, timedelta
from typing import Final

from server.evenements.tables import Evenement
from server.inscriptions.tables import Inscription
from server.lieux.schemas import Usage
from server.lieux.tables import Territoire
from server.notifications.tables import Envoi
from server.socle import faits
from server.socle.base import ecriture
from server.socle.faits import Fait, TableDesFaits
from server.structures.tables import Structure

CHANTIER: Final = "Remplissage en cours"
"""Nom du réseau tant que le remplissage n'est pas fini : une base interrompue se reconnaît."""

FRAICHEUR: Final = timedelta(days=21)
"""Au-delà, une démonstration se refait : « ce week-end » n'y veut plus rien dire."""

_NATURES: Final = {
    "reel": "celle d’une vraie installation",
    "demo": "une démonstration",
    "exemple": "une base d’essai",
}


class BaseReservee(Exception):
    """Cette base porte de vraies données, ou celles d'un autre usage ; la phrase le dit à qui tape la commande."""


async def exiger_usage(usage: Usage) -> None:
    """Lève `BaseReservee` si cette base n'est ni vide ni de cet usage."""
    ligne = await Territoire.select(Territoire.usage, Territoire.reseau).first()
    if ligne is not None and ligne["usage"] != usage:
        raise BaseReservee(
            f"Cette base est {_NATURES[ligne['usage']]} («\u202f{ligne['reseau']}\u202f»)\u202f: rien n’y sera mêlé. "
            "Choisissez un autre dossier de données (TABLEES_DONNEES)."
        )
    if ligne is None and (await Structure.exists() or await Evenement.exists() or await Inscription.exists()):
        raise BaseReservee(
            "Cette base contient déjà des données. Choisissez un autre dossier de données (TABLEES_DONNEES)."
        )


async def est_prete(maintenant: datetime) -> bool:
    """Vrai si le remplissage est allé au bout, il y a moins de trois semaines."""
    ligne = await Territoire.select(Territoire.reseau, Territoire.cree_le).first()
    return (
        ligne is not None
        and ligne["reseau"] != CHANTIER
        and maintenant - FRAICHEUR < ligne["cree_le"] <= maintenant
    )


@ecriture
async def finir(reseau: str) -> None:
    """Donne son vrai nom au réseau : tout est là."""
    await Territoire.update({Territoire.reseau: reseau}).where(Territoire.reseau == CHANTIER)
    faits.renouveler("territoire", "agenda")


@ecriture
async def vider_la_base() -> None:
    """Efface tout ; seulement après `exiger_usage`."""
    from piccolo.table import TABLE_REGISTRY, sort_table_classes

    await Territoire.raw("UPDATE lieu SET repli = NULL")
    tables = [
        t for t in TABLE_REGISTRY if t.__module__.startswith("server.") and t.__module__.endswith(".tables")
    ]
    for table in reversed(sort_table_classes(tables)):
        await table.delete(force=True)
    faits.renouveler("territoire", "agenda")


def sans_courrier(table: TableDesFaits) -> TableDesFaits:
    """La même table, où tout envoi déposé est aussitôt noté parti : ce sont des courriels d'autrefois."""
    return {fait: [*gestionnaires, _noter_partis] for fait, gestionnaires in table.items()}


async def _noter_partis(_: Fait) -> None:
    await Envoi.raw(
        "UPDATE envoi SET envoye_le = cree_le, echeance_le = NULL, essais = 1 WHERE echeance_le IS NOT NULL"
    )
