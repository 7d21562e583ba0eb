"""Gabarits Jinja2 des pages et des courriels, pris dans la PWA construite.

Dans un gabarit : `t('cle', n=3)` traduit, `langue` dit la langue, et les fonctions de `mots` (`date_longue`, `heure`,
`montant`…) parlent cette langue. Tout est échappé en HTML ; rien n'est jamais marqué sûr hors de `Markup` rendu par
`markdown`.
"""

import functools
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from server.socle import mots
from server.socle.markdown import en_html, en_texte
from server.socle.textes import PWA, Langue, langues, traduire

_MOTS = (
    "jour",
    "jour_court",
    "mois",
    "mois_court",
    "heure",
    "heure_ou_jour",
    "date_longue",
    "date_heure",
    "periode",
    "montant",
    "nombre",
    "distance",
    "liste",
)


@functools.cache
def _environnement() -> Environment:
    environnement = Environment(
        loader=FileSystemLoader(PWA / "gabarits"),
        autoescape=select_autoescape(enabled_extensions=("html", "svg", "xml"), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environnement.filters["markdown"] = en_html
    environnement.filters["texte_nu"] = en_texte
    return environnement


@functools.cache
def _parler(langue: Langue) -> dict[str, Any]:
    fonctions: dict[str, Any] = {nom: functools.partial(getattr(mots, nom), langue) for nom in _MOTS}
    return {"t": functools.partial(traduire, langue), "langue": langue, "langues": langues(), **fonctions}


def rendre(gabarit: str, langue: Langue, **valeurs: Any) -> str:
    """Le gabarit rempli, dans cette langue."""
    return _environnement().get_template(gabarit).render(**_parler(langue), **valeurs)
