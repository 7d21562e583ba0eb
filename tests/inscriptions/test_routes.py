"""L'API des inscriptions, telle qu'un client la voit."""

import csv
import io
import secrets
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from server.comptes.tables import Session
from server.inscriptions.tables import Inscription
from server.socle.base import ecriture
from server.socle.secrets import hacher
from tests.conftest import HorlogeReglable
from tests.fabriques import (
    SAMEDI_SOIR,
    moments_de,
    pris,
    slug_de,
    un_compte,
    un_evenement,
    une_structure,
)


def un_jeton() -> str:
    return secrets.token_urlsafe(24)


async def une_demande_json(evenement: int, **champs: Any) -> dict[str, Any]:
    moments = await moments_de(evenement)
    return {
        "evenement": await slug_de(evenement),
        "jeton": un_jeton(),
        "prenom": "Nadia",
        "courriel": f"nadia-{uuid4().hex[:8]}@example.org",
        "presences": [{"moment": str(m), "adultes": 2, "enfants": 1} for m in moments.values()],
        **champs,
    }


def avec(jeton: str) -> dict[str, str]:
    return {"authorization": f"Bearer {jeton}"}


async def test_s_inscrire_rend_201_puis_200_au_rejeu(client: httpx.AsyncClient) -> None:
    evenement = await un_evenement(moments={"reflexion": None, "banquet": 10})
    demande = await une_demande_json(evenement)
    adresse = f"/api/inscriptions/{uuid4()}"

    creee = await client.put(adresse, json=demande)
    rejouee = await client.put(adresse, json=demande)

    assert (creee.status_code, rejouee.status_code) == (201, 200)
    vue = creee.json()
    assert [p["statut"] for p in vue["presences"]] == ["confirmee", "confirmee"]
    assert set(vue["liens"]) == {"gerer", "ics", "qr", "agenda"}
    assert "no-store" in creee.headers["cache-control"]


async def test_complet_donne_un_409_qui_nomme_le_moment_et_ses_places(client: httpx.AsyncClient) -> None:
    evenement = await un_evenement(moments={"banquet": 4})
    await client.put(f"/api/inscriptions/{uuid4()}", json=await une_demande_json(evenement))

    refus = await client.put(f"/api/inscriptions/{uuid4()}", json=await une_demande_json(evenement))

    assert refus.status_code == 409
    assert refus.headers["content-type"] == "application/problem+json"
    probleme = refus.json()
    assert probleme["type"] == "/problemes/moment-complet"
    assert probleme["moments"][0]["places_restantes"] == 1
    assert "Il ne reste pas assez de places" in probleme["detail"]
    assert await Inscription.count() == 1


async def test_attendre_dit_son_rang(client: httpx.AsyncClient) -> None:
    evenement = await un_evenement(moments={"banquet": 3})
    await client.put(f"/api/inscriptions/{uuid4()}", json=await une_demande_json(evenement))

    attend = await client.put(
        f"/api/inscriptions/{uuid4()}", json=await une_demande_json(evenement, accepte_attente=True)
    )

    assert attend.status_code == 201
    assert attend.json()["presences"][0] | {} == attend.json()["presences"][0]
    assert (attend.json()["presences"][0]["statut"], attend.json()["presences"][0]["rang_attente"]) == (
        "en_attente",
        1,
    )


@pytest.mark.parametrize(
    ("changement", "champs"),
    [
        ({"prenom": "", "courriel": "pas une adresse"}, {"prenom", "courriel"}),
        ({"prenom": "a" * 10_000}, {"prenom"}),
        ({"prenom": "Na\r\ndia"}, {"prenom"}),
        ({"prenom": "Na\u0000dia"}, {"prenom"}),
        ({"prenom": "\u202egro.live"}, {"prenom"}),
        ({"prenom": "  \u200b\u00a0\u3164"}, {"prenom"}),
        ({"prenom": "GAGNEZ 500 EUROS SUR https://x.example/a"}, {"prenom"}),
        ({"prenom": "Www.x.example"}, {"prenom"}),
        ({"prenom": "venez sur x.example/a"}, {"prenom"}),
        ({"pour_autrui": {"prenom": "http://x.example"}}, {"pour_autrui.prenom"}),
        ({"courriel": "..nadia@example.org"}, {"courriel"}),
        ({"courriel": "nadia@example..org"}, {"courriel"}),
        ({"telephone": "(...) ---"}, {"telephone"}),
        ({"jeton": "court"}, {"jeton"}),
        ({"inconnu": 1}, {"inconnu"}),
        ({"presences": []}, {"presences"}),
        ({"premiere_fois": "oui"}, {"premiere_fois"}),
        ({"commune": "abc"}, {"commune"}),
    ],
)
async def test_chaque_champ_refuse_est_dit_en_francais(
    client: httpx.AsyncClient, changement: dict[str, Any], champs: set[str]
) -> None:
    demande = await une_demande_json(await un_evenement()) | changement

    refus = await client.put(f"/api/inscriptions/{uuid4()}", json=demande)

    assert refus.status_code == 422
    erreurs = refus.json()["erreurs"]
    assert {e["champ"] for e in erreurs} == champs
    assert all(e["message"] and not e["message"].startswith("champs.") for e in erreurs)
    assert await Inscription.count() == 0


