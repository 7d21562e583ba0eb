"""Importer les communes d'un territoire : depuis le découpage administratif public, ou un fichier.

La liste d'abord, puis un contour par commune. Chaque petit lot est validé : une importation coupée reprend où elle en
était, en relançant la même commande. Recommencer une importation finie met à jour noms et populations, rien d'autre.
"""

import csv
import io
import struct
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Final, Literal, assert_never

import msgspec

from server.lieux.contours import ContourIllisible, alleger
from server.lieux.geo import ADRESSE_GEO, CommuneLue, Geo, NomDeCommune, ServicePublicEnDefaut, departement_de
from server.lieux.regles import est_un_siren
from server.lieux.tables import Commune
from server.socle.base import ecriture
from server.socle.champs import CodeInsee
from server.socle.faits import renouveler
from server.socle.portes import Http
from server.socle.textes import plier

LOT_DE_COMMUNES: Final = 100
LOT_DE_CONTOURS: Final = 10
"""Ce qu'une coupure peut faire refaire, au pire."""

FICHIER_MAX: Final = 20 * 1024 * 1024
PLIE_MAX: Final = 120
POSTAUX_MAX: Final = 60
"""Codes postaux gardés pour une commune (Paris en a une vingtaine)."""


class ImportationImpossible(Exception):
    """Rien n'a été écrit ; chaque phrase dit ce qui ne va pas, et quoi faire."""

    def __init__(self, *phrases: str) -> None:
        self.phrases = phrases
        super().__init__("\n".join(phrases))


class ImportationInterrompue(Exception):
    """Ce qui était fait est gardé ; relancer la même commande reprend où l'on en était."""


# --- D'où viennent les communes -------------------------------------------------------------------------------------


class ParEpci(msgspec.Struct, frozen=True):
    """Les communes d'une intercommunalité, par son SIREN."""

    siren: str


class ParDepartement(msgspec.Struct, frozen=True):
    code: str


class ParCommunes(msgspec.Struct, frozen=True):
    """Une liste de codes INSEE."""

    codes: tuple[str, ...]


class ParFichier(msgspec.Struct, frozen=True):
    """Un CSV : `insee,nom,codes_postaux,population,lat,lon` ; les autres colonnes sont ignorées."""

    chemin: Path


Source = ParEpci | ParDepartement | ParCommunes | ParFichier


def choisir_source(
    *,
    epci: str | None = None,
    departement: str | None = None,
    communes: str | None = None,
    fichier: str | None = None,
) -> Source:
    """La source que disent les options de la commande ; lève `ImportationImpossible` si ce n'en est pas une."""
    dites = [option for option in (epci, departement, communes, fichier) if option]
    if len(dites) != 1:
        raise ImportationImpossible("Dites une seule source : --epci, --departement, --communes ou --csv.")
    if epci:
        siren = epci.replace(" ", "")
        if not est_un_siren(siren):
            raise ImportationImpossible(
                f"« {epci} » n'est pas un SIREN : neuf chiffres, comme 200034379. Celui de votre intercommunalité se "
                "trouve sur annuaire-entreprises.data.gouv.fr."
            )
        return ParEpci(siren)
    if departement:
        code = departement.strip().upper()
        code = code.zfill(2) if code.isdecimal() else code
        if not (code in ("2A", "2B") or (code.isascii() and code.isdecimal() and len(code) in (2, 3))):
            raise ImportationImpossible(
                f"« {departement} » n'est pas un code de département, comme 30, 2A ou 974."
            )
        return ParDepartement(code)
    if communes:
        codes = tuple(dict.fromkeys(code.strip().upper() for code in communes.split(",") if code.strip()))
        faux = [code for code in codes if not _est_un(CodeInsee, code)]
        if faux or not codes:
            fautifs = ", ".join(faux) or communes
            raise ImportationImpossible(
                f"Ce ne sont pas des codes INSEE de communes : {fautifs}. Exemple : 30334."
            )
        return ParCommunes(codes)
    return ParFichier(Path(fichier or ""))


async def lister_communes(source: Source, http: Http, adresse: str = ADRESSE_GEO) -> list[CommuneLue]:
    """Les communes de cette source, sans rien écrire ; lève `ImportationImpossible`."""
    if isinstance(source, ParFichier):
        return lire_fichier(source.chemin)
    try:
        return await _demander_communes(source, Geo(http, adresse))
    except ServicePublicEnDefaut as defaut:
        raise ImportationImpossible(str(defaut), "Rien n'a été écrit.") from defaut


