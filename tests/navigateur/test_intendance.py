"""L'intendance d'un banquet dans un vrai navigateur : compter, arrêter, acheter, commander, tenir les comptes."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.navigateur.test_equipe import PATIENCE_MS, Maison, maison, page, un_telephone
from tests.navigateur.test_habitante import AXE

pytestmark = pytest.mark.navigateur

__all__ = ["maison", "page"]
"""Les fixtures de l'équipe : le même site, la même personne."""


def le_banquet(maison: Maison, titre: str) -> str:
    """L'identifiant du repas de cet évènement."""
    moments = maison.demander("GET", f"/api/evenements/{maison.evenements[titre]}")["moments"]
    return next(str(moment["id"]) for moment in moments if moment["genre"] == "banquet")


def du_menu(maison: Maison, moment: str, *lignes: dict[str, Any]) -> None:
    """Un menu d'un seul plat, fait de ces lignes."""
    version = maison.demander("GET", f"/api/espace/banquets/{moment}/menu")["version"]
    plat = {"id": str(uuid4()), "service": "plat", "nom": "Carottes rôties", "lignes": list(lignes)}
    corps = {"version": version, "plats": [plat], "marge_milliemes": 0}
    maison.demander("PUT", f"/api/espace/banquets/{moment}/menu", corps)


CAROTTE = {"ingredient": "carotte", "adulte_milli": 250_000, "enfant_milli": 100_000}


def inscrire_au_banquet(maison: Maison, titre: str, prenom: str, adultes: int) -> None:
    presences = [{"moment": le_banquet(maison, titre), "adultes": adultes}]
    maison.inscrire(titre, prenom, presences=presences, telephone="06 01 02 03 04")


def un_producteur(maison: Maison, nom: str, **champs: Any) -> str:
    fiche = {"nom": nom, "genre": "agriculteur", **champs}
    return str(maison.demander("POST", "/api/espace/producteurs", fiche)["slug"])


BIO = {"organisme": "Ecocert", "numero": "FR-BIO-01", "verifie_le": "2026-01-05", "expire_le": "2031-12-31"}


def test_l_effectif_s_arrete_puis_les_changements_se_lisent_en_plus_et_en_moins(
    page: Page, maison: Maison
) -> None:
    titre = "Le bal des voisins"
    moment = le_banquet(maison, titre)
    inscrire_au_banquet(maison, titre, "Léa", 4)
    page.goto(f"{maison.url}/espace/banquets/{moment}/effectif")
    expect(page.locator(".grand-nombre")).to_have_text("4 assiettes")

    page.get_by_role("button", name="Annoncer des convives").click()
    annonce = page.get_by_role("dialog")
    annonce.get_by_label("Combien").fill("deux")
    annonce.get_by_role("button", name="Enregistrer").click()
    expect(annonce.locator(".refus-champ")).to_have_text("Écrivez un nombre entier.")
    annonce.get_by_label("Combien").fill("1")
    annonce.get_by_label("Âge").select_option("enfant")
    annonce.get_by_text("végétalien", exact=True).click()
    annonce.get_by_text("arachides", exact=True).click()
    annonce.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".grand-nombre")).to_have_text("5 assiettes")
    expect(page.get_by_text("ALLERGIE\u202f: arachides").first).to_be_visible()

    # Inscrits et annoncés se lisent dans le même tableau, l'un sous l'autre.
    lignes = page.locator("table.effectif tbody tr")
    hauts = [boite["y"] for boite in [lignes.nth(n).bounding_box() for n in range(4)] if boite]
    assert hauts == sorted(hauts)
    assert len(set(hauts)) == 4

    page.get_by_role("button", name="J’ai lu").click()
    expect(page.get_by_text("Rien n’a changé depuis")).to_be_visible()
    page.get_by_role("button", name="Arrêter l’effectif").click()
    arret = page.get_by_role("dialog")
    expect(arret.get_by_text("5 assiettes seront figées, datées et signées")).to_be_visible()
    arret.get_by_role("button", name="Arrêter l’effectif").click()
    expect(page.get_by_text("Signé, et la signature est juste")).to_be_visible()

    # Après l'arrêt : trois adultes s'inscrivent, l'enfant annoncé ne vient plus.
    inscrire_au_banquet(maison, titre, "Karim", 3)
    page.get_by_role("button", name="Retirer : Artistes").click()
    expect(page.locator(".grand-nombre")).to_have_text("7 assiettes")
    expect(page.get_by_text(re.compile(r"^\+3, −1 depuis"))).to_have_count(2)
    expect(page.get_by_role("heading", name="Ce qui a changé depuis votre dernière lecture")).to_be_visible()
    expect(page.get_by_text("C’est plus que l’écart accepté")).to_be_visible()

    page.get_by_role("button", name="Rouvrir l’effectif").click()
    page.get_by_role("dialog").get_by_role("button", name="Rouvrir l’effectif").click()
    expect(page.get_by_role("button", name="Arrêter l’effectif")).to_be_visible()
    expect(page.get_by_text("C’est plus que l’écart accepté")).to_have_count(0)


