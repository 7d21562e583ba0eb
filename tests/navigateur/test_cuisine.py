"""La cuisine d'un banquet sur une tablette : ouverte par un lien, tenue à jour, relue et écrite sans réseau, puis fermée."""

import asyncio
import json
import re
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from server.reglages import Reglages
from server.socle import base as socle_base
from tests.fabriques import moments_de, slug_de, un_evenement, un_lieu
from tests.navigateur.firefox import chemin_de_firefox, ouvrir
from tests.navigateur.relais import Reseau, relayer
from tests.navigateur.test_habitante import AXE, surveiller
from tests.navigateur.test_pwa import COUPURES, attendre, reserves
from tests.parcours.serveur import servir
from tests.parcours.test_openapi import peupler

pytestmark = pytest.mark.navigateur

TABLETTE = {"width": 768, "height": 1024}
PATIENCE_MS = 20_000
PERSONNES = ("Zénobie", "zenobie@example.org", "06 99 88 77 66", "0699887766", "Mirabelle")
"""Ce que la base sait des foyers, et que l'appareil de la cuisine ne doit jamais avoir."""
REFUS = (*COUPURES, "404", "net::ERR")
"""Ce que Chromium écrit dans sa console quand le réseau manque ou que le lien est fermé : ces histoires le provoquent."""

TOUT_LIRE = """async () => {
  const bases = {};
  for (const {name} of await indexedDB.databases()) {
    const base = await new Promise((oui, non) => {
      const d = indexedDB.open(name); d.onsuccess = () => oui(d.result); d.onerror = () => non(d.error); });
    bases[name] = {};
    for (const magasin of base.objectStoreNames) {
      bases[name][magasin] = await new Promise((oui, non) => {
        const d = base.transaction(magasin).objectStore(magasin).getAll();
        d.onsuccess = () => oui(d.result); d.onerror = () => non(d.error); });
    }
    base.close();
  }
  const caches_ = {};
  for (const nom of await caches.keys()) {
    const reserve = await caches.open(nom);
    caches_[nom] = await Promise.all((await reserve.keys()).map(async (demande) =>
      [demande.url, await (await reserve.match(demande, {ignoreVary: true})).text()]));
  }
  return {bases, caches: caches_, local: {...localStorage}, session: {...sessionStorage}, cookies: document.cookie};
}"""


VIEILLIR = """async () => {
  const base = await new Promise((oui) => { const d = indexedDB.open('tablees-cuisine'); d.onsuccess = () => oui(d.result); });
  for (const magasin of ['vues', 'reperes']) {
    const tous = await new Promise((oui) => {
      const d = base.transaction(magasin).objectStore(magasin).getAll(); d.onsuccess = () => oui(d.result); });
    for (const garde of tous) {
      delete garde.forme;
      const vue = garde.valeur ?? garde.lue;
      for (const {pourquoi} of vue.quantites?.quantites.lignes ?? []) for (const part of pourquoi) delete part.avec_marge;
      for (const arrivee of vue.approvisionnements ?? []) delete arrivee.quantite_milliemes;
      if (garde.lue) { vue.menu.version = 0; for (const plat of vue.menu.plats) delete plat.regimes_ajoutes; }
      await new Promise((oui) => {
        const d = base.transaction(magasin, 'readwrite').objectStore(magasin).put(garde); d.onsuccess = oui; });
    }
  }
  base.close();
}"""
"""Refait ce que gardait une version d'avant : ni forme, ni quantités avec la marge, ni tout ce que les courses lisent."""


@dataclass
class Banquet:
    """Un banquet du site : ce qu'en fait qui organise, pendant que la cuisine regarde."""

    url: str
    moment: str
    slug: str
    _entetes: dict[str, str]

    @property
    def espace(self) -> str:
        return f"/api/espace/banquets/{self.moment}"

    def organiser(self, methode: str, chemin: str, corps: object = None) -> Any:
        """Ce que l'API répond à qui organise."""
        reponse = httpx.request(methode, f"{self.url}{chemin}", json=corps, headers=self._entetes, timeout=20)
        assert reponse.is_success, reponse.text
        return reponse.json() if reponse.content else None

    def inscrire(self, adultes: int, **champs: object) -> None:
        """Un foyer, avec un nom et des contacts que personne ne peut confondre."""
        demande = {
            "evenement": self.slug,
            "jeton": uuid4().hex,
            "prenom": "Zénobie",
            "courriel": f"{uuid4().hex[:8]}.zenobie@example.org",
            "telephone": "06 99 88 77 66",
            "presences": [{"moment": self.moment, "adultes": adultes}],
            "pour_autrui": {"prenom": "Mirabelle", "telephone": "06 99 88 77 66"},
            **champs,
        }
        reponse = httpx.put(f"{self.url}/api/inscriptions/{uuid4()}", json=demande, timeout=20)
        assert reponse.status_code == 201, reponse.text

    def donner_un_lien(self, nom: str = "équipe du samedi") -> dict[str, Any]:
        liens: list[dict[str, Any]] = self.organiser("POST", f"{self.espace}/liens-cuisine", {"nom": nom})
        return liens[-1]

    def fermer(self, lien: dict[str, Any]) -> None:
        self.organiser("DELETE", f"{self.espace}/liens-cuisine/{lien['id']}")

    def vue(self) -> Any:
        return self.organiser("GET", f"{self.espace}/cuisine")


