"""S'inscrire, changer, annuler et relire sans réseau, dans un vrai navigateur : rien n'est promis, rien n'est perdu."""

import asyncio
import re
import sqlite3
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from server.reglages import Reglages
from server.socle import base as socle_base
from tests.fabriques import moments_de, slug_de, un_evenement, un_lieu
from tests.navigateur.conftest import OPTIONS, chemin_de_chromium
from tests.navigateur.relais import Reseau, relayer
from tests.navigateur.test_habitante import AXE, TELEPHONE, surveiller
from tests.navigateur.test_pwa import attendre, attendre_page_gardee

pytestmark = pytest.mark.navigateur

SANS_STOCKAGE = "IDBFactory.prototype.open = () => { throw new DOMException('refusé', 'SecurityError'); };"
COUPURE = "net::ERR_"
"""Ce que la console dit d'un réseau coupé : attendu ici."""


class Soiree:
    """Un évènement neuf du site, qu'on peut regarder et bousculer pendant que le service tourne."""

    def __init__(self, url: str, donnees: Path, slug: str, moments: dict[str, str]) -> None:
        self.racine, self.url = url, f"{url}/evenements/{slug}"
        self.slug, self.moments, self._base = slug, moments, Reglages(donnees=donnees).fichier_sqlite

    def demander(self, requete: str, *valeurs: object) -> list[tuple[str, ...]]:
        with closing(sqlite3.connect(self._base, timeout=10)) as base, base:
            return base.execute(requete, valeurs).fetchall()

    def inscrites(self) -> list[tuple[str, bool]]:
        """(prénom, annulée) de chaque inscription."""
        lignes = self.demander(
            "SELECT i.prenom, i.annulee_le IS NOT NULL FROM inscription i JOIN evenement e ON e.id = i.evenement "
            "WHERE e.slug = ? ORDER BY i.prenom",
            self.slug,
        )
        return [(prenom, bool(annulee)) for prenom, annulee in lignes]

    def pris(self) -> int:
        (compte,) = self.demander("SELECT pris FROM moment WHERE hex(id) = ? OR id = ?", *self._cle())[0]
        return int(compte)

    def _cle(self) -> tuple[str, str]:
        moment = self.moments["banquet"]
        return moment.replace("-", "").upper(), moment

    def inscrire_d_ailleurs(self, nombre: int) -> None:
        """Un autre foyer s'inscrit, depuis un autre appareil."""
        demande = {
            "evenement": self.slug,
            "jeton": uuid4().hex,
            "prenom": "Autre",
            "courriel": f"{uuid4().hex[:8]}@example.org",
            "presences": [{"moment": self.moments["banquet"], "adultes": nombre}],
        }
        reponse = httpx.put(f"{self.racine}/api/inscriptions/{uuid4()}", json=demande)
        assert reponse.status_code == 201, reponse.text

    def fermer(self) -> None:
        """L'équipe ferme les inscriptions."""
        self.demander("UPDATE evenement SET inscriptions_closes = 1 WHERE slug = ?", self.slug)

    def deplacer(self) -> None:
        """Une semaine plus tard ; qui a vu l'ancienne date doit redire oui."""
        ((debut, fin),) = self.demander("SELECT debut, fin FROM evenement WHERE slug = ?", self.slug)
        dans_une_semaine = [
            str(datetime.fromisoformat(instant) + timedelta(days=7)) for instant in (debut, fin)
        ]
        self.demander(
            "UPDATE evenement SET debut = ?, fin = ?, version = version + 1, version_deplacement = version + 1 "
            "WHERE slug = ?",
            *dans_une_semaine,
            self.slug,
        )


@pytest.fixture
def soiree(site: tuple[str, Path, str]) -> Soiree:
    """Quatre places au banquet, dans dix jours."""
    url, donnees, _ = site

    async def creer() -> tuple[str, dict[str, str]]:
        moteur = socle_base.creer_moteur(Reglages(donnees=donnees))
        socle_base.installer(moteur)
        await moteur.ouvrir()
        try:
            debut = datetime.now(UTC) + timedelta(days=10)
            evenement = await un_evenement(moments={"banquet": 4}, debut=debut, lieu=await un_lieu())
            moments = {genre: str(moment) for genre, moment in (await moments_de(evenement)).items()}
            return await slug_de(evenement), moments
        finally:
            await moteur.fermer()

    # Playwright occupe la boucle de ce fil.
    with ThreadPoolExecutor(1) as a_cote:
        slug, moments = a_cote.submit(lambda: asyncio.run(creer())).result()
    return Soiree(url, donnees, slug, moments)


@pytest.fixture
def telephone(chromium: Browser) -> Generator[BrowserContext, None, None]:
    """Sans service worker : ce que la page fait seule."""
    contexte = chromium.new_context(
        viewport=TELEPHONE,  # type: ignore[arg-type]
        locale="fr-FR",
        service_workers="block",
    )
    contexte.set_default_timeout(15_000)
    yield contexte
    contexte.close()


