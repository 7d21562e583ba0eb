"""Une petite association, ses gens et ses lieux, pour les essais d'évènements."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from server.comptes.schemas import Auteur
from server.evenements import services
from server.evenements.schemas import (
    CoorganisationDemande,
    EvenementDemande,
    EvenementEquipe,
    MomentDemande,
    PrixDemande,
)
from server.lieux.tables import Lieu
from server.socle.temps import PARIS
from server.structures.tables import Structure
from tests.fabriques import un_compte, un_lieu, une_structure

URL = "http://localhost:8000"
LUNDI = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


def a(mois: int, jour: int, heure: int, minute: int = 0, annee: int = 2026) -> datetime:
    """Une heure de Paris, en UTC."""
    return datetime(annee, mois, jour, heure, minute, tzinfo=PARIS).astimezone(UTC)


class Jeu(msgspec.Struct):
    """Nadia est membre de la structure, Malik d'aucune."""

    nadia: Auteur
    malik: Auteur
    structure: int
    structure_slug: str
    lieu: int
    lieu_slug: str


def auteur(compte: int, prenom: str, *, operateur: bool = False) -> Auteur:
    return Auteur(
        compte,
        prenom,
        f"{prenom}@example.org".lower(),
        "fr",
        est_operateur=operateur,
        session=UUID(int=compte),
    )


async def poser_le_jeu() -> Jeu:
    nadia, malik = await un_compte(prenom="Nadia"), await un_compte(prenom="Malik")
    structure = await une_structure("La Fabrique", {nadia: "membre"})
    lieu = await un_lieu("Foyer rural")
    [ligne_s] = await Structure.select(Structure.slug).where(Structure.id == structure)
    [ligne_l] = await Lieu.select(Lieu.slug).where(Lieu.id == lieu)
    return Jeu(
        auteur(nadia, "Nadia"), auteur(malik, "Malik"), structure, ligne_s["slug"], lieu, ligne_l["slug"]
    )


def une_demande(jeu: Jeu, **champs: Any) -> EvenementDemande:
    """Une soirée publiable : débat gratuit à 19 h, banquet à prix libre à 20 h 30, le 12 juin."""
    ordinaires: dict[str, Any] = {
        "titre": "Éteindre les incendies",
        "structure": jeu.structure_slug,
        "resume": "Une conférence gesticulée, puis un banquet.",
        "formats": ["conference_gesticulee"],
        "themes": ["Eau"],
        "lieu": jeu.lieu_slug,
        "moments": [
            MomentDemande("reflexion", titre="Qui a allumé le feu", debut=a(6, 12, 19), fin=a(6, 12, 20, 30)),
            MomentDemande(
                "banquet", debut=a(6, 12, 20, 30), fin=a(6, 13, 0), jauge=80, prix=PrixDemande("libre", 1200)
            ),
        ],
    }
    return EvenementDemande(**{**ordinaires, **champs})


async def un_brouillon(jeu: Jeu, maintenant: datetime = LUNDI, **champs: Any) -> EvenementEquipe:
    return await services.creer_evenement(jeu.nadia, une_demande(jeu, **champs), maintenant, URL)


async def un_publie(jeu: Jeu, maintenant: datetime = LUNDI, **champs: Any) -> EvenementEquipe:
    brouillon = await un_brouillon(jeu, maintenant, **champs)
    return await services.publier_evenement(brouillon.slug, jeu.nadia, maintenant, URL)


def redemander(vue: EvenementEquipe, **changes: Any) -> EvenementDemande:
    """Ce que l'application renvoie : tout ce qu'elle a lu, avec ces changements."""
    demande = EvenementDemande(
        titre=vue.titre,
        structure=vue.structure,
        version=vue.version,
        resume=vue.resume,
        description=vue.description,
        formats=list(vue.formats),  # type: ignore[arg-type]
        themes=list(vue.themes),
        cycle=vue.cycle,
        lieu=vue.lieu,
        lieu_repli=vue.lieu_repli,
        en_ligne=vue.en_ligne,
        lien_en_ligne=vue.lien_en_ligne,
        moments=[
            MomentDemande(
                m.genre,
                id=m.id,
                titre=m.titre,
                description=m.description,
                debut=m.debut,
                fin=m.fin,
                jauge=m.jauge,
                sur_inscription=m.sur_inscription,
                prix=msgspec.convert(msgspec.to_builtins(m.prix), PrixDemande),
            )
            for m in vue.moments
        ],
        coorganisations=[
            msgspec.convert({"structure": c.structure, "part": c.part}, CoorganisationDemande)
            for c in vue.coorganisations
        ],
        paiement=vue.paiement,
        cloture_le=vue.cloture_le,
        attente=vue.attente,
        taille_max=vue.taille_max,
    )
    return msgspec.structs.replace(demande, **changes)


def decaler(moments: list[MomentDemande], duree: timedelta) -> list[MomentDemande]:
    return [
        msgspec.structs.replace(m, debut=m.debut and m.debut + duree, fin=m.fin and m.fin + duree)
        for m in moments
    ]