PREPARER = re.compile(
    "^(Rouvrir|Arrêter|Annoncer|J’ai lu|Prévoir|Créer un lien|Voir et|Modifier$|Enregistrer les réglages|Une entrée)"
)


@pytest.mark.parametrize(
    ("temps", "phrase", "compte"),
    [
        ("jour", "", "À cuisiner"),
        ("passe", "Ce repas a eu lieu.", "Ce qui était à cuisiner"),
        ("annule", "Ce repas est annulé", "Ce qui aurait été à cuisiner"),
    ],
)
def test_une_fois_passe_ou_annule_un_banquet_ne_propose_plus_de_le_preparer(
    page: Page, maison: Maison, temps: str, phrase: str, compte: str
) -> None:
    """Le serveur dit où en est le repas (essayé ailleurs) ; ici, ce que les écrans en font."""
    titre = "Le bal des voisins"
    moment = le_banquet(maison, titre)
    inscrire_au_banquet(maison, titre, "Rose", 2)
    du_menu(maison, moment, CAROTTE)

    def a_ce_temps(route: Route) -> None:
        reponse = route.fetch()
        route.fulfill(response=reponse, json={**reponse.json(), "temps": temps})

    page.route(f"{maison.url}/api/espace/banquets/{moment}", a_ce_temps)
    devant = temps == "jour"
    propose = 0
    for ecran in ("effectif", "", "approvisionnements", "commandes", "cuisine"):
        page.goto(f"{maison.url}/espace/banquets/{moment}/{ecran}".rstrip("/"))
        expect(page.get_by_role("navigation", name="Écrans du banquet")).to_be_visible()
        if phrase:
            expect(page.locator(".encart", has_text=phrase)).to_be_visible()
        if ecran == "effectif":
            expect(page.get_by_role("heading", name=compte, exact=True)).to_be_visible()
            expect(page.locator(".grand-nombre")).to_contain_text("assiette")
            expect(page.get_by_role("heading", name="Prévision, à part du compte")).to_have_count(int(devant))
        if ecran == "":
            expect(page.get_by_text("Carottes rôties").first).to_be_visible()
        if ecran == "approvisionnements":
            expect(page.locator(".besoins li").first).to_be_visible()
        if ecran == "cuisine":
            expect(page.get_by_role("button", name="Envoyer")).to_be_visible()
        propose += page.get_by_role("button", name=PREPARER).count()
    assert (propose > 0) is devant

    page.goto(f"{maison.url}/espace/banquets/{moment}/comptes")
    expect(page.get_by_text("sans attendre le repas")).to_have_count(0)
    expect(page.get_by_role("button", name="Enregistrer les comptes")).to_be_visible()
    expect(page.get_by_role("button", name="Noter cette pesée")).to_have_count(int(temps != "annule"))
    page.goto(f"{maison.url}/espace/banquets/{moment}/papiers")
    expect(page.get_by_role("heading", name="Bons de commande")).to_be_visible()
    feuille = page.get_by_role("heading", name="Feuille de production")
    expect(feuille).to_be_visible(visible=devant)
    if not devant:
        page.locator("summary", has_text="papiers").click()
        expect(feuille).to_be_visible()


