"""Adresses des producteurs, des approvisionnements et des comptes d'un repas."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from server.banquets.achats import lectures, services
from server.banquets.achats.erreurs import (
    AnnuaireReserve,
    ApprovisionnementInconnu,
    ApprovisionnementModifie,
    ProducteurEmploye,
    ProducteurInconnu,
    ProducteurModifie,
    ProduitInconnu,
)
from server.banquets.achats.schemas import (
    ApprovisionnementDemande,
    ComptesDemande,
    ListeApprovisionnements,
    Metier,
    ProducteurBref,
    ProducteurDemande,
    ProduitDemande,
    RechercheBio,
    VueComptes,
    VueProducteur,
)
from server.banquets.erreurs import BanquetInconnu, BanquetModifie, ReserveAQuiOrganise
from server.comptes.schemas import Auteur
from server.lieux.erreurs import LieuInconnu
from server.socle.contexte import Contexte, adresse_de
from server.socle.erreurs import DemandeInvalide, NonConnecte, TropDeDemandes
from server.socle.problemes import refus_possibles
from server.socle.textes import Langue

Recherche = Annotated[str, QueryParameter(max_length=100)]
SlugDeLieu = Annotated[str | None, QueryParameter(max_length=90, description="Pour dire les distances.")]
LieuDuRepas = Annotated[str, QueryParameter(max_length=90)]
Rayon = Annotated[int, QueryParameter(ge=1, le=200)]
_ANNUAIRE: Final = (NonConnecte, AnnuaireReserve, ProducteurInconnu)
_BANQUET: Final = (NonConnecte, BanquetInconnu)


class ProducteursDeLEspace(Controller):
    """L'annuaire des producteurs du réseau."""

    path = "/api/espace/producteurs"
    tags = ["Banquets"]  # noqa: RUF012

    @get(
        operation_id="chercher_producteurs",
        summary="L'annuaire : deux cents au plus, par nom, ou du plus proche si un lieu est dit",
        responses=refus_possibles(NonConnecte, AnnuaireReserve, LieuInconnu, DemandeInvalide),
    )
    async def chercher(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        q: Recherche = "",
        genre: Metier | None = None,
        lieu: SlugDeLieu = None,
    ) -> list[ProducteurBref]:
        return await lectures.chercher_producteurs(auteur, maintenant, q, genre, lieu)

    @post(
        operation_id="creer_producteur",
        summary="Ajouter un producteur",
        responses=refus_possibles(NonConnecte, AnnuaireReserve, DemandeInvalide),
    )
    async def creer(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        data: JSONBody[ProducteurDemande],
    ) -> VueProducteur:
        return await services.creer_producteur(auteur, data, maintenant)

    @get(
        "/{slug:str}",
        operation_id="lire_producteur",
        summary="La fiche d'un producteur et ses produits",
        responses=refus_possibles(*_ANNUAIRE),
    )
    async def lire(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        slug: FromPath[str],
    ) -> VueProducteur:
        return await lectures.lire_producteur(auteur, slug, maintenant)

    @put(
        "/{slug:str}",
        operation_id="modifier_producteur",
        summary="Corriger la fiche d'un producteur",
        responses=refus_possibles(*_ANNUAIRE, ProducteurModifie, DemandeInvalide),
    )
    async def modifier(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        slug: FromPath[str],
        data: JSONBody[ProducteurDemande],
    ) -> VueProducteur:
        return await services.modifier_producteur(auteur, slug, data, maintenant)

    @delete(
        "/{slug:str}",
        operation_id="supprimer_producteur",
        summary="Retirer un producteur où personne ne se fournit",
        responses=refus_possibles(*_ANNUAIRE, ProducteurEmploye),
    )
    async def supprimer(self, auteur: NamedDependency[Auteur], slug: FromPath[str]) -> None:
        await services.supprimer_producteur(auteur, slug)

    @post(
        "/{slug:str}/produits",
        operation_id="ajouter_produit",
        summary="Ajouter un produit",
        responses=refus_possibles(*_ANNUAIRE, DemandeInvalide),
    )
    async def ajouter_produit(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        slug: FromPath[str],
        data: JSONBody[ProduitDemande],
    ) -> VueProducteur:
        return await services.ajouter_produit(auteur, slug, data, maintenant)

    @put(
        "/{slug:str}/produits/{produit:int}",
        operation_id="modifier_produit",
        summary="Corriger un produit",
        responses=refus_possibles(*_ANNUAIRE, ProduitInconnu, DemandeInvalide),
    )
    async def modifier_produit(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        slug: FromPath[str],
        produit: FromPath[int],
        data: JSONBody[ProduitDemande],
    ) -> VueProducteur:
        return await services.modifier_produit(auteur, slug, produit, data, maintenant)

    @delete(
        "/{slug:str}/produits/{produit:int}",
        operation_id="retirer_produit",
        summary="Retirer un produit",
        status_code=200,
        responses=refus_possibles(*_ANNUAIRE, ProduitInconnu),
    )
    async def retirer_produit(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        slug: FromPath[str],
        produit: FromPath[int],
    ) -> VueProducteur:
        return await services.retirer_produit(auteur, slug, produit, maintenant)