def remplir(page: Page, prenom: str = "Nadia", adultes: int = 2) -> None:
    page.locator("#prenom").fill(prenom)
    page.locator("#courriel").fill(f"{prenom.lower()}-{uuid4().hex[:6]}@example.org")
    page.locator("#adultes").fill(str(adultes))
    attendre_l_appareil(page)


def attendre_l_appareil(page: Page) -> None:
    """Ce qui garde une demande vient dès le premier champ touché, ses phrases comprises."""
    page.wait_for_function(
        "() => ['page', 'fr'].every((nom) => performance.getEntriesByType('resource')"
        ".some(({name, responseEnd}) => new RegExp(`/actifs/${nom}-`).test(name) && responseEnd > 0))"
    )


def envoyer(page: Page) -> None:
    page.locator("form[data-inscription] .envoi button").click()


def carte(page: Page) -> Locator:
    return page.locator("[data-demande]")


def garder(page: Page, soiree: Soiree, prenom: str = "Nadia", adultes: int = 2) -> None:
    """Remplit le formulaire, perd le réseau, envoie."""
    page.goto(soiree.url)
    remplir(page, prenom, adultes)
    page.context.set_offline(True)
    envoyer(page)
    expect(carte(page)).to_contain_text("Gardée sur cet appareil")


def inscrire_en_ligne(page: Page, soiree: Soiree, prenom: str = "Nadia") -> None:
    page.goto(soiree.url)
    remplir(page, prenom)
    envoyer(page)
    expect(page.locator("h1")).to_contain_text(f"C’est noté, {prenom}")


# --- s'inscrire -----------------------------------------------------------------------------------------------------


def test_sans_reseau_la_demande_attend_puis_part_seule(telephone: BrowserContext, soiree: Soiree) -> None:
    page = telephone.new_page()
    plaintes = surveiller(page)
    garder(page, soiree)
    expect(carte(page)).to_contain_text("Ce n’est pas encore une inscription.")
    expect(carte(page)).to_be_focused()
    assert soiree.inscrites() == []

    telephone.set_offline(False)
    expect(carte(page)).to_contain_text("Confirmée")
    expect(carte(page)).to_contain_text("C’est noté, Nadia : 2 au banquet.")
    assert soiree.inscrites() == [("Nadia", False)]

    carte(page).get_by_role("link", name="Voir mon inscription").click()
    expect(page.locator("h1")).to_contain_text("C’est noté, Nadia")
    page.goto(f"{soiree.racine}/mes-inscriptions")
    expect(page.locator("article.billet")).to_have_count(1)
    expect(carte(page)).to_have_count(0)
    assert [plainte for plainte in plaintes if COUPURE not in plainte] == []


def test_une_demande_gardee_survit_a_la_page_et_se_signale(telephone: BrowserContext, soiree: Soiree) -> None:
    page = telephone.new_page()
    garder(page, soiree)
    page.close()

    # Le service se tait : la page se lit, mais rien ne part.
    telephone.set_offline(False)
    telephone.route("**/inscription*", lambda route: route.abort())
    autre = telephone.new_page()
    autre.goto(soiree.racine)
    ligne = autre.locator("[data-indicateur] a")
    expect(ligne).to_have_text("Une demande gardée sur cet appareil n’est pas encore partie")
    ligne.click()
    expect(carte(autre)).to_contain_text("Gardée sur cet appareil")

    telephone.unroute("**/inscription*")
    carte(autre).get_by_role("button", name="Essayer maintenant").click()
    expect(carte(autre)).to_contain_text("Confirmée")
    carte(autre).get_by_role("button", name="J’ai lu").click()
    expect(carte(autre)).to_have_count(0)
    autre.goto(soiree.racine)
    autre.wait_for_load_state("networkidle")
    expect(autre.locator("[data-indicateur]")).to_have_count(0)


def test_une_reponse_venue_pendant_que_la_page_s_ouvre_y_entre(
    telephone: BrowserContext, soiree: Soiree
) -> None:
    """« Confirmée » au-dessus de « Aucune inscription » : le service avait rendu la page juste avant de répondre."""
    page = telephone.new_page()
    adresse = f"{soiree.racine}/mes-inscriptions"
    avant = telephone.request.get(adresse).text()
    garder(page, soiree)
    telephone.set_offline(False)
    expect(carte(page)).to_contain_text("Confirmée")

    page.route(adresse, lambda route: route.fulfill(body=avant, content_type="text/html"))
    page.goto(adresse)
    expect(carte(page)).to_contain_text("Confirmée")
    expect(page.locator("article.billet")).to_contain_text("Nadia")
    expect(page.locator(".vide")).to_have_count(0)


