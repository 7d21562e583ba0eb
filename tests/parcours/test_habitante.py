"""L'histoire d'une habitante, sans JavaScript : trouver, s'inscrire, confirmer, changer, attendre, annuler, effacer."""

import re
from datetime import timedelta

import httpx
import pytest

from server.evenements.tables import Evenement
from server.inscriptions.entretien import entretenir_inscriptions
from server.inscriptions.lectures import verifier_places
from server.inscriptions.regles import DELAI_EFFACEMENT_JOURS
from server.inscriptions.tables import Convive, Inscription
from server.notifications.expediteur import Expediteur
from server.notifications.tables import Envoi
from server.socle.base import ecriture
from tests.conftest import CourrierRetenu, HorlogeReglable
from tests.fabriques import moments_de, pris, slug_de, un_evenement, un_lieu
from tests.parcours.visiteur import Page, Visiteur


async def une_soiree(**moments: int | None) -> tuple[int, str]:
    evenement = await un_evenement(
        "Éteindre les incendies", moments=moments or {"reflexion": 80, "banquet": 10}, lieu=await un_lieu()
    )
    return evenement, await slug_de(evenement)


@ecriture
async def annuler(evenement: int) -> None:
    await Evenement.update({Evenement.statut: "annule", Evenement.motif: "Vent fort."}).where(
        Evenement.id == evenement
    )


async def s_inscrire(visiteur: Visiteur, slug: str, nombre: int = 2, **champs: str) -> Page:
    page = await visiteur.ouvrir(f"/evenements/{slug}")
    formulaire = page.formulaire("/inscription")
    formulaire.remplir(
        **{"adultes": str(nombre), "prenom": "Nadia", "courriel": "nadia@example.org", **champs}
    )
    return await visiteur.envoyer(page, formulaire)


def lien_du_courriel(courrier: CourrierRetenu) -> str:
    trouve = re.search(r"http://localhost:8000(/i/\S+)", courrier.partis[-1].texte)
    assert trouve, courrier.partis[-1].texte
    return trouve[1]


async def test_de_l_agenda_au_billet(
    client: httpx.AsyncClient, expediteur: Expediteur, courrier: CourrierRetenu, horloge: HorlogeReglable
) -> None:
    evenement, slug = await une_soiree()
    nadia = Visiteur(client)

    agenda = await nadia.ouvrir("/")
    assert any(href.split("?")[0].endswith(f"/evenements/{slug}") for href, _ in agenda.liens)
    faite = await s_inscrire(nadia, slug, 3)

    assert faite.reponse.status_code == 200
    assert "Nadia" in faite.titre
    assert {m: await pris(i) for m, i in (await moments_de(evenement)).items()} == {
        "reflexion": 3,
        "banquet": 3,
    }
    mes = await nadia.ouvrir("/mes-inscriptions")
    assert "C’est noté, Nadia" in mes.texte
    assert await expediteur.vider_une_fois(horloge()) == 1
    (courriel,) = courrier.pour("nadia@example.org")
    assert courriel.sujet.startswith("Votre inscription")
    assert [p.nom for p in courriel.pieces] == [f"{slug}.ics"]
    assert b"BEGIN:VEVENT" in courriel.pieces[0].octets


async def test_ouvrir_le_lien_recu_ne_change_rien_un_bouton_confirme_l_adresse(
    client: httpx.AsyncClient, expediteur: Expediteur, courrier: CourrierRetenu, horloge: HorlogeReglable
) -> None:
    _, slug = await une_soiree()
    await s_inscrire(Visiteur(client), slug)
    await expediteur.vider_une_fois(horloge())

    antivirus = Visiteur(client)
    mes = await antivirus.ouvrir(lien_du_courriel(courrier))
    ligne = await Inscription.select(Inscription.courriel_confirme_le).first()
    assert ligne is not None
    assert ligne["courriel_confirme_le"] is None
    assert "/i/" not in mes.adresse
    apres = await antivirus.envoyer(mes, mes.formulaire("/confirmer-adresse"))

    ligne = await Inscription.select(Inscription.courriel_confirme_le).first()
    assert ligne is not None
    assert ligne["courriel_confirme_le"] is not None
    assert "confirmée" in apres.texte


