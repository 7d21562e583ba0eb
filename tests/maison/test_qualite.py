"""Le style et les couches ; et la preuve que les gardiens voient une faute quand il y en a une."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.maison.depot import RACINE

OUTILS = Path(sys.executable).parent


def lancer(outil: str, *arguments: str, dossier: Path = RACINE) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [OUTILS / outil, *arguments], cwd=dossier, capture_output=True, text=True, check=False
    )


def test_ruff_ne_trouve_rien_a_redire() -> None:
    fini = lancer(
        "ruff",
        "check",
        "--quiet",
        "--output-format",
        "concise",
        "server",
        "tests",
        "outils",
        "hatch_build.py",
    )

    assert fini.returncode == 0, fini.stdout


def test_ruff_refuse_une_date_sans_fuseau_et_un_commentaire_a_faire(tmp_path: Path) -> None:
    faute = tmp_path / "faute.py"
    faute.write_text("import datetime\n\nQUAND = datetime.datetime.now()  # TODO: fuseau\n")

    fini = lancer(
        "ruff", "check", "--config", str(RACINE / "pyproject.toml"), "--output-format", "concise", str(faute)
    )

    assert "DTZ005" in fini.stdout
    assert "FIX002" in fini.stdout


def test_les_couches_sont_respectees() -> None:
    fini = lancer("lint-imports", "--no-logo")

    assert fini.returncode == 0, fini.stdout


@pytest.fixture
def petite_maison(tmp_path: Path) -> Path:
    """Un paquet `server` réduit, soumis aux mêmes contrats."""
    (tmp_path / "pyproject.toml").write_bytes((RACINE / "pyproject.toml").read_bytes())
    for paquet in ("", "comptes", "lieux", "evenements", "inscriptions", "pages", "flux", "socle"):
        (tmp_path / "server" / paquet).mkdir(parents=True)
        (tmp_path / "server" / paquet / "__init__.py").touch()
    for module in ("application", "__main__", "reglages"):
        (tmp_path / "server" / f"{module}.py").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("module", "code", "contrat"),
    [
        ("socle/temps.py", "import server.evenements", "sens"),
        ("evenements/services.py", "def f() -> None:\n    import server.inscriptions", "sens"),
        ("flux/routes.py", "import server.pages", "sens"),
        ("lieux/lectures.py", "import server.application", "sens"),
        ("inscriptions/regles.py", "import litestar", "cadriciel"),
        ("inscriptions/permissions.py", "from piccolo.table import Table", "cadriciel"),
    ],
)
def test_un_import_a_contresens_est_refuse(petite_maison: Path, module: str, code: str, contrat: str) -> None:
    (petite_maison / "server" / module).write_text(code + "\n")

    fini = lancer("lint-imports", "--no-logo", "--no-cache", dossier=petite_maison)

    assert fini.returncode == 1, fini.stdout
    assert [ligne for ligne in fini.stdout.splitlines() if contrat in ligne and ligne.endswith("BROKEN")]


def test_un_import_dans_le_bon_sens_est_accepte(petite_maison: Path) -> None:
    (petite_maison / "server" / "__main__.py").write_text("import server.application\n")
    (petite_maison / "server" / "application.py").write_text("import server.pages\nimport server.flux\n")
    (petite_maison / "server" / "pages" / "routes.py").write_text(
        "import server.inscriptions\nimport server.reglages\n"
    )

    fini = lancer("lint-imports", "--no-logo", "--no-cache", dossier=petite_maison)

    assert fini.returncode == 0, fini.stdout
