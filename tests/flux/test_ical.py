"""Un évènement dans l'agenda de quelqu'un."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from icalendar import Calendar, Event

from server.evenements.schemas import EvenementVue, StructureBreve, ThemeVue
from server.flux import ical
from server.inscriptions.schemas import EvenementInscrit, InscriptionVue, LiensInscription, PresenceVue
from tests.flux.vues import HOSTILES, UID, a, un_moment, une_vue


def relire(octets: bytes) -> list[Event]:
    return list(Calendar.from_ical(octets).events)


def ecrire(vue: EvenementVue) -> Event:
    vevent = ical.vers_vevent(vue, "fr")
    assert vevent is not None
    [relu] = relire(ical.calendrier([vevent]))
    return relu


def test_un_evenement_se_relit_tel_qu_il_est() -> None:
    relu = ecrire(une_vue())

    assert relu["UID"] == str(UID)
    assert relu["SUMMARY"] == "Éteindre les incendies"
    assert relu["SEQUENCE"] == 3
    assert relu["STATUS"] == "CONFIRMED"
    assert relu.start == a(6, 12, 19)
    assert relu.end == a(6, 13, 1)
    assert relu["DTSTART"].params["TZID"] == "Europe/Paris"
    assert relu["DTSTAMP"].dt == relu["LAST-MODIFIED"].dt == a(5, 20, 10, 30)
    assert relu["LOCATION"] == "Foyer rural, 1 place de la Mairie, La Capelle-et-Masmolène"
    assert (relu["GEO"].latitude, relu["GEO"].longitude) == (44.0297, 4.5347)
    assert relu["URL"].endswith("/evenements/eteindre-les-incendies-2026-06-12")
    assert relu["ORGANIZER"] == "https://tablees.exemple.fr/structures/la-fabrique"
    assert relu["ORGANIZER"].params["CN"] == "La Fabrique"
    assert relu.categories == ["Conférence gesticulée", "Eau, forêts"]


def test_les_moments_sont_dans_la_description_avec_leur_heure() -> None:
    description = ecrire(une_vue())["DESCRIPTION"]

    assert "19\u00a0h\u202f: Qui a allumé le feu" in description
    assert "20\u00a0h\u00a030\u202f: Banquet" in description
    assert "0\u00a0h\u202f: Concert" in description
    assert "Organisé par La Fabrique et Café." in description


def test_un_moment_d_un_autre_jour_dit_son_jour() -> None:
    chantier = un_moment("travail", a(6, 14, 9), a(6, 14, 17))
    vue = une_vue(moments=[un_moment("reflexion", a(6, 12, 19), a(6, 12, 21)), chantier])

    assert "dim.\u00a014, 9\u00a0h\u202f: Temps de travail" in ecrire(vue)["DESCRIPTION"]


def test_les_memes_octets_tant_que_rien_ne_change() -> None:
    assert ical.vers_vevent(une_vue(), "fr") == ical.vers_vevent(une_vue(), "fr")
    assert ical.vers_vevent(une_vue(), "fr") != ical.vers_vevent(une_vue(version=4), "fr")


def test_les_places_ne_changent_pas_le_calendrier() -> None:
    complet = msgspec.structs.replace(une_vue().moments[1], jauge=80, places_restantes=0, niveau="complet")

    sans = ical.vers_vevent(une_vue(), "fr")
    assert sans == ical.vers_vevent(
        une_vue(moments=[une_vue().moments[0], complet, une_vue().moments[2]]), "fr"
    )


def test_un_evenement_annule_reste_et_le_dit() -> None:
    relu = ecrire(une_vue(statut="annule", motif="Vent trop fort.", version=4))

    assert relu["STATUS"] == "CANCELLED"
    assert relu["SUMMARY"] == "Annulé – Éteindre les incendies"
    assert relu["TRANSP"] == "TRANSPARENT"
    assert "Vent trop fort." in relu["DESCRIPTION"]
    assert relu["UID"] == str(UID)
    assert relu.start == a(6, 12, 19)


def test_reporte_sans_date_garde_sa_place_incertaine() -> None:
    sans_heure = [msgspec.structs.replace(m, debut=None, fin=None) for m in une_vue().moments]
    relu = ecrire(
        une_vue(statut="reporte", debut=None, fin=None, debut_initial=a(6, 12, 19), moments=sans_heure)
    )

    assert relu["STATUS"] == "TENTATIVE"
    assert relu["SUMMARY"] == "Reporté, date à venir – Éteindre les incendies"
    assert relu.start == a(6, 12, 19)
    assert "DTEND" not in relu


def test_un_evenement_sans_aucune_date_n_a_pas_de_calendrier() -> None:
    assert ical.vers_vevent(une_vue(debut=None, fin=None), "fr") is None


@pytest.mark.parametrize(
    ("debut", "decalage"),
    [
        (a(3, 28, 20), 1),
        (a(3, 29, 1, 59), 1),
        (a(3, 29, 3, 0), 2),
        (a(10, 25, 1, 0), 2),
        (a(10, 25, 4, 0), 1),
        (a(12, 31, 23, 59), 1),
        (a(1, 1, 0, 0), 1),
    ],
)
def test_le_fuseau_dit_la_bonne_heure_autour_des_changements(debut: datetime, decalage: int) -> None:
    """Relu par le VTIMEZONE que nous écrivons, pas par celui de la machine."""
    vevent = ical.vers_vevent(une_vue(debut=debut, fin=debut + timedelta(hours=1)), "fr")
    assert vevent is not None
    calendrier = Calendar.from_ical(ical.calendrier([vevent]))
    [fuseau] = calendrier.timezones
    [relu] = calendrier.events

    mural = relu["DTSTART"].dt.replace(tzinfo=None)

    assert mural - timedelta(hours=decalage) == debut.replace(tzinfo=None)
    assert fuseau.to_tz(lookup_tzid=False).utcoffset(mural) == timedelta(hours=decalage)


def test_une_soiree_finit_apres_minuit_la_nuit_du_changement_d_heure() -> None:
    relu = ecrire(une_vue(debut=a(10, 24, 22), fin=a(10, 25, 4)))

    assert relu["DTSTART"].dt.astimezone(UTC) == a(10, 24, 22)
    assert relu["DTEND"].dt.astimezone(UTC) - relu["DTSTART"].dt.astimezone(UTC) == timedelta(hours=7)


@pytest.mark.parametrize("valeur", HOSTILES.values(), ids=HOSTILES.keys())
def test_aucun_texte_ne_sort_de_sa_ligne(valeur: str) -> None:
    vue = une_vue(
        titre=valeur,
        resume=valeur,
        motif=valeur,
        statut="reporte",
        themes=[ThemeVue("x", valeur)],
        structures=[StructureBreve("la-fabrique", valeur, "porteuse")],
        lieu=msgspec.structs.replace(une_vue().lieu, nom=valeur, adresse=valeur),
        moments=[un_moment("banquet", a(6, 12, 20), a(6, 12, 22), valeur)],
    )
    vevent = ical.vers_vevent(vue, "fr")
    assert vevent is not None
    octets = ical.calendrier([vevent], nom=valeur)

    assert b"\x00" not in octets
    assert max(len(ligne) for ligne in octets.split(b"\r\n")) <= 75
    assert octets.replace(b"\r\n", b"").count(b"\n") == octets.replace(b"\r\n", b"").count(b"\r") == 0
    [relu] = relire(octets)
    attendu = valeur.replace("\r\n", "\n").replace("\x00", "").replace("\x07", "").replace("\ud800", "")
    assert relu["SUMMARY"] == attendu
    assert relu["UID"] == str(UID)


def test_un_agenda_abonne_dit_quand_revenir() -> None:
    octets = ical.calendrier([], nom="Agenda des Tablées, Pays d’Uzès")

    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT2H\r\n" in octets
    assert b"X-PUBLISHED-TTL:PT2H\r\n" in octets
    assert "NAME:Agenda des Tablées\\, Pays d’Uzès\r\n" in octets.decode()
    assert list(Calendar.from_ical(octets).events) == []


# --- le calendrier d'un foyer ---


def une_presence(genre: str, statut: str = "confirmee", **champs: Any) -> PresenceVue:
    moment = next(m for m in une_vue().moments if m.genre == genre)
    ordinaires: dict[str, Any] = {
        "moment": moment.id, "genre": genre, "titre": moment.titre, "debut": moment.debut, "fin": moment.fin,
        "statut": statut, "adultes": 2, "enfants": 1, "tout_petits": 0, "tarif": None, "rang_attente": None,
        "en_plus": 0, "proposee_jusqu_au": None,
    }  # fmt: skip
    return PresenceVue(**{**ordinaires, **champs})


def une_inscription(*presences: PresenceVue, **champs: Any) -> InscriptionVue:
    vue = une_vue()
    evenement = EvenementInscrit(
        slug=vue.slug, version=vue.version, titre=vue.titre, statut=vue.statut, motif="", debut=vue.debut, fin=vue.fin,
        lieu=vue.lieu, lien_en_ligne="https://visio.exemple.fr/salle", url=vue.url,
    )  # fmt: skip
    ordinaires: dict[str, Any] = {
        "id": UUID(int=77), "evenement": evenement, "prenom": "Nadia", "courriel": "nadia@exemple.fr",
        "courriel_confirme": True, "telephone": None, "commune": None, "presences": list(presences), "convives": [],
        "accord_regimes": False, "contributions": [], "besoins": [], "message": None, "premiere_fois": None,
        "accepte_attente": True, "tout_ou_rien": False, "langue": "fr", "pour_autrui": None, "code_accueil": "ABCD",
        "origine": "formulaire", "cree_le": a(5, 21, 8), "modifie_le": a(5, 21, 8), "annulee_le": None,
        "modifiable": True, "liens": LiensInscription("https://tablees.exemple.fr/i/secret", "", "", ""),
    }  # fmt: skip
    return InscriptionVue(**{**ordinaires, **champs})


def ecrire_foyer(inscription: InscriptionVue, vue: EvenementVue | None = None) -> list[Event]:
    return relire(ical.calendrier(ical.vers_vevents_du_foyer(inscription, vue or une_vue(), "fr")))


def test_un_foyer_recoit_un_rendez_vous_par_moment_reserve() -> None:
    debat, banquet = ecrire_foyer(
        une_inscription(une_presence("reflexion"), une_presence("banquet", "en_attente"))
    )

    assert debat["SUMMARY"] == "Éteindre les incendies – Qui a allumé le feu"
    assert debat["STATUS"] == "CONFIRMED"
    assert debat.start == a(6, 12, 19)
    assert "3 personnes" in debat["DESCRIPTION"]
    assert "https://visio.exemple.fr/salle" in debat["DESCRIPTION"]
    assert banquet["STATUS"] == "TENTATIVE"
    assert banquet["SUMMARY"].startswith("En attente – ")
    assert debat["UID"] != banquet["UID"] != str(UID)


def test_le_calendrier_d_un_foyer_ne_porte_ni_son_nom_ni_son_lien_secret() -> None:
    octets = ical.calendrier(
        ical.vers_vevents_du_foyer(une_inscription(une_presence("banquet")), une_vue(), "fr")
    )

    a_plat = octets.replace(b"\r\n ", b"")
    for secret in (b"Nadia", b"nadia@", b"/i/secret", b"ABCD"):
        assert secret not in a_plat


def test_annuler_son_inscription_annule_les_memes_rendez_vous() -> None:
    avant = ecrire_foyer(une_inscription(une_presence("banquet")))
    apres = ecrire_foyer(
        une_inscription(une_presence("banquet", "annulee"), modifie_le=a(5, 22, 8), annulee_le=a(5, 22, 8))
    )

    assert [e["UID"] for e in avant] == [e["UID"] for e in apres]
    assert apres[0]["STATUS"] == "CANCELLED"
    assert apres[0]["SEQUENCE"] > avant[0]["SEQUENCE"]
    assert "visio" not in apres[0]["DESCRIPTION"]


def test_l_evenement_annule_annule_ce_qui_etait_reserve() -> None:
    [relu] = ecrire_foyer(une_inscription(une_presence("banquet")), une_vue(statut="annule", motif="Vent."))

    assert relu["STATUS"] == "CANCELLED"
