"""L'affiche, relue par deux lecteurs de PDF qui ne l'ont pas écrite."""

import io
import re
from typing import Any

import pypdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PIL import Image

from server.evenements.schemas import EvenementVue
from server.pages.affiche import MARGE, composer_affiche
from server.pages.dessin import COULEURS, ecrivable, en_lignes
from server.pages.papier import FACTEURS, HAUTEUR, LARGEUR, Format
from tests.flux.vues import une_vue
from tests.maison.depot import RACINE
from tests.pages.vues import la_pire, une_annonce, une_soiree

TAILLES: dict[Format, tuple[float, float]] = {"a4": (210, 297), "a3": (297, 420)}


def page_de(pdf: bytes) -> Any:
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    return document[0]


def texte_de(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text())


def lettres_dehors(pdf: bytes) -> list[tuple[str, float, float]]:
    """Les lettres qui sortent de la marge."""
    page = page_de(pdf)
    large, haut = page.get_size()
    facteur = large / LARGEUR
    marge = MARGE * facteur - 2
    lu = page.get_textpage()
    dehors = []
    for rang in range(lu.count_chars()):
        gauche, bas, droite, dessus = lu.get_charbox(rang)
        if droite > gauche and not (
            marge <= gauche
            and droite <= large - marge
            and 0.7 * marge <= bas
            and dessus <= haut - 20 * facteur
        ):
            dehors.append((lu.get_text_range(rang, 1), gauche, bas))
    return dehors


def une_photo() -> bytes:
    sortie = io.BytesIO()
    Image.linear_gradient("L").resize((1200, 800)).convert("RGB").save(sortie, "WEBP")
    return sortie.getvalue()


@pytest.mark.parametrize("taille", FACTEURS)
@pytest.mark.parametrize("sobre", [False, True])
def test_une_affiche_est_une_page_de_vrai_texte(taille: Format, sobre: bool) -> None:
    pdf = composer_affiche(une_annonce(), taille, sobre=sobre)

    lu = pypdf.PdfReader(io.BytesIO(pdf))
    (page,) = lu.pages
    mm = [float(n) / 72 * 25.4 for n in (page.mediabox.width, page.mediabox.height)]
    assert mm == pytest.approx(TAILLES[taille], abs=0.5)
    assert lu.metadata is not None
    assert lu.metadata.title == "Éteindre les incendies – Vendredi 12 juin 2026, de 19\u00a0h à 1\u00a0h"
    catalogue: Any = lu.trailer["/Root"]
    assert catalogue["/Lang"] == "fr"
    texte = texte_de(pdf)
    for dit in (
        "Éteindre les incendies", "Vendredi 12 juin 2026, de 19 h à 1 h", "Foyer rural, La Capelle-et-Masmolène",
        "œufs et légumes du coin", "manger", "complet", "Entrée libre, repas à prix libre (conseillé 12 €)",
        "espèces ou chèque", "Bus 152, arrêt Mairie.", "Organisé par La Fabrique et Café.", "04 66 00 00 00",
        "tablees.exemple.fr/evenements/eteindre-les-incendies-2026-06-12", "CC BY-SA 4.0", "Les tablées du Pays d’Uzès",
    ):  # fmt: skip
        assert re.sub(r"\s+", " ", dit) in texte, dit


