"""Ce que l'on fait faire aux évènements ; une fonction par usage, une transaction chacune.

Sur PostgreSQL, la ligne de l'évènement est verrouillée d'abord, comme le font les inscriptions : une seule écriture à
la fois par évènement. Toute modification monte `version` : deux personnes qui écrivent le même évènement ne
s'effacent jamais l'une l'autre.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

import msgspec

from server.comptes.schemas import Auteur
from server.evenements import permissions, regles
from server.evenements.erreurs import (
    CycleInconnu,
    EvenementDejaPasse,
    EvenementInconnu,
    EvenementModifieAilleurs,
    InvitationClose,
    ModificationApresAnnulation,
    PasMembreDeLaStructure,
    PorteuseIndispensable,
    TransitionImpossible,
)
from server.evenements.faits import (
    EvenementAnnule,
    EvenementModifie,
    EvenementPublie,
    EvenementReporte,
    EvenementRetabli,
)
from server.evenements.lectures import exiger_droit_sur, lire_cycle, lire_equipe, montrer_a_l_equipe
from server.evenements.lignes import Dossier, contenu_de, est_sans_date, etiquettes_de, ouvrir_dossier
from server.evenements.redaction import (
    adresse_libre,
    choisir_adresse,
    decaler_moments,
    ecrire_contenu,
    ecrire_moments,
    mettre_horaires_de_cote,
    recopier_moment,
    tenir_bornes,
    tenir_recherche,
    verifier,
    verrouiller_adresses,
)
from server.evenements.regles import Action
from server.evenements.schemas import (
    CoorganisationDemande,
    CycleDemande,
    CycleVue,
    EvenementDemande,
    EvenementEquipe,
    Motif,
    Reponse,
    ReponseDemande,
    Report,
)
from server.evenements.tables import (
    Coorganisation,
    Cycle,
    Evenement,
    JournalEvenement,
    Moment,
)
from server.lieux.faits import LieuModifie
from server.socle.base import MoteurPostgreSQL, ecriture, moteur_installe
from server.socle.erreurs import DemandeInvalide, ErreurDeChamp
from server.socle.faits import publier, renouveler
from server.socle.textes import en_slug, traduire
from server.structures.faits import StructureModifiee
from server.structures.lectures import identifier_structures, roles_de

TITRE_MAX: Final = 160


# --- écrire ---------------------------------------------------------------------------------------------------------


@ecriture
async def creer_evenement(
    auteur: Auteur, demande: EvenementDemande, maintenant: datetime, url: str
) -> EvenementEquipe:
    """Commence un brouillon ; lève `DemandeInvalide` (tous les champs), `PasMembreDeLaStructure`."""
    slug = await _creer(auteur, demande, maintenant, "cree")
    return await lire_equipe(slug, auteur, maintenant, url)


@ecriture
async def modifier_evenement(
    slug: str, auteur: Auteur, demande: EvenementDemande, maintenant: datetime, url: str
) -> EvenementEquipe:
    """Remplace le contenu d'un évènement, en entier.

    Lève `EvenementModifieAilleurs` si `version` n'est plus la bonne : rien n'est écrasé. Publié, il doit rester
    publiable. Baisser une jauge sous ce qui est pris est permis : personne n'est mis dehors. Lève `ReserveALaPorteuse`.
    """
    evenement = await _verrouiller(auteur, slug, "modifier")
    dossier = await ouvrir_dossier(evenement)
    ligne = dossier.ligne
    _exiger_version(demande, ligne)
    statut = regles.statut_effectif(ligne["statut"], ligne["fin"], maintenant)
    if not regles.est_modifiable(statut):
        raise ModificationApresAnnulation()
    avant, apres = contenu_de(dossier), regles.ranger(demande)
    cles = await verifier(auteur, apres, avant=avant)
    changements = regles.changements(avant, apres)
    if not changements.champs:
        return await lire_equipe(slug, auteur, maintenant, url)
    if statut != "brouillon":
        sans_date = est_sans_date(ligne) and regles.bornes((m.debut, m.fin) for m in apres.moments)[0] is None
        if manques := regles.manques(apres, date_connue=not sans_date):
            raise DemandeInvalide(manques)
        if statut == "termine" and regles.FIGES_APRES & set(changements.champs):
            raise EvenementDejaPasse()
        if changements.deplace and not sans_date and statut != "termine":
            _exiger_a_venir(apres, maintenant)
    version = ligne["version"] + 1
    a_marquer = etiquettes_de(ligne, dossier.coorganisations)
    await ecrire_contenu(evenement, apres, cles)
    await ecrire_moments(evenement, apres.moments, dossier, version, maintenant)
    await _marquer(evenement, version, maintenant, deplace=changements.deplace and statut != "brouillon")
    await _tenir_journal(evenement, auteur, "modifie", ", ".join(changements.champs), version, maintenant)
    if statut != "brouillon":
        publier(
            EvenementModifie(
                evenement=evenement,
                version=version,
                instant=maintenant,
                changements=changements.champs,
                annonce=changements.annonce,
                deplace=changements.deplace,
                ancien_debut=ligne["debut"],
                ancienne_fin=ligne["fin"],
                ancien_lieu=ligne["lieu_id"],
            )
        )
        await _renouveler(evenement, a_marquer)
    return await montrer_a_l_equipe(evenement, auteur, maintenant, url)


@ecriture
async def repondre_a_l_invitation(
    slug: str, auteur: Auteur, demande: ReponseDemande, maintenant: datetime
) -> None:
    """Une structure accepte d'organiser, décline, ou se retire ; sans effet si c'est déjà sa réponse.

    Lève `EvenementInconnu` si elle n'y est pas invitée, `PasMembreDeLaStructure`, `InvitationClose` (elle a décliné :
    on l'invite à nouveau), `PorteuseIndispensable`.
    """
    ligne = await _verrouiller_coorganisation(slug, auteur, demande.structure)
    voulue: Reponse = "acceptee" if demande.reponse == "accepter" else "declinee"
    if ligne["reponse"] == voulue:
        return
    if ligne["reponse"] == "declinee":
        raise InvitationClose()
    if ligne["part"] == "porteuse":
        raise PorteuseIndispensable()
    evenement = ligne["evenement"]
    await Coorganisation.update({Coorganisation.reponse: voulue}).where(Coorganisation.id == ligne["id"])
    await tenir_recherche(evenement)
    dossier = await ouvrir_dossier(evenement)
    avant = dossier.ligne
    version = avant["version"] + 1
    await _marquer(evenement, version, maintenant, deplace=False)
    acte = "accepte" if voulue == "acceptee" else "decline"
    await _tenir_journal(evenement, auteur, acte, ligne["nom"], version, maintenant)
    if avant["statut"] != "brouillon":
        publier(
            EvenementModifie(
                evenement=evenement,
                version=version,
                instant=maintenant,
                changements=("coorganisations",),
                annonce=False,
                deplace=False,
                ancien_debut=avant["debut"],
                ancienne_fin=avant["fin"],
                ancien_lieu=avant["lieu_id"],
            )
        )
        await _renouveler(evenement)


async def _verrouiller_coorganisation(slug: str, auteur: Auteur, structure: str) -> dict[str, Any]:
    """La place d'une structure dans un évènement verrouillé, pour qui peut répondre en son nom."""
    cle = (await identifier_structures([structure])).get(structure)
    connu = await Evenement.select(Evenement.id).where(Evenement.slug == slug).first()
    if cle is None or connu is None:
        raise EvenementInconnu()
    if not permissions.peut_repondre_pour(auteur, await roles_de(auteur.compte), cle):
        await exiger_droit_sur(auteur, slug, "voir")
        raise PasMembreDeLaStructure()
    await _tenir(connu["id"])
    lignes: list[dict[str, Any]] = await Coorganisation.raw(
        "SELECT o.id, o.evenement, o.part, o.reponse, s.nom FROM coorganisation o JOIN structure s ON s.id = o.structure "
        "WHERE o.evenement = {} AND o.structure = {}",
        connu["id"],
        cle,
    )
    if not lignes:
        raise EvenementInconnu()
    return lignes[0]


