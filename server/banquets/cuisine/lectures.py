"""Ce que l'on demande à la cuisine : ses liens, ses messages, ses températures, ses pesées."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from server.banquets.cuisine import regles
from server.banquets.cuisine.erreurs import LienDeCuisineInconnu
from server.banquets.cuisine.schemas import (
    LienOuvert,
    LienVue,
    MessagesVue,
    MessageVue,
    MesureVue,
    PeseeVue,
    ReleveVue,
)
from server.banquets.cuisine.tables import LienCuisine, MessageCuisine, MessagesLus, MesureTemperature, Pesee
from server.evenements.lignes import trous
from server.evenements.tables import Evenement
from server.socle.base import lecture
from server.socle.secrets import Clef

APRES_LE_REPAS: Final = timedelta(days=2)
"""Le temps de ranger, peser et noter."""
REPAS_SANS_FIN: Final = timedelta(hours=12)
"""Un repas dont on ne dit que le début."""
SANS_DATE: Final = timedelta(days=365)
"""Un banquet qui n'a jamais eu de date : son lien ne reste pas ouvert pour toujours."""
CHIFFRES: Final = 8
PREUVE: Final = 22

# --- Liens ----------------------------------------------------------------------------------------------------------

_LIENS: Final = (
    "SELECT l.id, l.moment, l.nom, l.version, l.cree_le, l.revoque_le, m.debut, m.fin, m.retire_le, m.evenement, "
    "h.debut AS debut_prevu, h.fin AS fin_prevue, e.slug, e.titre FROM lien_cuisine l "
    "JOIN moment m ON m.id = l.moment JOIN evenement e ON e.id = m.evenement "
    "LEFT JOIN horaire_en_attente h "
    "ON h.id = (SELECT MAX(a.id) FROM horaire_en_attente a WHERE a.moment = m.id) WHERE "
)


@lecture
async def lister_liens(moment: UUID, clef: Clef, url: str) -> list[LienVue]:
    """Les liens en vigueur d'un banquet, du plus ancien au plus récent."""
    lignes = await LienCuisine.raw(
        f"{_LIENS} l.moment = {{}} AND l.revoque_le IS NULL ORDER BY l.id",
        moment,
    )
    return [
        LienVue(
            ligne["id"],
            ligne["nom"],
            f"{url}/cuisine/{lien_de(clef, moment, ligne['id'], ligne['version'])}",
            ligne["cree_le"],
            _expire_le(ligne),
        )
        for ligne in lignes
    ]


async def ouvrir_lien(lien: str, clef: Clef, maintenant: datetime) -> LienOuvert:
    """Le banquet qu'ouvre ce lien ; lève `LienDeCuisineInconnu`."""
    if len(lien) == CHIFFRES + PREUVE:
        preuves = {lien[:CHIFFRES]: lien[CHIFFRES:]}
        for ouvert in await _ouvrir(preuves, "cuisine", clef, maintenant):
            return ouvert
    raise LienDeCuisineInconnu()


async def ouvrir_preuves(preuves: Mapping[str, str], clef: Clef, maintenant: datetime) -> list[LienOuvert]:
    """Ce qu'ouvrent encore les preuves gardées par un appareil : numéro du lien → preuve."""
    return await _ouvrir(preuves, "cuisine-appareil", clef, maintenant)


def lien_de(clef: Clef, moment: UUID, identifiant: int, version: int) -> str:
    """Le secret d'un lien : son numéro, puis sa preuve."""
    return f"{numero_de(identifiant)}{clef.deriver('cuisine', _objet(moment, identifiant), version)}"


def preuve_de(clef: Clef, ouvert: LienOuvert) -> str:
    """Ce que garde l'appareil : de quoi prouver qu'il a ouvert le lien, pas de quoi le refaire."""
    return clef.deriver("cuisine-appareil", _objet(ouvert.moment, ouvert.id), ouvert.version)


def _objet(moment: UUID, identifiant: int) -> str:
    """Ce dont un lien est la preuve : SQLite redonne le numéro d'une ligne effacée, le banquet n'est jamais le même."""
    return f"{moment}\x00{identifiant}"


def numero_de(identifiant: int) -> str:
    return f"{identifiant:0{CHIFFRES}x}"


