"""Le courrier, contre un vrai serveur SMTP ; et les fichiers, quand il n'y en a pas."""

import asyncio
import email
import email.policy
import ssl
import stat
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd import smtp as aiosmtpd_smtp
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from server.notifications.courrier import (
    CourrierFichiers,
    CourrierSMTP,
    effacer_courriels,
    lire_expediteur,
    message_mime,
    ouvrir_courrier,
    purger_courriels,
    une_ligne,
)
from server.reglages import ReglageInvalide, Reglages
from server.socle.portes import Courriel, EnvoiManque, EnvoiRefuse, PieceJointe

EXPEDITEUR = "Réseau du Pays d’Uzès <bonjour@reseau.example>"
INSTANT = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


class Instant:
    """Une horloge à la main."""

    def __init__(self) -> None:
        self.instant = INSTANT

    def __call__(self) -> datetime:
        return self.instant


def fichiers(dossier: Path) -> list[Path]:
    return sorted(dossier.iterdir())


def courriel(a: str = "nadia@example.org", **autres: Any) -> Courriel:
    return Courriel(
        **{
            "a": a,
            "sujet": "C’est noté : 3 au banquet",
            "texte": "Bonjour Nadia,\n\nVotre page : https://tablees.example/i/abc.\n",
            "html": "<p>Bonjour <b>Nadia</b></p>",
            "cle": "confirmation:7",
            "objet": "inscription:7",
            **autres,
        }
    )


class Bureau:
    """Ce que fait le serveur d'essai de chaque commande ; garde ce qu'il a reçu."""

    def __init__(self) -> None:
        self.recus: list[tuple[Envelope, EmailMessage]] = []
        self.connexions = 0
        self.chiffrees: list[bool] = []
        self.au_destinataire: Callable[[str], str] = lambda _: "250 OK"
        self.au_contenu: list[str] = []
        self.raccroche = False

    async def handle_EHLO(
        self, serveur: Any, session: Session, envelope: Envelope, nom: str, reponses: list[str]
    ) -> list[str]:
        session.host_name = nom
        self.connexions += 1
        return reponses

    async def handle_RSET(self, serveur: Any, session: Session, envelope: Envelope) -> str:
        if self.raccroche:
            serveur.transport.close()
        return "250 OK"

    async def handle_RCPT(
        self, serveur: Any, session: Session, envelope: Envelope, adresse: str, options: list[str]
    ) -> str:
        reponse = self.au_destinataire(adresse)
        if reponse.startswith("2"):
            envelope.rcpt_tos.append(adresse)
        return reponse

    async def handle_DATA(self, serveur: Any, session: Session, envelope: Envelope) -> str:
        if self.au_contenu:
            return self.au_contenu.pop(0)
        contenu = envelope.content
        assert isinstance(contenu, bytes)
        self.chiffrees.append(session.ssl is not None)
        self.recus.append((envelope, email.message_from_bytes(contenu, policy=email.policy.default)))
        return "250 OK"


@asynccontextmanager
async def serveur(bureau: Bureau, port: int = 0, **options: Any) -> AsyncGenerator[int, None]:
    """Un serveur SMTP sur cette machine ; rend son port."""
    direct = options.pop("ssl", None)
    ecoute = await asyncio.get_running_loop().create_server(
        lambda: aiosmtpd_smtp.SMTP(bureau, hostname="essai.example", **options), "127.0.0.1", port, ssl=direct
    )
    try:
        yield ecoute.sockets[0].getsockname()[1]
    finally:
        ecoute.close()
        await ecoute.wait_closed()


@asynccontextmanager
async def courrier(
    port: int, secret: str = "", genre: str = "smtp", **options: Any
) -> AsyncGenerator[CourrierSMTP, None]:
    porte = CourrierSMTP(f"{genre}://{secret}127.0.0.1:{port}", EXPEDITEUR, Instant(), **options)
    try:
        yield porte
    finally:
        await porte.fermer()
        await asyncio.sleep(0)


