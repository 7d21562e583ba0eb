"""Les recettes du réseau et les denrées des structures : écrites chez soi, lues partout, copiées sans se partager."""

from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from server.banquets.denrees.erreurs import DenreeEmployee, DenreeInconnue, DenreeModifiee, DenreeReservee
from server.banquets.denrees.lectures import chercher_ingredients, lire_denree
from server.banquets.denrees.schemas import DenreeDemande
from server.banquets.denrees.services import ajouter_denree, corriger_denree, retirer_denree
from server.banquets.menus.lectures import lire_menu
from server.banquets.menus.schemas import LigneDemande, MenuDemande, MenuVue, PlatDemande
from server.banquets.menus.services import confirmer_plat, ecrire_menu
from server.banquets.recettes.erreurs import RecetteDerivee, RecetteInconnue, RecetteModifiee, RecetteReservee
from server.banquets.recettes.lectures import chercher_recettes, lire_recette
from server.banquets.recettes.schemas import RecetteDemande, RecetteLigneDemande
from server.banquets.recettes.services import corriger_recette, publier_recette, retirer_recette
from server.banquets.referentiel.services import charger_referentiel
from server.comptes.schemas import Auteur
from server.socle.erreurs import DemandeInvalide
from server.socle.textes import ressemblance
from server.structures.lectures import lister_structures
from tests.evenements.jeu import LUNDI, Jeu, auteur, poser_le_jeu, un_publie
from tests.fabriques import un_compte, une_structure


@pytest.fixture
async def jeu(base: object) -> Jeu:
    await charger_referentiel(LUNDI)
    return await poser_le_jeu()


@pytest.fixture
async def voisine(jeu: Jeu) -> tuple[Auteur, str]:
    """Une membre d'une autre structure, et le slug de celle-ci."""
    compte = await un_compte(prenom="Odile")
    await une_structure("Le Four de Lussan", {compte: "membre"})
    (slug,) = [s.slug for s in (await lister_structures()).elements if s.nom == "Le Four de Lussan"]
    return auteur(compte, "Odile"), slug


def une_recette(structure: str, *lignes: RecetteLigneDemande, **champs: Any) -> RecetteDemande:
    depart: dict[str, Any] = {
        "titre": "Dhal de lentilles",
        "service": "plat",
        "notes_echelle": "Le sel se goûte.",
    }
    return RecetteDemande(structure=structure, lignes=list(lignes) or [une_ligne()], **{**depart, **champs})


def une_ligne(
    ingredient: str = "lentille-verte", adulte: int = 200_000, enfant: int = 130_000
) -> RecetteLigneDemande:
    return RecetteLigneDemande(ingredient, adulte, enfant, "cuit")


def une_denree(structure: str, **champs: Any) -> DenreeDemande:
    depart: dict[str, Any] = {"nom": "Tofu de la Vallée", "famille": "AUTRES", "allergenes": ["soja"]}
    return DenreeDemande(structure=structure, **{**depart, **champs})


def codes(refus: pytest.ExceptionInfo[DemandeInvalide]) -> list[tuple[str, str]]:
    return [(e.champ, e.texte) for e in refus.value.erreurs]


async def un_menu(jeu: Jeu, *plats: PlatDemande, version: int = 1) -> tuple[UUID, MenuVue]:
    vue = await un_publie(jeu)
    (moment,) = [m.id for m in vue.moments if m.genre == "banquet"]
    return moment, await ecrire_menu(
        jeu.nadia, moment, MenuDemande(version=version, plats=list(plats)), LUNDI
    )


# --- Chercher -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cherche", "nom", "repond"),
    [
        ("courjette", "courgette ronde", True),
        ("tomattes", "tomate", True),
        ("lentille vertes", "lentille verte du puy", True),
        ("", "tomate", True),
        ("poire", "poireau", True),
        ("poireau", "poire", False),
        ("ail", "aiguillette", False),
        ("riz", "riza", True),
        ("rix", "riz", False),
    ],
)
def test_chaque_mot_cherche_est_dans_le_nom_a_une_faute_pres(cherche: str, nom: str, repond: bool) -> None:
    assert (ressemblance(cherche, nom) is not None) is repond