@pytest.mark.parametrize(
    "prenom", ["J.-P.", "Marie-Ève d’Uzès", "نادية", "🌻", "👩‍👩‍👧", "क्षितिज", "王", "Anne/Léo"]
)
async def test_tout_prenom_lisible_est_le_bienvenu(client: httpx.AsyncClient, prenom: str) -> None:
    demande = await une_demande_json(await un_evenement(), prenom=prenom)

    assert (await client.put(f"/api/inscriptions/{uuid4()}", json=demande)).status_code == 201


async def test_un_refus_ne_pese_pas_plus_que_la_demande(client: httpx.AsyncClient) -> None:
    demande = await une_demande_json(await un_evenement()) | {f"c{rang}": 1 for rang in range(20_000)}

    refus = await client.put(f"/api/inscriptions/{uuid4()}", json=demande)

    assert refus.status_code == 422
    assert len(refus.json()["erreurs"]) == 50


@pytest.mark.parametrize("nombre", [-1, 51, 10**30, 1.5, "2", True, None])
async def test_les_nombres_absurdes_sont_refuses(client: httpx.AsyncClient, nombre: object) -> None:
    evenement = await un_evenement()
    (moment,) = (await moments_de(evenement)).values()
    demande = await une_demande_json(evenement, presences=[{"moment": str(moment), "adultes": nombre}])

    refus = await client.put(f"/api/inscriptions/{uuid4()}", json=demande)

    assert refus.status_code == 422
    assert refus.json()["erreurs"][0]["champ"] == "presences.0.adultes"


@pytest.mark.parametrize(
    "corps", [b"", b"{", b"[]", b"null", b'{"prenom": "\xff"}', b'{"prenom": "\\ud800"}', b"[" * 5000]
)
async def test_un_corps_qui_n_est_pas_une_demande_est_refuse(client: httpx.AsyncClient, corps: bytes) -> None:
    refus = await client.put(
        f"/api/inscriptions/{uuid4()}", content=corps, headers={"content-type": "application/json"}
    )

    assert refus.status_code == 422


async def test_les_refus_parlent_anglais_a_qui_le_demande(client: httpx.AsyncClient) -> None:
    refus = await client.get(f"/api/inscriptions/{uuid4()}", headers={"accept-language": "en-GB,en;q=0.9"})

    assert refus.status_code == 404
    assert refus.json()["title"] == "Sign-up not found"


async def test_lire_changer_annuler_avec_son_secret(client: httpx.AsyncClient) -> None:
    evenement = await un_evenement(moments={"banquet": 10})
    (moment,) = (await moments_de(evenement)).values()
    demande = await une_demande_json(evenement)
    adresse = f"/api/inscriptions/{uuid4()}"
    await client.put(adresse, json=demande)
    moi = avec(demande["jeton"])

    assert (await client.get(adresse, headers=moi)).json()["prenom"] == "Nadia"
    changee = await client.patch(
        adresse, headers=moi, json={"presences": [{"moment": str(moment), "adultes": 1}]}
    )
    assert changee.json()["presences"][0]["adultes"] == 1
    annulee = await client.delete(adresse, headers=moi)
    assert annulee.json()["presences"][0]["statut"] == "annulee"
    assert await pris(moment) == 0


