"""Un banquet de 180 convives dans un vrai navigateur : du premier plat au solde, chacun sur son appareil."""

import asyncio
import io
import re
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from server.reglages import Reglages
from server.socle import base as socle_base
from tests.fabriques import slug_de, un_compte, un_evenement, un_lieu, une_structure
from tests.navigateur.test_equipe import PATIENCE_MS, Maison, ouvrir_session, un_telephone
from tests.parcours.serveur import servir
from tests.parcours.test_openapi import peupler

pytestmark = pytest.mark.navigateur

TITRE = "Les semences paysannes"
COMPOTE = {
    "structure": "foyer-des-semences",
    "titre": "Compote de pommes",
    "service": "dessert",
    "description": "Cuire doucement.",
    "lignes": [{"ingredient": "pomme", "adulte_milli": 150_000, "enfant_milli": 100_000}],
}


async def semer(donnees: Path) -> tuple[str, str]:
    """Nadia et son association, une salle de deux cents places dans trois semaines."""
    await peupler(donnees)
    moteur = socle_base.creer_moteur(Reglages(donnees=donnees))
    socle_base.installer(moteur)
    await moteur.ouvrir()
    try:
        maintenant = datetime.now(UTC)
        nadia = await un_compte("nadia@example.org", "Nadia")
        structure = await une_structure(
            "Foyer des semences", {nadia: "responsable"}, slug=COMPOTE["structure"]
        )
        evenement = await un_evenement(
            TITRE,
            moments={"banquet": 200},
            debut=maintenant + timedelta(days=21),
            structure=structure,
            lieu=await un_lieu("Salle des fêtes"),
        )
        return await slug_de(evenement), await ouvrir_session(nadia, maintenant)
    finally:
        await moteur.fermer()


@pytest.fixture(scope="module")
def maison(tmp_path_factory: pytest.TempPathFactory) -> Generator[Maison, None, None]:
    donnees = tmp_path_factory.mktemp("banquet")
    # Playwright occupe la boucle de ce fil.
    with ThreadPoolExecutor(1) as a_cote:
        slug, nadia = a_cote.submit(lambda: asyncio.run(semer(donnees))).result()
    expect.set_options(timeout=PATIENCE_MS)
    with servir(donnees) as url:
        yield Maison(url, donnees, nadia, "", "", {TITRE: slug})


@pytest.fixture
def page(chromium: Browser, maison: Maison) -> Generator[Page, None, None]:
    """Le téléphone de Nadia, connecté."""
    with un_telephone(chromium, maison, maison.nadia) as page:
        yield page


def inscrire(maison: Maison, moment: str, adultes: int, enfants: int = 0) -> None:
    presences = [{"moment": moment, "adultes": adultes, "enfants": enfants}]
    maison.inscrire(TITRE, "Zéphyrine", presences=presences, telephone="06 01 02 03 04")


def remplir_la_salle(maison: Maison, moment: str) -> None:
    """Quinze tablées, 150 adultes et 29 enfants ; l'enfant de la conteuse, annoncé, fait 180."""
    for enfants in [2] * 14 + [1]:
        inscrire(maison, moment, 10, enfants)
    annonce = {"genre": "artistes", "nombre": 1, "age": "enfant"}
    maison.demander("PUT", f"/api/espace/banquets/{moment}/effectif/annonces/{uuid4()}", annonce)


def test_un_banquet_de_180_convives_du_premier_plat_au_solde(
    chromium: Browser, page: Page, maison: Maison
) -> None:
    slug = maison.evenements[TITRE]
    (moment,) = [m["id"] for m in maison.demander("GET", f"/api/evenements/{slug}")["moments"]]
    remplir_la_salle(maison, moment)
    maison.demander("POST", "/api/espace/recettes", COMPOTE)
    fiche = {"nom": "Ferme du Gardon", "genre": "agriculteur", "courriel": "gardon@fermes.example"}
    maison.demander("POST", "/api/espace/producteurs", fiche)

    composer(page, maison)
    approvisionner(page, maison, moment)
    commander(chromium, page, maison, moment)
    arreter_puis_changer(page, maison, moment)
    imprimer(page, maison, moment)
    cuisiner(chromium, page, maison, moment)
    tenir_les_comptes(page, maison, moment)


