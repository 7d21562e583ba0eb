"""Les dessins de la démonstration passent par le chemin des photos."""

import io

import pytest
from PIL import Image

from server.demonstration.contenu import lire_contenu
from server.demonstration.illustrations import HAUTEUR, ILLUSTRATIONS, LARGEUR, dessiner
from server.evenements.images import preparer_image


@pytest.mark.parametrize("nom", ILLUSTRATIONS)
def test_un_dessin_devient_une_image_legere_et_toujours_la_meme(nom: str) -> None:
    png = dessiner(nom)
    preparee = preparer_image(png)

    assert (preparee.largeur, preparee.hauteur) == (LARGEUR, HAUTEUR)
    assert max(len(octets) for octets in preparee.ecritures.values()) < 60_000
    assert dessiner(nom) == png
    with Image.open(io.BytesIO(png)) as image:
        couleurs = image.convert("RGB").getcolors(200_000)
    assert couleurs is None or len(couleurs) > 12


def test_chaque_dessin_se_dit_a_qui_ne_le_voit_pas() -> None:
    assert all(i.alt.startswith("Dessin") and i.alt.endswith(".") for i in ILLUSTRATIONS.values())
    assert len({i.alt for i in ILLUSTRATIONS.values()}) == len(ILLUSTRATIONS)


def test_les_evenements_ne_demandent_que_des_dessins_qui_existent() -> None:
    demandes = {e.image for e in lire_contenu().evenements if e.image}

    assert demandes <= set(ILLUSTRATIONS)
    assert len(demandes) >= 6
