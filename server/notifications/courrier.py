"""Le courrier : un vrai serveur SMTP, ou un fichier par courriel quand il n'y en a pas.

Un courriel est fait de texte et de HTML. Rien de ce qu'une personne a écrit ne peut ajouter un en-tête : les retours
à la ligne et les caractères de commande sont ôtés avant, et le module `email` les refuse ensuite.
"""

import asyncio
import contextlib
import hashlib
import ipaddress
import os
import re
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as POLITIQUE_SMTP
from email.policy import SMTPUTF8 as POLITIQUE_SMTPUTF8
from email.utils import getaddresses
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib

from server.reglages import ReglageInvalide, Reglages
from server.socle.portes import Courriel, Courrier, EnvoiManque, EnvoiRefuse
from server.socle.temps import Horloge, en_utc

DELAI_SMTP_S: Final = 20
"""Silence du serveur au bout duquel un envoi est manqué."""

SUJET_MAX: Final = 200

_COMMANDES = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_COMMANDES_SAUF_LIGNES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ACCENTUES = re.compile(r"[^\x00-\x7f]")
_NOM_ENTETE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_LIEN = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)»]")
_FICHIER = re.compile(r"(\d{8}T\d{6})-([0-9a-f]{16})-[0-9a-f]{16}\.eml")


def ouvrir_courrier(reglages: Reglages, horloge: Horloge) -> Courrier:
    """Le courrier que disent les réglages : SMTP, ou des fichiers `.eml` dans le dossier de données."""
    if reglages.smtp:
        return CourrierSMTP(reglages.smtp, reglages.expediteur, horloge)
    return CourrierFichiers(dossier_courriels(reglages), reglages.expediteur, horloge)


def dossier_courriels(reglages: Reglages) -> Path:
    """Où s'écrivent les courriels quand il n'y a pas de serveur SMTP."""
    return reglages.donnees / "courriels"


# --- le message -----------------------------------------------------------------------------------------------------


def lire_expediteur(expediteur: str) -> Address:
    """L'expéditeur des réglages, `Nom <adresse>` ou `adresse` seule ; lève `ReglageInvalide`."""
    try:
        [(nom, adresse)] = getaddresses([une_ligne(expediteur)])
        return Address(nom, addr_spec=_en_domaine_ascii(adresse))
    except (ValueError, IndexError, MessageError):
        raise ReglageInvalide(
            f"TABLEES_EXPEDITEUR doit être une adresse, « Nom <adresse@domaine> », pas « {expediteur} »."
        ) from None


def message_mime(courriel: Courriel, expediteur: Address, maintenant: datetime) -> EmailMessage:
    """Le message tel qu'il part. Lève `EnvoiRefuse` si l'adresse du destinataire n'en est pas une."""
    message = EmailMessage(policy=POLITIQUE_SMTP)
    message["From"] = expediteur
    message["To"] = adresse_ecrite(courriel.a)
    if courriel.repondre_a:
        # Écrite par une structure : illisible, elle n'empêche pas d'écrire au foyer.
        with contextlib.suppress(EnvoiRefuse):
            message["Reply-To"] = adresse_ecrite(courriel.repondre_a)
    message["Subject"] = une_ligne(courriel.sujet)[:SUJET_MAX]
    message["Date"] = en_utc(maintenant)
    message["Message-ID"] = f"<{empreinte(courriel.cle, 16)}@{expediteur.domain}>"
    # Une réponse automatique d'absence à un message automatique ferait un écho.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    for nom, valeur in courriel.entetes:
        if _NOM_ENTETE.fullmatch(nom) and nom not in message:
            message[nom] = une_ligne(valeur)
    message.set_content(_corps(courriel.texte), cte="quoted-printable")
    message.add_alternative(_corps(courriel.html), subtype="html", cte="quoted-printable")
    for piece in courriel.pieces:
        genre, _, parametres = piece.type_contenu.partition(";")
        principal, _, sous_genre = genre.strip().partition("/")
        message.add_attachment(
            piece.octets,
            maintype=principal,
            subtype=sous_genre,
            filename=une_ligne(piece.nom),
            params=dict(_parametres(parametres)),
        )
    return message


def adresse_ecrite(adresse: str) -> Address:
    """Une adresse de courriel prête pour un en-tête ; lève `EnvoiRefuse` si ce n'en est pas une."""
    if _COMMANDES.search(adresse) or not adresse.isprintable():
        raise EnvoiRefuse("adresse illisible")
    try:
        local, _, domaine = _en_domaine_ascii(adresse).rpartition("@")
        # Le module `email` ne lit pas un nom accentué, mais sait l'écrire : on lui fait relire la même forme sans accent.
        Address(addr_spec=f"{_ACCENTUES.sub('a', local)}@{domaine}")
        return Address(username=local, domain=domaine)
    except (ValueError, IndexError, MessageError):
        raise EnvoiRefuse("adresse illisible") from None


