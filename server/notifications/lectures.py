"""Lectures de la boîte d'envoi."""

from datetime import datetime
from typing import Any

from server.notifications.schemas import EtatDesEnvois, PageEnvois, VueEnvoi
from server.notifications.tables import Envoi
from server.socle.erreurs import DemandeInvalide, ErreurDeChamp

LIMITE = 50


async def lire_echecs(
    *, evenement: int | None = None, curseur: str | None = None, limite: int = LIMITE
) -> PageEnvois:
    """Les envois abandonnés, du dernier au premier : tous, ou ceux d'un évènement."""
    requete = Envoi.select(
        Envoi.id,
        Envoi.genre,
        Envoi.evenement,
        Envoi.destinataire,
        Envoi.derniere_erreur,
        Envoi.cree_le,
        Envoi.echoue_le,
    ).where(Envoi.echoue_le.is_not_null(), Envoi.destinataire != "")
    if evenement is not None:
        requete = requete.where(Envoi.evenement == evenement)
    if curseur is not None:
        requete = requete.where(Envoi.id < _lire_curseur(curseur))
    lignes: list[dict[str, Any]] = await requete.order_by(Envoi.id, ascending=False).limit(limite + 1)
    elements = [VueEnvoi(erreur=ligne.pop("derniere_erreur") or "", **ligne) for ligne in lignes[:limite]]
    return PageEnvois(elements, str(elements[-1].id) if len(lignes) > limite else None)


def _lire_curseur(curseur: str) -> int:
    if not (curseur.isascii() and curseur.isdecimal() and len(curseur) < 10):
        raise DemandeInvalide([ErreurDeChamp("curseur", "forme")])
    return int(curseur)


async def lire_etat(maintenant: datetime) -> EtatDesEnvois:
    """Ce qui attend, ce qui a échoué, et depuis quand le plus ancien attend (pour `/sante`)."""
    echus = Envoi.echeance_le <= maintenant
    premier = await Envoi.select(Envoi.echeance_le).where(echus).order_by(Envoi.echeance_le).first()
    if premier is None:
        en_attente, age_s = 0, 0
    else:
        en_attente = await Envoi.count().where(echus)
        age_s = int((maintenant - premier["echeance_le"]).total_seconds())
    en_echec = await Envoi.count().where(Envoi.echoue_le.is_not_null(), Envoi.destinataire != "")
    return EtatDesEnvois(en_attente, en_echec, age_s)


async def est_efface(envoi: int) -> bool:
    """Vrai si l'on a oublié à qui cet envoi s'adressait : son objet est effacé."""
    return not await Envoi.exists().where(Envoi.id == envoi, Envoi.destinataire != "")


async def prochaine_echeance(maintenant: datetime) -> datetime | None:
    """L'instant du prochain envoi encore à venir ; `None` s'il n'y en a pas."""
    premier = (
        await Envoi.select(Envoi.echeance_le)
        .where(Envoi.echeance_le > maintenant)
        .order_by(Envoi.echeance_le)
        .first()
    )
    instant: datetime | None = premier["echeance_le"] if premier else None
    return instant