def test_ce_qui_sera_refuse_a_coup_sur_se_dit_avant_d_etre_garde(
    telephone: BrowserContext, soiree: Soiree
) -> None:
    page = telephone.new_page()
    page.goto(soiree.url)
    remplir(page)
    page.locator("#courriel").fill("")
    telephone.set_offline(True)
    envoyer(page)
    expect(page.locator("form [role=alert]")).to_contain_text(
        "Donnez une adresse e-mail ou un numéro de téléphone"
    )
    expect(carte(page)).to_have_count(0)

    page.locator("#telephone").fill("04 66 22 11 00")
    envoyer(page)
    expect(carte(page)).to_contain_text("Gardée sur cet appareil")
    expect(carte(page)).to_contain_text("Pour Nadia, 2 personnes")


def test_une_demande_corrigee_se_relit_aussi_sans_reseau(telephone: BrowserContext, soiree: Soiree) -> None:
    page = telephone.new_page()
    page.goto(soiree.url)
    remplir(page, adultes=3)
    page.locator("#accepte_attente").uncheck()
    telephone.set_offline(True)
    envoyer(page)
    expect(carte(page)).to_contain_text("Gardée sur cet appareil")
    soiree.inscrire_d_ailleurs(3)
    telephone.set_offline(False)
    expect(carte(page)).to_contain_text("Refusée : complet")

    carte(page).get_by_role("button", name="Corriger et renvoyer").click()
    page.locator("#adultes").fill("1")
    envoyer(page)
    expect(page.locator("h1")).to_contain_text("C’est noté, Nadia")
    attendre_copies(page, 1)
    page.goto(f"{soiree.racine}/mes-inscriptions")
    # Ce qui est gardé se voit à la case, et la décocher l'efface.
    garder_ici = page.get_by_label("Garder mes inscriptions sur cet appareil", exact=False)
    expect(garder_ici).to_be_checked()
    garder_ici.uncheck()
    attendre_copies(page, 0)


def test_complet_entre_temps_se_dit_jusqu_a_ce_qu_on_l_ait_lu(
    telephone: BrowserContext, soiree: Soiree
) -> None:
    page = telephone.new_page()
    page.goto(soiree.url)
    remplir(page, adultes=3)
    page.locator("#accepte_attente").uncheck()
    telephone.set_offline(True)
    envoyer(page)
    expect(carte(page)).to_contain_text("Gardée sur cet appareil")
    soiree.inscrire_d_ailleurs(3)

    telephone.set_offline(False)
    expect(carte(page)).to_contain_text("Refusée : complet")
    assert soiree.inscrites() == [("Autre", False)]
    page.goto(soiree.racine)
    page.get_by_role("link", name="Une demande a reçu sa réponse").click()
    expect(carte(page)).to_contain_text("il ne reste qu’une place")
    expect(carte(page)).to_contain_text("Rien n’a été enregistré.")

    carte(page).get_by_role("button", name="Me mettre sur la liste d’attente").click()
    expect(carte(page)).to_contain_text("En attente")
    assert soiree.inscrites() == [("Autre", False), ("Nadia", False)]
    assert soiree.pris() == 3


def test_corriger_rouvre_le_formulaire_rempli(telephone: BrowserContext, soiree: Soiree) -> None:
    page = telephone.new_page()
    garder(page, soiree, adultes=9)
    telephone.set_offline(False)
    expect(carte(page)).to_contain_text("Refusée : quelque chose est à corriger")
    expect(carte(page)).to_contain_text("4 personnes en tout")

    carte(page).get_by_role("button", name="Corriger et renvoyer").click()
    expect(page.locator("#erreurs")).to_be_visible()
    expect(page.locator("#prenom")).to_have_value("Nadia")
    page.locator("#adultes").fill("2")
    envoyer(page)
    expect(page.locator("h1")).to_contain_text("C’est noté, Nadia")
    assert soiree.inscrites() == [("Nadia", False)]


def test_la_date_a_change_entre_temps_il_faut_redire_oui(telephone: BrowserContext, soiree: Soiree) -> None:
    page = telephone.new_page()
    garder(page, soiree)
    soiree.deplacer()

    telephone.set_offline(False)
    expect(carte(page)).to_contain_text("La date a changé, venez-vous toujours")
    expect(carte(page)).to_contain_text("C’est maintenant")
    assert soiree.inscrites() == []
    carte(page).get_by_role("button", name="Oui, je viens toujours").click()
    expect(carte(page)).to_contain_text("Confirmée")
    assert soiree.inscrites() == [("Nadia", False)]


def test_la_date_a_change_et_non_n_inscrit_personne(telephone: BrowserContext, soiree: Soiree) -> None:
    page = telephone.new_page()
    garder(page, soiree)
    soiree.deplacer()
    telephone.set_offline(False)

    carte(page).get_by_role("button", name="Non, retirer ma demande").click()
    expect(carte(page)).to_have_count(0)
    assert soiree.inscrites() == []


def perdre_la_reponse(route: Route) -> None:
    """Le service a reçu et répondu ; la réponse s'est perdue en route."""
    route.fetch()
    route.abort()


