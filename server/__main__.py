"""La ligne de commande : un mot, une petite fonction.

Chaque mot ne charge que ce dont il a besoin. Un refus est une phrase sur la sortie d'erreur et un code de sortie non
nul ; la trace d'une panne ne se montre qu'à qui la demande (`--trace`).
"""

import argparse
import asyncio
import contextlib
import difflib
import os
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn, TypeVar

if TYPE_CHECKING:
    from server.lieux.commandes import Preparation
    from server.lieux.schemas import Usage
    from server.reglages import Reglages
    from server.socle.base import Moteur
    from server.socle.contexte import Contexte


T = TypeVar("T")


class Arret(Exception):
    """La commande ne peut pas aller plus loin ; la phrase est pour la personne qui l'a tapée."""


class Mot(NamedTuple):
    """Un mot de la ligne de commande."""

    resume: str
    executer: Callable[[argparse.Namespace], int | None]
    options: Callable[[argparse.ArgumentParser], None] = lambda _: None
    explication: str = ""


# --- Servir ---------------------------------------------------------------------------------------------------------


def options_ecoute(analyseur: argparse.ArgumentParser) -> None:
    analyseur.add_argument("--port", type=_nombre, metavar="PORT", help="port d'écoute (TABLEES_PORT, 8000)")
    analyseur.add_argument("--adresse", metavar="IP", help="adresse d'écoute (TABLEES_ADRESSE, 127.0.0.1)")


def options_servir(analyseur: argparse.ArgumentParser) -> None:
    options_ecoute(analyseur)
    analyseur.add_argument(
        "--processus",
        type=_nombre,
        default=1,
        metavar="N",
        help="nombre de processus (1) ; plusieurs : PostgreSQL seulement",
    )


def servir(options: argparse.Namespace) -> int:
    """Sert l'installation."""
    reglages = _reglages(options)
    if options.processus > 1 and reglages.est_sqlite:
        raise Arret(
            "Plusieurs processus demandent PostgreSQL (TABLEES_BASE=postgresql://…) : SQLite n'a qu'un rédacteur, et un "
            "processus suffit à un territoire."
        )
    annonce = f"Tablées sert {reglages.url} (écoute : {reglages.adresse}, port {reglages.port}). Ctrl-C pour arrêter."
    if not reglages.envois_integres:
        annonce += "\nLes courriels partent par un autre programme : tablees envoyer."
    _servir(reglages, lambda: annonce, options.processus)
    return 0


def options_demo(analyseur: argparse.ArgumentParser) -> None:
    from server.demonstration.commandes import ajouter_options_demo

    options_ecoute(analyseur)
    ajouter_options_demo(analyseur)


def demo(options: argparse.Namespace) -> int:
    """Remplit une base vide d'une année d'exemple, et la sert."""
    import gc

    import msgspec

    # Même avec un SMTP dans les réglages : on n'écrit pas à des gens inventés.
    reglages = msgspec.structs.replace(_reglages(options), smtp=None)

    async def preparer(contexte: "Contexte") -> str:
        from server.application import FAITS
        from server.demonstration.commandes import preparer_demo

        return await preparer_demo(options, contexte, FAITS)

    def raconter() -> str:
        gc.enable()  # remplir brasse beaucoup d'objets
        asyncio.run(_exiger_usage(reglages, "demo"))
        return _avec_contexte(reglages, preparer)

    _servir(reglages, raconter)
    return 0


async def _exiger_usage(reglages: "Reglages", usage: "Usage") -> None:
    """Refuse une base qui sert à autre chose, avant d'y toucher (même pour la migrer)."""
    from server.demonstration.usage import exiger_usage
    from server.socle.base import creer_moteur, installer
    from server.socle.migrations import migrations_connues, migrations_en_attente

    if reglages.est_sqlite and not reglages.fichier_sqlite.exists():
        autres = [chemin.name for chemin in reglages.donnees.glob("*")] if reglages.donnees.exists() else []
        if autres:
            raise Arret(
                f"Le dossier {reglages.donnees} n'est pas vide (« {autres[0]} ») et ce n'est pas une démonstration : "
                "choisissez-en un autre (TABLEES_DONNEES)."
            )
    moteur = creer_moteur(reglages)
    installer(moteur)
    if await migrations_en_attente(moteur) != migrations_connues():
        await exiger_usage(usage)


