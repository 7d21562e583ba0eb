"""Les chiffres d'un repas : toutes les combinaisons de classes, et ce qui n'en est pas une."""

import itertools
from datetime import date
from fractions import Fraction

import pytest

from server.banquets.achats.labels import CLASSE_DU_LABEL, CLASSES, Classe, Label
from server.banquets.achats.regles import (
    Achat,
    Caisse,
    Certificat,
    CoutDUneDenree,
    CoutParPart,
    HorsAchat,
    arrondir,
    chiffrer,
    classe_de,
    cout_par_part,
    en_milliemes,
    est_de_saison,
    etat_du_certificat,
    faire_la_caisse,
    labels_valables,
    masse_d_une_ligne,
    par_convive,
    part_bio,
    valeur_d_une_ligne,
)
from server.banquets.quantites import Convives

JOUR = date(2026, 6, 13)
UN_LABEL: dict[Classe, Label] = {
    "bio": "BIO",
    "siqo": "AOCAOP",
    "egalim_autres": "FERMIER",
    "externalites_performance": "PERFORMANCE",
}
ENSEMBLES = [
    ensemble for taille in range(len(CLASSES) + 1) for ensemble in itertools.combinations(CLASSES, taille)
]
"""Les seize façons d'avoir ou non chaque classe."""


@pytest.mark.parametrize("ensemble", ENSEMBLES)
def test_un_produit_de_plusieurs_classes_compte_une_fois_dans_la_plus_haute(
    ensemble: tuple[Classe, ...],
) -> None:
    labels = frozenset(UN_LABEL[classe] for classe in ensemble)
    attendue = ensemble[0] if ensemble else None

    chiffres = chiffrer(
        [Achat(valeur_centimes=3000, labels=labels | {"FRANCE"}), Achat(valeur_centimes=7000)]
    )

    assert classe_de(labels) == attendue
    assert chiffres.classes == {
        classe: Fraction(3, 10) if classe == attendue else Fraction(0) for classe in CLASSES
    }
    assert chiffres.egalim == (Fraction(3, 10) if ensemble else 0)


@pytest.mark.parametrize("presentes", ENSEMBLES)
def test_une_liste_de_plusieurs_classes_se_partage_sans_rien_compter_deux_fois(
    presentes: tuple[Classe, ...],
) -> None:
    valeurs = {"bio": 100, "siqo": 250, "egalim_autres": 333, "externalites_performance": 17}
    total = 300 + sum(valeurs[classe] for classe in presentes)
    liste = [Achat(valeur_centimes=valeurs[c], labels=frozenset({UN_LABEL[c]})) for c in presentes]

    chiffres = chiffrer([*liste, Achat(valeur_centimes=300)])

    assert chiffres.valeur_centimes == total
    for classe in CLASSES:
        assert chiffres.classes[classe] == Fraction(valeurs[classe] if classe in presentes else 0, total)
    assert chiffres.egalim == Fraction(total - 300, total)


A = Achat


@pytest.mark.parametrize(
    ("liste", "bio", "egalim"),
    [
        ([], None, None),
        ([A()], None, None),
        ([A(valeur_centimes=0)], None, None),
        ([A(valeur_centimes=0, labels=frozenset({"BIO"}))], None, None),
        ([A(genre="don", masse_g=5000, labels=frozenset({"BIO"}))], None, None),
        ([A(genre="surplus"), A(genre="apport"), A(genre="cueillette")], None, None),
        ([A(valeur_centimes=1)], 0, 0),
        ([A(valeur_centimes=1, labels=frozenset({"BIO"}))], 1, 1),
        ([A(valeur_centimes=1, labels=frozenset({"BIO"})), A()], 1, 1),
        (
            [A(valeur_centimes=1, labels=frozenset({"BIO"})), A(valeur_centimes=2)],
            Fraction(1, 3),
            Fraction(1, 3),
        ),
        ([A(valeur_centimes=1, labels=frozenset({"FRANCE"}))], 0, 0),
        ([A(valeur_centimes=1, labels=frozenset({"EUROPE"}))], 0, 0),
        ([A(valeur_centimes=1, labels=frozenset({"CIRCUIT_COURT"}))], 0, 0),
        ([A(valeur_centimes=1, local=("KM", 50))], 0, 0),
        ([A(valeur_centimes=1, de_saison=True)], 0, 0),
        ([A(valeur_centimes=1, labels=frozenset({"BIO"}), local=("COMMUNE", None))], 1, 1),
        ([A(valeur_centimes=99, labels=frozenset({"IGP"})), A(genre="don", labels=frozenset({"BIO"}))], 0, 1),
    ],
)
def test_une_liste_vide_ou_partielle_ne_s_invente_pas_de_part(
    liste: list[Achat], bio: Fraction | int | None, egalim: Fraction | int | None
) -> None:
    assert part_bio(liste) == bio
    assert chiffrer(liste).egalim == egalim


