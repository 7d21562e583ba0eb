"""Ce que la cuisine peut lire ne nomme personne : chaque champ de chaque réponse, parcouru.

La base porte des prénoms, des téléphones, des courriels et des mots reconnaissables entre tous. Les routes se prennent dans la
table des routes : une route nouvelle de la cuisine est parcourue d'office ; si elle écrit, l'essai demande comment l'appeler.
"""

import io
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, get_args
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest
from litestar import Response
from msgspec import inspect
from pypdf import PdfReader

from server.entretien import entretenir
from server.inscriptions.regles import DELAI_REGIMES
from server.notifications.expediteur import Expediteur
from server.pages.papiers import DE_CUISINE, PAR_COMPTE
from server.reglages import Reglages
from server.socle.base import ecriture
from server.socle.textes import plier
from server.socle.web import Tablees
from server.structures.tables import Structure
from tests.conftest import CourrierRetenu, HorlogeReglable
from tests.inscriptions.cuisine.jeu import (
    Cuisine,
    donner_un_lien,
    ecrire_un_menu,
    entetes,
    entrer,
    poser_une_cuisine,
)

FOYERS = 6
ENTREPRISE = "Ferme du Grand Kapokier"
PRODUCTEUR_COURRIEL = "commandes@kapokier.example"

MARQUES_FOYERS = (
    "Zephyrinette", "Quetzalcoatline", "zephyrinette", "foyer-secret.example", "Kalamazooesque", "Ornithorynquette",
    "0699887701", "0699887702", "0699887703", "0699887704", "0699887705", "0699887706", "0788665544",
)  # fmt: skip
MARQUES_COMPTES = ("Balthazarine", "Wolframine", "comptes-secrets.example")
MARQUES_CUEILLEUR = ("Cunegondine", "Xylophagette", "cueillette-secrete.example", "0677554433")
MARQUES_IDENTIFIE = ("Anselmus", "Wyvernier")
MARQUES_DU_CONTACT = ("kapokier.example", "0466112233", "0655443322", "livreur-secret.example")
"""Le contact d'une entreprise, et ceux que l'équipe a laissés dans ce qu'elle écrit."""

CUISINE = (
    *MARQUES_FOYERS,
    *MARQUES_COMPTES,
    *MARQUES_CUEILLEUR,
    *MARQUES_IDENTIFIE,
    *MARQUES_DU_CONTACT,
)


# --- Parcourir ------------------------------------------------------------------------------------------------------


def feuilles(valeur: Any, chemin: str = "") -> Iterator[tuple[str, str]]:
    """Chaque valeur d'une réponse, clés de dictionnaires comprises, avec son chemin."""
    if isinstance(valeur, dict):
        for cle, dedans in valeur.items():
            yield f"{chemin}.{cle}#cle", str(cle)
            yield from feuilles(dedans, f"{chemin}.{cle}")
    elif isinstance(valeur, list):
        for rang, dedans in enumerate(valeur):
            yield from feuilles(dedans, f"{chemin}.{rang}")
    elif valeur is not None:
        yield chemin, str(valeur)


def trouver(marques: tuple[str, ...], valeur: Any) -> list[tuple[str, str]]:
    """Où une marque se lit, quelle que soit la façon de l'écrire : accents, casse, espaces, indicatif."""
    trouvees = []
    for chemin, texte in feuilles(valeur):
        plie, serre = plier(texte), plier(texte).replace(" ", "")
        chiffres = re.sub(r"\D", "", texte)
        for marque in marques:
            est_un_numero = marque.isdigit()
            if (est_un_numero and marque[1:] in chiffres) or (
                not est_un_numero and (plier(marque) in plie or plier(marque).replace(" ", "") in serre)
            ):
                trouvees.append((chemin, marque))
    return trouvees


