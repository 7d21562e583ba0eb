"""Ce que le temps fait aux inscriptions : places proposées qui expirent, bilans, effacements.

Chaque passage est sans danger s'il est rejoué, ou joué par deux processus à la fois : chaque évènement est une
transaction, verrouillé, et ce qui est fait ne se refait pas.
"""

import logging
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from server.evenements.lignes import TERME
from server.evenements.tables import Evenement, Moment
from server.inscriptions import regles
from server.inscriptions.attente import nombre_tenu, verrouiller
from server.inscriptions.effectif.services import effacer_besoins
from server.inscriptions.lectures import lire_regimes
from server.inscriptions.schemas import BilanVue
from server.inscriptions.services import effacer_lignes, tenir_la_file
from server.inscriptions.tables import Bilan, Convive, Inscription, Presence
from server.lieux.lectures import lire_communes
from server.socle.base import ecriture

journal = logging.getLogger("tablees.entretien")

EFFACES_PAR_PASSAGE: Final = 200
"""Inscriptions effacées par transaction : l'entretien ne fait attendre personne."""


async def entretenir_inscriptions(maintenant: datetime) -> None:
    """Un passage : files, bilans du lendemain, effacements au terme."""
    for evenement in await _evenements_a_servir(maintenant):
        await tenir_la_file(evenement, maintenant)
    for evenement in await _evenements_a_solder(maintenant):
        await solder_evenement(evenement, maintenant)
        journal.info("bilan gardé, régimes et allergies effacés : évènement %s", evenement)
    for evenement in await _effectifs_a_alleger(maintenant):
        await effacer_besoins(evenement)
    for evenement in await _evenements_a_effacer(maintenant):
        while await effacer_au_terme(evenement, maintenant):
            pass
        journal.info("inscriptions effacées au terme du délai : évènement %s", evenement)


async def _evenements_a_servir(maintenant: datetime) -> list[int]:
    """Les évènements à venir où quelqu'un attend."""
    lignes = await Presence.raw(
        "SELECT DISTINCT e.id AS id FROM presence p JOIN moment m ON m.id = p.moment "
        "JOIN evenement e ON e.id = m.evenement WHERE p.attente_depuis IS NOT NULL AND e.fin > {} ORDER BY e.id",
        maintenant,
    )
    return [ligne["id"] for ligne in lignes]


async def _evenements_a_solder(maintenant: datetime) -> list[int]:
    """Dont le lendemain est passé : sans bilan, ou avec le bilan d'une date d'avant, ou gardant encore des régimes."""
    terme = maintenant - regles.DELAI_REGIMES
    lignes = await Evenement.raw(
        "SELECT e.id AS id FROM evenement e LEFT JOIN bilan b ON b.evenement = e.id WHERE "  # noqa: S608
        "(e.fin <= {} AND (b.id IS NULL OR b.calcule_le < e.fin) "
        "AND EXISTS (SELECT 1 FROM inscription i WHERE i.evenement = e.id)) "
        f"OR ({TERME} <= {{}} AND EXISTS (SELECT 1 FROM convive c JOIN inscription i ON i.id = c.inscription "
        "WHERE i.evenement = e.id)) ORDER BY e.id",
        terme,
        terme,
    )
    return [ligne["id"] for ligne in lignes]


async def _effectifs_a_alleger(maintenant: datetime) -> list[int]:
    """Dont le lendemain est passé et dont l'effectif dit encore des besoins : arrêté, lu, ou annoncé."""
    lignes = await Evenement.raw(
        "SELECT DISTINCT e.id AS id FROM moment m JOIN evenement e ON e.id = m.evenement WHERE "  # noqa: S608
        "(EXISTS (SELECT 1 FROM effectif_arrete a WHERE a.moment = m.id AND a.besoins IS NOT NULL) "
        "OR EXISTS (SELECT 1 FROM effectif_lu l WHERE l.moment = m.id) "
        "OR EXISTS (SELECT 1 FROM convive_annonce c WHERE c.moment = m.id "
        "AND (LENGTH(CAST(c.regimes AS TEXT)) > 2 OR LENGTH(CAST(c.allergenes AS TEXT)) > 2))) "
        f"AND {TERME} <= {{}} ORDER BY e.id",
        maintenant - regles.DELAI_REGIMES,
    )
    return [ligne["id"] for ligne in lignes]


async def _evenements_a_effacer(maintenant: datetime) -> list[int]:
    lignes = await Evenement.raw(
        f"SELECT e.id AS id FROM evenement e WHERE {TERME} <= {{}} "  # noqa: S608
        "AND EXISTS (SELECT 1 FROM inscription i WHERE i.evenement = e.id) ORDER BY e.id",
        maintenant - timedelta(days=regles.DELAI_EFFACEMENT_JOURS),
    )
    return [ligne["id"] for ligne in lignes]


