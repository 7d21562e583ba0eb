"""Écritures de la boîte d'envoi : déposer, prendre, clore, relancer, effacer."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import msgspec

from server.comptes.faits import ConnexionDemandee
from server.notifications.erreurs import EnvoiDejaClos, EnvoiInconnu
from server.notifications.regles import OUBLI_CONNEXION, OUBLI_DESTINATAIRE, attente_discrete
from server.notifications.schemas import EnvoiAComposer
from server.notifications.tables import Envoi
from server.socle.base import MoteurPostgreSQL, ecriture, moteur_installe
from server.socle.faits import renouveler
from server.socle.requetes import Insertion

ETIQUETTE_ENVOIS: Final = "envois"
"""Étiquette qui réveille l'expéditeur après la validation, dans ce processus comme dans les autres."""

ETIQUETTE_PLUS_TARD: Final = "envois-plus-tard"
"""La même, pour un envoi qui n'est pas encore échu."""

GENRE_CONNEXION: Final = "connexion"

_DEPOSER: Final = Insertion(Envoi, finir=lambda q: q.on_conflict(target=Envoi.cle, action="DO NOTHING"))


@ecriture
async def deposer_envoi(
    *,
    genre: str,
    objet: str,
    destinataire: str,
    langue: str,
    cle: str,
    maintenant: datetime,
    evenement: int | None = None,
    donnees: Mapping[str, Any] | None = None,
    echeance_le: datetime | None = None,
) -> None:
    """Dépose un message à faire partir, dans la transaction du métier ; sans effet si sa clé existe déjà.

    `objet` dit de quoi il s'agit (`inscription:<uuid>`), `donnees` ce que le compositeur ne pourra plus relire.
    Jamais de régime, d'allergie ni de secret dans `donnees` : un lien se dérive au départ.
    """
    await _DEPOSER(
        cle=cle,
        genre=genre,
        objet=objet,
        evenement=evenement,
        destinataire=destinataire,
        langue=langue,
        donnees=msgspec.json.encode(donnees or {}).decode(),
        cree_le=maintenant,
        echeance_le=echeance_le or maintenant,
    )
    renouveler(ETIQUETTE_ENVOIS if echeance_le is None else ETIQUETTE_PLUS_TARD)


@ecriture
async def renoncer_a_un_envoi(cle: str) -> bool:
    """Retire un message qu'aucun expéditeur n'a encore pris ; faux s'il est parti, en route, ou inconnu."""
    retires = (
        await Envoi.delete()
        .where((Envoi.cle == cle) & (Envoi.essais == 0) & (Envoi.echeance_le.is_not_null()))
        .returning(Envoi.id)
    )
    return bool(retires)


async def deposer_lien_de_connexion(
    fait: ConnexionDemandee, *, alea: Callable[[], float] = random.random
) -> None:
    """Gestionnaire de `ConnexionDemandee` : dépose le courriel du lien et du code, qui part un peu plus tard."""
    await deposer_envoi(
        genre=GENRE_CONNEXION,
        objet=f"connexion:{fait.demande}",
        destinataire=fait.courriel,
        langue=fait.langue,
        cle=f"connexion:{fait.demande}",
        maintenant=fait.demandee_le,
        donnees={"demande": str(fait.demande)},
        echeance_le=fait.demandee_le + attente_discrete(alea()),
    )


# --- l'expéditeur ---------------------------------------------------------------------------------------------------


_PRENDRE: Final = """
UPDATE envoi SET bail_de = {}, bail_jusqu_au = {}, essais = essais + 1
WHERE id IN (
    SELECT id FROM envoi
    WHERE echeance_le <= {} AND (bail_jusqu_au IS NULL OR bail_jusqu_au <= {})
    ORDER BY echeance_le, id
    LIMIT {}
)
RETURNING id
"""
_PRENDRE_POSTGRESQL: Final = _PRENDRE.replace("LIMIT {}", "LIMIT {} FOR UPDATE SKIP LOCKED")
"""Sans SKIP LOCKED, deux expéditeurs s'attendraient l'un l'autre, jusqu'à l'interblocage."""


@ecriture
async def prendre_envois(nombre: int, duree: timedelta, maintenant: datetime) -> list[EnvoiAComposer]:
    """Prend au plus `nombre` envois échus, pour `duree` : personne d'autre ne les prendra d'ici là.

    Un essai se compte en le prenant : un expéditeur tué au milieu en a fait un.
    """
    bail = uuid4().hex
    sql = _PRENDRE_POSTGRESQL if isinstance(moteur_installe(), MoteurPostgreSQL) else _PRENDRE
    if not await Envoi.raw(sql, bail, maintenant + duree, maintenant, maintenant, nombre):
        return []
    pris = (
        await Envoi.select(
            Envoi.id,
            Envoi.cle,
            Envoi.genre,
            Envoi.objet,
            Envoi.evenement,
            Envoi.destinataire,
            Envoi.langue,
            Envoi.donnees,
            Envoi.cree_le,
            Envoi.essais,
        )
        .where(Envoi.bail_de == bail)
        .order_by(Envoi.echeance_le)
        .order_by(Envoi.id)
    )
    return [
        EnvoiAComposer(
            **{**ligne, "donnees": msgspec.json.decode(ligne["donnees"])}, bail=bail, maintenant=maintenant
        )
        for ligne in pris
    ]


