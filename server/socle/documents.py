"""Documents publics : calculés une fois, servis prêts (identité, gzip, brotli), renouvelés quand ils changent.

Un document n'a rien de personnel ni de propre à un visiteur. Il porte des étiquettes (`agenda`, `evenement:12`) : une
écriture validée périme celles qu'elle nomme. Il porte aussi l'instant où le temps seul le changera (clôture, début,
fin). Deux demandes simultanées du même document n'en calculent qu'un. La mémoire est bornée en octets, écritures
compressées et demandes reconnues comprises ; le moins récemment servi s'en va d'abord. Décision 0002.

D'un long document (un agenda de milliers d'évènements), seules restent les écritures compressées : qui le veut en clair
le reçoit déplié au fil de l'envoi. Décision 0007.
"""

import asyncio
import hashlib
import math
import zlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from email.utils import formatdate, parsedate_to_datetime
from typing import Any, Final

import brotli
import msgspec

from server.socle.base import TOUT

COMPRESSION_DES: Final = 600
"""Octets sous lesquels compresser ne gagne rien."""

BROTLI_QUALITE: Final = 6
DEJA_COMPRESSES: Final = ("image/", "application/pdf")
LONG: Final = 1024 * 1024
"""Octets à partir desquels un document ne se garde que compressé."""

PAQUET: Final = 128 * 1024
"""Octets d'un long document compressés, dépliés ou envoyés d'un coup."""

RETARD_S: Final = 2
"""Secondes pendant lesquelles un changement peut encore être ignoré d'un autre processus (promis : moins d'une)."""

DIRECTS_MAX: Final = 4096
POIDS_NU: Final = 1500
"""Octets d'un document sans son corps : objets, clés, en-têtes."""

POIDS_DIRECT: Final = 1000
"""Octets d'une demande reconnue, au plus (`DEMANDE_RETENUE_MAX` et les objets autour)."""

_GZIP: Final = 16 + zlib.MAX_WBITS
Demande = tuple[Any, ...]

Entetes = list[tuple[bytes, bytes]]


class Brouillon(msgspec.Struct, kw_only=True):
    """Un document tel que sa fabrique le rend."""

    corps: bytes | Sequence[bytes]
    """D'un seul tenant, ou en morceaux à mettre bout à bout."""
    type_contenu: str
    etiquettes: frozenset[str]
    perime_le: datetime | None = None
    """Instant où le temps seul changera ce document."""
    statut: int = 200
    entetes: tuple[tuple[str, str], ...] = ()


class Document:
    """Un document prêt à servir, dans toutes ses écritures, et les demandes brutes qui y mènent.

    `date_s` : la seconde que dit `Last-Modified`. Le contenu n'a pas changé depuis, à coup sûr : un document refait peu
    après une écriture se date d'un peu plus tard, passé le moment où un autre processus pourrait encore dire l'ancien.
    """

    __slots__ = (
        "brouillon",
        "cle",
        "compte",
        "date_s",
        "directs",
        "ecritures",
        "etag",
        "fait_s",
        "gardees",
        "longueur",
        "morceaux",
        "perime_s",
        "verrou",
        "vivant",
    )

    def __init__(self, cle: str, brouillon: Brouillon, fait_s: float, peremption_s: float) -> None:
        self.cle = cle
        self.brouillon = brouillon
        self.morceaux: Sequence[bytes] = (
            (brouillon.corps,) if isinstance(brouillon.corps, bytes) else brouillon.corps
        )
        self.longueur = sum(map(len, self.morceaux))
        self.etag = _empreinte(self.morceaux)
        self.ecritures: dict[str, bytes] = {}
        if not self.est_long:
            self.ecritures[""] = b"".join(self.morceaux)
            self.morceaux = ()
        brouillon.corps = b""
        self.gardees: dict[tuple[str, bool], tuple[Entetes, Entetes]] = {}
        self.perime_s = brouillon.perime_le.timestamp() if brouillon.perime_le else float("inf")
        self.fait_s = math.floor(fait_s)
        self.date_s = self.fait_s + (RETARD_S if fait_s - peremption_s < RETARD_S else 0)
        self.directs: set[Demande] = set()
        self.compte = 0
        """Octets que la réserve a comptés pour lui."""
        self.vivant = True
        self.verrou = asyncio.Lock()

    @property
    def est_long(self) -> bool:
        return self.longueur > LONG

    def poids(self) -> int:
        ecrits = sum(len(octets) for octets in self.ecritures.values())
        return POIDS_NU + ecrits + POIDS_DIRECT * len(self.directs)

    async def ecriture(self, encodage: str) -> str:
        """L'encodage servi, son écriture prête ; compresse à la première demande, hors de la boucle."""
        if encodage and (
            self.longueur < COMPRESSION_DES or self.brouillon.type_contenu.startswith(DEJA_COMPRESSES)
        ):
            encodage = ""
        voulue = "gzip" if self.est_long and not encodage else encodage
        if voulue not in self.ecritures:
            async with self.verrou:
                if voulue not in self.ecritures and not (self.est_long and not encodage and self.ecritures):
                    self.ecritures[voulue] = await asyncio.to_thread(_comprimer, voulue, self._paquets())
                    self.morceaux = ()
        return encodage

    def corps(self, encodage: str) -> "bytes | Deroule":
        """Les octets de cette écriture ; ceux d'un long document demandé en clair viennent au fil de l'envoi."""
        prete = self.ecritures.get(encodage)
        return Deroule(self._paquets) if prete is None else prete

    def _paquets(self) -> Iterator[bytes]:
        """Le document en clair, paquet par paquet."""
        if self.morceaux:
            yield from _grouper(self.morceaux)
            return
        encodage, octets = next(iter(self.ecritures.items()))
        yield from _deplier(encodage, octets) if encodage else (octets,)


