"""Le découpage administratif public (`geo.api.gouv.fr`), et la porte par laquelle on interroge une API publique.

ServicePublicEnDefaut
├── ServiceInjoignable   personne ne répond, ou toujours en panne, après plusieurs essais
├── ServiceRefuse        la demande elle-même est refusée (code inconnu, par exemple)
└── ReponseIllisible     ce qui revient n'est pas ce que la documentation annonce
"""

import asyncio
import email.utils
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec
from msgspec import Meta

from server import __version__
from server.socle.champs import CodeInsee, LigneBornee
from server.socle.portes import Http

if TYPE_CHECKING:
    import httpx

journal = logging.getLogger("tablees.http")

ADRESSE_GEO: Final = "https://geo.api.gouv.fr"
DELAI_S: Final = 20.0
"""Patience pour une réponse ; une connexion, elle, s'établit en cinq secondes ou jamais."""

ESSAIS: Final = 5
ATTENTE_MAX_S: Final = 90.0
"""Au-delà, mieux vaut rendre la main et reprendre plus tard."""

OCTETS_MAX: Final = 16 * 1024 * 1024

Dormir = Callable[[float], Awaitable[None]]


class ServicePublicEnDefaut(Exception):
    """Une API publique n'a pas donné ce qu'on attendait ; la phrase le dit à la personne qui installe."""


class ServiceInjoignable(ServicePublicEnDefaut):
    """Pas de réponse utile après plusieurs essais."""


class ServiceRefuse(ServicePublicEnDefaut):
    """Le service a compris et refuse : recommencer ne changerait rien."""

    def __init__(self, phrase: str, statut: int) -> None:
        super().__init__(phrase)
        self.statut = statut


class ReponseIllisible(ServicePublicEnDefaut):
    """La réponse n'a pas la forme annoncée."""


class HttpPublic:
    """Interroge des API publiques : patient, poli, borné.

    Se présente par son nom. Respecte `Retry-After` ; devant une panne, recommence après un temps qui double, cinq
    essais au plus. Les demandes se suivent : loin des 50 par seconde permises.
    """

    def __init__(self, contact: str = "", *, dormir: Dormir = asyncio.sleep) -> None:
        self._agent = f"Tablees/{__version__}" + (f" (+{contact})" if contact else "")
        self._dormir = dormir
        self._client: httpx.AsyncClient | None = None

    async def json(self, url: str, parametres: dict[str, str]) -> Any:
        """Le JSON rendu par cette adresse ; lève un `ServicePublicEnDefaut`."""
        raison = ""
        for essai in range(ESSAIS):
            attente = 0.5 * 2**essai
            try:
                statut, entetes, corps = await self._demander(url, parametres)
            except _PasDeReponse as panne:
                raison = str(panne)
            else:
                if statut == 200:
                    return _decoder(corps, url)
                if statut != 429 and statut < 500:
                    raise ServiceRefuse(f"{_hote(url)} a refusé la demande (erreur {statut}).", statut)
                raison = f"erreur {statut}"
                attente = max(attente, _reprise_s(entetes) or 0.0)
            if essai + 1 == ESSAIS or attente > ATTENTE_MAX_S:
                break
            journal.info("%s : %s, nouvel essai dans %.1f s", _hote(url), raison, attente)
            await self._dormir(attente)
        raise ServiceInjoignable(
            f"{_hote(url)} ne répond pas ({raison}). Vérifiez le réseau, puis recommencez."
        )

    async def fermer(self) -> None:
        """Ferme les connexions gardées."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _demander(self, url: str, parametres: dict[str, str]) -> tuple[int, Mapping[str, str], bytes]:
        import httpx  # un serveur qui n'importe rien n'a pas à le charger

        if self._client is None:
            self._client = httpx.AsyncClient(
                headers={"user-agent": self._agent, "accept": "application/json"},
                timeout=httpx.Timeout(DELAI_S, connect=5.0),
                follow_redirects=True,
                max_redirects=3,
            )
        corps = bytearray()
        try:
            # Le délai de httpx vaut pour chaque paquet : une réponse distillée goutte à goutte n'en finirait pas.
            async with (
                asyncio.timeout(3 * DELAI_S),
                self._client.stream("GET", url, params=parametres) as reponse,
            ):
                async for morceau in reponse.aiter_bytes():
                    corps += morceau
                    if len(corps) > OCTETS_MAX:
                        raise ReponseIllisible(f"La réponse de {_hote(url)} est démesurée.")
                return reponse.status_code, reponse.headers, bytes(corps)
        except TimeoutError:
            raise _PasDeReponse("trop lent") from None
        except httpx.TimeoutException:
            raise _PasDeReponse("pas de réponse à temps") from None
        except httpx.ConnectError:
            raise _PasDeReponse("connexion impossible") from None
        except (httpx.HTTPError, httpx.InvalidURL) as erreur:
            raise _PasDeReponse("échange interrompu") from erreur


class _PasDeReponse(Exception):
    """Cette fois-ci, rien n'est revenu."""


