"""Le contexte : ce que la composition remet à chaque requête. Rien du métier."""

import ipaddress
from typing import Any

import msgspec
from litestar.connection import ASGIConnection

from server.reglages import Reglages
from server.socle.documents import Documents
from server.socle.limites import Limites
from server.socle.morceaux import Morceaux
from server.socle.portes import Portes
from server.socle.secrets import Clef
from server.socle.temps import Horloge
from server.socle.textes import Langue, choisir_langue, langues


class Contexte(msgspec.Struct, frozen=True, kw_only=True):
    """Réglages, clé, portes, documents publics, leurs morceaux et limites de l'application."""

    reglages: Reglages
    clef: Clef
    portes: Portes
    documents: Documents
    morceaux: Morceaux
    limites: Limites

    @property
    def horloge(self) -> Horloge:
        return self.portes.horloge

    def url(self, chemin: str) -> str:
        """L'adresse publique complète d'un chemin."""
        return f"{self.reglages.url}{chemin}"


def contexte_de(connexion: ASGIConnection[Any, Any, Any, Any]) -> Contexte:
    """Le contexte de l'application qui répond à cette connexion."""
    contexte: Contexte = connexion.app.state.contexte
    return contexte


def langue_de(connexion: ASGIConnection[Any, Any, Any, Any]) -> Langue:
    """La langue demandée : `?langue=en` si elle est dite, sinon celle du navigateur."""
    dite = connexion.query_params.get("langue")
    if dite in langues():
        return str(dite)
    return choisir_langue(connexion.headers.get("accept-language"))


def adresse_de(connexion: ASGIConnection[Any, Any, Any, Any]) -> str:
    """L'adresse IP de qui demande (le mandataire de confiance est déjà écarté par le serveur).

    En IPv6, le réseau /64 : c'est ce qu'une box ou un serveur loué reçoit, et ses adresses ne se comptent pas.
    """
    return reseau_de(connexion.client.host) if connexion.client else "inconnue"


def reseau_de(hote: str) -> str:
    """L'adresse telle qu'on la compte : une IPv4 entière, le /64 d'une IPv6."""
    if ":" not in hote:
        return hote
    try:
        adresse = ipaddress.IPv6Address(hote)
    except ValueError:
        return hote
    if adresse.ipv4_mapped is not None:
        return str(adresse.ipv4_mapped)
    return str(ipaddress.IPv6Address(int(adresse) >> 64 << 64))
