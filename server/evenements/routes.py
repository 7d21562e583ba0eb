"""Adresses des évènements."""

import contextlib
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from litestar import Controller, Request, Response, delete, get, post, put
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from server.comptes.schemas import Auteur
from server.evenements import images, lectures, services
from server.evenements.agenda import cle_de
from server.evenements.erreurs import (
    CycleInconnu,
    EvenementDejaPasse,
    EvenementInconnu,
    EvenementModifieAilleurs,
    GestionInterdite,
    ImageInconnue,
    InvitationClose,
    ModificationApresAnnulation,
    PasMembreDeLaStructure,
    PorteuseIndispensable,
    ReserveALaPorteuse,
    TransitionImpossible,
)
from server.evenements.schemas import (
    CycleDemande,
    CycleVue,
    EvenementDemande,
    EvenementEquipe,
    EvenementVue,
    Filtres,
    ImageRecue,
    ListeEquipe,
    ListeEvenements,
    Motif,
    PlacesEvenement,
    ReponseDemande,
    Report,
    Statut,
    ThemeVue,
)
from server.socle.contexte import Contexte, contexte_de
from server.socle.corps import convertir
from server.socle.documents import Brouillon
from server.socle.erreurs import DemandeInvalide, ErreurDeChamp, NonConnecte, TropDeDemandes, TropGros
from server.socle.problemes import refus_possibles
from server.socle.web import IMAGE_MAX, servir_document

JSON: Final = "application/json"
PAGE: Final = 30
Limite = Annotated[int, Meta(ge=1, le=lectures.LIMITE_MAX)]
Recherche = Annotated[str, Meta(max_length=100)]


def _brouillon(vue: Any, etiquettes: frozenset[str], perime_le: datetime | None = None) -> Brouillon:
    return Brouillon(
        corps=msgspec.json.encode(vue), type_contenu=JSON, etiquettes=etiquettes, perime_le=perime_le
    )


class EvenementsPublics(Controller):
    """Ce que tout le monde lit des évènements."""

    path = "/api/evenements"
    tags = ["Évènements"]  # noqa: RUF012

    @get(
        operation_id="lister_evenements",
        summary="L'agenda",
        description=(
            "Ce qui vient, dans l'ordre ; le passé avec `du` et `au` (jours de Paris, compris). `rayon_km` autour de "
            "`commune`. `suivant` est à rendre dans `curseur` pour la page d'après."
        ),
        responses=refus_possibles(DemandeInvalide),
    )
    async def lister(
        self,
        request: Request[Any, Any, Any],
        maintenant: NamedDependency[datetime],
        q: FromQuery[str | None] = None,
        commune: FromQuery[str | None] = None,
        rayon_km: FromQuery[int | None] = None,
        theme: FromQuery[str | None] = None,
        format: FromQuery[str | None] = None,  # noqa: A002
        du: FromQuery[str | None] = None,
        au: FromQuery[str | None] = None,
        structure: FromQuery[str | None] = None,
        cycle: FromQuery[str | None] = None,
        lieu: FromQuery[str | None] = None,
        gratuit: FromQuery[bool | None] = None,
        limite: FromQuery[Limite] = PAGE,
        curseur: FromQuery[str | None] = None,
    ) -> Response[ListeEvenements]:
        dits = {
            "q": q, "commune": commune, "rayon_km": rayon_km, "theme": theme, "format": format, "du": du, "au": au,
            "structure": structure, "cycle": cycle, "lieu": lieu, "gratuit": gratuit,
        }  # fmt: skip
        filtres = convertir(
            {nom: valeur for nom, valeur in dits.items() if valeur not in (None, "")}, Filtres
        )

        async def fabriquer() -> Brouillon:
            url = contexte_de(request).reglages.url
            liste, perime_le = await lectures.lister_publics(filtres, curseur, limite, maintenant, url)
            return _brouillon(liste, frozenset(("agenda",)), perime_le)

        return await servir_document(
            request, f"api:evenements?{cle_de(filtres, limite=limite, curseur=curseur)}", fabriquer
        )

    @get(
        "/{slug:str}",
        operation_id="lire_evenement",
        summary="Un évènement",
        responses=refus_possibles(EvenementInconnu),
    )
    async def lire(
        self, request: Request[Any, Any, Any], maintenant: NamedDependency[datetime], slug: FromPath[str]
    ) -> Response[EvenementVue]:
        async def fabriquer() -> Brouillon:
            lu = await lectures.lire_public_etiquete(slug, maintenant, contexte_de(request).reglages.url)
            return _brouillon(lu.vue, lu.etiquettes, lu.perime_le)

        return await servir_document(request, f"api:evenements:{slug}", fabriquer)

    @get(
        "/{slug:str}/places",
        operation_id="lire_places",
        summary="Les places exactes de chaque moment",
        responses=refus_possibles(EvenementInconnu),
    )
    async def lire_places(
        self, request: Request[Any, Any, Any], slug: FromPath[str]
    ) -> Response[PlacesEvenement]:
        async def fabriquer() -> Brouillon:
            return _brouillon(*await lectures.lire_places_etiquetees(slug))

        return await servir_document(request, f"api:places:{slug}", fabriquer)


