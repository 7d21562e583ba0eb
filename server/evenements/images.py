"""Images : reçues, vérifiées, redimensionnées, débarrassées de leurs métadonnées, servies pour toujours.

Une photo de téléphone dit où elle a été prise et avec quoi : rien de cela ne sort d'ici. Le nom d'une image est
l'empreinte de ce qui a été reçu ; la même photo envoyée deux fois n'existe qu'une fois. Les octets sont dans le dossier
de données, la base n'en garde que les dimensions.
"""

import asyncio
import contextlib
import hashlib
import io
import os
import re
import threading
import warnings
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from server.evenements.erreurs import ImageInconnue
from server.evenements.schemas import ImageRecue
from server.evenements.tables import Image
from server.socle.base import ecriture
from server.socle.erreurs import DemandeInvalide, ErreurDeChamp

if TYPE_CHECKING:
    from PIL.Image import Image as Pixels

TAILLES: Final = ((1200, 1600), (480, 640))
"""Largeur et hauteur au plus : la page, puis la carte de l'agenda."""

QUALITE: Final = 80
FORMATS: Final = ("JPEG", "PNG", "WEBP")
PIXELS_MAX: Final = {"JPEG": 64_000_000, "PNG": 24_000_000, "PNG transparent": 16_000_000, "WEBP": 12_500_000}
"""Un JPEG ordinaire se réduit en se décodant ; un PNG se déplie en entier, deux fois s'il est transparent, un WebP quatre.
Ainsi une image ne prend jamais plus de 220 Mo."""

COEFFICIENTS_MAX: Final = 72_000_000
"""Un JPEG en plusieurs passes (progressif) se garde tout entier avant la première réduction, deux octets par couleur et
par pixel : 24 millions de pixels en trois couleurs, 18 en quatre (CMJN)."""

_NOM: Final = re.compile(r"([0-9a-f]{64})-(1200|480)\.webp")
_une_a_la_fois = threading.Lock()


class ImagePreparee(msgspec.Struct, frozen=True):
    """Une image prête à ranger, et ses dimensions dans la plus grande taille."""

    empreinte: str
    largeur: int
    hauteur: int
    ecritures: dict[str, bytes]


async def recevoir_image(octets: bytes, dossier: Path, maintenant: datetime) -> ImageRecue:
    """Vérifie, réduit, range ; lève `DemandeInvalide`. `dossier` : celui des données de l'installation."""
    preparee = await asyncio.to_thread(preparer_image, octets)
    await asyncio.to_thread(_ranger, dossier / "images", preparee)
    await enregistrer_image(preparee.empreinte, preparee.largeur, preparee.hauteur, maintenant)
    return ImageRecue(
        empreinte=preparee.empreinte,
        url=f"/images/{preparee.empreinte}-1200.webp",
        url_petite=f"/images/{preparee.empreinte}-480.webp",
        largeur=preparee.largeur,
        hauteur=preparee.hauteur,
    )


@ecriture
async def enregistrer_image(empreinte: str, largeur: int, hauteur: int, maintenant: datetime) -> None:
    """Retient qu'une image est rangée ; sans effet si elle l'était déjà."""
    await Image.raw(
        "INSERT INTO image (empreinte, largeur, hauteur, cree_le) VALUES ({}, {}, {}, {}) "
        "ON CONFLICT (empreinte) DO NOTHING",
        empreinte,
        largeur,
        hauteur,
        maintenant,
    )


async def lire_image(nom: str, dossier: Path) -> bytes:
    """Les octets d'une image, par son nom public ; lève `ImageInconnue`."""
    if _NOM.fullmatch(nom) is None:
        raise ImageInconnue()
    try:
        return await asyncio.to_thread((dossier / "images" / nom).read_bytes)
    except FileNotFoundError:
        raise ImageInconnue() from None


