"""L'entretien : ce que le temps demande, passé en revue à intervalle régulier. Rejouable sans danger."""

import asyncio
import logging
from datetime import timedelta

from server.banquets.cuisine.entretien import effacer_carnets
from server.comptes.services import purger as purger_comptes
from server.inscriptions.effectif.services import arreter_les_effectifs
from server.inscriptions.entretien import entretenir_inscriptions
from server.inscriptions.regles import DELAI_EFFACEMENT_JOURS
from server.notifications.courrier import dossier_courriels, purger_courriels
from server.notifications.services import purger as purger_envois
from server.socle.contexte import Contexte
from server.structures.services import reconnaitre_les_venus

journal = logging.getLogger("tablees.entretien")


async def entretenir(contexte: Contexte) -> None:
    """Un passage : effectifs à arrêter, files d'attente, bilans, effacements, membres venus, sessions et envois périmés."""
    maintenant = contexte.horloge()
    await arreter_les_effectifs(contexte.clef, maintenant)
    await entretenir_inscriptions(maintenant)
    delai = timedelta(days=DELAI_EFFACEMENT_JOURS)
    await effacer_carnets(maintenant, delai)
    await reconnaitre_les_venus()
    await purger_comptes(maintenant)
    await purger_envois(maintenant)
    await asyncio.to_thread(purger_courriels, dossier_courriels(contexte.reglages), maintenant - delai)
