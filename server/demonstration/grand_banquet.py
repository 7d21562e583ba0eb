"""Le banquet de cent quatre-vingts couverts, du menu aux comptes : une fois derrière nous, une fois devant.

Par les mêmes services que les vraies personnes : menu écrit puis relu, producteurs, achats tirés des quantités, commandes et leurs
réponses, effectif arrêté puis dépassé, relevés de la cuisine ; pour le repas passé, comptes et restes pesés.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid5

import msgspec

from server.banquets.achats.labels import Label
from server.banquets.achats.schemas import (
    ApprovisionnementDemande,
    CertificatBioDemande,
    ComptesDemande,
    LocalDemande,
    ProducteurDemande,
    ProduitDemande,
)
from server.banquets.achats.services import (
    ajouter_produit,
    creer_producteur,
    poser_approvisionnement,
    tenir_les_comptes,
)
from server.banquets.commandes.lectures import lien_de, lister_commandes
from server.banquets.commandes.schemas import EnvoiDemande, GesteDemande, LigneRepondue, ReponseDemande
from server.banquets.commandes.services import accepter_reponse, envoyer_commande, repondre_a_la_commande
from server.banquets.cuisine.schemas import Intervenant, MessageDemande, MesureDemande, PeseeDemande
from server.banquets.cuisine.services import creer_lien, ecrire_message, peser, relever_temperature
from server.banquets.cuisine.tables import LienCuisine
from server.banquets.menus.lectures import calculer_quantites
from server.banquets.menus.schemas import LigneDemande, MenuDemande, PlatDemande
from server.banquets.menus.services import confirmer_plat, ecrire_menu
from server.banquets.recettes.schemas import RecetteDemande, RecetteLigneDemande
from server.banquets.recettes.services import publier_recette
from server.banquets.referentiel.services import charger_referentiel
from server.banquets.tables import Commande, Ingredient
from server.comptes.schemas import Auteur
from server.demonstration.contenu import ProducteurEcrit, ProduitEcrit
from server.demonstration.decor import Decor
from server.demonstration.foyers import Foyer
from server.evenements.schemas import EvenementEquipe
from server.inscriptions.effectif.lectures import compter
from server.inscriptions.effectif.schemas import AnnonceDemande, ReglagesEffectif
from server.inscriptions.effectif.services import annoncer_convives, arreter_effectif, regler_effectif
from server.inscriptions.schemas import ConviveDemande, DemandeInscription, PresenceDemande
from server.inscriptions.services import annuler_inscription, inscrire_foyer
from server.inscriptions.tables import Inscription
from server.socle.base import ecriture
from server.socle.temps import a_paris

COUVERTS: Final = 180
ESPACE: Final = UUID("6f0c5e0a-6d0e-4c3e-8f11-3b0a5b6a9d10")
FROIDS: Final = (10, 11, 12, 1, 2, 3)
EN_LITRES: Final = frozenset(("huile-d-olive", "jus-de-pomme"))
EN_PIECES: Final = frozenset(("oeuf",))


class GrandBanquet:
    """Un banquet que l'on cuisine, à sa date."""

    def __init__(self, decor: Decor, annonce: EvenementEquipe, equipe: Auteur, traiteur: Auteur) -> None:
        self._decor, self._ecrit = decor, decor.contenu.grand_banquet
        self._equipe, self._traiteur = equipe, traiteur
        self._slug = annonce.slug
        self._moments = {moment.genre: moment for moment in annonce.moments}
        banquet = self._moments["banquet"]
        assert banquet.debut is not None
        self._moment, self._debut = banquet.id, banquet.debut
        saison = "froid" if a_paris(banquet.debut).month in FROIDS else "chaud"
        self._plats = [plat for plat in self._ecrit.plat if plat.saison in (None, saison)]
        self._tenu = banquet.debut < decor.maintenant

    async def raconter(self, foyers: Sequence[Foyer], producteurs: dict[str, str]) -> None:
        """Tout ce qui arrive à ce repas, dans l'ordre, jusqu'à aujourd'hui."""
        assez_tot = self._debut - timedelta(days=20)
        await self._inscrire(foyers, assez_tot)
        await self._composer(assez_tot + timedelta(days=1))
        await self._regler(assez_tot + timedelta(days=1))
        await self._approvisionner(producteurs, assez_tot + timedelta(days=2))
        await self._commander(assez_tot + timedelta(days=3))
        arret = min(self._debut - timedelta(days=12), self._decor.maintenant - timedelta(days=2))
        await arreter_effectif(self._moment, self._equipe.compte, self._decor.clef, arret)
        await self._bouger(foyers, arret + timedelta(days=1))
        await self._ecrire_en_cuisine(arret + timedelta(days=1, hours=2))
        if self._tenu:
            await self._cuisiner()
            await self._compter()

    async def _inscrire(self, foyers: Sequence[Foyer], instant: datetime) -> None:
        """Assez de foyers pour cent quatre-vingts couverts, à deux minutes l'un de l'autre."""
        assis = 0
        for rang, foyer in enumerate(foyers):
            if assis + foyer.adultes + foyer.enfants > COUVERTS - 8:
                continue
            assis += foyer.adultes + foyer.enfants
            await self._inscrire_un(foyer, instant + timedelta(minutes=2 * rang))

    async def _inscrire_un(self, foyer: Foyer, instant: datetime) -> UUID:
        identifiant = self._cle(f"foyer/{foyer.prenom}/{foyer.courriel}/{foyer.telephone}")
        convives = (
            [ConviveDemande("adulte", 1, list(foyer.regimes), list(foyer.allergenes))]
            if foyer.mange_autrement
            else []
        )
        demande = DemandeInscription(
            evenement=self._slug,
            jeton=identifiant.hex,
            prenom=foyer.prenom,
            presences=[
                PresenceDemande(moment.id, foyer.adultes, foyer.enfants, foyer.tout_petits)
                for moment in self._moments.values()
            ],
            courriel=foyer.courriel,
            telephone=foyer.telephone,
            commune=foyer.commune,
            convives=convives,
            accord_regimes=bool(convives),
            contributions=list(foyer.contributions),
            langue=foyer.langue,
        )
        await inscrire_foyer(identifiant, demande, self._decor.clef, instant, origine="formulaire")
        return identifiant

    async def _composer(self, instant: datetime) -> None:
        plats = [
            PlatDemande(
                id=self._cle(plat.cle),
                service=plat.service,
                nom=plat.nom,
                description=plat.description,
                remplace=self._cle(plat.remplace) if plat.remplace else None,
                part_milliemes=plat.part,
                cueillette=plat.cueillette,
                regimes_ajoutes=plat.regimes,
                notes_echelle=plat.notes,
                lignes=[ligne_de(ligne) for ligne in plat.lignes],
            )
            for plat in self._plats
        ]
        demande = MenuDemande(version=1, plats=plats, marge_milliemes=50, menu_public=True)
        menu = await ecrire_menu(self._traiteur, self._moment, demande, instant)
        # Le dessert n'est pas encore relu pour le repas à venir : la page le dit.
        for plat in plats if self._tenu else plats[:-1]:
            menu = await confirmer_plat(self._traiteur, self._moment, plat.id, menu.version, instant)

    async def _approvisionner(self, producteurs: dict[str, str], instant: datetime) -> None:
        """Ce que demande le menu, chez qui le vend ; le reste attend quelqu'un."""
        parts = (await compter(self._moment)).releve.parts
        besoins = await calculer_quantites(self._traiteur, self._moment, parts.adultes, parts.enfants)
        vendeurs = {
            produit.ingredient: (producteur, produit)
            for producteur in self._ecrit.producteur
            for produit in producteur.produits
        }
        for besoin in besoins.lignes:
            if besoin.ingredient in vendeurs:
                producteur, produit = vendeurs[besoin.ingredient]
                demande = ApprovisionnementDemande(
                    description=besoin.nom,
                    producteur=producteurs[producteur.cle],
                    ingredient=besoin.ingredient,
                    famille=besoin.famille,  # type: ignore[arg-type]
                    vendu_par=besoin.vendu_par,  # type: ignore[arg-type]
                    quantite_milliemes=besoin.achat_milliemes,
                    prix_centimes=produit.prix,
                    labels=labels_de(producteur, produit),
                    local=LocalDemande("KM", 50) if producteur.genre != "grossiste" else None,
                )
                await self._poser(besoin.ingredient, demande, instant)
        for don in self._ecrit.don:
            demande = ApprovisionnementDemande(
                genre=don.genre,
                description=don.description,
                producteur=producteurs[don.producteur],
                ingredient=don.ingredient,
                plat=self._cle(don.plat) if don.plat else None,
                famille="BOISSONS" if don.vendu_par == "L" else "FRUITS_ET_LEGUMES",
                vendu_par=don.vendu_par,
                quantite_milliemes=don.quantite * 1000,
                identifie_par=don.identifie_par,
            )
            await self._poser(don.description, demande, instant)

    async def _poser(self, nom: str, demande: ApprovisionnementDemande, instant: datetime) -> None:
        await poser_approvisionnement(
            self._traiteur, self._moment, self._cle(f"achat/{nom}"), demande, instant
        )

    async def _regler(self, instant: datetime) -> None:
        reglages = ReglagesEffectif(version=1, arret_le=None, tolerance_milliemes=50)
        await regler_effectif(self._moment, reglages, instant)
        annonces = (
            AnnonceDemande("artistes", 2),
            AnnonceDemande("intervenants", 3),
            AnnonceDemande("benevoles", 2, regimes=["vegetarien"]),
        )
        for rang, annonce in enumerate(annonces):
            await annoncer_convives(self._moment, self._cle(f"annonce/{rang}"), annonce, instant)

    async def _commander(self, instant: datetime) -> None:
        """Une commande par producteur ; presque tous répondent, un corrige, et l'équipe l'accepte."""
        clef = self._decor.clef
        commandes = await lister_commandes(self._equipe, self._moment, clef, "fr", instant)
        for rang, commande in enumerate(commandes.elements):
            envoi = EnvoiDemande(
                temoin=commande.temoin,
                cle=self._cle(f"envoi/{commande.producteur}"),
                moyen="courriel" if commande.courriel else "telephone",
                message="Livraison par la porte de derrière, la cuisine est ouverte dès 8 heures.",
            )
            await envoyer_commande(
                self._equipe, self._moment, commande.producteur, envoi, clef, "fr", instant
            )
            if commande.courriel and (self._tenu or rang):
                await self._repondre(commande.producteur, rang, instant + timedelta(hours=5 + rang))

    async def _repondre(self, producteur: str, rang: int, instant: datetime) -> None:
        clef = self._decor.clef
        ligne = (
            await Commande.select(Commande.id, Commande.version, Commande.version_lien)
            .where(Commande.banquet.moment == self._moment, Commande.producteur.slug == producteur)
            .first()
        )
        assert ligne is not None
        lues = await lister_commandes(self._equipe, self._moment, clef, "fr", instant)
        (commande,) = [une for une in lues.elements if une.producteur == producteur]
        premiere = commande.lignes[0]
        corrigees = []
        if rang == 1 and premiere.envoyee is not None:
            # Un peu moins que demandé, un peu moins cher.
            corrigees = [
                LigneRepondue(
                    approvisionnement=premiere.approvisionnement,
                    quantite_milliemes=max(1000, premiere.envoyee.quantite_milliemes - 1000),
                    prix_centimes=premiere.envoyee.prix_centimes,
                    mot="La gelée est passée : un kilo de moins.",
                )
            ]
        reponse = ReponseDemande(version=ligne["version"], lignes=corrigees, mot="À samedi.")
        await repondre_a_la_commande(
            lien_de(clef, ligne["id"], ligne["version_lien"]), reponse, clef, instant
        )
        if corrigees and self._tenu:
            lues = await lister_commandes(self._equipe, self._moment, clef, "fr", instant)
            (commande,) = [une for une in lues.elements if une.producteur == producteur]
            await accepter_reponse(
                self._equipe, self._moment, producteur, GesteDemande(commande.temoin), clef, "fr", instant
            )

    async def _bouger(self, foyers: Sequence[Foyer], instant: datetime) -> None:
        """Après l'arrêt : un foyer de quatre adultes se décide, un parent et son enfant renoncent."""
        venu = next(foyer for foyer in reversed(foyers) if (foyer.adultes, foyer.enfants) == (4, 0))
        await self._inscrire_un(venu, instant)
        parti = await self._inscrit(foyers)
        if parti is not None:
            await annuler_inscription(parti, instant + timedelta(hours=1))

    async def _inscrit(self, foyers: Sequence[Foyer]) -> UUID | None:
        for foyer in foyers:
            if foyer.enfants == 1 and foyer.adultes == 1:
                cle = self._cle(f"foyer/{foyer.prenom}/{foyer.courriel}/{foyer.telephone}")
                if await Inscription.exists().where(Inscription.id == cle):
                    return cle
        return None

    async def _ecrire_en_cuisine(self, instant: datetime) -> None:
        await creer_lien(self._moment, "Équipe du samedi", self._equipe.compte, instant)
        cuisine = await self._par_lien()
        organisation = Intervenant(
            self._moment, "organisation", "La Tablée commune", compte=self._equipe.compte
        )
        await ecrire_message(
            cuisine, self._cle("message/1"), MessageDemande("Peut-on avoir la clé de la chambre froide dès vendredi soir ?"), instant
        )  # fmt: skip
        await ecrire_message(
            organisation, self._cle("message/2"), MessageDemande("Oui : elle sera au bar, au nom de la cuisine."), instant + timedelta(hours=3)
        )  # fmt: skip

    async def _par_lien(self) -> Intervenant:
        ligne = (
            await LienCuisine.select(LienCuisine.id, LienCuisine.nom)
            .where(LienCuisine.moment == self._moment)
            .first()
        )
        assert ligne is not None
        return Intervenant(self._moment, "cuisine", ligne["nom"], lien=ligne["id"])

    async def _cuisiner(self) -> None:
        cuisine = await self._par_lien()
        service = self._debut + timedelta(minutes=30)
        for rang, (genre, sujet, dixiemes) in enumerate(
            (("froid", "Chambre froide", 28), ("chaud", "Épaule d’agneau", 712), ("chaud", "Lentilles", 655))
        ):
            mesure = MesureDemande(
                genre=genre,  # type: ignore[arg-type]
                sujet=sujet,
                dixiemes=dixiemes,
                prise_le=service + timedelta(minutes=4 * rang),
            )
            await relever_temperature(
                cuisine, self._cle(f"mesure/{rang}"), mesure, service + timedelta(hours=1)
            )
        for genre, grammes in (("preparation", 6200), ("non_servi", 3400), ("assiettes", 2900)):
            pesee = PeseeDemande(genre, grammes)  # type: ignore[arg-type]
            await peser(cuisine, self._cle(f"pesee/{genre}"), pesee, self._debut + timedelta(hours=4))

    async def _compter(self) -> None:
        parts = (await compter(self._moment)).releve.parts
        comptes = ComptesDemande(
            adultes=parts.adultes,
            enfants=parts.enfants,
            recueilli_centimes=parts.adultes * 690 + parts.enfants * 300,
            autres_frais_centimes=18_000,
            pot_solidaire_centimes=5000,
            note="Gaz, location de la vaisselle, un tablier neuf.",
            publics=True,
        )
        await tenir_les_comptes(self._equipe, self._moment, comptes, self._debut + timedelta(days=2))

    def _cle(self, nom: str) -> UUID:
        return uuid5(ESPACE, f"{self._slug}/{nom}")