def composer(page: Page, maison: Maison) -> None:
    """Un plat tapé denrée par denrée, un autre copié d'une recette du réseau ; les quantités suivent les 180 parts."""
    dialogue = page.get_by_role("dialog")
    page.goto(f"{maison.url}/espace/evenements/{maison.evenements[TITRE]}")
    page.get_by_role("link", name="Préparer le banquet").click()
    page.get_by_role("button", name="Un plat", exact=True).click()
    page.get_by_label("Nom du plat").fill("Dhal de lentilles")
    page.get_by_label("Ajouter une denrée").fill("lentilles vert")
    page.get_by_role("button", name="Lentille verte").click()
    page.get_by_label("Part d’un adulte").fill("200")
    page.get_by_label("Part d’un enfant").fill("170")
    page.get_by_label("Part pesée").select_option("cuit")
    page.get_by_role("button", name="Une recette du réseau").click()
    dialogue.get_by_label("Un plat ou une denrée").fill("compote")
    dialogue.get_by_role("button", name="Compote de pommes").click()
    dialogue.get_by_role("button", name="Copier dans le menu").click()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Le menu est enregistré.")).to_be_visible()

    page.get_by_role("link", name="Quantités").click()
    # 150 × 200 g + 30 × 170 g cuits, ÷ 2,33, et 5 % : 15 818 g ; 150 × 150 g + 30 × 100 g, et 5 % : 26 775 g.
    achats = page.locator(".quantites .achat")
    expect(achats).to_have_text([re.compile(r"^16\s?kg$"), re.compile(r"^27\s?kg$")])


def approvisionner(page: Page, maison: Maison, moment: str) -> None:
    page.goto(f"{maison.url}/espace/banquets/{moment}/approvisionnements")
    expect(page.get_by_text("Il manque 2 denrées.")).to_be_visible()
    for denree, prix, reste in (
        ("Lentille verte", "4,10", "Il manque 1 denrée."),
        ("Pomme", "1,95", "Rien ne manque."),
    ):
        page.get_by_role("button", name=f"Prévoir\u202f: {denree}").click()
        ligne = page.get_by_role("dialog")
        ligne.get_by_label("Producteur", exact=True).fill("gardon")
        ligne.get_by_role("button", name="Ferme du Gardon").click()
        ligne.get_by_label("Prix hors taxes").fill(prix)
        ligne.get_by_role("button", name="Enregistrer").click()
        expect(page.get_by_text(reste)).to_be_visible()
    # 16 × 4,10 € + 27 × 1,95 €
    expect(page.locator("#chiffres").get_by_text("2 achats, 118,25\u00a0€ hors taxes.")).to_be_visible()


def commander(chromium: Browser, page: Page, maison: Maison, moment: str) -> None:
    """Le bon part ; le producteur confirme sur sa page, sans compte."""
    page.goto(f"{maison.url}/espace/banquets/{moment}/commandes")
    ferme = page.get_by_role("region", name="Ferme du Gardon")
    ferme.get_by_role("button", name="Voir et envoyer").click()
    page.get_by_role("dialog").get_by_role("button", name="Envoyer la commande").click()
    expect(ferme.get_by_text("envoyée, sans réponse")).to_be_visible()
    ferme.get_by_text("Le lien du producteur").click()
    lien = ferme.locator("a[href^='/commandes/']").get_attribute("href")
    with un_telephone(chromium, maison) as chez_lui:
        chez_lui.goto(f"{maison.url}{lien}")
        chez_lui.get_by_role("button", name="Tout confirmer").click()
        expect(chez_lui.get_by_role("status")).to_contain_text("Tout est confirmé")
    page.reload()
    expect(ferme.get_by_text("confirmée", exact=True)).to_be_visible()


