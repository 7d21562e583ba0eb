"""Ce qu'on lit de l'effectif : quelques requêtes groupées, jamais foyer par foyer."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from server.banquets.acces import Ouvert
from server.banquets.menus.lectures import lire_menu_ouvert
from server.banquets.tables import Banquet
from server.evenements.tables import Moment
from server.inscriptions.effectif import regles
from server.inscriptions.effectif.couverture import couvrir, servir
from server.inscriptions.effectif.schemas import (
    AnnonceVue,
    ArretVue,
    AssiettesVue,
    Besoin,
    CouvertureVue,
    Differences,
    EffectifDuBanquet,
    EffectifVue,
    Parts,
    Prevision,
    Releve,
)
from server.inscriptions.regles import codes_d_assiette
from server.inscriptions.schemas import BilanVue
from server.inscriptions.tables import Bilan, Convive, ConviveAnnonce, EffectifArrete, EffectifLu, Presence
from server.socle import mots
from server.socle.base import lecture
from server.socle.secrets import Clef, egaux
from server.socle.textes import Langue, traduire

SQL_PARTS: Final = """
SELECT COUNT(CASE WHEN statut = 'confirmee' THEN 1 END) AS foyers,
       SUM(CASE WHEN statut = 'confirmee' THEN adultes ELSE 0 END) AS adultes,
       SUM(CASE WHEN statut = 'confirmee' THEN enfants ELSE 0 END) AS enfants,
       SUM(CASE WHEN statut = 'confirmee' THEN tout_petits ELSE 0 END) AS tout_petits,
       SUM(CASE WHEN statut = 'en_attente' THEN adultes
                WHEN voulu_adultes > adultes THEN voulu_adultes - adultes ELSE 0 END) AS attente_adultes,
       SUM(CASE WHEN statut = 'en_attente' THEN enfants
                WHEN voulu_enfants > enfants THEN voulu_enfants - enfants ELSE 0 END) AS attente_enfants,
       SUM(CASE WHEN statut = 'en_attente' THEN tout_petits
                WHEN voulu_tout_petits > tout_petits THEN voulu_tout_petits - tout_petits ELSE 0 END) AS attente_tout_petits
FROM presence WHERE moment = {} AND statut <> 'annulee'
"""
SQL_BESOINS: Final = """
SELECT c.age AS age, c.regimes AS regimes, c.allergenes AS allergenes, SUM(c.nombre) AS nombre
FROM presence p JOIN convive c ON c.inscription = p.inscription
WHERE p.moment = {} AND p.statut = 'confirmee' GROUP BY c.age, c.regimes, c.allergenes
"""
SQL_EN_TROP: Final = """
SELECT c.inscription AS groupe, c.age AS age, c.nombre AS nombre, c.regimes AS regimes, c.allergenes AS allergenes,
       d.parts AS parts
FROM (SELECT c.inscription AS inscription, c.age AS age,
             MAX(CASE c.age WHEN 'adulte' THEN p.adultes WHEN 'enfant' THEN p.enfants ELSE p.tout_petits END) AS parts
      FROM presence p JOIN convive c ON c.inscription = p.inscription
      WHERE p.moment = {} AND p.statut = 'confirmee' GROUP BY c.inscription, c.age
      HAVING SUM(c.nombre) > MAX(CASE c.age WHEN 'adulte' THEN p.adultes WHEN 'enfant' THEN p.enfants
                                            ELSE p.tout_petits END)) d
JOIN convive c ON c.inscription = d.inscription AND c.age = d.age
ORDER BY c.inscription, c.id
"""
SQL_ASSIETTES: Final = """
SELECT i.assiette AS assiette, c.inscription AS groupe, c.id AS id, c.age AS age, c.nombre AS nombre,
       c.regimes AS regimes, c.allergenes AS allergenes,
       CASE c.age WHEN 'adulte' THEN p.adultes WHEN 'enfant' THEN p.enfants ELSE p.tout_petits END AS parts
