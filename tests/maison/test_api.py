"""Les types que la PWA se fait de l'API viennent de l'API elle-même."""

from __future__ import annotations

import json

import pytest

from outils import api


def un_openapi(champ: str) -> bytes:
    schema = {"type": "object", "required": [champ], "properties": {champ: {"type": "string"}}}
    reponse = {"description": "en bonne santé", "content": {"application/json": {"schema": schema}}}
    chemins = {"/sante": {"get": {"operationId": "lire_sante", "responses": {"200": reponse}}}}
    return json.dumps(
        {"openapi": "3.1.0", "info": {"title": "Tablées", "version": "0"}, "paths": chemins}
    ).encode()


def test_les_types_suivent_les_operations_et_les_champs() -> None:
    types = api.engendrer(un_openapi("moteur"))

    assert types.startswith(api.ENTETE)
    assert "lire_sante" in types
    assert "moteur: string" in types


@pytest.mark.skipif(not api.TYPES.is_file(), reason="pwa/src/api/schema.d.ts n'existe pas encore")
def test_les_types_suivis_sont_ceux_du_serveur_d_aujourd_hui() -> None:
    assert api.main(["--verifier"]) == 0, "lancez « make api »"