def _servir(reglages: "Reglages", preparer: Callable[[], str], processus: int = 1) -> None:
    """Prend l'adresse d'écoute, prépare, annonce, sert."""
    import gc

    gc.disable()  # rien à ramasser pendant qu'on charge : un dixième du démarrage
    from server import service
    from server.socle.journal import installer_journal

    prise = service.ecouter(reglages.adresse, reglages.port)
    annonce = preparer()
    installer_journal()
    asyncio.run(_mettre_a_jour(reglages))  # ici, pour qu'une base injoignable se dise en une phrase
    if processus > 1:
        _dire(annonce)
        service.servir_a_plusieurs(reglages, prise, processus)
        return
    from server.application import creer_application

    application = creer_application(reglages, service.ouvrir_portes(reglages))
    _dire(annonce)
    service.servir(reglages, prise, application)


def options_envoyer(analyseur: argparse.ArgumentParser) -> None:
    analyseur.add_argument(
        "--une-fois", action="store_true", help="fait partir ce qui est échu, puis s'arrête"
    )


def envoyer(options: argparse.Namespace) -> int:
    """Fait partir les courriels de la boîte d'envoi."""
    from server.socle.journal import installer_journal

    installer_journal()

    async def tourner(contexte: "Contexte") -> int:
        import signal

        from server.application import COMPOSITEURS
        from server.notifications.expediteur import Expediteur

        expediteur = Expediteur(contexte, COMPOSITEURS)
        for signe in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(signe, expediteur.arreter)
        if options.une_fois:
            partis = await expediteur.vider_une_fois(contexte.horloge())
            _dire("Rien à envoyer." if not partis else f"{partis} message(s) parti(s).")
        else:
            _dire("Les courriels partent d'ici. Ctrl-C pour arrêter.")
            await expediteur.tourner()
        return 0

    return _avec_contexte(_reglages(), tourner)


def entretenir(_: argparse.Namespace) -> int:
    """Joue un passage de l'entretien."""
    from server.socle.journal import installer_journal

    installer_journal()

    async def passer(contexte: "Contexte") -> int:
        from server.entretien import entretenir as passage

        await passage(contexte)
        _dire("Entretien fait.")
        return 0

    return _avec_contexte(_reglages(), passer)


# --- Base -----------------------------------------------------------------------------------------------------------


def migrer(_: argparse.Namespace) -> int:
    """Met la base à jour."""
    jouees = asyncio.run(_mettre_a_jour(_reglages()))
    _dire(f"{len(jouees)} migration(s) jouée(s)." if jouees else "La base est à jour.")
    return 0


def verifier(_: argparse.Namespace) -> int:
    """Recompte et compare."""
    from server.verification import verifier as examiner

    reglages = _reglages()

    async def examen() -> list[str]:
        async with _moteur(reglages, migrer=False) as moteur:
            return await examiner(moteur, reglages.donnees)

    defauts = asyncio.run(examen())
    for defaut in defauts:
        print(defaut, file=sys.stderr)
    if defauts:
        raise Arret(f"{len(defauts)} chose(s) à regarder.")
    _dire("Tout est juste.")
    return 0


def options_sauvegarder(analyseur: argparse.ArgumentParser) -> None:
    analyseur.add_argument(
        "fichier", nargs="?", type=Path, help="où l'écrire (défaut : sauvegardes/ dans le dossier de données)"
    )


def sauvegarder(options: argparse.Namespace) -> int:
    """Écrit tout dans un fichier."""
    from server.socle.sauvegardes import sauvegarder as ecrire

    reglages, maintenant = _reglages(), _maintenant()
    vers: Path = (
        options.fichier or reglages.donnees / "sauvegardes" / f"tablees-{maintenant:%Y%m%dT%H%M%SZ}.tar.gz"
    )
    if vers.is_dir():
        vers /= f"tablees-{maintenant:%Y%m%dT%H%M%SZ}.tar.gz"
    if vers.exists():
        raise Arret(f"{vers} existe déjà : rien n'a été écrit.")

    async def faire() -> int:
        async with _moteur(reglages, migrer=False) as moteur:
            manifeste = await ecrire(moteur, reglages.donnees, vers, maintenant)
        _dire(
            f"{vers} : {manifeste.nombre_de_lignes} lignes, {manifeste.nombre_d_images} images, "
            f"{_taille(vers.stat().st_size)}. Vérifiée."
        )
        _dire("Elle contient des données personnelles et la clé de l'installation : gardez-la en lieu sûr.")
        return 0

    return asyncio.run(faire())


def options_restaurer(analyseur: argparse.ArgumentParser) -> None:
    analyseur.add_argument("fichier", type=Path, help="une archive écrite par « tablees sauvegarder »")
    analyseur.add_argument(
        "--oui", action="store_true", help="remplacer ce qui est là (une copie en est faite d'abord)"
    )


