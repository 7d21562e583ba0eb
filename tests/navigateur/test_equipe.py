"""L'histoire d'une équipe dans un vrai navigateur : entrer, annoncer, inscrire, reporter, accueillir à la porte."""

import asyncio
import contextlib
import io
import re
import secrets
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from server.comptes.tables import Session
from server.reglages import Reglages
from server.socle import base as socle_base
from server.socle.base import ecriture
from server.socle.secrets import hacher
from server.socle.temps import PARIS
from tests.fabriques import slug_de, un_compte, un_evenement, un_lieu, une_commune, une_structure
from tests.navigateur.test_habitante import AXE, TELEPHONE, dernier_courriel, surveiller
from tests.parcours.serveur import servir
from tests.parcours.test_openapi import peupler

pytestmark = pytest.mark.navigateur

PATIENCE_MS = 15_000
REFUS_HTTP = "Failed to load resource"
"""Chromium écrit ainsi dans sa console toute réponse 4xx, et toute coupure : ces histoires en provoquent."""


# --- Ce qui existe avant ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Maison:
    """Un site où Nadia et Paul organisent ensemble, près du café d'Inès ; `evenements` : titre → adresse courte."""

    url: str
    donnees: Path
    nadia: str
    paul: str
    ines: str
    evenements: dict[str, str]

    def demander(self, methode: str, chemin: str, corps: object = None) -> Any:
        """Ce que l'API répond à Nadia, hors du navigateur."""
        entetes = {"cookie": f"tablees={self.nadia}", "origin": self.url}
        reponse = httpx.request(methode, f"{self.url}{chemin}", json=corps, headers=entetes, timeout=20)
        assert reponse.is_success, reponse.text
        return reponse.json()

    def inscrire(self, titre: str, prenom: str, **champs: object) -> str:
        """Deux personnes, à tous les moments ; rend l'inscription."""
        slug = self.evenements[titre]
        moments = self.demander("GET", f"/api/evenements/{slug}")["moments"]
        saisie = {
            "origine": "papier",
            "prenom": prenom,
            "presences": [{"moment": moment["id"], "adultes": 2} for moment in moments],
            **champs,
        }
        return str(self.demander("POST", f"/api/espace/evenements/{slug}/inscriptions", saisie)["id"])

    def inscriptions(self, slug: str) -> list[dict[str, Any]]:
        return list(self.demander("GET", f"/api/espace/evenements/{slug}/inscriptions")["elements"])


async def semer(donnees: Path) -> Callable[[str], Maison]:
    """Ce que `peupler` met dans toute base d'essai, puis l'équipe des Amandiers et ses évènements."""
    await peupler(donnees)
    moteur = socle_base.creer_moteur(Reglages(donnees=donnees))
    socle_base.installer(moteur)
    await moteur.ouvrir()
    nadia, paul = await un_compte("nadia@example.org", "Nadia"), await un_compte("paul@example.org", "Paul")
    structure = await une_structure("Les Amandiers", {nadia: "responsable", paul: "membre"})
    ines = await un_compte("ines@example.org", "Inès")
    await une_structure("Café du Duché", {ines: "membre"})
    await une_commune("30337", "Vallabrix")
    lieu, maintenant = await un_lieu("Foyer communal", "30337"), datetime.now(UTC)
    evenements = {}
    for titre, debut, champs in (
        (
            "La veillée du Duché",
            maintenant - timedelta(minutes=20),
            {"moments": {"reflexion": 60, "banquet": 2}},
        ),
        ("Le verger partagé", maintenant + timedelta(days=12), {}),
        ("La rivière en commun", maintenant + timedelta(days=15), {}),
        ("Ce soir au village", maintenant - timedelta(minutes=30), {}),
        ("La fête du four", maintenant + timedelta(days=20), {}),
        ("Le bal des voisins", maintenant + timedelta(days=25), {}),
        ("Chantier de fauche", maintenant + timedelta(days=40), {"statut": "brouillon", "resume": ""}),
    ):
        evenement = await un_evenement(
            titre,
            **{"moments": {"reflexion": 60, "banquet": 30}, **champs},
            debut=debut,
            structure=structure,
            lieu=lieu,
        )
        evenements[titre] = await slug_de(evenement)
    sessions = [await ouvrir_session(compte, maintenant) for compte in (nadia, paul, ines)]
    await moteur.fermer()
    return lambda url: Maison(url, donnees, *sessions, evenements)


