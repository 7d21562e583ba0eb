"""La démonstration remplie pour de vrai : ce qu'on y voit, et ce qui n'en sort jamais."""

import re
import shutil
from collections import Counter
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from pytest_asyncio import fixture

from server.application import FAITS, creer_application
from server.banquets.acces import ouvrir_banquet
from server.banquets.achats.lectures import lire_comptes
from server.banquets.commandes.lectures import lister_commandes
from server.banquets.menus.lectures import lire_menu
from server.comptes.schemas import Auteur
from server.comptes.tables import Compte
from server.demonstration.remplissage import RESEAU, Demonstration, remplir_demo
from server.demonstration.usage import BaseReservee
from server.evenements.lectures import lire_equipe, lister_publics
from server.evenements.schemas import EvenementBref, Filtres
from server.evenements.tables import Coorganisation, Evenement, JournalEvenement, Moment
from server.inscriptions.cuisine.lectures import lire_pesees
from server.inscriptions.effectif.lectures import lire_couverture, lire_effectif_commun
from server.inscriptions.lectures import verifier_places
from server.inscriptions.tables import Appel, Bilan, Convive, Inscription, Presence
from server.lieux.installation import fonder_territoire
from server.lieux.lectures import lire_territoire
from server.lieux.tables import Lieu
from server.notifications.tables import Envoi
from server.reglages import Reglages
from server.socle import base as socle_base
from server.socle import faits
from server.socle.portes import Courriel, Portes
from server.socle.secrets import Clef
from server.structures.tables import Structure

pytestmark = pytest.mark.lent

MAINTENANT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
"""Un lundi matin, 10 h 30 à Uzès."""

URL = "http://localhost:8000"
CLEF = Clef(b"une cle d'essai, toujours la meme")


class _Rien:
    async def envoyer(self, courriel: Courriel) -> None:
        raise AssertionError(f"un courriel de démonstration est parti : {courriel.a}")

    async def fermer(self) -> None:
        return

    async def json(self, url: str, parametres: dict[str, str]) -> Any:
        raise AssertionError(url)


async def _remplir(reglages: Reglages, **options: Any) -> Demonstration:
    return await remplir_demo(
        table=FAITS,
        clef=CLEF,
        dossier=reglages.donnees,
        url=URL,
        maintenant=MAINTENANT,
        dire=lambda _: None,
        **options,
    )


class Essai:
    """Une démonstration remplie une fois pour tout ce fichier ; personne n'y écrit."""

    def __init__(self, reglages: Reglages, montree: Demonstration) -> None:
        self.reglages, self.montree = reglages, montree


@fixture(scope="module", loop_scope="session")
async def demo(tmp_path_factory: pytest.TempPathFactory, modele_sqlite: Path) -> AsyncGenerator[Essai, None]:
    reglages = Reglages(donnees=tmp_path_factory.mktemp("demo"))
    shutil.copy(modele_sqlite, reglages.fichier_sqlite)
    moteur = socle_base.creer_moteur(reglages)
    socle_base.installer(moteur)
    await moteur.ouvrir()
    yield Essai(reglages, await _remplir(reglages))
    await moteur.fermer()


async def _a_venir() -> list[EvenementBref]:
    elements: list[EvenementBref] = []
    curseur = None
    while True:
        page, _ = await lister_publics(Filtres(), curseur, 100, MAINTENANT, URL)
        elements += page.elements
        curseur = page.suivant
        if curseur is None:
            return elements


async def test_les_structures_invitees_ont_toutes_accepte(demo: Essai) -> None:
    reponses = Counter(
        (ligne["part"], ligne["reponse"])
        for ligne in await Coorganisation.select(Coorganisation.part, Coorganisation.reponse)
    )

    assert reponses["coorganisatrice", "acceptee"] > 20
    assert {reponse for _, reponse in reponses} == {"acceptee"}
    assert await JournalEvenement.exists().where(JournalEvenement.acte == "accepte")


