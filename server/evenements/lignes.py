"""Un évènement tel que la base le rend : les lignes, lues groupées, et ce que les vues en font.

Écrit en SQL : une page de l'agenda se lit en six requêtes au plus, quel que soit le nombre d'évènements.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from server.evenements import regles
from server.evenements.erreurs import EvenementInconnu
from server.evenements.schemas import (
    CoorganisationDemande,
    EvenementDemande,
    ImageDemande,
    ImageVue,
    LieuBref,
    MomentDemande,
    PrixDemande,
    PrixVue,
    StructureBreve,
    TarifDemande,
    TarifVue,
    ThemeVue,
)
from server.evenements.tables import Evenement
from server.lieux.schemas import CommuneNommee
from server.socle.requetes import Preparee

Ligne = dict[str, Any]

TERME_DIT: Final = (
    "COALESCE(e.fin, (SELECT MAX(COALESCE(h.fin, h.debut)) FROM horaire_en_attente h "
    "JOIN moment mh ON mh.id = h.moment WHERE mh.evenement = e.id), e.debut_initial)"
)
"""La fin d'un évènement `e` ; s'il n'a plus de date, celle qui était prévue. Nulle : il n'en a jamais eu."""
TERME: Final = f"COALESCE({TERME_DIT}, e.modifie_le)"
"""D'où se comptent les effacements : ce qui attend une date ne se garde pas sans fin."""

LIEU = """
    {a}.id AS {p}id, {a}.nom AS {p}nom, {a}.slug AS {p}slug, {a}.adresse AS {p}adresse, {a}.lat AS {p}lat,
    {a}.lon AS {p}lon, {a}.interieur AS {p}interieur, {a}.acces_pmr AS {p}acces_pmr,
    {c}.code AS {p}commune_code, {c}.nom AS {p}commune_nom"""

BREF = f"""
    e.id, e.slug, e.version, e.statut, e.motif, e.titre, e.resume, e.debut, e.fin, e.debut_initial, e.en_ligne,
    e.cloture_le, e.inscriptions_closes, e.image_alt, e.image_credit,
    i.empreinte AS image_empreinte, i.largeur AS image_largeur, i.hauteur AS image_hauteur,
    {LIEU.format(a="l", c="c", p="lieu_")}"""

PLEIN = f"""{BREF}, e.uid, e.description, e.acces, e.venir, e.a_apporter, e.licence, e.paiement,
    e.moyens_paiement, e.monnaie_locale, e.attente, e.taille_max, e.publie_le, e.modifie_le, e.lien_en_ligne,
    e.statut_avant_annulation, e.version_deplacement, y.id AS cycle_id, y.slug AS cycle_slug, y.titre AS cycle_titre,
    {LIEU.format(a="r", c="k", p="repli_")}"""

DEPUIS_BREF = """
    FROM evenement e
    LEFT JOIN lieu l ON l.id = e.lieu
    LEFT JOIN commune c ON c.code = l.commune
    LEFT JOIN image i ON i.id = e.image"""

DEPUIS_PLEIN = f"""{DEPUIS_BREF}
    LEFT JOIN cycle y ON y.id = e.cycle
    LEFT JOIN lieu r ON r.id = e.lieu_repli
    LEFT JOIN commune k ON k.code = r.commune"""


class Dossier(msgspec.Struct):
    """Un évènement et tout ce qui en dépend, tel que la base le garde."""

    ligne: Ligne
    etiquettes: list[Ligne]
    coorganisations: list[Ligne]
    moments: list[Ligne]
    tarifs: dict[UUID, list[Ligne]]


async def ouvrir_dossier(evenement: int) -> Dossier:
    """Le dossier d'un évènement, brouillon compris ; lève `EvenementInconnu`."""
    return await ouvrir_ligne(await lire_ligne("e.id = {}", evenement))


async def lire_ligne(condition: str, valeur: Any) -> Ligne:
    lignes = await Evenement.raw(f"SELECT {PLEIN} {DEPUIS_PLEIN} WHERE {condition}", valeur)
    if not lignes:
        raise EvenementInconnu()
    return dict(lignes[0])


async def ouvrir_ligne(ligne: Ligne) -> Dossier:
    cle = ligne["id"]
    moments = (await lire_moments([cle])).get(cle, [])
    return Dossier(
        ligne=ligne,
        etiquettes=(await lire_etiquettes([cle])).get(cle, []),
        coorganisations=(await lire_structures([cle], toutes=True)).get(cle, []),
        moments=moments,
        tarifs=await lire_tarifs([m["id"] for m in moments if m["prix_mode"] == "tarifs"]),
    )


# --- lignes groupées ------------------------------------------------------------------------------------------------


