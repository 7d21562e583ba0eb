"""Adresses des comptes : se connecter, se déconnecter, mes appareils."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from server.comptes import lectures, services
from server.comptes.connexion import cookie_de_session, cookie_efface, secret_presente
from server.comptes.erreurs import CodeFaux, ConnexionPerimee, SessionInconnue
from server.comptes.regles import decrire_appareil, plier_courriel
from server.comptes.schemas import (
    Auteur,
    CodeRecopie,
    ConnexionDemandee,
    DemandeDeConnexion,
    LienOuvert,
    ProfilModifie,
    VueSession,
)
from server.socle.contexte import Contexte, adresse_de
from server.socle.erreurs import DemandeInvalide, NonConnecte, TropDeDemandes
from server.socle.problemes import refus_possibles


class Connexion(Controller):
    """Se connecter sans mot de passe : un lien et un code par courriel."""

    path = "/api"
    tags = ["Comptes"]  # noqa: RUF012

    @post(
        "/connexion",
        operation_id="demander_connexion",
        summary="Recevoir un lien et un code de connexion ; même réponse si l'adresse est inconnue",
        status_code=202,
        responses=refus_possibles(DemandeInvalide, TropDeDemandes),
    )
    async def demander(
        self,
        request: Request[Any, Any, Any],
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        data: JSONBody[DemandeDeConnexion],
    ) -> ConnexionDemandee:
        return await demander(request, contexte, maintenant, data)

    @post(
        "/connexion/code",
        operation_id="ouvrir_par_code",
        summary="Se connecter avec le code à six chiffres, recopié",
        status_code=204,
        responses=refus_possibles(CodeFaux, ConnexionPerimee, TropDeDemandes),
    )
    async def ouvrir_par_code(
        self,
        request: Request[Any, Any, Any],
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        data: JSONBody[CodeRecopie],
    ) -> Response[None]:
        ouverte = await ouvrir_par_code(request, contexte, maintenant, data)
        return Response(None, cookies=[cookie_de_session(contexte.reglages, ouverte.secret)])

    @post(
        "/connexion/lien",
        operation_id="ouvrir_par_lien",
        summary="Se connecter avec le lien reçu",
        status_code=204,
        responses=refus_possibles(DemandeInvalide, ConnexionPerimee, TropDeDemandes),
    )
    async def ouvrir_par_lien(
        self,
        request: Request[Any, Any, Any],
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        data: JSONBody[LienOuvert],
    ) -> Response[None]:
        ouverte = await ouvrir_par_lien(request, contexte, maintenant, data)
        return Response(None, cookies=[cookie_de_session(contexte.reglages, ouverte.secret)])

    @post(
        "/deconnexion",
        operation_id="se_deconnecter",
        summary="Fermer la session de cet appareil ; sans effet si elle l'est déjà",
        status_code=204,
    )
    async def se_deconnecter(
        self, request: Request[Any, Any, Any], contexte: NamedDependency[Contexte]
    ) -> Response[None]:
        if secret := secret_presente(request):
            await services.oublier_secret(secret)
        return Response(None, cookies=[cookie_efface(contexte.reglages)])


class MonCompte(Controller):
    """Mon profil et mes appareils connectés."""

    path = "/api/espace"
    tags = ["Comptes"]  # noqa: RUF012

    @put(
        "/moi",
        operation_id="modifier_profil",
        summary="Changer mon prénom et ma langue",
        status_code=204,
        responses=refus_possibles(NonConnecte, DemandeInvalide),
    )
    async def modifier(self, auteur: NamedDependency[Auteur], data: JSONBody[ProfilModifie]) -> None:
        await services.modifier_profil(auteur, data)

    @get(
        "/sessions",
        operation_id="lister_sessions",
        summary="Mes appareils connectés",
        responses=refus_possibles(NonConnecte),
    )
    async def lister(
        self, auteur: NamedDependency[Auteur], maintenant: NamedDependency[datetime]
    ) -> list[VueSession]:
        return await lectures.lire_sessions(auteur, maintenant)

    @delete(
        "/sessions/{session:uuid}",
        operation_id="fermer_session",
        summary="Déconnecter un de mes appareils",
        responses=refus_possibles(NonConnecte, SessionInconnue),
    )
    async def fermer(self, auteur: NamedDependency[Auteur], session: FromPath[UUID]) -> None:
        await services.fermer_session(auteur, session)

    @delete(
        "/sessions",
        operation_id="fermer_autres_sessions",
        summary="Déconnecter tous mes autres appareils",
        responses=refus_possibles(NonConnecte),
    )
    async def fermer_autres(self, auteur: NamedDependency[Auteur]) -> None:
        await services.fermer_autres_sessions(auteur)


# --- le même chemin pour l'API et pour les formulaires sans script ---------------------------------------------------


async def demander(
    request: Request[Any, Any, Any], contexte: Contexte, maintenant: datetime, voulue: DemandeDeConnexion
) -> ConnexionDemandee:
    """Demande un lien et un code pour cette adresse.

    Trop souvent demandés pour une même adresse, ils ne partent plus et rien ne le dit : refuser permettrait à n'importe
    qui de fermer la porte à une organisatrice. Le lien et le code déjà reçus marchent encore.
    """
    limites = contexte.limites
    limites.compter("connexion-adresse", adresse_de(request))
    contact = plier_courriel(voulue.courriel)
    ecrire = limites.permet("connexion-contact", contact) and limites.permet(
        "connexion-contact-jour", contact
    )
    demande = uuid4()
    expire_le = await services.demander_connexion(demande, voulue.courriel, maintenant, ecrire=ecrire)
    return ConnexionDemandee(demande, expire_le)


async def ouvrir_par_code(
    request: Request[Any, Any, Any], contexte: Contexte, maintenant: datetime, recopie: CodeRecopie
) -> services.SessionOuverte:
    """Ouvre une session avec le code recopié."""
    contexte.limites.compter("code-adresse", adresse_de(request))
    return await services.ouvrir_par_code(
        contexte.clef, recopie.demande, recopie.code, _appareil(request), maintenant
    )


async def ouvrir_par_lien(
    request: Request[Any, Any, Any], contexte: Contexte, maintenant: datetime, ouvert: LienOuvert
) -> services.SessionOuverte:
    """Ouvre une session avec le lien reçu ; seuls les liens morts se comptent."""
    try:
        return await services.ouvrir_par_lien(contexte.clef, ouvert.lien, _appareil(request), maintenant)
    except ConnexionPerimee:
        contexte.limites.compter("lien-adresse", adresse_de(request))
        raise


def _appareil(request: Request[Any, Any, Any]) -> str:
    return decrire_appareil(request.headers.get("user-agent", ""))


ROUTES = [Connexion, MonCompte]