def test_une_date_d_arret_apres_le_repas_est_refusee_pres_de_son_champ_et_rien_n_est_perdu(
    page: Page, maison: Maison
) -> None:
    moment = le_banquet(maison, "La fête du four")
    page.goto(f"{maison.url}/espace/banquets/{moment}/effectif")

    page.get_by_label("Arrêter l’effectif tout seul le").fill("2099-06-01T18:00")
    page.get_by_label("Écart accepté après l’arrêt").fill("7,5")
    page.get_by_role("button", name="Enregistrer les réglages").click()

    expect(page.locator("#reglages-arret_le-refus")).to_have_text(
        "L’effectif s’arrête avant le début du repas."
    )
    expect(page.get_by_label("Écart accepté après l’arrêt")).to_have_value("7,5")
    page.get_by_label("Arrêter l’effectif tout seul le").fill("")
    page.get_by_role("button", name="Enregistrer les réglages").click()
    expect(page.get_by_text("Ensuite, un écart de 7,5\u202f% est accepté.")).to_be_visible()


def test_on_approvisionne_depuis_un_besoin_et_l_on_lit_des_chiffres_honnetes(
    page: Page, maison: Maison
) -> None:
    titre = "La rivière en commun"
    moment = le_banquet(maison, titre)
    inscrire_au_banquet(maison, titre, "Léa", 10)
    du_menu(maison, moment, CAROTTE)

    # Un producteur bio et son produit, saisis à l'écran.
    page.goto(f"{maison.url}/espace/reseau")
    page.get_by_role("link", name="Producteurs").click()
    page.get_by_role("link", name="Ajouter un producteur").click()
    page.get_by_label("Nom").fill("Ferme du Gardon")
    page.get_by_label("Certifié bio").check()
    page.get_by_label("Organisme certificateur").fill("Ecocert")
    page.get_by_label("Numéro du certificat").fill("FR-BIO-01")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Dites quel jour vous avez lu le certificat.").last).to_be_visible()
    page.get_by_label("Vérifié le").fill("2026-01-05")
    page.get_by_label("Expire le").fill("2031-12-31")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("valable jusqu’au 31 décembre 2031")).to_be_visible()
    page.get_by_role("button", name="Ajouter un produit").click()
    produit = page.get_by_role("dialog")
    produit.get_by_label("Produit").fill("Carottes en botte")
    produit.get_by_label("Denrée").fill("carotte")
    produit.get_by_role("button", name="Carotte", exact=True).click()
    produit.get_by_label("Vendu").select_option("botte")
    produit.get_by_label("Prix hors taxes").fill("1,25")
    produit.get_by_label("Poids d’une botte").fill("500")
    produit.get_by_text("bio", exact=True).click()
    produit.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("1,25 € HT la botte")).to_be_visible()

    # Dix adultes, 250 g chacun : 2,5 kg, donc cinq bottes d'une livre.
    page.goto(f"{maison.url}/espace/banquets/{moment}/approvisionnements")
    expect(page.get_by_text("Il manque 1 denrée.")).to_be_visible()
    expect(page.get_by_text("Rien n’est acheté dont on connaisse le prix")).to_be_visible()
    page.get_by_role("button", name="Prévoir\u202f: Carotte").click()
    ligne = page.get_by_role("dialog")
    ligne.get_by_role("button", name="Enregistrer").click()
    expect(ligne.locator("#ligne-producteur-refus")).to_have_text("Dites à qui vous l’achetez.")
    ligne.get_by_label("Producteur", exact=True).fill("gardon")
    ligne.get_by_role("button", name="Ferme du Gardon").click()
    ligne.get_by_label("Un de ses produits").select_option(label="Carottes en botte, 1,25 € HT la botte")
    expect(ligne.get_by_label("Quantité")).to_have_value("5")
    expect(ligne.get_by_text("Total hors taxes\u202f: 6,25\u00a0€")).to_be_visible()
    ligne.get_by_label("Local", exact=True).select_option("KM")
    ligne.get_by_label("Moins de combien de kilomètres").fill("30")
    ligne.get_by_role("button", name="Enregistrer").click()

    expect(page.get_by_text("Rien ne manque.")).to_be_visible()
    chiffres = page.locator("#chiffres")
    expect(chiffres.get_by_role("listitem").filter(has_text="Bio")).to_contain_text("100\u202f%")
    expect(chiffres.get_by_role("listitem").filter(has_text="moins de 30\u00a0km")).to_contain_text(
        "100\u202f%"
    )
    expect(chiffres.get_by_text("1 achat, 6,25\u00a0€ hors taxes.")).to_be_visible()
    with page.expect_download() as telechargement:
        page.get_by_role("link", name="Achats pour").click()
    assert "Carottes en botte" in telechargement.value.path().read_text(encoding="utf-8")

    # Un don ne bouge aucune part ; une cueillette sans personne qui la reconnaisse est refusée.
    page.get_by_role("button", name="Ajouter une ligne").click()
    don = page.get_by_role("dialog")
    don.get_by_text("Cueillette", exact=True).click()
    don.get_by_label("Quoi").fill("Ail des ours")
    don.get_by_label("Quantité").fill("0,5")
    don.get_by_role("button", name="Enregistrer").click()
    expect(don.get_by_text("Dites qui a identifié la plante.").last).to_be_visible()
    don.get_by_text("Don", exact=True).click()
    don.get_by_role("button", name="Enregistrer").click()
    expect(chiffres.get_by_text("Don\u202f: 1 ligne, 500\u00a0g.")).to_be_visible()
    expect(chiffres.get_by_text("1 achat, 6,25\u00a0€ hors taxes.")).to_be_visible()


