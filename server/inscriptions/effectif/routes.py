"""Adresses de l'effectif, pour qui organise et qui cuisine."""

from datetime import datetime
from typing import Final
from uuid import UUID

from litestar import Controller, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from server.banquets.acces import ouvrir_banquet
from server.banquets.erreurs import BanquetInconnu, BanquetModifie, ReserveAQuiOrganise
from server.comptes.schemas import Auteur
from server.inscriptions.effectif import lectures, services
from server.inscriptions.effectif.erreurs import AnnonceInconnue, EffectifClos, EffectifDejaArrete
from server.inscriptions.effectif.schemas import (
    AnnonceDemande,
    AssiettesVue,
    CouvertureVue,
    EffectifVue,
    ReglagesEffectif,
)
from server.socle.contexte import Contexte
from server.socle.erreurs import DemandeInvalide, NonConnecte
from server.socle.problemes import refus_possibles

DE_LA_CUISINE: Final = (NonConnecte, BanquetInconnu)
DE_L_EQUIPE: Final = (*DE_LA_CUISINE, ReserveAQuiOrganise)


class EffectifDeLEspace(Controller):
    """Combien mangent, sans dire qui."""

    path = "/api/espace/banquets/{moment:uuid}/effectif"
    tags = ["Banquets"]  # noqa: RUF012

    @get(
        operation_id="lire_effectif",
        summary="L'effectif d'un banquet : parts, besoins combinés, prévision, arrêt, différences",
        responses=refus_possibles(*DE_LA_CUISINE),
    )
    async def lire(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        langue: NamedDependency[str],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
    ) -> EffectifVue:
        await ouvrir_banquet(auteur, moment)
        return await _lire(auteur, contexte, langue, maintenant, moment)

    @post(
        "/lecture",
        operation_id="noter_lecture_effectif",
        summary="Dire qu'on l'a lu : rend ce qui a changé depuis la fois d'avant",
        status_code=200,
        responses=refus_possibles(*DE_LA_CUISINE),
    )
    async def noter_lecture(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        langue: NamedDependency[str],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
    ) -> EffectifVue:
        await ouvrir_banquet(auteur, moment)
        vue = await _lire(auteur, contexte, langue, maintenant, moment)
        await services.noter_lecture(moment, lecteur_de(auteur), maintenant)
        return vue

    @get(
        "/couverture",
        operation_id="lire_couverture",
        summary="Ce que le menu a pour qui vient, besoins pris ensemble",
        responses=refus_possibles(*DE_LA_CUISINE),
    )
    async def couverture(
        self, auteur: NamedDependency[Auteur], langue: NamedDependency[str], moment: FromPath[UUID]
    ) -> CouvertureVue:
        return await lectures.lire_couverture(await ouvrir_banquet(auteur, moment), langue)

    @get(
        "/assiettes",
        operation_id="lister_assiettes",
        summary="Les assiettes à part : un code sans nom, ce qu'on y pose",
        responses=refus_possibles(*DE_LA_CUISINE),
    )
    async def assiettes(self, auteur: NamedDependency[Auteur], moment: FromPath[UUID]) -> AssiettesVue:
        return await lectures.lire_assiettes(await ouvrir_banquet(auteur, moment))

    @put(
        "/reglages",
        operation_id="regler_effectif",
        summary="Dire quand l'effectif s'arrête, la tolérance, et de quoi prévoir",
        responses=refus_possibles(*DE_L_EQUIPE, BanquetModifie, EffectifDejaArrete, DemandeInvalide),
    )
    async def regler(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        langue: NamedDependency[str],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        data: JSONBody[ReglagesEffectif],
    ) -> EffectifVue:
        await ouvrir_banquet(auteur, moment, "organiser")
        await services.regler_effectif(moment, data, maintenant)
        return await _lire(auteur, contexte, langue, maintenant, moment)

    @post(
        "/arret",
        operation_id="arreter_effectif",
        summary="Arrêter l'effectif : figé, daté, signé",
        responses=refus_possibles(*DE_L_EQUIPE, EffectifClos, EffectifDejaArrete),
    )
    async def arreter(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        langue: NamedDependency[str],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
    ) -> EffectifVue:
        await ouvrir_banquet(auteur, moment, "organiser")
        await services.arreter_effectif(moment, auteur.compte, contexte.clef, maintenant)
        return await _lire(auteur, contexte, langue, maintenant, moment)

    @delete(
        "/arret",
        operation_id="rouvrir_effectif",
        summary="Rouvrir l'effectif",
        status_code=200,
        responses=refus_possibles(*DE_L_EQUIPE, EffectifClos),
    )
    async def rouvrir(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        langue: NamedDependency[str],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
    ) -> EffectifVue:
        await ouvrir_banquet(auteur, moment, "organiser")
        await services.rouvrir_effectif(moment, maintenant)
        return await _lire(auteur, contexte, langue, maintenant, moment)

    @put(
        "/annonces/{identifiant:uuid}",
        operation_id="annoncer_convives",
        summary="Annoncer des convives : artistes, intervenants, bénévoles, équipe",
        responses=refus_possibles(*DE_L_EQUIPE, AnnonceInconnue, DemandeInvalide),
    )
    async def annoncer(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        langue: NamedDependency[str],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        identifiant: FromPath[UUID],
        data: JSONBody[AnnonceDemande],
    ) -> EffectifVue:
        await ouvrir_banquet(auteur, moment, "organiser")
        await services.annoncer_convives(moment, identifiant, data, maintenant)
        return await _lire(auteur, contexte, langue, maintenant, moment)

    @delete(
        "/annonces/{identifiant:uuid}",
        operation_id="retirer_annonce",
        summary="Retirer des convives annoncés",
        status_code=200,
        responses=refus_possibles(*DE_L_EQUIPE, AnnonceInconnue),
    )
    async def retirer(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        langue: NamedDependency[str],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        identifiant: FromPath[UUID],
    ) -> EffectifVue:
        await ouvrir_banquet(auteur, moment, "organiser")
        await services.retirer_annonce(moment, identifiant)
        return await _lire(auteur, contexte, langue, maintenant, moment)


def lecteur_de(auteur: Auteur) -> str:
    """Sous quel nom l'effectif retient ce que cette personne a lu."""
    return f"compte:{auteur.compte}"


async def _lire(
    auteur: Auteur, contexte: Contexte, langue: str, maintenant: datetime, moment: UUID
) -> EffectifVue:
    return await lectures.lire_effectif(moment, lecteur_de(auteur), contexte.clef, langue, maintenant)


ROUTES = [EffectifDeLEspace]
