"""Adresses des recettes du réseau."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from server.banquets.menus.schemas import Service
from server.banquets.recettes import lectures, services
from server.banquets.recettes.erreurs import RecetteDerivee, RecetteInconnue, RecetteModifiee, RecetteReservee
from server.banquets.recettes.schemas import RecetteBreve, RecetteDemande, RecetteVue
from server.comptes.schemas import Auteur
from server.socle.erreurs import DemandeInvalide, NonConnecte
from server.socle.problemes import refus_possibles

Version = Annotated[int, QueryParameter(ge=1, le=2_000_000_000)]
Recherche = Annotated[str, QueryParameter(max_length=100)]


class Recettes(Controller):
    """La bibliothèque de recettes du réseau."""

    path = "/api/espace/recettes"
    tags = ["Banquets"]  # noqa: RUF012

    @get(
        operation_id="chercher_recettes",
        summary="Cinquante recettes au plus, par le titre puis par un ingrédient, à une faute près",
        responses=refus_possibles(NonConnecte, DemandeInvalide),
    )
    async def chercher(
        self, auteur: NamedDependency[Auteur], q: Recherche = "", service: Service | None = None
    ) -> list[RecetteBreve]:
        return await lectures.chercher_recettes(q, service)

    @post(
        operation_id="publier_recette",
        summary="Publier une recette, sous CC BY-SA 4.0, au nom de sa structure",
        responses=refus_possibles(NonConnecte, DemandeInvalide),
    )
    async def publier(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        data: JSONBody[RecetteDemande],
    ) -> RecetteVue:
        return await services.publier_recette(auteur, data, maintenant)

    @get(
        "/{slug:str}",
        operation_id="lire_recette",
        summary="Une recette : ses ingrédients par part, comment on fait, de qui elle vient",
        responses=refus_possibles(NonConnecte, RecetteInconnue),
    )
    async def lire(self, auteur: NamedDependency[Auteur], slug: FromPath[str]) -> RecetteVue:
        return await lectures.lire_recette(auteur, slug)

    @put(
        "/{slug:str}",
        operation_id="corriger_recette",
        summary="Corriger une recette de sa structure",
        description="Les menus qui l'ont copiée ne changent pas.",
        responses=refus_possibles(
            NonConnecte, RecetteInconnue, RecetteReservee, RecetteModifiee, DemandeInvalide
        ),
    )
    async def corriger(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        slug: FromPath[str],
        data: JSONBody[RecetteDemande],
    ) -> RecetteVue:
        return await services.corriger_recette(auteur, slug, data, maintenant)

    @delete(
        "/{slug:str}",
        operation_id="retirer_recette",
        summary="Retirer une recette que nulle autre ne cite",
        description=(
            "`version` est celle que l'on avait lue : une correction faite entre-temps ne s'efface pas sans avoir été vue "
            "(`409 recette-modifiee`). Les menus qui l'ont copiée gardent leur plat."
        ),
        responses=refus_possibles(
            NonConnecte, RecetteInconnue, RecetteReservee, RecetteModifiee, RecetteDerivee, DemandeInvalide
        ),
    )
    async def retirer(self, auteur: NamedDependency[Auteur], slug: FromPath[str], version: Version) -> None:
        await services.retirer_recette(auteur, slug, version)


ROUTES = [Recettes]
