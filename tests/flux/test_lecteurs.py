"""Les flux, relus par d'autres que ceux qui les écrivent : ical.js, vobject, feedparser, et vdirsyncer par HTTP."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import feedparser
import httpx
import msgspec
import pytest
import vobject

import hatch_build
from server.evenements.schemas import EvenementVue
from server.flux import atom, ical, jsonfeed
from server.flux.fil import Fil
from tests.flux.vues import HOSTILES, a, un_moment, une_vue
from tests.parcours.serveur import RACINE, servir

ICI = Path(__file__).parent


def une_soiree(rang: int, debut: datetime | None, fin: datetime | None, **champs: Any) -> EvenementVue:
    return une_vue(uid=UUID(int=rang), titre=f"Soirée {rang}", debut=debut, fin=fin, version=rang, **champs)


SOIREES = [
    une_soiree(1, a(6, 12, 19), a(6, 13, 1)),
    une_soiree(2, a(1, 15, 20), a(1, 15, 23)),
    une_soiree(3, a(3, 28, 22), a(3, 29, 4)),
    une_soiree(4, a(3, 29, 3), a(3, 29, 5)),
    une_soiree(5, a(10, 24, 22), a(10, 25, 4)),
    une_soiree(6, a(10, 25, 1, 30), a(10, 25, 6)),
    une_soiree(7, a(12, 31, 21), a(1, 1, 2, annee=2027)),
    une_soiree(8, a(7, 3, 14), a(7, 5, 17)),
    une_soiree(9, a(6, 19, 19), a(6, 20, 1), statut="reporte", debut_initial=a(6, 12, 19), motif="Vent."),
    une_soiree(10, a(6, 12, 19), a(6, 13, 1), statut="annule", motif="Vent, pluie ; boue."),
    une_soiree(11, None, None, statut="reporte", debut_initial=a(6, 12, 19)),
    une_soiree(12, a(6, 12, 19), a(6, 12, 22), moments=[un_moment("banquet", a(6, 12, 20), None, "x" * 300)]),
]


def attendus(vues: list[EvenementVue]) -> list[tuple[str, datetime | None, datetime | None, str, int]]:
    def etat(vue: EvenementVue) -> str:
        return "CANCELLED" if vue.statut == "annule" else "CONFIRMED" if vue.debut else "TENTATIVE"

    return [(str(v.uid), v.debut or v.debut_initial, v.fin, etat(v), v.version) for v in vues]


def lire_avec_ical_js(octets: bytes) -> list[dict[str, Any]]:
    node, _ = hatch_build.trouver_node()
    lu = subprocess.run([node, ICI / "lire-ical.mjs"], input=octets, capture_output=True, check=True)
    elements: list[dict[str, Any]] = json.loads(lu.stdout)
    return elements


def lire_avec_vobject(octets: bytes) -> list[dict[str, Any]]:
    def instant(champ: Any) -> float | None:
        return champ.value.timestamp() if champ else None

    return [
        {
            "uid": e.uid.value,
            "titre": e.summary.value,
            "description": e.description.value,
            "debut": instant(e.dtstart),
            "fin": instant(getattr(e, "dtend", None)),
            "etat": e.status.value,
            "sequence": int(e.sequence.value),
        }
        for e in vobject.readOne(octets.decode()).contents.get("vevent", [])
    ]


LECTEURS = [lire_avec_ical_js, lire_avec_vobject]
Lecteur = Callable[[bytes], list[dict[str, Any]]]


def un_calendrier(vues: list[EvenementVue]) -> bytes:
    return ical.calendrier([v for vue in vues if (v := ical.vers_vevent(vue, "fr"))], nom="Agenda, Uzès")


@pytest.mark.parametrize("lire", LECTEURS)
def test_chaque_date_se_lit_la_meme_partout(lire: Lecteur) -> None:
    lus = lire(un_calendrier(SOIREES))

    def en_utc(secondes: float | None) -> datetime | None:
        return None if secondes is None else datetime.fromtimestamp(secondes, UTC)

    relus = [(e["uid"], en_utc(e["debut"]), en_utc(e["fin"]), e["etat"], e["sequence"]) for e in lus]
    assert relus == attendus(SOIREES)
    assert [e["titre"] for e in lus][9:11] == ["Annulé – Soirée 10", "Reporté, date à venir – Soirée 11"]
    assert "Vent, pluie ; boue." in lus[9]["description"]


@pytest.mark.parametrize("lire", LECTEURS)
@pytest.mark.parametrize("valeur", HOSTILES.values(), ids=HOSTILES.keys())
def test_aucun_texte_ne_trompe_un_autre_lecteur(lire: Lecteur, valeur: str) -> None:
    vue = une_soiree(1, a(6, 12, 19), a(6, 13, 1), resume=valeur)
    vue = msgspec.structs.replace(vue, titre=valeur)

    [lu] = lire(un_calendrier([vue]))

    attendu = valeur.replace("\r\n", "\n")
    for interdit in ("\x00", "\x07", "\ud800"):
        attendu = attendu.replace(interdit, "")
    assert lu["titre"] == attendu
    assert attendu in lu["description"]
    assert lu["uid"] == str(vue.uid)


FIL = Fil(
    titre="Agenda – Réseau & Cie",
    langue="fr",
    reseau="Réseau & Cie",
    site="https://tablees.exemple.fr",
    page="https://tablees.exemple.fr/",
    adresse="https://tablees.exemple.fr/agenda",
    suivant="https://tablees.exemple.fr/agenda?page=2",
    modifie_le=a(5, 20, 10, 30),
)


def un_fil_atom(vues: list[EvenementVue]) -> bytes:
    return b"".join((atom.ouvrir(FIL), *(atom.vers_entree(vue, "fr") for vue in vues), atom.FERMER))


def test_atom_se_lit_et_tient_ce_que_la_rfc_exige() -> None:
    lu = feedparser.parse(un_fil_atom(SOIREES), response_headers={"content-type": atom.TYPE_CONTENU})

    assert (lu.bozo, lu.version) == (False, "atom10")
    # RFC 4287, 4.1.1 et 4.1.2 : identité, titre, instant, auteur ; un lien vers soi, un vers la page.
    assert (lu.feed.id, lu.feed.title, lu.feed.language) == (FIL.adresse, FIL.titre, "fr")
    assert lu.feed.author_detail.name == "Réseau & Cie"
    assert {(lien.rel, lien.href) for lien in lu.feed.links} == {
        ("self", FIL.adresse),
        ("alternate", FIL.page),
        ("next", FIL.suivant),
    }
    assert [entree.id for entree in lu.entries] == [vue.uid.urn for vue in SOIREES]
    for entree, vue in zip(lu.entries, SOIREES, strict=True):
        assert datetime(*entree.updated_parsed[:6], tzinfo=UTC) == vue.modifie_le
        assert datetime(*entree.published_parsed[:6], tzinfo=UTC) == vue.publie_le
        assert [auteur.name for auteur in entree.authors] == ["La Fabrique", "Café"]
        assert entree.link == vue.url
        assert entree.content[0].type == "text/html"
        assert {etiquette.term for etiquette in entree.tags} == {"Conférence gesticulée", "Eau, forêts"}
    assert "Vendredi 12 juin 2026" in lu.entries[0].summary
    assert lu.entries[9].title == "Annulé – Soirée 10"


@pytest.mark.parametrize("valeur", HOSTILES.values(), ids=HOSTILES.keys())
def test_aucun_texte_ne_casse_les_fils(valeur: str) -> None:
    vue = une_vue(titre=valeur, resume=valeur, description=valeur, motif=valeur, statut="reporte")

    [entree] = feedparser.parse(un_fil_atom([vue]), sanitize_html=False).entries
    element = json.loads(jsonfeed.vers_element(vue, "fr"))

    for html in (entree.content[0].value, element["content_html"]):
        assert "<script" not in html
    assert entree.title.split() == element["title"].split() == ical_propre(valeur).split()


def ical_propre(valeur: str) -> str:
    return str(lire_avec_vobject(un_calendrier([une_vue(titre=valeur)]))[0]["titre"])


def test_json_feed_tient_ce_que_la_specification_exige() -> None:
    elements = jsonfeed.SEPARER.join(jsonfeed.vers_element(vue, "fr") for vue in SOIREES)
    lu = json.loads(b"".join((jsonfeed.ouvrir(FIL), elements, jsonfeed.FERMER)))

    assert lu["version"] == "https://jsonfeed.org/version/1.1"
    assert (lu["title"], lu["feed_url"], lu["next_url"]) == (FIL.titre, FIL.adresse, FIL.suivant)
    assert lu["home_page_url"] == FIL.page
    assert all(set(auteur) <= {"name", "url", "avatar"} for auteur in lu["authors"])
    connus = {
        "id", "url", "title", "summary", "content_html", "image", "date_published", "date_modified", "authors", "tags",
        "language",
    }  # fmt: skip
    for element, vue in zip(lu["items"], SOIREES, strict=True):
        # Un identifiant en texte, un contenu, et rien d'inventé hors d'une extension soulignée.
        assert element["id"] == vue.uid.urn
        assert element["content_html"]
        assert {nom for nom in element if not nom.startswith("_")} <= connus
        for nom in ("date_published", "date_modified"):
            assert datetime.fromisoformat(element[nom]).tzinfo is not None
        propre = element["_tablees"]
        assert (propre["version"], propre["statut"]) == (vue.version, vue.statut)
        assert (propre["debut"] and datetime.fromisoformat(propre["debut"])) == vue.debut
        assert (propre["fin"] and datetime.fromisoformat(propre["fin"])) == vue.fin


# --- un vrai client, par HTTP ---


@pytest.mark.lent
def test_un_vrai_client_recopie_l_agenda_et_suit_ce_qui_change(tmp_path: Path) -> None:
    donnees, copie = tmp_path / "donnees", tmp_path / "copie"
    donnees.mkdir()
    exemple = [sys.executable, "-m", "server", "exemple", "--evenements", "60", "--inscriptions", "0"]
    subprocess.run(exemple, cwd=RACINE, env=environnement(donnees), capture_output=True, check=True)
    with servir(donnees) as url:
        recopier(tmp_path, f"{url}/agenda.ics")
        ici = evenements_de(copie)
        la_bas = annonces(url)
        assert len(ici) == len(la_bas) > 10
        assert {adresse: e["debut"] for adresse, e in ici.items()} == {
            adresse: debut.timestamp() for adresse, debut in la_bas.items()
        }

        adresse = next(iter(ici))
        annuler_d_ailleurs(donnees, adresse.rpartition("/")[2])
        time.sleep(1)  # promis : un autre processus le dit en moins d'une seconde
        recopier(tmp_path, f"{url}/agenda.ics")

        apres = evenements_de(copie)
        assert apres.keys() == ici.keys()
        assert {a for a in apres if apres[a] != ici[a]} == {adresse}
        assert apres[adresse]["etat"] == "CANCELLED"


def environnement(donnees: Path) -> dict[str, str]:
    return os.environ | {"TABLEES_DONNEES": str(donnees)}


def recopier(dossier: Path, adresse: str) -> None:
    """Ce que fait un agenda : relire l'adresse, et garder chaque évènement dans un fichier."""
    reglages = dossier / "vdirsyncer.conf"
    reglages.write_text(
        f'[general]\nstatus_path = "{dossier}/etat"\n[pair agenda]\na = "ici"\nb = "tablees"\ncollections = null\n'
        f'conflict_resolution = "b wins"\n[storage ici]\ntype = "filesystem"\npath = "{dossier}/copie"\nfileext = ".ics"\n'
        f'[storage tablees]\ntype = "http"\nurl = "{adresse}"\n'
    )
    (dossier / "copie").mkdir(exist_ok=True)
    for geste in ("discover", "sync"):
        fait = subprocess.run(
            [Path(sys.executable).parent / "vdirsyncer", "-c", reglages, geste],
            capture_output=True,
            text=True,
            check=False,
        )
        assert fait.returncode == 0, fait.stdout + fait.stderr


