"""Ce que contient un plat, à qui il convient, ce qu'il en faut : les règles, sans base."""

from fractions import Fraction
from uuid import UUID, uuid4

import pytest

from server.banquets.menus.echelle import (
    LigneAEchelle,
    PlatAEchelle,
    besoins_du_menu,
    contenance_de,
    convives_par_plat,
)
from server.banquets.menus.regles import (
    LIGNES_MAX,
    Contenu,
    contenu,
    convient,
    regimes_contredits,
    saison_de,
    verifier_menu,
)
from server.banquets.menus.schemas import LigneDemande, PlatDemande
from server.banquets.quantites import Convives, Etat, Taux, en_grammes
from server.banquets.referentiel.lectures import lire_denrees, lire_portions

LENTILLES: tuple[list[str], list[str]] = ([], [])
BEURRE = (["lait"], [])
MIEL = ([], ["miel"])
LARDONS = ([], ["viande", "porc"])
MERLU = (["poissons"], [])
PATES = (["gluten"], [])


def le_plat(*ingredients: tuple[list[str], list[str]], confirme: bool = True, **dit: list[str]) -> Contenu:
    return contenu(
        ingredients, dit.get("ajoutes", []), dit.get("retires", []), dit.get("regimes", []), confirme=confirme
    )


@pytest.mark.parametrize(
    ("ingredients", "regimes"),
    [
        ([LENTILLES], {"vegetarien", "vegetalien", "sans_gluten", "sans_lactose", "sans_porc"}),
        ([LENTILLES, BEURRE], {"vegetarien", "sans_gluten", "sans_porc"}),
        ([LENTILLES, MIEL], {"vegetarien", "sans_gluten", "sans_lactose", "sans_porc"}),
        ([LENTILLES, LARDONS], {"sans_gluten", "sans_lactose"}),
        ([MERLU], {"sans_gluten", "sans_lactose", "sans_porc"}),
        ([PATES], {"vegetarien", "vegetalien", "sans_lactose", "sans_porc"}),
        ([], set()),
    ],
)
def test_les_regimes_se_deduisent_des_ingredients(
    ingredients: list[tuple[list[str], list[str]]], regimes: set[str]
) -> None:
    assert le_plat(*ingredients).regimes == regimes


def test_un_allergene_retire_ne_rend_pas_un_plat_vegetalien() -> None:
    plat = le_plat(BEURRE, retires=["lait"])

    assert plat.allergenes == frozenset()
    assert "sans_lactose" in plat.regimes
    assert "vegetalien" not in plat.regimes


@pytest.mark.parametrize(("de_plus", "fautes"), [(0, []), (1, [("plats", "menu_trop_long")])])
def test_un_menu_a_un_nombre_de_lignes_borne(de_plus: int, fautes: list[tuple[str, str]]) -> None:
    """Soixante plats de soixante lignes se composaient en dizaines de secondes."""
    ligne = LigneDemande(ingredient="potiron", adulte_milli=1000, enfant_milli=1000)
    plats = [PlatDemande(id=uuid4(), service="plat", nom="Gratin", lignes=[ligne] * 60) for _ in range(10)]
    plats.append(PlatDemande(id=uuid4(), service="plat", nom="Soupe", lignes=[ligne] * de_plus))
    assert sum(len(plat.lignes) for plat in plats) == LIGNES_MAX + de_plus

    assert [(e.champ, e.texte) for e in verifier_menu(plats)] == fautes


def test_pas_rempli_n_est_pas_aucun() -> None:
    assert le_plat(confirme=False).etat == "pas_remplis"
    assert le_plat(LENTILLES, confirme=False).etat == "deduits"
    assert le_plat(LENTILLES).etat == "confirmes"
    assert convient(le_plat(confirme=False), [], ["lait"]) == "a_confirmer"


def test_un_convive_a_plusieurs_besoins_a_la_fois() -> None:
    pates = le_plat(PATES)

    assert convient(pates, ["vegetalien"], []) == "oui"
    assert convient(pates, ["vegetalien", "sans_gluten"], []) == "non"
    assert convient(pates, ["vegetalien"], ["gluten"]) == "non"
    assert convient(pates, [], []) == "oui"
    assert convient(le_plat(PATES, confirme=False), ["vegetalien"], []) == "a_confirmer"
    assert convient(pates, ["autre"], []) == "a_confirmer"
    assert convient(pates, ["halal"], []) == "a_confirmer"
    assert convient(le_plat(LARDONS), ["halal"], []) == "non"
    assert convient(le_plat(PATES, regimes=["halal"]), ["halal"], []) == "oui"


