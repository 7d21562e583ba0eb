"""Les courriels aux foyers, tels qu'ils arrivent : ce qui est réservé, ce qui attend, ce qui n'a plus lieu."""

from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from icalendar import Calendar

from server.evenements import services as evenements
from server.evenements.schemas import EvenementEquipe, MomentDemande, Motif, PrixDemande, Report, TarifDemande
from server.inscriptions import services
from server.inscriptions.effectif.services import arreter_effectif
from server.inscriptions.lectures import lire_inscription
from server.inscriptions.schemas import ConviveDemande, ModificationInscription, PresenceDemande
from server.lieux.tables import Territoire
from server.notifications.courrier import lire_expediteur, message_mime
from server.notifications.expediteur import Expediteur
from server.socle.base import ecriture
from server.socle.portes import Courriel, Portes
from server.socle.secrets import Clef
from server.socle.web import Tablees
from server.structures.tables import Structure
from tests.conftest import CourrierRetenu, HorlogeReglable
from tests.evenements.jeu import Jeu, a, poser_le_jeu, un_publie
from tests.fabriques import LUNDI, une_demande

NADIA = "nadia@example.org"
URL = "http://localhost:8000"


class Maison:
    """Un évènement publié, des foyers, et la boîte d'envoi que l'on vide."""

    def __init__(
        self, jeu: Jeu, vue: EvenementEquipe, clef: Clef, expediteur: Expediteur, courrier: CourrierRetenu,
        horloge: HorlogeReglable,
    ) -> None:  # fmt: skip
        self.jeu, self.vue, self.clef = jeu, vue, clef
        self._expediteur, self._courrier, self.horloge = expediteur, courrier, horloge

    def moment(self, genre: str) -> UUID:
        return next(m.id for m in self.vue.moments if m.genre == genre)

    def presence(self, genre: str, adultes: int = 2, enfants: int = 1, **champs: Any) -> PresenceDemande:
        return PresenceDemande(self.moment(genre), adultes, enfants, **champs)

    async def inscrire(self, *presences: PresenceDemande, **champs: Any) -> UUID:
        identifiant = uuid4()
        self.horloge.avancer(seconds=1)
        demande = une_demande(
            self.vue.slug, *presences, **{"courriel": NADIA, "accepte_attente": True, **champs}
        )
        await services.inscrire_foyer(identifiant, demande, self.clef, self.horloge())
        return identifiant

    async def recu(self, adresse: str = NADIA) -> Courriel:
        """Le dernier courriel arrivé à cette adresse."""
        self.horloge.avancer(minutes=1)
        await self._expediteur.vider_une_fois(self.horloge())
        return self._courrier.pour(adresse)[-1]


@pytest.fixture
async def maison(
    application: Tablees, clef: Clef, expediteur: Expediteur, courrier: CourrierRetenu, horloge: HorlogeReglable
) -> Maison:  # fmt: skip
    jeu = await poser_le_jeu()
    await ecrire_contacts(jeu, courriel="bonjour@fabrique.example", telephone="04 66 00 00 01")
    vue = await un_publie(
        jeu,
        moments=[
            MomentDemande("reflexion", titre="Qui a allumé le feu", debut=a(6, 12, 19), fin=a(6, 12, 20, 30)),
            MomentDemande(
                "banquet", debut=a(6, 12, 20, 30), fin=a(6, 13, 0), jauge=4,
                prix=PrixDemande("tarifs", tarifs=[TarifDemande("Solidaire", 500), TarifDemande("Plein", 1200)]),
            ),
        ],
        moyens_paiement=["especes", "cheque"],
        a_apporter="Une assiette et **vos couverts**.",
        venir="Depuis la place, suivre les lampions.",
    )  # fmt: skip
    return Maison(jeu, vue, clef, expediteur, courrier, horloge)


@ecriture
async def ecrire_contacts(jeu: Jeu, **contacts: str | None) -> None:
    await Structure.update({getattr(Structure, nom): valeur for nom, valeur in contacts.items()}).where(
        Structure.id == jeu.structure
    )


@ecriture
async def poser_le_reseau(courriel: str | None) -> None:
    await Territoire.insert(
        Territoire(reseau="Réseau du Pays d’Uzès", nom="Pays d’Uzès", courriel=courriel, cree_le=LUNDI)
    )


def parties(courriel: Courriel) -> tuple[str, str]:
    """Le texte et le HTML, tels que lus ; toute espace en vaut une autre."""
    return " ".join(courriel.texte.split()), " ".join(unescape(courriel.html).split())


