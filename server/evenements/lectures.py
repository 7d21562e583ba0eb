"""Ce que l'on demande aux évènements, sans rien y changer. Les listes se décident dans `agenda.py`."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from server.comptes.schemas import Auteur
from server.evenements import permissions, regles
from server.evenements.agenda import LIGNES_MAX, Phase, conditions_de, lire_fenetre, parcourir, phase_datee
from server.evenements.erreurs import CycleInconnu, EvenementInconnu, GestionInterdite, ThemeInconnu
from server.evenements.lignes import (
    DEPUIS_PLEIN,
    PLEIN,
    Dossier,
    Ligne,
    contenu_de,
    est_sans_date,
    etiquettes_de,
    lire_etiquettes,
    lire_lieu_bref,
    lire_ligne,
    lire_moments,
    lire_structures,
    lire_tarifs,
    ouvrir_dossier,
    ouvrir_ligne,
    sont_ouvertes,
    statut_public,
    trous,
    vers_formats,
    vers_image,
    vers_lieu,
    vers_prix,
    vers_structures,
    vers_themes,
)
from server.evenements.schemas import (
    ActeVue,
    Contact,
    CoorganisationVue,
    CycleBref,
    CycleVue,
    EvenementBref,
    EvenementDeListe,
    EvenementEquipe,
    EvenementVue,
    Filtres,
    InscriptionsVue,
    ListeEquipe,
    ListeEvenements,
    ManqueVue,
    MomentBref,
    MomentEquipe,
    MomentVue,
    PlacesEvenement,
    PlacesMoment,
    Statut,
    ThemeVue,
)
from server.evenements.tables import (
    Cycle,
    Evenement,
    JournalEvenement,
    Theme,
)
from server.lieux.lectures import lire_territoire
from server.socle.base import lecture
from server.socle.erreurs import DemandeInvalide, ErreurDeChamp
from server.socle.textes import plier
from server.structures.lectures import lire_structure, roles_de

Droit = Literal["voir", "modifier", "publier", "annuler", "voir_inscriptions", "tenir_la_porte"]
Periode = Literal["a_venir", "passes"]

__all__ = [
    "exiger_droit_sur", "liens_de", "lire_apercu", "lire_contact", "lire_cycle", "lire_equipe", "lire_lieu_bref",
    "lire_places", "lire_public", "lister_cycles", "lister_equipe", "lister_mois", "lister_publics", "lister_themes", "slugs_publics",
    "tranches_publiques",
]  # fmt: skip

LIMITE_MAX: Final = 100
LOT_DU_PLAN: Final = 1000

_PERMISSIONS: Final = {
    "voir": permissions.peut_voir,
    "modifier": permissions.peut_modifier,
    "publier": permissions.peut_publier,
    "annuler": permissions.peut_annuler,
    "voir_inscriptions": permissions.peut_voir_inscriptions,
    "tenir_la_porte": permissions.peut_tenir_la_porte,
}


class EvenementEtiquete(msgspec.Struct, frozen=True):
    """Un évènement public et ce qui le périme, pour qui en fait un document."""

    id: int
    vue: EvenementVue
    etiquettes: frozenset[str]
    perime_le: datetime | None


class CycleEtiquete(msgspec.Struct, frozen=True):
    """Un cycle et ce qui le périme."""

    vue: CycleVue
    etiquettes: frozenset[str]


# --- listes publiques -----------------------------------------------------------------------------------------------


async def lister_publics(
    filtres: Filtres, curseur: str | None, limite: int, maintenant: datetime, url: str
) -> tuple[ListeEvenements, datetime | None]:
    """Une page de l'agenda, et l'instant où le temps seul la changera. `url` : adresse publique de l'installation.

    Ce qui vient d'abord ; puis, sans `du` ni `au`, ce qui est reporté à une date encore inconnue. Les annulés restent
    jusqu'à la date prévue. Lève `DemandeInvalide` (jour impossible, curseur altéré).
    """
    fenetre = lire_fenetre(filtres, maintenant)
    conditions, valeurs = await conditions_de(filtres)
    phases = [phase_datee(fenetre, conditions, valeurs)]
    if fenetre.avec_date_a_venir:
        encore = "(e.statut <> 'annule' OR e.debut_initial > {})"
        phases.append(Phase("n", "n", ("e.debut IS NULL", encore, *conditions), (maintenant, *valeurs)))
    lignes, suivant = await parcourir(phases, curseur, limite)
    elements = await _brefs(lignes, maintenant, url)
    echeances = [i for ligne in lignes for i in _echeances(ligne)]
    perime_le = regles.prochain_changement(
        maintenant, regles.minuit_suivant(maintenant), fenetre.jusqu_a, *echeances
    )
    return ListeEvenements(elements, suivant), perime_le


async def lister_mois(
    annee: int, mois: int, filtres: Filtres, maintenant: datetime, url: str
) -> tuple[list[EvenementBref], datetime | None]:
    """Les évènements d'un mois de Paris, passés compris, et l'instant où le temps seul changera la page.

    Les jours des filtres (`du`, `au`) ne comptent pas ici. Lève `DemandeInvalide` pour un mois qui n'existe pas.
    """
    if not (1 <= mois <= 12 and regles.PREMIER_INSTANT.year < annee < regles.DERNIER_INSTANT.year - 1):
        raise DemandeInvalide([ErreurDeChamp("mois", "jour_invalide")])
    premier = datetime(annee, mois, 1, tzinfo=UTC).date()
    suivant = (premier + timedelta(days=32)).replace(day=1)
    fenetre = regles.Fenetre(
        *regles.bornes_du_premier_jour(premier),
        regles.debut_du_jour(suivant),
        passee=False,
        avec_date_a_venir=False,
    )
    phase = phase_datee(fenetre, *await conditions_de(filtres))
    lignes, _ = await parcourir([phase], None, LIGNES_MAX)
    echeances = [i for ligne in lignes for i in _echeances(ligne)]
    return await _brefs(lignes, maintenant, url), regles.prochain_changement(
        maintenant, regles.minuit_suivant(maintenant), *echeances
    )


def _echeances(ligne: Ligne) -> tuple[datetime | None, ...]:
    cloture = regles.cloture_effective(ligne["debut"], ligne["fin"], ligne["cloture_le"])
    return ligne["debut"], ligne["fin"], cloture, ligne["debut_initial"]


async def _brefs(lignes: Sequence[Ligne], maintenant: datetime, url: str) -> list[EvenementBref]:
    if not lignes:
        return []
    cles = [ligne["id"] for ligne in lignes]
    etiquettes = await lire_etiquettes(cles)
    structures = await lire_structures(cles)
    moments = await lire_moments(cles)
    tarifs = await lire_tarifs([m["id"] for ms in moments.values() for m in ms if m["prix_mode"] == "tarifs"])
    return [
        _bref(
            ligne, etiquettes.get(ligne["id"], []), structures.get(ligne["id"], []), moments.get(ligne["id"], []),
            tarifs, maintenant, url,
        )
        for ligne in lignes
    ]  # fmt: skip


def _bref(
    ligne: Ligne,
    etiquettes: list[Ligne],
    structures: list[Ligne],
    moments: list[Ligne],
    tarifs: Mapping[UUID, list[Ligne]],
    maintenant: datetime,
    url: str,
) -> EvenementBref:
    return EvenementBref(
        slug=ligne["slug"],
        version=ligne["version"],
        titre=ligne["titre"],
        resume=ligne["resume"],
        statut=statut_public(ligne, maintenant),
        motif=ligne["motif"],
        debut=ligne["debut"],
        fin=ligne["fin"],
        formats=vers_formats(etiquettes),
        themes=vers_themes(etiquettes),
        gratuit=regles.est_gratuit((m["genre"], m["prix_mode"]) for m in moments),
        en_ligne=ligne["en_ligne"],
        lieu=vers_lieu(ligne, "lieu_"),
        structures=vers_structures(structures),
        moments=[_moment_bref(m, tarifs.get(m["id"], [])) for m in moments],
        image=vers_image(ligne),
        inscriptions_ouvertes=sont_ouvertes(ligne, moments, maintenant),
        url=f"{url}/evenements/{ligne['slug']}",
    )


def _moment_bref(m: Ligne, tarifs: Sequence[Ligne]) -> MomentBref:
    montants = [tarif["montant_centimes"] for tarif in tarifs]
    return MomentBref(
        id=m["id"],
        genre=m["genre"],
        titre=m["titre"],
        debut=m["debut"],
        fin=m["fin"],
        prix_mode=m["prix_mode"],
        tarif_bas_centimes=min(montants, default=None),
        tarif_haut_centimes=max(montants, default=None),
        sur_inscription=m["sur_inscription"],
        niveau=regles.niveau_places(m["jauge"], m["pris"]),
    )


# --- un évènement, pour tous ----------------------------------------------------------------------------------------


async def lire_public(slug: str, maintenant: datetime, url: str) -> EvenementVue:
    """Un évènement publié ; lève `EvenementInconnu`, aussi pour un brouillon."""
    return (await lire_public_etiquete(slug, maintenant, url)).vue


async def lire_public_etiquete(slug: str, maintenant: datetime, url: str) -> EvenementEtiquete:
    """Un évènement publié et ce qui le périme ; lève `EvenementInconnu`."""
    ligne = await lire_ligne("e.slug = {} AND e.statut <> 'brouillon'", slug)
    dossier = await ouvrir_ligne(ligne)
    instants = [*_echeances(ligne), *(i for m in dossier.moments for i in (m["debut"], m["fin"]))]
    return EvenementEtiquete(
        id=ligne["id"],
        vue=_vue(dossier, maintenant, url),
        etiquettes=etiquettes_de(ligne, dossier.coorganisations),
        perime_le=regles.prochain_changement(maintenant, *instants),
    )


async def lire_apercu(slug: str, auteur: Auteur, maintenant: datetime, url: str) -> EvenementVue:
    """L'évènement tel qu'il sera publié ; lève `EvenementInconnu` pour qui n'y est pas lié."""
    await exiger_droit_sur(auteur, slug, "voir")
    return _vue(await ouvrir_ligne(await lire_ligne("e.slug = {}", slug)), maintenant, url)