@get("/api/cycles", operation_id="lister_cycles", summary="Les cycles", tags=["Évènements"])
async def lister_cycles(request: Request[Any, Any, Any]) -> Response[list[CycleVue]]:
    async def fabriquer() -> Brouillon:
        return _brouillon(
            await lectures.lister_cycles(contexte_de(request).reglages.url), frozenset(("agenda",))
        )

    return await servir_document(request, "api:cycles", fabriquer)


@get(
    "/api/themes",
    operation_id="lister_themes",
    summary="Les thèmes de l'agenda, par nom",
    tags=["Évènements"],
)
async def lister_themes(request: Request[Any, Any, Any]) -> Response[list[ThemeVue]]:
    async def fabriquer() -> Brouillon:
        return _brouillon(await lectures.lister_themes(), frozenset(("agenda",)))

    return await servir_document(request, "api:themes", fabriquer)


class EvenementsDeLEspace(Controller):
    """L'envers des évènements, pour qui les organise."""

    path = "/api/espace/evenements"
    tags = ["Organiser"]  # noqa: RUF012

    @get(
        operation_id="lister_evenements_equipe",
        summary="Mes évènements, brouillons compris",
        responses=refus_possibles(NonConnecte, DemandeInvalide),
    )
    async def lister(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        periode: FromQuery[lectures.Periode | None] = None,
        statut: FromQuery[Statut | None] = None,
        q: FromQuery[Recherche] = "",
        limite: FromQuery[Limite] = PAGE,
        curseur: FromQuery[str | None] = None,
    ) -> ListeEquipe:
        return await lectures.lister_equipe(
            auteur, maintenant, periode=periode, statut=statut, q=q, curseur=curseur, limite=limite
        )

    @post(
        operation_id="creer_evenement",
        summary="Commencer un brouillon",
        responses=refus_possibles(NonConnecte, DemandeInvalide, PasMembreDeLaStructure),
    )
    async def creer(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        contexte: NamedDependency[Contexte],
        data: JSONBody[EvenementDemande],
    ) -> EvenementEquipe:
        _compter(contexte, auteur)
        return await services.creer_evenement(auteur, data, maintenant, contexte.reglages.url)

    @get(
        "/{slug:str}",
        operation_id="lire_evenement_equipe",
        summary="Un évènement, tout ce que l'équipe en lit",
        responses=refus_possibles(NonConnecte, EvenementInconnu),
    )
    async def lire(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        contexte: NamedDependency[Contexte],
        slug: FromPath[str],
    ) -> EvenementEquipe:
        return await lectures.lire_equipe(slug, auteur, maintenant, contexte.reglages.url)

    @get(
        "/{slug:str}/apercu",
        operation_id="lire_apercu",
        summary="Un évènement tel qu'il sera publié",
        responses=refus_possibles(NonConnecte, EvenementInconnu),
    )
    async def lire_apercu(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        contexte: NamedDependency[Contexte],
        slug: FromPath[str],
    ) -> EvenementVue:
        return await lectures.lire_apercu(slug, auteur, maintenant, contexte.reglages.url)

    @put(
        "/{slug:str}",
        operation_id="modifier_evenement",
        summary="Remplacer le contenu d'un évènement",
        responses=refus_possibles(
            NonConnecte, DemandeInvalide, EvenementInconnu, GestionInterdite, PasMembreDeLaStructure,
            ReserveALaPorteuse, EvenementModifieAilleurs, ModificationApresAnnulation, EvenementDejaPasse,
        ),
    )  # fmt: skip
    async def modifier(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        contexte: NamedDependency[Contexte],
        slug: FromPath[str],
        data: JSONBody[EvenementDemande],
    ) -> EvenementEquipe:
        _compter(contexte, auteur)
        return await services.modifier_evenement(slug, auteur, data, maintenant, contexte.reglages.url)

    @delete(
        "/{slug:str}",
        operation_id="supprimer_brouillon",
        summary="Effacer un brouillon",
        responses=refus_possibles(NonConnecte, EvenementInconnu, GestionInterdite, TransitionImpossible),
    )
    async def supprimer(
        self, auteur: NamedDependency[Auteur], maintenant: NamedDependency[datetime], slug: FromPath[str]
    ) -> None:
        await services.supprimer_brouillon(slug, auteur, maintenant)

    @post(
        "/{slug:str}/publier",
        operation_id="publier_evenement",
        summary="Annoncer un brouillon à tous",
        status_code=200,
        responses=refus_possibles(
            NonConnecte, EvenementInconnu, GestionInterdite, TransitionImpossible, DemandeInvalide
        ),
    )
    async def publier(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        contexte: NamedDependency[Contexte],
        slug: FromPath[str],
    ) -> EvenementEquipe:
        return await services.publier_evenement(slug, auteur, maintenant, contexte.reglages.url)

    @post(
        "/{slug:str}/reporter",
        operation_id="reporter_evenement",
        summary="Reporter, à une date ou à une date à venir",
        status_code=200,
        responses=refus_possibles(
            NonConnecte, EvenementInconnu, GestionInterdite, TransitionImpossible, DemandeInvalide
        ),
    )
    async def reporter(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        contexte: NamedDependency[Contexte],
        slug: FromPath[str],
        data: JSONBody[Report],
    ) -> EvenementEquipe:
        return await services.reporter_evenement(slug, auteur, data, maintenant, contexte.reglages.url)

    @post(
        "/{slug:str}/annuler",
        operation_id="annuler_evenement",
        summary="Annuler, avec une raison dite à tous",
        status_code=200,
        responses=refus_possibles(
            NonConnecte, EvenementInconnu, GestionInterdite, TransitionImpossible, DemandeInvalide
        ),
    )
    async def annuler(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        contexte: NamedDependency[Contexte],
        slug: FromPath[str],
        data: JSONBody[Motif],
    ) -> EvenementEquipe:
        return await services.annuler_evenement(slug, auteur, data, maintenant, contexte.reglages.url)

    @post(
        "/{slug:str}/retablir",
        operation_id="retablir_evenement",
        summary="Rétablir un évènement annulé, avec une raison dite à tous",
        status_code=200,
        responses=refus_possibles(
            NonConnecte, EvenementInconnu, GestionInterdite, TransitionImpossible, DemandeInvalide
        ),
    )
    async def retablir(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        contexte: NamedDependency[Contexte],
        slug: FromPath[str],
        data: JSONBody[Motif],
    ) -> EvenementEquipe:
        return await services.retablir_evenement(slug, auteur, data, maintenant, contexte.reglages.url)

    @post(
        "/{slug:str}/coorganisation",
        operation_id="repondre_a_l_invitation",
        summary="Accepter ou décliner une invitation à organiser, ou se retirer",
        status_code=204,
        responses=refus_possibles(
            NonConnecte, DemandeInvalide, EvenementInconnu, PasMembreDeLaStructure, InvitationClose,
            PorteuseIndispensable, TropDeDemandes,
        ),
    )  # fmt: skip
    async def repondre(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        contexte: NamedDependency[Contexte],
        slug: FromPath[str],
        data: JSONBody[ReponseDemande],
    ) -> None:
        _compter(contexte, auteur)
        await services.repondre_a_l_invitation(slug, auteur, data, maintenant)

    @post(
        "/{slug:str}/dupliquer",
        operation_id="dupliquer_evenement",
        summary="Recopier en brouillon",
        description="À `debut` (mêmes heures, mêmes écarts), ou sans aucune date.",
        responses=refus_possibles(NonConnecte, EvenementInconnu, GestionInterdite, DemandeInvalide),
    )
    async def dupliquer(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        contexte: NamedDependency[Contexte],
        slug: FromPath[str],
        debut: FromQuery[datetime | None] = None,
    ) -> EvenementEquipe:
        _compter(contexte, auteur)
        return await services.dupliquer_evenement(slug, auteur, debut, maintenant, contexte.reglages.url)


