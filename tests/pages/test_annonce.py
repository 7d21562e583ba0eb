"""Le texte à coller dans une lettre : exact, complet, sans mise en forme."""

import pytest
from msgspec.structs import replace

from server.pages.annonce import texte_de_l_annonce
from tests.flux.vues import a, un_moment
from tests.pages.vues import une_annonce, une_soiree

INSECABLE = "\u00a0"


def lu(texte: str) -> str:
    return texte.replace(INSECABLE, " ").replace("\u202f", " ")


def test_une_annonce_se_colle_telle_quelle() -> None:
    assert lu(texte_de_l_annonce(une_annonce())) == (
        "Éteindre les incendies\n\n"
        "Vendredi 12 juin 2026, de 19 h à 1 h\n"
        "Foyer rural, 1 place de la Mairie, La Capelle-et-Masmolène\n\n"
        "L’eau, la forêt et ceux qui les gardent – puis un banquet à 12 €, œufs et légumes du coin.\n\n"
        "– 19 h : réfléchir – Qui a allumé le feu, gratuit\n"
        "– 20 h 30 : manger, prix libre (conseillé 12 €), complet\n"
        "– 0 h : danser, gratuit\n\n"
        "Entrée libre, repas à prix libre (conseillé 12 €).\n"
        "Sur place : espèces ou chèque.\n\n"
        "Organisé par La Fabrique et Café.\n"
        "Renseignements : 04 66 00 00 00, bonjour@exemple.fr\n"
        "Détails et inscription : https://tablees.exemple.fr/evenements/eteindre-les-incendies-2026-06-12\n"
    )


def test_ce_qui_n_a_pas_lieu_est_dit_d_abord() -> None:
    lignes = lu(texte_de_l_annonce(une_annonce(une_soiree(statut="annule", motif="Orage.")))).splitlines()

    assert lignes[:4] == [
        "ANNULÉ – Éteindre les incendies",
        "Ce rendez-vous n’aura pas lieu.",
        "Il était prévu vendredi 12 juin 2026 à 19 h.",
        "Raison : Orage.",
    ]
    assert not any("complet" in ligne for ligne in lignes)


def test_des_inscriptions_closes_ne_passent_pas_pour_une_annulation() -> None:
    vue = une_soiree()
    close = replace(vue, inscriptions=replace(vue.inscriptions, ouvertes=False))

    assert texte_de_l_annonce(une_annonce(close)).startswith("Éteindre les incendies\n\nVendredi")


@pytest.mark.parametrize("langue", ["fr", "en"])
def test_une_annonce_sans_lieu_ni_date_ni_prix_reste_propre(langue: str) -> None:
    vue = une_soiree(
        statut="reporte", debut=None, fin=None, lieu=None, structures=[], resume="", description="", moyens_paiement=[],
        moments=[un_moment("reflexion", None, None), un_moment("concert", a(6, 13, 9), None)],
    )  # fmt: skip
    texte = texte_de_l_annonce(une_annonce(vue, langue))

    assert "None" not in texte
    assert "\n\n\n" not in texte
    assert all(ligne == ligne.strip() for ligne in texte.splitlines())
    assert ("REPORTÉ" if langue == "fr" else "POSTPONED") in texte


def test_un_rendez_vous_aussi_en_ligne_le_dit_apres_son_lieu() -> None:
    vue = une_soiree()
    assert vue.lieu is not None
    commune = vue.lieu.commune.nom

    assert f"{commune}, en ligne aussi" in texte_de_l_annonce(une_annonce(replace(vue, en_ligne=True)))
    assert "en ligne" not in texte_de_l_annonce(une_annonce(replace(vue, en_ligne=False))).lower()


def test_le_resume_absent_se_prend_au_debut_de_la_description() -> None:
    texte = texte_de_l_annonce(
        une_annonce(une_soiree(resume="", description="Un **débat**.\n\nPuis un repas."))
    )

    assert "\n\nUn débat.\n\n" in texte
    assert "Puis un repas" not in texte
