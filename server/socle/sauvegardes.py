"""Sauvegardes : toute l'installation dans un seul fichier, prise et rendue sans arrêter le service.

Une archive `.tar.gz` contient `manifeste.json`, `base.sqlite`, `cle` et `images/`. La base y est toujours un fichier
SQLite, même quand le service tourne sur PostgreSQL : une seule forme à vérifier, lisible avec Python seul, et qui se
rend sur l'une ou l'autre base. Décision 0006.

L'archive contient des données personnelles et la clé de l'installation : elle n'est lisible que de son propriétaire.
"""

import asyncio
import contextlib
import hashlib
import io
import logging
import os
import re
import secrets
import shutil
import sqlite3
import tarfile
import tempfile
import time
from collections.abc import Generator, Iterable
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import msgspec

from server import __version__
from server.socle.base import CANAL, TOUT, Moteur, MoteurPostgreSQL, MoteurSQLite
from server.socle.migrations import migrations_connues, migrer, verrou
from server.socle.migrer_a_part import migrer_fichier
from server.socle.temoin import est_en_service

if TYPE_CHECKING:
    import asyncpg

journal = logging.getLogger("tablees.sauvegardes")

FORMAT: Final = 1
MANIFESTE: Final = "manifeste.json"
BASE: Final = "base.sqlite"
CLE: Final = "cle"
IMAGES: Final = "images"
LOT: Final = 1000
"""Lignes lues ou écrites à la fois : la mémoire ne dépend pas de la taille de la base."""

PATIENCE_S: Final = 20
"""Attente devant une base occupée, avant de renoncer sans rien changer."""

_NOM_D_IMAGE: Final = re.compile(r"images/[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}")


class SauvegardeImpossible(Exception):
    """La sauvegarde n'a pas été faite ; la phrase dit pourquoi."""


class RestaurationImpossible(Exception):
    """Rien n'a été rendu, rien n'a été changé ; la phrase dit pourquoi."""


class Empreinte(msgspec.Struct, frozen=True):
    """De quoi reconnaître un fichier de l'archive."""

    octets: int
    sha256: str


class Manifeste(msgspec.Struct, frozen=True, kw_only=True):
    """Ce que contient une archive."""

    format: int
    version: str
    cree_le: datetime
    origine: str
    """`sqlite` ou `postgresql`."""
    migrations: list[tuple[str, str]]
    lignes: dict[str, int]
    fichiers: dict[str, Empreinte]

    @property
    def nombre_de_lignes(self) -> int:
        return sum(self.lignes.values())

    @property
    def nombre_d_images(self) -> int:
        return sum(nom.startswith(f"{IMAGES}/") for nom in self.fichiers)


# --- Sauvegarder ----------------------------------------------------------------------------------------------------


async def sauvegarder(moteur: Moteur, donnees: Path, vers: Path, maintenant: datetime) -> Manifeste:
    """Écrit une archive vérifiée de la base, des images et de la clé ; le service peut tourner.

    Lève `SauvegardeImpossible`. Tant que l'archive n'est pas entière et relue, `vers` n'existe pas.
    """
    with _atelier(vers.parent) as atelier:
        copie = atelier / BASE
        try:
            if isinstance(moteur, MoteurSQLite):
                await asyncio.to_thread(_copier_sqlite, moteur.chemin, copie)
            else:
                await _copier_postgresql(moteur, copie)
            return await asyncio.to_thread(_archiver, moteur, donnees, copie, vers, maintenant)
        except (OSError, sqlite3.Error, RuntimeError) as erreur:
            raise SauvegardeImpossible(f"La sauvegarde n'a pas pu s'écrire : {erreur}.") from erreur