@ecriture
async def ouvrir_session(compte: int, maintenant: datetime) -> str:
    secret = secrets.token_urlsafe(24)
    await Session.insert(
        Session(
            id=uuid4(),
            compte=compte,
            secret_hache=hacher(secret),
            appareil="essai",
            cree_le=maintenant,
            vue_le=maintenant,
            expire_le=maintenant + timedelta(days=1),
        )
    )
    return secret


@pytest.fixture(scope="module")
def maison(tmp_path_factory: pytest.TempPathFactory) -> Generator[Maison, None, None]:
    donnees = tmp_path_factory.mktemp("equipe")
    # Playwright occupe la boucle de ce fil.
    with ThreadPoolExecutor(1) as a_cote:
        situer = a_cote.submit(lambda: asyncio.run(semer(donnees))).result()
    expect.set_options(timeout=PATIENCE_MS)
    with servir(donnees) as url:
        yield situer(url)


@contextlib.contextmanager
def un_telephone(chromium: Browser, maison: Maison, secret: str | None = None) -> Generator[Page, None, None]:
    """Un téléphone réglé sur un autre fuseau, connecté si l'on donne un secret ; sa console ne doit rien reprocher."""
    contexte = chromium.new_context(
        viewport=TELEPHONE,  # type: ignore[arg-type]
        locale="fr-FR",
        timezone_id="America/New_York",
        has_touch=True,
    )
    contexte.set_default_timeout(PATIENCE_MS)
    if secret:
        contexte.add_cookies([{"name": "tablees", "value": secret, "url": maison.url}])
    page = contexte.new_page()
    plaintes = surveiller(page)
    try:
        yield page
    finally:
        contexte.close()
    assert [plainte for plainte in plaintes if not plainte.startswith(REFUS_HTTP)] == []


@pytest.fixture
def page(chromium: Browser, maison: Maison) -> Generator[Page, None, None]:
    """Le téléphone de Nadia, connecté."""
    with un_telephone(chromium, maison, maison.nadia) as page:
        yield page


def vider_la_boite(maison: Maison) -> None:
    for courriel in (maison.donnees / "courriels").glob("*.eml"):
        courriel.unlink()


def trouver(motif: str, texte: str) -> str:
    trouve = re.search(motif, texte)
    assert trouve, texte
    return trouve[0]


# --- Les histoires ----------------------------------------------------------------------------------------------------


def test_on_entre_par_le_lien_ou_par_le_code_et_l_on_ferme_un_appareil_perdu(
    chromium: Browser, maison: Maison
) -> None:
    def demander_a_entrer(page: Page) -> str:
        vider_la_boite(maison)
        page.goto(f"{maison.url}/espace")
        page.get_by_label("Votre adresse e-mail").fill("paul@example.org")
        page.get_by_role("button", name="Recevoir le lien").click()
        expect(page.get_by_role("heading", name="Regardez vos e-mails")).to_be_visible()
        return dernier_courriel(maison.donnees, "paul@example.org")

    with un_telephone(chromium, maison) as perdu, un_telephone(chromium, maison) as garde:
        perdu.goto(trouver(r"http://\S+/connexion/\S+", demander_a_entrer(perdu)))
        perdu.get_by_role("button", name="Me connecter sur cet appareil").click()
        expect(perdu.get_by_role("heading", name="Bonjour Paul")).to_be_visible()
        assert "/connexion" not in perdu.url

        courriel = demander_a_entrer(garde)
        garde.get_by_label("Le code à 6 chiffres").fill(trouver(r"\b\d{3} ?\d{3}\b", courriel))
        garde.get_by_role("button", name="Entrer").click()
        expect(garde.get_by_role("heading", name="Bonjour Paul")).to_be_visible()

        garde.goto(f"{maison.url}/espace/moi")
        garde.get_by_text("English").click()
        garde.get_by_role("button", name="Enregistrer").click()
        expect(garde.get_by_role("heading", name="My account")).to_be_visible()
        garde.reload()
        expect(garde.get_by_role("heading", name="My account")).to_be_visible()
        garde.get_by_text("Français").click()
        garde.get_by_role("button", name="Save").click()
        expect(garde.get_by_role("heading", name="Mon compte")).to_be_visible()

        fermer = garde.get_by_role("button", name="Déconnecter", exact=True)
        expect(fermer).to_have_count(2)
        # Le plus récemment vu est en tête : le téléphone perdu, avant la session d'essai.
        fermer.first.click()
        expect(garde.get_by_text("L’appareil est déconnecté")).to_be_visible()
        perdu.goto(f"{maison.url}/espace")
        expect(perdu.get_by_role("heading", name="Se connecter")).to_be_visible()