async def test_l_agenda_montre_tous_les_etats(demo: Essai) -> None:
    evenements = await _a_venir()
    statuts = Counter(e.statut for e in evenements)
    niveaux = {m.niveau for e in evenements for m in e.moments}

    assert len(evenements) >= 22
    assert statuts["publie"] >= 15
    assert statuts["annule"] == 1
    assert statuts["reporte"] == 2
    assert {e.debut is None for e in evenements if e.statut == "reporte"} == {True, False}
    assert all(e.motif for e in evenements if e.statut in ("annule", "reporte"))
    assert niveaux == {"libre", "places", "dernieres", "complet"}
    assert any(e.statut == "publie" and not e.inscriptions_ouvertes for e in evenements)
    assert any(e.en_ligne and e.lieu for e in evenements)
    assert {m.prix_mode for e in evenements for m in e.moments} == {"gratuit", "libre", "tarifs"}
    assert evenements[0].debut is not None
    assert evenements[0].debut - MAINTENANT < timedelta(hours=38)


async def test_le_reseau_a_ses_structures_ses_lieux_ses_communes_et_ses_foyers(demo: Essai) -> None:
    territoire = await lire_territoire()
    communes = await Evenement.select(Evenement.lieu.commune.as_alias("commune")).where(
        Evenement.lieu.is_not_null()
    )
    foyers = {
        ligne["courriel"] or ligne["telephone"]
        for ligne in await Inscription.select(Inscription.courriel, Inscription.telephone)
    } - {None}

    assert territoire is not None
    assert (territoire.usage, territoire.reseau) == ("demo", RESEAU)
    assert 28 <= await Structure.count() <= 36
    assert await Lieu.count() >= 20
    assert len({ligne["commune"] for ligne in communes}) >= 15
    assert len(foyers) == 400


async def test_aucune_place_n_est_donnee_deux_fois(demo: Essai) -> None:
    assert await verifier_places() == []
    assert await Moment.count().where(Moment.jauge.is_not_null(), Moment.pris > Moment.jauge) == 0


async def test_un_complet_fait_attendre_ceux_que_la_regle_fait_attendre(demo: Essai) -> None:
    slug = demo.montree.complet.removeprefix(f"{URL}/evenements/")
    attentes = await Presence.select(
        Presence.attente_depuis,
        Presence.moment.jauge.as_alias("jauge"),
        Presence.moment.pris.as_alias("pris"),
    ).where(Presence.moment.evenement.slug == slug, Presence.statut == "en_attente")

    assert len(attentes) >= 2
    assert all(ligne["pris"] == ligne["jauge"] for ligne in attentes)
    assert all(ligne["attente_depuis"] < MAINTENANT for ligne in attentes)


async def test_les_inscriptions_ont_eu_lieu_au_fil_des_jours_et_jamais_apres_coup(demo: Essai) -> None:
    lignes = await Inscription.select(
        Inscription.cree_le,
        Inscription.origine,
        Inscription.evenement.publie_le.as_alias("publie_le"),
        Inscription.evenement.fin.as_alias("fin"),
    )
    jours = {ligne["cree_le"].date() for ligne in lignes}

    assert all(ligne["publie_le"] < ligne["cree_le"] <= MAINTENANT for ligne in lignes)
    assert all(ligne["fin"] is None or ligne["cree_le"] < ligne["fin"] for ligne in lignes)
    assert len(jours) > 40
    assert {ligne["origine"] for ligne in lignes} >= {"formulaire", "telephone", "papier", "porte"}
    assert await Inscription.exists().where(Inscription.doublon.eq(True))
    assert await Inscription.exists().where(Inscription.annulee_le.is_not_null())
    assert await Presence.exists().where(Presence.venue_le.is_not_null())


async def test_ce_qui_ne_se_garde_pas_est_deja_efface(demo: Essai) -> None:
    anciennes = await Inscription.count().where(Inscription.evenement.fin < MAINTENANT - timedelta(days=92))
    regimes_passes = await Convive.count().where(
        Convive.inscription.evenement.fin < MAINTENANT - timedelta(days=1)
    )

    assert anciennes == regimes_passes == 0
    assert await Convive.exists()
    assert await Bilan.count() >= 20


async def test_aucun_courriel_d_autrefois_ne_partira(demo: Essai) -> None:
    envois = await Envoi.select(Envoi.echeance_le, Envoi.envoye_le, Envoi.echoue_le, Envoi.destinataire)

    assert len(envois) > 300
    assert not any(envoi["echeance_le"] for envoi in envois)
    assert sum(envoi["echoue_le"] is not None for envoi in envois) == 2
    assert all(re.search(r"[@.]example\.org$|^$", envoi["destinataire"]) for envoi in envois)


