"""Lire l'agenda, un évènement, ceux d'une équipe, sur les deux bases."""

import base64
import itertools
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from server.evenements import agenda, lectures, regles, services
from server.evenements.erreurs import CycleInconnu, EvenementInconnu
from server.evenements.schemas import (
    CoorganisationDemande,
    CycleDemande,
    EvenementBref,
    Filtres,
    MomentDemande,
    Motif,
    PrixDemande,
    ReponseDemande,
    Report,
    TarifDemande,
)
from server.evenements.tables import Coorganisation, Evenement, Moment
from server.lieux.tables import Lieu
from server.socle.base import Moteur, MoteurSQLite, ecriture
from server.socle.erreurs import DemandeInvalide
from tests.evenements.jeu import LUNDI, URL, Jeu, a, auteur, poser_le_jeu, un_brouillon, un_publie
from tests.fabriques import un_compte, un_lieu, une_commune, une_structure


@pytest.fixture
async def jeu(base: Moteur) -> Jeu:
    return await poser_le_jeu()


def le(
    mois: int, jour: int, heure: int = 19, duree: int = 3, annee: int = 2026, **champs: Any
) -> list[MomentDemande]:
    debut = a(mois, jour, heure, annee=annee)
    return [MomentDemande("reflexion", debut=debut, fin=debut + timedelta(hours=duree), **champs)]


async def titres(maintenant: datetime = LUNDI, limite: int = 50, **filtres: Any) -> list[str]:
    liste, _ = await lectures.lister_publics(Filtres(**filtres), None, limite, maintenant, URL)
    return [element.titre for element in liste.elements]


# --- l'agenda ---


async def test_l_agenda_dit_ce_qui_vient_dans_l_ordre_et_rien_d_autre(jeu: Jeu) -> None:
    await un_publie(jeu, titre="Juillet", moments=le(7, 3))
    await un_publie(jeu, titre="En cours", maintenant=a(5, 20, 9), moments=le(6, 1, 9))
    await un_publie(jeu, titre="Passé", maintenant=a(5, 1, 9), moments=le(5, 30))
    await un_brouillon(jeu, titre="Brouillon")
    juin = await un_publie(jeu, titre="Juin annulé", moments=le(6, 12))
    await services.annuler_evenement(juin.slug, jeu.nadia, Motif("Vent."), LUNDI, URL)
    sans = await un_publie(jeu, titre="Sans date", moments=le(6, 5))
    await services.reporter_evenement(sans.slug, jeu.nadia, Report("Salle prise."), LUNDI, URL)

    assert await titres(a(6, 1, 10)) == ["En cours", "Juin annulé", "Juillet", "Sans date"]
    assert await titres(a(6, 1, 12)) == ["Juin annulé", "Juillet", "Sans date"]
    assert await titres(a(6, 12, 22)) == ["Juillet", "Sans date"]


async def test_le_passe_se_lit_avec_des_dates_du_plus_recent_au_plus_ancien(jeu: Jeu) -> None:
    for mois, jour in ((3, 8), (4, 18), (5, 30), (6, 20)):
        await un_publie(jeu, titre=f"{jour}/{mois}", maintenant=a(1, 1, 9), moments=le(mois, jour))

    assert await titres(au="2026-05-31") == ["30/5", "18/4", "8/3"]
    assert await titres(du="2026-04-01", au="2026-05-31") == ["30/5", "18/4"]
    assert await titres(du="2026-04-18") == ["18/4", "30/5", "20/6"]
    assert await titres(au="2026-06-30") == ["20/6"]
    assert await titres(du="2026-06-20", au="2026-06-20") == ["20/6"]
    assert await titres(du="2026-06-21") == []


async def test_un_evenement_de_plusieurs_jours_est_la_chaque_jour(jeu: Jeu) -> None:
    chantier = [MomentDemande("travail", debut=a(6, 10, 9), fin=a(6, 13, 17))]
    await un_publie(jeu, titre="Chantier", moments=chantier)

    for jour, la in ((9, []), (10, ["Chantier"]), (12, ["Chantier"]), (13, ["Chantier"]), (14, [])):
        assert await titres(du=f"2026-06-{jour:02}", au=f"2026-06-{jour:02}") == la


