"""Erreurs : ce qui peut être refusé, et comment on le dit.

    Refus
    ├── DemandeInvalide   422  ce qui est demandé ne se comprend pas (tous les champs à la fois)
    ├── Introuvable       404  rien à cet endroit, ou rien que vous ayez le droit de savoir
    ├── ActionInterdite   403  vous êtes connu, mais cela ne vous revient pas
    ├── Conflit           409  compris, mais l'état des choses s'y oppose
    ├── NonConnecte       401  il faut d'abord se connecter
    ├── Disparu           410  cela a existé et a été effacé
    ├── TropDeDemandes    429  trop souvent ; `Retry-After` dit quand revenir
    ├── TropGros          413  plus d'octets que permis
    └── BaseIndisponible  503  la base ne répond pas ; rien n'est perdu, rien n'est écrit

Chaque paquet nomme ses enfants (`MomentComplet`, `InscriptionsCloses`). Le code d'une erreur est son nom en
`kebab-case` ; il est stable : `type: /problemes/<code>` (RFC 9457). Sa phrase est dans les textes, sous
`problemes.<code>`.
"""

import re
from collections.abc import Iterable
from typing import Any, ClassVar

import msgspec

from server.socle.textes import Langue, traduire


class ErreurDeChamp(msgspec.Struct, frozen=True):
    """Un champ refusé : `champ` est son chemin (`presences.0.adultes`), `texte` la clé de sa phrase."""

    champ: str
    texte: str
    valeurs: dict[str, Any] = {}

    def message(self, langue: Langue) -> str:
        return traduire(langue, f"champs.{self.texte}", **self.valeurs)


class Refus(Exception):
    """Tout ce que le service refuse en le disant clairement."""

    statut: ClassVar[int] = 400

    def __init__(self, **precisions: Any) -> None:
        self.precisions = precisions
        super().__init__(f"{self.code()} {precisions or ''}".strip())

    @classmethod
    def code(cls) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    def reprise_s(self) -> int | None:
        """Secondes à attendre avant de revenir, si cela a un sens."""
        return None

    def probleme(self, langue: Langue) -> dict[str, Any]:
        """Le corps `application/problem+json`, dans la langue de la personne."""
        code = self.code()
        publiques = {cle: valeur for cle, valeur in self.precisions.items() if not cle.startswith("_")}
        return {
            "type": f"/problemes/{code}",
            "title": traduire(langue, f"problemes.{code}.titre"),
            "status": self.statut,
            "detail": traduire(langue, f"problemes.{code}.phrase", **publiques),
            **publiques,
        }


class DemandeInvalide(Refus):
    """Un ou plusieurs champs ne conviennent pas ; ils sont tous donnés."""

    statut = 422

    def __init__(self, erreurs: Iterable[ErreurDeChamp]) -> None:
        self.erreurs = list(erreurs)
        super().__init__()

    def probleme(self, langue: Langue) -> dict[str, Any]:
        dites = [{"champ": e.champ, "message": e.message(langue)} for e in self.erreurs]
        return {**super().probleme(langue), "erreurs": dites}


class Introuvable(Refus):
    statut = 404


class MethodeInconnue(Refus):
    statut = 405


class ActionInterdite(Refus):
    statut = 403


class OrigineRefusee(ActionInterdite):
    """La demande vient d'un autre site que le nôtre."""


class NonConnecte(Refus):
    statut = 401


class Conflit(Refus):
    statut = 409


class Disparu(Refus):
    statut = 410


class TropGros(Refus):
    statut = 413


class FormatInconnu(Refus):
    """Le corps n'est pas dans un format que cette adresse comprend."""

    statut = 415


class TropDeDemandes(Refus):
    statut = 429

    def reprise_s(self) -> int | None:
        return int(self.precisions.get("secondes", 60))


class BaseIndisponible(Refus):
    """La base ne répond pas : disque plein, verrouillée par un autre programme, serveur arrêté."""

    statut = 503

    def __init__(self, raison: str = "") -> None:
        super().__init__(_raison=raison)

    def reprise_s(self) -> int | None:
        return 5


class PanneInterne(Refus):
    """Un défaut du programme : la personne lit une phrase, la personne qui installe lit le journal."""

    statut = 500
