"""Secrets : ce qui ouvre sans compte, et comment on ne le garde pas.

Un secret remis à quelqu'un n'est jamais stocké : on garde son empreinte. Un lien envoyé par courriel est *dérivé*
(empreinte à clé de l'usage, de l'objet et d'une version) : rien à stocker, et monter la version le révoque.
"""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

OCTETS_CLE = 32
OCTETS_LIEN = 16
"""128 bits : au-delà de toute recherche exhaustive."""


class Clef:
    """La clé de l'installation ; qui l'a peut refaire tous les liens."""

    def __init__(self, octets: bytes) -> None:
        if len(octets) < OCTETS_CLE:
            raise ValueError("la clé de l'installation est trop courte")
        self._octets = octets

    def deriver(self, usage: str, objet: str, version: int = 1) -> str:
        """Le secret d'un objet pour un usage ; change avec la version. 22 caractères base64url."""
        message = "\x00".join((usage, objet, str(version))).encode()
        return _b64(hmac.new(self._octets, message, hashlib.sha256).digest()[:OCTETS_LIEN])

    def est_derive(self, secret: str, usage: str, objet: str, version: int = 1) -> bool:
        """Vrai si ce secret est bien celui-là ; le temps de réponse ne dit rien."""
        return egaux(secret, self.deriver(usage, objet, version))

    def empreinte(self, usage: str, contenu: bytes) -> str:
        """Empreinte à clé d'un contenu : reconnaît sans permettre de retrouver."""
        return hmac.new(self._octets, usage.encode() + b"\x00" + contenu, hashlib.sha256).hexdigest()


def charger_clef(dossier: Path) -> Clef:
    """Lit la clé de l'installation (`cle` dans le dossier de données), ou la crée, lisible du seul propriétaire."""
    chemin = dossier / "cle"
    dossier.mkdir(parents=True, exist_ok=True)
    try:
        descripteur = os.open(chemin, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return Clef(chemin.read_bytes())
    with os.fdopen(descripteur, "wb") as fichier:
        fichier.write(secrets.token_bytes(OCTETS_CLE))
        fichier.flush()
        os.fsync(fichier.fileno())
    return Clef(chemin.read_bytes())


def nouveau_secret(octets: int = 24) -> str:
    """Un secret neuf, en base64url."""
    return secrets.token_urlsafe(octets)


def nouveau_code(chiffres: int = 6) -> str:
    """Un code court à recopier, en chiffres."""
    return "".join(secrets.choice("0123456789") for _ in range(chiffres))


def hacher(secret: str) -> str:
    """Empreinte d'un secret à forte entropie (sha256 suffit : il ne se devine pas)."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def egaux(a: str, b: str) -> bool:
    """Compare deux secrets en temps constant."""
    return hmac.compare_digest(a.encode("utf-8", "surrogatepass"), b.encode("utf-8", "surrogatepass"))


def _b64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
