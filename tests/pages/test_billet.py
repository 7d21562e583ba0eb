"""Le billet : l'état en une phrase juste, et seulement ce qu'on peut encore faire."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest

from server.evenements.schemas import InscriptionsVue
from server.inscriptions.schemas import (
    ConviveVue,
    EvenementInscrit,
    InscriptionVue,
    LiensInscription,
    PresenceVue,
)
from server.pages.billet import Billet, dire_billet
from server.pages.formulaires import demande_depuis, saisie_depuis_inscription
from tests.flux.vues import une_vue

DEBUT = datetime(2026, 6, 13, 17, 0, tzinfo=UTC)
AVANT = DEBUT - timedelta(days=3)
CLOSES = InscriptionsVue(ouvertes=False, cloture_le=AVANT, attente=True, taille_max=12)


def une_presence(genre: str, statut: str, adultes: int, enfants: int = 0, **champs: object) -> PresenceVue:
    depart = PresenceVue(
        moment=uuid4(), genre=genre, titre="", debut=DEBUT, fin=None, statut="confirmee", adultes=adultes,
        enfants=enfants, tout_petits=0, tarif=None, rang_attente=None, en_plus=0, proposee_jusqu_au=None,
    )  # fmt: skip
    return msgspec.structs.replace(depart, statut=statut, **champs)


def une_inscription(*presences: PresenceVue, **champs: object) -> InscriptionVue:
    evenement = EvenementInscrit(
        slug="soiree", version=3, titre="Soirée", statut="publie", motif="", debut=DEBUT, fin=None, lieu=None,
        lien_en_ligne=None, url="",
    )  # fmt: skip
    depart = InscriptionVue(
        id=UUID(int=1), evenement=evenement, prenom="Nadia", courriel="nadia@example.org", courriel_confirme=False,
        telephone=None, commune="30334", presences=list(presences), convives=[], accord_regimes=False,
        contributions=["cuisine"], besoins=[], message=None, premiere_fois=True, accepte_attente=True,
        tout_ou_rien=False, langue="fr", pour_autrui=None, code_accueil="ABCD2345", origine="formulaire",
        cree_le=AVANT, modifie_le=AVANT, annulee_le=None, modifiable=True, liens=LiensInscription("", "", "", ""),
    )  # fmt: skip
    return msgspec.structs.replace(depart, **champs)


def un_billet(
    vue: InscriptionVue,
    maintenant: datetime = AVANT,
    *,
    ouverte_par_courriel: bool = False,
    **evenement: object,
) -> Billet:
    depart = {"titre": "Soirée", "debut": DEBUT, "fin": DEBUT + timedelta(hours=4), **evenement}
    return dire_billet(vue, une_vue(**depart), "fr", maintenant, ouverte_par_courriel=ouverte_par_courriel)


@pytest.mark.parametrize(
    ("presences", "phrase", "ton"),
    [
        (
            [une_presence("banquet", "confirmee", 2, 1), une_presence("reflexion", "confirmee", 2)],
            "C’est noté, Nadia\u202f: 3 au banquet et 2 au débat.",
            "confirmee",
        ),
        (
            [
                une_presence("reflexion", "confirmee", 2),
                une_presence("banquet", "en_attente", 2, rang_attente=1),
            ],
            "C’est noté, Nadia\u202f: 2 au débat. En attente\u202f: 2 au banquet.",
            "confirmee",
        ),
        (
            [une_presence("banquet", "en_attente", 4, rang_attente=2)],
            "Nadia, vous êtes sur la liste d’attente\u202f: 4 au banquet.",
            "attente",
        ),
        (
            [
                une_presence("atelier", "confirmee", 1, titre="Pain"),
                une_presence("atelier", "confirmee", 2, titre="Vin"),
            ],
            "C’est noté, Nadia\u202f: 1 à l’atelier (Pain) et 2 à l’atelier (Vin).",
            "confirmee",
        ),
    ],
)
def test_l_etat_se_dit_en_une_phrase(presences: list[PresenceVue], phrase: str, ton: str) -> None:
    billet = un_billet(une_inscription(*presences))

    assert (billet.phrase, billet.ton) == (phrase, ton)


def test_une_inscription_annulee_ne_propose_plus_rien() -> None:
    vue = une_inscription(une_presence("banquet", "annulee", 2), annulee_le=AVANT)

    billet = un_billet(vue, ouverte_par_courriel=True)

    assert billet.phrase == "Inscription annulée. Merci d’avoir prévenu, Nadia."
    assert (billet.annulable, billet.telechargeable, billet.adresse, billet.lignes) == (False, False, "", [])
    assert (billet.vient, billet.modifiable, billet.etats) == (False, False, [])


@pytest.mark.parametrize(
    ("evenement", "offerte"),
    [
        ({}, True),
        ({"inscriptions": CLOSES}, False),
        ({"statut": "annule"}, False),
        ({"statut": "termine"}, False),
    ],
)
def test_qui_a_annule_peut_se_reinscrire_tant_que_c_est_ouvert(
    evenement: dict[str, object], offerte: bool
) -> None:
    annulee = une_inscription(une_presence("banquet", "annulee", 2), annulee_le=AVANT)

    assert un_billet(annulee, **evenement).reinscription is offerte
    assert not un_billet(une_inscription(une_presence("banquet", "confirmee", 2))).reinscription


def test_un_evenement_annule_ne_dit_plus_ni_place_ni_code_ni_adresse_a_confirmer() -> None:
    vue = une_inscription(une_presence("banquet", "confirmee", 2), une_presence("concert", "en_attente", 2))

    billet = un_billet(vue, ouverte_par_courriel=True, statut="annule", motif="Vent fort.")

    assert (billet.phrase, billet.ton) == ("Annulé\u202f: Soirée", "annulee")
    assert billet.bandeau is not None
    assert billet.bandeau.phrases == [
        "Ce rendez-vous n’aura pas lieu.",
        "Il était prévu samedi 13 juin 2026 à 19\u00a0h.",
        "Raison\u202f: Vent fort.",
    ]
    assert (billet.vient, billet.annulable, billet.modifiable, billet.telechargeable) == (False,) * 4
    assert (billet.lignes, billet.etats, billet.suite, billet.prix) == ([], [], "", [])
    assert (billet.adresse, billet.proposition) == ("", "")


@pytest.mark.parametrize(
    ("debut", "nouvelle"),
    [
        (DEBUT, "Nouvelle date\u202f: samedi 13 juin 2026 à 19\u00a0h."),
        (None, "La nouvelle date n’est pas encore connue."),
    ],
)
def test_un_report_dit_quelle_date_est_laquelle(debut: datetime | None, nouvelle: str) -> None:
    vue = une_inscription(une_presence("banquet", "confirmee", 2))

    billet = un_billet(vue, statut="reporte", debut=debut, debut_initial=DEBUT - timedelta(days=7))

    assert billet.bandeau is not None
    assert billet.bandeau.phrases == [nouvelle, "Il était prévu samedi 6 juin 2026 à 19\u00a0h."]


def test_sans_aucune_place_ni_code_ni_calendrier_mais_la_suite() -> None:
    attend = un_billet(une_inscription(une_presence("banquet", "en_attente", 2, rang_attente=2)))
    partage = un_billet(
        une_inscription(
            une_presence("reflexion", "confirmee", 2),
            une_presence("banquet", "en_attente", 2, rang_attente=2),
        )
    )

    assert attend.etats == ["Vous n’avez pas encore de place au banquet."]
    assert (attend.vient, attend.telechargeable) == (False, False)
    assert partage.etats == [
        "Vos places sont réservées au débat.",
        "Vous n’avez pas encore de place au banquet.",
    ]
    assert (partage.vient, partage.telechargeable) == (True, True)
    assert "24 dernières heures" in attend.suite
    assert "4 heures" in attend.suite
    assert un_billet(une_inscription(une_presence("banquet", "confirmee", 1))).suite == ""


def test_le_rang_et_les_personnes_de_plus_se_lisent_sous_le_moment() -> None:
    premier = une_presence("banquet", "en_attente", 2, 1, rang_attente=1)
    agrandi = une_presence("reflexion", "confirmee", 2, rang_attente=3, en_plus=2)

    lignes = un_billet(une_inscription(premier, agrandi)).lignes

    assert [(ligne.personnes, ligne.precisions) for ligne in lignes] == [
        ("2 adultes et 1 enfant", ["en tête de la liste"]),
        ("2 adultes", ["3e sur la liste", "2 personnes de plus attendent"]),
    ]


def test_une_place_proposee_dit_jusqu_a_quand_elle_est_gardee() -> None:
    proposee = une_presence("banquet", "confirmee", 2, proposee_jusqu_au=DEBUT - timedelta(hours=5))

    billet = un_billet(une_inscription(proposee))

    assert billet.lignes[0].statut == "proposee"
    assert (
        billet.proposition
        == "Elles sont gardées pour vous jusqu’à samedi 13 juin à 14\u00a0h\u202f: 2 au banquet."
    )


@pytest.mark.parametrize(
    ("champs", "par_courriel", "attendu"),
    [
        ({}, True, "a_confirmer"),
        ({}, False, "attendue"),
        ({"courriel_confirme": True}, True, ""),
        ({"courriel": None}, True, ""),
    ],
)
def test_l_adresse_se_confirme_seulement_depuis_le_message_recu(
    champs: dict[str, object], par_courriel: bool, attendu: str
) -> None:
    vue = une_inscription(une_presence("banquet", "confirmee", 1), **champs)

    assert un_billet(vue, ouverte_par_courriel=par_courriel).adresse == attendu


def test_on_peut_annuler_jusqu_au_debut() -> None:
    vue = une_inscription(une_presence("banquet", "confirmee", 1), modifiable=False)

    assert un_billet(vue, DEBUT - timedelta(seconds=1)).annulable
    assert not un_billet(vue, DEBUT).annulable


def test_le_formulaire_de_changement_redit_exactement_l_inscription() -> None:
    """Ouvrir « Changer » et enregistrer sans rien toucher ne change rien."""
    debat, banquet = une_presence("reflexion", "confirmee", 2), une_presence("banquet", "en_attente", 2, 1)
    annule = une_presence("concert", "annulee", 5)
    vue = une_inscription(debat, banquet, annule)

    relue = demande_depuis(saisie_depuis_inscription(vue), evenement="soiree", jeton="a" * 22, langue="fr")

    assert {p.moment: (p.adultes, p.enfants, p.tout_petits) for p in relue.presences} == {
        debat.moment: (2, 0, 0),
        banquet.moment: (2, 1, 0),
    }
    assert (relue.prenom, relue.courriel, relue.commune, relue.premiere_fois) == (
        "Nadia",
        "nadia@example.org",
        "30334",
        True,
    )
    assert (relue.contributions, relue.version_vue) == (["cuisine"], 3)


def test_le_billet_dit_le_code_de_chaque_assiette_a_part() -> None:
    vue = une_inscription(
        une_presence("banquet", "confirmee", 2),
        convives=[
            ConviveVue("adulte", 1, [], []),
            ConviveVue("adulte", 1, ["vegetalien"], ["lait"], "27a"),
        ],
    )

    (assiette,) = un_billet(vue).assiettes

    assert (assiette.code, assiette.qui, assiette.besoin) == (
        "27a",
        "1 adulte",
        "végétalien et allergique au lait",
    )


def test_sans_place_au_banquet_le_billet_n_a_pas_de_code_d_assiette() -> None:
    convives = [ConviveVue("adulte", 1, ["halal"], [], "3a")]

    assert (
        un_billet(une_inscription(une_presence("reflexion", "confirmee", 2), convives=convives)).assiettes
        == []
    )
    attente = une_presence("banquet", "en_attente", 2)
    assert un_billet(une_inscription(attente, convives=convives)).assiettes == []