@pytest.mark.parametrize("methode", ["get", "patch", "delete"])
async def test_le_secret_d_un_autre_foyer_n_ouvre_rien(client: httpx.AsyncClient, methode: str) -> None:
    evenement = await un_evenement()
    mienne, autre = await une_demande_json(evenement), await une_demande_json(evenement)
    adresse = f"/api/inscriptions/{uuid4()}"
    await client.put(adresse, json=mienne)
    await client.put(f"/api/inscriptions/{uuid4()}", json=autre)

    appel = getattr(client, methode)
    corps = {"json": {"prenom": "Intrus"}} if methode == "patch" else {}
    for entetes in (avec(autre["jeton"]), {}, avec("x" * 32), {"authorization": "Basic abc"}):
        refus = await appel(adresse, headers=entetes, **corps)
        assert refus.status_code == 404
        assert refus.json()["type"] == "/problemes/inscription-introuvable"


async def test_effacer_puis_relire_dit_410(client: httpx.AsyncClient) -> None:
    demande = await une_demande_json(await un_evenement())
    adresse = f"/api/inscriptions/{uuid4()}"
    await client.put(adresse, json=demande)

    efface = await client.delete(f"{adresse}/donnees", headers=avec(demande["jeton"]))

    assert efface.status_code == 204
    assert (await client.get(adresse, headers=avec(demande["jeton"]))).status_code == 410
    assert (await client.put(adresse, json=demande)).status_code == 410


async def test_une_ecriture_venue_d_un_autre_site_est_refusee(client: httpx.AsyncClient) -> None:
    demande = await une_demande_json(await un_evenement())

    for entetes in (
        {"origin": "https://mechant.example"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "null"},
    ):
        refus = await client.put(f"/api/inscriptions/{uuid4()}", json=demande, headers=entetes)
        assert (refus.status_code, refus.json()["type"]) == (403, "/problemes/origine-refusee")


async def test_un_village_derriere_une_seule_adresse_n_est_pas_limite(client: httpx.AsyncClient) -> None:
    evenement = await un_evenement(moments={"banquet": None})

    statuts = {
        (await client.put(f"/api/inscriptions/{uuid4()}", json=await une_demande_json(evenement))).status_code
        for _ in range(60)
    }

    assert statuts == {201}