def rendez_vous(courriel: Courriel) -> dict[str, Any]:
    """UID → évènement du fichier joint."""
    (piece,) = courriel.pieces
    return {str(vevent["UID"]): vevent for vevent in Calendar.from_ical(piece.octets).events}


# --- s'inscrire -----------------------------------------------------------------------------------------------------


async def test_le_recu_dit_qui_vient_quand_combien_et_comment_venir(maison: Maison) -> None:
    await maison.inscrire(maison.presence("reflexion"), maison.presence("banquet"))

    recu = await maison.recu()

    for partie in parties(recu):
        for phrase in (
            "Vos places sont réservées au débat et au banquet.",
            "Qui a allumé le feu, 19 h – 20 h 30",
            "Le banquet, 20 h 30 – 0 h",
            "2 adultes et 1 enfant, confirmé",
            "Le banquet : de 5 € à 12 €.",
            "Sur place : espèces ou chèque.",
            "À apporter",
            "vos couverts",
            "Depuis la place, suivre les lampions.",
            "confirmer votre adresse",
            "Une question ? La Fabrique, bonjour@fabrique.example, 04 66 00 00 01",
        ):
            assert phrase in partie
    assert "**" not in recu.texte


async def test_le_tarif_choisi_se_redit(maison: Maison) -> None:
    solidaire = maison.vue.moments[1].prix.tarifs[0].id
    await maison.inscrire(maison.presence("banquet", tarif=solidaire))

    for partie in parties(await maison.recu()):
        assert "Le banquet : tarif « Solidaire », 5 €." in partie


async def test_les_regimes_sont_dits_notes_et_ne_voyagent_pas(maison: Maison) -> None:
    convive = ConviveDemande(regimes=["vegetalien"], allergenes=["arachides"])
    await maison.inscrire(maison.presence("banquet"), convives=[convive], accord_regimes=True)

    for partie in parties(await maison.recu()):
        assert "régimes et allergies est noté" in partie
        assert "végétalien" not in partie.lower()
        assert "arachide" not in partie.lower()


async def test_le_recu_dit_le_code_d_assiette_et_a_quoi_il_sert(maison: Maison, clef: Clef) -> None:
    convives = [ConviveDemande(regimes=["vegetalien"]), ConviveDemande(age="enfant", allergenes=["lait"])]
    identifiant = await maison.inscrire(maison.presence("banquet"), convives=convives, accord_regimes=True)
    recu = await maison.recu()

    vue = await lire_inscription(identifiant, clef, URL, maison.horloge())
    codes = [convive.assiette for convive in vue.convives]
    assert len(codes) == 2
    for partie in parties(recu):
        assert "Au repas, dites ces codes" in partie
        for code, qui in zip(codes, ("1 adulte", "1 enfant"), strict=True):
            assert code is not None
            assert f"{code} ({qui})" in partie or f"{code} · {qui}" in partie


async def test_sans_besoin_le_recu_n_a_pas_de_code_d_assiette(maison: Maison) -> None:
    await maison.inscrire(maison.presence("banquet"))

    assert all("Au repas, dites" not in partie for partie in parties(await maison.recu()))


async def test_changer_apres_l_arret_dit_ce_que_cela_veut_dire_pour_la_cuisine(
    maison: Maison, clef: Clef
) -> None:
    identifiant = await maison.inscrire(maison.presence("banquet"))
    sans_banquet = await maison.inscrire(maison.presence("reflexion"), courriel="alix@example.org")

    async def changer(cle: UUID, genre: str, adresse: str) -> tuple[str, str]:
        changement = ModificationInscription(presences=[maison.presence(genre, 1, 0)])
        await services.modifier_inscription(cle, changement, maison.horloge())
        return parties(await maison.recu(adresse))

    assert all("nombre de repas" not in p for p in await changer(identifiant, "banquet", NADIA))
    await arreter_effectif(maison.moment("banquet"), None, clef, maison.horloge())

    assert all(
        "nombre de repas" not in p for p in await changer(sans_banquet, "reflexion", "alix@example.org")
    )
    await services.modifier_inscription(
        identifiant, ModificationInscription(presences=[maison.presence("banquet", 2, 0)]), maison.horloge()
    )
    for partie in parties(await maison.recu()):
        assert "Comme le nombre de repas était fixé depuis" in partie
    await services.annuler_inscription(identifiant, maison.horloge())
    for partie in parties(await maison.recu()):
        assert "La cuisine voit que vous ne venez pas." in partie


