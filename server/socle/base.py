"""La base de données : SQLite embarqué ou PostgreSQL, derrière une seule façon d'écrire, `@ecriture`.

SQLite. Un fil rédacteur possède la seule connexion qui écrit. Il prend ensemble les unités qui attendent, ouvre
un `BEGIN IMMEDIATE`, joue chaque unité derrière un SAVEPOINT, valide une fois (`synchronous=FULL` : une place
confirmée survit à une coupure), puis seulement répond. Une unité est une coroutine qui n'attend que la base : le
fil la déroule d'un seul trait. Les lectures passent par quelques fils ayant chacun leur connexion, en lecture seule.

PostgreSQL. Une transaction par unité, rejouée si le serveur la sacrifie (interblocage, sérialisation) ou si une autre
a écrit avant elle la ligne unique qu'elle voulait écrire.

Décision 0001.
"""

import asyncio
import contextlib
import contextvars
import functools
import logging
import os
import queue
import random
import sqlite3
import threading
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

import msgspec
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction
from piccolo.engine.sqlite import SQLiteEngine
from piccolo.querystring import QueryString

from server.reglages import Reglages
from server.socle import faits
from server.socle.erreurs import BaseIndisponible

if TYPE_CHECKING:
    import asyncpg

os.environ.setdefault("PICCOLO_CONF", "server.piccolo_conf")

journal = logging.getLogger("tablees.base")

UNITES_PAR_LOT = 64
"""Au-delà, les premières réponses attendraient trop longtemps la validation des dernières."""

ATTENTE_VERROU_MS = 4000
"""Patience devant une base verrouillée par un autre programme, avant de répondre 503."""

VEILLE_S = 0.4
"""Période à laquelle on regarde si un autre processus a écrit (promis : moins d'une seconde)."""

ATTENTE_CONNEXION_S = 10
"""Patience devant un groupe de connexions PostgreSQL toutes prises, avant de répondre 503."""

FERMETURE_S = 5
"""Temps laissé aux connexions PostgreSQL pour être rendues."""

CANAL = "tablees_renouveler"
"""Canal PostgreSQL par lequel les processus se disent quels documents ont vieilli."""

TOUT = "*"
"""Étiquette qui périme tous les documents publics."""

P = ParamSpec("P")
T = TypeVar("T")
SurChangement = Callable[[frozenset[str]], None]
_connexion_du_fil: contextvars.ContextVar[sqlite3.Connection | None] = contextvars.ContextVar(
    "connexion_du_fil", default=None
)


def _entier(valeur: bytes) -> int:
    return int(valeur)


# Piccolo passe chaque INTEGER par Decimal ; nos entiers sont des entiers, et les lectures en sont deux fois plus vives.
sqlite3.register_converter("INTEGER", _entier)


