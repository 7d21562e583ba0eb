"""Remplir une base vide d'une année de réseau, par les mêmes services que les vraies personnes.

Chaque geste a lieu à son heure : les inscriptions au fil des jours, les files d'attente par leur règle, les reports
et les annulations avec ce qu'ils entraînent (envois, gens à appeler). Les courriels d'autrefois sont notés partis dans
la transaction même qui les dépose : aucun ne part jamais.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

import msgspec

from server.comptes.schemas import Auteur
from server.demonstration.affluence import CONSERVATION, Affluence, Paquet
from server.demonstration.calendrier import (
    SOIREE_REELLE,
    RendezVous,
    composer_annee,
    horaires,
    samedis_des_grands_banquets,
)
from server.demonstration.contenu import EvenementEcrit, lire_contenu
from server.demonstration.decor import Decor, adresse_de, dresser, ecrire_lieu, ecrire_structure
from server.demonstration.foyers import Foyer, composer_foyers
from server.demonstration.grand_banquet import GrandBanquet, inscrire_les_producteurs, publier_les_recettes
from server.demonstration.illustrations import ILLUSTRATIONS, dessiner
from server.demonstration.usage import CHANTIER, est_prete, exiger_usage, finir, sans_courrier, vider_la_base
from server.evenements.images import recevoir_image
from server.evenements.schemas import (
    CoorganisationDemande,
    EvenementDemande,
    EvenementEquipe,
    ImageDemande,
    MomentDemande,
    Motif,
    MoyenPaiement,
    PrixDemande,
    ReponseDemande,
    Report,
    TarifDemande,
)
from server.evenements.services import (
    annuler_evenement,
    creer_evenement,
    modifier_evenement,
    publier_evenement,
    repondre_a_l_invitation,
    reporter_evenement,
)
from server.evenements.tables import Evenement
from server.inscriptions.entretien import entretenir_inscriptions
from server.inscriptions.services import noter_appel
from server.inscriptions.tables import Appel, Presence
from server.lieux.importation import charger_pays_uzes
from server.lieux.installation import fonder_territoire, lien_de_connexion
from server.lieux.lectures import lire_communes
from server.notifications.tables import Envoi
from server.socle import faits
from server.socle.base import ecriture
from server.socle.faits import TableDesFaits
from server.socle.secrets import Clef

GRAINE: Final = "tablées"
RESEAU: Final = "Réseau des tablées"
TERRITOIRE: Final = "Pays d’Uzès"
PRESENTATION: Final = (
    "Des associations, des cafés, des tiers-lieux et des mairies organisent ensemble, chaque fois dans une autre commune, "
    "une réflexion et un grand banquet bio, local et de saison. Ceci est une démonstration\u202f: les communes sont "
    "vraies, le reste est inventé, sauf la soirée du 8\u00a0mars\u00a02024."
)
MENTIONS: Final = {
    "editeur": "Les Tablées du Pays d’Uzès (association inventée)",
    "editeur_adresse": "Foyer rural, 30700 Uzès",
    "editeur_telephone": "01 99 00 12 34",
    "directeur": "Solange Inventée, présidente",
    "hebergeur": "Cette machine",
    "hebergeur_adresse": "Là où vous êtes",
    "hebergeur_telephone": "01 99 00 56 78",
}
"""Le numéro de téléphone est de ceux que l'Arcep réserve aux fictions (01 99 00)."""
CARTE_BANCAIRE: Final = frozenset({"tablee", "filature", "marmites", "figuier", "lanterne"})
"""Celles qui ont un terminal."""

QUI_MONTRER: Final = (
    ("Camille", "responsable de La Tablée commune, veille aussi sur l’installation"),
    ("Yasmine", "responsable du café le Figuier bavard"),
    ("Bachir", "membre de La Tablée commune"),
)

Dire = Callable[[str], None]


class Organisatrice(msgspec.Struct, frozen=True):
    """Quelqu'un dont on peut prendre la place ; `lien` ouvre une session, une fois, pendant une heure."""

    prenom: str
    courriel: str
    role: str
    lien: str


class Demonstration(msgspec.Struct, frozen=True, kw_only=True):
    """Les adresses à ouvrir quand tout est prêt."""

    agenda: str
    ce_soir: str
    """Le prochain évènement."""
    complet: str
    """Un évènement complet, avec sa liste d'attente."""
    tableau: str
    """Son tableau de bord, une fois connecté."""
    organisatrices: list[Organisatrice]