async def lire_public_par_id(evenement: int, maintenant: datetime, url: str) -> EvenementVue:
    """Le même, par son identifiant : pour qui écrit aux personnes inscrites."""
    ligne = await lire_ligne("e.id = {} AND e.statut <> 'brouillon'", evenement)
    return _vue(await ouvrir_ligne(ligne), maintenant, url)


@lecture
async def lire_publics(evenements: Sequence[int], maintenant: datetime, url: str) -> dict[int, EvenementVue]:
    """Plusieurs évènements publics, par leur identifiant ; ceux qui ne le sont plus n'y sont pas."""
    lignes = await Evenement.raw(
        f"SELECT {PLEIN} {DEPUIS_PLEIN} WHERE e.id IN ({trous(evenements)}) AND e.statut <> 'brouillon'",
        *evenements,
    )
    etiquettes = await lire_etiquettes(evenements)
    structures = await lire_structures(evenements)
    moments = await lire_moments(evenements)
    tarifs = await lire_tarifs([m["id"] for ms in moments.values() for m in ms if m["prix_mode"] == "tarifs"])
    return {
        ligne["id"]: _vue(
            Dossier(
                ligne=ligne,
                etiquettes=etiquettes.get(ligne["id"], []),
                coorganisations=structures.get(ligne["id"], []),
                moments=moments.get(ligne["id"], []),
                tarifs=tarifs,
            ),
            maintenant,
            url,
        )
        for ligne in lignes
    }


