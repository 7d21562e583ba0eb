"""Chercher une denrée, la lire."""

from typing import Any, Final

from server.banquets.denrees.erreurs import DenreeInconnue
from server.banquets.denrees.schemas import IngredientVue
from server.banquets.tables import Ingredient
from server.comptes.schemas import Auteur
from server.socle.base import lecture
from server.socle.textes import ressemblance
from server.structures.lectures import roles_de
from server.structures.permissions import Roles
from server.structures.regles import est_un_slug

CHOIX_MAX: Final = 20


def _select() -> Any:
    i = Ingredient
    return i.select(
        i.id, i.slug, i.version, i.nom, i.nom_plie, i.famille, i.unite, i.dechet_milliemes, i.rendement_milliemes,
        i.masse_piece_g, i.densite_milliemes, i.allergenes, i.animal, i.saison, i.hors_france, i.source,
        i.structure, i.structure.slug.as_alias("structure_slug"), i.structure.nom.as_alias("structure_nom"),
    ).order_by(i.nom_plie, i.slug)  # fmt: skip


@lecture
async def chercher_ingredients(auteur: Auteur, q: str) -> list[IngredientVue]:
    """Vingt denrées au plus, celles dont le nom commence ainsi d'abord : celles de la maison, et du réseau entier.

    Chaque mot cherché est dans le nom, à une faute près ; le pluriel et les accents ne comptent pas.
    """
    roles = await roles_de(auteur.compte)
    # Quelques centaines de lignes : elles se trient ici, fautes comprises.
    trouvees = []
    for ligne in await _select():
        note = ressemblance(q, ligne["nom_plie"])
        if note is not None:
            trouvees.append((note, ligne))
    trouvees.sort(key=lambda trouvee: trouvee[0])
    return [_vue(ligne, auteur, roles) for _, ligne in trouvees[:CHOIX_MAX]]


@lecture
async def lire_denree(auteur: Auteur, slug: str) -> IngredientVue:
    """La fiche d'une denrée ; lève `DenreeInconnue`."""
    return _vue(await trouver_denree(slug), auteur, await roles_de(auteur.compte))


async def trouver_denree(slug: str) -> dict[str, Any]:
    ligne = await _select().where(Ingredient.slug == slug).first() if est_un_slug(slug) else None
    if ligne is None:
        raise DenreeInconnue()
    return dict(ligne)


def peut_corriger(ligne: dict[str, Any], auteur: Auteur, roles: Roles) -> bool:
    """Vrai pour les membres de la structure qui l'a ajoutée, et pour qui veille sur l'installation."""
    structure = ligne["structure"]
    return structure is not None and (auteur.est_operateur or structure in roles)


def _vue(ligne: dict[str, Any], auteur: Auteur, roles: Roles) -> IngredientVue:
    return IngredientVue(
        **{
            champ: ligne[champ]
            for champ in (
                "slug", "version", "nom", "famille", "unite", "dechet_milliemes", "rendement_milliemes",
                "masse_piece_g", "densite_milliemes", "allergenes", "animal", "saison", "hors_france", "source",
                "structure_nom",
            )
        },
        structure=ligne["structure_slug"],
        modifiable=peut_corriger(ligne, auteur, roles),
    )  # fmt: skip
