"""La page de la cuisine : une coquille sans rien dedans, que le script remplit avec ce que le lien ouvre.

Elle est la même pour tout le monde, liens fermés compris : elle peut donc se garder pour être rechargée sans réseau
(décision 0018). Le lien lui-même, `/cuisine/{lien}`, appartient à `server/inscriptions`.
"""

from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath

from server.pages.coquille import coquille
from server.socle.contexte import langue_de
from server.socle.gabarits import rendre

ENTETES: Final = {"cache-control": "no-cache", "vary": "accept-language"}


def _servir(request: Request[Any, Any, Any]) -> Response[bytes]:
    langue = langue_de(request)
    html = rendre("cuisine.html", langue, coquille=coquille("cuisine", langue))
    return Response(html.encode(), media_type="text/html", headers=ENTETES)


@get("/cuisine", operation_id="page_cuisine", include_in_schema=False, sync_to_thread=False)
def ouvrir_cuisine(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Les banquets que cet appareil ouvre."""
    return _servir(request)


@get(
    "/cuisine/banquets/{moment:uuid}",
    operation_id="page_cuisine_banquet",
    include_in_schema=False,
    sync_to_thread=False,
)
def ouvrir_banquet_en_cuisine(request: Request[Any, Any, Any], moment: FromPath[UUID]) -> Response[bytes]:
    """Un banquet, vu de la cuisine : la même coquille, le script lit l'adresse."""
    return _servir(request)


ROUTES: Final[list[Any]] = [ouvrir_cuisine, ouvrir_banquet_en_cuisine]
