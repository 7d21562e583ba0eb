"""Le plan du site pour les moteurs (sitemaps.org) : un index, et des plans assez courts pour se lire d'un trait.

Les évènements se rangent par tranches d'identifiants : un évènement de plus ne change que la dernière.
Les langues n'y sont pas : chaque page dit elle-même ses autres langues (`hreflang`), et son adresse canonique n'en a pas.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

ESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
TYPE_CONTENU: Final = "application/xml"
TRANCHE: Final = 10_000
"""Évènements par plan ; la norme en permet 50 000, et 50 Mo."""

PAGES: Final = (
    "/",
    "/structures",
    "/lieux",
    "/cycles",
    "/aide",
    "/encart",
    "/confidentialite",
    "/accessibilite",
    "/a-propos",
    "/mentions-legales",
    "/abonnement",
    "/problemes",
)

Adresse = tuple[str, datetime | None]
"""Un chemin, et son dernier changement quand il est connu."""


def ecrire_plan(url: str, adresses: Iterable[Adresse]) -> bytes:
    """Un plan : chaque page, et son dernier changement."""
    return _ecrire("urlset", "url", url, adresses)


def ecrire_index(url: str, plans: Iterable[Adresse]) -> bytes:
    """L'index des plans."""
    return _ecrire("sitemapindex", "sitemap", url, plans)


def _ecrire(racine: str, element: str, url: str, adresses: Iterable[Adresse]) -> bytes:
    lignes = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{racine} xmlns="{ESPACE}">']
    for chemin, modifie_le in adresses:
        date = f"<lastmod>{modifie_le.isoformat(timespec='seconds')}</lastmod>" if modifie_le else ""
        lignes.append(f"<{element}><loc>{escape(url + chemin)}</loc>{date}</{element}>")
    return "\n".join([*lignes, f"</{racine}>", ""]).encode()
