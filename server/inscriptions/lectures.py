"""Ce qu'on lit des inscriptions : une fonction par question, chacune rend une vue."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec
from piccolo.columns.combination import WhereRaw

from server.evenements.lectures import lire_lieu_bref
from server.evenements.tables import Evenement, Moment
from server.inscriptions import regles
from server.inscriptions.attente import COMPTE, VOULU, nombre_en_attente, nombre_tenu
from server.inscriptions.erreurs import InscriptionEffacee, InscriptionIntrouvable
from server.inscriptions.schemas import (
    AppelVue,
    Arrivees,
    BilanVue,
    CompteurMoment,
    Consequences,
    ConviveVue,
    EffectifRegime,
    EvenementInscrit,
    InscriptionEquipe,
    InscriptionVue,
    LiensInscription,
    PourAutrui,
    PresenceEquipe,
    PresenceVue,
    TableauInscriptions,
)
from server.inscriptions.tables import (
    Appel,
    Bilan,
    Convive,
    EffectifArrete,
    Inscription,
    Presence,
)
from server.inscriptions.tables import (
    InscriptionEffacee as Effacee,
)
from server.lieux.lectures import lire_communes
from server.socle import mots
from server.socle.base import lecture
from server.socle.requetes import Preparee
from server.socle.secrets import Clef, egaux, hacher
from server.socle.temps import a_paris
from server.socle.textes import Langue, plier, traduire

Filtre = Literal["sans_courriel", "non_confirme", "doublon", "annulees", "venues", "pas_venues"]
PAGE = 100
"""Foyers par page du tableau de l'équipe."""

SQL_COMPTEURS: Final = """
SELECT p.moment AS moment,
       SUM(CASE WHEN statut = 'confirmee' THEN adultes + enfants + tout_petits ELSE 0 END) AS confirmees,
       SUM(CASE WHEN proposee_jusqu_au IS NULL THEN 0
                WHEN statut = 'confirmee'
                THEN voulu_adultes + voulu_enfants + voulu_tout_petits - adultes - enfants - tout_petits
                WHEN statut = 'en_attente' THEN adultes + enfants + tout_petits
                ELSE 0 END) AS proposees,
       SUM(CASE WHEN attente_depuis IS NULL OR proposee_jusqu_au IS NOT NULL THEN 0
                WHEN statut = 'confirmee'
                THEN voulu_adultes + voulu_enfants + voulu_tout_petits - adultes - enfants - tout_petits
                ELSE adultes + enfants + tout_petits END) AS en_attente,
       SUM(CASE WHEN statut = 'confirmee' THEN 1 ELSE 0 END) AS foyers,
       SUM(CASE WHEN statut = 'en_attente' THEN 1 ELSE 0 END) AS foyers_en_attente,
       SUM(CASE WHEN statut = 'confirmee' THEN adultes ELSE 0 END) AS adultes,
       SUM(CASE WHEN statut = 'confirmee' THEN enfants ELSE 0 END) AS enfants,
       SUM(CASE WHEN statut = 'confirmee' THEN tout_petits ELSE 0 END) AS tout_petits,
       SUM(COALESCE(venue_adultes, 0) + COALESCE(venue_enfants, 0) + COALESCE(venue_tout_petits, 0)) AS venues
FROM presence p JOIN moment m ON m.id = p.moment
WHERE m.evenement = {}
GROUP BY p.moment
"""
"""Les sommes d'un évènement, moment par moment."""
SOMMES: Final = ("confirmees", "proposees", "en_attente", "foyers", "foyers_en_attente", "venues", *COMPTE)


# --- Le foyer -------------------------------------------------------------------------------------------------------


async def ouvrir_avec_jeton(identifiant: UUID, jeton: str) -> UUID:
    """L'inscription qu'ouvre ce secret ; la même réponse pour un identifiant inconnu et un secret faux."""
    ligne = await Inscription.select(Inscription.jeton_hache).where(Inscription.id == identifiant).first()
    if ligne is None:
        if await Effacee.exists().where(Effacee.id == identifiant):
            raise InscriptionEffacee()
        raise InscriptionIntrouvable()
    if not egaux(ligne["jeton_hache"], hacher(jeton)):
        raise InscriptionIntrouvable()
    return identifiant