def test_un_brouillon_survit_au_rechargement_dit_ce_qui_lui_manque_puis_se_publie(
    page: Page, maison: Maison
) -> None:
    jour = (datetime.now(PARIS) + timedelta(days=40)).date()
    lendemain = jour + timedelta(days=1)
    titre, enregistrer = page.get_by_label("Titre (obligatoire)"), "Enregistrer le brouillon"
    debat, banquet = page.locator(".moment-edite").nth(0), page.locator(".moment-edite").nth(1)
    alerte, dialogue = page.get_by_role("alert"), page.get_by_role("dialog")

    page.goto(f"{maison.url}/espace")
    page.get_by_role("link", name="Créer un évènement").click()
    titre.fill("Le pain d’ici")
    page.get_by_label("Thèmes").fill("blé, pain")
    page.keyboard.press("Enter")
    debat.get_by_label("Début").fill(f"{jour}T23:00")
    expect(debat.get_by_label("Fin")).to_have_value(f"{lendemain}T01:00")
    debat.get_by_label("Fin").fill(f"{jour}T01:00")
    debat.get_by_role("button", name="Finir le lendemain").click()
    expect(debat.get_by_label("Fin")).to_have_value(f"{lendemain}T01:00")
    banquet.get_by_label("Montant conseillé").fill("7,50x")
    banquet.get_by_label("Nombre de places").fill("40")
    expect(page.get_by_text("Gardé sur cet appareil")).to_be_visible()

    page.reload()
    expect(page.get_by_text("Ce que vous aviez écrit sans l’enregistrer est revenu")).to_be_visible()
    expect(titre).to_have_value("Le pain d’ici")
    page.get_by_role("button", name=enregistrer).click()
    expect(alerte).to_contain_text("1 chose à corriger")
    alerte.get_by_role("link").click()
    montant = banquet.get_by_label("Montant conseillé")
    expect(montant).to_be_focused()
    montant.fill("7,50")

    page.get_by_label("Lieu", exact=True).fill("grange")
    page.get_by_role("button", name="Ajouter un lieu").first.click()
    dialogue.get_by_label("Nom du lieu").fill("La grange")
    dialogue.get_by_role("button", name="Enregistrer le lieu").click()
    expect(dialogue.get_by_role("alert")).to_contain_text("commune")
    dialogue.get_by_label("Commune").fill("vallab")
    dialogue.get_by_role("button", name="Vallabrix").click()
    dialogue.get_by_role("button", name="Enregistrer le lieu").click()
    expect(page.get_by_text("La grange, Vallabrix")).to_be_visible()

    page.get_by_label("Texte", exact=True).fill("**Pétrir** ensemble. <script>alert(1)</script>")
    page.get_by_role("button", name="Voir l’aperçu").click()
    expect(page.locator(".apercu strong")).to_have_text("Pétrir")
    photo = io.BytesIO()
    Image.new("RGB", (900, 600), (200, 120, 60)).save(photo, "JPEG")
    page.locator("input[type=file]").set_input_files(
        {"name": "pain.jpg", "mimeType": "image/jpeg", "buffer": photo.getvalue()}
    )
    expect(page.get_by_label("Ce que montre l’image")).to_be_visible()
    page.get_by_text("Monnaie locale").click()
    page.get_by_role("button", name=enregistrer).click()
    expect(alerte).to_contain_text("Dites en une phrase ce que montre l’image")
    page.get_by_label("Ce que montre l’image").fill("Un pain rond")
    page.get_by_role("button", name=enregistrer).click()
    page.wait_for_url("**/espace/evenements/le-pain*")
    slug = page.url.rsplit("/", 1)[-1]

    page.get_by_role("button", name="Publier").click()
    dialogue.get_by_role("button", name="Publier").click()
    expect(dialogue).to_contain_text("Avant de publier, il reste à")
    dialogue.get_by_role("link", name="Compléter").click()
    expect(alerte).to_be_visible()
    page.get_by_label("Quelle monnaie locale").fill("Aïga")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.wait_for_url(f"**/espace/evenements/{slug}")
    page.get_by_role("button", name="Publier").click()
    dialogue.get_by_role("button", name="Publier").click()
    expect(page.get_by_text("C’est publié.")).to_be_visible()

    vue = maison.demander("GET", f"/api/evenements/{slug}")
    # 23 h à Paris, que le téléphone soit à New York ou ailleurs.
    debut = datetime.fromisoformat(vue["debut"])
    assert debut.astimezone(PARIS).replace(tzinfo=None) == datetime.combine(jour, time(23))
    assert [moment["prix"]["conseille_centimes"] for moment in vue["moments"]] == [None, 750]
    page.goto(f"{maison.url}/evenements/{slug}")
    expect(page.get_by_role("heading", name="Le pain d’ici")).to_be_visible()
    expect(page.get_by_alt_text("Un pain rond")).to_be_visible()


