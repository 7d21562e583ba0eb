"""Servir, s'arrêter, commander : ce que voit la personne qui installe."""

import asyncio
import json
import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from server.__main__ import MOTS, main
from server.evenements.tables import Evenement, Moment
from server.inscriptions.lectures import verifier_places
from server.inscriptions.tables import Inscription
from server.notifications.tables import Envoi
from server.reglages import Reglages
from server.socle.base import Moteur, MoteurPostgreSQL, ecriture
from server.socle.migrations import migrations_connues
from server.socle.migrer_a_part import migrer_fichier
from server.socle.secrets import charger_clef
from tests.fabriques import moments_de, slug_de, un_evenement, une_demande, une_presence
from tests.processus import (
    RACINE,
    environnement,
    jusqu_a,
    la_foule,
    port_libre,
    s_inscrire,
    tablees,
    un_serveur,
)

sur_sqlite = pytest.mark.parametrize("genre_de_base", ["sqlite"])
DANS_UN_MOIS = timedelta(days=30)


async def une_soiree() -> tuple[str, UUID]:
    evenement = await un_evenement(moments={"banquet": None}, debut=datetime.now(UTC) + DANS_UN_MOIS)
    return await slug_de(evenement), (await moments_de(evenement))["banquet"]


# --- S'arrêter ------------------------------------------------------------------------------------------------------


@pytest.mark.lent
async def test_un_arret_demande_finit_ce_qui_est_commence(base: Moteur, reglages: Reglages) -> None:
    slug, banquet = await une_soiree()
    demandes = [une_demande(slug, une_presence(banquet, adultes=2)) for _ in range(120)]

    async with un_serveur(reglages, envois="separes") as serveur:
        foule = asyncio.create_task(la_foule(serveur.url, demandes, clients=32))
        await jusqu_a(Inscription.exists, 10)
        serveur.signaler(signal.SIGTERM)
        code = await serveur.finir(12)
        reponses = await foule

    # Une connexion refusée après la fermeture n'est pas une promesse ; une requête prise a eu sa réponse.
    assert code == 0
    assert {reponse.statut for reponse in reponses} <= {201, None}
    promises = {reponse.inscription for reponse in reponses if reponse.statut == 201}
    assert promises
    assert {ligne["id"] for ligne in await Inscription.select(Inscription.id)} == promises
    assert await verifier_places() == []


class CourrierLent:
    """Un serveur SMTP qui prend son temps pour accepter."""

    def __init__(self) -> None:
        self.recus: list[bytes] = []
        self.commence = asyncio.Event()

    async def handle_DATA(self, _serveur: Any, _session: Any, enveloppe: Any) -> str:
        self.commence.set()
        await asyncio.sleep(1.5)
        self.recus.append(enveloppe.content)
        return "250 OK"


@pytest.fixture
async def courrier_lent() -> AsyncGenerator[tuple[CourrierLent, int], None]:
    from aiosmtpd.smtp import SMTP

    lent = CourrierLent()
    serveur = await asyncio.get_running_loop().create_server(lambda: SMTP(lent), "127.0.0.1", 0)
    yield lent, serveur.sockets[0].getsockname()[1]
    serveur.close()
    await serveur.wait_closed()


@sur_sqlite
@pytest.mark.lent
async def test_un_arret_attend_le_courriel_en_route(
    base: Moteur, reglages: Reglages, courrier_lent: tuple[CourrierLent, int]
) -> None:
    lent, port = courrier_lent
    slug, banquet = await une_soiree()

    async with un_serveur(
        reglages, smtp=f"smtp://127.0.0.1:{port}", expediteur="Tablées <nous@example.org>"
    ) as serveur:
        async with httpx.AsyncClient(timeout=20) as client:
            assert (
                await s_inscrire(client, serveur.url, une_demande(slug, une_presence(banquet)))
            ).statut == 201
        async with asyncio.timeout(20):
            await lent.commence.wait()
        serveur.signaler(signal.SIGTERM)
        assert await serveur.finir(12) == 0

    assert len(lent.recus) == 1
    message = BytesParser(_class=EmailMessage, policy=default).parsebytes(lent.recus[0])
    assert message["To"]
    envoi = await Envoi.select(Envoi.envoye_le).first()
    assert envoi is not None
    assert envoi["envoye_le"] is not None, "parti, et noté parti : il ne repartira pas"