async def test_quelqu_un_est_a_appeler_et_quelqu_un_l_a_ete(demo: Essai) -> None:
    appels = await Appel.select(Appel.fait_le, Appel.motif)

    assert any(appel["fait_le"] is None for appel in appels)
    assert any(appel["fait_le"] is not None for appel in appels)
    assert {appel["motif"] for appel in appels} & {
        "evenement_annule",
        "evenement_reporte",
        "evenement_sans_date",
    }


async def test_le_journal_raconte_ce_qui_est_arrive(demo: Essai) -> None:
    actes = Counter(ligne["acte"] for ligne in await JournalEvenement.select(JournalEvenement.acte))

    assert actes["reporte"] >= 3
    assert actes["annule"] == 2
    assert actes["modifie"] == 1
    assert actes["cree"] == actes["publie"] + 3


async def test_la_soiree_du_8_mars_est_la_et_personne_ne_s_y_est_inscrit(demo: Essai) -> None:
    soiree = await Evenement.select(Evenement.id, Evenement.debut, Evenement.description).where(
        Evenement.recherche.like("%cap mas%")
    )
    membres = await Structure.raw(
        "SELECT s.nom AS nom FROM structure s LEFT JOIN membre m ON m.structure = s.id WHERE m.id IS NULL ORDER BY s.id"
    )

    assert len(soiree) == 1
    assert soiree[0]["debut"].date().isoformat() == "2024-03-08"
    assert not await Inscription.exists().where(Inscription.evenement == soiree[0]["id"])
    assert {ligne["nom"] for ligne in membres} == {
        "Pollen", "Le 21", "Tempoco", "L’Abrix Bar", "Le Bistrot le Cap’Mas",
    }  # fmt: skip


async def test_les_contacts_sont_reserves_ou_de_fiction(demo: Essai) -> None:
    lignes = await Inscription.select(
        Inscription.courriel,
        Inscription.telephone,
        Inscription.pour_autrui_courriel,
        Inscription.pour_autrui_telephone,
    )
    courriels = {c for li in lignes for c in (li["courriel"], li["pour_autrui_courriel"]) if c}
    courriels |= {li["courriel"] for li in await Compte.select(Compte.courriel)}
    telephones = {t for li in lignes for t in (li["telephone"], li["pour_autrui_telephone"]) if t}

    assert all(courriel.endswith("@example.org") for courriel in courriels)
    assert all(telephone.startswith(("06 39 98 ", "04 65 71 ")) for telephone in telephones)


async def test_chaque_lien_ouvre_une_session_et_chaque_page_repond(demo: Essai) -> None:
    rien = _Rien()
    portes = Portes(courrier=rien, http=rien, horloge=lambda: MAINTENANT + timedelta(minutes=5))
    application = creer_application(demo.reglages, portes, moteur=socle_base.moteur_installe(), taches=False)
    slugs = await Evenement.select(Evenement.slug).where(Evenement.statut != "brouillon")
    async with application.lifespan():
        transport = httpx.ASGITransport(app=application)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url=URL) as client:
            for ligne in slugs:
                reponse = await client.get(f"/api/evenements/{ligne['slug']}")
                assert reponse.status_code == 200, ligne["slug"]
            for adresse in (demo.montree.agenda, demo.montree.ce_soir, demo.montree.complet):
                assert (await client.get(adresse)).status_code == 200

    assert [personne.prenom for personne in demo.montree.organisatrices] == ["Camille", "Yasmine", "Bachir"]
    assert all(p.lien.startswith(f"{URL}/connexion/") for p in demo.montree.organisatrices)


async def test_un_brouillon_dit_ce_qui_lui_manque(demo: Essai) -> None:
    brouillons = await Evenement.select(Evenement.slug, Evenement.cree_par).where(
        Evenement.statut == "brouillon"
    )
    for ligne in brouillons:
        auteur = Auteur(ligne["cree_par"], "Essai", "essai@example.org", "fr", False, UUID(int=1))
        vue = await lire_equipe(ligne["slug"], auteur, MAINTENANT, URL)
        assert [manque.champ for manque in vue.manques] == ["lieu"]

    assert len(brouillons) == 3


