"""Formes de l'effectif. Aucune n'a de place pour un prénom, une adresse, un numéro ou un foyer : rien que des nombres."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from server.banquets.menus.regles import Convenance
from server.inscriptions.schemas import Age, Allergene, Regime
from server.socle.champs import Instant

GenreAnnonce = Literal["artistes", "intervenants", "benevoles", "equipe"]
Milliemes = Annotated[int, Meta(ge=0, le=1000)]


class Parts(msgspec.Struct, frozen=True):
    """Combien mangent. Un tout-petit a sa place, pas de part."""

    adultes: int = 0
    enfants: int = 0
    tout_petits: int = 0

    def __add__(self, autre: "Parts") -> "Parts":
        return Parts(
            self.adultes + autre.adultes, self.enfants + autre.enfants, self.tout_petits + autre.tout_petits
        )

    @property
    def assiettes(self) -> int:
        """Les parts à cuisiner."""
        return self.adultes + self.enfants


class Besoin(msgspec.Struct, frozen=True):
    """`nombre` convives du même âge qui ont, ensemble, ces régimes et ces allergies."""

    age: Age
    regimes: tuple[str, ...]
    allergenes: tuple[str, ...]
    nombre: int


class Releve(msgspec.Struct, frozen=True):
    """Un effectif à un instant : ce qui se fige, se signe et se compare."""

    parts: Parts
    besoins: tuple[Besoin, ...] = ()


class EcartDeBesoin(msgspec.Struct, frozen=True):
    age: Age
    regimes: tuple[str, ...]
    allergenes: tuple[str, ...]
    avant: int
    apres: int


class Differences(msgspec.Struct, frozen=True):
    """Ce qui a changé depuis un instant, ligne par ligne."""

    depuis: datetime
    phrase: str
    """« +3, −1 depuis mardi 9 juin à 18 h »."""
    plus: int
    moins: int
    parts: Parts
    """Écart par âge, en plus ou en moins."""
    besoins: list[EcartDeBesoin]
    besoins_effaces: bool
    """Le lendemain du repas, les besoins ne se comparent plus."""


class AnnonceVue(msgspec.Struct, frozen=True):
    id: UUID
    genre: GenreAnnonce
    age: Age
    nombre: int
    regimes: tuple[str, ...]
    allergenes: tuple[str, ...]


class Prevision(msgspec.Struct, frozen=True):
    """Combien viendront sans doute manger. Ne remplace jamais le compte."""

    attendus: int
    au_moins: int
    au_plus: int
    source: Literal["parametres", "passe"]
    evenements: int
    """Évènements passés du réseau dont elle est tirée."""
    phrase: str


class ArretVue(msgspec.Struct, frozen=True):
    """L'effectif arrêté, tel qu'il a été signé."""

    arrete_le: datetime
    a_l_heure_dite: bool
    """Faux : par un geste de qui organise."""
    parts: Parts
    besoins: tuple[Besoin, ...]
    signature: str
    signature_juste: bool
    depasse_tolerance: bool
    """L'effectif d'aujourd'hui s'écarte de plus que ce que le traiteur accepte."""


class EffectifDuBanquet(msgspec.Struct, frozen=True, kw_only=True):
    """L'effectif d'un banquet : des nombres, et rien d'autre. Le même pour tous ceux qui le lisent."""

    parts: Parts
    """À cuisiner : inscrits confirmés et convives annoncés."""
    inscrits: Parts
    annonces: Parts
    en_attente: Parts
    """Sur la liste d'attente, hors compte."""
    foyers: int
    besoins: tuple[Besoin, ...]
    sans_besoin: int
    """Assiettes pour qui personne n'a dit de besoin."""
    par_regime: dict[str, int]
    par_allergene: dict[str, int]
    foyers_a_revoir: int
    """Foyers qui décrivent plus de convives qu'ils n'ont de parts à ce banquet."""
    besoins_en_trop: tuple[Besoin, ...]
    """Ce que ces foyers décrivent au-delà de leurs parts : hors compte, mais dit."""
    besoins_effaces: bool
    apports: int
    """Foyers qui apportent quelque chose à manger."""
    convives_annonces: list[AnnonceVue]
    prevision: Prevision
    version_reglages: int
    """1 : personne n'a encore rien réglé."""
    arret_prevu_le: datetime | None
    tolerance_milliemes: int
    absents_milliemes: int
    """De quoi prévoir, tel que réglé : part d'inscrits qui ne viennent pas."""
    passage_milliemes: int
    """Part de gens de passage, sur les inscrits."""
    arret: ArretVue | None
    depuis_l_arret: Differences | None


