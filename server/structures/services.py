"""Ce que l'on fait faire aux structures ; une fonction par usage, une transaction chacune."""

from datetime import datetime
from typing import Any

from server.comptes.schemas import Auteur
from server.comptes.services import creer_compte
from server.socle.base import ecriture
from server.socle.champs import exiger_langue
from server.socle.faits import publier, renouveler
from server.socle.textes import plier
from server.structures import permissions, regles
from server.structures.erreurs import (
    DejaMembre,
    DerniereResponsable,
    MembreInconnu,
    ReserveAuxOperateurs,
    ReserveAuxResponsables,
    StructureInconnue,
)
from server.structures.faits import StructureModifiee
from server.structures.lectures import identifier_structure, lire_equipe, roles_de
from server.structures.schemas import (
    MembreDemande,
    Role,
    RoleDemande,
    StructureCreation,
    StructureDemande,
    VueStructureEquipe,
)
from server.structures.tables import Membre, Structure

PLIE_MAX = 200
"""Largeur de `nom_plie` : plier peut allonger (« ㏂ » donne « a m »)."""


@ecriture
async def creer_structure(
    auteur: Auteur, demande: StructureCreation, maintenant: datetime
) -> VueStructureEquipe:
    """Ajoute une structure au réseau et désigne qui en répond."""
    if not permissions.peut_creer_structure(auteur):
        raise ReserveAuxOperateurs()
    structure, slug = await enregistrer_structure(demande, maintenant)
    if demande.responsable is None:
        await rattacher_membre(structure, auteur.compte, "responsable", maintenant)
    else:
        compte = await _compte_de(demande.responsable, maintenant)
        await rattacher_membre(structure, compte, "responsable", maintenant, dit=demande.responsable)
    return await lire_equipe(auteur, slug)


@ecriture
async def enregistrer_structure(demande: StructureDemande, maintenant: datetime) -> tuple[int, str]:
    """Écrit une structure nouvelle, sans membre ; rend son identifiant et son slug.

    Pour l'installation, la démonstration et `creer_structure` : ne vérifie aucun droit.
    """
    fiche = _fiche(demande)
    for slug in regles.slugs_possibles(fiche["nom"]):
        # Insérer puis regarder : deux structures du même nom créées ensemble n'auront jamais la même adresse.
        lignes = (
            await Structure.insert(Structure(slug=slug, cree_le=maintenant, modifie_le=maintenant, **fiche))
            .on_conflict(target=Structure.slug, action="DO NOTHING")
            .returning(Structure.id)
        )
        if lignes:
            renouveler("agenda")
            return lignes[0]["id"], slug
    raise AssertionError("les slugs possibles ne s'épuisent pas")


@ecriture
async def modifier_structure(
    auteur: Auteur, slug: str, demande: StructureDemande, maintenant: datetime
) -> VueStructureEquipe:
    """Change la fiche d'une structure. Son adresse ne change pas : elle est déjà sur des affiches."""
    structure = await _charger_pour_modifier(auteur, slug)
    fiche = _fiche(demande)
    [avant] = await Structure.select(Structure.nom).where(Structure.id == structure)
    await Structure.update({**fiche, "modifie_le": maintenant}).where(Structure.id == structure)
    publier(StructureModifiee(structure, maintenant if fiche["nom"] != avant["nom"] else None))
    renouveler(f"structure:{structure}", "agenda")
    return await lire_equipe(auteur, slug)


@ecriture
async def ajouter_membre(
    auteur: Auteur, slug: str, demande: MembreDemande, maintenant: datetime
) -> VueStructureEquipe:
    """Ajoute une personne à une structure par son adresse ; lui crée un compte si elle n'en a pas.

    Rien ne dit si elle en avait un : l'équipe la voit sous le prénom et l'adresse qu'on vient d'écrire, jusqu'à ce
    qu'elle vienne dans l'espace. Elle sait alors qu'elle est de cette structure, et son compte dit son prénom.
    """
    structure = await _charger_pour_modifier(auteur, slug)
    compte = await _compte_de(demande, maintenant)
    if not await rattacher_membre(structure, compte, demande.role, maintenant, dit=demande):
        raise DejaMembre()
    return await lire_equipe(auteur, slug)


