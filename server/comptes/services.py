"""Écritures des comptes : demander à se connecter, ouvrir et fermer une session, créer un compte."""

from datetime import datetime
from uuid import UUID, uuid4

import msgspec

from server.comptes.erreurs import CodeFaux, ConnexionPerimee, SessionInconnue
from server.comptes.faits import ConnexionDemandee
from server.comptes.regles import (
    DUREE_DEMANDE,
    DUREE_SESSION,
    ESSAIS_MAX,
    demande_du_lien,
    est_a_noter,
    est_le_code,
    plier_courriel,
)
from server.comptes.schemas import Auteur, ProfilModifie
from server.comptes.tables import Compte, DemandeConnexion, Session
from server.socle.base import ecriture
from server.socle.champs import exiger_langue
from server.socle.faits import publier
from server.socle.secrets import Clef, hacher, nouveau_secret


class SessionOuverte(msgspec.Struct, frozen=True):
    """Une session neuve. Le secret part dans le cookie ; il n'est connu qu'ici."""

    id: UUID
    secret: str


@ecriture
async def creer_compte(
    courriel: str, prenom: str, langue: str, maintenant: datetime, *, est_operateur: bool = False
) -> int:
    """Crée le compte d'une personne qui organise, ou retrouve celui qui a déjà cette adresse ; rend son identifiant.

    Un compte retrouvé garde son prénom et sa langue ; il peut gagner la veille de l'installation, jamais la perdre.
    """
    plie = plier_courriel(courriel)
    neuf = Compte(
        courriel=courriel.strip(),
        courriel_plie=plie,
        prenom=prenom,
        langue=langue,
        est_operateur=est_operateur,
        cree_le=maintenant,
    )
    await Compte.insert(neuf).on_conflict(target=Compte.courriel_plie, action="DO NOTHING")
    if est_operateur:
        await Compte.update({Compte.est_operateur: True}).where(Compte.courriel_plie == plie)
    ligne = await Compte.select(Compte.id).where(Compte.courriel_plie == plie).first()
    assert ligne is not None
    return int(ligne["id"])


@ecriture
async def demander_connexion(
    demande: UUID, courriel: str, maintenant: datetime, *, ecrire: bool = True
) -> datetime:
    """Note qu'une adresse veut se connecter ; rend l'instant où la demande expire.

    Une adresse inconnue, ou à qui l'on a déjà trop écrit (`ecrire` faux), donne une demande pareille, qui n'ouvrira
    rien : mêmes réponses, mêmes refus, et le même travail, à une ligne près dans la même transaction.
    """
    compte = (
        await Compte.select(Compte.id, Compte.courriel, Compte.langue)
        .where(Compte.courriel_plie == plier_courriel(courriel), Compte.desactive_le.is_null())
        .first()
    )
    if not ecrire:
        compte = None
    expire_le = maintenant + DUREE_DEMANDE
    await DemandeConnexion.insert(
        DemandeConnexion(
            id=demande,
            compte=compte["id"] if compte else None,
            cree_le=maintenant,
            expire_le=expire_le,
        )
    )
    if compte:
        publier(ConnexionDemandee(demande, compte["courriel"], compte["langue"], maintenant))
    return expire_le


async def ouvrir_par_lien(clef: Clef, lien: str, appareil: str, maintenant: datetime) -> SessionOuverte:
    """Ouvre une session avec le lien reçu ; lève `ConnexionPerimee` s'il ne marche pas ou plus."""
    demande = demande_du_lien(clef, lien)
    if demande is None:
        raise ConnexionPerimee()
    return await _consommer(demande, appareil, maintenant)


async def ouvrir_par_code(
    clef: Clef, demande: UUID, code: str, appareil: str, maintenant: datetime
) -> SessionOuverte:
    """Ouvre une session avec le code recopié ; lève `CodeFaux`, ou `ConnexionPerimee` au cinquième code faux.

    L'essai manqué s'écrit avant d'être refusé : lever dans l'unité d'écriture l'effacerait.
    """
    if est_le_code(clef, demande, code):
        return await _consommer(demande, appareil, maintenant)
    restants = await _compter_essai(demande, maintenant)
    if restants > 0:
        raise CodeFaux(restants)
    raise ConnexionPerimee()


