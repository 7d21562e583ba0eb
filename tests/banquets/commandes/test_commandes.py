"""Commander, répondre, accepter, annuler : par l'API et par la page, sur les deux bases."""

import asyncio
import io
import re
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from pypdf import PdfReader

from server.banquets.commandes.lectures import lire_bon_de
from server.banquets.tables import Approvisionnement, Commande, CommandeLigne, Producteur
from server.evenements.tables import Coorganisation, Evenement, Moment
from server.notifications.expediteur import Expediteur
from server.notifications.tables import Envoi
from server.pages.papiers_de_commande import imprimer_bon
from server.socle.base import ecriture
from server.socle.contexte import Contexte
from server.socle.web import Tablees
from server.structures.tables import Structure
from tests.conftest import CourrierRetenu, HorlogeReglable
from tests.fabriques import SAMEDI_SOIR, moments_de, un_evenement, un_lieu
from tests.structures.acteurs import connecter, une_personne, une_structure

FERME = "ferme-des-oliviers"
COURRIEL = "ferme@oliviers.example"
EQUIPE = "equipe@foyer.example"


class Banquet:
    """Nadia organise un banquet samedi ; la Ferme des Oliviers lui vend des carottes et donne des salades."""

    def __init__(self, client: httpx.AsyncClient, contexte: Contexte, evenement: int, moment: UUID) -> None:
        self.client, self.contexte, self.evenement, self.moment = client, contexte, evenement, moment
        self.base = f"/api/espace/banquets/{moment}"
        self.carottes, self.salades = uuid4(), uuid4()

    async def poser(self, cle: UUID, **champs: Any) -> httpx.Response:
        ligne = {
            "description": "Carottes",
            "producteur": FERME,
            "famille": "FRUITS_ET_LEGUMES",
            "vendu_par": "kg",
            "quantite_milliemes": 12_000,
            "prix_centimes": 240,
            "labels": ["BIO"],
            **champs,
        }
        reponse = await self.client.put(f"{self.base}/approvisionnements/{cle}", json=ligne)
        assert reponse.status_code == 200, reponse.text
        return reponse

    async def lire(self, producteur: str = FERME) -> dict[str, Any]:
        vue = (await self.client.get(f"{self.base}/commandes")).json()
        (commande,) = [une for une in vue["elements"] if une["producteur"] == producteur]
        return dict(commande)

    async def geste(self, geste: str, producteur: str = FERME, **champs: Any) -> httpx.Response:
        if "temoin" not in champs:
            champs["temoin"] = (await self.lire(producteur))["temoin"]
        return await self.client.post(f"{self.base}/commandes/{producteur}/{geste}", json=champs)

    async def envoyer(self, **champs: Any) -> httpx.Response:
        return await self.geste("envoi", **{"cle": str(uuid4()), **champs})

    async def page(self, **champs: Any) -> httpx.Response:
        """Ce que le producteur poste, sans compte ni cookie."""
        lien = (await self.lire())["lien"]
        return await self.poster(lien, **champs)

    async def poster(self, lien: str, **champs: Any) -> httpx.Response:
        return await self.client.post(
            f"/commandes/{lien}",
            data={nom.replace("__", "."): valeur for nom, valeur in champs.items()},
            headers={"accept": "text/html", "accept-language": "fr", "origin": "http://localhost:8000"},
        )


@pytest.fixture
async def banquet(client: httpx.AsyncClient, application: Tablees, horloge: HorlogeReglable) -> Banquet:
    contexte: Contexte = application.state.contexte
    nadia = await une_personne("Nadia")
    slug = await une_structure("Foyer rural", (nadia, "membre"))
    await _ecrire_courriel(slug)
    [ligne] = await Structure.select(Structure.id).where(Structure.slug == slug)
    lieu = await un_lieu("Salle des fêtes")
    evenement = await un_evenement(structure=ligne["id"], lieu=lieu)
    await connecter(client, contexte.clef, nadia)
    for nom, fiche in {
        "Ferme des Oliviers": {"courriel": COURRIEL, "delai_jours": 5},
        "Four de Lussan": {"telephone": "04 66 00 00 00"},
    }.items():
        creation = await client.post(
            "/api/espace/producteurs", json={"nom": nom, "genre": "agriculteur", **fiche}
        )
        assert creation.status_code == 201, creation.text
    banquet = Banquet(client, contexte, evenement, (await moments_de(evenement))["banquet"])
    await banquet.poser(banquet.carottes)
    horloge.avancer(seconds=1)
    await banquet.poser(
        banquet.salades,
        description="Salades",
        genre="surplus",
        vendu_par="piece",
        quantite_milliemes=40_000,
        prix_centimes=None,
        labels=[],
    )
    return banquet


@ecriture
async def _ecrire_courriel(structure: str) -> None:
    await Structure.update({Structure.courriel: EQUIPE}).where(Structure.slug == structure)


@ecriture
async def _changer_evenement(evenement: int, **champs: Any) -> None:
    await Evenement.update(champs).where(Evenement.id == evenement)


@ecriture
async def _changer_moment(moment: UUID, **champs: Any) -> None:
    await Moment.update(champs).where(Moment.id == moment)


@ecriture
async def _deplacer(moment: UUID, debut: datetime) -> None:
    await Moment.update({Moment.debut: debut, Moment.fin: debut + timedelta(hours=3)}).where(
        Moment.id == moment
    )


@ecriture
async def _cuisiner_seulement(evenement: int) -> None:
    await Coorganisation.update({Coorganisation.part: "traiteur"}).where(
        Coorganisation.evenement == evenement
    )


def texte(reponse: httpx.Response) -> str:
    """La page en texte, espaces ramassées."""
    nu = re.sub(r"(?s)<style>.*?</style>", "", reponse.text)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", nu)).split())


