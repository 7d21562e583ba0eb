"""Écrire le contenu d'un évènement : vérifier ce qu'il désigne, puis poser ses lignes.

Tout se joue dans l'unité d'écriture du service appelant.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

import msgspec

from server.comptes.schemas import Auteur
from server.evenements import permissions, regles
from server.evenements.erreurs import PasMembreDeLaStructure, ReserveALaPorteuse
from server.evenements.faits import JaugeChangee, MomentRetire
from server.evenements.lignes import Dossier, ouvrir_dossier
from server.evenements.schemas import EvenementDemande, MomentDemande, Part, PrixDemande
from server.evenements.tables import (
    Coorganisation,
    Cycle,
    Evenement,
    EvenementEtiquette,
    HoraireEnAttente,
    Image,
    Moment,
    Tarif,
    Theme,
)
from server.lieux.tables import Lieu
from server.socle.base import MoteurPostgreSQL, moteur_installe
from server.socle.erreurs import DemandeInvalide, ErreurDeChamp
from server.socle.faits import publier
from server.socle.temps import a_paris
from server.socle.textes import en_slug, plier, traduire
from server.structures.lectures import identifier_structures, roles_de

VERROU_ADRESSES: Final = 0x7AB1E5
"""Verrou PostgreSQL : deux évènements du même titre n'auront jamais la même adresse."""

ADRESSE_MAX: Final = 90


class Cles(msgspec.Struct):
    """Ce que désignent les slugs d'un contenu, une fois vérifiés."""

    structures: dict[str, int]
    siennes: frozenset[str]
    """Celles dont la personne qui écrit est membre."""
    lieu: int | None
    lieu_repli: int | None
    cycle: int | None
    image: int | None


async def verifier(auteur: Auteur, contenu: EvenementDemande, avant: EvenementDemande | None = None) -> Cles:
    """Tout ce que ce contenu a d'impossible, en une fois ; sinon, les clés de ce qu'il désigne."""
    erreurs = regles.incoherences(contenu)
    structures = await identifier_structures(
        _structures_de(contenu) + (_structures_de(avant) if avant else [])
    )
    if contenu.structure not in structures:
        erreurs.append(ErreurDeChamp("structure", "structure_inconnue"))
    erreurs += [
        ErreurDeChamp(f"coorganisations.{rang}.structure", "structure_inconnue")
        for rang, c in enumerate(contenu.coorganisations)
        if c.structure not in structures
    ]
    lieux = await _identifier(Lieu, [contenu.lieu, contenu.lieu_repli])
    erreurs += [
        ErreurDeChamp(champ, "lieu_inconnu")
        for champ in ("lieu", "lieu_repli")
        if (slug := getattr(contenu, champ)) is not None and slug not in lieux
    ]
    cycles = await _identifier(Cycle, [contenu.cycle])
    if contenu.cycle is not None and contenu.cycle not in cycles:
        erreurs.append(ErreurDeChamp("cycle", "cycle_inconnu"))
    image = None
    if contenu.image is not None:
        ligne = await Image.select(Image.id).where(Image.empreinte == contenu.image.empreinte).first()
        image = ligne["id"] if ligne else None
        if image is None:
            erreurs.append(ErreurDeChamp("image", "image_inconnue"))
    connus = {moment.id for moment in avant.moments} if avant else set()
    erreurs += [
        ErreurDeChamp(f"moments.{rang}.id", "moment_inconnu")
        for rang, moment in enumerate(contenu.moments)
        if moment.id is not None and moment.id not in connus
    ]
    if erreurs:
        raise DemandeInvalide(erreurs)
    roles = await roles_de(auteur.compte)
    siennes = frozenset(slug for slug, cle in structures.items() if cle in roles)
    if (
        avant is not None
        and regles.touche_aux_autres(avant, contenu, siennes)
        and not permissions.peut_changer_les_autres(auteur, roles, structures[avant.structure])
    ):
        raise ReserveALaPorteuse()
    if (avant is None or contenu.structure != avant.structure) and not permissions.peut_creer_pour(
        auteur, roles, structures[contenu.structure]
    ):
        raise PasMembreDeLaStructure()
    return Cles(
        structures=structures,
        siennes=siennes,
        lieu=lieux.get(contenu.lieu or ""),
        lieu_repli=lieux.get(contenu.lieu_repli or ""),
        cycle=cycles.get(contenu.cycle or ""),
        image=image,
    )


