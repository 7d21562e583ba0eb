"""Trouver une commune comme les gens l'écrivent, parmi les 35 du Pays d'Uzès."""

from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.lieux.importation import lire_csv
from server.lieux.recherche import Recherche, a_une_faute_pres
from server.lieux.schemas import VueCommune


def une_commune(nom: str, code: str = "30001", population: int = 100, *postaux: str) -> VueCommune:
    return VueCommune(
        code=code,
        nom=nom,
        codes_postaux=list(postaux) or ["30700"],
        departement="30",
        population=population,
        lat=44.0,
        lon=4.4,
    )


def pays_d_uzes() -> list[VueCommune]:
    donnees = resources.files("server.lieux") / "territoires" / "communes_pays_uzes.csv"
    return [
        une_commune(lue.nom, lue.code, lue.population, *lue.codes_postaux)
        for lue in lire_csv(donnees.read_bytes())
    ]


COMMUNES = pays_d_uzes()
RECHERCHE = Recherche(COMMUNES)


def noms(q: str, limite: int = 10) -> list[str]:
    return [vue.nom for vue in RECHERCHE.chercher(q, limite)]


@pytest.mark.parametrize(
    ("q", "attendue"),
    [
        ("Uzès", "Uzès"),
        ("uzes", "Uzès"),
        ("UZES", "Uzès"),
        ("  uzès  ", "Uzès"),
        ("uzs", "Uzès"),
        ("Usès", "Uzès"),
        ("Aureilhac", "Arpaillargues-et-Aureillac"),
        ("aureilha", "Arpaillargues-et-Aureillac"),
        ("Arpaillargues et Aureilhac", "Arpaillargues-et-Aureillac"),
        ("arpaillargue", "Arpaillargues-et-Aureillac"),
        ("st quentin", "Saint-Quentin-la-Poterie"),
        ("St-Quentin-la-Poterie", "Saint-Quentin-la-Poterie"),
        ("saint quentin de la poterie", "Saint-Quentin-la-Poterie"),
        ("saintquentinlapoterie", "Saint-Quentin-la-Poterie"),
        ("Saint-Quentain", "Saint-Quentin-la-Poterie"),
        ("ste eulalie", "Garrigues-Sainte-Eulalie"),
        ("Sanillac", "Sanilhac-Sagriès"),
        ("la capelle", "La Capelle-et-Masmolène"),
        ("capelle", "La Capelle-et-Masmolène"),
        ("masmolene", "La Capelle-et-Masmolène"),
        ("bruguière", "La Bruguière"),
        ("bastide d'engras", "La Bastide-d'Engras"),
        ("La Bastide d’Engras", "La Bastide-d'Engras"),
        ("belvezet", "Belvézet"),
        ("valérargues", "Vallérargues"),
        ("lusan", "Lussan"),
        ("lusasn", "Lussan"),
        ("fons", "Fons-sur-Lussan"),
        ("uzès 30700", "Uzès"),
        ("30700 uzes", "Uzès"),
        ("30334", "Uzès"),
        ("saint laurent 30330", "Saint-Laurent-la-Vernède"),
    ],
)
def test_la_premiere_reponse_est_la_bonne(q: str, attendue: str) -> None:
    assert noms(q)[:1] == [attendue]


def test_chaque_commune_se_retrouve_par_son_nom_ecrit_de_bien_des_facons() -> None:
    for commune in COMMUNES:
        nom = commune.nom
        for facon in (
            nom,
            nom.upper(),
            nom.replace("-", " "),
            nom.replace("-", ""),
            nom.replace("Saint", "St").replace("Sainte", "Ste"),
            nom.replace("è", "e").replace("é", "e"),
        ):
            assert noms(facon)[0] == nom, facon


def test_un_code_postal_donne_ses_communes_la_plus_peuplee_d_abord() -> None:
    trouvees = RECHERCHE.chercher("30700", 50)

    assert trouvees[0].nom == "Uzès"
    assert len(trouvees) == sum("30700" in commune.codes_postaux for commune in COMMUNES)
    assert [vue.population for vue in trouvees] == sorted((vue.population for vue in trouvees), reverse=True)