class Deroule:
    """Un long document en clair, déplié hors de la boucle à mesure qu'il part."""

    def __init__(self, paquets: Callable[[], Iterator[bytes]]) -> None:
        self._paquets = paquets

    async def __aiter__(self) -> AsyncIterator[bytes]:
        paquets = self._paquets()
        while paquet := await asyncio.to_thread(next, paquets, b""):
            yield paquet


def _empreinte(morceaux: Sequence[bytes]) -> str:
    somme = hashlib.blake2b(digest_size=12)
    for paquet in _grouper(morceaux):
        somme.update(paquet)
    return somme.hexdigest()


def _grouper(morceaux: Sequence[bytes]) -> Iterator[bytes]:
    """Les mêmes octets, en paquets : le compresseur ne rend la main aux autres fils que sur de longs morceaux."""
    lot: list[bytes] = []
    poids = 0
    for morceau in morceaux:
        lot.append(morceau)
        poids += len(morceau)
        if poids >= PAQUET:
            yield b"".join(lot)
            lot, poids = [], 0
    if lot:
        yield b"".join(lot)


def _comprimer(encodage: str, paquets: Iterator[bytes]) -> bytes:
    if encodage == "br":
        presse = brotli.Compressor(quality=BROTLI_QUALITE)
        sortie = [bytes(presse.process(paquet)) for paquet in paquets]
        sortie.append(bytes(presse.finish()))
    else:
        gzip_ = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
        sortie = [gzip_.compress(paquet) for paquet in paquets]
        sortie.append(gzip_.flush())
    return b"".join(sortie)


def _deplier(encodage: str, octets: bytes) -> Iterator[bytes]:
    if encodage == "br":
        presse = brotli.Decompressor()
        entree = octets
        while paquet := presse.process(entree, output_buffer_limit=PAQUET):
            entree = b""
            yield bytes(paquet)
        return
    gzip_ = zlib.decompressobj(_GZIP)
    reste = octets
    while paquet := gzip_.decompress(reste, PAQUET):
        reste = gzip_.unconsumed_tail
        yield paquet


class Reponse(msgspec.Struct):
    """Ce qui part sur le réseau."""

    statut: int
    entetes: Entetes
    corps: bytes | Deroule


class Conditions(msgspec.Struct, frozen=True):
    """Ce que le client tient déjà (RFC 9110, 13.1) ; l'étiquette prime sur la date."""

    etiquette: str | None = None
    date: str | None = None

    def tient(self, document: Document) -> bool:
        """Vrai si le client a déjà ce document-là."""
        if self.etiquette is not None:
            return self.etiquette.strip() == "*" or document.etag in self.etiquette
        return self.date is not None and document.date_s <= _secondes(self.date)


def _secondes(date: str) -> float:
    """L'instant d'une date HTTP ; une date qu'on ne comprend pas est plus vieille que tout."""
    try:
        return parsedate_to_datetime(date[:40]).timestamp()
    except (ValueError, OverflowError):
        return float("-inf")


SANS_CONDITION: Final = Conditions()


class _Vol(msgspec.Struct, eq=False):
    """Un document en train de se faire, et ce qui s'est périmé depuis."""

    attente: "asyncio.Future[Document]"
    perimees: set[str]


Fabrique = Callable[[], Awaitable[Brouillon]]


