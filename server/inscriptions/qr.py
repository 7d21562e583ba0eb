"""Le code d'accueil en QR."""

import re

from server.inscriptions.erreurs import InscriptionIntrouvable
from server.inscriptions.services import ALPHABET_ACCUEIL
from server.socle.qr import dessiner_qr

_CODE = re.compile(rf"[{ALPHABET_ACCUEIL}]{{8}}")


def qr_svg(code: str) -> str:
    """Le QR d'un code d'accueil ; lève `InscriptionIntrouvable` si ce n'en est pas un. Ne dit pas s'il existe."""
    if not _CODE.fullmatch(code):
        raise InscriptionIntrouvable()
    return dessiner_qr(code)
