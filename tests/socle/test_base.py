"""La base : ce qu'une unité d'écriture promet, quand tout va bien et surtout quand quelque chose casse."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncGenerator

import pytest

from server.evenements.tables import Theme
from server.reglages import Reglages
from server.socle import base as socle_base
from server.socle.base import TOUT, Moteur, MoteurPostgreSQL, MoteurSQLite, ecriture
from server.socle.erreurs import BaseIndisponible, MethodeInconnue, Refus
from server.socle.faits import renouveler

sur_sqlite = pytest.mark.parametrize("genre_de_base", ["sqlite"])
sur_postgresql = pytest.mark.parametrize("genre_de_base", ["postgresql"])

REFUS: Refus = MethodeInconnue()
"""N'importe lequel : en déclarer un pour l'essai l'ajouterait à ceux que le site explique."""


@ecriture
async def noter(slug: str, *, refuser: bool = False) -> str:
    """Écrit un thème, puis se ravise si on le demande."""
    await Theme.insert(Theme(slug=slug, nom=slug))
    renouveler(f"theme:{slug}")
    if refuser:
        raise REFUS
    return slug


async def slugs() -> list[str]:
    return [ligne["slug"] for ligne in await Theme.select(Theme.slug).order_by(Theme.slug)]


@pytest.fixture
def renouveles(base: Moteur) -> list[frozenset[str]]:
    """Ce que la base dit avoir changé, dans l'ordre."""
    dits: list[frozenset[str]] = []
    base.sur_changement.append(dits.append)
    return dits


@pytest.fixture
async def sqlite(base: Moteur) -> MoteurSQLite:
    assert isinstance(base, MoteurSQLite)
    return base


@pytest.fixture
async def postgresql_ouvert(base: Moteur) -> MoteurPostgreSQL:
    assert isinstance(base, MoteurPostgreSQL)
    return base


@pytest.fixture
async def patience_courte(
    monkeypatch: pytest.MonkeyPatch, reglages: Reglages
) -> AsyncGenerator[MoteurSQLite, None]:
    """Un moteur SQLite qui n'attend un verrou que 50 ms."""
    monkeypatch.setattr(socle_base, "ATTENTE_VERROU_MS", 50)
    moteur = MoteurSQLite(reglages.fichier_sqlite)
    socle_base.installer(moteur)
    await moteur.ouvrir()
    yield moteur
    await moteur.fermer()


# --- Une unité, un lot ----------------------------------------------------------------------------------------------


async def test_un_refus_n_ecrit_rien_et_ne_gene_pas_les_autres(base: Moteur) -> None:
    reponses = await asyncio.gather(
        noter("eau"), noter("pain", refuser=True), noter("vin"), return_exceptions=True
    )

    assert reponses[0] == "eau"
    assert isinstance(reponses[1], type(REFUS))
    assert await slugs() == ["eau", "vin"]


async def test_rien_ne_se_renouvelle_pour_une_ecriture_refusee(
    base: Moteur, renouveles: list[frozenset[str]]
) -> None:
    with pytest.raises(type(REFUS)):
        await noter("pain", refuser=True)
    await noter("eau")

    assert renouveles == [frozenset({"theme:eau"})]


async def test_le_renouvellement_precede_la_reponse(base: Moteur, renouveles: list[frozenset[str]]) -> None:
    await noter("eau")

    assert renouveles == [frozenset({"theme:eau"})]


async def test_une_collision_est_rendue_telle_quelle_et_n_arrete_rien(base: Moteur) -> None:
    await noter("eau")

    with pytest.raises(Exception) as prise:  # noqa: PT011 (chaque base a son erreur ; on lit ce qu'elle dit)
        await noter("eau")

    assert socle_base.est_une_collision(prise.value)
    assert await noter("vin") == "vin"


@sur_sqlite
async def test_une_unite_n_attend_que_la_base(sqlite: MoteurSQLite) -> None:
    @ecriture
    async def dormir() -> None:
        await Theme.insert(Theme(slug="reve", nom="reve"))
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="n'attend que la base"):
        await dormir()

    assert await slugs() == []


async def test_un_service_appele_dans_une_unite_s_y_joint(base: Moteur) -> None:
    @ecriture
    async def deux_puis_refus() -> None:
        await noter("eau")
        await noter("pain")
        raise REFUS

    with pytest.raises(type(REFUS)):
        await deux_puis_refus()

    assert await slugs() == []


async def test_fermer_la_page_n_interrompt_pas_l_ecriture_ni_ne_bloque_la_base(base: Moteur) -> None:
    demandes = [asyncio.ensure_future(noter(f"theme-{rang}")) for rang in range(30)]
    await asyncio.sleep(0)
    for demande in demandes[::2]:
        demande.cancel()
    await asyncio.gather(*demandes, return_exceptions=True)

    assert await noter("apres") == "apres"
    assert set(await slugs()) >= {f"theme-{rang}" for rang in range(1, 30, 2)}


