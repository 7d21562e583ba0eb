"""Tables des évènements."""

from piccolo.columns import (
    UUID,
    Array,
    BigInt,
    Boolean,
    ForeignKey,
    Integer,
    Serial,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from server.comptes.tables import Compte
from server.lieux.tables import Lieu
from server.structures.tables import Structure


class Cycle(Table, tablename="cycle"):
    """Un cycle qui relie des évènements."""

    id: Serial
    slug = Varchar(length=90, unique=True)
    titre = Varchar(length=160)
    description = Text(default="")
    structure = ForeignKey(references=Structure, on_delete=OnDelete.restrict, null=False)
    cree_le = Timestamptz(default=None)


class Theme(Table, tablename="theme"):
    """Un sujet : alimentation, eau, démocratie locale…"""

    slug = Varchar(length=90, primary_key=True)
    nom = Varchar(length=80)


class Image(Table, tablename="image"):
    """Une image reçue, redimensionnée, sans métadonnées. Les octets sont dans le dossier de données."""

    id: Serial
    empreinte = Varchar(length=64, unique=True)
    """sha256 de l'image d'origine ; nom des fichiers."""
    largeur = Integer()
    hauteur = Integer()
    cree_le = Timestamptz(default=None)


class Evenement(Table, tablename="evenement"):
    """Ce qui est annoncé."""

    id: Serial
    uid = UUID(unique=True, default=None)
    """Identité dans les calendriers ; ne change jamais."""
    slug = Varchar(length=90, unique=True)
    version = Integer(default=1)
    """Monte à chaque changement ; c'est aussi le `SEQUENCE` des calendriers et le témoin des modifications croisées."""
    version_deplacement = Integer(default=1)
    """Version du dernier changement de date ou de lieu : qui a vu plus ancien doit redire oui."""
    statut = Varchar(length=10, default="brouillon", index=True)
    motif = Varchar(length=400, default="")
    """Pourquoi reporté, annulé ou rétabli ; en une phrase, montrée à tous."""
    statut_avant_annulation = Varchar(length=10, null=True, default=None)
    titre = Varchar(length=160)
    recherche = Text(default="")
    """Titre, résumé, lieu, commune, structures, thèmes, pliés : ce que `q` parcourt."""
    resume = Varchar(length=400, default="")
    description = Text(default="")
    """Markdown."""
    debut = Timestamptz(null=True, default=None, index=True)
    fin = Timestamptz(null=True, default=None, index=True)
    """Bornes des moments, tenues à jour par les services. `debut` nul : date à venir."""
    debut_initial = Timestamptz(null=True, default=None)
    """Date annoncée avant le dernier report."""
    lieu = ForeignKey(references=Lieu, on_delete=OnDelete.restrict, null=True)
    lieu_repli = ForeignKey(references=Lieu, on_delete=OnDelete.restrict, null=True)
    en_ligne = Boolean(default=False)
    lien_en_ligne = Varchar(length=500, null=True, default=None)
    """Montré seulement à qui est inscrit."""
    cycle = ForeignKey(references=Cycle, on_delete=OnDelete.restrict, null=True)
    acces = Text(default="")
    """Accessibilité propre à cet évènement (langue des signes, places réservées…)."""
    venir = Text(default="")
    a_apporter = Text(default="")
    image = ForeignKey(references=Image, on_delete=OnDelete.restrict, null=True)
    image_alt = Varchar(length=400, default="")
    image_credit = Varchar(length=200, default="")
    licence = Varchar(length=40, default="CC BY-SA 4.0")
    paiement = Text(default="")
    """Où et comment l'on paie, en phrases."""
    moyens_paiement = Array(base_column=Varchar(length=20), default=list)
    """Parmi `especes`, `cheque`, `carte`, `monnaie_locale`."""
    monnaie_locale = Varchar(length=80, default="")
    inscriptions_closes = Boolean(default=False)
    """Fermées à la main, avant l'heure."""
    cloture_le = Timestamptz(null=True, default=None)
    """Heure de clôture ; à défaut, le début de l'évènement."""
    attente = Boolean(default=True)
    taille_max = Integer(default=12)
    """Personnes par inscription."""
    cree_par = ForeignKey(references=Compte, on_delete=OnDelete.set_null, null=True)
    cree_le = Timestamptz(default=None)
    publie_le = Timestamptz(null=True, default=None)
    modifie_le = Timestamptz(default=None)
    """Dernier changement (`LAST-MODIFIED` des calendriers)."""


class EvenementEtiquette(Table, tablename="evenement_etiquette"):
    """Un format ou un thème d'un évènement."""

    id: Serial
    evenement = ForeignKey(references=Evenement, on_delete=OnDelete.cascade, null=False)
    genre = Varchar(length=6)
    """`format` ou `theme`."""
    valeur = Varchar(length=90)
    rang = Integer(default=0)


class Moment(Table, tablename="moment"):
    """Une partie d'un évènement : son heure, sa jauge, son prix."""

    id = UUID(primary_key=True, default=None)
    evenement = ForeignKey(references=Evenement, on_delete=OnDelete.restrict, null=False)
    rang = Integer(default=0)
    genre = Varchar(length=20)
    titre = Varchar(length=160, default="")
    description = Text(default="")
    debut = Timestamptz(null=True, default=None)
    fin = Timestamptz(null=True, default=None)
    jauge = Integer(null=True, default=None)
    """Nulle : sans limite."""
    pris = Integer(default=0)
    """Places tenues ; le seul compteur, changé avec ses présences dans une même transaction."""
    sur_inscription = Boolean(default=True)
    prix_mode = Varchar(length=8, default="gratuit")
    """`gratuit`, `libre` ou `tarifs`."""
    prix_conseille_centimes = Integer(null=True, default=None)
    prix_minimum_centimes = Integer(null=True, default=None)
    retire_le = Timestamptz(null=True, default=None)
    """Retiré du programme ; gardé, car des présences y renvoient."""


class HoraireEnAttente(Table, tablename="horaire_en_attente"):
    """L'horaire qu'avait un moment quand son évènement a été reporté sans date ; repris à la nouvelle date."""

    id: Serial
    moment = ForeignKey(references=Moment, on_delete=OnDelete.cascade, null=False)
    debut = Timestamptz(default=None)
    fin = Timestamptz(null=True, default=None)


class Tarif(Table, tablename="tarif"):
    """Un prix d'un moment payant : plein, solidaire, enfant… Déclaré, jamais justifié."""

    id = UUID(primary_key=True, default=None)
    moment = ForeignKey(references=Moment, on_delete=OnDelete.cascade, null=False)
    rang = Integer(default=0)
    nom = Varchar(length=80)
    montant_centimes = Integer()
    precision = Varchar(length=200, default="")


class Coorganisation(Table, tablename="coorganisation"):
    """Une structure dans un évènement : sa part, sa réponse."""

    id: Serial
    evenement = ForeignKey(references=Evenement, on_delete=OnDelete.cascade, null=False)
    structure = ForeignKey(references=Structure, on_delete=OnDelete.restrict, null=False)
    part = Varchar(length=20, default="coorganisatrice")
    """`porteuse`, `coorganisatrice`, `hote`, `soutien` ou `traiteur`."""
    reponse = Varchar(length=10, default="acceptee")
    """`invitee`, `acceptee` ou `declinee`."""
    rang = Integer(default=0)


class JournalEvenement(Table, tablename="journal_evenement"):
    """Ce qui est arrivé à un évènement, par qui, pour que l'équipe s'y retrouve."""

    id: Serial
    evenement = ForeignKey(references=Evenement, on_delete=OnDelete.cascade, null=False)
    instant = Timestamptz(default=None)
    compte = ForeignKey(references=Compte, on_delete=OnDelete.set_null, null=True)
    acte = Varchar(length=30)
    details = Varchar(length=500, default="")
    version = BigInt(default=1)