async def adresses_de(identifiant: UUID) -> list[str]:
    """Les adresses à qui l'on écrit au sujet d'une inscription."""
    ligne = (
        await Inscription.select(Inscription.courriel, Inscription.pour_autrui_courriel)
        .where(Inscription.id == identifiant)
        .first()
    )
    return [adresse for adresse in (ligne or {}).values() if adresse]


async def versions_des_liens(identifiants: Sequence[UUID]) -> dict[UUID, int]:
    """La version qui fait foi pour les liens de chaque inscription ; celles qui n'existent pas n'y sont pas."""
    if not identifiants:
        return {}
    lignes = await Inscription.select(Inscription.id, Inscription.version_liens).where(
        Inscription.id.is_in(list(identifiants))
    )
    return {ligne["id"]: int(ligne["version_liens"]) for ligne in lignes}


class LienOuvert(msgspec.Struct, frozen=True):
    """Ce qu'ouvre un lien."""

    inscription: UUID
    version: int
    par_courriel: bool
    """Reçu par courriel : qui le tient lit cette boîte aux lettres."""


async def ouvrir_lien(lien: str, clef: Clef) -> LienOuvert:
    """L'inscription qu'ouvre un lien ; lève `InscriptionIntrouvable` s'il ne marche pas ou plus."""
    identifiant = identifiant_du_lien(lien)
    version = (await versions_des_liens([identifiant])).get(identifiant) if identifiant else None
    if identifiant is not None and version is not None:
        for par_courriel in (True, False):
            if egaux(lien, lien_de(clef, identifiant, version, par_courriel=par_courriel)):
                return LienOuvert(identifiant, version, par_courriel)
    raise InscriptionIntrouvable()


_INSCRIPTION: Final = Preparee(lambda identifiant: Inscription.select().where(Inscription.id == identifiant))
_EVENEMENT: Final = Preparee(
    lambda evenement: Evenement.select(
        Evenement.slug,
        Evenement.version,
        Evenement.titre,
        Evenement.statut,
        Evenement.motif,
        Evenement.debut,
        Evenement.fin,
        Evenement.lieu,
        Evenement.lien_en_ligne,
        Evenement.cloture_le,
        Evenement.inscriptions_closes,
    ).where(Evenement.id == evenement)
)
_PRESENCES: Final = Preparee(
    lambda identifiant: _select_presences().where(Presence.inscription == identifiant)
)
_ARRETS: Final = Preparee(
    lambda identifiant: EffectifArrete.select(EffectifArrete.moment, EffectifArrete.arrete_le).where(
        EffectifArrete.leve_le.is_null(),
        EffectifArrete.moment.is_in(
            Presence.select(Presence.moment).where(Presence.inscription == identifiant)
        ),
    )
)
_CONVIVES: Final = Preparee(
    lambda identifiant: Convive.select().where(Convive.inscription == identifiant).order_by(Convive.id)
)


@lecture
async def lire_inscription(
    identifiant: UUID, clef: Clef, url: str, maintenant: datetime, *, par_courriel: bool = False
) -> InscriptionVue:
    """L'inscription entière, pour le foyer. `par_courriel` : pour lui écrire, avec le lien qui prouve qu'il l'a lu."""
    ligne = await _INSCRIPTION.premiere(identifiant)
    if ligne is None:
        if await Effacee.exists().where(Effacee.id == identifiant):
            raise InscriptionEffacee()
        raise InscriptionIntrouvable()
    inscrit = await _EVENEMENT.premiere(ligne["evenement"])
    assert inscrit is not None
    ouvert = _est_modifiable(ligne, inscrit, maintenant)
    evenement = await _evenement_inscrit(inscrit, url)
    presences = await _presences_du_foyer(identifiant)
    convives = await _CONVIVES.lignes(identifiant)
    lien = lien_de(clef, identifiant, ligne["version_liens"], par_courriel=par_courriel)
    return InscriptionVue(
        id=identifiant,
        evenement=evenement,
        courriel_confirme=ligne["courriel_confirme_le"] is not None,
        presences=presences,
        convives=[
            ConviveVue(c["age"], c["nombre"], c["regimes"], c["allergenes"], code)
            for c, code in zip(convives, regles.codes_d_assiette(ligne["assiette"], convives), strict=True)
        ],
        pour_autrui=_pour_autrui(ligne),
        modifiable=ouvert,
        liens=LiensInscription(
            gerer=f"{url}/i/{lien}",
            ics=f"{url}/evenements/{evenement.slug}.ics",
            qr=f"{url}/qr/{ligne['code_accueil']}.svg",
            agenda=f"{url}/mon-agenda/{_lien_agenda(clef, ligne)}.ics",
        ),
        **{
            nom: ligne[nom]
            for nom in (
                "prenom", "courriel", "telephone", "commune", "accord_regimes", "contributions", "besoins", "message",
                "premiere_fois", "accepte_attente", "tout_ou_rien", "langue", "code_accueil", "origine", "cree_le",
                "modifie_le", "annulee_le",
            )
        },
    )  # fmt: skip