async def test_une_commande_de_l_envoi_a_l_acceptation(
    banquet: Banquet, expediteur: Expediteur, courrier: CourrierRetenu, horloge: HorlogeReglable
) -> None:
    avant = await banquet.lire()
    envoi = await banquet.envoyer(message="Livrez par la cour.")
    await expediteur.vider_une_fois(horloge())
    (recu,) = courrier.pour(COURRIEL)
    trouve = re.search(r"/commandes/([0-9a-f]{32}[\w-]{22})", recu.texte)
    assert trouve is not None
    lien = trouve[1]

    assert (avant["etat"], avant["numero"], avant["total_ht_centimes"]) == ("a_preparer", 0, 2880)
    assert (avant["commander_avant"], avant["trop_tard"]) == ("2026-06-08", False)
    assert "Commandez avant la fin du lundi 8 juin." in avant["avertissements"]
    assert envoi.status_code == 200, envoi.text
    partie = await banquet.lire()
    assert (partie["etat"], partie["numero"], partie["lien"]) == ("envoyee", 1, lien)
    assert partie["livraison"]["le"] == "2026-06-13"
    assert partie["livraison"]["lieu"].startswith("Salle des fêtes")
    assert recu.repondre_a == EQUIPE
    assert "Commande de Foyer rural pour le samedi 13 juin" in recu.sujet
    for corps in (recu.texte, unescape(recu.html or "")):
        for mot in ("Carottes", "12\u00a0kg", "28,80\u00a0€", "Salades", "Livrez par la cour.", lien):
            assert mot in corps, mot
    assert "<img" not in (recu.html or "")
    (piece,) = recu.pieces
    imprime = " ".join(PdfReader(io.BytesIO(piece.octets)).pages[0].extract_text().split())
    assert piece.nom == "bon-de-commande-1.pdf"
    for mot in (
        "Ferme des Oliviers",
        "Carottes (bio) 12 kg 2,40 € le kg 28,80 €",
        "Salades 40 pièces",
        "Livrez par la cour.",
    ):
        assert mot in imprime, mot
    # Un papier traîne : le secret n'y est pas.
    assert "/commandes/" not in imprime

    # Le GET ne change rien, autant de fois qu'un robot l'ouvre.
    for _ in range(3):
        lue = await banquet.client.get(f"/commandes/{lien}", headers={"accept-language": "fr"})
    assert lue.status_code == 200
    assert "Tout confirmer" in texte(lue)
    assert "<script" not in lue.text
    assert lue.headers["cache-control"] == "no-store"
    assert lue.headers["referrer-policy"] == "same-origin"
    assert "noindex" in lue.text
    assert (await banquet.lire())["etat"] == "envoyee"

    repondue = await banquet.poster(
        lien,
        version="1",
        geste="repondre",
        mot="Je passe à 9 h",
        **{
            f"quantite__{banquet.carottes}": "8,5",
            f"prix__{banquet.carottes}": "2,60 €",
            f"mot__{banquet.carottes}": "Le gel",
            f"quantite__{banquet.salades}": "40",
            f"refus__{banquet.salades}": "oui",
        },
    )
    assert repondue.status_code == 303, texte(repondue)
    suite = await banquet.client.get(repondue.headers["location"], headers={"accept-language": "fr"})
    assert "C’est noté, merci" in texte(suite)
    assert "Plutôt 8,5 kg à 2,60 € le kg" in texte(suite)
    vue = await banquet.lire()
    assert (vue["etat"], vue["reponse"], vue["a_accepter"]) == ("partielle", "partielle", True)
    assert vue["mot"] == "Je passe à 9 h"
    carottes, salades = vue["lignes"]
    assert carottes["reponse"] == {
        "reponse": "corrigee",
        "quantite_milliemes": 8_500,
        "prix_centimes": 260,
        "mot": "Le gel",
    }
    assert salades["reponse"]["reponse"] == "refusee"
    # Rien n'est reporté tant que l'équipe n'a pas accepté.
    assert await Approvisionnement.count() == 2

    horloge.avancer(minutes=3)
    await expediteur.vider_une_fois(horloge())
    (prevenue,) = courrier.pour(EQUIPE)
    assert "Ferme des Oliviers a répondu" in prevenue.sujet
    assert "Plutôt 8,5\u00a0kg" in prevenue.texte
    assert lien not in prevenue.texte
    assert f"/espace/banquets/{banquet.moment}/commandes" in prevenue.texte

    acceptee = await banquet.geste("accepter")
    assert acceptee.status_code == 200, acceptee.text
    fin = await banquet.lire()
    assert (fin["etat"], fin["a_accepter"], fin["total_ht_centimes"]) == ("partielle", False, 2210)
    [reste] = await Approvisionnement.select()
    assert (reste["id"], reste["quantite_milliemes"], reste["prix_centimes"], reste["version"]) == (
        banquet.carottes,
        8_500,
        260,
        2,
    )
    encore = await banquet.geste("accepter")
    assert (encore.status_code, encore.json()["type"]) == (409, "/problemes/reponse-attendue")


async def test_tout_se_confirme_en_un_geste(banquet: Banquet) -> None:
    await banquet.envoyer()

    reponse = await banquet.page(version="1", geste="tout")

    assert reponse.status_code == 303
    vue = await banquet.lire()
    assert (vue["etat"], vue["a_accepter"], vue["total_repondu_ht_centimes"]) == ("confirmee", False, 2880)
    sans_objet = await banquet.geste("accepter")
    assert sans_objet.status_code == 409