def preparer_image(octets: bytes) -> ImagePreparee:
    """Décode et réduit, une image à la fois (la mémoire est comptée) ; lève `DemandeInvalide`."""
    from PIL import Image as Pillow
    from PIL import ImageOps, UnidentifiedImageError

    empreinte = hashlib.sha256(octets).hexdigest()
    with _une_a_la_fois, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # La borne est la nôtre, vérifiée sur l'en-tête avant de déplier quoi que ce soit.
        Pillow.MAX_IMAGE_PIXELS = None
        try:
            with Pillow.open(io.BytesIO(octets), formats=FORMATS) as image:
                _exiger_taille(image.width * image.height, _pixels_max(image, octets))
                image.draft("RGB", _a_decoder(image.width, image.height))
                # Réduite d'abord : tourner et convertir les couleurs coûte selon le nombre de pixels.
                image.thumbnail((2 * TAILLES[0][1], 2 * TAILLES[0][1]))
                droite = _en_couleurs_du_web(ImageOps.exif_transpose(image))
            ecritures, dimensions = {}, (0, 0)
            for taille in TAILLES:
                reduite = droite.copy()
                reduite.thumbnail(taille)
                reduite.info.clear()
                dimensions = max(dimensions, reduite.size)
                sortie = io.BytesIO()
                reduite.save(sortie, "WEBP", quality=QUALITE, method=4)
                ecritures[f"{empreinte}-{taille[0]}.webp"] = sortie.getvalue()
        except DemandeInvalide:
            raise
        except (
            UnidentifiedImageError,
            OSError,
            SyntaxError,
            ValueError,
            TypeError,
            IndexError,
            KeyError,
            EOFError,
            MemoryError,
            OverflowError,
            Pillow.DecompressionBombError,
        ):
            # Pillow lève un peu de tout devant un fichier abîmé ; pour la personne, c'est la même chose.
            raise DemandeInvalide([ErreurDeChamp("image", "image_illisible")]) from None
    return ImagePreparee(empreinte, *dimensions, ecritures)


def _exiger_taille(pixels: int, maximum: int) -> None:
    if pixels > maximum:
        raise DemandeInvalide([ErreurDeChamp("image", "image_trop_vaste", {"n": maximum // 1_000_000})])


def _pixels_max(image: "Pixels", octets: bytes) -> int:
    """Ce que la mémoire permet, selon la façon dont cette image se décode."""
    bandes = image.getbands()
    match image.format:
        case "JPEG" if not _est_en_une_passe(octets):
            return min(COEFFICIENTS_MAX // len(bandes), PIXELS_MAX["JPEG"])
        case "PNG" if "A" in bandes:
            return PIXELS_MAX["PNG transparent"]
        case genre:
            return PIXELS_MAX[genre or "PNG"]


def _est_en_une_passe(octets: bytes) -> bool:
    """Vrai si ce JPEG se décode de haut en bas : il n'est pas progressif, et ses couleurs se suivent pixel à pixel."""
    position, couleurs = 2, 0
    while position + 10 <= len(octets):
        if octets[position] != 0xFF:
            return False
        marque = octets[position + 1]
        if marque == 0xFF or 0xD0 <= marque <= 0xD8 or marque in (0x00, 0x01):
            position += 1 if marque == 0xFF else 2
            continue
        if marque in (0xC0, 0xC1):
            couleurs = octets[position + 9]
        elif marque == 0xDA:
            return octets[position + 4] == couleurs
        position += 2 + int.from_bytes(octets[position + 2 : position + 4])
    return False


def _a_decoder(largeur: int, hauteur: int) -> tuple[int, int]:
    """La plus petite taille à décoder, aux proportions de l'image : même un panorama très étiré se réduit d'abord."""
    reduction = min(1, max(TAILLES[0]) / max(largeur, hauteur))
    return max(1, int(largeur * reduction)), max(1, int(hauteur * reduction))


def _en_couleurs_du_web(image: "Pixels") -> "Pixels":
    """Les mêmes couleurs en sRGB : sans son profil, une photo d'appareil récent paraîtrait terne."""
    from PIL import ImageCms

    transparente = "A" in image.getbands() or "transparency" in image.info
    if (profil := image.info.get("icc_profile")) and not transparente and image.mode in ("RGB", "CMYK", "L"):
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError):
            convertie = ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(io.BytesIO(profil)),
                ImageCms.createProfile("sRGB"),
                outputMode="RGB",
            )
            if convertie is not None:
                return convertie
    return image.convert("RGBA" if transparente else "RGB")


def _ranger(dossier: Path, preparee: ImagePreparee) -> None:
    """Écrit les fichiers, entiers ou pas du tout : la base dira ensuite qu'ils existent."""
    dossier.mkdir(parents=True, exist_ok=True)
    for nom, octets in preparee.ecritures.items():
        provisoire = dossier / f".{nom}.{os.getpid()}.{threading.get_ident()}"
        with provisoire.open("wb") as fichier:
            fichier.write(octets)
            fichier.flush()
            os.fsync(fichier.fileno())
        provisoire.replace(dossier / nom)