def lire_reponse(reponse: httpx.Response) -> Any:
    """Le contenu d'une réponse, quel que soit son format ; les en-têtes aussi."""
    genre = reponse.headers.get("content-type", "")
    if "json" in genre:
        corps: Any = reponse.json()
    elif "pdf" in genre:
        lu = PdfReader(io.BytesIO(reponse.content))
        corps = [*(page.extract_text() for page in lu.pages), *map(str, (lu.metadata or {}).values())]
    elif genre.startswith("text/"):
        corps = reponse.text
    else:
        assert reponse.content == b"", f"format que l'essai ne sait pas lire : {genre}"
        corps = None
    # Un en-tête n'est pas du texte : on n'y cherche que ce que la réponse a pu y mettre.
    return {"corps": corps, "nom": reponse.headers.get("content-disposition", "")}


@pytest.mark.parametrize(
    "cachee",
    [
        {"a": [{"b": {"c": ["merci à Zéphyrinette"]}}]},
        {"contact": "06.99 88-77 01"},
        {"contact": "+33699887701"},
        {"nombre": 699887701},
        {"Zéphyrinette": 1},
        ["zephyrinette@foyer-secret.example"],
    ],
)
def test_le_parcours_voit_une_personne_ou_qu_elle_se_cache(cachee: Any) -> None:
    assert trouver(CUISINE, cachee)
    assert not trouver(CUISINE, {"a": [{"b": "Gratin de courge"}], "n": 12, "quand": "2026-06-12T18:30:00Z"})


# --- La base --------------------------------------------------------------------------------------------------------


class Decor(msgspec.Struct):
    cuisine: Cuisine
    appareil: dict[str, str]
    nadia: dict[str, str]
    odile: dict[str, str]
    lien: str


def un_foyer(cuisine: Cuisine, rang: int) -> dict[str, Any]:
    presences = [
        {"moment": str(m.id), "adultes": 2, "enfants": 1, "tout_petits": 1} for m in cuisine.vue.moments
    ]
    return {
        "evenement": cuisine.vue.slug,
        "jeton": "j" * 30 + str(rang),
        "prenom": f"Zéphyrinette {rang}",
        "courriel": f"zephyrinette{rang}@foyer-secret.example",
        "telephone": f"06 99 88 77 0{rang}",
        "presences": presences,
        "convives": [
            {
                "nombre": 1,
                "age": "adulte",
                "regimes": ["vegetalien", "sans_gluten"],
                "allergenes": ["sesame"],
            },
            {"nombre": 1, "age": "enfant", "regimes": ["halal"], "allergenes": []},
        ],
        "accord_regimes": True,
        "contributions": ["cuisine", "apporter"],
        "message": "Kalamazooesque : nous arriverons tard, demandez Quetzalcoatline",
        "langue": "fr",
        "pour_autrui": ({"prenom": "Ornithorynquette", "telephone": "07 88 66 55 44"} if rang == 1 else None),
    }


@ecriture
async def _contact_de_la_structure(structure: int) -> None:
    await Structure.update({Structure.courriel: "bonjour@comptes-secrets.example"}).where(
        Structure.id == structure
    )


