"""Les documents publics : décoder l'adresse, lire, rendre. Aucun cookie, rien de propre à un visiteur."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from server.evenements import lectures as evenements
from server.evenements.regles import (
    bascule_du_week_end,
    ce_week_end,
    minuit_suivant,
    prochain_changement,
)
from server.evenements.schemas import EvenementBref, EvenementVue, Filtres
from server.flux import ical
from server.flux.agendas import FORMATS, dire_agenda, perimetre_de
from server.flux.jsonld import en_script, vers_jsonld
from server.flux.routes import lire_calendrier_evenement
from server.inscriptions.regles import DELAI_EFFACEMENT_JOURS
from server.lieux import lectures as lieux
from server.lieux.schemas import VueCommune
from server.pages import actifs, image_sociale, textes
from server.pages.abonnement import CHEMIN as CHEMIN_ABONNEMENT
from server.pages.abonnement import Abonnement, adresses, ajouts, filtre_demande, proposer
from server.pages.agenda import (
    RAYON_COURANT_KM,
    Demande,
    composer_agenda,
    lire_demande,
    mois_vise,
    passes_depuis,
    titre,
)
from server.pages.annonce import dire_annonce
from server.pages.carte import Carte, dessiner
from server.pages.connexion import PagesDeConnexion
from server.pages.evenement import dire_evenement
from server.pages.formulaires import Choix, ErreurAffichee, Saisie, saisie_vierge
from server.pages.menu_public import MenuDit, MenusDits, lire_menus
from server.pages.refus import ProblemeDit, dire_probleme, page_de_refus, tous_les_refus
from server.pages.repertoires import Groupe, ranger_cycles, ranger_lieux, ranger_structures
from server.pages.vues import (
    Page,
    Reperes,
    Site,
    avec_langue,
    carte_osm,
    choix_de_communes,
    composer,
    de_commune,
    feuille,
    site_de,
)
from server.socle.contexte import Contexte, contexte_de, langue_de
from server.socle.documents import Brouillon
from server.socle.erreurs import Introuvable
from server.socle.secrets import Clef
from server.socle.temps import a_paris
from server.socle.textes import Langue, langues, traduire
from server.socle.web import empreinte_csp, servir_document
from server.structures import lectures as structures

__all__ = ["ROUTES", "empreintes_des_styles", "page_de_refus"]

HTML: Final = "text/html; charset=utf-8"
CALENDRIER: Final = ".ics"
PAR_PAGE: Final = 24
PAR_CARTE: Final = 60
"""Évènements sur une carte et dans sa liste : une page légère, et des mois de vie d'un réseau."""
SUR_UNE_FICHE: Final = 12
"""Évènements montrés sur la fiche d'un lieu, d'une structure ; le reste est dans l'agenda filtré."""

Requete = Request[Any, Any, Any]


def empreintes_des_styles() -> list[str]:
    """Les feuilles écrites dans les pages, telles que la politique de contenu les admet."""
    return [empreinte_csp(feuille())]


# --- l'atelier des pages --------------------------------------------------------------------------------------------


class Visite(msgspec.Struct, frozen=True):
    """Ce qu'une page sait de la demande : sa langue, son instant, l'installation. Rien du visiteur."""

    site: Site
    langue: Langue
    explicite: bool
    maintenant: datetime

    def t(self, cle: str, **valeurs: object) -> str:
        return traduire(self.langue, cle, **valeurs)

    def page(self, titre: str, chemin: str, **champs: Any) -> Page:
        return Page(
            site=self.site, langue=self.langue, explicite=self.explicite, titre=titre, chemin=chemin, **champs
        )

    def lien(self, chemin: str) -> str:
        return avec_langue(chemin, self.langue) if self.explicite else chemin

    def suite(self) -> str:
        """Ce que garde de la langue l'adresse d'un flux."""
        return f"?langue={self.langue}" if self.explicite else ""


