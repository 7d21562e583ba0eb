"""La base d'essai : autant qu'on en demande, toujours la même, et dont les comptes sont justes."""

from datetime import UTC, datetime
from typing import Any

import pytest

from server.demonstration.exemple import remplir_exemple
from server.demonstration.usage import BaseReservee
from server.evenements.lectures import lister_publics
from server.evenements.schemas import Filtres
from server.evenements.tables import Evenement, Moment
from server.inscriptions.entretien import entretenir_inscriptions
from server.inscriptions.lectures import verifier_places
from server.inscriptions.tables import Inscription, Presence
from server.lieux.installation import fonder_territoire
from server.lieux.lectures import lire_territoire
from server.socle.base import Moteur
from server.socle.secrets import Clef

MAINTENANT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
URL = "http://localhost:8000"


async def _remplir(clef: Clef, evenements: int, inscriptions: int) -> list[str]:
    phrases: list[str] = []
    await remplir_exemple(
        evenements, inscriptions, clef=clef, url=URL, maintenant=MAINTENANT, dire=phrases.append
    )
    return phrases


async def _photographier() -> list[Any]:
    return [
        await Evenement.select(Evenement.slug, Evenement.uid, Evenement.debut).order_by(Evenement.id),
        await Moment.select(Moment.id, Moment.pris).order_by(Moment.id),
        await Inscription.select(Inscription.id, Inscription.courriel, Inscription.cree_le).order_by(
            Inscription.id
        ),
    ]


async def test_le_compte_y_est_et_les_places_sont_justes(base: Moteur, clef: Clef) -> None:
    phrases = await _remplir(clef, 60, 900)
    territoire = await lire_territoire()

    assert await Evenement.count() == 60
    assert await Inscription.count() == 900
    assert await verifier_places() == []
    assert await Presence.exists().where(Presence.statut == "en_attente")
    assert await Moment.count().where(Moment.jauge.is_not_null(), Moment.pris > Moment.jauge) == 0
    assert territoire is not None
    assert territoire.usage == "exemple"
    assert phrases[-1] == "100 % : 60 évènements, 900 inscriptions"


async def test_la_meme_demande_donne_la_meme_base_autant_de_fois_qu_on_veut(base: Moteur, clef: Clef) -> None:
    await _remplir(clef, 30, 200)
    avant = await _photographier()

    await _remplir(clef, 30, 200)

    assert await _photographier() == avant


async def test_l_agenda_les_montre_et_la_recherche_les_trouve(base: Moteur, clef: Clef) -> None:
    await _remplir(clef, 80, 0)

    tous, _ = await lister_publics(Filtres(), None, 100, MAINTENANT, URL)
    trouves, _ = await lister_publics(Filtres(q="chandeleur"), None, 100, MAINTENANT, URL)
    du_theme, _ = await lister_publics(Filtres(theme="eau"), None, 100, MAINTENANT, URL)

    assert len(tous.elements) >= 50
    assert [e.titre for e in trouves.elements] == ["La Chandeleur du Figuier"]
    assert du_theme.elements
    assert all("eau" in {theme.slug for theme in e.themes} for e in du_theme.elements)


async def test_l_entretien_n_y_efface_rien(base: Moteur, clef: Clef) -> None:
    await _remplir(clef, 40, 300)

    await entretenir_inscriptions(MAINTENANT)

    assert await Inscription.count() == 300
    assert await verifier_places() == []


async def test_apres_l_exemple_un_evenement_nouveau_prend_la_suite(base: Moteur, clef: Clef) -> None:
    from tests.fabriques import un_evenement, une_structure

    await _remplir(clef, 12, 0)

    await un_evenement(structure=await une_structure())

    assert await Evenement.count() == 13


@pytest.mark.parametrize("usage", ["reel", "demo"])
async def test_aucune_autre_base_n_est_touchee(base: Moteur, clef: Clef, usage: Any) -> None:
    await fonder_territoire("Réseau", "Pays d’Uzès", MAINTENANT, usage=usage)

    with pytest.raises(BaseReservee, match="rien n’y sera mêlé"):
        await _remplir(clef, 5, 5)

    assert not await Evenement.exists()