def arreter_puis_changer(page: Page, maison: Maison, moment: str) -> None:
    page.goto(f"{maison.url}/espace/banquets/{moment}/effectif")
    expect(page.locator(".grand-nombre")).to_have_text("180 assiettes")
    page.get_by_role("button", name="Arrêter l’effectif").click()
    arret = page.get_by_role("dialog")
    expect(arret.get_by_text("180 assiettes seront figées, datées et signées")).to_be_visible()
    arret.get_by_role("button", name="Arrêter l’effectif").click()
    expect(page.get_by_text("Signé, et la signature est juste")).to_be_visible()

    inscrire(maison, moment, 3)
    page.get_by_role("button", name="Retirer : Artistes").click()
    expect(page.locator(".grand-nombre")).to_have_text("182 assiettes")
    expect(page.get_by_text(re.compile(r"^\+3, −1 depuis")).first).to_be_visible()
    expect(page.get_by_text("C’est plus que l’écart accepté")).to_have_count(0)


def imprimer(page: Page, maison: Maison, moment: str) -> None:
    page.goto(f"{maison.url}/espace/banquets/{moment}/papiers")
    lien = page.locator(".papiers a[href*='production.pdf']").first
    papier = page.request.get(f"{maison.url}{lien.get_attribute('href')}")
    assert papier.headers["content-type"].split(";")[0] == "application/pdf"
    texte = " ".join(PdfReader(io.BytesIO(papier.body())).pages[0].extract_text().split())
    assert "150 adultes et 30 enfants (180 assiettes)" in texte
    assert "+3, −1 depuis" in texte
    assert "Zéphyrine" not in texte


def cuisiner(chromium: Browser, page: Page, maison: Maison, moment: str) -> None:
    """Le lien ouvre la cuisine sur une tablette sans compte ; on s'y écrit."""
    page.goto(f"{maison.url}/espace/banquets/{moment}/cuisine")
    page.get_by_label("À qui est ce lien").fill("équipe du samedi")
    page.get_by_role("button", name="Créer un lien").click()
    expect(page.get_by_role("button", name="Fermer ce lien")).to_be_visible()
    (lien,) = maison.demander("GET", f"/api/espace/banquets/{moment}/liens-cuisine")
    with un_telephone(chromium, maison) as tablette:
        tablette.goto(lien["adresse"])
        tablette.wait_for_url("**/cuisine/banquets/*")
        corps = tablette.locator("main")
        expect(corps).to_contain_text("182 assiettes à cuisiner")
        expect(corps).to_contain_text("+3, −1 depuis")
        tablette.get_by_role("navigation").get_by_role("link", name="Menu").click()
        expect(corps).to_contain_text("Dhal de lentilles")
        expect(corps).to_contain_text("Compote de pommes")
        tablette.get_by_role("navigation").get_by_role("link", name="Courses").click()
        expect(corps).to_contain_text(re.compile(r"16\skg Lentille verte"))
        assert "Zéphyrine" not in tablette.content()


def tenir_les_comptes(page: Page, maison: Maison, moment: str) -> None:
    """118,25 € de denrées et 40 € de frais, face à 1 640,50 € : le solde tombe juste."""
    page.goto(f"{maison.url}/espace/banquets/{moment}/comptes")
    page.get_by_text("Saisir sans attendre le repas").click()
    page.get_by_label("Parts d’adulte servies").fill("150")
    page.get_by_label("Parts d’enfant servies").fill("30")
    page.get_by_role("textbox", name="Recueilli").fill("1 640,50")
    page.get_by_label("Autres frais").fill("40")
    page.get_by_label("Pot solidaire").fill("200")
    page.get_by_role("button", name="Enregistrer les comptes").click()
    expect(page.get_by_text(re.compile(r"Il y a 1\s482,25\s€ d’excédent\."))).to_be_visible()
    expect(page.get_by_text("Au pot solidaire\u202f: 200\u00a0€.")).to_be_visible()
    comptes = maison.demander("GET", f"/api/espace/banquets/{moment}/comptes")
    assert (comptes["revient_centimes"], comptes["solde_centimes"]) == (15_825, 148_225)
    page.get_by_text("Peser sans attendre le repas").click()
    page.get_by_label("Poids").fill("9")
    page.get_by_role("button", name="Noter cette pesée").click()
    expect(page.get_by_text("9\u00a0kg en tout, 50\u00a0g par convive.")).to_be_visible()
