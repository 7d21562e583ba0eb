"""Ce que l'on demande aux menus, sans rien y changer."""

from collections.abc import Collection
from typing import Any, Final, cast
from uuid import UUID

from server.banquets.acces import Ouvert, ouvrir_banquet
from server.banquets.menus import regles
from server.banquets.menus.echelle import (
    LigneAEchelle,
    PartDuBesoin,
    PlatAEchelle,
    besoins_du_menu,
    contenance_de,
    convives_par_plat,
)
from server.banquets.menus.schemas import (
    LigneVue,
    MenuVue,
    NoteEchelle,
    PlatVue,
    PourquoiVue,
    QuantitesVue,
    QuantiteVue,
    RecetteCitee,
)
from server.banquets.quantites import Convives, Etat, Taux, en_grammes, en_unites
from server.banquets.tables import Banquet, Ingredient, Plat
from server.comptes.schemas import Auteur
from server.socle.base import lecture
from server.socle.temps import a_paris

MARGE: Final = 50
ORDRE_ALLERGENES: Final = (
    "gluten", "crustaces", "oeufs", "poissons", "arachides", "soja", "lait", "fruits_a_coque",
    "celeri", "moutarde", "sesame", "sulfites", "lupin", "mollusques",
)  # fmt: skip
"""L'ordre de l'annexe II, que l'on retrouve sur tous les affichages."""


@lecture
async def lire_menu(auteur: Auteur, moment: UUID) -> MenuVue:
    """Le menu de ce banquet, pour qui le compose."""
    return await lire_menu_ouvert(await ouvrir_banquet(auteur, moment))


@lecture
async def lire_menu_ouvert(ouvert: Ouvert) -> MenuVue:
    """Le menu d'un banquet dont on a déjà vérifié l'accès (équipe ou lien de la cuisine)."""
    banquet = await Banquet.select().where(Banquet.moment == ouvert.moment).first()
    if banquet is None:
        return MenuVue(1, MARGE, menu_public=False, notes="", plats=[], modifie_le=None)
    mois = a_paris(ouvert.debut).month if ouvert.debut is not None else None
    lignes = await _lignes_par_plat(banquet["id"])
    plats = (
        await Plat.select(
            *Plat.all_columns(),
            Plat.recette.slug.as_alias("recette_slug"),
            Plat.recette.titre.as_alias("recette_titre"),
            Plat.recette.structure.nom.as_alias("recette_structure"),  # type: ignore[union-attr]
            Plat.recette.licence.as_alias("recette_licence"),
        )
        .where(Plat.banquet == banquet["id"])
        .order_by(Plat.rang)
    )
    return MenuVue(
        version=banquet["version"],
        marge_milliemes=banquet["marge_milliemes"],
        menu_public=banquet["menu_public"],
        notes=banquet["notes"],
        plats=[_plat(plat, lignes.get(plat["id"], []), mois) for plat in plats],
        modifie_le=banquet["modifie_le"],
    )


@lecture
async def calculer_quantites(auteur: Auteur, moment: UUID, adultes: int, enfants: int) -> QuantitesVue:
    """Ce qu'il faut acheter pour tant de convives, chaque plat servi à sa part."""
    ouvert = await ouvrir_banquet(auteur, moment)
    return await calculer_quantites_ouvert(ouvert.moment, adultes, enfants)