def test_une_reponse_perdue_ne_fait_qu_une_inscription(telephone: BrowserContext, soiree: Soiree) -> None:
    page = telephone.new_page()
    page.goto(soiree.url)
    remplir(page)
    page.route("**/inscription*", perdre_la_reponse, times=1)
    envoyer(page)
    expect(carte(page)).to_contain_text("Gardée sur cet appareil")
    assert soiree.inscrites() == [("Nadia", False)]

    carte(page).get_by_role("button", name="Essayer maintenant").click()
    expect(carte(page)).to_contain_text("Confirmée")
    assert soiree.inscrites() == [("Nadia", False)]
    assert soiree.pris() == 2


def test_un_reseau_muet_ne_retient_pas_la_page(telephone: BrowserContext, soiree: Soiree) -> None:
    """Dix secondes, et la demande est gardée : ni échec, ni attente sans fin."""
    page = telephone.new_page()
    page.goto(soiree.url)
    remplir(page)
    page.route("**/inscription*", lambda route: None)
    envoyer(page)
    expect(page.get_by_text("Envoi en cours")).to_be_visible()

    expect(carte(page)).to_contain_text("Gardée sur cet appareil", timeout=20_000)
    expect(page.get_by_text("Envoi en cours")).to_have_count(0)
    page.unroute("**/inscription*")
    carte(page).get_by_role("button", name="Essayer maintenant").click()
    expect(carte(page)).to_contain_text("Confirmée")


@pytest.mark.parametrize("reponse", ["503", "portail"])
def test_une_panne_ou_un_portail_ne_sont_pas_des_reponses(
    telephone: BrowserContext, soiree: Soiree, reponse: str
) -> None:
    """Le réseau d'un hôtel répond à tout par sa page d'accueil : ce n'est pas une inscription."""
    page = telephone.new_page()
    page.goto(soiree.url)
    remplir(page)
    statut, corps = (503, "") if reponse == "503" else (200, "<h1>Bienvenue à l'hôtel</h1>")
    page.route(
        "**/inscription*",
        lambda route: route.fulfill(status=statut, body=corps, content_type="text/html"),
        times=1,
    )
    envoyer(page)
    expect(carte(page)).to_contain_text("Gardée sur cet appareil")

    carte(page).get_by_role("button", name="Essayer maintenant").click()
    expect(carte(page)).to_contain_text("Confirmée")
    assert soiree.inscrites() == [("Nadia", False)]


def test_retirer_une_demande_jamais_partie_ne_laisse_rien(telephone: BrowserContext, soiree: Soiree) -> None:
    page = telephone.new_page()
    page.goto(soiree.url)
    remplir(page)
    # Ni aller ni retour : le service n'a rien reçu, mais l'appareil n'en sait rien.
    page.route("**/inscription*", lambda route: route.abort())
    page.route("**/api/inscriptions/*", lambda route: route.abort())
    envoyer(page)
    expect(carte(page)).to_contain_text("Gardée sur cet appareil")

    carte(page).get_by_role("button", name="Retirer cette demande").click()
    expect(carte(page)).to_contain_text("Retrait gardé sur cet appareil")
    page.unroute("**/api/inscriptions/*")
    # Le retrait part de lui-même dès que le réseau le porte ; le bouton ne fait que l'y presser.
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(carte(page)).to_have_count(0)
    expect(page.locator("#prenom")).to_have_value("Nadia")
    expect(page.locator("#prenom")).to_be_visible()
    assert soiree.inscrites() == []


def test_retirer_une_demande_arrivee_sans_qu_on_le_sache_l_annule(
    telephone: BrowserContext, soiree: Soiree
) -> None:
    page = telephone.new_page()
    page.goto(soiree.url)
    remplir(page)
    page.route("**/inscription*", perdre_la_reponse, times=1)
    envoyer(page)
    expect(carte(page)).to_contain_text("Gardée sur cet appareil")

    assert soiree.inscrites() == [("Nadia", False)]
    carte(page).get_by_role("button", name="Retirer cette demande").click()
    expect(carte(page)).to_have_count(0)
    assert soiree.inscrites() == [("Nadia", True)]
    assert soiree.pris() == 0


def test_un_refus_en_ligne_revient_comme_sans_script(telephone: BrowserContext, soiree: Soiree) -> None:
    page = telephone.new_page()
    page.goto(soiree.url)
    page.locator("#prenom").fill("Nadia")
    envoyer(page)

    expect(page.locator("#erreurs")).to_be_focused()
    expect(page.locator("#prenom")).to_have_value("Nadia")
    expect(page.locator("#courriel[aria-invalid]")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-indicateur]")).to_have_count(0)


# --- plusieurs onglets, plusieurs personnes ---------------------------------------------------------------------------