def test_un_foyer_inscrit_au_telephone_l_est_une_fois_meme_si_la_reponse_se_perd(
    page: Page, maison: Maison
) -> None:
    slug = maison.evenements["Le verger partagé"]
    perdues: list[int] = []

    def perdre_la_premiere_reponse(route: Route) -> None:
        if route.request.method == "POST" and not perdues:
            perdues.append(route.fetch().status)
            route.abort()
        else:
            route.fallback()

    page.route(f"**/api/espace/evenements/{slug}/inscriptions", perdre_la_premiere_reponse)
    page.goto(f"{maison.url}/espace/evenements/{slug}")
    page.get_by_role("link", name="Inscrire quelqu’un").click()
    page.get_by_role("button", name="Un de plus : Adultes").click()
    page.get_by_label("Prénom").fill("Huguette")
    page.get_by_role("textbox", name="Téléphone").fill("06 01 02 03 04")
    page.get_by_role("button", name="Inscrire 2 personnes").click()
    expect(page.get_by_role("alert")).to_contain_text("Le service ne répond pas")
    assert perdues == [201]

    page.reload()
    expect(page.get_by_label("Prénom")).to_have_value("Huguette")
    page.get_by_role("button", name="Inscrire 2 personnes").click()
    expect(page.get_by_text("Ce foyer était déjà noté.")).to_be_visible()
    (inscrite,) = maison.inscriptions(slug)
    page.wait_for_url(f"**/inscriptions/{inscrite['id']}")

    page.get_by_role("button", name="Corriger").click()
    page.get_by_role("button", name="Un de plus : Enfants").click()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".presences li").first).to_contain_text("3 places confirmées")

    page.goto(f"{maison.url}/espace/evenements/{slug}/inscriptions")
    with page.expect_download() as telechargement:
        page.get_by_role("link", name="Exporter (CSV)").click()
    feuille = Path(telechargement.value.path()).read_text(encoding="utf-8-sig")
    assert telechargement.value.suggested_filename == f"inscriptions-{slug}.csv"
    assert "Huguette" in feuille

    page.add_init_script("window.print = () => { document.documentElement.dataset.imprime = 'oui' }")
    page.goto(f"{maison.url}/espace/evenements/{slug}/impression")
    huguette = page.get_by_role("row", name="Huguette")
    expect(huguette).to_contain_text(inscrite["code_accueil"])
    expect(huguette).to_contain_text("1 enfant")
    expect(page.get_by_role("row", name="Confirmés")).to_contain_text("1 enfant")
    assert "06 01 02 03 04" not in page.inner_text("body")
    page.get_by_label("Avec les téléphones").check()
    expect(huguette).to_contain_text("06 01 02 03 04")
    page.get_by_role("button", name="Imprimer").click()
    expect(page.locator("html")).to_have_attribute("data-imprime", "oui")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Imprimer")).to_be_hidden()