class Rendu(msgspec.Struct, frozen=True, kw_only=True):
    """Une page prête à rendre, et ce qui la périmera."""

    gabarit: str
    page: Page
    valeurs: Mapping[str, Any] = {}
    etiquettes: frozenset[str] = frozenset(("territoire",))
    perime_le: datetime | None = None


Fabrication = Callable[[Visite], Awaitable[Rendu]]


async def servir_page(request: Requete, chemin: str, fabriquer: Fabrication) -> Response[Any]:
    """Sert un document public. `chemin`, déjà normalisé, et la langue font sa clé."""
    contexte, langue, explicite = contexte_de(request), langue_de(request), langue_explicite(request)

    async def fabrique() -> Brouillon:
        visite = Visite(await lire_site(request, contexte), langue, explicite, contexte.horloge())
        rendu = await fabriquer(visite)
        return Brouillon(
            # À part : un texte retors prend une demi-seconde à mettre en forme.
            corps=await asyncio.to_thread(composer, rendu.gabarit, rendu.page, **rendu.valeurs),
            type_contenu=HTML,
            etiquettes=rendu.etiquettes | {"territoire"},
            perime_le=rendu.perime_le,
            entetes=(("content-language", langue),),
        )

    return await servir_document(request, f"page:{langue}:{int(explicite)}:{chemin}", fabrique)


def langue_explicite(request: Requete) -> bool:
    """Vrai si l'adresse dit la langue : les liens de la page la garderont."""
    return request.query_params.get("langue") in langues()


async def lire_site(request: Requete, contexte: Contexte) -> Site:
    """L'installation ; retenue pour les pages de refus, qui ne lisent rien."""
    site = site_de(await lieux.lire_territoire(), contexte.reglages.url)
    request.app.state.site = site
    return site


# --- l'agenda -------------------------------------------------------------------------------------------------------


@get(
    "/",
    operation_id="page_agenda",
    summary="L'agenda, en liste, par mois ou sur la carte",
    include_in_schema=False,
)
async def page_agenda(request: Requete) -> Response[Any]:
    demande = lire_demande(dict(request.query_params.items()))

    async def fabriquer(visite: Visite) -> Rendu:
        return await _rendre_agenda(demande, visite)

    return await servir_page(request, demande.chemin(), fabriquer)


@get(
    "/ce-week-end",
    operation_id="page_ce_week_end",
    summary="L'agenda du week-end qui vient",
    include_in_schema=False,
)
async def page_ce_week_end(request: Requete, maintenant: NamedDependency[datetime]) -> Response[Any]:
    """Une adresse qui ne change pas, pour le raccourci de l'application : les dates, elles, changent.

    Le document même de l'agenda filtré, sans redirection : l'appareil le garde sous cette adresse et le relit sans réseau.
    """
    vendredi, dimanche = ce_week_end(maintenant)
    demande = Demande(filtres=Filtres(du=vendredi.isoformat(), au=dimanche.isoformat()))

    async def fabriquer(visite: Visite) -> Rendu:
        return await _rendre_agenda(demande, visite)

    return await servir_page(request, demande.chemin(), fabriquer)