def test_un_code_postal_et_un_nom_doivent_aller_ensemble() -> None:
    assert noms("lussan 30700") == []


def test_le_nom_exact_passe_devant_le_debut_puis_le_mot_puis_la_faute() -> None:
    recherche = Recherche(
        [
            une_commune("Saint-Bar", "30005", 9000),
            une_commune("Baron", "30004", 5000),
            une_commune("Bar", "30003", 10),
        ]
    )

    assert [vue.nom for vue in recherche.chercher("bar")] == ["Bar", "Baron", "Saint-Bar"]


def test_a_egalite_la_plus_peuplee_vient_d_abord() -> None:
    recherche = Recherche(
        [une_commune("Vers-le-Bas", "30001", 10), une_commune("Vers-le-Haut", "30002", 900)]
    )

    assert [vue.nom for vue in recherche.chercher("vers")] == ["Vers-le-Haut", "Vers-le-Bas"]


def test_qui_a_bien_ecrit_ne_recoit_pas_les_presque_homonymes() -> None:
    recherche = Recherche([une_commune("Uzès", "30334"), une_commune("Uzer", "07327")])

    assert [vue.nom for vue in recherche.chercher("uzer")] == ["Uzer"]
    assert {vue.nom for vue in recherche.chercher("uzea")} == {"Uzès", "Uzer"}


@pytest.mark.parametrize(
    "q", ["", "   ", "xyzxyz", "-", "'", "\x00", "🙂", "99999", "مدينة", "%", "<script>", "2a"]
)
def test_ce_qui_ne_ressemble_a_rien_ne_donne_rien(q: str) -> None:
    assert noms(q) == []


def test_un_code_corse_se_trouve() -> None:
    recherche = Recherche([une_commune("Ajaccio", "2A004", 70_000, "20000", "20090")])

    assert [vue.nom for vue in recherche.chercher("2a004")] == ["Ajaccio"]
    assert [vue.nom for vue in recherche.chercher("20090")] == ["Ajaccio"]


def test_la_limite_est_tenue() -> None:
    assert len(noms("saint", 3)) == 3


@pytest.mark.parametrize(
    ("a", "b", "attendu"),
    [
        ("uzes", "uzes", True),
        ("uzes", "uzez", True),
        ("uzes", "uze", True),
        ("uzes", "uzeis", True),
        ("uzes", "zues", True),
        ("uzes", "uesz", False),
        ("uzes", "lussan", False),
        ("uzes", "uz", False),
        ("ab", "ba", True),
        ("", "a", True),
        ("", "ab", False),
        ("abcd", "abdd", True),
        ("abcd", "badc", False),
    ],
)
def test_une_faute_est_une_lettre_changee_oubliee_ajoutee_ou_deux_echangees(
    a: str, b: str, attendu: bool
) -> None:
    assert a_une_faute_pres(a, b) is attendu
    assert a_une_faute_pres(b, a) is attendu


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_une_faute_se_decide_comme_par_la_definition(a: str, b: str) -> None:
    voisins = {a}
    for i in range(len(a) + 1):
        voisins.add(a[:i] + a[i + 1 :])
        voisins |= {a[:i] + lettre + a[i:] for lettre in "abc"}
        if i < len(a):
            voisins |= {a[:i] + lettre + a[i + 1 :] for lettre in "abc"}
        if i + 1 < len(a):
            voisins.add(a[:i] + a[i + 1] + a[i] + a[i + 2 :])

    assert a_une_faute_pres(a, b) is (b in voisins)


@settings(max_examples=60)
@given(st.sampled_from(COMMUNES), st.data())
def test_une_faute_dans_un_nom_d_au_moins_cinq_lettres_ne_perd_pas_la_commune(
    commune: VueCommune, data: st.DataObject
) -> None:
    mot = max(commune.nom.replace("-", " ").replace("'", " ").split(), key=len)
    if len(mot) < 5:
        return
    rang = data.draw(st.integers(0, len(mot) - 1))
    faute = mot[:rang] + mot[rang + 1 :]

    assert commune.nom in noms(faute, 50)
