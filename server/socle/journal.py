"""Journal : une ligne par chose arrivée, sans secret ni donnée personnelle.

Les lectures publiques servies toutes prêtes ne sont pas écrites une à une : elles sont comptées.
"""

import logging
import re
import sys
from typing import Final

LIGNE_MAX: Final = 2000
"""Caractères d'un message : au-delà, quelqu'un envoie n'importe quoi."""

# Chaque motif avance sans jamais revenir au même endroit (`++`, et « pas précédé de » pour ne partir que du début d'un
# mot) : ce qui est écrit ici vient de n'importe qui, et se lit pendant que les autres attendent.
# Le premier morceau dit les signes sans lesquels le motif ne peut rien trouver.
_MASQUES: list[tuple[tuple[str, ...], re.Pattern[str], str]] = [
    (
        ("/",),
        re.compile(
            r"(/i/|/mon-agenda/|/connexion/|(?<!/api)/cuisine/(?!banquets/)|/commandes/(?=[0-9a-f]{32}))[^\s?\"'.]+"
        ),
        r"\1…",
    ),
    (("@",), re.compile(r"(?<![^\s@<>\"'=])[^\s@<>\"'=]++@[^\s@<>\"',;]+\.\w+"), "…@…"),
    ((), re.compile(r"(?<![\w-])(?:\+33|0)[ .-]?[1-9](?:[ .-]?\d{2}){4}(?!\d)"), "0…"),
    (
        ("=", ":"),
        re.compile(
            r"((?:jeton|secret|code|lien|mot_de_passe|password|authorization|cookie)[\"']?\s*[=:]\s*[\"']?(?:Bearer )?)[^\s\"',;&]+",
            re.I,
        ),
        r"\1…",
    ),
    (("://",), re.compile(r"(?<!\w)(\w++://[^:/\s]++:)[^@/\s]++@"), r"\1…@"),
]

_COMMANDES = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def masquer(texte: str) -> str:
    """Le même texte, sans courriel, téléphone, secret ni mot de passe."""
    for signes, motif, remplacement in _MASQUES:
        if not signes or any(signe in texte for signe in signes):
            texte = motif.sub(remplacement, texte)
    return texte


class _Ligne(logging.Formatter):
    """Une ligne : instant, niveau, origine, message masqué ; la trace d'une panne suit, masquée elle aussi."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S%z")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 — nom imposé
        # Avant que la trace ne s'ajoute : elle seule a le droit d'aller à la ligne.
        record.message = masquer(_COMMANDES.sub(_montrer, record.message[:LIGNE_MAX]))
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        ligne = super().format(record)
        return masquer(ligne) if record.exc_info or record.stack_info else ligne


def _montrer(commande: re.Match[str]) -> str:
    return commande[0].encode("unicode_escape").decode()


def installer_journal(niveau: int = logging.INFO) -> None:
    """Écrit le journal sur la sortie d'erreur, où systemd et Docker le prennent."""
    sortie = logging.StreamHandler(sys.stderr)
    sortie.setFormatter(_Ligne())
    racine = logging.getLogger("tablees")
    racine.handlers[:] = [sortie]
    racine.setLevel(niveau)
    racine.propagate = False
    uvicorn = logging.getLogger("uvicorn")
    uvicorn.handlers[:] = [sortie]
    uvicorn.setLevel(logging.WARNING)
    uvicorn.propagate = False
