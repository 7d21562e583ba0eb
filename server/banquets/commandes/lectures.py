"""Ce que l'on demande aux commandes, sans rien y changer."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NoReturn
from uuid import UUID

from server.banquets.acces import Ouvert, ouvrir_banquet
from server.banquets.achats.regles import valeur_d_une_ligne
from server.banquets.commandes import phrases, regles
from server.banquets.commandes.erreurs import CommandeInconnue, LienDeCommandePerime
from server.banquets.commandes.schemas import (
    BonDeCommande,
    Detail,
    LigneDeCommande,
    Livraison,
    Repas,
    ReponseVue,
    VueCommande,
    VueCommandes,
)
from server.banquets.tables import Approvisionnement, Banquet, Commande, CommandeLigne, Producteur
from server.comptes.schemas import Auteur
from server.evenements.lignes import lire_lieu_bref
from server.evenements.tables import Coorganisation, Moment
from server.lieux.lectures import lire_territoire
from server.socle.base import lecture
from server.socle.secrets import Clef, egaux
from server.socle.temps import a_paris
from server.socle.textes import Langue

USAGE: Final = "commande"
LONGUEUR_DU_LIEN: Final = 32 + 22
_DETAIL: Final = (
    "genre", "description", "vendu_par", "masse_unite_g", "quantite_milliemes", "prix_centimes", "labels", "note",
)  # fmt: skip


# --- Pour l'équipe --------------------------------------------------------------------------------------------------


@lecture
async def lister_commandes(
    auteur: Auteur, moment: UUID, clef: Clef, langue: Langue, maintenant: datetime
) -> VueCommandes:
    """L'état des commandes d'un banquet, par producteur ; le lien du producteur, à qui organise seulement."""
    ouvert = await ouvrir_banquet(auteur, moment, meme_retire=True)
    return await lister_commandes_ouvertes(ouvert, clef if ouvert.organise else None, langue, maintenant)


@lecture
async def lister_commandes_ouvertes(
    ouvert: Ouvert, clef: Clef | None, langue: Langue, maintenant: datetime
) -> VueCommandes:
    """Les commandes d'un banquet dont on a déjà vérifié l'accès ; sans `clef`, aucun lien n'est rendu."""
    repas = await lire_repas(ouvert.moment)
    dossiers = await lire_dossiers(ouvert.moment)
    elements = [_vue(dossier, repas, clef, langue, maintenant) for dossier in dossiers]
    return VueCommandes(
        elements,
        sum(vue.total_ht_centimes for vue in elements),
        regles.est_close(repas["statut"], repas["debut"], maintenant),
        repas["statut"] == "brouillon",
    )


class Dossier:
    """Un producteur et un banquet : ce qu'on lui demande aujourd'hui, et la commande s'il y en a une."""

    def __init__(
        self,
        producteur: Mapping[str, Any],
        commande: Mapping[str, Any] | None,
        envoyees: Sequence[Mapping[str, Any]],
        voulues: Sequence[Mapping[str, Any]],
    ) -> None:
        self.producteur = producteur
        self.commande = commande
        self.voulues = {ligne["id"]: detail_de(ligne) for ligne in voulues}
        self.versions = {ligne["id"]: ligne["version"] for ligne in voulues}
        self.lignes = rapprocher(envoyees, self.voulues)
        self.etat, self.reponse = regles.etat_de(
            self.lignes,
            envoyee=commande is not None,
            annulee=commande is not None and commande["annulee_le"] is not None,
        )
        self.temoin = regles.temoin_de(commande["version"] if commande else 0, self.voulues.items())