def test_deux_personnes_corrigent_la_meme_ligne_et_rien_n_est_perdu(page: Page, maison: Maison) -> None:
    moment = le_banquet(maison, "Le verger partagé")
    producteur = un_producteur(maison, "Moulin de la Garrigue")
    adresse = f"/api/espace/banquets/{moment}/approvisionnements/{uuid4()}"
    demande = {
        "description": "Huile", "producteur": producteur, "famille": "AUTRES", "vendu_par": "L",
        "quantite_milliemes": 4000, "prix_centimes": 900,
    }  # fmt: skip
    maison.demander("PUT", adresse, demande)
    page.goto(f"{maison.url}/espace/banquets/{moment}/approvisionnements")
    page.get_by_role("button", name="Modifier\u202f: Huile").click()
    ligne = page.get_by_role("dialog")
    ligne.get_by_label("Quantité").fill("6")

    # Pendant ce temps, quelqu'un d'autre change le prix.
    maison.demander("PUT", adresse, {**demande, "prix_centimes": 1000, "version": 1})
    ligne.get_by_role("button", name="Enregistrer", exact=True).click()

    refus = ligne.get_by_role("alert")
    expect(refus).to_contain_text("enregistré, «\u00a010\u00a0»")
    expect(refus).to_contain_text("vous, «\u00a09\u00a0»")
    expect(refus).to_contain_text("vous, «\u00a06\u00a0»")
    ligne.get_by_label("Prix hors taxes").fill("10")
    refus.get_by_role("button", name="Enregistrer ce que j’ai écrit").click()
    expect(page.get_by_text("6 L · 10 € HT le litre, soit 60 €")).to_be_visible()