def lien_de(clef: Clef, identifiant: UUID, version: int, *, par_courriel: bool) -> str:
    """Le secret du lien qui ouvre une inscription : son identifiant, puis sa preuve.

    Celui d'un courriel n'est connu que de qui le lit : lui seul permet de confirmer l'adresse.
    """
    usage = "gerer-courriel" if par_courriel else "gerer"
    return f"{identifiant.hex}{clef.deriver(usage, str(identifiant), version)}"


async def ouvrir_lien_agenda(lien: str, clef: Clef) -> UUID:
    """L'inscription dont ce lien montre l'agenda ; lève `InscriptionIntrouvable` s'il ne marche pas ou plus."""
    identifiant = identifiant_du_lien(lien)
    ligne = (
        await Inscription.select(Inscription.id, Inscription.version_liens, Inscription.version_agenda)
        .where(Inscription.id == identifiant)
        .first()
        if identifiant
        else None
    )
    if ligne is None or not egaux(lien, _lien_agenda(clef, ligne)):
        raise InscriptionIntrouvable()
    return UUID(str(ligne["id"]))


def _lien_agenda(clef: Clef, ligne: dict[str, Any]) -> str:
    """Un usage à part : il ne fait que lire. Il se révoque seul, ou avec tous les autres."""
    preuve = clef.deriver("agenda", f"{ligne['id']} {ligne['version_liens']}", ligne["version_agenda"])
    return f"{ligne['id'].hex}{preuve}"


def identifiant_du_lien(lien: str) -> UUID | None:
    """L'inscription dont parle un lien ; ne dit pas s'il est bon."""
    try:
        return UUID(lien[:32]) if len(lien) == 32 + 22 else None
    except ValueError:
        return None


async def _evenement_inscrit(ligne: dict[str, Any], url: str) -> EvenementInscrit:
    champs = ("slug", "version", "titre", "statut", "motif", "debut", "fin", "lien_en_ligne")
    return EvenementInscrit(
        lieu=await lire_lieu_bref(ligne["lieu"]),
        url=f"{url}/evenements/{ligne['slug']}",
        **{nom: ligne[nom] for nom in champs},
    )


async def _presences_du_foyer(identifiant: UUID) -> list[PresenceVue]:
    lignes = await _PRESENCES.lignes(identifiant)
    rangs = await _rangs([ligne["moment"] for ligne in lignes if ligne["attente_depuis"] is not None])
    mange = any(ligne["moment_genre"] == "banquet" for ligne in lignes)
    arrets = {li["moment"]: li["arrete_le"] for li in await _ARRETS.lignes(identifiant)} if mange else {}
    return [
        PresenceVue(
            effectif_arrete_le=arrets.get(ligne["moment"]),
            genre=ligne["moment_genre"],
            titre=ligne["moment_titre"],
            debut=ligne["moment_debut"],
            fin=ligne["moment_fin"],
            rang_attente=rangs.get(ligne["id"]),
            en_plus=_en_plus(ligne),
            **{n: ligne[n] for n in ("moment", "statut", *COMPTE, *VOULU, "tarif", "proposee_jusqu_au")},
        )
        for ligne in lignes
        if ligne["moment_retire"] is None
    ]


def _select_presences() -> Any:
    return Presence.select(
        *Presence.all_columns(),
        Presence.moment.genre.as_alias("moment_genre"),
        Presence.moment.titre.as_alias("moment_titre"),
        Presence.moment.debut.as_alias("moment_debut"),
        Presence.moment.fin.as_alias("moment_fin"),
        Presence.moment.retire_le.as_alias("moment_retire"),
        Presence.tarif.nom.as_alias("tarif_nom"),
    ).order_by(Presence.moment.rang)


