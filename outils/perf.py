"""Mesure ce que l'on a promis, en rapports plutôt qu'en chiffres : une machine chargée ralentit les deux termes.

    make perf                  tout, en quatre minutes environ
    make perf ARGS=--rapide    moins de tours et d'évènements, pour voir

Lectures : nos pages contre un Litestar nu rendant les mêmes octets, dans le même uvicorn, mesurés en alternance.
Inscriptions : par HTTP, contre une boucle sqlite3 rejouant les requêtes SQL d'une vraie inscription, avec la même
durabilité (WAL, `synchronous=FULL`, une validation chacune). Rien n'est envoyé hors de la machine ; rien n'est écrit
hors d'un dossier temporaire. Ce n'est pas un essai : une barre manquée se lit, elle ne fait rien échouer.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

RACINE: Final = Path(__file__).parents[1]
ACCEPTE: Final = "br, gzip"
"""Comme un navigateur : nous répondons en brotli, et le témoin rend ces mêmes octets."""

MISE_EN_TRAIN_S: Final = 0.4


# --- Processus ------------------------------------------------------------------------------------------------------


def environnement(donnees: Path | None, **autres: str) -> dict[str, str]:
    """Celui d'une installation ordinaire : réglages par défaut, bytecode gardé."""
    propre = {
        nom: valeur
        for nom, valeur in os.environ.items()
        if not nom.startswith("TABLEES_") and nom != "PYTHONDONTWRITEBYTECODE"
    }
    if donnees is not None:
        propre["TABLEES_DONNEES"] = str(donnees)
    return propre | {"TABLEES_LIMITES": "non"} | {f"TABLEES_{nom.upper()}": v for nom, v in autres.items()}


def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


def demander(port: int, chemin: str, **entetes: str) -> tuple[int, dict[str, str], bytes]:
    """Une lecture, sur une connexion neuve."""
    connexion = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connexion.request("GET", chemin, headers={n.replace("_", "-"): v for n, v in entetes.items()})
        reponse = connexion.getresponse()
        return reponse.status, {n.lower(): v for n, v in reponse.getheaders()}, reponse.read()
    finally:
        connexion.close()


