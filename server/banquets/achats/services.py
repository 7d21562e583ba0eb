"""Ce que l'on fait faire aux achats ; une fonction par usage, une transaction chacune."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from server.banquets.acces import assurer_banquet, etiquette_du_menu, ouvrir_banquet
from server.banquets.achats.erreurs import (
    ApprovisionnementInconnu,
    ApprovisionnementModifie,
    ProducteurEmploye,
    ProducteurModifie,
    ProduitInconnu,
)
from server.banquets.achats.lectures import (
    compter_banquets,
    exiger_annuaire,
    lire_comptes,
    lire_producteur,
    lister_approvisionnements,
    trouver_producteur,
)
from server.banquets.achats.schemas import (
    ApprovisionnementDemande,
    ComptesDemande,
    ListeApprovisionnements,
    ProducteurDemande,
    ProduitDemande,
    VueComptes,
    VueProducteur,
)
from server.banquets.erreurs import BanquetModifie
from server.banquets.tables import (
    Approvisionnement,
    CompteDuRepas,
    Ingredient,
    Plat,
    Producteur,
    Produit,
)
from server.comptes.schemas import Auteur
from server.lieux.tables import Commune
from server.socle.base import ecriture
from server.socle.erreurs import DemandeInvalide, ErreurDeChamp
from server.socle.faits import renouveler
from server.socle.textes import plier
from server.structures.regles import slugs_possibles

PLIE_MAX: Final = 200
ETIQUETTE_PRODUCTEURS: Final = "producteurs"
"""Ce que le public lit d'un banquet dépend de leurs noms et de leurs certificats."""


# --- Producteurs ----------------------------------------------------------------------------------------------------


@ecriture
async def creer_producteur(auteur: Auteur, demande: ProducteurDemande, maintenant: datetime) -> VueProducteur:
    """Ajoute un producteur à l'annuaire du réseau."""
    await exiger_annuaire(auteur)
    slug = await enregistrer_producteur(demande, maintenant)
    return await lire_producteur(auteur, slug, maintenant)


@ecriture
async def enregistrer_producteur(demande: ProducteurDemande, maintenant: datetime) -> str:
    """Écrit un producteur nouveau ; rend son slug. Pour la démonstration et les reprises : ne vérifie aucun droit."""
    fiche, commune_nom = await _preparer_producteur(demande)
    for slug in slugs_possibles(fiche["nom"], commune_nom):
        lignes = (
            await Producteur.insert(Producteur(slug=slug, cree_le=maintenant, modifie_le=maintenant, **fiche))
            .on_conflict(target=Producteur.slug, action="DO NOTHING")
            .returning(Producteur.id)
        )
        if lignes:
            return slug
    raise AssertionError("les slugs possibles ne s'épuisent pas")


@ecriture
async def modifier_producteur(
    auteur: Auteur, slug: str, demande: ProducteurDemande, maintenant: datetime
) -> VueProducteur:
    """Corrige la fiche ; `ProducteurModifie` si quelqu'un l'a fait depuis la version lue."""
    await exiger_annuaire(auteur)
    producteur = await _tenir_producteur(slug)
    fiche, _ = await _preparer_producteur(demande)
    renouveler(ETIQUETTE_PRODUCTEURS)
    if demande.version != producteur["version"]:
        raise ProducteurModifie(version=producteur["version"])
    await Producteur.update({**fiche, "version": producteur["version"] + 1, "modifie_le": maintenant}).where(
        Producteur.id == producteur["id"]
    )
    return await lire_producteur(auteur, slug, maintenant)


@ecriture
async def supprimer_producteur(auteur: Auteur, slug: str) -> None:
    """Retire un producteur et ses produits ; `ProducteurEmploye` si un banquet s'y fournit : rien n'est perdu."""
    await exiger_annuaire(auteur)
    producteur = await _tenir_producteur(slug)
    banquets = await compter_banquets(producteur["id"])
    if banquets:
        raise ProducteurEmploye(banquets=banquets)
    await Produit.delete().where(Produit.producteur == producteur["id"])
    await Producteur.delete().where(Producteur.id == producteur["id"])


