"""Ce que l'on demande aux achats, sans rien y changer."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from server.banquets import permissions
from server.banquets.acces import ouvrir_banquet
from server.banquets.achats import agence_bio, export, regles
from server.banquets.achats.erreurs import AnnuaireReserve, ProducteurInconnu
from server.banquets.achats.schemas import (
    CertificatBio,
    ListeApprovisionnements,
    LocalDemande,
    Metier,
    PartLocale,
    ProducteurBref,
    RechercheBio,
    RepasPublic,
    VenuSansPrix,
    VueApprovisionnement,
    VueChiffres,
    VueComptes,
    VueProducteur,
    VueProduit,
)
from server.banquets.quantites import MILLE, Convives, Taux, masse_a_acheter
from server.banquets.tables import Approvisionnement, CompteDuRepas, Plat, PlatLigne, Producteur, Produit
from server.comptes.schemas import Auteur
from server.evenements.tables import Moment
from server.lieux.erreurs import LieuInconnu
from server.lieux.regles import distance_km
from server.lieux.tables import Lieu
from server.socle.base import lecture
from server.socle.portes import Http
from server.socle.temps import a_paris
from server.socle.textes import Langue, plier, traduire
from server.structures.lectures import roles_de
from server.structures.regles import est_un_slug

ANNUAIRE_MAX: Final = 200
"""Au-delà, mieux vaut préciser la recherche."""

Point = tuple[float, float]


async def exiger_annuaire(auteur: Auteur) -> None:
    """Lève `AnnuaireReserve` à qui n'est d'aucune structure."""
    if not permissions.peut_tenir_l_annuaire(auteur, await roles_de(auteur.compte)):
        raise AnnuaireReserve()


@lecture
async def chercher_producteurs(
    auteur: Auteur, maintenant: datetime, q: str = "", genre: Metier | None = None, lieu: str | None = None
) -> list[ProducteurBref]:
    """L'annuaire, par nom ; du plus proche au plus lointain si un lieu est dit. Deux cents au plus."""
    await exiger_annuaire(auteur)
    ici = None if lieu is None else await _situer(lieu)
    p = Producteur
    requete = p.select(
        p.slug, p.nom, p.nom_plie, p.genre, p.delai_jours, p.lat, p.lon, p.bio_organisme, p.bio_expire_le,
        p.commune.nom.as_alias("commune_nom"), p.commune.lat.as_alias("commune_lat"),
        p.commune.lon.as_alias("commune_lon"),
    )  # fmt: skip
    if genre is not None:
        requete = requete.where(p.genre == genre)
    cherche = plier(q)
    jour = a_paris(maintenant).date()
    # Filtré ici : un annuaire local tient en mémoire, et une recherche n'y a pas de caractère spécial à échapper.
    lignes = [ligne for ligne in await requete.order_by(p.nom_plie, p.slug) if cherche in ligne["nom_plie"]]
    trouves = [
        ProducteurBref(
            slug=ligne["slug"],
            nom=ligne["nom"],
            genre=ligne["genre"],
            commune=ligne["commune_nom"],
            etat_bio=regles.etat_du_certificat(_certificat(ligne), jour),
            delai_jours=ligne["delai_jours"],
            distance_km=_distance(ici, ligne),
        )
        for ligne in lignes
    ]
    if ici is not None:
        trouves.sort(key=lambda un: (un.distance_km is None, un.distance_km or 0))
    return trouves[:ANNUAIRE_MAX]


