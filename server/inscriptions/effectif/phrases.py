"""Un besoin combiné, comme on le dit à voix haute. Rien que des fonctions pures."""

from collections.abc import Collection

from server.banquets.menus.regles import REGIMES
from server.inscriptions.effectif.schemas import Besoin
from server.socle import mots
from server.socle.textes import Langue, traduire


def dire_besoin(langue: Langue, besoin: Besoin) -> str:
    """« 1 adulte végétalien et sans gluten », « 2 enfants allergiques au lait »."""
    qui = traduire(langue, f"besoins.ages.{besoin.age}", n=besoin.nombre)
    quoi = dire_regimes(langue, besoin.regimes, besoin.allergenes, besoin.nombre)
    return traduire(langue, "besoins.de", qui=qui, quoi=quoi) if quoi else qui


def dire_regimes(
    langue: Langue, regimes: Collection[str], allergenes: Collection[str], nombre: int = 1
) -> str:
    """« végétalien, sans gluten et allergique aux arachides » ; vide pour qui mange de tout."""
    dits = [traduire(langue, f"besoins.regimes.{regime}", n=nombre) for regime in sorted(regimes, key=_rang)]
    if allergenes:
        a = mots.liste(langue, [traduire(langue, f"besoins.allergenes.{code}") for code in allergenes])
        dits.append(traduire(langue, "besoins.allergique", n=nombre, a=a))
    return mots.liste(langue, dits)


def _rang(regime: str) -> int:
    """Du plus décidé au plus précis : « végétalien et sans gluten », jamais l'inverse."""
    return REGIMES.index(regime) if regime in REGIMES else len(REGIMES)