def _structures_de(contenu: EvenementDemande) -> list[str]:
    return [contenu.structure, *(c.structure for c in contenu.coorganisations)]


async def _identifier(table: type[Lieu] | type[Cycle], slugs: Iterable[str | None]) -> dict[str, int]:
    demandes = [slug for slug in slugs if slug is not None]
    if not demandes:
        return {}
    lignes = await table.select(table.id, table.slug).where(table.slug.is_in(demandes))
    return {ligne["slug"]: ligne["id"] for ligne in lignes}


# --- contenu et programme --------------------------------------------------------------------------------------------


async def ecrire_contenu(evenement: int, contenu: EvenementDemande, cles: Cles) -> None:
    """Écrit tout sauf les moments, qui ont leur propre vie."""
    image = contenu.image
    await Evenement.update(
        {
            Evenement.titre: contenu.titre,
            Evenement.resume: contenu.resume,
            Evenement.description: contenu.description,
            Evenement.lieu: cles.lieu,
            Evenement.lieu_repli: cles.lieu_repli,
            Evenement.en_ligne: contenu.en_ligne,
            Evenement.lien_en_ligne: contenu.lien_en_ligne,
            Evenement.cycle: cles.cycle,
            Evenement.acces: contenu.acces,
            Evenement.venir: contenu.venir,
            Evenement.a_apporter: contenu.a_apporter,
            Evenement.image: cles.image,
            Evenement.image_alt: image.alt if image else "",
            Evenement.image_credit: image.credit if image else "",
            Evenement.licence: contenu.licence,
            Evenement.paiement: contenu.paiement,
            Evenement.moyens_paiement: list(contenu.moyens_paiement),
            Evenement.monnaie_locale: contenu.monnaie_locale,
            Evenement.inscriptions_closes: contenu.inscriptions_closes,
            Evenement.cloture_le: contenu.cloture_le,
            Evenement.attente: contenu.attente,
            Evenement.taille_max: contenu.taille_max,
        }
    ).where(Evenement.id == evenement)
    await _ecrire_etiquettes(evenement, contenu)
    await _ecrire_structures(evenement, contenu, cles)


async def _ecrire_etiquettes(evenement: int, contenu: EvenementDemande) -> None:
    themes = {en_slug(nom, ADRESSE_MAX): nom for nom in reversed(contenu.themes)}
    for slug, nom in themes.items():
        # Un thème déjà connu garde son écriture : « Eau » ne devient pas « EAU » parce qu'on l'a tapé ainsi.
        await Theme.raw(
            "INSERT INTO theme (slug, nom) VALUES ({}, {}) ON CONFLICT (slug) DO NOTHING", slug, nom
        )
    await EvenementEtiquette.delete().where(EvenementEtiquette.evenement == evenement)
    rangees = [("format", valeur) for valeur in contenu.formats] + [
        ("theme", slug) for slug in reversed(themes)
    ]
    if rangees:
        await EvenementEtiquette.insert(
            *(
                EvenementEtiquette(evenement=evenement, genre=genre, valeur=valeur, rang=rang)
                for rang, (genre, valeur) in enumerate(rangees)
            )
        )


async def _ecrire_structures(evenement: int, contenu: EvenementDemande, cles: Cles) -> None:
    """La porteuse d'abord. Une structure déjà là garde sa réponse ; une autre est invitée."""
    lignes = await Coorganisation.select(
        Coorganisation.structure, Coorganisation.part, Coorganisation.reponse
    ).where(Coorganisation.evenement == evenement)
    avant = {ligne["structure"]: (ligne["part"], ligne["reponse"]) for ligne in lignes}
    await Coorganisation.delete().where(Coorganisation.evenement == evenement)
    parts: list[tuple[str, Part]] = [
        (contenu.structure, "porteuse"),
        *((c.structure, c.part) for c in contenu.coorganisations),
    ]
    await Coorganisation.insert(
        *(
            Coorganisation(
                evenement=evenement,
                structure=cles.structures[slug],
                part=part,
                reponse=regles.reponse_ecrite(
                    part, avant.get(cles.structures[slug]), au_nom_des_siens=slug in cles.siennes
                ),
                rang=rang,
            )
            for rang, (slug, part) in enumerate(parts)
        )
    )