@lecture
async def lire_producteur(auteur: Auteur, slug: str, maintenant: datetime) -> VueProducteur:
    """La fiche d'un producteur et ses produits ; lève `ProducteurInconnu`."""
    await exiger_annuaire(auteur)
    ligne = await trouver_producteur(slug)
    jour = a_paris(maintenant).date()
    certificat = _certificat(ligne)
    produits = (
        await Produit.select(
            *Produit.all_columns(),
            Produit.ingredient.slug.as_alias("ingredient_slug"),
            Produit.ingredient.nom.as_alias("ingredient_nom"),
        )
        .where(Produit.producteur == ligne["id"])
        .order_by(Produit.nom, Produit.id)
    )
    return VueProducteur(
        **{
            champ: ligne[champ]
            for champ in (
                "slug", "version", "nom", "genre", "siret", "description", "adresse", "commune", "lat", "lon",
                "courriel", "telephone", "site", "conditions", "delai_jours", "modifie_le",
            )
        },
        bio=CertificatBio(
            organisme=ligne["bio_organisme"],
            numero=ligne["bio_numero"],
            verifie_le=ligne["bio_verifie_le"],
            expire_le=ligne["bio_expire_le"],
        )
        if ligne["bio_organisme"]
        else None,
        etat_bio=regles.etat_du_certificat(certificat, jour),
        produits=[_vue_produit(produit, certificat, jour) for produit in produits],
        banquets=await compter_banquets(ligne["id"]),
    )  # fmt: skip


async def chercher_operateurs_bio(
    auteur: Auteur, http: Http, lieu: str, rayon_km: int, produit: str, langue: Langue
) -> RechercheBio:
    """Les opérateurs bio autour d'un lieu. La base est rendue avant d'interroger le monde ; une panne donne une phrase."""
    lat, lon = await _situer_pour(auteur, lieu)
    trouves = await agence_bio.chercher_operateurs(http, lat, lon, rayon_km, produit)
    phrase = traduire(langue, "achats.agence_bio_muette") if trouves is None else None
    return RechercheBio(trouves or [], phrase, traduire(langue, "achats.agence_bio_source"))


@lecture
async def _situer_pour(auteur: Auteur, lieu: str) -> Point:
    await exiger_annuaire(auteur)
    return await _situer(lieu)


async def trouver_producteur(slug: str) -> dict[str, Any]:
    """La ligne d'un producteur ; lève `ProducteurInconnu`."""
    ligne = await Producteur.select().where(Producteur.slug == slug).first() if est_un_slug(slug) else None
    if ligne is None:
        raise ProducteurInconnu()
    return dict(ligne)


async def compter_banquets(producteur: int) -> int:
    """Combien de banquets se fournissent chez lui, ou lui ont commandé."""
    (ligne,) = await Approvisionnement.raw(
        "SELECT COUNT(*) AS n FROM (SELECT banquet FROM approvisionnement WHERE producteur = {} "
        "UNION SELECT banquet FROM commande WHERE producteur = {}) b",
        producteur,
        producteur,
    )
    return int(ligne["n"])


@lecture
async def lister_approvisionnements(
    auteur: Auteur, moment: UUID, maintenant: datetime
) -> ListeApprovisionnements:
    """Tout ce qu'un banquet se procure, et les chiffres qu'on en tire ; `BanquetInconnu`."""
    ouvert = await ouvrir_banquet(auteur, moment)
    elements = await _lignes(moment, _jour(ouvert.debut, maintenant))
    return ListeApprovisionnements(elements, _vue_chiffres(regles.chiffrer([_achat(e) for e in elements])))


@lecture
async def lire_lignes_ouvertes(
    moment: UUID, debut: datetime | None, maintenant: datetime
) -> list[VueApprovisionnement]:
    """Ce que se procure un banquet dont on a déjà vérifié l'accès ; la vue de la cuisine en retire prix et personnes."""
    return await _lignes(moment, _jour(debut, maintenant))


@lecture
async def exporter_achats(auteur: Auteur, moment: UUID, maintenant: datetime) -> bytes:
    """Les achats du banquet dans les colonnes de « ma cantine » : ce qui n'a pas été acheté n'y est pas."""
    ouvert = await ouvrir_banquet(auteur, moment)
    jour = _jour(ouvert.debut, maintenant)
    return export.en_csv(await _lignes(moment, jour), jour)


