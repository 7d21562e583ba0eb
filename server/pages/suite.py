"""Ce que lit le script quand un envoi a abouti, ou non : la page y est réduite à ses mots, rien n'y est mis en forme deux fois.

Un formulaire envoyé sans script reçoit une page ou une redirection. Le même, envoyé par le script (qui ne demande que du
JSON), reçoit où aller ensuite, l'état en une phrase, et le billet tel que la page le montre : l'appareil peut le garder pour
le relire sans réseau.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie

from server.pages.billet import Billet, Ton
from server.pages.formulaires import ErreurAffichee
from server.pages.vues import Page, composer
from server.socle.erreurs import Refus
from server.socle.textes import Langue


class Suite(msgspec.Struct, frozen=True, kw_only=True):
    """Un envoi abouti."""

    adresse: str
    """La page qui le montre."""
    id: UUID | None = None
    phrase: str = ""
    ton: Ton = "confirmee"
    billet: str = ""
    """Le billet, en HTML ; vide quand il n'y en a plus."""
    garde_jusqu_au: str | None = None


def veut_une_suite(request: Request[Any, Any, Any]) -> bool:
    """Vrai si c'est le script qui envoie : il ne demande que du JSON, un navigateur demande une page."""
    return request.headers.get("accept", "") == "application/json"


def rendre_suite(
    page: Page, adresse: str, phrase: str, billet: Billet | None, cookies: Sequence[Cookie]
) -> Response[Suite]:
    """La suite d'un envoi abouti, et ce que l'appareil retient pour rouvrir l'inscription."""
    suite = Suite(adresse=adresse, phrase=phrase)
    if billet is not None:
        suite = Suite(
            adresse=adresse,
            id=billet.vue.id,
            phrase=billet.phrase,
            ton=billet.ton,
            billet=composer("billet_seul.html", page, billet=billet).decode(),
            garde_jusqu_au=billet.garde_jusqu_au,
        )
    return Response(suite, status_code=200, cookies=list(cookies), headers={"cache-control": "no-store"})


def rendre_refus(
    refus: Refus, erreurs: Sequence[ErreurAffichee], langue: Langue, **precisions: str
) -> Response[bytes]:
    """Le refus, avec les phrases que la page aurait montrées dans son résumé."""
    # Lue sur une carte, loin du champ, une phrase dit de quoi elle parle.
    dites = [{"champ": erreur.champ, "message": erreur.en_resume(langue)} for erreur in erreurs]
    return Response(
        msgspec.json.encode(refus.probleme(langue) | precisions | {"erreurs": dites}),
        status_code=refus.statut,
        media_type="application/problem+json",
        headers={"cache-control": "no-store", "vary": "Accept-Language"},
    )
