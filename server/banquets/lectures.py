"""Ce que l'on demande à un banquet, avant son menu, ses achats ou ses convives."""

from datetime import datetime
from uuid import UUID

from server.banquets.acces import ouvrir_banquet
from server.banquets.cuisine.lectures import marque_d_auteur
from server.banquets.regles import temps_du_repas
from server.banquets.schemas import BanquetTete
from server.comptes.schemas import Auteur
from server.evenements.tables import Moment
from server.socle.base import lecture
from server.socle.secrets import Clef


@lecture
async def lire_tete(auteur: Auteur, moment: UUID, clef: Clef, maintenant: datetime) -> BanquetTete:
    """De quel évènement est ce banquet, quand et où il se tient, et ce que la personne y peut ; même retiré."""
    ouvert = await ouvrir_banquet(auteur, moment, meme_retire=True)
    (ligne,) = await Moment.raw(
        "SELECT e.titre, e.statut, m.titre AS moment_titre, l.nom AS lieu_nom, c.nom AS commune_nom, "
        "(m.retire_le IS NOT NULL OR m.genre <> 'banquet') AS retire "
        "FROM moment m JOIN evenement e ON e.id = m.evenement LEFT JOIN lieu l ON l.id = e.lieu "
        "LEFT JOIN commune c ON c.code = l.commune WHERE m.id = {}",
        moment,
    )
    retire = bool(ligne.pop("retire"))
    return BanquetTete(
        retire=retire,
        moment=ouvert.moment,
        evenement=ouvert.slug,
        debut=ouvert.debut,
        fin=ouvert.fin,
        # Retiré du programme, personne n'y mangera non plus.
        temps=temps_du_repas("annule" if retire else ligne["statut"], ouvert.debut, ouvert.fin, maintenant),
        organise=ouvert.organise,
        auteur=marque_d_auteur(clef, moment, compte=auteur.compte),
        **ligne,
    )


@lecture
async def lister_menus_publics(evenement: int) -> list[UUID]:
    """Les banquets de cet évènement dont le menu est écrit et se lit sur sa page, dans l'ordre."""
    lignes = await Moment.raw(
        "SELECT m.id FROM moment m JOIN banquet b ON b.moment = m.id WHERE m.evenement = {} AND m.retire_le IS NULL "
        "AND m.genre = 'banquet' AND b.menu_public AND EXISTS (SELECT 1 FROM plat p WHERE p.banquet = b.id) "
        "ORDER BY m.rang",
        evenement,
    )
    return [ligne["id"] if isinstance(ligne["id"], UUID) else UUID(str(ligne["id"])) for ligne in lignes]


@lecture
async def lister_banquets(evenement: int) -> list[UUID]:
    """Les banquets de cet évènement, écrits ou non."""
    lignes = await Moment.select(Moment.id).where(
        Moment.evenement == evenement, Moment.genre == "banquet", Moment.retire_le.is_null()
    )
    return [ligne["id"] for ligne in lignes]
