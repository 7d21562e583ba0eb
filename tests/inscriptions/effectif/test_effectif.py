"""L'effectif : compté en groupe, borné, arrêté, comparé, effacé. Sur les deux bases."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.banquets.erreurs import BanquetModifie
from server.banquets.tables import Banquet
from server.evenements.tables import Evenement
from server.inscriptions import services as inscriptions
from server.inscriptions.effectif import lectures, regles, services
from server.inscriptions.effectif.erreurs import AnnonceInconnue, EffectifClos, EffectifDejaArrete
from server.inscriptions.effectif.schemas import AnnonceDemande, Besoin, EffectifVue, Parts, ReglagesEffectif
from server.inscriptions.entretien import entretenir_inscriptions
from server.inscriptions.lectures import lire_inscription
from server.inscriptions.schemas import ConviveDemande, ModificationInscription, PresenceDemande
from server.inscriptions.tables import ConviveAnnonce, EffectifArrete, EffectifLu
from server.socle.base import ecriture
from server.socle.erreurs import DemandeInvalide
from server.socle.secrets import Clef
from tests.fabriques import LUNDI, SAMEDI_SOIR, moments_de, slug_de, un_compte, un_evenement, une_demande

MARDI = LUNDI + timedelta(days=1)


class Soiree(msgspec.Struct):
    evenement: int
    slug: str
    banquet: UUID
    clef: Clef

    async def inscrire(
        self, adultes: int, enfants: int = 0, *, tout_petits: int = 0, **champs: object
    ) -> UUID:
        identifiant = uuid4()
        demande = une_demande(
            self.slug,
            PresenceDemande(self.banquet, adultes, enfants, tout_petits),
            accord_regimes="convives" in champs,
            accepte_attente=True,
            **champs,
        )
        await inscriptions.inscrire_foyer(identifiant, demande, self.clef, LUNDI)
        return identifiant

    async def lire(self, lecteur: str = "compte:1", quand: object = MARDI) -> EffectifVue:
        return await lectures.lire_effectif(self.banquet, lecteur, self.clef, "fr", quand)  # type: ignore[arg-type]

    async def changer(self, identifiant: UUID, adultes: int, enfants: int = 0) -> None:
        changement = ModificationInscription(presences=[PresenceDemande(self.banquet, adultes, enfants)])
        await inscriptions.modifier_inscription(identifiant, changement, MARDI)


@pytest.fixture
async def soiree(base: object, clef: Clef) -> Soiree:
    evenement = await un_evenement(moments={"banquet": 60}, debut=SAMEDI_SOIR)
    return Soiree(evenement, await slug_de(evenement), (await moments_de(evenement))["banquet"], clef)


# --- Règles ---------------------------------------------------------------------------------------------------------


def test_les_besoins_identiques_se_reunissent_quel_que_soit_l_ordre_ou_ils_sont_dits() -> None:
    reunis = regles.reunir(
        [
            Besoin("adulte", ("vegetalien", "sans_gluten"), (), 1),
            Besoin("adulte", ("sans_gluten", "vegetalien"), (), 2),
            Besoin("enfant", ("sans_gluten", "vegetalien"), (), 1),
            Besoin("adulte", (), (), 7),
        ]
    )

    assert reunis == (
        Besoin("adulte", ("sans_gluten", "vegetalien"), (), 3),
        Besoin("enfant", ("sans_gluten", "vegetalien"), (), 1),
    )


def test_au_dela_des_parts_les_allergies_sont_gardees_d_abord() -> None:
    vegetarien = Besoin("adulte", ("vegetarien",), (), 2)
    allergique = Besoin("adulte", (), ("arachides",), 1)

    trop = regles.en_trop([regles.Decrit("f", 2, vegetarien), regles.Decrit("f", 2, allergique)])

    assert trop == [Besoin("adulte", ("vegetarien",), (), 1)]


@given(st.integers(0, 20), st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_ce_qui_est_garde_tient_dans_les_parts_et_rien_ne_disparait(parts: int, nombres: list[int]) -> None:
    lignes = [
        regles.Decrit("f", parts, Besoin("adulte", ("vegetarien",) * (n % 2), ("lait",), n)) for n in nombres
    ]

    retranches = sum(b.nombre for b in regles.en_trop(lignes))

    assert retranches == max(0, sum(nombres) - parts)


def test_l_enfant_de_plus_ne_cache_pas_l_adulte_de_moins() -> None:
    assert regles.plus_et_moins(Parts(-1, 3, 2)) == (3, 1)


@pytest.mark.parametrize(
    ("arretees", "parts", "depasse"),
    [(100, 110, False), (100, 111, True), (100, 90, False), (100, 89, True), (0, 1, True), (0, 0, False)],
)
def test_la_tolerance_est_celle_du_traiteur_dans_les_deux_sens(
    arretees: int, parts: int, depasse: bool
) -> None:
    assert regles.depasse_tolerance(Parts(arretees), Parts(parts), 100) is depasse


def test_la_prevision_dit_ses_deux_bouts() -> None:
    # 180 inscrits, 20 % d'absents, 5 % de passage, 12 artistes qui viennent à coup sûr.
    assert regles.prevoir_par_parametres(180, 12, 200, 50) == (165, 156, 201)
    passes = [regles.Passe(100, 80), regles.Passe(300, 270), regles.Passe(50, 30)]
    # 380 venues pour 450 inscrits : chacun pèse ses inscrits.
    assert regles.prevoir_par_le_passe(180, 12, passes) == (164, 120, 174)


def test_une_porte_mal_tenue_ne_compte_pas_dans_le_passe() -> None:
    assert regles.passes_utiles([regles.Passe(100, 3), regles.Passe(0, 0), regles.Passe(90, 30)]) == [
        regles.Passe(90, 30)
    ]


# --- Compter --------------------------------------------------------------------------------------------------------


async def test_l_effectif_compte_parts_besoins_combines_apports_et_convives_annonces(soiree: Soiree) -> None:
    double = ConviveDemande("adulte", 1, ["vegetalien", "sans_gluten"])
    await soiree.inscrire(2, 1, convives=[double], contributions=["apporter"])
    await soiree.inscrire(
        3,
        tout_petits=1,
        convives=[ConviveDemande("adulte", 1, ["sans_gluten", "vegetalien"]), ConviveDemande()],
    )
    await services.annoncer_convives(
        soiree.banquet, uuid4(), AnnonceDemande("artistes", 4, allergenes=["arachides"]), LUNDI
    )

    vue = await soiree.lire()

    assert (vue.inscrits, vue.annonces, vue.parts) == (Parts(5, 1, 1), Parts(4), Parts(9, 1, 1))
    assert vue.besoins == (
        Besoin("adulte", (), ("arachides",), 4),
        Besoin("adulte", ("sans_gluten", "vegetalien"), (), 2),
    )
    assert vue.par_regime == {"sans_gluten": 2, "vegetalien": 2}
    assert vue.par_allergene == {"arachides": 4}
    assert (vue.sans_besoin, vue.foyers, vue.apports, vue.foyers_a_revoir) == (4, 2, 1, 0)


async def test_seules_les_presences_confirmees_mangent_et_l_attente_se_dit_a_part(soiree: Soiree) -> None:
    for _ in range(5):
        await soiree.inscrire(10)
    await soiree.inscrire(5)
    await soiree.inscrire(6, 2, convives=[ConviveDemande("adulte", 3, ["vegetarien"])])
    parti = await soiree.inscrire(2)
    await inscriptions.annuler_inscription(parti, LUNDI)

    vue = await soiree.lire()

    assert (vue.parts, vue.en_attente, vue.foyers) == (Parts(55), Parts(6, 2), 6)
    assert vue.besoins == ()


async def test_un_foyer_qui_decrit_plus_de_convives_que_de_parts_est_borne_et_signale(soiree: Soiree) -> None:
    foyer = await soiree.inscrire(
        3,
        convives=[
            ConviveDemande("adulte", 2, ["vegetarien"]),
            ConviveDemande("adulte", 1, [], ["lait"]),
        ],
    )
    await soiree.changer(foyer, 1)
    await soiree.inscrire(2, convives=[ConviveDemande("adulte", 1, ["vegetarien"])])

    vue = await soiree.lire()

    assert vue.parts == Parts(3)
    assert vue.besoins == (
        Besoin("adulte", (), ("lait",), 1),
        Besoin("adulte", ("vegetarien",), (), 1),
    )
    assert (vue.foyers_a_revoir, vue.besoins_en_trop) == (1, (Besoin("adulte", ("vegetarien",), (), 2),))
    assert vue.sans_besoin == 1


async def test_un_banquet_sans_personne_compte_zero(soiree: Soiree) -> None:
    vue = await soiree.lire()

    assert (vue.parts, vue.besoins, vue.prevision.attendus, vue.arret) == (Parts(), (), 0, None)


# --- Arrêter --------------------------------------------------------------------------------------------------------


async def test_apres_l_arret_les_changements_se_lisent_en_plus_et_en_moins(soiree: Soiree) -> None:
    foyer = await soiree.inscrire(4, 2, convives=[ConviveDemande("adulte", 1, ["vegetarien"])])
    await services.arreter_effectif(soiree.banquet, None, soiree.clef, MARDI)
    await soiree.changer(foyer, 3, 2)
    await soiree.inscrire(0, 3, convives=[ConviveDemande("enfant", 1, [], ["oeufs"])])

    vue = await soiree.lire()

    assert vue.arret is not None
    assert vue.arret.parts == Parts(4, 2)
    assert vue.arret.signature_juste
    assert vue.arret.depasse_tolerance
    assert vue.depuis_l_arret is not None
    assert (vue.depuis_l_arret.plus, vue.depuis_l_arret.moins) == (3, 1)
    assert vue.depuis_l_arret.phrase.replace("\u00a0", " ").replace("\u202f", " ") == (
        "+3, −1 depuis mardi 2 juin à 10 h"
    )
    assert [(e.allergenes, e.avant, e.apres) for e in vue.depuis_l_arret.besoins] == [(("oeufs",), 0, 1)]


async def test_un_effectif_arrete_ne_s_arrete_pas_deux_fois_et_se_rouvre(soiree: Soiree) -> None:
    reglages = ReglagesEffectif(1, MARDI, tolerance_milliemes=50)
    await services.regler_effectif(soiree.banquet, reglages, LUNDI)
    assert await services.arreter_les_effectifs(soiree.clef, LUNDI) == []
    assert await services.arreter_les_effectifs(soiree.clef, MARDI) == [soiree.banquet]
    assert await services.arreter_les_effectifs(soiree.clef, MARDI) == []

    with pytest.raises(EffectifDejaArrete):
        await services.arreter_effectif(soiree.banquet, None, soiree.clef, MARDI)
    with pytest.raises(EffectifDejaArrete):
        await services.regler_effectif(soiree.banquet, ReglagesEffectif(2, MARDI + timedelta(days=1)), MARDI)
    await services.rouvrir_effectif(soiree.banquet, MARDI)

    assert (await soiree.lire()).arret is None
    assert await services.arreter_les_effectifs(soiree.clef, MARDI + timedelta(days=2)) == []


async def test_deux_personnes_ne_s_effacent_pas_les_reglages(soiree: Soiree) -> None:
    reglages = [ReglagesEffectif(1, MARDI, tolerance_milliemes=n) for n in (20, 30, 40)]

    rendus = await asyncio.gather(
        *(services.regler_effectif(soiree.banquet, un, LUNDI) for un in reglages), return_exceptions=True
    )

    refus = [rendu for rendu in rendus if rendu is not None]
    assert [type(un) for un in refus] == [BanquetModifie, BanquetModifie]
    garde = reglages[rendus.index(None)]
    vue = await soiree.lire()
    assert (vue.version_reglages, vue.tolerance_milliemes) == (2, garde.tolerance_milliemes)
    # Le menu a sa version : régler l'effectif ne fait pas relire le menu à qui l'écrit.
    ligne = await Banquet.select(Banquet.version).first()
    assert ligne is not None
    assert ligne["version"] == 1


async def test_rouvrir_se_voit_de_qui_reglait(soiree: Soiree) -> None:
    """Rouvrir oublie la date d'arrêt : qui l'avait sous les yeux est prévenu avant de la remettre."""
    await services.regler_effectif(soiree.banquet, ReglagesEffectif(1, MARDI), LUNDI)
    await services.arreter_les_effectifs(soiree.clef, MARDI)
    await services.rouvrir_effectif(soiree.banquet, MARDI)

    with pytest.raises(BanquetModifie):
        await services.regler_effectif(soiree.banquet, ReglagesEffectif(2, MARDI), MARDI)

    vue = await soiree.lire()
    assert (vue.version_reglages, vue.arret_prevu_le) == (3, None)
    await services.rouvrir_effectif(soiree.banquet, MARDI)
    assert (await soiree.lire()).version_reglages == 3


async def test_un_evenement_annule_n_arrete_pas_son_effectif(soiree: Soiree) -> None:
    await services.regler_effectif(soiree.banquet, ReglagesEffectif(1, MARDI), LUNDI)
    await annuler(soiree.evenement)

    assert await services.arreter_les_effectifs(soiree.clef, MARDI) == []


@ecriture
async def annuler(evenement: int) -> None:
    await Evenement.update({Evenement.statut: "annule"}).where(Evenement.id == evenement)


async def test_d_un_repas_passe_ou_annule_l_effectif_ne_bouge_plus(soiree: Soiree) -> None:
    qui = await un_compte()
    await services.arreter_effectif(soiree.banquet, qui, soiree.clef, MARDI)
    lendemain = SAMEDI_SOIR + timedelta(days=1)

    with pytest.raises(EffectifClos):
        await services.rouvrir_effectif(soiree.banquet, lendemain)
    assert (await soiree.lire()).arret is not None
    await services.rouvrir_effectif(soiree.banquet, MARDI)
    with pytest.raises(EffectifClos):
        await services.arreter_effectif(soiree.banquet, qui, soiree.clef, lendemain)
    await annuler(soiree.evenement)
    with pytest.raises(EffectifClos):
        await services.arreter_effectif(soiree.banquet, qui, soiree.clef, MARDI)

    assert (await soiree.lire()).arret is None


async def test_un_arret_en_retard_se_fait_encore_apres_le_repas(soiree: Soiree) -> None:
    """Le service dormait à l'heure dite : l'arrêt prévu n'est pas un geste, il se fait au réveil."""
    await services.regler_effectif(soiree.banquet, ReglagesEffectif(1, MARDI), LUNDI)

    assert await services.arreter_les_effectifs(soiree.clef, SAMEDI_SOIR + timedelta(days=1)) == [
        soiree.banquet
    ]


