"""Tables des banquets : ce qu'on cuisine, avec quoi, d'où cela vient.

Quantités en millièmes de l'unité de base (g, mL ou pièce), taux en millièmes, argent en centimes : des entiers partout.
"""

from typing import Any

from piccolo.columns import (
    UUID,
    Array,
    Boolean,
    Date,
    ForeignKey,
    Integer,
    Real,
    Serial,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from server.comptes.tables import Compte
from server.evenements.tables import Moment
from server.lieux.tables import Commune
from server.structures.tables import Structure


class Ingredient(Table, tablename="ingredient"):
    """Une denrée : ce qu'on en perd, ce qu'elle contient, quand elle pousse."""

    id: Serial
    slug = Varchar(length=90, unique=True)
    nom = Varchar(length=120)
    nom_plie = Varchar(length=140, index=True)
    famille = Varchar(length=24)
    """Famille de produits de « ma cantine »."""
    unite = Varchar(length=5, default="g")
    """Unité de base des recettes : `g`, `mL` ou `piece`."""
    dechet_milliemes = Integer(default=0)
    """Part non comestible de ce qu'on achète."""
    rendement_milliemes = Integer(default=1000)
    """Poids cuit pour 1 000 de poids cru épluché."""
    masse_piece_g = Integer(null=True, default=None)
    """Masse d'une pièce, pour qui achète à la pièce."""
    densite_milliemes = Integer(null=True, default=None)
    """Kilogrammes par mètre cube : 1 000 pour l'eau."""
    allergenes = Array(base_column=Varchar(length=30), default=list)
    """Parmi les quatorze de l'annexe II du règlement (UE) 1169/2011."""
    animal = Array(base_column=Varchar(length=12), default=list)
    """Ce que les allergènes ne disent pas : `viande`, `porc`, `gelatine`, `miel`, `alcool`."""
    saison = Array(base_column=Integer(), default=list)
    """Mois de récolte en France, de 1 à 12 ; vide : sans saison, ou saison inconnue."""
    hors_france = Boolean(default=False)
    """Ne pousse pas en France : jamais « de saison »."""
    source = Varchar(length=200, default="")
    """D'où viennent ces nombres."""
    structure = ForeignKey(references=Structure, on_delete=OnDelete.restrict, null=True)
    """Qui l'a ajouté ; nul : du référentiel."""
    version = Integer(default=1)
    modifie_le = Timestamptz(default=None)


class Recette(Table, tablename="recette"):
    """Une recette du réseau, sous CC BY-SA. On la copie dans un menu ; la copie vit ensuite sa vie."""

    id: Serial
    slug = Varchar(length=90, unique=True)
    titre = Varchar(length=160)
    titre_plie = Varchar(length=200, index=True)
    service = Varchar(length=16)
    """Place dans le repas : `aperitif`, `entree`, `plat`, `accompagnement`, `fromage`, `dessert`, `boisson` ou `pain`."""
    description = Text(default="")
    """Comment on fait, en Markdown."""
    notes_echelle = Text(default="")
    """Ce qui ne se multiplie pas : sel, épices, temps de cuisson."""
    structure = ForeignKey(references=Structure, on_delete=OnDelete.restrict, null=False)
    derivee_de: Any = ForeignKey(references="self", on_delete=OnDelete.set_null, null=True)
    licence = Varchar(length=40, default="CC BY-SA 4.0")
    version = Integer(default=1)
    cree_le = Timestamptz(default=None)
    modifie_le = Timestamptz(default=None)


class RecetteLigne(Table, tablename="recette_ligne"):
    """Un ingrédient d'une recette, pour une part d'adulte et pour une part d'enfant."""

    id: Serial
    recette = ForeignKey(references=Recette, on_delete=OnDelete.cascade, null=False)
    rang = Integer(default=0)
    ingredient = ForeignKey(references=Ingredient, on_delete=OnDelete.restrict, null=False)
    adulte_milli = Integer()
    enfant_milli = Integer()
    etat = Varchar(length=6, default="achete")
    """Poids `cuit` (dans l'assiette) ou `achete` (brut)."""
    note = Varchar(length=200, default="")


class Banquet(Table, tablename="banquet"):
    """Le côté cuisine d'un moment `banquet`."""

    id: Serial
    moment = ForeignKey(references=Moment, on_delete=OnDelete.cascade, null=False, unique=True)
    version = Integer(default=1)
    """Monte à chaque changement du menu : qui a vu plus ancien est prévenu, rien ne s'écrase."""
    arret_le = Timestamptz(null=True, default=None)
    """Quand l'effectif s'arrête ; nul : pas encore décidé."""
    version_reglages = Integer(default=1)
    """Monte à chaque changement de ce qui règle l'effectif (arrêt, tolérance, prévision) : le menu a la sienne."""
    tolerance_milliemes = Integer(default=100)
    """Ce que le traiteur accepte en plus ou en moins après l'arrêt."""
    marge_milliemes = Integer(default=50)
    """Ce qu'on cuisine en plus, par prudence."""
    absents_milliemes = Integer(default=200)
    """Part des inscrits qui ne viennent pas, pour la prévision."""
    passage_milliemes = Integer(default=50)
    """Part de convives qui viennent sans s'inscrire, pour la prévision."""
    notes = Text(default="")
    menu_public = Boolean(default=False)
    """Le menu se lit sur la page de l'évènement."""
    cree_le = Timestamptz(default=None)
    modifie_le = Timestamptz(default=None)
    modifie_par = ForeignKey(references=Compte, on_delete=OnDelete.set_null, null=True)


class Plat(Table, tablename="plat"):
    """Un plat du menu, pour tous ou à la place d'un autre."""

    id = UUID(primary_key=True, default=None)
    """Choisi par qui écrit le menu : le même plat se reconnaît d'une version à l'autre."""
    banquet = ForeignKey(references=Banquet, on_delete=OnDelete.cascade, null=False)
    rang = Integer(default=0)
    service = Varchar(length=16)
    nom = Varchar(length=160)
    description = Varchar(length=400, default="")
    recette = ForeignKey(references=Recette, on_delete=OnDelete.set_null, null=True)
    """D'où il a été copié."""
    remplace = UUID(null=True, default=None)
    """Le plat dont il est la variante : qui ne peut pas manger l'un mange l'autre."""
    part_milliemes = Integer(default=1000)
    """Part des convives à qui on le sert, quand plusieurs plats se partagent la table."""
    cueillette = Boolean(default=False)
    """Contient une denrée sauvage : servi à part, et nommé."""
    allergenes_ajoutes = Array(base_column=Varchar(length=30), default=list)
    allergenes_retires = Array(base_column=Varchar(length=30), default=list)
    regimes_ajoutes = Array(base_column=Varchar(length=30), default=list)
    """Ce que les ingrédients ne peuvent pas dire (halal, casher), affirmé par une personne."""
    confirme_le = Timestamptz(null=True, default=None)
    """Allergènes relus par une personne ; nul : déduits seulement, « pas encore confirmés »."""
    confirme_par = ForeignKey(references=Compte, on_delete=OnDelete.set_null, null=True)
    notes_echelle = Text(default="")


class PlatLigne(Table, tablename="plat_ligne"):
    """Un ingrédient d'un plat, pour une part d'adulte et pour une part d'enfant."""

    id: Serial
    plat = ForeignKey(references=Plat, on_delete=OnDelete.cascade, null=False)
    rang = Integer(default=0)
    ingredient = ForeignKey(references=Ingredient, on_delete=OnDelete.restrict, null=False)
    adulte_milli = Integer()
    enfant_milli = Integer()
    etat = Varchar(length=6, default="achete")
    dechet_milliemes = Integer(null=True, default=None)
    """Nul : celui de l'ingrédient."""
    rendement_milliemes = Integer(null=True, default=None)
    vendu_par = Varchar(length=8, default="kg")
    """Unité de vente : `kg`, `L`, `piece`, `botte` ou `caisse`."""
    contenance_milli = Integer(null=True, default=None)
    """Ce que contient une unité de vente, en millièmes de l'unité de base ; nul pour un kilogramme ou un litre."""
    pas_milliemes = Integer(default=1000)
    """Plus petite part d'unité que l'on achète : 1 000 pour une entière, 100 pour cent grammes."""
    note = Varchar(length=200, default="")


class Producteur(Table, tablename="producteur"):
    """Qui produit, livre ou donne : l'annuaire du réseau. Le contact est celui de l'entreprise, jamais d'une personne."""

    id: Serial
    slug = Varchar(length=90, unique=True)
    version = Integer(default=1)
    """Monte à chaque changement : deux personnes qui corrigent ensemble ne s'effacent pas."""
    nom = Varchar(length=160)
    nom_plie = Varchar(length=200, index=True)
    genre = Varchar(length=12)
    """`agriculteur`, `amap`, `boulanger`, `grossiste`, `cueilleur` ou `donateur`."""
    siret = Varchar(length=14, null=True, default=None)
    description = Text(default="")
    adresse = Varchar(length=300, default="")
    commune = ForeignKey(references=Commune, on_delete=OnDelete.restrict, null=True)
    lat = Real(null=True, default=None)
    lon = Real(null=True, default=None)
    courriel = Varchar(length=254, null=True, default=None)
    telephone = Varchar(length=24, null=True, default=None)
    site = Varchar(length=500, null=True, default=None)
    conditions = Text(default="")
    """Minimum de commande, livraison, paiement : en phrases."""
    delai_jours = Integer(null=True, default=None)
    """Combien de jours avant la livraison il faut commander."""
    bio_organisme = Varchar(length=80, null=True, default=None)
    """Qui a certifié ; nul : pas de certificat bio."""
    bio_numero = Varchar(length=80, default="")
    bio_verifie_le = Date(null=True, default=None)
    """Quand une personne du réseau a lu le certificat."""
    bio_expire_le = Date(null=True, default=None)
    cree_le = Timestamptz(default=None)
    modifie_le = Timestamptz(default=None)


class Produit(Table, tablename="produit"):
    """Ce qu'un producteur vend, et comment."""

    id: Serial
    producteur = ForeignKey(references=Producteur, on_delete=OnDelete.restrict, null=False)
    nom = Varchar(length=160)
    ingredient = ForeignKey(references=Ingredient, on_delete=OnDelete.restrict, null=True)
    famille = Varchar(length=24)
    vendu_par = Varchar(length=8, default="kg")
    """`kg`, `L`, `piece`, `botte` ou `caisse`."""
    masse_unite_g = Integer(null=True, default=None)
    """Poids d'une unité de vente ; nul : inconnu. Sans objet au kilogramme."""
    prix_centimes = Integer(null=True, default=None)
    """Hors taxes, pour une unité de vente ; nul : à demander."""
    labels = Array(base_column=Varchar(length=30), default=list)


class Approvisionnement(Table, tablename="approvisionnement"):
    """Ce qu'un banquet se procure : quoi, chez qui, combien, à quel prix, sous quels labels.

    Prix et labels sont recopiés du produit : le repas garde ceux du jour où on les a choisis.
    """

    id = UUID(primary_key=True, default=None)
    """Choisi par qui écrit : un envoi rejoué ne double rien."""
    banquet = ForeignKey(references=Banquet, on_delete=OnDelete.cascade, null=False)
    version = Integer(default=1)
    genre = Varchar(length=10, default="achat")
    """`achat`, `don`, `surplus`, `cueillette` ou `apport`."""
    description = Varchar(length=160)
    producteur = ForeignKey(references=Producteur, on_delete=OnDelete.restrict, null=True)
    produit = ForeignKey(references=Produit, on_delete=OnDelete.set_null, null=True)
    ingredient = ForeignKey(references=Ingredient, on_delete=OnDelete.restrict, null=True)
    plat = ForeignKey(references=Plat, on_delete=OnDelete.set_null, null=True)
    """Pour une cueillette : le plat où elle est servie à part."""
    famille = Varchar(length=24)
    vendu_par = Varchar(length=8, default="kg")
    masse_unite_g = Integer(null=True, default=None)
    quantite_milliemes = Integer()
    """Millièmes d'unité de vente."""
    prix_centimes = Integer(null=True, default=None)
    """Hors taxes, pour une unité de vente ; nul : pas encore connu, ou rien à payer."""
    labels = Array(base_column=Varchar(length=30), default=list)
    local_definition = Varchar(length=11, null=True, default=None)
    """`PAT`, `COMMUNE`, `DEPARTEMENT`, `REGION` ou `KM` ; nul : pas local."""
    local_km = Integer(null=True, default=None)
    identifie_par = Varchar(length=80, default="")
    """Pour une cueillette : qui a reconnu la plante et en répond."""
    note = Varchar(length=400, default="")
    cree_le = Timestamptz(default=None)
    modifie_le = Timestamptz(default=None)


class CompteDuRepas(Table, tablename="compte_du_repas"):
    """Ce qu'un repas a recueilli, ce qu'il a coûté hors denrées, combien de parts ont été servies."""

    id: Serial
    banquet = ForeignKey(references=Banquet, on_delete=OnDelete.cascade, null=False, unique=True)
    version = Integer(default=1)
    adultes = Integer()
    enfants = Integer()
    recueilli_centimes = Integer()
    """Total : personne n'y est nommé."""
    autres_frais_centimes = Integer(default=0)
    """Gaz, vaisselle, location : tout ce qui n'est pas une denrée."""
    pot_solidaire_centimes = Integer(default=0)
    """Ce que l'on y a versé."""
    note = Varchar(length=400, default="")
    publics = Boolean(default=False)
    """Se lisent sur la page de l'évènement, si le menu s'y lit."""
    modifie_le = Timestamptz(default=None)


class Commande(Table, tablename="commande"):
    """Ce qu'un banquet demande à un producteur : une seule par banquet et par producteur, dont chaque envoi est un bon.

    Le contact gardé est celui de l'entreprise. Le secret du lien se dérive, il n'est pas ici.
    """

    id = UUID(primary_key=True, default=None)
    banquet = ForeignKey(references=Banquet, on_delete=OnDelete.cascade, null=False)
    producteur = ForeignKey(references=Producteur, on_delete=OnDelete.restrict, null=False)
    version = Integer(default=1)
    """Monte à chaque geste, d'un côté ou de l'autre : qui a vu plus ancien est prévenu."""
    numero = Integer(default=1)
    """Le combientième bon : un renvoi remplace le précédent."""
    cle_envoi = UUID(default=None)
    """Choisie par qui envoie : le même envoi rejoué ne part qu'une fois."""
    version_lien = Integer(default=1)
    """La monter révoque le lien du producteur."""
    moyen = Varchar(length=9, default="courriel")
    """`courriel` ou `telephone`."""
    destinataire = Varchar(length=254, default="")
    langue = Varchar(length=2, default="fr")
    envoyee_le = Timestamptz(default=None)
    remplace_le = Timestamptz(null=True, default=None)
    """Quand était parti le bon que celui-ci remplace."""
    livraison_le = Date(null=True, default=None)
    livraison_lieu = Varchar(length=300, default="")
    message = Text(default="")
    repas_le = Timestamptz(null=True, default=None)
    """Le début du repas, tel qu'il était à l'envoi."""
    lieu_du_repas = Integer(null=True, default=None)
    """Le lieu de l'évènement à l'envoi, pour dire qu'il a changé (sans clé étrangère : rien ne le retient)."""
    repondue_le = Timestamptz(null=True, default=None)
    mot = Text(default="")
    """Ce que le producteur a répondu pour l'ensemble."""
    acceptee_le = Timestamptz(null=True, default=None)
    """L'équipe a reporté sa réponse sur les approvisionnements."""
    annulee_le = Timestamptz(null=True, default=None)
    motif = Varchar(length=400, default="")
    relances = Integer(default=0)
    """Combien de fois ce bon a été rappelé à un producteur qui n'y répondait pas."""
    relancee_le = Timestamptz(null=True, default=None)
    """La dernière."""
    cle_relance = UUID(null=True, default=None)
    """Choisie par qui relance : la même relance rejouée ne part qu'une fois."""


class CommandeLigne(Table, tablename="commande_ligne"):
    """Une ligne telle qu'elle est partie, et ce que le producteur en a répondu."""

    id: Serial
    commande = ForeignKey(references=Commande, on_delete=OnDelete.cascade, null=False)
    rang = Integer(default=0)
    approvisionnement = UUID(default=None)
    """La ligne d'où elle vient (sans clé étrangère : elle a pu être retirée depuis)."""
    genre = Varchar(length=10, default="achat")
    description = Varchar(length=160)
    vendu_par = Varchar(length=8, default="kg")
    masse_unite_g = Integer(null=True, default=None)
    quantite_milliemes = Integer()
    prix_centimes = Integer(null=True, default=None)
    labels = Array(base_column=Varchar(length=30), default=list)
    note = Varchar(length=400, default="")
    reponse = Varchar(length=9, null=True, default=None)
    """`confirmee`, `corrigee` ou `refusee` ; nulle : rien encore."""
    quantite_dite_milliemes = Integer(null=True, default=None)
    prix_dit_centimes = Integer(null=True, default=None)
    mot = Varchar(length=400, default="")
    convenue_milliemes = Integer(null=True, default=None)
    """Ce que l'équipe a accepté d'une réponse ; zéro : refusée, donc retirée. Nulle : ce qui est parti."""
    prix_convenu_centimes = Integer(null=True, default=None)
