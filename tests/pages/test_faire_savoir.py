"""Être vu : ce qu'on emporte de l'agenda, à des adresses qui tiennent, sans rien de privé."""

import io
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import httpx
import pypdf
import pytest
from lxml import etree
from PIL import Image

from server.evenements import services
from server.evenements.images import preparer_image, recevoir_image
from server.evenements.schemas import ImageDemande, Motif
from server.lieux.tables import Lieu, Territoire
from server.pages import plan
from server.reglages import Reglages
from server.socle.base import ecriture
from server.socle.faits import renouveler
from server.socle.limites import USAGES, Limite
from tests.conftest import HorlogeReglable
from tests.evenements.jeu import LUNDI, URL, Jeu, a, poser_le_jeu, redemander, un_brouillon, un_publie
from tests.fabriques import un_evenement, un_lieu, une_commune, une_structure
from tests.maison.depot import RACINE

AFFICHES = [f"affiche-{taille}{ton}.pdf" for taille in ("a4", "a3") for ton in ("", "-sobre")]
SCHEMA = RACINE / "pwa" / "node_modules" / "sitemap" / "schema" / "sitemap.xsd"
NS = {"s": plan.ESPACE}


@pytest.fixture
async def jeu(base: object) -> Jeu:
    jeu = await poser_le_jeu()
    await un_territoire()
    return jeu


@ecriture
async def un_territoire() -> None:
    await Territoire.insert(Territoire(reseau="Les tablées d’essai", nom="Pays d’Uzès", cree_le=LUNDI))


