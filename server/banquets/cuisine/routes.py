"""Adresses de la cuisine : les liens que donne qui organise ; messages et températures, des deux côtés."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from server.banquets.acces import ouvrir_banquet
from server.banquets.cuisine import lectures, services
from server.banquets.cuisine.acces import exiger_cuisine, liens_ouverts, par_compte, par_lien
from server.banquets.cuisine.erreurs import (
    DejaEcrit,
    LienDeCuisineInconnu,
    MessageInconnu,
    MesureInconnue,
)
from server.banquets.cuisine.schemas import (
    BanquetDeCuisine,
    LectureDemande,
    LienDemande,
    LienVue,
    MessageDemande,
    MessagesVue,
    MesureDemande,
    ReleveVue,
)
from server.banquets.erreurs import BanquetInconnu, ReserveAQuiOrganise
from server.comptes.schemas import Auteur
from server.socle.contexte import Contexte
from server.socle.erreurs import DemandeInvalide, NonConnecte, TropDeDemandes
from server.socle.problemes import refus_possibles
from server.socle.qr import dessiner_qr

PAR_COMPTE: Final = (NonConnecte, BanquetInconnu)
DE_L_EQUIPE: Final = (*PAR_COMPTE, ReserveAQuiOrganise)
PAR_LIEN: Final = (LienDeCuisineInconnu, TropDeDemandes)

Requete = Request[Any, Any, Any]


class LiensDeCuisine(Controller):
    """Les liens que qui organise donne à la cuisine."""

    path = "/api/espace/banquets/{moment:uuid}/liens-cuisine"
    tags = ["Banquets"]  # noqa: RUF012

    @get(
        operation_id="lister_liens_cuisine",
        summary="Les liens de la cuisine en vigueur",
        responses=refus_possibles(*DE_L_EQUIPE),
    )
    async def lister(
        self, auteur: NamedDependency[Auteur], contexte: NamedDependency[Contexte], moment: FromPath[UUID]
    ) -> list[LienVue]:
        await ouvrir_banquet(auteur, moment, "organiser")
        return await lectures.lister_liens(moment, contexte.clef, contexte.reglages.url)

    @post(
        operation_id="creer_lien_cuisine",
        summary="Ouvrir la cuisine à une équipe, sans compte",
        responses=refus_possibles(*DE_L_EQUIPE, DemandeInvalide),
    )
    async def creer(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        data: JSONBody[LienDemande],
    ) -> list[LienVue]:
        await ouvrir_banquet(auteur, moment, "organiser")
        await services.creer_lien(moment, data.nom, auteur.compte, maintenant)
        return await lectures.lister_liens(moment, contexte.clef, contexte.reglages.url)

    @delete(
        "/{lien:int}",
        operation_id="revoquer_lien_cuisine",
        summary="Fermer ce lien partout",
        status_code=200,
        responses=refus_possibles(*DE_L_EQUIPE, LienDeCuisineInconnu),
    )
    async def revoquer(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        lien: FromPath[int],
    ) -> list[LienVue]:
        await ouvrir_banquet(auteur, moment, "organiser")
        await services.revoquer_lien(moment, lien, maintenant)
        return await lectures.lister_liens(moment, contexte.clef, contexte.reglages.url)

    @get(
        "/{lien:int}/qr",
        operation_id="lire_qr_du_lien_cuisine",
        summary="L'adresse de ce lien en QR, à montrer à la cuisine",
        responses=refus_possibles(*DE_L_EQUIPE, LienDeCuisineInconnu),
        media_type="image/svg+xml",
    )
    async def montrer(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        moment: FromPath[UUID],
        lien: FromPath[int],
    ) -> Response[str]:
        await ouvrir_banquet(auteur, moment, "organiser")
        liens = await lectures.lister_liens(moment, contexte.clef, contexte.reglages.url)
        adresses = [ouvert.adresse for ouvert in liens if ouvert.id == lien]
        if not adresses:
            raise LienDeCuisineInconnu()
        return Response(
            dessiner_qr(adresses[0]), media_type="image/svg+xml", headers={"cache-control": "no-store"}
        )


class CarnetDeLEspace(Controller):
    """Messages et températures d'un banquet, pour qui a un compte."""

    path = "/api/espace/banquets/{moment:uuid}"
    tags = ["Banquets"]  # noqa: RUF012

    @get(
        "/messages",
        operation_id="lire_messages_du_banquet",
        summary="Les messages entre la cuisine et qui organise",
        responses=refus_possibles(*PAR_COMPTE),
    )
    async def lire_messages(
        self, auteur: NamedDependency[Auteur], contexte: NamedDependency[Contexte], moment: FromPath[UUID]
    ) -> MessagesVue:
        await ouvrir_banquet(auteur, moment)
        return await lectures.lire_messages(moment, contexte.clef)

    @put(
        "/messages/{identifiant:uuid}",
        operation_id="ecrire_a_la_cuisine",
        summary="Écrire un message ; son identifiant est choisi par qui l'écrit",
        responses=refus_possibles(*PAR_COMPTE, DejaEcrit, DemandeInvalide),
    )
    async def ecrire(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        identifiant: FromPath[UUID],
        data: JSONBody[MessageDemande],
    ) -> MessagesVue:
        _, qui = await par_compte(auteur, moment)
        await services.ecrire_message(qui, identifiant, data, maintenant)
        return await lectures.lire_messages(moment, contexte.clef)

    @delete(
        "/messages/{identifiant:uuid}",
        operation_id="retirer_message_du_banquet",
        summary="Retirer un message que l'on a écrit",
        status_code=200,
        responses=refus_possibles(*PAR_COMPTE, MessageInconnu),
    )
    async def retirer(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        identifiant: FromPath[UUID],
    ) -> MessagesVue:
        _, qui = await par_compte(auteur, moment)
        await services.retirer_message(qui, identifiant, maintenant)
        return await lectures.lire_messages(moment, contexte.clef)

    @post(
        "/messages/lus",
        operation_id="noter_messages_lus",
        summary="Dire jusqu'où l'on a lu",
        status_code=200,
        responses=refus_possibles(*PAR_COMPTE, DemandeInvalide),
    )
    async def noter_lus(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        moment: FromPath[UUID],
        data: JSONBody[LectureDemande],
    ) -> MessagesVue:
        _, qui = await par_compte(auteur, moment)
        await services.noter_messages_lus(qui, data.jusqu_a)
        return await lectures.lire_messages(moment, contexte.clef)

    @get(
        "/temperatures",
        operation_id="lire_temperatures",
        summary="Les températures relevées, corrections comprises",
        responses=refus_possibles(*PAR_COMPTE),
    )
    async def lire_temperatures(
        self, auteur: NamedDependency[Auteur], moment: FromPath[UUID]
    ) -> list[ReleveVue]:
        await ouvrir_banquet(auteur, moment)
        return await lectures.lire_releves(moment)

    @put(
        "/temperatures/{identifiant:uuid}",
        operation_id="relever_temperature",
        summary="Noter une température, ou en corriger une",
        responses=refus_possibles(*PAR_COMPTE, MesureInconnue, DejaEcrit, DemandeInvalide),
    )
    async def relever(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        identifiant: FromPath[UUID],
        data: JSONBody[MesureDemande],
    ) -> list[ReleveVue]:
        _, qui = await par_compte(auteur, moment)
        await services.relever_temperature(qui, identifiant, data, maintenant)
        return await lectures.lire_releves(moment)


