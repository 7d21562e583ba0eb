"""Le document OpenAPI, tel qu'il est publié.

Nos motifs disent « jusqu'à la vraie fin » par `(?![\\s\\S])`, car en Python `$` admet encore un retour à la ligne. Dans
le dialecte d'OpenAPI (ECMA-262), `$` ne l'admet pas : on publie la forme que tous les outils lisent. Litestar annonce
aussi un 400 partout où il décode ; nous répondons 422, et chaque route l'annonce.
"""

from typing import Any

import msgspec
from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin


def publier(document: dict[str, Any]) -> dict[str, Any]:
    """Le même document, ses motifs écrits pour les clients, et les seuls refus que nous opposons."""
    publie: dict[str, Any] = _recrire(document)
    for operations in publie["paths"].values():
        for operation in operations.values():
            if isinstance(operation, dict):
                reponses = operation.get("responses", {})
                reponses.pop("400", None)
                reponses.get("204", {}).pop("content", None)
    return publie


def _recrire(noeud: Any) -> Any:
    if isinstance(noeud, dict):
        return {
            cle: _motif(v) if cle == "pattern" and isinstance(v, str) else _recrire(v)
            for cle, v in noeud.items()
        }
    if isinstance(noeud, list):
        return [_recrire(element) for element in noeud]
    return noeud


def _motif(motif: str) -> str:
    # Un document JSON ne contient pas de demi-caractère isolé : l'interdire n'apprend rien aux clients.
    return motif.replace(r"(?![\s\S])", "$").replace(r"\ud800-\udfff", "")


class OpenApiPublie(JsonRenderPlugin):
    """Sert `/api/openapi.json`."""

    def __init__(self) -> None:
        super().__init__(path="/openapi.json")

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return msgspec.json.encode(publier(openapi_schema), enc_hook=str)