@ecriture
async def dupliquer_evenement(
    slug: str, auteur: Auteur, debut: datetime | None, maintenant: datetime, url: str
) -> EvenementEquipe:
    """Recopie un évènement en brouillon, à une autre date (mêmes heures) ou sans date. Les inscriptions restent."""
    evenement = await exiger_droit_sur(auteur, slug, "modifier")
    dossier = await ouvrir_dossier(evenement)
    ancien_debut = dossier.ligne["debut"]
    decale = debut if ancien_debut is not None else None
    if debut is not None and not regles.est_date_plausible(debut):
        raise DemandeInvalide([ErreurDeChamp("debut", "date_hors_bornes")])
    contenu = contenu_de(dossier)
    structure, coorganisations = await _structures_de_la_copie(auteur, dossier)
    copie = msgspec.structs.replace(
        contenu,
        structure=structure,
        coorganisations=coorganisations,
        titre=traduire(auteur.langue, "evenements.copie", titre=contenu.titre)[:TITRE_MAX],
        moments=[recopier_moment(moment, ancien_debut, decale) for moment in contenu.moments],
        cloture_le=None
        if decale is None or contenu.cloture_le is None
        else regles.decaler(contenu.cloture_le, ancien_debut, decale),
        inscriptions_closes=False,
    )
    nouveau = await _creer(auteur, copie, maintenant, "duplique", slug)
    return await lire_equipe(nouveau, auteur, maintenant, url)


