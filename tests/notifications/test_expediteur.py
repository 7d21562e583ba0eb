"""La boîte d'envoi : rien ne se perd, rien ne part deux fois tant que personne ne meurt."""

import asyncio
import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from server.comptes.faits import ConnexionDemandee
from server.notifications import services
from server.notifications.courrier import CourrierFichiers, dossier_courriels, effacer_courriels
from server.notifications.erreurs import EnvoiDejaClos, EnvoiInconnu
from server.notifications.expediteur import LOT, Expediteur
from server.notifications.lectures import lire_echecs, lire_etat, prochaine_echeance
from server.notifications.regles import BAIL, REPRISES
from server.notifications.schemas import Compositeur, EnvoiAComposer
from server.notifications.tables import Envoi
from server.reglages import Reglages
from server.socle.base import Moteur, ecriture
from server.socle.contexte import Contexte
from server.socle.documents import Documents
from server.socle.erreurs import BaseIndisponible
from server.socle.limites import Limites
from server.socle.morceaux import Morceaux
from server.socle.portes import Courriel, Courrier, EnvoiManque, EnvoiRefuse, Portes
from server.socle.secrets import Clef

MATIN = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


class CourrierCapricieux:
    """Retient les courriels ; `humeur` décide, pour chacun, de ce qui arrive."""

    def __init__(self) -> None:
        self.partis: list[Courriel] = []
        self.humeur: Any = None

    async def envoyer(self, courriel: Courriel) -> None:
        if self.humeur is not None:
            await self.humeur(courriel)
        self.partis.append(courriel)

    async def fermer(self) -> None:
        return


@pytest.fixture
def boite() -> CourrierCapricieux:
    return CourrierCapricieux()


@pytest.fixture
def contexte(base: Moteur, reglages: Reglages, portes: Portes, clef: Clef, boite: Courrier) -> Contexte:
    return Contexte(
        reglages=reglages,
        clef=clef,
        portes=msgspec.structs.replace(portes, courrier=boite),
        documents=Documents(100_000),
        morceaux=Morceaux(100_000),
        limites=Limites(),
    )


async def composer_mot(envoi: EnvoiAComposer, contexte: Contexte) -> Courriel | None:
    if envoi.donnees.get("perime"):
        return None
    mot = str(envoi.donnees.get("mot", ""))
    return Courriel(a=envoi.destinataire, sujet=mot, texte=mot, html=mot, cle=envoi.cle)


COMPOSITEURS: dict[str, Compositeur] = {"mot": composer_mot}


def expediteur(contexte: Contexte, **autres: Compositeur) -> Expediteur:
    return Expediteur(contexte, {**COMPOSITEURS, **autres}, alea=lambda: 0.5)


async def deposer(cle: str, *, genre: str = "mot", evenement: int | None = None, **donnees: Any) -> None:
    await services.deposer_envoi(
        genre=genre,
        objet=f"essai:{cle}",
        destinataire=f"{cle}@example.org",
        langue="fr",
        cle=cle,
        maintenant=MATIN,
        evenement=evenement,
        donnees=donnees,
    )


async def etats() -> dict[str, dict[str, Any]]:
    lignes = await Envoi.select().order_by(Envoi.id)
    return {ligne["cle"]: ligne for ligne in lignes}


# --- déposer --------------------------------------------------------------------------------------------------------


async def test_un_meme_message_ne_se_depose_qu_une_fois(contexte, boite) -> None:
    await deposer("rappel:12", mot="premier")
    await deposer("rappel:12", mot="second")

    await expediteur(contexte).vider_une_fois(MATIN)

    assert [courriel.sujet for courriel in boite.partis] == ["premier"]


async def test_un_envoi_disparait_avec_la_transaction_qui_le_portait(contexte, boite) -> None:
    @ecriture
    async def echouer() -> None:
        await deposer("jamais")
        raise RuntimeError("le métier échoue")

    with pytest.raises(RuntimeError, match="le métier échoue"):
        await echouer()

    assert await expediteur(contexte).vider_une_fois(MATIN) == 0
    assert await etats() == {}


async def test_un_envoi_attend_son_heure(contexte, boite) -> None:
    await services.deposer_envoi(
        genre="mot",
        objet="rappel:1",
        destinataire="nadia@example.org",
        langue="fr",
        cle="rappel:1",
        maintenant=MATIN,
        echeance_le=MATIN + timedelta(hours=24),
    )

    assert await expediteur(contexte).vider_une_fois(MATIN + timedelta(hours=23, minutes=59)) == 0
    assert await prochaine_echeance(MATIN) == MATIN + timedelta(hours=24)
    assert await expediteur(contexte).vider_une_fois(MATIN + timedelta(hours=24)) == 1