def test_qui_n_a_pas_de_courriel_est_a_appeler_quand_on_reporte_annule_et_retablit(
    page: Page, maison: Maison
) -> None:
    titre = "La rivière en commun"
    slug = maison.evenements[titre]
    maison.inscrire(titre, "Huguette", telephone="06 01 02 03 04")
    maison.inscrire(titre, "Karim", courriel="karim@example.org")
    assert "C’est noté" in dernier_courriel(maison.donnees, "karim@example.org")
    vider_la_boite(maison)
    dialogue = page.get_by_role("dialog")

    page.goto(f"{maison.url}/espace/evenements/{slug}")
    page.get_by_role("button", name="Reporter").click()
    dialogue.get_by_text("Date pas encore fixée", exact=True).click()
    expect(dialogue).to_contain_text("1 foyer sera prévenu par e-mail.")
    expect(dialogue).to_contain_text("1 foyer sans e-mail sera à appeler.")
    dialogue.get_by_label("Pourquoi").fill("Pluie annoncée.")
    dialogue.get_by_role("button", name="Reporter et prévenir").click()
    expect(
        page.get_by_text("C’est reporté. Les e-mails partent. 1 personne reste à appeler.")
    ).to_be_visible()
    assert "Pluie annoncée." in dernier_courriel(maison.donnees, "karim@example.org")

    page.get_by_role("link", name="1 personne à appeler").click()
    expect(page.get_by_role("link", name="Appeler 06 01 02 03 04")).to_be_visible()
    page.get_by_label("Note").fill("Elle viendra")
    page.get_by_role("button", name="C’est fait").click()
    expect(page.get_by_text("Reste 0 appel.")).to_be_visible()
    expect(page.get_by_text("Elle viendra")).to_be_visible()

    page.get_by_role("link", name="Vue d’ensemble").click()
    page.get_by_role("button", name="Annuler l’évènement").click()
    dialogue.get_by_label("Pourquoi").fill("Plus de salle.")
    dialogue.get_by_role("button", name="Annuler et prévenir").click()
    expect(page.get_by_text("C’est annulé")).to_be_visible()
    assert maison.demander("GET", f"/api/evenements/{slug}")["statut"] == "annule"
    expect(page.get_by_role("link", name="Modifier")).to_have_count(0)
    expect(page.get_by_role("link", name="Inscrire quelqu’un")).to_have_count(0)
    expect(page.get_by_text("places libres")).to_have_count(0)

    page.get_by_role("button", name="Rétablir").click()
    dialogue.get_by_label("Pourquoi").fill("Salle trouvée.")
    dialogue.get_by_role("button", name="Rétablir et prévenir").click()
    expect(page.get_by_text("C’est rétabli")).to_be_visible()
    assert maison.demander("GET", f"/api/evenements/{slug}")["statut"] == "reporte"
    appels = maison.demander("GET", f"/api/espace/evenements/{slug}/appels")
    assert [(appel["prenom"], appel["motif"], appel["fait_le"] is None) for appel in appels] == [
        ("Huguette", "evenement_retabli", True),
        ("Huguette", "evenement_sans_date", False),
    ]