async def test_un_bal_qui_finit_dans_la_nuit_n_est_pas_du_lendemain(jeu: Jeu) -> None:
    """Jeudi jusqu'à 1 h : ni dans « ce week-end », qui commence vendredi, ni dans le mois qui commence ce jour-là."""
    await un_publie(jeu, titre="Bal", moments=le(12, 31, 20, 5))
    await un_publie(jeu, titre="Nuit blanche", moments=le(12, 31, 22, 8))

    de_janvier, _ = await lectures.lister_mois(2027, 1, Filtres(), LUNDI, URL)

    assert await titres(du="2026-12-31") == ["Bal", "Nuit blanche"]
    assert await titres(du="2027-01-01") == ["Nuit blanche"]
    assert [evenement.titre for evenement in de_janvier] == ["Nuit blanche"]
    assert await titres(a(1, 1, 0, 30, annee=2027)) == ["Bal", "Nuit blanche"]


@pytest.mark.parametrize("jour", [(3, 29), (10, 25)])
async def test_un_jour_de_changement_d_heure_va_de_minuit_a_minuit(jeu: Jeu, jour: tuple[int, int]) -> None:
    mois, quantieme = jour
    avant = a(1, 1, 9)
    await un_publie(jeu, titre="Début", maintenant=avant, moments=le(mois, quantieme, 0, 1))
    await un_publie(jeu, titre="Fin", maintenant=avant, moments=le(mois, quantieme, 23, 1))
    await un_publie(jeu, titre="Veille", maintenant=avant, moments=le(mois, quantieme - 1, 22, 2))

    dit = f"2026-{mois:02}-{quantieme:02}"
    assert await titres(avant, du=dit, au=dit) == ["Début", "Fin"]


async def test_les_filtres_se_cumulent(jeu: Jeu) -> None:
    await une_commune("30189", "Nîmes", lat=43.8374, lon=4.3601)
    await une_commune("30344", "Vers-Pont-du-Gard", lat=43.968, lon=4.524)
    nimes, vers = await un_lieu("Halles", "30189"), await un_lieu("Place", "30344")
    lieux = {ligne["id"]: ligne["slug"] for ligne in await Lieu.select(Lieu.id, Lieu.slug)}
    ines = auteur(await un_compte(prenom="Ines"), "Ines")
    await une_structure("Café", {ines.compte: "membre"}, slug="cafe")
    cycle = await services.creer_cycle(jeu.nadia, CycleDemande("Hiver", jeu.structure_slug), LUNDI, URL)
    await un_publie(jeu, titre="Uzès", themes=["Eau"], cycle=cycle.slug, moments=le(6, 5))
    vers_le_pont = await un_publie(
        jeu, titre="Vers", lieu=lieux[vers], themes=["Climat", "Eau"], formats=["balade"],
        coorganisations=[CoorganisationDemande("cafe")], moments=le(6, 6),
    )  # fmt: skip
    await services.repondre_a_l_invitation(vers_le_pont.slug, ines, ReponseDemande("cafe", "accepter"), LUNDI)
    await un_publie(
        jeu,
        titre="Nîmes",
        lieu=lieux[nimes],
        themes=["Énergie"],
        formats=[],
        moments=le(6, 7, prix=PrixDemande("libre")),
    )

    assert await titres(commune="30334") == ["Uzès"]
    assert await titres(commune="30334", rayon_km=12) == ["Uzès", "Vers"]
    assert await titres(commune="30334", rayon_km=40) == ["Uzès", "Vers", "Nîmes"]
    assert await titres(commune="99999") == []
    assert await titres(theme="eau") == ["Uzès", "Vers"]
    assert await titres(theme="energie") == ["Nîmes"]
    assert await titres(format="balade") == ["Vers"]
    assert await titres(structure="cafe") == ["Vers"]
    assert await titres(structure=jeu.structure_slug) == ["Uzès", "Vers", "Nîmes"]
    assert await titres(cycle=cycle.slug) == ["Uzès"]
    assert await titres(lieu=lieux[vers]) == ["Vers"]
    assert await titres(gratuit=True) == ["Uzès", "Vers"]
    assert await titres(gratuit=False) == ["Nîmes"]
    assert await titres(q="NIMES") == ["Nîmes"]
    assert await titres(q="climat vers") == ["Vers"]
    assert await titres(q="café") == ["Vers"]
    assert await titres(q="100 %_") == []
    assert await titres(theme="eau", format="balade", gratuit=True, commune="30344") == ["Vers"]


