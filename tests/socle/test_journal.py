"""Le journal : une ligne par chose arrivée, ni secret ni personne, et jamais le temps de quelqu'un d'autre."""

import io
import logging
import time
from collections.abc import Generator

import pytest

from server.socle.journal import installer_journal, masquer

CE_QUI_EST_TU = [
    ("GET /i/4f6a0c secret 404", "GET /i/… secret 404"),
    ("GET /cuisine/0000002aAbC-d_e 404", "GET /cuisine/… 404"),
    ("PUT /api/cuisine/banquets/1b2c/messages/3d 200", "PUT /api/cuisine/banquets/1b2c/messages/3d 200"),
    ("GET /cuisine/banquets/1b2c 404", "GET /cuisine/banquets/1b2c 404"),
    (f"POST http://x:80/commandes/{'0a' * 16}AbC-d_e 303", "POST http://x:80/commandes/… 303"),
    (
        "POST /api/espace/banquets/1b/commandes/ferme/envoi 200",
        "POST /api/espace/banquets/1b/commandes/ferme/envoi 200",
    ),
    ("nadia.b@example.org a écrit", "…@… a écrit"),
    ("à « nadia+don@example.org, merci »", "à « …@…, merci »"),
    ("(destinataire=nadia@example.org)", "(destinataire=…@…)"),
    ("appeler le 06 12 34 56 78", "appeler le 0…"),
    ("appeler le +33612345678", "appeler le 0…"),
    ("jeton=abcdef", "jeton=…"),
    ("Authorization: Bearer abcdef", "Authorization: Bearer …"),
    ("postgresql://tablees:secret@base/tablees", "postgresql://tablees:…@base/tablees"),
    ("PUT /api/inscriptions/1b2c 201", "PUT /api/inscriptions/1b2c 201"),
]


@pytest.mark.parametrize(("texte", "tu"), CE_QUI_EST_TU)
def test_le_journal_tait_les_secrets_et_les_personnes(texte: str, tu: str) -> None:
    assert masquer(texte) == tu


@pytest.mark.parametrize(
    "morceau", ["a", "01-", "http://", "a:", "a://b:", "/i/", "x@y", "code ", "code=", "+33 1", "a.", "@"]
)
def test_une_adresse_demesuree_ne_retient_pas_le_journal(morceau: str) -> None:
    """Une recherche qui revient en arrière à chaque lettre tiendrait le service une minute et demie."""
    texte = "/evenements/" + morceau * (60_000 // len(morceau))

    debut = time.process_time()
    masquer(texte)

    assert time.process_time() - debut < 1


@pytest.fixture
def ecrit(monkeypatch: pytest.MonkeyPatch) -> Generator[io.StringIO, None, None]:
    """Ce que le journal écrit."""
    sortie = io.StringIO()
    monkeypatch.setattr("sys.stderr", sortie)
    racine, uvicorn = logging.getLogger("tablees"), logging.getLogger("uvicorn")
    avant = [(j, j.handlers[:], j.level, j.propagate) for j in (racine, uvicorn)]
    installer_journal()
    yield sortie
    for journal, sorties, niveau, propage in avant:
        journal.handlers[:], journal.propagate = sorties, propage
        journal.setLevel(niveau)


@pytest.mark.parametrize("signe", ["\n", "\r", "\x1b[2J", "\x00", "\x85", "\u2028", "\x9b"])
def test_ce_que_l_on_demande_n_ajoute_pas_de_ligne_au_journal(ecrit: io.StringIO, signe: str) -> None:
    """Ni ligne inventée, ni ordre au terminal de qui lit."""
    logging.getLogger("tablees.web").info("GET %s 404", f"/lieux/a{signe}2026 INFO faux")
    try:
        raise ValueError("panne")
    except ValueError:
        logging.getLogger("tablees.web").exception("panne sur %s", f"/lieux/a{signe}2026 INFO faux")

    lignes = ecrit.getvalue().split("\n")
    assert not any(signe in ligne for ligne in lignes)
    assert sum("INFO faux" in ligne for ligne in lignes) == 2
    assert not any(ligne.startswith("2026 INFO faux") for ligne in lignes)
    assert any(ligne.startswith("ValueError: panne") for ligne in lignes)


def test_une_ligne_du_journal_reste_courte(ecrit: io.StringIO) -> None:
    logging.getLogger("tablees.web").info("GET %s 404", "/lieux/" + "a" * 100_000)

    assert len(ecrit.getvalue()) < 2500
