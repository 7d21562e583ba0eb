"""Adresses des communes, du territoire et des lieux."""

from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from litestar import Controller, Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from server.comptes.schemas import Auteur
from server.lieux import lectures, services
from server.lieux.erreurs import (
    CommuneInconnue,
    InstallationAFaire,
    InstallationReservee,
    LieuGereParUneStructure,
    LieuInconnu,
    ReserveAuxMembres,
)
from server.lieux.schemas import (
    InstallationDemande,
    LieuDeLEspace,
    LieuDeListe,
    LieuDemande,
    ListeLieux,
    VueCommune,
    VueInstallation,
    VueLieu,
)
from server.socle.contexte import Contexte, adresse_de
from server.socle.documents import Brouillon
from server.socle.erreurs import DemandeInvalide, NonConnecte, TropDeDemandes
from server.socle.problemes import refus_possibles
from server.socle.web import servir_document

JSON: Final = "application/json"
Recherche = Annotated[str, QueryParameter(max_length=100)]
GARDE_S: Final = 600
"""Un navigateur garde dix minutes une recherche de commune : la frappe suivante ne repart pas sur le réseau."""


class CommunesPubliques(Controller):
    """Les communes du territoire."""

    path = "/api/communes"
    tags = ["Lieux"]  # noqa: RUF012

    @get(
        operation_id="chercher_communes",
        summary="Chercher une commune",
        description=(
            "Les dix qui ressemblent le plus à `q`, la meilleure d'abord : accents, tirets, « st » pour « saint », "
            "code postal, début de nom ou de mot, une faute par mot. Sans `q`, toutes, par nom."
        ),
        responses=refus_possibles(DemandeInvalide, TropDeDemandes),
    )
    async def chercher(
        self, request: Request[Any, Any, Any], contexte: NamedDependency[Contexte], q: Recherche = ""
    ) -> Response[list[VueCommune]]:
        if not q.strip():
            return await servir_document(request, "api:communes", _toutes_les_communes)
        contexte.limites.compter("recherche-adresse", adresse_de(request))
        trouvees = await lectures.chercher_communes(q)
        return Response(trouvees, headers={"cache-control": f"public, max-age={GARDE_S}"})

    @get(
        "/{code:str}",
        operation_id="lire_commune",
        summary="Une commune, par son code INSEE",
        responses=refus_possibles(CommuneInconnue),
    )
    async def lire(self, request: Request[Any, Any, Any], code: FromPath[str]) -> Response[VueCommune]:
        async def fabriquer() -> Brouillon:
            return _brouillon(await lectures.lire_commune(code), "territoire")

        return await servir_document(request, f"api:communes:{code}", fabriquer)


async def _toutes_les_communes() -> Brouillon:
    return _brouillon(await lectures.chercher_communes(""), "territoire")


class LieuxPublics(Controller):
    """Ce que tout le monde lit des lieux."""

    path = "/api/lieux"
    tags = ["Lieux"]  # noqa: RUF012

    @get(operation_id="lister_lieux", summary="Les lieux du territoire, par nom")
    async def lister(self, request: Request[Any, Any, Any]) -> Response[ListeLieux]:
        async def fabriquer() -> Brouillon:
            return _brouillon(await lectures.lister_lieux(), "agenda", "territoire")

        return await servir_document(request, "api:lieux", fabriquer)

    @get("/{slug:str}", operation_id="lire_lieu", summary="Un lieu", responses=refus_possibles(LieuInconnu))
    async def lire(self, request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[VueLieu]:
        async def fabriquer() -> Brouillon:
            lieu = await lectures.lire_lieu_etiquete(slug)
            return _brouillon(lieu.vue, *lieu.etiquettes)

        return await servir_document(request, f"api:lieux:{slug}", fabriquer)


class LieuxDeLEspace(Controller):
    """Les lieux, pour qui organise."""

    path = "/api/espace/lieux"
    tags = ["Lieux"]  # noqa: RUF012

    @get(
        operation_id="chercher_lieux",
        summary="De quoi choisir un lieu : cinquante au plus, par nom",
        responses=refus_possibles(NonConnecte, ReserveAuxMembres, DemandeInvalide),
    )
    async def chercher(self, auteur: NamedDependency[Auteur], q: Recherche = "") -> list[LieuDeListe]:
        return await lectures.chercher_lieux(auteur, q)

    @post(
        operation_id="creer_lieu",
        summary="Ajouter un lieu",
        responses=refus_possibles(NonConnecte, ReserveAuxMembres, DemandeInvalide),
    )
    async def creer(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        data: JSONBody[LieuDemande],
    ) -> LieuDeLEspace:
        return await services.creer_lieu(auteur, data, maintenant)

    @get(
        "/{slug:str}",
        operation_id="lire_lieu_de_l_espace",
        summary="Un lieu, et si l'on peut corriger sa fiche",
        responses=refus_possibles(NonConnecte, ReserveAuxMembres, LieuInconnu),
    )
    async def lire(self, auteur: NamedDependency[Auteur], slug: FromPath[str]) -> LieuDeLEspace:
        return await lectures.lire_lieu_de_l_espace(auteur, slug)

    @put(
        "/{slug:str}",
        operation_id="modifier_lieu",
        summary="Corriger la fiche d'un lieu",
        responses=refus_possibles(
            NonConnecte, ReserveAuxMembres, LieuGereParUneStructure, LieuInconnu, DemandeInvalide
        ),
    )
    async def modifier(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        slug: FromPath[str],
        data: JSONBody[LieuDemande],
    ) -> LieuDeLEspace:
        return await services.modifier_lieu(auteur, slug, data, maintenant)


class InstallationDeLEspace(Controller):
    """Ce que l'installation dit d'elle-même, pour qui veille sur elle."""

    path = "/api/espace/installation"
    tags = ["Organiser"]  # noqa: RUF012

    @get(
        operation_id="lire_installation",
        summary="Le nom du réseau, son contact, les mentions légales, et ce qui manque encore",
        responses=refus_possibles(NonConnecte, InstallationReservee, InstallationAFaire),
    )
    async def lire(self, auteur: NamedDependency[Auteur]) -> VueInstallation:
        return await lectures.lire_installation(auteur)

    @put(
        operation_id="regler_installation",
        summary="Changer ce que l'installation dit d'elle-même",
        responses=refus_possibles(NonConnecte, InstallationReservee, InstallationAFaire, DemandeInvalide),
    )
    async def regler(
        self, auteur: NamedDependency[Auteur], data: JSONBody[InstallationDemande]
    ) -> VueInstallation:
        return await services.regler_installation(auteur, data)


def _brouillon(vue: VueCommune | VueLieu | ListeLieux | list[VueCommune], *etiquettes: str) -> Brouillon:
    return Brouillon(corps=msgspec.json.encode(vue), type_contenu=JSON, etiquettes=frozenset(etiquettes))


ROUTES = [CommunesPubliques, LieuxPublics, LieuxDeLEspace, InstallationDeLEspace]
