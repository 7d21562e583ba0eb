"""Se connecter par un lien ou un code, sans mot de passe ; et rien qui distingue une adresse inconnue."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import msgspec
import pytest

from server.comptes import services
from server.comptes.connexion import cookie_de_session, cookie_efface
from server.comptes.lectures import lire_session
from server.comptes.regles import code_de, lien_de
from server.comptes.tables import Compte, DemandeConnexion, Session
from server.notifications.expediteur import Expediteur
from server.notifications.messages import composer_connexion
from server.notifications.tables import Envoi
from server.reglages import Reglages
from server.socle.contexte import Contexte
from server.socle.portes import Courriel
from server.socle.web import Tablees

NADIA = "nadia@foyer-rural.example"
CREATION = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def client(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """Un navigateur : il dit d'où viennent ses écritures."""
    client.headers["origin"] = "http://localhost:8000"
    return client


@pytest.fixture
async def nadia(application: Tablees) -> int:
    return await services.creer_compte("Nadia@Foyer-Rural.example", "Nadia", "fr", CREATION)


@pytest.fixture
def contexte(application: Tablees) -> Contexte:
    contexte: Contexte = application.state.contexte
    return contexte


async def demander(client: httpx.AsyncClient, courriel: str = NADIA) -> UUID:
    reponse = await client.post("/api/connexion", json={"courriel": courriel})
    assert reponse.status_code == 202, reponse.text
    return UUID(reponse.json()["demande"])


async def vider(contexte: Contexte) -> None:
    """Deux secondes après : un lien de connexion ne part pas dans l'instant."""
    instant = contexte.horloge() + timedelta(seconds=2)
    await Expediteur(contexte, {"connexion": composer_connexion}).vider_une_fois(instant)


def lien_du(courriel: Courriel) -> str:
    trouve = re.search(r"http://localhost:8000/connexion/(\S+)", courriel.texte)
    assert trouve is not None
    return trouve[1]


def code_du(courriel: Courriel) -> str:
    trouve = re.search(r"^ +(\d{3} \d{3})$", courriel.texte, re.MULTILINE)
    assert trouve is not None
    return trouve[1]