async def remplir_demo(
    *,
    table: TableDesFaits,
    clef: Clef,
    dossier: Path,
    url: str,
    maintenant: datetime,
    dire: Dire,
    recommencer: bool = False,
) -> Demonstration:
    """Remplit une base vide ; garde une démonstration encore fraîche, refait celle qui a vieilli ou fut interrompue.

    `table` : celle des faits de l'application ; elle est rendue telle quelle. `dossier` : celui des données (images).
    Lève `BaseReservee` si la base porte autre chose qu'une démonstration.
    """
    await exiger_usage("demo")
    faits.brancher(sans_courrier(table))
    try:
        if recommencer or not await est_prete(maintenant):
            await vider_la_base()
            await _remplir(Decor(lire_contenu(), maintenant, url, clef), dossier, dire)
        return await _montrer(clef, url, maintenant)
    finally:
        faits.brancher(table)


async def _remplir(decor: Decor, dossier: Path, dire: Dire) -> None:
    await fonder_territoire(
        CHANTIER,
        TERRITOIRE,
        decor.maintenant,
        usage="demo",
        presentation=PRESENTATION,
        courriel="reseau@tablees.example.org",
        mentions=MENTIONS,
    )
    dire("communes, structures, lieux et illustrations")
    illustrer = asyncio.create_task(_illustrer(decor, dossier))
    await charger_pays_uzes()
    await dresser(decor)
    await _raconter_la_soiree_reelle(decor)
    await illustrer

    communes = (await lire_communes()).par_code.values()
    foyers = composer_foyers(
        sorted((c.code, c.population) for c in communes), decor.contenu.vocabulaire, GRAINE
    )
    # Deux paquets : ceux qui se sont inscrits jadis n'ôtent personne à ceux qu'on garde.
    jadis, naguere = (Paquet(foyers, Random(f"{GRAINE}/{tour}")) for tour in ("jadis", "naguère"))  # noqa: S311
    a_venir: list[Affluence] = []
    annee = composer_annee(decor.contenu, decor.maintenant, GRAINE)
    for rang, rendez_vous in enumerate(annee, 1):
        ancien = rendez_vous.fin <= decor.maintenant - CONSERVATION
        affluence = await _vivre(decor, rendez_vous, jadis if ancien else naguere)
        if affluence is not None and rendez_vous.role == "ordinaire" and rendez_vous.debut > decor.maintenant:
            a_venir.append(affluence)
        if rang % 13 == 0 or rang == len(annee):
            dire(f"évènements et inscriptions : {rang} sur {len(annee)}")
    for rang, foyer in enumerate(naguere.jamais_tires()):
        await a_venir[rang % len(a_venir)].ajouter(foyer)
    await _cuisiner_les_grands_banquets(decor, foyers)
    await _derniers_gestes(decor)
    dire("bilans, et effacement de ce qui ne se garde pas")
    await entretenir_inscriptions(decor.maintenant)
    await finir(RESEAU)


async def _illustrer(decor: Decor, dossier: Path) -> None:
    """Dessine, et fait passer chaque dessin par le chemin d'une photo reçue."""
    for nom in ILLUSTRATIONS:
        dessin = await asyncio.to_thread(dessiner, nom)
        decor.images[nom] = (await recevoir_image(dessin, dossier, decor.ouverture)).empreinte


@ecriture
async def _raconter_la_soiree_reelle(decor: Decor) -> None:
    """La soirée du 8 mars 2024, telle qu'elle est racontée ; personne ne s'y inscrit."""
    reelle = decor.contenu.soiree_reelle
    for ecrite in reelle.structures:
        await ecrire_structure(decor, ecrite)
    await ecrire_lieu(decor, reelle.lieu)
    debut = min(debut for debut, _ in horaires(reelle.evenement, SOIREE_REELLE))
    rendez_vous = RendezVous(
        ecrit=reelle.evenement,
        lieu_interieur=True,
        jour=SOIREE_REELLE,
        cree_le=debut - timedelta(days=30),
        publie_le=debut - timedelta(days=28),
    )
    await _annoncer(decor, rendez_vous, decor.veilleuse)


async def _cuisiner_les_grands_banquets(decor: Decor, foyers: list[Foyer]) -> None:
    """Le même grand repas, un samedi passé et un samedi à venir, du menu aux comptes."""
    ecrit = decor.contenu.grand_banquet.evenement
    equipe, traiteur = decor.equipes[ecrit.structure][0], decor.equipes["marmites"][0]
    producteurs = await inscrire_les_producteurs(decor, equipe)
    await publier_les_recettes(decor, traiteur, decor.structures["marmites"])
    for rang, jour in enumerate(samedis_des_grands_banquets(decor.maintenant)):
        debut = min(debut for debut, _ in horaires(ecrit, jour))
        rendez_vous = RendezVous(
            ecrit=ecrit,
            lieu_interieur=True,
            jour=jour,
            cree_le=debut - timedelta(days=40),
            publie_le=debut - timedelta(days=36),
        )
        annonce = await _annoncer(decor, rendez_vous, equipe)
        tires = foyers[rang * 130 :] + foyers[: rang * 130]
        await GrandBanquet(decor, annonce, equipe, traiteur).raconter(tires, producteurs)


