"""La carte et les distances dans un vrai navigateur : clavier, position accordée, refusée, lente, commune gardée."""

import asyncio
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from server.lieux.tables import Commune
from server.reglages import Reglages
from server.socle import base as socle_base
from server.socle.base import ecriture
from tests.fabriques import un_evenement, un_lieu, une_commune
from tests.navigateur.test_habitante import AXE, TELEPHONE, surveiller
from tests.parcours.serveur import servir
from tests.parcours.test_openapi import peupler

pytestmark = pytest.mark.navigateur

LUSSAN = {"latitude": 44.1532, "longitude": 4.3672}
CONTOURS = {
    "30334": "[[[4.38,43.99],[4.45,43.99],[4.45,44.05],[4.38,44.05],[4.38,43.99]]]",
    "30151": "[[[4.30,44.12],[4.42,44.12],[4.42,44.20],[4.30,44.20],[4.30,44.12]]]",
}


async def semer(donnees: Path) -> None:
    """Trois communes : Uzès et Lussan ont un contour, Blauzac est un point."""
    await peupler(donnees)
    moteur = socle_base.creer_moteur(Reglages(donnees=donnees))
    socle_base.installer(moteur)
    await moteur.ouvrir()
    await une_commune("30151", "Lussan", lat=44.1532, lon=4.3672, population=500)
    await une_commune("30041", "Blauzac", lat=43.9614, lon=4.3706, population=1200)
    await dessiner_les_contours()
    bientot = datetime.now(UTC) + timedelta(days=10)
    for titre, commune, jours in (("Bal de Lussan", "30151", 60), ("Four de Blauzac", "30041", 90)):
        lieu = await un_lieu(f"Lieu de {titre}", commune)
        await un_evenement(titre, lieu=lieu, debut=bientot + timedelta(days=jours))
    await un_evenement("Causerie en ligne", en_ligne=True, debut=bientot)
    await un_lieu("Pré sans date", "30041", lat=43.985, lon=4.335)
    await moteur.fermer()


@ecriture
async def dessiner_les_contours() -> None:
    for code, coordonnees in CONTOURS.items():
        contour = f'{{"type":"Polygon","coordinates":{coordonnees}}}'
        await Commune.update({Commune.contour: contour}).where(Commune.code == code)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Generator[str, None, None]:
    donnees = tmp_path_factory.mktemp("carte")
    # Playwright occupe la boucle de ce fil.
    with ThreadPoolExecutor(1) as a_cote:
        a_cote.submit(lambda: asyncio.run(semer(donnees))).result()
    with servir(donnees) as adresse:
        yield adresse


@pytest.fixture
def ouvrir(chromium: Browser) -> Generator[Any, None, None]:
    """Ouvre un téléphone ; sa console ne doit rien reprocher, et rien de la position ne doit partir."""
    contextes: list[BrowserContext] = []
    plaintes: list[str] = []
    parties: list[str] = []

    def ouvrir(**reglages: Any) -> Page:
        contexte = chromium.new_context(**{"viewport": TELEPHONE, "locale": "fr-FR", **reglages})
        contexte.set_default_timeout(15_000)
        contextes.append(contexte)
        page = contexte.new_page()
        plaintes.extend(surveiller(page))
        page.on("request", lambda requete: parties.append(f"{requete.url} {requete.post_data or ''}"))
        return page

    yield ouvrir
    for contexte in contextes:
        contexte.close()
    assert plaintes == []
    assert [partie for partie in parties if "44.15" in partie or "30041" in partie] == []


def titres(page: Page) -> list[str]:
    return page.locator("main article.carte:visible h3").all_inner_texts()


def distances(page: Page) -> list[str]:
    return page.locator("main article.carte:visible .loin").all_inner_texts()


DANS_L_ORDRE = ["Causerie en ligne", "Bal de Lussan", "Four de Blauzac"]
"""Après les évènements de toute base d'essai, à Uzès."""


def test_pres_de_moi_range_la_liste_puis_la_remet(url: str, ouvrir: Any) -> None:
    page = ouvrir(geolocation=LUSSAN, permissions=["geolocation"])
    page.goto(url)
    avant, dites = titres(page), distances(page)
    assert [titre for titre in avant if titre in DANS_L_ORDRE] == DANS_L_ORDRE
    pres = page.get_by_role("button", name="Près de moi")

    pres.click()

    expect(page.get_by_role("status")).to_contain_text("Votre position reste sur cet appareil")
    expect(page.get_by_role("heading", name="Du plus près au plus loin")).to_be_visible()
    ranges = titres(page)
    assert ranges[0] == "Bal de Lussan"
    assert ranges[-1] == "Causerie en ligne"
    assert sorted(ranges) == sorted(avant)
    assert (
        page.locator("article.carte", has_text="Four de Blauzac").locator(".loin").inner_text()
        == "≈\u00a021\u00a0km de vous"
    )

    pres.click()

    expect(page.get_by_role("heading", name="Du plus près au plus loin")).to_have_count(0)
    assert titres(page) == avant
    assert distances(page) == dites