def _archiver(moteur: Moteur, donnees: Path, copie: Path, vers: Path, maintenant: datetime) -> Manifeste:
    """Vérifie la copie, écrit l'archive à côté, la relit, puis lui donne son nom."""
    defauts = examiner_fichier(copie)
    if defauts:
        raise SauvegardeImpossible(f"La base est abîmée, la copie n'est pas gardée : {defauts[0]}")
    fichiers = {BASE: copie}
    if (donnees / CLE).is_file():
        fichiers[CLE] = donnees / CLE
    for image in sorted((donnees / IMAGES).glob("*")):
        nom = f"{IMAGES}/{image.name}"
        if image.is_file() and _NOM_D_IMAGE.fullmatch(nom):
            fichiers[nom] = image
    manifeste = Manifeste(
        format=FORMAT,
        version=__version__,
        cree_le=maintenant,
        origine="sqlite" if isinstance(moteur, MoteurSQLite) else "postgresql",
        migrations=sorted(_migrations_du_fichier(copie)),
        lignes=compter_lignes(copie),
        fichiers={nom: _empreinte(chemin) for nom, chemin in fichiers.items()},
    )
    partiel = copie.parent / "archive.tar.gz"
    descripteur = os.open(partiel, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descripteur, "w+b") as sortie:
        with tarfile.open(fileobj=sortie, mode="w:gz", compresslevel=6) as archive:
            _ajouter(archive, MANIFESTE, io.BytesIO(msgspec.json.encode(manifeste)), maintenant)
            for nom, chemin in fichiers.items():
                with chemin.open("rb") as contenu:
                    _ajouter(archive, nom, contenu, maintenant)
        sortie.flush()
        os.fsync(sortie.fileno())
    try:
        lire_archive(partiel)
    except RestaurationImpossible as erreur:
        raise SauvegardeImpossible(f"L'archive relue n'est pas celle qui a été écrite : {erreur}") from erreur
    partiel.replace(vers)
    _valider_dossier(vers.parent)
    return manifeste


def _ajouter(archive: tarfile.TarFile, nom: str, contenu: IO[bytes], maintenant: datetime) -> None:
    fiche = tarfile.TarInfo(nom)
    fiche.size = contenu.seek(0, os.SEEK_END)
    contenu.seek(0)
    fiche.mode, fiche.mtime = 0o600, int(maintenant.timestamp())
    archive.addfile(fiche, contenu)


def _copier_sqlite(source: Path, copie: Path) -> None:
    """Une image cohérente de la base, prise d'un trait : en WAL, personne n'attend."""
    if not source.exists():
        raise SauvegardeImpossible(f"Il n'y a pas de base à l'adresse {source}.")
    depuis, vers = sqlite3.connect(source, timeout=PATIENCE_S), sqlite3.connect(copie)
    try:
        _transvaser(depuis, vers)
        vers.execute("PRAGMA journal_mode=DELETE")
    finally:
        vers.close()
        depuis.close()


def _transvaser(depuis: sqlite3.Connection, vers: sqlite3.Connection) -> None:
    """Copie une base entière en une transaction ; renonce si elle reste occupée trop longtemps."""
    limite = time.monotonic() + PATIENCE_S

    def surveiller(statut: int, reste: int, total: int) -> None:
        if statut in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > limite:
            raise sqlite3.OperationalError("la base reste occupée par un autre programme")

    depuis.backup(vers, pages=-1, progress=surveiller)


async def _copier_postgresql(moteur: MoteurPostgreSQL, copie: Path) -> None:
    """Recopie un instantané de PostgreSQL dans un fichier SQLite de même schéma."""
    from asyncpg.pgproto.pgproto import UUID

    sqlite3.register_adapter(UUID, str)
    connexion = await moteur.get_new_connection()
    try:
        async with connexion.transaction(isolation="repeatable_read", readonly=True):
            if not await connexion.fetchval("SELECT to_regclass('migration') IS NOT NULL"):
                raise SauvegardeImpossible("Cette base est vide : il n'y a rien à sauvegarder.")
            jouees = {
                (ligne[0], ligne[1])
                for ligne in await connexion.fetch("SELECT app_name, name FROM migration")
            }
            if inconnues := jouees - migrations_connues():
                raise SauvegardeImpossible(_dire_inconnues(inconnues))
            await migrer_fichier(copie, jouees)
            sortie = sqlite3.connect(copie, isolation_level=None)
            try:
                sortie.execute("PRAGMA foreign_keys=OFF")
                sortie.execute("BEGIN")
                for table in _tables(sortie):
                    await _recopier_table(connexion, sortie, table)
                sortie.execute("COMMIT")
                sortie.execute("PRAGMA journal_mode=DELETE")
            finally:
                sortie.close()
    finally:
        await connexion.close()


