"""La documentation est éprouvée : ce qui existe s'y trouve, ce qui s'y trouve existe."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest

import server
from server import __version__
from server.__main__ import MOTS, Analyseur
from server.banquets.cuisine.entretien import RELEVES_JOURS
from server.banquets.cuisine.lectures import APRES_LE_REPAS
from server.comptes.regles import DUREE_SESSION
from server.evenements.schemas import Filtres
from server.inscriptions.regles import DELAI_EFFACEMENT_JOURS, PETITE_CASE
from server.notifications.regles import OUBLI_CONNEXION, REPRISES
from server.reglages import Reglages
from server.service import ARRET_S
from server.socle.erreurs import Refus
from server.socle.web import IMAGE_MAX, Tablees
from tests.maison.depot import RACINE

LISEZMOI = (RACINE / "README.md").read_text(encoding="utf-8")
CONTRIBUER = (RACINE / "CONTRIBUER.md").read_text(encoding="utf-8")
DOCUMENTS = ("README.md", "CONTRIBUER.md", "CHANGELOG.md")
DECISIONS = sorted((RACINE / "server" / "decisions").glob("*.md"))
IMAGE_OCTETS_MAX = 120_000

PROMESSES = (
    "/",
    "/evenements/{slug}",
    "/evenements/{slug}/inscription",
    "/evenements/{slug}.ics",
    "/lieux/{slug}",
    "/structures/{slug}",
    "/cycles/{slug}",
    "/communes/{insee}",
    "/structures",
    "/lieux",
    "/cycles",
    "/i/{lien}",
    "/mes-inscriptions",
    "/espace",
    "/problemes/{code}",
    "/aide",
    "/confidentialite",
    "/accessibilite",
    "/a-propos",
    "/mentions-legales",
    "/agenda.ics",
    "/communes/{insee}/agenda.ics",
    "/structures/{slug}/agenda.ics",
    "/cycles/{slug}/agenda.ics",
    "/themes/{slug}/agenda.ics",
    "/mon-agenda/{lien}.ics",
    "/agenda.atom",
    "/agenda.json",
    "/sante",
    "/api/openapi.json",
    "/api/evenements",
    "/api/evenements/{slug}",
    "/api/evenements/{slug}/places",
    "/api/communes",
    "/api/inscriptions/{uuid}",
    "/api/connexion",
)
"""Ce que l'on promet de ne pas déplacer, qu'il existe déjà ou pas encore."""

SERVIES_AUTREMENT = {
    # Pour le routeur, `soiree` et `soiree.ics` sont à la même place.
    "/evenements/{}.ics": "/evenements/{}/calendrier.ics",
    # `image.jpg` et `image-0123456789ab.jpg` sont à la même place.
    "/evenements/{}/image.jpg": "/evenements/{}/{}",
    "/agenda/image.jpg": "/agenda/{}",
    # Le suffixe fait partie de ce que la route lit.
    "/mon-agenda/{}.ics": "/mon-agenda/{}",
}


# ── Lire un document ──────────────────────────────────────────────────────────


def lignes_du_tableau(document: str, titre: str) -> list[list[str]]:
    """Les cellules du premier tableau de cette section, sans son en-tête."""
    section = re.search(rf"^## {re.escape(titre)}\n(.*?)(?=^## |\Z)", document, re.MULTILINE | re.DOTALL)
    assert section is not None, f"pas de section « {titre} »"
    lignes = [ligne for ligne in section[1].splitlines() if ligne.startswith("|")]
    return [[cellule.strip() for cellule in ligne.strip("|").split("|")] for ligne in lignes[2:]]


def blocs_de_code(document: str) -> list[str]:
    return re.findall(r"^```\w*\n(.*?)^```", document, re.MULTILINE | re.DOTALL)


def code(document: str) -> list[str]:
    """Chaque ligne des blocs, et chaque morceau de code dans une phrase."""
    prose = re.sub(r"^```.*?^```", "", document, flags=re.MULTILINE | re.DOTALL)
    return [ligne for bloc in blocs_de_code(document) for ligne in bloc.splitlines()] + re.findall(
        r"`([^`]+)`", prose
    )


def prose(document: str) -> str:
    """Le document sans son code, ni ses liens, ni ses balises."""
    sans_blocs = re.sub(r"^```.*?^```", "", document, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`]*`|\]\([^)]*\)|<[^>]*>", "", sans_blocs)


def ancre(titre: str) -> str:
    """L'ancre que les forges donnent à un titre."""
    return re.sub(r"[^\w\- ]", "", titre.lower()).replace(" ", "-")


