"""Ce que la cuisine lit : une seule vue, où le menu et les convives se rejoignent."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec

from server.banquets.acces import Ouvert
from server.banquets.achats import lectures as achats
from server.banquets.achats.schemas import VueApprovisionnement
from server.banquets.commandes import lectures as commandes
from server.banquets.commandes.schemas import VueCommande
from server.banquets.cuisine import lectures as carnet
from server.banquets.cuisine import regles
from server.banquets.cuisine.schemas import PeseesVue
from server.banquets.menus import lectures as menus
from server.banquets.regles import temps_du_repas
from server.banquets.tables import CompteDuRepas, Producteur
from server.comptes.schemas import Auteur
from server.evenements.agenda import Phase, parcourir
from server.evenements.lectures import LIMITE_MAX, Periode, phases_equipe
from server.evenements.lignes import DEPUIS_PLEIN, PLEIN, grouper, lire_structures, trous, vers_lieu
from server.evenements.permissions import ORGANISENT
from server.evenements.regles import statut_effectif
from server.evenements.tables import Evenement, Moment
from server.inscriptions.cuisine.schemas import (
    ApprovisionnementDeCuisine,
    BanquetDeListe,
    CommandeDeCuisine,
    LigneCommandee,
    ListeBanquets,
    QuantitesDeCuisine,
    RepasVu,
    VueCuisine,
)
from server.inscriptions.effectif.couverture import couvrir
from server.inscriptions.effectif.lectures import (
    compter,
    depuis_sa_lecture,
    lire_assiettes,
    lire_effectif_commun,
)
from server.inscriptions.effectif.schemas import AssiettesVue, Differences, EffectifDuBanquet, Parts
from server.inscriptions.tables import EffectifArrete
from server.socle.base import lecture
from server.socle.secrets import Clef
from server.socle.textes import Langue

SANS_ENTREPRISE: Final = ("cueilleur", "donateur")
"""Producteurs dont le nom est souvent celui d'une personne."""

SANS_TEXTE: Final = frozenset(("signature", "auteur"))
"""Ce que personne n'a tapé, et qu'un chiffre de moins rendrait faux."""

_T = TypeVar("_T")
_CUISINENT: Final = sorted((*ORGANISENT, "traiteur"))


@lecture
async def lire_cuisine(moment: UUID, clef: Clef, langue: Langue, maintenant: datetime) -> VueCuisine:
    """Tout ce qu'il faut pour cuisiner ce banquet, pour qui l'a déjà ouvert (par compte ou par lien).

    La même pour tous ceux qui la lisent, au même instant : rien n'y dépend du lecteur.
    """
    repas, ouvert = await _repas(moment, maintenant)
    effectif = await lire_effectif_commun(moment, clef, langue, maintenant)
    lignes = await achats.lire_lignes_ouvertes(moment, ouvert.debut, maintenant)
    bons = await commandes.lister_commandes_ouvertes(ouvert, None, langue, maintenant)
    personnes = await _sans_entreprise(
        {ligne.producteur for ligne in lignes} | {bon.producteur for bon in bons.elements}
    )
    menu = await menus.lire_menu_ouvert(ouvert)
    vue = VueCuisine(
        repas=repas,
        menu=menu,
        effectif=effectif,
        couverture=couvrir(
            langue,
            menu.version,
            menu.plats,
            effectif.besoins,
            effectif.besoins_en_trop,
            effectif.parts,
        ),
        quantites=await _quantites(moment, effectif),
        approvisionnements=_approvisionnements(lignes, personnes),
        commandes=[_commande(bon, personnes) for bon in bons.elements],
        messages=await carnet.lire_messages(moment, clef),
        temperatures=await carnet.lire_releves(moment),
        pesees=await _pesees(moment, effectif),
    )
    return taire_partout(vue)


def taire_partout(valeur: _T) -> _T:
    """La même vue, chaque texte privé des courriels et des téléphones que l'équipe y aurait laissés.

    Partout, plutôt que champ par champ : un texte ajouté à la vue n'a pas à s'en souvenir.
    """
    match valeur:
        case str():
            return regles.taire_les_contacts(valeur)  # type: ignore[return-value]
        case msgspec.Struct():
            champs = {
                nom: taire_partout(getattr(valeur, nom))
                for nom in valeur.__struct_fields__
                if nom not in SANS_TEXTE
            }
            return msgspec.structs.replace(valeur, **champs)
        case list() | tuple():
            return type(valeur)(taire_partout(un) for un in valeur)
        case dict():
            return {cle: taire_partout(un) for cle, un in valeur.items()}  # type: ignore[return-value]
    return valeur


