"""L'annuaire et les approvisionnements, par leurs adresses : ce qui s'écrit, ce qui se refuse, ce qui ne se perd pas."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from server.banquets.acces import assurer_banquet
from server.banquets.tables import Approvisionnement, Ingredient, Plat, Producteur, Produit
from server.comptes.schemas import Auteur
from server.socle.base import ecriture
from server.socle.contexte import Contexte
from server.socle.web import Tablees
from server.structures.tables import Structure
from tests.fabriques import LUNDI, SAMEDI_SOIR, moments_de, un_evenement, un_lieu
from tests.structures.acteurs import connecter, une_personne, une_structure

FERME: dict[str, Any] = {
    "nom": "Ferme des Oliviers",
    "genre": "agriculteur",
    "commune": "30334",
    "courriel": "ferme@oliviers.example",
    "delai_jours": 5,
    "bio": {
        "organisme": "Organisme d'essai",
        "numero": "30-0001",
        "verifie_le": "2026-05-01",
        "expire_le": "2026-12-31",
    },
}
LENTILLES: dict[str, Any] = {
    "description": "Lentilles vertes",
    "producteur": "ferme-des-oliviers",
    "famille": "AUTRES",
    "vendu_par": "kg",
    "quantite_milliemes": 12_500,
    "prix_centimes": 420,
    "labels": ["BIO", "FRANCE", "CIRCUIT_COURT"],
    "local": {"definition": "KM", "km": 50},
}


class Table:
    """Nadia organise un banquet samedi ; elle est connectée."""

    def __init__(self, client: httpx.AsyncClient, contexte: Contexte, moment: UUID, lieu: str) -> None:
        self.client, self.contexte, self.moment, self.lieu = client, contexte, moment, lieu
        self.base = f"/api/espace/banquets/{moment}"

    async def poser(self, cle: UUID, **champs: Any) -> httpx.Response:
        return await self.client.put(f"{self.base}/approvisionnements/{cle}", json={**LENTILLES, **champs})


@pytest.fixture
async def table(client: httpx.AsyncClient, application: Tablees) -> Table:
    contexte: Contexte = application.state.contexte
    nadia = await une_personne("Nadia")
    slug = await une_structure("Foyer rural", (nadia, "membre"))
    lieu = await un_lieu("Salle", slug="salle")
    [ligne] = await Structure.select(Structure.id).where(Structure.slug == slug)
    evenement = await un_evenement(structure=ligne["id"], lieu=lieu)
    await connecter(client, contexte.clef, nadia)
    creation = await client.post("/api/espace/producteurs", json=FERME)
    assert creation.status_code == 201, creation.text
    return Table(client, contexte, (await moments_de(evenement))["banquet"], "salle")


@ecriture
async def un_plat(moment: UUID, *, cueillette: bool) -> UUID:
    cle = uuid4()
    banquet = await assurer_banquet(moment, LUNDI)
    await Plat.insert(Plat(id=cle, banquet=banquet, service="entree", nom="Salade", cueillette=cueillette))
    return cle


@ecriture
async def un_ingredient(slug: str, **champs: Any) -> None:
    await Ingredient.insert(
        Ingredient(slug=slug, nom=slug, nom_plie=slug, famille="AUTRES", modifie_le=LUNDI, **champs)
    )


async def test_une_fiche_dit_son_contact_son_certificat_et_sa_distance(table: Table) -> None:
    vue = (await table.client.get("/api/espace/producteurs/ferme-des-oliviers")).json()
    (breve,) = (await table.client.get("/api/espace/producteurs?q=oliv&lieu=salle")).json()

    assert (vue["courriel"], vue["etat_bio"], vue["banquets"]) == ("ferme@oliviers.example", "valable", 0)
    assert vue["bio"]["numero"] == "30-0001"
    assert (breve["commune"], breve["distance_km"]) == ("Uzès", 0.0)
    assert (await table.client.get("/api/espace/producteurs?q=boulange")).json() == []
    assert (await table.client.get("/api/espace/producteurs?lieu=nulle-part")).status_code == 404


async def test_l_annuaire_est_ferme_a_qui_n_est_d_aucune_structure(table: Table) -> None:
    malik: Auteur = await une_personne("Malik")
    assert (
        await httpx.AsyncClient(transport=table.client._transport, base_url="http://localhost:8000").get(
            "/api/espace/producteurs"
        )
    ).status_code == 401
    await connecter(table.client, table.contexte.clef, malik)

    for reponse in (
        await table.client.get("/api/espace/producteurs"),
        await table.client.post("/api/espace/producteurs", json=FERME),
        await table.client.delete("/api/espace/producteurs/ferme-des-oliviers"),
    ):
        assert (reponse.status_code, reponse.json()["type"]) == (403, "/problemes/annuaire-reserve")
    assert (await table.client.get(f"{table.base}/approvisionnements")).status_code == 404
    assert await Producteur.count() == 1


async def test_deux_personnes_qui_corrigent_une_fiche_ne_s_effacent_pas(table: Table) -> None:
    adresse = "/api/espace/producteurs/ferme-des-oliviers"
    premiere = await table.client.put(adresse, json={**FERME, "conditions": "50 € au moins", "version": 1})
    seconde = await table.client.put(adresse, json={**FERME, "conditions": "Rien", "version": 1})

    assert (premiere.status_code, premiere.json()["version"]) == (200, 2)
    assert (seconde.status_code, seconde.json()["type"]) == (409, "/problemes/producteur-modifie")
    assert (await table.client.get(adresse)).json()["conditions"] == "50 € au moins"


async def test_un_producteur_employe_ne_se_supprime_pas(table: Table) -> None:
    adresse = "/api/espace/producteurs/ferme-des-oliviers"
    produit = {"nom": "Lentilles", "famille": "AUTRES", "vendu_par": "kg", "labels": ["BIO"]}
    ajoute = await table.client.post(f"{adresse}/produits", json=produit)
    numero = ajoute.json()["produits"][0]["id"]
    cle = uuid4()
    assert (await table.poser(cle, produit=numero)).status_code == 200

    refus = await table.client.delete(adresse)

    assert (refus.status_code, refus.json()["banquets"]) == (409, 1)
    assert (await Producteur.count(), await Produit.count(), await Approvisionnement.count()) == (1, 1, 1)
    # Le produit peut partir : la ligne garde ce qu'elle avait recopié.
    assert (await table.client.delete(f"{adresse}/produits/{numero}")).json()["produits"] == []
    (ligne,) = (await table.client.get(f"{table.base}/approvisionnements")).json()["elements"]
    assert (ligne["prix_centimes"], ligne["produit"]) == (420, None)
    await table.client.delete(f"{table.base}/approvisionnements/{cle}")
    assert (await table.client.delete(adresse)).status_code == 204
    assert await Producteur.count() == 0


async def test_une_ligne_dit_sa_valeur_sa_classe_et_sa_saison(table: Table) -> None:
    await un_ingredient("lentille", saison=[6, 7])

    vue = (await table.poser(uuid4(), ingredient="lentille")).json()
    chiffres = (await table.poser(uuid4(), labels=[], local=None, prix_centimes=1260)).json()["chiffres"]

    (ligne,) = vue["elements"]
    assert (ligne["valeur_centimes"], ligne["masse_g"], ligne["classe"]) == (5250, 12_500, "bio")
    assert (ligne["etat_bio"], ligne["de_saison"], ligne["distance_km"]) == ("valable", True, 0.0)
    assert vue["chiffres"]["bio_milliemes"] == 1000
    assert (chiffres["bio_milliemes"], chiffres["egalim_milliemes"]) == (250, 250)
    assert chiffres["locaux"] == [{"definition": "KM", "km": 50, "milliemes": 250}]
    assert (chiffres["circuit_court_milliemes"], chiffres["de_saison_milliemes"]) == (250, 1000)


async def test_un_bio_expire_le_jour_du_repas_se_dit_et_ne_compte_pas(table: Table) -> None:
    veille = (SAMEDI_SOIR - timedelta(days=1)).date().isoformat()
    bio = {**FERME["bio"], "expire_le": veille}
    await table.client.put(
        "/api/espace/producteurs/ferme-des-oliviers", json={**FERME, "bio": bio, "version": 1}
    )

    vue = (await table.poser(uuid4())).json()

    assert (vue["elements"][0]["etat_bio"], vue["elements"][0]["classe"]) == ("expire", None)
    assert vue["chiffres"]["bio_milliemes"] == 0


async def test_un_banquet_sans_achat_n_a_aucune_part(table: Table) -> None:
    chiffres = (await table.client.get(f"{table.base}/approvisionnements")).json()["chiffres"]

    assert (chiffres["valeur_centimes"], chiffres["bio_milliemes"], chiffres["local_milliemes"]) == (
        0,
        None,
        None,
    )


async def test_un_surplus_dit_son_poids_et_ne_pese_dans_aucune_part(table: Table) -> None:
    await table.poser(uuid4())
    vue = (
        await table.poser(
            uuid4(), genre="surplus", producteur=None, prix_centimes=None, labels=[], local=None
        )
    ).json()

    assert vue["chiffres"]["bio_milliemes"] == 1000
    assert vue["chiffres"]["sans_achat"] == [
        {"genre": "surplus", "lignes": 1, "masse_g": 12_500, "sans_poids": 0}
    ]


async def test_une_cueillette_nomme_qui_la_connait_et_se_sert_a_part(table: Table) -> None:
    champs: dict[str, Any] = {"genre": "cueillette", "producteur": None, "prix_centimes": None, "labels": []}
    ordinaire = await un_plat(table.moment, cueillette=False)
    a_part = await un_plat(table.moment, cueillette=True)

    sans_rien = await table.poser(uuid4(), **champs)
    melee = await table.poser(uuid4(), **champs, plat=str(ordinaire), identifie_par="Odile")
    bonne = await table.poser(uuid4(), **champs, plat=str(a_part), identifie_par="Odile")

    assert {e["champ"] for e in sans_rien.json()["erreurs"]} == {"plat", "identifie_par"}
    assert [e["champ"] for e in melee.json()["erreurs"]] == ["plat"]
    assert bonne.json()["elements"][0]["identifie_par"] == "Odile"
    assert await Approvisionnement.count() == 1


@pytest.mark.parametrize(
    ("champs", "refuses"),
    [
        (
            {"quantite_milliemes": -5, "vendu_par": "brouette", "prix_centimes": -1, "genre": "troc"},
            {"quantite_milliemes", "vendu_par", "prix_centimes", "genre"},
        ),
        ({"quantite_milliemes": 0, "masse_unite_g": 0}, {"quantite_milliemes", "masse_unite_g"}),
        ({"quantite_milliemes": 10**12, "labels": ["DEMETER"]}, {"quantite_milliemes", "labels.0"}),
        (
            {"producteur": "personne", "ingredient": "licorne", "produit": 9, "plat": str(uuid4())},
            {"producteur", "ingredient", "produit", "plat"},
        ),
        (
            {"genre": "don", "labels": ["BIO", "BIO"], "local": {"definition": "KM"}},
            {"prix_centimes", "labels.1", "local.km"},
        ),
        ({"producteur": None, "local": {"definition": "REGION", "km": 3}}, {"producteur", "local.km"}),
        ({"produit": 2**40, "version": 2**70}, {"produit", "version"}),
        ({"quantite_milliemes": 1.5, "couleur": "verte"}, {"quantite_milliemes", "couleur"}),
    ],
)
async def test_une_demande_absurde_est_refusee_avec_tous_ses_champs(
    table: Table, champs: dict[str, Any], refuses: set[str]
) -> None:
    reponse = await table.poser(uuid4(), **champs)

    assert reponse.status_code == 422
    assert {e["champ"] for e in reponse.json()["erreurs"]} == refuses
    assert await Approvisionnement.count() == 0


async def test_une_fiche_absurde_est_refusee_avec_tous_ses_champs(table: Table) -> None:
    bio = {**FERME["bio"], "expire_le": "2026-04-30"}

    reponse = await table.client.post(
        "/api/espace/producteurs", json={**FERME, "commune": "99999", "lat": 44.0, "bio": bio}
    )

    assert {e["champ"] for e in reponse.json()["erreurs"]} == {"commune", "lon", "bio.expire_le"}
    assert await Producteur.count() == 1


async def test_une_ligne_rejouee_ne_se_double_pas_et_ne_s_ecrase_pas(table: Table) -> None:
    cle = uuid4()
    assert [(await table.poser(cle)).status_code for _ in range(2)] == [200, 200]

    autre = await table.poser(cle, quantite_milliemes=1000)
    changee = await table.poser(cle, quantite_milliemes=2000, version=1)
    tardive = await table.poser(cle, quantite_milliemes=3000, version=1)
    perdue = await table.poser(uuid4(), version=1)

    assert (autre.status_code, changee.status_code, tardive.status_code) == (409, 200, 409)
    assert (perdue.status_code, perdue.json()["type"]) == (404, "/problemes/approvisionnement-inconnu")
    (ligne,) = changee.json()["elements"]
    assert (ligne["version"], ligne["quantite_milliemes"]) == (2, 2000)
    (garde,) = await Approvisionnement.select(Approvisionnement.quantite_milliemes)
    assert garde["quantite_milliemes"] == 2000


async def test_les_achats_s_exportent_dans_les_colonnes_de_ma_cantine(table: Table) -> None:
    await table.poser(uuid4(), description="=HYPERLINK(1)", labels=["BIO", "AOCAOP", "FRANCE"])
    await table.poser(uuid4(), genre="don", prix_centimes=None)

    reponse = await table.client.get(f"{table.base}/papiers/achats.csv")

    entete, ligne = reponse.content.decode().splitlines()
    assert entete == (
        "siret;description;fournisseur;date;prix_ht;famille_produits;categories_egalim;origine;"
        "est_circuit_court;est_local;definition_local;definition_local_km"
    )
    assert ligne == (
        ";'=HYPERLINK(1);Ferme des Oliviers;2026-06-13;52.50;AUTRES;BIO,AOCAOP;FRANCE;non;oui;KM;50"
    )
    assert "no-store" in reponse.headers["cache-control"]


async def test_les_comptes_disent_le_prix_de_revient_et_le_solde(table: Table) -> None:
    await table.poser(uuid4())
    saisie = {"adultes": 10, "enfants": 5, "recueilli_centimes": 9000, "autres_frais_centimes": 750}

    avant = (await table.client.get(f"{table.base}/comptes")).json()
    apres = await table.client.put(f"{table.base}/comptes", json=saisie)
    rejouee = await table.client.put(f"{table.base}/comptes", json=saisie)
    croisee = await table.client.put(f"{table.base}/comptes", json={**saisie, "adultes": 11})

    assert (avant["version"], avant["cout_adulte_centimes"], avant["revient_centimes"]) == (None, None, 5250)
    vue = apres.json()
    assert (vue["revient_centimes"], vue["solde_centimes"], vue["excedent_centimes"]) == (6000, 3000, 3000)
    assert (vue["cout_adulte_centimes"], vue["cout_enfant_centimes"]) == (400, 400)
    assert rejouee.json() == vue
    assert (croisee.status_code, croisee.json()["type"]) == (409, "/problemes/banquet-modifie")
    changee = await table.client.put(f"{table.base}/comptes", json={**saisie, "adultes": 11, "version": 1})
    assert (changee.json()["version"], changee.json()["adultes"]) == (2, 11)
    negative = await table.client.put(f"{table.base}/comptes", json={**saisie, "enfants": -1})
    assert negative.status_code == 422


async def test_supprimer_un_producteur_pendant_qu_on_s_y_fournit_ne_perd_rien(table: Table) -> None:
    suppression, pose = await asyncio.gather(
        table.client.delete("/api/espace/producteurs/ferme-des-oliviers"), table.poser(uuid4())
    )

    # L'un des deux passe, l'autre lit pourquoi ; jamais de ligne sans son producteur, jamais de panne.
    assert (suppression.status_code, pose.status_code) in {(204, 422), (409, 200)}
    assert await Producteur.count() == await Approvisionnement.count() == int(pose.status_code == 200)


async def test_deux_saisies_de_la_meme_version_n_en_gardent_qu_une(table: Table) -> None:
    cle = uuid4()
    await table.poser(cle)

    reponses = await asyncio.gather(
        *(table.poser(cle, version=1, quantite_milliemes=quantite) for quantite in (1000, 2000, 3000))
    )

    assert sorted(r.status_code for r in reponses) == [200, 409, 409]
    assert await Approvisionnement.count() == 1