async def test_un_renvoi_remplace_le_bon_et_ne_perd_pas_ce_qui_est_tape(
    banquet: Banquet, expediteur: Expediteur, courrier: CourrierRetenu, horloge: HorlogeReglable
) -> None:
    await banquet.envoyer()
    lien = (await banquet.lire())["lien"]
    await banquet.poser(banquet.carottes, quantite_milliemes=15_000, version=1)
    a_renvoyer = await banquet.lire()
    horloge.avancer(hours=1)
    await banquet.envoyer()
    await expediteur.vider_une_fois(horloge())

    assert a_renvoyer["etat"] == "a_renvoyer"
    assert [une["ecart"] for une in a_renvoyer["lignes"]] == ["changee", None]
    # Le premier bon n'était pas encore parti : seul le second part, et il dit qu'il remplace.
    (recu,) = courrier.pour(COURRIEL)
    assert recu.sujet.startswith("Commande changée")
    assert "Ce bon remplace celui du lundi 1er juin à 10\u00a0h" in recu.texte
    assert "15\u00a0kg" in recu.texte
    neuve = await banquet.lire()
    assert (neuve["numero"], neuve["version"], neuve["etat"], neuve["lien"]) == (2, 2, "envoyee", lien)

    # Le producteur avait la première page ouverte.
    croisee = await banquet.poster(
        lien,
        version="1",
        geste="repondre",
        mot="Je viens tôt",
        **{f"quantite__{banquet.carottes}": "11", f"quantite__{banquet.salades}": "40"},
    )
    assert croisee.status_code == 409
    assert "La commande a changé entre-temps" in texte(croisee)
    assert 'value="11"' in croisee.text
    assert "Je viens tôt" in croisee.text
    assert 'name="version" value="2"' in croisee.text
    assert (await banquet.lire())["reponse"] is None


async def test_deux_envois_au_meme_instant_ne_font_qu_une_commande_et_qu_un_courriel(
    banquet: Banquet, expediteur: Expediteur, courrier: CourrierRetenu, horloge: HorlogeReglable
) -> None:
    temoin = (await banquet.lire())["temoin"]

    reponses = await asyncio.gather(*(banquet.envoyer(temoin=temoin) for _ in range(4)))

    assert sorted(r.status_code for r in reponses) == [200, 409, 409, 409]
    assert {r.json()["type"] for r in reponses if r.status_code == 409} == {"/problemes/commande-modifiee"}
    assert await Commande.count() == 1
    assert await CommandeLigne.count() == 2
    assert await Envoi.count().where(Envoi.genre == "commande") == 1

    temoin = (await banquet.lire())["temoin"]
    renvois = await asyncio.gather(*(banquet.envoyer(temoin=temoin) for _ in range(3)))
    assert sorted(r.status_code for r in renvois) == [200, 409, 409]
    assert (await banquet.lire())["numero"] == 2
    await expediteur.vider_une_fois(horloge())
    assert len(courrier.pour(COURRIEL)) == 1


async def test_un_double_appui_n_envoie_qu_une_fois(banquet: Banquet) -> None:
    temoin, cle = (await banquet.lire())["temoin"], str(uuid4())

    reponses = await asyncio.gather(*(banquet.envoyer(temoin=temoin, cle=cle) for _ in range(3)))
    plus_tard = await banquet.envoyer(temoin=temoin, cle=cle)

    assert {r.status_code for r in reponses} <= {200, 409}
    assert 200 in {r.status_code for r in reponses}
    assert plus_tard.status_code == 200
    assert (await banquet.lire())["numero"] == 1
    assert await Envoi.count().where(Envoi.genre == "commande") == 1


async def test_on_n_envoie_que_ce_qu_on_a_lu(banquet: Banquet) -> None:
    lue = (await banquet.lire())["temoin"]
    await banquet.poser(banquet.carottes, quantite_milliemes=99_000, version=1)

    refus = await banquet.envoyer(temoin=lue)

    assert (refus.status_code, refus.json()["type"]) == (409, "/problemes/commande-modifiee")
    assert await Envoi.count().where(Envoi.genre == "commande") == 0


async def test_sans_courriel_on_telephone_et_on_le_note(banquet: Banquet) -> None:
    await banquet.poser(uuid4(), description="Pain", producteur="four-de-lussan")
    avant = await banquet.lire("four-de-lussan")

    par_courriel = await banquet.envoyer(producteur="four-de-lussan")
    par_telephone = await banquet.envoyer(producteur="four-de-lussan", moyen="telephone")

    assert any("04 66 00 00 00" in phrase for phrase in avant["avertissements"])
    assert par_courriel.status_code == 422
    assert [e["champ"] for e in par_courriel.json()["erreurs"]] == ["moyen"]
    assert par_telephone.status_code == 200
    vue = await banquet.lire("four-de-lussan")
    assert (vue["etat"], vue["moyen"]) == ("envoyee", "telephone")
    assert await Envoi.count().where(Envoi.genre == "commande") == 0


async def test_le_traiteur_lit_l_etat_et_ne_commande_pas(banquet: Banquet) -> None:
    await banquet.envoyer()
    await _cuisiner_seulement(banquet.evenement)

    vue = await banquet.lire()
    refus = [await banquet.envoyer(), await banquet.geste("annuler"), await banquet.geste("accepter")]

    assert (vue["etat"], vue["lien"]) == ("envoyee", None)
    assert {(r.status_code, r.json()["type"]) for r in refus} == {(403, "/problemes/reserve-a-qui-organise")}


async def test_qui_n_y_est_pour_rien_ne_voit_rien(banquet: Banquet) -> None:
    await banquet.envoyer()
    malik = await une_personne("Malik")
    await connecter(banquet.client, banquet.contexte.clef, malik)

    lues = await banquet.client.get(f"{banquet.base}/commandes")
    envoi = await banquet.client.post(
        f"{banquet.base}/commandes/{FERME}/envoi", json={"temoin": "0" * 16, "cle": str(uuid4())}
    )

    assert [(r.status_code, r.json()["type"]) for r in (lues, envoi)] == [
        (404, "/problemes/banquet-inconnu")
    ] * 2


@pytest.mark.parametrize(
    ("quantite", "prix"),
    [("-3", "2"), ("0", "2"), ("100001", "2"), ("dix", "2"), ("", "2"), ("1e9", "2"), ("1" * 300, "2")],
)
async def test_une_quantite_absurde_se_dit_et_ne_perd_rien(
    banquet: Banquet, quantite: str, prix: str
) -> None:
    await banquet.envoyer()

    refus = await banquet.page(
        version="1",
        geste="repondre",
        mot="mon mot",
        **{f"quantite__{banquet.carottes}": quantite, f"prix__{banquet.carottes}": prix},
    )

    assert refus.status_code == 422
    assert "Écrivez une quantité plus grande que zéro" in texte(refus)
    assert "mon mot" in refus.text
    assert f'id="erreur-quantite.{banquet.carottes}"' in refus.text
    assert (await banquet.lire())["reponse"] is None


