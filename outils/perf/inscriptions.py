"""Les inscriptions par seconde, contre une boucle sqlite3 rejouant leurs requêtes avec la même durabilité."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from outils.perf.cadre import Cadre, dire, verdict
from outils.perf.charge import Debit, charger
from outils.perf.serveur import RACINE, environnement, servir


def montrer(cadre: Cadre) -> None:
    """Le débit, les délais, et ce que coûtent les courriels écrits dans le même processus."""
    tours, nombre = (2, 300) if cadre.rapide else (5, 1000)
    mesure = mesurer_inscriptions(cadre.petite, tours, nombre, cadre.dossier)
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
    print(f"  {verdict(mesure.rapport, 0.3, mieux=max)} rapport ≥ 0,30")


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
