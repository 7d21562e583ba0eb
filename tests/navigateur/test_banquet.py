"""Composer le menu d'un banquet dans un vrai navigateur : le taper, le relire, le réunir avec celui d'une autre main."""

import re
from collections.abc import Generator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.navigateur.test_equipe import Maison, maison, un_telephone

__all__ = ["maison"]
pytestmark = pytest.mark.navigateur


@pytest.fixture
def page(chromium: Browser, maison: Maison) -> Generator[Page, None, None]:
    """Le téléphone de Nadia, connecté."""
    with un_telephone(chromium, maison, maison.nadia) as page:
        yield page


def adresse_du_banquet(maison: Maison, titre: str) -> str:
    slug = maison.evenements[titre]
    moments = maison.demander("GET", f"/api/espace/evenements/{slug}")["moments"]
    (moment,) = [moment["id"] for moment in moments if moment["genre"] == "banquet"]
    return f"/espace/banquets/{moment}"


def le_menu(maison: Maison, adresse: str) -> dict[str, Any]:
    return dict(maison.demander("GET", f"/api{adresse}/menu"))


def test_on_compose_un_menu_on_le_relit_et_les_quantites_suivent(page: Page, maison: Maison) -> None:
    titre = "La rivière en commun"
    adresse = adresse_du_banquet(maison, titre)
    alerte = page.get_by_role("alert")
    enregistrer = page.get_by_role("button", name="Enregistrer", exact=True)

    page.goto(f"{maison.url}/espace/evenements/{maison.evenements[titre]}")
    page.get_by_role("link", name="Préparer le banquet").click()
    expect(page.get_by_role("heading", name="Menu", exact=True)).to_be_visible()
    page.get_by_role("button", name="Un plat", exact=True).click()
    nom = page.get_by_label("Nom du plat")
    expect(nom).to_be_focused()
    nom.fill("Dhal de lentilles")
    page.get_by_label("Ajouter une denrée").fill("lentilles vert")
    page.get_by_role("button", name="Lentille verte").click()
    page.get_by_label("Part d’un adulte").fill("0,2 litre")
    page.get_by_label("Part d’un enfant").fill("170")
    page.get_by_label("Part pesée").select_option("cuit")
    expect(page.get_by_text("Gardé sur cet appareil")).to_be_visible()

    page.reload()
    expect(page.get_by_text("Ce que vous aviez écrit sans l’enregistrer est revenu")).to_be_visible()
    enregistrer.click()
    expect(alerte).to_contain_text("Lentille verte, Part d’un adulte")
    alerte.get_by_role("link").click()
    part = page.get_by_label("Part d’un adulte")
    expect(part).to_be_focused()
    part.fill("0,2 kg")
    page.get_by_text("Achat, déchet et cuisson").click()
    page.get_by_label("Se vend").select_option("botte")
    enregistrer.click()
    # Ce que contient une botte, seul le service sait qu'il manque.
    expect(alerte).to_contain_text("Lentille verte, Ce que pèse une botte")
    page.get_by_label("Se vend").select_option("kg")
    page.get_by_label("On achète au moins").select_option("500")
    page.get_by_label("Poids cuit pour 1 de cru").fill("2,33")
    enregistrer.click()
    expect(page.get_by_text("Le menu est enregistré.")).to_be_visible()

    (plat,) = le_menu(maison, adresse)["plats"]
    (ligne,) = plat["lignes"]
    assert (ligne["adulte_milli"], ligne["enfant_milli"], ligne["etat"]) == (200_000, 170_000, "cuit")
    assert (ligne["rendement_milliemes"], ligne["pas_milliemes"]) == (2330, 500)
    assert plat["etat_allergenes"] == "deduits"

    page.get_by_role("button", name="J’ai relu").click()
    expect(page.get_by_text("Allergènes relus")).to_be_visible()
    assert le_menu(maison, adresse)["plats"][0]["etat_allergenes"] == "confirmes"

    page.get_by_role("link", name="Quantités").click()
    page.get_by_label("Adultes").fill("150")
    page.get_by_label("Enfants").fill("30")
    # Le calcul de docs/quantites.md : 15 818 g, soit 16 kg.
    expect(page.locator(".quantites .achat")).to_have_text(re.compile(r"^16\s?kg$"))
    page.get_by_text("Pourquoi").click()
    expect(page.locator(".calculs")).to_contain_text(re.compile(r"÷ 2,33 .*15,064\skg"))
    expect(page.locator(".calculs")).to_contain_text(re.compile(r"5\s%\s: 15,818\skg"))