@pytest.mark.parametrize(
    "programme",
    list(itertools.product(["", "gratuit", "libre"], ["", "gratuit", "tarifs"])),
    ids=lambda p: "+".join(p),
)
async def test_gratuit_se_decide_de_la_meme_facon_en_sql_et_dans_les_regles(
    jeu: Jeu, programme: tuple[str, str]
) -> None:
    moments = []
    for genre, mode in zip(("reflexion", "banquet"), programme, strict=True):
        if mode:
            tarifs = [TarifDemande("Plein", 1000)] if mode == "tarifs" else []
            moments.append(
                MomentDemande(
                    genre, debut=a(6, 12, 19), fin=a(6, 12, 21), prix=PrixDemande(mode, tarifs=tarifs)
                )
            )  # type: ignore[arg-type]
    if not moments:
        moments = [MomentDemande("reflexion", debut=a(6, 12, 19), fin=a(6, 12, 21))]
    await un_publie(jeu, titre="Soirée", moments=moments)
    attendu = regles.est_gratuit((m.genre, m.prix.mode) for m in moments)

    assert await titres(gratuit=True) == (["Soirée"] if attendu else [])
    assert await titres(gratuit=False) == ([] if attendu else ["Soirée"])


async def test_page_apres_page_chaque_evenement_vient_une_fois(jeu: Jeu) -> None:
    for rang in range(5):
        await un_publie(jeu, titre=f"Même heure {rang}", moments=le(6, 12))
    for rang in range(3):
        vue = await un_publie(jeu, titre=f"Sans date {rang}", moments=le(6, 5))
        await services.reporter_evenement(vue.slug, jeu.nadia, Report("Salle."), LUNDI, URL)
    entiere = await titres()

    for limite in (1, 2, 3, 5, 8):
        lus: list[str] = []
        curseur = None
        while True:
            liste, _ = await lectures.lister_publics(Filtres(), curseur, limite, LUNDI, URL)
            assert len(liste.elements) <= limite
            lus += [element.titre for element in liste.elements]
            curseur = liste.suivant
            if curseur is None:
                break
        assert lus == entiere
    assert len(entiere) == 8


def _curseur(*valeurs: Any) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(valeurs)).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "curseur",
    [
        "",
        "n'importe quoi",
        "\ud800",
        "é" * 500,
        _curseur("d", "2026-06-12T17:00:00Z", 3),
        _curseur("a", None, 3),
        _curseur("a", "2026-06-12T17:00:00", 3),
        _curseur("a", "0001-01-01T00:00:00Z", 3),
        _curseur("a", "2026-06-12T17:00:00Z", -1),
        _curseur("a", "2026-06-12T17:00:00Z", 2**63),
        _curseur("a", "2026-06-12T17:00:00Z", "1; DROP TABLE evenement"),
        _curseur("a"),
    ],
)
async def test_un_curseur_altere_est_refuse(jeu: Jeu, curseur: str) -> None:
    with pytest.raises(DemandeInvalide) as refus:
        await lectures.lister_publics(Filtres(), curseur, 10, LUNDI, URL)

    assert [e.champ for e in refus.value.erreurs] == ["curseur"]


async def test_des_jours_impossibles_sont_tous_dits(jeu: Jeu) -> None:
    with pytest.raises(DemandeInvalide) as refus:
        await titres(du="2026-02-30", au="0000-01-01")

    assert [e.champ for e in refus.value.erreurs] == ["du", "au"]


async def test_l_agenda_dit_entre_quels_montants_vont_les_tarifs(jeu: Jeu) -> None:
    tarifs = PrixDemande("tarifs", tarifs=[TarifDemande("Plein", 1500), TarifDemande("Réduit", 600)])
    moments = [*le(6, 12, prix=tarifs), *le(6, 12, 22)]
    await un_publie(jeu, moments=moments)

    liste, _ = await lectures.lister_publics(Filtres(), None, 10, LUNDI, URL)

    bornes = [(m.tarif_bas_centimes, m.tarif_haut_centimes) for m in liste.elements[0].moments]
    assert bornes == [(600, 1500), (None, None)]


# --- le temps qui change les pages ---


