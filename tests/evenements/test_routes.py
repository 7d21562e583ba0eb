"""Les évènements par HTTP : l'histoire d'une équipe, et ce que le public en lit."""

import asyncio
import io
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest
from PIL import Image

from server.comptes.connexion import nom_du_cookie
from server.comptes.tables import Session
from server.reglages import Reglages
from server.socle.base import ecriture
from server.socle.secrets import hacher, nouveau_secret
from server.socle.web import Tablees
from tests.evenements.jeu import LUNDI, Jeu, a, poser_le_jeu, un_publie, une_demande


@pytest.fixture
async def jeu(application: Tablees) -> Jeu:
    return await poser_le_jeu()


@ecriture
async def ouvrir_session(compte: int) -> str:
    secret = nouveau_secret()
    await Session.insert(
        Session(
            id=uuid4(), compte=compte, secret_hache=hacher(secret), appareil="essai", cree_le=LUNDI, vue_le=LUNDI,
            expire_le=a(12, 1, 9),
        )
    )  # fmt: skip
    return secret


@pytest.fixture
async def nadia(client: httpx.AsyncClient, jeu: Jeu, reglages: Reglages) -> httpx.AsyncClient:
    client.cookies.set(nom_du_cookie(reglages), await ouvrir_session(jeu.nadia.compte))
    client.headers["origin"] = "http://localhost:8000"
    return client


def corps(jeu: Jeu, **champs: Any) -> dict[str, Any]:
    dit: dict[str, Any] = msgspec.to_builtins(une_demande(jeu, **champs))
    return dit


async def test_une_equipe_cree_publie_reporte_annule_retablit(nadia: httpx.AsyncClient, jeu: Jeu) -> None:
    cree = await nadia.post("/api/espace/evenements", json=corps(jeu))
    assert cree.status_code == 201
    slug = cree.json()["slug"]
    assert (await nadia.get(f"/api/evenements/{slug}")).status_code == 404
    assert (await nadia.get(f"/api/espace/evenements/{slug}/apercu")).json()[
        "titre"
    ] == "Éteindre les incendies"

    publie = await nadia.post(f"/api/espace/evenements/{slug}/publier")
    assert publie.status_code == 200
    slug = publie.json()["slug"]
    public = await nadia.get(f"/api/evenements/{slug}")
    assert public.json()["statut"] == "publie"
    assert [e["slug"] for e in (await nadia.get("/api/evenements")).json()["elements"]] == [slug]

    base = f"/api/espace/evenements/{slug}"
    reporte = await nadia.post(
        f"{base}/reporter", json={"motif": "Vent.", "debut": "2026-06-19T19:00:00+02:00"}
    )
    assert reporte.json()["debut"] == "2026-06-19T17:00:00Z"
    assert (await nadia.get(f"/api/evenements/{slug}")).json()["statut"] == "reporte"

    await nadia.post(f"{base}/annuler", json={"motif": "Encore du vent."})
    assert (await nadia.get(f"/api/evenements/{slug}")).json()["statut"] == "annule"
    assert (await nadia.get("/api/evenements")).json()["elements"][0]["statut"] == "annule"

    await nadia.post(f"{base}/retablir", json={"motif": "Le vent est tombé."})
    assert (await nadia.get(f"/api/evenements/{slug}")).json()["motif"] == "Le vent est tombé."

    refus = await nadia.delete(base)
    assert refus.status_code == 409
    assert refus.json()["type"] == "/problemes/transition-impossible"
    copie = await nadia.post(f"{base}/dupliquer")
    assert copie.status_code == 201
    assert (await nadia.delete(f"/api/espace/evenements/{copie.json()['slug']}")).status_code == 204


async def test_ce_qu_il_reste_a_remplir_est_dit_en_francais_et_en_anglais(
    nadia: httpx.AsyncClient, jeu: Jeu
) -> None:
    cree = await nadia.post("/api/espace/evenements", json=corps(jeu, lieu=None, resume="", moments=[]))
    base = f"/api/espace/evenements/{cree.json()['slug']}/publier"

    francais = (await nadia.post(base)).json()
    anglais = (await nadia.post(base, headers={"accept-language": "en"})).json()

    assert [e["champ"] for e in francais["erreurs"]] == ["resume", "lieu", "moments"]
    assert francais["erreurs"][1]["message"] == "Choisissez un lieu, ou dites que cela se passe en ligne."
    assert anglais["erreurs"][1]["message"] == "Choose a venue, or say that it takes place online."