def restaurer(options: argparse.Namespace) -> int:
    """Rend une sauvegarde."""
    from server.socle.sauvegardes import contient_des_donnees, lire_archive
    from server.socle.sauvegardes import restaurer as rendre

    reglages = _reglages()
    manifeste = lire_archive(options.fichier)

    async def faire() -> int:
        async with _moteur(reglages, migrer=False) as moteur:
            if not options.oui and await contient_des_donnees(moteur):
                raise Arret(
                    "Cette base contient déjà des données : rien n'a été changé. Pour les remplacer par celles du "
                    f"{manifeste.cree_le.astimezone():%d/%m/%Y à %H h %M} ({manifeste.nombre_de_lignes} lignes), "
                    "ajoutez --oui ; une copie de ce qui est là sera faite d'abord."
                )
            _, precedente = await rendre(moteur, reglages.donnees, options.fichier, _maintenant())
        _dire(f"Rendu : {manifeste.nombre_de_lignes} lignes, {manifeste.nombre_d_images} images.")
        if precedente is not None:
            _dire(f"Ce qui était là est gardé dans {precedente}.")
        return 0

    return asyncio.run(faire())


# --- Installer, essayer ---------------------------------------------------------------------------------------------


def options_initialiser(analyseur: argparse.ArgumentParser) -> None:
    from server.lieux.commandes import ajouter_options_initialiser

    ajouter_options_initialiser(analyseur)


def initialiser(options: argparse.Namespace) -> int:
    """Crée une vraie installation. Rien ne s'écrit, pas même un dossier vide, avant que tout soit su."""
    from server.lieux.commandes import executer_initialiser, preparer_initialisation, refuser_deja_initialisee
    from server.lieux.geo import HttpPublic

    reglages = _reglages()
    if asyncio.run(_porte_un_reseau(reglages)):
        return refuser_deja_initialisee()

    async def preparer() -> "Preparation | None":
        http = HttpPublic(reglages.url)
        try:
            return await preparer_initialisation(options, http, input if sys.stdin.isatty() else None)
        finally:
            await http.fermer()

    preparation = asyncio.run(preparer())
    if preparation is None:
        return 1

    async def faire(contexte: "Contexte") -> int:
        return await executer_initialiser(
            options,
            preparation,
            clef=contexte.clef,
            url=contexte.reglages.url,
            http=contexte.portes.http,
            maintenant=contexte.horloge(),
        )

    return _avec_contexte(reglages, faire)


async def _porte_un_reseau(reglages: "Reglages") -> bool:
    """Vrai si la base a déjà son réseau ; ne crée rien, ni dossier ni base, pour le savoir."""
    from server.lieux.installation import est_initialisee
    from server.lieux.tables import Territoire
    from server.socle.base import creer_moteur, installer

    if reglages.est_sqlite and not reglages.fichier_sqlite.exists():
        return False
    installer(creer_moteur(reglages))
    return await Territoire.table_exists() and await est_initialisee()


def options_territoire(analyseur: argparse.ArgumentParser) -> None:
    from server.lieux.commandes import ajouter_options_importer

    analyseur.add_argument(
        "action", choices=["importer"], help="« importer » : charger les communes du territoire"
    )
    ajouter_options_importer(analyseur)


def territoire(options: argparse.Namespace) -> int:
    """Charge les communes du territoire."""

    async def faire(contexte: "Contexte") -> int:
        from server.lieux.commandes import executer_importer

        return await executer_importer(options, contexte.portes.http)

    return _avec_contexte(_reglages(), faire)


def options_exemple(analyseur: argparse.ArgumentParser) -> None:
    from server.demonstration.commandes import ajouter_options_exemple

    ajouter_options_exemple(analyseur)


def exemple(options: argparse.Namespace) -> int:
    """Remplit une base d'essai, aussi grande que l'on veut."""

    async def remplir(contexte: "Contexte") -> int:
        from server.demonstration.commandes import executer_exemple

        return await executer_exemple(options, contexte)

    reglages = _reglages()
    asyncio.run(_exiger_usage(reglages, "exemple"))
    return _avec_contexte(reglages, remplir)


def openapi(options: argparse.Namespace) -> int:
    """Écrit la description de l'API."""
    import json

    from server.application import creer_application
    from server.service import ouvrir_portes
    from server.socle.openapi import publier

    reglages = _reglages()
    document = publier(creer_application(reglages, ouvrir_portes(reglages)).openapi_schema.to_schema())
    texte = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    if options.fichier is None:
        sys.stdout.write(texte)
    else:
        options.fichier.write_text(texte, encoding="utf-8")
        _dire(f"{options.fichier} écrit.")
    return 0


