"""Tables des structures."""

from piccolo.columns import ForeignKey, Serial, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from server.comptes.tables import Compte


class Structure(Table, tablename="structure"):
    """Une organisation du réseau."""

    id: Serial
    slug = Varchar(length=90, unique=True)
    nom = Varchar(length=160)
    nom_plie = Varchar(length=200, index=True)
    genre = Varchar(length=20)
    college = Varchar(length=20)
    description = Text(default="")
    site = Varchar(length=500, null=True, default=None)
    courriel = Varchar(length=254, null=True, default=None)
    """Contact public, choisi par la structure."""
    telephone = Varchar(length=24, null=True, default=None)
    commune = Varchar(length=5, null=True, default=None)
    """Code INSEE (sans clé étrangère : les communes sont au-dessus)."""
    cree_le = Timestamptz(default=None)
    modifie_le = Timestamptz(default=None)


class Membre(Table, tablename="membre"):
    """Une personne dans une structure, avec son rôle."""

    id: Serial
    structure = ForeignKey(references=Structure, on_delete=OnDelete.restrict, null=False)
    compte = ForeignKey(references=Compte, on_delete=OnDelete.cascade, null=False)
    role = Varchar(length=12, default="membre")
    """`membre` ou `responsable`."""
    prenom = Varchar(length=80, null=True, default=None)
    courriel = Varchar(length=254, null=True, default=None)
    """Tels que les a écrits qui a ajouté la personne ; nuls dès qu'elle est venue, son compte les dit alors."""
    cree_le = Timestamptz(default=None)