async def test_l_inscription_changee_garde_son_code_d_accueil(maison: Maison, clef: Clef) -> None:
    identifiant = await maison.inscrire(maison.presence("reflexion"), maison.presence("banquet"))
    await maison.recu()
    await services.modifier_inscription(
        identifiant, ModificationInscription(presences=[maison.presence("banquet", 1, 0)]), maison.horloge()
    )

    changee = await maison.recu()

    code = (await lire_inscription(identifiant, clef, URL, maison.horloge())).code_accueil
    assert changee.sujet == "Inscription changée\u202f: Éteindre les incendies"
    for partie in parties(changee):
        assert code in partie
        assert "1 adulte, confirmé" in partie
        assert "vous n’y venez plus" in partie


async def test_une_adresse_confirmee_n_a_plus_a_l_etre(maison: Maison) -> None:
    identifiant = await maison.inscrire(maison.presence("banquet"))
    assert "confirmer votre adresse" in parties(await maison.recu())[0]
    await services.confirmer_courriel(identifiant, maison.horloge())
    await services.modifier_inscription(
        identifiant, ModificationInscription(presences=[maison.presence("banquet", 1, 0)]), maison.horloge()
    )

    for partie in parties(await maison.recu()):
        assert "confirmer" not in partie


# --- attendre -------------------------------------------------------------------------------------------------------


async def test_sans_aucune_place_le_courriel_ne_ressemble_pas_a_une_place(maison: Maison, clef: Clef) -> None:
    await maison.inscrire(maison.presence("banquet", 4, 0), courriel="premiere@example.org")
    await maison.inscrire(maison.presence("banquet", 2, 0), courriel="deuxieme@example.org")
    identifiant = await maison.inscrire(maison.presence("banquet"))

    recu = await maison.recu()

    code = (await lire_inscription(identifiant, clef, URL, maison.horloge())).code_accueil
    assert recu.sujet == "Liste d’attente\u202f: Éteindre les incendies"
    assert recu.pieces == ()
    for partie in parties(recu):
        assert "Vous n’avez pas encore de place au banquet." in partie
        assert "2 adultes et 1 enfant, en attente (2e sur la liste)" in partie
        assert "24 dernières heures" in partie
        assert "vous avez 4 heures" in partie
        for trop in (code, "C’est noté", "réservée", "confirmé,", "vos couverts"):
            assert trop not in partie


async def test_une_place_ici_et_pas_encore_la_se_disent_toutes_deux(maison: Maison) -> None:
    await maison.inscrire(maison.presence("banquet", 4, 0), courriel="premiere@example.org")
    await maison.inscrire(maison.presence("reflexion"), maison.presence("banquet"))

    recu = await maison.recu()

    assert recu.sujet.startswith("Votre inscription")
    for partie in parties(recu):
        assert "Vos places sont réservées au débat." in partie
        assert "Vous n’avez pas encore de place au banquet." in partie
        assert "en attente (en tête de la liste)" in partie
    assert [str(v["STATUS"]) for v in rendez_vous(recu).values()] == ["CONFIRMED", "TENTATIVE"]


# --- ce qui n'a plus lieu -------------------------------------------------------------------------------------------


async def test_l_annulation_dit_ce_qui_etait_prevu_et_retire_la_date_du_calendrier(maison: Maison) -> None:
    await maison.inscrire(maison.presence("reflexion"), maison.presence("banquet"))
    posee = rendez_vous(await maison.recu())
    await evenements.annuler_evenement(
        maison.vue.slug, maison.jeu.nadia, Motif("Vent trop fort."), maison.horloge(), URL
    )

    recu = await maison.recu()

    assert recu.sujet == "Annulé\u202f: Éteindre les incendies"
    for partie in parties(recu):
        assert "C’était prévu vendredi 12 juin 2026, de 19 h à 0 h." in partie
        assert "Vent trop fort." in partie
        assert "retire cette date de votre calendrier" in partie
        for trop in ("confirmé", "réservée", "Sur place", "vos couverts", "À l’arrivée", "Voir ou changer"):
            assert trop not in partie
    retiree = rendez_vous(recu)
    assert retiree.keys() == posee.keys()
    assert len(posee) == 2
    for uid, vevent in retiree.items():
        assert vevent["STATUS"] == "CANCELLED"
        assert vevent["SEQUENCE"] > posee[uid]["SEQUENCE"]
    assert Calendar.from_ical(recu.pieces[0].octets)["METHOD"] == "CANCEL"
    assert "method=CANCEL" in recu.pieces[0].type_contenu


