"""Ce que l'on demande à un banquet, avant son menu, ses achats ou ses convives."""

from uuid import UUID

from server.banquets.acces import ouvrir_banquet
from server.banquets.schemas import BanquetTete
from server.comptes.schemas import Auteur
from server.evenements.tables import Moment
from server.socle.base import lecture


@lecture
async def lire_tete(auteur: Auteur, moment: UUID) -> BanquetTete:
    """De quel évènement est ce banquet, quand et où il se tient, et ce que la personne y peut."""
    ouvert = await ouvrir_banquet(auteur, moment)
    (ligne,) = await Moment.raw(
        "SELECT e.titre, e.statut, m.titre AS moment_titre, l.nom AS lieu_nom, c.nom AS commune_nom "
        "FROM moment m JOIN evenement e ON e.id = m.evenement LEFT JOIN lieu l ON l.id = e.lieu "
        "LEFT JOIN commune c ON c.code = l.commune WHERE m.id = {}",
        moment,
    )
    return BanquetTete(
        moment=ouvert.moment,
        evenement=ouvert.slug,
        debut=ouvert.debut,
        fin=ouvert.fin,
        organise=ouvert.organise,
        **ligne,
    )
