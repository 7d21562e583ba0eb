"""Tables des notifications."""

from piccolo.columns import Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table


class Envoi(Table, tablename="envoi"):
    """Un message à faire partir : la boîte d'envoi, écrite dans la transaction du métier.

    Le message est composé au départ, pas ici : la ligne dit de quoi il s'agit, à qui, et rien de plus.
    """

    id: Serial
    cle = Varchar(length=160, unique=True)
    """Clé d'idempotence : le même message au même destinataire n'existe qu'une fois."""
    genre = Varchar(length=60)
    """Choisit le compositeur, dans la table de `application.py`."""
    objet = Varchar(length=80, index=True)
    """De quoi il s'agit, `inscription:<uuid>` par exemple ; sert aussi à effacer."""
    evenement = Integer(null=True, default=None, index=True)
    """Évènement concerné (sans clé étrangère : la boîte d'envoi ignore le métier)."""
    destinataire = Varchar(length=254)
    langue = Varchar(length=2, default="fr")
    donnees = Text(default="{}")
    """JSON : ce que le compositeur ne pourra plus relire (ancienne date, motif). Jamais de régime ni d'allergie."""
    cree_le = Timestamptz(default=None)
    echeance_le = Timestamptz(null=True, default=None, index=True)
    """Prochain essai. Vide quand l'affaire est close : parti, abandonné, ou devenu sans objet."""
    bail_de = Varchar(length=40, null=True, default=None)
    """Prise en charge par un expéditeur, neuve à chaque fois : qui ne l'a plus n'écrit rien."""
    bail_jusqu_au = Timestamptz(null=True, default=None)
    essais = Integer(default=0)
    envoye_le = Timestamptz(null=True, default=None)
    echoue_le = Timestamptz(null=True, default=None)
    """Abandonné après le dernier essai ; listé dans l'espace, où l'on peut le relancer."""
    derniere_erreur = Varchar(length=300, null=True, default=None)
