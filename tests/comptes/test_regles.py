"""Ce qui se dérive d'une demande de connexion, et ce qu'on en accepte."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from server.comptes.regles import (
    code_de,
    decrire_appareil,
    demande_du_lien,
    est_a_noter,
    est_le_code,
    lien_de,
    plier_courriel,
)
from server.socle.secrets import Clef

CLEF = Clef(b"une cle d'essai, toujours la meme")
AUTRE_CLEF = Clef(b"une autre cle, d'une autre maison")
DEMANDE = UUID("0d6b7f6e-3a55-4d1e-9d0a-0c2f4c1e8a11")
AUTRE_DEMANDE = UUID("7c9f3b52-0b1d-4a0e-8f53-5a2f0f9f2b22")


def test_un_lien_mene_a_sa_demande_et_a_elle_seule() -> None:
    assert demande_du_lien(CLEF, lien_de(CLEF, DEMANDE)) == DEMANDE
    assert demande_du_lien(AUTRE_CLEF, lien_de(CLEF, DEMANDE)) is None

    identifiant_d_une_autre = lien_de(CLEF, AUTRE_DEMANDE)[:22] + lien_de(CLEF, DEMANDE)[22:]
    assert demande_du_lien(CLEF, identifiant_d_une_autre) is None


@pytest.mark.parametrize(
    "abime",
    ["", "court", "é" * 44, "/" * 44, "a" * 44, "a" * 10_000, "\x00" * 44, "\ud800" * 44, "=" * 44],
)
def test_un_lien_abime_n_ouvre_rien(abime: str) -> None:
    assert demande_du_lien(CLEF, abime) is None


def test_un_lien_coupe_ou_rallonge_n_ouvre_rien() -> None:
    lien = lien_de(CLEF, DEMANDE)

    assert demande_du_lien(CLEF, lien[:-1]) is None
    assert demande_du_lien(CLEF, lien + "A") is None


def test_le_code_a_six_chiffres_et_depend_de_la_demande_et_de_la_cle() -> None:
    code = code_de(CLEF, DEMANDE)

    assert len(code) == 6
    assert code.isdecimal()
    assert code != code_de(CLEF, AUTRE_DEMANDE)
    assert code != code_de(AUTRE_CLEF, DEMANDE)


@pytest.mark.parametrize("ecriture", ["{}", " {} ", "{}\n"])
def test_le_code_se_recopie_comme_on_veut(ecriture: str) -> None:
    assert est_le_code(CLEF, DEMANDE, ecriture.format(code_de(CLEF, DEMANDE)))


@pytest.mark.parametrize("espace", [" ", "\u00a0", "\u202f", "-"])
def test_le_code_se_recopie_en_deux_groupes(espace: str) -> None:
    code = code_de(CLEF, DEMANDE)

    assert est_le_code(CLEF, DEMANDE, code[:3] + espace + code[3:])


@pytest.mark.parametrize("faux", ["", "0", "abcdef", "\ud800", "९९९९९९", "1" * 10_000])
def test_un_code_faux_est_refuse(faux: str) -> None:
    assert not est_le_code(CLEF, DEMANDE, faux)


def test_une_adresse_se_compare_sans_majuscules_ni_espaces() -> None:
    assert plier_courriel(" Nadia@Example.ORG ") == plier_courriel("nadia@example.org")
    assert plier_courriel("rene\u0301@example.org") == plier_courriel("ren\u00e9@example.org")
    assert plier_courriel("nadia@example.org") != plier_courriel("nadja@example.org")


def test_un_passage_se_note_une_fois_par_heure() -> None:
    vue_le = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)

    assert not est_a_noter(vue_le, vue_le + timedelta(minutes=59))
    assert est_a_noter(vue_le, vue_le + timedelta(minutes=60))


@pytest.mark.parametrize(
    ("agent", "dit"),
    [
        (
            "Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0",
            "Firefox · Android",
        ),
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile "
            "Safari/537.36",
            "Chrome · Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/17.6 Mobile/15E148 Safari/604.1",
            "Safari · iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 "
            "Safari/537.36 Edg/130.0.0.0",
            "Edge · Windows",
        ),
        ("curl/8.5", ""),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_un_appareil_se_reconnait_sans_en_garder_davantage(agent: str, dit: str) -> None:
    assert decrire_appareil(agent) == dit