async def test_l_arret_ne_se_regle_pas_apres_le_repas(soiree: Soiree) -> None:
    with pytest.raises(DemandeInvalide) as refus:
        await services.regler_effectif(soiree.banquet, ReglagesEffectif(1, SAMEDI_SOIR), LUNDI)

    assert [e.champ for e in refus.value.erreurs] == ["arret_le"]
    assert await Banquet.count() == 0


async def test_un_effectif_retouche_a_la_main_se_voit(soiree: Soiree) -> None:
    await soiree.inscrire(4, convives=[ConviveDemande("adulte", 1, ["vegetarien"])])
    await services.arreter_effectif(soiree.banquet, None, soiree.clef, MARDI)
    await retoucher(nombres='{"adultes":5,"enfants":0,"tout_petits":0}')

    arret = (await soiree.lire()).arret

    assert arret is not None
    assert not arret.signature_juste


async def test_des_besoins_retouches_a_la_main_se_voient(soiree: Soiree) -> None:
    await soiree.inscrire(4, convives=[ConviveDemande("adulte", 1, ["vegetarien"])])
    await services.arreter_effectif(soiree.banquet, None, soiree.clef, MARDI)
    await retoucher(besoins="[]")

    arret = (await soiree.lire()).arret

    assert arret is not None
    assert not arret.signature_juste