def test_deux_onglets_n_envoient_qu_une_fois(telephone: BrowserContext, soiree: Soiree) -> None:
    envois: list[str] = []
    telephone.on(
        "request",
        lambda requete: envois.append(requete.url) if requete.method == "POST" else None,
    )
    un, deux = telephone.new_page(), telephone.new_page()
    garder(un, soiree)
    telephone.set_offline(False)
    expect(carte(un)).to_contain_text("Confirmée")
    un.close()
    garder(deux, soiree, "Sami")
    telephone.set_offline(False)
    trois = telephone.new_page()
    trois.goto(f"{soiree.racine}/mes-inscriptions")
    expect(carte(deux)).to_contain_text("Confirmée")
    expect(carte(trois)).to_have_count(2)
    expect(trois.locator("[data-etat=faite]")).to_have_count(2)

    assert soiree.inscrites() == [("Nadia", False), ("Sami", False)]
    # Chacune : l'essai sans réseau, puis l'envoi.
    assert len(envois) == 4


def test_toute_une_famille_attend_sur_le_meme_appareil(telephone: BrowserContext, soiree: Soiree) -> None:
    page = telephone.new_page()
    for prenom in ("Nadia", "Sami"):
        telephone.set_offline(False)
        telephone.route("**/inscription*", lambda route: route.abort())
        page.goto(soiree.url)
        remplir(page, prenom, 1)
        envoyer(page)
        expect(page.locator(f"[data-demande]:has-text('{prenom}')")).to_contain_text("Gardée")
    telephone.unroute("**/inscription*")

    page.goto(f"{soiree.racine}/mes-inscriptions")
    expect(page.locator("[data-etat=faite]")).to_have_count(2)
    # Les billets arrivent dans la page, et y sont encore quand on la relit.
    expect(page.locator("article.billet")).to_have_count(2)
    expect(page.locator(".vide")).to_have_count(0)
    page.reload()
    expect(page.locator("article.billet")).to_have_count(2)
    assert soiree.inscrites() == [("Nadia", False), ("Sami", False)]


def test_le_meme_formulaire_rempli_deux_fois_sans_reseau_ne_compte_qu_une_fois(
    telephone: BrowserContext, soiree: Soiree
) -> None:
    telephone.route("**/inscription*", lambda route: route.abort())
    for _ in range(2):
        page = telephone.new_page()
        page.goto(soiree.url)
        page.locator("#prenom").fill("Nadia")
        page.locator("#courriel").fill("nadia-deux-fois@example.org")
        envoyer(page)
        expect(carte(page)).to_contain_text("Gardée")
    telephone.unroute("**/inscription*")

    page.goto(f"{soiree.racine}/mes-inscriptions")
    expect(page.locator("[data-etat=faite]")).to_have_count(1)
    assert soiree.inscrites() == [("Nadia", False)]


# --- changer, annuler -------------------------------------------------------------------------------------------------


def test_changer_puis_annuler_sans_reseau_partent_dans_l_ordre(
    telephone: BrowserContext, soiree: Soiree
) -> None:
    page = telephone.new_page()
    inscrire_en_ligne(page, soiree)
    page.goto(f"{soiree.racine}/mes-inscriptions")
    page.get_by_role("link", name="Changer").click()
    page.locator("#adultes").fill("4")
    attendre_l_appareil(page)
    telephone.set_offline(True)
    envoyer(page)
    expect(carte(page)).to_contain_text("Changement gardé sur cet appareil")
    expect(carte(page)).to_contain_text("Il n’est pas encore enregistré.")
    assert soiree.pris() == 2

    telephone.set_offline(False)
    expect(carte(page)).to_contain_text("C’est noté, Nadia : 4 au banquet.")
    assert soiree.pris() == 4

    page.goto(f"{soiree.racine}/mes-inscriptions")
    page.get_by_text("Annuler ma venue").click()
    annuler = page.get_by_role("button", name="Oui, annuler")
    attendre_l_appareil(page)
    telephone.set_offline(True)
    annuler.click()
    expect(page.locator("article [data-demande]")).to_contain_text("Vos places ne sont pas encore rendues.")
    assert soiree.pris() == 4
    telephone.set_offline(False)
    expect(page.locator("[data-liste] [data-demande]")).to_contain_text("Annulée")
    expect(page.locator("article.billet")).to_contain_text("Inscription annulée.")
    assert soiree.inscrites() == [("Nadia", True)]
    assert soiree.pris() == 0


def test_un_changement_que_l_appareil_n_ouvre_plus_le_dit(telephone: BrowserContext, soiree: Soiree) -> None:
    page = telephone.new_page()
    inscrire_en_ligne(page, soiree)
    page.goto(f"{soiree.racine}/mes-inscriptions")
    page.get_by_role("link", name="Changer").click()
    page.locator("#adultes").fill("1")
    attendre_l_appareil(page)
    telephone.set_offline(True)
    envoyer(page)
    expect(carte(page)).to_contain_text("Changement gardé")
    telephone.clear_cookies()

    telephone.set_offline(False)
    expect(carte(page)).to_contain_text("cet appareil n’ouvre plus cette inscription")
    expect(carte(page)).to_contain_text("Ouvrez le lien du dernier message reçu")
    assert soiree.pris() == 2


