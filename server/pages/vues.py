"""Ce que toutes les pages ont en commun : l'enveloppe, les adresses, les distances, les dessins."""

import functools
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec
from markupsafe import Markup

from server.evenements.regles import phrase_prix_bref
from server.evenements.schemas import LieuBref
from server.lieux.regles import distance_km
from server.lieux.schemas import MENTIONS, CommuneNommee, VueCommune, VueLieu, VueTerritoire
from server.socle import mots
from server.socle.gabarits import rendre
from server.socle.temps import a_paris
from server.socle.textes import PWA, Langue, langues, plier, traduire

TITRE_MAX = 70
ECART_AU_CENTRE_MAX_KM = 30.0
"""Un lieu plus loin du centre de sa commune a des coordonnées fausses : aucune commune n'est si grande."""


class Site(msgspec.Struct, frozen=True):
    """L'installation, telle que l'en-tête et le pied de page la nomment."""

    url: str
    reseau: str
    territoire: str
    presentation: str = ""
    courriel: str | None = None
    mentions: Mapping[str, str] = {}
    """Mentions légales données ; celles qui manquent n'y sont pas."""


def site_de(territoire: VueTerritoire | None, url: str) -> Site:
    """Le site, d'après le territoire ; une installation encore vide s'appelle comme le logiciel."""
    if territoire is None:
        return Site(url, "Tablées", "Tablées")
    mentions: dict[str, str] = {nom: dite for nom in MENTIONS if (dite := getattr(territoire, nom))}
    return Site(
        url, territoire.reseau, territoire.nom, territoire.presentation, territoire.courriel, mentions
    )


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """L'enveloppe d'une page : ce que lisent le navigateur, les moteurs et les aperçus de liens."""

    site: Site
    langue: Langue
    explicite: bool = False
    """La langue est dans l'adresse : les liens internes la gardent."""
    titre: str
    chemin: str
    """Chemin et filtres, sans la langue."""
    description: str = ""
    courante: str = ""
    genre_og: str = "website"
    image: str | None = None
    image_alt: str = ""
    indexable: bool = True
    flux: Sequence[tuple[str, str]] = ()
    """Type et adresse de ce qui dit la même chose à un programme."""
    donnees: Markup | None = None
    """JSON-LD, déjà échappé pour une balise `script`."""
    avec_script: bool = True
    """Faux : l'adresse de la page est un secret, aucun script n'a à la lire."""

    @property
    def titre_complet(self) -> str:
        court = self.titre if len(self.titre) <= TITRE_MAX else f"{self.titre[: TITRE_MAX - 1].rstrip()}…"
        return f"{court} · {self.site.reseau}"

    @property
    def canonique(self) -> str:
        return self.site.url + self.chemin

    @property
    def alternatives(self) -> list[tuple[str, str]]:
        """Les adresses de cette page dans chaque langue, et celle qui suit le navigateur."""
        dites = [(code, self.site.url + self.dans_la_langue(code)) for code in langues()]
        return [*dites, ("x-default", self.canonique)]

    @property
    def feuille(self) -> Markup:
        return Markup(feuille())  # noqa: S704 — notre propre feuille de style, construite avec le code

    @property
    def script(self) -> str | None:
        return actif("src/public/index.ts") if self.avec_script else None

    def lien(self, chemin: str) -> str:
        """Une adresse interne, qui garde la langue si elle a été choisie."""
        return avec_langue(chemin, self.langue) if self.explicite else chemin

    def dans_la_langue(self, code: Langue) -> str:
        return avec_langue(self.chemin, code)


def avec_langue(chemin: str, langue: Langue) -> str:
    """Le même chemin, la langue dite dans l'adresse."""
    morceaux = urlsplit(chemin)
    filtres = [
        (cle, valeur) for cle, valeur in parse_qsl(morceaux.query, keep_blank_values=True) if cle != "langue"
    ]
    return urlunsplit(morceaux._replace(query=urlencode([*filtres, ("langue", langue)])))


def composer(gabarit: str, page: Page, **valeurs: Any) -> bytes:
    """La page, rendue dans sa langue."""
    communs: dict[str, Any] = {
        "local": a_paris,
        "dernier_jour": dernier_jour,
        "prix_bref": functools.partial(phrase_prix_bref, page.langue),
    }
    return rendre(gabarit, page.langue, page=page, **communs, **valeurs).encode()


def dernier_jour(debut: datetime, fin: datetime | None) -> datetime:
    """Un instant du dernier jour, à Paris ; une fin avant six heures du matin est encore la veille."""
    commence = a_paris(debut)
    return commence if fin is None else max(commence, a_paris(fin) - timedelta(hours=6))