async def test_un_meme_contact_ne_s_inscrit_pas_a_la_chaine(client: httpx.AsyncClient) -> None:
    evenement = await un_evenement(moments={"banquet": None})
    reponses = [
        await client.put(
            f"/api/inscriptions/{uuid4()}",
            json=await une_demande_json(evenement, courriel="nadia@example.org"),
        )
        for _ in range(14)
    ]

    assert [r.status_code for r in reponses].count(429) == 2
    assert int(reponses[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "ecritures",
    [
        [{"pour_autrui": {"prenom": "Zoé", "courriel": c}} for c in ("zoe@example.org", "ZOE@Example.org")],
        [{"telephone": t} for t in ("0612345678", "06 12 34 56 78", "+33 6 12.34.56.78", "0033612345678")],
        [
            {"telephone": "0612345678"},
            {"pour_autrui": {"prenom": "Zoé", "telephone": "06-12-34-56-78"}},
        ],
    ],
)
async def test_un_contact_est_le_meme_pour_soi_ou_pour_autrui_et_de_quelque_facon_qu_on_l_ecrive(
    client: httpx.AsyncClient, ecritures: list[dict[str, Any]]
) -> None:
    evenement = await un_evenement(moments={"banquet": None})
    statuts = [
        (
            await client.put(
                f"/api/inscriptions/{uuid4()}",
                json=await une_demande_json(evenement, **ecritures[rang % len(ecritures)]),
            )
        ).status_code
        for rang in range(13)
    ]

    assert statuts == [201] * 12 + [429]


async def test_des_identifiants_inventes_ne_laissent_rien_en_memoire(client: httpx.AsyncClient) -> None:
    limites = client._transport.app.state.contexte.limites  # type: ignore[attr-defined]

    for _ in range(5):
        assert (await client.get(f"/api/inscriptions/{uuid4()}", headers=avec(un_jeton()))).status_code == 404

    assert [usage for usage, _ in limites._seaux] == ["lien-adresse"]


async def test_les_secrets_faux_des_voisins_ne_ferment_pas_une_inscription(client: httpx.AsyncClient) -> None:
    demande = await une_demande_json(await un_evenement())
    adresse = f"/api/inscriptions/{uuid4()}"
    await client.put(adresse, json=demande)
    faux = [(await client.get(adresse, headers=avec(un_jeton()))).status_code for _ in range(121)]

    bon = await client.get(adresse, headers=avec(demande["jeton"]))

    assert faux == [404] * 120 + [429]
    assert bon.status_code == 200


async def test_changer_a_la_chaine_n_inonde_pas_une_boite_aux_lettres(client: httpx.AsyncClient) -> None:
    """Chaque changement écrit à l'adresse de l'inscription, qui peut être celle d'une inconnue."""
    evenement = await un_evenement(moments={"banquet": 50})
    statuts = []
    for _ in range(3):
        demande = await une_demande_json(evenement)
        adresse = f"/api/inscriptions/{uuid4()}"
        await client.put(adresse, json=demande)
        for rang in range(15):
            change = {"courriel": "inconnue@example.org"} if rang == 0 else {"premiere_fois": bool(rang % 2)}
            reponse = await client.patch(adresse, json=change, headers=avec(demande["jeton"]))
            statuts.append(reponse.status_code)

    # La troisième n'a pas pu prendre cette adresse : elle garde la sienne, et se change encore.
    assert statuts == [200] * 30 + [429] + [200] * 14


# --- l'équipe -------------------------------------------------------------------------------------------------------


async def une_session(compte: int, horloge: HorlogeReglable) -> dict[str, str]:
    secret = secrets.token_urlsafe(24)

    @ecriture
    async def ouvrir() -> None:
        await Session.insert(
            Session(
                id=uuid4(),
                compte=compte,
                secret_hache=hacher(secret),
                appareil="essai",
                cree_le=horloge(),
                vue_le=horloge(),
                expire_le=horloge() + timedelta(days=60),
            )
        )

    await ouvrir()
    return {"cookie": f"tablees={secret}", "origin": "http://localhost:8000"}


async def une_equipe(horloge: HorlogeReglable, **moments: int | None) -> tuple[int, dict[str, str]]:
    compte = await un_compte()
    structure = await une_structure(membres={compte: "membre"})
    evenement = await un_evenement(moments=moments or {"banquet": 10}, structure=structure)
    return evenement, await une_session(compte, horloge)


async def test_sans_session_l_espace_demande_de_se_connecter(client: httpx.AsyncClient) -> None:
    slug = await slug_de(await un_evenement())

    assert (await client.get(f"/api/espace/evenements/{slug}/inscriptions")).status_code == 401


async def test_une_autre_structure_ne_sait_pas_que_ces_inscrits_existent(
    client: httpx.AsyncClient, horloge: HorlogeReglable
) -> None:
    evenement, _ = await une_equipe(horloge)
    demande = await une_demande_json(evenement)
    identifiant = uuid4()
    await client.put(f"/api/inscriptions/{identifiant}", json=demande)
    _, intrus = await une_equipe(horloge)
    slug = await slug_de(evenement)

    for methode, adresse in [
        ("GET", f"/api/espace/evenements/{slug}/inscriptions"),
        ("GET", f"/api/espace/evenements/{slug}/inscriptions.csv"),
        ("GET", f"/api/espace/evenements/{slug}/appels"),
        ("GET", f"/api/espace/evenements/{slug}/regimes"),
        ("GET", f"/api/espace/evenements/{slug}/bilan"),
        ("GET", f"/api/espace/inscriptions/{identifiant}"),
        ("DELETE", f"/api/espace/inscriptions/{identifiant}"),
        ("POST", f"/api/espace/inscriptions/{identifiant}/lien"),
    ]:
        assert (await client.request(methode, adresse, headers=intrus)).status_code == 404, adresse


async def test_l_equipe_inscrit_retrouve_corrige_accueille(
    client: httpx.AsyncClient, horloge: HorlogeReglable
) -> None:
    evenement, equipe = await une_equipe(horloge, reflexion=None, banquet=10)
    slug = await slug_de(evenement)
    moments = await moments_de(evenement)
    saisie = {
        "origine": "papier",
        "prenom": "Odette",
        "telephone": "04 65 71 00 01",
        "presences": [{"moment": str(m), "adultes": 2} for m in moments.values()],
    }

    creee = await client.post(f"/api/espace/evenements/{slug}/inscriptions", json=saisie, headers=equipe)
    assert creee.status_code == 201
    identifiant = creee.json()["id"]
    tableau = (
        await client.get(f"/api/espace/evenements/{slug}/inscriptions?q=odétte", headers=equipe)
    ).json()
    assert [i["id"] for i in tableau["elements"]] == [identifiant]
    assert tableau["compteurs"][1] | {} == tableau["compteurs"][1]
    assert tableau["compteurs"][1]["confirmees"] == 2
    venue = await client.post(
        f"/api/espace/inscriptions/{identifiant}/accueil",
        json={"moment": str(moments["banquet"]), "adultes": 1},
        headers=equipe,
    )
    assert venue.json()["presences"][1]["venue_adultes"] == 1
    vues = await client.get(f"/api/espace/evenements/{slug}/inscriptions?filtre=venues", headers=equipe)
    assert vues.json()["total"] == 1


async def test_une_saisie_dont_la_reponse_s_est_perdue_se_refait_sans_doubler(
    client: httpx.AsyncClient, horloge: HorlogeReglable
) -> None:
    evenement, equipe = await une_equipe(horloge)
    adresse = f"/api/espace/evenements/{await slug_de(evenement)}/inscriptions"
    (moment,) = (await moments_de(evenement)).values()
    saisie = {
        "id": str(uuid4()),
        "origine": "telephone",
        "prenom": "Odette",
        "presences": [{"moment": str(moment), "adultes": 2}],
    }

    creee = await client.post(adresse, json=saisie, headers=equipe)
    rejouee = await client.post(adresse, json=saisie, headers=equipe)

    assert (creee.status_code, rejouee.status_code) == (201, 200)
    assert creee.json()["id"] == saisie["id"]
    assert rejouee.json() == creee.json()
    assert await pris(moment) == 2


async def test_une_saisie_ne_prend_ni_l_identifiant_d_un_foyer_ni_celui_d_un_efface(
    client: httpx.AsyncClient, horloge: HorlogeReglable
) -> None:
    evenement, equipe = await une_equipe(horloge)
    adresse = f"/api/espace/evenements/{await slug_de(evenement)}/inscriptions"
    (moment,) = (await moments_de(evenement)).values()
    demande, identifiant = await une_demande_json(evenement), str(uuid4())
    await client.put(f"/api/inscriptions/{identifiant}", json=demande)
    saisie = {
        "id": identifiant,
        "origine": "papier",
        "prenom": "Odette",
        "presences": [{"moment": str(moment), "adultes": 1}],
    }

    du_foyer = await client.post(adresse, json=saisie, headers=equipe)
    await client.delete(f"/api/inscriptions/{identifiant}/donnees", headers=avec(demande["jeton"]))
    efface = await client.post(adresse, json=saisie, headers=equipe)

    assert (du_foyer.status_code, efface.status_code) == (409, 410)
    assert du_foyer.json()["type"] == "/problemes/deja-utilise"
    assert await Inscription.count() == 0


async def test_les_regimes_n_existent_pas_dans_la_vue_de_l_equipe(
    client: httpx.AsyncClient, horloge: HorlogeReglable
) -> None:
    evenement, equipe = await une_equipe(horloge)
    slug = await slug_de(evenement)
    convives = [{"nombre": 1, "age": "adulte", "regimes": ["vegetalien"], "allergenes": ["arachides"]}]
    demande = await une_demande_json(evenement, convives=convives, accord_regimes=True)
    await client.put(f"/api/inscriptions/{uuid4()}", json=demande)

    tableau = await client.get(f"/api/espace/evenements/{slug}/inscriptions", headers=equipe)
    feuille = await client.get(f"/api/espace/evenements/{slug}/inscriptions.csv", headers=equipe)
    comptes = await client.get(f"/api/espace/evenements/{slug}/regimes", headers=equipe)

    for texte in (tableau.text, feuille.text):
        assert "vegetalien" not in texte
        assert "arachides" not in texte
    assert comptes.json() == [
        {"regimes": ["vegetalien"], "allergenes": ["arachides"], "age": "adulte", "nombre": 1}
    ]


async def test_aucune_case_du_tableur_ne_peut_devenir_une_formule(
    client: httpx.AsyncClient, horloge: HorlogeReglable
) -> None:
    evenement, equipe = await une_equipe(horloge)
    for prenom in (
        "=1+1",
        "+33",
        "-2",
        "@SUM(A1)",
        "\uff1dCMD()",
        ' =HYPERLINK("x")',
        "<b>Nadia</b>",
        "Él;ise",
    ):
        demande = await une_demande_json(
            evenement, prenom=prenom, presences=[], courriel=f"{uuid4().hex[:6]}@example.org"
        )
        (moment,) = (await moments_de(evenement)).values()
        demande["presences"] = [{"moment": str(moment), "adultes": 1}]
        assert (await client.put(f"/api/inscriptions/{uuid4()}", json=demande)).status_code == 201

    feuille = await client.get(
        f"/api/espace/evenements/{await slug_de(evenement)}/inscriptions.csv", headers=equipe
    )

    lignes = list(csv.reader(io.StringIO(feuille.content.decode("utf-8-sig")), delimiter=";"))
    assert len(lignes) == 9
    for ligne in lignes:
        for case in ligne:
            assert not case.lstrip().startswith(("=", "+", "-", "@", "\uff1d")), case


async def test_annuler_un_evenement_ecrit_aux_uns_et_fait_appeler_les_autres(
    client: httpx.AsyncClient, horloge: HorlogeReglable
) -> None:
    evenement, equipe = await une_equipe(horloge)
    slug = await slug_de(evenement)
    (moment,) = (await moments_de(evenement)).values()
    await client.put(f"/api/inscriptions/{uuid4()}", json=await une_demande_json(evenement))
    saisie = {
        "origine": "telephone",
        "prenom": "Odette",
        "telephone": "0465710001",
        "presences": [{"moment": str(moment), "adultes": 1}],
    }
    await client.post(f"/api/espace/evenements/{slug}/inscriptions", json=saisie, headers=equipe)

    suites = (await client.get(f"/api/espace/evenements/{slug}/consequences", headers=equipe)).json()
    assert suites == {"par_courriel": 1, "a_appeler": 1}
    annule = await client.post(
        f"/api/espace/evenements/{slug}/annuler", json={"motif": "Orage annoncé."}, headers=equipe
    )
    assert annule.status_code < 300, annule.text

    (appel,) = (await client.get(f"/api/espace/evenements/{slug}/appels", headers=equipe)).json()
    assert (appel["prenom"], appel["motif"], appel["fait_le"]) == ("Odette", "evenement_annule", None)
    fait = await client.post(
        f"/api/espace/appels/{appel['id']}", json={"fait": True, "note": "Message laissé."}, headers=equipe
    )
    assert fait.status_code == 204
    (appel,) = (await client.get(f"/api/espace/evenements/{slug}/appels", headers=equipe)).json()
    assert (appel["fait_par"], appel["note"]) == ("Camille", "Message laissé.")


async def odette(client: httpx.AsyncClient, evenement: int, equipe: dict[str, str]) -> str:
    """Inscrite au téléphone, sans adresse : il faut l'appeler."""
    saisie = {
        "origine": "telephone",
        "prenom": "Odette",
        "telephone": "0465710001",
        "presences": [{"moment": str(m), "adultes": 1} for m in (await moments_de(evenement)).values()],
    }
    adresse = f"/api/espace/evenements/{await slug_de(evenement)}/inscriptions"
    return str((await client.post(adresse, json=saisie, headers=equipe)).json()["id"])


async def test_un_foyer_n_a_qu_un_appel_a_recevoir_et_il_dit_l_etat_present(
    client: httpx.AsyncClient, horloge: HorlogeReglable
) -> None:
    evenement, equipe = await une_equipe(horloge)
    ici = f"/api/espace/evenements/{await slug_de(evenement)}"
    await odette(client, evenement, equipe)

    async def faire(acte: str, **corps: object) -> dict[str, Any]:
        horloge.instant += timedelta(hours=1)
        recu = await client.post(f"{ici}/{acte}", json={"motif": "Orage.", **corps}, headers=equipe)
        assert recu.status_code < 300, recu.text
        appels = (await client.get(f"{ici}/appels", headers=equipe)).json()
        suites = (await client.get(f"{ici}/consequences", headers=equipe)).json()
        ouverts = [appel for appel in appels if appel["fait_le"] is None]
        assert len(ouverts) == suites["a_appeler"] == 1, "le nombre annoncé est celui des appels à faire"
        return dict(ouverts[0])

    reporte = await faire("reporter", debut="2026-07-03T19:00:00+02:00")
    annule = await faire("annuler")
    await client.post(f"/api/espace/appels/{annule['id']}", json={"fait": True}, headers=equipe)
    retabli = await faire("retablir")
    refait = await client.post(f"/api/espace/appels/{annule['id']}", json={"fait": False}, headers=equipe)

    assert "vendredi 3 juillet 2026" in reporte["phrase"]
    assert (annule["motif"], "Orage." in annule["phrase"]) == ("evenement_annule", True)
    assert "vendredi 3 juillet 2026" in retabli["phrase"]
    assert refait.status_code == 204
    appels = (await client.get(f"{ici}/appels", headers=equipe)).json()
    assert [(a["motif"], a["fait_le"] is None) for a in appels] == [
        ("evenement_retabli", True),
        ("evenement_annule", False),
    ]


async def test_qui_s_est_desiste_ou_a_donne_une_adresse_n_est_plus_a_appeler(
    client: httpx.AsyncClient, horloge: HorlogeReglable
) -> None:
    evenement, equipe = await une_equipe(horloge)
    ici = f"/api/espace/evenements/{await slug_de(evenement)}"
    partie, jointe = [await odette(client, evenement, equipe) for _ in range(2)]
    await client.post(f"{ici}/reporter", json={"motif": "Salle prise.", "debut": None}, headers=equipe)

    await client.delete(f"/api/espace/inscriptions/{partie}", headers=equipe)
    adresse = {"courriel": "odette@example.org"}
    await client.patch(f"/api/espace/inscriptions/{jointe}", json=adresse, headers=equipe)
    (reste,) = (await client.get(f"{ici}/appels", headers=equipe)).json()
    await client.post(f"{ici}/annuler", json={"motif": "Orage."}, headers=equipe)

    assert (reste["inscription"], reste["motif"]) == (jointe, "evenement_sans_date")
    assert (await client.get(f"{ici}/appels", headers=equipe)).json() == []


async def test_le_tableur_dit_les_ages_de_chaque_moment(
    client: httpx.AsyncClient, horloge: HorlogeReglable
) -> None:
    evenement, equipe = await une_equipe(horloge)
    demande = await une_demande_json(evenement)
    (moment,) = (await moments_de(evenement)).values()
    demande["presences"] = [{"moment": str(moment), "adultes": 2, "enfants": 1, "tout_petits": 1}]
    await client.put(f"/api/inscriptions/{uuid4()}", json=demande)

    feuille = await client.get(
        f"/api/espace/evenements/{await slug_de(evenement)}/inscriptions.csv", headers=equipe
    )

    entetes, ligne = csv.reader(io.StringIO(feuille.content.decode("utf-8-sig")), delimiter=";")
    ages = [valeur for nom, valeur in zip(entetes, ligne, strict=True) if " : " in nom]
    assert ages == ["confirmé", "2", "1", "1", "4", ""]


async def test_a_la_porte_le_soir_meme(client: httpx.AsyncClient, horloge: HorlogeReglable) -> None:
    evenement, equipe = await une_equipe(horloge)
    (moment,) = (await moments_de(evenement)).values()
    horloge.instant = SAMEDI_SOIR + timedelta(minutes=20)
    saisie = {"origine": "porte", "prenom": "Léo", "presences": [{"moment": str(moment), "adultes": 2}]}

    creee = await client.post(
        f"/api/espace/evenements/{await slug_de(evenement)}/inscriptions", json=saisie, headers=equipe
    )

    assert creee.status_code == 201, creee.text
    assert creee.json()["presences"][0]["venue_adultes"] == 2


async def test_le_qr_ne_contient_que_le_code_et_n_ouvre_rien(client: httpx.AsyncClient) -> None:
    demande = await une_demande_json(await un_evenement())
    vue = (await client.put(f"/api/inscriptions/{uuid4()}", json=demande)).json()

    image = await client.get(vue["liens"]["qr"])

    assert image.headers["content-type"].startswith("image/svg+xml")
    assert b"<script" not in image.content
    assert (await client.get("/qr/pas-un-code.svg")).status_code == 404