@ecriture
async def inscrire_les_producteurs(decor: Decor, auteur: Auteur) -> dict[str, str]:
    """L'annuaire du réseau, certificats lus ; rend clé → slug."""
    instant = decor.ouverture
    await charger_referentiel(instant)
    noms = {ligne["slug"]: ligne for ligne in await Ingredient.select(Ingredient.slug, Ingredient.nom, Ingredient.famille, Ingredient.unite)}  # fmt: skip
    slugs = {}
    for ecrit in decor.contenu.grand_banquet.producteur:
        jour = a_paris(decor.maintenant).date()
        bio = (
            CertificatBioDemande(
                organisme=ecrit.bio,
                numero=f"30-{ecrit.cle}",
                verifie_le=jour - timedelta(days=90),
                expire_le=jour + timedelta(days=270),
            )
            if ecrit.bio
            else None
        )
        fiche = ProducteurDemande(
            nom=ecrit.nom,
            genre=ecrit.genre,
            commune=ecrit.commune,
            courriel=ecrit.courriel,
            telephone=ecrit.telephone,
            conditions=ecrit.conditions,
            delai_jours=ecrit.delai_jours,
            bio=bio,
        )
        slug = slugs[ecrit.cle] = (await creer_producteur(auteur, fiche, instant)).slug
        for produit in ecrit.produits:
            denree = noms[produit.ingredient]
            demande = ProduitDemande(
                nom=denree["nom"],
                ingredient=produit.ingredient,
                famille=denree["famille"],
                vendu_par="L" if denree["unite"] == "mL" else "kg",
                prix_centimes=produit.prix,
                labels=labels_de(ecrit, produit),
            )
            await ajouter_produit(auteur, slug, demande, instant)
    return slugs


