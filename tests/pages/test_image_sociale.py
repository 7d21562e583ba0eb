"""L'image d'un lien partagé."""

import io

import pytest
from msgspec.structs import replace
from PIL import Image

from server.evenements.schemas import EvenementVue, ImageVue
from server.pages import image_sociale
from server.pages.image_sociale import (
    HAUTEUR,
    LARGEUR,
    PHOTO,
    ApercuAgenda,
    adresse_evenement,
    alternative,
    dessiner_agenda,
    dessiner_evenement,
)
from server.pages.vues import Site
from tests.pages.test_affiche import PIRES, une_photo
from tests.pages.vues import la_pire, une_annonce, une_soiree


def image_de(octets: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(octets))
    assert image.format == "JPEG"
    assert image.size == (LARGEUR, HAUTEUR)
    return image.convert("RGB")


def encre(image: Image.Image, boite: tuple[int, int, int, int]) -> int:
    """Pixels foncés dans cette part de l'image."""
    return sum(image.crop(boite).convert("L").histogram()[:90])


@pytest.mark.parametrize("nom", PIRES)
@pytest.mark.parametrize("photo", [False, True])
def test_l_image_est_legere_et_rien_n_en_deborde(nom: str, photo: bool) -> None:
    octets = dessiner_evenement(une_annonce(PIRES[nom]), une_photo() if photo else None)

    image = image_de(octets)
    assert len(octets) < 150_000
    droite = LARGEUR - (PHOTO if photo else 0)
    assert encre(image, (droite - 30, 40, droite - 2, HAUTEUR)) == 0
    assert encre(image, (0, HAUTEUR - 40, droite - 2, HAUTEUR)) == 0
    assert encre(image, (40, 100, droite - 30, HAUTEUR - 40)) > 500


def test_la_photo_se_voit_a_droite_et_laisse_les_mots_a_gauche() -> None:
    sans, avec = (image_de(dessiner_evenement(une_annonce(), photo)) for photo in (None, une_photo()))

    fond = sans.getpixel((LARGEUR - 20, 300))
    assert avec.getpixel((LARGEUR - 20, 300)) != fond
    assert avec.getpixel((20, 300)) == sans.getpixel((20, 300))


def test_un_changement_visible_change_l_adresse_et_rien_d_autre() -> None:
    vue = une_soiree()

    def adresse(vue: EvenementVue, langue: str = "fr") -> str:
        return adresse_evenement(vue, une_annonce(vue, langue))

    photo = ImageVue("/images/a-1200.webp", "/images/a-480.webp", 1200, 800, "Une table.", "")
    autres = [
        replace(vue, titre="Autre chose"),
        replace(vue, statut="annule"),
        replace(vue, statut="reporte", debut=None, fin=None),
        replace(vue, moments=vue.moments[:1]),
        replace(vue, image=photo),
        replace(vue, image=replace(photo, url="/images/b-1200.webp")),
    ]
    adresses = [adresse(vue), adresse(vue, "en"), *map(adresse, autres)]
    assert len(set(adresses)) == len(adresses)
    assert adresse(replace(vue, version=9, modifie_le=vue.modifie_le.replace(year=2027))) == adresses[0]


def test_changer_le_dessin_change_toutes_les_adresses(monkeypatch: pytest.MonkeyPatch) -> None:
    vue = une_soiree()
    avant = adresse_evenement(vue, une_annonce(vue))

    monkeypatch.setattr(image_sociale, "MODELE", image_sociale.MODELE + 1)

    assert adresse_evenement(vue, une_annonce(vue)) != avant


def test_qui_ne_voit_pas_l_image_sait_ce_qu_elle_dit() -> None:
    assert (
        alternative(une_annonce(une_soiree(statut="annule")))
        == "Annulé. Éteindre les incendies. Vendredi 12 juin 2026, de 19\u00a0h à 1\u00a0h. Foyer rural. La Capelle-et-Masmolène"
    )


@pytest.mark.parametrize("reseau", ["Les tablées", "W" * 120, "🌻"])
def test_l_image_de_l_agenda_tient_avec_ou_sans_rendez_vous(reseau: str) -> None:
    annonce = une_annonce(la_pire(), site=Site("https://x.fr", reseau, ""))
    rdv = image_sociale.RendezVous(annonce.ardoise, annonce.titre, "Uzès " * 40)
    for prochains in ([], [rdv], [rdv] * 3):
        image = image_de(
            dessiner_agenda(ApercuAgenda(reseau, "Prochains rendez-vous", "Devise.", prochains, ""))
        )

        assert encre(image, (LARGEUR - 40, 40, LARGEUR, HAUTEUR)) == 0
        assert encre(image, (0, HAUTEUR - 12, LARGEUR, HAUTEUR)) == 0