class OperateursBio(Controller):
    """Les opérateurs bio des environs, d'après l'Agence BIO."""

    path = "/api/espace/operateurs-bio"
    tags = ["Banquets"]  # noqa: RUF012

    @get(
        operation_id="chercher_operateurs_bio",
        summary="Les producteurs certifiés bio autour d'un lieu ; une panne de l'annuaire se dit, et ne bloque rien",
        responses=refus_possibles(NonConnecte, AnnuaireReserve, LieuInconnu, DemandeInvalide, TropDeDemandes),
    )
    async def chercher(
        self,
        request: Request[Any, Any, Any],
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        langue: NamedDependency[Langue],
        lieu: LieuDuRepas,
        rayon_km: Rayon = 30,
        produit: Recherche = "",
    ) -> RechercheBio:
        contexte.limites.compter("recherche-adresse", adresse_de(request))
        return await lectures.chercher_operateurs_bio(
            auteur, contexte.portes.http, lieu, rayon_km, produit, langue
        )


class ApprovisionnementsDuBanquet(Controller):
    """Ce qu'un banquet se procure, ce que cela dit de lui, ce qu'il a coûté."""

    path = "/api/espace/banquets/{moment:uuid}"
    tags = ["Banquets"]  # noqa: RUF012

    @get(
        "/approvisionnements",
        operation_id="lister_approvisionnements",
        summary="Ce qu'un banquet se procure, et ses chiffres",
        responses=refus_possibles(*_BANQUET),
    )
    async def lister(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
    ) -> ListeApprovisionnements:
        return await lectures.lister_approvisionnements(auteur, moment, maintenant)

    @put(
        "/approvisionnements/{cle:uuid}",
        operation_id="poser_approvisionnement",
        summary="Ajouter ou changer une ligne ; son identifiant est choisi par qui l'écrit",
        responses=refus_possibles(
            *_BANQUET, ApprovisionnementInconnu, ApprovisionnementModifie, DemandeInvalide
        ),
    )
    async def poser(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        cle: FromPath[UUID],
        data: JSONBody[ApprovisionnementDemande],
    ) -> ListeApprovisionnements:
        return await services.poser_approvisionnement(auteur, moment, cle, data, maintenant)

    @delete(
        "/approvisionnements/{cle:uuid}",
        operation_id="retirer_approvisionnement",
        summary="Retirer une ligne",
        status_code=200,
        responses=refus_possibles(*_BANQUET, ApprovisionnementInconnu),
    )
    async def retirer(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        cle: FromPath[UUID],
    ) -> ListeApprovisionnements:
        return await services.retirer_approvisionnement(auteur, moment, cle, maintenant)

    @get(
        "/papiers/achats.csv",
        operation_id="exporter_achats",
        summary="Les achats, dans les colonnes de « ma cantine »",
        media_type="text/csv",
        responses=refus_possibles(*_BANQUET),
    )
    async def exporter(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
    ) -> Response[bytes]:
        corps = await lectures.exporter_achats(auteur, moment, maintenant)
        entetes = {
            "content-disposition": 'attachment; filename="achats.csv"',
            "cache-control": "private, no-store",
        }
        return Response(corps, media_type="text/csv", headers=entetes)

    @get(
        "/comptes",
        operation_id="lire_comptes_du_repas",
        summary="Ce que le repas a recueilli, face à ce qu'il a coûté",
        responses=refus_possibles(*_BANQUET, ReserveAQuiOrganise),
    )
    async def lire_comptes(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
    ) -> VueComptes:
        return await lectures.lire_comptes(auteur, moment, maintenant)

    @put(
        "/comptes",
        operation_id="tenir_comptes_du_repas",
        summary="Saisir ce qui a été recueilli et servi",
        responses=refus_possibles(*_BANQUET, ReserveAQuiOrganise, BanquetModifie, DemandeInvalide),
    )
    async def tenir_comptes(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        data: JSONBody[ComptesDemande],
    ) -> VueComptes:
        return await services.tenir_les_comptes(auteur, moment, data, maintenant)


ROUTES = [ProducteursDeLEspace, OperateursBio, ApprovisionnementsDuBanquet]
