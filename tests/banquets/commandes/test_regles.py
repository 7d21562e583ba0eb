"""Ce qu'on décide d'une commande, sans base : dates, écarts, réponses, états."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from server.banquets.commandes import regles
from server.banquets.commandes.phrases import dire_quantite
from server.banquets.commandes.schemas import Detail, LigneDeCommande, ReponseVue
from server.pages.commandes import lire_decimal

SOIR = datetime(2026, 6, 13, 17, 0, tzinfo=UTC)
"""19 h à Uzès."""
CAROTTES = Detail(
    genre="achat",
    description="Carottes",
    vendu_par="kg",
    masse_unite_g=None,
    quantite_milliemes=12_000,
    prix_centimes=240,
    labels=["BIO"],
    note="",
)


def ligne(reponse: str | None = None, ecart: str | None = None) -> LigneDeCommande:
    dite = (
        None
        if reponse is None
        else ReponseVue(reponse=reponse, quantite_milliemes=1, prix_centimes=None, mot="")  # type: ignore[arg-type]
    )
    return LigneDeCommande(
        approvisionnement=UUID(int=1), envoyee=CAROTTES, voulue=CAROTTES, ecart=ecart, reponse=dite  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("debut", "jour"),
    [
        (SOIR, date(2026, 6, 13)),
        (datetime(2026, 6, 13, 10, 0, tzinfo=UTC), date(2026, 6, 12)),
        (datetime(2026, 6, 13, 12, 59, tzinfo=UTC), date(2026, 6, 12)),
        (datetime(2026, 6, 13, 13, 0, tzinfo=UTC), date(2026, 6, 13)),
        (datetime(2026, 6, 12, 22, 30, tzinfo=UTC), date(2026, 6, 12)),
        (None, None),
    ],
)
def test_un_repas_du_matin_se_livre_la_veille(debut: datetime | None, jour: date | None) -> None:
    assert regles.jour_de_livraison(debut) == jour


def test_le_delai_se_compte_avant_la_livraison() -> None:
    assert regles.commander_avant(date(2026, 6, 13), 5) == date(2026, 6, 8)
    assert regles.commander_avant(date(2026, 6, 13), 0) == date(2026, 6, 13)
    assert regles.commander_avant(date(2026, 6, 13), None) is None
    assert regles.commander_avant(None, 5) is None


def test_le_lien_se_lit_trente_jours_apres_le_repas_et_repond_jusqu_au_repas() -> None:
    fin = SOIR + timedelta(hours=3)

    assert regles.est_lisible(SOIR, fin, SOIR, fin + timedelta(days=30, seconds=-1))
    assert not regles.est_lisible(SOIR, fin, SOIR, fin + timedelta(days=30))
    assert not regles.est_close("publie", SOIR, SOIR - timedelta(seconds=1))
    assert regles.est_close("publie", SOIR, SOIR)
    assert regles.est_close("annule", None, SOIR)
    # Sans date, un lien ne vit pas toujours.
    assert regles.est_lisible(None, None, SOIR, SOIR + timedelta(days=364))
    assert not regles.est_lisible(None, None, SOIR, SOIR + timedelta(days=365))


@pytest.mark.parametrize(
    ("quantite", "prix", "vaut"),
    [(12_000, 240, "confirmee"), (8_000, 240, "corrigee"), (12_000, 260, "corrigee"), (12_000, None, "corrigee"), (0, 240, "refusee")],
)  # fmt: skip
def test_dire_la_meme_chose_confirme_et_zero_refuse(quantite: int, prix: int | None, vaut: str) -> None:
    assert regles.reponse_de_ligne(CAROTTES, quantite, prix) == vaut


@pytest.mark.parametrize(
    ("reponses", "ensemble"),
    [
        ([], None),
        (["confirmee", None], None),
        (["confirmee", "confirmee"], "confirmee"),
        (["confirmee", "corrigee"], "corrigee"),
        (["corrigee", "refusee"], "partielle"),
        (["confirmee", "refusee"], "partielle"),
        (["refusee", "refusee"], "refusee"),
    ],
)
def test_les_lignes_font_la_reponse(reponses: list[str | None], ensemble: str | None) -> None:
    lignes = [ligne(reponse) for reponse in reponses]

    assert regles.reponse_d_ensemble(reponses) == ensemble  # type: ignore[arg-type]
    assert regles.etat_de(lignes, envoyee=True, annulee=False) == (ensemble or "envoyee", ensemble)


def test_un_ecart_est_a_renvoyer_meme_si_tout_etait_confirme() -> None:
    lignes = [ligne("confirmee"), ligne("confirmee", ecart="changee")]

    assert regles.etat_de(lignes, envoyee=True, annulee=False) == ("a_renvoyer", "confirmee")
    assert regles.etat_de(lignes, envoyee=True, annulee=True) == ("annulee", "confirmee")
    assert regles.etat_de([], envoyee=False, annulee=False) == ("a_preparer", None)


def test_ce_qui_est_accepte_devient_ce_dont_on_est_convenu() -> None:
    huit = msgspec.structs.replace(CAROTTES, quantite_milliemes=8_000, prix_centimes=260)

    assert regles.convenue(CAROTTES, None, None) == CAROTTES
    assert regles.convenue(CAROTTES, 8_000, 260) == huit
    assert regles.convenue(CAROTTES, 0, None) is None
    assert regles.ecart_de(huit, huit) is None
    assert regles.ecart_de(huit, CAROTTES) == "changee"
    assert regles.ecart_de(CAROTTES, None) == "retiree"
    assert regles.ecart_de(None, CAROTTES) == "ajoutee"
    assert regles.ecart_de(None, None) is None


def test_le_temoin_change_avec_la_commande_et_avec_ce_que_l_on_veut() -> None:
    un, deux = (UUID(int=1), CAROTTES), (UUID(int=2), CAROTTES)
    autre = (UUID(int=1), msgspec.structs.replace(CAROTTES, note="lavées"))
    temoins = {
        regles.temoin_de(0, [un]),
        regles.temoin_de(1, [un]),
        regles.temoin_de(0, [un, deux]),
        regles.temoin_de(0, [autre]),
    }

    assert len(temoins) == 4
    assert regles.temoin_de(0, [un, deux]) == regles.temoin_de(0, [deux, un])


@pytest.mark.parametrize(
    ("tape", "decimales", "lu"),
    [
        ("12", 3, 12_000),
        ("12,5", 3, 12_500),
        (" 1\u202f250,125 ", 3, 1_250_125),
        ("2,40\u00a0€", 2, 240),
        ("2.4", 2, 240),
        ("2,400", 2, 240),
        ("0", 3, 0),
        ("2,405", 2, None),
        ("-3", 3, None),
        ("1e3", 3, None),
        ("dix", 3, None),
        ("", 3, None),
        ("1,2,3", 3, None),
        ("9" * 30, 3, None),
        ("१२", 3, None),
    ],
)
def test_un_nombre_se_lit_comme_on_l_ecrit_et_rien_d_autre(tape: str, decimales: int, lu: int | None) -> None:
    assert lire_decimal(tape, decimales) == lu


def test_une_quantite_se_dit_avec_son_unite() -> None:
    assert dire_quantite("fr", 12_500, "kg") == "12,5\u00a0kg"
    assert dire_quantite("fr", 1_500, "botte") == "1,5\u00a0botte"
    assert dire_quantite("fr", 2_000, "botte") == "2\u00a0bottes"
    assert dire_quantite("en", 1_500, "botte") == "1.5\u00a0bunches"
    assert dire_quantite("en", 1_000, "caisse") == "1\u00a0crate"