async def _recopier_table(
    connexion: "asyncpg.Connection[Any]", sortie: sqlite3.Connection, table: str
) -> None:
    colonnes = _colonnes(sortie, table)
    noms = ", ".join(f'"{colonne}"' for colonne in colonnes)
    insertion = f'INSERT INTO "{table}" ({noms}) VALUES ({", ".join("?" * len(colonnes))})'  # noqa: S608 (noms lus du schéma)
    lot: list[tuple[Any, ...]] = []
    async for ligne in connexion.cursor(f'SELECT {noms} FROM "{table}"', prefetch=LOT):  # noqa: S608
        lot.append(tuple(ligne))
        if len(lot) >= LOT:
            sortie.executemany(insertion, lot)
            lot.clear()
    sortie.executemany(insertion, lot)


# --- Relire ---------------------------------------------------------------------------------------------------------


def lire_archive(chemin: Path, vers: Path | None = None) -> Manifeste:
    """Vérifie une archive de bout en bout, et l'extrait dans `vers` s'il est donné ; lève `RestaurationImpossible`."""
    try:
        with tarfile.open(chemin, "r:gz") as archive:
            return _lire_membres(archive, vers)
    except (OSError, tarfile.TarError, EOFError, msgspec.DecodeError) as erreur:
        raise RestaurationImpossible(
            f"{chemin} n'est pas une sauvegarde de Tablées, ou elle est abîmée."
        ) from erreur


def _lire_membres(archive: tarfile.TarFile, vers: Path | None) -> Manifeste:
    membres = iter(archive)
    premier = next(membres, None)
    contenu = archive.extractfile(premier) if premier is not None and premier.name == MANIFESTE else None
    if contenu is None:
        raise RestaurationImpossible(
            "Ce fichier n'est pas une sauvegarde de Tablées : il n'a pas de manifeste."
        )
    manifeste = msgspec.json.decode(contenu.read(), type=Manifeste)
    if manifeste.format != FORMAT:
        raise RestaurationImpossible(
            f"Cette sauvegarde a le format {manifeste.format} ; celui-ci lit le format {FORMAT}."
        )
    vus = set()
    for membre in membres:
        attendu = manifeste.fichiers.get(membre.name)
        permis = membre.name in (BASE, CLE) or _NOM_D_IMAGE.fullmatch(membre.name)
        contenu = archive.extractfile(membre) if membre.isreg() else None
        if attendu is None or contenu is None or not permis or membre.name in vus:
            raise RestaurationImpossible(f"La sauvegarde contient un fichier inattendu : {membre.name!r}.")
        if _extraire(contenu, None if vers is None else vers / membre.name) != attendu:
            raise RestaurationImpossible(
                f"La sauvegarde est abîmée : {membre.name} n'a pas l'empreinte annoncée."
            )
        vus.add(membre.name)
    if manques := sorted(set(manifeste.fichiers) - vus):
        raise RestaurationImpossible(f"La sauvegarde est incomplète : {manques[0]} manque.")
    if BASE not in vus:
        raise RestaurationImpossible("La sauvegarde ne contient pas de base.")
    return manifeste


