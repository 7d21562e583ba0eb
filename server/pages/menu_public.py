"""Ce que la page d'un évènement dit de son banquet : les plats, d'où ils viennent, ce qu'ils contiennent, ce qu'ils coûtent.

Le même menu que la carte posée sur les tables (`papiers_de_cuisine.carte_du_menu`) : on ne lit pas deux menus différents.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from server.banquets.acces import etiquette_du_menu
from server.banquets.achats.lectures import lire_ce_qui_est_public
from server.banquets.achats.schemas import RepasPublic, VueComptes
from server.banquets.achats.services import ETIQUETTE_PRODUCTEURS
from server.banquets.lectures import lister_banquets, lister_menus_publics
from server.banquets.regles import Temps, temps_du_repas
from server.inscriptions.cuisine.lectures import lire_cuisine
from server.inscriptions.cuisine.schemas import VueCuisine
from server.pages.carte_du_menu import ServiceDeLaCarte
from server.pages.papiers_de_cuisine import carte_du_menu, dire_allergenes
from server.socle import mots
from server.socle.secrets import Clef
from server.socle.textes import Langue, traduire

Parle = Literal["a_venir", "passe", "annule"]
"""Le temps des verbes. Le jour même se dit comme la veille : on n'a pas encore mangé."""


class MenuDit(msgspec.Struct, frozen=True, kw_only=True):
    """Le menu d'un banquet, en phrases."""

    moment: UUID
    parle: Parle
    titre: str
    """Celui du moment, quand l'évènement a plusieurs banquets."""
    services: tuple[ServiceDeLaCarte, ...]
    allergenes: tuple[tuple[str, str], ...]
    """Plat → ce qu'il contient."""
    relus: bool
    """Quelqu'un a relu les allergènes de tous les plats."""
    chiffres: tuple[str, ...]
    comptes: tuple[str, ...]


class MenusDits(msgspec.Struct, frozen=True):
    """Les menus publics d'un évènement, et ce qui les périme."""

    menus: tuple[MenuDit, ...]
    etiquettes: frozenset[str]


async def lire_menus(
    evenement: int, clef: Clef, langue: Langue, maintenant: datetime, *, fin: datetime | None
) -> MenusDits:
    """Les menus que l'équipe a rendus publics. Une fois le repas passé, ce qui a été pesé et compté se dit.

    `fin` est celle de l'évènement : un repas dont personne n'a dit la fin s'arrête avec lui.
    """
    banquets = await lister_banquets(evenement)
    publics = await lister_menus_publics(evenement)
    menus = []
    for moment in publics:
        vue = await lire_cuisine(moment, clef, langue, maintenant)
        repas = await lire_ce_qui_est_public(moment, vue.repas.debut, maintenant)
        temps = temps_du_repas(vue.repas.statut, vue.repas.debut, vue.repas.fin or fin, maintenant)
        menus.append(dire_menu(vue, repas, langue, moment=moment, temps=temps, seul=len(publics) == 1))
    etiquettes = {etiquette_du_menu(moment) for moment in banquets}
    return MenusDits(tuple(menus), frozenset(etiquettes | ({ETIQUETTE_PRODUCTEURS} if publics else set())))


def dire_menu(
    vue: VueCuisine, repas: RepasPublic, langue: Langue, *, moment: UUID, temps: Temps, seul: bool
) -> MenuDit:
    """Met un menu en phrases. D'un repas annulé, il ne reste que ce qu'on y aurait mangé."""
    parle: Parle = "a_venir" if temps == "jour" else temps
    passe, annule = temps == "passe", temps == "annule"
    return MenuDit(
        moment=moment,
        parle=parle,
        titre="" if seul else vue.repas.titre,
        services=tuple(carte_du_menu(vue, langue).services),
        allergenes=tuple((plat.nom, dire_allergenes(langue, plat)) for plat in vue.menu.plats),
        relus=all(plat.etat_allergenes == "confirmes" for plat in vue.menu.plats),
        chiffres=() if annule else tuple(_chiffres(vue, repas, langue, passe=passe)),
        comptes=tuple(_comptes(repas.comptes, langue, passe=passe)) if repas.comptes and not annule else (),
    )


def _chiffres(vue: VueCuisine, repas: RepasPublic, langue: Langue, *, passe: bool) -> Iterator[str]:
    chiffres = repas.chiffres

    def dire(cle: str, **valeurs: object) -> str:
        return traduire(langue, f"menu_public.{cle}", **valeurs)

    parts = (
        ("bio", chiffres.bio_milliemes),
        ("egalim", chiffres.egalim_milliemes),
        ("circuit_court", chiffres.circuit_court_milliemes),
        ("de_saison", chiffres.de_saison_milliemes),
    )
    for cle, milliemes in parts:
        if milliemes is not None:
            yield dire(cle, part=mots.pourcent(langue, milliemes))
    for local in chiffres.locaux:
        ou = dire(f"local.{local.definition}", km=local.km)
        yield dire("local_part", part=mots.pourcent(langue, local.milliemes), ou=ou)
    for venu in chiffres.sans_achat:
        if venu.masse_g:
            yield dire(f"sans_achat.{venu.genre}", masse=mots.masse(langue, venu.masse_g))
        else:
            yield dire(f"sans_achat_lignes.{venu.genre}", n=venu.lignes)
    if chiffres.sans_prix and chiffres.achats > chiffres.sans_prix:
        yield dire("sans_prix", n=chiffres.sans_prix)
    if passe and vue.pesees.par_convive_g is not None and vue.pesees.grammes:
        yield dire("restes", grammes=mots.nombre(langue, vue.pesees.par_convive_g))


def _comptes(comptes: VueComptes, langue: Langue, *, passe: bool) -> Iterator[str]:
    parle = "passe" if passe else "a_venir"

    def dire(cle: str, **valeurs: object) -> str:
        return traduire(langue, f"menu_public.{cle}", **valeurs)

    def euros(centimes: int) -> str:
        return mots.montant(langue, centimes)

    if comptes.cout_adulte_centimes is not None:
        yield dire(
            f"{'revient' if comptes.cout_enfant_centimes is None else 'revient_enfant'}.{parle}",
            adulte=euros(comptes.cout_adulte_centimes),
            enfant=euros(comptes.cout_enfant_centimes or 0),
        )
    if comptes.conseille_centimes is not None:
        yield dire("conseille", montant=euros(comptes.conseille_centimes))
    if comptes.sans_prix:
        yield dire("revient_minimum")
    if passe:
        yield dire(
            "recueilli", recueilli=euros(comptes.recueilli_centimes), revient=euros(comptes.revient_centimes)
        )
        if comptes.manque_centimes:
            yield dire("manque", montant=euros(comptes.manque_centimes))
        if comptes.pot_solidaire_centimes:
            yield dire("pot", montant=euros(comptes.pot_solidaire_centimes))
