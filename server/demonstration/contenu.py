"""Les textes de la démonstration : les lire dans `contenu/`, et les mettre en typographie française.

Les fichiers sont écrits au clavier ordinaire (apostrophe droite, espace simple) ; `typographier` fait le reste, une
fois pour toutes.
"""

import re
import tomllib
from importlib import resources
from typing import Any, Final, Literal

import msgspec

from server.banquets.achats.labels import Label
from server.banquets.achats.schemas import Metier
from server.banquets.menus.schemas import Regime, Service
from server.evenements.schemas import Format, GenreMoment, Part
from server.lieux.schemas import AccesPmr
from server.structures.schemas import College, Genre

FINE: Final = "\u202f"
INSECABLE: Final = "\u00a0"


class StructureEcrite(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Une structure ; `membres` : « prénom » ou « prénom:responsable »."""

    cle: str
    nom: str
    genre: Genre
    description: str
    college: College | None = None
    commune: str | None = None
    courriel: str | None = None
    telephone: str | None = None
    site: str | None = None
    membres: list[str] = []


class LieuEcrit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Un lieu ; `repli` et `structure` sont des clés."""

    cle: str
    nom: str
    commune: str
    description: str
    adresse: str = ""
    lat: float | None = None
    lon: float | None = None
    interieur: bool = True
    assis: int | None = None
    debout: int | None = None
    cuisine: bool = False
    pmr: AccesPmr = "inconnu"
    eau: bool = True
    electricite: bool = True
    acces: str = ""
    repli: str | None = None
    structure: str | None = None


class MomentEcrit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Un moment. Une fin plus tôt que le début est au lendemain."""

    genre: GenreMoment
    titre: str
    de: str
    a: str
    jour: int = 0
    """Jours après le premier."""
    jours: int = 0
    """Jours de plus que dure le moment."""
    jauge: int | None = None
    libre: int | None = None
    """Prix libre : le montant conseillé, en euros (0 : sans conseil)."""
    tarifs: dict[str, int] = {}
    """Nom → euros."""
    inscription: bool = True


class EvenementEcrit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Un évènement tel qu'il est écrit, sans année."""

    titre: str
    resume: str
    texte: str
    structure: str
    avec: list[str] = []
    """« clé » (coorganisatrice) ou « clé:part »."""
    lieu: str
    repli: str | None = None
    cycle: str | None = None
    mois: int = 0
    quand: str = ""
    """« sam2 » : deuxième samedi du mois ; « 12 » : le 12."""
    formats: list[Format]
    themes: list[str]
    moments: list[MomentEcrit]
    image: str | None = None
    en_ligne: str | None = None
    acces: str = ""
    venir: str = ""
    apporter: str = ""
    paiement: str = ""
    cloture_jours: int | None = None
    """Les inscriptions closent tant de jours avant, à 18 heures."""
    taux: float = 0.65
    """Part des places que l'on finit par prendre."""
    convoite: bool = False
    """Se remplit, et fait attendre."""
    annuel: bool = False
    """Revient chaque année à la même saison."""
    si_reporte: str | None = None
    si_annule: str | None = None

    @property
    def parts(self) -> list[tuple[str, Part]]:
        """Les autres structures, et leur part."""
        couples = (morceau.partition(":") for morceau in self.avec)
        return [(cle, msgspec.convert(part or "coorganisatrice", Part)) for cle, _, part in couples]


class CycleEcrit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cle: str
    titre: str
    structure: str
    description: str


class SoireeReelle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """La soirée du 8 mars 2024 et ce qu'elle nomme."""

    lieu: LieuEcrit
    structures: list[StructureEcrite]
    evenement: EvenementEcrit


class ProduitEcrit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ce que vend un producteur, au kilogramme ou au litre ; `prix` en centimes hors taxes."""

    ingredient: str
    prix: int
    labels: list[Label] | None = None
    """À défaut : bio et circuit court pour qui est certifié, circuit court pour les autres."""


class ProducteurEcrit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    cle: str
    nom: str
    genre: Metier
    commune: str
    courriel: str | None = None
    telephone: str | None = None
    delai_jours: int | None = None
    bio: str | None = None
    """Organisme certificateur."""
    conditions: str
    produits: list[ProduitEcrit] = []


class PlatEcrit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    cle: str
    service: Service
    nom: str
    description: str = ""
    saison: Literal["froid", "chaud"] | None = None
    remplace: str | None = None
    part: int = 1000
    cueillette: bool = False
    regimes: list[Regime] = []
    """Ce que la cuisine affirme, et que les denrées ne disent pas."""
    notes: str = ""
    lignes: list[str]
    """« denrée part-d'adulte part-d'enfant cuit|achete », les parts dans l'unité de la denrée."""


class DonEcrit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ce qui vient sans s'acheter."""

    genre: Literal["surplus", "don", "cueillette"]
    description: str
    producteur: str
    ingredient: str
    plat: str | None = None
    vendu_par: Literal["kg", "L"]
    quantite: int
    identifie_par: str = ""


class RecetteEcrite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """La recette que l'on tire d'un plat pour tout le réseau."""

    plat: str
    titre: str
    texte: str


class GrandBanquetEcrit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Le banquet de cent quatre-vingts couverts : l'évènement, ce qu'on y mange, d'où cela vient."""

    evenement: EvenementEcrit
    producteur: list[ProducteurEcrit]
    plat: list[PlatEcrit]
    don: list[DonEcrit]
    recette: list[RecetteEcrite]


class Vocabulaire(msgspec.Struct, frozen=True):
    """De quoi inventer des foyers."""

    prenoms: list[str]
    mots: list[str]
    """Les noms de famille des adresses : des plantes, des oiseaux, des choses d'ici."""
    messages: list[str]


class Contenu(msgspec.Struct, frozen=True):
    """Tout ce que la démonstration raconte."""

    structures: list[StructureEcrite]
    lieux: list[LieuEcrit]
    cycles: list[CycleEcrit]
    evenements: list[EvenementEcrit]
    soiree_reelle: SoireeReelle
    grand_banquet: GrandBanquetEcrit
    vocabulaire: Vocabulaire


def lire_contenu() -> Contenu:
    """Lit et vérifie tous les fichiers de `contenu/`."""
    fichiers = {
        fichier.name: tomllib.loads(fichier.read_text(encoding="utf-8"))
        for fichier in sorted((resources.files(__package__) / "contenu").iterdir(), key=lambda f: f.name)
        if fichier.name.endswith(".toml")
    }
    evenements = []
    for nom, brut in fichiers.items():
        mois = re.match(r"(\d\d)-", nom)
        commun = {**brut.get("commun", {}), **({"mois": int(mois[1])} if mois else {})}
        if isinstance(ecrits := brut.get("evenement"), list):
            evenements += [{**commun, **ecrit} for ecrit in ecrits]
    return msgspec.convert(
        _typographier_tout(
            {
                "structures": fichiers["structures.toml"]["structure"],
                "lieux": fichiers["lieux.toml"]["lieu"],
                "cycles": fichiers["cycles.toml"]["cycle"],
                "evenements": evenements,
                "soiree_reelle": fichiers["soiree-reelle.toml"],
                "grand_banquet": fichiers["grand-banquet.toml"],
                "vocabulaire": {
                    cle: valeur.split() if isinstance(valeur, str) else valeur
                    for cle, valeur in fichiers["foyers.toml"].items()
                },
            }
        ),
        Contenu,
    )


def _typographier_tout(noeud: Any) -> Any:
    match noeud:
        case dict():
            return {cle: _typographier_tout(valeur) for cle, valeur in noeud.items()}
        case list():
            return [_typographier_tout(valeur) for valeur in noeud]
        case str() if not noeud.startswith(("http://", "https://")):
            return typographier(noeud)
        case _:
            return noeud


_REGLES: Final = (
    (re.compile(r"'"), "’"),
    (re.compile(r"\.\.\."), "…"),
    (re.compile(r"« "), f"«{FINE}"),
    (re.compile(r" »"), f"{FINE}»"),
    (re.compile(r" ([;:!?])"), rf"{FINE}\1"),
    (
        re.compile(r"(?<=\d) (?=(?:€|%|h\b|km\b|min\b|kg\b|mm\b|cm\b|m\b|ans\b|heures\b|degrés\b|euros\b))"),
        INSECABLE,
    ),
    (re.compile(r"(?<=\d h) (?=\d)"), INSECABLE),
    (re.compile(rf"(?<=\d{INSECABLE}h) (?=\d)"), INSECABLE),
    (re.compile(r"(?<=\d) (?=\d{3}\b)"), FINE),
)


def typographier(texte: str) -> str:
    """Le texte comme on l'imprime : apostrophes courbes, espaces insécables devant « ; : ! ? € » et dans les heures."""
    for motif, remplacement in _REGLES:
        texte = motif.sub(remplacement, texte)
    return texte.strip()
