"""Adresses de la vue de cuisine, par compte et par lien ; et la liste des banquets de l'espace."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from server.banquets.acces import ouvrir_banquet
from server.banquets.cuisine import services as carnet
from server.banquets.cuisine.acces import exiger_cuisine, par_compte, par_lien
from server.banquets.cuisine.erreurs import DejaEcrit, LienDeCuisineInconnu, PeseeInconnue
from server.banquets.cuisine.lectures import marque_d_auteur
from server.banquets.cuisine.schemas import PeseeDemande, PeseesVue
from server.banquets.erreurs import BanquetInconnu
from server.comptes.schemas import Auteur
from server.evenements.lectures import LIMITE_MAX, Periode
from server.inscriptions.cuisine import lectures
from server.inscriptions.cuisine.schemas import LectureDeCuisine, ListeBanquets, VueCuisine
from server.inscriptions.effectif.schemas import AssiettesVue
from server.inscriptions.effectif.services import noter_lecture
from server.socle.contexte import Contexte
from server.socle.documents import Brouillon
from server.socle.erreurs import DemandeInvalide, NonConnecte, TropDeDemandes
from server.socle.problemes import refus_possibles
from server.socle.textes import Langue
from server.socle.web import servir_vue

FRAICHEUR_S: Final = 3
"""Âge au-delà duquel la vue se refait : le pire retard d'un changement, avant les quelques secondes de la page ouverte.

Ce qui s'écrit en cuisine la refait aussitôt ; le reste (une inscription, un menu, un achat, une commande) n'a rien à en savoir.
"""

EN_TETE_AUTEUR: Final = b"tablees-auteur"
"""La marque de qui lit : celle de ses propres messages. La vue, elle, est la même pour tous."""

PAR_COMPTE: Final = (NonConnecte, BanquetInconnu)
PAR_LIEN: Final = (LienDeCuisineInconnu, TropDeDemandes)
Limite = Annotated[int, QueryParameter(ge=1, le=LIMITE_MAX)]
Requete = Request[Any, Any, Any]


class BanquetsDeLEspace(Controller):
    """Les banquets d'une personne, et ce qu'en lit la cuisine."""

    path = "/api/espace/banquets"
    tags = ["Banquets"]  # noqa: RUF012

    @get(
        operation_id="lister_banquets",
        summary="Les banquets que l'on organise ou que sa structure cuisine",
        responses=refus_possibles(NonConnecte, DemandeInvalide),
    )
    async def lister(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        periode: FromQuery[Periode | None] = None,
        limite: FromQuery[Limite] = 50,
        curseur: FromQuery[str | None] = None,
    ) -> ListeBanquets:
        """`limite` compte des évènements : les banquets d'un même évènement ne se séparent pas."""
        return await lectures.lister_banquets(
            auteur, maintenant, periode=periode, curseur=curseur, limite=limite
        )

    @get(
        "/{moment:uuid}/cuisine",
        operation_id="lire_cuisine_par_compte",
        summary="Tout ce qu'il faut pour cuisiner, en une réponse ; `304` si rien n'a changé",
        responses=refus_possibles(*PAR_COMPTE),
    )
    async def lire(
        self,
        request: Requete,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        langue: NamedDependency[Langue],
        moment: FromPath[UUID],
    ) -> Response[VueCuisine]:
        await ouvrir_banquet(auteur, moment)
        marque = marque_d_auteur(contexte.clef, moment, compte=auteur.compte)
        return await _servir(request, contexte, langue, moment, marque)

    @get(
        "/{moment:uuid}/pesees",
        operation_id="lire_pesees",
        summary="Les restes pesés après le repas, par convive",
        responses=refus_possibles(*PAR_COMPTE),
    )
    async def lire_pesees(self, auteur: NamedDependency[Auteur], moment: FromPath[UUID]) -> PeseesVue:
        await ouvrir_banquet(auteur, moment)
        return await lectures.lire_pesees(moment)

    @put(
        "/{moment:uuid}/pesees/{identifiant:uuid}",
        operation_id="peser_restes",
        summary="Noter des restes pesés ; rejouer ne pèse rien de plus",
        responses=refus_possibles(*PAR_COMPTE, DejaEcrit, DemandeInvalide),
    )
    async def peser(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        identifiant: FromPath[UUID],
        data: JSONBody[PeseeDemande],
    ) -> PeseesVue:
        _, qui = await par_compte(auteur, moment)
        await carnet.peser(qui, identifiant, data, maintenant)
        return await lectures.lire_pesees(moment)

    @delete(
        "/{moment:uuid}/pesees/{identifiant:uuid}",
        operation_id="retirer_pesee",
        summary="Retirer une pesée faite par erreur",
        status_code=200,
        responses=refus_possibles(*PAR_COMPTE, PeseeInconnue),
    )
    async def retirer_pesee(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        identifiant: FromPath[UUID],
    ) -> PeseesVue:
        _, qui = await par_compte(auteur, moment)
        await carnet.retirer_pesee(qui, identifiant, maintenant)
        return await lectures.lire_pesees(moment)


