"""La réserve des documents publics : sa borne est vraie, et elle rend ce qu'elle retire."""

import gc
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta

from server.socle.documents import DIRECTS_MAX, POIDS_DIRECT, POIDS_NU, Brouillon, Document, Documents
from tests.conftest import DEPART

Demande = tuple[str, bytes, str, bytes | None]


def une_fabrique(corps: bytes, **champs: object) -> Callable[[], Awaitable[Brouillon]]:
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
    documents.perimer(frozenset({"agenda"}))
    assert (documents.poids(), len(documents), documents._directs) == (0, 0, {})


async def test_un_document_vieilli_cede_la_place_au_suivant() -> None:
    documents = Documents(1024 * 1024)
    demande, tard = une_demande("/une"), DEPART + timedelta(hours=2)
    vieux = une_fabrique(b"avant", perime_le=DEPART + timedelta(hours=1))
    await documents.repondre("/une", vieux, DEPART, {}, demande)

    assert documents.direct(demande, None, tard.timestamp()) is None
    assert (await documents.repondre("/une", une_fabrique(b"apres"), tard, {}, demande)).corps == b"apres"
    servi = documents.direct(demande, None, tard.timestamp())
    assert servi is not None
    assert servi.corps == b"apres"


async def test_ce_qui_vient_d_etre_servi_reste() -> None:
    documents = Documents(10 * (POIDS_NU + POIDS_DIRECT + 10_000))
    for rang in range(10):
        await servir(documents, f"/{rang}", bytes(10_000))

    assert documents.direct(une_demande("/0", b""), None, DEPART.timestamp()) is not None
    await servir(documents, "/de-plus", bytes(10_000))

    assert documents.direct(une_demande("/0", b""), None, DEPART.timestamp()) is not None
    assert documents.direct(une_demande("/1", b""), None, DEPART.timestamp()) is None


async def test_des_demandes_inventees_ne_pesent_pas_sans_fin() -> None:
    documents = Documents(64 * 1024 * 1024)
    fabrique = une_fabrique(b"bonjour")

    for rang in range(DIRECTS_MAX + 500):
        await documents.repondre("/une", fabrique, DEPART, {}, ("/une", str(rang).encode(), "fr", None))

    [document] = documents._documents.values()
    assert len(documents._directs) == len(document.directs) == DIRECTS_MAX
    assert documents.poids() == document.poids()
