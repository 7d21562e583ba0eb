"""La même application dans Firefox : installer, relire sans réseau, s'inscrire sans réseau, changer de version."""

import re
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.navigateur.firefox import Firefox, chemin_de_firefox, ouvrir
from tests.navigateur.relais import Reseau, relayer
from tests.navigateur.test_pwa import publier

pytestmark = pytest.mark.navigateur

GARDEE = "navigator.serviceWorker.controller && await caches.match(location.href, {cacheName: 'pages', ignoreVary: true})"


@pytest.fixture
def reseau(site: tuple[str, Path, str]) -> Generator[Reseau, None, None]:
    with relayer(site[0]) as relais:
        yield relais


@pytest.fixture
def firefox(tmp_path: Path) -> Generator[Firefox, None, None]:
    chemin = chemin_de_firefox()
    if not chemin:
        pytest.skip("pas de Firefox sur cette machine")
    with ouvrir(chemin, tmp_path) as fenetre:
        yield fenetre


def test_lire_s_inscrire_et_changer_de_version_dans_firefox(reseau: Reseau, firefox: Firefox) -> None:
    firefox.aller(reseau.url)
    firefox.attendre(GARDEE)
    soiree = firefox.evaluer("document.querySelector(\"main a[href^='/evenements/']\").href")
    firefox.aller(soiree)
    titre = firefox.texte("h1")
    firefox.attendre(GARDEE)

    # Sans réseau : ce qui a été lu se relit et dit sa date, le reste dit franchement qu'il manque.
    reseau.couper()
    firefox.aller(reseau.url)
    assert re.match(r"Le réseau ne répond pas\. Page lue le \w+ .+ à .+les places", firefox.texte("#reseau"))
    firefox.aller(f"{reseau.url}/structures")
    assert firefox.texte("h1") == "Sans réseau"
    firefox.attendre("document.querySelectorAll('[data-pages-lues] a').length === 2")

    # S'inscrire : la demande attend sur l'appareil, et part seule quand le réseau revient.
    firefox.aller(soiree)
    assert firefox.texte("h1") == titre
    firefox.evaluer(
        """(() => { for (const [nom, valeur] of [['prenom', 'Maïa'], ['courriel', 'maia@example.org']])
             document.querySelector(`form[data-inscription] [name=${nom}]`).value = valeur;
             document.querySelector('form[data-inscription]').requestSubmit(); })()"""
    )
    firefox.attendre("document.querySelector('[data-demande][data-etat=gardee]')")
    reseau.retablir()
    firefox.evaluer("void dispatchEvent(new Event('online'))")
    firefox.attendre("!document.querySelector('[data-demande][data-etat=gardee]')", 30)
    firefox.aller(f"{reseau.url}/mes-inscriptions")
    assert "Maïa" in firefox.texte("main")

    # Rien de privé n'est entré en réserve, et la version suivante attend qu'on la veuille.
    chemins = firefox.evaluer(
        "(await Promise.all((await caches.keys()).map(async (nom) => (await (await caches.open(nom)).keys())"
        ".map(({url}) => new URL(url).pathname)))).flat()"
    )
    assert len(chemins) > 10
    assert not [chemin for chemin in chemins if re.match(r"/(api|espace|i|mes-inscriptions|qr)(/|$)", chemin)]
    firefox.aller(f"{reseau.url}/aide")
    publier(reseau, "aaaaaaaaaaaa")
    firefox.evaluer("void (await navigator.serviceWorker.getRegistration()).update()")
    assert "Une version plus récente est prête." in firefox.texte("#version")
    avant = reseau.vues.count("GET /aide")
    firefox.evaluer("void document.querySelector('#version button').click()")
    firefox.attendre("!document.querySelector('#version') && await caches.has('coquille-aaaaaaaaaaaa')")
    firefox.attendre("!(await navigator.serviceWorker.getRegistration()).waiting")
    assert reseau.vues.count("GET /aide") == avant + 1