async def _rendre_agenda(demande: Demande, visite: Visite) -> Rendu:
    maintenant, url = visite.maintenant, visite.site.url
    aujourd_hui = a_paris(maintenant).date()
    elements: Sequence[EvenementBref]
    if demande.vue == "mois":
        vise = mois_vise(demande, aujourd_hui)
        elements, perime_le = await evenements.lister_mois(
            vise.year, vise.month, demande.filtres, maintenant, url
        )
        suivant = None
    else:
        limite = PAR_CARTE if demande.vue == "carte" else PAR_PAGE
        liste, perime_le = await evenements.lister_publics(
            demande.filtres, demande.curseur, limite, maintenant, url
        )
        elements, suivant = liste.elements, liste.suivant
    communes = (await lieux.lire_communes()).par_code
    dessin = await _dessiner(demande.filtres, communes, elements) if demande.vue == "carte" else None
    reperes = Reperes(visite.langue, communes, communes.get(demande.filtres.commune or ""))
    # Une page de résultats n'est pas un document : seuls l'agenda et ses mois se trouvent par un moteur.
    indexable = not demande.filtree and demande.curseur is None and demande.filtres.du is None
    apercu = await lire_apercu_agenda(visite) if indexable else None
    abonnement = proposer(demande.filtres, url, visite.suite())
    page = visite.page(
        titre(visite.langue, demande, aujourd_hui),
        demande.chemin(),
        description=visite.t("agenda.description", reseau=visite.site.reseau),
        courante="agenda",
        indexable=indexable,
        image=apercu and url + image_sociale.adresse_agenda(apercu, visite.langue),
        image_alt=apercu.alternative if apercu else "",
        flux=flux_de(abonnement),
    )
    agenda = composer_agenda(
        demande,
        page,
        evenements=elements,
        suivant=suivant,
        communes=communes,
        depart=reperes.depart,
        themes=await evenements.lister_themes(),
        noms=await _noms_filtres(demande.filtres, url),
        maintenant=maintenant,
        dessin=dessin,
    )
    return Rendu(
        gabarit="agenda.html",
        page=page,
        valeurs={"agenda": agenda, "reperes": reperes, "abonnement": abonnement},
        etiquettes=frozenset(("agenda",)),
        # Minuit change « aujourd'hui » et ce qui est passé ; le dernier soir, « ce week-end » devient le suivant.
        perime_le=prochain_changement(
            maintenant, perime_le, minuit_suivant(maintenant), bascule_du_week_end(maintenant)
        ),
    )


async def _dessiner(
    filtres: Filtres, communes: Mapping[str, VueCommune], elements: Sequence[EvenementBref]
) -> Carte:
    """La carte de ces évènements, dessinée hors de la boucle ; cadrée sur la commune filtrée, s'il y en a une."""
    contours, salles = await lieux.lire_contours(), (await lieux.lister_lieux()).elements
    return await asyncio.to_thread(
        dessiner, communes, contours, salles, elements, autour=filtres.commune, rayon_km=filtres.rayon_km
    )


async def lire_apercu_agenda(visite: Visite) -> image_sociale.ApercuAgenda:
    """Ce que montre l'image de l'agenda."""
    liste, _ = await evenements.lister_publics(
        Filtres(), None, 2 * image_sociale.PROCHAINS, visite.maintenant, visite.site.url
    )
    return image_sociale.dire_apercu(liste.elements, visite.langue, visite.site)


async def _noms_filtres(filtres: Filtres, url: str) -> dict[str, str]:
    """Les noms de la structure, du cycle et du lieu filtrés ; une adresse inconnue ne trouve rien, sans être une erreur."""
    noms = {}
    try:
        if filtres.structure:
            noms["structure"] = (await structures.lire_structure(filtres.structure)).nom
        if filtres.cycle:
            noms["cycle"] = (await evenements.lire_cycle(filtres.cycle, url)).titre
        if filtres.lieu:
            noms["lieu"] = (await lieux.lire_lieu(filtres.lieu)).nom
    except Introuvable:
        pass
    return noms


# --- un évènement ---------------------------------------------------------------------------------------------------


@get(
    "/evenements/{slug:str}",
    operation_id="page_evenement",
    summary="Un évènement et son formulaire d'inscription",
    include_in_schema=False,
)
async def page_evenement(request: Requete, slug: FromPath[str]) -> Response[Any]:
    if slug.endswith(CALENDRIER):
        # Le routeur ne distingue pas `soiree` de `soiree.ics` : c'est la même place dans l'adresse.
        calendrier: Response[Any] = await lire_calendrier_evenement.fn(request, slug.removesuffix(CALENDRIER))
        return calendrier

    async def fabriquer(visite: Visite) -> Rendu:
        lu = await evenements.lire_public_etiquete(slug, visite.maintenant, visite.site.url)
        servis = await _menus_de(lu.vue, lu.id, contexte_de(request).clef, visite)
        return Rendu(
            gabarit="evenement.html",
            page=_page_evenement(lu.vue, visite),
            valeurs=await _valeurs_evenement(lu.vue, visite, servis.menus),
            etiquettes=lu.etiquettes | servis.etiquettes,
            perime_le=lu.perime_le,
        )

    return await servir_page(request, f"/evenements/{slug}", fabriquer)