async def lire_contact(vue: EvenementVue) -> Contact | None:
    """À qui poser une question sur cet évènement, par les seuls contacts publics ; nul si personne n'en donne."""
    territoire = await lire_territoire()
    reseau = territoire.courriel if territoire else None
    if vue.structures:
        porteuse = await lire_structure(vue.structures[0].slug)
        if porteuse.courriel or porteuse.telephone:
            return Contact(porteuse.nom, porteuse.courriel, porteuse.telephone, porteuse.courriel or reseau)
    return Contact(territoire.reseau, reseau, None, reseau) if territoire and reseau else None


async def lire_places(slug: str) -> PlacesEvenement:
    """Les places exactes de chaque moment ; lève `EvenementInconnu`."""
    return (await lire_places_etiquetees(slug))[0]


async def lire_places_etiquetees(slug: str) -> tuple[PlacesEvenement, frozenset[str]]:
    """Les places exactes, et ce qui les périme."""
    ligne = (
        await Evenement.select(Evenement.id, Evenement.version)
        .where(Evenement.slug == slug, Evenement.statut != "brouillon")
        .first()
    )
    if ligne is None:
        raise EvenementInconnu()
    moments = (await lire_moments([ligne["id"]])).get(ligne["id"], [])
    places = [
        PlacesMoment(
            m["id"],
            regles.places_restantes(m["jauge"], m["pris"]),
            regles.niveau_places(m["jauge"], m["pris"]),
        )
        for m in moments
    ]
    etiquettes = frozenset((f"evenement:{ligne['id']}", f"places:{ligne['id']}"))
    return PlacesEvenement(ligne["version"], places), etiquettes


