"""Les inscrits dans un tableur. Aucune case ne peut devenir une formule."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from server.inscriptions.schemas import CompteurMoment, InscriptionEquipe
from server.socle.temps import a_paris
from server.socle.textes import Langue, traduire

_DANGEREUX = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Premiers signes que les tableurs prennent pour une formule (OWASP, *CSV Injection*), pleine chasse comprise."""

PAR_MOMENT: Final = ("etat", "adultes", "enfants", "tout_petits", "personnes", "venues")


def case(valeur: object) -> str:
    """La valeur telle qu'un tableur la montrera : une apostrophe devant ce qui ressemblerait à une formule."""
    texte = "" if valeur is None else str(valeur)
    return (
        f"'{texte}"
        if texte.lstrip(" \u00a0").startswith(_DANGEREUX) or texte.startswith(_DANGEREUX)
        else texte
    )


def en_csv(inscrits: Sequence[InscriptionEquipe], moments: Sequence[CompteurMoment], langue: Langue) -> bytes:
    """UTF-8 avec marque d'ordre (Excel), séparateur `;`, une ligne par foyer, six colonnes par moment."""
    sortie = io.StringIO()
    feuille = csv.writer(sortie, delimiter=";", lineterminator="\r\n")
    fixes = ("prenom", "courriel", "telephone", "commune", "origine", "inscrit_le", "code_accueil")
    fin = ("contributions", "besoins", "premiere_fois", "pour_autrui", "message", "annulee_le")
    entetes = [traduire(langue, f"export.{nom}") for nom in fixes]
    for moment in moments:
        nom = moment.titre or traduire(langue, f"genres.{moment.genre}.nom")
        entetes += [f"{nom} : {traduire(langue, f'export.{colonne}')}" for colonne in PAR_MOMENT]
    feuille.writerow([case(e) for e in [*entetes, *(traduire(langue, f"export.{nom}") for nom in fin)]])
    for inscrit in inscrits:
        feuille.writerow([case(valeur) for valeur in _ligne(inscrit, moments, langue)])
    return b"\xef\xbb\xbf" + sortie.getvalue().encode("utf-8")


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