async def rendre_evenement(
    vue: EvenementVue, visite: Visite, saisie: Saisie, erreurs: Sequence[ErreurAffichee]
) -> bytes:
    """La même page, remontrée avec ce qui a été tapé et ce qui manque : à la personne seule, jamais gardée."""
    valeurs = await _valeurs_evenement(vue, visite) | {"formulaire": saisie, "erreurs": list(erreurs)}
    page = msgspec.structs.replace(_page_evenement(vue, visite), indexable=False)
    return await asyncio.to_thread(composer, "evenement.html", page, **valeurs)


def _page_evenement(vue: EvenementVue, visite: Visite) -> Page:
    annonce = dire_annonce(vue, visite.langue, visite.site)
    return visite.page(
        vue.titre,
        f"/evenements/{vue.slug}",
        description=vue.resume or dire_evenement(vue, visite.langue).date,
        genre_og="article",
        image=visite.site.url + image_sociale.adresse_evenement(vue, annonce),
        image_alt=image_sociale.alternative(annonce),
        flux=((ical.TYPE_CONTENU.partition(";")[0], f"/evenements/{vue.slug}.ics"),),
        donnees=Markup(en_script(vers_jsonld(vue))),  # noqa: S704 — `en_script` échappe ce qui fermerait la balise
    )


async def _menus_de(vue: EvenementVue, evenement: int, clef: Clef, visite: Visite) -> MenusDits:
    if not any(moment.genre == "banquet" for moment in vue.moments):
        return MenusDits((), frozenset())
    return await lire_menus(evenement, clef, visite.langue, visite.maintenant, fin=vue.fin)


async def _valeurs_evenement(
    vue: EvenementVue, visite: Visite, menus: Sequence[MenuDit] = ()
) -> dict[str, Any]:
    communes = (await lieux.lire_communes()).par_code
    dit = dire_evenement(vue, visite.langue)
    return {
        "evenement": vue,
        "dit": dit,
        "menus": menus,
        "formulaire": saisie_vierge(dit.moments, vue.version),
        "erreurs": [],
        "communes": choix_de_communes(communes),
        "reperes": Reperes(visite.langue, communes),
        "ajouts": ajouts(vue, visite.langue),
        "contact": await evenements.lire_contact(vue),
        "choix": Choix(DELAI_EFFACEMENT_JOURS),
    }


# --- les fiches -----------------------------------------------------------------------------------------------------


@get(
    "/lieux/{slug:str}",
    operation_id="page_lieu",
    summary="Un lieu et ses évènements",
    include_in_schema=False,
)
async def page_lieu(request: Requete, slug: FromPath[str]) -> Response[Any]:
    async def fabriquer(visite: Visite) -> Rendu:
        lu = await lieux.lire_lieu_etiquete(slug)
        lieu = lu.vue
        page = visite.page(
            lieu.nom,
            f"/lieux/{slug}",
            description=visite.t("fiche.lieu.description", nom=lieu.nom, commune=lieu.commune.nom),
        )
        carte = carte_osm(lieu.lat, lieu.lon)
        filtres = Filtres(lieu=slug)
        return await _rendre_fiche("lieu.html", page, visite, filtres, lu.etiquettes, lieu=lieu, carte=carte)

    return await servir_page(request, f"/lieux/{slug}", fabriquer)


