"""Ce que le dépôt ne doit jamais contenir."""

from __future__ import annotations

import re
import subprocess
from hashlib import sha256

import pytest

from tests.maison.depot import RACINE, fichiers_suivis, textes_suivis

# Par empreinte : ce fichier est lu lui aussi, et ne doit nommer personne. Le dernier est inventé, pour l'essai.
REGISTRES = frozenset(
    (
        "08d54e49cb09e297",
        "f01c5863bec35117",
        "fad691c6d9ae77c4",
        "2ca9b0ad735462d0",
        "4ff05e3c263b36b1",
        "e680c440a2e92079",
        "1ba4e37997a2e986",
        "2e97613f5a81eaa4",
        "8c82654cb6311ca0",
    )
)
CHEMINS_DE_MACHINE = [
    "/".join(("", *morceaux, "")) for morceaux in (("work", "main"), ("work", "shared"), ("root",))
]
CLE_PRIVEE = re.compile("-{5}BEGIN [A-Z ]*PRIVATE " + "KEY-{5}")


def trouver(textes: dict[str, str], cherches: list[str]) -> list[str]:
    return [f"{nom} : {cherche}" for nom, texte in textes.items() for cherche in cherches if cherche in texte]


def adresses_de_registres(texte: str) -> list[str]:
    """Les suites de deux ou trois morceaux d'adresse qui mènent à un registre de paquets ou à un miroir."""
    suites = set()
    for adresse in set(re.findall(r"[a-z0-9-]+(?:[./][a-z0-9-]+)+", texte.lower())):
        morceaux = re.split(r"[./]", adresse)
        suites |= {".".join(morceaux[i : i + n]) for n in (2, 3) for i in range(len(morceaux) - n + 1)}
    return sorted(suite for suite in suites if sha256(suite.encode()).hexdigest()[:16] in REGISTRES)


def test_la_recherche_voit_une_adresse_quand_il_y_en_a_une() -> None:
    assert adresses_de_registres("trouvé à https://paquets.invente.example/preact") == ["paquets.invente"]
    assert adresses_de_registres("trouvé à https://ailleurs.invente.example/preact") == []


def test_aucun_fichier_ne_donne_l_adresse_d_un_registre() -> None:
    trouvees = {nom: adresses_de_registres(texte) for nom, texte in textes_suivis().items()}

    # Cet essai cite la sienne, inventée.
    assert {nom: a for nom, a in trouvees.items() if a} == {"tests/maison/test_depot.py": ["paquets.invente"]}


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
