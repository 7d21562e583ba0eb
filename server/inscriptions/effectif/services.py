"""Écritures de l'effectif : annoncer, régler, arrêter, rouvrir, lire, effacer."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from server.banquets.acces import assurer_banquet
from server.banquets.erreurs import BanquetModifie
from server.banquets.regles import temps_du_repas
from server.banquets.tables import Banquet
from server.evenements.tables import Moment
from server.inscriptions.effectif.erreurs import AnnonceInconnue, EffectifClos, EffectifDejaArrete
from server.inscriptions.effectif.lectures import compter, signer
from server.inscriptions.effectif.schemas import AnnonceDemande, ReglagesEffectif
from server.inscriptions.tables import ConviveAnnonce, EffectifArrete, EffectifLu
from server.socle.base import ecriture
from server.socle.erreurs import DemandeInvalide, ErreurDeChamp
from server.socle.secrets import Clef


@ecriture
async def annoncer_convives(
    moment: UUID, identifiant: UUID, demande: AnnonceDemande, maintenant: datetime
) -> None:
    """L'équipe annonce des convives, ou corrige ce qu'elle en a dit."""
    champs: dict[Any, Any] = {
        "genre": demande.genre,
        "age": demande.age,
        "nombre": demande.nombre,
        "regimes": sorted(set(demande.regimes)),
        "allergenes": sorted(set(demande.allergenes)),
    }
    connue = (
        await ConviveAnnonce.select(ConviveAnnonce.moment).where(ConviveAnnonce.id == identifiant).first()
    )
    if connue is None:
        await ConviveAnnonce.insert(
            ConviveAnnonce(id=identifiant, moment=moment, cree_le=maintenant, **champs)
        )
    elif connue["moment"] == moment:
        await ConviveAnnonce.update(champs).where(ConviveAnnonce.id == identifiant)
    else:
        raise AnnonceInconnue()


@ecriture
async def retirer_annonce(moment: UUID, identifiant: UUID) -> None:
    """Ces convives ne viennent plus ; lève `AnnonceInconnue`."""
    retirees = (
        await ConviveAnnonce.delete()
        .where(ConviveAnnonce.id == identifiant, ConviveAnnonce.moment == moment)
        .returning(ConviveAnnonce.id)
    )
    if not retirees:
        raise AnnonceInconnue()


@ecriture
async def regler_effectif(moment: UUID, demande: ReglagesEffectif, maintenant: datetime) -> None:
    """Dit quand l'effectif s'arrête et ce que le traiteur accepte ensuite.

    Lève `DemandeInvalide` si l'arrêt tombe après le repas, `BanquetModifie` si quelqu'un d'autre a réglé depuis,
    `EffectifDejaArrete` si l'on déplace un arrêt déjà passé.
    """
    horaire = await Moment.select(Moment.debut).where(Moment.id == moment).first()
    debut = horaire["debut"] if horaire else None
    if demande.arret_le is not None and debut is not None and demande.arret_le >= debut:
        raise DemandeInvalide([ErreurDeChamp("arret_le", "arret_apres_le_repas")])
    banquet = await assurer_banquet(moment, maintenant)
    avant = await Banquet.select(Banquet.arret_le).where(Banquet.id == banquet).first()
    changes: dict[Any, Any] = {
        Banquet.version_reglages: Banquet.version_reglages + 1,
        Banquet.arret_le: demande.arret_le,
        Banquet.tolerance_milliemes: demande.tolerance_milliemes,
        Banquet.absents_milliemes: demande.absents_milliemes,
        Banquet.passage_milliemes: demande.passage_milliemes,
        Banquet.modifie_le: maintenant,
    }
    prises = (
        await Banquet.update(changes)
        .where((Banquet.id == banquet) & (Banquet.version_reglages == demande.version))
        .returning(Banquet.id)
    )
    if not prises:
        actuelle = await Banquet.select(Banquet.version_reglages).where(Banquet.id == banquet).first()
        assert actuelle is not None
        raise BanquetModifie(version=actuelle["version_reglages"])
    if avant is not None and avant["arret_le"] != demande.arret_le and await _est_arrete(moment):
        raise EffectifDejaArrete()


@ecriture
async def arreter_effectif(moment: UUID, compte: int | None, clef: Clef, maintenant: datetime) -> None:
    """Fige l'effectif : daté, signé. `compte` nul : l'heure dite est arrivée.

    Lève `EffectifDejaArrete`, et `EffectifClos` quand quelqu'un le demande pour un repas passé ou annulé.
    """
    if compte is not None:
        await _exiger_un_repas_a_venir(moment, maintenant)
    if await _est_arrete(moment):
        raise EffectifDejaArrete()
    releve = (await compter(moment)).releve
    empreinte, signature = signer(clef, moment, maintenant, releve)
    await EffectifArrete.insert(
        EffectifArrete(
            moment=moment,
            arrete_le=maintenant,
            arrete_par=compte,
            nombres=msgspec.json.encode(releve.parts).decode(),
            besoins=msgspec.json.encode(releve.besoins).decode(),
            empreinte_besoins=empreinte,
            signature=signature,
        )
    )


@ecriture
async def rouvrir_effectif(moment: UUID, maintenant: datetime) -> None:
    """Lève l'arrêt ; la date d'arrêt s'oublie, sans quoi il se referait à la minute suivante. Sans effet s'il n'y en a pas.

    Lève `EffectifClos` si le repas est passé ou annulé : ce qui a été arrêté est ce que la cuisine a cuisiné.
    """
    await _exiger_un_repas_a_venir(moment, maintenant)
    await EffectifArrete.update({EffectifArrete.leve_le: maintenant}).where(
        EffectifArrete.moment == moment, EffectifArrete.leve_le.is_null()
    )
    changes: dict[Any, Any] = {
        Banquet.version_reglages: Banquet.version_reglages + 1,
        Banquet.arret_le: None,
        Banquet.modifie_le: maintenant,
    }
    await Banquet.update(changes).where(Banquet.moment == moment, Banquet.arret_le.is_not_null())


@ecriture
async def noter_lecture(moment: UUID, lecteur: str, maintenant: datetime) -> None:
    """Retient ce que ce lecteur vient de lire."""
    contenu = msgspec.json.encode((await compter(moment)).releve).decode()
    await EffectifLu.raw(
        "INSERT INTO effectif_lu (moment, lecteur, contenu, lu_le) VALUES ({}, {}, {}, {}) "
        "ON CONFLICT (moment, lecteur) DO UPDATE SET contenu = excluded.contenu, lu_le = excluded.lu_le",
        moment,
        lecteur,
        contenu,
        maintenant,
    )


async def arreter_les_effectifs(clef: Clef, maintenant: datetime) -> list[UUID]:
    """Arrête les effectifs dont l'heure est venue ; ceux d'un évènement annulé ou sans date attendent."""
    lignes = await Banquet.raw(
        "SELECT b.moment AS moment FROM banquet b JOIN moment m ON m.id = b.moment "
        "JOIN evenement e ON e.id = m.evenement WHERE b.arret_le <= {} AND m.retire_le IS NULL "
        "AND m.debut IS NOT NULL AND e.statut IN ('publie', 'reporte') AND NOT EXISTS "
        "(SELECT 1 FROM effectif_arrete a WHERE a.moment = b.moment AND a.leve_le IS NULL) ORDER BY b.moment",
        maintenant,
    )
    arretes = [m if isinstance(m := ligne["moment"], UUID) else UUID(str(m)) for ligne in lignes]
    for moment in arretes:
        try:
            await arreter_effectif(moment, None, clef, maintenant)
        except EffectifDejaArrete:  # quelqu'un, ou un autre processus, vient de le faire
            continue
    return arretes


@ecriture
async def effacer_besoins(evenement: int) -> None:
    """Le lendemain : régimes et allergies disparaissent de l'effectif aussi ; les nombres restent."""
    moments = Moment.select(Moment.id).where(Moment.evenement == evenement)
    await EffectifArrete.update({EffectifArrete.besoins: None}).where(EffectifArrete.moment.is_in(moments))
    await EffectifLu.delete().where(EffectifLu.moment.is_in(moments))
    await ConviveAnnonce.update({ConviveAnnonce.regimes: [], ConviveAnnonce.allergenes: []}).where(
        ConviveAnnonce.moment.is_in(moments)
    )


async def _exiger_un_repas_a_venir(moment: UUID, maintenant: datetime) -> None:
    (repas,) = await Moment.raw(
        "SELECT e.statut, m.debut, m.fin FROM moment m JOIN evenement e ON e.id = m.evenement WHERE m.id = {}",
        moment,
    )
    if temps_du_repas(repas["statut"], repas["debut"], repas["fin"], maintenant) in ("passe", "annule"):
        raise EffectifClos()


async def _est_arrete(moment: UUID) -> bool:
    return await EffectifArrete.exists().where(
        EffectifArrete.moment == moment, EffectifArrete.leve_le.is_null()
    )
