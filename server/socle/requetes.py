"""Requêtes préparées : une requête Piccolo écrite une fois, rejouée avec d'autres valeurs.

Composer une requête Piccolo coûte dix fois ce que SQLite met à la jouer. Sur les chemins les plus courus (s'inscrire),
on la compose une seule fois par base, avec des trous à la place des valeurs ; ensuite il ne reste que le SQL. La requête
reste écrite en Piccolo, là où on la cherche :

    _inscription = Preparee(lambda id: Inscription.select().where(Inscription.id == id))
    ligne = await _inscription.premiere(identifiant)
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from piccolo.columns import Column
from piccolo.query.base import Query
from piccolo.table import Table

from server.socle.base import moteur_installe


class _Trou:
    """La place d'une valeur dans une requête."""

    __slots__ = ("nom",)

    def __init__(self, nom: str) -> None:
        self.nom = nom


class Preparee:
    """Une requête dont la forme ne dépend pas des valeurs (donc sans `is_in`, sans condition facultative)."""

    def __init__(self, construire: Callable[..., Query[Any, Any]]) -> None:
        self._construire = construire
        self._noms = list(inspect.signature(construire).parameters)
        self._formes: dict[str, tuple[str, list[Any]]] = {}

    async def lignes(self, *valeurs: Any) -> list[dict[str, Any]]:
        """Les lignes de la réponse."""
        return await _jouer(self._forme(), dict(zip(self._noms, valeurs, strict=True)))

    async def premiere(self, *valeurs: Any) -> dict[str, Any] | None:
        """La première ligne, ou rien."""
        lignes = await self.lignes(*valeurs)
        return lignes[0] if lignes else None

    async def existe(self, *valeurs: Any) -> bool:
        """Vrai si la requête trouve une ligne."""
        return bool(await self.lignes(*valeurs))

    def _forme(self) -> tuple[str, list[Any]]:
        genre = moteur_installe().engine_type
        forme = self._formes.get(genre)
        if forme is None:
            requete = self._construire(*(_Trou(nom) for nom in self._noms))
            (texte,) = requete.querystrings
            forme = self._formes[genre] = texte.compile_string(engine_type=genre)
        return forme


class Insertion:
    """L'ajout d'une ligne ; les colonnes qu'on ne nomme pas prennent leur valeur par défaut."""

    def __init__(self, table: type[Table], **options: Callable[[Any], Any]) -> None:
        self._table = table
        self._finir = options.get("finir")
        # Par nom, une fois pour toutes : Piccolo met du temps à retrouver une clé étrangère et son nom.
        self._colonnes: dict[str, Column] = {
            c._meta.name: c for c in table._meta.columns if c._meta.name != _cle_automatique(table)
        }
        self._calcules = {
            nom: c.get_default_value
            for nom, c in self._colonnes.items()
            if callable(getattr(c, "default", None))
        }
        self._fixes = {
            nom: c.get_default_value() for nom, c in self._colonnes.items() if nom not in self._calcules
        }
        self._formes: dict[str, tuple[str, list[Any]]] = {}

    async def __call__(self, **valeurs: Any) -> None:
        calcules = {nom: calculer() for nom, calculer in self._calcules.items() if nom not in valeurs}
        await _jouer(self._forme(), {**self._fixes, **calcules, **valeurs})

    def _forme(self) -> tuple[str, list[Any]]:
        genre = moteur_installe().engine_type
        forme = self._formes.get(genre)
        if forme is None:
            trous: dict[str, Any] = {nom: _Trou(nom) for nom in self._colonnes}
            requete = self._table.insert(self._table(**trous))
            if self._finir is not None:
                requete = self._finir(requete)
            (texte,) = requete.querystrings
            forme = self._formes[genre] = texte.compile_string(engine_type=genre)
        return forme


async def _jouer(forme: tuple[str, list[Any]], valeurs: Mapping[str, Any]) -> list[dict[str, Any]]:
    sql, gabarit = forme
    remplis = [valeurs[element.nom] if isinstance(element, _Trou) else element for element in gabarit]
    return await moteur_installe().executer(sql, remplis)


def _cle_automatique(table: type[Table]) -> str | None:
    """La clé que la base choisit elle-même (SERIAL), s'il y en a une."""
    from piccolo.columns import Serial

    cle = table._meta.primary_key
    return str(cle._meta.name) if isinstance(cle, Serial) else None
