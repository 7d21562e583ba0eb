"""L'histoire d'une habitante dans un vrai navigateur : téléphone, sans JavaScript, puis avec."""

import email
import re
import time
from collections.abc import Generator
from email import policy
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

pytestmark = pytest.mark.navigateur
TELEPHONE = {"width": 360, "height": 740}
AXE = Path(__file__).parent.parent.parent / "pwa" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(params=["sans-script", "avec-script"])
def telephone(chromium: Browser, request: pytest.FixtureRequest) -> Generator[BrowserContext, None, None]:
    contexte = chromium.new_context(
        viewport=TELEPHONE, locale="fr-FR", java_script_enabled=request.param == "avec-script", has_touch=True
    )
    contexte.set_default_timeout(15_000)
    yield contexte
    contexte.close()


def surveiller(page: Page) -> list[str]:
    """Ce que la console reproche à la page : refus de la politique de contenu, erreurs de script."""
    plaintes: list[str] = []
    page.on("console", lambda message: plaintes.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda erreur: plaintes.append(str(erreur)))
    return plaintes


def dernier_courriel(donnees: Path, adresse: str) -> str:
    """Le texte du dernier courriel écrit à cette adresse ; l'expéditeur a quelques secondes pour l'écrire."""
    fin = time.monotonic() + 20
    while time.monotonic() < fin:
        for fichier in sorted(
            (donnees / "courriels").glob("*.eml"), key=lambda f: f.stat().st_mtime, reverse=True
        ):
            message = email.message_from_bytes(fichier.read_bytes(), policy=policy.default)
            if message["To"] == adresse:
                corps = message.get_body(("plain",))
                assert corps is not None
                return str(corps.get_content())
        time.sleep(0.2)
    raise AssertionError(f"aucun courriel pour {adresse}")


def test_trouver_s_inscrire_confirmer_changer_annuler(
    telephone: BrowserContext, site: tuple[str, Path, str], request: pytest.FixtureRequest
) -> None:
    url, donnees, _ = site
    adresse = f"nadia-{request.node.callspec.id}@example.org"
    page = telephone.new_page()
    plaintes = surveiller(page)

    page.goto(url)
    page.get_by_role("link", name="Éteindre les incendies").first.click()
    # Sur un petit écran : quand le formulaire se voit déjà, le bouton s'efface.
    page.set_viewport_size({"width": 360, "height": 460})
    page.get_by_role("link", name="Je viens").first.click()
    expect(page.locator(".je-viens a")).to_be_hidden()
    page.set_viewport_size(TELEPHONE)
    page.get_by_label("Prénom", exact=False).first.fill("Nadia")
    page.get_by_label("Adresse e-mail", exact=False).first.fill(adresse)
    page.locator("form[action*='/inscription'] button:not([type=button])").last.click()
    expect(page.locator("h1")).to_contain_text("C’est noté, Nadia")

    lien = re.search(r"http://\S+/i/\S+", dernier_courriel(donnees, adresse))
    assert lien
    assert telephone.browser is not None
    ailleurs = telephone.browser.new_context(viewport=TELEPHONE, locale="fr-FR")
    boite = ailleurs.new_page()
    boite.goto(lien[0])
    assert "/i/" not in boite.url
    boite.get_by_role("button", name="Oui, c’est mon adresse").click()
    expect(boite.get_by_role("status")).to_contain_text("confirmée")
    ailleurs.close()

    page.goto(f"{url}/mes-inscriptions")
    page.get_by_role("link", name="Changer").click()
    page.locator("#adultes").fill("2")
    page.get_by_role("button", name=re.compile("Enregistrer|Inscrire")).click()
    expect(page.get_by_role("status").first).to_contain_text("enregistrés")
    page.get_by_text("Annuler ma venue").click()
    page.get_by_role("button", name="Oui, annuler").click()
    expect(page.get_by_role("status").first).to_contain_text("annulée")
    assert plaintes == []


def test_le_bouton_dit_si_l_on_attendra(chromium: Browser, site: tuple[str, Path, str]) -> None:
    """Un groupe plus grand que ce qui reste ne s'inscrit pas : il attend, et le bouton le dit avant l'envoi."""
    url, _, _ = site
    contexte = chromium.new_context(viewport=TELEPHONE, locale="fr-FR")
    page = contexte.new_page()
    page.goto(url)
    page.get_by_role("link", name="Éteindre les incendies").first.click()
    envoi, manque = page.locator("[data-envoi]"), page.locator("[data-manque]")
    moments = page.locator("[name=moments]")
    expect(envoi).to_have_text("Inscrire 1 personne")
    expect(manque).to_be_empty()

    page.route("**/places", lambda route: _avec_places(route, 4))
    page.reload()
    expect(page.locator("[name=moments][data-restantes='4']")).to_have_count(moments.count())
    page.locator("#adultes").fill("4")
    expect(envoi).to_have_text("Inscrire 4 personnes")
    expect(manque).to_be_empty()
    page.locator("#adultes").fill("6")
    expect(envoi).to_have_text("Mettre 6 personnes en attente")
    expect(manque).to_contain_text("demande pour 6, il reste 4 places.")
    page.locator("#accepte_attente").uncheck()
    expect(envoi).to_have_text("Inscrire 6 personnes")
    expect(manque).to_contain_text("Sans liste d’attente")

    page.unroute("**/places")
    page.route("**/places", lambda route: _avec_places(route, 0))
    page.reload()
    expect(envoi).to_have_text("Me mettre en attente")
    contexte.close()


def _avec_places(route: Route, restantes: int) -> None:
    """La vraie réponse, sauf le compte."""
    reponse = route.fetch()
    places = reponse.json()
    for moment in places["moments"]:
        moment["places_restantes"] = restantes
    route.fulfill(response=reponse, json=places)


@pytest.mark.parametrize(
    ("largeur", "teinte"), [(320, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]
)
def test_aucune_faute_d_accessibilite_ni_de_debordement(
    chromium: Browser, site: tuple[str, Path, str], largeur: int, teinte: str
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core n'est pas installé (pwa/node_modules)")
    url, _, _ = site
    contexte = chromium.new_context(
        viewport={"width": largeur, "height": 740},
        color_scheme=teinte,  # type: ignore[arg-type]
        locale="fr-FR",
        bypass_csp=True,  # pour y lire axe ; les refus de la politique sont éprouvés dans l'autre essai
    )
    page = contexte.new_page()
    page.goto(url)
    evenement = page.locator("main a[href^='/evenements/']").first.get_attribute("href")
    for chemin in ("/", "/?vue=mois", evenement, "/mes-inscriptions", "/structures", "/lieux", "/cycles", "/aide", "/confidentialite",
                   "/accessibilite", "/a-propos", "/problemes", "/connexion", "/lieux/nulle-part", "/encart"):  # fmt: skip
        page.goto(f"{url}{chemin}")
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
