"""Ce que le dépôt ne doit jamais contenir."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.maison.depot import RACINE, fichiers_suivis, textes_suivis

# Écrits en morceaux : ce fichier est lu lui aussi.
ADRESSES_DE_REGISTRES = [
    ".".join(morceaux)
    for morceaux in (
        ("registry", "npmjs"),
        ("registry", "yarnpkg"),
        ("npmmirror", "com"),
        ("pypi", "org/simple"),
        ("files", "pythonhosted"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("snapshot", "debian", "org"),
    )
]
CHEMINS_DE_MACHINE = [
    "/".join(("", *morceaux, "")) for morceaux in (("work", "main"), ("work", "shared"), ("root",))
]
CLE_PRIVEE = re.compile("-{5}BEGIN [A-Z ]*PRIVATE " + "KEY-{5}")


def trouver(textes: dict[str, str], cherches: list[str]) -> list[str]:
    return [f"{nom} : {cherche}" for nom, texte in textes.items() for cherche in cherches if cherche in texte]


def test_la_recherche_voit_une_adresse_quand_il_y_en_a_une() -> None:
    textes = {"verrou.json": f'"resolved": "https://{ADRESSES_DE_REGISTRES[0]}.org/preact"', "autre": "rien"}

    assert trouver(textes, ADRESSES_DE_REGISTRES) == [f"verrou.json : {ADRESSES_DE_REGISTRES[0]}"]


def test_aucun_fichier_ne_donne_l_adresse_d_un_registre() -> None:
    assert trouver(textes_suivis(), ADRESSES_DE_REGISTRES) == []


def test_aucun_fichier_ne_nomme_un_dossier_de_la_machine_de_travail() -> None:
    assert trouver(textes_suivis(), CHEMINS_DE_MACHINE) == []


def test_aucune_cle_privee_n_est_suivie() -> None:
    assert [nom for nom, texte in textes_suivis().items() if CLE_PRIVEE.search(texte)] == []


def test_rien_de_construit_ni_de_personnel_n_est_suivi() -> None:
    noms = [chemin.relative_to(RACINE).as_posix() for chemin in fichiers_suivis()]
    interdits = re.compile(
        r"(^|/)(node_modules|_pwa|\.venv|donnees|__pycache__)/|(^|/)(uv\.lock|\.env)$|\.(sqlite3?|eml|pyc)$"
    )

    assert [nom for nom in noms if interdits.search(nom)] == []


def test_rien_de_ce_que_le_code_lit_n_est_ignore_par_git() -> None:
    """Un fichier ignoré marche ici et manque dans la copie de la personne suivante."""
    git = subprocess.run(
        [
            "git",
            "ls-files",
            "-z",
            "--others",
            "--ignored",
            "--exclude-standard",
            "server",
            "pwa/src",
            "tests",
        ],
        cwd=RACINE,
        capture_output=True,
        check=False,
    )
    construits = re.compile(r"(^|/)(__pycache__|_pwa|_pwa\.[^/]+)/")

    ignores = [nom for nom in git.stdout.decode().split("\0") if nom and not construits.search(nom)]

    assert ignores == []


@pytest.mark.parametrize("dossier", ["server", "pwa/src", "pwa/gabarits", "pwa/styles"])
def test_ce_qui_reste_a_faire_est_une_fiche_pas_un_commentaire(dossier: str) -> None:
    a_faire = re.compile(r"\b(TODO|FIXME|XXX)\b")
    textes = {nom: texte for nom, texte in textes_suivis().items() if nom.startswith(dossier + "/")}

    assert [nom for nom, texte in textes.items() if a_faire.search(texte)] == []


def test_le_script_d_integration_ne_fait_que_lancer_make_test() -> None:
    script = RACINE / ".ci" / "run"
    commandes = [
        ligne
        for ligne in script.read_text().splitlines()
        if ligne and not ligne.startswith(("#", "set ", "cd "))
    ]

    assert commandes == ["exec make test"]
    assert script.stat().st_mode & 0o111