class MoteurSQLite(SQLiteEngine):
    """Moteur Piccolo à connexions gardées : des lecteurs, un rédacteur."""

    def __init__(self, chemin: Path, lecteurs: int = 4) -> None:
        super().__init__(path=str(chemin))
        self.chemin = chemin
        self.sur_changement: list[SurChangement] = []
        self._nombre_lecteurs = lecteurs
        self._local = threading.local()
        self._ouvertes: list[sqlite3.Connection] = []
        self._lecteurs: ThreadPoolExecutor | None = None
        self._redacteur: _Redacteur | None = None

    async def ouvrir(self) -> None:
        """Ouvre les lecteurs et le rédacteur ; sans effet s'ils le sont déjà."""
        if self._redacteur is None:
            self.chemin.parent.mkdir(parents=True, exist_ok=True)
            self._lecteurs = ThreadPoolExecutor(self._nombre_lecteurs, thread_name_prefix="lecteur")
            try:
                self._redacteur = _Redacteur(
                    functools.partial(self.connecter, ecrit=True), self.sur_changement
                )
            except sqlite3.OperationalError as erreur:
                raise _traduire(erreur) from erreur
            self._redacteur.suivre(asyncio.get_running_loop())
            self._redacteur.start()

    async def fermer(self) -> None:
        """Laisse finir les écritures en attente, puis ferme tout."""
        redacteur, self._redacteur = self._redacteur, None
        lecteurs, self._lecteurs = self._lecteurs, None
        if redacteur is not None:
            await asyncio.to_thread(redacteur.finir)
        if lecteurs is not None:
            await asyncio.to_thread(lecteurs.shutdown)
        while self._ouvertes:
            self._ouvertes.pop().close()
        self._local = threading.local()

    def connecter(self, *, ecrit: bool) -> sqlite3.Connection:
        """Une connexion neuve, réglée comme les autres ; en lecture seule sauf `ecrit`."""
        connexion = sqlite3.connect(
            self.chemin,
            timeout=ATTENTE_VERROU_MS / 1000,
            isolation_level=None,
            detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES,
            check_same_thread=False,
            cached_statements=512,
        )
        connexion.execute("PRAGMA journal_mode=WAL")
        connexion.execute("PRAGMA synchronous=FULL")
        connexion.execute("PRAGMA foreign_keys=ON")
        connexion.execute("PRAGMA cache_size=-4000")
        connexion.execute("PRAGMA temp_store=MEMORY")
        if ecrit:
            # Ce qu'un foyer a fait effacer ne reste pas lisible dans les pages libres du fichier.
            connexion.execute("PRAGMA secure_delete=ON")
        else:
            connexion.execute("PRAGMA query_only=ON")
        return connexion

    async def run_querystring(self, querystring: QueryString, in_pool: bool = False) -> Any:
        if self.current_transaction.get() is not None:
            return await super().run_querystring(querystring, in_pool)
        sql, parametres = querystring.compile_string(engine_type="sqlite")
        return await self.executer(sql, parametres)

    async def run_ddl(self, ddl: str, in_pool: bool = False) -> Any:
        if self.current_transaction.get() is not None or self._lecteurs is None:
            return await super().run_ddl(ddl, in_pool)
        return await self.executer(ddl, ())

    async def executer(self, sql: str, parametres: Sequence[Any]) -> list[dict[str, Any]]:
        """Joue une requête : sur la connexion de ce fil s'il en tient une, sinon chez un lecteur."""
        connexion = _connexion_du_fil.get()
        if connexion is not None:
            return _lignes(connexion, sql, parametres)
        if self._lecteurs is None:
            # Commandes brèves (migrations, vérifications) jouées avant l'ouverture du moteur.
            return await asyncio.to_thread(self._executer_a_part, sql, parametres)
        boucle = asyncio.get_running_loop()
        return await boucle.run_in_executor(self._lecteurs, self._lire, sql, parametres)

    def _executer_a_part(self, sql: str, parametres: Sequence[Any]) -> list[dict[str, Any]]:
        try:
            with contextlib.closing(self.connecter(ecrit=True)) as connexion:
                return _lignes(connexion, sql, parametres)
        except sqlite3.OperationalError as erreur:
            raise _traduire(erreur) from erreur

    def _lire(self, sql: str, parametres: Sequence[Any]) -> list[dict[str, Any]]:
        try:
            return _lignes(self._lectrice(), sql, parametres)
        except sqlite3.OperationalError as erreur:
            raise _traduire(erreur) from erreur

    async def lire(self, ensemble: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Confie plusieurs questions à un même lecteur : elles voient la base au même instant."""
        if self._lecteurs is None:
            return await ensemble()
        boucle = asyncio.get_running_loop()
        contexte = contextvars.copy_context()
        return await boucle.run_in_executor(self._lecteurs, contexte.run, self._lire_ensemble, ensemble)

    def _lire_ensemble(self, ensemble: Callable[[], Coroutine[Any, Any, T]]) -> T:
        try:
            connexion = self._lectrice()
            _connexion_du_fil.set(connexion)
            connexion.execute("BEGIN")
            try:
                return _derouler(ensemble())
            finally:
                connexion.execute("ROLLBACK")
        except sqlite3.OperationalError as erreur:
            raise _traduire(erreur) from erreur

    def _lectrice(self) -> sqlite3.Connection:
        """La connexion de lecture de ce fil."""
        connexion: sqlite3.Connection | None = getattr(self._local, "connexion", None)
        if connexion is None:
            connexion = self._local.connexion = self.connecter(ecrit=False)
            self._ouvertes.append(connexion)
        return connexion

    async def ecrire(self, unite: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Confie une unité au rédacteur ; rend sa réponse une fois la transaction validée."""
        if self._redacteur is None:
            raise BaseIndisponible(raison="moteur fermé")
        boucle = asyncio.get_running_loop()
        attente: asyncio.Future[T] = boucle.create_future()
        self._redacteur.deposer(_Depot(unite, attente, boucle, contextvars.copy_context()))
        return await attente


class _Depot(msgspec.Struct):
    """Une unité déposée chez le rédacteur, et ce qu'il en a fait."""

    unite: Callable[[], Coroutine[Any, Any, Any]]
    attente: "asyncio.Future[Any]"
    boucle: asyncio.AbstractEventLoop
    contexte: contextvars.Context
    reponse: Any = None
    erreur: BaseException | None = None
    etiquettes: frozenset[str] = frozenset()


class _Redacteur(threading.Thread):
    """Le seul fil qui écrit dans la base SQLite."""

    def __init__(
        self, connecter: Callable[[], sqlite3.Connection], sur_changement: list[SurChangement]
    ) -> None:
        super().__init__(name="redacteur", daemon=True)
        self._connecter = connecter
        self._connexion = connecter()
        self._sur_changement = sur_changement
        self._file: queue.SimpleQueue[_Depot | None] = queue.SimpleQueue()
        self._version_vue = self._version_des_donnees()
        self._boucle: asyncio.AbstractEventLoop | None = None

    def deposer(self, depot: _Depot) -> None:
        self._boucle = depot.boucle
        self._file.put(depot)

    def finir(self) -> None:
        """Joue ce qui attend encore, range le journal WAL et ferme."""
        self._file.put(None)
        self.join()
        try:
            self._connexion.execute("PRAGMA optimize")
            self._connexion.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as erreur:
            journal.warning("fermeture sans ranger le journal WAL : %s", erreur)
        self._connexion.close()

    def run(self) -> None:
        fini = False
        while not fini:
            lot, fini = self._prendre()
            if lot:
                self._jouer(lot)
                self._repondre(lot)
            self._veiller()

    def _prendre(self) -> tuple[list[_Depot], bool]:
        """Ce qui attend, jusqu'à un lot entier ; et s'il faut finir ensuite."""
        lot: list[_Depot] = []
        try:
            depot = self._file.get(timeout=VEILLE_S)
            while depot is not None:
                lot.append(depot)
                if len(lot) >= UNITES_PAR_LOT:
                    return lot, False
                depot = self._file.get_nowait()
        except queue.Empty:
            return lot, False
        return lot, True

    def _jouer(self, lot: list[_Depot]) -> None:
        """Joue un lot et le valide. Rien ne doit tuer ce fil : ceux qui attendent attendraient toujours."""
        try:
            self._connexion.execute("BEGIN IMMEDIATE")
            for depot in lot:
                depot.contexte.run(self._jouer_unite, depot)
            self._connexion.execute("COMMIT")
        except Exception as erreur:
            # Disque plein, base verrouillée, transaction abandonnée par SQLite : rien du lot n'est écrit. Même les
            # refus ne valent plus : « complet » a pu se décider d'après une écriture qui vient de disparaître.
            journal.error("lot abandonné (%d unités) : %s", len(lot), erreur)
            panne = _traduire(erreur)
            for depot in lot:
                depot.reponse, depot.erreur, depot.etiquettes = None, panne, frozenset()
            self._retablir()

    def _retablir(self) -> None:
        """Quitte la transaction manquée ; à défaut, repart d'une connexion neuve."""
        try:
            if self._connexion.in_transaction:
                self._connexion.execute("ROLLBACK")
        except sqlite3.Error as erreur:
            journal.error("connexion d'écriture rouverte : %s", erreur)
            self._rouvrir()

    def _rouvrir(self) -> None:
        try:
            neuve = self._connecter()
        except sqlite3.Error as erreur:
            journal.error("la base ne se rouvre pas, on réessaiera : %s", erreur)
            return
        with contextlib.suppress(sqlite3.Error):
            self._connexion.close()
        self._connexion = neuve
        self._version_vue = -1  # ce compteur est propre à chaque connexion : on suppose que tout a changé

    def _jouer_unite(self, depot: _Depot) -> None:
        unite = faits.Unite()
        _connexion_du_fil.set(self._connexion)
        faits.en_cours.set(unite)
        self._connexion.execute("SAVEPOINT unite")
        try:
            depot.reponse = _derouler(_unite_complete(depot.unite, unite))
            self._connexion.execute("RELEASE unite")
            depot.etiquettes = frozenset(unite.etiquettes)
        except BaseException as erreur:
            depot.erreur = erreur
            if not self._connexion.in_transaction:
                # SQLite a déjà tout défait (disque plein, entrée-sortie) : le lot entier est perdu.
                raise _transaction_perdue(erreur) from erreur
            self._connexion.execute("ROLLBACK TO unite")
            self._connexion.execute("RELEASE unite")
            depot.erreur = _traduire(erreur)

    def _repondre(self, lot: list[_Depot]) -> None:
        par_boucle: dict[asyncio.AbstractEventLoop, list[_Depot]] = {}
        for depot in lot:
            par_boucle.setdefault(depot.boucle, []).append(depot)
        for boucle, depots in par_boucle.items():
            _dire_a(boucle, self._rendre, depots)

    def _rendre(self, depots: list[_Depot]) -> None:
        etiquettes = frozenset().union(*(depot.etiquettes for depot in depots))
        if etiquettes:
            _prevenir(self._sur_changement, etiquettes)
        for depot in depots:
            if depot.attente.done():
                continue
            if depot.erreur is not None:
                depot.attente.set_exception(depot.erreur)
            else:
                depot.attente.set_result(depot.reponse)

    def _veiller(self) -> None:
        """`data_version` ne bouge, sur cette connexion, que si un autre programme a écrit."""
        try:
            version = self._version_des_donnees()
        except sqlite3.Error as erreur:
            journal.warning("la base ne dit pas si elle a changé : %s", erreur)
            return
        if version != self._version_vue:
            self._version_vue = version
            if self._boucle is not None:
                _dire_a(self._boucle, _prevenir, self._sur_changement, frozenset((TOUT,)))

    def _version_des_donnees(self) -> int:
        return int(self._connexion.execute("PRAGMA data_version").fetchone()[0])

    def suivre(self, boucle: asyncio.AbstractEventLoop) -> None:
        """Retient la boucle à prévenir quand un autre programme écrit."""
        self._boucle = boucle


class MoteurPostgreSQL(PostgresEngine):
    """Moteur Piccolo pour PostgreSQL : un groupe de connexions, une oreille pour les autres processus."""

    def __init__(self, adresse: str, connexions: int = 10) -> None:
        self.sur_changement: list[SurChangement] = []
        self._connexions = connexions
        self._oreille: asyncio.Task[None] | None = None
        self._en_cours: set[asyncio.Future[Any]] = set()
        self._moi = uuid.uuid4().hex
        super().__init__(config={"dsn": adresse}, extensions=())

    async def check_version(self) -> None:
        """Rien à l'import : la version se vérifie à l'ouverture, quand on peut le dire clairement."""

    async def prep_database(self) -> None:
        """Aucune extension n'est nécessaire."""

    async def ouvrir(self) -> None:
        """Ouvre le groupe de connexions et se met à l'écoute ; sans effet si c'est déjà fait."""
        if self.pool is None:
            await self.start_connection_pool(min_size=1, max_size=self._connexions, command_timeout=30)
            self._oreille = asyncio.create_task(self._ecouter())

    async def fermer(self) -> None:
        """Ferme l'écoute puis les connexions, une fois rendues."""
        if self._oreille is not None:
            self._oreille.cancel()
            await asyncio.gather(self._oreille, return_exceptions=True)
            self._oreille = None
        if self.pool is not None:
            try:
                async with asyncio.timeout(FERMETURE_S):
                    await self.close_connection_pool()
            except TimeoutError:
                journal.warning("connexions PostgreSQL rompues : elles ne se rendaient pas")
                self.pool.terminate()
                self.pool = None

    async def run_querystring(self, querystring: QueryString, in_pool: bool = True) -> Any:
        try:
            return await super().run_querystring(querystring, in_pool)
        except Exception as erreur:
            if not _est_une_panne(erreur):
                raise
            if self.current_transaction.get() is not None or not in_pool:
                raise BaseIndisponible(raison=type(erreur).__name__) from erreur
        # La connexion gardée était morte sans le savoir (serveur redémarré) : une lecture se refait sans danger.
        try:
            return await super().run_querystring(querystring, in_pool)
        except Exception as erreur:
            if _est_une_panne(erreur):
                raise BaseIndisponible(raison=type(erreur).__name__) from erreur
            raise

    async def executer(self, sql: str, parametres: Sequence[Any]) -> list[dict[str, Any]]:
        """Joue une requête : dans la transaction en cours, sinon sur une connexion du groupe."""
        requete = QueryString(sql)
        requete._frozen_compiled_strings = (sql, list(parametres))
        return self.transform_response_to_dicts(await self.run_querystring(requete))

    async def ecrire(self, unite: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Joue une unité dans une transaction ; la rejoue si le serveur l'a sacrifiée (5 fois au plus)."""
        # Une personne qui ferme sa page n'interrompt pas une écriture au milieu.
        tache = asyncio.ensure_future(self._ecrire(unite))
        self._en_cours.add(tache)  # la boucle ne retient ses tâches que faiblement
        tache.add_done_callback(self._en_cours.discard)
        return await asyncio.shield(tache)

    async def lire(self, ensemble: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Pose les questions l'une après l'autre."""
        return await ensemble()

    async def _ecrire(self, unite: Callable[[], Coroutine[Any, Any, T]]) -> T:
        import asyncpg

        for essai in range(6):
            recolte = faits.Unite()
            jeton = faits.en_cours.set(recolte)
            commencee = False
            try:
                async with self._transaction():
                    commencee = True
                    reponse = await _unite_complete(unite, recolte)
                    if recolte.etiquettes:
                        await self._annoncer(recolte.etiquettes)
            except asyncpg.UniqueViolationError:
                # Une autre transaction vient d'écrire ce que celle-ci avait cherché sans le trouver : rejouée, elle le
                # trouvera. Deux fois de suite, c'est un défaut du programme.
                if essai > 0:
                    raise
                continue
            except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
                if essai == 5:
                    raise BaseIndisponible(raison="conflits répétés") from None
                await asyncio.sleep(random.uniform(0, 0.02 * 2**essai))  # noqa: S311 (une attente, pas un secret)
                continue
            except Exception as erreur:
                if not _est_une_panne(erreur):
                    raise
                # La connexion gardée était morte sans le savoir (serveur redémarré) : rien n'a commencé, on en
                # prend une autre. Commencée, on ne sait pas si elle a été validée : à qui demande de recommencer.
                if commencee or essai >= 2 or isinstance(erreur, TimeoutError):
                    raise BaseIndisponible(raison=type(erreur).__name__) from erreur
                await asyncio.sleep(0.05)
                continue
            finally:
                faits.en_cours.reset(jeton)
            if recolte.etiquettes:
                _prevenir(self.sur_changement, frozenset(recolte.etiquettes))
            return reponse
        raise AssertionError("la boucle rend ou lève")

    @contextlib.asynccontextmanager
    async def _transaction(self) -> AsyncGenerator[None, None]:
        """Une transaction sur une connexion du groupe, rendue quoi qu'il arrive.

        Celle de Piccolo ne rend pas sa connexion quand la validation ou l'abandon échoue (serveur arrêté) : dix
        échecs épuiseraient le groupe.
        """
        if self.pool is None:
            raise BaseIndisponible(raison="moteur fermé")
        transaction = PostgresTransaction(self, allow_nested=False)
        async with self.pool.acquire(timeout=ATTENTE_CONNEXION_S) as connexion:
            transaction.connection, transaction.transaction = connexion, connexion.transaction()
            async with transaction.transaction:
                jeton = self.current_transaction.set(transaction)
                try:
                    yield
                finally:
                    self.current_transaction.reset(jeton)

    async def _annoncer(self, etiquettes: set[str]) -> None:
        message = " ".join([self._moi, *sorted(etiquettes)])
        if len(message) > 7000:  # PostgreSQL refuse au-delà de 8000 octets
            message = f"{self._moi} {TOUT}"
        transaction = self.current_transaction.get()
        assert transaction is not None
        await transaction.connection.execute("SELECT pg_notify($1, $2)", CANAL, message)

    async def _ecouter(self) -> None:
        """Écoute les autres processus ; après une coupure, ne suppose rien et périme tout."""
        manque = False
        while True:
            connexion: asyncpg.Connection[Any] | None = None
            try:
                connexion = await self.get_new_connection()
                await connexion.add_listener(CANAL, self._entendre)
                if manque:  # seulement maintenant : ce qui s'est dit jusqu'ici n'a pas été entendu
                    _prevenir(self.sur_changement, frozenset((TOUT,)))
                    manque = False
                while not connexion.is_closed():
                    await asyncio.sleep(VEILLE_S)
            except asyncio.CancelledError:
                raise
            except Exception as erreur:
                journal.warning("écoute de PostgreSQL interrompue : %s", type(erreur).__name__)
            finally:
                if connexion is not None and not connexion.is_closed():
                    await connexion.close(timeout=1)
            manque = True
            _prevenir(self.sur_changement, frozenset((TOUT,)))
            await asyncio.sleep(VEILLE_S)

    def _entendre(self, _connexion: Any, _pid: int, _canal: str, message: object) -> None:
        emetteur, *etiquettes = str(message).split(" ")
        if emetteur != self._moi:
            _prevenir(self.sur_changement, frozenset(etiquettes))


Moteur = MoteurSQLite | MoteurPostgreSQL


def creer_moteur(reglages: Reglages) -> Moteur:
    """Le moteur que disent les réglages ; ne se connecte pas encore."""
    if reglages.est_sqlite:
        return MoteurSQLite(reglages.fichier_sqlite)
    return MoteurPostgreSQL(reglages.adresse_base)


def installer(moteur: Moteur) -> None:
    """Fait de ce moteur celui de toutes les tables (composition de l'application, essais)."""
    from piccolo.apps.migrations.tables import Migration
    from piccolo.table import TABLE_REGISTRY, Table

    _registre().DB = moteur
    tables: list[type[Table]] = [*TABLE_REGISTRY, Migration]
    for table in tables:
        table._meta._db = moteur


def moteur_installe() -> Moteur:
    """Le moteur en service."""
    moteur: Moteur = _registre().DB
    return moteur


@functools.cache
def _registre() -> Any:
    """Le registre de Piccolo, importé tard : il importe ce module."""
    from server import piccolo_conf

    return piccolo_conf


def ecriture(service: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Fait d'un service une unité d'écriture : la transaction commence ici, et seulement ici.

    Le service n'attend que la base et ne rattrape pas les erreurs d'une autre écriture : appelé depuis une unité en
    cours, il s'y joint. Il peut être rejoué (PostgreSQL) : tout ce qu'il retient tient dans ses variables.
    """

    @functools.wraps(service)
    async def unite(*args: P.args, **kwargs: P.kwargs) -> T:
        if faits.en_cours.get() is not None:
            return await service(*args, **kwargs)
        return await moteur_installe().ecrire(functools.partial(service, *args, **kwargs))

    return unite


def lecture(question: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Fait d'une question à plusieurs requêtes un seul passage par la base : sur SQLite, un seul lecteur, un seul instant.

    La question n'attend que la base. Posée depuis une unité d'écriture, elle voit ce que celle-ci vient d'écrire.
    """

    @functools.wraps(question)
    async def ensemble(*args: P.args, **kwargs: P.kwargs) -> T:
        if faits.en_cours.get() is not None or _connexion_du_fil.get() is not None:
            return await question(*args, **kwargs)
        return await moteur_installe().lire(functools.partial(question, *args, **kwargs))

    return ensemble


async def _unite_complete(unite: Callable[[], Awaitable[T]], recolte: faits.Unite) -> T:
    reponse = await unite()
    await faits.dire_les_faits(recolte)
    return reponse


def _derouler(coroutine: Coroutine[Any, Any, T]) -> T:
    """Déroule d'un trait une coroutine qui n'attend que la base (dont les réponses sont immédiates ici)."""
    try:
        coroutine.send(None)
    except StopIteration as fin:
        return cast("T", fin.value)
    coroutine.close()
    raise RuntimeError("une unité d'écriture n'attend que la base de données")


def _lignes(connexion: sqlite3.Connection, sql: str, parametres: Sequence[Any]) -> list[dict[str, Any]]:
    curseur = connexion.execute(sql, parametres)
    if curseur.description is None:
        return []
    noms = [colonne[0] for colonne in curseur.description]
    return [dict(zip(noms, ligne, strict=True)) for ligne in curseur.fetchall()]


def _prevenir(ecoutants: list[SurChangement], etiquettes: frozenset[str]) -> None:
    for ecoutant in tuple(ecoutants):
        try:
            ecoutant(etiquettes)
        except Exception:
            # Un écoutant fautif ne prive ni les autres, ni ceux qui attendent la réponse de leur écriture.
            journal.exception("un écoutant a échoué")


def _dire_a(boucle: asyncio.AbstractEventLoop, fonction: Callable[..., None], *arguments: Any) -> None:
    """Fait jouer une fonction par la boucle, si elle tourne encore."""
    with contextlib.suppress(RuntimeError):
        boucle.call_soon_threadsafe(fonction, *arguments)


def _transaction_perdue(erreur: BaseException) -> sqlite3.Error:
    return erreur if isinstance(erreur, sqlite3.Error) else sqlite3.OperationalError("transaction perdue")


PANNES_SQLITE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
"""Codes qui accusent la machine, pas le programme."""


def _traduire(erreur: BaseException) -> BaseException:
    """Une panne de SQLite qui n'est pas un défaut du programme devient un 503 clair."""
    code = getattr(erreur, "sqlite_errorcode", None)
    if isinstance(erreur, sqlite3.OperationalError) and (code is None or code & 0xFF in PANNES_SQLITE):
        return BaseIndisponible(raison=str(erreur))
    return erreur


def _est_une_panne(erreur: Exception) -> bool:
    import asyncpg

    return isinstance(
        erreur,
        OSError
        | asyncpg.PostgresConnectionError
        | asyncpg.InterfaceError
        | asyncpg.InternalClientError  # une coupure peut surprendre asyncpg entre deux messages
        | asyncpg.CannotConnectNowError
        | asyncpg.AdminShutdownError
        | asyncpg.InsufficientResourcesError
        | asyncpg.QueryCanceledError,
    )


def est_une_collision(erreur: BaseException) -> bool:
    """Vrai si l'erreur dit qu'une valeur unique existe déjà, quelle que soit la base."""
    if isinstance(erreur, sqlite3.IntegrityError):
        return "UNIQUE" in str(erreur)
    return type(erreur).__name__ == "UniqueViolationError"
