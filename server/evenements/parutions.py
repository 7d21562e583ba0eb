"""Ce qui paraît dans les flux : quels évènements, et ce qui dit si l'on a déjà écrit chacun.

Une requête légère relève tout le périmètre ; l'évènement lui-même n'est lu que s'il manque ou s'il a changé.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from server.evenements.agenda import conditions_de
from server.evenements.schemas import Filtres
from server.evenements.tables import Evenement
from server.socle.base import lecture

GARDE: Final = timedelta(days=365)
"""Un évènement passé paraît encore un an."""

_PARAIT: Final = "(e.fin > {} OR (e.debut IS NULL AND (e.statut = 'reporte' OR e.debut_initial > {})))"
_TERMINE: Final = "e.statut IN ('publie', 'reporte') AND e.fin IS NOT NULL AND e.fin {}"
# Le nom de la commune est écrit dans l'évènement, et change sans lui (une fusion de communes).
_MARQUE: Final = "CAST(e.version AS TEXT) || ' ' || CAST(e.modifie_le AS TEXT) || ' ' || COALESCE(c.nom, '')"


class Parution(msgspec.Struct, frozen=True, gc=False):
    """Un évènement qui paraît. Même marque, même écriture."""

    id: int
    marque: str
    termine: bool
    """Le temps l'a terminé : ce qui dit le statut change alors, sans que l'évènement ait changé."""


class Parutions(msgspec.Struct, frozen=True):
    """Une page de parutions, et l'instant où le temps seul en retirera une ou en terminera une."""

    elements: list[Parution]
    suite: bool
    sortie_le: datetime | None
    fin_le: datetime | None
    modifie_le: datetime | None
    """Le plus récent changement d'un évènement du périmètre."""


@lecture
async def lister_parutions(
    filtres: Filtres, maintenant: datetime, page: int = 1, par_page: int | None = None
) -> Parutions:
    """Tout ce qui paraît, dans un ordre stable ; par pages, le plus récemment changé d'abord."""
    conditions, valeurs = await conditions_de(filtres)
    depuis = maintenant - GARDE
    qui = _Qui((_PARAIT, *conditions), (depuis, depuis, *valeurs))
    ordre, bornes = "e.id", ""
    if par_page is not None:
        ordre = "e.modifie_le DESC, e.id DESC"
        bornes = f"LIMIT {par_page + 1:d} OFFSET {(page - 1) * par_page:d}"
    lignes = await Evenement.raw(
        f"SELECT e.id, {_MARQUE} AS marque, CASE WHEN {_TERMINE.format('<= {}')} THEN 1 ELSE 0 END AS termine "  # noqa: S608
        "FROM evenement e LEFT JOIN lieu l ON l.id = e.lieu LEFT JOIN commune c ON c.code = l.commune "
        f"WHERE {qui.dits()} ORDER BY {ordre} {bornes}",
        maintenant,
        *qui.valeurs,
    )
    sorties = [
        await qui.premier("e.fin"),
        await qui.premier("e.debut_initial", "e.debut IS NULL AND e.statut = 'annule'"),
    ]
    return Parutions(
        elements=[Parution(li["id"], li["marque"], bool(li["termine"])) for li in lignes[:par_page]],
        suite=par_page is not None and len(lignes) > par_page,
        sortie_le=min((sortie + GARDE for sortie in sorties if sortie is not None), default=None),
        fin_le=await qui.premier("e.fin", _TERMINE.format("> {}"), maintenant),
        modifie_le=await qui.premier("e.modifie_le", sens="DESC"),
    )


class _Qui(msgspec.Struct, frozen=True):
    """Le périmètre : ce que les requêtes exigent, et leurs valeurs."""

    conditions: Sequence[str]
    valeurs: Sequence[Any]

    def dits(self, *autres: str) -> str:
        return " AND ".join((*self.conditions, *autres))

    async def premier(self, colonne: str, condition: str = "1 = 1", *valeurs: Any, sens: str = "") -> Any:
        """La plus petite valeur connue d'une colonne (ou la plus grande), lue avec son type."""
        nom = colonne.removeprefix("e.")
        lignes = await Evenement.raw(
            f"SELECT {colonne} FROM evenement e WHERE {self.dits(condition, f'{colonne} IS NOT NULL')} "  # noqa: S608
            f"ORDER BY {colonne} {sens} LIMIT 1",
            *self.valeurs,
            *valeurs,
        )
        return lignes[0][nom] if lignes else None