def mots_employes(document: str) -> Iterator[tuple[str, str]]:
    """Chaque `tablees mot …` du code d'un document : le mot, et le reste de la ligne."""
    for ligne in code(document):
        for trouve in re.finditer(r"(?:^|[\s/(])tablees ((?!tablees)[a-z]+)\b([^&|;]*)", ligne):
            yield trouve[1], trouve[2]


# ── Réglages ──────────────────────────────────────────────────────────────────


def reglages_documentes() -> dict[str, str]:
    """Le défaut écrit pour chaque réglage, par le nom de son champ."""
    return {
        ligne[0].strip("`").removeprefix("TABLEES_").lower(): ligne[2]
        for ligne in lignes_du_tableau(LISEZMOI, "Réglages")
    }


def test_chaque_reglage_est_documente_et_aucun_n_est_invente() -> None:
    assert reglages_documentes().keys() == set(Reglages.__struct_fields__)


@pytest.mark.parametrize("champ", msgspec.structs.fields(Reglages), ids=lambda champ: champ.name)
def test_le_defaut_ecrit_est_le_vrai(champ: msgspec.structs.FieldInfo) -> None:
    ecrit = reglages_documentes()[champ.name]

    if champ.default in (None, ""):
        # Ce qui vaut alors se dit en une phrase, pas en une valeur.
        assert ecrit
        assert not ecrit.startswith("`")
    else:
        valeur = {True: "oui", False: "non"}.get(champ.default, champ.default)
        assert ecrit == f"`{valeur}`"


def test_les_documents_ne_nomment_que_des_reglages_qui_existent() -> None:
    nommes = set(re.findall(r"\bTABLEES_([A-Z_]+)\b", LISEZMOI + CONTRIBUER))

    assert {nom.lower() for nom in nommes} <= set(Reglages.__struct_fields__)


# ── Ligne de commande ─────────────────────────────────────────────────────────


def test_chaque_mot_de_la_ligne_de_commande_est_documente_et_aucun_n_est_invente() -> None:
    documentes = [ligne[0].strip("`").split()[1] for ligne in lignes_du_tableau(LISEZMOI, "Commandes")]

    assert sorted(documentes) == sorted(MOTS)


def test_les_commandes_donnees_en_exemple_existent_avec_leurs_options() -> None:
    inconnues = []
    for nom, reste in [*mots_employes(LISEZMOI), *mots_employes(CONTRIBUER)]:
        if nom not in MOTS:
            inconnues.append(nom)
            continue
        analyseur = Analyseur(prog=nom)
        MOTS[nom].options(analyseur)
        inconnues += [
            f"{nom} {option}"
            for option in re.findall(r"--[a-z][a-z-]*", reste)
            if option not in analyseur._option_string_actions
        ]

    assert inconnues == []


def test_la_recherche_voit_une_commande_inventee() -> None:
    document = "Tapez `tablees nettoyer --tout`.\n\n```sh\n/opt/venv/bin/tablees servir\n```\n"

    assert list(mots_employes(document)) == [("servir", ""), ("nettoyer", " --tout")]