FROM presence p JOIN inscription i ON i.id = p.inscription JOIN convive c ON c.inscription = p.inscription
WHERE p.moment = {} AND p.statut = 'confirmee' AND i.assiette IS NOT NULL
ORDER BY i.assiette, c.id
"""
SQL_APPORTS: Final = """
SELECT COUNT(*) AS nombre FROM presence p JOIN inscription i ON i.id = p.inscription
WHERE p.moment = {} AND p.statut = 'confirmee' AND CAST(i.contributions AS TEXT) LIKE '%apporter%'
"""
SQL_PASSES: Final = """
SELECT b.contenu AS contenu FROM bilan b JOIN evenement e ON e.id = b.evenement
WHERE e.fin < {} AND EXISTS (SELECT 1 FROM moment m WHERE m.evenement = e.id AND m.genre = 'banquet' AND m.retire_le IS NULL)
ORDER BY e.fin DESC LIMIT {}
"""
SANS_REGLAGES: Final[dict[str, Any]] = {
    "version_reglages": Banquet.version_reglages._meta.params["default"],
    "arret_le": None,
    "tolerance_milliemes": Banquet.tolerance_milliemes._meta.params["default"],
    "absents_milliemes": Banquet.absents_milliemes._meta.params["default"],
    "passage_milliemes": Banquet.passage_milliemes._meta.params["default"],
}
"""Ce que vaut un banquet que personne n'a encore réglé."""


class Compte(msgspec.Struct, frozen=True):
    """Le compte d'un banquet, tel que les requêtes le rendent."""

    inscrits: Parts
    annonces: Parts
    en_attente: Parts
    foyers: int
    besoins: tuple[Besoin, ...]
    en_trop: tuple[Besoin, ...]
    foyers_a_revoir: int
    convives_annonces: list[AnnonceVue]

    @property
    def releve(self) -> Releve:
        return Releve(self.inscrits + self.annonces, self.besoins)


@lecture
async def compter(moment: UUID) -> Compte:
    """Le compte d'un banquet : quatre requêtes, quel que soit le nombre de foyers."""
    (parts,) = await Presence.raw(SQL_PARTS, moment)
    dits = await Convive.raw(SQL_BESOINS, moment)
    decrits = await Convive.raw(SQL_EN_TROP, moment)
    annonces = await _annonces(moment)
    trop = regles.en_trop(
        regles.Decrit((str(li["groupe"]), li["age"]), int(li["parts"]), _besoin(li)) for li in decrits
    )
    retranches = [msgspec.structs.replace(besoin, nombre=-besoin.nombre) for besoin in trop]
    besoins = regles.reunir(
        [
            *(_besoin(li) for li in dits),
            *retranches,
            *(Besoin(a.age, a.regimes, a.allergenes, a.nombre) for a in annonces),
        ]
    )
    return Compte(
        inscrits=_parts(parts, ""),
        annonces=_parts_annoncees(annonces),
        en_attente=_parts(parts, "attente_"),
        foyers=int(parts["foyers"]),
        besoins=besoins,
        en_trop=regles.reunir(trop),
        foyers_a_revoir=len({str(li["groupe"]) for li in decrits}),
        convives_annonces=annonces,
    )


@lecture
async def lire_effectif(
    moment: UUID, lecteur: str, clef: Clef, langue: Langue, maintenant: datetime
) -> EffectifVue:
    """L'effectif d'un banquet, ce qui a changé depuis l'arrêt, et depuis que ce lecteur l'a lu."""
    effectif = await lire_effectif_commun(moment, clef, langue, maintenant)
    horaire = await Moment.select(Moment.debut).where(Moment.id == moment).first()
    return EffectifVue(
        **msgspec.structs.asdict(effectif),
        moment=moment,
        debut=horaire["debut"] if horaire else None,
        calcule_le=maintenant,
        depuis_ma_lecture=await depuis_sa_lecture(
            moment, lecteur, Releve(effectif.parts, effectif.besoins), langue
        ),
    )


@lecture
async def lire_effectif_commun(
    moment: UUID, clef: Clef, langue: Langue, maintenant: datetime
) -> EffectifDuBanquet:
    """L'effectif d'un banquet et ce qui a changé depuis l'arrêt : ce que tous ceux qui le lisent ont en commun."""
    compte = await compter(moment)
    (apports,) = await Presence.raw(SQL_APPORTS, moment)
    reglages = await _reglages(moment)
    arrete = (
        await EffectifArrete.select()
        .where(EffectifArrete.moment == moment, EffectifArrete.leve_le.is_null())
        .first()
    )
    releve, parts = compte.releve, compte.releve.parts
    arret = _arret(arrete, clef, parts, reglages["tolerance_milliemes"]) if arrete else None
    return EffectifDuBanquet(
        parts=parts,
        inscrits=compte.inscrits,
        annonces=compte.annonces,
        en_attente=compte.en_attente,
        foyers=compte.foyers,
        besoins=compte.besoins,
        sans_besoin=regles.assiettes_sans_besoin(parts, compte.besoins),
        par_regime=regles.compter_par(compte.besoins, "regimes"),
        par_allergene=regles.compter_par(compte.besoins, "allergenes"),
        foyers_a_revoir=compte.foyers_a_revoir,
        besoins_en_trop=compte.en_trop,
        besoins_effaces=arrete is not None and arrete["besoins"] is None,
        apports=int(apports["nombre"]),
        convives_annonces=compte.convives_annonces,
        prevision=await _prevoir(compte, reglages, langue, maintenant),
        version_reglages=reglages["version_reglages"],
        arret_prevu_le=reglages["arret_le"],
        tolerance_milliemes=reglages["tolerance_milliemes"],
        absents_milliemes=reglages["absents_milliemes"],
        passage_milliemes=reglages["passage_milliemes"],
        arret=arret,
        depuis_l_arret=(
            _differences(
                Releve(arret.parts, arret.besoins),
                releve,
                arret.arrete_le,
                langue,
                effaces=arrete["besoins"] is None,
            )
            if arret and arrete
            else None
        ),
    )


