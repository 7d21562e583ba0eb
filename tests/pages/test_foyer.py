"""Retrouver ses liens perdus, sans compte : autant qu'un village en demande, sans inonder personne."""

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import httpx

from server.inscriptions import services
from server.inscriptions.schemas import DemandeInscription
from server.socle.secrets import Clef
from tests.conftest import DEPART, CourrierRetenu, HorlogeReglable
from tests.fabriques import moments_de, slug_de, un_compte, un_evenement, une_presence

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
