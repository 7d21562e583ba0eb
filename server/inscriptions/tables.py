"""Tables des inscriptions."""

from piccolo.columns import UUID, Array, Boolean, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.columns.base import OnDelete
from piccolo.table import Table

from server.comptes.tables import Compte
from server.evenements.tables import Evenement, Moment, Tarif


class Inscription(Table, tablename="inscription"):
    """Un foyer qui vient à un évènement. Données personnelles : effacées au bout du délai annoncé."""

    id = UUID(primary_key=True, default=None)
    """Choisi par le client."""
    evenement = ForeignKey(references=Evenement, on_delete=OnDelete.restrict, null=False)
    jeton_hache = Varchar(length=64)
    demande_hachee = Varchar(length=64)
    """Empreinte de la demande de création : la même rejouée est inoffensive, une autre est refusée."""
    version_liens = Integer(default=1)
    """Monter la version révoque tous les liens envoyés."""
    version_agenda = Integer(default=1)
    """Monter la version change la seule adresse de son agenda."""
    prenom = Varchar(length=80)
    recherche = Varchar(length=500, default="")
    """Prénom, courriel, téléphone, pliés : ce que cherche l'équipe."""
    courriel = Varchar(length=254, null=True, default=None)
    courriel_plie = Varchar(length=254, null=True, default=None)
    courriel_confirme_le = Timestamptz(null=True, default=None)
    telephone = Varchar(length=24, null=True, default=None)
    telephone_plie = Varchar(length=24, null=True, default=None)
    """Chiffres seuls, indicatif français réduit à 0."""
    commune = Varchar(length=5, null=True, default=None)
    langue = Varchar(length=2, default="fr")
    message = Text(null=True, default=None)
    besoins = Array(base_column=Varchar(length=30), default=list)
    contributions = Array(base_column=Varchar(length=30), default=list)
    premiere_fois = Boolean(null=True, default=None)
    accord_regimes = Boolean(default=False)
    accepte_attente = Boolean(default=True)
    tout_ou_rien = Boolean(default=False)
    pour_autrui_prenom = Varchar(length=80, null=True, default=None)
    pour_autrui_courriel = Varchar(length=254, null=True, default=None)
    pour_autrui_telephone = Varchar(length=24, null=True, default=None)
    origine = Varchar(length=12, default="formulaire")
    """`formulaire`, `api`, `telephone`, `papier` ou `porte`."""
    saisie_par = ForeignKey(references=Compte, on_delete=OnDelete.set_null, null=True)
    code_accueil = Varchar(length=12, unique=True)
    """Ce que dit le QR : sert à l'accueil, n'ouvre rien."""
    assiette = Integer(null=True, default=None)
    """Son numéro sur la liste des assiettes, seul dans l'évènement ; nul si le foyer n'a dit aucun besoin."""
    doublon = Boolean(default=False)
    """Une autre inscription à cet évènement porte le même contact."""
    empreinte_envoi = Varchar(length=64, null=True, default=None)
    """Reconnaît un double appui sur le formulaire sans JavaScript."""
    cree_le = Timestamptz(default=None)
    modifie_le = Timestamptz(default=None)
    annulee_le = Timestamptz(null=True, default=None)


class Presence(Table, tablename="presence"):
    """Un foyer à un moment : combien, et dans quel état."""

    id: Serial
    inscription = ForeignKey(references=Inscription, on_delete=OnDelete.cascade, null=False)
    moment = ForeignKey(references=Moment, on_delete=OnDelete.restrict, null=False)
    statut = Varchar(length=10)
    """`confirmee`, `en_attente` ou `annulee`."""
    adultes = Integer(default=0)
    enfants = Integer(default=0)
    tout_petits = Integer(default=0)
    voulu_adultes = Integer(null=True, default=None)
    """Confirmée et voulant davantage : les nombres souhaités ; la différence attend."""
    voulu_enfants = Integer(null=True, default=None)
    voulu_tout_petits = Integer(null=True, default=None)
    tarif = ForeignKey(references=Tarif, on_delete=OnDelete.set_null, null=True)
    attente_depuis = Timestamptz(null=True, default=None)
    """Rang dans la file ; nul si rien n'attend."""
    depassee_depuis = Timestamptz(null=True, default=None)
    """Premier instant où quelqu'un d'arrivé après a été servi avant."""
    proposee_jusqu_au = Timestamptz(null=True, default=None)
    """Place proposée, tenue jusque-là, à confirmer."""
    venue_adultes = Integer(null=True, default=None)
    venue_enfants = Integer(null=True, default=None)
    venue_tout_petits = Integer(null=True, default=None)
    venue_le = Timestamptz(null=True, default=None)
    venue_par = ForeignKey(references=Compte, on_delete=OnDelete.set_null, null=True)