@lecture
async def lire_couverture(ouvert: Ouvert, langue: Langue) -> CouvertureVue:
    """Ce que le menu a pour qui vient, besoins pris ensemble."""
    compte = await compter(ouvert.moment)
    menu = await lire_menu_ouvert(ouvert)
    return couvrir(langue, menu.version, menu.plats, compte.besoins, compte.en_trop, compte.releve.parts)


@lecture
async def lire_assiettes(ouvert: Ouvert) -> AssiettesVue:
    """La liste des assiettes à part : des codes que les foyers ont sur leur billet, jamais leurs noms."""
    menu = await lire_menu_ouvert(ouvert)
    groupes: dict[str, list[dict[str, Any]]] = {}
    for ligne in await Presence.raw(SQL_ASSIETTES, ouvert.moment):
        besoin = _besoin(ligne)
        dite = {**ligne, "besoin": besoin, "regimes": besoin.regimes, "allergenes": besoin.allergenes}
        groupes.setdefault(str(ligne["groupe"]), []).append(dite)
    assiettes = []
    for lignes in groupes.values():
        en_trop = _ages_en_trop(lignes)
        codes = codes_d_assiette(lignes[0]["assiette"], lignes)
        for ligne, code in zip(lignes, codes, strict=True):
            if code is not None:
                a_revoir = ligne["age"] in en_trop
                assiettes.append(servir(menu.plats, code, ligne["besoin"], a_revoir=a_revoir, genre=None))
    for annonce in await _annonces(ouvert.moment):
        if annonce.regimes or annonce.allergenes:
            besoin = Besoin(annonce.age, annonce.regimes, annonce.allergenes, annonce.nombre)
            assiettes.append(servir(menu.plats, "", besoin, a_revoir=False, genre=annonce.genre))
    return AssiettesVue(menu.version, assiettes)


def _ages_en_trop(lignes: Sequence[dict[str, Any]]) -> set[str]:
    """Les âges dont ce foyer décrit plus de convives qu'il n'a de parts."""
    decrits: dict[str, int] = {}
    for ligne in lignes:
        decrits[ligne["age"]] = decrits.get(ligne["age"], 0) + int(ligne["nombre"])
    return {ligne["age"] for ligne in lignes if decrits[ligne["age"]] > int(ligne["parts"])}


@lecture
async def depuis_sa_lecture(moment: UUID, lecteur: str, releve: Releve, langue: Langue) -> Differences | None:
    """Ce qui a changé depuis que ce lecteur a dit avoir lu l'effectif ; rien s'il ne l'a jamais lu."""
    lu = await EffectifLu.select().where(EffectifLu.moment == moment, EffectifLu.lecteur == lecteur).first()
    if lu is None:
        return None
    avant = msgspec.json.decode(lu["contenu"], type=Releve)
    return _differences(avant, releve, lu["lu_le"], langue, effaces=False)


def signer(clef: Clef, moment: UUID, arrete_le: datetime, releve: Releve) -> tuple[str, str]:
    """L'empreinte des besoins et la signature d'un effectif arrêté."""
    empreinte = clef.empreinte("effectif-besoins", moment.bytes + regles.texte_des_besoins(releve))
    texte = regles.texte_a_signer(moment, arrete_le, releve.parts, empreinte)
    return empreinte, clef.empreinte("effectif-arrete", texte)