@lecture
async def calculer_quantites_ouvert(moment: UUID, adultes: int, enfants: int) -> QuantitesVue:
    """Les quantités d'un banquet dont on a déjà vérifié l'accès (équipe ou lien de la cuisine)."""
    banquet = await Banquet.select().where(Banquet.moment == moment).first()
    if banquet is None:
        return QuantitesVue(1, adultes, enfants, MARGE, [], [])
    par_plat = await _lignes_par_plat(banquet["id"])
    plats = await Plat.select().where(Plat.banquet == banquet["id"]).order_by(Plat.rang)
    a_echelle = [mettre_a_l_echelle(plat, par_plat.get(plat["id"], [])) for plat in plats]
    convives = convives_par_plat(a_echelle, Convives(adultes, enfants))
    noms = {plat["id"]: plat["nom"] for plat in plats}
    fiches = {ligne["slug"]: ligne for lignes in par_plat.values() for ligne in lignes}
    return QuantitesVue(
        version=banquet["version"],
        adultes=adultes,
        enfants=enfants,
        marge_milliemes=banquet["marge_milliemes"],
        lignes=[
            QuantiteVue(
                ingredient=besoin.ingredient,
                nom=fiches[besoin.ingredient]["nom"],
                famille=fiches[besoin.ingredient]["famille"],
                unite=fiches[besoin.ingredient]["unite"],
                besoin=en_unites(besoin.besoin, fiches[besoin.ingredient]["unite"]),
                vendu_par=besoin.vendu_par,
                achat_milliemes=besoin.achat_milliemes,
                contenance_milli=round(besoin.contenance),
                pas_milliemes=besoin.pas_milliemes,
                plats=list(besoin.plats),
                pourquoi=[
                    _pourquoi(part, noms[part.plat], fiches[besoin.ingredient]["unite"])
                    for part in besoin.parts
                ],
            )
            for besoin in besoins_du_menu(a_echelle, convives, banquet["marge_milliemes"])
        ],
        notes_echelle=[
            NoteEchelle(plat["id"], plat["nom"], plat["notes_echelle"])
            for plat in plats
            if plat["notes_echelle"]
        ],
    )


def _pourquoi(part: PartDuBesoin, nom: str, unite: str) -> PourquoiVue:
    return PourquoiVue(
        plat=part.plat,
        nom=nom,
        adultes=part.convives.adultes,
        enfants=part.convives.enfants,
        adulte_milli=part.ligne.adulte_milli,
        enfant_milli=part.ligne.enfant_milli,
        etat=part.ligne.etat,
        dechet_milliemes=part.ligne.taux.dechet,
        rendement_milliemes=part.ligne.taux.rendement,
        pas_milliemes=part.ligne.pas_milliemes,
        assiettes=en_grammes(part.assiettes),
        a_acheter=en_grammes(part.a_acheter),
        avec_marge=en_unites(part.avec_marge, unite),
    )


def mettre_a_l_echelle(plat: dict[str, Any], lignes: Collection[dict[str, Any]]) -> PlatAEchelle:
    """Un plat et ses lignes, prêts à être multipliés : les taux de la ligne, à défaut ceux de l'ingrédient."""
    pretes = []
    for ligne in lignes:
        contenance = contenance_de(
            ligne["unite"],
            ligne["vendu_par"],
            ligne["contenance_milli"],
            ligne["masse_piece_g"],
            ligne["densite_milliemes"],
        )
        assert contenance is not None, "le menu enregistré dit ce que contient chaque unité de vente"
        dechet, rendement = ligne["dechet_milliemes"], ligne["rendement_milliemes"]
        pretes.append(
            LigneAEchelle(
                ingredient=ligne["slug"],
                adulte_milli=ligne["adulte_milli"],
                enfant_milli=ligne["enfant_milli"],
                etat=cast("Etat", ligne["etat"]),
                taux=Taux(
                    ligne["dechet_fiche"] if dechet is None else dechet,
                    ligne["rendement_fiche"] if rendement is None else rendement,
                ),
                vendu_par=ligne["vendu_par"],
                contenance=contenance,
                pas_milliemes=ligne["pas_milliemes"],
            )
        )
    return PlatAEchelle(plat["id"], plat["remplace"], plat["part_milliemes"], tuple(pretes))