def _extraire(contenu: IO[bytes], vers: Path | None) -> Empreinte:
    """Lit un membre jusqu'au bout, en l'écrivant si l'on veut ; rend son empreinte."""
    somme, octets = hashlib.sha256(), 0
    with contextlib.ExitStack() as pile:
        sortie = None
        if vers is not None:
            vers.parent.mkdir(exist_ok=True)
            sortie = pile.enter_context(vers.open("xb"))
        while bloc := contenu.read(1 << 20):
            somme.update(bloc)
            octets += len(bloc)
            if sortie is not None:
                sortie.write(bloc)
    return Empreinte(octets, somme.hexdigest())


# --- Restaurer ------------------------------------------------------------------------------------------------------


async def contient_des_donnees(moteur: Moteur) -> bool:
    """Vrai si cette base a déjà servi (il y a une ligne quelque part, hors du suivi des migrations)."""
    if isinstance(moteur, MoteurSQLite):
        return moteur.chemin.exists() and any(compter_lignes(moteur.chemin).values())
    connexion = await moteur.get_new_connection()
    try:
        tables = await connexion.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration'"
        )
        for (table,) in tables:
            if await connexion.fetchval(f'SELECT EXISTS (SELECT 1 FROM "{table}")'):  # noqa: S608
                return True
        return False
    finally:
        await connexion.close()


async def restaurer(
    moteur: Moteur, donnees: Path, depuis: Path, maintenant: datetime
) -> tuple[Manifeste, Path | None]:
    """Rend une archive à l'installation ; d'un coup, même si le service tourne.

    Ce qui était là est d'abord sauvegardé ; rend le manifeste et cette copie. Une archive plus ancienne est mise à
    jour avant d'être rendue. Lève `RestaurationImpossible`, et alors rien n'a changé.
    """
    with _atelier(donnees) as atelier:
        manifeste = await asyncio.to_thread(lire_archive, depuis, atelier)
        if inconnues := set(manifeste.migrations) - migrations_connues():
            raise RestaurationImpossible(_dire_inconnues(inconnues))
        _refuser_autre_clef(donnees, atelier)
        if migrations_connues() != set(manifeste.migrations):
            await migrer_fichier(atelier / BASE, set(migrations_connues()))
        if defauts := await asyncio.to_thread(examiner_fichier, atelier / BASE):
            raise RestaurationImpossible(f"La base de cette sauvegarde est abîmée : {defauts[0]}")
        precedente = await _mettre_a_l_abri(moteur, donnees, maintenant)
        # Les images d'abord : une page ne doit jamais montrer une image qui n'est pas encore là.
        await asyncio.to_thread(_rendre_images, atelier, donnees)
        try:
            async with verrou(moteur):
                if isinstance(moteur, MoteurSQLite):
                    await asyncio.to_thread(_rendre_sqlite, atelier / BASE, moteur.chemin)
                else:
                    await _rendre_postgresql(atelier / BASE, moteur)
        except (sqlite3.Error, OSError) as erreur:
            raise RestaurationImpossible(
                f"La base n'a pas pu être remplacée, elle est restée ce qu'elle était : {erreur}."
            ) from erreur
        await asyncio.to_thread(_rendre_clef, atelier, donnees)
    return manifeste, precedente


def _refuser_autre_clef(donnees: Path, atelier: Path) -> None:
    rendue = atelier / CLE
    if not rendue.exists() or not (donnees / CLE).exists() or not est_en_service(donnees):
        return
    if not secrets.compare_digest(rendue.read_bytes(), (donnees / CLE).read_bytes()):
        raise RestaurationImpossible(
            "Cette sauvegarde vient d'une autre installation (sa clé est différente), et un serveur tourne ici avec "
            "l'ancienne clé. Arrêtez-le, restaurez, puis relancez-le."
        )


