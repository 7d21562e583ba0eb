"""Les courriels se lisent sans image, sans rien charger, et disent la même chose en texte et en HTML."""

import re
import threading
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest

from server.comptes import services
from server.comptes.regles import code_de, lien_de
from server.notifications.messages import composer_connexion
from server.notifications.mise_en_page import composer
from server.notifications.schemas import EnvoiAComposer
from server.reglages import Reglages
from server.socle.contexte import Contexte
from server.socle.documents import Documents
from server.socle.limites import Limites
from server.socle.morceaux import Morceaux
from server.socle.portes import Courriel, Portes
from server.socle.secrets import Clef

DEMANDE = UUID("0d6b7f6e-3a55-4d1e-9d0a-0c2f4c1e8a11")
MIDI = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
URL = "https://tablees.example"
VALEURS = {"prenom": "Nadia", "lien": f"{URL}/connexion/abc", "code": "123 456", "expire_le": MIDI}


@pytest.fixture
def contexte(portes: Portes, clef: Clef) -> Contexte:
    return Contexte(
        reglages=Reglages(url=URL, expediteur="Réseau du Pays d’Uzès <bonjour@reseau.example>"),
        clef=clef,
        portes=portes,
        documents=Documents(100_000),
        morceaux=Morceaux(100_000),
        limites=Limites(),
    )


async def ecrire(contexte: Contexte, langue: str = "fr", **valeurs: Any) -> Courriel:
    return await composer(
        contexte, "connexion", langue=langue, a="nadia@example.org", cle="c1", valeurs=VALEURS | valeurs
    )


class Lecture(HTMLParser):
    """Ce qu'une boîte aux lettres ferait d'un courriel."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.balises: list[str] = []
        self.adresses: list[str] = []
        self.mots: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.balises.append(tag)
        self.adresses += [
            valeur or "" for nom, valeur in attrs if nom in ("href", "src", "background", "action")
        ]

    def handle_data(self, data: str) -> None:
        self.mots.append(data)


@pytest.mark.parametrize("langue", ["fr", "en"])
async def test_chaque_langue_est_complete(contexte: Contexte, langue: str) -> None:
    courriel = await ecrire(contexte, langue)

    for partie in (courriel.sujet, courriel.texte, courriel.html):
        assert not re.search(r"\bcourriels\.\w", partie), "une clé de texte n'a pas trouvé sa phrase"
        assert "{" not in re.sub(r"<style>.*?</style>", "", partie, flags=re.DOTALL)
    assert f'<html lang="{langue}"' in courriel.html


@pytest.mark.parametrize("langue", ["fr", "en"])
async def test_le_texte_dit_tout_ce_que_dit_le_html(contexte: Contexte, langue: str) -> None:
    courriel = await ecrire(contexte, langue)

    for adresse in Lecture(courriel.html).adresses:
        assert adresse in courriel.texte
    for necessaire in ("Nadia", "123 456", VALEURS["lien"], "Réseau du Pays d’Uzès"):
        assert necessaire in courriel.texte
        assert necessaire in unescape(courriel.html)


async def test_un_courriel_ne_charge_rien_et_n_execute_rien(contexte: Contexte) -> None:
    lecture = Lecture((await ecrire(contexte)).html)

    assert not {"img", "script", "link", "iframe", "form", "input", "video", "object"} & set(lecture.balises)
    assert all(adresse.startswith(URL) for adresse in lecture.adresses)
    assert "url(" not in (await ecrire(contexte)).html
    assert "@import" not in (await ecrire(contexte)).html


async def test_il_n_y_a_qu_un_bouton(contexte: Contexte) -> None:
    assert (await ecrire(contexte)).html.count('class="bouton"') == 1


@pytest.mark.parametrize(
    "prenom",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "Ana & Bob", "</title><b>"],
)
async def test_un_prenom_hostile_se_montre_sans_agir(contexte: Contexte, prenom: str) -> None:
    courriel = await ecrire(contexte, prenom=prenom)

    assert set(Lecture(courriel.html).balises) == set(Lecture((await ecrire(contexte)).html).balises)
    assert prenom in unescape(courriel.html)
    assert prenom in courriel.texte


async def test_remplir_un_gabarit_n_arrete_pas_les_autres(contexte: Contexte) -> None:
    fils: set[int] = set()

    class Prenom:
        """Dit où on l'écrit."""

        def __str__(self) -> str:
            fils.add(threading.get_ident())
            return "Nadia"

    await ecrire(contexte, prenom=Prenom())

    assert fils
    assert threading.get_ident() not in fils


async def test_un_courriel_reste_leger(contexte: Contexte) -> None:
    """Au-delà de 102 ko, certaines boîtes coupent le message."""
    assert len((await ecrire(contexte)).html.encode()) < 12_000


async def test_le_sujet_vient_des_textes_ou_de_l_appel(contexte: Contexte) -> None:
    dit = await composer(
        contexte,
        "connexion",
        langue="fr",
        a="n@e.org",
        cle="c",
        valeurs=VALEURS,
        sujet="Autre sujet",
        repondre_a="foyer@e.org",
    )

    assert (await ecrire(contexte)).sujet == "Votre lien et votre code de connexion"
    assert (dit.sujet, dit.repondre_a) == ("Autre sujet", "foyer@e.org")
    assert "<title>Autre sujet</title>" in dit.html


async def test_le_courriel_de_connexion_porte_le_lien_et_le_code_de_sa_demande(base, contexte, clef) -> None:
    await services.creer_compte("kim@tiers-lieu.example", "Kim", "en", MIDI)
    await services.demander_connexion(DEMANDE, "kim@tiers-lieu.example", MIDI)
    envoi = EnvoiAComposer(
        id=1,
        cle="connexion:1",
        genre="connexion",
        objet="connexion:1",
        evenement=None,
        destinataire="kim@tiers-lieu.example",
        langue="en",
        donnees={"demande": str(DEMANDE)},
        cree_le=MIDI,
        essais=1,
        bail="b",
        maintenant=MIDI,
    )

    courriel = await composer_connexion(envoi, contexte)

    assert courriel is not None
    assert courriel.a == "kim@tiers-lieu.example"
    assert courriel.sujet == "Your sign-in link and code"
    assert f"{URL}/connexion/{lien_de(clef, DEMANDE)}" in courriel.texte
    assert code_de(clef, DEMANDE) in courriel.texte.replace(" ", "")