async def _lignes_de_presence(inscriptions: Sequence[UUID]) -> list[dict[str, Any]]:
    if not inscriptions:
        return []
    lignes: list[dict[str, Any]] = await _select_presences().where(
        Presence.inscription.is_in(list(inscriptions))
    )
    return lignes


def _en_plus(ligne: dict[str, Any]) -> int:
    return nombre_en_attente(ligne) if ligne["statut"] == "confirmee" else 0


async def _rangs(moments: Iterable[UUID]) -> dict[int, int]:
    """Rang de chaque présence dans la file de ces moments, à partir de 1."""
    voulus = list(dict.fromkeys(moments))
    if not voulus:
        return {}
    lignes = await Presence.select(
        Presence.id, Presence.moment, Presence.inscription, Presence.attente_depuis
    ).where(Presence.moment.is_in(voulus), Presence.attente_depuis.is_not_null())
    rangs: dict[int, int] = {}
    comptes: dict[UUID, int] = {}
    for ligne in sorted(lignes, key=lambda li: (li["attente_depuis"], str(li["inscription"]))):
        comptes[ligne["moment"]] = rangs[ligne["id"]] = comptes.get(ligne["moment"], 0) + 1
    return rangs


def _est_modifiable(ligne: dict[str, Any], evenement: dict[str, Any], maintenant: datetime) -> bool:
    cloture = evenement["cloture_le"] or evenement["debut"]
    return (
        ligne["annulee_le"] is None
        and evenement["statut"] in ("publie", "reporte")
        and not evenement["inscriptions_closes"]
        and cloture is not None
        and maintenant < cloture
    )


def _pour_autrui(ligne: dict[str, Any]) -> PourAutrui | None:
    if not ligne["pour_autrui_prenom"]:
        return None
    return PourAutrui(
        ligne["pour_autrui_prenom"], ligne["pour_autrui_courriel"], ligne["pour_autrui_telephone"]
    )


# --- L'équipe -------------------------------------------------------------------------------------------------------


async def evenement_de(identifiant: UUID) -> int:
    """L'évènement d'une inscription ; lève `InscriptionIntrouvable`."""
    ligne = await Inscription.select(Inscription.evenement).where(Inscription.id == identifiant).first()
    if ligne is None:
        raise InscriptionIntrouvable()
    return int(ligne["evenement"])


async def lire_pour_equipe(identifiant: UUID) -> InscriptionEquipe:
    """Une inscription, vue par qui accueille et rappelle."""
    lignes = await Inscription.select(
        *Inscription.all_columns(), Inscription.saisie_par.prenom.as_alias("saisie")
    ).where(Inscription.id == identifiant)
    if not lignes:
        raise InscriptionIntrouvable()
    return (await _en_vues(lignes))[0]


async def lire_tableau(
    evenement: int,
    *,
    q: str | None = None,
    moment: UUID | None = None,
    statut: str | None = None,
    filtre: Filtre | None = None,
    origine: str | None = None,
    curseur: int = 0,
    limite: int = PAGE,
) -> TableauInscriptions:
    """Les inscrits d'un évènement, les derniers d'abord, filtrés ; et les compteurs de ses moments."""
    condition = _filtrer(evenement, q, moment, statut, filtre, origine)
    total = await Inscription.count().where(*condition)
    lignes = (
        await Inscription.select(*Inscription.all_columns(), Inscription.saisie_par.prenom.as_alias("saisie"))
        .where(*condition)
        .order_by(Inscription.cree_le, Inscription.id, ascending=False)
        .limit(limite)
        .offset(curseur)
    )
    suivant = curseur + limite
    return TableauInscriptions(
        compteurs=await lire_compteurs(evenement),
        elements=await _en_vues(lignes),
        suivant=str(suivant) if suivant < total else None,
        total=total,
    )


async def lire_tous(evenement: int) -> list[InscriptionEquipe]:
    """Tous les inscrits, dans l'ordre des prénoms : pour l'export et l'impression."""
    lignes = await (
        Inscription.select(*Inscription.all_columns(), Inscription.saisie_par.prenom.as_alias("saisie"))
        .where(Inscription.evenement == evenement)
        .order_by(Inscription.prenom, Inscription.id)
    )
    return await _en_vues(lignes)