def test_on_n_affirme_pas_ce_que_les_ingredients_dementent() -> None:
    assert regimes_contredits([LARDONS], [], [], ["halal", "casher", "sans_porc"]) == [
        "halal", "casher", "sans_porc"
    ]  # fmt: skip
    assert regimes_contredits([LENTILLES], [], [], ["halal", "casher"]) == []
    assert regimes_contredits([([], ["viande"]), BEURRE], [], [], ["casher"]) == ["casher"]


@pytest.mark.parametrize(
    ("mois", "hors_france", "repas", "dit"),
    [
        ([6, 7, 8], False, 6, "de_saison"),
        ([6, 7, 8], False, 5, "avance_possible"),
        ([6, 7, 8], False, 4, "hors_saison"),
        ([1, 2], False, 12, "avance_possible"),
        ([], False, 5, "sans_saison"),
        (list(range(1, 13)), True, 5, "hors_france"),
    ],
)
def test_la_saison_se_dit_avec_sa_nuance(mois: list[int], hors_france: bool, repas: int, dit: str) -> None:
    assert saison_de(mois, hors_france=hors_france, mois_du_repas=repas) == dit


def une_ligne(
    ingredient: str,
    adulte: int,
    enfant: int,
    etat: Etat,
    taux: Taux,
    vendu_par: str,
    contenance: int,
    pas: int,
) -> LigneAEchelle:
    return LigneAEchelle(
        ingredient, adulte * 1000, enfant * 1000, etat, taux, vendu_par, Fraction(contenance), pas
    )


@pytest.mark.parametrize(
    ("ligne", "grammes", "achat"),
    [
        # Lentilles : (150 × 200 + 30 × 170) ÷ 2,33 × 1,05 = 15 817,6 g, au demi-kilo : 16 kg.
        (
            une_ligne("lentille-verte", 200, 170, "cuit", Taux(0, 2330), "kg", 1_000_000, 500),
            15_818,
            16_000,
        ),
        # Courgettes : (150 × 150 + 30 × 100) ÷ 0,856 ÷ 0,8 × 1,05 = 39 099,0 g, en caisses de 5 kg : 8.
        (
            une_ligne("courgette", 150, 100, "cuit", Taux(200, 856), "caisse", 5_000_000, 1000),
            39_099,
            8000,
        ),
        # Œufs mimosa : (150 × 2 + 30 × 1) × 1,05 = 346,5 : 347 œufs.
        (une_ligne("oeuf", 2, 1, "achete", Taux(), "piece", 1000, 1000), 347, 347_000),
    ],
)
def test_trois_recettes_se_refont_a_la_main(ligne: LigneAEchelle, grammes: int, achat: int) -> None:
    """Les trois calculs de `docs/quantites.md`, ligne à ligne."""
    plat = PlatAEchelle(UUID(int=1), None, 1000, (ligne,))

    (besoin,) = besoins_du_menu([plat], {plat.id: Convives(150, 30)}, 50)

    assert (en_grammes(besoin.besoin), besoin.achat_milliemes) == (grammes, achat)


def test_la_meme_denree_de_deux_plats_ne_s_arrondit_qu_une_fois() -> None:
    ligne = une_ligne("oignon", 30, 30, "achete", Taux(), "kg", 1_000_000, 1000)
    plats = [PlatAEchelle(UUID(int=n), None, 1000, (ligne,)) for n in (1, 2)]

    (besoin,) = besoins_du_menu(plats, {plat.id: Convives(50, 0) for plat in plats}, 0)

    assert (besoin.besoin, besoin.achat_milliemes) == (3_000_000, 3000)
    assert besoin.plats == (UUID(int=1), UUID(int=2))
    assert [(part.plat, part.assiettes, part.a_acheter) for part in besoin.parts] == [
        (UUID(int=1), 1_500_000, 1_500_000),
        (UUID(int=2), 1_500_000, 1_500_000),
    ]


