"""Les agendas auxquels on s'abonne : un périmètre, un format, une langue.

Chaque évènement s'écrit une fois par changement, hors de la boucle et par petits paquets ; un agenda n'est que ces
écritures mises bout à bout. Décision 0007.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final

import msgspec

from server.evenements import lectures as evenements
from server.evenements.parutions import Parution, lister_parutions
from server.evenements.regles import PREMIER_INSTANT, prochain_changement
from server.evenements.schemas import Filtres
from server.flux import atom, ecritures, ical, jsonfeed
from server.flux.ecritures import Suffixe
from server.flux.fil import Fil
from server.lieux import lectures as lieux
from server.socle.contexte import Contexte
from server.socle.documents import Brouillon
from server.socle.erreurs import Introuvable
from server.socle.textes import Langue, traduire
from server.structures import lectures as structures

PAR_PAGE: Final = 200
"""Entrées d'une page d'Atom ou de JSON Feed ; la suite est à l'adresse que donne `next`."""

LOT: Final = 20
"""Évènements lus et écrits d'un coup : assez peu pour ne faire attendre personne."""


class Format(msgspec.Struct, frozen=True, kw_only=True):
    """Une façon d'écrire un agenda."""

    suffixe: Suffixe
    type_contenu: str
    assembler: Callable[[Fil, Sequence[bytes]], list[bytes]]
    par_page: int | None = None
    dit_termine: bool = False
    """Ce qui est écrit d'un évènement change quand le temps le termine."""


ICAL: Final = Format(
    suffixe="ics",
    type_contenu=ical.TYPE_CONTENU,
    assembler=lambda fil, ecrits: [ical.ouvrir(fil.titre), *ecrits, ical.FERMER],
)
ATOM: Final = Format(
    suffixe="atom",
    type_contenu=atom.TYPE_CONTENU,
    assembler=lambda fil, ecrits: [atom.ouvrir(fil), *ecrits, atom.FERMER],
    par_page=PAR_PAGE,
)
JSON: Final = Format(
    suffixe="json",
    type_contenu=jsonfeed.TYPE_CONTENU,
    assembler=lambda fil, ecrits: [jsonfeed.ouvrir(fil), jsonfeed.SEPARER.join(ecrits), jsonfeed.FERMER],
    par_page=PAR_PAGE,
    dit_termine=True,
)
FORMATS: Final = (ICAL, ATOM, JSON)


class Perimetre(msgspec.Struct, frozen=True):
    """Ce dont un agenda parle."""

    nom: str
    """Celui de la commune, de la structure… ; vide pour l'agenda entier."""
    chemin: str
    """Sa page, et le début de l'adresse de ses flux."""
    filtres: Filtres
    etiquettes: frozenset[str]

    def page(self) -> str:
        """Un thème n'a pas de page à lui : l'agenda filtré la remplace."""
        return f"/?theme={self.filtres.theme}" if self.filtres.theme else self.chemin or "/"

    def adresse(self, suffixe: str) -> str:
        return f"{self.chemin}/agenda.{suffixe}"


async def perimetre_de(filtres: Filtres, url: str) -> Perimetre:
    """Le périmètre d'un seul filtre ; lève le refus de ce qui n'existe pas (commune, structure, cycle, thème)."""
    etiquettes = frozenset(("agenda", "territoire"))
    if filtres.commune is not None:
        commune = await lieux.lire_commune(filtres.commune)
        return Perimetre(commune.nom, f"/communes/{commune.code}", Filtres(commune=commune.code), etiquettes)
    if filtres.structure is not None:
        structure = await structures.lire_structure(filtres.structure)
        return Perimetre(structure.nom, f"/structures/{structure.slug}", filtres, etiquettes)
    if filtres.cycle is not None:
        cycle = await evenements.lire_cycle_etiquete(filtres.cycle, url)
        return Perimetre(cycle.vue.titre, f"/cycles/{cycle.vue.slug}", filtres, etiquettes | cycle.etiquettes)
    if filtres.theme is not None:
        theme = await evenements.lire_theme(filtres.theme)
        return Perimetre(theme.nom, f"/themes/{theme.slug}", filtres, etiquettes)
    return Perimetre("", "", Filtres(), etiquettes)


