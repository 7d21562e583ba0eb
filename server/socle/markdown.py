"""Markdown des personnes qui organisent : mis en forme, puis nettoyé.

markdown-it-py (CommonMark, HTML brut coupé) puis nh3 (liste blanche d'ammonia) : deux barrières indépendantes.
"""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import nh3
from markupsafe import Markup

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_BALISES = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h3", "h4", "blockquote", "hr", "del", "code"}


@cache
def _markdown() -> "MarkdownIt":
    """Chargé au premier texte : le démarrage n'en a pas besoin."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False, "linkify": False, "breaks": True}).enable("strikethrough")


@lru_cache(maxsize=128)
def en_html(texte: str) -> Markup:
    """Le texte mis en forme, sûr à montrer. Les titres commencent au troisième niveau ; les images sont ôtées.

    Le pire texte de 20 000 caractères prend une demi-seconde : on l'appelle hors de la boucle, et l'on retient ce qui a
    été rendu, pour qu'une page renouvelée à chaque inscription ne le refasse pas.
    """
    html = _markdown().render(texte)
    html = re.sub(r"<(/?)h([1-6])>", lambda t: f"<{t[1]}h{min(4, int(t[2]) + 2)}>", html)
    propre = nh3.clean(
        html,
        tags=_BALISES,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener nofollow ugc",
    )
    return Markup(propre)  # noqa: S704 (nettoyé à la ligne du dessus)


def en_texte(texte: str) -> str:
    """Le même texte sans mise en forme, pour un calendrier, un courriel ou un extrait."""
    nu = nh3.clean(
        str(en_html(texte)).replace("</p>", "\n\n").replace("<br", "\n<br").replace("</li>", "\n"), tags=set()
    )
    for code, signe in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&nbsp;", "\u00a0"), ("&amp;", "&")):
        nu = nu.replace(code, signe)
    return re.sub(r"\n{3,}", "\n\n", nu).strip()