# --- l'appareil -------------------------------------------------------------------------------------------------------


def test_un_appareil_qui_refuse_de_garder_envoie_et_dit_ce_qu_il_ne_peut_pas(
    telephone: BrowserContext, soiree: Soiree
) -> None:
    telephone.add_init_script(SANS_STOCKAGE)
    page = telephone.new_page()
    page.goto(soiree.url)
    remplir(page)
    telephone.set_offline(True)
    envoyer(page)
    alerte = page.get_by_role("alert")
    expect(alerte).to_contain_text("Votre demande n’est pas partie")
    expect(page.locator("#prenom")).to_have_value("Nadia")
    expect(page.locator("#prenom")).to_be_visible()

    telephone.set_offline(False)
    envoyer(page)
    expect(page.locator("h1")).to_contain_text("C’est noté, Nadia")
    assert soiree.inscrites() == [("Nadia", False)]


@pytest.mark.parametrize("jours", [-1, 1])
def test_une_horloge_fausse_d_un_jour_ne_change_rien(
    telephone: BrowserContext, soiree: Soiree, jours: int
) -> None:
    telephone.add_init_script(
        f"const vraie = Date.now; Date.now = () => vraie() + {jours * 86_400_000};"
        "Date = class extends Date { constructor(...a) { a.length ? super(...a) : super(Date.now()); } };"
    )
    page = telephone.new_page()
    garder(page, soiree)
    telephone.set_offline(False)
    expect(carte(page)).to_contain_text("Confirmée")
    page.goto(f"{soiree.racine}/mes-inscriptions")
    attendre_copies(page, 1)


LIRE_LE_MAGASIN = """(nom) => new Promise((finir) => {
  const ouverture = indexedDB.open('tablees-appareil', 1);
  ouverture.onsuccess = () => {
    const lues = ouverture.result.transaction(nom).objectStore(nom).getAll();
    lues.onsuccess = () => { ouverture.result.close(); finir(lues.result); };
  };
})"""


def copies(page: Page, magasin: str = "billets") -> list[dict[str, str]]:
    lues: list[dict[str, str]] = page.evaluate(LIRE_LE_MAGASIN, magasin)
    return lues


def attendre_copies(page: Page, nombre: int) -> None:
    attendre(page, f"(await ({LIRE_LE_MAGASIN})('billets')).length === {nombre}")


def cocher_garder(page: Page) -> None:
    page.get_by_label("Garder mes inscriptions sur cet appareil").check()
    attendre_copies(page, 1)


def test_rien_n_est_garde_sans_qu_on_le_demande_ni_apres_qu_on_a_dit_non(
    telephone: BrowserContext, soiree: Soiree
) -> None:
    page = telephone.new_page()
    inscrire_en_ligne(page, soiree)
    page.goto(f"{soiree.racine}/mes-inscriptions")
    garder_ici = page.get_by_label("Garder mes inscriptions sur cet appareil")
    expect(garder_ici).not_to_be_checked()
    assert copies(page) == []
    assert copies(page, "demandes") == []

    cocher_garder(page)
    (copie,) = copies(page)
    assert "C’est noté, Nadia" in copie["html"]
    assert copie["qr"].startswith("<svg")
    page.reload()
    expect(garder_ici).to_be_checked()
    garder_ici.uncheck()
    attendre_copies(page, 0)


@pytest.mark.parametrize("acte", ["Retirer de cet appareil", "Oui, tout effacer"])
def test_la_copie_part_avec_l_inscription(telephone: BrowserContext, soiree: Soiree, acte: str) -> None:
    page = telephone.new_page()
    inscrire_en_ligne(page, soiree)
    page.goto(f"{soiree.racine}/mes-inscriptions")
    cocher_garder(page)
    assert len(copies(page)) == 1

    page.get_by_text("Mes données").click()
    page.get_by_role("button", name=acte).click()
    expect(page.locator("article.billet")).to_have_count(0)
    assert copies(page) == []


def test_oublier_l_appareil_ne_laisse_rien(telephone: BrowserContext, soiree: Soiree) -> None:
    page = telephone.new_page()
    inscrire_en_ligne(page, soiree)
    page.goto(f"{soiree.racine}/mes-inscriptions")
    cocher_garder(page)

    page.get_by_text("Oublier cet appareil").click()
    page.get_by_role("button", name="Oui, tout oublier ici").click()
    expect(page.get_by_role("status").first).to_contain_text("Cet appareil a tout oublié.")
    assert copies(page) == []
    assert copies(page, "demandes") == []
    assert telephone.cookies() == []
    assert soiree.inscrites() == [("Nadia", False)]