async def test_un_ecoutant_fautif_ne_prive_personne_de_sa_reponse(base: Moteur) -> None:
    def tomber(_: frozenset[str]) -> None:
        raise ValueError("écoutant d'essai")

    entendus: list[frozenset[str]] = []
    base.sur_changement += [tomber, entendus.append]

    assert await asyncio.wait_for(noter("eau"), 5) == "eau"

    assert entendus == [frozenset({"theme:eau"})]


# --- Pannes de SQLite -----------------------------------------------------------------------------------------------


@sur_sqlite
async def test_base_verrouillee_par_un_autre_programme_repond_indisponible_puis_reprend(
    patience_courte: MoteurSQLite,
) -> None:
    autre = sqlite3.connect(patience_courte.chemin, isolation_level=None)
    autre.execute("BEGIN IMMEDIATE")

    reponses = await asyncio.gather(*(noter(f"t{rang}") for rang in range(5)), return_exceptions=True)
    assert [type(reponse) for reponse in reponses] == [BaseIndisponible] * 5
    assert await slugs() == []

    autre.execute("ROLLBACK")
    autre.close()
    assert await noter("apres") == "apres"


@sur_sqlite
async def test_base_pleine_rien_du_lot_n_est_ecrit_puis_reprend(sqlite: MoteurSQLite) -> None:
    redacteur = sqlite._redacteur
    assert redacteur is not None
    pages = redacteur._connexion.execute("PRAGMA page_count").fetchone()[0]
    redacteur._connexion.execute(f"PRAGMA max_page_count = {pages}")

    @ecriture
    async def gros(slug: str) -> str:
        await Theme.insert(Theme(slug=slug, nom="x" * 200_000))
        return slug

    reponses = await asyncio.gather(gros("gros"), noter("complet", refuser=True), return_exceptions=True)
    assert isinstance(reponses[0], BaseIndisponible)
    assert await slugs() == []

    redacteur._connexion.execute("PRAGMA max_page_count = 1000000")
    assert await gros("gros") == "gros"


@sur_sqlite
async def test_un_refus_decide_dans_un_lot_perdu_ne_vaut_plus(sqlite: MoteurSQLite) -> None:
    """« Complet » à cause d'une place prise par une écriture qui n'a pas eu lieu serait un mensonge."""
    redacteur = sqlite._redacteur
    assert redacteur is not None
    verrou = sqlite3.connect(sqlite.chemin, isolation_level=None)

    class ConnexionQuiNeValidePas:
        def __init__(self, vraie: sqlite3.Connection) -> None:
            self._vraie = vraie

        def execute(self, sql: str, *reste: object) -> object:
            if sql == "COMMIT":
                raise sqlite3.OperationalError("disk I/O error")
            return self._vraie.execute(sql, *reste)

        def __getattr__(self, nom: str) -> object:
            return getattr(self._vraie, nom)

    vraie = redacteur._connexion
    redacteur._connexion = ConnexionQuiNeValidePas(vraie)  # type: ignore[assignment]

    reponses = await asyncio.gather(noter("eau"), noter("pain", refuser=True), return_exceptions=True)

    assert [type(reponse) for reponse in reponses] == [BaseIndisponible, BaseIndisponible]
    redacteur._connexion = vraie
    verrou.close()
    assert await noter("vin") == "vin"
    assert await slugs() == ["vin"]


@sur_sqlite
async def test_le_redacteur_repart_d_une_connexion_neuve_si_la_sienne_est_perdue(
    sqlite: MoteurSQLite,
) -> None:
    assert sqlite._redacteur is not None
    await noter("eau")

    perdue = sqlite3.connect(sqlite.chemin)
    perdue.close()
    sqlite._redacteur._connexion, vraie = perdue, sqlite._redacteur._connexion
    with pytest.raises(sqlite3.ProgrammingError):
        await asyncio.wait_for(noter("pain"), 5)

    assert await asyncio.wait_for(noter("vin"), 5) == "vin"
    assert await slugs() == ["eau", "vin"]
    vraie.close()


@sur_sqlite
async def test_ce_qu_ecrit_un_autre_programme_se_sait_en_moins_d_une_seconde(
    sqlite: MoteurSQLite, renouveles: list[frozenset[str]]
) -> None:
    autre = sqlite3.connect(sqlite.chemin)
    autre.execute("INSERT INTO theme (slug, nom) VALUES ('eau', 'Eau')")
    autre.commit()
    autre.close()

    async with asyncio.timeout(1):
        while not renouveles:
            await asyncio.sleep(0.01)

    assert renouveles == [frozenset({TOUT})]


@sur_sqlite
async def test_nos_propres_ecritures_ne_passent_pas_pour_celles_d_un_autre(
    sqlite: MoteurSQLite, renouveles: list[frozenset[str]]
) -> None:
    for rang in range(20):
        await noter(f"t{rang}")
    await asyncio.sleep(2 * socle_base.VEILLE_S)

    assert frozenset({TOUT}) not in renouveles


