"""Ce que contient un plat, à qui il convient, ce qui est de saison. Des règles pures."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from server.banquets.menus.schemas import EtatAllergenes, PlatDemande, Saison
from server.socle.erreurs import ErreurDeChamp

REGIMES: Final = (
    "vegetarien", "vegetalien", "sans_gluten", "sans_lactose", "sans_porc", "halal", "casher",
)  # fmt: skip
AFFIRMES: Final = frozenset(("halal", "casher"))
"""Ceux qu'aucun ingrédient ne dit : quelqu'un les affirme. Un plat sans chair se demande ; une viande tue n'est pas servie."""
LIGNES_MAX: Final = 600
"""Lignes d'un menu, tous plats ensemble : trente plats de vingt denrées. Au-delà, un papier se compose en dizaines de secondes."""
CHAIRS: Final = frozenset(("poissons", "crustaces", "mollusques"))

Convenance = Literal["oui", "a_confirmer", "non"]


class Contenu(msgspec.Struct, frozen=True):
    """Ce que l'on sait d'un plat, sans ses quantités."""

    allergenes: frozenset[str]
    regimes: frozenset[str]
    etat: EtatAllergenes


def fait_l_assiette(ligne: Mapping[str, Any]) -> tuple[frozenset[str], frozenset[str]]:
    """Ce qui, d'une denrée, compte pour qui mange : ses allergènes et ce qu'elle a d'animal."""
    return frozenset(ligne["allergenes"]), frozenset(ligne["animal"])


def contenu(
    ingredients: Sequence[tuple[Collection[str], Collection[str]]],
    ajoutes: Collection[str],
    retires: Collection[str],
    regimes_ajoutes: Collection[str],
    *,
    confirme: bool,
) -> Contenu:
    """Allergènes et régimes d'un plat, de ses ingrédients (allergènes, animal) et de ce qu'une personne en dit.

    Un allergène retiré l'est pour les allergies ; il ne rend pas un plat végétalien : ce qui vient d'un animal ne se
    retire pas d'une case. Sans ingrédient, rien ne se déduit : seul ce qui est affirmé compte. Une affirmation que les
    ingrédients démentent ne compte plus : la denrée a pu changer depuis qu'on l'a faite.
    """
    deduits = frozenset(code for allergenes, _ in ingredients for code in allergenes)
    animal = frozenset(code for _, codes in ingredients for code in codes)
    dits = deduits | frozenset(ajoutes)
    allergenes = dits - frozenset(retires)
    regimes = frozenset(regimes_ajoutes)
    if ingredients:
        if regimes:
            regimes = regimes.difference(regimes_contredits(ingredients, ajoutes, retires, regimes_ajoutes))
        regimes = regimes | _deduits(allergenes, dits, animal)
    etat: EtatAllergenes = "confirmes" if confirme else "deduits" if ingredients or ajoutes else "pas_remplis"
    return Contenu(allergenes, regimes, etat)


def _deduits(allergenes: frozenset[str], dits: frozenset[str], animal: frozenset[str]) -> frozenset[str]:
    """Halal et casher n'en sont jamais : ils s'affirment."""
    regimes = set()
    if "gluten" not in allergenes:
        regimes.add("sans_gluten")
    if "lait" not in allergenes:
        regimes.add("sans_lactose")
    if not animal & {"porc", "gelatine"}:  # la gélatine est de porc, sauf si l'on sait le contraire
        regimes.add("sans_porc")
    if not animal & {"viande", "porc", "gelatine"} and not dits & CHAIRS:
        regimes.add("vegetarien")
        if not dits & {"lait", "oeufs"} and "miel" not in animal:
            regimes.add("vegetalien")
    return frozenset(regimes)


def regimes_contredits(
    ingredients: Sequence[tuple[Collection[str], Collection[str]]],
    ajoutes: Collection[str],
    retires: Collection[str],
    affirmes: Iterable[str],
) -> list[str]:
    """Les régimes affirmés que les ingrédients démentent."""
    if not ingredients:
        return []
    deduit = contenu(ingredients, ajoutes, retires, (), confirme=False)
    animal = {code for _, codes in ingredients for code in codes}
    dits = {code for allergenes, _ in ingredients for code in allergenes} | set(ajoutes)
    contredits = []
    for regime in affirmes:
        if regime == "halal":
            faux = bool(animal & {"porc", "alcool"})
        elif regime == "casher":
            faux = bool(
                "porc" in animal
                or dits & {"crustaces", "mollusques"}
                or ("viande" in animal and "lait" in dits)
            )
        else:
            faux = regime not in deduit.regimes
        if faux:
            contredits.append(regime)
    return contredits