def test_sur_la_carte_pres_de_moi_range_les_endroits(url: str, ouvrir: Any) -> None:
    page = ouvrir(geolocation=LUSSAN, permissions=["geolocation"])
    page.goto(f"{url}/?vue=carte")
    avant = titres(page)

    page.get_by_role("button", name="Près de moi").click()

    expect(page.locator(".liste > section").first).to_contain_text("Bal de Lussan")
    page.get_by_role("button", name="Près de moi").click()
    expect(page.get_by_role("status")).to_contain_text("de nouveau dans leur ordre")
    assert titres(page) == avant


@pytest.mark.parametrize(
    ("position", "phrase"),
    [
        ("refuser({code: 1})", "n’a pas donné votre position"),
        ("refuser({code: 3})", "n’arrive pas"),
        ("dire({coords: {latitude: 48.85, longitude: 2.35, accuracy: 50}})", "Vous êtes loin d’ici"),
        ("dire({coords: {latitude: 44.1, longitude: 4.3, accuracy: 90000}})", "trop vague"),
    ],
)
def test_sans_position_utile_la_liste_reste_intacte_et_le_dit(
    url: str, ouvrir: Any, position: str, phrase: str
) -> None:
    page = ouvrir()
    page.add_init_script(f"navigator.geolocation.getCurrentPosition = (dire, refuser) => {position}")
    page.goto(url)
    avant, dites = titres(page), distances(page)

    page.get_by_role("button", name="Près de moi").click()

    expect(page.get_by_role("status")).to_contain_text(phrase)
    expect(page.get_by_role("button", name="Près de moi")).to_have_attribute("aria-pressed", "false")
    assert (titres(page), distances(page)) == (avant, dites)


def test_une_position_lente_se_dit_et_ne_se_demande_qu_une_fois(url: str, ouvrir: Any) -> None:
    page = ouvrir()
    page.add_init_script(
        "window.demandes = []; navigator.geolocation.getCurrentPosition = (dire) => window.demandes.push(dire)"
    )
    page.goto(url)
    assert page.evaluate("window.demandes.length") == 0
    pres = page.get_by_role("button", name="Près de moi")

    pres.click()
    expect(page.get_by_role("status")).to_contain_text("où vous êtes")
    pres.click()
    expect(pres).to_have_attribute("aria-busy", "true")

    assert page.evaluate("window.demandes.length") == 1
    page.evaluate("window.demandes[0]({coords: {latitude: 44.1532, longitude: 4.3672, accuracy: 30}})")
    expect(page.locator("article.carte:visible h3").first).to_have_text("Bal de Lussan")
    assert pres.get_attribute("aria-busy") is None


def test_sans_script_ni_geolocalisation_le_bouton_n_est_pas_la(url: str, ouvrir: Any) -> None:
    sans_script = ouvrir(java_script_enabled=False)
    sans_script.goto(url)
    assert sans_script.locator("[data-pres]:visible, [data-chez]:visible").count() == 0
    expect(sans_script.get_by_label("Commune", exact=True)).to_be_visible()

    sans_position = ouvrir()
    sans_position.add_init_script("delete Navigator.prototype.geolocation")
    sans_position.goto(url)
    expect(sans_position.get_by_role("button", name="Ma commune")).to_be_visible()
    assert sans_position.get_by_role("button", name="Près de moi").count() == 0


def test_sa_commune_se_dit_une_fois_se_retrouve_partout_et_s_oublie(url: str, ouvrir: Any) -> None:
    page = ouvrir()
    page.goto(url)
    commune = page.get_by_role("button", name="Ma commune")
    commune.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Votre commune")).to_be_focused()
    assert page.get_by_role("button", name="Oublier ma commune").count() == 0
    page.get_by_label("Votre commune").select_option(label="Blauzac")
    page.get_by_role("button", name="Garder ma commune").click()

    chez = page.get_by_role("button", name="Chez vous : Blauzac".replace(" :", "\u202f:"))
    expect(chez).to_be_focused()
    expect(page.get_by_role("status")).to_contain_text("Les distances partent de Blauzac")
    lussan = page.locator("article.carte", has_text="Bal de Lussan")
    expect(lussan.locator(".loin")).to_have_text("≈\u00a021\u00a0km de chez vous")

    lussan.get_by_role("link").first.click()
    expect(page.locator(".evenement-tete .loin")).to_have_text("≈\u00a021\u00a0km de chez vous")
    page.goto(f"{url}/communes/30151")
    expect(page.locator("article.carte .loin").first).to_have_text("≈\u00a021\u00a0km de chez vous")

    page.goto(url)
    chez.click()
    page.get_by_role("button", name="Oublier ma commune").click()
    expect(page.get_by_role("status")).to_contain_text("oubliée")
    expect(commune).to_be_focused()
    assert page.evaluate("localStorage.length") == 0
    assert "chez vous" not in " ".join(distances(page))