@sur_sqlite
@pytest.mark.lent
@pytest.mark.parametrize("signe", [signal.SIGTERM, signal.SIGINT])
async def test_un_second_signal_arrete_tout_de_suite(
    base: Moteur, reglages: Reglages, signe: signal.Signals
) -> None:
    async with un_serveur(reglages) as serveur:
        # Une requête qui n'en finit pas d'arriver retient l'arrêt.
        lecteur, ecrivain = await asyncio.open_connection("127.0.0.1", serveur.port)
        ecrivain.write(
            b"PUT /api/inscriptions/5a1f0c5e-8c56-4c0a-9d2e-0d0c6a0f4f10 HTTP/1.1\r\nhost: localhost\r\n"
            b"content-type: application/json\r\ncontent-length: 1000\r\n\r\n{"
        )
        await ecrivain.drain()
        await asyncio.sleep(0.3)

        serveur.signaler(signe)
        await asyncio.sleep(0.7)
        assert serveur.processus.poll() is None, "le premier signal attend la requête"
        serveur.signaler(signe)
        assert await serveur.finir(1) == 128 + signe

        ecrivain.close()
        del lecteur


@pytest.mark.lent
@pytest.mark.parametrize("genre_de_base", ["postgresql"])
async def test_plusieurs_processus_s_arretent_ensemble_et_aucun_ne_survit(
    base: Moteur, reglages: Reglages
) -> None:
    async with un_serveur(reglages, processus=2) as serveur:
        enfants = descendants(serveur.processus.pid)
        assert len(enfants) >= 2
        serveur.signaler(signal.SIGTERM)
        await serveur.finir(14)

    await jusqu_a(lambda: not any(map(vit_encore, enfants)), 5)


def descendants(pid: int) -> list[int]:
    taches = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(enfant) for tache in taches for enfant in tache.read_text().split()]


