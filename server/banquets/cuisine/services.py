"""Ce que l'on fait en cuisine ; une fonction par usage, une transaction chacune."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from server.banquets.acces import assurer_banquet, etiquette_du_menu
from server.banquets.cuisine import regles
from server.banquets.cuisine.erreurs import (
    DejaEcrit,
    LienDeCuisineInconnu,
    MessageInconnu,
    MesureInconnue,
    PeseeInconnue,
)
from server.banquets.cuisine.schemas import Intervenant, MessageDemande, MesureDemande, PeseeDemande
from server.banquets.cuisine.tables import LienCuisine, MessageCuisine, MessagesLus, MesureTemperature, Pesee
from server.banquets.tables import Banquet
from server.evenements.tables import Moment
from server.socle.base import ecriture
from server.socle.erreurs import DemandeInvalide, ErreurDeChamp
from server.socle.faits import renouveler

LIENS_MAX: Final = 30
"""Liens en vigueur d'un banquet."""
MESSAGES_MAX: Final = 500
MESURES_MAX: Final = 1000
PESEES_MAX: Final = 200


def etiquette_de(moment: UUID) -> str:
    """L'étiquette de la vue de cuisine d'un banquet : ce qui s'écrit ici la fait refaire aussitôt."""
    return f"cuisine:{moment}"


@ecriture
async def creer_lien(moment: UUID, nom: str, compte: int, maintenant: datetime) -> None:
    """Un lien de plus pour la cuisine de ce banquet."""
    if regles.dit_un_contact(nom):
        raise DemandeInvalide([ErreurDeChamp("nom", "contact_en_cuisine")])
    ici = (LienCuisine.moment == moment) & LienCuisine.revoque_le.is_null()
    await _borner(moment, LienCuisine, ici, LIENS_MAX, "nom", maintenant)
    await LienCuisine.insert(LienCuisine(moment=moment, nom=nom.strip(), cree_par=compte, cree_le=maintenant))


@ecriture
async def revoquer_lien(moment: UUID, identifiant: int, maintenant: datetime) -> None:
    """Ferme ce lien partout, tout de suite ; lève `LienDeCuisineInconnu`."""
    changes: dict[Any, Any] = {
        LienCuisine.revoque_le: maintenant,
        LienCuisine.version: LienCuisine.version + 1,
    }
    fermes = (
        await LienCuisine.update(changes)
        .where(LienCuisine.id == identifiant, LienCuisine.moment == moment, LienCuisine.revoque_le.is_null())
        .returning(LienCuisine.id)
    )
    if not fermes:
        raise LienDeCuisineInconnu()


@ecriture
async def ecrire_message(
    qui: Intervenant, identifiant: UUID, demande: MessageDemande, maintenant: datetime
) -> None:
    """Écrit à l'autre côté. Rejouer n'écrit rien de plus ; lève `DejaEcrit` si l'identifiant dit autre chose."""
    texte = demande.texte.strip()
    m = MessageCuisine
    connu = await m.select(m.moment, m.cote, m.texte, m.retire_le).where(m.id == identifiant).first()
    if connu is not None:
        meme = (connu["moment"], connu["cote"]) == (qui.moment, qui.cote)
        if meme and (connu["retire_le"] is not None or connu["texte"] == texte):
            return
        raise DejaEcrit()
    erreurs = []
    if not texte:
        erreurs.append(ErreurDeChamp("texte", "manquant"))
    if regles.dit_un_contact(texte):
        erreurs.append(ErreurDeChamp("texte", "contact_en_cuisine"))
    if erreurs:
        raise DemandeInvalide(erreurs)
    await _borner(qui.moment, m, m.moment == qui.moment, MESSAGES_MAX, "texte", maintenant)
    await m.insert(
        m(
            id=identifiant,
            moment=qui.moment,
            cote=qui.cote,
            nom=qui.nom,
            lien=qui.lien,
            compte=qui.compte,
            texte=texte,
            recu_le=maintenant,
        )
    )
    renouveler(etiquette_de(qui.moment))


@ecriture
async def retirer_message(qui: Intervenant, identifiant: UUID, maintenant: datetime) -> None:
    """Retire un message que l'on a écrit : le texte s'efface, la place reste. Lève `MessageInconnu`.

    Deux équipes entrées par deux liens sont du même côté, et peuvent porter le même nom : c'est le lien, ou le compte, qui
    compte.
    """
    m = MessageCuisine
    connu = await m.select(m.moment, m.lien, m.compte).where(m.id == identifiant).first()
    soi = (qui.moment, qui.lien, qui.compte)
    if connu is None or (connu["moment"], connu["lien"], connu["compte"]) != soi:
        raise MessageInconnu()
    changes: dict[Any, Any] = {"texte": "", "retire_le": maintenant}
    await m.update(changes).where(m.id == identifiant, m.retire_le.is_null())
    renouveler(etiquette_de(qui.moment))