@lecture
async def lire_assiettes_de_cuisine(moment: UUID, maintenant: datetime) -> AssiettesVue:
    """La liste des assiettes à part, pour qui a déjà ouvert ce banquet : des codes, jamais des noms."""
    _, ouvert = await _repas(moment, maintenant)
    return taire_partout(await lire_assiettes(ouvert))


@lecture
async def lire_pesees(moment: UUID) -> PeseesVue:
    """Les restes pesés, et ce que cela fait par convive."""
    arrete = await _parts_arretees(moment)
    parts = arrete or (await compter(moment)).releve.parts
    return await _par_convive(moment, parts.assiettes, arrete=arrete is not None)


@lecture
async def changements_depuis(moment: UUID, lecteur: str, langue: Langue) -> Differences | None:
    """Ce qui a changé dans l'effectif depuis que cette cuisine l'a lu."""
    return await depuis_sa_lecture(moment, lecteur, (await compter(moment)).releve, langue)


@lecture
async def lire_repas(moment: UUID, maintenant: datetime) -> RepasVu:
    """Quel repas, quand, où : de quoi dater un papier, pour qui l'a déjà ouvert."""
    return (await _repas(moment, maintenant))[0]


async def _repas(moment: UUID, maintenant: datetime) -> tuple[RepasVu, Ouvert]:
    (ligne,) = await Evenement.raw(
        f"SELECT {PLEIN}, m.id AS m_id, m.titre AS m_titre, m.debut AS m_debut, m.fin AS m_fin "
        f"{DEPUIS_PLEIN} JOIN moment m ON m.evenement = e.id WHERE m.id = {{}}",
        moment,
    )
    structures = (await lire_structures([ligne["id"]])).get(ligne["id"], [])
    repas = RepasVu(
        moment=moment,
        evenement=ligne["titre"],
        slug=ligne["slug"],
        statut=statut_effectif(ligne["statut"], ligne["fin"], maintenant),
        titre=ligne["m_titre"],
        debut=ligne["m_debut"],
        fin=ligne["m_fin"],
        lieu=vers_lieu(ligne, "lieu_"),
        repli=vers_lieu(ligne, "repli_"),
        structures=[s["nom"] for s in structures if s["part"] in ORGANISENT],
    )
    ouvert = Ouvert(moment, ligne["id"], ligne["slug"], ligne["m_debut"], ligne["m_fin"], organise=False)
    return repas, ouvert


async def _quantites(moment: UUID, effectif: EffectifDuBanquet) -> QuantitesDeCuisine:
    parts = effectif.arret.parts if effectif.arret else effectif.parts
    return QuantitesDeCuisine(
        source="arrete" if effectif.arret else "compte",
        quantites=await menus.calculer_quantites_ouvert(moment, parts.adultes, parts.enfants),
    )


async def _sans_entreprise(producteurs: Collection[str | None]) -> frozenset[str]:
    """De ces producteurs, ceux dont le nom est souvent celui d'une personne."""
    slugs = sorted(slug for slug in producteurs if slug)
    if not slugs:
        return frozenset()
    lignes = await Producteur.select(Producteur.slug).where(
        Producteur.slug.is_in(slugs), Producteur.genre.is_in(list(SANS_ENTREPRISE))
    )
    return frozenset(ligne["slug"] for ligne in lignes)


def _commande(bon: VueCommande, personnes: Collection[str]) -> CommandeDeCuisine:
    lignes = []
    for ligne in bon.lignes:
        dite = ligne.envoyee or ligne.voulue
        assert dite is not None, "une ligne de commande est partie, ou voulue"
        lignes.append(
            LigneCommandee(
                approvisionnement=ligne.approvisionnement,
                description=dite.description,
                vendu_par=dite.vendu_par,
                quantite_milliemes=ligne.envoyee.quantite_milliemes if ligne.envoyee else None,
                voulue_milliemes=ligne.voulue.quantite_milliemes if ligne.voulue else None,
                reponse=ligne.reponse.reponse if ligne.reponse else None,
                repondue_milliemes=ligne.reponse.quantite_milliemes if ligne.reponse else None,
            )
        )
    return CommandeDeCuisine(
        fournisseur=None if bon.producteur in personnes else bon.producteur_nom,
        etat=bon.etat,
        livraison_le=bon.livraison.le,
        livraison_lieu=bon.livraison.lieu,
        envoyee_le=bon.envoyee_le,
        relancee_le=bon.relancee_le,
        repondue_le=bon.repondue_le,
        lignes=lignes,
    )