@ecriture
async def solder_evenement(evenement: int, maintenant: datetime) -> None:
    """Garde les nombres d'un évènement passé, puis efface régimes et allergies (le lendemain).

    Un évènement qui attend une date n'a pas encore de bilan : seuls ses régimes s'effacent.
    """
    verrouille = await verrouiller(evenement=evenement)
    if verrouille is None:
        return
    if verrouille.fin is not None and not await Bilan.exists().where(
        Bilan.evenement == evenement, Bilan.calcule_le >= verrouille.fin
    ):
        contenu = msgspec.json.encode(await calculer_bilan(evenement)).decode()
        await Bilan.delete().where(Bilan.evenement == evenement)
        await Bilan.insert(Bilan(evenement=evenement, contenu=contenu, calcule_le=maintenant))
    await Convive.delete().where(
        Convive.inscription.is_in(
            Inscription.select(Inscription.id).where(Inscription.evenement == evenement)
        )
    )
    await Inscription.update({Inscription.accord_regimes: False, Inscription.assiette: None}).where(
        Inscription.evenement == evenement
    )


@ecriture
async def effacer_au_terme(evenement: int, maintenant: datetime) -> bool:
    """Efface une part des inscriptions d'un évènement dont le délai est passé ; faux quand il n'en reste plus.

    Les compteurs de places suivent leurs présences ; combien de personnes étaient attendues reste dans le bilan.
    """
    await solder_evenement(evenement, maintenant)
    lignes = (
        await Inscription.select(Inscription.id)
        .where(Inscription.evenement == evenement)
        .order_by(Inscription.cree_le)
        .limit(EFFACES_PAR_PASSAGE)
    )
    identifiants: list[UUID] = [ligne["id"] for ligne in lignes]
    await _decompter(identifiants)
    await effacer_lignes(identifiants, maintenant)
    return bool(identifiants)


async def _decompter(identifiants: list[UUID]) -> None:
    """Les compteurs suivent leurs présences, même quand elles s'effacent : `verifier` doit pouvoir recompter."""
    if not identifiants:
        return
    rendues: dict[UUID, int] = {}
    for presence in await Presence.select().where(Presence.inscription.is_in(identifiants)):
        rendues[presence["moment"]] = rendues.get(presence["moment"], 0) + nombre_tenu(presence)
    for moment, nombre in sorted(rendues.items()):
        if nombre:
            await Moment.update({Moment.pris: Moment.pris - nombre}).where(Moment.id == moment)


async def calculer_bilan(evenement: int) -> BilanVue:
    """Les nombres d'un évènement : foyers, personnes, âges, venues, communes, mains offertes. Petites cases tues."""
    inscriptions = await Inscription.select(
        Inscription.id, Inscription.commune, Inscription.premiere_fois, Inscription.contributions
    ).where(Inscription.evenement == evenement, Inscription.annulee_le.is_null())
    presences = await Presence.select().where(
        Presence.inscription.is_in(
            Inscription.select(Inscription.id).where(Inscription.evenement == evenement)
        ),
        Presence.statut == "confirmee",
    )
    foyers: dict[UUID, dict[str, Any]] = {}
    for presence in presences:
        foyer = foyers.setdefault(
            presence["inscription"], {"adultes": 0, "enfants": 0, "tout_petits": 0, "venues": None}
        )
        for nom in ("adultes", "enfants", "tout_petits"):
            foyer[nom] = max(foyer[nom], presence[nom])
        if presence["venue_le"] is not None:
            venues = sum(presence[f"venue_{nom}"] or 0 for nom in ("adultes", "enfants", "tout_petits"))
            foyer["venues"] = max(foyer["venues"] or 0, venues)
    retenus = [ligne for ligne in inscriptions if ligne["id"] in foyers]
    marques = [foyer["venues"] for foyer in foyers.values() if foyer["venues"] is not None]
    ages = {
        nom: sum(foyer[nom] for foyer in foyers.values()) for nom in ("adultes", "enfants", "tout_petits")
    }
    noms = {code: commune.nom for code, commune in (await lire_communes()).par_code.items()}
    premieres = sum(1 for ligne in retenus if ligne["premiere_fois"])
    regimes: dict[str, int] = {}
    for effectif in await lire_regimes(evenement):
        for nom in (*effectif.regimes, *effectif.allergenes):
            regimes[nom] = regimes.get(nom, 0) + effectif.nombre
    return BilanVue(
        foyers=len(retenus),
        personnes=sum(ages.values()),
        venues=sum(marques) if marques else None,
        **ages,
        premieres_fois=regles.taire_petite_case(premieres),
        communes=_compter(noms.get(li["commune"], li["commune"]) for li in retenus if li["commune"]),
        contributions=_compter(c for ligne in retenus for c in ligne["contributions"]),
        regimes={nom: regles.taire_petite_case(nombre) for nom, nombre in sorted(regimes.items())},
    )


def _compter(valeurs: Any) -> dict[str, int | None]:
    comptes: dict[str, int] = {}
    for valeur in valeurs:
        comptes[valeur] = comptes.get(valeur, 0) + 1
    return {nom: regles.taire_petite_case(nombre) for nom, nombre in sorted(comptes.items())}
