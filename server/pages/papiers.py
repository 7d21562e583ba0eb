"""Les papiers d'un banquet, à imprimer ou à ouvrir dans un tableur. Ici on lit et on sert ; on compose ailleurs, sans rien lire.

Chaque papier se compose de données déjà lues (`Lu`) : qui cuisine sans compte sert les mêmes, moins ceux qui portent des prix.
On compose hors de la boucle et à part des affiches, un papier à la fois, compté à qui le demande. Décision 0015.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from server.banquets.acces import Ouvert, ouvrir_banquet
from server.banquets.commandes.lectures import lister_commandes_ouvertes
from server.banquets.commandes.schemas import VueCommandes
from server.banquets.cuisine.acces import exiger_cuisine, ouvrir_par_lien
from server.banquets.cuisine.erreurs import LienDeCuisineInconnu
from server.banquets.erreurs import BanquetInconnu
from server.comptes.schemas import Auteur
from server.inscriptions.cuisine.lectures import lire_assiettes_de_cuisine, lire_cuisine
from server.inscriptions.cuisine.schemas import VueCuisine
from server.inscriptions.effectif.couverture import couvrir
from server.inscriptions.effectif.schemas import AssietteVue
from server.pages import papiers_de_commande, papiers_de_cuisine
from server.pages.carte_du_menu import composer_carte
from server.pages.dessin import composer_papier
from server.pages.feuilles import TYPE_CONTENU, composer_feuille
from server.pages.routes import lire_site
from server.socle import tableur
from server.socle.base import lecture
from server.socle.contexte import Contexte
from server.socle.erreurs import Introuvable, NonConnecte, TropDeDemandes
from server.socle.problemes import refus_possibles
from server.socle.secrets import Clef
from server.socle.textes import Langue

Requete = Request[Any, Any, Any]


class PapierInconnu(Introuvable):
    """Ce papier n'existe pas, ou n'est pas pour vous."""


class Lu(msgspec.Struct, frozen=True, kw_only=True):
    """Tout ce dont un papier se compose."""

    vue: VueCuisine
    assiettes: Sequence[AssietteVue] = ()
    """Celles qui se servent à part ; la feuille de production seule les porte."""
    commandes: VueCommandes | None
    """Nulles : elles portent des prix, ce lecteur n'y a pas droit."""
    langue: Langue
    maintenant: datetime
    auteur: str
    """Le réseau, dans les propriétés du document."""


def _production(lu: Lu) -> bytes:
    effectif = lu.vue.effectif
    couverture = couvrir(
        lu.langue,
        lu.vue.menu.version,
        lu.vue.menu.plats,
        effectif.besoins,
        effectif.besoins_en_trop,
        effectif.parts,
    )
    return composer_feuille(
        papiers_de_cuisine.feuille_de_production(
            lu.vue, couverture, lu.assiettes, lu.langue, lu.maintenant, lu.auteur
        )
    )


def _production_csv(lu: Lu) -> bytes:
    return tableur.en_csv(papiers_de_cuisine.production_en_lignes(lu.vue, lu.langue))


def _courses(lu: Lu) -> bytes:
    return composer_feuille(
        papiers_de_cuisine.feuille_de_courses(lu.vue, lu.langue, lu.maintenant, lu.auteur)
    )


def _courses_csv(lu: Lu) -> bytes:
    return tableur.en_csv(papiers_de_cuisine.courses_en_lignes(lu.vue, lu.langue))


def _allergenes(lu: Lu) -> bytes:
    return composer_feuille(
        papiers_de_cuisine.feuille_des_allergenes(lu.vue, lu.langue, lu.maintenant, lu.auteur)
    )


def _menu(lu: Lu, *, sobre: bool) -> bytes:
    return composer_carte(papiers_de_cuisine.carte_du_menu(lu.vue, lu.langue, lu.auteur, sobre=sobre))


def _commandes(lu: Lu) -> bytes:
    assert lu.commandes is not None
    return composer_feuille(
        papiers_de_commande.bons_de_commande(lu.commandes, lu.vue, lu.langue, lu.maintenant, lu.auteur)
    )


def _commandes_csv(lu: Lu) -> bytes:
    assert lu.commandes is not None
    return tableur.en_csv(papiers_de_commande.commandes_en_lignes(lu.commandes, lu.langue))


Composition = Callable[[Lu], bytes]

DE_CUISINE: Final[Mapping[str, Composition]] = {
    "production.pdf": _production,
    "production.csv": _production_csv,
    "courses.pdf": _courses,
    "courses.csv": _courses_csv,
    "allergenes.pdf": _allergenes,
    "menu.pdf": partial(_menu, sobre=False),
    "menu-sobre.pdf": partial(_menu, sobre=True),
}
"""Ce que toute cuisine imprime, avec ou sans compte : ni prix, ni personne."""

