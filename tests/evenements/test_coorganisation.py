"""Organiser ensemble : nul n'organise sans l'avoir accepté, nul n'est mis dehors par un autre que la porteuse."""

import asyncio
from collections.abc import Generator
from typing import Any

import httpx
import msgspec
import pytest

from server.comptes.schemas import Auteur
from server.evenements import regles, services
from server.evenements.erreurs import (
    EvenementInconnu,
    GestionInterdite,
    InvitationClose,
    PasMembreDeLaStructure,
    PorteuseIndispensable,
    ReserveALaPorteuse,
)
from server.evenements.faits import EvenementModifie
from server.evenements.lectures import exiger_droit_sur, lire_equipe, lire_public
from server.evenements.schemas import (
    CoorganisationDemande,
    EvenementEquipe,
    EvenementVue,
    ReponseDemande,
)
from server.evenements.tables import Evenement
from server.reglages import Reglages
from server.socle import faits
from server.socle.base import Moteur
from server.socle.faits import Fait
from server.structures.tables import Structure
from tests.evenements.jeu import LUNDI, URL, Jeu, a, auteur, poser_le_jeu, redemander, un_brouillon, un_publie
from tests.evenements.test_routes import ouvrir_session
from tests.fabriques import un_compte, une_structure


class Cafe(msgspec.Struct):
    """Le café, dont Inès est membre."""

    ines: Auteur
    cle: int
    slug: str


@pytest.fixture
async def jeu(base: Moteur) -> Jeu:
    return await poser_le_jeu()


@pytest.fixture
async def cafe(jeu: Jeu) -> Cafe:
    compte = await un_compte(prenom="Inès")
    cle = await une_structure("Café du Duché", {compte: "membre"})
    [ligne] = await Structure.select(Structure.slug).where(Structure.id == cle)
    return Cafe(auteur(compte, "Inès"), cle, ligne["slug"])


@pytest.fixture
def dits() -> Generator[list[Fait], None, None]:
    entendus: list[Fait] = []

    async def entendre(fait: EvenementModifie) -> None:
        entendus.append(fait)

    faits.brancher({EvenementModifie: [entendre]})
    yield entendus
    faits.brancher({})


async def inviter(jeu: Jeu, cafe: Cafe, part: Any = "coorganisatrice") -> EvenementEquipe:
    return await un_publie(jeu, coorganisations=[CoorganisationDemande(cafe.slug, part)])


async def repondre(vue: EvenementEquipe, cafe: Cafe, reponse: Any, qui: Auteur | None = None) -> None:
    demande = ReponseDemande(cafe.slug, reponse)
    await services.repondre_a_l_invitation(vue.slug, qui or cafe.ines, demande, a(6, 2, 10))


async def relire(vue: EvenementEquipe, qui: Auteur) -> EvenementEquipe:
    return await lire_equipe(vue.slug, qui, LUNDI, URL)


async def reponse_de(vue: EvenementEquipe, jeu: Jeu) -> str:
    return (await relire(vue, jeu.nadia)).coorganisations[0].reponse


async def lire(vue: EvenementEquipe) -> EvenementVue:
    return await lire_public(vue.slug, LUNDI, URL)


# --- la règle -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "avant", "au_nom_des_siens", "reponse"),
    [
        ("porteuse", None, True, "acceptee"),
        ("porteuse", ("hote", "invitee"), True, "acceptee"),
        ("coorganisatrice", None, False, "invitee"),
        ("soutien", None, False, "invitee"),
        ("coorganisatrice", None, True, "acceptee"),
        ("coorganisatrice", ("coorganisatrice", "acceptee"), False, "acceptee"),
        ("hote", ("coorganisatrice", "acceptee"), False, "acceptee"),
        ("coorganisatrice", ("porteuse", "acceptee"), False, "acceptee"),
        ("soutien", ("hote", "acceptee"), False, "acceptee"),
        ("coorganisatrice", ("soutien", "acceptee"), False, "invitee"),
        ("hote", ("traiteur", "acceptee"), True, "acceptee"),
        ("hote", ("hote", "invitee"), False, "invitee"),
        ("hote", ("soutien", "declinee"), False, "declinee"),
    ],
)
def test_on_n_accepte_que_pour_les_siens(part: Any, avant: Any, au_nom_des_siens: bool, reponse: str) -> None:
    assert regles.reponse_ecrite(part, avant, au_nom_des_siens=au_nom_des_siens) == reponse


