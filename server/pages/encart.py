"""L'encart : les prochains rendez-vous, dans la page d'un autre site. Une liste de liens, rien qui s'impose.

Trois façons de le prendre : un petit script qui se tient à jour, la même liste en HTML à coller, ou sa source JSON.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Annotated, Final
from urllib.parse import urlencode

import msgspec
from msgspec import Meta

from server.evenements.schemas import EvenementBref, Filtres
from server.pages.agenda import Demande, lire_demande
from server.pages.vues import Site
from server.socle import mots
from server.socle.corps import convertir
from server.socle.textes import Langue, traduire

FILTRES: Final = ("commune", "rayon_km", "structure", "cycle", "theme")
NOMBRE: Final = 5
NOMBRE_MAX: Final = 20

Nombre = Annotated[int, Meta(ge=1, le=NOMBRE_MAX)]


class Choix(msgspec.Struct, frozen=True):
    """Ce que l'encart montre."""

    filtres: Filtres = Filtres()
    nombre: Nombre = NOMBRE

    def parametres(self, langue: Langue | None = None) -> list[tuple[str, str]]:
        """Les filtres choisis, toujours dans le même ordre.

        La langue est celle du site qui reçoit l'encart, jamais celle de ses visiteurs.
        """
        nombre = None if self.nombre == NOMBRE else self.nombre
        dits = [
            *((nom, getattr(self.filtres, nom)) for nom in FILTRES),
            ("nombre", nombre),
            ("langue", langue),
        ]
        return [(nom, str(valeur)) for nom, valeur in dits if valeur is not None]

    def agenda(self) -> str:
        """L'agenda, filtré de même."""
        return Demande(filtres=self.filtres).chemin()


class Element(msgspec.Struct, frozen=True):
    titre: str
    date: str
    commune: str
    url: str


class Encart(msgspec.Struct, frozen=True):
    """Tout en mots : la page qui le montre n'a rien à mettre en forme."""

    elements: list[Element]
    vide: str
    agenda: str
    """Le nom du lien vers l'agenda."""
    url: str


def lire_choix(parametres: Mapping[str, str]) -> Choix:
    """Le choix que disent les paramètres ; un champ vide ne filtre pas. Lève `DemandeInvalide`."""
    gardes = {nom: valeur for nom, valeur in parametres.items() if nom in FILTRES}
    brut = {"nombre": nombre} if (nombre := parametres.get("nombre", "").strip()) else {}
    choix = convertir(brut, Choix, strict=False)
    return msgspec.structs.replace(choix, filtres=lire_demande(gardes).filtres)


def dire_encart(evenements: Sequence[EvenementBref], choix: Choix, langue: Langue, site: Site) -> Encart:
    """L'encart en mots."""
    return Encart(
        elements=[
            Element(
                titre=_titre(e, langue),
                date=mots.date_heure(langue, e.debut, annee=False)
                if e.debut
                else traduire(langue, "agenda.date_a_venir"),
                commune=e.lieu.commune.nom if e.lieu else traduire(langue, "evenement.en_ligne_seul"),
                url=e.url,
            )
            for e in evenements
        ],
        vide=traduire(langue, "agenda.vide_titre"),
        agenda=traduire(langue, "encart.agenda", reseau=site.reseau),
        url=site.url + choix.agenda(),
    )


def _titre(e: EvenementBref, langue: Langue) -> str:
    if e.statut not in ("annule", "reporte"):
        return e.titre
    return f"{traduire(langue, f'evenement.statut.{e.statut}')} – {e.titre}"


# --- le code à copier -----------------------------------------------------------------------------------------------


def code_du_script(choix: Choix, encart: Encart, langue: Langue, url: str) -> str:
    """Le bloc et son script. Sans script, il reste le lien vers l'agenda."""
    donnees = "".join(
        f' data-{nom.replace("_", "-")}="{escape(valeur)}"' for nom, valeur in choix.parametres(langue)
    )
    return (
        f'<div class="tablees" lang="{escape(langue)}">'
        f'<a href="{escape(encart.url)}">{escape(encart.agenda)}</a></div>\n'
        f'<script async src="{escape(url)}/encart.js"{donnees}></script>\n'
    )


def code_sans_script(encart: Encart, langue: Langue) -> str:
    """La même liste, figée : à reprendre quand l'agenda change."""
    lignes = [
        f'  <li><a href="{escape(e.url)}">{escape(e.titre)}</a><br>{escape(_precision(e))}</li>'
        for e in encart.elements
    ]
    liste = ["<ul>", *lignes, "</ul>"] if lignes else []
    return "\n".join(
        [
            f'<div class="tablees" lang="{escape(langue)}">',
            *liste,
            f'<p><a href="{escape(encart.url)}">{escape(encart.agenda)}</a></p>',
            "</div>",
            "",
        ]
    )


def _precision(element: Element) -> str:
    return ", ".join(morceau for morceau in (element.date, element.commune) if morceau)


def adresse_json(choix: Choix, langue: Langue) -> str:
    """La source de l'encart, pour qui préfère la lire."""
    return f"/encart.json?{urlencode(choix.parametres(langue))}"