async def test_qui_s_est_inscrit_sans_ouvrir_son_courriel_ne_peut_pas_confirmer_l_adresse(
    client: httpx.AsyncClient,
) -> None:
    _, slug = await une_soiree()
    nadia = Visiteur(client)
    await s_inscrire(nadia, slug)
    mes = await nadia.ouvrir("/mes-inscriptions")

    assert not [f for f in mes.formulaires if "confirmer-adresse" in f.action]
    (annuler,) = [f for f in mes.formulaires if f.action.endswith("/annuler")]
    annuler.action = annuler.action.replace("/annuler", "/confirmer-adresse")
    assert (await nadia.envoyer(mes, annuler)).reponse.status_code == 404


async def test_le_lien_que_rend_l_appareil_ne_prouve_pas_qu_on_lit_le_courriel(
    client: httpx.AsyncClient,
) -> None:
    """Il ouvre l'inscription ; confirmer l'adresse demande celui du courriel."""
    _, slug = await une_soiree()
    nadia = Visiteur(client)
    mes = await s_inscrire(nadia, slug)
    (vers,) = [href for href, _ in (await nadia.ouvrir("/mes-inscriptions")).liens if "export.json" in href]
    lien = (await nadia.ouvrir(vers)).reponse.json()["liens"]["gerer"]

    autre_appareil = Visiteur(client)
    mes = await autre_appareil.ouvrir(lien.removeprefix("http://localhost:8000"))

    assert "C’est noté, Nadia" in mes.texte
    assert not [f for f in mes.formulaires if "confirmer-adresse" in f.action]


async def test_changer_d_adresse_ferme_ce_qu_ouvrait_l_ancienne(
    client: httpx.AsyncClient, expediteur: Expediteur, courrier: CourrierRetenu, horloge: HorlogeReglable
) -> None:
    """Une lettre de travers, et le lien est chez quelqu'un d'autre : il ne doit rien y montrer une fois corrigé."""
    _, slug = await une_soiree()
    nadia, inconnu = Visiteur(client), Visiteur(client)
    await s_inscrire(nadia, slug, courriel="nadja@example.org")
    await expediteur.vider_une_fois(horloge())
    ancien = lien_du_courriel(courrier)
    assert "Nadia" in (await inconnu.ouvrir(ancien)).texte

    mes = await nadia.ouvrir("/mes-inscriptions")
    (vers,) = [href for href, _ in mes.liens if href.split("?")[0].endswith("/modifier")]
    page = await nadia.ouvrir(vers)
    mes = await nadia.envoyer(page, page.formulaire("/modifier").remplir(courriel="nadia@example.org"))
    await expediteur.vider_une_fois(horloge())

    assert "C’est noté, Nadia" in mes.texte
    assert "Nadia" not in (await inconnu.ouvrir("/mes-inscriptions")).texte
    assert (await inconnu.ouvrir(ancien)).reponse.status_code == 404
    assert courrier.partis[-1].a == "nadia@example.org"
    assert "C’est noté, Nadia" in (await Visiteur(client).ouvrir(lien_du_courriel(courrier))).texte


async def test_un_courriel_en_retard_ne_part_plus_a_l_ancienne_adresse(
    client: httpx.AsyncClient, expediteur: Expediteur, courrier: CourrierRetenu, horloge: HorlogeReglable
) -> None:
    _, slug = await une_soiree()
    nadia = Visiteur(client)
    await s_inscrire(nadia, slug, courriel="nadja@example.org")

    mes = await nadia.ouvrir("/mes-inscriptions")
    (vers,) = [href for href, _ in mes.liens if href.split("?")[0].endswith("/modifier")]
    page = await nadia.ouvrir(vers)
    await nadia.envoyer(page, page.formulaire("/modifier").remplir(courriel="nadia@example.org"))
    await expediteur.vider_une_fois(horloge())

    assert [courriel.a for courriel in courrier.partis] == ["nadia@example.org"]


async def test_changer_puis_annuler(client: httpx.AsyncClient) -> None:
    evenement, slug = await une_soiree()
    moments = await moments_de(evenement)
    nadia = Visiteur(client)
    await s_inscrire(nadia, slug, 3)
    mes = await nadia.ouvrir("/mes-inscriptions")

    (vers,) = [href for href, _ in mes.liens if href.split("?")[0].endswith("/modifier")]
    page = await nadia.ouvrir(vers)
    formulaire = page.formulaire("/modifier")
    formulaire.remplir(adultes="1").decocher("moments", str(moments["reflexion"]))
    mes = await nadia.envoyer(page, formulaire)
    assert "enregistrés" in mes.texte
    assert (await pris(moments["reflexion"]), await pris(moments["banquet"])) == (0, 1)
    mes = await nadia.envoyer(mes, mes.formulaire("/annuler"))

    assert "annulée" in mes.texte
    assert await pris(moments["banquet"]) == 0