async def test_relancer_garde_ce_qui_est_frais_et_recommencer_refait_la_meme_annee(demo: Essai) -> None:
    async def photographier() -> list[Any]:
        return [
            await Evenement.select(Evenement.slug, Evenement.statut, Evenement.publie_le).order_by(
                Evenement.slug
            ),
            await Moment.select(Moment.titre, Moment.pris).order_by(Moment.evenement).order_by(Moment.rang),
            await Inscription.select(Inscription.prenom, Inscription.courriel, Inscription.cree_le)
            .order_by(Inscription.cree_le)
            .order_by(Inscription.prenom),
        ]

    avant = await photographier()
    premiere = await Evenement.select(Evenement.uid).order_by(Evenement.slug).first()

    await _remplir(demo.reglages)
    gardee = await Evenement.select(Evenement.uid).order_by(Evenement.slug).first()
    assert gardee == premiere

    await _remplir(demo.reglages, recommencer=True)
    refaite = await Evenement.select(Evenement.uid).order_by(Evenement.slug).first()
    assert refaite != premiere
    assert await photographier() == avant


async def test_une_vraie_installation_est_laissee_en_paix(
    base: socle_base.Moteur, reglages: Reglages
) -> None:
    await fonder_territoire("Réseau de la coopération", "Pays d’Uzès", MAINTENANT)

    with pytest.raises(BaseReservee, match="vraie installation"):
        await _remplir(reglages)

    assert not await Evenement.exists()
    assert await lire_territoire() is not None


async def test_la_table_des_faits_est_rendue_apres_un_refus(
    base: socle_base.Moteur, reglages: Reglages
) -> None:
    faits.brancher(FAITS)
    await fonder_territoire("Base d’essai", "Pays d’Uzès", MAINTENANT, usage="exemple")

    with pytest.raises(BaseReservee, match="base d’essai"):
        await _remplir(reglages)

    assert faits._table is FAITS


async def test_postgresql_se_remplit_aussi(postgresql: str, dossier: Path) -> None:
    from tests.conftest import vider

    reglages = Reglages(base=postgresql, donnees=dossier)
    moteur = socle_base.creer_moteur(reglages)
    assert isinstance(moteur, socle_base.MoteurPostgreSQL)
    socle_base.installer(moteur)
    await moteur.ouvrir()
    try:
        await vider(moteur)
        montree = await _remplir(reglages)

        assert await verifier_places() == []
        assert await Evenement.count() >= 75
        assert montree.complet.startswith(f"{URL}/evenements/")
    finally:
        await moteur.fermer()


async def test_le_grand_banquet_va_du_menu_aux_comptes(demo: Essai) -> None:
    passe, a_venir = await _grands_banquets()

    for moment, repondues in (
        (passe, {"confirmee", "corrigee"}),
        (a_venir, {"envoyee", "confirmee", "corrigee"}),
    ):
        camille = await _auteur("camille@example.org")
        vue = await lire_effectif_commun(moment, CLEF, "fr", MAINTENANT)
        menu = await lire_menu(camille, moment)
        commandes = await lister_commandes(camille, moment, CLEF, "fr", MAINTENANT)
        assert 170 <= vue.parts.assiettes <= 190
        assert vue.arret is not None
        assert vue.arret.signature_juste
        assert vue.depuis_l_arret is not None
        assert vue.depuis_l_arret.plus == 3
        assert len(menu.plats) >= 12
        assert repondues <= {une.etat for une in commandes.elements}

    comptes = await lire_comptes(camille, passe, MAINTENANT)
    assert comptes.sans_prix == 0
    assert comptes.cout_adulte_centimes is not None
    assert 300 < comptes.cout_adulte_centimes < 1500
    assert comptes.solde_centimes == comptes.recueilli_centimes - comptes.revient_centimes
    assert (await lire_pesees(passe)).grammes == 12_500
    couverture = await lire_couverture(await ouvrir_banquet(camille, a_venir), "fr")
    assert couverture.besoins
    assert couverture.sans_plat == 0


async def _grands_banquets() -> tuple[UUID, UUID]:
    lignes = (
        await Moment.select(Moment.id)
        .where(Moment.evenement.titre == "Le grand banquet des communs", Moment.genre == "banquet")
        .order_by(Moment.debut)
    )
    passe, a_venir = (ligne["id"] for ligne in lignes)
    return passe, a_venir


async def _auteur(courriel: str) -> Auteur:
    ligne = await Compte.select().where(Compte.courriel == courriel).first()
    assert ligne is not None
    return Auteur(ligne["id"], ligne["prenom"], courriel, "fr", est_operateur=True, session=UUID(int=1))
