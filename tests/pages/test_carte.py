"""La carte : où tombent les choses, ce qui se réunit, ce que pèse le dessin, et ce que la page en dit."""

import itertools
import math
import random
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import brotli
import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.evenements.schemas import EvenementBref, LieuBref, Motif
from server.evenements.services import annuler_evenement
from server.lieux.contours import alleger
from server.lieux.regles import distance_km
from server.lieux.schemas import CommuneNommee, ContourDeCommune, VueCommune, VueLieu
from server.lieux.tables import Commune
from server.pages.agenda import composer_carte, lire_demande
from server.pages.carte import (
    BORD,
    ECART,
    HAUTEUR_MAX,
    LARGEUR,
    PIED,
    POIDS_CONTOURS,
    Carte,
    cadrer,
    dessiner,
    en_court,
    regrouper,
)
from server.socle.base import Moteur, ecriture
from tests.evenements.jeu import URL, poser_le_jeu, un_publie
from tests.fabriques import LUNDI, SAMEDI_SOIR, slug_de, un_evenement, un_lieu, une_commune
from tests.pages.test_agenda import BLAUZAC, COMMUNES, UZES, un_bref, une_page, une_vue_de_commune
from tests.pages.test_documents import HOSTILE, Lecture

LUSSAN = une_vue_de_commune("30151", "Lussan", 500, 44.1532, 4.3672)
TROIS = {**COMMUNES, LUSSAN.code: LUSSAN}
_rangs = itertools.count(1)


def un_lieu_bref(
    commune: VueCommune, lat: float | None = None, lon: float | None = None, nom: str = "Salle"
) -> LieuBref:
    return LieuBref(
        nom, f"salle-{next(_rangs)}", "", CommuneNommee(commune.code, commune.nom), lat, lon, True, "oui"
    )


def un_rendez_vous(lieu: LieuBref | None, jours: int = 1) -> EvenementBref:
    bref = un_bref(LUNDI + timedelta(days=jours))
    return msgspec.structs.replace(bref, slug=f"soiree-{next(_rangs)}", lieu=lieu)


def une_fiche(lieu: LieuBref) -> VueLieu:
    return VueLieu(
        slug=lieu.slug, nom=lieu.nom, description="", adresse="", commune=lieu.commune, lat=lieu.lat, lon=lieu.lon,
        interieur=True, places_assises=None, places_debout=None, cuisine=False, eau=False, electricite=False,
        acces_pmr="inconnu", acces="", repli=None, structure=None, modifie_le=LUNDI,
    )  # fmt: skip


def un_contour(
    commune: VueCommune, sommets: int = 80, graine: int = 0, rayon: float = 0.02
) -> ContourDeCommune:
    """Une forme cabossée autour du centre, allégée comme à l'importation."""
    alea = random.Random(f"{commune.code}{graine}")
    anneau = []
    for n in range(sommets):
        angle, large = 2 * math.pi * n / sommets, rayon * alea.uniform(0.8, 1.1)
        anneau.append([commune.lon + 1.39 * large * math.cos(angle), commune.lat + large * math.sin(angle)])
    forme = alleger({"type": "Polygon", "coordinates": [[*anneau, anneau[0]]]})
    return ContourDeCommune(commune.code, commune.nom, commune.lat, commune.lon, msgspec.Raw(forme.encode()))


def un_departement(combien: int = 360) -> dict[str, VueCommune]:
    """Des communes en quinconce, sur une centaine de kilomètres."""
    rangs = [divmod(n, 18) for n in range(combien)]
    vues = [
        une_vue_de_commune(
            f"30{n:03}", f"Saint-Village-{n}", 300 + 37 * n % 4000, 43.5 + 0.045 * y, 3.5 + 0.062 * x
        )
        for n, (y, x) in enumerate(rangs)
    ]
    return {vue.code: vue for vue in vues}


def departs(trace: str) -> list[tuple[int, int]]:
    return [(int(x), int(y)) for x, y in re.findall(r"M(-?\d+) (-?\d+)l", trace)]


# --- où tombent les choses ------------------------------------------------------------------------------------------