async def test_la_confirmation_dit_ou_quand_et_ce_qu_il_reste_a_faire(client: httpx.AsyncClient) -> None:
    _, slug = await une_soiree(reflexion=80, banquet=3)

    faite = await s_inscrire(Visiteur(client), slug, 2)
    attente = await s_inscrire(Visiteur(client), slug, 2, courriel="autre@example.org")

    for phrase in (
        "Vos places sont réservées au débat et au banquet.",
        "Il reste à confirmer votre adresse : ouvrez l’e-mail que nous venons d’envoyer à nadia@example.org.",
        "Salle des Amandiers",
        "Reflexion · 19 h – 21 h",
        "Banquet · 21 h – 23 h",
    ):
        assert phrase in faite.texte
    assert any(href == f"/evenements/{slug}.ics" for href, _ in faite.liens)
    assert "Vos places sont réservées au débat." in attente.texte
    assert "Vous n’avez pas encore de place au banquet." in attente.texte


async def test_sans_courriel_rien_ne_demande_de_confirmer_une_adresse(client: httpx.AsyncClient) -> None:
    _, slug = await une_soiree()

    faite = await s_inscrire(Visiteur(client), slug, courriel="", telephone="06 39 98 00 01")

    assert "confirmer votre adresse" not in faite.texte
    assert "06 39 98 00 01" in faite.texte


async def test_apres_avoir_annule_on_peut_se_reinscrire(client: httpx.AsyncClient) -> None:
    _, slug = await une_soiree()
    nadia = Visiteur(client)
    await s_inscrire(nadia, slug)
    mes = await nadia.ouvrir("/mes-inscriptions")

    mes = await nadia.envoyer(mes, mes.formulaire("/annuler"))

    (vers,) = [href for href, mot in mes.liens if mot == "Me réinscrire"]
    assert not [href for href, _ in mes.liens if href.endswith("/modifier")]
    assert (await nadia.ouvrir(vers)).formulaire("/inscription")


async def test_un_evenement_annule_ne_se_contredit_pas_et_s_efface_encore(client: httpx.AsyncClient) -> None:
    evenement, slug = await une_soiree()
    nadia = Visiteur(client)
    await s_inscrire(nadia, slug)
    await annuler(evenement)

    mes = await nadia.ouvrir("/mes-inscriptions")

    assert "Annulé : Éteindre les incendies" in mes.texte
    assert "Il était prévu samedi 13 juin 2026 à 19 h." in mes.texte
    for trop in ("C’est noté", "confirmé", "code d’accueil", "adresse n’est pas"):
        assert trop not in mes.texte
    assert "/qr/" not in mes.reponse.text
    assert "Tout est effacé" in (await nadia.envoyer(mes, mes.formulaire("/effacer"))).texte


async def test_enregistrer_sans_rien_changer_ne_renonce_pas_a_ce_qui_attend(
    client: httpx.AsyncClient,
) -> None:
    evenement, slug = await une_soiree(banquet=5)
    await s_inscrire(Visiteur(client), slug, 2)
    nadia = Visiteur(client)
    await s_inscrire(nadia, slug, 2, courriel="autre@example.org")
    mes = await nadia.ouvrir("/mes-inscriptions")
    (vers,) = [href for href, _ in mes.liens if href.split("?")[0].endswith("/modifier")]
    page = await nadia.ouvrir(vers)
    mes = await nadia.envoyer(page, page.formulaire("/modifier").remplir(adultes="4"))
    assert "2 personnes de plus attendent" in mes.texte

    page = await nadia.ouvrir(vers)
    mes = await nadia.envoyer(page, page.formulaire("/modifier"))

    assert "2 personnes de plus attendent" in mes.texte
    assert [await pris(m) for m in (await moments_de(evenement)).values()] == [4]


