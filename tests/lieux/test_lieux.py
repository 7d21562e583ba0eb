"""Les lieux : qui les décrit, ce qu'on en voit, et les replis qui ne tournent pas en rond."""

import asyncio
from typing import Any

import httpx
import msgspec
import pytest

from server.comptes.schemas import Auteur
from server.lieux import erreurs, lectures, services
from server.lieux.importation import charger_pays_uzes
from server.lieux.schemas import LieuDemande
from server.lieux.tables import Lieu
from server.socle.base import Moteur
from server.socle.contexte import Contexte
from server.socle.erreurs import DemandeInvalide
from server.socle.textes import existe
from server.socle.web import Tablees
from server.structures.schemas import StructureDemande
from server.structures.services import modifier_structure
from tests.structures.acteurs import INSTANT, connecter, une_personne, une_structure

ESPACE = "/api/espace/lieux"
SALLE: dict[str, Any] = {
    "nom": "Salle polyvalente",
    "commune": "30151",
    "adresse": "3 place du Château",
    "lat": 44.16665,
    "lon": 4.37549,
    "interieur": True,
    "places_assises": 120,
    "places_debout": 200,
    "cuisine": True,
    "eau": True,
    "electricite": True,
    "acces_pmr": "partiel",
    "acces": "Deux marches à l'entrée.\nParking devant.",
    "description": "Une **belle** salle.",
}


@pytest.fixture
def contexte(application: Tablees) -> Contexte:
    contexte: Contexte = application.state.contexte
    return contexte


@pytest.fixture
async def pays(base: Moteur) -> None:
    await charger_pays_uzes()


@pytest.fixture
async def nadia(pays: None) -> Auteur:
    """Membre du Foyer rural."""
    nadia = await une_personne("Nadia")
    await une_structure("Foyer rural", (nadia, "membre"))
    return nadia


async def un_lieu(nom: str = "Salle polyvalente", **champs: Any) -> str:
    demande = LieuDemande(nom=nom, commune=champs.pop("commune", "30151"), **champs)
    _, slug = await services.enregistrer_lieu(demande, INSTANT)
    return slug


async def test_un_membre_ajoute_un_lieu_que_tout_le_monde_peut_lire(
    client: httpx.AsyncClient, contexte: Contexte, nadia: Auteur
) -> None:
    await connecter(client, contexte.clef, nadia)

    creation = await client.post(ESPACE, json=SALLE)

    assert creation.status_code == 201, creation.text
    assert creation.json()["modifiable"] is True
    vu = (await client.get("/api/lieux/salle-polyvalente")).json()
    attendu = {**SALLE, "slug": "salle-polyvalente", "commune": {"code": "30151", "nom": "Lussan"}}
    assert {cle: vu[cle] for cle in attendu} == attendu
    assert vu["repli"] is None
    assert vu["structure"] is None


async def test_les_salles_de_meme_nom_prennent_celui_de_leur_commune(pays: None) -> None:
    slugs = [await un_lieu("Foyer communal", commune=code) for code in ("30151", "30334", "30334")]

    assert slugs == ["foyer-communal", "foyer-communal-uzes", "foyer-communal-uzes-2"]


async def test_des_lieux_crees_ensemble_ont_chacun_leur_adresse(pays: None) -> None:
    assert len(set(await asyncio.gather(*(un_lieu("Foyer communal") for _ in range(5))))) == 5


async def test_un_lieu_montre_son_repli_et_qui_le_gere(client: httpx.AsyncClient, nadia: Auteur) -> None:
    await un_lieu("Halle couverte", commune="30334")
    slug = await un_lieu("Pré du moulin", interieur=False, repli="halle-couverte", structure="foyer-rural")

    vu = (await client.get(f"/api/lieux/{slug}")).json()

    assert vu["repli"] == {
        "slug": "halle-couverte",
        "nom": "Halle couverte",
        "commune": {"code": "30334", "nom": "Uzès"},
    }
    assert vu["structure"] == {"slug": "foyer-rural", "nom": "Foyer rural"}


async def test_la_fiche_change_avec_son_repli_et_sa_structure(
    client: httpx.AsyncClient, nadia: Auteur
) -> None:
    await un_lieu("Halle couverte")
    slug = await un_lieu("Pré du moulin", repli="halle-couverte", structure="foyer-rural")
    await client.get(f"/api/lieux/{slug}")

    odile = await une_personne("Odile", est_operateur=True)
    await services.modifier_lieu(
        odile, "halle-couverte", LieuDemande(nom="Halle neuve", commune="30334"), INSTANT
    )
    await modifier_structure(
        odile, "foyer-rural", StructureDemande(nom="Foyer des jeunes", genre="association"), INSTANT
    )

    vu = (await client.get(f"/api/lieux/{slug}")).json()
    assert (vu["repli"]["nom"], vu["repli"]["commune"]["nom"]) == ("Halle neuve", "Uzès")
    assert vu["structure"]["nom"] == "Foyer des jeunes"


