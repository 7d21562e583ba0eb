"""De quoi peupler un essai en une ligne. Chaque fabrique écrit dans la base et rend une clé."""

import itertools
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from server.comptes.tables import Compte
from server.evenements.tables import Coorganisation, Evenement, Moment
from server.inscriptions.schemas import DemandeInscription, PresenceDemande
from server.lieux.tables import Commune, Lieu
from server.socle.base import ecriture
from server.socle.textes import en_slug, plier
from server.structures.tables import Membre, Structure

LUNDI = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
SAMEDI_SOIR = datetime(2026, 6, 13, 17, 0, tzinfo=UTC)
"""19 h à Uzès, douze jours après `LUNDI`."""

_numeros = itertools.count(1)


@ecriture
async def un_compte(courriel: str = "", prenom: str = "Camille", **champs: Any) -> int:
    courriel = courriel or f"camille{next(_numeros)}@example.org"
    champs = {"courriel_plie": courriel.casefold(), "cree_le": LUNDI, **champs}
    lignes = await Compte.insert(Compte(courriel=courriel, prenom=prenom, **champs)).returning(Compte.id)
    return int(lignes[0]["id"])


@ecriture
async def une_structure(
    nom: str = "Les Amandiers", membres: dict[int, str] | None = None, **champs: Any
) -> int:
    champs = {
        "slug": f"{en_slug(nom)}-{next(_numeros)}",
        "genre": "association",
        "college": "associations",
        **champs,
    }
    lignes = await Structure.insert(
        Structure(nom=nom, nom_plie=plier(nom), cree_le=LUNDI, modifie_le=LUNDI, **champs)
    ).returning(Structure.id)
    structure = int(lignes[0]["id"])
    for compte, role in (membres or {}).items():
        await Membre.insert(Membre(structure=structure, compte=compte, role=role, cree_le=LUNDI))
    return structure


@ecriture
async def une_commune(code: str = "30334", nom: str = "Uzès", **champs: Any) -> str:
    champs = {
        "codes_postaux": "30700",
        "departement": "30",
        "population": 8519,
        "lat": 44.01334,
        "lon": 4.4162,
        **champs,
    }
    if not await Commune.exists().where(Commune.code == code):
        await Commune.insert(Commune(code=code, nom=nom, nom_plie=plier(nom), **champs))
    return code


@ecriture
async def un_lieu(nom: str = "Salle des Amandiers", commune: str = "30334", **champs: Any) -> int:
    await une_commune(commune) if commune == "30334" else None
    champs = {"slug": f"{en_slug(nom)}-{next(_numeros)}", **champs}
    lignes = await Lieu.insert(
        Lieu(nom=nom, nom_plie=plier(nom), commune=commune, cree_le=LUNDI, modifie_le=LUNDI, **champs)
    ).returning(Lieu.id)
    return int(lignes[0]["id"])


@ecriture
async def un_evenement(
    titre: str = "Éteindre les incendies",
    *,
    moments: dict[str, int | None] | None = None,
    debut: datetime = SAMEDI_SOIR,
    structure: int | None = None,
    **champs: Any,
) -> int:
    """Un évènement publié. `moments` : genre → jauge (défaut : un banquet de 10 places), à la suite, deux heures chacun."""
    voulus = {"banquet": 10} if moments is None else moments
    champs = {
        "slug": f"{en_slug(titre)}-{next(_numeros)}",
        "statut": "publie",
        "resume": "Une soirée.",
        **champs,
    }
    lignes = await Evenement.insert(
        Evenement(
            uid=uuid4(),
            titre=titre,
            recherche=plier(titre),
            debut=debut,
            fin=debut + timedelta(hours=2 * max(1, len(voulus))),
            cree_le=LUNDI,
            publie_le=LUNDI,
            modifie_le=LUNDI,
            **champs,
        )
    ).returning(Evenement.id)
    evenement = int(lignes[0]["id"])
    for rang, (genre, jauge) in enumerate(voulus.items()):
        await Moment.insert(
            Moment(
                id=uuid4(),
                evenement=evenement,
                rang=rang,
                genre=genre,
                titre=genre.capitalize(),
                jauge=jauge,
                debut=debut + timedelta(hours=2 * rang),
                fin=debut + timedelta(hours=2 * rang + 2),
            )
        )
    if structure is not None:
        await Coorganisation.insert(
            Coorganisation(evenement=evenement, structure=structure, part="porteuse", reponse="acceptee")
        )
    return evenement


async def slug_de(evenement: int) -> str:
    ligne = await Evenement.select(Evenement.slug).where(Evenement.id == evenement).first()
    assert ligne is not None
    return str(ligne["slug"])


async def moments_de(evenement: int) -> dict[str, UUID]:
    """Genre → identifiant."""
    lignes = (
        await Moment.select(Moment.id, Moment.genre)
        .where(Moment.evenement == evenement)
        .order_by(Moment.rang)
    )
    return {ligne["genre"]: ligne["id"] for ligne in lignes}


async def pris(moment: UUID) -> int:
    ligne = await Moment.select(Moment.pris).where(Moment.id == moment).first()
    assert ligne is not None
    return int(ligne["pris"])


def une_presence(moment: UUID, adultes: int = 1, enfants: int = 0, tout_petits: int = 0) -> PresenceDemande:
    return PresenceDemande(moment=moment, adultes=adultes, enfants=enfants, tout_petits=tout_petits)


def une_demande(
    slug: str, *presences: PresenceDemande, prenom: str = "Nadia", **champs: Any
) -> DemandeInscription:
    """Une demande valable ; un contact neuf à chaque fois, sauf si l'essai en donne un."""
    if "courriel" not in champs and "telephone" not in champs:
        champs["courriel"] = f"{plier(prenom).replace(' ', '')}{next(_numeros)}@example.org"
    champs.setdefault("jeton", secrets.token_urlsafe(24))
    return DemandeInscription(evenement=slug, prenom=prenom, presences=list(presences), **champs)
