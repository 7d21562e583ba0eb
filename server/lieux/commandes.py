"""Les mots de la ligne de commande qui parlent de territoire : `initialiser` et `territoire importer`.

La base est ouverte et migrée par qui appelle. Ce qui se lit va sur la sortie ordinaire, la progression et les refus sur la
sortie d'erreur.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple, TextIO, get_args

import msgspec

from server.lieux.geo import ADRESSE_GEO, CommuneLue
from server.lieux.importation import (
    Avancement,
    Bilan,
    ImportationImpossible,
    ImportationInterrompue,
    choisir_source,
    importer_contours,
    importer_territoire,
    lister_communes,
)
from server.lieux.installation import Initialisation, est_initialisee, initialiser, lien_de_connexion
from server.socle.corps import convertir
from server.socle.erreurs import DemandeInvalide, Refus
from server.socle.portes import Http
from server.socle.secrets import Clef
from server.socle.textes import REFERENCE, langues, plier, traduire
from server.structures.schemas import Genre

Demander = Callable[[str], str]

# --- Progression ----------------------------------------------------------------------------------------------------


class Progression:
    """Une barre sur la sortie d'erreur ; dans un fichier ou un journal, une ligne par dixième."""

    LARGEUR: Final = 24
    ETAPES: Final[Mapping[str, str]] = {"communes": "Communes", "contours": "Contours"}

    def __init__(self, flux: TextIO) -> None:
        self._flux = flux
        self._vivante = flux.isatty()
        self._dixieme = ("", -1)

    def __call__(self, avancement: Avancement) -> None:
        total = max(1, avancement.total)
        pour_cent = 100 * avancement.fait // total
        titre = self.ETAPES[avancement.etape]
        compte = f"{pour_cent:3d} %  {avancement.fait}/{avancement.total}"
        if self._vivante:
            pleins = self.LARGEUR * avancement.fait // total
            barre = "#" * pleins + "." * (self.LARGEUR - pleins)
            fin = "\n" if avancement.fait >= avancement.total else ""
            self._flux.write(f"\r{titre:<9} [{barre}] {compte}  {avancement.nom[:30]}\x1b[K{fin}")
        elif self._dixieme != (dixieme := (avancement.etape, pour_cent // 10)):
            self._dixieme = dixieme
            self._flux.write(f"{titre} : {compte.strip()}\n")
        self._flux.flush()


# --- territoire importer --------------------------------------------------------------------------------------------


def ajouter_options_importer(analyseur: argparse.ArgumentParser) -> None:
    """Les options de `tablees territoire importer`."""
    _ajouter_options_de_source(analyseur)
    analyseur.add_argument(
        "--contours",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="demander aussi les contours, pour la carte (par défaut : oui, sauf avec --csv)",
    )


def _ajouter_options_de_source(analyseur: argparse.ArgumentParser) -> None:
    groupe = analyseur.add_argument_group("d'où viennent les communes (une seule source)")
    groupe.add_argument(
        "--epci", metavar="SIREN", help="une intercommunalité, par son SIREN (200034379 : Pays d'Uzès)"
    )
    groupe.add_argument("--departement", metavar="CODE", help="un département entier (30, 2A, 974)")
    groupe.add_argument(
        "--communes", metavar="CODES", help="des codes INSEE séparés par des virgules (30334,30001)"
    )
    groupe.add_argument(
        "--csv",
        metavar="FICHIER",
        help="un fichier, par son chemin complet : insee,nom,codes_postaux,population,lat,lon",
    )
    groupe.add_argument("--adresse", default=ADRESSE_GEO, help=argparse.SUPPRESS)


async def executer_importer(options: argparse.Namespace, http: Http) -> int:
    """`tablees territoire importer` ; rend le code de sortie."""
    try:
        source = choisir_source(
            epci=options.epci, departement=options.departement, communes=options.communes, fichier=options.csv
        )
        bilan = await importer_territoire(
            source, http, Progression(sys.stderr), adresse=options.adresse, contours=options.contours
        )
    except ImportationImpossible as refus:
        return _refuser(*refus.phrases)
    except ImportationInterrompue as coupure:
        sys.stderr.write("\n")
        return _refuser(str(coupure))
    _dire_bilan(bilan)
    return 0


def _dire_bilan(bilan: Bilan) -> None:
    inchangees = bilan.communes - bilan.ajoutees - bilan.modifiees
    print(
        f"{bilan.communes} communes : {bilan.ajoutees} ajoutées, {bilan.modifiees} mises à jour, {inchangees} inchangées."
    )
    if bilan.contours:
        print(f"{bilan.contours} contours ajoutés.")
    if bilan.sans_contour:
        print(f"Sans contour lisible : {', '.join(bilan.sans_contour)}.")


# --- initialiser ----------------------------------------------------------------------------------------------------

_QUESTIONS: Final = {
    "reseau": "Nom du réseau (« Réseau de la coopération »)",
    "territoire": "Nom du territoire (« Pays d'Uzès »)",
    "structure": "Première structure",
    "genre": "Genre de la structure",
    "prenom": "Prénom de la première personne",
    "courriel": "Son adresse e-mail, pour se connecter",
    "contact": "Adresse e-mail publique du réseau, montrée à tous",
    "presentation": "Une phrase qui présente le réseau, au pied de chaque page",
}
"""Ce que l'on demande à qui n'a pas tout dit dans les options."""


def noms_des_genres() -> dict[Genre, str]:
    """Les genres de structure, et leur nom tel qu'on l'écrit."""
    return {genre: traduire(REFERENCE, f"structures.genres.{genre}") for genre in get_args(Genre)}


def lire_genre(dit: str) -> Genre:
    """Le genre que dit ce mot, avec ou sans accents ni majuscules (« Tiers-lieu », « tiers_lieu ») ; `ArgumentTypeError`."""
    for genre, nom in noms_des_genres().items():
        if plier(dit.replace("_", " ")) in (plier(genre.replace("_", " ")), plier(nom)):
            return genre
    raise argparse.ArgumentTypeError(f"« {dit} » n'est pas un genre de structure ({_dire_genres()})")


def _dire_genres() -> str:
    return ", ".join(nom[0].lower() + nom[1:] for nom in noms_des_genres().values())


class ReponsesIncompletes(Exception):
    """Les réponses ne suffisent pas, ou ne conviennent pas ; une phrase par option."""

    def __init__(self, phrases: list[str]) -> None:
        self.phrases = phrases
        super().__init__("\n".join(phrases))


def ajouter_options_initialiser(analyseur: argparse.ArgumentParser) -> None:
    """Les options de `tablees initialiser`."""
    for champ, question in _QUESTIONS.items():
        if champ == "genre":
            analyseur.add_argument("--genre", type=lire_genre, help=f"{question} : {_dire_genres()}")
        else:
            analyseur.add_argument(f"--{champ}", help=question)
    analyseur.add_argument("--commune", metavar="INSEE", help="commune où siège la structure (code INSEE)")
    analyseur.add_argument("--langue", choices=langues(), help="langue de la première personne (fr)")
    _ajouter_options_de_source(analyseur)


class Preparation(NamedTuple):
    """De quoi ouvrir une installation : les réponses, et les communes déjà lues."""

    demande: Initialisation
    communes: list[CommuneLue]


async def preparer_initialisation(
    options: argparse.Namespace, http: Http, demander: Demander | None
) -> Preparation | None:
    """Recueille tout ce qu'il faut, sans rien écrire ; dit ce qui l'empêche et rend `None`.

    Se joue avant d'ouvrir la base : une faute ou un réseau absent ne laissent ni dossier, ni clé, ni base derrière eux.
    `demander` pose une question, `None` si personne n'est là.
    """
    try:
        demande = recueillir(vars(options), demander)
        source = None
        if any((options.epci, options.departement, options.communes, options.csv)):
            source = choisir_source(
                epci=options.epci,
                departement=options.departement,
                communes=options.communes,
                fichier=options.csv,
            )
        return Preparation(demande, await lister_communes(source, http, options.adresse) if source else [])
    except EOFError:
        _refuser("\nQuestions interrompues : rien n'a été écrit.")
    except (ImportationImpossible, ReponsesIncompletes) as refus:
        _refuser(*refus.phrases)
    return None


def refuser_deja_initialisee() -> int:
    """La base a déjà son réseau : on ne recommence pas par-dessus."""
    return _refuser(
        "Cette base est déjà initialisée : rien n'a été changé.",
        "Pour une autre installation, choisissez un autre dossier (TABLEES_DONNEES) ou une autre base (TABLEES_BASE).",
    )


async def executer_initialiser(
    options: argparse.Namespace,
    preparation: Preparation,
    *,
    clef: Clef,
    url: str,
    http: Http,
    maintenant: datetime,
) -> int:
    """`tablees initialiser` ; rend le code de sortie."""
    if await est_initialisee():
        return refuser_deja_initialisee()
    demande, communes = preparation
    try:
        await initialiser(demande, communes, maintenant)
    except DemandeInvalide as refus:
        return _refuser(*_dire_champs(refus))
    except Refus as refus:
        return _refuser(str(refus.probleme("fr")["detail"]))
    if communes and not options.csv:
        bilan = Bilan(communes=len(communes))
        try:
            await importer_contours(communes, http, Progression(sys.stderr), bilan, adresse=options.adresse)
        except ImportationInterrompue as coupure:
            sys.stderr.write(
                f"\n{coupure}\n(La commande : tablees territoire importer, avec la même source.)\n"
            )
    lien = await lien_de_connexion(clef, url, demande.courriel, maintenant)
    print(f"« {demande.reseau} » est prêt : {len(communes)} communes, une structure, une personne.")
    print(f"Contact public du réseau : {demande.contact}.")
    print(f"\nPour entrer (une fois, dans l'heure, quand le service tourne) :\n  {lien}\n")
    print("Il restera à compléter les mentions légales : dans l'espace, Compte, Installation.")
    if not communes:
        print(
            "Il reste à importer les communes, par exemple :\n  tablees territoire importer --epci 200034379"
        )
    return 0


def recueillir(donnees: Mapping[str, Any], demander: Demander | None) -> Initialisation:
    """Les réponses, prises dans les options, puis demandées ; lève `ReponsesIncompletes`, toutes phrases à la fois.

    Une réponse tapée qui ne convient pas est redemandée ; une option qui ne convient pas est refusée.
    """
    connues = {
        champ: str(valeur).strip()
        for champ in Initialisation.__struct_fields__
        if (valeur := donnees.get(champ)) is not None
    }
    if demander is not None:
        for champ, question in _QUESTIONS.items():
            while champ not in connues:
                _poser(champ, question, connues, demander)
    try:
        return convertir(connues, Initialisation)
    except DemandeInvalide as refus:
        raise ReponsesIncompletes(_dire_champs(refus)) from None


def _poser(champ: str, question: str, connues: dict[str, str], demander: Demander) -> None:
    match champ:
        case "genre":
            question, defaut = f"{question} ({_dire_genres()} ; Entrée : association)", "association"
        case "contact":
            question, defaut = f"{question} (Entrée : {connues['courriel']})", connues["courriel"]
        case "presentation":
            question, defaut = f"{question} (Entrée : plus tard)", ""
        case _:
            defaut = ""
    reponse = demander(f"{question} : ").strip() or defaut
    try:
        if champ == "genre":
            reponse = lire_genre(reponse)
        convertir({champ: reponse}, _modele_d_un_champ(champ))
    except argparse.ArgumentTypeError as refus:
        sys.stderr.write(f"  {refus}.\n")
    except DemandeInvalide as refus:
        sys.stderr.write(f"  {refus.erreurs[0].message('fr')}\n")
    else:
        connues[champ] = reponse


def _modele_d_un_champ(champ: str) -> type[msgspec.Struct]:
    annotation = next(un.type for un in msgspec.structs.fields(Initialisation) if un.name == champ)
    return msgspec.defstruct("Reponse", [(champ, annotation)])


def _dire_champs(refus: DemandeInvalide) -> list[str]:
    return [f"--{erreur.champ} : {erreur.message('fr')}" for erreur in refus.erreurs]


def _refuser(*phrases: str) -> int:
    for phrase in phrases:
        sys.stderr.write(f"{phrase}\n")
    return 1
