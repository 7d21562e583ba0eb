"""Ce que disent les températures et les pesées, sans base ni réseau."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.banquets.cuisine import regles
from server.banquets.cuisine.schemas import GenreMesure, GenrePesee, MesureDemande

MIDI = datetime(2026, 6, 12, 10, 0, tzinfo=UTC)


def serie(*mesures: tuple[int, int]) -> list[regles.Point]:
    """(minutes après midi, dixièmes)."""
    return [regles.Point(dixiemes, MIDI + timedelta(minutes=minutes)) for minutes, dixiemes in mesures]


@pytest.mark.parametrize(
    ("genre", "mesures", "verdict"),
    [
        ("chaud", [(0, 630)], "bon"),
        ("chaud", [(0, 629)], "trop_froid"),
        ("chaud", [(0, 629), (10, 640)], "bon"),
        ("chaud", [(10, 640), (0, 629)], "bon"),
        ("froid", [(0, 30)], "bon"),
        ("froid", [(0, 31)], "trop_chaud"),
        ("froid", [(0, -180)], "bon"),
        # Deux heures juste, et une minute de plus.
        ("refroidissement", [(0, 630), (120, 100)], "bon"),
        ("refroidissement", [(0, 630), (121, 100)], "trop_long"),
        # On attend encore au-dessus de 63 °C : le temps part de la dernière fois qu'on l'y a vue.
        ("refroidissement", [(0, 850), (60, 650), (170, 90)], "bon"),
        ("refroidissement", [(0, 850), (60, 600), (121, 90)], "trop_long"),
        ("refroidissement", [(0, 650), (90, 200)], "en_cours"),
        ("refroidissement", [(0, 650), (130, 200)], "trop_long"),
        ("refroidissement", [(0, 650)], "en_cours"),
        # Commencée trop tard : le temps part de ce qu'on sait.
        ("refroidissement", [(0, 400), (100, 80)], "bon"),
        ("refroidissement", [(0, 40)], "a_suivre"),
        # Remontée après être arrivée : c'est l'arrivée qui compte.
        ("refroidissement", [(0, 700), (100, 90), (200, 120)], "bon"),
        ("remise", [(0, 40), (60, 630)], "bon"),
        ("remise", [(0, 40), (61, 630)], "trop_long"),
        ("remise", [(0, 40), (30, 50), (85, 650)], "bon"),
        ("remise", [(0, 40), (40, 500)], "en_cours"),
        ("remise", [(0, 700)], "a_suivre"),
        ("chaud", [], None),
        ("refroidissement", [], None),
    ],
)
def test_ce_que_disent_les_temperatures(
    genre: GenreMesure, mesures: list[tuple[int, int]], verdict: str | None
) -> None:
    assert regles.juger(genre, serie(*mesures))[0] == verdict


def test_un_delai_dit_son_heure() -> None:
    _, limite = regles.juger("refroidissement", serie((0, 800), (20, 640), (50, 400)))

    assert limite == MIDI + timedelta(minutes=140)
    assert regles.juger("remise", serie((0, 40), (5, 200)))[1] == MIDI + timedelta(minutes=60)
    assert regles.juger("chaud", serie((0, 700)))[1] is None


@given(
    st.lists(st.tuples(st.integers(0, 600), st.integers(-400, 2500)), max_size=12),
    st.sampled_from(["chaud", "froid", "refroidissement", "remise"]),
    st.randoms(),
)
def test_l_ordre_d_arrivee_des_mesures_ne_change_rien(
    mesures: list[tuple[int, int]], genre: GenreMesure, hasard: object
) -> None:
    """Hors réseau, elles arrivent comme elles peuvent."""
    uniques = list(dict(mesures).items())
    melangees = list(uniques)
    hasard.shuffle(melangees)  # type: ignore[attr-defined]

    assert regles.juger(genre, serie(*uniques)) == regles.juger(genre, serie(*melangees))


@pytest.mark.parametrize(
    ("prise_le", "faute"),
    [
        (MIDI, None),
        (MIDI + timedelta(minutes=5), None),
        (MIDI + timedelta(minutes=6), "mesure_future"),
        (MIDI - timedelta(days=7), None),
        (MIDI - timedelta(days=8), "mesure_ancienne"),
        (datetime(2000, 1, 1, tzinfo=UTC), "mesure_ancienne"),
    ],
)
def test_l_heure_de_l_appareil_est_bornee(prise_le: datetime, faute: str | None) -> None:
    assert regles.verifier_instant(prise_le, MIDI + timedelta(hours=9), MIDI) == faute


def test_toutes_les_fautes_d_une_mesure_se_disent_ensemble() -> None:
    demande = MesureDemande(
        genre="chaud",
        sujet="Frigo, appeler le 06 12 34 56 78",
        suite_de=uuid4(),
        dixiemes=600,
        prise_le=MIDI + timedelta(days=1),
        annule=True,
    )

    assert [(e.champ, e.texte) for e in regles.verifier_mesure(demande, None, MIDI)] == [
        ("prise_le", "mesure_future"),
        ("corrige", "manquant"),
        ("suite_de", "mesure_sans_suite"),
        ("sujet", "contact_en_cuisine"),
    ]


@pytest.mark.parametrize(
    ("texte", "tu"),
    [
        ("Appeler Odile au 06 12 34 56 78.", "Appeler Odile au …."),
        ("odile@example.org, ou +33612345678", "…, ou …"),
        ("0612345678", "…"),
        ("Il faut 10 kg de courges pour 180.", None),
        ("Four à 180, 45 min, puis 20 10 30 min", None),
        ("1 200 g, 0 12 34", None),
        ("marge @ 5 %", None),
    ],
)
def test_les_contacts_se_reconnaissent_et_se_taisent(texte: str, tu: str | None) -> None:
    assert regles.dit_un_contact(texte) is (tu is not None)
    assert regles.taire_les_contacts(texte) == (texte if tu is None else tu)


@pytest.mark.parametrize(
    "texte",
    [
        "06\xa012\xa034\xa056\xa078",
        "06\u202f12\u202f34\u202f56\u202f78",
        "0033612345678",
        "00 33 6 12 34 56 78",
        "+33 (0)6 12 34 56 78",
        "+33(0)612345678",
        "06/12/34/56/78",
        "06-12-34-56-78",
        "06 12 345 678",
        "0612 345 678",
        "06\u201112\u201134\u201156\u201178",
        "+32 475 12 34 56",
        "+41 79 123 45 67",
        "\uff10\uff16\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18",
        "06  12  34  56  78",
        "tel:0612345678",
        "n\xb00612345678",
        "06 . 12 . 34 . 56 . 78",
        "camille\uff20free.fr",
        "06_12_34_56_78",
        "(06) 12 34 56 78",
        "+33 6 12 34 56 78",
        "+33612345678",
        "0 612 34 56 78",
        "(+33) 6 12 34 56 78",
        "+33.6.12.34.56.78",
        "06 123 456 78",
        "0032 475 12 34 56",
        "\uff10\uff16 \uff11\uff12 \uff13\uff14 \uff15\uff16 \uff17\uff18",
        "odile@example.org",
    ],
)
def test_un_contact_se_reconnait_quelle_que_soit_son_ecriture(texte: str) -> None:
    assert regles.dit_un_contact(f"Appeler : {texte}.")
    assert "…" in regles.taire_les_contacts(texte)
    assert not any(caractere.isdigit() for caractere in regles.taire_les_contacts(texte))


@pytest.mark.parametrize(
    "texte",
    [
        "12/06/2026 \xe0 18:30",
        "2026-06-12",
        "12 500 000 g",
        "1 000 000 000 g",
        "0,50 \u20ac le kg, 10 200 g",
        "de 06 \xe0 12, 34 parts",
        "le 06/12/2026 vers 10 h 30",
        "20 10 30 45 60 75",
        "00 12 34 56",
        "0612",
        "lot 00612345678901",
        "06 12 2026",
        "le 06/12/2026 12:30",
        "+ 2 kg, + 1 200 g, + 3 000 g",
        "+12 500 g et 3 000 g",
        "06-12-2026 08 10",
        "12.06.2026",
        "EAN 3012345678901",
        "0 500 g 10 000 g",
        "08/06/2026 10 20",
        "+1 200 000 g",
        "7,50 + 1 250 300 kg",
        "le 06.12.2026 30 50",
    ],
)
def test_une_quantite_un_prix_ou_une_date_n_est_pas_un_telephone(texte: str) -> None:
    assert not regles.dit_un_contact(texte)
    assert regles.taire_les_contacts(texte) == texte


@given(
    st.lists(st.tuples(st.sampled_from(regles.GENRES_PESEE), st.integers(1, 10_000_000))),
    st.integers(0, 20_000),
)
def test_les_restes_font_la_somme_des_pesees(pesees: list[tuple[GenrePesee, int]], convives: int) -> None:
    restes = regles.faire_les_restes(pesees, convives)

    assert [r.genre for r in restes] == list(regles.GENRES_PESEE)
    assert sum(r.grammes for r in restes) == sum(grammes for _, grammes in pesees)
    for reste in restes:
        if convives == 0:
            assert reste.par_convive_g is None
        else:
            assert reste.par_convive_g is not None
            assert abs(2 * (reste.par_convive_g * convives - reste.grammes)) <= convives


def test_par_convive_s_arrondit_au_gramme() -> None:
    assert [regles.par_convive(grammes, 180) for grammes in (9_000, 9_089, 9_090, 0)] == [50, 50, 51, 0]
    assert regles.par_convive(9_000, 0) is None
