"""Les papiers de la cuisine : tout y est, lisible par un autre programme, quoi qu'on y écrive."""

import io
import time

import msgspec
import pytest
from pypdf import PdfReader

from server.pages.feuilles import Colonne, Feuille, Partie, Tableau, composer_feuille

COLONNES = (Colonne("Denrée", 4), Colonne("Quantité", 2, "droite", gras=True), Colonne("D’où", 3))


def un_tableau(nombre: int = 3, **champs: object) -> Tableau:
    lignes = [(f"Carottes {rang}", f"{rang}\u00a0kg", "Ferme du Vallon") for rang in range(nombre)]
    return msgspec.structs.replace(Tableau(colonnes=COLONNES, lignes=lignes), **champs)


def une_feuille(*parties: Partie, **champs: object) -> Feuille:
    ordinaire = Feuille(
        titre="Feuille de production",
        sous_titre="Samedi 12 décembre 2026",
        en_tete=["Effectif arrêté : 150 adultes, 30 enfants"],
        parties=parties
        or (Partie(titre="Soupe de courge", phrases=["Pour 180 parts."], tableau=un_tableau()),),
        pied="Imprimé le 8 décembre à 18 h 02",
        auteur="Réseau des tablées",
    )
    return msgspec.structs.replace(ordinaire, **champs)


def pages(feuille: Feuille) -> list[str]:
    lu = PdfReader(io.BytesIO(composer_feuille(feuille)))
    return [page.extract_text() for page in lu.pages]


def test_tout_ce_qui_est_dit_se_lit_et_se_cherche() -> None:
    (texte,) = pages(une_feuille())

    for dit in (
        "Feuille de production",
        "150 adultes",
        "Soupe de courge",
        "Carottes 2",
        "Ferme du Vallon",
        "page 1 sur 1",
    ):
        assert dit in texte
    assert PdfReader(io.BytesIO(composer_feuille(une_feuille()))).metadata.title == "Feuille de production"  # type: ignore[union-attr]


def test_les_titres_de_colonnes_reviennent_a_chaque_page_et_rien_ne_se_perd() -> None:
    feuilles = pages(
        une_feuille(
            Partie(titre="Courses", tableau=un_tableau(200, a_cocher=True, total=("Total", "1 t", "")))
        )
    )

    assert len(feuilles) > 2
    assert all("Denrée" in texte for texte in feuilles)
    assert feuilles[1].count(f"page 2 sur {len(feuilles)}") == 1
    tout = "\n".join(feuilles)
    assert [rang for rang in range(200) if f"Carottes {rang}" not in tout] == []
    assert "Total" in feuilles[-1]


def test_un_titre_ne_reste_jamais_seul_au_bas_d_une_page() -> None:
    for avant in range(20, 60):
        feuilles = pages(
            une_feuille(
                Partie(phrases=[f"Ligne {rang}" for rang in range(avant)]),
                Partie(titre="Le dessert", tableau=un_tableau()),
            )
        )
        (page,) = [texte for texte in feuilles if "Le dessert" in texte]
        assert "Carottes 0" in page, avant


@pytest.mark.parametrize(
    "texte",
    ["<b>gras</b> & <i>", "🌻 fête", "x" * 3000, "mot " * 6000, "ligne\nligne", "\u202eretourné", "", "]]>"],
)
def test_aucun_texte_n_arrete_l_impression(texte: str) -> None:
    tableau = un_tableau(lignes=[(texte, texte, texte)])

    feuille = une_feuille(
        Partie(titre=texte, phrases=[texte], tableau=tableau), titre=texte, en_tete=[texte], pied=texte[:200]
    )

    tout = "".join(pages(feuille))
    assert "gras" not in texte or "<b>gras</b>" in tout


def test_la_meme_feuille_donne_les_memes_octets() -> None:
    assert composer_feuille(une_feuille()) == composer_feuille(une_feuille())


def test_en_grand_et_en_paysage() -> None:
    lu = PdfReader(io.BytesIO(composer_feuille(une_feuille(taille="grand", paysage=True))))

    largeur, hauteur = lu.pages[0].mediabox[2:]
    assert largeur > hauteur


def test_un_banquet_de_douze_plats_s_imprime_en_moins_de_deux_secondes() -> None:
    parties = [
        Partie(titre=f"Plat {rang}", phrases=["Pour 180 parts."], tableau=un_tableau(15))
        for rang in range(12)
    ]
    composer_feuille(une_feuille())

    debut = time.process_time()
    composer_feuille(une_feuille(*parties))

    assert time.process_time() - debut < 2
