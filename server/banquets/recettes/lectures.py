"""Chercher une recette, la lire."""

from collections.abc import Sequence
from typing import Any, Final

from server.banquets.menus import regles
from server.banquets.menus.lectures import ORDRE_ALLERGENES
from server.banquets.menus.schemas import RecetteCitee, Service
from server.banquets.recettes.erreurs import RecetteInconnue
from server.banquets.recettes.schemas import RecetteBreve, RecetteLigneVue, RecetteVue
from server.banquets.tables import Recette, RecetteLigne
from server.comptes.schemas import Auteur
from server.socle.base import lecture
from server.socle.textes import ressemblance
from server.structures.lectures import roles_de
from server.structures.permissions import Roles
from server.structures.regles import est_un_slug

CHOIX_MAX: Final = 50


def _select() -> Any:
    r = Recette
    return r.select(
        *r.all_columns(),
        r.structure.slug.as_alias("structure_slug"),
        r.structure.nom.as_alias("structure_nom"),
    )


@lecture
async def chercher_recettes(q: str = "", service: Service | None = None) -> list[RecetteBreve]:
    """Cinquante recettes au plus, celles qui répondent le mieux d'abord : par le titre, puis par un ingrédient."""
    requete = _select().order_by(Recette.titre_plie, Recette.slug)
    if service is not None:
        requete = requete.where(Recette.service == service)
    lignes = await requete
    par_recette = await _lignes_de([ligne["id"] for ligne in lignes])
    trouvees = []
    for ligne in lignes:
        ingredients = par_recette.get(ligne["id"], [])
        note = ressemblance(q, ligne["titre_plie"])
        rang = 0
        if note is None:
            note = ressemblance(q, " ".join([ligne["titre_plie"], *(i["nom_plie"] for i in ingredients)]))
            rang = 1
        if note is not None:
            trouvees.append(((rang, note), ligne, ingredients))
    trouvees.sort(key=lambda trouvee: trouvee[0])
    return [_breve(ligne, ingredients) for _, ligne, ingredients in trouvees[:CHOIX_MAX]]


@lecture
async def lire_recette(auteur: Auteur, slug: str) -> RecetteVue:
    """La recette entière ; lève `RecetteInconnue`."""
    ligne = await trouver_recette(slug)
    ingredients = (await _lignes_de([ligne["id"]])).get(ligne["id"], [])
    source = await _select().where(Recette.id == ligne["derivee_de"]).first() if ligne["derivee_de"] else None
    contenu = _contenu(ingredients)
    return RecetteVue(
        **{
            champ: ligne[champ]
            for champ in (
                "slug", "version", "titre", "service", "description", "notes_echelle", "structure_nom", "licence",
                "cree_le", "modifie_le",
            )
        },
        structure=ligne["structure_slug"],
        derivee_de=RecetteCitee(source["slug"], source["titre"], source["structure_nom"], source["licence"])
        if source
        else None,
        derivees=await compter_derivees(ligne["id"]),
        lignes=[
            RecetteLigneVue(
                i["slug"], i["nom"], i["unite"], i["adulte_milli"], i["enfant_milli"], i["etat"], i["note"]
            )
            for i in ingredients
        ],
        allergenes=_allergenes(contenu),
        regimes=_regimes(contenu),
        modifiable=peut_corriger(ligne, auteur, await roles_de(auteur.compte)),
    )  # fmt: skip


async def trouver_recette(slug: str) -> dict[str, Any]:
    ligne = await _select().where(Recette.slug == slug).first() if est_un_slug(slug) else None
    if ligne is None:
        raise RecetteInconnue()
    return dict(ligne)


async def compter_derivees(recette: int) -> int:
    return int(await Recette.count().where(Recette.derivee_de == recette))


def peut_corriger(ligne: dict[str, Any], auteur: Auteur, roles: Roles) -> bool:
    """Vrai pour les membres de la structure qui l'a écrite, et pour qui veille sur l'installation."""
    return auteur.est_operateur or ligne["structure"] in roles


async def _lignes_de(recettes: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    if not recettes:
        return {}
    rl = RecetteLigne
    lignes = (
        await rl.select(
            rl.recette, rl.adulte_milli, rl.enfant_milli, rl.etat, rl.note,
            rl.ingredient.slug.as_alias("slug"), rl.ingredient.nom.as_alias("nom"),
            rl.ingredient.nom_plie.as_alias("nom_plie"), rl.ingredient.unite.as_alias("unite"),
            rl.ingredient.allergenes.as_alias("allergenes"), rl.ingredient.animal.as_alias("animal"),
        )
        .where(rl.recette.is_in(list(recettes)))
        .order_by(rl.recette, rl.rang)
    )  # fmt: skip
    par_recette: dict[int, list[dict[str, Any]]] = {}
    for ligne in lignes:
        par_recette.setdefault(ligne["recette"], []).append(ligne)
    return par_recette


def _breve(ligne: dict[str, Any], ingredients: Sequence[dict[str, Any]]) -> RecetteBreve:
    contenu = _contenu(ingredients)
    return RecetteBreve(
        slug=ligne["slug"],
        titre=ligne["titre"],
        service=ligne["service"],
        structure_nom=ligne["structure_nom"],
        ingredients=list(dict.fromkeys(i["nom"] for i in ingredients)),
        allergenes=_allergenes(contenu),
        regimes=_regimes(contenu),
        modifie_le=ligne["modifie_le"],
    )


def _contenu(ingredients: Sequence[dict[str, Any]]) -> regles.Contenu:
    return regles.contenu([regles.fait_l_assiette(i) for i in ingredients], (), (), (), confirme=False)


def _allergenes(contenu: regles.Contenu) -> list[str]:
    return [code for code in ORDRE_ALLERGENES if code in contenu.allergenes]


def _regimes(contenu: regles.Contenu) -> list[str]:
    return [regime for regime in regles.REGIMES if regime in contenu.regimes]