def ligne(ingredient: str, grammes: int, **champs: object) -> dict[str, object]:
    return {
        "ingredient": ingredient,
        "adulte_milli": grammes * 1000,
        "enfant_milli": grammes * 600,
        **champs,
    }


def un_menu() -> dict[str, Any]:
    return {
        "version": 1,
        "notes": "Le four du fond chauffe plus fort que l’autre.",
        "plats": [
            {
                "id": str(uuid4()),
                "service": "entree",
                "nom": "Velouté de potiron",
                "lignes": [ligne("potiron", 180), ligne("creme-fraiche", 15)],
            },
            {
                "id": str(uuid4()),
                "service": "plat",
                "nom": "Gratin de courge et pommes de terre",
                "notes_echelle": "Le sel ne se multiplie pas : goûtez.",
                "lignes": [ligne("potiron", 150), ligne("pomme-de-terre", 200), ligne("ail", 3)],
            },
            {
                "id": str(uuid4()),
                "service": "plat",
                "nom": "Ail des ours sur tartine",
                "cueillette": True,
                "lignes": [ligne("ail-des-ours-sauvage", 10)],
            },
            {
                "id": str(uuid4()),
                "service": "dessert",
                "nom": "Pommes au four",
                "lignes": [ligne("pomme", 160)],
            },
        ],
    }