async def ecrire_moments(
    evenement: int, moments: list[MomentDemande], dossier: Dossier | None, version: int, maintenant: datetime
) -> None:
    """Met le programme à jour. Un moment annoncé qui disparaît est gardé, retiré : des présences y renvoient."""
    anciens = {m["id"]: m for m in dossier.moments} if dossier else {}
    annonce = dossier is not None and dossier.ligne["statut"] != "brouillon"
    gardes = {moment.id for moment in moments if moment.id is not None}
    for cle in anciens.keys() - gardes:
        if annonce:
            await Moment.update({Moment.retire_le: maintenant}).where(Moment.id == cle)
            publier(MomentRetire(evenement=evenement, version=version, instant=maintenant, moment=cle))
        else:
            await Moment.delete().where(Moment.id == cle)
    for rang, moment in enumerate(moments):
        ancien = anciens.get(moment.id) if moment.id is not None else None
        if ancien is None or moment.id is None:
            cle = uuid4()
            await Moment.insert(_moment(cle, evenement, rang, moment))
            await _ecrire_tarifs(cle, moment.prix, set())
            continue
        cle = moment.id
        await Moment.update(
            {
                Moment.rang: rang,
                Moment.genre: moment.genre,
                Moment.titre: moment.titre,
                Moment.description: moment.description,
                Moment.debut: moment.debut,
                Moment.fin: moment.fin,
                Moment.jauge: moment.jauge,
                Moment.sur_inscription: moment.sur_inscription,
                Moment.prix_mode: moment.prix.mode,
                Moment.prix_conseille_centimes: moment.prix.conseille_centimes,
                Moment.prix_minimum_centimes: moment.prix.minimum_centimes,
            }
        ).where(Moment.id == cle)
        await _ecrire_tarifs(
            cle, moment.prix, {t["id"] for t in dossier.tarifs.get(cle, [])} if dossier else set()
        )
        if annonce and moment.jauge != ancien["jauge"]:
            publier(
                JaugeChangee(
                    evenement=evenement,
                    version=version,
                    instant=maintenant,
                    moment=cle,
                    ancienne=ancien["jauge"],
                    nouvelle=moment.jauge,
                )
            )
    if anciens and any(moment.debut is not None for moment in moments):
        await HoraireEnAttente.delete().where(HoraireEnAttente.moment.is_in(list(anciens)))
    await tenir_bornes(evenement)
    await tenir_recherche(evenement)


def _moment(cle: UUID, evenement: int, rang: int, moment: MomentDemande) -> Moment:
    return Moment(
        id=cle,
        evenement=evenement,
        rang=rang,
        genre=moment.genre,
        titre=moment.titre,
        description=moment.description,
        debut=moment.debut,
        fin=moment.fin,
        jauge=moment.jauge,
        sur_inscription=moment.sur_inscription,
        prix_mode=moment.prix.mode,
        prix_conseille_centimes=moment.prix.conseille_centimes,
        prix_minimum_centimes=moment.prix.minimum_centimes,
    )


async def _ecrire_tarifs(moment: UUID, prix: PrixDemande, anciens: set[UUID]) -> None:
    """Un tarif reconnu garde son identifiant : qui l'avait choisi le garde aussi."""
    gardes = {tarif.id for tarif in prix.tarifs if tarif.id in anciens}
    for perdu in anciens - gardes:
        await Tarif.delete().where(Tarif.id == perdu)
    for rang, tarif in enumerate(prix.tarifs):
        if tarif.id in gardes:
            await Tarif.update(
                {
                    Tarif.rang: rang,
                    Tarif.nom: tarif.nom,
                    Tarif.montant_centimes: tarif.montant_centimes,
                    Tarif.precision: tarif.precision,
                }
            ).where(Tarif.id == tarif.id)
        else:
            await Tarif.insert(
                Tarif(
                    id=uuid4(),
                    moment=moment,
                    rang=rang,
                    nom=tarif.nom,
                    montant_centimes=tarif.montant_centimes,
                    precision=tarif.precision,
                )
            )


def recopier_moment(
    moment: MomentDemande, ancien: datetime | None, nouveau: datetime | None
) -> MomentDemande:
    debut = fin = None
    if ancien is not None and nouveau is not None and moment.debut is not None:
        debut, fin = regles.decaler_horaire(moment.debut, moment.fin, ancien, nouveau)
    tarifs = [msgspec.structs.replace(tarif, id=None) for tarif in moment.prix.tarifs]
    prix = msgspec.structs.replace(moment.prix, tarifs=tarifs)
    return msgspec.structs.replace(moment, id=None, debut=debut, fin=fin, prix=prix)