def _filtrer(
    evenement: int,
    q: str | None,
    moment: UUID | None,
    statut: str | None,
    filtre: Filtre | None,
    origine: str | None,
) -> list[Any]:
    condition: list[Any] = [Inscription.evenement == evenement]
    if q and q.strip():
        chiffres = regles.telephone_plie(q)
        mots = [chiffres] if len(chiffres) >= 4 and not any(c.isalpha() for c in q) else plier(q).split()
        condition += [Inscription.recherche.like(f"%{mot}%") for mot in mots]
    if moment is not None or statut is not None:
        sql = "EXISTS (SELECT 1 FROM presence p WHERE p.inscription = inscription.id"
        valeurs: list[Any] = []
        if moment is not None:
            sql, valeurs = sql + " AND p.moment = {}", [*valeurs, moment]
        if statut is not None:
            sql, valeurs = sql + " AND p.statut = {}", [*valeurs, statut]
        condition.append(WhereRaw(sql + ")", *valeurs))
    if origine is not None:
        condition.append(Inscription.origine == origine)
    venue = (
        "EXISTS (SELECT 1 FROM presence p WHERE p.inscription = inscription.id AND p.venue_le IS NOT NULL)"
    )
    match filtre:
        case "sans_courriel":
            condition.append(Inscription.courriel.is_null())
        case "non_confirme":
            condition += [Inscription.courriel.is_not_null(), Inscription.courriel_confirme_le.is_null()]
        case "doublon":
            condition.append(Inscription.doublon.eq(True))
        case "venues":
            condition.append(WhereRaw(venue))
        case "pas_venues":
            condition += [WhereRaw(f"NOT {venue}"), Inscription.annulee_le.is_null()]
        case _:
            pass
    if filtre == "annulees":
        condition.append(Inscription.annulee_le.is_not_null())
    elif statut != "annulee":
        condition.append(Inscription.annulee_le.is_null())
    return condition


async def _en_vues(lignes: list[dict[str, Any]]) -> list[InscriptionEquipe]:
    presences: dict[UUID, list[dict[str, Any]]] = {}
    for presence in await _lignes_de_presence([ligne["id"] for ligne in lignes]):
        presences.setdefault(presence["inscription"], []).append(presence)
    attentes = [p["moment"] for ps in presences.values() for p in ps if p["attente_depuis"] is not None]
    rangs = await _rangs(attentes)
    communes = (await lire_communes()).par_code
    return [
        InscriptionEquipe(
            courriel_confirme=ligne["courriel_confirme_le"] is not None,
            commune_nom=communes[ligne["commune"]].nom if ligne["commune"] in communes else None,
            presences=[_presence_equipe(p, rangs) for p in presences.get(ligne["id"], [])],
            pour_autrui=_pour_autrui(ligne),
            saisie_par=ligne["saisie"],
            **{
                nom: ligne[nom]
                for nom in (
                    "id", "prenom", "courriel", "telephone", "commune", "contributions", "besoins", "message",
                    "premiere_fois", "origine", "doublon", "code_accueil", "cree_le", "modifie_le", "annulee_le",
                )
            },
        )
        for ligne in lignes
    ]  # fmt: skip


def _presence_equipe(ligne: dict[str, Any], rangs: dict[int, int]) -> PresenceEquipe:
    return PresenceEquipe(
        tarif=ligne["tarif_nom"],
        rang_attente=rangs.get(ligne["id"]),
        en_plus=_en_plus(ligne),
        **{
            nom: ligne[nom]
            for nom in (
                "moment", "statut", *COMPTE, "proposee_jusqu_au", "venue_adultes", "venue_enfants",
                "venue_tout_petits", "venue_le",
            )
        },
    )  # fmt: skip


async def lire_compteurs(evenement: int) -> list[CompteurMoment]:
    """Où en est chaque moment : confirmées, places tenues, en attente, venues."""
    moments = (
        await Moment.select(Moment.id, Moment.genre, Moment.titre, Moment.jauge, Moment.pris)
        .where(Moment.evenement == evenement, Moment.retire_le.is_null())
        .order_by(Moment.rang)
    )
    if not moments:
        return []
    sommes = await Presence.raw(SQL_COMPTEURS, evenement)
    par_moment = {_uuid(s.pop("moment")): s for s in sommes}
    vide = dict.fromkeys(SOMMES, 0)
    return [
        CompteurMoment(
            moment=m["id"],
            genre=m["genre"],
            titre=m["titre"],
            jauge=m["jauge"],
            pris=m["pris"],
            depassement=max(0, m["pris"] - m["jauge"]) if m["jauge"] is not None else 0,
            **{nom: int(valeur) for nom, valeur in par_moment.get(m["id"], vide).items()},
        )
        for m in moments
    ]


