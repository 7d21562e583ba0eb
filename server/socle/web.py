"""Le web : de la requête à la réponse, ce qui vaut pour toutes les routes.

En-têtes de sécurité, origine des écritures, refus en `application/problem+json` ou en page lisible.
"""

import base64
import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final, cast
from urllib.parse import urlsplit

import msgspec
from litestar import Litestar, Request, Response
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException, ValidationException
from litestar.middleware import ASGIMiddleware
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.response.base import ASGIResponse
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from server.reglages import Reglages
from server.socle.contexte import Contexte, contexte_de, langue_de
from server.socle.documents import SANS_CONDITION, Conditions, Deroule, Fabrique
from server.socle.erreurs import (
    DemandeInvalide,
    ErreurDeChamp,
    FormatInconnu,
    Introuvable,
    MethodeInconnue,
    OrigineRefusee,
    PanneInterne,
    Refus,
    TropDeDemandes,
    TropGros,
)
from server.socle.textes import choisir_langue, langues

journal = logging.getLogger("tablees.web")

CORPS_MAX: Final = 256 * 1024
"""Octets d'une demande ordinaire ; une image en accepte davantage, sur sa seule route."""

IMAGE_MAX: Final = 10 * 1024 * 1024
CHEMIN_MAX: Final = 1000
"""Caractères d'un chemin : rien chez nous n'en demande autant, et le routeur retient ceux qu'il a reconnus."""

LANGUE_LUE_MAX: Final = 200
"""Octets d'`Accept-Language` que l'on lit : un navigateur en envoie cinquante."""

DEMANDE_RETENUE_MAX: Final = 500
"""Octets d'une demande que l'on reconnaîtra : choisie par n'importe qui, elle ne doit pas peser."""

NUMERO_MAX: Final = 2**31 - 1
"""Le plus grand numéro qu'une ligne puisse porter."""

SANS_ADRESSE: Final = "/introuvable"
METHODES_SURES: Final = frozenset({"GET", "HEAD", "OPTIONS"})
PageDeRefus = Callable[[Request[Any, Any, Any], Refus, str], bytes]

langue_acceptee = lru_cache(maxsize=2048)(choisir_langue)


def empreinte_csp(contenu: str) -> str:
    """L'empreinte CSP d'un style ou d'un script écrit dans la page."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(contenu.encode()).digest()).decode()}'"


def entetes_de_securite(reglages: Reglages, styles: list[str]) -> list[tuple[str, str]]:
    """Les en-têtes de toutes les réponses. `styles` : empreintes des feuilles écrites dans les pages."""
    csp = "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            " ".join(["style-src 'self'", *styles]),
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )
    entetes = [
        ("content-security-policy", csp),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"),
        ("x-frame-options", "DENY"),
    ]
    if reglages.est_https:
        entetes.append(("strict-transport-security", "max-age=31536000"))
    return entetes


class Tablees(Litestar):
    """L'application Litestar, qui répond d'abord avec un document prêt quand elle en a un."""

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        """Litestar charge pydantic et attrs dès qu'il les trouve (Piccolo amène pydantic) : un cinquième du démarrage
        et quinze mégaoctets, pour des types que nous n'avons pas."""
        return [*plugins, MsgspecDIPlugin()]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != ScopeType.HTTP:
            await super().__call__(scope, receive, send)
            return
        if scope["method"] in ("GET", "HEAD"):
            contexte: Contexte | None = self.state.get("contexte")
            if contexte is not None:
                demande, conditions = _demande_brute(scope)
                reponse = contexte.documents.direct(demande, conditions, contexte.horloge().timestamp())
                if reponse is not None:
                    await _OctetsPrets(reponse.statut, reponse.entetes, reponse.corps)(scope, receive, send)
                    return
            if scope["method"] == "HEAD":
                # Litestar ne connaît que les verbes déclarés : les mêmes en-têtes, sans le corps.
                scope, send = {**scope, "method": "GET"}, _sans_corps(send)
        if "\x00" in scope["path"] or len(scope["path"]) > CHEMIN_MAX:
            # Rien ne porte un tel nom, et PostgreSQL ne sait pas le lire.
            scope = {**scope, "path": SANS_ADRESSE, "raw_path": SANS_ADRESSE.encode()}
        entetes: Entetes = self.state["entetes"]
        await entetes.poser(scope, receive, send, super().__call__)


