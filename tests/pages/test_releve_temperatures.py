"""Le relevé de températures sur papier : ce qui est noté, ce qui est corrigé, et de quoi écrire à la main."""

import io
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from pypdf import PdfReader

from server.banquets.cuisine.schemas import MesureVue, ReleveVue
from server.inscriptions.cuisine.schemas import RepasVu
from server.pages.feuilles import composer_feuille
from server.pages.releve_temperatures import LIGNES_VIERGES, feuille_des_temperatures, mots_des_degres
from server.reglages import Reglages
from server.socle.web import Tablees
from tests.inscriptions.cuisine.jeu import donner_un_lien, entetes, entrer, poser_une_cuisine

SOIR = datetime(2026, 6, 12, 18, 30, tzinfo=UTC)


def un_repas() -> RepasVu:
    return RepasVu(
        moment=uuid4(),
        evenement="Éteindre les incendies",
        slug="eteindre",
        statut="publie",
        titre="",
        debut=SOIR,
        fin=None,
        lieu=None,
        repli=None,
        structures=["La Fabrique"],
    )


def une_mesure(dixiemes: int, minutes: int = 0, **champs: object) -> MesureVue:
    ordinaires: dict[str, object] = {
        "id": uuid4(),
        "dixiemes": dixiemes,
        "prise_le": SOIR + timedelta(minutes=minutes),
        "nom": "équipe du samedi",
        "corrige": None,
        "remplacee": False,
        "annule": False,
    }
    return MesureVue(**{**ordinaires, **champs})  # type: ignore[arg-type]


def lire(releves: list[ReleveVue], langue: str = "fr") -> tuple[int, str]:
    feuille = feuille_des_temperatures(un_repas(), releves, langue, "La Fabrique", SOIR)
    lu = PdfReader(io.BytesIO(composer_feuille(feuille)))
    return len(lu.pages), " ".join(page.extract_text() for page in lu.pages)


def test_rien_de_releve_donne_une_grille_vierge_d_une_page() -> None:
    pages, texte = lire([])

    assert pages == 1
    for dit in ("Relevé de températures", "pas une obligation pour vous", "63 °C ou plus", "2 heures"):
        assert dit in texte.replace("\u00a0", " ")
    feuille = feuille_des_temperatures(un_repas(), [], "fr", "La Fabrique", SOIR)
    assert feuille.parties[0].tableau is not None
    assert (list(feuille.parties[0].tableau.lignes), feuille.parties[0].tableau.a_la_main) == (
        [],
        LIGNES_VIERGES,
    )


def test_une_correction_se_lit_a_cote_de_ce_qu_elle_corrige() -> None:
    faute = une_mesure(90)
    releve = ReleveVue(
        id=faute.id,
        genre="chaud",
        sujet="Gratin de courge",
        plat=None,
        verdict="bon",
        au_plus_tard=None,
        mesures=[
            une_mesure(90, id=faute.id, remplacee=True),
            une_mesure(655, 5, corrige=faute.id),
        ],
    )

    _, texte = lire([releve])

    texte = texte.replace("\u00a0", " ").replace("\u202f", " ")
    for dit in ("Gratin de courge", "9 °C", "corrigée plus bas", "65,5 °C", "bon", "équipe du samedi"):
        assert dit in texte
    assert "corrected below" in lire([releve], "en")[1]


def test_un_refroidissement_en_cours_dit_son_heure() -> None:
    mesure = une_mesure(700)
    releve = ReleveVue(
        id=mesure.id,
        genre="refroidissement",
        sujet="Bouillon",
        plat=None,
        verdict="en_cours",
        au_plus_tard=SOIR + timedelta(hours=2),
        mesures=[mesure],
    )

    assert "avant 22 h 30" in lire([releve])[1].replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("dixiemes", "fr", "en"),
    [(635, "63,5", "63.5"), (-180, "−18", "−18"), (-5, "−0,5", "−0.5"), (0, "0", "0"), (30, "3", "3")],
)
def test_les_degres_s_ecrivent_comme_on_les_dit(dixiemes: int, fr: str, en: str) -> None:
    assert mots_des_degres("fr", dixiemes) == f"{fr}\u00a0°C"
    assert mots_des_degres("en", dixiemes) == f"{en}\u00a0°C"


async def test_le_releve_s_imprime_de_l_espace_et_de_la_cuisine(
    client: httpx.AsyncClient, application: Tablees, reglages: Reglages
) -> None:
    cuisine = await poser_une_cuisine()
    nadia, malik = [await entetes(reglages, qui.compte) for qui in (cuisine.jeu.nadia, cuisine.jeu.malik)]
    appareil = await entrer(client, reglages, (await donner_un_lien(client, reglages, cuisine))["adresse"])

    for adresse, qui in ((cuisine.espace, nadia), (cuisine.adresse, appareil)):
        papier = await client.get(f"{adresse}/papiers/temperatures.pdf", headers=qui)
        assert papier.status_code == 200
        assert papier.headers["content-type"] == "application/pdf"
        assert papier.headers["cache-control"] == "private, no-store"
        assert "Foyer rural" in PdfReader(io.BytesIO(papier.content)).pages[0].extract_text()
    for adresse, qui, statut in (
        (cuisine.espace, malik, 404),
        (cuisine.espace, {}, 401),
        (cuisine.adresse, {}, 404),
    ):
        assert (await client.get(f"{adresse}/papiers/temperatures.pdf", headers=qui)).status_code == statut
