"""Adresses des inscriptions : celles du foyer (son secret ouvre), celles de l'équipe (sa session ouvre)."""

import asyncio
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from server.comptes.schemas import Auteur
from server.evenements.erreurs import EvenementInconnu, GestionInterdite
from server.inscriptions import lectures, services
from server.inscriptions.acces import acceder, acceder_a_l_appel, acceder_a_l_inscription
from server.inscriptions.erreurs import (
    AppelIntrouvable,
    AucunePlaceProposee,
    DejaUtilise,
    EvenementAnnule,
    EvenementModifie,
    EvenementPasse,
    EvenementSansDate,
    InscriptionAnnulee,
    InscriptionEffacee,
    InscriptionIntrouvable,
    InscriptionsCloses,
    MomentComplet,
)
from server.inscriptions.export import en_csv
from server.inscriptions.qr import qr_svg
from server.inscriptions.regles import courriel_plie, telephone_plie
from server.inscriptions.schemas import (
    Accueil,
    AppelFait,
    AppelVue,
    Arrivees,
    BilanVue,
    Consequences,
    DemandeInscription,
    EffectifRegime,
    InscriptionEquipe,
    InscriptionVue,
    ModificationInscription,
    RetraitEnNombre,
    RetraitFait,
    SaisieInscription,
    StatutPresence,
    TableauInscriptions,
)
from server.notifications.courrier import dossier_courriels, effacer_courriels
from server.socle.contexte import Contexte, adresse_de
from server.socle.erreurs import DemandeInvalide, NonConnecte, OrigineRefusee, TropDeDemandes
from server.socle.problemes import refus_possibles

PORTES_DU_FOYER: Final = (InscriptionIntrouvable, InscriptionEffacee, TropDeDemandes)
REFUS_D_INSCRIRE: Final = (
    MomentComplet,
    InscriptionsCloses,
    EvenementAnnule,
    EvenementSansDate,
    EvenementPasse,
    EvenementModifie,
)
CREEE: Final = {
    201: ResponseSpec(InscriptionVue, description="L'inscription est créée.", generate_examples=False)
}
DEJA_SAISIE: Final = {
    200: ResponseSpec(
        InscriptionEquipe, description="Cette saisie était déjà reçue.", generate_examples=False
    )
}


def secret_porte(request: Request[Any, Any, Any]) -> str:
    """Le secret de l'en-tête `Authorization: Bearer …` ; vide s'il n'y en a pas."""
    genre, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if genre.lower() == "bearer" else ""


async def ouvrir(request: Request[Any, Any, Any], contexte: Contexte, identifiant: UUID) -> UUID:
    """L'inscription que le secret présenté ouvre. Les essais manqués se comptent par adresse, les bons par inscription.

    Un identifiant que personne n'a ne laisse donc aucun seau, et les fautes d'un voisin ne ferment pas la porte.
    """
    try:
        ouverte = await lectures.ouvrir_avec_jeton(identifiant, secret_porte(request))
    except InscriptionIntrouvable:
        contexte.limites.compter("lien-adresse", adresse_de(request))
        raise
    contexte.limites.compter("lien-secret", str(ouverte))
    return ouverte


async def oublier_courriels(contexte: Contexte, *identifiants: UUID) -> None:
    """Supprime les courriels gardés en fichiers, une fois l'effacement validé : un fichier ne se défait pas."""
    for identifiant in identifiants:
        await asyncio.to_thread(
            effacer_courriels, dossier_courriels(contexte.reglages), f"inscription:{identifiant}"
        )


def compter_contact(contexte: Contexte, demande: DemandeInscription) -> None:
    """Un même contact ne s'inscrit pas à la chaîne, ni pour soi ni pour autrui, de quelque façon qu'on l'écrive."""
    autrui = demande.pour_autrui
    courriels = (demande.courriel, autrui.courriel if autrui else None)
    telephones = (demande.telephone, autrui.telephone if autrui else None)
    contacts = {courriel_plie(c) for c in courriels if c} | {telephone_plie(t) for t in telephones if t}
    for contact in sorted(contacts):
        contexte.limites.compter("inscription-contact", contact)


