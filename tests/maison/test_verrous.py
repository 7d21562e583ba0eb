"""Les verrous disent tout ce qui s'installe, et n'en disent pas l'adresse."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from outils.verrous import PAQUETS_NPM
from tests.maison.depot import RACINE

EXIGENCES = ("requirements.txt", "requirements-dev.txt", "requirements-construction.txt")


def lire_exigences(nom: str) -> dict[str, tuple[str, int]]:
    """Version et nombre d'empreintes de chaque paquet d'un fichier d'exigences."""
    texte = (RACINE / nom).read_text(encoding="utf-8").replace("\\\n", " ")
    paquets = {}
    for ligne in texte.splitlines():
        if ligne.strip() and not ligne.startswith("#"):
            exigence, *empreintes = ligne.split("--hash=")
            lue = Requirement(exigence.strip())
            assert all(re.fullmatch(r"sha256:[0-9a-f]{64}\s*", empreinte) for empreinte in empreintes), ligne
            (specification,) = lue.specifier
            assert specification.operator == "==", ligne
            paquets[canonicalize_name(lue.name)] = (specification.version, len(empreintes))
    return paquets


def pyproject() -> dict[str, Any]:
    return tomllib.loads((RACINE / "pyproject.toml").read_text(encoding="utf-8"))


def paquet_npm(nom: str, paquet: str = "pwa") -> dict[str, Any]:
    lu: dict[str, Any] = json.loads((RACINE / paquet / nom).read_text(encoding="utf-8"))
    return lu


@pytest.mark.parametrize("nom", EXIGENCES)
def test_chaque_paquet_est_fige_et_porte_une_empreinte(nom: str) -> None:
    paquets = lire_exigences(nom)

    assert len(paquets) >= 5
    assert [paquet for paquet, (_, empreintes) in paquets.items() if not empreintes] == []


@pytest.mark.parametrize("nom", EXIGENCES)
def test_les_exigences_ne_disent_aucune_adresse(nom: str) -> None:
    lignes = (RACINE / nom).read_text(encoding="utf-8").splitlines()

    assert [ligne for ligne in lignes if "://" in ligne or ligne.startswith("-")] == []


def test_le_verrou_repond_a_ce_que_pyproject_demande() -> None:
    projet = pyproject()
    groupe_dev = [exigence for exigence in projet["dependency-groups"]["dev"] if isinstance(exigence, str)]
    demandes = {
        "requirements.txt": projet["project"]["dependencies"],
        "requirements-dev.txt": [*projet["project"]["dependencies"], *groupe_dev],
        "requirements-construction.txt": projet["dependency-groups"]["construction"],
    }
    ecarts = []
    for nom, exigences in demandes.items():
        paquets = lire_exigences(nom)
        for exigence in map(Requirement, exigences):
            version, _ = paquets.get(canonicalize_name(exigence.name), ("absent", 0))
            if version == "absent" or not exigence.specifier.contains(version):
                ecarts.append(f"{nom} : {exigence} demandé, {version} verrouillé")

    assert ecarts == [], "lancez « make verrous »"


def test_les_essais_tournent_sur_les_versions_du_service() -> None:
    service, dev, construction = (lire_exigences(nom) for nom in EXIGENCES)

    assert {nom: dev.get(nom) for nom in service} == service
    assert {nom: dev.get(nom) for nom in construction} == construction


@pytest.mark.parametrize("paquet", PAQUETS_NPM)
def test_le_verrou_npm_ne_dit_aucune_adresse_et_porte_une_empreinte_par_paquet(paquet: str) -> None:
    verrou = paquet_npm("package-lock.json", paquet)
    paquets = {nom: fiche for nom, fiche in verrou["packages"].items() if nom}

    assert [nom for nom, fiche in paquets.items() if "resolved" in fiche] == []
    assert [
        nom for nom, fiche in paquets.items() if not fiche.get("integrity", "").startswith("sha512-")
    ] == []
    assert "omit-lockfile-registry-resolved=true" in (RACINE / paquet / ".npmrc").read_text(encoding="utf-8")


@pytest.mark.parametrize("paquet", PAQUETS_NPM)
def test_le_verrou_npm_suit_package_json(paquet: str) -> None:
    declare = paquet_npm("package.json", paquet)
    verrouille = paquet_npm("package-lock.json", paquet)["packages"][""]

    for genre in ("dependencies", "devDependencies"):
        assert verrouille.get(genre) == declare.get(genre), "lancez « make verrous »"


def test_la_version_est_la_meme_partout() -> None:
    version = pyproject()["project"]["version"]

    assert paquet_npm("package.json")["version"] == version
    assert paquet_npm("package-lock.json")["version"] == version
    assert f"[{version}]" in (RACINE / "CHANGELOG.md").read_text(encoding="utf-8")