async def test_qui_annule_sa_venue_recoit_de_quoi_retirer_la_date(maison: Maison) -> None:
    identifiant = await maison.inscrire(maison.presence("banquet"))
    posee = rendez_vous(await maison.recu())
    await services.annuler_inscription(identifiant, maison.horloge())

    recu = await maison.recu()

    ((uid, vevent),) = rendez_vous(recu).items()
    assert posee.keys() == {uid}
    assert vevent["STATUS"] == "CANCELLED"
    assert vevent["SEQUENCE"] > posee[uid]["SEQUENCE"]
    for partie in parties(recu):
        assert "C’était prévu" in partie
        assert "vous pouvez vous réinscrire" in partie
        assert "vous n’y venez plus" not in partie
        assert "confirmer votre adresse" not in partie


async def test_qui_attendait_n_a_rien_a_retirer_de_son_calendrier(maison: Maison) -> None:
    await maison.inscrire(maison.presence("banquet", 4, 0), courriel="premiere@example.org")
    await maison.inscrire(maison.presence("banquet"))
    await evenements.annuler_evenement(
        maison.vue.slug, maison.jeu.nadia, Motif("Vent."), maison.horloge(), URL
    )

    recu = await maison.recu()

    assert recu.sujet.startswith("Annulé")
    assert recu.pieces == ()
    assert "calendrier" not in recu.texte


async def test_un_recu_en_retard_ne_dit_plus_qu_une_soiree_annulee_est_notee(
    maison: Maison, courrier: CourrierRetenu
) -> None:
    await maison.inscrire(maison.presence("banquet"))
    await evenements.annuler_evenement(
        maison.vue.slug, maison.jeu.nadia, Motif("Vent."), maison.horloge(), URL
    )
    await maison.recu()

    assert [courriel.sujet for courriel in courrier.pour(NADIA)] == ["Annulé\u202f: Éteindre les incendies"]


async def test_reporte_sans_date_le_calendrier_du_foyer_dit_que_ce_n_est_plus_sur(maison: Maison) -> None:
    await maison.inscrire(maison.presence("banquet"))
    posee = rendez_vous(await maison.recu())
    await evenements.reporter_evenement(
        maison.vue.slug, maison.jeu.nadia, Report("Salle prise."), maison.horloge(), URL
    )

    recu = await maison.recu()

    ((uid, vevent),) = rendez_vous(recu).items()
    assert posee.keys() == {uid}
    assert vevent["STATUS"] == "TENTATIVE"
    assert vevent["SEQUENCE"] > posee[uid]["SEQUENCE"]


# --- répondre -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("structure", "reseau", "reponse", "question"),
    [
        ("bonjour@fabrique.example", "reseau@uzes.example", "bonjour@fabrique.example", "? La Fabrique, bonjour@"),
        (None, "reseau@uzes.example", "reseau@uzes.example", "? Réseau du Pays d’Uzès, reseau@uzes.example"),
        (None, None, None, ""),
    ],
)  # fmt: skip
async def test_on_repond_a_la_structure_a_defaut_au_reseau(
    maison: Maison, structure: str | None, reseau: str | None, reponse: str | None, question: str
) -> None:
    await ecrire_contacts(maison.jeu, courriel=structure, telephone=None)
    await poser_le_reseau(reseau)
    await maison.inscrire(maison.presence("banquet"))

    recu = await maison.recu()

    assert recu.repondre_a == reponse
    for partie in parties(recu):
        assert question in partie
        assert ("Une question" in partie) is bool(question)


@pytest.mark.parametrize(
    "adresse", ["a@b.example\r\nBcc: x@y.example", "a@b.example, x@y.example", "=?utf-8?q?a?="]
)
async def test_une_adresse_de_reponse_hostile_n_ajoute_aucun_en_tete_et_n_empeche_pas_d_ecrire(
    maison: Maison, portes: Portes, adresse: str
) -> None:  # fmt: skip
    await ecrire_contacts(maison.jeu, courriel=adresse)
    await maison.inscrire(maison.presence("banquet"))

    message = message_mime(
        await maison.recu(), lire_expediteur("Réseau <bonjour@reseau.example>"), portes.horloge()
    )

    assert message["To"] == NADIA
    assert message["Reply-To"] is None
    assert message["Bcc"] is None


async def test_en_anglais_tout_se_dit_aussi(maison: Maison) -> None:
    await maison.inscrire(maison.presence("banquet", 4, 0), courriel="premiere@example.org", langue="en")
    await maison.inscrire(maison.presence("banquet"), langue="en")

    recu = await maison.recu()

    assert recu.sujet == "Waiting list: Éteindre les incendies"
    assert "You do not have a place yet at the banquet." in parties(recu)[0]
