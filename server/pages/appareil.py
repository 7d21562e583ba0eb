"""Les inscriptions ouvertes sur un appareil : un petit cookie chacune, qui ne part que vers `/mes-inscriptions`.

Les documents publics n'en reçoivent donc jamais. Le cookie porte une preuve dérivée, pas un secret de la personne :
monter la version des liens d'une inscription la ferme partout. Sa première lettre dit d'où elle vient : `a`, cet
appareil s'est inscrit ; `c`, il a ouvert le lien reçu par courriel (et peut donc confirmer l'adresse).
"""

from typing import Any, Final, Literal
from uuid import UUID

import msgspec
from litestar import Request
from litestar.datastructures import Cookie

from server.inscriptions.lectures import versions_des_liens
from server.reglages import Reglages
from server.socle.contexte import Contexte
from server.socle.secrets import Clef

CHEMIN: Final = "/mes-inscriptions"
PREFIXE: Final = "inscription-"
DUREE_S: Final = 400 * 24 * 3600
"""Ce que les navigateurs gardent au plus ; l'inscription, elle, s'efface avant."""

OUVERTES_MAX: Final = 40
"""Les navigateurs ne garantissent que cinquante cookies par site."""

Origine = Literal["a", "c"]


class Ouverte(msgspec.Struct, frozen=True):
    id: UUID
    par_courriel: bool
    """Ouverte par le lien reçu : cette personne lit cette boîte aux lettres."""


def cookie_ouvrant(contexte: Contexte, identifiant: UUID, version: int, origine: Origine) -> Cookie:
    """Le cookie qui garde une inscription ouverte sur cet appareil."""
    return _cookie(
        contexte.reglages,
        identifiant,
        f"{origine}.{_preuve(contexte.clef, identifiant, version, origine)}",
        DUREE_S,
    )


def cookie_fermant(contexte: Contexte, identifiant: UUID) -> Cookie:
    """Le même, que le navigateur oublie."""
    return _cookie(contexte.reglages, identifiant, "", 0)


def cookies_fermants(request: Request[Any, Any, Any], contexte: Contexte) -> list[Cookie]:
    """De quoi fermer tout ce que cet appareil présente, même ce qui n'ouvre plus rien."""
    presentees = _presentees(request, contexte.reglages, sans_limite=True)
    return [cookie_fermant(contexte, identifiant) for identifiant in presentees]


async def inscriptions_ouvertes(request: Request[Any, Any, Any], contexte: Contexte) -> list[Ouverte]:
    """Les inscriptions que cet appareil prouve pouvoir ouvrir, dans l'ordre des cookies."""
    presentees = _presentees(request, contexte.reglages)
    versions = await versions_des_liens(list(presentees))
    ouvertes = []
    for identifiant, valeur in presentees.items():
        origine, _, preuve = valeur.partition(".")
        version = versions.get(identifiant)
        if version is None or origine not in ("a", "c"):
            continue
        if contexte.clef.est_derive(preuve, f"appareil-{origine}", str(identifiant), version):
            ouvertes.append(Ouverte(identifiant, par_courriel=origine == "c"))
    return ouvertes


def _presentees(
    request: Request[Any, Any, Any], reglages: Reglages, *, sans_limite: bool = False
) -> dict[UUID, str]:
    prefixe = _prefixe(reglages)
    trouvees: dict[UUID, str] = {}
    for nom, valeur in request.cookies.items():
        if nom.startswith(prefixe) and (sans_limite or len(trouvees) < OUVERTES_MAX):
            try:
                trouvees[UUID(nom.removeprefix(prefixe))] = valeur
            except ValueError:
                continue
    return trouvees


def _preuve(clef: Clef, identifiant: UUID, version: int, origine: Origine) -> str:
    return clef.deriver(f"appareil-{origine}", str(identifiant), version)


def _prefixe(reglages: Reglages) -> str:
    return f"__Secure-{PREFIXE}" if reglages.est_https else PREFIXE


def _cookie(reglages: Reglages, identifiant: UUID, valeur: str, duree_s: int) -> Cookie:
    return Cookie(
        key=f"{_prefixe(reglages)}{identifiant.hex}",
        value=valeur,
        path=CHEMIN,
        max_age=duree_s,
        secure=reglages.est_https,
        httponly=True,
        samesite="lax",
    )
