"""Ouvrir une installation : tout ou rien, une seule fois, et un lien pour entrer."""

import argparse
import asyncio
import io
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.comptes.tables import Compte
from server.lieux import commandes
from server.lieux.erreurs import InstallationDejaFaite
from server.lieux.geo import HttpPublic
from server.lieux.importation import Avancement
from server.lieux.installation import Initialisation, initialiser
from server.lieux.lectures import lire_territoire
from server.lieux.tables import Commune, Territoire
from server.reglages import Reglages
from server.socle.base import Moteur
from server.socle.erreurs import DemandeInvalide
from server.socle.secrets import Clef
from server.socle.web import Tablees
from server.structures.tables import Membre, Structure
from tests.lieux.faux_geo import FauxGeo, une_commune_geo
from tests.processus import tablees

INSTANT = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
REPONSES: dict[str, str] = {
    "reseau": "Réseau de la coopération",
    "territoire": "Pays d'Uzès",
    "structure": "Foyer rural",
    "genre": "association",
    "prenom": "Nadia",
    "courriel": "nadia@foyer.example",
    "contact": "bonjour@reseau.example",
}


@pytest.fixture
def geo() -> Generator[FauxGeo, None, None]:
    faux = FauxGeo([une_commune_geo("30334", "Uzès"), une_commune_geo("30151", "Lussan")])
    yield faux
    faux.fermer()


def des_options(mot: str = "initialiser", **champs: str) -> argparse.Namespace:
    analyseur = argparse.ArgumentParser()
    {"initialiser": commandes.ajouter_options_initialiser, "importer": commandes.ajouter_options_importer}[
        mot
    ](analyseur)
    return analyseur.parse_args(
        [morceau for nom, valeur in champs.items() for morceau in (f"--{nom}", valeur)]
    )


async def lancer(
    options: argparse.Namespace, demander: Callable[[str], str] | None = None, clef: Clef | None = None
) -> int:
    async def sans_dormir(_: float) -> None:
        return

    http = HttpPublic(dormir=sans_dormir)
    try:
        preparation = await commandes.preparer_initialisation(options, http, demander)
        if preparation is None:
            return 1
        return await commandes.executer_initialiser(
            options,
            preparation,
            clef=clef or Clef(b"x" * 32),
            url="http://localhost:8000",
            http=http,
            maintenant=INSTANT,
        )
    finally:
        await http.fermer()


async def est_vide() -> bool:
    comptes = [await table.count() for table in (Territoire, Commune, Structure, Compte, Membre)]
    return not any(comptes)