@ecriture
async def publier_les_recettes(decor: Decor, auteur: Auteur, structure: str) -> None:
    """Les recettes que le réseau se passe."""
    ecrit = decor.contenu.grand_banquet
    plats = {plat.cle: plat for plat in ecrit.plat}
    for recette in ecrit.recette:
        plat = plats[recette.plat]
        demande = RecetteDemande(
            structure=structure,
            titre=recette.titre,
            service=plat.service,
            description=recette.texte,
            notes_echelle=plat.notes,
            lignes=[
                RecetteLigneDemande(li.ingredient, li.adulte_milli, li.enfant_milli, li.etat)
                for li in map(ligne_de, plat.lignes)
            ],
        )
        await publier_recette(auteur, demande, decor.ouverture)


def ligne_de(ecrite: str) -> LigneDemande:
    """« riz-de-camargue 160 110 cuit » : la denrée, la part d'adulte, celle d'un enfant, comment elles sont pesées."""
    ingredient, adulte, enfant, etat = ecrite.split()
    vendu_par = "L" if ingredient in EN_LITRES else "piece" if ingredient in EN_PIECES else "kg"
    return msgspec.convert(
        {
            "ingredient": ingredient,
            "adulte_milli": _milli(adulte),
            "enfant_milli": _milli(enfant),
            "etat": etat,
            "vendu_par": vendu_par,
            "pas_milliemes": 1000 if vendu_par == "piece" else 500,
        },
        LigneDemande,
    )


def labels_de(producteur: ProducteurEcrit, produit: ProduitEcrit) -> list[Label]:
    """Ceux qui sont écrits ; à défaut, bio pour qui est certifié, circuit court pour qui vend ce qu'il fait."""
    if produit.labels is not None:
        return list(produit.labels)
    court: list[Label] = ["CIRCUIT_COURT"] if producteur.genre != "grossiste" else []
    return ["BIO", *court] if producteur.bio else court


def _milli(part: str) -> int:
    return int(Decimal(part.replace(",", ".")) * 1000)
