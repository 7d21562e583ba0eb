"""Tables des comptes."""

from piccolo.columns import UUID, Boolean, ForeignKey, Integer, Serial, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table


class Compte(Table, tablename="compte"):
    """Une personne qui organise. Prendre part n'en demande pas."""

    id: Serial
    courriel = Varchar(length=254)
    courriel_plie = Varchar(length=254, unique=True)
    prenom = Varchar(length=80)
    langue = Varchar(length=2, default="fr")
    est_operateur = Boolean(default=False)
    """Veille sur l'installation : voit les envois en échec de tout le réseau, crée des structures."""
    cree_le = Timestamptz(default=None)
    desactive_le = Timestamptz(null=True, default=None)


class DemandeConnexion(Table, tablename="demande_connexion"):
    """Un lien et un code envoyés à qui veut se connecter ; valables une fois, une heure.

    Ni l'un ni l'autre n'est gardé : ils se dérivent de l'identifiant et de la clé de l'installation.
    """

    id = UUID(primary_key=True, default=None)
    compte = ForeignKey(references=Compte, on_delete=OnDelete.cascade, null=True, default=None)
    """Absent si l'adresse donnée n'est celle de personne : la demande vit pareil, rien ne trahit la différence."""
    essais = Integer(default=0)
    """Codes faux recopiés ; au cinquième, la demande meurt."""
    cree_le = Timestamptz(default=None)
    expire_le = Timestamptz(default=None)
    consommee_le = Timestamptz(null=True, default=None)


class Session(Table, tablename="session"):
    """Un appareil connecté. Seule l'empreinte de son secret est gardée."""

    id = UUID(primary_key=True, default=None)
    compte = ForeignKey(references=Compte, on_delete=OnDelete.cascade, null=False)
    secret_hache = Varchar(length=64, unique=True)
    appareil = Varchar(length=120)
    cree_le = Timestamptz(default=None)
    vue_le = Timestamptz(default=None)
    expire_le = Timestamptz(default=None)