@pytest.fixture
async def decor(
    client: httpx.AsyncClient, application: Tablees, reglages: Reglages, horloge: HorlogeReglable
) -> Decor:
    cuisine = await poser_une_cuisine()
    await _contact_de_la_structure(cuisine.jeu.structure)
    nadia = await entetes(reglages, cuisine.jeu.nadia.compte)
    odile = await entetes(reglages, cuisine.odile.compte)
    for qui, nom in ((nadia, "Balthazarine"), (odile, "Wolframine")):
        rendu = await client.put("/api/espace/moi", headers=qui, json={"prenom": nom, "langue": "fr"})
        assert rendu.status_code == 204, rendu.text
    for rang in range(1, FOYERS + 1):
        inscrit = await client.put(f"/api/inscriptions/{uuid4()}", json=un_foyer(cuisine, rang))
        assert inscrit.status_code == 201, inscrit.text
    plat = await ecrire_un_menu(cuisine, notes="Livreur : 06 55 44 33 22, ou marco@livreur-secret.example")
    base, ajouter = cuisine.espace, client.put
    for nom, fiche in {
        ENTREPRISE: {
            "genre": "agriculteur",
            "courriel": PRODUCTEUR_COURRIEL,
            "telephone": "04 66 11 22 33",
            "conditions": "Demander au 04 66 11 22 33",
        },
        "Cunégondine Xylophagette": {
            "genre": "cueilleur",
            "courriel": "cune@cueillette-secrete.example",
            "telephone": "06 77 55 44 33",
            "description": "Cunégondine cueille depuis toujours",
        },
    }.items():
        creation = await client.post("/api/espace/producteurs", headers=nadia, json={"nom": nom, **fiche})
        assert creation.status_code == 201, creation.text
    annuaire = (await client.get("/api/espace/producteurs", headers=nadia)).json()
    slugs = {un["nom"]: un["slug"] for un in annuaire}
    for ligne in (
        {"description": "Potirons", "producteur": slugs[ENTREPRISE], "prix_centimes": 240},
        {
            "description": "Ail des ours",
            "genre": "cueillette",
            "producteur": slugs["Cunégondine Xylophagette"],
            "plat": str(await _plat_de_cueillette(client, cuisine, nadia, plat)),
            "identifie_par": "Anselmus Wyvernier",
            "note": "Rappeler au 06 55 44 33 22",
        },
        {
            "description": "Pommes tombées",
            "genre": "don",
            "producteur": slugs["Cunégondine Xylophagette"],
        },
    ):
        corps = {"famille": "FRUITS_ET_LEGUMES", "vendu_par": "kg", "quantite_milliemes": 5000, **ligne}
        pose = await ajouter(f"{base}/approvisionnements/{uuid4()}", headers=nadia, json=corps)
        assert pose.status_code == 200, pose.text
    for commande in (await client.get(f"{base}/commandes", headers=nadia)).json()["elements"]:
        envoi = await client.post(
            f"{base}/commandes/{commande['producteur']}/envoi",
            headers=nadia,
            json={"temoin": commande["temoin"], "cle": str(uuid4())},
        )
        assert envoi.status_code == 200, envoi.text
    await client.put(
        f"{base}/effectif/annonces/{uuid4()}",
        headers=nadia,
        json={"genre": "benevoles", "nombre": 3, "regimes": ["vegetarien"]},
    )
    await client.post(f"{base}/effectif/arret", headers=nadia)
    tardif = await client.put(f"/api/inscriptions/{uuid4()}", json=un_foyer(cuisine, 7))
    assert tardif.status_code == 201
    lien = (await donner_un_lien(client, reglages, cuisine))["adresse"].removeprefix(reglages.url)
    appareil = await entrer(client, reglages, lien)
    prise_le = horloge().isoformat()
    for adresse, qui in ((cuisine.adresse, appareil), (base, nadia), (base, odile)):
        for chemin, corps in _ecritures(prise_le).items():
            ecrit = await client.put(f"{adresse}/{chemin}/{uuid4()}", headers=qui, json=corps)
            assert ecrit.status_code == 200, ecrit.text
    await client.post(f"{cuisine.adresse}/lecture", headers=appareil)
    return Decor(cuisine, appareil, nadia, odile, lien)


async def _plat_de_cueillette(
    client: httpx.AsyncClient, cuisine: Cuisine, nadia: dict[str, str], plat: UUID
) -> UUID:
    """Un plat sauvage de plus au menu, à part."""
    menu = (await client.get(f"{cuisine.espace}/menu", headers=nadia)).json()
    sauvage = uuid4()
    plats = [
        {"id": str(plat), "service": "plat", "nom": "Gratin de courge", "lignes": [
            {"ingredient": "potiron", "adulte_milli": 200_000, "enfant_milli": 120_000}]},
        {"id": str(sauvage), "service": "aperitif", "nom": "Pesto d’ail des ours", "cueillette": True},
    ]  # fmt: skip
    corps = {"version": menu["version"], "plats": plats, "notes": menu["notes"]}
    ecrit = await client.put(f"{cuisine.espace}/menu", headers=nadia, json=corps)
    assert ecrit.status_code == 200, ecrit.text
    return sauvage