@get(
    "/structures/{slug:str}",
    operation_id="page_structure",
    summary="Une structure et ses évènements",
    include_in_schema=False,
)
async def page_structure(request: Requete, slug: FromPath[str]) -> Response[Any]:
    async def fabriquer(visite: Visite) -> Rendu:
        structure = await structures.lire_structure(slug)
        identifiant = await structures.identifier_structure(slug)
        communes = (await lieux.lire_communes()).par_code
        page = visite.page(
            structure.nom,
            f"/structures/{slug}",
            description=visite.t("fiche.structure.description", nom=structure.nom),
        )
        return await _rendre_fiche(
            "structure.html",
            page,
            visite,
            Filtres(structure=slug),
            frozenset((f"structure:{identifiant}",)),
            structure=structure,
            commune=communes.get(structure.commune or ""),
            lieux=await lieux.lister_lieux_de(identifiant),
        )

    return await servir_page(request, f"/structures/{slug}", fabriquer)


@get(
    "/cycles/{slug:str}",
    operation_id="page_cycle",
    summary="Un cycle et ses évènements",
    include_in_schema=False,
)
async def page_cycle(request: Requete, slug: FromPath[str]) -> Response[Any]:
    async def fabriquer(visite: Visite) -> Rendu:
        lu = await evenements.lire_cycle_etiquete(slug, visite.site.url)
        page = visite.page(
            lu.vue.titre,
            f"/cycles/{slug}",
            description=visite.t("fiche.cycle.description", titre=lu.vue.titre),
        )
        return await _rendre_fiche(
            "cycle.html", page, visite, Filtres(cycle=slug), lu.etiquettes, cycle=lu.vue
        )

    return await servir_page(request, f"/cycles/{slug}", fabriquer)


@get(
    "/communes/{insee:str}",
    operation_id="page_commune",
    summary="Une commune et ses évènements",
    include_in_schema=False,
)
async def page_commune(request: Requete, insee: FromPath[str]) -> Response[Any]:
    async def fabriquer(visite: Visite) -> Rendu:
        commune = await lieux.lire_commune(insee)
        page = visite.page(
            commune.nom,
            f"/communes/{commune.code}",
            description=visite.t(
                "fiche.commune.description", nom=commune.nom, de=de_commune(visite.langue, commune.nom)
            ),
        )
        alentour = Demande(filtres=Filtres(commune=commune.code, rayon_km=RAYON_COURANT_KM))
        return await _rendre_fiche(
            "commune.html",
            page,
            visite,
            Filtres(commune=commune.code),
            frozenset(("territoire",)),
            depart=commune,
            commune=commune,
            alentour=visite.lien(alentour.chemin()),
            lieux=(await lieux.lister_lieux(commune.code)).elements,
            structures=await structures.lister_structures_de(commune.code),
        )

    return await servir_page(request, f"/communes/{insee.upper()}", fabriquer)


async def _rendre_fiche(
    gabarit: str,
    page: Page,
    visite: Visite,
    filtres: Filtres,
    etiquettes: frozenset[str],
    *,
    depart: VueCommune | None = None,
    **valeurs: Any,
) -> Rendu:
    """Une fiche : ce qu'elle dit d'elle-même, ce qui y vient, ce qui y a eu lieu."""
    maintenant, url = visite.maintenant, visite.site.url
    venir = Demande(filtres=filtres)
    passe = passes_depuis(venir, a_paris(maintenant).date())
    prochains, d_ici = await evenements.lister_publics(filtres, None, SUR_UNE_FICHE, maintenant, url)
    passes, _ = await evenements.lister_publics(passe.filtres, None, SUR_UNE_FICHE, maintenant, url)
    reperes = Reperes(visite.langue, (await lieux.lire_communes()).par_code, depart)
    abonnement = None if filtres.lieu else proposer(filtres, url, visite.suite())
    plus = venir if prochains.suivant else passe if passes.suivant else None
    return Rendu(
        gabarit=gabarit,
        page=msgspec.structs.replace(page, flux=flux_de(abonnement)),
        valeurs={
            "abonnement": abonnement,
            "prochains": prochains.elements,
            "passes": passes.elements,
            "tout": visite.lien(plus.chemin()) if plus else None,
            "reperes": reperes,
            **valeurs,
        },
        etiquettes=etiquettes | {"agenda"},
        perime_le=prochain_changement(maintenant, d_ici, minuit_suivant(maintenant)),
    )