async def _tenir_producteur(slug: str) -> dict[str, Any]:
    """Sa ligne, tenue jusqu'à la fin : qui s'y fournit et qui la supprime ne se croisent pas."""
    producteur = await trouver_producteur(slug)
    await Producteur.update({Producteur.nom: Producteur.nom}).where(Producteur.id == producteur["id"])
    return await trouver_producteur(slug)


async def _preparer_producteur(demande: ProducteurDemande) -> tuple[dict[Any, Any], str]:
    """Les colonnes de la fiche et le nom de la commune ; lève `DemandeInvalide` avec tout ce qui n'y va pas."""
    erreurs: list[ErreurDeChamp] = []
    commune = None
    if demande.commune is not None:
        commune = (
            await Commune.select(Commune.code, Commune.nom)
            .where(Commune.code == demande.commune.upper())
            .first()
        )
        if commune is None:
            erreurs.append(ErreurDeChamp("commune", "commune_inconnue"))
    if (demande.lat is None) != (demande.lon is None):
        erreurs.append(ErreurDeChamp("lat" if demande.lat is None else "lon", "lat_et_lon"))
    bio = demande.bio
    if bio is not None and bio.expire_le is not None and bio.expire_le < bio.verifie_le:
        erreurs.append(ErreurDeChamp("bio.expire_le", "certificat_deja_expire"))
    if erreurs:
        raise DemandeInvalide(erreurs)
    nom = demande.nom.strip()
    return {
        "nom": nom,
        "nom_plie": plier(nom)[:PLIE_MAX],
        "genre": demande.genre,
        "siret": demande.siret,
        "description": demande.description,
        "adresse": demande.adresse.strip(),
        "commune": commune and commune["code"],
        "lat": demande.lat,
        "lon": demande.lon,
        "courriel": demande.courriel,
        "telephone": demande.telephone,
        "site": demande.site,
        "conditions": demande.conditions,
        "delai_jours": demande.delai_jours,
        "bio_organisme": bio and bio.organisme.strip(),
        "bio_numero": bio.numero.strip() if bio else "",
        "bio_verifie_le": bio and bio.verifie_le,
        "bio_expire_le": bio and bio.expire_le,
    }, commune["nom"] if commune else ""


@ecriture
async def ajouter_produit(
    auteur: Auteur, slug: str, demande: ProduitDemande, maintenant: datetime
) -> VueProducteur:
    """Ajoute un produit à la fiche."""
    await exiger_annuaire(auteur)
    producteur = await _tenir_producteur(slug)
    await Produit.insert(Produit(producteur=producteur["id"], **await _preparer_produit(demande)))
    return await lire_producteur(auteur, slug, maintenant)


@ecriture
async def modifier_produit(
    auteur: Auteur, slug: str, produit: int, demande: ProduitDemande, maintenant: datetime
) -> VueProducteur:
    """Corrige un produit ; les lignes déjà choisies gardent le prix et les labels de ce jour-là."""
    await exiger_annuaire(auteur)
    producteur = await _tenir_producteur(slug)
    await _exiger_produit(producteur["id"], produit)
    await Produit.update(await _preparer_produit(demande)).where(Produit.id == produit)
    return await lire_producteur(auteur, slug, maintenant)


@ecriture
async def retirer_produit(auteur: Auteur, slug: str, produit: int, maintenant: datetime) -> VueProducteur:
    """Retire un produit de la fiche ; les banquets qui l'ont choisi gardent leur ligne."""
    await exiger_annuaire(auteur)
    producteur = await _tenir_producteur(slug)
    await _exiger_produit(producteur["id"], produit)
    await Produit.delete().where(Produit.id == produit)
    return await lire_producteur(auteur, slug, maintenant)


async def _exiger_produit(producteur: int, produit: int) -> None:
    if not await Produit.exists().where((Produit.id == produit) & (Produit.producteur == producteur)):
        raise ProduitInconnu()


