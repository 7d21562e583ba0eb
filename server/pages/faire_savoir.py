"""Être vu : images d'aperçu, affiches, textes à coller, encart, plan du site. Des documents publics, comme les pages."""

import asyncio
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from litestar import Controller, Request, Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from server.evenements import lectures as evenements
from server.evenements.erreurs import ImageInconnue
from server.evenements.images import lire_image
from server.evenements.lectures import EvenementEtiquete
from server.evenements.regles import minuit_suivant, prochain_changement
from server.evenements.schemas import Filtres, ImageVue
from server.lieux import lectures as lieux
from server.pages import actifs, affiche, image_sociale, plan
from server.pages.agenda import RAYONS_KM, lire_demande
from server.pages.annonce import (
    SEMAINES,
    Annonce,
    dire_annonce,
    texte_de_l_agenda,
    texte_de_l_annonce,
)
from server.pages.dessin import dessiner
from server.pages.encart import (
    NOMBRE_MAX,
    Choix,
    Encart,
    adresse_json,
    code_du_script,
    code_sans_script,
    dire_encart,
    lire_choix,
)
from server.pages.papier import FACTEURS, Format
from server.pages.routes import Rendu, Visite, langue_explicite, lire_apercu_agenda, lire_site, servir_page
from server.pages.vues import choix_de_communes
from server.socle.contexte import adresse_de, contexte_de, langue_de
from server.socle.documents import Brouillon
from server.socle.erreurs import Introuvable
from server.socle.temps import a_paris
from server.socle.web import servir_document
from server.structures import lectures as structures

Requete = Request[Any, Any, Any]

TEXTE: Final = "text/plain; charset=utf-8"
HORS_MOTEURS: Final = ("x-robots-tag", "noindex")
"""Ce qui redit une page autrement : les moteurs gardent la page."""

AFFICHES: Final[Mapping[str, tuple[Format, bool]]] = {
    f"affiche-{taille}{'-sobre' if sobre else ''}.pdf": (taille, sobre)
    for taille in FACTEURS
    for sobre in (False, True)
}
_IMAGE: Final = re.compile(r"image(?:-[0-9a-f]{12})?\.jpg")
_PLAN: Final = re.compile(r"(pages|evenements)-([1-9][0-9]{0,4})\.xml")
EVENEMENTS_EN_TEXTE: Final = 200


async def visiter(request: Requete) -> Visite:
    """Ce qu'un document sait de la demande ; rien du visiteur."""
    contexte = contexte_de(request)
    site = await lire_site(request, contexte)
    return Visite(site, langue_de(request), langue_explicite(request), contexte.horloge())


async def _dessiner(request: Requete, dessin: Callable[[], bytes]) -> bytes:
    """Un dessin à faire, compté à qui le demande : on dessine l'un après l'autre, et la file est à tout le monde."""
    contexte_de(request).limites.compter("dessin-adresse", adresse_de(request))
    return await dessiner(dessin)


# --- un évènement ---------------------------------------------------------------------------------------------------