async def _structures_de_la_copie(
    auteur: Auteur, dossier: Dossier
) -> tuple[str, list[CoorganisationDemande]]:
    """La porteuse reste, si la personne en est membre ; sinon c'est la sienne qui porte la copie."""
    roles = await roles_de(auteur.compte)
    presentes = [c for c in dossier.coorganisations if c["reponse"] == "acceptee"]
    porteuse = next(c for c in presentes if c["part"] == "porteuse")
    siennes = [c for c in presentes if c["structure_id"] in roles and c["part"] in permissions.ORGANISENT]
    choisie = porteuse if auteur.est_operateur or porteuse in siennes else siennes[0]
    autres = [
        CoorganisationDemande(c["slug"], "coorganisatrice" if c["part"] == "porteuse" else c["part"])
        for c in presentes
        if c is not choisie
    ]
    return choisie["slug"], autres


@ecriture
async def supprimer_brouillon(slug: str, auteur: Auteur, maintenant: datetime) -> None:
    """Efface un brouillon ; lève `TransitionImpossible` dès qu'il a été publié."""
    evenement = await _verrouiller(auteur, slug, "modifier")
    ligne = (await ouvrir_dossier(evenement)).ligne
    _exiger_transition("supprimer", ligne, maintenant)
    await Moment.delete().where(Moment.evenement == evenement)
    await Evenement.delete().where(Evenement.id == evenement)


# --- faire vivre ----------------------------------------------------------------------------------------------------


@ecriture
async def publier_evenement(slug: str, auteur: Auteur, maintenant: datetime, url: str) -> EvenementEquipe:
    """Annonce un brouillon à tous ; lève `DemandeInvalide` avec tout ce qui manque. Son adresse ne changera plus."""
    evenement = await _verrouiller(auteur, slug, "publier")
    dossier = await ouvrir_dossier(evenement)
    ligne, contenu = dossier.ligne, contenu_de(dossier)
    _exiger_transition("publier", ligne, maintenant)
    if manques := regles.manques(contenu):
        raise DemandeInvalide(manques)
    _exiger_a_venir(contenu, maintenant)
    version = ligne["version"] + 1
    definitif = await choisir_adresse(contenu.titre, ligne["debut"], sauf=evenement)
    await Evenement.update(
        {Evenement.statut: "publie", Evenement.slug: definitif, Evenement.publie_le: maintenant}
    ).where(Evenement.id == evenement)
    await _marquer(evenement, version, maintenant, deplace=True)
    await _tenir_journal(evenement, auteur, "publie", "", version, maintenant)
    publier(EvenementPublie(evenement=evenement, version=version, instant=maintenant))
    await _renouveler(evenement)
    return await lire_equipe(definitif, auteur, maintenant, url)