def test_a_la_porte_une_coupure_se_dit_et_ne_perd_aucun_pointage(page: Page, maison: Maison) -> None:
    titre = "Ce soir au village"
    slug = maison.evenements[titre]
    attendue = maison.inscrire(titre, "Élodie")
    maison.inscrire(titre, "Malo")
    attente = page.get_by_text("2 pointages attendent sur cet appareil")
    comptes = page.locator(".comptes")

    page.goto(f"{maison.url}/espace/evenements/{slug}/accueil")
    page.get_by_label("Nom ou code").fill("elod")
    expect(page.locator(".foyer-porte")).to_have_count(1)
    page.context.set_offline(True)
    page.get_by_role("button", name="Tous là (2)").click()
    expect(attente).to_be_visible()
    expect(page.get_by_text("pas encore enregistré")).to_be_visible()
    expect(comptes).to_contain_text(re.compile(r"Banquet\s*2\s*sur 4"))

    page.context.set_offline(False)
    expect(attente).to_be_hidden()
    expect(page.get_by_text("pas encore enregistré")).to_be_hidden()
    (elodie,) = [foyer for foyer in maison.inscriptions(slug) if foyer["id"] == attendue]
    assert [presence["venue_adultes"] for presence in elodie["presences"]] == [2, 2]

    page.get_by_role("button", name="Sans inscription").click()
    page.get_by_role("dialog").get_by_label("Prénom").fill("Passante")
    page.get_by_role("button", name="Faire entrer 1 personne").click()
    expect(page.get_by_text("Passante : 1 personne entrée.")).to_be_visible()
    page.reload()
    expect(comptes).to_contain_text(re.compile(r"Banquet\s*3\s*sur 5"))


def test_a_la_porte_un_pointage_parti_avant_la_liste_ne_la_vide_pas(page: Page, maison: Maison) -> None:
    """L'onglet relu avec un pointage en attente : il part aussitôt, et sa réponse arrive avant la liste."""
    titre = "Ce soir au village"
    slug = maison.evenements[titre]
    attendue = maison.inscrire(titre, "Élodie")
    maison.inscrire(titre, "Malo")
    page.goto(f"{maison.url}/espace/evenements/{slug}/accueil")
    comptes = page.locator(".comptes")
    expect(comptes).to_contain_text("Banquet")
    avant = [int(nombre) for nombre in re.findall(r"\d+", comptes.inner_text())]
    (elodie,) = [foyer for foyer in maison.inscriptions(slug) if foyer["id"] == attendue]
    venue = {"adultes": 2, "enfants": 0, "tout_petits": 0}
    gestes = [
        {"inscription": attendue, "moment": presence["moment"], "venue": venue}
        for presence in elodie["presences"]
    ]
    page.evaluate("gestes => sessionStorage.setItem('tablees:accueil', JSON.stringify(gestes))", gestes)

    tenues: list[Route] = []
    page.route("**/api/espace/evenements/*/inscriptions?*", lambda route: tenues.append(route), times=1)
    with page.expect_response(lambda reponse: reponse.url.endswith("/accueil")):
        page.reload()
    for _ in range(
        200
    ):  # la liste peut être demandée après la réponse du pointage : une machine chargée prend son temps
        if tenues:
            break
        page.wait_for_timeout(50)
    tenues[0].continue_()

    expect(comptes).to_contain_text(re.compile(rf"Banquet\s*{avant[2] + 2}\s*sur {avant[3]}"))


def test_a_la_porte_quand_c_est_complet_on_fait_entrer_en_le_disant_deux_fois(
    page: Page, maison: Maison
) -> None:
    titre = "La veillée du Duché"
    slug = maison.evenements[titre]
    maison.inscrire(titre, "Odile")
    dialogue = page.get_by_role("dialog")

    page.goto(f"{maison.url}/espace/evenements/{slug}/accueil")
    page.get_by_role("button", name="Sans inscription").click()
    expect(dialogue.get_by_label("Reflexion")).to_be_checked()
    expect(dialogue.get_by_label("Banquet")).not_to_be_checked()
    expect(dialogue).to_contain_text("Complet")
    dialogue.get_by_label("Prénom").fill("Gaston")
    dialogue.get_by_label("Banquet").check()
    dialogue.get_by_role("button", name="Faire entrer 1 personne").click()
    expect(dialogue.get_by_role("alert")).to_contain_text("2 personnes attendues ne sont pas encore là")
    dialogue.get_by_role("button", name="La laisser entrer quand même").click()
    expect(dialogue.get_by_role("alert")).to_contain_text("1 personne de plus que de places")
    assert len(maison.inscriptions(slug)) == 1
    dialogue.get_by_role("button", name="Oui, la faire entrer").click()
    expect(page.get_by_text("Gaston : 1 personne entrée.")).to_be_visible()

    page.goto(f"{maison.url}/espace/evenements/{slug}")
    expect(page.get_by_text("1 personne de trop")).to_be_visible()