class Convive(Table, tablename="convive"):
    """Qui mange : âge, régimes et allergènes ensemble, sans nom. Données de santé : effacées le lendemain."""

    id: Serial
    inscription = ForeignKey(references=Inscription, on_delete=OnDelete.cascade, null=False)
    nombre = Integer(default=1)
    age = Varchar(length=12)
    regimes = Array(base_column=Varchar(length=30), default=list)
    allergenes = Array(base_column=Varchar(length=30), default=list)


class InscriptionEffacee(Table, tablename="inscription_effacee"):
    """Ce qui reste d'une inscription effacée : qu'elle a existé (410), et rien d'autre."""

    id = UUID(primary_key=True, default=None)
    effacee_le = Timestamptz(default=None)


class Appel(Table, tablename="appel"):
    """Quelqu'un à appeler : sans courriel, et quelque chose a changé. Une ligne à faire au plus par foyer."""

    id: Serial
    evenement = ForeignKey(references=Evenement, on_delete=OnDelete.cascade, null=False)
    inscription = ForeignKey(references=Inscription, on_delete=OnDelete.cascade, null=False)
    motif = Varchar(length=60)
    """Genre du dernier message qui serait parti par courriel."""
    details = Text(default="{}")
    """Ce qu'en dira la phrase ; sous `aussi`, ce qui restait à dire avant et que rien n'a démenti."""
    cree_le = Timestamptz(default=None)
    fait_le = Timestamptz(null=True, default=None)
    fait_par = ForeignKey(references=Compte, on_delete=OnDelete.set_null, null=True)
    note = Varchar(length=300, default="")


class Bilan(Table, tablename="bilan"):
    """Ce qui reste d'un évènement quand les données personnelles sont effacées : des nombres."""

    evenement = ForeignKey(references=Evenement, on_delete=OnDelete.cascade, null=False, unique=True)
    contenu = Text(default="{}")
    calcule_le = Timestamptz(default=None)


class ConviveAnnonce(Table, tablename="convive_annonce"):
    """Des convives que l'équipe annonce : artistes, intervenants, bénévoles. Sans nom, comme les autres."""

    id = UUID(primary_key=True, default=None)
    """Choisi par qui annonce : la même annonce rejouée est inoffensive."""
    moment = ForeignKey(references=Moment, on_delete=OnDelete.cascade, null=False)
    genre = Varchar(length=12)
    """`artistes`, `intervenants`, `benevoles` ou `equipe`."""
    age = Varchar(length=12)
    nombre = Integer()
    regimes = Array(base_column=Varchar(length=30), default=list)
    allergenes = Array(base_column=Varchar(length=30), default=list)
    cree_le = Timestamptz(default=None)


class EffectifArrete(Table, tablename="effectif_arrete"):
    """L'effectif tel qu'il était à l'arrêt : figé, daté, signé. Un seul en vigueur par banquet."""

    id: Serial
    moment = ForeignKey(references=Moment, on_delete=OnDelete.cascade, null=False)
    arrete_le = Timestamptz(default=None)
    arrete_par = ForeignKey(references=Compte, on_delete=OnDelete.set_null, null=True)
    """Nul : l'heure dite est arrivée."""
    leve_le = Timestamptz(null=True, default=None)
    """Quand qui organise l'a rouvert ; nul : en vigueur."""
    nombres = Text(default="{}")
    besoins = Text(null=True, default=None)
    """Régimes et allergies, comptés ; effacés le lendemain du repas, les nombres restent."""
    empreinte_besoins = Varchar(length=64)
    """Empreinte à clé : la signature tient encore quand les besoins sont effacés."""
    signature = Varchar(length=64)


class EffectifLu(Table, tablename="effectif_lu"):
    """Ce qu'un lecteur a lu pour la dernière fois : de quoi lui dire ce qui a changé depuis."""

    id: Serial
    moment = ForeignKey(references=Moment, on_delete=OnDelete.cascade, null=False)
    lecteur = Varchar(length=40)
    """`compte:12` ou `lien:3`."""
    contenu = Text(default="{}")
    lu_le = Timestamptz(default=None)
