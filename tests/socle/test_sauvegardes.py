"""Sauvegarder, restaurer : ce qui en sort est ce qui y est entré, sur l'une ou l'autre base, service en marche."""

import asyncio
import os
import sqlite3
import stat
import tarfile
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.evenements.tables import Theme
from server.inscriptions.tables import Inscription
from server.reglages import Reglages
from server.socle import base as socle_base
from server.socle.base import Moteur, ecriture
from server.socle.migrations import migrations_connues, migrations_en_attente, migrer
from server.socle.migrer_a_part import migrer_fichier
from server.socle.sauvegardes import (
    RestaurationImpossible,
    SauvegardeImpossible,
    contient_des_donnees,
    examiner_fichier,
    lire_archive,
    restaurer,
    sauvegarder,
)
from server.socle.secrets import charger_clef
from server.socle.temoin import en_service, est_en_service
from tests.fabriques import LUNDI, moments_de, slug_de, un_evenement, un_lieu, une_demande, une_presence

sur_sqlite = pytest.mark.parametrize("genre_de_base", ["sqlite"])


@pytest.fixture
async def installation(base: Moteur, dossier: Path) -> Path:
    """Un évènement, un lieu et son repli, une image, une clé."""
    charger_clef(dossier)
    repli = await un_lieu("Foyer rural")
    await un_lieu("Pré communal", repli=repli)
    await un_evenement()
    (dossier / "images").mkdir()
    (dossier / "images" / ("ab" * 32 + "-1200.webp")).write_bytes(b"une image" * 1000)
    return dossier


async def contenu(moteur: Moteur) -> dict[str, list[dict[str, Any]]]:
    """Tout ce que contient la base, table par table."""
    from piccolo.table import TABLE_REGISTRY

    return {
        table._meta.tablename: sorted(await table.select(), key=repr)
        for table in TABLE_REGISTRY
        if table.__module__.startswith("server.")
    }


def restes(dossier: Path) -> list[str]:
    return sorted(chemin.name for chemin in dossier.iterdir())


@ecriture
async def noter_theme(slug: str) -> None:
    await Theme.insert(Theme(slug=slug, nom=slug))


async def test_restaurer_rend_exactement_ce_qui_a_ete_sauvegarde(
    base: Moteur, installation: Path, tmp_path: Path
) -> None:
    await noter_theme("eau")
    avant = await contenu(base)
    archive = tmp_path / "copie.tar.gz"

    manifeste = await sauvegarder(base, installation, archive, LUNDI)
    await noter_theme("pain")
    await restaurer(base, installation, archive, LUNDI + timedelta(hours=1))

    assert await contenu(base) == avant
    assert sum(len(lignes) for lignes in avant.values()) == manifeste.nombre_de_lignes >= 6
    assert manifeste.nombre_d_images == 1


async def test_apres_une_restauration_les_identifiants_continuent(
    base: Moteur, installation: Path, tmp_path: Path
) -> None:
    dernier = await un_lieu("Dernière salle")
    await sauvegarder(base, installation, tmp_path / "copie.tar.gz", LUNDI)

    await restaurer(base, installation, tmp_path / "copie.tar.gz", LUNDI)

    assert await un_lieu("Salle suivante") == dernier + 1


async def test_ce_qui_etait_la_est_mis_a_l_abri_d_abord(
    base: Moteur, installation: Path, tmp_path: Path
) -> None:
    await sauvegarder(base, installation, tmp_path / "copie.tar.gz", LUNDI)
    await noter_theme("pain")

    _, precedente = await restaurer(base, installation, tmp_path / "copie.tar.gz", LUNDI)
    assert precedente is not None
    assert await Theme.count() == 0

    await restaurer(base, installation, precedente, LUNDI + timedelta(hours=1))
    assert await Theme.count() == 1


@pytest.mark.parametrize("genre_de_base", ["postgresql"])
async def test_une_sauvegarde_passe_d_une_base_a_l_autre_et_revient(
    base: Moteur, installation: Path, tmp_path: Path
) -> None:
    avant = await contenu(base)
    await sauvegarder(base, installation, tmp_path / "de-pg.tar.gz", LUNDI)
    ailleurs = Reglages(donnees=tmp_path / "ailleurs")
    sqlite = socle_base.creer_moteur(ailleurs)
    socle_base.installer(sqlite)
    try:
        await migrer(sqlite, ailleurs.donnees / "sauvegardes", LUNDI)
        await sqlite.ouvrir()
        await restaurer(sqlite, ailleurs.donnees, tmp_path / "de-pg.tar.gz", LUNDI)
        assert await contenu(sqlite) == avant
        await noter_theme("ecrit-sur-sqlite")
        await sauvegarder(sqlite, ailleurs.donnees, tmp_path / "de-sqlite.tar.gz", LUNDI)
        await sqlite.fermer()
    finally:
        socle_base.installer(base)

    await restaurer(base, installation, tmp_path / "de-sqlite.tar.gz", LUNDI)

    apres = await contenu(base)
    assert [ligne["slug"] for ligne in apres.pop("theme")] == ["ecrit-sur-sqlite"]
    avant.pop("theme")
    assert apres == avant