def test_le_nord_est_en_haut_et_l_est_a_droite() -> None:
    projeter = cadrer([(c.lat, c.lon) for c in TROIS.values()])
    (x_uzes, y_uzes), (x_blauzac, y_blauzac) = (
        projeter(UZES.lat, UZES.lon),
        projeter(BLAUZAC.lat, BLAUZAC.lon),
    )

    assert y_uzes < y_blauzac
    assert x_uzes > x_blauzac


@given(
    st.lists(st.tuples(st.floats(43.4, 44.5), st.floats(3.3, 4.9)), min_size=2, max_size=12),
)
def test_les_distances_du_dessin_sont_celles_du_terrain(points: list[tuple[float, float]]) -> None:
    """À deux pour cent près sur un département : c'est ce que vaut cette projection, et ce que dit l'échelle."""
    projeter = cadrer(points)
    a, b = points[0], points[-1]
    vraie = distance_km(*a, *b)

    dessinee = math.dist(projeter(*a), projeter(*b)) / projeter.unites_par_km

    assert dessinee == pytest.approx(vraie, rel=0.02, abs=0.01)
    assert all(projeter.contient(*projeter(*point)) for point in points)
    assert projeter.hauteur <= HAUTEUR_MAX


def test_une_commune_seule_a_de_l_espace_autour_d_elle() -> None:
    carte = dessiner({UZES.code: UZES}, [], [], [])

    assert carte.points == [(LARGEUR // 2, (carte.hauteur - PIED) // 2, 44, False)]
    assert carte.echelle.km >= 1
    assert [nom.mot for nom in carte.noms] == ["Uzès"]


def test_un_territoire_sans_commune_se_dessine_vide() -> None:
    carte = dessiner({}, [], [], [un_rendez_vous(None)])

    assert (carte.calmes, carte.vives, carte.points, carte.ronds) == ("", "", [], [])
    assert len(carte.sans_place) == 1


def test_une_commune_dont_on_ignore_le_centre_ne_deforme_rien() -> None:
    perdue = une_vue_de_commune("30999", "Perdue", 100, 0.0, 0.0)
    evenement = un_rendez_vous(un_lieu_bref(perdue))

    carte = dessiner({**TROIS, perdue.code: perdue}, [], [], [evenement])

    assert carte.hauteur == dessiner(TROIS, [], [], []).hauteur
    assert len(carte.points) == len(TROIS)
    assert carte.sans_place == [evenement]


@pytest.mark.parametrize(("lat", "lon"), [(48.85, 2.35), (0.0, 0.0), (None, None), (44.0, None)])
def test_un_lieu_aux_coordonnees_absurdes_se_montre_dans_sa_commune(
    lat: float | None, lon: float | None
) -> None:
    carte = dessiner(TROIS, [], [], [un_rendez_vous(un_lieu_bref(BLAUZAC, lat, lon))])
    sans_coordonnees = dessiner(TROIS, [], [], [un_rendez_vous(un_lieu_bref(BLAUZAC))])

    assert [(r.x, r.y) for r in carte.ronds] == [(r.x, r.y) for r in sans_coordonnees.ronds]
    assert carte.ronds[0].communes == ["Blauzac"]


def test_un_lieu_hors_du_cadre_reste_dans_la_liste() -> None:
    """Vingt kilomètres au nord de tout : plausible, mais la carte ne va pas jusque-là."""
    dehors = un_rendez_vous(un_lieu_bref(LUSSAN, LUSSAN.lat + 0.18, LUSSAN.lon))

    carte = dessiner(TROIS, [], [], [dehors])

    assert carte.ronds == []
    assert carte.sans_place == [dehors]


def test_un_lieu_au_bord_du_territoire_se_voit_sans_contour() -> None:
    """Le dernier village n'est qu'un point : son stade, à deux kilomètres, est encore sur la carte."""
    stade = un_rendez_vous(un_lieu_bref(LUSSAN, LUSSAN.lat + 0.018, LUSSAN.lon))

    assert dessiner(TROIS, [], [], [stade]).ronds[0].communes == ["Lussan"]


def test_autour_d_une_commune_la_carte_se_rapproche() -> None:
    loin, pres = dessiner(TROIS, [], [], []), dessiner(TROIS, [], [], [], autour="30334", rayon_km=5)

    assert pres.echelle.longueur / pres.echelle.km > 1.5 * loin.echelle.longueur / loin.echelle.km
    assert dessiner(TROIS, [], [], [], autour="99999") == loin


# --- ce qui se réunit -----------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.floats(0, LARGEUR), st.floats(0, 600)), max_size=30),
    st.data(),
)
def test_deux_ronds_ne_se_touchent_jamais(points: list[tuple[float, float]], data: st.DataObject) -> None:
    poids = data.draw(st.lists(st.integers(1, 9), min_size=len(points), max_size=len(points)))

    rattache = regrouper(points, poids)

    gardes = set(rattache)
    assert all(rattache[garde] == garde for garde in gardes)
    assert all(math.dist(points[a], points[b]) >= ECART for a, b in itertools.combinations(gardes, 2))
    assert all(math.dist(points[n], points[vers]) < ECART for n, vers in enumerate(rattache) if n != vers)


def test_plusieurs_au_meme_endroit_font_un_rond_et_un_nombre() -> None:
    halle, place = un_lieu_bref(UZES, 44.012, 4.419), un_lieu_bref(UZES, 44.013, 4.420)
    evenements = [
        un_rendez_vous(halle),
        un_rendez_vous(un_lieu_bref(LUSSAN)),
        un_rendez_vous(place),
        un_rendez_vous(halle),
    ]

    carte = dessiner(TROIS, [], [], evenements)

    assert [(r.ancre, r.communes, r.nombre) for r in carte.ronds] == [
        ("endroit-1", ["Uzès"], 3),
        ("endroit-2", ["Lussan"], 1),
    ]
    # Dans l'ordre où ils viennent, chacun une fois.
    assert carte.ronds[0].evenements == [evenements[0], evenements[2], evenements[3]]


def test_la_prise_d_un_rond_ne_mord_pas_sur_son_voisin() -> None:
    voisins = [un_rendez_vous(un_lieu_bref(UZES, 44.0133 + 0.011 * n, 4.4162)) for n in range(6)]

    ronds = dessiner(TROIS, [], [], voisins).ronds

    assert len(ronds) > 1
    assert all(r.prise >= ECART / 2 - 1 for r in ronds)
    for un, autre in itertools.combinations(ronds, 2):
        assert math.dist((un.x, un.y), (autre.x, autre.y)) >= un.prise + autre.prise - 2


def test_un_rond_de_plusieurs_communes_mene_a_une_carte_plus_proche() -> None:
    communes = un_departement()
    voisines = [communes["30000"], communes["30001"]]
    dessin = dessiner(communes, [], [], [un_rendez_vous(un_lieu_bref(c)) for c in voisines])
    demande = lire_demande({"vue": "carte", "theme": "eau"})

    (endroit,) = composer_carte(demande, une_page(), dessin).endroits
    de_pres = composer_carte(
        lire_demande({"vue": "carte", "commune": "30000", "rayon_km": "10"}), une_page(), dessin
    )

    assert endroit.titre == "Saint-Village-0 et Saint-Village-1"
    assert endroit.dit == "Saint-Village-0 et Saint-Village-1\u202f: 2 rendez-vous"
    assert endroit.zoom == "/?commune=30000&rayon_km=10&theme=eau&vue=carte"
    assert de_pres.endroits[0].zoom is None


def test_deux_ronds_d_une_meme_commune_se_distinguent_par_leur_lieu() -> None:
    village, hameau = un_lieu_bref(UZES, nom="Halle"), un_lieu_bref(UZES, 44.08, 4.4162, nom="Four du hameau")
    dessin = dessiner(TROIS, [], [], [un_rendez_vous(village), un_rendez_vous(hameau)])

    endroits = composer_carte(lire_demande({"vue": "carte"}), une_page(), dessin).endroits

    assert [endroit.titre for endroit in endroits] == ["Halle, Uzès", "Four du hameau, Uzès"]


def test_un_lieu_ou_rien_n_est_prevu_est_un_carre_et_un_lieu_anime_n_en_est_pas_un() -> None:
    halle, pre = un_lieu_bref(UZES, nom="Halle"), un_lieu_bref(LUSSAN, nom="Pré")
    salle, foyer = un_lieu_bref(BLAUZAC, nom="Salle"), un_lieu_bref(BLAUZAC, nom="Foyer")
    lieux = [une_fiche(lieu) for lieu in (halle, pre, salle, foyer)]

    dessin = dessiner(TROIS, [], lieux, [un_rendez_vous(halle)])
    carres = composer_carte(lire_demande({"vue": "carte"}), une_page(), dessin).carres

    assert [(dit, lien) for _, dit, lien in carres] == [
        ("Pré, Lussan\u202f: rien de prévu", f"/lieux/{pre.slug}"),
        ("Salle, Blauzac, et d’autres lieux\u202f: rien de prévu", "/communes/30041"),
    ]


# --- le dessin ------------------------------------------------------------------------------------------------------


def test_une_commune_animee_se_distingue_et_celle_sans_contour_est_un_point() -> None:
    contours = [un_contour(UZES), un_contour(BLAUZAC)]

    carte = dessiner(
        TROIS, contours, [], [un_rendez_vous(un_lieu_bref(UZES)), un_rendez_vous(un_lieu_bref(LUSSAN))]
    )

    assert len(departs(carte.vives)) == 1
    assert len(departs(carte.calmes)) == 1
    assert [(rayon, vive) for _, _, rayon, vive in carte.points] == [(11, True)]


def test_un_point_grandit_avec_la_population() -> None:
    rayons = {
        nom: rayon for (_, _, rayon, _), nom in zip(dessiner(TROIS, [], [], []).points, TROIS, strict=True)
    }

    assert rayons[LUSSAN.code] < rayons[BLAUZAC.code] < rayons[UZES.code]


def test_une_commune_en_plusieurs_morceaux_les_a_tous() -> None:
    ile = [[[4.5, 44.0], [4.52, 44.0], [4.52, 44.02], [4.5, 44.02], [4.5, 44.0]]]
    terre = [[[4.3, 43.9], [4.4, 43.9], [4.4, 44.0], [4.3, 44.0], [4.3, 43.9]]]
    geojson = msgspec.json.encode({"type": "MultiPolygon", "coordinates": [ile, terre]})
    contour = ContourDeCommune(UZES.code, UZES.nom, UZES.lat, UZES.lon, msgspec.Raw(geojson))

    carte = dessiner({UZES.code: UZES}, [contour], [], [])

    assert len(departs(carte.calmes)) == 2
    assert carte.calmes.count("z") == 2


def test_un_trace_revient_ou_il_le_dit() -> None:
    """Les pas relatifs, additionnés, redonnent les sommets du contour, à l'arrondi près."""
    carre = [[4.35, 44.0], [4.45, 44.0], [4.45, 44.05], [4.35, 44.05], [4.35, 44.0]]
    geojson = msgspec.json.encode({"type": "Polygon", "coordinates": [carre]})
    carte = dessiner(
        {UZES.code: UZES},
        [ContourDeCommune(UZES.code, UZES.nom, UZES.lat, UZES.lon, msgspec.Raw(geojson))],
        [],
        [],
    )
    projeter = cadrer([(lat, lon) for lon, lat in carre])

    nombres = [int(n) for n in re.findall(r"-?\d+", carte.calmes)]
    pas = [(nombres[n], nombres[n + 1]) for n in range(0, len(nombres), 2)]
    sommets = list(itertools.accumulate(pas, lambda a, b: (a[0] + b[0], a[1] + b[1])))

    attendus = [projeter(lat, lon) for lon, lat in carre[:-1]]
    assert all(math.dist(vu, attendu) < 1 for vu, attendu in zip(sommets, attendus, strict=True))


def test_les_noms_ne_couvrent_ni_les_ronds_ni_les_autres_noms_et_tiennent_dans_le_cadre() -> None:
    communes = {
        c.code: msgspec.structs.replace(c, nom=f"Village {c.code}") for c in un_departement().values()
    }
    evenements = [un_rendez_vous(un_lieu_bref(commune)) for commune in list(communes.values())[::25]]

    carte = dessiner(communes, [], [], evenements)

    boites = [boite_de(nom.mot, nom.x, nom.y, nom.ancrage) for nom in carte.noms]
    assert len(boites) > 5
    assert all(g >= 0 and h >= 0 and d <= LARGEUR and b <= carte.hauteur - PIED for g, h, d, b in boites)
    ronds = [(r.x - 24, r.y - 24, r.x + 24, r.y + 24) for r in carte.ronds]
    for une, autre in [*itertools.combinations(boites, 2), *itertools.product(boites, ronds)]:
        assert not (une[0] < autre[2] and autre[0] < une[2] and une[1] < autre[3] and autre[1] < une[3])


def boite_de(mot: str, x: int, y: int, ancrage: str) -> tuple[float, float, float, float]:
    """Au moins la place que prend un nom de 25 unités."""
    large = len(mot) * 25 * 0.5
    gauche = x - {"start": 0, "middle": large / 2, "end": large}[ancrage]
    return gauche, y - 20, gauche + large, y + 4


def test_un_departement_entier_garde_sa_forme_et_reste_leger() -> None:
    communes = un_departement()
    contours = [un_contour(commune) for commune in communes.values()]

    carte = dessiner(communes, contours, [], [])

    assert len(departs(carte.calmes)) == len(communes)
    assert 6_000 < len(carte.calmes) <= POIDS_CONTOURS
    assert len(brotli.compress(carte.calmes.encode(), quality=6)) < 8_000
    # Au moins six côtés chacune, en moyenne : on y reconnaît un territoire, pas un damier.
    assert len(re.findall(r"-?\d+", carte.calmes)) / 2 / len(communes) >= 6


def test_la_carte_tient_ses_ronds_entiers() -> None:
    communes = un_departement()

    carte = dessiner(communes, [], [], [un_rendez_vous(un_lieu_bref(c)) for c in communes.values()])

    assert sum(r.nombre for r in carte.ronds) + len(carte.sans_place) == len(communes)
    assert carte.sans_place == []
    assert all(
        BORD <= r.x <= LARGEUR - BORD and BORD <= r.y <= carte.hauteur - PIED - BORD for r in carte.ronds
    )


# --- la page --------------------------------------------------------------------------------------------------------


@ecriture
async def dessiner_le_contour(code: str, contour: str) -> None:
    await Commune.update({Commune.contour: contour}).where(Commune.code == code)


async def lire(client: httpx.AsyncClient, chemin: str) -> tuple[str, Lecture]:
    reponse = await client.get(chemin)
    assert reponse.status_code == 200
    lecture = Lecture(reponse.text)
    assert lecture.defauts == []
    return reponse.text, lecture


async def test_chaque_point_mene_a_sa_part_de_la_liste_et_elle_y_ramene(
    base: Moteur, client: httpx.AsyncClient
) -> None:
    await une_commune("30151", "Lussan", lat=44.1532, lon=4.3672)
    lieux = [await un_lieu("Halle"), await un_lieu("Château", "30151"), None]
    slugs = [await slug_de(await un_evenement(lieu=lieu, en_ligne=lieu is None)) for lieu in lieux]

    texte, page = await lire(client, "/?vue=carte")

    ancres = {attributs["id"] for _, attributs in page.elements if "id" in attributs}
    internes = [lien for lien in page.liens() if lien.startswith("#")]
    assert {"#endroit-1", "#endroit-2", "#sur-endroit-1", "#sur-endroit-2"} <= set(internes)
    assert all(lien[1:] in ancres for lien in internes)
    assert [f"/evenements/{slug}" in page.liens() for slug in slugs] == [True] * 3
    assert "Pas sur la carte" in texte
    assert "Lussan\u202f: 1 rendez-vous" in texte
    assert "style=" not in texte


async def test_la_carte_garde_les_filtres_et_se_vide_en_le_disant(
    base: Moteur, client: httpx.AsyncClient
) -> None:
    await un_evenement("Débat", lieu=await un_lieu("Halle"))

    filtree, page = await lire(client, "/?vue=carte&q=debat")
    vide, _ = await lire(client, "/?vue=carte&q=introuvable")

    assert "/?q=debat&gratuit=true&vue=carte" in page.liens()
    assert "/?q=debat&vue=mois" in page.liens()
    assert "/?q=debat" in page.liens()
    assert filtree.count('class="carte ') == 1
    assert "<figure" not in vide
    assert "Aucun rendez-vous ne correspond" in vide


async def test_la_carte_suit_ce_qui_change(base: Moteur, client: httpx.AsyncClient) -> None:
    jeu = await poser_le_jeu()
    publie = await un_publie(jeu)
    avant, _ = await lire(client, "/?vue=carte")

    await annuler_evenement(publie.slug, jeu.nadia, Motif("Vent."), LUNDI, URL)
    apres, _ = await lire(client, "/?vue=carte")

    assert "Uzès\u202f: 1 rendez-vous" in avant
    assert "Annulé" not in avant
    assert "Annulé" in apres


async def test_un_nom_hostile_se_dessine_sans_rien_faire(base: Moteur, client: httpx.AsyncClient) -> None:
    await une_commune("30151", HOSTILE, lat=44.1532, lon=4.3672)
    await un_lieu(HOSTILE, "30151", slug="hostile")
    await un_evenement(HOSTILE, lieu=await un_lieu("Halle"))
    await un_evenement(HOSTILE, lieu=await un_lieu(HOSTILE, "30151", lat=44.1, lon=4.3, slug="hostile-2"))

    texte, page = await lire(client, "/?vue=carte")

    assert "<script>alert" not in texte
    assert page.tous("img") == []


async def test_le_passe_aussi_a_sa_carte(base: Moteur, client: httpx.AsyncClient) -> None:
    await un_evenement(lieu=await un_lieu("Halle"), debut=datetime(2026, 5, 12, 17, tzinfo=UTC))

    texte, page = await lire(client, "/?au=2026-05-31&vue=carte")

    assert "Ce qui a eu lieu" in texte
    assert "#endroit-1" in page.liens()
    assert "/?vue=carte" in page.liens()


async def peupler_un_departement(communes: Sequence[VueCommune]) -> None:
    for commune in communes:
        await une_commune(
            commune.code, commune.nom, population=commune.population, lat=commune.lat, lon=commune.lon
        )
        contour = un_contour(commune).contour
        assert contour is not None
        await dessiner_le_contour(commune.code, bytes(contour).decode())
    for rang, commune in enumerate(communes[::4]):
        lieu = await un_lieu(f"Salle des fêtes {rang}", commune.code)
        moments = {"reflexion": 60, "banquet": 80, "concert": None}
        await un_evenement(
            f"La soirée du village numéro {rang}",
            lieu=lieu,
            moments=moments,
            debut=SAMEDI_SOIR + timedelta(days=rang),
        )


@pytest.mark.parametrize("genre_de_base", ["sqlite"], indirect=True)
async def test_la_carte_d_un_departement_reste_une_page_legere(
    base: Moteur, client: httpx.AsyncClient
) -> None:
    """360 communes à contours, 90 évènements : moins de 30 ko compressés, liste comprise."""
    await peupler_un_departement(list(un_departement().values()))

    reponse = await client.get("/?vue=carte", headers={"accept-encoding": "br"})
    texte, page = await lire(client, "/?vue=carte")

    assert int(reponse.headers["content-length"]) < 30_000
    assert texte.count('class="carte ') == 60
    assert any("curseur=" in lien and "vue=carte" in lien for lien in page.liens())


def test_le_dessin_ne_depend_que_de_ce_qu_on_lui_donne() -> None:
    evenements = [un_rendez_vous(un_lieu_bref(UZES)), un_rendez_vous(un_lieu_bref(LUSSAN))]

    un, autre = (dessiner(TROIS, [un_contour(UZES)], [], evenements) for _ in range(2))

    assert isinstance(un, Carte)
    assert un == autre


@pytest.mark.parametrize(
    ("commune", "court"),
    [
        ("Saint-Maximin", "St-Maximin"),
        ("Sainte-Anastasie", "Ste-Anastasie"),
        ("Arpaillargues-et-Aureillac", "Arpaillargues"),
        ("Saint-Laurent-la-Vernède", "St-Laurent"),
        ("Uzès", "Uzès"),
        ("Montaren-et-Saint-Médiers", "Montaren"),
    ],
)
def test_un_nom_trop_long_se_dit_comme_sur_un_panneau(commune: str, court: str) -> None:
    assert en_court(commune) == court
