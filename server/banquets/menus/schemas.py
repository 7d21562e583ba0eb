"""Vues et demandes des menus. Des plats et des nombres : aucune personne n'y a de place."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from server.banquets.quantites import Etat
from server.socle.champs import Ligne, Message, Resume, Slug, Titre

Unite = Literal["g", "mL", "piece"]
VenduPar = Literal["kg", "L", "piece", "botte", "caisse"]
Certitude = Literal["A", "B", "C", "D"]
Famille = Literal[
    "VIANDES_VOLAILLES", "CHARCUTERIE", "PRODUITS_DE_LA_MER", "FRUITS_ET_LEGUMES", "PRODUITS_LAITIERS",
    "BOULANGERIE", "BOISSONS", "AUTRES",
]  # fmt: skip
"""Familles de produits de « ma cantine »."""
Allergene = Literal[
    "gluten", "crustaces", "oeufs", "poissons", "arachides", "soja", "lait", "fruits_a_coque",
    "celeri", "moutarde", "sesame", "sulfites", "lupin", "mollusques",
]  # fmt: skip
"""Les quatorze du règlement (UE) 1169/2011, annexe II."""
Animal = Literal["viande", "porc", "gelatine", "miel", "alcool"]
Regime = Literal["vegetarien", "vegetalien", "sans_gluten", "sans_lactose", "sans_porc", "halal", "casher"]
Service = Literal[
    "aperitif", "entree", "plat", "accompagnement", "fromage", "dessert", "boisson", "pain"
]  # fmt: skip
EtatAllergenes = Literal["pas_remplis", "deduits", "confirmes"]
"""`pas_remplis` n'est pas « aucun » : personne n'a encore rien dit de ce plat."""
Saison = Literal["de_saison", "avance_possible", "hors_saison", "hors_france", "sans_saison"]
"""`avance_possible` : la récolte nationale commence le mois d'après ; dans le Midi, elle a souvent deux à quatre semaines
d'avance. `sans_saison` : se garde, ou saison inconnue."""

PartMilli = Annotated[int, Meta(ge=0, le=10_000_000)]
"""Une part, en millièmes de l'unité de base : jusqu'à dix kilogrammes."""