def _ecritures(prise_le: str) -> dict[str, dict[str, Any]]:
    """Comment écrire à chaque adresse de la cuisine qui reçoit un identifiant."""
    return {
        "messages": {"texte": "Il manque des courges."},
        "temperatures": {"genre": "chaud", "sujet": "Gratin", "dixiemes": 655, "prise_le": prise_le},
        "pesees": {"genre": "assiettes", "grammes": 1200},
    }


# --- Les réponses ---------------------------------------------------------------------------------------------------


def routes_de(application: Tablees, prefixe: str) -> list[tuple[str, str, Any]]:
    """(verbe, chemin, gestionnaire) de toutes les routes sous ce chemin ; un papier, c'est une route par nom."""
    noms = list(DE_CUISINE if prefixe == "/api/cuisine" else PAR_COMPTE)
    trouvees = []
    for route in application.routes:
        if route.path == prefixe or route.path.startswith(f"{prefixe}/"):
            gestionnaires = getattr(route, "route_handler_map", {})
            papiers = noms if "{papier:str}" in route.path else [""]
            trouvees += [
                (
                    verbe,
                    route.path.replace("{papier:str}", papier),
                    tenu[0] if isinstance(tenu, tuple) else tenu,
                )
                for verbe, tenu in gestionnaires.items()
                for papier in papiers
                if verbe not in ("HEAD", "OPTIONS")
            ]
    return sorted(trouvees, key=lambda un: (un[1], un[0]))


def remplir(chemin: str, decor: Decor) -> str:
    """Le chemin, ses trous remplis ; un identifiant neuf là où l'on en choisit un."""
    secret = decor.lien.rpartition("/")[2]
    valeurs = {"moment": decor.cuisine.moment, "identifiant": uuid4(), "lien": secret}
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda trou: str(valeurs[trou[1]]), chemin)


def corps_pour(verbe: str, chemin: str, prise_le: str) -> dict[str, Any] | None:
    """De quoi appeler une route qui écrit. Une route nouvelle se dit ici : sans cela, l'essai échoue."""
    if verbe == "GET":
        return None
    for fin, corps in {
        **{f"{nom}/{{identifiant:uuid}}": corps for nom, corps in _ecritures(prise_le).items()},
        "messages/lus": {"jusqu_a": 1},
        "lecture": {},
    }.items():
        if chemin.endswith(fin):
            return corps
    raise AssertionError(f"{verbe} {chemin} : dites à l'essai comment l'appeler")


async def test_aucune_reponse_de_la_cuisine_ne_dit_une_personne(
    client: httpx.AsyncClient, decor: Decor, application: Tablees, horloge: HorlogeReglable
) -> None:
    routes = [*routes_de(application, "/api/cuisine"), *routes_de(application, "/cuisine")]
    vues = {(verbe, chemin) for verbe, chemin, _ in routes}
    assert {
        ("GET", "/api/cuisine/banquets"),
        ("GET", "/api/cuisine/banquets/{moment:uuid}"),
        ("GET", "/api/cuisine/banquets/{moment:uuid}/papiers/temperatures.pdf"),
        ("GET", "/api/cuisine/banquets/{moment:uuid}/papiers/production.pdf"),
        ("GET", "/api/cuisine/banquets/{moment:uuid}/papiers/courses.csv"),
        ("GET", "/cuisine/{lien:str}"),
    } <= vues
    lues, dites = 0, []

    for verbe, chemin, _ in routes:
        corps = corps_pour(verbe, chemin, horloge().isoformat())
        for langue in ("fr", "en"):
            for accepte in ("application/json", "text/html"):
                reponse = await client.request(
                    verbe,
                    remplir(chemin, decor),
                    headers={**decor.appareil, "accept-language": langue, "accept": accepte},
                    json=corps or None,
                )
                client.cookies.clear()
                if verbe != "DELETE":  # ce qu'on n'a pas écrit ne se retire pas : c'est le refus que l'on lit
                    assert reponse.status_code == 200, (verbe, chemin, reponse.text)
                lues += 1
                dites += [(verbe, chemin, ou) for ou in trouver(CUISINE, lire_reponse(reponse))]

    assert dites == []
    assert lues == 4 * len(routes)


