"""S'inscrire, changer, attendre, annuler : sur les deux bases."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from server.evenements.tables import Evenement, Moment
from server.inscriptions import services
from server.inscriptions.erreurs import (
    AucunePlaceProposee,
    DejaUtilise,
    EvenementAnnule,
    EvenementModifie,
    EvenementPasse,
    EvenementSansDate,
    InscriptionAnnulee,
    InscriptionEffacee,
    InscriptionIntrouvable,
    InscriptionsCloses,
    MomentComplet,
)
from server.inscriptions.lectures import (
    lire_appels,
    lire_compteurs,
    lire_inscription,
    lire_regimes,
    lire_tableau,
    verifier_places,
)
from server.inscriptions.schemas import (
    Accueil,
    ConviveDemande,
    DemandeInscription,
    InscriptionVue,
    ModificationInscription,
    PourAutrui,
    SaisieInscription,
)
from server.inscriptions.tables import Convive, Inscription
from server.socle.base import ecriture
from server.socle.erreurs import DemandeInvalide
from server.socle.secrets import Clef
from tests.fabriques import (
    LUNDI,
    SAMEDI_SOIR,
    moments_de,
    pris,
    slug_de,
    un_compte,
    un_evenement,
    une_demande,
    une_presence,
)

pytestmark = pytest.mark.usefixtures("base")

JEUDI = LUNDI + timedelta(days=3)


class Soiree:
    """Un évènement d'essai et les gestes qu'on y fait."""

    def __init__(self, evenement: int, slug: str, moments: dict[str, UUID], clef: Clef) -> None:
        self.id, self.slug, self.moments, self.clef = evenement, slug, moments, clef

    async def inscrire(
        self, nombre: int = 1, *genres: str, quand: object = LUNDI, attente: bool = True, **champs: object
    ) -> UUID:
        presences = [une_presence(self.moments[g], nombre) for g in (genres or self.moments)]
        demande = une_demande(self.slug, *presences, accepte_attente=attente, **champs)
        identifiant = uuid4()
        await services.inscrire_foyer(identifiant, demande, self.clef, quand)  # type: ignore[arg-type]
        return identifiant

    async def lire(self, identifiant: UUID, quand: object = LUNDI) -> InscriptionVue:
        return await lire_inscription(identifiant, self.clef, "http://localhost:8000", quand)  # type: ignore[arg-type]

    async def statuts(self, identifiant: UUID) -> dict[str, str]:
        return {p.genre: p.statut for p in (await self.lire(identifiant)).presences}

    async def changer(
        self, identifiant: UUID, quand: object = LUNDI, equipe: bool = False, **champs: object
    ) -> None:
        changement = ModificationInscription(**champs)  # type: ignore[arg-type]
        await services.modifier_inscription(identifiant, changement, quand, equipe=equipe)  # type: ignore[arg-type]


async def une_soiree(clef: Clef, moments: dict[str, int | None] | None = None, **champs: object) -> Soiree:
    evenement = await un_evenement(moments=moments, **champs)  # type: ignore[arg-type]
    return Soiree(evenement, await slug_de(evenement), await moments_de(evenement), clef)


@ecriture
async def sans_heure(moment: UUID) -> None:
    await Moment.update({Moment.debut: None, Moment.fin: None}).where(Moment.id == moment)


@ecriture
async def venir_de(foyer: UUID, origine: str, *, connu: bool) -> None:
    """Comment le foyer s'est inscrit, et si l'on avait son adresse."""
    valeurs: dict[Any, Any] = {Inscription.origine: origine}
    if not connu:
        valeurs |= {Inscription.courriel: None, Inscription.courriel_plie: None}
    await Inscription.update(valeurs).where(Inscription.id == foyer)


@ecriture
async def changer_evenement(evenement: int, **valeurs: object) -> None:
    await Evenement.update({getattr(Evenement, n): v for n, v in valeurs.items()}).where(
        Evenement.id == evenement
    )


async def test_s_inscrire_tient_les_places(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"reflexion": 50, "banquet": 10})
    presences = [
        une_presence(soiree.moments["reflexion"], 2),
        une_presence(soiree.moments["banquet"], adultes=2, enfants=1, tout_petits=1),
    ]
    identifiant = uuid4()

    recue = await services.inscrire_foyer(identifiant, une_demande(soiree.slug, *presences), clef, LUNDI)

    assert recue.nouvelle
    assert await soiree.statuts(identifiant) == {"reflexion": "confirmee", "banquet": "confirmee"}
    assert await pris(soiree.moments["banquet"]) == 4, "un tout-petit prend une place"
    assert await verifier_places() == []


async def test_rejouer_la_meme_demande_ne_prend_pas_deux_fois_les_places(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    demande = une_demande(soiree.slug, une_presence(soiree.moments["banquet"], 3))
    identifiant = uuid4()

    premiere = await services.inscrire_foyer(identifiant, demande, clef, LUNDI)
    seconde = await services.inscrire_foyer(identifiant, demande, clef, LUNDI + timedelta(days=1))

    assert (premiere.nouvelle, seconde.nouvelle) == (True, False)
    assert await pris(soiree.moments["banquet"]) == 3


async def test_rejouer_apres_une_annulation_rend_l_etat_present(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    demande = une_demande(soiree.slug, une_presence(soiree.moments["banquet"], 3))
    identifiant = uuid4()
    await services.inscrire_foyer(identifiant, demande, clef, LUNDI)
    await services.annuler_inscription(identifiant, LUNDI)

    await services.inscrire_foyer(identifiant, demande, clef, LUNDI)

    assert await soiree.statuts(identifiant) == {"banquet": "annulee"}
    assert await pris(soiree.moments["banquet"]) == 0


async def test_le_meme_identifiant_avec_un_autre_secret_n_existe_pas(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    presence = une_presence(soiree.moments["banquet"])
    identifiant = uuid4()
    await services.inscrire_foyer(identifiant, une_demande(soiree.slug, presence), clef, LUNDI)

    with pytest.raises(InscriptionIntrouvable):
        await services.inscrire_foyer(identifiant, une_demande(soiree.slug, presence), clef, LUNDI)


async def test_le_meme_identifiant_avec_une_autre_demande_est_refuse(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    jeton = "a" * 32
    identifiant = uuid4()
    await services.inscrire_foyer(
        identifiant,
        une_demande(soiree.slug, une_presence(soiree.moments["banquet"]), jeton=jeton),
        clef,
        LUNDI,
    )

    with pytest.raises(DejaUtilise):
        await services.inscrire_foyer(
            identifiant,
            une_demande(soiree.slug, une_presence(soiree.moments["banquet"], 2), jeton=jeton),
            clef,
            LUNDI,
        )


async def test_apres_effacement_le_rejeu_dit_que_c_est_efface(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    demande = une_demande(soiree.slug, une_presence(soiree.moments["banquet"], 3))
    identifiant = uuid4()
    await services.inscrire_foyer(identifiant, demande, clef, LUNDI)

    await services.effacer_inscription(identifiant, LUNDI)

    with pytest.raises(InscriptionEffacee):
        await services.inscrire_foyer(identifiant, demande, clef, LUNDI)
    assert await pris(soiree.moments["banquet"]) == 0
    assert await verifier_places() == []


async def test_complet_sans_accepter_d_attendre_est_refuse_et_ne_garde_rien(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"reflexion": 50, "banquet": 4})
    await soiree.inscrire(3, "banquet")

    with pytest.raises(MomentComplet) as refus:
        await soiree.inscrire(2, attente=False)

    (complet,) = refus.value.precisions["moments"]
    assert (complet["genre"], complet["places_restantes"]) == ("banquet", 1)
    assert await pris(soiree.moments["reflexion"]) == 0
    assert await Inscription.count() == 1


async def test_un_moment_est_confirme_pendant_qu_un_autre_attend(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"reflexion": 50, "banquet": 4})
    await soiree.inscrire(3, "banquet")

    foyer = await soiree.inscrire(2)

    assert await soiree.statuts(foyer) == {"reflexion": "confirmee", "banquet": "en_attente"}
    (_, banquet) = (await soiree.lire(foyer)).presences
    assert banquet.rang_attente == 1


async def test_tous_les_moments_ou_aucun_attend_partout(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"reflexion": 50, "banquet": 4})
    premier = await soiree.inscrire(3, "banquet")

    foyer = await soiree.inscrire(2, tout_ou_rien=True)

    assert await soiree.statuts(foyer) == {"reflexion": "en_attente", "banquet": "en_attente"}
    await services.annuler_inscription(premier, LUNDI)
    assert await soiree.statuts(foyer) == {"reflexion": "confirmee", "banquet": "confirmee"}
    assert await verifier_places() == []


async def test_un_tous_ou_aucun_bloque_ailleurs_ne_barre_pas_la_route(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"reflexion": 5, "banquet": 4})
    await soiree.inscrire(4, "banquet")
    await soiree.inscrire(2, tout_ou_rien=True)

    nouveau = await soiree.inscrire(2, "reflexion")

    assert await soiree.statuts(nouveau) == {"reflexion": "confirmee"}


async def test_un_desistement_sert_le_premier_foyer_qui_tient_en_entier(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"banquet": 6})
    trois = await soiree.inscrire(3)
    await soiree.inscrire(3)
    grand = await soiree.inscrire(5)
    petit = await soiree.inscrire(2, quand=LUNDI + timedelta(hours=1))

    await services.annuler_inscription(trois, JEUDI)

    assert await soiree.statuts(grand) == {"banquet": "en_attente"}
    assert await soiree.statuts(petit) == {"banquet": "confirmee"}
    assert await pris(soiree.moments["banquet"]) == 5


async def test_un_foyer_depasse_depuis_48_heures_est_servi_avant_les_nouveaux(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"banquet": 6})
    departs = [await soiree.inscrire(2) for _ in range(3)]
    grand = await soiree.inscrire(5)
    petit = await soiree.inscrire(2, quand=LUNDI + timedelta(minutes=1))
    await services.annuler_inscription(departs[0], LUNDI + timedelta(hours=2))
    assert await soiree.statuts(petit) == {"banquet": "confirmee"}, "le grand vient d'être dépassé"

    apres = LUNDI + timedelta(hours=51)
    await services.annuler_inscription(departs[1], apres)
    nouveau = await soiree.inscrire(1, quand=apres)

    assert await soiree.statuts(nouveau) == {"banquet": "en_attente"}, "les places libérées sont gardées"
    await services.annuler_inscription(departs[2], apres)
    await services.annuler_inscription(petit, apres)
    assert await soiree.statuts(grand) == {"banquet": "confirmee"}
    assert await soiree.statuts(nouveau) == {"banquet": "confirmee"}


async def test_dans_les_24_dernieres_heures_une_place_se_confirme(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"banquet": 2})
    premier = await soiree.inscrire(2)
    second = await soiree.inscrire(2)
    troisieme = await soiree.inscrire(2, quand=LUNDI + timedelta(hours=1))
    veille = SAMEDI_SOIR - timedelta(hours=20)

    await services.annuler_inscription(premier, veille)

    (presence,) = (await soiree.lire(second, veille)).presences
    assert (presence.statut, presence.proposee_jusqu_au) == ("en_attente", veille + timedelta(hours=4))
    assert await pris(soiree.moments["banquet"]) == 2, "la place est tenue"
    await services.accepter_place(second, veille + timedelta(hours=1))
    assert await soiree.statuts(second) == {"banquet": "confirmee"}
    assert await soiree.statuts(troisieme) == {"banquet": "en_attente"}
    assert await verifier_places() == []


async def test_une_place_non_confirmee_passe_au_suivant(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"banquet": 2})
    premier = await soiree.inscrire(2)
    second = await soiree.inscrire(2)
    troisieme = await soiree.inscrire(2, quand=LUNDI + timedelta(hours=1))
    veille = SAMEDI_SOIR - timedelta(hours=20)
    await services.annuler_inscription(premier, veille)

    plus_tard = veille + timedelta(hours=4)
    await services.tenir_la_file(soiree.id, plus_tard)

    (presence,) = (await soiree.lire(troisieme, plus_tard)).presences
    assert presence.proposee_jusqu_au == plus_tard + timedelta(hours=4)
    (ancienne,) = (await soiree.lire(second, plus_tard)).presences
    assert (ancienne.proposee_jusqu_au, ancienne.rang_attente) == (None, 2)
    with pytest.raises(AucunePlaceProposee):
        await services.accepter_place(second, plus_tard)
    assert await verifier_places() == []


async def test_baisser_rend_les_places_a_la_file(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"banquet": 6})
    grand = await soiree.inscrire(6)
    attend = await soiree.inscrire(2)

    await soiree.changer(grand, presences=[une_presence(soiree.moments["banquet"], 4)])

    assert await soiree.statuts(attend) == {"banquet": "confirmee"}
    assert await pris(soiree.moments["banquet"]) == 6
    assert await verifier_places() == []


async def test_agrandir_quand_c_est_complet_garde_ce_qui_est_confirme_et_refuse(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"banquet": 4})
    await soiree.inscrire(1)
    foyer = await soiree.inscrire(3)

    with pytest.raises(MomentComplet):
        await soiree.changer(
            foyer, presences=[une_presence(soiree.moments["banquet"], 4)], accepte_attente=False
        )

    (presence,) = (await soiree.lire(foyer)).presences
    assert (presence.statut, presence.adultes, presence.en_plus) == ("confirmee", 3, 0)


async def test_agrandir_peut_attendre_la_difference(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"banquet": 4})
    autre = await soiree.inscrire(2)
    foyer = await soiree.inscrire(2)

    await soiree.changer(foyer, presences=[une_presence(soiree.moments["banquet"], 4)])

    (presence,) = (await soiree.lire(foyer)).presences
    assert (presence.statut, presence.adultes, presence.en_plus, presence.rang_attente) == (
        "confirmee",
        2,
        2,
        1,
    )
    await services.annuler_inscription(autre, LUNDI)
    (presence,) = (await soiree.lire(foyer)).presences
    assert (presence.statut, presence.adultes, presence.en_plus) == ("confirmee", 4, 0)
    assert await verifier_places() == []


async def test_renoncer_a_un_moment_puis_y_revenir(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"reflexion": 5, "banquet": 5})
    foyer = await soiree.inscrire(2)

    await soiree.changer(foyer, presences=[une_presence(soiree.moments["reflexion"], 2)])
    assert await soiree.statuts(foyer) == {"reflexion": "confirmee", "banquet": "annulee"}
    await soiree.changer(foyer, presences=[une_presence(m, 3) for m in soiree.moments.values()])

    assert await soiree.statuts(foyer) == {"reflexion": "confirmee", "banquet": "confirmee"}
    assert [await pris(m) for m in soiree.moments.values()] == [3, 3]
    assert await verifier_places() == []


@pytest.mark.parametrize(
    ("champs", "quand", "erreur"),
    [
        ({"statut": "annule"}, LUNDI, EvenementAnnule),
        ({"statut": "reporte", "debut": None}, LUNDI, EvenementSansDate),
        ({"cloture_le": LUNDI}, LUNDI, InscriptionsCloses),
        ({"inscriptions_closes": True}, LUNDI, InscriptionsCloses),
        ({}, SAMEDI_SOIR, InscriptionsCloses),
        ({}, SAMEDI_SOIR + timedelta(hours=3), EvenementPasse),
    ],
)
async def test_ce_qui_ferme_les_inscriptions(
    clef: Clef, champs: dict[str, object], quand: object, erreur: type
) -> None:
    soiree = await une_soiree(clef)
    if champs:
        await changer_evenement(soiree.id, **champs)

    with pytest.raises(erreur):
        await soiree.inscrire(1, quand=quand)
    assert await Inscription.count() == 0


async def test_un_brouillon_ne_recoit_personne(clef: Clef) -> None:
    soiree = await une_soiree(clef, statut="brouillon")

    with pytest.raises(DemandeInvalide):
        await soiree.inscrire(1)


async def test_qui_a_vu_une_ancienne_date_doit_redire_oui(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    await changer_evenement(soiree.id, version=4, version_deplacement=3)

    with pytest.raises(EvenementModifie):
        await soiree.inscrire(1, version_vue=2)
    assert await soiree.statuts(await soiree.inscrire(1, version_vue=3)) == {"banquet": "confirmee"}


async def test_toutes_les_erreurs_sont_dites_a_la_fois(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"banquet": 60})
    demande = DemandeInscription(
        evenement=soiree.slug,
        jeton="a" * 32,
        prenom="Nadia",
        presences=[une_presence(soiree.moments["banquet"], 13), une_presence(uuid4(), 1)],
        convives=[ConviveDemande(nombre=20, regimes=["vegetarien"])],
    )

    with pytest.raises(DemandeInvalide) as refus:
        await services.inscrire_foyer(uuid4(), demande, clef, LUNDI)

    assert {(e.champ, e.texte) for e in refus.value.erreurs} == {
        ("presences.0", "foyer_trop_grand"),
        ("presences.1.moment", "moment_inconnu"),
        ("courriel", "contact"),
        ("accord_regimes", "accord_regimes"),
        ("convives", "convives_trop_nombreux"),
    }


async def test_un_foyer_plus_grand_que_la_jauge_l_apprend_tout_de_suite(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"banquet": 4})

    with pytest.raises(DemandeInvalide) as refus:
        await soiree.inscrire(5)
    assert refus.value.erreurs[0].texte == "plus_que_la_jauge"


async def test_pour_autrui_suffit_a_etre_joignable(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    autrui = PourAutrui("Sofiane", courriel="sofiane@example.org")

    foyer = await soiree.inscrire(1, courriel=None, pour_autrui=autrui)

    assert (await soiree.lire(foyer)).pour_autrui == autrui


async def test_le_meme_contact_deux_fois_est_marque_sans_etre_refuse(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    await soiree.inscrire(2, courriel="nadia@example.org")

    await soiree.inscrire(2, courriel="Nadia@Example.org")

    tableau = await lire_tableau(soiree.id, filtre="doublon")
    assert [i.courriel for i in tableau.elements] == ["Nadia@Example.org"]


async def test_un_double_appui_ne_fait_qu_une_inscription(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    presence = une_presence(soiree.moments["banquet"], 2)

    un, deux = uuid4(), uuid4()
    premiere = await services.inscrire_foyer(
        un, une_demande(soiree.slug, presence), clef, LUNDI, empreinte="e" * 64
    )
    seconde = await services.inscrire_foyer(
        deux, une_demande(soiree.slug, presence), clef, LUNDI + timedelta(seconds=2), empreinte="e" * 64
    )
    bien_plus_tard = await services.inscrire_foyer(
        uuid4(), une_demande(soiree.slug, presence), clef, LUNDI + timedelta(hours=1), empreinte="e" * 64
    )

    assert (premiere.id, seconde.id) == (un, un)
    assert bien_plus_tard.nouvelle
    assert await pris(soiree.moments["banquet"]) == 4


async def test_revenir_apres_avoir_annule_n_est_pas_un_double_appui(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    demande = une_demande(soiree.slug, une_presence(soiree.moments["banquet"], 2))
    premiere = await services.inscrire_foyer(uuid4(), demande, clef, LUNDI, empreinte="e" * 64)
    await services.annuler_inscription(premiere.id, LUNDI + timedelta(minutes=1))

    revenue = await services.inscrire_foyer(
        uuid4(), demande, clef, LUNDI + timedelta(minutes=2), empreinte="e" * 64
    )

    assert revenue.nouvelle
    assert await pris(soiree.moments["banquet"]) == 2


async def test_le_dernier_couvert_ne_se_donne_qu_une_fois(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"banquet": 7})

    reponses = await asyncio.gather(
        *(soiree.inscrire(1 + rang % 3, attente=False) for rang in range(30)), return_exceptions=True
    )

    assert all(isinstance(r, UUID | MomentComplet) for r in reponses)
    assert await pris(soiree.moments["banquet"]) <= 7
    assert await verifier_places() == []
    (compteur,) = await lire_compteurs(soiree.id)
    assert compteur.pris == compteur.confirmees


async def test_des_gestes_simultanes_laissent_les_comptes_justes(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"reflexion": 12, "banquet": 8})
    foyers = [await soiree.inscrire(1 + rang % 4) for rang in range(8)]

    async def geste(rang: int, foyer: UUID) -> None:
        if rang % 3 == 0:
            await services.annuler_inscription(foyer, LUNDI)
        elif rang % 3 == 1:
            await soiree.changer(foyer, presences=[une_presence(m, 3) for m in soiree.moments.values()])
        else:
            await soiree.inscrire(2)

    await asyncio.gather(*(geste(rang, foyer) for rang, foyer in enumerate(foyers)))

    assert await verifier_places() == []
    for compteur in await lire_compteurs(soiree.id):
        assert compteur.jauge is not None
        assert compteur.pris <= compteur.jauge


async def test_une_jauge_baissee_sous_les_inscrits_ne_met_personne_dehors(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"banquet": 10})
    foyer = await soiree.inscrire(6)
    await soiree.inscrire(4)
    attend = await soiree.inscrire(1)

    @ecriture
    async def baisser() -> None:
        await Moment.update({Moment.jauge: 5}).where(Moment.id == soiree.moments["banquet"])
        await services.servir_apres_changement(soiree.id, LUNDI)

    await baisser()

    (compteur,) = await lire_compteurs(soiree.id)
    assert (compteur.pris, compteur.depassement) == (10, 5)
    await services.annuler_inscription(foyer, LUNDI)
    assert await soiree.statuts(attend) == {"banquet": "confirmee"}, "4 + 1 tiennent dans 5"
    assert await verifier_places() == []


async def test_annuler_deux_fois_est_sans_effet(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    foyer = await soiree.inscrire(3)

    await services.annuler_inscription(foyer, LUNDI)
    await services.annuler_inscription(foyer, LUNDI)

    assert await pris(soiree.moments["banquet"]) == 0
    with pytest.raises(InscriptionAnnulee):
        await soiree.changer(foyer, prenom="Autre")


async def test_apres_la_cloture_le_foyer_ne_change_plus_ses_places_mais_peut_annuler(clef: Clef) -> None:
    soiree = await une_soiree(clef, cloture_le=JEUDI)
    foyer = await soiree.inscrire(2)
    apres = JEUDI + timedelta(hours=1)

    with pytest.raises(InscriptionsCloses):
        await soiree.changer(foyer, apres, presences=[une_presence(soiree.moments["banquet"], 1)])
    await soiree.changer(foyer, apres, message="Nous arriverons à 20 h.")
    await soiree.changer(foyer, apres, equipe=True, presences=[une_presence(soiree.moments["banquet"], 1)])
    assert await pris(soiree.moments["banquet"]) == 1
    await services.annuler_inscription(foyer, apres)
    assert await pris(soiree.moments["banquet"]) == 0


async def test_retirer_son_accord_efface_regimes_et_allergies(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    foyer = await soiree.inscrire(
        2, convives=[ConviveDemande(regimes=["vegetalien", "sans_gluten"])], accord_regimes=True
    )
    assert [e.regimes for e in await lire_regimes(soiree.id)] == [["sans_gluten", "vegetalien"]]

    await soiree.changer(foyer, accord_regimes=False)

    assert await Convive.count() == 0


async def test_une_adresse_corrigee_par_l_equipe_retire_l_accord_et_ce_qu_il_couvrait(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    noix = ConviveDemande(allergenes=["fruits_a_coque"])
    foyer = await soiree.inscrire(2, convives=[ConviveDemande(regimes=["vegetalien"])], accord_regimes=True)

    with pytest.raises(DemandeInvalide):
        await soiree.changer(foyer, equipe=True, courriel="autre@example.org", convives=[noix])
    assert await Convive.count() == 1
    await soiree.changer(foyer, equipe=True, courriel="autre@example.org")

    assert await Convive.count() == 0
    ligne = await Inscription.select(Inscription.accord_regimes).where(Inscription.id == foyer).first()
    assert ligne == {"accord_regimes": False}


async def test_changer_d_adresse_demande_a_la_confirmer_de_nouveau(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    foyer = await soiree.inscrire(1)
    await services.confirmer_courriel(foyer, LUNDI)
    assert (await soiree.lire(foyer)).courriel_confirme

    await soiree.changer(foyer, courriel="autre@example.org")

    assert not (await soiree.lire(foyer)).courriel_confirme


async def test_l_equipe_inscrit_au_telephone_meme_apres_la_cloture(clef: Clef) -> None:
    soiree = await une_soiree(clef, cloture_le=LUNDI)
    compte = await un_compte()
    saisie = SaisieInscription(
        origine="telephone",
        prenom="Odette",
        telephone="04 65 71 00 01",
        presences=[une_presence(soiree.moments["banquet"], 2)],
    )

    foyer = (await services.saisir_inscription(soiree.id, saisie, compte, clef, JEUDI)).id

    (inscrite,) = (await lire_tableau(soiree.id, q="04.65.71.00.01")).elements
    assert (inscrite.id, inscrite.saisie_par, inscrite.origine) == (foyer, "Camille", "telephone")


async def test_a_la_porte_on_est_inscrit_et_deja_venu(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    compte = await un_compte()
    saisie = SaisieInscription(
        origine="porte", prenom="Léo", presences=[une_presence(soiree.moments["banquet"], 2, 1)]
    )

    foyer = (await services.saisir_inscription(soiree.id, saisie, compte, clef, SAMEDI_SOIR)).id
    await services.accueillir(foyer, Accueil(soiree.moments["banquet"], adultes=1), compte, SAMEDI_SOIR)

    (compteur,) = await lire_compteurs(soiree.id)
    assert (compteur.pris, compteur.venues) == (3, 1)


def une_saisie(soiree: Soiree, nombre: int = 2, **champs: object) -> SaisieInscription:
    presences = [une_presence(soiree.moments["banquet"], nombre)]
    return SaisieInscription(**{"origine": "telephone", "prenom": "Odette", "presences": presences, **champs})  # type: ignore[arg-type]


async def test_une_saisie_rejouee_ne_fait_qu_une_inscription(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    compte, collegue = await un_compte(), await un_compte()
    saisie = une_saisie(soiree, id=uuid4())

    premiere = await services.saisir_inscription(soiree.id, saisie, compte, clef, LUNDI)
    rejeux = await asyncio.gather(
        *(services.saisir_inscription(soiree.id, saisie, collegue, clef, JEUDI) for _ in range(4))
    )

    assert (premiere.id, premiere.nouvelle) == (saisie.id, True)
    assert [(r.id, r.nouvelle) for r in rejeux] == [(saisie.id, False)] * 4
    assert await pris(soiree.moments["banquet"]) == 2


async def test_la_meme_saisie_envoyee_plusieurs_fois_a_la_fois_ne_prend_ses_places_qu_une_fois(
    clef: Clef,
) -> None:
    soiree = await une_soiree(clef)
    compte, saisie = await un_compte(), une_saisie(soiree, id=uuid4())

    recues = await asyncio.gather(
        *(services.saisir_inscription(soiree.id, saisie, compte, clef, LUNDI) for _ in range(8))
    )

    assert sorted(r.nouvelle for r in recues) == [False] * 7 + [True]
    assert await pris(soiree.moments["banquet"]) == 2


async def test_une_saisie_sans_identifiant_est_une_nouvelle_inscription_a_chaque_fois(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    compte = await un_compte()

    un, deux = [
        await services.saisir_inscription(soiree.id, une_saisie(soiree), compte, clef, LUNDI)
        for _ in range(2)
    ]

    assert un.id != deux.id
    assert await pris(soiree.moments["banquet"]) == 4


async def test_le_rejeu_rend_l_etat_present_meme_quand_on_n_inscrit_plus(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    compte, saisie = await un_compte(), une_saisie(soiree, id=uuid4())
    foyer = (await services.saisir_inscription(soiree.id, saisie, compte, clef, LUNDI)).id
    await services.annuler_inscription(foyer, LUNDI)
    await changer_evenement(soiree.id, statut="annule")

    rejouee = await services.saisir_inscription(soiree.id, saisie, compte, clef, JEUDI)

    assert not rejouee.nouvelle
    assert await soiree.statuts(foyer) == {"banquet": "annulee"}


async def test_a_la_porte_l_equipe_fait_entrer_quelqu_un_de_plus_et_cela_se_compte(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"banquet": 2})
    compte = await un_compte()
    await soiree.inscrire(2)
    attend = await soiree.inscrire(1)
    passage = une_saisie(soiree, 3, origine="porte", accepte_attente=False)
    with pytest.raises(DemandeInvalide):
        await services.saisir_inscription(soiree.id, passage, compte, clef, SAMEDI_SOIR)
    entree = une_saisie(soiree, 3, origine="porte", accepte_attente=False, malgre_jauge=True)
    foyer = (await services.saisir_inscription(soiree.id, entree, compte, clef, SAMEDI_SOIR)).id

    (compteur,) = await lire_compteurs(soiree.id)
    assert (compteur.pris, compteur.depassement, compteur.venues) == (5, 3, 3)
    assert await soiree.statuts(foyer) == {"banquet": "confirmee"}
    assert await soiree.statuts(attend) == {"banquet": "en_attente"}
    assert await verifier_places() == []


async def test_quand_cela_deborde_rien_n_est_donne_tant_que_cela_ne_tient_pas(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"banquet": 2})
    compte = await un_compte()
    inscrit, attend = await soiree.inscrire(2), await soiree.inscrire(1)
    entree = une_saisie(soiree, 2, origine="porte", malgre_jauge=True)
    foyer = (await services.saisir_inscription(soiree.id, entree, compte, clef, JEUDI)).id

    await services.annuler_inscription(inscrit, JEUDI)
    avant = await soiree.statuts(attend)
    await services.annuler_inscription(foyer, JEUDI)

    assert avant == {"banquet": "en_attente"}
    assert await soiree.statuts(attend) == {"banquet": "confirmee"}
    assert await verifier_places() == []


@pytest.mark.parametrize("origine", ["telephone", "papier"])
async def test_on_ne_depasse_la_jauge_qu_a_la_porte(clef: Clef, origine: str) -> None:
    soiree = await une_soiree(clef, {"banquet": 2})
    saisie = une_saisie(soiree, 3, origine=origine, malgre_jauge=True)

    with pytest.raises(DemandeInvalide) as refus:
        await services.saisir_inscription(soiree.id, saisie, await un_compte(), clef, JEUDI)

    assert [e.champ for e in refus.value.erreurs] == ["malgre_jauge"]
    assert await pris(soiree.moments["banquet"]) == 0


async def test_qui_est_attendu_et_n_est_pas_la_garde_sa_place(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"banquet": 2})
    await soiree.inscrire(2)
    passage = une_saisie(soiree, 1, origine="porte", accepte_attente=False)

    with pytest.raises(MomentComplet):
        await services.saisir_inscription(
            soiree.id, passage, await un_compte(), clef, SAMEDI_SOIR + timedelta(hours=1)
        )


async def test_les_foyers_confirmes_se_comptent_sans_ceux_qui_attendent(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"banquet": 4})
    await soiree.inscrire(3)
    await soiree.inscrire(2)

    (compteur,) = await lire_compteurs(soiree.id)

    assert (compteur.foyers, compteur.foyers_en_attente) == (1, 1)
    assert (compteur.adultes, compteur.enfants, compteur.tout_petits) == (3, 0, 0)


async def test_l_appel_dit_tout_ce_que_le_foyer_ignore_l_evenement_d_abord(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    foyer = await soiree.inscrire(1)
    nouvelles = (
        {"motif": "place_proposee", "jusqu_au": JEUDI.isoformat()},
        {"motif": "moment_retire", "moment": str(uuid4()), "titre": "", "genre": "concert"},
        {"motif": "evenement_modifie", "ancien_debut": LUNDI.isoformat()},
    )

    @ecriture
    async def dire() -> None:
        for nouvelle in nouvelles:
            await services.inscrire_appel(foyer, soiree.id, nouvelle, LUNDI)

    await dire()

    (appel,) = await lire_appels(soiree.id, "fr")
    places = [appel.phrase.find(mot) for mot in ("nouvelle date", "Concert", "avant le ")]
    assert -1 not in places, appel.phrase
    assert places == sorted(places)
    assert "{" not in appel.phrase


async def test_le_passage_rejoue_a_la_porte_garde_le_pointage_corrige_depuis(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    compte, passage = await un_compte(), une_saisie(soiree, 3, id=uuid4(), origine="porte")
    foyer = (await services.saisir_inscription(soiree.id, passage, compte, clef, SAMEDI_SOIR)).id
    await services.accueillir(foyer, Accueil(soiree.moments["banquet"], adultes=1), compte, SAMEDI_SOIR)

    await services.saisir_inscription(soiree.id, passage, compte, clef, SAMEDI_SOIR)

    (compteur,) = await lire_compteurs(soiree.id)
    assert (compteur.pris, compteur.venues) == (3, 1)


async def test_l_identifiant_d_une_autre_inscription_n_est_pas_pris_par_une_saisie(clef: Clef) -> None:
    soiree, autre = await une_soiree(clef), await une_soiree(clef)
    compte = await un_compte()
    du_foyer = await soiree.inscrire(1)
    d_ailleurs = (await services.saisir_inscription(autre.id, une_saisie(autre), compte, clef, LUNDI)).id

    for pris_deja in (du_foyer, d_ailleurs):
        with pytest.raises(DejaUtilise):
            await services.saisir_inscription(
                soiree.id, une_saisie(soiree, id=pris_deja), compte, clef, LUNDI
            )

    assert await pris(soiree.moments["banquet"]) == 1


async def test_une_saisie_effacee_ne_revient_pas(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    compte, saisie = await un_compte(), une_saisie(soiree, id=uuid4())
    foyer = (await services.saisir_inscription(soiree.id, saisie, compte, clef, LUNDI)).id
    await services.effacer_inscription(foyer, LUNDI)

    with pytest.raises(InscriptionEffacee):
        await services.saisir_inscription(soiree.id, saisie, compte, clef, LUNDI)

    assert await pris(soiree.moments["banquet"]) == 0


async def test_retirer_des_abus_rend_les_places_sans_rien_laisser(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"banquet": 6})
    abus = [await soiree.inscrire(3) for _ in range(2)]
    attend = await soiree.inscrire(4)

    assert set(await services.retirer_abus(soiree.id, [*abus, uuid4()], LUNDI)) == set(abus)

    assert await soiree.statuts(attend) == {"banquet": "confirmee"}
    assert await Inscription.count() == 1
    assert await verifier_places() == []


# --- Tout à la fois, et trop tard -----------------------------------------------------------------------------------


async def test_la_meme_demande_envoyee_plusieurs_fois_a_la_fois_ne_fait_qu_une_inscription(
    clef: Clef,
) -> None:
    """Un réseau hésitant renvoie la demande avant d'avoir lu la réponse."""
    soiree = await une_soiree(clef)
    demande = une_demande(soiree.slug, une_presence(soiree.moments["banquet"], 2))
    identifiant = uuid4()

    recues = await asyncio.gather(
        *(services.inscrire_foyer(identifiant, demande, clef, LUNDI) for _ in range(8))
    )

    assert sorted(r.nouvelle for r in recues) == [False] * 7 + [True]
    assert await pris(soiree.moments["banquet"]) == 2


