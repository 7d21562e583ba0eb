"""Qui peut quoi sur un évènement."""

from collections.abc import Callable
from uuid import UUID

import pytest

from server.comptes.schemas import Auteur
from server.evenements import permissions
from server.evenements.permissions import Lien

NADIA = Auteur(1, "Nadia", "nadia@exemple.fr", "fr", est_operateur=False, session=UUID(int=1))
VEILLE = Auteur(2, "Alix", "alix@exemple.fr", "fr", est_operateur=True, session=UUID(int=2))
AGIR: list[Callable[..., bool]] = [
    permissions.peut_modifier,
    permissions.peut_publier,
    permissions.peut_annuler,
    permissions.peut_voir_inscriptions,
    permissions.peut_tenir_la_porte,
]


@pytest.mark.parametrize(
    ("liens", "voit", "agit"),
    [
        ([], False, False),
        ([Lien("porteuse", "acceptee")], True, True),
        ([Lien("coorganisatrice", "acceptee")], True, True),
        ([Lien("hote", "acceptee")], True, True),
        ([Lien("coorganisatrice", "invitee")], True, False),
        ([Lien("coorganisatrice", "declinee")], False, False),
        ([Lien("soutien", "acceptee")], True, False),
        ([Lien("traiteur", "acceptee")], True, False),
        ([Lien("traiteur", "acceptee"), Lien("hote", "acceptee")], True, True),
    ],
)
def test_qui_organise_agit_qui_est_lie_voit_les_autres_ignorent(
    liens: list[Lien], voit: bool, agit: bool
) -> None:
    assert permissions.peut_voir(NADIA, liens) is voit
    assert {permission(NADIA, liens) for permission in AGIR} == {agit}


def test_qui_veille_sur_l_installation_peut_tout() -> None:
    assert permissions.peut_voir(VEILLE, [])
    assert all(permission(VEILLE, []) for permission in AGIR)
    assert permissions.peut_creer_pour(VEILLE, {}, 7)


def test_on_ne_cree_qu_au_nom_de_sa_structure() -> None:
    assert permissions.peut_creer_pour(NADIA, {7: "membre"}, 7)
    assert not permissions.peut_creer_pour(NADIA, {7: "membre"}, 8)


def test_seule_la_porteuse_touche_aux_autres_et_l_on_repond_pour_les_siens() -> None:
    assert permissions.peut_changer_les_autres(NADIA, {7: "membre"}, 7)
    assert not permissions.peut_changer_les_autres(NADIA, {8: "responsable"}, 7)
    assert permissions.peut_repondre_pour(NADIA, {7: "membre"}, 7)
    assert not permissions.peut_repondre_pour(NADIA, {8: "membre"}, 7)
    assert permissions.peut_changer_les_autres(VEILLE, {}, 7)
    assert permissions.peut_repondre_pour(VEILLE, {}, 7)
