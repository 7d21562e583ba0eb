"""Les papiers d'un banquet : tout y est, personne n'y est, et qui n'a rien à y faire n'imprime rien."""

import csv
import io
import re
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from pypdf import PdfReader

from server.banquets.achats.schemas import ApprovisionnementDemande, ProducteurDemande
from server.banquets.achats.services import creer_producteur, poser_approvisionnement
from server.banquets.menus.schemas import LigneDemande, MenuDemande, PlatDemande
from server.banquets.menus.services import confirmer_plat, ecrire_menu
from server.banquets.referentiel.services import charger_referentiel
from server.inscriptions.cuisine.lectures import lire_cuisine
from server.inscriptions.effectif.schemas import AnnonceDemande
from server.inscriptions.effectif.services import annoncer_convives, arreter_effectif
from server.pages import papiers
from server.reglages import Reglages
from server.socle.base import Moteur
from server.socle.contexte import Contexte
from server.socle.limites import USAGES, Limite
from server.socle.web import Tablees
from tests.evenements.jeu import LUNDI
from tests.inscriptions.cuisine.jeu import Cuisine, donner_un_lien, entetes, entrer, poser_une_cuisine

ODETTE = "Odette Reconnaîtplante"
NOMS = sorted(papiers.PAR_COMPTE)

DOUZE: list[tuple[str, str, list[tuple[str, int, int]]]] = [
    ("aperitif", "Tapenade et radis", [("olive-noire", 30_000, 10_000), ("radis", 40_000, 20_000)]),
    ("entree", "Soupe de potimarron aux châtaignes", [("potimarron", 220_000, 120_000), ("chataigne", 30_000, 15_000), ("creme-fraiche", 20_000, 10_000), ("oignon", 25_000, 15_000)]),
    ("entree", "Salade d’orties", [("ortie-sauvage", 15_000, 5_000), ("noix-decortiquee", 10_000, 5_000)]),
    ("plat", "Gardiane de taureau longuement mijotée au vin rouge des coteaux, olives et écorces d’orange", [("taureau-de-camargue-sans-os", 160_000, 90_000), ("vin-rouge", 80_000, 40_000), ("carotte", 60_000, 30_000), ("oignon", 40_000, 20_000)]),
    ("plat", "Daube de pois chiches", [("pois-chiche-sec", 70_000, 40_000), ("tomates-pelees-en-conserve", 90_000, 50_000), ("carotte", 50_000, 30_000)]),
    ("accompagnement", "Riz de Camargue", [("riz-de-camargue", 70_000, 45_000)]),
    ("accompagnement", "Gratin de blettes", [("blette", 150_000, 80_000), ("lait-de-vache", 60_000, 30_000), ("gruyere", 20_000, 10_000)]),
    ("fromage", "Pélardon", [("pelardon", 1_000, 0)]),
    ("dessert", "Tarte aux pommes", [("pomme", 120_000, 80_000), ("pate-brisee", 60_000, 40_000), ("oeuf", 250, 250)]),
    ("dessert", "Compote sans rien", [("pomme", 150_000, 100_000)]),
    ("boisson", "Jus de raisin", [("jus-de-raisin", 200_000, 200_000)]),
    ("pain", "Pain de campagne", [("pain-de-campagne", 80_000, 50_000)]),
]  # fmt: skip


class Impression:
    """Un banquet de 180 convives et douze plats, prêt à imprimer."""

    def __init__(self, cuisine: Cuisine, client: httpx.AsyncClient, entetes: dict[str, str]) -> None:
        self.cuisine, self.client, self.entetes = cuisine, client, entetes

    async def lire(self, nom: str, qui: dict[str, str] | None = None) -> httpx.Response:
        return await self.client.get(f"{self.cuisine.espace}/papiers/{nom}", headers=qui or self.entetes)

    async def texte(self, nom: str) -> str:
        """Tout le texte d'un PDF, espaces ramassées."""
        reponse = await self.lire(nom)
        assert reponse.status_code == 200, reponse.text
        lu = PdfReader(io.BytesIO(reponse.content))
        return " ".join(" ".join(page.extract_text() for page in lu.pages).split())

    async def tableau(self, nom: str) -> list[dict[str, str]]:
        reponse = await self.lire(nom)
        assert reponse.status_code == 200, reponse.text
        return list(csv.DictReader(io.StringIO(reponse.content.decode("utf-8-sig")), delimiter=";"))


@pytest.fixture
async def vide(
    base: Moteur, application: Tablees, client: httpx.AsyncClient, reglages: Reglages
) -> Impression:
    """Un banquet sans menu ni convives."""
    cuisine = await poser_une_cuisine()
    return Impression(cuisine, client, await entetes(reglages, cuisine.jeu.nadia.compte))