# --- inviter --------------------------------------------------------------------------------------------------------


async def test_une_structure_invitee_n_est_pas_annoncee_et_ne_lit_aucune_inscription(
    jeu: Jeu, cafe: Cafe
) -> None:
    vue = await inviter(jeu, cafe)

    assert [(c.structure, c.reponse) for c in vue.coorganisations] == [(cafe.slug, "invitee")]
    assert [s.slug for s in (await lire(vue)).structures] == [jeu.structure_slug]
    assert "cafe du duche" not in str(await Evenement.select(Evenement.recherche))
    vu = await relire(vue, cafe.ines)
    assert (vu.organise, vu.porte, vu.modifiable, vu.transitions) == (False, False, False, [])
    for droit in ("voir_inscriptions", "tenir_la_porte", "modifier", "annuler"):
        with pytest.raises(GestionInterdite):
            await exiger_droit_sur(cafe.ines, vue.slug, droit)  # type: ignore[arg-type]


async def test_ma_seconde_structure_organise_sans_s_inviter_elle_meme(jeu: Jeu) -> None:
    autre = await une_structure("Le Four", {jeu.nadia.compte: "membre"})
    [ligne] = await Structure.select(Structure.slug).where(Structure.id == autre)

    vue = await un_publie(jeu, coorganisations=[CoorganisationDemande(ligne["slug"])])

    assert [c.reponse for c in vue.coorganisations] == ["acceptee"]


async def test_qui_veille_sur_l_installation_invite_comme_les_autres(jeu: Jeu, cafe: Cafe) -> None:
    veille = auteur(await un_compte(prenom="Alix", est_operateur=True), "Alix", operateur=True)
    vue = await un_brouillon(jeu)

    vue = await services.modifier_evenement(
        vue.slug,
        veille,
        redemander(vue, coorganisations=[CoorganisationDemande(cafe.slug)]),
        a(6, 2, 10),
        URL,
    )

    assert [c.reponse for c in vue.coorganisations] == ["invitee"]


# --- répondre -------------------------------------------------------------------------------------------------------


async def test_une_structure_qui_accepte_parait_et_organise(jeu: Jeu, cafe: Cafe, dits: list[Fait]) -> None:
    vue = await inviter(jeu, cafe)

    await repondre(vue, cafe, "accepter")

    assert [s.slug for s in (await lire(vue)).structures] == [jeu.structure_slug, cafe.slug]
    assert "cafe du duche" in str(await Evenement.select(Evenement.recherche))
    vu = await relire(vue, cafe.ines)
    assert (vu.organise, vu.porte, vu.modifiable) == (True, False, True)
    assert (vu.version, vu.modifie_le) == (vue.version + 1, a(6, 2, 10))
    assert (vu.journal[0].acte, vu.journal[0].details, vu.journal[0].prenom) == (
        "accepte",
        "Café du Duché",
        "Inès",
    )
    assert [(f.changements, f.annonce, f.deplace) for f in dits if isinstance(f, EvenementModifie)] == [
        (("coorganisations",), False, False)
    ]


async def test_repondre_deux_fois_la_meme_chose_n_est_qu_une_reponse(
    jeu: Jeu, cafe: Cafe, dits: list[Fait]
) -> None:
    vue = await inviter(jeu, cafe)

    await asyncio.gather(*(repondre(vue, cafe, "accepter") for _ in range(3)))
    await repondre(vue, cafe, "accepter")
    assert (await relire(vue, jeu.nadia)).version == vue.version + 1
    await repondre(vue, cafe, "decliner")
    await repondre(vue, cafe, "decliner")

    assert len(dits) == 2
    assert await reponse_de(vue, jeu) == "declinee"


