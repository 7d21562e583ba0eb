"""Ce que l'on fait faire aux menus ; une fonction par usage, une transaction chacune."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from server.banquets.acces import assurer_banquet, etiquette_du_menu, ouvrir_banquet
from server.banquets.erreurs import BanquetModifie, PlatInconnu
from server.banquets.menus import regles
from server.banquets.menus.echelle import contenance_de
from server.banquets.menus.lectures import lire_menu_ouvert
from server.banquets.menus.schemas import LigneDemande, MenuDemande, MenuVue, PlatDemande
from server.banquets.tables import Approvisionnement, Banquet, Ingredient, Plat, PlatLigne, Recette
from server.comptes.schemas import Auteur
from server.socle.base import ecriture
from server.socle.erreurs import DemandeInvalide, ErreurDeChamp
from server.socle.faits import renouveler


@ecriture
async def ecrire_menu(auteur: Auteur, moment: UUID, demande: MenuDemande, maintenant: datetime) -> MenuVue:
    """Remplace le menu entier. Lève `BanquetModifie` si quelqu'un d'autre a enregistré depuis : rien n'est écrasé.

    Un plat dont ce qu'il contient n'a pas changé garde sa confirmation, même si ses parts changent.
    """
    ouvert = await ouvrir_banquet(auteur, moment)
    banquet = await assurer_banquet(moment, maintenant)
    await _prendre_la_version(banquet, demande.version, auteur, maintenant)
    renouveler(etiquette_du_menu(moment))
    avant = await _compositions(banquet)
    fiches, recettes = await _verifier(banquet, demande)
    await _effacer_les_absents(banquet, demande, avant)
    for rang, plat in enumerate(demande.plats):
        colonnes = _colonnes(plat, rang) | {"recette": recettes.get(plat.recette or "")}
        if plat.id in avant:
            if avant[plat.id] != _composition(plat):
                colonnes |= {"confirme_le": None, "confirme_par": None}
            await Plat.update(colonnes).where(Plat.id == plat.id)
        else:
            await Plat.insert(Plat(id=plat.id, banquet=banquet, **colonnes))
        for n, ligne in enumerate(plat.lignes):
            await PlatLigne.insert(_ligne(plat.id, n, ligne, fiches[ligne.ingredient]["id"]))
    reglages: dict[Any, Any] = {
        "marge_milliemes": demande.marge_milliemes,
        "menu_public": demande.menu_public,
        "notes": demande.notes,
    }
    await Banquet.update(reglages).where(Banquet.id == banquet)
    return await lire_menu_ouvert(ouvert)


@ecriture
async def confirmer_plat(
    auteur: Auteur, moment: UUID, plat: UUID, version: int, maintenant: datetime
) -> MenuVue:
    """Une personne a relu les allergènes de ce plat, tels que cette version du menu les dit."""
    ouvert = await ouvrir_banquet(auteur, moment)
    banquet = await assurer_banquet(moment, maintenant)
    if not await Plat.exists().where((Plat.id == plat) & (Plat.banquet == banquet)):
        raise PlatInconnu()
    await _prendre_la_version(banquet, version, auteur, maintenant)
    renouveler(etiquette_du_menu(moment))
    relu: dict[Any, Any] = {"confirme_le": maintenant, "confirme_par": auteur.compte}
    await Plat.update(relu).where(Plat.id == plat)
    return await lire_menu_ouvert(ouvert)


@ecriture
async def retirer_les_confirmations(ingredient: int, maintenant: datetime) -> None:
    """Ce que contient cette denrée a changé : les plats où elle entre se relisent, leurs menus changent de version."""
    lignes = await Plat.raw(
        "SELECT DISTINCT p.id, p.banquet FROM plat p JOIN plat_ligne l ON l.plat = p.id WHERE l.ingredient = {}",
        ingredient,
    )
    if not lignes:
        return
    a_relire: dict[Any, Any] = {"confirme_le": None, "confirme_par": None}
    await Plat.update(a_relire).where(Plat.id.is_in([ligne["id"] for ligne in lignes]))
    changes: dict[Any, Any] = {Banquet.version: Banquet.version + 1, Banquet.modifie_le: maintenant}
    banquets = (
        await Banquet.update(changes)
        .where(Banquet.id.is_in(sorted({ligne["banquet"] for ligne in lignes})))
        .returning(Banquet.moment)
    )
    renouveler(*(etiquette_du_menu(UUID(str(banquet["moment"]))) for banquet in banquets))


async def _prendre_la_version(banquet: int, vue: int, auteur: Auteur, maintenant: datetime) -> None:
    """Monte la version si c'est bien celle que l'on a vue : une seule des deux personnes y parvient."""
    changes: dict[Any, Any] = {
        Banquet.version: Banquet.version + 1,
        Banquet.modifie_le: maintenant,
        Banquet.modifie_par: auteur.compte,
    }
    prises = (
        await Banquet.update(changes)
        .where((Banquet.id == banquet) & (Banquet.version == vue))
        .returning(Banquet.id)
    )
    if not prises:
        actuelle = await Banquet.select(Banquet.version).where(Banquet.id == banquet).first()
        assert actuelle is not None
        raise BanquetModifie(version=actuelle["version"])


async def _verifier(banquet: int, demande: MenuDemande) -> tuple[dict[str, dict[str, Any]], dict[str, int]]:
    """Les fiches des ingrédients et les recettes cités ; lève `DemandeInvalide` avec tout ce qui ne va pas."""
    erreurs = regles.verifier_menu(demande.plats)
    fiches = await fiches_de({ligne.ingredient for plat in demande.plats for ligne in plat.lignes})
    recettes = await _recettes(demande)
    ailleurs = await Plat.select(Plat.id).where(
        (Plat.id.is_in([plat.id for plat in demande.plats] or [UUID(int=0)])) & (Plat.banquet != banquet)
    )
    pris = {ligne["id"] for ligne in ailleurs}
    for rang, plat in enumerate(demande.plats):
        if plat.id in pris:
            erreurs.append(ErreurDeChamp(f"plats.{rang}.id", "repete"))
        assiette = []
        if plat.recette is not None and plat.recette not in recettes:
            erreurs.append(ErreurDeChamp(f"plats.{rang}.recette", "recette_inconnue"))
        for n, ligne in enumerate(plat.lignes):
            ici = f"plats.{rang}.lignes.{n}"
            fiche = fiches.get(ligne.ingredient)
            if fiche is None:
                erreurs.append(ErreurDeChamp(f"{ici}.ingredient", "ingredient_inconnu"))
                continue
            assiette.append(regles.fait_l_assiette(fiche))
            if ligne.vendu_par in ("kg", "L") and ligne.contenance_milli is not None:
                erreurs.append(ErreurDeChamp(f"{ici}.contenance_milli", "contenance_inutile"))
            elif (
                contenance_de(
                    fiche["unite"],
                    ligne.vendu_par,
                    ligne.contenance_milli,
                    fiche["masse_piece_g"],
                    fiche["densite_milliemes"],
                )
                is None
            ):
                champ = "vendu_par" if ligne.vendu_par in ("kg", "L") else "contenance_milli"
                erreurs.append(ErreurDeChamp(f"{ici}.{champ}", "contenance_manquante"))
        for regime in regles.regimes_contredits(
            assiette, plat.allergenes_ajoutes, plat.allergenes_retires, plat.regimes_ajoutes
        ):
            place = plat.regimes_ajoutes.index(regime)  # type: ignore[arg-type]
            erreurs.append(ErreurDeChamp(f"plats.{rang}.regimes_ajoutes.{place}", "regime_contredit"))
    erreurs += await _cueillettes_sans_plat(banquet, demande)
    if erreurs:
        raise DemandeInvalide(erreurs)
    return fiches, recettes


async def _cueillettes_sans_plat(banquet: int, demande: MenuDemande) -> list[ErreurDeChamp]:
    """Une cueillette garde son plat à part : on ne retire, ni ne mêle aux autres, celui où elle est servie."""
    a = Approvisionnement
    lignes = await a.select(a.plat).where(a.banquet == banquet, a.genre == "cueillette", a.plat.is_not_null())
    servies = {ligne["plat"] for ligne in lignes}
    erreurs = [
        ErreurDeChamp(f"plats.{rang}.cueillette", "cueillette_servie_ici")
        for rang, plat in enumerate(demande.plats)
        if plat.id in servies and not plat.cueillette
    ]
    if servies - {plat.id for plat in demande.plats}:
        erreurs.append(ErreurDeChamp("plats", "cueillette_sans_plat"))
    return erreurs


async def _recettes(demande: MenuDemande) -> dict[str, int]:
    """Slug → identifiant des recettes d'où viennent ces plats."""
    slugs = sorted({plat.recette for plat in demande.plats if plat.recette is not None})
    if not slugs:
        return {}
    lignes = await Recette.select(Recette.id, Recette.slug).where(Recette.slug.is_in(slugs))
    return {ligne["slug"]: ligne["id"] for ligne in lignes}


