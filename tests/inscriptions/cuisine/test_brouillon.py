"""Un brouillon s'efface avec tout ce qu'on avait préparé en cuisine : rien ne l'en empêche, rien n'en reste."""

from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from server.banquets.cuisine.tables import LienCuisine, MesureTemperature, Pesee
from server.banquets.tables import Banquet, Plat
from server.evenements.tables import Moment
from server.inscriptions.tables import ConviveAnnonce, EffectifArrete
from server.reglages import Reglages
from server.socle.web import Tablees
from tests.conftest import HorlogeReglable
from tests.evenements.jeu import poser_le_jeu, redemander, un_brouillon
from tests.inscriptions.cuisine.jeu import Cuisine, ecrire_un_menu, entetes


@pytest.mark.parametrize("geste", ["supprimer", "retirer"])
async def test_un_brouillon_s_efface_avec_sa_cuisine(
    client: httpx.AsyncClient,
    application: Tablees,
    reglages: Reglages,
    horloge: HorlogeReglable,
    geste: str,
) -> None:
    jeu = await poser_le_jeu()
    vue = await un_brouillon(jeu)
    (moment,) = [UUID(str(m.id)) for m in vue.moments if m.genre == "banquet"]
    cuisine = Cuisine(jeu, jeu.nadia, vue, moment)
    nadia = await entetes(reglages, jeu.nadia.compte)
    await ecrire_un_menu(cuisine)
    prise_le = (horloge() - timedelta(hours=1)).isoformat()
    for chemin, corps in (
        (f"messages/{uuid4()}", {"texte": "Bonjour."}),
        (
            f"temperatures/{uuid4()}",
            {"genre": "froid", "sujet": "Frigo", "dixiemes": 30, "prise_le": prise_le},
        ),
        (f"pesees/{uuid4()}", {"genre": "assiettes", "grammes": 5}),
        (f"effectif/annonces/{uuid4()}", {"genre": "equipe", "nombre": 3}),
    ):
        ecrit = await client.put(f"{cuisine.espace}/{chemin}", headers=nadia, json=corps)
        assert ecrit.status_code == 200, ecrit.text
    await client.post(f"{cuisine.espace}/liens-cuisine", headers=nadia, json={"nom": "x"})
    await client.post(f"{cuisine.espace}/messages/lus", headers=nadia, json={"jusqu_a": 1})
    await client.post(f"{cuisine.espace}/effectif/arret", headers=nadia)
    await client.post(f"{cuisine.espace}/effectif/lecture", headers=nadia)

    if geste == "supprimer":
        efface = await client.delete(f"/api/espace/evenements/{vue.slug}", headers=nadia)
    else:
        sans = redemander(vue, moments=[m for m in redemander(vue).moments if m.genre != "banquet"])
        import msgspec

        efface = await client.put(
            f"/api/espace/evenements/{vue.slug}", headers=nadia, json=msgspec.to_builtins(sans)
        )

    assert efface.status_code in (200, 204), efface.text
    for table in (Banquet, Plat, LienCuisine, MesureTemperature, Pesee, ConviveAnnonce, EffectifArrete):
        assert await table.count() == 0, table
    assert not await Moment.exists().where(Moment.id == moment)