async def test_deux_personnes_sur_la_meme_fiche(nadia: httpx.AsyncClient, jeu: Jeu) -> None:
    cree = (await nadia.post("/api/espace/evenements", json=corps(jeu))).json()
    base, moments = f"/api/espace/evenements/{cree['slug']}", cree["moments"]
    for moment in moments:
        del moment["pris"]

    premiere = await nadia.put(base, json=corps(jeu, titre="A") | {"version": 1, "moments": moments})
    seconde = await nadia.put(base, json=corps(jeu, titre="B") | {"version": 1, "moments": moments})

    assert premiere.status_code == 200
    assert seconde.status_code == 409
    assert seconde.json()["type"] == "/problemes/evenement-modifie-ailleurs"
    assert seconde.json()["version"] == 2


async def test_sans_session_rien_ne_se_lit_de_l_envers(client: httpx.AsyncClient, jeu: Jeu) -> None:
    publie = await un_publie(jeu)

    for chemin in ("/api/espace/evenements", f"/api/espace/evenements/{publie.slug}", "/api/espace/cycles"):
        reponse = await client.get(chemin)
        assert (reponse.status_code, reponse.json()["type"]) == (401, "/problemes/non-connecte")


async def test_un_document_public_se_garde_et_se_renouvelle_a_l_ecriture(
    nadia: httpx.AsyncClient, jeu: Jeu
) -> None:
    publie = await un_publie(jeu)
    chemin = f"/api/evenements/{publie.slug}"
    premiere = await nadia.get(chemin)
    assert "set-cookie" not in premiere.headers
    assert (await nadia.get(chemin, headers={"if-none-match": premiere.headers["etag"]})).status_code == 304

    await nadia.post(f"/api/espace/evenements/{publie.slug}/annuler", json={"motif": "Vent."})

    encore = await nadia.get(chemin, headers={"if-none-match": premiere.headers["etag"]})
    assert (encore.status_code, encore.json()["statut"]) == (200, "annule")
    assert (await nadia.get(f"{chemin}/places")).json()["version"] == encore.json()["version"]


async def test_les_filtres_mal_ecrits_sont_tous_dits(client: httpx.AsyncClient, jeu: Jeu) -> None:
    reponse = await client.get(
        "/api/evenements",
        params={
            "commune": "Uzès",
            "rayon_km": "-4",
            "theme": "A B",
            "format": "bal",
            "du": "demain",
            "q": "x" * 200,
        },
    )

    assert reponse.status_code == 422
    assert {e["champ"] for e in reponse.json()["erreurs"]} == {
        "commune",
        "rayon_km",
        "theme",
        "format",
        "du",
        "q",
    }


async def test_cycles_et_themes_se_lisent(nadia: httpx.AsyncClient, jeu: Jeu) -> None:
    cree = await nadia.post("/api/espace/cycles", json={"titre": "Hiver", "structure": jeu.structure_slug})
    assert cree.status_code == 201
    await un_publie(jeu, cycle="hiver", themes=["Démocratie locale"])

    assert [c["titre"] for c in (await nadia.get("/api/cycles")).json()] == ["Hiver"]
    assert (await nadia.get("/api/themes")).json() == [
        {"slug": "democratie-locale", "nom": "Démocratie locale"}
    ]
    change = await nadia.put(
        "/api/espace/cycles/hiver", json={"titre": "Hivers", "structure": jeu.structure_slug}
    )
    assert change.json()["titre"] == "Hivers"
    assert [c["titre"] for c in (await nadia.get("/api/cycles")).json()] == ["Hivers"]


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("titre", "a\r\nBcc: tous@exemple.fr"),
        ("titre", "a\x00b"),
        ("titre", "x" * 10_000),
        ("titre", "\u202eà l’envers"),
        ("titre", ""),
        ("resume", "x" * 10_000),
        ("description", "x" * 100_000),
        ("lien_en_ligne", "javascript:alert(1)"),
        ("taille_max", -1),
        ("taille_max", 10**30),
        ("cloture_le", "2026-06-12T19:00:00"),
        ("cloture_le", "9999-12-31T23:59:59Z"),
        ("moments", [{"genre": "reflexion", "jauge": -5}]),
        ("moments", [{"genre": "reflexion", "debut": "0001-01-01T00:00:00+14:00"}]),
        ("moments", [{"genre": "sabbat"}]),
        ("moments", [{"genre": "reflexion"}] * 500),
        ("themes", ["x" * 81]),
        ("lieu", "../../etc"),
        ("inconnu", 1),
    ],
)
async def test_une_valeur_hostile_est_refusee_en_disant_son_champ(
    nadia: httpx.AsyncClient, jeu: Jeu, champ: str, valeur: Any
) -> None:
    reponse = await nadia.post("/api/espace/evenements", json=corps(jeu) | {champ: valeur})

    assert reponse.status_code == 422, reponse.text
    assert all(e["champ"].split(".")[0] == champ for e in reponse.json()["erreurs"])
    assert all(e["message"] and not e["message"].startswith("champs.") for e in reponse.json()["erreurs"])


