"""Quatre cents foyers inventés, que rien ne peut atteindre."""

import re

from server.demonstration.contenu import lire_contenu
from server.demonstration.foyers import NOMBRE_DE_FOYERS, composer_foyers

POPULATIONS = [("30334", 8519), ("30151", 545), ("30338", 132), ("30184", 1564)]
MOTS = lire_contenu().vocabulaire
FOYERS = composer_foyers(POPULATIONS, MOTS, "essai")


def test_quatre_cents_foyers_qu_on_ne_confond_pas() -> None:
    contacts = {(foyer.courriel, foyer.telephone) for foyer in FOYERS}
    courriels = [foyer.courriel for foyer in FOYERS if foyer.courriel]

    assert len(FOYERS) == NOMBRE_DE_FOYERS == len(contacts) == 400
    assert len(set(courriels)) == len(courriels)


def test_leurs_adresses_sont_reservees_et_leurs_numeros_de_fiction() -> None:
    for foyer in FOYERS:
        assert foyer.courriel or foyer.telephone
        assert foyer.courriel is None or re.fullmatch(r"[a-z-]+\.[a-z]+@example\.org", foyer.courriel)
        assert foyer.telephone is None or re.fullmatch(r"(06 39 98|04 65 71) \d\d \d\d", foyer.telephone)


def test_ils_se_ressemblent_aussi_peu_que_de_vrais_gens() -> None:
    assert len({foyer.prenom for foyer in FOYERS}) > 100
    assert 30 < sum(foyer.courriel is None for foyer in FOYERS) < 110
    assert {foyer.adultes for foyer in FOYERS} == {1, 2, 3, 4}
    assert any(foyer.tout_petits for foyer in FOYERS)
    assert 60 < sum(foyer.mange_autrement for foyer in FOYERS) < 160
    assert 90 < sum(bool(foyer.contributions) for foyer in FOYERS) < 200
    assert {"covoiturage", "fauteuil_roulant"} <= {b for foyer in FOYERS for b in foyer.besoins}
    assert {foyer.langue for foyer in FOYERS} == {"fr", "en"}
    assert any(foyer.commune is None for foyer in FOYERS)
    assert max(foyer.personnes for foyer in FOYERS) <= 12


def test_les_petites_communes_sont_la() -> None:
    venus = [foyer.commune for foyer in FOYERS]

    assert venus.count("30338") > 10
    assert venus.count("30334") > venus.count("30151")


def test_le_hasard_est_toujours_le_meme() -> None:
    assert composer_foyers(POPULATIONS, MOTS, "essai") == FOYERS
    assert composer_foyers(POPULATIONS, MOTS, "autre") != FOYERS
