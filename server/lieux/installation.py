"""La première installation : un réseau, son territoire, une structure, une personne qui peut entrer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

import msgspec

from server.comptes.regles import lien_de
from server.comptes.services import creer_compte, demander_connexion
from server.lieux.erreurs import InstallationDejaFaite
from server.lieux.geo import CommuneLue
from server.lieux.importation import enregistrer_communes
from server.lieux.schemas import Presentation, Usage
from server.lieux.tables import Territoire
from server.socle.base import ecriture
from server.socle.champs import CodeInsee, CodeLangue, Courriel, Prenom, Titre
from server.socle.erreurs import DemandeInvalide, ErreurDeChamp
from server.socle.faits import renouveler
from server.socle.secrets import Clef
from server.socle.textes import REFERENCE
from server.structures.schemas import Genre, StructureDemande
from server.structures.services import enregistrer_structure, rattacher_membre

SEULE_LIGNE: Final = 1


class Initialisation(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Ce qu'il faut savoir pour ouvrir une installation."""

    reseau: Titre
    """Nom du réseau : « Réseau de la coopération »."""
    territoire: Titre
    """Nom du territoire : « Pays d'Uzès »."""
    structure: Titre
    """Première structure."""
    genre: Genre = "association"
    commune: CodeInsee | None = None
    """Où siège la structure."""
    prenom: Prenom
    """Première personne : veille sur l'installation et répond de la structure."""
    courriel: Courriel
    contact: Courriel
    """Où écrire au réseau : montré à tous, au pied de chaque page et sur la fiche de la première structure."""
    presentation: Presentation = ""
    """Une phrase qui dit ce qu'est le réseau, au pied de chaque page."""
    langue: CodeLangue = REFERENCE


async def est_initialisee() -> bool:
    """Vrai si cette base a déjà son réseau."""
    return await Territoire.exists()


@ecriture
async def fonder_territoire(
    reseau: str,
    nom: str,
    maintenant: datetime,
    *,
    usage: Usage = "reel",
    presentation: str = "",
    courriel: str | None = None,
    mentions: Mapping[str, Any] | None = None,
) -> None:
    """Écrit le réseau et le nom de son territoire ; lève `InstallationDejaFaite` s'il y en a déjà un.

    `mentions` : les mentions légales, si on les connaît déjà. Une seule ligne, de clé fixe : deux installations lancées
    ensemble n'en font qu'une.
    """
    blancs = [champ for champ, valeur in (("reseau", reseau), ("territoire", nom)) if not valeur.strip()]
    if blancs:
        raise DemandeInvalide([ErreurDeChamp(champ, "trop_court", {"n": 1}) for champ in blancs])
    lignes = (
        await Territoire.insert(
            Territoire(
                id=SEULE_LIGNE,
                reseau=reseau.strip(),
                nom=nom.strip(),
                presentation=presentation,
                courriel=courriel,
                usage=usage,
                cree_le=maintenant,
                **(mentions or {}),
            )
        )
        .on_conflict(target=Territoire.id, action="DO NOTHING")
        .returning(Territoire.id)
    )
    if not lignes:
        raise InstallationDejaFaite()
    renouveler("territoire", "agenda")


@ecriture
async def initialiser(demande: Initialisation, communes: Sequence[CommuneLue], maintenant: datetime) -> int:
    """Ouvre une installation, tout ou rien ; rend le compte de la première personne.

    `communes` : celles du territoire, déjà lues (peut être vide : on les importe ensuite). Lève
    `InstallationDejaFaite`, ou `DemandeInvalide`.
    """
    await fonder_territoire(
        demande.reseau,
        demande.territoire,
        maintenant,
        presentation=demande.presentation.strip(),
        courriel=demande.contact,
    )
    if communes:
        await enregistrer_communes(communes)
    fiche = StructureDemande(
        nom=demande.structure, genre=demande.genre, courriel=demande.contact, commune=demande.commune
    )
    structure, _ = await enregistrer_structure(fiche, maintenant)
    compte = await creer_compte(
        demande.courriel, demande.prenom, demande.langue, maintenant, est_operateur=True
    )
    await rattacher_membre(structure, compte, "responsable", maintenant)
    return compte


async def lien_de_connexion(clef: Clef, url: str, courriel: str, maintenant: datetime) -> str:
    """Un lien pour entrer tout de suite, à montrer dans le terminal ; valable une fois, une heure."""
    demande = uuid4()
    await demander_connexion(demande, courriel, maintenant)
    return f"{url}/connexion/{lien_de(clef, demande)}"