async def test_un_prix_absurde_et_un_mot_trop_long_se_disent_ensemble(banquet: Banquet) -> None:
    await banquet.envoyer()
    champs = {f"quantite__{banquet.carottes}": "12", f"prix__{banquet.carottes}": "100001"}

    prix = await banquet.page(version="1", geste="repondre", **champs)
    long = await banquet.page(version="1", geste="repondre", mot="x" * 2100)

    assert (prix.status_code, long.status_code) == (422, 422)
    assert "Écrivez un prix en euros" in texte(prix)
    assert "trop long" in texte(long)


async def test_un_lien_falsifie_n_ouvre_rien(banquet: Banquet) -> None:
    await banquet.envoyer()
    lien = (await banquet.lire())["lien"]
    faux = [
        lien[:-1] + ("A" if lien[-1] != "A" else "B"),
        lien[:32] + "A" * 22,
        "0" * 54,
        "x",
        lien + "A",
        "é" * 54,
    ]

    for essai in faux:
        lu = await banquet.client.get(f"/commandes/{essai}", headers={"accept": "text/html"})
        ecrit = await banquet.poster(essai, version="1", geste="tout")
        assert (lu.status_code, ecrit.status_code) == (404, 404), essai
        assert "Carottes" not in lu.text + ecrit.text
    assert (await banquet.lire())["etat"] == "envoyee"


async def test_un_lien_revoque_ne_s_ouvre_plus_et_le_renvoi_donne_le_neuf(banquet: Banquet) -> None:
    await banquet.envoyer()
    ancien = (await banquet.lire())["lien"]

    change = await banquet.geste("lien")
    neuf = (await banquet.lire())["lien"]

    assert change.status_code == 200
    assert neuf != ancien
    assert (await banquet.client.get(f"/commandes/{ancien}")).status_code == 404
    assert (await banquet.client.get(f"/commandes/{neuf}")).status_code == 200


async def test_une_adresse_changee_dans_l_annuaire_revoque_l_ancien_lien_au_renvoi(banquet: Banquet) -> None:
    await banquet.envoyer()
    ancien = (await banquet.lire())["lien"]
    fiche = (await banquet.client.get(f"/api/espace/producteurs/{FERME}")).json()
    corrigee = {champ: fiche[champ] for champ in ("nom", "genre", "delai_jours", "version")} | {
        "courriel": "neuf@oliviers.example"
    }
    assert (await banquet.client.put(f"/api/espace/producteurs/{FERME}", json=corrigee)).status_code == 200
    await banquet.poser(banquet.carottes, quantite_milliemes=13_000, version=1)

    await banquet.envoyer()

    assert (await banquet.client.get(f"/commandes/{ancien}")).status_code == 404


async def test_une_commande_annulee_le_dit_au_producteur(
    banquet: Banquet, expediteur: Expediteur, courrier: CourrierRetenu, horloge: HorlogeReglable
) -> None:
    await banquet.envoyer()
    lien = (await banquet.lire())["lien"]
    await expediteur.vider_une_fois(horloge())

    annulee = await banquet.geste("annuler", motif="Nous avons trop de dons.")
    await expediteur.vider_une_fois(horloge())
    deux_fois = await banquet.geste("annuler")
    reponse = await banquet.poster(lien, version="2", geste="tout")
    page = await banquet.client.get(f"/commandes/{lien}", headers={"accept-language": "fr"})

    assert annulee.status_code == 200
    assert (await banquet.lire())["etat"] == "annulee"
    assert (deux_fois.status_code, deux_fois.json()["type"]) == (409, "/problemes/commande-close")
    assert [c.sujet.split("\u202f")[0] for c in courrier.pour(COURRIEL)] == [
        "Commande de Foyer rural pour le samedi 13 juin",
        "Commande annulée",
    ]
    assert "Nous avons trop de dons." in courrier.pour(COURRIEL)[1].texte
    assert "Cette commande est annulée" in texte(page)
    assert "Tout confirmer" not in texte(page)
    assert "Cette commande est annulée" in texte(reponse)
    assert (await banquet.lire())["reponse"] is None
    # Elle peut repartir.
    assert (await banquet.envoyer()).status_code == 200
    assert (await banquet.lire())["etat"] == "envoyee"


async def test_une_date_un_lieu_ou_un_repas_annule_se_voient(banquet: Banquet) -> None:
    await banquet.envoyer()
    await _deplacer(banquet.moment, SAMEDI_SOIR + timedelta(days=7))
    deplacee = await banquet.lire()
    await _changer_evenement(banquet.evenement, lieu=await un_lieu("La grange"))
    ailleurs = await banquet.lire()
    await _changer_evenement(banquet.evenement, statut="annule")
    annule = await banquet.lire()
    refus = await banquet.envoyer()
    page = await banquet.client.get(f"/commandes/{annule['lien']}", headers={"accept-language": "fr"})

    assert any("La date a changé depuis l’envoi" in phrase for phrase in deplacee["avertissements"])
    assert any("La grange" in phrase for phrase in ailleurs["avertissements"])
    assert any("Le repas est annulé" in phrase for phrase in annule["avertissements"])
    assert (refus.status_code, refus.json()["type"]) == (409, "/problemes/commande-close")
    assert "Le repas est annulé" in texte(page)


async def test_apres_le_repas_on_relit_sans_repondre_puis_le_lien_se_ferme(
    banquet: Banquet, horloge: HorlogeReglable
) -> None:
    await banquet.envoyer()
    lien = (await banquet.lire())["lien"]
    horloge.instant = SAMEDI_SOIR

    relue = await banquet.client.get(f"/commandes/{lien}", headers={"accept-language": "fr"})
    tard = await banquet.poster(lien, version="1", geste="tout")
    horloge.avancer(days=40)
    fermee = await banquet.client.get(f"/commandes/{lien}")

    assert "Le repas est passé" in texte(relue)
    assert "Envoyer ma réponse" not in texte(relue)
    assert "Le repas est passé" in texte(tard)
    assert fermee.status_code == 404