def _vue(dossier: Dossier, maintenant: datetime, url: str) -> EvenementVue:
    ligne = dossier.ligne
    cycle = None if ligne["cycle_id"] is None else CycleBref(ligne["cycle_slug"], ligne["cycle_titre"])
    return EvenementVue(
        slug=ligne["slug"],
        uid=ligne["uid"],
        version=ligne["version"],
        titre=ligne["titre"],
        resume=ligne["resume"],
        description=ligne["description"],
        statut=statut_public(ligne, maintenant),
        motif=ligne["motif"],
        debut=ligne["debut"],
        fin=ligne["fin"],
        debut_initial=ligne["debut_initial"],
        formats=vers_formats(dossier.etiquettes),
        themes=vers_themes(dossier.etiquettes),
        cycle=cycle,
        gratuit=regles.est_gratuit((m["genre"], m["prix_mode"]) for m in dossier.moments),
        lieu=vers_lieu(ligne, "lieu_"),
        lieu_repli=vers_lieu(ligne, "repli_"),
        en_ligne=ligne["en_ligne"],
        structures=vers_structures([c for c in dossier.coorganisations if c["reponse"] == "acceptee"]),
        moments=[
            MomentVue(
                id=m["id"],
                genre=m["genre"],
                titre=m["titre"],
                description=m["description"],
                debut=m["debut"],
                fin=m["fin"],
                jauge=m["jauge"],
                places_restantes=regles.places_restantes(m["jauge"], m["pris"]),
                niveau=regles.niveau_places(m["jauge"], m["pris"]),
                prix=vers_prix(m, dossier.tarifs),
                sur_inscription=m["sur_inscription"],
            )
            for m in dossier.moments
        ],
        paiement=ligne["paiement"],
        moyens_paiement=list(ligne["moyens_paiement"]),
        monnaie_locale=ligne["monnaie_locale"],
        acces=ligne["acces"],
        venir=ligne["venir"],
        a_apporter=ligne["a_apporter"],
        image=vers_image(ligne),
        inscriptions=InscriptionsVue(
            ouvertes=sont_ouvertes(ligne, dossier.moments, maintenant),
            cloture_le=regles.cloture_effective(ligne["debut"], ligne["fin"], ligne["cloture_le"]),
            attente=ligne["attente"],
            taille_max=ligne["taille_max"],
        ),
        publie_le=ligne["publie_le"],
        modifie_le=ligne["modifie_le"],
        url=f"{url}/evenements/{ligne['slug']}",
        licence=ligne["licence"],
    )


# --- pour l'équipe --------------------------------------------------------------------------------------------------


async def liens_de(compte: int, evenement: int) -> list[permissions.Lien]:
    """Ce qui relie cette personne à cet évènement."""
    lignes = await Evenement.raw(
        "SELECT o.part, o.reponse FROM coorganisation o JOIN membre m ON m.structure = o.structure "
        "WHERE o.evenement = {} AND m.compte = {}",
        evenement,
        compte,
    )
    return [permissions.Lien(**ligne) for ligne in lignes]


async def exiger_droit_sur(auteur: Auteur, evenement: str | int, droit: Droit) -> int:
    """L'identifiant de l'évènement (donné par slug ou identifiant), si la personne y a ce droit.

    Lève `EvenementInconnu` si rien ne l'y relie (404 avant 403), `GestionInterdite` si ce droit ne lui revient pas.
    """
    colonne = Evenement.slug if isinstance(evenement, str) else Evenement.id
    ligne = await Evenement.select(Evenement.id).where(colonne == evenement).first()
    if ligne is None:
        raise EvenementInconnu()
    identifiant = int(ligne["id"])
    liens = await liens_de(auteur.compte, identifiant)
    if not permissions.peut_voir(auteur, liens):
        raise EvenementInconnu()
    if not _PERMISSIONS[droit](auteur, liens):
        raise GestionInterdite()
    return identifiant