async def lire_arrivees(evenement: int) -> list[Arrivees]:
    """Inscriptions reçues par jour de Paris, dans l'ordre des jours."""
    lignes = await Presence.raw(
        "SELECT i.id AS id, i.cree_le AS cree_le, MAX(p.adultes + p.enfants + p.tout_petits) AS personnes "
        "FROM inscription i JOIN presence p ON p.inscription = i.id "
        "WHERE i.evenement = {} AND i.annulee_le IS NULL GROUP BY i.id, i.cree_le",
        evenement,
    )
    jours: dict[str, list[int]] = {}
    for ligne in lignes:
        instant = ligne["cree_le"]
        if isinstance(instant, str):
            instant = datetime.fromisoformat(instant)
        jours.setdefault(a_paris(instant).date().isoformat(), []).append(int(ligne["personnes"]))
    return [Arrivees(jour, len(personnes), sum(personnes)) for jour, personnes in sorted(jours.items())]


async def lire_regimes(evenement: int) -> list[EffectifRegime]:
    """Les régimes et allergies, ensemble et comptés, des foyers confirmés à un banquet. Sans nom.

    Un foyer qui a réduit sa table sans redire qui mange ne compte pas plus d'assiettes qu'il n'a de places ; aucune
    allergie n'est oubliée pour autant.
    """
    lignes = await Convive.raw(
        "SELECT c.age AS age, c.regimes AS regimes, c.allergenes AS allergenes, "
        "SUM(CASE WHEN c.nombre < f.places THEN c.nombre ELSE f.places END) AS nombre "
        "FROM convive c JOIN (SELECT p.inscription AS id, MAX(p.adultes + p.enfants + p.tout_petits) AS places "
        "FROM presence p JOIN moment m ON m.id = p.moment WHERE m.evenement = {} AND p.statut = 'confirmee' "
        "AND m.genre = 'banquet' AND m.retire_le IS NULL GROUP BY p.inscription) f ON f.id = c.inscription "
        "GROUP BY c.age, c.regimes, c.allergenes",
        evenement,
    )
    vues = [
        EffectifRegime(_liste(li["regimes"]), _liste(li["allergenes"]), li["age"], int(li["nombre"]))
        for li in lignes
    ]
    return sorted(vues, key=lambda v: (-v.nombre, v.age, v.regimes, v.allergenes))


async def lire_consequences(evenement: int) -> Consequences:
    """Combien de foyers seraient prévenus d'un changement, et comment."""
    lignes = await Inscription.select(Inscription.courriel, Inscription.pour_autrui_courriel).where(
        Inscription.evenement == evenement, Inscription.annulee_le.is_null()
    )
    par_courriel = sum(1 for ligne in lignes if ligne["courriel"] or ligne["pour_autrui_courriel"])
    return Consequences(par_courriel=par_courriel, a_appeler=len(lignes) - par_courriel)


async def lire_appels(evenement: int, langue: Langue) -> list[AppelVue]:
    """Qui appeler, et quoi dire, avec la date et le lieu d'aujourd'hui ; ce qui reste à faire d'abord."""
    annonce = await _EVENEMENT.premiere(evenement)
    assert annonce is not None
    annonce = annonce | {"lieu": await lire_lieu_bref(annonce["lieu"])}
    lignes = (
        await Appel.select(
            *Appel.all_columns(),
            Appel.inscription.prenom.as_alias("prenom"),
            Appel.inscription.telephone.as_alias("telephone"),
            Appel.inscription.pour_autrui_telephone.as_alias("autre_telephone"),
            Appel.fait_par.prenom.as_alias("par"),
        )
        .where(Appel.evenement == evenement)
        .order_by(Appel.cree_le, Appel.id)
    )
    vues = [
        AppelVue(
            id=ligne["id"],
            inscription=ligne["inscription"],
            prenom=ligne["prenom"],
            telephone=ligne["telephone"] or ligne["autre_telephone"],
            motif=ligne["motif"],
            phrase=_dire_appel(
                langue, regles.nouvelles(ligne["motif"], json.loads(ligne["details"])), annonce
            ),
            cree_le=ligne["cree_le"],
            fait_le=ligne["fait_le"],
            fait_par=ligne["par"],
            note=ligne["note"],
        )
        for ligne in lignes
    ]
    return sorted(vues, key=lambda vue: vue.fait_le is not None)


