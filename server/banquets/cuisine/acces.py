"""Entrer en cuisine : par un lien, que garde l'appareil, ou par un compte.

Un appareil qui a ouvert un lien en garde une preuve dérivée, dans deux petits cookies qui ne partent que vers la cuisine.
Révoquer le lien, ou monter sa version, la ferme partout.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import Request
from litestar.datastructures import Cookie

from server.banquets.acces import Ouvert, ouvrir_banquet
from server.banquets.cuisine.erreurs import LienDeCuisineInconnu
from server.banquets.cuisine.lectures import nom_de_structure, numero_de, ouvrir_preuves, preuve_de
from server.banquets.cuisine.schemas import Intervenant, LienOuvert
from server.comptes.schemas import Auteur
from server.reglages import Reglages
from server.socle.contexte import Contexte

CHEMINS: Final = ("/cuisine", "/api/cuisine")
DUREE_MAX_S: Final = 400 * 24 * 3600
"""Ce que les navigateurs gardent au plus."""
OUVERTS_MAX: Final = 10
"""Banquets ouverts sur un même appareil : une tablette de cuisine n'en suit pas davantage."""


def cookies_ouvrant(contexte: Contexte, ouvert: LienOuvert, maintenant: datetime) -> list[Cookie]:
    """De quoi garder ce banquet ouvert sur cet appareil, pas plus longtemps que le lien."""
    duree = min(DUREE_MAX_S, int((ouvert.expire_le - maintenant).total_seconds()))
    return [
        Cookie(
            key=f"{_prefixe(contexte.reglages)}{numero_de(ouvert.id)}",
            value=preuve_de(contexte.clef, ouvert),
            path=chemin,
            max_age=duree,
            secure=contexte.reglages.est_https,
            httponly=True,
            samesite="strict",
        )
        for chemin in CHEMINS
    ]


async def liens_ouverts(
    request: Request[Any, Any, Any], contexte: Contexte, maintenant: datetime
) -> list[LienOuvert]:
    """Les liens que cet appareil prouve avoir ouverts, et qui ouvrent encore ; le repas le plus proche d'abord."""
    prefixe = _prefixe(contexte.reglages)
    cookies: Mapping[str, str] = request.cookies
    preuves = {
        nom.removeprefix(prefixe): valeur for nom, valeur in cookies.items() if nom.startswith(prefixe)
    }
    # Les derniers numéros d'abord : un appareil chargé de vieux liens garde les récents.
    retenues = dict(sorted(preuves.items(), reverse=True)[:OUVERTS_MAX])
    ouverts = await ouvrir_preuves(retenues, contexte.clef, maintenant) if retenues else []
    for ouvert in ouverts:
        contexte.limites.compter("cuisine-lien", str(ouvert.id))
    return ouverts


async def exiger_cuisine(
    request: Request[Any, Any, Any], contexte: Contexte, maintenant: datetime, moment: UUID
) -> LienOuvert:
    """Le lien qui ouvre ce banquet sur cet appareil ; lève `LienDeCuisineInconnu`."""
    for ouvert in await liens_ouverts(request, contexte, maintenant):
        if ouvert.moment == moment:
            return ouvert
    raise LienDeCuisineInconnu()


def par_lien(ouvert: LienOuvert) -> Intervenant:
    """Qui écrit par un lien : la cuisine, sous le nom du lien."""
    return Intervenant(ouvert.moment, "cuisine", ouvert.nom, lien=ouvert.id)


def ouvrir_par_lien(lien: LienOuvert) -> Ouvert:
    """Le banquet d'un lien, comme on l'ouvre par compte ; un lien n'organise rien."""
    return Ouvert(lien.moment, lien.evenement, lien.slug, lien.debut, lien.fin, organise=False)


async def par_compte(auteur: Auteur, moment: UUID) -> tuple[Ouvert, Intervenant]:
    """Qui écrit par son compte : qui organise, ou la cuisine pour le traiteur ; sous le nom de sa structure."""
    ouvert = await ouvrir_banquet(auteur, moment)
    cote = "organisation" if ouvert.organise else "cuisine"
    nom = await nom_de_structure(auteur.compte, ouvert.evenement)
    return ouvert, Intervenant(moment, cote, nom, compte=auteur.compte)  # type: ignore[arg-type]


def _prefixe(reglages: Reglages) -> str:
    return "__Secure-cuisine-" if reglages.est_https else "cuisine-"
