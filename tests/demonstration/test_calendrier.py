"""L'année posée autour d'aujourd'hui : quel que soit ce jour, chaque état se voit."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from server.demonstration.calendrier import RendezVous, composer_annee, fenetre, horaires, jour_de
from server.demonstration.contenu import lire_contenu
from server.socle.temps import a_paris

CONTENU = lire_contenu()
JOURS = [datetime(2026, 1, 3, 7, 40, tzinfo=UTC) + timedelta(days=9 * n, hours=5 * n % 15) for n in range(82)]
"""Deux années, un jour sur neuf, à toutes les heures."""


@pytest.fixture(scope="module", params=JOURS, ids=lambda jour: jour.isoformat()[:13])
def annee(request: pytest.FixtureRequest) -> tuple[datetime, list[RendezVous]]:
    maintenant: datetime = request.param
    return maintenant, composer_annee(CONTENU, maintenant, "essai")


def test_entre_soixante_dix_et_quatre_vingt_dix_evenements_sur_quatorze_mois(
    annee: tuple[datetime, list[RendezVous]],
) -> None:
    maintenant, rendez_vous = annee
    premier, dernier = fenetre(maintenant)

    assert 70 <= len(rendez_vous) <= 90
    assert 420 <= (dernier - premier).days <= 430
    assert {r.ecrit.titre for r in rendez_vous} == {e.titre for e in CONTENU.evenements}
    assert sum(r.debut > maintenant for r in rendez_vous) >= 25


def test_chaque_etat_se_voit_parmi_ce_qui_vient(annee: tuple[datetime, list[RendezVous]]) -> None:
    maintenant, rendez_vous = annee

    a_venir = Counter(r.role for r in rendez_vous if r.debut > maintenant)
    passes = Counter(r.role for r in rendez_vous if r.fin <= maintenant)

    assert a_venir["complet"] >= 2
    assert a_venir["dernieres"] == 2
    assert a_venir["ce_soir"] == a_venir["clos"] == a_venir["horaire"] == 1
    assert a_venir["annule"] == a_venir["reporte"] == a_venir["sans_date"] == 1
    assert a_venir["brouillon"] == 3
    assert passes["annule"] == 1
    assert passes["reporte"] >= 1
    assert passes["complet"] >= 3


def test_formats_plusieurs_jours_apres_minuit_en_ligne_et_replis(
    annee: tuple[datetime, list[RendezVous]],
) -> None:
    maintenant, rendez_vous = annee
    montres = [r for r in rendez_vous if r.role != "brouillon"]
    a_venir = [r for r in montres if r.debut > maintenant]

    assert {f for r in montres for f in r.ecrit.formats} >= {
        "conference_gesticulee", "rencontre_debat", "projection", "journee_de_travail", "atelier", "balade",
        "banquet", "concert", "fete", "chantier",
    }  # fmt: skip
    assert any(moment.jour or moment.jours for r in montres for moment in r.ecrit.moments)
    assert any(a_paris(r.fin).date() > r.jour for r in montres)
    assert any(r.ecrit.en_ligne for r in a_venir)
    assert any(r.ecrit.repli for r in a_venir)


def test_ce_soir_ou_demain_et_ce_week_end_ont_quelque_chose(
    annee: tuple[datetime, list[RendezVous]],
) -> None:
    maintenant, rendez_vous = annee
    ce_soir = next(r for r in rendez_vous if r.role == "ce_soir")
    aujourd_hui = a_paris(maintenant).date()
    samedi = aujourd_hui + timedelta(days=(5 - aujourd_hui.weekday()) % 7)
    vivants = [r for r in rendez_vous if r.role not in ("annule", "sans_date", "brouillon")]

    assert timedelta(0) < ce_soir.debut - maintenant < timedelta(hours=38)
    assert any(samedi <= r.jour <= samedi + timedelta(days=1) and r.fin > maintenant for r in vivants)


def test_deux_evenements_ne_sont_jamais_au_meme_endroit_le_meme_jour(
    annee: tuple[datetime, list[RendezVous]],
) -> None:
    _, rendez_vous = annee

    occupations = Counter((r.ecrit.lieu, r.jour) for r in rendez_vous)

    assert max(occupations.values()) == 1


def test_chaque_histoire_est_dans_l_ordre(annee: tuple[datetime, list[RendezVous]]) -> None:
    maintenant, rendez_vous = annee
    for r in rendez_vous:
        assert r.cree_le < maintenant
        if r.publie_le is None:
            assert r.role == "brouillon"
            continue
        annonce = min(debut for debut, _ in horaires(r.ecrit, r.ancien_jour or r.jour))
        assert r.cree_le < r.publie_le < annonce
        assert r.publie_le < maintenant
        if r.change_le is not None:
            assert r.publie_le < r.change_le < min(annonce, maintenant)
        if r.cloture_le is not None:
            assert r.publie_le < r.cloture_le < annonce


def test_l_annee_est_toujours_la_meme_pour_un_meme_instant() -> None:
    maintenant = JOURS[4]

    def dire(annee: list[RendezVous]) -> list[tuple[object, ...]]:
        return [(r.ecrit.titre, r.jour, r.role, r.publie_le, r.change_le) for r in annee]

    assert dire(composer_annee(CONTENU, maintenant, "essai")) == dire(
        composer_annee(CONTENU, maintenant, "essai")
    )


@pytest.mark.parametrize(
    ("quand", "jour"),
    [
        ("sam1", date(2026, 8, 1)),
        ("sam2", date(2026, 8, 8)),
        ("lun4", date(2026, 8, 24)),
        ("12", date(2026, 8, 12)),
    ],
)
def test_le_deuxieme_samedi_se_trouve_dans_n_importe_quel_mois(quand: str, jour: date) -> None:
    assert jour_de(quand, 2026, 8) == jour


def test_une_date_ecrite_de_travers_se_dit() -> None:
    with pytest.raises(ValueError, match="sma2"):
        jour_de("sma2", 2026, 8)