async def _demander_communes(source: ParEpci | ParDepartement | ParCommunes, geo: Geo) -> list[CommuneLue]:
    match source:
        case ParEpci(siren):
            communes = await geo.communes_de_l_epci(siren)
            inconnu = f"Aucune intercommunalité n'a le SIREN {siren}. Vérifiez le numéro."
        case ParDepartement(code):
            communes = await geo.communes_du_departement(code)
            inconnu = f"Aucun département n'a le code {code}."
        case ParCommunes(codes):
            trouvees = {code: await geo.commune(code) for code in codes}
            inconnues = ", ".join(code for code, commune in trouvees.items() if commune is None)
            communes = [] if inconnues else [commune for commune in trouvees.values() if commune is not None]
            inconnu = f"Aucune commune n'a ce code INSEE : {inconnues}."
        case _:
            assert_never(source)
    if not communes:
        raise ImportationImpossible(inconnu)
    return communes


# --- Fichier --------------------------------------------------------------------------------------------------------

_COLONNES: Final = {
    "code": ("insee", "code_insee", "code"),
    "nom": ("nom", "commune"),
    "lat": ("lat", "latitude"),
    "lon": ("lon", "lng", "long", "longitude"),
    "codes_postaux": ("codes_postaux", "code_postal", "cp"),
    "population": ("population", "pop"),
}
_OBLIGATOIRES: Final = ("code", "nom", "lat", "lon")


def lire_fichier(chemin: Path) -> list[CommuneLue]:
    """Les communes d'un fichier CSV ; lève `ImportationImpossible`."""
    try:
        if chemin.stat().st_size > FICHIER_MAX:
            raise ImportationImpossible(f"{chemin} est trop gros pour une liste de communes.")
        octets = chemin.read_bytes()
    except OSError as erreur:
        raise ImportationImpossible(*_dire_illisible(chemin, erreur)) from erreur
    return lire_csv(octets)


def _dire_illisible(chemin: Path, erreur: OSError) -> tuple[str, ...]:
    """Pourquoi ce fichier ne se lit pas, et où le mettre : la commande tourne souvent ailleurs, sous un autre compte."""
    conseil = "Donnez son chemin complet, dans un dossier que le compte qui lance tablees peut lire."
    match erreur:
        case FileNotFoundError():
            return (f"Il n'y a pas de fichier {chemin.absolute()}.", conseil)
        case PermissionError():
            return (f"Le compte qui lance tablees n'a pas le droit de lire {chemin.absolute()}.", conseil)
        case IsADirectoryError():
            return (f"{chemin.absolute()} est un dossier : donnez le fichier CSV qu'il contient.",)
        case _:
            return (f"{chemin.absolute()} ne peut pas être lu ({erreur.strerror}).", conseil)


def lire_csv(octets: bytes) -> list[CommuneLue]:
    """Les communes d'un CSV, séparé par des virgules, des points-virgules ou des tabulations, en UTF-8 ou Windows-1252.

    Lève `ImportationImpossible` avec toutes les lignes fautives à la fois.
    """
    try:
        texte = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Un tableur français enregistre encore ainsi.
        texte = octets.decode("cp1252", errors="replace")
    entete = texte.split("\n", 1)[0]
    separateur = max(",;\t", key=entete.count)
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur)
    try:
        colonnes = _situer_colonnes(next(lecteur, []))
        erreurs: list[str] = []
        communes: dict[str, CommuneLue] = {}
        for ligne in lecteur:
            if not any(case.strip() for case in ligne):
                continue
            ici = f"Ligne {lecteur.line_num} : "
            valeurs = {
                nom: ligne[rang].strip() if rang < len(ligne) else "" for nom, rang in colonnes.items()
            }
            commune, fautes = _lire_ligne(valeurs)
            if commune is not None and commune.code in communes:
                fautes.append(f"la commune {commune.code} est déjà dans le fichier")
            if commune is None or fautes:
                erreurs.append(ici + " ; ".join(fautes) + ".")
            else:
                communes[commune.code] = commune
    except csv.Error as erreur:
        raise ImportationImpossible(f"Ligne {lecteur.line_num} : ce n'est pas du CSV ({erreur}).") from erreur
    if erreurs:
        raise ImportationImpossible(*erreurs, "Rien n'a été écrit : corrigez ces lignes, puis recommencez.")
    if not communes:
        raise ImportationImpossible("Le fichier ne contient aucune commune.")
    return list(communes.values())


def _situer_colonnes(entete: list[str]) -> dict[str, int]:
    noms = [plier(nom).replace(" ", "_") for nom in entete]
    situees = {
        colonne: next(noms.index(variante) for variante in variantes if variante in noms)
        for colonne, variantes in _COLONNES.items()
        if set(variantes) & set(noms)
    }
    manquantes = [_COLONNES[colonne][0] for colonne in _OBLIGATOIRES if colonne not in situees]
    if manquantes:
        raise ImportationImpossible(
            f"Ligne 1 : il manque la colonne {', '.join(manquantes)}. Attendu : "
            "insee,nom,codes_postaux,population,lat,lon."
        )
    return situees


