"""Les pages de texte : aide, confidentialité, accessibilité, mentions légales, à propos. Les nombres viennent des règles, pas des phrases."""

import re
from datetime import timedelta

import msgspec

from server.banquets.cuisine.entretien import RELEVES_JOURS
from server.inscriptions.regles import (
    DELAI_DE_REPONSE,
    DELAI_EFFACEMENT_JOURS,
    DEPASSEMENT,
    FIN_DES_GARDES,
    PETITE_CASE,
)
from server.pages.vues import Site
from server.socle.textes import Langue, traduire

LIGNES_GARDEES = ("contact", "sante", "envois", "cuisine", "temperatures", "nombres", "comptes", "journaux")


class Section(msgspec.Struct, frozen=True):
    """Une partie d'une page : `texte` est du Markdown."""

    ancre: str
    titre: str
    texte: str


def aide(langue: Langue, site: Site, structures: str, abonnement: str) -> list[Section]:
    """S'inscrire, attendre, payer, recevoir les dates, lire sans réseau, organiser ; avec les adresses de deux autres pages."""
    regle = {
        "garde": _heures(DEPASSEMENT),
        "fin": _heures(FIN_DES_GARDES),
        "reponse": _heures(DELAI_DE_REPONSE),
    }
    contact = "texte" if site.courriel else "texte_sans"
    return [
        _section(langue, "aide", "inscription", "inscription"),
        _section(langue, "aide", "attente", "liste-attente", **regle),
        _section(langue, "aide", "prix", "prix-libre"),
        _section(langue, "aide", "regimes", "regimes"),
        _section(langue, "aide", "calendrier", "calendrier", abonnement=abonnement),
        _section(langue, "aide", "sans_reseau", "sans-reseau"),
        _section(langue, "aide", "application", "application"),
        *(
            Section(
                nom,
                traduire(langue, f"aide.{nom}.titre"),
                traduire(
                    langue, f"aide.{nom}.{contact}", courriel=_contact(langue, site), structures=structures
                ),
            )
            for nom in ("organiser", "contact")
        ),
    ]


def confidentialite(langue: Langue, site: Site) -> tuple[list[tuple[str, str, str]], list[Section]]:
    """Ce qui est gardé (quoi, pourquoi, combien de temps), puis le reste de la page."""
    valeurs = {"jours": DELAI_EFFACEMENT_JOURS, "releves": RELEVES_JOURS, "petit": PETITE_CASE}
    lignes = [
        (
            traduire(langue, f"confidentialite.garde.{nom}.quoi", **valeurs),
            traduire(langue, f"confidentialite.garde.{nom}.pourquoi", **valeurs),
            traduire(langue, f"confidentialite.garde.{nom}.duree", **valeurs),
        )
        for nom in LIGNES_GARDEES
    ]
    dits = {"courriel": _contact(langue, site), "reseau": site.reseau}
    noms = ("traceurs", "qui", "bases", "droits", "responsable")
    return lignes, [_section(langue, "confidentialite", nom, nom, **dits) for nom in noms]


def accessibilite(langue: Langue, site: Site) -> list[Section]:
    """La déclaration : ce qui est fait, ce qui n'est pas garanti, à qui le dire."""
    dits = {"courriel": _contact(langue, site), "reseau": site.reseau}
    return [
        _section(langue, "accessibilite", nom, nom, **dits) for nom in ("etat", "fait", "reste", "contact")
    ]


def a_propos(langue: Langue, site: Site) -> list[Section]:
    """Le réseau tel qu'il se présente, puis le logiciel, les contenus et leurs sources."""
    territoire = traduire(langue, "a_propos.reseau.territoire", territoire=site.territoire)
    presentation = f"{site.presentation}\n\n{territoire}" if site.presentation else territoire
    dits = {"courriel": _contact(langue, site)}
    return [
        Section("reseau", site.reseau, presentation),
        *(_section(langue, "a_propos", nom, nom, **dits) for nom in ("logiciel", "contenus", "credits")),
    ]


def mentions_legales(langue: Langue, site: Site) -> list[Section]:
    """Qui publie, qui en répond, qui héberge, où écrire ; ce qui n'a pas encore été dit l'est franchement."""
    return [
        _mention(langue, site, "editeur", "editeur", "editeur_adresse", "editeur_telephone"),
        _mention(langue, site, "directeur", "directeur"),
        _mention(langue, site, "hebergeur", "hebergeur", "hebergeur_adresse", "hebergeur_telephone"),
        _section(langue, "mentions", "contact", "contact", courriel=_contact(langue, site)),
        _section(langue, "mentions", "voir", "voir"),
    ]


def _mention(langue: Langue, site: Site, ancre: str, *champs: str) -> Section:
    """Les lignes données (une par paragraphe), puis ce qui manque, en une phrase."""
    lignes = [
        traduire(langue, f"mentions.dites.{champ}", dite=_tel_quel(site.mentions[champ]))
        for champ in champs
        if champ in site.mentions
    ]
    manquent = [
        traduire(langue, f"mentions.manques.{champ}") for champ in champs if champ not in site.mentions
    ]
    if manquent:
        lignes.append(traduire(langue, "mentions.manque", quoi=", ".join(manquent)))
    return Section(ancre, traduire(langue, f"mentions.{ancre}.titre"), "\n\n".join(lignes))


def _tel_quel(ligne: str) -> str:
    """Une ligne tapée, sans que le Markdown y lise une mise en forme ni un lien."""
    return re.sub(r"([\\`*_{}\[\]()<>#+.!|~-])", r"\\\1", ligne)


def _section(langue: Langue, page: str, nom: str, ancre: str, **valeurs: object) -> Section:
    return Section(
        ancre, traduire(langue, f"{page}.{nom}.titre"), traduire(langue, f"{page}.{nom}.texte", **valeurs)
    )


def _contact(langue: Langue, site: Site) -> str:
    """Où écrire ; à défaut d'adresse du réseau, par les structures."""
    if site.courriel:
        return f"[{site.courriel}](mailto:{site.courriel})"
    return traduire(langue, "confidentialite.sans_contact")


def _heures(duree: timedelta) -> int:
    return int(duree.total_seconds()) // 3600
