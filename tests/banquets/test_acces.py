"""Qui ouvre un banquet, et pour quoi faire."""

import asyncio
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from server.banquets.acces import assurer_banquet, ouvrir_banquet
from server.banquets.erreurs import BanquetInconnu, ReserveAQuiOrganise
from server.banquets.lectures import lire_tete
from server.banquets.permissions import peut_cuisiner, peut_organiser
from server.banquets.tables import Banquet
from server.evenements import services
from server.evenements.permissions import Lien
from server.evenements.schemas import CoorganisationDemande, Motif, ReponseDemande
from server.inscriptions.cuisine.lectures import lister_banquets
from server.socle.base import Moteur
from server.socle.secrets import Clef
from tests.evenements.jeu import LUNDI, URL, Jeu, auteur, poser_le_jeu, un_publie
from tests.fabriques import un_compte, une_structure


@pytest.mark.parametrize(
    ("part", "reponse", "cuisine", "organise"),
    [
        ("porteuse", "acceptee", True, True),
        ("coorganisatrice", "acceptee", True, True),
        ("hote", "acceptee", True, True),
        ("traiteur", "acceptee", True, False),
        ("traiteur", "invitee", False, False),
        ("traiteur", "declinee", False, False),
        ("soutien", "acceptee", False, False),
        ("coorganisatrice", "invitee", False, False),
    ],
)
def test_le_traiteur_cuisine_et_n_organise_pas(
    part: str, reponse: str, cuisine: bool, organise: bool
) -> None:
    liens = [Lien(part, reponse)]

    assert peut_cuisiner(auteur(1, "Nadia"), liens) is cuisine
    assert peut_organiser(auteur(1, "Nadia"), liens) is organise
    assert peut_cuisiner(auteur(1, "Alix", operateur=True), liens)


@pytest.fixture
async def jeu(base: Moteur) -> Jeu:
    return await poser_le_jeu()


def le_moment(vue: object, genre: str) -> UUID:
    (moment,) = [m.id for m in vue.moments if m.genre == genre]  # type: ignore[attr-defined]
    return UUID(str(moment))


async def test_un_banquet_s_ouvre_a_qui_organise_et_a_qui_cuisine(jeu: Jeu) -> None:
    cuisine = auteur(await un_compte(prenom="Odile"), "Odile")
    await une_structure("La Marmite", {cuisine.compte: "membre"}, slug="la-marmite")
    vue = await un_publie(jeu, coorganisations=[CoorganisationDemande("la-marmite", "traiteur")])
    moment = le_moment(vue, "banquet")

    assert (await ouvrir_banquet(jeu.nadia, moment, "organiser")).organise
    # Invité, le traiteur n'a encore rien accepté.
    with pytest.raises(BanquetInconnu):
        await ouvrir_banquet(cuisine, moment)
    await services.repondre_a_l_invitation(vue.slug, cuisine, ReponseDemande("la-marmite", "accepter"), LUNDI)

    ouvert = await ouvrir_banquet(cuisine, moment)
    assert (ouvert.slug, ouvert.organise) == (vue.slug, False)
    with pytest.raises(ReserveAQuiOrganise):
        await ouvrir_banquet(cuisine, moment, "organiser")


async def test_un_banquet_qui_n_existe_pas_se_tait_comme_un_banquet_interdit(jeu: Jeu) -> None:
    vue = await un_publie(jeu)

    for qui, moment in (
        (jeu.malik, le_moment(vue, "banquet")),
        (jeu.nadia, le_moment(vue, "reflexion")),
        (jeu.nadia, uuid4()),
    ):
        with pytest.raises(BanquetInconnu):
            await ouvrir_banquet(qui, moment)


async def test_deux_premiers_besoins_ensemble_ne_font_qu_un_banquet(jeu: Jeu) -> None:
    moment = le_moment(await un_publie(jeu), "banquet")

    trouves = await asyncio.gather(*(assurer_banquet(moment, LUNDI) for _ in range(5)))

    assert len(set(trouves)) == 1
    assert await Banquet.count() == 1


async def test_la_tete_et_la_liste_disent_ou_en_est_le_repas(jeu: Jeu, clef: Clef) -> None:
    vue = await un_publie(jeu)
    moment = le_moment(vue, "banquet")
    (repas,) = [m for m in vue.moments if m.id == moment]
    assert repas.debut is not None
    assert repas.fin is not None

    async def temps(maintenant: datetime) -> tuple[str, str]:
        tete = await lire_tete(jeu.nadia, moment, clef, maintenant)
        (banquet,) = (await lister_banquets(jeu.nadia, maintenant)).elements
        return tete.temps, banquet.temps

    assert await temps(LUNDI) == ("a_venir", "a_venir")
    assert await temps(repas.debut) == ("jour", "jour")
    assert await temps(repas.fin) == ("passe", "passe")
    await services.annuler_evenement(vue.slug, jeu.nadia, Motif("Orage."), LUNDI, URL)
    assert await temps(LUNDI) == ("annule", "annule")
    assert await temps(repas.fin) == ("annule", "annule")