def _sans_corps(send: Send) -> Send:
    """Envoie les en-têtes et tait le corps (`HEAD`)."""

    async def envoyer(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {
                "type": "http.response.body",
                "body": b"",
                "more_body": message.get("more_body", False),
            }
        await send(message)

    return envoyer


def _demande_brute(scope: Any) -> tuple[tuple[Any, ...], Conditions]:
    """Ce qui décide d'un document public dans une demande (adresse, langue, encodages), et ce que le client en tient."""
    langue = encodages = etiquette = date = None
    for nom, valeur in scope["headers"]:
        if nom == b"accept-encoding":
            encodages = valeur
        elif nom == b"accept-language":
            langue = valeur
        elif nom == b"if-none-match":
            etiquette = valeur.decode("latin-1")
        elif nom == b"if-modified-since":
            date = valeur.decode("latin-1")
    lue = langue_acceptee(langue[:LANGUE_LUE_MAX].decode("latin-1") if langue else None)
    conditions = Conditions(etiquette, date) if etiquette or date else SANS_CONDITION
    return (scope["path"], scope["query_string"], lue, encodages), conditions


async def servir_document(request: Request[Any, Any, Any], cle: str, fabrique: Fabrique) -> Response[Any]:
    """Répond avec un document public, pris dans la réserve ou fabriqué."""
    contexte = contexte_de(request)
    demande, _ = _demande_brute(request.scope)
    courte = sum(len(morceau) for morceau in demande if morceau) <= DEMANDE_RETENUE_MAX
    reponse = await contexte.documents.repondre(
        cle, fabrique, contexte.horloge(), request.headers, demande if courte else None
    )
    return _Prete(reponse.corps, reponse.statut, reponse.entetes)


async def servir_vue(
    request: Request[Any, Any, Any],
    cle: str,
    fabrique: Fabrique,
    propres: Sequence[tuple[bytes, bytes]] = (),
) -> Response[Any]:
    """Répond avec une vue réservée, gardée comme un document : partagée par ceux qui y ont droit, 304 si rien n'a bougé.

    Qui appelle a vérifié le droit, à chaque demande : la demande brute n'est donc jamais retenue. La fabrique dit elle-même
    `cache-control`. `propres` : les en-têtes de ce lecteur-là, qui ne se gardent pas avec la vue.
    """
    contexte = contexte_de(request)
    reponse = await contexte.documents.repondre(cle, fabrique, contexte.horloge(), request.headers)
    return _Prete(reponse.corps, reponse.statut, [*reponse.entetes, *propres])


class _OctetsPrets(ASGIResponse):
    """Des octets et des en-têtes déjà décidés, envoyés tels quels."""

    def __init__(self, statut: int, entetes: list[tuple[bytes, bytes]], corps: bytes | Deroule) -> None:
        super().__init__(status_code=statut)
        self._debut = {"type": "http.response.start", "status": statut, "headers": entetes}
        self._corps = corps

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send(cast("Message", dict(self._debut)))
        sans_corps = scope["type"] == ScopeType.HTTP and scope["method"] == "HEAD"
        corps = b"" if sans_corps else self._corps
        if isinstance(corps, Deroule):
            async for paquet in corps:
                await send({"type": "http.response.body", "body": paquet, "more_body": True})
            corps = b""
        await send({"type": "http.response.body", "body": corps, "more_body": False})


class _Prete(Response[bytes]):
    """Une réponse toute prête, sous la forme que Litestar attend d'une route."""

    def __init__(self, corps: bytes | Deroule, statut: int, entetes: list[tuple[bytes, bytes]]) -> None:
        super().__init__(b"", status_code=statut)
        self._asgi = _OctetsPrets(statut, entetes, corps)

    def to_asgi_response(self, app: Any = None, request: Any = None, **_: Any) -> ASGIResponse:
        return self._asgi


class Entetes:
    """Pose les en-têtes de sécurité sur tout ce que Litestar répond, et écrit une ligne de journal.

    Autour de l'application, et non dans ses intergiciels : ce que le routeur ou l'un d'eux refuse (404, 405, origine
    étrangère) ne les traverse pas au retour.
    """

    def __init__(self, entetes: list[tuple[str, str]]) -> None:
        self._entetes = [(nom.encode(), valeur.encode()) for nom, valeur in entetes]

    async def poser(self, scope: HTTPScope, receive: Receive, send: Send, suite: ASGIApp) -> None:
        debut = time.perf_counter()
        statut = 0

        async def envoyer(message: Message) -> None:
            nonlocal statut
            if message["type"] == "http.response.start":
                statut = message["status"]
                presents = {nom for nom, _ in message.get("headers", [])}
                ajouts = [couple for couple in self._entetes if couple[0] not in presents]
                if b"cache-control" not in presents:
                    ajouts.append((b"cache-control", b"no-store"))
                message["headers"] = [*message.get("headers", []), *ajouts]
            await send(message)

        try:
            await suite(scope, receive, envoyer)
        finally:
            if statut >= 400 or scope["method"] not in METHODES_SURES:
                duree_ms = (time.perf_counter() - debut) * 1000
                journal.info("%s %s %s %.0f ms", scope["method"], scope["path"], statut, duree_ms)


class OrigineVerifiee(ASGIMiddleware):
    """Refuse une écriture venue d'un autre site (les cookies partent tout seuls, pas l'intention).

    Un navigateur dit d'où il vient (`Sec-Fetch-Site`, `Origin`, à défaut `Referer`). Un programme qui ne dit rien et
    n'a pas de cookie n'abuse de personne : il passe.
    """

    scopes = (ScopeType.HTTP,)

    def __init__(self, reglages: Reglages) -> None:
        self._origine = reglages.origine
        self._est_https = reglages.est_https

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if scope["type"] == ScopeType.HTTP and scope["method"] not in METHODES_SURES:
            entetes = {nom: valeur.decode("latin-1") for nom, valeur in scope["headers"]}
            if not self._est_d_ici(entetes):
                raise OrigineRefusee()
        await next_app(scope, receive, send)

    def _est_d_ici(self, entetes: dict[bytes, str]) -> bool:
        site = entetes.get(b"sec-fetch-site")
        if site is not None:
            return site in ("same-origin", "none")
        origine = entetes.get(b"origin", entetes.get(b"referer"))
        if origine is None:
            return b"cookie" not in entetes
        try:
            morceaux = urlsplit(origine)
        except ValueError:  # « http://[ »
            return False
        if f"{morceaux.scheme}://{morceaux.netloc}" == self._origine:
            return True
        if self._est_https and morceaux.scheme != "https":
            # Qui tient le réseau écrit ce qu'il veut en clair sous notre nom.
            return False
        return bool(morceaux.netloc) and morceaux.netloc == entetes.get(b"host")


class NumerosPossibles(ASGIMiddleware):
    """Rien ne porte un numéro plus grand que ceux des bases : l'adresse n'existe pas, ce n'est pas une panne."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        lus: dict[str, Any] = scope["path_params"]
        for valeur in lus.values():
            if isinstance(valeur, int) and abs(valeur) > NUMERO_MAX:
                raise Introuvable()
        await next_app(scope, receive, send)


# --- refus ----------------------------------------------------------------------------------------------------------


def gestionnaire_de_refus(page: PageDeRefus) -> Callable[[Request[Any, Any, Any], Exception], Any]:
    """Le gestionnaire de toutes les erreurs. `page` écrit la version lisible, pour un navigateur."""

    def gerer(request: Request[Any, Any, Any], erreur: Exception) -> Response[Any]:
        refus = _en_refus(erreur)
        if isinstance(refus, PanneInterne):
            journal.error("panne sur %s %s", request.method, request.url.path, exc_info=erreur)
        langue = _langue_prudente(request)
        entetes = {"vary": "Accept-Language"}
        if (attente := refus.reprise_s()) is not None:
            entetes["retry-after"] = str(attente)
        if refus.statut == 401:
            entetes["www-authenticate"] = "Bearer"
        if refus.statut == 405 and isinstance(erreur, HTTPException) and erreur.headers:
            entetes |= {
                nom.lower(): valeur for nom, valeur in erreur.headers.items() if nom.lower() == "allow"
            }
        if veut_une_page(request):
            return Response(
                page(request, refus, langue),
                status_code=refus.statut,
                media_type="text/html",
                headers=entetes,
            )
        corps = msgspec.json.encode(refus.probleme(langue))
        return Response(
            corps, status_code=refus.statut, media_type="application/problem+json", headers=entetes
        )

    return gerer


def veut_une_page(request: Request[Any, Any, Any]) -> bool:
    """Vrai si c'est une personne qui regarde (un navigateur), pas un programme."""
    if request.url.path.startswith("/api/"):
        return False
    return "text/html" in request.headers.get("accept", "")


def _langue_prudente(request: Request[Any, Any, Any]) -> str:
    try:
        return langue_de(request)
    except Exception:
        return langues()[0]


def _en_refus(erreur: Exception) -> Refus:
    """Traduit ce que lève Litestar dans nos familles ; tout ce qui n'est pas prévu est une panne."""
    if isinstance(erreur, Refus):
        return erreur
    if isinstance(erreur, ValidationException):
        return DemandeInvalide(_erreurs_de_parametres(erreur))
    if isinstance(erreur, HTTPException):
        match erreur.status_code:
            case 404:
                return Introuvable()
            case 405:
                return MethodeInconnue()
            case 413:
                return TropGros()
            case 415:
                return FormatInconnu()
            case 429:
                return TropDeDemandes()
            case statut if statut < 500:
                return DemandeInvalide([ErreurDeChamp("", "incompris")])
    return PanneInterne()


def _erreurs_de_parametres(erreur: ValidationException) -> list[ErreurDeChamp]:
    extra = erreur.extra if isinstance(erreur.extra, list) else []
    champs = [ErreurDeChamp(str(e.get("key", "")), "incompris") for e in extra if isinstance(e, dict)]
    return champs or [ErreurDeChamp("", "incompris")]
