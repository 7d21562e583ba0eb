"""Composition : qui parle à qui. Tout ce qui est branché l'est ici, et se voit d'un coup d'œil."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.openapi import OpenAPIConfig

from server import __version__, sante
from server.banquets import routes as banquets
from server.banquets.achats import routes as achats
from server.banquets.commandes import courriels as courriels_de_commande
from server.banquets.commandes import routes as commandes
from server.banquets.cuisine import routes as carnet
from server.banquets.denrees import routes as denrees
from server.banquets.menus import routes as menus
from server.banquets.recettes import routes as recettes
from server.banquets.referentiel.services import charger_referentiel
from server.comptes import routes as comptes
from server.comptes.connexion import auteur_connecte, prolonger_cookie
from server.comptes.faits import ConnexionDemandee
from server.entretien import entretenir
from server.evenements import routes as evenements
from server.evenements.faits import (
    EvenementAnnule,
    EvenementModifie,
    EvenementReporte,
    EvenementRetabli,
    JaugeChangee,
    MomentRetire,
)
from server.evenements.services import suivre_lieu_modifie, suivre_structure_modifiee
from server.flux import routes as flux
from server.inscriptions import courriels, messages
from server.inscriptions import routes as inscriptions
from server.inscriptions.cuisine import routes as cuisine
from server.inscriptions.effectif import routes as effectif
from server.inscriptions.faits import (
    InscriptionAnnulee,
    InscriptionEnregistree,
    InscriptionModifiee,
    LienDemande,
    PlaceObtenue,
    PlaceProposee,
    PropositionPerimee,
)
from server.lieux import routes as lieux
from server.lieux.faits import LieuModifie
from server.notifications import routes as notifications
from server.notifications.expediteur import Expediteur
from server.notifications.messages import composer_connexion
from server.notifications.schemas import Compositeur
from server.notifications.services import ETIQUETTE_ENVOIS, ETIQUETTE_PLUS_TARD, deposer_lien_de_connexion
from server.pages import commandes as page_de_commande
from server.pages import cuisine as page_cuisine
from server.pages import (
    espace,
    faire_savoir,
    foyer,
    papiers,
    porte_de_cuisine,
    premiers_pas,
    releve_temperatures,
)
from server.pages import routes as pages
from server.pages.papiers_de_commande import imprimer_bon
from server.reglages import Reglages
from server.socle import base, faits
from server.socle.contexte import Contexte, contexte_de, langue_de
from server.socle.corps import Corps
from server.socle.documents import Documents
from server.socle.limites import Limites
from server.socle.migrations import migrer
from server.socle.morceaux import Morceaux
from server.socle.openapi import OpenApiPublie
from server.socle.portes import Portes
from server.socle.secrets import charger_clef
from server.socle.web import (
    CORPS_MAX,
    Entetes,
    NumerosPossibles,
    OrigineVerifiee,
    Tablees,
    entetes_de_securite,
    gestionnaire_de_refus,
)
from server.structures import routes as structures
from server.structures.faits import StructureModifiee

journal = logging.getLogger("tablees")

PERIODE_ENTRETIEN_S: Final = 60
"""Les places proposées expirent à la minute près ; le reste de l'entretien n'a rien à faire la plupart du temps."""

FIN_DES_ENVOIS_S: Final = 4
"""Temps laissé aux courriels en route quand on s'arrête ; au-delà, leur bail expire et ils repartent d'ailleurs."""

FAITS: Final[faits.TableDesFaits] = {
    ConnexionDemandee: [deposer_lien_de_connexion],
    InscriptionEnregistree: [messages.accuser_reception],
    InscriptionModifiee: [messages.dire_modification],
    InscriptionAnnulee: [messages.dire_annulation],
    LienDemande: [messages.renvoyer_lien],
    PlaceObtenue: [messages.dire_place_obtenue],
    PlaceProposee: [messages.dire_place_proposee],
    PropositionPerimee: [messages.dire_proposition_perimee],
    EvenementAnnule: [messages.dire_evenement_annule],
    EvenementReporte: [messages.dire_evenement_reporte],
    EvenementRetabli: [messages.dire_evenement_retabli],
    EvenementModifie: [messages.dire_evenement_modifie],
    MomentRetire: [messages.dire_moment_retire],
    JaugeChangee: [messages.servir_la_file_agrandie],
    LieuModifie: [suivre_lieu_modifie],
    StructureModifiee: [suivre_structure_modifiee],
}
"""FAIT → GESTIONNAIRES : ce que chaque fait entraîne, dans sa transaction."""

COMPOSITEURS: Final[Mapping[str, Compositeur]] = {
    "connexion": composer_connexion,
    **courriels.compositeurs(flux.calendrier_du_foyer),
    **courriels_de_commande.compositeurs(imprimer_bon),
}
"""GENRE D'ENVOI → qui en écrit le courriel, au moment du départ."""

