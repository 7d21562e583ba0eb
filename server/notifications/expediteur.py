"""L'expéditeur : prend les envois échus, les compose, les fait partir, retente ceux qui manquent.

Au moins une fois : un envoi pris par un expéditeur qui meurt repart quand son bail expire. Rarement deux : seul celui
qui tient le bail écrit l'issue, et l'identifiant de message ne change pas d'un essai à l'autre, si bien qu'une boîte
aux lettres reconnaît un double.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Final

import msgspec

from server.notifications.courrier import dossier_courriels, effacer_courriels
from server.notifications.lectures import est_efface, prochaine_echeance
from server.notifications.regles import BAIL, attente_discrete, reprise
from server.notifications.schemas import Compositeur, EnvoiAComposer
from server.notifications.services import (
    ETIQUETTE_ENVOIS,
    ETIQUETTE_PLUS_TARD,
    noter_abandon,
    noter_parti,
    noter_reprise,
    noter_sans_objet,
    prendre_envois,
    rendre_envoi,
)
from server.socle.base import TOUT, moteur_installe
from server.socle.contexte import Contexte
from server.socle.erreurs import BaseIndisponible
from server.socle.journal import masquer
from server.socle.portes import EnvoiManque, EnvoiRefuse
from server.socle.temps import Horloge

journal = logging.getLogger("tablees.envois")

LOT: Final = 16
"""Envois pris ensemble : une écriture pour seize courriels."""

DE_FRONT: Final = 4
"""Envois menés à la fois : on compose les suivants pendant que le serveur de courrier répond."""

DUREE_ENVOI_S: Final = 50
"""Au-delà, un envoi est manqué. Un lot entier tient dans le bail : 16 / 4 × 50 s < 5 min."""

VEILLE_S: Final = 30
"""On regarde la boîte au moins à cette période, même sans être réveillé (bail expiré d'un expéditeur mort)."""


class Expediteur:
    """Vide la boîte d'envoi. Plusieurs peuvent travailler à la fois, dans un ou plusieurs processus."""

    def __init__(
        self,
        contexte: Contexte,
        compositeurs: Mapping[str, Compositeur],
        *,
        alea: Callable[[], float] = random.random,
    ) -> None:
        self._contexte = contexte
        self._compositeurs = compositeurs
        self._alea = alea
        self._reveil = asyncio.Event()
        self._arret = False

    async def tourner(self) -> None:
        """Vide la boîte jusqu'à ce qu'on demande d'arrêter ; une panne de la base l'endort, sans le tuer."""
        ecoutants = moteur_installe().sur_changement
        ecoutants.append(self._entendre)
        try:
            while not self._arret:
                self._reveil.clear()
                attente_s: float = VEILLE_S
                try:
                    if await self._vider_un_lot(self._contexte.horloge):
                        continue
                    attente_s = await self._attente_s()
                except BaseIndisponible as erreur:
                    journal.warning("boîte d'envoi inaccessible : %s", erreur)
                except Exception:
                    journal.exception("la boîte d'envoi n'a pas pu être lue")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._reveil.wait(), attente_s)
        finally:
            ecoutants.remove(self._entendre)

    def reveiller(self) -> None:
        """Fait regarder la boîte tout de suite."""
        self._reveil.set()

    def arreter(self) -> None:
        """Demande d'arrêter : ce qui est commencé finit, ce qui ne l'est pas est rendu."""
        self._arret = True
        self._reveil.set()

    async def vider_une_fois(self, maintenant: datetime) -> int:
        """Fait partir tout ce qui est échu à cet instant ; rend le nombre d'envois partis."""
        partis = 0
        while (issues := await self._vider_un_lot(lambda: maintenant)) and not self._arret:
            partis += sum(issues)
        return partis + sum(issues)

    # --- un lot -----------------------------------------------------------------------------------------------------

    async def _vider_un_lot(self, horloge: Horloge) -> list[bool]:
        """Prend un lot et le mène à bien ; rend, pour chaque envoi, s'il est parti."""
        pris = await prendre_envois(LOT, BAIL, horloge())
        de_front = asyncio.Semaphore(DE_FRONT)

        async def mener(envoi: EnvoiAComposer) -> bool:
            async with de_front:
                return await self._traiter(envoi, horloge)

        return list(await asyncio.gather(*(mener(envoi) for envoi in pris)))

    async def _traiter(self, envoi: EnvoiAComposer, horloge: Horloge) -> bool:
        if self._arret:
            await self._noter(envoi, lambda: rendre_envoi(envoi))
            return False
        try:
            parti = await self._faire_partir(envoi)
        except EnvoiRefuse as erreur:
            await self._abandonner(envoi, _raison(erreur), horloge())
            return False
        except (EnvoiManque, TimeoutError, BaseIndisponible) as erreur:
            await self._remettre(envoi, _raison(erreur), horloge())
            return False
        except Exception as erreur:
            # Un défaut du programme : on retente, une correction peut arriver avant le dernier essai.
            journal.exception("envoi %d (%s) : composition impossible", envoi.id, envoi.genre)
            await self._remettre(envoi, type(erreur).__name__, horloge())
            return False
        if parti:
            if not await self._noter(envoi, lambda: noter_parti(envoi, horloge())):
                await self._oublier_si_efface(envoi)
            journal.info("envoi %d (%s) parti, essai %d", envoi.id, envoi.genre, envoi.essais)
        else:
            await self._noter(envoi, lambda: noter_sans_objet(envoi))
            journal.info("envoi %d (%s) sans objet", envoi.id, envoi.genre)
        return parti

    async def _faire_partir(self, envoi: EnvoiAComposer) -> bool:
        """Compose et envoie ; faux si l'envoi n'a plus lieu d'être."""
        compositeur = self._compositeurs.get(envoi.genre)
        if compositeur is None:
            raise EnvoiManque(f"aucun compositeur pour « {envoi.genre} »")
        async with asyncio.timeout(DUREE_ENVOI_S):
            courriel = await compositeur(envoi, self._contexte)
            if courriel is None:
                return False
            await self._contexte.portes.courrier.envoyer(
                msgspec.structs.replace(courriel, cle=envoi.cle, objet=envoi.objet)
            )
        return True

    async def _remettre(self, envoi: EnvoiAComposer, raison: str, maintenant: datetime) -> None:
        reprise_le = reprise(envoi.essais, self._alea(), maintenant)
        if reprise_le is None:
            await self._abandonner(envoi, raison, maintenant)
            return
        await self._noter(envoi, lambda: noter_reprise(envoi, raison, reprise_le))
        journal.warning("envoi %d (%s) manqué, essai %d : %s", envoi.id, envoi.genre, envoi.essais, raison)

    async def _abandonner(self, envoi: EnvoiAComposer, raison: str, maintenant: datetime) -> None:
        await self._noter(envoi, lambda: noter_abandon(envoi, raison, maintenant))
        journal.error("envoi %d (%s) abandonné, essai %d : %s", envoi.id, envoi.genre, envoi.essais, raison)

    async def _oublier_si_efface(self, envoi: EnvoiAComposer) -> None:
        """L'objet a été effacé pendant qu'on écrivait à son sujet : le fichier écrit depuis s'efface aussi."""
        with contextlib.suppress(BaseIndisponible):
            if await est_efface(envoi.id):
                dossier = dossier_courriels(self._contexte.reglages)
                await asyncio.to_thread(effacer_courriels, dossier, envoi.objet)

    async def _noter(self, envoi: EnvoiAComposer, noter: Callable[[], Awaitable[bool]]) -> bool:
        """Écrit l'issue ; si la base ne répond pas, insiste une fois, puis laisse le bail expirer.

        Faux si l'issue n'est pas écrite.
        """
        for essai in (1, 2):
            try:
                tenu = await noter()
            except BaseIndisponible as erreur:
                journal.warning("issue de l'envoi %d pas encore écrite (%d) : %s", envoi.id, essai, erreur)
                continue
            if not tenu:
                journal.warning("envoi %d : le bail n'est plus le nôtre, issue non écrite", envoi.id)
            return tenu
        return False

    # --- sommeil ----------------------------------------------------------------------------------------------------

    async def _attente_s(self) -> float:
        maintenant = self._contexte.horloge()
        prochain = await prochaine_echeance(maintenant)
        if prochain is None:
            return VEILLE_S
        return min(VEILLE_S, (prochain - maintenant).total_seconds())

    def _entendre(self, etiquettes: frozenset[str]) -> None:
        if ETIQUETTE_ENVOIS in etiquettes or TOUT in etiquettes:
            self.reveiller()
        elif ETIQUETTE_PLUS_TARD in etiquettes:
            # Regarder la boîte aussitôt se sentirait à la requête d'après, comme l'envoi lui-même.
            asyncio.get_running_loop().call_later(
                attente_discrete(self._alea()).total_seconds(), self.reveiller
            )


def _raison(erreur: Exception) -> str:
    """La cause, sans adresse ni secret : elle est gardée en base et montrée dans l'espace."""
    return masquer(str(erreur) or type(erreur).__name__)[:300]