async def test_la_vue_n_est_pas_vide_de_ce_qu_elle_tait(client: httpx.AsyncClient, decor: Decor) -> None:
    """Rien de trouvé ne prouve rien si la base ne disait rien : chaque marque est bien là, ailleurs."""
    espace = decor.cuisine.espace
    inscrits = await client.get(
        f"/api/espace/evenements/{decor.cuisine.vue.slug}/inscriptions", headers=decor.nadia
    )
    assert inscrits.status_code == 200, inscrits.text
    fiches = [
        (await client.get(f"/api/espace/producteurs/{un['slug']}", headers=decor.nadia)).json()
        for un in (await client.get("/api/espace/producteurs", headers=decor.nadia)).json()
    ]
    ailleurs = [
        inscrits.json(),
        fiches,
        (await client.get(f"{espace}/approvisionnements", headers=decor.nadia)).json(),
        (await client.get(f"{espace}/menu", headers=decor.nadia)).json(),
        (await client.get("/api/espace/moi", headers=decor.nadia)).json(),
        (await client.get("/api/espace/moi", headers=decor.odile)).json(),
    ]
    absentes = {marque for marque in CUISINE if not trouver((marque,), ailleurs)}
    # Ceux-là ne sont que dans la fiche d'une inscription, ou dans celle de la structure.
    assert absentes <= {
        "Quetzalcoatline",
        "Kalamazooesque",
        "Ornithorynquette",
        "0788665544",
        "comptes-secrets.example",
    }

    vue = (await client.get(decor.cuisine.adresse, headers=decor.appareil)).json()
    assert vue["effectif"]["par_regime"]["vegetalien"] == FOYERS + 1
    # L'entreprise se dit : il faut savoir qui livre. Le cueilleur, non ; sa plante a été reconnue.
    assert {un["description"]: (un["fournisseur"], un["identifiee"]) for un in vue["approvisionnements"]} == {
        "Potirons": (ENTREPRISE, None),
        "Ail des ours": (None, True),
        "Pommes tombées": (None, None),
    }
    assert {un["fournisseur"] for un in vue["commandes"]} == {ENTREPRISE, None}
    assert "prix" not in str(vue)
    assiettes = (await client.get(f"{decor.cuisine.adresse}/assiettes", headers=decor.appareil)).json()
    assert len({un["code"] for un in assiettes["assiettes"]}) > FOYERS


async def test_ce_que_lit_le_traiteur_par_son_compte_ne_dit_aucun_foyer(
    client: httpx.AsyncClient, decor: Decor, application: Tablees
) -> None:
    """Par compte, on lit aussi les prix, le contact des entreprises et qui a reconnu la plante ; jamais un foyer, ni un compte."""
    lues, dites = 0, []

    for verbe, chemin, _ in routes_de(application, "/api/espace/banquets/{moment:uuid}"):
        if verbe != "GET" or chemin.endswith(("/liens-cuisine", "/comptes")):
            continue  # ces deux-là sont à qui organise
        essai = re.sub(r"\{(?!moment)\w+(?::\w+)?\}", lambda _: str(uuid4()), chemin)
        adresse = remplir(essai, decor)
        if "/quantites" in chemin:
            adresse += "?adultes=10"
        reponse = await client.get(adresse, headers=decor.odile)
        assert reponse.status_code in (200, 404), (chemin, reponse.text)
        lues += reponse.status_code == 200
        dites += [(chemin, ou) for ou in trouver((*MARQUES_FOYERS, *MARQUES_COMPTES), lire_reponse(reponse))]

    # Le courriel de la structure qui organise est public : il est sur la page de l'évènement.
    assert [un for un in dites if un[1][1] != "comptes-secrets.example"] == []
    assert lues >= 10