# --- évènements -----------------------------------------------------------------------------------------------------


async def _vivre(decor: Decor, rendez_vous: RendezVous, paquet: Paquet) -> Affluence | None:
    """Tout ce qui arrive à un évènement, dans l'ordre ; rien de plus pour un brouillon."""
    ecrit = rendez_vous.ecrit
    hasard = Random(f"{GRAINE}/{ecrit.titre}/{rendez_vous.jour.isoformat()}")  # noqa: S311
    equipe = decor.equipes[ecrit.structure]
    annonce = await _annoncer(decor, rendez_vous, equipe[0])
    if rendez_vous.publie_le is None:
        return None
    commune = next(lieu.commune for lieu in decor.contenu.lieux if lieu.cle == ecrit.lieu)
    affluence = Affluence(
        rendez_vous,
        equipe,
        mots=decor.contenu.vocabulaire,
        clef=decor.clef,
        maintenant=decor.maintenant,
        hasard=hasard,
    )
    await affluence.prevoir(annonce.slug, paquet, commune)
    if rendez_vous.change_le is not None:
        await affluence.jouer(rendez_vous.change_le)
        await _changer(decor, rendez_vous, annonce, equipe[0], rendez_vous.change_le)
    if rendez_vous.role not in ("annule", "sans_date"):
        await affluence.jouer()
        if rendez_vous.fin <= decor.maintenant:
            await affluence.pointer()
    return affluence


@ecriture
async def _annoncer(decor: Decor, rendez_vous: RendezVous, auteur: Auteur) -> EvenementEquipe:
    """Écrit l'évènement, les structures invitées acceptent, puis l'annonce s'il n'en reste pas au brouillon."""
    ecrit = await creer_evenement(auteur, _demande(decor, rendez_vous), rendez_vous.cree_le, decor.url)
    for cle, _ in rendez_vous.ecrit.parts:
        invitee = decor.equipes.get(cle, [decor.veilleuse])[0]
        accord = ReponseDemande(decor.structures[cle], "accepter")
        await repondre_a_l_invitation(ecrit.slug, invitee, accord, rendez_vous.cree_le)
    if rendez_vous.publie_le is None:
        return ecrit
    return await publier_evenement(ecrit.slug, auteur, rendez_vous.publie_le, decor.url)


async def _changer(
    decor: Decor, rendez_vous: RendezVous, annonce: EvenementEquipe, auteur: Auteur, instant: datetime
) -> None:
    """Reporte, annule, ou retarde d'une demi-heure ; la raison est dite à tous."""
    ecrit, slug = rendez_vous.ecrit, annonce.slug
    match rendez_vous.role:
        case "annule":
            await annuler_evenement(slug, auteur, Motif(ecrit.si_annule or ""), instant, decor.url)
        case "horaire":
            demande = _demande(decor, rendez_vous)
            demande.version = annonce.version
            for moment, annoncee in zip(demande.moments, annonce.moments, strict=True):
                assert moment.debut is not None
                assert moment.fin is not None
                moment.id = annoncee.id
                moment.debut += timedelta(minutes=30)
                moment.fin += timedelta(minutes=30)
            await modifier_evenement(slug, auteur, demande, instant, decor.url)
        case _:
            debut = rendez_vous.debut if rendez_vous.role == "reporte" else None
            await reporter_evenement(slug, auteur, Report(ecrit.si_reporte or "", debut), instant, decor.url)