@ecriture
async def reporter_evenement(
    slug: str, auteur: Auteur, demande: Report, maintenant: datetime, url: str
) -> EvenementEquipe:
    """Reporte à une nouvelle date (chaque moment garde son heure et ses écarts), ou à une date à venir.

    Sans date, l'horaire des moments est mis de côté ; il reprend sa forme quand la date est connue.
    """
    evenement = await _verrouiller(auteur, slug, "annuler")
    dossier = await ouvrir_dossier(evenement)
    ligne = dossier.ligne
    _exiger_transition("reporter", ligne, maintenant)
    _verifier_report(demande, ligne, maintenant)
    reference = ligne["debut"] or ligne["debut_initial"]
    if demande.debut is None:
        await mettre_horaires_de_cote(dossier)
    else:
        await decaler_moments(dossier, reference, demande.debut)
    cloture_le = ligne["cloture_le"]
    if demande.debut is not None and cloture_le is not None and reference is not None:
        cloture_le = regles.decaler(cloture_le, reference, demande.debut)
    version = ligne["version"] + 1
    await Evenement.update(
        {
            Evenement.statut: "reporte",
            Evenement.motif: demande.motif,
            Evenement.debut_initial: reference,
            Evenement.cloture_le: cloture_le,
        }
    ).where(Evenement.id == evenement)
    await tenir_bornes(evenement)
    await _marquer(evenement, version, maintenant, deplace=True)
    await _tenir_journal(evenement, auteur, "reporte", demande.motif, version, maintenant)
    publier(
        EvenementReporte(
            evenement=evenement,
            version=version,
            instant=maintenant,
            ancien_debut=ligne["debut"],
            ancienne_fin=ligne["fin"],
        )
    )
    await _renouveler(evenement)
    return await lire_equipe(slug, auteur, maintenant, url)


@ecriture
async def annuler_evenement(
    slug: str, auteur: Auteur, demande: Motif, maintenant: datetime, url: str
) -> EvenementEquipe:
    """Annule, avec une raison dite à tous. Les inscriptions restent telles quelles : on pourra rétablir."""
    evenement = await _verrouiller(auteur, slug, "annuler")
    ligne = (await ouvrir_dossier(evenement)).ligne
    _exiger_transition("annuler", ligne, maintenant)
    changes: dict[Any, Any] = {
        Evenement.statut: "annule",
        Evenement.statut_avant_annulation: ligne["statut"],
        Evenement.motif: demande.motif,
    }
    version = await _changer_statut(evenement, auteur, "annule", demande.motif, changes, ligne, maintenant)
    publier(EvenementAnnule(evenement=evenement, version=version, instant=maintenant))
    return await lire_equipe(slug, auteur, maintenant, url)


@ecriture
async def retablir_evenement(
    slug: str, auteur: Auteur, demande: Motif, maintenant: datetime, url: str
) -> EvenementEquipe:
    """Rend un évènement annulé à ce qu'il était, avec une raison dite à tous."""
    evenement = await _verrouiller(auteur, slug, "annuler")
    ligne = (await ouvrir_dossier(evenement)).ligne
    _exiger_transition("retablir", ligne, maintenant)
    changes: dict[Any, Any] = {
        Evenement.statut: ligne["statut_avant_annulation"] or "publie",
        Evenement.statut_avant_annulation: None,
        Evenement.motif: demande.motif,
    }
    version = await _changer_statut(evenement, auteur, "retabli", demande.motif, changes, ligne, maintenant)
    publier(EvenementRetabli(evenement=evenement, version=version, instant=maintenant))
    return await lire_equipe(slug, auteur, maintenant, url)


# --- cycles ---------------------------------------------------------------------------------------------------------


