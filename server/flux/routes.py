"""Adresses des flux."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from server.evenements.erreurs import EvenementInconnu
from server.evenements.lectures import lire_public_etiquete
from server.evenements.schemas import EvenementVue
from server.flux.ical import TYPE_CONTENU, Methode, calendrier, vers_vevent, vers_vevents_du_foyer
from server.inscriptions.schemas import InscriptionVue
from server.socle.contexte import contexte_de, langue_de
from server.socle.documents import Brouillon
from server.socle.portes import PieceJointe
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


def calendrier_du_foyer(inscription: InscriptionVue, vue: EvenementVue) -> PieceJointe:
    """Le fichier joint au courriel : ce que ce foyer a réservé, et rien de personne d'autre.

    Quand plus rien n'a lieu, il le retire : les boîtes aux lettres lisent `METHOD`, les agendas `STATUS` (RFC 5546, 4.1.4).
    """
    fini = inscription.annulee_le is not None or vue.statut == "annule"
    methode: Methode = "CANCEL" if fini else "PUBLISH"
    octets = calendrier(vers_vevents_du_foyer(inscription, vue, inscription.langue), methode=methode)
    return PieceJointe(f"{vue.slug}.ics", f"{TYPE_CONTENU}; method={methode}", octets)


ROUTES = [lire_calendrier_evenement]
