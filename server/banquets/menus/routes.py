"""Adresses des menus."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from server.banquets.erreurs import BanquetInconnu, BanquetModifie, PlatInconnu
from server.banquets.menus import lectures, services
from server.banquets.menus.schemas import (
    ConfirmationDemande,
    MenuDemande,
    MenuVue,
    QuantitesVue,
)
from server.comptes.schemas import Auteur
from server.socle.erreurs import DemandeInvalide, NonConnecte
from server.socle.problemes import refus_possibles

Nombre = Annotated[int, QueryParameter(ge=0, le=100_000)]


class Menus(Controller):
    """Le menu d'un banquet, pour qui organise et pour le traiteur."""

    path = "/api/espace/banquets/{moment:uuid}"
    tags = ["Banquets"]  # noqa: RUF012

    @get(
        "/menu",
        operation_id="lire_menu",
        summary="Le menu : plats, ingrédients, allergènes, régimes, saison",
        responses=refus_possibles(NonConnecte, BanquetInconnu),
    )
    async def lire(self, auteur: NamedDependency[Auteur], moment: FromPath[UUID]) -> MenuVue:
        return await lectures.lire_menu(auteur, moment)

    @put(
        "/menu",
        operation_id="ecrire_menu",
        summary="Remplacer le menu entier",
        description=(
            "`version` est celle que l'on avait lue ; si quelqu'un a enregistré depuis, `409 banquet-modifie` et rien "
            "ne change. Changer les denrées d'un plat, leurs notes ou ses allergènes retire sa confirmation ; changer une "
            "part, non."
        ),
        responses=refus_possibles(NonConnecte, BanquetInconnu, BanquetModifie, DemandeInvalide),
    )
    async def ecrire(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        data: JSONBody[MenuDemande],
    ) -> MenuVue:
        return await services.ecrire_menu(auteur, moment, data, maintenant)

    @post(
        "/menu/plats/{plat:uuid}/confirmer",
        operation_id="confirmer_plat",
        summary="Dire que l'on a relu les allergènes d'un plat",
        status_code=200,
        responses=refus_possibles(NonConnecte, BanquetInconnu, PlatInconnu, BanquetModifie, DemandeInvalide),
    )
    async def confirmer(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        plat: FromPath[UUID],
        data: JSONBody[ConfirmationDemande],
    ) -> MenuVue:
        return await services.confirmer_plat(auteur, moment, plat, data.version, maintenant)

    @get(
        "/quantites",
        operation_id="calculer_quantites",
        summary="Ce qu'il faut acheter pour tant de convives",
        responses=refus_possibles(NonConnecte, BanquetInconnu, DemandeInvalide),
    )
    async def quantites(
        self,
        auteur: NamedDependency[Auteur],
        moment: FromPath[UUID],
        adultes: Nombre,
        enfants: Nombre = 0,
    ) -> QuantitesVue:
        return await lectures.calculer_quantites(auteur, moment, adultes, enfants)


ROUTES = [Menus]
