"""Un évènement dit aux moteurs de recherche."""

import json
from typing import Any
from uuid import UUID

import msgspec
import pytest

from server.evenements.schemas import CycleBref, ImageVue, MomentVue, PrixVue, TarifVue
from server.flux import jsonld
from server.flux.jsonld import en_script, vers_jsonld
from tests.flux import vues
from tests.flux.vues import GRATUIT, HOSTILES, a, une_vue


def un_moment(genre: str, prix: PrixVue, **champs: Any) -> MomentVue:
    return vues.un_moment(genre, a(6, 12, 20), a(6, 12, 22), prix=prix, **champs)


def test_un_evenement_se_dit_selon_schema_org() -> None:
    image = ImageVue("/images/a-1200.webp", "/images/a-480.webp", 1200, 800, "Une table", "")
    ld = vers_jsonld(une_vue(image=image, cycle=CycleBref("hiver", "Cycle d’hiver")))

    assert ld["@type"] == "Event"
    assert ld["startDate"] == "2026-06-12T19:00:00+02:00"
    assert ld["endDate"] == "2026-06-13T01:00:00+02:00"
    assert ld["eventStatus"] == "https://schema.org/EventScheduled"
    assert ld["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
    assert ld["isAccessibleForFree"] is True
    assert ld["location"]["address"]["addressLocality"] == "La Capelle-et-Masmolène"
    assert ld["location"]["geo"]["latitude"] == 44.0297
    assert [o["name"] for o in ld["organizer"]] == ["La Fabrique", "Café"]
    assert ld["image"][0] == "https://tablees.exemple.fr/images/a-1200.webp"
    assert ld["superEvent"]["url"] == "https://tablees.exemple.fr/cycles/hiver"
    assert ld["license"] == "https://creativecommons.org/licenses/by-sa/4.0/"


@pytest.mark.parametrize(
    ("champs", "etat"),
    [
        ({"statut": "annule"}, "EventCancelled"),
        ({"statut": "reporte"}, "EventRescheduled"),
        ({"statut": "reporte", "debut": None, "fin": None}, "EventPostponed"),
        ({"statut": "termine"}, "EventScheduled"),
    ],
)
def test_l_etat_se_dit(champs: dict[str, Any], etat: str) -> None:
    vue = une_vue(debut_initial=a(5, 1, 19), **champs)

    assert vers_jsonld(vue)["eventStatus"] == f"https://schema.org/{etat}"


def test_reporte_a_une_date_dit_la_precedente() -> None:
    ld = vers_jsonld(une_vue(statut="reporte", debut_initial=a(3, 1, 19)))

    assert ld["previousStartDate"] == "2026-03-01T19:00:00+01:00"


def test_reporte_sans_date_garde_celle_d_avant_et_n_a_pas_de_fin() -> None:
    ld = vers_jsonld(une_vue(statut="reporte", debut=None, fin=None, debut_initial=a(3, 1, 19)))

    assert ld["startDate"] == "2026-03-01T19:00:00+01:00"
    assert "endDate" not in ld
    assert "previousStartDate" not in ld


def test_en_ligne_ne_donne_pas_le_lien() -> None:
    mixte = vers_jsonld(une_vue(en_ligne=True))
    seul = vers_jsonld(une_vue(en_ligne=True, lieu=None))

    assert mixte["eventAttendanceMode"].endswith("MixedEventAttendanceMode")
    assert [endroit["@type"] for endroit in mixte["location"]] == ["Place", "VirtualLocation"]
    assert seul["eventAttendanceMode"].endswith("OnlineEventAttendanceMode")
    assert seul["location"] == {"@type": "VirtualLocation", "url": une_vue().url}


def test_les_prix_se_disent_en_offres() -> None:
    libre = un_moment(
        "banquet", PrixVue("libre", 1200, 500, []), titre="Grand banquet", niveau="complet", jauge=80
    )
    tarifs = PrixVue(
        "tarifs",
        None,
        None,
        [TarifVue(UUID(int=1), "Plein", 1250, ""), TarifVue(UUID(int=2), "Solidaire", 600, "")],
    )
    concert = un_moment("concert", tarifs)
    ld = vers_jsonld(une_vue(moments=[libre, concert], gratuit=False))

    assert [(o.get("name"), o["price"]) for o in ld["offers"]] == [
        ("Grand banquet", "5"),
        ("Plein", "12.50"),
        ("Solidaire", "6"),
    ]
    assert ld["offers"][0]["availability"] == "https://schema.org/SoldOut"
    assert ld["offers"][0]["priceSpecification"]["price"] == "12"
    assert "maximumAttendeeCapacity" not in ld


def test_la_capacite_n_est_dite_que_si_tout_moment_en_a_une() -> None:
    banquet = un_moment("banquet", GRATUIT, jauge=80)
    debat = un_moment("reflexion", GRATUIT, jauge=120)

    assert vers_jsonld(une_vue(moments=[debat, banquet]))["maximumAttendeeCapacity"] == 120


@pytest.mark.parametrize("valeur", HOSTILES.values(), ids=HOSTILES.keys())
def test_aucun_texte_ne_sort_de_la_balise_script(valeur: str) -> None:
    vue = une_vue(
        titre=f"{valeur}</script><!--\u2028\u2029&amp;",
        resume=valeur,
        lieu=msgspec.structs.replace(une_vue().lieu, nom=valeur),
    )
    script = en_script(vers_jsonld(vue))

    assert not set("<>&\u2028\u2029") & set(script)
    assert script.encode()
    assert json.loads(script)["name"].endswith("</script><!--\u2028\u2029&amp;")


def test_un_texte_demesure_ne_se_met_pas_en_forme_pour_un_extrait(monkeypatch: pytest.MonkeyPatch) -> None:
    lus: list[int] = []
    monkeypatch.setattr(jsonld, "en_texte", lambda texte: lus.append(len(texte)) or texte)

    ld = vers_jsonld(une_vue(resume="", description="[" * 20_000))

    assert ld["description"] == "[" * 400
    assert lus == [2000]
