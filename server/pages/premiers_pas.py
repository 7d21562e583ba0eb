"""Les premiers pas d'une installation, ou d'une structure qui vient d'entrer dans le réseau.

Rien n'en est retenu : chaque pas se lit dans ce qui existe vraiment. La liste se tait d'elle-même quand tout est fait.
"""

from typing import Any, Final, Literal

import msgspec
from litestar import Controller, get
from litestar.di import NamedDependency

from server.comptes.schemas import Auteur
from server.evenements.permissions import ORGANISENT
from server.evenements.tables import Coorganisation
from server.lieux.lectures import lire_territoire
from server.lieux.permissions import peut_regler_installation
from server.lieux.regles import a_completer
from server.lieux.tables import Lieu
from server.socle.erreurs import NonConnecte
from server.socle.problemes import refus_possibles
from server.structures.tables import Membre

Cle = Literal["installation", "structure", "lieu", "equipe", "evenement"]


class Pas(msgspec.Struct, frozen=True):
    """Une chose à faire une fois, et si elle l'est."""

    cle: Cle
    fait: bool
    slug: str | None = None
    """La structure que ce pas concerne."""


class PremiersPas(msgspec.Struct, frozen=True):
    """Ce qui reste à faire pour bien commencer ; vide quand tout est fait, ou que cela ne revient pas à cette personne."""

    pas: list[Pas]


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """Ce dont les premiers pas dépendent."""

    installation_complete: bool | None
    """Nul pour qui ne veille pas sur l'installation."""
    miennes: list[tuple[str, bool]]
    """Les structures dont on répond : adresse, et si leur page dit de quoi il s'agit et comment les joindre."""
    lieux: bool
    equipe: bool
    """Quelqu'un d'autre organise avec soi : dans ses structures, ou dans le réseau pour qui veille sur lui."""
    evenements: bool
    annonces: bool
    """Au moins un de ces évènements a été publié."""


def premiers_pas(situation: Situation) -> list[Pas]:
    """Les pas, dans l'ordre où l'on s'y prend ; aucun si tout est fait.

    Inviter quelqu'un n'est plus demandé à qui a déjà annoncé un évènement : on peut organiser à une personne.
    """
    if situation.installation_complete is None and not situation.miennes:
        return []
    incomplete = next((slug for slug, complete in situation.miennes if not complete), None)
    premiere = incomplete or next((slug for slug, _ in situation.miennes), None)
    pas: list[Pas] = []
    if situation.installation_complete is not None:
        pas.append(Pas("installation", situation.installation_complete))
    if premiere is not None:
        pas.append(Pas("structure", incomplete is None, premiere))
    pas.append(Pas("lieu", situation.lieux))
    pas.append(Pas("equipe", situation.equipe or situation.annonces, premiere))
    pas.append(Pas("evenement", situation.evenements))
    return [] if all(un.fait for un in pas) else pas


async def lire_premiers_pas(auteur: Auteur) -> PremiersPas:
    """Les premiers pas de qui veille sur l'installation, ou répond d'une structure."""
    miennes = await Membre.select(
        Membre.structure,
        Membre.structure.slug.as_alias("slug"),
        Membre.structure.description.as_alias("description"),
        Membre.structure.courriel.as_alias("courriel"),
        Membre.structure.telephone.as_alias("telephone"),
        Membre.structure.site.as_alias("site"),
    ).where((Membre.compte == auteur.compte) & (Membre.role == "responsable")).order_by(Membre.id)  # fmt: skip
    veille = peut_regler_installation(auteur)
    if not veille and not miennes:
        return PremiersPas([])
    territoire = await lire_territoire() if veille else None
    structures = [ligne["structure"] for ligne in miennes]
    autres: Any = Membre.compte != auteur.compte
    tenus: Any = Coorganisation.part.is_in(sorted(ORGANISENT)) & (Coorganisation.reponse == "acceptee")
    if not veille:
        autres &= Membre.structure.is_in(structures)
        tenus &= Coorganisation.structure.is_in(structures)
    publies: Any = tenus & (Coorganisation.evenement.statut != "brouillon")
    situation = Situation(
        installation_complete=(territoire is not None and not a_completer(territoire)) if veille else None,
        miennes=[
            (
                un["slug"],
                bool(un["description"].strip() and (un["courriel"] or un["telephone"] or un["site"])),
            )
            for un in miennes
        ],
        lieux=await Lieu.exists(),
        equipe=await Membre.exists().where(autres),
        evenements=await Coorganisation.exists().where(tenus),
        annonces=await Coorganisation.exists().where(publies),
    )
    return PremiersPas(premiers_pas(situation))


class PremiersPasDeLEspace(Controller):
    """Par quoi commencer, pour qui vient d'arriver."""

    path = "/api/espace/premiers-pas"
    tags = ["Organiser"]  # noqa: RUF012

    @get(
        operation_id="lire_premiers_pas",
        summary="Par quoi commencer ; vide quand tout est fait",
        responses=refus_possibles(NonConnecte),
    )
    async def lire(self, auteur: NamedDependency[Auteur]) -> PremiersPas:
        return await lire_premiers_pas(auteur)


ROUTES: Final[list[Any]] = [PremiersPasDeLEspace]
