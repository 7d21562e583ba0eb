"""L'agenda : quels évènements, dans quel ordre, à partir d'où.

Une liste est faite de phases (ce qui est daté, puis ce qui attend une date), chacune dans un ordre que tient l'index
partiel `evenement_agenda` (debut, id) : elle se lit aussi vite parmi 20 000 évènements que parmi 200.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

import msgspec
from msgspec import Meta

from server.evenements import regles
from server.evenements.lignes import BREF, DEPUIS_BREF, Ligne, trous
from server.evenements.schemas import Filtres
from server.evenements.tables import Evenement
from server.lieux.lectures import communes_dans_le_rayon
from server.socle.erreurs import DemandeInvalide, ErreurDeChamp
from server.socle.textes import plier

LIGNES_MAX: Final = 1000
"""Plus grande page : un mois entier."""


class Curseur(msgspec.Struct, array_like=True, frozen=True):
    """Où reprendre une liste : la phase, puis la dernière ligne montrée."""

    phase: Annotated[str, Meta(max_length=12)]
    debut: datetime | None
    id: Annotated[int, Meta(ge=0, le=2**31 - 1)]


class Phase(msgspec.Struct, frozen=True):
    """Une portion d'une liste, dans son ordre : chronologique (`a`), inverse (`d`) ou par identifiant (`n`)."""

    nom: str
    ordre: Literal["a", "d", "n"]
    conditions: tuple[str, ...]
    valeurs: tuple[Any, ...]


def lire_fenetre(filtres: Filtres, maintenant: datetime) -> regles.Fenetre:
    """La tranche de temps que disent les filtres ; lève `DemandeInvalide` pour un jour qui n'existe pas."""
    erreurs = []
    for nom in ("du", "au"):
        try:
            if (jour := getattr(filtres, nom)) is not None:
                regles.jour_valide(jour)
        except ValueError:
            erreurs.append(ErreurDeChamp(nom, "jour_invalide"))
    if erreurs:
        raise DemandeInvalide(erreurs)
    return regles.fenetre(filtres, maintenant)


def phase_datee(fenetre: regles.Fenetre, conditions: Sequence[str], valeurs: Sequence[Any]) -> Phase:
    """Ce qui touche à la fenêtre. La borne sur `debut` (un évènement dure 31 jours au plus) rend l'index utile."""
    bornes, instants = [], []
    if fenetre.depuis is not None:
        bornes += ["e.debut >= {}", "(e.debut >= {} OR e.fin > {})"]
        instants += [fenetre.depuis - regles.DUREE_MAX_EVENEMENT, fenetre.depuis, fenetre.fin_apres]
    if fenetre.jusqu_a is not None:
        bornes.append("e.debut < {}")
        instants.append(fenetre.jusqu_a)
    ordre: Literal["a", "d"] = "d" if fenetre.passee else "a"
    return Phase(ordre, ordre, ("e.debut IS NOT NULL", *bornes, *conditions), (*instants, *valeurs))


def cle_de(filtres: Filtres, **autres: Any) -> str:
    """La clé d'un document public filtré : la même pour deux adresses qui disent la même chose."""
    dites = {nom: valeur for nom, valeur in msgspec.structs.asdict(filtres).items() if valeur is not None}
    if "q" in dites:
        dites["q"] = plier(dites["q"])
    if "commune" not in dites:
        dites.pop("rayon_km", None)
    return urlencode(
        sorted({**dites, **{nom: valeur for nom, valeur in autres.items() if valeur is not None}}.items())
    )


