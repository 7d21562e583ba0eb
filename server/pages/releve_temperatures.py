"""Le relevé de températures, à imprimer : ce qui a été noté, et des lignes vides pour le noter à la main.

Pur pour la feuille ; ses deux adresses suivent. Rien n'y nomme une personne. Décisions 0015 et 0017.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from server.banquets.acces import ouvrir_banquet
from server.banquets.cuisine.acces import exiger_cuisine
from server.banquets.cuisine.erreurs import LienDeCuisineInconnu
from server.banquets.cuisine.lectures import lire_releves
from server.banquets.cuisine.schemas import MesureVue, ReleveVue
from server.banquets.erreurs import BanquetInconnu
from server.comptes.schemas import Auteur
from server.inscriptions.cuisine.lectures import lire_repas
from server.inscriptions.cuisine.schemas import RepasVu
from server.pages.dessin import composer_papier
from server.pages.feuilles import TYPE_CONTENU, Colonne, Feuille, Partie, Tableau, composer_feuille
from server.socle import mots
from server.socle.contexte import Contexte
from server.socle.erreurs import NonConnecte, TropDeDemandes
from server.socle.problemes import refus_possibles
from server.socle.textes import Langue, traduire

LIGNES_A_LA_MAIN: Final = 4
"""Lignes vides sous un relevé commencé."""
LIGNES_VIERGES: Final = 11
"""Lignes d'une grille vierge : une page."""


def feuille_des_temperatures(
    repas: RepasVu, releves: Sequence[ReleveVue], langue: Langue, reseau: str, maintenant: datetime
) -> Feuille:
    """Le relevé d'un repas ; sans rien de relevé, une grille vierge."""

    def t(cle: str, **valeurs: object) -> str:
        return traduire(langue, f"temperatures.{cle}", **valeurs)

    def ligne(releve: ReleveVue, mesure: MesureVue, *, derniere: bool) -> tuple[str, ...]:
        degres = mots_des_degres(langue, mesure.dixiemes)
        etat = t("annulee") if mesure.annule else t("corrigee") if mesure.remplacee else ""
        dit = etat or (_verdict(releve, langue) if derniere else "")
        quand = mots.heure_ou_jour(langue, mesure.prise_le, repas.debut)
        return (quand, releve.sujet, t(f"genre.{releve.genre}"), degres, dit, mesure.nom)

    lignes = [
        ligne(releve, mesure, derniere=mesure.id == _derniere(releve))
        for releve in releves
        for mesure in releve.mesures
    ]
    vides = LIGNES_A_LA_MAIN if lignes else LIGNES_VIERGES
    colonnes = (
        Colonne(t("colonne.heure"), 2),
        Colonne(t("colonne.sujet"), 4.2),
        Colonne(t("colonne.genre"), 2.6),
        Colonne(t("colonne.degres"), 1.8, "centre", gras=True),
        Colonne(t("colonne.verdict"), 4),
        Colonne(t("colonne.qui"), 3),
    )
    sous_titre = [repas.evenement]
    if repas.debut is not None:
        sous_titre.append(mots.date_heure(langue, repas.debut))
    if repas.lieu is not None:
        sous_titre.append(f"{repas.lieu.nom}, {repas.lieu.commune.nom}")
    return Feuille(
        titre=t("titre"),
        sous_titre=" · ".join(sous_titre),
        en_tete=[
            *(t(f"regle.{nom}") for nom in ("chaud", "froid", "refroidissement", "remise")),
            t("bonne_pratique"),
        ],
        parties=[Partie(tableau=Tableau(colonnes=colonnes, lignes=lignes, a_la_main=vides))],
        pied=t("pied", quand=mots.date_heure(langue, maintenant)),
        auteur=reseau,
        langue=langue,
        paysage=True,
    )


def mots_des_degres(langue: Langue, dixiemes: int) -> str:
    """« 63,5 °C », « −18 °C » ; « 63.5 °C » en anglais."""
    entiers, reste = divmod(abs(dixiemes), 10)
    virgule = "." if langue == "en" else ","
    signe = "−" if dixiemes < 0 else ""
    return f"{signe}{entiers}{f'{virgule}{reste}' if reste else ''}\u00a0°C"


def _derniere(releve: ReleveVue) -> UUID | None:
    """La dernière mesure qui compte : c'est à elle que s'écrit ce que dit la série."""
    comptees = [m for m in releve.mesures if not m.remplacee and not m.annule]
    return comptees[-1].id if comptees else None


def _verdict(releve: ReleveVue, langue: Langue) -> str:
    if releve.verdict is None:
        return ""
    dit = traduire(langue, f"temperatures.verdict.{releve.verdict}")
    if releve.verdict == "en_cours" and releve.au_plus_tard is not None:
        fin = mots.heure(langue, releve.au_plus_tard)
        dit = traduire(langue, "temperatures.verdict_avant", verdict=dit, heure=fin)
    return dit


# --- Les adresses ---------------------------------------------------------------------------------------------------


@get(
    "/api/espace/banquets/{moment:uuid}/papiers/temperatures.pdf",
    operation_id="imprimer_temperatures",
    summary="Le relevé de températures, en PDF ; une grille vierge si rien n'est relevé",
    tags=["Banquets"],
    media_type=TYPE_CONTENU,
    responses=refus_possibles(NonConnecte, BanquetInconnu, TropDeDemandes),
)
async def par_compte(
    auteur: NamedDependency[Auteur],
    contexte: NamedDependency[Contexte],
    langue: NamedDependency[Langue],
    maintenant: NamedDependency[datetime],
    moment: FromPath[UUID],
) -> Response[bytes]:
    await ouvrir_banquet(auteur, moment)
    return await _imprimer(contexte, langue, maintenant, moment, f"compte:{auteur.compte}")


@get(
    "/api/cuisine/banquets/{moment:uuid}/papiers/temperatures.pdf",
    operation_id="imprimer_temperatures_en_cuisine",
    summary="Le relevé de températures, en PDF ; une grille vierge si rien n'est relevé",
    tags=["Cuisine"],
    media_type=TYPE_CONTENU,
    responses=refus_possibles(LienDeCuisineInconnu, TropDeDemandes),
)
async def par_lien(
    request: Request[Any, Any, Any],
    contexte: NamedDependency[Contexte],
    langue: NamedDependency[Langue],
    maintenant: NamedDependency[datetime],
    moment: FromPath[UUID],
) -> Response[bytes]:
    lien = await exiger_cuisine(request, contexte, maintenant, moment)
    return await _imprimer(contexte, langue, maintenant, moment, f"lien:{lien.id}")


async def _imprimer(
    contexte: Contexte, langue: Langue, maintenant: datetime, moment: UUID, lecteur: str
) -> Response[bytes]:
    contexte.limites.compter("papier-lecteur", lecteur)
    repas = await lire_repas(moment, maintenant)
    releves = await lire_releves(moment)
    reseau = ", ".join(repas.structures)
    feuille = feuille_des_temperatures(repas, releves, langue, reseau, maintenant)
    corps = await composer_papier(partial(composer_feuille, feuille), lecteur)
    return Response(
        corps,
        media_type=TYPE_CONTENU,
        headers={
            "content-disposition": 'inline; filename="temperatures.pdf"',
            "cache-control": "private, no-store",
        },
    )


ROUTES = [par_compte, par_lien]