@pytest.mark.parametrize("label", sorted(CLASSE_DU_LABEL))
def test_chaque_label_est_dans_sa_classe(label: Label) -> None:
    siqo = {"LABEL_ROUGE", "AOCAOP", "IGP", "STG"}
    autres = {"HVE", "PECHE_DURABLE", "RUP", "COMMERCE_EQUITABLE", "FERMIER"}
    attendue = "bio" if label == "BIO" else "siqo" if label in siqo else "egalim_autres"
    if label not in {"BIO"} | siqo | autres:
        attendue = "externalites_performance"

    assert classe_de({label}) == attendue


def test_un_prix_qui_manque_se_dit_et_ne_compte_pas() -> None:
    chiffres = chiffrer(
        [A(valeur_centimes=400, labels=frozenset({"BIO"})), A(), A(labels=frozenset({"IGP"}))]
    )

    assert (chiffres.achats, chiffres.sans_prix, chiffres.valeur_centimes) == (3, 2, 400)


def test_le_local_se_dit_a_part_avec_sa_definition() -> None:
    chiffres = chiffrer(
        [
            A(valeur_centimes=100, local=("KM", 50)),
            A(valeur_centimes=200, local=("DEPARTEMENT", None)),
            A(valeur_centimes=100, local=("KM", 50), labels=frozenset({"CIRCUIT_COURT"})),
            A(valeur_centimes=600),
        ]
    )

    assert chiffres.local == Fraction(4, 10)
    assert chiffres.locaux == {("KM", 50): Fraction(2, 10), ("DEPARTEMENT", None): Fraction(2, 10)}
    assert chiffres.circuit_court == Fraction(1, 10)
    assert chiffres.egalim == 0


def test_la_saison_ne_se_compte_que_parmi_ce_qui_en_a_une() -> None:
    chiffres = chiffrer(
        [
            A(valeur_centimes=100, de_saison=True),
            A(valeur_centimes=300, de_saison=False),
            A(valeur_centimes=900),
        ]
    )

    assert chiffres.de_saison == Fraction(1, 4)
    assert chiffrer([A(valeur_centimes=900)]).de_saison is None


def test_les_dons_et_les_surplus_disent_leur_poids_et_ne_changent_aucune_part() -> None:
    payes = [A(valeur_centimes=100, labels=frozenset({"BIO"})), A(valeur_centimes=100)]
    venus = [A(genre="don", masse_g=12_000), A(genre="don"), A(genre="surplus", masse_g=800)]

    chiffres = chiffrer([*payes, *venus])

    assert chiffres.classes == chiffrer(payes).classes
    assert chiffres.achats == 2
    assert chiffres.hors_achat == {
        "don": HorsAchat(2, 12_000, 1),
        "surplus": HorsAchat(1, 800, 0),
        "cueillette": HorsAchat(0, 0, 0),
        "apport": HorsAchat(0, 0, 0),
    }


