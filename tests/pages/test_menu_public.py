"""Le menu sur la page de l'évènement : ce que l'équipe a rendu public, à jour, sans personne dedans."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from server.banquets.achats.schemas import ApprovisionnementDemande, ComptesDemande, ProducteurDemande
from server.banquets.achats.services import creer_producteur, poser_approvisionnement, tenir_les_comptes
from server.banquets.menus.schemas import LigneDemande, MenuDemande, PlatDemande
from server.banquets.menus.services import confirmer_plat, ecrire_menu
from server.banquets.referentiel.services import charger_referentiel
from server.evenements.schemas import Motif
from server.evenements.services import annuler_evenement
from server.socle import mots
from server.socle.erreurs import DemandeInvalide
from server.socle.web import Tablees
from tests.conftest import HorlogeReglable
from tests.evenements.jeu import LUNDI, URL, Jeu, poser_le_jeu, un_publie

DHAL = UUID(int=77)


class Scene:
    """Une soirée publiée et son banquet, lus comme un visiteur les lit."""

    def __init__(self, jeu: Jeu, client: httpx.AsyncClient, slug: str, moment: UUID) -> None:
        self.jeu, self.client, self.slug, self.moment = jeu, client, slug, moment

    async def ecrire(self, version: int = 1, **champs: Any) -> None:
        plat = PlatDemande(
            id=DHAL, service="plat", nom="Dhal de lentilles", description="Doux, au lait de coco.",
            lignes=[LigneDemande("lentille-verte", 80_000, 50_000)],
        )  # fmt: skip
        demande = MenuDemande(version=version, plats=[plat], **{"menu_public": True, **champs})
        await ecrire_menu(self.jeu.nadia, self.moment, demande, LUNDI)

    async def acheter(self, **champs: Any) -> None:
        await creer_producteur(
            self.jeu.nadia, ProducteurDemande(nom="Ferme du Vallon", genre="agriculteur"), LUNDI
        )
        demande = ApprovisionnementDemande(
            **{
                "description": "Lentilles", "producteur": "ferme-du-vallon", "ingredient": "lentille-verte",
                "famille": "AUTRES", "vendu_par": "kg", "quantite_milliemes": 5000, "prix_centimes": 400,
                "labels": ["LABEL_ROUGE"], **champs,
            }
        )  # fmt: skip
        await poser_approvisionnement(self.jeu.nadia, self.moment, uuid4(), demande, LUNDI)

    async def tenir(self, *, publics: bool) -> None:
        comptes = ComptesDemande(
            adultes=2, enfants=0, recueilli_centimes=3000, pot_solidaire_centimes=500, publics=publics
        )
        await tenir_les_comptes(self.jeu.nadia, self.moment, comptes, LUNDI)

    async def page(self) -> str:
        reponse = await self.client.get(f"/evenements/{self.slug}")
        assert reponse.status_code == 200
        return reponse.text


@pytest.fixture
async def scene(application: Tablees, client: httpx.AsyncClient) -> Scene:
    await charger_referentiel(LUNDI)
    jeu = await poser_le_jeu()
    vue = await un_publie(jeu)
    (moment,) = [m.id for m in vue.moments if m.genre == "banquet"]
    return Scene(jeu, client, vue.slug, moment)


async def test_le_menu_ne_se_lit_que_si_l_equipe_le_rend_public(scene: Scene) -> None:
    await scene.ecrire(menu_public=False)
    assert "Dhal de lentilles" not in await scene.page()

    await scene.ecrire(version=2)
    page = await scene.page()
    assert "Au menu" in page
    assert "Dhal de lentilles" in page

    await scene.ecrire(version=3, menu_public=False)
    assert "Dhal de lentilles" not in await scene.page()


async def test_un_plat_relu_le_dit_aussitot_sur_la_page(scene: Scene) -> None:
    await scene.ecrire()
    assert "pas encore été relus" in await scene.page()

    await confirmer_plat(scene.jeu.nadia, scene.moment, DHAL, 2, LUNDI)

    assert "pas encore été relus" not in await scene.page()


async def test_la_page_dit_d_ou_viennent_les_plats_et_ce_que_valent_les_achats(scene: Scene) -> None:
    await scene.ecrire()
    assert "D’où vient ce repas" not in await scene.page()

    await scene.acheter()

    page = await scene.page()
    assert "Ferme du Vallon" in page
    assert "100\u00a0% de produits durables ou de qualité" in page
    assert "0\u00a0% bio" in page


async def test_qui_a_reconnu_une_cueillette_n_est_pas_nomme_au_public(scene: Scene) -> None:
    plat = PlatDemande(
        id=DHAL, service="entree", nom="Salade sauvage", cueillette=True,
        lignes=[LigneDemande("lentille-verte", 10_000, 5_000)],
    )  # fmt: skip
    demande = MenuDemande(version=1, plats=[plat], menu_public=True)
    await ecrire_menu(scene.jeu.nadia, scene.moment, demande, LUNDI)
    await scene.acheter(
        genre="cueillette", prix_centimes=None, labels=[], plat=DHAL, identifie_par="Philomène Herbolzheimer"
    )

    page = await scene.page()

    assert "5\u00a0kg de cueillette sauvage" in page
    assert "Herbolzheimer" not in page


async def test_les_comptes_ne_se_montrent_que_si_l_equipe_le_veut(scene: Scene) -> None:
    await scene.ecrire()
    await scene.acheter()
    await scene.tenir(publics=False)
    assert "Ce que coûte ce repas" not in await scene.page()

    comptes = ComptesDemande(adultes=2, enfants=0, recueilli_centimes=3000, publics=True, version=1)
    await tenir_les_comptes(scene.jeu.nadia, scene.moment, comptes, LUNDI)

    page = await scene.page()
    assert "Le repas revient à 10\u00a0€ par adulte." in page
    assert "Montant conseillé\u202f: 12\u00a0€." in page
    assert "Recueilli" not in page  # le repas n'a pas eu lieu


async def test_apres_le_repas_la_page_dit_ce_qui_a_ete_recueilli(
    scene: Scene, horloge: HorlogeReglable
) -> None:
    await scene.ecrire()
    await scene.acheter()
    await scene.tenir(publics=True)

    horloge.avancer(days=20)

    page = await scene.page()
    assert "Ce qu’on y a mangé" in page
    assert "D’où venait ce repas" in page
    assert "Le repas est revenu à 10\u00a0€ par adulte." in page
    assert "Au menu" not in page
    assert "pas encore été relus" not in page
    assert "Recueilli\u202f: 30\u00a0€, pour un repas qui a coûté 20\u00a0€." in page
    assert "5\u00a0€ sont allés au pot solidaire." in page


async def test_d_un_repas_annule_la_page_ne_dit_que_le_menu_prevu(
    scene: Scene, horloge: HorlogeReglable
) -> None:
    await scene.ecrire()
    await scene.acheter()
    await scene.tenir(publics=True)
    await annuler_evenement(scene.slug, scene.jeu.nadia, Motif("Orage."), LUNDI, URL)

    for jours in (0, 20):
        horloge.avancer(days=jours)
        page = await scene.page()
        assert "Le menu qui était prévu" in page
        assert "Dhal de lentilles" in page
        assert "Recueilli" not in page
        assert "ce repas" not in page


async def test_le_formulaire_vient_avant_le_menu(scene: Scene) -> None:
    await scene.ecrire()

    page = await scene.page()

    assert page.index('id="inscription"') < page.index('class="menu-public"')


@pytest.mark.parametrize(
    ("milliemes", "dit"), [(0, "0\u00a0%"), (425, "42,5\u00a0%"), (1000, "100\u00a0%"), (999, "99,9\u00a0%")]
)
def test_un_pourcentage_ne_s_arrondit_pas_a_cent(milliemes: int, dit: str) -> None:
    assert mots.pourcent("fr", milliemes) == dit


@pytest.mark.parametrize(
    ("grammes", "dit"),
    [(350, "350\u00a0g"), (1000, "1\u00a0kg"), (3249, "3,2\u00a0kg"), (12_960, "13\u00a0kg")],
)
def test_une_masse_se_dit_a_cent_grammes_pres(grammes: int, dit: str) -> None:
    assert mots.masse("fr", grammes) == dit


async def test_le_cout_d_une_part_suit_les_variantes_du_menu(scene: Scene) -> None:
    """Le plat A (lentilles, adultes) cède la moitié de ses parts à B (mêmes lentilles, enfants) : 505 g et 500 g."""
    plats = [
        PlatDemande(id=UUID(int=1), service="plat", nom="A", lignes=[LigneDemande("lentille-verte", 101_000, 0)]),
        PlatDemande(
            id=UUID(int=2), service="plat", nom="B", remplace=UUID(int=1), part_milliemes=500,
            lignes=[LigneDemande("lentille-verte", 0, 100_000)],
        ),
    ]  # fmt: skip
    await ecrire_menu(scene.jeu.nadia, scene.moment, MenuDemande(version=1, plats=plats), LUNDI)
    await scene.acheter(quantite_milliemes=10_000, prix_centimes=1000)

    comptes = ComptesDemande(adultes=10, enfants=10, recueilli_centimes=0)
    vue = await tenir_les_comptes(scene.jeu.nadia, scene.moment, comptes, LUNDI)

    assert (vue.cout_adulte_centimes, vue.cout_enfant_centimes) == (502, 498)


async def test_une_cueillette_ne_perd_pas_son_plat_a_part(scene: Scene) -> None:
    plat = PlatDemande(
        id=DHAL, service="entree", nom="Salade sauvage", cueillette=True,
        lignes=[LigneDemande("lentille-verte", 10_000, 5_000)],
    )  # fmt: skip
    await ecrire_menu(scene.jeu.nadia, scene.moment, MenuDemande(version=1, plats=[plat]), LUNDI)
    await scene.acheter(
        genre="cueillette", prix_centimes=None, labels=[], plat=DHAL, identifie_par="Philomène"
    )

    melee = msgspec.structs.replace(plat, cueillette=False)
    for plats, champ in (([melee], "plats.0.cueillette"), ([], "plats")):
        with pytest.raises(DemandeInvalide) as refus:
            await ecrire_menu(scene.jeu.nadia, scene.moment, MenuDemande(version=2, plats=plats), LUNDI)
        assert [erreur.champ for erreur in refus.value.erreurs] == [champ]