async def compter_modification(
    contexte: Contexte, identifiant: UUID, changement: ModificationInscription
) -> None:
    """Chaque changement écrit à l'adresse de l'inscription, qui n'est peut-être pas celle de qui change."""
    adresses = {courriel_plie(adresse) for adresse in await lectures.adresses_de(identifiant)}
    if changement.courriel:
        adresses.add(courriel_plie(changement.courriel))
    for adresse in sorted(adresses):
        contexte.limites.compter("modification-contact", adresse)


class InscriptionsDuFoyer(Controller):
    """Ce que fait un foyer, sans compte."""

    path = "/api/inscriptions"
    tags = ["Inscriptions"]  # noqa: RUF012

    @put(
        "/{identifiant:uuid}",
        operation_id="inscrire_foyer",
        summary="S'inscrire ; rejouer la même demande rend l'état présent",
        responses=CREEE
        | refus_possibles(
            InscriptionIntrouvable,
            InscriptionEffacee,
            DejaUtilise,
            *REFUS_D_INSCRIRE,
            DemandeInvalide,
            OrigineRefusee,
            TropDeDemandes,
        ),
    )
    async def inscrire(
        self,
        request: Request[Any, Any, Any],
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        identifiant: FromPath[UUID],
        data: JSONBody[DemandeInscription],
    ) -> Response[InscriptionVue]:
        contexte.limites.compter("inscription-adresse", adresse_de(request))
        compter_contact(contexte, data)
        vue, nouvelle = await services.inscrire_et_relire(
            identifiant, data, contexte.clef, contexte.reglages.url, maintenant
        )
        return Response(vue, status_code=201 if nouvelle else 200)

    @get(
        "/{identifiant:uuid}",
        operation_id="lire_inscription",
        summary="Son inscription, en entier (c'est aussi l'export de ses données)",
        responses=refus_possibles(*PORTES_DU_FOYER),
    )
    async def lire(
        self,
        request: Request[Any, Any, Any],
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        identifiant: FromPath[UUID],
    ) -> InscriptionVue:
        await ouvrir(request, contexte, identifiant)
        return await lectures.lire_inscription(identifiant, contexte.clef, contexte.reglages.url, maintenant)

    @patch(
        "/{identifiant:uuid}",
        operation_id="modifier_inscription",
        summary="Changer son inscription ; ce qui est confirmé le reste",
        responses=refus_possibles(
            *PORTES_DU_FOYER, InscriptionAnnulee, *REFUS_D_INSCRIRE, DemandeInvalide, OrigineRefusee
        ),
    )
    async def modifier(
        self,
        request: Request[Any, Any, Any],
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        identifiant: FromPath[UUID],
        data: JSONBody[ModificationInscription],
    ) -> InscriptionVue:
        await ouvrir(request, contexte, identifiant)
        await compter_modification(contexte, identifiant, data)
        await services.modifier_inscription(identifiant, data, maintenant)
        return await lectures.lire_inscription(identifiant, contexte.clef, contexte.reglages.url, maintenant)

    @delete(
        "/{identifiant:uuid}",
        operation_id="annuler_inscription",
        summary="Annuler son inscription ; deux fois est sans effet",
        status_code=200,
        responses=refus_possibles(*PORTES_DU_FOYER, EvenementPasse, OrigineRefusee),
    )
    async def annuler(
        self,
        request: Request[Any, Any, Any],
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        identifiant: FromPath[UUID],
    ) -> InscriptionVue:
        await ouvrir(request, contexte, identifiant)
        await services.annuler_inscription(identifiant, maintenant)
        return await lectures.lire_inscription(identifiant, contexte.clef, contexte.reglages.url, maintenant)

    @post(
        "/{identifiant:uuid}/acceptation",
        operation_id="accepter_place",
        summary="Confirmer les places proposées par la liste d'attente",
        status_code=200,
        responses=refus_possibles(*PORTES_DU_FOYER, AucunePlaceProposee, InscriptionAnnulee, OrigineRefusee),
    )
    async def accepter(
        self,
        request: Request[Any, Any, Any],
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        identifiant: FromPath[UUID],
    ) -> InscriptionVue:
        await ouvrir(request, contexte, identifiant)
        await services.accepter_place(identifiant, maintenant)
        return await lectures.lire_inscription(identifiant, contexte.clef, contexte.reglages.url, maintenant)

    @delete(
        "/{identifiant:uuid}/donnees",
        operation_id="effacer_inscription",
        summary="Effacer tout ce qui concerne ce foyer",
        responses=refus_possibles(*PORTES_DU_FOYER, OrigineRefusee),
    )
    async def effacer(
        self,
        request: Request[Any, Any, Any],
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        identifiant: FromPath[UUID],
    ) -> None:
        await ouvrir(request, contexte, identifiant)
        await services.effacer_inscription(identifiant, maintenant)
        await oublier_courriels(contexte, identifiant)