async def conditions_de(filtres: Filtres) -> tuple[list[str], list[Any]]:
    """Les filtres, hors dates, en SQL. Seul le public : un brouillon n'est dans aucune liste."""
    conditions = ["e.statut <> 'brouillon'"]
    valeurs: list[Any] = []

    def exiger(condition: str, *arguments: Any) -> None:
        conditions.append(condition)
        valeurs.extend(arguments)

    for mot in plier(filtres.q or "").split():
        # `plier` ne laisse que lettres et chiffres : ni `%` ni `_` à échapper.
        exiger("e.recherche LIKE {}", f"%{mot}%")
    if filtres.commune is not None:
        codes = [filtres.commune.upper()]
        if filtres.rayon_km is not None:
            codes = await communes_dans_le_rayon(filtres.commune, filtres.rayon_km)
        exiger(f"e.lieu IN (SELECT id FROM lieu WHERE commune IN ({trous(codes)}))", *codes)  # noqa: S608
    for genre, valeur in (("theme", filtres.theme), ("format", filtres.format)):
        if valeur is not None:
            # EXISTS plutôt que IN : l'agenda s'arrête à sa trentième ligne sans avoir relevé tout ce qui porte le thème.
            exiger(
                "EXISTS (SELECT 1 FROM evenement_etiquette t WHERE t.evenement = e.id AND t.genre = {} AND t.valeur = {})",
                genre,
                valeur,
            )
    if filtres.structure is not None:
        exiger(
            "EXISTS (SELECT 1 FROM coorganisation o WHERE o.evenement = e.id AND o.reponse = 'acceptee' "
            "AND o.structure = (SELECT id FROM structure WHERE slug = {}))",
            filtres.structure,
        )
    if filtres.cycle is not None:
        exiger("e.cycle = (SELECT id FROM cycle WHERE slug = {})", filtres.cycle)
    if filtres.lieu is not None:
        exiger("e.lieu = (SELECT id FROM lieu WHERE slug = {})", filtres.lieu)
    if filtres.gratuit is not None:
        exiger(_GRATUIT if filtres.gratuit else f"NOT {_GRATUIT}")
    return conditions, valeurs


_EXISTE_MOMENT = (
    "EXISTS (SELECT 1 FROM moment m WHERE m.evenement = e.id AND m.retire_le IS NULL AND m.genre {} )"
)
_GRATUIT: Final = (
    "(NOT " + _EXISTE_MOMENT.format("<> 'banquet' AND m.prix_mode <> 'gratuit'")
    + " AND (" + _EXISTE_MOMENT.format("<> 'banquet'")
    + " OR NOT " + _EXISTE_MOMENT.format("= 'banquet' AND m.prix_mode <> 'gratuit'") + "))"
)  # fmt: skip
"""`regles.est_gratuit`, en SQL ; un essai vérifie qu'ils disent la même chose."""


async def parcourir(
    phases: Sequence[Phase], curseur: str | None, limite: int
) -> tuple[list[Ligne], str | None]:
    """Les lignes d'une page, phase après phase, et le curseur de la suivante."""
    limite = max(1, min(limite, LIGNES_MAX))
    depart = None if curseur is None else _lire_curseur(curseur, {phase.nom: phase.ordre for phase in phases})
    lignes: list[Ligne] = []
    for phase in phases:
        if depart is not None and depart.phase != phase.nom:
            continue
        manquent = limite + 1 - len(lignes)
        trouvees = await Evenement.raw(*requete_de(phase, depart, manquent))
        lignes += [{**ligne, "_phase": phase.nom} for ligne in trouvees]
        depart = None
        if len(lignes) > limite:
            derniere = lignes[limite - 1]
            return lignes[:limite], _ecrire_curseur(
                Curseur(derniere["_phase"], derniere["debut"], derniere["id"])
            )
    return lignes, None


def requete_de(phase: Phase, depart: Curseur | None, combien: int) -> tuple[Any, ...]:
    conditions, valeurs = list(phase.conditions), list(phase.valeurs)
    if depart is not None:
        match phase.ordre:
            case "a":
                conditions.append("(e.debut, e.id) > ({}, {})")
            case "d":
                conditions.append("(e.debut, e.id) < ({}, {})")
            case "n":
                conditions.append("e.id < {}")
        valeurs += [depart.id] if phase.ordre == "n" else [depart.debut, depart.id]
    ordre = {"a": "e.debut, e.id", "d": "e.debut DESC, e.id DESC", "n": "e.id DESC"}[phase.ordre]
    sql = f"SELECT {BREF} {DEPUIS_BREF} WHERE {' AND '.join(conditions)} ORDER BY {ordre} LIMIT {{}}"
    return sql, *valeurs, combien


def _ecrire_curseur(curseur: Curseur) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(curseur)).rstrip(b"=").decode()


def _lire_curseur(texte: str, phases: Mapping[str, str]) -> Curseur:
    """Le curseur, s'il est bien l'un des nôtres et de cette liste ; `DemandeInvalide` sinon."""
    try:
        octets = base64.b64decode(texte[:200].encode("ascii") + b"==", b"-_")
        curseur = msgspec.json.decode(octets, type=Curseur)
        ordre = phases[curseur.phase]
        if ordre != "n" and (curseur.debut is None or not regles.est_date_plausible(curseur.debut)):
            raise ValueError(texte)
    except (ValueError, KeyError, msgspec.MsgspecError, binascii.Error):
        raise DemandeInvalide([ErreurDeChamp("curseur", "curseur")]) from None
    return curseur
