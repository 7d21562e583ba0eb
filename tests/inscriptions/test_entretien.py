"""Ce que le temps efface : régimes le lendemain, le reste trois mois après, même quand il n'y a plus de date."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from server.evenements.tables import Evenement, HoraireEnAttente, Moment
from server.inscriptions import services
from server.inscriptions.entretien import entretenir_inscriptions
from server.inscriptions.lectures import lire_bilan, verifier_places
from server.inscriptions.regles import DELAI_EFFACEMENT_JOURS
from server.inscriptions.schemas import ConviveDemande
from server.inscriptions.tables import Convive, Inscription
from server.socle.base import ecriture
from server.socle.secrets import Clef
from tests.fabriques import (
    LUNDI,
    SAMEDI_SOIR,
    moments_de,
    slug_de,
    un_evenement,
    une_demande,
    une_presence,
)

pytestmark = pytest.mark.usefixtures("base")

TERME = timedelta(days=DELAI_EFFACEMENT_JOURS)


async def une_soiree_attendue(clef: Clef) -> tuple[int, datetime]:
    """Un foyer de deux personnes, une allergie ; rend l'évènement et sa fin."""
    evenement = await un_evenement(moments={"banquet": 20}, debut=SAMEDI_SOIR)
    await inscrire(evenement, clef)
    lu = await Evenement.select(Evenement.fin).where(Evenement.id == evenement).first()
    assert lu is not None
    return evenement, lu["fin"]


async def inscrire(evenement: int, clef: Clef, quand: datetime = LUNDI) -> None:
    presences = [une_presence(moment, 2) for moment in (await moments_de(evenement)).values()]
    demande = une_demande(
        await slug_de(evenement),
        *presences,
        convives=[ConviveDemande(allergenes=["lupin"])],
        accord_regimes=True,
    )
    await services.inscrire_foyer(uuid4(), demande, clef, quand)


@ecriture
async def oter_la_date(evenement: int, statut: str) -> None:
    """Comme le fait un report sans date : l'horaire de chaque moment est mis de côté."""
    for moment in await Moment.select(Moment.id, Moment.debut, Moment.fin).where(
        Moment.evenement == evenement
    ):
        await HoraireEnAttente.insert(
            HoraireEnAttente(moment=moment["id"], debut=moment["debut"], fin=moment["fin"])
        )
    await Moment.update({Moment.debut: None, Moment.fin: None}).where(Moment.evenement == evenement)
    await Evenement.update({Evenement.debut: None, Evenement.fin: None, Evenement.statut: statut}).where(
        Evenement.id == evenement
    )


@ecriture
async def donner_une_date(evenement: int, debut: datetime) -> None:
    fin = debut + timedelta(hours=5)
    await Moment.update({Moment.debut: debut, Moment.fin: fin}).where(Moment.evenement == evenement)
    await Evenement.update({Evenement.debut: debut, Evenement.fin: fin, Evenement.statut: "reporte"}).where(
        Evenement.id == evenement
    )


async def restes() -> tuple[int, int]:
    return await Convive.count(), await Inscription.count()


@pytest.mark.parametrize("statut", ["reporte", "annule"])
async def test_sans_date_les_delais_courent_depuis_la_date_prevue(clef: Clef, statut: str) -> None:
    evenement, fin = await une_soiree_attendue(clef)
    await oter_la_date(evenement, statut)

    await entretenir_inscriptions(fin + timedelta(hours=23))
    assert await restes() == (1, 1)
    await entretenir_inscriptions(fin + timedelta(hours=25))
    assert await restes() == (0, 1)
    await entretenir_inscriptions(fin + TERME - timedelta(hours=1))
    assert await restes() == (0, 1)
    await entretenir_inscriptions(fin + TERME + timedelta(hours=1))

    assert await restes() == (0, 0)
    assert await verifier_places() == []


async def test_ce_qui_attend_une_date_n_a_pas_de_bilan_avant_d_avoir_eu_lieu(clef: Clef) -> None:
    evenement, fin = await une_soiree_attendue(clef)
    await oter_la_date(evenement, "reporte")
    await entretenir_inscriptions(fin + timedelta(days=2))
    assert await lire_bilan(evenement) is None

    nouvelle = fin + timedelta(days=30)
    await donner_une_date(evenement, nouvelle)
    await inscrire(evenement, clef, fin + timedelta(days=3))
    await entretenir_inscriptions(nouvelle + timedelta(hours=5 + 25))

    bilan = await lire_bilan(evenement)
    assert bilan is not None
    assert (bilan.foyers, bilan.personnes) == (2, 4)
    assert await restes() == (0, 2)


async def test_reporte_apres_coup_son_bilan_est_celui_de_la_nouvelle_date(clef: Clef) -> None:
    evenement, fin = await une_soiree_attendue(clef)
    await entretenir_inscriptions(fin + timedelta(hours=25))
    nouvelle = fin + timedelta(days=20)
    await donner_une_date(evenement, nouvelle)
    await inscrire(evenement, clef, fin + timedelta(days=3))

    await entretenir_inscriptions(nouvelle + timedelta(hours=5 + 25))

    bilan = await lire_bilan(evenement)
    assert bilan is not None
    assert bilan.foyers == 2
    assert await Convive.count() == 0
