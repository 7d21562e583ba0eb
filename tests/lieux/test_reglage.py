"""Ce que l'installation dit d'elle-même : qui le change, ce qui manque, et les pages qui le montrent."""

from typing import Any

import httpx
import pytest

from server.lieux.installation import fonder_territoire
from server.lieux.lectures import lire_territoire
from server.lieux.regles import a_completer
from server.lieux.schemas import MENTIONS, VueTerritoire
from server.lieux.tables import Territoire
from server.socle.base import Moteur, MoteurSQLite, ecriture
from server.socle.migrations import migrations_en_attente, migrer
from tests.conftest import DEPART
from tests.structures.acteurs import INSTANT, connecter, une_personne, une_structure

MENTIONS_DONNEES = {
    "editeur": "Les Amandiers (association)",
    "editeur_adresse": "1 place aux Herbes, 30700 Uzès",
    "editeur_telephone": "01 99 00 12 34",
    "directeur": "Nadia Exemple",
    "hebergeur": "Serveurs *du* Midi",
    "hebergeur_adresse": "2 rue du Fil, 34000 Montpellier",
    "hebergeur_telephone": "+33 1 99 00 56 78",
}
DEMANDE: dict[str, Any] = {
    "reseau": "Réseau de la coopération",
    "territoire": "Pays d’Uzès",
    "presentation": "On réfléchit, puis on mange.",
    "courriel": "bonjour@reseau.example",
    **MENTIONS_DONNEES,
}


@pytest.fixture
async def fonde(base: Moteur) -> None:
    await fonder_territoire("Réseau", "Uzège", INSTANT, courriel="ici@reseau.example")


def un_territoire(**champs: Any) -> VueTerritoire:
    vides = dict.fromkeys(MENTIONS, "")
    return VueTerritoire(
        **{
            "reseau": "R",
            "nom": "T",
            "presentation": "",
            "courriel": None,
            "usage": "reel",
            **vides,
            **champs,
        }
    )


def test_ce_qui_manque_se_dit_contact_d_abord() -> None:
    assert a_completer(un_territoire()) == ["courriel", *MENTIONS]
    assert a_completer(un_territoire(courriel="a@b.fr", directeur="Nadia"))[:2] == [
        "editeur",
        "editeur_adresse",
    ]
    assert a_completer(un_territoire(courriel="a@b.fr", **MENTIONS_DONNEES)) == []


@pytest.mark.usefixtures("fonde")
async def test_seule_une_personne_qui_veille_sur_l_installation_la_regle(
    client: httpx.AsyncClient, application: Any
) -> None:
    nadia, veilleuse = await une_personne("Nadia"), await une_personne("Vera", est_operateur=True)
    await une_structure("Foyer rural", (nadia, "responsable"))
    adresse = "/api/espace/installation"
    clef = application.state.contexte.clef

    client.headers["origin"] = "http://localhost:8000"
    assert (await client.get(adresse)).status_code == 401
    assert (await client.put(adresse, json=DEMANDE)).status_code == 401

    await connecter(client, clef, nadia)
    for refus in (await client.get(adresse), await client.put(adresse, json=DEMANDE)):
        assert refus.status_code == 403
        assert refus.json()["type"].endswith("/installation-reservee")

    await connecter(client, clef, veilleuse)
    avant = (await client.get(adresse)).json()
    assert (avant["reseau"], avant["territoire"], avant["a_completer"]) == ("Réseau", "Uzège", list(MENTIONS))
    apres = await client.put(adresse, json=DEMANDE)
    assert apres.status_code == 200, apres.text
    assert apres.json() == {**DEMANDE, "a_completer": []}