async def _ouvrir(
    preuves: Mapping[str, str], usage: str, clef: Clef, maintenant: datetime
) -> list[LienOuvert]:
    par_numero = {
        identifiant: preuve
        for numero, preuve in preuves.items()
        if (identifiant := _identifiant(numero)) is not None
    }
    if not par_numero:
        return []
    lignes = await LienCuisine.raw(
        f"{_LIENS} l.id IN ({trous(par_numero)}) AND l.revoque_le IS NULL AND m.retire_le IS NULL "
        "AND m.genre = 'banquet' ORDER BY m.debut, l.id",
        *par_numero,
    )
    ouverts = []
    for ligne in lignes:
        objet = _objet(_uuid(ligne["moment"]), ligne["id"])
        if not clef.est_derive(par_numero[ligne["id"]], usage, objet, ligne["version"]):
            continue
        expire_le = _expire_le(ligne)
        if maintenant < expire_le:
            champs = ("id", "version", "moment", "nom", "evenement", "slug", "titre", "debut", "fin")
            ouverts.append(LienOuvert(**{champ: ligne[champ] for champ in champs}, expire_le=expire_le))
    return ouverts


def _identifiant(numero: str) -> int | None:
    """Le numéro d'un lien, s'il est écrit comme nous les écrivons."""
    try:
        identifiant = int(numero, 16)
    except ValueError:
        return None
    return identifiant if numero == numero_de(identifiant) and 0 < identifiant < 2**31 else None


def _expire_le(ligne: Mapping[str, Any]) -> datetime:
    """Deux jours après le repas ; sans date, après celle qui était prévue, à défaut un an après avoir été donné."""
    debut, fin = ligne["debut"], ligne["fin"]
    if debut is None:
        debut, fin = ligne["debut_prevu"], ligne["fin_prevue"]
    if debut is None:
        donne_le: datetime = ligne["cree_le"]
        return donne_le + SANS_DATE
    terme: datetime = fin or debut + REPAS_SANS_FIN
    return terme + APRES_LE_REPAS


# --- Qui écrit ------------------------------------------------------------------------------------------------------


async def nom_de_structure(compte: int, evenement: int) -> str:
    """La structure au nom de laquelle cette personne parle : la sienne, la porteuse d'abord ; à défaut, la porteuse."""
    lignes = await Evenement.raw(
        "SELECT s.nom FROM coorganisation o JOIN structure s ON s.id = o.structure "
        "LEFT JOIN membre m ON m.structure = o.structure AND m.compte = {} "
        "WHERE o.evenement = {} AND o.reponse = 'acceptee' AND (m.id IS NOT NULL OR o.part = 'porteuse') "
        "ORDER BY CASE WHEN m.id IS NULL THEN 1 ELSE 0 END, "
        "CASE o.part WHEN 'porteuse' THEN 0 WHEN 'coorganisatrice' THEN 1 WHEN 'hote' THEN 2 WHEN 'traiteur' THEN 3 "
        "ELSE 4 END, o.id LIMIT 1",
        compte,
        evenement,
    )
    return str(lignes[0]["nom"]) if lignes else ""


# --- Messages -------------------------------------------------------------------------------------------------------


def marque_d_auteur(clef: Clef, moment: UUID, *, lien: int | None = None, compte: int | None = None) -> str:
    """Ce qui distingue qui écrit, dans un banquet, sans rien en dire ; vide si on ne sait plus qui c'était."""
    if lien is None and compte is None:
        return ""
    qui = f"compte:{compte}" if lien is None else f"lien:{lien}"
    return clef.deriver("auteur-de-message", f"{moment}\x00{qui}")


@lecture
async def lire_messages(moment: UUID, clef: Clef) -> MessagesVue:
    """Les messages d'un banquet, et jusqu'où chaque côté a lu."""
    m = MessageCuisine
    lignes = (
        await m.select(m.numero, m.id, m.cote, m.nom, m.lien, m.compte, m.texte, m.recu_le, m.retire_le)
        .where(m.moment == moment)
        .order_by(m.numero)
    )
    lus = {
        ligne["cote"]: int(ligne["jusqu_a"])
        for ligne in await MessagesLus.select(MessagesLus.cote, MessagesLus.jusqu_a).where(
            MessagesLus.moment == moment
        )
    }

    def non_lus(cote: str) -> int:
        return sum(
            1
            for li in lignes
            if li["cote"] != cote and li["retire_le"] is None and li["numero"] > lus.get(cote, 0)
        )

    return MessagesVue(
        elements=[
            MessageVue(
                numero=li["numero"],
                id=li["id"],
                cote=li["cote"],
                nom=li["nom"],
                auteur=marque_d_auteur(clef, moment, lien=li["lien"], compte=li["compte"]),
                texte=li["texte"],
                recu_le=li["recu_le"],
                retire=li["retire_le"] is not None,
            )
            for li in lignes
        ],
        lu_cuisine=lus.get("cuisine", 0),
        lu_organisation=lus.get("organisation", 0),
        non_lus_cuisine=non_lus("cuisine"),
        non_lus_organisation=non_lus("organisation"),
    )