async def test_une_faute_de_frappe_trouve_quand_meme_et_le_juste_passe_devant(jeu: Jeu) -> None:
    fautive = [d.slug for d in await chercher_ingredients(jeu.nadia, "courjette")]
    juste = [d.slug for d in await chercher_ingredients(jeu.nadia, "courgette")]

    assert "courgette" in fautive
    assert juste[0] == "courgette"


# --- Recettes -------------------------------------------------------------------------------------------------------


async def test_une_recette_publiee_se_lit_dans_tout_le_reseau_avec_qui_l_a_ecrite(
    jeu: Jeu, voisine: tuple[Auteur, str]
) -> None:
    odile, _ = voisine
    publiee = await publier_recette(jeu.nadia, une_recette(jeu.structure_slug), LUNDI)

    lue = await lire_recette(odile, publiee.slug)
    (breve,) = await chercher_recettes("dahl lentile")

    assert (lue.structure_nom, lue.licence, lue.modifiable) == ("La Fabrique", "CC BY-SA 4.0", False)
    assert [ligne.adulte_milli for ligne in lue.lignes] == [200_000]
    assert "vegetalien" in lue.regimes
    assert breve.slug == publiee.slug


async def test_on_trouve_aussi_une_recette_par_un_ingredient_apres_les_titres(jeu: Jeu) -> None:
    await publier_recette(jeu.nadia, une_recette(jeu.structure_slug), LUNDI)
    soupe = une_recette(jeu.structure_slug, titre="Soupe aux lentilles", service="entree")
    await publier_recette(jeu.nadia, soupe, LUNDI)
    riz = une_recette(jeu.structure_slug, une_ligne("lentille-verte"), titre="Salade du soir")
    await publier_recette(jeu.nadia, riz, LUNDI)

    titres = [r.titre for r in await chercher_recettes("lentille")]

    assert titres[-1] == "Salade du soir"
    assert len(titres) == 3
    assert [r.titre for r in await chercher_recettes("lentille", "entree")] == ["Soupe aux lentilles"]


async def test_on_ne_publie_qu_au_nom_de_sa_structure(jeu: Jeu, voisine: tuple[Auteur, str]) -> None:
    _, autre = voisine
    with pytest.raises(DemandeInvalide) as refus:
        await publier_recette(jeu.nadia, une_recette(autre), LUNDI)
    assert codes(refus) == [("structure", "pas_votre_structure")]

    with pytest.raises(DemandeInvalide):
        await publier_recette(jeu.malik, une_recette(jeu.structure_slug), LUNDI)
    assert await chercher_recettes() == []


async def test_tout_ce_qui_ne_va_pas_dans_une_recette_est_dit_a_la_fois(jeu: Jeu) -> None:
    with pytest.raises(DemandeInvalide) as refus:
        await publier_recette(
            jeu.nadia,
            une_recette(jeu.structure_slug, une_ligne("chimere"), une_ligne(adulte=0, enfant=0)),
            LUNDI,
        )

    assert codes(refus) == [
        ("lignes.0.ingredient", "ingredient_inconnu"),
        ("lignes.1.adulte_milli", "part_nulle"),
    ]


async def test_une_autre_structure_derive_la_sienne_et_cite_la_source(
    jeu: Jeu, voisine: tuple[Auteur, str]
) -> None:
    odile, four = voisine
    source = await publier_recette(jeu.nadia, une_recette(jeu.structure_slug), LUNDI)

    with pytest.raises(RecetteReservee):
        await corriger_recette(odile, source.slug, une_recette(four, version=1), LUNDI)
    derivee = await publier_recette(
        odile, une_recette(four, titre="Dhal au four", derivee_de=source.slug), LUNDI
    )

    assert derivee.derivee_de is not None
    assert (derivee.derivee_de.slug, derivee.derivee_de.structure_nom) == (source.slug, "La Fabrique")
    with pytest.raises(RecetteDerivee):
        await retirer_recette(jeu.nadia, source.slug, source.version)
    assert (await lire_recette(jeu.nadia, source.slug)).derivees == 1