def une_ligne(texte: str) -> str:
    """Le texte sur une ligne, sans caractère de commande ni renversement du sens d'écriture.

    « =? » ouvre un mot encodé : bien des versions du module `email` le décodent, retour à la ligne compris, puis
    l'écrivent tel quel (CVE-2024-6923). On l'empêche de s'ouvrir.
    """
    return " ".join(_COMMANDES.sub(" ", _sans_demi_caracteres(texte)).split()).replace("=?", "= ?")


def empreinte(texte: str, octets: int = 8) -> str:
    """Empreinte courte d'un objet ou d'une clé, pour un nom de fichier ou un identifiant de message."""
    return hashlib.blake2b(texte.encode("utf-8", "replace"), digest_size=octets).hexdigest()


def _corps(texte: str) -> str:
    return _COMMANDES_SAUF_LIGNES.sub("", _sans_demi_caracteres(texte))


def _sans_demi_caracteres(texte: str) -> str:
    """Une moitié de caractère (surrogate isolé) ne s'écrit dans aucun encodage : on la montre manquante."""
    return texte.encode("utf-8", "replace").decode()


def _en_domaine_ascii(adresse: str) -> str:
    """`nadia@café.fr` devient `nadia@xn--caf-dma.fr` : tous les serveurs savent y écrire."""
    local, arobase, domaine = adresse.rpartition("@")
    return f"{local}{arobase}{domaine if domaine.isascii() else domaine.encode('idna').decode()}"


def _parametres(texte: str) -> list[tuple[str, str]]:
    couples = (morceau.partition("=") for morceau in texte.split(";") if "=" in morceau)
    return [(nom.strip(), valeur.strip().strip('"')) for nom, _, valeur in couples]


# --- SMTP -----------------------------------------------------------------------------------------------------------


