"""Atom (RFC 4287) : ce qui est annoncé, et ce qui change. Rien que des fonctions pures."""

from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from server.evenements.schemas import EvenementVue
from server.flux.fil import Fil, en_bref, en_page, instant
from server.flux.phrases import dire_etiquettes, dire_titre, propre
from server.socle.textes import Langue

TYPE_CONTENU: Final = "application/atom+xml; charset=utf-8"
FERMER: Final = b"</feed>\n"


def vers_entree(vue: EvenementVue, langue: Langue) -> bytes:
    """Un évènement, en une entrée. Son identité est celle des calendriers."""
    entree = Element("entry")
    _texte(entree, "id", vue.uid.urn)
    _texte(entree, "title", dire_titre(vue, vue.titre, langue))
    _texte(entree, "updated", instant(vue.modifie_le))
    if vue.publie_le is not None:
        _texte(entree, "published", instant(vue.publie_le))
    SubElement(entree, "link", rel="alternate", type="text/html", href=vue.url)
    site = vue.url.partition("/evenements/")[0]
    for structure in vue.structures:
        auteur = SubElement(entree, "author")
        _texte(auteur, "name", structure.nom)
        _texte(auteur, "uri", f"{site}/structures/{structure.slug}")
    for nom in dire_etiquettes(vue, langue):
        SubElement(entree, "category", term=propre(nom))
    _texte(entree, "rights", vue.licence)
    _texte(entree, "summary", en_bref(vue, langue))
    _texte(entree, "content", en_page(vue, langue), type="html")
    octets: bytes = tostring(entree, encoding="utf-8", xml_declaration=False)
    return octets + b"\n"


def ouvrir(fil: Fil) -> bytes:
    """Ce qui précède les entrées."""
    tete = Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": fil.langue})
    _texte(tete, "id", fil.adresse)
    _texte(tete, "title", fil.titre)
    _texte(tete, "updated", instant(fil.modifie_le))
    SubElement(tete, "link", rel="self", type="application/atom+xml", href=fil.adresse)
    SubElement(tete, "link", rel="alternate", type="text/html", href=fil.page)
    if fil.suivant is not None:
        SubElement(tete, "link", rel="next", type="application/atom+xml", href=fil.suivant)
    auteur = SubElement(tete, "author")
    _texte(auteur, "name", fil.reseau)
    _texte(auteur, "uri", fil.site)
    _texte(tete, "icon", f"{fil.site}/icone-192.png")
    octets: bytes = tostring(tete, encoding="utf-8", xml_declaration=True)
    return octets.removesuffix(b"</feed>") + b"\n"


def _texte(parent: Element, nom: str, texte: str, **attributs: str) -> None:
    SubElement(parent, nom, attributs).text = propre(texte)