@pytest.mark.parametrize("ailleurs", [False, True], ids=["même évènement", "un autre évènement"])
async def test_le_meme_identifiant_pour_plusieurs_demandes_a_la_fois_n_en_sert_qu_une(
    clef: Clef, ailleurs: bool
) -> None:
    soirees = [await une_soiree(clef) for _ in range(2)]
    identifiant, jeton = uuid4(), "j" * 32
    demandes = [
        une_demande(s.slug, une_presence(s.moments["banquet"], 2), jeton=jeton if rang < 4 else "k" * 32)
        for rang in range(8)
        for s in [soirees[rang % 2 if ailleurs else 0]]
    ]

    reponses = await asyncio.gather(
        *(services.inscrire_foyer(identifiant, demande, clef, LUNDI) for demande in demandes),
        return_exceptions=True,
    )

    refus = [r for r in reponses if isinstance(r, BaseException)]
    assert len(refus) == 7
    assert all(isinstance(r, DejaUtilise | InscriptionIntrouvable) for r in refus), refus
    assert sum([await pris(s.moments["banquet"]) for s in soirees]) == 2
    assert await verifier_places() == []


async def test_un_double_appui_vraiment_simultane_ne_fait_qu_une_inscription(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    presence = une_presence(soiree.moments["banquet"], 2)

    recues = await asyncio.gather(
        *(
            services.inscrire_foyer(
                uuid4(), une_demande(soiree.slug, presence), clef, LUNDI, empreinte="e" * 64
            )
            for _ in range(6)
        )
    )

    assert len({r.id for r in recues}) == 1
    assert await pris(soiree.moments["banquet"]) == 2


async def test_effacer_apres_la_soiree_laisse_les_comptes_justes(clef: Clef) -> None:
    """Et ne donne rien à qui attendait encore : la soirée est passée, même à un moment sans heure."""
    soiree = await une_soiree(clef, {"banquet": 4})
    foyer, autre, attend = await soiree.inscrire(2), await soiree.inscrire(2), await soiree.inscrire(1)
    await sans_heure(soiree.moments["banquet"])

    await services.effacer_inscription(foyer, SAMEDI_SOIR + timedelta(days=2))

    assert await pris(soiree.moments["banquet"]) == 2
    assert await verifier_places() == []
    assert await soiree.statuts(autre) == {"banquet": "confirmee"}
    assert await soiree.statuts(attend) == {"banquet": "en_attente"}


async def test_on_decrit_qui_mange_pas_qui_ecoute(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"reflexion": None, "banquet": 10})
    debat, banquet = soiree.moments["reflexion"], soiree.moments["banquet"]
    quatre = [ConviveDemande(nombre=4, regimes=["halal"])]

    def demander(au_banquet: int) -> DemandeInscription:
        presences = une_presence(debat, 4), une_presence(banquet, au_banquet)
        return une_demande(soiree.slug, *presences, convives=quatre, accord_regimes=True)

    with pytest.raises(DemandeInvalide) as refus:
        await services.inscrire_foyer(uuid4(), demander(1), clef, LUNDI)
    assert [e.champ for e in refus.value.erreurs] == ["convives"]

    await services.inscrire_foyer(uuid4(), demander(4), clef, LUNDI)
    assert [e.nombre for e in await lire_regimes(soiree.id)] == [4]