async def lire_equipe(slug: str, auteur: Auteur, maintenant: datetime, url: str) -> EvenementEquipe:
    """Tout ce que l'équipe lit d'un évènement ; lève `EvenementInconnu`."""
    return await montrer_a_l_equipe(await exiger_droit_sur(auteur, slug, "voir"), auteur, maintenant, url)


async def montrer_a_l_equipe(
    identifiant: int, auteur: Auteur, maintenant: datetime, url: str
) -> EvenementEquipe:
    """La même vue, à qui vient d'écrire l'évènement : ce qu'il a changé a pu l'en délier."""
    organise = permissions.peut_modifier(auteur, await liens_de(auteur.compte, identifiant))
    roles = await roles_de(auteur.compte)
    dossier = await ouvrir_dossier(identifiant)
    ligne = dossier.ligne
    contenu = contenu_de(dossier)
    statut = regles.statut_effectif(ligne["statut"], ligne["fin"], maintenant)
    porteuse = next((c for c in dossier.coorganisations if c["part"] == "porteuse"), None)
    manques = regles.manques(contenu, date_connue=not est_sans_date(ligne))
    return EvenementEquipe(
        slug=ligne["slug"],
        version=ligne["version"],
        statut=statut,
        motif=ligne["motif"],
        titre=ligne["titre"],
        structure=contenu.structure,
        structure_nom=porteuse["nom"] if porteuse else "",
        resume=ligne["resume"],
        description=ligne["description"],
        formats=list(contenu.formats),
        themes=contenu.themes,
        cycle=contenu.cycle,
        lieu=contenu.lieu,
        lieu_nom=ligne["lieu_nom"],
        commune_nom=ligne["lieu_commune_nom"],
        lieu_repli=contenu.lieu_repli,
        lieu_repli_nom=", ".join(filter(None, (ligne["repli_nom"], ligne["repli_commune_nom"]))) or None,
        en_ligne=ligne["en_ligne"],
        lien_en_ligne=ligne["lien_en_ligne"],
        debut=ligne["debut"],
        fin=ligne["fin"],
        debut_initial=ligne["debut_initial"],
        moments=[_moment_equipe(m, dossier.tarifs) for m in dossier.moments],
        coorganisations=[
            CoorganisationVue(c["slug"], c["nom"], c["part"], c["reponse"])
            for c in dossier.coorganisations
            if c["part"] != "porteuse"
        ],
        acces=ligne["acces"],
        venir=ligne["venir"],
        a_apporter=ligne["a_apporter"],
        image=vers_image(ligne),
        image_empreinte=ligne["image_empreinte"],
        licence=ligne["licence"],
        paiement=ligne["paiement"],
        moyens_paiement=list(ligne["moyens_paiement"]),
        monnaie_locale=ligne["monnaie_locale"],
        cloture_le=ligne["cloture_le"],
        inscriptions_closes=ligne["inscriptions_closes"],
        attente=ligne["attente"],
        taille_max=ligne["taille_max"],
        publie_le=ligne["publie_le"],
        modifie_le=ligne["modifie_le"],
        transitions=list(regles.actions_possibles(statut, ligne["fin"], maintenant)) if organise else [],
        modifiable=organise and regles.est_modifiable(statut),
        organise=organise,
        porte=porteuse is not None
        and permissions.peut_changer_les_autres(auteur, roles, porteuse["structure_id"]),
        manques=[ManqueVue(e.champ, e.message(auteur.langue)) for e in manques],
        journal=await _lire_journal(identifiant),
        url=f"{url}/evenements/{ligne['slug']}",
    )