@get(
    "/api/cuisine/banquets",
    operation_id="lister_banquets_de_cuisine",
    summary="Les banquets que cet appareil cuisine",
    tags=["Cuisine"],
    responses=refus_possibles(TropDeDemandes),
)
async def lister_banquets(
    request: Requete, contexte: NamedDependency[Contexte], maintenant: NamedDependency[datetime]
) -> list[BanquetDeCuisine]:
    """Vide si cet appareil n'a ouvert aucun lien, ou qu'aucun n'ouvre plus."""
    return [
        BanquetDeCuisine(ouvert.moment, ouvert.titre, ouvert.debut, ouvert.nom, ouvert.expire_le)
        for ouvert in await liens_ouverts(request, contexte, maintenant)
    ]


class CarnetDeCuisine(Controller):
    """Messages et températures d'un banquet, pour la cuisine."""

    path = "/api/cuisine/banquets/{moment:uuid}"
    tags = ["Cuisine"]  # noqa: RUF012

    @put(
        "/messages/{identifiant:uuid}",
        operation_id="ecrire_depuis_la_cuisine",
        summary="Écrire à qui organise ; l'identifiant est choisi par l'appareil, hors réseau peut-être",
        responses=refus_possibles(*PAR_LIEN, DejaEcrit, DemandeInvalide),
    )
    async def ecrire(
        self,
        request: Requete,
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        identifiant: FromPath[UUID],
        data: JSONBody[MessageDemande],
    ) -> MessagesVue:
        qui = par_lien(await exiger_cuisine(request, contexte, maintenant, moment))
        await services.ecrire_message(qui, identifiant, data, maintenant)
        return await lectures.lire_messages(moment, contexte.clef)

    @delete(
        "/messages/{identifiant:uuid}",
        operation_id="retirer_message_de_cuisine",
        summary="Retirer un message écrit par ce lien",
        status_code=200,
        responses=refus_possibles(*PAR_LIEN, MessageInconnu),
    )
    async def retirer(
        self,
        request: Requete,
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        identifiant: FromPath[UUID],
    ) -> MessagesVue:
        qui = par_lien(await exiger_cuisine(request, contexte, maintenant, moment))
        await services.retirer_message(qui, identifiant, maintenant)
        return await lectures.lire_messages(moment, contexte.clef)

    @post(
        "/messages/lus",
        operation_id="noter_messages_lus_en_cuisine",
        summary="Dire jusqu'où la cuisine a lu",
        status_code=200,
        responses=refus_possibles(*PAR_LIEN, DemandeInvalide),
    )
    async def noter_lus(
        self,
        request: Requete,
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        data: JSONBody[LectureDemande],
    ) -> MessagesVue:
        qui = par_lien(await exiger_cuisine(request, contexte, maintenant, moment))
        await services.noter_messages_lus(qui, data.jusqu_a)
        return await lectures.lire_messages(moment, contexte.clef)

    @put(
        "/temperatures/{identifiant:uuid}",
        operation_id="relever_temperature_en_cuisine",
        summary="Noter une température, ou en corriger une ; rejouer ne note rien de plus",
        responses=refus_possibles(*PAR_LIEN, MesureInconnue, DejaEcrit, DemandeInvalide),
    )
    async def relever(
        self,
        request: Requete,
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        identifiant: FromPath[UUID],
        data: JSONBody[MesureDemande],
    ) -> list[ReleveVue]:
        qui = par_lien(await exiger_cuisine(request, contexte, maintenant, moment))
        await services.relever_temperature(qui, identifiant, data, maintenant)
        return await lectures.lire_releves(moment)


ROUTES = [LiensDeCuisine, CarnetDeLEspace, lister_banquets, CarnetDeCuisine]