def test_un_plat_retire_se_remet_et_une_variante_remplace_le_sien(page: Page, maison: Maison) -> None:
    adresse = adresse_du_banquet(maison, "Le verger partagé")
    enregistrer = page.get_by_role("button", name="Enregistrer", exact=True)

    page.goto(f"{maison.url}{adresse}")
    page.get_by_role("button", name="Un plat", exact=True).click()
    page.get_by_label("Nom du plat").fill("Gratin")
    page.get_by_role("button", name="Variante", exact=True).click()
    expect(page.get_by_role("button", name="Gratin (variante)")).to_be_visible()
    page.get_by_role("group", name="Gestes pour Gratin", exact=True).get_by_role(
        "button", name="Retirer"
    ).click()
    expect(page.get_by_role("button", name="Gratin", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Remettre").click()
    gratin_edite = page.locator(".plat-edite").first
    expect(gratin_edite.get_by_role("button", name="Gratin", exact=True)).to_be_visible()
    gratin_edite.get_by_label("Ajouter une denrée").fill("lardons")
    gratin_edite.get_by_role("button", name=re.compile("^Lardons")).click()
    gratin_edite.get_by_label("Part d’un adulte").fill("30")
    gratin_edite.get_by_text("Corriger les allergènes").click()
    gratin_edite.get_by_text("halal", exact=True).click()
    enregistrer.click()
    # Ce que les denrées démentent se dit près de la case.
    affirmer = page.get_by_role("group", name="J’affirme que ce plat est").first
    expect(affirmer.locator(".refus-champ")).to_be_visible()
    affirmer.get_by_text("halal", exact=True).click()
    enregistrer.click()
    expect(page.get_by_text("Le menu est enregistré.")).to_be_visible()

    gratin, variante = le_menu(maison, adresse)["plats"]
    assert (gratin["nom"], variante["nom"]) == ("Gratin", "Gratin (variante)")
    assert (variante["remplace"], variante["part_milliemes"]) == (gratin["id"], 100)


def test_deux_mains_sur_un_menu_se_reunissent_sans_rien_perdre(
    chromium: Browser, page: Page, maison: Maison
) -> None:
    adresse = adresse_du_banquet(maison, "Le bal des voisins")
    soupe = {"id": "6f1f3a52-8a5d-4a39-9c1f-2f1a3c5d7e90", "service": "entree", "nom": "Soupe"}
    maison.demander("PUT", f"/api{adresse}/menu", {"version": 1, "plats": [soupe]})

    page.goto(f"{maison.url}{adresse}")
    page.get_by_role("button", name="Soupe").click()
    page.get_by_label("Nom du plat").fill("Soupe de Nadia")
    with un_telephone(chromium, maison, maison.paul) as autre:
        autre.goto(f"{maison.url}{adresse}")
        autre.get_by_role("button", name="Soupe").click()
        autre.get_by_label("Ce qu’on en dit").fill("Avec des croûtons.")
        autre.get_by_role("button", name="Un dessert").click()
        autre.get_by_label("Nom du plat").last.fill("Tarte de Paul")
        autre.get_by_role("button", name="Enregistrer", exact=True).click()
        expect(autre.get_by_text("Le menu est enregistré.")).to_be_visible()
    page.get_by_role("button", name="Enregistrer", exact=True).click()

    alerte = page.get_by_role("alert")
    expect(alerte).to_contain_text("Ajouté ailleurs\u202f: Tarte de Paul.")
    expect(alerte).to_contain_text("Changé ailleurs\u202f: Soupe.")
    expect(page.get_by_label("Nom du plat")).to_have_value("Soupe de Nadia")
    alerte.get_by_role("button", name="Réunir les deux").click()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Le menu est enregistré.")).to_be_visible()

    assert [plat["nom"] for plat in le_menu(maison, adresse)["plats"]] == ["Soupe de Nadia", "Tarte de Paul"]


def test_la_cuisine_s_ouvre_par_un_lien_et_l_on_s_ecrit(
    chromium: Browser, page: Page, maison: Maison
) -> None:
    adresse = adresse_du_banquet(maison, "La fête du four")

    page.goto(f"{maison.url}{adresse}/cuisine")
    page.get_by_label("À qui est ce lien").fill("équipe du samedi")
    page.get_by_role("button", name="Créer un lien").click()
    page.get_by_role("button", name="Montrer en QR").click()
    qr = page.get_by_role("dialog").get_by_role("img")
    expect(qr).to_be_visible()
    assert qr.evaluate("async (image) => (await image.decode(), image.naturalWidth)") > 0
    page.get_by_role("dialog").get_by_role("button", name="Fermer").click()

    page.get_by_label("Votre message").fill("Les courges arrivent à 9 h.")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator(".message.organisation")).to_contain_text("pas encore lu")
    expect(page.get_by_label("Votre message")).to_have_value("")

    page.get_by_role("button", name="Fermer ce lien").click()
    page.get_by_role("dialog").get_by_role("button", name="Fermer ce lien").click()
    expect(page.get_by_text("Aucun lien pour l’instant.")).to_be_visible()
    assert maison.demander("GET", f"/api{adresse}/liens-cuisine") == []


def test_un_plat_devient_une_recette_que_l_on_copie_ailleurs_avec_la_denree_que_l_on_a_ajoutee(
    page: Page, maison: Maison
) -> None:
    ici, ailleurs = [
        adresse_du_banquet(maison, titre) for titre in ("Le verger partagé", "La veillée du Duché")
    ]
    dialogue = page.get_by_role("dialog")

    page.goto(f"{maison.url}{ici}")
    page.get_by_role("button", name="Un dessert").click()
    page.get_by_label("Nom du plat").last.fill("Confiture du verger")
    page.get_by_label("Ajouter une denrée").last.fill("arbouse du Duché")
    page.get_by_role("button", name="Ajouter « arbouse du Duché »").click()
    dialogue.get_by_text("sulfites", exact=True).click()
    dialogue.get_by_label("À jeter").fill("12,55")
    dialogue.get_by_role("button", name="Enregistrer").click()
    expect(dialogue.get_by_role("alert")).to_contain_text("À jeter")
    dialogue.get_by_label("À jeter").fill("12,5")
    dialogue.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", name="arbouse du Duché")).to_be_visible()
    page.get_by_role("button", name="Enregistrer comme recette").last.click()
    dialogue.get_by_label("Comment on fait").fill("Cuire doucement.")
    dialogue.get_by_label("Titre de la recette").fill("Confiture d’arbouses")
    dialogue.get_by_role("button", name="Publier la recette").click()
    # Sans quantité, le service refuse : rien n'est publié à moitié.
    expect(dialogue.get_by_role("alert")).to_be_visible()
    dialogue.get_by_role("button", name="Ne rien changer").click()
    page.get_by_label("Part d’un adulte").last.fill("40")
    page.get_by_role("button", name="Enregistrer comme recette").last.click()
    dialogue.get_by_label("Titre de la recette").fill("Confiture d’arbouses")
    dialogue.get_by_label("Comment on fait").fill("Cuire doucement.")
    dialogue.get_by_role("button", name="Publier la recette").click()
    expect(page.get_by_text("La recette est publiée.")).to_be_visible()

    page.goto(f"{maison.url}{ailleurs}")
    page.get_by_role("button", name="Une recette du réseau").click()
    dialogue.get_by_label("Un plat ou une denrée").fill("arbouse")
    dialogue.get_by_role("button", name="Confiture d’arbouses").click()
    expect(dialogue).to_contain_text("Cuire doucement.")
    expect(dialogue).to_contain_text("Les Amandiers, CC BY-SA 4.0")
    dialogue.get_by_role("button", name="Copier dans le menu").click()
    page.get_by_label("Part d’un enfant").fill("25")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Le menu est enregistré.")).to_be_visible()

    (plat,) = le_menu(maison, ailleurs)["plats"]
    assert (plat["nom"], plat["recette"]["structure_nom"]) == ("Confiture d’arbouses", "Les Amandiers")
    (ligne,) = plat["lignes"]
    assert (ligne["adulte_milli"], ligne["enfant_milli"]) == (40_000, 25_000)
    assert (ligne["allergenes"], ligne["dechet_fiche_milliemes"]) == (["sulfites"], 125)
    (recette,) = maison.demander("GET", "/api/espace/recettes?q=arbouse")
    lue = maison.demander("GET", f"/api/espace/recettes/{recette['slug']}")
    # La part d'enfant que personne n'avait dite a été proposée, pas mise à zéro en silence.
    assert lue["lignes"][0]["enfant_milli"] == 28_000


def test_sa_recette_se_corrige_et_se_retire_sans_rien_ecraser(
    chromium: Browser, page: Page, maison: Maison
) -> None:
    (structure,) = [s["slug"] for s in maison.demander("GET", "/api/espace/moi")["structures"]]
    recette = {
        "structure": structure, "titre": "Dhal du Duché", "service": "plat", "description": "Cuire doucement.",
        "lignes": [
            {"ingredient": "lentille-verte", "adulte_milli": 200_000, "enfant_milli": 130_000, "etat": "cuit"},
            {"ingredient": "carotte", "adulte_milli": 50_000, "enfant_milli": 30_000},
        ],
    }  # fmt: skip
    lue = maison.demander("POST", "/api/espace/recettes", recette)
    adresse = f"/api/espace/recettes/{lue['slug']}"
    enregistrer = page.get_by_role("button", name="Enregistrer", exact=True)

    page.goto(f"{maison.url}/espace/reseau")
    page.get_by_role("link", name=re.compile("^Recettes")).click()
    page.get_by_label("Un plat ou une denrée").fill("dhal")
    page.get_by_role("link", name="Dhal du Duché").click()
    page.get_by_role("button", name="Monter Carotte (place 2 sur 2)").click()
    expect(page.get_by_role("button", name="Monter Carotte (place 1 sur 2)")).to_be_focused()
    page.get_by_label("Part d’un enfant").first.fill("")
    enregistrer.click()
    expect(page.get_by_role("alert")).to_contain_text("ou 0 s’il n’en mange pas")
    page.get_by_label("Part d’un enfant").first.fill("0")
    # Une autre main corrige pendant ce temps.
    maison.demander("PUT", adresse, {**recette, "titre": "Dhal doux du Duché", "version": 1})
    enregistrer.click()
    expect(page.get_by_role("alert")).to_contain_text("Dhal doux du Duché")
    page.get_by_role("button", name="Enregistrer ce que j’ai écrit").click()
    expect(page.get_by_text("La recette est corrigée.")).to_be_visible()

    corrigee = maison.demander("GET", adresse)
    assert [(li["ingredient"], li["enfant_milli"]) for li in corrigee["lignes"]] == [
        ("carotte", 0),
        ("lentille-verte", 130_000),
    ]
    assert (corrigee["titre"], corrigee["version"]) == ("Dhal du Duché", 3)

    with un_telephone(chromium, maison, maison.ines) as cafe:
        cafe.goto(f"{maison.url}/espace/recettes/{lue['slug']}")
        expect(cafe.get_by_text("Seule la structure qui l’a écrite la corrige.")).to_be_visible()
        expect(cafe.get_by_role("button", name="Retirer la recette")).to_have_count(0)

    maison.demander("PUT", adresse, {**recette, "titre": "Dhal fort du Duché", "version": 3})
    dialogue = page.get_by_role("dialog")
    page.get_by_role("button", name="Retirer la recette").click()
    dialogue.get_by_role("button", name="Retirer la recette").click()
    # On n'efface pas une correction que l'on n'a pas vue.
    expect(page.get_by_role("alert")).to_contain_text("Dhal fort du Duché")
    page.get_by_role("button", name="Reprendre ce qui est enregistré").click()
    page.get_by_role("button", name="Retirer la recette").click()
    dialogue.get_by_role("button", name="Retirer la recette").click()
    expect(page.get_by_text(re.compile("Dhal fort du Duché.* est retirée"))).to_be_visible()
    assert maison.demander("GET", "/api/espace/recettes?q=dhal") == []


def test_chaque_papier_propose_existe(page: Page, maison: Maison) -> None:
    adresse = adresse_du_banquet(maison, "Le verger partagé")
    page.goto(f"{maison.url}/espace/evenements/{maison.evenements['Le verger partagé']}")
    expect(page.locator(".cuisine")).to_contain_text("Inscrits seulement")
    page.get_by_role("link", name="Papiers de la cuisine").click()
    page.wait_for_url(f"**{adresse}/papiers")
    expect(page.get_by_role("heading", name="Feuille de production")).to_be_visible()
    liens = [str(lien.get_attribute("href")) for lien in page.locator(".papiers a").all()]

    assert len(liens) == 11
    for lien in liens:
        papier = page.request.get(f"{maison.url}{lien}")
        attendu = "application/pdf" if ".pdf" in lien else "text/csv"
        assert (papier.status, papier.headers["content-type"].split(";")[0]) == (200, attendu), lien


def test_un_besoin_sans_plat_se_dit_et_a_son_geste(page: Page, maison: Maison) -> None:
    titre = "Ce soir au village"
    adresse = adresse_du_banquet(maison, titre)
    maison.inscrire(
        titre,
        "Amel",
        convives=[{"nombre": 1, "age": "adulte", "regimes": ["vegetalien", "sans_gluten"], "allergenes": []}],
        accord_regimes=True,
    )
    plat = {
        "id": "6f1f3a52-8a5d-4a39-9c1f-2f1a3c5d7e99",
        "service": "plat",
        "nom": "Gratin",
        "lignes": [{"ingredient": "beurre", "adulte_milli": 20_000, "enfant_milli": 10_000}],
    }
    maison.demander("PUT", f"/api{adresse}/menu", {"version": 1, "plats": [plat]})

    page.goto(f"{maison.url}{adresse}")
    expect(page.get_by_text("aucun plat principal ne lui convient")).to_be_visible()
    page.get_by_role("button", name=re.compile("Ajouter une variante")).click()

    expect(page.get_by_label("Nom du plat")).to_have_value("Gratin (sans gluten et végétalien)")
    # Un convive sur deux.
    expect(page.get_by_label("Part des convives qui en mangent")).to_have_value("50")
    page.get_by_role("button", name="Retirer : Beurre").click()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Le menu est enregistré.")).to_be_visible()
    expect(page.get_by_text("aucun plat principal ne lui convient")).to_have_count(0)


def test_le_traiteur_prepare_le_repas_sans_l_argent_ni_les_liens(
    chromium: Browser, page: Page, maison: Maison
) -> None:
    titre = "Chantier de fauche"
    slug = maison.evenements[titre]
    page.goto(f"{maison.url}/espace/evenements/{slug}/modifier")
    page.get_by_label("Ajouter une structure").fill("café")
    page.get_by_role("button", name="Café du Duché").click()
    page.get_by_label("Café du Duché", exact=True).select_option("traiteur")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.wait_for_url(f"**/espace/evenements/{slug}")

    with un_telephone(chromium, maison, maison.ines) as cafe:
        cafe.goto(f"{maison.url}/espace/evenements/{slug}")
        expect(cafe.get_by_role("link", name="Préparer le banquet")).to_have_count(0)
        cafe.get_by_role("button", name="Accepter").click()
        cafe.get_by_role("link", name="Préparer le banquet").click()
        expect(cafe.get_by_role("heading", name="Menu", exact=True)).to_be_visible()
        expect(cafe.get_by_role("link", name="Comptes")).to_have_count(0)
        cafe.get_by_role("link", name="Liens et messages", exact=True).click()
        expect(cafe.get_by_text("Les liens pour la cuisine se donnent par qui organise")).to_be_visible()
        expect(cafe.get_by_role("button", name="Créer un lien")).to_have_count(0)
        cafe.get_by_label("Votre message").fill("Nous serons trois.")
        cafe.get_by_role("button", name="Envoyer").click()
        expect(cafe.locator(".message.cuisine")).to_contain_text("Nous serons trois.")