async def compter_non_lus(moments: Sequence[UUID], cote: str) -> dict[UUID, int]:
    """Moment → messages de l'autre côté que celui-ci n'a pas lus ; les moments sans message n'y sont pas."""
    if not moments:
        return {}
    lignes = await MessageCuisine.raw(
        "SELECT m.moment AS moment, COUNT(*) AS nombre FROM message_cuisine m "  # noqa: S608
        "LEFT JOIN messages_lus l ON l.moment = m.moment AND l.cote = {} "
        f"WHERE m.moment IN ({trous(moments)}) AND m.cote <> {{}} AND m.retire_le IS NULL "
        "AND m.numero > COALESCE(l.jusqu_a, 0) GROUP BY m.moment",
        cote,
        *moments,
        cote,
    )
    return {_uuid(ligne["moment"]): int(ligne["nombre"]) for ligne in lignes}


# --- Températures ---------------------------------------------------------------------------------------------------


@lecture
async def lire_releves(moment: UUID) -> list[ReleveVue]:
    """Les températures relevées, par plat ou enceinte, dans l'ordre des premières mesures ; corrections comprises."""
    lignes = (
        await MesureTemperature.select()
        .where(MesureTemperature.moment == moment)
        .order_by(MesureTemperature.prise_le, MesureTemperature.recue_le, MesureTemperature.id)
    )
    return reunir_les_releves(lignes)


def reunir_les_releves(lignes: Sequence[Mapping[str, Any]]) -> list[ReleveVue]:
    """Les mesures rangées par série ; une correction reste dans la série de ce qu'elle corrige."""
    par_id = {ligne["id"]: ligne for ligne in lignes}
    corrigees = regles.remplacees((ligne["id"], ligne["corrige"]) for ligne in lignes)
    series: dict[UUID, list[Mapping[str, Any]]] = {}
    for ligne in lignes:
        series.setdefault(_serie(ligne, par_id), []).append(ligne)
    releves = []
    for cle, mesures in series.items():
        comptees = [m for m in mesures if m["id"] not in corrigees and not m["annule"]]
        premiere = par_id.get(cle, mesures[0])
        derniere = comptees[-1] if comptees else premiere
        verdict, au_plus_tard = regles.juger(
            premiere["genre"], [regles.Point(m["dixiemes"], m["prise_le"]) for m in comptees]
        )
        releves.append(
            ReleveVue(
                id=cle,
                genre=premiere["genre"],
                sujet=derniere["sujet"],
                plat=derniere["plat"],
                verdict=verdict,
                au_plus_tard=au_plus_tard,
                mesures=[
                    MesureVue(
                        id=m["id"],
                        dixiemes=m["dixiemes"],
                        prise_le=m["prise_le"],
                        nom=m["nom"],
                        corrige=m["corrige"],
                        remplacee=m["id"] in corrigees,
                        annule=bool(m["annule"]),
                    )
                    for m in mesures
                ],
            )
        )
    return releves


def _serie(ligne: Mapping[str, Any], par_id: Mapping[UUID, Mapping[str, Any]]) -> UUID:
    """La première mesure de la série, en remontant corrections et suites ; chaque pas va vers une mesure plus ancienne."""
    vues: set[UUID] = set()
    while (avant := ligne["corrige"] or ligne["suite_de"]) in par_id and avant not in vues:
        vues.add(avant)
        ligne = par_id[avant]
    return UUID(str(ligne["id"]))


# --- Pesées ---------------------------------------------------------------------------------------------------------


@lecture
async def lister_pesees(moment: UUID) -> list[PeseeVue]:
    """Les pesées d'un banquet, dans l'ordre ; celles qu'on a retirées n'y sont pas."""
    lignes = (
        await Pesee.select()
        .where(Pesee.moment == moment, Pesee.retiree_le.is_null())
        .order_by(Pesee.pesee_le, Pesee.id)
    )
    return [
        PeseeVue(ligne["id"], ligne["genre"], ligne["grammes"], ligne["nom"], ligne["pesee_le"])
        for ligne in lignes
    ]


def _uuid(valeur: Any) -> UUID:
    return valeur if isinstance(valeur, UUID) else UUID(str(valeur))