@ecriture
async def creer_cycle(auteur: Auteur, demande: CycleDemande, maintenant: datetime, url: str) -> CycleVue:
    """Ouvre un cycle au nom d'une structure dont on est membre."""
    structure = await _structure_ou_refus(auteur, demande.structure)
    await verrouiller_adresses()
    slug = await adresse_libre(en_slug(demande.titre), Cycle)
    await Cycle.insert(
        Cycle(
            slug=slug,
            titre=demande.titre,
            description=demande.description,
            structure=structure,
            cree_le=maintenant,
        )
    )
    renouveler("agenda", f"structure:{structure}")
    return await lire_cycle(slug, url)


@ecriture
async def modifier_cycle(slug: str, auteur: Auteur, demande: CycleDemande, url: str) -> CycleVue:
    """Change un cycle ; lève `CycleInconnu`, `PasMembreDeLaStructure`. Son adresse ne change pas."""
    ligne = await Cycle.select(Cycle.id, Cycle.structure).where(Cycle.slug == slug).first()
    if ligne is None:
        raise CycleInconnu()
    if not permissions.peut_creer_pour(auteur, await roles_de(auteur.compte), ligne["structure"]):
        raise PasMembreDeLaStructure()
    structure = await _structure_ou_refus(auteur, demande.structure)
    await Cycle.update(
        {Cycle.titre: demande.titre, Cycle.description: demande.description, Cycle.structure: structure}
    ).where(Cycle.id == ligne["id"])
    renouveler("agenda", f"cycle:{ligne['id']}", f"structure:{structure}", f"structure:{ligne['structure']}")
    return await lire_cycle(slug, url)


async def _structure_ou_refus(auteur: Auteur, slug: str) -> int:
    structure = (await identifier_structures([slug])).get(slug)
    if structure is None:
        raise DemandeInvalide([ErreurDeChamp("structure", "structure_inconnue")])
    if not permissions.peut_creer_pour(auteur, await roles_de(auteur.compte), structure):
        raise PasMembreDeLaStructure()
    return structure


# --- faits d'ailleurs -----------------------------------------------------------------------------------------------


async def suivre_structure_modifiee(fait: StructureModifiee) -> None:
    """Une structure a changé de nom : les évènements où elle est se cherchent sous le nouveau."""
    lignes = await Coorganisation.select(Coorganisation.evenement).where(
        Coorganisation.structure == fait.structure
    )
    await _suivre({ligne["evenement"] for ligne in lignes}, fait.visible_le)


async def suivre_lieu_modifie(fait: LieuModifie) -> None:
    """Un lieu a changé de nom ou de commune : les évènements qui s'y passent se cherchent sous le nouveau."""
    lignes = await Evenement.select(Evenement.id).where(Evenement.lieu == fait.lieu)
    await _suivre({ligne["id"] for ligne in lignes}, fait.visible_le)


async def _suivre(evenements: Iterable[int], visible_le: datetime | None) -> None:
    for evenement in sorted(evenements):
        await tenir_recherche(evenement)
        if visible_le is not None:
            # Le nom est écrit dans les calendriers : leur `SEQUENCE` doit monter. Un brouillon n'est dans aucun.
            await Evenement.update(
                {Evenement.version: Evenement.version + 1, Evenement.modifie_le: visible_le}
            ).where(Evenement.id == evenement, Evenement.statut != "brouillon")
        renouveler(f"evenement:{evenement}")
    renouveler("agenda")


# --- exigences ------------------------------------------------------------------------------------------------------


async def _verrouiller(auteur: Auteur, slug: str, droit: Any) -> int:
    """L'évènement, verrouillé jusqu'à la fin de la transaction, si la personne y a ce droit."""
    evenement = await exiger_droit_sur(auteur, slug, droit)
    await _tenir(evenement)
    return evenement


async def _tenir(evenement: int) -> None:
    if isinstance(moteur_installe(), MoteurPostgreSQL):
        await Evenement.raw("SELECT id FROM evenement WHERE id = {} FOR UPDATE", evenement)


