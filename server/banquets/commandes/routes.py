"""Adresses des commandes, pour l'équipe. La page du producteur est dans `server/pages/commandes.py`."""

from datetime import datetime
from typing import Final
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from server.banquets.commandes import lectures, services
from server.banquets.commandes.erreurs import (
    CommandeClose,
    CommandeDeBrouillon,
    CommandeInconnue,
    CommandeModifiee,
    RelanceSansObjet,
    RelanceTropTot,
    ReponseAttendue,
)
from server.banquets.commandes.schemas import (
    AnnulationDemande,
    EnvoiDemande,
    GesteDemande,
    RelanceDemande,
    VueCommandes,
)
from server.banquets.erreurs import BanquetInconnu, ReserveAQuiOrganise
from server.comptes.schemas import Auteur
from server.socle.contexte import Contexte
from server.socle.erreurs import DemandeInvalide, NonConnecte, TropDeDemandes
from server.socle.problemes import refus_possibles

_LIRE: Final = (NonConnecte, BanquetInconnu)
_ECRIRE: Final = (
    *_LIRE, ReserveAQuiOrganise, CommandeInconnue, CommandeModifiee, CommandeClose, DemandeInvalide, TropDeDemandes,
)  # fmt: skip


class CommandesDuBanquet(Controller):
    """Ce qu'un banquet commande à chaque producteur."""

    path = "/api/espace/banquets/{moment:uuid}/commandes"
    tags = ["Banquets"]  # noqa: RUF012

    @get(
        operation_id="lister_commandes",
        summary="L'état de la commande de chaque producteur",
        responses=refus_possibles(*_LIRE),
    )
    async def lister(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        langue: NamedDependency[str],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
    ) -> VueCommandes:
        return await lectures.lister_commandes(auteur, moment, contexte.clef, langue, maintenant)

    @post(
        "/{producteur:str}/envoi",
        operation_id="envoyer_commande",
        summary="Envoyer la commande, ou la renvoyer : le bon neuf remplace l'ancien",
        status_code=200,
        responses=refus_possibles(*_ECRIRE, CommandeDeBrouillon),
    )
    async def envoyer(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        langue: NamedDependency[str],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        producteur: FromPath[str],
        data: JSONBody[EnvoiDemande],
    ) -> VueCommandes:
        contexte.limites.compter("ecriture-compte", str(auteur.compte))
        return await services.envoyer_commande(
            auteur, moment, producteur, data, contexte.clef, langue, maintenant
        )

    @post(
        "/{producteur:str}/relance",
        operation_id="relancer_commande",
        summary="Rappeler au producteur un bon sans réponse : le même bon, le même lien, une fois par jour au plus",
        status_code=200,
        responses=refus_possibles(*_ECRIRE, RelanceSansObjet, RelanceTropTot),
    )
    async def relancer(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        langue: NamedDependency[str],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        producteur: FromPath[str],
        data: JSONBody[RelanceDemande],
    ) -> VueCommandes:
        contexte.limites.compter("ecriture-compte", str(auteur.compte))
        return await services.relancer_commande(
            auteur, moment, producteur, data, contexte.clef, langue, maintenant
        )

    @post(
        "/{producteur:str}/accepter",
        operation_id="accepter_reponse_de_commande",
        summary="Reporter la réponse du producteur sur les approvisionnements",
        status_code=200,
        responses=refus_possibles(*_ECRIRE, ReponseAttendue),
    )
    async def accepter(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        langue: NamedDependency[str],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        producteur: FromPath[str],
        data: JSONBody[GesteDemande],
    ) -> VueCommandes:
        return await services.accepter_reponse(
            auteur, moment, producteur, data, contexte.clef, langue, maintenant
        )

    @post(
        "/{producteur:str}/annuler",
        operation_id="annuler_commande",
        summary="Annuler la commande, et l'écrire au producteur",
        status_code=200,
        responses=refus_possibles(*_ECRIRE),
    )
    async def annuler(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        langue: NamedDependency[str],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        producteur: FromPath[str],
        data: JSONBody[AnnulationDemande],
    ) -> VueCommandes:
        contexte.limites.compter("ecriture-compte", str(auteur.compte))
        return await services.annuler_commande(
            auteur, moment, producteur, data, contexte.clef, langue, maintenant
        )

    @post(
        "/{producteur:str}/lien",
        operation_id="changer_lien_de_commande",
        summary="Révoquer le lien du producteur",
        status_code=200,
        responses=refus_possibles(*_ECRIRE),
    )
    async def changer_le_lien(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        langue: NamedDependency[str],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        producteur: FromPath[str],
        data: JSONBody[GesteDemande],
    ) -> VueCommandes:
        return await services.changer_le_lien(
            auteur, moment, producteur, data, contexte.clef, langue, maintenant
        )


ROUTES = [CommandesDuBanquet]
