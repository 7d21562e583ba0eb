"""Les pages telles qu'un navigateur les reçoit : complètes, lisibles par tous, sans rien de personnel."""

import itertools
import json
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from uuid import uuid4

import httpx
import pytest

from server import __version__
from server.evenements.tables import Cycle, Evenement, Moment, Tarif
from server.lieux.tables import Lieu, Territoire
from server.pages.refus import tous_les_refus
from server.pages.vues import feuille
from server.socle.base import ecriture
from server.socle.textes import PWA
from server.socle.web import empreinte_csp
from server.structures.schemas import StructureDemande
from server.structures.services import enregistrer_structure
from server.structures.tables import Structure
from tests.conftest import HorlogeReglable
from tests.fabriques import LUNDI, un_evenement, un_lieu, une_commune, une_structure

ESPACES = "|".join(json.loads((PWA / "textes" / "fr.json").read_text(encoding="utf-8")))
"""Les débuts de clés : une clé sans phrase se montrerait telle quelle."""

FERMES_SEULS = {"br", "hr", "img", "input", "link", "meta"}
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}\u202e🌻"


class Lecture(HTMLParser):
    """Une page lue : ses éléments, et ce qui la rendrait bancale."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.ouverts: list[str] = []
        self.defauts: list[str] = []
        self.etiquetes_autour: list[dict[str, str | None]] = []
        self.feed(html)
        if self.ouverts:
            self.defauts.append(f"non fermés : {self.ouverts}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributs = dict(attrs)
        if len(attributs) != len(attrs):
            self.defauts.append(f"attribut répété : {attrs}")
        if "label" in self.ouverts and tag in ("input", "select", "textarea"):
            self.etiquetes_autour.append(attributs)
        self.elements.append((tag, attributs))
        if tag not in FERMES_SEULS:
            self.ouverts.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.ouverts or self.ouverts.pop() != tag:
            self.defauts.append(f"mal fermé : {tag}")

    def tous(self, *noms: str) -> list[dict[str, str | None]]:
        return [attributs for nom, attributs in self.elements if nom in noms]

    def liens(self) -> list[str]:
        return [lien["href"] or "" for lien in self.tous("a")]


@ecriture
async def un_reseau() -> None:
    await Territoire.insert(
        Territoire(reseau="Les tablées d’essai", nom="Pays d’Uzès", courriel="ici@example.org", cree_le=LUNDI)
    )


@ecriture
async def relier(evenement: int, lieu: int, structure: int) -> None:
    cycle = Cycle(slug="saison", titre="La saison", structure=structure, cree_le=LUNDI)
    await Cycle.insert(cycle)
    ligne = await Cycle.select(Cycle.id).first()
    assert ligne is not None
    await Evenement.update({Evenement.lieu: lieu, Evenement.cycle: ligne["id"]}).where(
        Evenement.id == evenement
    )


@pytest.fixture
async def peuple(base: object) -> str:
    """Un petit réseau : un évènement complet de ses liens ; rend son adresse."""
    await un_reseau()
    await une_commune()
    structure = await une_structure("Les Amandiers", slug="amandiers", commune="30334")
    lieu = await un_lieu(slug="salle", structure=structure, lat=44.0, lon=4.4, acces_pmr="oui")
    soiree = await un_evenement(
        moments={"reflexion": None, "banquet": 10, "concert": 4},
        structure=structure,
        slug="soiree",
        description="Une **soirée**.",
        venir="En bus.",
        a_apporter="Une assiette.",
        moyens_paiement=["especes"],
    )
    await relier(soiree, lieu, structure)
    return "/evenements/soiree"


PAGES = [
    "/",
    "/?vue=mois&mois=2026-06",
    "/?q=zzz&commune=30334&rayon_km=20&structure=amandiers&cycle=saison&lieu=salle",
    "/?au=2026-05-01",
    "/evenements/soiree",
    "/lieux/salle",
    "/structures/amandiers",
    "/cycles/saison",
    "/communes/30334",
    "/structures",
    "/lieux",
    "/cycles",
    "/aide",
    "/confidentialite",
    "/accessibilite",
    "/a-propos",
    "/mentions-legales",
    "/hors-ligne",
    "/problemes",
    "/problemes/introuvable",
    "/encart?commune=30334&rayon_km=20&nombre=3",
]


@pytest.mark.parametrize("langue", ["fr", "en"])
async def test_chaque_page_est_bien_formee_et_se_lit_sans_la_voir(
    client: httpx.AsyncClient, peuple: str, langue: str
) -> None:
    for chemin in PAGES:
        reponse = await client.get(chemin, headers={"accept-language": langue})
        assert reponse.status_code == 200, chemin
        page = Lecture(reponse.text)
        assert page.defauts == [], chemin
        assert page.tous("html")[0]["lang"] == langue
        assert len(page.tous("h1")) == 1, chemin
        assert len(page.tous("main")) == len(page.tous("header")[:1]) == len(page.tous("footer")) == 1
        ids = [attributs["id"] for _, attributs in page.elements if attributs.get("id")]
        assert len(ids) == len(set(ids)), chemin
        for _, attributs in page.elements:
            for nom in ("aria-labelledby", "aria-describedby", "for"):
                for vise in (attributs.get(nom) or "").split():
                    assert vise in ids, (chemin, nom, vise)
        ancres = [lien[1:] for lien in page.liens() if lien.startswith("#")]
        assert set(ancres) <= set(ids), chemin
        etiquetes = {label.get("for") for label in page.tous("label")}
        for champ in page.tous("input", "select", "textarea"):
            nomme = (
                champ.get("type") == "hidden"
                or champ.get("id") in etiquetes
                or champ in page.etiquetes_autour
            )
            assert nomme, (chemin, champ)
        assert all("alt" in image for image in page.tous("img"))
        # Les clés manquantes se verraient telles quelles.
        visible = re.sub(
            r"<style>.*?</style>|<script.*?</script>|<[^>]+>|https?://\S+", " ", reponse.text, flags=re.S
        )
        assert re.findall(rf"\b(?:{ESPACES})\.[a-z_.]+\b|\{{[a-z_]+\}}", visible) == [], chemin


async def test_une_page_publique_ne_pose_rien_et_n_execute_rien_d_ecrit_en_elle(
    client: httpx.AsyncClient, peuple: str
) -> None:
    for chemin in PAGES:
        reponse = await client.get(chemin)
        page = Lecture(reponse.text)
        csp = reponse.headers["content-security-policy"]

        assert "set-cookie" not in reponse.headers
        assert "unsafe" not in csp
        assert empreinte_csp(feuille()) in csp
        assert reponse.text.count("<style>") == 1
        assert f"<style>{feuille()}</style>" in reponse.text
        for script in page.tous("script"):
            assert script.get("type") == "application/ld+json" or (script.get("src") or "").startswith(
                "/actifs/"
            )
        for _, attributs in page.elements:
            assert "style" not in attributs
            assert not [nom for nom in attributs if nom.startswith("on")]
        assert not re.search(r'(?:src|srcset)="https?:', reponse.text)


async def test_aucun_lien_interne_ne_mene_nulle_part(client: httpx.AsyncClient, peuple: str) -> None:
    vus: set[str] = set()
    for depart in PAGES:
        for lien in Lecture((await client.get(depart)).text).liens():
            chemin = lien.partition("#")[0]
            if chemin.startswith("/") and not chemin.startswith(("/espace", "/mes-inscriptions")):
                vus.add(chemin)
    reponses = {chemin: (await client.get(chemin)).status_code for chemin in sorted(vus)}

    assert len(vus) > 20
    assert {chemin: statut for chemin, statut in reponses.items() if statut != 200} == {}


async def test_la_langue_suit_le_navigateur_ou_l_adresse_et_la_page_dit_les_autres(
    client: httpx.AsyncClient, peuple: str
) -> None:
    navigateur = await client.get("/aide", headers={"accept-language": "en-GB,fr;q=0.5"})
    adresse = await client.get("/aide?langue=en", headers={"accept-language": "fr"})
    retour = await client.get("/aide", headers={"accept-language": "fr"})

    assert Lecture(navigateur.text).tous("html")[0]["lang"] == "en"
    assert Lecture(adresse.text).tous("html")[0]["lang"] == "en"
    assert Lecture(retour.text).tous("html")[0]["lang"] == "fr"
    assert "Accept-Language" in navigateur.headers["vary"]
    internes = [lien for lien in Lecture(adresse.text).liens() if lien.startswith("/") and lien != "/espace"]
    assert [lien for lien in internes if "langue=" not in lien] == []
    tetes = {
        (lien.get("rel"), lien.get("hreflang")): lien["href"] for lien in Lecture(adresse.text).tous("link")
    }
    assert tetes["canonical", None] == "http://localhost:8000/aide"
    assert tetes["alternate", "en"] == "http://localhost:8000/aide?langue=en"
    assert tetes["alternate", "x-default"] == "http://localhost:8000/aide"


async def test_un_document_inchange_se_redemande_pour_rien(client: httpx.AsyncClient, peuple: str) -> None:
    premiere = await client.get(peuple, headers={"accept-encoding": "br"})
    seconde = await client.get(
        peuple, headers={"accept-encoding": "br", "if-none-match": premiere.headers["etag"]}
    )

    assert premiere.headers["content-encoding"] == "br"
    assert (seconde.status_code, seconde.content) == (304, b"")


async def test_un_robot_peut_ne_demander_que_les_entetes(client: httpx.AsyncClient, peuple: str) -> None:
    """D'abord une page que personne n'a encore demandée, puis la même, déjà prête."""
    for _ in range(2):
        reponse = await client.head(peuple)
        assert (reponse.status_code, reponse.content) == (200, b"")
        assert int(reponse.headers["content-length"]) > 1000
    assert (await client.head("/evenements/absent")).status_code == 404


async def test_le_formulaire_est_complet_sans_script(client: httpx.AsyncClient, peuple: str) -> None:
    page = Lecture((await client.get(peuple)).text)
    formulaire = next(f for f in page.tous("form") if f.get("method") == "post")
    noms = {champ.get("name") for champ in page.tous("input", "select", "textarea")}

    assert formulaire["action"] == "/evenements/soiree/inscription"
    assert {"adultes", "enfants", "tout_petits", "moments", "prenom", "courriel", "telephone"} <= noms
    assert {"accord_regimes", "convive.0.regimes", "contributions", "besoins", "accepte_attente"} <= noms
    # Rien de propre à un visiteur : la même page sert à tout le monde.
    caches = {
        champ["name"]: champ.get("value") for champ in page.tous("input") if champ.get("type") == "hidden"
    }
    assert caches == {"version_vue": "1", "langue": "fr"}


@ecriture
async def changer(evenement: str, **champs: object) -> None:
    await Evenement.update({Evenement._meta.get_column_by_name(n): v for n, v in champs.items()}).where(
        Evenement.slug == evenement
    )
    from server.socle.faits import renouveler

    ligne = await Evenement.select(Evenement.id).where(Evenement.slug == evenement).first()
    assert ligne is not None
    renouveler("agenda", f"evenement:{ligne['id']}")


@ecriture
async def remplir() -> None:
    await Moment.update({Moment.pris: Moment.jauge}).where(Moment.jauge.is_not_null())
    await Moment.update({Moment.sur_inscription: False}).where(Moment.jauge.is_null())
    from server.socle.faits import renouveler

    renouveler("agenda", "*")


@pytest.mark.parametrize(
    ("champs", "mot", "motif"),
    [
        ({"statut": "annule", "motif": "La salle est inondée."}, "Annulé", "La salle est inondée."),
        ({"statut": "reporte", "motif": "Alerte orange."}, "Reporté", "Alerte orange."),
        ({"inscriptions_closes": True}, "Inscriptions closes", ""),
    ],
)
async def test_un_changement_se_voit_aussitot_sur_la_page_et_dans_l_agenda(
    client: httpx.AsyncClient, peuple: str, champs: dict[str, object], mot: str, motif: str
) -> None:
    avant = await client.get(peuple)
    await changer("soiree", **champs)
    apres = await client.get(peuple)
    agenda = await client.get("/")

    assert 'class="bandeau' not in avant.text
    assert f"</svg>{mot}</p>" in apres.text
    assert motif in apres.text
    if "statut" in champs:
        assert f">{mot}</p>" in agenda.text
    assert ("/evenements/soiree/inscription" in apres.text) is (mot == "Reporté")


async def test_complet_la_page_propose_la_liste_d_attente(client: httpx.AsyncClient, peuple: str) -> None:
    await remplir()

    page = (await client.get(peuple)).text

    assert "</svg>Complet</p>" in page
    assert "Liste d’attente" in page
    assert "/evenements/soiree/inscription" in page


@ecriture
async def deux_jours() -> None:
    """La soirée du samedi 13 juin : le banquet le lendemain midi, le concert dans la nuit du samedi."""
    dimanche = datetime(2026, 6, 14, 10, 30, tzinfo=UTC)
    await Moment.update({Moment.debut: dimanche, Moment.fin: dimanche + timedelta(hours=2)}).where(
        Moment.genre == "banquet"
    )
    await Moment.update({Moment.debut: datetime(2026, 6, 13, 23, 0, tzinfo=UTC), Moment.fin: None}).where(
        Moment.genre == "concert"
    )
    await Evenement.update({Evenement.fin: dimanche + timedelta(hours=2)}, force=True)
    from server.socle.faits import renouveler

    renouveler("*")


async def test_sur_plusieurs_jours_l_ardoise_et_la_bande_nomment_les_jours(
    client: httpx.AsyncClient, peuple: str
) -> None:
    await deux_jours()

    for chemin in ("/", "/?vue=mois&mois=2026-06", "/lieux/salle", "/structures/amandiers", "/cycles/saison",
                   "/communes/30334", peuple):  # fmt: skip
        page = (await client.get(chemin)).text
        heures = re.findall(
            r"<li class=\"(?:reflechir|manger|danser)[^>]*>\s*<time[^>]*>([^<]*)</time>", page
        )
        assert [heure.split(" – ")[0] for heure in heures] == [
            "19\u00a0h",
            "dim.\u00a014, 12\u00a0h\u00a030",
            "1\u00a0h",
        ], chemin
        assert "<span>sam.–dim.</span> <b>13–14</b> <span>juin</span>" in page, chemin
    choix = re.findall(r'<label class="(?:reflechir|manger|danser)">.*?<span>(.*?)</span>', page, re.S)
    assert choix == ["19\u00a0h", "dim.\u00a014, 12\u00a0h\u00a030", "1\u00a0h"]
    assert "Banquet · dim.\u00a014, 12\u00a0h\u00a030</legend>" in page


async def test_une_nuit_n_est_pas_un_second_jour(client: httpx.AsyncClient, peuple: str) -> None:
    page = (await client.get("/")).text

    assert "<span>sam.</span> <b>13</b> <span>juin</span>" in page
    assert "dim.\u00a014" not in page


@ecriture
async def tarifer(*montants: int) -> None:
    ligne = await Moment.select(Moment.id).where(Moment.genre == "concert").first()
    assert ligne is not None
    await Moment.update({Moment.prix_mode: "tarifs"}).where(Moment.id == ligne["id"])
    for rang, centimes in enumerate(montants):
        await Tarif.insert(
            Tarif(id=uuid4(), moment=ligne["id"], rang=rang, nom=f"T{rang}", montant_centimes=centimes)
        )
    from server.socle.faits import renouveler

    renouveler("*")


@pytest.mark.parametrize(
    ("montants", "carte", "phrase"),
    [
        ((0, 500), "0 à 5\u00a0€", "concert de 0 à 5\u00a0€"),
        ((1200, 600), "6\u00a0€ à 12\u00a0€", "concert de 6\u00a0€ à 12\u00a0€"),
        ((800,), "8\u00a0€", "concert à 8\u00a0€"),
        ((0,), "gratuit", "Gratuit"),
    ],
)
async def test_la_carte_et_la_page_disent_le_meme_prix(
    client: httpx.AsyncClient, peuple: str, montants: tuple[int, ...], carte: str, phrase: str
) -> None:
    await tarifer(*montants)

    prix = re.findall(r'<span class="prix">(.*?)</span>', (await client.get("/")).text)
    assert prix == ["gratuit", "gratuit", carte]
    assert phrase in (await client.get(peuple)).text


@ecriture
async def contacter(courriel: str | None, telephone: str | None) -> None:
    await Structure.update({Structure.courriel: courriel, Structure.telephone: telephone}, force=True)
    from server.socle.faits import renouveler

    ligne = await Structure.select(Structure.id).first()
    assert ligne is not None
    renouveler(f"structure:{ligne['id']}")


async def test_la_page_dit_comment_joindre_la_structure_porteuse_sinon_le_reseau(
    client: httpx.AsyncClient, peuple: str
) -> None:
    sans = await client.get(peuple)
    await contacter("amandiers@example.org", "04 66 00 00 00")
    avec = await client.get(peuple)

    assert "Pour joindre Les tablées d’essai\u202f:" in sans.text
    assert Lecture(sans.text).liens().count("mailto:ici@example.org") == 2  # le pied de page, et ici
    assert "Pour joindre Les Amandiers\u202f:" in avec.text
    assert {"mailto:amandiers@example.org", "tel:0466000000"} <= set(Lecture(avec.text).liens())


@ecriture
async def ignorer_l_acces() -> None:
    await Lieu.update({Lieu.acces_pmr: "inconnu"}, force=True)


async def test_ecrivez_a_qui_organise_y_mene(client: httpx.AsyncClient, peuple: str) -> None:
    ouverte = (await client.get(peuple)).text
    await ignorer_l_acces()
    await changer("soiree", inscriptions_closes=True)
    close = (await client.get(peuple)).text

    assert '<a href="#qui">Au-delà, écrivez à qui organise.</a>' in ouverte
    assert '<a href="#qui">Pour une question, écrivez ou téléphonez à qui organise.</a>' in close
    assert '<a href="#qui">Accès en fauteuil roulant\u202f: à vérifier avec qui organise.</a>' in close
    assert 'id="qui"' in close


async def test_des_inscriptions_closes_ne_promettent_de_places_nulle_part(
    client: httpx.AsyncClient, peuple: str
) -> None:
    def niveaux(page: httpx.Response) -> set[str]:
        return set(re.findall(r'<span class="niveau [a-z]+"[^>]*>([^<]+)</span>', page.text))

    assert "places" in niveaux(await client.get("/"))
    await changer("soiree", inscriptions_closes=True)

    for chemin in ("/", "/?vue=carte", peuple):
        dits = niveaux(await client.get(chemin))
        assert "inscriptions closes" in dits, chemin
        assert "places" not in dits, chemin


async def test_quand_tout_est_complet_le_bouton_ne_promet_pas_d_inscrire(
    client: httpx.AsyncClient, peuple: str
) -> None:
    avant = (await client.get(peuple)).text
    await remplir()
    apres = (await client.get(peuple)).text

    assert "data-envoi>M’inscrire</button>" in avant
    assert "data-envoi>Me mettre sur la liste d’attente</button>" in apres


async def test_il_n_y_a_qu_un_bouton_pour_ajouter_un_repas(client: httpx.AsyncClient, peuple: str) -> None:
    """Les suivantes sont l'une dans l'autre : on ne voit que la première, puis celle d'après une fois ouverte."""
    page = (await client.get(peuple)).text
    regimes = page[page.index('id="regimes"') : page.index('id="accord_regimes"')]

    ouverts, vus = 0, []
    for balise in re.findall(r"<(/?details|summary)", regimes):
        ouverts += {"details": 1, "/details": -1}.get(balise, 0)
        if balise == "summary":
            vus.append(ouverts)
    assert vus == [0, 1, 2, 3]
    assert regimes.count("Un même repas</legend>") == 1
    assert "Combien\u202f?" in regimes