@ecriture
async def retoucher(**champs: str) -> None:
    await EffectifArrete.update(champs).where(EffectifArrete.leve_le.is_null())


async def test_chaque_lecteur_lit_ce_qui_a_change_depuis_sa_propre_lecture(soiree: Soiree) -> None:
    await soiree.inscrire(2)
    await services.noter_lecture(soiree.banquet, "compte:1", LUNDI)
    await soiree.inscrire(3)
    await services.noter_lecture(soiree.banquet, "lien:1", MARDI)
    await services.noter_lecture(soiree.banquet, "lien:1", MARDI)

    premier, second, jamais = [
        (await soiree.lire(lecteur)).depuis_ma_lecture for lecteur in ("compte:1", "lien:1", "compte:2")
    ]

    assert premier is not None
    assert premier.plus == 3
    assert second is not None
    assert (second.plus, second.moins, second.besoins) == (0, 0, [])
    assert jamais is None
    assert await EffectifLu.count() == 2


async def test_le_lendemain_les_besoins_s_effacent_et_les_nombres_restent(soiree: Soiree) -> None:
    await soiree.inscrire(4, convives=[ConviveDemande("adulte", 1, ["vegetarien"], ["lupin"])])
    annonce = uuid4()
    await services.annoncer_convives(
        soiree.banquet, annonce, AnnonceDemande("benevoles", 2, regimes=["halal"]), LUNDI
    )
    await services.arreter_effectif(soiree.banquet, None, soiree.clef, MARDI)
    await services.noter_lecture(soiree.banquet, "lien:1", MARDI)
    surlendemain = SAMEDI_SOIR + timedelta(days=2)
    await entretenir_inscriptions(surlendemain)

    vue = await soiree.lire(quand=surlendemain)

    assert (vue.parts, vue.besoins, vue.besoins_effaces) == (Parts(6), (), True)
    assert vue.arret is not None
    assert (vue.arret.parts, vue.arret.besoins, vue.arret.signature_juste) == (Parts(6), (), True)
    assert vue.depuis_l_arret is not None
    assert vue.depuis_l_arret.besoins == []
    (garde,) = await ConviveAnnonce.select()
    assert (garde["nombre"], garde["regimes"], garde["allergenes"]) == (2, [], [])
    assert "lupin" not in str(await EffectifArrete.select()) + str(await EffectifLu.select())