async def test_une_installation_complete_se_fait_par_les_options(
    base: Moteur, geo: FauxGeo, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await lancer(des_options(**REPONSES, epci="200034379", adresse=geo.adresse))

    assert code == 0
    territoire = await lire_territoire()
    assert territoire is not None
    assert (territoire.reseau, territoire.nom, territoire.usage) == (
        "Réseau de la coopération",
        "Pays d'Uzès",
        "reel",
    )
    assert (territoire.courriel, territoire.presentation) == ("bonjour@reseau.example", "")
    assert await Structure.select(Structure.courriel) == [{"courriel": "bonjour@reseau.example"}]
    assert await Commune.count().where(Commune.contour.is_not_null()) == 2
    (membre,) = await Membre.select(Membre.role, Membre.compte.est_operateur.as_alias("operateur"))
    assert (membre["role"], bool(membre["operateur"])) == ("responsable", True)
    assert "http://localhost:8000/connexion/" in capsys.readouterr().out


async def test_le_lien_montre_ouvre_vraiment_l_espace(
    application: Tablees, client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    await lancer(des_options(**REPONSES), clef=application.state.contexte.clef)
    lien = capsys.readouterr().out.split("/connexion/")[1].split()[0]

    entree = await client.post(
        "/api/connexion/lien", json={"lien": lien}, headers={"origin": "http://localhost:8000"}
    )
    moi = await client.get("/api/espace/moi")

    assert entree.status_code < 300, entree.text
    assert moi.json()["est_operateur"] is True
    assert [structure["slug"] for structure in moi.json()["structures"]] == ["foyer-rural"]


async def test_une_base_deja_initialisee_est_refusee_sans_rien_changer(
    base: Moteur, capsys: pytest.CaptureFixture[str]
) -> None:
    await lancer(des_options(**REPONSES))

    code = await lancer(des_options(**{**REPONSES, "reseau": "Autre", "courriel": "paul@autre.example"}))

    assert code == 1
    assert "déjà initialisée" in capsys.readouterr().err
    territoire = await lire_territoire()
    assert territoire is not None
    assert territoire.reseau == "Réseau de la coopération"
    assert await Compte.count() == 1


async def test_deux_installations_lancees_ensemble_n_en_font_qu_une(base: Moteur) -> None:
    demandes = [Initialisation(**{**REPONSES, "reseau": f"Réseau {rang}"}) for rang in range(3)]

    issues = await asyncio.gather(*(initialiser(d, [], INSTANT) for d in demandes), return_exceptions=True)

    assert sorted(type(issue).__name__ for issue in issues) == [
        "InstallationDejaFaite",
        "InstallationDejaFaite",
        "int",
    ]
    assert await Structure.count() == 1
    assert InstallationDejaFaite.statut == 409


async def test_sans_personne_au_clavier_toutes_les_options_manquantes_sont_dites(
    base: Moteur, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await lancer(des_options(reseau="x" * 200, courriel="pas une adresse"))

    lignes = capsys.readouterr().err.splitlines()
    assert code == 1
    assert {ligne.split(" : ")[0] for ligne in lignes} == {
        "--reseau",
        "--territoire",
        "--structure",
        "--prenom",
        "--courriel",
        "--contact",
    }
    assert await est_vide()


async def test_une_source_inconnue_n_ecrit_rien(
    base: Moteur, geo: FauxGeo, capsys: pytest.CaptureFixture[str]
) -> None:
    for source in ({"epci": "200000008"}, {"epci": "12"}, {"csv": "/nulle/part.csv"}):
        assert await lancer(des_options(**REPONSES, **source, adresse=geo.adresse)) == 1
        assert await est_vide(), source
    assert "Aucune intercommunalité" in capsys.readouterr().err


async def test_un_nom_blanc_annule_tout(base: Moteur) -> None:
    for champ in ("reseau", "territoire"):
        with pytest.raises(DemandeInvalide):
            await initialiser(Initialisation(**{**REPONSES, champ: "  "}), [], INSTANT)
        assert await est_vide(), champ


async def test_un_contour_manque_n_empeche_pas_d_entrer(
    base: Moteur, geo: FauxGeo, capsys: pytest.CaptureFixture[str]
) -> None:
    geo.panne_apres = 1

    code = await lancer(des_options(**REPONSES, epci="200034379", adresse=geo.adresse))

    dit = capsys.readouterr()
    assert code == 0
    assert "attendent leur contour" in dit.err
    assert "/connexion/" in dit.out
    assert await Commune.count() == 2


def test_au_clavier_une_reponse_qui_ne_convient_pas_est_redemandee(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tapees = iter(
        [
            "",
            "Réseau",
            "Pays d'Uzès",
            "Foyer",
            "secte",
            "Tiers-lieu",
            "Nadia",
            "nadia",
            "nadia@foyer.example",
            "réseau",
            "",
            "",
        ]
    )

    demande = commandes.recueillir({}, lambda _: next(tapees))

    assert demande == Initialisation(
        reseau="Réseau",
        territoire="Pays d'Uzès",
        structure="Foyer",
        genre="tiers_lieu",
        prenom="Nadia",
        courriel="nadia@foyer.example",
        contact="nadia@foyer.example",
    )
    refusees = capsys.readouterr().err
    assert len(refusees.splitlines()) == 4
    assert "prenom@exemple.fr" in refusees
    assert "« secte » n'est pas un genre de structure (association," in refusees


def test_un_genre_de_structure_se_dit_en_mots_ou_par_son_code() -> None:
    dits = {
        "tiers_lieu": "tiers_lieu",
        "Tiers-lieu": "tiers_lieu",
        "tiers lieu": "tiers_lieu",
        "Café": "cafe",
    }

    for dit, genre in dits.items():
        assert des_options(genre=dit).genre == genre
    for genre, nom in commandes.noms_des_genres().items():
        assert commandes.lire_genre(nom) == commandes.lire_genre(genre) == genre


def test_les_mots_proposes_ne_sont_pas_des_codes() -> None:
    posees: list[str] = []
    commandes.recueillir({**REPONSES, "genre": None}, lambda question: posees.append(question) or "")

    assert "tiers-lieu" in posees[0]
    assert "_" not in posees[0]


async def test_fermer_la_saisie_n_ecrit_rien(base: Moteur, capsys: pytest.CaptureFixture[str]) -> None:
    def fermer(_: str) -> str:
        raise EOFError

    assert await lancer(des_options(reseau="Réseau"), fermer) == 1
    assert "rien n'a été écrit" in capsys.readouterr().err
    assert await est_vide()


def test_au_clavier_on_ne_demande_pas_ce_qui_est_deja_dit() -> None:
    posees: list[str] = []

    def demander(question: str) -> str:
        posees.append(question)
        return "nadia@foyer.example"

    commandes.recueillir({**REPONSES, "courriel": None, "presentation": "Ensemble."}, demander)

    assert posees == ["Son adresse e-mail, pour se connecter : "]


async def test_l_adresse_de_la_premiere_personne_ne_devient_publique_que_si_elle_le_dit(
    base: Moteur, capsys: pytest.CaptureFixture[str]
) -> None:
    options = des_options(**{champ: valeur for champ, valeur in REPONSES.items() if champ != "contact"})

    assert await lancer(options) == 1
    assert "--contact : Il manque une réponse ici." in capsys.readouterr().err
    assert await est_vide()

    posees: list[str] = []
    assert await lancer(options, lambda question: posees.append(question) or "") == 0
    assert "(Entrée : nadia@foyer.example)" in posees[0]
    territoire = await lire_territoire()
    assert territoire is not None
    assert territoire.courriel == "nadia@foyer.example"


# --- importer, et sa barre ------------------------------------------------------------------------------------------


async def test_la_commande_importer_dit_son_bilan(
    base: Moteur, geo: FauxGeo, capsys: pytest.CaptureFixture[str]
) -> None:
    http = HttpPublic()
    options = des_options("importer", epci="200034379", adresse=geo.adresse)

    assert await commandes.executer_importer(options, http) == 0
    assert await commandes.executer_importer(options, http) == 0
    await http.fermer()

    dit = capsys.readouterr()
    assert "2 communes : 2 ajoutées, 0 mises à jour, 0 inchangées." in dit.out
    assert "2 communes : 0 ajoutées, 0 mises à jour, 2 inchangées." in dit.out
    assert "2 contours ajoutés." in dit.out
    assert "Contours : 100 %  2/2" in dit.err


async def test_la_commande_importer_dit_ce_qui_l_empeche(
    base: Moteur, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await commandes.executer_importer(des_options("importer", epci="123"), HttpPublic()) == 1
    assert "n'est pas un SIREN" in capsys.readouterr().err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("flux", [Terminal(), io.StringIO()])
def test_la_progression_dit_le_pourcentage_et_le_compte(flux: io.StringIO) -> None:
    barre = commandes.Progression(flux)

    for fait in range(351):
        barre(Avancement("contours", fait, 350, "Uzès"))

    ecrit = flux.getvalue()
    assert "100 %  350/350" in ecrit
    assert ecrit.endswith("\n")
    if not flux.isatty():
        assert len(ecrit.splitlines()) == 11
        assert "\r" not in ecrit


def test_une_progression_sans_rien_a_faire_ne_divise_pas_par_zero() -> None:
    flux: Any = io.StringIO()
    commandes.Progression(flux)(Avancement("contours", 0, 0))

    assert "0/0" in flux.getvalue()


# --- La commande, pour de vrai --------------------------------------------------------------------------------------


def en_options(**champs: str) -> list[str]:
    return [morceau for nom, valeur in champs.items() for morceau in (f"--{nom}", valeur)]


@pytest.mark.parametrize(
    ("options", "phrase"),
    [
        ({**REPONSES, "csv": "communes.csv"}, "chemin complet"),
        ({**REPONSES, "epci": "12"}, "n'est pas un SIREN"),
        ({**REPONSES, "courriel": "nadia"}, "prenom@exemple.fr"),
        ({**REPONSES, "genre": "secte"}, "tiers-lieu"),
        ({}, "--contact : Il manque une réponse ici."),
    ],
)
def test_une_installation_refusee_ne_laisse_rien_derriere_elle(
    tmp_path: Path, options: dict[str, str], phrase: str
) -> None:
    neuf = Reglages(donnees=tmp_path / "neuf")

    fait = tablees(neuf, "initialiser", *en_options(**options))

    assert fait.returncode != 0
    assert phrase in fait.stderr
    assert list(tmp_path.iterdir()) == []


async def test_la_commande_installe_une_fois_et_une_seule(
    base: Moteur, reglages: Reglages, tmp_path: Path
) -> None:
    fichier = tmp_path / "communes.csv"
    fichier.write_text("insee,nom,lat,lon\n30334,Uzès,44.0122,4.4195\n", encoding="utf-8")
    options = en_options(**REPONSES, csv=str(fichier))

    premiere = await asyncio.to_thread(tablees, reglages, "initialiser", *options)
    seconde = await asyncio.to_thread(tablees, reglages, "initialiser", *options)

    assert premiere.returncode == 0, premiere.stderr
    assert "/connexion/" in premiere.stdout
    assert "Contact public du réseau : bonjour@reseau.example." in premiere.stdout
    assert seconde.returncode == 1
    assert "déjà initialisée" in seconde.stderr
    assert await Commune.count() == 1


async def test_un_fichier_que_le_compte_ne_peut_pas_lire_le_dit(
    monkeypatch: pytest.MonkeyPatch, base: Moteur, capsys: pytest.CaptureFixture[str]
) -> None:
    def interdit(_: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "stat", interdit)

    assert await lancer(des_options(**REPONSES, csv="/prive/communes.csv")) == 1
    dit = capsys.readouterr().err
    assert "n'a pas le droit de lire /prive/communes.csv" in dit
    assert "chemin complet" in dit