def _approvisionnements(
    lignes: Sequence[VueApprovisionnement], personnes: Collection[str]
) -> list[ApprovisionnementDeCuisine]:
    return [
        ApprovisionnementDeCuisine(
            id=ligne.id,
            genre=ligne.genre,
            description=ligne.description,
            fournisseur=None if ligne.producteur in personnes else ligne.producteur_nom,
            ingredient=ligne.ingredient,
            plat=ligne.plat,
            famille=ligne.famille,
            vendu_par=ligne.vendu_par,
            masse_g=ligne.masse_g,
            quantite_milliemes=ligne.quantite_milliemes,
            labels=ligne.labels,
            classe=ligne.classe,
            etat_bio=ligne.etat_bio,
            de_saison=ligne.de_saison,
            local=ligne.local,
            distance_km=ligne.distance_km,
            identifiee=bool(ligne.identifie_par) if ligne.genre == "cueillette" else None,
            note=ligne.note,
        )
        for ligne in lignes
    ]


async def _pesees(moment: UUID, effectif: EffectifDuBanquet) -> PeseesVue:
    parts = effectif.arret.parts if effectif.arret else effectif.parts
    return await _par_convive(moment, parts.assiettes, arrete=effectif.arret is not None)


async def _par_convive(moment: UUID, assiettes: int, *, arrete: bool) -> PeseesVue:
    pesees = await carnet.lister_pesees(moment)
    ligne = (
        await CompteDuRepas.select(CompteDuRepas.adultes, CompteDuRepas.enfants)
        .where(CompteDuRepas.banquet.moment == moment)
        .first()
    )
    presents = int(ligne["adultes"] + ligne["enfants"]) if ligne else 0
    convives = presents or assiettes
    total = sum(pesee.grammes for pesee in pesees)
    return PeseesVue(
        elements=pesees,
        restes=regles.faire_les_restes(((p.genre, p.grammes) for p in pesees), convives),
        grammes=total,
        convives=convives,
        source_convives="presents" if presents else "arrete" if arrete else "compte",
        par_convive_g=regles.par_convive(total, convives),
    )


async def _parts_arretees(moment: UUID) -> Parts | None:
    ligne = (
        await EffectifArrete.select(EffectifArrete.nombres)
        .where(EffectifArrete.moment == moment, EffectifArrete.leve_le.is_null())
        .first()
    )
    return msgspec.json.decode(ligne["nombres"], type=Parts) if ligne else None


# --- La liste -------------------------------------------------------------------------------------------------------


@lecture
async def lister_banquets(
    auteur: Auteur,
    maintenant: datetime,
    *,
    periode: Periode | None = None,
    curseur: str | None = None,
    limite: int = 50,
) -> ListeBanquets:
    """Les banquets que la personne organise ou que sa structure cuisine (tous, pour qui veille sur l'installation).

    Paginé par évènement, dans l'ordre de la liste de l'espace ; les banquets d'un même évènement se suivent.
    """
    communes = [
        "EXISTS (SELECT 1 FROM moment b WHERE b.evenement = e.id AND b.genre = 'banquet' AND b.retire_le IS NULL)"
    ]
    valeurs: list[Any] = []
    if not auteur.est_operateur:
        communes.append(
            "e.id IN (SELECT o.evenement FROM coorganisation o JOIN membre m ON m.structure = o.structure "  # noqa: S608
            f"WHERE m.compte = {{}} AND o.reponse = 'acceptee' AND o.part IN ({trous(_CUISINENT)}))"
        )
        valeurs += [auteur.compte, *_CUISINENT]
    phases = [
        Phase(nom, nom, (*conditions, *communes), (*avant, *valeurs))
        for nom, conditions, avant in phases_equipe(periode, maintenant)
    ]
    lignes, suivant = await parcourir(phases, curseur, min(limite, LIMITE_MAX))
    if not lignes:
        return ListeBanquets([], suivant)
    cles = [ligne["id"] for ligne in lignes]
    moments = await _moments(cles)
    tous = [m["id"] for groupe in moments.values() for m in groupe]
    organises = set(cles) if auteur.est_operateur else await _organises(auteur.compte, cles)
    parts = await _compter_les_parts(tous)
    plats = await _compter_les_plats(tous)
    attendues = await _compter_les_commandes(tous)
    non_lus = {
        cote: await carnet.compter_non_lus(
            [m["id"] for cle, groupe in moments.items() for m in groupe if (cle in organises) is organise],
            cote,
        )
        for cote, organise in (("organisation", True), ("cuisine", False))
    }
    return ListeBanquets(
        [
            BanquetDeListe(
                moment=m["id"],
                slug=ligne["slug"],
                evenement=ligne["titre"],
                titre=m["titre"],
                statut=statut_effectif(ligne["statut"], ligne["fin"], maintenant),
                debut=m["debut"],
                fin=m["fin"],
                temps=temps_du_repas(ligne["statut"], m["debut"], m["fin"], maintenant),
                lieu_nom=ligne["lieu_nom"],
                commune_nom=ligne["lieu_commune_nom"],
                organise=ligne["id"] in organises,
                parts=parts.get(m["id"], Parts()),
                arret_prevu_le=m["arret_le"],
                arrete_le=m["arrete_le"],
                plats=plats.get(m["id"], (0, 0))[0],
                plats_a_confirmer=plats.get(m["id"], (0, 0))[1],
                commandes_en_attente=attendues.get(m["id"], 0),
                messages_non_lus=non_lus["organisation" if ligne["id"] in organises else "cuisine"].get(
                    m["id"], 0
                ),
            )
            for ligne in lignes
            for m in moments.get(ligne["id"], [])
        ],
        suivant,
    )


