"""Ce que l'on fait faire aux commandes ; une fonction par usage, une transaction chacune.

Un geste porte sur ce que l'on avait sous les yeux (`temoin` pour l'équipe, `version` pour le producteur). La commande se
prend par une écriture conditionnelle, ou par l'unicité de sa création : de deux gestes au même instant, un seul passe, et
un seul courriel est déposé.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from server.banquets.acces import Ouvert, assurer_banquet, etiquette_du_menu, ouvrir_banquet
from server.banquets.commandes import regles
from server.banquets.commandes.erreurs import (
    CommandeClose,
    CommandeDeBrouillon,
    CommandeInconnue,
    CommandeModifiee,
    RelanceSansObjet,
    RelanceTropTot,
    ReponseAttendue,
)
from server.banquets.commandes.lectures import (
    Dossier,
    identifier,
    lire_bon,
    lire_repas,
    lister_commandes,
    livraison_proposee,
    relance_du_dossier,
    trouver_dossier,
)
from server.banquets.commandes.schemas import (
    AnnulationDemande,
    BonDeCommande,
    EnvoiDemande,
    GesteDemande,
    LigneRepondue,
    Livraison,
    RelanceDemande,
    ReponseDemande,
    VueCommandes,
)
from server.banquets.tables import Approvisionnement, Commande, CommandeLigne, Producteur
from server.comptes.schemas import Auteur
from server.notifications.services import deposer_envoi, renoncer_a_un_envoi
from server.socle.base import ecriture
from server.socle.erreurs import DemandeInvalide, ErreurDeChamp
from server.socle.faits import renouveler
from server.socle.secrets import Clef
from server.socle.temps import a_paris
from server.socle.textes import REFERENCE, Langue

GENRE_COMMANDE: Final = "commande"
GENRE_RELANCE: Final = "commande_relance"
GENRE_ANNULATION: Final = "commande_annulee"
GENRE_REPONSE: Final = "commande_reponse"
REGROUPER: Final = timedelta(minutes=2)
"""Un producteur qui se reprend deux fois de suite n'écrit qu'une fois à l'équipe."""


# --- L'équipe -------------------------------------------------------------------------------------------------------


@ecriture
async def envoyer_commande(
    auteur: Auteur,
    moment: UUID,
    producteur: str,
    demande: EnvoiDemande,
    clef: Clef,
    langue: Langue,
    maintenant: datetime,
) -> VueCommandes:
    """Fige les lignes d'aujourd'hui et dépose le courriel ; un renvoi remplace le bon d'avant, et le dit.

    La même `cle` rejouée ne fait rien de plus. `CommandeModifiee` si ce que l'on avait lu a changé, `CommandeClose` si le
    repas est passé ou annulé, `CommandeDeBrouillon` s'il n'est pas publié, `CommandeInconnue` si ce producteur ne fournit
    rien ici.
    """
    ouvert = await ouvrir_banquet(auteur, moment, "organiser")
    await _tenir_producteur(producteur)
    dossier = await trouver_dossier(moment, producteur)
    commande = dossier.commande
    if commande is not None and commande["cle_envoi"] == demande.cle:
        return await lister_commandes(auteur, moment, clef, langue, maintenant)
    repas = await lire_repas(moment)
    if regles.est_close(repas["statut"], repas["debut"], maintenant):
        raise CommandeClose()
    if repas["statut"] == "brouillon":
        raise CommandeDeBrouillon()
    if not dossier.voulues:
        raise CommandeInconnue()
    if demande.temoin != dossier.temoin:
        raise CommandeModifiee(version=commande["version"] if commande else 0)
    livraison = _preparer_livraison(demande, dossier, repas, maintenant)
    banquet = await assurer_banquet(moment, maintenant)
    destinataire = (dossier.producteur["courriel"] or "") if demande.moyen == "courriel" else ""
    colonnes: dict[Any, Any] = {
        "cle_envoi": demande.cle,
        "moyen": demande.moyen,
        "destinataire": destinataire,
        "langue": REFERENCE,
        "envoyee_le": maintenant,
        "livraison_le": livraison.le,
        "livraison_lieu": livraison.lieu,
        "message": demande.message,
        "repas_le": repas["debut"],
        "lieu_du_repas": repas["lieu"],
        "repondue_le": None,
        "mot": "",
        "acceptee_le": None,
        "annulee_le": None,
        "motif": "",
        "relances": 0,
        "relancee_le": None,
        "cle_relance": None,
    }
    identifiant = (
        await _creer(banquet, dossier, colonnes)
        if commande is None
        else await _renvoyer(commande, destinataire, colonnes)
    )
    await CommandeLigne.delete().where(CommandeLigne.commande == identifiant)
    for rang, (cle, detail) in enumerate(dossier.voulues.items()):
        dit = {champ: getattr(detail, champ) for champ in detail.__struct_fields__}
        await CommandeLigne.insert(
            CommandeLigne(commande=identifiant, rang=rang, approvisionnement=cle, **dit)
        )
    numero = commande["numero"] + 1 if commande else 1
    if destinataire:
        await _deposer(
            GENRE_COMMANDE, identifiant, str(numero), destinataire, ouvert, {"numero": numero}, maintenant
        )
    return await lister_commandes(auteur, moment, clef, langue, maintenant)


