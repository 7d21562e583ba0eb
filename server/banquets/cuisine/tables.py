"""Tables de la cuisine. Qui écrit y signe d'un lien ou d'une structure, jamais d'une personne."""

from piccolo.columns import UUID, BigInt, Boolean, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from server.comptes.tables import Compte
from server.evenements.tables import Moment


class LienCuisine(Table, tablename="lien_cuisine"):
    """Un lien qui ouvre la cuisine d'un banquet, sans compte. Son secret est dérivé : rien à garder."""

    id: Serial
    moment = ForeignKey(references=Moment, on_delete=OnDelete.cascade, null=False)
    nom = Varchar(length=80)
    """« équipe du samedi »."""
    version = Integer(default=1)
    """Monte quand on révoque : le lien et les appareils qui l'ont ouvert ne prouvent plus rien."""
    cree_par = ForeignKey(references=Compte, on_delete=OnDelete.set_null, null=True)
    cree_le = Timestamptz(default=None)
    revoque_le = Timestamptz(null=True, default=None)


class MessageCuisine(Table, tablename="message_cuisine"):
    """Un message entre la cuisine et qui organise, sur un banquet."""

    numero: Serial = Serial(primary_key=True)
    """L'ordre d'arrivée, qui dit aussi jusqu'où chacun a lu."""
    id = UUID(unique=True, default=None)
    """Choisi par qui écrit : un envoi rejoué ne double rien."""
    moment = ForeignKey(references=Moment, on_delete=OnDelete.cascade, null=False)
    cote = Varchar(length=12)
    """`cuisine` ou `organisation`."""
    nom = Varchar(length=160)
    """Le nom du lien, ou de la structure."""
    lien = ForeignKey(references=LienCuisine, on_delete=OnDelete.set_null, null=True)
    compte = ForeignKey(references=Compte, on_delete=OnDelete.set_null, null=True)
    """Qui l'a écrit, par un lien ou par un compte : qui peut le retirer. Ne se lit nulle part."""
    texte = Text(default="")
    recu_le = Timestamptz(default=None)
    retire_le = Timestamptz(null=True, default=None)
    """Retiré par qui l'a écrit : le texte s'efface, la place reste."""


class MessagesLus(Table, tablename="messages_lus"):
    """Jusqu'où un côté a lu."""

    id: Serial
    moment = ForeignKey(references=Moment, on_delete=OnDelete.cascade, null=False)
    cote = Varchar(length=12)
    jusqu_a = BigInt(default=0)
    """Numéro du dernier message lu."""


class MesureTemperature(Table, tablename="mesure_temperature"):
    """Une température relevée. Jamais changée : qui se corrige en écrit une autre, et la première reste lisible."""

    id = UUID(primary_key=True, default=None)
    """Choisi par qui relève, hors réseau peut-être."""
    moment = ForeignKey(references=Moment, on_delete=OnDelete.cascade, null=False)
    genre = Varchar(length=16)
    """`chaud`, `froid`, `refroidissement` ou `remise`."""
    sujet = Varchar(length=120)
    """Le plat ou l'enceinte : « gratin de courge », « frigo du fond »."""
    plat = UUID(null=True, default=None)
    """Le plat du menu, s'il en est un. Sans lien dur : un plat retiré du menu n'efface pas son relevé."""
    suite_de = UUID(null=True, default=None)
    """La première mesure de la même série : un refroidissement en a au moins deux."""
    dixiemes = Integer()
    """Dixièmes de degré Celsius."""
    prise_le = Timestamptz(default=None)
    """L'instant que dit l'appareil."""
    nom = Varchar(length=160)
    """Le lien ou la structure qui l'a relevée."""
    recue_le = Timestamptz(default=None)
    corrige = UUID(null=True, default=None)
    """La mesure que celle-ci remplace."""
    annule = Boolean(default=False)
    """Vrai : la mesure corrigée n'avait pas lieu d'être, et rien ne la remplace."""


class Pesee(Table, tablename="pesee"):
    """Des restes pesés après le repas."""

    id = UUID(primary_key=True, default=None)
    """Choisi par qui pèse."""
    moment = ForeignKey(references=Moment, on_delete=OnDelete.cascade, null=False)
    genre = Varchar(length=12)
    """`preparation`, `non_servi` ou `assiettes`."""
    grammes = Integer()
    nom = Varchar(length=160)
    """Le lien ou la structure qui a pesé."""
    pesee_le = Timestamptz(default=None)
    retiree_le = Timestamptz(null=True, default=None)
