"""Les inscrits dans un tableur."""

from collections.abc import Sequence
from typing import Final

from server.inscriptions.schemas import CompteurMoment, InscriptionEquipe
from server.socle import tableur
from server.socle.temps import a_paris
from server.socle.textes import Langue, traduire

PAR_MOMENT: Final = ("etat", "adultes", "enfants", "tout_petits", "personnes", "venues")


def en_csv(inscrits: Sequence[InscriptionEquipe], moments: Sequence[CompteurMoment], langue: Langue) -> bytes:
    """UTF-8 avec marque d'ordre (Excel), séparateur `;`, une ligne par foyer, six colonnes par moment."""
    fixes = ("prenom", "courriel", "telephone", "commune", "origine", "inscrit_le", "code_accueil")
    fin = ("contributions", "besoins", "premiere_fois", "pour_autrui", "message", "annulee_le")
    entetes = [traduire(langue, f"export.{nom}") for nom in fixes]
    for moment in moments:
        nom = moment.titre or traduire(langue, f"genres.{moment.genre}.nom")
        entetes += [f"{nom} : {traduire(langue, f'export.{colonne}')}" for colonne in PAR_MOMENT]
    entetes += [traduire(langue, f"export.{nom}") for nom in fin]
    return tableur.en_csv([entetes, *(_ligne(inscrit, moments, langue) for inscrit in inscrits)])


def _ligne(inscrit: InscriptionEquipe, moments: Sequence[CompteurMoment], langue: Langue) -> list[object]:
    ligne: list[object] = [
        inscrit.prenom,
        inscrit.courriel,
        inscrit.telephone,
        inscrit.commune_nom or inscrit.commune,
        traduire(langue, f"origines.{inscrit.origine}"),
        a_paris(inscrit.cree_le).strftime("%Y-%m-%d %H:%M"),
        inscrit.code_accueil,
    ]
    presences = {p.moment: p for p in inscrit.presences}
    for moment in moments:
        p = presences.get(moment.moment)
        if p is None:
            ligne += [""] * len(PAR_MOMENT)
            continue
        venues = (
            None
            if p.venue_le is None
            else sum(v or 0 for v in (p.venue_adultes, p.venue_enfants, p.venue_tout_petits))
        )
        ligne += [
            traduire(langue, f"mes_inscriptions.statut.{p.statut}"),
            p.adultes,
            p.enfants,
            p.tout_petits,
            p.adultes + p.enfants + p.tout_petits,
            venues,
        ]
    autrui = inscrit.pour_autrui
    ligne += [
        ", ".join(traduire(langue, f"inscription.contributions.{c}") for c in inscrit.contributions),
        ", ".join(traduire(langue, f"inscription.besoins.{b}") for b in inscrit.besoins),
        ""
        if inscrit.premiere_fois is None
        else traduire(langue, "inscription.oui" if inscrit.premiere_fois else "inscription.non"),
        " ".join(m for m in (autrui.prenom, autrui.courriel, autrui.telephone) if m) if autrui else "",
        inscrit.message,
        a_paris(inscrit.annulee_le).strftime("%Y-%m-%d %H:%M") if inscrit.annulee_le else "",
    ]
    return ligne