async def lire_dossiers(moment: UUID, producteur: str | None = None) -> list[Dossier]:
    """Un dossier par producteur fourni ou commandé, par nom."""
    ap = Approvisionnement
    voulues = (
        await ap.select(*ap.all_columns())
        .where((ap.banquet.moment == moment) & (ap.producteur.is_not_null()))
        .order_by(ap.cree_le, ap.id)
    )
    commandes = {
        ligne["producteur"]: ligne
        for ligne in await Commande.select(*Commande.all_columns()).where(Commande.banquet.moment == moment)
    }
    fournis = {ligne["producteur"] for ligne in voulues} | set(commandes)
    if not fournis:
        return []
    fiches = (
        await Producteur.select(
            Producteur.id, Producteur.slug, Producteur.nom, Producteur.courriel, Producteur.telephone,
            Producteur.conditions, Producteur.delai_jours,
        )
        .where(Producteur.id.is_in(sorted(fournis)))
        .order_by(Producteur.nom_plie, Producteur.slug)
    )  # fmt: skip
    envoyees: dict[UUID, list[Mapping[str, Any]]] = {}
    if commandes:
        for ligne in (
            await CommandeLigne.select(*CommandeLigne.all_columns())
            .where(CommandeLigne.commande.is_in([c["id"] for c in commandes.values()]))
            .order_by(CommandeLigne.rang)
        ):
            envoyees.setdefault(ligne["commande"], []).append(ligne)
    return [
        Dossier(
            fiche,
            (commande := commandes.get(fiche["id"])),
            envoyees.get(commande["id"], []) if commande else [],
            [ligne for ligne in voulues if ligne["producteur"] == fiche["id"]],
        )
        for fiche in fiches
        if producteur in (None, fiche["slug"])
    ]


async def trouver_dossier(moment: UUID, producteur: str) -> Dossier:
    """Le dossier de ce producteur ; lève `CommandeInconnue`."""
    for dossier in await lire_dossiers(moment, producteur):
        return dossier
    raise CommandeInconnue()


def detail_de(ligne: Mapping[str, Any]) -> Detail:
    return Detail(**{champ: ligne[champ] for champ in _DETAIL})


def rapprocher(
    envoyees: Sequence[Mapping[str, Any]], voulues: Mapping[UUID, Detail]
) -> list[LigneDeCommande]:
    """Ce qui est parti face à ce qui est voulu ; ce qui n'est pas encore parti vient à la fin."""
    lignes = []
    for ligne in envoyees:
        envoyee, voulue = detail_de(ligne), voulues.get(ligne["approvisionnement"])
        convenu = regles.convenue(envoyee, ligne["convenue_milliemes"], ligne["prix_convenu_centimes"])
        lignes.append(
            LigneDeCommande(
                approvisionnement=ligne["approvisionnement"],
                envoyee=envoyee,
                voulue=voulue,
                ecart=regles.ecart_de(convenu, voulue),
                reponse=reponse_de(ligne),
            )
        )
    parties = {ligne["approvisionnement"] for ligne in envoyees}
    return lignes + [
        LigneDeCommande(approvisionnement=cle, envoyee=None, voulue=voulue, ecart="ajoutee", reponse=None)
        for cle, voulue in voulues.items()
        if cle not in parties
    ]


def reponse_de(ligne: Mapping[str, Any]) -> ReponseVue | None:
    if ligne["reponse"] is None:
        return None
    return ReponseVue(
        reponse=ligne["reponse"],
        quantite_milliemes=ligne["quantite_dite_milliemes"],
        prix_centimes=ligne["prix_dit_centimes"],
        mot=ligne["mot"],
    )


async def lire_repas(moment: UUID) -> dict[str, Any]:
    """Le repas et son évènement : titre, statut, dates, lieu."""
    lignes = await Moment.raw(
        "SELECT m.genre, m.debut, m.fin, m.retire_le, e.id AS evenement, e.titre, e.statut, e.lieu "
        "FROM moment m JOIN evenement e ON e.id = m.evenement WHERE m.id = {}",
        moment,
    )
    repas = {**lignes[0], "moment": moment}
    if repas["retire_le"] is not None or repas["genre"] != "banquet":
        # Un banquet ôté du programme, ou devenu autre chose, n'aura pas lieu : rien ne s'y commande plus.
        repas["statut"] = "annule"
    lieu = await lire_lieu_bref(repas["lieu"])
    repas["lieu_dit"] = (
        ", ".join(filter(None, (lieu.nom, lieu.adresse, lieu.commune.nom))) if lieu is not None else ""
    )
    return repas


def livraison_proposee(repas: Mapping[str, Any]) -> Livraison:
    return Livraison(regles.jour_de_livraison(repas["debut"]), repas["lieu_dit"][:300])


