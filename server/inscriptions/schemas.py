"""Vues et demandes des inscriptions.

Trois vues : le foyer (tout ce qui le concerne), l'équipe (pour accueillir et rappeler ; les régimes n'y sont pas),
les nombres (bilan, compteurs). Les régimes et allergies ne sortent que comptés, ou vers le foyer lui-même.
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from server.evenements.schemas import LieuBref
from server.socle.champs import (
    CodeInsee,
    CodeLangue,
    Courriel,
    Jeton,
    LigneBornee,
    Message,
    Prenom,
    Slug,
    Telephone,
)
from server.socle.textes import REFERENCE

StatutPresence = Literal["confirmee", "en_attente", "annulee"]
Age = Literal["adulte", "enfant", "tout_petit"]
Regime = Literal[
    "vegetarien", "vegetalien", "sans_gluten", "sans_lactose", "sans_porc", "halal", "casher", "autre"
]
Allergene = Literal[
    "gluten", "crustaces", "oeufs", "poissons", "arachides", "soja", "lait", "fruits_a_coque",
    "celeri", "moutarde", "sesame", "sulfites", "lupin", "mollusques",
]  # fmt: skip
"""Les quatorze du règlement (UE) 1169/2011, annexe II."""
GenreContribution = Literal[
    "cuisine",
    "installation",
    "accueil",
    "service",
    "vaisselle",
    "rangement",
    "transport",
    "musique",
    "apporter",
]
Besoin = Literal[
    "fauteuil_roulant",
    "chaise_haute",
    "place_assise",
    "langue_des_signes",
    "boucle_magnetique",
    "covoiturage",
    "stationnement",
    "autre",
]
Origine = Literal["formulaire", "api", "telephone", "papier", "porte"]
Nombre = Annotated[int, Meta(ge=0, le=50)]

# --- Demandes -------------------------------------------------------------------------------------------------------


class PresenceDemande(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    moment: UUID
    adultes: Nombre = 0
    enfants: Nombre = 0
    tout_petits: Nombre = 0
    tarif: UUID | None = None


class ConviveDemande(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`nombre` personnes du même âge qui ont, ensemble, ces régimes et ces allergies."""

    age: Age = "adulte"
    nombre: Annotated[int, Meta(ge=1, le=50)] = 1
    regimes: Annotated[list[Regime], Meta(max_length=8)] = []
    allergenes: Annotated[list[Allergene], Meta(max_length=14)] = []


