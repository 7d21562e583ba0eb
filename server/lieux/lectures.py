"""Ce que l'on demande aux lieux, aux communes et au territoire, sans rien y changer."""

from typing import Any, Final
from weakref import WeakKeyDictionary

import msgspec

from server.comptes.schemas import Auteur
from server.lieux import permissions, regles
from server.lieux.erreurs import (
    CommuneInconnue,
    InstallationAFaire,
    InstallationReservee,
    LieuInconnu,
    ReserveAuxMembres,
)
from server.lieux.recherche import Recherche
from server.lieux.schemas import (
    MENTIONS,
    CommuneNommee,
    ContourDeCommune,
    LieuDeLEspace,
    LieuDeListe,
    LieuNomme,
    ListeLieux,
    VueCommune,
    VueInstallation,
    VueLieu,
    VueTerritoire,
)
from server.lieux.tables import Commune, Lieu, Territoire
from server.socle import faits
from server.socle.base import TOUT, Moteur, moteur_installe
from server.socle.textes import plier
from server.structures.lectures import roles_de
from server.structures.permissions import Roles
from server.structures.regles import est_un_slug
from server.structures.schemas import StructureNommee

CHOIX_MAX: Final = 50
"""Lieux proposés dans une liste ; au-delà, mieux vaut préciser la recherche."""

# --- Communes -------------------------------------------------------------------------------------------------------


class Communes:
    """Toutes les communes de l'installation, en mémoire : elles changent quelques fois par an."""

    def __init__(self, vues: list[VueCommune]) -> None:
        self.par_nom = vues
        self.par_code = {vue.code: vue for vue in vues}
        self.recherche = Recherche(vues)


class _Reserve:
    """Les communes gardées pour un moteur, oubliées dès que le territoire change, ici ou ailleurs."""

    def __init__(self) -> None:
        self.communes: Communes | None = None
        self.generation = 0

    def oublier(self, etiquettes: frozenset[str]) -> None:
        if "territoire" in etiquettes or TOUT in etiquettes:
            self.communes = None
            self.generation += 1


_reserves: WeakKeyDictionary[Moteur, _Reserve] = WeakKeyDictionary()


async def lire_communes() -> Communes:
    """Les communes de l'installation, rangées par nom et prêtes à être cherchées."""
    if faits.en_cours.get() is not None:
        # Dans une unité d'écriture, on voit ce qui n'est pas encore validé : à ne pas garder pour les autres.
        return await _charger_communes()
    moteur = moteur_installe()
    reserve = _reserves.get(moteur)
    if reserve is None:
        reserve = _reserves[moteur] = _Reserve()
        moteur.sur_changement.append(reserve.oublier)
    communes = reserve.communes
    if communes is None:
        generation = reserve.generation
        communes = await _charger_communes()
        if generation == reserve.generation:
            reserve.communes = communes
    return communes


async def _charger_communes() -> Communes:
    lignes = await Commune.select(
        Commune.code,
        Commune.nom,
        Commune.codes_postaux,
        Commune.departement,
        Commune.population,
        Commune.lat,
        Commune.lon,
    ).order_by(Commune.nom_plie, Commune.code)
    return Communes(
        [
            VueCommune(
                code=ligne["code"],
                nom=ligne["nom"],
                codes_postaux=ligne["codes_postaux"].split(),
                departement=ligne["departement"],
                population=ligne["population"],
                lat=_degres(ligne["lat"]),
                lon=_degres(ligne["lon"]),
            )
            for ligne in lignes
        ]
    )


async def chercher_communes(q: str, limite: int = 10) -> list[VueCommune]:
    """Les communes qui ressemblent à `q`, la meilleure d'abord ; toutes, par nom, si `q` est vide."""
    communes = await lire_communes()
    if not q.strip():
        return communes.par_nom
    return communes.recherche.chercher(q, limite)


async def lire_commune(code: str) -> VueCommune:
    """La commune de ce code INSEE ; lève `CommuneInconnue` hors du territoire."""
    vue = (await lire_communes()).par_code.get(code.upper())
    if vue is None:
        raise CommuneInconnue()
    return vue


async def communes_dans_le_rayon(code: str, km: float) -> list[str]:
    """Codes des communes dont le centre est à `km` au plus de celui de cette commune, elle comprise, de près en loin.

    Hors du territoire, la commune est seule à la ronde : la liste n'est jamais vide.
    """
    communes = await lire_communes()
    centre = communes.par_code.get(code.upper())
    if centre is None:
        return [code]
    distances = (
        (regles.distance_km(centre.lat, centre.lon, vue.lat, vue.lon), vue.code) for vue in communes.par_nom
    )
    return [autre for distance, autre in sorted(distances) if distance <= km]


