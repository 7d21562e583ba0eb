"""Ce que dit un fil JSON Feed 1.1 (noms imposés par le format), et ce qu'il ne sait pas dire (`_tablees`)."""

import msgspec


class Auteur(msgspec.Struct, frozen=True):
    name: str
    url: str


class LieuDeFil(msgspec.Struct, frozen=True):
    nom: str
    slug: str
    adresse: str
    lat: float | None
    lon: float | None


class CommuneDeFil(msgspec.Struct, frozen=True):
    code: str
    """Code INSEE."""
    nom: str


class MomentDeFil(msgspec.Struct, frozen=True):
    genre: str
    titre: str
    debut: str | None
    fin: str | None


class PropreAuxTablees(msgspec.Struct, frozen=True, kw_only=True):
    """Les champs d'un évènement, sans place ni donnée de personne ; instants en RFC 3339, heure de Paris."""

    slug: str
    version: int
    statut: str
    motif: str
    debut: str | None
    fin: str | None
    debut_initial: str | None
    gratuit: bool
    en_ligne: bool
    lieu: LieuDeFil | None
    commune: CommuneDeFil | None
    cycle: str | None
    formats: list[str]
    themes: list[str]
    moments: list[MomentDeFil]
    licence: str


class EntreeJson(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Un évènement dans le fil."""

    id: str
    """L'URN de l'évènement, stable quelle que soit son adresse."""
    url: str
    title: str
    summary: str
    content_html: str
    image: str | None = None
    date_published: str | None = None
    date_modified: str
    authors: list[Auteur]
    tags: list[str]
    language: str
    tablees: PropreAuxTablees = msgspec.field(name="_tablees")


class EnteteJson(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Ce qui précède les entrées."""

    version: str
    title: str
    home_page_url: str
    feed_url: str
    next_url: str | None = None
    icon: str
    favicon: str
    authors: list[Auteur]
    language: str


class FilJson(EnteteJson, frozen=True, kw_only=True, omit_defaults=True):
    """Un fil JSON Feed entier, par pages de 200 ; la suite est à `next_url`."""

    items: list[EntreeJson]