@ecriture
async def _consommer(demande: UUID, appareil: str, maintenant: datetime) -> SessionOuverte:
    """Échange une demande encore valable contre une session : une seule fois, même demandée deux fois à la fois."""
    lignes = (
        await DemandeConnexion.update({DemandeConnexion.consommee_le: maintenant})
        .where(
            DemandeConnexion.id == demande,
            DemandeConnexion.compte.is_not_null(),
            DemandeConnexion.consommee_le.is_null(),
            DemandeConnexion.essais < ESSAIS_MAX,
            DemandeConnexion.expire_le > maintenant,
        )
        .returning(DemandeConnexion.compte)
    )
    if not lignes:
        raise ConnexionPerimee()
    compte = int(lignes[0]["compte"])
    if not await Compte.exists().where(Compte.id == compte, Compte.desactive_le.is_null()):
        raise ConnexionPerimee()
    ouverte = SessionOuverte(uuid4(), nouveau_secret(32))
    await Session.insert(
        Session(
            id=ouverte.id,
            compte=compte,
            secret_hache=hacher(ouverte.secret),
            appareil=appareil[:120],
            cree_le=maintenant,
            vue_le=maintenant,
            expire_le=maintenant + DUREE_SESSION,
        )
    )
    return ouverte


@ecriture
async def _compter_essai(demande: UUID, maintenant: datetime) -> int:
    """Compte un code faux ; rend le nombre d'essais qui restent (0 si la demande n'est plus valable)."""
    lignes = (
        await DemandeConnexion.update({DemandeConnexion.essais: DemandeConnexion.essais + 1})
        .where(
            DemandeConnexion.id == demande,
            DemandeConnexion.consommee_le.is_null(),
            DemandeConnexion.essais < ESSAIS_MAX,
            DemandeConnexion.expire_le > maintenant,
        )
        .returning(DemandeConnexion.essais)
    )
    return ESSAIS_MAX - int(lignes[0]["essais"]) if lignes else 0


@ecriture
async def noter_passage(session: UUID, vue_le: datetime, maintenant: datetime) -> None:
    """Note qu'un appareil est passé et prolonge sa session, une fois par heure au plus."""
    if est_a_noter(vue_le, maintenant):
        await Session.update(
            {Session.vue_le: maintenant, Session.expire_le: maintenant + DUREE_SESSION}
        ).where(Session.id == session, Session.vue_le <= vue_le)


@ecriture
async def modifier_profil(auteur: Auteur, profil: ProfilModifie) -> None:
    """Change le prénom et la langue de la personne."""
    langue = exiger_langue(profil.langue)
    await Compte.update({Compte.prenom: profil.prenom, Compte.langue: langue}).where(
        Compte.id == auteur.compte
    )


@ecriture
async def fermer_session(auteur: Auteur, session: UUID) -> None:
    """Déconnecte un de ses appareils ; lève `SessionInconnue` si ce n'en est pas un."""
    fermees = (
        await Session.delete()
        .where(Session.id == session, Session.compte == auteur.compte)
        .returning(Session.id)
    )
    if not fermees:
        raise SessionInconnue()


@ecriture
async def fermer_autres_sessions(auteur: Auteur) -> None:
    """Déconnecte tous ses appareils, sauf celui-ci."""
    await Session.delete().where(Session.compte == auteur.compte, Session.id != auteur.session)


@ecriture
async def oublier_secret(secret: str) -> None:
    """Ferme la session qui a ce secret ; sans effet s'il n'ouvre rien."""
    await Session.delete().where(Session.secret_hache == hacher(secret))


@ecriture
async def purger(maintenant: datetime) -> None:
    """Efface les sessions et les demandes expirées."""
    await Session.delete().where(Session.expire_le <= maintenant)
    await DemandeConnexion.delete().where(DemandeConnexion.expire_le <= maintenant)