def evenements_de(dossier: Path) -> dict[str, dict[str, Any]]:
    """Ce que le client a gardé, par l'adresse de chaque évènement : vdirsyncer refait l'`UID` de ce qu'il lit par HTTP."""
    lus = {}
    for fichier in dossier.glob("*.ics"):
        octets = fichier.read_bytes()
        [lu] = lire_avec_vobject(octets)
        lus[vobject.readOne(octets.decode()).vevent.url.value] = lu
    return lus


def annonces(url: str) -> dict[str, datetime]:
    """Les évènements de l'année passée et à venir, par l'API."""
    depuis = (datetime.now(UTC) - timedelta(days=365)).date().isoformat()
    trouves: dict[str, datetime] = {}
    with httpx.Client(base_url=url) as client:
        for filtres in ({"du": depuis}, {}):
            curseur: str | None = ""
            while curseur is not None:
                dits = filtres | ({"curseur": curseur} if curseur else {})
                page = client.get("/api/evenements", params={**dits, "limite": "50"}).json()
                for e in page["elements"]:
                    vue = client.get(f"/api/evenements/{e['slug']}").json()
                    trouves[e["url"]] = datetime.fromisoformat(vue["debut"] or vue["debut_initial"])
                curseur = page["suivant"]
    return trouves


def annuler_d_ailleurs(donnees: Path, slug: str) -> None:
    with sqlite3.connect(donnees / "tablees.sqlite") as base:
        base.execute(
            "UPDATE evenement SET statut = 'annule', motif = 'Vent.', version = version + 1, modifie_le = ? WHERE slug = ?",
            (datetime.now(UTC).isoformat(sep=" "), slug),
        )
    base.close()
