"""Le document OpenAPI dit vrai : des demandes engendrées depuis lui n'obtiennent ni panne ni réponse imprévue."""

import asyncio
import os
import secrets
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from server.comptes.tables import Session
from server.reglages import Reglages
from server.socle import base as socle_base
from server.socle.base import ecriture
from server.socle.migrations import migrer
from server.socle.secrets import hacher
from tests.conftest import DEPART
from tests.fabriques import un_compte, un_evenement, un_lieu, une_structure
from tests.parcours.serveur import servir

EXEMPLES = os.environ.get("TABLEES_ESSAI_EXEMPLES", "2")
"""Demandes engendrées par route et par famille ; bien davantage pour une mesure."""

CONTROLES = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
FERMENT_LA_SESSION = ["/api/deconnexion", "/api/espace/sessions", "/api/espace/sessions/{session}"]
"""Jouées à part, sans session : sinon tout le reste répondrait 401."""


async def peupler(donnees: Path) -> str:
    """Une base avec de quoi répondre, et la session d'une personne qui peut tout ; rend son secret."""
    moteur = socle_base.creer_moteur(Reglages(donnees=donnees))
    socle_base.installer(moteur)
    await migrer(moteur, donnees / "sauvegardes", DEPART)
    await moteur.ouvrir()
    compte = await un_compte(est_operateur=True)
    structure = await une_structure(membres={compte: "responsable"})
    maintenant, secret = datetime.now(UTC), secrets.token_urlsafe(24)
    for jours in (3, 10, 20):
        debut = maintenant + timedelta(days=jours)
        await un_evenement(
            moments={"reflexion": 50, "banquet": 4}, debut=debut, structure=structure, lieu=await un_lieu()
        )

    @ecriture
    async def ouvrir_session() -> None:
        await Session.insert(
            Session(
                id=uuid4(),
                compte=compte,
                secret_hache=hacher(secret),
                appareil="essai",
                cree_le=maintenant,
                vue_le=maintenant,
                expire_le=maintenant + timedelta(days=1),
            )
        )

    await ouvrir_session()
    await moteur.fermer()
    return secret


@pytest.mark.lent
def test_aucune_panne_ni_reponse_imprevue(tmp_path: Path) -> None:
    secret = asyncio.run(peupler(tmp_path))
    options = [
        "--max-examples",
        EXEMPLES,
        "--checks",
        CONTROLES,
        "--phases",
        "coverage,fuzzing",
        "--seed",
        "8",
    ]
    sauf = [mot for chemin in FERMENT_LA_SESSION for mot in ("--exclude-path", chemin)]
    seules = [mot for chemin in FERMENT_LA_SESSION for mot in ("--include-path", chemin)]

    with servir(tmp_path, limites="non") as url:
        for choix in (["-H", f"Cookie: tablees={secret}", "-H", f"Origin: {url}", *sauf], seules):
            essai = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "schemathesis.cli",
                    "run",
                    f"{url}/api/openapi.json",
                    *options,
                    *choix,
                ],
                capture_output=True,
                text=True,
                cwd=tmp_path,
                timeout=900,
                check=False,
            )
            assert essai.returncode == 0, essai.stdout[-20000:] + essai.stderr[-2000:]
