"""Des personnes qui organisent, et leur téléphone connecté."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx

from server.comptes.regles import lien_de
from server.comptes.schemas import Auteur
from server.comptes.services import creer_compte, demander_connexion, ouvrir_par_lien
from server.socle.secrets import Clef
from server.structures.schemas import Role, StructureDemande
from server.structures.services import enregistrer_structure, rattacher_membre

INSTANT = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


async def une_personne(prenom: str = "Nadia", *, est_operateur: bool = False) -> Auteur:
    """Un compte, tel que les services le voient agir."""
    courriel = f"{prenom.lower()}@reseau.example"
    compte = await creer_compte(courriel, prenom, "fr", INSTANT, est_operateur=est_operateur)
    return Auteur(
        compte=compte,
        prenom=prenom,
        courriel=courriel,
        langue="fr",
        est_operateur=est_operateur,
        session=uuid4(),
    )


async def une_structure(nom: str = "Foyer rural", *membres: tuple[Auteur, Role], **champs: Any) -> str:
    """Une structure et ses membres ; rend son slug."""
    demande = StructureDemande(nom=nom, genre=champs.pop("genre", "association"), **champs)
    structure, slug = await enregistrer_structure(demande, INSTANT)
    for membre, role in membres:
        assert await rattacher_membre(structure, membre.compte, role, INSTANT)
    return slug


async def connecter(client: httpx.AsyncClient, clef: Clef, auteur: Auteur) -> None:
    """Le navigateur de cette personne : il a un cookie et dit d'où viennent ses écritures."""
    demande = uuid4()
    await demander_connexion(demande, auteur.courriel, INSTANT)
    session = await ouvrir_par_lien(clef, lien_de(clef, demande), "essai", INSTANT)
    client.cookies.set("tablees", session.secret)
    client.headers["origin"] = "http://localhost:8000"