def options_openapi(analyseur: argparse.ArgumentParser) -> None:
    analyseur.add_argument("fichier", nargs="?", type=Path, help="où l'écrire (défaut : la sortie ordinaire)")


def version(_: argparse.Namespace) -> int:
    """Dit la version."""
    from server import __version__

    print(f"tablees {__version__}")
    return 0


# --- Les mots -------------------------------------------------------------------------------------------------------

MOTS: Final[dict[str, Mot]] = {
    "demo": Mot(
        "remplit une base vide d'une année d'exemple, la sert, et dit quoi ouvrir", demo, options_demo
    ),
    "servir": Mot("sert l'installation (TABLEES_PORT)", servir, options_servir),
    "initialiser": Mot(
        "crée une vraie installation : réseau, structure, première personne", initialiser, options_initialiser
    ),
    "territoire": Mot("« territoire importer » : charge les communes", territoire, options_territoire),
    "envoyer": Mot("fait partir les courriels, à part du serveur", envoyer, options_envoyer),
    "entretenir": Mot("un passage de l'entretien (files d'attente, effacements)", entretenir),
    "migrer": Mot("met la base à jour (« servir » le fait aussi)", migrer),
    "sauvegarder": Mot(
        "écrit base, images et clé dans un fichier, service en marche", sauvegarder, options_sauvegarder
    ),
    "restaurer": Mot("rend une sauvegarde, service en marche", restaurer, options_restaurer),
    "verifier": Mot("recompte les places, examine la base et les images", verifier),
    "exemple": Mot("remplit une base d'essai, aussi grande que l'on veut", exemple, options_exemple),
    "openapi": Mot("écrit la description de l'API", openapi, options_openapi),
    "version": Mot("dit la version", version),
}

