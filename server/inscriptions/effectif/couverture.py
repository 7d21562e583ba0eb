"""Ce que le menu a pour chaque convive qui a des besoins. Pur : des plats et des nombres, personne.

Un besoin est un tout : « végétalien et sans gluten » se regarde ensemble, jamais l'un puis l'autre.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from server.banquets.menus.echelle import PlatAEchelle, convives_par_plat
from server.banquets.menus.regles import Contenu, Convenance, convient
from server.banquets.menus.schemas import PlatVue
from server.banquets.quantites import Convives
from server.inscriptions.effectif.phrases import dire_besoin
from server.inscriptions.effectif.schemas import (
    AssietteVue,
    Besoin,
    BesoinCouvert,
    CouvertureVue,
    GenreAnnonce,
    Parts,
    PlatServi,
    ServiceCouvert,
    VarianteServie,
)
from server.socle.textes import Langue, traduire

PRINCIPAL: Final = "plat"
SANS_ENJEU: Final = frozenset(("aperitif", "boisson"))
"""Ce dont on se passe sans manquer de repas : montré, jamais une alerte."""


def couvrir(
    langue: Langue,
    version: int,
    plats: Sequence[PlatVue],
    besoins: Iterable[Besoin],
    en_trop: Iterable[Besoin],
    parts: Parts,
) -> CouvertureVue:
    """Pour chaque besoin combiné, ce qui lui convient à chaque service ; et ce qui manque, en phrases.

    `parts` : toutes celles du banquet, pour comparer ce qu'une variante prévoit à ceux qui en ont besoin. Ce que des
    foyers décrivent au-delà de leurs parts est regardé aussi, hors compte : une allergie dite n'est jamais oubliée.
    """
    dits = [*((besoin, False) for besoin in besoins), *((besoin, True) for besoin in en_trop)]
    couverts = [_couvrir_besoin(langue, plats, besoin, hors_compte=hors) for besoin, hors in dits]
    variantes = _variantes(plats, [besoin for besoin, hors in dits if not hors], parts)
    sans_plat = _combien(couverts, "non")
    a_confirmer = _combien(couverts, "a_confirmer")
    phrases = [phrase for couvert in couverts for phrase in couvert.phrases]
    phrases += [
        traduire(langue, "couverture.variante", n=v.demandees, nom=v.nom, prevues=v.prevues)
        for v in variantes
        if v.demandees > v.prevues
    ]
    return CouvertureVue(version, couverts, sans_plat, a_confirmer, variantes, phrases)


def servir_une_assiette(
    plats: Sequence[PlatVue], regimes: Collection[str], allergenes: Collection[str]
) -> list[PlatServi]:
    """Ce qu'on pose devant ce convive : à chaque service, tous les plats qui lui conviennent, une variante à la place
    du plat qu'elle remplace. Un service où rien ne va est dit : l'assiette y reste vide. Une cueillette se sert à part, à
    qui la demande : elle n'est jamais posée.
    """
    servis = []
    a_poser = [plat for plat in plats if not plat.cueillette]
    for service in _services(a_poser):
        poses = []
        for plat in _de_tous(a_poser, service):
            choisi = _pour(plat, plats, regimes, allergenes)
            if choisi is not None:
                poses.append(choisi)
        if poses:
            servis += [PlatServi(service, plat.id, plat.nom, convenance) for plat, convenance in poses]
        else:
            servis.append(PlatServi(service, None, "", "non"))
    return servis


def servir(
    plats: Sequence[PlatVue], code: str, besoin: Besoin, *, a_revoir: bool, genre: GenreAnnonce | None
) -> AssietteVue:
    """La ligne d'une assiette à part : son code, ce qu'on y pose."""
    return AssietteVue(
        code=code,
        age=besoin.age,
        nombre=besoin.nombre,
        regimes=besoin.regimes,
        allergenes=besoin.allergenes,
        genre=genre,
        a_revoir=a_revoir,
        plats=servir_une_assiette(plats, besoin.regimes, besoin.allergenes),
    )


def _couvrir_besoin(
    langue: Langue, plats: Sequence[PlatVue], besoin: Besoin, *, hors_compte: bool
) -> BesoinCouvert:
    services = [_couvrir_service(plats, service, besoin) for service in _services(plats)]
    dit = dire_besoin(langue, besoin)
    phrases = []
    for couvert in services:
        if couvert.convenance == "oui" or couvert.service in SANS_ENJEU:
            continue
        suite = "aucun" if couvert.convenance == "non" else "a_confirmer"
        manque = traduire(langue, f"couverture.{suite}.{couvert.service}", n=besoin.nombre)
        phrases.append(traduire(langue, "couverture.phrase", besoin=dit, manque=manque))
    return BesoinCouvert(
        age=besoin.age,
        regimes=besoin.regimes,
        allergenes=besoin.allergenes,
        nombre=besoin.nombre,
        hors_compte=hors_compte,
        dit=dit,
        services=services,
        phrases=phrases,
    )


def _couvrir_service(plats: Sequence[PlatVue], service: str, besoin: Besoin) -> ServiceCouvert:
    juges = [
        (plat, convient(_contenu(plat), besoin.regimes, besoin.allergenes))
        for plat in plats
        if plat.service == service
    ]
    for convenance in ("oui", "a_confirmer"):
        bons = tuple(plat.id for plat, juge in juges if juge == convenance)
        if bons:
            return ServiceCouvert(service, convenance, bons)
    return ServiceCouvert(service, "non", ())


def _variantes(plats: Sequence[PlatVue], besoins: Sequence[Besoin], parts: Parts) -> list[VarianteServie]:
    """Chaque variante : les parts que comptent les quantités, et combien de convives ne peuvent manger qu'elle."""
    prevues = convives_par_plat(
        [PlatAEchelle(plat.id, plat.remplace, plat.part_milliemes, ()) for plat in plats],
        Convives(parts.adultes, parts.enfants),
    )
    demandees = {plat.id: 0 for plat in plats if plat.remplace is not None}
    for besoin in besoins:
        if besoin.age == "tout_petit":
            continue
        for plat in plats:
            if plat.remplace is None:
                choisi = _pour(plat, plats, besoin.regimes, besoin.allergenes)
                if choisi is not None and choisi[0].id in demandees:
                    demandees[choisi[0].id] += besoin.nombre
    return [
        VarianteServie(
            plat=plat.id,
            nom=plat.nom,
            prevues=prevues[plat.id].adultes + prevues[plat.id].enfants,
            demandees=demandees[plat.id],
        )
        for plat in plats
        if plat.remplace is not None
    ]