def test_les_fontes_sont_dans_le_document_en_partie_seulement() -> None:
    pdf = composer_affiche(une_annonce(), "a4")

    (page,) = pypdf.PdfReader(io.BytesIO(pdf)).pages
    fontes = [fonte.get_object() for fonte in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    noms = {re.sub(r"^[A-Z]{6}\+", "", str(fonte["/BaseFont"])) for fonte in fontes}
    assert len(noms) == 3
    assert all("Source" in nom for nom in noms)
    assert all(fonte["/FontDescriptor"]["/FontFile2"].get_object().get_data() for fonte in fontes)
    assert all("/ToUnicode" in fonte for fonte in fontes)
    assert len(pdf) < 80_000


def test_le_document_dit_son_titre_ses_paragraphes_et_sa_figure() -> None:
    catalogue: Any = pypdf.PdfReader(io.BytesIO(composer_affiche(une_annonce(), "a4"))).trailer["/Root"]

    assert catalogue["/MarkInfo"]["/Marked"]
    (racine,) = [catalogue["/StructTreeRoot"]["/K"].get_object()]
    roles = [element.get_object() for element in racine["/K"]]
    assert [r["/S"] for r in roles].count("/H1") == 1
    (figure,) = [r for r in roles if r["/S"] == "/Figure"]
    assert figure["/Alt"].startswith("Code QR vers https://tablees.exemple.fr/")
    (page,) = pypdf.PdfReader(io.BytesIO(composer_affiche(une_annonce(), "a4"))).pages
    assert page["/StructParents"] == 0
    contenu = page.get_contents()
    assert contenu is not None
    flux = contenu.get_data().decode("latin-1")
    assert sorted(map(int, re.findall(r"/MCID (\d+)", flux))) == list(range(len(roles)))
    assert len(re.findall(r"\bB(?:DC|MC)\b", flux)) == len(re.findall(r"\bEMC\b", flux))


@pytest.mark.parametrize("taille", FACTEURS)
def test_le_qr_imprime_mene_a_la_page(taille: Format) -> None:
    vue = une_soiree(titre="Un titre")
    for annonce, sobre in ((une_annonce(vue), False), (une_annonce(la_pire()), True)):
        image = page_de(composer_affiche(annonce, taille, sobre=sobre)).render(scale=2).to_pil()

        (code,) = zxingcpp.read_barcodes(image)
        assert code.text == annonce.url


PIRES = {
    "longs mots": la_pire(),
    "un seul mot": la_pire("W"),
    "sans rien": une_vue(titre="A", resume="", moments=[], debut=None, fin=None, lieu=None, structures=[]),
    "un mot, sans fin de page": la_pire("l’eau, "),
    "dessins": une_soiree(titre="🌻🌻🌻", resume="🌻", venir="🌻"),
    "autre alphabet": une_soiree(titre="مرحبا", resume="你好"),
}


@pytest.mark.parametrize("nom", PIRES)
@pytest.mark.parametrize("sobre", [False, True])
def test_rien_ne_deborde_jamais(nom: str, sobre: bool) -> None:
    pdf = composer_affiche(une_annonce(PIRES[nom]), "a4", sobre=sobre)

    assert lettres_dehors(pdf) == []
    assert "tablees.exemple.fr/evenements/" in texte_de(pdf)
    assert lettres_qui_se_couvrent(pdf) == []


def lettres_qui_se_couvrent(pdf: bytes) -> list[str]:
    """Les lettres posées l'une sur l'autre : deux blocs qui se chevauchent."""
    lu = page_de(pdf).get_textpage()
    boites = [
        (lu.get_text_range(rang, 1), *lu.get_charbox(rang))
        for rang in range(lu.count_chars())
        if lu.get_text_range(rang, 1).strip()
    ]
    boites.sort(key=lambda boite: boite[2])
    couvertes = []
    for rang, (lettre, g, b, d, h) in enumerate(boites):
        for autre, g2, b2, d2, h2 in boites[rang + 1 :]:
            if b2 >= h:
                break
            large, haut = min(d, d2) - max(g, g2), min(h, h2) - max(b, b2)
            if large > 0.5 * min(d - g, d2 - g2) and haut > 0.5 * min(h - b, h2 - b2):
                couvertes.append(f"{lettre} {autre}")
    return couvertes


def test_un_evenement_sans_lettre_connue_a_quand_meme_son_titre() -> None:
    assert "Conférence gesticulée" in texte_de(composer_affiche(une_annonce(PIRES["dessins"]), "a4"))


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    titre=st.text(min_size=1, max_size=160),
    resume=st.text(max_size=400),
    venir=st.text(max_size=2000),
    moments=st.integers(0, 20),
)
def test_quoi_qu_on_ecrive_l_affiche_tient(titre: str, resume: str, venir: str, moments: int) -> None:
    vue = une_soiree(titre=titre, resume=resume, venir=venir, moments=(une_soiree().moments * 7)[:moments])

    assert lettres_dehors(composer_affiche(une_annonce(vue), "a4")) == []