class Documents:
    """La réserve des documents publics d'un processus."""

    def __init__(self, octets_max: int, entetes_communs: Iterable[tuple[str, str]] = ()) -> None:
        self._max = octets_max
        self._poids = 0
        self._entetes_communs = [(n.lower().encode(), v.encode("latin-1")) for n, v in entetes_communs]
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._par_etiquette: dict[str, set[str]] = {}
        self._en_vol: dict[str, _Vol] = {}
        self._vols: set[_Vol] = set()
        self._directs: dict[Demande, tuple[Document, str]] = {}
        self._peremption_s = float("-inf")

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
            return await asyncio.shield(en_vol.attente)
        return await self._fabriquer(cle, fabrique, maintenant)

    async def _fabriquer(self, cle: str, fabrique: Fabrique, maintenant: datetime) -> Document:
        vol = self._en_vol[cle] = _Vol(asyncio.get_running_loop().create_future(), set())
        self._vols.add(vol)
        try:
            brouillon = await fabrique()
            faire = (cle, brouillon, maintenant.timestamp(), self._peremption_s)
            # Relire un long document prend du temps : pas dans la boucle.
            en_morceaux = not isinstance(brouillon.corps, bytes)
            document = await asyncio.to_thread(Document, *faire) if en_morceaux else Document(*faire)
        except BaseException as erreur:
            if isinstance(erreur, Exception):
                vol.attente.set_exception(erreur)
                vol.attente.exception()  # ceux qui attendaient la reçoivent ; sans eux, elle est déjà dite ici
            else:
                vol.attente.cancel()
            raise
        else:
            if TOUT in vol.perimees or vol.perimees & document.brouillon.etiquettes:
                document.vivant = False  # ce qu'il montre a changé pendant le calcul : on sert sans garder
            else:
                self._garder(cle, document)
            vol.attente.set_result(document)
            return document
        finally:
            self._vols.discard(vol)
            if self._en_vol.get(cle) is vol:
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
        encodage = await document.ecriture(choisir_encodage(entetes.get("accept-encoding", "")))
        if document.vivant:
            if direct is not None:
                self._reconnaitre(direct, document, encodage)
            self._peser(document)
        conditions = Conditions(entetes.get("if-none-match"), entetes.get("if-modified-since"))
        return self._composer(document, encodage, conditions, maintenant.timestamp())

    def direct(self, demande: Demande, conditions: Conditions, instant_s: float) -> Reponse | None:
        """La réponse déjà prête pour une demande déjà vue, sans rien recalculer."""
        trouve = self._directs.get(demande)
        if trouve is None:
            return None
        document, encodage = trouve
        if document.perime_s <= instant_s:
            return None
        self._documents.move_to_end(document.cle)
        return self._composer(document, encodage, conditions, instant_s)

    def _composer(
        self, document: Document, encodage: str, conditions: Conditions, instant_s: float
    ) -> Reponse:
        date_sure = instant_s >= document.date_s + RETARD_S or document.date_s == document.fait_s
        gardees = document.gardees.get((encodage, date_sure))
        if gardees is None:
            gardees = self._entetes(document, encodage, document.date_s if date_sure else document.fait_s)
            document.gardees[encodage, date_sure] = gardees
        plein, nu = gardees
        if document.brouillon.statut == 200 and conditions.tient(document):
            return Reponse(304, nu, b"")
        return Reponse(document.brouillon.statut, plein, document.corps(encodage))

    def _entetes(self, document: Document, encodage: str, date_s: int) -> tuple[Entetes, Entetes]:
        brouillon = document.brouillon
        suffixe = f"-{encodage}" if encodage else ""
        propres = [(n.lower().encode(), v.encode("latin-1")) for n, v in brouillon.entetes]
        noms = {nom for nom, _ in propres}
        communs: Entetes = [
            (b"etag", f'"{document.etag}{suffixe}"'.encode()),
            (b"cache-control", b"public, max-age=0, must-revalidate"),
            (b"last-modified", formatdate(date_s, usegmt=True).encode()),
            (b"vary", b"Accept-Encoding, Accept-Language"),
            *self._entetes_communs,
        ]
        # Un document peut dire autrement ce que les autres disent (un fichier au nom haché se garde un an).
        nu = [*(couple for couple in communs if couple[0] not in noms), *propres]
        prete = document.ecritures.get(encodage)
        plein = [
            (b"content-type", brouillon.type_contenu.encode()),
            (b"content-length", str(len(prete) if prete is not None else document.longueur).encode()),
            *nu,
        ]
        if encodage:
            plein.append((b"content-encoding", encodage.encode()))
        return plein, nu

    # --- vie des documents ---

    def perimer(self, etiquettes: frozenset[str], maintenant: datetime) -> None:
        """Oublie les documents qui portent une de ces étiquettes (`*` : tous)."""
        self._peremption_s = maintenant.timestamp()
        for vol in self._vols:
            vol.perimees |= etiquettes
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