EN_TETE: Final = "Tablées : annoncer, inscrire, nourrir, accueillir.\n\nUsage : tablees MOT [options]    (tablees MOT --aide pour en savoir plus)\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Point d'entrée de la commande `tablees` ; rend le code de sortie."""
    mots = list(sys.argv[1:] if arguments is None else arguments)
    if not mots or mots[0] in ("-h", "--help", "--aide", "aide"):
        mots = [*mots[1:2], "--aide"] if len(mots) > 1 and mots[0] == "aide" else []
        if not mots:
            _dire_les_mots()
            return 0
    if mots[0] in ("--version", "-V"):
        mots[0] = "version"
    mot = MOTS.get(mots[0])
    if mot is None:
        proches = difflib.get_close_matches(mots[0], MOTS, 1)
        conseil = f" Vouliez-vous dire « {proches[0]} » ?" if proches else " « tablees » seul donne la liste."
        return _refuser(f"« {mots[0]} » n'est pas un mot de tablees.{conseil}")
    trace = "--trace" in mots
    try:
        analyseur = Analyseur(
            prog=f"tablees {mots[0]}", description=f"{mot.resume[0].upper()}{mot.resume[1:]}."
        )
        analyseur.add_argument("--trace", action="store_true", help="montrer la trace complète d'une panne")
        mot.options(analyseur)
        return mot.executer(analyseur.parse_args(mots[1:])) or 0
    except KeyboardInterrupt:
        return _refuser("Interrompu.", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as erreur:
        if trace:
            raise
        return _refuser(_phrase(erreur))


def _phrase(erreur: Exception) -> str:
    """Ce que la personne lira."""
    from server.socle.erreurs import Refus

    if isinstance(erreur, Arret) or type(erreur).__name__ in _DEJA_DITES:
        return str(erreur)
    if isinstance(erreur, Refus):
        raison = erreur.precisions.get("_raison")
        return str(erreur.probleme("fr")["detail"]) + (f" ({raison})" if raison else "")
    return f"{type(erreur).__name__} : {erreur} (tablees … --trace pour en savoir plus)"


_DEJA_DITES: Final = frozenset(
    {
        "ReglageInvalide",
        "SauvegardeImpossible",
        "RestaurationImpossible",
        "PortOccupe",
        "BaseReservee",
        "ImportationImpossible",
        "ImportationInterrompue",
    }
)
"""Erreurs dont le message est déjà une phrase ; nommées, pour ne pas charger leurs modules quand tout va bien."""


def _refuser(phrase: str, code: int = 1) -> int:
    print(f"tablees : {phrase}", file=sys.stderr)
    return code


def _dire_les_mots() -> None:
    print(EN_TETE)
    largeur = max(map(len, MOTS))
    for nom, mot in MOTS.items():
        print(f"  {nom:<{largeur}}  {mot.resume}")
    print(
        "\nRéglages : variables TABLEES_… (TABLEES_DONNEES, TABLEES_BASE, TABLEES_URL, TABLEES_SMTP…), voir le README."
    )


# --- Outils ---------------------------------------------------------------------------------------------------------


def _reglages(options: argparse.Namespace | None = None) -> "Reglages":
    """Les réglages de l'environnement, puis ceux de la ligne tapée (adresse et port d'écoute)."""
    import msgspec

    from server.reglages import lire_reglages

    reglages = lire_reglages()
    adresse, port = getattr(options, "adresse", None), getattr(options, "port", None)
    reglages = msgspec.structs.replace(
        reglages, adresse=adresse or reglages.adresse, port=port or reglages.port
    )
    if not os.environ.get("TABLEES_URL", "").strip():
        reglages = msgspec.structs.replace(reglages, url=f"http://localhost:{reglages.port}")
    return reglages


def _maintenant() -> datetime:
    return datetime.now(UTC)


def _dire(phrase: str) -> None:
    print(phrase, flush=True)


def _taille(octets: int) -> str:
    return f"{octets / 1e6:.1f} Mo".replace(".", ",") if octets >= 100_000 else f"{max(1, octets // 1000)} ko"


def _nombre(texte: str) -> int:
    if not texte.isdecimal() or not 1 <= int(texte) <= 65535:
        raise argparse.ArgumentTypeError(f"« {texte} » n'est pas un nombre entre 1 et 65535")
    return int(texte)


async def _mettre_a_jour(reglages: "Reglages") -> list[str]:
    from server.socle.base import creer_moteur, installer
    from server.socle.migrations import migrer as jouer

    moteur = creer_moteur(reglages)
    installer(moteur)
    return await jouer(moteur, reglages.donnees / "sauvegardes", _maintenant())


@contextlib.asynccontextmanager
async def _moteur(reglages: "Reglages", *, migrer: bool = True) -> AsyncGenerator["Moteur", None]:
    """La base, ouverte le temps du bloc."""
    from server.socle.base import creer_moteur, installer
    from server.socle.migrations import migrer as jouer

    moteur = creer_moteur(reglages)
    installer(moteur)
    if migrer:
        await jouer(moteur, reglages.donnees / "sauvegardes", _maintenant())
    await moteur.ouvrir()
    try:
        yield moteur
    finally:
        await moteur.fermer()


def _avec_contexte(reglages: "Reglages", faire: "Callable[[Contexte], Coroutine[Any, Any, T]]") -> T:
    """Joue une commande qui a besoin de toute la maison : base ouverte, faits branchés, portes."""
    from server.application import FAITS, creer_contexte
    from server.service import ouvrir_portes
    from server.socle import faits

    async def jouer() -> T:
        faits.brancher(FAITS)
        portes = ouvrir_portes(reglages)
        async with _moteur(reglages):
            try:
                return await faire(creer_contexte(reglages, portes))
            finally:
                await portes.courrier.fermer()

    return asyncio.run(jouer())


class Analyseur(argparse.ArgumentParser):
    """argparse, en français."""

    def __init__(self, **reste: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, **reste)
        self.add_argument("-h", "--aide", "--help", action="help", help="cette aide")

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog} : {message}. « {self.prog} --aide » dit ce qui se peut.\n")


_EN_FRANCAIS: Final = {
    "usage: ": "Usage : ",
    "positional arguments": "arguments",
    "options": "options",
    "the following arguments are required: %s": "il manque %s",
    "unrecognized arguments: %s": "on ne comprend pas %s",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s : %(message)s",
    "expected one argument": "il faut une valeur",
    "invalid choice: %(value)r (choose from %(choices)s)": "%(value)s n'est pas un choix possible (%(choices)s)",
    "invalid %(type)s value: %(value)r": "« %(value)s » ne convient pas",
    "ignored explicit argument %r": "cette option ne prend pas de valeur (%s)",
    "not allowed with argument %s": "ne va pas avec %s",
}
# argparse n'offre pas d'autre prise que gettext, et un catalogue compilé pour onze phrases serait bien lourd.
argparse._ = lambda texte: _EN_FRANCAIS.get(texte, texte)  # type: ignore[attr-defined]

if __name__ == "__main__":
    sys.exit(main())