def _lire_ligne(valeurs: dict[str, str]) -> tuple[CommuneLue | None, list[str]]:
    fautes: list[str] = []
    code, nom = valeurs["code"].upper(), valeurs["nom"]
    if len(code) == 4:
        code = code.zfill(5)  # un tableur a mangé le zéro de 01001
    if not _est_un(CodeInsee, code):
        fautes.append(f"« {_montrer(valeurs['code'])} » n'est pas un code INSEE")
    if not _est_un(NomDeCommune, nom):
        fautes.append(
            "le nom manque, ou contient des caractères invisibles"
            if len(nom) <= 120
            else "le nom est trop long"
        )
    lat = _lire_degres(valeurs["lat"], 90, "latitude", fautes)
    lon = _lire_degres(valeurs["lon"], 180, "longitude", fautes)
    population = valeurs.get("population", "").replace(" ", "").replace("\u202f", "").replace("\u00a0", "")
    if population and not (population.isascii() and population.isdecimal() and len(population) <= 8):
        fautes.append(f"« {_montrer(population)} » n'est pas une population")
    postaux = valeurs.get("codes_postaux", "").replace("/", " ").replace("|", " ").replace(",", " ").split()
    postaux = [postal.zfill(5) for postal in postaux]
    if not all(len(postal) == 5 and postal.isascii() and postal.isdecimal() for postal in postaux):
        fautes.append(f"« {_montrer(valeurs['codes_postaux'])} » n'est pas un code postal")
    if fautes or lat is None or lon is None:
        return None, fautes
    lue = CommuneLue(
        code=code,
        nom=nom,
        codes_postaux=tuple(dict.fromkeys(postaux)),
        departement=departement_de(code),
        population=int(population or 0),
        lat=lat,
        lon=lon,
    )
    return lue, fautes


def _lire_degres(texte: str, borne: int, nom: str, fautes: list[str]) -> float | None:
    try:
        valeur = float(texte.replace(",", "."))
    except ValueError:
        valeur = float("nan")
    if not -borne <= valeur <= borne:
        fautes.append(f"« {_montrer(texte)} » n'est pas une {nom}")
        return None
    return valeur


def _est_un(forme: Any, texte: str) -> bool:
    try:
        msgspec.convert(texte, forme)
    except msgspec.ValidationError:
        return False
    return True


def _montrer(texte: str) -> str:
    """Ce qui a été lu, sans rien qui dérange un terminal."""
    return "".join(c if c.isprintable() else "?" for c in texte[:40])


# --- Écriture -------------------------------------------------------------------------------------------------------


class Avancement(msgspec.Struct, frozen=True):
    """Où en est une importation."""

    etape: Literal["communes", "contours"]
    fait: int
    total: int
    nom: str = ""
    """La commune que l'on vient de traiter."""


class Bilan(msgspec.Struct):
    """Ce qu'une importation a fait."""

    communes: int
    ajoutees: int = 0
    modifiees: int = 0
    contours: int = 0
    sans_contour: list[str] = []
    """Communes dont la source n'a pas de contour lisible."""


Dire = Callable[[Avancement], None]


async def importer_territoire(
    source: Source, http: Http, dire: Dire, *, adresse: str = ADRESSE_GEO, contours: bool | None = None
) -> Bilan:
    """Importe les communes d'une source, puis les contours qui manquent ; idempotent, et reprend après une coupure.

    `contours` : les demander ou non au découpage administratif (défaut : oui, sauf pour un fichier, qui doit pouvoir
    se charger sans réseau). Lève `ImportationImpossible` (rien d'écrit) ou `ImportationInterrompue` (à relancer).
    """
    communes = await lister_communes(source, http, adresse)
    bilan = Bilan(communes=len(communes))
    for debut in range(0, len(communes), LOT_DE_COMMUNES):
        lot = communes[debut : debut + LOT_DE_COMMUNES]
        ajoutees, modifiees = await enregistrer_communes(lot)
        bilan.ajoutees += ajoutees
        bilan.modifiees += modifiees
        dire(Avancement("communes", debut + len(lot), len(communes), lot[-1].nom))
    if contours or (contours is None and not isinstance(source, ParFichier)):
        await importer_contours(communes, http, dire, bilan, adresse=adresse)
    return bilan


