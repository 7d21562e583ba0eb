"""Écrire une recette, la corriger, la retirer. Les menus qui l'ont copiée n'en savent rien : la copie vit sa vie."""

from datetime import datetime
from typing import Any, Final

import msgspec

from server.banquets.denrees.services import structure_de
from server.banquets.menus.services import fiches_de
from server.banquets.recettes.erreurs import RecetteDerivee, RecetteModifiee, RecetteReservee
from server.banquets.recettes.lectures import compter_derivees, lire_recette, peut_corriger, trouver_recette
from server.banquets.recettes.schemas import RecetteDemande, RecetteVue
from server.banquets.tables import Recette, RecetteLigne
from server.comptes.schemas import Auteur
from server.socle.base import ecriture
from server.socle.erreurs import DemandeInvalide, ErreurDeChamp
from server.socle.textes import plier
from server.structures.lectures import roles_de
from server.structures.regles import slugs_possibles

PLIE_MAX: Final = 200


@ecriture
async def publier_recette(auteur: Auteur, demande: RecetteDemande, maintenant: datetime) -> RecetteVue:
    """Publie une recette pour tout le réseau, au nom de sa structure ; dérivée d'une autre, elle la cite."""
    structure = await structure_de(auteur, demande.structure)
    fiches = await _verifier(demande)
    source = None
    if demande.derivee_de is not None:
        connue = await Recette.select(Recette.id).where(Recette.slug == demande.derivee_de).first()
        if connue is None:
            raise DemandeInvalide([ErreurDeChamp("derivee_de", "recette_inconnue")])
        source = connue["id"]
    for slug in slugs_possibles(demande.titre, demande.structure):
        lignes = (
            await Recette.insert(
                Recette(
                    slug=slug,
                    structure=structure,
                    derivee_de=source,
                    cree_le=maintenant,
                    modifie_le=maintenant,
                    **_colonnes(demande),
                )
            )
            .on_conflict(target=Recette.slug, action="DO NOTHING")
            .returning(Recette.id)
        )
        if lignes:
            await _ecrire_lignes(lignes[0]["id"], demande, fiches)
            return await lire_recette(auteur, slug)
    raise AssertionError("les slugs possibles ne s'épuisent pas")


@ecriture
async def corriger_recette(
    auteur: Auteur, slug: str, demande: RecetteDemande, maintenant: datetime
) -> RecetteVue:
    """Corrige une recette de sa structure ; lève `RecetteReservee`, `RecetteModifiee`. Aucun menu ne change."""
    ligne = await _tenir(auteur, slug)
    structure = await structure_de(auteur, demande.structure)
    if demande.version != ligne["version"]:
        raise RecetteModifiee(version=ligne["version"])
    fiches = await _verifier(demande)
    voulues: dict[Any, Any] = {
        **_colonnes(demande),
        "structure": structure,
        "version": ligne["version"] + 1,
        "modifie_le": maintenant,
    }
    await Recette.update(voulues).where(Recette.id == ligne["id"])
    await RecetteLigne.delete().where(RecetteLigne.recette == ligne["id"])
    await _ecrire_lignes(ligne["id"], demande, fiches)
    return await lire_recette(auteur, slug)


@ecriture
async def retirer_recette(auteur: Auteur, slug: str, version: int) -> None:
    """Retire la recette que l'on a lue ; `RecetteModifiee` si quelqu'un l'a corrigée depuis, `RecetteDerivee` si d'autres la
    citent. Les menus qui l'ont copiée gardent leur plat.
    """
    ligne = await _tenir(auteur, slug)
    if version != ligne["version"]:
        raise RecetteModifiee(version=ligne["version"])
    derivees = await compter_derivees(ligne["id"])
    if derivees:
        raise RecetteDerivee(derivees=derivees)
    await Recette.delete().where(Recette.id == ligne["id"])


async def _tenir(auteur: Auteur, slug: str) -> dict[str, Any]:
    """Sa ligne, tenue jusqu'à la fin : deux corrections ne se croisent pas."""
    ligne = await trouver_recette(slug)
    if not peut_corriger(ligne, auteur, await roles_de(auteur.compte)):
        raise RecetteReservee()
    await Recette.update({Recette.titre: Recette.titre}).where(Recette.id == ligne["id"])
    return await trouver_recette(slug)


async def _verifier(demande: RecetteDemande) -> dict[str, dict[str, Any]]:
    fiches = await fiches_de({ligne.ingredient for ligne in demande.lignes})
    erreurs = []
    for n, ligne in enumerate(demande.lignes):
        if ligne.ingredient not in fiches:
            erreurs.append(ErreurDeChamp(f"lignes.{n}.ingredient", "ingredient_inconnu"))
        if ligne.adulte_milli == ligne.enfant_milli == 0:
            erreurs.append(ErreurDeChamp(f"lignes.{n}.adulte_milli", "part_nulle"))
    if erreurs:
        raise DemandeInvalide(erreurs)
    return fiches


async def _ecrire_lignes(recette: int, demande: RecetteDemande, fiches: dict[str, dict[str, Any]]) -> None:
    await RecetteLigne.insert(
        *(
            RecetteLigne(
                **{
                    **msgspec.structs.asdict(ligne),
                    "recette": recette,
                    "rang": rang,
                    "ingredient": fiches[ligne.ingredient]["id"],
                }
            )
            for rang, ligne in enumerate(demande.lignes)
        )
    )


def _colonnes(demande: RecetteDemande) -> dict[str, Any]:
    titre = demande.titre.strip()
    return {
        "titre": titre,
        "titre_plie": plier(titre)[:PLIE_MAX],
        "service": demande.service,
        "description": demande.description,
        "notes_echelle": demande.notes_echelle,
    }