def test_les_cibles_de_make_nommees_existent() -> None:
    cibles = set(re.findall(r"^([a-z-]+):", (RACINE / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    nommees = {
        cible
        for document in (LISEZMOI, CONTRIBUER)
        for ligne in code(document)
        for cible in re.findall(r"(?:^|\s)make ([a-z-]+)", ligne)
    }

    assert {"demo", "test"} <= nommees
    assert nommees <= cibles


# ── Erreurs ───────────────────────────────────────────────────────────────────


@cache
def refus() -> dict[str, list[type[Refus]]]:
    """Tous les refus de la maison, par leur code."""
    for module in pkgutil.walk_packages(server.__path__, "server."):
        if module.name.endswith((".erreurs", ".service")) or module.name.count(".") == 1:
            importlib.import_module(module.name)

    def descendants(famille: type[Refus]) -> Iterator[type[Refus]]:
        for enfant in famille.__subclasses__():
            yield enfant
            yield from descendants(enfant)

    par_code: dict[str, list[type[Refus]]] = {}
    for classe in set(descendants(Refus)):
        if classe.__module__.startswith("server."):
            par_code.setdefault(classe.code(), []).append(classe)
    return par_code


def test_deux_refus_n_ont_jamais_le_meme_code() -> None:
    assert len(refus()) > 30
    assert {un: classes for un, classes in refus().items() if len(classes) > 1} == {}


@pytest.mark.parametrize("langue", ["fr", "en"])
def test_chaque_refus_a_son_titre_sa_phrase_et_quoi_faire(langue: str) -> None:
    textes = json.loads((RACINE / "pwa" / "textes" / f"{langue}.json").read_text(encoding="utf-8"))
    dits = textes["problemes"]

    manquent = [
        f"{un}.{partie}"
        for un in sorted(refus())
        for partie in ("titre", "phrase", "que_faire")
        if not dits.get(un, {}).get(partie)
    ]

    assert manquent == []


# ── Adresses ──────────────────────────────────────────────────────────────────


def sans_noms(adresse: str) -> str:
    """L'adresse, ses paramètres réduits à leur place."""
    return re.sub(r"\{[^}]*\}", "{}", adresse)


def adresses_documentees() -> set[str]:
    return {
        morceau
        for ligne in lignes_du_tableau(LISEZMOI, "Adresses qui ne changeront pas")
        for cellule in ligne
        for morceau in re.findall(r"`(/[^`…]*)`", cellule)
    }


@pytest.fixture(scope="module")
def adresses_servies(application_de_seance: Tablees) -> set[str]:
    return {sans_noms(route.path) for route in application_de_seance.routes}


def est_servie(adresse: str, servies: set[str]) -> bool:
    forme = sans_noms(adresse)
    return SERVIES_AUTREMENT.get(forme, forme) in servies


def test_chaque_adresse_promise_qui_existe_est_documentee(adresses_servies: set[str]) -> None:
    existantes = {adresse for adresse in PROMESSES if est_servie(adresse, adresses_servies)}

    assert existantes - adresses_documentees() == set()


def test_chaque_adresse_documentee_existe(adresses_servies: set[str]) -> None:
    assert {un for un in adresses_documentees() if not est_servie(un, adresses_servies)} == set()


def test_les_filtres_de_l_agenda_sont_documentes() -> None:
    agenda = next(
        ligne for ligne in lignes_du_tableau(LISEZMOI, "Adresses qui ne changeront pas") if ligne[0] == "`/`"
    )

    assert set(re.findall(r"`(\w+)`", agenda[1])) == set(Filtres.__struct_fields__)


# ── Ce que disent les nombres ─────────────────────────────────────────────────


def test_les_durees_de_conservation_ecrites_sont_celles_du_code() -> None:
    durees = [ligne[1] for ligne in lignes_du_tableau(LISEZMOI, "Ce qui est gardé, et combien de temps")]
    contact, _, envois, cuisine, temperatures, nombres, comptes = durees

    assert contact.startswith(f"{DELAI_EFFACEMENT_JOURS} jours")
    assert "deux jours" in envois
    assert OUBLI_CONNEXION.days == 2
    assert cuisine.startswith(f"{DELAI_EFFACEMENT_JOURS} jours")
    assert APRES_LE_REPAS.days == 2
    assert temperatures.startswith(f"{RELEVES_JOURS} jours")
    assert f"après {DELAI_EFFACEMENT_JOURS} jours" in temperatures
    assert f"sous {PETITE_CASE} sont tus" in nombres
    assert f"{DUREE_SESSION.days} jours" in comptes


def test_le_nombre_d_essais_d_un_courriel_est_celui_du_code() -> None:
    assert "neuf fois en deux jours" in " ".join(LISEZMOI.split())
    assert len(REPRISES) + 1 == 9
    assert sum(attente.total_seconds() for attente in REPRISES) == pytest.approx(2 * 86_400, rel=0.02)


def test_le_mandataire_et_systemd_laissent_au_service_ce_qu_il_demande() -> None:
    corps = re.search(r"client_max_body_size (\d+)m;", LISEZMOI)
    arrets = re.findall(r"^TimeoutStopSec=(\d+)$", LISEZMOI, re.MULTILINE)

    assert corps is not None
    assert int(corps[1]) * 1024 * 1024 >= IMAGE_MAX
    assert arrets
    assert all(int(secondes) > ARRET_S for secondes in arrets)


def test_le_journal_des_changements_parle_de_cette_version() -> None:
    journal = (RACINE / "CHANGELOG.md").read_text(encoding="utf-8")
    projet = tomllib.loads((RACINE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    derniere = re.search(r"^## \[([^\]]+)\]", journal, re.MULTILINE)

    assert derniere is not None
    assert derniere[1] == projet["version"] == __version__


# ── Décisions ─────────────────────────────────────────────────────────────────


def test_les_decisions_se_suivent_sans_trou() -> None:
    numeros = [int(chemin.name[:4]) for chemin in DECISIONS]

    assert numeros == list(range(1, len(numeros) + 1))


@pytest.mark.parametrize("chemin", DECISIONS, ids=lambda chemin: chemin.stem)
def test_une_decision_dit_son_contexte_et_ce_qui_nous_ferait_changer_d_avis(chemin: Path) -> None:
    texte = chemin.read_text(encoding="utf-8")
    parties = re.findall(r"^## (.*)$", texte, re.MULTILINE)

    assert texte.startswith(f"# {chemin.name[:4]} — ")
    assert {"Contexte", "Décision", "Conséquences"} <= set(parties)
    assert parties[-1].replace("’", "'") == "Ce qui nous ferait changer d'avis"


def test_une_decision_citee_existe() -> None:
    ecrites = {chemin.name[:4] for chemin in DECISIONS}
    citees = {
        f"{chemin.relative_to(RACINE)} : {numero}"
        for dossier in ("server", "outils", "tests")
        for chemin in (RACINE / dossier).rglob("*.py")
        for numero in re.findall(r"[Dd]écision (\d{4})", chemin.read_text(encoding="utf-8"))
        if numero not in ecrites
    }

    assert citees == set()


# ── Liens, image, langue ──────────────────────────────────────────────────────


@pytest.mark.parametrize("nom", DOCUMENTS)
def test_un_lien_mene_quelque_part(nom: str) -> None:
    texte = (RACINE / nom).read_text(encoding="utf-8")
    cibles = re.findall(r"\]\(([^)\s]+)\)", texte) + re.findall(r'\bsrc="([^"]+)"', texte)
    perdus = []
    for cible in cibles:
        chemin, _, fragment = cible.partition("#")
        if "://" in chemin:
            continue
        fichier = RACINE / chemin if chemin else RACINE / nom
        if not fichier.exists():
            perdus.append(cible)
        elif fragment:
            titres = re.findall(r"^#+ (.*)$", fichier.read_text(encoding="utf-8"), re.MULTILINE)
            if fragment not in map(ancre, titres):
                perdus.append(cible)

    assert perdus == []


def test_l_image_du_lisezmoi_reste_legere() -> None:
    images = list((RACINE / "docs").glob("*.webp"))

    assert images
    assert [image.name for image in images if image.stat().st_size > IMAGE_OCTETS_MAX] == []


@pytest.mark.parametrize("nom", DOCUMENTS)
def test_la_documentation_parle_sans_crier_et_avec_ses_espaces(nom: str) -> None:
    texte = prose((RACINE / nom).read_text(encoding="utf-8").partition("## In English")[0])

    assert "!" not in texte
    assert re.findall(r".{0,30}[^\W\d_][?;»][ \n]", texte) == []
    assert re.findall(r".{0,30}[^\W\d_] [;?:»](?:\s|$)", texte) == []


@pytest.mark.parametrize("nom", DOCUMENTS)
def test_la_documentation_ne_nomme_aucun_dossier_de_travail(nom: str) -> None:
    texte = (RACINE / nom).read_text(encoding="utf-8")

    assert re.findall(r"/(?:work|tmp|root|home)/\S*", texte) == []
