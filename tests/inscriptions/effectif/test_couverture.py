"""Ce que le menu a pour chaque besoin combiné, et l'assiette à part que chacun reçoit. Sur les deux bases."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from server.banquets.acces import Ouvert
from server.banquets.menus.schemas import PlatVue
from server.banquets.tables import Banquet, Plat
from server.inscriptions import services as inscriptions
from server.inscriptions.effectif import lectures
from server.inscriptions.effectif import services as effectif
from server.inscriptions.effectif.couverture import couvrir, servir_une_assiette
from server.inscriptions.effectif.phrases import dire_besoin
from server.inscriptions.effectif.schemas import AnnonceDemande, Besoin, CouvertureVue, Parts
from server.inscriptions.entretien import entretenir_inscriptions
from server.inscriptions.lectures import lire_inscription
from server.inscriptions.regles import codes_d_assiette
from server.inscriptions.schemas import (
    ConviveDemande,
    InscriptionVue,
    ModificationInscription,
    PresenceDemande,
)
from server.inscriptions.tables import Inscription
from server.socle.base import ecriture
from server.socle.secrets import Clef
from tests.fabriques import LUNDI, SAMEDI_SOIR, moments_de, slug_de, un_evenement, une_demande

MARDI = LUNDI + timedelta(days=1)
VEGAN_SANS_GLUTEN = Besoin("adulte", ("sans_gluten", "vegetalien"), (), 1)


def un_plat(nom: str, service: str = "plat", **champs: object) -> PlatVue:
    depart = PlatVue(
        id=uuid4(), service=service, nom=nom, description="", recette=None, remplace=None, part_milliemes=1000, cueillette=False,
        allergenes=[], etat_allergenes="confirmes", allergenes_ajoutes=[], allergenes_retires=[], regimes=[],
        regimes_ajoutes=[], confirme_le=LUNDI, notes_echelle="", lignes=[],
    )  # fmt: skip
    return msgspec.structs.replace(depart, **champs)


def couverture(*plats: PlatVue, besoin: Besoin = VEGAN_SANS_GLUTEN, assiettes: int = 10) -> CouvertureVue:
    return couvrir("fr", 1, plats, [besoin], [], Parts(assiettes))


# --- Règles ---------------------------------------------------------------------------------------------------------


def test_deux_plats_qui_vont_chacun_a_moitie_ne_font_pas_un_repas() -> None:
    vue = couverture(
        un_plat("Tarte aux légumes", regimes=["vegetalien"], allergenes=["gluten"]),
        un_plat("Poulet rôti", regimes=["sans_gluten"]),
    )

    assert vue.phrases == ["1 adulte végétalien et sans gluten\u202f: aucun plat principal ne lui convient"]
    assert vue.sans_plat == 1


def test_plusieurs_convives_se_disent_au_pluriel() -> None:
    vue = couverture(un_plat("Poulet rôti"), besoin=Besoin("enfant", ("vegetarien",), ("lait", "oeufs"), 3))

    assert vue.phrases == [
        "3 enfants végétariens et allergiques au lait et aux œufs\u202f: aucun plat principal ne leur convient"
    ]
    assert vue.sans_plat == 3


def test_un_plat_que_personne_n_a_relu_reste_a_confirmer() -> None:
    vue = couverture(
        un_plat("Dhal", regimes=["vegetalien", "sans_gluten"], etat_allergenes="deduits", confirme_le=None)
    )

    assert (vue.sans_plat, vue.a_confirmer) == (0, 1)
    assert vue.phrases == [
        "1 adulte végétalien et sans gluten\u202f: pour le plat principal, reste à confirmer"
    ]


def test_ce_qui_convient_ne_fait_aucune_phrase_et_la_boisson_jamais() -> None:
    dhal = un_plat("Dhal", regimes=["vegetalien", "sans_gluten"])
    vue = couverture(dhal, un_plat("Bière", service="boisson", allergenes=["gluten"]))

    assert vue.phrases == []
    assert [(s.service, s.convenance) for s in vue.besoins[0].services] == [
        ("plat", "oui"),
        ("boisson", "non"),
    ]
    assert vue.besoins[0].services[0].plats == (dhal.id,)


def test_une_variante_trop_peu_prevue_est_dite() -> None:
    roti = un_plat("Rôti")
    variante = un_plat(
        "Courge farcie", regimes=["vegetalien", "sans_gluten"], remplace=roti.id, part_milliemes=100
    )

    vue = couverture(
        roti, variante, besoin=msgspec.structs.replace(VEGAN_SANS_GLUTEN, nombre=3), assiettes=20
    )

    assert [(v.prevues, v.demandees) for v in vue.variantes] == [(2, 3)]
    assert vue.phrases == ["«\u202fCourge farcie\u202f»\u202f: servi à 2, il en faut pour 3 convives"]


def test_qui_mange_le_plat_de_tous_ne_demande_pas_la_variante() -> None:
    roti = un_plat("Rôti", regimes=["sans_gluten"])
    variante = un_plat("Courge farcie", regimes=["vegetalien", "sans_gluten"], remplace=roti.id)

    vue = couverture(roti, variante, besoin=Besoin("adulte", ("sans_gluten",), (), 4))

    assert [v.demandees for v in vue.variantes] == [0]


def test_un_tout_petit_n_a_pas_de_part_mais_son_allergie_se_dit() -> None:
    vue = couverture(un_plat("Gratin", allergenes=["lait"]), besoin=Besoin("tout_petit", (), ("lait",), 1))

    assert vue.sans_plat == 0
    assert vue.phrases == ["1 tout-petit allergique au lait\u202f: aucun plat principal ne lui convient"]


def test_un_regime_que_personne_ne_sait_lire_se_demande() -> None:
    vue = couverture(un_plat("Dhal", regimes=["vegetalien"]), besoin=Besoin("adulte", ("autre",), (), 1))

    assert vue.a_confirmer == 1


@pytest.mark.parametrize(
    ("plat", "attendu"),
    [
        ({"regimes": ["vegetarien", "vegetalien"]}, "a_confirmer"),
        ({"regimes": ["vegetarien", "halal"]}, "oui"),
        ({"regimes": ["sans_gluten"]}, "non"),
        ({"regimes": ["vegetarien", "halal"], "etat_allergenes": "deduits"}, "a_confirmer"),
    ],
)
def test_halal_se_demande_pour_un_plat_sans_chair_et_une_viande_tue_n_est_pas_servie(
    plat: dict[str, Any], attendu: str
) -> None:
    vue = couverture(un_plat("Plat", **plat), besoin=Besoin("adulte", ("halal",), (), 1))

    assert vue.besoins[0].services[0].convenance == attendu


def test_ce_qui_depasse_les_parts_est_regarde_hors_compte() -> None:
    vue = couvrir(
        "fr", 1, [un_plat("Gratin", allergenes=["lait"])], [], [Besoin("adulte", (), ("lait",), 1)], Parts(4)
    )

    assert [(b.hors_compte, len(b.phrases)) for b in vue.besoins] == [(True, 1)]
    assert vue.sans_plat == 0


def test_une_variante_prevoit_les_parts_que_comptent_les_quantites() -> None:
    base = un_plat("Rôti")
    variante = un_plat("Courge", regimes=["vegetalien", "sans_gluten"], remplace=base.id, part_milliemes=150)

    vue = couvrir("fr", 1, [base, variante], [VEGAN_SANS_GLUTEN], [], Parts(101, 10, 3))

    # 15 % de 101 adultes et 15 % de 10 enfants, vers le haut : 16 et 2, non 15 % de 111.
    assert [(v.prevues, v.demandees) for v in vue.variantes] == [(18, 1)]


def test_chacun_recoit_tout_ce_qui_lui_va_et_la_variante_a_la_place() -> None:
    roti = un_plat("Rôti")
    courge = un_plat("Courge farcie", regimes=["vegetalien", "sans_gluten"], remplace=roti.id)
    riz = un_plat("Riz", service="accompagnement", regimes=["vegetalien", "sans_gluten"])
    pain = un_plat("Pain", service="pain", allergenes=["gluten"])

    servis = servir_une_assiette([roti, courge, riz, pain], ("vegetalien", "sans_gluten"), ())

    assert [(s.service, s.nom, s.convenance) for s in servis] == [
        ("plat", "Courge farcie", "oui"),
        ("accompagnement", "Riz", "oui"),
        ("pain", "", "non"),
    ]


def test_une_cueillette_n_est_jamais_posee_d_office() -> None:
    orties = un_plat("Soupe d’orties", service="entree", regimes=["vegetalien"], cueillette=True)

    servis = servir_une_assiette([orties, un_plat("Riz", regimes=["vegetalien"])], ("vegetalien",), ())

    assert [s.nom for s in servis] == ["Riz"]


def test_un_besoin_se_dit_comme_on_le_dirait() -> None:
    assert dire_besoin("fr", Besoin("adulte", ("vegetalien", "sans_gluten"), (), 1)) == (
        "1 adulte végétalien et sans gluten"
    )
    assert dire_besoin("fr", Besoin("enfant", (), ("arachides",), 2)) == "2 enfants allergiques aux arachides"
    assert dire_besoin("en", Besoin("adulte", ("vegetalien",), ("lait",), 2)) == (
        "2 adults, vegan and allergic to milk"
    )


def test_une_lettre_par_convive_qui_a_un_besoin() -> None:
    tous = [{"regimes": [], "allergenes": []}, *({"regimes": ["halal"], "allergenes": []} for _ in range(27))]

    codes = codes_d_assiette(27, tous)

    assert codes[0] is None
    assert (codes[1], codes[2], codes[26], codes[27]) == ("27a", "27b", "27z", "27aa")
    assert codes_d_assiette(None, tous) == [None] * 28


# --- Sur une base ---------------------------------------------------------------------------------------------------


class Soiree(msgspec.Struct):
    slug: str
    banquet: UUID
    clef: Clef

    @property
    def ouvert(self) -> Ouvert:
        return Ouvert(self.banquet, 0, self.slug, SAMEDI_SOIR, None, organise=True)

    async def inscrire(self, *convives: ConviveDemande, adultes: int = 2) -> UUID:
        identifiant = uuid4()
        demande = une_demande(
            self.slug, PresenceDemande(self.banquet, adultes), accord_regimes=True, convives=list(convives)
        )
        await inscriptions.inscrire_foyer(identifiant, demande, self.clef, LUNDI)
        return identifiant

    async def lire(self, identifiant: UUID) -> InscriptionVue:
        return await lire_inscription(identifiant, self.clef, "https://exemple.test", MARDI)

    async def codes(self) -> list[str]:
        return [a.code for a in (await lectures.lire_assiettes(self.ouvert)).assiettes]


@pytest.fixture
async def soiree(base: object, clef: Clef) -> Soiree:
    evenement = await un_evenement(moments={"banquet": 60}, debut=SAMEDI_SOIR)
    return Soiree(await slug_de(evenement), (await moments_de(evenement))["banquet"], clef)


@ecriture
async def un_menu(moment: UUID, *noms: str) -> None:
    await Banquet.insert(Banquet(moment=moment, cree_le=LUNDI, modifie_le=LUNDI))
    banquet = await Banquet.select(Banquet.id).where(Banquet.moment == moment).first()
    assert banquet is not None
    for rang, nom in enumerate(noms):
        await Plat.insert(
            Plat(
                id=uuid4(), banquet=banquet["id"], rang=rang, service="plat", nom=nom,
                allergenes_ajoutes=["lait"], confirme_le=LUNDI,
            )
        )  # fmt: skip


def vegetalien(nombre: int = 1) -> ConviveDemande:
    return ConviveDemande(age="adulte", nombre=nombre, regimes=["vegetalien"])


async def test_le_code_du_billet_est_celui_de_la_liste_des_assiettes(soiree: Soiree) -> None:
    await un_menu(soiree.banquet, "Gratin")
    await soiree.inscrire(vegetalien())
    identifiant = await soiree.inscrire(
        ConviveDemande(age="adulte", nombre=1), ConviveDemande(age="adulte", nombre=1, allergenes=["lait"])
    )

    vue = await soiree.lire(identifiant)
    liste = (await lectures.lire_assiettes(soiree.ouvert)).assiettes

    assert [c.assiette for c in vue.convives] == [None, "2a"]
    assert [(a.code, a.allergenes, [p.nom for p in a.plats]) for a in liste] == [
        ("1a", (), [""]),
        ("2a", ("lait",), [""]),
    ]


async def test_un_foyer_garde_son_numero_quand_il_change_ses_besoins(soiree: Soiree) -> None:
    premier = await soiree.inscrire(vegetalien())
    await soiree.inscrire(vegetalien())

    changement = ModificationInscription(
        convives=[vegetalien(), ConviveDemande(age="adulte", nombre=1, regimes=["halal"])]
    )
    await inscriptions.modifier_inscription(premier, changement, MARDI)

    assert await soiree.codes() == ["1a", "1b", "2a"]


async def test_qui_annule_ou_retire_son_accord_n_a_plus_d_assiette(soiree: Soiree) -> None:
    parti, discret = await soiree.inscrire(vegetalien()), await soiree.inscrire(vegetalien())

    await inscriptions.annuler_inscription(parti, MARDI)
    await inscriptions.modifier_inscription(discret, ModificationInscription(accord_regimes=False), MARDI)

    assert await soiree.codes() == []
    assert await Inscription.count().where(Inscription.assiette.is_not_null()) == 0


async def test_les_convives_annonces_ont_leur_assiette_sans_code(soiree: Soiree) -> None:
    annonce = AnnonceDemande(genre="artistes", nombre=2, regimes=["vegetarien"])
    await effectif.annoncer_convives(soiree.banquet, uuid4(), annonce, LUNDI)

    (assiette,) = (await lectures.lire_assiettes(soiree.ouvert)).assiettes

    assert (assiette.code, assiette.genre, assiette.nombre) == ("", "artistes", 2)


async def test_un_foyer_qui_a_reduit_sa_table_sans_redire_qui_mange_est_a_revoir(soiree: Soiree) -> None:
    identifiant = await soiree.inscrire(vegetalien(2), adultes=2)
    moins = ModificationInscription(presences=[PresenceDemande(soiree.banquet, 1)])
    await inscriptions.modifier_inscription(identifiant, moins, MARDI)

    (assiette,) = (await lectures.lire_assiettes(soiree.ouvert)).assiettes

    assert assiette.a_revoir


async def test_le_lendemain_ni_codes_ni_besoins(soiree: Soiree) -> None:
    await un_menu(soiree.banquet, "Gratin")
    await soiree.inscrire(vegetalien())
    assert (await lectures.lire_couverture(soiree.ouvert, "fr")).sans_plat == 1

    await entretenir_inscriptions(SAMEDI_SOIR + timedelta(days=2))

    assert await soiree.codes() == []
    assert (await lectures.lire_couverture(soiree.ouvert, "fr")).besoins == []
    assert await Inscription.count().where(Inscription.assiette.is_not_null()) == 0
