"""Documents publics : calculés une fois, servis prêts (identité, gzip, brotli), renouvelés quand ils changent.

Un document n'a rien de personnel ni de propre à un visiteur. Il porte des étiquettes (`agenda`, `evenement:12`) : une
écriture validée périme celles qu'elle nomme. Il porte aussi l'instant où le temps seul le changera (clôture, début,
fin). Deux demandes simultanées du même document n'en calculent qu'un. La mémoire est bornée en octets, écritures
compressées et demandes reconnues comprises ; le moins récemment servi s'en va d'abord. Décision 0002.
"""

import asyncio
import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Final

import brotli
import msgspec

from server.socle.base import TOUT

COMPRESSION_DES: Final = 600
"""Octets sous lesquels compresser ne gagne rien."""

BROTLI_QUALITE: Final = 6
DIRECTS_MAX: Final = 4096
POIDS_NU: Final = 1500
"""Octets d'un document sans son corps : objets, clés, en-têtes."""

POIDS_DIRECT: Final = 1000
"""Octets d'une demande reconnue, au plus (`DEMANDE_RETENUE_MAX` et les objets autour)."""

Demande = tuple[Any, ...]

Entetes = list[tuple[bytes, bytes]]


class Brouillon(msgspec.Struct, kw_only=True):
    """Un document tel que sa fabrique le rend."""

    corps: bytes
    type_contenu: str
    etiquettes: frozenset[str]
    perime_le: datetime | None = None
    """Instant où le temps seul changera ce document."""
    modifie_le: datetime | None = None
    statut: int = 200
    entetes: tuple[tuple[str, str], ...] = ()


class Document:
    """Un document prêt à servir, dans toutes ses écritures, et les demandes brutes qui y mènent."""

    __slots__ = (
        "brouillon",
        "cle",
        "compte",
        "directs",
        "ecritures",
        "etag",
        "gardees",
        "perime_s",
        "vivant",
    )

    def __init__(self, cle: str, brouillon: Brouillon) -> None:
        self.cle = cle
        self.brouillon = brouillon
        self.etag = hashlib.blake2b(brouillon.corps, digest_size=12).hexdigest()
        self.ecritures: dict[str, bytes] = {"": brouillon.corps}
        self.gardees: dict[str, tuple[Entetes, Entetes]] = {}
        self.perime_s = brouillon.perime_le.timestamp() if brouillon.perime_le else float("inf")
        self.directs: set[Demande] = set()
        self.compte = 0
        """Octets que la réserve a comptés pour lui."""
        self.vivant = True

    def poids(self) -> int:
        ecrits = sum(len(octets) for octets in self.ecritures.values())
        return POIDS_NU + ecrits + POIDS_DIRECT * len(self.directs)

    async def ecriture(self, encodage: str) -> tuple[str, bytes]:
        """L'encodage servi et ses octets ; compresse à la première demande, hors de la boucle."""
        if encodage and (
            len(self.brouillon.corps) < COMPRESSION_DES or self.brouillon.type_contenu.startswith("image/")
        ):
            encodage = ""
        octets = self.ecritures.get(encodage)
        if octets is None:
            octets = await asyncio.to_thread(_comprimer, encodage, self.brouillon.corps)
            self.ecritures[encodage] = octets
        return encodage, octets


def _comprimer(encodage: str, corps: bytes) -> bytes:
    if encodage == "br":
        return bytes(brotli.compress(corps, quality=BROTLI_QUALITE))
    return gzip.compress(corps, compresslevel=6, mtime=0)


class Reponse(msgspec.Struct):
    """Ce qui part sur le réseau."""

    statut: int
    entetes: Entetes
    corps: bytes


Fabrique = Callable[[], Awaitable[Brouillon]]


