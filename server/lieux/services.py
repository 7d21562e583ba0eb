"""Ce que l'on fait faire aux lieux ; une fonction par usage, une transaction chacune."""

from datetime import datetime
from typing import Any, Final

from server.comptes.schemas import Auteur
from server.lieux import permissions, regles
from server.lieux.erreurs import InstallationReservee, LieuGereParUneStructure, ReserveAuxMembres
from server.lieux.faits import LieuModifie
from server.lieux.lectures import lire_installation, lire_lieu_de_l_espace, lire_lieu_etiquete
from server.lieux.schemas import InstallationDemande, LieuDeLEspace, LieuDemande, VueInstallation, VueLieu
from server.lieux.tables import Commune, Lieu, Territoire
from server.socle.base import ecriture
from server.socle.erreurs import DemandeInvalide, ErreurDeChamp
from server.socle.faits import publier, renouveler
from server.socle.textes import plier
from server.structures.lectures import identifier_structures, roles_de
from server.structures.regles import slugs_possibles

PLIE_MAX: Final = 200
"""Largeur de `nom_plie` : plier peut allonger (« ㏂ » donne « a m »)."""


@ecriture
async def creer_lieu(auteur: Auteur, demande: LieuDemande, maintenant: datetime) -> LieuDeLEspace:
    """Ajoute un lieu, que tout le réseau pourra choisir."""
    roles = await roles_de(auteur.compte)
    if not permissions.peut_decrire_des_lieux(auteur, roles):
        raise ReserveAuxMembres()
    fiche, erreurs = await _preparer(demande, None)
    structure = fiche["structure"]
    if structure is not None and not permissions.peut_confier_lieu(auteur, roles, structure):
        erreurs.append(ErreurDeChamp("structure", "structure_pas_la_sienne"))
    if erreurs:
        raise DemandeInvalide(erreurs)
    _, slug = await _inserer(fiche, maintenant)
    return await lire_lieu_de_l_espace(auteur, slug)


@ecriture
async def enregistrer_lieu(demande: LieuDemande, maintenant: datetime) -> tuple[int, str]:
    """Écrit un lieu nouveau ; rend son identifiant et son slug.

    Pour la démonstration et les reprises : ne vérifie aucun droit.
    """
    fiche, erreurs = await _preparer(demande, None)
    if erreurs:
        raise DemandeInvalide(erreurs)
    return await _inserer(fiche, maintenant)


@ecriture
async def regler_installation(auteur: Auteur, demande: InstallationDemande) -> VueInstallation:
    """Change le nom, le contact et les mentions légales ; toutes les pages publiques se refont. `InstallationReservee`."""
    if not permissions.peut_regler_installation(auteur):
        raise InstallationReservee()
    dit: dict[Any, Any] = {champ: getattr(demande, champ).strip() for champ in demande.__struct_fields__}
    dit["nom"] = dit.pop("territoire")
    await Territoire.update(dit).where(Territoire.id.is_not_null())
    renouveler("territoire", "agenda")
    return await lire_installation(auteur)


@ecriture
async def modifier_lieu(
    auteur: Auteur, slug: str, demande: LieuDemande, maintenant: datetime
) -> LieuDeLEspace:
    """Corrige la fiche d'un lieu. Son adresse ne change pas : elle est déjà sur des affiches."""
    roles = await roles_de(auteur.compte)
    if not permissions.peut_decrire_des_lieux(auteur, roles):
        raise ReserveAuxMembres()
    lieu = await lire_lieu_etiquete(slug)
    if not permissions.peut_modifier_lieu(auteur, roles, lieu.structure):
        raise LieuGereParUneStructure()
    fiche, erreurs = await _preparer(demande, lieu.id)
    structure = fiche["structure"]
    if structure not in (None, lieu.structure) and not permissions.peut_confier_lieu(
        auteur, roles, structure
    ):
        erreurs.append(ErreurDeChamp("structure", "structure_pas_la_sienne"))
    if erreurs:
        raise DemandeInvalide(erreurs)
    del fiche["commune_nom"]
    await Lieu.update({**fiche, "modifie_le": maintenant}).where(Lieu.id == lieu.id)
    apres = (await lire_lieu_etiquete(slug)).vue
    se_voit = _ce_qu_un_evenement_montre(apres) != _ce_qu_un_evenement_montre(lieu.vue)
    publier(LieuModifie(lieu.id, maintenant if se_voit else None))
    renouveler(f"lieu:{lieu.id}", "agenda")
    return await lire_lieu_de_l_espace(auteur, slug)


