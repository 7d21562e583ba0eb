"""Adresses des denrées."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from server.banquets.denrees import lectures, services
from server.banquets.denrees.erreurs import DenreeEmployee, DenreeInconnue, DenreeModifiee, DenreeReservee
from server.banquets.denrees.schemas import DenreeDemande, IngredientVue
from server.banquets.referentiel.lectures import PortionSuggeree, lire_portions
from server.comptes.schemas import Auteur
from server.socle.erreurs import DemandeInvalide, NonConnecte
from server.socle.problemes import refus_possibles

Recherche = Annotated[str, QueryParameter(max_length=100)]


class Denrees(Controller):
    """De quoi composer un menu."""

    path = "/api/espace/ingredients"
    tags = ["Banquets"]  # noqa: RUF012

    @get(
        operation_id="chercher_ingredients",
        summary="Vingt denrées au plus, dont le nom contient chacun de ces mots, à une faute près",
        responses=refus_possibles(NonConnecte, DemandeInvalide),
    )
    async def chercher(self, auteur: NamedDependency[Auteur], q: Recherche = "") -> list[IngredientVue]:
        return await lectures.chercher_ingredients(auteur, q)

    @post(
        operation_id="ajouter_ingredient",
        summary="Ajouter une denrée, au nom de sa structure",
        responses=refus_possibles(NonConnecte, DemandeInvalide),
    )
    async def ajouter(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        data: JSONBody[DenreeDemande],
    ) -> IngredientVue:
        return await services.ajouter_denree(auteur, data, maintenant)

    @get(
        "/{slug:str}",
        operation_id="lire_ingredient",
        summary="La fiche d'une denrée",
        responses=refus_possibles(NonConnecte, DenreeInconnue),
    )
    async def lire(self, auteur: NamedDependency[Auteur], slug: FromPath[str]) -> IngredientVue:
        return await lectures.lire_denree(auteur, slug)

    @put(
        "/{slug:str}",
        operation_id="corriger_ingredient",
        summary="Corriger une denrée de sa structure",
        description="Si ce qu'elle contient change, les plats où elle entre sont à relire.",
        responses=refus_possibles(
            NonConnecte, DenreeInconnue, DenreeReservee, DenreeModifiee, DenreeEmployee, DemandeInvalide
        ),
    )
    async def corriger(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        slug: FromPath[str],
        data: JSONBody[DenreeDemande],
    ) -> IngredientVue:
        return await services.corriger_denree(auteur, slug, data, maintenant)

    @delete(
        "/{slug:str}",
        operation_id="retirer_ingredient",
        summary="Retirer une denrée dont rien ne se sert",
        responses=refus_possibles(NonConnecte, DenreeInconnue, DenreeReservee, DenreeEmployee),
    )
    async def retirer(self, auteur: NamedDependency[Auteur], slug: FromPath[str]) -> None:
        await services.retirer_denree(auteur, slug)


@get(
    "/api/espace/portions",
    operation_id="lister_portions",
    summary="Les portions suggérées, et ce que vaut chacune",
    description=(
        "Certitude : A, texte officiel ; B, source publique ; C, une seule source ; D, à relire par qui cuisine."
    ),
    tags=["Banquets"],
    responses=refus_possibles(NonConnecte),
)
async def lister_portions(auteur: NamedDependency[Auteur]) -> list[PortionSuggeree]:
    return list(lire_portions())


ROUTES = [Denrees, lister_portions]
