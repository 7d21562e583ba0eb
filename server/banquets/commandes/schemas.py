"""Vues et demandes des commandes. Le contact est celui d'une entreprise ; personne n'est nommé."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from server.banquets.achats.labels import Label
from server.banquets.achats.regles import Genre
from server.banquets.achats.schemas import PrixUnitaire, Quantite, UniteDeVente
from server.socle.champs import Adresse, Message, Resume

Moyen = Literal["courriel", "telephone"]
EtatDeCommande = Literal[
    "a_preparer", "envoyee", "confirmee", "corrigee", "partielle", "refusee", "a_renvoyer", "annulee"
]
ReponseDeCommande = Literal["confirmee", "corrigee", "partielle", "refusee"]
ReponseDeLigne = Literal["confirmee", "corrigee", "refusee"]
Ecart = Literal["ajoutee", "changee", "retiree"]
Temoin = Annotated[str, Meta(min_length=16, max_length=16, pattern=r"^[0-9a-f]+(?![\s\S])")]
"""Ce que l'on avait sous les yeux ; la vue le donne, la demande le rend."""


# --- Demandes -------------------------------------------------------------------------------------------------------


class EnvoiDemande(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Envoyer, ou renvoyer, une commande."""

    temoin: Temoin
    cle: UUID
    """Choisie par qui envoie : rejouer la même demande n'envoie rien de plus."""
    moyen: Moyen = "courriel"
    livraison_le: date | None = None
    """À défaut : le jour du repas, ou la veille s'il est avant 15 h."""
    livraison_lieu: Adresse | None = None
    """À défaut : le lieu de l'évènement."""
    message: Message = ""


class GesteDemande(msgspec.Struct, forbid_unknown_fields=True):
    """Un geste sur la commande que l'on a sous les yeux."""

    temoin: Temoin


class RelanceDemande(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Rappeler au producteur une commande restée sans réponse."""

    temoin: Temoin
    cle: UUID
    """Choisie par qui relance : rejouer la même demande n'écrit rien de plus."""


class AnnulationDemande(msgspec.Struct, forbid_unknown_fields=True):
    temoin: Temoin
    motif: Resume = ""


class LigneRepondue(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Ce qu'un producteur dit d'une ligne. Sans `quantite_milliemes` ni refus : celle qu'on lui demande."""

    approvisionnement: UUID
    refusee: bool = False
    quantite_milliemes: Quantite | None = None
    prix_centimes: PrixUnitaire | None = None
    mot: Resume = ""


class ReponseDemande(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """La réponse d'un producteur. `version` : celle de la commande qu'il avait sous les yeux ; une ligne tue est confirmée."""

    version: Annotated[int, Meta(ge=1, le=2_000_000_000)]
    lignes: Annotated[list[LigneRepondue], Meta(max_length=500)] = []
    mot: Message = ""


# --- Vues -----------------------------------------------------------------------------------------------------------


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """Une ligne, telle qu'elle est demandée."""

    genre: Genre
    description: str
    vendu_par: UniteDeVente
    masse_unite_g: int | None
    quantite_milliemes: int
    prix_centimes: int | None
    """Hors taxes, pour une unité ; nul : à dire par le producteur, ou rien à payer."""
    labels: list[Label]
    note: str


class ReponseVue(msgspec.Struct, frozen=True, kw_only=True):
    """Ce que le producteur a répondu d'une ligne."""

    reponse: ReponseDeLigne
    quantite_milliemes: int
    """Zéro pour une ligne refusée."""
    prix_centimes: int | None
    mot: str


class LigneDeCommande(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qui est parti, ce qui est voulu aujourd'hui, ce qui est répondu."""

    approvisionnement: UUID
    envoyee: Detail | None
    """Nulle : pas encore commandée."""
    voulue: Detail | None
    """Nulle : retirée depuis l'envoi."""
    ecart: Ecart | None
    """Ce que l'envoi ne dit pas encore ; nul : rien."""
    reponse: ReponseVue | None


class Livraison(msgspec.Struct, frozen=True):
    """Où et quand apporter."""

    le: date | None
    lieu: str


class VueCommande(msgspec.Struct, frozen=True, kw_only=True):
    """La commande d'un banquet à un producteur."""

    producteur: str
    producteur_nom: str
    courriel: str | None
    """Celui de l'entreprise ; nul : il faut téléphoner."""
    telephone: str | None
    conditions: str
    etat: EtatDeCommande
    reponse: ReponseDeCommande | None
    """Ce que répond le producteur au dernier bon, même s'il est à renvoyer."""
    temoin: Temoin
    version: int
    """0 : rien n'est encore parti."""
    numero: int
    """Le combientième bon ; 0 : aucun n'est parti, ou le premier a été annulé avant de partir."""
    lignes: list[LigneDeCommande]
    total_ht_centimes: int
    """De ce qui est voulu aujourd'hui et dont on connaît le prix."""
    total_envoye_ht_centimes: int | None
    total_repondu_ht_centimes: int | None
    sans_prix: int
    """Achats voulus dont le prix manque."""
    commander_avant: date | None
    """Dernier jour pour commander, d'après le délai du producteur ; nul : il n'en dit pas, ou la date manque."""
    trop_tard: bool
    """Ce jour est passé."""
    livraison: Livraison
    """Celle du dernier bon ; à défaut, celle que l'on propose."""
    message: str
    moyen: Moyen | None
    envoyee_le: datetime | None
    remplace_le: datetime | None
    relances: int
    """Combien de fois ce bon a été rappelé."""
    relancee_le: datetime | None
    """La dernière fois."""
    relance_des: date | None
    """Le premier jour où l'on peut (encore) le rappeler ; nul : il n'y a rien à rappeler par courriel."""
    annulee_le: datetime | None
    motif: str
    repondue_le: datetime | None
    mot: str
    acceptee_le: datetime | None
    a_accepter: bool
    """Une réponse attend d'être reportée sur les approvisionnements."""
    avertissements: list[str]
    """Des phrases : la date a changé depuis l'envoi, il faut téléphoner, c'est trop tard…"""
    lien: str | None
    """Ce que reçoit le producteur ; à qui organise seulement."""


class VueCommandes(msgspec.Struct, frozen=True):
    """Les commandes d'un banquet, par producteur."""

    elements: list[VueCommande]
    total_ht_centimes: int
    close: bool
    """Le repas est passé, annulé ou ôté du programme : rien ne se commande plus."""
    brouillon: bool
    """L'évènement n'est pas publié : rien ne part encore."""


class Repas(msgspec.Struct, frozen=True, kw_only=True):
    """Le repas dont il s'agit, tel que le producteur le lit."""

    moment: UUID
    titre: str
    statut: str
    debut: datetime | None
    fin: datetime | None
    lieu: str
    structure: str
    courriel: str | None
    telephone: str | None


class BonDeCommande(msgspec.Struct, frozen=True, kw_only=True):
    """Une commande telle que le producteur la lit : le dernier bon, et ce qu'il en a déjà répondu."""

    id: UUID
    version: int
    numero: int
    producteur_nom: str
    courriel: str
    moyen: Moyen
    langue: str
    repas: Repas
    lignes: list[LigneDeCommande]
    total_ht_centimes: int
    sans_prix: int
    livraison: Livraison
    message: str
    envoyee_le: datetime
    remplace_le: datetime | None
    annulee_le: datetime | None
    motif: str
    repondue_le: datetime | None
    reponse: ReponseDeCommande | None
    mot: str
    acceptee_le: datetime | None
    repondable: bool
    """Faux : la commande est annulée, ou le repas est annulé ou passé."""
    lien: str