class AnnonceDeLEvenement(Controller):
    """Ce qu'on emporte d'un évènement pour le faire savoir."""

    path = "/evenements/{slug:str}"
    include_in_schema = False

    @get(list(AFFICHES), operation_id="lire_affiche", summary="L'affiche, en PDF")
    async def affiche(self, request: Requete, slug: FromPath[str]) -> Response[Any]:
        nom = request.url.path.rpartition("/")[2]
        taille, sobre = AFFICHES[nom]

        async def fabrique() -> Brouillon:
            visite, lu = await _lire(request, slug)
            contact = await evenements.lire_contact(lu.vue)
            annonce = dire_annonce(lu.vue, visite.langue, visite.site, contact)
            photo = None if sobre else await _photo(request, lu.vue.image)
            dessin = partial(affiche.composer_affiche, annonce, taille, sobre=sobre, photo=photo)
            entete = ("content-disposition", f'inline; filename="{slug}-{nom}"')
            return _document(
                lu, await _dessiner(request, dessin), affiche.TYPE_CONTENU, annonce, entete, HORS_MOTEURS
            )

        return await servir_document(request, f"affiche:{langue_de(request)}:{nom}:{slug}", fabrique)

    @get("/annonce.txt", operation_id="lire_annonce", summary="L'évènement, en texte à coller")
    async def annonce(self, request: Requete, slug: FromPath[str]) -> Response[Any]:
        async def fabrique() -> Brouillon:
            visite, lu = await _lire(request, slug)
            contact = await evenements.lire_contact(lu.vue)
            annonce = dire_annonce(lu.vue, visite.langue, visite.site, contact)
            corps = await asyncio.to_thread(texte_de_l_annonce, annonce)
            return _document(lu, corps.encode(), TEXTE, annonce, HORS_MOTEURS)

        return await servir_document(request, f"annonce:{langue_de(request)}:{slug}", fabrique)

    @get("/{fichier:str}", operation_id="lire_image_sociale", summary="L'image d'un lien partagé")
    async def image(self, request: Requete, slug: FromPath[str], fichier: FromPath[str]) -> Response[Any]:
        if _IMAGE.fullmatch(fichier) is None:
            raise Introuvable()
        visite, lu = await _lire(request, slug)
        annonce = dire_annonce(lu.vue, visite.langue, visite.site)
        adresse = image_sociale.adresse_evenement(lu.vue, annonce)

        async def fabrique() -> Brouillon:
            photo = await _photo(request, lu.vue.image)
            octets = await _dessiner(request, partial(image_sociale.dessiner_evenement, annonce, photo))
            garde = ("cache-control", actifs.TOUJOURS)
            return _document(lu, octets, image_sociale.TYPE_CONTENU, annonce, garde)

        if f"/{fichier}?" not in adresse:
            # Un lien partagé avant le dernier changement : l'image d'aujourd'hui.
            return Redirect(adresse, status_code=302)
        return await servir_document(request, f"image:{adresse}", fabrique)


async def _lire(request: Requete, slug: str) -> tuple[Visite, EvenementEtiquete]:
    visite = await visiter(request)
    return visite, await evenements.lire_public_etiquete(slug, visite.maintenant, visite.site.url)


async def _photo(request: Requete, image: ImageVue | None) -> bytes | None:
    """La photo de l'évènement ; rien si elle manque au dossier : le reste vaut d'être montré."""
    if image is None:
        return None
    try:
        return await lire_image(image.url.rpartition("/")[2], contexte_de(request).reglages.donnees)
    except ImageInconnue:
        return None


def _document(
    lu: EvenementEtiquete, corps: bytes, type_contenu: str, annonce: Annonce, *entetes: tuple[str, str]
) -> Brouillon:
    return Brouillon(
        corps=corps,
        type_contenu=type_contenu,
        etiquettes=lu.etiquettes | {"territoire"},
        perime_le=lu.perime_le,
        entetes=(("content-language", annonce.langue), *entetes),
    )


# --- l'agenda -------------------------------------------------------------------------------------------------------


