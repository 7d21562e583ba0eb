"""Les fichiers que le navigateur demande à part : scripts et feuilles construits, icônes, manifeste."""

import functools
import json
from typing import Final

import msgspec

from server.pages.vues import Site, actif
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
UNE_HEURE: Final = "public, max-age=3600"
TOUJOURS: Final = "public, max-age=31536000, immutable"
"""Le nom d'un fichier construit porte l'empreinte de son contenu : il ne change jamais."""

PARTOUT: Final = ("cross-origin-resource-policy", "cross-origin")
"""Ce qu'une page d'un autre site a le droit de charger."""

ICONES: Final = ("favicon.svg", "favicon.ico", "icone-192.png", "icone-512.png", "icone-masquable-512.png")
RACCOURCIS: Final = (
    ("site.agenda", "/"),
    ("site.mes_inscriptions", "/mes-inscriptions"),
    ("agenda.ce_week_end", "/ce-week-end"),
)
"""Ce que propose un appui long sur l'icône : la clé de son nom, son adresse."""

FERMES: Final = (
    "/api/",
    "/commandes/",
    "/espace/",
    "/i/",
    "/cuisine",
    "/mes-inscriptions",
    "/qr/",
    "/evenements/*/affiche-",
)
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


def lire_encart() -> Brouillon:
    """Le script de l'encart, à une adresse qui ne change pas : d'autres sites l'ont copiée."""
    nom = actif("src/encart.ts")
    assert nom is not None
    script = _fichier("actifs", nom.rpartition("/")[2], UNE_HEURE)
    return msgspec.structs.replace(script, entetes=(*script.entetes, PARTOUT))


def lire_icone(nom: str) -> Brouillon:
    """Une icône de la racine."""
    if nom not in ICONES:
        raise Introuvable()
    return _fichier("public", nom, UN_JOUR)


def lire_service_worker() -> Brouillon:
    """Le service worker. Son nom ne change jamais, son contenu si : le navigateur doit toujours redemander."""
    return _fichier(".", "sw.js", "no-cache")


def _fichier(dossier: str, nom: str, duree: str) -> Brouillon:
    return Brouillon(
        corps=(PWA / dossier / nom).read_bytes(),
        type_contenu=TYPES[nom.rpartition(".")[2]],
        etiquettes=frozenset(),
        entetes=(("cache-control", duree),),
    )


def manifeste(site: Site, langue: Langue) -> Brouillon:
    """Le manifeste de l'application installable, au nom du réseau et dans la langue de la personne."""
    contenu = json.loads((PWA / "public" / "manifest.webmanifest").read_text(encoding="utf-8"))
    contenu |= {"name": site.reseau, "lang": langue, "description": traduire(langue, "site.devise")}
    contenu["shortcuts"] = [
        {"name": traduire(langue, cle), "url": adresse, "icons": contenu["icons"][:1]}
        for cle, adresse in RACCOURCIS
    ]
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