@pytest.mark.parametrize(
    "titre", ["<script>alert(1)</script>", "🍲 Fête", "Été arabe : مرحبا", "'; DROP TABLE evenement; --"]
)
async def test_un_titre_etrange_se_garde_tel_quel(nadia: httpx.AsyncClient, jeu: Jeu, titre: str) -> None:
    cree = (await nadia.post("/api/espace/evenements", json=corps(jeu, titre=titre))).json()
    publie = (await nadia.post(f"/api/espace/evenements/{cree['slug']}/publier")).json()

    lu = await nadia.get(f"/api/evenements/{publie['slug']}")

    assert lu.json()["titre"] == titre
    assert lu.headers["content-type"] == "application/json"


# --- images ---


def une_photo() -> bytes:
    sortie = io.BytesIO()
    Image.new("RGB", (1600, 900), (90, 120, 60)).save(sortie, "JPEG")
    return sortie.getvalue()


@pytest.mark.parametrize("forme", ["brut", "multipart"])
async def test_une_image_envoyee_se_sert_pour_toujours(
    nadia: httpx.AsyncClient, jeu: Jeu, forme: str
) -> None:
    if forme == "brut":
        recue = await nadia.post(
            "/api/espace/images", content=une_photo(), headers={"content-type": "image/jpeg"}
        )
    else:
        recue = await nadia.post(
            "/api/espace/images", files={"image": ("photo.jpg", une_photo(), "image/jpeg")}
        )
    assert recue.status_code == 201, recue.text
    image = recue.json()
    assert (image["largeur"], image["hauteur"]) == (1200, 675)

    servie = await nadia.get(image["url"])
    assert servie.headers["content-type"] == "image/webp"
    assert "immutable" in servie.headers["cache-control"]
    assert Image.open(io.BytesIO(servie.content)).size == (1200, 675)
    encore = await nadia.get(image["url"], headers={"if-none-match": servie.headers["etag"]})
    assert (encore.status_code, encore.content) == (304, b"")

    fiche = {"empreinte": image["empreinte"], "alt": "Une table sous les platanes"}
    cree = await nadia.post("/api/espace/evenements", json=corps(jeu) | {"image": fiche})
    assert cree.json()["image"]["url_petite"] == image["url_petite"]


async def test_une_image_refusee_dit_pourquoi(nadia: httpx.AsyncClient, jeu: Jeu) -> None:
    illisible = await nadia.post(
        "/api/espace/images", content=b"<svg/>", headers={"content-type": "image/svg+xml"}
    )
    assert illisible.status_code == 422
    assert "JPEG" in illisible.json()["erreurs"][0]["message"]
    vide = await nadia.post("/api/espace/images")
    assert vide.status_code == 422
    abime = await nadia.post(
        "/api/espace/images",
        content=b'--x\r\nContent-Disposition: form-data; name="alt"\r\n\r\n\xff\r\n--x--',
        headers={"content-type": "multipart/form-data; boundary=x"},
    )
    assert abime.status_code == 422
    enorme = await nadia.post("/api/espace/images", content=b"\xff\xd8\xff" + b"0" * (11 * 1024 * 1024))
    assert enorme.status_code == 413
    assert (await nadia.get(f"/images/{'a' * 64}-1200.webp")).json()["type"] == "/problemes/image-inconnue"
    inconnue = await nadia.post(
        "/api/espace/evenements", json=corps(jeu) | {"image": {"empreinte": "a" * 64, "alt": "x"}}
    )
    assert [e["champ"] for e in inconnue.json()["erreurs"]] == ["image"]


# --- deux à la fois ---


async def test_deux_creations_simultanees_ont_deux_adresses(nadia: httpx.AsyncClient, jeu: Jeu) -> None:
    reponses = await asyncio.gather(
        *(nadia.post("/api/espace/evenements", json=corps(jeu)) for _ in range(6))
    )

    assert {r.status_code for r in reponses} == {201}
    assert len({r.json()["slug"] for r in reponses}) == 6


async def test_deux_modifications_simultanees_n_en_perdent_aucune(nadia: httpx.AsyncClient, jeu: Jeu) -> None:
    cree = (await nadia.post("/api/espace/evenements", json=corps(jeu, moments=[]))).json()
    base = f"/api/espace/evenements/{cree['slug']}"

    reponses = await asyncio.gather(
        *(nadia.put(base, json=corps(jeu, titre=f"T{n}", moments=[]) | {"version": 1}) for n in range(6))
    )

    assert sorted(r.status_code for r in reponses) == [200, *[409] * 5]
    gagnante = next(r for r in reponses if r.status_code == 200)
    assert (await nadia.get(base)).json()["titre"] == gagnante.json()["titre"]
