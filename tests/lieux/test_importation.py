"""Importer un territoire : un vrai serveur qui répond, qui tarde, qui tombe ; et un fichier qui a des fautes."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from server import __version__
from server.lieux.geo import (
    Geo,
    HttpPublic,
    ReponseIllisible,
    ServiceInjoignable,
    ServiceRefuse,
)
from server.lieux.importation import (
    Avancement,
    ImportationImpossible,
    ImportationInterrompue,
    ParCommunes,
    ParDepartement,
    ParEpci,
    ParFichier,
    Source,
    choisir_source,
    importer_territoire,
    lire_csv,
)
from server.lieux.lectures import lire_commune, lire_contours
from server.lieux.tables import Commune
from server.socle.base import Moteur
from tests.lieux.faux_geo import COUPURE, FauxGeo, une_commune_geo

UZES = une_commune_geo("30334", "Uzès", 8519)
SIREN = ParEpci("200034379")


class Sommeils:
    """Retient les attentes au lieu de les faire."""

    def __init__(self) -> None:
        self.durees: list[float] = []

    async def __call__(self, duree: float) -> None:
        self.durees.append(duree)


@pytest.fixture
def geo() -> Generator[FauxGeo, None, None]:
    communes = [
        une_commune_geo(f"30{rang:03}", f"Commune {rang}", 10 * rang, lon=4 + rang / 100)
        for rang in range(1, 25)
    ]
    faux = FauxGeo([*communes, UZES])
    yield faux
    faux.fermer()


@pytest.fixture
def sommeils() -> Sommeils:
    return Sommeils()


@pytest.fixture
async def http(sommeils: Sommeils) -> AsyncGenerator[HttpPublic, None]:
    http = HttpPublic("https://agenda.example", dormir=sommeils)
    yield http
    await http.fermer()


def muet(_: Avancement) -> None:
    return


# --- La porte -------------------------------------------------------------------------------------------------------


async def test_on_se_presente_par_son_nom(geo: FauxGeo, http: HttpPublic) -> None:
    await http.json(f"{geo.adresse}/communes/30334", {})

    assert geo.agents == {f"Tablees/{__version__} (+https://agenda.example)"}


async def test_apres_un_429_on_attend_ce_qui_est_demande_puis_on_recommence(
    geo: FauxGeo, http: HttpPublic, sommeils: Sommeils
) -> None:
    geo.en_panne(429, retry_after="7")

    assert (await http.json(f"{geo.adresse}/communes/30334", {"fields": "nom"}))["nom"] == "Uzès"
    assert sommeils.durees == [7.0]


async def test_une_date_de_reprise_se_compte_depuis_la_reponse(
    geo: FauxGeo, http: HttpPublic, sommeils: Sommeils
) -> None:
    geo.en_panne(503, date="Mon, 01 Jun 2026 08:00:00 GMT", retry_after="Mon, 01 Jun 2026 08:00:30 GMT")

    await http.json(f"{geo.adresse}/communes/30334", {})

    assert sommeils.durees == [30.0]


async def test_une_attente_demesuree_rend_la_main(geo: FauxGeo, http: HttpPublic, sommeils: Sommeils) -> None:
    geo.en_panne(429, retry_after="86400")

    with pytest.raises(ServiceInjoignable, match="erreur 429"):
        await http.json(f"{geo.adresse}/communes/30334", {})
    assert sommeils.durees == []


@pytest.mark.parametrize("retry_after", ["", "bientôt", "-5", "1e9", "9" * 30])
async def test_un_retry_after_etrange_ne_fait_pas_tomber(
    geo: FauxGeo, http: HttpPublic, sommeils: Sommeils, retry_after: str
) -> None:
    geo.en_panne(503, retry_after=retry_after)

    try:
        await http.json(f"{geo.adresse}/communes/30334", {})
    except ServiceInjoignable:
        assert retry_after.startswith("9")
    else:
        assert sommeils.durees == [0.5]


async def test_devant_des_pannes_les_essais_s_espacent_et_s_arretent(
    geo: FauxGeo, http: HttpPublic, sommeils: Sommeils
) -> None:
    geo.en_panne(500, 502, COUPURE, 503, 500, 500)

    with pytest.raises(ServiceInjoignable, match="ne répond pas"):
        await http.json(f"{geo.adresse}/communes/30334", {})
    assert sommeils.durees == [0.5, 1.0, 2.0, 4.0]


async def test_une_coupure_passagere_ne_se_voit_pas(geo: FauxGeo, http: HttpPublic) -> None:
    geo.en_panne(COUPURE, 500)

    assert (await http.json(f"{geo.adresse}/communes/30334", {}))["code"] == "30334"


async def test_un_refus_ne_se_retente_pas(geo: FauxGeo, http: HttpPublic, sommeils: Sommeils) -> None:
    with pytest.raises(ServiceRefuse) as refus:
        await http.json(f"{geo.adresse}/communes/99999", {})

    assert refus.value.statut == 404
    assert sommeils.durees == []
    assert len(geo.demandes) == 1


async def test_sans_reseau_la_phrase_est_claire(http: HttpPublic) -> None:
    with socket.socket() as occupe:
        occupe.bind(("127.0.0.1", 0))
        port = occupe.getsockname()[1]

    with pytest.raises(ServiceInjoignable, match=r"127\.0\.0\.1:\d+ ne répond pas .* Vérifiez le réseau"):
        await http.json(f"http://127.0.0.1:{port}/communes", {})


async def test_une_reponse_qui_n_est_pas_du_json_est_dite(
    geo: FauxGeo, http: HttpPublic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.lieux.faux_geo.json.dumps", lambda _: "<html>portail captif</html>")

    with pytest.raises(ReponseIllisible, match="JSON"):
        await http.json(f"{geo.adresse}/communes/30334", {})


async def test_une_reponse_demesuree_est_coupee(
    geo: FauxGeo, http: HttpPublic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.lieux.geo.OCTETS_MAX", 100)

    with pytest.raises(ReponseIllisible, match="démesurée"):
        await http.json(f"{geo.adresse}/communes/30334", {"fields": "contour"})


async def test_une_forme_inattendue_est_dite(geo: FauxGeo, http: HttpPublic) -> None:
    for champs in (
        {"code": "303341"},
        {"nom": "a\x00b"},
        {"centre": {"coordinates": [400, 44]}},
        {"population": -1},
    ):
        geo.communes = {"30334": {**UZES, **champs}}
        geo.epcis = {"200034379": ["30334"]}
        with pytest.raises(ReponseIllisible, match="changé de forme"):
            await Geo(http, geo.adresse).communes_de_l_epci("200034379")


# --- L'importation --------------------------------------------------------------------------------------------------


async def test_un_epci_s_importe_avec_ses_contours(base: Moteur, geo: FauxGeo, http: HttpPublic) -> None:
    etapes: list[Avancement] = []

    bilan = await importer_territoire(SIREN, http, etapes.append, adresse=geo.adresse)

    assert (bilan.communes, bilan.ajoutees, bilan.modifiees, bilan.contours) == (25, 25, 0, 25)
    uzes = await lire_commune("30334")
    assert (uzes.nom, uzes.population, uzes.codes_postaux, uzes.departement) == (
        "Uzès",
        8519,
        ["30700"],
        "30",
    )
    contours = await lire_contours()
    assert all(trace.contour is not None and len(bytes(trace.contour)) <= 1800 for trace in contours)
    assert [etape.fait for etape in etapes if etape.etape == "contours"] == list(range(1, 26))
    assert etapes[0] == Avancement("communes", 25, 25, "Uzès")


async def test_recommencer_met_a_jour_sans_redemander_les_contours(
    base: Moteur, geo: FauxGeo, http: HttpPublic
) -> None:
    await importer_territoire(SIREN, http, muet, adresse=geo.adresse)
    geo.demandes.clear()
    geo.communes["30334"] |= {"nom": "Uzès-la-Belle", "population": 9000}

    bilan = await importer_territoire(SIREN, http, muet, adresse=geo.adresse)

    assert (bilan.ajoutees, bilan.modifiees, bilan.contours) == (0, 1, 0)
    assert len(geo.demandes) == 1
    assert (await lire_commune("30334")).nom == "Uzès-la-Belle"
    assert await Commune.count().where(Commune.contour.is_null()) == 0


async def test_une_importation_coupee_reprend_ou_elle_en_etait(
    base: Moteur, geo: FauxGeo, http: HttpPublic
) -> None:
    geo.panne_apres = 14  # la liste et treize contours

    with pytest.raises(ImportationInterrompue, match="12 attendent leur contour"):
        await importer_territoire(SIREN, http, muet, adresse=geo.adresse)
    assert await Commune.count() == 25
    assert await Commune.count().where(Commune.contour.is_not_null()) == 13

    premiers = geo.contours_demandes()
    geo.panne_apres = None
    geo.demandes.clear()
    bilan = await importer_territoire(SIREN, http, muet, adresse=geo.adresse)

    assert bilan.contours == 12
    assert set(geo.contours_demandes()).isdisjoint(premiers)
    assert len(premiers) + len(geo.contours_demandes()) == 25


async def test_une_importation_abandonnee_garde_ce_qui_est_arrive(
    base: Moteur, geo: FauxGeo, http: HttpPublic
) -> None:
    tache: asyncio.Task[object]

    def couper(avancement: Avancement) -> None:
        if avancement.etape == "contours" and avancement.fait == 4:
            tache.cancel()

    tache = asyncio.create_task(importer_territoire(SIREN, http, couper, adresse=geo.adresse))
    with pytest.raises(asyncio.CancelledError):
        await tache

    assert await Commune.count().where(Commune.contour.is_not_null()) == 4


async def test_une_liste_de_codes_ne_prend_qu_elle(base: Moteur, geo: FauxGeo, http: HttpPublic) -> None:
    bilan = await importer_territoire(ParCommunes(("30334", "30001")), http, muet, adresse=geo.adresse)

    assert bilan.ajoutees == 2
    assert [trace.code for trace in await lire_contours()] == ["30001", "30334"]


async def test_un_departement_s_importe(base: Moteur, geo: FauxGeo, http: HttpPublic) -> None:
    geo.communes["07001"] = une_commune_geo("07001", "Accons")

    bilan = await importer_territoire(ParDepartement("07"), http, muet, adresse=geo.adresse, contours=False)

    assert (bilan.ajoutees, bilan.contours) == (1, 0)
    assert len(geo.demandes) == 1


@pytest.mark.parametrize(
    ("source", "phrase"),
    [
        (ParEpci("200000008"), "Aucune intercommunalité n'a le SIREN 200000008"),
        (ParDepartement("99"), "Aucun département n'a le code 99"),
        (ParCommunes(("30334", "99999", "88888")), "Aucune commune n'a ce code INSEE : 99999, 88888"),
    ],
)
async def test_un_code_inconnu_n_ecrit_rien(
    base: Moteur, geo: FauxGeo, http: HttpPublic, source: Source, phrase: str
) -> None:
    with pytest.raises(ImportationImpossible, match=phrase):
        await importer_territoire(source, http, muet, adresse=geo.adresse)

    assert await Commune.count() == 0


async def test_un_service_en_panne_des_la_liste_n_ecrit_rien(
    base: Moteur, geo: FauxGeo, http: HttpPublic
) -> None:
    geo.panne_apres = 0

    with pytest.raises(ImportationImpossible) as refus:
        await importer_territoire(SIREN, http, muet, adresse=geo.adresse)

    assert refus.value.phrases[-1] == "Rien n'a été écrit."
    assert await Commune.count() == 0


async def test_une_commune_sans_contour_ou_sans_centre_ne_bloque_pas_les_autres(
    base: Moteur, geo: FauxGeo, http: HttpPublic
) -> None:
    del geo.communes["30001"]["contour"]
    geo.communes["30002"]["contour"] = {"type": "Point", "coordinates": [4, 44]}
    del geo.communes["30003"]["centre"]
    del geo.communes["30004"]["population"]

    bilan = await importer_territoire(SIREN, http, muet, adresse=geo.adresse)

    assert (bilan.communes, bilan.contours, bilan.sans_contour) == (24, 22, ["Commune 1", "Commune 2"])
    assert (await lire_commune("30004")).population == 0


# --- Le fichier -----------------------------------------------------------------------------------------------------

CSV = "insee,nom,codes_postaux,population,lat,lon\n30334,Uzès,30700,8519,44.01334,4.41620\n"


async def test_un_fichier_s_importe_sans_reseau(
    base: Moteur, tmp_path: Path, geo: FauxGeo, http: HttpPublic
) -> None:
    fichier = tmp_path / "communes.csv"
    fichier.write_text(CSV, encoding="utf-8")

    bilan = await importer_territoire(ParFichier(fichier), http, muet, adresse=geo.adresse)

    assert (bilan.ajoutees, bilan.contours, geo.demandes) == (1, 0, [])


async def test_les_lignes_fautives_sont_toutes_dites_et_rien_n_est_ecrit(
    base: Moteur, tmp_path: Path, http: HttpPublic
) -> None:
    fichier = tmp_path / "communes.csv"
    fichier.write_text(
        CSV + "3,,x,beaucoup,north,4\n\n30334,Uzès,30700,1,44,4\n30001,A,3070,1,44\n", encoding="utf-8"
    )

    with pytest.raises(ImportationImpossible) as refus:
        await importer_territoire(ParFichier(fichier), http, muet)

    assert [phrase.split(" : ")[0] for phrase in refus.value.phrases[:-1]] == [
        "Ligne 3",
        "Ligne 5",
        "Ligne 6",
    ]
    for fragment in (
        "« 3 » n'est pas un code INSEE",
        "nom manque",
        "« north »",
        "« beaucoup »",
        "code postal",
    ):
        assert fragment in refus.value.phrases[0]
    assert "déjà dans le fichier" in refus.value.phrases[1]
    assert "Rien n'a été écrit" in refus.value.phrases[-1]
    assert await Commune.count() == 0


@pytest.mark.parametrize(
    "octets",
    [
        CSV.encode("utf-8-sig"),
        CSV.encode("cp1252"),
        CSV.replace(",", ";").encode(),
        CSV.replace("44.01334", '"44,01334"').encode(),
        CSV.replace("\n", "\r\n").encode(),
        CSV.replace("insee", "Code INSEE").replace("codes_postaux", "Code postal").encode(),
        CSV.replace("8519", "8\u202f519").encode(),
        b"autre,population,lon,lat,nom,code,code_postal\nx,8519,4.4162,44.01334,Uz\xc3\xa8s,30334,30700\n",
    ],
    ids=["bom", "windows", "points-virgules", "virgule décimale", "crlf", "titres", "espace fine", "ordre"],
)
def test_un_csv_de_tableur_se_lit(octets: bytes) -> None:
    (uzes,) = lire_csv(octets)

    assert (uzes.code, uzes.nom, uzes.codes_postaux, uzes.population) == ("30334", "Uzès", ("30700",), 8519)
    assert (round(uzes.lat, 5), round(uzes.lon, 4)) == (44.01334, 4.4162)


def test_le_zero_mange_par_un_tableur_est_rendu() -> None:
    (commune,) = lire_csv(b"insee,nom,codes_postaux,lat,lon\n1001,L'Abergement,1400,46.1,4.9\n")

    assert (commune.code, commune.codes_postaux, commune.departement) == ("01001", ("01400",), "01")


@pytest.mark.parametrize(
    ("octets", "phrase"),
    [
        (b"", "Ligne 1"),
        (b"insee,nom\n1,2\n", "lat, lon"),
        (CSV.split("\n", maxsplit=1)[0].encode(), "aucune commune"),
        (b"insee,nom,lat,lon\n30334,Uz\x00es,44,4\n", "Ligne 2"),
        ("insee,nom,lat,lon\n30334,Uz\u202ees,44,4\n".encode(), "Ligne 2"),
        (b'insee,nom,lat,lon\n30334,"Uzes\nbas",44,4\n', "invisibles"),
        (b"insee,nom,lat,lon\n30334," + b"U" * 10_000 + b",44,4\n", "trop long"),
        (b"insee,nom,lat,lon\n30334," + b"U" * 200_000 + b",44,4\n", "pas du CSV"),
        (b"insee,nom,lat,lon\n30334,U,nan,inf\n", "latitude"),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 50, "Ligne 1"),
    ],
)
def test_un_fichier_qui_n_est_pas_une_liste_de_communes_est_refuse(octets: bytes, phrase: str) -> None:
    with pytest.raises(ImportationImpossible, match=phrase):
        lire_csv(octets)


def test_une_erreur_ne_derange_pas_le_terminal() -> None:
    with pytest.raises(ImportationImpossible) as refus:
        lire_csv(b"insee,nom,lat,lon\n\x1b[2J\x07,U,44,4\n")

    assert str(refus.value).replace("\n", "").isprintable()


async def test_un_fichier_absent_est_dit(http: HttpPublic, tmp_path: Path) -> None:
    with pytest.raises(ImportationImpossible, match="chemin complet"):
        await importer_territoire(ParFichier(tmp_path / "absent.csv"), http, muet)
    with pytest.raises(ImportationImpossible, match="est un dossier"):
        await importer_territoire(ParFichier(tmp_path), http, muet)


# --- Le choix -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "attendue"),
    [
        ({"epci": "200 034 379"}, ParEpci("200034379")),
        ({"departement": "30"}, ParDepartement("30")),
        ({"departement": "7"}, ParDepartement("07")),
        ({"departement": "2a"}, ParDepartement("2A")),
        ({"departement": "974"}, ParDepartement("974")),
        ({"communes": "30334, 30001,,2a004,30334"}, ParCommunes(("30334", "30001", "2A004"))),
        ({"fichier": "c.csv"}, ParFichier(Path("c.csv"))),
    ],
)
def test_les_options_disent_la_source(options: dict[str, str], attendue: Source) -> None:
    assert choisir_source(**options) == attendue


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"epci": "200034378"},
        {"epci": "../x"},
        {"departement": "Gard"},
        {"departement": "3000"},
        {"communes": "Uzès"},
        {"communes": ","},
        {"epci": "200034379", "departement": "30"},
    ],
)
def test_une_source_incomprise_est_refusee_avant_d_interroger_qui_que_ce_soit(
    options: dict[str, str],
) -> None:
    with pytest.raises(ImportationImpossible):
        choisir_source(**options)


def test_le_faux_service_a_la_forme_documentee() -> None:
    documentee = {"nom", "code", "codesPostaux", "codeDepartement", "codeRegion", "population", "centre"}

    assert documentee <= UZES.keys()
    assert json.loads(json.dumps(UZES))["centre"]["type"] == "Point"
