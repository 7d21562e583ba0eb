"""L'encart, chargé par la page d'un autre site dans un vrai navigateur."""

import http.server
import threading
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.navigateur.test_habitante import TELEPHONE, surveiller

pytestmark = pytest.mark.navigateur
Mairie = Callable[[str], str]


@pytest.fixture
def mairie() -> Generator[Mairie, None, None]:
    """Un autre site, sur un autre port : rend l'adresse de la page dont on donne le contenu."""
    corps = b""

    class Reponse(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            # La plus stricte des pages : ce qui n'est pas ouvert exprès est refusé.
            self.send_header("cross-origin-embedder-policy", "require-corp")
            self.end_headers()
            self.wfile.write(corps if self.path == "/" else b"")

        def log_message(self, *_: object) -> None:
            return

    serveur = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Reponse)
    fil = threading.Thread(target=serveur.serve_forever, daemon=True)
    fil.start()

    def publier(contenu: str) -> str:
        nonlocal corps
        corps = f"<!doctype html><html lang=fr><title>Mairie</title><main>{contenu}</main>".encode()
        return f"http://127.0.0.1:{serveur.server_port}/"

    yield publier
    serveur.shutdown()
    serveur.server_close()


@pytest.fixture
def page(chromium: Browser) -> Generator[Page, None, None]:
    contexte = chromium.new_context(viewport=TELEPHONE, locale="fr-FR")
    contexte.set_default_timeout(15_000)
    yield contexte.new_page()
    contexte.close()


def test_le_code_de_la_page_marche_chez_la_mairie(
    page: Page, site: tuple[str, Path, str], mairie: Mairie
) -> None:
    url, _, _ = site
    page.goto(f"{url}/encart")
    page.get_by_label("Nombre de rendez-vous").fill("2")
    page.get_by_role("button", name="Préparer le code").click()
    code, fige = (page.locator(f"#{nom}").input_value() for nom in ("script", "html"))
    titre = page.locator(".qui a").first.inner_text()
    plaintes = surveiller(page)

    page.goto(mairie(code))
    expect(page.locator(".tablees li").first).to_contain_text(titre)
    anime = page.locator(".tablees").inner_text()
    lien = page.locator(".tablees li a").first
    assert (lien.get_attribute("href") or "").startswith(f"{url}/evenements/")
    expect(page.locator(".tablees p a")).to_contain_text("L’agenda")
    assert page.context.cookies() == []
    assert plaintes == []

    page.goto(mairie(fige))
    assert page.locator(".tablees").inner_text() == anime


def test_deux_encarts_dans_une_page_ne_se_melangent_pas(
    page: Page, site: tuple[str, Path, str], mairie: Mairie
) -> None:
    url, _, _ = site
    script = f'<script async src="{url}/encart.js" data-langue="fr"'
    page.goto(
        mairie(
            f'<div id=a><div class="tablees"><a href="{url}/">Agenda</a></div>{script} data-nombre="1"></script></div>'
            f'<div id=b>{script} data-structure="inconnue"></script></div>'
        )
    )

    expect(page.locator("#a .tablees li")).to_have_count(1)
    expect(page.locator("#b .tablees")).to_contain_text("Rien de prévu ici pour l’instant")


def test_sans_reponse_le_lien_reste(page: Page, site: tuple[str, Path, str], mairie: Mairie) -> None:
    url, _, _ = site
    bloc = f'<div class="tablees"><a href="{url}/">L’agenda</a></div><script async src="{url}/encart.js"></script>'
    page.route("**/encart.json*", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.goto(mairie(bloc))

    expect(page.locator(".tablees")).to_have_text("L’agenda")


def test_ce_que_dit_la_source_n_est_jamais_du_html(
    page: Page, site: tuple[str, Path, str], mairie: Mairie
) -> None:
    url, _, _ = site
    hostile = "<img src=x onerror=\"document.title='pris'\">"
    source = {
        "elements": [
            {"titre": hostile, "date": hostile, "commune": hostile, "url": "javascript:document.title='pris'"}
        ],
        "vide": hostile,
        "agenda": hostile,
        "url": "data:text/html,pris",
    }
    page.route(
        "**/encart.json*",
        lambda route: route.fulfill(json=source, headers={"access-control-allow-origin": "*"}),
    )
    page.goto(mairie(f'<script async src="{url}/encart.js"></script>'))

    expect(page.locator(".tablees li")).to_contain_text(hostile)
    assert page.locator(".tablees img").count() == 0
    assert [a.get_attribute("href") for a in page.locator(".tablees a").all()] == [None, None]
    page.locator(".tablees a").first.click()
    assert page.title() == "Mairie"


def test_rien_d_autre_ne_se_lit_d_une_autre_origine(
    page: Page, site: tuple[str, Path, str], mairie: Mairie
) -> None:
    url, _, _ = site
    page.goto(mairie("<p>Bonjour</p>"))

    lire = "adresse => fetch(adresse).then(() => 'lue', () => 'refusée')"
    assert page.evaluate(lire, f"{url}/encart.json") == "lue"
    for chemin in ("/", "/api/evenements", "/agenda.txt", "/encart", "/mes-inscriptions", "/api/espace/moi"):
        assert page.evaluate(lire, f"{url}{chemin}") == "refusée", chemin


def test_le_code_se_copie_d_un_geste(chromium: Browser, site: tuple[str, Path, str]) -> None:
    url, _, _ = site
    contexte = chromium.new_context(
        viewport=TELEPHONE, locale="fr-FR", permissions=["clipboard-read", "clipboard-write"]
    )
    page = contexte.new_page()
    plaintes = surveiller(page)
    page.goto(f"{url}/encart")
    page.get_by_role("button", name="Copier").first.click()

    expect(page.get_by_role("button", name="C’est copié.")).to_have_count(1)
    lu = page.evaluate("navigator.clipboard.readText()")
    petites = page.evaluate(
        "[...document.querySelectorAll('main button, main select, main input')]"
        ".map(e => e.getBoundingClientRect().height).filter(h => h && h < 44)"
    )
    assert lu == page.locator("#script").input_value()
    assert petites == []
    assert plaintes == []
    contexte.close()


def test_sans_script_la_page_donne_son_code(chromium: Browser, site: tuple[str, Path, str]) -> None:
    url, _, _ = site
    contexte = chromium.new_context(viewport=TELEPHONE, locale="fr-FR", java_script_enabled=False)
    page = contexte.new_page()
    page.goto(f"{url}/encart")
    page.get_by_label("Commune").select_option(index=1)
    page.get_by_role("button", name="Préparer le code").click()

    assert "data-commune=" in page.locator("#script").input_value()
    expect(page.get_by_role("button", name="Copier")).to_have_count(0)
    contexte.close()
