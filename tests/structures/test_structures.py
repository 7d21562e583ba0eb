"""Les structures, de la demande à la base, sur les deux bases."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest

from server.comptes.regles import lien_de
from server.comptes.schemas import Auteur
from server.comptes.services import demander_connexion, ouvrir_par_lien
from server.comptes.tables import Compte
from server.entretien import entretenir
from server.socle.base import Moteur
from server.socle.contexte import Contexte
from server.socle.textes import existe
from server.socle.web import Tablees
from server.structures import erreurs, lectures, services
from server.structures.erreurs import DerniereResponsable
from server.structures.schemas import MembreDemande, RoleDemande, StructureDemande
from server.structures.services import reconnaitre_les_venus
from server.structures.tables import Membre, Structure
from tests.conftest import HorlogeReglable
from tests.structures.acteurs import INSTANT, connecter, une_personne, une_structure

ESPACE = "/api/espace/structures"
FICHE: dict[str, Any] = {"nom": "La Fabrique du lavoir", "genre": "tiers_lieu"}


@pytest.fixture
def contexte(application: Tablees) -> Contexte:
    contexte: Contexte = application.state.contexte
    return contexte


@pytest.fixture
async def nadia(application: Tablees) -> Auteur:
    return await une_personne("Nadia")


@pytest.fixture
async def operatrice(application: Tablees) -> Auteur:
    return await une_personne("Odile", est_operateur=True)


async def test_une_operatrice_cree_une_structure_et_en_repond(
    client: httpx.AsyncClient, contexte: Contexte, operatrice: Auteur
) -> None:
    await connecter(client, contexte.clef, operatrice)

    reponse = await client.post(ESPACE, json={**FICHE, "commune": "30334", "site": "https://lavoir.example"})

    assert reponse.status_code == 201, reponse.text
    creee = reponse.json()
    assert creee["structure"]["slug"] == "la-fabrique-du-lavoir"
    assert creee["structure"]["college"] == "associations"
    assert creee["modifiable"] is True
    assert [(m["prenom"], m["role"], m["est_moi"]) for m in creee["membres"]] == [
        ("Odile", "responsable", True)
    ]


async def test_une_operatrice_peut_designer_une_autre_responsable(
    client: httpx.AsyncClient, contexte: Contexte, operatrice: Auteur
) -> None:
    await connecter(client, contexte.clef, operatrice)
    responsable = {"courriel": "Marie@lavoir.example", "prenom": "Marie"}

    reponse = await client.post(ESPACE, json={**FICHE, "responsable": responsable})

    assert [(m["prenom"], m["courriel"], m["role"]) for m in reponse.json()["membres"]] == [
        ("Marie", "Marie@lavoir.example", "responsable")
    ]


async def test_deux_structures_du_meme_nom_ont_deux_adresses(base: Moteur) -> None:
    slugs = await asyncio.gather(*(une_structure("Foyer rural") for _ in range(4)))

    assert sorted(slugs) == ["foyer-rural", "foyer-rural-2", "foyer-rural-3", "foyer-rural-4"]


async def test_qui_n_est_pas_operateur_ne_cree_pas_de_structure(
    client: httpx.AsyncClient, contexte: Contexte, nadia: Auteur
) -> None:
    await connecter(client, contexte.clef, nadia)

    reponse = await client.post(ESPACE, json=FICHE)

    assert reponse.status_code == 403
    assert reponse.json()["type"] == "/problemes/reserve-aux-operateurs"
    assert await Structure.count() == 0


async def test_sans_connexion_l_espace_est_ferme(client: httpx.AsyncClient) -> None:
    for methode, chemin in [
        ("GET", ESPACE),
        ("POST", ESPACE),
        ("GET", f"{ESPACE}/x"),
        ("GET", "/api/espace/moi"),
    ]:
        reponse = await client.request(methode, chemin, json=FICHE if methode == "POST" else None)
        assert reponse.status_code == 401, chemin


async def test_tous_les_champs_refuses_sont_dits_a_la_fois(
    client: httpx.AsyncClient, contexte: Contexte, operatrice: Auteur
) -> None:
    await connecter(client, contexte.clef, operatrice)
    fautive = {
        "nom": "", "genre": "secte", "site": "javascript:alert(1)", "courriel": "a@b\r\nBcc: c@d.fr",
        "telephone": "rouge", "commune": "Uzès", "college": 3, "inventee": True,
    }  # fmt: skip

    reponse = await client.post(ESPACE, json=fautive)

    assert reponse.status_code == 422
    assert {erreur["champ"] for erreur in reponse.json()["erreurs"]} == set(fautive)


@pytest.mark.parametrize("nom", ["   ", "\u200b\u3164", "a\x00b", "a\nb", "a\u202eb", "x" * 10_000, "\ud800"])
async def test_un_nom_hostile_est_refuse(
    client: httpx.AsyncClient, contexte: Contexte, operatrice: Auteur, nom: str
) -> None:
    await connecter(client, contexte.clef, operatrice)
    corps = b'{"genre": "association", "nom": ' + _json(nom) + b"}"

    reponse = await client.post(ESPACE, content=corps, headers={"content-type": "application/json"})

    assert reponse.status_code == 422, reponse.text
    assert await Structure.count() == 0


def _json(texte: str) -> bytes:
    try:
        return msgspec.json.encode(texte)
    except UnicodeEncodeError:
        return b'"' + "".join(f"\\u{ord(c):04x}" for c in texte).encode() + b'"'


@pytest.mark.parametrize(
    "nom",
    ["<b>L'été</b> & co", "مقهى القرية", "㏂" * 160, "Œ" * 160, "🙂 Café", "'; DROP TABLE structure; --"],
)
async def test_un_nom_etonnant_est_garde_tel_quel(base: Moteur, nom: str) -> None:
    slug = await une_structure(nom)

    assert (await lectures.lire_structure(slug)).nom == nom


async def test_une_fiche_publique_ne_dit_rien_des_membres(client: httpx.AsyncClient, nadia: Auteur) -> None:
    slug = await une_structure("Café du Duché", (nadia, "responsable"), courriel="bonjour@duche.example")

    fiche = (await client.get(f"/api/structures/{slug}")).json()

    assert fiche["nom"] == "Café du Duché"
    assert fiche["courriel"] == "bonjour@duche.example"
    assert "nadia" not in str(fiche).lower()


@pytest.mark.parametrize("slug", ["inconnue", "A", "%C3%A9t%C3%A9", "x" * 200, "a%0Ab"])
async def test_une_structure_inconnue_est_introuvable(client: httpx.AsyncClient, slug: str) -> None:
    reponse = await client.get(f"/api/structures/{slug}")

    assert reponse.status_code == 404
    assert reponse.json()["type"] == "/problemes/structure-inconnue"


async def test_la_liste_publique_est_rangee_par_nom_et_revalidable(client: httpx.AsyncClient) -> None:
    for nom in ("Zinc de Lussan", "Épicerie d'Aigaliers", "atelier vélo"):
        await une_structure(nom)

    reponse = await client.get("/api/structures")
    encore = await client.get("/api/structures", headers={"if-none-match": reponse.headers["etag"]})

    assert [s["nom"] for s in reponse.json()["elements"]] == [
        "atelier vélo",
        "Épicerie d'Aigaliers",
        "Zinc de Lussan",
    ]
    assert encore.status_code == 304


async def test_une_fiche_modifiee_se_voit_aussitot_et_garde_son_adresse(
    client: httpx.AsyncClient, contexte: Contexte, nadia: Auteur
) -> None:
    slug = await une_structure("Café du Duché", (nadia, "responsable"))
    await connecter(client, contexte.clef, nadia)
    avant = (await client.get(f"/api/structures/{slug}")).json()

    reponse = await client.put(f"{ESPACE}/{slug}", json={"nom": "Café de la Tour", "genre": "cafe"})

    assert reponse.status_code == 200, reponse.text
    apres = (await client.get(f"/api/structures/{slug}")).json()
    assert (avant["nom"], apres["nom"], apres["slug"]) == ("Café du Duché", "Café de la Tour", slug)
    assert apres["college"] == "entreprises"
    liste = (await client.get("/api/structures")).json()
    assert [s["nom"] for s in liste["elements"]] == ["Café de la Tour"]


async def test_un_simple_membre_voit_mais_ne_change_pas(
    client: httpx.AsyncClient, contexte: Contexte, nadia: Auteur
) -> None:
    paul = await une_personne("Paul")
    slug = await une_structure("Café du Duché", (paul, "responsable"), (nadia, "membre"))
    await connecter(client, contexte.clef, nadia)

    vue = await client.get(f"{ESPACE}/{slug}")
    refus = await client.put(f"{ESPACE}/{slug}", json=FICHE)
    ajout = await client.post(f"{ESPACE}/{slug}/membres", json={"courriel": "x@y.fr", "prenom": "X"})

    assert vue.json()["modifiable"] is False
    assert [m["prenom"] for m in vue.json()["membres"]] == ["Paul", "Nadia"]
    assert refus.json()["type"] == ajout.json()["type"] == "/problemes/reserve-aux-responsables"


async def test_l_envers_d_une_structure_n_existe_pas_pour_qui_n_en_est_pas(
    client: httpx.AsyncClient, contexte: Contexte, nadia: Auteur
) -> None:
    paul = await une_personne("Paul")
    slug = await une_structure("Café du Duché", (paul, "responsable"))
    membre = (await Membre.select(Membre.id).first() or {})["id"]
    await connecter(client, contexte.clef, nadia)

    reponses = [
        await client.get(f"{ESPACE}/{slug}"),
        await client.put(f"{ESPACE}/{slug}", json=FICHE),
        await client.post(f"{ESPACE}/{slug}/membres", json={"courriel": "x@y.fr", "prenom": "X"}),
        await client.patch(f"{ESPACE}/{slug}/membres/{membre}", json={"role": "membre"}),
        await client.delete(f"{ESPACE}/{slug}/membres/{membre}"),
    ]

    assert [reponse.status_code for reponse in reponses] == [404] * 5
    assert {reponse.json()["type"] for reponse in reponses} == {"/problemes/structure-inconnue"}


async def test_ajouter_une_personne_lui_cree_un_compte_une_seule_fois(
    client: httpx.AsyncClient, contexte: Contexte, nadia: Auteur
) -> None:
    slug = await une_structure("Café du Duché", (nadia, "responsable"))
    await connecter(client, contexte.clef, nadia)
    demande = {"courriel": "Paul@Lavoir.example", "prenom": "Paul", "role": "membre"}

    ajout = await client.post(f"{ESPACE}/{slug}/membres", json=demande)
    encore = await client.post(
        f"{ESPACE}/{slug}/membres", json={**demande, "courriel": "paul@lavoir.example"}
    )

    assert ajout.status_code == 201, ajout.text
    assert [m["prenom"] for m in ajout.json()["membres"]] == ["Nadia", "Paul"]
    assert encore.status_code == 409
    assert encore.json()["type"] == "/problemes/deja-membre"
    assert await Compte.count().where(Compte.courriel_plie == "paul@lavoir.example") == 1


async def test_ajouter_une_adresse_ne_dit_pas_si_elle_a_un_compte(
    client: httpx.AsyncClient, contexte: Contexte, nadia: Auteur
) -> None:
    slug = await une_structure("Café du Duché", (nadia, "responsable"))
    paul = await une_personne("Paul")
    await connecter(client, contexte.clef, paul)
    await connecter(client, contexte.clef, nadia)
    ici = f"{ESPACE}/{slug}"

    for courriel in ("PAUL@reseau.example", "PERSONNE@reseau.example"):
        await client.post(f"{ici}/membres", json={"courriel": courriel, "prenom": "Curieux"})
    membres = (await client.get(ici)).json()["membres"][1:]
    await reconnaitre_les_venus()

    assert [(m["prenom"], m["courriel"]) for m in membres] == [
        ("Curieux", "PAUL@reseau.example"),
        ("Curieux", "PERSONNE@reseau.example"),
    ]
    assert (await client.get(ici)).json()["membres"][1:] == membres


async def test_qui_vient_dans_l_espace_y_porte_son_prenom(
    client: httpx.AsyncClient, contexte: Contexte, nadia: Auteur, horloge: HorlogeReglable
) -> None:
    slug = await une_structure("Café du Duché", (nadia, "responsable"))
    paul = await une_personne("Paul")
    await connecter(client, contexte.clef, nadia)
    demande = {"courriel": "PAUL@reseau.example", "prenom": "Curieux"}
    await client.post(f"{ESPACE}/{slug}/membres", json=demande)

    venue = horloge.avancer(hours=1)
    jeton = uuid4()
    await demander_connexion(jeton, paul.courriel, venue)
    await ouvrir_par_lien(contexte.clef, lien_de(contexte.clef, jeton), "essai", venue)
    await entretenir(contexte)

    membre = (await client.get(f"{ESPACE}/{slug}")).json()["membres"][1]
    assert (membre["prenom"], membre["courriel"]) == ("Paul", "paul@reseau.example")


async def test_la_derniere_responsable_ne_part_ni_ne_change_de_role(
    client: httpx.AsyncClient, contexte: Contexte, nadia: Auteur
) -> None:
    slug = await une_structure(
        "Café du Duché", (nadia, "responsable"), (await une_personne("Paul"), "membre")
    )
    await connecter(client, contexte.clef, nadia)
    membres = (await client.get(f"{ESPACE}/{slug}")).json()["membres"]
    moi, paul = membres[0]["id"], membres[1]["id"]

    depart = await client.delete(f"{ESPACE}/{slug}/membres/{moi}")
    baisse = await client.patch(f"{ESPACE}/{slug}/membres/{moi}", json={"role": "membre"})
    assert depart.json()["type"] == baisse.json()["type"] == "/problemes/derniere-responsable"

    releve = await client.patch(f"{ESPACE}/{slug}/membres/{paul}", json={"role": "responsable"})
    assert releve.status_code == 200
    assert (await client.delete(f"{ESPACE}/{slug}/membres/{moi}")).status_code == 204
    assert (await client.get(f"{ESPACE}/{slug}")).status_code == 404


async def test_un_membre_peut_quitter_sa_structure_mais_pas_en_retirer_un_autre(
    client: httpx.AsyncClient, contexte: Contexte, nadia: Auteur
) -> None:
    paul = await une_personne("Paul")
    slug = await une_structure("Café du Duché", (paul, "responsable"), (nadia, "membre"))
    await connecter(client, contexte.clef, nadia)
    membres = (await client.get(f"{ESPACE}/{slug}")).json()["membres"]

    autre = await client.delete(f"{ESPACE}/{slug}/membres/{membres[0]['id']}")
    soi = await client.delete(f"{ESPACE}/{slug}/membres/{membres[1]['id']}")

    assert autre.json()["type"] == "/problemes/reserve-aux-responsables"
    assert soi.status_code == 204


@pytest.mark.parametrize("membre", ["0", "-1", "99999999999999999999999999"])
async def test_un_membre_inconnu_est_introuvable(
    client: httpx.AsyncClient, contexte: Contexte, nadia: Auteur, membre: str
) -> None:
    slug = await une_structure("Café du Duché", (nadia, "responsable"))
    await connecter(client, contexte.clef, nadia)

    reponse = await client.delete(f"{ESPACE}/{slug}/membres/{membre}")

    assert reponse.status_code == 404, reponse.text


async def test_deux_responsables_qui_partent_ensemble_n_abandonnent_pas_la_structure(base: Moteur) -> None:
    nadia, paul = await une_personne("Nadia"), await une_personne("Paul")
    slug = await une_structure("Café du Duché", (nadia, "responsable"), (paul, "responsable"))
    membres = {ligne["compte"]: ligne["id"] for ligne in await Membre.select(Membre.id, Membre.compte)}

    issues = await asyncio.gather(
        *(services.retirer_membre(qui, slug, membres[qui.compte]) for qui in (nadia, paul)),
        return_exceptions=True,
    )

    assert sorted(type(issue).__name__ for issue in issues) == ["DerniereResponsable", "NoneType"]
    assert await Membre.count() == 1


async def test_la_meme_personne_ajoutee_deux_fois_ensemble_n_entre_qu_une_fois(base: Moteur) -> None:
    nadia = await une_personne("Nadia")
    slug = await une_structure("Café du Duché", (nadia, "responsable"))
    demande = MembreDemande(courriel="paul@lavoir.example", prenom="Paul")

    issues = await asyncio.gather(
        *(services.ajouter_membre(nadia, slug, demande, INSTANT) for _ in range(3)), return_exceptions=True
    )

    assert sorted(type(issue).__name__ for issue in issues) == [
        "DejaMembre",
        "DejaMembre",
        "VueStructureEquipe",
    ]
    assert await Membre.count() == 2


async def test_moi_dit_mes_structures_et_mes_roles(
    client: httpx.AsyncClient, contexte: Contexte, nadia: Auteur
) -> None:
    await une_structure("Zinc de Lussan", (nadia, "membre"))
    await une_structure("Café du Duché", (nadia, "responsable"))
    await connecter(client, contexte.clef, nadia)

    moi = (await client.get("/api/espace/moi")).json()

    assert moi == {
        "prenom": "Nadia",
        "courriel": "nadia@reseau.example",
        "langue": "fr",
        "est_operateur": False,
        "structures": [
            {"slug": "cafe-du-duche", "nom": "Café du Duché", "role": "responsable"},
            {"slug": "zinc-de-lussan", "nom": "Zinc de Lussan", "role": "membre"},
        ],
    }


@pytest.mark.parametrize(
    ("q", "attendues"),
    [("cafe", ["Café du Duché"]), ("DUCHE caf", ["Café du Duché"]), ("", ["Café du Duché", "Œuvres du Pont"]),
     ("oeuvres", ["Œuvres du Pont"]), ("%", ["Café du Duché", "Œuvres du Pont"]), ("x\x00y", []), ("zinc", [])],
)  # fmt: skip
async def test_on_choisit_une_structure_en_tapant_un_bout_de_son_nom(
    base: Moteur, q: str, attendues: list[str]
) -> None:
    for nom in ("Œuvres du Pont", "Café du Duché"):
        await une_structure(nom)

    assert [structure.nom for structure in await lectures.chercher_structures(q)] == attendues


async def test_roles_de_dit_le_role_dans_chaque_structure(base: Moteur) -> None:
    nadia = await une_personne("Nadia")
    slug = await une_structure("Café du Duché", (nadia, "responsable"))
    structure = await lectures.identifier_structure(slug)

    assert await lectures.roles_de(nadia.compte) == {structure: "responsable"}
    assert await lectures.roles_de(999) == {}


async def test_une_structure_se_retrouve_dans_sa_commune(base: Moteur) -> None:
    await une_structure("Café du Duché", commune="30334")
    await une_structure("Zinc", commune="30151")

    assert [structure.slug for structure in await lectures.lister_structures_de("30334")] == ["cafe-du-duche"]


async def test_un_role_change_ne_touche_que_sa_structure(base: Moteur) -> None:
    nadia, paul = await une_personne("Nadia"), await une_personne("Paul")
    slug = await une_structure("Café", (nadia, "responsable"), (paul, "membre"))
    ailleurs = await une_structure("Zinc", (paul, "responsable"))
    membre_ailleurs = (await Membre.select(Membre.id).order_by(Membre.id, ascending=False).first() or {})[
        "id"
    ]

    with pytest.raises(erreurs.MembreInconnu):
        await services.changer_role(nadia, slug, membre_ailleurs, RoleDemande("membre"))
    with pytest.raises(DerniereResponsable):
        await services.changer_role(paul, ailleurs, membre_ailleurs, RoleDemande("membre"))


async def test_le_code_d_une_commune_corse_s_ecrit_en_capitales(base: Moteur) -> None:
    slug = await une_structure("Casa", commune="2a004")

    assert (await lectures.lire_structure(slug)).commune == "2A004"


def test_chaque_refus_a_ses_phrases() -> None:
    refus = [
        objet
        for objet in vars(erreurs).values()
        if isinstance(objet, type) and objet.__module__ == erreurs.__name__
    ]

    assert len(refus) == 6
    for genre in refus:
        for partie in ("titre", "phrase", "que_faire"):
            assert existe(f"problemes.{genre.code()}.{partie}"), genre.code()


def test_une_demande_minimale_suffit() -> None:
    assert msgspec.json.decode(b'{"nom": "Zinc", "genre": "cafe"}', type=StructureDemande).college is None