def proprietes(html: str) -> dict[str, str]:
    """Les balises OpenGraph d'une page."""
    lues: dict[str, str] = {}

    class Lecture(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            attributs = dict(attrs)
            if tag == "meta" and (attributs.get("property") or "").startswith("og:"):
                lues[str(attributs["property"])] = attributs["content"] or ""

    Lecture().feed(html)
    return lues


def chemin_de(url: str) -> str:
    morceaux = urlsplit(url)
    return f"{morceaux.path}?{morceaux.query}"


async def image_de_la_page(client: httpx.AsyncClient, chemin: str) -> tuple[str, httpx.Response]:
    image = chemin_de(proprietes((await client.get(chemin)).text)["og:image"])
    return image, await client.get(image)


# --- images d'aperçu ------------------------------------------------------------------------------------------------


async def test_un_lien_partage_montre_titre_date_et_lieu(client: httpx.AsyncClient, jeu: Jeu) -> None:
    slug = (await un_publie(jeu)).slug
    og = proprietes((await client.get(f"/evenements/{slug}")).text)
    reponse = await client.get(chemin_de(og["og:image"]))

    assert og["og:image"].startswith(f"{URL}/evenements/{slug}/image-")
    assert (og["og:image:width"], og["og:image:height"]) == ("1200", "630")
    assert og["og:image:alt"].startswith("Éteindre les incendies. Vendredi 12 juin 2026")
    assert reponse.status_code == 200
    assert reponse.headers["content-type"] == "image/jpeg"
    assert "immutable" in reponse.headers["cache-control"]
    assert "set-cookie" not in reponse.headers
    assert Image.open(io.BytesIO(reponse.content)).size == (1200, 630)
    encore = await client.get(chemin_de(og["og:image"]), headers={"if-none-match": reponse.headers["etag"]})
    assert encore.status_code == 304


async def test_un_ancien_lien_mene_a_l_image_d_aujourd_hui(client: httpx.AsyncClient, jeu: Jeu) -> None:
    vue = await un_publie(jeu)
    ancienne, dessin = await image_de_la_page(client, f"/evenements/{vue.slug}")

    await services.annuler_evenement(vue.slug, jeu.nadia, Motif("Orage."), LUNDI, URL)
    suivie = await client.get(ancienne)
    actuelle, redessin = await image_de_la_page(client, f"/evenements/{vue.slug}")
    courte = await client.get(f"/evenements/{vue.slug}/image.jpg")

    assert (suivie.status_code, suivie.headers["location"]) == (302, actuelle)
    assert actuelle != ancienne
    assert redessin.content != dessin.content
    assert courte.headers["location"] == actuelle


async def test_un_nom_de_lieu_corrige_renouvelle_l_image(client: httpx.AsyncClient, jeu: Jeu) -> None:
    slug = (await un_publie(jeu)).slug
    avant, _ = await image_de_la_page(client, f"/evenements/{slug}")

    @ecriture
    async def renommer() -> None:
        await Lieu.update({Lieu.nom: "Salle du Rocher"}, force=True)
        renouveler("*")

    await renommer()
    apres, _ = await image_de_la_page(client, f"/evenements/{slug}")

    assert avant != apres


async def test_la_photo_manquante_n_empeche_ni_l_image_ni_l_affiche(
    client: httpx.AsyncClient, jeu: Jeu, reglages: Reglages
) -> None:
    photo = io.BytesIO()
    Image.linear_gradient("L").resize((1200, 800)).save(photo, "PNG")
    recue = await recevoir_image(photo.getvalue(), reglages.donnees, LUNDI)
    vue = await un_publie(jeu, image=ImageDemande(recue.empreinte, "Un dégradé"))
    adresse, avec = await image_de_la_page(client, f"/evenements/{vue.slug}")
    affiche = await client.get(f"/evenements/{vue.slug}/affiche-a4.pdf")
    for nom in preparer_image(photo.getvalue()).ecritures:
        (reglages.donnees / "images" / nom).unlink()
    await renouveler_tout()
    sans = await client.get(adresse)
    affiche_sans = await client.get(f"/evenements/{vue.slug}/affiche-a4.pdf")

    assert (avec.status_code, sans.status_code, affiche_sans.status_code) == (200, 200, 200)
    assert avec.content != sans.content
    assert len(pypdf.PdfReader(io.BytesIO(affiche.content)).pages[0].images) == 1
    assert len(pypdf.PdfReader(io.BytesIO(affiche_sans.content)).pages[0].images) == 0


@ecriture
async def renouveler_tout() -> None:
    renouveler("*")


async def test_l_agenda_partage_montre_ses_prochains_rendez_vous(client: httpx.AsyncClient, jeu: Jeu) -> None:
    vide, image_vide = await image_de_la_page(client, "/")
    await un_publie(jeu)
    rempli, image = await image_de_la_page(client, "/")
    og = proprietes((await client.get("/")).text)

    assert vide.startswith("/agenda/image-")
    assert vide != rempli
    assert (image_vide.status_code, image.status_code) == (200, 200)
    assert "Éteindre les incendies" in og["og:image:alt"]
    assert (await client.get(vide)).headers["location"] == rempli
    assert (await client.get("/agenda/image.jpg")).headers["location"] == rempli


# --- affiches et textes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("langue", ["fr", "en"])
async def test_chaque_affiche_se_demande_dans_sa_langue(
    client: httpx.AsyncClient, jeu: Jeu, langue: str
) -> None:
    slug = (await un_publie(jeu)).slug

    for nom in AFFICHES:
        reponse = await client.get(f"/evenements/{slug}/{nom}?langue={langue}")
        lu = pypdf.PdfReader(io.BytesIO(reponse.content))

        assert reponse.headers["content-type"] == "application/pdf"
        assert reponse.headers["content-disposition"] == f'inline; filename="{slug}-{nom}"'
        assert reponse.headers["x-robots-tag"] == "noindex"
        assert "set-cookie" not in reponse.headers
        assert len(lu.pages) == 1
        assert ("manger" if langue == "fr" else "eat") in lu.pages[0].extract_text()
        catalogue: Any = lu.trailer["/Root"]
        assert catalogue["/Lang"] == langue


async def test_qui_fait_trop_dessiner_attend_sans_priver_de_ce_qui_l_est_deja(
    client: httpx.AsyncClient, jeu: Jeu, monkeypatch: pytest.MonkeyPatch
) -> None:
    vue = await un_publie(jeu)
    adresse = f"/evenements/{vue.slug}/affiche-a4"
    monkeypatch.setitem(USAGES, "dessin-adresse", Limite(2, 600))

    statuts = [
        (await client.get(chemin)).status_code
        for chemin in (
            f"{adresse}.pdf", f"{adresse}.pdf", f"{adresse}-sobre.pdf", f"{adresse}.pdf?langue=en", f"{adresse}.pdf",
        )
    ]  # fmt: skip

    assert statuts == [200, 200, 200, 429, 200]


async def test_l_affiche_suit_l_evenement(client: httpx.AsyncClient, jeu: Jeu) -> None:
    vue = await un_publie(jeu)
    adresse = f"/evenements/{vue.slug}/affiche-a4.pdf"

    async def texte() -> str:
        return pypdf.PdfReader(io.BytesIO((await client.get(adresse)).content)).pages[0].extract_text()

    avant = await texte()
    await services.modifier_evenement(vue.slug, jeu.nadia, redemander(vue, titre="La pluie"), LUNDI, URL)

    assert "Éteindre" in avant
    assert "La pluie" in await texte()


async def test_rien_d_un_brouillon_ni_d_un_inconnu_ne_sort(client: httpx.AsyncClient, jeu: Jeu) -> None:
    brouillon = (await un_brouillon(jeu)).slug

    for slug in (brouillon, "inconnu"):
        for nom in (*AFFICHES, "annonce.txt", "image.jpg", "image-0123456789ab.jpg"):
            assert (await client.get(f"/evenements/{slug}/{nom}")).status_code == 404, nom
    for chemin in ("/agenda.txt", "/encart.json", "/plan/pages-1.xml", "/agenda/image.jpg"):
        assert brouillon not in (await client.get(chemin, follow_redirects=True)).text


@pytest.mark.parametrize(
    "nom", ["image-xyz.jpg", "image-0123456789abc.jpg", "image.png", "affiche-a5.pdf", "%00.jpg"]
)
async def test_un_fichier_qui_n_existe_pas_se_dit(client: httpx.AsyncClient, jeu: Jeu, nom: str) -> None:
    slug = (await un_publie(jeu)).slug

    assert (await client.get(f"/evenements/{slug}/{nom}")).status_code == 404
    assert (await client.get(f"/agenda/{nom}")).status_code == 404


async def test_l_annonce_se_copie_en_texte(client: httpx.AsyncClient, jeu: Jeu) -> None:
    slug = (await un_publie(jeu)).slug
    reponse = await client.get(f"/evenements/{slug}/annonce.txt")

    assert reponse.headers["content-type"] == "text/plain; charset=utf-8"
    assert reponse.text.startswith("Éteindre les incendies\n\nVendredi 12 juin 2026")
    assert reponse.text.endswith(f"Détails et inscription\u202f: {URL}/evenements/{slug}\n")


async def test_le_bulletin_dit_les_quatre_prochaines_semaines(client: httpx.AsyncClient, jeu: Jeu) -> None:
    proche = (await un_publie(jeu)).slug
    loin = await un_evenement("Bien plus tard", debut=a(8, 1, 19))
    del loin
    texte = (await client.get("/agenda.txt")).text
    tout = (await client.get("/agenda.txt?du=2026-06-01&au=2026-12-31")).text
    ailleurs = (await client.get("/agenda.txt?commune=30001")).text

    assert texte.startswith("Prochains rendez-vous\n\nVendredi 12 juin 2026, de 19")
    assert (
        f"Éteindre les incendies\nFoyer rural, Uzès\n19\u00a0h réfléchir (gratuit) · 20\u00a0h\u00a030 manger (prix libre)\n{URL}/evenements/{proche}\n"
        in texte
    )
    assert "Bien plus tard" not in texte
    assert "Bien plus tard" in tout
    assert "Rien de prévu ici pour l’instant." in ailleurs
    assert ailleurs.endswith(f"L’agenda, Les tablées d’essai\u202f: {URL}/?commune=30001\n")
    assert (await client.get("/agenda.txt?commune=ici")).status_code == 422


async def test_le_bulletin_change_avec_les_jours(
    client: httpx.AsyncClient, jeu: Jeu, horloge: HorlogeReglable
) -> None:
    await un_evenement("Bien plus tard", debut=a(8, 1, 19))
    avant = (await client.get("/agenda.txt")).text
    horloge.avancer(days=45)

    assert "Bien plus tard" not in avant
    assert "Bien plus tard" in (await client.get("/agenda.txt")).text


async def test_la_page_d_un_evenement_propose_de_le_faire_savoir(client: httpx.AsyncClient, jeu: Jeu) -> None:
    vue = await un_publie(jeu)
    adresse = f"/evenements/{vue.slug}"
    page = (await client.get(f"{adresse}?langue=en")).text

    assert f'href="{adresse}/affiche-a4.pdf?langue=en"' in page
    assert f'href="{adresse}/annonce.txt?langue=en"' in page


# --- l'encart -------------------------------------------------------------------------------------------------------


async def test_l_encart_se_filtre_et_parle_en_mots(client: httpx.AsyncClient, jeu: Jeu) -> None:
    vue = await un_publie(jeu)
    await une_commune("30001", "Aigaliers", lat=44.07, lon=4.31)
    await un_evenement("Ailleurs", structure=await une_structure("Autre"), lieu=await un_lieu("Pré", "30001"))
    reponse = (await client.get("/encart.json?commune=30334&langue=fr")).json()

    assert reponse == {
        "elements": [
            {
                "titre": "Éteindre les incendies",
                "date": "vendredi 12 juin à 19\u00a0h",
                "commune": "Uzès",
                "url": f"{URL}/evenements/{vue.slug}",
            }
        ],
        "vide": "Rien de prévu ici pour l’instant",
        "agenda": "L’agenda\u202f: Les tablées d’essai",
        "url": f"{URL}/?commune=30334",
    }

    async def combien(filtres: str) -> int:
        return len((await client.get(f"/encart.json?{filtres}")).json()["elements"])

    assert await combien("") == 2
    assert await combien("nombre=1") == 1
    assert await combien("commune=30001&rayon_km=20") == 2
    assert await combien(f"structure={jeu.structure_slug}") == 1
    assert await combien("theme=eau") == 1
    assert await combien("cycle=inconnu") == 0
    await services.annuler_evenement(vue.slug, jeu.nadia, Motif("Orage."), LUNDI, URL)
    titres = [e["titre"] for e in (await client.get("/encart.json")).json()["elements"]]
    assert "Annulé – Éteindre les incendies" in titres


@pytest.mark.parametrize(
    "filtres",
    ["nombre=0", "nombre=21", "nombre=x", "commune=Uzes", "rayon_km=900&commune=30334", "theme=%3Cscript%3E"],
)
async def test_un_encart_impossible_se_refuse(client: httpx.AsyncClient, jeu: Jeu, filtres: str) -> None:
    assert (await client.get(f"/encart.json?{filtres}")).status_code == 422
    assert (await client.get(f"/encart?{filtres}")).status_code == 422


async def test_les_autres_sites_n_ont_que_le_script_et_sa_source(client: httpx.AsyncClient, jeu: Jeu) -> None:
    slug = (await un_publie(jeu)).slug
    ailleurs = {"origin": "https://mairie.exemple.fr"}
    script = await client.get("/encart.js", headers=ailleurs)
    source = await client.get("/encart.json", headers=ailleurs)

    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    assert script.headers["content-type"].startswith("text/javascript")
    assert "access-control-allow-origin" not in script.headers
    assert source.headers["cross-origin-resource-policy"] == "cross-origin"
    assert source.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in source.headers
    assert "set-cookie" not in {*script.headers, *source.headers}
    for chemin in (
        "/", "/encart", f"/evenements/{slug}", f"/evenements/{slug}/affiche-a4.pdf", "/agenda.txt", "/sitemap.xml",
        "/api/evenements", "/mes-inscriptions", "/espace", "/robots.txt", f"/evenements/{slug}.ics",
    ):  # fmt: skip
        fermee = await client.get(chemin, headers=ailleurs)
        assert fermee.headers["cross-origin-resource-policy"] == "same-origin", chemin
        assert "access-control-allow-origin" not in fermee.headers, chemin


async def test_le_script_de_l_encart_reste_minuscule(client: httpx.AsyncClient, jeu: Jeu) -> None:
    script = await client.get("/encart.js", headers={"accept-encoding": "br"})

    assert int(script.headers["content-length"]) < 1000
    assert "max-age=3600" in script.headers["cache-control"]
    assert (
        re.search(r"innerHTML|insertAdjacentHTML|document\.write|eval|cookie|localStorage", script.text)
        is None
    )


async def test_la_page_de_l_encart_donne_deux_codes_a_coller(client: httpx.AsyncClient, jeu: Jeu) -> None:
    slug = (await un_publie(jeu, titre='Éteindre <b>les</b> "incendies" & co')).slug
    page = (await client.get("/encart?commune=30334&rayon_km=20&nombre=3")).text

    class Codes(HTMLParser):
        lus: list[str] = []  # noqa: RUF012
        dedans = False

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.dedans = tag == "textarea"
            if self.dedans:
                self.lus.append("")

        def handle_data(self, data: str) -> None:
            if self.dedans:
                self.lus[-1] += data

        def handle_endtag(self, tag: str) -> None:
            self.dedans = False

    codes = Codes()
    codes.feed(page)
    avec, sans = (code.strip() for code in codes.lus)
    assert avec == (
        f'<div class="tablees" lang="fr"><a href="{URL}/?commune=30334&amp;rayon_km=20">L’agenda\u202f: Les tablées d’essai</a></div>\n'
        f'<script async src="{URL}/encart.js" data-commune="30334" data-rayon-km="20" data-nombre="3" data-langue="fr"></script>'
    )
    assert (
        f'<a href="{URL}/evenements/{slug}">Éteindre &lt;b&gt;les&lt;/b&gt; &quot;incendies&quot; &amp; co</a>'
        in sans
    )
    assert "script" not in sans
    assert '<meta name="robots" content="noindex">' in page
    assert "noindex" not in (await client.get("/encart")).text


# --- le plan du site ------------------------------------------------------------------------------------------------


async def les_plans(client: httpx.AsyncClient) -> dict[str, etree._Element]:
    index = etree.fromstring((await client.get("/sitemap.xml")).content)
    adresses = [str(loc.text) for loc in index.findall("s:sitemap/s:loc", NS)]
    assert all(adresse.startswith(f"{URL}/plan/") for adresse in adresses)
    reponses = {urlsplit(adresse).path: await client.get(urlsplit(adresse).path) for adresse in adresses}
    assert {r.headers["content-type"] for r in reponses.values()} == {"application/xml"}
    return {chemin: etree.fromstring(r.content) for chemin, r in reponses.items()}


def chemins(plan_lu: etree._Element) -> list[str]:
    return [urlsplit(str(loc.text)).path for loc in plan_lu.findall("s:url/s:loc", NS)]


async def test_le_plan_du_site_mene_a_chaque_page_publique(client: httpx.AsyncClient, jeu: Jeu) -> None:
    vue, cachee = await un_publie(jeu), await un_brouillon(jeu)
    plans = await les_plans(client)
    robots = (await client.get("/robots.txt")).text

    trouves = [chemin for un in plans.values() for chemin in chemins(un)]
    attendus = {
        "/", "/structures", "/lieux", "/cycles", "/encart", f"/evenements/{vue.slug}", f"/lieux/{jeu.lieu_slug}",
        f"/structures/{jeu.structure_slug}", "/communes/30334",
    }  # fmt: skip
    assert attendus <= set(trouves)
    assert len(trouves) == len(set(trouves))
    assert cachee.slug not in str(trouves)
    assert {chemin: s for chemin in trouves if (s := (await client.get(chemin)).status_code) != 200} == {}
    assert f"Sitemap: {URL}/sitemap.xml" in robots
    fermes = [
        ligne.removeprefix("Disallow: ") for ligne in robots.splitlines() if ligne.startswith("Disallow")
    ]
    motifs = [re.compile(re.escape(ferme).replace(r"\*", ".*")) for ferme in fermes]
    assert "/mes-inscriptions" in fermes
    assert [chemin for chemin in trouves if any(motif.match(chemin) for motif in motifs)] == []


async def test_le_plan_du_site_suit_le_schema_de_sitemaps_org(
    client: httpx.AsyncClient, jeu: Jeu, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "TRANCHE", 2)
    for rang in range(5):
        await un_publie(jeu, titre=f"Soirée n° {rang} & co")
    schema = etree.XMLSchema(etree.parse(SCHEMA))

    plans = await les_plans(client)
    index = etree.fromstring((await client.get("/sitemap.xml")).content)

    assert len(plans) >= 4
    for un in plans.values():
        schema.assertValid(un)
    # L'index a les mêmes balises sous deux autres noms (le schéma de l'index est à part).
    assert index.tag == f"{{{plan.ESPACE}}}sitemapindex"
    assert {enfant.tag for enfant in index} == {f"{{{plan.ESPACE}}}sitemap"}
    index.tag = f"{{{plan.ESPACE}}}urlset"
    for enfant in index:
        enfant.tag = f"{{{plan.ESPACE}}}url"
    schema.assertValid(index)


async def test_le_dernier_changement_du_plan_est_vrai(
    client: httpx.AsyncClient, jeu: Jeu, horloge: HorlogeReglable
) -> None:
    vue = await un_publie(jeu)
    ensuite = horloge.avancer(days=2)
    await services.modifier_evenement(vue.slug, jeu.nadia, redemander(vue, titre="La pluie"), ensuite, URL)

    index = etree.fromstring((await client.get("/sitemap.xml")).content)
    evenements = (await les_plans(client))["/plan/evenements-1.xml"]
    dates = [
        index.findtext("s:sitemap[2]/s:lastmod", None, NS),
        evenements.findtext("s:url/s:lastmod", None, NS),
    ]
    assert dates == [ensuite.isoformat(timespec="seconds")] * 2


@pytest.mark.parametrize(
    "nom",
    [
        "pages-2.xml",
        "evenements-9.xml",
        "evenements-0.xml",
        "evenements-999999.xml",
        "evenements-1.txt",
        "x.xml",
    ],
)
async def test_un_plan_qui_n_existe_pas_se_dit(client: httpx.AsyncClient, jeu: Jeu, nom: str) -> None:
    await un_publie(jeu)

    assert (await client.get(f"/plan/{nom}")).status_code == 404


async def test_une_installation_vide_a_un_plan_et_une_image(client: httpx.AsyncClient, base: object) -> None:
    plans = await les_plans(client)

    assert list(plans) == ["/plan/pages-1.xml"]
    assert (await client.get("/agenda.txt")).status_code == 200
    assert (await client.get("/encart")).status_code == 200