async def test_le_message_se_voit_sans_rien_ouvrir(client: httpx.AsyncClient, peuple: str) -> None:
    """« Dites-le dans le message à l'équipe, plus bas » : il est bien plus bas, et pas dans une partie fermée."""
    page = (await client.get(peuple)).text
    avant = page[: page.index('id="message"')]

    assert avant.count("<details") == avant.count("</details>")
    assert avant.rindex("dites-le dans le message à l’équipe, plus bas") > 0


async def test_les_repertoires_menent_a_chaque_fiche_et_suivent_ce_qui_change(
    client: httpx.AsyncClient, peuple: str
) -> None:
    await une_commune("30041", "Blauzac")
    await un_lieu("Pré des Arènes", "30041", slug="pre")
    pages = {nom: (await client.get(f"/{nom}")).text for nom in ("structures", "lieux", "cycles")}

    assert "/structures/amandiers" in Lecture(pages["structures"]).liens()
    assert "Association · Uzès" in pages["structures"]
    assert re.findall(r"<h2><a[^>]*>(.*?)</a></h2>", pages["lieux"]) == ["Blauzac", "Uzès"]
    assert {"/lieux/pre", "/lieux/salle", "/communes/30041"} <= set(Lecture(pages["lieux"]).liens())
    assert "Les Amandiers · 1 rendez-vous" in pages["cycles"]
    for page in pages.values():
        assert {"/structures", "/lieux", "/cycles", "/aide#organiser"} <= set(Lecture(page).liens())
    await creer_une_structure("Le Figuier bavard")
    assert "Le Figuier bavard" in (await client.get("/structures")).text