def test_oublier_pendant_un_envoi_n_en_garde_pas_le_billet(telephone: BrowserContext, soiree: Soiree) -> None:
    page = telephone.new_page()
    garder(page, soiree)
    tenues: list[Route] = []
    telephone.route("**/inscription*", lambda route: tenues.append(route))
    # Le service ne saura rien de l'oubli : lue en ligne, « Mes inscriptions » retirerait la copie d'elle-même.
    telephone.route("**/oublier", lambda route: route.abort())
    telephone.set_offline(False)
    autre = telephone.new_page()
    autre.goto(f"{soiree.racine}/mes-inscriptions")
    autre.get_by_text("Oublier cet appareil").click()
    autre.get_by_role("button", name="Oui, tout oublier ici").click()
    attendre(autre, f"(await ({LIRE_LE_MAGASIN})('demandes')).every((d) => d.geste === 'oublier-appareil')")
    assert len(tenues) == 1

    tenues[0].continue_()
    expect(carte(autre)).to_contain_text("Cet appareil a oublié ce qu’il gardait")
    assert soiree.inscrites() == [("Nadia", False)]
    autre.wait_for_timeout(500)
    assert copies(autre) == []


def test_oublier_sans_reseau_efface_ici_et_dit_ce_qui_reste_a_faire(
    telephone: BrowserContext, soiree: Soiree
) -> None:
    page = telephone.new_page()
    inscrire_en_ligne(page, soiree)
    page.goto(f"{soiree.racine}/mes-inscriptions")
    cocher_garder(page)
    page.get_by_text("Oublier cet appareil").click()
    telephone.set_offline(True)
    page.get_by_role("button", name="Oui, tout oublier ici").click()

    expect(carte(page).first).to_contain_text("« Mes inscriptions » n’a pas pu être fermé")
    assert copies(page) == []
    telephone.set_offline(False)
    expect(carte(page)).to_have_count(0)
    assert telephone.cookies() == []


# --- avec le service worker -------------------------------------------------------------------------------------------


@pytest.fixture
def vallee(site: tuple[str, Path, str]) -> Generator[Reseau, None, None]:
    """Un réseau que l'essai coupe, pour la page comme pour le service worker."""
    with relayer(site[0]) as relais:
        yield relais


@pytest.fixture
def installe(chromium: Browser, vallee: Reseau, tmp_path: Path) -> Generator[Page, None, None]:
    """Une page du site, l'application en place, dans un vrai profil : ce qui est gardé l'est sur le disque."""
    contexte = chromium.browser_type.launch_persistent_context(
        tmp_path / "profil",
        executable_path=chemin_de_chromium(),
        args=OPTIONS,
        viewport=TELEPHONE,  # type: ignore[arg-type]
        locale="fr-FR",
    )
    contexte.set_default_timeout(15_000)
    page = contexte.new_page()
    page.goto(vallee.url)
    attendre_page_gardee(page)
    yield page
    contexte.close()


TOUT_CE_QUI_EST_EN_RESERVE = """async () => (await Promise.all((await caches.keys()).map(async (nom) => {
  const reserve = await caches.open(nom);
  return Promise.all((await reserve.keys()).map(async (demande) =>
    [nom, demande.url, await (await reserve.match(demande, {ignoreVary: true})).text()]));
}))).flat()"""


def ouvrir(page: Page, vallee: Reseau, soiree: Soiree) -> None:
    page.goto(f"{vallee.url}/evenements/{soiree.slug}")
    remplir(page)


def test_le_code_d_accueil_se_relit_dans_la_vallee(installe: Page, vallee: Reseau, soiree: Soiree) -> None:
    plaintes = surveiller(installe)
    ouvrir(installe, vallee, soiree)
    envoyer(installe)
    expect(installe.locator("h1")).to_contain_text("C’est noté, Nadia")
    installe.goto(f"{vallee.url}/mes-inscriptions")
    cocher_garder(installe)
    code = installe.locator(".code b").inner_text()

    vallee.couper()
    installe.goto(f"{vallee.url}/mes-inscriptions")
    billet = installe.locator("article.billet")
    expect(billet).to_contain_text("C’est noté, Nadia")
    expect(billet).to_contain_text(re.compile(r"Vu le \w+ \d+"))
    expect(billet.locator(".code b")).to_have_text(code)
    assert (
        billet.locator(".qr").evaluate(
            "async (image) => { await image.decode(); return image.naturalWidth; }"
        )
        > 0
    )
    expect(billet.get_by_role("link", name="Changer")).to_have_count(0)

    billet.get_by_text("Annuler ma venue").click()
    billet.get_by_role("button", name="Oui, annuler").click()
    expect(billet.locator("[data-demande]")).to_contain_text("Vos places ne sont pas encore rendues.")
    vallee.retablir()
    # Ce que le navigateur dit à la page ; le service worker a pu, lui aussi, être réveillé.
    installe.evaluate("dispatchEvent(new Event('online'))")
    expect(installe.locator("[data-liste]")).to_contain_text("Annulée")
    expect(billet).to_contain_text("Inscription annulée.")
    assert soiree.inscrites() == [("Nadia", True)]
    assert [plainte for plainte in plaintes if COUPURE not in plainte] == []