class CyclesDeLEspace(Controller):
    """Les cycles, pour qui les tient."""

    path = "/api/espace/cycles"
    tags = ["Organiser"]  # noqa: RUF012

    @get(
        operation_id="lister_cycles_equipe",
        summary="Tous les cycles, le plus récent d'abord",
        responses=refus_possibles(NonConnecte),
    )
    async def lister(
        self, auteur: NamedDependency[Auteur], contexte: NamedDependency[Contexte]
    ) -> list[CycleVue]:
        return await lectures.lister_cycles(contexte.reglages.url)

    @post(
        operation_id="creer_cycle",
        summary="Ouvrir un cycle",
        responses=refus_possibles(NonConnecte, DemandeInvalide, PasMembreDeLaStructure),
    )
    async def creer(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        contexte: NamedDependency[Contexte],
        data: JSONBody[CycleDemande],
    ) -> CycleVue:
        _compter(contexte, auteur)
        return await services.creer_cycle(auteur, data, maintenant, contexte.reglages.url)

    @put(
        "/{slug:str}",
        operation_id="modifier_cycle",
        summary="Changer un cycle",
        responses=refus_possibles(NonConnecte, DemandeInvalide, CycleInconnu, PasMembreDeLaStructure),
    )
    async def modifier(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        slug: FromPath[str],
        data: JSONBody[CycleDemande],
    ) -> CycleVue:
        return await services.modifier_cycle(slug, auteur, data, contexte.reglages.url)