class LigneDemande(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Un ingrédient d'un plat. `etat` dit si la part est pesée cuite, dans l'assiette, ou telle qu'on l'achète."""

    ingredient: Slug
    adulte_milli: PartMilli
    enfant_milli: PartMilli
    etat: Etat = "achete"
    dechet_milliemes: Annotated[int, Meta(ge=0, le=999)] | None = None
    rendement_milliemes: Annotated[int, Meta(ge=50, le=20_000)] | None = None
    vendu_par: VenduPar = "kg"
    contenance_milli: Annotated[int, Meta(ge=1, le=1_000_000_000)] | None = None
    pas_milliemes: Annotated[int, Meta(ge=1, le=1_000_000)] = 1000
    note: Ligne = ""


class PlatDemande(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Un plat. `part_milliemes` : part des convives à qui on le sert ; pour une variante, part de tous les convives."""

    id: UUID
    service: Service
    nom: Titre
    description: Resume = ""
    recette: Slug | None = None
    """D'où il a été copié ; la copie vit ensuite sa vie."""
    remplace: UUID | None = None
    part_milliemes: Annotated[int, Meta(ge=1, le=1000)] = 1000
    cueillette: bool = False
    allergenes_ajoutes: Annotated[list[Allergene], Meta(max_length=14)] = []
    allergenes_retires: Annotated[list[Allergene], Meta(max_length=14)] = []
    regimes_ajoutes: Annotated[list[Regime], Meta(max_length=7)] = []
    notes_echelle: Message = ""
    lignes: Annotated[list[LigneDemande], Meta(max_length=60)] = []


class MenuDemande(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Le menu entier. `version` : celle que l'on avait sous les yeux."""

    version: Annotated[int, Meta(ge=1, le=2_000_000_000)]
    plats: Annotated[list[PlatDemande], Meta(max_length=60)]
    marge_milliemes: Annotated[int, Meta(ge=0, le=1000)] = 50
    menu_public: bool = False
    notes: Message = ""


class ConfirmationDemande(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Une personne a relu ce que contient ce plat, tel que le dit cette version du menu."""

    version: Annotated[int, Meta(ge=1, le=2_000_000_000)]


class LigneVue(msgspec.Struct, frozen=True):
    ingredient: str
    nom: str
    unite: str
    adulte_milli: int
    enfant_milli: int
    etat: str
    dechet_milliemes: int | None
    rendement_milliemes: int | None
    vendu_par: str
    contenance_milli: int | None
    pas_milliemes: int
    note: str
    allergenes: list[str]
    saison: Saison | None
    """Nulle tant que le moment n'a pas de date."""
    dechet_fiche_milliemes: int
    rendement_fiche_milliemes: int
    """Ceux de la denrée, quand la ligne ne dit pas les siens."""


class RecetteCitee(msgspec.Struct, frozen=True):
    """Une recette que l'on cite, avec qui l'a écrite : CC BY-SA le demande."""

    slug: str
    titre: str
    structure_nom: str
    licence: str


class PlatVue(msgspec.Struct, frozen=True):
    id: UUID
    service: str
    nom: str
    description: str
    recette: RecetteCitee | None
    """D'où il a été copié."""
    remplace: UUID | None
    part_milliemes: int
    cueillette: bool
    allergenes: list[str]
    etat_allergenes: EtatAllergenes
    allergenes_ajoutes: list[str]
    allergenes_retires: list[str]
    regimes: list[str]
    """Ceux à qui ce plat convient, déduits puis affirmés."""
    regimes_ajoutes: list[str]
    confirme_le: datetime | None
    notes_echelle: str
    lignes: list[LigneVue]


class MenuVue(msgspec.Struct, frozen=True):
    version: int
    """1 : personne n'a encore rien écrit."""
    marge_milliemes: int
    menu_public: bool
    notes: str
    plats: list[PlatVue]
    modifie_le: datetime | None


class PourquoiVue(msgspec.Struct, frozen=True):
    """Ce qu'un plat demande d'une denrée, avec de quoi refaire le calcul à la main (voir docs/quantites.md)."""

    plat: UUID
    nom: str
    adultes: int
    enfants: int
    adulte_milli: int
    enfant_milli: int
    etat: str
    dechet_milliemes: int
    rendement_milliemes: int
    pas_milliemes: int
    """Celui que dit ce plat ; la ligne garde le plus grand."""
    assiettes: int
    """Dans toutes les assiettes, en unités de base."""
    a_acheter: int
    """Avant la marge."""
    avec_marge: int
    """Ce que disent la feuille de production et l'écran de la cuisine, arrondi une seule fois."""


class QuantiteVue(msgspec.Struct, frozen=True):
    """Ce qu'il faut acheter d'un ingrédient : le besoin au gramme près, et l'achat arrondi à ce qui se vend."""

    ingredient: str
    nom: str
    famille: str
    unite: str
    besoin: int
    """En unités de base : g ou mL au plus proche, pièces entières."""
    vendu_par: str
    achat_milliemes: int
    """En millièmes d'unité de vente : 2 500 est deux kilogrammes et demi."""
    contenance_milli: int
    """Ce que contient une unité de vente, en millièmes d'unité de base, au plus proche."""
    pas_milliemes: int
    """La plus petite part d'unité de vente que l'on achète : la plus grande de celles que disent les plats."""
    plats: list[UUID]
    pourquoi: list[PourquoiVue]


class NoteEchelle(msgspec.Struct, frozen=True):
    plat: UUID
    nom: str
    note: str


class QuantitesVue(msgspec.Struct, frozen=True):
    version: int
    adultes: int
    enfants: int
    marge_milliemes: int
    lignes: list[QuantiteVue]
    notes_echelle: list[NoteEchelle]
    """Ce qui ne se multiplie pas : sel, épices, temps de cuisson."""
