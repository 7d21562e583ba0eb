"""Insérer beaucoup de lignes d'un coup, sans passer par les requêtes de Piccolo (vingt fois plus lentes)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from piccolo.columns import Serial
from piccolo.table import Table

from server.socle.base import MoteurPostgreSQL, ecriture, moteur_installe

VALEURS_PAR_REQUETE: Final = 30_000
"""SQLite en refuse plus de 32 766."""

Ligne = Mapping[str, Any]


@ecriture
async def inserer_en_nombre(table: type[Table], lignes: Sequence[Ligne]) -> None:
    """Insère ces lignes ; ce qu'elles ne disent pas prend la valeur par défaut de la colonne.

    Une clé numérotée par la base n'est écrite que si les lignes la donnent.
    """
    if not lignes:
        return
    colonnes = [c for c in table._meta.columns if not isinstance(c, Serial) or c._meta.name in lignes[0]]
    noms = [c._meta.name for c in colonnes]
    defauts = [c.get_default_value() for c in colonnes]
    rangees = [
        tuple(ligne.get(nom, defaut) for nom, defaut in zip(noms, defauts, strict=True)) for ligne in lignes
    ]
    moteur = moteur_installe()
    if isinstance(moteur, MoteurPostgreSQL):
        transaction = moteur.current_transaction.get()
        assert transaction is not None
        await transaction.connection.copy_records_to_table(
            table._meta.tablename, records=rangees, columns=noms
        )
        return
    marques = f"({', '.join('?' * len(noms))})"
    debut = f'INSERT INTO "{table._meta.tablename}" ({", ".join(f"{chr(34)}{nom}{chr(34)}" for nom in noms)}) VALUES '  # noqa: S608 (des noms de colonnes, rien de reçu)
    pas = VALEURS_PAR_REQUETE // len(noms)
    for premiere in range(0, len(rangees), pas):
        paquet = rangees[premiere : premiere + pas]
        valeurs = [valeur for rangee in paquet for valeur in rangee]
        await moteur.executer(debut + ", ".join([marques] * len(paquet)), valeurs)