async def test_deux_corrections_d_une_recette_la_seconde_n_ecrase_rien(jeu: Jeu) -> None:
    source = await publier_recette(jeu.nadia, une_recette(jeu.structure_slug), LUNDI)
    await corriger_recette(
        jeu.nadia, source.slug, une_recette(jeu.structure_slug, titre="Dhal doux", version=1), LUNDI
    )

    with pytest.raises(RecetteModifiee):
        await corriger_recette(
            jeu.nadia, source.slug, une_recette(jeu.structure_slug, titre="Dhal fort", version=1), LUNDI
        )

    assert (await lire_recette(jeu.nadia, source.slug)).titre == "Dhal doux"


async def test_on_ne_retire_pas_une_recette_corrigee_sous_ses_yeux_ni_celle_d_une_autre(
    jeu: Jeu, voisine: tuple[Auteur, str]
) -> None:
    odile, _ = voisine
    source = await publier_recette(jeu.nadia, une_recette(jeu.structure_slug), LUNDI)
    with pytest.raises(RecetteReservee):
        await retirer_recette(odile, source.slug, source.version)
    await corriger_recette(
        jeu.nadia, source.slug, une_recette(jeu.structure_slug, titre="Dhal doux", version=1), LUNDI
    )

    with pytest.raises(RecetteModifiee):
        await retirer_recette(jeu.nadia, source.slug, source.version)

    assert (await lire_recette(jeu.nadia, source.slug)).titre == "Dhal doux"


async def test_le_menu_garde_sa_copie_quand_la_recette_change_ou_disparait(jeu: Jeu) -> None:
    source = await publier_recette(jeu.nadia, une_recette(jeu.structure_slug), LUNDI)
    plat = PlatDemande(
        id=uuid4(), service="plat", nom="Dhal", recette=source.slug,
        lignes=[LigneDemande("lentille-verte", 200_000, 130_000, "cuit")],
    )  # fmt: skip
    moment, menu = await un_menu(jeu, plat)
    assert menu.plats[0].recette is not None
    assert (menu.plats[0].recette.titre, menu.plats[0].recette.licence) == (
        "Dhal de lentilles",
        "CC BY-SA 4.0",
    )

    moins = une_recette(jeu.structure_slug, une_ligne(adulte=50_000), version=1)
    await corriger_recette(jeu.nadia, source.slug, moins, LUNDI)
    assert (await lire_menu(jeu.nadia, moment)).plats[0].lignes[0].adulte_milli == 200_000

    await retirer_recette(jeu.nadia, source.slug, 2)
    copie = (await lire_menu(jeu.nadia, moment)).plats[0]
    assert (copie.recette, copie.lignes[0].adulte_milli) == (None, 200_000)
    with pytest.raises(RecetteInconnue):
        await lire_recette(jeu.nadia, source.slug)


async def test_un_menu_ne_cite_pas_une_recette_inventee(jeu: Jeu) -> None:
    with pytest.raises(DemandeInvalide) as refus:
        await un_menu(jeu, PlatDemande(id=uuid4(), service="plat", nom="Dhal", recette="nulle-part"))
    assert codes(refus) == [("plats.0.recette", "recette_inconnue")]


# --- Denrées des structures -----------------------------------------------------------------------------------------


async def test_une_denree_ajoutee_sert_a_tout_le_reseau_et_se_corrige_chez_elle(
    jeu: Jeu, voisine: tuple[Auteur, str]
) -> None:
    odile, four = voisine
    tofu = await ajouter_denree(jeu.nadia, une_denree(jeu.structure_slug), LUNDI)

    (vue,) = await chercher_ingredients(odile, "tofu vallee")
    assert (vue.slug, vue.structure_nom, vue.modifiable) == (tofu.slug, "La Fabrique", False)
    with pytest.raises(DenreeReservee):
        await corriger_denree(odile, tofu.slug, une_denree(four, version=1), LUNDI)
    with pytest.raises(DenreeReservee):
        await retirer_denree(jeu.nadia, "carotte")