def _exiger_version(demande: EvenementDemande, ligne: dict[str, Any]) -> None:
    if demande.version is None:
        raise DemandeInvalide([ErreurDeChamp("version", "version_manquante")])
    if demande.version != ligne["version"]:
        raise EvenementModifieAilleurs(version=ligne["version"])


def _exiger_transition(action: Action, ligne: dict[str, Any], maintenant: datetime) -> None:
    statut = regles.statut_effectif(ligne["statut"], ligne["fin"], maintenant)
    if action not in regles.actions_possibles(statut, ligne["fin"], maintenant):
        raise TransitionImpossible(action=action, statut=statut)


def _exiger_a_venir(contenu: EvenementDemande, maintenant: datetime) -> None:
    _, fin = regles.bornes((m.debut, m.fin) for m in contenu.moments)
    if fin is None or fin <= maintenant:
        raise DemandeInvalide([ErreurDeChamp("moments.0.debut", "date_passee")])


def _verifier_report(demande: Report, ligne: dict[str, Any], maintenant: datetime) -> None:
    if demande.debut is None:
        return
    if not regles.est_date_plausible(demande.debut):
        raise DemandeInvalide([ErreurDeChamp("debut", "date_hors_bornes")])
    if demande.debut <= maintenant:
        raise DemandeInvalide([ErreurDeChamp("debut", "date_passee")])
    if demande.debut == ligne["debut"]:
        raise DemandeInvalide([ErreurDeChamp("debut", "date_identique")])


# --- écritures communes ---------------------------------------------------------------------------------------------


async def _creer(
    auteur: Auteur, demande: EvenementDemande, maintenant: datetime, acte: str, details: str = ""
) -> str:
    contenu = regles.ranger(demande)
    cles = await verifier(auteur, contenu)
    debut, _ = regles.bornes((m.debut, m.fin) for m in contenu.moments)
    slug = await choisir_adresse(contenu.titre, debut)
    lignes = await Evenement.insert(
        Evenement(
            uid=uuid4(),
            slug=slug,
            titre=contenu.titre,
            cree_par=auteur.compte,
            cree_le=maintenant,
            modifie_le=maintenant,
        )
    )
    evenement = int(lignes[0]["id"])
    await ecrire_contenu(evenement, contenu, cles)
    await ecrire_moments(evenement, contenu.moments, None, 1, maintenant)
    await _tenir_journal(evenement, auteur, acte, details, 1, maintenant)
    return slug


async def _changer_statut(
    evenement: int,
    auteur: Auteur,
    acte: str,
    motif: str,
    changes: dict[Any, Any],
    ligne: dict[str, Any],
    maintenant: datetime,
) -> int:
    version = int(ligne["version"]) + 1
    await Evenement.update(changes).where(Evenement.id == evenement)
    await _marquer(evenement, version, maintenant, deplace=False)
    await _tenir_journal(evenement, auteur, acte, motif, version, maintenant)
    await _renouveler(evenement)
    return version


async def _marquer(evenement: int, version: int, maintenant: datetime, *, deplace: bool) -> None:
    changes: dict[Any, Any] = {Evenement.version: version, Evenement.modifie_le: maintenant}
    if deplace:
        changes[Evenement.version_deplacement] = version
    await Evenement.update(changes).where(Evenement.id == evenement)


async def _tenir_journal(
    evenement: int, auteur: Auteur, acte: str, details: str, version: int, maintenant: datetime
) -> None:
    await JournalEvenement.insert(
        JournalEvenement(
            evenement=evenement,
            instant=maintenant,
            compte=auteur.compte,
            acte=acte,
            details=details[:500],
            version=version,
        )
    )


async def _renouveler(evenement: int, avant: frozenset[str] = frozenset()) -> None:
    """Périme les listes, la page de l'évènement, et les pages de ce qu'il montre, avant et après le changement."""
    dossier = await ouvrir_dossier(evenement)
    renouveler("agenda", *avant, *etiquettes_de(dossier.ligne, dossier.coorganisations))
