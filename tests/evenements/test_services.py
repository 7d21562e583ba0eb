"""Faire vivre un évènement, sur les deux bases."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from server.evenements import services
from server.evenements.erreurs import (
    EvenementDejaPasse,
    EvenementInconnu,
    EvenementModifieAilleurs,
    GestionInterdite,
    ModificationApresAnnulation,
    PasMembreDeLaStructure,
    TransitionImpossible,
)
from server.evenements.faits import (
    EvenementAnnule,
    EvenementModifie,
    EvenementPublie,
    EvenementReporte,
    EvenementRetabli,
    JaugeChangee,
    MomentRetire,
)
from server.evenements.lectures import lire_equipe, lire_public
from server.evenements.schemas import (
    CoorganisationDemande,
    CycleDemande,
    MomentDemande,
    Motif,
    PrixDemande,
    ReponseDemande,
    Report,
    TarifDemande,
)
from server.evenements.tables import Coorganisation, Evenement, Moment
from server.lieux.faits import LieuModifie
from server.lieux.tables import Lieu
from server.socle import faits
from server.socle.base import Moteur, ecriture
from server.socle.erreurs import DemandeInvalide
from server.socle.faits import Fait
from tests.evenements.jeu import (
    LUNDI,
    URL,
    Jeu,
    a,
    auteur,
    decaler,
    poser_le_jeu,
    redemander,
    un_brouillon,
    un_publie,
    une_demande,
)
from tests.fabriques import un_compte, une_structure

FAITS = (
    EvenementPublie, EvenementModifie, EvenementReporte, EvenementAnnule, EvenementRetabli, MomentRetire, JaugeChangee,
)  # fmt: skip


@pytest.fixture
async def jeu(base: Moteur) -> Jeu:
    return await poser_le_jeu()


@pytest.fixture
async def dits() -> AsyncGenerator[list[Fait], None]:
    """Les faits publiés pendant l'essai, dans l'ordre."""
    entendus: list[Fait] = []

    async def entendre(fait: Fait) -> None:
        entendus.append(fait)

    faits.brancher({genre: [entendre] for genre in FAITS})
    yield entendus
    faits.brancher({})


def champs(refus: pytest.ExceptionInfo[DemandeInvalide]) -> set[tuple[str, str]]:
    return {(e.champ, e.texte) for e in refus.value.erreurs}


async def prendre(moment: Any, pris: int) -> None:
    @ecriture
    async def noter() -> None:
        await Moment.update({Moment.pris: pris}).where(Moment.id == moment)

    await noter()


# --- créer ---


async def test_un_brouillon_se_cree_a_moitie_rempli_et_dit_ce_qui_manque(jeu: Jeu) -> None:
    vue = await services.creer_evenement(
        jeu.nadia, une_demande(jeu, resume="", lieu=None, moments=[], formats=[], themes=[]), LUNDI, URL
    )

    assert vue.statut == "brouillon"
    assert vue.slug == "eteindre-les-incendies"
    assert vue.transitions == ["publier", "supprimer"]
    assert {m.champ for m in vue.manques} == {"resume", "lieu", "moments"}
    assert all(m.message and not m.message.startswith("champs.") for m in vue.manques)
    assert [(acte.acte, acte.prenom) for acte in vue.journal] == [("cree", "Nadia")]


async def test_tout_ce_qui_ne_va_pas_est_dit_d_un_coup(jeu: Jeu) -> None:
    mauvaise = une_demande(
        jeu,
        structure="inconnue",
        lieu="nulle-part",
        cycle="aucun",
        coorganisations=[CoorganisationDemande("personne")],
        moments=[MomentDemande("reflexion", id=uuid4(), debut=a(6, 12, 19), fin=a(6, 12, 18))],
    )

    with pytest.raises(DemandeInvalide) as refus:
        await services.creer_evenement(jeu.nadia, mauvaise, LUNDI, URL)

    assert champs(refus) == {
        ("structure", "structure_inconnue"),
        ("lieu", "lieu_inconnu"),
        ("cycle", "cycle_inconnu"),
        ("coorganisations.0.structure", "structure_inconnue"),
        ("moments.0.id", "moment_inconnu"),
        ("moments.0.fin", "fin_avant_debut"),
    }
    assert not await Evenement.exists()


async def test_on_n_organise_qu_au_nom_de_sa_structure(jeu: Jeu) -> None:
    with pytest.raises(PasMembreDeLaStructure):
        await services.creer_evenement(jeu.malik, une_demande(jeu), LUNDI, URL)


async def test_deux_soirees_du_meme_nom_le_meme_jour_ont_chacune_leur_adresse(jeu: Jeu) -> None:
    slugs = [(await un_publie(jeu)).slug for _ in range(3)]

    assert slugs == [f"eteindre-les-incendies-2026-06-12{suite}" for suite in ("", "-2", "-3")]


# --- publier ---


async def test_publier_annonce_et_fixe_l_adresse(jeu: Jeu, dits: list[Fait]) -> None:
    brouillon = await un_brouillon(jeu)
    brouillon = await services.modifier_evenement(
        brouillon.slug, jeu.nadia, redemander(brouillon, titre="Rallumer les étoiles"), LUNDI, URL
    )
    assert dits == []

    vue = await services.publier_evenement(brouillon.slug, jeu.nadia, LUNDI, URL)

    assert vue.slug == "rallumer-les-etoiles-2026-06-12"
    assert vue.statut == "publie"
    assert vue.transitions == ["reporter", "annuler"]
    assert [type(fait) for fait in dits] == [EvenementPublie]
    publique = await lire_public(vue.slug, LUNDI, URL)
    assert publique.version == vue.version
    assert publique.debut == a(6, 12, 19)
    assert publique.fin == a(6, 13, 0)


async def test_l_adresse_ne_change_plus_apres_la_publication(jeu: Jeu) -> None:
    publie = await un_publie(jeu)

    vue = await services.modifier_evenement(
        publie.slug, jeu.nadia, redemander(publie, titre="Autre titre"), LUNDI, URL
    )

    assert vue.slug == publie.slug


async def test_on_ne_publie_ni_incomplet_ni_passe(jeu: Jeu) -> None:
    incomplet = await un_brouillon(jeu, resume="", lieu=None)
    with pytest.raises(DemandeInvalide) as refus:
        await services.publier_evenement(incomplet.slug, jeu.nadia, LUNDI, URL)
    assert champs(refus) == {("resume", "resume_manquant"), ("lieu", "lieu_manquant")}

    passe = await un_brouillon(jeu)
    with pytest.raises(DemandeInvalide) as refus:
        await services.publier_evenement(passe.slug, jeu.nadia, a(6, 13, 1), URL)
    assert champs(refus) == {("moments.0.debut", "date_passee")}


async def test_un_brouillon_n_existe_pour_personne_d_autre(jeu: Jeu) -> None:
    brouillon = await un_brouillon(jeu)

    with pytest.raises(EvenementInconnu):
        await lire_public(brouillon.slug, LUNDI, URL)
    for agir in (
        lire_equipe(brouillon.slug, jeu.malik, LUNDI, URL),
        services.publier_evenement(brouillon.slug, jeu.malik, LUNDI, URL),
        services.supprimer_brouillon(brouillon.slug, jeu.malik, LUNDI),
    ):
        with pytest.raises(EvenementInconnu):
            await agir


async def test_une_structure_qui_soutient_voit_sans_pouvoir_changer(jeu: Jeu) -> None:
    soutien = await un_compte(prenom="Ines")
    structure = await une_structure("Café", {soutien: "membre"})
    ines = auteur(soutien, "Ines")
    publie = await un_publie(jeu)

    @ecriture
    async def soutenir() -> None:
        [ligne] = await Evenement.select(Evenement.id).where(Evenement.slug == publie.slug)
        await Coorganisation.insert(
            Coorganisation(evenement=ligne["id"], structure=structure, part="soutien")
        )

    await soutenir()
    vue = await lire_equipe(publie.slug, ines, LUNDI, URL)

    assert vue.transitions == []
    assert not vue.modifiable
    with pytest.raises(GestionInterdite):
        await services.annuler_evenement(publie.slug, ines, Motif("Non."), LUNDI, URL)


# --- modifier ---


async def test_personne_n_ecrase_le_travail_d_un_autre(jeu: Jeu) -> None:
    vue = await un_brouillon(jeu)
    await services.modifier_evenement(
        vue.slug, jeu.nadia, redemander(vue, description="Le texte de Nadia."), LUNDI, URL
    )

    with pytest.raises(EvenementModifieAilleurs) as refus:
        await services.modifier_evenement(
            vue.slug, jeu.nadia, redemander(vue, description="Un autre."), LUNDI, URL
        )

    assert refus.value.precisions == {"version": vue.version + 1}
    assert (await lire_equipe(vue.slug, jeu.nadia, LUNDI, URL)).description == "Le texte de Nadia."
    with pytest.raises(DemandeInvalide) as sans:
        await services.modifier_evenement(vue.slug, jeu.nadia, redemander(vue, version=None), LUNDI, URL)
    assert champs(sans) == {("version", "version_manquante")}


async def test_enregistrer_sans_rien_changer_n_est_pas_un_changement(jeu: Jeu, dits: list[Fait]) -> None:
    publie = await un_publie(jeu)
    dits.clear()

    vue = await services.modifier_evenement(publie.slug, jeu.nadia, redemander(publie), a(6, 2, 10), URL)

    assert vue.version == publie.version
    assert vue.modifie_le == publie.modifie_le
    assert dits == []


@pytest.mark.parametrize(
    ("change", "annonce", "deplace"),
    [
        ("description", False, False),
        ("titre", True, False),
        ("horaires", True, True),
        ("lieu", True, True),
    ],
)
async def test_un_changement_monte_la_version_et_se_dit_s_il_compte(
    jeu: Jeu, dits: list[Fait], change: str, annonce: bool, deplace: bool
) -> None:
    from tests.fabriques import un_lieu

    publie = await un_publie(jeu)
    dits.clear()
    demande = redemander(publie)
    match change:
        case "description":
            demande = msgspec.structs.replace(demande, description="Un mot de plus.")
        case "titre":
            demande = msgspec.structs.replace(demande, titre="Rallumer")
        case "horaires":
            demande = msgspec.structs.replace(demande, moments=decaler(demande.moments, timedelta(days=1)))
        case "lieu":
            [ligne] = await Lieu.select(Lieu.slug).where(Lieu.id == await un_lieu("Halle"))
            demande = msgspec.structs.replace(demande, lieu=ligne["slug"])

    vue = await services.modifier_evenement(publie.slug, jeu.nadia, demande, a(6, 2, 10), URL)

    assert vue.version == publie.version + 1
    assert vue.modifie_le == a(6, 2, 10)
    [fait] = dits
    assert isinstance(fait, EvenementModifie)
    assert (fait.annonce, fait.deplace) == (annonce, deplace)
    assert fait.ancien_debut == a(6, 12, 19)
    assert fait.ancien_lieu == jeu.lieu
    [ligne] = await Evenement.select(Evenement.version_deplacement).where(Evenement.slug == publie.slug)
    assert ligne["version_deplacement"] == (vue.version if deplace else publie.version)


async def test_un_evenement_publie_doit_rester_publiable(jeu: Jeu) -> None:
    publie = await un_publie(jeu)

    with pytest.raises(DemandeInvalide) as refus:
        await services.modifier_evenement(
            publie.slug, jeu.nadia, redemander(publie, lieu=None, moments=[]), LUNDI, URL
        )

    assert champs(refus) == {("lieu", "lieu_manquant"), ("moments", "moment_manquant")}


async def test_baisser_la_jauge_ne_met_personne_dehors(jeu: Jeu, dits: list[Fait]) -> None:
    publie = await un_publie(jeu)
    banquet = publie.moments[1].id
    await prendre(banquet, 60)
    dits.clear()
    demande = redemander(publie)
    demande.moments[1].jauge = 40

    vue = await services.modifier_evenement(publie.slug, jeu.nadia, demande, LUNDI, URL)

    assert (vue.moments[1].jauge, vue.moments[1].pris) == (40, 60)
    jauge = next(fait for fait in dits if isinstance(fait, JaugeChangee))
    assert (jauge.moment, jauge.ancienne, jauge.nouvelle) == (banquet, 80, 40)
    publique = await lire_public(publie.slug, LUNDI, URL)
    assert (publique.moments[1].places_restantes, publique.moments[1].niveau) == (0, "complet")


async def test_un_moment_annonce_retire_est_garde_et_dit(jeu: Jeu, dits: list[Fait]) -> None:
    publie = await un_publie(jeu)
    banquet = publie.moments[1].id
    await prendre(banquet, 3)
    dits.clear()

    vue = await services.modifier_evenement(
        publie.slug, jeu.nadia, redemander(publie, moments=redemander(publie).moments[:1]), LUNDI, URL
    )

    assert [m.genre for m in vue.moments] == ["reflexion"]
    assert vue.fin == a(6, 12, 20, 30)
    assert [fait.moment for fait in dits if isinstance(fait, MomentRetire)] == [banquet]
    [ligne] = await Moment.select(Moment.retire_le, Moment.pris).where(Moment.id == banquet)
    assert ligne == {"retire_le": LUNDI, "pris": 3}


async def test_un_moment_de_brouillon_s_efface(jeu: Jeu, dits: list[Fait]) -> None:
    brouillon = await un_brouillon(jeu)

    await services.modifier_evenement(
        brouillon.slug, jeu.nadia, redemander(brouillon, moments=[]), LUNDI, URL
    )

    assert not await Moment.exists()
    assert dits == []


async def test_un_tarif_reconnu_garde_son_identite(jeu: Jeu) -> None:
    tarifs = PrixDemande("tarifs", tarifs=[TarifDemande("Plein", 1200), TarifDemande("Solidaire", 600)])
    vue = await un_brouillon(
        jeu, moments=[MomentDemande("concert", debut=a(6, 12, 21), fin=a(6, 12, 23), prix=tarifs)]
    )
    plein, solidaire = vue.moments[0].prix.tarifs
    demande = redemander(vue)
    demande.moments[0].prix = PrixDemande(
        "tarifs", tarifs=[TarifDemande("Réduit", 700, id=solidaire.id), TarifDemande("Enfant", 300)]
    )

    vue = await services.modifier_evenement(vue.slug, jeu.nadia, demande, LUNDI, URL)

    reduit, enfant = vue.moments[0].prix.tarifs
    assert (reduit.id, reduit.nom, reduit.montant_centimes) == (solidaire.id, "Réduit", 700)
    assert enfant.id not in (plein.id, solidaire.id)


# --- reporter, annuler, rétablir ---


async def test_reporter_a_une_date_decale_tout_d_autant(jeu: Jeu, dits: list[Fait]) -> None:
    publie = await un_publie(jeu, cloture_le=a(6, 11, 12))
    dits.clear()

    vue = await services.reporter_evenement(
        publie.slug, jeu.nadia, Report("Vent trop fort.", a(11, 6, 19)), a(6, 10, 9), URL
    )

    assert vue.statut == "reporte"
    assert vue.motif == "Vent trop fort."
    assert vue.debut_initial == a(6, 12, 19)
    assert [(m.debut, m.fin) for m in vue.moments] == [
        (a(11, 6, 19), a(11, 6, 20, 30)),
        (a(11, 6, 20, 30), a(11, 7, 0)),
    ]
    assert (vue.debut, vue.fin, vue.cloture_le) == (a(11, 6, 19), a(11, 7, 0), a(11, 5, 12))
    [fait] = dits
    assert isinstance(fait, EvenementReporte)
    assert fait.ancien_debut == a(6, 12, 19)
    [ligne] = await Evenement.select(Evenement.version_deplacement).where(Evenement.slug == publie.slug)
    assert ligne["version_deplacement"] == vue.version


async def test_reporter_sans_date_puis_a_une_date_retrouve_le_programme(jeu: Jeu) -> None:
    publie = await un_publie(jeu)
    sans = await services.reporter_evenement(publie.slug, jeu.nadia, Report("Salle prise."), a(6, 10, 9), URL)
    assert (sans.debut, sans.fin) == (None, None)
    assert {m.debut for m in sans.moments} == {None}
    assert sans.manques == []
    publique = await lire_public(publie.slug, a(6, 10, 9), URL)
    assert publique.statut == "reporte"
    assert not publique.inscriptions.ouvertes
    assert publique.inscriptions.cloture_le is None

    retouche = await services.modifier_evenement(
        publie.slug, jeu.nadia, redemander(sans, description="On cherche une salle."), a(6, 10, 10), URL
    )
    assert retouche.debut is None

    vue = await services.reporter_evenement(
        publie.slug, jeu.nadia, Report("Salle trouvée.", a(12, 4, 18)), a(6, 20, 9), URL
    )
    assert [(m.debut, m.fin) for m in vue.moments] == [
        (a(12, 4, 18), a(12, 4, 19, 30)),
        (a(12, 4, 19, 30), a(12, 4, 23)),
    ]
    assert vue.debut_initial == a(6, 12, 19)


async def test_donner_une_date_en_modifiant_vaut_aussi(jeu: Jeu) -> None:
    publie = await un_publie(jeu)
    sans = await services.reporter_evenement(publie.slug, jeu.nadia, Report("Salle prise."), a(6, 10, 9), URL)
    moments = [
        msgspec.structs.replace(m, debut=a(7, 3, 19 + rang), fin=a(7, 3, 20 + rang))
        for rang, m in enumerate(redemander(sans).moments)
    ]

    vue = await services.modifier_evenement(
        publie.slug, jeu.nadia, redemander(sans, moments=moments), a(6, 11, 9), URL
    )

    assert (vue.statut, vue.debut, vue.fin) == ("reporte", a(7, 3, 19), a(7, 3, 21))


@pytest.mark.parametrize(
    ("debut", "texte"),
    [
        (a(6, 9, 19), "date_passee"),
        (a(6, 12, 19), "date_identique"),
        (a(1, 1, 0, annee=2300), "date_hors_bornes"),
    ],
)
async def test_on_reporte_a_une_autre_date_et_a_venir(jeu: Jeu, debut: Any, texte: str) -> None:
    publie = await un_publie(jeu)

    with pytest.raises(DemandeInvalide) as refus:
        await services.reporter_evenement(publie.slug, jeu.nadia, Report("Vent.", debut), a(6, 10, 9), URL)

    assert champs(refus) == {("debut", texte)}


@pytest.mark.parametrize("reporte", [False, True])
async def test_retablir_rend_l_evenement_a_ce_qu_il_etait(jeu: Jeu, dits: list[Fait], reporte: bool) -> None:
    vue = await un_publie(jeu)
    if reporte:
        vue = await services.reporter_evenement(
            vue.slug, jeu.nadia, Report("Vent.", a(6, 19, 19)), LUNDI, URL
        )
    avant = vue.statut
    dits.clear()

    annule = await services.annuler_evenement(
        vue.slug, jeu.nadia, Motif("Arrêté préfectoral."), a(6, 2, 9), URL
    )
    assert (annule.statut, annule.motif, annule.transitions) == (
        "annule",
        "Arrêté préfectoral.",
        ["retablir"],
    )
    with pytest.raises(ModificationApresAnnulation):
        await services.modifier_evenement(vue.slug, jeu.nadia, redemander(annule, titre="X"), a(6, 2, 9), URL)

    retabli = await services.retablir_evenement(vue.slug, jeu.nadia, Motif("Arrêté levé."), a(6, 3, 9), URL)
    assert (retabli.statut, retabli.motif, retabli.debut) == (avant, "Arrêté levé.", vue.debut)
    assert [type(fait) for fait in dits] == [EvenementAnnule, EvenementRetabli]
    assert [acte.acte for acte in retabli.journal][:2] == ["retabli", "annule"]


async def test_rien_d_autre_n_est_permis(jeu: Jeu) -> None:
    brouillon, publie = await un_brouillon(jeu), await un_publie(jeu)
    apres = a(6, 14, 9)
    refuses = [
        (services.annuler_evenement(brouillon.slug, jeu.nadia, Motif("Non."), LUNDI, URL), "brouillon"),
        (services.reporter_evenement(brouillon.slug, jeu.nadia, Report("Non."), LUNDI, URL), "brouillon"),
        (services.retablir_evenement(publie.slug, jeu.nadia, Motif("Non."), LUNDI, URL), "publie"),
        (services.publier_evenement(publie.slug, jeu.nadia, LUNDI, URL), "publie"),
        (services.supprimer_brouillon(publie.slug, jeu.nadia, LUNDI), "publie"),
        (services.annuler_evenement(publie.slug, jeu.nadia, Motif("Non."), apres, URL), "termine"),
        (services.reporter_evenement(publie.slug, jeu.nadia, Report("Non."), apres, URL), "termine"),
    ]

    for agir, statut in refuses:
        with pytest.raises(TransitionImpossible) as refus:
            await agir
        assert refus.value.precisions["statut"] == statut
        assert "problemes." not in refus.value.probleme("fr")["detail"]


async def test_un_evenement_passe_se_raconte_mais_ne_se_deplace_plus(jeu: Jeu) -> None:
    publie = await un_publie(jeu)
    apres = a(6, 14, 9)
    demande = redemander(publie)

    with pytest.raises(EvenementDejaPasse):
        await services.modifier_evenement(
            publie.slug,
            jeu.nadia,
            msgspec.structs.replace(demande, moments=decaler(demande.moments, timedelta(days=30))),
            apres,
            URL,
        )
    vue = await services.modifier_evenement(
        publie.slug, jeu.nadia, msgspec.structs.replace(demande, description="Nous étions cent."), apres, URL
    )

    assert (vue.statut, vue.description) == ("termine", "Nous étions cent.")


# --- recopier, effacer ---


async def test_recopier_a_une_date_garde_les_heures_et_repart_de_zero(jeu: Jeu) -> None:
    publie = await un_publie(jeu, cloture_le=a(6, 11, 12))
    await prendre(publie.moments[1].id, 50)

    copie = await services.dupliquer_evenement(publie.slug, jeu.nadia, a(11, 13, 19), LUNDI, URL)

    assert copie.statut == "brouillon"
    assert copie.titre == "Éteindre les incendies (copie)"
    assert [(m.debut, m.fin, m.pris) for m in copie.moments] == [
        (a(11, 13, 19), a(11, 13, 20, 30), 0),
        (a(11, 13, 20, 30), a(11, 14, 0), 0),
    ]
    assert copie.cloture_le == a(11, 12, 12)
    assert {m.id for m in copie.moments}.isdisjoint({m.id for m in publie.moments})
    assert copie.themes == ["Eau"]


async def test_recopier_sans_date_vide_les_dates(jeu: Jeu) -> None:
    publie = await un_publie(jeu, titre="x" * 160)

    copie = await services.dupliquer_evenement(publie.slug, jeu.nadia, None, LUNDI, URL)

    assert {(m.debut, m.fin) for m in copie.moments} == {(None, None)}
    assert len(copie.titre) <= 160


async def test_une_coorganisatrice_recopie_en_son_nom(jeu: Jeu) -> None:
    ines = auteur(await un_compte(prenom="Ines"), "Ines")
    cafe = await une_structure("Café", {ines.compte: "membre"})
    from server.structures.tables import Structure

    [ligne] = await Structure.select(Structure.slug).where(Structure.id == cafe)
    publie = await un_publie(jeu, coorganisations=[CoorganisationDemande(ligne["slug"])])
    await services.repondre_a_l_invitation(
        publie.slug, ines, ReponseDemande(ligne["slug"], "accepter"), LUNDI
    )

    copie = await services.dupliquer_evenement(publie.slug, ines, None, LUNDI, URL)

    assert copie.structure == ligne["slug"]
    assert [(c.structure, c.part) for c in copie.coorganisations] == [(jeu.structure_slug, "coorganisatrice")]


async def test_un_brouillon_s_efface_en_entier(jeu: Jeu) -> None:
    brouillon = await un_brouillon(jeu)

    await services.supprimer_brouillon(brouillon.slug, jeu.nadia, LUNDI)

    assert not await Evenement.exists()
    assert not await Moment.exists()
    assert not await Coorganisation.exists()


# --- cycles et recherche ---


async def test_un_programme_relie_des_evenements(jeu: Jeu) -> None:
    cycle = await services.creer_cycle(
        jeu.nadia, CycleDemande("Hiver des communs", jeu.structure_slug), LUNDI, URL
    )
    await un_publie(jeu, cycle=cycle.slug)
    await un_brouillon(jeu, cycle=cycle.slug)

    vue = await services.modifier_cycle(
        cycle.slug, jeu.nadia, CycleDemande("Hivers", jeu.structure_slug, "Texte."), URL
    )

    assert (vue.slug, vue.titre, vue.evenements) == ("hiver-des-communs", "Hivers", 1)
    with pytest.raises(PasMembreDeLaStructure):
        await services.modifier_cycle(cycle.slug, jeu.malik, CycleDemande("X", jeu.structure_slug), URL)


async def test_un_lieu_renomme_se_cherche_sous_son_nouveau_nom(jeu: Jeu) -> None:
    publie = await un_publie(jeu)

    @ecriture
    async def renommer() -> None:
        await Lieu.update({Lieu.nom: "Halle aux Châtaignes"}).where(Lieu.id == jeu.lieu)
        await services.suivre_lieu_modifie(LieuModifie(jeu.lieu))

    await renommer()
    [ligne] = await Evenement.select(Evenement.recherche).where(Evenement.slug == publie.slug)
    assert "halle aux chataignes" in ligne["recherche"]
    assert "eteindre les incendies" in ligne["recherche"]
    assert "uzes" in ligne["recherche"]
    assert "conference gesticulee" in ligne["recherche"]
