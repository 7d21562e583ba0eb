"""Les opérateurs bio autour d'un lieu, d'après l'annuaire public de l'Agence BIO (`opendata.agencebio.org`).

Ni gérant ni téléphone : ces champs ne sont pas dans nos types, ils ne sont donc ni lus ni gardés. Rien n'est écrit en base.
Une panne ne bloque personne : `chercher_operateurs` rend alors `None`, et l'annuaire du réseau reste là.
"""

import asyncio
import logging
from typing import Any, Final

import msgspec

from server.banquets.achats.schemas import OperateurBio
from server.lieux.geo import ServicePublicEnDefaut
from server.lieux.regles import distance_km
from server.socle.portes import Http

journal = logging.getLogger("tablees.http")

ADRESSE: Final = "https://opendata.agencebio.org/api/gouv/operateurs/"
DELAI_S: Final = 6.0
"""Une personne attend devant l'écran : au-delà, on le lui dit."""
OPERATEURS_MAX: Final = 50
PRODUCTIONS_MAX: Final = 12


class _Adresse(msgspec.Struct):
    lieu: str | None = None
    code_postal: str | None = msgspec.field(name="codePostal", default=None)
    ville: str | None = None
    lat: float | None = None
    lon: float | None = msgspec.field(name="long", default=None)
    active: bool | None = True


class _Nomme(msgspec.Struct):
    nom: str | None = None


class _Certificat(msgspec.Struct):
    organisme: str | None = None
    etat: str | None = msgspec.field(name="etatCertification", default=None)
    url: str | None = None


class _Operateur(msgspec.Struct):
    numero: int | str | None = msgspec.field(name="numeroBio", default=None)
    raison_sociale: str | None = msgspec.field(name="raisonSociale", default=None)
    denomination: str | None = msgspec.field(name="denominationcourante", default=None)
    siret: str | None = None
    adresses: list[_Adresse] | None = msgspec.field(name="adressesOperateurs", default=None)
    productions: list[_Nomme] | None = None
    certificats: list[_Certificat] | None = None


async def chercher_operateurs(
    http: Http,
    lat: float,
    lon: float,
    rayon_km: int,
    produit: str = "",
    *,
    delai_s: float = DELAI_S,
) -> list[OperateurBio] | None:
    """Les producteurs certifiés à moins de `rayon_km`, du plus proche au plus lointain ; `None` si l'annuaire se tait."""
    parametres = {
        "lat": f"{lat:.5f}",
        "lng": f"{lon:.5f}",
        "dist": str(rayon_km),
        "nb": str(OPERATEURS_MAX),
        "debut": "0",
        "filtrerEngages": "1",
        "activite": "Production",
        "produit": produit,
    }
    try:
        async with asyncio.timeout(delai_s):
            brut = await http.json(ADRESSE, parametres)
    except (ServicePublicEnDefaut, TimeoutError) as panne:
        journal.info("Agence BIO : %s", str(panne) or "trop lent")
        return None
    if not isinstance(brut, dict) or not isinstance(brut.get("items"), list):
        journal.info("Agence BIO : réponse d'une autre forme")
        return None
    lus = (_lire(item, lat, lon) for item in brut["items"][:OPERATEURS_MAX])
    proches = [un for un in lus if un is not None and un.distance_km <= rayon_km]
    return sorted(proches, key=lambda un: (un.distance_km, un.nom))


def siret_lisible(siret: str | None) -> str | None:
    """Ce SIRET s'il a quatorze chiffres et sa clé de Luhn ; l'annuaire en porte de faux."""
    if siret is None or len(siret) != 14 or not (siret.isascii() and siret.isdecimal()):
        return None
    somme = sum(sum(divmod(int(c) * (2 if rang % 2 == 0 else 1), 10)) for rang, c in enumerate(siret))
    return siret if somme % 10 == 0 else None


def _lire(item: Any, lat: float, lon: float) -> OperateurBio | None:
    """Un opérateur, s'il est certifié aujourd'hui et si l'on sait où il est."""
    try:
        lu = msgspec.convert(item, _Operateur)
    except msgspec.ValidationError:
        return None
    engage = next((c for c in lu.certificats or [] if c.etat == "ENGAGEE"), None)
    nom = (lu.denomination or lu.raison_sociale or "").strip()
    situees = [
        (distance_km(lat, lon, a.lat, a.lon), a)
        for a in lu.adresses or []
        if a.active is not False and a.lat is not None and a.lon is not None
    ]
    if engage is None or not nom or lu.numero is None or not situees:
        return None
    loin, adresse = min(situees, key=lambda une: une[0])
    noms = [p.nom for p in lu.productions or [] if p.nom]
    return OperateurBio(
        numero_bio=str(lu.numero),
        nom=nom,
        siret=siret_lisible(lu.siret),
        adresse=" ".join(x for x in (adresse.lieu, adresse.code_postal, adresse.ville) if x),
        distance_km=round(loin, 1),
        productions=list(dict.fromkeys(noms))[:PRODUCTIONS_MAX],
        organisme=engage.organisme or "",
        certificat=engage.url if (engage.url or "").startswith(("https://", "http://")) else None,
    )
