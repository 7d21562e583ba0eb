"""L'espace de qui organise : la coquille de l'application, et ce qu'elle demande qui traverse plusieurs métiers."""

import asyncio
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import Redirect

from server.comptes.connexion import auteur_connecte
from server.comptes.schemas import Auteur
from server.evenements.erreurs import EvenementInconnu, GestionInterdite
from server.evenements.permissions import ORGANISENT
from server.evenements.schemas import Part
from server.evenements.tables import Evenement
from server.inscriptions.acces import acceder
from server.notifications import lectures as envois
from server.notifications.erreurs import EnvoiDejaClos, EnvoiInconnu
from server.notifications.schemas import PageEnvois
from server.notifications.services import relancer_envoi
from server.pages.coquille import coquille
from server.socle.champs import Redaction
from server.socle.contexte import Contexte
from server.socle.erreurs import DemandeInvalide, NonConnecte, TropDeDemandes
from server.socle.gabarits import rendre
from server.socle.markdown import en_html
from server.socle.problemes import refus_possibles
from server.socle.textes import langues

# --- La coquille ----------------------------------------------------------------------------------------------------


async def _servir(request: Request[Any, Any, Any]) -> Response[Any]:
    try:
        auteur = await auteur_connecte(request)
    except NonConnecte:
        return Redirect("/connexion", status_code=303)
    langue = auteur.langue if auteur.langue in langues() else langues()[0]
    html = rendre("espace.html", langue, coquille=coquille("espace", langue))
    return Response(html.encode(), media_type="text/html", headers={"cache-control": "no-store"})


@get("/espace", operation_id="page_espace", include_in_schema=False)
async def ouvrir_espace(request: Request[Any, Any, Any]) -> Response[Any]:
    """L'espace ; qui n'est pas connecté va d'abord se connecter."""
    return await _servir(request)


@get("/espace/{chemin:path}", operation_id="page_espace_ecran", include_in_schema=False)
async def ouvrir_ecran(request: Request[Any, Any, Any], chemin: FromPath[str]) -> Response[Any]:
    """Un écran de l'espace : la même coquille, l'application lit l'adresse."""
    return await _servir(request)


# --- Ce qui est à faire ---------------------------------------------------------------------------------------------


class ChoseAFaire(msgspec.Struct, frozen=True):
    """Un nombre de choses qui attendent, pour un évènement."""

    slug: str | None
    """Nul pour ce qui ne tient à aucun évènement (un lien de connexion qui n'est pas parti)."""
    titre: str
    nombre: int


class InvitationRecue(msgspec.Struct, frozen=True):
    """Une de mes structures est invitée à organiser un évènement, et n'a pas répondu."""

    slug: str
    titre: str
    structure: str
    structure_nom: str
    part: Part


class MessagesRecus(msgspec.Struct, frozen=True):
    """Des messages sur un banquet, que personne de ce côté n'a lus."""

    moment: UUID
    titre: str
    """De l'évènement."""
    nombre: int


class CommandesAAnnuler(msgspec.Struct, frozen=True):
    """Des commandes parties pour un repas qui n'aura pas lieu : annulé, ou ôté du programme."""

    moment: UUID
    slug: str
    titre: str
    """De l'évènement."""
    nombre: int


class AFaire(msgspec.Struct, frozen=True):
    """Ce qui attend la personne connectée."""

    invitations: list[InvitationRecue]
    appels: list[ChoseAFaire]
    courriels_en_echec: list[ChoseAFaire]
    messages: list[MessagesRecus]
    """De la cuisine, à qui organise ; de qui organise, à la structure qui cuisine."""
    commandes_a_annuler: list[CommandesAAnnuler]