# --- s'abonner ------------------------------------------------------------------------------------------------------


@get(
    CHEMIN_ABONNEMENT, operation_id="page_abonnement", summary="S'abonner à l'agenda", include_in_schema=False
)
async def page_abonnement(request: Requete) -> Response[Any]:
    filtres = filtre_demande(dict(request.query_params.items()))

    async def fabriquer(visite: Visite) -> Rendu:
        perimetre = await perimetre_de(filtres, visite.site.url)
        agenda = dire_agenda(perimetre, visite.site.reseau, visite.langue)
        dit = (
            visite.t("abonnement.titre_de", nom=perimetre.nom)
            if perimetre.nom
            else visite.t("abonnement.titre")
        )
        abonnement = proposer(filtres, visite.site.url, visite.suite())
        page = visite.page(
            dit,
            abonnement.page,
            description=visite.t("abonnement.chapeau"),
            indexable=not perimetre.nom,
            flux=flux_de(abonnement),
        )
        return Rendu(
            gabarit="abonnement.html",
            page=page,
            valeurs={
                "titre": dit,
                "nom": perimetre.nom,
                "retour": visite.lien(perimetre.page()),
                "adresses": adresses(perimetre, agenda, visite.site.url, visite.suite()),
            },
            etiquettes=perimetre.etiquettes,
        )

    return await servir_page(request, f"{CHEMIN_ABONNEMENT}?{filtres}", fabriquer)


def flux_de(abonnement: Abonnement | None) -> list[tuple[str, str]]:
    """Ce que la page annonce aux programmes : son agenda, dans chaque format."""
    if abonnement is None:
        return []
    return [(forme.type_contenu.partition(";")[0], f"{abonnement.flux}.{forme.suffixe}") for forme in FORMATS]


# --- les répertoires ------------------------------------------------------------------------------------------------


@get("/structures", operation_id="page_structures", summary="Toutes les structures", include_in_schema=False)
async def page_structures(request: Requete) -> Response[Any]:
    async def fabriquer(visite: Visite) -> Rendu:
        trouvees = (await structures.lister_structures()).elements
        communes = (await lieux.lire_communes()).par_code
        groupes = ranger_structures(trouvees, communes, visite.langue, visite.lien)
        return _rendre_repertoire("structures", visite, groupes)

    return await servir_page(request, "/structures", fabriquer)


@get("/lieux", operation_id="page_lieux", summary="Tous les lieux, par commune", include_in_schema=False)
async def page_lieux(request: Requete) -> Response[Any]:
    async def fabriquer(visite: Visite) -> Rendu:
        trouves = (await lieux.lister_lieux()).elements
        return _rendre_repertoire("lieux", visite, ranger_lieux(trouves, visite.langue, visite.lien))

    return await servir_page(request, "/lieux", fabriquer)


@get("/cycles", operation_id="page_cycles", summary="Tous les cycles", include_in_schema=False)
async def page_cycles(request: Requete) -> Response[Any]:
    async def fabriquer(visite: Visite) -> Rendu:
        trouves = await evenements.lister_cycles(visite.site.url)
        return _rendre_repertoire("cycles", visite, ranger_cycles(trouves, visite.langue, visite.lien))

    return await servir_page(request, "/cycles", fabriquer)


def _rendre_repertoire(nom: str, visite: Visite, groupes: list[Groupe]) -> Rendu:
    page = visite.page(
        visite.t(f"fiche.repertoire.{nom}.titre"),
        f"/{nom}",
        description=visite.t(f"fiche.repertoire.{nom}.chapeau"),
    )
    # Une fiche créée ou renommée renouvelle « agenda », où son nom se montre aussi.
    etiquettes = frozenset(("agenda",))
    return Rendu(
        gabarit="repertoire.html", page=page, valeurs={"nom": nom, "groupes": groupes}, etiquettes=etiquettes
    )


