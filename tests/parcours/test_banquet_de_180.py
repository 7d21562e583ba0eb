"""L'histoire d'un banquet de 180 convives, par l'API et les pages seules : du menu au lendemain.

Chacun a son appareil et ses cookies : Nadia organise, Odile cuisine pour La Marmite, soixante foyers s'inscrivent, cinq
producteurs fournissent, une tablette est en cuisine. Rien n'est écrit dans la base sans passer par une route.
"""

import contextlib
import csv
import io
import re
import secrets
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pypdf import PdfReader

from server.banquets.referentiel.services import charger_referentiel
from server.entretien import entretenir
from server.notifications.expediteur import Expediteur
from server.socle.web import Tablees
from tests.conftest import DEPART, CourrierRetenu, HorlogeReglable
from tests.fabriques import SAMEDI_SOIR, un_lieu
from tests.parcours.visiteur import Visiteur
from tests.structures.acteurs import une_personne, une_structure

SITE = "http://localhost:8000"
PRENOMS = ("Zéphyrine", "Théodule")
"""Ceux des foyers : aucun papier ni aucune réponse de la cuisine ne doit les dire."""

GARDIANE, GRATIN, DHAL, ORTIES = (str(uuid4()) for _ in range(4))
COURGETTES_PAR_CAISSE = {"etat": "cuit", "vendu_par": "caisse", "contenance_milli": 5_000_000}
MENU: list[tuple[str, str, dict[str, Any], list[tuple[str, int, int, dict[str, Any]]]]] = [
    ("aperitif", "Tapenade et radis", {}, [("olive-noire", 30, 10, {}), ("radis", 40, 20, {})]),
    ("entree", "Salade de tomates", {}, [("tomate", 120, 80, {}), ("huile-d-olive", 8, 5, {"vendu_par": "L"})]),
    ("entree", "Salade d’orties", {"id": ORTIES, "cueillette": True}, [("ortie-sauvage", 15, 5, {})]),
    ("plat", "Gardiane de taureau", {"id": GARDIANE, "notes_echelle": "Saler à la fin, en goûtant."},
     [("taureau-de-camargue-sans-os", 160, 90, {}), ("vin-rouge", 80, 40, {"vendu_par": "L"})]),
    ("plat", "Gratin de pommes de terre", {"id": GRATIN, "remplace": GARDIANE, "part_milliemes": 100},
     [("pomme-de-terre", 250, 150, {}), ("creme-fraiche", 40, 25, {})]),
    ("accompagnement", "Riz de Camargue", {}, [("riz-de-camargue", 70, 45, {})]),
    ("accompagnement", "Courgettes sautées", {}, [("courgette", 150, 100, COURGETTES_PAR_CAISSE)]),
    ("fromage", "Pélardon", {}, [("pelardon", 30, 15, {})]),
    ("dessert", "Abricots", {}, [("abricot", 120, 80, {})]),
    ("boisson", "Jus de raisin", {}, [("jus-de-raisin", 200, 200, {"vendu_par": "L"})]),
    ("pain", "Pain de campagne", {}, [("pain-de-campagne", 80, 50, {})]),
]  # fmt: skip
LE_DHAL = (
    "plat",
    "Dhal de lentilles vertes",
    {"id": DHAL, "remplace": GARDIANE, "part_milliemes": 100},
    [("lentille-verte", 200, 170, {"etat": "cuit", "pas_milliemes": 500})],
)
"""La variante que la couverture réclame : le douzième plat."""

FERME, AMAP, FOURNIL, GROSSISTE, CUEILLEUSE = (
    "Ferme du Gardon", "AMAP des Terrasses", "Fournil des Olivettes", "Halle du Duché", "Herbes du Mas",
)  # fmt: skip
PRODUCTEURS: dict[str, dict[str, Any]] = {
    FERME: {
        "genre": "agriculteur",
        "courriel": "gardon@fermes.example",
        "bio": {
            "organisme": "Ecocert",
            "numero": "FR-BIO-01",
            "verifie_le": "2026-05-04",
            "expire_le": "2027-12-31",
        },
    },
    AMAP: {"genre": "amap", "courriel": "terrasses@amap.example"},
    FOURNIL: {"genre": "boulanger", "courriel": "olivettes@fournil.example"},
    GROSSISTE: {"genre": "grossiste", "courriel": "halle@duche.example"},
    CUEILLEUSE: {"genre": "cueilleur", "telephone": "04 66 00 11 22"},
}
ACHATS: dict[str, tuple[str, int, list[str]]] = {
    "olive-noire": (GROSSISTE, 890, []),
    "radis": (FERME, 420, ["BIO"]),
    "tomate": (FERME, 310, ["BIO"]),
    "huile-d-olive": (GROSSISTE, 1250, ["IGP"]),
    "taureau-de-camargue-sans-os": (GROSSISTE, 1890, ["IGP"]),
    "vin-rouge": (GROSSISTE, 480, []),
    "pomme-de-terre": (FERME, 160, ["BIO"]),
    "creme-fraiche": (GROSSISTE, 540, []),
    "riz-de-camargue": (GROSSISTE, 290, ["IGP"]),
    "courgette": (FERME, 1100, ["BIO"]),
    "pelardon": (AMAP, 2100, ["IGP"]),
    "abricot": (AMAP, 380, []),
    "jus-de-raisin": (AMAP, 275, []),
    "pain-de-campagne": (FOURNIL, 455, []),
    "lentille-verte": (FERME, 410, ["BIO"]),
}
"""Denrée → à qui, le prix hors taxes d'une unité, les labels."""