_PARTS: Final = sorted(ORGANISENT)
_TROUS: Final = ", ".join("{}" for _ in _PARTS)
_LES_MIENS: Final = f"""e.id IN (
    SELECT o.evenement FROM coorganisation o JOIN membre m ON m.structure = o.structure
    WHERE m.compte = {{}} AND o.reponse = 'acceptee' AND o.part IN ({_TROUS})
)"""  # noqa: S608 — des trous, remplis par la base
_APPELS: Final = (
    "SELECT e.slug, e.titre, COUNT(*) AS nombre FROM appel a JOIN evenement e ON e.id = a.evenement "
    "WHERE a.fait_le IS NULL AND (e.fin IS NULL OR e.fin > {}) AND "
)
_COURRIELS: Final = (
    "SELECT e.slug, e.titre, COUNT(*) AS nombre FROM envoi v JOIN evenement e ON e.id = v.evenement "
    "WHERE v.echoue_le IS NOT NULL AND v.destinataire <> '' AND "
)
_INVITATIONS: Final = (
    "SELECT e.slug, e.titre, s.slug AS structure, s.nom AS structure_nom, o.part FROM coorganisation o "
    "JOIN membre m ON m.structure = o.structure JOIN structure s ON s.id = o.structure "
    "JOIN evenement e ON e.id = o.evenement WHERE m.compte = {} AND o.reponse = 'invitee' "
    "AND e.statut <> 'annule' AND (e.fin IS NULL OR e.fin > {}) ORDER BY e.debut, e.id, s.nom_plie"
)
_LES_MESSAGES: Final = (
    "SELECT m.id AS moment, e.titre, COUNT(*) AS nombre FROM message_cuisine g JOIN moment m ON m.id = g.moment "
    "JOIN evenement e ON e.id = m.evenement LEFT JOIN messages_lus l ON l.moment = g.moment AND l.cote = {} "
    "WHERE g.cote <> {} AND g.retire_le IS NULL AND g.numero > COALESCE(l.jusqu_a, 0) AND m.retire_le IS NULL "
    "AND (e.fin IS NULL OR e.fin > {}) AND "
)
_JE_CUISINE: Final = """e.id IN (
    SELECT o.evenement FROM coorganisation o JOIN membre m ON m.structure = o.structure
    WHERE m.compte = {} AND o.reponse = 'acceptee' AND o.part = 'traiteur'
)"""
_PAR_BANQUET: Final = " GROUP BY m.id, e.slug, e.titre, e.debut ORDER BY e.debut, m.id"
_COMMANDES: Final = (
    "SELECT m.id AS moment, e.slug, e.titre, COUNT(*) AS nombre FROM commande c JOIN banquet b ON b.id = c.banquet "
    "JOIN moment m ON m.id = b.moment JOIN evenement e ON e.id = m.evenement WHERE c.annulee_le IS NULL "
    "AND (m.retire_le IS NOT NULL OR m.genre <> 'banquet' OR e.statut = 'annule') "
    "AND (e.fin IS NULL OR e.fin > {}) AND "
)
_APRES_LE_REPAS: Final = timedelta(days=7)
"""Un message du lendemain se lit encore ; ensuite, il ne presse plus."""
_PAR_EVENEMENT: Final = " GROUP BY e.id, e.slug, e.titre, e.debut ORDER BY e.debut, e.id"
_SANS_EVENEMENT: Final = (
    "SELECT COUNT(*) AS nombre FROM envoi v "
    "WHERE v.echoue_le IS NOT NULL AND v.destinataire <> '' AND v.evenement IS NULL"
)


async def lire_a_faire(auteur: Auteur, maintenant: datetime) -> AFaire:
    """Les invitations sans réponse ; des évènements que l'on tient, ce qui attend un appel, une lecture, une annulation."""
    qui, valeurs = ("1 = 1", list[Any]()) if auteur.est_operateur else (_LES_MIENS, [auteur.compte, *_PARTS])
    appels = await Evenement.raw(_APPELS + qui + _PAR_EVENEMENT, maintenant, *valeurs)
    courriels = await Evenement.raw(_COURRIELS + qui + _PAR_EVENEMENT, *valeurs)
    en_echec = [ChoseAFaire(**ligne) for ligne in courriels]
    if auteur.est_operateur:
        (ailleurs,) = await Evenement.raw(_SANS_EVENEMENT)
        if ailleurs["nombre"]:
            en_echec.append(ChoseAFaire(slug=None, titre="", nombre=ailleurs["nombre"]))
    invitations = await Evenement.raw(_INVITATIONS, auteur.compte, maintenant)
    commandes = await Evenement.raw(_COMMANDES + qui + _PAR_BANQUET, maintenant, *valeurs)
    return AFaire(
        invitations=[InvitationRecue(**ligne) for ligne in invitations],
        appels=[ChoseAFaire(**ligne) for ligne in appels],
        courriels_en_echec=en_echec,
        messages=await _lire_les_messages(auteur, qui, valeurs, maintenant),
        commandes_a_annuler=[
            CommandesAAnnuler(UUID(str(li["moment"])), li["slug"], li["titre"], int(li["nombre"]))
            for li in commandes
        ],
    )