# --- les pages de texte ---------------------------------------------------------------------------------------------


@get("/aide", operation_id="page_aide", summary="S'inscrire, attendre, payer", include_in_schema=False)
async def page_aide(request: Requete) -> Response[Any]:
    async def fabriquer(visite: Visite) -> Rendu:
        sections = textes.aide(
            visite.langue, visite.site, visite.lien("/structures"), visite.lien("/abonnement")
        )
        return _rendre_texte(visite, "aide", "/aide", sections, sommaire=True)

    return await servir_page(request, "/aide", fabriquer)


@get(
    "/confidentialite",
    operation_id="page_confidentialite",
    summary="Ce qui est gardé",
    include_in_schema=False,
)
async def page_confidentialite(request: Requete) -> Response[Any]:
    async def fabriquer(visite: Visite) -> Rendu:
        lignes, sections = textes.confidentialite(visite.langue, visite.site)
        page = visite.page(
            visite.t("confidentialite.titre"),
            "/confidentialite",
            description=visite.t("confidentialite.description"),
        )
        valeurs = {"lignes": lignes, "sections": sections}
        return Rendu(gabarit="confidentialite.html", page=page, valeurs=valeurs)

    return await servir_page(request, "/confidentialite", fabriquer)


@get(
    "/accessibilite",
    operation_id="page_accessibilite",
    summary="Déclaration d'accessibilité",
    include_in_schema=False,
)
async def page_accessibilite(request: Requete) -> Response[Any]:
    async def fabriquer(visite: Visite) -> Rendu:
        sections = textes.accessibilite(visite.langue, visite.site)
        fin = visite.t("accessibilite.date")
        return _rendre_texte(visite, "accessibilite", "/accessibilite", sections, fin=fin)

    return await servir_page(request, "/accessibilite", fabriquer)


@get(
    "/a-propos",
    operation_id="page_a_propos",
    summary="Le réseau, le logiciel, les licences",
    include_in_schema=False,
)
async def page_a_propos(request: Requete) -> Response[Any]:
    async def fabriquer(visite: Visite) -> Rendu:
        return _rendre_texte(visite, "a_propos", "/a-propos", textes.a_propos(visite.langue, visite.site))

    return await servir_page(request, "/a-propos", fabriquer)


@get(
    "/mentions-legales",
    operation_id="page_mentions",
    summary="Qui publie, qui héberge",
    include_in_schema=False,
)
async def page_mentions(request: Requete) -> Response[Any]:
    async def fabriquer(visite: Visite) -> Rendu:
        sections = textes.mentions_legales(visite.langue, visite.site)
        return _rendre_texte(visite, "mentions", "/mentions-legales", sections)

    return await servir_page(request, "/mentions-legales", fabriquer)


def _rendre_texte(
    visite: Visite,
    nom: str,
    chemin: str,
    sections: list[textes.Section],
    *,
    sommaire: bool = False,
    fin: str = "",
) -> Rendu:
    titre_de_page = visite.t(f"{nom}.titre")
    page = visite.page(titre_de_page, chemin, description=visite.t(f"{nom}.description"), courante=nom)
    valeurs = {"titre": titre_de_page, "chapeau": "", "sections": sections, "sommaire": sommaire, "fin": fin}
    return Rendu(gabarit="texte.html", page=page, valeurs=valeurs)


@get(
    "/hors-ligne",
    operation_id="page_hors_ligne",
    summary="Ce que l'application montre sans réseau",
    include_in_schema=False,
)
async def page_hors_ligne(request: Requete) -> Response[Any]:
    async def fabriquer(visite: Visite) -> Rendu:
        page = visite.page(visite.t("hors_ligne.titre"), "/hors-ligne", indexable=False)
        return Rendu(gabarit="hors_ligne.html", page=page)

    return await servir_page(request, "/hors-ligne", fabriquer)