@ecriture
async def relancer_commande(
    auteur: Auteur,
    moment: UUID,
    producteur: str,
    demande: RelanceDemande,
    clef: Clef,
    langue: Langue,
    maintenant: datetime,
) -> VueCommandes:
    """Rappelle au producteur un bon sans réponse : le même bon et le même lien, un courriel de plus.

    La même `cle` rejouée ne fait rien de plus. `RelanceTropTot` si le bon est parti, ou a été rappelé, aujourd'hui ;
    `RelanceSansObjet` s'il n'attend pas de réponse par courriel ; `CommandeModifiee`, `CommandeClose`, `CommandeInconnue`.
    """
    ouvert = await ouvrir_banquet(auteur, moment, "organiser")
    await _tenir_producteur(producteur)
    dossier = await trouver_dossier(moment, producteur)
    commande = _active(dossier)
    if commande["cle_relance"] == demande.cle:
        return await lister_commandes(auteur, moment, clef, langue, maintenant)
    repas = await lire_repas(moment)
    if regles.est_close(repas["statut"], repas["debut"], maintenant):
        raise CommandeClose()
    if demande.temoin != dossier.temoin:
        raise CommandeModifiee(version=commande["version"])
    des = relance_du_dossier(dossier, repas, maintenant)
    if des is None:
        raise RelanceSansObjet()
    if a_paris(maintenant).date() < des:
        raise RelanceTropTot()
    destinataire, relances = dossier.producteur["courriel"], commande["relances"] + 1
    changes: dict[Any, Any] = {
        "relances": relances,
        "relancee_le": maintenant,
        "cle_relance": demande.cle,
        "destinataire": destinataire,
    }
    if destinataire != commande["destinataire"]:
        # L'ancienne boîte aux lettres n'est plus la sienne, et son lien non plus.
        changes["version_lien"] = commande["version_lien"] + 1
    # La version ne monte pas : le producteur qui a la page ouverte répond encore, c'est ce que l'on attend de lui.
    prises = (
        await Commande.update(changes)
        .where(
            (Commande.id == commande["id"])
            & (Commande.version == commande["version"])
            & (Commande.relances == commande["relances"])
        )
        .returning(Commande.id)
    )
    if not prises:
        raise CommandeModifiee(version=commande["version"])
    numero = commande["numero"]
    await _deposer(
        GENRE_RELANCE,
        commande["id"],
        str(demande.cle),
        destinataire,
        ouvert,
        {"numero": numero},
        maintenant,
    )
    return await lister_commandes(auteur, moment, clef, langue, maintenant)