async def un_menu(cuisine: Cuisine) -> dict[str, UUID]:
    """Douze plats ; rend leurs identifiants. Le premier n'a que son nom, un seul est relu."""
    await charger_referentiel(LUNDI)
    plats = [
        PlatDemande(
            id=uuid4(),
            service=service,  # type: ignore[arg-type]
            nom=nom,
            cueillette="orties" in nom,
            part_milliemes=150 if nom.startswith("Daube") else 1000,
            notes_echelle="Saler à la fin, en goûtant." if service == "entree" else "",
            lignes=[
                LigneDemande(
                    ingredient=denree,
                    adulte_milli=adulte,
                    enfant_milli=enfant,
                    vendu_par="piece" if denree in ("oeuf", "pelardon") else "L" if denree.startswith(("jus", "lait", "vin")) else "kg",
                    contenance_milli=60_000 if denree == "pelardon" else None,
                )
                for denree, adulte, enfant in lignes
            ],
        )
        for service, nom, lignes in DOUZE
    ]  # fmt: skip
    ids = {plat.nom: plat.id for plat in plats}
    plats[4] = PlatDemande(**{**_champs(plats[4]), "remplace": plats[3].id})
    plats.append(PlatDemande(id=uuid4(), service="dessert", nom="Surprise du boulanger"))
    await ecrire_menu(cuisine.jeu.nadia, cuisine.moment, MenuDemande(version=1, plats=plats), LUNDI)
    await confirmer_plat(cuisine.jeu.nadia, cuisine.moment, ids["Compote sans rien"], 2, LUNDI)
    return ids


def _champs(plat: PlatDemande) -> dict[str, Any]:
    return {champ: getattr(plat, champ) for champ in plat.__struct_fields__}


@pytest.fixture
async def impression(vide: Impression) -> Impression:
    cuisine = vide.cuisine
    nadia, moment = cuisine.jeu.nadia, cuisine.moment
    ids = await un_menu(cuisine)
    for annonce in (
        AnnonceDemande("benevoles", 140),
        AnnonceDemande("artistes", 9, regimes=["vegetalien", "sans_gluten"]),
        AnnonceDemande("equipe", 1, allergenes=["fruits_a_coque"]),
        AnnonceDemande("benevoles", 30, age="enfant"),
    ):
        await annoncer_convives(moment, uuid4(), annonce, LUNDI)
    ferme = await creer_producteur(
        nadia,
        ProducteurDemande(nom="Ferme du Vallon", genre="agriculteur", courriel="vallon@exemple.fr"),
        LUNDI,
    )
    odile = await creer_producteur(nadia, ProducteurDemande(nom="Odile Cueille", genre="cueilleur"), LUNDI)
    lignes: list[dict[str, Any]] = [
        {"description": "Potimarron", "producteur": ferme.slug, "ingredient": "potimarron", "quantite_milliemes": 20_000,
         "prix_centimes": 180, "labels": ["BIO"]},
        {"description": "=Carottes", "producteur": ferme.slug, "ingredient": "carotte", "quantite_milliemes": 500_000,
         "prix_centimes": 150},
        {"description": "Orties", "producteur": odile.slug, "genre": "cueillette", "plat": ids["Salade d’orties"],
         "ingredient": "ortie-sauvage", "quantite_milliemes": 4_000, "identifie_par": ODETTE},
    ]  # fmt: skip
    for ligne in lignes:
        demande = ApprovisionnementDemande(famille="FRUITS_ET_LEGUMES", vendu_par="kg", **ligne)
        await poser_approvisionnement(nadia, moment, uuid4(), demande, LUNDI)
    return vide


async def test_la_feuille_de_production_dit_pour_combien_quoi_et_pour_qui(impression: Impression) -> None:
    texte = await impression.texte("production.pdf")

    assert "Compté le lundi 1er juin à 10 h : 150 adultes et 30 enfants (180 assiettes)." in texte
    assert "L’effectif n’est pas arrêté" in texte
    # 220 g × 150 + 120 g × 30, cru, 5 % de marge : (33 000 + 3 600) × 1,05.
    assert re.search(r"Potimarron 38,43 kg 220 g 120 g", texte)
    assert "9 adultes végétaliens et sans gluten Daube de pois chiches (allergènes à relire)" in texte
    assert "1 adulte allergique aux fruits à coque" in texte
    assert "Servi à part, cueillette : Salade d’orties" in texte
    assert "Les plantes ont été reconnues par une personne" in texte
    assert "Ne se multiplie pas : Saler à la fin, en goûtant." in texte
    assert "Surprise du boulanger Pour 150 adultes et 30 enfants (180 assiettes). Pas rempli" in texte
    # La daube remplace la gardiane pour 15 % des convives, vers le haut ; la gardiane sert le reste.
    assert "Pour 23 adultes et 5 enfants (28 assiettes). À la place de « Gardiane" in texte
    assert "Pour 127 adultes et 25 enfants (152 assiettes)." in texte
    assert "page 1 sur" in texte


