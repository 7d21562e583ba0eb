"""Le décor : le territoire, les structures et leurs membres, les lieux, les cycles.

Commun à la démonstration et aux bases d'essai.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec

from server.comptes.schemas import Auteur
from server.comptes.services import creer_compte
from server.demonstration.contenu import Contenu, LieuEcrit, StructureEcrite
from server.evenements.schemas import CycleDemande
from server.evenements.services import creer_cycle
from server.lieux.schemas import LieuDemande
from server.lieux.services import enregistrer_lieu
from server.socle.base import ecriture
from server.socle.secrets import Clef
from server.socle.textes import en_slug
from server.structures.schemas import StructureDemande
from server.structures.services import enregistrer_structure, rattacher_membre

ANCIENNETE: Final = timedelta(days=400)
"""Depuis quand le réseau s'est équipé : avant le premier évènement de l'année."""


class Decor(msgspec.Struct):
    """Ce que le remplissage garde sous la main. Les dictionnaires vont de la clé écrite à l'adresse réelle."""

    contenu: Contenu
    maintenant: datetime
    url: str
    clef: Clef
    structures: dict[str, str] = {}
    lieux: dict[str, str] = {}
    cycles: dict[str, str] = {}
    images: dict[str, str] = {}
    equipes: dict[str, list[Auteur]] = {}

    @property
    def ouverture(self) -> datetime:
        return self.maintenant - ANCIENNETE

    @property
    def veilleuse(self) -> Auteur:
        """La personne qui veille sur l'installation."""
        return next(auteur for equipe in self.equipes.values() for auteur in equipe if auteur.est_operateur)


@ecriture
async def dresser(decor: Decor) -> None:
    """Les structures et leurs membres, les lieux, les cycles."""
    for ecrite in decor.contenu.structures:
        await ecrire_structure(decor, ecrite)
    # Les lieux de repli d'abord : on y renvoie.
    for lieu in sorted(decor.contenu.lieux, key=lambda lieu: lieu.repli is not None):
        await ecrire_lieu(decor, lieu)
    for cycle in decor.contenu.cycles:
        auteur = decor.equipes[cycle.structure][0]
        demande = CycleDemande(cycle.titre, decor.structures[cycle.structure], cycle.description)
        decor.cycles[cycle.cle] = (await creer_cycle(auteur, demande, decor.ouverture, decor.url)).slug


async def ecrire_structure(decor: Decor, ecrite: StructureEcrite) -> None:
    demande = StructureDemande(
        nom=ecrite.nom,
        genre=ecrite.genre,
        college=ecrite.college,
        description=ecrite.description,
        site=ecrite.site,
        courriel=ecrite.courriel,
        telephone=ecrite.telephone,
        commune=ecrite.commune,
    )
    structure, decor.structures[ecrite.cle] = await enregistrer_structure(demande, decor.ouverture)
    equipe: list[Auteur] = []
    for membre in ecrite.membres:
        prenom, _, role = membre.partition(":")
        courriel = adresse_de(prenom)
        operatrice = not decor.equipes and not equipe
        compte = await creer_compte(courriel, prenom, "fr", decor.ouverture, est_operateur=operatrice)
        await rattacher_membre(structure, compte, "responsable" if role else "membre", decor.ouverture)
        equipe.append(Auteur(compte, prenom, courriel, "fr", operatrice, UUID(int=compte)))
    if equipe:
        decor.equipes[ecrite.cle] = equipe


def adresse_de(prenom: str) -> str:
    """L'adresse d'une personne qui organise : son prénom, dans le domaine réservé."""
    return f"{en_slug(prenom)}@example.org"


async def ecrire_lieu(decor: Decor, lieu: LieuEcrit) -> None:
    demande = LieuDemande(
        nom=lieu.nom,
        commune=lieu.commune,
        description=lieu.description,
        adresse=lieu.adresse,
        lat=lieu.lat,
        lon=lieu.lon,
        interieur=lieu.interieur,
        places_assises=lieu.assis,
        places_debout=lieu.debout,
        cuisine=lieu.cuisine,
        eau=lieu.eau,
        electricite=lieu.electricite,
        acces_pmr=lieu.pmr,
        acces=lieu.acces,
        repli=decor.lieux[lieu.repli] if lieu.repli else None,
        structure=decor.structures[lieu.structure] if lieu.structure else None,
    )
    _, decor.lieux[lieu.cle] = await enregistrer_lieu(demande, decor.ouverture)