def convient(plat: Contenu, regimes: Collection[str], allergenes: Collection[str]) -> Convenance:
    """Si ce plat convient à un convive qui a, ensemble, ces régimes et ces allergènes.

    `a_confirmer` : rien ne s'y oppose, mais personne n'a relu ce que contient le plat. Un régime que l'on ne sait pas
    lire (« autre ») se demande aussi, et halal ou casher pour un plat sans chair où personne ne l'affirme.
    """
    if not regimes and not allergenes:
        return "oui"
    if plat.allergenes & set(allergenes):
        return "non"
    connus = {regime for regime in regimes if regime in REGIMES}
    if plat.etat == "pas_remplis":
        return "a_confirmer"
    manquants = connus - plat.regimes
    if manquants and not (manquants <= AFFIRMES and "vegetarien" in plat.regimes):
        return "non"
    sur = not manquants and plat.etat == "confirmes" and len(connus) == len(set(regimes))
    return "oui" if sur else "a_confirmer"


def saison_de(mois: Collection[int], *, hors_france: bool, mois_du_repas: int) -> Saison:
    """Où en est la récolte, ce mois-là, en France."""
    if hors_france:
        return "hors_france"
    if not mois:
        return "sans_saison"
    if mois_du_repas in mois:
        return "de_saison"
    return "avance_possible" if mois_du_repas % 12 + 1 in mois else "hors_saison"


def verifier_menu(plats: Sequence[PlatDemande]) -> list[ErreurDeChamp]:
    """Tout ce qui ne va pas dans ce menu, sans regarder la base."""
    erreurs = []
    if sum(len(plat.lignes) for plat in plats) > LIGNES_MAX:
        erreurs.append(ErreurDeChamp("plats", "menu_trop_long", {"nombre": LIGNES_MAX}))
    par_id = {plat.id: plat for plat in plats}
    vus: set[UUID] = set()
    for rang, plat in enumerate(plats):
        ici = f"plats.{rang}"
        if plat.id in vus:
            erreurs.append(ErreurDeChamp(f"{ici}.id", "repete"))
        vus.add(plat.id)
        if not plat.nom.strip():
            erreurs.append(ErreurDeChamp(f"{ici}.nom", "manquant"))
        if set(plat.allergenes_ajoutes) & set(plat.allergenes_retires):
            erreurs.append(ErreurDeChamp(f"{ici}.allergenes_retires", "allergene_ajoute_et_retire"))
        remplace = par_id.get(plat.remplace) if plat.remplace is not None else None
        if plat.remplace is not None and (
            remplace is None or remplace.remplace is not None or remplace.id == plat.id
        ):
            erreurs.append(ErreurDeChamp(f"{ici}.remplace", "plat_remplace_inconnu"))
        if (
            plat.cueillette
            and plat.remplace is None
            and plat.part_milliemes == 1000
            and plat.service == "plat"
        ):
            # Servie à part : qui n'en veut pas doit pouvoir manger autre chose.
            autres = [p for p in plats if p.id != plat.id and p.service == "plat" and not p.cueillette]
            if not autres:
                erreurs.append(ErreurDeChamp(f"{ici}.cueillette", "cueillette_a_part"))
        for n, ligne in enumerate(plat.lignes):
            if ligne.adulte_milli == ligne.enfant_milli == 0:
                erreurs.append(ErreurDeChamp(f"{ici}.lignes.{n}.adulte_milli", "part_nulle"))
        variantes = sum(p.part_milliemes for p in plats if p.remplace == plat.id and p.id != plat.id)
        if plat.remplace is None and variantes > plat.part_milliemes:
            erreurs.append(ErreurDeChamp(f"{ici}.part_milliemes", "variantes_trop_servies"))
    return erreurs
