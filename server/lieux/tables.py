"""Tables des lieux."""

from typing import Any

from piccolo.columns import Boolean, ForeignKey, Integer, Real, Serial, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.columns.reference import LazyTableReference
from piccolo.table import Table

from server.structures.tables import Structure


class Territoire(Table, tablename="territoire"):
    """L'installation : un réseau, son territoire. Une seule ligne (`id = 1`)."""

    id: Serial
    reseau = Varchar(length=160)
    nom = Varchar(length=160)
    presentation = Text(default="")
    courriel = Varchar(length=254, null=True, default=None)
    """Où écrire au réseau ; montré au pied de chaque page."""
    editeur = Varchar(length=160, default="")
    """Mentions légales : qui publie ce site, où le joindre, qui en répond, qui l'héberge. Vide : pas encore dit."""
    editeur_adresse = Varchar(length=300, default="")
    editeur_telephone = Varchar(length=24, default="")
    directeur = Varchar(length=160, default="")
    hebergeur = Varchar(length=160, default="")
    hebergeur_adresse = Varchar(length=300, default="")
    hebergeur_telephone = Varchar(length=24, default="")
    usage = Varchar(length=10, default="reel")
    """`reel`, `demo` ou `exemple` : seules les deux dernières bases se remplissent de données inventées."""
    cree_le = Timestamptz(default=None)


class Commune(Table, tablename="commune"):
    """Une commune du territoire ; sa clé est son code INSEE."""

    code = Varchar(length=5, primary_key=True)
    nom = Varchar(length=120)
    nom_plie = Varchar(length=120, index=True)
    codes_postaux = Varchar(length=400, default="")
    """Séparés par des espaces."""
    departement = Varchar(length=3, default="")
    population = Integer(default=0)
    lat = Real(default=0.0)
    lon = Real(default=0.0)
    contour = Text(null=True, default=None)
    """Géométrie GeoJSON, si elle a été importée."""


class Lieu(Table, tablename="lieu"):
    """Une salle, une place, un pré."""

    id: Serial
    slug = Varchar(length=90, unique=True)
    nom = Varchar(length=160)
    nom_plie = Varchar(length=200, index=True)
    description = Text(default="")
    adresse = Varchar(length=300, default="")
    commune = ForeignKey(references=Commune, on_delete=OnDelete.restrict, null=False)
    lat = Real(null=True, default=None)
    lon = Real(null=True, default=None)
    interieur = Boolean(default=True)
    places_assises = Integer(null=True, default=None)
    places_debout = Integer(null=True, default=None)
    cuisine = Boolean(default=False)
    eau = Boolean(default=False)
    electricite = Boolean(default=False)
    acces_pmr = Varchar(length=10, default="inconnu")
    """`oui`, `partiel`, `non` ou `inconnu`."""
    acces = Text(default="")
    """Stationnement, marches, toilettes, boucle magnétique : en phrases."""
    repli: ForeignKey[Any] = ForeignKey(
        references=LazyTableReference("Lieu", module_path=__name__), on_delete=OnDelete.restrict, null=True
    )
    """Où l'on va s'il pleut."""
    structure = ForeignKey(references=Structure, on_delete=OnDelete.restrict, null=True)
    """Qui gère le lieu, si c'est une structure du réseau."""
    cree_le = Timestamptz(default=None)
    modifie_le = Timestamptz(default=None)
