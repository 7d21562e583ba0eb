"""Les répertoires : toutes les structures, tous les lieux, tous les cycles, rangés pour qui ne connaît encore personne."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

import msgspec

from server.evenements.schemas import CycleVue
from server.lieux.schemas import CommuneNommee, VueCommune, VueLieu
from server.socle.textes import Langue, plier, traduire
from server.structures.schemas import VueStructure

Lien = Callable[[str], str]
"""D'un chemin, l'adresse qui garde la langue."""


class Fiche(msgspec.Struct, frozen=True):
    """Une ligne d'un répertoire."""

    lien: str
    nom: str
    precision: str


class Groupe(msgspec.Struct, frozen=True):
    """Des fiches sous un même titre ; sans titre quand il n'y a pas à grouper."""

    titre: str
    lien: str
    fiches: list[Fiche]


def ranger_structures(
    trouvees: Sequence[VueStructure], communes: Mapping[str, VueCommune], langue: Langue, lien: Lien
) -> list[Groupe]:
    """Toutes, dans l'ordre de leurs noms, avec leur genre et leur commune."""
    fiches = []
    for structure in trouvees:
        commune = communes.get(structure.commune or "")
        dits = [traduire(langue, f"fiche.structure.genre.{structure.genre}"), commune.nom if commune else ""]
        fiches.append(
            Fiche(lien(f"/structures/{structure.slug}"), structure.nom, " · ".join(filter(None, dits)))
        )
    return _un_seul(fiches)


def ranger_lieux(trouves: Sequence[VueLieu], langue: Langue, lien: Lien) -> list[Groupe]:
    """Commune par commune, dans l'ordre de leurs noms."""

    def rang(lieu: VueLieu) -> tuple[str, str]:
        return plier(lieu.commune.nom), lieu.commune.code

    def commune_de(lieu: VueLieu) -> CommuneNommee:
        return lieu.commune

    return [
        Groupe(
            commune.nom,
            lien(f"/communes/{commune.code}"),
            [Fiche(lien(f"/lieux/{lieu.slug}"), lieu.nom, _cote(lieu, langue)) for lieu in lieux],
        )
        for commune, lieux in groupby(sorted(trouves, key=rang), key=commune_de)
    ]


def ranger_cycles(trouves: Sequence[CycleVue], langue: Langue, lien: Lien) -> list[Groupe]:
    """Tous, le plus récent d'abord, avec la structure qui les porte et combien de rendez-vous ils comptent."""
    return _un_seul(
        [
            Fiche(
                lien(f"/cycles/{cycle.slug}"),
                cycle.titre,
                f"{cycle.structure_nom} · {traduire(langue, 'fiche.repertoire.rendez_vous', n=cycle.evenements)}",
            )
            for cycle in trouves
        ]
    )


def _un_seul(fiches: list[Fiche]) -> list[Groupe]:
    return [Groupe("", "", fiches)] if fiches else []


def _cote(lieu: VueLieu, langue: Langue) -> str:
    return traduire(langue, "evenement.cote_interieur" if lieu.interieur else "evenement.cote_plein_air")