async def test_un_refus_garde_tout_ce_qui_a_ete_ecrit(client: httpx.AsyncClient) -> None:
    _, slug = await une_soiree()
    nadia = Visiteur(client)
    page = await nadia.ouvrir(f"/evenements/{slug}")
    formulaire = page.formulaire("/inscription")
    formulaire.remplir(
        adultes="99", prenom="Nadia <b>", courriel="pas une adresse", message="Nous venons à vélo."
    )
    formulaire.cocher("contributions", "vaisselle")

    refus = await nadia.envoyer(page, formulaire)

    assert refus.reponse.status_code == 422
    assert "<b>" not in refus.reponse.text.split("<form")[1].split("prenom")[0]
    remontre = refus.formulaire("/inscription")
    assert ("message", "Nous venons à vélo.") in remontre.champs
    assert ("contributions", "vaisselle") in remontre.champs
    assert ("prenom", "Nadia <b>") in remontre.champs
    assert "choses à corriger" in refus.texte
    assert await Inscription.count() == 0


async def test_complet_sans_accepter_d_attendre_puis_en_acceptant(client: httpx.AsyncClient) -> None:
    _, slug = await une_soiree(reflexion=80, banquet=3)
    await s_inscrire(Visiteur(client), slug, 2)
    nadia = Visiteur(client)
    page = await nadia.ouvrir(f"/evenements/{slug}")
    formulaire = page.formulaire("/inscription").remplir(
        adultes="2", prenom="Nadia", telephone="06 39 98 00 01"
    )
    formulaire.decocher("accepte_attente")

    refus = await nadia.envoyer(page, formulaire)
    assert refus.reponse.status_code == 409
    assert "il ne reste qu’une place" in refus.texte
    encore = refus.formulaire("/inscription").cocher("accepte_attente", "oui")
    faite = await nadia.envoyer(refus, encore)

    assert faite.reponse.status_code == 200
    assert "en tête de la liste" in (await nadia.ouvrir("/mes-inscriptions")).texte


async def test_un_double_appui_sur_le_bouton_ne_fait_qu_une_inscription(client: httpx.AsyncClient) -> None:
    _, slug = await une_soiree()
    nadia = Visiteur(client)
    page = await nadia.ouvrir(f"/evenements/{slug}")
    formulaire = page.formulaire("/inscription").remplir(prenom="Nadia", courriel="nadia@example.org")

    await nadia.envoyer(page, formulaire)
    encore = await nadia.envoyer(page, formulaire)

    assert encore.reponse.status_code == 200
    assert await Inscription.count() == 1


async def test_s_inscrire_avec_l_adresse_d_une_autre_n_apprend_rien(
    client: httpx.AsyncClient, expediteur: Expediteur, courrier: CourrierRetenu, horloge: HorlogeReglable
) -> None:
    _, slug = await une_soiree()
    premiere = await s_inscrire(Visiteur(client), slug, 2, message="Je suis Nadia.")
    curieux = Visiteur(client)

    seconde = await s_inscrire(curieux, slug, 2, message="Je suis un curieux.")

    assert seconde.reponse.status_code == premiere.reponse.status_code
    assert "déjà" not in seconde.texte
    assert "Je suis Nadia" not in (await curieux.ouvrir("/mes-inscriptions")).reponse.text
    await expediteur.vider_une_fois(horloge())
    assert sum("il y en avait déjà une" in courriel.texte for courriel in courrier.partis) == 1


async def test_les_documents_publics_ne_posent_ni_ne_lisent_de_cookie(client: httpx.AsyncClient) -> None:
    _, slug = await une_soiree()
    nadia = Visiteur(client)
    await s_inscrire(nadia, slug)

    for chemin in ("/", f"/evenements/{slug}", "/aide", "/confidentialite", f"/api/evenements/{slug}"):
        page = await nadia.ouvrir(chemin)
        assert "set-cookie" not in page.reponse.headers, chemin
        assert "cookie" not in page.reponse.request.headers, chemin
        assert "Nadia" not in page.reponse.text


async def test_revoquer_les_liens_ferme_l_inscription_partout(
    client: httpx.AsyncClient, expediteur: Expediteur, courrier: CourrierRetenu, horloge: HorlogeReglable
) -> None:
    from server.inscriptions.services import revoquer_liens

    _, slug = await une_soiree()
    nadia = Visiteur(client)
    await s_inscrire(nadia, slug)
    await expediteur.vider_une_fois(horloge())
    lien = lien_du_courriel(courrier)
    ligne = await Inscription.select(Inscription.id).first()
    assert ligne is not None

    await revoquer_liens(ligne["id"])

    assert "Nadia" not in (await nadia.ouvrir("/mes-inscriptions")).texte
    perime = await nadia.ouvrir(lien)
    assert perime.reponse.status_code == 404
    assert "ne marche plus" in perime.titre
    await nadia.envoyer(perime, perime.formulaire("/lien"))
    await expediteur.vider_une_fois(horloge.avancer(seconds=2))
    assert "C’est noté, Nadia" in (await nadia.ouvrir(lien_du_courriel(courrier))).texte