async def test_un_effectif_arrete_est_celui_que_l_on_cuisine(
    impression: Impression, application: Tablees
) -> None:
    contexte: Contexte = application.state.contexte
    cuisine = impression.cuisine
    await arreter_effectif(cuisine.moment, cuisine.jeu.nadia.compte, contexte.clef, LUNDI)
    await annoncer_convives(cuisine.moment, uuid4(), AnnonceDemande("artistes", 3), LUNDI)

    texte = await impression.texte("production.pdf")

    assert "Effectif arrêté le lundi 1er juin à 10 h : 150 adultes et 30 enfants" in texte
    assert "+3 depuis" in texte
    assert re.search(r"Potimarron 38,43 kg", texte)


async def test_les_courses_disent_ou_aller_et_ce_dont_personne_n_a_la_charge(impression: Impression) -> None:
    texte = await impression.texte("courses.pdf")
    lignes = await impression.tableau("courses.csv")
    restes = {li["denrée"]: li["quantité"] for li in lignes if li["fournisseur"].startswith("Personne")}

    assert "Ferme du Vallon" in texte
    assert "Potimarron (bio) 20 kg" not in texte  # sans certificat, « bio » ne se dit pas
    # Ce qui manque (18,43 kg) monte à ce qui se vend : la quantité que propose aussi l'écran.
    assert re.search(r"Potimarron 19 kg 38,43 kg 20 kg", texte)
    assert restes["Potimarron"] == "19"
    assert "Carotte" not in restes
    # Une denrée n'y est qu'une fois, deux plats ensemble : (120 + 150) × 150 + (80 + 100) × 30, puis 5 % : 48 195 g.
    assert restes["Pomme"] == "49"
    assert "Dons, cueillettes et apports" in texte
    # Une case ne devient jamais une formule.
    assert [li["denrée"] for li in lignes if "Carottes" in li["denrée"]] == ["'=Carottes"]


async def test_le_tableau_des_allergenes_ne_confond_pas_pas_rempli_et_aucun(impression: Impression) -> None:
    texte = await impression.texte("allergenes.pdf")

    assert "Compote sans rien Aucun des quatorze allergènes Surprise" in texte
    assert "Surprise du boulanger Pas rempli : demandez en cuisine" in texte
    assert "Riz de Camargue Pas encore confirmé ; la recette n’en montre aucun" in texte
    assert "Pain de campagne Contient : gluten, pas encore confirmé" in texte
    assert "Salade d’orties (cueillette, servie à part)" in texte
    for nom in ("Crustacés", "Lupin", "Mollusques", "Céleri", "Arachides", "Sulfites", "Fruits à coque"):
        assert nom in texte
    assert "Lupin Rien de connu, mais 12 plats ne sont pas encore confirmés" in texte
    assert "Tarte aux pommes, Pain de campagne, pas encore confirmé Pas rempli : Surprise" in texte


async def test_les_bons_de_commande_sont_un_par_page_et_chiffres(impression: Impression) -> None:
    reponse = await impression.lire("commandes.pdf")
    lu = PdfReader(io.BytesIO(reponse.content))
    pages = [" ".join(page.extract_text().split()) for page in lu.pages]
    lignes = await impression.tableau("commandes.csv")

    assert len(pages) == 2
    assert "Ferme du Vallon" in pages[0]
    assert "20 kg 1,80 € le kg 36 €" in pages[0]
    assert "Total hors taxes 786 €" in pages[0]
    assert "Odile Cueille" in pages[1]
    assert [
        (li["denrée"], li["quantité"], li["prix HT"], li["valeur HT"])
        for li in sorted(lignes, key=lambda une: une["valeur HT"])
    ] == [
        ("Orties", "4", "", ""),
        ("Potimarron", "20", "1,8", "36"),
        ("'=Carottes", "500", "1,5", "750"),
    ]


async def test_la_carte_dit_les_plats_et_d_ou_ils_viennent(impression: Impression) -> None:
    texte = await impression.texte("menu.pdf")
    sobre = await impression.texte("menu-sobre.pdf")

    assert "Soupe de potimarron aux châtaignes" in texte
    assert "potimarron (Ferme du Vallon)" in texte
    assert "à la place de « Gardiane" in texte
    assert "Une allergie ? Demandez en cuisine" in texte
    assert "Compote sans rien" in sobre


async def test_la_production_se_calcule_dans_un_tableur(impression: Impression) -> None:
    lignes = await impression.tableau("production.csv")
    (potimarron,) = [li for li in lignes if li["denrée"] == "Potimarron"]

    assert (potimarron["quantité"], potimarron["unité"], potimarron["part adulte"]) == ("38430", "g", "220")
    assert (potimarron["adultes"], potimarron["enfants"]) == ("150", "30")
    assert {li["unité"] for li in lignes} == {"g", "mL", "piece"}