async def _lire_les_messages(
    auteur: Auteur, qui: str, valeurs: list[Any], maintenant: datetime
) -> list[MessagesRecus]:
    """Les messages qui attendent d'être lus, des banquets que l'on organise, puis de ceux que l'on cuisine seulement."""
    depuis = maintenant - _APRES_LE_REPAS
    organises = await Evenement.raw(
        _LES_MESSAGES + qui + _PAR_BANQUET, "organisation", "organisation", depuis, *valeurs
    )
    lignes = list(organises)
    if not auteur.est_operateur:
        lignes += await Evenement.raw(
            f"{_LES_MESSAGES}{_JE_CUISINE} AND NOT {qui}{_PAR_BANQUET}",
            "cuisine", "cuisine", depuis, auteur.compte, *valeurs,
        )  # fmt: skip
    return [
        MessagesRecus(UUID(str(ligne["moment"])), ligne["titre"], int(ligne["nombre"])) for ligne in lignes
    ]


# --- Les adresses ---------------------------------------------------------------------------------------------------


class TexteAMettreEnForme(msgspec.Struct, forbid_unknown_fields=True):
    texte: Redaction


class TexteMisEnForme(msgspec.Struct, frozen=True):
    """Le texte tel que la page publique le montrera : sûr, avec très peu de balises."""

    html: str


class Espace(Controller):
    """Ce que l'espace demande qui n'est d'aucun métier, ou de plusieurs."""

    path = "/api/espace"
    tags = ["Organiser"]  # noqa: RUF012

    @get(
        "/a-faire",
        operation_id="lire_a_faire",
        summary="À quoi répondre, qui appeler, et quels courriels ne sont pas partis, par évènement",
        responses=refus_possibles(NonConnecte),
    )
    async def a_faire(self, auteur: NamedDependency[Auteur], maintenant: NamedDependency[datetime]) -> AFaire:
        return await lire_a_faire(auteur, maintenant)

    @post(
        "/mise-en-forme",
        operation_id="mettre_en_forme",
        summary="Un texte Markdown, mis en forme comme il sera publié",
        status_code=200,
        responses=refus_possibles(NonConnecte, DemandeInvalide, TropDeDemandes),
    )
    async def mettre_en_forme(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        data: JSONBody[TexteAMettreEnForme],
    ) -> TexteMisEnForme:
        contexte.limites.compter("ecriture-compte", str(auteur.compte))
        return TexteMisEnForme(html=str(await asyncio.to_thread(en_html, data.texte)))

    @get(
        "/evenements/{slug:str}/envois",
        operation_id="lister_envois_evenement",
        summary="Les courriels de cet évènement qui ne sont pas partis",
        responses=refus_possibles(NonConnecte, EvenementInconnu, GestionInterdite, DemandeInvalide),
    )
    async def lister_envois(
        self, auteur: NamedDependency[Auteur], slug: FromPath[str], curseur: FromQuery[str | None] = None
    ) -> PageEnvois:
        return await envois.lire_echecs(evenement=await acceder(auteur, slug), curseur=curseur)

    @post(
        "/evenements/{slug:str}/envois/{envoi:int}/relance",
        operation_id="relancer_envoi_evenement",
        summary="Remettre en partance un courriel de cet évènement",
        status_code=204,
        responses=refus_possibles(
            NonConnecte, EvenementInconnu, GestionInterdite, EnvoiInconnu, EnvoiDejaClos
        ),
    )
    async def relancer(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        slug: FromPath[str],
        envoi: FromPath[int],
    ) -> None:
        await relancer_envoi(envoi, maintenant, evenement=await acceder(auteur, slug))


ROUTES_ESPACE: Final[list[Any]] = [ouvrir_espace, ouvrir_ecran, Espace]