def _demande(decor: Decor, rendez_vous: RendezVous) -> EvenementDemande:
    """Le contenu d'un évènement tel que sa structure l'a saisi, à la date d'abord prévue."""
    ecrit, inacheve = rendez_vous.ecrit, rendez_vous.role == "brouillon"
    moments = [
        MomentDemande(
            genre=moment.genre,
            titre=moment.titre,
            debut=debut,
            fin=fin,
            jauge=moment.jauge,
            sur_inscription=moment.inscription,
            prix=_prix(moment.libre, moment.tarifs),
        )
        for moment, (debut, fin) in zip(
            ecrit.moments, horaires(ecrit, rendez_vous.ancien_jour or rendez_vous.jour), strict=True
        )
    ]
    return EvenementDemande(
        titre=ecrit.titre,
        structure=decor.structures[ecrit.structure],
        resume=ecrit.resume,
        description=ecrit.texte,
        formats=ecrit.formats,
        themes=ecrit.themes,
        cycle=decor.cycles[ecrit.cycle] if ecrit.cycle else None,
        lieu=None if inacheve else decor.lieux[ecrit.lieu],
        lieu_repli=decor.lieux[ecrit.repli] if ecrit.repli and not inacheve else None,
        en_ligne=ecrit.en_ligne is not None,
        lien_en_ligne=ecrit.en_ligne,
        moments=moments,
        coorganisations=[CoorganisationDemande(decor.structures[cle], part) for cle, part in ecrit.parts],
        acces=ecrit.acces,
        venir=ecrit.venir,
        a_apporter=ecrit.apporter,
        image=_image(decor, ecrit),
        paiement=ecrit.paiement,
        moyens_paiement=_moyens(ecrit, moments),
        cloture_le=rendez_vous.cloture_le,
    )


def _image(decor: Decor, ecrit: EvenementEcrit) -> ImageDemande | None:
    if ecrit.image is None:
        return None
    return ImageDemande(decor.images[ecrit.image], ILLUSTRATIONS[ecrit.image].alt)


def _prix(libre: int | None, tarifs: Mapping[str, int]) -> PrixDemande:
    if tarifs:
        return PrixDemande("tarifs", tarifs=[TarifDemande(nom, euros * 100) for nom, euros in tarifs.items()])
    if libre is not None:
        return PrixDemande("libre", conseille_centimes=libre * 100 or None)
    return PrixDemande()


def _moyens(ecrit: EvenementEcrit, moments: list[MomentDemande]) -> list[MoyenPaiement]:
    if all(moment.prix.mode == "gratuit" for moment in moments):
        return []
    return ["especes", "cheque", "carte"] if ecrit.structure in CARTE_BANCAIRE else ["especes", "cheque"]


# --- derniers gestes ------------------------------------------------------------------------------------------------


@ecriture
async def _derniers_gestes(decor: Decor) -> None:
    """Ce que l'équipe trouve en arrivant : des appels déjà passés, deux courriels refusés."""
    for appel in (await Appel.select(Appel.id, Appel.cree_le).order_by(Appel.id))[::3]:
        passe_le = min(appel["cree_le"] + timedelta(hours=3), decor.maintenant)
        await noter_appel(appel["id"], True, "Prévenue de vive voix.", decor.veilleuse.compte, passe_le)
    refuses = (
        await Envoi.select(Envoi.id)
        .where(Envoi.genre == "inscription", Envoi.cree_le > decor.maintenant - timedelta(days=10))
        .order_by(Envoi.cree_le, ascending=False)
        .limit(2)
    )
    for refuse in refuses:
        await Envoi.raw(
            "UPDATE envoi SET envoye_le = NULL, echoue_le = cree_le, essais = 8, derniere_erreur = {} WHERE id = {}",
            "550 5.1.1 boîte inconnue",
            refuse["id"],
        )


# --- ce qu'il y a à ouvrir ------------------------------------------------------------------------------------------


async def _montrer(clef: Clef, url: str, maintenant: datetime) -> Demonstration:
    prochain = (
        await Evenement.select(Evenement.slug)
        .where(Evenement.statut.is_in(["publie", "reporte"]), Evenement.debut > maintenant)
        .order_by(Evenement.debut)
        .first()
    )
    complets = await Presence.raw(
        "SELECT e.slug AS slug FROM presence p JOIN moment m ON m.id = p.moment JOIN evenement e ON e.id = m.evenement "
        "WHERE p.statut = 'en_attente' AND m.pris >= m.jauge AND e.statut = 'publie' AND e.debut > {} "
        "ORDER BY e.debut, e.id LIMIT 1",
        maintenant,
    )
    ce_soir = prochain["slug"] if prochain else ""
    complet = complets[0]["slug"] if complets else ce_soir
    organisatrices = [
        Organisatrice(prenom, courriel, role, await lien_de_connexion(clef, url, courriel, maintenant))
        for prenom, role in QUI_MONTRER
        if (courriel := adresse_de(prenom))
    ]
    return Demonstration(
        agenda=f"{url}/",
        ce_soir=f"{url}/evenements/{ce_soir}",
        complet=f"{url}/evenements/{complet}",
        tableau=f"{url}/espace/evenements/{complet}",
        organisatrices=organisatrices,
    )