async def test_une_liste_vieillit_au_premier_changement_ou_a_minuit(jeu: Jeu) -> None:
    await un_publie(jeu, moments=le(6, 3), cloture_le=a(6, 1, 18))

    async def echeance(maintenant: datetime) -> datetime | None:
        return (await lectures.lister_publics(Filtres(), None, 10, maintenant, URL))[1]

    assert await echeance(a(6, 1, 10)) == a(6, 1, 18)
    assert await echeance(a(6, 1, 18)) == a(6, 2, 0)
    assert await echeance(a(6, 3, 12)) == a(6, 3, 19)
    assert await echeance(a(6, 3, 19)) == a(6, 3, 22)


async def test_une_page_vieillit_a_la_cloture_au_debut_a_la_fin(jeu: Jeu) -> None:
    vue = await un_publie(jeu, moments=le(6, 3), cloture_le=a(6, 3, 12))

    async def lire(maintenant: datetime) -> tuple[str, bool, datetime | None]:
        lu = await lectures.lire_public_etiquete(vue.slug, maintenant, URL)
        return lu.vue.statut, lu.vue.inscriptions.ouvertes, lu.perime_le

    assert await lire(LUNDI) == ("publie", True, a(6, 3, 12))
    assert await lire(a(6, 3, 12)) == ("publie", False, a(6, 3, 19))
    assert await lire(a(6, 3, 19)) == ("publie", False, a(6, 3, 22))
    assert await lire(a(6, 3, 22)) == ("termine", False, None)


async def test_la_page_porte_l_etiquette_de_tout_ce_qu_elle_nomme(jeu: Jeu) -> None:
    vue = await un_publie(jeu)
    [ligne] = await Evenement.select(Evenement.id).where(Evenement.slug == vue.slug)

    lu = await lectures.lire_public_etiquete(vue.slug, LUNDI, URL)

    assert lu.etiquettes == {
        f"evenement:{ligne['id']}", f"places:{ligne['id']}", f"lieu:{jeu.lieu}", f"structure:{jeu.structure}",
    }  # fmt: skip


# --- un évènement ---


async def test_la_vue_publique_dit_tout_sauf_le_lien(jeu: Jeu) -> None:
    publie = await un_publie(jeu, en_ligne=True, lien_en_ligne="https://visio.exemple.fr/secret")

    vue = await lectures.lire_public(publie.slug, LUNDI, URL)

    assert (vue.titre, vue.statut, vue.gratuit, vue.en_ligne) == (
        "Éteindre les incendies",
        "publie",
        True,
        True,
    )
    assert vue.lieu is not None
    assert (vue.lieu.nom, vue.lieu.commune.nom) == ("Foyer rural", "Uzès")
    assert [(s.nom, s.part) for s in vue.structures] == [("La Fabrique", "porteuse")]
    assert [(m.genre, m.jauge, m.places_restantes, m.niveau) for m in vue.moments] == [
        ("reflexion", None, None, "libre"),
        ("banquet", 80, 80, "places"),
    ]
    assert [theme.nom for theme in vue.themes] == ["Eau"]
    assert vue.url == f"{URL}/evenements/{publie.slug}"
    assert b"visio.exemple.fr" not in msgspec.json.encode(vue)


async def test_l_apercu_montre_le_brouillon_a_son_equipe_seule(jeu: Jeu) -> None:
    brouillon = await un_brouillon(jeu)

    vue = await lectures.lire_apercu(brouillon.slug, jeu.nadia, LUNDI, URL)

    assert (vue.titre, vue.statut, vue.inscriptions.ouvertes) == ("Éteindre les incendies", "publie", False)
    with pytest.raises(EvenementInconnu):
        await lectures.lire_apercu(brouillon.slug, jeu.malik, LUNDI, URL)


async def test_les_places_se_lisent_a_part(jeu: Jeu) -> None:
    publie = await un_publie(jeu)

    @ecriture
    async def remplir() -> None:
        await Moment.update({Moment.pris: 75}).where(Moment.id == publie.moments[1].id)

    await remplir()
    places = await lectures.lire_places(publie.slug)

    assert [(p.places_restantes, p.niveau) for p in places.moments] == [(None, "libre"), (5, "dernieres")]
    with pytest.raises(EvenementInconnu):
        await lectures.lire_places((await un_brouillon(jeu)).slug)


# --- le mois, les cycles, les thèmes, le plan du site ---


