"""Adresses des structures."""

from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from litestar import Controller, Request, Response, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from server.comptes.schemas import Auteur, VueCompte
from server.socle.documents import Brouillon
from server.socle.erreurs import DemandeInvalide, NonConnecte
from server.socle.problemes import refus_possibles
from server.socle.web import servir_document
from server.structures import lectures, services
from server.structures.erreurs import (
    DejaMembre,
    DerniereResponsable,
    MembreInconnu,
    ReserveAuxOperateurs,
    ReserveAuxResponsables,
    StructureInconnue,
)
from server.structures.schemas import (
    ListeStructures,
    MembreDemande,
    RoleDemande,
    StructureCreation,
    StructureDemande,
    StructureNommee,
    VueStructure,
    VueStructureEquipe,
)

JSON: Final = "application/json"
Recherche = Annotated[str, QueryParameter(max_length=100)]


class StructuresPubliques(Controller):
    """Ce que tout le monde lit des structures."""

    path = "/api/structures"
    tags = ["Structures"]  # noqa: RUF012

    @get(operation_id="lister_structures", summary="Les structures du réseau, par nom")
    async def lister(self, request: Request[Any, Any, Any]) -> Response[ListeStructures]:
        async def fabriquer() -> Brouillon:
            corps = msgspec.json.encode(await lectures.lister_structures())
            return Brouillon(corps=corps, type_contenu=JSON, etiquettes=frozenset(("agenda",)))

        return await servir_document(request, "api:structures", fabriquer)

    @get(
        "/{slug:str}",
        operation_id="lire_structure",
        summary="Une structure",
        responses=refus_possibles(StructureInconnue),
    )
    async def lire(self, request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[VueStructure]:
        async def fabriquer() -> Brouillon:
            structure = await lectures.identifier_structure(slug)
            corps = msgspec.json.encode(await lectures.lire_structure(slug))
            return Brouillon(
                corps=corps, type_contenu=JSON, etiquettes=frozenset((f"structure:{structure}",))
            )

        return await servir_document(request, f"api:structures:{slug}", fabriquer)


class StructuresDeLEspace(Controller):
    """L'envers des structures, pour leurs membres."""

    path = "/api/espace/structures"
    tags = ["Structures"]  # noqa: RUF012

    @get(
        operation_id="chercher_structures",
        summary="De quoi choisir une structure : vingt au plus, par nom",
        responses=refus_possibles(NonConnecte, DemandeInvalide),
    )
    async def chercher(self, auteur: NamedDependency[Auteur], q: Recherche = "") -> list[StructureNommee]:
        return await lectures.chercher_structures(q)

    @post(
        operation_id="creer_structure",
        summary="Ajouter une structure au réseau (opérateurs)",
        responses=refus_possibles(NonConnecte, ReserveAuxOperateurs, DemandeInvalide),
    )
    async def creer(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        data: JSONBody[StructureCreation],
    ) -> VueStructureEquipe:
        return await services.creer_structure(auteur, data, maintenant)

    @get(
        "/{slug:str}",
        operation_id="lire_equipe_de_structure",
        summary="Une structure et ses membres",
        responses=refus_possibles(NonConnecte, StructureInconnue),
    )
    async def lire(self, auteur: NamedDependency[Auteur], slug: FromPath[str]) -> VueStructureEquipe:
        return await lectures.lire_equipe(auteur, slug)

    @put(
        "/{slug:str}",
        operation_id="modifier_structure",
        summary="Changer la fiche d'une structure (responsables)",
        responses=refus_possibles(NonConnecte, ReserveAuxResponsables, StructureInconnue, DemandeInvalide),
    )
    async def modifier(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        slug: FromPath[str],
        data: JSONBody[StructureDemande],
    ) -> VueStructureEquipe:
        return await services.modifier_structure(auteur, slug, data, maintenant)

    @post(
        "/{slug:str}/membres",
        operation_id="ajouter_membre",
        summary="Ajouter une personne par son adresse (responsables)",
        responses=refus_possibles(
            NonConnecte, ReserveAuxResponsables, StructureInconnue, DejaMembre, DemandeInvalide
        ),
    )
    async def ajouter_membre(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        slug: FromPath[str],
        data: JSONBody[MembreDemande],
    ) -> VueStructureEquipe:
        return await services.ajouter_membre(auteur, slug, data, maintenant)

    @patch(
        "/{slug:str}/membres/{membre:int}",
        operation_id="changer_role",
        summary="Changer le rôle d'un membre (responsables)",
        responses=refus_possibles(
            NonConnecte,
            ReserveAuxResponsables,
            StructureInconnue,
            MembreInconnu,
            DerniereResponsable,
            DemandeInvalide,
        ),
    )
    async def changer_role(
        self,
        auteur: NamedDependency[Auteur],
        slug: FromPath[str],
        membre: FromPath[int],
        data: JSONBody[RoleDemande],
    ) -> VueStructureEquipe:
        return await services.changer_role(auteur, slug, membre, data)

    @delete(
        "/{slug:str}/membres/{membre:int}",
        operation_id="retirer_membre",
        summary="Retirer une personne, ou quitter la structure",
        responses=refus_possibles(
            NonConnecte, ReserveAuxResponsables, StructureInconnue, MembreInconnu, DerniereResponsable
        ),
    )
    async def retirer_membre(
        self, auteur: NamedDependency[Auteur], slug: FromPath[str], membre: FromPath[int]
    ) -> None:
        await services.retirer_membre(auteur, slug, membre)


@get(
    "/api/espace/moi",
    operation_id="lire_moi",
    summary="Moi, mes structures et mes rôles",
    tags=["Comptes"],
    responses=refus_possibles(NonConnecte),
)
async def lire_moi(auteur: NamedDependency[Auteur]) -> VueCompte:
    return await lectures.lire_moi(auteur)


ROUTES = [StructuresPubliques, StructuresDeLEspace, lire_moi]