async def lire_etiquettes(evenements: Sequence[int]) -> dict[int, list[Ligne]]:
    lignes = await Evenement.raw(
        "SELECT t.evenement, t.genre, t.valeur, COALESCE(h.nom, t.valeur) AS nom FROM evenement_etiquette t "  # noqa: S608
        "LEFT JOIN theme h ON h.slug = t.valeur AND t.genre = 'theme' "
        f"WHERE t.evenement IN ({trous(evenements)}) ORDER BY t.evenement, t.rang, t.id",
        *evenements,
    )
    return grouper(lignes, "evenement")


async def lire_structures(evenements: Sequence[int], *, toutes: bool = False) -> dict[int, list[Ligne]]:
    """Les structures de chacun, la porteuse d'abord."""
    condition = "" if toutes else "AND o.reponse = 'acceptee'"
    lignes = await Evenement.raw(
        "SELECT o.evenement, o.part, o.reponse, s.id AS structure_id, s.slug, s.nom FROM coorganisation o "  # noqa: S608
        f"JOIN structure s ON s.id = o.structure WHERE o.evenement IN ({trous(evenements)}) {condition} "
        "ORDER BY o.evenement, o.part <> 'porteuse', o.rang, o.id",
        *evenements,
    )
    return grouper(lignes, "evenement")


async def lire_moments(evenements: Sequence[int]) -> dict[int, list[Ligne]]:
    lignes = await Evenement.raw(
        "SELECT evenement, id, genre, titre, description, debut, fin, jauge, pris, sur_inscription, prix_mode, "  # noqa: S608
        "prix_conseille_centimes, prix_minimum_centimes FROM moment "
        f"WHERE evenement IN ({trous(evenements)}) AND retire_le IS NULL ORDER BY evenement, rang, id",
        *evenements,
    )
    return grouper(lignes, "evenement")


async def lire_tarifs(moments: Sequence[UUID]) -> dict[UUID, list[Ligne]]:
    if not moments:
        return {}
    lignes = await Evenement.raw(
        "SELECT moment, id, nom, montant_centimes, precision FROM tarif "  # noqa: S608
        f"WHERE moment IN ({trous(moments)}) ORDER BY moment, rang, id",
        *moments,
    )
    return grouper(lignes, "moment")


def trous(valeurs: Collection[Any]) -> str:
    return ", ".join(["{}"] * len(valeurs))


def grouper(lignes: Iterable[Ligne], cle: str) -> dict[Any, list[Ligne]]:
    return {valeur: list(groupe) for valeur, groupe in groupby(lignes, key=itemgetter(cle))}


def etiquettes_de(ligne: Ligne, coorganisations: Iterable[Ligne]) -> frozenset[str]:
    """Ce qui périme la page d'un évènement : lui, ses places, et ce dont il montre le nom."""
    etiquettes = {f"evenement:{ligne['id']}", f"places:{ligne['id']}"}
    etiquettes |= {f"lieu:{ligne[cle]}" for cle in ("lieu_id", "repli_id") if ligne[cle] is not None}
    etiquettes |= {f"structure:{c['structure_id']}" for c in coorganisations}
    if ligne["cycle_id"] is not None:
        etiquettes.add(f"cycle:{ligne['cycle_id']}")
    return frozenset(etiquettes)


_LIEU: Final = Preparee(
    lambda lieu: Evenement.raw(
        f"SELECT {LIEU.format(a='l', c='c', p='lieu_')} FROM lieu l JOIN commune c ON c.code = l.commune "  # noqa: S608
        "WHERE l.id = {}",
        lieu,
    )
)


async def lire_lieu_bref(lieu: int | None) -> LieuBref | None:
    """Un lieu tel qu'un évènement le montre."""
    if lieu is None:
        return None
    ligne = await _LIEU.premiere(lieu)
    return vers_lieu(ligne, "lieu_") if ligne else None


def contenu_de(dossier: Dossier) -> EvenementDemande:
    """Ce que l'équipe a écrit, dans la forme où elle l'envoie : pour comparer, publier, recopier."""
    ligne = dossier.ligne
    porteuse = next((c["slug"] for c in dossier.coorganisations if c["part"] == "porteuse"), "")
    image = None
    if ligne["image_empreinte"] is not None:
        image = ImageDemande(ligne["image_empreinte"], ligne["image_alt"], ligne["image_credit"])
    return EvenementDemande(
        titre=ligne["titre"],
        structure=porteuse,
        resume=ligne["resume"],
        description=ligne["description"],
        formats=[e["valeur"] for e in dossier.etiquettes if e["genre"] == "format"],
        themes=[e["nom"] for e in dossier.etiquettes if e["genre"] == "theme"],
        cycle=ligne["cycle_slug"],
        lieu=ligne["lieu_slug"],
        lieu_repli=ligne["repli_slug"],
        en_ligne=ligne["en_ligne"],
        lien_en_ligne=ligne["lien_en_ligne"],
        moments=[_moment_demande(m, dossier.tarifs) for m in dossier.moments],
        coorganisations=[
            CoorganisationDemande(c["slug"], c["part"])
            for c in dossier.coorganisations
            if c["part"] != "porteuse"
        ],
        acces=ligne["acces"],
        venir=ligne["venir"],
        a_apporter=ligne["a_apporter"],
        image=image,
        licence=ligne["licence"],
        paiement=ligne["paiement"],
        moyens_paiement=list(ligne["moyens_paiement"]),
        monnaie_locale=ligne["monnaie_locale"],
        cloture_le=ligne["cloture_le"],
        inscriptions_closes=ligne["inscriptions_closes"],
        attente=ligne["attente"],
        taille_max=ligne["taille_max"],
    )