async def _preparer_produit(demande: ProduitDemande) -> dict[Any, Any]:
    erreurs: list[ErreurDeChamp] = []
    ingredient = await _trouver_ingredient(demande.ingredient, erreurs)
    _refuser_les_doublons(demande.labels, erreurs)
    if erreurs:
        raise DemandeInvalide(erreurs)
    return {
        "nom": demande.nom.strip(),
        "ingredient": ingredient,
        "famille": demande.famille,
        "vendu_par": demande.vendu_par,
        "masse_unite_g": demande.masse_unite_g,
        "prix_centimes": demande.prix_centimes,
        "labels": list(demande.labels),
    }


async def _trouver_ingredient(slug: str | None, erreurs: list[ErreurDeChamp]) -> int | None:
    if slug is None:
        return None
    ligne = await Ingredient.select(Ingredient.id).where(Ingredient.slug == slug).first()
    if ligne is None:
        erreurs.append(ErreurDeChamp("ingredient", "ingredient_inconnu"))
        return None
    return int(ligne["id"])


def _refuser_les_doublons(labels: list[Any], erreurs: list[ErreurDeChamp]) -> None:
    erreurs += [
        ErreurDeChamp(f"labels.{rang}", "repete") for rang, x in enumerate(labels) if x in labels[:rang]
    ]


# --- Approvisionnements ---------------------------------------------------------------------------------------------


@ecriture
async def poser_approvisionnement(
    auteur: Auteur, moment: UUID, cle: UUID, demande: ApprovisionnementDemande, maintenant: datetime
) -> ListeApprovisionnements:
    """Ajoute ou change une ligne. L'identifiant vient de qui écrit : rejouer la même création ne double rien.

    `ApprovisionnementModifie` si la ligne a changé depuis la version lue, `ApprovisionnementInconnu` si elle n'est plus là.
    """
    await ouvrir_banquet(auteur, moment)
    renouveler(etiquette_du_menu(moment))
    banquet = await assurer_banquet(moment, maintenant)
    fiche = await _preparer_approvisionnement(banquet, demande)
    ap = Approvisionnement
    if demande.version is None:
        crees = (
            await ap.insert(ap(id=cle, banquet=banquet, cree_le=maintenant, modifie_le=maintenant, **fiche))
            .on_conflict(target=ap.id, action="DO NOTHING")
            .returning(ap.id)
        )
        if not crees:
            deja = await ap.select(*ap.all_columns()).where((ap.id == cle) & (ap.banquet == banquet)).first()
            if deja is None or any(deja[champ] != valeur for champ, valeur in fiche.items()):
                raise ApprovisionnementModifie()
    else:
        changees = (
            await ap.update({**fiche, "version": demande.version + 1, "modifie_le": maintenant})
            .where((ap.id == cle) & (ap.banquet == banquet) & (ap.version == demande.version))
            .returning(ap.id)
        )
        if not changees:
            if await ap.exists().where((ap.id == cle) & (ap.banquet == banquet)):
                raise ApprovisionnementModifie()
            raise ApprovisionnementInconnu()
    return await lister_approvisionnements(auteur, moment, maintenant)


@ecriture
async def retirer_approvisionnement(
    auteur: Auteur, moment: UUID, cle: UUID, maintenant: datetime
) -> ListeApprovisionnements:
    """Retire une ligne ; `ApprovisionnementInconnu` si elle n'y est pas."""
    await ouvrir_banquet(auteur, moment)
    renouveler(etiquette_du_menu(moment))
    banquet = await assurer_banquet(moment, maintenant)
    ap = Approvisionnement
    if not await ap.delete().where((ap.id == cle) & (ap.banquet == banquet)).returning(ap.id):
        raise ApprovisionnementInconnu()
    return await lister_approvisionnements(auteur, moment, maintenant)