def test_la_sobre_n_a_que_du_noir() -> None:
    image = (
        page_de(composer_affiche(une_annonce(), "a4", sobre=True, photo=une_photo())).render(scale=1).to_pil()
    )

    teintes = {max(p[:3]) - min(p[:3]) for _, p in image.convert("RGB").getcolors(1 << 20)}
    assert teintes == {0}
    noir = sum(n for n, p in image.convert("L").getcolors(256) if p < 128)
    assert noir < 0.08 * image.width * image.height


def test_la_photo_parait_si_elle_laisse_la_place_aux_mots() -> None:
    avec = composer_affiche(une_annonce(), "a4", photo=une_photo())
    trop = composer_affiche(une_annonce(la_pire()), "a4", photo=une_photo())

    def images(pdf: bytes) -> int:
        return len(pypdf.PdfReader(io.BytesIO(pdf)).pages[0].images)

    assert (images(avec), images(trop)) == (1, 0)
    assert lettres_dehors(avec) == []
    assert len(avec) < 250_000


@pytest.mark.parametrize(
    ("champs", "mot"),
    [
        ({"statut": "annule", "motif": "Orage."}, "ANNULÉ"),
        ({"statut": "reporte", "debut": None, "fin": None}, "REPORTÉ"),
        ({}, "Vendredi"),
    ],
)
def test_l_affiche_dit_ce_qui_a_change(champs: dict[str, Any], mot: str) -> None:
    texte = texte_de(composer_affiche(une_annonce(une_soiree(**champs)), "a4"))

    assert mot in texte
    assert champs.get("motif", "") in texte


def test_la_meme_affiche_donne_les_memes_octets() -> None:
    assert composer_affiche(une_annonce(), "a3") == composer_affiche(une_annonce(), "a3")


def test_les_couleurs_sont_celles_des_pages() -> None:
    jetons = (RACINE / "pwa" / "styles" / "jetons.css").read_text(encoding="utf-8")

    dites = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", jetons))
    assert {nom: dites.get(nom) for nom in COULEURS} == COULEURS


@pytest.mark.parametrize(
    ("ecrit", "lu"),
    [
        ("Été à l’Œuvre, 12\u00a0€\u202f!", "Été à l’Œuvre, 12\u00a0€\u202f!"),
        ("𝐅𝐞\u0302𝐭𝐞 🌻 des ｆilles", "Fête des filles"),
        ("e\u0301te\u0301", "été"),
        ("Salut مرحبا", "Salut ?????"),
        ("🌻", "à défaut"),
        ("مرحبا", "à défaut"),
        ("a\ufe0fb\tc", "ab c"),
    ],
)
def test_un_caractere_absent_n_arrete_rien(ecrit: str, lu: str) -> None:
    assert ecrivable(ecrit, "à défaut") == lu


def test_les_lignes_ne_se_coupent_pas_aux_insecables() -> None:
    mesure = lambda texte: float(len(texte))  # noqa: E731

    assert en_lignes("Il est 20\u00a0h\u00a030 ici", mesure, 9, 5) == ["Il est", "20\u00a0h\u00a030", "ici"]
    assert en_lignes("abcdefghij", mesure, 4, 5) == ["abcd", "efgh", "ij"]
    assert en_lignes("un deux trois quatre", mesure, 5, 2) == ["un", "deux…"]
    assert en_lignes("", mesure, 5, 2) == []


def test_une_soiree_ordinaire_ne_perd_pas_un_mot() -> None:
    def sans(vue: EvenementVue) -> bool:
        return "…" not in texte_de(composer_affiche(une_annonce(vue), "a4"))

    assert sans(une_soiree())
    assert not sans(replace(une_soiree(), venir="mot " * 900))
    assert HAUTEUR > LARGEUR