@ecriture
async def creer_une_structure(nom: str) -> None:
    await enregistrer_structure(StructureDemande(nom=nom, genre="cafe"), LUNDI)


async def test_un_repertoire_vide_le_dit(client: httpx.AsyncClient, base: object) -> None:
    for nom, phrase in (
        ("structures", "Aucune structure"),
        ("lieux", "Aucun lieu"),
        ("cycles", "Aucun cycle"),
    ):
        reponse = await client.get(f"/{nom}")
        assert reponse.status_code == 200
        assert phrase in reponse.text


@pytest.mark.parametrize("courriel", ["ici@example.org", None])
async def test_l_aide_dit_comment_organiser_que_le_reseau_ait_une_adresse_ou_non(
    client: httpx.AsyncClient, peuple: str, courriel: str | None
) -> None:
    await donner_au_reseau(courriel)

    page = (await client.get("/aide?langue=en")).text
    section = page[page.index('<section id="organiser"') : page.index('<section id="contact"')]

    assert 'href="/structures?langue=en"' in section
    assert ("mailto:ici@example.org" in section) is (courriel is not None)


@ecriture
async def donner_au_reseau(courriel: str | None) -> None:
    await Territoire.update({Territoire.courriel: courriel}, force=True)
    from server.socle.faits import renouveler

    renouveler("territoire")