def test_une_commande_part_le_producteur_repond_et_les_comptes_se_tiennent(
    chromium: Browser, page: Page, maison: Maison
) -> None:
    titre = "Le verger partagé"
    moment = le_banquet(maison, titre)
    producteur = un_producteur(maison, "Fournil des Olivettes", courriel="fournil@example.org")
    adresse = f"/api/espace/banquets/{moment}/approvisionnements/{uuid4()}"
    miche = {
        "description": "Miche", "producteur": producteur, "famille": "BOULANGERIE", "vendu_par": "piece",
        "quantite_milliemes": 10_000, "prix_centimes": 500,
    }  # fmt: skip
    maison.demander("PUT", adresse, miche)
    page.goto(f"{maison.url}/espace/banquets/{moment}/commandes")
    fournil = page.get_by_role("region", name="Fournil des Olivettes")
    expect(fournil.get_by_text("à envoyer", exact=True)).to_be_visible()

    fournil.get_by_role("button", name="Voir et envoyer").click()
    apercu = page.get_by_role("dialog")
    expect(apercu.get_by_text("10 pièces, 5 € HT la pièce")).to_be_visible()
    apercu.get_by_label("Un mot pour le producteur").fill("Entrée par la cour.")
    # La quantité change pendant que l'on relit : rien ne part, le mot reste, l'aperçu montre la nouvelle.
    maison.demander("PUT", adresse, {**miche, "quantite_milliemes": 12_000, "version": 1})
    apercu.get_by_role("button", name="Envoyer la commande").click()
    expect(apercu.get_by_text("12 pièces, 5 € HT la pièce")).to_be_visible()
    expect(apercu.get_by_label("Un mot pour le producteur")).to_have_value("Entrée par la cour.")
    apercu.get_by_role("button", name="Envoyer la commande").click()
    expect(fournil.get_by_text("envoyée, sans réponse")).to_be_visible()

    fournil.get_by_text("Le lien du producteur").click()
    lien = fournil.locator("a[href^='/commandes/']").get_attribute("href")
    with un_telephone(chromium, maison) as chez_lui:
        chez_lui.goto(f"{maison.url}{lien}")
        chez_lui.locator("summary", has_text="Corriger").click()
        chez_lui.get_by_label("Quantité").fill("11")
        chez_lui.get_by_role("button", name="Envoyer ma réponse").click()
        expect(chez_lui.get_by_text("Plutôt").first).to_be_visible()
    page.reload()
    expect(fournil.get_by_text("Plutôt\u202f: 11 pièces")).to_be_visible()
    fournil.get_by_role("button", name="Accepter la réponse").click()
    page.get_by_role("dialog").get_by_role("button", name="Accepter la réponse").click()
    expect(fournil.get_by_text("11 pièces, 5 € HT la pièce").first).to_be_visible()

    page.goto(f"{maison.url}/espace/banquets/{moment}/comptes")
    page.get_by_text("Saisir sans attendre le repas").click()
    page.get_by_label("Parts d’adulte servies").fill("20")
    page.get_by_role("textbox", name="Recueilli").fill("beaucoup")
    page.get_by_role("button", name="Enregistrer les comptes").click()
    expect(page.locator("#comptes-recueilli_centimes-refus")).to_have_text(
        "Écrivez un montant en euros, comme 3,20."
    )
    page.get_by_role("textbox", name="Recueilli").fill("1 000,50")
    page.get_by_label("Pot solidaire").fill("100")
    page.get_by_role("button", name="Enregistrer les comptes").click()
    revient = maison.demander("GET", f"/api/espace/banquets/{moment}/comptes")["revient_centimes"]
    euros, centimes = divmod(100_050 - revient, 100)
    reste = f"{euros},{centimes:02}" if centimes else f"{euros}"
    expect(page.get_by_text(f"Il y a {reste}\u00a0€ d’excédent.")).to_be_visible()
    expect(page.get_by_text("Au pot solidaire\u202f: 100\u00a0€.")).to_be_visible()

    page.get_by_text("Peser sans attendre le repas").click()
    page.get_by_label("Poids").fill("2,5")
    page.get_by_role("button", name="Noter cette pesée").click()
    expect(page.get_by_text("2,5\u00a0kg en tout, 125\u00a0g par convive.")).to_be_visible()