async def _mettre_a_l_abri(moteur: Moteur, donnees: Path, maintenant: datetime) -> Path | None:
    if not await contient_des_donnees(moteur):
        if isinstance(moteur, MoteurPostgreSQL):
            await migrer(moteur, donnees / "sauvegardes", maintenant)
        return None
    copie = donnees / "sauvegardes" / f"avant-restauration-{maintenant:%Y%m%dT%H%M%SZ}.tar.gz"
    try:
        await sauvegarder(moteur, donnees, copie, maintenant)
    except SauvegardeImpossible as erreur:
        raise RestaurationImpossible(
            f"Ce qui est là n'a pas pu être mis à l'abri, rien n'est changé. {erreur}"
        ) from erreur
    if isinstance(moteur, MoteurPostgreSQL):
        await migrer(moteur, donnees / "sauvegardes", maintenant)
    return copie


def _rendre_images(atelier: Path, donnees: Path) -> None:
    """Ajoute les images qui manquent ; leur nom dit leur contenu, aucune n'en remplace une autre."""
    for image in sorted((atelier / IMAGES).glob("*")):
        (donnees / IMAGES).mkdir(exist_ok=True)
        if not (donnees / IMAGES / image.name).exists():
            shutil.move(image, donnees / IMAGES / image.name)


def _rendre_clef(atelier: Path, donnees: Path) -> None:
    rendue = atelier / CLE
    if rendue.exists():
        rendue.chmod(0o600)
        rendue.replace(donnees / CLE)
        _valider_dossier(donnees)


def _rendre_sqlite(copie: Path, chemin: Path) -> None:
    """Remplace le contenu de la base en une transaction : qui lit voit l'avant ou l'après, et un serveur en marche
    s'aperçoit du changement (`data_version`)."""
    depuis, vers = sqlite3.connect(copie), sqlite3.connect(chemin, timeout=PATIENCE_S)
    try:
        vers.execute("PRAGMA synchronous=FULL")
        _transvaser(depuis, vers)
    finally:
        vers.close()
        depuis.close()


async def _rendre_postgresql(copie: Path, moteur: MoteurPostgreSQL) -> None:
    """Vide et remplit toutes les tables en une transaction, dans l'ordre de leurs références."""
    import asyncpg

    source = sqlite3.connect(copie, detect_types=sqlite3.PARSE_DECLTYPES)
    connexion = await moteur.get_new_connection()
    try:
        async with connexion.transaction():
            await connexion.execute(f"SET LOCAL lock_timeout = '{PATIENCE_S}s'")
            tables = _dans_l_ordre(source)
            await connexion.execute(
                "TRUNCATE " + ", ".join(f'"{table}"' for table in tables) + " RESTART IDENTITY"
            )
            for table in tables:
                await _verser_table(source, connexion, table)
            await _reprendre_compteurs(connexion)
            await connexion.execute("SELECT pg_notify($1, $2)", CANAL, f"restauration {TOUT}")
    except asyncpg.PostgresError as erreur:
        raise RestaurationImpossible(
            f"PostgreSQL a refusé, la base est restée ce qu'elle était : {type(erreur).__name__} ({erreur})."
        ) from erreur
    finally:
        source.close()
        await connexion.close()


async def _verser_table(source: sqlite3.Connection, connexion: "asyncpg.Connection[Any]", table: str) -> None:
    colonnes = _colonnes(source, table)
    noms = ", ".join(f'"{colonne}"' for colonne in colonnes)
    # Un seul COPY par table : une ligne peut en désigner une autre de la même table, écrite après elle.
    lignes = source.execute(f'SELECT {noms} FROM "{table}"')  # noqa: S608
    await connexion.copy_records_to_table(table, records=lignes, columns=colonnes)


async def _reprendre_compteurs(connexion: "asyncpg.Connection[Any]") -> None:
    """Les identifiants que PostgreSQL donne continuent après le plus grand."""
    lignes = await connexion.fetch(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND column_default LIKE 'nextval(%' AND table_name <> 'migration'"
    )
    for table, colonne in lignes:
        await connexion.execute(
            f'SELECT setval(pg_get_serial_sequence($1, $2), MAX("{colonne}")) FROM "{table}"',  # noqa: S608
            f'"{table}"',
            colonne,
        )