def _moment_demande(m: Ligne, tarifs: Mapping[UUID, list[Ligne]]) -> MomentDemande:
    return MomentDemande(
        id=m["id"],
        genre=m["genre"],
        titre=m["titre"],
        description=m["description"],
        debut=m["debut"],
        fin=m["fin"],
        jauge=m["jauge"],
        sur_inscription=m["sur_inscription"],
        prix=PrixDemande(
            m["prix_mode"],
            m["prix_conseille_centimes"],
            m["prix_minimum_centimes"],
            [
                TarifDemande(t["nom"], t["montant_centimes"], t["precision"], t["id"])
                for t in tarifs.get(m["id"], [])
            ],
        ),
    )


# --- morceaux de vues -----------------------------------------------------------------------------------------------


def statut_public(ligne: Ligne, maintenant: datetime) -> Literal["publie", "reporte", "annule", "termine"]:
    statut = regles.statut_effectif(ligne["statut"], ligne["fin"], maintenant)
    return "publie" if statut == "brouillon" else statut


def est_sans_date(ligne: Ligne) -> bool:
    """Vrai si l'évènement a été reporté à une date encore inconnue."""
    return ligne["debut"] is None and "reporte" in (ligne["statut"], ligne["statut_avant_annulation"])


def sont_ouvertes(ligne: Ligne, moments: Iterable[Ligne], maintenant: datetime) -> bool:
    return regles.inscriptions_ouvertes(
        statut=ligne["statut"],
        debut=ligne["debut"],
        fin=ligne["fin"],
        cloture_le=ligne["cloture_le"],
        closes=ligne["inscriptions_closes"],
        sur_inscription=any(m["sur_inscription"] for m in moments),
        maintenant=maintenant,
    )


def vers_lieu(ligne: Ligne, prefixe: str) -> LieuBref | None:
    if ligne[f"{prefixe}id"] is None:
        return None
    return LieuBref(
        nom=ligne[f"{prefixe}nom"],
        slug=ligne[f"{prefixe}slug"],
        adresse=ligne[f"{prefixe}adresse"],
        commune=CommuneNommee(ligne[f"{prefixe}commune_code"], ligne[f"{prefixe}commune_nom"]),
        lat=ligne[f"{prefixe}lat"],
        lon=ligne[f"{prefixe}lon"],
        interieur=ligne[f"{prefixe}interieur"],
        acces_pmr=ligne[f"{prefixe}acces_pmr"],
    )


def vers_image(ligne: Ligne) -> ImageVue | None:
    empreinte = ligne["image_empreinte"]
    if empreinte is None:
        return None
    return ImageVue(
        url=f"/images/{empreinte}-1200.webp",
        url_petite=f"/images/{empreinte}-480.webp",
        largeur=ligne["image_largeur"],
        hauteur=ligne["image_hauteur"],
        alt=ligne["image_alt"],
        credit=ligne["image_credit"],
    )


def vers_prix(m: Ligne, tarifs: Mapping[UUID, list[Ligne]]) -> PrixVue:
    return PrixVue(
        mode=m["prix_mode"],
        conseille_centimes=m["prix_conseille_centimes"],
        minimum_centimes=m["prix_minimum_centimes"],
        tarifs=[
            TarifVue(t["id"], t["nom"], t["montant_centimes"], t["precision"])
            for t in tarifs.get(m["id"], [])
        ],
    )


def vers_formats(etiquettes: Iterable[Ligne]) -> list[str]:
    return [e["valeur"] for e in etiquettes if e["genre"] == "format"]


def vers_themes(etiquettes: Iterable[Ligne]) -> list[ThemeVue]:
    return [ThemeVue(e["valeur"], e["nom"]) for e in etiquettes if e["genre"] == "theme"]


def vers_structures(lignes: Iterable[Ligne]) -> list[StructureBreve]:
    return [StructureBreve(ligne["slug"], ligne["nom"], ligne["part"]) for ligne in lignes]