@get(
    "/qr/{code:str}",
    operation_id="lire_qr",
    summary="Le code d'accueil en QR (`/qr/<code>.svg`) ; il n'ouvre rien",
    tags=["Inscriptions"],
    responses=refus_possibles(InscriptionIntrouvable),
    media_type="image/svg+xml",
)
async def lire_qr(code: FromPath[str]) -> Response[str]:
    return Response(
        qr_svg(code.removesuffix(".svg")),
        media_type="image/svg+xml",
        headers={"cache-control": "private, max-age=86400"},
    )


class InscriptionsDeLEspace(Controller):
    """Ce que fait l'équipe : voir qui vient, inscrire, corriger, retirer, accueillir, appeler."""

    path = "/api/espace"
    tags = ["Espace : inscriptions"]  # noqa: RUF012
    DE_L_EVENEMENT: Final = (NonConnecte, GestionInterdite, EvenementInconnu)
    DE_L_INSCRIPTION: Final = (NonConnecte, GestionInterdite, InscriptionIntrouvable)

    @get(
        "/evenements/{slug:str}/inscriptions",
        operation_id="lister_inscriptions",
        summary="Qui vient : recherche, filtres, compteurs",
        responses=refus_possibles(*DE_L_EVENEMENT, DemandeInvalide),
    )
    async def lister(
        self,
        auteur: NamedDependency[Auteur],
        slug: FromPath[str],
        q: Annotated[str | None, QueryParameter(max_length=100)] = None,
        moment: FromQuery[UUID | None] = None,
        statut: FromQuery[StatutPresence | None] = None,
        filtre: FromQuery[lectures.Filtre | None] = None,
        origine: FromQuery[Literal["formulaire", "api", "telephone", "papier", "porte"] | None] = None,
        curseur: Annotated[int, QueryParameter(ge=0, le=1_000_000)] = 0,
        limite: Annotated[int, QueryParameter(ge=1, le=500)] = lectures.PAGE,
    ) -> TableauInscriptions:
        evenement = await acceder(auteur, slug)
        return await lectures.lire_tableau(
            evenement,
            q=q,
            moment=moment,
            statut=statut,
            filtre=filtre,
            origine=origine,
            curseur=curseur,
            limite=limite,
        )

    @post(
        "/evenements/{slug:str}/inscriptions",
        operation_id="saisir_inscription",
        summary="Inscrire un foyer au téléphone, d'après un papier, ou à la porte ; rejouer ne double pas",
        responses=DEJA_SAISIE
        | refus_possibles(
            *DE_L_EVENEMENT,
            InscriptionEffacee,
            DejaUtilise,
            MomentComplet,
            EvenementAnnule,
            EvenementSansDate,
            EvenementPasse,
            DemandeInvalide,
        ),
    )
    async def saisir(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        slug: FromPath[str],
        data: JSONBody[SaisieInscription],
    ) -> Response[InscriptionEquipe]:
        evenement = await acceder(auteur, slug)
        recue = await services.saisir_inscription(evenement, data, auteur.compte, contexte.clef, maintenant)
        vue = await lectures.lire_pour_equipe(recue.id)
        return Response(vue, status_code=201 if recue.nouvelle else 200)

    @get(
        "/evenements/{slug:str}/inscriptions.csv",
        operation_id="exporter_inscriptions",
        summary="Les inscrits dans un tableur, sans formule possible",
        media_type="text/csv",
        responses=refus_possibles(*DE_L_EVENEMENT),
    )
    async def exporter(
        self, auteur: NamedDependency[Auteur], langue: NamedDependency[str], slug: FromPath[str]
    ) -> Response[bytes]:
        evenement = await acceder(auteur, slug)
        octets = en_csv(await lectures.lire_tous(evenement), await lectures.lire_compteurs(evenement), langue)
        return Response(
            octets,
            media_type="text/csv",
            headers={"content-disposition": f'attachment; filename="inscriptions-{slug}.csv"'},
        )

    @post(
        "/evenements/{slug:str}/retraits",
        operation_id="retirer_abus",
        summary="Retirer d'un coup des inscriptions abusives, sans rien envoyer",
        status_code=200,
        responses=refus_possibles(*DE_L_EVENEMENT, DemandeInvalide),
    )
    async def retirer(
        self,
        auteur: NamedDependency[Auteur],
        contexte: NamedDependency[Contexte],
        maintenant: NamedDependency[datetime],
        slug: FromPath[str],
        data: JSONBody[RetraitEnNombre],
    ) -> RetraitFait:
        evenement = await acceder(auteur, slug)
        retirees = await services.retirer_abus(evenement, data.inscriptions, maintenant)
        await oublier_courriels(contexte, *retirees)
        return RetraitFait(len(retirees))

    @get(
        "/evenements/{slug:str}/arrivees",
        operation_id="lire_arrivees",
        summary="Inscriptions reçues, jour par jour",
        responses=refus_possibles(*DE_L_EVENEMENT),
    )
    async def arrivees(self, auteur: NamedDependency[Auteur], slug: FromPath[str]) -> list[Arrivees]:
        return await lectures.lire_arrivees(await acceder(auteur, slug))

    @get(
        "/evenements/{slug:str}/regimes",
        operation_id="lire_regimes",
        summary="Régimes et allergies des confirmés, comptés, sans nom",
        responses=refus_possibles(*DE_L_EVENEMENT),
    )
    async def regimes(self, auteur: NamedDependency[Auteur], slug: FromPath[str]) -> list[EffectifRegime]:
        return await lectures.lire_regimes(await acceder(auteur, slug))

    @get(
        "/evenements/{slug:str}/consequences",
        operation_id="lire_consequences",
        summary="Combien de foyers seraient prévenus d'un changement, et comment",
        responses=refus_possibles(*DE_L_EVENEMENT),
    )
    async def consequences(self, auteur: NamedDependency[Auteur], slug: FromPath[str]) -> Consequences:
        return await lectures.lire_consequences(await acceder(auteur, slug))

    @get(
        "/evenements/{slug:str}/bilan",
        operation_id="lire_bilan",
        summary="Ce qui reste d'un évènement passé : des nombres",
        responses=refus_possibles(*DE_L_EVENEMENT),
    )
    async def bilan(self, auteur: NamedDependency[Auteur], slug: FromPath[str]) -> BilanVue | None:
        return await lectures.lire_bilan(await acceder(auteur, slug))

    @get(
        "/inscriptions/{identifiant:uuid}",
        operation_id="lire_inscription_de_l_equipe",
        summary="Une inscription",
        responses=refus_possibles(*DE_L_INSCRIPTION),
    )
    async def lire(self, auteur: NamedDependency[Auteur], identifiant: FromPath[UUID]) -> InscriptionEquipe:
        await acceder_a_l_inscription(auteur, identifiant)
        return await lectures.lire_pour_equipe(identifiant)

    @patch(
        "/inscriptions/{identifiant:uuid}",
        operation_id="corriger_inscription",
        summary="Corriger une inscription, même après la clôture",
        responses=refus_possibles(
            *DE_L_INSCRIPTION,
            InscriptionAnnulee,
            MomentComplet,
            EvenementAnnule,
            EvenementPasse,
            EvenementModifie,
            DemandeInvalide,
        ),
    )
    async def corriger(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        identifiant: FromPath[UUID],
        data: JSONBody[ModificationInscription],
    ) -> InscriptionEquipe:
        await acceder_a_l_inscription(auteur, identifiant)
        await services.modifier_inscription(identifiant, data, maintenant, equipe=True)
        return await lectures.lire_pour_equipe(identifiant)

    @delete(
        "/inscriptions/{identifiant:uuid}",
        operation_id="annuler_inscription_de_l_equipe",
        summary="Annuler une inscription à la demande du foyer",
        status_code=200,
        responses=refus_possibles(*DE_L_INSCRIPTION, EvenementPasse),
    )
    async def annuler(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        identifiant: FromPath[UUID],
    ) -> InscriptionEquipe:
        await acceder_a_l_inscription(auteur, identifiant)
        await services.annuler_inscription(identifiant, maintenant)
        return await lectures.lire_pour_equipe(identifiant)

    @post(
        "/inscriptions/{identifiant:uuid}/accueil",
        operation_id="accueillir",
        summary="Marquer qui est venu à un moment",
        status_code=200,
        responses=refus_possibles(*DE_L_INSCRIPTION, DemandeInvalide),
    )
    async def accueillir(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        identifiant: FromPath[UUID],
        data: JSONBody[Accueil],
    ) -> InscriptionEquipe:
        await acceder_a_l_inscription(auteur, identifiant)
        await services.accueillir(identifiant, data, auteur.compte, maintenant)
        return await lectures.lire_pour_equipe(identifiant)

    @post(
        "/inscriptions/{identifiant:uuid}/lien",
        operation_id="renvoyer_lien",
        summary="Renvoyer au foyer le courriel qui ouvre son inscription",
        status_code=202,
        responses=refus_possibles(*DE_L_INSCRIPTION),
    )
    async def renvoyer_lien(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        identifiant: FromPath[UUID],
    ) -> None:
        await acceder_a_l_inscription(auteur, identifiant)
        await services.renvoyer_lien(identifiant, maintenant)

    @get(
        "/evenements/{slug:str}/appels",
        operation_id="lister_appels",
        summary="Qui appeler, faute de courriel, et quoi dire",
        responses=refus_possibles(*DE_L_EVENEMENT),
    )
    async def appels(
        self, auteur: NamedDependency[Auteur], langue: NamedDependency[str], slug: FromPath[str]
    ) -> list[AppelVue]:
        return await lectures.lire_appels(await acceder(auteur, slug), langue)

    @post(
        "/appels/{appel:int}",
        operation_id="noter_appel",
        summary="Noter qu'une personne a été appelée",
        status_code=204,
        responses=refus_possibles(NonConnecte, GestionInterdite, AppelIntrouvable, DemandeInvalide),
    )
    async def noter_appel(
        self,
        auteur: NamedDependency[Auteur],
        maintenant: NamedDependency[datetime],
        appel: FromPath[int],
        data: JSONBody[AppelFait],
    ) -> None:
        await acceder_a_l_appel(auteur, appel)
        await services.noter_appel(appel, data.fait, data.note, auteur.compte, maintenant)


ROUTES = [InscriptionsDuFoyer, InscriptionsDeLEspace, lire_qr]
