"""Un évènement tel que les flux le reçoivent, et de quoi le malmener."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from server.evenements.schemas import (
    EvenementVue,
    InscriptionsVue,
    LieuBref,
    MomentVue,
    PrixVue,
    StructureBreve,
    ThemeVue,
)
from server.lieux.schemas import CommuneNommee
from server.socle.temps import PARIS

UID = UUID("b4a1f6de-2f0e-4a58-9a3e-0a4a4d9d9c11")
GRATUIT = PrixVue("gratuit", None, None, [])


def a(mois: int, jour: int, heure: int, minute: int = 0, annee: int = 2026) -> datetime:
    return datetime(annee, mois, jour, heure, minute, tzinfo=PARIS).astimezone(UTC)


def un_moment(
    genre: str, debut: datetime | None, fin: datetime | None, titre: str = "", **champs: Any
) -> MomentVue:
    ordinaires: dict[str, Any] = {
        "id": UUID(int=len(genre)), "genre": genre, "titre": titre, "description": "", "debut": debut, "fin": fin,
        "jauge": None, "places_restantes": None, "niveau": "libre", "prix": GRATUIT, "sur_inscription": True,
    }  # fmt: skip
    return MomentVue(**{**ordinaires, **champs})


def une_vue(**champs: Any) -> EvenementVue:
    debut, fin = a(6, 12, 19), a(6, 13, 1)
    ordinaires: dict[str, Any] = {
        "slug": "eteindre-les-incendies-2026-06-12",
        "uid": UID,
        "version": 3,
        "titre": "Éteindre les incendies",
        "resume": "Une conférence gesticulée, puis un banquet.",
        "description": "",
        "statut": "publie",
        "motif": "",
        "debut": debut,
        "fin": fin,
        "debut_initial": None,
        "formats": ["conference_gesticulee"],
        "themes": [ThemeVue("eau", "Eau, forêts")],
        "cycle": None,
        "gratuit": True,
        "lieu": LieuBref(
            "Foyer rural", "foyer-rural", "1 place de la Mairie", CommuneNommee("30067", "La Capelle-et-Masmolène"),
            44.0297, 4.5347, interieur=True, acces_pmr="oui",
        ),
        "lieu_repli": None,
        "en_ligne": False,
        "structures": [StructureBreve("la-fabrique", "La Fabrique", "porteuse"), StructureBreve("cafe", "Café", "hote")],
        "moments": [
            un_moment("reflexion", debut, a(6, 12, 20, 30), "Qui a allumé le feu"),
            un_moment("banquet", a(6, 12, 20, 30), a(6, 12, 22)),
            un_moment("concert", a(6, 13, 0), fin),
        ],
        "paiement": "",
        "moyens_paiement": [],
        "monnaie_locale": "",
        "acces": "",
        "venir": "",
        "a_apporter": "",
        "image": None,
        "inscriptions": InscriptionsVue(ouvertes=True, cloture_le=debut, attente=True, taille_max=12),
        "publie_le": a(5, 1, 9),
        "modifie_le": a(5, 20, 10, 30),
        "url": "https://tablees.exemple.fr/evenements/eteindre-les-incendies-2026-06-12",
        "licence": "CC BY-SA 4.0",
    }  # fmt: skip
    return EvenementVue(**{**ordinaires, **champs})


HOSTILES = {
    "html": "<script>alert(1)</script>",
    "injection": "Fête\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:faux",
    "long": "x" * 10_000,
    "emoji": "🍲" * 300,
    "rtl": "\u202egnihton",
    "nul": "a\x00b\x07c",
    "moitie": "a\ud800b",
    "signes": 'virgule, point-virgule; barre\\ guillemets" deux:points',
}