async def lire_contours() -> list[ContourDeCommune]:
    """Les communes telles qu'une carte les dessine, par nom."""
    lignes = await Commune.select(
        Commune.code, Commune.nom, Commune.lat, Commune.lon, Commune.contour
    ).order_by(Commune.nom_plie, Commune.code)
    return [
        ContourDeCommune(
            code=ligne["code"],
            nom=ligne["nom"],
            lat=_degres(ligne["lat"]),
            lon=_degres(ligne["lon"]),
            contour=msgspec.Raw(ligne["contour"].encode()) if ligne["contour"] else None,
        )
        for ligne in lignes
    ]


async def lire_territoire() -> VueTerritoire | None:
    """Le réseau et son territoire ; `None` tant que l'installation n'a pas été initialisée."""
    ligne = (
        await Territoire.select(
            Territoire.reseau,
            Territoire.nom,
            Territoire.presentation,
            Territoire.courriel,
            *(getattr(Territoire, mention) for mention in MENTIONS),
            Territoire.usage,
        )
        .order_by(Territoire.id)
        .first()
    )
    return None if ligne is None else VueTerritoire(**ligne)


async def lire_installation(auteur: Auteur) -> VueInstallation:
    """Ce que l'installation dit d'elle-même, pour qui veille sur elle ; lève `InstallationReservee`."""
    if not permissions.peut_regler_installation(auteur):
        raise InstallationReservee()
    vue = await lire_territoire()
    if vue is None:
        raise InstallationAFaire()
    dit = {champ: getattr(vue, champ) for champ in ("reseau", "presentation", "courriel", *MENTIONS)}
    return VueInstallation(**dit, territoire=vue.nom, a_completer=regles.a_completer(vue))


# --- Lieux ----------------------------------------------------------------------------------------------------------

_COLONNES = (
    Lieu.slug, Lieu.nom, Lieu.description, Lieu.adresse, Lieu.lat, Lieu.lon, Lieu.interieur, Lieu.places_assises,
    Lieu.places_debout, Lieu.cuisine, Lieu.eau, Lieu.electricite, Lieu.acces_pmr, Lieu.acces, Lieu.modifie_le,
)  # fmt: skip
_REPLI: Any = Lieu.repli
"""Un lieu renvoie à un lieu : mypy ne suit pas cette jointure."""
_JOINTURES = (
    Lieu.id.as_alias("_id"),
    Lieu.commune.code.as_alias("_commune_code"),
    Lieu.commune.nom.as_alias("_commune_nom"),
    _REPLI.id.as_alias("_repli_id"),
    _REPLI.slug.as_alias("_repli_slug"),
    _REPLI.nom.as_alias("_repli_nom"),
    _REPLI.commune.code.as_alias("_repli_commune_code"),
    _REPLI.commune.nom.as_alias("_repli_commune_nom"),
    Lieu.structure.id.as_alias("_structure_id"),
    Lieu.structure.slug.as_alias("_structure_slug"),
    Lieu.structure.nom.as_alias("_structure_nom"),
)
_PAR_NOM = (Lieu.nom_plie, Lieu.slug)


class LieuEtiquete(msgspec.Struct, frozen=True):
    """La fiche d'un lieu, et les étiquettes de ce dont elle dépend."""

    id: int
    structure: int | None
    vue: VueLieu
    etiquettes: frozenset[str]


async def lire_lieu(slug: str) -> VueLieu:
    """La fiche publique d'un lieu ; lève `LieuInconnu`."""
    return (await lire_lieu_etiquete(slug)).vue


async def lire_lieu_etiquete(slug: str) -> LieuEtiquete:
    """La fiche publique et ce qui la périme, pour qui en fait un document ; lève `LieuInconnu`."""
    if not est_un_slug(slug):
        raise LieuInconnu()
    ligne = await Lieu.select(*_COLONNES, *_JOINTURES).where(Lieu.slug == slug).first()
    if ligne is None:
        raise LieuInconnu()
    etiquettes = {f"lieu:{ligne['_id']}", "territoire"}
    if ligne["_repli_id"] is not None:
        etiquettes.add(f"lieu:{ligne['_repli_id']}")
    if ligne["_structure_id"] is not None:
        etiquettes.add(f"structure:{ligne['_structure_id']}")
    return LieuEtiquete(ligne["_id"], ligne["_structure_id"], _vue(ligne), frozenset(etiquettes))