# --- Fichiers SQLite ------------------------------------------------------------------------------------------------


def examiner_fichier(chemin: Path) -> list[str]:
    """Ce qui ne va pas dans un fichier SQLite, une phrase par défaut (aucune : il est sain)."""
    connexion = sqlite3.connect(f"file:{chemin}?mode=ro", uri=True, timeout=PATIENCE_S)
    try:
        defauts = [ligne[0] for ligne in connexion.execute("PRAGMA integrity_check(20)") if ligne[0] != "ok"]
        for table, rang, cible, _ in connexion.execute("PRAGMA foreign_key_check"):
            defauts.append(f"table {table}, ligne {rang} : ce qu'elle désigne dans {cible} n'existe pas")
        return defauts
    except sqlite3.DatabaseError as erreur:
        return [str(erreur)]
    finally:
        connexion.close()


def compter_lignes(chemin: Path) -> dict[str, int]:
    """Nombre de lignes de chaque table du métier."""
    connexion = sqlite3.connect(f"file:{chemin}?mode=ro", uri=True, timeout=PATIENCE_S)
    try:
        return {
            table: connexion.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0]  # noqa: S608
            for table in _tables(connexion)
        }
    finally:
        connexion.close()


def _migrations_du_fichier(chemin: Path) -> set[tuple[str, str]]:
    connexion = sqlite3.connect(chemin)
    try:
        return set(connexion.execute("SELECT app_name, name FROM migration").fetchall())
    except sqlite3.OperationalError as erreur:
        raise SauvegardeImpossible("Cette base n'est pas celle de Tablées, ou elle est vide.") from erreur
    finally:
        connexion.close()


def _tables(connexion: sqlite3.Connection) -> list[str]:
    lignes = connexion.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "AND name <> 'migration' ORDER BY name"
    )
    return [ligne[0] for ligne in lignes]


def _colonnes(connexion: sqlite3.Connection, table: str) -> list[str]:
    return [ligne[1] for ligne in connexion.execute(f'PRAGMA table_info("{table}")')]


def _dans_l_ordre(connexion: sqlite3.Connection) -> list[str]:
    """Les tables, celles qu'on désigne avant celles qui désignent."""
    reste = {
        table: {ligne[2] for ligne in connexion.execute(f'PRAGMA foreign_key_list("{table}")')} - {table}
        for table in _tables(connexion)
    }
    ordre: list[str] = []
    while reste:
        pretes = sorted(table for table, cibles in reste.items() if not cibles & reste.keys())
        if not pretes:
            raise RestaurationImpossible(f"Des tables se désignent en cercle : {', '.join(sorted(reste))}.")
        ordre += pretes
        for table in pretes:
            del reste[table]
    return ordre


# --- Détails --------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _atelier(dossier: Path) -> Generator[Path, None, None]:
    """Un dossier de travail privé, effacé en partant."""
    dossier.mkdir(parents=True, exist_ok=True)
    atelier = Path(tempfile.mkdtemp(prefix=".tablees-", dir=dossier.resolve()))  # 0700
    try:
        yield atelier
    finally:
        shutil.rmtree(atelier, ignore_errors=True)


def _empreinte(chemin: Path) -> Empreinte:
    with chemin.open("rb") as contenu:
        return _extraire(contenu, None)


def _dire_inconnues(inconnues: Iterable[tuple[str, str]]) -> str:
    paquet, identifiant = min(inconnues)
    return (
        f"Ces données viennent d'une version plus récente de Tablées (migration {paquet} {identifiant} inconnue ici, "
        f"version {__version__}). Installez cette version-là, puis recommencez."
    )


def _valider_dossier(dossier: Path) -> None:
    """Le nom d'un fichier renommé survit lui aussi à une coupure."""
    descripteur = os.open(dossier, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)
