"""Les décisions pures des structures."""

from itertools import islice
from typing import get_args
from uuid import UUID

import pytest

from server.comptes.schemas import Auteur
from server.structures import permissions
from server.structures.regles import (
    COLLEGE_DU_GENRE,
    MembreSimple,
    college_de,
    est_un_slug,
    reste_une_responsable,
    slugs_possibles,
)
from server.structures.schemas import College, Genre, Role


def une_auteure(compte: int = 1, *, est_operateur: bool = False) -> Auteur:
    return Auteur(compte, "Nadia", "nadia@reseau.example", "fr", est_operateur, UUID(int=compte))


def test_chaque_genre_a_un_college_et_chaque_college_existe() -> None:
    assert set(COLLEGE_DU_GENRE) == set(get_args(Genre))
    assert set(COLLEGE_DU_GENRE.values()) == set(get_args(College))


def test_le_college_dit_l_emporte_sur_celui_du_genre() -> None:
    assert college_de("cafe", None) == "entreprises"
    assert college_de("cafe", "associations") == "associations"


def test_un_nom_pris_donne_une_adresse_suffixee() -> None:
    assert list(islice(slugs_possibles("Café « Le 21 »"), 3)) == [
        "cafe-le-21",
        "cafe-le-21-2",
        "cafe-le-21-3",
    ]


def test_un_nom_courant_prend_d_abord_sa_precision() -> None:
    essais = list(islice(slugs_possibles("Foyer communal", "Lussan"), 4))

    assert essais == [
        "foyer-communal",
        "foyer-communal-lussan",
        "foyer-communal-lussan-2",
        "foyer-communal-lussan-3",
    ]


@pytest.mark.parametrize("nom", ["Œ" * 160, "مقهى", "🙂", "a" * 160, "<script>", "-", "L'été\u202e"])
def test_tout_nom_donne_une_adresse_lisible(nom: str) -> None:
    assert all(est_un_slug(slug) for slug in islice(slugs_possibles(nom, nom), 5))


@pytest.mark.parametrize(
    "texte", ["", "A", "été", "a b", "a--b", "-a", "a-", "a\n", "a\x00", "a" * 91, "../a", "a'"]
)
def test_ce_qui_n_est_pas_un_slug_n_atteint_pas_la_base(texte: str) -> None:
    assert not est_un_slug(texte)


@pytest.mark.parametrize(
    ("membre", "role", "attendu"),
    [
        (1, None, False),
        (1, "membre", False),
        (1, "responsable", True),
        (2, None, True),
        (2, "responsable", True),
    ],
)
def test_une_structure_garde_une_responsable(membre: int, role: Role | None, attendu: bool) -> None:
    equipe = [MembreSimple(1, 10, "responsable"), MembreSimple(2, 20, "membre")]

    assert reste_une_responsable(equipe, membre, role) is attendu


def test_de_deux_responsables_l_une_peut_partir() -> None:
    equipe = [MembreSimple(1, 10, "responsable"), MembreSimple(2, 20, "responsable")]

    assert reste_une_responsable(equipe, 1, None)


def test_qui_peut_quoi_dans_une_structure() -> None:
    quelqu_un, operatrice = une_auteure(), une_auteure(est_operateur=True)
    membre, responsable = {7: "membre"}, {7: "responsable"}

    assert permissions.peut_creer_structure(operatrice)
    assert not permissions.peut_creer_structure(quelqu_un)

    assert permissions.peut_voir_equipe(quelqu_un, membre, 7)
    assert permissions.peut_voir_equipe(operatrice, {}, 7)
    assert not permissions.peut_voir_equipe(quelqu_un, membre, 8)

    assert permissions.peut_modifier_structure(quelqu_un, responsable, 7)
    assert permissions.peut_modifier_structure(operatrice, {}, 7)
    assert not permissions.peut_modifier_structure(quelqu_un, membre, 7)
    assert not permissions.peut_modifier_structure(quelqu_un, responsable, 8)

    assert permissions.peut_retirer_membre(quelqu_un, membre, 7, compte=1)
    assert not permissions.peut_retirer_membre(quelqu_un, membre, 7, compte=2)
    assert permissions.peut_retirer_membre(quelqu_un, responsable, 7, compte=2)

    assert permissions.est_d_une_structure(quelqu_un, membre)
    assert not permissions.est_d_une_structure(quelqu_un, {})