async def _moments(evenements: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    lignes = await Moment.raw(
        "SELECT m.evenement, m.id, m.titre, m.debut, m.fin, b.arret_le, a.arrete_le FROM moment m "  # noqa: S608
        "LEFT JOIN banquet b ON b.moment = m.id "
        "LEFT JOIN effectif_arrete a ON a.moment = m.id AND a.leve_le IS NULL "
        f"WHERE m.evenement IN ({trous(evenements)}) AND m.genre = 'banquet' AND m.retire_le IS NULL "
        "ORDER BY m.evenement, m.rang, m.id",
        *evenements,
    )
    return grouper(lignes, "evenement")


async def _organises(compte: int, evenements: Sequence[int]) -> set[int]:
    parts = sorted(ORGANISENT)
    lignes = await Evenement.raw(
        "SELECT DISTINCT o.evenement FROM coorganisation o JOIN membre m ON m.structure = o.structure "  # noqa: S608
        f"WHERE m.compte = {{}} AND o.reponse = 'acceptee' AND o.part IN ({trous(parts)}) "
        f"AND o.evenement IN ({trous(evenements)})",
        compte,
        *parts,
        *evenements,
    )
    return {ligne["evenement"] for ligne in lignes}


async def _compter_les_parts(moments: Sequence[UUID]) -> dict[UUID, Parts]:
    """Moment → parts à cuisiner, en une requête pour toute la page."""
    lignes = await Moment.raw(
        "SELECT p.moment AS moment, SUM(p.adultes) AS adultes, SUM(p.enfants) AS enfants, "  # noqa: S608
        "SUM(p.tout_petits) AS tout_petits FROM presence p "
        f"WHERE p.moment IN ({trous(moments)}) AND p.statut = 'confirmee' GROUP BY p.moment "
        "UNION ALL SELECT c.moment AS moment, SUM(CASE c.age WHEN 'adulte' THEN c.nombre ELSE 0 END), "
        "SUM(CASE c.age WHEN 'enfant' THEN c.nombre ELSE 0 END), "
        "SUM(CASE c.age WHEN 'tout_petit' THEN c.nombre ELSE 0 END) FROM convive_annonce c "
        f"WHERE c.moment IN ({trous(moments)}) GROUP BY c.moment",
        *moments,
        *moments,
    )
    parts: dict[UUID, Parts] = {}
    for ligne in lignes:
        moment = _uuid(ligne["moment"])
        dites = Parts(int(ligne["adultes"]), int(ligne["enfants"]), int(ligne["tout_petits"]))
        parts[moment] = parts.get(moment, Parts()) + dites
    return parts


async def _compter_les_plats(moments: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """Moment → plats du menu, et ceux dont personne n'a relu les allergènes."""
    lignes: Sequence[Mapping[str, Any]] = await Moment.raw(
        "SELECT b.moment AS moment, COUNT(*) AS plats, "  # noqa: S608
        "SUM(CASE WHEN p.confirme_le IS NULL THEN 1 ELSE 0 END) AS a_confirmer "
        "FROM banquet b JOIN plat p ON p.banquet = b.id "
        f"WHERE b.moment IN ({trous(moments)}) GROUP BY b.moment",
        *moments,
    )
    return {_uuid(li["moment"]): (int(li["plats"]), int(li["a_confirmer"])) for li in lignes}


async def _compter_les_commandes(moments: Sequence[UUID]) -> dict[UUID, int]:
    """Moment → bons partis dont le producteur n'a pas répondu."""
    lignes = await Moment.raw(
        "SELECT b.moment AS moment, COUNT(*) AS nombre FROM banquet b JOIN commande c ON c.banquet = b.id "  # noqa: S608
        f"WHERE b.moment IN ({trous(moments)}) AND c.annulee_le IS NULL AND c.repondue_le IS NULL GROUP BY b.moment",
        *moments,
    )
    return {_uuid(li["moment"]): int(li["nombre"]) for li in lignes}


def _uuid(valeur: Any) -> UUID:
    return valeur if isinstance(valeur, UUID) else UUID(str(valeur))