async def test_une_reponse_se_reprend_et_l_equipe_n_en_recoit_qu_une(
    banquet: Banquet, expediteur: Expediteur, courrier: CourrierRetenu, horloge: HorlogeReglable
) -> None:
    await banquet.envoyer()
    un = await banquet.page(version="1", geste="tout")
    rejouee = await banquet.page(version="1", geste="tout")
    deux = await banquet.page(version="2", geste="repondre", **{f"quantite__{banquet.carottes}": "10"})
    horloge.avancer(minutes=5)
    await expediteur.vider_une_fois(horloge())

    assert [r.status_code for r in (un, rejouee, deux)] == [303, 303, 303]
    vue = await banquet.lire()
    assert (vue["etat"], vue["lignes"][0]["reponse"]["quantite_milliemes"]) == ("corrigee", 10_000)
    (recu,) = courrier.pour(EQUIPE)
    assert "10\u00a0kg" in recu.texte


async def test_accepter_ne_touche_pas_ce_que_l_equipe_a_change(banquet: Banquet) -> None:
    await banquet.envoyer()
    await banquet.page(
        version="1",
        geste="repondre",
        **{f"quantite__{banquet.carottes}": "10", f"quantite__{banquet.salades}": "30"},
    )
    vu = (await banquet.lire())["temoin"]
    await banquet.poser(banquet.carottes, quantite_milliemes=20_000, version=1)

    croisee = await banquet.geste("accepter", temoin=vu)
    acceptee = await banquet.geste("accepter")

    assert croisee.status_code == 409
    assert acceptee.status_code == 200
    lignes = {li["id"]: li["quantite_milliemes"] for li in await Approvisionnement.select()}
    assert lignes == {banquet.carottes: 20_000, banquet.salades: 30_000}
    assert (await banquet.lire())["etat"] == "a_renvoyer"


async def test_deux_acceptations_au_meme_instant_n_en_font_qu_une(banquet: Banquet) -> None:
    await banquet.envoyer()
    await banquet.page(version="1", geste="repondre", **{f"quantite__{banquet.carottes}": "10"})
    temoin = (await banquet.lire())["temoin"]

    reponses = await asyncio.gather(*(banquet.geste("accepter", temoin=temoin) for _ in range(3)))

    assert sorted(r.status_code for r in reponses) == [200, 409, 409]
    [ligne] = await Approvisionnement.select().where(Approvisionnement.id == banquet.carottes)
    assert (ligne["quantite_milliemes"], ligne["version"]) == (10_000, 2)


async def test_un_producteur_a_qui_l_on_a_commande_garde_sa_fiche(banquet: Banquet) -> None:
    await banquet.envoyer()
    for cle in (banquet.carottes, banquet.salades):
        await banquet.client.delete(f"{banquet.base}/approvisionnements/{cle}")

    suppression = await banquet.client.delete(f"/api/espace/producteurs/{FERME}")
    vide = await banquet.lire()
    envoi = await banquet.envoyer()

    assert (suppression.status_code, suppression.json()["type"]) == (409, "/problemes/producteur-employe")
    assert (vide["etat"], [li["ecart"] for li in vide["lignes"]]) == ("a_renvoyer", ["retiree", "retiree"])
    assert (envoi.status_code, envoi.json()["type"]) == (404, "/problemes/commande-inconnue")
    assert await Producteur.exists().where(Producteur.slug == FERME)


async def test_une_livraison_impossible_se_refuse(banquet: Banquet) -> None:
    hier = await banquet.envoyer(livraison_le="2026-05-31")
    apres = await banquet.envoyer(livraison_le="2026-06-14")
    inconnu = await banquet.envoyer(producteur="four-de-lussan", temoin="0" * 16)
    forme = await banquet.envoyer(temoin="x")

    assert [e["champ"] for r in (hier, apres) for e in r.json()["erreurs"]] == ["livraison_le"] * 2
    assert (hier.status_code, apres.status_code, inconnu.status_code, forme.status_code) == (
        422,
        422,
        404,
        422,
    )
    assert await Commande.count() == 0


async def test_une_origine_etrangere_ne_repond_pas_a_la_place_du_producteur(banquet: Banquet) -> None:
    await banquet.envoyer()
    lien = (await banquet.lire())["lien"]

    refus = await banquet.client.post(
        f"/commandes/{lien}",
        data={"version": "1", "geste": "tout"},
        headers={"origin": "https://ailleurs.example"},
    )

    assert refus.status_code == 403
    assert (await banquet.lire())["etat"] == "envoyee"


async def test_une_reponse_et_un_renvoi_au_meme_instant_ne_s_effacent_pas(banquet: Banquet) -> None:
    await banquet.envoyer()
    lien = (await banquet.lire())["lien"]
    await banquet.poser(banquet.carottes, quantite_milliemes=15_000, version=1)

    reponse, renvoi = await asyncio.gather(banquet.poster(lien, version="1", geste="tout"), banquet.envoyer())

    # L'un des deux passe, l'autre lit pourquoi : jamais une réponse rangée sous un bon qu'on n'a pas lu.
    vue = await banquet.lire()
    assert (reponse.status_code, renvoi.status_code) in {(303, 409), (409, 200), (303, 200)}
    if renvoi.status_code == 200:
        assert (vue["numero"], vue["reponse"]) == (2, None)
    else:
        assert (vue["numero"], vue["reponse"]) == (1, "confirmee")


async def test_deux_appareils_du_producteur_ne_s_ecrasent_pas(banquet: Banquet) -> None:
    await banquet.envoyer()
    lien = (await banquet.lire())["lien"]

    reponses = await asyncio.gather(
        *(
            banquet.poster(
                lien, version="1", geste="repondre", **{f"quantite__{banquet.carottes}": str(quantite)}
            )
            for quantite in (9, 10, 11)
        )
    )

    assert sorted(r.status_code for r in reponses) == [303, 409, 409]
    gagnante = [9, 10, 11][[r.status_code for r in reponses].index(303)]
    assert (await banquet.lire())["lignes"][0]["reponse"]["quantite_milliemes"] == gagnante * 1000


