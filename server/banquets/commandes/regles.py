"""Ce que l'on décide d'une commande : son état, ses écarts, ses dates. Rien que des règles."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from server.banquets.achats.regles import valeur_d_une_ligne
from server.banquets.commandes.schemas import (
    Detail,
    Ecart,
    EtatDeCommande,
    LigneDeCommande,
    ReponseDeCommande,
    ReponseDeLigne,
    ReponseVue,
)
from server.socle.temps import a_paris

HEURE_DE_LA_VEILLE: Final = 15
"""Un repas d'avant 15 h se cuisine le matin : on livre la veille."""
JOURS_DE_RELECTURE: Final = 30
"""Après le repas, le lien se lit encore le temps de la facture ; il ne répond plus."""
JOURS_SANS_DATE: Final = 365


def jour_de_livraison(debut: datetime | None) -> date | None:
    """Le jour où livrer : celui du repas, ou la veille s'il commence avant 15 h. Nul : la date n'est pas dite."""
    if debut is None:
        return None
    local = a_paris(debut)
    return local.date() - timedelta(days=1 if local.hour < HEURE_DE_LA_VEILLE else 0)


def commander_avant(livraison: date | None, delai_jours: int | None) -> date | None:
    """Le dernier jour pour commander ; nul si le producteur n'a pas de délai ou si la date manque."""
    if livraison is None or delai_jours is None:
        return None
    return livraison - timedelta(days=delai_jours)


def est_close(statut: str, debut: datetime | None, maintenant: datetime) -> bool:
    """Vrai si plus rien ne se commande : le repas est annulé, ou il a commencé."""
    return statut == "annule" or (debut is not None and debut <= maintenant)


def est_lisible(
    debut: datetime | None, fin: datetime | None, envoyee_le: datetime, maintenant: datetime
) -> bool:
    """Vrai tant que le lien s'ouvre : trente jours après le repas ; sans date, un an après l'envoi."""
    terme = fin or debut
    if terme is None:
        return maintenant < envoyee_le + timedelta(days=JOURS_SANS_DATE)
    return maintenant < terme + timedelta(days=JOURS_DE_RELECTURE)


def relance_des(
    etat: EtatDeCommande, destinataire: str, envoyee_le: datetime, relancee_le: datetime | None
) -> date | None:
    """Le premier jour où rappeler ce bon : le lendemain de son envoi ou de sa dernière relance. Nul : rien à rappeler.

    Un jour du calendrier plutôt que vingt-quatre heures : parti le soir, il se rappelle le matin.
    """
    if etat != "envoyee" or not destinataire:
        return None
    return a_paris(relancee_le or envoyee_le).date() + timedelta(days=1)


def reponse_de_ligne(envoyee: Detail, quantite_milliemes: int, prix_centimes: int | None) -> ReponseDeLigne:
    """Ce que vaut une réponse : zéro refuse, la même chose confirme, le reste corrige."""
    if quantite_milliemes == 0:
        return "refusee"
    identique = quantite_milliemes == envoyee.quantite_milliemes and prix_centimes == envoyee.prix_centimes
    return "confirmee" if identique else "corrigee"


def reponse_d_ensemble(reponses: Iterable[ReponseDeLigne | None]) -> ReponseDeCommande | None:
    """Ce que répond le producteur, en un mot ; nul s'il n'a pas répondu."""
    dites = list(reponses)
    if not dites or any(reponse is None for reponse in dites):
        return None
    if all(reponse == "refusee" for reponse in dites):
        return "refusee"
    if "refusee" in dites:
        return "partielle"
    return "corrigee" if "corrigee" in dites else "confirmee"


def convenue(
    envoyee: Detail, convenue_milliemes: int | None, prix_convenu_centimes: int | None
) -> Detail | None:
    """La ligne telle qu'on s'est mis d'accord : ce qui est parti, ou ce que l'équipe a accepté d'une réponse."""
    if convenue_milliemes is None:
        return envoyee
    if convenue_milliemes == 0:
        return None
    return msgspec.structs.replace(
        envoyee, quantite_milliemes=convenue_milliemes, prix_centimes=prix_convenu_centimes
    )


def reste_a_accepter(convenu: Detail | None, reponse: ReponseVue | None) -> bool:
    """Vrai si le producteur dit autre chose que ce dont on est convenu."""
    if convenu is None or reponse is None:
        return False
    dite = (reponse.quantite_milliemes, reponse.prix_centimes)
    return dite != (convenu.quantite_milliemes, convenu.prix_centimes)


def ecart_de(convenu: Detail | None, voulue: Detail | None) -> Ecart | None:
    """Ce que la commande ne dit pas encore de ce que l'on veut."""
    if convenu == voulue:
        return None
    if convenu is None:
        return "ajoutee"
    return "retiree" if voulue is None else "changee"


def etat_de(
    lignes: Sequence[LigneDeCommande], *, envoyee: bool, annulee: bool
) -> tuple[EtatDeCommande, ReponseDeCommande | None]:
    """L'état d'une commande, et ce que répond le producteur au dernier bon."""
    if not envoyee:
        return "a_preparer", None
    reponse = reponse_d_ensemble(
        ligne.reponse.reponse if ligne.reponse else None for ligne in lignes if ligne.envoyee is not None
    )
    if annulee:
        return "annulee", reponse
    if any(ligne.ecart is not None for ligne in lignes):
        return "a_renvoyer", reponse
    return reponse or "envoyee", reponse


def total(details: Iterable[Detail | None]) -> int:
    """La valeur hors taxes de ce dont on connaît le prix."""
    return sum(
        valeur_d_une_ligne(detail.quantite_milliemes, detail.prix_centimes)
        for detail in details
        if detail is not None and detail.prix_centimes is not None
    )


def temoin_de(version: int, voulues: Iterable[tuple[UUID, Detail]]) -> str:
    """Une empreinte de ce que l'on voit : la commande, et ce que l'on veut aujourd'hui."""
    lu = [(str(cle), detail) for cle, detail in sorted(voulues, key=lambda une: str(une[0]))]
    return hashlib.sha256(msgspec.json.encode((version, lu))).hexdigest()[:16]
