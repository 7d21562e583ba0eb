"""Le formulaire : tout ce qui est tapé est gardé, tout ce qui ne va pas est dit au bon endroit."""

from urllib.parse import urlencode
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.inscriptions.schemas import DemandeInscription, ModificationInscription
from server.pages.formulaires import (
    CHAMPS_MAX,
    Saisie,
    champ_du_formulaire,
    champs_du_corps,
    demande_depuis,
    erreurs_affichees,
    modification_depuis,
    saisie_depuis_champs,
)
from server.socle.erreurs import DemandeInvalide, ErreurDeChamp

DEBAT = "11111111-1111-4111-8111-111111111111"
BANQUET = "22222222-2222-4222-8222-222222222222"
JETON = "a" * 22


def saisie(*couples: tuple[str, str], **simples: str) -> Saisie:
    """La saisie d'un foyer ordinaire, avec ce que l'essai change."""
    defauts = {
        "adultes": "2",
        "enfants": "1",
        "tout_petits": "0",
        "prenom": "Nadia",
        "courriel": "nadia@example.org",
    }
    champs = [*(defauts | simples).items(), *couples]
    if not any(nom == "moments" for nom, _ in champs):
        champs += [("moments", DEBAT), ("moments", BANQUET)]
    return saisie_depuis_champs(champs_du_corps(urlencode(champs).encode()))


def demande(depart: Saisie) -> DemandeInscription:
    return demande_depuis(depart, evenement="soiree", jeton=JETON, langue="fr")


def refus(depart: Saisie) -> list[tuple[str, str]]:
    """Où et pourquoi cette saisie est refusée."""
    with pytest.raises(DemandeInvalide) as leve:
        demande(depart)
    return [(erreur.champ, erreur.texte) for erreur in leve.value.erreurs]


def test_les_memes_nombres_valent_pour_tous_les_moments_coches() -> None:
    presences = demande(saisie()).presences

    assert [(p.moment, p.adultes, p.enfants, p.tout_petits) for p in presences] == [
        (UUID(DEBAT), 2, 1, 0),
        (UUID(BANQUET), 2, 1, 0),
    ]


def test_un_moment_decoche_n_est_pas_demande() -> None:
    presences = demande(saisie(("moments", BANQUET))).presences

    assert [p.moment for p in presences] == [UUID(BANQUET)]


def test_un_nombre_tape_pour_un_moment_remplace_le_nombre_commun_et_lui_seul() -> None:
    debat, banquet = demande(saisie((f"adultes.{BANQUET}", "5"), (f"enfants.{BANQUET}", ""))).presences

    assert (debat.adultes, debat.enfants) == (2, 1)
    assert (banquet.adultes, banquet.enfants) == (5, 1)


def test_une_case_vide_vaut_zero() -> None:
    assert demande(saisie(adultes="1", enfants="")).presences[0].enfants == 0


def test_une_assiette_vide_ne_dit_rien_et_une_assiette_sans_nombre_est_une_personne() -> None:
    convives = demande(
        saisie(
            ("convive.0.nombre", "2"), ("convive.2.regimes", "vegetalien"), ("convive.2.allergenes", "lait")
        )
    ).convives

    assert [(c.nombre, c.age, c.regimes, c.allergenes) for c in convives] == [
        (1, "adulte", ["vegetalien"], ["lait"])
    ]


def test_la_personne_qui_inscrit_quelqu_un_d_autre_donne_son_prenom() -> None:
    autrui = demande(saisie(autrui_prenom="Samir", autrui_telephone="04 66 00 00 00")).pour_autrui

    assert autrui is not None
    assert (autrui.prenom, autrui.courriel, autrui.telephone) == ("Samir", None, "04 66 00 00 00")
    assert refus(saisie(autrui_telephone="04 66 00 00 00")) == [("pour_autrui.prenom", "trop_court")]


@pytest.mark.parametrize(
    ("tape", "attendu"),
    [("", None), ("oui", True), ("non", False), ("peut-être", None)],
)
def test_la_premiere_fois_peut_rester_sans_reponse(tape: str, attendu: bool | None) -> None:
    assert demande(saisie(premiere_fois=tape)).premiere_fois is attendu


def test_modifier_remplace_tous_les_champs_du_formulaire() -> None:
    changement = modification_depuis(saisie(message="À bientôt"), "fr")

    assert isinstance(changement, ModificationInscription)
    assert changement.prenom == "Nadia"
    assert changement.message == "À bientôt"
    assert changement.convives == []


def test_tous_les_refus_sont_dits_a_la_fois_et_a_leur_champ() -> None:
    tapee = saisie(
        (f"adultes.{BANQUET}", "1000"),
        ("convive.3.regimes", "cannibale"),
        adultes="-1",
        enfants="trois",
        prenom="",
        courriel="nadia",
        telephone="!",
    )

    erreurs = [ErreurDeChamp(champ, texte) for champ, texte in refus(tapee)]

    assert [e.champ for e in erreurs_affichees(erreurs, tapee, "fr")] == [
        "adultes",
        f"adultes.{BANQUET}",
        "enfants",
        "prenom",
        "courriel",
        "telephone",
        "convive.3.regimes",
    ]