async def test_un_lieu_corrige_se_voit_aussitot_et_garde_son_adresse(
    client: httpx.AsyncClient, contexte: Contexte, nadia: Auteur
) -> None:
    slug = await un_lieu()
    await connecter(client, contexte.clef, nadia)
    await client.get(f"/api/lieux/{slug}")
    await client.get("/api/lieux")

    reponse = await client.put(
        f"{ESPACE}/{slug}", json={**SALLE, "nom": "Salle Marcel Pagnol", "places_assises": 80}
    )

    assert reponse.status_code == 200, reponse.text
    vu = (await client.get(f"/api/lieux/{slug}")).json()
    assert (vu["slug"], vu["nom"], vu["places_assises"]) == (slug, "Salle Marcel Pagnol", 80)
    assert [lieu["nom"] for lieu in (await client.get("/api/lieux")).json()["elements"]] == [
        "Salle Marcel Pagnol"
    ]


async def test_un_lieu_gere_se_corrige_par_les_siens_seuls(
    client: httpx.AsyncClient, contexte: Contexte, nadia: Auteur
) -> None:
    await une_structure("Mairie de Lussan", (await une_personne("Paul"), "responsable"))
    libre, gere = await un_lieu("Place"), await un_lieu("Foyer communal", structure="mairie-de-lussan")
    await connecter(client, contexte.clef, nadia)

    refus = await client.put(f"{ESPACE}/{gere}", json={**SALLE, "structure": None})
    permis = await client.put(f"{ESPACE}/{libre}", json=SALLE)

    assert refus.status_code == 403
    assert refus.json()["type"] == "/problemes/lieu-gere-par-une-structure"
    assert permis.status_code == 200
    assert (await lectures.lire_lieu(gere)).nom == "Foyer communal"
    liste = {lieu["slug"]: lieu["modifiable"] for lieu in (await client.get(ESPACE)).json()}
    assert liste == {libre: True, gere: False}


async def test_on_ne_confie_un_lieu_qu_a_une_structure_dont_on_est(
    client: httpx.AsyncClient, contexte: Contexte, nadia: Auteur
) -> None:
    await une_structure("Mairie de Lussan")
    slug = await un_lieu()
    await connecter(client, contexte.clef, nadia)

    creation = await client.post(ESPACE, json={**SALLE, "structure": "mairie-de-lussan"})
    correction = await client.put(f"{ESPACE}/{slug}", json={**SALLE, "structure": "mairie-de-lussan"})
    sienne = await client.put(f"{ESPACE}/{slug}", json={**SALLE, "structure": "foyer-rural"})

    for refus in (creation, correction):
        assert refus.status_code == 422
        assert [erreur["champ"] for erreur in refus.json()["erreurs"]] == ["structure"]
    assert sienne.json()["lieu"]["structure"]["slug"] == "foyer-rural"


async def test_qui_n_est_d_aucune_structure_ne_decrit_pas_de_lieu(
    client: httpx.AsyncClient, contexte: Contexte, pays: None
) -> None:
    slug = await un_lieu()
    await connecter(client, contexte.clef, await une_personne("Seule"))

    reponses = [
        await client.get(ESPACE),
        await client.get(f"{ESPACE}/{slug}"),
        await client.post(ESPACE, json=SALLE),
        await client.put(f"{ESPACE}/{slug}", json=SALLE),
    ]

    assert {reponse.json()["type"] for reponse in reponses} == {"/problemes/reserve-aux-membres"}
    assert await Lieu.count() == 1


async def test_sans_connexion_l_espace_des_lieux_est_ferme(client: httpx.AsyncClient) -> None:
    assert (await client.get(ESPACE)).status_code == 401
    assert (await client.post(ESPACE, json=SALLE)).status_code == 401


async def test_tout_ce_qui_ne_va_pas_est_dit_a_la_fois(
    client: httpx.AsyncClient, contexte: Contexte, nadia: Auteur
) -> None:
    await connecter(client, contexte.clef, nadia)
    formes = {
        "nom": " \u200b ", "commune": "Lussan", "lat": 91, "lon": "4", "places_assises": -1, "places_debout": 10**12,
        "acces_pmr": "peut-être", "cuisine": 1, "repli": "Le Pré", "adresse": "a\nb", "acces": "x" * 10_000, "id": 3,
    }  # fmt: skip
    sens = {"nom": "Le Pré", "commune": "75056", "lat": 44.0, "repli": "inconnu", "structure": "inconnue"}

    premier = await client.post(ESPACE, json=formes)
    second = await client.post(ESPACE, json=sens)

    assert {erreur["champ"] for erreur in premier.json()["erreurs"]} == set(formes)
    assert {erreur["champ"] for erreur in second.json()["erreurs"]} == {
        "commune",
        "lon",
        "repli",
        "structure",
    }
    assert await Lieu.count() == 0