def test_quand_une_autre_main_a_enregistre_rien_de_ce_qu_on_tapait_ne_se_perd(
    chromium: Browser, page: Page, maison: Maison
) -> None:
    slug = maison.evenements["La fête du four"]
    modifier = f"{maison.url}/espace/evenements/{slug}/modifier"

    page.goto(modifier)
    page.get_by_label("Titre (obligatoire)").fill("La fête du four à pain")
    with un_telephone(chromium, maison, maison.paul) as autre:
        autre.goto(modifier)
        autre.get_by_label("Comment venir").fill("À pied, par le chemin du lavoir.")
        autre.get_by_role("button", name="Enregistrer", exact=True).click()
        autre.wait_for_url(f"**/espace/evenements/{slug}")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    alerte = page.get_by_role("alert")
    expect(alerte).to_contain_text("Quelqu’un d’autre a enregistré")
    expect(alerte).to_contain_text("Paul")
    expect(page.get_by_label("Titre (obligatoire)")).to_have_value("La fête du four à pain")

    alerte.get_by_role("button", name="Garder la mienne").click()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.wait_for_url(f"**/espace/evenements/{slug}")

    expect(page.get_by_role("heading", name="La fête du four à pain")).to_be_visible()


def test_de_quoi_faire_savoir_est_sur_la_fiche_de_l_evenement(page: Page, maison: Maison) -> None:
    titre, slug = next(iter(maison.evenements.items()))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{maison.url}/espace/evenements/{slug}")
    bloc = page.get_by_role("region", name="Faire savoir")

    bloc.get_by_role("button", name="Copier le texte").click()
    expect(page.get_by_text("C’est copié.")).to_be_visible()
    texte = page.evaluate("navigator.clipboard.readText()")
    liens = [str(lien.get_attribute("href")) for lien in bloc.get_by_role("link").all()]

    assert texte == bloc.get_by_label("Le texte à coller").input_value()
    assert texte.startswith(titre)
    assert f"{maison.url}/evenements/{slug}" in texte
    assert len(liens) == 6
    genres = [httpx.get(maison.url + lien, follow_redirects=True).headers["content-type"] for lien in liens]
    assert genres == [*["application/pdf"] * 4, "image/jpeg", "text/html; charset=utf-8"]


