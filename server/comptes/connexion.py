"""Du cookie à la personne : reconnaître qui est connecté, poser et retirer le cookie de session."""

from typing import Any, Final

from litestar import Request
from litestar.datastructures import Cookie, MutableScopeHeaders
from litestar.types import Message, Scope

from server.comptes.lectures import lire_session
from server.comptes.regles import DUREE_SESSION, est_a_noter
from server.comptes.schemas import Auteur
from server.comptes.services import noter_passage
from server.reglages import Reglages
from server.socle.contexte import contexte_de
from server.socle.erreurs import NonConnecte

_A_PROLONGER: Final = "cookie_a_prolonger"


async def auteur_connecte(request: Request[Any, Any, Any]) -> Auteur:
    """La personne connectée qui fait cette demande ; lève `NonConnecte` s'il n'y en a pas."""
    contexte = contexte_de(request)
    maintenant = contexte.horloge()
    secret = secret_presente(request)
    vue = await lire_session(secret, maintenant) if secret else None
    if secret is None or vue is None:
        raise NonConnecte()
    if est_a_noter(vue.vue_le, maintenant):
        await noter_passage(vue.auteur.session, vue.vue_le, maintenant)
        request.state[_A_PROLONGER] = cookie_de_session(contexte.reglages, secret)
    return vue.auteur


def secret_presente(request: Request[Any, Any, Any]) -> str | None:
    """Le secret de session que présente le navigateur, s'il en présente un."""
    return request.cookies.get(nom_du_cookie(contexte_de(request).reglages)) or None


def nom_du_cookie(reglages: Reglages) -> str:
    """`__Host-` interdit à un autre sous-domaine de poser ce cookie ; les navigateurs ne l'acceptent qu'en https."""
    return "__Host-tablees" if reglages.est_https else "tablees"


def cookie_de_session(reglages: Reglages, secret: str) -> Cookie:
    """Le cookie qui garde la session sur cet appareil, soixante jours après le dernier passage."""
    return Cookie(
        key=nom_du_cookie(reglages),
        value=secret,
        path="/",
        max_age=int(DUREE_SESSION.total_seconds()),
        secure=reglages.est_https,
        httponly=True,
        samesite="lax",
    )


def cookie_efface(reglages: Reglages) -> Cookie:
    """Le même cookie, que le navigateur oublie."""
    return Cookie(
        key=nom_du_cookie(reglages),
        value="",
        path="/",
        max_age=0,
        secure=reglages.est_https,
        httponly=True,
        samesite="lax",
    )


async def prolonger_cookie(message: Message, scope: Scope) -> None:
    """Repose le cookie d'une session qu'on vient de prolonger (`before_send` de l'application).

    Sans cela le navigateur oublierait au soixantième jour une session que le serveur, lui, a prolongée.
    """
    if message["type"] == "http.response.start":
        cookie: Cookie | None = scope.get("state", {}).get(_A_PROLONGER)
        if cookie is not None:
            entetes = MutableScopeHeaders.from_message(message)
            deja = any(valeur.startswith(f"{cookie.key}=") for valeur in entetes.getall("set-cookie", []))
            if not deja:
                entetes.add("set-cookie", cookie.to_header(header=""))
