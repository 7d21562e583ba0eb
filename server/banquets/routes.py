"""Adresses d'un banquet tout entier."""

from datetime import datetime
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from server.banquets import lectures
from server.banquets.erreurs import BanquetInconnu
from server.banquets.schemas import BanquetTete
from server.comptes.schemas import Auteur
from server.socle.contexte import Contexte
from server.socle.erreurs import NonConnecte
from server.socle.problemes import refus_possibles


class Banquets(Controller):
    """Le banquet lui-même ; son menu, ses achats et son effectif ont leurs adresses."""

    path = "/api/espace/banquets"
    tags = ["Banquets"]  # noqa: RUF012

    @get(
        "/{moment:uuid}",
        operation_id="lire_banquet",
        summary="De quel évènement est ce banquet, quand, où, et ce que l'on y peut",
        responses=refus_possibles(NonConnecte, BanquetInconnu),
    )
    async def lire(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
    ) -> BanquetTete:
        return await lectures.lire_tete(auteur, moment, contexte.clef, maintenant)


ROUTES = [Banquets]
