"""`/sante` : ce qu'une surveillance doit savoir, sans rien de personnel.

200 quand le service peut travailler, 503 sinon. Peu coûteux, et borné dans le temps : une base figée ne fige pas
celui qui demande si elle l'est.
"""

import asyncio
import logging
from typing import Any, Final, Literal

import msgspec
from litestar import Request, Response, get
from litestar.openapi.datastructures import ResponseSpec

from server import __version__
from server.notifications.lectures import lire_etat
from server.notifications.schemas import EtatDesEnvois
from server.socle.base import MoteurSQLite, moteur_installe
from server.socle.contexte import contexte_de
from server.socle.erreurs import BaseIndisponible
from server.socle.migrations import migrations_en_attente

journal = logging.getLogger("tablees.sante")

PATIENCE_S: Final = 2.0

RETARD_S: Final = 900
"""Un envoi échu depuis plus d'un quart d'heure : l'expéditeur ne tourne sans doute pas."""


class Sante(msgspec.Struct, frozen=True, kw_only=True):
    """État du service. `panne` : la base ne répond pas, ou ses migrations ne sont pas jouées."""

    etat: Literal["bon", "envois_en_retard", "panne"]
    version: str
    base: Literal["sqlite", "postgresql"]
    base_repond: bool
    migrations_a_jour: bool | None = None
    envois: EtatDesEnvois | None = None


@get(
    "/sante",
    operation_id="lire_sante",
    summary="État du service : base, migrations, boîte d'envoi",
    tags=["Service"],
    responses={
        503: ResponseSpec(Sante, description="le service ne peut pas travailler", generate_examples=False)
    },
)
async def lire_sante(request: Request[Any, Any, Any]) -> Response[Sante]:
    moteur = moteur_installe()
    base: Literal["sqlite", "postgresql"] = "sqlite" if isinstance(moteur, MoteurSQLite) else "postgresql"
    try:
        async with asyncio.timeout(PATIENCE_S):
            attente = await migrations_en_attente(moteur)
            if attente:
                sante = Sante(
                    etat="panne", version=__version__, base=base, base_repond=True, migrations_a_jour=False
                )
                return _repondre(sante)
            envois = await lire_etat(contexte_de(request).horloge())
    except (BaseIndisponible, TimeoutError, OSError) as erreur:
        journal.error("la base ne répond pas : %s", type(erreur).__name__)
        return _repondre(Sante(etat="panne", version=__version__, base=base, base_repond=False))
    return _repondre(
        Sante(
            etat="envois_en_retard" if envois.age_s > RETARD_S else "bon",
            version=__version__,
            base=base,
            base_repond=True,
            migrations_a_jour=True,
            envois=envois,
        )
    )


def _repondre(sante: Sante) -> Response[Sante]:
    panne = sante.etat == "panne"
    return Response(
        sante,
        status_code=503 if panne else 200,
        media_type="application/json",
        headers={"cache-control": "no-store", **({"retry-after": "5"} if panne else {})},
    )


ROUTES = [lire_sante]