def autre_code(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def connecter(client: httpx.AsyncClient, contexte: Contexte) -> None:
    demande = await demander(client)
    reponse = await client.post(
        "/api/connexion/code", json={"demande": str(demande), "code": code_de(contexte.clef, demande)}
    )
    assert reponse.status_code == 204, reponse.text


# --- demander -------------------------------------------------------------------------------------------------------


async def test_le_lien_et_le_code_arrivent_ensemble(client, contexte, nadia, courrier, horloge) -> None:
    reponse = await client.post("/api/connexion", json={"courriel": NADIA})
    await vider(contexte)

    assert reponse.status_code == 202
    assert reponse.json()["expire_le"] == "2026-06-01T09:00:00Z"
    [courriel] = courrier.partis
    assert courriel.a == "Nadia@Foyer-Rural.example"
    assert UUID(reponse.json()["demande"]) == (await DemandeConnexion.select().first())["id"]
    assert lien_du(courriel) in courriel.html
    assert code_du(courriel) in courriel.html


async def test_une_adresse_inconnue_recoit_la_meme_reponse_et_aucun_courriel(
    client, contexte, nadia, courrier
) -> None:
    connue = await client.post("/api/connexion", json={"courriel": NADIA})
    inconnue = await client.post("/api/connexion", json={"courriel": "personne@ailleurs.example"})
    await vider(contexte)

    assert inconnue.status_code == connue.status_code == 202
    assert inconnue.json().keys() == connue.json().keys()
    assert inconnue.json()["expire_le"] == connue.json()["expire_le"]
    assert set(inconnue.headers) == set(connue.headers)
    assert [courriel.a for courriel in courrier.partis] == ["Nadia@Foyer-Rural.example"]
    assert "personne@ailleurs.example" not in str(await Envoi.select()) + str(await DemandeConnexion.select())


async def test_essayer_des_codes_ne_dit_pas_si_l_adresse_est_connue(client, contexte, nadia) -> None:
    suites = []
    for adresse in (NADIA, "personne@ailleurs.example"):
        demande = await demander(client, adresse)
        faux = autre_code(code_de(contexte.clef, demande))
        suite = []
        for _ in range(7):
            reponse = await client.post("/api/connexion/code", json={"demande": str(demande), "code": faux})
            suite.append((reponse.status_code, reponse.json()["type"], reponse.json()["detail"]))
        suites.append(suite)

    assert suites[0] == suites[1]
    assert [statut for statut, _, _ in suites[0]] == [422, 422, 422, 422, 410, 410, 410]


async def test_un_compte_desactive_ne_recoit_rien(client, contexte, nadia, courrier) -> None:
    await desactiver(nadia)

    await demander(client)
    await vider(contexte)

    assert courrier.partis == []


async def test_on_ecrit_a_l_adresse_du_compte_jamais_a_celle_qui_lui_ressemble(
    client, contexte, nadia, courrier
) -> None:
    await services.creer_compte("kim@tiers-lieu.example", "Kim", "fr", CREATION)

    await demander(client, "\u212aim@tiers-lieu.example")  # le signe Kelvin se plie en « k »
    await vider(contexte)

    assert [courriel.a for courriel in courrier.partis] == ["kim@tiers-lieu.example"]


@pytest.mark.parametrize(
    "courriel",
    [
        "",
        "nadia",
        "nadia@",
        "@example.org",
        "a@b\r\nBcc: c@d.org",
        "n@e.org\x00",
        "..n@e.org",
        "n.@e.org",
        "n@e..org",
        "n@.e.org",
        "n@e.org.",
        "é" * 300 + "@e.org",
        None,
        3,
    ],
)
async def test_une_adresse_impossible_est_refusee_clairement(client, courriel) -> None:
    reponse = await client.post("/api/connexion", json={"courriel": courriel})

    assert reponse.status_code == 422
    assert [erreur["champ"] for erreur in reponse.json()["erreurs"]] == ["courriel"]


async def test_une_meme_adresse_n_est_pas_inondee_et_rien_ne_le_dit(
    client, contexte, nadia, courrier
) -> None:
    for adresse in (NADIA, "personne@ailleurs.example"):
        statuts = [
            (await client.post("/api/connexion", json={"courriel": ecrite})).status_code
            for ecrite in (adresse, adresse.upper(), adresse, adresse, adresse, adresse.title())
        ]

        assert statuts == [202] * 6
    await vider(contexte)
    assert len(courrier.partis) == 5


async def test_demander_a_la_place_d_une_autre_ne_lui_ferme_pas_la_porte(
    client, contexte, nadia, courrier
) -> None:
    await demander(client)
    await vider(contexte)
    for _ in range(8):
        await demander(client)

    reponse = await client.post("/api/connexion/lien", json={"lien": lien_du(courrier.partis[0])})

    assert reponse.status_code == 204


async def test_une_demande_tue_se_conduit_comme_une_autre(client, contexte, nadia) -> None:
    for _ in range(5):
        await demander(client)
    tue = await demander(client)

    faux = {"demande": str(tue), "code": autre_code(code_de(contexte.clef, tue))}
    bon = {"demande": str(tue), "code": code_de(contexte.clef, tue)}

    assert (await client.post("/api/connexion/code", json=faux)).status_code == 422
    assert (await client.post("/api/connexion/code", json=bon)).status_code == 410


async def test_vingt_courriels_de_connexion_par_jour_suffisent(
    client, contexte, nadia, courrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    instant = 1000.0
    monkeypatch.setattr("server.socle.limites.time.monotonic", lambda: instant)
    for _ in range(30):
        await demander(client)
        instant += 200  # un seau de quart d'heure se remplit d'une demande en trois minutes
    await vider(contexte)

    # Vingt d'un coup, et une de plus par heure et douze minutes.
    assert len(courrier.partis) == 21


async def test_les_liens_morts_des_voisins_ne_ferment_pas_la_porte(client, contexte, nadia) -> None:
    demande = await demander(client)
    morts = [
        (await client.post("/api/connexion/lien", json={"lien": f"mort-{rang}"})).status_code
        for rang in range(121)
    ]

    bon = await client.post("/api/connexion/lien", json={"lien": lien_de(contexte.clef, demande)})

    assert morts == [410] * 120 + [429]
    assert bon.status_code == 204


# --- entrer ---------------------------------------------------------------------------------------------------------


async def test_le_code_recopie_ouvre_une_session(client, contexte, nadia, courrier) -> None:
    demande = await demander(client)
    await vider(contexte)

    reponse = await client.post(
        "/api/connexion/code", json={"demande": str(demande), "code": code_du(courrier.partis[0])}
    )

    assert reponse.status_code == 204
    cookie = reponse.headers["set-cookie"]
    assert cookie.startswith("tablees=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Max-Age=5184000" in cookie
    assert "Secure" not in cookie
    assert (await client.get("/api/espace/sessions")).status_code == 200


async def test_le_lien_recu_ouvre_une_session_une_seule_fois(client, contexte, nadia, courrier) -> None:
    await demander(client)
    await vider(contexte)
    lien = lien_du(courrier.partis[0])

    premiere = await client.post("/api/connexion/lien", json={"lien": lien})
    client.cookies.clear()
    seconde = await client.post("/api/connexion/lien", json={"lien": lien})

    assert premiere.status_code == 204
    assert seconde.status_code == 410
    assert seconde.json()["type"] == "/problemes/connexion-perimee"
    assert "set-cookie" not in seconde.headers


async def test_deux_ouvertures_a_la_fois_du_meme_lien_n_en_font_qu_une(client, contexte, nadia) -> None:
    lien = lien_de(contexte.clef, await demander(client))

    reponses = await asyncio.gather(
        *(client.post("/api/connexion/lien", json={"lien": lien}) for _ in range(8))
    )

    assert sorted(reponse.status_code for reponse in reponses) == [204] + [410] * 7
    assert await Session.count() == 1


async def test_le_lien_et_le_code_sont_une_meme_demande(client, contexte, nadia) -> None:
    demande = await demander(client)
    code = code_de(contexte.clef, demande)

    await client.post("/api/connexion/lien", json={"lien": lien_de(contexte.clef, demande)})
    reponse = await client.post("/api/connexion/code", json={"demande": str(demande), "code": code})

    assert reponse.status_code == 410


async def test_apres_une_heure_le_lien_et_le_code_ne_marchent_plus(client, contexte, nadia, horloge) -> None:
    demande = await demander(client)
    horloge.avancer(minutes=60)

    code = {"demande": str(demande), "code": code_de(contexte.clef, demande)}
    lien = {"lien": lien_de(contexte.clef, demande)}

    assert (await client.post("/api/connexion/code", json=code)).status_code == 410
    assert (await client.post("/api/connexion/lien", json=lien)).status_code == 410


async def test_cinq_codes_faux_tuent_la_demande_lien_compris(client, contexte, nadia) -> None:
    demande = await demander(client)
    bon = code_de(contexte.clef, demande)

    messages = []
    for _ in range(5):
        reponse = await client.post(
            "/api/connexion/code", json={"demande": str(demande), "code": autre_code(bon)}
        )
        messages.append(reponse.json().get("erreurs", [{}])[0].get("message"))
    bon_trop_tard = await client.post("/api/connexion/code", json={"demande": str(demande), "code": bon})
    lien_trop_tard = await client.post("/api/connexion/lien", json={"lien": lien_de(contexte.clef, demande)})

    assert messages[0] == "Ce code n’est pas le bon. Il reste 4 essais."
    assert messages[3] == "Ce code n’est pas le bon. Il reste un essai."
    assert messages[4] is None
    assert bon_trop_tard.status_code == lien_trop_tard.status_code == 410


async def test_les_essais_faits_a_la_fois_se_comptent_tous(client, contexte, nadia) -> None:
    demande = await demander(client)
    faux = autre_code(code_de(contexte.clef, demande))

    reponses = await asyncio.gather(
        *(client.post("/api/connexion/code", json={"demande": str(demande), "code": faux}) for _ in range(12))
    )

    assert sorted(reponse.status_code for reponse in reponses) == [410] * 8 + [422] * 4
    ligne = await DemandeConnexion.select(DemandeConnexion.essais).first()
    assert ligne == {"essais": 5}


async def test_le_code_d_une_demande_n_en_ouvre_pas_une_autre(client, contexte, nadia) -> None:
    premiere, seconde = await demander(client), await demander(client)

    reponse = await client.post(
        "/api/connexion/code", json={"demande": str(seconde), "code": code_de(contexte.clef, premiere)}
    )

    assert reponse.status_code == 422


async def test_une_demande_inventee_est_une_demande_perimee(client, contexte, nadia) -> None:
    inventee = uuid4()
    bon = {"demande": str(inventee), "code": code_de(contexte.clef, inventee)}
    faux = {"demande": str(inventee), "code": autre_code(bon["code"])}

    assert (await client.post("/api/connexion/code", json=bon)).status_code == 410
    assert (await client.post("/api/connexion/code", json=faux)).status_code == 410


async def test_un_compte_desactive_entre_temps_n_entre_pas(client, contexte, nadia) -> None:
    demande = await demander(client)
    await desactiver(nadia)

    reponse = await client.post("/api/connexion/lien", json={"lien": lien_de(contexte.clef, demande)})

    assert reponse.status_code == 410
    assert await Session.count() == 0


# --- la session -----------------------------------------------------------------------------------------------------


def test_en_https_le_cookie_est_lie_a_l_hote() -> None:
    reglages = Reglages(url="https://tablees.example")

    for cookie in (cookie_de_session(reglages, "secret"), cookie_efface(reglages)):
        entete = cookie.to_header(header="")
        assert entete.startswith("__Host-tablees=")
        assert "Secure" in entete
        assert "HttpOnly" in entete
        assert "Path=/" in entete
        assert "SameSite=lax" in entete
        assert "Domain" not in entete


async def test_seule_l_empreinte_du_secret_est_gardee(client, contexte, nadia, horloge) -> None:
    await connecter(client, contexte)
    secret = client.cookies["tablees"]

    assert secret not in str(await Session.select())
    vue = await lire_session(secret, horloge())
    assert vue is not None
    assert vue.auteur.prenom == "Nadia"


async def test_sans_cookie_ou_avec_un_faux_on_n_est_pas_connecte(client, contexte, nadia) -> None:
    assert (await client.get("/api/espace/sessions")).status_code == 401

    client.cookies.set("tablees", "un-secret-invente", domain="localhost.local")
    assert (await client.get("/api/espace/sessions")).status_code == 401


async def test_la_session_glisse_et_son_cookie_avec_elle(client, contexte, nadia, horloge) -> None:
    await connecter(client, contexte)

    horloge.avancer(minutes=30)
    tout_de_suite = await client.get("/api/espace/sessions")
    horloge.avancer(days=59)
    tard = await client.get("/api/espace/sessions")
    horloge.avancer(days=59)
    plus_tard = await client.get("/api/espace/sessions")

    assert "set-cookie" not in tout_de_suite.headers
    assert tard.status_code == plus_tard.status_code == 200
    assert tard.headers["set-cookie"].startswith("tablees=")
    assert tard.json()[0]["vue_le"] == "2026-07-30T08:30:00Z"


async def test_apres_soixante_jours_sans_passer_il_faut_se_reconnecter(
    client, contexte, nadia, horloge
) -> None:
    await connecter(client, contexte)

    horloge.avancer(days=60)

    assert (await client.get("/api/espace/sessions")).status_code == 401


async def test_lire_n_ecrit_qu_une_fois_par_heure(client, contexte, nadia, horloge) -> None:
    await connecter(client, contexte)
    vues = []
    for _ in range(5):
        horloge.avancer(minutes=25)
        await client.get("/api/espace/sessions")
        ligne = await Session.select(Session.vue_le).first()
        vues.append(ligne["vue_le"].strftime("%H:%M"))

    assert vues == ["08:00", "08:00", "09:15", "09:15", "09:15"]


async def test_se_deconnecter_ferme_la_session_pas_seulement_le_cookie(
    client, contexte, nadia, horloge
) -> None:
    await connecter(client, contexte)
    secret = client.cookies["tablees"]

    reponse = await client.post("/api/deconnexion")

    assert reponse.status_code == 204
    assert "Max-Age=0" in reponse.headers["set-cookie"]
    assert await lire_session(secret, horloge()) is None


async def test_on_voit_ses_appareils_et_on_en_ferme_un(client, contexte, nadia, horloge) -> None:
    client.headers["user-agent"] = "Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0"
    await connecter(client, contexte)
    telephone = client.cookies["tablees"]
    client.cookies.clear()
    horloge.avancer(minutes=1)
    client.headers["user-agent"] = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/131.0"
    await connecter(client, contexte)

    appareils = (await client.get("/api/espace/sessions")).json()
    fermeture = await client.delete(f"/api/espace/sessions/{appareils[1]['id']}")

    assert [(a["appareil"], a["est_celle_ci"]) for a in appareils] == [
        ("Firefox · Windows", True),
        ("Firefox · Android", False),
    ]
    assert fermeture.status_code == 204
    assert await lire_session(telephone, horloge()) is None
    assert (await client.get("/api/espace/sessions")).status_code == 200


async def test_on_ne_ferme_pas_la_session_d_une_autre_personne(client, contexte, nadia, horloge) -> None:
    await connecter(client, contexte)
    secret_de_nadia = client.cookies["tablees"]
    [sienne] = (await client.get("/api/espace/sessions")).json()
    client.cookies.clear()
    await services.creer_compte("kim@tiers-lieu.example", "Kim", "fr", CREATION)
    demande = await demander(client, "kim@tiers-lieu.example")
    await client.post("/api/connexion/lien", json={"lien": lien_de(contexte.clef, demande)})

    une = await client.delete(f"/api/espace/sessions/{sienne['id']}")
    toutes = await client.delete("/api/espace/sessions")

    assert une.status_code == 404
    assert une.json()["type"] == "/problemes/session-inconnue"
    assert toutes.status_code == 204
    assert await lire_session(secret_de_nadia, horloge()) is not None


async def test_fermer_tous_les_autres_appareils_garde_celui_ci(client, contexte, nadia) -> None:
    for _ in range(3):
        client.cookies.clear()
        await connecter(client, contexte)

    await client.delete("/api/espace/sessions")

    restants = (await client.get("/api/espace/sessions")).json()
    assert [appareil["est_celle_ci"] for appareil in restants] == [True]


async def test_un_compte_desactive_est_deconnecte_aussitot(client, contexte, nadia) -> None:
    await connecter(client, contexte)

    await desactiver(nadia)

    assert (await client.get("/api/espace/sessions")).status_code == 401


# --- le profil, les comptes -----------------------------------------------------------------------------------------


async def test_on_change_son_prenom_et_sa_langue(client, contexte, nadia) -> None:
    await connecter(client, contexte)

    reponse = await client.put(
        "/api/espace/moi",
        json={"prenom": "Nadège", "langue": "en"},
    )

    assert reponse.status_code == 204
    assert await Compte.select(Compte.prenom, Compte.langue).first() == {"prenom": "Nadège", "langue": "en"}


async def test_un_profil_impossible_est_refuse_champ_par_champ(client, contexte, nadia) -> None:
    await connecter(client, contexte)

    forme = await client.put("/api/espace/moi", json={"prenom": "a\nb", "langue": 3})
    langue = await client.put("/api/espace/moi", json={"prenom": "Nadia", "langue": "xx"})

    assert [erreur["champ"] for erreur in forme.json()["erreurs"]] == ["prenom", "langue"]
    assert [erreur["champ"] for erreur in langue.json()["erreurs"]] == ["langue"]


async def test_un_prenom_n_est_pas_une_adresse_de_site(client, contexte, nadia) -> None:
    await connecter(client, contexte)

    reponse = await client.put("/api/espace/moi", json={"prenom": "https://x.example", "langue": "fr"})

    assert reponse.status_code == 422
    assert [e["message"] for e in reponse.json()["erreurs"]] == [
        "Écrivez un prénom qu’on peut lire, sans adresse de site."
    ]


async def test_creer_deux_fois_le_meme_compte_n_en_fait_qu_un(base) -> None:
    premier = await services.creer_compte("Nadia@example.org", "Nadia", "fr", CREATION)
    second = await services.creer_compte(" nadia@EXAMPLE.org", "Autre", "en", CREATION, est_operateur=True)
    troisieme = await services.creer_compte("nadia@example.org", "Nadia", "fr", CREATION)

    assert premier == second == troisieme
    [compte] = await Compte.select(Compte.courriel, Compte.prenom, Compte.est_operateur)
    assert compte == {"courriel": "Nadia@example.org", "prenom": "Nadia", "est_operateur": True}


async def test_la_purge_ne_laisse_que_ce_qui_sert_encore(client, contexte, nadia, horloge) -> None:
    await connecter(client, contexte)
    horloge.avancer(days=30)
    client.cookies.clear()
    await connecter(client, contexte)
    vieille = await demander(client)
    horloge.avancer(days=30)
    recente = await demander(client)

    await services.purger(horloge())

    assert vieille != recente
    assert [ligne["id"] for ligne in await DemandeConnexion.select(DemandeConnexion.id)] == [recente]
    assert await Session.count() == 1


async def test_un_courriel_retarde_ne_part_pas_avec_un_lien_mort(
    client, contexte, nadia, courrier, horloge
) -> None:
    await demander(client)
    horloge.avancer(minutes=61)

    await vider(contexte)

    assert courrier.partis == []
    [envoi] = await Envoi.select(Envoi.envoye_le, Envoi.echoue_le, Envoi.echeance_le)
    assert envoi == {"envoye_le": None, "echoue_le": None, "echeance_le": None}


async def test_la_boite_d_envoi_ne_garde_ni_lien_ni_code(client, contexte, nadia) -> None:
    demande = await demander(client)

    garde = msgspec.json.encode(await Envoi.select(), enc_hook=str).decode()

    assert lien_de(contexte.clef, demande)[22:] not in garde
    assert code_de(contexte.clef, demande) not in garde


async def desactiver(compte: int) -> None:
    from server.socle.base import ecriture

    @ecriture
    async def unite() -> None:
        await Compte.update({Compte.desactive_le: datetime(2026, 5, 20, tzinfo=UTC)}).where(
            Compte.id == compte
        )

    await unite()