def dire_agenda(perimetre: Perimetre, reseau: str, langue: Langue) -> str:
    """« Agenda – Réseau de la coopération », « La Fabrique – Réseau de la coopération »."""
    nom = perimetre.nom or traduire(langue, "site.agenda")
    return traduire(langue, "flux.titre", nom=nom, reseau=reseau)


async def composer_agenda(
    contexte: Contexte, filtres: Filtres, forme: Format, langue: Langue, page: int, *, langue_dite: bool
) -> Brouillon:
    """L'agenda entier, en morceaux ; lève le refus de ce qui n'existe pas, et celui d'une page vide."""
    maintenant, url = contexte.horloge(), contexte.reglages.url
    perimetre = await perimetre_de(filtres, url)
    parutions = await lister_parutions(perimetre.filtres, maintenant, page, forme.par_page)
    if page > 1 and not parutions.elements:
        raise Introuvable()
    ecrits = await _ecrire_ce_qui_manque(contexte, forme, langue, parutions.elements, maintenant)
    territoire = await lieux.lire_territoire()
    reseau = territoire.reseau if territoire else traduire(langue, "site.nom")

    def adresse(de_la_page: int) -> str:
        dits = [f"langue={langue}"] * langue_dite + [f"page={de_la_page}"] * (de_la_page > 1)
        return url + perimetre.adresse(forme.suffixe) + (f"?{'&'.join(dits)}" if dits else "")

    fil = Fil(
        titre=dire_agenda(perimetre, reseau, langue),
        langue=langue,
        reseau=reseau,
        site=url,
        page=url + perimetre.page(),
        adresse=adresse(page),
        suivant=adresse(page + 1) if parutions.suite else None,
        modifie_le=parutions.modifie_le or PREMIER_INSTANT,
    )
    return Brouillon(
        corps=forme.assembler(fil, ecrits),
        type_contenu=forme.type_contenu,
        etiquettes=perimetre.etiquettes,
        perime_le=prochain_changement(
            maintenant, parutions.sortie_le, parutions.fin_le if forme.dit_termine else None
        ),
        entetes=(("content-language", langue),),
    )


async def _ecrire_ce_qui_manque(
    contexte: Contexte, forme: Format, langue: Langue, parutions: Sequence[Parution], maintenant: datetime
) -> list[bytes]:
    """Les écritures de ces évènements, dans leur ordre ; ce qui manque ou a changé s'écrit, le reste se reprend."""
    morceaux = contexte.morceaux
    ecrits: dict[int, bytes] = {}

    def manquent(dans: Sequence[Parution]) -> list[Parution]:
        """Reprend ce qui est déjà écrit ; rend le reste."""
        absents = []
        for parution in dans:
            garde = morceaux.prendre((forme.suffixe, langue, parution.id), _marque(parution, forme))
            if garde is None:
                absents.append(parution)
            else:
                ecrits[parution.id] = garde
        return absents

    absents = []
    for lot in _par_lots(parutions, 1000):
        absents += manquent(lot)
        await asyncio.sleep(0)
    # Un seul grand chantier à la fois ; un petit n'attend que le lot en cours.
    grand = len(absents) >= ecritures.A_PART
    async with morceaux.chantier if grand else contextlib.nullcontext():
        # Une autre demande a pu écrire ceux-ci pendant qu'on attendait.
        absents = manquent(absents)
        async with ecritures.ouvrir_atelier(len(absents)) as ecrire:
            for lot in _par_lots(absents, LOT):
                async with morceaux.verrou:
                    restent = manquent(lot)
                    if not restent:
                        continue
                    vues = await evenements.lire_publics(
                        [p.id for p in restent], maintenant, contexte.reglages.url
                    )
                    neufs = await ecrire(forme.suffixe, langue, vues)
                    for parution in restent:
                        if (neuf := neufs.get(parution.id)) is not None:
                            ecrits[parution.id] = neuf
                            morceaux.garder(
                                (forme.suffixe, langue, parution.id), _marque(parution, forme), neuf
                            )
    return [ecrit for parution in parutions if (ecrit := ecrits.get(parution.id))]


def _marque(parution: Parution, forme: Format) -> str:
    return f"{parution.marque} termine" if forme.dit_termine and parution.termine else parution.marque


def _par_lots(elements: Sequence[Parution], combien: int) -> Iterator[Sequence[Parution]]:
    for debut in range(0, len(elements), combien):
        yield elements[debut : debut + combien]