@sur_sqlite
async def test_une_archive_se_rend_dans_un_dossier_vide(
    base: Moteur, installation: Path, tmp_path: Path
) -> None:
    avant = await contenu(base)
    await sauvegarder(base, installation, tmp_path / "copie.tar.gz", LUNDI)
    ailleurs = Reglages(donnees=tmp_path / "ailleurs")
    autre = socle_base.creer_moteur(ailleurs)
    assert not await contient_des_donnees(autre)

    _, precedente = await restaurer(autre, ailleurs.donnees, tmp_path / "copie.tar.gz", LUNDI)

    assert precedente is None
    assert (ailleurs.donnees / "cle").read_bytes() == (installation / "cle").read_bytes()
    assert stat.S_IMODE((ailleurs.donnees / "cle").stat().st_mode) == 0o600
    assert [image.name for image in (ailleurs.donnees / "images").iterdir()] == ["ab" * 32 + "-1200.webp"]
    socle_base.installer(autre)
    await autre.ouvrir()
    assert await contenu(autre) == avant
    await autre.fermer()
    socle_base.installer(base)


@sur_sqlite
async def test_un_moteur_ouvert_voit_la_restauration_sans_redemarrer(
    base: Moteur, installation: Path, tmp_path: Path
) -> None:
    await sauvegarder(base, installation, tmp_path / "copie.tar.gz", LUNDI)
    await noter_theme("pain")
    dits: list[frozenset[str]] = []
    base.sur_changement.append(dits.append)

    exterieur = socle_base.creer_moteur(Reglages(donnees=installation))
    await restaurer(exterieur, installation, tmp_path / "copie.tar.gz", LUNDI)
    socle_base.installer(base)

    assert await Theme.count() == 0
    await noter_theme("vin")
    assert await Theme.count() == 1
    async with asyncio.timeout(5):  # le rédacteur s'en aperçoit dans la seconde, sur son fil
        while frozenset({socle_base.TOUT}) not in dits:
            await asyncio.sleep(0.01)


async def test_l_archive_n_est_lisible_que_de_son_proprietaire(
    base: Moteur, installation: Path, tmp_path: Path
) -> None:
    masque = os.umask(0)
    try:
        await sauvegarder(base, installation, tmp_path / "copie.tar.gz", LUNDI)
    finally:
        os.umask(masque)

    assert stat.S_IMODE((tmp_path / "copie.tar.gz").stat().st_mode) == 0o600
    assert restes(tmp_path) == ["copie.tar.gz", "donnees"]


async def test_une_archive_plus_ancienne_est_mise_a_jour_avant_d_etre_rendue(
    base: Moteur, dossier: Path, tmp_path: Path
) -> None:
    (tmp_path / "ancienne").mkdir()
    vieille = tmp_path / "ancienne" / "tablees.sqlite"
    premieres = {
        (paquet, identifiant) for paquet, identifiant in migrations_connues() if ":00:00:" in identifiant
    }
    assert premieres < migrations_connues()
    await migrer_fichier(vieille, premieres)
    with sqlite3.connect(vieille) as directe:
        directe.execute("INSERT INTO theme (slug, nom) VALUES ('eau', 'Eau')")
    directe.close()
    await sauvegarder(socle_base.MoteurSQLite(vieille), vieille.parent, tmp_path / "copie.tar.gz", LUNDI)

    await restaurer(base, dossier, tmp_path / "copie.tar.gz", LUNDI)

    assert await migrations_en_attente(base) == frozenset()
    assert [ligne["slug"] for ligne in await Theme.select(Theme.slug)] == ["eau"]


# --- Archives refusées ----------------------------------------------------------------------------------------------