@pytest.mark.parametrize("langue", ["fr", "en"])
async def test_la_declaration_d_accessibilite_vaut_pour_cette_version(
    client: httpx.AsyncClient, peuple: str, langue: str
) -> None:
    """Une date écrite à la main : changer de version demande de vérifier à nouveau."""
    page = (await client.get("/accessibilite", headers={"accept-language": langue})).text

    assert f"version {__version__}" in page
    assert "2026" in page[page.index(f"version {__version__}") - 120 :]


async def test_le_mois_marque_ce_qui_a_eu_lieu(
    client: httpx.AsyncClient, peuple: str, horloge: HorlogeReglable
) -> None:
    avant = (await client.get("/?vue=mois&mois=2026-06")).text
    horloge.avancer(days=20)
    apres = (await client.get("/?vue=mois&mois=2026-06")).text

    assert 'class="passe"' not in avant
    assert "A eu lieu" not in avant
    assert 'class="passe"' in apres
    assert '<p class="tampon termine">A eu lieu</p>' in apres
    assert "samedi 13 juin\u202f: 1 rendez-vous passé" in apres


@pytest.mark.parametrize(
    "chemin", ["/", "/?vue=mois&mois=2026-06", "/structures/amandiers", "/?au=2026-07-01", "/lieux"]
)
async def test_les_titres_descendent_d_un_rang_a_la_fois(
    client: httpx.AsyncClient, peuple: str, chemin: str
) -> None:
    rangs = [int(rang) for rang in re.findall(r"<h([1-6])", (await client.get(chemin)).text)]

    assert rangs[0] == 1
    assert all(apres - avant <= 1 for avant, apres in itertools.pairwise(rangs)), rangs