async def _preparer_approvisionnement(banquet: int, demande: ApprovisionnementDemande) -> dict[Any, Any]:
    """Les colonnes de la ligne ; lève `DemandeInvalide` avec tout ce qui n'y va pas."""
    erreurs: list[ErreurDeChamp] = []
    producteur = None
    if demande.producteur is not None:
        lignes = (
            await Producteur.update({Producteur.nom: Producteur.nom})
            .where(Producteur.slug == demande.producteur)
            .returning(Producteur.id)
        )
        if lignes:
            producteur = int(lignes[0]["id"])
        else:
            erreurs.append(ErreurDeChamp("producteur", "producteur_inconnu"))
    elif demande.genre == "achat":
        erreurs.append(ErreurDeChamp("producteur", "producteur_manquant"))
    if demande.produit is not None and not (
        producteur is not None
        and await Produit.exists().where((Produit.id == demande.produit) & (Produit.producteur == producteur))
    ):
        erreurs.append(ErreurDeChamp("produit", "produit_inconnu"))
    ingredient = await _trouver_ingredient(demande.ingredient, erreurs)
    await _verifier_plat(banquet, demande, erreurs)
    if demande.genre != "achat" and demande.prix_centimes:
        erreurs.append(ErreurDeChamp("prix_centimes", "prix_sans_achat"))
    identifie_par = demande.identifie_par.strip()
    if demande.genre == "cueillette" and not identifie_par:
        erreurs.append(ErreurDeChamp("identifie_par", "identification_manquante"))
    local = demande.local
    if local is not None and (local.definition == "KM") != (local.km is not None):
        erreurs.append(ErreurDeChamp("local.km", "km_du_local"))
    _refuser_les_doublons(demande.labels, erreurs)
    if erreurs:
        raise DemandeInvalide(erreurs)
    return {
        "genre": demande.genre,
        "description": demande.description.strip(),
        "producteur": producteur,
        "produit": demande.produit,
        "ingredient": ingredient,
        "plat": demande.plat,
        "famille": demande.famille,
        "vendu_par": demande.vendu_par,
        "masse_unite_g": demande.masse_unite_g,
        "quantite_milliemes": demande.quantite_milliemes,
        "prix_centimes": demande.prix_centimes if demande.genre == "achat" else None,
        "labels": list(demande.labels),
        "local_definition": local and local.definition,
        "local_km": local and local.km,
        "identifie_par": identifie_par if demande.genre == "cueillette" else "",
        "note": demande.note,
    }


async def _verifier_plat(
    banquet: int, demande: ApprovisionnementDemande, erreurs: list[ErreurDeChamp]
) -> None:
    """Une cueillette se sert dans un plat du menu qui se dit « cueillette » ; le reste n'a pas à en nommer un."""
    if demande.plat is None:
        if demande.genre == "cueillette":
            erreurs.append(ErreurDeChamp("plat", "plat_a_part"))
        return
    plat = (
        await Plat.select(Plat.cueillette)
        .where((Plat.id == demande.plat) & (Plat.banquet == banquet))
        .first()
    )
    if plat is None:
        erreurs.append(ErreurDeChamp("plat", "plat_inconnu"))
    elif demande.genre == "cueillette" and not plat["cueillette"]:
        erreurs.append(ErreurDeChamp("plat", "plat_a_part"))


# --- Comptes du repas -----------------------------------------------------------------------------------------------


@ecriture
async def tenir_les_comptes(
    auteur: Auteur, moment: UUID, demande: ComptesDemande, maintenant: datetime
) -> VueComptes:
    """Écrit ce que le repas a recueilli et coûté ; `BanquetModifie` si quelqu'un l'a fait entre-temps."""
    await ouvrir_banquet(auteur, moment, "organiser")
    renouveler(etiquette_du_menu(moment))
    banquet = await assurer_banquet(moment, maintenant)
    dit: dict[Any, Any] = {champ: getattr(demande, champ) for champ in demande.__struct_fields__}
    lue = dit.pop("version")
    c = CompteDuRepas
    if lue is None:
        faits = (
            await c.insert(c(banquet=banquet, modifie_le=maintenant, **dit))
            .on_conflict(target=c.banquet, action="DO NOTHING")
            .returning(c.id)
        )
        deja = None if faits else await c.select(*c.all_columns()).where(c.banquet == banquet).first()
        if deja is not None and any(deja[champ] != valeur for champ, valeur in dit.items()):
            raise BanquetModifie()
    else:
        faits = (
            await c.update({**dit, "version": lue + 1, "modifie_le": maintenant})
            .where((c.banquet == banquet) & (c.version == lue))
            .returning(c.id)
        )
        if not faits:
            raise BanquetModifie()
    return await lire_comptes(auteur, moment, maintenant)
