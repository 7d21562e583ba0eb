"""Les calculs de la PWA (heures de Paris, euros, formulaires, porte, file de l'appareil), essayés par Node sans navigateur."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

import hatch_build

ICI = Path(__file__).parent


# Le fuseau du téléphone ne doit rien changer : deux mondes opposés.
@pytest.mark.parametrize("fuseau", ["America/New_York", "Pacific/Auckland"])
def test_les_calculs_de_la_pwa(fuseau: str) -> None:
    node, _ = hatch_build.trouver_node()
    essais = sorted(str(chemin) for chemin in ICI.parent.glob("*/*.test.ts"))
    assert essais

    fini = subprocess.run(
        [node, "--import", (ICI / "sans-extension.mjs").as_uri(), "--test", "--test-reporter=spec", *essais],
        env={**os.environ, "TZ": fuseau, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert fini.returncode == 0, fini.stdout[-6000:] + fini.stderr[-2000:]
    assert "pass 0" not in fini.stdout