@pytest.fixture(scope="module")
def certificat(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """Un certificat fait pour l'essai, que personne n'a signé."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    cle = ec.generate_private_key(ec.SECP256R1())
    nom = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "essai.example")])
    hier = datetime.now(UTC) - timedelta(days=1)
    certificat = (
        x509.CertificateBuilder()
        .subject_name(nom)
        .issuer_name(nom)
        .public_key(cle.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(hier)
        .not_valid_after(hier + timedelta(days=2))
        .sign(cle, hashes.SHA256())
    )
    chemin = tmp_path_factory.mktemp("tls") / "serveur.pem"
    chemin.write_bytes(
        cle.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificat.public_bytes(serialization.Encoding.PEM)
    )
    contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexte.load_cert_chain(chemin)
    return contexte


def authentifier(
    serveur: Any, session: Session, envelope: Envelope, mecanisme: str, donnees: Any
) -> AuthResult:
    assert isinstance(donnees, LoginPassword)
    return AuthResult(success=donnees.login == b"reseau" and donnees.password == b"p@ss:mot/1", handled=False)


# --- SMTP -----------------------------------------------------------------------------------------------------------


async def test_un_courriel_accepte_arrive_entier() -> None:
    bureau = Bureau()
    ics = PieceJointe(
        "soiree.ics", "text/calendar; method=PUBLISH; charset=utf-8", "BEGIN:VCALENDAR\r\né".encode()
    )
    async with serveur(bureau) as port, courrier(port) as porte:
        await porte.envoyer(courriel(pieces=(ics,), repondre_a="foyer@example.org"))

    [(enveloppe, message)] = bureau.recus
    assert enveloppe.mail_from == "bonjour@reseau.example"
    assert enveloppe.rcpt_tos == ["nadia@example.org"]
    assert message["From"] == "Réseau du Pays d’Uzès <bonjour@reseau.example>"
    assert message["Subject"] == "C’est noté : 3 au banquet"
    assert message["Reply-To"] == "foyer@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == INSTANT
    texte, html = message.get_body(("plain",)), message.get_body(("html",))
    assert texte is not None
    assert html is not None
    assert "https://tablees.example/i/abc" in texte.get_content()
    assert html.get_content().strip() == "<p>Bonjour <b>Nadia</b></p>"
    [piece] = message.iter_attachments()
    assert piece.get_filename() == "soiree.ics"
    assert piece.get_content_type() == "text/calendar"
    assert piece["Content-Type"].params["method"] == "PUBLISH"
    assert piece.get_payload(decode=True) == "BEGIN:VCALENDAR\r\né".encode()


async def test_une_meme_connexion_sert_plusieurs_courriels() -> None:
    bureau = Bureau()
    async with serveur(bureau) as port, courrier(port) as porte:
        for rang in range(5):
            await porte.envoyer(courriel(cle=f"c{rang}"))

    assert len(bureau.recus) == 5
    assert bureau.connexions == 1


async def test_une_connexion_tombee_se_rouvre_sans_perdre_le_courriel() -> None:
    bureau = Bureau()
    async with serveur(bureau) as port, courrier(port) as porte:
        await porte.envoyer(courriel(cle="avant"))
        bureau.raccroche = True
        await porte.envoyer(courriel(cle="apres"))

    assert len(bureau.recus) == 2
    assert bureau.connexions == 2


@pytest.mark.parametrize(
    ("reponse", "attendue"),
    [
        ("550 5.1.1 personne de ce nom", EnvoiRefuse),
        ("553 adresse refusee", EnvoiRefuse),
        ("450 4.2.1 revenez plus tard", EnvoiManque),
        ("452 trop de destinataires", EnvoiManque),
    ],
)
async def test_un_destinataire_refuse_l_est_pour_de_bon_ou_pour_l_instant(
    reponse: str, attendue: type[Exception]
) -> None:
    bureau = Bureau()
    bureau.au_destinataire = lambda _: reponse
    async with serveur(bureau) as port, courrier(port) as porte:
        with pytest.raises(attendue, match=reponse[:3]):
            await porte.envoyer(courriel())
        bureau.au_destinataire = lambda _: "250 OK"
        await porte.envoyer(courriel(a="kim@example.org"))

    assert [enveloppe.rcpt_tos for enveloppe, _ in bureau.recus] == [["kim@example.org"]]


@pytest.mark.parametrize(
    ("reponse", "attendue"),
    [
        ("554 5.6.0 contenu refuse", EnvoiRefuse),
        ("451 panne passagere", EnvoiManque),
        ("421 au revoir", EnvoiManque),
    ],
)
async def test_un_contenu_refuse_puis_accepte(reponse: str, attendue: type[Exception]) -> None:
    bureau = Bureau()
    bureau.au_contenu = [reponse]
    async with serveur(bureau) as port, courrier(port) as porte:
        with pytest.raises(attendue, match=reponse[:3]):
            await porte.envoyer(courriel())
        await porte.envoyer(courriel())

    assert len(bureau.recus) == 1


async def test_un_serveur_absent_manque_puis_repond() -> None:
    bureau = Bureau()
    async with serveur(bureau) as port:
        pass
    async with courrier(port) as porte:
        with pytest.raises(EnvoiManque):
            await porte.envoyer(courriel())
        async with serveur(bureau, port):
            await porte.envoyer(courriel())

    assert len(bureau.recus) == 1


async def test_un_serveur_muet_ne_retient_pas_indefiniment() -> None:
    async def se_taire(lecteur: asyncio.StreamReader, ecrivain: asyncio.StreamWriter) -> None:
        await lecteur.read()
        ecrivain.close()

    muet = await asyncio.start_server(se_taire, "127.0.0.1", 0)
    port = muet.sockets[0].getsockname()[1]
    async with muet, courrier(port, delai_s=0.05) as porte:
        with pytest.raises(EnvoiManque):
            await porte.envoyer(courriel())


async def test_un_envoi_interrompu_ne_gate_pas_le_suivant() -> None:
    bureau, bloque, continuer = Bureau(), asyncio.Event(), asyncio.Event()
    vrai = bureau.handle_DATA

    async def bloquer(serveur: Any, session: Session, envelope: Envelope) -> str:
        bloque.set()
        await continuer.wait()
        return await vrai(serveur, session, envelope)

    bureau.handle_DATA = bloquer  # type: ignore[method-assign]
    async with serveur(bureau) as port, courrier(port) as porte:
        tache = asyncio.create_task(porte.envoyer(courriel(cle="interrompu")))
        await asyncio.wait_for(bloque.wait(), 5)
        tache.cancel()
        await asyncio.gather(tache, return_exceptions=True)
        bureau.handle_DATA = vrai  # type: ignore[method-assign]
        continuer.set()
        await porte.envoyer(courriel(a="kim@example.org", cle="suivant"))

    assert ["kim@example.org"] in [enveloppe.rcpt_tos for enveloppe, _ in bureau.recus]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_l_authentification_passe_et_un_mauvais_mot_de_passe_ne_condamne_pas_le_courriel() -> None:
    bureau = Bureau()
    options = {"authenticator": authentifier, "auth_required": True, "auth_require_tls": False}
    async with serveur(bureau, **options) as port:
        async with courrier(port, "reseau:p%40ss%3Amot%2F1@") as porte:
            await porte.envoyer(courriel())
        async with courrier(port, "reseau:faux@") as porte:
            with pytest.raises(EnvoiManque, match="535"):
                await porte.envoyer(courriel())
        async with courrier(port) as porte:
            with pytest.raises(EnvoiManque, match="530"):
                await porte.envoyer(courriel())

    assert len(bureau.recus) == 1


async def test_on_chiffre_des_que_le_serveur_le_propose(certificat: ssl.SSLContext) -> None:
    bureau = Bureau()
    options = {"tls_context": certificat, "authenticator": authentifier, "auth_required": True}
    async with serveur(bureau, **options) as port, courrier(port, "reseau:p%40ss%3Amot%2F1@") as porte:
        await porte.envoyer(courriel())

    assert bureau.chiffrees == [True]


async def test_smtps_chiffre_d_emblee(certificat: ssl.SSLContext) -> None:
    bureau = Bureau()
    async with serveur(bureau, ssl=certificat) as port, courrier(port, genre="smtps") as porte:
        await porte.envoyer(courriel())

    assert len(bureau.recus) == 1


async def test_le_mot_de_passe_ne_part_pas_en_clair_vers_une_autre_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("server.notifications.courrier._est_la_machine", lambda _: False)
    bureau, demandes = Bureau(), []

    def noter(*arguments: Any) -> AuthResult:
        demandes.append(arguments)
        return AuthResult(success=True)

    options = {"authenticator": noter, "auth_require_tls": False}
    async with serveur(bureau, **options) as port, courrier(port, "reseau:secret@") as porte:
        with pytest.raises(EnvoiManque, match="mot de passe"):
            await porte.envoyer(courriel())

    assert demandes == []
    assert bureau.recus == []


async def test_un_certificat_que_personne_n_a_signe_est_refuse_hors_de_la_machine(
    monkeypatch: pytest.MonkeyPatch, certificat: ssl.SSLContext
) -> None:
    monkeypatch.setattr("server.notifications.courrier._est_la_machine", lambda _: False)
    bureau = Bureau()
    async with serveur(bureau, tls_context=certificat) as port, courrier(port) as porte:
        with pytest.raises(EnvoiManque):
            await porte.envoyer(courriel())

    assert bureau.recus == []


async def test_une_adresse_a_domaine_accentue_s_ecrit_en_ascii() -> None:
    bureau = Bureau()
    async with serveur(bureau) as port, courrier(port) as porte:
        await porte.envoyer(courriel(a="nadia@café.example"))

    assert bureau.recus[0][0].rcpt_tos == ["nadia@xn--caf-dma.example"]


async def test_une_adresse_accentuee_part_si_le_serveur_sait_l_ecrire() -> None:
    bureau = Bureau()
    async with serveur(bureau, enable_SMTPUTF8=True) as port, courrier(port) as porte:
        await porte.envoyer(courriel(a="rené@example.org"))
    async with serveur(Bureau()) as port, courrier(port) as porte:
        with pytest.raises(EnvoiRefuse):
            await porte.envoyer(courriel(a="rené@example.org"))

    assert bureau.recus[0][0].rcpt_tos == ["rené@example.org"]


@pytest.mark.parametrize("adresse", ["http://127.0.0.1", "smtp://", "127.0.0.1:25"])
def test_un_reglage_smtp_incompris_se_dit(adresse: str) -> None:
    with pytest.raises(ReglageInvalide):
        CourrierSMTP(adresse, EXPEDITEUR, Instant())


# --- le message -----------------------------------------------------------------------------------------------------

HOSTILES = [
    "Nadia\r\nBcc: tous@example.org",
    "Nadia\nSubject: autre",
    "Nadia\r\n\r\n<h1>corps</h1>",
    "\u2028Bcc: x@example.org",
    "a\x00b",
    "\ud800 moitié",
    "🍅" * 500,
    "é" * 10_000,
    "\u202etxet desrever",
    "=?utf-8?q?=0ABcc:_x@example.org?=",
    "",
]


@pytest.mark.parametrize("hostile", HOSTILES)
def test_aucune_valeur_n_ajoute_d_entete(hostile: str) -> None:
    ecrit = courriel(
        sujet=hostile,
        texte=hostile,
        html=f"<p>{hostile}</p>",
        cle=hostile,
        entetes=(("X-Essai", hostile), (hostile, "valeur"), ("To", "autre@example.org")),
        pieces=(PieceJointe(hostile or "sans-nom", "text/plain", b"octets"),),
    )
    message = message_mime(ecrit, lire_expediteur(EXPEDITEUR), INSTANT)
    relu = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)

    attendus = {
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "X-Essai",
        "MIME-Version",
        "Content-Type",
    }
    assert set(relu.keys()) == attendus
    assert relu["To"] == "nadia@example.org"
    assert len(relu["Subject"]) <= 200
    assert "\n" not in relu["Subject"]
    assert "\u202e" not in relu["Subject"]
    assert relu.get_body(("plain",)) is not None
    assert len(list(relu.iter_attachments())) == 1


@pytest.mark.parametrize(
    "adresse",
    [
        "",
        "nadia",
        "a@b\r\nBcc: c@d.org",
        "a@b, c@d.org",
        "Nadia <n@e.org>",
        "a b@c.org",
        "@",
        "n@e.org\x00",
        "a@" + "é" * 80,
    ],
)
def test_une_adresse_qui_n_en_est_pas_une_est_refusee_avant_le_serveur(adresse: str) -> None:
    with pytest.raises(EnvoiRefuse):
        message_mime(courriel(a=adresse), lire_expediteur(EXPEDITEUR), INSTANT)


def test_l_identifiant_du_message_ne_change_pas_d_un_essai_a_l_autre() -> None:
    expediteur = lire_expediteur(EXPEDITEUR)
    premier = message_mime(courriel(), expediteur, INSTANT)["Message-ID"]
    second = message_mime(courriel(), expediteur, INSTANT + timedelta(hours=1))["Message-ID"]
    autre = message_mime(courriel(cle="confirmation:8"), expediteur, INSTANT)["Message-ID"]

    assert premier == second != autre
    assert str(premier).endswith("@reseau.example>")


@pytest.mark.parametrize("expediteur", ["", "sans adresse", "Nom <>", "a@b, c@d"])
def test_un_expediteur_incompris_se_dit_au_demarrage(expediteur: str) -> None:
    with pytest.raises(ReglageInvalide, match="TABLEES_EXPEDITEUR"):
        lire_expediteur(expediteur)


def test_une_ligne_reste_une_ligne() -> None:
    assert une_ligne("  deux\r\n lignes\t et \u0007 un signal ") == "deux lignes et un signal"


# --- fichiers -------------------------------------------------------------------------------------------------------


async def test_sans_smtp_chaque_courriel_est_un_fichier_et_ses_liens_sont_dits(tmp_path: Path) -> None:
    dit: list[str] = []
    porte = CourrierFichiers(tmp_path / "courriels", EXPEDITEUR, Instant(), dit.append)

    await porte.envoyer(courriel())

    [fichier] = fichiers(tmp_path / "courriels")
    assert fichier.suffix == ".eml"
    assert stat.S_IMODE(fichier.stat().st_mode) == 0o600
    relu = email.message_from_bytes(fichier.read_bytes(), policy=email.policy.default)
    assert relu["Subject"] == "C’est noté : 3 au banquet"
    assert dit == ["Courriel : C’est noté : 3 au banquet\n  https://tablees.example/i/abc"]


async def test_un_courriel_renvoye_ne_fait_pas_deux_fichiers_au_meme_instant(tmp_path: Path) -> None:
    porte = CourrierFichiers(tmp_path, EXPEDITEUR, Instant(), lambda _: None)

    await porte.envoyer(courriel())
    await porte.envoyer(courriel())

    assert len(fichiers(tmp_path)) == 1


async def test_un_disque_qui_refuse_est_un_envoi_manque(tmp_path: Path) -> None:
    (tmp_path / "courriels").write_text("un fichier à la place du dossier")
    porte = CourrierFichiers(tmp_path / "courriels", EXPEDITEUR, Instant(), lambda _: None)

    with pytest.raises(EnvoiManque):
        await porte.envoyer(courriel())


async def test_les_fichiers_d_un_objet_s_effacent_et_les_vieux_se_purgent(tmp_path: Path) -> None:
    horloge = Instant()
    porte = CourrierFichiers(tmp_path, EXPEDITEUR, horloge, lambda _: None)
    for rang in range(3):
        await porte.envoyer(courriel(cle=f"c{rang}", objet="inscription:7"))
    await porte.envoyer(courriel(cle="autre", objet="inscription:8"))
    horloge.instant += timedelta(days=40)
    await porte.envoyer(courriel(cle="recent", objet="inscription:9"))
    (tmp_path / "note.eml").write_text("écrit à la main, on n'y touche pas")

    effaces = effacer_courriels(tmp_path, "inscription:7")
    purges = purger_courriels(tmp_path, INSTANT + timedelta(days=30))

    assert (effaces, purges) == (3, 1)
    assert len(fichiers(tmp_path)) == 2
    assert effacer_courriels(tmp_path / "absent", "inscription:7") == 0


def test_les_reglages_choisissent_la_porte(tmp_path: Path) -> None:
    sans = ouvrir_courrier(Reglages(donnees=tmp_path), Instant())
    avec = ouvrir_courrier(Reglages(donnees=tmp_path, smtp="smtp://127.0.0.1:2525"), Instant())

    assert isinstance(sans, CourrierFichiers)
    assert isinstance(avec, CourrierSMTP)