async def test_les_bons_de_commande_ne_sont_pas_des_papiers_de_cuisine(
    client: httpx.AsyncClient, decor: Decor
) -> None:
    """Ils portent des prix et le contact des entreprises."""
    for papier in sorted(set(PAR_COMPTE) - set(DE_CUISINE)):
        refus = await client.get(f"{decor.cuisine.adresse}/papiers/{papier}", headers=decor.appareil)
        assert (refus.status_code, refus.json()["type"]) == (404, "/problemes/papier-inconnu")
    ferme = await client.get(f"{decor.cuisine.adresse}/papiers/production.pdf")
    assert (ferme.status_code, ferme.json()["type"]) == (404, "/problemes/lien-de-cuisine-inconnu")


async def test_le_courriel_du_producteur_ne_dit_ni_foyer_ni_personne(
    client: httpx.AsyncClient,
    decor: Decor,
    expediteur: Expediteur,
    courrier: CourrierRetenu,
    horloge: HorlogeReglable,
) -> None:
    await expediteur.vider_une_fois(horloge())

    (recu,) = courrier.pour(PRODUCTEUR_COURRIEL)
    lu = [recu.sujet, recu.texte, recu.html or ""]
    assert trouver((*MARQUES_FOYERS, *MARQUES_IDENTIFIE, *MARQUES_CUEILLEUR), lu) == []
    assert [ou for ou in trouver(MARQUES_COMPTES, lu) if ou[1] != "comptes-secrets.example"] == []
    assert trouver(("Potirons",), lu)
    page = re.search(r"/commandes/[0-9a-f]{32}[\w-]{22}", recu.texte)
    assert page is not None
    montree = await client.get(page[0], headers={"accept": "text/html"})
    assert montree.status_code == 200
    assert trouver((*MARQUES_FOYERS, *MARQUES_IDENTIFIE, *MARQUES_CUEILLEUR), montree.text) == []


# --- Le lendemain ---------------------------------------------------------------------------------------------------


async def test_le_lendemain_la_cuisine_ne_lit_plus_de_regime_et_garde_les_nombres(
    client: httpx.AsyncClient, decor: Decor, application: Tablees, horloge: HorlogeReglable
) -> None:
    adresse = decor.cuisine.adresse
    avant = (await client.get(adresse, headers=decor.appareil)).json()
    assert avant["effectif"]["besoins"]
    assert avant["effectif"]["arret"]["besoins"]
    (fin,) = [m.fin for m in decor.cuisine.vue.moments if m.genre == "banquet"]
    assert fin is not None
    horloge.instant = fin + DELAI_REGIMES + timedelta(minutes=1)
    await entretenir(application.state.contexte)

    apres = (await client.get(adresse, headers=decor.appareil)).json()

    effectif = apres["effectif"]
    assert effectif["parts"] == avant["effectif"]["parts"]
    assert effectif["arret"]["parts"] == avant["effectif"]["arret"]["parts"]
    assert effectif["arret"]["signature_juste"] is True
    assert effectif["besoins_effaces"] is True
    assert (effectif["besoins"], effectif["arret"]["besoins"], effectif["besoins_en_trop"]) == ([], [], [])
    assert (effectif["par_regime"], effectif["par_allergene"]) == ({}, {})
    assert [(un["nombre"], un["regimes"]) for un in effectif["convives_annonces"]] == [(3, [])]
    assert (apres["couverture"]["besoins"], effectif["depuis_l_arret"]["besoins"]) == ([], [])
    assiettes = await client.get(f"{adresse}/assiettes", headers=decor.appareil)
    assert assiettes.json()["assiettes"] == []
    dits = [texte for _, texte in feuilles({**effectif, "couverture": apres["couverture"]})]
    assert not {"vegetalien", "halal", "sesame", "vegetarien"} & set(dits)
    # Les quantités, elles, n'ont pas bougé.
    assert apres["quantites"] == avant["quantites"]