async def test_qui_reduit_sa_table_ne_compte_pas_plus_d_assiettes_et_n_oublie_aucune_allergie(
    clef: Clef,
) -> None:
    soiree = await une_soiree(clef, {"banquet": 10})
    convives = [ConviveDemande(nombre=3, regimes=["vegetalien"]), ConviveDemande(allergenes=["lupin"])]
    foyer = await soiree.inscrire(4, convives=convives, accord_regimes=True)

    await soiree.changer(foyer, presences=[une_presence(soiree.moments["banquet"], 1)])

    assert [(e.nombre, *e.regimes, *e.allergenes) for e in await lire_regimes(soiree.id)] == [
        (1, "lupin"),
        (1, "vegetalien"),
    ]


async def test_annuler_efface_aussitot_regimes_et_allergies(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    foyer = await soiree.inscrire(
        2, convives=[ConviveDemande(nombre=2, regimes=["vegetarien"])], accord_regimes=True
    )

    await services.annuler_inscription(foyer, LUNDI)

    assert await Convive.count() == 0


@pytest.mark.parametrize(
    ("origine", "connu", "garde"),
    [("api", True, False), ("api", False, False), ("telephone", True, False), ("telephone", False, True)],
)
async def test_l_adresse_qu_ecrit_l_equipe_n_ouvre_pas_les_allergies_du_foyer(
    clef: Clef, origine: str, connu: bool, garde: bool
) -> None:
    """Le lien y part : l'équipe lirait ce que le foyer n'a dit qu'à la cuisine, sauf si elle l'a noté elle-même."""
    soiree = await une_soiree(clef)
    foyer = await soiree.inscrire(
        1,
        courriel="nadia@example.org",
        telephone="0601020304",
        convives=[ConviveDemande(allergenes=["lupin"])],
        accord_regimes=True,
    )
    await venir_de(foyer, origine, connu=connu)

    await soiree.changer(foyer, courriel="bachir@example.org", equipe=True)

    assert await Convive.count() == (1 if garde else 0)


async def test_une_place_proposee_ne_se_prend_plus_quand_l_evenement_est_annule(clef: Clef) -> None:
    soiree = await une_soiree(clef, {"banquet": 2})
    premier = await soiree.inscrire(2)
    attend = await soiree.inscrire(2)
    veille = SAMEDI_SOIR - timedelta(hours=20)
    await services.annuler_inscription(premier, veille)
    await changer_evenement(soiree.id, statut="annule")

    with pytest.raises(EvenementAnnule):
        await services.accepter_place(attend, veille)


async def test_changer_ses_convives_ne_nourrit_pas_plus_de_monde_qu_inscrit(clef: Clef) -> None:
    soiree = await une_soiree(clef)
    foyer = await soiree.inscrire(2)
    trop = [ConviveDemande(nombre=3, regimes=["vegetarien"])]

    with pytest.raises(DemandeInvalide) as refus:
        await soiree.changer(foyer, convives=trop, accord_regimes=True)
    with pytest.raises(DemandeInvalide):
        await soiree.changer(
            foyer,
            convives=trop,
            accord_regimes=True,
            presences=[une_presence(soiree.moments["banquet"], 2)],
        )
    assert [e.champ for e in refus.value.erreurs] == ["convives"]
    assert await Convive.count() == 0

    await soiree.changer(
        foyer, convives=trop, accord_regimes=True, presences=[une_presence(soiree.moments["banquet"], 3)]
    )
    assert [e.nombre for e in await lire_regimes(soiree.id)] == [3]