@pytest.mark.parametrize("nom", NOMS)
async def test_rien_d_une_personne_n_est_dans_un_papier(impression: Impression, nom: str) -> None:
    reponse = await impression.lire(nom)
    assert reponse.status_code == 200, reponse.text
    if nom.endswith(".pdf"):
        lu = " ".join(p.extract_text() for p in PdfReader(io.BytesIO(reponse.content)).pages)
    else:
        lu = reponse.content.decode()

    assert "Odette" not in lu
    assert "Reconnaît" not in lu
    if nom in papiers.DE_CUISINE:
        assert "Odile" not in lu
        assert "vallon@" not in lu
        assert "€" not in lu


@pytest.mark.parametrize("nom", NOMS)
async def test_un_banquet_sans_menu_s_imprime_aussi(vide: Impression, nom: str) -> None:
    reponse = await vide.lire(nom)

    assert reponse.status_code == 200, reponse.text
    assert reponse.headers["cache-control"] == "private, no-store"
    assert reponse.headers["content-type"] in ("application/pdf", "text/csv; charset=utf-8")
    assert f'filename="{nom}"' in reponse.headers["content-disposition"]
    if nom.endswith(".pdf"):
        assert reponse.content.startswith(b"%PDF")
        texte = await vide.texte(nom)
        assert "Le menu n’est pas encore écrit." in texte or nom == "commandes.pdf"


async def test_sans_convives_les_courses_ne_disent_pas_que_tout_est_prevu(vide: Impression) -> None:
    await un_menu(vide.cuisine)

    texte = await vide.texte("courses.pdf")

    assert "Personne n’est encore compté" in texte
    assert "est prévu" not in texte


async def test_qui_cuisine_imprime_et_qui_n_y_est_pour_rien_n_imprime_pas(
    impression: Impression, reglages: Reglages
) -> None:
    odile = await entetes(reglages, impression.cuisine.odile.compte)
    malik = await entetes(reglages, impression.cuisine.jeu.malik.compte)

    cuisine = await impression.lire("production.pdf", odile)
    etranger = await impression.lire("production.pdf", malik)
    inconnu = await impression.lire("secret.pdf")
    personne = await impression.client.get(f"{impression.cuisine.espace}/papiers/menu.pdf")

    assert cuisine.status_code == 200
    assert (etranger.status_code, etranger.json()["type"]) == (404, "/problemes/banquet-inconnu")
    assert (inconnu.status_code, inconnu.json()["type"]) == (404, "/problemes/papier-inconnu")
    assert personne.status_code == 401


async def test_en_anglais_aussi(impression: Impression) -> None:
    reponse = await impression.lire("production.pdf?langue=en")
    lu = " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(reponse.content)).pages).split())

    assert "Production sheet" in lu
    assert "papiers." not in lu


async def test_le_papier_ne_depend_que_de_ce_qu_il_lit(impression: Impression, application: Tablees) -> None:
    contexte: Contexte = application.state.contexte
    vue = await lire_cuisine(impression.cuisine.moment, contexte.clef, "fr", LUNDI)
    lu = papiers.Lu(vue=vue, commandes=None, langue="fr", maintenant=LUNDI, auteur="Réseau")

    for nom in ("production.pdf", "allergenes.pdf", "courses.csv"):
        assert papiers.DE_CUISINE[nom](lu) == papiers.DE_CUISINE[nom](lu)


async def test_qui_imprime_sans_arret_n_en_prive_ni_les_autres_ni_les_affiches(
    vide: Impression, reglages: Reglages, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, cuisine = vide.client, vide.cuisine
    un, autre = [
        await entrer(client, reglages, (await donner_un_lien(client, reglages, cuisine))["adresse"])
        for _ in range(2)
    ]
    monkeypatch.setitem(USAGES, "papier-lecteur", Limite(2, 600))
    adresse = f"{cuisine.adresse}/papiers"

    statuts = [
        (await client.get(f"{adresse}/{papier}", headers=un)).status_code
        for papier in ("allergenes.pdf", "temperatures.pdf", "courses.csv", "temperatures.pdf")
    ]

    assert statuts == [200, 200, 429, 429]
    refus = await client.get(f"{adresse}/courses.csv", headers=un)
    assert refus.json()["type"] == "/problemes/trop-de-demandes"
    assert (await client.get(f"{adresse}/allergenes.pdf", headers=autre)).status_code == 200
    assert (await vide.lire("allergenes.pdf")).status_code == 200
    affiche = await client.get(f"/evenements/{cuisine.vue.slug}/affiche-a4.pdf")
    assert affiche.status_code == 200
