"""Les fichiers que le navigateur demande à part : scripts et feuilles construits, icônes, manifeste, plan du site."""

import functools
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

from server.pages.vues import Site
from server.socle.documents import Brouillon
from server.socle.erreurs import Introuvable
from server.socle.textes import PWA, Langue, traduire

TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "ico": "image/x-icon",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
    "woff2": "font/woff2",
}
UN_JOUR: Final = "public, max-age=86400"
TOUJOURS: Final = "public, max-age=31536000, immutable"
"""Le nom d'un fichier construit porte l'empreinte de son contenu : il ne change jamais."""

ICONES: Final = ("favicon.svg", "favicon.ico", "icone-192.png", "icone-512.png", "icone-masquable-512.png")
FERMES: Final = ("/api/", "/espace/", "/i/", "/mes-inscriptions", "/qr/")
"""Ce que les moteurs n'ont pas à visiter."""


@functools.cache
def noms_construits() -> frozenset[str]:
    """Les fichiers de la construction, connus d'avance : aucun chemin venu d'ailleurs n'est ouvert."""
    return frozenset(f.name for f in (PWA / "actifs").iterdir() if f.is_file() and f.suffix[1:] in TYPES)


def lire_actif(nom: str) -> Brouillon:
    """Un fichier construit ; lève `Introuvable` pour tout autre nom."""
    if nom not in noms_construits() or nom == "manifest.json":
        raise Introuvable()
    return _fichier("actifs", nom, TOUJOURS)


def lire_icone(nom: str) -> Brouillon:
    """Une icône de la racine."""
    if nom not in ICONES:
        raise Introuvable()
    return _fichier("public", nom, UN_JOUR)


def _fichier(dossier: str, nom: str, duree: str) -> Brouillon:
    return Brouillon(
        corps=(PWA / dossier / nom).read_bytes(),
        type_contenu=TYPES[nom.rpartition(".")[2]],
        etiquettes=frozenset(),
        entetes=(("cache-control", duree),),
    )


def manifeste(site: Site, langue: Langue) -> Brouillon:
    """Le manifeste de l'application installable, au nom du réseau."""
    contenu = json.loads((PWA / "public" / "manifest.webmanifest").read_text(encoding="utf-8"))
    contenu |= {"name": site.reseau, "lang": langue, "description": traduire(langue, "site.devise")}
    return Brouillon(
        corps=json.dumps(contenu, ensure_ascii=False).encode(),
        type_contenu="application/manifest+json",
        etiquettes=frozenset(("territoire",)),
    )


def robots(url: str) -> Brouillon:
    """Ce que les moteurs peuvent visiter."""
    lignes = [
        "User-agent: *",
        *(f"Disallow: {chemin}" for chemin in FERMES),
        "",
        f"Sitemap: {url}/sitemap.xml",
        "",
    ]
    return Brouillon(
        corps="\n".join(lignes).encode(), type_contenu="text/plain; charset=utf-8", etiquettes=frozenset()
    )


def plan_du_site(url: str, adresses: Iterable[tuple[str, datetime | None]]) -> bytes:
    """Le plan du site (sitemaps.org) : chaque page publique, et son dernier changement quand il est connu."""
    lignes = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ]
    for chemin, modifie_le in adresses:
        date = f"<lastmod>{modifie_le.isoformat(timespec='seconds')}</lastmod>" if modifie_le else ""
        lignes.append(f"<url><loc>{escape(url + chemin)}</loc>{date}</url>")
    lignes += ["</urlset>", ""]
    return "\n".join(lignes).encode()
