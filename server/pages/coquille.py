"""Les coquilles des applications : les fichiers construits que demande une page qui n'est que du script."""

import functools
import json
from typing import Any

import msgspec

from server.socle.textes import PWA, REFERENCE, Langue


class Coquille(msgspec.Struct, frozen=True):
    """Les fichiers construits que la coquille demande."""

    script: str
    modules: list[str]
    """Ce que le script importe aussitôt, et ses phrases : demandés en même temps que lui, pas après."""
    styles: list[str]


@functools.cache
def coquille(dossier: str, langue: Langue) -> Coquille:
    """Les adresses des fichiers d'une application (`espace`, `cuisine`), d'après le manifeste de Vite."""
    manifeste: dict[str, dict[str, Any]] = json.loads(
        (PWA / "actifs" / "manifest.json").read_text(encoding="utf-8")
    )
    entree = manifeste[f"src/{dossier}/index.tsx"]
    debut = f"src/{dossier}/phrases"
    phrases = manifeste.get(f"{debut}/{langue}.ts", manifeste[f"{debut}/{REFERENCE}.ts"])
    importes = [manifeste[cle] for fiche in (entree, phrases) for cle in fiche.get("imports", [])]
    return Coquille(
        script=f"/actifs/{entree['file']}",
        modules=list(dict.fromkeys(f"/actifs/{fiche['file']}" for fiche in (*importes, phrases))),
        styles=[f"/actifs/{nom}" for fiche in (entree, *importes) for nom in fiche.get("css", [])],
    )