@pytest.mark.parametrize(
    ("certificat", "etat", "compte"),
    [
        (None, "absent", False),
        (Certificat(None), "sans_date", False),
        (Certificat(date(2026, 6, 12)), "expire", False),
        (Certificat(date(2026, 6, 13)), "valable", True),
        (Certificat(date(2027, 6, 13)), "valable", True),
    ],
)
def test_un_certificat_expire_se_dit_et_ne_compte_plus(
    certificat: Certificat | None, etat: str, compte: bool
) -> None:
    labels = labels_valables(["BIO", "FERMIER"], certificat, JOUR)

    assert etat_du_certificat(certificat, JOUR) == etat
    assert classe_de(labels) == ("bio" if compte else "egalim_autres")


@pytest.mark.parametrize(
    ("quantite", "prix", "valeur"),
    [
        (1000, 250, 250),
        (2500, 99, 248),
        (1, 499, 0),
        (1, 500, 1),
        (333, 100, 33),
        (0, 100, 0),
        (12_345, 101, 1247),
    ],
)
def test_une_ligne_s_arrondit_une_fois_au_centime(quantite: int, prix: int, valeur: int) -> None:
    assert valeur_d_une_ligne(quantite, prix) == valeur


def test_toutes_les_parts_ensemble_refont_la_depense() -> None:
    denrees = [
        CoutDUneDenree(12_345, Fraction(150_000), Fraction(90_000)),
        CoutDUneDenree(799, Fraction(70_000), Fraction(70_000)),
        CoutDUneDenree(1000),
    ]

    cout = cout_par_part(denrees, Convives(143, 37))

    assert cout.adulte_centimes is not None
    assert cout.enfant_centimes is not None
    assert 143 * cout.adulte_centimes + 37 * cout.enfant_centimes == 12_345 + 799 + 1000
    assert cout.enfant_centimes < cout.adulte_centimes


def test_un_repas_sans_enfant_ou_sans_personne_ne_divise_pas_par_zero() -> None:
    assert cout_par_part([CoutDUneDenree(100, Fraction(1), Fraction(1))], Convives(0, 0)) == CoutParPart(
        None, None
    )
    assert cout_par_part([CoutDUneDenree(100, Fraction(1), Fraction(1))], Convives(4, 0)) == CoutParPart(
        Fraction(25), None
    )
    # Une denrée que seuls les enfants mangent, un soir sans enfants : la dépense reste partagée.
    assert cout_par_part([CoutDUneDenree(100, Fraction(0), Fraction(5))], Convives(4, 0)) == CoutParPart(
        Fraction(25), None
    )
    assert par_convive(500, 0) is None
    assert par_convive(500, 3) == Fraction(500, 3)


@pytest.mark.parametrize(
    ("recueilli", "revient", "caisse"),
    [
        (150_000, 120_000, Caisse(150_000, 120_000, 30_000, 30_000, 0)),
        (90_000, 120_000, Caisse(90_000, 120_000, -30_000, 0, 30_000)),
        (0, 0, Caisse(0, 0, 0, 0, 0)),
    ],
)
def test_ce_qui_reste_va_au_pot_et_ce_qui_manque_se_dit(recueilli: int, revient: int, caisse: Caisse) -> None:
    assert faire_la_caisse(recueilli, revient) == caisse


def test_une_part_s_arrondit_seulement_pour_se_montrer() -> None:
    assert en_milliemes(None) is None
    assert en_milliemes(Fraction(2, 3)) == 667
    assert en_milliemes(Fraction(1, 2000)) == 1
    assert arrondir(Fraction(-1, 2)) == 0


def test_une_ligne_pese_ce_qu_on_en_sait() -> None:
    assert masse_d_une_ligne("kg", 2500, None) == 2500
    assert masse_d_une_ligne("botte", 3000, 450) == 1350
    assert masse_d_une_ligne("caisse", 2000, None) is None


@pytest.mark.parametrize(
    ("mois", "hors_france", "saison"),
    [([6, 7], False, True), ([9], False, False), ([], False, None), ([6], True, False), ([], True, False)],
)
def test_ce_qui_ne_pousse_pas_ici_n_est_jamais_de_saison(
    mois: list[int], hors_france: bool, saison: bool | None
) -> None:
    assert est_de_saison(mois, hors_france, JOUR) is saison
