"""La réserve des documents publics : sa borne est vraie, et elle rend ce qu'elle retire."""

import asyncio
import gc
import gzip
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import brotli
import pytest

from server.socle import documents as socle_documents
from server.socle.documents import (
    DIRECTS_MAX,
    LONG,
    POIDS_DIRECT,
    POIDS_NU,
    SANS_CONDITION,
    Brouillon,
    Deroule,
    Document,
    Documents,
)
from tests.conftest import DEPART

Demande = tuple[str, bytes, str, bytes | None]


def une_fabrique(corps: bytes | list[bytes], **champs: object) -> Callable[[], Awaitable[Brouillon]]:
    async def fabriquer() -> Brouillon:
        return Brouillon(
            corps=corps,
            type_contenu="text/html",
            etiquettes=frozenset({"agenda"}),
            **champs,  # type: ignore[arg-type]
        )

    return fabriquer


def une_demande(chemin: str, encodages: bytes | None = None) -> Demande:
    return (chemin, b"", "fr", encodages)


async def servir(documents: Documents, cle: str, corps: bytes, encodages: str = "") -> None:
    demande = une_demande(cle, encodages.encode())
    await documents.repondre(cle, une_fabrique(corps), DEPART, {"accept-encoding": encodages}, demande)


async def test_la_memoire_ne_depasse_pas_sa_borne() -> None:
    borne = 1024 * 1024
    documents = Documents(borne)
    deja = {id(objet) for objet in gc.get_objects() if type(objet) is Document}

    for rang in range(200):
        await servir(documents, f"/{rang}", secrets.token_bytes(50_000))

    gc.collect()
    restes = [objet for objet in gc.get_objects() if type(objet) is Document and id(objet) not in deja]
    assert len(restes) == len(documents) < 21
    assert sum(document.poids() for document in restes) == documents.poids() <= borne
    assert set(documents._directs) == {une_demande(d.cle, b"") for d in restes}


async def test_les_ecritures_compressees_et_les_demandes_reconnues_se_comptent() -> None:
    documents = Documents(1024 * 1024)
    corps = secrets.token_bytes(50_000)  # ne se comprime pas : chaque écriture pèse autant que le corps

    for encodages in ("", "gzip", "br"):
        await servir(documents, "/une", corps, encodages)

    assert documents.poids() >= 3 * 50_000 + 3 * POIDS_DIRECT + POIDS_NU
    documents.perimer(frozenset({"agenda"}), DEPART)
    assert (documents.poids(), len(documents), documents._directs) == (0, 0, {})


async def test_un_document_vieilli_cede_la_place_au_suivant() -> None:
    documents = Documents(1024 * 1024)
    demande, tard = une_demande("/une"), DEPART + timedelta(hours=2)
    vieux = une_fabrique(b"avant", perime_le=DEPART + timedelta(hours=1))
    await documents.repondre("/une", vieux, DEPART, {}, demande)

    assert documents.direct(demande, SANS_CONDITION, tard.timestamp()) is None
    assert (await documents.repondre("/une", une_fabrique(b"apres"), tard, {}, demande)).corps == b"apres"
    servi = documents.direct(demande, SANS_CONDITION, tard.timestamp())
    assert servi is not None
    assert servi.corps == b"apres"


async def test_ce_qui_vient_d_etre_servi_reste() -> None:
    documents = Documents(10 * (POIDS_NU + POIDS_DIRECT + 10_000))
    for rang in range(10):
        await servir(documents, f"/{rang}", bytes(10_000))

    assert documents.direct(une_demande("/0", b""), SANS_CONDITION, DEPART.timestamp()) is not None
    await servir(documents, "/de-plus", bytes(10_000))

    assert documents.direct(une_demande("/0", b""), SANS_CONDITION, DEPART.timestamp()) is not None
    assert documents.direct(une_demande("/1", b""), SANS_CONDITION, DEPART.timestamp()) is None


async def test_des_demandes_inventees_ne_pesent_pas_sans_fin() -> None:
    documents = Documents(64 * 1024 * 1024)
    fabrique = une_fabrique(b"bonjour")

    for rang in range(DIRECTS_MAX + 500):
        await documents.repondre("/une", fabrique, DEPART, {}, ("/une", str(rang).encode(), "fr", None))

    [document] = documents._documents.values()
    assert len(documents._directs) == len(document.directs) == DIRECTS_MAX
    assert documents.poids() == document.poids()


# --- les longs documents ---


async def un_long_document(documents: Documents, encodages: str, cle: str = "/long") -> bytes:
    corps = b"".join(b"BEGIN:VEVENT %d\r\n" % rang for rang in range(200_000))
    morceaux = [corps[i : i + 1000] for i in range(0, len(corps), 1000)]
    reponse = await documents.repondre(
        cle,
        une_fabrique(morceaux),
        DEPART,
        {"accept-encoding": encodages},
        une_demande(cle, encodages.encode()),
    )
    servi = reponse.corps
    octets = b"".join([paquet async for paquet in servi]) if isinstance(servi, Deroule) else servi
    assert int(dict(reponse.entetes)[b"content-length"]) == len(octets)
    match dict(reponse.entetes).get(b"content-encoding"):
        case b"gzip":
            octets = gzip.decompress(octets)
        case b"br":
            octets = brotli.decompress(octets)
    assert octets == corps
    return corps


