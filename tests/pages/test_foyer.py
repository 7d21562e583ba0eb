"""Ce que fait un foyer sans compte : retrouver ses liens perdus ; envoyer, rejouer, changer et oublier par le script."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import httpx
import pytest

from server.evenements.tables import Evenement
from server.inscriptions import services
from server.inscriptions.schemas import DemandeInscription
from server.socle.base import ecriture
from server.socle.secrets import Clef
from tests.conftest import DEPART, CourrierRetenu, HorlogeReglable
from tests.fabriques import (
    SAMEDI_SOIR,
    moments_de,
    pris,
    slug_de,
    un_compte,
    un_evenement,
    une_presence,
)

if TYPE_CHECKING:
    from server.notifications.expediteur import Expediteur

NADIA = "nadia@example.org"


async def une_inscription(clef: Clef, courriel: str = NADIA) -> UUID:
    evenement = await un_evenement(moments={"banquet": None})
    (moment,) = (await moments_de(evenement)).values()
    demande = DemandeInscription(
        evenement=await slug_de(evenement),
        jeton="j" * 32,
        prenom="Nadia",
        courriel=courriel,
        presences=[une_presence(moment)],
    )
    return (await services.inscrire_foyer(uuid4(), demande, clef, DEPART)).id


async def redemander(client: httpx.AsyncClient, courriel: str) -> int:
    return (await client.post("/mes-inscriptions/lien", data={"courriel": courriel})).status_code


async def test_des_liens_redemandes_trop_souvent_se_taisent(
    client: httpx.AsyncClient,
    clef: Clef,
    courrier: CourrierRetenu,
    expediteur: "Expediteur",
    horloge: HorlogeReglable,
) -> None:
    """Refuser dirait à qui insiste qu'il a réussi à fermer la porte à une autre."""
    inscription = await une_inscription(clef)
    statuts = []
    for rang in range(4):
        horloge.avancer(minutes=1)
        statuts.append(await redemander(client, NADIA.upper() if rang % 2 else NADIA))
        horloge.avancer(minutes=1)
        statuts.append((await client.post(f"/mes-inscriptions/{inscription}/lien")).status_code)
    await expediteur.vider_une_fois(horloge())

    assert statuts == [303] * 8
    assert len(courrier.pour(NADIA)) == 1 + 5  # le reçu de l'inscription, puis cinq liens


async def test_un_village_derriere_une_seule_adresse_retrouve_ses_liens(client: httpx.AsyncClient) -> None:
    assert {await redemander(client, f"foyer-{rang}@example.org") for rang in range(150)} == {303}


async def test_redemander_des_liens_n_empeche_pas_de_se_connecter(client: httpx.AsyncClient) -> None:
    await un_compte(NADIA)
    for _ in range(10):
        await redemander(client, NADIA)

    limites = client._transport.app.state.contexte.limites  # type: ignore[attr-defined]
    assert limites.permet("connexion-contact", NADIA)


async def test_un_identifiant_invente_ne_laisse_rien_en_memoire(client: httpx.AsyncClient) -> None:
    limites = client._transport.app.state.contexte.limites  # type: ignore[attr-defined]

    for _ in range(5):
        assert (await client.post(f"/mes-inscriptions/{uuid4()}/lien")).status_code == 303

    assert [usage for usage, _ in limites._seaux] == ["liens-adresse"]


# --- le même formulaire, envoyé par le script -------------------------------------------------------------------------

JETON = "un-secret-choisi-par-l-appareil"


async def une_soiree(jauge: int | None = 10) -> tuple[int, str, UUID]:
    evenement = await un_evenement(moments={"banquet": jauge})
    return evenement, await slug_de(evenement), (await moments_de(evenement))["banquet"]


def rempli(moment: UUID, **champs: str) -> dict[str, str]:
    return {
        "moments": str(moment),
        "adultes": "2",
        "enfants": "0",
        "tout_petits": "0",
        "prenom": "Nadia",
        "courriel": NADIA,
        "version_vue": "1",
        **champs,
    }


async def envoyer(
    client: httpx.AsyncClient, adresse: str, champs: dict[str, str] | None = None, **entetes: str
) -> httpx.Response:
    entetes = {"accept": "application/json", "sec-fetch-site": "same-origin", **entetes}
    return await client.post(adresse, data=champs or {}, headers=entetes)


async def test_rejouer_le_meme_envoi_rend_la_meme_inscription_et_la_rouvre(
    client: httpx.AsyncClient, expediteur: "Expediteur", courrier: CourrierRetenu, horloge: HorlogeReglable
) -> None:
    """La réponse du premier s'est perdue en route : l'appareil ne sait pas qu'il est inscrit."""
    _, slug, moment = await une_soiree()
    identifiant = uuid4()
    champs = rempli(moment, identifiant=str(identifiant), jeton=JETON)

    premiere = await envoyer(client, f"/evenements/{slug}/inscription", champs)
    client.cookies.clear()
    horloge.avancer(hours=2)
    seconde = await envoyer(client, f"/evenements/{slug}/inscription", champs)

    assert [r.status_code for r in (premiere, seconde)] == [200, 200]
    suite = seconde.json()
    assert suite["id"] == str(identifiant)
    assert suite["ton"] == "confirmee"
    assert suite["adresse"] == f"/mes-inscriptions/{identifiant}/faite"
    assert "C’est noté, Nadia" in suite["phrase"]
    assert "no-store" in seconde.headers["cache-control"]
    assert "C’est noté, Nadia" in (await client.get("/mes-inscriptions")).text
    assert await pris(moment) == 2
    await expediteur.vider_une_fois(horloge())
    assert len(courrier.pour(NADIA)) == 1