async def test_le_message_porte_la_cle_et_l_objet_de_sa_ligne(contexte, boite) -> None:
    await deposer("confirmation:7", mot="Bonjour")

    await expediteur(contexte).vider_une_fois(MATIN)

    [courriel] = boite.partis
    assert (courriel.cle, courriel.objet) == ("confirmation:7", "essai:confirmation:7")


# --- partir, manquer, renoncer ---------------------------------------------------------------------------------------


async def test_un_envoi_manque_revient_de_plus_en_plus_tard_puis_s_abandonne(contexte, boite) -> None:
    async def refuser(courriel: Courriel) -> None:
        raise EnvoiManque("serveur occupé")

    boite.humeur = refuser
    await deposer("a")
    instants, instant = [], MATIN
    while (await etats())["a"]["echoue_le"] is None:
        await expediteur(contexte).vider_une_fois(instant)
        instants.append(instant)
        prochain = (await etats())["a"]["echeance_le"]
        assert await expediteur(contexte).vider_une_fois(instant) == 0, "rien ne repart avant l'heure dite"
        instant = prochain or instant

    ecarts = [apres - avant for avant, apres in itertools.pairwise(instants)]
    assert ecarts == list(REPRISES)
    ligne = (await etats())["a"]
    assert ligne["essais"] == len(REPRISES) + 1
    assert ligne["derniere_erreur"] == "serveur occupé"
    assert ligne["envoye_le"] is None


async def test_un_refus_definitif_ne_se_retente_pas(contexte, boite) -> None:
    async def refuser(courriel: Courriel) -> None:
        raise EnvoiRefuse("550 nadia@example.org n'existe pas")

    boite.humeur = refuser
    await deposer("a")

    await expediteur(contexte).vider_une_fois(MATIN)

    ligne = (await etats())["a"]
    assert ligne["echoue_le"] == MATIN
    assert ligne["echeance_le"] is None
    assert "nadia" not in ligne["derniere_erreur"], "la cause gardée ne dit pas l'adresse"


async def test_ce_qui_n_a_plus_lieu_d_etre_se_clot_sans_partir(contexte, boite) -> None:
    await deposer("a", perime=True)
    await deposer("b")

    assert await expediteur(contexte).vider_une_fois(MATIN) == 1

    assert [courriel.cle for courriel in boite.partis] == ["b"]
    ligne = (await etats())["a"]
    assert (ligne["envoye_le"], ligne["echoue_le"], ligne["echeance_le"]) == (None, None, None)


async def test_un_envoi_impossible_n_arrete_pas_les_autres(contexte, boite) -> None:
    async def casser(envoi: EnvoiAComposer, contexte: Contexte) -> Courriel | None:
        raise KeyError("defaut du programme")

    await deposer("a", genre="casse")
    await deposer("b", genre="genre-inconnu")
    await deposer("c")

    assert await expediteur(contexte, casse=casser).vider_une_fois(MATIN) == 1

    lignes = await etats()
    assert lignes["a"]["echeance_le"] == lignes["b"]["echeance_le"] == MATIN + REPRISES[0]
    assert lignes["a"]["derniere_erreur"] == "KeyError"
    assert "genre-inconnu" in lignes["b"]["derniere_erreur"]


async def test_une_grande_boite_se_vide_en_plusieurs_lots(contexte, boite) -> None:
    nombre = 2 * LOT + 3
    for rang in range(nombre):
        await deposer(f"e{rang}")

    assert await expediteur(contexte).vider_une_fois(MATIN) == nombre

    assert len({courriel.cle for courriel in boite.partis}) == nombre


# --- baux -----------------------------------------------------------------------------------------------------------


async def test_quatre_expediteurs_a_la_fois_n_envoient_rien_deux_fois(contexte, boite) -> None:
    async def trainer(courriel: Courriel) -> None:
        await asyncio.sleep(0)

    boite.humeur = trainer
    for rang in range(150):
        await deposer(f"e{rang}")

    partis = await asyncio.gather(*(expediteur(contexte).vider_une_fois(MATIN) for _ in range(4)))

    assert sum(partis) == 150
    assert max(Counter(courriel.cle for courriel in boite.partis).values()) == 1
    assert {ligne["essais"] for ligne in (await etats()).values()} == {1}