def test_le_reveil_du_navigateur_envoie_page_fermee(installe: Page, vallee: Reseau, soiree: Soiree) -> None:
    ouvrir(installe, vallee, soiree)
    vallee.couper()
    envoyer(installe)
    expect(carte(installe)).to_contain_text("Gardée sur cet appareil")
    expect(carte(installe)).not_to_contain_text("votre navigateur ne l’envoie pas tout seul")
    contexte = installe.context
    (travailleur,) = contexte.service_workers
    autre = contexte.new_page()
    cdp = contexte.new_cdp_session(autre)
    inscription: list[str] = []
    cdp.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda lu: inscription.extend(r["registrationId"] for r in lu["registrations"]),
    )
    cdp.send("ServiceWorker.enable")
    autre.wait_for_timeout(500)
    installe.close()

    vallee.retablir()
    cdp.send(
        "ServiceWorker.dispatchSyncEvent",
        {
            "origin": vallee.url,
            "registrationId": inscription[0],
            "tag": "envoyer-inscriptions",
            "lastChance": False,
        },
    )
    for _ in range(50):
        if soiree.inscrites():
            break
        autre.wait_for_timeout(200)
    assert soiree.inscrites() == [("Nadia", False)]
    assert travailleur.url.endswith("/sw.js")
    autre.goto(vallee.url)
    autre.get_by_role("link", name="Une demande a reçu sa réponse").click()
    expect(autre.locator("[data-etat=faite]")).to_contain_text("C’est noté, Nadia")
    # Faite sans réseau, elle se relira sans réseau.
    expect(autre.locator("article.billet")).to_have_count(1)
    (copie,) = copies(autre)
    assert copie["qr"].startswith("<svg")


def test_rien_de_personnel_n_entre_dans_les_reserves_et_oublier_vide_les_pages(
    installe: Page, vallee: Reseau, soiree: Soiree
) -> None:
    ouvrir(installe, vallee, soiree)
    envoyer(installe)
    expect(installe.locator("h1")).to_contain_text("C’est noté, Nadia")
    installe.goto(f"{vallee.url}/mes-inscriptions")
    cocher_garder(installe)
    gardees = installe.evaluate(TOUT_CE_QUI_EST_EN_RESERVE)
    assert any(nom == "pages" for nom, _, _ in gardees)
    assert [adresse for _, adresse, texte in gardees if "Nadia" in texte] == []

    installe.get_by_text("Oublier cet appareil").click()
    installe.get_by_role("button", name="Oui, tout oublier ici").click()
    expect(installe.get_by_role("status").first).to_contain_text("Cet appareil a tout oublié.")
    assert [
        adresse for nom, adresse, _ in installe.evaluate(TOUT_CE_QUI_EST_EN_RESERVE) if nom == "pages"
    ] == []
    vallee.couper()
    installe.goto(f"{vallee.url}/mes-inscriptions")
    expect(installe.locator("[data-mes-inscriptions]")).to_contain_text("Aucune inscription n’est gardée")


# --- ce que l'on voit -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("largeur", "teinte"), [(320, "light"), (1280, "dark")])
@pytest.mark.parametrize("etat", ["gardee", "refusee", "a_confirmer", "faite"])
def test_chaque_etat_se_lit_partout(
    chromium: Browser, soiree: Soiree, largeur: int, teinte: str, etat: str
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core n'est pas installé (pwa/node_modules)")
    contexte = chromium.new_context(
        viewport={"width": largeur, "height": 740},
        color_scheme=teinte,  # type: ignore[arg-type]
        locale="fr-FR",
        service_workers="block",
        bypass_csp=True,
    )
    page = contexte.new_page()
    garder(page, soiree)
    amener: dict[str, Callable[[], None]] = {
        "refusee": soiree.fermer,
        "a_confirmer": soiree.deplacer,
    }
    amener.get(etat, lambda: None)()
    if etat != "gardee":
        contexte.set_offline(False)
    expect(page.locator(f"[data-etat={etat}]")).to_be_visible()

    page.add_script_tag(path=str(AXE)) if etat != "gardee" else page.evaluate(AXE.read_text())
    fautes = page.evaluate("async () => (await axe.run()).violations.map((v) => [v.id, v.nodes[0].html])")
    assert fautes == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for bouton in carte(page).locator(".bouton").all():
        boite = bouton.bounding_box()
        assert boite is not None
        assert boite["height"] >= 44
    contexte.close()


def test_la_premiere_visite_ne_demande_rien_de_plus(telephone: BrowserContext, soiree: Soiree) -> None:
    """Ce qui garde une demande ne vient qu'au premier champ touché."""
    page = telephone.new_page()
    demandes: list[str] = []
    page.on("request", lambda requete: demandes.append(requete.url))
    page.goto(soiree.url)
    page.wait_for_load_state("networkidle")
    assert not [adresse for adresse in demandes if re.search(r"/actifs/(page|fr)-", adresse)]

    page.locator("#prenom").focus()
    attendre_l_appareil(page)