@pytest.fixture(scope="module", autouse=True)
def patience() -> Generator[None, None, None]:
    """La page demande toutes les cinq secondes : l'essai attend ce qu'elle promet, dix, pas les cinq de Playwright."""
    expect.set_options(timeout=10_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Generator[tuple[str, Path, str], None, None]:
    """Celui des autres histoires, sans borne : trente foyers s'y inscrivent en une minute, depuis la même adresse."""
    donnees = tmp_path_factory.mktemp("site")
    with ThreadPoolExecutor(1) as a_cote:
        secret = a_cote.submit(lambda: asyncio.run(peupler(donnees))).result()
    with servir(donnees, limites="non") as url:
        yield url, donnees, secret


@pytest.fixture
def banquet(site: tuple[str, Path, str]) -> Banquet:
    """Deux cents places dans trois jours, un menu, deux fournisseurs, des convives et leurs besoins."""
    url, donnees, secret = site

    async def creer() -> tuple[str, str]:
        moteur = socle_base.creer_moteur(Reglages(donnees=donnees))
        socle_base.installer(moteur)
        await moteur.ouvrir()
        try:
            debut = datetime.now(UTC) + timedelta(days=3)
            evenement = await un_evenement(
                "Les semences paysannes", moments={"banquet": 200}, debut=debut, lieu=await un_lieu()
            )
            return await slug_de(evenement), str((await moments_de(evenement))["banquet"])
        finally:
            await moteur.fermer()

    # Playwright occupe la boucle de ce fil.
    with ThreadPoolExecutor(1) as a_cote:
        slug, moment = a_cote.submit(lambda: asyncio.run(creer())).result()
    ici = Banquet(url, moment, slug, {"cookie": f"tablees={secret}", "origin": url})
    ici.organiser("PUT", f"{ici.espace}/menu", un_menu())
    ici.organiser(
        "PUT",
        f"{ici.espace}/approvisionnements/{uuid4()}",
        {
            "description": "Pommes de terre",
            "famille": "FRUITS_ET_LEGUMES",
            "genre": "don",
            "ingredient": "pomme-de-terre",
            "quantite_milliemes": 12_500,
            "vendu_par": "kg",
        },
    )
    ici.inscrire(
        4,
        convives=[
            {"nombre": 1, "age": "adulte", "regimes": ["vegetalien", "sans_gluten"], "allergenes": []},
            {"nombre": 1, "age": "adulte", "regimes": [], "allergenes": ["arachides"]},
        ],
        accord_regimes=True,
    )
    ici.inscrire(6)
    return ici


@pytest.fixture
def reseau(site: tuple[str, Path, str]) -> Generator[Reseau, None, None]:
    with relayer(site[0]) as relais:
        yield relais


@pytest.fixture
def tablette(chromium: Browser) -> Generator[BrowserContext, None, None]:
    contexte = chromium.new_context(viewport=TABLETTE, locale="fr-FR", has_touch=True)  # type: ignore[arg-type]
    contexte.set_default_timeout(PATIENCE_MS)
    yield contexte
    contexte.close()


def entrer(contexte: BrowserContext, reseau: Reseau, lien: dict[str, Any]) -> Page:
    """Le lien ouvert, la vue lue, la page gardée."""
    page = contexte.new_page()
    page.goto("about:blank")
    page.goto(lien["adresse"].replace(reseau.site, reseau.url))
    page.wait_for_url("**/cuisine/banquets/*")
    expect(page.get_by_role("heading", level=1, name="Aujourd’hui")).to_be_visible()
    attendre(
        page,
        "navigator.serviceWorker.controller && (await caches.keys()).some((nom) => nom.startsWith('cuisine-'))"
        " && await caches.match('/cuisine?langue=fr', {ignoreVary: true})",
    )
    return page


def onglet(page: Page, nom: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=nom).click()
    expect(page.get_by_role("heading", level=1, name=nom)).to_be_visible()


def sans_attendus(plaintes: list[str]) -> list[str]:
    return [plainte for plainte in plaintes if not any(mot in plainte for mot in REFUS)]


def tout_lire(page: Page) -> dict[str, Any]:
    lu: dict[str, Any] = page.evaluate(TOUT_LIRE)
    return lu


def taper(page: Page, touches: str) -> None:
    for touche in touches:
        nom = {",": "Virgule"}.get(touche, touche)
        page.get_by_role("group", name="Température").get_by_role("button", name=nom, exact=True).click()


# --- Entrer -----------------------------------------------------------------------------------------------------------


def test_le_lien_ouvre_et_son_secret_ne_reste_ni_dans_l_adresse_ni_dans_l_historique(
    tablette: BrowserContext, reseau: Reseau, banquet: Banquet
) -> None:
    lien = banquet.donner_un_lien()
    secret = lien["adresse"].rpartition("/")[2]

    page = entrer(tablette, reseau, lien)
    plaintes = surveiller(page)
    page.reload()
    expect(page.get_by_text("assiettes à cuisiner")).to_be_visible()

    assert page.url == f"{reseau.url}/cuisine/banquets/{banquet.moment}"
    page.go_back()
    page.wait_for_timeout(300)
    assert secret not in page.url
    page.go_forward()
    expect(page.get_by_text("assiettes à cuisiner")).to_be_visible()
    assert secret not in json.dumps(tout_lire(page))
    assert sans_attendus(plaintes) == []


def test_chaque_ecran_dit_ce_qu_il_faut(tablette: BrowserContext, reseau: Reseau, banquet: Banquet) -> None:
    page = entrer(tablette, reseau, banquet.donner_un_lien())
    corps = page.locator("main")

    expect(corps).to_contain_text("10 assiettes à cuisiner")
    expect(corps).to_contain_text("ALLERGIE")
    expect(corps).to_contain_text("végétalien")
    expect(page.locator(".fraicheur")).to_contain_text("À jour à")
    onglet(page, "Menu")
    expect(corps).to_contain_text("Gratin de courge")
    expect(corps).to_contain_text("avec une marge de")
    expect(corps).to_contain_text("goûtez")
    expect(page.get_by_role("heading", name=re.compile("cueillette"))).to_be_visible()
    onglet(page, "Courses")
    expect(corps).to_contain_text("12,5 kg Pommes de terre")
    expect(page.get_by_role("heading", name="Il en manque encore")).to_be_visible()
    expect(corps.locator(".coche").filter(has_text="Potiron")).to_contain_text("personne ne l’apporte")
    onglet(page, "Papiers")
    papiers = [lien.get_attribute("href") for lien in corps.get_by_role("link").all()]
    assert len(papiers) == 7
    for papier in papiers:
        rendu = tablette.request.get(f"{reseau.url}{papier}")
        assert (rendu.status, len(rendu.body()) > 100) == (200, True), papier


def test_une_assiette_se_trouve_par_son_code_et_se_sert_au_clavier_sans_reseau(
    tablette: BrowserContext, reseau: Reseau, banquet: Banquet
) -> None:
    banquet.organiser(
        "PUT",
        f"{banquet.espace}/effectif/annonces/{uuid4()}",
        {"genre": "artistes", "nombre": 3},
    )
    page = entrer(tablette, reseau, banquet.donner_un_lien())
    page.set_viewport_size({"width": 360, "height": 740})
    reseau.couper()
    page.evaluate("location.hash = 'assiettes'")
    corps = page.locator("main")

    # Les deux convives du foyer qui ont un besoin, et les trois artistes qui mangent de tout.
    expect(corps).to_contain_text("Servies : 0. Restent : 5.")
    expect(corps.locator(".groupe-assiettes h2")).to_have_text(
        ["ALLERGIE : arachides", "sans gluten, végétalien", "Annoncés, sans besoin dit"],
        use_inner_text=True,
    )
    expect(corps.locator(".groupe-assiettes").last).to_contain_text("Artistes")
    code = corps.locator(".code-assiette").first.inner_text()
    assert re.fullmatch(r"\d+[a-z]", code)

    champ = corps.get_by_label("Code du billet")
    champ.fill(f" {code[:-1]} {code[-1].upper()} ")
    expect(corps.locator(".trouvees li .coche")).to_have_count(1)
    champ.press("Enter")
    expect(corps).to_contain_text(f"{code} : servie.")
    expect(corps).to_contain_text("Servies : 1. Restent : 4.")
    champ.press("Enter")
    expect(corps).to_contain_text(f"{code} : déjà servie.")
    page.keyboard.type("artis")
    expect(corps.locator(".trouvees")).to_contain_text("3 adultes")
    champ.fill("99z")
    expect(corps).to_contain_text("Aucune assiette « 99z » ici.")

    page.reload()
    expect(corps).to_contain_text("Servies : 1. Restent : 4.")
    # Toute la ligne se touche, pas seulement la case.
    ligne = corps.locator(".coche").filter(has_text="Artistes")
    boite = ligne.bounding_box()
    assert boite is not None
    assert boite["height"] >= 44
    ligne.click(position={"x": boite["width"] - 6, "y": boite["height"] - 6})
    expect(corps).to_contain_text("Servies : 4. Restent : 1.")
    corps.get_by_text("Passer au service suivant").click()
    corps.get_by_role("button", name="Décocher toutes les assiettes").click()
    expect(corps).to_contain_text("Servies : 0. Restent : 5.")


# --- Sans réseau ------------------------------------------------------------------------------------------------------


def test_la_page_se_recharge_sans_reseau_et_dit_de_quand_elle_date(
    tablette: BrowserContext, reseau: Reseau, banquet: Banquet
) -> None:
    page = entrer(tablette, reseau, banquet.donner_un_lien())
    plaintes = surveiller(page)

    reseau.couper()
    expect(page.locator(".fraicheur")).to_contain_text("Hors réseau : copie de")
    expect(page.locator("[data-signal]")).to_contain_text("Hors réseau")
    page.reload()

    expect(page.get_by_text("assiettes à cuisiner")).to_be_visible()
    expect(page.locator(".fraicheur")).to_contain_text("Hors réseau : copie de")
    for nom in ("Menu", "Courses", "Relevés", "Assiettes", "Messages", "Papiers"):
        onglet(page, nom)
    page.goto(f"{reseau.url}/cuisine")
    expect(page.get_by_role("link", name="Les semences paysannes")).to_be_visible()
    reseau.retablir()
    page.get_by_role("link", name="Les semences paysannes").click()
    expect(page.locator(".fraicheur")).to_contain_text("À jour à")
    assert sans_attendus(plaintes) == []


def test_la_page_ne_se_dit_pas_a_jour_quand_une_note_attend(
    tablette: BrowserContext, reseau: Reseau, banquet: Banquet
) -> None:
    page = entrer(tablette, reseau, banquet.donner_un_lien())
    onglet(page, "Messages")
    expect(page.locator(".fraicheur")).to_contain_text("À jour à")

    tablette.route(
        "**/messages/*", lambda route: route.abort() if route.request.method == "PUT" else route.fallback()
    )
    page.get_by_label("Écrire à qui organise").fill("Il manque du pain.")
    page.get_by_role("button", name="Envoyer").click()

    expect(page.locator(".fraicheur")).to_have_text(
        re.compile(r"Ce que vous voyez date de .+\. 1 note attend\.")
    )
    expect(page.locator(".fraicheur")).not_to_contain_text("À jour")


def test_ce_qui_est_note_sans_reseau_part_au_retour_une_fois_et_dans_l_ordre(
    tablette: BrowserContext, reseau: Reseau, banquet: Banquet
) -> None:
    page = entrer(tablette, reseau, banquet.donner_un_lien())
    reseau.couper()
    onglet(page, "Relevés")

    page.get_by_text("Refroidissement", exact=True).click()
    page.get_by_label("Quel plat, quel frigo ?").fill("Gratin de courge et pommes de terre")
    taper(page, "71,5")
    expect(page.locator(".verdict-aussitot")).to_contain_text("en cours")
    page.get_by_role("button", name="Noter", exact=True).click()
    expect(page.locator(".minuterie")).to_contain_text("min")
    page.get_by_role("button", name="Mesurer encore").click()
    taper(page, "9")
    expect(page.locator(".verdict-aussitot")).to_contain_text("bon")
    page.get_by_role("button", name="Noter", exact=True).click()
    expect(page.locator(".serie")).to_contain_text("Gardé ici, attend le réseau.")
    onglet(page, "Messages")
    for texte in ("Il manque du pain.", "Et du beurre."):
        page.get_by_label("Écrire à qui organise").fill(texte)
        page.get_by_role("button", name="Envoyer").click()
    expect(page.locator(".message.en-attente")).to_have_count(2)
    page.reload()
    expect(page.locator(".message.en-attente")).to_have_count(2)
    expect(page.locator(".fraicheur")).to_contain_text("4 notes attendent.")

    reseau.retablir()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".message.en-attente")).to_have_count(0)
    expect(page.locator(".message.mien")).to_have_count(2)

    vue = banquet.vue()
    assert [m["texte"] for m in vue["messages"]["elements"]] == ["Il manque du pain.", "Et du beurre."]
    (serie,) = vue["temperatures"]
    assert (serie["genre"], serie["verdict"]) == ("refroidissement", "bon")
    assert [m["dixiemes"] for m in serie["mesures"]] == [715, 90]
    (gratin,) = [plat["id"] for plat in vue["menu"]["plats"] if plat["nom"].startswith("Gratin")]
    assert serie["plat"] == gratin
    assert tout_lire(page)["bases"]["tablees-cuisine"]["gestes"] == []

    page.locator(".message.mien").first.get_by_role("button", name="Retirer").click()
    expect(page.locator(".message.mien").first).to_contain_text("Message retiré.")
    fin = time.monotonic() + PATIENCE_MS / 1000
    while not banquet.vue()["messages"]["elements"][0]["retire"]:
        assert time.monotonic() < fin
        page.wait_for_timeout(100)