def _pour(
    plat: PlatVue, plats: Sequence[PlatVue], regimes: Collection[str], allergenes: Collection[str]
) -> tuple[PlatVue, Convenance] | None:
    """Le plat, ou celle de ses variantes qui va ; ce qui est sûr passe avant ce qui est à confirmer."""
    candidats = [plat, *(autre for autre in plats if autre.remplace == plat.id)]
    juges = [(candidat, convient(_contenu(candidat), regimes, allergenes)) for candidat in candidats]
    for convenance in ("oui", "a_confirmer"):
        for juge in juges:
            if juge[1] == convenance:
                return juge
    return None


def _combien(couverts: Iterable[BesoinCouvert], convenance: Convenance) -> int:
    """Combien de convives ont ce plat principal-là : aucun, ou seulement à confirmer."""
    return sum(
        couvert.nombre
        for couvert in couverts
        if not couvert.hors_compte
        and couvert.age != "tout_petit"
        and any(s.service == PRINCIPAL and s.convenance == convenance for s in couvert.services)
    )


def _services(plats: Iterable[PlatVue]) -> list[str]:
    """Les services du menu, dans son ordre."""
    return list(dict.fromkeys(plat.service for plat in plats))


def _de_tous(plats: Iterable[PlatVue], service: str) -> list[PlatVue]:
    return [plat for plat in plats if plat.service == service and plat.remplace is None]


def _contenu(plat: PlatVue) -> Contenu:
    return Contenu(frozenset(plat.allergenes), frozenset(plat.regimes), plat.etat_allergenes)