@ecriture
async def rattacher_membre(
    structure: int, compte: int, role: Role, maintenant: datetime, *, dit: MembreDemande | None = None
) -> bool:
    """Fait de ce compte un membre de cette structure ; faux s'il l'était déjà (son rôle ne change pas).

    `dit` : comment l'appeler tant qu'il n'est pas venu.
    """
    membre = Membre(
        structure=structure,
        compte=compte,
        role=role,
        prenom=dit and dit.prenom,
        courriel=dit and dit.courriel.strip(),
        cree_le=maintenant,
    )
    lignes = (
        await Membre.insert(membre)
        .on_conflict(target=(Membre.structure, Membre.compte), action="DO NOTHING")
        .returning(Membre.id)
    )
    return bool(lignes)


@ecriture
async def reconnaitre_les_venus() -> None:
    """Les membres venus dans l'espace depuis leur ajout portent désormais le prénom de leur compte."""
    await Membre.raw(
        "UPDATE membre SET prenom = NULL, courriel = NULL WHERE prenom IS NOT NULL AND EXISTS "
        "(SELECT 1 FROM session s WHERE s.compte = membre.compte AND s.vue_le > membre.cree_le)"
    )


@ecriture
async def changer_role(auteur: Auteur, slug: str, membre: int, demande: RoleDemande) -> VueStructureEquipe:
    """Donne un autre rôle à un membre ; la structure garde au moins une personne responsable."""
    structure = await _charger_pour_modifier(auteur, slug)
    equipe = await _tenir_equipe(structure)
    _trouver(equipe, membre)
    if not regles.reste_une_responsable(equipe, membre, demande.role):
        raise DerniereResponsable()
    await Membre.update({Membre.role: demande.role}).where(Membre.id == membre)
    return await lire_equipe(auteur, slug)


@ecriture
async def retirer_membre(auteur: Auteur, slug: str, membre: int) -> None:
    """Retire une personne d'une structure, ou la quitte soi-même."""
    structure = await identifier_structure(slug)
    roles = await roles_de(auteur.compte)
    if not permissions.peut_voir_equipe(auteur, roles, structure):
        raise StructureInconnue()
    equipe = await _tenir_equipe(structure)
    if not permissions.peut_retirer_membre(auteur, roles, structure, _trouver(equipe, membre)):
        raise ReserveAuxResponsables()
    if not regles.reste_une_responsable(equipe, membre, None):
        raise DerniereResponsable()
    await Membre.delete().where(Membre.id == membre)


async def _charger_pour_modifier(auteur: Auteur, slug: str) -> int:
    structure = await identifier_structure(slug)
    roles = await roles_de(auteur.compte)
    if not permissions.peut_voir_equipe(auteur, roles, structure):
        raise StructureInconnue()
    if not permissions.peut_modifier_structure(auteur, roles, structure):
        raise ReserveAuxResponsables()
    return structure


async def _tenir_equipe(structure: int) -> list[regles.MembreSimple]:
    """Les membres de la structure, tenus jusqu'à la fin de l'unité : deux responsables ne partent pas ensemble."""
    await Structure.update({Structure.nom: Structure.nom}).where(Structure.id == structure)
    lignes = await Membre.select(Membre.id, Membre.compte, Membre.role).where(Membre.structure == structure)
    return [regles.MembreSimple(ligne["id"], ligne["compte"], ligne["role"]) for ligne in lignes]


def _trouver(equipe: list[regles.MembreSimple], membre: int) -> int:
    """Le compte de ce membre. Cherché ici et non dans la base : un nombre démesuré n'y entrerait pas."""
    for celui in equipe:
        if celui.membre == membre:
            return celui.compte
    raise MembreInconnu()


def _fiche(demande: StructureDemande) -> dict[Any, Any]:
    """Les colonnes que dit la demande."""
    nom = demande.nom.strip()
    return {
        "nom": nom,
        "nom_plie": plier(nom)[:PLIE_MAX],
        "genre": demande.genre,
        "college": regles.college_de(demande.genre, demande.college),
        "description": demande.description,
        "site": demande.site,
        "courriel": demande.courriel,
        "telephone": demande.telephone,
        "commune": demande.commune and demande.commune.upper(),
    }


async def _compte_de(demande: MembreDemande, maintenant: datetime) -> int:
    return await creer_compte(demande.courriel, demande.prenom, exiger_langue(demande.langue), maintenant)