async def test_un_expediteur_tue_avant_d_ecrire_laisse_repartir_son_envoi(contexte, boite) -> None:
    parti = asyncio.Event()

    async def partir_puis_se_taire(courriel: Courriel) -> None:
        boite.partis.append(courriel)
        parti.set()
        await asyncio.Event().wait()

    boite.humeur = partir_puis_se_taire
    await deposer("a")
    tache = asyncio.create_task(expediteur(contexte).vider_une_fois(MATIN))
    await parti.wait()
    tache.cancel()
    await asyncio.gather(tache, return_exceptions=True)
    boite.humeur = None

    assert await expediteur(contexte).vider_une_fois(MATIN + BAIL - timedelta(seconds=1)) == 0
    assert await expediteur(contexte).vider_une_fois(MATIN + BAIL) == 1

    assert [courriel.cle for courriel in boite.partis] == ["a", "a"], "au moins une fois, avec la même clé"
    assert (await etats())["a"]["essais"] == 2


async def test_qui_a_perdu_son_bail_n_ecrit_pas_l_issue(contexte, boite) -> None:
    await deposer("a")
    [lent] = await services.prendre_envois(1, BAIL, MATIN)
    [autre] = await services.prendre_envois(1, BAIL, MATIN + BAIL)

    tenu = await services.noter_abandon(lent, "trop tard", MATIN + BAIL)

    assert not tenu
    assert (await etats())["a"]["echoue_le"] is None
    assert await services.noter_parti(autre, MATIN + BAIL)


async def test_l_issue_s_ecrit_meme_si_la_base_a_hesite(contexte, boite, monkeypatch) -> None:
    hesitations = iter([BaseIndisponible("verrouillée")])
    vraie = services.noter_parti

    async def hesiter(*arguments: Any) -> bool:
        for erreur in hesitations:
            raise erreur
        return await vraie(*arguments)

    monkeypatch.setattr("server.notifications.expediteur.noter_parti", hesiter)
    await deposer("a")

    assert await expediteur(contexte).vider_une_fois(MATIN) == 1

    assert (await etats())["a"]["envoye_le"] == MATIN


# --- tourner --------------------------------------------------------------------------------------------------------


async def test_un_depot_reveille_l_expediteur_aussitot(contexte, boite) -> None:
    parti = asyncio.Event()

    async def signaler(courriel: Courriel) -> None:
        parti.set()

    boite.humeur = signaler
    tourneur = expediteur(contexte)
    tache = asyncio.create_task(tourneur.tourner())
    await asyncio.sleep(0)

    await deposer("a")
    await asyncio.wait_for(parti.wait(), 5)
    tourneur.arreter()
    await asyncio.wait_for(tache, 5)

    assert [courriel.cle for courriel in boite.partis] == ["a"]
    assert (await etats())["a"]["envoye_le"] is not None


async def test_a_l_arret_ce_qui_est_commence_finit_et_le_reste_est_rendu(contexte, boite) -> None:
    commence, continuer = asyncio.Event(), asyncio.Event()

    async def attendre(courriel: Courriel) -> None:
        commence.set()
        await continuer.wait()

    boite.humeur = attendre
    for rang in range(LOT):
        await deposer(f"e{rang}")
    tourneur = expediteur(contexte)
    tache = asyncio.create_task(tourneur.tourner())
    await asyncio.wait_for(commence.wait(), 5)

    tourneur.arreter()
    continuer.set()
    await asyncio.wait_for(tache, 5)

    lignes = list((await etats()).values())
    partis = {courriel.cle for courriel in boite.partis}
    assert 0 < len(partis) < LOT
    assert {ligne["cle"] for ligne in lignes if ligne["envoye_le"]} == partis
    rendus = [ligne for ligne in lignes if not ligne["envoye_le"]]
    assert all(ligne["bail_de"] is None and ligne["essais"] == 0 for ligne in rendus)
    boite.humeur = None
    assert await expediteur(contexte).vider_une_fois(MATIN) == len(rendus)


