"""JSON Feed 1.1, et ce qu'un fil ordinaire ne sait pas dire (`_tablees`). Rien que des fonctions pures."""

from typing import Any, Final

import msgspec

from server.evenements.schemas import EvenementVue
from server.flux.fil import Fil, en_bref, en_page, instant
from server.flux.phrases import dire_etiquettes, dire_titre, propre
from server.socle.textes import Langue

TYPE_CONTENU: Final = "application/feed+json; charset=utf-8"
VERSION: Final = "https://jsonfeed.org/version/1.1"
SEPARER: Final = b",\n"
FERMER: Final = b"\n]}\n"


def vers_element(vue: EvenementVue, langue: Langue) -> bytes:
    """Un évènement, avec ses champs dans `_tablees`. Ni place, ni donnée de personne."""
    site = vue.url.partition("/evenements/")[0]
    element = {
        "id": vue.uid.urn,
        "url": vue.url,
        "title": propre(dire_titre(vue, vue.titre, langue)),
        "summary": en_bref(vue, langue),
        "content_html": en_page(vue, langue),
        "image": f"{site}{vue.image.url}" if vue.image else None,
        "date_published": vue.publie_le and instant(vue.publie_le),
        "date_modified": instant(vue.modifie_le),
        "authors": [{"name": propre(s.nom), "url": f"{site}/structures/{s.slug}"} for s in vue.structures],
        "tags": [propre(nom) for nom in dire_etiquettes(vue, langue)],
        "language": langue,
        "_tablees": _propre_aux_tablees(vue),
    }
    return msgspec.json.encode({nom: valeur for nom, valeur in element.items() if valeur is not None})


def _propre_aux_tablees(vue: EvenementVue) -> dict[str, Any]:
    lieu = vue.lieu
    return {
        "slug": vue.slug,
        "version": vue.version,
        "statut": vue.statut,
        "motif": propre(vue.motif),
        "debut": vue.debut and instant(vue.debut),
        "fin": vue.fin and instant(vue.fin),
        "debut_initial": vue.debut_initial and instant(vue.debut_initial),
        "gratuit": vue.gratuit,
        "en_ligne": vue.en_ligne,
        "lieu": lieu and {"nom": propre(lieu.nom), "slug": lieu.slug, "adresse": propre(lieu.adresse), "lat": lieu.lat, "lon": lieu.lon},
        "commune": lieu and {"code": lieu.commune.code, "nom": propre(lieu.commune.nom)},
        "cycle": vue.cycle and vue.cycle.slug,
        "formats": vue.formats,
        "themes": [theme.slug for theme in vue.themes],
        "moments": [
            {"genre": m.genre, "titre": propre(m.titre), "debut": m.debut and instant(m.debut), "fin": m.fin and instant(m.fin)}
            for m in vue.moments
        ],
        "licence": vue.licence,
    }  # fmt: skip


def ouvrir(fil: Fil) -> bytes:
    """Ce qui précède les éléments."""
    tete = {
        "version": VERSION,
        "title": propre(fil.titre),
        "home_page_url": fil.page,
        "feed_url": fil.adresse,
        "next_url": fil.suivant,
        "icon": f"{fil.site}/icone-512.png",
        "favicon": f"{fil.site}/icone-192.png",
        "authors": [{"name": propre(fil.reseau), "url": fil.site}],
        "language": fil.langue,
    }
    dits = {nom: valeur for nom, valeur in tete.items() if valeur is not None}
    return msgspec.json.encode(dits).removesuffix(b"}") + b',"items":[\n'