async def lister_equipe(
    auteur: Auteur,
    maintenant: datetime,
    *,
    periode: Periode | None = None,
    statut: Statut | None = None,
    q: str = "",
    curseur: str | None = None,
    limite: int = 50,
) -> ListeEquipe:
    """Les évènements auxquels la personne est liée (tous, pour qui veille sur l'installation).

    Sans `periode` : ceux qui n'ont pas de date (brouillons, reportés), puis du plus lointain au plus ancien.
    """
    communes: list[str] = []
    valeurs: list[Any] = []
    if not auteur.est_operateur:
        communes.append(
            "e.id IN (SELECT o.evenement FROM coorganisation o JOIN membre m ON m.structure = o.structure "
            "WHERE m.compte = {} AND o.reponse <> 'declinee')"
        )
        valeurs.append(auteur.compte)
    for mot in plier(q).split():
        communes.append("e.recherche LIKE {}")
        valeurs.append(f"%{mot}%")
    if statut is not None:
        condition, instants = _selon_statut(statut, maintenant)
        communes.append(condition)
        valeurs += instants
    phases = [
        Phase(nom, nom, (*conditions, *communes), (*avant, *valeurs))
        for nom, conditions, avant in phases_equipe(periode, maintenant)
    ]
    lignes, suivant = await parcourir(phases, curseur, min(limite, LIMITE_MAX))
    cles = [ligne["id"] for ligne in lignes]
    structures = await lire_structures(cles) if cles else {}
    moments = await lire_moments(cles) if cles else {}
    tarifs = await lire_tarifs(
        [m["id"] for groupe in moments.values() for m in groupe if m["prix_mode"] == "tarifs"]
    )
    return ListeEquipe(
        [
            EvenementDeListe(
                slug=ligne["slug"],
                titre=ligne["titre"],
                statut=regles.statut_effectif(ligne["statut"], ligne["fin"], maintenant),
                debut=ligne["debut"],
                fin=ligne["fin"],
                lieu_nom=ligne["lieu_nom"],
                commune_nom=ligne["lieu_commune_nom"],
                structure_nom=next(
                    (s["nom"] for s in structures.get(ligne["id"], []) if s["part"] == "porteuse"), ""
                ),
                moments=[_moment_equipe(m, tarifs) for m in moments.get(ligne["id"], [])],
            )
            for ligne in lignes
        ],
        suivant,
    )


def phases_equipe(
    periode: Periode | None, maintenant: datetime
) -> list[tuple[Literal["a", "d", "n"], tuple[str, ...], tuple[datetime, ...]]]:
    """L'ordre d'une liste de l'espace, et ce qu'elle garde, selon la période : ordre, conditions, valeurs."""
    sans_date = "e.debut IS NULL"
    match periode:
        case "a_venir":
            depuis = maintenant - regles.DUREE_MAX_EVENEMENT
            return [
                ("a", ("e.statut <> 'brouillon'", "e.debut >= {}", "e.fin > {}"), (depuis, maintenant)),
                ("n", ("e.statut <> 'brouillon'", sans_date), ()),
            ]
        case "passes":
            return [
                ("d", ("e.statut <> 'brouillon'", "e.debut < {}", "e.fin <= {}"), (maintenant, maintenant))
            ]
        case None:
            return [("n", (sans_date,), ()), ("d", ("e.debut IS NOT NULL",), ())]


def _selon_statut(statut: Statut, maintenant: datetime) -> tuple[str, list[datetime]]:
    match statut:
        case "brouillon" | "annule":
            return f"e.statut = '{statut}'", []
        case "termine":
            return "e.statut IN ('publie', 'reporte') AND e.fin <= {}", [maintenant]
        case "publie" | "reporte":
            return f"e.statut = '{statut}' AND (e.fin IS NULL OR e.fin > {{}})", [maintenant]


def _moment_equipe(m: Ligne, tarifs: Mapping[UUID, list[Ligne]]) -> MomentEquipe:
    return MomentEquipe(
        id=m["id"],
        genre=m["genre"],
        titre=m["titre"],
        description=m["description"],
        debut=m["debut"],
        fin=m["fin"],
        jauge=m["jauge"],
        pris=m["pris"],
        sur_inscription=m["sur_inscription"],
        prix=vers_prix(m, tarifs),
    )


async def _lire_journal(evenement: int) -> list[ActeVue]:
    lignes = (
        await JournalEvenement.select(
            JournalEvenement.instant,
            JournalEvenement.acte,
            JournalEvenement.details,
            JournalEvenement.compte.prenom.as_alias("prenom"),
        )
        .where(JournalEvenement.evenement == evenement)
        .order_by(JournalEvenement.id, ascending=False)
        .limit(LIMITE_MAX)
    )
    return [ActeVue(**ligne) for ligne in lignes]


# --- cycles, thèmes, plan du site -----------------------------------------------------------------------------------

