"""Portes : ce qui touche au monde extérieur, en petits protocoles que les essais remplacent."""

from typing import Any, Protocol

import msgspec

from server.socle.temps import Horloge, horloge_systeme


class PieceJointe(msgspec.Struct, frozen=True):
    nom: str
    type_contenu: str
    octets: bytes


class Courriel(msgspec.Struct, frozen=True, kw_only=True):
    """Un courriel prêt à partir : texte et HTML disent la même chose."""

    a: str
    sujet: str
    texte: str
    html: str
    cle: str
    """Clé d'idempotence ; sert d'identifiant de message."""
    objet: str = ""
    """De quoi il s'agit (`inscription:<uuid>`), posé par l'expéditeur : permet de retrouver pour effacer."""
    repondre_a: str | None = None
    pieces: tuple[PieceJointe, ...] = ()
    entetes: tuple[tuple[str, str], ...] = ()


class Courrier(Protocol):
    """Fait partir un courriel ; lève `EnvoiRefuse` (définitif) ou `EnvoiManque` (à retenter)."""

    async def envoyer(self, courriel: Courriel) -> None: ...

    async def fermer(self) -> None: ...


class EnvoiManque(Exception):
    """Le message n'est pas parti cette fois ; on retentera."""


class EnvoiRefuse(Exception):
    """Le message ne partira jamais (adresse inconnue, contenu refusé)."""


class Http(Protocol):
    """Interroge une API publique ; rend le JSON décodé."""

    async def json(self, url: str, parametres: dict[str, str]) -> Any: ...


class Portes(msgspec.Struct, frozen=True, kw_only=True):
    """Les portes de l'application, ouvertes une fois à la composition."""

    courrier: Courrier
    http: Http
    horloge: Horloge = horloge_systeme