def _decoder(corps: bytes, url: str) -> Any:
    try:
        return msgspec.json.decode(corps)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise ReponseIllisible(f"La réponse de {_hote(url)} n'est pas du JSON.") from None


def _hote(url: str) -> str:
    return url.split("://", 1)[-1].split("/", 1)[0]


def _reprise_s(entetes: Mapping[str, str]) -> float | None:
    """Le délai que demande `Retry-After` : des secondes, ou une date comparée à celle de la réponse."""
    dite = entetes.get("retry-after", "").strip()
    if dite.isascii() and dite.isdecimal():
        return float(dite[:9])
    try:
        fin = email.utils.parsedate_to_datetime(dite)
        debut = email.utils.parsedate_to_datetime(entetes.get("date", ""))
        return max(0.0, (fin - debut).total_seconds())
    except (TypeError, ValueError):
        return None


# --- Découpage administratif ----------------------------------------------------------------------------------------

NomDeCommune = Annotated[LigneBornee, Meta(min_length=1, max_length=120)]
CHAMPS: Final = "nom,code,codesPostaux,centre,codeDepartement,population"


class CommuneLue(msgspec.Struct, frozen=True, kw_only=True):
    """Une commune telle qu'une source la décrit."""

    code: str
    nom: str
    codes_postaux: tuple[str, ...]
    departement: str
    population: int
    lat: float
    lon: float


class _Centre(msgspec.Struct):
    coordinates: tuple[
        Annotated[float, Meta(ge=-180, le=180)],
        Annotated[float, Meta(ge=-90, le=90)],
    ]


class _CommuneGeo(msgspec.Struct, rename="camel"):
    """Une commune dans une réponse de l'API ; les champs qui nous sont inutiles sont ignorés."""

    code: CodeInsee
    nom: NomDeCommune
    centre: _Centre | None = None
    codes_postaux: list[Annotated[str, Meta(pattern=r"^[0-9]{5}(?![\s\S])")]] = []
    code_departement: Annotated[str, Meta(pattern=r"^[0-9][0-9AB][0-9]?(?![\s\S])")] = ""
    population: Annotated[int, Meta(ge=0, le=20_000_000)] = 0


class Geo:
    """Ce que l'on demande au découpage administratif."""

    def __init__(self, http: Http, adresse: str = ADRESSE_GEO) -> None:
        self._http = http
        self._adresse = adresse.rstrip("/")

    async def communes_de_l_epci(self, siren: str) -> list[CommuneLue]:
        """Les communes d'une intercommunalité ; vide si elle est inconnue."""
        return await self._lister(f"/epcis/{siren}/communes")

    async def communes_du_departement(self, code: str) -> list[CommuneLue]:
        """Les communes d'un département ; vide s'il est inconnu."""
        return await self._lister(f"/departements/{code}/communes")

    async def commune(self, code: str) -> CommuneLue | None:
        """Une commune ; `None` si elle est inconnue."""
        brut = await self._demander(
            f"/communes/{code}", {"fields": CHAMPS, "format": "json", "geometry": "centre"}
        )
        lues = _lire([] if brut is None else [brut])
        return lues[0] if lues else None

    async def contour(self, code: str) -> Any:
        """La géométrie GeoJSON d'une commune, telle quelle ; `None` si elle n'en a pas."""
        brut = await self._demander(
            f"/communes/{code}", {"fields": "contour", "format": "json", "geometry": "contour"}
        )
        return brut.get("contour") if isinstance(brut, dict) else None

    async def _lister(self, chemin: str) -> list[CommuneLue]:
        brut = await self._demander(chemin, {"fields": CHAMPS, "format": "json", "geometry": "centre"})
        return _lire([] if brut is None else brut)

    async def _demander(self, chemin: str, parametres: dict[str, str]) -> Any:
        try:
            return await self._http.json(self._adresse + chemin, parametres)
        except ServiceRefuse as refus:
            if refus.statut == 404:
                return None
            raise


def _lire(brut: Any) -> list[CommuneLue]:
    try:
        lues = msgspec.convert(brut, list[_CommuneGeo])
    except msgspec.ValidationError as erreur:
        raise ReponseIllisible(f"Le découpage administratif a changé de forme : {erreur}.") from None
    for lue in lues:
        if lue.centre is None:
            journal.warning("%s (%s) n'a pas de centre : laissée de côté", lue.nom, lue.code)
    return [
        CommuneLue(
            code=lue.code,
            nom=lue.nom,
            codes_postaux=tuple(lue.codes_postaux),
            departement=lue.code_departement or departement_de(lue.code),
            population=lue.population,
            lat=lue.centre.coordinates[1],
            lon=lue.centre.coordinates[0],
        )
        for lue in lues
        # Sans centre, ni distance ni carte : on ne saurait rien en faire.
        if lue.centre is not None
    ]


def departement_de(code: str) -> str:
    """Le département d'un code INSEE : deux caractères, trois outre-mer."""
    return code[:3] if code.startswith(("97", "98")) else code[:2]