@sur_sqlite
async def test_une_archive_abimee_est_refusee_et_rien_ne_change(
    base: Moteur, installation: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "copie.tar.gz"
    await sauvegarder(base, installation, archive, LUNDI)
    await noter_theme("pain")
    octets = bytearray(archive.read_bytes())
    octets[len(octets) // 2] ^= 0xFF
    archive.write_bytes(octets)

    with pytest.raises(RestaurationImpossible, match="abîmée"):
        await restaurer(base, installation, archive, LUNDI)

    assert await Theme.count() == 1


@sur_sqlite
async def test_une_archive_tronquee_est_refusee(base: Moteur, installation: Path, tmp_path: Path) -> None:
    archive = tmp_path / "copie.tar.gz"
    await sauvegarder(base, installation, archive, LUNDI)
    archive.write_bytes(archive.read_bytes()[:-2000])

    with pytest.raises(RestaurationImpossible):
        lire_archive(archive)


@sur_sqlite
@pytest.mark.parametrize(
    "nom", ["../dehors", "/tmp/dehors", "images/../../dehors", "images/.cache", "autre.txt"]
)
async def test_un_fichier_glisse_dans_l_archive_est_refuse(
    base: Moteur, installation: Path, tmp_path: Path, nom: str
) -> None:
    await sauvegarder(base, installation, tmp_path / "copie.tar.gz", LUNDI)
    with (
        tarfile.open(tmp_path / "copie.tar.gz") as avant,
        tarfile.open(tmp_path / "piegee.tar.gz", "w:gz") as apres,
    ):
        for membre in avant:
            apres.addfile(membre, avant.extractfile(membre))
        intrus = tarfile.TarInfo(nom)
        intrus.size = 3
        with (tmp_path / "intrus").open("w+b") as contenu_intrus:
            contenu_intrus.write(b"abc")
            contenu_intrus.seek(0)
            apres.addfile(intrus, contenu_intrus)

    with pytest.raises(RestaurationImpossible, match="inattendu"):
        lire_archive(tmp_path / "piegee.tar.gz", tmp_path / "atelier")

    assert not (tmp_path / "dehors").exists()


@pytest.mark.parametrize("octets", [b"", b"bonjour", b"\x1f\x8b" + b"\x00" * 50])
def test_ce_qui_n_est_pas_une_archive_est_refuse(tmp_path: Path, octets: bytes) -> None:
    (tmp_path / "fausse.tar.gz").write_bytes(octets)

    with pytest.raises(RestaurationImpossible, match="pas une sauvegarde"):
        lire_archive(tmp_path / "fausse.tar.gz")


@sur_sqlite
async def test_une_archive_d_une_version_plus_recente_est_refusee(
    base: Moteur, installation: Path, tmp_path: Path, reglages: Reglages
) -> None:
    with sqlite3.connect(reglages.fichier_sqlite) as directe:
        directe.execute(
            "INSERT INTO migration (name, app_name) VALUES ('2031-01-01T00:00:00:000000', 'lieux')"
        )
    directe.close()
    await sauvegarder(base, installation, tmp_path / "copie.tar.gz", LUNDI)

    with pytest.raises(RestaurationImpossible, match="plus récente"):
        await restaurer(base, installation, tmp_path / "copie.tar.gz", LUNDI)


@sur_sqlite
async def test_une_base_abimee_ne_donne_pas_de_sauvegarde(
    base: Moteur, installation: Path, tmp_path: Path, reglages: Reglages
) -> None:
    with sqlite3.connect(
        reglages.fichier_sqlite
    ) as directe:  # sans clés étrangères : une présence sans inscription
        directe.execute("PRAGMA foreign_keys=OFF")
        directe.execute("INSERT INTO coorganisation (evenement, structure) VALUES (1, 987654)")
    directe.close()

    with pytest.raises(SauvegardeImpossible, match="coorganisation"):
        await sauvegarder(base, installation, tmp_path / "copie.tar.gz", LUNDI)

    assert restes(tmp_path) == ["donnees"]


@sur_sqlite
async def test_une_archive_d_une_autre_installation_attend_que_le_serveur_soit_arrete(
    base: Moteur, installation: Path, tmp_path: Path
) -> None:
    await sauvegarder(base, installation, tmp_path / "copie.tar.gz", LUNDI)
    (installation / "cle").write_bytes(b"une autre cle, sur une autre machine.")

    with en_service(installation), pytest.raises(RestaurationImpossible, match="autre installation"):
        await restaurer(base, installation, tmp_path / "copie.tar.gz", LUNDI)

    assert not est_en_service(installation)
    await restaurer(base, installation, tmp_path / "copie.tar.gz", LUNDI)
    assert (installation / "cle").read_bytes() != b"une autre cle, sur une autre machine."


# --- Pendant que l'on s'inscrit -------------------------------------------------------------------------------------


async def test_une_sauvegarde_prise_en_pleine_inscription_est_coherente(
    base: Moteur, client: Any, dossier: Path, horloge: Any, tmp_path: Path
) -> None:
    evenement = await un_evenement(moments={"banquet": 500})
    moment = (await moments_de(evenement))["banquet"]
    encore = True

    async def s_inscrire() -> None:
        slug = await slug_de(evenement)
        while encore:
            demande = une_demande(slug, une_presence(moment, adultes=2))
            await client.put(f"/api/inscriptions/{uuid.uuid4()}", content=msgspec.json.encode(demande))

    foule = [asyncio.ensure_future(s_inscrire()) for _ in range(4)]
    try:
        for rang in range(3):
            archive = tmp_path / f"copie-{rang}.tar.gz"
            await sauvegarder(base, dossier, archive, LUNDI)
            lire_archive(archive, tmp_path / f"atelier-{rang}")
            copie = tmp_path / f"atelier-{rang}" / "base.sqlite"
            assert examiner_fichier(copie) == []
            with sqlite3.connect(copie) as relue:
                pris, presences = relue.execute(
                    "SELECT (SELECT SUM(pris) FROM moment), (SELECT COALESCE(SUM(adultes), 0) FROM presence)"
                ).fetchone()
            relue.close()
            assert pris == presences
    finally:
        encore = False
        await asyncio.gather(*foule)
    assert await Inscription.count() > 0