class CourrierSMTP:
    """Envoie par un serveur SMTP, sur une seule connexion gardée ouverte et rouverte quand elle tombe.

    `smtp://` passe en TLS dès que le serveur le propose ; `smtps://` y est d'emblée. Le mot de passe ne part jamais en
    clair, sauf vers la machine elle-même.
    """

    def __init__(
        self, adresse: str, expediteur: str, horloge: Horloge, *, delai_s: float = DELAI_SMTP_S
    ) -> None:
        morceaux = urlsplit(adresse)
        if morceaux.scheme not in ("smtp", "smtps") or not morceaux.hostname:
            raise ReglageInvalide(
                "TABLEES_SMTP doit ressembler à « smtp://utilisateur:mot-de-passe@hôte:port »."
            )
        self._hote = morceaux.hostname
        self._tls = morceaux.scheme == "smtps"
        self._utilisateur = unquote(morceaux.username or "")
        self._mot_de_passe = unquote(morceaux.password or "")
        self._port = morceaux.port or (465 if self._tls else 587 if self._utilisateur else 25)
        self._expediteur = lire_expediteur(expediteur)
        self._horloge = horloge
        self._delai_s = delai_s
        self._verrou = asyncio.Lock()
        self._client: aiosmtplib.SMTP | None = None

    async def envoyer(self, courriel: Courriel) -> None:
        """Fait partir un courriel ; lève `EnvoiRefuse` (définitif) ou `EnvoiManque` (à retenter)."""
        message = await asyncio.to_thread(message_mime, courriel, self._expediteur, self._horloge())
        destinataire = adresse_ecrite(courriel.a).addr_spec
        async with self._verrou:
            try:
                client = await self._connecte()
                await client.send_message(
                    message, sender=self._expediteur.addr_spec, recipients=[destinataire]
                )
            except (aiosmtplib.SMTPException, OSError, ValueError) as erreur:
                if not isinstance(
                    erreur, aiosmtplib.SMTPResponseException | aiosmtplib.SMTPRecipientsRefused
                ):
                    self._raccrocher()
                raise _traduire(erreur) from erreur
            except BaseException:
                # Interrompu au milieu d'un dialogue : on ne sait plus où il en est.
                self._raccrocher()
                raise

    async def fermer(self) -> None:
        """Prend congé du serveur."""
        async with self._verrou:
            client, self._client = self._client, None
            if client is not None and client.is_connected:
                try:
                    await client.quit()
                except (aiosmtplib.SMTPException, OSError):
                    client.close()

    async def _connecte(self) -> aiosmtplib.SMTP:
        """La connexion gardée si elle répond encore, sinon une neuve."""
        if self._client is not None and self._client.is_connected:
            try:
                await self._client.rset()
            except (aiosmtplib.SMTPException, OSError):
                pass
            else:
                return self._client
        self._raccrocher()
        client = aiosmtplib.SMTP(
            hostname=self._hote,
            port=self._port,
            use_tls=self._tls,
            start_tls=False if self._tls else None,
            # Sur la machine elle-même, personne ne s'interpose, et le certificat est rarement à son nom.
            validate_certs=not _est_la_machine(self._hote),
            timeout=self._delai_s,
        )
        self._client = client
        await client.connect()
        if self._utilisateur:
            chiffree = client.get_transport_info("sslcontext") is not None
            if not chiffree and not _est_la_machine(self._hote):
                self._raccrocher()
                raise EnvoiManque("le serveur SMTP ne chiffre pas : le mot de passe n'est pas envoyé")
            await client.login(self._utilisateur, self._mot_de_passe)
        return client

    def _raccrocher(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


def _traduire(erreur: Exception) -> EnvoiManque | EnvoiRefuse:
    """Ce que dit le serveur, en définitif ou passager.

    Seul ce qui vise ce destinataire ou ce message est définitif. Une authentification refusée ou un expéditeur
    interdit est un réglage à corriger : les messages attendent.
    """
    match erreur:
        case aiosmtplib.SMTPRecipientsRefused():
            premier = erreur.recipients[0]
            definitif, code, dit = premier.code >= 500, premier.code, premier.message
        case aiosmtplib.SMTPDataError():
            definitif, code, dit = erreur.code >= 500, erreur.code, erreur.message
        case aiosmtplib.SMTPNotSupported():
            return EnvoiRefuse("le serveur SMTP ne sait pas écrire à une adresse accentuée")
        case aiosmtplib.SMTPResponseException():
            definitif, code, dit = False, erreur.code, erreur.message
        case OSError() | aiosmtplib.SMTPException():  # avant ValueError : un certificat refusé est les deux
            return EnvoiManque(f"serveur SMTP injoignable : {type(erreur).__name__}")
        case _:
            return EnvoiRefuse("adresse illisible")
    phrase = f"réponse {code} du serveur SMTP : {une_ligne(dit)[:200]}"
    return EnvoiRefuse(phrase) if definitif else EnvoiManque(phrase)


def _est_la_machine(hote: str) -> bool:
    if hote == "localhost":
        return True
    try:
        return ipaddress.ip_address(hote).is_loopback
    except ValueError:
        return False


# --- fichiers -------------------------------------------------------------------------------------------------------


class CourrierFichiers:
    """Sans serveur SMTP : chaque courriel est un fichier `.eml`, et ses liens sont dits à la personne qui installe."""

    def __init__(
        self, dossier: Path, expediteur: str, horloge: Horloge, dire: Callable[[str], object] | None = None
    ) -> None:
        self._dossier = dossier
        self._expediteur = lire_expediteur(expediteur)
        self._horloge = horloge
        self._dire = dire or _dire_sur_la_sortie

    async def envoyer(self, courriel: Courriel) -> None:
        """Écrit le courriel ; lève `EnvoiManque` si le disque refuse."""
        maintenant = en_utc(self._horloge())

        def ecrire_message() -> bytes:
            message = message_mime(courriel, self._expediteur, maintenant)
            return message.as_bytes(policy=POLITIQUE_SMTPUTF8 if not courriel.a.isascii() else POLITIQUE_SMTP)

        octets = await asyncio.to_thread(ecrire_message)
        nom = f"{maintenant:%Y%m%dT%H%M%S}-{empreinte(courriel.objet)}-{empreinte(courriel.cle)}.eml"
        try:
            await asyncio.to_thread(_ecrire, self._dossier / nom, octets)
        except OSError as erreur:
            raise EnvoiManque(f"fichier impossible à écrire : {erreur.strerror}") from erreur
        liens = dict.fromkeys(_LIEN.findall(courriel.texte))
        self._dire("\n".join([f"Courriel : {une_ligne(courriel.sujet)}", *(f"  {lien}" for lien in liens)]))

    async def fermer(self) -> None:
        """Rien n'est resté ouvert."""


def effacer_courriels(dossier: Path, objet: str) -> int:
    """Supprime les fichiers `.eml` écrits au sujet d'un objet ; rend leur nombre."""
    return _supprimer(dossier, lambda _, marque: marque == empreinte(objet))


def purger_courriels(dossier: Path, avant: datetime) -> int:
    """Supprime les fichiers `.eml` écrits avant cet instant ; rend leur nombre."""
    limite = f"{avant.astimezone(UTC):%Y%m%dT%H%M%S}"
    return _supprimer(dossier, lambda instant, _: instant < limite)


def _supprimer(dossier: Path, choisir: Callable[[str, str], bool]) -> int:
    supprimes = 0
    for chemin in dossier.glob("*.eml"):
        trouve = _FICHIER.fullmatch(chemin.name)
        if trouve and choisir(trouve[1], trouve[2]):
            chemin.unlink(missing_ok=True)
            supprimes += 1
    return supprimes


def _ecrire(chemin: Path, octets: bytes) -> None:
    """Écrit à côté puis renomme : on ne voit jamais une moitié de courriel. Il contient un lien qui ouvre."""
    chemin.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    chantier = chemin.with_suffix(".partiel")
    descripteur = os.open(chantier, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descripteur, "wb") as fichier:
        fichier.write(octets)
    chantier.replace(chemin)


def _dire_sur_la_sortie(phrase: str) -> None:
    sys.stdout.write(phrase + "\n")
    sys.stdout.flush()
