"""Les bons de commande, un par page. De la vue de l'équipe à une feuille, sans rien lire ; ils portent des prix."""

from datetime import datetime
from functools import partial

from server.banquets.achats.regles import valeur_d_une_ligne
from server.banquets.commandes import phrases
from server.banquets.commandes.courriels import dire_bon, dire_reponse
from server.banquets.commandes.schemas import BonDeCommande, Detail, ReponseVue, VueCommande, VueCommandes
from server.inscriptions.cuisine.schemas import VueCuisine
from server.pages.dessin import dessiner
from server.pages.feuilles import Colonne, Feuille, Partie, Tableau, composer_feuille
from server.pages.papiers_de_cuisine import avertissements, pied, sous_titre
from server.socle import mots
from server.socle.textes import Langue, traduire


def bons_de_commande(
    commandes: VueCommandes, vue: VueCuisine, langue: Langue, maintenant: datetime, auteur: str = ""
) -> Feuille:
    """Un bon par producteur : ce qui est parti, ou ce qui est prêt à partir, et l'état."""
    parties = [
        _bon(commande, langue, nouvelle_page=rang > 0) for rang, commande in enumerate(commandes.elements)
    ]
    return Feuille(
        titre=traduire(langue, "papiers.commandes.titre"),
        sous_titre=sous_titre(langue, vue),
        en_tete=[*avertissements(langue, vue), ", ".join(vue.repas.structures)],
        parties=parties or [Partie(phrases=[traduire(langue, "papiers.commandes.aucune")])],
        pied=pied(langue, maintenant, vue),
        auteur=auteur,
        langue=langue,
    )


def _bon(commande: VueCommande, langue: Langue, *, nouvelle_page: bool) -> Partie:
    joindre = ", ".join(filter(None, (commande.courriel, commande.telephone)))
    livraison = commande.livraison
    dites = [joindre] if joindre else []
    dites.append(_etat(commande, langue))
    dites.append(
        traduire(
            langue,
            "papiers.commandes.livraison",
            jour=phrases.dire_jour(langue, livraison.le)
            if livraison.le
            else traduire(langue, "commandes.page.date_a_convenir"),
            lieu=livraison.lieu or traduire(langue, "commandes.page.lieu_a_convenir"),
        )
    )
    dites += commande.avertissements
    if commande.message:
        dites.append(commande.message)
    if commande.mot:
        dites.append(traduire(langue, "papiers.commandes.repond", mot=commande.mot))
    colonnes = [
        Colonne(traduire(langue, "papiers.courses.quoi"), 4),
        Colonne(traduire(langue, "papiers.courses.combien"), 2, "droite", gras=True),
        Colonne(traduire(langue, "papiers.commandes.prix"), 2, "droite"),
        Colonne(traduire(langue, "papiers.commandes.valeur"), 2, "droite"),
        Colonne(traduire(langue, "papiers.commandes.reponse"), 2.4),
    ]
    details = _a_imprimer(commande)
    total = sum(
        valeur_d_une_ligne(detail.quantite_milliemes, detail.prix_centimes)
        for detail, _ in details
        if detail.prix_centimes is not None
    )
    return Partie(
        titre=commande.producteur_nom,
        phrases=dites,
        tableau=Tableau(
            colonnes=colonnes,
            lignes=[_ligne(detail, reponse, langue) for detail, reponse in details],
            total=(traduire(langue, "commandes.page.total"), "", "", mots.montant(langue, total), "")
            if total
            else (),
        ),
        nouvelle_page=nouvelle_page,
    )


async def imprimer_bon(bon: BonDeCommande, langue: Langue) -> bytes:
    """Le bon d'un producteur, en PDF, tel qu'il est parti : à joindre au courriel, à poser dans l'atelier.

    Dessiné comme tout le reste, l'un après l'autre : deux documents composés ensemble se partagent leurs fontes.
    """
    return await dessiner(partial(_composer_bon, bon, langue))


