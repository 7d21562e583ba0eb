"""Réglages : une seule lecture de l'environnement, au démarrage."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec


class ReglageInvalide(ValueError):
    """Un réglage ne peut pas être compris ; la phrase dit lequel et quoi écrire à la place."""


class Reglages(msgspec.Struct, frozen=True, kw_only=True):
    """Ce que la personne qui installe peut choisir. Chaque champ se lit dans une variable `TABLEES_…`."""

    base: str = ""
    """`TABLEES_BASE` : adresse de la base, `sqlite:///chemin` ou `postgresql://…` (défaut : SQLite dans `donnees`)."""

    donnees: Path = Path("donnees")
    """`TABLEES_DONNEES` : dossier de la base, des clés, des images, et des courriels quand il n'y a pas de SMTP."""

    url: str = "http://localhost:8000"
    """`TABLEES_URL` : adresse publique, sans barre finale ; `https` rend les cookies sûrs."""

    smtp: str | None = None
    """`TABLEES_SMTP` : `smtp://` ou `smtps://utilisateur:mot-de-passe@hôte:port` (défaut : un fichier `.eml` par courriel)."""

    expediteur: str = "Tablées <ne-pas-repondre@localhost>"
    """`TABLEES_EXPEDITEUR` : adresse d'envoi ; aussi le contact donné aux services de notification."""

    port: int = 8000
    """`TABLEES_PORT` : port de `servir` et de `demo`."""

    adresse: str = "127.0.0.1"
    """`TABLEES_ADRESSE` : interface d'écoute ; un mandataire inverse tourne d'ordinaire sur la même machine."""

    limites: bool = True
    """`TABLEES_LIMITES` : limites de débit, `oui` ou `non` (essais de charge seulement)."""

    mandataires: str = "127.0.0.1"
    """`TABLEES_MANDATAIRES` : adresses des mandataires dont on croit `X-Forwarded-For`, séparées par des virgules."""

    envois: Literal["integres", "separes"] | None = None
    """`TABLEES_ENVOIS` : `integres` (dans ce processus) ou `separes` (`tablees envoyer`) ; défaut : intégrés sur SQLite."""

    cache_mo: int = 48
    """`TABLEES_CACHE_MO` : mémoire des pages publiques prêtes à servir, en Mo (1 à 4096) ; leurs morceaux en ont autant."""

    @property
    def adresse_base(self) -> str:
        return self.base or f"sqlite:///{self.donnees / 'tablees.sqlite'}"

    @property
    def est_sqlite(self) -> bool:
        return self.adresse_base.startswith("sqlite:")

    @property
    def fichier_sqlite(self) -> Path:
        """Chemin du fichier SQLite ; n'a de sens que si `est_sqlite`."""
        return Path(self.adresse_base.removeprefix("sqlite:///"))

    @property
    def est_https(self) -> bool:
        return self.url.startswith("https://")

    @property
    def envois_integres(self) -> bool:
        return self.envois == "integres" or (self.envois is None and self.est_sqlite)

    @property
    def origine(self) -> str:
        """`schéma://hôte[:port]`, tel qu'un navigateur l'envoie dans `Origin`."""
        morceaux = urlsplit(self.url)
        return f"{morceaux.scheme}://{morceaux.netloc}"


def lire_reglages(environnement: Mapping[str, str] | None = None) -> Reglages:
    """Lit les réglages ; lève `ReglageInvalide` avec une phrase claire. Une variable vide vaut absente."""
    env = os.environ if environnement is None else environnement
    valeurs = {
        nom.removeprefix("TABLEES_").lower(): valeur.strip()
        for nom, valeur in env.items()
        if nom.startswith("TABLEES_") and valeur.strip()
    }
    champs: dict[str, object] = {}
    for nom in Reglages.__struct_fields__:
        if nom in valeurs:
            champs[nom] = _convertir(nom, valeurs[nom])
    return Reglages(**champs)  # type: ignore[arg-type]


def _convertir(nom: str, valeur: str) -> object:
    variable = f"TABLEES_{nom.upper()}"
    match nom:
        case "donnees":
            return Path(valeur)
        case "port" | "cache_mo":
            plafond = 65535 if nom == "port" else 4096
            if not valeur.isdecimal() or not 1 <= int(valeur) <= plafond:
                raise ReglageInvalide(
                    f"{variable} doit être un nombre entre 1 et {plafond}, pas « {valeur} »."
                )
            return int(valeur)
        case "limites":
            if valeur not in ("oui", "non"):
                raise ReglageInvalide(f"{variable} doit valoir « oui » ou « non », pas « {valeur} ».")
            return valeur == "oui"
        case "envois":
            if valeur not in ("integres", "separes"):
                raise ReglageInvalide(
                    f"{variable} doit valoir « integres » ou « separes », pas « {valeur} »."
                )
            return valeur
        case "base":
            if not valeur.startswith(("sqlite:///", "postgresql://", "postgres://")):
                raise ReglageInvalide(f"{variable} doit commencer par « sqlite:/// » ou « postgresql:// ».")
            return valeur
        case "smtp":
            if not valeur.startswith(("smtp://", "smtps://")):
                raise ReglageInvalide(f"{variable} doit commencer par « smtp:// » ou « smtps:// ».")
            return valeur
        case "url":
            if not valeur.startswith(("http://", "https://")):
                raise ReglageInvalide(f"{variable} doit commencer par « http:// » ou « https:// ».")
            return valeur.rstrip("/")
        case _:
            return valeur
