"""Porter le référentiel dans la base."""

from datetime import datetime
from typing import Any, Final

from server.banquets.menus.regles import fait_l_assiette
from server.banquets.menus.services import retirer_les_confirmations
from server.banquets.referentiel.lectures import Denree, lire_denrees
from server.banquets.tables import Ingredient
from server.socle.base import ecriture
from server.socle.textes import plier

PLIE_MAX: Final = 140
SOURCE_MAX: Final = 200


@ecriture
async def charger_referentiel(maintenant: datetime) -> int:
    """Ajoute ou corrige les denrées de la maison ; rend combien ont changé. Recommencer ne change rien.

    Une denrée ajoutée par une structure n'est jamais touchée, même si elle porte le nom d'une autre. Une denrée qui a
    quitté le fichier reste : des menus s'en servent. Si ce qu'elle contient change, les plats où elle entre se relisent.
    """
    connues = {ligne["slug"]: ligne for ligne in await Ingredient.select()}
    changees = 0
    for denree in lire_denrees():
        colonnes = _colonnes(denree)
        ligne = connues.get(denree.slug)
        if ligne is None:
            lignes = (
                await Ingredient.insert(Ingredient(slug=denree.slug, modifie_le=maintenant, **colonnes))
                .on_conflict(target=Ingredient.slug, action="DO NOTHING")
                .returning(Ingredient.id)
            )
            changees += len(lignes)
        elif ligne["structure"] is None and any(ligne[cle] != valeur for cle, valeur in colonnes.items()):
            voulues: dict[Any, Any] = {**colonnes, "modifie_le": maintenant}
            await Ingredient.update(voulues).where(Ingredient.id == ligne["id"])
            if fait_l_assiette(ligne) != fait_l_assiette(colonnes):
                await retirer_les_confirmations(ligne["id"], maintenant)
            changees += 1
    return changees


def _colonnes(denree: Denree) -> dict[str, Any]:
    return {
        "nom": denree.nom,
        "nom_plie": plier(denree.nom)[:PLIE_MAX],
        "famille": denree.famille,
        "unite": denree.unite,
        "dechet_milliemes": denree.dechet_milliemes,
        "rendement_milliemes": denree.rendement_milliemes,
        "masse_piece_g": denree.masse_piece_g,
        "densite_milliemes": denree.densite_milliemes,
        "allergenes": list(denree.allergenes),
        "animal": list(denree.animal),
        "saison": list(denree.saison),
        "hors_france": denree.hors_france,
        "source": f"{denree.source} (certitude {denree.certitude})"[:SOURCE_MAX],
    }