@ecriture
async def noter_messages_lus(qui: Intervenant, jusqu_a: int) -> None:
    """Ce côté a lu jusque-là. Ne recule jamais, et ne dépasse pas le dernier message."""
    (dernier,) = await MessageCuisine.raw(
        "SELECT COALESCE(MAX(numero), 0) AS numero FROM message_cuisine WHERE moment = {}", qui.moment
    )
    lu = min(jusqu_a, int(dernier["numero"]))
    await MessagesLus.raw(
        "INSERT INTO messages_lus (moment, cote, jusqu_a) VALUES ({}, {}, {}) "
        "ON CONFLICT (moment, cote) DO UPDATE SET jusqu_a = excluded.jusqu_a "
        "WHERE messages_lus.jusqu_a < excluded.jusqu_a",
        qui.moment,
        qui.cote,
        lu,
    )
    renouveler(etiquette_de(qui.moment))


@ecriture
async def relever_temperature(
    qui: Intervenant, identifiant: UUID, demande: MesureDemande, maintenant: datetime
) -> None:
    """Note une température. Ce qui est noté ne change plus : corriger, c'est en noter une autre qui remplace celle-là.

    Rejouer ne note rien de plus ; lève `DejaEcrit` si l'identifiant porte autre chose, `MesureInconnue` si la mesure à
    corriger ou à poursuivre n'est pas de ce banquet, ou l'a déjà été par une autre.
    """
    t = MesureTemperature
    voulue: dict[str, Any] = {
        "moment": qui.moment,
        "genre": demande.genre,
        "sujet": demande.sujet.strip(),
        "plat": demande.plat,
        "suite_de": demande.suite_de,
        "dixiemes": demande.dixiemes,
        "prise_le": demande.prise_le,
        "corrige": demande.corrige,
        "annule": demande.annule,
    }
    connue = await t.select().where(t.id == identifiant).first()
    if connue is not None:
        if any(connue[champ] != valeur for champ, valeur in voulue.items()):
            raise DejaEcrit()
        return
    horaire = await Moment.select(Moment.debut).where(Moment.id == qui.moment).first()
    erreurs = regles.verifier_mesure(demande, horaire["debut"] if horaire else None, maintenant)
    if erreurs:
        raise DemandeInvalide(erreurs)
    await _borner(qui.moment, t, t.moment == qui.moment, MESURES_MAX, "dixiemes", maintenant)
    for avant in {demande.suite_de, demande.corrige} - {None}:
        ligne = await t.select(t.genre).where(t.id == avant, t.moment == qui.moment).first()
        if ligne is None or ligne["genre"] != demande.genre:
            raise MesureInconnue()
    if demande.corrige is not None and await t.exists().where(t.corrige == demande.corrige):
        raise DejaEcrit()
    await t.insert(t(id=identifiant, nom=qui.nom, recue_le=maintenant, **voulue))
    renouveler(etiquette_de(qui.moment))


@ecriture
async def peser(qui: Intervenant, identifiant: UUID, demande: PeseeDemande, maintenant: datetime) -> None:
    """Note des restes pesés. Rejouer ne pèse rien de plus ; lève `DejaEcrit` si l'identifiant porte autre chose."""
    connue = await Pesee.select().where(Pesee.id == identifiant).first()
    if connue is not None:
        if (connue["moment"], connue["genre"], connue["grammes"]) != (
            qui.moment,
            demande.genre,
            demande.grammes,
        ):
            raise DejaEcrit()
        return
    ici = (Pesee.moment == qui.moment) & Pesee.retiree_le.is_null()
    await _borner(qui.moment, Pesee, ici, PESEES_MAX, "grammes", maintenant)
    await Pesee.insert(
        Pesee(
            id=identifiant,
            moment=qui.moment,
            genre=demande.genre,
            grammes=demande.grammes,
            nom=qui.nom,
            pesee_le=maintenant,
        )
    )
    renouveler(etiquette_de(qui.moment), etiquette_du_menu(qui.moment))


@ecriture
async def retirer_pesee(qui: Intervenant, identifiant: UUID, maintenant: datetime) -> None:
    """Une pesée faite par erreur ne compte plus ; lève `PeseeInconnue`. Recommencer ne change rien."""
    connue = await Pesee.select(Pesee.moment).where(Pesee.id == identifiant).first()
    if connue is None or connue["moment"] != qui.moment:
        raise PeseeInconnue()
    changes: dict[Any, Any] = {"retiree_le": maintenant}
    await Pesee.update(changes).where(Pesee.id == identifiant, Pesee.retiree_le.is_null())
    renouveler(etiquette_de(qui.moment), etiquette_du_menu(qui.moment))


async def _borner(
    moment: UUID, table: Any, condition: Any, maximum: int, champ: str, maintenant: datetime
) -> None:
    """Une tablette laissée ouverte n'emplit pas la base.

    La ligne du banquet se tient jusqu'à la fin : deux écritures ensemble ne comptent pas la même place libre.
    """
    banquet = await assurer_banquet(moment, maintenant)
    await Banquet.update({Banquet.moment: Banquet.moment}).where(Banquet.id == banquet)
    if await table.count().where(condition) >= maximum:
        raise DemandeInvalide([ErreurDeChamp(champ, "trop_de_lignes", {"nombre": maximum})])