class AnnonceDeLAgenda(Controller):
    """Ce qu'on emporte de l'agenda."""

    include_in_schema = False

    @get("/agenda/{fichier:str}", operation_id="lire_image_agenda", summary="L'image de l'agenda")
    async def image(self, request: Requete, fichier: FromPath[str]) -> Response[Any]:
        if _IMAGE.fullmatch(fichier) is None:
            raise Introuvable()
        visite = await visiter(request)
        apercu = await lire_apercu_agenda(visite)
        adresse = image_sociale.adresse_agenda(apercu, visite.langue)

        async def fabrique() -> Brouillon:
            return Brouillon(
                corps=await _dessiner(request, partial(image_sociale.dessiner_agenda, apercu)),
                type_contenu=image_sociale.TYPE_CONTENU,
                etiquettes=frozenset(("agenda", "territoire")),
                perime_le=minuit_suivant(visite.maintenant),
                entetes=(("content-language", visite.langue), ("cache-control", actifs.TOUJOURS)),
            )

        if f"/{fichier}?" not in adresse:
            return Redirect(adresse, status_code=302)
        return await servir_document(request, f"image:{adresse}", fabrique)

    @get("/agenda.txt", operation_id="lire_agenda_en_texte", summary="Les prochaines semaines, à coller")
    async def texte(self, request: Requete) -> Response[Any]:
        parametres = {nom: v for nom, v in request.query_params.items() if nom in Filtres.__struct_fields__}
        demande = lire_demande(parametres)
        langue, explicite = langue_de(request), langue_explicite(request)

        async def fabrique() -> Brouillon:
            visite = await visiter(request)
            aujourd_hui = a_paris(visite.maintenant).date()
            filtres, titre = demande.filtres, visite.t("agenda.titre")
            if filtres.du is None and filtres.au is None:
                jusqu_a = aujourd_hui + timedelta(weeks=SEMAINES)
                filtres = msgspec.structs.replace(filtres, du=str(aujourd_hui), au=str(jusqu_a))
            liste, perime_le = await evenements.lister_publics(
                filtres, None, EVENEMENTS_EN_TEXTE, visite.maintenant, visite.site.url
            )
            lien = visite.site.url + visite.lien(demande.chemin())
            corps = await asyncio.to_thread(
                texte_de_l_agenda, liste.elements, visite.langue, visite.site, titre, lien
            )
            return Brouillon(
                corps=corps.encode(),
                type_contenu=TEXTE,
                etiquettes=frozenset(("agenda", "territoire")),
                perime_le=prochain_changement(
                    visite.maintenant, perime_le, minuit_suivant(visite.maintenant)
                ),
                entetes=(("content-language", visite.langue), HORS_MOTEURS),
            )

        return await servir_document(
            request, f"agenda-texte:{langue}:{int(explicite)}:{demande.chemin()}", fabrique
        )


# --- l'encart -------------------------------------------------------------------------------------------------------


class Encarts(Controller):
    """L'agenda dans la page d'un autre site. Seuls le script et sa source s'ouvrent aux autres origines."""

    include_in_schema = False

    @get("/encart.js", operation_id="lire_script_encart", summary="Le script de l'encart")
    async def script(self, request: Requete) -> Response[Any]:
        async def fabrique() -> Brouillon:
            return actifs.lire_encart()

        return await servir_document(request, "encart.js", fabrique)

    @get("/encart.json", operation_id="lire_encart", summary="Les prochains rendez-vous, pour un autre site")
    async def source(self, request: Requete) -> Response[Any]:
        choix = lire_choix(dict(request.query_params.items()))

        async def fabrique() -> Brouillon:
            visite = await visiter(request)
            lu = await _lire_encart(choix, visite)
            return Brouillon(
                corps=msgspec.json.encode(lu.encart),
                type_contenu="application/json",
                etiquettes=lu.etiquettes,
                perime_le=lu.perime_le,
                entetes=(
                    ("content-language", visite.langue),
                    ("access-control-allow-origin", "*"),
                    ("cache-control", "public, max-age=300"),
                    actifs.PARTOUT,
                    HORS_MOTEURS,
                ),
            )

        return await servir_document(request, adresse_json(choix, langue_de(request)), fabrique)

    @get("/encart", operation_id="page_encart", summary="Fabriquer un encart pour son site")
    async def page(self, request: Requete) -> Response[Any]:
        choix = lire_choix(dict(request.query_params.items()))
        chemin = f"/encart?{urlencode(dits)}" if (dits := choix.parametres()) else "/encart"

        async def fabriquer(visite: Visite) -> Rendu:
            return await _rendre_encart(choix, chemin, visite)

        return await servir_page(request, chemin, fabriquer)


class _Lu(msgspec.Struct, frozen=True):
    """Un encart, et ce qui le périmera."""

    encart: Encart
    etiquettes: frozenset[str]
    perime_le: datetime | None


async def _lire_encart(choix: Choix, visite: Visite) -> _Lu:
    maintenant, url = visite.maintenant, visite.site.url
    liste, d_ici = await evenements.lister_publics(choix.filtres, None, choix.nombre, maintenant, url)
    return _Lu(
        dire_encart(liste.elements, choix, visite.langue, visite.site),
        frozenset(("agenda", "territoire")),
        prochain_changement(maintenant, d_ici, minuit_suivant(maintenant)),
    )