def test_le_traiteur_lit_et_achete_mais_n_arrete_ni_ne_commande_ni_ne_compte_l_argent(
    chromium: Browser, page: Page, maison: Maison
) -> None:
    titre = "La rivière en commun"
    slug, moment = maison.evenements[titre], le_banquet(maison, titre)
    page.goto(f"{maison.url}/espace/evenements/{slug}/modifier")
    page.get_by_label("Ajouter une structure").fill("café")
    page.get_by_role("button", name="Café du Duché").click()
    page.get_by_label("Café du Duché", exact=True).select_option("traiteur")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("invitée, pas encore de réponse")).to_be_visible()

    with un_telephone(chromium, maison, maison.ines) as cafe:
        cafe.goto(f"{maison.url}/espace/evenements/{slug}")
        cafe.get_by_role("button", name="Accepter").click()
        cafe.goto(f"{maison.url}/espace")
        cafe.get_by_role("link", name="Vos banquets").click()
        carte = cafe.get_by_role("article").filter(has_text=titre)
        expect(carte.get_by_text("vous y cuisinez")).to_be_visible()

        cafe.goto(f"{maison.url}/espace/banquets/{moment}/effectif")
        expect(cafe.get_by_text("L’arrêt revient aux personnes qui organisent.")).to_be_visible()
        expect(cafe.get_by_role("button", name="Arrêter l’effectif")).to_have_count(0)
        expect(cafe.get_by_role("button", name="Annoncer des convives")).to_have_count(0)
        expect(cafe.get_by_role("link", name="Comptes")).to_have_count(0)
        cafe.goto(f"{maison.url}/espace/banquets/{moment}/approvisionnements")
        expect(cafe.get_by_role("button", name="Ajouter une ligne")).to_be_visible()
        cafe.goto(f"{maison.url}/espace/banquets/{moment}/commandes")
        expect(cafe.get_by_text("les envoyer revient aux personnes qui organisent")).to_be_visible()
        expect(cafe.get_by_role("button", name=re.compile("Voir et|Noter"))).to_have_count(0)
        cafe.goto(f"{maison.url}/espace/banquets/{moment}/comptes")
        expect(cafe.get_by_text("ceci se décide avec les personnes qui organisent")).to_be_visible()


def test_l_annuaire_de_l_agence_bio_remplit_une_fiche_et_son_silence_ne_bloque_rien(
    page: Page, maison: Maison
) -> None:
    trouve = {
        "numero_bio": "200807", "nom": "Mas des Lentilles", "siret": "73282932000074", "adresse": "Mas neuf, Uzès",
        "distance_km": 3.4, "productions": ["Lentilles"], "organisme": "Certificateur",
        "certificat": "https://certificat.example/1",
    }  # fmt: skip
    reponses = [
        {"elements": [], "phrase": "L’annuaire ne répond pas.", "source": "Agence BIO"},
        {"elements": [trouve], "phrase": None, "source": "Agence BIO"},
    ]
    # La page seule : le service, lui, est éprouvé devant un vrai serveur dans `tests/banquets/achats`.
    page.route("**/api/espace/operateurs-bio?*", lambda route: route.fulfill(json=reponses.pop(0)))
    page.goto(f"{maison.url}/espace/producteurs")
    page.get_by_role("button", name="Chercher autour d’un lieu").click()
    page.get_by_role("button", name="Chercher autour d’un lieu").click()
    expect(page.get_by_text("Choisissez un lieu.")).to_be_visible()
    page.get_by_label("Autour de quel lieu").fill("foyer")
    page.get_by_role("button", name="Foyer communal").click()
    page.get_by_role("button", name="Chercher autour d’un lieu").click()
    expect(page.get_by_text("L’annuaire ne répond pas.")).to_be_visible()
    expect(page.get_by_role("link", name="Ajouter un producteur")).to_be_visible()

    page.get_by_label("Produit").fill("lentille")
    page.get_by_role("button", name="Chercher autour d’un lieu").click()
    expect(page.get_by_text("à 3,4\u00a0km · Mas neuf, Uzès")).to_be_visible()
    page.get_by_role("link", name="Ajouter à l’annuaire\u202f: Mas des Lentilles").click()
    expect(page.get_by_label("SIRET")).to_have_value("73282932000074")
    expect(page.get_by_label("Numéro du certificat")).to_have_value("200807")
    expect(page.get_by_role("link", name="Lire le certificat")).to_be_visible()
    page.get_by_label("Vérifié le").fill("2026-11-02")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Personne n’a noté quand ce certificat expire")).to_be_visible()

    # Deux personnes corrigent la même fiche : on lit ce qui diffère, et l'on choisit.
    page.get_by_label("Téléphone").fill("04 66 00 00 00")
    slug = page.url.rsplit("/", 1)[-1]
    adresse = f"/api/espace/producteurs/{slug}"
    fiche = maison.demander("GET", adresse)
    cles = ("nom", "genre", "siret", "adresse", "bio", "version")
    maison.demander("PUT", adresse, {**{cle: fiche[cle] for cle in cles}, "delai_jours": 5})
    page.get_by_role("button", name="Enregistrer").click()
    refus = page.get_by_role("alert").filter(has_text="La fiche a changé")
    expect(refus).to_contain_text("enregistré, «\u00a05\u00a0»")
    page.get_by_label("Délai").fill("5")
    refus.get_by_role("button", name="Enregistrer ce que j’ai écrit").click()
    expect(page.get_by_text("La fiche est enregistrée.").first).to_be_visible()
    garde = maison.demander("GET", adresse)
    assert (garde["telephone"], garde["delai_jours"]) == ("04 66 00 00 00", 5)

    page.get_by_role("button", name="Retirer de l’annuaire").click()
    page.get_by_role("dialog").get_by_role("button", name="Retirer de l’annuaire").click()
    expect(page.get_by_text("Mas des Lentilles n’est plus dans l’annuaire.")).to_be_visible()