@get(
    "/api/espace/themes",
    operation_id="lister_themes_equipe",
    summary="Tous les thèmes déjà employés, par nom",
    tags=["Organiser"],
    responses=refus_possibles(NonConnecte),
)
async def lister_themes_equipe(auteur: NamedDependency[Auteur]) -> list[ThemeVue]:
    return await lectures.lister_themes(publics=False)


@post(
    "/api/espace/images",
    operation_id="recevoir_image",
    summary="Envoyer une image",
    description="Le corps est l'image (JPEG, PNG ou WebP), telle quelle ou dans un formulaire `multipart/form-data`.",
    tags=["Organiser"],
    request_max_body_size=IMAGE_MAX,
    responses=refus_possibles(NonConnecte, DemandeInvalide, TropGros, TropDeDemandes),
)
async def recevoir_image(
    request: Request[Any, Any, Any],
    auteur: NamedDependency[Auteur],
    maintenant: NamedDependency[datetime],
    contexte: NamedDependency[Contexte],
) -> ImageRecue:
    contexte.limites.compter("image-compte", str(auteur.compte))
    return await images.recevoir_image(await _octets_recus(request), contexte.reglages.donnees, maintenant)


async def _octets_recus(request: Request[Any, Any, Any]) -> bytes:
    if request.content_type[0] != "multipart/form-data":
        return await request.body()
    with contextlib.suppress(UnicodeDecodeError):  # un autre champ du formulaire n'est pas du texte
        for _, valeur in (await request.form()).multi_items():
            if isinstance(valeur, UploadFile):
                return await valeur.read()
    raise DemandeInvalide([ErreurDeChamp("image", "manquant")])


@get(
    "/images/{nom:str}",
    operation_id="lire_image",
    summary="Une image",
    media_type="image/webp",
    tags=["Évènements"],
    responses=refus_possibles(ImageInconnue),
)
async def lire_image(
    request: Request[Any, Any, Any], contexte: NamedDependency[Contexte], nom: FromPath[str]
) -> Response[bytes]:
    octets = await images.lire_image(nom, contexte.reglages.donnees)
    # Le nom est l'empreinte de l'image : elle ne changera jamais à cette adresse.
    etag = f'"{nom.removesuffix(".webp")}"'
    entetes = {"cache-control": "public, max-age=31536000, immutable", "etag": etag}
    if etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=entetes, media_type="image/webp")
    return Response(octets, headers=entetes, media_type="image/webp")


def _compter(contexte: Contexte, auteur: Auteur) -> None:
    contexte.limites.compter("ecriture-compte", str(auteur.compte))


ROUTES = [
    EvenementsPublics,
    EvenementsDeLEspace,
    CyclesDeLEspace,
    lister_cycles,
    lister_themes,
    lister_themes_equipe,
    recevoir_image,
    lire_image,
]
