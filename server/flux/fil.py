"""Un fil : ce qu'Atom et JSON Feed ont en commun. Des vues vers des octets, rien que des fonctions pures."""

from datetime import datetime
from html import escape

import msgspec

from server.evenements.schemas import EvenementVue
from server.flux.phrases import dire_paragraphes, dire_quand_ou, propre
from server.socle.markdown import en_html
from server.socle.temps import a_paris
from server.socle.textes import Langue


class Fil(msgspec.Struct, frozen=True, kw_only=True):
    """Ce qu'un fil dit de lui-même."""

    titre: str
    langue: Langue
    reseau: str
    site: str
    """Adresse de l'installation."""
    page: str
    """La page à lire, pour une personne."""
    adresse: str
    """Celle du fil."""
    suivant: str | None
    modifie_le: datetime


def en_page(vue: EvenementVue, langue: Langue) -> str:
    """L'évènement en HTML : quand et où, puis ce qu'il est. Nos phrases sont échappées, celles des structures nettoyées."""
    paragraphes = [dire_quand_ou(vue, langue), *dire_paragraphes(vue, langue)]
    phrases = "".join(f"<p>{escape(p.strip()).replace(chr(10), '<br>')}</p>" for p in paragraphes)
    return propre(phrases) + str(en_html(propre(vue.description)))


def en_bref(vue: EvenementVue, langue: Langue) -> str:
    """Quand, où, et le résumé."""
    return propre("\n".join(filter(None, (dire_quand_ou(vue, langue), vue.resume))))


def instant(moment: datetime) -> str:
    """À la seconde, heure de Paris (RFC 3339)."""
    return a_paris(moment).isoformat(timespec="seconds")
