"""Lectures des comptes."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from server.comptes.regles import ESSAIS_MAX
from server.comptes.schemas import Auteur, VueCompte, VueSession
from server.comptes.tables import Compte, DemandeConnexion, Session
from server.socle.erreurs import Introuvable
from server.socle.secrets import hacher


class SessionVue(msgspec.Struct, frozen=True):
    """Une session valable, et qui agit avec elle."""

    auteur: Auteur
    vue_le: datetime


class DemandeValable(msgspec.Struct, frozen=True):
    """Une demande de connexion encore valable, et qui l'a faite."""

    prenom: str
    courriel: str
    expire_le: datetime


async def lire_session(secret: str, maintenant: datetime) -> SessionVue | None:
    """La session qu'ouvre ce secret, si elle n'a pas expiré et si le compte est toujours actif."""
    ligne = (
        await Session.select(
            Session.id,
            Session.vue_le,
            Session.compte.id.as_alias("compte"),
            Session.compte.prenom.as_alias("prenom"),
            Session.compte.courriel.as_alias("courriel"),
            Session.compte.langue.as_alias("langue"),
            Session.compte.est_operateur.as_alias("est_operateur"),
        )
        .where(
            Session.secret_hache == hacher(secret),
            Session.expire_le > maintenant,
            Session.compte.desactive_le.is_null(),
        )
        .first()
    )
    if ligne is None:
        return None
    auteur = Auteur(
        compte=ligne["compte"],
        prenom=ligne["prenom"],
        courriel=ligne["courriel"],
        langue=ligne["langue"],
        est_operateur=bool(ligne["est_operateur"]),
        session=ligne["id"],
    )
    return SessionVue(auteur, ligne["vue_le"])


async def lire_sessions(auteur: Auteur, maintenant: datetime) -> list[VueSession]:
    """Les appareils connectés de la personne, le plus récemment vu d'abord."""
    lignes: list[dict[str, Any]] = (
        await Session.select(Session.id, Session.appareil, Session.cree_le, Session.vue_le)
        .where(Session.compte == auteur.compte, Session.expire_le > maintenant)
        .order_by(Session.vue_le, ascending=False)
        .order_by(Session.id)
    )
    return [VueSession(**ligne, est_celle_ci=ligne["id"] == auteur.session) for ligne in lignes]


async def lire_compte(compte: int) -> VueCompte:
    """Le compte d'une personne, sans ses appartenances : les structures, qui les connaissent, les ajoutent."""
    ligne = (
        await Compte.select(Compte.prenom, Compte.courriel, Compte.langue, Compte.est_operateur)
        .where(Compte.id == compte, Compte.desactive_le.is_null())
        .first()
    )
    if ligne is None:
        raise Introuvable()
    return VueCompte(**ligne, structures=[])


async def lire_demande(demande: UUID, maintenant: datetime) -> DemandeValable | None:
    """La demande de connexion, si elle peut encore servir."""
    ligne = (
        await DemandeConnexion.select(
            DemandeConnexion.compte.prenom.as_alias("prenom"),
            DemandeConnexion.compte.courriel.as_alias("courriel"),
            DemandeConnexion.expire_le,
        )
        .where(
            DemandeConnexion.id == demande,
            DemandeConnexion.consommee_le.is_null(),
            DemandeConnexion.essais < ESSAIS_MAX,
            DemandeConnexion.expire_le > maintenant,
            DemandeConnexion.compte.id.is_not_null(),
            DemandeConnexion.compte.desactive_le.is_null(),
        )
        .first()
    )
    return DemandeValable(**ligne) if ligne else None