async def test_la_vue_du_mois_va_du_premier_au_dernier_jour_de_paris(jeu: Jeu) -> None:
    avant = a(1, 1, 9)
    for titre, moments in {
        "31 mai": le(5, 31, 22, 1),
        "Nuit du 31": le(5, 31, 23, 3),
        "30 juin": le(6, 30, 23, 3),
        "1er juillet": le(7, 1, 0),
    }.items():
        await un_publie(jeu, titre=titre, maintenant=avant, moments=moments)

    async def mois(numero: int) -> list[str]:
        elements, _ = await lectures.lister_mois(2026, numero, Filtres(), a(6, 15, 12), URL)
        return [element.titre for element in elements]

    assert await mois(5) == ["31 mai", "Nuit du 31"]
    assert await mois(6) == ["30 juin"]
    assert await mois(7) == ["1er juillet"]
    for annee, numero in ((2026, 13), (2026, 0), (0, 1), (9999, 12)):
        with pytest.raises(DemandeInvalide):
            await lectures.lister_mois(annee, numero, Filtres(), LUNDI, URL)


async def test_les_themes_publics_sont_ceux_d_evenements_publies(jeu: Jeu) -> None:
    await un_publie(jeu, themes=["Eau", "Démocratie locale"])
    await un_brouillon(jeu, themes=["EAU", "Alimentation"])

    assert [theme.nom for theme in await lectures.lister_themes()] == ["Démocratie locale", "Eau"]
    assert [t.nom for t in await lectures.lister_themes(publics=False)] == [
        "Alimentation",
        "Démocratie locale",
        "Eau",
    ]


async def test_un_programme_se_lit_et_un_inconnu_se_dit(jeu: Jeu) -> None:
    await services.creer_cycle(jeu.nadia, CycleDemande("Hiver", jeu.structure_slug), LUNDI, URL)

    vue = await lectures.lire_cycle("hiver", URL)

    assert (vue.titre, vue.structure_nom, vue.evenements, vue.url) == (
        "Hiver",
        "La Fabrique",
        0,
        f"{URL}/cycles/hiver",
    )
    with pytest.raises(CycleInconnu):
        await lectures.lire_cycle("ete", URL)


async def test_le_plan_du_site_ne_dit_que_le_public(jeu: Jeu) -> None:
    publie = await un_publie(jeu)
    await un_brouillon(jeu)

    assert await lectures.slugs_publics(1, 1000) == [(publie.slug, LUNDI)]
    assert await lectures.tranches_publiques(1000) == [(1, LUNDI)]


async def test_le_plan_du_site_se_coupe_en_tranches(jeu: Jeu, monkeypatch: pytest.MonkeyPatch) -> None:
    publies = [(await un_publie(jeu)).slug for _ in range(5)]
    monkeypatch.setattr(lectures, "LOT_DU_PLAN", 2)

    tranches = [tranche for tranche, _ in await lectures.tranches_publiques(3)]
    parts = [[slug for slug, _ in await lectures.slugs_publics(tranche, 3)] for tranche in tranches]

    assert [slug for part in parts for slug in part] == publies
    assert len(parts) >= 2
    assert max(map(len, parts)) <= 3
    assert await lectures.slugs_publics(tranches[-1] + 1, 3) == []


# --- l'équipe ---


async def test_l_equipe_voit_ses_evenements_et_ses_brouillons(jeu: Jeu) -> None:
    autre = auteur(await un_compte(prenom="Ines"), "Ines")
    await une_structure("Café", {autre.compte: "membre"})
    await un_publie(jeu, titre="Passé", maintenant=a(5, 1, 9), moments=le(5, 20))
    await un_publie(jeu, titre="À venir", moments=le(6, 20))
    await un_brouillon(jeu, titre="Brouillon sans date", moments=[])
    await un_brouillon(jeu, titre="Brouillon daté", moments=le(6, 25))

    async def lister(qui: Any = jeu.nadia, **quoi: Any) -> list[tuple[str, str]]:
        liste = await lectures.lister_equipe(qui, LUNDI, **quoi)
        return [(e.titre, e.statut) for e in liste.elements]

    assert await lister() == [
        ("Brouillon sans date", "brouillon"),
        ("Brouillon daté", "brouillon"),
        ("À venir", "publie"),
        ("Passé", "termine"),
    ]
    assert await lister(periode="a_venir") == [("À venir", "publie")]
    assert await lister(periode="passes") == [("Passé", "termine")]
    assert await lister(statut="termine") == [("Passé", "termine")]
    assert await lister(statut="publie") == [("À venir", "publie")]
    assert [titre for titre, _ in await lister(statut="brouillon")] == [
        "Brouillon sans date",
        "Brouillon daté",
    ]
    assert await lister(q="PASSE") == [("Passé", "termine")]
    assert await lister(autre) == []
    assert len(await lister(auteur(autre.compte, "Alix", operateur=True))) == 4