def _vue(
    dossier: Dossier, repas: Mapping[str, Any], clef: Clef | None, langue: Langue, maintenant: datetime
) -> VueCommande:
    fiche, commande = dossier.producteur, dossier.commande
    partie: Mapping[str, Any] = commande or {}
    voulues = list(dossier.voulues.values())
    envoyees = [ligne.envoyee for ligne in dossier.lignes]
    livraison = (
        Livraison(partie["livraison_le"], partie["livraison_lieu"])
        if commande is not None and dossier.etat != "annulee"
        else livraison_proposee(repas)
    )
    limite = regles.commander_avant(livraison.le, fiche["delai_jours"])
    trop_tard = limite is not None and a_paris(maintenant).date() > limite
    reste = [
        ligne
        for ligne in dossier.lignes
        if ligne.reponse is not None and ligne.voulue is not None and ligne.ecart is None
        and regles.reste_a_accepter(ligne.voulue, ligne.reponse)
    ]  # fmt: skip
    return VueCommande(
        producteur=fiche["slug"],
        producteur_nom=fiche["nom"],
        courriel=fiche["courriel"],
        telephone=fiche["telephone"],
        conditions=fiche["conditions"],
        etat=dossier.etat,
        reponse=dossier.reponse,
        temoin=dossier.temoin,
        version=partie.get("version", 0),
        numero=partie.get("numero", 0),
        lignes=dossier.lignes,
        total_ht_centimes=regles.total(voulues),
        total_envoye_ht_centimes=regles.total(envoyees) if commande else None,
        total_repondu_ht_centimes=_total_repondu(dossier.lignes) if dossier.reponse else None,
        sans_prix=sum(d.genre == "achat" and d.prix_centimes is None for d in voulues),
        commander_avant=limite,
        trop_tard=trop_tard,
        livraison=livraison,
        message=partie.get("message", ""),
        moyen=partie.get("moyen"),
        envoyee_le=partie.get("envoyee_le") if partie.get("numero") else None,
        remplace_le=partie.get("remplace_le"),
        relances=partie.get("relances", 0),
        relancee_le=partie.get("relancee_le"),
        relance_des=relance_du_dossier(dossier, repas, maintenant),
        annulee_le=partie.get("annulee_le"),
        motif=partie.get("motif", ""),
        repondue_le=partie.get("repondue_le"),
        mot=partie.get("mot", ""),
        acceptee_le=partie.get("acceptee_le"),
        a_accepter=bool(reste) and dossier.etat != "annulee",
        avertissements=phrases.avertir(
            langue, fiche, commande, repas, limite=limite, trop_tard=trop_tard, etat=dossier.etat,
            close=regles.est_close(repas["statut"], repas["debut"], maintenant),
        ),
        lien=lien_de(clef, commande["id"], commande["version_lien"])
        if clef and commande and commande["numero"]
        else None,
    )  # fmt: skip


def relance_du_dossier(dossier: Dossier, repas: Mapping[str, Any], maintenant: datetime) -> date | None:
    """Le premier jour où rappeler ce bon ; une adresse corrigée dans l'annuaire vaut celle de l'envoi."""
    commande = dossier.commande
    if (
        commande is None
        or commande["moyen"] != "courriel"
        or regles.est_close(repas["statut"], repas["debut"], maintenant)
    ):
        return None
    adresse = dossier.producteur["courriel"] or ""
    return regles.relance_des(dossier.etat, adresse, commande["envoyee_le"], commande["relancee_le"])


def _total_repondu(lignes: Sequence[LigneDeCommande]) -> int:
    return sum(
        valeur_d_une_ligne(ligne.reponse.quantite_milliemes, ligne.reponse.prix_centimes)
        for ligne in lignes
        if ligne.reponse is not None and ligne.reponse.prix_centimes is not None
    )


# --- Pour le producteur ---------------------------------------------------------------------------------------------


def lien_de(clef: Clef, commande: UUID, version: int) -> str:
    """Le lien du producteur : la commande et sa preuve."""
    return f"{commande.hex}{clef.deriver(USAGE, str(commande), version)}"


def commande_du_lien(lien: str) -> UUID | None:
    """La commande dont parle un lien ; ne dit pas s'il est bon."""
    try:
        return UUID(lien[:32]) if len(lien) == LONGUEUR_DU_LIEN else None
    except ValueError:
        return None


async def identifier(lien: str, clef: Clef) -> Mapping[str, Any]:
    """La ligne de la commande qu'ouvre ce lien ; lève `LienDeCommandePerime`."""
    identifiant = commande_du_lien(lien)
    if identifiant is None:
        _perime()
    ligne = await Commande.select(*Commande.all_columns()).where(Commande.id == identifiant).first()
    if ligne is None or not egaux(lien, lien_de(clef, identifiant, ligne["version_lien"])):
        _perime()
    return dict(ligne)


