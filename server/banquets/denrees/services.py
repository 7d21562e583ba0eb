"""Ajouter, corriger, retirer une denrée."""

from datetime import datetime
from typing import Any, Final

from server.banquets.denrees.erreurs import DenreeEmployee, DenreeModifiee, DenreeReservee
from server.banquets.denrees.lectures import lire_denree, peut_corriger, trouver_denree
from server.banquets.denrees.schemas import DenreeDemande, IngredientVue
from server.banquets.menus.regles import fait_l_assiette
from server.banquets.menus.services import retirer_les_confirmations
from server.banquets.tables import Ingredient
from server.comptes.schemas import Auteur
from server.socle.base import ecriture
from server.socle.erreurs import DemandeInvalide, ErreurDeChamp
from server.socle.textes import plier
from server.structures.lectures import identifier_structures, roles_de
from server.structures.regles import slugs_possibles

PLIE_MAX: Final = 140
EMPLOIS: Final = ("plat_ligne", "recette_ligne", "approvisionnement", "produit")


@ecriture
async def ajouter_denree(auteur: Auteur, demande: DenreeDemande, maintenant: datetime) -> IngredientVue:
    """Une denrée de plus, que tout le réseau voit et que sa structure corrige."""
    structure = await structure_de(auteur, demande.structure)
    for slug in slugs_possibles(demande.nom, demande.structure):
        lignes = (
            await Ingredient.insert(
                Ingredient(slug=slug, structure=structure, modifie_le=maintenant, **_colonnes(demande))
            )
            .on_conflict(target=Ingredient.slug, action="DO NOTHING")
            .returning(Ingredient.id)
        )
        if lignes:
            return await lire_denree(auteur, slug)
    raise AssertionError("les slugs possibles ne s'épuisent pas")


@ecriture
async def corriger_denree(
    auteur: Auteur, slug: str, demande: DenreeDemande, maintenant: datetime
) -> IngredientVue:
    """Corrige une denrée de sa structure. Si ce qu'elle contient change, tous les plats où elle entre se relisent.

    Lève `DenreeReservee`, `DenreeModifiee`, et `DenreeEmployee` si l'on change l'unité d'une denrée dont on se sert : deux cents
    grammes ne sont pas deux cents pièces.
    """
    ligne = await _tenir(auteur, slug)
    structure = await structure_de(auteur, demande.structure)
    if demande.version != ligne["version"]:
        raise DenreeModifiee(version=ligne["version"])
    if demande.unite != ligne["unite"] and await _est_employee(ligne["id"]):
        raise DenreeEmployee()
    colonnes = _colonnes(demande)
    voulues: dict[Any, Any] = {
        **colonnes,
        "structure": structure,
        "version": ligne["version"] + 1,
        "modifie_le": maintenant,
    }
    await Ingredient.update(voulues).where(Ingredient.id == ligne["id"])
    if fait_l_assiette(ligne) != fait_l_assiette(colonnes):
        await retirer_les_confirmations(ligne["id"], maintenant)
    return await lire_denree(auteur, slug)


@ecriture
async def retirer_denree(auteur: Auteur, slug: str) -> None:
    """Retire une denrée dont rien ne se sert ; lève `DenreeEmployee` sinon."""
    ligne = await _tenir(auteur, slug)
    if await _est_employee(ligne["id"]):
        raise DenreeEmployee()
    await Ingredient.delete().where(Ingredient.id == ligne["id"])


async def structure_de(auteur: Auteur, slug: str) -> int:
    """La structure au nom de laquelle on écrit ; lève `DemandeInvalide` si l'on n'en est pas."""
    structure = (await identifier_structures([slug])).get(slug)
    if structure is None or not (auteur.est_operateur or structure in await roles_de(auteur.compte)):
        raise DemandeInvalide([ErreurDeChamp("structure", "pas_votre_structure")])
    return structure


async def _tenir(auteur: Auteur, slug: str) -> dict[str, Any]:
    """Sa ligne, tenue jusqu'à la fin : qui s'en sert et qui la change ne se croisent pas."""
    ligne = await trouver_denree(slug)
    if not peut_corriger(ligne, auteur, await roles_de(auteur.compte)):
        raise DenreeReservee()
    await Ingredient.update({Ingredient.nom: Ingredient.nom}).where(Ingredient.id == ligne["id"])
    return await trouver_denree(slug)


async def _est_employee(ingredient: int) -> bool:
    emplois = " UNION ALL ".join(f"SELECT 1 AS un FROM {table} WHERE ingredient = {{}}" for table in EMPLOIS)  # noqa: S608
    return bool(await Ingredient.raw(f"{emplois} LIMIT 1", *[ingredient] * len(EMPLOIS)))


def _colonnes(demande: DenreeDemande) -> dict[str, Any]:
    nom = demande.nom.strip()
    return {
        "nom": nom,
        "nom_plie": plier(nom)[:PLIE_MAX],
        "famille": demande.famille,
        "unite": demande.unite,
        "dechet_milliemes": demande.dechet_milliemes,
        "rendement_milliemes": demande.rendement_milliemes,
        "masse_piece_g": demande.masse_piece_g,
        "densite_milliemes": demande.densite_milliemes,
        "allergenes": sorted(set(demande.allergenes)),
        "animal": sorted(set(demande.animal)),
        "saison": sorted(set(demande.saison)),
        "hors_france": demande.hors_france,
        "source": demande.source,
    }