async def test_une_annonce_d_un_autre_banquet_ne_se_touche_pas(soiree: Soiree) -> None:
    autre = (await moments_de(await un_evenement()))["banquet"]
    annonce = uuid4()
    await services.annoncer_convives(soiree.banquet, annonce, AnnonceDemande("equipe", 2), LUNDI)

    for geste in (
        services.annoncer_convives(autre, annonce, AnnonceDemande("equipe", 9), LUNDI),
        services.retirer_annonce(autre, annonce),
        services.retirer_annonce(soiree.banquet, uuid4()),
    ):
        with pytest.raises(AnnonceInconnue):
            await geste
    await services.annoncer_convives(soiree.banquet, annonce, AnnonceDemande("equipe", 3), LUNDI)

    assert (await soiree.lire()).annonces == Parts(3)


async def test_le_foyer_sait_que_la_cuisine_a_arrete_son_compte(soiree: Soiree, clef: Clef) -> None:
    foyer = await soiree.inscrire(2)
    avant = await lire_inscription(foyer, clef, "http://localhost:8000", MARDI)
    await services.arreter_effectif(soiree.banquet, None, clef, MARDI)

    apres = await lire_inscription(foyer, clef, "http://localhost:8000", MARDI)

    assert [p.effectif_arrete_le for p in avant.presences] == [None]
    assert [p.effectif_arrete_le for p in apres.presences] == [MARDI]