async def test_passe_l_evenement_le_dit_sans_que_personne_n_ecrive(
    client: httpx.AsyncClient, peuple: str, horloge: HorlogeReglable
) -> None:
    avant = await client.get(peuple)
    horloge.avancer(days=30)
    apres = await client.get(peuple)
    agenda = await client.get("/")

    assert "Terminé" not in avant.text
    assert "</svg>Terminé</p>" in apres.text
    assert "/evenements/soiree/inscription" not in apres.text
    assert "Éteindre les incendies" not in agenda.text


async def test_un_brouillon_n_existe_pas_pour_le_public(client: httpx.AsyncClient, peuple: str) -> None:
    await un_evenement(slug="secret", statut="brouillon", titre="Le secret")

    assert (await client.get("/evenements/secret", headers={"accept": "text/html"})).status_code == 404
    assert "Le secret" not in (await client.get("/")).text
    assert "secret" not in (await client.get("/plan/evenements-1.xml")).text


@ecriture
async def salir() -> None:
    texte = {Evenement.titre: HOSTILE[:160], Evenement.resume: HOSTILE, Evenement.description: HOSTILE}
    await Evenement.update(
        texte | {Evenement.venir: HOSTILE, Evenement.motif: HOSTILE, Evenement.monnaie_locale: "<b>"},
        force=True,
    )
    await Moment.update({Moment.titre: HOSTILE[:160], Moment.description: HOSTILE}, force=True)
    await Lieu.update(
        {
            Lieu.nom: HOSTILE[:160],
            Lieu.description: f"[x](javascript:alert(1)) {HOSTILE}",
            Lieu.acces: HOSTILE,
        },
        force=True,
    )
    await Structure.update({Structure.nom: HOSTILE[:160], Structure.description: HOSTILE}, force=True)
    await Cycle.update({Cycle.titre: HOSTILE[:160], Cycle.description: HOSTILE}, force=True)
    await Territoire.update({Territoire.reseau: HOSTILE[:160], Territoire.presentation: HOSTILE}, force=True)
    from server.socle.faits import renouveler

    renouveler("*")