async def test_le_billet_rendu_au_script_est_celui_de_la_page(client: httpx.AsyncClient) -> None:
    _, slug, moment = await une_soiree()
    champs = rempli(moment, identifiant=str(uuid4()), jeton=JETON)

    billet = (await envoyer(client, f"/evenements/{slug}/inscription", champs)).json()["billet"].strip()

    assert billet.startswith("<article")
    lignes = [ligne for ligne in billet.splitlines() if ligne.strip()]
    page = (await client.get("/mes-inscriptions")).text
    assert [ligne for ligne in lignes if ligne not in page] == []


@pytest.mark.parametrize(
    ("change", "statut", "code"),
    [
        ({"jeton": "le-secret-de-quelqu-un-d-autre"}, 404, "inscription-introuvable"),
        ({"adultes": "3"}, 409, "deja-utilise"),
    ],
)
async def test_un_identifiant_deja_pris_ne_se_rejoue_qu_a_l_identique(
    client: httpx.AsyncClient, change: dict[str, str], statut: int, code: str
) -> None:
    _, slug, moment = await une_soiree()
    champs = rempli(moment, identifiant=str(uuid4()), jeton=JETON)
    await envoyer(client, f"/evenements/{slug}/inscription", champs)

    reponse = await envoyer(client, f"/evenements/{slug}/inscription", champs | change)

    assert reponse.status_code == statut
    assert reponse.json()["type"] == f"/problemes/{code}"
    assert "set-cookie" not in reponse.headers
    assert await pris(moment) == 2


@pytest.mark.parametrize(
    "marque",
    [
        {"identifiant": "pas-un-uuid", "jeton": JETON},
        {"identifiant": str(uuid4()), "jeton": "court"},
        {"identifiant": str(uuid4())},
        {"jeton": JETON},
    ],
)
async def test_une_marque_mal_faite_est_refusee_sans_rien_garder(
    client: httpx.AsyncClient, marque: dict[str, str]
) -> None:
    _, slug, moment = await une_soiree()

    reponse = await envoyer(client, f"/evenements/{slug}/inscription", rempli(moment, **marque))

    assert reponse.status_code == 422
    assert reponse.json()["erreurs"]
    assert await pris(moment) == 0


async def test_un_refus_lu_sur_une_carte_dit_de_quel_champ_il_parle(client: httpx.AsyncClient) -> None:
    _, slug, moment = await une_soiree()

    refus = await envoyer(client, f"/evenements/{slug}/inscription", rempli(moment, telephone="12"))

    assert refus.status_code == 422
    (erreur,) = refus.json()["erreurs"]
    assert erreur["champ"] == "telephone"
    assert erreur["message"].startswith("Téléphone\u202f: ")


async def test_deux_formulaires_identiques_sous_deux_marques_ne_font_qu_une_inscription(
    client: httpx.AsyncClient,
) -> None:
    """Deux onglets, ou un retour en arrière : chacun a tiré son identifiant."""
    _, slug, moment = await une_soiree()

    identifiants = set()
    for _ in range(2):
        champs = rempli(moment, identifiant=str(uuid4()), jeton=JETON)
        identifiants.add((await envoyer(client, f"/evenements/{slug}/inscription", champs)).json()["id"])

    assert len(identifiants) == 1
    assert await pris(moment) == 2


async def test_complet_se_dit_au_script_avec_les_mots_de_la_page(client: httpx.AsyncClient) -> None:
    _, slug, moment = await une_soiree(jauge=3)
    voisins = rempli(moment, identifiant=str(uuid4()), jeton=JETON, courriel="voisins@example.org")
    await envoyer(client, f"/evenements/{slug}/inscription", voisins)
    champs = rempli(moment, identifiant=str(uuid4()), jeton=JETON)

    refus = await envoyer(client, f"/evenements/{slug}/inscription", champs)
    acceptee = await envoyer(client, f"/evenements/{slug}/inscription", champs | {"adultes": "1"})

    assert refus.status_code == 409
    assert refus.headers["content-type"] == "application/problem+json"
    assert refus.json()["type"] == "/problemes/moment-complet"
    assert "il ne reste qu’une place" in refus.json()["erreurs"][0]["message"]
    # Un refus n'a rien gardé : le même identifiant sert encore.
    assert acceptee.status_code == 200


