"""La carte du menu : tout y est, sur une page tant qu'elle s'y lit."""

import io

import msgspec
import pytest
from pypdf import PdfReader

from server.pages.carte_du_menu import CarteDuMenu, PlatDeLaCarte, ServiceDeLaCarte, composer_carte

DAUBE = PlatDeLaCarte(
    nom="Daube de taureau aux olives",
    description="Mijotée la veille.",
    provenance="taureau de la manade du Gardon",
    mentions=["contient : sulfites, céleri"],
)


def une_carte(plats: int = 1, **champs: object) -> CarteDuMenu:
    carte = CarteDuMenu(
        titre="La grande tablée d’hiver",
        sous_titre="Samedi 12 décembre 2026",
        services=[ServiceDeLaCarte("Le plat", [DAUBE] * plats)],
        pied=["68 % de bio en valeur."],
        auteur="Réseau des tablées",
    )
    return msgspec.structs.replace(carte, **champs)


def lire(carte: CarteDuMenu) -> PdfReader:
    return PdfReader(io.BytesIO(composer_carte(carte)))


def test_la_carte_dit_le_plat_d_ou_il_vient_et_ce_qu_il_contient() -> None:
    (page,) = lire(une_carte()).pages
    texte = page.extract_text()

    for dit in (
        "La grande tablée",
        "Le plat",
        "Daube de taureau",
        "manade du Gardon",
        "sulfites",
        "68 % de bio",
    ):
        assert dit in texte


def test_un_long_menu_se_lit_en_plus_petit_puis_continue_au_verso() -> None:
    assert len(lire(une_carte(10)).pages) == 1

    feuilles = lire(une_carte(40)).pages
    assert len(feuilles) > 1
    assert sum(page.extract_text().count("Daube de taureau") for page in feuilles) == 40


def test_la_carte_sobre_n_a_ni_couleur_ni_lampion() -> None:
    def encres(carte: CarteDuMenu) -> set[tuple[float, ...]]:
        (page,) = lire(carte).pages
        contenu = page.get_contents()
        assert contenu is not None
        return {
            tuple(float(n) for n in valeurs)
            for valeurs, ordre in contenu.operations
            if ordre in (b"rg", b"RG")
        }

    assert encres(une_carte(sobre=True)) <= {(0.0, 0.0, 0.0)}
    assert len(encres(une_carte())) > 3


@pytest.mark.parametrize("texte", ["<b>& ]]>", "🌻", "x" * 2000, "mot " * 4000, ""])
def test_aucun_texte_n_arrete_l_impression(texte: str) -> None:
    plat = PlatDeLaCarte(nom=texte, description=texte, provenance=texte, mentions=[texte])

    assert lire(une_carte(services=[ServiceDeLaCarte(texte, [plat])], titre=texte, pied=[texte])).pages