class PourAutrui(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Qui inscrit quelqu'un d'autre : travailleuse sociale, voisin, personne au téléphone."""

    prenom: Prenom
    courriel: Courriel | None = None
    telephone: Telephone | None = None


class DemandeInscription(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """Créer une inscription. Au moins un courriel ou un téléphone (ou ceux de `pour_autrui`)."""

    evenement: Slug
    jeton: Jeton
    prenom: Prenom
    presences: Annotated[list[PresenceDemande], Meta(min_length=1, max_length=20)]
    version_vue: int | None = None
    courriel: Courriel | None = None
    telephone: Telephone | None = None
    commune: CodeInsee | None = None
    convives: Annotated[list[ConviveDemande], Meta(max_length=50)] = []
    accord_regimes: bool = False
    contributions: Annotated[list[GenreContribution], Meta(max_length=9)] = []
    besoins: Annotated[list[Besoin], Meta(max_length=8)] = []
    message: Message | None = None
    premiere_fois: bool | None = None
    accepte_attente: bool = False
    tout_ou_rien: bool = False
    langue: CodeLangue = REFERENCE
    pour_autrui: PourAutrui | None = None


class ModificationInscription(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """Changer : seuls les champs présents changent. `presences`, s'il est là, dit tous les moments voulus."""

    version_vue: int | None | msgspec.UnsetType = msgspec.UNSET
    prenom: Prenom | msgspec.UnsetType = msgspec.UNSET
    courriel: Courriel | None | msgspec.UnsetType = msgspec.UNSET
    telephone: Telephone | None | msgspec.UnsetType = msgspec.UNSET
    commune: CodeInsee | None | msgspec.UnsetType = msgspec.UNSET
    presences: Annotated[list[PresenceDemande], Meta(max_length=20)] | msgspec.UnsetType = msgspec.UNSET
    convives: Annotated[list[ConviveDemande], Meta(max_length=50)] | msgspec.UnsetType = msgspec.UNSET
    accord_regimes: bool | msgspec.UnsetType = msgspec.UNSET
    contributions: Annotated[list[GenreContribution], Meta(max_length=9)] | msgspec.UnsetType = msgspec.UNSET
    besoins: Annotated[list[Besoin], Meta(max_length=8)] | msgspec.UnsetType = msgspec.UNSET
    message: Message | None | msgspec.UnsetType = msgspec.UNSET
    premiere_fois: bool | None | msgspec.UnsetType = msgspec.UNSET
    accepte_attente: bool | msgspec.UnsetType = msgspec.UNSET
    tout_ou_rien: bool | msgspec.UnsetType = msgspec.UNSET
    langue: CodeLangue | msgspec.UnsetType = msgspec.UNSET


class SaisieInscription(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """L'équipe inscrit un foyer, au téléphone, d'après un papier, ou à la porte."""

    origine: Literal["telephone", "papier", "porte"]
    prenom: Prenom
    presences: Annotated[list[PresenceDemande], Meta(min_length=1, max_length=20)]
    id: UUID | None = None
    """Choisi par qui saisit, il rend le rejeu sans effet quand la réponse s'est perdue ; sinon, donné par le service."""
    courriel: Courriel | None = None
    telephone: Telephone | None = None
    commune: CodeInsee | None = None
    convives: Annotated[list[ConviveDemande], Meta(max_length=50)] = []
    accord_regimes: bool = False
    contributions: Annotated[list[GenreContribution], Meta(max_length=9)] = []
    besoins: Annotated[list[Besoin], Meta(max_length=8)] = []
    message: Message | None = None
    premiere_fois: bool | None = None
    accepte_attente: bool = True
    tout_ou_rien: bool = False
    malgre_jauge: bool = False
    """À la porte seulement : l'équipe fait entrer ce foyer même s'il ne reste pas assez de places."""
    langue: CodeLangue = REFERENCE


class Accueil(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Marquer qui est venu à un moment ; nuls pour effacer la marque."""

    moment: UUID
    adultes: Nombre | None = None
    enfants: Nombre | None = None
    tout_petits: Nombre | None = None


class RetraitEnNombre(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Retirer d'un coup des inscriptions abusives ; rien n'est envoyé aux contacts."""

    inscriptions: Annotated[list[UUID], Meta(min_length=1, max_length=500)]


class RetraitFait(msgspec.Struct, frozen=True):
    retirees: int


class AppelFait(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    fait: bool
    note: Annotated[LigneBornee, Meta(max_length=300)] = ""


# --- Vues du foyer --------------------------------------------------------------------------------------------------


class PresenceVue(msgspec.Struct):
    moment: UUID
    genre: str
    titre: str
    debut: datetime | None
    fin: datetime | None
    statut: StatutPresence
    adultes: int
    enfants: int
    tout_petits: int
    tarif: UUID | None
    rang_attente: int | None
    """1 pour la première personne de la file ; nul si rien n'attend."""
    en_plus: int
    """Personnes supplémentaires qui attendent, quand la présence est confirmée."""
    proposee_jusqu_au: datetime | None
    """Une place est tenue jusque-là ; à confirmer."""
    voulu_adultes: int | None = None
    """Confirmée et voulant davantage : les nombres souhaités, dont la différence attend. Nuls sinon."""
    voulu_enfants: int | None = None
    voulu_tout_petits: int | None = None
    effectif_arrete_le: datetime | None = None
    """La cuisine a compté ce jour-là : ce qui change ensuite lui arrive comme une différence."""


class ConviveVue(msgspec.Struct):
    age: str
    nombre: int
    regimes: list[str]
    allergenes: list[str]
    assiette: str | None = None
    """« 27a » : le code de son assiette à part, à dire à table. Nul pour qui mange de tout."""


class LiensInscription(msgspec.Struct):
    gerer: str
    ics: str
    qr: str
    agenda: str
    """L'agenda du foyer, auquel s'abonner ; son adresse est secrète."""


class EvenementInscrit(msgspec.Struct):
    """Ce qu'un foyer inscrit lit de l'évènement, lien en ligne compris."""

    slug: str
    version: int
    titre: str
    statut: str
    motif: str
    debut: datetime | None
    fin: datetime | None
    lieu: LieuBref | None
    lien_en_ligne: str | None
    url: str


class InscriptionVue(msgspec.Struct):
    """L'inscription, pour le foyer seul."""

    id: UUID
    evenement: EvenementInscrit
    prenom: str
    courriel: str | None
    courriel_confirme: bool
    telephone: str | None
    commune: str | None
    presences: list[PresenceVue]
    convives: list[ConviveVue]
    accord_regimes: bool
    contributions: list[str]
    besoins: list[str]
    message: str | None
    premiere_fois: bool | None
    accepte_attente: bool
    tout_ou_rien: bool
    langue: str
    pour_autrui: PourAutrui | None
    code_accueil: str
    origine: str
    cree_le: datetime
    modifie_le: datetime
    annulee_le: datetime | None
    modifiable: bool
    """Faux après la clôture (annuler reste possible jusqu'au début), si l'évènement est annulé ou passé."""
    liens: LiensInscription


# --- Vues de l'équipe -----------------------------------------------------------------------------------------------


class PresenceEquipe(msgspec.Struct):
    moment: UUID
    statut: StatutPresence
    adultes: int
    enfants: int
    tout_petits: int
    tarif: str | None
    rang_attente: int | None
    en_plus: int
    proposee_jusqu_au: datetime | None
    venue_adultes: int | None
    venue_enfants: int | None
    venue_tout_petits: int | None
    venue_le: datetime | None


class InscriptionEquipe(msgspec.Struct):
    """Une inscription pour qui accueille et rappelle. Ni régimes ni allergies : la cuisine les reçoit comptés."""

    id: UUID
    prenom: str
    courriel: str | None
    courriel_confirme: bool
    telephone: str | None
    commune: str | None
    commune_nom: str | None
    presences: list[PresenceEquipe]
    contributions: list[str]
    besoins: list[str]
    message: str | None
    premiere_fois: bool | None
    pour_autrui: PourAutrui | None
    origine: Origine
    saisie_par: str | None
    doublon: bool
    code_accueil: str
    cree_le: datetime
    modifie_le: datetime
    annulee_le: datetime | None


class CompteurMoment(msgspec.Struct):
    moment: UUID
    genre: str
    titre: str
    jauge: int | None
    pris: int
    confirmees: int
    """Personnes confirmées."""
    proposees: int
    """Personnes dont la place est tenue en attendant leur réponse."""
    en_attente: int
    """Personnes qui attendent."""
    foyers: int
    """Foyers confirmés."""
    foyers_en_attente: int
    """Foyers qui n'ont encore aucune place à ce moment, tenue ou non."""
    venues: int
    adultes: int
    """Adultes confirmés : autant de portions à un repas."""
    enfants: int
    tout_petits: int
    depassement: int
    """Personnes au-delà de la jauge : elle a été baissée, ou l'on a fait entrer quelqu'un à la porte."""


class EffectifRegime(msgspec.Struct):
    """Combien, sans nom : ce que doit savoir qui cuisine. Le bilan gardé, lui, tait les petits nombres."""

    regimes: list[str]
    allergenes: list[str]
    age: str
    nombre: int


class TableauInscriptions(msgspec.Struct):
    compteurs: list[CompteurMoment]
    elements: list[InscriptionEquipe]
    suivant: str | None
    total: int


class Arrivees(msgspec.Struct):
    """Un jour d'inscriptions."""

    jour: str
    """`AAAA-MM-JJ`, à Paris."""
    foyers: int
    personnes: int


class Consequences(msgspec.Struct):
    """Ce qu'un changement ferait partir : foyers prévenus par courriel, foyers à appeler."""

    par_courriel: int
    a_appeler: int


class AppelVue(msgspec.Struct):
    id: int
    inscription: UUID
    prenom: str
    telephone: str | None
    motif: str
    phrase: str
    """Ce qu'il y a à dire, en une phrase."""
    cree_le: datetime
    fait_le: datetime | None
    fait_par: str | None
    note: str


class BilanVue(msgspec.Struct):
    """Ce qui reste d'un évènement : des nombres, les petites cases tues (nulles)."""

    foyers: int
    personnes: int
    venues: int | None
    adultes: int
    enfants: int
    tout_petits: int
    premieres_fois: int | None
    communes: dict[str, int | None]
    contributions: dict[str, int | None]
    regimes: dict[str, int | None]
    """Régimes et allergies, un par un : leurs réunions, trop rares, désigneraient quelqu'un."""