@pytest.mark.parametrize(
    ("champ", "attendu"),
    [
        ("presences", "moments"),
        ("presences.0", "moments"),
        ("presences.0.moment", "moments"),
        ("presences.0.adultes", "adultes"),
        ("presences.1.adultes", f"adultes.{BANQUET}"),
        ("presences.1.tarif", f"tarif.{BANQUET}"),
        ("presences.99.adultes", "moments"),
        ("presences.x.adultes", "moments"),
        ("convives", "convive.0"),
        ("convives.0.regimes.4", "convive.2.regimes"),
        ("convives.0.age", "convive.2"),
        ("convives.7", "convive.0"),
        ("pour_autrui.courriel", "autrui_courriel"),
        ("pour_autrui", "autrui_prenom"),
        ("courriel", "courriel"),
        ("contributions.2", "contributions"),
        ("version_vue", "formulaire"),
        ("jeton", "formulaire"),
        ("", "formulaire"),
    ],
)
def test_un_refus_revient_au_champ_qui_le_porte(champ: str, attendu: str) -> None:
    tapee = saisie((f"adultes.{BANQUET}", "3"), ("convive.2.regimes", "halal"))

    assert champ_du_formulaire(champ, tapee) == attendu


def test_personne_se_corrige_dans_les_nombres() -> None:
    (dite,) = erreurs_affichees([ErreurDeChamp("presences", "personne")], saisie(), "fr")

    assert (dite.champ, dite.ancre) == ("adultes", "adultes")


# --- formulaires hostiles -------------------------------------------------------------------------------------------


def test_une_reponse_donnee_deux_fois_est_refusee_et_non_choisie() -> None:
    tapee = saisie(("prenom", "Paul"), (f"enfants.{BANQUET}", "1"), (f"enfants.{BANQUET}", "9"))

    assert refus(tapee) == [("prenom", "repete"), ("presences.1.enfants", "repete")]


def test_la_meme_reponse_donnee_deux_fois_ne_gene_personne() -> None:
    assert demande(saisie(("prenom", "Nadia"), ("moments", DEBAT), ("moments", DEBAT))).prenom == "Nadia"


def test_un_formulaire_vide_dit_ce_qui_manque() -> None:
    tapee = saisie_depuis_champs(champs_du_corps(b""))

    assert refus(tapee) == [("prenom", "trop_court"), ("presences", "trop_court")]


@pytest.mark.parametrize(
    "corps",
    [
        b"prenom=%FF",
        b"prenom=%ED%A0%80",
        "prenom=é".encode(),
        b"&".join(b"moments=%d" % n for n in range(CHAMPS_MAX + 1)),
    ],
    ids=["hors UTF-8", "demi-caractère", "octets nus", "trop de champs"],
)
def test_un_corps_illisible_est_refuse(corps: bytes) -> None:
    with pytest.raises(DemandeInvalide):
        champs_du_corps(corps)


@pytest.mark.parametrize(
    "nom", ["adultes.", "adultes." + "x" * 500, "convive.999.nombre", "convive.٣.nombre", "adultes.a.b"]
)
def test_un_champ_au_nom_inattendu_ne_change_rien(nom: str) -> None:
    assert demande(saisie((nom, "7"))) == demande(saisie())


@pytest.mark.parametrize("tape", ["١", "1e3", "0x10", "1.5", "99999999999999999999", "NaN", "\u2028"])
def test_un_nombre_qui_n_en_est_pas_un_est_refuse(tape: str) -> None:
    if tape.strip():
        assert [champ for champ, _ in refus(saisie(adultes=tape))] == [
            "presences.0.adultes",
            "presences.1.adultes",
        ]
    else:
        assert demande(saisie(adultes=tape)).presences[0].adultes == 0


@pytest.mark.parametrize(
    ("champ", "tape"),
    [
        ("prenom", "Nadia\r\nBcc: tous@example.org"),
        ("prenom", "a" * 10_000),
        ("prenom", "Nadia\x00"),
        ("prenom", "\u202eaidaN"),
        ("courriel", "nadia@example.org\nX: y"),
        ("telephone", "<script>"),
        ("commune", "Uzès"),
        ("message", "x" * 5000),
        ("version_vue", "trois"),
    ],
)
def test_une_valeur_hostile_est_refusee_sur_son_champ(champ: str, tape: str) -> None:
    assert [nom for nom, _ in refus(saisie(**{champ: tape}))] == [champ]


def test_un_prenom_dans_un_autre_alphabet_ou_avec_une_emoticone_est_bienvenu() -> None:
    assert demande(saisie(prenom="ندى 🌻")).prenom == "ندى 🌻"


def test_on_voit_d_emblee_les_assiettes_remplies_et_toujours_la_premiere() -> None:
    deux = [("convive.0.regimes", "vegetarien"), ("convive.1.allergenes", "lait")]

    assert saisie().assiettes_montrees == 1
    assert saisie(*deux).assiettes_montrees == 2
    # Une case vide au milieu reste à sa place : les refus y renvoient.
    assert saisie(("convive.2.regimes", "halal")).assiettes_montrees == 3


NOMS = st.sampled_from(
    [
        "prenom",
        "adultes",
        "moments",
        f"adultes.{DEBAT}",
        "convive.1.regimes",
        "convive.49.nombre",
        "tarif.x",
        "langue",
    ]
)


@settings(max_examples=60)
@given(st.lists(st.tuples(NOMS | st.text(max_size=30), st.text(max_size=60)), max_size=40))
def test_aucun_formulaire_ne_fait_tomber_la_lecture(couples: list[tuple[str, str]]) -> None:
    """Tout se lit en une demande ou se refuse en disant où, et chaque refus a une place dans la page."""
    corps = urlencode(couples, errors="replace").encode()
    tapee = saisie_depuis_champs(champs_du_corps(corps))
    erreurs: list[ErreurDeChamp] = []
    try:
        lue = demande(tapee)
    except DemandeInvalide as refus:
        lue, erreurs = None, refus.erreurs

    dites = erreurs_affichees(erreurs, tapee, "fr")
    assert bool(lue) != bool(dites)
    assert all(dite.champ and dite.message for dite in dites)