async def test_une_structure_qui_decline_n_a_plus_de_lien_et_se_reinvite(jeu: Jeu, cafe: Cafe) -> None:
    vue = await inviter(jeu, cafe)
    await repondre(vue, cafe, "decliner")
    with pytest.raises(EvenementInconnu):
        await relire(vue, cafe.ines)
    with pytest.raises(InvitationClose):
        await repondre(vue, cafe, "accepter")

    sans = redemander(await relire(vue, jeu.nadia), coorganisations=[])
    vue = await services.modifier_evenement(vue.slug, jeu.nadia, sans, a(6, 3, 10), URL)
    avec = redemander(vue, coorganisations=[CoorganisationDemande(cafe.slug)])
    vue = await services.modifier_evenement(vue.slug, jeu.nadia, avec, a(6, 3, 11), URL)

    assert await reponse_de(vue, jeu) == "invitee"
    await repondre(vue, cafe, "accepter")


async def test_retirer_puis_reinviter_redemande_l_accord(jeu: Jeu, cafe: Cafe) -> None:
    vue = await inviter(jeu, cafe)
    await repondre(vue, cafe, "accepter")

    for liste in ([], [CoorganisationDemande(cafe.slug)]):
        vue = await relire(vue, jeu.nadia)
        demande = redemander(vue, coorganisations=liste)
        await services.modifier_evenement(vue.slug, jeu.nadia, demande, a(6, 3, 10), URL)

    assert await reponse_de(vue, jeu) == "invitee"


async def test_modifier_l_evenement_ne_redemande_pas_un_accord_donne(jeu: Jeu, cafe: Cafe) -> None:
    vue = await inviter(jeu, cafe)
    await repondre(vue, cafe, "accepter")

    demande = redemander(await relire(vue, jeu.nadia), resume="Une autre phrase.")
    await services.modifier_evenement(vue.slug, jeu.nadia, demande, a(6, 3, 10), URL)

    assert await reponse_de(vue, jeu) == "acceptee"


async def test_qui_soutenait_redit_oui_avant_d_organiser(jeu: Jeu, cafe: Cafe) -> None:
    vue = await inviter(jeu, cafe, "soutien")
    await repondre(vue, cafe, "accepter")

    demande = redemander(
        await relire(vue, jeu.nadia), coorganisations=[CoorganisationDemande(cafe.slug, "hote")]
    )
    await services.modifier_evenement(vue.slug, jeu.nadia, demande, a(6, 3, 10), URL)

    assert await reponse_de(vue, jeu) == "invitee"
    with pytest.raises(GestionInterdite):
        await exiger_droit_sur(cafe.ines, vue.slug, "voir_inscriptions")


async def test_on_ne_repond_que_pour_sa_structure(jeu: Jeu, cafe: Cafe) -> None:
    vue = await inviter(jeu, cafe)

    with pytest.raises(PasMembreDeLaStructure):
        await repondre(vue, cafe, "accepter", jeu.nadia)
    with pytest.raises(EvenementInconnu):
        await repondre(vue, cafe, "accepter", jeu.malik)
    ailleurs = await un_publie(jeu, titre="Sans le café")
    with pytest.raises(EvenementInconnu):
        await repondre(ailleurs, cafe, "accepter")
    with pytest.raises(EvenementInconnu):
        await services.repondre_a_l_invitation(
            vue.slug, cafe.ines, ReponseDemande("personne", "accepter"), LUNDI
        )

    assert await reponse_de(vue, jeu) == "invitee"


async def test_la_porteuse_ne_laisse_pas_un_evenement_sans_personne(jeu: Jeu) -> None:
    vue = await un_publie(jeu)

    with pytest.raises(PorteuseIndispensable):
        await services.repondre_a_l_invitation(
            vue.slug, jeu.nadia, ReponseDemande(jeu.structure_slug, "decliner"), LUNDI
        )


# --- qui met dehors -------------------------------------------------------------------------------------------------