@pytest.mark.parametrize("langue", ["fr", "en"])
async def test_un_millier_prerempli_se_relit_tel_quel(banquet: Banquet, langue: str) -> None:
    oeufs = uuid4()
    await banquet.poser(
        oeufs, description="Œufs", vendu_par="piece", quantite_milliemes=1_250_000, prix_centimes=30
    )
    await banquet.envoyer()
    commande = await banquet.lire()
    page = await banquet.client.get(f"/commandes/{commande['lien']}", headers={"accept-language": langue})
    champs = {
        nom: unescape(valeur)
        for nom, valeur in re.findall(
            r'<input[^>]*name="((?:quantite|prix)\.[^"]+)"[^>]*value="([^"]*)"', page.text
        )
    }
    reponse = await banquet.client.post(
        f"/commandes/{commande['lien']}",
        data={**champs, "version": str(commande["version"]), "geste": "repondre"},
        headers={"accept": "text/html", "accept-language": langue, "origin": "http://localhost:8000"},
    )

    assert champs[f"quantite.{oeufs}"] == "1250"
    assert reponse.status_code == 303
    assert (await banquet.lire())["etat"] == "confirmee"


@pytest.mark.parametrize("refuse", [False, True])
async def test_accepter_n_efface_pas_ce_qu_un_autre_ecrit_au_meme_instant(
    banquet: Banquet, refuse: bool
) -> None:
    for _ in range(6):
        for une in (await banquet.client.get(f"{banquet.base}/approvisionnements")).json()["elements"]:
            await banquet.client.delete(f"{banquet.base}/approvisionnements/{une['id']}")
        cle = uuid4()
        await banquet.poser(cle)
        await banquet.envoyer()
        lue = await banquet.lire()
        dite = {f"refus__{cle}": "on"} if refuse else {f"prix__{cle}": "2,60"}
        await banquet.poster(
            lue["lien"], version=str(lue["version"]), geste="repondre", **{f"quantite__{cle}": "12", **dite}
        )
        temoin = (await banquet.lire())["temoin"]
        neuve = {
            "description": "Carottes",
            "producteur": FERME,
            "famille": "FRUITS_ET_LEGUMES",
            "vendu_par": "kg",
            "quantite_milliemes": 12_000,
            "prix_centimes": 300,
            "version": 1,
        }
        acceptee, changee = await asyncio.gather(
            banquet.geste("accepter", temoin=temoin),
            banquet.client.put(f"{banquet.base}/approvisionnements/{cle}", json=neuve),
        )
        restes = (await banquet.client.get(f"{banquet.base}/approvisionnements")).json()["elements"]
        # L'un des deux passe, l'autre l'apprend ; ce qui est dit écrit l'est.
        assert (acceptee.status_code == 200) != (changee.status_code == 200), (acceptee.text, changee.text)
        if changee.status_code == 200:
            assert [une["prix_centimes"] for une in restes] == [300]


@pytest.mark.parametrize("perte", [{"retire_le": SAMEDI_SOIR}, {"genre": "reflexion"}])
async def test_un_banquet_ote_du_programme_s_annule_encore_aupres_du_producteur(
    banquet: Banquet,
    expediteur: Expediteur,
    courrier: CourrierRetenu,
    horloge: HorlogeReglable,
    perte: dict[str, Any],
) -> None:
    await banquet.envoyer()
    await expediteur.vider_une_fois(horloge())
    lien = (await banquet.lire())["lien"]
    await _changer_moment(banquet.moment, **perte)

    page = await banquet.client.get(f"/commandes/{lien}", headers={"accept-language": "fr"})
    lue = await banquet.lire()
    renvoi = await banquet.envoyer()
    annulee = await banquet.geste("annuler")
    await expediteur.vider_une_fois(horloge())

    assert "Le repas est annulé" in texte(page)
    assert "Tout confirmer" not in texte(page)
    assert any("annulez-la" in phrase for phrase in lue["avertissements"])
    assert renvoi.status_code == 404
    assert annulee.status_code == 200, annulee.text
    assert courrier.pour(COURRIEL)[-1].sujet.startswith("Commande annulée")


async def test_un_brouillon_ne_commande_pas(banquet: Banquet) -> None:
    await _changer_evenement(banquet.evenement, statut="brouillon")
    refus = await banquet.envoyer()
    commandes = await Commande.count()
    await _changer_evenement(banquet.evenement, statut="publie")
    envoi = await banquet.envoyer()

    assert (refus.status_code, refus.json()["type"]) == (409, "/problemes/commande-de-brouillon")
    assert commandes == 0
    assert envoi.status_code == 200


async def test_un_bon_annule_avant_son_depart_ne_fait_rien_partir(
    banquet: Banquet, expediteur: Expediteur, courrier: CourrierRetenu, horloge: HorlogeReglable
) -> None:
    await banquet.envoyer()
    annulee = await banquet.geste("annuler")
    await expediteur.vider_une_fois(horloge())
    rien = list(courrier.pour(COURRIEL))
    entre_temps = await banquet.lire()
    horloge.avancer(hours=1)
    await banquet.envoyer()
    await expediteur.vider_une_fois(horloge())

    assert annulee.status_code == 200
    assert rien == []
    assert (entre_temps["etat"], entre_temps["numero"]) == ("annulee", 0)
    assert (entre_temps["envoyee_le"], entre_temps["lien"]) == (None, None)
    # Celui qui part est le premier que lit le producteur : il ne remplace rien.
    (recu,) = courrier.pour(COURRIEL)
    assert recu.sujet.startswith("Commande de ")
    assert "remplace" not in recu.texte
    partie = await banquet.lire()
    assert (partie["etat"], partie["numero"], partie["remplace_le"]) == ("envoyee", 1, None)
    page = await banquet.client.get(f"/commandes/{partie['lien']}", headers={"accept-language": "fr"})
    assert "remplace celui" not in page.text