@ecriture
async def noter_parti(envoi: EnvoiAComposer, maintenant: datetime) -> bool:
    """Note qu'un envoi est parti ; faux si un autre expéditeur l'a repris entre-temps."""
    return await _clore(envoi, {Envoi.envoye_le: maintenant, Envoi.derniere_erreur: None})


@ecriture
async def noter_sans_objet(envoi: EnvoiAComposer) -> bool:
    """Clôt un envoi qui n'a plus lieu d'être (demande expirée, inscription annulée depuis)."""
    return await _clore(envoi, {Envoi.derniere_erreur: None})


@ecriture
async def noter_abandon(envoi: EnvoiAComposer, raison: str, maintenant: datetime) -> bool:
    """Abandonne un envoi : il sera montré en échec, et pourra être relancé."""
    return await _clore(envoi, {Envoi.echoue_le: maintenant, Envoi.derniere_erreur: raison[:300]})


@ecriture
async def noter_reprise(envoi: EnvoiAComposer, raison: str, reprise_le: datetime) -> bool:
    """Remet un envoi manqué dans la boîte, pour plus tard."""
    return await _clore(envoi, {Envoi.echeance_le: reprise_le, Envoi.derniere_erreur: raison[:300]})


@ecriture
async def rendre_envoi(envoi: EnvoiAComposer) -> bool:
    """Rend un envoi pris mais pas commencé : l'expéditeur s'arrête, un autre le fera partir."""
    return await _clore(envoi, {Envoi.echeance_le: envoi.maintenant, Envoi.essais: envoi.essais - 1})


async def _clore(envoi: EnvoiAComposer, valeurs: dict[Any, Any]) -> bool:
    """Écrit l'issue d'un envoi, à condition d'en tenir encore le bail."""
    lignes = (
        await Envoi.update(
            {Envoi.echeance_le: None, Envoi.bail_de: None, Envoi.bail_jusqu_au: None} | valeurs
        )
        .where(Envoi.id == envoi.id, Envoi.bail_de == envoi.bail)
        .returning(Envoi.id)
    )
    return bool(lignes)


# --- après coup -----------------------------------------------------------------------------------------------------


@ecriture
async def relancer_envoi(envoi: int, maintenant: datetime, *, evenement: int | None = None) -> None:
    """Remet en partance un envoi abandonné, avec tous ses essais.

    Avec `evenement`, l'envoi doit être de cet évènement. Lève `EnvoiInconnu`, ou `EnvoiDejaClos` s'il n'est pas
    en échec.
    """
    ici = [Envoi.id == envoi]
    if evenement is not None:
        ici.append(Envoi.evenement == evenement)
    if not await Envoi.exists().where(*ici):
        raise EnvoiInconnu()
    relances = (
        await Envoi.update(
            {
                Envoi.echeance_le: maintenant,
                Envoi.echoue_le: None,
                Envoi.essais: 0,
                Envoi.bail_de: None,
                Envoi.bail_jusqu_au: None,
            }
        )
        .where(*ici, Envoi.echoue_le.is_not_null(), Envoi.destinataire != "")
        .returning(Envoi.id)
    )
    if not relances:
        raise EnvoiDejaClos()
    renouveler(ETIQUETTE_ENVOIS)


@ecriture
async def effacer_objet(objet: str) -> None:
    """Oublie à qui et avec quoi on a écrit au sujet d'un objet, et n'envoie plus ce qui restait à partir.

    Les lignes demeurent, vides : leur clé empêche d'écrire deux fois. Les fichiers `.eml` ne sont pas dans la base :
    une fois l'unité validée, `courrier.effacer_courriels(dossier_courriels(reglages), objet)` les supprime ;
    l'expéditeur supprime celui qu'il était en train d'écrire.
    """
    await Envoi.update(_EFFACEMENT).where(Envoi.objet == objet)


@ecriture
async def purger(maintenant: datetime) -> None:
    """Oublie les destinataires des envois clos depuis longtemps ; supprime les liens de connexion périmés."""
    await Envoi.delete().where(Envoi.genre == GENRE_CONNEXION, Envoi.cree_le <= maintenant - OUBLI_CONNEXION)
    await Envoi.update(_EFFACEMENT).where(
        Envoi.echeance_le.is_null(),
        Envoi.cree_le <= maintenant - OUBLI_DESTINATAIRE,
        Envoi.destinataire != "",
    )


_EFFACEMENT: Final[dict[Any, Any]] = {
    Envoi.destinataire: "",
    Envoi.donnees: "{}",
    Envoi.derniere_erreur: None,
    Envoi.echeance_le: None,
    Envoi.bail_de: None,
    Envoi.bail_jusqu_au: None,
}
