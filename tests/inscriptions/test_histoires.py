"""Des histoires tirées au hasard, jouées par les vrais services : à chaque pas, ce que la liste d'attente promet tient."""

import os
import random
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from server.evenements.tables import Moment
from server.inscriptions import regles, services
from server.inscriptions.attente import lire_file, verrouiller
from server.inscriptions.erreurs import InscriptionsCloses, MomentComplet
from server.inscriptions.lectures import verifier_places
from server.inscriptions.schemas import ModificationInscription
from server.inscriptions.tables import Presence
from server.socle.base import ecriture
from server.socle.erreurs import DemandeInvalide
from server.socle.secrets import Clef
from tests.fabriques import LUNDI, SAMEDI_SOIR, moments_de, slug_de, un_evenement, une_demande, une_presence

pytestmark = pytest.mark.usefixtures("base")

Etat = dict[tuple[UUID, UUID], tuple[str, int]]
"""(foyer, moment) → (statut, personnes confirmées ou demandées)."""


class Histoire:
    def __init__(self, evenement: int, slug: str, moments: list[UUID], clef: Clef, graine: int) -> None:
        self.evenement, self.slug, self.moments, self.clef = evenement, slug, moments, clef
        self.hasard = random.Random(graine)
        self.maintenant: datetime = LUNDI
        self.foyers: list[UUID] = []

    async def etat(self) -> Etat:
        lignes = await Presence.select()
        return {
            (li["inscription"], li["moment"]): (
                li["statut"],
                regles.total(li["adultes"], li["enfants"], li["tout_petits"]),
            )
            for li in lignes
        }

    async def jouer(self) -> UUID | None:
        """Un pas ; rend le foyer qui a agi, s'il y en a un."""
        geste = self.hasard.choices(
            ["arriver", "annuler", "changer", "attendre", "accepter", "jauge"], [5, 2, 3, 3, 1, 1]
        )[0]
        foyer = self.hasard.choice(self.foyers) if self.foyers else None
        if geste == "arriver" or foyer is None:
            return await self._arriver()
        match geste:
            case "annuler":
                await services.annuler_inscription(foyer, self.maintenant)
                self.foyers.remove(foyer)
            case "changer":
                await self._changer(foyer)
            case "accepter":
                try:
                    await services.accepter_place(foyer, self.maintenant)
                except services.AucunePlaceProposee:
                    return None
            case "jauge":
                await self._changer_jauge()
                return None
            case _:
                self.maintenant = min(
                    self.maintenant + timedelta(hours=self.hasard.randint(1, 30)),
                    SAMEDI_SOIR - timedelta(minutes=70),
                )
                await services.tenir_la_file(self.evenement, self.maintenant)
                return None
        return foyer

    async def _arriver(self) -> UUID | None:
        voulus = self.hasard.sample(self.moments, self.hasard.randint(1, len(self.moments)))
        presences = [une_presence(m, self.hasard.randint(1, 5)) for m in voulus]
        demande = une_demande(
            self.slug,
            *presences,
            accepte_attente=self.hasard.random() < 0.8,
            tout_ou_rien=self.hasard.random() < 0.3,
        )
        identifiant = uuid4()
        try:
            await services.inscrire_foyer(identifiant, demande, self.clef, self.maintenant)
        except (MomentComplet, InscriptionsCloses, DemandeInvalide):
            return None
        self.foyers.append(identifiant)
        return identifiant

    async def _changer(self, foyer: UUID) -> None:
        voulus = self.hasard.sample(self.moments, self.hasard.randint(1, len(self.moments)))
        presences = [une_presence(m, self.hasard.randint(1, 5)) for m in voulus]
        changement = ModificationInscription(presences=presences, accepte_attente=self.hasard.random() < 0.7)
        try:
            await services.modifier_inscription(foyer, changement, self.maintenant)
        except (MomentComplet, InscriptionsCloses, DemandeInvalide):
            return

    async def _changer_jauge(self) -> None:
        moment, jauge = self.hasard.choice(self.moments), self.hasard.randint(5, 16)

        @ecriture
        async def changer() -> None:
            await Moment.update({Moment.jauge: jauge}).where(Moment.id == moment)
            await services.servir_apres_changement(self.evenement, self.maintenant)

        await changer()


@ecriture
async def ce_qui_reste_a_servir(evenement: int, maintenant: datetime) -> list[int]:
    """Les présences que la règle servirait encore : aucune, si chaque geste a bien fait avancer la file."""
    verrouille = await verrouiller(evenement=evenement)
    assert verrouille is not None
    file = await lire_file(evenement)
    return regles.decider_promotions(verrouille.places(), file, maintenant, verrouille.cloture).promues


@pytest.mark.parametrize("graine", range(int(os.environ.get("TABLEES_ESSAI_HISTOIRES", "6"))))
async def test_la_liste_tient_ses_promesses_a_chaque_pas(clef: Clef, graine: int) -> None:
    evenement = await un_evenement(moments={"reflexion": 12, "banquet": 8})
    moments = list((await moments_de(evenement)).values())
    histoire = Histoire(evenement, await slug_de(evenement), moments, clef, graine)
    jauges = {li["id"]: li["jauge"] for li in await Moment.select(Moment.id, Moment.jauge)}
    pris = dict.fromkeys(moments, 0)

    for _ in range(45):
        avant = await histoire.etat()
        acteur = await histoire.jouer()
        apres = await histoire.etat()

        assert await verifier_places() == []
        for moment in await Moment.select(Moment.id, Moment.jauge, Moment.pris):
            baissee = moment["jauge"] < jauges[moment["id"]]
            assert moment["pris"] <= moment["jauge"] or moment["pris"] <= pris[moment["id"]], (
                "une place de trop"
            )
            assert moment["pris"] <= moment["jauge"] or baissee or pris[moment["id"]] > moment["jauge"]
            jauges[moment["id"]], pris[moment["id"]] = moment["jauge"], moment["pris"]
        for cle, (statut, personnes) in avant.items():
            if statut == "confirmee" and cle[0] != acteur:
                assert apres[cle][0] == "confirmee", "une place confirmée s'est perdue"
                assert apres[cle][1] >= personnes
        assert await ce_qui_reste_a_servir(evenement, histoire.maintenant) == []
