"""Ce qu'on dit aux foyers, et par où : un courriel à qui en a un, sinon une ligne dans la liste *à appeler*.

Un gestionnaire répond à un fait, dans sa transaction : il dépose des envois. Les mots s'écrivent au moment du départ
(`courriels.py`).
"""

import random
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from server.evenements.faits import (
    EvenementAnnule,
    EvenementModifie,
    EvenementReporte,
    EvenementRetabli,
    JaugeChangee,
    MomentRetire,
)
from server.evenements.tables import Evenement, Moment
from server.inscriptions.faits import (
    InscriptionAnnulee,
    InscriptionEnregistree,
    InscriptionModifiee,
    LienDemande,
    PlaceObtenue,
    PlaceProposee,
    PropositionPerimee,
)
from server.inscriptions.services import (
    inscrire_appel,
    oublier_appels,
    retirer_presences,
    servir_apres_changement,
)
from server.inscriptions.tables import Inscription
from server.notifications.regles import attente_discrete
from server.notifications.services import deposer_envoi
from server.socle.requetes import Preparee

A_APPELER: Final = frozenset(
    {
        "place_obtenue",
        "place_proposee",
        "proposition_perimee",
        "evenement_annule",
        "evenement_reporte",
        "evenement_sans_date",
        "evenement_retabli",
        "evenement_modifie",
        "moment_retire",
    }
)
"""Ce que le foyer n'a pas fait lui-même : sans courriel, quelqu'un doit l'appeler."""

_CONTACTS: Final = Preparee(
    lambda identifiant: Inscription.select(
        Inscription.courriel, Inscription.pour_autrui_courriel, Inscription.langue
    ).where(Inscription.id == identifiant)
)


# --- Gestionnaires : ce que le foyer a fait -------------------------------------------------------------------------


async def accuser_reception(fait: InscriptionEnregistree) -> None:
    await _dire("doublon" if fait.doublon else "inscription", fait.inscription, fait.evenement, fait.instant)


async def dire_modification(fait: InscriptionModifiee) -> None:
    await _dire("inscription_modifiee", fait.inscription, fait.evenement, fait.instant)


async def dire_annulation(fait: InscriptionAnnulee) -> None:
    await _dire("inscription_annulee", fait.inscription, fait.evenement, fait.instant)


async def renvoyer_lien(fait: LienDemande, *, alea: Callable[[], float] = random.random) -> None:
    """Part un peu plus tard : rien, après la réponse, ne dit si l'adresse est connue."""
    echeance_le = fait.instant + attente_discrete(alea())
    await _dire("lien", fait.inscription, fait.evenement, fait.instant, echeance_le=echeance_le)


# --- Gestionnaires : ce qui lui arrive ------------------------------------------------------------------------------


async def dire_place_obtenue(fait: PlaceObtenue) -> None:
    await _dire("place_obtenue", fait.inscription, fait.evenement, fait.instant)


async def dire_place_proposee(fait: PlaceProposee) -> None:
    details = {"jusqu_au": fait.jusqu_au.isoformat()}
    await _dire("place_proposee", fait.inscription, fait.evenement, fait.instant, details)


async def dire_proposition_perimee(fait: PropositionPerimee) -> None:
    await _dire("proposition_perimee", fait.inscription, fait.evenement, fait.instant)


async def dire_evenement_annule(fait: EvenementAnnule) -> None:
    await _dire_a_tous("evenement_annule", fait.evenement, fait.instant)


async def dire_evenement_reporte(fait: EvenementReporte) -> None:
    ligne = await Evenement.select(Evenement.debut).where(Evenement.id == fait.evenement).first()
    genre = "evenement_reporte" if ligne is not None and ligne["debut"] is not None else "evenement_sans_date"
    details = {"ancien_debut": fait.ancien_debut.isoformat()} if fait.ancien_debut else {}
    await _dire_a_tous(genre, fait.evenement, fait.instant, details)
    await servir_apres_changement(fait.evenement, fait.instant)


async def dire_evenement_retabli(fait: EvenementRetabli) -> None:
    await _dire_a_tous("evenement_retabli", fait.evenement, fait.instant)
    await servir_apres_changement(fait.evenement, fait.instant)


async def dire_evenement_modifie(fait: EvenementModifie) -> None:
    """Seulement ce qu'il faut savoir avant de venir : une faute corrigée ne dérange personne."""
    if fait.annonce:
        details = (
            {"ancien_debut": fait.ancien_debut.isoformat()} if fait.deplace and fait.ancien_debut else {}
        )
        await _dire_a_tous("evenement_modifie", fait.evenement, fait.instant, details)


async def dire_moment_retire(fait: MomentRetire) -> None:
    """Les présences à ce moment sont annulées ; ceux qui y venaient l'apprennent."""
    moment = await Moment.select(Moment.titre, Moment.genre).where(Moment.id == fait.moment).first()
    details = {"moment": str(fait.moment), **(moment or {})}
    for inscription in await retirer_presences(fait.moment):
        await _dire("moment_retire", inscription, fait.evenement, fait.instant, details)


async def servir_la_file_agrandie(fait: JaugeChangee) -> None:
    await servir_apres_changement(fait.evenement, fait.instant)


async def _dire_a_tous(
    genre: str, evenement: int, instant: datetime, details: Mapping[str, Any] | None = None
) -> None:
    lignes = await Inscription.select(Inscription.id).where(
        Inscription.evenement == evenement, Inscription.annulee_le.is_null()
    )
    for ligne in lignes:
        await _dire(genre, ligne["id"], evenement, instant, details)


async def _dire(
    genre: str,
    inscription: UUID,
    evenement: int,
    instant: datetime,
    details: Mapping[str, Any] | None = None,
    *,
    echeance_le: datetime | None = None,
) -> None:
    ligne = await _CONTACTS.premiere(inscription)
    assert ligne is not None
    adresses = list(dict.fromkeys(a for a in (ligne["courriel"], ligne["pour_autrui_courriel"]) if a))
    for rang, adresse in enumerate(adresses):
        await deposer_envoi(
            genre=genre,
            objet=f"inscription:{inscription}",
            destinataire=adresse,
            langue=ligne["langue"],
            cle=f"{genre}:{inscription}:{instant.isoformat()}:{rang}",
            maintenant=instant,
            evenement=evenement,
            donnees=details,
            echeance_le=echeance_le,
        )
    if genre not in A_APPELER:
        return
    if adresses:
        # L'adresse est venue après : ce courriel dit l'inscription entière, il n'y a plus à appeler.
        await oublier_appels(inscription)
    else:
        await inscrire_appel(inscription, evenement, {"motif": genre, **(details or {})}, instant)