async def test_un_bon_parti_puis_annule_dit_encore_qu_il_est_remplace(
    banquet: Banquet, expediteur: Expediteur, courrier: CourrierRetenu, horloge: HorlogeReglable
) -> None:
    await banquet.envoyer()
    await expediteur.vider_une_fois(horloge())
    await banquet.geste("annuler")
    await expediteur.vider_une_fois(horloge())
    horloge.avancer(hours=1)
    await banquet.envoyer()
    await expediteur.vider_une_fois(horloge())

    assert [c.sujet.split()[1] for c in courrier.pour(COURRIEL)] == ["de", "annulée", "changée"]
    assert (await banquet.lire())["numero"] == 2


async def test_l_ecran_sait_pourquoi_un_brouillon_n_envoie_rien(banquet: Banquet) -> None:
    async def etat() -> tuple[bool, bool]:
        vue = (await banquet.client.get(f"{banquet.base}/commandes")).json()
        return vue["brouillon"], vue["close"]

    await _changer_evenement(banquet.evenement, statut="brouillon")
    avant = await etat()
    await _changer_evenement(banquet.evenement, statut="publie")
    apres = await etat()
    await _changer_evenement(banquet.evenement, statut="annule")

    assert (avant, apres, await etat()) == ((True, False), (False, False), (False, True))


@pytest.mark.parametrize("perte", [{"retire_le": SAMEDI_SOIR}, {"genre": "reflexion"}, None])
async def test_un_repas_qui_n_aura_pas_lieu_mene_a_ses_commandes(
    banquet: Banquet, perte: dict[str, Any] | None, horloge: HorlogeReglable
) -> None:
    async def a_annuler() -> list[dict[str, Any]]:
        return list((await banquet.client.get("/api/espace/a-faire")).json()["commandes_a_annuler"])

    await banquet.envoyer()
    rien = await a_annuler()
    if perte is None:
        await _changer_evenement(banquet.evenement, statut="annule")
    else:
        await _changer_moment(banquet.moment, **perte)

    (attend,) = await a_annuler()
    tete = (await banquet.client.get(banquet.base)).json()
    autre = await banquet.client.get(f"{banquet.base}/menu")
    annulee = await banquet.geste("annuler")

    assert rien == []
    assert (attend["moment"], attend["nombre"]) == (str(banquet.moment), 1)
    assert (tete["retire"], tete["evenement"]) == (perte is not None, attend["slug"])
    # Son menu, ses achats ne s'ouvrent plus : il n'en reste que ses commandes.
    assert autre.status_code == (200 if perte is None else 404)
    assert annulee.status_code == 200
    assert await a_annuler() == []
    malik = await une_personne("Malik")
    await connecter(banquet.client, banquet.contexte.clef, malik)
    assert await a_annuler() == []
    assert (await banquet.client.get(banquet.base)).status_code == 404


async def test_deux_bons_ne_se_dessinent_jamais_ensemble(
    banquet: Banquet, monkeypatch: pytest.MonkeyPatch
) -> None:
    # ReportLab partage ses fontes d'un document à l'autre : deux dessins mêlés donnent un PDF cassé, ou une panne.
    await banquet.envoyer()
    [ligne] = await Commande.select(Commande.id)
    bon = await lire_bon_de(ligne["id"], banquet.contexte.clef, SAMEDI_SOIR - timedelta(days=12))
    assert bon is not None
    rencontre, ensemble = threading.Barrier(2), 0

    def dessiner(_: object) -> bytes:
        nonlocal ensemble
        with suppress(threading.BrokenBarrierError):
            rencontre.wait(timeout=0.2)
            ensemble += 1
        return b"%PDF"

    monkeypatch.setattr("server.pages.papiers_de_commande.composer_feuille", dessiner)
    imprimes = await asyncio.gather(*(imprimer_bon(bon, "fr") for _ in range(3)))

    assert imprimes == [b"%PDF"] * 3
    assert ensemble == 0


# --- Relancer -------------------------------------------------------------------------------------------------------


async def test_un_bon_sans_reponse_se_rappelle_sans_en_faire_un_autre(
    banquet: Banquet, expediteur: Expediteur, courrier: CourrierRetenu, horloge: HorlogeReglable
) -> None:
    await banquet.envoyer(message="Livrez par la cour.")
    partie = await banquet.lire()
    await expediteur.vider_une_fois(horloge())
    horloge.avancer(days=1)

    relance = await banquet.geste("relance", cle=str(uuid4()))
    await expediteur.vider_une_fois(horloge())

    assert relance.status_code == 200, relance.text
    premier, rappel = courrier.pour(COURRIEL)
    assert rappel.sujet.startswith("Sans réponse de vous")
    assert rappel.repondre_a == EQUIPE
    assert [piece.nom for piece in rappel.pieces] == ["bon-de-commande-1.pdf"]
    for corps in (rappel.texte, unescape(rappel.html or "")):
        assert "C’est la commande déjà envoyée le lundi 1er juin, et pas une de plus." in " ".join(
            corps.split()
        )
        for mot in ("Carottes", "12\u00a0kg", "Salades", "Livrez par la cour.", partie["lien"]):
            assert mot in corps, mot
    assert partie["lien"] in premier.texte
    rappelee = await banquet.lire()
    assert (rappelee["etat"], rappelee["numero"], rappelee["version"]) == ("envoyee", 1, partie["version"])
    assert (rappelee["relances"], rappelee["relancee_le"][:10]) == (1, horloge().date().isoformat())
    assert (partie["relance_des"], rappelee["relance_des"]) == ("2026-06-02", "2026-06-03")
    # Qui avait la page ouverte avant le rappel répond toujours.
    reponse = await banquet.poster(partie["lien"], version=str(partie["version"]), geste="tout")
    assert reponse.status_code == 303
    assert (await banquet.lire())["relance_des"] is None