ROUTES: Final[list[Any]] = [
    *comptes.ROUTES,
    *notifications.ROUTES,
    *structures.ROUTES,
    *lieux.ROUTES,
    *evenements.ROUTES,
    *banquets.ROUTES,
    *achats.ROUTES,
    *commandes.ROUTES,
    *denrees.ROUTES,
    *recettes.ROUTES,
    *menus.ROUTES,
    *carnet.ROUTES,
    *inscriptions.ROUTES,
    *effectif.ROUTES,
    *cuisine.ROUTES,
    *flux.ROUTES,
    *pages.ROUTES,
    *faire_savoir.ROUTES,
    *foyer.ROUTES,
    *porte_de_cuisine.ROUTES,
    *page_de_commande.ROUTES,
    *releve_temperatures.ROUTES,
    *papiers.ROUTES,
    *espace.ROUTES_ESPACE,
    *page_cuisine.ROUTES,
    *premiers_pas.ROUTES,
    *sante.ROUTES,
]


def creer_application(
    reglages: Reglages, portes: Portes, *, moteur: base.Moteur | None = None, taches: bool = True
) -> Tablees:
    """L'application, prête à servir. `moteur` et `taches` servent aux essais, qui ouvrent le leur et règlent l'heure."""
    contexte = creer_contexte(reglages, portes)
    faits.brancher(FAITS)
    entetes = entetes_de_securite(reglages, pages.empreintes_des_styles())
    return Tablees(
        route_handlers=ROUTES,
        lifespan=[partial(_vivre, contexte=contexte, moteur=moteur, taches=taches)],
        dependencies={
            "contexte": Provide(_contexte, sync_to_thread=False),
            "maintenant": Provide(_maintenant, sync_to_thread=False),
            "langue": Provide(_langue, sync_to_thread=False),
            "auteur": Provide(auteur_connecte),
        },
        dto=Corps,
        return_dto=None,
        middleware=[OrigineVerifiee(reglages), NumerosPossibles()],
        exception_handlers={Exception: gestionnaire_de_refus(pages.page_de_refus)},
        openapi_config=OpenAPIConfig(
            title="Tablées",
            version=__version__,
            description="Annoncer, inscrire, nourrir, accueillir. Refus au format RFC 9457.",
            path="/api",
            use_handler_docstrings=True,
            render_plugins=[OpenApiPublie()],
        ),
        request_max_body_size=CORPS_MAX,
        before_send=[prolonger_cookie],
        logging_config=None,
        state=State({"contexte": contexte, "entetes": Entetes(entetes)}),
    )


def creer_contexte(reglages: Reglages, portes: Portes) -> Contexte:
    """Ce que la composition remet à chaque requête."""
    entetes = entetes_de_securite(reglages, pages.empreintes_des_styles())
    return Contexte(
        reglages=reglages,
        clef=charger_clef(reglages.donnees),
        portes=portes,
        documents=Documents(reglages.cache_mo * 1024 * 1024, entetes),
        morceaux=Morceaux(reglages.cache_mo * 1024 * 1024),
        limites=Limites(actives=reglages.limites),
    )


@contextlib.asynccontextmanager
async def _vivre(
    application: Litestar, *, contexte: Contexte, moteur: base.Moteur | None, taches: bool
) -> AsyncGenerator[None, None]:
    """De l'ouverture à la fermeture : base à jour, documents prévenus, envois et entretien en marche."""
    reglages = contexte.reglages
    ouvert = moteur or base.creer_moteur(reglages)
    base.installer(ouvert)
    if moteur is None:
        await migrer(ouvert, reglages.donnees / "sauvegardes", contexte.horloge())
        await ouvert.ouvrir()
        await charger_referentiel(contexte.horloge())
    relier(contexte, ouvert)
    en_cours: list[asyncio.Task[None]] = []
    expediteur = Expediteur(contexte, COMPOSITEURS)
    application.state.expediteur = expediteur
    if taches:
        if reglages.envois_integres:
            en_cours.append(asyncio.create_task(expediteur.tourner()))
        en_cours.append(asyncio.create_task(_entretenir_sans_fin(contexte)))
    try:
        yield
    finally:
        expediteur.arreter()
        for tache in en_cours[1:] if reglages.envois_integres and taches else en_cours:
            tache.cancel()
        if en_cours:
            _, tardives = await asyncio.wait(en_cours, timeout=FIN_DES_ENVOIS_S)
            for tache in tardives:
                tache.cancel()
            await asyncio.gather(*en_cours, return_exceptions=True)
        await contexte.portes.courrier.fermer()
        if moteur is None:
            await ouvert.fermer()


def relier(contexte: Contexte, moteur: base.Moteur) -> None:
    """Ce qu'une écriture validée périme, ici ou dans un autre processus, quitte la réserve des documents."""
    moteur.sur_changement.append(partial(_perimer, contexte))


def _perimer(contexte: Contexte, etiquettes: frozenset[str]) -> None:
    if not etiquettes <= {ETIQUETTE_ENVOIS, ETIQUETTE_PLUS_TARD}:
        contexte.documents.perimer(etiquettes, contexte.horloge())


async def _entretenir_sans_fin(contexte: Contexte) -> None:
    while True:
        try:
            await entretenir(contexte)
        except Exception:
            journal.exception("entretien interrompu ; il reprendra")
        await asyncio.sleep(PERIODE_ENTRETIEN_S)


def _contexte(request: Request[Any, Any, Any]) -> Contexte:
    return contexte_de(request)


def _maintenant(contexte: NamedDependency[Contexte]) -> datetime:
    # Demandé au contexte, et non à la requête : Litestar lancerait une tâche par dépendance indépendante.
    return contexte.horloge()


def _langue(request: Request[Any, Any, Any]) -> str:
    return langue_de(request)