# --- ce que la construction a produit -------------------------------------------------------------------------------


@functools.cache
def feuille() -> str:
    """La feuille de style écrite dans les pages publiques ; son empreinte est dans la politique de contenu."""
    return (PWA / "public.css").read_text(encoding="utf-8").strip()


@functools.cache
def _manifeste() -> dict[str, dict[str, Any]]:
    fiches: dict[str, dict[str, Any]] = json.loads(
        (PWA / "actifs" / "manifest.json").read_text(encoding="utf-8")
    )
    return fiches


def actif(source: str) -> str | None:
    """L'adresse d'un fichier construit, d'après sa source ; rien s'il n'existe pas."""
    fiche = _manifeste().get(source)
    return None if fiche is None else f"/actifs/{fiche['file']}"


# --- communes et distances ------------------------------------------------------------------------------------------


def commune_de_reference(communes: Mapping[str, VueCommune]) -> VueCommune | None:
    """La commune d'où l'on dit les distances quand personne n'a dit la sienne : la plus peuplée."""
    return max(communes.values(), key=lambda commune: (commune.population, commune.code), default=None)


def de_commune(langue: Langue, nom: str) -> str:
    """« d’Uzès », « de Blauzac », « du Garn », « des Plans » ; « of Uzès » en anglais."""
    if langue != "fr":
        return traduire(langue, "evenement.de_commune", nom=nom)
    for article, contracte in (("Le ", "du "), ("Les ", "des ")):
        if nom.startswith(article):
            return contracte + nom.removeprefix(article)
    return f"d’{nom}" if plier(nom)[:1] in set("aeiouyh") else f"de {nom}"


def est_situee(lat: float, lon: float) -> bool:
    """Vrai si ce point est connu : une commune dont on n'a pas le centre est à zéro degré partout."""
    return (lat, lon) != (0.0, 0.0)


def situer(lieu: LieuBref | VueLieu | None, communes: Mapping[str, VueCommune]) -> tuple[float, float] | None:
    """Où est ce lieu : son point s'il est plausible, sinon le centre de sa commune ; `None` si rien ne le dit."""
    if lieu is None:
        return None
    commune = communes.get(lieu.commune.code)
    centre = (commune.lat, commune.lon) if commune and est_situee(commune.lat, commune.lon) else None
    if lieu.lat is None or lieu.lon is None or not est_situee(lieu.lat, lieu.lon):
        return centre
    if centre is not None and distance_km(lieu.lat, lieu.lon, *centre) > ECART_AU_CENTRE_MAX_KM:
        return centre
    return lieu.lat, lieu.lon


class Reperes:
    """Dit à quelle distance est un lieu de la commune d'où l'on regarde."""

    def __init__(
        self, langue: Langue, communes: Mapping[str, VueCommune], depart: VueCommune | None = None
    ) -> None:
        self._langue = langue
        self._communes = communes
        self.depart = depart or commune_de_reference(communes)

    def __call__(self, lieu: LieuBref | None) -> str:
        """« ≈ 9 km d’Uzès » ; rien dans la commune même, ni pour un lieu sans position."""
        if lieu is None or self.depart is None or lieu.commune.code == self.depart.code:
            return ""
        ici = situer(lieu, self._communes)
        if ici is None or not est_situee(self.depart.lat, self.depart.lon):
            return ""
        km = distance_km(self.depart.lat, self.depart.lon, *ici)
        return traduire(
            self._langue,
            "evenement.depuis",
            distance=mots.distance(self._langue, km),
            de=de_commune(self._langue, self.depart.nom),
        )

    def point(self, lieu: LieuBref | None) -> str:
        """« 44.013,4.416 » : où est ce lieu, à cent mètres près ; de quoi calculer une distance sur l'appareil."""
        ici = situer(lieu, self._communes)
        return "" if ici is None else f"{ici[0]:.3f},{ici[1]:.3f}"


def choix_de_communes(communes: Mapping[str, VueCommune | CommuneNommee]) -> list[tuple[str, str]]:
    """Les communes du territoire, par ordre alphabétique."""
    return [(c.code, c.nom) for c in sorted(communes.values(), key=lambda c: plier(c.nom))]


def carte_osm(lat: float | None, lon: float | None) -> str | None:
    """L'adresse d'un point sur OpenStreetMap, s'il est connu."""
    if lat is None or lon is None:
        return None
    return f"https://www.openstreetmap.org/?mlat={lat:.5f}&mlon={lon:.5f}#map=17/{lat:.5f}/{lon:.5f}"