@lecture
async def lire_comptes(auteur: Auteur, moment: UUID, maintenant: datetime) -> VueComptes:
    """Ce que le repas a recueilli, face à ce qu'il a coûté ; à qui organise."""
    ouvert = await ouvrir_banquet(auteur, moment, "organiser")
    return await _comptes(moment, await _saisi(moment), _jour(ouvert.debut, maintenant))


@lecture
async def lire_ce_qui_est_public(moment: UUID, debut: datetime | None, maintenant: datetime) -> RepasPublic:
    """Les chiffres d'un repas dont le menu est public, et ses comptes si qui organise les montre."""
    jour = _jour(debut, maintenant)
    saisi = await _saisi(moment)
    return RepasPublic(
        chiffres=_vue_chiffres(regles.chiffrer([_achat(e) for e in await _lignes(moment, jour)])),
        comptes=await _comptes(moment, saisi, jour) if saisi.get("publics") else None,
    )


async def _saisi(moment: UUID) -> Mapping[str, Any]:
    ligne = (
        await CompteDuRepas.select(*CompteDuRepas.all_columns())
        .where(CompteDuRepas.banquet.moment == moment)
        .first()
    )
    return ligne or {}


async def _comptes(moment: UUID, saisi: Mapping[str, Any], jour: date) -> VueComptes:
    elements = await _lignes(moment, jour)
    chiffres = regles.chiffrer([_achat(e) for e in elements])
    autres = int(saisi.get("autres_frais_centimes", 0))
    caisse = regles.faire_la_caisse(
        int(saisi.get("recueilli_centimes", 0)), chiffres.valeur_centimes + autres
    )
    convives = Convives(int(saisi.get("adultes", 0)), int(saisi.get("enfants", 0)))
    parts = await _parts_du_menu(moment)
    denrees = [
        regles.CoutDUneDenree(e.valeur_centimes, *parts.get(e.ingredient or "", (Fraction(0), Fraction(0))))
        for e in elements
        if e.valeur_centimes
    ]
    cout = regles.cout_par_part([*denrees, regles.CoutDUneDenree(autres)], convives)
    prix = await Moment.select(Moment.prix_conseille_centimes).where(Moment.id == moment).first()
    return VueComptes(
        version=saisi.get("version"),
        adultes=convives.adultes,
        enfants=convives.enfants,
        recueilli_centimes=caisse.recueilli_centimes,
        autres_frais_centimes=autres,
        denrees_centimes=chiffres.valeur_centimes,
        sans_prix=chiffres.sans_prix,
        revient_centimes=caisse.revient_centimes,
        solde_centimes=caisse.solde_centimes,
        excedent_centimes=caisse.excedent_centimes,
        manque_centimes=caisse.manque_centimes,
        pot_solidaire_centimes=int(saisi.get("pot_solidaire_centimes", 0)),
        cout_adulte_centimes=_arrondi(cout.adulte_centimes),
        cout_enfant_centimes=_arrondi(cout.enfant_centimes),
        conseille_centimes=prix["prix_conseille_centimes"] if prix else None,
        note=saisi.get("note", ""),
        publics=bool(saisi.get("publics", False)),
    )


async def _parts_du_menu(moment: UUID) -> dict[str, tuple[Fraction, Fraction]]:
    """Ingrédient → ce qu'il en faut acheter pour une part d'adulte, et pour une part d'enfant, en millièmes.

    Ce que servent ses variantes, un plat ne le sert pas : comme pour les quantités.
    """
    plats = await Plat.select(Plat.id, Plat.remplace, Plat.part_milliemes).where(
        Plat.banquet.moment == moment
    )
    servies = {plat["id"]: plat["part_milliemes"] for plat in plats}
    for plat in plats:
        if plat["remplace"] in servies:
            servies[plat["remplace"]] = max(0, servies[plat["remplace"]] - plat["part_milliemes"])
    pl = PlatLigne
    lignes = await pl.select(
        pl.adulte_milli, pl.enfant_milli, pl.etat, pl.dechet_milliemes, pl.rendement_milliemes,
        pl.ingredient.slug.as_alias("slug"), pl.ingredient.dechet_milliemes.as_alias("dechet"),
        pl.ingredient.rendement_milliemes.as_alias("rendement"), pl.plat,
    ).where(pl.plat.is_in(list(servies) or [moment]))  # fmt: skip
    parts: dict[str, tuple[Fraction, Fraction]] = {}
    for ligne in lignes:
        dechet, rendement = ligne["dechet_milliemes"], ligne["rendement_milliemes"]
        taux = Taux(
            ligne["dechet"] if dechet is None else dechet,
            ligne["rendement"] if rendement is None else rendement,
        )
        adulte, enfant = (
            masse_a_acheter(ligne[qui], ligne["etat"], taux) * servies[ligne["plat"]] / MILLE
            for qui in ("adulte_milli", "enfant_milli")
        )
        avant = parts.get(ligne["slug"], (Fraction(0), Fraction(0)))
        parts[ligne["slug"]] = (avant[0] + adulte, avant[1] + enfant)
    return parts


