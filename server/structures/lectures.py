"""Ce que l'on demande aux structures, sans rien y changer."""

from collections.abc import Collection
from typing import Any, Final, cast

import msgspec

from server.comptes.lectures import lire_compte
from server.comptes.schemas import AppartenanceVue, Auteur, VueCompte
from server.socle.textes import plier
from server.structures import permissions, regles
from server.structures.erreurs import StructureInconnue
from server.structures.schemas import (
    ListeStructures,
    Role,
    StructureNommee,
    VueMembre,
    VueStructure,
    VueStructureEquipe,
)
from server.structures.tables import Membre, Structure

_COLONNES = (
    Structure.slug, Structure.nom, Structure.genre, Structure.college, Structure.description, Structure.site,
    Structure.courriel, Structure.telephone, Structure.commune, Structure.modifie_le,
)  # fmt: skip
_PAR_NOM = (Structure.nom_plie, Structure.slug)

CHOIX_MAX: Final = 20
"""Au-delà, mieux vaut préciser la recherche."""


async def roles_de(compte: int) -> dict[int, Role]:
    """Les structures de cette personne, et son rôle dans chacune."""
    lignes = await Membre.select(Membre.structure, Membre.role).where(Membre.compte == compte)
    return {ligne["structure"]: cast("Role", ligne["role"]) for ligne in lignes}


async def identifier_structure(slug: str) -> int:
    """L'identifiant d'une structure ; lève `StructureInconnue`."""
    trouvees = await identifier_structures([slug])
    if slug not in trouvees:
        raise StructureInconnue()
    return trouvees[slug]


async def identifier_structures(slugs: Collection[str]) -> dict[str, int]:
    """Slug → identifiant, pour ceux qui existent."""
    lisibles = [slug for slug in slugs if regles.est_un_slug(slug)]
    if not lisibles:
        return {}
    lignes = await Structure.select(Structure.id, Structure.slug).where(Structure.slug.is_in(lisibles))
    return {ligne["slug"]: ligne["id"] for ligne in lignes}


async def lire_structure(slug: str) -> VueStructure:
    """La fiche publique ; lève `StructureInconnue`."""
    if not regles.est_un_slug(slug):
        raise StructureInconnue()
    ligne = await Structure.select(*_COLONNES).where(Structure.slug == slug).first()
    if ligne is None:
        raise StructureInconnue()
    return _vue(ligne)


async def lister_structures() -> ListeStructures:
    """Toutes les structures, par nom."""
    return ListeStructures([_vue(ligne) for ligne in await Structure.select(*_COLONNES).order_by(*_PAR_NOM)])


async def chercher_structures(q: str, limite: int = CHOIX_MAX) -> list[StructureNommee]:
    """De quoi choisir une structure : celles dont le nom contient chacun de ces mots ou débuts de mots."""
    requete = Structure.select(Structure.slug, Structure.nom).order_by(*_PAR_NOM)
    for mot in plier(q).split():
        requete = requete.where(Structure.nom_plie.like(f"%{mot}%"))
    return [StructureNommee(**ligne) for ligne in await requete.limit(limite)]


async def lister_structures_de(commune: str) -> list[StructureNommee]:
    """Les structures installées dans cette commune (code INSEE), par nom."""
    requete = Structure.select(Structure.slug, Structure.nom).where(Structure.commune == commune)
    return [StructureNommee(**ligne) for ligne in await requete.order_by(*_PAR_NOM)]


async def lire_equipe(auteur: Auteur, slug: str) -> VueStructureEquipe:
    """La fiche et les membres ; `StructureInconnue` pour qui n'en est pas."""
    structure = await identifier_structure(slug)
    roles = await roles_de(auteur.compte)
    if not permissions.peut_voir_equipe(auteur, roles, structure):
        raise StructureInconnue()
    lignes = (
        await Membre.select(
            Membre.id,
            Membre.role,
            Membre.compte,
            Membre.prenom.as_alias("prenom_dit"),
            Membre.courriel.as_alias("courriel_dit"),
            Membre.compte.prenom.as_alias("prenom"),
            Membre.compte.courriel.as_alias("courriel"),
        )
        .where(Membre.structure == structure)
        .order_by(Membre.id)
    )
    membres = [
        VueMembre(
            id=ligne["id"],
            prenom=ligne["prenom_dit"] or ligne["prenom"],
            courriel=ligne["courriel_dit"] or ligne["courriel"],
            role=ligne["role"],
            est_moi=ligne["compte"] == auteur.compte,
        )
        for ligne in lignes
    ]
    modifiable = permissions.peut_modifier_structure(auteur, roles, structure)
    return VueStructureEquipe(await lire_structure(slug), membres, modifiable)


async def lire_moi(auteur: Auteur) -> VueCompte:
    """Moi, dans l'espace : mon nom, mes structures et mes rôles."""
    lignes = (
        await Membre.select(
            Membre.role, Membre.structure.slug.as_alias("slug"), Membre.structure.nom.as_alias("nom")
        )
        .where(Membre.compte == auteur.compte)
        .order_by(Membre.structure.nom_plie)
    )
    appartenances = [
        AppartenanceVue(slug=ligne["slug"], nom=ligne["nom"], role=ligne["role"]) for ligne in lignes
    ]
    return msgspec.structs.replace(await lire_compte(auteur.compte), structures=appartenances)


def _vue(ligne: dict[str, Any]) -> VueStructure:
    return VueStructure(**ligne)