def lancer(mots: Sequence[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *mots], cwd=RACINE, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def attendre(processus: subprocess.Popen[bytes], port: int, chemin: str, delai_s: float = 30) -> None:
    """Attend la première réponse 200."""
    fin = time.monotonic() + delai_s
    while time.monotonic() < fin:
        if processus.poll() is not None:
            raise RuntimeError("un serveur s'est arrêté en démarrant")
        with contextlib.suppress(OSError, http.client.HTTPException):
            if demander(port, chemin)[0] == 200:
                return
        time.sleep(0.004)
    raise RuntimeError("un serveur ne répond pas")


@contextlib.contextmanager
def servir(donnees: Path, **autres: str) -> Generator[tuple[subprocess.Popen[bytes], int], None, None]:
    """Notre serveur, prêt."""
    port = port_libre()
    processus = lancer(["-m", "server", "servir", "--port", str(port)], environnement(donnees, **autres))
    try:
        attendre(processus, port, "/sante")
        yield processus, port
    finally:
        arreter(processus)


@contextlib.contextmanager
def servir_temoin(corps: bytes, entetes: dict[str, str], dossier: Path) -> Generator[int, None, None]:
    """Le Litestar nu, prêt à rendre ces octets."""
    fichier = dossier / f"temoin-{secrets.token_hex(4)}"
    fichier.write_bytes(corps)
    port = port_libre()
    gardes = {nom: entetes[nom] for nom in ("content-type", "content-encoding") if nom in entetes}
    mots = ["-m", "outils.perf", "temoin", str(port), str(fichier), json.dumps(gardes)]
    processus = lancer(mots, environnement(None))
    try:
        attendre(processus, port, "/")
        yield port
    finally:
        arreter(processus)


def arreter(processus: subprocess.Popen[bytes]) -> None:
    processus.send_signal(signal.SIGTERM)
    try:
        processus.wait(12)
    except subprocess.TimeoutExpired:
        processus.kill()
        processus.wait(5)


def memoire_mo(processus: subprocess.Popen[bytes], champ: str) -> float:
    """`VmRSS` (maintenant) ou `VmHWM` (au plus haut), en Mo."""
    for ligne in Path(f"/proc/{processus.pid}/status").read_text().splitlines():
        if ligne.startswith(champ):
            return int(ligne.split()[1]) / 1024
    return float("nan")


def role_temoin(port: int, fichier: Path, entetes: dict[str, str]) -> None:
    """Litestar, une route, des octets prêts : ce qu'on ne peut pas dépasser sans quitter Litestar."""
    import uvicorn
    from litestar import Litestar, get

    corps = fichier.read_bytes()
    type_contenu = entetes.pop("content-type", "application/octet-stream")

    @get("/", media_type=type_contenu, response_headers=entetes)
    async def rendre() -> bytes:
        return corps

    uvicorn.run(
        Litestar([rendre], openapi_config=None),
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        lifespan="on",
    )


# --- Charge ---------------------------------------------------------------------------------------------------------


class Debit(NamedTuple):
    """Ce qu'un tour a donné."""

    par_seconde: float
    mediane_ms: float
    p99_ms: float
    autres: int
    """Réponses d'un autre statut qu'attendu."""


def charger(
    port: int, demandes: Sequence[bytes], *, clients: int, statut: int, duree_s: float | None
) -> Debit:
    """Fait tourner la charge dans son processus ; sans durée, chaque demande part une seule fois."""
    consigne = {
        "port": port,
        "demandes": [base64.b64encode(demande).decode() for demande in demandes],
        "clients": clients,
        "statut": statut,
        "duree_s": duree_s,
    }
    fait = subprocess.run(
        [sys.executable, "-m", "outils.perf", "charge"],
        cwd=RACINE,
        env=environnement(None),
        input=json.dumps(consigne),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return Debit(**json.loads(fait.stdout))


def role_charge() -> None:
    consigne = json.load(sys.stdin)
    import uvloop

    uvloop.run(_charger(consigne))


async def _charger(consigne: dict[str, Any]) -> None:
    demandes = [base64.b64decode(demande) for demande in consigne["demandes"]]
    sans_fin = consigne["duree_s"] is not None
    suite = iter(lambda: demandes[0], None) if sans_fin else iter(demandes)
    mesure = _Mesure(suite, consigne["statut"])
    boucle = asyncio.get_running_loop()
    clients = [
        (await boucle.create_connection(lambda: _Client(mesure), "127.0.0.1", consigne["port"]))[1]
        for _ in range(consigne["clients"])
    ]
    if sans_fin:
        for client in clients:
            client.demander_encore()
        await asyncio.sleep(MISE_EN_TRAIN_S)
        mesure.oublier()
        await asyncio.sleep(consigne["duree_s"])
        mesure.finir()
    else:
        mesure.oublier()
        for client in clients:
            client.demander_encore()
        async with asyncio.timeout(100):
            await asyncio.gather(*(client.fini for client in clients))
        mesure.finir()
    print(json.dumps(mesure.debit()._asdict()))


class _Mesure:
    def __init__(self, demandes: Any, statut: int) -> None:
        self.demandes = demandes
        self._statut = b"HTTP/1.1 %d" % statut
        self.oublier()

    def oublier(self) -> None:
        self._durees: list[float] = []
        self._autres = 0
        self._debut = time.perf_counter()
        self._fin: float | None = None

    def noter(self, duree_s: float, tete: bytes) -> None:
        self._durees.append(duree_s)
        self._autres += not tete.startswith(self._statut)

    def finir(self) -> None:
        self._fin = time.perf_counter()

    def debit(self) -> Debit:
        assert self._fin is not None
        durees = sorted(self._durees)
        return Debit(
            par_seconde=len(durees) / (self._fin - self._debut),
            mediane_ms=1000 * durees[len(durees) // 2],
            p99_ms=1000 * durees[min(len(durees) - 1, int(0.99 * len(durees)))],
            autres=self._autres,
        )


class _Client(asyncio.Protocol):
    """Une connexion gardée : une demande, une réponse, la suivante."""

    def __init__(self, mesure: _Mesure) -> None:
        self._mesure = mesure
        self._recu = bytearray()
        self._attendu: int | None = None
        self.fini: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def demander_encore(self) -> None:
        demande = next(self._mesure.demandes, None)
        if demande is None:
            self.fini.set_result(None)
            return
        self._recu.clear()
        self._attendu = None
        self._debut = time.perf_counter()
        self._transport.write(demande)

    def data_received(self, octets: bytes) -> None:
        self._recu += octets
        if self._attendu is None:
            fin = self._recu.find(b"\r\n\r\n")
            if fin < 0:
                return
            tete = bytes(self._recu[:fin]).lower()
            _, _, apres = tete.partition(b"content-length:")
            self._attendu = fin + 4 + int(apres.split(b"\r\n", 1)[0])
        if len(self._recu) >= self._attendu:
            self._mesure.noter(time.perf_counter() - self._debut, bytes(self._recu[:12]))
            self.demander_encore()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.fini.done():
            self.fini.set_exception(exc or ConnectionError("le serveur a raccroché"))
            self.fini.exception()


def lecture(chemin: str) -> bytes:
    return f"GET {chemin} HTTP/1.1\r\nhost: localhost\r\naccept-encoding: {ACCEPTE}\r\naccept: */*\r\n\r\n".encode()


# --- Lectures publiques ---------------------------------------------------------------------------------------------


class Lecture(NamedTuple):
    """Un document, mesuré contre le témoin."""

    nom: str
    evenements: int
    octets: int
    clients: int
    temoin: float
    nous: float
    rapport: float


def mesurer_lectures(
    donnees: Path, evenements: int, tours: int, duree_s: float, dossier: Path
) -> tuple[list[Lecture], float, float]:
    """Les lectures d'une base, puis sa mémoire au repos et au plus haut."""
    lectures = []
    with servir(donnees) as (processus, port):
        time.sleep(1.5)
        repos_mo = memoire_mo(processus, "VmRSS")
        slug = json.loads(demander(port, "/api/evenements")[2])["elements"][0]["slug"]
        documents = {
            "agenda, HTML": "/",
            "liste, JSON": "/api/evenements",
            "évènement, HTML": f"/evenements/{slug}",
        }
        for nom, chemin in documents.items():
            statut, entetes, corps = demander(port, chemin, accept_encoding=ACCEPTE)
            if statut != 200:
                raise RuntimeError(f"{chemin} répond {statut}")
            with servir_temoin(corps, entetes, dossier) as port_temoin:
                assert demander(port_temoin, "/")[2] == corps
                for clients in (1, 32):
                    dire(f"{nom}, {evenements} évènements, {clients} client(s)")
                    lectures.append(
                        _comparer(
                            nom, chemin, evenements, len(corps), clients, port, port_temoin, tours, duree_s
                        )
                    )
        return lectures, repos_mo, memoire_mo(processus, "VmHWM")


def _comparer(
    nom: str,
    chemin: str,
    evenements: int,
    octets: int,
    clients: int,
    port: int,
    temoin: int,
    tours: int,
    duree_s: float,
) -> Lecture:
    paires = []
    for _ in range(tours):
        nu = charger(temoin, [lecture("/")], clients=clients, statut=200, duree_s=duree_s)
        nous = charger(port, [lecture(chemin)], clients=clients, statut=200, duree_s=duree_s)
        if nu.autres or nous.autres:
            raise RuntimeError(f"{chemin} : des réponses ne sont pas 200")
        paires.append((nu.par_seconde, nous.par_seconde))
    return Lecture(
        nom,
        evenements,
        octets,
        clients,
        statistics.median(nu for nu, _ in paires),
        statistics.median(nous for _, nous in paires),
        statistics.median(nous / nu for nu, nous in paires),
    )


# --- Inscriptions ---------------------------------------------------------------------------------------------------


class Soiree(NamedTuple):
    """Un évènement où tout le monde entre."""

    slug: str
    moments: list[str]


def ouvrir_une_soiree(donnees: Path) -> Soiree:
    """Choisit un évènement à venir de la base d'essai et lui ôte ses limites."""
    with contextlib.closing(sqlite3.connect(donnees / "tablees.sqlite")) as base:
        evenement, slug = base.execute(
            "SELECT e.id, e.slug FROM evenement e WHERE e.statut = 'publie' AND e.debut > datetime('now', '+30 days') "
            "AND (SELECT COUNT(*) FROM moment m WHERE m.evenement = e.id AND m.sur_inscription) >= 2 "
            "AND NOT EXISTS (SELECT 1 FROM moment m WHERE m.evenement = e.id AND m.prix_mode = 'tarifs') "
            "AND NOT EXISTS (SELECT 1 FROM presence p JOIN moment m ON m.id = p.moment "
            "WHERE m.evenement = e.id AND p.attente_depuis IS NOT NULL) "
            "ORDER BY e.debut LIMIT 1"
        ).fetchone()
        base.execute(
            "UPDATE evenement SET cloture_le = NULL, inscriptions_closes = 0, taille_max = 12 WHERE id = ?",
            (evenement,),
        )
        base.execute("UPDATE moment SET jauge = NULL WHERE evenement = ?", (evenement,))
        moments = base.execute(
            "SELECT id FROM moment WHERE evenement = ? AND sur_inscription AND retire_le IS NULL ORDER BY rang LIMIT 2",
            (evenement,),
        ).fetchall()
        base.commit()
    return Soiree(slug, [moment for (moment,) in moments])


def corps_d_inscription(soiree: Soiree) -> bytes:
    """Un foyer de trois personnes, à deux moments."""
    presence = {"adultes": 2, "enfants": 1}
    demande = {
        "evenement": soiree.slug,
        "jeton": secrets.token_urlsafe(24),
        "prenom": "Nadia",
        "courriel": f"{secrets.token_hex(8)}@example.org",
        "commune": "30334",
        "presences": [{"moment": moment, **presence} for moment in soiree.moments],
    }
    return json.dumps(demande).encode()


def demande_d_inscription(soiree: Soiree) -> bytes:
    corps = corps_d_inscription(soiree)
    tete = (
        f"PUT /api/inscriptions/{uuid.uuid4()} HTTP/1.1\r\nhost: localhost\r\n"
        f"content-type: application/json\r\ncontent-length: {len(corps)}\r\n\r\n"
    )
    return tete.encode() + corps


class Inscriptions(NamedTuple):
    """Inscriptions par seconde, contre la boucle brute."""

    requetes_sql: int
    boucle: float
    nous: float
    rapport: float
    avec_courriels: float
    mediane_ms: float
    p99_ms: float


def mesurer_inscriptions(modele: Path, tours: int, nombre: int, dossier: Path) -> Inscriptions:
    """Alterne la boucle brute et notre serveur, chacun sur sa copie de la même base."""
    soiree = ouvrir_une_soiree(modele)
    capture = dossier / "capture.json"
    _jouer_role("capture", str(_copie(modele, dossier)), json.dumps(soiree), str(capture))
    paires = []
    debits = []
    for tour in range(tours):
        dire(f"inscriptions, tour {tour + 1} sur {tours}")
        brute = float(_jouer_role("boucle", str(_copie(modele, dossier)), str(capture), str(nombre)))
        with servir(_copie(modele, dossier), envois="separes") as (_, port):
            debits.append(_inscrire(port, soiree, nombre))
        paires.append((brute, debits[-1].par_seconde))
    dire("inscriptions, courriels compris")
    with servir(_copie(modele, dossier)) as (_, port):
        complets = _inscrire(port, soiree, nombre)
    return Inscriptions(
        len(json.loads(capture.read_text())["ecritures"]),
        statistics.median(brute for brute, _ in paires),
        statistics.median(nous for _, nous in paires),
        statistics.median(nous / brute for brute, nous in paires),
        complets.par_seconde,
        statistics.median(debit.mediane_ms for debit in debits),
        max(debit.p99_ms for debit in debits),
    )


def _inscrire(port: int, soiree: Soiree, nombre: int) -> Debit:
    preparatifs = [demande_d_inscription(soiree) for _ in range(32)]
    charger(port, preparatifs, clients=8, statut=201, duree_s=None)
    debit = charger(
        port, [demande_d_inscription(soiree) for _ in range(nombre)], clients=64, statut=201, duree_s=None
    )
    if debit.autres:
        raise RuntimeError(f"{debit.autres} inscriptions n'ont pas répondu 201")
    return debit


def _copie(modele: Path, dossier: Path) -> Path:
    return Path(shutil.copytree(modele, dossier / f"copie-{secrets.token_hex(4)}"))


def _jouer_role(*mots: str) -> str:
    fait = subprocess.run(
        [sys.executable, "-m", "outils.perf", *mots],
        cwd=RACINE,
        env=environnement(Path(mots[1])),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if fait.returncode != 0:
        raise RuntimeError(f"{mots[0]} : {fait.stderr[-600:]}")
    return fait.stdout


def role_capture(soiree: Soiree, vers: Path) -> None:
    """Note le SQL de deux vraies inscriptions ; ce qui diffère de l'une à l'autre est ce qui change à chaque fois."""
    avant, apres = asyncio.run(_capturer(soiree))
    assert [sql for sql, _ in avant["ecritures"]] == [sql for sql, _ in apres["ecritures"]]
    anciennes = {json.dumps(v) for genre in avant.values() for _, valeurs in genre for v in valeurs}
    vers.write_text(json.dumps({**apres, "constantes": sorted(anciennes)}))


async def _capturer(soiree: Soiree) -> list[dict[str, list[Any]]]:
    import httpx

    from server.application import creer_application
    from server.reglages import lire_reglages
    from server.service import ouvrir_portes
    from server.socle import base, faits

    ecritures: list[tuple[str, list[Any]]] = []
    lectures: list[tuple[str, list[Any]]] = []
    jouer = base._lignes

    def noter(connexion: sqlite3.Connection, sql: str, parametres: Sequence[Any]) -> list[dict[str, Any]]:
        voulues = ecritures if faits.en_cours.get() is not None else lectures
        voulues.append((sql, [_primitif(valeur) for valeur in parametres]))
        return jouer(connexion, sql, parametres)

    reglages = lire_reglages()
    application = creer_application(reglages, ouvrir_portes(reglages), taches=False)
    captures = []
    async with application.lifespan():
        transport = httpx.ASGITransport(app=application)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            for tour in range(4):
                ecritures.clear()
                lectures.clear()
                base._lignes = noter if tour >= 2 else jouer
                reponse = await client.put(
                    f"/api/inscriptions/{uuid.uuid4()}",
                    content=corps_d_inscription(soiree),
                    headers={"content-type": "application/json"},
                )
                if reponse.status_code != 201:
                    raise RuntimeError(reponse.text)
                captures.append({"ecritures": list(ecritures), "lectures": list(lectures)})
    base._lignes = jouer
    return captures[2:]


def _primitif(valeur: Any) -> Any:
    """Ce que SQLite reçoit vraiment, une fois passés les adaptateurs."""
    if valeur is None or isinstance(valeur, str | int | float):
        return valeur
    return sqlite3.adapt(valeur)


def role_boucle(donnees: Path, capture: Path, nombre: int) -> None:
    """Rejoue ces requêtes, sans rien d'autre que le module sqlite3."""
    lues = json.loads(capture.read_text())
    constantes = set(lues["constantes"])
    base = sqlite3.connect(donnees / "tablees.sqlite", isolation_level=None, cached_statements=512)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-4000",
        "temp_store=MEMORY",
    ):
        base.execute(f"PRAGMA {pragma}")
    debut = time.perf_counter()
    for rang in range(-32, nombre):
        if rang == 0:
            debut = time.perf_counter()
        neuves: dict[str, str] = {}

        def valeur(ancienne: Any, neuves: dict[str, str] = neuves) -> Any:
            # Un texte propre à cette inscription (identifiant, contact, clé) est neuf à chaque tour, et le même partout.
            if not isinstance(ancienne, str) or json.dumps(ancienne) in constantes:
                return ancienne
            neuve = neuves.get(ancienne)
            if neuve is None:
                neuve = neuves[ancienne] = (
                    str(uuid.uuid4())
                    if len(ancienne) == 36
                    else secrets.token_hex(len(ancienne) // 2 + 1)[: len(ancienne)]
                )
            return neuve

        base.execute("BEGIN IMMEDIATE")
        for sql, valeurs in lues["ecritures"]:
            base.execute(sql, [valeur(v) for v in valeurs]).fetchall()
        base.execute("COMMIT")
        for sql, valeurs in lues["lectures"]:
            base.execute(sql, [valeur(v) for v in valeurs]).fetchall()
    duree_s = time.perf_counter() - debut
    ecrites = base.execute("SELECT COUNT(*) FROM inscription WHERE prenom = 'Nadia'").fetchone()[0]
    base.close()
    if ecrites < nombre:
        raise RuntimeError(f"la boucle n'a écrit que {ecrites} inscriptions")
    print(nombre / duree_s)


# --- Démarrage ------------------------------------------------------------------------------------------------------


def mesurer_demarrage(donnees: Path, fois: int) -> list[float]:
    """Secondes entre le lancement du processus et la première bonne réponse de `/sante`."""
    durees = []
    for _ in range(fois + 1):  # le premier remplit les caches du système et du bytecode
        port = port_libre()
        debut = time.perf_counter()
        processus = lancer(["-m", "server", "servir", "--port", str(port)], environnement(donnees))
        try:
            attendre(processus, port, "/sante")
            durees.append(time.perf_counter() - debut)
        finally:
            arreter(processus)
    return durees[1:]


# --- Tout -----------------------------------------------------------------------------------------------------------


def dire(phrase: str) -> None:
    """L'avancement, sur la sortie d'erreur."""
    print(f"… {phrase}", file=sys.stderr, flush=True)


def remplir(donnees: Path, evenements: int, inscriptions: int) -> Path:
    dire(f"base d'essai de {evenements} évènements")
    mots = ["-m", "server", "exemple", "--evenements", str(evenements), "--inscriptions", str(inscriptions)]
    fait = subprocess.run(
        [sys.executable, *mots],
        cwd=RACINE,
        env=environnement(donnees),
        capture_output=True,
        text=True,
        check=False,
    )
    if fait.returncode != 0:
        raise RuntimeError(f"la base d'essai ne se remplit pas : {fait.stderr[-300:]}")
    return donnees


def mesurer(*, rapide: bool) -> None:
    tours, duree_s = (2, 0.8) if rapide else (5, 1.5)
    grande = 2000 if rapide else 20_000
    with tempfile.TemporaryDirectory(prefix="tablees-perf-", ignore_cleanup_errors=True) as racine:
        dossier = Path(racine)
        petite = remplir(dossier / "petite", 200, 2000)
        vaste = remplir(dossier / "vaste", grande, 2000)
        dire("démarrage")
        demarrages = mesurer_demarrage(petite, 3 if rapide else 7)
        lectures, repos_mo, haut_mo = mesurer_lectures(petite, 200, tours, duree_s, dossier)
        autres, repos_vaste_mo, haut_vaste_mo = mesurer_lectures(vaste, grande, tours, duree_s, dossier)
        inscriptions = mesurer_inscriptions(petite, 2 if rapide else 5, 300 if rapide else 1000, dossier)
    print(f"\n{_machine()}\n")
    _montrer_lectures([*lectures, *autres])
    _montrer_inscriptions(inscriptions)
    print("\nMémoire (Mo)                              au repos   au plus haut")
    print(f"  200 évènements                          {repos_mo:8.0f}   {haut_mo:12.0f}")
    print(
        f"  {grande} évènements{'':<{27 - len(str(grande)) + 2}}{repos_vaste_mo:8.0f}   {haut_vaste_mo:12.0f}"
    )
    print(f"  {_verdict(max(repos_mo, repos_vaste_mo), 110, mieux=min)} au repos ≤ 110")
    print("\nDémarrage, du lancement à la première réponse de /sante (s)")
    print(f"  médiane {statistics.median(demarrages):.2f}, de {min(demarrages):.2f} à {max(demarrages):.2f}")
    print(f"  {_verdict(statistics.median(demarrages), 1.0, mieux=min)} médiane ≤ 1,0")


def _montrer_lectures(lectures: list[Lecture]) -> None:
    print("Lectures publiques, contre un Litestar nu rendant les mêmes octets (par seconde)")
    print("  document          évènements   octets  clients       nu     nous   rapport")
    for une in lectures:
        print(
            f"  {une.nom:<16} {une.evenements:>11} {une.octets:>8} {une.clients:>8} "
            f"{une.temoin:>8.0f} {une.nous:>8.0f}   {une.rapport:>7.2f}"
        )
    print(f"  {_verdict(min(une.rapport for une in lectures), 0.6, mieux=max)} le moindre rapport ≥ 0,60")


def _montrer_inscriptions(mesure: Inscriptions) -> None:
    print(
        f"\nInscriptions, 64 clients par HTTP, contre une boucle sqlite3 rejouant leurs {mesure.requetes_sql} requêtes SQL"
    )
    print(f"  boucle brute      {mesure.boucle:8.0f} par seconde")
    print(
        f"  nous              {mesure.nous:8.0f} par seconde   (médiane {mesure.mediane_ms:.0f} ms, p99 {mesure.p99_ms:.0f} ms)"
    )
    print(f"  rapport           {mesure.rapport:8.2f}")
    print(
        f"  nous, courriels composés et écrits dans le même processus : {mesure.avec_courriels:.0f} par seconde"
    )
    print(f"  {_verdict(mesure.rapport, 0.3, mieux=max)} rapport ≥ 0,30")


def _verdict(valeur: float, barre: float, *, mieux: Callable[[float, float], float]) -> str:
    return "tenu  " if mieux(valeur, barre) == valeur else "MANQUÉ"


def _machine() -> str:
    charge = os.getloadavg()[0]
    return f"Python {sys.version.split()[0]}, {os.cpu_count()} cœurs, charge {charge:.1f} à la fin (les mesures y sont pour une part)."


def main(arguments: list[str]) -> int:
    """Point d'entrée du Makefile, et des processus qu'il lance."""
    match arguments:
        case ["temoin", port, fichier, entetes]:
            role_temoin(int(port), Path(fichier), json.loads(entetes))
        case ["charge"]:
            role_charge()
        case ["capture", _, soiree, vers]:
            role_capture(Soiree(*json.loads(soiree)), Path(vers))
        case ["boucle", donnees, capture, nombre]:
            role_boucle(Path(donnees), Path(capture), int(nombre))
        case _:
            analyseur = argparse.ArgumentParser(
                prog="make perf", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
            )
            analyseur.add_argument("--rapide", action="store_true", help="moins de tours et d'évènements")
            mesurer(rapide=analyseur.parse_args(arguments).rapide)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