class EffectifVue(EffectifDuBanquet, frozen=True, kw_only=True):
    """L'effectif d'un banquet, pour quelqu'un : à quelle heure il l'a lu, ce qui a changé depuis la fois d'avant."""

    moment: UUID
    debut: datetime | None
    calcule_le: datetime
    depuis_ma_lecture: Differences | None


class ServiceCouvert(msgspec.Struct, frozen=True):
    """Ce qu'un service a pour un besoin."""

    service: str
    convenance: Convenance
    plats: tuple[UUID, ...]
    """Ceux qui conviennent ; s'il n'y en a pas, ceux qui restent à confirmer."""


class BesoinCouvert(msgspec.Struct, frozen=True, kw_only=True):
    """Un besoin combiné, et ce que le menu a pour lui."""

    age: Age
    regimes: tuple[str, ...]
    allergenes: tuple[str, ...]
    nombre: int
    hors_compte: bool
    """Décrit par un foyer au-delà de ses parts : à revoir avec lui, mais regardé."""
    dit: str
    """« 1 adulte végétalien et sans gluten »."""
    services: list[ServiceCouvert]
    phrases: list[str]


class VarianteServie(msgspec.Struct, frozen=True):
    """Une variante : les parts que le menu en prévoit, et combien de convives ne peuvent manger qu'elle."""

    plat: UUID
    nom: str
    prevues: int
    demandees: int


class CouvertureVue(msgspec.Struct, frozen=True):
    """Ce que le menu a pour qui vient, besoins pris ensemble."""

    version: int
    """Du menu."""
    besoins: list[BesoinCouvert]
    sans_plat: int
    """Convives pour qui aucun plat principal ne va."""
    a_confirmer: int
    """Convives dont le plat principal irait, si quelqu'un relisait ses allergènes."""
    variantes: list[VarianteServie]
    phrases: list[str]
    """« 1 adulte végétalien et sans gluten : aucun plat principal ne lui convient »."""


class PlatServi(msgspec.Struct, frozen=True):
    """Ce qu'on pose devant un convive à un service ; `plat` nul : rien ne lui va."""

    service: str
    plat: UUID | None
    nom: str
    convenance: Convenance


class AssietteVue(msgspec.Struct, frozen=True, kw_only=True):
    """Une assiette à part. Le code est sur le billet du foyer ; il ne dit ni nom, ni adresse, et n'ouvre rien."""

    code: str
    """« 27a » ; vide pour des convives que l'équipe annonce."""
    genre: GenreAnnonce | None
    """Convives annoncés par l'équipe : lesquels."""
    age: Age
    nombre: int
    regimes: tuple[str, ...]
    allergenes: tuple[str, ...]
    a_revoir: bool
    """Le foyer décrit plus de convives qu'il n'a de parts."""
    plats: list[PlatServi]


class AssiettesVue(msgspec.Struct, frozen=True):
    """Les assiettes à part d'un banquet, dans l'ordre de leurs codes."""

    version: int
    """Du menu."""
    assiettes: list[AssietteVue]


# --- Demandes -------------------------------------------------------------------------------------------------------


class AnnonceDemande(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Des convives annoncés par l'équipe, du même âge et des mêmes besoins."""

    genre: GenreAnnonce
    nombre: Annotated[int, Meta(ge=1, le=500)]
    age: Age = "adulte"
    regimes: Annotated[list[Regime], Meta(max_length=8)] = []
    allergenes: Annotated[list[Allergene], Meta(max_length=14)] = []


class ReglagesEffectif(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Quand l'effectif s'arrête, ce que le traiteur accepte ensuite, et de quoi prévoir.

    `version` : celle des réglages que l'on avait sous les yeux (`version_reglages`).
    """

    version: Annotated[int, Meta(ge=1, le=2_000_000_000)]
    arret_le: Instant | None
    tolerance_milliemes: Milliemes = 100
    absents_milliemes: Milliemes = 200
    passage_milliemes: Milliemes = 50