async def test_une_coorganisatrice_ne_prend_pas_la_place_de_la_porteuse_ni_ne_retire_les_autres(
    jeu: Jeu, cafe: Cafe
) -> None:
    four = await une_structure("Le Four")
    [ligne] = await Structure.select(Structure.slug).where(Structure.id == four)
    eux = [CoorganisationDemande(cafe.slug), CoorganisationDemande(ligne["slug"])]
    vue = await un_publie(jeu, coorganisations=eux)
    await repondre(vue, cafe, "accepter")
    vue = await relire(vue, cafe.ines)

    for changes in (
        {"structure": cafe.slug, "coorganisations": [eux[1]]},
        {
            "structure": cafe.slug,
            "coorganisations": [CoorganisationDemande(jeu.structure_slug), eux[1]],
        },
        {"coorganisations": [eux[0]]},
        {"coorganisations": [eux[0], CoorganisationDemande(ligne["slug"], "soutien")]},
    ):
        with pytest.raises(ReserveALaPorteuse):
            await services.modifier_evenement(
                vue.slug, cafe.ines, redemander(vue, **changes), a(6, 3, 10), URL
            )

    apres = await relire(vue, jeu.nadia)
    assert apres.structure == jeu.structure_slug
    assert [(c.structure, c.part) for c in apres.coorganisations] == [(c.structure, c.part) for c in eux]


async def test_une_coorganisatrice_se_retire_de_deux_facons(jeu: Jeu, cafe: Cafe) -> None:
    for facon in ("reponse", "liste"):
        vue = await inviter(jeu, cafe)
        await repondre(vue, cafe, "accepter")

        if facon == "reponse":
            await repondre(vue, cafe, "decliner")
        else:
            demande = redemander(await relire(vue, cafe.ines), coorganisations=[])
            await services.modifier_evenement(vue.slug, cafe.ines, demande, a(6, 3, 10), URL)

        assert [s.slug for s in (await lire(vue)).structures] == [jeu.structure_slug]
        with pytest.raises(EvenementInconnu):
            await relire(vue, cafe.ines)


async def test_la_porteuse_retire_une_coorganisatrice(jeu: Jeu, cafe: Cafe) -> None:
    vue = await inviter(jeu, cafe)
    await repondre(vue, cafe, "accepter")

    demande = redemander(await relire(vue, jeu.nadia), coorganisations=[])
    await services.modifier_evenement(vue.slug, jeu.nadia, demande, a(6, 3, 10), URL)

    with pytest.raises(EvenementInconnu):
        await relire(vue, cafe.ines)


async def test_une_copie_reinvite_celles_dont_on_n_est_pas(jeu: Jeu, cafe: Cafe) -> None:
    vue = await inviter(jeu, cafe)
    await repondre(vue, cafe, "accepter")

    copie = await services.dupliquer_evenement(vue.slug, jeu.nadia, None, LUNDI, URL)

    assert [c.reponse for c in copie.coorganisations] == ["invitee"]


# --- par HTTP -------------------------------------------------------------------------------------------------------


async def test_l_invitation_est_a_faire_jusqu_a_la_reponse_et_l_agenda_suit(
    client: httpx.AsyncClient, jeu: Jeu, cafe: Cafe, reglages: Reglages
) -> None:
    vue = await inviter(jeu, cafe)
    client.cookies.set("tablees", await ouvrir_session(cafe.ines.compte))
    client.headers["origin"] = "http://localhost:8000"
    page, ici = f"/evenements/{vue.slug}", f"/api/espace/evenements/{vue.slug}"

    assert "Café du Duché" not in (await client.get(page)).text
    assert (await client.get("/api/espace/a-faire")).json()["invitations"] == [
        {
            "slug": vue.slug,
            "titre": vue.titre,
            "structure": cafe.slug,
            "structure_nom": "Café du Duché",
            "part": "coorganisatrice",
        }
    ]
    assert (await client.get(f"{ici}/inscriptions")).status_code == 403
    oui = await client.post(f"{ici}/coorganisation", json={"structure": cafe.slug, "reponse": "accepter"})
    assert oui.status_code == 204

    assert (await client.get("/api/espace/a-faire")).json()["invitations"] == []
    assert (await client.get(f"{ici}/inscriptions")).status_code == 200
    assert "Café du Duché" in (await client.get(page)).text
    agenda = await client.get(f"/api/evenements?structure={cafe.slug}")
    assert [e["slug"] for e in agenda.json()["elements"]] == [vue.slug]
    await client.post(f"{ici}/coorganisation", json={"structure": cafe.slug, "reponse": "decliner"})
    tard = await client.post(f"{ici}/coorganisation", json={"structure": cafe.slug, "reponse": "accepter"})
    assert (tard.status_code, tard.json()["type"]) == (409, "/problemes/invitation-close")
    assert "Café du Duché" not in (await client.get(page)).text