# --- Les types ------------------------------------------------------------------------------------------------------

MOT = "un mot du métier, choisi dans une liste de la maison"
EQUIPE = "écrit par l'équipe pour la cuisine ; courriels et téléphones y sont tus"
NOM = "le nom public d'une structure, d'un lieu, d'une commune ou d'une entreprise"
PHRASE = "une phrase de la maison, faite de nombres"
ECRIT_ICI = "écrit en cuisine ou par l'équipe ; un contact y est refusé"

TEXTES_EXPLIQUES = {
    **dict.fromkeys(
        (
            "Besoin.regimes", "Besoin.allergenes", "EcartDeBesoin.regimes", "EcartDeBesoin.allergenes",
            "AnnonceVue.regimes", "AnnonceVue.allergenes", "EffectifDuBanquet.par_regime",
            "EffectifDuBanquet.par_allergene", "BesoinCouvert.regimes", "BesoinCouvert.allergenes",
            "ServiceCouvert.service", "PlatServi.service", "AssietteVue.regimes", "AssietteVue.allergenes",
            "PlatVue.service", "PlatVue.allergenes", "PlatVue.allergenes_ajoutes", "PlatVue.allergenes_retires",
            "PlatVue.regimes", "PlatVue.regimes_ajoutes", "LigneVue.ingredient", "LigneVue.nom", "LigneVue.unite",
            "LigneVue.etat", "LigneVue.vendu_par", "LigneVue.allergenes", "QuantiteVue.ingredient",
            "QuantiteVue.nom", "QuantiteVue.famille", "QuantiteVue.unite", "QuantiteVue.vendu_par",
            "ApprovisionnementDeCuisine.ingredient", "LieuBref.acces_pmr", "PourquoiVue.etat",
        ),
        MOT,
    ),
    **dict.fromkeys(
        (
            "MenuVue.notes", "PlatVue.nom", "PlatVue.description", "PlatVue.notes_echelle", "LigneVue.note",
            "NoteEchelle.nom", "PourquoiVue.nom", "NoteEchelle.note", "VarianteServie.nom", "PlatServi.nom",
            "ApprovisionnementDeCuisine.description", "ApprovisionnementDeCuisine.note",
            "LigneCommandee.description", "CommandeDeCuisine.livraison_lieu",
        ),
        EQUIPE,
    ),
    **dict.fromkeys(
        (
            "RepasVu.evenement", "RepasVu.slug", "RepasVu.titre", "RepasVu.structures", "LieuBref.nom",
            "LieuBref.slug", "LieuBref.adresse", "CommuneNommee.code", "CommuneNommee.nom",
            "ApprovisionnementDeCuisine.fournisseur", "CommandeDeCuisine.fournisseur", "BanquetDeCuisine.titre", "RecetteCitee.slug", "RecetteCitee.titre",
            "RecetteCitee.licence", "RecetteCitee.structure_nom",
        ),
        NOM,
    ),
    **dict.fromkeys(
        ("Differences.phrase", "Prevision.phrase", "BesoinCouvert.dit", "BesoinCouvert.phrases", "CouvertureVue.phrases"),
        PHRASE,
    ),
    **dict.fromkeys(
        (
            "BanquetDeCuisine.lien", "MessageVue.nom", "MessageVue.texte", "ReleveVue.sujet", "MesureVue.nom",
            "PeseeVue.nom",
        ),
        ECRIT_ICI,
    ),
    "ArretVue.signature": "une empreinte",
    "MessageVue.auteur": "une empreinte, qui change d'un banquet à l'autre : elle ne sert qu'à reconnaître ses messages",
    "AssietteVue.code": "un code sans nom, qui est sur le billet du foyer",
}  # fmt: skip
"""Chaque texte libre d'une réponse de la cuisine, et pourquoi il n'est personne."""