async def _rendre_encart(choix: Choix, chemin: str, visite: Visite) -> Rendu:
    lu = await _lire_encart(choix, visite)
    page = visite.page(
        visite.t("encart.titre"),
        chemin,
        description=visite.t("encart.description"),
        indexable=choix == Choix(),
    )
    communes = (await lieux.lire_communes()).par_code
    return Rendu(
        gabarit="encart.html",
        page=page,
        valeurs={
            "choix": choix,
            "encart": lu.encart,
            "code_script": code_du_script(choix, lu.encart, visite.langue, visite.site.url),
            "code_html": code_sans_script(lu.encart, visite.langue),
            "source": visite.site.url + adresse_json(choix, visite.langue),
            "listes": {
                "commune": choix_de_communes(communes),
                "rayon_km": [(str(km), visite.t("agenda.champ.km", n=km)) for km in RAYONS_KM],
                "structure": [(s.slug, s.nom) for s in (await structures.lister_structures()).elements],
                "cycle": [(c.slug, c.titre) for c in await evenements.lister_cycles(visite.site.url)],
                "theme": [(theme.slug, theme.nom) for theme in await evenements.lister_themes()],
            },
            "nombre_max": NOMBRE_MAX,
        },
        etiquettes=lu.etiquettes,
        perime_le=lu.perime_le,
    )


# --- le plan du site ------------------------------------------------------------------------------------------------


class PlanDuSite(Controller):
    """Le plan du site, pour les moteurs."""

    include_in_schema = False

    @get("/sitemap.xml", operation_id="lire_plan", summary="L'index du plan du site")
    async def index(self, request: Requete) -> Response[Any]:
        url = contexte_de(request).reglages.url

        async def fabrique() -> Brouillon:
            plans: list[plan.Adresse] = [("/plan/pages-1.xml", None)]
            for tranche, modifie_le in await evenements.tranches_publiques(plan.TRANCHE):
                plans.append((f"/plan/evenements-{tranche}.xml", modifie_le))
            return _plan(plan.ecrire_index(url, plans))

        return await servir_document(request, "plan", fabrique)

    @get("/plan/{fichier:str}", operation_id="lire_plan_partiel", summary="Une part du plan du site")
    async def part(self, request: Requete, fichier: FromPath[str]) -> Response[Any]:
        url, nomme = contexte_de(request).reglages.url, _PLAN.fullmatch(fichier)
        if nomme is None:
            raise Introuvable()

        async def fabrique() -> Brouillon:
            adresses: list[plan.Adresse] = []
            if nomme[1] == "evenements":
                trouves = await evenements.slugs_publics(int(nomme[2]), plan.TRANCHE)
                adresses += [(f"/evenements/{slug}", modifie_le) for slug, modifie_le in trouves]
            elif nomme[2] == "1":
                adresses += await _pages_publiques(url)
            if not adresses:
                raise Introuvable()
            return _plan(await asyncio.to_thread(plan.ecrire_plan, url, adresses))

        return await servir_document(request, f"plan:{fichier}", fabrique)


def _plan(corps: bytes) -> Brouillon:
    etiquettes = frozenset(("agenda", "territoire"))
    return Brouillon(corps=corps, type_contenu=plan.TYPE_CONTENU, etiquettes=etiquettes)


async def _pages_publiques(url: str) -> list[plan.Adresse]:
    """Toutes les pages publiques qui ne sont pas des évènements, l'agenda d'abord."""
    adresses: list[plan.Adresse] = [(chemin, None) for chemin in plan.PAGES]
    adresses += [(f"/cycles/{cycle.slug}", None) for cycle in await evenements.lister_cycles(url)]
    adresses += [(f"/lieux/{lieu.slug}", lieu.modifie_le) for lieu in (await lieux.lister_lieux()).elements]
    adresses += [
        (f"/structures/{s.slug}", s.modifie_le) for s in (await structures.lister_structures()).elements
    ]
    adresses += [(f"/communes/{commune.code}", None) for commune in (await lieux.lire_communes()).par_nom]
    return adresses


ROUTES: Final[list[Any]] = [AnnonceDeLEvenement, AnnonceDeLAgenda, Encarts, PlanDuSite]