@pytest.mark.parametrize(
    "nom", ["<img src=x onerror=alert(1)>", "مقهى القرية", "㏂" * 160, "🙂", "'; DROP TABLE lieu; --"]
)
async def test_un_nom_etonnant_est_garde_tel_quel(pays: None, nom: str) -> None:
    assert (await lectures.lire_lieu(await un_lieu(nom))).nom == nom


@pytest.mark.parametrize("slug", ["inconnu", "A", "%C3%A9", "x" * 200, "a%0Ab"])
async def test_un_lieu_inconnu_est_introuvable(client: httpx.AsyncClient, slug: str) -> None:
    reponse = await client.get(f"/api/lieux/{slug}")

    assert reponse.status_code == 404
    assert reponse.json()["type"] == "/problemes/lieu-inconnu"


async def test_un_lieu_n_est_pas_son_propre_repli_ni_par_detour(nadia: Auteur) -> None:
    for nom, repli in (("A", None), ("B", "a"), ("C", "b")):
        await un_lieu(nom, repli=repli)

    for repli in ("a", "b", "c"):
        with pytest.raises(DemandeInvalide) as refus:
            await services.modifier_lieu(
                nadia, "a", LieuDemande(nom="A", commune="30151", repli=repli), INSTANT
            )
        assert [(e.champ, e.texte) for e in refus.value.erreurs] == [("repli", "repli_en_boucle")]
    await services.modifier_lieu(nadia, "c", LieuDemande(nom="C", commune="30151", repli="a"), INSTANT)
    assert (await lectures.lire_lieu("a")).repli is None


async def test_deux_corrections_simultanees_ne_ferment_pas_une_boucle(nadia: Auteur) -> None:
    for nom in "abcd":
        await un_lieu(nom)
    for tour in range(5):
        paires = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "a")]

        issues = await asyncio.gather(
            *(
                services.modifier_lieu(
                    nadia, lieu, LieuDemande(nom=lieu, commune="30151", repli=repli), INSTANT
                )
                for lieu, repli in paires
            ),
            return_exceptions=True,
        )

        refus = [issue for issue in issues if isinstance(issue, BaseException)]
        assert [type(un) for un in refus] == [DemandeInvalide], tour
        for lieu in "abcd":
            await services.modifier_lieu(nadia, lieu, LieuDemande(nom=lieu, commune="30151"), INSTANT)


@pytest.mark.parametrize(
    ("q", "attendus"),
    [("", ["halle", "pre-du-moulin"]), ("moulin", ["pre-du-moulin"]), ("lussan", ["halle"]), ("pré uzes", ["pre-du-moulin"]),
     ("halle uzes", []), ("%", ["halle", "pre-du-moulin"]), ("x\x00", [])],
)  # fmt: skip
async def test_un_lieu_se_cherche_par_son_nom_ou_sa_commune(
    nadia: Auteur, q: str, attendus: list[str]
) -> None:
    await un_lieu("Pré du moulin", commune="30334")
    await un_lieu("Halle", commune="30151")

    assert [lieu.slug for lieu in await lectures.chercher_lieux(nadia, q)] == attendus


async def test_les_lieux_d_une_commune_et_d_une_structure_se_listent(nadia: Auteur) -> None:
    await un_lieu("Pré", commune="30334", structure="foyer-rural")
    await un_lieu("Halle", commune="30151")
    gere = await lectures.lire_lieu_etiquete("pre")

    assert [lieu.slug for lieu in (await lectures.lister_lieux("30151")).elements] == ["halle"]
    assert gere.structure is not None
    assert [lieu.slug for lieu in await lectures.lister_lieux_de(gere.structure)] == ["pre"]


async def test_les_coordonnees_reviennent_telles_qu_ecrites(pays: None) -> None:
    vu = await lectures.lire_lieu(await un_lieu(lat=43.98149, lon=4.49098))

    assert (vu.lat, vu.lon) == (43.98149, 4.49098)


def test_chaque_refus_a_ses_phrases() -> None:
    refus = [
        objet
        for objet in vars(erreurs).values()
        if isinstance(objet, type) and objet.__module__ == erreurs.__name__
    ]

    assert len(refus) == 7
    for genre in refus:
        for partie in ("titre", "phrase", "que_faire"):
            assert existe(f"problemes.{genre.code()}.{partie}"), genre.code()
    for texte in (
        "commune_inconnue",
        "structure_inconnue",
        "structure_pas_la_sienne",
        "lieu_inconnu",
        "repli_en_boucle",
        "lat_et_lon",
    ):
        assert existe(f"champs.{texte}"), texte


def test_une_demande_minimale_suffit() -> None:
    lue = msgspec.json.decode(b'{"nom": "Place", "commune": "30334"}', type=LieuDemande)

    assert (lue.acces_pmr, lue.repli, lue.places_assises) == ("inconnu", None, None)
