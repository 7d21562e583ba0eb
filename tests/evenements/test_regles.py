"""Les règles des évènements, une à une."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.evenements import regles
from server.evenements.schemas import (
    CoorganisationDemande,
    EvenementDemande,
    Filtres,
    ImageDemande,
    MomentDemande,
    MomentVue,
    PrixDemande,
    PrixVue,
    TarifDemande,
    TarifVue,
)
from server.socle.temps import PARIS

MAINTENANT = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
NBSP = "\u00a0"


def a(annee: int, mois: int, jour: int, heure: int = 0, minute: int = 0) -> datetime:
    """Une heure de Paris, en UTC."""
    return datetime(annee, mois, jour, heure, minute, tzinfo=PARIS).astimezone(UTC)


SOIR = a(2026, 6, 12, 19)


def un_moment(**champs: Any) -> MomentDemande:
    return MomentDemande(**{"genre": "reflexion", "debut": SOIR, "fin": SOIR + timedelta(hours=2), **champs})


def un_contenu(**champs: Any) -> EvenementDemande:
    ordinaires = {
        "titre": "Éteindre les incendies",
        "structure": "la-fabrique",
        "resume": "Une conférence gesticulée, puis un banquet.",
        "lieu": "foyer-rural",
        "moments": [un_moment(id=UUID(int=1))],
    }
    return EvenementDemande(**{**ordinaires, **champs})  # type: ignore[arg-type]


def prix(
    mode: str = "gratuit",
    conseille: int | None = None,
    minimum: int | None = None,
    tarifs: tuple[int, ...] = (),
) -> PrixVue:
    vues = [TarifVue(uuid4(), f"tarif {rang}", montant, "") for rang, montant in enumerate(tarifs)]
    return PrixVue(mode, conseille, minimum, vues)  # type: ignore[arg-type]


def vu(genre: str, combien: PrixVue | None = None, titre: str = "") -> MomentVue:
    return MomentVue(
        id=uuid4(), genre=genre, titre=titre, description="", debut=SOIR, fin=None, jauge=None,  # type: ignore[arg-type]
        places_restantes=None, niveau="libre", prix=combien or prix(), sur_inscription=True,
    )  # fmt: skip


# --- transitions ---


@pytest.mark.parametrize(
    ("statut", "permises"),
    [
        ("brouillon", {"publier", "supprimer"}),
        ("publie", {"reporter", "annuler"}),
        ("reporte", {"reporter", "annuler"}),
        ("annule", {"retablir"}),
        ("termine", set()),
    ],
)
def test_seules_ces_transitions_existent(statut: Any, permises: set[str]) -> None:
    assert set(regles.actions_possibles(statut, SOIR, MAINTENANT)) == permises


def test_on_ne_retablit_pas_une_soiree_dont_l_heure_est_passee() -> None:
    assert regles.actions_possibles("annule", MAINTENANT, MAINTENANT) == ()


@pytest.mark.parametrize(
    ("statut", "fin", "attendu"),
    [
        ("publie", SOIR, "publie"),
        ("publie", MAINTENANT, "termine"),
        ("publie", MAINTENANT + timedelta(seconds=1), "publie"),
        ("reporte", MAINTENANT - timedelta(days=1), "termine"),
        ("reporte", None, "reporte"),
        ("annule", MAINTENANT - timedelta(days=1), "annule"),
        ("brouillon", MAINTENANT - timedelta(days=1), "brouillon"),
    ],
)
def test_le_temps_seul_termine_un_evenement(statut: str, fin: datetime | None, attendu: str) -> None:
    assert regles.statut_effectif(statut, fin, MAINTENANT) == attendu


# --- places ---


@pytest.mark.parametrize(
    ("jauge", "pris", "niveau", "restantes"),
    [
        (None, 500, "libre", None),
        (100, 0, "places", 100),
        (100, 89, "places", 11),
        (100, 90, "dernieres", 10),
        (100, 99, "dernieres", 1),
        (100, 100, "complet", 0),
        (100, 130, "complet", 0),
        (5, 3, "places", 2),
        (5, 4, "dernieres", 1),
        (1, 0, "dernieres", 1),
    ],
)
def test_le_niveau_dit_les_places_d_un_mot(
    jauge: int | None, pris: int, niveau: str, restantes: int | None
) -> None:
    assert regles.niveau_places(jauge, pris) == niveau
    assert regles.places_restantes(jauge, pris) == restantes


# --- inscriptions ---


@pytest.mark.parametrize(
    ("changes", "ouvertes"),
    [
        ({}, True),
        ({"statut": "reporte"}, True),
        ({"statut": "reporte", "debut": None, "fin": None}, False),
        ({"statut": "annule"}, False),
        ({"statut": "brouillon"}, False),
        ({"statut": "termine"}, False),
        ({"closes": True}, False),
        ({"sur_inscription": False}, False),
        ({"cloture_le": MAINTENANT}, False),
        ({"cloture_le": MAINTENANT + timedelta(microseconds=1)}, True),
        ({"maintenant": SOIR - timedelta(microseconds=1)}, True),
        ({"maintenant": SOIR}, False),
        ({"maintenant": SOIR, "cloture_le": SOIR + timedelta(hours=1)}, True),
    ],
)
def test_on_s_inscrit_entre_l_annonce_et_la_cloture(changes: dict[str, Any], ouvertes: bool) -> None:
    ordinaire: dict[str, Any] = {
        "statut": "publie", "debut": SOIR, "fin": SOIR + timedelta(hours=4), "cloture_le": None, "closes": False,
        "sur_inscription": True, "maintenant": MAINTENANT,
    }  # fmt: skip

    assert regles.inscriptions_ouvertes(**{**ordinaire, **changes}) is ouvertes


def test_la_cloture_ne_depasse_jamais_la_fin() -> None:
    fin = SOIR + timedelta(hours=4)

    assert regles.cloture_effective(SOIR, fin, fin + timedelta(days=1)) == fin
    assert regles.cloture_effective(SOIR, fin, None) == SOIR
    assert regles.cloture_effective(None, None, SOIR) is None


# --- temps ---


def test_un_document_change_au_premier_instant_a_venir() -> None:
    hier, demain, apres = (MAINTENANT + timedelta(days=n) for n in (-1, 1, 2))

    assert regles.prochain_changement(MAINTENANT, hier, None, apres, demain, MAINTENANT) == demain
    assert regles.prochain_changement(MAINTENANT, hier, None) is None


@pytest.mark.parametrize(
    ("instant", "minuit"),
    [
        (a(2026, 3, 28, 23, 59), datetime(2026, 3, 28, 23, 0, tzinfo=UTC)),
        (a(2026, 3, 29, 0, 0), datetime(2026, 3, 29, 22, 0, tzinfo=UTC)),
        (a(2026, 3, 29, 12, 0), datetime(2026, 3, 29, 22, 0, tzinfo=UTC)),
        (a(2026, 10, 24, 12, 0), datetime(2026, 10, 24, 22, 0, tzinfo=UTC)),
        (a(2026, 10, 25, 12, 0), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),
    ],
)
def test_minuit_est_celui_de_paris_meme_les_jours_de_changement_d_heure(
    instant: datetime, minuit: datetime
) -> None:
    assert regles.minuit_suivant(instant) == minuit


instants = st.integers(946684800, 4102444800).map(lambda s: datetime.fromtimestamp(s, UTC))


@pytest.mark.parametrize(
    ("instant", "premier", "dernier"),
    [
        (a(2026, 6, 1), date(2026, 6, 5), date(2026, 6, 7)),
        (a(2026, 6, 5, 23, 30), date(2026, 6, 5), date(2026, 6, 7)),
        (a(2026, 6, 6, 23, 30), date(2026, 6, 6), date(2026, 6, 7)),
        (a(2026, 6, 7, 17, 59), date(2026, 6, 7), date(2026, 6, 7)),
        # Le dimanche soir, on cherche déjà pour le suivant.
        (a(2026, 6, 7, 18), date(2026, 6, 12), date(2026, 6, 14)),
        # Lundi de Pentecôte, le 25 mai : le week-end le comprend, et l'on y est encore.
        (a(2026, 5, 20), date(2026, 5, 22), date(2026, 5, 25)),
        (a(2026, 5, 24, 20), date(2026, 5, 24), date(2026, 5, 25)),
        (a(2026, 5, 25, 9), date(2026, 5, 25), date(2026, 5, 25)),
        (a(2026, 5, 25, 18), date(2026, 5, 29), date(2026, 5, 31)),
        # Le 1er novembre 2027 est un lundi.
        (a(2027, 10, 30), date(2027, 10, 30), date(2027, 11, 1)),
    ],
)
def test_ce_week_end_va_du_vendredi_au_dernier_jour_de_repos(
    instant: datetime, premier: date, dernier: date
) -> None:
    assert regles.ce_week_end(instant) == (premier, dernier)


@given(instants)
def test_ce_week_end_ne_change_qu_a_minuit_ou_a_sa_bascule(instant: datetime) -> None:
    """Une page gardée jusque-là dit donc toujours vrai."""
    premier, dernier = regles.ce_week_end(instant)
    bascule = regles.bascule_du_week_end(instant)
    juste_avant = min(bascule, regles.minuit_suivant(instant)) - timedelta(seconds=1)

    assert bascule > instant
    assert premier <= dernier
    assert regles.ce_week_end(juste_avant) == (premier, dernier)
    assert regles.ce_week_end(bascule)[0] > dernier


def test_l_evenement_va_du_premier_au_dernier_moment() -> None:
    fin = a(2026, 6, 13, 1)

    assert regles.bornes([(None, None), (SOIR + timedelta(hours=2), fin), (SOIR, None)]) == (SOIR, fin)
    assert regles.bornes([(None, None)]) == (None, None)


def test_un_report_garde_l_heure_des_horloges_d_ete_en_hiver() -> None:
    banquet = a(2026, 10, 23, 20, 30)

    assert regles.decaler(banquet, a(2026, 10, 23, 19), a(2026, 11, 6, 19)) == a(2026, 11, 6, 20, 30)
    assert regles.decaler(a(2026, 3, 28, 20, 30), a(2026, 3, 27, 19), a(2026, 3, 28, 19)) == a(
        2026, 3, 29, 20, 30
    )


def test_un_moment_reporte_la_nuit_du_changement_d_heure_garde_une_duree() -> None:
    debut, fin = a(2026, 6, 13, 2, 0), a(2026, 6, 13, 2, 30)
    # Le 29 mars, 2 h 30 n'existe pas : les horloges sautent de 2 h à 3 h.
    nouveau, nouvelle_fin = regles.decaler_horaire(
        debut, fin, debut, a(2026, 3, 29, 1, 59) + timedelta(minutes=1)
    )

    assert nouvelle_fin is not None
    assert timedelta(0) < nouvelle_fin - nouveau <= timedelta(hours=1, minutes=30)


@given(instants, st.integers(1, 1440), instants, instants)
def test_un_moment_decale_finit_toujours_apres_son_debut(
    debut: datetime, minutes: int, ancien: datetime, nouveau: datetime
) -> None:
    decale, fin = regles.decaler_horaire(debut, debut + timedelta(minutes=minutes), ancien, nouveau)

    assert fin is not None
    assert fin > decale


@pytest.mark.parametrize(
    ("filtres", "depuis", "jusqu_a", "passee", "a_venir"),
    [
        ({}, MAINTENANT, None, False, True),
        ({"du": "2026-03-29"}, a(2026, 3, 29), None, False, False),
        ({"du": "2026-03-29", "au": "2026-03-29"}, a(2026, 3, 29), a(2026, 3, 30), True, False),
        ({"au": "2026-06-01"}, MAINTENANT, a(2026, 6, 2), False, False),
        ({"au": "2026-05-31"}, None, a(2026, 6, 1), True, False),
        (
            {"du": "2026-10-25", "au": "2026-10-25"},
            a(2026, 10, 25),
            datetime(2026, 10, 25, 23, tzinfo=UTC),
            False,
            False,
        ),
    ],
)
def test_la_fenetre_suit_les_jours_de_paris(
    filtres: dict[str, Any], depuis: datetime | None, jusqu_a: datetime | None, passee: bool, a_venir: bool
) -> None:
    fenetre = regles.fenetre(Filtres(**filtres), MAINTENANT)

    assert (fenetre.depuis, fenetre.jusqu_a) == (depuis, jusqu_a)
    assert (fenetre.passee, fenetre.avec_date_a_venir) == (passee, a_venir)


def test_la_nuit_d_un_jour_s_arrete_a_six_heures() -> None:
    assert regles.fenetre(Filtres(), MAINTENANT).fin_apres == MAINTENANT
    assert regles.fenetre(Filtres(au="2026-05-31"), MAINTENANT).fin_apres is None
    assert regles.fenetre(Filtres(du="2026-03-29"), MAINTENANT).fin_apres == a(2026, 3, 29, 6) - timedelta(
        seconds=1
    )


@pytest.mark.parametrize("jour", ["2026-02-30", "0001-01-01", "9999-12-31", "2026-13-01"])
def test_un_jour_impossible_ou_absurde_est_refuse(jour: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        regles.fenetre(Filtres(du=jour), MAINTENANT)


# --- contenu ---


@pytest.mark.parametrize(
    ("champs", "attendus"),
    [
        ({}, []),
        ({"moments": [un_moment(fin=SOIR)]}, [("moments.0.fin", "fin_avant_debut")]),
        ({"moments": [un_moment(fin=SOIR + timedelta(hours=24))]}, []),
        ({"moments": [un_moment(fin=SOIR + timedelta(hours=25))]}, [("moments.0.fin", "moment_trop_long")]),
        ({"moments": [un_moment(genre="travail", fin=SOIR + timedelta(days=3))]}, []),
        ({"moments": [un_moment(debut=None)]}, [("moments.0.debut", "debut_manquant")]),
        ({"moments": [un_moment(debut=None, fin=None)]}, []),
        ({"moments": [un_moment(fin=None)]}, []),
        (
            {
                "moments": [
                    un_moment(),
                    un_moment(debut=SOIR + timedelta(days=40), fin=SOIR + timedelta(days=40, hours=1)),
                ]
            },
            [("moments", "evenement_trop_long")],
        ),
        (
            {
                "moments": [
                    un_moment(debut=datetime.min.replace(tzinfo=UTC)),
                    un_moment(fin=datetime.max.replace(tzinfo=UTC)),
                ]
            },
            [("moments.0.debut", "date_hors_bornes"), ("moments.1.fin", "date_hors_bornes")],
        ),
        ({"moments": [un_moment(id=UUID(int=1)), un_moment(id=UUID(int=1))]}, [("moments.1.id", "repete")]),
        (
            {"moments": [un_moment(prix=PrixDemande("libre", 500, 800))]},
            [("moments.0.prix.conseille_centimes", "conseille_sous_minimum")],
        ),
        (
            {
                "moments": [
                    un_moment(
                        prix=PrixDemande(
                            "tarifs", tarifs=[TarifDemande("Plein", 1200), TarifDemande("plein", 600)]
                        )
                    )
                ]
            },
            [("moments.0.prix.tarifs.1.nom", "repete")],
        ),
        ({"cloture_le": SOIR + timedelta(hours=3)}, [("cloture_le", "cloture_apres_fin")]),
        ({"cloture_le": SOIR + timedelta(hours=1)}, []),
        ({"lieu_repli": "foyer-rural"}, [("lieu_repli", "repli_identique")]),
        (
            {"coorganisations": [CoorganisationDemande("cafe"), CoorganisationDemande("cafe", "hote")]},
            [("coorganisations.1.structure", "repete")],
        ),
        (
            {"coorganisations": [CoorganisationDemande("cafe", "porteuse")]},
            [("coorganisations.0.part", "une_seule_porteuse")],
        ),
    ],
)
def test_un_brouillon_peut_manquer_de_tout_mais_ne_dit_rien_d_impossible(
    champs: dict[str, Any], attendus: list[tuple[str, str]]
) -> None:
    assert [(e.champ, e.texte) for e in regles.incoherences(un_contenu(**champs))] == attendus


def test_un_moment_finit_apres_minuit() -> None:
    concert = un_moment(genre="concert", debut=a(2026, 6, 12, 22), fin=a(2026, 6, 13, 2))

    assert regles.incoherences(un_contenu(moments=[concert])) == []


def test_ce_qui_manque_pour_publier_est_dit_d_un_coup() -> None:
    vide = EvenementDemande(
        titre="Sans rien", structure="la-fabrique", en_ligne=True, moyens_paiement=["monnaie_locale"]
    )

    assert {(e.champ, e.texte) for e in regles.manques(vide)} == {
        ("resume", "resume_manquant"),
        ("lien_en_ligne", "lien_manquant"),
        ("moments", "moment_manquant"),
        ("monnaie_locale", "monnaie_manquante"),
    }
    assert regles.manques(un_contenu()) == []


@pytest.mark.parametrize(
    ("champs", "attendus"),
    [
        ({"lieu": None}, [("lieu", "lieu_manquant")]),
        ({"lieu": None, "en_ligne": True, "lien_en_ligne": "https://visio.exemple.fr/a"}, []),
        ({"resume": " ", "description": "Un texte."}, []),
        ({"moments": [un_moment(debut=None, fin=None)]}, [("moments.0.debut", "debut_manquant")]),
        ({"moments": [un_moment(), un_moment(debut=None, fin=None)]}, []),
        ({"moments": [un_moment(fin=None)]}, [("moments.0.fin", "fin_manquante")]),
        ({"moments": [un_moment(prix=PrixDemande("tarifs"))]}, [("moments.0.prix.tarifs", "tarif_manquant")]),
        ({"image": ImageDemande("a" * 64, " ")}, [("image.alt", "alt_manquant")]),
    ],
)
def test_chaque_manque_designe_son_champ(champs: dict[str, Any], attendus: list[tuple[str, str]]) -> None:
    assert [(e.champ, e.texte) for e in regles.manques(un_contenu(**champs))] == attendus


def test_un_evenement_reporte_sans_date_n_a_pas_d_heure_a_donner() -> None:
    contenu = un_contenu(moments=[un_moment(debut=None, fin=None)])

    assert regles.manques(contenu, date_connue=False) == []


def test_ranger_met_les_moments_dans_l_ordre_du_temps_et_les_instants_en_utc() -> None:
    apres = un_moment(genre="concert", debut=datetime(2026, 6, 12, 22, tzinfo=PARIS), fin=a(2026, 6, 13, 1))
    sans_heure = un_moment(genre="jeu", debut=None, fin=None)

    range_ = regles.ranger(
        un_contenu(moments=[sans_heure, apres, un_moment()], themes=["Eau", "eau ", "Climat"])
    )

    assert [m.genre for m in range_.moments] == ["reflexion", "concert", "jeu"]
    assert range_.moments[1].debut is not None
    assert range_.moments[1].debut.tzinfo is UTC
    assert range_.themes == ["Eau", "Climat"]


def test_ranger_oublie_ce_qui_reste_d_un_autre_mode_de_prix() -> None:
    melange = PrixDemande("gratuit", 1200, 500, [TarifDemande("Plein", 1200)])

    assert regles.ranger(un_contenu(moments=[un_moment(prix=melange)])).moments[0].prix == PrixDemande()
    libre = msgspec.structs.replace(melange, mode="libre")
    assert regles.ranger(un_contenu(moments=[un_moment(prix=libre)])).moments[0].prix == PrixDemande(
        "libre", 1200, 500
    )


@pytest.mark.parametrize(
    ("champs", "annonce", "deplace"),
    [
        ({"description": "Un mot de plus."}, False, False),
        ({"titre": "Autre titre"}, True, False),
        ({"lieu": "place-aux-herbes"}, True, True),
        ({"en_ligne": True, "lien_en_ligne": "https://visio.exemple.fr/a"}, True, True),
        ({"moments": [un_moment(id=UUID(int=1), jauge=50)]}, False, False),
        ({"moments": [un_moment(id=UUID(int=1), fin=SOIR + timedelta(hours=3))]}, True, False),
        ({"moments": [un_moment(id=UUID(int=1), debut=SOIR + timedelta(minutes=30))]}, True, True),
        ({"moments": [un_moment(id=UUID(int=1)), un_moment(genre="banquet")]}, True, False),
        ({"moments": [un_moment(id=UUID(int=1)), un_moment(debut=SOIR - timedelta(hours=1))]}, True, True),
        ({"moments": [un_moment(id=UUID(int=1), description="On causera.")]}, False, False),
        ({"attente": False}, False, False),
    ],
)
def test_on_ne_previent_que_de_ce_qui_compte(champs: dict[str, Any], annonce: bool, deplace: bool) -> None:
    trouve = regles.changements(un_contenu(), un_contenu(**champs))

    assert trouve.champs
    assert (trouve.annonce, trouve.deplace) == (annonce, deplace)


def test_rien_de_change_n_est_pas_un_changement() -> None:
    assert regles.changements(un_contenu(version=3), un_contenu()) == regles.Changements(
        (), annonce=False, deplace=False
    )


# --- prix ---


@pytest.mark.parametrize(
    ("moments", "gratuit"),
    [
        ([("reflexion", "gratuit"), ("banquet", "libre")], True),
        ([("reflexion", "gratuit"), ("banquet", "tarifs")], True),
        ([("reflexion", "libre"), ("banquet", "gratuit")], False),
        ([("reflexion", "gratuit"), ("concert", "tarifs")], False),
        ([("banquet", "tarifs")], False),
        ([("banquet", "gratuit")], True),
    ],
)
def test_un_evenement_gratuit_avec_un_repas_payant_est_gratuit(
    moments: list[tuple[str, str]], gratuit: bool
) -> None:
    assert regles.est_gratuit(moments) is gratuit


@pytest.mark.parametrize(
    ("moments", "phrase"),
    [
        (
            [vu("reflexion"), vu("banquet", prix("libre", 1200)), vu("concert")],
            f"Entrée libre, repas à prix libre (conseillé 12{NBSP}€)",
        ),
        ([vu("reflexion")], "Gratuit"),
        ([vu("reflexion"), vu("banquet")], "Gratuit, repas compris"),
        ([vu("banquet")], "Gratuit"),
        ([vu("reflexion"), vu("banquet", prix("libre"))], "Entrée libre, repas à prix libre"),
        (
            [vu("reflexion"), vu("banquet", prix("libre", 1200, 500))],
            f"Entrée libre, repas à prix libre (conseillé 12{NBSP}€, minimum 5{NBSP}€)",
        ),
        ([vu("reflexion"), vu("banquet", prix("libre", 0, 0))], "Entrée libre, repas à prix libre"),
        (
            [vu("reflexion"), vu("banquet", prix("tarifs", tarifs=(1200, 600)))],
            f"Entrée libre, repas de 6{NBSP}€ à 12{NBSP}€",
        ),
        (
            [vu("reflexion"), vu("banquet", prix("tarifs", tarifs=(750,)))],
            f"Entrée libre, repas à 7,50{NBSP}€",
        ),
        (
            [vu("reflexion"), vu("banquet", prix("tarifs", tarifs=(0, 1200)))],
            f"Entrée libre, repas de 0 à 12{NBSP}€",
        ),
        ([vu("banquet", prix("libre", 1200))], f"Repas à prix libre (conseillé 12{NBSP}€)"),
        ([vu("concert", prix("tarifs", tarifs=(500, 1000)))], f"De 5{NBSP}€ à 10{NBSP}€"),
        ([vu("concert", prix("tarifs", tarifs=(800,)))], f"8{NBSP}€"),
        ([vu("concert", prix("libre", minimum=300))], f"Prix libre (minimum 3{NBSP}€)"),
        (
            [vu("concert", prix("tarifs", tarifs=(800,))), vu("banquet", prix("libre", 1200))],
            f"Entrée à 8{NBSP}€, repas à prix libre (conseillé 12{NBSP}€)",
        ),
        ([vu("concert", prix("libre")), vu("banquet")], "Entrée à prix libre, repas offert"),
        (
            [vu("reflexion"), vu("concert", prix("tarifs", tarifs=(800,))), vu("banquet", prix("libre"))],
            f"Débat en accès libre, concert à 8{NBSP}€, repas à prix libre",
        ),
        (
            [
                vu("reflexion"),
                vu("banquet", prix("libre"), "déjeuner"),
                vu("banquet", prix("tarifs", tarifs=(1500,)), "grand dîner"),
            ],
            f"Entrée libre, déjeuner à prix libre, grand dîner à 15{NBSP}€",
        ),
        ([], ""),
    ],
)
def test_le_prix_se_dit_en_une_phrase(moments: list[MomentVue], phrase: str) -> None:
    assert regles.phrase_prix("fr", moments) == phrase


def test_le_prix_se_dit_aussi_en_anglais() -> None:
    moments = [vu("reflexion"), vu("banquet", prix("libre", 1200))]

    assert regles.phrase_prix("en", moments) == "Free entry, meal: pay what you can (suggested €12)"


@pytest.mark.parametrize(
    ("moyens", "monnaie", "texte", "phrase"),
    [
        ([], "", "", ""),
        (["especes"], "", "", "Sur place\u202f: espèces."),
        (["especes", "cheque", "carte"], "", "", "Sur place\u202f: espèces, chèque ou carte bancaire."),
        (
            ["especes", "monnaie_locale"],
            "l’Aïga",
            " Au comptoir. ",
            "Sur place\u202f: espèces ou l’Aïga. Au comptoir.",
        ),
        ([], "", "Chapeau à la sortie.", "Chapeau à la sortie."),
    ],
)
def test_on_sait_comment_et_ou_l_on_paie(moyens: list[str], monnaie: str, texte: str, phrase: str) -> None:
    assert regles.phrase_paiement("fr", moyens, monnaie, texte) == phrase
