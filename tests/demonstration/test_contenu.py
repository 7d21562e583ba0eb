"""Ce qui est écrit pour la démonstration : juste, varié, et qui ne nomme personne."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from server.demonstration.contenu import Contenu, EvenementEcrit, lire_contenu, typographier

CONTENU = lire_contenu()
TOUS = [*CONTENU.evenements, CONTENU.soiree_reelle.evenement]
LIEUX = {lieu.cle: lieu for lieu in CONTENU.lieux}

NOMS_VRAIS = (
    "marseault",
    "pillot",
    "marie-hélène",
    "pollen",
    "tiers-lieu le 21",
    "tempoco",
    "abrix",
    "cap’mas",
    "jutu",
    "rézo",
)
"""Personnes et structures des documents de terrain : la soirée du 8 mars 2024 seule les nomme."""


def _textes(noeud: Any) -> Iterator[str]:
    if isinstance(noeud, str):
        yield noeud
    elif isinstance(noeud, dict):
        for valeur in noeud.values():
            yield from _textes(valeur)
    elif isinstance(noeud, list):
        for valeur in noeud:
            yield from _textes(valeur)


def _dits(contenu: Any) -> list[str]:
    return [texte for texte in _textes(msgspec.to_builtins(contenu)) if not texte.startswith("http")]


@pytest.mark.parametrize(
    ("tape", "imprime"),
    [
        ("l'eau : oui !", "l’eau\u202f: oui\u202f!"),
        ("« dire » non", "«\u202fdire\u202f» non"),
        ("à 20 h 30, 12 €", "à 20\u00a0h\u00a030, 12\u00a0€"),
        ("bon...", "bon…"),
        ("1 200 repas", "1\u202f200 repas"),
    ],
)
def test_la_typographie_est_celle_de_l_imprimerie(tape: str, imprime: str) -> None:
    assert typographier(tape) == imprime
    assert typographier(imprime) == imprime


def test_aucun_texte_n_a_d_apostrophe_droite_ni_d_espace_ordinaire_devant_un_signe_double() -> None:
    fautes = [
        texte
        for texte in _dits(CONTENU)
        if re.search(r"'|\.\.\.| [;:!?»]|« |\d [€%]|\d h\d|[^\u202f\s][!?;»]|«[^\u202f]", texte)
    ]

    assert fautes == []


def test_personne_de_vrai_n_est_nomme_hors_de_la_soiree_du_8_mars() -> None:
    sans_elle = msgspec.to_builtins(CONTENU)
    del sans_elle["soiree_reelle"]
    texte = " ".join(_textes(sans_elle)).casefold()

    assert [nom for nom in NOMS_VRAIS if nom in texte] == []


def test_la_soiree_du_8_mars_ne_dit_que_ce_que_l_on_sait() -> None:
    soiree = CONTENU.soiree_reelle

    assert "Laurent Marseault" in soiree.evenement.texte
    assert "Une centaine de personnes" in soiree.evenement.texte
    assert "sous la pluie" in soiree.evenement.texte
    assert soiree.lieu.commune == "30067"
    assert len(soiree.structures) == 5
    assert not any(structure.membres or structure.courriel for structure in soiree.structures)
    assert not any(moment.inscription or moment.jauge for moment in soiree.evenement.moments)


def test_les_adresses_sont_reservees_et_les_numeros_de_fiction() -> None:
    texte = " ".join(_textes(msgspec.to_builtins(CONTENU)))

    adresses = re.findall(r"[\w.+-]+@[\w.-]+", texte)
    liens = re.findall(r"https?://([\w.-]+)", texte)
    numeros = re.findall(r"\b0\d(?:[ .]\d\d){4}\b", texte)

    assert adresses
    assert all(adresse.endswith("example.org") for adresse in adresses)
    assert liens
    assert all(hote.endswith(".example.org") for hote in liens)
    assert numeros
    assert all(numero.startswith(("04 65 71 ", "06 39 98 ")) for numero in numeros)


def test_une_trentaine_de_lieux_dans_quinze_communes_au_moins() -> None:
    communes = {LIEUX[evenement.lieu].commune for evenement in CONTENU.evenements}

    assert len(CONTENU.lieux) >= 20
    assert len(communes) >= 15


def test_environ_vingt_cinq_structures_de_tous_les_genres() -> None:
    assert 23 <= len(CONTENU.structures) <= 30
    assert {structure.genre for structure in CONTENU.structures} == {
        "association", "collectivite", "tiers_lieu", "cafe", "entreprise", "collectif", "producteur", "traiteur",
    }  # fmt: skip
    assert all(any(membre.endswith(":responsable") for membre in s.membres) for s in CONTENU.structures)


def test_soixante_descriptions_au_moins_toutes_differentes() -> None:
    textes = [evenement.texte for evenement in CONTENU.evenements]
    amorces = {texte[:24] for texte in textes}
    longs = [texte for texte in textes if len(texte) > 300]

    assert len(set(textes)) == len(textes) >= 60
    assert len(amorces) == len(textes)
    assert len(longs) >= 45


def test_chaque_mois_a_ses_evenements() -> None:
    par_mois = [sum(evenement.mois == mois for evenement in CONTENU.evenements) for mois in range(1, 13)]

    assert min(par_mois) >= 5


@pytest.mark.parametrize("evenement", TOUS, ids=lambda e: e.titre[:40])
def test_ce_qu_un_evenement_designe_existe(evenement: EvenementEcrit) -> None:
    soiree = CONTENU.soiree_reelle
    structures = {s.cle for s in (*CONTENU.structures, *soiree.structures)}
    lieux = {**LIEUX, soiree.lieu.cle: soiree.lieu}
    lieu = lieux[evenement.lieu]

    assert evenement.structure in structures
    assert {cle for cle, _ in evenement.parts} <= structures - {evenement.structure}
    assert evenement.cycle is None or evenement.cycle in {cycle.cle for cycle in CONTENU.cycles}
    assert lieu.interieur or evenement.repli, "dehors, il faut un repli pour la pluie"
    assert evenement.repli is None or (evenement.repli in lieux and lieux[evenement.repli].interieur)
    assert 0 < len(evenement.resume) <= 400
    for moment in evenement.moments:
        if moment.jauge and lieu.assis:
            limite = lieu.assis if moment.genre == "banquet" else max(lieu.assis, lieu.debout or 0)
            assert moment.jauge <= limite, f"{moment.titre} : plus de monde que la salle n'en tient"


def test_toutes_les_facons_de_payer_se_rencontrent() -> None:
    moments = [moment for evenement in CONTENU.evenements for moment in evenement.moments]

    assert any(moment.libre == 12 and moment.genre == "banquet" for moment in moments)
    assert any({"Plein", "Solidaire", "Enfant"} <= set(moment.tarifs) for moment in moments)
    assert any(moment.libre is None and not moment.tarifs for moment in moments)


def test_le_contenu_se_relit_a_l_identique() -> None:
    assert isinstance(CONTENU, Contenu)
    assert lire_contenu() == CONTENU