def _arret(ligne: dict[str, Any], clef: Clef, parts: Parts, tolerance: int) -> ArretVue:
    arretees = msgspec.json.decode(ligne["nombres"], type=Parts)
    besoins = (
        msgspec.json.decode(ligne["besoins"], type=tuple[Besoin, ...]) if ligne["besoins"] is not None else ()
    )
    empreinte = ligne["empreinte_besoins"]
    juste = egaux(
        ligne["signature"],
        clef.empreinte(
            "effectif-arrete",
            regles.texte_a_signer(ligne["moment"], ligne["arrete_le"], arretees, empreinte),
        ),
    )
    if ligne["besoins"] is not None:
        vraie, _ = signer(clef, ligne["moment"], ligne["arrete_le"], Releve(arretees, besoins))
        juste = juste and egaux(empreinte, vraie)
    return ArretVue(
        arrete_le=ligne["arrete_le"],
        a_l_heure_dite=ligne["arrete_par"] is None,
        parts=arretees,
        besoins=besoins,
        signature=ligne["signature"],
        signature_juste=juste,
        depasse_tolerance=regles.depasse_tolerance(arretees, parts, tolerance),
    )


def _differences(
    avant: Releve, apres: Releve, depuis: datetime, langue: Langue, *, effaces: bool
) -> Differences:
    ecart = regles.ecarts_de_parts(avant.parts, apres.parts)
    plus, moins = regles.plus_et_moins(ecart)
    besoins = [] if effaces else regles.comparer_besoins(avant.besoins, apres.besoins)
    quand = mots.date_heure(langue, depuis, annee=False)
    if plus and moins:
        nombres = f"+{plus}, −{moins}"
    elif plus or moins:
        nombres = f"+{plus}" if plus else f"−{moins}"
    else:
        nombres = ""
    cle = "nombres" if nombres else "besoins" if besoins else "rien"
    phrase = traduire(langue, f"effectif.depuis.{cle}", nombres=nombres, quand=quand)
    return Differences(depuis, phrase, plus, moins, ecart, besoins, effaces)


async def _prevoir(
    compte: Compte, reglages: dict[str, Any], langue: Langue, maintenant: datetime
) -> Prevision:
    inscrits, annonces = compte.inscrits.assiettes, compte.annonces.assiettes
    lignes = await Bilan.raw(SQL_PASSES, maintenant, regles.EVENEMENTS_LUS)
    bilans = [msgspec.json.decode(ligne["contenu"], type=BilanVue) for ligne in lignes]
    passes = regles.passes_utiles(regles.Passe(b.personnes, b.venues or 0) for b in bilans)
    if len(passes) >= regles.EVENEMENTS_MIN:
        bornes = regles.prevoir_par_le_passe(inscrits, annonces, passes)
        phrase = traduire(langue, "effectif.prevision.passe", n=len(passes), bas=bornes[1], haut=bornes[2])
        return Prevision(*bornes, "passe", len(passes), phrase)
    bornes = regles.prevoir_par_parametres(
        inscrits, annonces, reglages["absents_milliemes"], reglages["passage_milliemes"]
    )
    phrase = traduire(langue, "effectif.prevision.parametres", bas=bornes[1], haut=bornes[2])
    return Prevision(*bornes, "parametres", 0, phrase)


async def _reglages(moment: UUID) -> dict[str, Any]:
    ligne = (
        await Banquet.select(
            Banquet.version_reglages,
            Banquet.arret_le,
            Banquet.tolerance_milliemes,
            Banquet.absents_milliemes,
            Banquet.passage_milliemes,
        )
        .where(Banquet.moment == moment)
        .first()
    )
    return ligne or SANS_REGLAGES


async def _annonces(moment: UUID) -> list[AnnonceVue]:
    lignes = (
        await ConviveAnnonce.select()
        .where(ConviveAnnonce.moment == moment)
        .order_by(ConviveAnnonce.cree_le, ConviveAnnonce.id)
    )
    return [
        AnnonceVue(
            li["id"], li["genre"], li["age"], li["nombre"], tuple(li["regimes"]), tuple(li["allergenes"])
        )
        for li in lignes
    ]


def _parts(ligne: dict[str, Any], prefixe: str) -> Parts:
    nombre: Callable[[str], int] = lambda nom: int(ligne[prefixe + nom] or 0)  # noqa: E731
    return Parts(nombre("adultes"), nombre("enfants"), nombre("tout_petits"))


def _parts_annoncees(annonces: Sequence[AnnonceVue]) -> Parts:
    def total(age: str) -> int:
        return sum(annonce.nombre for annonce in annonces if annonce.age == age)

    return Parts(total("adulte"), total("enfant"), total("tout_petit"))


def _besoin(ligne: dict[str, Any]) -> Besoin:
    return Besoin(ligne["age"], _mots(ligne["regimes"]), _mots(ligne["allergenes"]), int(ligne["nombre"]))


def _mots(valeur: object) -> tuple[str, ...]:
    lus = json.loads(valeur) if isinstance(valeur, str) else valeur
    return tuple(sorted(lus))  # type: ignore[arg-type]
