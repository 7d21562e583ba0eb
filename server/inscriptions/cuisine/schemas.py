"""Formes de la vue de cuisine : tout ce qu'il faut pour cuisiner hors réseau. Aucune personne n'y a de place.

Ce qui s'y lit sans être un nombre est un mot du métier, le nom d'une structure, d'un lieu, d'un lien ou d'une entreprise, ou
un texte que l'équipe a écrit pour la cuisine ; les courriels et les téléphones qu'elle y aurait laissés sont tus. Décision 0017.
"""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

from server.banquets.achats.labels import Classe, Famille, Label
from server.banquets.achats.regles import EtatDuCertificat, Genre
from server.banquets.achats.schemas import LocalDemande, UniteDeVente
from server.banquets.commandes.schemas import EtatDeCommande, ReponseDeLigne
from server.banquets.cuisine.schemas import MessagesVue, PeseesVue, ReleveVue
from server.banquets.menus.schemas import MenuVue, QuantitesVue
from server.banquets.regles import Temps
from server.evenements.schemas import LieuBref, Statut
from server.inscriptions.effectif.schemas import CouvertureVue, Differences, EffectifDuBanquet, Parts


class RepasVu(msgspec.Struct, frozen=True, kw_only=True):
    """Quel repas, quand, où."""

    moment: UUID
    evenement: str
    """Le titre de l'évènement."""
    slug: str
    statut: Statut
    """Un évènement annulé ou reporté se dit aussi en cuisine."""
    titre: str
    """Celui du repas, s'il en a un."""
    debut: datetime | None
    fin: datetime | None
    lieu: LieuBref | None
    repli: LieuBref | None
    """S'il pleut."""
    structures: list[str]
    """Qui organise, la porteuse d'abord."""


class QuantitesDeCuisine(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qu'il faut acheter, et pour quel effectif on l'a calculé."""

    source: Literal["arrete", "compte"]
    """`arrete` : l'effectif arrêté et signé ; `compte` : celui de maintenant, qui peut encore bouger."""
    quantites: QuantitesVue


class ApprovisionnementDeCuisine(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qui arrive en cuisine. Ni prix, ni contact ; d'une cueillette, on sait si quelqu'un l'a reconnue, pas qui."""

    id: UUID
    genre: Genre
    description: str
    fournisseur: str | None
    """Le nom de l'entreprise. Nul pour un cueilleur ou un donateur : c'est souvent le nom d'une personne."""
    ingredient: str | None
    plat: UUID | None
    famille: Famille
    vendu_par: UniteDeVente
    masse_g: int | None
    quantite_milliemes: int
    labels: list[Label]
    classe: Classe | None
    etat_bio: EtatDuCertificat | None
    de_saison: bool | None
    local: LocalDemande | None
    distance_km: float | None
    identifiee: bool | None
    """Pour une cueillette : quelqu'un l'a reconnue et en répond. Nul pour le reste."""
    note: str


class LigneCommandee(msgspec.Struct, frozen=True, kw_only=True):
    """Une ligne de commande, en quantités."""

    approvisionnement: UUID
    description: str
    vendu_par: UniteDeVente
    quantite_milliemes: int | None
    """Ce qui est parti ; nul : pas encore commandé."""
    voulue_milliemes: int | None
    """Ce qui est voulu aujourd'hui ; nul : retiré depuis l'envoi."""
    reponse: ReponseDeLigne | None
    repondue_milliemes: int | None


class CommandeDeCuisine(msgspec.Struct, frozen=True, kw_only=True):
    """Où en est une commande : ce qui arrive, quand, en quelle quantité. Ni prix, ni contact, ni mot du producteur."""

    fournisseur: str | None
    """Nul pour un cueilleur ou un donateur."""
    etat: EtatDeCommande
    livraison_le: date | None
    livraison_lieu: str
    envoyee_le: datetime | None
    relancee_le: datetime | None
    """La dernière fois qu'on a rappelé ce bon au producteur."""
    repondue_le: datetime | None
    lignes: list[LigneCommandee]


class VueCuisine(msgspec.Struct, frozen=True, kw_only=True):
    """Tout ce qu'il faut pour cuisiner un banquet, en une réponse. Son étiquette (`ETag`) dit si quelque chose a changé."""

    repas: RepasVu
    menu: MenuVue
    effectif: EffectifDuBanquet
    couverture: CouvertureVue
    """Ce que le menu a pour chaque besoin."""
    quantites: QuantitesDeCuisine
    approvisionnements: list[ApprovisionnementDeCuisine]
    commandes: list[CommandeDeCuisine]
    messages: MessagesVue
    temperatures: list[ReleveVue]
    pesees: PeseesVue


class LectureDeCuisine(msgspec.Struct, frozen=True):
    """Ce qui a changé dans l'effectif depuis que cette cuisine l'a lu."""

    depuis_ma_lecture: Differences | None
    """Nul : c'est la première fois."""


class BanquetDeListe(msgspec.Struct, frozen=True, kw_only=True):
    """Un banquet dans la liste de qui l'organise ou le cuisine : où il en est, d'un coup d'œil."""

    moment: UUID
    slug: str
    evenement: str
    titre: str
    statut: Statut
    debut: datetime | None
    fin: datetime | None
    temps: Temps
    lieu_nom: str | None
    commune_nom: str | None
    organise: bool
    """Faux : la personne le cuisine, elle ne l'organise pas."""
    parts: Parts
    """Inscrits confirmés et convives annoncés."""
    arret_prevu_le: datetime | None
    arrete_le: datetime | None
    plats: int
    plats_a_confirmer: int
    """Plats dont personne n'a encore relu les allergènes."""
    commandes_en_attente: int
    """Bons partis dont le producteur n'a pas répondu."""
    messages_non_lus: int
    """De l'autre côté, pas encore lus de celui-ci."""


class ListeBanquets(msgspec.Struct, frozen=True):
    elements: list[BanquetDeListe]
    suivant: str | None