def test_une_structure_invitee_accepte_puis_se_retire_et_ne_met_personne_dehors(
    chromium: Browser, page: Page, maison: Maison
) -> None:
    slug = maison.evenements["Le bal des voisins"]
    publique, tableau = f"/evenements/{slug}", f"{maison.url}/espace/evenements/{slug}"

    page.goto(f"{tableau}/modifier")
    page.get_by_label("Ajouter une structure").fill("café")
    page.get_by_role("button", name="Café du Duché").click()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("invitée, pas encore de réponse")).to_be_visible()
    assert "Café du Duché" not in httpx.get(f"{maison.url}{publique}").text

    with un_telephone(chromium, maison, maison.ines) as cafe:
        cafe.goto(f"{maison.url}/espace")
        cafe.get_by_role("link", name="Café du Duché est invitée à organiser").click()
        expect(cafe.get_by_text("Les Amandiers invite Café du Duché")).to_be_visible()
        expect(cafe.get_by_role("link", name="Voir les inscriptions")).to_have_count(0)
        expect(cafe.get_by_role("link", name="Modifier")).to_have_count(0)
        cafe.get_by_role("button", name="Accepter").click()
        expect(cafe.get_by_role("link", name="Voir les inscriptions")).to_be_visible()
        assert "Café du Duché" in httpx.get(f"{maison.url}{publique}").text

        cafe.goto(f"{tableau}/modifier")
        expect(cafe.get_by_label("Structure qui porte l’évènement")).to_have_count(0)
        cafe.goto(tableau)
        cafe.get_by_role("button", name="Se retirer").click()
        cafe.get_by_role("dialog").get_by_role("button", name="Se retirer").click()
        expect(cafe.get_by_text("C’est décliné.")).to_be_visible()
        expect(cafe.get_by_text("Aucun évènement ici.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("a décliné", exact=False).first).to_be_visible()
    assert "Café du Duché" not in httpx.get(f"{maison.url}{publique}").text


def composer_un_menu(maison: Maison, repas: str) -> None:
    """Un plat, sa variante, de quoi montrer saison, allergènes et calculs."""
    version = maison.demander("GET", f"/api{repas}/menu")["version"]
    plat = {
        "id": str(uuid4()),
        "service": "plat",
        "nom": "Gratin de courge",
        "notes_echelle": "Le sel ne se multiplie pas.",
        "lignes": [
            {"ingredient": slug, "adulte_milli": 120_000, "enfant_milli": 80_000, "etat": "cuit"}
            for slug in ("courge-butternut", "beurre")
        ],
    }
    variante = {
        "id": str(uuid4()),
        "service": "plat",
        "nom": "Sans beurre",
        "remplace": plat["id"],
        "part_milliemes": 100,
    }
    maison.demander("PUT", f"/api{repas}/menu", {"version": version, "plats": [plat, variante]})


@pytest.mark.parametrize(("largeur", "teinte"), [(360, "dark"), (1280, "light")])
def test_les_ecrans_de_l_espace_sont_accessibles_et_ne_debordent_pas(
    chromium: Browser, maison: Maison, largeur: int, teinte: str
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core n'est pas installé (pwa/node_modules)")
    titre = "Ce soir au village"
    foyer = maison.inscrire(titre, "Inès", telephone="06 05 04 03 02", besoins=["chaise_haute"])
    soiree = f"/espace/evenements/{maison.evenements[titre]}"
    brouillon = f"/espace/evenements/{maison.evenements['Chantier de fauche']}"
    moments = maison.demander("GET", f"/api{soiree}")["moments"]
    repas = next(f"/espace/banquets/{moment['id']}" for moment in moments if moment["genre"] == "banquet")
    composer_un_menu(maison, repas)
    contexte = chromium.new_context(
        viewport={"width": largeur, "height": 740},
        color_scheme=teinte,  # type: ignore[arg-type]
        locale="fr-FR",
        bypass_csp=True,  # pour y lire axe ; les refus de la politique sont éprouvés dans les autres essais
    )
    contexte.set_default_timeout(PATIENCE_MS)
    contexte.add_cookies([{"name": "tablees", "value": maison.nadia, "url": maison.url}])
    page = contexte.new_page()
    page.add_init_script("window.print = () => {}")

    for chemin in (
        "/espace", "/espace/evenements", "/espace/creer/evenement", "/espace/creer/lieu", "/espace/reseau",
        "/espace/moi", "/espace/nulle-part", brouillon, f"{brouillon}/modifier", soiree, f"{soiree}/inscriptions",
        f"{soiree}/inscriptions/saisie", f"{soiree}/inscriptions/{foyer}", f"{soiree}/accueil", f"{soiree}/appels",
        f"{soiree}/courriels", f"{soiree}/impression", repas, f"{repas}/quantites", f"{repas}/papiers", f"{repas}/cuisine",
    ):  # fmt: skip
        page.goto(f"{maison.url}{chemin}")
        expect(page.locator("main h1")).to_be_visible()
        expect(page.locator(".patience")).to_have_count(0)
        if chemin.startswith(repas):
            page.evaluate("document.querySelectorAll('.plat-bouton').forEach((bouton) => bouton.click())")
            page.evaluate("document.querySelectorAll('main details').forEach((pli) => (pli.open = true))")
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
