"""Les labels, leurs classes et leur ordre, les familles de produits, les définitions du local.

Source : code rural, art. L230-5-1 ; listes et ordre de « ma cantine » (betagouv/ma-cantine, `data/models/purchase.py` et
`2024-frontend/src/data/achats.json`, version 04dddca90 du 30 juin 2026, licence MIT). Le local, le circuit court et
l'origine se disent à part : ils ne sont pas des classes. Une soirée publique n'est pas tenue à cette loi ; ce que nous en
tirons est un indicateur volontaire.
"""

from typing import Final, Literal, get_args

Label = Literal[
    "BIO",
    "LABEL_ROUGE",
    "AOCAOP",
    "IGP",
    "STG",
    "HVE",
    "PECHE_DURABLE",
    "RUP",
    "COMMERCE_EQUITABLE",
    "FERMIER",
    "EXTERNALITES",
    "PERFORMANCE",
    "FRANCE",
    "EUROPE",
    "CIRCUIT_COURT",
]
"""Codes de « ma cantine ». « Local » n'en est pas : il se dit avec sa définition."""

Classe = Literal["bio", "siqo", "egalim_autres", "externalites_performance"]
CLASSES: Final[tuple[Classe, ...]] = get_args(Classe)
"""De la plus haute à la plus basse : un achat compte dans la première qui le concerne."""

CLASSE_DU_LABEL: Final[dict[Label, Classe]] = {
    "BIO": "bio",
    "LABEL_ROUGE": "siqo",
    "AOCAOP": "siqo",
    "IGP": "siqo",
    "STG": "siqo",
    "HVE": "egalim_autres",
    "PECHE_DURABLE": "egalim_autres",
    "RUP": "egalim_autres",
    "COMMERCE_EQUITABLE": "egalim_autres",
    "FERMIER": "egalim_autres",
    "EXTERNALITES": "externalites_performance",
    "PERFORMANCE": "externalites_performance",
}
"""Ni l'origine ni le circuit court n'ont de classe."""

Famille = Literal[
    "VIANDES_VOLAILLES",
    "CHARCUTERIE",
    "PRODUITS_DE_LA_MER",
    "FRUITS_ET_LEGUMES",
    "PRODUITS_LAITIERS",
    "BOULANGERIE",
    "BOISSONS",
    "AUTRES",
]
FAMILLES: Final[tuple[Famille, ...]] = get_args(Famille)

DefinitionDuLocal = Literal["PAT", "COMMUNE", "DEPARTEMENT", "REGION", "KM"]
"""Ce que « local » veut dire : projet alimentaire territorial, commune, département, région, ou moins de tant de km."""

COLONNES_MA_CANTINE: Final = (
    "siret",
    "description",
    "fournisseur",
    "date",
    "prix_ht",
    "famille_produits",
    "categories_egalim",
    "origine",
    "est_circuit_court",
    "est_local",
    "definition_local",
    "definition_local_km",
)
"""Colonnes de l'import d'achats de « ma cantine », dans leur ordre ; séparateur `;`."""