def vit_encore(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


# --- Santé ----------------------------------------------------------------------------------------------------------


async def test_la_sante_se_dit_sans_rien_de_personnel(client: httpx.AsyncClient, genre_de_base: str) -> None:
    reponse = await client.get("/sante")

    assert reponse.status_code == 200
    assert reponse.headers["cache-control"] == "no-store"
    assert reponse.json() | {"version": "…"} == {
        "etat": "bon",
        "version": "…",
        "base": genre_de_base,
        "base_repond": True,
        "migrations_a_jour": True,
        "envois": {"en_attente": 0, "en_echec": 0, "age_s": 0},
    }


async def test_un_envoi_qui_tarde_se_voit(client: httpx.AsyncClient, horloge: Any) -> None:
    @ecriture
    async def deposer() -> None:
        instant = horloge.instant
        await Envoi.insert(
            Envoi(
                cle="c",
                genre="connexion",
                objet="o",
                destinataire="a@example.org",
                cree_le=instant,
                echeance_le=instant,
            )
        )

    await deposer()
    horloge.avancer(hours=1)

    sante = (await client.get("/sante")).json()

    assert sante["etat"] == "envois_en_retard"
    assert sante["envois"] == {"en_attente": 1, "en_echec": 0, "age_s": 3600}


@sur_sqlite
async def test_une_migration_a_jouer_est_une_panne(client: httpx.AsyncClient, reglages: Reglages) -> None:
    paquet, identifiant = max(migrations_connues())
    with sqlite3.connect(reglages.fichier_sqlite) as directe:
        directe.execute("DELETE FROM migration WHERE app_name = ? AND name = ?", (paquet, identifiant))
    directe.close()

    reponse = await client.get("/sante")

    assert reponse.status_code == 503
    assert reponse.headers["retry-after"] == "5"
    assert reponse.json()["migrations_a_jour"] is False


@sur_sqlite
async def test_un_moteur_qui_ne_repond_pas_est_une_panne(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server import sante

    async def jamais(_: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(sante, "migrations_en_attente", jamais)
    monkeypatch.setattr(sante, "PATIENCE_S", 0.05)

    reponse = await client.get("/sante")

    assert reponse.status_code == 503
    assert reponse.json()["base_repond"] is False


# --- Démarrer -------------------------------------------------------------------------------------------------------


def test_un_port_deja_pris_se_dit_en_une_phrase(tmp_path: Path) -> None:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        prise.listen()
        port = prise.getsockname()[1]

        fait = tablees(Reglages(donnees=tmp_path / "donnees"), "servir", "--port", str(port))

    assert fait.returncode == 1
    assert re.fullmatch(rf"tablees : On ne peut pas écouter sur 127.0.0.1, port {port} : .*\n", fait.stderr)


def test_une_base_injoignable_se_dit_en_une_phrase(tmp_path: Path) -> None:
    reglages = Reglages(base=f"postgresql://nous@127.0.0.1:{port_libre()}/rien", donnees=tmp_path / "donnees")

    fait = tablees(reglages, "servir", "--port", str(port_libre()))

    assert fait.returncode == 1
    assert fait.stderr.startswith("tablees : ")
    assert fait.stderr.count("\n") == 1


def test_sur_sqlite_plusieurs_processus_sont_refuses(tmp_path: Path) -> None:
    fait = tablees(Reglages(donnees=tmp_path / "donnees"), "servir", "--processus", "2")

    assert fait.returncode == 1
    assert "Plusieurs processus demandent PostgreSQL" in fait.stderr
    assert "Traceback" not in fait.stderr


@pytest.mark.lent
async def test_deux_demarrages_simultanes_n_en_migrent_qu_un(
    genre_de_base: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    reglages = Reglages(donnees=tmp_path / "donnees")
    if genre_de_base == "postgresql":
        adresse = request.getfixturevalue("postgresql")
        serveur = MoteurPostgreSQL(adresse)
        connexion = await serveur.get_new_connection()
        await connexion.execute("DROP DATABASE IF EXISTS tablees_neuve")
        await connexion.execute("CREATE DATABASE tablees_neuve")
        await connexion.close()
        reglages = Reglages(
            base=adresse.replace("tablees_essai", "tablees_neuve"), donnees=tmp_path / "donnees"
        )

    faits = await asyncio.gather(*(asyncio.to_thread(tablees, reglages, "migrer") for _ in range(3)))

    assert [fait.returncode for fait in faits] == [0, 0, 0], [fait.stderr for fait in faits]
    dites = sorted(fait.stdout for fait in faits)
    assert dites[1:] == ["La base est à jour.\n"] * 2
    assert dites[0] == f"{len(migrations_connues())} migration(s) jouée(s).\n"


async def test_la_base_est_copiee_avant_d_etre_migree(tmp_path: Path) -> None:
    reglages = Reglages(donnees=tmp_path / "donnees")
    reglages.donnees.mkdir()
    paquets = {paquet for paquet, _ in migrations_connues()}
    premieres = {(p, min(i for q, i in migrations_connues() if q == p)) for p in paquets}
    await migrer_fichier(reglages.fichier_sqlite, premieres)
    with sqlite3.connect(reglages.fichier_sqlite) as directe:
        directe.execute("INSERT INTO theme (slug, nom) VALUES ('eau', 'Eau')")
    directe.close()

    fait = await asyncio.to_thread(tablees, reglages, "migrer")

    assert fait.returncode == 0, fait.stderr
    (copie,) = (reglages.donnees / "sauvegardes").glob("avant-migration-*.sqlite")
    assert stat.S_IMODE(copie.stat().st_mode) == 0o600
    with sqlite3.connect(copie) as relue:
        assert relue.execute("SELECT slug FROM theme").fetchall() == [("eau",)]
        assert set(relue.execute("SELECT app_name, name FROM migration")) == premieres
    relue.close()


def test_le_demarrage_ne_charge_pas_ce_qui_ne_sert_qu_ailleurs(tmp_path: Path) -> None:
    """Chacun de ces paquets coûte un dixième du démarrage ou dix mégaoctets."""
    inutiles = [
        "pydantic",
        "black",
        "PIL",
        "icalendar",
        "httpx",
        "webpush",
        "markdown_it",
        "segno",
        "aiosqlite",
    ]
    programme = (
        "import sys; from server import service; from server.application import creer_application;"
        "from server.reglages import lire_reglages; r = lire_reglages();"
        "creer_application(r, service.ouvrir_portes(r));"
        f"print([nom for nom in {inutiles} if nom in sys.modules])"
    )

    fait = subprocess.run(
        [sys.executable, "-c", programme],
        cwd=RACINE,
        env=environnement(Reglages(donnees=tmp_path)),
        capture_output=True,
        text=True,
        check=True,
    )

    assert fait.stdout == "[]\n"


# --- La ligne de commande -------------------------------------------------------------------------------------------


def test_sans_mot_la_commande_dit_tous_ses_mots(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0

    sortie = capsys.readouterr().out
    assert [mot for mot in MOTS if not re.search(rf"^  {mot} +\S", sortie, re.MULTILINE)] == []


@pytest.mark.parametrize("mot", sorted(MOTS))
def test_chaque_mot_a_son_aide_en_francais(mot: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as fin:
        main([mot, "--aide"])

    assert fin.value.code == 0
    aide = capsys.readouterr().out
    assert aide.startswith(f"Usage : tablees {mot}")
    assert not re.search(r"usage:|positional|show this help|optional arguments", aide)


@pytest.mark.parametrize(
    ("mots", "phrase"),
    [
        (["servr"], "« servr » n'est pas un mot de tablees. Vouliez-vous dire « servir » ?"),
        (["xyz"], "« xyz » n'est pas un mot de tablees. « tablees » seul donne la liste."),
        (
            ["restaurer", "rien.tar.gz"],
            "rien.tar.gz n'est pas une sauvegarde de Tablées, ou elle est abîmée.",
        ),
    ],
)
def test_un_refus_est_une_phrase(
    mots: list[str],
    phrase: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TABLEES_DONNEES", str(tmp_path))

    assert main(mots) == 1

    assert capsys.readouterr().err == f"tablees : {phrase}\n"


@pytest.mark.parametrize(
    ("mots", "phrase"),
    [
        (["restaurer"], "il manque fichier"),
        (["servir", "--processus"], "il faut une valeur"),
        (["servir", "--processus", "beaucoup"], "« beaucoup » n'est pas un nombre"),
        (["version", "--vite"], "on ne comprend pas --vite"),
    ],
)
def test_une_option_mal_dite_est_expliquee(
    mots: list[str], phrase: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as fin:
        main(mots)

    assert fin.value.code == 2
    assert phrase in capsys.readouterr().err


def test_un_reglage_incompris_est_une_phrase(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TABLEES_PORT", "huit mille")

    assert main(["servir"]) == 1

    assert (
        capsys.readouterr().err
        == "tablees : TABLEES_PORT doit être un nombre entre 1 et 65535, pas « huit mille ».\n"
    )


def test_la_version_ne_charge_rien(tmp_path: Path) -> None:
    programme = (
        "import sys; from server.__main__ import main; main(['version']);"
        "print([nom for nom in ('litestar', 'piccolo', 'msgspec', 'uvicorn') if nom in sys.modules])"
    )

    fait = subprocess.run(
        [sys.executable, "-c", programme],
        cwd=RACINE,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )

    assert re.fullmatch(r"tablees \d+\.\d+\.\d+\n\[\]\n", fait.stdout)


async def test_openapi_s_ecrit_dans_un_fichier(tmp_path: Path) -> None:
    fait = await asyncio.to_thread(tablees, Reglages(donnees=tmp_path), "openapi", str(tmp_path / "api.json"))

    assert fait.returncode == 0, fait.stderr
    assert "/api/inscriptions/{identifiant}" in json.loads((tmp_path / "api.json").read_text())["paths"]


# --- Sauvegarder, restaurer, vérifier un service en marche ----------------------------------------------------------


@pytest.mark.lent
async def test_une_sauvegarde_se_rend_a_un_serveur_qui_tourne_et_ses_pages_suivent(
    base: Moteur, reglages: Reglages, tmp_path: Path
) -> None:
    slug, banquet = await une_soiree()
    archive = tmp_path / "copie.tar.gz"

    async with un_serveur(reglages, envois="separes") as serveur, httpx.AsyncClient(timeout=20) as client:

        async def titre() -> str:
            return str((await client.get(f"{serveur.url}/api/evenements/{slug}")).json()["titre"])

        await s_inscrire(client, serveur.url, une_demande(slug, une_presence(banquet)))
        fait = await asyncio.to_thread(tablees, reglages, "sauvegarder", str(archive))
        assert fait.returncode == 0, fait.stderr
        assert stat.S_IMODE(archive.stat().st_mode) == 0o600

        await _retitrer(slug, "Un titre de trop")
        await jusqu_a(lambda: _vaut(titre, "Un titre de trop"), 3)
        await s_inscrire(client, serveur.url, une_demande(slug, une_presence(banquet)))

        refus = await asyncio.to_thread(tablees, reglages, "restaurer", str(archive))
        assert refus.returncode == 1
        assert "ajoutez --oui" in refus.stderr
        assert await titre() == "Un titre de trop"

        fait = await asyncio.to_thread(tablees, reglages, "restaurer", "--oui", str(archive))
        assert fait.returncode == 0, fait.stderr
        await jusqu_a(lambda: _vaut(titre, "Éteindre les incendies"), 1.5)

        apres = await s_inscrire(client, serveur.url, une_demande(slug, une_presence(banquet)))
        assert apres.statut == 201
        fait = await asyncio.to_thread(tablees, reglages, "verifier")
        assert (fait.returncode, fait.stdout) == (0, "Tout est juste.\n"), fait.stderr

    assert await Inscription.count() == 2
    (precedente,) = (reglages.donnees / "sauvegardes").glob("avant-restauration-*.tar.gz")
    assert stat.S_IMODE(precedente.stat().st_mode) == 0o600


async def _vaut(lire: Any, attendu: str) -> bool:
    return bool(await lire() == attendu)


@ecriture
async def _retitrer(slug: str, titre: str) -> None:
    from server.socle.faits import renouveler

    ligne = await Evenement.select(Evenement.id).where(Evenement.slug == slug).first()
    assert ligne is not None
    await Evenement.update({Evenement.titre: titre}).where(Evenement.slug == slug)
    renouveler("agenda", f"evenement:{ligne['id']}")


async def test_verifier_dit_chaque_chose_fausse(base: Moteur, reglages: Reglages) -> None:
    _, banquet = await une_soiree()
    charger_clef(reglages.donnees).empreinte("rien", b"")
    (reglages.donnees / "cle").chmod(0o644)
    (reglages.donnees / "images").mkdir()
    orpheline = reglages.donnees / "images" / ("cd" * 32 + "-480.webp")
    orpheline.write_bytes(b"x")
    os.utime(orpheline, (1, 1))

    @ecriture
    async def fausser() -> None:
        await Moment.update({Moment.pris: 3}).where(Moment.id == banquet)

    await fausser()

    fait = await asyncio.to_thread(tablees, reglages, "verifier")

    assert fait.returncode == 1
    assert "compteur 3, présences 0" in fait.stderr
    assert f"image orpheline, que plus rien ne montre : {orpheline}" in fait.stderr
    assert "chmod 600" in fait.stderr
    assert fait.stderr.endswith("tablees : 3 chose(s) à regarder.\n")


@sur_sqlite
async def test_verifier_trouve_une_reference_perdue(base: Moteur, reglages: Reglages) -> None:
    charger_clef(reglages.donnees)
    with sqlite3.connect(reglages.fichier_sqlite) as directe:
        directe.execute("PRAGMA foreign_keys=OFF")
        directe.execute("INSERT INTO coorganisation (evenement, structure) VALUES (12345, 987654)")
    directe.close()

    fait = await asyncio.to_thread(tablees, reglages, "verifier")

    assert fait.returncode == 1
    assert "table coorganisation" in fait.stderr


async def test_une_sauvegarde_ne_recouvre_pas_un_fichier(
    base: Moteur, reglages: Reglages, tmp_path: Path
) -> None:
    (tmp_path / "deja.tar.gz").write_bytes(b"precieux")

    fait = await asyncio.to_thread(tablees, reglages, "sauvegarder", str(tmp_path / "deja.tar.gz"))

    assert fait.returncode == 1
    assert (tmp_path / "deja.tar.gz").read_bytes() == b"precieux"


# --- Démonstration, entretien, envois -------------------------------------------------------------------------------


def test_la_demonstration_refuse_un_dossier_qui_n_est_pas_le_sien(tmp_path: Path) -> None:
    (tmp_path / "photos.jpg").write_bytes(b"x")

    fait = tablees(Reglages(donnees=tmp_path), "demo", "--port", str(port_libre()))

    assert fait.returncode == 1
    assert "n'est pas vide" in fait.stderr
    assert [chemin.name for chemin in tmp_path.iterdir()] == ["photos.jpg"]


@sur_sqlite
@pytest.mark.parametrize("mot", ["demo", "exemple"])
async def test_rien_d_invente_ne_se_mele_a_une_vraie_base(base: Moteur, reglages: Reglages, mot: str) -> None:
    await une_soiree()
    avant = await Evenement.count()

    fait = await asyncio.to_thread(tablees, reglages, mot)

    assert fait.returncode == 1
    assert "TABLEES_DONNEES" in fait.stderr
    assert "Traceback" not in fait.stderr
    assert await Evenement.count() == avant


async def test_envoyer_une_fois_fait_partir_ce_qui_est_echu(base: Moteur, reglages: Reglages) -> None:
    slug, banquet = await une_soiree()
    async with un_serveur(reglages, envois="separes") as serveur, httpx.AsyncClient(timeout=20) as client:
        reponse = await s_inscrire(client, serveur.url, une_demande(slug, une_presence(banquet)))
        assert reponse.statut == 201

    fait = await asyncio.to_thread(tablees, reglages, "envoyer", "--une-fois")

    assert fait.returncode == 0, fait.stderr
    assert len(list((reglages.donnees / "courriels").glob("*.eml"))) == 1


async def test_entretenir_joue_un_passage(base: Moteur, reglages: Reglages) -> None:
    fait = await asyncio.to_thread(tablees, reglages, "entretenir")

    assert (fait.returncode, fait.stdout) == (0, "Entretien fait.\n"), fait.stderr