async def test_une_panne_de_la_base_endort_l_expediteur_sans_le_tuer(contexte, boite, monkeypatch) -> None:
    pannes = [BaseIndisponible("verrouillée"), RuntimeError("inattendu")]
    vraie = services.prendre_envois
    essais = asyncio.Queue[None]()

    async def trebucher(*arguments: Any) -> list[EnvoiAComposer]:
        essais.put_nowait(None)
        if pannes:
            raise pannes.pop(0)
        return await vraie(*arguments)

    parti = asyncio.Event()

    async def signaler(courriel: Courriel) -> None:
        parti.set()

    boite.humeur = signaler
    monkeypatch.setattr("server.notifications.expediteur.prendre_envois", trebucher)
    await deposer("a")
    tourneur = expediteur(contexte)
    tache = asyncio.create_task(tourneur.tourner())
    for _ in range(2):
        await asyncio.wait_for(essais.get(), 5)
        await asyncio.sleep(0)
        tourneur.reveiller()
    await asyncio.wait_for(parti.wait(), 5)
    tourneur.arreter()
    await asyncio.wait_for(tache, 5)

    assert [courriel.cle for courriel in boite.partis] == ["a"]


# --- voir, relancer, effacer -----------------------------------------------------------------------------------------


async def echouer(contexte: Contexte, boite: CourrierCapricieux) -> None:
    async def refuser(courriel: Courriel) -> None:
        raise EnvoiRefuse("boîte pleine")

    boite.humeur = refuser
    await expediteur(contexte).vider_une_fois(MATIN)
    boite.humeur = None


async def test_les_echecs_se_listent_tous_ou_par_evenement(contexte, boite) -> None:
    for rang in range(5):
        await deposer(f"e{rang}", evenement=rang % 2)
    await echouer(contexte, boite)
    await deposer("parti", evenement=1)
    await expediteur(contexte).vider_une_fois(MATIN)

    premiere = await lire_echecs(limite=3)
    seconde = await lire_echecs(limite=3, curseur=premiere.suivant)
    du_premier = await lire_echecs(evenement=1)

    assert [envoi.destinataire for envoi in premiere.elements + seconde.elements] == [
        f"e{rang}@example.org" for rang in (4, 3, 2, 1, 0)
    ]
    assert seconde.suivant is None
    assert [envoi.destinataire for envoi in du_premier.elements] == ["e3@example.org", "e1@example.org"]
    assert premiere.elements[0].erreur == "boîte pleine"


async def test_l_etat_de_la_boite_dit_le_retard_du_plus_ancien(contexte, boite) -> None:
    vide = await lire_etat(MATIN)
    await deposer("a")
    await deposer("b")
    en_retard = await lire_etat(MATIN + timedelta(minutes=10))
    await echouer(contexte, boite)
    apres = await lire_etat(MATIN + timedelta(minutes=20))

    assert (vide.en_attente, vide.age_s, vide.en_echec) == (0, 0, 0)
    assert (en_retard.en_attente, en_retard.age_s) == (2, 600)
    assert (apres.en_attente, apres.age_s, apres.en_echec) == (0, 0, 2)


async def test_un_envoi_en_echec_se_relance_avec_tous_ses_essais(contexte, boite) -> None:
    await deposer("a", evenement=3)
    await echouer(contexte, boite)
    [echec] = (await lire_echecs()).elements

    with pytest.raises(EnvoiInconnu):
        await services.relancer_envoi(echec.id, MATIN, evenement=4)
    await services.relancer_envoi(echec.id, MATIN, evenement=3)
    partis = await expediteur(contexte).vider_une_fois(MATIN)

    assert partis == 1
    assert (await lire_echecs()).elements == []
    with pytest.raises(EnvoiDejaClos):
        await services.relancer_envoi(echec.id, MATIN)
    with pytest.raises(EnvoiInconnu):
        await services.relancer_envoi(echec.id + 1, MATIN)


async def test_effacer_un_objet_oublie_a_qui_on_a_ecrit_et_n_ecrit_plus(contexte, boite) -> None:
    await deposer("parti", mot="secret")
    await expediteur(contexte).vider_une_fois(MATIN)
    await deposer("a-venir", mot="secret")
    await deposer("autre", mot="gardé")

    await services.effacer_objet("essai:parti")
    await services.effacer_objet("essai:a-venir")
    await expediteur(contexte).vider_une_fois(MATIN)
    await deposer("parti", mot="encore")
    await expediteur(contexte).vider_une_fois(MATIN)

    lignes = await etats()
    assert [courriel.cle for courriel in boite.partis] == ["parti", "autre"]
    for cle in ("parti", "a-venir"):
        assert (lignes[cle]["destinataire"], lignes[cle]["donnees"]) == ("", "{}")
    assert lignes["autre"]["destinataire"] == "autre@example.org"