async def _lignes(moment: UUID, jour: date) -> list[VueApprovisionnement]:
    ap = Approvisionnement
    lignes = (
        await ap.select(
            *ap.all_columns(),
            ap.producteur.slug.as_alias("p_slug"), ap.producteur.nom.as_alias("p_nom"),
            ap.producteur.siret.as_alias("siret"),
            ap.producteur.lat.as_alias("lat"), ap.producteur.lon.as_alias("lon"),
            ap.producteur.commune.lat.as_alias("commune_lat"),  # type: ignore[union-attr]
            ap.producteur.commune.lon.as_alias("commune_lon"),  # type: ignore[union-attr]
            ap.producteur.bio_organisme.as_alias("bio_organisme"),
            ap.producteur.bio_expire_le.as_alias("bio_expire_le"),
            ap.ingredient.slug.as_alias("i_slug"), ap.ingredient.nom.as_alias("i_nom"),
            ap.ingredient.saison.as_alias("saison"), ap.ingredient.hors_france.as_alias("hors_france"),
        )
        .where(ap.banquet.moment == moment)
        .order_by(ap.cree_le, ap.id)
    )  # fmt: skip
    ici = await _situer_moment(moment) if lignes else None
    return [_vue(ligne, jour, ici) for ligne in lignes]


def _vue(ligne: Mapping[str, Any], jour: date, ici: Point | None) -> VueApprovisionnement:
    certificat = _certificat(ligne)
    prix = ligne["prix_centimes"]
    return VueApprovisionnement(
        **{
            champ: ligne[champ]
            for champ in (
                "id", "version", "genre", "description", "produit", "plat", "famille", "vendu_par",
                "masse_unite_g", "quantite_milliemes", "prix_centimes", "labels", "identifie_par", "note",
            )
        },
        producteur=ligne["p_slug"],
        producteur_nom=ligne["p_nom"],
        ingredient=ligne["i_slug"],
        ingredient_nom=ligne["i_nom"],
        masse_g=regles.masse_d_une_ligne(
            ligne["vendu_par"], ligne["quantite_milliemes"], ligne["masse_unite_g"]
        ),
        valeur_centimes=None if prix is None else regles.valeur_d_une_ligne(ligne["quantite_milliemes"], prix),
        classe=regles.classe_de(regles.labels_valables(ligne["labels"], certificat, jour)),
        etat_bio=regles.etat_du_certificat(certificat, jour) if "BIO" in ligne["labels"] else None,
        de_saison=regles.est_de_saison(ligne["saison"], bool(ligne["hors_france"]), jour)
        if ligne["i_slug"]
        else None,
        local=LocalDemande(ligne["local_definition"], ligne["local_km"]) if ligne["local_definition"] else None,
        distance_km=_distance(ici, ligne) if ligne["p_slug"] else None,
    )  # fmt: skip