def _perime() -> NoReturn:
    raise LienDeCommandePerime()


@lecture
async def ouvrir_commande(lien: str, clef: Clef, maintenant: datetime) -> BonDeCommande:
    """La commande de ce lien, telle que le producteur la lit ; lève `LienDeCommandePerime`. Ne change rien."""
    return await lire_bon(await identifier(lien, clef), clef, maintenant)


@lecture
async def lire_bon_de(commande: UUID, clef: Clef, maintenant: datetime) -> BonDeCommande | None:
    """Le bon d'une commande, au moment d'en écrire ; `None` si elle n'existe plus."""
    ligne = await Commande.select(*Commande.all_columns()).where(Commande.id == commande).first()
    if ligne is None:
        return None
    try:
        return await lire_bon(ligne, clef, maintenant)
    except LienDeCommandePerime:
        return None


async def lire_bon(commande: Mapping[str, Any], clef: Clef, maintenant: datetime) -> BonDeCommande:
    banquet = await Banquet.select(Banquet.moment).where(Banquet.id == commande["banquet"]).first()
    assert banquet is not None
    repas = await lire_repas(banquet["moment"])
    if not regles.est_lisible(repas["debut"], repas["fin"], commande["envoyee_le"], maintenant):
        _perime()
    producteur = (
        await Producteur.select(Producteur.nom).where(Producteur.id == commande["producteur"]).first()
    )
    assert producteur is not None
    envoyees = (
        await CommandeLigne.select(*CommandeLigne.all_columns())
        .where(CommandeLigne.commande == commande["id"])
        .order_by(CommandeLigne.rang)
    )
    # Ce que l'on veut aujourd'hui n'est pas son affaire tant qu'on ne le lui a pas envoyé ; ce qui est refusé et accepté
    # ne lui est plus demandé.
    lignes = rapprocher([ligne for ligne in envoyees if ligne["convenue_milliemes"] != 0], {})
    details = [ligne.envoyee for ligne in lignes if ligne.envoyee is not None]
    reponse = regles.reponse_d_ensemble(ligne.reponse.reponse if ligne.reponse else None for ligne in lignes)
    return BonDeCommande(
        id=commande["id"],
        version=commande["version"],
        numero=commande["numero"],
        producteur_nom=producteur["nom"],
        courriel=commande["destinataire"],
        moyen=commande["moyen"],
        langue=commande["langue"],
        repas=await _dire_repas(repas),
        lignes=lignes,
        total_ht_centimes=regles.total(details),
        sans_prix=sum(d.genre == "achat" and d.prix_centimes is None for d in details),
        livraison=Livraison(commande["livraison_le"], commande["livraison_lieu"]),
        message=commande["message"],
        envoyee_le=commande["envoyee_le"],
        remplace_le=commande["remplace_le"],
        annulee_le=commande["annulee_le"],
        motif=commande["motif"],
        repondue_le=commande["repondue_le"],
        reponse=reponse,
        mot=commande["mot"],
        acceptee_le=commande["acceptee_le"],
        repondable=bool(lignes) and commande["annulee_le"] is None
        and not regles.est_close(repas["statut"], repas["debut"], maintenant),
        lien=lien_de(clef, commande["id"], commande["version_lien"]),
    )  # fmt: skip


async def _dire_repas(repas: Mapping[str, Any]) -> Repas:
    """Le repas, et à qui répondre : la structure porteuse, à défaut le réseau."""
    o = Coorganisation
    porteuse = (
        await o.select(
            o.structure.nom.as_alias("nom"), o.structure.courriel.as_alias("courriel"),
            o.structure.telephone.as_alias("telephone"),
        )
        .where((o.evenement == repas["evenement"]) & (o.part == "porteuse") & (o.reponse == "acceptee"))
        .order_by(o.rang)
        .first()
    )  # fmt: skip
    territoire = await lire_territoire()
    return Repas(
        moment=repas["moment"],
        titre=repas["titre"],
        statut=repas["statut"],
        debut=repas["debut"],
        fin=repas["fin"],
        lieu=repas["lieu_dit"],
        structure=porteuse["nom"] if porteuse else (territoire.reseau if territoire else ""),
        courriel=(porteuse and porteuse["courriel"]) or (territoire.courriel if territoire else None),
        telephone=porteuse["telephone"] if porteuse else None,
    )
