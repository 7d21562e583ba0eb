"""L'application installable dans un vrai navigateur : lire sans réseau, ne rien garder de privé, changer de version."""

import io
import re
import time
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from server.socle.textes import PWA
from tests.navigateur.conftest import OPTIONS, chemin_de_chromium
from tests.navigateur.relais import Reseau, relayer
from tests.navigateur.test_habitante import AXE, TELEPHONE, surveiller

pytestmark = pytest.mark.navigateur

PATIENCE_MS = 15_000
COUPURES = ("ERR_EMPTY_RESPONSE", "ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "502")
"""Ce que Chromium écrit dans sa console quand le réseau manque : ces histoires le coupent."""


@pytest.fixture
def reseau(site: tuple[str, Path, str]) -> Generator[Reseau, None, None]:
    """Un réseau neuf, donc une origine neuve : rien de gardé d'une histoire à l'autre."""
    with relayer(site[0]) as relais:
        yield relais


@pytest.fixture
def telephone(chromium: Browser) -> Generator[BrowserContext, None, None]:
    contexte = chromium.new_context(viewport=TELEPHONE, locale="fr-FR", has_touch=True)  # type: ignore[arg-type]
    contexte.set_default_timeout(PATIENCE_MS)
    yield contexte
    contexte.close()


def premiere_visite(contexte: BrowserContext, reseau: Reseau) -> Page:
    """L'agenda ouvert, et l'application en place : elle a gardé cette page-là, lue avant elle."""
    page = contexte.new_page()
    page.goto(reseau.url)
    attendre_page_gardee(page)
    return page


def attendre(page: Page, expression: str) -> None:
    """Attend qu'une expression soit vraie ; `wait_for_function` prendrait une promesse pour une réponse."""
    fin = time.monotonic() + PATIENCE_MS / 1000
    while not page.evaluate(f"async () => !!({expression})"):
        assert time.monotonic() < fin, expression
        page.wait_for_timeout(50)


def attendre_page_gardee(page: Page) -> None:
    attendre(
        page,
        "navigator.serviceWorker.controller"
        " && await caches.match(location.href, {cacheName: 'pages', ignoreVary: true})",
    )


def reserves(page: Page) -> dict[str, list[str]]:
    """Tout ce que l'application garde : nom de la réserve → chemins."""
    gardees: dict[str, list[str]] = page.evaluate(
        """async () => Object.fromEntries(await Promise.all((await caches.keys()).map(async (nom) =>
             [nom, (await (await caches.open(nom)).keys()).map(({url}) => url.slice(location.origin.length))])))"""
    )
    return gardees


def premier_evenement(page: Page) -> str:
    lien = page.locator("main a[href^='/evenements/']").first.get_attribute("href")
    assert lien
    return lien


def sans_coupures(plaintes: list[str]) -> list[str]:
    return [plainte for plainte in plaintes if not any(mot in plainte for mot in COUPURES)]


# --- installer --------------------------------------------------------------------------------------------------------


def test_l_application_s_installe(chromium: Browser, reseau: Reseau, tmp_path: Path) -> None:
    # Chromium refuse d'installer depuis une fenêtre privée : il faut un vrai profil.
    contexte = chromium.browser_type.launch_persistent_context(
        tmp_path, executable_path=chemin_de_chromium(), args=OPTIONS, locale="fr-FR"
    )
    page = contexte.pages[0]
    plaintes = surveiller(page)
    page.goto(reseau.url)
    attendre_page_gardee(page)

    chrome = contexte.new_cdp_session(page)
    assert chrome.send("Page.getInstallabilityErrors") == {"installabilityErrors": []}
    manifeste = chrome.send("Page.getAppManifest")
    assert manifeste["errors"] == []

    # Le navigateur offre d'installer : un bouton au pied de la page, et rien d'autre.
    bouton = page.get_by_role("button", name="Installer l’application")
    expect(bouton).to_have_count(1)
    refuser = """(non) => { const offre = new Event('beforeinstallprompt', {cancelable: true});
        offre.prompt = async () => {}; offre.userChoice = Promise.resolve({outcome: non});
        document.getElementById('installer')?.remove(); dispatchEvent(offre); return offre.defaultPrevented; }"""
    assert page.evaluate(refuser, "dismissed") is True
    bouton.click()
    expect(bouton).to_have_count(0)
    page.reload()
    attendre(page, "localStorage.length === 1")
    assert page.evaluate(refuser, "dismissed") is True
    page.wait_for_timeout(300)
    expect(bouton).to_have_count(0)
    assert plaintes == []
    contexte.close()


# --- lire sans réseau -------------------------------------------------------------------------------------------------


def test_les_pages_lues_se_relisent_sans_reseau(telephone: BrowserContext, reseau: Reseau) -> None:
    page = premiere_visite(telephone, reseau)
    plaintes = surveiller(page)
    soiree = premier_evenement(page)
    page.goto(reseau.url + soiree)
    titre = page.locator("h1").inner_text()
    attendre_page_gardee(page)

    reseau.couper()
    page.goto(f"{reseau.url}/?fait=oubliee&q=")
    bandeau = page.locator("#reseau")
    expect(bandeau).to_have_text(
        re.compile(r"^Le réseau ne répond pas\. Page lue le \w+ .+ à .+; les places ont pu changer\.$")
    )
    page.goto(reseau.url + soiree)
    expect(page.locator("h1")).to_have_text(titre)
    expect(bandeau).to_contain_text("les places ont pu changer")

    # Une page jamais lue, et une page qui ne se garde jamais : la même réponse, et ce qu'on peut lire.
    for chemin in ("/structures", "/mes-inscriptions", "/espace"):
        page.goto(reseau.url + chemin)
        expect(page.locator("h1")).to_have_text("Sans réseau")
        expect(page.locator("[data-pages-lues] a")).to_have_text([titre, "Prochains rendez-vous"])
        expect(page.locator("[data-mes-inscriptions]")).to_have_count(1)
    page.get_by_role("link", name="Prochains rendez-vous").click()
    expect(page.locator("h1")).to_have_text("Prochains rendez-vous")

    # Le réseau revient : la page le dit, et ne se relit que si on le demande.
    page.goto(f"{reseau.url}/structures")
    reseau.retablir()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(bandeau).to_contain_text("Le réseau est revenu.")
    page.get_by_role("button", name="Relire la page").click()
    expect(page.locator("h1")).to_have_text("Les structures")
    assert sans_coupures(plaintes) == []


def test_un_reseau_perdu_pendant_la_lecture_se_dit_aussi(telephone: BrowserContext, reseau: Reseau) -> None:
    page = premiere_visite(telephone, reseau)
    expect(page.locator("#reseau")).to_have_count(0)

    telephone.set_offline(True)
    expect(page.locator("#reseau")).to_contain_text("Sans réseau. Page lue le")
    telephone.set_offline(False)
    expect(page.locator("#reseau")).to_contain_text("Le réseau est revenu.")


def test_un_reseau_muet_ne_fait_pas_attendre(telephone: BrowserContext, reseau: Reseau) -> None:
    page = premiere_visite(telephone, reseau)
    reseau.taire()
    avant = time.monotonic()
    page.goto(reseau.url, wait_until="commit")
    attente_s = time.monotonic() - avant

    # Le réseau a eu sa chance, mais guère plus ; la machine d'essai est lente.
    assert 2.5 < attente_s < 9
    expect(page.locator("#reseau")).to_contain_text("Page lue le")
    reseau.retablir()
    expect(page.locator("#reseau")).to_contain_text("Le réseau est revenu.")


def test_une_page_jamais_lue_attend_un_reseau_lent(telephone: BrowserContext, reseau: Reseau) -> None:
    """Trois secondes de silence ne suffisent pas à renoncer quand il n'y a rien d'autre à montrer."""
    page = premiere_visite(telephone, reseau)
    reseau.taire()
    page.evaluate("setTimeout(() => location.assign('/structures'))")
    page.wait_for_timeout(4500)
    reseau.retablir()
    expect(page.locator("h1")).to_have_text("Les structures")


def test_un_service_en_panne_laisse_lire_la_copie(telephone: BrowserContext, reseau: Reseau) -> None:
    page = premiere_visite(telephone, reseau)
    reseau.tomber()
    page.goto(reseau.url)
    expect(page.locator("#reseau")).to_contain_text("Le réseau ne répond pas. Page lue le")
    reponse = page.goto(f"{reseau.url}/structures")
    assert reponse is not None
    assert reponse.status == 502


def test_la_date_dite_est_celle_du_service(telephone: BrowserContext, reseau: Reseau) -> None:
    """Un téléphone en retard d'un jour ne fait pas dire que la page a été lue demain, ni hier."""
    demain = datetime.now(UTC).replace(hour=17, minute=2) + timedelta(days=1)
    reseau.date = format_datetime(demain, usegmt=True)
    page = premiere_visite(telephone, reseau)
    reseau.couper()
    page.goto(reseau.url)
    expect(page.locator("#reseau")).to_contain_text(
        re.compile(rf"Page lue le \w+ {demain.day}(er)? .* à 1[89]\sh\s02")
    )


def test_une_page_disparue_n_est_plus_gardee(telephone: BrowserContext, reseau: Reseau) -> None:
    page = premiere_visite(telephone, reseau)
    assert "/" in reserves(page)["pages"]
    page.evaluate(
        "caches.open('pages').then((pages) => pages.put('/lieux/nulle-part', new Response('vieux')))"
    )
    page.goto(f"{reseau.url}/lieux/nulle-part")
    attendre(page, "!(await caches.match('/lieux/nulle-part', {cacheName: 'pages'}))")


def test_les_pages_gardees_sont_comptees(telephone: BrowserContext, reseau: Reseau) -> None:
    page = premiere_visite(telephone, reseau)
    page.evaluate(
        """async () => { const pages = await caches.open('pages');
             for (let n = 0; n < 70; n++) await pages.put(`/?q=${n}`, new Response('vieux')); }"""
    )
    page.goto(f"{reseau.url}/aide")
    attendre(page, "(await (await caches.open('pages')).keys()).length === 60")
    gardees = reserves(page)["pages"]
    assert gardees[-1] == "/aide"
    assert gardees[0] == "/?q=11"


def test_une_photo_vue_se_revoit_sans_reseau(
    telephone: BrowserContext, reseau: Reseau, site: tuple[str, Path, str]
) -> None:
    octets = io.BytesIO()
    Image.new("RGB", (800, 600), "olive").save(octets, "PNG")
    entetes = {"cookie": f"tablees={site[2]}", "origin": site[0], "content-type": "image/png"}
    recue = httpx.post(f"{site[0]}/api/espace/images", content=octets.getvalue(), headers=entetes, timeout=30)
    assert recue.is_success, recue.text
    photo = recue.json()["url"]
    page = premiere_visite(telephone, reseau)
    montrer = """(adresse) => new Promise((dire) => { const image = new Image();
        image.onload = () => dire(image.naturalWidth); image.onerror = () => dire(0); image.src = adresse; })"""
    largeur = page.evaluate(montrer, photo)
    assert largeur > 0
    attendre(page, f"await caches.match('{photo}', {{cacheName: 'photos', ignoreVary: true}})")

    reseau.couper()
    page.goto(reseau.url)
    assert page.evaluate(montrer, photo) == largeur
    assert page.evaluate(montrer, photo.replace(".webp", "0.webp")) == 0


def test_une_demande_gardee_part_meme_page_fermee(telephone: BrowserContext, reseau: Reseau) -> None:
    """Le navigateur réveille le service worker quand le réseau revient : plus aucune page du site n'est ouverte."""
    page = premiere_visite(telephone, reseau)
    soiree = premier_evenement(page)
    page.goto(reseau.url + soiree)
    page.get_by_label("Prénom", exact=False).first.fill("Odile")
    page.get_by_label("Adresse e-mail", exact=False).first.fill("odile@example.org")
    attendre(page, "(await caches.keys()).some((nom) => nom.startsWith('coquille-'))")
    reseau.couper()
    page.locator("form[action*='/inscription'] button:not([type=button])").last.click()
    expect(page.locator("[data-demande][data-etat=gardee]")).to_have_count(1)

    # Plus de page du site, puis une adresse sans script : lui seul peut envoyer, que le navigateur le réveille de
    # lui-même ou que nous le fassions.
    page.goto("about:blank")
    envoi = f"POST {soiree}/inscription"
    avant = reseau.vues.count(envoi)
    reseau.retablir()
    page.goto(f"{reseau.url}/robots.txt")
    chrome = telephone.new_cdp_session(page)
    tenues: list[dict[str, Any]] = []
    chrome.on("ServiceWorker.workerRegistrationUpdated", lambda dit: tenues.extend(dit["registrations"]))
    chrome.send("ServiceWorker.enable")
    page.wait_for_timeout(300)
    (tenue,) = {vue["registrationId"] for vue in tenues if vue["scopeURL"].startswith(reseau.url)}
    reveil = {"registrationId": tenue, "tag": "envoyer-inscriptions", "lastChance": False}
    chrome.send("ServiceWorker.dispatchSyncEvent", {"origin": reseau.url, **reveil})
    fin = time.monotonic() + PATIENCE_MS / 1000
    while reseau.vues.count(envoi) == avant:
        assert time.monotonic() < fin, reseau.vues[-5:]
        page.wait_for_timeout(100)
    page.goto(f"{reseau.url}/mes-inscriptions")
    expect(page.locator("main")).to_contain_text("Odile")


# --- rien de privé ----------------------------------------------------------------------------------------------------


def test_rien_de_prive_n_entre_en_reserve(
    telephone: BrowserContext, reseau: Reseau, site: tuple[str, Path, str]
) -> None:
    page = premiere_visite(telephone, reseau)
    telephone.add_cookies([{"name": "tablees", "value": site[2], "url": reseau.url}])
    page.goto(reseau.url + premier_evenement(page))
    page.get_by_label("Prénom", exact=False).first.fill("Zénobie")
    page.get_by_label("Adresse e-mail", exact=False).first.fill("zenobie@example.org")
    page.locator("form[action*='/inscription'] button:not([type=button])").last.click()
    expect(page.locator("h1")).to_contain_text("Zénobie")
    page.goto(f"{reseau.url}/mes-inscriptions")
    page.get_by_role("link", name="Changer").click()
    for chemin in ("/connexion", "/i/un-lien-secret", "/espace", "/api/evenements", "/aide"):
        page.goto(reseau.url + chemin)
    attendre_page_gardee(page)
    attendre(page, "(await caches.keys()).some((nom) => nom.startsWith('espace-'))")

    privees = re.compile(r"^/(api|commandes|connexion|espace|i|mes-inscriptions|mon-agenda|qr)(/|$|\?)")
    toutes = [chemin for chemins in reserves(page).values() for chemin in chemins]
    assert len(toutes) > 20
    assert [chemin for chemin in toutes if privees.match(chemin)] == []
    corps: list[list[str]] = page.evaluate(
        """async () => { const lus = [];
             for (const nom of await caches.keys()) for (const demande of await (await caches.open(nom)).keys()) {
               const reponse = await (await caches.open(nom)).match(demande, {ignoreVary: true});
               lus.push([nom, demande.url, reponse.headers.get('cache-control') ?? '', await reponse.text()]); }
             return lus; }"""
    )
    for nom, adresse, duree, texte in corps:
        assert "nobie" not in texte, adresse
        assert nom.startswith(("coquille-", "espace-")) or "public" in duree, adresse


def test_l_espace_ouvert_trouve_ses_morceaux_sans_reseau(
    telephone: BrowserContext, reseau: Reseau, site: tuple[str, Path, str]
) -> None:
    """Qui n'ouvre pas l'espace n'en garde rien ; qui l'a ouvert n'en perd aucun écran, même si le service change."""
    page = premiere_visite(telephone, reseau)
    assert not [nom for nom in reserves(page) if nom.startswith("espace-")]
    telephone.add_cookies([{"name": "tablees", "value": site[2], "url": reseau.url}])
    page.goto(f"{reseau.url}/espace")
    attendre(
        page,
        "(await Promise.all((await caches.keys()).filter((nom) => nom.startsWith('espace-'))"
        ".map(async (nom) => (await (await caches.open(nom)).keys()).length))).some((n) => n > 20)",
    )

    reseau.couper()
    demandes = len(reseau.vues)
    page.get_by_role("link", name="Réseau").first.click()
    expect(page.locator("h1")).to_have_text("Réseau")
    assert [vue for vue in reseau.vues[demandes:] if "/actifs/" in vue] == []


# --- une version plus récente -----------------------------------------------------------------------------------------


def version_servie(corps: bytes) -> str:
    """L'empreinte que porte ce service worker."""
    trouvee = re.search(rb"coquille-([0-9a-f]{12})", corps)
    assert trouvee
    return trouvee[1].decode()


def publier(reseau: Reseau, version: str) -> None:
    """Le service passe à une autre version, que le navigateur remarque en redemandant `/sw.js`."""
    actuel = (PWA / "sw.js").read_bytes()
    reseau.remplaces["/sw.js"] = actuel.replace(version_servie(actuel).encode(), version.encode())


def chercher_version(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.getRegistration().then((tenue) => tenue.update())")


def lectures(reseau: Reseau) -> int:
    """Combien de fois l'agenda a été demandé."""
    return reseau.vues.count("GET /")


def test_une_version_prete_attend_qu_on_la_veuille(telephone: BrowserContext, reseau: Reseau) -> None:
    page = premiere_visite(telephone, reseau)
    plaintes = surveiller(page)
    ancienne = version_servie((PWA / "sw.js").read_bytes())
    page.goto(reseau.url)
    bouton = page.get_by_role("button", name="Mettre à jour")

    publier(reseau, "aaaaaaaaaaaa")
    chercher_version(page)
    expect(bouton).to_have_count(1)
    # Une saisie commencée : on ne propose plus de relire la page.
    page.locator("main input[name=q]").fill("cabane")
    expect(bouton).to_have_count(0)
    page.locator("main input[name=q]").fill("")
    expect(bouton).to_have_count(1)
    assert f"coquille-{ancienne}" in reserves(page)

    avant = lectures(reseau)
    with page.expect_navigation():
        bouton.click()
    expect(bouton).to_have_count(0)
    attendre(page, "(await (await navigator.serviceWorker.getRegistration()).waiting) === null")
    page.wait_for_timeout(1500)
    assert lectures(reseau) == avant + 1
    assert "coquille-aaaaaaaaaaaa" in reserves(page)
    assert plaintes == []


def test_deux_onglets_un_seul_se_relit(telephone: BrowserContext, reseau: Reseau) -> None:
    premier = premiere_visite(telephone, reseau)
    premier.goto(reseau.url)
    second = telephone.new_page()
    second.goto(reseau.url + premier_evenement(premier))
    second.get_by_label("Prénom", exact=False).first.fill("Nadia")

    publier(reseau, "aaaaaaaaaaaa")
    chercher_version(premier)
    bouton = premier.get_by_role("button", name="Mettre à jour")
    expect(bouton).to_have_count(1)
    expect(second.locator("#version")).to_have_count(0)
    avant = list(reseau.vues)
    bouton.click()
    expect(bouton).to_have_count(0)
    premier.wait_for_timeout(1500)

    suite = [vue for vue in reseau.vues[len(avant) :] if vue == "GET /" or vue.startswith("GET /evenements/")]
    assert suite == ["GET /"]
    expect(second.get_by_label("Prénom", exact=False).first).to_have_value("Nadia")
    # L'autre onglet ne propose plus rien : c'est fait. Ses morceaux à lui restent tant qu'il est ouvert.
    second.get_by_label("Prénom", exact=False).first.fill("")
    second.wait_for_timeout(300)
    expect(second.locator("#version")).to_have_count(0)
    ancienne = f"coquille-{version_servie((PWA / 'sw.js').read_bytes())}"
    assert {ancienne, "coquille-aaaaaaaaaaaa"} <= set(reserves(premier))
    second.close()
    premier.goto(f"{reseau.url}/aide")
    attendre(premier, f"!(await caches.has('{ancienne}'))")


def test_une_page_gardee_avant_la_mise_a_jour_parle_encore(telephone: BrowserContext, reseau: Reseau) -> None:
    """Le script d'une page gardée n'existe peut-être plus : elle prend celui de la version en place."""
    page = premiere_visite(telephone, reseau)
    page.evaluate(
        """async () => { const pages = await caches.open('pages'), lue = await pages.match('/', {ignoreVary: true});
             const html = (await lue.text()).replace(/public-[\\w-]+\\.js/, 'public-disparu.js');
             await pages.put('/', new Response(html, {headers: lue.headers})); }"""
    )
    reseau.couper()
    page.goto(reseau.url)
    expect(page.locator("#reseau")).to_contain_text("Page lue le")


# --- sans stockage ----------------------------------------------------------------------------------------------------


def test_stockage_refuse_la_page_marche_comme_sans(telephone: BrowserContext, reseau: Reseau) -> None:
    telephone.add_init_script(
        """for (const [objet, nom] of [[Navigator.prototype, 'serviceWorker'], [window, 'caches'], [window, 'localStorage']])
             Object.defineProperty(objet, nom, {get() { throw new DOMException('refusé', 'SecurityError'); }});"""
    )
    page = telephone.new_page()
    plaintes = surveiller(page)
    page.goto(reseau.url)
    page.goto(reseau.url + premier_evenement(page))
    page.locator(".pas-a-pas").first.get_by_role("button").last.click()
    expect(page.locator("[data-envoi]")).to_have_text("Inscrire 2 personnes")
    telephone.set_offline(True)
    page.wait_for_timeout(300)
    telephone.set_offline(False)
    assert sans_coupures(plaintes) == []


def test_une_reserve_pleine_n_empeche_pas_de_lire(telephone: BrowserContext, reseau: Reseau) -> None:
    page = telephone.new_page()
    plaintes = surveiller(page)
    telephone.new_cdp_session(page).send(
        "Storage.overrideQuotaForOrigin", {"origin": reseau.url, "quotaSize": 1}
    )
    page.goto(reseau.url)
    page.wait_for_timeout(1500)
    assert page.evaluate("caches.keys()") == []
    page.goto(reseau.url + premier_evenement(page))
    expect(page.locator("h1")).to_be_visible()
    assert plaintes == []


def test_une_reserve_qui_se_remplit_n_empeche_pas_de_lire(telephone: BrowserContext, reseau: Reseau) -> None:
    page = premiere_visite(telephone, reseau)
    plaintes = surveiller(page)
    telephone.new_cdp_session(page).send(
        "Storage.overrideQuotaForOrigin", {"origin": reseau.url, "quotaSize": 1}
    )
    soiree = premier_evenement(page)
    page.goto(reseau.url + soiree)
    expect(page.locator("h1")).to_be_visible()
    page.wait_for_timeout(500)
    assert soiree not in reserves(page).get("pages", [])
    assert plaintes == []


def test_des_reserves_effacees_se_refont(telephone: BrowserContext, reseau: Reseau) -> None:
    page = premiere_visite(telephone, reseau)
    page.evaluate("caches.keys().then((noms) => Promise.all(noms.map((nom) => caches.delete(nom))))")
    page.goto(f"{reseau.url}/aide")
    attendre(page, "(await caches.keys()).some((nom) => nom.startsWith('coquille-'))")


# --- voir et entendre -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("largeur", "teinte"), [(320, "light"), (360, "dark")])
def test_sans_reseau_aucune_faute_d_accessibilite(
    chromium: Browser, reseau: Reseau, largeur: int, teinte: Any
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core n'est pas installé (pwa/node_modules)")
    contexte = chromium.new_context(
        viewport={"width": largeur, "height": 740}, color_scheme=teinte, locale="fr-FR", bypass_csp=True
    )
    contexte.set_default_timeout(PATIENCE_MS)
    page = premiere_visite(contexte, reseau)
    page.goto(reseau.url + premier_evenement(page))
    attendre_page_gardee(page)
    reseau.couper()
    for adresse in (page.url, f"{reseau.url}/jamais-lue"):
        page.goto(adresse)
        expect(page.locator("#reseau, [data-pages-lues]:not([hidden])")).to_have_count(1)
        page.add_script_tag(path=AXE)
        fautes = page.evaluate(
            "axe.run({resultTypes: ['violations']}).then(r => r.violations.map(v => [v.id, v.nodes[0].html]))"
        )
        assert fautes == [], adresse
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    contexte.close()
