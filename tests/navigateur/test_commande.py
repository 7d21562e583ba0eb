"""Un producteur répond à une commande dans un vrai navigateur, sans script, du bout des doigts ou au clavier."""

from collections.abc import Generator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.navigateur.test_banquet import adresse_du_banquet
from tests.navigateur.test_equipe import Maison, maison

__all__ = ["maison"]
pytestmark = pytest.mark.navigateur


@pytest.fixture
def page(chromium: Browser) -> Generator[Page, None, None]:
    """Un vieux téléphone, étroit, qui n'exécute aucun script."""
    contexte = chromium.new_context(
        viewport={"width": 320, "height": 640}, locale="fr-FR", java_script_enabled=False
    )
    contexte.set_default_timeout(20_000)
    yield contexte.new_page()
    contexte.close()


def une_commande(maison: Maison) -> tuple[str, str, str]:
    """Nadia commande carottes et pain ; rend l'adresse de l'API, le producteur et son lien."""
    api = f"/api{adresse_du_banquet(maison, 'La rivière en commun')}"
    producteur = maison.demander(
        "POST",
        "/api/espace/producteurs",
        {"nom": f"Ferme {uuid4().hex[:6]}", "genre": "agriculteur", "courriel": "ferme@example.org"},
    )["slug"]
    for nom, quantite, prix in (("Carottes", 12_000, 240), ("Pain", 30_000, None)):
        ligne = {
            "description": nom,
            "producteur": producteur,
            "famille": "AUTRES",
            "vendu_par": "kg",
            "quantite_milliemes": quantite,
            "prix_centimes": prix,
        }
        maison.demander("PUT", f"{api}/approvisionnements/{uuid4()}", ligne)
    temoin = lue(maison, api, producteur)["temoin"]
    maison.demander("POST", f"{api}/commandes/{producteur}/envoi", {"temoin": temoin, "cle": str(uuid4())})
    return api, producteur, str(lue(maison, api, producteur)["lien"])


def lue(maison: Maison, api: str, producteur: str) -> dict[str, Any]:
    elements = maison.demander("GET", f"{api}/commandes")["elements"]
    return dict(next(une for une in elements if une["producteur"] == producteur))


def test_tout_se_confirme_d_un_geste_sans_script(page: Page, maison: Maison) -> None:
    api, producteur, lien = une_commande(maison)

    page.goto(f"{maison.url}/commandes/{lien}")
    page.get_by_role("button", name="Tout confirmer").click()

    expect(page.get_by_role("status")).to_contain_text("Tout est confirmé")
    assert lue(maison, api, producteur)["etat"] == "confirmee"


def test_la_touche_entree_d_un_champ_envoie_ce_qui_est_tape(page: Page, maison: Maison) -> None:
    api, producteur, lien = une_commande(maison)

    page.goto(f"{maison.url}/commandes/{lien}")
    page.get_by_text("Corriger Carottes").click()
    quantite = page.get_by_label("Quantité (en kg)").first
    quantite.fill("peu")
    quantite.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Carottes")
    expect(quantite).to_have_value("peu")
    quantite.fill("8,5")
    quantite.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("Confirmé avec des changements")
    vue = lue(maison, api, producteur)
    repondues = {li["envoyee"]["description"]: li["reponse"]["quantite_milliemes"] for li in vue["lignes"]}
    assert repondues == {"Carottes": 8_500, "Pain": 30_000}