@pytest.mark.parametrize(("largeur", "teinte"), [(320, "dark"), (1280, "light")])
def test_les_ecrans_de_l_intendance_sont_accessibles_et_ne_debordent_pas(
    chromium: Browser, maison: Maison, largeur: int, teinte: str
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core n'est pas installé (pwa/node_modules)")
    titre = "La fête du four"
    moment = le_banquet(maison, titre)
    if largeur == 320:
        inscrire_au_banquet(maison, titre, "Léa", 3)
        du_menu(maison, moment, CAROTTE)
        slug = un_producteur(maison, "Ferme des Collines", bio=BIO, telephone="04 66 00 00 00")
        ligne = {
            "description": "Carottes", "producteur": slug, "ingredient": "carotte", "famille": "FRUITS_ET_LEGUMES",
            "vendu_par": "kg", "quantite_milliemes": 500, "prix_centimes": 200, "labels": ["BIO"],
            "local": {"definition": "KM", "km": 30},
        }  # fmt: skip
        maison.demander("PUT", f"/api/espace/banquets/{moment}/approvisionnements/{uuid4()}", ligne)
    contexte = chromium.new_context(
        viewport={"width": largeur, "height": 740},
        color_scheme=teinte,  # type: ignore[arg-type]
        locale="fr-FR",
        bypass_csp=True,  # pour y lire axe
    )
    contexte.set_default_timeout(PATIENCE_MS)
    contexte.add_cookies([{"name": "tablees", "value": maison.nadia, "url": maison.url}])
    page = contexte.new_page()
    banquet = f"/espace/banquets/{moment}"

    def ouvrir(nom: str) -> Callable[[], None]:
        return lambda: page.get_by_role("button", name=nom).first.click()

    for chemin, geste in (
        ("/espace/banquets", None),
        (f"{banquet}/effectif", None),
        (f"{banquet}/effectif", ouvrir("Annoncer des convives")),
        (f"{banquet}/approvisionnements", None),
        (f"{banquet}/approvisionnements", ouvrir("Ajouter une ligne")),
        (f"{banquet}/commandes", None),
        (f"{banquet}/commandes", ouvrir("Noter comme transmise")),
        (f"{banquet}/comptes", None),
        ("/espace/producteurs", ouvrir("Chercher autour d’un lieu")),
        ("/espace/producteurs/ferme-des-collines", None),
        ("/espace/producteurs/ferme-des-collines", ouvrir("Ajouter un produit")),
        ("/espace/creer/producteur?nom=Ferme&numero=1", None),
    ):
        page.goto(f"{maison.url}{chemin}")
        expect(page.locator("main h1")).to_be_visible()
        expect(page.locator(".patience")).to_have_count(0)
        if geste:
            geste()
        page.add_script_tag(path=AXE)
        fautes = page.evaluate(
            "axe.run({resultTypes: ['violations']}).then(r => r.violations.map(v => [v.id, v.nodes[0].html]))"
        )
        assert fautes == [], f"{chemin} ({teinte}, {largeur} px)"
        debordement = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert debordement <= 0, f"{chemin} déborde de {debordement} px ({teinte}, {largeur} px)"
    contexte.close()