async def test_un_echec_efface_ne_se_liste_ni_ne_se_relance(contexte, boite) -> None:
    await deposer("a")
    await echouer(contexte, boite)
    [echec] = (await lire_echecs()).elements

    await services.effacer_objet("essai:a")

    assert (await lire_echecs()).elements == []
    with pytest.raises(EnvoiDejaClos):
        await services.relancer_envoi(echec.id, MATIN)


async def test_avec_le_temps_on_oublie_a_qui_on_a_ecrit(contexte, boite) -> None:
    await deposer("a")
    await expediteur(contexte).vider_une_fois(MATIN)
    await services.deposer_envoi(
        genre="mot",
        objet="rappel:1",
        destinataire="rappel@example.org",
        langue="fr",
        cle="rappel:1",
        maintenant=MATIN,
        echeance_le=MATIN + timedelta(days=90),
    )

    await services.purger(MATIN + timedelta(days=59))
    avant = (await etats())["a"]["destinataire"]
    await services.purger(MATIN + timedelta(days=61))

    lignes = await etats()
    assert avant == "a@example.org"
    assert lignes["a"]["destinataire"] == ""
    assert lignes["rappel:1"]["destinataire"] == "rappel@example.org", "ce qui attend encore n'est pas oublié"


# --- ce qu'une réponse ne dit pas -----------------------------------------------------------------------------------


async def test_un_lien_de_connexion_part_un_moment_apres_la_reponse(contexte, boite, base) -> None:
    entendues: list[frozenset[str]] = []
    base.sur_changement.append(entendues.append)
    fait = ConnexionDemandee(uuid4(), "nadia@example.org", "fr", MATIN)

    @ecriture
    async def demander() -> None:
        await services.deposer_lien_de_connexion(fait, alea=lambda: 0.5)

    await demander()
    [depose] = (await etats()).values()

    assert depose["echeance_le"] == MATIN + timedelta(seconds=1.1)
    assert services.ETIQUETTE_ENVOIS not in frozenset().union(*entendues)
    assert await prochaine_echeance(MATIN) == depose["echeance_le"]
    assert await expediteur(contexte).vider_une_fois(MATIN) == 0


# --- effacer pendant qu'on écrit ------------------------------------------------------------------------------------


def avec_fichiers(contexte: Contexte) -> Contexte:
    """Une installation sans serveur SMTP."""
    courrier = CourrierFichiers(
        dossier_courriels(contexte.reglages), "tablees@example.org", lambda: MATIN, lambda _: None
    )
    return msgspec.structs.replace(
        contexte, portes=msgspec.structs.replace(contexte.portes, courrier=courrier)
    )


@pytest.mark.parametrize("disparait", ["vide", "supprime"])
async def test_ce_qu_on_efface_pendant_l_envoi_ne_laisse_aucun_fichier(contexte, disparait) -> None:
    contexte = avec_fichiers(contexte)
    dossier = dossier_courriels(contexte.reglages)

    async def effacer_en_chemin(envoi: EnvoiAComposer, contexte: Contexte) -> Courriel | None:
        if disparait == "vide":
            await services.effacer_objet(envoi.objet)
        else:
            await ecriture(_supprimer)(envoi.id)
        effacer_courriels(dossier, envoi.objet)
        return await composer_mot(envoi, contexte)

    await deposer("jeanne")
    await deposer("nadia", genre="efface", mot="secret")
    await expediteur(contexte, efface=effacer_en_chemin).vider_une_fois(MATIN)

    assert [fichier.read_text().count("jeanne@example.org") for fichier in dossier.glob("*.eml")] == [1]


async def _supprimer(envoi: int) -> None:
    await Envoi.delete().where(Envoi.id == envoi)


async def test_un_bail_perdu_sans_effacement_garde_le_courriel_ecrit(contexte) -> None:
    contexte = avec_fichiers(contexte)

    async def laisser_reprendre(envoi: EnvoiAComposer, contexte: Contexte) -> Courriel | None:
        await services.prendre_envois(LOT, BAIL, MATIN + BAIL)
        return await composer_mot(envoi, contexte)

    await deposer("nadia", genre="lent")
    await expediteur(contexte, lent=laisser_reprendre).vider_une_fois(MATIN)

    assert len(list(dossier_courriels(contexte.reglages).glob("*.eml"))) == 1