class Documents:
    """La réserve des documents publics d'un processus."""

    def __init__(self, octets_max: int, entetes_communs: Iterable[tuple[str, str]] = ()) -> None:
        self._max = octets_max
        self._poids = 0
        self._entetes_communs = [(n.lower().encode(), v.encode("latin-1")) for n, v in entetes_communs]
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._par_etiquette: dict[str, set[str]] = {}
        self._en_vol: dict[str, asyncio.Future[Document]] = {}
        self._directs: dict[Demande, tuple[Document, str]] = {}
        self._generation = 0

    # --- lecture ---

    async def obtenir(self, cle: str, fabrique: Fabrique, maintenant: datetime) -> Document:
        """Le document de cette clé (déjà normalisée), calculé s'il manque ou s'il a vieilli."""
        document = self._documents.get(cle)
        if document is not None:
            if document.perime_s > maintenant.timestamp():
                self._documents.move_to_end(cle)
                return document
            self._retirer(cle)
        en_vol = self._en_vol.get(cle)
        if en_vol is not None:
            return await asyncio.shield(en_vol)
        return await self._fabriquer(cle, fabrique)

    async def _fabriquer(self, cle: str, fabrique: Fabrique) -> Document:
        attente: asyncio.Future[Document] = asyncio.get_running_loop().create_future()
        self._en_vol[cle] = attente
        generation = self._generation
        try:
            document = Document(cle, await fabrique())
        except BaseException as erreur:
            if isinstance(erreur, Exception):
                attente.set_exception(erreur)
                attente.exception()  # ceux qui attendaient la reçoivent ; sans eux, elle est déjà dite ici
            else:
                attente.cancel()
            raise
        else:
            attente.set_result(document)
            if generation == self._generation:
                self._garder(cle, document)
            else:
                document.vivant = False  # une écriture a eu lieu pendant le calcul : on sert sans garder
            return document
        finally:
            if self._en_vol.get(cle) is attente:
                del self._en_vol[cle]

    async def repondre(
        self,
        cle: str,
        fabrique: Fabrique,
        maintenant: datetime,
        entetes: Mapping[str, str],
        direct: Demande | None = None,
    ) -> Reponse:
        """La réponse complète, 304 compris. `direct` : la demande brute à reconnaître la prochaine fois."""
        document = await self.obtenir(cle, fabrique, maintenant)
        encodage, _ = await document.ecriture(choisir_encodage(entetes.get("accept-encoding", "")))
        if document.vivant:
            if direct is not None:
                self._reconnaitre(direct, document, encodage)
            self._peser(document)
        return self._composer(document, encodage, entetes.get("if-none-match"))

    def direct(self, demande: Demande, if_none_match: str | None, instant_s: float) -> Reponse | None:
        """La réponse déjà prête pour une demande déjà vue, sans rien recalculer."""
        trouve = self._directs.get(demande)
        if trouve is None:
            return None
        document, encodage = trouve
        if document.perime_s <= instant_s:
            return None
        self._documents.move_to_end(document.cle)
        return self._composer(document, encodage, if_none_match)

    def _composer(self, document: Document, encodage: str, if_none_match: str | None) -> Reponse:
        gardees = document.gardees.get(encodage)
        if gardees is None:
            gardees = document.gardees[encodage] = self._entetes(document, encodage)
        plein, nu = gardees
        brouillon = document.brouillon
        if brouillon.statut == 200 and if_none_match and document.etag in if_none_match:
            return Reponse(304, nu, b"")
        return Reponse(brouillon.statut, plein, document.ecritures[encodage])

    def _entetes(self, document: Document, encodage: str) -> tuple[Entetes, Entetes]:
        brouillon = document.brouillon
        suffixe = f"-{encodage}" if encodage else ""
        propres = [(n.lower().encode(), v.encode("latin-1")) for n, v in brouillon.entetes]
        noms = {nom for nom, _ in propres}
        communs: Entetes = [
            (b"etag", f'"{document.etag}{suffixe}"'.encode()),
            (b"cache-control", b"public, max-age=0, must-revalidate"),
            (b"vary", b"Accept-Encoding, Accept-Language"),
            *self._entetes_communs,
        ]
        # Un document peut dire autrement ce que les autres disent (un fichier au nom haché se garde un an).
        nu = [*(couple for couple in communs if couple[0] not in noms), *propres]
        if brouillon.modifie_le is not None:
            nu.append((b"last-modified", format_datetime(brouillon.modifie_le, usegmt=True).encode()))
        plein = [
            (b"content-type", brouillon.type_contenu.encode()),
            (b"content-length", str(len(document.ecritures[encodage])).encode()),
            *nu,
        ]
        if encodage:
            plein.append((b"content-encoding", encodage.encode()))
        return plein, nu

    # --- vie des documents ---

    def perimer(self, etiquettes: frozenset[str]) -> None:
        """Oublie les documents qui portent une de ces étiquettes (`*` : tous)."""
        self._generation += 1
        self._en_vol.clear()
        if TOUT in etiquettes:
            cles = list(self._documents)
        else:
            cles = [cle for e in etiquettes for cle in self._par_etiquette.get(e, ())]
        for cle in cles:
            self._retirer(cle)

    def poids(self) -> int:
        """Octets gardés."""
        return self._poids

    def __len__(self) -> int:
        return len(self._documents)

    def _garder(self, cle: str, document: Document) -> None:
        self._retirer(cle)
        self._documents[cle] = document
        for etiquette in document.brouillon.etiquettes:
            self._par_etiquette.setdefault(etiquette, set()).add(cle)
        self._peser(document)

    def _reconnaitre(self, demande: Demande, document: Document, encodage: str) -> None:
        """Retient qu'une demande brute mène à ce document ; la plus ancienne s'oublie quand il y en a trop."""
        self._oublier_direct(demande)
        if len(self._directs) >= DIRECTS_MAX:
            self._oublier_direct(next(iter(self._directs)))
        self._directs[demande] = (document, encodage)
        document.directs.add(demande)

    def _oublier_direct(self, demande: Demande) -> None:
        trouve = self._directs.pop(demande, None)
        if trouve is not None:
            trouve[0].directs.discard(demande)
            trouve[0].compte -= POIDS_DIRECT
            self._poids -= POIDS_DIRECT

    def _peser(self, document: Document) -> None:
        """Compte ce que ce document pèse à présent ; au-delà de la borne, retire les moins récemment servis."""
        poids = document.poids()
        self._poids += poids - document.compte
        document.compte = poids
        while self._poids > self._max and self._documents:
            self._retirer(next(iter(self._documents)))

    def _retirer(self, cle: str) -> None:
        document = self._documents.pop(cle, None)
        if document is None:
            return
        document.vivant = False
        self._poids -= document.compte
        for demande in document.directs:
            del self._directs[demande]
        for etiquette in document.brouillon.etiquettes:
            porteurs = self._par_etiquette[etiquette]
            porteurs.discard(cle)
            if not porteurs:
                del self._par_etiquette[etiquette]


def choisir_encodage(accept_encoding: str) -> str:
    """`br`, `gzip` ou rien, selon ce que le client dit accepter (`q=0` compte comme un refus)."""
    acceptes: dict[str, bool] = {}
    for morceau in accept_encoding.lower().split(","):
        nom, _, parametres = morceau.strip().partition(";")
        acceptes[nom.strip()] = parametres.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    for encodage in ("br", "gzip"):
        if acceptes.get(encodage, False):
            return encodage
    return ""