@pytest.mark.parametrize("ordre", [("", "br", "gzip"), ("br", "gzip", ""), ("gzip", "", "br")])
async def test_un_long_document_se_garde_compresse_et_se_rend_dans_chaque_ecriture(
    ordre: tuple[str, ...],
) -> None:
    documents = Documents(64 * 1024 * 1024)

    for encodages in (*ordre, *ordre):
        corps = await un_long_document(documents, encodages)

    assert len(corps) > LONG
    assert documents.poids() < len(corps) / 2
    [document] = documents._documents.values()
    assert set(document.ecritures) == {"br", "gzip"}


async def test_cent_demandes_ensemble_ne_compressent_qu_une_fois(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = Documents(64 * 1024 * 1024)
    faites = []
    comprimer = socle_documents._comprimer
    monkeypatch.setattr(
        socle_documents, "_comprimer", lambda *dits: faites.append(dits[0]) or comprimer(*dits)
    )

    await asyncio.gather(*(un_long_document(documents, "br") for _ in range(20)))

    assert faites == ["br"]


async def test_ce_qui_change_pendant_le_calcul_n_est_pas_garde() -> None:
    documents = Documents(1024 * 1024)

    async def derangee(etiquette: str) -> Brouillon:
        documents.perimer(frozenset({etiquette}), DEPART)
        return await une_fabrique(b"avant")()

    await documents.repondre("/une", lambda: derangee("agenda"), DEPART, {})
    assert len(documents) == 0
    await documents.repondre("/une", lambda: derangee("places:3"), DEPART, {})
    assert len(documents) == 1


# --- « rien de neuf » ---


async def lire(
    documents: Documents,
    corps: bytes,
    instant: datetime,
    date: str | None = None,
    etiquette: str | None = None,
) -> tuple[int, str]:
    """Le statut, et la date que dit la réponse."""
    entetes = {"if-modified-since": date} if date else {}
    entetes |= {"if-none-match": etiquette} if etiquette else {}
    reponse = await documents.repondre("/une", une_fabrique(corps), instant, entetes)
    return reponse.statut, dict(reponse.entetes)[b"last-modified"].decode()


async def test_la_date_suffit_a_dire_que_rien_n_a_change() -> None:
    documents = Documents(1024 * 1024)

    _, date = await lire(documents, b"une", DEPART)

    assert parsedate_to_datetime(date) == DEPART
    assert await lire(documents, b"une", DEPART + timedelta(hours=1), date) == (304, date)
    avant = format_datetime(DEPART - timedelta(seconds=1), usegmt=True)
    assert (await lire(documents, b"une", DEPART, avant))[0] == 200
    assert (await lire(documents, b"une", DEPART, "hier soir"))[0] == 200


async def test_l_etiquette_prime_sur_la_date() -> None:
    documents = Documents(1024 * 1024)
    _, date = await lire(documents, b"une", DEPART)

    assert (await lire(documents, b"une", DEPART, date, '"autre"'))[0] == 200
    assert (await lire(documents, b"une", DEPART, None, "*"))[0] == 304


async def test_deux_contenus_dans_la_meme_seconde_ne_se_confondent_pas() -> None:
    documents = Documents(1024 * 1024)
    _, date = await lire(documents, b"une", DEPART)

    documents.perimer(frozenset({"agenda"}), DEPART + timedelta(milliseconds=300))
    statut, date_neuve = await lire(documents, b"deux", DEPART + timedelta(milliseconds=600), date)
    assert statut == 200
    # Dans la seconde, la date dite ne promet rien encore ; elle n'est jamais dans l'avenir.
    assert parsedate_to_datetime(date_neuve) <= DEPART + timedelta(milliseconds=600)
    documents.perimer(frozenset({"agenda"}), DEPART + timedelta(milliseconds=700))
    assert (await lire(documents, b"trois", DEPART + timedelta(milliseconds=900), date_neuve))[0] == 200


async def test_une_fois_passe_le_doute_la_date_suffit_de_nouveau() -> None:
    documents = Documents(1024 * 1024)
    documents.perimer(frozenset({"agenda"}), DEPART)
    await lire(documents, b"une", DEPART)

    plus_tard = DEPART + timedelta(seconds=10)
    statut, date = await lire(documents, b"une", plus_tard)

    assert statut == 200
    assert (await lire(documents, b"une", plus_tard, date))[0] == 304


async def test_ce_qui_disparait_change_la_date_meme_si_rien_de_plus_recent_n_est_la() -> None:
    documents = Documents(1024 * 1024)
    sortie = DEPART + timedelta(hours=1)
    fabrique = une_fabrique(b"deux", perime_le=sortie)
    reponse = await documents.repondre("/une", fabrique, DEPART, {})
    date = dict(reponse.entetes)[b"last-modified"].decode()

    assert (await lire(documents, b"un seul", sortie, date))[0] == 200
