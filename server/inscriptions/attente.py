"""Les places d'un évènement dans la base : les verrouiller, les tenir, les rendre, servir la file.

Les règles sont dans `regles.py` ; ici on lit ce qu'elles demandent et on écrit ce qu'elles décident. Tout se joue dans
l'unité d'écriture du service appelant. Sur PostgreSQL la ligne de l'évènement sert de verrou : une seule écriture à la
fois par évènement, toujours prise avant celles de ses moments. Sur SQLite, le rédacteur est déjà seul.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from server.evenements.regles import niveau_places
from server.evenements.tables import Evenement, Moment
from server.inscriptions import regles
from server.inscriptions.faits import PlaceObtenue, PlaceProposee, PropositionPerimee
from server.inscriptions.regles import Attente, Places
from server.inscriptions.tables import Inscription, Presence
from server.socle.base import MoteurPostgreSQL, moteur_installe
from server.socle.faits import publier, renouveler
from server.socle.requetes import Preparee

COMPTE: Final = ("adultes", "enfants", "tout_petits")
VOULU: Final = ("voulu_adultes", "voulu_enfants", "voulu_tout_petits")


class MomentOuvert(msgspec.Struct):
    """Un moment tel que l'inscription en a besoin, son compteur tenu à jour pendant l'unité."""

    id: UUID
    genre: str
    titre: str
    debut: datetime | None
    fin: datetime | None
    jauge: int | None
    pris: int
    sur_inscription: bool
    prix_mode: str
    pris_avant: int = 0

    def places(self) -> Places:
        return Places(self.id, self.jauge, self.pris, self.debut)


class EvenementVerrouille(msgspec.Struct):
    """Un évènement et ses moments, verrouillés jusqu'à la fin de la transaction."""

    id: int
    slug: str
    version: int
    version_deplacement: int
    statut: str
    debut: datetime | None
    fin: datetime | None
    cloture_le: datetime | None
    inscriptions_closes: bool
    attente: bool
    taille_max: int
    moments: dict[UUID, MomentOuvert]

    @property
    def cloture(self) -> datetime | None:
        """L'heure de clôture : celle qui est dite, sinon le début."""
        return self.cloture_le or self.debut

    def places(self) -> dict[UUID, Places]:
        return {identifiant: moment.places() for identifiant, moment in self.moments.items()}


def _evenement_verrouille(condition: Any) -> Any:
    requete = Evenement.select(
        Evenement.id,
        Evenement.slug,
        Evenement.version,
        Evenement.version_deplacement,
        Evenement.statut,
        Evenement.debut,
        Evenement.fin,
        Evenement.cloture_le,
        Evenement.inscriptions_closes,
        Evenement.attente,
        Evenement.taille_max,
    ).where(condition, Evenement.statut != "brouillon")
    if isinstance(moteur_installe(), MoteurPostgreSQL):
        requete = requete.lock_rows("NO KEY UPDATE")
    return requete


_PAR_SLUG: Final = Preparee(lambda slug: _evenement_verrouille(Evenement.slug == slug))
_PAR_ID: Final = Preparee(lambda evenement: _evenement_verrouille(Evenement.id == evenement))
_MOMENTS: Final = Preparee(
    lambda evenement: (
        Moment.select(
            Moment.id,
            Moment.genre,
            Moment.titre,
            Moment.debut,
            Moment.fin,
            Moment.jauge,
            Moment.pris,
            Moment.sur_inscription,
            Moment.prix_mode,
        )
        .where(Moment.evenement == evenement, Moment.retire_le.is_null())
        .order_by(Moment.rang)
    )
)
_FILE: Final = Preparee(
    lambda evenement: Presence.select(
        Presence.id,
        Presence.inscription,
        Presence.moment,
        Presence.statut,
        *(getattr(Presence, nom) for nom in (*COMPTE, *VOULU)),
        Presence.attente_depuis,
        Presence.depassee_depuis,
        Presence.inscription.tout_ou_rien.as_alias("tout_ou_rien"),
    ).where(
        Presence.moment.evenement == evenement,
        Presence.moment.retire_le.is_null(),
        Presence.attente_depuis.is_not_null(),
        Presence.proposee_jusqu_au.is_null(),
    )
)
_COMPTER: Final = Preparee(
    lambda moment, avant, apres: (
        Moment.update({Moment.pris: apres})
        .where(Moment.id == moment, Moment.pris == avant)
        .returning(Moment.id)
    )
)


async def verrouiller(*, slug: str | None = None, evenement: int | None = None) -> EvenementVerrouille | None:
    """L'évènement et ses moments, verrouillés ; rien s'il n'existe pas ou n'est qu'un brouillon."""
    ligne = await (_PAR_SLUG.premiere(slug) if slug is not None else _PAR_ID.premiere(evenement))
    if ligne is None:
        return None
    moments = await _MOMENTS.lignes(ligne["id"])
    ouverts = {m["id"]: MomentOuvert(**m, pris_avant=m["pris"]) for m in moments}
    return EvenementVerrouille(**ligne, moments=ouverts)


async def lire_file(evenement: int) -> list[Attente]:
    """Qui attend à cet évènement, tous moments confondus, sans place tenue."""
    return [
        Attente(
            presence=ligne["id"],
            inscription=ligne["inscription"],
            moment=ligne["moment"],
            nombre=nombre_en_attente(ligne),
            depuis=ligne["attente_depuis"],
            depassee_depuis=ligne["depassee_depuis"],
            # Une demande de places en plus ne remet pas en cause ce qui est confirmé : elle attend seule.
            tout_ou_rien=bool(ligne["tout_ou_rien"]) and ligne["statut"] == "en_attente",
        )
        for ligne in await _FILE.lignes(evenement)
    ]