async def test_une_valeur_hostile_se_montre_sans_rien_faire(client: httpx.AsyncClient, peuple: str) -> None:
    await salir()

    for chemin in PAGES:
        reponse = await client.get(chemin)
        page = Lecture(reponse.text)
        assert reponse.status_code == 200
        assert not [nom for _, attributs in page.elements for nom in attributs if nom.startswith("on")]
        assert "javascript:" not in str(page.liens())
        assert all(script.get("type") in ("module", "application/ld+json") for script in page.tous("script"))
        assert "49" not in re.findall(r"\{\{ 7\*7 \}\}|\b49\b", reponse.text)
    evenement = (await client.get(peuple)).text
    donnees = re.findall(r'<script type="application/ld\+json">(.*?)</script>', evenement, re.S)
    assert json.loads(donnees[0])["name"] == HOSTILE[:160]


@pytest.mark.parametrize(
    "chemin",
    [
        "/?du=hier",
        "/?curseur=%00%ff",
        "/?commune=%3Cscript%3E",
        "/?rayon_km=-1&commune=30334",
        "/?vue=mois&mois=9999-01",
    ],
)
async def test_un_filtre_incompris_se_dit_en_clair(
    client: httpx.AsyncClient, peuple: str, chemin: str
) -> None:
    reponse = await client.get(chemin, headers={"accept": "text/html"})

    page = Lecture(reponse.text)
    assert reponse.status_code == 422
    assert page.defauts == []
    assert len(page.tous("h1")) == 1
    assert "/" in page.liens()
    assert {"name": "robots", "content": "noindex"} in page.tous("meta")