async def mettre_horaires_de_cote(dossier: Dossier) -> None:
    """Garde la forme du programme tant que la date n'est pas connue."""
    for m in dossier.moments:
        if m["debut"] is not None:
            await HoraireEnAttente.insert(HoraireEnAttente(moment=m["id"], debut=m["debut"], fin=m["fin"]))
            await Moment.update({Moment.debut: None, Moment.fin: None}).where(Moment.id == m["id"])


async def decaler_moments(dossier: Dossier, reference: datetime | None, nouveau: datetime) -> None:
    """Déplace chaque moment d'autant que l'évènement, d'après son horaire ou celui qui avait été mis de côté."""
    cles = [m["id"] for m in dossier.moments]
    lignes = await HoraireEnAttente.select(
        HoraireEnAttente.moment, HoraireEnAttente.debut, HoraireEnAttente.fin
    ).where(HoraireEnAttente.moment.is_in(cles))
    horaires = {ligne["moment"]: (ligne["debut"], ligne["fin"]) for ligne in lignes}
    horaires |= {m["id"]: (m["debut"], m["fin"]) for m in dossier.moments if m["debut"] is not None}
    if not horaires:
        # Le programme a été réécrit sans heures entre-temps : c'est lui qu'il faut compléter.
        raise DemandeInvalide([ErreurDeChamp("moments.0.debut", "debut_manquant")])
    # Des moments ont pu être retirés depuis : c'est le premier de ceux qui restent qui commence à la date dite.
    depart = min((debut for debut, _ in horaires.values()), default=reference)
    for m in dossier.moments:
        ancien, ancienne_fin = horaires.get(m["id"], (None, None))
        if ancien is not None and depart is not None:
            debut, fin = regles.decaler_horaire(ancien, ancienne_fin, depart, nouveau)
            await Moment.update({Moment.debut: debut, Moment.fin: fin}).where(Moment.id == m["id"])
    await HoraireEnAttente.delete().where(HoraireEnAttente.moment.is_in(cles))


# --- ce qui se déduit ------------------------------------------------------------------------------------------------


async def tenir_bornes(evenement: int) -> None:
    """Recalcule début et fin d'après les moments qui restent."""
    lignes = await Moment.select(Moment.debut, Moment.fin).where(
        Moment.evenement == evenement, Moment.retire_le.is_null()
    )
    debut, fin = regles.bornes((ligne["debut"], ligne["fin"]) for ligne in lignes)
    await Evenement.update({Evenement.debut: debut, Evenement.fin: fin}).where(Evenement.id == evenement)


async def tenir_recherche(evenement: int) -> None:
    """Recompose ce que `q` parcourt : titre, résumé, lieu, commune, structures, thèmes, formats, pliés."""
    dossier = await ouvrir_dossier(evenement)
    ligne = dossier.ligne
    morceaux = [
        ligne["titre"],
        ligne["resume"],
        ligne["lieu_nom"] or "",
        ligne["lieu_commune_nom"] or "",
        *(c["nom"] for c in dossier.coorganisations if c["reponse"] == "acceptee"),
        *(e["nom"] for e in dossier.etiquettes if e["genre"] == "theme"),
        *(traduire("fr", f"formats.{e['valeur']}") for e in dossier.etiquettes if e["genre"] == "format"),
        *(m["titre"] for m in dossier.moments),
    ]
    await Evenement.update({Evenement.recherche: plier(" ".join(morceaux))}).where(Evenement.id == evenement)


async def choisir_adresse(titre: str, debut: datetime | None, sauf: int = 0) -> str:
    """Une adresse lisible et libre : le titre, puis le jour."""
    await verrouiller_adresses()
    base = en_slug(titre)
    if debut is not None:
        base = f"{base}-{a_paris(debut):%Y-%m-%d}"
    return await adresse_libre(base, Evenement, sauf)


async def adresse_libre(base: str, table: type[Evenement] | type[Cycle], sauf: int = 0) -> str:
    lignes = await table.select(table.slug).where(table.slug.like(f"{base}%"), table.id != sauf)
    prises = {ligne["slug"] for ligne in lignes}
    if base not in prises:
        return base
    rang = 2
    while f"{base}-{rang}" in prises:
        rang += 1
    return f"{base}-{rang}"


async def verrouiller_adresses() -> None:
    if isinstance(moteur_installe(), MoteurPostgreSQL):
        await Evenement.raw("SELECT pg_advisory_xact_lock({})", VERROU_ADRESSES)
