"""Le script d'installation : il se montre avant d'agir, se relance sans rien casser, et dit ce que dit le README."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.maison.depot import RACINE

SCRIPT = RACINE / "outils" / "installer.sh"
COMMANDES = ("apt-get", "adduser", "systemctl", "runuser", "install", "python3", "getent")
ECRITS = (
    "/etc/tablees.env",
    "/usr/local/bin/tablees",
    "/etc/systemd/system/tablees.service",
    "/etc/systemd/system/tablees-sauvegarde.service",
    "/etc/systemd/system/tablees-sauvegarde.timer",
)


@pytest.fixture
def faux(tmp_path: Path) -> Path:
    """Des commandes qui notent qu'on les appelle, et ne font rien (`python3 -m venv` pose un faux pip)."""
    dossier = tmp_path / "faux"
    dossier.mkdir()
    for nom in COMMANDES:
        faire = {
            "getent": "exit 2",
            "systemctl": '[ "$1" != is-active ]',
            "python3": f'if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "{dossier}/apt-get" "$3/bin/pip"; '
            'cp "$3/bin/pip" "$3/bin/python"; fi',
        }.get(nom, ":")
        commande = dossier / nom
        commande.write_text(f'#!/bin/sh\necho "{nom} $*" >>"{tmp_path}/appels"\n{faire}\n')
        commande.chmod(0o755)
    return dossier


def lancer(faux: Path, *options: str, racine: Path | None = None) -> subprocess.CompletedProcess[str]:
    environnement = {"PATH": f"{faux}:{os.environ['PATH']}", "RACINE": str(racine or "")}
    return subprocess.run(
        ["bash", str(SCRIPT), *options], env=environnement, capture_output=True, text=True, check=False
    )


def montres(sortie: str) -> dict[str, str]:
    """Ce que la simulation écrirait, fichier par fichier."""
    trouves = re.findall(r"^   (/\S+) \(droits \d+\)\n((?:   \|.*\n)*)", sortie, re.MULTILINE)
    return {
        chemin: "\n".join(ligne[5:] for ligne in contenu.splitlines()).rstrip() for chemin, contenu in trouves
    }


def test_le_script_est_du_bash_correct() -> None:
    assert subprocess.run(["bash", "-n", str(SCRIPT)], check=False).returncode == 0


def test_simuler_montre_tout_et_ne_fait_rien(faux: Path, tmp_path: Path) -> None:
    fait = lancer(faux, "--simuler")

    assert fait.returncode == 0, fait.stderr
    assert tuple(montres(fait.stdout)) == ECRITS
    for attendu in (
        "adduser --system",
        "pip install --quiet --require-hashes",
        "tablees initialiser --epci SIREN",
    ):
        assert attendu in fait.stdout
    appels = (tmp_path / "appels").read_text(encoding="utf-8").splitlines()
    assert {appel.split()[0] for appel in appels} <= {"getent", "systemctl"}
    assert [appel for appel in appels if "is-active" not in appel and "getent" not in appel] == []


def test_ce_qu_il_ecrit_est_ce_que_dit_le_lisezmoi(faux: Path) -> None:
    lisezmoi = (RACINE / "README.md").read_text(encoding="utf-8")
    blocs = {bloc.rstrip() for bloc in re.findall(r"^```\w+\n(.*?)^```", lisezmoi, re.MULTILINE | re.DOTALL)}

    ecrits = montres(lancer(faux, "--simuler").stdout)

    assert [chemin for chemin, contenu in ecrits.items() if contenu not in blocs] == []


def test_relance_il_ne_refait_rien_et_garde_les_reglages(faux: Path, tmp_path: Path) -> None:
    racine = tmp_path / "racine"
    racine.mkdir()

    premiere = lancer(faux, racine=racine)
    reglages = racine / "etc" / "tablees.env"
    assert premiere.returncode == 0, premiere.stderr
    assert sorted(
        f"/{c.relative_to(racine)}" for c in racine.rglob("*") if c.is_file() and "venv" not in c.parts
    ) == (sorted(ECRITS))
    assert reglages.stat().st_mode & 0o777 == 0o600
    assert (racine / "usr/local/bin/tablees").stat().st_mode & 0o777 == 0o755

    reglages.write_text("TABLEES_URL='https://chez-nous.example'\n", encoding="utf-8")
    (tmp_path / "appels").unlink()
    seconde = lancer(faux, racine=racine)

    assert seconde.returncode == 0, seconde.stderr
    assert reglages.read_text(encoding="utf-8") == "TABLEES_URL='https://chez-nous.example'\n"
    assert montres(seconde.stdout) == {}
    appels = (tmp_path / "appels").read_text(encoding="utf-8")
    assert "-m venv" not in appels
    assert "restart tablees" not in appels


def test_une_option_inconnue_ne_fait_rien(faux: Path, tmp_path: Path) -> None:
    fait = lancer(faux, "--tout-effacer")

    assert fait.returncode == 2
    assert "--aide" in fait.stderr
    assert not (tmp_path / "appels").exists()