def _ce_qu_un_evenement_montre(vue: VueLieu) -> tuple[Any, ...]:
    return vue.nom, vue.adresse, vue.commune, vue.lat, vue.lon, vue.interieur, vue.acces_pmr


async def _inserer(fiche: dict[Any, Any], maintenant: datetime) -> tuple[int, str]:
    commune_nom = fiche.pop("commune_nom")
    for slug in slugs_possibles(fiche["nom"], commune_nom):
        lignes = (
            await Lieu.insert(Lieu(slug=slug, cree_le=maintenant, modifie_le=maintenant, **fiche))
            .on_conflict(target=Lieu.slug, action="DO NOTHING")
            .returning(Lieu.id)
        )
        if lignes:
            renouveler("agenda")
            return lignes[0]["id"], slug
    raise AssertionError("les slugs possibles ne s'épuisent pas")


async def _preparer(demande: LieuDemande, lieu: int | None) -> tuple[dict[Any, Any], list[ErreurDeChamp]]:
    """Les colonnes que dit la demande (et le nom de la commune), et tout ce qui n'y va pas."""
    erreurs: list[ErreurDeChamp] = []
    nom = demande.nom.strip()
    commune = (
        await Commune.select(Commune.code, Commune.nom).where(Commune.code == demande.commune.upper()).first()
    )
    if commune is None:
        erreurs.append(ErreurDeChamp("commune", "commune_inconnue"))
    if (demande.lat is None) != (demande.lon is None):
        erreurs.append(ErreurDeChamp("lat" if demande.lat is None else "lon", "lat_et_lon"))
    structure = None
    if demande.structure is not None:
        structure = (await identifier_structures([demande.structure])).get(demande.structure)
        if structure is None:
            erreurs.append(ErreurDeChamp("structure", "structure_inconnue"))
    repli = await _trouver_repli(demande.repli, lieu, erreurs)
    fiche = {
        "nom": nom,
        "nom_plie": plier(nom)[:PLIE_MAX],
        "commune": commune and commune["code"],
        "commune_nom": commune and commune["nom"],
        "description": demande.description,
        "adresse": demande.adresse.strip(),
        "lat": demande.lat,
        "lon": demande.lon,
        "interieur": demande.interieur,
        "places_assises": demande.places_assises,
        "places_debout": demande.places_debout,
        "cuisine": demande.cuisine,
        "eau": demande.eau,
        "electricite": demande.electricite,
        "acces_pmr": demande.acces_pmr,
        "acces": demande.acces,
        "repli": repli,
        "structure": structure,
    }
    return fiche, erreurs


async def _trouver_repli(slug: str | None, lieu: int | None, erreurs: list[ErreurDeChamp]) -> int | None:
    """L'identifiant du lieu de repli ; note une erreur s'il n'existe pas, ou s'il ramène au lieu d'où l'on part."""
    if slug is None:
        return None
    ligne = await Lieu.select(Lieu.id).where(Lieu.slug == slug).first()
    if ligne is None:
        erreurs.append(ErreurDeChamp("repli", "lieu_inconnu"))
        return None
    repli = int(ligne["id"])
    if lieu is not None and regles.tourne_en_rond(lieu, repli, await _tenir_replis(lieu, repli)):
        erreurs.append(ErreurDeChamp("repli", "repli_en_boucle"))
        return None
    return repli


async def _tenir_replis(lieu: int, repli: int) -> dict[int, int | None]:
    """Les replis que l'on parcourt en partant de celui-ci, tenus jusqu'à la fin de l'unité avec le lieu lui-même.

    Écrire une ligne la tient : deux corrections simultanées ne peuvent pas fermer une boucle à elles deux.
    """
    replis: dict[int, int | None] = {}
    a_tenir: list[int] = [lieu]
    ici: int | None = repli
    while ici is not None and ici not in replis:
        a_tenir.append(ici)
        lignes = (
            await Lieu.update({Lieu.nom: Lieu.nom})
            .where(Lieu.id.is_in(a_tenir))
            .returning(Lieu.id, Lieu.repli)
        )
        a_tenir = []
        replis |= {ligne["id"]: ligne["repli"] for ligne in lignes if ligne["id"] != lieu}
        if ici == lieu:
            break
        ici = replis[ici]
    return replis