def _composer_bon(bon: BonDeCommande, langue: Langue) -> bytes:
    dit = dire_bon(bon, langue)
    repas = bon.repas
    numero = traduire(
        langue, "commandes.page.bon", numero=bon.numero, date=mots.date_longue(langue, bon.envoyee_le)
    )
    en_tete = [traduire(langue, "commandes.page.remplace", date=dit["remplace"])] if dit["remplace"] else []
    livrer = traduire(
        langue,
        "papiers.commandes.livraison",
        jour=dit["livraison_le"] or traduire(langue, "commandes.page.date_a_convenir"),
        lieu=bon.livraison.lieu or traduire(langue, "commandes.page.lieu_a_convenir"),
    )
    parties = [Partie(titre=bon.producteur_nom, phrases=[livrer, *bon.message.splitlines()])]
    colonnes = [
        Colonne(traduire(langue, "papiers.courses.quoi"), 5),
        Colonne(traduire(langue, "papiers.courses.combien"), 2, "droite", gras=True),
        Colonne(traduire(langue, "papiers.commandes.prix"), 2, "droite"),
        Colonne(traduire(langue, "papiers.commandes.valeur"), 2, "droite"),
    ]
    for titre, lignes, total in (
        ("commandes.page.commandees", dit["commandees"], dit["total"]),
        ("commandes.page.proposees", dit["proposees"], ""),
    ):
        if lignes:
            cases = [_ligne(ligne.envoyee, None, langue)[: len(colonnes)] for ligne in lignes]
            dernier = (traduire(langue, "commandes.page.total"), "", "", total) if total else ()
            tableau = Tableau(colonnes=colonnes, lignes=cases, total=dernier, a_cocher=True)
            parties.append(Partie(titre=traduire(langue, titre), tableau=tableau))
    return composer_feuille(
        Feuille(
            titre=traduire(langue, "commandes.page.titre", structure=repas.structure),
            sous_titre=numero,
            en_tete=[*en_tete, " · ".join(filter(None, (repas.titre, dit["quand"])))],
            parties=parties,
            pied=dit["contact"],
            auteur=repas.structure,
            langue=langue,
        )
    )


def _a_imprimer(commande: VueCommande) -> list[tuple[Detail, ReponseVue | None]]:
    """Ce qui est parti si quelque chose est parti, sinon ce que l'on veut ; et la réponse."""
    if commande.numero:
        return [(ligne.envoyee, ligne.reponse) for ligne in commande.lignes if ligne.envoyee is not None]
    return [(ligne.voulue, None) for ligne in commande.lignes if ligne.voulue is not None]


def _etat(commande: VueCommande, langue: Langue) -> str:
    """« Bon nº 2, envoyé mardi 9 juin à 18 h : tout est confirmé »."""
    etat = traduire(langue, f"papiers.commandes.etats.{commande.etat}")
    if commande.envoyee_le is None:
        return f"{etat[:1].upper()}{etat[1:]}."
    return traduire(
        langue,
        "papiers.commandes.bon",
        numero=commande.numero,
        quand=mots.date_heure(langue, commande.envoyee_le, annee=False),
        etat=etat,
    )


def _ligne(detail: Detail, reponse: ReponseVue | None, langue: Langue) -> list[str]:
    nom = detail.description + (
        f" ({traduire(langue, 'commandes.page.bio')})" if "BIO" in detail.labels else ""
    )
    if detail.note:
        nom += f"\n{detail.note}"
    prix = detail.prix_centimes
    return [
        nom,
        phrases.dire_quantite(langue, detail.quantite_milliemes, detail.vendu_par),
        "" if prix is None else phrases.dire_prix(langue, prix, detail.vendu_par),
        phrases.dire_valeur(langue, detail)
        if detail.genre == "achat"
        else traduire(langue, f"papiers.genres.{detail.genre}"),
        dire_reponse(reponse, detail, langue) + (f"\n{reponse.mot}" if reponse and reponse.mot else ""),
    ]


def commandes_en_lignes(commandes: VueCommandes, langue: Langue) -> list[list[object]]:
    """Toutes les lignes commandées ou à commander, pour qui calculera. Montants en euros."""
    noms = (
        "fournisseur", "etat", "bon", "denree", "quantite", "unite", "prix_ht", "valeur_ht", "reponse",
        "quantite_repondue", "prix_repondu", "mot",
    )  # fmt: skip
    lignes: list[list[object]] = [[traduire(langue, f"papiers.csv.{nom}") for nom in noms]]
    for commande in commandes.elements:
        for ligne in commande.lignes:
            detail = ligne.envoyee or ligne.voulue
            if detail is None:
                continue
            prix, dite = detail.prix_centimes, ligne.reponse
            lignes.append(
                [
                    commande.producteur_nom,
                    traduire(langue, f"papiers.commandes.etats.{commande.etat}"),
                    commande.numero or "",
                    detail.description,
                    phrases.en_decimal(langue, detail.quantite_milliemes, 3),
                    traduire(langue, f"papiers.unites.{detail.vendu_par}"),
                    "" if prix is None else phrases.en_decimal(langue, prix, 2),
                    ""
                    if prix is None
                    else phrases.en_decimal(langue, valeur_d_une_ligne(detail.quantite_milliemes, prix), 2),
                    traduire(langue, f"papiers.commandes.reponses.{dite.reponse}") if dite else "",
                    phrases.en_decimal(langue, dite.quantite_milliemes, 3) if dite else "",
                    ""
                    if dite is None or dite.prix_centimes is None
                    else phrases.en_decimal(langue, dite.prix_centimes, 2),
                    dite.mot if dite else "",
                ]
            )
    return lignes