PAR_COMPTE: Final[Mapping[str, Composition]] = {
    **DE_CUISINE,
    "commandes.pdf": _commandes,
    "commandes.csv": _commandes_csv,
}
"""Ce qu'imprime l'équipe, qui lit aussi les prix."""


@lecture
async def lire_pour_un_papier(
    ouvert: Ouvert, clef: Clef, langue: Langue, maintenant: datetime, auteur: str, nom: str
) -> Lu:
    """Ce qu'il faut à un papier, pour un banquet dont on a déjà vérifié l'accès."""
    assiettes: Sequence[AssietteVue] = ()
    if nom == "production.pdf":
        assiettes = (await lire_assiettes_de_cuisine(ouvert.moment, maintenant)).assiettes
    avec_prix = nom not in DE_CUISINE
    return Lu(
        vue=await lire_cuisine(ouvert.moment, clef, langue, maintenant),
        assiettes=assiettes,
        commandes=(await lister_commandes_ouvertes(ouvert, None, langue, maintenant) if avec_prix else None),
        langue=langue,
        maintenant=maintenant,
        auteur=auteur,
    )


async def servir_papier(
    request: Requete,
    contexte: Contexte,
    nom: str,
    papiers: Mapping[str, Composition],
    ouvert: Ouvert,
    lecteur: str,
    langue: Langue,
    maintenant: datetime,
) -> Response[bytes]:
    """Le papier de ce nom, composé à part ; lève `PapierInconnu`, `TropDeDemandes`.

    Qui appelle a déjà ouvert le banquet et choisi les papiers permis ; `lecteur` est le lien ou le compte qui demande.
    """
    composition = papiers.get(nom)
    if composition is None:
        raise PapierInconnu()
    contexte.limites.compter("papier-lecteur", lecteur)
    site = await lire_site(request, contexte)
    lu = await lire_pour_un_papier(ouvert, contexte.clef, langue, maintenant, site.reseau, nom)
    corps = await composer_papier(partial(composition, lu), lecteur)
    est_pdf = nom.endswith(".pdf")
    entetes = {
        "content-disposition": f'{"inline" if est_pdf else "attachment"}; filename="{nom}"',
        "cache-control": "private, no-store",
        "content-language": langue,
    }
    return Response(corps, media_type=TYPE_CONTENU if est_pdf else tableur.TYPE_CONTENU, headers=entetes)


class PapiersDeLEspace(Controller):
    """Les papiers d'un banquet, pour qui l'organise ou le cuisine."""

    path = "/api/espace/banquets/{moment:uuid}/papiers"
    tags = ["Banquets"]  # noqa: RUF012

    @get(
        "/{papier:str}",
        operation_id="imprimer_papier",
        summary="Production, courses, commandes, allergènes, menu : en PDF ou en CSV",
        media_type=TYPE_CONTENU,
        responses=refus_possibles(NonConnecte, BanquetInconnu, PapierInconnu, TropDeDemandes),
    )
    async def imprimer(
        self,
        request: Requete,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        langue: NamedDependency[Langue],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        papier: FromPath[str],
    ) -> Response[bytes]:
        """`papier` : `production.pdf`, `production.csv`, `courses.pdf`, `courses.csv`, `commandes.pdf`, `commandes.csv`,
        `allergenes.pdf`, `menu.pdf` ou `menu-sobre.pdf`."""
        ouvert = await ouvrir_banquet(auteur, moment)
        lecteur = f"compte:{auteur.compte}"
        return await servir_papier(request, contexte, papier, PAR_COMPTE, ouvert, lecteur, langue, maintenant)


class PapiersDeCuisine(Controller):
    """Les papiers d'un banquet, pour la cuisine entrée par son lien : ni prix, ni personne."""

    path = "/api/cuisine/banquets/{moment:uuid}/papiers"
    tags = ["Cuisine"]  # noqa: RUF012

    @get(
        "/{papier:str}",
        operation_id="imprimer_papier_en_cuisine",
        summary="Production, courses, allergènes, menu : en PDF ou en CSV",
        media_type=TYPE_CONTENU,
        responses=refus_possibles(LienDeCuisineInconnu, PapierInconnu, TropDeDemandes),
    )
    async def imprimer(
        self,
        request: Requete,
        contexte: NamedDependency[Contexte],
        langue: NamedDependency[Langue],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        papier: FromPath[str],
    ) -> Response[bytes]:
        """`papier` : `production.pdf`, `production.csv`, `courses.pdf`, `courses.csv`, `allergenes.pdf`, `menu.pdf` ou
        `menu-sobre.pdf`. Les bons de commande portent des prix : ils ne sont que dans l'espace."""
        lien = await exiger_cuisine(request, contexte, maintenant, moment)
        ouvert = ouvrir_par_lien(lien)
        lecteur = f"lien:{lien.id}"
        return await servir_papier(request, contexte, papier, DE_CUISINE, ouvert, lecteur, langue, maintenant)


ROUTES: Final[list[Any]] = [PapiersDeLEspace, PapiersDeCuisine]