def test_un_stockage_refuse_ou_abime_ne_casse_rien(url: str, ouvrir: Any) -> None:
    page = ouvrir()
    page.add_init_script(
        "for (const geste of ['getItem', 'setItem', 'removeItem'])"
        " Storage.prototype[geste] = () => { throw new DOMException('refusé', 'SecurityError'); }"
    )
    page.goto(url)
    page.get_by_role("button", name="Ma commune").click()
    page.get_by_label("Votre commune").select_option(label="Blauzac")
    page.get_by_role("button", name="Garder ma commune").click()
    expect(page.get_by_role("status")).to_contain_text("Cet appareil ne garde rien")
    expect(page.locator("article.carte", has_text="Bal de Lussan").locator(".loin")).to_contain_text(
        "de chez vous"
    )

    abime = ouvrir()
    abime.add_init_script("localStorage.setItem('tablees-commune', '{\"nom\": 3')")
    abime.goto(url)
    expect(abime.get_by_role("button", name="Ma commune")).to_be_visible()


def test_sans_reseau_la_commune_se_redemande(url: str, ouvrir: Any) -> None:
    page = ouvrir()
    page.route("**/api/communes", lambda route: route.fulfill(status=503, body=""))
    page.goto(url)
    page.get_by_role("button", name="Ma commune").click()

    page.get_by_role("button", name="Garder ma commune").click()

    expect(page.get_by_role("status")).to_contain_text("il faut du réseau")
    expect(page.get_by_label("Votre commune")).to_be_visible()


def test_la_carte_se_parcourt_au_clavier_et_chaque_point_a_un_nom(url: str, ouvrir: Any) -> None:
    page = ouvrir()
    page.goto(f"{url}/?vue=carte")
    plan = page.get_by_role("group", name="Carte")
    lussan = plan.get_by_role("link", name="Lussan\u202f: 1 rendez-vous")
    expect(plan.get_by_role("link", name="Pré sans date, Blauzac\u202f: rien de prévu")).to_have_count(1)

    noms = []
    page.get_by_role("link", name="Chercher, filtrer").focus()
    for _ in range(plan.get_by_role("link").count()):
        page.keyboard.press("Tab")
        noms.append(page.evaluate("document.activeElement.querySelector('title')?.textContent"))
    assert "Lussan\u202f: 1 rendez-vous" in noms
    assert None not in noms

    lussan.focus()
    filet = lussan.locator(".rond").evaluate("rond => getComputedStyle(rond).strokeWidth")
    page.keyboard.press("Enter")
    assert page.url.endswith(str(lussan.get_attribute("href")))
    section = page.locator(":target")
    expect(section).to_contain_text("Bal de Lussan")
    expect(section.get_by_role("heading", name="Lussan", exact=True)).to_be_in_viewport()
    assert filet == "7px"

    section.get_by_role("link", name="Sur la carte").click()
    expect(lussan).to_be_in_viewport()
    assert "#sur-" in page.url


@pytest.mark.parametrize("largeur", [360, 1280])
def test_les_boutons_du_script_ne_font_pas_bouger_la_page(url: str, ouvrir: Any, largeur: int) -> None:
    page = ouvrir(viewport={"width": largeur, "height": 740})
    page.add_init_script(
        "window.bouge = 0; new PerformanceObserver(l => l.getEntries().forEach(e => window.bouge += e.value))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(url)
    expect(page.get_by_role("button", name="Près de moi")).to_be_visible()

    assert page.evaluate("new Promise(r => setTimeout(() => r(window.bouge), 200))") == 0


@pytest.mark.parametrize(
    ("largeur", "teinte"), [(320, "light"), (320, "dark"), (360, "light"), (1280, "light"), (1280, "dark")]
)
def test_la_carte_et_ses_panneaux_sont_accessibles_et_ne_debordent_pas(
    chromium: Browser, url: str, largeur: int, teinte: str
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core n'est pas installé (pwa/node_modules)")
    contexte = chromium.new_context(
        viewport={"width": largeur, "height": 740},
        color_scheme=teinte,  # type: ignore[arg-type]
        locale="fr-FR",
        geolocation=LUSSAN,  # type: ignore[arg-type]
        permissions=["geolocation"],
        bypass_csp=True,  # pour y lire axe
    )
    page = contexte.new_page()
    for chemin in ("/?vue=carte", "/?vue=carte&commune=30334&rayon_km=10", "/"):
        page.goto(f"{url}{chemin}")
        page.get_by_role("button", name="Ma commune").click()
        page.get_by_role("button", name="Près de moi").click()
        expect(page.get_by_role("status")).to_contain_text("rangés")
        page.add_script_tag(path=AXE)
        fautes = page.evaluate(
            "axe.run({resultTypes: ['violations']}).then(r => r.violations.map(v => [v.id, v.nodes[0].html]))"
        )
        assert fautes == [], f"{chemin} ({teinte}, {largeur} px)"
        debordement = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert debordement <= 0, f"{chemin} déborde de {debordement} px ({teinte}, {largeur} px)"
        petites = page.evaluate(
            "[...document.querySelectorAll('.plan a .prise')].map(c => c.getBoundingClientRect().width).filter(l => l < 24)"
        )
        assert petites == []
    contexte.close()