async def test_une_date_deplacee_se_dit_en_mots_et_oui_suffit(client: httpx.AsyncClient) -> None:
    evenement, slug, moment = await une_soiree()
    await deplacer(evenement)
    champs = rempli(moment, identifiant=str(uuid4()), jeton=JETON)

    refus = await envoyer(client, f"/evenements/{slug}/inscription", champs)
    oui = champs | {"version_vue": str(refus.json()["version"])}

    assert refus.status_code == 409
    assert refus.json()["type"] == "/problemes/evenement-modifie"
    assert refus.json()["quand"].startswith("Dimanche 14 juin 2026")
    assert (await envoyer(client, f"/evenements/{slug}/inscription", oui)).status_code == 200


async def test_changer_puis_annuler_par_le_script_rend_le_billet_a_jour(client: httpx.AsyncClient) -> None:
    _, slug, moment = await une_soiree()
    champs = rempli(moment, identifiant=str(uuid4()), jeton=JETON)
    racine = (
        f"/mes-inscriptions/{(await envoyer(client, f'/evenements/{slug}/inscription', champs)).json()['id']}"
    )

    trop = await envoyer(client, f"{racine}/modifier", rempli(moment, adultes="40"))
    changee = await envoyer(client, f"{racine}/modifier", rempli(moment, adultes="4"))
    annulees = [await envoyer(client, f"{racine}/annuler") for _ in range(2)]

    assert trop.status_code == 422
    assert changee.json()["phrase"] == "C’est noté, Nadia\u202f: 4 au banquet."
    assert [r.json()["ton"] for r in annulees] == ["annulee", "annulee"]
    assert annulees[0].json()["adresse"] == "/mes-inscriptions?fait=annulee"
    assert await pris(moment) == 0


async def test_effacer_ne_laisse_pas_de_billet_a_garder(client: httpx.AsyncClient) -> None:
    _, slug, moment = await une_soiree()
    champs = rempli(moment, identifiant=str(uuid4()), jeton=JETON)
    identifiant = (await envoyer(client, f"/evenements/{slug}/inscription", champs)).json()["id"]

    effacee = await envoyer(client, f"/mes-inscriptions/{identifiant}/effacer")
    rejouee = await envoyer(client, f"/evenements/{slug}/inscription", champs)

    assert effacee.json() | {"billet": "", "id": None} == effacee.json()
    assert "Tout est effacé" in effacee.json()["phrase"]
    assert rejouee.status_code == 410


async def test_sans_preuve_ni_changement_ni_annulation(client: httpx.AsyncClient) -> None:
    _, slug, moment = await une_soiree()
    champs = rempli(moment, identifiant=str(uuid4()), jeton=JETON)
    identifiant = (await envoyer(client, f"/evenements/{slug}/inscription", champs)).json()["id"]
    client.cookies.clear()

    for acte in ("modifier", "annuler", "oublier", "effacer"):
        refus = await envoyer(client, f"/mes-inscriptions/{identifiant}/{acte}", rempli(moment))
        assert (refus.status_code, refus.json()["type"]) == (404, "/problemes/inscription-introuvable")
    assert await pris(moment) == 2


async def test_un_autre_site_n_inscrit_personne_meme_avec_une_marque(client: httpx.AsyncClient) -> None:
    _, slug, moment = await une_soiree()
    champs = rempli(moment, identifiant=str(uuid4()), jeton=JETON)

    refus = await envoyer(
        client, f"/evenements/{slug}/inscription", champs, **{"sec-fetch-site": "cross-site"}
    )

    assert refus.status_code == 403
    assert await pris(moment) == 0


async def test_oublier_l_appareil_ferme_tout_ce_qu_il_presente(client: httpx.AsyncClient) -> None:
    _, slug, moment = await une_soiree()
    for prenom in ("Nadia", "Sami"):
        champs = rempli(moment, identifiant=str(uuid4()), jeton=JETON, prenom=prenom)
        await envoyer(client, f"/evenements/{slug}/inscription", champs)
    client.cookies.set(f"inscription-{uuid4().hex}", "c.perime", path="/mes-inscriptions")
    assert (await client.get("/mes-inscriptions")).text.count('<article class="billet') == 2

    suite = await client.post("/mes-inscriptions/oublier", headers={"sec-fetch-site": "same-origin"})

    assert suite.headers["location"] == "/mes-inscriptions?fait=oubliees"
    fermes = suite.headers.get_list("set-cookie")
    assert len(fermes) == 3
    assert all("Max-Age=0" in ferme and "Path=/mes-inscriptions" in ferme for ferme in fermes)
    page = (await client.get("/mes-inscriptions?fait=oubliees")).text
    assert "Cet appareil a tout oublié." in page
    assert '<article class="billet' not in page
    assert await pris(moment) == 4


@ecriture
async def deplacer(evenement: int) -> None:
    """La soirée passe au lendemain."""
    demain = SAMEDI_SOIR + timedelta(days=1)
    await Evenement.update(
        {
            Evenement.debut: demain,
            Evenement.fin: demain + timedelta(hours=2),
            Evenement.version: 2,
            Evenement.version_deplacement: 2,
        }
    ).where(Evenement.id == evenement)