def nombre_tenu(ligne: Mapping[str, Any]) -> int:
    """Places que tient une présence : ce que `moment.pris` doit en compter."""
    ici = regles.total(*(ligne[nom] for nom in COMPTE))
    if ligne["statut"] == "confirmee":
        return ici + (nombre_en_attente(ligne) if ligne["proposee_jusqu_au"] is not None else 0)
    return ici if ligne["statut"] == "en_attente" and ligne["proposee_jusqu_au"] is not None else 0


def nombre_en_attente(ligne: Mapping[str, Any]) -> int:
    """Personnes qu'une présence fait attendre (tout le foyer, ou les personnes en plus)."""
    ici = regles.total(*(ligne[nom] for nom in COMPTE))
    if ligne["statut"] == "en_attente":
        return ici
    if ligne["voulu_adultes"] is None:
        return 0
    return regles.total(*(ligne[nom] for nom in VOULU)) - ici


async def servir_la_file(evenement: EvenementVerrouille, maintenant: datetime) -> None:
    """Donne (ou propose) les places libres à qui elles reviennent ; dit les faits."""
    if evenement.statut not in ("publie", "reporte") or evenement.debut is None:
        return
    if evenement.fin is not None and maintenant >= evenement.fin:
        return
    file = await lire_file(evenement.id)
    if not file:
        return
    decision = regles.decider_promotions(evenement.places(), file, maintenant, evenement.cloture)
    await marquer_depassees(decision.depassees, maintenant)
    if not decision.promues:
        return
    par_presence = {attente.presence: attente for attente in file}
    proposer = regles.doit_confirmer(maintenant, evenement.cloture)
    servis: dict[UUID, datetime] = {}
    for presence in decision.promues:
        attente = par_presence[presence]
        moment = evenement.moments[attente.moment]
        moment.pris += attente.nombre
        limite = regles.limite_de_reponse(maintenant, moment.debut)
        servis[attente.inscription] = min(limite, servis.get(attente.inscription, limite))
        if proposer:
            await Presence.update({Presence.proposee_jusqu_au: limite}).where(Presence.id == presence)
        else:
            await confirmer_presence(presence)
    # L'agenda du foyer se relit : ce qui attendait y est devenu sûr.
    await Inscription.update({Inscription.modifie_le: maintenant}).where(Inscription.id.is_in(list(servis)))
    for inscription, limite in servis.items():
        if proposer:
            publier(PlaceProposee(inscription, evenement.id, limite, maintenant))
        else:
            publier(PlaceObtenue(inscription, evenement.id, maintenant))


async def confirmer_presence(presence: int) -> None:
    """Une présence qui attendait (ou dont une part attendait) est confirmée en entier."""
    await Presence.raw(
        "UPDATE presence SET statut = 'confirmee', adultes = COALESCE(voulu_adultes, adultes), "
        "enfants = COALESCE(voulu_enfants, enfants), tout_petits = COALESCE(voulu_tout_petits, tout_petits), "
        "voulu_adultes = NULL, voulu_enfants = NULL, voulu_tout_petits = NULL, attente_depuis = NULL, "
        "depassee_depuis = NULL, proposee_jusqu_au = NULL WHERE id = {}",
        presence,
    )


async def retirer_propositions_perimees(evenement: EvenementVerrouille, maintenant: datetime) -> None:
    """Rend les places proposées restées sans réponse ; le foyer reprend la fin de la liste (règle 5)."""
    lignes = await Presence.select().where(
        Presence.moment.is_in(list(evenement.moments)), Presence.proposee_jusqu_au <= maintenant
    )
    for ligne in lignes:
        evenement.moments[ligne["moment"]].pris -= nombre_en_attente(ligne)
        await Presence.update(
            {
                Presence.proposee_jusqu_au: None,
                Presence.attente_depuis: maintenant,
                Presence.depassee_depuis: None,
            }
        ).where(Presence.id == ligne["id"])
    for inscription in dict.fromkeys(ligne["inscription"] for ligne in lignes):
        publier(PropositionPerimee(inscription, evenement.id, maintenant))


async def marquer_depassees(presences: list[int], maintenant: datetime) -> None:
    if presences:
        await Presence.update({Presence.depassee_depuis: maintenant}).where(
            Presence.id.is_in(presences), Presence.depassee_depuis.is_null()
        )


async def ecrire_compteurs(evenement: EvenementVerrouille) -> None:
    """Écrit les compteurs qui ont bougé et dit quels documents publics ont vieilli.

    La condition sur l'ancienne valeur ne peut pas manquer (l'évènement est verrouillé) ; si elle manquait, mieux vaut
    tout défaire que donner une place deux fois.
    """
    bouge = False
    for moment in evenement.moments.values():
        if moment.pris == moment.pris_avant:
            continue
        touches = await _COMPTER.lignes(moment.id, moment.pris_avant, moment.pris)
        if len(touches) != 1:
            raise RuntimeError(f"compteur de places changé sous le verrou (moment {moment.id})")
        bouge = True
        if niveau_places(moment.jauge, moment.pris) != niveau_places(moment.jauge, moment.pris_avant):
            renouveler("agenda", f"evenement:{evenement.id}")
        moment.pris_avant = moment.pris
    if bouge:
        renouveler(f"places:{evenement.id}")