async def test_changer_ce_que_contient_une_denree_fait_relire_les_plats(jeu: Jeu) -> None:
    tofu = await ajouter_denree(jeu.nadia, une_denree(jeu.structure_slug), LUNDI)
    plat = PlatDemande(
        id=uuid4(), service="plat", nom="Tofu grillé", lignes=[LigneDemande(tofu.slug, 100_000, 60_000)]
    )
    moment, menu = await un_menu(jeu, plat)
    menu = await confirmer_plat(jeu.nadia, moment, plat.id, menu.version, LUNDI)
    assert menu.plats[0].etat_allergenes == "confirmes"

    au_sesame = une_denree(jeu.structure_slug, allergenes=["soja", "sesame"], version=1)
    await corriger_denree(jeu.nadia, tofu.slug, au_sesame, LUNDI)

    apres = await lire_menu(jeu.nadia, moment)
    assert apres.plats[0].etat_allergenes == "deduits"
    assert apres.plats[0].allergenes == ["soja", "sesame"]
    assert apres.version == menu.version + 1


async def test_corriger_le_nom_ne_fait_rien_relire(jeu: Jeu) -> None:
    tofu = await ajouter_denree(jeu.nadia, une_denree(jeu.structure_slug), LUNDI)
    plat = PlatDemande(
        id=uuid4(), service="plat", nom="Tofu", lignes=[LigneDemande(tofu.slug, 100_000, 60_000)]
    )
    moment, menu = await un_menu(jeu, plat)
    menu = await confirmer_plat(jeu.nadia, moment, plat.id, menu.version, LUNDI)

    await corriger_denree(
        jeu.nadia, tofu.slug, une_denree(jeu.structure_slug, nom="Tofu ferme", version=1), LUNDI
    )

    assert (await lire_menu(jeu.nadia, moment)).plats[0].etat_allergenes == "confirmes"


async def test_une_denree_employee_ne_change_pas_d_unite_et_ne_disparait_pas(jeu: Jeu) -> None:
    tofu = await ajouter_denree(jeu.nadia, une_denree(jeu.structure_slug), LUNDI)
    await publier_recette(jeu.nadia, une_recette(jeu.structure_slug, une_ligne(tofu.slug)), LUNDI)

    with pytest.raises(DenreeEmployee):
        await corriger_denree(
            jeu.nadia, tofu.slug, une_denree(jeu.structure_slug, unite="piece", version=1), LUNDI
        )
    with pytest.raises(DenreeEmployee):
        await retirer_denree(jeu.nadia, tofu.slug)

    assert (await lire_denree(jeu.nadia, tofu.slug)).unite == "g"


async def test_une_denree_dont_rien_ne_se_sert_se_retire(jeu: Jeu) -> None:
    tofu = await ajouter_denree(jeu.nadia, une_denree(jeu.structure_slug), LUNDI)

    await retirer_denree(jeu.nadia, tofu.slug)

    with pytest.raises(DenreeInconnue):
        await lire_denree(jeu.nadia, tofu.slug)


async def test_deux_corrections_d_une_denree_la_seconde_n_ecrase_rien(jeu: Jeu) -> None:
    tofu = await ajouter_denree(jeu.nadia, une_denree(jeu.structure_slug), LUNDI)
    assert tofu.version == 1
    demande = une_denree(jeu.structure_slug, version=1)
    await corriger_denree(jeu.nadia, tofu.slug, msgspec.structs.replace(demande, dechet_milliemes=10), LUNDI)

    with pytest.raises(DenreeModifiee):
        await corriger_denree(
            jeu.nadia, tofu.slug, msgspec.structs.replace(demande, dechet_milliemes=20), LUNDI
        )

    assert (await lire_denree(jeu.nadia, tofu.slug)).dechet_milliemes == 10
