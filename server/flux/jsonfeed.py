"""JSON Feed 1.1, et ce qu'un fil ordinaire ne sait pas dire (`_tablees`). Rien que des fonctions pures."""

from datetime import datetime
from typing import Final

import msgspec

from server.evenements.schemas import EvenementVue
from server.flux.fil import Fil, en_bref, en_page, instant
from server.flux.phrases import dire_etiquettes, dire_titre, propre
from server.flux.schemas import (
    Auteur,
    CommuneDeFil,
    EnteteJson,
    EntreeJson,
    LieuDeFil,
    MomentDeFil,
    PropreAuxTablees,
)
from server.socle.textes import Langue

TYPE_CONTENU: Final = "application/feed+json; charset=utf-8"
VERSION: Final = "https://jsonfeed.org/version/1.1"
SEPARER: Final = b",\n"
FERMER: Final = b"\n]}\n"


def vers_element(vue: EvenementVue, langue: Langue) -> bytes:
    """Un évènement, avec ses champs dans `_tablees`. Ni place, ni donnée de personne."""
    site = vue.url.partition("/evenements/")[0]
    return msgspec.json.encode(
        EntreeJson(
            id=vue.uid.urn,
            url=vue.url,
            title=propre(dire_titre(vue, vue.titre, langue)),
            summary=en_bref(vue, langue),
            content_html=en_page(vue, langue),
            image=f"{site}{vue.image.url}" if vue.image else None,
            date_published=_instant(vue.publie_le),
            date_modified=instant(vue.modifie_le),
            authors=[Auteur(propre(s.nom), f"{site}/structures/{s.slug}") for s in vue.structures],
            tags=[propre(nom) for nom in dire_etiquettes(vue, langue)],
            language=langue,
            tablees=_propre_aux_tablees(vue),
        )
    )


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else instant(moment)


def _propre_aux_tablees(vue: EvenementVue) -> PropreAuxTablees:
    lieu = vue.lieu
    return PropreAuxTablees(
        slug=vue.slug,
        version=vue.version,
        statut=vue.statut,
        motif=propre(vue.motif),
        debut=_instant(vue.debut),
        fin=_instant(vue.fin),
        debut_initial=_instant(vue.debut_initial),
        gratuit=vue.gratuit,
        en_ligne=vue.en_ligne,
        lieu=LieuDeFil(propre(lieu.nom), lieu.slug, propre(lieu.adresse), lieu.lat, lieu.lon)
        if lieu
        else None,
        commune=CommuneDeFil(lieu.commune.code, propre(lieu.commune.nom)) if lieu else None,
        cycle=vue.cycle.slug if vue.cycle else None,
        formats=vue.formats,
        themes=[theme.slug for theme in vue.themes],
        moments=[
            MomentDeFil(m.genre, propre(m.titre), _instant(m.debut), _instant(m.fin)) for m in vue.moments
        ],
        licence=vue.licence,
    )


def ouvrir(fil: Fil) -> bytes:
    """Ce qui précède les éléments."""
    entete = EnteteJson(
        version=VERSION,
        title=propre(fil.titre),
        home_page_url=fil.page,
        feed_url=fil.adresse,
        next_url=fil.suivant,
        icon=f"{fil.site}/icone-512.png",
        favicon=f"{fil.site}/icone-192.png",
        authors=[Auteur(propre(fil.reseau), fil.site)],
        language=fil.langue,
    )
    return msgspec.json.encode(entete).removesuffix(b"}") + b',"items":[\n'