async def test_redemander_ses_liens_repond_pareil_a_une_adresse_inconnue(
    client: httpx.AsyncClient, expediteur: Expediteur, courrier: CourrierRetenu, horloge: HorlogeReglable
) -> None:
    _, slug = await une_soiree()
    await s_inscrire(Visiteur(client), slug)
    await expediteur.vider_une_fois(horloge())
    courrier.partis.clear()
    perdue = Visiteur(client)
    page = await perdue.ouvrir("/mes-inscriptions")

    connue = await perdue.envoyer(
        page, page.formulaire("/mes-inscriptions/lien").remplir(courriel="nadia@example.org")
    )
    inconnue = await perdue.envoyer(
        page, page.formulaire("/mes-inscriptions/lien").remplir(courriel="x@example.org")
    )

    assert connue.reponse.text == inconnue.reponse.text
    await expediteur.vider_une_fois(horloge.avancer(seconds=2))
    assert [c.a for c in courrier.partis] == ["nadia@example.org"]


async def test_tout_effacer_ne_laisse_ni_ligne_ni_adresse_dans_les_envois(
    client: httpx.AsyncClient, expediteur: Expediteur, horloge: HorlogeReglable
) -> None:
    _, slug = await une_soiree()
    nadia = Visiteur(client)
    await s_inscrire(nadia, slug)
    await expediteur.vider_une_fois(horloge())
    mes = await nadia.ouvrir("/mes-inscriptions")

    mes = await nadia.envoyer(mes, mes.formulaire("/effacer"))

    assert "effacé" in mes.texte
    assert await Inscription.count() == 0
    assert [li["destinataire"] for li in await Envoi.select(Envoi.destinataire)] == [""]


async def test_exporter_ses_donnees_rend_tout_en_json(client: httpx.AsyncClient) -> None:
    _, slug = await une_soiree()
    nadia = Visiteur(client)
    await s_inscrire(nadia, slug, message="Avec Léo")
    mes = await nadia.ouvrir("/mes-inscriptions")
    (vers,) = [href for href, _ in mes.liens if href.endswith("/export.json")]

    tout = (await nadia.ouvrir(vers)).reponse.json()

    assert (tout["prenom"], tout["courriel"], tout["message"]) == ("Nadia", "nadia@example.org", "Avec Léo")


async def test_le_lendemain_les_regimes_trois_mois_apres_le_reste(
    client: httpx.AsyncClient, horloge: HorlogeReglable
) -> None:
    _, slug = await une_soiree()
    nadia = Visiteur(client)
    page = await nadia.ouvrir(f"/evenements/{slug}")
    formulaire = page.formulaire("/inscription").remplir(prenom="Nadia", courriel="nadia@example.org")
    formulaire.cocher("convive.0.regimes", "vegetalien").cocher("accord_regimes", "oui")
    await nadia.envoyer(page, formulaire)
    assert await Convive.count() == 1

    fin = horloge() + timedelta(days=12, hours=13)
    await entretenir_inscriptions(fin + timedelta(hours=23))
    assert await Convive.count() == 1
    await entretenir_inscriptions(fin + timedelta(hours=25))
    assert (await Convive.count(), await Inscription.count()) == (0, 1)
    await entretenir_inscriptions(fin + timedelta(days=DELAI_EFFACEMENT_JOURS, hours=1))

    assert await Inscription.count() == 0
    assert [li["destinataire"] for li in await Envoi.select(Envoi.destinataire)] == [""]
    assert await verifier_places() == []


@pytest.mark.parametrize("chemin", ["/", "/evenements/{slug}", "/mes-inscriptions", "/aide"])
async def test_tout_existe_en_anglais(client: httpx.AsyncClient, chemin: str) -> None:
    _, slug = await une_soiree()

    page = await Visiteur(client, langue="en").ouvrir(chemin.format(slug=slug))

    assert page.reponse.status_code == 200
    assert 'lang="en"' in page.reponse.text
    assert "inscription." not in page.texte.replace("Inscription.", "")