async def importer_contours(
    communes: Sequence[CommuneLue], http: Http, dire: Dire, bilan: Bilan, *, adresse: str = ADRESSE_GEO
) -> None:
    """Demande les contours qui manquent à ces communes ; lève `ImportationInterrompue`."""
    geo = Geo(http, adresse)
    deja = await _codes_avec_contour()
    fait = sum(commune.code in deja for commune in communes)
    restantes = [commune for commune in communes if commune.code not in deja]
    lot: dict[str, str] = {}
    try:
        for commune in restantes:
            try:
                lot[commune.code] = alleger(await geo.contour(commune.code))
            except ContourIllisible:
                bilan.sans_contour.append(commune.nom)
            fait += 1
            if len(lot) >= LOT_DE_CONTOURS:
                bilan.contours += await enregistrer_contours(lot)
                lot = {}
            dire(Avancement("contours", fait, len(communes), commune.nom))
    except ServicePublicEnDefaut as defaut:
        raise ImportationInterrompue(
            f"{defaut} Les {len(communes)} communes sont là, {len(communes) - fait} attendent leur contour : "
            "relancez la même commande, elle reprendra où elle en est."
        ) from defaut
    finally:
        # Même coupé par Ctrl-C, ce qui est arrivé n'est plus à redemander.
        if lot:
            bilan.contours += await enregistrer_contours(lot)


@ecriture
async def enregistrer_communes(communes: Sequence[CommuneLue]) -> tuple[int, int]:
    """Ajoute ou met à jour ces communes ; rend combien sont nouvelles et combien ont changé. Garde les contours."""
    colonnes = (
        Commune.nom,
        Commune.nom_plie,
        Commune.codes_postaux,
        Commune.departement,
        Commune.population,
        Commune.lat,
        Commune.lon,
    )
    codes = [commune.code for commune in communes]
    connues = {
        ligne["code"]: _empreinte(ligne)
        for ligne in await Commune.select(Commune.code, *colonnes).where(Commune.code.is_in(codes))
    }
    lignes = [_ligne(commune) for commune in communes]
    changees = [ligne for ligne in lignes if connues.get(ligne["code"]) != _empreinte(ligne)]
    if changees:
        await Commune.insert(*(Commune(**ligne) for ligne in changees)).on_conflict(
            target=Commune.code, action="DO UPDATE", values=colonnes
        )
        renouveler("territoire", "agenda")
    ajoutees = sum(ligne["code"] not in connues for ligne in changees)
    return ajoutees, len(changees) - ajoutees


@ecriture
async def enregistrer_contours(contours: dict[str, str]) -> int:
    """Garde le contour (GeoJSON) de ces communes ; rend combien."""
    for code, contour in contours.items():
        await Commune.update({Commune.contour: contour}).where(Commune.code == code)
    renouveler("territoire")
    return len(contours)


async def _codes_avec_contour() -> set[str]:
    lignes = await Commune.select(Commune.code).where(Commune.contour.is_not_null())
    return {ligne["code"] for ligne in lignes}


def _ligne(commune: CommuneLue) -> dict[str, Any]:
    return {
        "code": commune.code,
        "nom": commune.nom,
        "nom_plie": plier(commune.nom)[:PLIE_MAX],
        "codes_postaux": " ".join(commune.codes_postaux[:POSTAUX_MAX]),
        "departement": commune.departement,
        "population": commune.population,
        "lat": commune.lat,
        "lon": commune.lon,
    }


def _empreinte(ligne: dict[str, Any]) -> tuple[Any, ...]:
    """Ce qui fait qu'une commune a changé. PostgreSQL garde un REAL sur quatre octets : on compare sur quatre."""
    textes = (ligne[nom] for nom in ("nom", "nom_plie", "codes_postaux", "departement", "population"))
    return (*textes, struct.pack("ff", ligne["lat"], ligne["lon"]))


# --- Démonstration --------------------------------------------------------------------------------------------------


@ecriture
async def charger_pays_uzes() -> int:
    """Charge les 35 communes du Pays d'Uzès et leurs contours, livrés avec l'application ; rend leur nombre.

    Sources : INSEE, code officiel géographique 2026 ; IGN, Admin Express (Licence Ouverte).
    """
    fichiers = resources.files("server.lieux") / "territoires"
    communes = lire_csv((fichiers / "communes_pays_uzes.csv").read_bytes())
    await enregistrer_communes(communes)
    contours = msgspec.json.decode((fichiers / "contours_pays_uzes.geojson").read_bytes())
    await enregistrer_contours(
        {
            trace["properties"]["insee"]: msgspec.json.encode(trace["geometry"]).decode()
            for trace in contours["features"]
        }
    )
    return len(communes)