@ecriture
async def accepter_reponse(
    auteur: Auteur,
    moment: UUID,
    producteur: str,
    demande: GesteDemande,
    clef: Clef,
    langue: Langue,
    maintenant: datetime,
) -> VueCommandes:
    """Reporte la réponse du producteur sur les approvisionnements : quantités et prix corrigés, lignes refusées retirées.

    Une ligne que l'équipe a changée depuis l'envoi n'est pas touchée : elle est à renvoyer. `ReponseAttendue` s'il n'y a
    rien à reporter.
    """
    await ouvrir_banquet(auteur, moment, "organiser")
    await _tenir_producteur(producteur)
    dossier = await trouver_dossier(moment, producteur)
    commande = _active(dossier)
    if demande.temoin != dossier.temoin:
        raise CommandeModifiee(version=commande["version"])
    a_reporter = [
        ligne
        for ligne in dossier.lignes
        if ligne.ecart is None and regles.reste_a_accepter(ligne.voulue, ligne.reponse)
    ]
    if not a_reporter:
        raise ReponseAttendue()
    await _prendre(commande, {"acceptee_le": maintenant})
    renouveler(etiquette_du_menu(moment))
    ap = Approvisionnement
    for ligne in a_reporter:
        assert ligne.reponse is not None
        # Telle qu'on vient de la lire : ce qu'un autre y écrit au même instant ne s'efface pas.
        version = dossier.versions[ligne.approvisionnement]
        ici = (ap.id == ligne.approvisionnement) & (ap.version == version)
        if ligne.reponse.reponse == "refusee":
            faits = await ap.delete().where(ici).returning(ap.id)
        else:
            changes: dict[Any, Any] = {
                ap.quantite_milliemes: ligne.reponse.quantite_milliemes,
                ap.prix_centimes: ligne.reponse.prix_centimes,
                ap.version: ap.version + 1,
                ap.modifie_le: maintenant,
            }
            faits = await ap.update(changes).where(ici).returning(ap.id)
        if not faits:
            raise CommandeModifiee(version=commande["version"])
        convenu: dict[Any, Any] = {
            "convenue_milliemes": ligne.reponse.quantite_milliemes,
            "prix_convenu_centimes": ligne.reponse.prix_centimes,
        }
        await CommandeLigne.update(convenu).where(
            (CommandeLigne.commande == commande["id"])
            & (CommandeLigne.approvisionnement == ligne.approvisionnement)
        )
    return await lister_commandes(auteur, moment, clef, langue, maintenant)


@ecriture
async def annuler_commande(
    auteur: Auteur,
    moment: UUID,
    producteur: str,
    demande: AnnulationDemande,
    clef: Clef,
    langue: Langue,
    maintenant: datetime,
) -> VueCommandes:
    """Annule la commande et l'écrit au producteur ; son lien dit qu'elle est annulée. Les approvisionnements restent.

    Un premier bon qu'aucun expéditeur n'a encore pris ne part pas ; on n'annule alors rien auprès de personne, et le suivant
    sera de nouveau le premier : il ne remplace rien que le producteur ait lu. Un banquet ôté du programme s'annule encore.
    """
    ouvert = await ouvrir_banquet(auteur, moment, "organiser", meme_retire=True)
    dossier = await trouver_dossier(moment, producteur)
    commande = _active(dossier)
    if demande.temoin != dossier.temoin:
        raise CommandeModifiee(version=commande["version"])
    jamais_parti = commande["numero"] == 1 and await renoncer_a_un_envoi(
        _cle_denvoi(GENRE_COMMANDE, commande["id"], "1")
    )
    changes = {"annulee_le": maintenant, "motif": demande.motif}
    await _prendre(commande, changes | ({"numero": 0} if jamais_parti else {}))
    if commande["destinataire"] and not jamais_parti:
        await _deposer(
            GENRE_ANNULATION,
            commande["id"],
            str(commande["numero"]),
            commande["destinataire"],
            ouvert,
            {"numero": commande["numero"]},
            maintenant,
        )
    return await lister_commandes(auteur, moment, clef, langue, maintenant)


@ecriture
async def changer_le_lien(
    auteur: Auteur,
    moment: UUID,
    producteur: str,
    demande: GesteDemande,
    clef: Clef,
    langue: Langue,
    maintenant: datetime,
) -> VueCommandes:
    """Révoque le lien du producteur : l'ancien ne s'ouvre plus, un renvoi lui donne le nouveau."""
    await ouvrir_banquet(auteur, moment, "organiser")
    dossier = await trouver_dossier(moment, producteur)
    commande = dossier.commande
    if commande is None:
        raise CommandeInconnue()
    if demande.temoin != dossier.temoin:
        raise CommandeModifiee(version=commande["version"])
    await _prendre(commande, {"version_lien": commande["version_lien"] + 1})
    return await lister_commandes(auteur, moment, clef, langue, maintenant)


# --- Le producteur --------------------------------------------------------------------------------------------------