class Appareil:
    """Un appareil et ses cookies, et d'aucun autre."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def lire(self, chemin: str, **parametres: Any) -> Any:
        return (await self.demander("GET", chemin, params=parametres)).json()

    async def ecrire(self, methode: str, chemin: str, corps: object = None) -> Any:
        reponse = await self.demander(methode, chemin, json=corps)
        return reponse.json() if reponse.content else None

    async def demander(self, methode: str, chemin: str, **suite: Any) -> httpx.Response:
        reponse = await self.client.request(methode, chemin, **suite)
        assert reponse.is_success, f"{methode} {chemin} : {reponse.status_code} {reponse.text}"
        return reponse


@contextlib.asynccontextmanager
async def un_appareil(application: Tablees) -> AsyncGenerator[Appareil, None]:
    transport = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(
        transport=transport, base_url=SITE, headers={"origin": SITE, "accept-language": "fr"}
    ) as client:
        yield Appareil(client)


class Histoire:
    """Ce que l'histoire sait d'un chapitre à l'autre."""

    def __init__(
        self,
        application: Tablees,
        expediteur: Expediteur,
        courrier: CourrierRetenu,
        horloge: HorlogeReglable,
        *appareils: Appareil,
    ) -> None:
        self.application, self.expediteur, self.courrier, self.horloge = (
            application,
            expediteur,
            courrier,
            horloge,
        )
        self.nadia, self.odile, self.foyers, self.tablette, self.visiteur = appareils
        self.slug = self.moment = ""
        self.inscriptions: list[tuple[str, str]] = []
        """(identifiant, jeton) de chaque foyer."""
        self.producteurs: dict[str, str] = {}

    @property
    def base(self) -> str:
        return f"/api/espace/banquets/{self.moment}"

    async def poster_le_courrier(self) -> None:
        self.horloge.avancer(minutes=3)
        while await self.expediteur.vider_une_fois(self.horloge()):
            pass

    async def se_connecter(self, appareil: Appareil, courriel: str) -> None:
        """Comme tout le monde : on demande, on recopie le code reçu."""
        demandee = await appareil.ecrire("POST", "/api/connexion", {"courriel": courriel})
        await self.poster_le_courrier()
        trouve = re.search(r"\b(\d{3})[\s\u00a0\u202f]?(\d{3})\b", self.courrier.pour(courriel)[-1].texte)
        assert trouve is not None
        code = {"demande": demandee["demande"], "code": trouve[1] + trouve[2]}
        await appareil.ecrire("POST", "/api/connexion/code", code)

    # --- Annoncer, s'inscrire -----------------------------------------------------------------------------------------

    async def annoncer(self) -> None:
        """Nadia publie la soirée et invite La Marmite à la cuisiner ; Odile accepte."""
        nadia, odile = await une_personne("Nadia"), await une_personne("Odile")
        structure = await une_structure("Foyer rural", (nadia, "responsable"))
        marmite = await une_structure("La Marmite", (odile, "membre"))
        await un_lieu("Salle des Amandiers", slug="salle-des-amandiers")
        await charger_referentiel(DEPART)
        await self.se_connecter(self.nadia, nadia.courriel)
        await self.se_connecter(self.odile, odile.courriel)
        moment = {
            "genre": "banquet", "debut": SAMEDI_SOIR.isoformat(),
            "fin": SAMEDI_SOIR.replace(hour=21).isoformat(), "jauge": 200,
            "prix": {"mode": "libre", "conseille_centimes": 1200},
        }  # fmt: skip
        soiree = {
            "titre": "Les semences paysannes", "structure": structure, "resume": "Un débat, puis un banquet.",
            "formats": ["conference_gesticulee"], "themes": ["Semences"], "lieu": "salle-des-amandiers",
            "moments": [moment], "coorganisations": [{"structure": marmite, "part": "traiteur"}],
        }  # fmt: skip
        vue = await self.nadia.ecrire("POST", "/api/espace/evenements", soiree)
        self.slug = vue["slug"]
        vue = await self.nadia.ecrire("POST", f"/api/espace/evenements/{self.slug}/publier")
        (self.moment,) = [un["id"] for un in vue["moments"]]
        await self.odile.ecrire(
            "POST",
            f"/api/espace/evenements/{self.slug}/coorganisation",
            {"structure": marmite, "reponse": "accepter"},
        )
        (banquet,) = (await self.odile.lire("/api/espace/banquets"))["elements"]
        assert (banquet["moment"], banquet["organise"]) == (self.moment, False)

    async def inscrire(
        self,
        adultes: int,
        enfants: int = 0,
        tout_petits: int = 0,
        *convives: tuple[str, list[str], list[str]],
    ) -> tuple[str, str]:
        identifiant, jeton, rang = str(uuid4()), secrets.token_urlsafe(24), len(self.inscriptions)
        demande = {
            "evenement": self.slug,
            "jeton": jeton,
            "prenom": PRENOMS[rang % 2],
            "courriel": f"foyer{rang}@foyers.example",
            "presences": [
                {"moment": self.moment, "adultes": adultes, "enfants": enfants, "tout_petits": tout_petits}
            ],
            "convives": [
                {"age": age, "nombre": 1, "regimes": regimes, "allergenes": allergenes}
                for age, regimes, allergenes in convives
            ],
            "accord_regimes": bool(convives),
            "contributions": ["apporter"] if rang % 20 == 0 else [],
        }
        inscrit = await self.foyers.demander("PUT", f"/api/inscriptions/{identifiant}", json=demande)
        assert inscrit.status_code == 201
        self.inscriptions.append((identifiant, jeton))
        return identifiant, jeton

    async def remplir_la_salle(self) -> None:
        """Soixante foyers : 142 adultes, 30 enfants, 10 tout-petits."""
        for rang in range(30):
            besoins: list[tuple[str, list[str], list[str]]] = []
            if rang < 2:
                besoins.append(("enfant", [], ["arachides"]))
            elif rang == 2:
                besoins.append(("tout_petit", [], ["lait"]))
            elif rang < 8:
                besoins.append(("adulte", [], ["lait"]))
            await self.inscrire(2, 1, 1 if rang < 10 else 0, *besoins)
        for rang in range(26):
            dit = "vegetarien" if rang < 12 else "halal"
            await self.inscrire(3, 0, 0, *([("adulte", [dit], [])] if rang < 15 else []))
        for rang in range(4):
            combine = ["vegetalien", "sans_gluten"]
            await self.inscrire(1, 0, 0, *([("adulte", combine, [])] if rang < 3 else []))

        vue = await self.odile.lire(f"{self.base}/effectif")
        assert vue["parts"] == {"adultes": 142, "enfants": 30, "tout_petits": 10}
        assert (vue["foyers"], vue["apports"], vue["sans_besoin"]) == (60, 3, 172 - 2 - 5 - 12 - 3 - 3)
        combines = [(b["regimes"], b["allergenes"], b["nombre"]) for b in vue["besoins"]]
        assert (["sans_gluten", "vegetalien"], [], 3) in combines

    # --- Le menu ------------------------------------------------------------------------------------------------------

    async def ecrire_le_menu(self, plats: list[Any]) -> dict[str, Any]:
        version = (await self.odile.lire(f"{self.base}/menu"))["version"]
        corps = {
            "version": version,
            "menu_public": True,
            "notes": "Le four du fond chauffe plus fort que l’autre.",
            "plats": [
                {
                    "id": str(uuid4()),
                    "service": service,
                    "nom": nom,
                    **champs,
                    "lignes": [
                        {
                            "ingredient": denree,
                            "adulte_milli": adulte * 1000,
                            "enfant_milli": enfant * 1000,
                            **suite,
                        }
                        for denree, adulte, enfant, suite in lignes
                    ],
                }
                for service, nom, champs, lignes in plats
            ],
        }
        return dict(await self.odile.ecrire("PUT", f"{self.base}/menu", corps))

    async def composer(self) -> None:
        """Odile compose ; la couverture dit ce qui manque ; une variante, des allergènes relus, et plus rien ne manque."""
        menu = await self.ecrire_le_menu(MENU)
        assert {plat["etat_allergenes"] for plat in menu["plats"]} == {"deduits"}
        couverture = await self.nadia.lire(f"{self.base}/effectif/couverture")
        assert couverture["sans_plat"] == 3
        phrase = "3 adultes végétaliens et sans gluten\u202f: aucun plat principal ne leur convient"
        assert phrase in couverture["phrases"]

        # Halal ne se déduit pas : quelqu'un l'affirme, du gratin sans viande ni alcool.
        plats = [
            (s, n, {**c, "regimes_ajoutes": ["halal"]} if n.startswith("Gratin") else c, li)
            for s, n, c, li in MENU
        ]
        menu = await self.ecrire_le_menu([*plats, LE_DHAL])
        assert len(menu["plats"]) == 12
        attente = await self.nadia.lire(f"{self.base}/effectif/couverture")
        assert attente["sans_plat"] == 0
        assert attente["a_confirmer"] > 0
        for plat in menu["plats"]:
            chemin = f"{self.base}/menu/plats/{plat['id']}/confirmer"
            menu = await self.odile.ecrire("POST", chemin, {"version": menu["version"]})
        assert {plat["etat_allergenes"] for plat in menu["plats"]} == {"confirmes"}
        allergenes = {plat["nom"]: plat["allergenes"] for plat in menu["plats"]}
        assert allergenes["Pain de campagne"] == ["gluten"]
        assert allergenes["Dhal de lentilles vertes"] == []
        fin = await self.nadia.lire(f"{self.base}/effectif/couverture")
        assert (fin["sans_plat"], fin["a_confirmer"]) == (0, 0)
        assert not [phrase for phrase in fin["phrases"] if "plat principal" in phrase]
        assert {v["nom"]: (v["prevues"], v["demandees"]) for v in fin["variantes"]} == {
            "Gratin de pommes de terre": (17 + 1, 15),
            "Dhal de lentilles vertes": (17 + 1, 3),
        }

    async def compter(self) -> dict[str, dict[str, Any]]:
        """Pour 150 adultes et 30 enfants ; deux denrées refaites à la main, les mêmes que dans docs/quantites.md."""
        vue = await self.odile.lire(f"{self.base}/quantites", adultes=150, enfants=30)
        lignes = {ligne["ingredient"]: ligne for ligne in vue["lignes"]}
        # 150 × 150 g + 30 × 100 g = 25 500 g cuits ; ÷ 0,856 ÷ 0,8 × 1,05 = 39 099 g, en caisses de 5 kg : 8.
        assert (lignes["courgette"]["besoin"], lignes["courgette"]["achat_milliemes"]) == (39_099, 8_000)
        # Un dixième : 15 × 200 g + 3 × 170 g = 3 510 g cuits ; ÷ 2,33 × 1,05 = 1 582 g, par demi-kilo : 2 kg.
        lentille = lignes["lentille-verte"]
        assert (lentille["besoin"], lentille["achat_milliemes"]) == (1_582, 2_000)
        assert [note["nom"] for note in vue["notes_echelle"]] == ["Gardiane de taureau"]
        assert set(lignes) == {*ACHATS, "ortie-sauvage"}
        return lignes

    # --- Acheter ------------------------------------------------------------------------------------------------------

    async def approvisionner(self, quantites: dict[str, dict[str, Any]]) -> None:
        for nom, fiche in PRODUCTEURS.items():
            creee = await self.nadia.ecrire("POST", "/api/espace/producteurs", {"nom": nom, **fiche})
            self.producteurs[nom] = creee["slug"]
        for denree, (qui, prix, labels) in ACHATS.items():
            besoin = quantites[denree]
            await self.poser(
                description=besoin["nom"], producteur=self.producteurs[qui], ingredient=denree,
                famille=besoin["famille"], vendu_par=besoin["vendu_par"],
                masse_unite_g=5000 if besoin["vendu_par"] == "caisse" else None,
                quantite_milliemes=besoin["achat_milliemes"], prix_centimes=prix, labels=labels,
                local={"definition": "KM", "km": 30} if qui == FERME else None,
            )  # fmt: skip
        sauvage = {
            "genre": "cueillette", "description": "Orties", "producteur": self.producteurs[CUEILLEUSE],
            "ingredient": "ortie-sauvage", "famille": "FRUITS_ET_LEGUMES", "vendu_par": "kg",
            "quantite_milliemes": 4_000, "plat": ORTIES,
        }  # fmt: skip
        sans_garant = await self.odile.client.put(
            f"{self.base}/approvisionnements/{uuid4()}", json={**sauvage, "identifie_par": ""}
        )
        assert sans_garant.status_code == 422
        assert [e["champ"] for e in sans_garant.json()["erreurs"]] == ["identifie_par"]
        vue = await self.poser(**sauvage, identifie_par="Botaniste du Mas")
        assert len(vue["elements"]) == len(ACHATS) + 1

    async def poser(self, **ligne: Any) -> dict[str, Any]:
        chemin = f"{self.base}/approvisionnements/{uuid4()}"
        return dict(await self.odile.ecrire("PUT", chemin, ligne))

    async def commande(self, nom: str) -> dict[str, Any]:
        vue = await self.nadia.lire(f"{self.base}/commandes")
        (une,) = [une for une in vue["elements"] if une["producteur"] == self.producteurs[nom]]
        return dict(une)

    async def geste(self, nom: str, geste: str, **champs: Any) -> None:
        corps = {"temoin": (await self.commande(nom))["temoin"], **champs}
        await self.nadia.ecrire("POST", f"{self.base}/commandes/{self.producteurs[nom]}/{geste}", corps)

    async def envoyer(self, nom: str) -> str:
        """La commande part ; rend le lien que le producteur trouve dans son courriel."""
        await self.geste(nom, "envoi", cle=str(uuid4()), message="Livrez par la cour.")
        await self.poster_le_courrier()
        recu = self.courrier.pour(PRODUCTEURS[nom]["courriel"])[-1]
        assert [piece.nom.startswith("bon-de-commande") for piece in recu.pieces] == [True]
        trouve = re.search(r"/commandes/[\w-]+", recu.texte)
        assert trouve is not None
        return trouve[0]

    async def repondre(
        self, lien: str, *, tout: bool = False, quantites: dict[str, str] | None = None, refus: str = ""
    ) -> str:
        """Ce que fait un producteur, sans compte ni script : ouvrir, corriger, envoyer. Rend ce qu'il lit ensuite."""
        chez_lui = Visiteur(self.visiteur.client)
        page = await chez_lui.ouvrir(lien)
        for _ in range(2):  # un antivirus aussi ouvre le lien : rien ne change
            page = await chez_lui.ouvrir(lien)
        formulaire = next(f for f in page.formulaires if tout or any("quantite." in nom for nom in f.noms))
        lignes = {un["envoyee"]["description"]: un for un in (await self._bon(lien))["lignes"]}
        for description, quantite in (quantites or {}).items():
            formulaire.remplir(**{f"quantite__{lignes[description]['approvisionnement']}": quantite})
        if refus:
            formulaire.cocher(f"refus.{lignes[refus]['approvisionnement']}", "oui")
        formulaire.champs += [] if tout else [("geste", "repondre")]
        return (await chez_lui.envoyer(page, formulaire)).texte

    async def _bon(self, lien: str) -> dict[str, Any]:
        vue = await self.nadia.lire(f"{self.base}/commandes")
        (une,) = [une for une in vue["elements"] if une["lien"] and lien.endswith(une["lien"])]
        assert une["etat"] == "envoyee", "ouvrir le lien ne répond pas"
        return dict(une)

    async def commander(self) -> None:
        """Quatre bons : confirmé, corrigé, refusé en partie, puis repris ailleurs. La cueillette se commande de vive voix."""
        interdit = await self.odile.client.post(
            f"{self.base}/commandes/{self.producteurs[FERME]}/envoi",
            json={"temoin": (await self.commande(FERME))["temoin"], "cle": str(uuid4())},
        )
        assert interdit.status_code == 403, "commander engage qui organise, pas qui cuisine"

        liens = {nom: await self.envoyer(nom) for nom in (FERME, AMAP, FOURNIL, GROSSISTE)}
        assert "Tout est confirmé" in await self.repondre(liens[FERME], tout=True)
        await self.repondre(liens[AMAP], refus="Abricot")
        pain = (await self.commande(FOURNIL))["lignes"][0]["envoyee"]["quantite_milliemes"]
        assert pain == 15_000  # 150 × 80 g + 30 × 50 g = 13 500 g, et 5 % : 14 175 g
        await self.repondre(liens[FOURNIL], quantites={"Pain de campagne": "14,5"})
        await self.repondre(liens[GROSSISTE], tout=True)
        etats = {nom: (await self.commande(nom))["etat"] for nom in liens}
        assert etats == {FERME: "confirmee", AMAP: "partielle", FOURNIL: "corrigee", GROSSISTE: "confirmee"}
        for nom in (AMAP, FOURNIL):
            await self.geste(nom, "accepter")
        lignes = await self.lignes()
        assert "abricot" not in lignes
        assert lignes["pain-de-campagne"]["quantite_milliemes"] == 14_500

        # Les abricots manquent : on les reprend à la halle, dont le bon est à renvoyer.
        abricots = (await self.compter())["abricot"]
        await self.poser(
            description="Abricot", producteur=self.producteurs[GROSSISTE], ingredient="abricot",
            famille=abricots["famille"], vendu_par="kg", quantite_milliemes=abricots["achat_milliemes"],
            prix_centimes=395,
        )  # fmt: skip
        assert (await self.commande(GROSSISTE))["etat"] == "a_renvoyer"
        await self.repondre(await self.envoyer(GROSSISTE), tout=True)
        assert (await self.commande(GROSSISTE))["etat"] == "confirmee"
        assert len(self.courrier.pour(PRODUCTEURS[GROSSISTE]["courriel"])) == 2

        await self.geste(CUEILLEUSE, "envoi", cle=str(uuid4()), moyen="telephone")
        assert (await self.commande(CUEILLEUSE))["moyen"] == "telephone"

    async def lignes(self) -> dict[str, dict[str, Any]]:
        vue = await self.nadia.lire(f"{self.base}/approvisionnements")
        return {ligne["ingredient"]: ligne for ligne in vue["elements"]}

    # --- L'effectif ---------------------------------------------------------------------------------------------------

    async def arreter(self) -> None:
        """Les convives annoncés font 180 assiettes ; l'effectif s'arrête à l'heure dite."""
        for genre, nombre in (("artistes", 3), ("equipe", 5)):
            await self.nadia.ecrire(
                "PUT", f"{self.base}/effectif/annonces/{uuid4()}", {"genre": genre, "nombre": nombre}
            )
        mardi = datetime(2026, 6, 9, 16, tzinfo=UTC)
        reglages = {"version": 1, "arret_le": mardi.isoformat(), "tolerance_milliemes": 20}
        vue = await self.nadia.ecrire("PUT", f"{self.base}/effectif/reglages", reglages)
        assert (vue["parts"], vue["arret"]) == ({"adultes": 150, "enfants": 30, "tout_petits": 10}, None)
        await self.odile.ecrire("POST", f"{self.base}/effectif/lecture")

        self.horloge.instant = mardi
        await entretenir(self.application.state.contexte)
        arret = (await self.odile.lire(f"{self.base}/effectif"))["arret"]
        assert arret["parts"] == {"adultes": 150, "enfants": 30, "tout_petits": 10}
        assert (arret["signature_juste"], arret["a_l_heure_dite"], arret["depasse_tolerance"]) == (
            True,
            True,
            False,
        )
        assert datetime.fromisoformat(arret["arrete_le"]) == mardi
        assert len(arret["signature"]) >= 32

    async def changer_apres_l_arret(self) -> None:
        """Trois adultes de plus, un enfant de moins : la cuisine lit « +3, −1 » ; trois de plus, et c'est trop."""
        self.horloge.instant = datetime(2026, 6, 10, 8, tzinfo=UTC)
        await self.inscrire(3)
        identifiant, jeton = self.inscriptions[29]
        foyer = {"authorization": f"Bearer {jeton}"}
        changement = {"presences": [{"moment": self.moment, "adultes": 2, "enfants": 0}]}
        change = await self.foyers.demander(
            "PATCH", f"/api/inscriptions/{identifiant}", json=changement, headers=foyer
        )
        assert change.json()["presences"][0]["effectif_arrete_le"] is not None

        vue = await self.odile.lire(f"{self.base}/effectif")
        depuis = vue["depuis_l_arret"]
        assert (depuis["plus"], depuis["moins"]) == (3, 1)
        assert re.fullmatch(r"\+3, −1 depuis mardi 9 juin à 18[\s\u00a0\u202f]h", depuis["phrase"])
        assert vue["depuis_ma_lecture"]["plus"] == 3
        assert vue["arret"]["parts"]["adultes"] == 150
        assert vue["arret"]["depasse_tolerance"] is False  # 2 sur 180, pour 2 % acceptés
        await self.inscrire(3)
        assert (await self.odile.lire(f"{self.base}/effectif"))["arret"]["depasse_tolerance"] is True

    # --- La cuisine ---------------------------------------------------------------------------------------------------

    async def cuisiner(self) -> None:
        """La tablette entre par le lien : elle lit tout, relève, écrit ; l'équipe lit."""
        liens = await self.nadia.ecrire("POST", f"{self.base}/liens-cuisine", {"nom": "équipe du samedi"})
        adresse = liens[-1]["adresse"].removeprefix(SITE)
        ici = f"/api/cuisine/banquets/{self.moment}"
        assert (await self.tablette.client.get(ici)).status_code == 404
        page = await self.tablette.demander("GET", adresse, headers={"accept": "text/html"})
        assert adresse.rpartition("/")[2] not in page.text
        lue = await self.tablette.demander("GET", ici)
        vue = lue.json()
        assert vue["quantites"]["source"] == "arrete"
        assert (vue["quantites"]["quantites"]["adultes"], vue["quantites"]["quantites"]["enfants"]) == (
            150,
            30,
        )
        assert len(vue["menu"]["plats"]) == 12
        assert {une["etat"] for une in vue["commandes"]} <= {"confirmee", "corrigee", "partielle", "envoyee"}
        orties = [un for un in vue["approvisionnements"] if un["genre"] == "cueillette"]
        assert [(un["identifiee"], un["fournisseur"]) for un in orties] == [(True, None)]
        etiquette = {"if-none-match": lue.headers["etag"]}
        assert (await self.tablette.client.get(ici, headers=etiquette)).status_code == 304
        for prenom in (*PRENOMS, "foyers.example", "Botaniste"):
            assert prenom not in lue.text

        maintenant = self.horloge().isoformat()
        for genre, sujet, dixiemes, verdict in (
            ("chaud", "Gardiane", 655, "bon"),
            ("chaud", "Dhal", 580, "trop_froid"),
            ("froid", "Frigo du fond", 28, "bon"),
        ):
            mesure = {"genre": genre, "sujet": sujet, "dixiemes": dixiemes, "prise_le": maintenant}
            releves = await self.tablette.ecrire("PUT", f"{ici}/temperatures/{uuid4()}", mesure)
            assert next(un["verdict"] for un in releves if un["sujet"] == sujet) == verdict
        await self.tablette.ecrire("PUT", f"{ici}/messages/{uuid4()}", {"texte": "Il manque des louches."})
        await self.nadia.ecrire("PUT", f"{self.base}/messages/{uuid4()}", {"texte": "Elles arrivent à 16 h."})
        messages = await self.odile.lire(f"{self.base}/messages")
        assert [(un["cote"], un["nom"]) for un in messages["elements"]] == [
            ("cuisine", "équipe du samedi"),
            ("organisation", "Foyer rural"),
        ]
        assert messages["non_lus_cuisine"] == 1
        await self.tablette.ecrire(
            "POST", f"{ici}/messages/lus", {"jusqu_a": messages["elements"][-1]["numero"]}
        )
        assert (await self.nadia.lire(f"{self.base}/messages"))["non_lus_cuisine"] == 0

    async def imprimer(self) -> None:
        """Chaque papier, pour l'équipe et pour la tablette : 180 assiettes, les codes du billet, personne."""
        assiettes = (await self.odile.lire(f"{self.base}/effectif/assiettes"))["assiettes"]
        identifiant, jeton = self.inscriptions[56]
        foyer = await self.foyers.demander(
            "GET", f"/api/inscriptions/{identifiant}", headers={"authorization": f"Bearer {jeton}"}
        )
        code = foyer.json()["convives"][0]["assiette"]
        (sienne,) = [une for une in assiettes if une["code"] == code]
        assert [plat["nom"] for plat in sienne["plats"] if plat["service"] == "plat"] == [
            "Dhal de lentilles vertes"
        ]
        en_cuisine = await self.tablette.lire(f"/api/cuisine/banquets/{self.moment}/assiettes")
        assert code in [une["code"] for une in en_cuisine["assiettes"]]
        textes = {}
        for nom in ("production", "courses", "allergenes", "menu", "commandes", "temperatures"):
            rendu = await self.nadia.demander("GET", f"{self.base}/papiers/{nom}.pdf")
            assert rendu.headers["content-type"].split(";")[0] == "application/pdf"
            assert f"{nom}.pdf" in rendu.headers["content-disposition"] or nom == "temperatures"
            assert "no-store" in rendu.headers["cache-control"]
            assert rendu.content.startswith(b"%PDF-")
            lu = PdfReader(io.BytesIO(rendu.content))
            textes[nom] = " ".join(" ".join(page.extract_text() for page in lu.pages).split())
            for prenom in (*PRENOMS, "foyers.example", "Botaniste"):
                assert prenom not in textes[nom], nom
        assert "150 adultes et 30 enfants (180 assiettes)" in textes["production"]
        assert re.search(r"\+6, −1 depuis", textes["production"])
        assert f"{code} 1 adulte végétalien et sans gluten Tapenade et radis," in textes["production"]
        codes = {une["code"] for une in assiettes}
        assert codes <= set(re.findall(r"\b\d+[a-z]+\b", textes["production"]))
        assert "Courgette (bio) 8 caisses" in textes["courses"]
        assert "Tout ce que demande le menu est prévu" in textes["courses"]
        assert "Salade d’orties (cueillette, servie à part)" in textes["allergenes"]
        assert "Pain de campagne Contient : gluten" in textes["allergenes"]
        assert "Dhal de lentilles vertes" in textes["menu"]
        assert "Pain de campagne 15 kg 4,55 € le kg 68,25 € Plutôt 14,5 kg" in textes["commandes"]
        assert "Dhal" in textes["temperatures"]

        rendu = await self.nadia.demander("GET", f"{self.base}/papiers/courses.csv")
        assert rendu.headers["content-type"].startswith("text/csv")
        lignes = list(csv.DictReader(io.StringIO(rendu.content.decode("utf-8-sig")), delimiter=";"))
        assert {li["fournisseur"] for li in lignes} >= {FERME, AMAP, FOURNIL, GROSSISTE}
        rendu = await self.tablette.demander(
            "GET", f"/api/cuisine/banquets/{self.moment}/papiers/production.csv"
        )
        lignes = list(csv.DictReader(io.StringIO(rendu.content.decode("utf-8-sig")), delimiter=";"))
        (courgette,) = [li for li in lignes if li["denrée"] == "Courgette"]
        assert (courgette["quantité"], courgette["adultes"], courgette["enfants"]) == ("39099", "150", "30")
        prix = await self.tablette.client.get(f"/api/cuisine/banquets/{self.moment}/papiers/commandes.pdf")
        assert prix.status_code == 404, "un bon de commande porte des prix"

    # --- Après --------------------------------------------------------------------------------------------------------

    async def tenir_les_comptes(self) -> None:
        """Le dimanche : ce qui a été servi, recueilli, jeté ; chaque centime refait ici à partir des lignes."""
        self.horloge.instant = datetime(2026, 6, 13, 22, tzinfo=UTC)
        lignes = await self.lignes()
        denrees = sum(
            int(Fraction(ligne["quantite_milliemes"] * ligne["prix_centimes"], 1000) + Fraction(1, 2))
            for ligne in lignes.values()
            if ligne["prix_centimes"] is not None
        )
        comptes = {
            "adultes": 152, "enfants": 28, "recueilli_centimes": 231_755, "autres_frais_centimes": 4_510,
            "pot_solidaire_centimes": 5_000, "publics": True,
        }  # fmt: skip
        interdit = await self.odile.client.put(f"{self.base}/comptes", json=comptes)
        assert interdit.status_code == 403
        vue = await self.nadia.ecrire("PUT", f"{self.base}/comptes", comptes)
        assert vue["denrees_centimes"] == denrees
        assert vue["revient_centimes"] == denrees + 4_510
        assert vue["solde_centimes"] == 231_755 - denrees - 4_510
        assert vue["excedent_centimes"] - vue["manque_centimes"] == vue["solde_centimes"]
        assert (vue["sans_prix"], vue["conseille_centimes"]) == (0, 1200)
        parts = 152 * vue["cout_adulte_centimes"] + 28 * vue["cout_enfant_centimes"]
        assert abs(parts - vue["revient_centimes"]) <= 90  # chaque part est arrondie au centime

        ici = f"/api/cuisine/banquets/{self.moment}"
        pesees: dict[str, Any] = {}
        for genre, grammes in (("preparation", 9_000), ("non_servi", 5_400), ("assiettes", 3_600)):
            pesees = await self.tablette.ecrire(
                "PUT", f"{ici}/pesees/{uuid4()}", {"genre": genre, "grammes": grammes}
            )
        assert (pesees["grammes"], pesees["convives"], pesees["par_convive_g"]) == (18_000, 180, 100)
        assert pesees["source_convives"] == "presents"

        chiffres = (await self.nadia.lire(f"{self.base}/approvisionnements"))["chiffres"]
        bio = sum(li["valeur_centimes"] for li in lignes.values() if li["classe"] == "bio")
        assert bio > 0
        assert chiffres["bio_milliemes"] == int(Fraction(bio * 1000, denrees) + Fraction(1, 2))
        assert chiffres["valeur_centimes"] == denrees
        assert [(un["genre"], un["masse_g"]) for un in chiffres["sans_achat"]] == [("cueillette", 4000)]

        export = await self.nadia.demander("GET", f"{self.base}/papiers/achats.csv")
        colonnes, *achats = csv.reader(io.StringIO(export.content.decode("utf-8")), delimiter=";")
        assert len(achats) == len(ACHATS)
        prix = colonnes.index("prix_ht")
        assert sum(int(achat[prix].replace(".", "")) for achat in achats) == denrees

        page = (await Visiteur(self.visiteur.client).ouvrir(f"/evenements/{self.slug}")).texte
        assert "Dhal de lentilles vertes" in page
        assert "Ferme du Gardon" in page
        assert "Recueilli : 2 317,55 €" in re.sub(r"[\u00a0\u202f]", " ", page)
        assert "Botaniste" not in page

    async def oublier(self) -> None:
        """Le lendemain, les besoins sont effacés ; les nombres, l'arrêt et les comptes restent."""
        self.horloge.instant = datetime(2026, 6, 15, 8, tzinfo=UTC)
        await entretenir(self.application.state.contexte)
        vue = await self.odile.lire(f"{self.base}/effectif")
        assert (vue["besoins_effaces"], vue["besoins"], vue["par_regime"], vue["par_allergene"]) == (
            True,
            [],
            {},
            {},
        )
        assert vue["parts"] == {"adultes": 156, "enfants": 29, "tout_petits": 10}
        assert vue["arret"]["parts"] == {"adultes": 150, "enfants": 30, "tout_petits": 10}
        assert (vue["arret"]["besoins"], vue["arret"]["signature_juste"]) == ([], True)
        assert (await self.odile.lire(f"{self.base}/effectif/assiettes"))["assiettes"] == []
        identifiant, jeton = self.inscriptions[56]
        foyer = await self.foyers.demander(
            "GET", f"/api/inscriptions/{identifiant}", headers={"authorization": f"Bearer {jeton}"}
        )
        assert foyer.json()["convives"] == []
        assert (await self.nadia.lire(f"{self.base}/comptes"))["adultes"] == 152


@pytest.fixture
async def histoire(
    application: Tablees, expediteur: Expediteur, courrier: CourrierRetenu, horloge: HorlogeReglable
) -> AsyncGenerator[Histoire, None]:
    async with contextlib.AsyncExitStack() as pile:
        appareils = [await pile.enter_async_context(un_appareil(application)) for _ in range(5)]
        yield Histoire(application, expediteur, courrier, horloge, *appareils)


async def test_un_banquet_de_180_convives_du_menu_au_lendemain(histoire: Histoire) -> None:
    await histoire.annoncer()
    await histoire.remplir_la_salle()
    await histoire.composer()
    await histoire.approvisionner(await histoire.compter())
    await histoire.commander()
    await histoire.arreter()
    await histoire.changer_apres_l_arret()
    await histoire.cuisiner()
    await histoire.imprimer()
    await histoire.tenir_les_comptes()
    await histoire.oublier()