class Cuisine(Controller):
    """Ce que lit et note une cuisine qui est entrée par son lien."""

    path = "/api/cuisine/banquets/{moment:uuid}"
    tags = ["Cuisine"]  # noqa: RUF012

    @get(
        operation_id="lire_cuisine",
        summary="Tout ce qu'il faut pour cuisiner, en une réponse ; `304` si rien n'a changé",
        description=(
            "À redemander toutes les cinq secondes avec l'étiquette reçue (`If-None-Match`) : un changement s'y lit en "
            "moins de dix secondes. L'en-tête `Date` dit de quand datent ces nombres ; `Tablees-Auteur`, quels messages "
            "sont les vôtres (même `auteur`)."
        ),
        responses=refus_possibles(*PAR_LIEN),
    )
    async def lire(
        self,
        request: Requete,
        contexte: NamedDependency[Contexte],
        langue: NamedDependency[Langue],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
    ) -> Response[VueCuisine]:
        ouvert = await exiger_cuisine(request, contexte, maintenant, moment)
        marque = marque_d_auteur(contexte.clef, moment, lien=ouvert.id)
        return await _servir(request, contexte, langue, moment, marque)

    @get(
        "/assiettes",
        operation_id="lire_assiettes_en_cuisine",
        summary="Les assiettes à part, par code ; `304` si rien n'a changé",
        description="À part de la vue : longue pour un très grand repas, et utile seulement au service.",
        responses=refus_possibles(*PAR_LIEN),
    )
    async def lire_assiettes(
        self,
        request: Requete,
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
    ) -> Response[AssiettesVue]:
        await exiger_cuisine(request, contexte, maintenant, moment)

        async def lire() -> AssiettesVue:
            return await lectures.lire_assiettes_de_cuisine(moment, maintenant)

        return await _garder(request, f"assiettes:{moment}", moment, maintenant, lire)

    @post(
        "/lecture",
        operation_id="noter_lecture_en_cuisine",
        summary="Dire qu'on a lu l'effectif : rend ce qui a changé depuis la fois d'avant",
        status_code=200,
        responses=refus_possibles(*PAR_LIEN),
    )
    async def noter_lecture(
        self,
        request: Requete,
        contexte: NamedDependency[Contexte],
        langue: NamedDependency[Langue],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
    ) -> LectureDeCuisine:
        ouvert = await exiger_cuisine(request, contexte, maintenant, moment)
        lecteur = f"lien:{ouvert.id}"
        vue = LectureDeCuisine(await lectures.changements_depuis(moment, lecteur, langue))
        await noter_lecture(moment, lecteur, maintenant)
        return vue

    @put(
        "/pesees/{identifiant:uuid}",
        operation_id="peser_restes_en_cuisine",
        summary="Noter des restes pesés ; rejouer ne pèse rien de plus",
        responses=refus_possibles(*PAR_LIEN, DejaEcrit, DemandeInvalide),
    )
    async def peser(
        self,
        request: Requete,
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        identifiant: FromPath[UUID],
        data: JSONBody[PeseeDemande],
    ) -> PeseesVue:
        qui = par_lien(await exiger_cuisine(request, contexte, maintenant, moment))
        await carnet.peser(qui, identifiant, data, maintenant)
        return await lectures.lire_pesees(moment)

    @delete(
        "/pesees/{identifiant:uuid}",
        operation_id="retirer_pesee_en_cuisine",
        summary="Retirer une pesée faite par erreur",
        status_code=200,
        responses=refus_possibles(*PAR_LIEN, PeseeInconnue),
    )
    async def retirer_pesee(
        self,
        request: Requete,
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        moment: FromPath[UUID],
        identifiant: FromPath[UUID],
    ) -> PeseesVue:
        qui = par_lien(await exiger_cuisine(request, contexte, maintenant, moment))
        await carnet.retirer_pesee(qui, identifiant, maintenant)
        return await lectures.lire_pesees(moment)


async def _servir(
    request: Requete, contexte: Contexte, langue: Langue, moment: UUID, marque: str
) -> Response[Any]:
    """La vue entière, la même pour tous ; sa marque, à part, dit à chacun quels messages sont les siens.

    Le droit de la lire est déjà vérifié.
    """
    maintenant = contexte.horloge()

    async def lire() -> VueCuisine:
        return await lectures.lire_cuisine(moment, contexte.clef, langue, maintenant)

    propres = [(EN_TETE_AUTEUR, marque.encode())]
    return await _garder(request, f"cuisine:{moment}:{langue}", moment, maintenant, lire, propres)


async def _garder(
    request: Requete,
    cle: str,
    moment: UUID,
    maintenant: datetime,
    lire: Callable[[], Awaitable[Any]],
    propres: Sequence[tuple[bytes, bytes]] = (),
) -> Response[Any]:
    """Une vue gardée quelques secondes pour tous ceux qui la redemandent."""

    async def composer() -> Brouillon:
        return Brouillon(
            corps=msgspec.json.encode(await lire()),
            type_contenu="application/json",
            etiquettes=frozenset((carnet.etiquette_de(moment),)),
            perime_le=maintenant + timedelta(seconds=FRAICHEUR_S),
            entetes=(("cache-control", "private, no-store"), ("vary", "Accept-Encoding, Accept-Language")),
        )

    return await servir_vue(request, cle, composer, propres)


ROUTES = [BanquetsDeLEspace, Cuisine]