@ecriture
async def repondre_a_la_commande(
    lien: str, demande: ReponseDemande, clef: Clef, maintenant: datetime
) -> BonDeCommande:
    """Garde ce que le producteur répond, ligne par ligne ; une ligne dont il ne dit rien est confirmée.

    `CommandeModifiee` si l'équipe l'a renvoyée depuis la version lue (la même réponse rejouée ne fait rien de plus),
    `CommandeClose` si elle est annulée ou si le repas est passé, `LienDeCommandePerime`, `DemandeInvalide`.
    """
    commande = await identifier(lien, clef)
    bon = await lire_bon(commande, clef, maintenant)
    dites = {ligne.approvisionnement: ligne for ligne in demande.lignes}
    _verifier_reponse(demande, bon)
    reponses = {
        ligne.approvisionnement: _reponse(ligne, dites.get(ligne.approvisionnement)) for ligne in bon.lignes
    }
    if not bon.repondable:
        raise CommandeClose()
    if demande.version != bon.version:
        deja = {
            ligne.approvisionnement: ligne.reponse
            and {
                "reponse": ligne.reponse.reponse,
                "quantite_dite_milliemes": ligne.reponse.quantite_milliemes,
                "prix_dit_centimes": ligne.reponse.prix_centimes,
                "mot": ligne.reponse.mot,
            }
            for ligne in bon.lignes
        }
        if deja == reponses and bon.mot == demande.mot:
            return bon
        raise CommandeModifiee(version=bon.version)
    await _prendre(commande, {"repondue_le": maintenant, "mot": demande.mot})
    for cle, valeurs in reponses.items():
        await CommandeLigne.update(valeurs).where(
            (CommandeLigne.commande == commande["id"]) & (CommandeLigne.approvisionnement == cle)
        )
    suite = await lire_bon(await identifier(lien, clef), clef, maintenant)
    if bon.repas.courriel:
        await deposer_envoi(
            genre=GENRE_REPONSE,
            objet=f"commande:{bon.id}",
            destinataire=bon.repas.courriel,
            langue=REFERENCE,
            cle=f"{GENRE_REPONSE}:{bon.id}:{suite.version}",
            maintenant=maintenant,
            evenement=await _evenement_de(commande),
            donnees={"version": suite.version},
            echeance_le=maintenant + REGROUPER,
        )
    return suite


def _verifier_reponse(demande: ReponseDemande, bon: BonDeCommande) -> None:
    """Une ligne inconnue du bon d'aujourd'hui n'est une faute que si l'on a bien ce bon sous les yeux."""
    erreurs = []
    connues = {ligne.approvisionnement for ligne in bon.lignes}
    vues: set[UUID] = set()
    for rang, ligne in enumerate(demande.lignes):
        if ligne.approvisionnement in vues:
            erreurs.append(ErreurDeChamp(f"lignes.{rang}.approvisionnement", "repete"))
        elif ligne.approvisionnement not in connues and demande.version == bon.version:
            erreurs.append(ErreurDeChamp(f"lignes.{rang}.approvisionnement", "ligne_de_commande_inconnue"))
        vues.add(ligne.approvisionnement)
    if erreurs:
        raise DemandeInvalide(erreurs)


def _reponse(ligne: Any, dite: LigneRepondue | None) -> dict[Any, Any]:
    """Les colonnes d'une ligne répondue. Ce qui n'est pas acheté n'a pas de prix."""
    envoyee = ligne.envoyee
    if dite is None:
        quantite, prix, mot = envoyee.quantite_milliemes, envoyee.prix_centimes, ""
    else:
        quantite = 0 if dite.refusee else dite.quantite_milliemes or envoyee.quantite_milliemes
        prix = envoyee.prix_centimes if dite.refusee or dite.prix_centimes is None else dite.prix_centimes
        mot = dite.mot
    if envoyee.genre != "achat":
        prix = None
    return {
        "reponse": regles.reponse_de_ligne(envoyee, quantite, prix),
        "quantite_dite_milliemes": quantite,
        "prix_dit_centimes": prix,
        "mot": mot,
    }


# --- Ce qui est commun ----------------------------------------------------------------------------------------------


def _active(dossier: Dossier) -> Mapping[str, Any]:
    """La commande partie et pas annulée ; lève `CommandeInconnue` ou `CommandeClose`."""
    if dossier.commande is None:
        raise CommandeInconnue()
    if dossier.commande["annulee_le"] is not None:
        raise CommandeClose()
    return dossier.commande


