"""Vues et demandes des comptes."""

from datetime import datetime
from uuid import UUID

import msgspec

from server.socle.champs import CodeLangue, Courriel, Prenom


class Auteur(msgspec.Struct, frozen=True):
    """La personne connectée qui agit ; ce que les permissions ont besoin de savoir d'elle."""

    compte: int
    prenom: str
    courriel: str
    langue: str
    est_operateur: bool
    session: UUID


class DemandeDeConnexion(msgspec.Struct, forbid_unknown_fields=True):
    courriel: Courriel


class ConnexionDemandee(msgspec.Struct):
    """Toujours la même réponse, que l'adresse soit connue ou non."""

    demande: UUID
    """À rendre avec le code reçu."""
    expire_le: datetime


class CodeRecopie(msgspec.Struct, forbid_unknown_fields=True):
    demande: UUID
    code: str


class LienOuvert(msgspec.Struct, forbid_unknown_fields=True):
    """`lien` : le secret du lien reçu par courriel, posté par le bouton de sa page."""

    lien: str


class VueSession(msgspec.Struct):
    id: UUID
    appareil: str
    cree_le: datetime
    vue_le: datetime
    est_celle_ci: bool


class AppartenanceVue(msgspec.Struct):
    slug: str
    nom: str
    role: str


class VueCompte(msgspec.Struct):
    """Moi, dans l'espace."""

    prenom: str
    courriel: str
    langue: str
    est_operateur: bool
    structures: list[AppartenanceVue]


class ProfilModifie(msgspec.Struct, forbid_unknown_fields=True):
    prenom: Prenom
    langue: CodeLangue
