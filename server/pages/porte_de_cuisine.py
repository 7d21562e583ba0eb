"""La porte de la cuisine : un lien l'ouvre sur cet appareil, et l'adresse perd aussitôt son secret.

Un cookie `SameSite=Strict` posé par une redirection ne part pas avec la demande qui la suit quand on arrive d'un autre site
(un courriel, une messagerie). La porte répond donc une page, qui se recharge d'elle-même à l'adresse sans secret : cette
demande-là vient de chez nous.
"""

from datetime import datetime
from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from server.banquets.cuisine.acces import cookies_ouvrant
from server.banquets.cuisine.erreurs import LienDeCuisineInconnu
from server.banquets.cuisine.lectures import ouvrir_lien
from server.pages.vues import avec_langue, feuille
from server.socle.contexte import Contexte, adresse_de
from server.socle.gabarits import rendre
from server.socle.textes import Langue, langues

CHEMIN: Final = "/cuisine/banquets"


@get("/cuisine/{lien:str}", operation_id="page_ouvrir_cuisine", include_in_schema=False)
async def ouvrir(
    request: Request[Any, Any, Any],
    contexte: NamedDependency[Contexte],
    maintenant: NamedDependency[datetime],
    langue: NamedDependency[Langue],
    lien: FromPath[str],
) -> Response[bytes]:
    """Entrer en cuisine par son lien."""
    try:
        ouvert = await ouvrir_lien(lien, contexte.clef, maintenant)
    except LienDeCuisineInconnu:
        contexte.limites.compter("lien-adresse", adresse_de(request))
        raise
    adresse = f"{CHEMIN}/{ouvert.moment}"
    if request.query_params.get("langue") in langues():
        adresse = avec_langue(adresse, langue)
    page = rendre(
        "cuisine_ouverte.html",
        langue,
        adresse=adresse,
        feuille=Markup(feuille()),  # noqa: S704 — notre propre feuille de style, construite avec le code
    )
    return Response(
        page.encode(),
        media_type="text/html",
        headers={
            "refresh": f"0; url={adresse}",
            "cache-control": "no-store",
            "referrer-policy": "no-referrer",
        },
        cookies=cookies_ouvrant(contexte, ouvert, maintenant),
    )


ROUTES = [ouvrir]
