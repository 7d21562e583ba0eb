"""La coquille de l'espace, et ce qu'il demande qui traverse plusieurs métiers."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from server.comptes.tables import Session
from server.inscriptions.tables import Appel, Inscription
from server.notifications.tables import Envoi
from server.pages import espace
from server.socle import markdown
from server.socle.base import ecriture
from server.socle.limites import USAGES, Limite
from server.socle.secrets import hacher
from tests import fabriques

if TYPE_CHECKING:
    import httpx

    from tests.conftest import HorlogeReglable

pytestmark = pytest.mark.usefixtures("base")


@ecriture
async def ouvrir_session(compte: int) -> str:
    """Un appareil connecté ; rend le cookie à présenter."""
    secret = f"secret-de-la-session-{compte}"
    await Session.insert(
        Session(
            id=uuid4(),
            compte=compte,
            secret_hache=hacher(secret),
            appareil="Essai",
            cree_le=fabriques.LUNDI,
            vue_le=fabriques.LUNDI,
            expire_le=fabriques.LUNDI.replace(year=2027),
        )
    )
    return f"tablees={secret}"


@ecriture
async def un_appel(evenement: int) -> None:
    inscription = uuid4()
    await Inscription.insert(
        Inscription(
            id=inscription,
            evenement=evenement,
            jeton_hache="",
            demande_hachee="",
            prenom="Huguette",
            code_accueil=inscription.hex[:8],
            cree_le=fabriques.LUNDI,
            modifie_le=fabriques.LUNDI,
        )
    )
    await Appel.insert(
        Appel(
            evenement=evenement, inscription=inscription, motif="evenement_reporte", cree_le=fabriques.LUNDI
        )
    )


@ecriture
async def un_envoi_perdu(evenement: int | None) -> int:
    lignes = await Envoi.insert(
        Envoi(
            cle=uuid4().hex,
            genre="confirmation",
            objet="inscription:x",
            evenement=evenement,
            destinataire="perdu@example.org",
            cree_le=fabriques.LUNDI,
            echeance_le=None,
            essais=8,
            echoue_le=fabriques.LUNDI,
            derniere_erreur="550 inconnue",
        )
    ).returning(Envoi.id)
    return int(lignes[0]["id"])


async def test_sans_session_on_va_se_connecter(client: httpx.AsyncClient) -> None:
    for chemin in ("/espace", "/espace/evenements/une-soiree/accueil"):
        reponse = await client.get(chemin, headers={"accept": "text/html"})

        assert reponse.status_code == 303
        assert reponse.headers["location"] == "/connexion"


async def test_la_coquille_est_dans_la_langue_du_compte_et_ne_se_garde_pas(client: httpx.AsyncClient) -> None:
    compte = await fabriques.un_compte(langue="en")
    cookie = await ouvrir_session(compte)

    reponse = await client.get("/espace/moi", headers={"cookie": cookie, "accept-language": "fr"})

    assert reponse.status_code == 200
    assert reponse.headers["cache-control"] == "no-store"
    assert '<html lang="en">' in reponse.text
    assert "/actifs/en-" in reponse.text
    assert "/actifs/fr-" not in reponse.text


async def test_rien_dans_la_coquille_n_est_refuse_par_la_politique_de_contenu(
    client: httpx.AsyncClient,
) -> None:
    cookie = await ouvrir_session(await fabriques.un_compte())

    page = (await client.get("/espace", headers={"cookie": cookie})).text

    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", page) == []
    adresses = re.findall(r'(?:src|href)="(/actifs/[^"]+)"', page)
    assert len(adresses) >= 3
    for adresse in adresses:
        assert (await client.get(adresse)).status_code == 200, adresse


async def test_le_premier_ecran_pese_moins_de_60_ko(client: httpx.AsyncClient) -> None:
    entetes = {"cookie": await ouvrir_session(await fabriques.un_compte()), "accept-encoding": "br"}
    page = await client.get("/espace", headers=entetes)
    adresses = re.findall(r'(?:src|href)="(/actifs/[^"]+)"', page.text)

    poids = len(page.content)
    for adresse in adresses:
        async with client.stream("GET", adresse, headers=entetes) as reponse:
            assert reponse.headers["content-encoding"] == "br"
            poids += len(b"".join([morceau async for morceau in reponse.aiter_raw()]))

    assert 10_000 < poids <= 60_000


async def test_ce_qui_est_a_faire_est_compte_par_evenement_que_l_on_organise(
    client: httpx.AsyncClient,
) -> None:
    moi, autre = await fabriques.un_compte(), await fabriques.un_compte()
    mienne = await fabriques.une_structure("Les Amandiers", {moi: "membre"})
    autrui = await fabriques.une_structure("Café de la Place", {autre: "membre"})
    le_mien = await fabriques.un_evenement("Le pain", structure=mienne)
    l_autre = await fabriques.un_evenement("Le vin", structure=autrui)
    for evenement in (le_mien, le_mien, l_autre):
        await un_appel(evenement)
    await un_envoi_perdu(l_autre)
    await un_envoi_perdu(None)

    a_faire = (await client.get("/api/espace/a-faire", headers={"cookie": await ouvrir_session(moi)})).json()

    assert [(chose["titre"], chose["nombre"]) for chose in a_faire["appels"]] == [("Le pain", 2)]
    assert a_faire["courriels_en_echec"] == []


async def test_qui_veille_sur_l_installation_voit_tout_ce_qui_attend(client: httpx.AsyncClient) -> None:
    veille = await fabriques.un_compte(est_operateur=True)
    structure = await fabriques.une_structure()
    evenement = await fabriques.un_evenement("Le vin", structure=structure)
    await un_appel(evenement)
    await un_envoi_perdu(evenement)
    await un_envoi_perdu(None)

    a_faire = (
        await client.get("/api/espace/a-faire", headers={"cookie": await ouvrir_session(veille)})
    ).json()

    assert [chose["titre"] for chose in a_faire["appels"]] == ["Le vin"]
    assert [chose["slug"] is None for chose in a_faire["courriels_en_echec"]] == [False, True]


async def test_un_appel_d_un_evenement_passe_n_est_plus_a_faire(
    client: httpx.AsyncClient, horloge: HorlogeReglable
) -> None:
    moi = await fabriques.un_compte()
    structure = await fabriques.une_structure("Les Amandiers", {moi: "membre"})
    await un_appel(await fabriques.un_evenement("Le pain", structure=structure))
    horloge.avancer(days=30)

    a_faire = (await client.get("/api/espace/a-faire", headers={"cookie": await ouvrir_session(moi)})).json()

    assert a_faire["appels"] == []


async def test_l_equipe_relance_les_courriels_de_son_evenement_et_d_aucun_autre(
    client: httpx.AsyncClient,
) -> None:
    moi = await fabriques.un_compte()
    mienne = await fabriques.une_structure("Les Amandiers", {moi: "membre"})
    le_mien = await fabriques.un_evenement("Le pain", structure=mienne)
    l_autre = await fabriques.un_evenement("Le vin", structure=await fabriques.une_structure())
    perdu, d_ailleurs = await un_envoi_perdu(le_mien), await un_envoi_perdu(l_autre)
    entetes = {"cookie": await ouvrir_session(moi), "sec-fetch-site": "same-origin"}
    ici = f"/api/espace/evenements/{await fabriques.slug_de(le_mien)}/envois"
    la_bas = f"/api/espace/evenements/{await fabriques.slug_de(l_autre)}/envois"

    assert [envoi["id"] for envoi in (await client.get(ici, headers=entetes)).json()["elements"]] == [perdu]
    assert (await client.get(la_bas, headers=entetes)).status_code == 404
    assert (await client.post(f"{ici}/{d_ailleurs}/relance", headers=entetes)).status_code == 404
    assert (await client.post(f"{la_bas}/{d_ailleurs}/relance", headers=entetes)).status_code == 404
    assert (await client.post(f"{ici}/{perdu}/relance", headers=entetes)).status_code == 204
    assert (await client.get(ici, headers=entetes)).json()["elements"] == []


async def test_l_apercu_d_un_texte_est_sur(client: httpx.AsyncClient) -> None:
    entetes = {"cookie": await ouvrir_session(await fabriques.un_compte()), "sec-fetch-site": "same-origin"}
    texte = "**Gras** <script>alert(1)</script> [piège](javascript:alert(1))"

    reponse = await client.post("/api/espace/mise-en-forme", json={"texte": texte}, headers=entetes)

    assert reponse.status_code == 200
    html = reponse.json()["html"]
    assert "<strong>Gras</strong>" in html
    assert "<script" not in html
    assert 'href="javascript' not in html


async def test_mettre_en_forme_n_arrete_personne_et_se_compte(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    entetes = {"cookie": await ouvrir_session(await fabriques.un_compte()), "sec-fetch-site": "same-origin"}
    fils: list[int] = []

    def noter(texte: str) -> str:
        fils.append(threading.get_ident())
        return texte

    monkeypatch.setattr(espace, "en_html", noter)
    monkeypatch.setitem(USAGES, "ecriture-compte", Limite(2, 600))
    statuts = [
        (
            await client.post("/api/espace/mise-en-forme", json={"texte": "[" * 20_000}, headers=entetes)
        ).status_code
        for _ in range(3)
    ]

    assert statuts == [200, 200, 429]
    assert len(fils) == 2
    assert threading.get_ident() not in fils


async def test_une_page_publique_se_compose_hors_de_la_boucle_et_son_texte_une_seule_fois(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    description = "[" * 3000 + uuid4().hex
    slug = await fabriques.slug_de(await fabriques.un_evenement(description=description))
    fils: list[int] = []
    vrai = markdown._markdown().render

    def noter(texte: str) -> str:
        if texte == description:
            fils.append(threading.get_ident())
        return vrai(texte)

    monkeypatch.setattr(markdown._markdown(), "render", noter)
    francais = await client.get(f"/evenements/{slug}?langue=fr")
    anglais = await client.get(f"/evenements/{slug}?langue=en")

    assert francais.status_code == anglais.status_code == 200
    assert len(fils) == 1
    assert threading.get_ident() not in fils