def _achat(vue: VueApprovisionnement) -> regles.Achat:
    compte_bio = vue.etat_bio == "valable"
    return regles.Achat(
        valeur_centimes=vue.valeur_centimes,
        labels=frozenset(label for label in vue.labels if label != "BIO" or compte_bio),
        genre=vue.genre,
        masse_g=vue.masse_g,
        local=(vue.local.definition, vue.local.km) if vue.local else None,
        de_saison=vue.de_saison,
    )


def _vue_chiffres(chiffres: regles.Chiffres) -> VueChiffres:
    en = regles.en_milliemes
    return VueChiffres(
        valeur_centimes=chiffres.valeur_centimes,
        achats=chiffres.achats,
        sans_prix=chiffres.sans_prix,
        bio_milliemes=en(chiffres.classes["bio"]),
        siqo_milliemes=en(chiffres.classes["siqo"]),
        egalim_autres_milliemes=en(chiffres.classes["egalim_autres"]),
        externalites_performance_milliemes=en(chiffres.classes["externalites_performance"]),
        egalim_milliemes=en(chiffres.egalim),
        local_milliemes=en(chiffres.local),
        locaux=[
            PartLocale(definition, km, regles.arrondir(part * MILLE))
            for (definition, km), part in sorted(chiffres.locaux.items(), key=lambda un: (-un[1], str(un[0])))
        ],
        circuit_court_milliemes=en(chiffres.circuit_court),
        de_saison_milliemes=en(chiffres.de_saison),
        sans_achat=[
            VenuSansPrix(genre, venu.lignes, venu.masse_g, venu.sans_poids)
            for genre, venu in chiffres.hors_achat.items()
            if venu.lignes
        ],
    )


def _vue_produit(ligne: Mapping[str, Any], certificat: regles.Certificat | None, jour: date) -> VueProduit:
    return VueProduit(
        **{
            champ: ligne[champ]
            for champ in ("id", "nom", "famille", "vendu_par", "masse_unite_g", "prix_centimes", "labels")
        },
        ingredient=ligne["ingredient_slug"],
        ingredient_nom=ligne["ingredient_nom"],
        classe=regles.classe_de(regles.labels_valables(ligne["labels"], certificat, jour)),
    )


def _certificat(ligne: Mapping[str, Any]) -> regles.Certificat | None:
    return regles.Certificat(ligne["bio_expire_le"]) if ligne["bio_organisme"] else None


def _jour(debut: datetime | None, maintenant: datetime) -> date:
    """Le jour du repas, à Paris ; aujourd'hui tant que la date n'est pas dite."""
    return a_paris(debut or maintenant).date()


def _arrondi(valeur: Fraction | None) -> int | None:
    return None if valeur is None else regles.arrondir(valeur)


async def _situer(slug: str) -> Point:
    if not est_un_slug(slug):
        raise LieuInconnu()
    lignes = await Lieu.raw(
        "SELECT COALESCE(l.lat, c.lat) AS lat, COALESCE(l.lon, c.lon) AS lon "
        "FROM lieu l JOIN commune c ON c.code = l.commune WHERE l.slug = {}",
        slug,
    )
    if not lignes:
        raise LieuInconnu()
    return lignes[0]["lat"], lignes[0]["lon"]


async def _situer_moment(moment: UUID) -> Point | None:
    lignes: Sequence[Mapping[str, Any]] = await Lieu.raw(
        "SELECT COALESCE(l.lat, c.lat) AS lat, COALESCE(l.lon, c.lon) AS lon FROM moment m "
        "JOIN evenement e ON e.id = m.evenement JOIN lieu l ON l.id = e.lieu "
        "JOIN commune c ON c.code = l.commune WHERE m.id = {}",
        moment,
    )
    return (lignes[0]["lat"], lignes[0]["lon"]) if lignes else None


def _distance(ici: Point | None, ligne: Mapping[str, Any]) -> float | None:
    la = (ligne["lat"], ligne["lon"])
    if la[0] is None or la[1] is None:
        la = (ligne["commune_lat"], ligne["commune_lon"])
    if ici is None or la[0] is None or la[1] is None:
        return None
    return round(distance_km(*ici, *la), 1)
