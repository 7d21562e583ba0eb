"""Les images : ce qui entre, ce qui sort, ce qui reste dehors."""

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from server.evenements import images
from server.evenements.erreurs import ImageInconnue
from server.evenements.tables import Image as LigneImage
from server.socle.base import Moteur
from server.socle.erreurs import DemandeInvalide
from tests.evenements.jeu import LUNDI


def une_photo(largeur: int = 3000, hauteur: int = 2000, genre: str = "JPEG", **options: Any) -> bytes:
    """Une photo dont la moitié gauche est rouge."""
    image = Image.new("RGB", (largeur, hauteur), (20, 60, 160))
    image.paste((200, 30, 30), (0, 0, largeur // 2, hauteur))
    sortie = io.BytesIO()
    image.save(sortie, genre, **options)
    return sortie.getvalue()


def relire(preparee: images.ImagePreparee, taille: int) -> Image.Image:
    return Image.open(io.BytesIO(preparee.ecritures[f"{preparee.empreinte}-{taille}.webp"]))


@pytest.mark.parametrize("genre", ["JPEG", "PNG", "WEBP"])
def test_une_photo_devient_deux_webp(genre: str) -> None:
    preparee = images.preparer_image(une_photo(genre=genre))

    assert (preparee.largeur, preparee.hauteur) == (1200, 800)
    for taille in (1200, 480):
        relue = relire(preparee, taille)
        assert relue.format == "WEBP"
        assert relue.width == taille


def test_une_petite_image_n_est_pas_agrandie() -> None:
    preparee = images.preparer_image(une_photo(300, 200))

    assert (preparee.largeur, preparee.hauteur) == (300, 200)
    assert relire(preparee, 480).size == (300, 200)


def test_une_photo_tournee_est_remise_droite_et_perd_ses_metadonnees() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # à tourner d'un quart
    exif[0x010F] = "Appareil de Nadia"
    exif.get_ifd(0x8825)[1] = "N"  # position GPS
    octets = une_photo(exif=exif, comment=b"chez Nadia")

    preparee = images.preparer_image(octets)
    relue = relire(preparee, 1200)

    assert relue.height > relue.width
    haut, bas = (
        relue.convert("RGB").getpixel((300, 10)),
        relue.convert("RGB").getpixel((300, relue.height - 10)),
    )
    assert isinstance(haut, tuple)
    assert isinstance(bas, tuple)
    assert haut[0] > 150 > bas[0]
    for ecriture in preparee.ecritures.values():
        assert b"Nadia" not in ecriture
        assert not any(morceau in ecriture for morceau in (b"EXIF", b"ICCP", b"XMP "))


def test_les_couleurs_d_un_autre_profil_passent_en_srgb() -> None:
    profil = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    preparee = images.preparer_image(une_photo(icc_profile=profil))

    rouge = relire(preparee, 480).convert("RGB").getpixel((20, 20))
    assert isinstance(rouge, tuple)
    assert abs(rouge[0] - 200) < 12


def test_une_image_transparente_le_reste() -> None:
    image = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    sortie = io.BytesIO()
    image.save(sortie, "PNG")

    assert relire(images.preparer_image(sortie.getvalue()), 480).mode == "RGBA"


def _png(largeur: int, hauteur: int) -> bytes:
    """L'en-tête d'une image immense, en quelques octets."""

    def morceau(genre: bytes, contenu: bytes) -> bytes:
        return (
            struct.pack(">I", len(contenu)) + genre + contenu + struct.pack(">I", zlib.crc32(genre + contenu))
        )

    entete = struct.pack(">IIBBBBB", largeur, hauteur, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + morceau(b"IHDR", entete)
        + morceau(b"IDAT", zlib.compress(b""))
        + morceau(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("octets", "texte"),
    [
        (b"", "image_illisible"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "image_illisible"),
        (b"GIF89a" + b"\x00" * 50, "image_illisible"),
        (b"%PDF-1.4", "image_illisible"),
        (une_photo()[:2000], "image_illisible"),
        (b"\xff\xd8\xff" + b"\x00" * 500, "image_illisible"),
        (_png(100, 100), "image_illisible"),
        (_png(50_000, 50_000), "image_trop_vaste"),
        (_png(2**31 - 1, 2**31 - 1), "image_trop_vaste"),
    ],
)
def test_ce_qui_n_est_pas_une_photo_raisonnable_est_refuse(octets: bytes, texte: str) -> None:
    with pytest.raises(DemandeInvalide) as refus:
        images.preparer_image(octets)

    assert [e.texte for e in refus.value.erreurs] == [texte]


def _unie(mode: str, largeur: int, hauteur: int, genre: str, **options: Any) -> bytes:
    sortie = io.BytesIO()
    Image.new(mode, (largeur, hauteur)).save(sortie, genre, **options)
    return sortie.getvalue()


def _jpeg_couleur_par_couleur(largeur: int, hauteur: int) -> bytes:
    """L'en-tête d'un JPEG ordinaire dont chaque couleur a son passage."""
    cadre = struct.pack(">BHHB", 8, hauteur, largeur, 3) + bytes([1, 17, 0, 2, 17, 0, 3, 17, 0])
    passage = bytes([1, 1, 0, 0, 63, 0])
    morceaux = ((0xC0, cadre), (0xDA, passage))
    return b"\xff\xd8" + b"".join(
        struct.pack(">BBH", 0xFF, marque, len(contenu) + 2) + contenu for marque, contenu in morceaux
    )


@pytest.mark.parametrize(
    ("octets", "millions"),
    [
        (_unie("RGB", 6100, 4000, "JPEG", progressive=True), 24),
        (_unie("CMYK", 4600, 4000, "JPEG", progressive=True), 18),
        (_unie("L", 8100, 8000, "JPEG", progressive=True), 64),
        (_jpeg_couleur_par_couleur(6100, 4000), 24),
        (_unie("RGBA", 4100, 4000, "PNG"), 16),
        (_unie("RGB", 6100, 4000, "PNG"), 24),
        (_unie("RGB", 4100, 3100, "WEBP", method=0), 12),
    ],
    ids=["progressif", "progressif CMJN", "progressif gris", "par couleur", "PNG transparent", "PNG", "WebP"],
)
def test_ce_qui_se_deplierait_en_entier_est_refuse_plus_tot(octets: bytes, millions: int) -> None:
    with pytest.raises(DemandeInvalide) as refus:
        images.preparer_image(octets)

    [erreur] = refus.value.erreurs
    assert (erreur.texte, erreur.valeurs) == ("image_trop_vaste", {"n": millions})


@pytest.mark.parametrize(
    ("mode", "largeur", "hauteur", "attendues"),
    [
        ("RGB", 60_000, 1000, (1200, 20)),
        ("CMYK", 6000, 6000, (1200, 1200)),
        ("RGB", 1250, 50_000, (40, 1600)),
    ],
    ids=["panorama", "CMJN", "colonne"],
)
def test_une_photo_ordinaire_se_reduit_sans_se_deplier(
    tmp_path: Path, mode: str, largeur: int, hauteur: int, attendues: tuple[int, int]
) -> None:
    """Mesuré dans un processus à part : Pillow prend sa mémoire hors de Python."""
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(_unie(mode, largeur, hauteur, "JPEG"))
    mesure = (
        "import pathlib, resource, sys\n"
        "from server.evenements.images import preparer_image\n"
        "preparer_image(pathlib.Path(sys.argv[1]).read_bytes())\n"
        "avant = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "p = preparer_image(pathlib.Path(sys.argv[2]).read_bytes())\n"
        "apres = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "print(p.largeur, p.hauteur, (apres - avant) // 1024)"
    )
    petite = tmp_path / "petite.jpg"
    petite.write_bytes(une_photo(1600, 1200))

    dit = subprocess.run(
        [sys.executable, "-c", mesure, str(petite), str(photo)], capture_output=True, text=True, check=True
    ).stdout
    *dimensions, megaoctets = map(int, dit.split())

    assert tuple(dimensions) == attendues
    assert megaoctets < 80


async def test_la_meme_photo_deux_fois_n_existe_qu_une_fois(base: Moteur, dossier: Path) -> None:
    une = await images.recevoir_image(une_photo(), dossier, LUNDI)
    autre = await images.recevoir_image(une_photo(), dossier, LUNDI)

    assert une == autre
    assert await LigneImage.count() == 1
    assert sorted(chemin.name for chemin in (dossier / "images").iterdir()) == [
        f"{une.empreinte}-1200.webp",
        f"{une.empreinte}-480.webp",
    ]


@pytest.mark.parametrize(
    "nom",
    [
        "../tablees.sqlite",
        "..%2ftablees.sqlite",
        "a.webp",
        f"{'a' * 64}-1200.webp",
        f"{'a' * 64}-999.webp",
        f"{'a' * 64}-1200.webp\n",
        "",
    ],
)
async def test_on_ne_sort_pas_du_dossier_des_images(dossier: Path, nom: str) -> None:
    (dossier / "images").mkdir(parents=True)
    (dossier / "tablees.sqlite").write_bytes(b"secret")

    with pytest.raises(ImageInconnue):
        await images.lire_image(nom, dossier)