@pytest.mark.parametrize("langue", ["fr", "en"])
async def test_chaque_erreur_a_sa_page_qui_dit_que_faire(
    client: httpx.AsyncClient, peuple: str, langue: str
) -> None:
    liste = (await client.get("/problemes", headers={"accept-language": langue})).text
    for code in tous_les_refus():
        reponse = await client.get(f"/problemes/{code}", headers={"accept-language": langue})
        visible = re.sub(r"<style>.*?</style>|<[^>]+>", " ", reponse.text, flags=re.S)

        assert reponse.status_code == 200, code
        assert f'href="/problemes/{code}"' in liste
        assert not re.search(rf"problemes\.{code}|refus\.famille|\{{\w+\}}", visible), code
    assert len(tous_les_refus()) > 20
    assert (await client.get("/problemes/inconnu")).status_code == 404


async def test_un_refus_se_lit_meme_quand_la_base_ne_repond_pas(
    client: httpx.AsyncClient, base: object
) -> None:
    from server.socle import base as socle_base

    await client.get("/aide")

    class Muette:
        def __getattr__(self, nom: str) -> object:
            raise OSError("plus de base")

    moteur = socle_base.moteur_installe()
    socle_base.installer(Muette())  # type: ignore[arg-type]
    try:
        reponse = await client.get("/structures/rien", headers={"accept": "text/html"})
    finally:
        socle_base.installer(moteur)

    assert reponse.status_code in (500, 503)
    assert len(Lecture(reponse.text).tous("h1")) == 1