@get("/problemes", operation_id="page_problemes", summary="Toutes les erreurs", include_in_schema=False)
async def page_problemes(request: Requete) -> Response[Any]:
    async def fabriquer(visite: Visite) -> Rendu:
        problemes = [dire_probleme(refus, visite.langue) for refus in tous_les_refus().values()]
        page = visite.page(visite.t("refus.titre"), "/problemes", description=visite.t("refus.description"))
        return Rendu(gabarit="problemes.html", page=page, valeurs={"problemes": problemes})

    return await servir_page(request, "/problemes", fabriquer)


@get(
    "/problemes/{code:str}",
    operation_id="page_probleme",
    summary="Ce qu'une erreur veut dire, et que faire",
    include_in_schema=False,
)
async def page_probleme(request: Requete, code: FromPath[str]) -> Response[Any]:
    refus = tous_les_refus().get(code)
    if refus is None:
        raise Introuvable()

    async def fabriquer(visite: Visite) -> Rendu:
        probleme: ProblemeDit = dire_probleme(refus, visite.langue)
        page = visite.page(probleme.titre, f"/problemes/{code}", description=probleme.phrase)
        return Rendu(gabarit="probleme.html", page=page, valeurs={"probleme": probleme})

    return await servir_page(request, f"/problemes/{code}", fabriquer)


# --- ce que le navigateur demande à part ----------------------------------------------------------------------------


class Fichiers(Controller):
    """Scripts, feuilles, icônes, manifeste, service worker."""

    include_in_schema = False

    @get("/actifs/{nom:str}", operation_id="lire_actif", summary="Un fichier construit, gardé un an")
    async def actif(self, request: Requete, nom: FromPath[str]) -> Response[Any]:
        async def fabrique() -> Brouillon:
            return actifs.lire_actif(nom)

        return await servir_document(request, f"actif:{nom}", fabrique)

    @get([f"/{nom}" for nom in actifs.ICONES], operation_id="lire_icone", summary="Une icône")
    async def icone(self, request: Requete) -> Response[Any]:
        nom = request.url.path.lstrip("/")

        async def fabrique() -> Brouillon:
            return actifs.lire_icone(nom)

        return await servir_document(request, f"icone:{nom}", fabrique)

    @get("/sw.js", operation_id="lire_service_worker", summary="Le service worker, à la racine qu'il sert")
    async def service_worker(self, request: Requete) -> Response[Any]:
        async def fabrique() -> Brouillon:
            return actifs.lire_service_worker()

        return await servir_document(request, "sw", fabrique)

    @get("/manifest.webmanifest", operation_id="lire_manifeste", summary="L'application installable")
    async def manifeste(self, request: Requete) -> Response[Any]:
        langue = langue_de(request)

        async def fabrique() -> Brouillon:
            return actifs.manifeste(await lire_site(request, contexte_de(request)), langue)

        return await servir_document(request, f"manifeste:{langue}", fabrique)

    @get("/robots.txt", operation_id="lire_robots", summary="Ce que les moteurs peuvent visiter")
    async def robots(self, request: Requete) -> Response[Any]:
        async def fabrique() -> Brouillon:
            return actifs.robots(contexte_de(request).reglages.url)

        return await servir_document(request, "robots", fabrique)


ROUTES: Final[list[Any]] = [
    page_agenda,
    page_ce_week_end,
    page_evenement,
    page_lieu,
    page_structure,
    page_cycle,
    page_commune,
    page_abonnement,
    page_structures,
    page_lieux,
    page_cycles,
    page_aide,
    page_confidentialite,
    page_accessibilite,
    page_a_propos,
    page_mentions,
    page_hors_ligne,
    page_problemes,
    page_probleme,
    Fichiers,
    PagesDeConnexion,
]