def textes_libres(genre: Any, vus: set[Any]) -> Iterator[str]:
    """Les champs `str` de ce type et de tout ce qu'il contient, sous la forme `Struct.champ`."""
    match genre:
        case inspect.StructType():
            if genre.cls in vus:
                return
            vus.add(genre.cls)
            for champ in genre.fields:
                if _contient_un_texte(champ.type):
                    yield f"{_porteur(genre.cls, champ.name)}.{champ.name}"
                yield from textes_libres(champ.type, vus)
        case inspect.ListType() | inspect.VarTupleType():
            yield from textes_libres(genre.item_type, vus)
        case inspect.TupleType():
            for un in genre.item_types:
                yield from textes_libres(un, vus)
        case inspect.DictType():
            yield from textes_libres(genre.value_type, vus)
        case inspect.UnionType():
            for un in genre.types:
                yield from textes_libres(un, vus)
        case inspect.AnyType() | inspect.RawType() | inspect.CustomType():
            raise AssertionError(f"un type que l'on ne peut pas relire : {genre}")


def _contient_un_texte(genre: Any) -> bool:
    match genre:
        case inspect.StrType():
            return True
        case inspect.ListType() | inspect.VarTupleType():
            return _contient_un_texte(genre.item_type)
        case inspect.TupleType():
            return any(map(_contient_un_texte, genre.item_types))
        case inspect.DictType():
            return _contient_un_texte(genre.key_type) or _contient_un_texte(genre.value_type)
        case inspect.UnionType():
            return any(map(_contient_un_texte, genre.types))
        case inspect.AnyType():
            return True
        case _:
            return False


def _porteur(struct: type, champ: str) -> str:
    """Le type qui déclare ce champ."""
    for parent in reversed(struct.__mro__):
        if champ in getattr(parent, "__annotations__", {}):
            return parent.__name__
    return struct.__name__


def types_rendus(application: Tablees) -> list[Any]:
    rendus = []
    for _, _, gestionnaire in routes_de(application, "/api/cuisine"):
        rendu = gestionnaire.parsed_fn_signature.return_type.annotation
        if getattr(rendu, "__origin__", rendu) is Response:
            (rendu,) = get_args(rendu)
        if rendu is not bytes:  # un papier : son texte est relu plus haut
            rendus.append(rendu)
    return rendus


def test_chaque_texte_libre_de_la_cuisine_est_explique(application_de_seance: Tablees) -> None:
    vus: set[Any] = set()
    rendus = types_rendus(application_de_seance)
    trouves = {nom for rendu in rendus for nom in textes_libres(inspect.type_info(rendu), vus)}

    assert len(rendus) >= 8
    assert trouves - set(TEXTES_EXPLIQUES) == set()
    assert set(TEXTES_EXPLIQUES) - trouves == set()


def test_le_controle_des_types_voit_un_champ_de_plus() -> None:
    class Dedans(msgspec.Struct):
        prenom: str | None
        quand: datetime | None

    class Dehors(msgspec.Struct):
        nombre: int
        rangs: dict[str, list[Dedans]]

    assert set(textes_libres(inspect.type_info(list[Dehors]), set())) == {"Dehors.rangs", "Dedans.prenom"}
    with pytest.raises(AssertionError):
        list(textes_libres(inspect.type_info(list[Any]), set()))