@pytest.mark.usefixtures("fonde")
async def test_les_pages_publiques_suivent_aussitot(client: httpx.AsyncClient, application: Any) -> None:
    await connecter(client, application.state.contexte.clef, await une_personne(est_operateur=True))
    avant = (await client.get("/mentions-legales")).text
    assert "pas encore indiqué" in avant
    assert "ici@reseau.example" in avant
    assert "On réfléchit" not in (await client.get("/")).text

    await client.put("/api/espace/installation", json=DEMANDE)

    pages = {
        chemin: (await client.get(chemin)).text for chemin in ("/", "/mentions-legales", "/confidentialite")
    }
    for texte in pages.values():
        assert "On réfléchit, puis on mange." in texte
        assert 'href="mailto:bonjour@reseau.example"' in texte
        assert 'href="/mentions-legales"' in texte
        assert "ici@reseau.example" not in texte
    mentions = pages["/mentions-legales"]
    assert "pas encore indiqué" not in mentions
    for dite in (
        "Les Amandiers (association)",
        "30700 Uzès",
        "Nadia Exemple",
        "Serveurs *du* Midi",
        "+33 1 99 00",
    ):
        assert dite in mentions


@pytest.mark.usefixtures("fonde")
async def test_une_mention_tapee_ne_devient_ni_lien_ni_balise(
    client: httpx.AsyncClient, application: Any
) -> None:
    await connecter(client, application.state.contexte.clef, await une_personne(est_operateur=True))
    hostile = "<b>[ici](https://pirate.example)</b> **gras** \\"

    reglee = await client.put("/api/espace/installation", json={**DEMANDE, "editeur": hostile})

    assert reglee.status_code == 200
    page = (await client.get("/mentions-legales")).text
    assert "pirate.example)" in page
    assert 'href="https://pirate.example"' not in page
    assert "&lt;b&gt;" in page


@pytest.mark.usefixtures("fonde")
@pytest.mark.parametrize(
    ("champ", "faux"),
    [
        ("courriel", None),
        ("courriel", "nadia"),
        ("reseau", " "),
        ("hebergeur_telephone", "appelez"),
        ("directeur", "a\nb"),
    ],
)
async def test_ce_qui_ne_convient_pas_est_refuse_sans_rien_changer(
    client: httpx.AsyncClient, application: Any, champ: str, faux: str | None
) -> None:
    await connecter(client, application.state.contexte.clef, await une_personne(est_operateur=True))

    refus = await client.put("/api/espace/installation", json={**DEMANDE, champ: faux})

    assert refus.status_code == 422
    assert [erreur["champ"] for erreur in refus.json()["erreurs"]] == [champ]
    assert (await client.get("/api/espace/installation")).json()["reseau"] == "Réseau"


@pytest.mark.usefixtures("fonde")
@pytest.mark.parametrize(
    ("faux", "phrase"),
    [("", "Il manque une réponse"), ("x", "prenom@exemple.fr"), ("nadia@", "prenom@exemple.fr")],
)
async def test_une_adresse_fausse_se_dit_par_un_exemple(
    client: httpx.AsyncClient, application: Any, faux: str, phrase: str
) -> None:
    await connecter(client, application.state.contexte.clef, await une_personne(est_operateur=True))

    refus = await client.put("/api/espace/installation", json={**DEMANDE, "courriel": faux})

    (erreur,) = refus.json()["erreurs"]
    assert phrase in erreur["message"]


@ecriture
async def oublier_les_mentions() -> None:
    """Revient au schéma d'avant, avec ses données."""
    for mention in MENTIONS:
        await Territoire.raw(f"ALTER TABLE territoire DROP COLUMN {mention}")
    await Territoire.raw("DELETE FROM migration WHERE name = '2026-11-23T10:00:02:030000'")


@pytest.mark.usefixtures("fonde")
async def test_une_base_d_avant_les_mentions_les_recoit_vides_sans_rien_perdre(
    base: Moteur, dossier: Any
) -> None:
    await oublier_les_mentions()
    assert await migrations_en_attente(base) == {("lieux", "2026-11-23T10:00:02:030000")}

    await migrer(base, dossier / "sauvegardes", DEPART)

    territoire = await lire_territoire()
    assert territoire == un_territoire(reseau="Réseau", nom="Uzège", courriel="ici@reseau.example")
    assert await migrations_en_attente(base) == frozenset()
    if isinstance(base, MoteurSQLite):
        assert len(list((dossier / "sauvegardes").glob("avant-migration-*.sqlite"))) == 1