# --- fichiers -------------------------------------------------------------------------------------------------------


async def test_un_fichier_construit_se_garde_un_an_et_part_compresse(
    client: httpx.AsyncClient, peuple: str
) -> None:
    script = next(s["src"] for s in Lecture((await client.get("/")).text).tous("script") if s.get("src"))
    assert script is not None

    reponse = await client.get(script, headers={"accept-encoding": "br, gzip"})

    assert reponse.status_code == 200
    assert reponse.headers["content-type"].startswith("text/javascript")
    assert reponse.headers.get_list("cache-control") == ["public, max-age=31536000, immutable"]
    assert reponse.headers["content-encoding"] == "br"
    encore = await client.get(
        script, headers={"accept-encoding": "br", "if-none-match": reponse.headers["etag"]}
    )
    assert encore.status_code == 304


@pytest.mark.parametrize(
    "nom", ["manifest.json", "..%2fpublic.css", "%2e%2e%2ftextes%2ffr.json", "absent.js", "x" * 300]
)
async def test_seul_ce_qui_a_ete_construit_est_servi(client: httpx.AsyncClient, nom: str) -> None:
    assert (await client.get(f"/actifs/{nom}")).status_code == 404


async def test_l_application_installable_porte_le_nom_du_reseau(
    client: httpx.AsyncClient, peuple: str
) -> None:
    manifeste = (await client.get("/manifest.webmanifest")).json()

    assert manifeste["name"] == "Les tablées d’essai"
    for icone in manifeste["icons"]:
        reponse = await client.get(icone["src"])
        assert reponse.status_code == 200
        assert reponse.headers["content-type"] == icone["type"]
    assert (await client.get("/favicon.ico")).headers["content-type"] == "image/x-icon"


async def test_la_premiere_visite_reste_legere(client: httpx.AsyncClient, peuple: str) -> None:
    """30 ko compressés, tout compris sauf la photo ; six demandes au plus."""
    for chemin in ("/", peuple):
        poids = int((await client.get(chemin, headers={"accept-encoding": "br"})).headers["content-length"])
        page = Lecture((await client.get(chemin)).text)
        autres = [s["src"] for s in page.tous("script") if s.get("src")]
        autres += ["/favicon.svg", "/manifest.webmanifest"]
        for autre in autres:
            assert autre is not None
            poids += int(
                (await client.get(autre, headers={"accept-encoding": "br"})).headers["content-length"]
            )

        assert poids < 30_000, chemin
        assert len(autres) + 1 <= 6