def test_une_reponse_perdue_ne_double_rien(
    tablette: BrowserContext, reseau: Reseau, banquet: Banquet
) -> None:
    page = entrer(tablette, reseau, banquet.donner_un_lien())
    onglet(page, "Messages")
    perdues = 0

    def perdre(route: Any) -> None:
        nonlocal perdues
        if perdues == 0 and route.request.method == "PUT":
            perdues += 1
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/api/cuisine/**", perdre)
    page.get_by_label("Écrire à qui organise").fill("Les assiettes sont arrivées.")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator(".message.mien:not(.en-attente)")).to_have_count(1)

    assert perdues == 1
    assert [m["texte"] for m in banquet.vue()["messages"]["elements"]] == ["Les assiettes sont arrivées."]


def test_un_refus_est_dit_avec_ce_qui_etait_ecrit(
    tablette: BrowserContext, reseau: Reseau, banquet: Banquet
) -> None:
    page = entrer(tablette, reseau, banquet.donner_un_lien())
    onglet(page, "Relevés")
    dit = {"type": "/problemes/demande-invalide", "title": "Non", "detail": "Ce relevé ne va pas."}
    tablette.route(
        "**/temperatures/**",
        lambda route: route.fulfill(
            status=422, content_type="application/problem+json", body=json.dumps(dit)
        ),
    )

    page.get_by_label("Quel plat, quel frigo ?").fill("Frigo du fond")
    taper(page, "3")
    page.get_by_role("button", name="Noter", exact=True).click()

    refus = page.get_by_role("alert")
    expect(refus).to_contain_text("Frigo du fond 3 °C")
    expect(refus).to_contain_text("1 note n’a pas été acceptée.")
    expect(refus).to_contain_text("Ce relevé ne va pas.")
    page.reload()
    expect(refus).to_contain_text("Frigo du fond 3 °C")
    refus.get_by_role("button", name="J’ai lu").click()
    expect(refus).to_have_count(0)
    assert banquet.vue()["temperatures"] == []


# --- À jour -----------------------------------------------------------------------------------------------------------


def test_un_changement_d_effectif_se_voit_en_moins_de_dix_secondes_sans_prendre_le_focus(
    tablette: BrowserContext, reseau: Reseau, banquet: Banquet
) -> None:
    page = entrer(tablette, reseau, banquet.donner_un_lien())
    expect(page.locator(".enorme")).to_contain_text("10")
    page.get_by_role("navigation").get_by_role("link", name="Aujourd’hui").focus()

    banquet.inscrire(3)

    expect(page.locator(".enorme")).to_contain_text("13")
    expect(page.locator("[data-signal]")).to_contain_text("+3")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#jour"
    neuf = page.get_by_role("region", name="Ce qui a changé depuis que vous avez regardé")
    expect(neuf).to_contain_text("+3")
    page.reload()
    expect(neuf).to_contain_text("+3")
    neuf.get_by_role("button", name="J’ai lu").click()
    expect(neuf).to_have_count(0)
    page.reload()
    expect(page.locator(".enorme")).to_contain_text("13")
    expect(neuf).to_have_count(0)


def test_apres_l_arret_les_differences_se_lisent(
    tablette: BrowserContext, reseau: Reseau, banquet: Banquet
) -> None:
    banquet.organiser("POST", f"{banquet.espace}/effectif/arret")
    page = entrer(tablette, reseau, banquet.donner_un_lien())
    expect(page.locator("main")).to_contain_text("Arrêté")

    banquet.inscrire(2)

    expect(page.locator(".ecarts.bouge")).to_contain_text("+2 depuis")


def test_une_page_cachee_demande_moins_souvent(
    tablette: BrowserContext, reseau: Reseau, banquet: Banquet
) -> None:
    page = entrer(tablette, reseau, banquet.donner_un_lien())
    page.evaluate(
        """() => { Object.defineProperty(document, 'visibilityState', {get: () => 'hidden', configurable: true});
                   document.dispatchEvent(new Event('visibilitychange')); }"""
    )
    page.wait_for_timeout(1000)
    avant = sum(vue.startswith("GET /api/cuisine/") for vue in reseau.vues)

    page.wait_for_timeout(7000)

    assert sum(vue.startswith("GET /api/cuisine/") for vue in reseau.vues) == avant


def test_une_copie_d_une_version_d_avant_se_lit_sans_mentir_puis_se_refait(
    tablette: BrowserContext, reseau: Reseau, banquet: Banquet
) -> None:
    page = entrer(tablette, reseau, banquet.donner_un_lien())
    corps = page.locator("main")
    (forme,) = {vue["forme"] for vue in tout_lire(page)["bases"]["tablees-cuisine"]["vues"] if vue["moment"]}
    assert re.fullmatch(r"[0-9a-f]{12}", forme)
    reseau.couper()
    expect(page.locator(".fraicheur")).to_contain_text("Hors réseau")

    page.evaluate(VIEILLIR)
    page.reload()
    expect(corps).to_contain_text("Cette copie vient d’une version d’avant")
    expect(corps).to_contain_text("10 assiettes à cuisiner")
    onglet(page, "Menu")
    expect(corps).to_contain_text("SANS la marge de")
    expect(corps).to_contain_text("Potiron")
    onglet(page, "Courses")
    expect(corps).to_contain_text("Cet écran ne se lit pas dans cette copie.")
    for nom in ("Relevés", "Assiettes", "Messages", "Menu"):
        onglet(page, nom)
        assert re.findall(r"NaN|undefined|ne se lit pas", corps.inner_text()) == []

    reseau.retablir()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(corps).to_contain_text("avec une marge de")
    expect(corps).not_to_contain_text("version d’avant")
    onglet(page, "Courses")
    expect(corps).to_contain_text("12,5 kg Pommes de terre")
    onglet(page, "Aujourd’hui")
    expect(page.locator(".nouveautes")).to_have_count(0)
    (copie,) = [
        vue for vue in tout_lire(page)["bases"]["tablees-cuisine"]["vues"] if vue["moment"] == banquet.moment
    ]
    assert copie["forme"] == forme
    assert all(
        "avec_marge" in part
        for ligne in copie["valeur"]["quantites"]["quantites"]["lignes"]
        for part in ligne["pourquoi"]
    )


def test_un_message_refuse_revient_dans_sa_case_avec_la_raison(
    tablette: BrowserContext, reseau: Reseau, banquet: Banquet
) -> None:
    page = entrer(tablette, reseau, banquet.donner_un_lien())
    case = page.get_by_label("Écrire à qui organise")
    envoyer = page.get_by_role("button", name="Envoyer")
    reseau.couper()
    onglet(page, "Messages")
    for texte in ("Appelez-moi au 06 12 34 56 78.", "Le pain est là.", "Ou au 06 87 65 43 21."):
        case.fill(texte)
        envoyer.click()
    expect(page.locator(".message.en-attente")).to_have_count(3)

    reseau.retablir()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".message.mien:not(.en-attente, .refuse)")).to_have_text(re.compile("Le pain est là"))
    expect(case).to_have_value("Appelez-moi au 06 12 34 56 78.")
    expect(page.get_by_role("alert")).to_contain_text("Pas envoyé.")
    expect(page.locator(".message.refuse")).to_contain_text("Ou au 06 87 65 43 21.")

    # Ailleurs, le refus se dit aussi ; ce qu'on a commencé à corriger attend, même sans rien envoyer.
    case.fill("Je suis à l’économat, ")
    onglet(page, "Menu")
    expect(page.locator(".encart.refus")).to_contain_text("2 notes n’ont pas été acceptées.")
    page.get_by_role("link", name="Corriger").first.click()
    expect(case).to_have_value("Je suis à l’économat, ")
    case.press_sequentially("au fond.")
    envoyer.click()
    expect(page.locator(".message.mien").filter(has_text="à l’économat, au fond.")).to_have_count(1)
    page.reload()
    expect(case).to_have_value("Ou au 06 87 65 43 21.")
    page.get_by_role("button", name="Effacer ce message").click()
    expect(case).to_have_value("")
    expect(page.locator(".fraicheur")).to_contain_text("À jour à")

    assert [m["texte"] for m in banquet.vue()["messages"]["elements"]] == [
        "Le pain est là.",
        "Je suis à l’économat, au fond.",
    ]
    assert tout_lire(page)["bases"]["tablees-cuisine"]["gestes"] == []


# --- Fermer -----------------------------------------------------------------------------------------------------------


def test_un_lien_revoque_efface_la_copie_mais_pas_ce_qui_n_est_pas_parti(
    tablette: BrowserContext, reseau: Reseau, banquet: Banquet
) -> None:
    lien = banquet.donner_un_lien()
    page = entrer(tablette, reseau, lien)
    reseau.couper()
    onglet(page, "Messages")
    page.get_by_label("Écrire à qui organise").fill("Le frigo du fond est en panne.")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator(".message.en-attente")).to_have_count(1)

    banquet.fermer(lien)
    reseau.retablir()
    page.evaluate("dispatchEvent(new Event('online'))")

    expect(page.get_by_role("heading", name="Ce lien ne s’ouvre plus")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Le frigo du fond est en panne.")
    attendre(page, "!(await caches.keys()).some((nom) => nom.startsWith('cuisine-'))")
    reste = tout_lire(page)["bases"]["tablees-cuisine"]
    assert [vue for vue in reste["vues"] if vue["moment"] == banquet.moment] == []
    assert reste["reperes"] == []
    assert "Gratin" not in json.dumps(tout_lire(page), ensure_ascii=False)

    autre = banquet.donner_un_lien("équipe du dimanche")
    entrer(tablette, reseau, autre)
    attendre(page, "true")
    assert [m["texte"] for m in banquet.vue()["messages"]["elements"]] == ["Le frigo du fond est en panne."]


def test_une_panne_ou_un_portail_n_effacent_rien(
    tablette: BrowserContext, reseau: Reseau, banquet: Banquet
) -> None:
    page = entrer(tablette, reseau, banquet.donner_un_lien())

    reseau.tomber()
    expect(page.locator(".fraicheur")).to_contain_text("Hors réseau")
    reseau.retablir()
    reseau.remplaces[f"/api/cuisine/banquets/{banquet.moment}"] = b"<h1>Bienvenue sur le wifi du camping</h1>"
    page.reload()

    expect(page.get_by_text("assiettes à cuisiner")).to_be_visible()
    expect(page.locator(".fraicheur")).to_contain_text("Hors réseau")
    assert tout_lire(page)["bases"]["tablees-cuisine"]["vues"] != []


# --- Ce que l'appareil sait ---------------------------------------------------------------------------------------------


def test_l_appareil_ne_garde_rien_de_personne(
    tablette: BrowserContext, reseau: Reseau, banquet: Banquet
) -> None:
    page = entrer(tablette, reseau, banquet.donner_un_lien())
    for nom in ("Menu", "Courses", "Relevés", "Assiettes", "Messages", "Aujourd’hui"):
        onglet(page, nom)
    banquet.inscrire(1, prenom="Mirabelle")
    expect(page.locator(".enorme")).to_contain_text("11")
    page.reload()
    expect(page.locator(".enorme")).to_contain_text("11")

    tout = tout_lire(page)

    (copie,) = [vue for vue in tout["bases"]["tablees-cuisine"]["vues"] if vue["moment"] == banquet.moment]
    assert copie["valeur"]["effectif"]["parts"]["adultes"] == 11
    dit = json.dumps(tout, ensure_ascii=False) + page.content()
    assert [mot for mot in PERSONNES if mot in dit] == []
    assert tout["cookies"] == ""
    # La vue est dans sa base, pas dans une réserve ; et rien de la cuisine n'est avec les pages publiques.
    gardees = reserves(page)
    assert [c for chemins in gardees.values() for c in chemins if "/api/" in c] == []
    assert [c for c in gardees.get("pages", []) if "/cuisine" in c] == []
    (cuisine,) = [nom for nom in gardees if nom.startswith("cuisine-")]
    assert {c.partition("?")[0] for c in gardees[cuisine] if not c.startswith("/actifs/")} == {"/cuisine"}


# --- Dans un autre navigateur -------------------------------------------------------------------------------------------

ECRIRE = """((champ, dit) => { Object.getOwnPropertyDescriptor(Object.getPrototypeOf(champ), 'value').set.call(champ, dit);
  champ.dispatchEvent(new Event('input', {bubbles: true})); })"""


def test_lire_et_ecrire_sans_reseau_dans_firefox(tmp_path: Path, reseau: Reseau, banquet: Banquet) -> None:
    chemin = chemin_de_firefox()
    if not chemin:
        pytest.skip("pas de Firefox sur cette machine")
    with ouvrir(chemin, tmp_path) as firefox:
        firefox.aller(banquet.donner_un_lien()["adresse"].replace(reseau.site, reseau.url))
        firefox.attendre(
            "location.pathname.startsWith('/cuisine/banquets/') && document.querySelector('.enorme')"
        )
        firefox.attendre(
            "navigator.serviceWorker.controller && await caches.match('/cuisine?langue=fr', {ignoreVary: true})"
        )
        reseau.couper()
        firefox.aller(f"{reseau.url}/cuisine/banquets/{banquet.moment}")
        assert "10" in firefox.texte(".enorme")
        firefox.attendre("document.querySelector('.fraicheur.hors')")

        firefox.evaluer("void (location.hash = 'messages')")
        firefox.attendre("document.querySelector('#message-texte')")
        firefox.evaluer(f"{ECRIRE}(document.querySelector('#message-texte'), 'Il manque du pain.')")
        firefox.attendre("!document.querySelector('.ecrire [type=submit]').disabled")
        firefox.evaluer("void document.querySelector('.ecrire [type=submit]').click()")
        firefox.attendre("document.querySelector('.message.en-attente')")
        firefox.evaluer("void (location.hash = 'releves')")
        firefox.attendre("document.querySelector('.pave')")
        firefox.evaluer(f"{ECRIRE}(document.querySelector('#mesure-sujet'), 'Frigo du fond')")
        firefox.evaluer(
            "void [...document.querySelectorAll('.pave .touche')].find((t) => t.textContent === '3').click()"
        )
        firefox.attendre("document.querySelector('.degres').innerText.includes('3')")
        firefox.evaluer("void document.querySelector('.mesure [type=submit]').click()")
        firefox.attendre("document.querySelector('.serie')")
        firefox.evaluer("void location.reload()")
        firefox.attendre(
            "document.querySelector('.fraicheur.hors')?.innerText.includes('2 notes attendent.')"
        )

        reseau.retablir()
        firefox.evaluer("void dispatchEvent(new Event('online'))")
        firefox.attendre(
            "document.querySelector('.fraicheur:not(.hors)')?.innerText.startsWith('À jour')", 30
        )
        vue = banquet.vue()
        assert [message["texte"] for message in vue["messages"]["elements"]] == ["Il manque du pain."]
        assert [(serie["sujet"], serie["mesures"][0]["dixiemes"]) for serie in vue["temperatures"]] == [
            ("Frigo du fond", 30)
        ]


# --- Par un compte ------------------------------------------------------------------------------------------------------


def test_qui_a_un_compte_voit_les_memes_ecrans_et_n_en_garde_rien(
    tablette: BrowserContext, site: tuple[str, Path, str], banquet: Banquet
) -> None:
    url, _, secret = site
    tablette.add_cookies([{"name": "tablees", "value": secret, "url": url}])
    page = tablette.new_page()
    plaintes = surveiller(page)
    page.goto(f"{url}/espace/banquets/{banquet.moment}/vue-cuisine")

    expect(page.locator(".enorme")).to_contain_text("10")
    expect(page.locator("h1")).to_have_count(1)
    page.get_by_role("navigation", name="Écrans de la cuisine").get_by_role("link", name="Messages").click()
    page.get_by_label("Écrire à la cuisine").fill("Le pain arrive à 17 h.")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator(".message.mien:not(.en-attente)")).to_have_count(1)

    (message,) = banquet.vue()["messages"]["elements"]
    assert message["cote"] == "organisation"
    assert "tablees-cuisine" not in tout_lire(page)["bases"]
    assert plaintes == []


# --- Pour tout le monde -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("largeur", "hauteur", "teinte"),
    [(320, 640, "light"), (360, 740, "dark"), (768, 1024, "light"), (1280, 800, "dark")],
)
def test_les_ecrans_se_lisent_partout(
    chromium: Browser, reseau: Reseau, banquet: Banquet, largeur: int, hauteur: int, teinte: str
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core n'est pas installé (pwa/node_modules)")
    contexte = chromium.new_context(
        viewport={"width": largeur, "height": hauteur},
        color_scheme=teinte,  # type: ignore[arg-type]
        locale="fr-FR",
        bypass_csp=True,
    )
    contexte.set_default_timeout(PATIENCE_MS)
    banquet.organiser("PUT", f"{banquet.espace}/messages/{uuid4()}", {"texte": "Le pain arrive à 17 h."})
    page = entrer(contexte, reseau, banquet.donner_un_lien())
    page.add_script_tag(path=AXE)
    if largeur < 600:
        page.get_by_role("button", name="Plus").click()
        onglet(page, "Papiers")
    for ancre in ("jour", "menu", "courses", "releves", "assiettes", "messages", "papiers"):
        page.evaluate("(ancre) => { location.hash = ancre; }", ancre)
        expect(page.locator(f"nav a[href='#{ancre}']")).to_have_attribute("aria-current", "page")
        assert page.locator(".tete-cuisine").evaluate("tete => tete.offsetHeight") <= 96
        page.evaluate("document.querySelectorAll('details').forEach((pli) => { pli.open = true; })")
        fautes = page.evaluate(
            "axe.run({resultTypes: ['violations']}).then(r => r.violations.map(v => [v.id, v.nodes[0].html]))"
        )
        assert fautes == [], f"{ancre} ({teinte}, {largeur} px)"
        debordement = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert debordement <= 0, f"{ancre} déborde de {debordement} px"
        petites = page.evaluate(
            """() => [...document.querySelectorAll('a, button, summary, label.coche')].filter((cible) => {
                 const {width, height} = cible.getBoundingClientRect();
                 return width > 0 && (height < 43.5 || width < 43.5); }).map((cible) => cible.outerHTML)"""
        )
        assert petites == [], ancre
    contexte.close()
