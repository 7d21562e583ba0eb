"""Adresses des flux."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from server.evenements.erreurs import EvenementInconnu
from server.evenements.lectures import lire_public, lire_public_etiquete
from server.flux.ical import TYPE_CONTENU, calendrier, vers_vevent, vers_vevents_du_foyer
from server.inscriptions.schemas import InscriptionVue
from server.socle.contexte import Contexte, contexte_de, langue_de
from server.socle.documents import Brouillon
from server.socle.problemes import refus_possibles
from server.socle.web import servir_document


@get(
    "/evenements/{slug:str}/calendrier.ics",
    operation_id="lire_calendrier_evenement",
    summary="Un évènement à ajouter à son agenda",
    description="Servi aussi, et d'abord, à `/evenements/{slug}.ics`.",
    media_type="text/calendar",
    tags=["Calendriers"],
    responses=refus_possibles(EvenementInconnu),
)
async def lire_calendrier_evenement(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[bytes]:
    langue = langue_de(request)

    async def fabriquer() -> Brouillon:
        contexte = contexte_de(request)
        lu = await lire_public_etiquete(slug, contexte.horloge(), contexte.reglages.url)
        vevent = vers_vevent(lu.vue, langue)
        if vevent is None:
            raise EvenementInconnu()
        return Brouillon(
            corps=calendrier([vevent]),
            type_contenu=TYPE_CONTENU,
            etiquettes=lu.etiquettes,
            modifie_le=lu.vue.modifie_le,
            entetes=(("content-disposition", f'attachment; filename="{slug}.ics"'),),
        )

    return await servir_document(request, f"ics:{langue}:evenements:{slug}", fabriquer)


async def calendrier_du_foyer(inscription: InscriptionVue, contexte: Contexte) -> bytes:
    """Le fichier joint au courriel : ce que ce foyer a réservé, et rien de personne d'autre."""
    vue = await lire_public(inscription.evenement.slug, contexte.horloge(), contexte.reglages.url)
    return calendrier(vers_vevents_du_foyer(inscription, vue, inscription.langue))


ROUTES = [lire_calendrier_evenement]