# --- vitesse ---


@contextmanager
def compter_les_requetes(moteur: Moteur) -> Iterator[list[str]]:
    vues: list[str] = []
    origine = type(moteur).run_querystring

    async def compter(self: Any, querystring: Any, *reste: Any, **autres: Any) -> Any:
        vues.append(str(querystring))
        return await origine(self, querystring, *reste, **autres)

    type(moteur).run_querystring = compter  # type: ignore[method-assign, assignment]
    try:
        yield vues
    finally:
        type(moteur).run_querystring = origine  # type: ignore[method-assign]


@ecriture
async def remplir(jeu: Jeu, nombre: int, depuis: datetime) -> None:
    """Beaucoup d'évènements d'un coup, un par jour."""
    for rang in range(nombre):
        debut = depuis + timedelta(days=rang)
        [ligne] = await Evenement.insert(
            Evenement(
                uid=uuid4(), slug=f"e-{rang}-{uuid4().hex[:8]}", statut="publie", titre=f"E{rang}", lieu=jeu.lieu,
                debut=debut, fin=debut + timedelta(hours=3), cree_le=LUNDI, modifie_le=LUNDI,
            )
        )  # fmt: skip
        await Moment.insert(
            Moment(id=uuid4(), evenement=ligne["id"], genre="banquet", debut=debut, fin=debut)
        )
        await Coorganisation.insert(
            Coorganisation(evenement=ligne["id"], structure=jeu.structure, part="porteuse")
        )


@pytest.mark.parametrize("nombre", [1, 40])
async def test_l_agenda_demande_autant_de_requetes_pour_un_que_pour_quarante(
    base: Moteur, jeu: Jeu, nombre: int
) -> None:
    await remplir(jeu, nombre, a(6, 2, 19))

    with compter_les_requetes(base) as requetes:
        liste, _ = await lectures.lister_publics(Filtres(), None, 50, LUNDI, URL)

    assert len(liste.elements) == nombre
    assert len(requetes) == 5


@pytest.fixture
async def plans(base: Moteur, jeu: Jeu) -> Callable[[agenda.Phase], Awaitable[list[str]]]:
    assert isinstance(base, MoteurSQLite)
    moteur = base
    await remplir(jeu, 400, a(1, 1, 19))

    async def expliquer(phase: agenda.Phase) -> list[str]:
        sql, *valeurs = agenda.requete_de(phase, None, 31)
        lignes = await moteur.executer(f"EXPLAIN QUERY PLAN {sql.replace('{}', '?')}", valeurs)
        return [ligne["detail"] for ligne in lignes]

    return expliquer


@pytest.mark.parametrize("genre_de_base", ["sqlite"], indirect=True)
async def test_l_agenda_ne_parcourt_jamais_la_table(plans: Any) -> None:
    fenetre = agenda.lire_fenetre(Filtres(), LUNDI)
    conditions, valeurs = await agenda.conditions_de(Filtres())

    plan = await plans(agenda.phase_datee(fenetre, conditions, valeurs))

    assert any("USING INDEX evenement_agenda" in ligne for ligne in plan), plan
    assert not any(ligne.startswith("SCAN") or "TEMP B-TREE" in ligne for ligne in plan), plan


def est_bref(element: EvenementBref) -> bool:
    return not hasattr(element, "lien_en_ligne") and not hasattr(element, "description")


async def test_le_resume_ne_peut_pas_en_dire_trop(jeu: Jeu) -> None:
    await un_publie(jeu)
    liste, _ = await lectures.lister_publics(Filtres(), None, 5, LUNDI, URL)

    assert all(est_bref(element) for element in liste.elements)
    assert "places_restantes" not in msgspec.json.encode(liste).decode()


def test_deux_adresses_qui_disent_la_meme_chose_ont_la_meme_cle() -> None:
    assert agenda.cle_de(Filtres(q="Été", theme="eau"), limite=30) == agenda.cle_de(
        Filtres(theme="eau", q=" ete "), limite=30
    )
    assert agenda.cle_de(Filtres(rayon_km=5)) == agenda.cle_de(Filtres())
    assert agenda.cle_de(Filtres(q="a")) != agenda.cle_de(Filtres(q="b"))