def _dire_appel(langue: Langue, nouvelles: Sequence[regles.Nouvelle], evenement: dict[str, Any]) -> str:
    """Une phrase par nouvelle : ce qui arrive à l'évènement, puis à ses moments, puis aux places de ce foyer."""
    debut, lieu = evenement["debut"], evenement["lieu"]
    quand = mots.periode(langue, debut, evenement["fin"]) if debut else ""
    morceaux = (lieu.nom, lieu.adresse, lieu.commune.nom) if lieu else (traduire(langue, "appels.sans_lieu"),)
    valeurs = {"quand": quand, "ou": ", ".join(filter(None, morceaux)), "annonce": evenement["motif"]}
    phrases = []
    for nouvelle in sorted(nouvelles, key=regles.sujet):
        motif, ancien = nouvelle["motif"], nouvelle.get("ancien_debut")
        ancien_debut = datetime.fromisoformat(ancien) if ancien else None
        if debut is None and motif in ("evenement_reporte", "evenement_modifie", "evenement_retabli"):
            motif = "evenement_sans_date"
        elif motif == "evenement_modifie" and ancien_debut is not None and ancien_debut != debut:
            motif = "evenement_reporte"
        jusqu_au = nouvelle.get("jusqu_au")
        valeurs["limite"] = mots.date_heure(langue, datetime.fromisoformat(jusqu_au)) if jusqu_au else ""
        valeurs["moment"] = nouvelle.get("titre") or traduire(langue, f"genres.{nouvelle.get('genre')}.nom")
        phrases.append(traduire(langue, f"appels.{motif}", **valeurs))
    return " ".join(phrases)


async def evenement_de_l_appel(appel: int) -> int | None:
    ligne = await Appel.select(Appel.evenement).where(Appel.id == appel).first()
    return None if ligne is None else int(ligne["evenement"])


async def lire_bilan(evenement: int) -> BilanVue | None:
    """Ce qui reste d'un évènement une fois les régimes effacés ; rien avant le lendemain."""
    ligne = await Bilan.select(Bilan.contenu).where(Bilan.evenement == evenement).first()
    return None if ligne is None else msgspec.json.decode(ligne["contenu"], type=BilanVue)


# --- Vérifier -------------------------------------------------------------------------------------------------------


async def verifier_places() -> list[str]:
    """Recompte chaque moment ; rend une phrase par écart (aucune : tout est juste)."""
    tenues: dict[UUID, int] = {}
    ecarts: list[str] = []
    async for ligne in _toutes_les_presences():
        tenues[ligne["moment"]] = tenues.get(ligne["moment"], 0) + nombre_tenu(ligne)
        attend = ligne["attente_depuis"] is not None
        devrait = ligne["statut"] == "en_attente" or (
            ligne["statut"] == "confirmee" and ligne["voulu_adultes"] is not None
        )
        if attend != devrait:
            ecarts.append(
                f"présence {ligne['id']} : {ligne['statut']}, attente {'dite' if attend else 'tue'}"
            )
    for moment in await Moment.select(Moment.id, Moment.titre, Moment.genre, Moment.pris):
        vrai = tenues.get(moment["id"], 0)
        if vrai != moment["pris"]:
            nom = moment["titre"] or moment["genre"]
            ecarts.append(f"moment {moment['id']} ({nom}) : compteur {moment['pris']}, présences {vrai}")
    return ecarts


async def _toutes_les_presences() -> Any:
    dernier = 0
    while True:
        lignes = await Presence.select().where(Presence.id > dernier).order_by(Presence.id).limit(5000)
        for ligne in lignes:
            yield ligne
        if len(lignes) < 5000:
            return
        dernier = lignes[-1]["id"]


def _uuid(valeur: object) -> UUID:
    return valeur if isinstance(valeur, UUID) else UUID(str(valeur))


def _liste(valeur: object) -> list[str]:
    return list(json.loads(valeur)) if isinstance(valeur, str) else list(valeur)  # type: ignore[call-overload]
