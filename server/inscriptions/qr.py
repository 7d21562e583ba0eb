"""Le code d'accueil en QR : du SVG, à l'écran comme sur papier."""

import io
import re

from server.inscriptions.erreurs import InscriptionIntrouvable
from server.inscriptions.services import ALPHABET_ACCUEIL

_CODE = re.compile(rf"[{ALPHABET_ACCUEIL}]{{8}}")


def qr_svg(code: str) -> str:
    """Le QR d'un code d'accueil ; lève `InscriptionIntrouvable` si ce n'en est pas un. Ne dit pas s'il existe."""
    if not _CODE.fullmatch(code):
        raise InscriptionIntrouvable()
    import segno  # chargé au premier QR : le démarrage n'en a pas besoin

    sortie = io.BytesIO()
    segno.make(code, error="m", micro=False).save(
        sortie,
        kind="svg",
        xmldecl=False,
        svgns=True,
        scale=8,
        border=3,
        dark="#23261f",
        light="#ffffff",
        omitsize=True,
    )
    return sortie.getvalue().decode()