@sur_sqlite
async def test_fermer_joue_d_abord_ce_qui_attend(sqlite: MoteurSQLite) -> None:
    demandes = [asyncio.ensure_future(noter(f"t{rang:02}")) for rang in range(200)]
    await asyncio.sleep(0)

    await sqlite.fermer()
    await asyncio.gather(*demandes)

    with sqlite3.connect(sqlite.chemin) as relue:
        assert relue.execute("SELECT COUNT(*) FROM theme").fetchone()[0] == 200
    relue.close()
    await sqlite.ouvrir()


@sur_sqlite
async def test_un_moteur_ferme_le_dit(sqlite: MoteurSQLite) -> None:
    await sqlite.fermer()

    with pytest.raises(BaseIndisponible):
        await noter("eau")

    await sqlite.ouvrir()


# --- Pannes de PostgreSQL -------------------------------------------------------------------------------------------


async def _rompre(moteur: MoteurPostgreSQL) -> None:
    """Coupe toutes les connexions à cette base, comme un serveur qui redémarre."""
    connexion = await moteur.get_new_connection()
    await connexion.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connexion.close()


@sur_postgresql
async def test_des_coupures_repetees_n_epuisent_pas_les_connexions(
    postgresql_ouvert: MoteurPostgreSQL,
) -> None:
    @ecriture
    async def ecrire_pendant_la_coupure(slug: str) -> None:
        await Theme.insert(Theme(slug=slug, nom=slug))
        await _rompre(postgresql_ouvert)
        await Theme.insert(Theme(slug=f"{slug}-suite", nom=slug))

    for rang in range(15):  # le groupe a dix connexions
        with pytest.raises(BaseIndisponible):
            await asyncio.wait_for(ecrire_pendant_la_coupure(f"t{rang}"), 5)

    assert await asyncio.wait_for(noter("apres"), 5) == "apres"
    assert await slugs() == ["apres"]


@sur_postgresql
async def test_apres_une_coupure_on_entend_de_nouveau_les_autres(
    postgresql_ouvert: MoteurPostgreSQL, renouveles: list[frozenset[str]], reglages: Reglages
) -> None:
    await asyncio.sleep(2 * socle_base.VEILLE_S)
    await _rompre(postgresql_ouvert)
    async with asyncio.timeout(5):
        while renouveles[-2:] != [frozenset({TOUT})] * 2:  # à la coupure, puis une fois revenu
            await asyncio.sleep(0.02)
    renouveles.clear()

    autre = await postgresql_ouvert.get_new_connection()
    await autre.execute("SELECT pg_notify($1, $2)", socle_base.CANAL, "un-autre agenda evenement:3")
    await autre.close()

    async with asyncio.timeout(1):
        while not renouveles:
            await asyncio.sleep(0.01)
    assert renouveles == [frozenset({"agenda", "evenement:3"})]


@sur_postgresql
async def test_une_ecriture_sacrifiee_est_rejouee_entiere(postgresql_ouvert: MoteurPostgreSQL) -> None:
    """Deux unités se croisent : PostgreSQL en sacrifie une, qui recommence et réussit."""
    await noter("a")
    await noter("b")
    rendez_vous = asyncio.Barrier(2)
    essais = 0

    @ecriture
    async def croiser(premier: str, second: str, *, attendre: bool) -> None:
        nonlocal essais
        essais += 1
        await Theme.update({Theme.nom: premier}).where(Theme.slug == premier)
        if attendre and essais <= 2:
            await rendez_vous.wait()
        await Theme.update({Theme.nom: premier + second}).where(Theme.slug == second)

    await asyncio.wait_for(
        asyncio.gather(croiser("a", "b", attendre=True), croiser("b", "a", attendre=True)), 15
    )

    assert essais >= 3
    assert {ligne["nom"] for ligne in await Theme.select(Theme.nom)} in ({"b", "ba"}, {"a", "ab"})


@sur_sqlite
async def test_ce_qui_est_efface_ne_reste_pas_dans_le_fichier(sqlite: MoteurSQLite) -> None:
    """Quels que soient les choix de qui a compilé SQLite."""
    with contextlib.closing(sqlite.connecter(ecrit=True)) as connexion:
        assert connexion.execute("PRAGMA secure_delete").fetchone() == (1,)
        connexion.execute("CREATE TABLE carnet (page TEXT)")
        connexion.execute("INSERT INTO carnet VALUES (?)", ("allergie de Nadia " * 20,))
        connexion.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert b"allergie de Nadia" in sqlite.chemin.read_bytes()
        connexion.execute("DELETE FROM carnet")
        connexion.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    assert b"allergie de Nadia" not in sqlite.chemin.read_bytes()
