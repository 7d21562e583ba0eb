"""L'agenda : une demande s'écrit d'une seule façon, et chaque filtre se pose et s'enlève par un lien."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from server.evenements.schemas import EvenementBref, GenreMoment, LieuBref, MomentBref, StatutPublic
from server.lieux.schemas import CommuneNommee, VueCommune
from server.pages.agenda import (
    Demande,
    VueAgenda,
    composer_agenda,
    composer_mois,
    jours_de,
    lire_demande,
    passes_depuis,
)
from server.pages.vues import Page, Reperes, Site, avec_langue, commune_de_reference, de_commune
from server.socle.erreurs import DemandeInvalide

LUNDI = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
SITE = Site("https://tablees.example", "Le réseau", "Pays d’Uzès")


def une_vue_de_commune(code: str, nom: str, population: int, lat: float, lon: float) -> VueCommune:
    return VueCommune(
        code=code, nom=nom, codes_postaux=[], departement="30", population=population, lat=lat, lon=lon
    )


UZES = une_vue_de_commune("30334", "Uzès", 8519, 44.0133, 4.4162)
BLAUZAC = une_vue_de_commune("30041", "Blauzac", 1200, 43.9614, 4.3706)
COMMUNES = {commune.code: commune for commune in (BLAUZAC, UZES)}


def une_page(langue: str = "fr", chemin: str = "/", *, explicite: bool = False) -> Page:
    return Page(site=SITE, langue=langue, explicite=explicite, titre="Agenda", chemin=chemin)


def un_bref(
    debut: datetime | None,
    fin: datetime | None = None,
    genre: GenreMoment = "banquet",
    statut: StatutPublic = "publie",
) -> EvenementBref:
    moment = MomentBref(uuid4(), genre, "", debut, fin, "gratuit", None, None, True, "places")
    return EvenementBref(
        slug="soiree", version=1, titre="Soirée", resume="", statut=statut, motif="", debut=debut, fin=fin,
        formats=[], themes=[], gratuit=True, en_ligne=False, lieu=None, structures=[], moments=[moment], image=None,
        inscriptions_ouvertes=True, url="",
    )  # fmt: skip


def un_agenda(
    demande: Demande, page: Page | None = None, evenements: list[EvenementBref] | None = None
) -> VueAgenda:
    return composer_agenda(
        demande,
        page or une_page(),
        evenements=evenements or [],
        suivant=None,
        communes=COMMUNES,
        depart=UZES,
        themes=[],
        noms={},
        maintenant=LUNDI,
    )


@pytest.mark.parametrize(
    ("parametres", "chemin"),
    [
        ({}, "/"),
        ({"q": "", "commune": "", "rayon_km": "20"}, "/"),
        ({"q": "  pain   et  paix "}, "/?q=pain+et+paix"),
        ({"rayon_km": "20", "commune": "2a004"}, "/?commune=2A004&rayon_km=20"),
        ({"gratuit": "true", "utm_source": "x"}, "/?gratuit=true"),
        ({"gratuit": "false"}, "/"),
        ({"vue": "mois", "mois": "2026-12"}, "/?vue=mois&mois=2026-12"),
        ({"vue": "liste", "mois": "2026-12"}, "/"),
        ({"vue": "carte", "mois": "2026-12"}, "/?vue=carte"),
        # Un mois se montre en entier : les jours disent seulement lequel.
        ({"vue": "mois", "du": "2026-12-05", "au": "2026-12-06"}, "/?vue=mois&mois=2026-12"),
        ({"vue": "mois", "mois": "2027-01", "du": "2026-12-05", "curseur": "x"}, "/?vue=mois&mois=2027-01"),
        ({"langue": "en"}, "/"),
    ],
)
def test_deux_ecritures_d_une_meme_demande_font_une_seule_adresse(
    parametres: dict[str, str], chemin: str
) -> None:
    assert lire_demande(parametres).chemin() == chemin


def test_l_adresse_d_une_demande_se_relit_pareille() -> None:
    demande = lire_demande(
        {
            "q": "l’eau & le pain",
            "commune": "30334",
            "rayon_km": "10",
            "du": "2026-06-01",
            "theme": "eau",
            "curseur": "x=",
        }
    )
    import urllib.parse

    relue = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(demande.chemin()).query))
    assert lire_demande(relue) == demande


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("du", "2026-02-30"),
        ("au", "demain"),
        ("mois", "2026-13"),
        ("rayon_km", "-3"),
        ("rayon_km", "1e9"),
        ("commune", "Uzès"),
        ("theme", "<b>"),
        ("format", "rave"),
        ("vue", "carte3d"),
        ("q", "x" * 101),
        ("gratuit", "peut-être"),
    ],
)
def test_un_filtre_qui_ne_se_comprend_pas_est_refuse_par_son_nom(champ: str, valeur: str) -> None:
    autres = {"commune": "30334"} if champ == "rayon_km" else {"vue": "mois"} if champ == "mois" else {}

    with pytest.raises(DemandeInvalide) as leve:
        lire_demande({**autres, champ: valeur})

    assert [erreur.champ.removeprefix("filtres.") for erreur in leve.value.erreurs] == [champ]


def test_une_puce_pose_son_filtre_puis_l_enleve() -> None:
    demande = lire_demande({"q": "pain"})
    puce = next(p for p in un_agenda(demande).puces if p.mot == "Entrée gratuite")
    active = next(
        p
        for p in un_agenda(lire_demande({"q": "pain", "gratuit": "true"})).puces
        if p.mot == "Entrée gratuite"
    )

    assert (puce.lien, puce.active) == ("/?q=pain&gratuit=true", False)
    assert (active.lien, active.active) == ("/?q=pain", True)


def test_la_puce_de_distance_part_de_la_commune_choisie_sinon_de_la_plus_peuplee() -> None:
    sans, avec = un_agenda(Demande()), un_agenda(lire_demande({"commune": "30041"}))

    assert "À moins de 20\u00a0km d’Uzès" in [p.mot for p in sans.puces]
    assert ("À moins de 20\u00a0km de Blauzac", "/?commune=30041&rayon_km=20") in [
        (p.mot, p.lien) for p in avec.puces
    ]


def test_changer_un_filtre_revient_au_debut_de_la_liste() -> None:
    demande = lire_demande({"curseur": "abc"})

    assert all("curseur" not in puce.lien for puce in un_agenda(demande).puces)


def test_la_langue_choisie_suit_dans_les_liens_et_pas_autrement() -> None:
    explicite = un_agenda(Demande(), une_page("en", explicite=True))
    implicite = un_agenda(Demande(), une_page("en"))

    assert all("langue=en" in puce.lien for puce in explicite.puces)
    assert all("langue" not in puce.lien for puce in implicite.puces)


def test_les_filtres_choisis_se_lisent_et_s_enlevent_un_a_un() -> None:
    demande = lire_demande({"q": "pain", "commune": "30334", "rayon_km": "10", "du": "2026-06-05"})

    assert [(p.mot, p.lien) for p in un_agenda(demande).actifs] == [
        ("«\u202fpain\u202f»", "/?commune=30334&rayon_km=10&du=2026-06-05"),
        ("à moins de 10\u00a0km d’Uzès", "/?q=pain&du=2026-06-05"),
        ("à partir du vendredi 5 juin 2026", "/?q=pain&commune=30334&rayon_km=10"),
    ]


def test_sans_resultat_la_page_a_une_issue() -> None:
    filtre, vide = un_agenda(lire_demande({"q": "zzz"})), un_agenda(Demande())

    assert filtre.vide_lien == "/"
    assert vide.vide_lien == "/?au=2026-05-31"


def test_un_agenda_vide_ne_propose_une_issue_qu_une_fois() -> None:
    vide, passe = un_agenda(Demande()), un_agenda(passes_depuis(Demande(), date(2026, 6, 1)))
    filtre = un_agenda(lire_demande({"q": "zzz"}))

    assert (vide.vide_mot, vide.autre_temps) == ("Voir ce qui a eu lieu", None)
    assert (passe.vide_mot, passe.vide_lien, passe.autre_temps) == ("Voir ce qui vient", "/", None)
    assert filtre.autre_temps is not None
    assert filtre.autre_temps.mot == "Voir ce qui a eu lieu"


def test_la_liste_se_lit_mois_par_mois_dans_l_ordre_ou_elle_vient() -> None:
    # À Paris, le 30 juin à 23 h UTC est déjà en juillet.
    instants = [(2026, 12, 20, 18), (2027, 1, 5, 18), (2027, 1, 9, 18), (2026, 6, 30, 23)]
    evenements = [un_bref(datetime(a, m, j, h, tzinfo=UTC)) for a, m, j, h in instants] + [un_bref(None)]

    liste = un_agenda(Demande(), evenements=evenements).liste

    assert [(mois, len(ceux_la)) for mois, ceux_la in liste] == [
        ("Décembre 2026", 1),
        ("Janvier 2027", 2),
        ("Juillet 2026", 1),
        ("Date à venir", 1),
    ]
    assert un_agenda(Demande(), une_page("en"), evenements).liste[0][0] == "December 2026"


def test_le_passe_s_arrete_a_hier() -> None:
    passe = passes_depuis(Demande(), date(2026, 6, 1))

    assert passe.filtres.au == "2026-05-31"
    assert un_agenda(passe).titre == "Ce qui a eu lieu"


# --- le mois --------------------------------------------------------------------------------------------------------


def test_un_soir_qui_finit_apres_minuit_n_est_que_d_un_jour() -> None:
    soir = un_bref(datetime(2026, 6, 12, 17, tzinfo=UTC), datetime(2026, 6, 12, 23, 30, tzinfo=UTC))

    assert jours_de(soir) == [date(2026, 6, 12)]


def test_un_evenement_de_trois_jours_parait_chaque_jour_et_se_decrit_une_fois() -> None:
    long = un_bref(datetime(2026, 6, 12, 8, tzinfo=UTC), datetime(2026, 6, 14, 16, tzinfo=UTC))
    demande = lire_demande({"vue": "mois", "mois": "2026-06"})

    mois = composer_mois(demande, une_page(), [long], date(2026, 6, 1))

    cases = [case for semaine in mois.semaines for case in semaine if case.nombre]
    assert [(case.numero, case.jour) for case in cases] == [
        (12, "2026-06-12"),
        (13, "2026-06-12"),
        (14, "2026-06-12"),
    ]
    assert [(ancre, len(evenements)) for _, ancre, evenements in mois.liste] == [("2026-06-12", 1)]
    assert cases[0].dit == "vendredi 12 juin\u202f: 1 rendez-vous"


def test_un_evenement_commence_le_mois_d_avant_se_decrit_au_premier_jour_montre() -> None:
    long = un_bref(datetime(2026, 5, 30, 8, tzinfo=UTC), datetime(2026, 6, 2, 16, tzinfo=UTC))
    demande = lire_demande({"vue": "mois", "mois": "2026-06"})

    mois = composer_mois(demande, une_page(), [long], date(2026, 6, 1))

    assert [ancre for _, ancre, _ in mois.liste] == ["2026-06-01"]


def test_le_mois_distingue_ce_qui_est_passe() -> None:
    """Un jour derrière nous, annulation comprise ; et, le jour même, quand tout est fini."""
    hier = un_bref(datetime(2026, 6, 1, 17, tzinfo=UTC), statut="annule")
    fini = un_bref(datetime(2026, 6, 2, 8, tzinfo=UTC), statut="termine")
    ce_soir = un_bref(datetime(2026, 6, 3, 17, tzinfo=UTC))
    demande = lire_demande({"vue": "mois", "mois": "2026-06"})

    def dits(aujourd_hui: date, *evenements: EvenementBref) -> list[tuple[bool, str]]:
        mois = composer_mois(demande, une_page(), evenements, aujourd_hui)
        return [(case.passe, case.dit) for semaine in mois.semaines for case in semaine if case.nombre]

    assert dits(date(2026, 6, 2), hier, fini, ce_soir) == [
        (True, "lundi 1er juin\u202f: 1 rendez-vous passé"),
        (True, "mardi 2 juin\u202f: 1 rendez-vous passé"),
        (False, "mercredi 3 juin\u202f: 1 rendez-vous"),
    ]


def test_le_mois_montre_ses_jours_feries() -> None:
    mois = composer_mois(lire_demande({"vue": "mois", "mois": "2027-05"}), une_page(), [], date(2026, 6, 1))

    feries = [case.numero for semaine in mois.semaines for case in semaine if case.ferie and case.du_mois]
    assert feries == [1, 6, 8, 17]


def test_un_mois_mene_a_ses_voisins_sans_perdre_les_filtres() -> None:
    demande = lire_demande({"vue": "mois", "mois": "2026-12", "theme": "eau"})

    mois = composer_mois(demande, une_page(), [], date(2026, 6, 1))

    assert mois.precedent == "/?theme=eau&vue=mois&mois=2026-11"
    assert mois.suivant == "/?theme=eau&vue=mois&mois=2027-01"


def test_passer_d_une_vue_a_l_autre_garde_les_filtres_et_la_periode() -> None:
    def vues(**parametres: str) -> list[tuple[str, str]]:
        return [(vue.mot, vue.lien) for vue in un_agenda(lire_demande({"theme": "eau", **parametres})).vues]

    assert vues() == [
        ("Liste", "/?theme=eau"),
        ("Mois", "/?theme=eau&vue=mois"),
        ("Carte", "/?theme=eau&vue=carte"),
    ]
    assert vues(vue="mois", mois="2027-02") == [
        ("Liste", "/?theme=eau&du=2027-02-01&au=2027-02-28"),
        ("Mois", "/?theme=eau&vue=mois&mois=2027-02"),
        ("Carte", "/?theme=eau&du=2027-02-01&au=2027-02-28&vue=carte"),
    ]
    # Ce mois-ci, c'est ce qui vient.
    assert vues(vue="mois", mois="2026-06")[0] == ("Liste", "/?theme=eau")
    assert vues(vue="carte", du="2026-12-05", au="2026-12-06")[1:] == [
        ("Mois", "/?theme=eau&vue=mois&mois=2026-12"),
        ("Carte", "/?theme=eau&du=2026-12-05&au=2026-12-06&vue=carte"),
    ]
    assert vues(au="2026-03-31")[1] == ("Mois", "/?theme=eau&vue=mois&mois=2026-03")


def test_la_recherche_reste_dans_la_vue_et_dans_le_mois() -> None:
    du_mois = un_agenda(lire_demande({"vue": "mois", "mois": "2027-02", "cycle": "hiver"})).formulaire
    de_la_carte = un_agenda(lire_demande({"vue": "carte"})).formulaire

    assert du_mois.caches == [("cycle", "hiver"), ("vue", "mois"), ("mois", "2027-02")]
    assert de_la_carte.caches == [("vue", "carte")]


@pytest.mark.parametrize(
    ("instant", "mot", "jours"),
    [
        (datetime(2026, 6, 6, 8, tzinfo=UTC), "Ce week-end", "du=2026-06-06&au=2026-06-07"),
        (datetime(2026, 6, 7, 17, tzinfo=UTC), "Le week-end prochain", "du=2026-06-12&au=2026-06-14"),
        (datetime(2026, 6, 8, 8, tzinfo=UTC), "Ce week-end", "du=2026-06-12&au=2026-06-14"),
    ],
)
def test_la_puce_du_week_end_dit_duquel_il_s_agit(instant: datetime, mot: str, jours: str) -> None:
    liste, carte = (
        composer_agenda(
            lire_demande({"vue": vue}), une_page(), evenements=[], suivant=None, communes=COMMUNES, depart=UZES,
            themes=[], noms={}, maintenant=instant,
        ).puces[0]
        for vue in ("liste", "carte")
    )  # fmt: skip

    assert (liste.mot, liste.lien) == (mot, f"/?{jours}")
    assert (carte.mot, carte.lien) == (mot, f"/?{jours}&vue=carte")


def test_le_week_end_choisi_ne_se_dit_qu_une_fois() -> None:
    def choisi(parametres: dict[str, str]) -> tuple[bool, list[str]]:
        agenda = composer_agenda(
            lire_demande(parametres), une_page(), evenements=[], suivant=None, communes=COMMUNES, depart=UZES,
            themes=[], noms={}, maintenant=datetime(2026, 6, 6, 8, tzinfo=UTC),
        )  # fmt: skip
        return agenda.puces[0].active, [puce.mot for puce in agenda.actifs]

    assert choisi({"du": "2026-06-06", "au": "2026-06-07"}) == (True, [])
    assert choisi({"du": "2026-06-06", "au": "2026-06-08"}) == (
        False,
        ["à partir du samedi 6 juin 2026", "jusqu’au lundi 8 juin 2026"],
    )


# --- distances et adresses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("Uzès", "d’Uzès"),
        ("Aigaliers", "d’Aigaliers"),
        ("Blauzac", "de Blauzac"),
        ("Le Pin", "du Pin"),
        ("Les Angles", "des Angles"),
        ("La Capelle-et-Masmolène", "de La Capelle-et-Masmolène"),
        ("Euzet", "d’Euzet"),
    ],
)
def test_de_s_accorde_au_nom_de_la_commune(nom: str, attendu: str) -> None:
    assert de_commune("fr", nom) == attendu


def test_les_distances_partent_de_la_commune_la_plus_peuplee() -> None:
    lieu = LieuBref("Salle", "salle", "", CommuneNommee("30041", "Blauzac"), None, None, True, "oui")
    ici = LieuBref("Halle", "halle", "", CommuneNommee("30334", "Uzès"), 44.0, 4.4, True, "oui")
    ailleurs = LieuBref("Pré", "pre", "", CommuneNommee("99999", "Nulle part"), None, None, False, "non")
    reperes = Reperes("fr", COMMUNES)

    assert commune_de_reference(COMMUNES) is UZES
    assert reperes(lieu) == "≈\u00a07\u00a0km d’Uzès"
    assert reperes(ici) == ""
    assert reperes(ailleurs) == ""
    assert reperes(None) == ""
    assert Reperes("fr", {})(lieu) == ""


def test_une_commune_sans_centre_n_est_pas_au_milieu_de_l_ocean() -> None:
    perdue = une_vue_de_commune("30999", "Perdue", 9999, 0.0, 0.0)
    ici = LieuBref("Halle", "halle", "", CommuneNommee("30334", "Uzès"), 44.01234, 4.41987, True, "oui")
    la = LieuBref("Pré", "pre", "", CommuneNommee("30999", "Perdue"), None, None, False, "non")
    reperes = Reperes("fr", {**COMMUNES, perdue.code: perdue}, UZES)

    assert reperes(la) == ""
    assert reperes.point(la) == ""
    assert reperes.point(None) == ""
    assert reperes.point(ici) == "44.012,4.420"
    assert Reperes("fr", {**COMMUNES, perdue.code: perdue}, perdue)(ici) == ""


@pytest.mark.parametrize(
    ("chemin", "attendu"),
    [
        ("/", "/?langue=en"),
        ("/?q=a%26b&langue=fr", "/?q=a%26b&langue=en"),
        ("/aide#prix-libre", "/aide?langue=en#prix-libre"),
    ],
)
def test_la_langue_s_ajoute_a_une_adresse_sans_rien_y_perdre(chemin: str, attendu: str) -> None:
    assert avec_langue(chemin, "en") == attendu