@pytest.mark.parametrize(
    ("pas", "retenu", "achat"),
    [
        ((500, 1000), 1000, 3000),
        ((1000, 500), 1000, 3000),
        ((100, 250), 250, 2500),
        ((1, 100, 500), 500, 4000),
        ((500, 500), 500, 2500),
    ],
)
def test_la_meme_denree_s_achete_une_fois_par_le_plus_grand_pas_dit(
    pas: tuple[int, ...], retenu: int, achat: int
) -> None:
    """Chaque plat demande 30 convives × 38 g × 1,05 = 1 197 g : deux plats 2 394 g, trois 3 591 g."""
    plats = [
        PlatAEchelle(
            UUID(int=n), None, 1000, (une_ligne("carotte", 38, 38, "achete", Taux(), "kg", 1_000_000, un),)
        )
        for n, un in enumerate(pas, 1)
    ]

    (besoin,) = besoins_du_menu(plats, {plat.id: Convives(30, 0) for plat in plats}, 50)

    assert en_grammes(besoin.besoin) == 1197 * len(pas)
    assert (besoin.pas_milliemes, besoin.achat_milliemes) == (retenu, achat)
    assert [part.ligne.pas_milliemes for part in besoin.parts] == list(pas)


def test_vendue_en_bottes_et_au_kilo_une_denree_garde_deux_achats() -> None:
    au_kilo = une_ligne("radis", 30, 30, "achete", Taux(), "kg", 1_000_000, 500)
    en_bottes = une_ligne("radis", 30, 30, "achete", Taux(), "botte", 250_000, 1000)
    plats = [
        PlatAEchelle(UUID(int=n), None, 1000, (ligne,)) for n, ligne in enumerate((au_kilo, en_bottes), 1)
    ]

    besoins = besoins_du_menu(plats, {plat.id: Convives(50, 0) for plat in plats}, 0)

    assert [(b.vendu_par, b.achat_milliemes) for b in besoins] == [("kg", 1500), ("botte", 6000)]


def test_une_variante_prend_ses_convives_au_plat_qu_elle_remplace() -> None:
    plat, variante, autre = (
        PlatAEchelle(UUID(int=1), None, 1000, ()),
        PlatAEchelle(UUID(int=2), UUID(int=1), 150, ()),
        PlatAEchelle(UUID(int=3), None, 500, ()),
    )

    par_plat = convives_par_plat([plat, variante, autre], Convives(101, 10))

    assert par_plat == {plat.id: Convives(85, 8), variante.id: Convives(16, 2), autre.id: Convives(51, 5)}


@pytest.mark.parametrize(
    ("unite", "vendu_par", "contenance", "masse", "densite", "attendue"),
    [
        ("g", "kg", None, None, None, 1_000_000),
        ("mL", "L", None, None, 920, 1_000_000),
        ("g", "L", None, None, 920, 920_000),
        ("g", "L", None, None, None, None),
        ("mL", "kg", None, None, 800, 1_250_000),
        ("piece", "piece", None, None, None, 1000),
        ("g", "piece", None, 250, None, 250_000),
        ("g", "piece", None, None, None, None),
        ("g", "botte", None, 250, None, None),
        ("g", "caisse", 5_000_000, None, None, 5_000_000),
        ("piece", "kg", None, 50, None, 20_000),
        ("piece", "L", None, 50, None, None),
    ],
)
def test_une_unite_de_vente_dit_ce_qu_elle_contient(
    unite: str,
    vendu_par: str,
    contenance: int | None,
    masse: int | None,
    densite: int | None,
    attendue: int | None,
) -> None:
    assert contenance_de(unite, vendu_par, contenance, masse, densite) == attendue


def test_le_referentiel_est_lisible_et_sans_doublon() -> None:
    denrees = {denree.slug: denree for denree in lire_denrees()}

    assert len(denrees) == len(lire_denrees()) >= 250
    assert len({denree.nom.casefold() for denree in denrees.values()}) == len(denrees)
    assert all(0 <= d.dechet_milliemes < 1000 and d.rendement_milliemes > 0 for d in denrees.values())
    assert all(1 <= mois <= 12 for d in denrees.values() for mois in d.saison)
    # Les produits secs n'ont rien à jeter, quoi qu'en dise la moyenne de leur famille.
    assert {denrees[slug].dechet_milliemes for slug in ("pates-seches", "pois-chiche-sec")} == {0}
    assert denrees["banane"].hors_france
    assert not denrees["banane"].saison
    assert {portion.certitude for portion in lire_portions()} == {"A", "C", "D"}


def test_une_affirmation_que_les_denrees_dementent_ne_compte_plus() -> None:
    plat = le_plat(LARDONS, regimes=["halal", "vegetalien"])

    assert not plat.regimes & {"halal", "vegetalien"}
    assert convient(plat, ["vegetalien"], []) == "non"
