"""Adresses de la boîte d'envoi, pour qui veille sur l'installation."""

from datetime import datetime
from typing import Literal

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from server.comptes.schemas import Auteur
from server.notifications import lectures, services
from server.notifications.erreurs import EnvoiDejaClos, EnvoiInconnu, EnvoisReserves
from server.notifications.permissions import peut_veiller_sur_les_envois
from server.notifications.schemas import PageEnvois
from server.socle.erreurs import DemandeInvalide, NonConnecte
from server.socle.problemes import refus_possibles


class Envois(Controller):
    """Les messages qui ne sont pas partis."""

    path = "/api/espace/envois"
    tags = ["Envois"]  # noqa: RUF012

    @get(
        operation_id="lister_envois",
        summary="Les envois en échec de toute l'installation (opérateurs)",
        responses=refus_possibles(NonConnecte, EnvoisReserves, DemandeInvalide),
    )
    async def lister(
        self,
        auteur: NamedDependency[Auteur],
        etat: FromQuery[Literal["echoues"]] = "echoues",
        curseur: FromQuery[str | None] = None,
    ) -> PageEnvois:
        if not peut_veiller_sur_les_envois(auteur):
            raise EnvoisReserves()
        return await lectures.lire_echecs(curseur=curseur)

    @post(
        "/{envoi:int}/relance",
        operation_id="relancer_envoi",
        summary="Remettre en partance un envoi en échec (opérateurs)",
        status_code=204,
        responses=refus_possibles(NonConnecte, EnvoiInconnu, EnvoiDejaClos),
    )
    async def relancer(
        self, auteur: NamedDependency[Auteur], maintenant: NamedDependency[datetime], envoi: FromPath[int]
    ) -> None:
        if not peut_veiller_sur_les_envois(auteur):
            raise EnvoiInconnu()
        await services.relancer_envoi(envoi, maintenant)


ROUTES = [Envois]