async def test_une_relance_par_jour_et_pas_plus(
    banquet: Banquet, expediteur: Expediteur, courrier: CourrierRetenu, horloge: HorlogeReglable
) -> None:
    await banquet.envoyer()
    le_jour_meme = await banquet.geste("relance", cle=str(uuid4()))
    horloge.avancer(days=1)
    cle = str(uuid4())
    premieres = await asyncio.gather(*(banquet.geste("relance", cle=cle) for _ in range(3)))
    autres = await asyncio.gather(*(banquet.geste("relance", cle=str(uuid4())) for _ in range(3)))
    horloge.avancer(days=1)
    lendemain = await banquet.geste("relance", cle=str(uuid4()))
    rejouee = await banquet.geste("relance", cle=str(uuid4()))
    await expediteur.vider_une_fois(horloge())

    trop_tot = (409, "/problemes/relance-trop-tot")
    assert (le_jour_meme.status_code, le_jour_meme.json()["type"]) == trop_tot
    assert [r.status_code for r in premieres] == [200] * 3
    assert {(r.status_code, r.json()["type"]) for r in (*autres, rejouee)} == {trop_tot}
    assert lendemain.status_code == 200
    assert (await banquet.lire())["relances"] == 2
    assert len(courrier.pour(COURRIEL)) == 3


async def test_deux_relances_au_meme_instant_n_en_font_partir_qu_une(
    banquet: Banquet, horloge: HorlogeReglable
) -> None:
    await banquet.envoyer()
    temoin = (await banquet.lire())["temoin"]
    horloge.avancer(days=1)

    reponses = await asyncio.gather(
        *(banquet.geste("relance", temoin=temoin, cle=str(uuid4())) for _ in range(4))
    )

    assert sorted(r.status_code for r in reponses) == [200, 409, 409, 409]
    assert await Envoi.count().where(Envoi.genre == "commande_relance") == 1


async def test_ce_qui_n_attend_pas_de_reponse_ne_se_relance_pas(
    banquet: Banquet, horloge: HorlogeReglable
) -> None:
    async def relancer() -> tuple[int, str]:
        reponse = await banquet.geste("relance", cle=str(uuid4()))
        assert (await banquet.lire())["relance_des"] is None
        return reponse.status_code, reponse.json()["type"]

    jamais_partie = await relancer()
    await banquet.envoyer()
    horloge.avancer(days=1)
    perimee = await banquet.geste("relance", temoin="0" * 16, cle=str(uuid4()))
    await banquet.poser(banquet.carottes, quantite_milliemes=13_000, version=1)
    a_renvoyer = await relancer()
    await banquet.envoyer()
    assert (await banquet.lire())["relance_des"] == "2026-06-03"
    await banquet.page(version="2", geste="tout")
    horloge.avancer(days=1)
    repondue = await relancer()
    await banquet.geste("annuler")
    annulee = await relancer()

    assert jamais_partie == (404, "/problemes/commande-inconnue")
    assert (perimee.status_code, perimee.json()["type"]) == (409, "/problemes/commande-modifiee")
    assert (a_renvoyer, repondue) == ((409, "/problemes/relance-sans-objet"),) * 2
    assert annulee == (409, "/problemes/commande-close")
    assert await Envoi.count().where(Envoi.genre == "commande_relance") == 0


async def test_une_commande_dite_au_telephone_ne_se_relance_pas_par_courriel(
    banquet: Banquet, horloge: HorlogeReglable
) -> None:
    await banquet.envoyer(moyen="telephone")
    horloge.avancer(days=1)

    refus = await banquet.geste("relance", cle=str(uuid4()))

    assert (refus.status_code, refus.json()["type"]) == (409, "/problemes/relance-sans-objet")
    assert await Envoi.count().where(Envoi.genre.like("commande%")) == 0


async def test_un_repas_annule_ou_qui_ne_fait_que_cuisiner_ne_relance_personne(
    banquet: Banquet, horloge: HorlogeReglable
) -> None:
    await banquet.envoyer()
    horloge.avancer(days=1)
    await _changer_evenement(banquet.evenement, statut="annule")
    annule = await banquet.geste("relance", cle=str(uuid4()))
    await _changer_evenement(banquet.evenement, statut="publie")
    await _cuisiner_seulement(banquet.evenement)
    traiteur = await banquet.geste("relance", cle=str(uuid4()))

    assert (annule.status_code, annule.json()["type"]) == (409, "/problemes/commande-close")
    assert traiteur.status_code == 403
    assert await Envoi.count().where(Envoi.genre == "commande_relance") == 0


async def test_un_rappel_ne_part_pas_a_qui_vient_de_repondre(
    banquet: Banquet, expediteur: Expediteur, courrier: CourrierRetenu, horloge: HorlogeReglable
) -> None:
    await banquet.envoyer()
    await expediteur.vider_une_fois(horloge())
    horloge.avancer(days=1)
    await banquet.geste("relance", cle=str(uuid4()))
    await banquet.page(version="1", geste="tout")
    await expediteur.vider_une_fois(horloge())

    assert [recu.sujet[:8] for recu in courrier.pour(COURRIEL)] == ["Commande"]


async def test_un_rappel_va_a_l_adresse_corrigee_et_ferme_l_ancien_lien(
    banquet: Banquet, expediteur: Expediteur, courrier: CourrierRetenu, horloge: HorlogeReglable
) -> None:
    await banquet.envoyer()
    await expediteur.vider_une_fois(horloge())
    ancien = (await banquet.lire())["lien"]
    fiche = (await banquet.client.get(f"/api/espace/producteurs/{FERME}")).json()
    corrigee = {champ: fiche[champ] for champ in ("nom", "genre", "delai_jours", "version")} | {
        "courriel": "neuf@oliviers.example"
    }
    assert (await banquet.client.put(f"/api/espace/producteurs/{FERME}", json=corrigee)).status_code == 200
    horloge.avancer(days=1)

    await banquet.geste("relance", cle=str(uuid4()))
    await expediteur.vider_une_fois(horloge())

    (rappel,) = courrier.pour("neuf@oliviers.example")
    assert len(courrier.pour(COURRIEL)) == 1
    assert ancien not in rappel.texte
    assert (await banquet.lire())["lien"] in rappel.texte
    assert (await banquet.client.get(f"/commandes/{ancien}")).status_code == 404