async def _tenir_producteur(slug: str) -> None:
    """Le tient jusqu'à la fin : qui lui commande et qui supprime sa fiche ne se croisent pas."""
    tenues = (
        await Producteur.update({Producteur.nom: Producteur.nom})
        .where(Producteur.slug == slug)
        .returning(Producteur.id)
    )
    if not tenues:
        raise CommandeInconnue()


def _preparer_livraison(
    demande: EnvoiDemande, dossier: Dossier, repas: Mapping[str, Any], maintenant: datetime
) -> Livraison:
    """Où et quand livrer ; lève `DemandeInvalide` avec tout ce qui n'y va pas."""
    erreurs = []
    proposee = livraison_proposee(repas)
    jour: date | None = demande.livraison_le
    if jour is not None:
        if jour < a_paris(maintenant).date():
            erreurs.append(ErreurDeChamp("livraison_le", "date_passee"))
        elif repas["debut"] is not None and jour > a_paris(repas["debut"]).date():
            erreurs.append(ErreurDeChamp("livraison_le", "livraison_apres_repas"))
    else:
        jour = proposee.le
        if jour is not None:
            # La veille d'un repas de midi est peut-être déjà passée.
            jour = max(jour, a_paris(maintenant).date())
    if demande.moyen == "courriel" and not dossier.producteur["courriel"]:
        erreurs.append(ErreurDeChamp("moyen", "producteur_sans_courriel"))
    if erreurs:
        raise DemandeInvalide(erreurs)
    lieu = proposee.lieu if demande.livraison_lieu is None else demande.livraison_lieu.strip()
    return Livraison(jour, lieu)


async def _creer(banquet: int, dossier: Dossier, colonnes: dict[Any, Any]) -> UUID:
    identifiant = uuid4()
    crees = (
        await Commande.insert(
            Commande(id=identifiant, banquet=banquet, producteur=dossier.producteur["id"], **colonnes)
        )
        .on_conflict(target=(Commande.banquet, Commande.producteur), action="DO NOTHING")
        .returning(Commande.id)
    )
    if not crees:
        raise CommandeModifiee(version=1)
    return identifiant


async def _renvoyer(commande: Mapping[str, Any], destinataire: str, colonnes: dict[Any, Any]) -> UUID:
    changes = {
        **colonnes,
        "numero": commande["numero"] + 1,
        "remplace_le": commande["envoyee_le"] if commande["numero"] else None,
    }
    if destinataire and commande["destinataire"] not in ("", destinataire):
        # L'ancienne boîte aux lettres n'est plus la sienne.
        changes["version_lien"] = commande["version_lien"] + 1
    await _prendre(commande, changes)
    return UUID(str(commande["id"]))


async def _prendre(commande: Mapping[str, Any], changes: Mapping[Any, Any]) -> None:
    """Monte la version si c'est bien celle que l'on a lue : de deux gestes, un seul y parvient."""
    prises = (
        await Commande.update({**changes, "version": commande["version"] + 1})
        .where((Commande.id == commande["id"]) & (Commande.version == commande["version"]))
        .returning(Commande.id)
    )
    if not prises:
        raise CommandeModifiee(version=commande["version"] + 1)


async def _deposer(
    genre: str,
    commande: UUID,
    quoi: str,
    destinataire: str,
    ouvert: Ouvert,
    donnees: Mapping[str, Any],
    maintenant: datetime,
) -> None:
    await deposer_envoi(
        genre=genre,
        objet=f"commande:{commande}",
        destinataire=destinataire,
        langue=REFERENCE,
        cle=_cle_denvoi(genre, commande, quoi),
        maintenant=maintenant,
        evenement=ouvert.evenement,
        donnees=donnees,
    )


def _cle_denvoi(genre: str, commande: UUID, quoi: str) -> str:
    return f"{genre}:{commande}:{quoi}"


async def _evenement_de(commande: Mapping[str, Any]) -> int:
    (ligne,) = await Commande.raw(
        "SELECT m.evenement FROM banquet b JOIN moment m ON m.id = b.moment WHERE b.id = {}",
        commande["banquet"],
    )
    return int(ligne["evenement"])