async def identifier_lieu(slug: str) -> int:
    """L'identifiant d'un lieu ; lève `LieuInconnu`."""
    if est_un_slug(slug):
        ligne = await Lieu.select(Lieu.id).where(Lieu.slug == slug).first()
        if ligne is not None:
            return int(ligne["id"])
    raise LieuInconnu()


async def lister_lieux(commune: str | None = None) -> ListeLieux:
    """Tous les lieux, par nom ; ceux d'une commune si elle est dite."""
    requete = Lieu.select(*_COLONNES, *_JOINTURES).order_by(*_PAR_NOM)
    if commune is not None:
        requete = requete.where(Lieu.commune == commune)
    return ListeLieux([_vue(ligne) for ligne in await requete])


async def lister_lieux_de(structure: int) -> list[LieuNomme]:
    """Les lieux que gère cette structure, par nom."""
    lignes = (
        await Lieu.select(
            Lieu.slug,
            Lieu.nom,
            Lieu.commune.code.as_alias("_commune_code"),
            Lieu.commune.nom.as_alias("_commune_nom"),
        )
        .where(Lieu.structure == structure)
        .order_by(*_PAR_NOM)
    )
    return [LieuNomme(ligne["slug"], ligne["nom"], _commune(ligne)) for ligne in lignes]


async def chercher_lieux(auteur: Auteur, q: str = "", limite: int = CHOIX_MAX) -> list[LieuDeListe]:
    """De quoi choisir un lieu : ceux dont le nom, ou celui de la commune, contient chacun de ces mots."""
    roles = await _exiger_membre(auteur)
    requete = Lieu.select(*_COLONNES, *_JOINTURES).order_by(*_PAR_NOM).limit(limite)
    for mot in plier(q).split():
        requete = requete.where(Lieu.nom_plie.like(f"%{mot}%") | Lieu.commune.nom_plie.like(f"%{mot}%"))
    return [
        LieuDeListe(
            slug=ligne["slug"],
            nom=ligne["nom"],
            commune=_commune(ligne),
            interieur=bool(ligne["interieur"]),
            places_assises=ligne["places_assises"],
            places_debout=ligne["places_debout"],
            acces_pmr=ligne["acces_pmr"],
            repli=ligne["_repli_slug"],
            modifiable=permissions.peut_modifier_lieu(auteur, roles, ligne["_structure_id"]),
        )
        for ligne in await requete
    ]


async def lire_lieu_de_l_espace(auteur: Auteur, slug: str) -> LieuDeLEspace:
    """La fiche d'un lieu, et si la personne peut la corriger ; lève `LieuInconnu`."""
    roles = await _exiger_membre(auteur)
    lieu = await lire_lieu_etiquete(slug)
    return LieuDeLEspace(lieu.vue, permissions.peut_modifier_lieu(auteur, roles, lieu.structure))


async def _exiger_membre(auteur: Auteur) -> Roles:
    roles = await roles_de(auteur.compte)
    if not permissions.peut_decrire_des_lieux(auteur, roles):
        raise ReserveAuxMembres()
    return roles


def _vue(ligne: dict[str, Any]) -> VueLieu:
    repli = structure = None
    if ligne["_repli_id"] is not None:
        repli = LieuNomme(ligne["_repli_slug"], ligne["_repli_nom"], _commune(ligne, "_repli_commune"))
    if ligne["_structure_id"] is not None:
        structure = StructureNommee(ligne["_structure_slug"], ligne["_structure_nom"])
    propres = {cle: valeur for cle, valeur in ligne.items() if not cle.startswith("_")}
    for point in ("lat", "lon"):
        propres[point] = None if propres[point] is None else _degres(propres[point])
    return VueLieu(**propres, commune=_commune(ligne), repli=repli, structure=structure)


def _commune(ligne: dict[str, Any], prefixe: str = "_commune") -> CommuneNommee:
    return CommuneNommee(ligne[f"{prefixe}_code"], ligne[f"{prefixe}_nom"])


def _degres(valeur: float) -> float:
    """PostgreSQL garde un REAL sur quatre octets : on rend les décimales qui ont un sens (un mètre), pas les siennes."""
    return round(valeur, 5)