async def _lignes_par_plat(banquet: int) -> dict[UUID, list[dict[str, Any]]]:
    lignes = await Ingredient.raw(
        "SELECT l.*, i.slug, i.nom, i.famille, i.unite, i.masse_piece_g, i.densite_milliemes, i.hors_france, "
        "i.dechet_milliemes AS dechet_fiche, i.rendement_milliemes AS rendement_fiche "
        "FROM plat_ligne l JOIN plat p ON p.id = l.plat JOIN ingredient i ON i.id = l.ingredient "
        "WHERE p.banquet = {} ORDER BY p.rang, l.rang",
        banquet,
    )
    # Les listes passent par Piccolo : chaque base les range à sa façon.
    listes = {
        ligne["id"]: ligne
        for ligne in await Ingredient.select(
            Ingredient.id, Ingredient.allergenes, Ingredient.animal, Ingredient.saison
        ).where(Ingredient.id.is_in(sorted({ligne["ingredient"] for ligne in lignes}) or [0]))
    }
    par_plat: dict[UUID, list[dict[str, Any]]] = {}
    for ligne in lignes:
        denree = {cle: valeur for cle, valeur in listes[ligne["ingredient"]].items() if cle != "id"}
        plat = ligne["plat"] if isinstance(ligne["plat"], UUID) else UUID(str(ligne["plat"]))
        par_plat.setdefault(plat, []).append({**ligne, **denree, "hors_france": bool(ligne["hors_france"])})
    return par_plat


def _contenu(plat: dict[str, Any], lignes: list[dict[str, Any]]) -> regles.Contenu:
    return regles.contenu(
        [regles.fait_l_assiette(ligne) for ligne in lignes],
        plat["allergenes_ajoutes"],
        plat["allergenes_retires"],
        plat["regimes_ajoutes"],
        confirme=plat["confirme_le"] is not None,
    )


def _plat(plat: dict[str, Any], lignes: list[dict[str, Any]], mois: int | None) -> PlatVue:
    contenu = _contenu(plat, lignes)
    return PlatVue(
        id=plat["id"],
        service=plat["service"],
        nom=plat["nom"],
        description=plat["description"],
        recette=RecetteCitee(
            *(plat[f"recette_{champ}"] for champ in ("slug", "titre", "structure", "licence"))
        )
        if plat["recette_slug"]
        else None,
        remplace=plat["remplace"],
        part_milliemes=plat["part_milliemes"],
        cueillette=plat["cueillette"],
        allergenes=[code for code in ORDRE_ALLERGENES if code in contenu.allergenes],
        etat_allergenes=contenu.etat,
        allergenes_ajoutes=plat["allergenes_ajoutes"],
        allergenes_retires=plat["allergenes_retires"],
        regimes=[regime for regime in regles.REGIMES if regime in contenu.regimes],
        regimes_ajoutes=plat["regimes_ajoutes"],
        confirme_le=plat["confirme_le"],
        notes_echelle=plat["notes_echelle"],
        lignes=[_ligne(ligne, mois) for ligne in lignes],
    )


def _ligne(ligne: dict[str, Any], mois: int | None) -> LigneVue:
    saison = (
        None
        if mois is None
        else regles.saison_de(ligne["saison"], hors_france=ligne["hors_france"], mois_du_repas=mois)
    )
    return LigneVue(
        ingredient=ligne["slug"],
        nom=ligne["nom"],
        unite=ligne["unite"],
        adulte_milli=ligne["adulte_milli"],
        enfant_milli=ligne["enfant_milli"],
        etat=ligne["etat"],
        dechet_milliemes=ligne["dechet_milliemes"],
        rendement_milliemes=ligne["rendement_milliemes"],
        vendu_par=ligne["vendu_par"],
        contenance_milli=ligne["contenance_milli"],
        pas_milliemes=ligne["pas_milliemes"],
        note=ligne["note"],
        allergenes=[code for code in ORDRE_ALLERGENES if code in ligne["allergenes"]],
        saison=saison,
        dechet_fiche_milliemes=ligne["dechet_fiche"],
        rendement_fiche_milliemes=ligne["rendement_fiche"],
    )