_CYCLE: Final = """
    SELECT y.id, y.slug, y.titre, y.description, s.id AS structure_id, s.slug AS structure, s.nom AS structure_nom,
        (SELECT COUNT(*) FROM evenement e WHERE e.cycle = y.id AND e.statut <> 'brouillon') AS evenements
    FROM cycle y JOIN structure s ON s.id = y.structure"""


async def lister_cycles(url: str) -> list[CycleVue]:
    """Tous les cycles, le plus récent d'abord."""
    lignes = await Cycle.raw(f"{_CYCLE} ORDER BY y.id DESC")
    return [_cycle(ligne, url).vue for ligne in lignes]


async def lire_cycle(slug: str, url: str) -> CycleVue:
    """Un cycle ; lève `CycleInconnu`."""
    return (await lire_cycle_etiquete(slug, url)).vue


async def lire_cycle_etiquete(slug: str, url: str) -> CycleEtiquete:
    """Un cycle et ce qui le périme ; lève `CycleInconnu`."""
    lignes = await Cycle.raw(f"{_CYCLE} WHERE y.slug = {{}}", slug)
    if not lignes:
        raise CycleInconnu()
    return _cycle(lignes[0], url)


def _cycle(ligne: Ligne, url: str) -> CycleEtiquete:
    vue = CycleVue(
        slug=ligne["slug"],
        titre=ligne["titre"],
        description=ligne["description"],
        structure=ligne["structure"],
        structure_nom=ligne["structure_nom"],
        evenements=ligne["evenements"],
        url=f"{url}/cycles/{ligne['slug']}",
    )
    return CycleEtiquete(
        vue, frozenset((f"cycle:{ligne['id']}", f"structure:{ligne['structure_id']}", "agenda"))
    )


async def lister_themes(*, publics: bool = True) -> list[ThemeVue]:
    """Les thèmes par nom : ceux d'évènements publiés, ou tous ceux déjà employés."""
    condition = "AND e.statut <> 'brouillon'" if publics else ""
    lignes = await Theme.raw(
        "SELECT h.slug, h.nom FROM theme h WHERE EXISTS (SELECT 1 FROM evenement_etiquette t "  # noqa: S608
        "JOIN evenement e ON e.id = t.evenement "
        f"WHERE t.genre = 'theme' AND t.valeur = h.slug {condition})"
    )
    return sorted((ThemeVue(**ligne) for ligne in lignes), key=lambda theme: plier(theme.nom))


async def lire_theme(slug: str) -> ThemeVue:
    """Un thème qu'un évènement public porte ; lève `ThemeInconnu`."""
    for theme in await lister_themes():
        if theme.slug == slug:
            return theme
    raise ThemeInconnu()


async def tranches_publiques(taille: int) -> list[tuple[int, datetime]]:
    """Les tranches d'identifiants (la première est 1) où il y a de l'annoncé, et leur dernier changement : le plan du site."""
    lignes = await Evenement.raw(
        "SELECT (id - 1) / {} + 1 AS tranche, MAX(modifie_le) AS modifie_le FROM evenement "
        "WHERE statut <> 'brouillon' GROUP BY 1 ORDER BY 1",
        taille,
    )
    return [(ligne["tranche"], _instant(ligne["modifie_le"])) for ligne in lignes]


def _instant(lu: datetime | str) -> datetime:
    # SQLite rend le plus grand de plusieurs instants comme il l'a rangé : en texte.
    return datetime.fromisoformat(lu) if isinstance(lu, str) else lu


async def slugs_publics(tranche: int, taille: int) -> list[tuple[str, datetime]]:
    """Adresse et dernier changement de chaque évènement public d'une tranche. Lus par lots : la boucle respire."""
    slugs: list[tuple[str, datetime]] = []
    premier = (tranche - 1) * taille + 1
    for debut in range(premier, premier + taille, LOT_DU_PLAN):
        jusqu_a = min(debut + LOT_DU_PLAN, premier + taille)
        lignes = (
            await Evenement.select(Evenement.slug, Evenement.modifie_le)
            .where((Evenement.statut != "brouillon") & (Evenement.id >= debut) & (Evenement.id < jusqu_a))
            .order_by(Evenement.id)
        )
        slugs += [(ligne["slug"], ligne["modifie_le"]) for ligne in lignes]
    return slugs