async def fiches_de(slugs: Collection[str]) -> dict[str, dict[str, Any]]:
    """Slug → fiche, de la maison ou du réseau : une recette copiée emmène ses denrées."""
    if not slugs:
        return {}
    lignes = await Ingredient.select().where(Ingredient.slug.is_in(sorted(slugs)))
    return {ligne["slug"]: ligne for ligne in lignes}


async def _effacer_les_absents(banquet: int, demande: MenuDemande, avant: dict[UUID, Any]) -> None:
    if not avant:
        return
    await PlatLigne.delete().where(PlatLigne.plat.is_in(list(avant)))
    absents = [plat for plat in avant if plat not in {voulu.id for voulu in demande.plats}]
    if absents:
        await Plat.delete().where(Plat.id.is_in(absents))


Composition = tuple[Any, ...]
"""Ce qu'une personne a confirmé : les denrées du plat, avec leurs notes (une marque s'y écrit), et ce qu'elle en a dit.

Ni les parts, ni la pesée, ni l'emballage, ni l'ordre n'y comptent : ils ne changent rien à ce que l'on mange.
"""


async def _compositions(banquet: int) -> dict[UUID, Composition]:
    plats = await Plat.select().where(Plat.banquet == banquet)
    if not plats:
        return {}
    lignes: dict[UUID, set[tuple[str, str]]] = {plat["id"]: set() for plat in plats}
    for ligne in await PlatLigne.select(PlatLigne.plat, PlatLigne.ingredient.slug, PlatLigne.note).where(
        PlatLigne.plat.is_in(list(lignes))
    ):
        lignes[ligne["plat"]].add((ligne["ingredient.slug"], ligne["note"]))
    return {
        plat["id"]: (
            sorted(lignes[plat["id"]]),
            sorted(plat["allergenes_ajoutes"]),
            sorted(plat["allergenes_retires"]),
            sorted(plat["regimes_ajoutes"]),
        )
        for plat in plats
    }


def _composition(plat: PlatDemande) -> Composition:
    return (
        sorted({(le.ingredient, le.note) for le in plat.lignes}),
        sorted(set(plat.allergenes_ajoutes)),
        sorted(set(plat.allergenes_retires)),
        sorted(set(plat.regimes_ajoutes)),
    )


def _colonnes(plat: PlatDemande, rang: int) -> dict[Any, Any]:
    return {
        "rang": rang,
        "service": plat.service,
        "nom": plat.nom.strip(),
        "description": plat.description,
        "remplace": plat.remplace,
        "part_milliemes": plat.part_milliemes,
        "cueillette": plat.cueillette,
        "allergenes_ajoutes": sorted(set(plat.allergenes_ajoutes)),
        "allergenes_retires": sorted(set(plat.allergenes_retires)),
        "regimes_ajoutes": sorted(set(plat.regimes_ajoutes)),
        "notes_echelle": plat.notes_echelle,
    }


def _ligne(plat: UUID, rang: int, demande: LigneDemande, ingredient: int) -> PlatLigne:
    dites = msgspec.structs.asdict(demande)
    return PlatLigne(**{**dites, "plat": plat, "rang": rang, "ingredient": ingredient})
