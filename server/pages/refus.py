"""Les refus, dits à une personne : la page d'une erreur, et ce que chacune veut dire."""

from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Request

from server.pages.vues import Page, Site, composer
from server.socle.contexte import contexte_de
from server.socle.erreurs import DemandeInvalide, Refus
from server.socle.textes import Langue, existe, langues, traduire


class ProblemeDit(msgspec.Struct, frozen=True):
    """Une erreur, expliquée."""

    code: str
    statut: int
    titre: str
    phrase: str
    que_faire: str


def tous_les_refus() -> dict[str, type[Refus]]:
    """Tous les refus que le service connaît, par code, dans l'ordre des statuts."""
    trouves = {refus.code(): refus for refus in _enfants(Refus)}
    return dict(sorted(trouves.items(), key=lambda paire: (paire[1].statut, paire[0])))


def _enfants(famille: type[Refus]) -> Iterator[type[Refus]]:
    for enfant in famille.__subclasses__():
        yield enfant
        yield from _enfants(enfant)


def dire_probleme(refus: type[Refus], langue: Langue) -> ProblemeDit:
    """Ce que cette erreur veut dire en général. L'`explication` remplace une phrase qui cite le cas précis."""
    code = refus.code()
    phrase = "explication" if existe(f"problemes.{code}.explication") else "phrase"
    que_faire = f"problemes.{code}.que_faire"
    return ProblemeDit(
        code=code,
        statut=refus.statut,
        titre=traduire(langue, f"problemes.{code}.titre"),
        phrase=traduire(langue, f"problemes.{code}.{phrase}"),
        que_faire=traduire(langue, que_faire if existe(que_faire) else f"refus.famille.{refus.statut}"),
    )


def page_de_refus(request: Request[Any, Any, Any], refus: Refus, langue: Langue) -> bytes:
    """La page qui dit un refus. Elle ne lit rien dans la base : elle doit marcher quand la base ne répond pas."""
    site = request.app.state.get("site") or Site(contexte_de(request).reglages.url, "Tablées", "Tablées")
    probleme = dire_probleme(type(refus), langue)
    page = Page(
        site=site,
        langue=langue,
        explicite=request.query_params.get("langue") in langues(),
        titre=probleme.titre,
        chemin="/",
        indexable=False,
    )
    erreurs = (
        [(e.champ, e.message(langue)) for e in refus.erreurs] if isinstance(refus, DemandeInvalide) else []
    )
    phrase = str(refus.probleme(langue)["detail"])
    return composer("refus.html", page, probleme=probleme, phrase=phrase, erreurs=erreurs)
