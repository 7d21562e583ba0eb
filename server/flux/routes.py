"""Adresses des flux."""

import hashlib
from typing import Annotated, Any, Final

from litestar import Request, Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter

from server.evenements.agenda import cle_de
from server.evenements.erreurs import CycleInconnu, EvenementInconnu, ThemeInconnu
from server.evenements.lectures import lire_public, lire_public_etiquete
from server.evenements.schemas import EvenementVue, Filtres
from server.flux.agendas import FORMATS, JSON, Format, composer_agenda
from server.flux.ical import TYPE_CONTENU, Methode, calendrier, vers_vevent, vers_vevents_du_foyer
from server.flux.schemas import FilJson
from server.inscriptions.erreurs import InscriptionIntrouvable
from server.inscriptions.lectures import lire_inscription, ouvrir_lien_agenda
from server.inscriptions.schemas import InscriptionVue
from server.lieux.erreurs import CommuneInconnue
from server.socle.contexte import adresse_de, contexte_de, langue_de
from server.socle.documents import Brouillon
from server.socle.erreurs import DemandeInvalide, Introuvable, Refus, TropDeDemandes
from server.socle.portes import PieceJointe
from server.socle.problemes import refus_possibles
from server.socle.textes import traduire
from server.socle.web import servir_document
from server.structures.erreurs import StructureInconnue


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


@get(
    "/mon-agenda/{lien:str}",
    operation_id="lire_mon_agenda",
    summary="Ce qu'un foyer a réservé, pour son agenda (`/mon-agenda/<lien>.ics`)",
    media_type="text/calendar",
    tags=["Calendriers"],
    responses=refus_possibles(InscriptionIntrouvable, TropDeDemandes),
)
async def lire_mon_agenda(request: Request[Any, Any, Any], lien: FromPath[str]) -> Response[bytes]:
    """L'adresse est le secret : elle ne fait que lire, et n'ouvre pas l'inscription."""
    contexte = contexte_de(request)
    secret, point, suffixe = lien.partition(".")
    try:
        if (point, suffixe) != (".", "ics"):
            raise InscriptionIntrouvable()
        identifiant = await ouvrir_lien_agenda(secret, contexte.clef)
    except InscriptionIntrouvable:
        contexte.limites.compter("lien-adresse", adresse_de(request))
        raise
    contexte.limites.compter("lien-secret", str(identifiant))
    url, maintenant = contexte.reglages.url, contexte.horloge()
    inscription = await lire_inscription(identifiant, contexte.clef, url, maintenant)
    vue = await lire_public(inscription.evenement.slug, maintenant, url)
    nom = traduire(inscription.langue, "flux.mon_agenda", titre=vue.titre)
    octets = calendrier(vers_vevents_du_foyer(inscription, vue, inscription.langue), nom)
    etiquette = hashlib.blake2b(octets, digest_size=12).hexdigest()
    entetes = {
        "etag": f'"{etiquette}"',
        "cache-control": "private, max-age=0, must-revalidate",
        "referrer-policy": "no-referrer",
        "x-robots-tag": "noindex",
    }
    if etiquette in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=entetes)
    return Response(octets, media_type="text/calendar", headers=entetes)


# --- les agendas auxquels on s'abonne -------------------------------------------------------------------------------

Numero = Annotated[int, QueryParameter(ge=1, le=10_000, description="Page d'Atom ou de JSON Feed.")]
DU_JSON: Final = {
    200: ResponseSpec(
        FilJson, description="Le fil.", media_type="application/feed+json", generate_examples=False
    )
}
DITS: Final = {"ics": "un calendrier", "atom": "un fil Atom", "json": "un fil JSON Feed"}


def _adresses(forme: Format) -> list[Any]:
    """Les cinq agendas d'un format : tout, puis par commune, structure, cycle et thème."""
    suffixe, dit = forme.suffixe, DITS[forme.suffixe]
    media = forme.type_contenu.partition(";")[0]

    def reponses(*inconnus: type[Refus]) -> dict[int, ResponseSpec]:
        """La page demandée peut ne pas exister, ou ne rien vouloir dire."""
        refus = refus_possibles(*inconnus, Introuvable, DemandeInvalide)
        return (DU_JSON if forme is JSON else {}) | refus

    @get(
        f"/agenda.{suffixe}",
        operation_id=f"lire_agenda_{suffixe}",
        summary=f"Tout l'agenda, en {dit.removeprefix('un ')}",
        media_type=media,
        tags=["Calendriers"],
        responses=reponses(),
    )
    async def tout(request: Request[Any, Any, Any], page: Numero = 1) -> Response[bytes]:
        return await _servir(request, Filtres(), forme, page)

    @get(
        f"/communes/{{insee:str}}/agenda.{suffixe}",
        operation_id=f"lire_agenda_commune_{suffixe}",
        summary=f"L'agenda d'une commune, en {dit.removeprefix('un ')}",
        media_type=media,
        tags=["Calendriers"],
        responses=reponses(CommuneInconnue),
    )
    async def commune(
        request: Request[Any, Any, Any], insee: FromPath[str], page: Numero = 1
    ) -> Response[bytes]:
        return await _servir(request, Filtres(commune=insee.upper()), forme, page)

    @get(
        f"/structures/{{slug:str}}/agenda.{suffixe}",
        operation_id=f"lire_agenda_structure_{suffixe}",
        summary=f"L'agenda d'une structure, en {dit.removeprefix('un ')}",
        media_type=media,
        tags=["Calendriers"],
        responses=reponses(StructureInconnue),
    )
    async def structure(
        request: Request[Any, Any, Any], slug: FromPath[str], page: Numero = 1
    ) -> Response[bytes]:
        return await _servir(request, Filtres(structure=slug), forme, page)

    @get(
        f"/cycles/{{slug:str}}/agenda.{suffixe}",
        operation_id=f"lire_agenda_cycle_{suffixe}",
        summary=f"L'agenda d'un cycle, en {dit.removeprefix('un ')}",
        media_type=media,
        tags=["Calendriers"],
        responses=reponses(CycleInconnu),
    )
    async def cycle(
        request: Request[Any, Any, Any], slug: FromPath[str], page: Numero = 1
    ) -> Response[bytes]:
        return await _servir(request, Filtres(cycle=slug), forme, page)

    @get(
        f"/themes/{{slug:str}}/agenda.{suffixe}",
        operation_id=f"lire_agenda_theme_{suffixe}",
        summary=f"L'agenda d'un thème, en {dit.removeprefix('un ')}",
        media_type=media,
        tags=["Calendriers"],
        responses=reponses(ThemeInconnu),
    )
    async def theme(
        request: Request[Any, Any, Any], slug: FromPath[str], page: Numero = 1
    ) -> Response[bytes]:
        return await _servir(request, Filtres(theme=slug), forme, page)

    return [tout, commune, structure, cycle, theme]


async def _servir(
    request: Request[Any, Any, Any], filtres: Filtres, forme: Format, page: int
) -> Response[bytes]:
    contexte, langue = contexte_de(request), langue_de(request)
    if forme.par_page is None:
        page = 1
    dite = "langue" in request.query_params and forme.par_page is not None

    async def fabriquer() -> Brouillon:
        return await composer_agenda(contexte, filtres, forme, langue, page, langue_dite=dite)

    cle = f"{forme.suffixe}:{langue}:{int(dite)}:{page}:{cle_de(filtres)}"
    return await servir_document(request, cle, fabriquer)


ROUTES = [
    lire_calendrier_evenement,
    lire_mon_agenda,
    *(adresse for forme in FORMATS for adresse in _adresses(forme)),
]
